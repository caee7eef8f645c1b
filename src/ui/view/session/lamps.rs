//! The lights: glyph, word and shape. Each leads to the event that settled it.

use crate::story::say;
use crate::story::{Light, Rail};
use crate::ui::state::Move;
use crate::ui::view::kit::markup::prelude::*;
use crate::ui::view::kit::prose::aside;
use crate::ui::view::kit::scene::Scene;

pub fn lamps(scene: &Scene) -> Html {
    let text = &scene.text.outcome;
    let lights = &scene.chapter.lights;
    let lights =
        [&lights.offered, &lights.accepted, &lights.handshake, &lights.chain, &lights.name, &lights.client_certificate];
    // Green is what an end relied on: the sender on the chain and the name, if it insists on them, the receiver on the client's certificate.
    let Rail { verified, with_attacker, .. } = scene.chapter.rail;
    let proves = |index| !with_attacker && (matches!(index, 3 | 4) && verified.is_some() || index == 5);
    let lights = lights.into_iter().zip(say::lamps(scene.facts(), scene.chapter)).enumerate();
    let items = lights.map(|(index, (light, lamp))| {
        let (name, detail) = ((text.light)(lamp.name), (text.light_detail)(&lamp.found));
        let (class, glyph, verdict) = match light {
            Light::Pass(_) if proves(index) => ("proof", "✓", text.pass),
            Light::Pass(_) => ("pass", "✓", text.pass),
            Light::Fail(_) => ("fail", "✗", text.fail),
            Light::NotChecked if scene.chapter.goes_on => ("ahead", "", text.not_yet),
            Light::NotChecked => ("unknown", "–", text.not_checked),
        };
        let inner = html! {
            <>
                <span class="lamp-glyph" aria-hidden="true">{ glyph }</span>
                <span>{ name }</span>
                if !detail.is_empty() {
                    <span class="detail">{ detail }</span>
                }
                { aside(verdict) }
            </>
        };
        let class = classes!("lamp", class);
        match light.event() {
            Some(id) => {
                html! { <li><button type="button" {class} onclick={scene.act(Move::Go(id))}>{ inner }</button></li> }
            }
            None => html! { <li><span {class}>{ inner }</span></li> },
        }
    });
    html! { <ul class="lamps" aria-label={text.lights}>{ for items }</ul> }
}
