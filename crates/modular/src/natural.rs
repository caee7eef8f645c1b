//! Whole numbers from 0, of any length, in limbs of 32 bits. Slow and plain: what has to be fast is in `modulus.rs`.

use alloc::vec;
use alloc::vec::Vec;
use core::cmp::Ordering;
use core::fmt;

/// A whole number that is not negative.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Natural {
    /// The lowest first; the last one is not 0.
    limbs: Vec<u32>,
}

impl Natural {
    pub(crate) const fn zero() -> Natural {
        Natural { limbs: Vec::new() }
    }

    pub(crate) fn one() -> Natural {
        Natural::from(1)
    }

    pub(crate) fn from_limbs(mut limbs: Vec<u32>) -> Natural {
        while limbs.last() == Some(&0) {
            limbs.pop();
        }
        Natural { limbs }
    }

    /// From octets, the highest first; of no octets, 0. OS2IP, RFC 8017 §4.2
    pub fn from_be(octets: &[u8]) -> Natural {
        let limb = |octets: &[u8]| octets.iter().fold(0, |limb, &octet| limb << 8 | u32::from(octet));
        Natural::from_limbs(octets.rchunks(4).map(limb).collect())
    }

    /// As few octets as hold it, the highest first; of 0, none.
    pub fn to_be(&self) -> Vec<u8> {
        let octets = self.limbs.iter().rev().flat_map(|limb| limb.to_be_bytes());
        octets.skip_while(|&octet| octet == 0).collect()
    }

    /// So many octets, the highest first; `None` if it has more. I2OSP, RFC 8017 §4.1
    pub fn to_be_padded(&self, length: usize) -> Option<Vec<u8>> {
        let octets = self.to_be();
        let zeros = length.checked_sub(octets.len())?;
        Some([vec![0; zeros], octets].concat())
    }

    pub(crate) fn limbs(&self) -> &[u32] {
        &self.limbs
    }

    pub fn bits(&self) -> usize {
        self.limbs.last().map_or(0, |last| self.limbs.len() * 32 - last.leading_zeros() as usize)
    }

    /// Octets that hold it.
    pub fn octets(&self) -> usize {
        self.bits().div_ceil(8)
    }

    /// The bit with this place, 0 the lowest.
    pub(crate) fn bit(&self, place: usize) -> bool {
        self.limbs.get(place / 32).is_some_and(|limb| limb >> (place % 32) & 1 == 1)
    }

    pub fn is_zero(&self) -> bool {
        self.limbs.is_empty()
    }

    pub fn is_odd(&self) -> bool {
        self.bit(0)
    }

    pub(crate) fn plus(&self, other: &Natural) -> Natural {
        let length = self.limbs.len().max(other.limbs.len()) + 1;
        let (a, b) =
            (self.limbs.iter().chain(core::iter::repeat(&0)), other.limbs.iter().chain(core::iter::repeat(&0)));
        let mut carry = 0;
        let sum = a.zip(b).take(length).map(|(&a, &b)| {
            let sum = u64::from(a) + u64::from(b) + carry;
            carry = sum >> 32;
            sum as u32
        });
        Natural::from_limbs(sum.collect())
    }

    /// The difference; `None` if it would be negative.
    pub(crate) fn minus(&self, other: &Natural) -> Option<Natural> {
        if self < other {
            return None;
        }
        let mut limbs = self.limbs.clone();
        subtract(&mut limbs, &other.limbs);
        Some(Natural::from_limbs(limbs))
    }

    pub(crate) fn times(&self, other: &Natural) -> Natural {
        let mut product = vec![0; self.limbs.len() + other.limbs.len()];
        for (place, &limb) in self.limbs.iter().enumerate() {
            if let Some(place) = product.get_mut(place..) {
                add_product(place, limb, &other.limbs);
            }
        }
        Natural::from_limbs(product)
    }

    pub(crate) fn shifted_left(&self, bits: usize) -> Natural {
        let mut limbs = vec![0; bits / 32];
        let mut carry = 0;
        for &limb in &self.limbs {
            let wide = u64::from(limb) << (bits % 32) | carry;
            limbs.push(wide as u32);
            carry = wide >> 32;
        }
        limbs.push(carry as u32);
        Natural::from_limbs(limbs)
    }

