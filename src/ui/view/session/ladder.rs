//! The ladder: one row for each thing that a learner should see, from the first to the last.

use super::{filter, negotiation, stepper};
use crate::dissect::smtp::{Line, Role};
use crate::scenario::Side;
use crate::share::Log;
use crate::story::rows::{Row, is_alarming};
use crate::story::say::{self, Facts};
use crate::story::{CapabilityChange, CapabilityFate};
use crate::text::Text;
use crate::trace::{EventId, What};
use crate::ui::filter::{Visible, is_open, matches, visible};
use crate::ui::state::Look;
use crate::ui::view::kit::markup::kept;
use crate::ui::view::kit::markup::prelude::*;
use crate::ui::view::kit::prose::aside;
use crate::ui::view::kit::row::{arrow, lane, margin, row, when};
use crate::ui::view::kit::scene::{LOG_ID, Scene};
use crate::ui::view::kit::tone;

pub fn view(scene: &Scene) -> Html {
    let text = &scene.text.log;
    let study = scene.study;
    let wanted = &scene.state.shown;
    let hits: Vec<bool> = match is_open(wanted) {
        true => vec![true; study.rows.len()],
        false => study.rows.iter().map(|row| matches(wanted, study, row, &words(scene, row))).collect(),
    };
    let here = study.rows.iter().rposition(|row| row.stops().contains(&scene.stop));
    // What is looked for is looked for in the whole run: the step where it is found does not change how often that is.
    let whole = &Scene { study: scene.whole, ..*scene };
    let found =
        scene.whole.rows.iter().filter(|row| !is_open(wanted) && matches(wanted, whole.study, row, &words(whole, row)));
    let stops: Vec<EventId> = found.filter_map(|row| row.stops().first().copied()).collect();
    let nowhere = stops.is_empty();
    // Rows that come do not become others: each is kept as what it is, but below a line that is only now known to be gone.
    let key = |index: usize| {
        let gone = study.rows.iter().take(index).filter(|row| matches!(row, Row::Gone { .. })).count();
        // Where TLS begins there is a note until something is sent in it.
        let open = matches!(study.rows.get(index), Some(Row::Negotiation(_)));
        format!("{index}-{gone}-{open}")
    };
    let rows = visible(&hits, here).into_iter().enumerate().map(|(place, row)| match row {
        Visible::Match(index) => kept(key(index), one(scene, index, false)),
        Visible::Context(index) => kept(key(index), one(scene, index, true)),
        Visible::Skipped { rows } => {
            html! { <li class="skipped" key={format!("skipped-{place}")}>{ (scene.text.filter.skipped)(rows) }</li> }
        }
    });
    html! {
        <>
            if !scene.state.is_on_stage() { { lanes(scene, "") }{ filter::view(scene, stops) } }
            <ol class="log" id={LOG_ID} aria-label={text.list}>
                if hits.contains(&true) { { for rows } } else { { filter::nothing(scene, nowhere) } }
            </ol>
        </>
    }
}

/// A row by its index.
fn one(scene: &Scene, index: usize, is_context: bool) -> Html {
    let Some(row) = scene.study.rows.get(index) else { return Html::default() };
    let scene = &Scene { is_context, ..*scene };
    let before = index.checked_sub(1).and_then(|before| scene.study.rows.get(before));
    match row {
        Row::Connection { id } | Row::Back { id } => connection(scene, *id),
        Row::Line { id, sealed } => line(scene, *id, *sealed, begins(scene, before, *id, *sealed)),
        Row::Gone { line } => gone(scene, index, line),
        Row::Note { id } => note(scene, *id),
        Row::Negotiation(open) => negotiation::view(scene, open),
        Row::Record { id } => html! { <li class={when(scene, *id)}>{ negotiation::record(scene, *id) }</li> },
    }
}

