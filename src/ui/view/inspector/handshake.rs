//! The handshake of the step, drawn message by message: each flight on the side that sends it. It is unfolded where it is wanted.

use crate::files::Format;
use crate::scenario::Side;
use crate::share::Fold;
use crate::story::flights::{Flight, Handshake};
use crate::story::rows::Row;
use crate::ui::browser;
use crate::ui::effect::Effect;
use crate::ui::state::{Look, Move};
use crate::ui::view::kit::markup::prelude::*;
use crate::ui::view::kit::row::{arrow, lane};
use crate::ui::view::kit::scene::Scene;

pub fn view(scene: &Scene) -> Html {
    let text = &scene.text.log;
    let here = scene.study.rows.iter().find_map(|row| match row {
        Row::Negotiation(open) if row.stops().contains(&scene.stop) => Some(open),
        _ => None,
    });
    let Some(open) = here else { return Html::default() };
    let is_open = scene.state.shown.open.has(Fold::Handshake);
    let ontoggle = scene.on.reform(|event: Event| Look::Fold(Fold::Handshake, browser::is_open(&event)).into());
    html! {
        <details class="states" open={is_open} {ontoggle}>
            <summary>{ text.drawn }</summary>
            if is_open {
                { drawn(scene, &Handshake::of(&scene.study.trace, &scene.study.reading, open)) }
                <button type="button" class="button small" onclick={scene.effect(Effect::Save(Format::Handshake))}>{ text.save_drawn }</button>
            }
        </details>
    }
}

fn drawn(scene: &Scene, handshake: &Handshake) -> Html {
    let text = &scene.text.log;
    let head = |side| html! { <span>{ (text.side)(side) }</span> };
    let flights =
        handshake.flights.iter().zip(1..).map(|(flight, number)| self::flight(scene, handshake, flight, number));
    html! {
        <>
            <p class="flight-heads" aria-hidden="true">{ head(Side::Client) }{ head(Side::Server) }</p>
            <ol class="flights" aria-label={text.drawn}>{ for flights }</ol>
        </>
    }
}

fn flight(scene: &Scene, handshake: &Handshake, flight: &Flight, number: usize) -> Html {
    let text = &scene.text.log;
    let records = flight.records.iter().map(|record| {
        let messages = record.messages.iter().map(|message| {
            html! {
                <>
                    <b>{ arrow(flight.who, handshake.encrypts(message)) }{ " " }{ (text.message)(message) }</b>
                    if handshake.encrypts(message) { <small>{ text.encrypted }</small> }
                    <span>{ (text.purpose)(message, handshake.version) }</span>
                </>
            }
        });
        html! {
            <li>
                <button type="button" class={classes!((record.id == scene.stop).then_some("chosen"))} onclick={scene.act(Move::Go(record.id))}>
                    <small>{ (text.record)(record.number) }</small>{ for messages }
                </button>
            </li>
        }
    });
    html! { <li class={lane(flight.who)}><p>{ (text.flight)(number, flight.who) }</p><ol>{ for records }</ol></li> }
}
