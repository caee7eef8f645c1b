//! The words of the cipher suites: the lists, a name taken apart, what changed, and the negotiation.

use super::{Choice, Mark, PartText, Said, Term};
use crate::suites::{
    Authentication, BookSet, Cipher, Claim, CodePoint, Evidence, ForwardSecrecy, Job, KeyExchange, ListKey, Mac, Mode,
    Negotiation, Objection, Presence, Role, Standing, Strength, Unoffered, VersionRange, Why,
};

/// Cipher suites: what they are, two lists side by side, a negotiation.
pub struct Suites {
    pub list: fn(ListKey) -> Choice,
    pub code: fn(CodePoint) -> String,
    pub key_exchange: fn(KeyExchange) -> &'static str,
    pub authentication: fn(Authentication) -> &'static str,
    pub cipher: fn(Cipher) -> &'static str,
    pub mode: fn(Mode) -> &'static str,
    pub strength: fn(Strength) -> String,
    pub mac: fn(Mac) -> String,
    pub versions: fn(VersionRange) -> String,
    pub forward_secrecy: fn(ForwardSecrecy) -> &'static str,
    pub standing: fn(Standing) -> Mark,
    pub objection: fn(Objection) -> Said,
    pub role: fn(Role) -> &'static str,
    /// Of the part with this role, whose letters these are.
    pub part: fn(Role, &str) -> PartText,
    pub job: fn(Job) -> Term,
    pub book_set: fn(BookSet) -> &'static str,
    pub no_book_set: &'static str,
    /// What the book says, quoted.
    pub claim: fn(Claim) -> &'static str,
    /// What its lists show.
    pub evidence: fn(Evidence) -> Said,
    pub presence: fn(Presence) -> &'static str,
    /// By how many places a suite stands lower than before.
    pub fall: fn(isize) -> String,
    /// Suite, code point, left rank, right rank, change, today.
    pub comparison_heads: [&'static str; 6],
    pub absent: &'static str,
    pub why: fn(Why) -> &'static str,
    pub result: fn(&Negotiation) -> String,
    pub missed_forward_secrecy: fn(&Negotiation) -> Option<String>,
    /// Rank, suite, what became of it.
    pub negotiation_heads: [&'static str; 3],
    pub model: &'static str,
    /// Why a real peer gives 40 where the model gives 70.
    pub real_alert: fn() -> Said,
    pub unoffered: fn(Unoffered) -> Said,
    pub scripted: &'static str,
}
