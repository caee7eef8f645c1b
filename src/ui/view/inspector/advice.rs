//! What can be done in real systems, once it is known what became of the mail: lines to copy, and what comes after the queue.

use crate::advice::{Advice, Purpose, advice};
use crate::share::Fold;
use crate::story::say::headline;
use crate::ui::browser;
use crate::ui::effect::Effect;
use crate::ui::state::Look;
use crate::ui::view::kit::markup::prelude::*;
use crate::ui::view::kit::prose::told;
use crate::ui::view::kit::scene::Scene;

pub fn view(scene: &Scene) -> Html {
    let text = &scene.text.advice;
    let (facts, Some(scenario)) = (scene.whole.facts(), scene.whole.trace.origin.scenario()) else {
        return Html::default();
    };
    let found = advice(facts, scenario);
    let after = (text.after)(headline(facts), scenario.sender_is_exchange());
    if !scene.is_decided() || found.is_empty() {
        return Html::default();
    }
    let groups = [Purpose::Set, Purpose::Mend, Purpose::See].map(|purpose| {
        let items: Vec<Html> =
            found.iter().filter(|one| one.purpose() == purpose).map(|&one| item(scene, one)).collect();
        if items.is_empty() {
            return Html::default();
        }
        html! { <><h3>{ (text.purpose)(purpose) }</h3><ul>{ items }</ul></> }
    });
    let ontoggle = scene.on.reform(|event: Event| Look::Fold(Fold::Advice, browser::is_open(&event)).into());
    html! {
        <details class="advice" key={scene.stop} open={scene.state.shown.open.has(Fold::Advice)} {ontoggle}>
            <summary>{ text.heading }</summary>
            if !after.is_empty() { <p>{ told(scene, after) }</p> }
            { for groups }
            <p class="soft">{ text.note }</p>
        </details>
    }
}

fn item(scene: &Scene, advice: Advice) -> Html {
    let text = &scene.text.advice;
    let (_, host) = scene.whole.hosts(0);
    let lines = (text.lines)(advice).iter().map(|line| {
        let line = line.replace("HOST", &host);
        let copy = scene.effect(Effect::Copy(line.clone()));
        html! {
            <p class="to-copy">
                <code>{ line.clone() }</code>
                <button type="button" class="button small" aria-label={format!("{} {line}", text.copy)} onclick={copy}>{ text.copy }</button>
            </p>
        }
    });
    html! { <li>{ told(scene, (text.what)(advice)) }{ for lines }</li> }
}
