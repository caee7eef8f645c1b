//! Sentences, with what stands between backticks in the type of the wire; where no other control is around them, with the meaning of their
//! terms, which opens in place, and with links to RFCs.

use super::scene::Scene;
use crate::text::WordEntry;
use crate::ui::terms::{self, TextPiece};
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

/// Sentences in which terms of art open their meaning. Nothing that is pressed may be around them. The meanings stand behind the sentences,
/// so that these are whole; the browser puts each where its term is, and reads it there.
pub fn told(scene: &Scene, words: &str) -> Html {
    told_at(scene, "", words)
}

/// The same where the same sentences may stand in several places: each has a name.
pub fn told_at(scene: &Scene, place: &str, words: &str) -> Html {
    // As long as the words are the same, so is what is open.
    let mark =
        place.bytes().chain(words.bytes()).fold(5_381_u32, |hash, octet| hash.wrapping_mul(33) ^ u32::from(octet));
    let (mut met, mut shown, mut meanings) = (Vec::new(), Vec::new(), Vec::new());
    for (index, part) in words.split('`').enumerate() {
        let is_code = index % 2 == 1;
        let mut pieces = Vec::new();
        let mut rest = terms::pieces(part, &scene.text.glossary, is_code, &mut met).into_iter().peekable();
        while let Some(piece) = rest.next() {
            let TextPiece::Term(words, entry) = piece else {
                pieces.push(plain(&piece));
                continue;
            };
            let id = format!("term-{mark:x}-{}", meanings.len());
            let term =
                html! { <button type="button" class="term" popovertarget={id.clone()}>{ words.to_owned() }</button> };
            // Around a button a line may break; a full stop does not begin one.
            let stop = rest.peek_mut().map(terms::leading_marks).unwrap_or_default();
            pieces.push(if stop.is_empty() {
                term
            } else {
                html! { <span class="held">{ term }{ stop.to_owned() }</span> }
            });
            meanings.push(html! { <span key={id.clone()} class="meaning" popover="auto" {id} role="note"><b>{ entry.name }</b>{ " " }{ meaning(&entry) }</span> });
        }
        let pieces: Html = pieces.into_iter().collect();
        shown.push(if is_code {
            html! { <code>{ pieces }</code> }
        } else {
            pieces
        });
    }
    shown.into_iter().chain(meanings).collect()
}

/// A source, its RFCs as links.
pub fn cited(words: &str) -> Html {
    terms::cited(words).iter().map(plain).collect()
}

/// What a term means, and where that stands.
pub fn meaning(entry: &WordEntry) -> Html {
    let more = entry.more.split('`').enumerate().map(|(index, part)| {
        if index % 2 == 1 {
            html! { <code>{ part }</code> }
        } else {
            cited(part)
        }
    });
    html! {
        <>
            { prose(entry.meaning) }
            if !entry.more.is_empty() {
                { " " }<span class="source">{ for more }</span>
            }
        </>
    }
}

fn plain(piece: &TextPiece) -> Html {
    match piece {
        TextPiece::Words(words) | TextPiece::Term(words, _) => html! { { (*words).to_owned() } },
        TextPiece::Cited(words, to) => {
            html! { <a href={to.clone()} target="_blank" rel="noreferrer">{ (*words).to_owned() }</a> }
        }
    }
}

/// Words for a screen reader alone.
pub fn aside(words: impl Into<AttrValue>) -> Html {
    html! { <span class="sr">{ words.into() }{ " " }</span> }
}
