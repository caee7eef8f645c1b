//! DSA: FIPS 186-4 §4, with the number for each signature as in RFC 6979.
//!
//! Left out: making parameters, and whether p and q are primes.

use crate::{Modulus, Natural};
use alloc::vec;
use alloc::vec::Vec;

/// Bits of the longest q that FIPS 186-4 §4.2 has. A peer may choose it, and what is computed takes as long as q is.
const LONGEST_Q: usize = 256;

/// p, q and g.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameters {
    p: Modulus,
    q: Modulus,
    g: Natural,
}

/// What a signature consists of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    pub r: Natural,
    pub s: Natural,
}

impl Parameters {
    /// `None` unless 1 < q < p, both odd, and 1 < g < p, or if q is longer than is in use.
    pub fn new(p: Natural, q: Natural, g: Natural) -> Option<Parameters> {
        let fits = q < p && q.bits() <= LONGEST_Q && g < p && g.bits() > 1;
        fits.then_some(())?;
        Some(Parameters { p: Modulus::new(p)?, q: Modulus::new(q)?, g })
    }

    pub fn p(&self) -> &Natural {
        self.p.number()
    }

    pub fn q(&self) -> &Natural {
        self.q.number()
    }

    pub fn g(&self) -> &Natural {
        &self.g
    }

    /// A private key out of random octets, which should be some more than q has: 1 to q - 1. FIPS 186-4 §B.1.1
    pub fn private(&self, random: &[u8]) -> Natural {
        // q is at least 3.
        let below = self.q().minus(&Natural::one()).unwrap_or_default();
        Natural::from_be(random).modulo(&below).unwrap_or_default().plus(&Natural::one())
    }

    /// The public key of a private one: g^x mod p.
    pub fn public(&self, private: &Natural) -> Natural {
        self.p.power(&self.g, private)
    }

    /// The signature under a digest; `k` is another number for each. `None` if none comes of this k, which is one in 2^160. FIPS 186-4 §4.6
    pub fn sign(&self, private: &Natural, digest: &[u8], k: &Natural) -> Option<Signature> {
        if k >= self.q() {
            return None;
        }
        let r = self.q.reduced(&self.p.power(&self.g, k));
        let sum = self.leftmost(digest).plus(&self.q.times(private, &r));
        let s = self.q.times(&k.inverse(self.q())?, &sum);
        (!r.is_zero() && !s.is_zero()).then_some(Signature { r, s })
    }

    /// The signature under a digest with the k that follows from key and digest. `hmac` is HMAC of the parts, one after the other,
    /// with the hash of the digest. RFC 6979 §3.2
    pub fn sign_deterministic(
        &self,
        private: &Natural,
        digest: &[u8],
        hmac: impl Fn(&[u8], &[&[u8]]) -> Vec<u8>,
    ) -> Option<Signature> {
        let (bits, octets) = (self.q().bits(), self.q().octets());
        let private_octets = self.q.reduced(private).to_be_padded(octets)?;
        let digest_octets = self.q.reduced(&self.leftmost(digest)).to_be_padded(octets)?;
        let (mut key, mut value) = (vec![0; digest.len()], vec![1; digest.len()]);
        for mark in [0, 1] {
            key = hmac(&key, &[&value, &[mark], &private_octets, &digest_octets]);
            value = hmac(&key, &[&value]);
        }
        // Half of the draws or more are below q; the bound is there so that it ends with any `hmac`.
        for _ in 0..64 {
            let mut drawn = Vec::new();
            for _ in 0..=bits / 8 {
                if drawn.len() < octets {
                    value = hmac(&key, &[&value]);
                    drawn.extend(&value);
                }
            }
            let k = leftmost(&drawn, bits);
            if let Some(signature) = Some(k).filter(|k| !k.is_zero()).and_then(|k| self.sign(private, digest, &k)) {
                return Some(signature);
            }
            key = hmac(&key, &[&value, &[0]]);
            value = hmac(&key, &[&value]);
        }
        None
    }

    /// Whether the owner of the public key signed this digest. FIPS 186-4 §4.7
    pub fn verify(&self, public: &Natural, digest: &[u8], signature: &Signature) -> bool {
        let Signature { r, s } = signature;
        let in_range = |number: &Natural| !number.is_zero() && number < self.q();
        let Some(w) = s.inverse(self.q()).filter(|_| in_range(r) && in_range(s)) else {
            return false;
        };
        let g = self.p.power(&self.g, &self.q.times(&self.leftmost(digest), &w));
        let y = self.p.power(public, &self.q.times(r, &w));
        self.q.reduced(&self.p.times(&g, &y)) == *r
    }

    fn leftmost(&self, digest: &[u8]) -> Natural {
        leftmost(digest, self.q().bits())
    }
}

/// The number in the leftmost bits, or in all if there are fewer. RFC 6979 §2.3.2
fn leftmost(octets: &[u8], bits: usize) -> Natural {
    Natural::from_be(octets).shifted_right((octets.len() * 8).saturating_sub(bits))
}
