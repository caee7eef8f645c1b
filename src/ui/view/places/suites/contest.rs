//! The negotiation: what can be set, the two lists to put in order, and the model's answer with what became of each line.

use super::compared::broken;
use crate::registry::{Version, VersionRange};
use crate::scenario::{Side, nearest};
use crate::suites::encounter::curves;
use crate::suites::{Candidate, Change, ServerKey, SuiteChoice, Tried, Why};
use crate::ui::browser;
use crate::ui::effect::Effect;
use crate::ui::state::Action;
use crate::ui::view::kit::control::mark;
use crate::ui::view::kit::markup::prelude::*;
use crate::ui::view::kit::prose::{cited, told};
use crate::ui::view::kit::scene::{Scene, line_id};

pub fn view(scene: &Scene) -> Html {
    let text = &scene.text.suites;
    let negotiation = scene.state.suites.negotiation();
    html! {
        <section class="contest" aria-label={text.page.negotiation}>
            <h3>{ text.page.negotiation }</h3>
            <p class="soft model">{ text.model }</p>
            <div class="set">
                { preference(scene) }
                { keys(scene) }
                { for [Side::Client, Side::Server].map(|side| versions(scene, side)) }
            </div>
            { answer(scene, &negotiation) }
            <p class="soft">{ text.page.order_note }</p>
            <div class="orders">{ for [Side::Client, Side::Server].map(|side| order(scene, side, &negotiation)) }</div>
        </section>
    }
}

fn preference(scene: &Scene) -> Html {
    let text = &scene.text.suites.page;
    let choices = [Side::Client, Side::Server].map(|side| {
        let is_chosen = scene.state.suites.preference == side;
        html! {
            <label class="choice">
                <input type="radio" name="prefer" value={side.key()} checked={is_chosen} data-on={mark(is_chosen)}
                    onchange={scene.act(Action::Suites(Change::Prefer(side)))} />
                <span>{ (text.prefers)(side) }</span>
            </label>
        }
    });
    html! { <fieldset><legend>{ text.prefer }</legend>{ for choices }</fieldset> }
}

fn keys(scene: &Scene) -> Html {
    let text = &scene.text.suites.page;
    let boxes = ServerKey::ALL.map(|key| {
        let has = scene.state.suites.keys.contains(&key);
        checkbox(scene, key.key(), has, (text.key)(key), Change::Key(key))
    });
    html! { <fieldset><legend>{ text.keys }</legend>{ for boxes }</fieldset> }
}

fn checkbox(scene: &Scene, name: impl Into<AttrValue>, on: bool, words: &'static str, change: Change) -> Html {
    html! {
        <label class="choice">
            <input type="checkbox" name={name.into()} checked={on} data-on={mark(on)} onchange={scene.act(Action::Suites(change))} />
            <span>{ words }</span>
        </label>
    }
}

/// Versions and curves of an end.
fn versions(scene: &Scene, side: Side) -> Html {
    let text = &scene.text.suites.page;
    let end = scene.state.suites.end(side);
    let range = end.peer.versions;
    let select = |which: &'static str, chosen: Version, make: fn(VersionRange, Version) -> VersionRange| {
        let on = scene.on.clone();
        let change = move |event: Event| {
            if let Some(version) = Version::from_key(&browser::chosen(&event)) {
                on.emit(Action::Suites(Change::Versions(side, make(range, version))));
            }
        };
        let options = Version::ALL.map(|version| {
            html! { <option value={version.key()} selected={version == chosen}>{ (text.version)(version) }</option> }
        });
        let id = format!("{which}-{}", side.key());
        html! {
            <div class="field"><label for={id.clone()}>{ which }</label><select id={id.clone()} name={id} onchange={change}>{ for options }</select></div>
        }
    };
    let curves = curves(end.key).into_iter().map(|group| {
        let name = format!("curve-{}-{}", side.key(), group.name());
        checkbox(scene, name, end.peer.groups.contains(&group), group.name(), Change::Curve(side, group))
    });
    let curves: Vec<Html> = curves.collect();
    html! {
        <fieldset class="of-end">
            <legend><i class={classes!("dot", side.key())} aria-hidden="true"></i>{ (text.end)(side) }</legend>
            <div class="range" role="group" aria-label={text.versions}>
                { select(text.oldest, range.first, |range, first| VersionRange::new(first, range.last.max(first))) }
                { select(text.newest, range.last, |range, last| VersionRange::new(range.first.min(last), last)) }
            </div>
            <div class="curves" role="group" aria-label={text.curves}>{ for curves }</div>
        </fieldset>
    }
}

