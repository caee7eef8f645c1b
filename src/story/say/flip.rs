//! What a bit that was flipped on the path does: found by comparing what arrived with what was sent, both decrypted.

use super::Facts;
use crate::dissect::damage::{Altered, DamageEffect};
use crate::registry::{Mode, Version};
use crate::trace::{EventId, What};
use std::borrow::Cow;

/// Of one bit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FlipClaim {
    /// The octet with the bit, counted from 1, in the record with its header; in clear in what was sent at once.
    pub octet: usize,
    pub does: FlipEffect,
    pub version: Version,
}

/// What it does to what is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlipEffect {
    /// Nothing protects what is in clear.
    InClear,
    /// An AEAD decrypts nothing.
    Refused,
    /// Exactly this bit is another.
    SameBit {
        /// There is a cipher, which adds a key stream.
        hidden: bool,
        /// In the MAC, not in the content.
        in_mac: bool,
    },
    /// A block of a chain is another as a whole, and of the next one exactly this bit; counted from 1.
    Blocks { garbled: usize, flipped: Option<usize>, fault: Option<FlipFault> },
    /// It was not decrypted.
    Unknown,
}

/// What the receiver finds wrong. It must not tell which of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlipFault {
    Padding,
    Mac,
}

impl FlipClaim {
    pub fn source(self) -> Cow<'static, str> {
        let source = match self.does {
            FlipEffect::InClear => "RFC 5321 §7.1",
            FlipEffect::Refused if self.version == Version::TLS13 => "RFC 8446 §5.2",
            FlipEffect::Refused => "RFC 5246 §6.2.3.3",
            FlipEffect::SameBit { .. } => "RFC 5246 §6.2.3.1",
            FlipEffect::Blocks { .. } => "RFC 5246 §6.2.3.2",
            FlipEffect::Unknown => "",
        };
        self.version.cited(source)
    }
}

/// The octet, counted from 0, that alone differs between what was sent and the event that has what arrived.
pub(super) fn octet(facts: Facts<'_>, id: EventId) -> Option<usize> {
    let (arrived, sent) = pair(facts, id)?;
    let mut differing = arrived.iter().zip(sent).enumerate().filter(|(_, (arrived, sent))| arrived != sent);
    let (first, _) = differing.next().filter(|_| arrived.len() == sent.len())?;
    differing.next().is_none().then_some(first)
}

fn pair(facts: Facts<'_>, id: EventId) -> Option<(&[u8], &[u8])> {
    let What::Sent { wire, .. } = facts.event(id)?.what else { return None };
    Some((facts.trace.octets(wire), facts.trace.sent(id)?))
}

/// `id` is what arrived.
pub(super) fn flip(facts: Facts<'_>, id: EventId) -> Option<FlipClaim> {
    let (octet, event) = (octet(facts, id)? + 1, facts.event(id)?);
    let chapter = facts.story.chapter(event.connection);
    let version = chapter.and_then(|chapter| chapter.account.chosen.value.as_ref()).map(|chosen| chosen.version);
    let version = version.unwrap_or(Version::TLS12);
    let does = match facts.reading.damage(id) {
        Some(damage) => match &damage.effect {
            DamageEffect::Nothing => FlipEffect::Refused,
            DamageEffect::Decrypted(altered) => decrypted(altered, damage.bits),
        },
        None if matches!(event.what, What::Sent { text: Some(_), .. }) && !facts.trace.sealed(event) => {
            FlipEffect::InClear
        }
        None => FlipEffect::Unknown,
    };
    Some(FlipClaim { octet, does, version })
}

fn decrypted(altered: &Altered, bits: u8) -> FlipEffect {
    match altered.changed.as_slice() {
        &[(at, same)] if altered.block.is_none() && same == bits => {
            FlipEffect::SameBit { hidden: altered.mode == Mode::Stream, in_mac: at >= altered.content }
        }
        _ => match (altered.garbled(), altered.block) {
            (Some(garbled), Some(block)) => {
                let flipped = altered.flipped().filter(|(_, same)| *same == bits).map(|(at, _)| at / block + 1);
                let fault = match &altered.macs {
                    None => Some(FlipFault::Padding),
                    Some((stands, computed)) => (stands != computed).then_some(FlipFault::Mac),
                };
                FlipEffect::Blocks { garbled: garbled + 1, flipped, fault }
            }
            _ => FlipEffect::Unknown,
        },
    }
}
