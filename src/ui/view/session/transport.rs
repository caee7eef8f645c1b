//! The transport bar: step by step, or by the scrubber with ticks at the points. Where there is little room it stays at the bottom, with one
//! line of the step, which opens the inspector.

use super::lesson;
use crate::scenario::{Choice, Value};
use crate::share::{Fold, PlayPace};
use crate::story::rows::At;
use crate::story::say;
use crate::ui::browser;
use crate::ui::state::{Action, Look, Move, answer};
use crate::ui::view::kit::markup::prelude::*;
use crate::ui::view::kit::scene::{NEXT_ID, OPENER_ID, SHEET_ID, Scene};

/// The scrubber's drawing, in its own units.
const WIDTH: usize = 1_000;

pub fn view(scene: &Scene) -> Html {
    let (text, stage) = (&scene.text.playback, &scene.text.stage);
    let study = scene.whole;
    let (first, last) = (study.steps.first(), study.steps.last());
    let playing = scene.state.playback.playing;
    let (name, icon) =
        if playing { (text.pause, "M4 3h3v10H4zM9 3h3v10H9z") } else { (text.play, "M4.5 2.5v11l9-5.5z") };
    let to = |target: Option<usize>| target.map_or_else(Callback::noop, |id| scene.act(Move::Go(id)));
    html! {
        <div class="transport" role="group" aria-label={text.bar}>
            { opener(scene) }
            { button(text.first, "M3 3h2v10H3zM13 3v10L6 8z", "end", scene.stop == first, to(Some(first))) }
            { button(text.previous, "M11.5 3v10l-7-5z", "", scene.stop == first, to(study.steps.previous(scene.stop))) }
            { button(name, icon, "play", !playing && scene.stop == last, scene.act(Move::Play(!playing))) }
            { next(scene) }
            { button(text.last, "M11 3h2v10h-2zM3 3v10l7-5z", "end", scene.stop == last, to(Some(last))) }
            { scrubber(scene) }
            <button type="button" class="button icon enter" aria-label={stage.enter} title={stage.enter} onclick={scene.act(Look::Stage(true))}>
                { glyph("M1 2.5h14v9H1zm1.5 1.5v6h11V4zM5 13h6v1.5H5z") }<span>{ stage.name }</span>
            </button>
            { speed(scene) }
        </div>
    }
}

/// The next step; where a question stands, past it; at the end of a run of a lesson, what comes then.
fn next(scene: &Scene) -> Html {
    let (lessons, steps) = (&scene.text.lessons, &scene.whole.steps);
    let icon = "M4.5 3v10l7-5z";
    let on = match scene.asked {
        Some(halt) => Some(answer(halt, steps, None)),
        None => steps.next(scene.stop).map(Move::Go).map(Action::Move),
    };
    if on.is_some() || !scene.state.is_in_lesson() {
        let (is_last, press) = (on.is_none(), on.map_or_else(Callback::noop, |on| scene.act(on)));
        return button(scene.text.playback.next, icon, "next", is_last, press);
    }
    match scene.state.onward() {
        Some(action @ Action::Lesson(_, 1..)) => {
            button(lessons.next_run, icon, "next onward", false, scene.act(action))
        }
        Some(action) => button(lessons.next, icon, "next onward", false, scene.act(action)),
        None => button(lessons.done, icon, "next onward", true, Callback::noop()),
    }
}

