//! A decision: the verdict, what it rests on, each reason a link to its event, what would change it, and what an administrator
//! finds of it afterwards.

use crate::policy::{Change, Decision, alternatives, windows_event};
use crate::smtp::Verdict;
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
    let because = decision.because.iter().map(|because| {
        let place = match because.event {
            Some(id) => link(scene, id),
            None => html! { <span class="soft">{ text.setting }</span> },
        };
        html! { <li><span>{ (text.reason)(because.reason) }</span>{ place }</li> }
    });
    let check = scene.study.timeline.outcome.check.as_ref();
    let logged = windows_event(decision, check).map(|event| {
        html! { <><h3>{ text.logged_heading }</h3><p>{ (text.logged)(event) }</p></> }
    });
    html! {
        <div class="decision">
            <h3>{ text.heading }{ ": " }{ (text.verdict)(decision.gate(), decision.verdict) }</h3>
            <p class="soft">{ text.because }</p>
            <ul class="because">{ for because }</ul>
            { otherwise(scene, decision) }
            { logged.unwrap_or_default() }
        </div>
    }
}

fn otherwise(scene: &Scene, decision: &Decision) -> Html {
    let text = &scene.text.decisions;
    let mut lines: Vec<(Verdict, Vec<String>)> = Vec::new();
    let mut policies: Vec<(Verdict, Vec<String>)> = Vec::new();
    for (change, verdict) in alternatives(&decision.seen) {
        let (list, words) = match change {
            Change::Policy(policy) => (&mut policies, format!("“{}”", (scene.text.controls.policy)(policy).name)),
            change => (&mut lines, (text.change)(change)),
        };
        match list.iter_mut().find(|(other, _)| *other == verdict) {
            Some((_, all)) => all.push(words),
            None => list.push((verdict, vec![words])),
        }
    }
    if lines.is_empty() && policies.is_empty() {
        return Html::default();
    }
    let gate = decision.gate();
    let single = lines.into_iter().flat_map(|(verdict, all)| all.into_iter().map(move |words| (verdict, words)));
    let grouped = policies.into_iter().map(|(verdict, names)| (verdict, (text.policies)(&names)));
    let items = single.chain(grouped).map(|(verdict, words)| {
        html! { <li>{ words }{ ": " }<b>{ (text.verdict)(gate, verdict) }</b></li> }
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
    match (text.queue)(scene.facts()) {
        None => Html::default(),
        Some(said) => html! {
            <>
                <p class="group">{ text.queue_heading }</p>
                <p class="queue"><code>{ prose(&said.words) }</code></p>
                <p class="source">{ said.source }</p>
            </>
        },
    }
}
