//! Every word a user reads, made from facts. One value of [`Text`] is one language: a sentence that is missing does not compile.
//!
//! Words between backticks are set in the type of the wire. Nothing here computes; what is to be said is found in `timeline/`
//! and `dissect/`. Sentences give the RFC that makes them true, as a field of its own.

mod en;

use crate::dissect::Reading;
use crate::dissect::handshake::Message;
use crate::scenario::{
    ClientPolicy, Credentials, Edit, GoAhead, Offer, Pipelining, ServerCertificate, ServerProfile, Side, Transfer,
    Versions,
};
use crate::share::Notice;
use crate::smtp::State;
use crate::smtp::profile::Rule;
use crate::smtp::table::{On, Step};
use crate::suites::{
    Authentication, BookSet, Cipher, Claim, CodePoint, Evidence, ForwardSecrecy, Job, KeyExchange, ListKey, Mac, Mode,
    Negotiation, Objection, Presence, Role, Standing, Strength, Unoffered, VersionRange, Why,
};
use crate::timeline::printed::Difference;
use crate::timeline::{Checkpoint, Fate, Protection, Timeline};
use crate::tls::CertificateCheck;
use crate::trace::{EventId, Trace};

pub use en::EN;

/// What sentences are made from.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    pub trace: &'a Trace,
    pub reading: &'a Reading,
    pub timeline: &'a Timeline,
}

/// A sentence and where it comes from; the source is empty where there is none to name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    pub words: String,
    pub source: &'static str,
}

/// A term and what it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Term {
    pub name: &'static str,
    pub meaning: &'static str,
}

/// A choice of a control: what it is called, and the setting of a real server that it stands for, or what it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    pub name: &'static str,
    pub note: &'static str,
}

/// One language.
pub struct Text {
    /// As in the attribute `lang`.
    pub tag: &'static str,
    pub page: Page,
    pub controls: Controls,
    pub outcome: Outcomes,
    pub points: Points,
    pub log: Log,
    pub playback: Playback,
    pub inspector: Inspector,
    pub printed: Printed,
    pub suites: Suites,
    pub help: Help,
    pub notices: Notices,
    pub about: About,
}

/// Languages are told apart by their tag.
impl PartialEq for Text {
    fn eq(&self, other: &Text) -> bool {
        self.tag == other.tag
    }
}

/// Header and strip.
pub struct Page {
    pub mark: (&'static str, &'static str),
    pub tagline: &'static str,
    pub scenario: &'static str,
    pub share: &'static str,
    pub help: &'static str,
    pub theme: &'static str,
    pub watch: &'static str,
    /// Title and what to watch of a preset.
    pub preset: fn(&str) -> Term,
    pub changed: &'static str,
    pub reset: &'static str,
    pub edit: fn(Edit) -> String,
    pub link_copied: &'static str,
    pub link_not_copied: &'static str,
    pub dismiss: &'static str,
}

/// The panel of switches.
pub struct Controls {
    pub heading: &'static str,
    pub sender: &'static str,
    pub receiver: &'static str,
    pub policy: &'static str,
    pub policies: fn(ClientPolicy) -> Choice,
    pub go_ahead: &'static str,
    pub go_aheads: fn(GoAhead) -> &'static str,
    pub versions: &'static str,
    pub version: fn(Versions) -> &'static str,
    pub credentials: &'static str,
    pub credential: fn(Credentials) -> &'static str,
    pub transfer: &'static str,
    pub transfers: fn(Transfer) -> &'static str,
    pub pipelining: &'static str,
    pub pipelined: fn(Pipelining) -> bool,
    pub pipelining_note: &'static str,
    pub server: &'static str,
    pub servers: fn(ServerProfile) -> &'static str,
    pub starttls: &'static str,
    pub offers: fn(Offer) -> Choice,
    pub certificate: &'static str,
    pub certificates: fn(ServerCertificate) -> Choice,
    pub randomness: &'static str,
    pub seed: &'static str,
    pub seed_note: &'static str,
}

/// A light's name, and its verdict in a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LightText {
    pub name: &'static str,
    /// What was found, where there is more to say than pass or fail.
    pub detail: String,
}

/// The outcome bar.
pub struct Outcomes {
    pub region: &'static str,
    pub headline: fn(Facts) -> &'static str,
    pub because: fn(Facts, ClientPolicy) -> String,
    pub lights: &'static str,
    /// In the order of the bar: offered, accepted, handshake, chain, name, client certificate.
    pub light: fn(Facts) -> [LightText; 6],
    pub pass: &'static str,
    pub fail: &'static str,
    pub not_checked: &'static str,
    /// Where the mail is: folder, and whether it lies in the recipient's.
    pub folder: fn(Facts) -> &'static str,
    pub subject: &'static str,
    pub stored: &'static str,
    pub not_stored: fn(Facts) -> &'static str,
}

