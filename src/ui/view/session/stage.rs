//! The session on the stage: the points, the log, and one caption, large. What else there is to do has keys, and buttons at the foot.

use super::{ask, keys, ladder, lesson, outcome, stepper};
use crate::scenario::Edit;
use crate::story::say;
use crate::ui::state::{Action, Look, Presenting};
use crate::ui::view::frame::title;
use crate::ui::view::kit::markup::prelude::*;
use crate::ui::view::kit::prose::prose;
use crate::ui::view::kit::scene::Scene;

pub fn view(scene: &Scene) -> Html {
    let text = &scene.text.stage;
    let presenting = scene.state.presenting;
    let Presenting { blank, verdict } = presenting;
    let steps = &scene.whole.steps;
    let to = |action: Option<Action>| action.map_or_else(Callback::noop, |action| scene.act(action));
    let (state, whole, halts) = (scene.state, scene.whole, scene.halts);
    let on = keys::forward(state, whole, halts);
    let on_to = match (scene.asked, &on) {
        (Some(halt), _) if halt.is_told(steps, halt.next(steps)) => text.answer,
        (Some(_), _) => text.unanswered,
        (None, Some(Action::Present(_))) => text.verdict,
        (None, Some(Action::Lesson(_, 1..))) => scene.text.lessons.next_run,
        (None, Some(Action::Move(_))) => text.next,
        (None, Some(_)) => scene.text.lessons.next,
        (None, None) => text.end,
    };
    let key = |key: &'static str, name: &'static str, onclick: Callback<MouseEvent>| {
        html! { <button type="button" class="link" {onclick}><kbd>{ key }</kbd>{ name }</button> }
    };
    html! {
        <>
            <h1 class="sr">{ title::scenario(scene.text, &scene.state.run) }</h1>
            <section class="session" aria-label={scene.text.log.region}>
                <p class="billing">{ billing(scene) }</p>
                { stepper::view(scene) }
                { ladder::view(scene) }
                { ask::view(scene) }
                <div class="caption">
                    <p>{ prose(&(scene.text.inspector.step)(&say::step(scene.facts(), scene.stop))) }</p>
                    if verdict { { outcome::verdict(scene) } }
                </div>
                <div class="clicker" role="group" aria-label={scene.text.playback.bar}>
                    { key("PageDown", on_to, to(on)) }
                    { key("PageUp", text.previous, to(keys::back(state, whole, halts))) }
                    if scene.asked.is_none() {
                        { key("V", if verdict { text.cover } else { text.verdict }, scene.act(Action::Present(Presenting { blank, verdict: !verdict }))) }
                    }
                    { key("B", text.blank, scene.act(Action::Present(Presenting { blank: true, verdict }))) }
                    { key("Esc", text.leave, scene.act(Look::Stage(false))) }
                    <span class="counter">{ format!("{} / {}", steps.number(scene.stop), steps.count()) }</span>
                </div>
            </section>
            if blank {
                <button type="button" class="blank" aria-label={text.show}
                    onclick={scene.act(Action::Present(Presenting { blank: false, verdict }))}></button>
            }
        </>
    }
}

/// What is run, in one line: the stop of the lesson or the story, the sender's policy, the path; and what to watch, or to take away.
fn billing(scene: &Scene) -> Html {
    let scenario = &scene.state.run.scenario;
    let told = lesson::told_of_stop(scene);
    let (policy, path) =
        ((scene.text.controls.policy)(scenario.policy).name, (scene.text.page.edit)(Edit::Path(scenario.path)));
    let name = match lesson::place(scene) {
        Some((lesson, stop)) => format!("{lesson} · {stop}"),
        None => title::scenario(scene.text, &scene.state.run),
    };
    html! { <><b>{ name }</b>{ format!(" · {policy} · {path}") }if let Some(told) = told { { " · " }{ told } }</> }
}
