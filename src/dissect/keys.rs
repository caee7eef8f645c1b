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
use crate::scenario::Side;
use crate::tls::Secret;
use crate::tls::primitives::{Aead, Hash, aead_open, hkdf_expand, hmac};

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

/// The secret with this label for the connection whose ClientHello has this random.
pub fn find<'a>(secrets: &'a [Secret], label: &str, client_random: &[u8]) -> Option<&'a [u8]> {
    let mut secrets = secrets.iter();
    secrets.find(|s| s.label == label && s.client_random == client_random).map(|s| s.secret.as_slice())
}

/// The hash of the key schedule and the AEAD of the records; `None` for a suite that this module cannot open.
fn algorithms(suite: u16) -> Option<(Hash, Aead)> {
    match suite {
        // RFC 8446 §B.4; RFC 5289 §3.2; RFC 7905 §2
        0x1301 | 0xC02B | 0xC02F => Some((Hash::Sha256, Aead::Aes128Gcm)),
        0x1302 | 0xC02C | 0xC030 => Some((Hash::Sha384, Aead::Aes256Gcm)),
        0x1303 | 0xCCA8 | 0xCCA9 => Some((Hash::Sha256, Aead::ChaCha20Poly1305)),
        _ => None,
    }
}

/// How the nonce is made and what is under the AEAD.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Form {
    /// Content type and padding are inside; the traffic secret is kept for KeyUpdate. RFC 8446 §5.2
    Tls13 { hash: Hash, suite: u16, secret: Vec<u8> },
    /// Four octets from the key block, eight from the record. RFC 5288 §3
    Tls12Explicit,
    /// Twelve octets from the key block, XOR the sequence number. RFC 7905 §2
    Tls12Implicit,
}

/// What opens the records of one side, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keys {
    aead: Aead,
    key: Vec<u8>,
    iv: Vec<u8>,
    sequence: u64,
    form: Form,
}

/// A record without its protection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// The true content type. `None`: TLS 1.3 plaintext that is all padding. RFC 8446 §5.4
    pub content_type: Option<u8>,
    pub plaintext: Vec<u8>,
}

impl Keys {
    /// From a traffic secret of TLS 1.3. RFC 8446 §7.3
    pub fn tls13(suite: u16, secret: &[u8]) -> Option<Keys> {
        let (hash, aead) = algorithms(suite).filter(|_| suite >> 8 == 0x13)?;
        let key = expand_label(hash, secret, "key", aead.key_length())?;
        let iv = expand_label(hash, secret, "iv", Aead::NONCE)?;
        Some(Keys { aead, key, iv, sequence: 0, form: Form::Tls13 { hash, suite, secret: secret.to_vec() } })
    }

    /// From the master secret of TLS 1.2, for the records that `side` sends. RFC 5246 §6.3
    pub fn tls12(suite: u16, master: &[u8], client: &[u8], server: &[u8], side: Side) -> Option<Keys> {
        let (hash, aead) = algorithms(suite).filter(|_| suite >> 8 != 0x13)?;
        let (form, iv_length) = match aead {
            Aead::Aes128Gcm | Aead::Aes256Gcm => (Form::Tls12Explicit, 4),
            Aead::ChaCha20Poly1305 => (Form::Tls12Implicit, Aead::NONCE),
        };
        let key_length = aead.key_length();
        // The server's random comes first here, and only here. An AEAD has no MAC keys. RFC 5246 §6.3
        let block = prf(hash, master, &[b"key expansion", server, client], 2 * (key_length + iv_length));
        let mut block = Cursor::new(&block);
        let (client_key, server_key) = (block.take(key_length).ok()?, block.take(key_length).ok()?);
        let (client_iv, server_iv) = (block.take(iv_length).ok()?, block.take(iv_length).ok()?);
        let (key, iv) = match side {
            Side::Client => (client_key, client_iv),
            Side::Server => (server_key, server_iv),
        };
        Some(Keys { aead, key: key.to_vec(), iv: iv.to_vec(), sequence: 0, form })
    }

