//! The words: every claim has some, and what they quote was said.

use super::outcome::quotations;
use super::{Check, Checked, hold};
use crate::naive::Naive;
use crate::said::Said;
use starttls_lab::scenario::Side;

pub const CHECKS: &[Check] =
    &[Check { kind: "words of a claim", look: worded }, Check { kind: "quotation", look: quoted }];

fn worded(_: &Naive, said: &Said) -> Checked {
    let sentences = said.sentences();
    for (about, words) in &sentences {
        hold!(!words.trim().is_empty(), "{about} has no words");
        let odd = ["  ", " .", " ,", "..", "{", "Some(", "None"].into_iter().find(|odd| words.contains(odd));
        hold!(odd.is_none(), "{about}: {odd:?} in {words}");
    }
    Ok(sentences.len())
}

/// Of an answer, and in the queue: what stands in quotation marks is a line of a server.
fn quoted(naive: &Naive, said: &Said) -> Checked {
    let mut count = 0;
    for (about, words) in said.sentences().iter().filter(|(about, _)| ["because", "queue"].contains(about)) {
        for quoted in quotations(words) {
            // Exchange puts a full stop behind it.
            let line = quoted.trim_end_matches('.');
            let mut lines = naive.talks.iter().flat_map(|talk| &talk.lines).filter(|line| line.by == Side::Server);
            hold!(lines.any(|said| said.text == line), "{about}: nobody said {quoted:?}");
            count += 1;
        }
    }
    Ok(count)
}
