//! What a step of a session does.

use super::{
    CommandClaim, DecisionClaim, Facts, FlipClaim, KeywordClaim, Participant, RecordClaim, ReplyClaim, decision, flip,
    line, record,
};
use crate::dissect::smtp::Role;
use crate::registry::{ALERT, APPLICATION_DATA, CHANGE_CIPHER_SPEC, HANDSHAKE, Version, alert};
use crate::scenario::{Controller, Side, TlsStack};
use crate::smtp::{Delivery, Forgotten, Mechanism, NtlmVerdict, OwnProof, TlsVerb, Violation};
use crate::tls::{Cause, Failure};
use crate::trace::{Actor, Close, Event, EventId, What};
use std::borrow::Cow;

/// The types of records. RFC 8446 §5.1
const RECORDS: [u8; 4] = [CHANGE_CIPHER_SPEC, ALERT, HANDSHAKE, APPLICATION_DATA];

/// A step's claim.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum StepClaim<'a> {
    /// There is no such step, or nothing is known of it.
    Nothing,
    Opened(Opening),
    Greeted,
    TurnedAway,
    Command(CommandClaim),
    Reply(ReplyClaim),
    Keyword(KeywordClaim),
    AuthResponse,
    Content,
    NoReply,
    /// The first message of a record, and how many more it holds.
    Record {
        first: RecordClaim,
        more: usize,
        version: Version,
    },
    Moved,
    HandsToTls,
    /// To the engine of old TLS, with the suites of this system.
    HandsToOldTls {
        who: Side,
        stack: TlsStack,
    },
    TlsUp {
        who: Side,
        version: Version,
        suite: u16,
        /// Of an earlier session: what was found then holds on.
        resumed: bool,
    },
    TlsFailed {
        who: Side,
        /// The engine of old TLS found the cause.
        is_old: bool,
        /// The handshake had been completed.
        late: bool,
        cause: &'a Cause,
        /// The alert is not the one that the RFC names.
        instead: Option<AlertClaim>,
        version: Version,
    },
    CheckedServer,
    CheckedClient {
        version: Version,
    },
    /// A server of the same organisation looks whether it is published.
    CheckedClientOwn,
    /// The same once MAIL FROM has told for which domain the client speaks.
    CheckedClientName,
    Decided(DecisionClaim),
    Altered,
    /// One bit.
    Flipped(FlipClaim),
    Stripped(&'a [String]),
    LeftOver,
    Forgot {
        who: Side,
        what: &'a [Forgotten],
    },
    Authenticated {
        mechanism: Mechanism,
        identity: &'a str,
        /// It is an attacker, with the answer of another.
        relayed: bool,
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
    NtlmJudged(NtlmVerdict),
    Stored {
        is_sealed: bool,
        /// The client had logged in.
        is_login: bool,
        /// It goes into a mailbox: the server put a Return-Path on top.
        is_final: bool,
    },
    Violated {
        who: Side,
        violation: Violation,
    },
    Settled {
        by: Participant,
        delivery: Delivery,
    },
    Closed(Side),
    /// It broke the connection off.
    Reset(Side),
    Missing {
        who: Side,
        octets: u64,
    },
    Stalled,
}

/// Which alert rustls should have sent, and did not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AlertClaim {
    /// The hello is older than every version that the server has: protocol_version.
    OldHello,
    /// What came is no type of record: unexpected_message.
    UnknownType,
}

/// Why a connection is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opening {
    First,
    RelaySendsOn,
    AttackerSendsOn,
    /// While the sender logs in at the attacker.
    AttackerLogsIn,
    /// This client left the one before.
    Anew {
        by: Participant,
        /// A handshake failed there, and the client is no Exchange: others let the mail wait first.
        at_once: bool,
    },
    /// The message was put off on the connection before, and has waited.
    FromQueue(Participant),
    /// The reason is unknown.
    Another,
}

