//! The header, and the strip that says what to watch and what was changed.

use super::title;
use crate::files::Format;
use crate::scenario::{Choice, PRESETS, preset};
use crate::share::View;
use crate::ui::browser;
use crate::ui::effect::Effect;
use crate::ui::state::{Action, RunName, Theme};
use crate::ui::view::kit::markup::prelude::*;
use crate::ui::view::kit::place::Needs;
use crate::ui::view::kit::scene::Scene;
use crate::ui::view::places;

pub fn view(scene: &Scene) -> Html {
    let page = &scene.text.page;
    let on = scene.on.clone();
    let choose = move |event: Event| {
        if let Some(preset) = preset(&browser::chosen(&event)) {
            on.emit(Action::Preset(preset.name));
        }
    };
    let is_preset = scene.state.run.name() == RunName::Preset;
    let options = PRESETS.iter().map(|preset| {
        html! {
            <option value={preset.name} selected={is_preset && preset.name == scene.state.run.preset}>{ (page.preset)(preset.name).name }</option>
        }
    });
    // Not its preset's any more: so that the preset can be chosen again.
    let own = (!is_preset)
        .then(|| html! { <option value="" selected=true>{ title::scenario(scene.text, &scene.state.run) }</option> });
    let places = View::ALL.iter().filter(|&&view| view != View::Session).map(|&view| place(scene, view));
    html! {
        <header class="top">
            <h1 class="mark">{ page.mark.0 }{ " " }<span>{ page.mark.1 }</span></h1>
            <label class="sr" for="scenario">{ page.scenario }</label>
            <select id="scenario" class="scenario" name="scenario" onchange={choose}>{ own.unwrap_or_default() }{ for options }</select>
            <p class="tagline">{ page.tagline }</p>
            <div class="actions">
                { for places }
                <button type="button" class="button" onclick={scene.effect(Effect::CopyLink)}>{ page.share }</button>
                { save(scene) }
                <button type="button" class="button icon" aria-label={page.help} title={page.help}
                    onclick={scene.act(Action::Help(true))}>{ "?" }</button>
                <button type="button" class="button icon" aria-label={page.theme} title={page.theme}
                    onclick={scene.on.reform(|_| Action::Theme(browser::theme()))}>{ theme(scene.state.preferences.theme) }</button>
            </div>
        </header>
    }
}

/// The way to one of the page's places, and back to the session; before the one that compares, what keeps a run for it.
fn place(scene: &Scene, view: View) -> Html {
    let place = places::of(view);
    let text = &scene.text.compare;
    let pin = (place.needs == Needs::Other && scene.state.pinned.is_none()).then(|| {
        html! { <button type="button" class="button" title={text.pin_this} onclick={scene.act(Action::Pin)}>{ text.pin }</button> }
    });
    let is_there = scene.state.shown.view == view;
    let to = if is_there { View::Session } else { view };
    html! {
        <>
            { pin.unwrap_or_default() }
            <button type="button" class="button" aria-pressed={if is_there { "true" } else { "false" }}
                onclick={scene.act(Action::Show(to))}>{ (place.name)(scene.text) }</button>
        </>
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

/// Half a disc, turned by the theme.
fn theme(theme: Theme) -> Html {
    let half = match theme {
        Theme::Light => "M8 2a6 6 0 0 1 0 12z",
        Theme::Dark => "M8 2a6 6 0 0 0 0 12z",
    };
    html! {
        <svg class="glyph" viewBox="0 0 16 16" aria-hidden="true">
            <circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="1.5" />
            <path d={half} fill="currentColor" />
        </svg>
    }
}