    pub(crate) fn shifted_right(&self, bits: usize) -> Natural {
        let limbs = self.limbs.get(bits / 32..).unwrap_or_default();
        let higher = limbs.iter().skip(1).chain([&0]);
        let shift = |(&low, &high): (&u32, &u32)| ((u64::from(high) << 32 | u64::from(low)) >> (bits % 32)) as u32;
        Natural::from_limbs(limbs.iter().zip(higher).map(shift).collect())
    }

    /// Quotient and remainder; `None` by 0. Bit by bit: moduli are divided by when a key is made, and seldom else.
    pub(crate) fn divided_by(&self, divisor: &Natural) -> Option<(Natural, Natural)> {
        if divisor.is_zero() {
            return None;
        }
        let Some(shift) = self.bits().checked_sub(divisor.bits()) else {
            return Some((Natural::zero(), self.clone()));
        };
        let (mut rest, mut step) = (self.clone(), divisor.shifted_left(shift));
        let mut quotient = vec![0; shift / 32 + 1];
        for place in (0..=shift).rev() {
            if step <= rest {
                subtract(&mut rest.limbs, &step.limbs);
                rest = Natural::from_limbs(rest.limbs);
                if let Some(limb) = quotient.get_mut(place / 32) {
                    *limb |= 1 << (place % 32);
                }
            }
            step.halve();
        }
        Some((Natural::from_limbs(quotient), rest))
    }

    /// The remainder; `None` by 0.
    pub(crate) fn modulo(&self, modulus: &Natural) -> Option<Natural> {
        self.divided_by(modulus).map(|(_, rest)| rest)
    }

    /// What it has to be multiplied by to give 1 modulo `modulus`; `None` if nothing does. Euclid's algorithm, extended.
    pub(crate) fn inverse(&self, modulus: &Natural) -> Option<Natural> {
        let (mut before, mut rest) = (modulus.clone(), self.modulo(modulus)?);
        // What to multiply by for each of the two. Their signs alternate, so that sizes are enough.
        let (mut factor_before, mut factor) = (Natural::zero(), Natural::one());
        let mut is_negative = false;
        while !rest.is_zero() {
            let (quotient, next) = before.divided_by(&rest)?;
            (before, rest) = (rest, next);
            let next = factor_before.plus(&quotient.times(&factor));
            (factor_before, factor) = (factor, next);
            is_negative = !is_negative;
        }
        if before != Natural::one() {
            return None;
        }
        // It has turned once more than the factor that is asked for.
        let inverse = if is_negative { factor_before } else { modulus.minus(&factor_before)? };
        inverse.modulo(modulus)
    }

    fn halve(&mut self) {
        let mut carry = 0;
        for limb in self.limbs.iter_mut().rev() {
            (*limb, carry) = (*limb >> 1 | carry << 31, *limb & 1);
        }
        if self.limbs.last() == Some(&0) {
            self.limbs.pop();
        }
    }
}

/// `sum` += `factor` · `of`, where `sum` has a limb more than `of` or does not overflow.
pub(crate) fn add_product(sum: &mut [u32], factor: u32, of: &[u32]) {
    let mut carry = 0_u64;
    let mut places = sum.iter_mut();
    // The limbs first: `zip` takes from the left one before it knows that the right one has ended.
    for (&limb, place) in of.iter().zip(&mut places) {
        // At most (2^32 - 1)^2 + 2 (2^32 - 1), which is 2^64 - 1.
        let wide = u64::from(factor) * u64::from(limb) + u64::from(*place) + carry;
        *place = wide as u32;
        carry = wide >> 32;
    }
    for place in places {
        if carry == 0 {
            return;
        }
        let wide = u64::from(*place) + carry;
        *place = wide as u32;
        carry = wide >> 32;
    }
}

/// `from` -= `what`; what is above `from` is cut off.
pub(crate) fn subtract(from: &mut [u32], what: &[u32]) {
    let mut borrow = false;
    for (limb, &take) in from.iter_mut().zip(what.iter().chain(core::iter::repeat(&0))) {
        let (less, under) = limb.overflowing_sub(take);
        let (less, under_too) = less.overflowing_sub(borrow.into());
        *limb = less;
        borrow = under | under_too;
    }
}

impl From<u32> for Natural {
    fn from(number: u32) -> Natural {
        Natural::from_limbs(vec![number])
    }
}

impl Ord for Natural {
    fn cmp(&self, other: &Natural) -> Ordering {
        let by_length = self.limbs.len().cmp(&other.limbs.len());
        by_length.then_with(|| self.limbs.iter().rev().cmp(other.limbs.iter().rev()))
    }
}

