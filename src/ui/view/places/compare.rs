//! The pinned run and the one on show: what became of the mail, which switches made that, and both line by line.

use crate::compare::Pair;
use crate::scenario::Edit;
use crate::share::{Fold, Pinned, View};
use crate::story::say;
use crate::text::Text;
use crate::trace::{EventId, What};
use crate::ui::state::{Action, Look, Run};
use crate::ui::study::{Other, Study};
use crate::ui::view::frame::title;
use crate::ui::view::kit::markup::prelude::*;
use crate::ui::view::kit::place::{Needs, Place, no_keys};
use crate::ui::view::kit::prose::aside;
use crate::ui::view::kit::row::{arrow, lane};
use crate::ui::view::kit::scene::{MAIN_ID, Scene};
use crate::ui::view::kit::tone;
use crate::ui::view::session::ladder::event_words;

/// Rows around a difference that are shown with it, and the id of the first difference.
const CONTEXT: usize = 2;
const FIRST_ID: &str = "first-difference";

pub const PLACE: Place = Place { name: |text| text.compare.compare, view, keys: no_keys, needs: Needs::Other };

fn view(scene: &Scene) -> Html {
    let text = &scene.text.compare;
    let body = match (scene.other, scene.state.pinned) {
        (Some(other), Some(pinned)) => compared(scene, other, &pinned),
        _ => nothing_pinned(scene),
    };
    html! {
        <section class="card grid-page compare" aria-label={text.heading}>
            <div class="grid-head">
                <h2>{ text.heading }</h2>
                <div class="bar">
                    if scene.state.pinned.is_some() {
                        <button type="button" class="button" onclick={scene.act(Action::Unpin)}>{ text.unpin }</button>
                    }
                    <button type="button" class="button" onclick={scene.act(Action::Show(View::Session))}>{ text.back }</button>
                </div>
            </div>
            { body }
        </section>
    }
}

/// What to do, and the nearest run to compare with.
fn nothing_pinned(scene: &Scene) -> Html {
    let text = &scene.text.compare;
    let near = scene.whole.neighbour().map(|edit| {
        html! {
            <button type="button" class="button" onclick={scene.act_at(Action::Against(edit), MAIN_ID)}>{ (text.against)(edit) }</button>
        }
    });
    html! {
        <>
            <p>{ text.nothing_pinned }</p>
            <div class="bar">
                { near.unwrap_or_default() }
                <button type="button" class="button" onclick={scene.act_at(Action::Pin, MAIN_ID)}>{ text.pin_this }</button>
            </div>
        </>
    }
}

fn compared(scene: &Scene, other: &Other, pinned: &Pinned) -> Html {
    let text = &scene.text.compare;
    let [left, right] = text.heads;
    let octet = match other.comparison.octet {
        Some(octet) => (text.octet)(octet.connection, octet.from, octet.at, octet.left, octet.right),
        None => text.same_octets.to_owned(),
    };
    html! {
        <>
            <p class="endings">{ (text.endings)(other.endings) }</p>
            <div class="sides">
                { side(scene, left, &Run::of(pinned.scenario, pinned.preset), &other.study) }
                { side(scene, right, &scene.state.run, scene.whole) }
            </div>
            { switches(scene, other, pinned) }
            <h3>{ text.first }</h3>
            if other.comparison.first().is_none() {
                <p>{ text.alike }</p>
            }
            { table(scene, other) }
            <p class="note">{ octet }</p>
        </>
    }
}

/// A run's name and its outcome.
fn side(scene: &Scene, head: &'static str, run: &Run, study: &Study) -> Html {
    let text = scene.text;
    let tone = study.story.outcome.tone();
    html! {
        <div class={classes!("side", tone::class(tone))}>
            <p class="meta">{ head }</p>
            <p><b>{ title::whole(text, run) }</b></p>
            <p class="headline">{ tone::shape(tone) }{ (text.outcome.headline)(say::headline(study.facts())) }</p>
            <p>{ (text.outcome.because)(&say::because(study.facts())) }</p>
        </div>
    }
}

