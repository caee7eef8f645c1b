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
                // What the runs came to is a verdict, too.
                { lesson::ended(scene).filter(|_| verdict).unwrap_or_else(|| ladder::view(scene)) }
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

/// What is run, in few words: the stop of the lesson, the story, what was changed in it, the sender's policy; and what to watch, or to take away.
fn billing(scene: &Scene) -> Html {
    let (run, cell) = (&scene.state.run, scene.text.page.cell);
    let mut story = title::whole(scene.text, run);
    // Where it was not changed, the story's name need not say it.
    if !run.edits().iter().any(|edit| matches!(edit, Edit::Policy(_))) {
        story = cell(&story, (scene.text.controls.policy)(run.scenario.policy).name);
    }
    let (name, rest) = match lesson::place(scene) {
        Some((lesson, stop)) => (cell(&lesson, &stop), story),
        None => (story, String::new()),
    };
    html! {
        <>
            <b>{ name }</b>
            if !rest.is_empty() { { " · " }{ rest } }
            if let Some(told) = lesson::told_of_stop(scene) { { " · " }{ told } }
        </>
    }
}
