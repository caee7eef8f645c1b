//! What became of the mail, why, what each lamp found, and why there is nothing to show where there is nothing.

use super::decision::{eagerness, misunderstood, shaped, shaping};
use super::own::{is_of_policy, own, own_server};
use super::{Eagerness, Facts, Participant, ntlm};
use crate::dissect::smtp::Role;
use crate::policy::{Decision, Reason};
use crate::registry::Version;
use crate::scenario::{Controller, Setting, Side};
use crate::smtp::{Delivery, Gate, NtlmRefusal, Obstacle, TlsVerb};
use crate::story::{Chapter, Checkpoint, Leg, Protection, Status, path};
use crate::tls::{CertificateCheck, Defect, Verdict};
use crate::trace::{Actor, What};

/// The outcome in a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeadlineClaim {
    /// With a login that it passed on.
    AttackerLoggedIn,
    ReadableToAttacker,
    ToVerifiedAttacker,
    ToAttacker,
    RelayWaits,
    RelayReturned,
    NotAuthenticated,
    /// An imported session does not tell what the sender made of the certificate.
    Encrypted,
    /// Between two servers of one organisation; the login is not run.
    ToOwnServer,
    ToVerifiedRelay,
    BothVerified,
    ToVerifiedServer,
    Readable,
    Delivered,
    Waits,
    Returned,
    Unknown,
}

pub fn headline(facts: Facts<'_>) -> HeadlineClaim {
    let outcome = &facts.story.outcome;
    let leg = &outcome.first;
    match leg.delivery {
        _ if outcome.intruded.is_some() => return HeadlineClaim::AttackerLoggedIn,
        None => return HeadlineClaim::Unknown,
        Some(Delivery::Deferred(_)) => return HeadlineClaim::Waits,
        Some(Delivery::Returned(_)) => return HeadlineClaim::Returned,
        Some(Delivery::Delivered) => {}
    }
    match leg.protection {
        Protection::Clear | Protection::NoCipher if outcome.attacker_reads => HeadlineClaim::ReadableToAttacker,
        Protection::Verified if outcome.attacker_reads => HeadlineClaim::ToVerifiedAttacker,
        _ if outcome.attacker_reads => HeadlineClaim::ToAttacker,
        _ if matches!(fate(facts), Some(Delivery::Deferred(_))) => HeadlineClaim::RelayWaits,
        _ if matches!(fate(facts), Some(Delivery::Returned(_))) => HeadlineClaim::RelayReturned,
        Protection::Encrypted if own(facts).is_some() => HeadlineClaim::ToOwnServer,
        Protection::Encrypted if facts.has_decisions() => HeadlineClaim::NotAuthenticated,
        Protection::Encrypted => HeadlineClaim::Encrypted,
        Protection::Verified if outcome.onward.is_some() => HeadlineClaim::ToVerifiedRelay,
        Protection::Verified if outcome.mutual => HeadlineClaim::BothVerified,
        Protection::Verified => HeadlineClaim::ToVerifiedServer,
        Protection::Clear | Protection::NoCipher => HeadlineClaim::Readable,
        Protection::NotSent | Protection::Unknown => HeadlineClaim::Delivered,
    }
}

/// What became of it in the end: on the last hop that it went.
fn fate(facts: Facts<'_>) -> Option<Delivery> {
    let outcome = &facts.story.outcome;
    outcome.onward.as_ref().unwrap_or(&outcome.first).delivery
}

/// Where the mail is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FolderClaim {
    Inbox,
    Queue,
    Returned,
    Unknown,
}

pub fn folder(facts: Facts<'_>) -> FolderClaim {
    match fate(facts) {
        Some(Delivery::Delivered) => FolderClaim::Inbox,
        Some(Delivery::Deferred(_)) => FolderClaim::Queue,
        Some(Delivery::Returned(_)) => FolderClaim::Returned,
        None => FolderClaim::Unknown,
    }
}

