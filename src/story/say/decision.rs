//! What a decision means, and what the queue of the sender says of it.

use super::Facts;
use crate::policy::{Decided, Decision, Evidence, Reason, WindowsEvent, windows_event};
use crate::scenario::{Controller, Demands, Identity, Need, NextHop, Setting, Side};
use crate::smtp::{Delivery, Gate, Obstacle, Refusal, SubmitAnswer, TlsAnswer};
use crate::trace::{Actor, EventId, What};

/// A decision's claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecisionClaim {
    /// The domain is on the list, and the Send connector is not set up for it.
    ConnectorNotSetUp,
    /// Offered, to a sender for which the domain is on the list.
    FirstStep,
    /// The certificate names the domain on the list.
    DomainProved(Passed),
    Starts,
    SwitchedOff,
    ClearForFailedCertificate,
    ClearForFailedHandshake,
    ClearNotOffered(Eagerness),
    KeptNotOffered,
    ClearRefused(Eagerness),
    KeptRefused,
    /// The server means yes and begins TLS; to the sender its code is a no.
    ClearMisunderstood,
    KeptMisunderstood,
    NewConnection(Eagerness),
    KeptHandshakeFailed,
    /// What Exchange 2003 checked is not established.
    LegacyGoesOn,
    GoesOnUnverified,
    Verified(Passed),
    PassedNotJudged,
    ClearRatherThanUnverified,
    KeptUnverified,
    /// The next hop is of the sender's own organisation, and offers X-ANONYMOUSTLS.
    StartsOwn,
    /// It does not, and the sender may prove itself in clear.
    ClearOwn,
    KeptOwn,
    /// The certificate of a Hub is for encryption alone.
    ForEncryption,
    Published,
    NotPublished,
    TicketGranted,
    NoTicket(Controller),
    /// The receiver's: the domain does not have to prove itself.
    Taken,
    Partner(Passed),
    Denied(Refusal),
}

/// What it is worth that a certificate passed its checks. No end knows it; the author of the run does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Passed {
    Rightly,
    /// A trusted CA has certified the name for an attacker's key.
    Wrongly,
    /// It has been revoked, and neither end asks.
    Revoked,
}

/// Of the certificate of this end of a connection.
fn passed(facts: Facts<'_>, connection: u16, side: Side) -> Passed {
    let seat = facts.trace.seat(connection, side);
    match seat.actor {
        Actor::Attacker => Passed::Wrongly,
        _ if seat.is_revoked() => Passed::Revoked,
        _ => Passed::Rightly,
    }
}

impl DecisionClaim {
    /// Empty where there is none to name.
    pub fn source(self) -> &'static str {
        match self {
            DecisionClaim::FirstStep
            | DecisionClaim::Starts
            | DecisionClaim::ClearNotOffered(_)
            | DecisionClaim::KeptNotOffered
            | DecisionClaim::ClearRefused(_)
            | DecisionClaim::KeptRefused
            | DecisionClaim::ClearMisunderstood
            | DecisionClaim::KeptMisunderstood => "RFC 3207 §4",
            DecisionClaim::GoesOnUnverified
            | DecisionClaim::Verified(_)
            | DecisionClaim::PassedNotJudged
            | DecisionClaim::ClearRatherThanUnverified
            | DecisionClaim::KeptUnverified => "RFC 3207 §4.1",
            DecisionClaim::ConnectorNotSetUp
            | DecisionClaim::DomainProved(_)
            | DecisionClaim::SwitchedOff
            | DecisionClaim::ClearForFailedCertificate
            | DecisionClaim::ClearForFailedHandshake
            | DecisionClaim::NewConnection(_)
            | DecisionClaim::KeptHandshakeFailed
            | DecisionClaim::LegacyGoesOn
            | DecisionClaim::StartsOwn
            | DecisionClaim::ClearOwn
            | DecisionClaim::KeptOwn
            | DecisionClaim::ForEncryption
            | DecisionClaim::Published
            | DecisionClaim::NotPublished
            | DecisionClaim::TicketGranted
            | DecisionClaim::NoTicket(_)
            | DecisionClaim::Taken
            | DecisionClaim::Partner(_)
            | DecisionClaim::Denied(_) => "",
        }
    }
}

/// What the sender's policy asks of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Eagerness {
    Opportunistic,
    TlsAlone,
    /// It has no name of its own.
    Other,
}

/// By the policy's own row: a list of domains that is out of force leaves its default, and not another policy's name.
pub(super) fn eagerness(seen: &Evidence) -> Eagerness {
    let Demands { set_by, tls, identity, .. } = seen.policy.demands();
    let set_by = if seen.next_hop == NextHop::Internet { set_by } else { Setting::Organisation };
    match (set_by, tls, identity) {
        (Setting::Connector, Need::IfOffered, Identity::Any) => Eagerness::Opportunistic,
        (Setting::Connector, Need::Always, Identity::Any) => Eagerness::TlsAlone,
        _ => Eagerness::Other,
    }
}

