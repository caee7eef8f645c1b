//! Which rows of the ladder are on show: those that match, with a row of context on either side.

use crate::scenario::Side;
use crate::share::{RowKind, Shown};
use crate::story::rows::Row;
use crate::trace::{EventId, What};
use crate::ui::study::Study;

/// Rows around a match that are shown with it.
const CONTEXT: usize = 1;

/// Whether every row is on show.
pub fn is_open(shown: &Shown) -> bool {
    shown.kind == RowKind::All && shown.words.trim().is_empty()
}

/// Whether a row with these words is looked for. Upper and lower case are the same.
pub fn matches(shown: &Shown, study: &Study, row: &Row, words: &str) -> bool {
    let needle = shown.words.trim().to_ascii_lowercase();
    kind_matches(study, row, shown.kind) && (needle.is_empty() || words.to_ascii_lowercase().contains(&needle))
}

fn kind_matches(study: &Study, row: &Row, kind: RowKind) -> bool {
    let sent = |id: EventId, side| {
        study.trace.events.get(id).is_some_and(|event| event.who == side && matches!(event.what, What::Sent { .. }))
    };
    // Of a record: whether one without keys could not read it.
    let closed = |id: EventId| study.tapped().messages(id).iter().any(|message| !message.opened);
    match (row, kind) {
        (_, RowKind::All) => true,
        (Row::Gone { .. } | Row::Back { .. }, _) => false,
        (Row::Line { id, .. }, RowKind::Readable) => study.tapped().line(*id).is_some(),
        (Row::Line { id, .. }, RowKind::Sealed) => study.tapped().line(*id).is_none(),
        (Row::Record { id }, RowKind::Readable) => !closed(*id),
        (Row::Record { id }, RowKind::Sealed) => closed(*id),
        (Row::Negotiation(open), RowKind::Readable) => !open.entries.iter().all(|&id| closed(id)),
        (Row::Negotiation(open), RowKind::Sealed) => open.entries.iter().any(|&id| closed(id)),
        (Row::Line { id, .. } | Row::Record { id }, RowKind::FromClient) => sent(*id, Side::Client),
        (Row::Line { id, .. } | Row::Record { id }, RowKind::FromServer) => sent(*id, Side::Server),
        (Row::Negotiation(_) | Row::Record { .. }, RowKind::Tls) => true,
        (Row::Note { .. }, RowKind::Inside) => true,
        _ => false,
    }
}

/// Whether an entry of the negotiation is shown where its row is: all of them, unless the rows are parted by who can read them.
pub fn shows_entry(shown: &Shown, study: &Study, id: EventId) -> bool {
    match shown.kind {
        RowKind::Readable | RowKind::Sealed => {
            let is_sent = study.trace.events.get(id).is_some_and(|event| matches!(event.what, What::Sent { .. }));
            is_sent && kind_matches(study, &Row::Record { id }, shown.kind)
        }
        _ => true,
    }
}

/// The match behind a place, or before it; behind the last comes the first. `stops` rise.
pub fn next_match(stops: &[EventId], here: EventId, back: bool) -> Option<EventId> {
    let beside = match back {
        false => stops.iter().find(|&&stop| stop > here).or(stops.first()),
        true => stops.iter().rfind(|&&stop| stop < here).or(stops.last()),
    };
    beside.copied()
}

/// The words in pieces, each with whether it is what is looked for.
pub fn pieces<'a>(words: &'a str, shown: &Shown) -> Vec<(&'a str, bool)> {
    let needle = shown.words.trim();
    let mut pieces = Vec::new();
    let mut rest = words;
    let at = |rest: &str| {
        let is =
            |from: &usize| rest.get(*from..from + needle.len()).is_some_and(|part| part.eq_ignore_ascii_case(needle));
        (0..rest.len()).find(is).filter(|_| !needle.is_empty())
    };
    while let Some((before, found)) = at(rest).and_then(|from| Some((rest.get(..from)?, rest.get(from..)?))) {
        let (hit, after) = found.split_at(needle.len());
        pieces.extend([(before, false), (hit, true)]);
        rest = after;
    }
    pieces.push((rest, false));
    pieces.retain(|(piece, _)| !piece.is_empty());
    pieces
}