/// Why it became so: on the sender's own hop, and on the one behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BecauseClaim<'a> {
    pub first: FirstHop<'a>,
    pub onward: Option<Onward<'a>>,
    /// Who was given the password of the sender's login, and is not the receiver.
    pub login: Option<Participant>,
    pub relayed: Option<RelayedLogin<'a>>,
}

/// What came of a login that an attacker passed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RelayedLogin<'a> {
    Taken {
        user: &'a str,
        /// A mail of its own went out.
        sent: bool,
    },
    Refused(NtlmRefusal),
}

/// What decided on the sender's own hop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FirstHop<'a> {
    /// Whose certificate has been revoked.
    BothVerified {
        server: bool,
        client: bool,
    },
    Misissued,
    Verified {
        revoked: bool,
    },
    /// Sealed, and a check failed or was not asked for.
    Encrypted(Sealed, Eagerness),
    /// Sealed; what the sender made of the certificate is unknown.
    EncryptedUnjudged,
    /// Inside TLS, with a suite that has none.
    NoCipher,
    /// To a Hub of its own: sealed, and the login is a box, unless it is NTLM.
    OwnHub {
        ntlm: bool,
    },
    /// To its own Edge: both certificates are published.
    OwnEdge,
    /// To a Hub of its own, in clear.
    OwnInClear,
    /// X-ANONYMOUSTLS was written over on the way, and the mail is kept; or goes in clear.
    OwnOverwritten {
        kept: bool,
    },
    /// TLS with a server of its own is not to be had.
    OwnStopped(Gate),
    /// No ticket; TLS was up, or not.
    NoTicket {
        controller: Controller,
        sealed: bool,
    },
    NeverTls,
    Overwritten(Eagerness),
    NotOffered(Eagerness),
    Refused(Eagerness),
    HandshakeFailed,
    CertificateFailed,
    NeverSealed,
    /// The Send connector is not set up for the domain on the list.
    ConnectorNotSetUp,
    /// Domain Security wants another certificate.
    DomainNotProved,
    PolicyStopped(Gate),
    /// TLS is required, and the offer was written over.
    OverwrittenAndRequired,
    /// TLS is required, and the server's yes has another code than 220.
    MisunderstoodAndRequired,
    Answered(Answer<'a>),
    /// To NTLM, and why, which the server keeps to itself.
    NtlmRefused(Answer<'a>, NtlmRefusal),
    NoMechanism,
    PasswordInClear,
    Violation,
    ConnectionLost,
    Timeout,
    Unknown,
}

/// How a mail was sealed to a receiver that was not verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sealed {
    /// To an attacker whose certificate failed a check.
    ToWrongEnd,
    /// To one whose certificate a trusted CA should not have issued.
    PassedWrongly,
    Passed,
    Failed,
}

/// A reply that decided: its line, or its code where no line can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer<'a> {
    Line(&'a str),
    Code(u16),
}