impl StepClaim<'_> {
    /// Empty where there is none to name.
    pub fn source(&self) -> Cow<'static, str> {
        let source = match self {
            StepClaim::Opened(opening) => match opening {
                Opening::First => "RFC 5321 §3.1",
                Opening::RelaySendsOn => "RFC 5321 §2.1",
                Opening::AttackerSendsOn | Opening::AttackerLogsIn | Opening::Anew { .. } | Opening::Another => "",
                Opening::FromQueue(_) => "RFC 5321 §4.5.4.1",
            },
            StepClaim::Greeted | StepClaim::TurnedAway => "RFC 5321 §3.1",
            StepClaim::Command(command) => command.source(),
            StepClaim::Reply(reply) => reply.source(),
            StepClaim::Keyword(keyword) => keyword.source(),
            StepClaim::AuthResponse | StepClaim::Authenticated { .. } => "RFC 4954 §4",
            StepClaim::NtlmJudged(_) => "[MS-NLMP] 3.2.5.1.2",
            StepClaim::Content => "RFC 5321 §4.5.2",
            StepClaim::NoReply => "RFC 5321 §4.2",
            StepClaim::Record { first, version, .. } => return first.source(*version),
            StepClaim::HandsToTls | StepClaim::HandsToOldTls { .. } | StepClaim::LeftOver => "RFC 3207 §4",
            StepClaim::TlsFailed { instead: Some(AlertClaim::OldHello), .. } => "RFC 5246 §E.1",
            StepClaim::TlsFailed { instead: Some(AlertClaim::UnknownType), .. } => "RFC 8446 §5",
            StepClaim::TlsFailed { version, .. } => return version.cited("RFC 8446 §6.2"),
            StepClaim::CheckedServer => "RFC 3207 §4.1",
            StepClaim::CheckedClient { version } => return version.cited("RFC 8446 §4.3.2"),
            StepClaim::Decided(decision) => decision.source(),
            StepClaim::Altered => "RFC 3207 §6",
            StepClaim::Flipped(flip) => return flip.source(),
            StepClaim::Forgot { .. } => "RFC 3207 §4.2",
            StepClaim::Stored { .. } => "RFC 5321 §4.2.5, §4.4, RFC 3848",
            StepClaim::Settled { .. } => "RFC 5321 §4.2.5",
            StepClaim::Reset(_) => "RFC 9293 §3.5.2",
            StepClaim::NotRun { proof: OwnProof::Gssapi, .. } => "RFC 4752 §3.1",
            StepClaim::Nothing
            | StepClaim::CheckedClientOwn
            | StepClaim::NotRun { .. }
            | StepClaim::Recognised { .. }
            | StepClaim::Moved
            | StepClaim::TlsUp { .. }
            | StepClaim::CheckedClientName
            | StepClaim::Stripped(_)
            | StepClaim::Violated { .. }
            | StepClaim::Closed(_)
            | StepClaim::Missing { .. }
            | StepClaim::Stalled => "",
        };
        source.into()
    }
}

