//! The outcome bar: what became of the mail, the lights, and the mail.

use super::lamps::lamps;
use super::letter;
use crate::share::Fold;
use crate::story::{Tone, say};
use crate::ui::state::{Look, Move};
use crate::ui::view::kit::link::link_named;
use crate::ui::view::kit::markup::prelude::*;
use crate::ui::view::kit::scene::Scene;
use crate::ui::view::kit::tone;

pub fn view(scene: &Scene) -> Html {
    let verdict = if scene.is_decided() { verdict(scene) } else { open(scene) };
    // Folded where there is little room.
    let all = scene.state.shown.open.has(Fold::Outcome);
    let name = scene.text.stage.outcome;
    html! {
        <section class={classes!("card", "outcome", all.then_some("all"))} aria-label={scene.text.outcome.region}>
            { verdict }
            { was(scene) }
            { lamps(scene) }
            { letter::view(scene) }
            <button type="button" class="fold unfold" aria-expanded={if all { "true" } else { "false" }} aria-label={name} title={name}
                onclick={scene.act(Look::Fold(Fold::Outcome, !all))}>{ "⌄" }</button>
        </section>
    }
}

/// What became of the preset's mail, where a switch has been changed since.
fn was(scene: &Scene) -> Html {
    // How the preset's ends is not told before this is known.
    let was = scene.was.filter(|_| scene.is_decided());
    let words = was.map(|was| match say::headline(scene.whole.facts()) {
        now if now == was => scene.text.page.as_before.to_owned(),
        _ => (scene.text.page.was)((scene.text.outcome.headline)(was)),
    });
    words.map_or(Html::default(), |words| html! { <p class="because">{ words }</p> })
}

pub fn verdict(scene: &Scene) -> Html {
    let text = &scene.text.outcome;
    let (facts, outcome) = (scene.whole.facts(), &scene.whole.story.outcome);
    html! {
        <div class={classes!("verdict", tone::class(outcome.tone()))}>
            <p class="headline">{ tone::shape(outcome.tone()) }{ (text.headline)(say::headline(facts)) }</p>
            <p class="because" key="settled">
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
