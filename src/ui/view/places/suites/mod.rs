//! Cipher suites: two lists, a name taken apart, what the lists come to, and what becomes of the mail.

mod anatomy;
mod compared;
mod contest;
mod trial;

use crate::scenario::Side;
use crate::share::View;
use crate::suites::{Change, Claim, Encounter, ListKey, evidence};
use crate::ui::browser;
use crate::ui::state::Action;
use crate::ui::view::kit::markup::prelude::*;
use crate::ui::view::kit::place::{Needs, Place, no_keys};
use crate::ui::view::kit::prose::{cited, told};
use crate::ui::view::kit::scene::Scene;

pub const PLACE: Place = Place { name: |text| text.suites.page.name, view, keys: no_keys, needs: Needs::Endings };

fn view(scene: &Scene) -> Html {
    let text = &scene.text.suites.page;
    html! {
        <section class="card grid-page suites" aria-label={text.heading}>
            <div class="grid-head">
                <h2>{ text.heading }</h2>
                <button type="button" class="button" onclick={scene.act(Action::Show(View::Session))}>{ text.back }</button>
            </div>
            <p class="intro">{ text.intro }</p>
            { pairs(scene) }
            <div class="ends">
                { list(scene, Side::Client) }
                <button type="button" class="button" onclick={scene.act(Action::Suites(Change::Swap))}><span aria-hidden="true">{ "⇄ " }</span>{ text.swap }</button>
                { list(scene, Side::Server) }
            </div>
            { trial::view(scene) }
            <div class="two">
                <div>{ compared::view(scene) }{ book(scene) }</div>
                <div class="apart" tabindex="0" role="region" aria-label={text.name_heading}>{ anatomy::view(scene) }</div>
            </div>
            { contest::view(scene) }
        </section>
    }
}

/// Pairs of lists that are worth a look.
fn pairs(scene: &Scene) -> Html {
    let text = &scene.text.suites.page;
    let all = ListKey::ALL.into_iter().flat_map(|client| ListKey::ALL.map(|server| (client, server)));
    let buttons = all.filter_map(|(client, server)| {
        let name = (text.pair)(client, server)?;
        let there = (scene.state.suites.client.key, scene.state.suites.server.key) == (client, server);
        let to = Action::Suites(Change::Pair(client, server));
        Some(html! {
            <button type="button" class="button small" aria-pressed={if there { "true" } else { "false" }} onclick={scene.act(to)}>{ name }</button>
        })
    });
    html! { <div class="trypairs" role="group" aria-label={text.pairs}><span>{ text.pairs }</span>{ for buttons }</div> }
}

/// Whose list an end has.
fn list(scene: &Scene, side: Side) -> Html {
    let text = &scene.text.suites;
    let chosen = scene.state.suites.end(side).key;
    let on = scene.on.clone();
    let change = move |event: Event| {
        if let Some(key) = ListKey::from_key(&browser::chosen(&event)) {
            on.emit(Action::Suites(Change::List(side, key)));
        }
    };
    let options = ListKey::ALL
        .map(|key| html! { <option value={key.key()} selected={key == chosen}>{ (text.list)(key).name }</option> });
    let id = format!("list-{}", side.key());
    html! {
        <div class="field end">
            <label for={id.clone()}><i class={classes!("dot", side.key())} aria-hidden="true"></i>{ (text.page.end)(side) }</label>
            <select id={id.clone()} name={id} onchange={change}>{ for options }</select>
            <small>{ (text.list)(chosen).note }</small>
        </div>
    }
}

/// What the book says of its own two lists; nothing beside others.
fn book(scene: &Scene) -> Html {
    let text = &scene.text.suites;
    let Encounter { client, server, .. } = &scene.state.suites;
    if (client.key, server.key) != (ListKey::Ws2003, ListKey::Ws2008) {
        return Html::default();
    }
    let claims = Claim::ALL.map(|claim| {
        let shown = (text.evidence)(evidence(claim));
        html! {
            <li>
                <blockquote>{ "“" }{ (text.claim)(claim) }{ "”" }</blockquote>
                <p><b>{ text.page.shows }</b>{ " " }{ told(scene, &shown.words) }{ " " }<span class="source">{ cited(shown.source) }</span></p>
            </li>
        }
    });
    html! {
        <>
            <h3>{ text.page.book }</h3>
            <ul class="claims">{ for claims }</ul>
        </>
    }
}
