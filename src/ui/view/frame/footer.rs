//! The foot: what is real, what is modelled, where it is written, and the fingerprint of the run.

use crate::bytes::hex;
use crate::ui::view::kit::markup::prelude::*;
use crate::ui::view::kit::scene::Scene;

pub fn view(scene: &Scene) -> Html {
    let text = &scene.text.about;
    let notes = [text.real, text.modelled, text.sources].map(|term| {
        html! { <div><dt>{ term.name }</dt><dd>{ term.meaning }</dd></div> }
    });
    html! {
        <footer class="foot">
            <h2 class="sr">{ text.heading }</h2>
            <dl class="about">{ for notes }</dl>
            <p class="fingerprint">
                { (text.fingerprint)(scene.whole.wire_octets()) }{ " " }
                <code>{ hex(&scene.whole.trace.wire_sha256()) }</code>{ " " }
                <span>{ text.fingerprint_note }</span>
            </p>
        </footer>
    }
}
