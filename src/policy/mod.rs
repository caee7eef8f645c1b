//! Decisions: pure functions from what was seen to an answer and its reasons. Nothing here sends a byte, and no reason is prose.
//!
//! There are two questions: about TLS, which the sender's policy answers at four gates (`sender.rs`), and about a submission, which
//! the receiver's answers at MAIL FROM (`receiver.rs`). Each has a type of evidence and a type of answer.

mod events;
mod reason;
mod receiver;
mod sender;
mod stored;

use crate::bytes::EventId;
use crate::scenario::{ClientPolicy, Controller, Demands, NextHop};
use crate::smtp::{Gate, SubmitAnswer, SubmitQuestion, TlsAnswer, TlsVerb};
use serde::{Deserialize, Serialize};

pub use events::{WindowsEvent, windows_event};
pub use reason::Reason;

/// What a sender's decision rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    pub policy: ClientPolicy,
    pub gate: Gate,
    /// The EHLO reply lists the verb that the sender would start TLS with.
    pub offered: bool,
    /// All checks of the server's certificate that were made have passed; where it has to be published, it is.
    pub certificate_ok: bool,
    /// Where an earlier connection of this delivery was given up, which makes this one the retry in clear.
    pub given_up_at: Option<Gate>,
    /// DomainSecureEnabled of the Send connector.
    pub domain_secure: bool,
    /// The Send connector names a smart host.
    pub smart_host: bool,
    #[serde(default)]
    pub next_hop: NextHop,
    /// Towards a Hub it does without TLS where that is not offered.
    #[serde(default)]
    pub downgraded: bool,
    /// What came of asking for a ticket, where it needs one.
    #[serde(default)]
    pub controller: Controller,
    pub events: Events,
}

impl Evidence {
    /// What the sender would start TLS with.
    pub fn verb(&self) -> TlsVerb {
        TlsVerb::towards(self.next_hop)
    }

    /// What the sender demands.
    pub fn demands(&self) -> Demands {
        let own = self.next_hop.demands(self.downgraded);
        own.unwrap_or(self.policy.in_force(self.smart_host))
    }
}

/// Where in the trace the sender saw it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Events {
    /// The end of the EHLO reply.
    pub offer: Option<EventId>,
    /// What came of it: the refusal, the failure of the handshake, or what the controller answered.
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

/// A reason, and the event that shows it. What no event shows is a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Because {
    pub reason: Reason,
    pub event: Option<EventId>,
}

/// What was seen, what was answered, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided<S, A> {
    pub seen: S,
    pub answer: A,
    pub because: Vec<Because>,
}

/// A decision, of the sender or of the receiver.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "stored::Stored", try_from = "stored::Stored")]
pub enum Decision {
    /// About TLS.
    Sender(Decided<Evidence, TlsAnswer>),
    /// About a submission.
    Receiver(Decided<Submission, SubmitAnswer>),
}

impl Decision {
    pub fn sender(&self) -> Option<&Decided<Evidence, TlsAnswer>> {
        match self {
            Decision::Sender(decided) => Some(decided),
            Decision::Receiver(_) => None,
        }
    }

    pub fn receiver(&self) -> Option<&Decided<Submission, SubmitAnswer>> {
        match self {
            Decision::Sender(_) => None,
            Decision::Receiver(decided) => Some(decided),
        }
    }

    /// The word for where it was taken, in listings.
    pub fn gate_key(&self) -> &'static str {
        match self {
            Decision::Sender(decided) => decided.seen.gate.key(),
            Decision::Receiver(_) => SubmitQuestion::GATE,
        }
    }

    /// The word for the answer, in listings.
    pub fn answer_key(&self) -> String {
        match self {
            Decision::Sender(decided) => decided.answer.key().to_owned(),
            Decision::Receiver(decided) => decided.answer.key(),
        }
    }

    pub fn because(&self) -> &[Because] {
        match self {
            Decision::Sender(decided) => &decided.because,
            Decision::Receiver(decided) => &decided.because,
        }
    }

    pub fn reasons(&self) -> impl Iterator<Item = Reason> {
        self.because().iter().map(|because| because.reason)
    }

    /// What TLS would be started with.
    pub fn verb(&self) -> TlsVerb {
        self.sender().map_or(TlsVerb::StartTls, |decided| decided.seen.verb())
    }

    /// It says of a certificate that it need not verify.
    pub fn takes_any(&self) -> bool {
        self.has(Reason::CertificateNotJudged) || self.has(Reason::CertificateForEncryption)
    }

    pub fn has(&self, reason: Reason) -> bool {
        self.reasons().any(|other| other == reason)
    }
}

/// The sender's answer about TLS.
pub fn about_tls(seen: Evidence) -> Decided<Evidence, TlsAnswer> {
    let (answer, reasons) = sender::decide(&seen);
    Decided { seen, answer, because: with_events(reasons, |reason| sender::event(reason, &seen.events)) }
}

/// The receiver's answer about a submission.
pub fn about_submission(seen: Submission) -> Decided<Submission, SubmitAnswer> {
    let (answer, reasons) = receiver::decide(&seen);
    Decided { seen, answer, because: with_events(reasons, |reason| receiver::event(reason, &seen)) }
}

fn with_events(reasons: Vec<Reason>, event: impl Fn(Reason) -> Option<EventId>) -> Vec<Because> {
    reasons.into_iter().map(|reason| Because { reason, event: event(reason) }).collect()
}
