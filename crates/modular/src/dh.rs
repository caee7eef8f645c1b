//! Diffie-Hellman over the numbers modulo a prime. RFC 2631 §2.1
//!
//! Left out: whether p is a prime and g of large order. A client of TLS takes what the server sends. RFC 5246 §F.1.1.3

use crate::{Modulus, Natural};

/// p and g.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    p: Modulus,
    g: Natural,
}

impl Group {
    /// `None` if p can be no modulus, or g be no public value.
    pub fn new(p: Natural, g: Natural) -> Option<Group> {
        let group = Group { p: Modulus::new(p)?, g };
        group.is_public(&group.g).then_some(group)
    }

    pub fn p(&self) -> &Natural {
        self.p.number()
    }

    pub fn g(&self) -> &Natural {
        &self.g
    }

    /// What is sent of a private value: g^x mod p.
    pub fn public(&self, private: &Natural) -> Natural {
        self.p.power(&self.g, private)
    }

    /// The common secret, y^x mod p; `None` if y is no public value. As octets without zeros in front it is the premaster secret of
    /// TLS (RFC 4346 §8.1.2).
    pub fn shared(&self, public: &Natural, private: &Natural) -> Option<Natural> {
        self.is_public(public).then(|| self.p.power(public, private))
    }

    /// 1 < y < p - 1: from 1 and p - 1 the secret would be known. RFC 7919 §5.1
    pub fn is_public(&self, public: &Natural) -> bool {
        public.bits() > 1 && public.plus(&Natural::one()) < *self.p()
    }
}
