//! The session as one without keys sees it, or with the server's stolen one, beside what the ends know, and what leaked.

use super::source;
use crate::bytes::hex;
use crate::dissect::Reading;
use crate::dissect::guess::{Guess, UNKNOWN};
use crate::dissect::handshake::Message;
use crate::dissect::smtp::Role;
use crate::ntlm::{Captured, TriedWord};
use crate::scenario::Side;
use crate::share::Fold;
use crate::story::ntlm::{NtlmAttempt, attempts, tried};
use crate::story::wiretap::{Fact, Learnt, Subject};
use crate::story::{Tone, say};
use crate::trace::{EventId, What};
use crate::ui::effect::Effect;
use crate::ui::state::{Action, Guessing, Look, Move, Try};
use crate::ui::view::kit::markup::prelude::*;
use crate::ui::view::kit::prose::aside;
use crate::ui::view::kit::row::{arrow, lane};
use crate::ui::view::kit::scene::{Scene, TAP_ID};
use std::rc::Rc;

/// What crosses the wire at once: a line, or a record.
struct Seen {
    id: EventId,
    who: Side,
    /// As the wire shows it.
    words: String,
    /// As the ends know it, where that is more.
    known: Vec<String>,
    sealed: bool,
}

pub fn view(scene: &Scene) -> Html {
    let text = &scene.text.wire;
    // Whose keys are those of a run is known; of no other session.
    let is_run = scene.study.trace.origin.scenario().is_some();
    let has_key = is_run && scene.state.shown.open.has(Fold::Key);
    let (tapped, tap) = match has_key {
        true => (&scene.study.stolen().reading, &scene.study.stolen().wiretap),
        false => (scene.study.tapped(), scene.study.wiretap()),
    };
    html! {
        <>
            <p>{ (scene.text.inspector.tap_intro)(&say::tap(scene.facts(), tap, has_key)) }</p>
            if is_run {
                { theft(scene, has_key) }
                { guess(scene) }
            }
            { for attempts(&scene.study.trace, tapped).first().and_then(NtlmAttempt::captured).map(|captured| words(scene, &captured)) }
            <div class="knowledge">
                { facts(scene, text.leaked, "leaked", &tap.leaked) }
                if !tap.lost.is_empty() {
                    { facts(scene, text.lost, "lost", &tap.lost) }
                }
                if tap.lost.is_empty() || !tap.kept.is_empty() {
                    { facts(scene, text.kept, "kept", &tap.kept) }
                }
            </div>
            <p class="meta">{ (text.knowledge)(has_key) }</p>
            { ladder(scene, tapped, has_key) }
        </>
    }
}

/// The button that steals the server's key and gives it back, and what the key opens.
fn theft(scene: &Scene, has_key: bool) -> Html {
    let text = &scene.text.inspector;
    let claim = has_key.then(|| say::stolen(scene.facts(), scene.study.tapped(), &scene.study.stolen().reading));
    let roles = claim.iter().flat_map(|claim| {
        let several = claim.roles.len() > 1;
        claim.roles.iter().map(move |&(connection, role)| {
            html! { <><p>{ (text.key_role)(several.then_some(connection), role) }</p>{ source(role.source()) }</> }
        })
    });
    html! {
        <div class="theft">
            <button type="button" class="button" aria-pressed={if has_key { "true" } else { "false" }}
                onclick={scene.act(Look::Fold(Fold::Key, !has_key))}>{ text.steal }</button>
            <div role="status">
                if let Some(claim) = &claim {
                    <p>{ (text.stolen)(claim) }</p>
                }
                { for roles }
            </div>
        </div>
    }
}

/// The button that searches for the last bits of a key that is short, and stops; how far it has come, and what was found.
fn guess(scene: &Scene) -> Html {
    let text = &scene.text.inspector;
    let Guessing { guess, running, milliseconds } = &scene.state.guessing;
    let Some(fresh) = Guess::of(&scene.study.trace, &scene.study.reading) else { return Html::default() };
    let (label, step) = match running {
        true => (text.guess_stop.to_owned(), Try::Stop),
        false => ((text.guess)(UNKNOWN), Try::Start(Rc::new(fresh.clone()))),
    };
    let pace = guess.as_ref().filter(|_| !running).and_then(|guess| Some((guess, guess.pace(*milliseconds)?)));
    html! {
        <div class="theft">
            <p>{ (text.guess_intro)(&fresh) }</p>{ source(fresh.source()) }
            <p><button type="button" class="button" onclick={scene.act(Action::Guess(step))}>{ label }</button></p>
            if let Some(tried) = guess.as_ref().map(|guess| guess.tried()) {
                <p class="running">
                    <progress max={(1u32 << UNKNOWN).to_string()} value={tried.to_string()} aria-label={text.guess_progress}></progress>
                    <span>{ (text.tried)(tried) }</span>
                </p>
            }
            <div role="status">
                if let Some(guess) = guess {
                    <p>{ (text.guessed)(guess, *running) }</p>
                }
                if let Some((guess, pace)) = pace {
                    <p>{ (text.pace)(guess, pace) }</p>
                }
            </div>
        </div>
    }
}

