//! Sentences, with what stands between backticks in the type of the wire.

use crate::ui::view::kit::markup::prelude::*;

pub fn prose(words: &str) -> Html {
    let parts = words.split('`').enumerate().map(|(index, part)| {
        if index % 2 == 1 {
            html! { <code>{ part.to_owned() }</code> }
        } else {
            html! { { part.to_owned() } }
        }
    });
    parts.collect()
}

/// Words for a screen reader alone.
pub fn aside(words: impl Into<AttrValue>) -> Html {
    html! { <span class="sr">{ words.into() }{ " " }</span> }
}
