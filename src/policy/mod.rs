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
    /// A handshake of this delivery has failed before, so this is the retry in clear.
    pub handshake_failed: bool,
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
    /// A handshake failed on an earlier connection of this delivery.
    HandshakeFailedBefore,
    CertificatePassed,
    CertificateFailed,
    /// The policy demands TLS.
    TlsRequired,
    /// The policy takes TLS when it can be had and does without when it cannot.
    TlsOptional,
    /// The policy does not judge the certificate.
    CertificateNotJudged,
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
    use ClientPolicy::{Never, Opportunistic, Required};
    use Reason::*;
    let (verdict, because) = match (gate, policy) {
        (Gate::Offer, Never) => (Verdict::Continue, vec![TlsSwitchedOff]),
        // A retry in clear: the earlier connection's failure is the reason.
        (Gate::Offer, Opportunistic) if seen.handshake_failed => {
            (Verdict::Continue, vec![HandshakeFailedBefore, TlsOptional])
        }
        (Gate::Offer, Opportunistic | Required) if seen.offered => (Verdict::StartTls, vec![Offered]),
        (Gate::Offer, Opportunistic) => (Verdict::Continue, vec![NotOffered, TlsOptional]),
        (Gate::Offer, Required) => (Verdict::Defer, vec![NotOffered, TlsRequired]),
        // After a refusal the session is unchanged, so an optional policy goes on in it. RFC 3207 §4
        (Gate::Refusal, Never | Opportunistic) => (Verdict::Continue, vec![Refused, TlsOptional]),
        (Gate::Refusal, Required) => (Verdict::Defer, vec![Refused, TlsRequired]),
        (Gate::Handshake, Never | Opportunistic) => (Verdict::ReconnectInClear, vec![HandshakeFailed, TlsOptional]),
        (Gate::Handshake, Required) => (Verdict::Defer, vec![HandshakeFailed, TlsRequired]),
        (Gate::Certificate, _) => {
            let found = if seen.certificate_ok { CertificatePassed } else { CertificateFailed };
            (Verdict::Continue, vec![found, CertificateNotJudged])
        }
    };
    Decision { gate, verdict, because }
}
