//! The words of the views that look closer: octets, wiretap, search, files, comparison.

use crate::compare::Endings;
use crate::dissect::field::Kind;
use crate::dissect::layers::Layer;
use crate::dissect::opener::KeyPart;
use crate::scenario::{Edit, Side};
use crate::share::RowKind;
use crate::story::ntlm::NtlmCheck;
use crate::story::say::{NtlmClaim, WordsClaim};
use crate::story::wiretap::{Learnt, Subject};
use std::ops::Range;

/// Logins with NTLM.
pub struct Ntlm {
    pub claim: fn(&NtlmClaim) -> String,
    pub check: fn(NtlmCheck) -> String,
    /// Tries the built-in words, and puts them away.
    pub guess: &'static str,
    pub intro: &'static str,
    pub list: &'static str,
    pub recorded: &'static str,
    pub fits: fn(bool) -> &'static str,
    pub words: fn(WordsClaim) -> String,
    pub hashcat: &'static str,
    pub copy: &'static str,
}

/// The octets of a step, and what a listener makes of a session.
pub struct Wire {
    /// Over the letters that stand for octets.
    pub in_base64: &'static str,
    /// Leads from a header to what it points to.
    pub to_payload: fn(&str) -> String,
    pub no_octets: &'static str,
    pub shared_record: fn(usize) -> String,
    pub tree: &'static str,
    /// Name and size of a layer.
    pub layer: fn(&Layer) -> (&'static str, String),
    pub keys: KeyWords,
    /// A field's value as its row has room for it.
    pub value: fn(Kind, &str) -> String,
    pub malformed: &'static str,
    /// Where a field stands in its layer, and its octets.
    pub place: fn(Option<Range<usize>>, usize) -> String,
    pub folding: &'static str,
    pub expand_all: &'static str,
    pub collapse_all: &'static str,
    pub usual: &'static str,
    pub copy: fn(usize) -> String,
    pub copy_as: &'static str,
    pub as_hex: &'static str,
    pub as_base64: &'static str,
    pub as_text: &'static str,
    /// So many rows of a field that are not shown.
    pub folded: fn(usize, &str) -> String,
    pub octets: fn(usize) -> String,
    pub tap_list: &'static str,
    pub tap_heads: [&'static str; 2],
    /// The first of them, for a listener with the server's key.
    pub tap_opened: &'static str,
    pub leaked: &'static str,
    /// What an attacker at one of the ends was given.
    pub lost: &'static str,
    pub kept: &'static str,
    pub nothing_kept: &'static str,
    /// How the lists are made, of a listener with the server's key or with none.
    pub knowledge: fn(bool) -> &'static str,
    pub subject: fn(Subject) -> &'static str,
    /// A thing that is known, of this side if it is one's.
    pub known: fn(Option<Side>, &Learnt) -> String,
    pub at_step: fn(usize) -> String,
}

/// Looking for rows of the log.
pub struct FilterWords {
    pub region: &'static str,
    pub search: &'static str,
    pub kind: &'static str,
    pub all: &'static str,
    /// Where no row matches these words, which may be none.
    pub nothing: fn(&str) -> String,
    pub clear: &'static str,
    /// n of m rows.
    pub found: fn(usize, usize) -> String,
    pub skipped: fn(usize) -> String,
    pub kind_name: fn(RowKind) -> &'static str,
}

/// What a run can be saved as.
pub struct Files {
    pub save: &'static str,
    pub intro: &'static str,
    /// Name of the format with this key, and what it is good for.
    pub format: fn(&str) -> (&'static str, &'static str),
}

/// Names and meanings of what opens a record.
#[derive(Clone, Copy)]
pub struct KeyWords {
    pub group: &'static str,
    pub note: &'static str,
    /// Name, meaning, source.
    /// The first and the last octet of a key stream, counted from 1.
    pub stream: fn(u64, u64) -> String,
    pub part: fn(KeyPart) -> (&'static str, &'static str, &'static str),
}

/// Two runs beside each other.
pub struct CompareWords {
    pub pin: &'static str,
    pub pin_this: &'static str,
    pub compare: &'static str,
    pub unpin: &'static str,
    /// Before the name of what is pinned.
    pub pinned: &'static str,
    pub back: &'static str,
    pub heading: &'static str,
    pub nothing_pinned: &'static str,
    /// On the button that compares a run with the same one but for a switch.
    pub against: fn(Edit) -> String,
    /// The heads of the two: what was pinned, what is on show.
    pub heads: [&'static str; 2],
    pub as_preset: &'static str,
    pub endings: fn(Endings) -> &'static str,
    pub switches: &'static str,
    /// A switch, before and now.
    pub change: fn(Edit, Edit) -> String,
    /// It alone turns one outcome into the other.
    pub decides: &'static str,
    /// It alone makes the first difference.
    pub cause: &'static str,
    pub no_switch: &'static str,
    pub alike: &'static str,
    pub first: &'static str,
    /// The first differing octet: in which connection, from whom, where, and both values.
    pub octet: fn(u16, Side, usize, Option<u8>, Option<u8>) -> String,
    pub same_octets: &'static str,
    pub skipped: fn(usize) -> String,
    pub show_all: &'static str,
    pub show_differences: &'static str,
    /// Same, changed, only left, only right: glyph and word.
    pub marks: [(&'static str, &'static str); 4],
    pub nothing: &'static str,
    pub table: &'static str,
}
