//! The words of the views that look closer: inspector, octets, wiretap, search, files, comparison.

use crate::compare::Endings;
use crate::dissect::field::Kind;
use crate::dissect::guess::{Guess, Pace};
use crate::dissect::handshake::Message;
use crate::dissect::layers::Layer;
use crate::dissect::opener::KeyPart;
use crate::scenario::{Edit, Side};
use crate::share::RowKind;
use crate::smtp::MachineState;
use crate::smtp::profile::Rule;
use crate::smtp::table::{On, Step};
use crate::story::CapabilityFate;
use crate::story::ntlm::NtlmCheck;
use crate::story::say::{
    AtClaim, KeyRole, LengthClaim, NoSecondListClaim, RecordingClaim, StepClaim, StolenClaim, StreamClaim, TapClaim,
};
use crate::story::say::{NtlmClaim, WordsClaim};
use crate::story::wiretap::{Learnt, Subject};
use std::ops::Range;

/// The right-hand panel.
pub struct Inspector {
    pub region: &'static str,
    pub tabs: &'static str,
    pub why: &'static str,
    pub bytes: &'static str,
    pub certificate: &'static str,
    pub eavesdropper: &'static str,
    pub this_step: &'static str,
    pub step: fn(&StepClaim) -> String,
    pub at: fn(&AtClaim) -> String,
    pub recording: fn(RecordingClaim) -> String,
    pub stream: fn(StreamClaim) -> String,
    pub length: fn(LengthClaim) -> String,
    pub states: &'static str,
    pub waits: fn(MachineState) -> &'static str,
    pub state: fn(MachineState) -> &'static str,
    pub table: &'static str,
    pub table_caption: fn(Side) -> &'static str,
    pub table_heads: [&'static str; 3],
    pub on: fn(On) -> &'static str,
    pub does: fn(Step) -> &'static str,
    pub here: &'static str,
    pub capabilities: &'static str,
    pub capabilities_table: &'static str,
    pub before: &'static str,
    pub after: &'static str,
    pub keyword: &'static str,
    pub offered: &'static str,
    pub gone: &'static str,
    pub not_offered: &'static str,
    pub fate: fn(&CapabilityFate) -> &'static str,
    pub rule: fn(Rule) -> &'static str,
    pub no_after: fn(NoSecondListClaim) -> &'static str,
    pub no_before: &'static str,
    pub no_list_yet: &'static str,
    pub not_reached: &'static str,
    pub tap_intro: fn(&TapClaim) -> String,
    /// Gives the listener the server's private key.
    pub steal: &'static str,
    /// Leads there from where a secret is agreed upon.
    pub try_key: &'static str,
    pub stolen: fn(&StolenClaim) -> String,
    /// Why the key opens what it opens; of this connection, where it is not the same of all.
    pub key_role: fn(Option<u32>, KeyRole) -> String,
    /// Searches for so many bits of a key.
    pub guess: fn(u32) -> String,
    pub guess_stop: &'static str,
    pub guess_intro: fn(&Guess) -> String,
    pub guess_progress: &'static str,
    pub tried: fn(u32) -> String,
    /// How it goes, and whether it still does.
    pub guessed: fn(&Guess, bool) -> String,
    pub pace: fn(&Guess, Pace) -> String,
    pub tap_record: fn(&Message, usize) -> String,
    pub tap_sealed: fn(usize) -> String,
}

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
    /// Where no row matches these words, which may be none, and where none does so far.
    pub nothing: fn(&str) -> String,
    pub not_yet: &'static str,
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
    /// Before the name of what is pinned, on the way to the comparison.
    pub compare_with: &'static str,
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
