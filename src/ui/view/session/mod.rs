//! A session, step by step: what to watch, the outcome, the switches, the log, and the inspector.

pub mod ask;
mod controls;
mod filter;
mod forecast;
mod keys;
pub mod ladder;
pub mod lesson;
mod lamps;
mod letter;
mod negotiation;
mod outcome;
mod printed;
mod protocol;
mod road;
mod stage;
mod stepper;
mod transport;

use crate::share::{Log, View};
use crate::ui::state::{Action, Look, RunName};
use crate::ui::view::frame::header;
use crate::ui::view::inspector;
use crate::ui::view::kit::markup::prelude::*;
use crate::ui::view::kit::place::{Needs, Place};
use crate::ui::view::kit::prose::told;
use crate::ui::view::kit::scene::Scene;

pub const PLACE: Place = Place { name: |text| text.log.region, view, keys: keys::action, needs: Needs::Nothing };

fn view(scene: &Scene) -> Html {
    if scene.state.is_on_stage() {
        return stage::view(scene);
    }
    html! {
        <>
            { lesson::view(scene) }
            { watch(scene) }
            { controls::refusal_of_hidden(scene) }
            { road::view(scene) }
            <div class="grid">
                { outcome::view(scene) }
                { log(scene) }
                { inspector::view(scene) }
            </div>
        </>
    }
}

fn log(scene: &Scene) -> Html {
    let is_over = scene.stop == scene.whole.steps.last() && scene.asked.is_none();
    let rows = is_over.then(|| lesson::ended(scene)).flatten().or_else(|| printed::view_of(scene));
    let rows = rows.unwrap_or_else(|| match scene.state.shown.log {
        Log::Protocol => protocol::view(scene),
        Log::Live | Log::Printed => ladder::view(scene),
    });
    html! {
        <section class="card session" aria-label={scene.text.log.region}>
            { stepper::view(scene) }
            { rows }
            { forecast::view(scene) }
            { ask::view(scene) }
            { transport::view(scene) }
        </section>
    }
}

/// What to watch; of a changed scenario what that has changed, and of a cell of the grid which it is. What a preset promises is said of
/// the preset alone.
fn watch(scene: &Scene) -> Html {
    let (page, run) = (&scene.text.page, &scene.state.run);
    let name = match run.name() {
        // One came to it by the lesson, and not by the table.
        RunName::Cell(..) if scene.state.is_in_lesson() => RunName::ChangedFrom,
        name => name,
    };
    let (head, words, more) = match name {
        // What a preset lets one watch tells what will come.
        RunName::Preset if !scene.is_decided() => {
            return html! { <div class="strip">{ header::scenario(scene) }{ extent(scene) }</div> };
        }
        RunName::Preset => (page.watch, (page.preset)(run.preset).meaning.to_owned(), Html::default()),
        // What became of it then stands with the outcome; what a lesson changes, it says itself.
        RunName::ChangedFrom => {
            let edits = if scene.state.of_stop().is_some() { Html::default() } else { edits(scene) };
            return html! { <div class="strip">{ header::scenario(scene) }{ edits }{ extent(scene) }</div> };
        }
        RunName::Cell(_, situation) => {
            (page.in_grid, (scene.text.grid.situation)(situation).meaning.to_owned(), back(scene))
        }
    };
    html! {
        <div class="strip">
            { header::scenario(scene) }
            <p class="watch"><strong>{ head }</strong>{ " " }{ told(scene, &words) }</p>
            { more }
            { extent(scene) }
        </div>
    }
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
    let run = &scene.state.run;
    // Both in the order of the fields: the switch as it is, and as the preset has it.
    let both = run.edits().into_iter().zip(run.base().edits_from(&run.scenario));
    let list = both.map(|(now, before)| {
        let undo = (scene.text.controls.undo)((scene.text.controls.field)(now));
        html! {
            <li>
                { (scene.text.compare.change)(before, now) }
                <button type="button" class="link" aria-label={undo.clone()} title={undo}
                    onclick={scene.act(Action::Edit(before, scene.spot()))}>{ "×" }</button>
            </li>
        }
    });
    html! {
        <div class="edits">
            <ul aria-label={page.changed}>{ for list }</ul>
            <button type="button" class="button small" onclick={scene.act(Action::Reset(scene.spot()))}>{ page.reset }</button>
        </div>
    }
}

fn back(scene: &Scene) -> Html {
    html! {
        <button type="button" class="button small" onclick={scene.act(Action::Show(View::Grid))}>{ scene.text.page.back_to_grid }</button>
    }
}
