//! Decisions: pure functions from what was seen to a verdict and its reasons. Nothing here sends a byte, and no reason is prose.
//!
//! The sender's policy answers at four gates (`sender.rs`), the receiver's at one, MAIL FROM (`receiver.rs`).

mod events;
mod receiver;
mod sender;

use crate::bytes::EventId;
use crate::scenario::ClientPolicy;
use crate::smtp::{Gate, Verdict};
use serde::{Deserialize, Serialize};

pub use events::{WindowsEvent, windows_event};

/// What a sender's decision rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    pub policy: ClientPolicy,
    pub gate: Gate,
    /// The EHLO reply lists STARTTLS.
    pub offered: bool,
    /// All checks of the server's certificate that were made have passed.
    pub certificate_ok: bool,
    /// Where an earlier connection of this delivery was given up, which makes this one the retry in clear.
    pub given_up_at: Option<Gate>,
    /// DomainSecureEnabled of the Send connector.
    pub domain_secure: bool,
    /// The Send connector names a smart host.
    pub smart_host: bool,
    pub events: Events,
}

/// Where in the trace the sender saw it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Events {
    /// The end of the EHLO reply.
    pub offer: Option<EventId>,
    /// What came of STARTTLS: the refusal, or the failure of the handshake.
    pub attempt: Option<EventId>,
    pub check: Option<EventId>,
    pub given_up: Option<EventId>,
}

/// What a receiver's decision at MAIL FROM rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Submission {
    /// The domain of MAIL FROM is in TLSReceiveDomainSecureList.
    pub listed: bool,
    /// DomainSecureEnabled of the Receive connector.
    pub domain_secure: bool,
    /// The server has listed STARTTLS.
    pub offered: bool,
    pub inside_tls: bool,
    /// The client's certificate, if it presented one.
    pub certificate: Option<ClientProof>,
    /// Partners may submit to the Receive connector.
    pub partners: bool,
    /// MAIL FROM, the end of the handshake, the check of the certificate.
    pub mail: Option<EventId>,
    pub up: Option<EventId>,
    pub check: Option<EventId>,
}

/// What the checks of a client's certificate have found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientProof {
    /// Its names cover the domain.
    pub name_ok: bool,
    /// Issuer, dates and purpose are in order.
    pub path_ok: bool,
}

/// What was seen, by whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Seen {
    Sender(Evidence),
    Receiver(Submission),
}

/// Why, as facts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Reason {
    /// The sender is set never to use TLS.
    TlsSwitchedOff,
    Offered,
    NotOffered,
    Refused,
    HandshakeFailed,
    CertificatePassed,
    CertificateFailed,
    /// A handshake failed on an earlier connection of this delivery.
    HandshakeFailedBefore,
    /// The certificate of an earlier connection of this delivery did not verify.
    CertificateFailedBefore,
    /// The policy demands TLS.
    TlsRequired,
    /// The policy takes TLS when it can be had and does without when it cannot.
    TlsOptional,
    /// The policy does not judge the certificate.
    CertificateNotJudged,
    /// The policy demands a certificate that verifies.
    CertificateRequired,
    /// The policy would rather send in clear than to a certificate that does not verify.
    ClearRatherThanUnverified,
    /// The recipient's domain is in TLSSendDomainSecureList.
    InSendList,
    /// DomainSecureEnabled of the Send connector is off.
    SendConnectorNotEnabled,
    /// The connector names a smart host, so TLSSendDomainSecureList has no effect.
    SmartHost,
    /// The domain of MAIL FROM is in TLSReceiveDomainSecureList.
    InReceiveList,
    NotInReceiveList,
    /// DomainSecureEnabled of the Receive connector is off.
    ReceiveConnectorNotEnabled,
    TlsNotAdvertised,
    TlsNotUsed,
    NoClientCertificate,
    ClientNameFailed,
    ClientPathFailed,
    ClientCertificatePassed,
    /// Partners lack the permission to submit.
    PartnersMayNotSubmit,
}

/// A reason, and the event that shows it. What no event shows is a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Because {
    pub reason: Reason,
    pub event: Option<EventId>,
}

/// A verdict and what it rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    pub seen: Seen,
    pub verdict: Verdict,
    pub because: Vec<Because>,
}

impl Decision {
    pub fn gate(&self) -> Gate {
        match &self.seen {
            Seen::Sender(evidence) => evidence.gate,
            Seen::Receiver(_) => Gate::Submission,
        }
    }

    pub fn reasons(&self) -> impl Iterator<Item = Reason> {
        self.because.iter().map(|because| because.reason)
    }

    pub fn has(&self, reason: Reason) -> bool {
        self.reasons().any(|other| other == reason)
    }
}

/// The decision.
pub fn decide(seen: Seen) -> Decision {
    let (verdict, because) = match &seen {
        Seen::Sender(evidence) => {
            let (verdict, reasons) = sender::decide(evidence);
            (verdict, with_events(reasons, |reason| sender::event(reason, &evidence.events)))
        }
        Seen::Receiver(submission) => {
            let (verdict, reasons) = receiver::decide(submission);
            (verdict, with_events(reasons, |reason| receiver::event(reason, submission)))
        }
    };
    Decision { seen, verdict, because }
}

fn with_events(reasons: Vec<Reason>, event: impl Fn(Reason) -> Option<EventId>) -> Vec<Because> {
    reasons.into_iter().map(|reason| Because { reason, event: event(reason) }).collect()
}

/// Whether a sender with this policy looks at what the checks of the certificate have found.
pub fn judges(policy: ClientPolicy) -> bool {
    sender::judges(policy)
}

/// One thing that could have been otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    Policy(ClientPolicy),
    Offered(bool),
    /// The server's certificate passes its checks, or not.
    Certificate(bool),
    SendConnector(bool),
    ReceiveList(bool),
    ReceiveConnector(bool),
    /// The client presents a certificate that passes, or none.
    ClientCertificate(bool),
    Partners(bool),
}

/// What would have been decided if one thing had been otherwise: the changes that change the verdict, in order.
pub fn alternatives(seen: &Seen) -> Vec<(Change, Verdict)> {
    let changed = match *seen {
        Seen::Sender(seen) => sender::changes(seen),
        Seen::Receiver(seen) => receiver::changes(seen),
    };
    let now = decide(*seen).verdict;
    let otherwise = changed.into_iter().map(|(change, seen)| (change, decide(seen).verdict));
    otherwise.filter(|(_, verdict)| *verdict != now).collect()
}
