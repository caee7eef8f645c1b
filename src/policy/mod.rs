//! What the sender does with what it has seen. Pure functions from evidence to a decision; nothing here sends a byte.
//!
//! Each policy answers at four gates. The reasons it gives are facts, never prose.

use crate::scenario::ClientPolicy;
use crate::smtp::{Gate, Verdict};
use serde::{Deserialize, Serialize};

/// What a gate's decision rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// The EHLO reply lists STARTTLS.
    pub offered: bool,
    /// All checks of the server's certificate that were made have passed.
    pub certificate_ok: bool,
    /// Where an earlier connection of this delivery was given up, which makes this one the retry in clear.
    pub given_up_at: Option<Gate>,
}

/// Why, as facts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
}
/// A verdict and what it rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    pub gate: Gate,
    pub verdict: Verdict,
    pub because: Vec<Reason>,
}

/// The sender's decision at `gate`.
pub fn decide(policy: ClientPolicy, gate: Gate, seen: &Evidence) -> Decision {
    let (verdict, because) = match gate {
        Gate::Offer => at_offer(policy, seen),
        // After a refusal the session is unchanged, so an optional policy goes on in it. RFC 3207 §4
        Gate::Refusal => or_without(policy, Verdict::Continue, Reason::Refused),
        Gate::Handshake => or_without(policy, Verdict::ReconnectInClear, Reason::HandshakeFailed),
        Gate::Certificate => at_certificate(policy, seen),
    };
    Decision { gate, verdict, because }
}

fn demands_tls(policy: ClientPolicy) -> bool {
    matches!(policy, ClientPolicy::Required | ClientPolicy::Verified)
}

fn at_offer(policy: ClientPolicy, seen: &Evidence) -> (Verdict, Vec<Reason>) {
    if policy == ClientPolicy::Never {
        return (Verdict::Continue, vec![Reason::TlsSwitchedOff]);
    }
    if let Some(gate) = seen.given_up_at {
        let before = match gate {
            Gate::Certificate => Reason::CertificateFailedBefore,
            Gate::Offer | Gate::Refusal | Gate::Handshake => Reason::HandshakeFailedBefore,
        };
        return (Verdict::Continue, vec![before, Reason::TlsOptional]);
    }
    if seen.offered {
        return (Verdict::StartTls, vec![Reason::Offered]);
    }
    or_without(policy, Verdict::Continue, Reason::NotOffered)
}

/// TLS is not to be had: a policy that demands it waits, any other does without.
fn or_without(policy: ClientPolicy, without: Verdict, found: Reason) -> (Verdict, Vec<Reason>) {
    if demands_tls(policy) {
        (Verdict::Defer, vec![found, Reason::TlsRequired])
    } else {
        (without, vec![found, Reason::TlsOptional])
    }
}

fn at_certificate(policy: ClientPolicy, seen: &Evidence) -> (Verdict, Vec<Reason>) {
    let found = if seen.certificate_ok { Reason::CertificatePassed } else { Reason::CertificateFailed };
    match policy {
        ClientPolicy::Never | ClientPolicy::Opportunistic | ClientPolicy::Required => {
            (Verdict::Continue, vec![found, Reason::CertificateNotJudged])
        }
        ClientPolicy::VerifyOrClear | ClientPolicy::Verified if seen.certificate_ok => (Verdict::Continue, vec![found]),
        ClientPolicy::VerifyOrClear => (Verdict::ReconnectInClear, vec![found, Reason::ClearRatherThanUnverified]),
        ClientPolicy::Verified => (Verdict::Defer, vec![found, Reason::CertificateRequired]),
    }
}
