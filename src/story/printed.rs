//! The book's log as printed, beside the session as it runs, aligned line by line.
//!
//! The printed log is data (`printed.txt`), quoted with its mistakes. A row pairs what was printed with the event that really
//! happened, and names the difference; what the difference means is said in `text/`.

use super::Chapter;
use crate::dissect::Reading;
use crate::dissect::smtp::Role;
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
    capability: bool,
    taken: bool,
}

/// Pairs the printed log with a connection.
pub fn printed(trace: &Trace, reading: &Reading, chapter: &Chapter) -> Vec<PrintedRow> {
    let lines = chapter.events.iter().filter_map(|&id| Some((id, reading.line(id)?)));
    let live = lines.map(|(event, line)| Live {
        event,
        text: line.text.clone(),
        inside: !line.sent_before_tls,
        capability: matches!(line.role, Role::Capability { .. }),
        taken: false,
    });
    let (live, rows) = (live.collect(), Vec::new());
    let mut aligner = Aligner {
        trace,
        began: chapter.began,
        events: &chapter.events,
        live,
        inside: false,
        printed: Vec::new(),
        rows,
    };
    PRINTED.lines().for_each(|line| aligner.line(line));
    aligner.rows
}

struct Aligner<'a> {
    trace: &'a Trace,
    events: &'a [EventId],
    /// The client began TLS.
    began: bool,
    live: Vec<Live>,
    /// The printed log has come to the lines after TLS.
    inside: bool,
    /// What has been printed on this side of TLS.
    printed: Vec<&'static str>,
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
            Some(text) if !text.starts_with('<') => {
                let (event, difference) = self.spoken(text);
                self.rows.push(PrintedRow::new(Some(line), event, difference));
                if difference == Some(Difference::Fused) {
                    let rest = text.split_once("S: ").and_then(|(_, rest)| self.take(rest));
                    self.rows.push(PrintedRow::new(None, rest, Some(Difference::FusedRest)));
                }
                self.printed.push(text);
            }
            _ => self.narrated(line),
        }
        // The number belongs to the row that shows the printed line, not to rows for what was skipped before it.
        if let Some(row) = self.rows.iter_mut().skip(first).find(|row| row.printed.is_some()) {
            row.number = number;
        }
    }

    fn narrated(&mut self, line: &'static str) {
        // What stands in angle brackets is the work of TLS.
        let tls = line.contains('<');
        let event = if line.contains("starts TLS") {
            self.printed.clear();
            self.rest_of_side();
            self.inside = true;
            self.first(|what| matches!(what, What::Sent { text: None, .. }))
        } else if line.contains("negotiate a TLS") {
            self.first(|what| matches!(what, What::TlsUp(_) | What::TlsFailed(_)))
        } else if line.contains("check result") {
            self.first(|what| matches!(what, What::Checked(_)))
        } else if line.contains("connects") {
            self.first(|what| matches!(what, What::Opened))
        } else {
            self.rest_of_side();
            self.live.iter().find(|live| !live.taken).map(|live| live.event)
        };
        let difference = if tls && !self.began { Difference::NotInThisRun } else { Difference::Narration };
        let event = event.filter(|_| difference == Difference::Narration);
        self.rows.push(PrintedRow::new(Some(line), event, Some(difference)));
    }

    /// Rows for what was said on this side of TLS before the mail, and is not printed: a refusal, a keyword of another server.
    fn rest_of_side(&mut self) {
        let inside = self.inside;
        let until = self.live.iter().position(|live| live.inside == inside && is_after_the_log(&live.text));
        for live in self.live.iter_mut().take(until.unwrap_or(usize::MAX)) {
            if live.inside == inside && !live.taken {
                live.taken = true;
                self.rows.push(PrintedRow::new(None, Some(live.event), Some(Difference::NotPrinted)));
            }
        }
    }

    fn first(&self, rule: impl Fn(&What) -> bool) -> Option<EventId> {
        self.events.iter().copied().find(|&id| self.trace.events.get(id).is_some_and(|event| rule(&event.what)))
    }

    /// Takes the live line that says this, on this side of TLS. In an EHLO reply order has no meaning (RFC 5321 §4.1.1.1),
    /// nor has the separator, which only says whether a line is the last.
    fn take(&mut self, text: &str) -> Option<EventId> {
        let inside = self.inside;
        let same = |live: &Live| {
            let keyword = |line: &str| line.get(4..).map(str::to_owned);
            live.text == text || (live.capability && text.starts_with("250") && keyword(&live.text) == keyword(text))
        };
        let live = self.live.iter_mut().find(|live| live.inside == inside && !live.taken && same(live))?;
        live.taken = true;
        Some(live.event)
    }

    /// The event of a printed line, and what is odd about it.
    fn spoken(&mut self, text: &'static str) -> (Option<EventId>, Option<Difference>) {
        if let Some(event) = self.take(text) {
            return (Some(event), text.contains("PLAIN").then_some(Difference::PlainBesideLogin));
        }
        if let Some(event) = text.split_once("S: ").and_then(|(head, _)| self.take(head)) {
            return (Some(event), Some(Difference::Fused));
        }
        if let Some(event) = text.strip_prefix("250 ").and_then(|rest| self.take(&format!("220 {rest}"))) {
            return (Some(event), Some(Difference::Code250For220));
        }
        let ran_inside = self.live.iter().any(|live| live.inside);
        if self.inside && !ran_inside {
            (None, Some(Difference::NotInThisRun))
        } else if self.inside && text.starts_with("220 ") {
            (self.first(|what| matches!(what, What::Forgot(_))), Some(Difference::SecondGreeting))
        } else if self.printed.contains(&text) {
            (None, Some(Difference::Repeated))
        } else if self.inside && text.contains("X-ANONYMOUSTLS") {
            (None, Some(Difference::AnonymousTlsInside))
        } else {
            (None, Some(Difference::NotInThisRun))
        }
    }
}

