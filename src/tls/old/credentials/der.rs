//! The Distinguished Encoding Rules as far as old certificates, keys and signatures need them, written and read. X.690 §8, §10
//!
//! Not here: what the dissector shows of them, which `dissect/der.rs` reads field by field; tags above 30.

use modular::Natural;

pub(super) const BOOLEAN: u8 = 0x01;
pub(super) const INTEGER: u8 = 0x02;
pub(super) const BIT_STRING: u8 = 0x03;
pub(super) const OCTET_STRING: u8 = 0x04;
pub(super) const NULL: &[u8] = &[0x05, 0];
pub(super) const OBJECT_IDENTIFIER: u8 = 0x06;
pub(super) const UTF8_STRING: u8 = 0x0C;
pub(super) const UTC_TIME: u8 = 0x17;
pub(super) const GENERALIZED_TIME: u8 = 0x18;
pub(super) const SEQUENCE: u8 = 0x30;
pub(super) const SET: u8 = 0x31;

/// The tag with this number in the context of a type, primitive or with elements inside.
pub(super) const fn context(number: u8, constructed: bool) -> u8 {
    0x80 | number | if constructed { 0x20 } else { 0 }
}

/// An element: tag, length, and the parts of its contents.
pub(super) fn element(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let contents = parts.concat();
    let length = Natural::from_be(&contents.len().to_be_bytes()).to_be();
    // The short form below 128, else how many octets the length takes.
    let head = match u8::try_from(contents.len()) {
        Ok(short @ 0..0x80) => vec![tag, short],
        _ => [vec![tag, 0x80 | length.len() as u8], length].concat(),
    };
    [head, contents].concat()
}

/// INTEGER of a number.
pub(super) fn integer(number: &Natural) -> Vec<u8> {
    // A set first bit would be the sign.
    let sign: &[u8] = if number.bits().is_multiple_of(8) { &[0] } else { &[] };
    element(INTEGER, &[sign, &number.to_be()])
}

/// BIT STRING; the last `unused` bits of it are none.
pub(super) fn bit_string(unused: u8, octets: &[u8]) -> Vec<u8> {
    element(BIT_STRING, &[&[unused], octets])
}

/// Elements one after the other, taken from the front; `None` for what is not there, or not in its shortest form.
#[derive(Clone, Copy)]
pub(super) struct DerReader<'a>(pub(super) &'a [u8]);

impl<'a> DerReader<'a> {
    /// Whether an element with this tag comes next.
    pub(super) fn follows(&self, tag: u8) -> bool {
        self.0.first() == Some(&tag)
    }

    /// The next element, whole, and its contents.
    pub(super) fn any(&mut self) -> Option<(&'a [u8], &'a [u8])> {
        let (&[_, first], rest) = self.0.split_first_chunk()?;
        let (length, header) = match first.checked_sub(0x80) {
            None => (usize::from(first), 2),
            Some(count @ 1..=3) => {
                let octets = rest.get(..usize::from(count))?;
                let length = octets.iter().fold(0, |length, &octet| length << 8 | usize::from(octet));
                let is_shortest = length >= 0x80 && octets.first() != Some(&0);
                is_shortest.then_some((length, 2 + usize::from(count)))?
            }
            Some(_) => return None,
        };
        let (whole, rest) = self.0.split_at_checked(header + length)?;
        self.0 = rest;
        Some((whole, whole.get(header..)?))
    }

    /// The contents of the next element, which has this tag.
    pub(super) fn take(&mut self, tag: u8) -> Option<&'a [u8]> {
        self.follows(tag).then_some(())?;
        self.any().map(|(_, contents)| contents)
    }

    /// The elements in the next one, which has this tag.
    pub(super) fn inside(&mut self, tag: u8) -> Option<DerReader<'a>> {
        self.take(tag).map(DerReader)
    }

    /// The next element, an INTEGER that is not negative.
    pub(super) fn integer(&mut self) -> Option<Natural> {
        let octets = self.take(INTEGER)?;
        let is_negative = octets.first().is_some_and(|&first| first >= 0x80);
        let is_shortest = !matches!(octets, [] | [0, 0..0x80, ..]);
        (is_shortest && !is_negative).then(|| Natural::from_be(octets))
    }

    /// The octets of the next element, a BIT STRING without unused bits.
    pub(super) fn bit_string(&mut self) -> Option<&'a [u8]> {
        self.take(BIT_STRING)?.strip_prefix(&[0])
    }

    /// `value`, if nothing is left.
    pub(super) fn end<T>(self, value: T) -> Option<T> {
        self.0.is_empty().then_some(value)
    }
}

/// The two numbers of a signature with DSA or ECDSA. RFC 3279 §2.2.2, §2.2.3
pub(super) fn pair(r: &Natural, s: &Natural) -> Vec<u8> {
    element(SEQUENCE, &[&integer(r), &integer(s)])
}

/// The other way; `None` for any other form of the same two numbers.
pub(super) fn read_pair(octets: &[u8]) -> Option<(Natural, Natural)> {
    let mut outer = DerReader(octets);
    let mut numbers = outer.inside(SEQUENCE)?;
    let pair = (numbers.integer()?, numbers.integer()?);
    numbers.end(())?;
    outer.end(pair)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bytes::hex;

    /// X.690 §8.1.3 and §8.3.2.
    #[test]
    fn lengths_and_numbers_take_as_few_octets_as_they_can() {
        for (octets, head) in [(0, "0400"), (127, "047f"), (128, "048180"), (255, "0481ff"), (256, "04820100")] {
            let element = element(OCTET_STRING, &[&vec![7; octets]]);
            assert_eq!(hex(&element[..element.len() - octets]), head);
            let mut reader = DerReader(&element);
            assert_eq!(reader.take(OCTET_STRING).map(<[u8]>::len), Some(octets));
            assert_eq!(reader.end(()), Some(()));
        }
        for (number, expected) in [(0, "020100"), (127, "02017f"), (128, "02020080"), (256, "02020100")] {
            let written = integer(&Natural::from(number));
            assert_eq!(hex(&written), expected);
            assert_eq!(DerReader(&written).integer(), Some(Natural::from(number)));
        }
    }

    #[test]
    fn each_number_has_one_form() {
        let good = pair(&Natural::from(0x80), &Natural::from(1));
        assert_eq!(hex(&good), "300702020080020101");
        assert!(read_pair(&good).is_some());
        let bad: [&[u8]; 9] = [
            &[0x30, 0x81, 7, 2, 2, 0, 0x80, 2, 1, 1],
            &[0x30, 6, 2, 1, 0x80, 2, 1, 1],
            &[0x30, 7, 2, 2, 0, 0x7F, 2, 1, 1],
            &[0x30, 6, 2, 2, 0, 0x80, 2, 0],
            &[0x30, 8, 2, 2, 0, 0x80, 2, 1, 1, 0],
            &[0x30, 7, 2, 2, 0, 0x80, 2, 1, 1, 0],
            &[0x31, 7, 2, 2, 0, 0x80, 2, 1, 1],
            &[0x30, 0x82, 0, 7, 2, 2, 0, 0x80, 2, 1, 1],
            &[0x30, 0x80, 2, 2, 0, 0x80, 2, 1, 1, 0, 0],
        ];
        for octets in bad {
            assert_eq!(read_pair(octets), None, "{octets:02x?}");
        }
        for end in 0..good.len() {
            assert_eq!(read_pair(&good[..end]), None);
        }
    }
}
