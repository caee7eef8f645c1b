//! Looking for rows of the log.

use super::words::count;
use crate::text::FilterWords;

pub const FILTER: FilterWords = FilterWords {
    region: "Find in the session",
    search: "Find in the session",
    kind: "What to show",
    all: "Show all",
    found: |found, of| format!("{found} of {of}"),
    skipped: |rows| format!("{} not shown", count(rows, "row", "rows")),
    kinds: ["All rows", "Readable on the way", "Sealed", "From the client", "From the server", "TLS", "Inside one end"],
};