/// The second hop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Onward<'a> {
    /// Who read the mail and sent it on.
    pub by: Participant,
    pub ending: OnwardEnding<'a>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnwardEnding<'a> {
    InClear,
    Encrypted,
    Sent,
    Answered(Answer<'a>),
    Failed,
}

pub fn because(facts: Facts<'_>) -> BecauseClaim<'_> {
    let outcome = &facts.story.outcome;
    let revoked = |side| facts.trace.seat(0, side).is_revoked();
    let first = match outcome.first.delivery {
        Some(delivery) if own(facts).is_some() && is_of_policy(delivery) => own_server(facts, delivery),
        Some(Delivery::Delivered) => match outcome.first.protection {
            Protection::Verified if outcome.attacker_reads => FirstHop::Misissued,
            Protection::Verified if outcome.mutual => {
                FirstHop::BothVerified { server: revoked(Side::Server), client: revoked(Side::Client) }
            }
            Protection::Verified => FirstHop::Verified { revoked: revoked(Side::Server) },
            Protection::NoCipher => FirstHop::NoCipher,
            Protection::Encrypted => encrypted(facts),
            Protection::Clear | Protection::NotSent | Protection::Unknown => clear(facts),
        },
        Some(Delivery::Deferred(obstacle) | Delivery::Returned(obstacle)) => stopped(facts, obstacle),
        None => FirstHop::Unknown,
    };
    let onward = outcome.onward.as_ref().map(|leg| onward(facts, leg));
    BecauseClaim { first, onward, login: login_given(facts), relayed: relayed(facts) }
}

fn relayed(facts: Facts<'_>) -> Option<RelayedLogin<'_>> {
    let leg = facts.story.outcome.relayed.as_ref()?;
    match &facts.event(facts.story.outcome.intruded.unwrap_or(usize::MAX)).map(|event| &event.what) {
        Some(What::Authenticated { identity, .. }) => {
            Some(RelayedLogin::Taken { user: identity, sent: leg.delivery == Some(Delivery::Delivered) })
        }
        _ => ntlm::judged(facts).map(RelayedLogin::Refused),
    }
}

/// The intermediary to which the sender said its password, whatever came of it.
fn login_given(facts: Facts<'_>) -> Option<Participant> {
    let server = Participant::at(facts.trace, 0, Side::Server);
    let own = facts.story.chapters().iter().filter(|chapter| facts.trace.is_first_hop(chapter.account.connection));
    let mut logins = own.flat_map(|chapter| chapter.account.logins.iter().map(move |login| (chapter, login)));
    let is_given = logins.any(|(chapter, login)| {
        // PLAIN says it in one response, which may stand in the command; LOGIN in the second of two. RFC 4616 §2
        let needed = match login.mechanism.as_str() {
            "PLAIN" => 1,
            "LOGIN" => 2,
            _ => return false,
        };
        let line = |id| facts.reading.line(id);
        let initial = line(login.event).is_some_and(|line| line.text.split_ascii_whitespace().count() > 2);
        let until = login.answer.event().unwrap_or(usize::MAX);
        let during = chapter.events.iter().filter(|&&id| id > login.event && id < until);
        let responses =
            during.filter(|&&id| line(id).is_some_and(|line| line.role == Role::AuthResponse && line.text != "*"));
        responses.count() + usize::from(initial) >= needed
    });
    let is_other = matches!(server.actor, Actor::Attacker | Actor::Relay);
    (is_other && is_given).then_some(server)
}

fn answer<'a>(facts: Facts<'a>, leg: &Leg, code: u16) -> Answer<'a> {
    facts.reply(leg).map_or(Answer::Code(code), Answer::Line)
}

fn onward<'a>(facts: Facts<'a>, leg: &Leg) -> Onward<'a> {
    let ending = match (leg.delivery, leg.protection) {
        (Some(Delivery::Delivered), Protection::Clear) => OnwardEnding::InClear,
        (Some(Delivery::Delivered), Protection::Encrypted | Protection::Verified) => OnwardEnding::Encrypted,
        (Some(Delivery::Delivered), Protection::NoCipher | Protection::NotSent | Protection::Unknown) => {
            OnwardEnding::Sent
        }
        (Some(Delivery::Deferred(Obstacle::Reply(code)) | Delivery::Returned(Obstacle::Reply(code))), _) => {
            OnwardEnding::Answered(answer(facts, leg, code))
        }
        (Some(Delivery::Deferred(_) | Delivery::Returned(_)) | None, _) => OnwardEnding::Failed,
    };
    Onward { by: Participant::at(facts.trace, 0, Side::Server), ending }
}

