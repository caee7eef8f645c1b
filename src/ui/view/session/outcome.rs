//! The outcome bar: what became of the mail, the lights, and the mail.

use super::lamps::lamps;
use super::letter;
use crate::story::{Tone, say};
use crate::ui::state::Move;
use crate::ui::view::kit::link::link_named;
use crate::ui::view::kit::markup::prelude::*;
use crate::ui::view::kit::scene::Scene;
use crate::ui::view::kit::tone;

pub fn view(scene: &Scene) -> Html {
    let verdict = if scene.is_decided() { verdict(scene) } else { open(scene) };
    html! {
        <section class="outcome" aria-label={scene.text.outcome.region}>
            { verdict }
            { lamps(scene) }
            { letter::view(scene) }
        </section>
    }
}

fn verdict(scene: &Scene) -> Html {
    let text = &scene.text.outcome;
    let (facts, outcome) = (scene.whole.facts(), &scene.whole.story.outcome);
    html! {
        <div class={classes!("verdict", tone::class(outcome.tone()))}>
            <p class="headline">{ tone::shape(outcome.tone()) }{ (text.headline)(say::headline(facts)) }</p>
            <p class="because">
                { (text.because)(&say::because(facts)) }{ " " }
                { outcome.first.decided.map(|id| link_named(scene, id, text.decided)).unwrap_or_default() }
            </p>
        </div>
    }
}

/// Before it is known.
fn open(scene: &Scene) -> Html {
    let text = &scene.text.outcome;
    let end = scene.whole.story.outcome.settled().unwrap_or(scene.whole.steps.last());
    html! {
        <div class="verdict open">
            <p class="headline">{ tone::shape(Tone::Unknown) }{ text.open }</p>
            <p class="because">
                { text.open_because }{ " " }
                <button type="button" class="link" onclick={scene.act(Move::Go(end))}>{ text.to_end }</button>
            </p>
        </div>
    }
}
