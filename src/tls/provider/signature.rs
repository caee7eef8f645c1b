//! Signatures: ecdsa_secp256r1_sha256 (RFC 8446 §4.2.3), made as RFC 6979 says, so that the same key signs the same text the same way.
//!
//! Not here: RSA, other curves. A key is never read from a file, so no private key format is either.

use crate::tls::random::Stream;
use p256::ecdsa::signature::{Signer as _, Verifier as _};
use p256::ecdsa::{DerSignature, VerifyingKey};
use p256::elliptic_curve::{Curve, FieldBytes, SecretKey};
use rustls::crypto::WebPkiSupportedAlgorithms;
use rustls::pki_types::{
    AlgorithmIdentifier, InvalidSignature, SignatureVerificationAlgorithm, SubjectPublicKeyInfoDer, alg_id,
};
use rustls::sign::{Signer, SigningKey, public_key_to_spki};
use rustls::{Error, SignatureAlgorithm, SignatureScheme};
use std::sync::Arc;

/// What webpki and rustls may verify with.
pub(super) static VERIFICATION: WebPkiSupportedAlgorithms = WebPkiSupportedAlgorithms {
    all: &[&EcdsaP256Sha256],
    mapping: &[(SignatureScheme::ECDSA_NISTP256_SHA256, &[&EcdsaP256Sha256])],
};

#[derive(Debug)]
struct EcdsaP256Sha256;

impl SignatureVerificationAlgorithm for EcdsaP256Sha256 {
    fn verify_signature(&self, key: &[u8], message: &[u8], signature: &[u8]) -> Result<(), InvalidSignature> {
        let key = VerifyingKey::from_sec1_bytes(key).map_err(|_| InvalidSignature)?;
        let signature = DerSignature::from_bytes(signature).map_err(|_| InvalidSignature)?;
        key.verify(message, &signature).map_err(|_| InvalidSignature)
    }

    fn public_key_alg_id(&self) -> AlgorithmIdentifier {
        alg_id::ECDSA_P256
    }

    fn signature_alg_id(&self) -> AlgorithmIdentifier {
        alg_id::ECDSA_SHA256
    }
}

/// A private scalar of a curve out of random octets: 1 to n-1.
pub(super) fn scalar<C: Curve>(mut random: impl FnMut(&mut [u8]) -> Result<(), Error>) -> Result<SecretKey<C>, Error> {
    // One draw in 2^32 is not a scalar; the bound is there so that the loop ends on any generator.
    for _ in 0..16 {
        let mut octets = FieldBytes::<C>::default();
        random(&mut octets)?;
        if let Ok(key) = SecretKey::from_bytes(&octets) {
            return Ok(key);
        }
    }
    Err(Error::FailedToGetRandomBytes)
}

/// A long-term key of the lab: of a certificate authority or of a certificate's owner.
#[derive(Clone)]
pub(in crate::tls) struct EcdsaKey {
    key: Arc<p256::ecdsa::SigningKey>,
    /// The public point, uncompressed.
    point: Arc<[u8]>,
}

impl EcdsaKey {
    pub(in crate::tls) fn new(stream: &mut Stream) -> Result<EcdsaKey, Error> {
        scalar(|out| {
            stream.fill(out);
            Ok(())
        })
        .map(EcdsaKey::of)
    }

    fn of(private: p256::SecretKey) -> EcdsaKey {
        let point = private.public_key().to_sec1_bytes();
        EcdsaKey { key: Arc::new(private.into()), point: point.into() }
    }

    /// OneAsymmetricKey with an ECPrivateKey inside. RFC 5958 §2, RFC 5915 §3
    pub(in crate::tls) fn to_pkcs8(&self) -> Vec<u8> {
        // Lengths are fixed, since both numbers have one: 32 octets and 65.
        const HEAD: &[u8] = &[
            0x30, 0x81, 0x87, 0x02, 0x01, 0x00, 0x30, 0x13, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01, 0x06,
            0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07, 0x04, 0x6D, 0x30, 0x6B, 0x02, 0x01, 0x01, 0x04, 0x20,
        ];
        const POINT: &[u8] = &[0xA1, 0x44, 0x03, 0x42, 0x00];
        [HEAD, &self.key.to_bytes(), POINT, &self.point].concat()
    }

