//! Records without an AEAD, sealed and opened: SSL 3.0 (RFC 6101 §5.2.3), TLS 1.0 (RFC 2246 §6.2.3), 1.1 and 1.2 (RFC 4346 §6.2.3, RFC 5246
//! §6.2.3), for suites without a cipher, with RC4, and with RC2, DES, 3DES and AES in CBC.
//!
//! ```text
//! stream   cipher(content | MAC)
//! CBC      [IV] cipher(content | MAC | padding | padding_length)      IV: TLS 1.1 and later; before, the end of the record before
//! ```
//!
//! With encrypt-then-MAC (RFC 7366) the MAC is over the IV and what is encrypted, and follows on it: such records are opened and not sealed.
//! Left out: SSL 2.0, compression.

use super::block::Block;
use super::prf::ssl3_mac;
use super::{HmacKey, WriteKeys};
use crate::registry::{Cipher, Hash, Mac, Mode, Suite, Version};
use rc4::{KeyInit, Rc4, StreamCipher};

/// Octets of a record's header.
const HEADER: usize = 5;

/// What protects the records of one side, of which there is a next one: a stream goes on, an IV comes out of the record before, and each
/// has its number.
pub(crate) struct RecordProtection {
    version: Version,
    keys: WriteKeys,
    mac: MacKey,
    state: State,
    sequence: u64,
    /// RFC 7366 §3; in CBC alone.
    encrypts_first: bool,
}

enum State {
    Null,
    /// And how many octets of it were used. They are those of all records of a side, one after the other.
    Stream(Box<Rc4>, u64),
    /// `chain` is the IV of the next record, where it is not in that record. RFC 2246 §6.2.3.2
    Cbc {
        cipher: Block,
        chain: Vec<u8>,
    },
}

enum MacKey {
    /// RFC 6101 §5.2.3.1
    Ssl3(Hash, Vec<u8>),
    /// RFC 2246 §6.2.3.1
    Hmac(Box<HmacKey>),
}

impl State {
    fn new(suite: &Suite, key: &[u8], iv: &[u8]) -> Option<State> {
        Some(match (suite.mode, suite.cipher) {
            (Mode::None, Cipher::Null) => State::Null,
            (Mode::Stream, cipher) if cipher.is_rc4() => State::Stream(Box::new(Rc4::new_from_slice(key).ok()?), 0),
            (Mode::Cbc, cipher) => State::Cbc { cipher: Block::new(cipher, key)?, chain: iv.to_vec() },
            _ => return None,
        })
    }
}

/// What records begin with, one after the other, under a key that may be a wrong one: before TLS 1.1, and whether they are authentic or not.
pub(crate) struct Beginnings(State);

impl Beginnings {
    pub(crate) fn new(suite: &Suite, key: &[u8], iv: &[u8]) -> Option<Beginnings> {
        State::new(suite, key, iv).map(Beginnings)
    }

    /// Of the next record's fragment: all of a stream, the first block of a chain.
    pub(crate) fn next(&mut self, fragment: &[u8]) -> Vec<u8> {
        let mut octets = fragment.to_vec();
        match &mut self.0 {
            State::Null => {}
            State::Stream(stream, used) => add(stream, used, &mut octets),
            State::Cbc { cipher, chain } => {
                let block = cipher.length();
                octets.truncate(block);
                cipher.decrypt(chain, &mut octets);
                *chain = last_block(fragment, block).to_vec();
            }
        }
        octets
    }
}

/// A record that was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unsealed {
    /// What was encrypted: the content, its MAC, and in CBC the padding and its length.
    pub octets: Vec<u8>,
    pub content: usize,
    /// 0, if it is over what is encrypted, and no part of it.
    pub mac: usize,
    /// What the first block was mixed with; only in CBC.
    pub iv: Vec<u8>,
    /// The number of the record.
    pub sequence: u64,
    /// Octets of the key stream that were used before it; without a stream 0.
    pub used: u64,
}

