//! A session, step by step: what to watch, the outcome, the switches, the log, and the inspector.

mod controls;
mod filter;
mod keys;
pub mod ladder;
mod lamps;
mod letter;
mod negotiation;
mod outcome;
mod printed;
mod stepper;
mod transport;

use crate::share::{Log, Tab};
use crate::ui::state::Action;
use crate::ui::view::inspector;
use crate::ui::view::kit::place::{Needs, Place};
use crate::ui::view::kit::prose::prose;
use crate::ui::view::kit::scene::Scene;
use yew::prelude::*;

pub const PLACE: Place = Place { name: |text| text.log.region, view, keys: keys::action, needs: Needs::Nothing };

fn view(scene: &Scene) -> Html {
    html! {
        <>
            { watch(scene) }
            { outcome::view(scene) }
            <div class={classes!("grid", matches!(scene.state.shown.tab, Tab::Bytes | Tab::Eavesdropper).then_some("wide"))}>
                { controls::view(scene) }
                { log(scene) }
                { inspector::view(scene) }
            </div>
        </>
    }
}

fn log(scene: &Scene) -> Html {
    let shows_print = scene.state.shown.log == Log::Printed && !scene.study.printed().is_empty();
    html! {
        <section class="card session" aria-label={scene.text.log.region}>
            { stepper::view(scene) }
            { if shows_print { printed::view(scene) } else { ladder::view(scene) } }
            { transport::view(scene) }
        </section>
    }
}

/// What to watch, and what was changed.
fn watch(scene: &Scene) -> Html {
    let page = &scene.text.page;
    let edits = scene.state.run.edits();
    let changed = (!edits.is_empty()).then(|| {
        let list = edits.iter().map(|&edit| html! { <li>{ (page.edit)(edit) }</li> });
        html! {
            <div class="edits">
                <span>{ page.changed }</span>
                <ul>{ for list }</ul>
                <button type="button" class="button small" onclick={scene.act(Action::Reset(scene.spot()))}>{ page.reset }</button>
            </div>
        }
    });
    html! {
        <div class="strip">
            <p class="watch"><strong>{ page.watch }</strong>{ " " }{ prose((page.preset)(scene.state.run.preset).meaning) }</p>
            { changed.unwrap_or_default() }
        </div>
    }
}
