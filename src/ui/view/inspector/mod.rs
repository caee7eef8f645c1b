//! The inspector: tabs on the current step.

mod advice;
mod bytes;
mod certificate;
pub mod decision;
mod handshake;
mod machines;
mod table;
mod why;
mod wiretap;

use crate::scenario::Choice;
use crate::share::{Fold, Tab};
use crate::ui::effect::Effect;
use crate::ui::state::Look;
use crate::ui::view::kit::markup::prelude::*;
use crate::ui::view::kit::prose::cited;
use crate::ui::view::kit::scene::{PANEL_ID, SHEET_ID, Scene, tab_id};
use crate::ui::view::session::ask;

pub fn view(scene: &Scene) -> Html {
    let text = &scene.text.inspector;
    let chosen = scene.state.shown.tab;
    let tabs = Tab::ALL.iter().map(|&tab| {
        let name = match tab {
            Tab::Why => text.why,
            Tab::Bytes => text.bytes,
            Tab::Certificate => text.certificate,
            Tab::Eavesdropper => text.eavesdropper,
        };
        let is_chosen = tab == chosen;
        html! {
            <button type="button" role="tab" id={tab_id(tab)} aria-selected={if is_chosen { "true" } else { "false" }}
                aria-controls={is_chosen.then_some(PANEL_ID)} tabindex={if is_chosen { "0" } else { "-1" }}
                onclick={scene.act_at(Look::Tab(tab), tab_id(tab))}>{ name }</button>
        }
    });
    let (on, perform) = (scene.on.clone(), scene.perform.clone());
    let turn = move |event: KeyboardEvent| {
        let tab = match event.key().as_str() {
            "ArrowRight" => turned(chosen, 1),
            "ArrowLeft" => turned(chosen, Tab::ALL.len() - 1),
            "Home" => Tab::ALL[0],
            "End" => Tab::ALL[Tab::ALL.len() - 1],
            _ => return,
        };
        event.prevent_default();
        on.emit(Look::Tab(tab).into());
        perform.emit(Effect::Focus(tab_id(tab).into()));
    };
    let body = match chosen {
        Tab::Why | Tab::Eavesdropper if scene.asked.is_some() => covered(scene),
        Tab::Why => why::view(scene),
        Tab::Bytes => bytes::view(scene),
        Tab::Certificate => certificate::view(scene),
        Tab::Eavesdropper => wiretap::view(scene),
    };
    let (is_sheet, close) = (scene.state.shown.open.has(Fold::Why), scene.text.stage.close);
    html! {
        <aside class={classes!("card", "inspector", is_sheet.then_some("open"))} id={SHEET_ID} aria-label={text.region}>
            <div class="tab-bar">
                <div class="tabs" role="tablist" aria-label={text.tabs} onkeydown={turn}>{ for tabs }</div>
                <button type="button" class="button icon shut" aria-label={close} title={close} onclick={scene.act(Look::Fold(Fold::Why, false))}>{ "×" }</button>
            </div>
            <div class="panel" role="tabpanel" id={PANEL_ID} aria-labelledby={tab_id(chosen)} tabindex="0">{ body }</div>
        </aside>
    }
}

/// While a question stands, nothing is told that would answer it; the octets and the certificate are what there is to look at.
fn covered(scene: &Scene) -> Html {
    let text = &scene.text.questions;
    html! {
        <div class="step">
            <h2>{ text.first }</h2>
            <p>{ text.covered }{ " " }{ ask::skip(scene) }</p>
        </div>
    }
}

/// Where what was said stands.
fn source(source: &str) -> Html {
    if source.is_empty() {
        Html::default()
    } else {
        html! { <p class="source">{ cited(source) }</p> }
    }
}

/// The tab `by` places on, around the end.
fn turned(tab: Tab, by: usize) -> Tab {
    let on = Tab::ALL.iter().cycle().skip_while(|&&one| one != tab);
    on.copied().nth(by).unwrap_or(tab)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tabs_turn_around_the_end() {
        assert_eq!(turned(Tab::Eavesdropper, 1), Tab::Why);
        assert_eq!(turned(Tab::Bytes, 1), Tab::Certificate);
        assert_eq!(turned(Tab::Why, Tab::ALL.len() - 1), Tab::Eavesdropper);
    }
}
