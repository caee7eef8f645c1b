//! An old end checks a chain as a new one does (`tls/verify.rs`), and takes SHA-1: webpki is given the old signatures to verify with.
//!
//! webpki compares AlgorithmIdentifiers octet for octet, and that of a DSA key holds the key's parameters. So of DSA it can verify what was
//! signed with the parameters of this lab, and nothing else.

use super::der::{DerReader, SEQUENCE};
use super::key::{OldPublicKey, dsa_parameters, dsa_public, rsa_public};
use super::signature::{HandshakeDigest, verify};
use super::x509::signature_algorithm;
use crate::registry::{Authentication, Group};
use crate::scenario::{Clock, Side};
use crate::tls::{CertificateCheck, Wanted, verify as chain};
use modular::Natural;
use rustls::pki_types::{
    AlgorithmIdentifier, CertificateDer, InvalidSignature, SignatureVerificationAlgorithm, UnixTime, alg_id,
};
use std::sync::LazyLock;
use std::time::Duration;

/// All verdicts on one chain, leaf first, under these roots, DER.
pub(in crate::tls::old) fn check(
    of: Side,
    presented: &[&[u8]],
    roots: &[Vec<u8>],
    wanted: Option<&Wanted>,
    clock: Clock,
) -> CertificateCheck {
    let presented: Vec<CertificateDer<'_>> = presented.iter().copied().map(CertificateDer::from).collect();
    let nothing = CertificateDer::from([].as_slice());
    let (leaf, intermediates) = presented.split_first().unwrap_or((&nothing, &[]));
    let roots: Vec<CertificateDer<'_>> = roots.iter().map(|root| CertificateDer::from(root.as_slice())).collect();
    let anchors: Vec<_> = roots.iter().filter_map(|root| webpki::anchor_from_trusted_cert(root).ok()).collect();
    let now = UnixTime::since_unix_epoch(Duration::from_secs(clock.unix()));
    chain::check(of, leaf, intermediates, &anchors, wanted, now, ALGORITHMS)
}

static ALGORITHMS: &[&dyn SignatureVerificationAlgorithm] = &[
    &WithSha1::Rsa,
    &WithSha1::Dsa,
    &WithSha1::Ec(Group::Secp256r1),
    &WithSha1::Ec(Group::Secp384r1),
    &WithSha1::Ec(Group::Secp521r1),
];

/// sha1WithRSAEncryption, id-dsa-with-sha1 and ecdsa-with-SHA1. RFC 3279 §2.2
#[derive(Debug)]
enum WithSha1 {
    Rsa,
    Dsa,
    Ec(Group),
}

/// The AlgorithmIdentifier of the lab's DSA keys, without tag and length; of no octets if there is none, which is equal to none.
static DSA_KEY: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let y = Natural::from(1);
    let key = dsa_parameters().map(|parameters| OldPublicKey::Dsa { parameters, y });
    let algorithm = key.and_then(|key| key.algorithm()).unwrap_or_default();
    DerReader(&algorithm).take(SEQUENCE).unwrap_or_default().to_vec()
});

impl WithSha1 {
    fn key(&self, contents: &[u8]) -> Option<OldPublicKey> {
        Some(match self {
            WithSha1::Rsa => OldPublicKey::Rsa(rsa_public(contents)?),
            WithSha1::Dsa => OldPublicKey::Dsa { parameters: dsa_parameters()?, y: dsa_public(contents)? },
            WithSha1::Ec(group) => OldPublicKey::Ec { group: *group, point: contents.to_vec() },
        })
    }
}

impl SignatureVerificationAlgorithm for WithSha1 {
    fn verify_signature(&self, key: &[u8], message: &[u8], signature: &[u8]) -> Result<(), InvalidSignature> {
        let key = self.key(key).ok_or(InvalidSignature)?;
        let digest = HandshakeDigest::certificate(key.authentication(), message);
        verify(&key, &digest, signature).then_some(()).ok_or(InvalidSignature)
    }

    fn public_key_alg_id(&self) -> AlgorithmIdentifier {
        match self {
            WithSha1::Rsa => alg_id::RSA_ENCRYPTION,
            WithSha1::Dsa => AlgorithmIdentifier::from_slice(&DSA_KEY),
            WithSha1::Ec(Group::Secp384r1) => alg_id::ECDSA_P384,
            WithSha1::Ec(Group::Secp521r1) => alg_id::ECDSA_P521,
            WithSha1::Ec(_) => alg_id::ECDSA_P256,
        }
    }

    fn signature_alg_id(&self) -> AlgorithmIdentifier {
        AlgorithmIdentifier::from_slice(match self {
            WithSha1::Rsa => signature_algorithm(Authentication::Rsa),
            WithSha1::Dsa => signature_algorithm(Authentication::Dss),
            WithSha1::Ec(_) => signature_algorithm(Authentication::Ecdsa),
        })
    }
}
