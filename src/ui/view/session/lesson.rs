//! Where one is in a lesson: its stop, what to watch, and what to take away once the run has shown it.

use crate::scenario::{Choice, Value};
use crate::share::AskMe;
use crate::share::InLesson;
use crate::ui::browser;
use crate::ui::state::{Action, Look};
use crate::ui::view::kit::markup::prelude::*;
use crate::ui::view::kit::prose::told;
use crate::ui::view::kit::scene::Scene;

pub fn view(scene: &Scene) -> Html {
    let Some(here) = scene.state.lesson else { return Html::default() };
    let text = &scene.text.lessons;
    let lesson = (text.lesson)(here.lesson);
    let stops = here.lesson.stops();
    let (watch, takeaway) = lesson.stops.get(here.stop.saturating_sub(1)).copied().unwrap_or_default();
    let runs = stops.get(here.stop.saturating_sub(1)).map(|stop| stop.runs.len()).unwrap_or_default();
    let to = |name: String, stop: usize, run: usize| {
        let action = Action::Lesson(InLesson { stop, ..here }, run);
        html! { <button type="button" class="button small" onclick={scene.act(action)}>{ name }</button> }
    };
    let other = (1..runs).map(|run| to((text.run)(run + 1), here.stop, run));
    let next = (here.stop < stops.len()).then(|| to(text.next.to_owned(), here.stop + 1, 0));
    html! {
        <section class="in-lesson" aria-label={text.name}>
            <p><strong>{ lesson.title }</strong>{ " · " }{ (text.stop)(here.stop, stops.len()) }</p>
            if scene.is_decided() {
                <p><b>{ text.takeaway }</b>{ ": " }{ told(scene, takeaway) }</p>
            } else {
                <p><b>{ text.watch }</b>{ ": " }{ told(scene, watch) }</p>
            }
            <div class="edits">
                if here.stop > 1 { { to(text.previous.to_owned(), here.stop - 1, 0) } }
                { for other }
                { next.unwrap_or_default() }
                <button type="button" class="button small" onclick={scene.act(Action::LeaveLesson)}>{ text.leave }</button>
            </div>
        </section>
    }
}

/// When a run halts and asks.
pub fn ask_me(scene: &Scene) -> Html {
    let text = &scene.text.questions;
    let chosen = scene
        .on
        .reform(|event: Event| Look::Ask(AskMe::parse(&browser::chosen(&event)).unwrap_or(AskMe::Lessons)).into());
    let options = AskMe::ALL.iter().map(|&when| {
        html! { <option value={when.key()} selected={when == scene.state.shown.ask}>{ (text.when)(when) }</option> }
    });
    html! { <label class="ask-me">{ text.ask_me }{ " " }<select name="ask" aria-label={text.ask_me} onchange={chosen}>{ for options }</select></label> }
}