/// A row on show, or rows that are not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visible {
    Match(usize),
    /// Near a match, or the current row.
    Context(usize),
    Skipped {
        rows: usize,
    },
}

/// What to show of the rows: `hits` are the matches, `here` the current row.
pub fn visible(hits: &[bool], here: Option<usize>) -> Vec<Visible> {
    let mut rows = Vec::new();
    let mut skipped = 0;
    for (index, &hit) in hits.iter().enumerate() {
        let near = hits.get(index.saturating_sub(CONTEXT)..(index + CONTEXT + 1).min(hits.len())).unwrap_or_default();
        let row = match hit {
            true => Visible::Match(index),
            false if near.contains(&true) || here == Some(index) => Visible::Context(index),
            false => {
                skipped += 1;
                continue;
            }
        };
        if skipped > 0 {
            rows.push(Visible::Skipped { rows: std::mem::take(&mut skipped) });
        }
        rows.push(row);
    }
    if skipped > 0 {
        rows.push(Visible::Skipped { rows: skipped });
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::PRESETS;

    #[test]
    fn matches_stand_with_their_neighbours_and_the_rest_is_counted() {
        let hits = [false, false, false, true, false, false, false, false];
        let rows = visible(&hits, Some(6));
        assert_eq!(
            rows,
            [
                Visible::Skipped { rows: 2 },
                Visible::Context(2),
                Visible::Match(3),
                Visible::Context(4),
                Visible::Skipped { rows: 1 },
                Visible::Context(6),
                Visible::Skipped { rows: 1 },
            ]
        );
        assert_eq!(visible(&[], None), []);
    }

    #[test]
    fn kinds_part_the_rows_as_the_wire_does() {
        let study = Study::of(&PRESETS[0].scenario);
        let count = |kind| {
            let shown = Shown { kind, ..Shown::default() };
            study.rows.iter().filter(|row| matches(&shown, &study, row, "")).count()
        };
        let lines = |wanted_sealed: bool| {
            study.rows.iter().filter(|row| matches!(row, Row::Line { sealed, .. } if *sealed == wanted_sealed)).count()
        };
        assert_eq!(count(RowKind::All), study.rows.len());
        // The negotiation has both kinds; the closing alerts are sealed.
        assert_eq!(count(RowKind::Readable), lines(false) + 1);
        assert!(count(RowKind::Sealed) > lines(true));
        assert_eq!(
            count(RowKind::FromClient) + count(RowKind::FromServer) + 1,
            lines(true) + lines(false) + count(RowKind::Tls)
        );
        assert!(count(RowKind::Inside) > 0);
    }

    #[test]
    fn from_match_to_match_and_round() {
        let stops = [3, 9, 20];
        let next = |here| next_match(&stops, here, false);
        assert_eq!([next(0), next(3), next(10), next(20)], [Some(3), Some(9), Some(20), Some(3)]);
        let back = |here| next_match(&stops, here, true);
        assert_eq!([back(30), back(20), back(9), back(3)], [Some(20), Some(9), Some(3), Some(20)]);
        assert_eq!(next_match(&[], 5, false), None);
    }

    #[test]
    fn what_is_looked_for_is_parted_from_the_rest() {
        let looking = |words: &str| Shown { words: words.into(), ..Shown::default() };
        let found = pieces("250-AUTH NTLM Auth", &looking(" auth "));
        assert_eq!(found, [("250-", false), ("AUTH", true), (" NTLM ", false), ("Auth", true)]);
        assert_eq!(pieces("ünd ü", &looking("ü")), [("ü", true), ("nd ", false), ("ü", true)]);
        assert_eq!(pieces("250", &Shown::default()), [("250", false)]);
        assert_eq!(pieces("", &looking("a")), []);
    }

    #[test]
    fn words_are_found_in_either_case() {
        let study = Study::of(&PRESETS[0].scenario);
        let shown = Shown { words: " starttls ".into(), ..Shown::default() };
        assert!(is_open(&Shown::default()) && !is_open(&shown));
        assert!(matches(&shown, &study, &study.rows[0], "250-STARTTLS"));
        assert!(!matches(&shown, &study, &study.rows[0], "250-SIZE"));
    }
}
