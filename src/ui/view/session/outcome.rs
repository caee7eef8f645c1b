//! The outcome bar: what became of the mail, the lights, and the mail.

use super::lamps::lamps;
use super::letter;
use crate::story::say;
use crate::ui::view::kit::link::link_named;
use crate::ui::view::kit::scene::Scene;
use crate::ui::view::kit::tone;
use yew::prelude::*;

pub fn view(scene: &Scene) -> Html {
    let text = &scene.text.outcome;
    let facts = scene.facts();
    let outcome = &scene.study.story.outcome;
    html! {
        <section class="outcome" aria-label={text.region}>
            <div class={classes!("verdict", tone::class(outcome.tone()))}>
                <p class="headline">{ (text.headline)(say::headline(facts)) }</p>
                <p class="because">
                    { (text.because)(&say::because(facts)) }{ " " }
                    { outcome.first.decided.map(|id| link_named(scene, id, text.decided)).unwrap_or_default() }
                </p>
            </div>
            { lamps(scene) }
            { letter::view(scene) }
        </section>
    }
}
