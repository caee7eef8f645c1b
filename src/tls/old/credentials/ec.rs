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
    Curve::of(group).is_some_and(|curve| (curve.verify)(point, digest, signature))
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
    verify: fn(&[u8], &[u8], &[u8]) -> bool,
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
                let key = $curve::ecdsa::VerifyingKey::from_sec1_bytes(point);
                let signature = $curve::ecdsa::Signature::from_der(signature);
                key.is_ok_and(|key| signature.is_ok_and(|signature| key.verify_prehash(digest, &signature).is_ok()))
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

#[cfg(test)]
mod tests {
    use super::super::der::pair;
    use super::*;
    use crate::scenario::Seed;
    use crate::tls::random::Randomness;
    use modular::Natural;

    const GROUPS: [Group; 3] = [Group::Secp256r1, Group::Secp384r1, Group::Secp521r1];

    fn key(group: Group, label: &str) -> EcKey {
        EcKey::new(group, &mut Stream::new(Randomness::Seed(Seed(1)), label)).unwrap()
    }

    fn unhex(text: &str) -> Vec<u8> {
        let octet = |at| u8::from_str_radix(&text[at..at + 2], 16).unwrap();
        (0..text.len()).step_by(2).map(octet).collect()
    }

    /// The key's x and y, and r and s of "sample" with SHA-1, a digest that is shorter than any of the orders. RFC 6979 §A.2.5, §A.2.6,
    /// §A.2.7
    #[test]
    fn signatures_with_sha_1_are_those_of_the_rfc() {
        let digest = unhex("8151325dcdbae9e0ff95f9f9658432dbedfdb209");
        let vectors = [
            (
                Group::Secp256r1,
                [
                    "60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6",
                    "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299",
                    "61340c88c3aaebeb4f6d667f672ca9759a6ccaa9fa8811313039ee4a35471d32",
                    "6d7f147dac089441bb2e2fe8f7a3fa264b9c475098fdcf6e00d7c996e1b8b7eb",
                ],
            ),
            (
                Group::Secp384r1,
                [
                    "ec3a4e415b4e19a4568618029f427fa5da9a8bc4ae92e02e06aae5286b300c64def8f0ea9055866064a254515480bc13",
                    "8015d9b72d7d57244ea8ef9ac0c621896708a59367f9dfb9f54ca84b3f1c9db1288b231c3ae0d4fe7344fd2533264720",
                    "ec748d839243d6fbef4fc5c4859a7dffd7f3abddf72014540c16d73309834fa37b9ba002899f6fda3a4a9386790d4eb2",
                    "a3bcfa947beef4732bf247ac17f71676cb31a847b9ff0cbc9c9ed4c1a5b3facf26f49ca031d4857570ccb5ca4424a443",
                ],
            ),
            (
                Group::Secp521r1,
                [
                    "01894550d0785932e00eaa23b694f213f8c3121f86dc97a04e5a7167db4e5bcd3711\
                     23d46e45db6b5d5370a7f20fb633155d38ffa16d2bd761dcac474b9a2f5023a4",
                    "00493101c962cd4d2fddf782285e64584139c2f91b47f87ff82354d6630f746a28a0\
                     db25741b5b34a828008b22acc23f924faafbd4d33f81ea66956dfeaa2bfdfcf5",
                    "0343b6ec45728975ea5cba6659bbb6062a5ff89eea58be3c80b619f322c87910fe09\
                     2f7d45bb0f8eee01ed3f20babec079d202ae677b243ab40b5431d497c55d75d",
                    "00e7b0e675a9b24413d448b8cc119d2bf7b2d2df032741c096634d6d65d0dbe3d569\
                     4625fb9e8104d3b842c1b0e2d0b98bea19341e8676aef66ae4eba3d5475d5d16",
                ],
            ),
        ];
        for (group, numbers) in vectors {
            let [x, y, r, s] =
                numbers.map(|number| unhex(&format!("{:0>width$}", number, width = number.len().next_multiple_of(2))));
            let point = [vec![4], x, y].concat();
            let signature = pair(&Natural::from_be(&r), &Natural::from_be(&s));
            assert!(verify(group, &point, &digest, &signature), "{group:?}");
            assert!(!verify(group, &point, &digest[1..], &signature), "{group:?}");
            let mut damaged = signature.clone();
            *damaged.last_mut().unwrap() ^= 1;
            assert!(!verify(group, &point, &digest, &damaged), "{group:?}");
            assert!(!verify(group, &[], &digest, &signature) && !verify(group, &point, &digest, &[]));
        }
    }

    #[test]
    fn a_key_signs_what_its_point_verifies() {
        for (group, length) in GROUPS.into_iter().flat_map(|group| [20, 32, 48, 64].map(|length| (group, length))) {
            let (one, other, digest) = (key(group, "one"), key(group, "other"), vec![7; length]);
            let signature = one.sign(&digest).unwrap();
            assert!(verify(group, one.point(), &digest, &signature));
            assert!(!verify(group, other.point(), &digest, &signature));
            assert_eq!(one.sign(&digest), Some(signature));
        }
    }

    #[test]
    fn both_ends_agree_and_a_point_that_is_none_is_refused() {
        for group in GROUPS {
            let (one, other) = (key(group, "one"), key(group, "other"));
            let secret = one.shared(other.point()).unwrap();
            assert_eq!(other.shared(one.point()), Some(secret.clone()));
            assert_eq!(secret.len(), usize::from(group.field_bits()).div_ceil(8));
            let mut compressed = one.point()[..=secret.len()].to_vec();
            compressed[0] = 2 | one.point().last().unwrap() & 1;
            let mut beside = one.point().to_vec();
            *beside.last_mut().unwrap() ^= 1;
            let bad = [Vec::new(), vec![0], vec![4; one.point().len()], one.point()[1..].to_vec(), compressed, beside];
            for bad in bad {
                assert_eq!(other.shared(&bad), None, "{group:?} {bad:?}");
                assert!(!is_point(group, &bad));
            }
            assert!(is_point(group, one.point()));
        }
        for group in [Group::X25519, Group::X448] {
            assert!(EcKey::new(group, &mut Stream::new(Randomness::Seed(Seed(1)), "key")).is_none());
            assert!(!is_point(group, &[4; 65]));
        }
    }
}
