//! Why: what this step does, what the point teaches, what TLS changed, and who waits for what meanwhile.
//!
//! What each step has stands first, and where it stood. The rest is below, as long as it happens to be, and made anew at each.

use super::{advice, decision, handshake, machines, source, table};
use crate::share::Tab;
use crate::story::say::{RecordClaim, StepClaim};
use crate::story::{Part, Point, Status, say};
use crate::ui::state::Look;
use crate::ui::view::kit::markup::prelude::*;
use crate::ui::view::kit::prose::{told, told_at};
use crate::ui::view::kit::scene::{Scene, tab_id};

pub fn view(scene: &Scene) -> Html {
    let text = &scene.text.inspector;
    let claim = say::lesson(scene.facts(), scene.chapter, scene.part);
    let lesson = (scene.text.points.lesson)(&claim);
    let heading = match scene.part.number() {
        Some(number) => format!("{number:02} · {}", lesson.heading),
        None => lesson.heading.to_owned(),
    };
    let step = say::step(scene.facts(), scene.stop);
    let recording = say::recording(scene.facts(), scene.stop);
    let is_premaster = matches!(step, StepClaim::Record { first: RecordClaim::EncryptedPremaster { .. }, .. });
    let is_of_secret = recording.is_some() || is_premaster;
    html! {
        <>
            <div class="step" key={scene.stop}>
                <h2>{ text.this_step }</h2>
                <p class="meta">{ say::at(scene.facts(), scene.stop).map(|claim| (text.at)(&claim)) }</p>
                <p>{ told(scene, &(text.step)(&step)) }</p>
                { source(&step.source()) }
            </div>
            <div class="more" key={scene.stop}>
                if let Some(claim) = say::length(scene.facts(), scene.stop) {
                    <p>{ told(scene, &(text.length)(claim)) }</p>
                    { source(say::LengthClaim::SOURCE) }
                }
                if let Some(claim) = say::stream(scene.facts(), scene.stop) {
                    <p>{ told(scene, &(text.stream)(claim)) }</p>
                    { source(&claim.source()) }
                }
                if let Some(claim) = recording {
                    <p>{ told(scene, &(text.recording)(claim)) }</p>
                    { source(claim.source()) }
                }
                { ntlm(scene) }
                if is_of_secret && scene.study.trace.origin.scenario().is_some() {
                    <p><button type="button" class="link" onclick={scene.act_at(Look::Steal, tab_id(Tab::Eavesdropper))}>{ text.try_key }</button></p>
                }
            </div>
            { decision::view(scene) }
            { advice::view(scene) }
            <div class="lesson" key={scene.stop}>
                <h2>{ heading }</h2>
                { for lesson.paragraphs.iter().map(|words| html! { <p>{ told(scene, words) }</p> }) }
                { source(&claim.source()) }
                { missing(scene) }
                { table::view(scene) }
            </div>
            <div key={scene.stop}>
                { machines::view(scene) }
                { handshake::view(scene) }
            </div>
        </>
    }
}

/// What a message of an NTLM login says, and what is found with the password.
fn ntlm(scene: &Scene) -> Html {
    let text = &scene.text.ntlm;
    let Some(claim) = say::ntlm(scene.facts(), scene.stop) else { return Html::default() };
    html! {
        <>
            <p>{ told(scene, &(text.claim)(&claim)) }</p>
            if let Some(check) = claim.check() {
                <p>{ (text.check)(check) }</p>
            }
            { source(claim.source()) }
        </>
    }
}

fn missing(scene: &Scene) -> Html {
    let is_missing =
        |point: &&Point| point.status == Status::NotReached && !scene.chapter.is_ahead(Part::Point(point.checkpoint));
    let missing: Vec<_> = scene.chapter.points.iter().filter(is_missing).collect();
    if missing.is_empty() {
        return Html::default();
    }
    let items = missing.iter().map(|point| {
        let number = format!("{:02}", point.checkpoint.number());
        let words =
            (scene.text.points.missing)(say::missing(scene.facts(), scene.chapter, Part::Point(point.checkpoint)));
        html! { <li><b>{ number.clone() }</b>{ " " }{ told_at(scene, &number, &words) }</li> }
    });
    html! {
        <>
            <h3>{ scene.text.inspector.not_reached }</h3>
            <ul class="missing">{ for items }</ul>
        </>
    }
}
