//! Looking for rows: what kind, and which words.

use crate::scenario::{Choice, Value};
use crate::share::RowKind;
use crate::share::shown::WORDS;
use crate::ui::browser;
use crate::ui::filter;
use crate::ui::state::Look;
use crate::ui::view::kit::scene::Scene;
use yew::prelude::*;

pub fn view(scene: &Scene, found: usize) -> Html {
    let text = &scene.text.filter;
    let shown = &scene.state.shown;
    let typed = scene.on.reform(|event: InputEvent| Look::Words(browser::typed(&event)).into());
    let chosen = scene
        .on
        .reform(|event: Event| Look::Kind(RowKind::parse(&browser::chosen(&event)).unwrap_or(RowKind::All)).into());
    let options = RowKind::ALL.iter().map(|&kind| {
        html! { <option value={kind.key()} selected={kind == shown.kind}>{ (text.kind_name)(kind) }</option> }
    });
    html! {
        <div class="filter" role="search" aria-label={text.region}>
            <input type="search" aria-label={text.search} placeholder={text.search} maxlength={WORDS.to_string()}
                value={shown.words.clone()} oninput={typed} />
            <select aria-label={text.kind} onchange={chosen}>{ for options }</select>
            <output aria-live="polite">
                if !filter::is_open(shown) {
                    { (text.found)(found, scene.study.rows.len()) }
                }
            </output>
            if !filter::is_open(shown) {
                <button type="button" class="button small" onclick={scene.act(Look::AllRows)}>{ text.all }</button>
            }
        </div>
    }
}
