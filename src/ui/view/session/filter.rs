//! Looking for rows: what kind, and which words.

use crate::ui::browser;
use crate::ui::filter::{Filter, Wanted};
use crate::ui::state::Action;
use crate::ui::view::kit::scene::Scene;
use yew::prelude::*;

pub fn view(scene: &Scene, found: usize) -> Html {
    let text = &scene.text.filter;
    let filter = &scene.state.filter;
    let typed = {
        let (on, filter) = (scene.on.clone(), filter.clone());
        move |event: InputEvent| {
            on.emit(Action::Filter(Filter { words: browser::typed(&event), ..filter.clone() }));
        }
    };
    let chosen = {
        let (on, filter) = (scene.on.clone(), filter.clone());
        move |event: Event| {
            let index: usize = browser::chosen(&event).parse().unwrap_or_default();
            let wanted = Wanted::ALL.get(index).copied().unwrap_or_default();
            on.emit(Action::Filter(Filter { wanted, ..filter.clone() }));
        }
    };
    let options = Wanted::ALL.iter().enumerate().map(|(index, &wanted)| {
        html! { <option value={index.to_string()} selected={wanted == filter.wanted}>{ text.kinds.get(index).copied().unwrap_or_default() }</option> }
    });
    html! {
        <div class="filter" role="search" aria-label={text.region}>
            <input type="search" aria-label={text.search} placeholder={text.search} value={filter.words.clone()} oninput={typed} />
            <select aria-label={text.kind} onchange={chosen}>{ for options }</select>
            <output aria-live="polite">
                if !filter.is_open() {
                    { (text.found)(found, scene.study.rows.len()) }
                }
            </output>
            if !filter.is_open() {
                <button type="button" class="button small" onclick={scene.act(Action::Filter(Filter::default()))}>{ text.all }</button>
            }
        </div>
    }
}