fn encrypted(facts: Facts<'_>) -> FirstHop<'_> {
    let outcome = &facts.story.outcome;
    let Some(decided) = shaping(facts).and_then(Decision::sender) else { return FirstHop::EncryptedUnjudged };
    let passes = outcome.check.as_ref().is_some_and(CertificateCheck::passes);
    let sealed = match (outcome.attacker_reads, passes) {
        (true, true) => Sealed::PassedWrongly,
        (true, false) => Sealed::ToWrongEnd,
        (false, true) => Sealed::Passed,
        (false, false) => Sealed::Failed,
    };
    FirstHop::Encrypted(sealed, eagerness(&decided.seen))
}

fn clear(facts: Facts<'_>) -> FirstHop<'_> {
    let Some(decision) = shaping(facts) else { return FirstHop::NeverSealed };
    let eagerness = decision.sender().map_or(Eagerness::Other, |decided| eagerness(&decided.seen));
    let told = decision.reasons().find_map(|reason| match reason {
        Reason::TlsSwitchedOff => Some(FirstHop::NeverTls),
        Reason::NotOffered if facts.is_overwritten(0) => Some(FirstHop::Overwritten(eagerness)),
        Reason::NotOffered => Some(FirstHop::NotOffered(eagerness)),
        Reason::Refused => Some(FirstHop::Refused(eagerness)),
        Reason::HandshakeFailed | Reason::HandshakeFailedBefore => Some(FirstHop::HandshakeFailed),
        Reason::CertificateFailedBefore | Reason::ClearRatherThanUnverified => Some(FirstHop::CertificateFailed),
        _ => None,
    });
    told.unwrap_or(FirstHop::NeverSealed)
}

fn stopped(facts: Facts<'_>, obstacle: Obstacle) -> FirstHop<'_> {
    let seen = shaping(facts).and_then(Decision::sender).map(|decided| &decided.seen);
    let is_listed = seen.is_some_and(|seen| seen.demands().set_by == Setting::DomainList);
    match obstacle {
        Obstacle::Policy(Gate::Offer) if shaped(facts, Reason::SendConnectorNotEnabled) => FirstHop::ConnectorNotSetUp,
        Obstacle::Policy(Gate::Offer) if facts.is_overwritten(0) => FirstHop::OverwrittenAndRequired,
        Obstacle::Policy(Gate::Refusal) if seen.is_some_and(|seen| misunderstood(facts, seen)) => {
            FirstHop::MisunderstoodAndRequired
        }
        Obstacle::Policy(Gate::Certificate) if is_listed => FirstHop::DomainNotProved,
        Obstacle::Policy(gate) => FirstHop::PolicyStopped(gate),
        Obstacle::Reply(code) => {
            let leg = &facts.story.outcome.first;
            let said = answer(facts, leg, code);
            ntlm::refusal(facts, leg).map_or(FirstHop::Answered(said), |why| FirstHop::NtlmRefused(said, why))
        }
        Obstacle::NoMechanism => FirstHop::NoMechanism,
        Obstacle::PasswordInClear => FirstHop::PasswordInClear,
        Obstacle::Violation => FirstHop::Violation,
        Obstacle::ConnectionLost => FirstHop::ConnectionLost,
        Obstacle::Timeout => FirstHop::Timeout,
    }
}

/// A lamp: what it stands for, and what it found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lamp<'a> {
    pub name: LampName,
    pub found: LampClaim<'a>,
}

/// What a lamp stands for. The one for issuer, dates and purpose is called after the one of them that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LampName {
    Offered(TlsVerb),
    Accepted,
    Handshake,
    Chain,
    Dates,
    Purpose,
    Name,
    ClientCertificate,
}

/// What a lamp found, where there is more to say than pass or fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LampClaim<'a> {
    Plain,
    /// Of the offer: it was written over on the way.
    Overwritten,
    Version(Version),
    Alert(u8),
    Defect(&'a Defect),
    /// Of the name.
    Name(&'a CertificateCheck),
    NonePresented,
    /// The session is resumed; it was shown on this connection, counted from 1. `None`: on one that is not in the trace.
    Earlier(Option<u32>),
}

/// In the order of the bar: offered, accepted, handshake, chain, name, client certificate.
pub fn lamps<'a>(facts: Facts<'a>, chapter: &'a Chapter) -> [Lamp<'a>; 6] {
    let findings = &chapter.findings;
    let handshake = match (&findings.session, &findings.failure) {
        (Some(session), _) => Some(LampClaim::Version(session.version)),
        (None, Some(failure)) => failure.alert.map(LampClaim::Alert),
        (None, None) => None,
    };
    let offered = facts.is_overwritten(chapter.account.connection).then_some(LampClaim::Overwritten);
    let (chain, name) = findings.check.as_ref().map_or((None, None), |check| (of_path(check), of_name(check)));
    let client = findings.client_check.as_ref().and_then(|check| of_path(check).or_else(|| of_name(check)));
    let earlier = |side| {
        let is_resumed = chapter.account.resumed.value.is_some();
        is_resumed.then(|| LampClaim::Earlier(shown_before(facts, chapter, side)))
    };
    let (chain, name) = match &findings.check {
        None => (earlier(Side::Server), earlier(Side::Server)),
        Some(_) => (chain, name),
    };
    let client = client.or_else(|| none_presented(facts, chapter).then_some(LampClaim::NonePresented));
    let lamps = [
        (LampName::Offered(chapter.verb), offered),
        (LampName::Accepted, None),
        (LampName::Handshake, handshake),
        (findings.check.as_ref().map_or(LampName::Chain, path_name), chain),
        (LampName::Name, name),
        (LampName::ClientCertificate, client),
    ];
    lamps.map(|(name, found)| Lamp { name, found: found.unwrap_or(LampClaim::Plain) })
}

/// The connection before this one, of the same two ends, on which a side showed its certificate, counted from 1.
fn shown_before(facts: Facts<'_>, chapter: &Chapter, side: Side) -> Option<u32> {
    let number = chapter.account.connection;
    let ends = |number| [Side::Client, Side::Server].map(|side| facts.trace.seat(number, side).actor);
    let before = facts.story.chapters().iter().rev().filter(|other| other.account.connection < number);
    let mut shown = before.filter(|other| {
        let check = if side == Side::Server { &other.findings.check } else { &other.findings.client_check };
        check.is_some() && ends(other.account.connection) == ends(number)
    });
    shown.next().map(|other| u32::from(other.account.connection) + 1)
}

/// Which check of the path failed; the first one also where none did.
fn path_name(check: &CertificateCheck) -> LampName {
    let failed = |verdict: &Verdict| matches!(verdict, Verdict::Fail(_));
    match (&check.chain, &check.dates, &check.purpose) {
        (chain, ..) if failed(chain) => LampName::Chain,
        (_, dates, _) if failed(dates) => LampName::Dates,
        (.., purpose) if failed(purpose) => LampName::Purpose,
        _ => LampName::Chain,
    }
}

fn of_path(check: &CertificateCheck) -> Option<LampClaim<'_>> {
    match path(check) {
        Verdict::Fail(defect) => Some(LampClaim::Defect(defect)),
        Verdict::Pass | Verdict::NotChecked => None,
    }
}

