//! The same connection as one without keys sees it: clear lines whole, records by their headers.

use super::ladder::{arrow, lane};
use super::prose::aside;
use super::{Scene, TAP_ID};
use crate::scenario::Side;
use crate::trace::{EventId, What};
use crate::ui::state::Action;
use yew::prelude::*;

/// What crosses the wire at once: a line, or a record.
struct Seen {
    id: EventId,
    who: Side,
    words: String,
    sealed: bool,
}

pub fn view(scene: &Scene) -> Html {
    let text = &scene.text.inspector;
    let seen = seen(scene);
    let now = seen.iter().rposition(|one| one.id <= scene.stop);
    let items = seen.iter().enumerate().map(|(index, one)| {
        let is_now = Some(index) == now;
        let state = if one.sealed { scene.text.log.sealed } else { text.tap_readable };
        html! {
            <li>
                <button type="button" id={is_now.then_some(TAP_ID)} class={classes!("seen", lane(one.who), if one.sealed { "sealed" } else { "clear" }, is_now.then_some("now"))}
                    aria-current={is_now.then_some("true")} onclick={scene.act(Action::Go(one.id))}>
                    <span class="a" aria-hidden="true">{ arrow(one.who, one.sealed) }</span>
                    { aside((scene.text.log.direction)(one.who, one.sealed)) }
                    <span class="t">{ one.words.clone() }</span>
                    <span class="st" aria-hidden="true">{ state }</span>
                </button>
            </li>
        }
    });
    html! {
        <>
            <p>{ (text.tap_intro)(scene.lab.timeline.outcome.first.protection) }</p>
            <ol class="tap" aria-label={text.tap_list}>{ for items }</ol>
        </>
    }
}

fn seen(scene: &Scene) -> Vec<Seen> {
    let text = &scene.text.inspector;
    let lab = scene.lab;
    let mut seen: Vec<Seen> = Vec::new();
    let mut last = None;
    for (id, event) in lab.trace.events.iter().enumerate() {
        let What::Sent { text: inside, wire } = event.what else { continue };
        if inside.is_some() && !lab.trace.sealed(event) {
            let line = lab.tapped.line(id).map(|line| line.text.clone()).unwrap_or_default();
            let words = line.lines().next().unwrap_or_default().to_owned();
            seen.push(Seen { id, who: event.who, words, sealed: false });
        } else if inside.is_some() {
            // Lines that share a record are one thing on the wire.
            if last.replace(wire) != Some(wire) {
                seen.push(Seen { id, who: event.who, words: (text.tap_sealed)(wire.len()), sealed: true });
            }
        } else {
            let messages = lab.tapped.messages(id);
            let hidden = messages.iter().any(|message| !message.opened);
            let words = if hidden {
                (text.tap_sealed)(wire.len())
            } else {
                let names: Vec<String> =
                    messages.iter().map(|message| (text.tap_record)(message, message.size)).collect();
                names.join("; ")
            };
            seen.push(Seen { id, who: event.who, words, sealed: hidden });
        }
    }
    seen
}
