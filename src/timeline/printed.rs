//! The book's log as printed, beside the session as it runs, aligned line by line.
//!
//! The printed log is data (`printed.txt`), quoted with its mistakes. A row pairs what was printed with the event that really
//! happened, and names the difference; what the difference means is said in `text/`.

use crate::dissect::Reading;
use crate::trace::{EventId, Trace, What};

/// The log, as printed.
pub const PRINTED: &str = include_str!("printed.txt");

/// Why the two sides of a row are not the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Difference {
    /// A remark of the author, in braces or angle brackets.
    Narration,
    /// The reply to STARTTLS is printed with 250; only 220 lets TLS begin. RFC 3207 §4
    Code250For220,
    /// A second greeting after TLS; there is none on the wire. RFC 3207 §4.2
    SecondGreeting,
    /// X-ANONYMOUSTLS inside TLS, where it can start nothing any more.
    AnonymousTlsInside,
    /// The same, but for PLAIN: released Exchange servers offer LOGIN alone as Basic authentication.
    PlainBesideLogin,
    /// A keyword printed a second time.
    Repeated,
    /// Two lines of the log run together in print.
    Fused,
    /// The second half of a fused line.
    FusedRest,
    /// It happened and is not printed.
    NotPrinted,
    /// It is printed and did not happen in this run, because a switch was changed.
    NotInThisRun,
}

/// One row of the comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrintedRow {
    /// The number in the book's margin.
    pub number: Option<u8>,
    /// Without the number.
    pub printed: Option<&'static str>,
    pub live: Option<EventId>,
    pub difference: Option<Difference>,
}

impl PrintedRow {
    fn new(printed: Option<&'static str>, live: Option<EventId>, difference: Option<Difference>) -> PrintedRow {
        PrintedRow { number: None, printed, live, difference }
    }
}

/// A line that was really sent.
struct Live {
    event: EventId,
    text: String,
    inside: bool,
}

/// Pairs the printed log with a run.
pub fn printed(trace: &Trace, reading: &Reading) -> Vec<PrintedRow> {
    let live =
        reading.lines().map(|(event, line)| Live { event, text: line.text.clone(), inside: !line.sent_before_tls });
    let mut aligner = Aligner { trace, live: live.collect(), next: 0, inside: false, rows: Vec::new() };
    for line in PRINTED.lines() {
        aligner.line(line);
    }
    aligner.rows
}

struct Aligner<'a> {
    trace: &'a Trace,
    live: Vec<Live>,
    /// Lines before this one have their row.
    next: usize,
    /// The printed log has come to the lines after TLS.
    inside: bool,
    rows: Vec<PrintedRow>,
}

