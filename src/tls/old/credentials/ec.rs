//! ECDH and ECDSA over P-256, P-384 and P-521, with private keys out of a run's streams. RFC 4492, FIPS 186-4 §6
//!
//! Points are uncompressed: nothing else was common (RFC 4492 §5.1.2). Not here: other curves.

use crate::registry::Group;
use crate::tls::random::Stream;

/// A private key: of a certificate, or of one key exchange.
#[derive(Clone)]
pub(in crate::tls::old) struct EcKey {
    group: Group,
    scalar: Vec<u8>,
    point: Vec<u8>,
}

impl EcKey {
    /// `None` for a group that is none of the three.
    pub(in crate::tls::old) fn new(group: Group, stream: &mut Stream) -> Option<EcKey> {
        let curve = Curve::of(group)?;
        // Few draws are no scalar; the bound is there so that the loop ends on any stream.
        for _ in 0..16 {
            let mut scalar = vec![0; curve.length];
            stream.fill(&mut scalar);
            if let Some(first) = scalar.first_mut() {
                *first &= curve.mask;
            }
            if let Some(point) = (curve.public)(&scalar) {
                return Some(EcKey { group, scalar, point });
            }
        }
        None
    }

    pub(in crate::tls::old) fn group(&self) -> Group {
        self.group
    }

    pub(super) fn scalar(&self) -> &[u8] {
        &self.scalar
    }

    /// The public point: 4, x, y.
    pub(in crate::tls::old) fn point(&self) -> &[u8] {
        &self.point
    }

    /// The premaster secret, with the zeros that it begins with; `None` if the other side's point is none. RFC 4492 §5.10
    pub(in crate::tls::old) fn shared(&self, peer: &[u8]) -> Option<Vec<u8>> {
        let curve = Curve::of(self.group)?;
        let is_point = peer.len() == 2 * curve.length + 1 && peer.first() == Some(&4);
        is_point.then(|| (curve.shared)(&self.scalar, peer)).flatten()
    }

    /// The signature under a digest, in DER. What is used once follows from key and digest (RFC 6979). RFC 4492 §5.4
    pub(super) fn sign(&self, digest: &[u8]) -> Option<Vec<u8>> {
        (Curve::of(self.group)?.sign)(&self.scalar, digest)
    }
}

/// Whether the owner of this point signed this digest.
pub(super) fn verify(group: Group, point: &[u8], digest: &[u8], signature: &[u8]) -> bool {
    Curve::of(group).is_some_and(|curve| (curve.verify)(point, digest, signature).is_some())
}

/// Whether it is an uncompressed point of the curve.
pub(super) fn is_point(group: Group, octets: &[u8]) -> bool {
    Curve::of(group).is_some_and(|curve| octets.len() == 2 * curve.length + 1 && (curve.is_point)(octets))
}

/// What one curve computes, over octets.
struct Curve {
    /// Octets of a coordinate, and of a scalar.
    length: usize,
    /// What the first octet of a scalar may have.
    mask: u8,
    public: fn(&[u8]) -> Option<Vec<u8>>,
    is_point: fn(&[u8]) -> bool,
    shared: fn(&[u8], &[u8]) -> Option<Vec<u8>>,
    sign: fn(&[u8], &[u8]) -> Option<Vec<u8>>,
    verify: fn(&[u8], &[u8], &[u8]) -> Option<()>,
}

macro_rules! curve {
    ($curve:ident, $length:expr, $mask:expr) => {
        Curve {
            length: $length,
            mask: $mask,
            public: |scalar| {
                let key = $curve::SecretKey::from_slice(scalar).ok()?;
                Some(key.public_key().to_sec1_bytes().into())
            },
            is_point: |octets| $curve::PublicKey::from_sec1_bytes(octets).is_ok(),
            shared: |scalar, peer| {
                let key = $curve::SecretKey::from_slice(scalar).ok()?;
                let peer = $curve::PublicKey::from_sec1_bytes(peer).ok()?;
                Some(key.diffie_hellman(&peer).raw_secret_bytes().to_vec())
            },
            sign: |scalar, digest| {
                use $curve::ecdsa::signature::hazmat::PrehashSigner;
                let key = $curve::ecdsa::SigningKey::from_slice(scalar).ok()?;
                let signature: $curve::ecdsa::Signature = key.sign_prehash(digest).ok()?;
                Some(signature.to_der().as_bytes().to_vec())
            },
            verify: |point, digest, signature| {
                use $curve::ecdsa::signature::hazmat::PrehashVerifier;
                let key = $curve::ecdsa::VerifyingKey::from_sec1_bytes(point).ok()?;
                let signature = $curve::ecdsa::Signature::from_der(signature).ok()?;
                key.verify_prehash(digest, &signature).ok()
            },
        }
    };
}

static P256: Curve = curve!(p256, 32, 0xFF);
static P384: Curve = curve!(p384, 48, 0xFF);
static P521: Curve = curve!(p521, 66, 0x01);

impl Curve {
    fn of(group: Group) -> Option<&'static Curve> {
        match group {
            Group::Secp256r1 => Some(&P256),
            Group::Secp384r1 => Some(&P384),
            Group::Secp521r1 => Some(&P521),
            Group::X25519 | Group::X448 => None,
        }
    }
}
