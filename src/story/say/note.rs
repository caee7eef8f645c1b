//! What stands in a row of the log that is no line of SMTP, who is at an end, and where and when a step happened.

use super::step::was_up;
use super::{Facts, Participant, flip};
use crate::policy::Decision;
use crate::registry::Version;
use crate::scenario::{Controller, Side, TlsStack};
use crate::smtp::{Delivery, Forgotten, Mechanism, NtlmVerdict, OwnProof, Treatment, Violation};
use crate::tls::{Cause, CertificateCheck};
use crate::trace::{Actor, Close, EventId, What};

/// A row's claim.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum NoteClaim<'a> {
    /// The row has words of its own, or none.
    Nothing,
    Opens {
        client: Participant,
        is_first: bool,
    },
    HandsToTls(Side),
    /// To the engine of old TLS, with the suites of this system.
    HandsToOldTls {
        who: Side,
        stack: TlsStack,
    },
    TlsUp {
        who: Side,
        version: Version,
        resumed: bool,
    },
    /// `late`: the handshake had been completed.
    SendsAlert {
        who: Side,
        alert: u8,
        late: bool,
    },
    GetsAlert {
        who: Side,
        alert: u8,
        late: bool,
    },
    TlsFailed {
        who: Side,
        late: bool,
        cause: &'a Cause,
    },
    Checked(&'a CertificateCheck),
    Decided {
        by: Participant,
        decision: &'a Decision,
    },
    /// What was sent in place of what arrived.
    Altered {
        sent: &'a [u8],
    },
    /// One bit of this octet, counted from 1.
    Flipped {
        octet: usize,
    },
    Stripped {
        who: Side,
        fields: usize,
    },
    LeftOver {
        who: Side,
        octets: u32,
        treatment: Treatment,
    },
    Forgot {
        who: Side,
        what: &'a [Forgotten],
    },
    Authenticated {
        who: Side,
        mechanism: Mechanism,
        identity: &'a str,
    },
    /// A login that is not run: the box for it.
    NotRun {
        proof: OwnProof,
        controller: Controller,
    },
    Recognised {
        by: OwnProof,
        identity: &'a str,
    },
    NtlmJudged {
        who: Side,
        verdict: NtlmVerdict,
    },
    Stored(Side),
    Violated {
        who: Side,
        violation: Violation,
    },
    Settled {
        by: Participant,
        delivery: Delivery,
    },
    Closed {
        who: Side,
        why: Close,
    },
    Missing {
        who: Side,
        octets: u64,
    },
    Stalled,
}

impl NoteClaim<'_> {
    /// Empty where there is none to name, or the row has no room for it.
    pub fn source(&self) -> &'static str {
        match self {
            NoteClaim::Forgot { .. } => "RFC 3207 §4.2",
            NoteClaim::Stored(_) => "RFC 5321 §4.2.5",
            NoteClaim::LeftOver { .. } => "RFC 3207 §4",
            NoteClaim::Altered { .. } => "RFC 3207 §6",
            _ => "",
        }
    }
}