/// The stepper and what is to be understood at each point.
pub struct Points {
    pub navigation: &'static str,
    pub name: fn(Facts, Checkpoint) -> String,
    pub in_clear: &'static str,
    pub sealed: &'static str,
    pub failed: &'static str,
    pub not_reached: &'static str,
    /// Why it was not reached.
    pub missing: fn(Facts, Checkpoint) -> &'static str,
    pub lesson: fn(Facts, Checkpoint) -> Lesson,
}

/// What a point teaches.
pub struct Lesson {
    pub heading: &'static str,
    pub paragraphs: Vec<String>,
    pub source: &'static str,
}

/// The ladder.
pub struct Log {
    pub region: &'static str,
    pub list: &'static str,
    pub client: &'static str,
    pub server: &'static str,
    pub side: fn(Side) -> &'static str,
    pub view: &'static str,
    pub live: &'static str,
    pub as_printed: &'static str,
    /// What a screen reader says before a line: who to whom, and whether it was sealed.
    pub direction: fn(Side, bool) -> &'static str,
    pub readable: &'static str,
    pub sealed: &'static str,
    pub now: &'static str,
    pub later: &'static str,
    pub point: fn(u8) -> String,
    pub connection: fn(u8) -> String,
    /// A row that is no line of SMTP.
    pub note: fn(Facts, EventId) -> String,
    /// What stands at the right of such a row.
    pub note_source: fn(Facts, EventId) -> String,
    pub message_content: fn(usize) -> String,
    pub not_offered_again: &'static str,
    pub negotiation: fn(u8, usize, usize) -> String,
    pub negotiation_failed: fn(u8, usize) -> String,
    pub messages: &'static str,
    pub message: fn(&Message) -> String,
    pub message_facts: fn(&Message) -> String,
    pub octets: fn(usize) -> String,
    pub check: fn(&CertificateCheck) -> String,
}

/// The transport bar.
pub struct Playback {
    pub bar: &'static str,
    pub first: &'static str,
    pub previous: &'static str,
    pub play: &'static str,
    pub pause: &'static str,
    pub next: &'static str,
    pub last: &'static str,
    pub step: &'static str,
    pub value: fn(usize, usize, &str) -> String,
}

/// The right-hand panel.
pub struct Inspector {
    pub region: &'static str,
    pub tabs: &'static str,
    pub why: &'static str,
    pub bytes: &'static str,
    pub eavesdropper: &'static str,
    pub this_step: &'static str,
    pub step: fn(Facts, EventId) -> Said,
    pub at: fn(Facts, EventId) -> String,
    pub states: &'static str,
    pub waits: fn(State) -> &'static str,
    pub state: fn(State) -> &'static str,
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
    pub fate: fn(&Fate) -> &'static str,
    pub rule: fn(Rule) -> &'static str,
    pub no_after: fn(Facts) -> &'static str,
    pub no_before: &'static str,
    pub not_reached: &'static str,
    pub wire_octets: fn(usize) -> String,
    pub smtp_octets: fn(usize) -> String,
    pub no_octets: &'static str,
    pub record: fn(u8, u16, usize) -> String,
    pub shared_record: fn(usize) -> String,
    pub tap_intro: fn(Protection) -> &'static str,
    pub tap_list: &'static str,
    pub tap_readable: &'static str,
    pub tap_record: fn(&Message, usize) -> String,
    pub tap_sealed: fn(usize) -> String,
}

/// The book's log beside the live one.
pub struct Printed {
    pub intro: &'static str,
    pub table: &'static str,
    pub book: &'static str,
    pub wire: &'static str,
    pub nothing: &'static str,
    pub difference: fn(Difference) -> Said,
}

/// A verdict in a word and in a shape, for those who see no colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    pub shape: &'static str,
    pub word: &'static str,
}

/// What a part of a suite's name is, and what it does in the handshake and in each record; empty where it does nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PartText {
    pub what: &'static str,
    pub handshake: &'static str,
    pub record: &'static str,
}

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

/// The dialog behind "?".
pub struct Help {
    pub title: &'static str,
    pub close: &'static str,
    pub keys: &'static str,
    /// Keys, and what they do.
    pub key: &'static [(&'static [&'static str], &'static str)],
    pub marks: &'static str,
    pub mark: &'static [(&'static str, &'static str)],
    pub glossary: &'static str,
    pub terms: &'static [Term],
}

/// What the page says about a link.
pub struct Notices {
    pub notice: fn(&Notice) -> String,
    pub step: fn(EventId, EventId) -> String,
}

/// The foot of the page.
pub struct About {
    pub heading: &'static str,
    pub real: Term,
    pub modelled: Term,
    pub sources: Term,
    pub fingerprint: fn(usize) -> String,
    pub fingerprint_note: &'static str,
}