pub(super) fn decided(facts: Facts<'_>, connection: u16, decision: &Decision) -> DecisionClaim {
    match decision {
        Decision::Sender(decided) => about_tls(facts, connection, decision, decided),
        Decision::Receiver(decided) => match decided.answer {
            SubmitAnswer::Take => DecisionClaim::Taken,
            SubmitAnswer::Partner => DecisionClaim::Partner(passed(facts, connection, Side::Client)),
            SubmitAnswer::Refuse(refusal) => DecisionClaim::Denied(refusal),
        },
    }
}

/// The answer to STARTTLS begins with a 2, and was none for this sender.
pub(super) fn misunderstood(facts: Facts<'_>, seen: &Evidence) -> bool {
    let answer = seen.events.attempt.filter(|_| seen.gate == Gate::Refusal).and_then(|id| facts.reading.line(id));
    answer.is_some_and(|line| line.text.starts_with('2'))
}

fn about_tls(
    facts: Facts<'_>,
    connection: u16,
    decision: &Decision,
    decided: &Decided<Evidence, TlsAnswer>,
) -> DecisionClaim {
    let (set_by, eagerness) = (decided.seen.demands().set_by, eagerness(&decided.seen));
    let has = |reason| decision.has(reason);
    if set_by == Setting::Organisation {
        return about_own(decided);
    }
    match (decided.seen.gate, decided.answer) {
        (Gate::Offer, _) if has(Reason::SendConnectorNotEnabled) => DecisionClaim::ConnectorNotSetUp,
        (Gate::Offer, TlsAnswer::Start) if set_by == Setting::DomainList => DecisionClaim::FirstStep,
        (Gate::Offer, TlsAnswer::Start) => DecisionClaim::Starts,
        (Gate::Offer, TlsAnswer::GoOn) if has(Reason::TlsSwitchedOff) => DecisionClaim::SwitchedOff,
        (Gate::Offer, TlsAnswer::GoOn) if has(Reason::CertificateFailedBefore) => {
            DecisionClaim::ClearForFailedCertificate
        }
        (Gate::Offer, TlsAnswer::GoOn) if has(Reason::HandshakeFailedBefore) => DecisionClaim::ClearForFailedHandshake,
        (Gate::Offer, TlsAnswer::GoOn) => DecisionClaim::ClearNotOffered(eagerness),
        (Gate::Offer, _) => DecisionClaim::KeptNotOffered,
        (Gate::Refusal, TlsAnswer::GoOn) if misunderstood(facts, &decided.seen) => DecisionClaim::ClearMisunderstood,
        (Gate::Refusal, _) if misunderstood(facts, &decided.seen) => DecisionClaim::KeptMisunderstood,
        (Gate::Refusal, TlsAnswer::GoOn) => DecisionClaim::ClearRefused(eagerness),
        (Gate::Refusal, _) => DecisionClaim::KeptRefused,
        (Gate::Handshake, TlsAnswer::InClear) => DecisionClaim::NewConnection(eagerness),
        (Gate::Handshake, _) => DecisionClaim::KeptHandshakeFailed,
        (Gate::Certificate, TlsAnswer::GoOn) => match set_by {
            Setting::DomainList => DecisionClaim::DomainProved(passed(facts, connection, Side::Server)),
            Setting::LegacyConnector if has(Reason::CertificateFailed) => DecisionClaim::LegacyGoesOn,
            _ if has(Reason::CertificateFailed) => DecisionClaim::GoesOnUnverified,
            _ if has(Reason::CertificateNotJudged) => DecisionClaim::PassedNotJudged,
            _ => DecisionClaim::Verified(passed(facts, connection, Side::Server)),
        },
        (Gate::Certificate, TlsAnswer::InClear) => DecisionClaim::ClearRatherThanUnverified,
        (Gate::Certificate, _) => DecisionClaim::KeptUnverified,
        (Gate::Login, _) => about_own(decided),
    }
}

/// Of a sender that takes the receiver for a server of its own organisation.
fn about_own(Decided { seen, answer, .. }: &Decided<Evidence, TlsAnswer>) -> DecisionClaim {
    match (seen.gate, answer) {
        (Gate::Offer, TlsAnswer::Start) => DecisionClaim::StartsOwn,
        (Gate::Offer, TlsAnswer::GoOn) => DecisionClaim::ClearOwn,
        (Gate::Offer | Gate::Refusal, _) => DecisionClaim::KeptOwn,
        (Gate::Handshake, _) => DecisionClaim::KeptHandshakeFailed,
        (Gate::Certificate, TlsAnswer::GoOn) if seen.next_hop == NextHop::Edge => DecisionClaim::Published,
        (Gate::Certificate, TlsAnswer::GoOn) => DecisionClaim::ForEncryption,
        (Gate::Certificate, _) => DecisionClaim::NotPublished,
        (Gate::Login, TlsAnswer::GoOn) => DecisionClaim::TicketGranted,
        (Gate::Login, _) => DecisionClaim::NoTicket(seen.controller),
    }
}