/// What was encrypted in a record, authentic or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Decrypted {
    /// See [`Unsealed`].
    pub octets: Vec<u8>,
    pub iv: Vec<u8>,
    /// Octets at the end that are padding; `None`, if they are none.
    pub padding: Option<usize>,
    /// What stands where the MAC should be, and the MAC of what is before it.
    pub macs: Option<(Vec<u8>, Vec<u8>)>,
}

/// Where a side's protection stands between two records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RecordState {
    sequence: u64,
    used: u64,
    chain: Vec<u8>,
}

impl Unsealed {
    pub(crate) fn content(&self) -> &[u8] {
        self.octets.get(..self.content).unwrap_or_default()
    }
}

/// A record is not what its sender made: padding or MAC is wrong, and the peer must not learn which. RFC 4346 §6.2.3.2
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BadRecordMac;

impl RecordProtection {
    /// Of the records that a side writes from its ChangeCipherSpec on, by its keys. `None` for an AEAD. The version need not be one that the suite
    /// was made for: there were programs with AES in SSL 3.0.
    pub(crate) fn new(suite: &Suite, version: Version, keys: WriteKeys) -> Option<RecordProtection> {
        let Mac::Hmac(hash) = suite.mac() else { return None };
        let state = State::new(suite, &keys.key, &keys.iv)?;
        let mac = match version {
            Version::SSL3 => MacKey::Ssl3(hash, keys.mac_key.clone()),
            _ => MacKey::Hmac(Box::new(HmacKey::new(hash, &keys.mac_key))),
        };
        Some(RecordProtection { version, keys, mac, state, sequence: 0, encrypts_first: false })
    }

    /// The same after both ends agreed to encrypt first. RFC 7366 §3
    pub(crate) fn encrypting_first(self) -> RecordProtection {
        RecordProtection { encrypts_first: matches!(self.state, State::Cbc { .. }), ..self }
    }

    /// The next record, header included, of at most 2^14 octets of content, with the shortest padding. `iv` is one block (cut, or
    /// filled up with zeros), which TLS 1.1 and later put in front.
    pub(crate) fn seal(&mut self, content_type: u8, content: &[u8], iv: &[u8]) -> Vec<u8> {
        let [major, minor] = self.version.0.to_be_bytes();
        let header = [content_type, major, minor];
        let mac = self.mac.sign(self.sequence, header, content);
        self.sequence = self.sequence.saturating_add(1);
        let mut sealed = [content, &mac].concat();
        let mut front = Vec::new();
        match &mut self.state {
            State::Null => {}
            State::Stream(stream, used) => add(stream, used, &mut sealed),
            State::Cbc { cipher, chain } => {
                // One octet for the length at least. SSL 3.0 leaves open what is in the padding. RFC 2246 §6.2.3.2, RFC 6101 §5.2.3.2
                let block = cipher.length();
                let padding = block - 1 - sealed.len() % block;
                sealed.resize(sealed.len() + padding + 1, padding as u8);
                if self.version >= Version::TLS11 {
                    front = iv.to_vec();
                    front.resize(block, 0);
                    cipher.encrypt(&front, &mut sealed);
                } else {
                    cipher.encrypt(chain, &mut sealed);
                    *chain = last_block(&sealed, block).to_vec();
                }
            }
        }
        let length = u16::try_from(front.len() + sealed.len()).unwrap_or(u16::MAX).to_be_bytes();
        [&header, &length[..], &front, &sealed].concat()
    }

    pub(crate) fn standing(&self) -> RecordState {
        let (used, chain) = match &self.state {
            State::Null => (0, Vec::new()),
            State::Stream(_, used) => (*used, Vec::new()),
            State::Cbc { chain, .. } => (0, chain.clone()),
        };
        RecordState { sequence: self.sequence, used, chain }
    }

