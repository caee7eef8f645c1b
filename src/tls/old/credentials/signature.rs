//! Signatures of handshakes and certificates, in the three forms that they have had.
//!
//! ```text
//!                      RSA                                   DSA, ECDSA
//! SSL 3.0 to TLS 1.1   MD5 and SHA-1, no DigestInfo          SHA-1              RFC 6101 §5.6.8, RFC 2246 §7.4.3, RFC 4492 §5.4
//! TLS 1.2              DigestInfo of the hash that is named  that hash          RFC 5246 §4.7
//! certificates         DigestInfo of SHA-1                   SHA-1              RFC 3279 §2.2
//! ```
//!
//! The same key signs the same text the same way: what DSA and ECDSA use once follows from key and digest (RFC 6979). Left out: SHA-512,
//! which Windows did not offer, and MD5 alone.

use super::der;
use super::ec;
use super::key::{OldPrivateKey, OldPublicKey, dsa_parameters};
use crate::registry::{Authentication, Hash};
use crate::tls::primitives::{hash, hmac};
use modular::dsa::Signature;

/// What is signed: digests, and since TLS 1.2 which.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::tls::old) enum HandshakeDigest {
    /// MD5 and SHA-1, 36 octets: before TLS 1.2. DSA and ECDSA sign the second part.
    Both(Vec<u8>),
    /// SignatureAndHashAlgorithm. RFC 5246 §7.4.1.4.1
    One { hash: Hash, with: Authentication, digest: Vec<u8> },
}

impl HandshakeDigest {
    /// Of the parts, one after the other; `scheme` is what TLS 1.2 names in front, and is absent before. `None` for a scheme that is not
    /// computed here.
    pub(in crate::tls::old) fn new(scheme: Option<u16>, parts: &[&[u8]]) -> Option<HandshakeDigest> {
        let text = parts.concat();
        let Some(scheme) = scheme else {
            return Some(HandshakeDigest::Both([hash(Hash::Md5, &text), hash(Hash::Sha1, &text)].concat()));
        };
        let (function, with) = read_scheme(scheme)?;
        Some(HandshakeDigest::One { hash: function, with, digest: hash(function, &text) })
    }

    /// Of a certificate, whose issuer has a key of this kind.
    pub(super) fn certificate(with: Authentication, text: &[u8]) -> HandshakeDigest {
        HandshakeDigest::One { hash: Hash::Sha1, with, digest: hash(Hash::Sha1, text) }
    }

    /// What RSA fills up and signs; `None` if it is for another kind of key.
    fn for_rsa(&self) -> Option<Vec<u8>> {
        match self {
            HandshakeDigest::Both(both) => Some(both.clone()),
            HandshakeDigest::One { hash, with: Authentication::Rsa, digest } => digest_info(*hash, digest),
            HandshakeDigest::One { .. } => None,
        }
    }

    /// What a key of this kind, which is not RSA, signs, and with which hash.
    fn for_kind(&self, kind: Authentication) -> Option<(Hash, &[u8])> {
        match self {
            HandshakeDigest::Both(both) => both.get(Hash::Md5.length()..).map(|sha1| (Hash::Sha1, sha1)),
            HandshakeDigest::One { hash, with, digest } => (*with == kind).then_some((*hash, digest)),
        }
    }
}

/// Hash and kind of key. RFC 5246 §7.4.1.4.1
fn read_scheme(scheme: u16) -> Option<(Hash, Authentication)> {
    let [hash, kind] = scheme.to_be_bytes();
    let hash = match hash {
        2 => Hash::Sha1,
        4 => Hash::Sha256,
        5 => Hash::Sha384,
        _ => return None,
    };
    let kind = match kind {
        1 => Authentication::Rsa,
        2 => Authentication::Dss,
        3 => Authentication::Ecdsa,
        _ => return None,
    };
    Some((hash, kind))
}

/// The scheme with which a key signs in TLS 1.2: the first that the other side offers and the key can do. One that offers none takes
/// SHA-1. RFC 5246 §7.4.1.4.1
pub(in crate::tls::old) fn scheme(key: &OldPublicKey, offered: Option<&[u16]>) -> Option<u16> {
    let sha1 = match key.authentication() {
        Authentication::Rsa => 0x0201,
        Authentication::Dss => 0x0202,
        Authentication::Ecdsa => 0x0203,
        Authentication::Apart => return None,
    };
    // DSA with q of 160 bits would cut other hashes off. FIPS 186-4 §4.2
    let fits = |scheme: u16| match read_scheme(scheme) {
        Some((hash, kind)) => kind == key.authentication() && (kind != Authentication::Dss || hash == Hash::Sha1),
        None => false,
    };
    offered.map_or(Some(sha1), |offered| offered.iter().copied().find(|&scheme| fits(scheme)))
}

/// `None` if the digest is for another kind of key.
pub(in crate::tls::old) fn sign(key: &OldPrivateKey, digest: &HandshakeDigest) -> Option<Vec<u8>> {
    match key {
        OldPrivateKey::Rsa(key) => key.sign(&digest.for_rsa()?),
        OldPrivateKey::Dsa { x, .. } => {
            let (function, digest) = digest.for_kind(Authentication::Dss)?;
            let hmac = |key: &[u8], parts: &[&[u8]]| hmac(function, key, parts);
            let Signature { r, s } = dsa_parameters()?.sign_deterministic(x, digest, hmac)?;
            Some(der::pair(&r, &s))
        }
        OldPrivateKey::Ec(key) => key.sign(digest.for_kind(Authentication::Ecdsa)?.1),
    }
}

