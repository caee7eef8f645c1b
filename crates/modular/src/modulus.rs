//! Multiplication and powers modulo an odd number, as P. L. Montgomery does it: what RSA, DSA and Diffie-Hellman spend their time on.
//!
//! With k limbs in the modulus n and R = 2^(32k), a number x stands as x·R mod n; then a multiplication divides by R, which is dropping
//! limbs, and never by n.

use crate::LONGEST;
use crate::natural::{Natural, add_product, subtract};
use alloc::vec;
use alloc::vec::Vec;

/// Bits of an exponent that are looked at together.
const WINDOW: usize = 4;

/// An odd number above 1, ready to compute modulo it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Modulus {
    number: Natural,
    /// n · this = -1 modulo 2^32.
    inverse: u32,
    /// R^2 mod n: a multiplication by it puts a number into the form above.
    square: Vec<u32>,
}

impl Modulus {
    /// `None` for 0, 1, an even number, and one of more than [`LONGEST`] bits.
    pub fn new(number: Natural) -> Option<Modulus> {
        let &lowest = number.limbs().first()?;
        if !number.is_odd() || number.bits() < 2 || number.bits() > LONGEST {
            return None;
        }
        // Newton: an odd number is its own inverse modulo 8, and each step doubles the bits that are right.
        let inverse =
            (0..4).fold(lowest, |inverse, _| inverse.wrapping_mul(2_u32.wrapping_sub(lowest.wrapping_mul(inverse))));
        let mut modulus = Modulus { inverse: inverse.wrapping_neg(), square: Vec::new(), number };
        modulus.square = modulus.limbs_of(&Natural::one().shifted_left(64 * modulus.length()).modulo(&modulus.number)?);
        Some(modulus)
    }

    pub fn number(&self) -> &Natural {
        &self.number
    }

    /// a · b mod n
    pub fn times(&self, a: &Natural, b: &Natural) -> Natural {
        let mut room = Vec::new();
        let (mut a, b) = (self.limbs_of(&self.reduced(a)), self.limbs_of(&self.reduced(b)));
        self.multiply(&mut a, &b, &mut room);
        let square = &self.square;
        self.multiply(&mut a, square, &mut room);
        Natural::from_limbs(a)
    }

    /// base ^ exponent mod n
    pub fn power(&self, base: &Natural, exponent: &Natural) -> Natural {
        let mut room = Vec::new();
        let mut one = self.limbs_of(&Natural::one());
        let unit = one.clone();
        self.multiply(&mut one, &self.square, &mut room);
        let mut base = self.limbs_of(&self.reduced(base));
        self.multiply(&mut base, &self.square, &mut room);

        // A short exponent, such as that of a public key, does not repay the table of powers.
        let window = if exponent.bits() > 64 { WINDOW } else { 1 };
        let mut powers = vec![one.clone()];
        while powers.len() < 1 << window {
            let mut next = powers.last().unwrap_or(&one).clone();
            self.multiply(&mut next, &base, &mut room);
            powers.push(next);
        }

        let mut result = one;
        for digit in (0..exponent.bits().div_ceil(window)).rev() {
            for _ in 0..window {
                let same = result.clone();
                self.multiply(&mut result, &same, &mut room);
            }
            let places = (digit * window..(digit + 1) * window).rev();
            let value = places.fold(0, |value, place| value << 1 | usize::from(exponent.bit(place)));
            if let Some(power) = powers.get(value).filter(|_| value > 0) {
                self.multiply(&mut result, power, &mut room);
            }
        }
        self.multiply(&mut result, &unit, &mut room);
        Natural::from_limbs(result)
    }

    pub(crate) fn reduced(&self, number: &Natural) -> Natural {
        number.modulo(&self.number).unwrap_or_default()
    }

    fn length(&self) -> usize {
        self.number.limbs().len()
    }

    /// A number below n, in as many limbs as n has.
    fn limbs_of(&self, number: &Natural) -> Vec<u32> {
        let mut limbs = number.limbs().to_vec();
        limbs.resize(self.length(), 0);
        limbs
    }

    /// `a` becomes a · b / R mod n. Both are below n and have as many limbs as n; `room` is for it to work in.
    fn multiply(&self, a: &mut [u32], b: &[u32], room: &mut Vec<u32>) {
        let n = self.number.limbs();
        room.clear();
        room.resize(2 * n.len() + 1, 0);
        for (place, &limb) in a.iter().enumerate() {
            let Some(window) = room.get_mut(place..) else { break };
            add_product(window, limb, b);
            // So many n make the lowest limb 0, and the division by 2^32 is to look one limb higher.
            let factor = window.first().map_or(0, |first| first.wrapping_mul(self.inverse));
            add_product(window, factor, n);
        }
        // Below 2n.
        let Some(result) = room.get_mut(n.len()..) else { return };
        let highest = result.last().is_some_and(|&last| last > 0);
        if highest || !result.iter().take(n.len()).rev().lt(n.iter().rev()) {
            subtract(result, n);
        }
        a.iter_mut().zip(result).for_each(|(a, result)| *a = *result);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Square and multiply, with a division each time.
    fn plain_power(base: &Natural, exponent: &Natural, modulus: &Natural) -> Natural {
        let mut result = Natural::one().modulo(modulus).unwrap();
        for place in (0..exponent.bits()).rev() {
            result = result.times(&result).modulo(modulus).unwrap();
            if exponent.bit(place) {
                result = result.times(base).modulo(modulus).unwrap();
            }
        }
        result
    }

    /// Octets, some of them all ones or zeros, where carries run far.
    fn octets() -> impl Strategy<Value = Vec<u8>> {
        prop::collection::vec(prop_oneof![any::<u8>(), Just(0xFF), Just(0)], 0..48)
    }

    proptest! {
        #[test]
        fn products_and_powers_are_those_of_long_division(a in octets(), b in octets(), mut n in octets()) {
            n.push(0x0D);
            let (a, b, n) = (Natural::from_be(&a), Natural::from_be(&b), Natural::from_be(&n));
            let modulus = Modulus::new(n.clone()).unwrap();
            prop_assert_eq!(modulus.times(&a, &b), a.times(&b).modulo(&n).unwrap());
            let short = b.shifted_right(b.bits().saturating_sub(90));
            prop_assert_eq!(modulus.power(&a, &short), plain_power(&a, &short, &n));
        }
    }

    #[test]
    fn what_is_no_modulus_is_none() {
        for number in [0, 1, 2, 4, 0x8000_0000] {
            assert_eq!(Modulus::new(Natural::from(number)), None);
        }
        let longest = Natural::one().shifted_left(LONGEST).minus(&Natural::one()).unwrap();
        assert!(Modulus::new(longest.clone()).is_some());
        assert_eq!(Modulus::new(longest.plus(&Natural::from(2))), None);
    }

    #[test]
    fn edges_of_powers() {
        let seven = Modulus::new(Natural::from(7)).unwrap();
        let of = Natural::from;
        assert_eq!(seven.power(&of(0), &of(0)), of(1));
        assert_eq!(seven.power(&of(14), &of(5)), of(0));
        assert_eq!(seven.power(&of(3), &of(6)), of(1), "Fermat");
        assert_eq!(seven.times(&of(0), &of(3)), of(0));
    }
}
