//! What a recording of the connection is worth once there are large quantum computers, by the group of the key exchange.
//!
//! Left out: key exchanges without a named group, and what the server's key opens: that is told with the suites.

use super::Facts;
use crate::dissect::facts::MessageFacts;
use crate::registry::is_post_quantum;
use crate::trace::EventId;

/// Of the exchange in this group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordingClaim {
    /// It can be opened then.
    Opens { group: u16 },
    /// It cannot, by any way known.
    Stays { group: u16 },
}

impl RecordingClaim {
    pub fn source(self) -> &'static str {
        match self {
            RecordingClaim::Opens { .. } => "RFC 9794 §1",
            RecordingClaim::Stays { .. } => "draft-ietf-tls-ecdhe-mlkem",
        }
    }
}

/// At the record with the server's half of the key exchange.
pub fn recording(facts: Facts<'_>, id: EventId) -> Option<RecordingClaim> {
    let group = facts.reading.messages(id).iter().find_map(|message| match &message.facts {
        MessageFacts::ServerHello(hello) if !hello.is_hello_retry_request => hello.group,
        MessageFacts::ServerKeyExchange { group } => *group,
        _ => None,
    })?;
    let stays = is_post_quantum(group)?;
    Some(if stays { RecordingClaim::Stays { group } } else { RecordingClaim::Opens { group } })
}