/// Whether the owner of the key signed it.
pub(in crate::tls::old) fn verify(key: &OldPublicKey, digest: &HandshakeDigest, signature: &[u8]) -> bool {
    match key {
        OldPublicKey::Rsa(key) => digest.for_rsa().is_some_and(|message| key.verify(&message, signature)),
        OldPublicKey::Dsa { parameters, y } => digest
            .for_kind(Authentication::Dss)
            .zip(der::read_pair(signature))
            .is_some_and(|((_, digest), (r, s))| parameters.verify(y, digest, &Signature { r, s })),
        OldPublicKey::Ec { group, point } => digest
            .for_kind(Authentication::Ecdsa)
            .is_some_and(|(_, digest)| ec::verify(*group, point, digest, signature)),
    }
}

/// RFC 8017 §9.2, note 1
fn digest_info(function: Hash, digest: &[u8]) -> Option<Vec<u8>> {
    let identifier: &[u8] = match function {
        Hash::Md5 => return None,
        Hash::Sha1 => &[0x2B, 0x0E, 0x03, 0x02, 0x1A],
        Hash::Sha256 => &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01],
        Hash::Sha384 => &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02],
    };
    let algorithm = der::element(der::SEQUENCE, &[&der::element(der::OBJECT_IDENTIFIER, &[identifier]), der::NULL]);
    Some(der::element(der::SEQUENCE, &[&algorithm, &der::element(der::OCTET_STRING, &[digest])]))
}

#[cfg(test)]
mod tests {
    use super::super::key::OldKey;
    use super::*;
    use crate::bytes::hex;
    use crate::scenario::Seed;
    use crate::tls::leaf::KeyOwner;
    use crate::tls::random::Randomness;

    fn key(kind: OldKey) -> OldPrivateKey {
        OldPrivateKey::new(Randomness::Seed(Seed(1)), KeyOwner::Receiver, kind).unwrap()
    }

    /// Absent, as before TLS 1.2; else SHA-1, SHA-256 and SHA-384, each with RSA, DSA and ECDSA.
    fn schemes() -> impl Iterator<Item = Option<u16>> {
        let named = [0x02, 0x04, 0x05].into_iter().flat_map(|hash| [1, 2, 3].map(|kind| Some(hash << 8 | kind)));
        std::iter::once(None).chain(named)
    }

    #[test]
    fn a_signature_is_of_one_key_one_text_and_one_scheme() {
        let of =
            |scheme, text: &[u8]| HandshakeDigest::new(scheme, &[b"client random", b"server random", text]).unwrap();
        for kind in OldKey::ALL {
            let (key, number) = (key(kind), 1 + kind.authentication() as u16);
            let public = key.public().unwrap();
            let fits = |scheme: Option<u16>| scheme.is_none_or(|scheme| scheme & 0xFF == number);
            for scheme in schemes() {
                let signature = sign(&key, &of(scheme, b"params"));
                assert_eq!(signature.is_some(), fits(scheme), "{kind:?} {scheme:?}");
                let Some(signature) = signature else { continue };
                assert_eq!(sign(&key, &of(scheme, b"params")).as_ref(), Some(&signature), "the same again");
                assert!(!verify(&public, &of(scheme, b"param"), &signature));
                for other in schemes() {
                    // Before TLS 1.2 DSA and ECDSA sign the SHA-1 that they sign in TLS 1.2 with SHA-1.
                    let is_sha1 = |scheme: Option<u16>| scheme.is_none_or(|scheme| scheme >> 8 == 2);
                    let same = number != 1 && is_sha1(scheme) && is_sha1(other) && fits(other);
                    let verified = verify(&public, &of(other, b"params"), &signature);
                    assert_eq!(verified, scheme == other || same, "{kind:?} {scheme:?} {other:?}");
                }
            }
        }
    }

    /// RFC 8017 §9.2, note 1: the octets that are printed there.
    #[test]
    fn rsa_signs_a_digest_info() {
        for (function, prefix) in [
            (Hash::Sha1, "3021300906052b0e03021a05000414"),
            (Hash::Sha256, "3031300d060960864801650304020105000420"),
            (Hash::Sha384, "3041300d060960864801650304020205000430"),
        ] {
            let digest = vec![7; function.length()];
            assert_eq!(hex(&digest_info(function, &digest).unwrap()), format!("{prefix}{}", hex(&digest)));
        }
    }

    #[test]
    fn the_first_scheme_that_fits_is_chosen() {
        let offered = [0x0804, 0x0401, 0x0503, 0x0402, 0x0202, 0x0203, 0x0201];
        for (kind, first, alone) in
            [(OldKey::Rsa2048, 0x0401, 0x0201), (OldKey::Dsa1024, 0x0202, 0x0202), (OldKey::P384, 0x0503, 0x0203)]
        {
            let public = key(kind).public().unwrap();
            assert_eq!(scheme(&public, Some(&offered)), Some(first));
            assert_eq!(scheme(&public, None), Some(alone));
            assert_eq!(scheme(&public, Some(&[0x0804, 0x0807])), None);
        }
        for unknown in [0x0101, 0x0601, 0x0804, 0x0200, 0] {
            assert_eq!(HandshakeDigest::new(Some(unknown), &[]), None);
        }
    }
}
