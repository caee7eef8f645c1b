//! From the secrets of an SSLKEYLOGFILE (RFC 9850) to the keys of records, from SSL 3.0 to TLS 1.3.
//!
//! ```text
//! TLS 1.3          traffic secret --HKDF-Expand-Label--> key, iv                 RFC 8446 §7.3
//! TLS 1.2 and before   [premaster secret -->] master secret --> key block        RFC 5246 §6.3
//! ```
//!
//! Left out: CCM and ARIA, SSL 2.0, 0-RTT keys.

use crate::dissect::record::HEADER;
use crate::registry::{Hash, Suite, Version, suite};
use crate::scenario::Side;
use crate::tls::Secret;
use crate::tls::primitives::{Aead, AeadKey, Beginnings, Derivation, Export, RecordProtection, WriteKeys, hkdf_expand};
use std::collections::BTreeMap;

/// Octets of a hello's random. RFC 8446 §4.1.2
pub const RANDOM: usize = 32;

/// The label of the master secret of TLS 1.2 and before. RFC 9850 §2.2
pub const MASTER: &str = "CLIENT_RANDOM";

/// The label of a premaster secret, which is named by the first octets of what the client encrypted it to. NSS wrote such lines.
pub const PREMASTER: &str = "RSA";

/// How many of those octets.
pub const PREMASTER_NAME: usize = 8;

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

/// The secrets of a key log by connection, which its ClientHello's random names (a premaster secret: [`PREMASTER`]), and by label.
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

    /// The secret with this label for what has this name: as a rule a connection, by the random of its ClientHello.
    pub fn find(&self, label: &str, name: &[u8]) -> Option<&[u8]> {
        let mut secrets = self.0.get(name)?.iter();
        secrets.find(|(known, _)| known == label).map(|(_, secret)| secret.as_slice())
    }
}

/// What opens records with these keys, and how the nonce of an AEAD is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// Content type and padding are inside. RFC 8446 §5.2
    Tls13(Aead),
    /// Four octets from the key block, eight from the record. RFC 5288 §3
    Tls12Explicit(Aead),
    /// Twelve octets from the key block, XOR the sequence number. RFC 7905 §2
    Tls12Implicit(Aead),
    /// No AEAD, but a cipher or none, and a MAC. RFC 5246 §6.2.3
    WithMac(Version),
}

/// The keys of the records of one side, and where they come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keys {
    /// The label of the secret in the key log.
    pub label: &'static str,
    /// How many KeyUpdates there were since the secret of the key log. TLS 1.3 only. RFC 8446 §7.2
    pub updates: u32,
    /// TLS 1.3: the traffic secret, with its updates. Before: the master secret.
    pub secret: Vec<u8>,
    /// Of the MAC; an AEAD has none.
    pub mac_key: Vec<u8>,
    /// All that is secret of the key, where the law allowed only short ones for export; else none. RFC 2246 §6.3.1
    pub key_material: Vec<u8>,
    pub key: Vec<u8>,
    /// What is derived of nonces; in CBC the IV of the first record, before TLS 1.1.
    pub iv: Vec<u8>,
    pub suite: Suite,
    /// The client's and the server's, of which keys for export are made, too. TLS 1.2 and before.
    randoms: [[u8; RANDOM]; 2],
    form: Form,
}

/// Octets that go into an AEAD with a key, and never twice with the same. RFC 5116 §3.1
pub type Nonce = [u8; Aead::NONCE];

impl Keys {
    /// From a traffic secret of TLS 1.3. RFC 8446 §7.3
    pub fn tls13(code: u16, label: &'static str, secret: &[u8]) -> Option<Keys> {
        let suite = suite(code).filter(|suite| suite.versions.contains(Version::TLS13))?;
        let aead = Aead::of(suite.cipher, suite.mode)?;
        let key = expand_label(suite.prf(), secret, "key", aead.key_length())?;
        let iv = expand_label(suite.prf(), secret, "iv", Aead::NONCE)?;
        let (secret, form) = (secret.to_vec(), Form::Tls13(aead));
        let (mac_key, key_material) = (Vec::new(), Vec::new());
        let randoms = Default::default();
        Some(Keys { label, updates: 0, secret, mac_key, key_material, key, iv, suite, randoms, form })
    }

