//! How long a hello is with a share of ML-KEM, and how many segments of TCP it takes.

use super::Facts;
use super::record::is_second;
use crate::dissect::facts::MessageFacts;
use crate::registry::X25519MLKEM768;
use crate::trace::{EventId, What};

/// An encapsulation key of ML-KEM-768, in octets. FIPS 203 §8
const KEY: usize = 1184;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LengthClaim {
    /// Of the record that it is in, header and all.
    pub octets: usize,
    pub segments: usize,
}

impl LengthClaim {
    /// What a segment carries over Ethernet: 1500 octets less the headers of IP and TCP. RFC 9293 §3.7.1
    pub const SEGMENT: usize = 1460;
    pub const SOURCE: &'static str = "RFC 9293 §3.7.1";
}

/// Of the first hello of a handshake, with such a share. A second one shares its segment with the message before it.
pub fn length(facts: Facts<'_>, id: EventId) -> Option<LengthClaim> {
    let event = facts.event(id)?;
    let What::Sent { wire, .. } = event.what else { return None };
    let octets = wire.len();
    let is_it = facts.reading.messages(id).iter().any(|message| match &message.facts {
        MessageFacts::ClientHello(hello) => hello.groups.contains(&X25519MLKEM768),
        _ => false,
    });
    (is_it && octets > KEY && !is_second(facts, event.connection, id))
        .then(|| LengthClaim { octets, segments: octets.div_ceil(LengthClaim::SEGMENT) })
}