/// The button that tries the built-in words on an NTLM login and puts them away, each word with what it comes to, and the line for a program
/// that tries more.
fn words(scene: &Scene, captured: &Captured) -> Html {
    let text = &scene.text.ntlm;
    let is_open = scene.state.shown.open.has(Fold::Words);
    let claim = is_open.then(|| say::words(captured));
    let (proof, line) = (hex(&captured.proof), captured.hashcat());
    let row = |(word, guess): (&'static str, TriedWord)| {
        html! {
            <li class={guess.fits.then_some("now")}>
                <b>{ word }</b><span>{ (text.fits)(guess.fits) }</span>
                <code>{ hex(&guess.nt_owf_v2) }</code><code>{ hex(&guess.proof) }</code>
            </li>
        }
    };
    html! {
        <div class="theft">
            <button type="button" class="button" aria-pressed={if is_open { "true" } else { "false" }}
                onclick={scene.act(Look::Fold(Fold::Words, !is_open))}>{ text.guess }</button>
            <div role="status">
                if let Some(claim) = claim {
                    <p>{ (text.words)(claim) }</p>
                }
            </div>
            if let Some(claim) = claim {
                <p>{ text.intro }</p>
                { source(claim.source()) }
                <p>{ text.recorded }{ " " }<code>{ proof }</code></p>
                <ol class="words" aria-label={text.list}>{ for tried(captured).into_iter().map(row) }</ol>
                <p>{ text.hashcat }{ " " }<button type="button" class="button small" onclick={scene.effect(Effect::Copy(line.clone()))}>{ text.copy }</button></p>
                <p class="letters">{ line }</p>
            }
        </div>
    }
}

/// What is known, by subject.
fn facts(scene: &Scene, heading: &'static str, class: &'static str, facts: &[Fact]) -> Html {
    let text = &scene.text.wire;
    let of = |subject| facts.iter().filter(move |fact: &&Fact| fact.subject == subject);
    let subjects = Subject::ALL.into_iter().filter(|&subject| of(subject).next().is_some()).map(|subject| {
        let values = of(subject).map(|fact| {
            let who = scene.study.trace.events.get(fact.event).map(|event| event.who);
            let who = who.filter(|_| matches!(fact.value, Learnt::Sealed { .. }));
            html! {
                <li>
                    <button type="button" class="link" onclick={scene.act(Move::Go(fact.event))}
                        title={(text.at_step)(scene.whole.steps.number(fact.event))}>{ (text.known)(who, &fact.value) }</button>
                </li>
            }
        });
        html! { <><dt>{ (text.subject)(subject) }</dt><dd><ul>{ for values }</ul></dd></> }
    });
    let subjects: Vec<Html> = subjects.collect();
    html! {
        <section class={class}>
            <h2>{ heading }</h2>
            if subjects.is_empty() {
                <p>{ text.nothing_kept }</p>
            } else {
                <dl key={facts.len()}>{ for subjects }</dl>
            }
        </section>
    }
}

fn ladder(scene: &Scene, tapped: &Reading, has_key: bool) -> Html {
    let text = &scene.text.wire;
    let seen = seen(scene, tapped);
    let now = seen.iter().rposition(|one| one.id <= scene.stop);
    let items = seen.iter().enumerate().map(|(index, one)| {
        let is_now = Some(index) == now;
        // Nothing tells a listener who has the keys.
        let tone = if one.sealed { Tone::Sealed } else { Tone::Readable };
        let state = (scene.text.log.protection)(tone);
        let class = classes!("seen", lane(one.who), if one.sealed { "sealed" } else { "clear" }, is_now.then_some("now"));
        html! {
            <li key={one.id}>
                <button type="button" id={is_now.then_some(TAP_ID)} {class}
                    aria-current={is_now.then_some("true")} onclick={scene.act(Move::Go(one.id))}>
                    <span class="a" aria-hidden="true">{ arrow(one.who, one.sealed) }</span>
                    { aside((scene.text.log.direction)(one.who, tone)) }
                    <span class="t">{ one.words.clone() }</span>
                    <span class="st" aria-hidden="true">{ state }</span>
                    if one.sealed {
                        <span class="k">{ for one.known.iter().enumerate().map(|(key, words)| html! { <span {key}>{ words.clone() }</span> }) }</span>
                    }
                </button>
            </li>
        }
    });
    let [wire, ends] = text.tap_heads;
    let wire = if has_key { text.tap_opened } else { wire };
    html! {
        <>
            <p class="tap-heads" aria-hidden="true"><span>{ wire }</span><span>{ ends }</span></p>
            <ol class="tap" aria-label={text.tap_list}>{ for items }</ol>
        </>
    }
}

fn seen(scene: &Scene, tapped: &Reading) -> Vec<Seen> {
    let study = scene.study;
    let sealed = scene.text.inspector.tap_sealed;
    let mut seen: Vec<Seen> = Vec::new();
    let mut last = None;
    for (id, event) in study.trace.events.iter().enumerate() {
        let What::Sent { text: inside, wire } = event.what else { continue };
        if let Some(line) = tapped.line(id) {
            let words = line.text.lines().next().unwrap_or_default().to_owned();
            seen.push(Seen { id, who: event.who, words, known: Vec::new(), sealed: false });
        } else if inside.is_some() {
            // Lines that share a record are one thing on the wire.
            if last.replace(wire) != Some(wire) {
                seen.push(Seen { id, who: event.who, words: sealed(wire.len()), known: Vec::new(), sealed: true });
            }
            let line = study.reading.line(id).map(|line| match (&line.role, inside) {
                (Role::Content, Some(span)) => (scene.text.log.message_content)(span.len()),
                _ => line.text.clone(),
            });
            seen.last_mut().into_iter().for_each(|one| one.known.extend(line.clone()));
        } else {
            let hidden = tapped.messages(id).iter().any(|message| !message.opened);
            let names = |messages: &[Message]| -> Vec<String> {
                messages.iter().map(|message| (scene.text.inspector.tap_record)(message, message.size)).collect()
            };
            let (words, known) = if hidden {
                (sealed(wire.len()), names(study.reading.messages(id)))
            } else {
                (names(tapped.messages(id)).join("; "), Vec::new())
            };
            seen.push(Seen { id, who: event.who, words, known, sealed: hidden });
        }
    }
    seen
}
