//! A session, step by step: what to watch, the outcome, the switches, the log, and the inspector.

mod ask;
mod controls;
mod filter;
mod keys;
pub mod ladder;
mod lesson;
mod lamps;
mod letter;
mod negotiation;
mod outcome;
mod printed;
mod stepper;
mod transport;

use crate::share::{Log, Tab, View};
use crate::story::say;
use crate::ui::state::{Action, Look, Run, RunName};
use crate::ui::view::frame::title;
use crate::ui::view::inspector;
use crate::ui::view::kit::markup::prelude::*;
use crate::ui::view::kit::place::{Needs, Place};
use crate::ui::view::kit::prose::prose;
use crate::ui::view::kit::scene::Scene;

pub const PLACE: Place = Place { name: |text| text.log.region, view, keys: keys::action, needs: Needs::Nothing };

fn view(scene: &Scene) -> Html {
    html! {
        <>
            { lesson::view(scene) }
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
            { ask::view(scene) }
            { transport::view(scene) }
        </section>
    }
}

/// What to watch; of a changed scenario what that has changed, and of a cell of the grid which it is. What a preset promises is said of
/// the preset alone.
fn watch(scene: &Scene) -> Html {
    let (page, run) = (&scene.text.page, &scene.state.run);
    let (head, words, more) = match run.name() {
        // What a preset lets one watch tells what will come.
        RunName::Preset if !scene.is_decided() => {
            return html! { <div class="strip">{ extent(scene) }{ pinned(scene) }</div> };
        }
        RunName::Preset => (page.watch, (page.preset)(run.preset).meaning.to_owned(), Html::default()),
        RunName::ChangedFrom => (page.changed, was_and_is(scene), edits(scene)),
        RunName::Cell(_, situation) => {
            (page.in_grid, (scene.text.grid.situation)(situation).meaning.to_owned(), back(scene))
        }
    };
    html! {
        <div class="strip">
            <p class="watch"><strong>{ head }</strong>{ " " }{ prose(&words) }</p>
            { more }
            { extent(scene) }
            { pinned(scene) }
        </div>
    }
}

/// What became of the preset's mail, what becomes of it now, and why.
fn was_and_is(scene: &Scene) -> String {
    let text = &scene.text.outcome;
    if !scene.is_decided() {
        return scene.was.map(|was| (scene.text.page.was)((text.headline)(was))).unwrap_or_default();
    }
    let facts = scene.whole.facts();
    let now = say::headline(facts);
    let was = scene.was.filter(|&was| was != now).map(text.headline);
    let because = (text.because)(&say::because(facts));
    format!("{} {because}", (scene.text.page.was_now)(was, (text.headline)(now)))
}

/// How much of the run is shown.
fn extent(scene: &Scene) -> Html {
    let page = &scene.text.page;
    let choice = |end: bool, name: &'static str| {
        let pressed = if scene.state.shown.end.is_on() == end { "true" } else { "false" };
        html! { <button type="button" aria-pressed={pressed} onclick={scene.act(Look::End(end))}>{ name }</button> }
    };
    html! {
        <div class="extent">
            { lesson::ask_me(scene) }
            <div class="views" role="group" aria-label={page.extent}>
                { choice(false, page.so_far) }
                { choice(true, page.the_end) }
            </div>
        </div>
    }
}

fn edits(scene: &Scene) -> Html {
    let page = &scene.text.page;
    let list = scene.state.run.edits().into_iter().map(|edit| html! { <li>{ (page.edit)(edit) }</li> });
    html! {
        <div class="edits">
            <ul aria-label={page.changed}>{ for list }</ul>
            <button type="button" class="button small" onclick={scene.act(Action::Reset(scene.spot()))}>{ page.reset }</button>
        </div>
    }
}

/// What is kept to be compared with. The region is always there, so that a screen reader hears what comes into it.
fn pinned(scene: &Scene) -> Html {
    let text = &scene.text.compare;
    let chip = scene.state.pinned.map(|pinned| {
        let name = title::scenario(scene.text, &Run::of(pinned.scenario, pinned.preset));
        html! {
            <>
                <strong>{ text.pinned }</strong>{ " " }{ name }{ " " }
                <button type="button" class="button small" onclick={scene.act(Action::Unpin)}>{ text.unpin }</button>
            </>
        }
    });
    html! { <p class="pinned" role="status">{ chip.unwrap_or_default() }</p> }
}

fn back(scene: &Scene) -> Html {
    html! {
        <button type="button" class="button small" onclick={scene.act(Action::Show(View::Grid))}>{ scene.text.page.back_to_grid }</button>
    }
}
