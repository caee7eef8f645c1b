//! The session in swaks's notation, which mail administrators know: ` -> ` and `<-  ` in clear, ` ~> ` and `<~  ` inside TLS,
//! `===` for what is no line of SMTP, `***` where that is alarming. In the left margin stand the number of the step, as the page counts
//! it, and that of a point that begins there.

use crate::bytes::{hex, printable};
use crate::dissect::Entry;
use crate::scenario::Side;
use crate::story::Tone;
use crate::story::rows::{Steps, is_alarming, rows};
use crate::story::say::{self, Facts};
use crate::text::Text;
use crate::trace::{EventId, What};
use std::fmt::Write;

/// The transcript. Its last line is `sha256` and the fingerprint of all octets of the wire ([`Trace::wire_sha256`]).
pub fn transcript(facts: Facts<'_>, text: &Text) -> String {
    let Facts { trace, reading, story } = facts;
    let steps = Steps::of(&rows(trace, reading, story));
    let mut out = String::new();
    for id in 0..trace.events.len() {
        let step = steps.own(id).map(|step| step.to_string());
        let point = story.at(trace, id).point_at(id).map(|point| format!("{:02}", point.checkpoint.number()));
        let mut margin = (step.unwrap_or_default(), point.unwrap_or_default());
        for line in lines(facts, id, text) {
            let (step, point) = std::mem::take(&mut margin);
            // Writing to a String cannot fail.
            let _ = writeln!(out, "{step:>3} {point:<3}{line}");
        }
    }
    let _ = writeln!(out, "sha256 {}", hex(&trace.wire_sha256()));
    out
}

fn lines(facts: Facts<'_>, id: EventId, text: &Text) -> Vec<String> {
    let Some(event) = facts.trace.events.get(id) else {
        return Vec::new();
    };
    match (&event.what, facts.reading.entries.get(id)) {
        (What::Sent { .. }, Some(Entry::Line(line))) => {
            let arrow = match (event.who, facts.trace.sealed(event)) {
                (Side::Client, false) => " -> ",
                (Side::Client, true) => " ~> ",
                (Side::Server, false) => "<-  ",
                (Side::Server, true) => "<~  ",
            };
            line.text.split("\r\n").map(|text| format!("{arrow}{}", printable(text.as_bytes()))).collect()
        }
        (What::Sent { .. }, Some(Entry::Record(messages))) => {
            let hides = facts.story.at(facts.trace, id).account.hides();
            let described = messages.iter().map(|message| {
                let seal = (text.log.protection)(if message.sealed && hides { Tone::Sealed } else { Tone::Readable });
                let (name, octets) = ((text.log.message)(message), (text.log.octets)(message.size));
                format!("=== {}: {name}, {octets}, {seal}", (text.log.side)(event.who))
            });
            described.collect()
        }
        // What a machine awaits is in the listing.
        (What::Moved { .. }, _) => Vec::new(),
        (what, _) => {
            let mark = if is_alarming(what) { "***" } else { "===" };
            vec![format!("{mark} {}", (text.log.note)(&say::note(facts, id)))]
        }
    }
}
