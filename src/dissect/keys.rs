//! From the secrets of an SSLKEYLOGFILE (RFC 9850) to opened records, for TLS 1.2 and TLS 1.3.
//!
//! ```text
//! TLS 1.3  traffic secret --HKDF-Expand-Label--> key, iv              RFC 8446 §7.3
//! TLS 1.2  master secret  --PRF "key expansion"--> key block          RFC 5246 §6.3
//! ```
//!
//! Left out: every suite without an AEAD, CCM, 0-RTT keys, and everything that needs a private key: a passive reader has none.

use crate::bytes::Cursor;
use crate::dissect::record::HEADER;
use crate::registry::{Hash, Lengths, Suite, Version, suite};
use crate::scenario::Side;
use crate::tls::Secret;
use crate::tls::primitives::{Aead, AeadKey, hkdf_expand, hmac};
use std::collections::BTreeMap;

/// Octets of a hello's random. RFC 8446 §4.1.2
pub const RANDOM: usize = 32;

/// The label of TLS 1.2's master secret. RFC 9850 §2.2
pub const MASTER: &str = "CLIENT_RANDOM";

/// Which traffic secret of TLS 1.3 a side's records are under.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    Handshake,
    Application,
}

/// The label of a traffic secret in an SSLKEYLOGFILE. RFC 9850 §2.1
pub fn label(side: Side, stage: Stage) -> &'static str {
    match (side, stage) {
        (Side::Client, Stage::Handshake) => "CLIENT_HANDSHAKE_TRAFFIC_SECRET",
        (Side::Server, Stage::Handshake) => "SERVER_HANDSHAKE_TRAFFIC_SECRET",
        (Side::Client, Stage::Application) => "CLIENT_TRAFFIC_SECRET_0",
        (Side::Server, Stage::Application) => "SERVER_TRAFFIC_SECRET_0",
    }
}

/// The secrets of a key log by connection, which its ClientHello's random names, and by label.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyLog(BTreeMap<Vec<u8>, Vec<(String, Vec<u8>)>>);

impl KeyLog {
    pub fn new(secrets: &[Secret]) -> KeyLog {
        let mut log = KeyLog::default();
        for Secret { label, client_random, secret } in secrets {
            log.0.entry(client_random.clone()).or_default().push((label.clone(), secret.clone()));
        }
        log
    }

    /// The secret with this label for the connection whose ClientHello has this random.
    pub fn find(&self, label: &str, client_random: &[u8]) -> Option<&[u8]> {
        let mut secrets = self.0.get(client_random)?.iter();
        secrets.find(|(known, _)| known == label).map(|(_, secret)| secret.as_slice())
    }
}

/// A suite of this version with the hash of its key schedule and its AEAD; `None` for one that this module cannot open.
fn algorithms(code: u16, version: Version) -> Option<(Suite, Hash, Aead)> {
    let suite = suite(code).filter(|suite| suite.versions.contains(version))?;
    Some((suite, suite.prf(), Aead::of(suite.cipher, suite.mode)?))
}

/// How the nonce is made and what is under the AEAD.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// Content type and padding are inside. RFC 8446 §5.2
    Tls13,
    /// Four octets from the key block, eight from the record. RFC 5288 §3
    Tls12Explicit,
    /// Twelve octets from the key block, XOR the sequence number. RFC 7905 §2
    Tls12Implicit,
}

/// What opens the records of one side, and where it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keys {
    /// The label of the secret in the key log.
    pub label: &'static str,
    /// How many KeyUpdates there were since the secret of the key log. TLS 1.3 only. RFC 8446 §7.2
    pub updates: u32,
    /// TLS 1.3: the traffic secret, with its updates. TLS 1.2: the master secret.
    pub secret: Vec<u8>,
    pub key: Vec<u8>,
    pub iv: Vec<u8>,
    suite: u16,
    hash: Hash,
    aead: Aead,
    form: Form,
}

/// Octets that go into an AEAD with a key, and never twice with the same. RFC 5116 §3.1
pub type Nonce = [u8; Aead::NONCE];