    /// The public point, uncompressed: the content of subjectPublicKey. RFC 5480 §2.2
    pub(in crate::tls) fn point(&self) -> &[u8] {
        &self.point
    }

    /// A signature in DER.
    pub(in crate::tls) fn sign_der(&self, message: &[u8]) -> Option<Vec<u8>> {
        let signature: DerSignature = self.key.try_sign(message).ok()?;
        Some(signature.as_bytes().to_vec())
    }
}

impl std::fmt::Debug for EcdsaKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("EcdsaKey").field(&crate::bytes::hex(&self.point)).finish()
    }
}

impl SigningKey for EcdsaKey {
    fn choose_scheme(&self, offered: &[SignatureScheme]) -> Option<Box<dyn Signer>> {
        offered.contains(&self.scheme()).then(|| Box::new(self.clone()) as Box<dyn Signer>)
    }

    fn public_key(&self) -> Option<SubjectPublicKeyInfoDer<'_>> {
        Some(public_key_to_spki(&alg_id::ECDSA_P256, &self.point))
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        SignatureAlgorithm::ECDSA
    }
}

impl Signer for EcdsaKey {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Error> {
        self.sign_der(message).ok_or_else(|| Error::General("no ECDSA signature".into()))
    }

    fn scheme(&self) -> SignatureScheme {
        SignatureScheme::ECDSA_NISTP256_SHA256
    }
}

impl rcgen::PublicKeyData for EcdsaKey {
    fn der_bytes(&self) -> &[u8] {
        &self.point
    }

    fn algorithm(&self) -> &'static rcgen::SignatureAlgorithm {
        &rcgen::PKCS_ECDSA_P256_SHA256
    }
}

impl rcgen::SigningKey for EcdsaKey {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, rcgen::Error> {
        self.sign_der(message).ok_or(rcgen::Error::RemoteKeyError)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The key and the signature of "sample" in RFC 6979 §A.2.5, the signature in DER.
    #[test]
    fn a_signature_is_that_of_rfc_6979() {
        let private = [
            0xc9, 0xaf, 0xa9, 0xd8, 0x45, 0xba, 0x75, 0x16, 0x6b, 0x5c, 0x21, 0x57, 0x67, 0xb1, 0xd6, 0x93, 0x4e, 0x50,
            0xc3, 0xdb, 0x36, 0xe8, 0x9b, 0x12, 0x7b, 0x8a, 0x62, 0x2b, 0x12, 0x0f, 0x67, 0x21,
        ];
        let key = EcdsaKey::of(p256::SecretKey::from_slice(&private).unwrap());
        let signature = key.sign_der(b"sample").unwrap();
        let expected = "3046022100efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716\
                        022100f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8";
        assert_eq!(crate::bytes::hex(&signature), expected);
        assert!(EcdsaP256Sha256.verify_signature(key.point(), b"sample", &signature).is_ok());
        assert!(EcdsaP256Sha256.verify_signature(key.point(), b"simple", &signature).is_err());
        assert!(EcdsaP256Sha256.verify_signature(b"no point", b"sample", &signature).is_err());
        assert!(EcdsaP256Sha256.verify_signature(key.point(), b"sample", b"").is_err());
    }

    #[test]
    fn a_scalar_is_sought_until_there_is_one_but_not_for_ever() {
        let mut draws = 0;
        let key = scalar::<p256::NistP256>(|out| {
            draws += 1;
            out.fill(if draws == 1 { 0xff } else { 1 });
            Ok(())
        });
        assert!(key.is_ok() && draws == 2);
        assert_eq!(scalar::<p256::NistP256>(|_| Ok(())).err(), Some(Error::FailedToGetRandomBytes));
    }
}