/// What a row says, to be searched.
fn words(scene: &Scene, row: &Row) -> String {
    let facts = scene.facts();
    match row {
        Row::Connection { id } | Row::Back { id } => {
            let number = scene.study.trace.events.get(*id).map_or(0, |event| event.connection);
            (scene.text.log.connection)(&say::connection(facts, number))
        }
        Row::Gone { line } => line.clone(),
        Row::Line { id, .. } | Row::Note { id } | Row::Record { id } => event_words(scene.text, facts, *id),
        Row::Negotiation(open) => {
            let entries = open.entries.iter().map(|&id| event_words(scene.text, facts, id));
            entries.collect::<Vec<_>>().join("\n")
        }
    }
}

/// What an event says, in one line.
pub fn said(scene: &Scene, id: EventId) -> String {
    let content = |line: &&Line| line.role == Role::Content;
    match (scene.study.reading.line(id).filter(content), scene.study.trace.events.get(id).map(|event| &event.what)) {
        (Some(_), Some(What::Sent { text: Some(span), .. })) => (scene.text.log.message_content)(span.len()),
        _ => event_words(scene.text, scene.facts(), id),
    }
}

/// What an event says, in one string.
pub fn event_words(text: &Text, facts: Facts, id: EventId) -> String {
    if let Some(line) = facts.reading.line(id) {
        return line.text.clone();
    }
    let messages = facts.reading.messages(id).iter();
    let said = messages.map(|message| {
        format!("{} {}", (text.log.message)(message), (text.log.message_facts)(message)).trim_end().to_owned()
    });
    let said: Vec<String> = said.collect();
    if said.is_empty() { (text.log.note)(&say::note(facts, id)) } else { said.join("; ") }
}

/// The heads of the lanes, with the choice of the view between them.
pub fn lanes(scene: &Scene, class: &'static str) -> Html {
    let text = &scene.text.log;
    let connection = scene.study.trace.events.get(scene.stop).map_or(0, |event| event.connection);
    let (client, server) = scene.study.hosts(connection);
    let end = |side| (text.end)(&say::end(scene.facts(), connection, side));
    // As high as it will be.
    let several = scene.whole.story.chapters().len() > 1;
    let choices = |is_book: bool| {
        let choice = |log, name: &'static str| {
            let pressed = if scene.state.shown.log == log { "true" } else { "false" };
            html! { <button type="button" aria-pressed={pressed} onclick={scene.act(Look::Log(log))}>{ name }</button> }
        };
        html! {
            <div class="views" role="group" aria-label={text.view}>
                { choice(Log::Live, text.live) }
                if is_book { { choice(Log::Printed, text.as_printed) } }
                { choice(Log::Protocol, text.as_logged) }
            </div>
        }
    };
    html! {
        <div class={classes!("lanes", class, several.then_some("several"))}>
            <p class="lane client" key={format!("client-{connection}")}><b>{ client }</b>{ " " }<span>{ end(Side::Client) }</span></p>
            // Between the two, so that nothing moves when another connection begins.
            <div class="between">{ stepper::connections(scene) }{ choices(!scene.study.printed().is_empty()) }</div>
            <p class="lane server" key={format!("server-{connection}")}><b>{ server }</b>{ " " }<span>{ end(Side::Server) }</span></p>
        </div>
    }
}

/// Whether a line is the first of its sender's turn: there the word for its protection is shown.
fn begins(scene: &Scene, before: Option<&Row>, id: EventId, sealed: bool) -> bool {
    let who = |id: EventId| scene.study.trace.events.get(id).map(|event| event.who);
    match before {
        Some(Row::Line { id: other, sealed: was }) => *was != sealed || who(*other) != who(id),
        Some(Row::Gone { .. }) => false,
        _ => true,
    }
}

