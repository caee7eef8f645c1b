//! At the end of the run of the cover's mail, and of the twist on it: the guess beside what became of it, on the scale of outcomes, and
//! what to try next.

use crate::story::Tone;
use crate::story::say;
use crate::ui::state::Action;
use crate::ui::state::cover::{LESSON, TWIST, is_story};
use crate::ui::study::Spot;
use crate::ui::view::kit::link::link_named;
use crate::ui::view::kit::markup::prelude::*;
use crate::ui::view::kit::scene::Scene;
use crate::ui::view::kit::tone;

/// In the order of the cover.
const SCALE: [Tone; 5] = [Tone::Readable, Tone::Sealed, Tone::Verified, Tone::WithAttacker, Tone::NotDelivered];

pub fn view(scene: &Scene) -> Html {
    let forecast = scene.state.forecast;
    if !forecast.sent || scene.stop != scene.whole.steps.last() {
        return Html::default();
    }
    let (text, words) = (&scene.text.cover, &scene.text.outcome);
    let (facts, outcome) = (scene.whole.facts(), &scene.whole.story.outcome);
    let items = SCALE.map(|tone| {
        let (guessed, came) = (forecast.guess == Some(tone), outcome.tone() == tone);
        html! {
            <li class={classes!(tone::class(tone), (guessed || came).then_some("is"))}>
                { tone::shape(tone) }<b>{ (scene.text.gallery.scale)(tone) }</b>
                if guessed { <small>{ text.yours }</small>{ " " } }
                if came { <small>{ text.so }</small> }
            </li>
        }
    });
    let judged = forecast.guess.map(|guess| if guess == outcome.tone() { text.right } else { text.wrong });
    let close = scene.text.controls.close;
    let run = &scene.state.run;
    html! {
        <div class="over-log"><section class="forecast card" aria-label={text.end}>
            <ol>{ for items }</ol>
            <p>
                <b>{ judged.unwrap_or_default() }{ " " }{ (words.headline)(say::headline(facts)) }{ "." }</b>{ " " }
                { (words.because)(&say::because(facts)) }{ " " }
                { outcome.first.decided.map(|id| link_named(scene, id, words.decided)).unwrap_or_default() }
            </p>
            <div class="edits">
                if is_story(&run.scenario, run.preset) {
                    <button type="button" class="button go" onclick={scene.act(Action::Edit(TWIST, Spot::START))}>{ text.twist }</button>
                    <span>{ text.twist_note }</span>
                }
                <a href={LESSON}>{ text.lesson }</a>
                <button type="button" class="button icon" aria-label={close} title={close} onclick={scene.act(Action::Forget)}>{ "×" }</button>
            </div>
        </section></div>
    }
}
