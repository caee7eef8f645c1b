//! The session on the stage: the points, the log, and one caption, large. What else there is to do has keys, and buttons at the foot.

use super::{ask, keys, ladder, lesson, outcome, printed, stepper};
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
    let Presenting { blank, verdict, ended } = presenting;
    let steps = &scene.whole.steps;
    let to = |action: Option<Action>| action.map_or_else(Callback::noop, |action| scene.act(action));
    let (state, whole, halts) = (scene.state, scene.whole, scene.halts);
    let on = keys::forward(state, whole, halts);
    let on_to = match (scene.asked, &on) {
        (Some(halt), _) if halt.is_told(steps, halt.next(steps)) => text.answer,
        (Some(halt), _) => &(text.unanswered)(steps.number(halt.told(steps))),
        (None, Some(Action::Present(Presenting { ended: true, .. }))) => scene.text.lessons.ended_here,
        (None, Some(Action::Present(_))) => text.verdict,
        (None, Some(Action::Lesson(_, 1..))) => scene.text.lessons.next_run,
        (None, Some(Action::Move(_))) => text.next,
        (None, Some(_)) => scene.text.lessons.next,
        (None, None) => "",
    };
    let key = |key: &'static str, name: &str, onclick: Callback<MouseEvent>| {
        html! { <button type="button" class="link" {onclick}><kbd>{ key }</kbd>{ name.to_owned() }</button> }
    };
    // What the runs came to has the whole stage.
    let shown = ended.then(|| lesson::ended(scene)).flatten().unwrap_or_else(|| run(scene));
    html! {
        <>
            <h1 class="sr">{ title::scenario(scene.text, &scene.state.run) }</h1>
            <section class="session" aria-label={scene.text.log.region}>
                <p class="billing">{ billing(scene) }</p>
                { shown }
                <div class="clicker" role="group" aria-label={scene.text.playback.bar}>
                    if on.is_some() { { key("PageDown", on_to, to(on)) } }
                    { key("PageUp", text.previous, to(keys::back(state, whole, halts))) }
                    if scene.asked.is_none() {
                        { key("V", if verdict { text.cover } else { text.verdict }, scene.act(Action::Present(presenting.turned()))) }
                    }
                    { key("B", text.blank, scene.act(Action::Present(Presenting { blank: true, ..presenting }))) }
                    { key("Esc", text.leave, scene.act(Look::Stage(false))) }
                    <span class="counter">{ format!("{} / {}", steps.number(scene.stop), steps.count()) }</span>
                </div>
            </section>
            if blank {
                <button type="button" class="blank" aria-label={text.show}
                    onclick={scene.act(Action::Present(Presenting { blank: false, ..presenting }))}></button>
            }
        </>
    }
}

/// The run: its points, its log, a question, and the step in words.
fn run(scene: &Scene) -> Html {
    let text = &scene.text.inspector;
    html! {
        <>
            { stepper::view(scene) }
            { printed::view_of(scene).unwrap_or_else(|| ladder::view(scene)) }
            { ask::view(scene) }
            <div class="caption">
                <p>{ prose(&(text.step)(&say::step(scene.facts(), scene.stop))) }</p>
                if scene.state.presenting.verdict { { outcome::verdict(scene) } }
            </div>
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
            // Of several the one on show: its points begin again.
            if scene.study.story.chapters().len() > 1 {
                { " · " }<b>{ (scene.text.points.connection)(&say::connection(scene.facts(), scene.chapter.account.connection)) }</b>
            }
            if let Some(told) = lesson::told_of_stop(scene) { { " · " }{ told } }
        </>
    }
}
