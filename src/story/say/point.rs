//! The seven points: what each is called in this session, why one was not reached, and what is to be understood there.

use super::Facts;
use crate::dissect::facts::MessageFacts;
use crate::dissect::smtp::Role;
use crate::policy::Reason;
use crate::registry::Version;
use crate::scenario::{Demands, ServerProfile, Side};
use crate::smtp::TlsAnswer;
use crate::smtp::profile::profile;
use crate::story::{Advertised, Checkpoint, Status};
use crate::trace::What;

/// What a point is called. Lists are of mechanisms, as the server wrote them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PointClaim<'a> {
    Greeting,
    NotAdvertised,
    Advertised,
    NoAuthInClear,
    AuthInClear(Vec<&'a str>),
    Accepted,
    /// The server means yes, and the sender takes it for a no.
    Misunderstood,
    Refused,
    NotSent,
    NegotiationFailed,
    Negotiation,
    Reset,
    AuthInside,
    AuthSame,
    AuthAdds {
        added: Vec<&'a str>,
        /// Some were offered in clear already.
        is_more: bool,
    },
}

pub fn point(facts: Facts<'_>, checkpoint: Checkpoint) -> PointClaim<'_> {
    match (checkpoint, facts.status(checkpoint)) {
        (Checkpoint::Greeting, _) => PointClaim::Greeting,
        (Checkpoint::StarttlsOffered, Status::NotReached) => PointClaim::NotAdvertised,
        (Checkpoint::StarttlsOffered, _) => PointClaim::Advertised,
        (Checkpoint::AuthBeforeTls, Status::NotReached) => PointClaim::NoAuthInClear,
        (Checkpoint::AuthBeforeTls, _) => PointClaim::AuthInClear(mechanisms(facts.story.first().before())),
        (Checkpoint::StarttlsAccepted, Status::Reached) => PointClaim::Accepted,
        (Checkpoint::StarttlsAccepted, Status::Failed) if says_yes(facts) => PointClaim::Misunderstood,
        (Checkpoint::StarttlsAccepted, Status::Failed) => PointClaim::Refused,
        (Checkpoint::StarttlsAccepted, Status::NotReached) => PointClaim::NotSent,
        (Checkpoint::Negotiation, Status::Failed) => PointClaim::NegotiationFailed,
        (Checkpoint::Negotiation, _) => PointClaim::Negotiation,
        (Checkpoint::Reset, _) => PointClaim::Reset,
        (Checkpoint::AuthInsideTls, Status::NotReached) => PointClaim::AuthInside,
        (Checkpoint::AuthInsideTls, _) => match added(facts) {
            none if none.is_empty() => PointClaim::AuthSame,
            added => {
                let is_more = !mechanisms(facts.story.first().before()).is_empty();
                PointClaim::AuthAdds { added, is_more }
            }
        },
    }
}

/// The mechanisms that AUTH lists.
fn mechanisms(list: Option<&Advertised>) -> Vec<&str> {
    let auth = list.and_then(|list| list.capabilities.find("AUTH"));
    auth.map(|auth| auth.parameters.iter().map(String::as_str).collect()).unwrap_or_default()
}

/// Those that it lists inside TLS alone.
fn added(facts: Facts<'_>) -> Vec<&str> {
    let before = mechanisms(facts.story.first().before());
    mechanisms(facts.story.first().after()).into_iter().filter(|word| !before.contains(word)).collect()
}

/// The server's answer to STARTTLS begins with a 2.
fn says_yes(facts: Facts<'_>) -> bool {
    let point = facts.story.first().point(Checkpoint::StarttlsAccepted);
    let events = point.map(|point| point.events.as_slice()).unwrap_or_default();
    let mut roles = events.iter().filter_map(|&id| facts.reading.line(id)).map(|line| &line.role);
    roles.any(|role| matches!(role, Role::Reply { code: 200..=299, .. }))
}

/// Why a point was not reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MissingClaim {
    Greeting,
    NotListed,
    /// Each of the server's mechanisms sends the password.
    NoAuthInClear,
    /// Why not, only its profile tells.
    NoAuthListed,
    NeverSent,
    /// The Send connector is not set up for the domain on the list.
    ConnectorNotSetUp,
    /// It is sent where it is advertised.
    NotSent,
    /// The reason is unknown.
    NotSeen,
    NoTls,
    /// The sender left.
    NoNewGreeting,
    /// None can be read in the octets.
    NoNewGreetingRead,
    NothingToReset,
    NoSecondList,
}

pub fn missing(facts: Facts<'_>, checkpoint: Checkpoint) -> MissingClaim {
    match checkpoint {
        Checkpoint::Greeting => MissingClaim::Greeting,
        Checkpoint::StarttlsOffered => MissingClaim::NotListed,
        Checkpoint::AuthBeforeTls if facts.trace.seat(0, Side::Server).profile().is_none() => {
            MissingClaim::NoAuthListed
        }
        Checkpoint::AuthBeforeTls => MissingClaim::NoAuthInClear,
        Checkpoint::StarttlsAccepted => match why_not_started(facts) {
            Some(Reason::TlsSwitchedOff) => MissingClaim::NeverSent,
            Some(Reason::InSendList) => MissingClaim::ConnectorNotSetUp,
            _ if facts.has_decisions() => MissingClaim::NotSent,
            _ => MissingClaim::NotSeen,
        },
        Checkpoint::Negotiation => MissingClaim::NoTls,
        Checkpoint::Reset if facts.status(Checkpoint::Negotiation) != Status::Reached => MissingClaim::NothingToReset,
        Checkpoint::Reset if facts.has_decisions() => MissingClaim::NoNewGreeting,
        Checkpoint::Reset => MissingClaim::NoNewGreetingRead,
        Checkpoint::AuthInsideTls => MissingClaim::NoSecondList,
    }
}

