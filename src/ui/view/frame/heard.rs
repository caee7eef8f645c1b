//! For who hears the page or has no pointer: the way past the header, and what changes, in one line each. They are functions of the step
//! and of the scenario: a screen reader says them when they change.

use crate::share::View;
use crate::story::say;
use crate::trace::{EventId, What};
use crate::ui::effect::Effect;
use crate::ui::view::kit::markup::prelude::*;
use crate::ui::view::kit::scene::{MAIN_ID, Scene, row_id};
use crate::ui::view::session::ladder;

/// The first stop of the page.
pub fn skip(scene: &Scene) -> Html {
    let there = if scene.state.shown.view == View::Session { row_id(scene.stop) } else { MAIN_ID.to_owned() };
    let perform = scene.perform.clone();
    let onclick = Callback::from(move |event: MouseEvent| {
        // The fragment is the session's.
        event.prevent_default();
        perform.emit(Effect::Focus(there.clone().into()));
    });
    html! { <a class="skip button" href={format!("#{MAIN_ID}")} {onclick}>{ scene.text.stage.to_session }</a> }
}

pub fn view(scene: &Scene) -> Html {
    if scene.state.shown.view != View::Session {
        return Html::default();
    }
    html! {
        <div class="sr">
            <p aria-live="polite">{ verdict(scene) }</p>
            <p aria-live="polite" id="heard">{ if is_told(scene) { step(scene, scene.stop) } else { String::new() } }</p>
        </div>
    }
}

/// While the session plays, the points alone are.
fn is_told(scene: &Scene) -> bool {
    let begins = |first: EventId| scene.whole.steps.stop(first) == scene.stop;
    !scene.state.playback.playing || scene.chapter.parts().any(|(_, first)| first.is_some_and(begins))
}

fn step(scene: &Scene, id: EventId) -> String {
    let (trace, steps) = (&scene.study.trace, &scene.whole.steps);
    let sent = trace.events.get(id).filter(|event| matches!(event.what, What::Sent { .. }));
    let sent = sent.map(|event| (event.who, scene.tone(id, trace.sealed(event))));
    let words = ladder::said(scene, id);
    (scene.text.stage.heard)(steps.number(id), steps.count(), sent, &words)
}

/// What was changed, and what becomes of the mail.
fn verdict(scene: &Scene) -> String {
    let text = &scene.text.outcome;
    let verdict = if scene.is_decided() { (text.headline)(say::headline(scene.whole.facts())) } else { text.open };
    let edits = scene.state.run.edits().into_iter().map(|edit| (scene.text.page.edit)(edit) + ". ");
    edits.chain([verdict.to_owned()]).collect()
}
