//! Why a side showed no certificate, where there is none to show.

use super::Facts;
use crate::scenario::Side;
use crate::story::{Chapter, Checkpoint, Status};
use crate::trace::{Actor, Event, What};

/// Why a side showed no certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoCertificateClaim {
    /// It may still come.
    NotYet,
    FailedBefore,
    NoTls,
    HadNone,
    NotAsked,
    /// The session is resumed: both know each other from the first one.
    Resumed,
    /// None can be read in the octets.
    Unread,
}

/// `None`: nothing is to be said of it.
pub fn no_certificate(facts: Facts<'_>, chapter: &Chapter, side: Side) -> Option<NoCertificateClaim> {
    let findings = &chapter.findings;
    let number = chapter.account.connection;
    let is_imported = facts.trace.seat(number, side).actor == Actor::Unknown;
    let tried = chapter.status(Checkpoint::Negotiation) != Status::NotReached;
    // In TLS 1.3 the client is done before the server has seen its certificate. RFC 8446 §2
    let is_done = |event: &Event| event.who == side.other() && matches!(event.what, What::TlsUp(_));
    let is_over = chapter.events.iter().filter_map(|&id| facts.event(id)).any(is_done);
    match side {
        _ if chapter.account.resumed.value.is_some() => Some(NoCertificateClaim::Resumed),
        _ if chapter.goes_on && !is_over && findings.failure.is_none() => Some(NoCertificateClaim::NotYet),
        _ if is_imported && tried => Some(NoCertificateClaim::Unread),
        Side::Server if findings.session.is_none() && findings.failure.is_some() => {
            Some(NoCertificateClaim::FailedBefore)
        }
        Side::Server => Some(NoCertificateClaim::NoTls),
        Side::Client if findings.session.is_none() => None,
        Side::Client => {
            let had_none = chapter.account.certificate_asked.value == Some(true);
            Some(if had_none { NoCertificateClaim::HadNone } else { NoCertificateClaim::NotAsked })
        }
    }
}
