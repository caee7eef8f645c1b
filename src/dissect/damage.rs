//! What became of a record that was changed on the path: decrypted all the same, and compared with the one that was sent. The ends do not look
//! that far, they refuse it. Where there are no keys, and a suite has no cipher, it is what any listener reads.
//!
//! Left out: MACs over what is encrypted (RFC 7366), which are checked first; records of which octets are missing.

use super::opener::Opener;
use super::record::HEADER;
use crate::registry::Mode;

/// A record of which one octet or more arrived as others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    /// The first of them, in the record with its header.
    pub at: usize,
    /// The bits of it that were flipped.
    pub bits: u8,
    pub effect: DamageEffect,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DamageEffect {
    /// An AEAD decrypts nothing whose tag does not fit. RFC 5116 §2.2
    Nothing,
    /// It was decrypted.
    Decrypted(Box<Altered>),
}

/// What was encrypted, as it arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Altered {
    pub octets: Vec<u8>,
    pub mode: Mode,
    /// How many of them were sent as content, and as MAC behind it.
    pub content: usize,
    pub mac: usize,
    /// Octets of a block; in CBC.
    pub block: Option<usize>,
    /// Which octets are not those that were sent, and in which bits.
    pub changed: Vec<(usize, u8)>,
    /// Octets at the end that are padding; `None`, if they are none.
    pub padding: Option<usize>,
    /// What stands where the MAC should be, and the MAC of what is before it.
    pub macs: Option<(Vec<u8>, Vec<u8>)>,
}

impl Altered {
    /// The one block in which more than the bits that were flipped are others, counted from 0.
    pub fn garbled(&self) -> Option<usize> {
        let block = self.block?;
        let mut blocks = self.changed.chunk_by(|(one, _), (other, _)| one / block == other / block);
        blocks.find(|octets| octets.len() > 1).and_then(|octets| Some(octets.first()?.0 / block))
    }

    /// The one octet outside of that block that is another too, and in which bits.
    pub fn flipped(&self) -> Option<(usize, u8)> {
        let garbled = self.garbled();
        let mut outside =
            self.changed.iter().copied().filter(|(at, _)| self.block.is_none_or(|block| Some(at / block) != garbled));
        outside.next().filter(|_| outside.next().is_none())
    }
}

/// `opener` is what opens the next record, before it has.
pub(super) fn damage(opener: &Opener, sent: &[u8], arrived: &[u8]) -> Option<Damage> {
    let pairs = || sent.iter().zip(arrived).map(|(sent, arrived)| sent ^ arrived).enumerate();
    let (at, bits) = pairs().find(|(_, bits)| *bits != 0)?;
    if sent.len() != arrived.len() || at < HEADER {
        return None;
    }
    let effect = match opener {
        Opener::Aead { .. } => DamageEffect::Nothing,
        Opener::InClear { mac, .. } => {
            let octets = arrived.get(HEADER..).unwrap_or_default().to_vec();
            let (mode, content) = (Mode::None, octets.len().checked_sub(*mac)?);
            let changed = pairs().filter(|(_, bits)| *bits != 0).map(|(at, bits)| (at - HEADER, bits)).collect();
            let (mac, block, padding, macs) = (*mac, None, Some(0), None);
            DamageEffect::Decrypted(Box::new(Altered { octets, mode, content, mac, block, changed, padding, macs }))
        }
        Opener::WithMac { keys, protection } => {
            let (suite, standing) = (keys.suite, protection.standing());
            let protection = || keys.protection().map(|protection| protection.standing_at(&standing));
            let was = protection()?.open(sent).ok()?;
            let now = protection()?.decrypt(arrived)?;
            let changed = was.octets.iter().zip(&now.octets).map(|(was, now)| was ^ now).enumerate();
            DamageEffect::Decrypted(Box::new(Altered {
                changed: changed.filter(|(_, bits)| *bits != 0).collect(),
                octets: now.octets,
                mode: suite.mode,
                content: was.content,
                mac: was.mac,
                block: suite.cipher.block().filter(|_| suite.mode == Mode::Cbc),
                padding: now.padding,
                macs: now.macs,
            }))
        }
    };
    Some(Damage { at, bits, effect })
}
