//! From the premaster secret to the master secret, the key block and Finished: SSL 3.0 (RFC 6101 §6), TLS 1.0 and 1.1 (RFC 2246 §5, §6.3,
//! §8.1, RFC 4346 §5), TLS 1.2 (RFC 5246 §5, §8.1), the extended master secret (RFC 7627).
//!
//! ```text
//! premaster secret --"master secret", client, server--> master secret --"key expansion", server, client--> key block
//!                                                             `--"client finished", hash of the handshake--> Finished
//! ```
//!
//! Messages of the handshake are given as their octets, one after the other, each with its header of four octets.

use super::{hash, hmac};
use crate::registry::{Hash, Suite, Version};
use crate::scenario::Side;

/// Octets of every master secret. RFC 5246 §8.1
const MASTER_SECRET: usize = 48;
/// Octets of Finished in TLS. RFC 5246 §7.4.9
const VERIFY_DATA: usize = 12;

/// How secrets are derived, which depends on the version and, in TLS 1.2, on the suite.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Derivation {
    /// MD5 over SHA-1, with letters for labels. RFC 6101 §6.1
    Ssl3,
    /// MD5 and SHA-1, each with half of the secret, added up. RFC 2246 §5, RFC 4346 §5
    Tls10,
    /// The hash of the suite. RFC 5246 §5
    Tls12(Hash),
}

impl Derivation {
    /// `None` for SSL 2.0, TLS 1.3 and versions that are not known.
    pub(crate) fn of(version: Version, suite: &Suite) -> Option<Derivation> {
        match version {
            Version::SSL3 => Some(Derivation::Ssl3),
            Version::TLS10 | Version::TLS11 => Some(Derivation::Tls10),
            Version::TLS12 => Some(Derivation::Tls12(suite.prf())),
            _ => None,
        }
    }

    pub(crate) fn master(self, premaster: &[u8], client_random: &[u8], server_random: &[u8]) -> Vec<u8> {
        self.derive(premaster, "master secret", &[client_random, server_random], MASTER_SECRET)
    }

    /// `messages` up to and with ClientKeyExchange. `None` in SSL 3.0, which has no extensions. RFC 7627 §4
    pub(crate) fn extended_master(self, premaster: &[u8], messages: &[u8]) -> Option<Vec<u8>> {
        let session_hash = self.handshake_hash(messages)?;
        Some(self.derive(premaster, "extended master secret", &[&session_hash], MASTER_SECRET))
    }

    /// The server's random comes first here, and only here. RFC 2246 §6.3
    pub(crate) fn key_block(self, master: &[u8], server_random: &[u8], client_random: &[u8], length: usize) -> Vec<u8> {
        self.derive(master, "key expansion", &[server_random, client_random], length)
    }

    /// What `side`'s Finished says of the `messages` before it: 12 octets, in SSL 3.0 36. RFC 2246 §7.4.9, RFC 6101 §5.6.9
    pub(crate) fn finished(self, master: &[u8], side: Side, messages: &[u8]) -> Vec<u8> {
        let (label, sender) = match side {
            Side::Client => ("client finished", b"CLNT"),
            Side::Server => ("server finished", b"SRVR"),
        };
        match self.handshake_hash(messages) {
            Some(hash) => self.derive(master, label, &[&hash], VERIFY_DATA),
            None => ssl3_hashes(master, &[messages, sender]),
        }
    }

    /// What CertificateVerify signs of the `messages` before it: MD5, then SHA-1, of which DSS takes the latter alone. `None` in TLS 1.2,
    /// where the algorithm of the signature says which hash. RFC 2246 §7.4.8, RFC 6101 §5.6.8
    pub(crate) fn certificate_verify(self, master: &[u8], messages: &[u8]) -> Option<Vec<u8>> {
        match self {
            Derivation::Ssl3 => Some(ssl3_hashes(master, &[messages])),
            Derivation::Tls10 => self.handshake_hash(messages),
            Derivation::Tls12(_) => None,
        }
    }

    /// The hash of the handshake that Finished is made of. `None` in SSL 3.0, where the master secret is in it.
    fn handshake_hash(self, messages: &[u8]) -> Option<Vec<u8>> {
        match self {
            Derivation::Ssl3 => None,
            Derivation::Tls10 => Some([hash(Hash::Md5, messages), hash(Hash::Sha1, messages)].concat()),
            Derivation::Tls12(of_suite) => Some(hash(of_suite, messages)),
        }
    }

    /// `length` octets out of a secret, a label and a seed. SSL 3.0 has no labels.
    pub(super) fn derive(self, secret: &[u8], label: &str, seed: &[&[u8]], length: usize) -> Vec<u8> {
        let seed = seed.concat();
        let labelled = [label.as_bytes(), &seed].concat();
        match self {
            Derivation::Ssl3 => ssl3_expand(secret, &seed, length),
            Derivation::Tls10 => {
                // The halves have an octet in common if the secret's length is odd. RFC 2246 §5
                let half = secret.len().div_ceil(2);
                let first = secret.get(..half).unwrap_or_default();
                let second = secret.get(secret.len() - half..).unwrap_or_default();
                let md5 = p_hash(Hash::Md5, first, &labelled, length);
                let sha1 = p_hash(Hash::Sha1, second, &labelled, length);
                md5.iter().zip(sha1).map(|(md5, sha1)| md5 ^ sha1).collect()
            }
            Derivation::Tls12(of_suite) => p_hash(of_suite, secret, &labelled, length),
        }
    }
}