    /// The keys after this side's KeyUpdate. TLS 1.2 has none. RFC 8446 §7.2
    pub fn updated(&self) -> Option<Keys> {
        match &self.form {
            Form::Tls13 { hash, suite, secret } => {
                Keys::tls13(*suite, &expand_label(*hash, secret, "traffic upd", hash.length())?)
            }
            Form::Tls12Explicit | Form::Tls12Implicit => None,
        }
    }

    /// Opens the next record, header included. `None` where it is not authentic under these keys: the sequence number then stays,
    /// as a server's does that skips early data (RFC 8446 §4.2.10).
    pub fn open(&mut self, record: &[u8]) -> Option<Opened> {
        let (header, fragment) = record.split_at_checked(HEADER)?;
        let outer = *header.first()?;
        let opened = match self.form {
            Form::Tls13 { .. } => {
                let nonce = self.nonce_from_sequence()?;
                let inner = aead_open(self.aead, &self.key, &nonce, header, fragment)?; // RFC 8446 §5.2
                without_padding(inner)
            }
            Form::Tls12Explicit => {
                let (explicit, sealed) = fragment.split_at_checked(8)?;
                let nonce = [self.iv.as_slice(), explicit].concat(); // RFC 5288 §3
                self.open_tls12(outer, header, &nonce, sealed)?
            }
            Form::Tls12Implicit => {
                let nonce = self.nonce_from_sequence()?;
                self.open_tls12(outer, header, &nonce, fragment)?
            }
        };
        self.sequence = self.sequence.checked_add(1)?;
        Some(opened)
    }

    /// The iv XOR the sequence number, padded on the left. RFC 8446 §5.3, RFC 7905 §2
    fn nonce_from_sequence(&self) -> Option<[u8; Aead::NONCE]> {
        let mut nonce = <[u8; Aead::NONCE]>::try_from(self.iv.as_slice()).ok()?;
        for (octet, sequence) in nonce.iter_mut().rev().zip(self.sequence.to_be_bytes().iter().rev()) {
            *octet ^= sequence;
        }
        Some(nonce)
    }

    fn open_tls12(&self, content_type: u8, header: &[u8], nonce: &[u8], sealed: &[u8]) -> Option<Opened> {
        let length = u16::try_from(sealed.len().checked_sub(Aead::TAG)?).ok()?;
        let type_and_version = header.get(..3)?;
        let data = [&self.sequence.to_be_bytes(), type_and_version, &length.to_be_bytes()].concat(); // RFC 5246 §6.2.3.3
        let plaintext = aead_open(self.aead, &self.key, nonce, &data, sealed)?;
        Some(Opened { content_type: Some(content_type), plaintext })
    }
}

/// TLSInnerPlaintext: content, content type, zeros. RFC 8446 §5.4
fn without_padding(mut inner: Vec<u8>) -> Opened {
    let length = inner.iter().rposition(|&octet| octet != 0).map_or(0, |last| last + 1);
    inner.truncate(length);
    let content_type = inner.pop();
    Opened { content_type, plaintext: inner }
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
        let keys = Keys::tls13(0x1301, &secret).expect("a known suite");
        assert_eq!(hex(&keys.key), "9f02283b6c9c07efc26bb9f2ac92e356");
        assert_eq!(hex(&keys.iv), "cf782b88dd83549aadf1e984");
        assert_ne!(keys.updated().expect("TLS 1.3").key, keys.key);
    }

    #[test]
    fn padding_goes_and_content_stays() {
        let opened = without_padding(vec![5, 0, 6, 22, 0, 0]);
        assert_eq!(opened, Opened { content_type: Some(22), plaintext: vec![5, 0, 6] });
        assert_eq!(without_padding(vec![0, 0, 0]), Opened { content_type: None, plaintext: vec![] });
    }

    #[test]
    fn a_suite_belongs_to_one_version() {
        assert_eq!(Keys::tls13(0xC02B, &[0; 32]), None);
        assert_eq!(Keys::tls12(0x1301, &[0; 48], &[0; 32], &[0; 32], Side::Client), None);
        assert_eq!(Keys::tls13(0x1304, &[0; 32]), None);
        assert_eq!(Keys::tls13(0x1302, &[0; 32]), None, "too short for SHA-384");
    }
}
