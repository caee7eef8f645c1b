//! What opens the records of one side, one after the other: an AEAD with a number for each, or a cipher that runs on with its MAC; and
//! what is readable with no key at all.

use crate::dissect::keys::Keys;
use crate::dissect::record::HEADER;
use crate::registry::{Cipher, Mac, Mode, Suite};
use crate::tls::primitives::RecordProtection;
use std::ops::Range;
use std::rc::Rc;

/// What opens the next record of a side.
pub(super) enum Opener {
    Aead {
        keys: Rc<Keys>,
        /// The number of the next record.
        sequence: u64,
    },
    WithMac {
        keys: Rc<Keys>,
        protection: Box<RecordProtection>,
    },
    /// Nothing hides these: without keys only the MAC, of so many octets, cannot be checked.
    InClear {
        mac: usize,
        sequence: u64,
    },
}

/// What opened a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// `None`, if a suite without a cipher hides nothing, and there are no keys to check the MAC with.
    pub keys: Option<Rc<Keys>>,
    /// Number of the record under these keys, from 0.
    pub sequence: u64,
    /// The nonce of an AEAD; in CBC the IV.
    pub nonce: Vec<u8>,
    /// Octets behind the content that are its MAC; an AEAD's tag is no part of what was sealed, nor is a MAC over it.
    pub mac: usize,
    /// Octets behind the MAC that are padding, with the one that says how long it is; in CBC.
    pub padding: usize,
    /// Which octets of its side's one key stream it took, from 0; with RC4. RFC 2246 §6.2.3.1
    pub stream: Option<Range<u64>>,
}

/// A value that a record was opened with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyPart {
    Secret,
    MacKey,
    /// See [`Keys::key_material`].
    KeyMaterial,
    Key,
    /// The part of nonces that is derived.
    FixedIv,
    /// The IV of the first record, which is derived.
    FirstIv,
    Number,
    /// Has no octets of its own, either: it is [`Opened::stream`].
    KeyStream,
    Nonce,
    /// The IV of this record, which stands in it. RFC 4346 §6.2.3.2
    RecordIv,
    /// The same before TLS 1.1: the last block of the record before. RFC 2246 §6.2.3.2
    ChainedIv,
}

impl Opened {
    /// The values that opened it, in the order in which they are derived. The number has no octets: it is [`Opened::sequence`].
    pub fn parts(&self) -> Vec<(KeyPart, &[u8])> {
        let Some(keys) = &self.keys else { return Vec::new() };
        let (iv, nonce) = match (keys.mac_key.is_empty(), keys.iv.is_empty()) {
            (true, _) => (KeyPart::FixedIv, KeyPart::Nonce),
            (false, true) => (KeyPart::FirstIv, KeyPart::RecordIv),
            (false, false) => (KeyPart::FirstIv, KeyPart::ChainedIv),
        };
        // The first record's is the one that was derived, and there is no other.
        let own = if nonce == KeyPart::ChainedIv && self.sequence == 0 { &[] } else { self.nonce.as_slice() };
        let parts = [
            (KeyPart::Secret, keys.secret.as_slice()),
            (KeyPart::MacKey, &keys.mac_key),
            (KeyPart::KeyMaterial, &keys.key_material),
            (KeyPart::Key, &keys.key),
            (iv, &keys.iv),
            (KeyPart::Number, &[]),
            (KeyPart::KeyStream, &[]),
            (nonce, own),
        ];
        let is_there = |(part, octets): &(KeyPart, &[u8])| match part {
            KeyPart::Number => true,
            KeyPart::KeyStream => self.stream.is_some(),
            _ => !octets.is_empty(),
        };
        parts.into_iter().filter(is_there).collect()
    }
}

impl Opener {
    pub(super) fn new(keys: Keys) -> Opener {
        let keys = Rc::new(keys);
        match keys.protection() {
            Some(protection) => Opener::WithMac { keys, protection: Box::new(protection) },
            None => Opener::Aead { keys, sequence: 0 },
        }
    }

    /// The same, if both ends agreed to encrypt first. RFC 7366 §3
    pub(super) fn encrypting_first(self, agreed: bool) -> Opener {
        match self {
            Opener::WithMac { keys, protection } if agreed => {
                Opener::WithMac { keys, protection: Box::new(protection.encrypting_first()) }
            }
            other => other,
        }
    }

    /// Without keys: for a suite that has no cipher.
    pub(super) fn without_keys(suite: Suite) -> Option<Opener> {
        match (suite.cipher, suite.mac()) {
            (Cipher::Null, Mac::Hmac(hash)) => Some(Opener::InClear { mac: hash.length(), sequence: 0 }),
            _ => None,
        }
    }

    pub(super) fn keys(&self) -> Option<&Keys> {
        match self {
            Opener::Aead { keys, .. } | Opener::WithMac { keys, .. } => Some(keys),
            Opener::InClear { .. } => None,
        }
    }

    /// Opens a record, header included, and puts what was sealed behind what `out` holds. `None`, and `out` as it was, if it is not
    /// authentic. The number of an AEAD then stays, as a server's does that skips early data (RFC 8446 §4.2.10).
    pub(super) fn open(&mut self, record: &[u8], out: &mut Vec<u8>) -> Option<Opened> {
        match self {
            Opener::Aead { keys, sequence } => {
                let nonce = keys.open(*sequence, record, out)?.to_vec();
                let number = *sequence;
                *sequence = number.checked_add(1)?;
                Some(Opened { keys: Some(keys.clone()), sequence: number, nonce, mac: 0, padding: 0, stream: None })
            }
            Opener::WithMac { keys, protection } => {
                let unsealed = protection.open(record).ok()?;
                let padding = unsealed.octets.len().saturating_sub(unsealed.content + unsealed.mac);
                out.extend_from_slice(&unsealed.octets);
                let end = unsealed.used.saturating_add(unsealed.octets.len() as u64);
                let stream = Some(unsealed.used..end).filter(|_| keys.suite.mode == Mode::Stream);
                let (nonce, sequence) = (unsealed.iv, unsealed.sequence);
                Some(Opened { keys: Some(keys.clone()), sequence, nonce, mac: unsealed.mac, padding, stream })
            }
            Opener::InClear { mac, sequence } => {
                let fragment = record.get(HEADER..).filter(|fragment| fragment.len() >= *mac)?;
                out.extend_from_slice(fragment);
                let number = *sequence;
                *sequence = number.checked_add(1)?;
                Some(Opened { keys: None, sequence: number, nonce: Vec::new(), mac: *mac, padding: 0, stream: None })
            }
        }
    }
}
