//! A server's private key, kept beside a recording of its sessions: where keys were exchanged by RSA, it opens them. PEM of
//! RFC 7468 around PKCS#8 (RFC 5958) or PKCS#1 (RFC 8017 §A.1.2).
//!
//! Left out: files under a password, and keys of more than two primes.

use crate::bytes::from_base64;
use modular::rsa::PrivateKey;

/// Octets of a premaster secret. RFC 5246 §7.4.7.1
const PREMASTER: usize = 48;

/// An RSA key that was read from a file, or stolen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RsaKey(PrivateKey);

impl RsaKey {
    /// From what stands between the lines BEGIN and END, white space and all; `None` if it is no such key.
    pub fn from_pem(text: &str) -> Option<RsaKey> {
        let letters: Vec<u8> = text.bytes().filter(|octet| !octet.is_ascii_whitespace()).collect();
        RsaKey::from_der(&from_base64(&letters)?)
    }

    /// From what that is in octets.
    pub fn from_der(der: &[u8]) -> Option<RsaKey> {
        PrivateKey::from_der(der).map(RsaKey)
    }

    /// The premaster secret in what a client encrypted; `None` if that was not to this key.
    pub fn premaster(&self, encrypted: &[u8]) -> Option<Vec<u8>> {
        self.0.decrypt(encrypted).ok().filter(|secret| secret.len() == PREMASTER)
    }
}