/// P_hash. RFC 2246 §5, RFC 5246 §5
fn p_hash(hash: Hash, secret: &[u8], seed: &[u8], length: usize) -> Vec<u8> {
    let mut a = hmac(hash, secret, &[seed]);
    let mut output = Vec::new();
    while output.len() < length {
        output.extend(hmac(hash, secret, &[&a, seed]));
        a = hmac(hash, secret, &[&a]);
    }
    output.truncate(length);
    output
}

/// MD5(secret | SHA-1("A" | secret | seed)), then with "BB", "CCC" and so on; no key of any suite needs all of it. RFC 6101 §6.1, §6.2.2
fn ssl3_expand(secret: &[u8], seed: &[u8], length: usize) -> Vec<u8> {
    let rounds = (b'A'..=b'Z').zip(1..).flat_map(|(letter, count)| {
        let inner = hash(Hash::Sha1, &[&vec![letter; count], secret, seed].concat());
        hash(Hash::Md5, &[secret, &inner].concat())
    });
    rounds.take(length).collect()
}

/// Both hashes of a text and the secret, hashed with the secret once more. RFC 6101 §5.6.8, §5.6.9
fn ssl3_hashes(secret: &[u8], text: &[&[u8]]) -> Vec<u8> {
    let text = text.concat();
    let hashes = [Hash::Md5, Hash::Sha1].map(|of| {
        let inside = hash(of, &[&text, secret, &ssl3_pad(of, 0x36)].concat());
        hash(of, &[secret, &ssl3_pad(of, 0x5C), &inside].concat())
    });
    hashes.concat()
}

/// The MAC of SSL 3.0, from which HMAC was made. RFC 6101 §5.2.3.1
pub(super) fn ssl3_mac(of: Hash, secret: &[u8], text: &[&[u8]]) -> Vec<u8> {
    let inside = hash(of, &[secret, &ssl3_pad(of, 0x36), &text.concat()].concat());
    hash(of, &[secret, &ssl3_pad(of, 0x5C), &inside].concat())
}

/// What fills a secret up. RFC 6101 §5.2.3.1
fn ssl3_pad(hash: Hash, octet: u8) -> Vec<u8> {
    vec![octet; if hash == Hash::Md5 { 48 } else { 40 }]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bytes::hex;
    use crate::tls::primitives::octets;

    const CLIENT: [u8; 32] = [0xC0; 32];
    const SERVER: [u8; 32] = [0x50; 32];

    fn secret() -> Vec<u8> {
        (0..48).collect()
    }

    /// By `openssl kdf ... TLS1-PRF` of OpenSSL 3.
    #[test]
    fn master_secret_key_block_and_finished_are_those_of_openssl() {
        let (tls10, tls12) = (Derivation::Tls10, Derivation::Tls12(Hash::Sha256));
        assert_eq!(
            hex(&tls10.master(&secret(), &CLIENT, &SERVER)),
            "06d8e2e42ac0033bf8d442eea18077758dd467f0443f000db3c812acc4059ce867be32879cf5506adaea0a318c7ce8b0"
        );
        assert_eq!(
            hex(&tls12.master(&secret(), &CLIENT, &SERVER)),
            "793afaf3a68abccb2631b0e92f30e24c4a3a1b8480a7d9738a165d8c58e890f5eed09c0c6dbb3299841f01cd71e2265a"
        );
        assert_eq!(
            hex(&tls10.key_block(&secret(), &SERVER, &CLIENT, 104)),
            "dd1fdf4e25b9baa0c2e987e65341ded6c698cd5ddfd0691c9806954c6fe72d67ad20a4dec104f59705bdaa65aa33cfbddaa4f163a5e8300e3c0f230bf43592dcf975078a05f74b074ee26d0928ee36f8898331e088fa1f85858e72d6120dd36a18565fb1f2952e6e"
        );
        assert_eq!(
            hex(&tls12.key_block(&secret(), &SERVER, &CLIENT, 104)),
            "1733e703caaef94397fe3aea9a5bdfb4be2b8d3f899088249c7ac61064ecae66e005d5b81283c57b9a8599301b327c6c93950ad62612520c9983d561b59b058e6c408502b342897505249ccff4360e0b9477febf8b81d0fa5f2fc65464697364ba5ca34e74f8cf50"
        );
        let hash = &secret()[..36];
        assert_eq!(hex(&tls10.derive(&secret(), "client finished", &[hash], 12)), "692092a3e7dc81ef589a573a");
    }

    /// The test vector of the TLS working group for TLS 1.2 with SHA-256, which Botan and Mbed TLS have.
    #[test]
    fn the_prf_of_tls_12_is_that_of_the_working_group() {
        let out = Derivation::Tls12(Hash::Sha256).derive(
            &octets("9bbe436ba940f017b17652849a71db35"),
            "test label",
            &[&octets("a0ba9f936cda311827a6f796ffd5198c")],
            32,
        );
        assert_eq!(hex(&out), "e3f229ba727be17b8d122620557cd453c2aab21d07c3d495329b52d4e61edb5a");
    }

    #[test]
    fn an_odd_secret_is_cut_so_that_the_halves_overlap() {
        // The same with the halves given: first 3 and last 3 of 5.
        let (secret, seed) = ([1, 2, 3, 4, 5], [b"label".as_slice(), &SERVER].concat());
        let halves =
            p_hash(Hash::Md5, &[1, 2, 3], &seed, 40).into_iter().zip(p_hash(Hash::Sha1, &[3, 4, 5], &seed, 40));
        let expected: Vec<u8> = halves.map(|(md5, sha1)| md5 ^ sha1).collect();
        assert_eq!(Derivation::Tls10.derive(&secret, "label", &[&SERVER], 40), expected);
    }
}
