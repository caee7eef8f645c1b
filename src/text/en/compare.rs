//! Two runs beside each other.

use super::controls::CONTROLS;
use super::page;
use super::words::{count, number, side};
use crate::compare::Endings;
use crate::text::CompareWords;

pub const COMPARE: CompareWords = CompareWords {
    pin: "Pin",
    pin_this: "Keep this run, to compare others with it",
    compare_with: "Compare with",
    compare: "Compare",
    unpin: "Unpin",
    pinned: "Pinned:",
    back: "Back to the session",
    heading: "Two runs, line by line",
    nothing_pinned: "Nothing is pinned. Take the nearest other run, or pin this one, change a switch, and come back.",
    against: |edit| format!("Compare with the same run, {}", page::edit(edit)),
    heads: ["Pinned", "Now"],
    as_preset: "as the scenario has it",
    endings: |endings| match endings {
        Endings::Alike => "The same becomes of the mail, for the same reason.",
        Endings::OtherReason => "The same becomes of the mail, for another reason.",
        Endings::Different => "The mail ends differently.",
    },
    switches: "Switches that differ: before → now",
    change: |before, now| format!("{}: {} → {}", (CONTROLS.field)(now), page::value(before), page::value(now)),
    decides: "decides the outcome",
    cause: "makes the first difference",
    no_switch: "None: both runs have the same switches.",
    alike: "The two runs say the same, line by line.",
    first: "First difference",
    octet: |connection, from, at, left, right| {
        let value = |octet: Option<u8>| octet.map_or_else(|| "nothing".to_owned(), |octet| format!("{octet:02x}"));
        format!(
            "On the wire they part at octet {} of what the {} sends on connection {}: {} in the pinned run, {} now.",
            number(at),
            side(from),
            u32::from(connection) + 1,
            value(left),
            value(right)
        )
    },
    same_octets: "On the wire they are alike to the last octet.",
    skipped: |rows| format!("{} alike", count(rows, "row", "rows")),
    show_all: "Show all rows",
    show_differences: "Show the differences",
    marks: [("=", "same"), ("≠", "differs"), ("−", "only pinned"), ("+", "only now")],
    nothing: "nothing",
    table: "The two runs",
};