/// What an Exchange server writes to the application log of Windows about a decision of its own.
pub fn logged(facts: Facts<'_>, id: EventId) -> Option<WindowsEvent> {
    let event = facts.event(id)?;
    let What::Decided(decision) = &event.what else { return None };
    if !facts.trace.seat(event.connection, event.who).is_exchange() {
        return None;
    }
    let judged = decision.sender().and_then(|decided| decided.seen.events.check).and_then(|check| facts.event(check));
    let check = judged.and_then(|event| match &event.what {
        What::Checked(check) => Some(check),
        _ => None,
    });
    windows_event(decision, check)
}

/// What the administrator of the sender finds in the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QueueClaim<'a> {
    /// The Send connector is not set up for the domain on the list.
    Disallowed,
    /// Exchange 2003 was not offered TLS.
    LegacyNotSupported,
    /// Exchange was not offered TLS, or refused.
    ExchangeRequiresTls,
    ExchangeCertificate,
    /// Exchange quotes the server's line.
    ExchangeQuotes(&'a str),
    /// A server of the sender's own organisation, and one of the two has not proved itself.
    OwnNotProved,
    Postfix(Gate),
}

/// Who is known to say it so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QueueSource {
    /// Observed of Exchange 2013.
    Observed,
    /// In logs of Exchange's administrators.
    Logs,
    /// Microsoft KB 329061.
    KnowledgeBase,
    Postfix,
}

impl QueueClaim<'_> {
    pub fn source(&self) -> QueueSource {
        match self {
            QueueClaim::LegacyNotSupported => QueueSource::KnowledgeBase,
            QueueClaim::OwnNotProved => QueueSource::Logs,
            QueueClaim::Postfix(_) => QueueSource::Postfix,
            QueueClaim::Disallowed
            | QueueClaim::ExchangeRequiresTls
            | QueueClaim::ExchangeCertificate
            | QueueClaim::ExchangeQuotes(_) => QueueSource::Observed,
        }
    }
}

/// What the queue says, where the sender still has the mail; `None` also where it is not established.
pub fn queue(facts: Facts<'_>) -> Option<QueueClaim<'_>> {
    let leg = &facts.story.outcome.first;
    let Some(Delivery::Deferred(obstacle)) = leg.delivery else {
        return None;
    };
    let is_exchange = facts.trace.seat(0, Side::Client).is_exchange();
    let is_legacy = facts.trace.demands(0).is_some_and(|demands| demands.set_by == Setting::LegacyConnector);
    let is_own = facts.trace.demands(0).is_some_and(|demands| demands.set_by == Setting::Organisation);
    match obstacle {
        // What it says of a server of its own that offers no TLS is not established.
        Obstacle::Policy(gate) if is_own => {
            matches!(gate, Gate::Certificate | Gate::Login).then_some(QueueClaim::OwnNotProved)
        }
        Obstacle::Policy(Gate::Offer) if shaped(facts, Reason::SendConnectorNotEnabled) => Some(QueueClaim::Disallowed),
        Obstacle::Policy(Gate::Offer) if is_legacy => Some(QueueClaim::LegacyNotSupported),
        Obstacle::Policy(gate) if is_exchange => match gate {
            Gate::Offer | Gate::Refusal => Some(QueueClaim::ExchangeRequiresTls),
            Gate::Certificate => Some(QueueClaim::ExchangeCertificate),
            Gate::Handshake | Gate::Login => None,
        },
        Obstacle::Policy(gate) if !is_legacy => Some(QueueClaim::Postfix(gate)),
        Obstacle::Reply(_) if is_exchange => facts.reply(leg).map(QueueClaim::ExchangeQuotes),
        _ => None,
    }
}

/// The same at a step: where it was decided, and where the mail was put back into the queue.
pub fn queue_at(facts: Facts<'_>, id: EventId) -> Option<QueueClaim<'_>> {
    let leg = &facts.story.outcome.first;
    if [leg.decided, leg.settled].contains(&Some(id)) { queue(facts) } else { None }
}

/// The decision that shaped the outcome.
pub(super) fn shaping(facts: Facts<'_>) -> Option<&Decision> {
    match &facts.event(facts.story.outcome.first.decided?)?.what {
        What::Decided(decision) => Some(decision),
        _ => None,
    }
}

/// Whether it had this reason.
pub(super) fn shaped(facts: Facts<'_>, reason: Reason) -> bool {
    shaping(facts).is_some_and(|decision| decision.has(reason))
}
