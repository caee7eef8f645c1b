//! Looking for rows: what kind, and which words. Enter goes to the next match, with Shift to the one before.

use crate::scenario::{Choice, Value};
use crate::share::RowKind;
use crate::share::shown::WORDS;
use crate::trace::EventId;
use crate::ui::browser;
use crate::ui::filter;
use crate::ui::state::{Look, Move};
use crate::ui::view::kit::markup::prelude::*;
use crate::ui::view::kit::scene::Scene;

/// `matches` are where the rows of the run that match begin.
pub fn view(scene: &Scene, matches: Vec<EventId>) -> Html {
    let text = &scene.text.filter;
    let shown = &scene.state.shown;
    let typed = scene.on.reform(|event: InputEvent| Look::Words(browser::typed(&event)).into());
    let chosen = scene
        .on
        .reform(|event: Event| Look::Kind(RowKind::parse(&browser::chosen(&event)).unwrap_or(RowKind::All)).into());
    let found = matches.len();
    let (on, here) = (scene.on.clone(), scene.stop);
    let keys = Callback::from(move |event: KeyboardEvent| {
        let next = filter::next_match(&matches, here, event.shift_key()).filter(|_| event.key() == "Enter");
        next.into_iter().for_each(|stop| on.emit(Move::Go(stop).into()));
    });
    let options = RowKind::ALL.iter().map(|&kind| {
        html! { <option value={kind.key()} selected={kind == shown.kind}>{ (text.kind_name)(kind) }</option> }
    });
    html! {
        <div class="filter" role="search" aria-label={text.region}>
            <input type="search" aria-label={text.search} placeholder={text.search} maxlength={WORDS.to_string()}
                value={shown.words.clone()} oninput={typed} onkeydown={keys} />
            <select aria-label={text.kind} onchange={chosen}>{ for options }</select>
            <output aria-live="polite">
                if !filter::is_open(shown) {
                    { (text.found)(found, scene.whole.rows.len()) }
                }
            </output>
            if !filter::is_open(shown) {
                <button type="button" class="button small" onclick={scene.act(Look::AllRows)}>{ text.all }</button>
            }
        </div>
    }
}

/// Where no row matches so far, or in the whole run.
pub fn nothing(scene: &Scene, nowhere: bool) -> Html {
    let text = &scene.text.filter;
    html! {
        <li class="skipped">
            { if nowhere { (text.nothing)(scene.state.shown.words.trim()) } else { text.not_yet.to_owned() } }{ " " }
            <button type="button" class="link" onclick={scene.act(Look::AllRows)}>{ text.clear }</button>
        </li>
    }
}

/// Words of a row, with what is looked for in them.
pub fn marked(scene: &Scene, words: &str) -> Html {
    let piece = |(piece, hit): (&str, bool)| {
        let piece = piece.to_owned();
        if hit {
            html! { <mark>{ piece }</mark> }
        } else {
            html! { { piece } }
        }
    };
    filter::pieces(words, &scene.state.shown).into_iter().map(piece).collect()
}
