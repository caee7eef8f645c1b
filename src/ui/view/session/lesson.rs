//! Where one is in a lesson: its stop, what to watch, and what to take away once the run has shown it.

use crate::scenario::{Choice, ClientPolicy, Edit, Value};
use crate::share::{AskMe, InLesson, View};
use crate::story::say::HeadlineClaim;
use crate::ui::browser;
use crate::ui::state::{Action, Look, Run, Visited};
use crate::ui::view::frame::title;
use crate::ui::view::kit::markup::prelude::*;
use crate::ui::view::kit::prose::told;
use crate::ui::view::kit::scene::{LOG_ID, Scene, row_id};
use crate::ui::view::kit::tone;

pub fn view(scene: &Scene) -> Html {
    let Some(here) = scene.state.lesson else { return own(scene) };
    let text = &scene.text.lessons;
    let lesson = (text.lesson)(here.lesson);
    let stops = here.lesson.stops();
    let (on_show, runs) = scene.state.run_of_stop(here);
    let is_changed = here.lesson.run(here.stop, &scene.state.run.scenario).is_none();
    let to = |name: String, stop: usize, run: usize| {
        let action = Action::Lesson(InLesson { stop, ..here }, run);
        html! { <button type="button" class="button small" onclick={scene.act(action)}>{ name }</button> }
    };
    let other =
        (0..runs).filter(|&run| run != on_show || is_changed).map(|run| to((text.run)(run + 1), here.stop, run));
    let next = (here.stop < stops.len()).then(|| to(text.next.to_owned(), here.stop + 1, 0));
    html! {
        <section class="in-lesson" aria-label={text.name}>
            <p><strong>{ lesson.title }</strong>{ " · " }{ (text.stop)(here.stop, stops.len()) }</p>
            <p>{ changed(scene).unwrap_or_default() }</p>
            <p>{ told_of_stop(scene).unwrap_or_default() }</p>
            <div class="edits">
                if here.stop > 1 { { to(text.previous.to_owned(), here.stop - 1, 0) } }
                { for other }
                { next.unwrap_or_default() }
                <button type="button" class="button small" onclick={scene.act(Action::LeaveLesson)}>{ text.leave }</button>
            </div>
        </section>
    }
}

/// What is another in this run than in the one before; nothing where it is another story.
pub fn changed(scene: &Scene) -> Option<Html> {
    let edits = scene.state.changed();
    (1..=2).contains(&edits.len()).then(|| edited(scene, edits))
}

fn edited(scene: &Scene, edits: Vec<Edit>) -> Html {
    let edits: Vec<String> = edits.into_iter().map(scene.text.page.edit).collect();
    html! { <span><b>{ scene.text.lessons.changed }</b>{ ": " }{ edits.join("; ") }</span> }
}

/// What to watch, or to take away, once the run has shown it.
pub fn told_of_stop(scene: &Scene) -> Option<Html> {
    let (name, words) = words_of_stop(scene)?;
    Some(html! { <span><b>{ name }</b>{ ": " }{ told(scene, words) }</span> })
}

/// Which of the two it is, and its words.
pub fn words_of_stop(scene: &Scene) -> Option<(&'static str, &'static str)> {
    let text = &scene.text.lessons;
    let here = scene.state.lesson?;
    let (watch, takeaway) = *(text.lesson)(here.lesson).stops.get(here.stop.checked_sub(1)?)?;
    // What is taken away is of all runs of the stop.
    let (run, runs) = scene.state.run_of_stop(here);
    let is_shown = scene.state.is_on_stage() && scene.state.presenting.verdict;
    let is_seen = (scene.is_decided() || is_shown) && run + 1 == runs;
    Some(if is_seen { (text.takeaway, takeaway) } else { (text.watch, watch) })
}