/// What a step does.
pub fn step(facts: Facts<'_>, id: EventId) -> StepClaim<'_> {
    let Some(event) = facts.event(id) else { return StepClaim::Nothing };
    let who = event.who;
    match &event.what {
        What::Opened => StepClaim::Opened(opening(facts, event)),
        What::Sent { text: Some(_), .. } => of_line(facts, id),
        What::Sent { text: None, .. } => record::step(facts, event, id),
        What::Moved { .. } => StepClaim::Moved,
        What::TlsStarted => match engine(facts, event) {
            TlsStack::Rustls => StepClaim::HandsToTls,
            stack => StepClaim::HandsToOldTls { who, stack },
        },
        What::TlsUp(session) => {
            StepClaim::TlsUp { who, version: session.version, suite: session.suite, resumed: session.resumed }
        }
        What::TlsFailed(failure) => {
            let is_old = engine(facts, event) != TlsStack::Rustls;
            let instead = alert_instead(facts, event, id, failure).filter(|_| !is_old);
            let (late, version) = (was_up(facts, event, id), record::version(facts, event.connection));
            StepClaim::TlsFailed { who, is_old, late, cause: &failure.cause, instead, version }
        }
        What::Checked(check) => match (check.of, &check.wanted) {
            (Side::Server, _) => StepClaim::CheckedServer,
            (Side::Client, None) if is_own(facts, event) => StepClaim::CheckedClientOwn,
            (Side::Client, None) => StepClaim::CheckedClient { version: record::version(facts, event.connection) },
            (Side::Client, Some(_)) => StepClaim::CheckedClientName,
        },
        What::Decided(taken) => StepClaim::Decided(decision::decided(facts, event.connection, taken)),
        What::Altered { .. } => {
            let flipped = id.checked_sub(1).and_then(|arrived| flip::flip(facts, arrived));
            flipped.map_or(StepClaim::Altered, StepClaim::Flipped)
        }
        What::Stripped(fields) => StepClaim::Stripped(fields),
        What::LeftOver { .. } => StepClaim::LeftOver,
        What::Forgot(what) => StepClaim::Forgot { who, what },
        What::Authenticated { mechanism, identity } => {
            let relayed = Participant::at(facts.trace, event.connection, Side::Client).actor == Actor::Attacker;
            StepClaim::Authenticated { mechanism: *mechanism, identity, relayed }
        }
        What::NotRun { proof, controller } => StepClaim::NotRun { proof: *proof, controller: *controller },
        What::Recognised { by, identity } => StepClaim::Recognised { by: *by, identity },
        What::NtlmJudged(verdict) => StepClaim::NtlmJudged(*verdict),
        What::Stored(stored) => StepClaim::Stored {
            is_sealed: stored.sealed,
            is_login: has_logged_in(facts, id),
            is_final: facts.trace.octets(stored.message).starts_with(b"Return-Path:"),
        },
        What::Violated(violation) => StepClaim::Violated { who, violation: *violation },
        What::Settled(delivery) => StepClaim::Settled { by: Participant::of(facts.trace, event), delivery: *delivery },
        What::Closed(Close::Reset) => StepClaim::Reset(who),
        What::Closed(_) => StepClaim::Closed(who),
        What::Missing { octets } => StepClaim::Missing { who, octets: *octets },
        What::Stalled => StepClaim::Stalled,
    }
}

/// TLS was begun between servers of one organisation.
fn is_own(facts: Facts<'_>, event: &Event) -> bool {
    facts.story.chapter(event.connection).is_some_and(|chapter| chapter.verb == TlsVerb::AnonymousTls)
}

/// rustls looks for an extension of TLS 1.2 before it looks at the version, and takes octets that are no record for one that is damaged.
fn alert_instead(facts: Facts<'_>, event: &Event, id: EventId, failure: &Failure) -> Option<AlertClaim> {
    let (side, sent) = failure.alert?;
    let is_old = || {
        let hello = record::client_hello(facts, event.connection);
        hello.is_some_and(|hello| hello.versions.iter().all(|version| *version < Version::TLS12))
    };
    let is_no_record = || {
        let before = facts.trace.events.get(..id).unwrap_or_default().iter().rev();
        let mut heard = before.filter(|other| (other.connection, other.who) == (event.connection, event.who.other()));
        heard.find_map(|other| match other.what {
            What::Sent { wire, .. } => facts.trace.octets(wire).first().map(|octet| !RECORDS.contains(octet)),
            _ => None,
        })
    };
    match sent {
        _ if side != event.who => None,
        alert::HANDSHAKE_FAILURE if is_old() => Some(AlertClaim::OldHello),
        alert::DECODE_ERROR if is_no_record() == Some(true) => Some(AlertClaim::UnknownType),
        _ => None,
    }
}

fn opening(facts: Facts<'_>, event: &Event) -> Opening {
    let by = Participant::of(facts.trace, event);
    let before = event.connection.checked_sub(1).map(|before| facts.trace.seat(before, Side::Client).actor);
    match by.actor {
        _ if before.is_none() => Opening::First,
        Actor::Unknown => Opening::Another,
        // docs/rules.md R35
        actor if before == Some(actor) && was_settled(facts, event) => Opening::FromQueue(by),
        // docs/rules.md R23
        actor if before == Some(actor) => {
            let is_exchange = facts.trace.seat(event.connection, Side::Client).is_exchange();
            Opening::Anew { by, at_once: !is_exchange && handshake_failed(facts, event) }
        }
        Actor::Relay => Opening::RelaySendsOn,
        Actor::Attacker if facts.story.outcome.relayed.is_some() => Opening::AttackerLogsIn,
        Actor::Attacker => Opening::AttackerSendsOn,
        Actor::Sender | Actor::Receiver => Opening::Another,
    }
}

/// The client had given the message up for the time being, on the connection before.
fn was_settled(facts: Facts<'_>, event: &Event) -> bool {
    let before = event.connection.checked_sub(1);
    let is_it = |other: &Event| Some(other.connection) == before && matches!(other.what, What::Settled(_));
    facts.trace.events.iter().any(is_it)
}

/// A login was accepted on the connection, before this event.
fn has_logged_in(facts: Facts<'_>, id: EventId) -> bool {
    let connection = facts.event(id).map(|event| event.connection);
    let chapter = connection.and_then(|connection| facts.story.chapter(connection));
    let mut logins = chapter.into_iter().flat_map(|chapter| &chapter.account.logins);
    logins.any(|login| login.answer.value == Some(235) && login.event < id)
}

/// Whether TLS failed on the connection before this one.
fn handshake_failed(facts: Facts<'_>, event: &Event) -> bool {
    let before = event.connection.checked_sub(1);
    let is_it = |other: &Event| Some(other.connection) == before && matches!(other.what, What::TlsFailed(_));
    facts.trace.events.iter().any(is_it)
}

/// For this side the handshake had been completed.
pub(super) fn was_up(facts: Facts<'_>, event: &Event, id: EventId) -> bool {
    let mut before = facts.trace.events.iter().take(id);
    before.any(|up| (up.connection, up.who) == (event.connection, event.who) && matches!(up.what, What::TlsUp(_)))
}

fn engine(facts: Facts<'_>, event: &Event) -> TlsStack {
    facts.trace.seat(event.connection, event.who).engine.unwrap_or(TlsStack::Rustls)
}

fn of_line(facts: Facts<'_>, id: EventId) -> StepClaim<'_> {
    // What does not open is a record, whatever was in it.
    let Some(said) = facts.reading.line(id) else {
        return facts.event(id).map_or(StepClaim::Nothing, |event| record::step(facts, event, id));
    };
    match &said.role {
        Role::Greeting { code: 220 } => StepClaim::Greeted,
        Role::Greeting { .. } => StepClaim::TurnedAway,
        Role::Command { verb } => StepClaim::Command(line::command(facts, id, verb, said.sent_before_tls)),
        Role::Reply { code, to, .. } => StepClaim::Reply(line::reply(facts, *to, *code, said)),
        Role::Capability { capability, .. } => StepClaim::Keyword(line::keyword(capability, said.sent_before_tls)),
        Role::AuthResponse => StepClaim::AuthResponse,
        Role::Content => StepClaim::Content,
        Role::NoReply => StepClaim::NoReply,
    }
}
