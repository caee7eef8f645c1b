//! The chosen suite: its name taken apart, the jobs behind it, and what it is worth today.

use super::compared::tone;
use crate::scenario::nearest;
use crate::suites::{Here, Job, ListEntry, ListKey, NamePart, PartRole, anatomy};
use crate::ui::state::Action;
use crate::ui::view::kit::markup::prelude::*;
use crate::ui::view::kit::prose::{cited, prose, told};
use crate::ui::view::kit::scene::Scene;

pub fn view(scene: &Scene) -> Html {
    let text = &scene.text.suites.page;
    let entry = scene.state.suites.line;
    let name = entry.name();
    let parts = anatomy(&name);
    html! {
        <div class="anatomy">
            <h3>{ text.name_heading }</h3>
            { letters(scene, &name, &parts) }
            { ran(scene, entry) }
            { explained(scene, &name, &parts) }
            <h4>{ text.jobs }</h4>
            { jobs(scene, &name, &parts) }
            <h4>{ text.facts }</h4>
            { facts(scene, entry) }
        </div>
    }
}

fn word<'a>(name: &'a str, part: &NamePart) -> &'a str {
    name.get(part.range.clone()).unwrap_or_default()
}

/// The class of a part: handshake on one side of WITH, record on the other.
fn class(role: PartRole) -> &'static str {
    match role.jobs() {
        [] => "plain",
        [Job::KeyExchange | Job::Authentication, ..] => "in-handshake",
        [Job::Encryption | Job::Integrity, ..] => "in-record",
    }
}

/// The name in its own letters, and below each part what it is. An underscore stays with the part before it.
fn letters(scene: &Scene, name: &str, parts: &[NamePart]) -> Html {
    let joint = |part: &NamePart| part.role == PartRole::Joint;
    let items = parts.iter().enumerate().filter(|(_, part)| !joint(part)).map(|(index, part)| {
        let role = part.role;
        let next = parts.get(index + 1).filter(|part| joint(part)).map_or("", |part| word(name, part));
        html! {
            <li class={class(role)}>
                <code><span>{ word(name, part).to_owned() }</span>{ next.to_owned() }</code>
                <small>{ (scene.text.suites.role)(role) }</small>
            </li>
        }
    });
    html! { <ol class="letters">{ for items }</ol> }
}

fn explained(scene: &Scene, name: &str, parts: &[NamePart]) -> Html {
    let text = &scene.text.suites;
    let parts = parts.iter().filter(|part| !matches!(part.role, PartRole::Joint | PartRole::With | PartRole::Protocol));
    let items = parts.map(|part| {
        let words = (text.part)(part.role, word(name, part));
        let line = |head: &'static str, words: &'static str| {
            if words.is_empty() {
                return html! {};
            }
            html! { <p><b>{ head }</b>{ ": " }{ told(scene, words) }</p> }
        };
        html! {
            <div>
                <dt class={class(part.role)}><code>{ word(name, part).to_owned() }</code>{ " " }<span>{ (text.role)(part.role) }</span></dt>
                <dd><p>{ told(scene, words.what) }</p>{ line(text.page.in_handshake, words.handshake) }{ line(text.page.in_record, words.record) }</dd>
            </div>
        }
    });
    html! { <dl class="parts">{ for items }</dl> }
}

/// The way to a session with this suite, or why there is none.
fn ran(scene: &Scene, entry: ListEntry) -> Html {
    let text = &scene.text.suites;
    let here = entry.here();
    let open = match here {
        Here::Runs(scenario) => html! {
            <>{ " " }<button type="button" class="button small" onclick={scene.act(Action::Open(scenario, nearest(&scenario).name))}>{ text.page.open }</button></>
        },
        Here::Offered | Here::Ssl2 | Here::NoEngine => Html::default(),
    };
    html! { <p class="ran">{ (text.here)(here).note }{ open }</p> }
}

fn jobs(scene: &Scene, name: &str, parts: &[NamePart]) -> Html {
    let text = &scene.text.suites;
    let rows = Job::ALL.map(|job| {
        let by: Vec<&str> =
            parts.iter().filter(|part| part.role.jobs().contains(&job)).map(|part| word(name, part)).collect();
        let term = (text.job)(job);
        html! {
            <tr>
                <th scope="row">{ term.name }<small>{ prose(term.meaning) }</small></th>
                <td>if by.is_empty() { { text.page.agreed_apart } } else { <code>{ by.join(" ") }</code> }</td>
                <td>{ job.in_the_book().map_or(text.no_book_set, text.book_set) }</td>
            </tr>
        }
    });
    let heads = text.page.jobs_heads.map(|head| html! { <th scope="col">{ head }</th> });
    html! { <table class="jobs" aria-label={text.page.jobs}><thead><tr>{ for heads }</tr></thead><tbody>{ for rows }</tbody></table> }
}

fn facts(scene: &Scene, entry: ListEntry) -> Html {
    let text = &scene.text.suites;
    let suite = entry.suite;
    let mark = (text.standing)(suite.standing());
    let strength = (text.strength)(entry.strength());
    let objections = suite.objections().map(|objection| {
        let said = (text.objection)(objection);
        html! { <li>{ told(scene, &said.words) }{ " " }<span class="source">{ cited(said.source) }</span></li> }
    });
    let objections: Vec<Html> = objections.collect();
    let today = html! {
        <>
            <b class={tone(suite.standing())}><span aria-hidden="true">{ mark.shape }{ " " }</span>{ mark.word }</b>
            if objections.is_empty() { <p>{ text.page.nothing_against }</p> } else { <ul class="objections">{ for objections }</ul> }
        </>
    };
    let printed = printed(scene, entry);
    let [code, exchange, authentication, cipher, bits, mac, versions, secrecy, now] = text.page.fact_names;
    let rows: [(&str, Html); 9] = [
        (code, html! { <code>{ (text.code)(suite.code) }</code> }),
        (exchange, html! { (text.key_exchange)(suite.key_exchange) }),
        (authentication, html! { (text.authentication)(suite.authentication) }),
        (cipher, html! { <>{ (text.cipher)(suite.cipher, suite.mode) }{ ", " }{ (text.mode)(suite.mode) }</> }),
        (bits, html! { strength }),
        (mac, html! { (text.mac)(suite.mac()) }),
        (versions, html! { (text.versions)(suite.versions) }),
        (secrecy, html! { (text.forward_secrecy)(suite.forward_secrecy()) }),
        (now, today),
    ];
    let rows = rows.into_iter().map(|(name, value)| html! { <><dt>{ name }</dt><dd>{ value }</dd></> });
    html! { <dl class="facts">{ for rows }{ printed }</dl> }
}

/// The line of each list, with its remarks and stray characters.
fn printed(scene: &Scene, entry: ListEntry) -> Html {
    let text = &scene.text.suites;
    let lines = ListKey::ALL.into_iter().flat_map(|key| key.lines().iter().map(move |line| (key, line)));
    let same = lines.filter(|(_, line)| {
        line.suite.code == entry.suite.code && entry.curve.is_none_or(|curve| line.curve == Some(curve))
    });
    let lines = same.map(|(key, line)| {
        html! { <li><span>{ (text.list)(key).name }</span><code>{ super::compared::broken(&format!("{}{}", line.name, line.remark)) }</code></li> }
    });
    html! { <><dt>{ text.page.as_printed }</dt><dd><ul class="printed-lines">{ for lines }</ul></dd></> }
}
