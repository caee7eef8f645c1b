//! A private key as a file has it: RSAPrivateKey in DER (RFC 8017 §A.1.2), alone or in a PrivateKeyInfo (RFC 5958 §2).
//!
//! Left out: encrypted files, keys of more than two primes, PEM around the octets.

use super::PrivateKey;
use crate::Natural;
use alloc::vec;
use alloc::vec::Vec;

const INTEGER: u8 = 0x02;
const OCTET_STRING: u8 = 0x04;
const SEQUENCE: u8 = 0x30;

/// INTEGER 0: the version of both structures.
const VERSION: &[u8] = &[INTEGER, 1, 0];
/// AlgorithmIdentifier of rsaEncryption, whose parameters are NULL. RFC 3279 §2.3.1
const RSA_ENCRYPTION: &[u8] =
    &[SEQUENCE, 13, 0x06, 9, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01, 0x05, 0x00];

impl PrivateKey {
    /// From either structure. `None` for what is no RSA key, and for one whose modulus is not the product of its two primes.
    pub fn from_der(der: &[u8]) -> Option<PrivateKey> {
        let fields = fields(der)?;
        // PrivateKeyInfo goes on with the algorithm; attributes may follow on the key.
        let numbers = match fields.strip_prefix(RSA_ENCRYPTION) {
            Some(rest) => self::fields(element(rest, OCTET_STRING)?.0)?,
            None => fields,
        };
        let (n, rest) = integer(numbers)?;
        let (e, rest) = integer(rest)?;
        let (_d, rest) = integer(rest)?;
        let (p, rest) = integer(rest)?;
        let (q, _) = integer(rest)?;
        PrivateKey::from_primes(p, q, e).filter(|key| *key.public.n() == n)
    }

    /// RSAPrivateKey. RFC 8017 §A.1.2
    pub fn to_pkcs1(&self) -> Option<Vec<u8>> {
        let (p, q) = (self.first.p.number(), self.second.p.number());
        let less = |number: &Natural| number.minus(&Natural::one());
        // An inverse modulo (p - 1)(q - 1) does, as one modulo their least common multiple would.
        let d = self.public.e.inverse(&less(p)?.times(&less(q)?))?;
        let numbers =
            [self.public.n(), &self.public.e, &d, p, q, &self.first.exponent, &self.second.exponent, &self.coefficient];
        let numbers: Vec<u8> = numbers.into_iter().flat_map(written).collect();
        Some(wrapped(SEQUENCE, &[VERSION, &numbers]))
    }

    /// PrivateKeyInfo. RFC 5958 §2
    pub fn to_pkcs8(&self) -> Option<Vec<u8>> {
        let key = wrapped(OCTET_STRING, &[&self.to_pkcs1()?]);
        Some(wrapped(SEQUENCE, &[VERSION, RSA_ENCRYPTION, &key]))
    }
}

/// What follows the version.
fn fields(der: &[u8]) -> Option<&[u8]> {
    element(der, SEQUENCE)?.0.strip_prefix(VERSION)
}

/// The contents of an element with this tag, and what follows it. X.690 §8.1.3
fn element(octets: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (&[found, first], rest) = octets.split_first_chunk()?;
    let (length, rest) = match first.checked_sub(0x80) {
        None => (usize::from(first), rest),
        Some(count @ 1..=2) => {
            let (length, rest) = rest.split_at_checked(count.into())?;
            (length.iter().fold(0, |length, &octet| length << 8 | usize::from(octet)), rest)
        }
        Some(_) => return None,
    };
    (found == tag).then_some(())?;
    rest.split_at_checked(length)
}

/// A number that is not negative.
fn integer(octets: &[u8]) -> Option<(Natural, &[u8])> {
    let (number, rest) = element(octets, INTEGER)?;
    number.first().filter(|&&first| first < 0x80)?;
    Some((Natural::from_be(number), rest))
}

fn written(number: &Natural) -> Vec<u8> {
    // A first octet of 0 where the sign would be set, and as the octet of 0.
    let sign: &[u8] = if number.bits().is_multiple_of(8) { &[0] } else { &[] };
    wrapped(INTEGER, &[sign, &number.to_be()])
}

fn wrapped(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let contents = parts.concat();
    let length = contents.len().to_be_bytes();
    let length: Vec<u8> = length.into_iter().skip_while(|&octet| octet == 0).collect();
    let mut element = vec![tag];
    if contents.len() >= 0x80 {
        element.push(0x80 | length.len() as u8);
    }
    [element, length, contents].concat()
}
