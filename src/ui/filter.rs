//! Which rows of the ladder are on show: those that match, with a row of context on either side.

use crate::scenario::Side;
use crate::story::rows::Row;
use crate::trace::{EventId, What};
use crate::ui::study::Study;

/// Rows around a match that are shown with it.
const CONTEXT: usize = 1;

/// What kind of row is looked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Wanted {
    #[default]
    All,
    /// What anybody on the way can read.
    Readable,
    Sealed,
    FromClient,
    FromServer,
    Tls,
    /// What happened inside one end: decisions, checks, what was stored.
    Inside,
}

impl Wanted {
    pub const ALL: [Wanted; 7] = [
        Wanted::All,
        Wanted::Readable,
        Wanted::Sealed,
        Wanted::FromClient,
        Wanted::FromServer,
        Wanted::Tls,
        Wanted::Inside,
    ];
}

/// What the learner looks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    pub wanted: Wanted,
    /// Upper and lower case are the same.
    pub words: String,
}

impl Filter {
    /// It keeps every row.
    pub fn is_open(&self) -> bool {
        self.wanted == Wanted::All && self.words.trim().is_empty()
    }

    /// Whether a row with these words is looked for.
    pub fn matches(&self, study: &Study, row: &Row, words: &str) -> bool {
        let needle = self.words.trim().to_lowercase();
        kind_matches(study, row, self.wanted) && (needle.is_empty() || words.to_lowercase().contains(&needle))
    }
}

fn kind_matches(study: &Study, row: &Row, wanted: Wanted) -> bool {
    let sent = |id: EventId, side| {
        study.trace.events.get(id).is_some_and(|event| event.who == side && matches!(event.what, What::Sent { .. }))
    };
    // Of a record: whether one without keys could not read it.
    let closed = |id: EventId| study.tapped().messages(id).iter().any(|message| !message.opened);
    match (row, wanted) {
        (_, Wanted::All) => true,
        (Row::Gone { .. }, _) => false,
        (Row::Line { sealed, .. }, Wanted::Readable) => !sealed,
        (Row::Line { sealed, .. }, Wanted::Sealed) => *sealed,
        (Row::Record { id }, Wanted::Readable) => !closed(*id),
        (Row::Record { id }, Wanted::Sealed) => closed(*id),
        (Row::Negotiation(open), Wanted::Readable) => !open.entries.iter().all(|&id| closed(id)),
        (Row::Negotiation(open), Wanted::Sealed) => open.entries.iter().any(|&id| closed(id)),
        (Row::Line { id, .. } | Row::Record { id }, Wanted::FromClient) => sent(*id, Side::Client),
        (Row::Line { id, .. } | Row::Record { id }, Wanted::FromServer) => sent(*id, Side::Server),
        (Row::Negotiation(_) | Row::Record { .. }, Wanted::Tls) => true,
        (Row::Note { .. }, Wanted::Inside) => true,
        _ => false,
    }
}

/// A row on show, or rows that are not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    Match(usize),
    /// Near a match, or the current row.
    Context(usize),
    Skipped {
        rows: usize,
    },
}

/// What to show of so many rows: `hits` are the matches, `here` the current row.
pub fn shown(hits: &[bool], here: Option<usize>) -> Vec<Shown> {
    let mut shown = Vec::new();
    let mut skipped = 0;
    for (index, &hit) in hits.iter().enumerate() {
        let near = hits.get(index.saturating_sub(CONTEXT)..(index + CONTEXT + 1).min(hits.len())).unwrap_or_default();
        let row = match hit {
            true => Shown::Match(index),
            false if near.contains(&true) || here == Some(index) => Shown::Context(index),
            false => {
                skipped += 1;
                continue;
            }
        };
        if skipped > 0 {
            shown.push(Shown::Skipped { rows: std::mem::take(&mut skipped) });
        }
        shown.push(row);
    }
    if skipped > 0 {
        shown.push(Shown::Skipped { rows: skipped });
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::PRESETS;

    #[test]
    fn matches_stand_with_their_neighbours_and_the_rest_is_counted() {
        let hits = [false, false, false, true, false, false, false, false];
        let rows = shown(&hits, Some(6));
        assert_eq!(
            rows,
            [
                Shown::Skipped { rows: 2 },
                Shown::Context(2),
                Shown::Match(3),
                Shown::Context(4),
                Shown::Skipped { rows: 1 },
                Shown::Context(6),
                Shown::Skipped { rows: 1 },
            ]
        );
        assert_eq!(shown(&[], None), []);
    }

    #[test]
    fn kinds_part_the_rows_as_the_wire_does() {
        let study = Study::of(&PRESETS[0].scenario);
        let count = |wanted| {
            let filter = Filter { wanted, words: String::new() };
            study.rows.iter().filter(|row| filter.matches(&study, row, "")).count()
        };
        let lines = |wanted_sealed: bool| {
            study.rows.iter().filter(|row| matches!(row, Row::Line { sealed, .. } if *sealed == wanted_sealed)).count()
        };
        assert_eq!(count(Wanted::All), study.rows.len());
        // The negotiation has both kinds; the closing alerts are sealed.
        assert_eq!(count(Wanted::Readable), lines(false) + 1);
        assert!(count(Wanted::Sealed) > lines(true));
        assert_eq!(
            count(Wanted::FromClient) + count(Wanted::FromServer) + 1,
            lines(true) + lines(false) + count(Wanted::Tls)
        );
        assert!(count(Wanted::Inside) > 0);
    }

    #[test]
    fn words_are_found_in_either_case() {
        let study = Study::of(&PRESETS[0].scenario);
        let filter = Filter { wanted: Wanted::All, words: " starttls ".into() };
        assert!(!filter.is_open());
        assert!(filter.matches(&study, &study.rows[0], "250-STARTTLS"));
        assert!(!filter.matches(&study, &study.rows[0], "250-SIZE"));
    }
}