/// What a row says.
pub fn note(facts: Facts<'_>, id: EventId) -> NoteClaim<'_> {
    let Some(event) = facts.event(id) else { return NoteClaim::Nothing };
    let (who, by) = (event.who, Participant::of(facts.trace, event));
    match &event.what {
        What::Sent { .. } | What::Moved { .. } => NoteClaim::Nothing,
        What::Opened => NoteClaim::Opens { client: by, is_first: event.connection == 0 },
        What::TlsStarted => match facts.trace.seat(event.connection, who).engine {
            None | Some(TlsStack::Rustls) => NoteClaim::HandsToTls(who),
            Some(stack) => NoteClaim::HandsToOldTls { who, stack },
        },
        What::TlsUp(session) => NoteClaim::TlsUp { who, version: session.version, resumed: session.resumed },
        What::TlsFailed(failure) => {
            let late = was_up(facts, event, id);
            match failure.alert {
                Some((by, alert)) if by == who => NoteClaim::SendsAlert { who, alert, late },
                Some((_, alert)) => NoteClaim::GetsAlert { who, alert, late },
                None => NoteClaim::TlsFailed { who, late, cause: &failure.cause },
            }
        }
        What::Checked(check) => NoteClaim::Checked(check),
        What::Decided(decision) => NoteClaim::Decided { by, decision },
        What::Altered { sent } => match id.checked_sub(1).and_then(|arrived| flip::octet(facts, arrived)) {
            Some(octet) => NoteClaim::Flipped { octet: octet + 1 },
            None => NoteClaim::Altered { sent: facts.trace.octets(*sent) },
        },
        What::Stripped(fields) => NoteClaim::Stripped { who, fields: fields.len() },
        What::LeftOver { count, treatment } => NoteClaim::LeftOver { who, octets: *count, treatment: *treatment },
        What::Forgot(what) => NoteClaim::Forgot { who, what },
        What::Authenticated { mechanism, identity } => {
            NoteClaim::Authenticated { who, mechanism: *mechanism, identity }
        }
        What::NotRun { proof, controller } => NoteClaim::NotRun { proof: *proof, controller: *controller },
        What::Recognised { by, identity } => NoteClaim::Recognised { by: *by, identity },
        What::NtlmJudged(verdict) => NoteClaim::NtlmJudged { who, verdict: *verdict },
        What::Stored(_) => NoteClaim::Stored(who),
        What::Violated(violation) => NoteClaim::Violated { who, violation: *violation },
        What::Settled(delivery) => NoteClaim::Settled { by, delivery: *delivery },
        What::Closed(why) => NoteClaim::Closed { who, why: *why },
        What::Missing { octets } => NoteClaim::Missing { who, octets: *octets },
        What::Stalled => NoteClaim::Stalled,
    }
}

/// Which end of a connection this is, and who stands there if it is not plain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EndClaim {
    pub side: Side,
    pub there: StandsThere,
}

/// What is said of an end beside its side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StandsThere {
    Plain,
    /// It has old TLS, with the suites of this system.
    Old(TlsStack),
    Actor(Actor),
}

pub fn end(facts: Facts<'_>, connection: u16, side: Side) -> EndClaim {
    let seat = facts.trace.seat(connection, side);
    let there = match (seat.engine, seat.actor) {
        (Some(stack @ (TlsStack::Ws2003 | TlsStack::Ws2008)), _) => StandsThere::Old(stack),
        (_, Actor::Unknown) => StandsThere::Plain,
        _ if facts.trace.cast.is_direct() => StandsThere::Plain,
        (_, actor) => StandsThere::Actor(actor),
    };
    EndClaim { side, there }
}

/// A connection: its number, from 1, and who it is between.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConnectionClaim {
    pub number: u32,
    pub client: Participant,
    pub server: Participant,
    /// There was one before between the same two.
    pub is_again: bool,
}

pub fn connection(facts: Facts<'_>, connection: u16) -> ConnectionClaim {
    let ends = |connection| [Side::Client, Side::Server].map(|side| Participant::at(facts.trace, connection, side));
    let [client, server] = ends(connection);
    let before =
        facts.story.chapters().iter().map(|chapter| chapter.account.connection).filter(|&one| one < connection);
    let is_again = client.actor != Actor::Unknown && before.map(ends).any(|ends| ends == [client, server]);
    ConnectionClaim { number: u32::from(connection) + 1, client, server, is_again }
}

/// When a step happened and at whom, and what it put on the wire: whether a listener is kept from it, and how many octets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AtClaim {
    pub milliseconds: u64,
    pub who: Side,
    pub sent: Option<(bool, usize)>,
}

pub fn at(facts: Facts<'_>, id: EventId) -> Option<AtClaim> {
    let event = facts.event(id)?;
    let hides = facts.story.at(facts.trace, id).account.hides();
    let sent = match &event.what {
        What::Sent { text: Some(_), wire } => Some((hides && facts.trace.sealed(event), wire.len())),
        What::Sent { text: None, wire } => {
            let is_sealed = facts.reading.messages(id).iter().any(|message| message.sealed);
            Some((hides && is_sealed, wire.len()))
        }
        _ => None,
    };
    Some(AtClaim { milliseconds: event.at.0 / 1_000, who: event.who, sent })
}
