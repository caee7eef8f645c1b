//! The protocol logs of the two ends, as they are saved, up to the step.

use super::ladder;
use crate::files::protocol_log;
use crate::scenario::Side;
use crate::ui::effect::Effect;
use crate::ui::view::kit::markup::prelude::*;
use crate::ui::view::kit::scene::{LOG_ID, Scene};

pub fn view(scene: &Scene) -> Html {
    let text = &scene.text.log;
    let logs = [Side::Client, Side::Server].map(|side| {
        let log = protocol_log(scene.facts(), side);
        let copy = scene.effect(Effect::Copy(log.clone()));
        html! {
            <>
                <p class="logged-by">{ (text.logged_by)(side) }{ " " }<button type="button" class="button small" onclick={copy}>{ scene.text.advice.copy }</button></p>
                <pre>{ log }</pre>
            </>
        }
    });
    html! {
        <>
            { ladder::lanes(scene, "narrow") }
            <div class="log logged" id={LOG_ID} role="region" aria-label={text.as_logged} tabindex="0">{ for logs }</div>
        </>
    }
}
