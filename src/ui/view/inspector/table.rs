//! The capabilities before and after TLS, with each change and the rule that made it.

use crate::smtp::Capability;
use crate::story::say;
use crate::story::{Advertised, CapabilityChange, CapabilityFate};
use crate::ui::view::kit::markup::prelude::*;
use crate::ui::view::kit::prose::told_at;
use crate::ui::view::kit::scene::Scene;

pub fn view(scene: &Scene) -> Html {
    let text = &scene.text.inspector;
    let body: Html = match (scene.chapter.before(), scene.chapter.after()) {
        (Some(_), Some(_)) => {
            // What changed comes first, and otherwise the order of the server's list.
            let (kept, changed): (Vec<_>, Vec<_>) =
                scene.chapter.changes.iter().partition(|change| change.fate == CapabilityFate::Kept);
            changed.into_iter().chain(kept).map(|change| rows(scene, change)).collect()
        }
        (Some(before), None) => only(scene, before),
        (None, Some(after)) => only(scene, after),
        (None, None) => {
            let words = if scene.chapter.goes_on { text.no_list_yet } else { text.no_before };
            return html! { <p class="note">{ words }</p> };
        }
    };
    let after = scene.chapter.after().is_some();
    html! {
        <>
            <h3>{ text.capabilities }</h3>
            if !after {
                <p class="note">{ (text.no_after)(say::no_second_list(scene.facts(), scene.chapter)) }</p>
            }
            <table class="caps" aria-label={text.capabilities_table}>
                <thead>
                    <tr>
                        <th scope="col">{ text.keyword }</th>
                        <th scope="col">{ text.before }</th>
                        if after {
                            <th scope="col">{ text.after }</th>
                        }
                    </tr>
                </thead>
                <tbody>{ body }</tbody>
            </table>
        </>
    }
}

fn rows(scene: &Scene, change: &CapabilityChange) -> Html {
    let text = &scene.text.inspector;
    let class = match change.fate {
        CapabilityFate::Kept => "kept",
        CapabilityFate::Gone => "gone",
        CapabilityFate::New => "new",
        CapabilityFate::Changed { .. } => "changed",
    };
    let why = change.rule.map(|rule| {
        html! { <tr class={classes!("reason", class)}><td colspan="3">{ told_at(scene, &change.keyword, (text.rule)(rule)) }</td></tr> }
    });
    let after = match (&change.after, &change.fate) {
        (None, _) => html! { { text.gone } },
        (Some(capability), CapabilityFate::New) => html! { <strong>{ words(text.offered, capability) }</strong> },
        (Some(capability), CapabilityFate::Changed { added, .. }) => emphasised(capability, added),
        (Some(capability), _) => html! { { words(text.offered, capability) } },
    };
    let before =
        change.before.as_ref().map_or(text.not_offered.to_owned(), |capability| words(text.offered, capability));
    html! {
        <>
            <tr class={class}>
                <th scope="row">{ change.keyword.clone() }</th>
                <td>{ before }</td>
                <td>{ after }</td>
            </tr>
            { why.unwrap_or_default() }
        </>
    }
}

fn emphasised(capability: &Capability, added: &[String]) -> Html {
    let words = capability.parameters.iter().enumerate().map(|(index, word)| {
        let space = if index > 0 { " " } else { "" };
        let shown = word.clone();
        if added.contains(word) {
            html! { <>{ space }<strong>{ shown }</strong></> }
        } else {
            html! { <>{ space }{ shown }</> }
        }
    });
    words.collect()
}

fn only(scene: &Scene, list: &Advertised) -> Html {
    let offered = scene.text.inspector.offered;
    let rows = list.capabilities.list.iter().map(|capability| {
        html! { <tr class="kept"><th scope="row">{ capability.keyword.clone() }</th><td>{ words(offered, capability) }</td></tr> }
    });
    rows.collect()
}

fn words(offered: &str, capability: &Capability) -> String {
    if capability.parameters.is_empty() { offered.to_owned() } else { capability.parameters.join(" ") }
}
