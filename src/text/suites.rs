//! The words of the cipher suites: the lists, a name taken apart, what changed, and the negotiation.

use super::{Badge, ChoiceText, PartText, Said, Term};
use crate::registry::{
    Authentication, Cipher, CodePoint, ForwardSecrecy, KeyExchange, Mac, Mode, Strength, Version, VersionRange,
};
use crate::scenario::{Side, TlsStack};
use crate::suites::{
    BookSet, Claim, Counted, Here, Job, ListKey, Objection, PartRole, Presence, ServerKey, Standing, SuiteChoice, Why,
};

/// Cipher suites: what they are, two lists side by side, a negotiation.
pub struct Suites {
    pub list: fn(ListKey) -> ChoiceText,
    pub code: fn(CodePoint) -> String,
    pub key_exchange: fn(KeyExchange) -> &'static str,
    pub authentication: fn(Authentication) -> &'static str,
    pub cipher: fn(Cipher, Mode) -> String,
    pub mode: fn(Mode) -> &'static str,
    pub strength: fn(Strength) -> String,
    pub mac: fn(Mac) -> String,
    pub versions: fn(VersionRange) -> String,
    pub forward_secrecy: fn(ForwardSecrecy) -> &'static str,
    pub standing: fn(Standing) -> Badge,
    pub objection: fn(Objection) -> Said,
    pub role: fn(PartRole) -> &'static str,
    /// Of the part with this role, whose letters these are.
    pub part: fn(PartRole, &str) -> PartText,
    pub job: fn(Job) -> Term,
    pub book_set: fn(BookSet) -> &'static str,
    pub no_book_set: &'static str,
    /// What the book says, quoted.
    pub claim: fn(Claim) -> &'static str,
    /// What its lists show.
    pub evidence: fn(Counted) -> Said,
    pub presence: fn(Presence) -> &'static str,
    /// By how many places a suite stands lower than before.
    pub fall: fn(isize) -> String,
    /// Suite, code point, left rank, right rank, change, today, here.
    pub comparison_heads: [&'static str; 7],
    /// In a cell, and as a sentence.
    pub here: fn(Here) -> ChoiceText,
    pub absent: &'static str,
    pub why: fn(Why) -> &'static str,
    pub result: fn(&SuiteChoice) -> String,
    pub missed_forward_secrecy: fn(&SuiteChoice) -> Option<String>,
    /// Rank, suite, what became of it.
    pub negotiation_heads: [&'static str; 3],
    pub model: &'static str,
    /// Why a real peer gives 40 where the model gives 70.
    pub real_alert: fn() -> Said,
    pub page: SuitesPage,
}

/// The page of the cipher suites.
pub struct SuitesPage {
    pub name: &'static str,
    pub heading: &'static str,
    pub intro: &'static str,
    pub back: &'static str,
    /// Pairs of lists that are worth a look.
    pub pairs: &'static str,
    pub pair: fn(ListKey, ListKey) -> Option<&'static str>,
    pub end: fn(Side) -> &'static str,
    pub swap: &'static str,
    pub lists: &'static str,
    pub lists_note: &'static str,
    pub rank: fn(Side, usize) -> String,
    pub presence_shape: fn(Presence) -> &'static str,
    pub book: &'static str,
    pub shows: &'static str,
    pub name_heading: &'static str,
    pub as_printed: &'static str,
    pub in_handshake: &'static str,
    pub in_record: &'static str,
    pub jobs: &'static str,
    /// Job, who does it, the book's word.
    pub jobs_heads: [&'static str; 3],
    pub agreed_apart: &'static str,
    pub facts: &'static str,
    /// Code point, key exchange, authentication, cipher, key, MAC, versions, forward secrecy, today.
    pub fact_names: [&'static str; 9],
    pub nothing_against: &'static str,
    pub negotiation: &'static str,
    pub prefer: &'static str,
    pub prefers: fn(Side) -> &'static str,
    pub versions: &'static str,
    pub oldest: &'static str,
    pub newest: &'static str,
    pub version: fn(Version) -> String,
    pub curves: &'static str,
    pub keys: &'static str,
    pub key: fn(ServerKey) -> &'static str,
    pub order_of: fn(Side) -> &'static str,
    pub order_note: &'static str,
    pub up: fn(&str) -> String,
    pub down: fn(&str) -> String,
    pub restore: &'static str,
    pub result: &'static str,
    pub run: &'static str,
    pub trial: &'static str,
    pub trial_intro: fn(TlsStack, TlsStack) -> &'static str,
    /// Something was set that a session does not have so.
    pub trial_differs: &'static str,
    pub no_trial: &'static str,
    /// An end has nothing to say.
    pub nothing_on: &'static str,
    /// What makes them a pair that can be tried: rustls at this end, or at both.
    pub try_rustls: fn(Option<Side>) -> &'static str,
    pub sent: &'static str,
    pub optional: &'static str,
    pub required: &'static str,
    pub open: &'static str,
}