/// This step in one line.
fn opener(scene: &Scene) -> Html {
    let open = scene.state.shown.open.has(Fold::Why);
    let words = match scene.asked {
        Some(_) => scene.text.questions.first.to_owned(),
        None => (scene.text.inspector.step)(&say::step(scene.facts(), scene.stop)).replace('`', ""),
    };
    // At both ends of a stop what to watch, or to take away, is near at hand, and whole.
    let steps = &scene.whole.steps;
    let told = lesson::words_of_stop(scene).filter(|_| [steps.first(), steps.last()].contains(&scene.stop));
    let line = match told {
        Some((name, words)) => {
            let changed = lesson::changed(scene).filter(|_| scene.stop == steps.first());
            html! { <span class="whole">if let Some(changed) = changed { { changed }{ ". " } }<b>{ name }</b>{ ": " }{ words.replace('`', "") }</span> }
        }
        None => {
            html! { <span>if let Some((_, stop)) = lesson::place(scene) { <b>{ stop }</b>{ " · " } }<b>{ scene.text.stage.why }</b>{ " " }{ words }</span> }
        }
    };
    html! {
        <button type="button" class="opener" id={OPENER_ID} aria-expanded={if open { "true" } else { "false" }} aria-controls={SHEET_ID}
            onclick={scene.act(Look::Fold(Fold::Why, !open))}>{ line }</button>
    }
}

/// How fast it plays.
fn speed(scene: &Scene) -> Html {
    let text = &scene.text.playback;
    let chosen = scene.on.reform(|event: Event| {
        Look::Pace(PlayPace::parse(&browser::chosen(&event)).unwrap_or(PlayPace::Normal)).into()
    });
    let options = PlayPace::ALL.iter().map(|&pace| {
        html! { <option value={pace.key()} selected={pace == scene.state.shown.pace}>{ (text.pace)(pace) }</option> }
    });
    html! { <select class="pace" name="pace" aria-label={text.speed} title={text.speed} onchange={chosen}>{ for options }</select> }
}

/// A button that stays focusable at the end of the session: the focus must not get lost under a key that is held.
fn button(
    name: &'static str,
    icon: &'static str,
    class: &'static str,
    off: bool,
    onclick: Callback<MouseEvent>,
) -> Html {
    let onclick = if off { Callback::noop() } else { onclick };
    html! {
        <button type="button" id={class.starts_with("next").then_some(NEXT_ID)} class={classes!("button", "icon", class)} aria-label={name} title={name}
            aria-disabled={off.then_some("true")} {onclick}>
            { glyph(icon) }
        </button>
    }
}

fn glyph(icon: &'static str) -> Html {
    html! { <svg class="glyph" viewBox="0 0 16 16" aria-hidden="true"><path d={icon} fill="currentColor" /></svg> }
}

fn scrubber(scene: &Scene) -> Html {
    let text = &scene.text.playback;
    let study = scene.whole;
    let (step, count) = (study.steps.number(scene.stop), study.steps.count());
    let (on, steps) = (scene.on.clone(), study.steps.clone());
    let slide = move |event: InputEvent| {
        let value: Option<usize> = browser::typed(&event).parse().ok();
        if let Some(step) = value {
            on.emit(Move::Go(steps.at(At::Step(step))).into());
        }
    };
    let at = |step: usize| (WIDTH * step.saturating_sub(1) / count.saturating_sub(1).max(1)).to_string();
    let ticks = scene.study.story.chapters().iter().flat_map(|chapter| &chapter.points).filter_map(|point| {
        let x = at(study.steps.number(*point.events.first()?));
        Some(html! { <line class="tick" x1={x.clone()} x2={x} y1="0" y2="16" /> })
    });
    let name = (scene.text.points.name)(&say::point(scene.facts(), scene.chapter, scene.part));
    let point = scene.part.number().map_or(name.clone(), |number| format!("{number:02} {name}"));
    html! {
        <>
            <div class="scrubber">
                <svg viewBox={format!("0 0 {WIDTH} 16")} preserveAspectRatio="none" aria-hidden="true">
                    <rect class="groove" x="0" y="5" width={WIDTH.to_string()} height="6" />
                    <rect class="done" x="0" y="5" width={at(step)} height="6" />
                    { for ticks }
                </svg>
                <input type="range" name="step" min="1" max={count.to_string()} step="1" value={step.to_string()}
                    aria-label={text.step} aria-valuetext={(text.value)(step, count, &point)} oninput={slide} />
            </div>
            <span class="counter" aria-hidden="true">{ format!("{step} / {count}") }</span>
        </>
    }
}
