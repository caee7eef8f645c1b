//! The message as its reader opens it, with or without the mark, and the conditions of the mark to tick through.

use crate::bytes::printable_lines;
use crate::scenario::Edit;
use crate::share::Fold;
use crate::story::letter::Letter;
use crate::story::say;
use crate::story::{Held, Showing};
use crate::ui::browser;
use crate::ui::state::{Action, Look};
use crate::ui::view::inspector::decision;
use crate::ui::view::kit::control::mark as mark_of;
use crate::ui::view::kit::link::link;
use crate::ui::view::kit::markup::prelude::*;
use crate::ui::view::kit::prose::{aside, prose};
use crate::ui::view::kit::scene::Scene;

pub fn view(scene: &Scene) -> Html {
    let text = &scene.text.outcome;
    let folder = scene.is_decided().then(|| say::folder(scene.whole.facts()));
    let place = folder.map_or(text.not_yet, text.folder);
    let received = scene.study.story.outcome.received(&scene.study.trace);
    let message = received.map(|(_, stored)| scene.study.trace.octets(stored.message));
    let letter = message.map(Letter::read);
    let subject = letter.as_ref().and_then(|letter| letter.field("Subject")).unwrap_or(text.subject).to_owned();
    let body = || match (&letter, message) {
        (Some(letter), Some(message)) => opened(scene, letter, message),
        _ => match folder {
            Some(folder) => html! { <><p>{ (text.not_stored)(folder) }</p>{ decision::queue(scene) }</> },
            None => html! { <p>{ text.no_mail_yet }</p> },
        },
    };
    let ontoggle = scene.on.reform(|event: Event| Look::Fold(Fold::Mail, browser::is_open(&event)).into());
    html! {
        <details class="mail" open={scene.state.shown.open.has(Fold::Mail)} {ontoggle}>
            <summary>
                <svg class="glyph" viewBox="0 0 16 16" aria-hidden="true">
                    <path d="M1.5 3.5h13v9h-13zM1.5 4l6.5 5 6.5-5" fill="none" stroke="currentColor" stroke-width="1.3" stroke-linejoin="round" />
                </svg>
                <span key={place}><b>{ place }</b>{ ": “" }{ subject }{ "”" }</span>
                if letter.is_some() && scene.is_decided() { { mark(scene) } }
            </summary>
            // Made when it is opened, like the tables of the machines.
            if scene.state.shown.open.has(Fold::Mail) {
                <div class="letter">
                    { body() }
                    if scene.is_decided() { { conditions(scene) } }
                </div>
            }
        </details>
    }
}

fn mark(scene: &Scene) -> Html {
    let text = &scene.text.mark;
    let badge = |class: Option<&'static str>, title, sign: &'static str, words| {
        html! {
            <span class={classes!("secured", class)} {title}>
                <svg class="glyph" viewBox="0 0 16 16" aria-hidden="true">
                    <path d={format!("M3 3.5 8 1.5l5 2v4c0 3.5-2.5 6-5 7-2.5-1-5-3.5-5-7z{sign}")} fill="none" stroke="currentColor" stroke-width="1.4" stroke-linejoin="round" stroke-linecap="round" />
                </svg>
                { words }
            </span>
        }
    };
    match scene.study.story.mark.as_ref().map(|mark| mark.showing) {
        Some(Showing::Mark) => badge(None, text.meaning, "M5.5 8l2 2 3.5-4", text.secured),
        Some(Showing::Forged(by)) => badge(Some("forged"), (text.forgery)(by), "M6 6l4 4M10 6l-4 4", text.forged),
        Some(Showing::Nothing) | None => {
            html! { <span class="secured not" title={text.meaning}>{ text.not_secured }</span> }
        }
    }
}

/// Why a mark that is shown proves nothing.
fn forgery(scene: &Scene) -> Html {
    match scene.study.story.mark.as_ref().map(|mark| mark.showing) {
        Some(Showing::Forged(by)) => html! { <p class="refusal">{ (scene.text.mark.forgery)(by) }</p> },
        _ => Html::default(),
    }
}

fn opened(scene: &Scene, letter: &Letter, message: &[u8]) -> Html {
    let text = &scene.text.mark;
    let row = |name: &'static str, field: &str| {
        let value = letter.field(field).unwrap_or_default().to_owned();
        html! { <><dt>{ name }</dt><dd>{ value }</dd></> }
    };
    let raw = printable_lines(message).replace('\r', "");
    html! {
        <article class="paper" aria-label={text.subject}>
            <p class="subject">{ letter.field("Subject").unwrap_or_default().to_owned() }{ mark(scene) }</p>
            { forgery(scene) }
            <dl>{ row(text.from, "From") }{ row(text.to, "To") }{ row(text.sent, "Date") }</dl>
            <pre tabindex="0">{ letter.body.clone() }</pre>
            <details class="more"><summary>{ text.raw }</summary><pre tabindex="0">{ raw }</pre></details>
        </article>
    }
}

fn conditions(scene: &Scene) -> Html {
    let text = &scene.text.mark;
    let items = scene.whole.boxes().iter().map(|&(held, switch)| condition(scene, held, switch));
    html! {
        <section class="conditions" aria-label={text.list}>
            <h2>{ text.heading }</h2>
            <p class="soft">{ text.intro }</p>
            <ul>{ for items }</ul>
            <p class="soft">{ text.technical }</p>
        </section>
    }
}

fn condition(scene: &Scene, held: Held, switch: Option<Edit>) -> Html {
    let text = &scene.text.mark;
    let words = (text.condition)(held.condition);
    let (glyph, state, class) = match held.holds {
        Some(true) => ("✓", text.holds, "pass"),
        Some(false) => ("✗", text.fails, "fail"),
        None => ("–", text.unknown, "unknown"),
    };
    let holds = held.holds == Some(true);
    let said = html! {
        <>
            <span class="letter-of" aria-hidden="true">{ words.name }</span>
            <span>{ prose(words.meaning) }</span>
            { aside(state) }
        </>
    };
    let said = match switch {
        Some(edit) => {
            let onchange = scene.act(Action::Edit(edit, scene.spot()));
            html! { <label><input type="checkbox" checked={holds} data-on={mark_of(holds)} {onchange} />{ said }</label> }
        }
        None => html! { <p class="fixed" title={text.fixed}>{ said }{ aside(text.fixed) }</p> },
    };
    let place = match (held.event, held.holds) {
        (Some(id), _) => link(scene, id),
        (None, Some(_)) => html! { <span class="soft">{ text.setting }</span> },
        // What is not known was found nowhere.
        (None, None) => html! { <span></span> },
    };
    html! {
        <li class={class}>
            { said }
            <span class="state" aria-hidden="true">{ glyph }</span>
            { place }
        </li>
    }
}
