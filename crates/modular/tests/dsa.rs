//! DSA against RFC 6979 §A.2.1: a key of 1024 bits with a q of 160.

mod common;

use common::unhex;
use hmac::{Hmac, KeyInit, Mac};
use modular::Natural;
use modular::dsa::{Parameters, Signature};
use proptest::prelude::*;
use sha1::{Digest, Sha1};
use sha2::{Sha256, Sha512};

const P: &str = "\
    86f5ca03dcfeb225063ff830a0c769b9dd9d6153ad91d7ce27f787c43278b447e6533b86b18bed6e8a48b784a14c252c5be0dbf60b86d6385bd2\
    f12fb763ed8873abfd3f5ba2e0a8c0a59082eac056935e529daf7c610467899c77adedfc846c881870b7b19b2b58f9be0521a17002e3bdd6b866\
    85ee90b3d9a1b02b782b1779";
const Q: &str = "996f967f6c8e388d9e28d01e205fba957a5698b1";
const G: &str = "\
    07b0f92546150b62514bb771e2a0c0ce387f03bda6c56b505209ff25fd3c133d89bbcd97e904e09114d9a7defdeadfc9078ea544d2e401aeecc4\
    0bb9fbbf78fd87995a10a1c27cb7789b594ba7efb5c4326a9fe59a070e136db77175464adca417be5dce2f40d10a46a3a3943f26ab7fd9c0398f\
    f8c76ee0a56826a8a88f1dbd";
const X: &str = "411602cb19a6ccc34494d79d98ef1e7ed5af25f7";
const Y: &str = "\
    5df5e01ded31d0297e274e1691c192fe5868fef9e19a84776454b100cf16f65392195a38b90523e2542ee61871c0440cb87c322fc4b4d2ec5e1e\
    7ec766e1be8d4ce935437dc11c3c8fd426338933ebfe739cb3465f4d3668c5e473508253b1e682f65cbdc4fae93c2ea212390e54905a86e22231\
    70b44eaa7da5dd9ffcfb7f3b";

fn number(digits: &str) -> Natural {
    Natural::from_be(&unhex(digits))
}

fn parameters() -> Parameters {
    Parameters::new(number(P), number(Q), number(G)).unwrap()
}

macro_rules! hmac {
    ($hash:ty) => {
        |key: &[u8], parts: &[&[u8]]| {
            let mut hmac = Hmac::<$hash>::new_from_slice(key).unwrap();
            parts.iter().for_each(|part| hmac.update(part));
            hmac.finalize().into_bytes().to_vec()
        }
    };
}

#[test]
fn signatures_are_those_of_the_rfc() {
    let (x, y) = (number(X), number(Y));
    assert_eq!(parameters().public(&x), y);
    let check = |digest: &[u8], signature: Option<Signature>, k, r, s| {
        let expected = Signature { r: number(r), s: number(s) };
        assert_eq!(signature.as_ref(), Some(&expected));
        assert_eq!(parameters().sign(&x, digest, &number(k)), signature);
        assert!(parameters().verify(&y, digest, &expected));
    };
    for (message, k, r, s) in [
        (
            "sample",
            "7bdb6b0ff756e1bb5d53583ef979082f9ad5bd5b",
            "2e1a0c2562b2912caaf89186fb0f42001585da55",
            "29efb6b0aff2d7a68eb70ca313022253b9a88df5",
        ),
        (
            "test",
            "5c842df4f9e344ee09f056838b42c7a17f4a6433",
            "42ab2052fd43e123f0607f115052a67dcd9c5c77",
            "183916b0230d45b9931491d4c6b0bd2fb4aaf088",
        ),
    ] {
        let digest = Sha1::digest(message);
        check(&digest, parameters().sign_deterministic(&x, &digest, hmac!(Sha1)), k, r, s);
    }
    // Digests that are longer than q.
    let digest = Sha256::digest("sample");
    check(
        &digest,
        parameters().sign_deterministic(&x, &digest, hmac!(Sha256)),
        "519ba0546d0c39202a7d34d7dfa5e760b318bcfb",
        "81f2f5850be5bc123c43f71a3033e9384611c545",
        "4cdd914b65eb6c66a8aaad27299bee6b035f5e89",
    );
    let digest = Sha512::digest("sample");
    check(
        &digest,
        parameters().sign_deterministic(&x, &digest, hmac!(Sha512)),
        "09ece7ca27d0f5a4dd4e556c9df1d21d28104f8b",
        "16c3491f9b8c3fbbdd5e7a7b667057f0d8ee8e1b",
        "02c36a127a7b89edbb72e4ffbc71dabc7d4fc69c",
    );
}

