//! Looking for rows of the log.

use super::words::count;
use crate::share::RowKind;
use crate::text::FilterWords;

pub const FILTER: FilterWords = FilterWords {
    region: "Find in the session",
    search: "Find in the session",
    kind: "What to show",
    all: "Show all",
    nothing: |words| {
        if words.is_empty() { "Nothing matches.".to_owned() } else { format!("Nothing matches “{words}”.") }
    },
    not_yet: "Nothing so far: Enter in the field goes on to it.",
    clear: "Clear",
    found: |found, of| format!("{found} of {of}"),
    skipped: |rows| format!("{} not shown", count(rows, "row", "rows")),
    kind_name: |kind| match kind {
        RowKind::All => "All rows",
        RowKind::Readable => "Readable on the way",
        RowKind::Sealed => "Sealed",
        RowKind::FromClient => "From the client",
        RowKind::FromServer => "From the server",
        RowKind::Tls => "TLS",
        RowKind::Inside => "Inside one end",
    },
};
