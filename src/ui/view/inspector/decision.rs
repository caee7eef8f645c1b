//! A decision: the verdict, what it rests on, each reason a link to its event, what would change it, and what an administrator
//! finds of it afterwards.

use crate::policy::{Decision, windows_event};
use crate::story::say;
use crate::trace::What;
use crate::ui::view::kit::link::link;
use crate::ui::view::kit::prose::prose;
use crate::ui::view::kit::scene::Scene;
use yew::prelude::*;

pub fn view(scene: &Scene) -> Html {
    let event = scene.study.trace.events.get(scene.stop).map(|event| &event.what);
    match event {
        Some(What::Decided(decision)) => html! { <>{ reasons(scene, decision) }{ queue(scene) }</> },
        Some(What::Settled(_)) => queue(scene),
        _ => Html::default(),
    }
}

fn reasons(scene: &Scene, decision: &Decision) -> Html {
    let text = &scene.text.decisions;
    let because = decision.because().iter().map(|because| {
        let place = match because.event {
            Some(id) => link(scene, id),
            None => html! { <span class="soft">{ text.setting }</span> },
        };
        html! { <li><span>{ (text.reason)(because.reason) }</span>{ place }</li> }
    });
    let check = scene.study.story.outcome.check.as_ref();
    let logged = windows_event(decision, check).map(|event| {
        html! { <><h3>{ text.logged_heading }</h3><p>{ (text.logged)(event) }</p></> }
    });
    html! {
        <div class="decision">
            <h3>{ text.heading }{ ": " }{ (text.answer)(decision) }</h3>
            <p class="soft">{ text.because }</p>
            <ul class="because">{ for because }</ul>
            { otherwise(scene, decision) }
            { logged.unwrap_or_default() }
        </div>
    }
}

/// What one switch would change.
fn otherwise(scene: &Scene, decision: &Decision) -> Html {
    let (text, controls) = (&scene.text.decisions, &scene.text.controls);
    let items = scene.study.alternatives(scene.stop, decision).into_iter().map(|found| {
        let field = found.edits.first().map(|&edit| (controls.field)(edit)).unwrap_or_default();
        let values: Vec<&str> = found.edits.iter().map(|&edit| (controls.value)(edit).name).collect();
        let answer = found.decision.map_or(text.not_asked, text.answer);
        html! { <li>{ (text.change)(field, &values) }{ ": " }<b>{ answer }</b>{ ", " }{ (text.then)(found.headline) }</li> }
    });
    let items: Html = items.collect();
    if items == Html::default() {
        return items;
    }
    html! {
        <>
            <p class="soft">{ text.otherwise }</p>
            <ul class="otherwise">{ items }</ul>
        </>
    }
}

/// What the queue of the sender says, where it still has the mail.
pub fn queue(scene: &Scene) -> Html {
    let text = &scene.text.decisions;
    match say::queue(scene.facts()) {
        None => Html::default(),
        Some(claim) => html! {
            <>
                <p class="group">{ text.queue_heading }</p>
                <p class="queue"><code>{ prose(&(text.queue)(&claim)) }</code></p>
                <p class="source">{ (text.queue_source)(claim.source()) }</p>
            </>
        },
    }
}
