//! The road above the log: sender, path and receiver, each with its main choice and one line about it, and a drawer with all that can be
//! set there. Between them, how what was sent last is protected.

use super::controls;
use crate::scenario::{Choice, ClientPolicy, Edit, NextHop, Offer, Path, Side};
use crate::share::Fold;
use crate::story::{Chapter, Tone};
use crate::trace::{Actor, What};
use crate::ui::browser;
use crate::ui::state::Look;
use crate::ui::view::kit::markup::prelude::*;
use crate::ui::view::kit::prose::prose;
use crate::ui::view::kit::scene::{CONTROLS_ID, DRAWER_ID, Scene, details_id};
use crate::ui::view::kit::tone;

/// The order of the page: what is most telling first.
const OFFERS: [Offer; Offer::ALL.len()] =
    [Offer::Offered, Offer::NotOffered, Offer::Required, Offer::Unavailable, Offer::Says250];

pub fn view(scene: &Scene) -> Html {
    let (first, last) = ways(scene);
    html! {
        <section class="road controls" id={CONTROLS_ID} aria-label={scene.text.controls.heading}>
            { stop(scene, Fold::Sender) }
            { way(first) }
            { stop(scene, Fold::Path) }
            { way(last) }
            { stop(scene, Fold::Receiver) }
        </section>
    }
}

/// How what was sent last is protected: from the sender on, and on to the receiver. In a direct delivery that is one connection.
fn ways(scene: &Scene) -> (Tone, Tone) {
    let study = scene.study;
    if scene.asks_who_reads() {
        return (Tone::Unknown, Tone::Unknown);
    }
    let chapters = || study.story.chapters().iter().rev();
    let of = |side, actor| {
        chapters().find(|chapter| study.trace.meeting(chapter.account.connection).seat(side).actor == actor)
    };
    let tone = |chapter: Option<&Chapter>| {
        let chapter = chapter?;
        chapter.events.iter().rev().find_map(|&id| {
            let event = study.trace.events.get(id).filter(|event| matches!(event.what, What::Sent { .. }))?;
            let is_sealed = study.reading.messages(id).last().is_some_and(|message| message.sealed);
            // As of now: the sender may have verified since then.
            let now = chapter.events.last().copied().unwrap_or(id);
            Some(chapter.tone(now, is_sealed || study.trace.sealed(event)))
        })
    };
    let (first, last) = (of(Side::Client, Actor::Sender), of(Side::Server, Actor::Receiver));
    (tone(first).unwrap_or(Tone::Unknown), tone(last).unwrap_or(Tone::Unknown))
}

fn way(tone: Tone) -> Html {
    html! { <span class={classes!("way", tone::class(tone))} aria-hidden="true">{ tone::shape(tone) }</span> }
}

fn stop(scene: &Scene, fold: Fold) -> Html {
    let text = &scene.text.controls;
    let scenario = &scene.state.run.scenario;
    let is_open = scene.state.shown.open.has(fold);
    let value = |edit| (text.value)(edit).note;
    let (class, name, choices, line) = match fold {
        Fold::Path => (
            "path",
            text.path,
            controls::choice(scene, Path::ALL, scenario.path, Edit::Path, ""),
            value(Edit::Path(scenario.path)),
        ),
        Fold::Receiver => {
            let (offer, certificate) = (scenario.starttls, scenario.server_certificate);
            let choices = html! {
                <>
                    { controls::choice(scene, &OFFERS, offer, Edit::Starttls, text.offer) }
                    { controls::choice(scene, Choice::ALL, certificate, Edit::ServerCertificate, text.certificate) }
                </>
            };
            let is_offered = offer == Offer::Offered;
            let told = if is_offered { Edit::ServerCertificate(certificate) } else { Edit::Starttls(offer) };
            ("server", text.receiver, choices, value(told))
        }
        // To a server of its own organisation the policy says nothing.
        _ if scenario.next_hop != NextHop::Internet => (
            "client",
            text.sender,
            controls::choice(scene, NextHop::ALL, scenario.next_hop, Edit::NextHop, ""),
            value(Edit::NextHop(scenario.next_hop)),
        ),
        _ => (
            "client",
            text.sender,
            controls::choice(scene, ClientPolicy::ALL, scenario.policy, Edit::Policy, ""),
            (text.policy)(scenario.policy).does,
        ),
    };
    let details = (text.details_of)(name);
    html! {
        <div class={classes!("card", "stop", class)} role="group" aria-label={name}>
            <p class="stop-head">
                <b>{ name }</b>
                <span class="host">{ host(scene, fold) }</span>
                <button type="button" class="link" id={details_id(fold)} aria-label={details} aria-controls={is_open.then_some(DRAWER_ID)}
                    aria-expanded={if is_open { "true" } else { "false" }} onclick={scene.act(Look::Fold(fold, !is_open))}>
                    { text.details }
                </button>
            </p>
            <div class="mains">{ choices }</div>
            <p class="note">{ prose(line) }</p>
            { controls::refusal_on(scene, fold) }
            if is_open { { drawer(scene, fold, name) } }
        </div>
    }
}

/// What an end is called.
fn host(scene: &Scene, fold: Fold) -> String {
    let trace = &scene.whole.trace;
    let (side, actor) = match fold {
        Fold::Sender => (Side::Client, Actor::Sender),
        Fold::Receiver => (Side::Server, Actor::Receiver),
        _ => return String::new(),
    };
    let mut numbers = scene.whole.story.chapters().iter().map(|chapter| chapter.account.connection);
    let number = numbers.find(|&number| trace.meeting(number).seat(side).actor == actor);
    number.and_then(|number| trace.meeting(number).seat(side).host.name.clone()).unwrap_or_default()
}

fn drawer(scene: &Scene, fold: Fold, name: &'static str) -> Html {
    let text = &scene.text.controls;
    // It lies over what the Tab key comes to behind it.
    let on = scene.on.clone();
    let onfocusout = move |event: FocusEvent| {
        if browser::goes_out(&event, &[DRAWER_ID, details_id(fold)]) {
            on.emit(Look::Fold(fold, false).into());
        }
    };
    html! {
        <div class="card drawer" id={DRAWER_ID} tabindex="-1" role="region" aria-label={(text.details_of)(name)} {onfocusout}>
            <div class="drawer-head">
                <b aria-hidden="true">{ (text.details_of)(name) }</b>
                <button type="button" class="button icon" aria-label={text.close} title={text.close} onclick={scene.act(Look::Fold(fold, false))}>
                    { "×" }
                </button>
            </div>
            { controls::all(scene, fold) }
        </div>
    }
}