/// Which stop of which lesson.
pub fn place(scene: &Scene) -> Option<(String, String)> {
    let (text, own) = (&scene.text.lessons, &scene.state.own);
    let (stop, all) = match scene.state.lesson {
        Some(here) => (here.stop, here.lesson.stops().len()),
        None => (own.at?, own.stops.len()),
    };
    let stop = (text.stop)(stop, all);
    let of_runs = scene.state.lesson.map(|here| scene.state.run_of_stop(here)).filter(|(_, runs)| *runs > 1);
    Some((name(scene), of_runs.map_or(stop.clone(), |(run, _)| (scene.text.page.cell)(&stop, &(text.nth)(run + 1)))))
}

/// A lesson of one's own: what was changed from the stop before.
fn own(scene: &Scene) -> Html {
    let own = &scene.state.own;
    let text = &scene.text.lessons;
    let Some(at) = own.at else { return Html::default() };
    let edits = scene.state.changed();
    let to = |name: &'static str, stop: usize| {
        html! { <button type="button" class="button small" onclick={scene.act(Action::OwnStop(stop))}>{ name }</button> }
    };
    html! {
        <section class="in-lesson" aria-label={text.name}>
            <p><strong>{ title(scene) }</strong>{ " · " }{ (text.stop)(at, own.stops.len()) }</p>
            // One line, and the rest behind its mark.
            if !edits.is_empty() { <details class="changed"><summary>{ edited(scene, edits) }</summary></details> }
            <div class="edits">
                if at > 1 { { to(text.previous, at - 1) } }
                if at < own.stops.len() { { to(text.next, at + 1) } }
                <button type="button" class="button small" onclick={scene.act(Action::LeaveLesson)}>{ text.leave }</button>
            </div>
        </section>
    }
}

/// Of the lesson that is gone through, built in or one's own.
pub fn name(scene: &Scene) -> String {
    let lesson = scene.state.lesson.map(|here| (scene.text.lessons.lesson)(here.lesson));
    lesson.map_or_else(|| title(scene), |lesson| lesson.title.to_owned())
}

/// Of the lesson of one's own.
pub fn title(scene: &Scene) -> String {
    let title = scene.state.own.title.trim();
    if title.is_empty() { scene.text.lessons.untitled.to_owned() } else { title.to_owned() }
}

/// The lesson is over: what became of the mail at each stop, beside what an opportunistic sender would have come to. It stands in place of
/// the log, so that nothing else has to make room.
pub fn ended(scene: &Scene) -> Option<Html> {
    let (text, grid) = (&scene.text.lessons, &scene.text.grid);
    let runs = scene.state.ended();
    if runs.is_empty() {
        return None;
    }
    let cell = |by: &'static str, headline: Option<HeadlineClaim>| {
        let shown = headline.map(|headline| {
            let tone = tone::of(headline);
            html! { <span class={classes!("cell", tone::class(tone))}>{ tone::shape(tone) }{ (scene.text.outcome.headline)(headline) }</span> }
        });
        html! { <td data-by={by}>{ shown.unwrap_or_default() }</td> }
    };
    let opportunistic = (grid.policy_name)(ClientPolicy::Opportunistic);
    // Those that have run; the others come.
    let rows = runs.into_iter().map(|visited| {
        let Visited { stop, among, run } = visited;
        let ended = scene.state.ended.iter().find(|ended| ended.visited == visited);
        html! {
            <tr>
                <th scope="row"><b>{ (text.visited)(stop, among) }</b>{ " " }{ title::whole(scene.text, &Run::of(run.scenario, run.preset)) }</th>
                { cell(text.ended_here, ended.map(|ended| ended.headline)) }
                { cell(opportunistic, ended.map(|ended| ended.opportunistic)) }
            </tr>
        }
    });
    Some(html! {
        <section class="ended" id={LOG_ID} aria-label={text.ended} tabindex="0">
            // It comes into view as the row of the step does.
            <h2 id={row_id(scene.stop)}>{ text.ended }</h2>
            <table class="matrix">
                <thead><tr><td></td><th scope="col">{ text.ended_here }</th><th scope="col">{ opportunistic }</th></tr></thead>
                <tbody>{ for rows }</tbody>
            </table>
            <p>{ text.ended_question }{ " " }<button type="button" class="link" onclick={scene.act(Action::Show(View::Grid))}>{ grid.heading }</button></p>
        </section>
    })
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