impl Aligner<'_> {
    fn line(&mut self, line: &'static str) {
        let (number, line) = match line.split_at_checked(2) {
            Some((digits, rest)) if digits.bytes().all(|b| b.is_ascii_digit()) => {
                (digits.parse().ok(), rest.trim_start())
            }
            _ => (None, line),
        };
        let first = self.rows.len();
        match line.strip_prefix("S: ").or_else(|| line.strip_prefix("C: ")) {
            Some(text) if !text.starts_with('<') => self.spoken(line, text),
            _ => self.narrated(line),
        }
        // The number belongs to the row that shows the printed line, not to rows for what was skipped before it.
        if let Some(row) = self.rows.iter_mut().skip(first).find(|row| row.printed.is_some()) {
            row.number = number;
        }
    }

    fn narrated(&mut self, line: &'static str) {
        let event = if line.contains("starts TLS") {
            self.inside = true;
            self.first(|what| matches!(what, What::Sent { text: None, .. }))
        } else if line.contains("negotiate a TLS") {
            self.first(|what| matches!(what, What::TlsUp(_) | What::TlsFailed(_)))
        } else if line.contains("check result") {
            self.first(|what| matches!(what, What::Checked(_)))
        } else if line.contains("connects") {
            self.first(|what| matches!(what, What::Opened))
        } else {
            self.live.get(self.next).map(|live| live.event)
        };
        self.rows.push(PrintedRow::new(Some(line), event, Some(Difference::Narration)));
    }

    fn first(&self, rule: impl Fn(&What) -> bool) -> Option<EventId> {
        self.trace.events.iter().position(|event| rule(&event.what))
    }

    /// The next live line that says this, on this side of TLS.
    fn find(&self, text: &str) -> Option<usize> {
        let mut lines = self.live.iter().enumerate().skip(self.next);
        lines.find(|(_, live)| live.inside == self.inside && live.text == text).map(|(index, _)| index)
    }

    /// Gives rows of their own to live lines before `index` that nothing printed stands for, and returns its event.
    fn reach(&mut self, index: usize) -> Option<EventId> {
        for live in self.live.iter().take(index).skip(self.next) {
            self.rows.push(PrintedRow::new(None, Some(live.event), Some(Difference::NotPrinted)));
        }
        self.next = index + 1;
        self.live.get(index).map(|live| live.event)
    }

    fn spoken(&mut self, line: &'static str, text: &'static str) {
        let pair = |aligner: &mut Self, index: usize, difference| {
            let event = aligner.reach(index);
            aligner.rows.push(PrintedRow::new(Some(line), event, difference));
        };
        if let Some(index) = self.find(text) {
            let plain = self.inside && text.contains("AUTH") && text.contains("PLAIN");
            return pair(self, index, plain.then_some(Difference::PlainBesideLogin));
        }
        if let Some((head, rest)) = text.split_once("S: ")
            && let Some(index) = self.find(head)
        {
            pair(self, index, Some(Difference::Fused));
            let event = self.find(rest).and_then(|index| self.reach(index));
            self.rows.push(PrintedRow::new(None, event, Some(Difference::FusedRest)));
            return;
        }
        if let Some(rest) = text.strip_prefix("250 ")
            && let Some(index) = self.find(&format!("220 {rest}"))
        {
            return pair(self, index, Some(Difference::Code250For220));
        }
        let ran_inside = self.live.iter().any(|live| live.inside);
        let said_before = self.live.iter().take(self.next).any(|live| live.inside == self.inside && live.text == text);
        let (event, difference) = if !ran_inside && self.inside {
            (None, Difference::NotInThisRun)
        } else if self.inside && text.starts_with("220 ") {
            (self.first(|what| matches!(what, What::Forgot(_))), Difference::SecondGreeting)
        } else if self.inside && text.contains("X-ANONYMOUSTLS") {
            (None, Difference::AnonymousTlsInside)
        } else if said_before {
            (None, Difference::Repeated)
        } else {
            (None, Difference::NotInThisRun)
        };
        self.rows.push(PrintedRow::new(Some(line), event, Some(difference)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dissect::dissect;
    use crate::lab::run;
    use crate::scenario::{Scenario, preset};

    fn rows(scenario: &Scenario) -> Vec<PrintedRow> {
        let trace = run(scenario);
        printed(&trace, &dissect(&trace))
    }

    #[test]
    fn every_printed_line_has_a_row_and_every_mistake_its_name() {
        let rows = rows(&preset("book").expect("a preset").scenario);
        assert_eq!(rows.iter().filter(|row| row.printed.is_some()).count(), PRINTED.lines().count());
        let count = |difference| rows.iter().filter(|row| row.difference == Some(difference)).count();
        assert_eq!(count(Difference::Code250For220), 1); // S1
        assert_eq!(count(Difference::SecondGreeting), 1); // S2
        assert_eq!(count(Difference::AnonymousTlsInside), 1); // S3
        assert_eq!(count(Difference::PlainBesideLogin), 1); // S4
        assert_eq!(count(Difference::Repeated), 2); // S5
        assert_eq!(count(Difference::Fused), 1); // S6
        assert_eq!(count(Difference::NotInThisRun), 0);
        assert_eq!(count(Difference::NotPrinted), 0);
        let numbers: Vec<u8> = rows.iter().filter_map(|row| row.number).collect();
        assert_eq!(numbers, [1, 2, 3, 4, 5, 6, 7]);
    }

    #[test]
    fn what_a_switch_prevents_is_said_not_to_have_happened() {
        let rows = rows(&preset("not-offered").expect("a preset").scenario);
        assert!(
            rows.iter().any(|row| {
                row.printed == Some("S: 250-STARTTLS") && row.difference == Some(Difference::NotInThisRun)
            })
        );
        assert_eq!(rows.iter().filter(|row| row.printed.is_some()).count(), PRINTED.lines().count());
    }
}
