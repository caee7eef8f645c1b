//! RSA with the padding of PKCS #1 v1.5. RFC 8017 §5, §7.2, §8.2
//!
//! A private operation is two short ones, modulo each prime, put together by the Chinese remainder theorem.

mod file;
mod padding;

pub use padding::BadPadding;

use crate::{LONGEST, Modulus, Natural};
use alloc::vec::Vec;

/// Bits of the longest public exponent: more would be no work for the owner and much for others.
const LONGEST_EXPONENT: usize = 64;

/// n and e.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey {
    n: Modulus,
    e: Natural,
}

/// A public key, and the two primes of its modulus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrivateKey {
    public: PublicKey,
    first: Prime,
    second: Prime,
    /// The inverse of the second prime modulo the first.
    coefficient: Natural,
}

/// A prime p, and d mod (p - 1).
#[derive(Clone, Debug, PartialEq, Eq)]
struct Prime {
    p: Modulus,
    exponent: Natural,
}

impl PublicKey {
    /// `None` if n can be no modulus, or e is 0 or longer than is computed with.
    pub fn new(n: Natural, e: Natural) -> Option<PublicKey> {
        let fits = !e.is_zero() && e.bits() <= LONGEST_EXPONENT;
        fits.then_some(())?;
        Some(PublicKey { n: Modulus::new(n)?, e })
    }

    pub fn n(&self) -> &Natural {
        self.n.number()
    }

    pub fn e(&self) -> &Natural {
        &self.e
    }

    /// Octets of the modulus, and of everything encrypted or signed. RFC 8017 §7.2.1
    pub fn octets(&self) -> usize {
        self.n().octets()
    }

    /// The message, encrypted with padding out of random octets: those that are 0 are passed over, and there should be twice as many
    /// as the modulus has. `None` if the message is too long or the random octets too few. RFC 8017 §7.2.1
    pub fn encrypt(&self, message: &[u8], random: &[u8]) -> Option<Vec<u8>> {
        let padded = padding::encrypted(message, random, self.octets())?;
        self.n.power(&Natural::from_be(&padded), &self.e).to_be_padded(self.octets())
    }

    /// What was signed: for TLS 1.2 and certificates a DigestInfo, before TLS 1.2 two hashes. RFC 8017 §8.2.2
    pub fn recover(&self, signature: &[u8]) -> Result<Vec<u8>, BadPadding> {
        padding::signed(&self.raw(signature, |number| Some(self.n.power(number, &self.e)))?)
    }

    /// Whether the owner of the key signed exactly this. RFC 8017 §8.2.2
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        self.recover(signature).is_ok_and(|signed| signed == message)
    }

    /// The operation on octets.
    fn raw(&self, octets: &[u8], work: impl Fn(&Natural) -> Option<Natural>) -> Result<Vec<u8>, BadPadding> {
        if octets.len() != self.octets() {
            return Err(BadPadding::Length);
        }
        let number = Some(Natural::from_be(octets)).filter(|number| number < self.n());
        let number = number.as_ref().and_then(work).ok_or(BadPadding::TooLarge)?;
        number.to_be_padded(self.octets()).ok_or(BadPadding::TooLarge)
    }
}

impl PrivateKey {
    /// From two primes and the public exponent. `None` if no key comes of them; that they are primes is not seen.
    pub fn from_primes(p: Natural, q: Natural, e: Natural) -> Option<PrivateKey> {
        if p.bits() + q.bits() > LONGEST {
            return None;
        }
        let coefficient = q.inverse(&p)?;
        let public = PublicKey::new(p.times(&q), e)?;
        let prime = |p: Natural| {
            let exponent = public.e.inverse(&p.minus(&Natural::one())?)?;
            Some(Prime { p: Modulus::new(p)?, exponent })
        };
        Some(PrivateKey { first: prime(p)?, second: prime(q)?, coefficient, public })
    }

    pub fn public(&self) -> &PublicKey {
        &self.public
    }

    /// What was encrypted; what is wrong with it, if it was not for this key. A server must not let the other side know which: it
    /// goes on with a random secret instead (RFC 5246 §7.4.7.1). RFC 8017 §7.2.2
    pub fn decrypt(&self, encrypted: &[u8]) -> Result<Vec<u8>, BadPadding> {
        padding::decrypted(&self.public.raw(encrypted, |number| self.operation(number))?)
    }

    /// The signature under a message, which is a DigestInfo or two hashes; `None` if it is too long for the key. RFC 8017 §8.2.1
    pub fn sign(&self, message: &[u8]) -> Option<Vec<u8>> {
        let padded = padding::to_sign(message, self.public.octets())?;
        self.operation(&Natural::from_be(&padded))?.to_be_padded(self.public.octets())
    }

    /// c^d mod n. RFC 8017 §5.1.2
    fn operation(&self, number: &Natural) -> Option<Natural> {
        let (p, q) = (&self.first.p, &self.second.p);
        let first = p.power(number, &self.first.exponent);
        let second = q.power(number, &self.second.exponent);
        let difference = first.plus(p.number()).minus(&p.reduced(&second))?;
        let multiple = p.times(&difference, &self.coefficient);
        Some(second.plus(&multiple.times(q.number())))
    }
}
