//! The divider between clear and sealed, which opens to the messages of the handshake.

use super::filter;
use crate::dissect::facts::MessageFacts;
use crate::dissect::handshake::Message;
use crate::share::Fold;
use crate::story::rows::Negotiation;
use crate::story::say;
use crate::trace::{EventId, What};
use crate::ui::filter::shows_entry;
use crate::ui::state::Look;
use crate::ui::view::kit::markup::prelude::*;
use crate::ui::view::kit::prose::aside;
use crate::ui::view::kit::row::{arrow, lane, margin, row, when};
use crate::ui::view::kit::scene::Scene;
use crate::ui::view::kit::tone;

const LIST_ID: &str = "messages";

pub fn view(scene: &Scene, open: &Negotiation) -> Html {
    let text = &scene.text.log;
    let number = scene.study.chapter(open.id).point_at(open.id).map_or(5, |point| point.checkpoint.number());
    let words = if open.failed {
        (text.negotiation_failed)(number, open.octets)
    } else {
        (text.negotiation)(number, open.octets, open.flights)
    };
    let unfolded = scene.state.shown.open.has(Fold::Messages);
    let entries = open.entries.iter().filter(|&&id| shows_entry(&scene.state.shown, scene.study, id));
    let items = entries.map(|&id| html! { <li key={id} class={when(scene, id)}>{ record(scene, id) }</li> });
    let class = classes!("divider", open.failed.then_some("bad"));
    html! {
        <li class={classes!("seal", when(scene, open.id))}>
            <div class="seal-head">
                { row(scene, open.id, class, html! { <span class="rule" key={words.clone()}><span>{ words }</span></span> }) }
                <button type="button" class="fold" aria-expanded={if unfolded { "true" } else { "false" }} aria-controls={LIST_ID}
                    aria-label={text.messages} title={text.messages} onclick={scene.act(Look::Fold(Fold::Messages, !unfolded))}>
                    <svg class="glyph" viewBox="0 0 16 16" aria-hidden="true">
                        <path d="M4 6l4 4 4-4" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round" />
                    </svg>
                </button>
            </div>
            <ol id={LIST_ID} class="messages" aria-label={text.messages} hidden={!unfolded}>{ for items }</ol>
        </li>
    }
}

/// A TLS record by its messages, or what an end found out in between.
pub fn record(scene: &Scene, id: EventId) -> Html {
    let text = &scene.text.log;
    let Some(event) = scene.study.trace.events.get(id) else { return Html::default() };
    if !matches!(event.what, What::Sent { .. }) {
        let content = html! {
            <span class="message note">
                <span class="a" aria-hidden="true">{ "∙" }</span>
                <span class="what">{ filter::marked(scene, &(text.note)(&say::note(scene.facts(), id))) }</span>
            </span>
        };
        return row(scene, id, classes!("record"), content);
    }
    let messages = scene.study.reading.messages(id).iter().map(|message| {
        let facts = (text.message_facts)(message);
        let tone = scene.tone(id, message.sealed);
        html! {
            <span class={classes!("message", tone::class(tone))}>
                <span class="a" aria-hidden="true">{ arrow(event.who, message.sealed) }</span>
                { aside((text.direction)(event.who, tone)) }
                <span class="what">{ filter::marked(scene, &(text.message)(message)) }{ " " }
                    <span class={classes!("facts", is_fatal(message).then_some("bad"))}>{ filter::marked(scene, &facts) }</span>
                </span>
                <span class="word">{ (text.protection)(tone) }</span>
                <span class="z">{ (text.octets)(message.size) }</span>
            </span>
        }
    });
    let content = html! { <>{ margin(scene, id) }{ for messages }</> };
    row(scene, id, classes!("record", lane(event.who)), content)
}

fn is_fatal(message: &Message) -> bool {
    const FATAL: u8 = 2;
    matches!(message.facts, MessageFacts::Alert { level: FATAL, .. })
}