fn switches(scene: &Scene, other: &Other, pinned: &Pinned) -> Html {
    let text = &scene.text.compare;
    let now = &scene.state.run.scenario;
    let pairs = pinned.scenario.edits_from(now).into_iter().zip(now.edits_from(&pinned.scenario));
    let mut switches: Vec<_> = pairs.map(|(before, now)| (before, now, makes(other, now))).collect();
    // What made the outcome stands first, then what made the first difference.
    switches.sort_by_key(|(.., (decides, is_first))| (!decides, !is_first));
    let items = switches.iter().map(|&(before, now, (decides, is_first))| {
        html! {
            <li class={(decides || is_first).then_some("cause")}>
                { (text.change)(before, now) }
                if decides {
                    <span>{ "◂ " }{ text.decides }</span>
                }
                if is_first {
                    <span>{ "◂ " }{ text.cause }</span>
                }
            </li>
        }
    });
    html! {
        <>
            <h3>{ text.switches }</h3>
            if switches.is_empty() {
                <p>{ text.no_switch }</p>
            } else {
                <ul class="switches">{ for items }</ul>
            }
        </>
    }
}

/// Whether a switch alone makes the outcome, and the first difference.
fn makes(other: &Other, edit: Edit) -> (bool, bool) {
    (other.deciding.contains(&edit), other.causes.contains(&edit))
}

fn table(scene: &Scene, other: &Other) -> Html {
    let text = &scene.text.compare;
    let pairs = &other.comparison.pairs;
    let first = pairs.iter().position(|pair| !pair.same);
    let near = |index: usize| {
        let from = index.saturating_sub(CONTEXT);
        pairs.get(from..(index + CONTEXT + 1).min(pairs.len())).is_some_and(|near| near.iter().any(|pair| !pair.same))
    };
    let mut rows = Vec::new();
    let mut skipped = 0;
    let flush = |skipped: &mut usize, rows: &mut Vec<Html>| {
        if *skipped > 0 {
            let words = (text.skipped)(std::mem::take(skipped));
            rows.push(html! { <tr class="skipped"><td colspan="3">{ words }</td></tr> });
        }
    };
    for (index, pair) in pairs.iter().enumerate() {
        if !near(index) && !scene.state.shown.open.has(Fold::Alike) {
            skipped += 1;
            continue;
        }
        flush(&mut skipped, &mut rows);
        rows.push(row(scene, other, pair, first == Some(index)));
    }
    flush(&mut skipped, &mut rows);
    let [left, right] = text.heads;
    let all = scene.state.shown.open.has(Fold::Alike);
    html! {
        <>
            <div class="bar">
                <button type="button" class="button small" aria-pressed={if all { "true" } else { "false" }}
                    onclick={scene.act(Look::Fold(Fold::Alike, !all))}>{ if all { text.show_differences } else { text.show_all } }</button>
            </div>
            <table class="pairs" aria-label={text.table}>
                <thead><tr><th scope="col"><span class="sr">{ text.table }</span></th><th scope="col">{ left }</th><th scope="col">{ right }</th></tr></thead>
                <tbody>{ for rows }</tbody>
            </table>
        </>
    }
}

fn row(scene: &Scene, other: &Other, pair: &Pair, is_first: bool) -> Html {
    let text = &scene.text.compare;
    let [same, differs, only_left, only_right] = text.marks;
    let ((glyph, word), class) = match (pair.same, pair.left, pair.right) {
        (true, ..) => (same, "same"),
        (false, Some(_), Some(_)) => (differs, "differs"),
        (false, Some(_), None) => (only_left, "left"),
        (false, None, _) => (only_right, "right"),
    };
    html! {
        <tr class={classes!(class, is_first.then_some("first"))} id={is_first.then_some(FIRST_ID)}>
            <th scope="row"><span aria-hidden="true">{ glyph }</span>{ aside(word) }</th>
            <td>{ pair.left.map(|id| one(scene, &other.study, id, Action::Swap(id))).unwrap_or_default() }</td>
            <td>{ pair.right.map(|id| one(scene, scene.whole, id, Action::Visit(id))).unwrap_or_default() }</td>
        </tr>
    }
}

/// A thing that one of the runs has, which leads to it.
fn one(scene: &Scene, study: &Study, id: EventId, to: Action) -> Html {
    let text: &Text = scene.text;
    let Some(event) = study.trace.events.get(id) else { return Html::default() };
    let is_sent = matches!(event.what, What::Sent { .. });
    let facts = study.facts();
    let sealed = study.trace.sealed(event) || study.reading.messages(id).iter().any(|message| message.sealed);
    let words = match event.what {
        // Who calls whom: by its row in the log it is the same call.
        What::Opened => (text.log.connection)(&say::connection(facts, event.connection)),
        _ => event_words(text, facts, id),
    };
    let class = classes!("pair", if is_sent { lane(event.who) } else { "note" });
    html! {
        <button type="button" {class} onclick={scene.act(to)}>
            <span class="a" aria-hidden="true">{ if is_sent { arrow(event.who, sealed) } else { "∙" } }</span>
            <span class="t">{ words }</span>
        </button>
    }
}