fn of_name(check: &CertificateCheck) -> Option<LampClaim<'_>> {
    matches!(check.name, Verdict::Fail(_)).then_some(LampClaim::Name(check))
}

fn none_presented(facts: Facts<'_>, chapter: &Chapter) -> bool {
    let missing = |what: &What| matches!(what, What::Decided(decision) if decision.has(Reason::NoClientCertificate));
    chapter.events.iter().filter_map(|&id| facts.event(id)).any(|event| missing(&event.what))
}

/// Why there is no list of keywords inside TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoSecondListClaim {
    /// It may still come.
    NotYet,
    HandshakeFailed,
    Refused(TlsVerb),
    /// The sender left before it asked for one.
    Left,
    /// None can be read in the octets.
    Unread,
    NoTls,
}

pub fn no_second_list(facts: Facts<'_>, chapter: &Chapter) -> NoSecondListClaim {
    match (chapter.status(Checkpoint::Negotiation), chapter.status(Checkpoint::StarttlsAccepted)) {
        (Status::Failed, _) => NoSecondListClaim::HandshakeFailed,
        (Status::Reached, _) if chapter.goes_on => NoSecondListClaim::NotYet,
        (_, Status::Failed) => NoSecondListClaim::Refused(chapter.verb),
        (Status::NotReached, _) if chapter.goes_on => NoSecondListClaim::NotYet,
        (Status::Reached, _) if facts.has_decisions() => NoSecondListClaim::Left,
        (Status::Reached, _) => NoSecondListClaim::Unread,
        (Status::NotReached, _) => NoSecondListClaim::NoTls,
    }
}
