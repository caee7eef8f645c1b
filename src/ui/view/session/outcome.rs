//! The outcome bar: what became of the mail, the lights, and the mail.

use super::lamps::lamps;
use super::letter;
use crate::smtp::Delivery;
use crate::story::Protection;
use crate::story::say;
use crate::ui::view::kit::link::link_named;
use crate::ui::view::kit::scene::Scene;
use yew::prelude::*;

pub fn view(scene: &Scene) -> Html {
    let text = &scene.text.outcome;
    let facts = scene.facts();
    let outcome = &scene.study.story.outcome;
    let leg = &outcome.first;
    let tone = match (leg.delivery, leg.protection) {
        (Some(Delivery::Delivered), _) if outcome.attacker_reads => "refused",
        (Some(Delivery::Delivered), Protection::Encrypted | Protection::Verified) => "sealed",
        (Some(Delivery::Delivered), _) => "clear",
        (Some(Delivery::Deferred(_) | Delivery::Returned(_)), _) => "refused",
        (None, _) => "",
    };
    html! {
        <section class="outcome" aria-label={text.region}>
            <div class={classes!("verdict", tone)}>
                <p class="headline">{ (text.headline)(say::headline(facts)) }</p>
                <p class="because">
                    { (text.because)(&say::because(facts)) }{ " " }
                    { leg.decision.map(|id| link_named(scene, id, text.decided)).unwrap_or_default() }
                </p>
            </div>
            { lamps(scene) }
            { letter::view(scene) }
        </section>
    }
}
