//! A decision: the verdict, what it rests on, each reason a link to its event, what would change it, and what an administrator
//! finds of it afterwards.

use crate::policy::{Alternative, Decision, windows_event};
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

fn otherwise(scene: &Scene, decision: &Decision) -> Html {
    let text = &scene.text.decisions;
    match decision {
        Decision::Sender(decided) => {
            alternatives(scene, decided.alternatives(), |answer| (text.tls_answer)(decided.seen.gate, answer))
        }
        Decision::Receiver(decided) => alternatives(scene, decided.alternatives(), text.submit_answer),
    }
}

/// Policies that lead to the same answer share a line.
fn alternatives<A: PartialEq + Copy>(
    scene: &Scene,
    found: Vec<(Alternative, A)>,
    answer: impl Fn(A) -> &'static str,
) -> Html {
    let text = &scene.text.decisions;
    let mut lines: Vec<(A, Vec<String>)> = Vec::new();
    let mut policies: Vec<(A, Vec<String>)> = Vec::new();
    for (change, answer) in found {
        let (list, words) = match change {
            Alternative::Policy(policy) => (&mut policies, format!("“{}”", (scene.text.controls.policy)(policy).name)),
            change => (&mut lines, (text.change)(change)),
        };
        match list.iter_mut().find(|(other, _)| *other == answer) {
            Some((_, all)) => all.push(words),
            None => list.push((answer, vec![words])),
        }
    }
    if lines.is_empty() && policies.is_empty() {
        return Html::default();
    }
    let single = lines.into_iter().flat_map(|(answer, all)| all.into_iter().map(move |words| (answer, words)));
    let grouped = policies.into_iter().map(|(answer, names)| (answer, (text.policies)(&names)));
    let items = single.chain(grouped).map(|(given, words)| {
        html! { <li>{ words }{ ": " }<b>{ answer(given) }</b></li> }
    });
    html! {
        <>
            <p class="soft">{ text.otherwise }</p>
            <ul class="otherwise">{ for items }</ul>
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
