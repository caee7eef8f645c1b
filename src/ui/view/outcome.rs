//! The outcome bar: what became of the mail, the lights, and the mail.

use super::Scene;
use super::lamps::lamps;
use crate::smtp::Delivery;
use crate::timeline::Protection;
use yew::prelude::*;

pub fn view(scene: &Scene) -> Html {
    let text = &scene.text.outcome;
    let facts = scene.facts();
    let outcome = &scene.lab.timeline.outcome;
    let tone = match (outcome.delivery, outcome.protection) {
        (Delivery::Delivered, Protection::Encrypted | Protection::Verified) => "sealed",
        (Delivery::Delivered, Protection::Clear | Protection::NotSent) => "clear",
        (Delivery::Deferred(_) | Delivery::Returned(_), _) => "refused",
    };
    html! {
        <section class="outcome" aria-label={text.region}>
            <div class={classes!("verdict", tone)}>
                <p class="headline">{ (text.headline)(facts) }</p>
                <p class="because">{ (text.because)(facts, scene.lab.scenario.policy) }</p>
            </div>
            { lamps(scene) }
            { mail(scene) }
        </section>
    }
}

fn mail(scene: &Scene) -> Html {
    let text = &scene.text.outcome;
    let facts = scene.facts();
    let stored = scene
        .lab
        .timeline
        .outcome
        .stored
        .as_ref()
        .map(|(_, stored)| String::from_utf8_lossy(scene.lab.trace.octets(stored.message)).replace('\r', ""));
    let subject = stored.as_deref().and_then(subject).unwrap_or(text.subject).to_owned();
    let body = match &stored {
        Some(message) => html! {
            <>
                <p>{ text.stored }</p>
                <pre tabindex="0">{ message.clone() }</pre>
            </>
        },
        None => html! { <p>{ (text.not_stored)(facts) }</p> },
    };
    html! {
        <details class="mail">
            <summary>
                <svg class="glyph" viewBox="0 0 16 16" aria-hidden="true">
                    <path d="M1.5 3.5h13v9h-13zM1.5 4l6.5 5 6.5-5" fill="none" stroke="currentColor" stroke-width="1.3" stroke-linejoin="round" />
                </svg>
                <span><b>{ (text.folder)(facts) }</b>{ ": “" }{ subject }{ "”" }</span>
            </summary>
            <div class="letter">{ body }</div>
        </details>
    }
}

fn subject(message: &str) -> Option<&str> {
    message.lines().take_while(|line| !line.is_empty()).find_map(|line| line.strip_prefix("Subject: "))
}
