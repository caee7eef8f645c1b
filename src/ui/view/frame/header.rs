//! The header: places at the left, actions at the right, each a menu where there is no room for them; the choice of the scenario;
//! and the header of the cover.

use super::title;
use crate::files::Format;
use crate::scenario::Choice;
use crate::share::View;
use crate::ui::browser;
use crate::ui::effect::Effect;
use crate::ui::state::{Action, Run};
use crate::ui::view::kit::markup::prelude::*;
use crate::ui::view::kit::prose::aside;
use crate::ui::view::kit::scene::Scene;
use crate::ui::view::places;

/// The ids of what is a menu where the page is narrow.
const PLACES_ID: &str = "places";
const ACTIONS_ID: &str = "actions";

pub fn view(scene: &Scene) -> Html {
    let page = &scene.text.page;
    let here = (places::of(scene.state.shown.view).name)(scene.text);
    let places = View::ALL.iter().filter(|&&view| view != View::Cover).map(|&view| place(scene, view));
    html! {
        <header class="top">
            <h1 class="mark">
                <button type="button" title={scene.text.cover.back} onclick={scene.act(Action::Show(View::Cover))}>{ mark(scene) }</button>
            </h1>
            <button type="button" class="button opens" popovertarget={PLACES_ID} aria-label={(page.places_here)(here)}>{ here }</button>
            <nav class="places" id={PLACES_ID} popover="auto" aria-label={page.places}>{ for places }</nav>
            <button type="button" class="button icon opens last" popovertarget={ACTIONS_ID} aria-label={page.actions} title={page.actions}>{ "⋯" }</button>
            <div class="actions" id={ACTIONS_ID} popover="auto">
                { pin(scene) }
                { action(page.share, scene.effect(Effect::CopyLink)) }
                { save(scene) }
                <button type="button" class="button icon" aria-label={page.help} title={page.help} popovertarget={ACTIONS_ID}
                    popovertargetaction="hide" onclick={scene.act(Action::Help(true))}>{ "?" }</button>
                { theme(scene) }
            </div>
        </header>
    }
}

/// Of the cover: what the page is called, and the theme.
pub fn bare(scene: &Scene) -> Html {
    html! { <header class="top"><p class="mark">{ mark(scene) }</p>{ theme(scene) }</header> }
}

fn mark(scene: &Scene) -> Html {
    let (name, lab) = scene.text.page.mark;
    html! { <>{ name }{ " " }<span>{ lab }</span></> }
}

/// The way to one of the page's places.
fn place(scene: &Scene, view: View) -> Html {
    let is_here = scene.state.shown.view == view;
    html! {
        <button type="button" popovertarget={PLACES_ID} popovertargetaction="hide" aria-current={is_here.then_some("page")}
            onclick={scene.act(Action::Show(view))}>{ (places::of(view).name)(scene.text) }</button>
    }
}

fn action(name: &'static str, onclick: Callback<MouseEvent>) -> Html {
    html! { <button type="button" class="button" popovertarget={ACTIONS_ID} popovertargetaction="hide" {onclick}>{ name }</button> }
}

/// Keeps a run to compare others with it; once one is kept, leads to the comparison. The region is always there, so that a screen reader
/// hears what comes into it.
fn pin(scene: &Scene) -> Html {
    let text = &scene.text.compare;
    let name = scene.state.pinned.map(|pinned| title::whole(scene.text, &Run::of(pinned.scenario, pinned.preset)));
    let said = name.as_ref().map(|name| format!("{} {name}", text.pinned));
    let button = match name {
        None => action(text.pin, scene.act(Action::Pin)),
        Some(name) => html! {
            <span class="pin">
                <button type="button" popovertarget={ACTIONS_ID} popovertargetaction="hide" onclick={scene.act(Action::Show(View::Compare))}>
                    { text.compare_with }{ " " }<b>{ name }</b>
                </button>
                <button type="button" aria-label={text.unpin} title={text.unpin} onclick={scene.act(Action::Unpin)}>{ "×" }</button>
            </span>
        },
    };
    html! { <><p class="sr" role="status">{ said.unwrap_or_default() }</p>{ button }</> }
}

/// The scenario on show, and the way to all others.
pub fn scenario(scene: &Scene) -> Html {
    html! {
        <button type="button" class="button scenario" onclick={scene.act(Action::Show(View::Gallery))}>
            { aside(scene.text.page.scenario) }<span>{ title::scenario(scene.text, &scene.state.run) }</span>
        </button>
    }
}

/// The formats in which the run can be saved.
fn save(scene: &Scene) -> Html {
    let text = &scene.text.files;
    let formats = Format::ALL.iter().map(|&format| {
        let (name, good_for) = (text.format)(format.key());
        html! {
            <li>
                <button type="button" onclick={scene.effect(Effect::Save(format))}><b>{ name }</b><span>{ good_for }</span></button>
            </li>
        }
    });
    html! {
        <details class="menu">
            <summary class="button">{ text.save }</summary>
            <div class="sheet">
                <p>{ text.intro }</p>
                <ul>{ for formats }</ul>
            </div>
        </details>
    }
}

/// Half a disc; the style sheet turns it, so that the cover can be drawn before the theme is known.
fn theme(scene: &Scene) -> Html {
    let name = scene.text.page.theme;
    html! {
        <button type="button" class="button icon theme" aria-label={name} title={name}
            onclick={scene.on.reform(|_| Action::Theme(browser::theme()))}>
            <svg class="glyph" viewBox="0 0 16 16" aria-hidden="true">
                <circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="1.5" />
                <path d="M8 2a6 6 0 0 1 0 12z" fill="currentColor" />
            </svg>
        </button>
    }
}
