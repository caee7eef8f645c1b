//! What can be done in real systems about a run: how to have this policy, how to mend this outcome, how to see it oneself. Which lines help
//! is chosen here, by the switches and by what decided; the lines themselves are in `text/`.
//!
//! Left out: sessions of others, of which it is not known what their ends are set to; servers of one organisation among themselves; and
//! systems other than Exchange, Postfix and Exim.

use crate::scenario::{ClientPolicy, Credentials, NextHop, Path, Scenario, TlsStack};
use crate::smtp::Gate;
use crate::story::say::{Answer, Facts, FirstHop, HeadlineClaim, Sealed, because, headline};

/// What a line is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    Set,
    Mend,
    See,
}

/// A line, or a few, for an administrator; of a system where `exchange` says which: Exchange, or Postfix and Exim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Advice {
    /// The sender's policy.
    Policy {
        policy: ClientPolicy,
        exchange: bool,
    },
    /// Wait rather than send in clear.
    Insist {
        exchange: bool,
    },
    /// Ask for the certificate of the MX.
    Verify {
        exchange: bool,
    },
    /// The sender uses TLS.
    UseTls {
        exchange: bool,
    },
    /// The receiver offers STARTTLS.
    OfferTls {
        exchange: bool,
    },
    /// The receiver shows a certificate that verifies.
    ServerCertificate {
        exchange: bool,
    },
    /// What the sender shows has to verify as a client's.
    ClientCertificate,
    SendConnector,
    ReceiveConnector,
    Partners,
    AskOffer,
    AskRefusal,
    AskVersions,
    AskCertificate,
    /// What is listed inside TLS.
    AskInside,
    AskLogin,
    /// Whether the receiver takes a client's certificate.
    AskClient,
    LookInQueue {
        exchange: bool,
    },
}

impl Advice {
    pub fn purpose(self) -> Purpose {
        use Advice::*;
        match self {
            Policy { .. } => Purpose::Set,
            Insist { .. } | Verify { .. } | UseTls { .. } | OfferTls { .. } | ServerCertificate { .. } => Purpose::Mend,
            ClientCertificate | SendConnector | ReceiveConnector | Partners => Purpose::Mend,
            AskOffer | AskRefusal | AskVersions | AskCertificate | AskInside | AskLogin | AskClient => Purpose::See,
            LookInQueue { .. } => Purpose::See,
        }
    }
}

/// What helps, in the order of its purposes.
pub fn advice(facts: Facts<'_>, scenario: &Scenario) -> Vec<Advice> {
    let mut found = Vec::new();
    let because = because(facts);
    let (sender, receiver) = (scenario.sender_is_exchange(), scenario.receiver_is_exchange());
    // Their TLS and their settings are those of another time, or of one organisation.
    let is_old = [scenario.client_stack, scenario.server_stack].iter().any(|&stack| stack != TlsStack::Rustls);
    if is_old || scenario.next_hop_in_force() != NextHop::Internet {
        return found;
    }
    if has_setting(scenario.policy) {
        found.push(Advice::Policy { policy: scenario.policy, exchange: sender });
    }
    found.extend(mend(because.first, scenario, sender, receiver));
    found.extend(see(because.first, scenario));
    if headline(facts) == HeadlineClaim::Waits {
        found.push(Advice::LookInQueue { exchange: sender });
    }
    found
}

/// Systems that are sold today have it.
fn has_setting(policy: ClientPolicy) -> bool {
    !matches!(policy, ClientPolicy::VerifyOrClear | ClientPolicy::LegacyOff | ClientPolicy::LegacyOn)
}

fn mend(first: FirstHop, scenario: &Scenario, sender: bool, receiver: bool) -> Vec<Advice> {
    let (insist, verify) = (Advice::Insist { exchange: sender }, Advice::Verify { exchange: sender });
    let (offer, own) = (Advice::OfferTls { exchange: receiver }, Advice::ServerCertificate { exchange: receiver });
    let use_tls: Vec<_> =
        has_setting(scenario.policy).then_some(Advice::UseTls { exchange: sender }).into_iter().collect();
    // Whose certificate it is: with a relay or an attacker between, not the receiver's.
    let is_receivers = matches!(scenario.path, Path::Direct | Path::Strip | Path::StripBoth);
    let found = match first {
        FirstHop::NotOffered(_) => vec![offer, insist],
        FirstHop::Overwritten(_) | FirstHop::Refused(_) | FirstHop::HandshakeFailed => vec![insist],
        FirstHop::NeverTls => use_tls,
        FirstHop::Encrypted(Sealed::ToWrongEnd, _) => vec![verify],
        FirstHop::Encrypted(Sealed::Passed, _) => vec![verify],
        FirstHop::Encrypted(Sealed::Failed, _) | FirstHop::CertificateFailed => vec![own, verify],
        FirstHop::PolicyStopped(Gate::Offer) => vec![offer],
        FirstHop::PolicyStopped(Gate::Certificate) | FirstHop::DomainNotProved => vec![own],
        FirstHop::ConnectorNotSetUp => vec![Advice::SendConnector],
        FirstHop::Answered(said) => match code(said) {
            "530 5.7.0" => use_tls,
            "530 5.7.1" | "454 4.7.5" => vec![Advice::ClientCertificate],
            "451 4.7.3" => vec![Advice::ReceiveConnector],
            "550 5.7.1" => vec![Advice::Partners],
            _ => Vec::new(),
        },
        _ => Vec::new(),
    };
    found.into_iter().filter(|&one| one != own || is_receivers).collect()
}

fn see(first: FirstHop, scenario: &Scenario) -> Vec<Advice> {
    let login = matches!(scenario.credentials, Credentials::Plain | Credentials::Login).then_some(Advice::AskLogin);
    let mut found = match first {
        FirstHop::NotOffered(_) | FirstHop::Overwritten(_) | FirstHop::OverwrittenAndRequired => vec![Advice::AskOffer],
        FirstHop::PolicyStopped(Gate::Offer) | FirstHop::NeverTls => vec![Advice::AskOffer],
        FirstHop::Refused(_) | FirstHop::MisunderstoodAndRequired => vec![Advice::AskRefusal],
        FirstHop::PolicyStopped(Gate::Refusal) => vec![Advice::AskRefusal],
        FirstHop::HandshakeFailed | FirstHop::PolicyStopped(Gate::Handshake) => vec![Advice::AskVersions],
        FirstHop::PolicyStopped(Gate::Certificate) | FirstHop::DomainNotProved => vec![Advice::AskCertificate],
        FirstHop::CertificateFailed | FirstHop::Misissued => vec![Advice::AskCertificate],
        FirstHop::Encrypted(..) | FirstHop::Verified { .. } => vec![Advice::AskCertificate, Advice::AskInside],
        FirstHop::BothVerified { .. } => vec![Advice::AskClient],
        FirstHop::Answered(said) if matches!(code(said), "530 5.7.1" | "454 4.7.5") => vec![Advice::AskClient],
        FirstHop::NoMechanism => vec![Advice::AskLogin],
        _ => Vec::new(),
    };
    found.extend(login.filter(|login| !found.contains(login)));
    found
}

/// The code of a reply with its finer one.
fn code(said: Answer<'_>) -> &str {
    match said {
        Answer::Line(line) => line.get(..9).unwrap_or(line),
        Answer::Code(_) => "",
    }
}