impl PartialOrd for Natural {
    fn partial_cmp(&self, other: &Natural) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// In hexadecimal.
impl fmt::Debug for Natural {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("0x")?;
        self.to_be().iter().try_for_each(|octet| write!(f, "{octet:02x}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;
    use proptest::prelude::*;

    fn of(number: u128) -> Natural {
        Natural::from_be(&number.to_be_bytes())
    }

    fn number(natural: &Natural) -> u128 {
        u128::from_be_bytes(natural.to_be_padded(16).unwrap().try_into().unwrap())
    }

    /// Numbers of any length, and those at the edges of limbs.
    fn any_number() -> impl Strategy<Value = u128> {
        (any::<u128>(), 0..128_u32, prop_oneof![Just(0), Just(1), Just(u128::MAX)], 0..3_u128)
            .prop_map(|(any, shift, fill, less)| (any >> shift ^ fill >> shift).saturating_sub(less))
    }

    proptest! {
        #[test]
        fn numbers_of_four_limbs_are_those_of_the_machine(a in any_number(), b in any_number(), shift in 0..128_usize) {
            let (half_a, half_b) = (a >> 64, b >> 64);
            prop_assert_eq!(number(&of(a)), a);
            prop_assert_eq!(of(a).cmp(&of(b)), a.cmp(&b));
            prop_assert_eq!(of(a).bits(), 128 - a.leading_zeros() as usize);
            prop_assert_eq!(number(&of(a >> 1).plus(&of(b >> 1))), (a >> 1) + (b >> 1));
            prop_assert_eq!(of(a).minus(&of(b)).as_ref().map(number), a.checked_sub(b));
            prop_assert_eq!(number(&of(half_a).times(&of(half_b))), half_a * half_b);
            prop_assert_eq!(number(&of(a).shifted_right(shift)), a >> shift);
            prop_assert_eq!(number(&of(a >> shift).shifted_left(shift)), a >> shift << shift);
            prop_assert_eq!(number(&of(b).modulo(&of(a.max(1))).unwrap()), b % a.max(1));
        }

        #[test]
        fn a_quotient_and_a_remainder_give_the_number_again(a in any::<[u8; 70]>(), b in any::<[u8; 40]>(), cut in 0..40_usize) {
            let (a, b) = (Natural::from_be(&a), Natural::from_be(&b[cut..]));
            let (quotient, rest) = a.divided_by(&b).unwrap();
            prop_assert!(rest < b);
            prop_assert_eq!(quotient.times(&b).plus(&rest), a);
        }

        #[test]
        fn an_inverse_is_one_and_is_found_where_there_is_one(a in any_number(), n in any_number()) {
            let (mut x, mut y) = (n, a);
            while y != 0 {
                (x, y) = (y, x % y);
            }
            let inverse = of(a).inverse(&of(n));
            prop_assert_eq!(inverse.is_some(), x == 1);
            if let Some(inverse) = inverse {
                prop_assert!(inverse < of(n));
                prop_assert_eq!(of(a).times(&inverse).modulo(&of(n)), Natural::one().modulo(&of(n)));
            }
        }

        #[test]
        fn octets_come_back_without_zeros_in_front(octets in prop::collection::vec(any::<u8>(), 0..20), zeros in 0..9_usize) {
            let natural = Natural::from_be(&[vec![0; zeros], octets.clone()].concat());
            let start = octets.iter().position(|&octet| octet != 0).unwrap_or(octets.len());
            prop_assert_eq!(natural.to_be(), &octets[start..]);
            prop_assert_eq!(natural.octets(), octets.len() - start);
            prop_assert_eq!(natural.to_be_padded(octets.len() + zeros), Some([vec![0; zeros], octets.clone()].concat()));
            if start < octets.len() {
                prop_assert_eq!(natural.to_be_padded(octets.len() - start - 1), None);
            }
        }
    }

    #[test]
    fn nothing_is_divided_by_zero() {
        assert_eq!(of(7).divided_by(&of(0)), None);
        assert_eq!(of(7).inverse(&of(0)), None);
        assert_eq!(of(0).inverse(&of(7)), None);
        assert_eq!(format!("{:?} {:?}", of(0x1_0000_0001), of(0)), "0x0100000001 0x");
    }
}