impl Keys {
    /// From a traffic secret of TLS 1.3. RFC 8446 §7.3
    pub fn tls13(suite: u16, label: &'static str, secret: &[u8]) -> Option<Keys> {
        let (_, hash, aead) = algorithms(suite, Version::TLS13)?;
        let key = expand_label(hash, secret, "key", aead.key_length())?;
        let iv = expand_label(hash, secret, "iv", Aead::NONCE)?;
        let (secret, form) = (secret.to_vec(), Form::Tls13);
        Some(Keys { label, updates: 0, secret, key, iv, suite, hash, aead, form })
    }

    /// From the master secret of TLS 1.2, for the records that `side` sends. RFC 5246 §6.3
    pub fn tls12(suite: u16, master: &[u8], client: &[u8], server: &[u8], side: Side) -> Option<Keys> {
        let (properties, hash, aead) = algorithms(suite, Version::TLS12)?;
        let Lengths { key: key_length, iv: iv_length, explicit, .. } = properties.lengths(Version::TLS12);
        let form = if explicit > 0 { Form::Tls12Explicit } else { Form::Tls12Implicit };
        // The server's random comes first here, and only here. An AEAD has no MAC keys. RFC 5246 §6.3
        let block = prf(hash, master, &[b"key expansion", server, client], properties.key_block(Version::TLS12));
        let mut block = Cursor::new(&block);
        let (client_key, server_key) = (block.take(key_length).ok()?, block.take(key_length).ok()?);
        let (client_iv, server_iv) = (block.take(iv_length).ok()?, block.take(iv_length).ok()?);
        let (key, iv) = match side {
            Side::Client => (client_key.to_vec(), client_iv.to_vec()),
            Side::Server => (server_key.to_vec(), server_iv.to_vec()),
        };
        Some(Keys { label: MASTER, updates: 0, secret: master.to_vec(), key, iv, suite, hash, aead, form })
    }

    /// The keys after this side's KeyUpdate. TLS 1.2 has none. RFC 8446 §7.2
    pub fn updated(&self) -> Option<Keys> {
        let secret = expand_label(self.hash, &self.secret, "traffic upd", self.hash.length())?;
        let keys = Keys::tls13(self.suite, self.label, &secret)?;
        Some(Keys { updates: self.updates.saturating_add(1), ..keys })
    }

    /// Opens a record, header included, that is the side's number `sequence` under these keys. Its plaintext is put behind what `out`
    /// holds; in TLS 1.3 that is the content, its type and zeros. `None`, and `out` as it was, where the record is not authentic.
    pub fn open(&self, sequence: u64, record: &[u8], out: &mut Vec<u8>) -> Option<Nonce> {
        let (header, fragment) = record.split_at_checked(HEADER)?;
        let explicit = if self.form == Form::Tls12Explicit { 8 } else { 0 };
        let (explicit, sealed) = fragment.split_at_checked(explicit)?;
        let nonce = self.nonce(sequence, explicit)?;
        let length = u16::try_from(sealed.len().checked_sub(Aead::TAG)?).ok()?;
        let tls12 = [&sequence.to_be_bytes(), header.get(..3)?, &length.to_be_bytes()].concat(); // RFC 5246 §6.2.3.3
        let data = if self.form == Form::Tls13 { header } else { &tls12 }; // RFC 8446 §5.2
        let start = out.len();
        out.extend_from_slice(sealed);
        let opened = AeadKey::new(self.aead, &self.key)?.open(&nonce, data, out.get_mut(start..)?);
        // If the record is forged, what the cipher has left in the buffer is no plaintext.
        out.truncate(start + opened.unwrap_or_default());
        opened.map(|_| nonce)
    }

    /// The iv, then what the record says (RFC 5288 §3); else the iv XOR the sequence number, padded on the left (RFC 8446 §5.3,
    /// RFC 7905 §2).
    fn nonce(&self, sequence: u64, explicit: &[u8]) -> Option<Nonce> {
        if self.form == Form::Tls12Explicit {
            return [self.iv.as_slice(), explicit].concat().try_into().ok();
        }
        let mut nonce = Nonce::try_from(self.iv.as_slice()).ok()?;
        for (octet, sequence) in nonce.iter_mut().rev().zip(sequence.to_be_bytes().iter().rev()) {
            *octet ^= sequence;
        }
        Some(nonce)
    }
}

