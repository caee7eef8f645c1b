//! Keys and marks.

use crate::text::Help;

pub const HELP: Help = Help {
    title: "Keyboard and glossary",
    close: "Close",
    keys: "Keys",
    key: &[
        (&["←", "→"], "one step back, one step on"),
        (&["Home", "End"], "first step, last step"),
        (&["1", "…", "7"], "go to a point of the log"),
        (&["Space"], "play and pause"),
        (&["S"], "at a question: show me, without a guess"),
        (&["L"], "on the cover: skip it, now and next time"),
        (&["P"], "the stage: large, for a room; on the cover, too"),
        (&["PageUp", "PageDown"], "on the stage: back, next"),
        (&["B", "V", "Esc"], "on the stage: blank, verdict, leave"),
        (&["?"], "this list"),
        (&["Esc"], "close this list"),
    ],
    marks: "Marks in the log",
    mark: &[
        ("→  ←", "readable on the wire, from the client and from the server"),
        ("~>  <~", "inside TLS, from the client and from the server"),
        ("∙", "nothing was sent: an end decided, forgot, stored or closed"),
    ],
};
