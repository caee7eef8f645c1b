//! The book's log as printed, beside the wire, row by row.

use super::ladder;
use crate::share::Log;
use crate::story::printed::{Difference, PrintedRow};
use crate::story::say;
use crate::trace::{EventId, What};
use crate::ui::state::Move;
use crate::ui::view::kit::markup::prelude::*;
use crate::ui::view::kit::prose::{cited, told_at};
use crate::ui::view::kit::row;
use crate::ui::view::kit::scene::{LOG_ID, Scene, row_id};

/// Where it is asked for, and the run is one of the book's server.
pub fn view_of(scene: &Scene) -> Option<Html> {
    (scene.state.shown.log == Log::Printed && !scene.study.printed().is_empty()).then(|| view(scene))
}

fn view(scene: &Scene) -> Html {
    let text = &scene.text.printed;
    // Two rows may stand for one event; only the first carries its id.
    let mut shown: Vec<EventId> = Vec::new();
    // Where the step has no printed line, the one before it is marked; before the first, that.
    let lines = || scene.whole.printed().iter().filter_map(|row| row.live);
    let now = lines().filter(|&id| id <= scene.stop).max().or(lines().min());
    // What the book prints is there from the beginning; what is beside it has to be sent first.
    let place = scene.whole.printed().iter().rposition(|row| row.live.is_some() && row.live == now);
    let rows = scene.whole.printed().iter().enumerate().map(|(index, row)| {
        if scene.study.trace.goes_on && Some(index) > place {
            return later(scene, row);
        }
        let is_first = row.live.is_some_and(|id| !shown.contains(&id));
        shown.extend(row.live);
        view_row(scene, row, is_first, row.live.is_some() && row.live == now)
    });
    let rows: Vec<Html> = rows.collect();
    html! {
        <>
            if !scene.state.is_on_stage() { { ladder::lanes(scene, "narrow") } }
            <div class="log print" id={LOG_ID} role="region" aria-label={text.table} tabindex="0">
                <p class="intro">{ text.intro }</p>
                <table aria-label={text.table}>
                    <thead><tr>
                        <th scope="col">{ text.book }</th>
                        <th scope="col">{ text.wire }</th>
                    </tr></thead>
                    <tbody>{ for rows }</tbody>
                </table>
            </div>
        </>
    }
}

fn view_row(scene: &Scene, row: &PrintedRow, is_first: bool, is_now: bool) -> Html {
    let text = &scene.text.printed;
    let narrated = row.difference == Some(Difference::Narration);
    let tone = match row.difference {
        None => "same",
        Some(Difference::Narration) => "narration",
        Some(_) => "differs",
    };
    let place = format!("{} {}", row.number.unwrap_or_default(), row.printed.unwrap_or_default());
    let why = row.difference.filter(|_| !narrated).map(|difference| {
        let words = (text.difference)(difference);
        let source = difference.source();
        let source = if source.is_empty() { String::new() } else { format!(" {source}") };
        html! { <tr class="why"><td colspan="2">{ told_at(scene, &place, words) }<span class="source">{ cited(&source) }</span></td></tr> }
    });
    html! {
        <>
            <tr class={classes!(tone, is_now.then_some("now"))}>
                <td>{ printed(row) }</td>
                <td>{ live(scene, row.live, is_first, is_now) }</td>
            </tr>
            { why.unwrap_or_default() }
        </>
    }
}

fn later(scene: &Scene, row: &PrintedRow) -> Html {
    html! {
        <tr class="later">
            <td>{ printed(row) }</td>
            <td><span class="nothing">{ scene.text.printed.not_yet }</span></td>
        </tr>
    }
}

fn printed(row: &PrintedRow) -> Html {
    let number = row.number.map(|number| format!("{number:02}")).unwrap_or_default();
    html! { <><span class="n">{ number }</span><span class="t">{ row.printed.unwrap_or_default() }</span></> }
}

fn live(scene: &Scene, id: Option<EventId>, is_first: bool, is_now: bool) -> Html {
    let text = &scene.text.printed;
    let Some((id, event)) = id.and_then(|id| Some((id, scene.whole.trace.events.get(id)?))) else {
        return html! { <span class="nothing">{ text.nothing }</span> };
    };
    let log = &scene.text.log;
    let sealed = scene.whole.trace.sealed(event);
    let words = match (&event.what, scene.whole.reading.line(id)) {
        (_, Some(line)) => line.text.lines().next().unwrap_or_default().to_owned(),
        (What::Sent { .. }, None) => {
            let names: Vec<String> =
                scene.whole.reading.messages(id).iter().map(|message| (log.message)(message)).collect();
            names.join(", ")
        }
        _ => (log.note)(&say::note(scene.whole.facts(), id)),
    };
    let arrow = if matches!(event.what, What::Sent { .. }) { row::arrow(event.who, sealed) } else { "∙" };
    html! {
        <button type="button" id={is_first.then(|| row_id(if is_now { scene.stop } else { id }))} class={classes!("wire", row::lane(event.who))} data-row="true"
            aria-current={is_now.then_some("true")} onclick={scene.act(Move::Go(id))}>
            <span class="a" aria-hidden="true">{ arrow }</span>
            <span class="t">{ words }</span>
        </button>
    }
}