/// The content and its type, of what is sealed in TLS 1.3: content, type, zeros. `None`: it is all zeros. RFC 8446 §5.4
pub fn inner(plaintext: &[u8]) -> (&[u8], Option<u8>) {
    let length = plaintext.iter().rposition(|&octet| octet != 0).map_or(0, |last| last + 1);
    match plaintext.get(..length).and_then(|inner| inner.split_last()) {
        Some((&content_type, content)) => (content, Some(content_type)),
        None => (&[], None),
    }
}

/// HKDF-Expand-Label with an empty context; `None` if the secret is shorter than the hash. RFC 8446 §7.1
fn expand_label(hash: Hash, secret: &[u8], label: &str, length: usize) -> Option<Vec<u8>> {
    const PREFIX: &[u8] = b"tls13 ";
    let octets = u16::try_from(length).ok()?.to_be_bytes();
    let label_length = u8::try_from(PREFIX.len() + label.len()).ok()?;
    hkdf_expand(hash, secret, &[&octets, &[label_length], PREFIX, label.as_bytes(), &[0]], length)
}

/// The PRF of TLS 1.2, P_hash over label and seed. RFC 5246 §5
fn prf(hash: Hash, secret: &[u8], label_and_seed: &[&[u8]], length: usize) -> Vec<u8> {
    let seed = label_and_seed.concat();
    let mut a = hmac(hash, secret, &[&seed]);
    let mut output = Vec::new();
    while output.len() < length {
        output.extend(hmac(hash, secret, &[&a, &seed]));
        a = hmac(hash, secret, &[&a]);
    }
    output.truncate(length);
    output
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bytes::hex;

    fn octets(hex: &str) -> Vec<u8> {
        let digit = |d: u8| (d as char).to_digit(16).expect("a digit") as u8;
        hex.as_bytes().chunks(2).map(|pair| digit(pair[0]) << 4 | digit(pair[1])).collect()
    }

    #[test]
    fn a_traffic_secret_gives_the_keys_of_rfc_8448() {
        // RFC 8448 §3, "derive write traffic keys for application data" of the server.
        let secret = octets("a11af9f05531f856ad47116b45a950328204b4f44bfb6b3a4b4f1f3fcb631643");
        let keys = Keys::tls13(0x1301, "x", &secret).expect("a known suite");
        assert_eq!(hex(&keys.key), "9f02283b6c9c07efc26bb9f2ac92e356");
        assert_eq!(hex(&keys.iv), "cf782b88dd83549aadf1e984");
        let updated = keys.updated().expect("TLS 1.3");
        assert_ne!((&updated.key, &updated.secret), (&keys.key, &keys.secret));
        assert_eq!((updated.label, updated.updates), ("x", 1));
    }

    #[test]
    fn padding_goes_and_content_stays() {
        assert_eq!(inner(&[5, 0, 6, 22, 0, 0]), (&[5, 0, 6][..], Some(22)));
        assert_eq!(inner(&[22]), (&[][..], Some(22)));
        assert_eq!(inner(&[0, 0, 0]), (&[][..], None));
    }

    #[test]
    fn a_suite_belongs_to_one_version() {
        assert_eq!(Keys::tls13(0xC02B, "x", &[0; 32]), None);
        assert_eq!(Keys::tls12(0x1301, &[0; 48], &[0; 32], &[0; 32], Side::Client), None);
        assert_eq!(Keys::tls13(0x1304, "x", &[0; 32]), None);
        assert_eq!(Keys::tls13(0x1302, "x", &[0; 32]), None, "too short for SHA-384");
        let keys = Keys::tls12(0xC02B, &[0; 48], &[0; 32], &[0; 32], Side::Client).expect("a known suite");
        assert_eq!(keys.updated(), None);
    }
}