fn line(scene: &Scene, id: EventId, sealed: bool, begins: bool) -> Html {
    let text = &scene.text.log;
    let (Some(event), Some(line)) = (scene.study.trace.events.get(id), scene.study.reading.line(id)) else {
        return Html::default();
    };
    let words = match (&line.role, &event.what) {
        (Role::Content, What::Sent { text: Some(span), .. }) => {
            html! { <span class="t folded">{ (text.message_content)(span.len()) }</span> }
        }
        _ => html! { <span class="t">{ emphasised(scene, id, &line.text) }</span> },
    };
    let tone = scene.tone(id, sealed);
    let class = classes!("line", lane(event.who), tone::class(tone));
    let content = html! {
        <>
            { margin(scene, id) }
            <span class="a" aria-hidden="true">{ arrow(event.who, sealed) }</span>
            { aside((text.direction)(event.who, tone)) }
            { words }
            if begins { <span class="st" aria-hidden="true">{ (text.protection)(tone) }</span> }
        </>
    };
    html! { <li class={when(scene, id)}>{ row(scene, id, class, content) }</li> }
}

/// What TLS added to a line stands out.
fn emphasised(scene: &Scene, id: EventId, line: &str) -> Html {
    let differs = |change: &&CapabilityChange| change.line_after == Some(id) && change.fate != CapabilityFate::Kept;
    let change = scene.study.chapter(id).changes.iter().find(differs);
    let Some(change) = change else { return filter::marked(scene, line) };
    let is_new = |word: &str| match &change.fate {
        CapabilityFate::New => true,
        CapabilityFate::Changed { added, .. } => added.iter().any(|one| one == word),
        CapabilityFate::Kept | CapabilityFate::Gone => false,
    };
    let (code, rest) = line.split_at(line.len().min(4));
    let words = rest.split(' ').enumerate().map(|(index, word)| {
        let space = if index > 0 { " " } else { "" };
        let word = word.to_owned();
        if is_new(&word) {
            html! { <>{ space }<strong>{ filter::marked(scene, &word) }</strong></> }
        } else {
            html! { <>{ space }{ filter::marked(scene, &word) }</> }
        }
    });
    html! { <>{ code.to_owned() }{ for words }</> }
}

/// Of the colour of the line behind which it stood.
fn gone(scene: &Scene, index: usize, line: &str) -> Html {
    let text = &scene.text.log;
    let above = scene.study.rows.iter().take(index).rev().find_map(|row| match row {
        Row::Line { id, sealed } => Some(scene.tone(*id, *sealed)),
        _ => None,
    });
    html! {
        <li class="ghost">
            <span class={classes!("line", above.map(tone::class))}>
                <del class="t">{ filter::marked(scene, line) }</del>
                <span class="st">{ text.not_offered_again }</span>
            </span>
        </li>
    }
}

fn note(scene: &Scene, id: EventId) -> Html {
    let text = &scene.text.log;
    let class = match scene.study.trace.events.get(id).map(|event| &event.what) {
        Some(what) if is_alarming(what) => "bad",
        Some(What::Forgot(_)) => "reset",
        Some(What::Decided(_)) => "decision",
        Some(What::Stored(_)) => "stored",
        _ => "quiet",
    };
    let glyph = match class {
        "reset" => "⤺",
        "bad" => "✗",
        _ => "∙",
    };
    let claim = say::note(scene.facts(), id);
    let source = claim.source();
    let content = html! {
        <>
            { margin(scene, id) }
            <span class="a" aria-hidden="true">{ glyph }</span>
            <span class="t">{ filter::marked(scene, &(text.note)(&claim)) }</span>
            if !source.is_empty() { <span class="st">{ source }</span> }
        </>
    };
    html! { <li class={when(scene, id)}>{ row(scene, id, classes!("line", "note", class), content) }</li> }
}

fn connection(scene: &Scene, id: EventId) -> Html {
    let number = scene.study.trace.events.get(id).map_or(0, |event| event.connection);
    let words = (scene.text.log.connection)(&say::connection(scene.facts(), number));
    let content = html! { <span class="rule"><span>{ words }</span></span> };
    html! { <li class={when(scene, id)}>{ row(scene, id, classes!("connection"), content) }</li> }
}