/// Where the printed log stops, the mail begins.
fn is_after_the_log(text: &str) -> bool {
    ["MAIL", "AUTH", "QUIT"].iter().any(|verb| text.starts_with(verb))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dissect::dissect;
    use crate::lab::run;
    use crate::scenario::{PRESETS, Scenario, preset};
    use crate::story::Story;

    fn rows(scenario: &Scenario) -> Vec<PrintedRow> {
        let trace = run(scenario);
        let reading = dissect(&trace);
        printed(&trace, &reading, Story::of(&trace, &reading).first())
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
        let absent = |printed| {
            rows.iter().any(|row| row.printed == Some(printed) && row.difference == Some(Difference::NotInThisRun))
        };
        assert!(absent("S: 250-STARTTLS"));
        assert!(absent("C: <starts TLS negotiation>"));
        assert!(absent("S: 220 ex2010.somorita.com ESMTP ready at Sun, 31 May 2009 22:37:30 -0700"));
    }

    /// In every preset: each printed line has its row, only what is printed twice is called repeated, and no line that was really
    /// sent before the mail is left out.
    #[test]
    fn nothing_is_left_out_or_misnamed() {
        for preset in PRESETS {
            let rows = rows(&preset.scenario);
            assert_eq!(rows.iter().filter(|row| row.printed.is_some()).count(), PRINTED.lines().count());
            let repeated = rows.iter().filter(|row| row.difference == Some(Difference::Repeated));
            assert!(repeated.count() <= 2, "{}", preset.name);
            let trace = run(&preset.scenario);
            let reading = dissect(&trace);
            let before_mail = reading
                .lines()
                .filter(|(id, _)| trace.events[*id].connection == 0)
                .take_while(|(_, line)| !is_after_the_log(&line.text));
            for (id, line) in before_mail {
                assert!(rows.iter().any(|row| row.live == Some(id)), "{}: {}", preset.name, line.text);
            }
            let mut shown: Vec<EventId> = rows
                .iter()
                .filter(|row| row.difference != Some(Difference::Narration))
                .filter_map(|row| row.live)
                .collect();
            let count = shown.len();
            shown.sort_unstable();
            shown.dedup();
            assert_eq!(shown.len(), count, "{}: an event has two rows", preset.name);
        }
    }
}