fn answer(scene: &Scene, negotiation: &SuiteChoice) -> Html {
    let text = &scene.text.suites;
    let missed = (text.missed_forward_secrecy)(negotiation);
    let (class, shape) = if negotiation.result.is_ok() { ("agreed", "✓") } else { ("refused", "✗") };
    let run = scene.state.suites.session().map(|Tried { scenario, differs }| {
        html! {
            <p>
                <button type="button" class="button" onclick={scene.act(Action::Open(scenario, nearest(&scenario).name))}>{ text.page.run }</button>
                if differs { { " " }<small>{ text.page.trial_differs }</small> }
            </p>
        }
    });
    let real = negotiation.result.is_err().then(|| (text.real_alert)());
    html! {
        <div class={classes!("answer", class)} role="status">
            <p class="soft">{ text.page.result }</p>
            <p class="said"><span aria-hidden="true">{ shape }{ " " }</span>{ broken(&(text.result)(negotiation)) }</p>
            { missed.map(|words| html! { <p>{ broken(&words) }</p> }).unwrap_or_default() }
            { run.unwrap_or_default() }
            { real.map(|said| html! { <p class="soft">{ told(scene, &said.words) }{ " " }<span class="source">{ cited(said.source) }</span></p> }).unwrap_or_default() }
        </div>
    }
}

/// A list to put in order. What became of its lines is said of the list whose order counts.
fn order(scene: &Scene, side: Side, negotiation: &SuiteChoice) -> Html {
    let text = &scene.text.suites.page;
    let end = scene.state.suites.end(side);
    let decides = scene.state.suites.preference == side;
    let lines = (0..end.peer.list.entries.len()).map(|place| {
        let candidate = negotiation.candidates.get(place).filter(|_| decides);
        line(scene, side, place, candidate)
    });
    html! {
        <div class="order">
            <div class="order-head">
                <h4><i class={classes!("dot", side.key())} aria-hidden="true"></i>{ (text.order_of)(side) }</h4>
                if !end.is_default() {
                    <button type="button" class="button small" onclick={scene.act(Action::Suites(Change::Restore(side)))}>{ text.restore }</button>
                }
            </div>
            <ol aria-label={(text.order_of)(side)}>{ for lines }</ol>
        </div>
    }
}

fn line(scene: &Scene, side: Side, place: usize, candidate: Option<&Candidate>) -> Html {
    let text = &scene.text.suites;
    let entries = &scene.state.suites.end(side).peer.list.entries;
    let Some(entry) = entries.get(place) else { return Html::default() };
    let name = entry.name();
    let id = line_id(side, place);
    let carried = id.clone();
    let (on, perform) = (scene.on.clone(), scene.perform.clone());
    let dropped = move |event: DragEvent| {
        event.prevent_default();
        let from = browser::carried(&event);
        let from = from.strip_prefix(&format!("line-{}-", side.key())).and_then(|place| place.parse().ok());
        if let Some(from) = from {
            on.emit(Action::Suites(Change::Move(side, from, place)));
            perform.emit(Effect::Focus(line_id(side, place).into()));
        }
    };
    let arrow = |id: Option<String>, to: Option<usize>, glyph: &'static str, words: String| {
        let act = to.map(|to| scene.act_at(Action::Suites(Change::Move(side, place, to)), line_id(side, to)));
        html! {
            <button {id} type="button" class="arrow" aria-label={words} aria-disabled={if to.is_none() { "true" } else { "false" }} onclick={act}>{ glyph }</button>
        }
    };
    let next = Some(place + 1).filter(|&next| next < entries.len());
    let state = candidate.map(|candidate| {
        let class = match candidate.why {
            Why::Taken => "taken",
            Why::ComesLater => "possible",
            _ => "passed",
        };
        html! { <small class={classes!("why", class)}>{ (text.why)(candidate.why) }</small> }
    });
    html! {
        <li key={place} class={classes!((!entry.enabled).then_some("off"), candidate.is_some_and(|one| one.why == Why::Taken).then_some("taken"))}
            draggable="true" ondragstart={move |event: DragEvent| browser::carry(&event, &carried)}
            ondragover={|event: DragEvent| event.prevent_default()} ondrop={dropped}>
            <span class="arrows">
                { arrow(Some(id), place.checked_sub(1), "▲", (text.page.up)(&name)) }
                { arrow(None, next, "▼", (text.page.down)(&name)) }
            </span>
            <label class="choice">
                <input type="checkbox" name={format!("on-{}-{place}", side.key())} checked={entry.enabled} data-on={mark(entry.enabled)}
                    onchange={scene.act(Action::Suites(Change::Switch(side, place)))} />
                <code>{ broken(&name) }</code>
            </label>
            { state.unwrap_or_default() }
        </li>
    }
}