    /// From the master secret of TLS 1.2 or before, for the records that `side` sends. RFC 5246 §6.3
    pub fn before_tls13(
        version: Version,
        suite: Suite,
        (label, master): (&'static str, &[u8]),
        client: &[u8; RANDOM],
        server: &[u8; RANDOM],
        side: Side,
    ) -> Option<Keys> {
        let form = match Aead::of(suite.cipher, suite.mode) {
            Some(_) if !suite.versions.contains(version) => return None,
            Some(aead) if suite.lengths(version).explicit > 0 => Form::Tls12Explicit(aead),
            Some(aead) => Form::Tls12Implicit(aead),
            None => Form::WithMac(version),
        };
        let derived = WriteKeys::new(&suite, version, master, client, server, side)?;
        let WriteKeys { mac_key, key_material, key, iv } = derived;
        let key_material = if suite.key_exchange.is_export() { key_material } else { Vec::new() };
        let (secret, randoms) = (master.to_vec(), [*client, *server]);
        let keys = Keys { label, updates: 0, secret, mac_key, key_material, key, iv, suite, randoms, form };
        // A cipher that this module lacks has keys, too, and they open nothing.
        (keys.aead().is_some() || keys.protection().is_some()).then_some(keys)
    }

    /// The keys after this side's KeyUpdate. RFC 8446 §7.2
    pub fn updated(&self) -> Option<Keys> {
        let Form::Tls13(_) = self.form else { return None };
        let hash = self.suite.prf();
        let secret = expand_label(hash, &self.secret, "traffic upd", hash.length())?;
        let code = u16::try_from(self.suite.code.number()).ok()?;
        let keys = Keys::tls13(code, self.label, &secret)?;
        Some(Keys { updates: self.updates.saturating_add(1), ..keys })
    }

    /// What opens a side's records with another key in place of the true one, or with another part that is secret of it: one for export that is
    /// shorter than the key. Before TLS 1.1, where a record needs nothing but those before it.
    pub(super) fn beginnings(&self, side: Side, secret: &[u8]) -> Option<Beginnings> {
        let version = self.version_with_mac().filter(|version| *version < Version::TLS11)?;
        if !self.is_stretched() {
            return Beginnings::new(&self.suite, secret, &self.iv);
        }
        let [client_random, server_random] = &self.randoms;
        let derivation = Derivation::of(version, &self.suite)?;
        let key = Export { derivation, client_random, server_random, side }.key(secret, self.key.len());
        Beginnings::new(&self.suite, &key, &self.iv)
    }

    /// Of keys for a MAC and no AEAD.
    pub(super) fn version_with_mac(&self) -> Option<Version> {
        match self.form {
            Form::WithMac(version) => Some(version),
            Form::Tls13(_) | Form::Tls12Explicit(_) | Form::Tls12Implicit(_) => None,
        }
    }

    /// The key is longer than what is secret of it. RFC 2246 §6.3.1
    pub(super) fn is_stretched(&self) -> bool {
        !self.key_material.is_empty() && self.key_material.len() < self.key.len()
    }

    /// What opens records without an AEAD, from the first one on.
    pub(super) fn protection(&self) -> Option<RecordProtection> {
        let Form::WithMac(version) = self.form else { return None };
        let Keys { mac_key, key_material, key, iv, .. } = self.clone();
        RecordProtection::new(&self.suite, version, WriteKeys { mac_key, key_material, key, iv })
    }

    fn aead(&self) -> Option<Aead> {
        match self.form {
            Form::Tls13(aead) | Form::Tls12Explicit(aead) | Form::Tls12Implicit(aead) => Some(aead),
            Form::WithMac(_) => None,
        }
    }

    /// Opens a record with an AEAD, header included, that is the side's number `sequence` under these keys. Its plaintext is put behind what `out`
    /// holds; in TLS 1.3 that is the content, its type and zeros. `None`, and `out` as it was, where the record is not authentic.
    pub fn open(&self, sequence: u64, record: &[u8], out: &mut Vec<u8>) -> Option<Nonce> {
        let (header, fragment) = record.split_at_checked(HEADER)?;
        let aead = self.aead()?;
        let explicit = if matches!(self.form, Form::Tls12Explicit(_)) { 8 } else { 0 };
        let (explicit, sealed) = fragment.split_at_checked(explicit)?;
        let nonce = self.nonce(sequence, explicit)?;
        let length = u16::try_from(sealed.len().checked_sub(Aead::TAG)?).ok()?;
        let tls12 = [&sequence.to_be_bytes(), header.get(..3)?, &length.to_be_bytes()].concat(); // RFC 5246 §6.2.3.3
        let data = if matches!(self.form, Form::Tls13(_)) { header } else { &tls12 }; // RFC 8446 §5.2
        let start = out.len();
        out.extend_from_slice(sealed);
        let opened = AeadKey::new(aead, &self.key)?.open(&nonce, data, out.get_mut(start..)?);
        // If the record is forged, what the cipher has left in the buffer is no plaintext.
        out.truncate(start + opened.unwrap_or_default());
        opened.map(|_| nonce)
    }

    /// The iv, then what the record says (RFC 5288 §3); else the iv XOR the sequence number, padded on the left (RFC 8446 §5.3,
    /// RFC 7905 §2).
    fn nonce(&self, sequence: u64, explicit: &[u8]) -> Option<Nonce> {
        if matches!(self.form, Form::Tls12Explicit(_)) {
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
    fn a_suite_with_an_aead_belongs_to_one_version() {
        let before = |code, version| {
            let suite = suite(code).expect("known");
            Keys::before_tls13(version, suite, ("x", &[0; 48]), &[0; 32], &[0; 32], Side::Client)
        };
        assert_eq!(Keys::tls13(0xC02B, "x", &[0; 32]), None);
        assert_eq!(before(0x1301, Version::TLS12), None);
        assert_eq!(before(0xC02B, Version::TLS10), None);
        assert_eq!(Keys::tls13(0x1304, "x", &[0; 32]), None);
        assert_eq!(before(0xC09C, Version::TLS12), None, "CCM");
        assert_eq!(Keys::tls13(0x1302, "x", &[0; 32]), None, "too short for SHA-384");
        let keys = before(0xC02B, Version::TLS12).expect("a known suite");
        assert_eq!(keys.updated(), None);
    }
}
