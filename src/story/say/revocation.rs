//! Whether a certificate was found to be revoked: in no run, and why not is read off the octets. RFC 6066 §8, RFC 8446 §4.4.2.1

use super::Facts;
use crate::dissect::facts::MessageFacts as Found;
use crate::dissect::handshake::MessageKind;
use crate::registry::CERTIFICATE_STATUS;
use crate::scenario::Side;
use crate::tls::CertificateCheck;
use crate::trace::What;

/// What became of the question. No end of a run insists on an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RevocationClaim {
    NotAsked,
    /// The handshake asked this side for an OCSP response, and it had none.
    NotStapled(Side),
    /// There was one, and it was not looked at.
    NotRead,
}

/// Of the certificates that a check was about, on its connection.
pub fn revocation(facts: Facts<'_>, check: &CertificateCheck) -> RevocationClaim {
    let is_it = |what: &What| matches!(what, What::Checked(found) if found == check);
    let connection = facts.trace.events.iter().find(|event| is_it(&event.what)).map(|event| event.connection);
    let here = facts.trace.events.iter().enumerate().filter(|(_, event)| Some(event.connection) == connection);
    let mut claim = RevocationClaim::NotAsked;
    for (id, event) in here {
        for message in facts.reading.messages(id) {
            let is_own = event.who == check.of;
            match (&message.facts, message.kind) {
                (Found::Certificate { is_stapled: true, .. }, _) if is_own => claim = RevocationClaim::NotRead,
                (_, MessageKind::Handshake(CERTIFICATE_STATUS)) if is_own => claim = RevocationClaim::NotRead,
                (Found::ClientHello(hello), _) if !is_own && hello.asks_for_status => {
                    claim = RevocationClaim::NotStapled(check.of);
                }
                (Found::CertificateRequest { asks_for_status: true }, _) if !is_own => {
                    claim = RevocationClaim::NotStapled(check.of);
                }
                _ => {}
            }
        }
    }
    claim
}
