//! A decision: the verdict, what it rests on, each reason a link to its event, what would change it, and what an administrator
//! finds of it afterwards.

use crate::policy::Decision;
use crate::story::say::{self, QueueClaim};
use crate::trace::What;
use crate::ui::view::kit::link::link;
use crate::ui::view::kit::markup::prelude::*;
use crate::ui::view::kit::prose::{prose, told};
use crate::ui::view::kit::scene::Scene;

pub fn view(scene: &Scene) -> Html {
    let event = scene.study.trace.events.get(scene.stop).map(|event| &event.what);
    let reasons = match event {
        Some(What::Decided(decision)) => reasons(scene, decision),
        _ => Html::default(),
    };
    html! { <>{ reasons }{ queued(scene, say::queue_at(scene.facts(), scene.stop)) }</> }
}

fn reasons(scene: &Scene, decision: &Decision) -> Html {
    let text = &scene.text.decisions;
    let because = decision.because().iter().map(|because| {
        let place = match because.event {
            Some(id) => link(scene, id),
            None => html! { <span class="soft">{ text.setting }</span> },
        };
        html! { <li><span>{ told(scene, &(text.reason)(decision, because.reason)) }</span>{ place }</li> }
    });
    let logged = say::logged(scene.facts(), scene.stop).map(|event| {
        html! { <><h3>{ text.logged_heading }</h3><p>{ told(scene, &(text.logged)(event)) }</p></> }
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
    let items = scene.whole.alternatives(scene.stop, decision).into_iter().map(|found| {
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
    queued(scene, say::queue(scene.whole.facts()))
}

fn queued(scene: &Scene, claim: Option<QueueClaim>) -> Html {
    let text = &scene.text.decisions;
    match claim {
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
