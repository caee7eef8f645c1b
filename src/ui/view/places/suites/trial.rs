//! The real ending: a session between the two, what was on the wire, and what became of the mail.

use crate::scenario::{Need, nearest};
use crate::story::say;
use crate::suites::{Change, Tried};
use crate::trace::{EventId, What};
use crate::ui::state::Action;
use crate::ui::study::{Study, Trial};
use crate::ui::view::kit::markup::prelude::*;
use crate::ui::view::kit::row::{arrow, lane};
use crate::ui::view::kit::scene::Scene;
use crate::ui::view::kit::tone;

/// Octets of a record that are shown.
const SHOWN: usize = 96;

pub fn view(scene: &Scene) -> Html {
    let text = &scene.text.suites.page;
    let suites = &scene.state.suites;
    let body = match (suites.stacks(), suites.session(), scene.endings) {
        (Some((client, server)), Some(Tried { differs, .. }), [first, ..]) => {
            html! {
                <>
                    <p>{ (text.trial_intro)(client, server) }</p>
                    if differs { <p class="soft">{ text.trial_differs }</p> }
                    { wire(scene, first) }
                    <div class="fates">{ for scene.endings.iter().map(|ending| fate(scene, ending)) }</div>
                </>
            }
        }
        (Some(_), ..) => html! { <p>{ text.nothing_on }</p> },
        (None, ..) => {
            let change = suites.to_be_tried();
            let side = if let Change::List(side, _) = change { Some(side) } else { None };
            html! {
            <>
                <p>{ text.no_trial }</p>
                <button type="button" class="button" onclick={scene.act(Action::Suites(change))}>{ (text.try_rustls)(side) }</button>
            </>
            }
        }
    };
    html! { <section class="trial" aria-label={text.trial}><h3>{ text.trial }</h3>{ body }</section> }
}

/// The records of the handshake that failed; of one that worked only how many they were.
fn wire(scene: &Scene, ending: &Trial) -> Html {
    let text = &scene.text.suites.page;
    let records = ending.records().map(|id| record(scene, &ending.study, id));
    html! { <ol class="records" aria-label={text.sent}>{ for records }</ol> }
}

fn record(scene: &Scene, study: &Study, id: EventId) -> Html {
    let log = &scene.text.log;
    let Some(event) = study.trace.events.get(id) else { return Html::default() };
    let What::Sent { wire, .. } = event.what else { return Html::default() };
    let octets = study.trace.octets(wire);
    let cut = octets.get(..SHOWN).unwrap_or(octets);
    let messages = study.reading.messages(id);
    let sealed = messages.iter().any(|message| message.sealed);
    let words = messages.iter().map(|message| {
        let facts = (log.message_facts)(message);
        let facts = if facts.is_empty() { facts } else { format!(": {facts}") };
        format!("{}{facts}", (log.message)(message))
    });
    html! {
        <li class={lane(event.who)}>
            <span><span class="a" aria-hidden="true">{ arrow(event.who, sealed) }</span>{ " " }<b>{ (log.side)(event.who) }</b>{ " " }{ words.collect::<Vec<_>>().join("; ") }{ ", " }{ (log.octets)(octets.len()) }</span>
            <code>{ cut.iter().map(|octet| format!("{octet:02x}")).collect::<Vec<_>>().join(" ") }if cut.len() < octets.len() { { " …" } }</code>
        </li>
    }
}

/// What the policy made of it.
fn fate(scene: &Scene, Trial { scenario, study }: &Trial) -> Html {
    let text = &scene.text.suites.page;
    let outcome = &scene.text.outcome;
    let tone = study.story.outcome.tone();
    let demands = scenario.demands();
    let when = if demands.tls == Need::Always { text.required } else { text.optional };
    html! {
        <div class={classes!("fate", tone::class(tone))}>
            <p class="soft">{ when }</p>
            <p class="headline">{ tone::shape(tone) }{ (outcome.headline)(say::headline(study.facts())) }</p>
            <p>{ (outcome.because)(&say::because(study.facts())) }</p>
            <button type="button" class="button small" onclick={scene.act(Action::Open(*scenario, nearest(scenario).name))}>{ text.open }</button>
        </div>
    }
}