/// The first reason of the first decision not to begin TLS.
fn why_not_started(facts: Facts<'_>) -> Option<Reason> {
    facts.trace.events.iter().find_map(|event| match &event.what {
        What::Decided(decision) => {
            decision.sender().filter(|decided| decided.answer != TlsAnswer::Start).and(decision.reasons().next())
        }
        _ => None,
    })
}

/// What a point teaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LessonClaim<'a> {
    Greeting,
    Offer,
    AuthInClear(AuthInClear<'a>),
    Opens,
    Misunderstood,
    Refused,
    Negotiation {
        /// `None`, where no session came of it.
        version: Option<Version>,
        judgement: Judgement,
        /// The server is the book's.
        is_book: bool,
    },
    NoAgreement {
        offered: &'a [Version],
        alert: Option<u8>,
    },
    /// Only the server has begun TLS.
    OneSided {
        alert: Option<u8>,
    },
    Reset,
    AuthInside {
        added: Vec<&'a str>,
        judgement: Judgement,
    },
}

/// Mechanisms that are offered in clear, and what is known of the server that does so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthInClear<'a> {
    pub offered: Vec<&'a str>,
    /// Those among them that send the password.
    pub exposed: Vec<&'static str>,
    /// Those that send the password and are held back.
    pub held: Vec<&'static str>,
    pub server: Option<Family>,
}

/// Whose setting it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    Exchange,
    Other,
}

/// What the sender's policy makes of what the checks found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judgement {
    Judges,
    TakesAny,
    /// No octet shows it.
    Unknown,
}

impl LessonClaim<'_> {
    pub fn source(&self) -> &'static str {
        match self {
            LessonClaim::Greeting => "RFC 5321 §3.1, §4.1.1.1",
            LessonClaim::Offer => "RFC 3207 §4, §6",
            LessonClaim::AuthInClear(_) => "RFC 4954 §4",
            LessonClaim::Opens | LessonClaim::Misunderstood | LessonClaim::Refused => "RFC 3207 §4",
            LessonClaim::Negotiation { version: Some(Version::TLS13), .. } => "RFC 8446 §2, RFC 3207 §4.1",
            LessonClaim::Negotiation { .. } => "RFC 5246 §7.3, RFC 3207 §4.1",
            LessonClaim::NoAgreement { .. } => "RFC 3207 §4.1, RFC 8446 §6.2",
            LessonClaim::OneSided { .. } => "RFC 3207 §4, RFC 8446 §5.1",
            LessonClaim::Reset => "RFC 3207 §4.2",
            LessonClaim::AuthInside { .. } => "RFC 3207 §4.2, RFC 4954 §4",
        }
    }
}

pub fn lesson(facts: Facts<'_>, checkpoint: Checkpoint) -> LessonClaim<'_> {
    let failed = facts.status(checkpoint) == Status::Failed;
    match checkpoint {
        Checkpoint::Greeting => LessonClaim::Greeting,
        Checkpoint::StarttlsOffered => LessonClaim::Offer,
        Checkpoint::AuthBeforeTls => LessonClaim::AuthInClear(auth_in_clear(facts)),
        Checkpoint::StarttlsAccepted if failed && says_yes(facts) => LessonClaim::Misunderstood,
        Checkpoint::StarttlsAccepted if failed => LessonClaim::Refused,
        Checkpoint::StarttlsAccepted => LessonClaim::Opens,
        Checkpoint::Negotiation if failed => no_agreement(facts),
        Checkpoint::Negotiation => LessonClaim::Negotiation {
            version: facts.story.outcome.session.as_ref().map(|session| session.version),
            judgement: judgement(facts),
            is_book: facts.trace.seat(0, Side::Server).profile() == Some(ServerProfile::Book),
        },
        Checkpoint::Reset => LessonClaim::Reset,
        Checkpoint::AuthInsideTls => LessonClaim::AuthInside { added: added(facts), judgement: judgement(facts) },
    }
}

fn judgement(facts: Facts<'_>) -> Judgement {
    match facts.trace.demands(0).map(Demands::judges) {
        Some(true) => Judgement::Judges,
        Some(false) => Judgement::TakesAny,
        None if facts.has_decisions() => Judgement::TakesAny,
        None => Judgement::Unknown,
    }
}

fn auth_in_clear(facts: Facts<'_>) -> AuthInClear<'_> {
    let offered = mechanisms(facts.story.first().before());
    let server = facts.trace.seat(0, Side::Server).profile();
    let passwords = server.map(|server| profile(server).passwords()).unwrap_or_default();
    let (exposed, held) = passwords.into_iter().partition(|name| offered.contains(name));
    let server = server.map(|server| if server.is_exchange() { Family::Exchange } else { Family::Other });
    AuthInClear { offered, exposed, held, server }
}

fn no_agreement(facts: Facts<'_>) -> LessonClaim<'_> {
    let alert = facts.story.outcome.failure.as_ref().and_then(|failure| failure.alert);
    let messages = (0..facts.reading.entries.len()).flat_map(|id| facts.reading.messages(id));
    let mut hellos = messages.filter_map(|message| match &message.facts {
        MessageFacts::ClientHello(hello) => Some(hello.versions.as_slice()),
        _ => None,
    });
    hellos.next().map_or(LessonClaim::OneSided { alert }, |offered| LessonClaim::NoAgreement { offered, alert })
}