    /// As new protection of the same side stands after the records before.
    pub(crate) fn standing_at(mut self, at: &RecordState) -> RecordProtection {
        self.sequence = at.sequence;
        match &mut self.state {
            State::Null => {}
            State::Stream(stream, used) => {
                add(stream, used, &mut vec![0; usize::try_from(at.used).unwrap_or_default()])
            }
            State::Cbc { chain, .. } => *chain = at.chain.clone(),
        }
        self
    }

    /// Decrypts the next record, header included, whether it is authentic or not: to show what becomes of one that was changed. No end does
    /// that. `None` if there is nothing to decrypt.
    pub(crate) fn decrypt(mut self, record: &[u8]) -> Option<Decrypted> {
        let (&[content_type, major, minor, _, _], fragment) = record.split_first_chunk::<HEADER>()?;
        if self.encrypts_first {
            return None;
        }
        let (octets, iv) = self.undo(fragment).ok()?;
        let padding = match &self.state {
            State::Cbc { cipher, .. } => self.padding(&octets, cipher.length()),
            State::Null | State::Stream(..) => Some(0),
        };
        let mac = self.keys.mac_key.len();
        let content = padding.and_then(|padding| octets.len().checked_sub(padding + mac));
        let macs = content.and_then(|content| {
            let (text, rest) = octets.split_at_checked(content)?;
            Some((rest.get(..mac)?.to_vec(), self.mac.sign(self.sequence, [content_type, major, minor], text)))
        });
        Some(Decrypted { octets, iv, padding, macs })
    }

    /// What a fragment encrypts, and in CBC what its first block was mixed with.
    fn undo(&mut self, fragment: &[u8]) -> Result<(Vec<u8>, Vec<u8>), BadRecordMac> {
        let (mut octets, mut iv) = (fragment.to_vec(), Vec::new());
        match &mut self.state {
            State::Null => {}
            State::Stream(stream, used) => add(stream, used, &mut octets),
            State::Cbc { cipher, chain } => {
                let block = cipher.length();
                if self.version >= Version::TLS11 {
                    let (front, sealed) = fragment.split_at_checked(block).ok_or(BadRecordMac)?;
                    (iv, octets) = (front.to_vec(), sealed.to_vec());
                } else {
                    iv = std::mem::replace(chain, last_block(fragment, block).to_vec());
                }
                if octets.is_empty() || !octets.len().is_multiple_of(block) {
                    return Err(BadRecordMac);
                }
                cipher.decrypt(&iv, &mut octets);
            }
        }
        Ok((octets, iv))
    }

    /// Opens the next record, header included. One that is not authentic counts, too: its sender made one, which was changed on the path.
    pub(crate) fn open(&mut self, record: &[u8]) -> Result<Unsealed, BadRecordMac> {
        let Some((&[content_type, major, minor, _, _], mut fragment)) = record.split_first_chunk::<HEADER>() else {
            return Err(BadRecordMac);
        };
        let sequence = self.sequence;
        self.sequence = sequence.saturating_add(1);
        let header = [content_type, major, minor];
        let mut mac = self.keys.mac_key.len();
        if self.encrypts_first {
            let sealed = fragment.len().checked_sub(mac).and_then(|length| fragment.split_at_checked(length));
            let (sealed, tag) = sealed.ok_or(BadRecordMac)?;
            if tag != self.mac.sign(sequence, header, sealed) {
                return Err(BadRecordMac);
            }
            (fragment, mac) = (sealed, 0);
        }
        let used = if let State::Stream(_, used) = self.state { used } else { 0 };
        let (octets, iv) = self.undo(fragment)?;
        let padding = match &self.state {
            State::Cbc { cipher, .. } => self.padding(&octets, cipher.length()).ok_or(BadRecordMac)?,
            State::Null | State::Stream(..) => 0,
        };
        let content = octets.len().checked_sub(padding + mac).ok_or(BadRecordMac)?;
        let (text, rest) = octets.split_at_checked(content).ok_or(BadRecordMac)?;
        if mac > 0 && rest.get(..mac) != Some(&self.mac.sign(sequence, header, text)) {
            return Err(BadRecordMac);
        }
        Ok(Unsealed { octets, content, mac, iv, sequence, used })
    }