#[test]
fn a_signature_is_of_one_digest_one_key_and_in_range() {
    let (x, y) = (number(X), number(Y));
    let digest = Sha1::digest("sample");
    let good = parameters().sign_deterministic(&x, &digest, hmac!(Sha1)).unwrap();
    let verified = |signature: &Signature| parameters().verify(&y, &digest, signature);
    assert!(verified(&good));
    assert!(!parameters().verify(&y, &Sha1::digest("simple"), &good));
    assert!(!parameters().verify(&number(G), &digest, &good));
    let with = |r: &Natural, s: &Natural| Signature { r: r.clone(), s: s.clone() };
    let (r, s, zero, q) = (&good.r, &good.s, &Natural::from(0), &number(Q));
    for bad in [with(s, r), with(zero, s), with(r, zero), with(q, s), with(r, q), with(zero, zero)] {
        assert!(!verified(&bad), "{bad:?}");
    }
    // Larger by q, each is the same modulo q, and out of range.
    let plus_q = |number: &Natural| {
        let sum = [number.to_be_padded(24).unwrap(), q.to_be_padded(24).unwrap()];
        let mut carry = 0;
        let octets = sum[0].iter().zip(&sum[1]).rev().map(|(&a, &b)| {
            carry += u16::from(a) + u16::from(b);
            let octet = carry as u8;
            carry >>= 8;
            octet
        });
        let mut octets: Vec<u8> = octets.collect();
        octets.reverse();
        Natural::from_be(&octets)
    };
    assert!(!verified(&with(&plus_q(r), s)) && !verified(&with(r, &plus_q(s))));
    assert_eq!(parameters().sign(&x, &digest, &Natural::from(0)), None);
    assert_eq!(parameters().sign(&x, &digest, q), None);
}

#[test]
fn what_are_no_parameters_is_none() {
    let of =
        |p: &[u8], q: &[u8], g: &[u8]| Parameters::new(Natural::from_be(p), Natural::from_be(q), Natural::from_be(g));
    assert!(of(&[0xFF; 40], &[0xFF; 32], &[2]).is_some());
    assert!(of(&[0xFF; 40], &[0xFF; 33], &[2]).is_none(), "q is too long");
    assert!(of(&[0xFF; 20], &[0xFF; 20], &[2]).is_none(), "q is p");
    for (p, q, g) in
        [(23, 11, 0), (23, 11, 1), (23, 11, 23), (23, 1, 2), (23, 0, 2), (23, 10, 2), (22, 11, 2), (0, 0, 0)]
    {
        assert!(of(&[p], &[q], &[g]).is_none(), "{p} {q} {g}");
    }
}

#[test]
fn a_private_key_is_made_of_any_octets() {
    let largest = parameters().private(&[0xFF; 40]);
    for random in [[].as_slice(), &[0; 28], &[0xFF; 28], &unhex(Q)] {
        let key = parameters().private(random);
        assert!(!key.is_zero() && key < number(Q), "{random:?}");
    }
    assert_ne!(largest, parameters().private(&[0xFF; 39]));
}

#[test]
fn hmac_that_gives_nothing_does_not_hang() {
    assert_eq!(parameters().sign_deterministic(&number(X), &[1; 20], |_, _| Vec::new()), None);
    assert_eq!(parameters().sign_deterministic(&number(X), &[1; 20], |_, _| vec![0xFF; 20]), None);
    let empty = parameters().sign_deterministic(&number(X), &[], hmac!(Sha1)).unwrap();
    assert!(parameters().verify(&number(Y), &[], &empty));
}

proptest! {
    #[test]
    fn any_numbers_have_an_answer(numbers in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..24), 6)) {
        let number = |at: usize| Natural::from_be(&numbers[at]);
        if let Some(parameters) = Parameters::new(number(0), number(1), number(2)) {
            parameters.verify(&number(3), &numbers[5], &Signature { r: number(4), s: number(5) });
            parameters.sign(&number(3), &numbers[5], &number(4));
            parameters.sign_deterministic(&number(3), &numbers[5], |_, _| numbers[4].clone());
            parameters.private(&numbers[4]);
        }
    }
}