    /// How many octets at the end are padding, with the octet that says so; `None` if they are none.
    fn padding(&self, octets: &[u8], block: usize) -> Option<usize> {
        let &length = octets.last()?;
        let whole = usize::from(length) + 1;
        let start = octets.len().checked_sub(whole)?;
        let is_padding = match self.version {
            // No longer than a block, of whatever octets. RFC 6101 §5.2.3.2
            Version::SSL3 => whole <= block,
            // RFC 2246 §6.2.3.2
            _ => octets.get(start..)?.iter().all(|&octet| octet == length),
        };
        is_padding.then_some(whole)
    }
}

/// Adds the next octets of a key stream.
fn add(stream: &mut Rc4, used: &mut u64, octets: &mut [u8]) {
    stream.apply_keystream(octets);
    *used = used.saturating_add(octets.len() as u64);
}

fn last_block(sealed: &[u8], block: usize) -> &[u8] {
    sealed.get(sealed.len().saturating_sub(block)..).unwrap_or_default()
}

impl MacKey {
    /// Of a record's number, its type, its version, which SSL 3.0 leaves out, and the length of its content. RFC 2246 §6.2.3.1
    fn sign(&self, sequence: u64, [content_type, major, minor]: [u8; 3], content: &[u8]) -> Vec<u8> {
        let sequence = sequence.to_be_bytes();
        let length = u16::try_from(content.len()).unwrap_or(u16::MAX).to_be_bytes();
        match self {
            MacKey::Ssl3(hash, key) => ssl3_mac(*hash, key, &[&sequence, &[content_type], &length, content]),
            MacKey::Hmac(key) => key.sign(&[&sequence, &[content_type, major, minor], &length, content]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::SUITES;
    use crate::scenario::Side;

    const VERSIONS: [Version; 4] = [Version::SSL3, Version::TLS10, Version::TLS11, Version::TLS12];
    const APPLICATION_DATA: u8 = 23;

    fn protection(suite: &Suite, version: Version, side: Side) -> Option<RecordProtection> {
        RecordProtection::new(suite, version, WriteKeys::new(suite, version, &[7; 48], &[1; 32], &[2; 32], side)?)
    }

    fn pair(suite: &Suite, version: Version) -> [RecordProtection; 2] {
        [(); 2].map(|()| protection(suite, version, Side::Client).unwrap())
    }

    fn suites() -> impl Iterator<Item = Suite> {
        SUITES.iter().copied().filter(|suite| matches!(suite.mac(), Mac::Hmac(_)))
    }

    #[test]
    fn what_one_seals_the_other_opens_record_after_record() {
        assert!(suites().count() > 30);
        for (suite, version) in suites().flat_map(|suite| VERSIONS.map(|version| (suite, version))) {
            let [mut sender, mut reader] = pair(&suite, version);
            let mut seen = Vec::new();
            for (number, length) in (0..).zip([0, 9, 20, 0, 7, 8, 255, 16384, 13]) {
                let content = vec![number as u8; length];
                let record = sender.seal(APPLICATION_DATA, &content, &[0x55 ^ number as u8; 16]);
                let expansion = record.len() - HEADER - length;
                let lengths = suite.lengths(version);
                match lengths.block {
                    None => assert_eq!(expansion, lengths.mac),
                    Some(block) => {
                        assert_eq!((record.len() - HEADER) % block, 0);
                        let least = lengths.explicit + lengths.mac + 1;
                        assert!((least..least + block).contains(&expansion));
                    }
                }
                let unsealed = reader.open(&record).unwrap();
                assert_eq!((unsealed.content(), unsealed.sequence), (&content[..], number), "{}", suite.name());
                let is_readable = record[HEADER..].starts_with(&content);
                assert_eq!(is_readable, suite.mode == Mode::None || length == 0, "{}", suite.name());
                // The IV is what the record has in front, and in TLS 1.0 the end of the record before.
                if lengths.explicit > 0 {
                    assert_eq!(unsealed.iv, record[HEADER..][..lengths.explicit]);
                } else if let (Some(block), Some(before)) = (lengths.block, seen.last()) {
                    let before: &Vec<u8> = before;
                    assert_eq!(unsealed.iv, before[before.len() - block..]);
                }
                seen.push(record);
            }
            // The same text twice is not the same record twice, unless nothing hides it.
            assert_ne!(seen[0], seen[3]);
            // A record taken out, or sent once more, is noticed.
            let [_, mut reader] = pair(&suite, version);
            assert_eq!(reader.open(&seen[1]), Err(BadRecordMac));
        }
    }

    #[test]
    fn any_change_is_one_error() {
        for (suite, version) in suites().flat_map(|suite| VERSIONS.map(|version| (suite, version))) {
            let record = pair(&suite, version)[0].seal(APPLICATION_DATA, b"RCPT TO:<b@example.org>", &[9; 16]);
            for at in (0..record.len()).filter(|at| ![3, 4].contains(at)) {
                let mut changed = record.clone();
                changed[at] ^= 1;
                match pair(&suite, version)[1].open(&changed) {
                    Err(BadRecordMac) => {}
                    // SSL 3.0 has no version in the MAC, and anything in the padding. RFC 6101 §5.2.3
                    Ok(unsealed) => {
                        assert!(version == Version::SSL3, "{} at {at}", suite.name());
                        assert!([1, 2].contains(&at) || suite.mode == Mode::Cbc);
                        assert_eq!(unsealed.content(), b"RCPT TO:<b@example.org>");
                    }
                }
            }
            for cut in 0..record.len() {
                assert_eq!(pair(&suite, version)[1].open(&record[..cut]), Err(BadRecordMac));
            }
        }
    }

    /// Padding of any length that is whole blocks, which TLS allows and SSL 3.0 does not.
    #[test]
    fn long_padding_is_taken_by_tls_and_checked_to_the_last_octet() {
        let suite = crate::registry::suite(0x002F).unwrap();
        for version in VERSIONS {
            for (padding, wrong) in [(11, None), (251, None), (251, Some(0)), (251, Some(250)), (11, Some(0))] {
                let [mut sender, mut reader] = pair(&suite, version);
                let mac = sender.mac.sign(0, [23, 3, version.0 as u8], &[]);
                let mut octets = [mac, vec![padding; usize::from(padding) + 1]].concat();
                if let Some(wrong) = wrong {
                    octets[20 + wrong] ^= 0x80;
                }
                let State::Cbc { cipher, chain } = &mut sender.state else { panic!("CBC") };
                let (iv, front) = if version >= Version::TLS11 { (vec![3; 16], 16) } else { (chain.clone(), 0) };
                cipher.encrypt(&iv, &mut octets);
                let fragment = [&iv[..front], &octets].concat();
                let length = (fragment.len() as u16).to_be_bytes();
                let record = [&[23, 3, version.0 as u8], &length[..], &fragment].concat();
                let takes = if version == Version::SSL3 { padding < 16 } else { wrong.is_none() };
                assert_eq!(reader.open(&record).is_ok(), takes, "{version:?} {padding} {wrong:?}");
            }
        }
    }

    #[test]
    fn what_is_not_of_this_kind_has_no_protection() {
        for (code, version) in
            [(0xC02B, Version::TLS12), (0x1301, Version::TLS13), (0x0005, Version::TLS13), (0x0005, Version::SSL2)]
        {
            let suite = crate::registry::suite(code).unwrap();
            assert!(protection(&suite, version, Side::Server).is_none());
        }
        for suite in SUITES.iter().filter(|suite| suite.versions.contains(Version::SSL2)) {
            assert!(protection(suite, Version::SSL3, Side::Server).is_none());
        }
    }
}
