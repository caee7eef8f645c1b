//! The Distinguished Encoding Rules as far as certificates and signatures need them, written. X.690 §8, §10
//!
//! Not here: reading, which `dissect/der.rs` does field by field, and tags above 30.

pub(super) const BOOLEAN: u8 = 0x01;
const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
pub(super) const OCTET_STRING: u8 = 0x04;
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
    let length = contents.len().to_be_bytes();
    let length = significant(&length);
    let mut element = vec![tag];
    // The short form below 128, else how many octets the length takes.
    if contents.len() >= 0x80 {
        element.push(0x80 | length.len() as u8);
    }
    [element.as_slice(), length, &contents].concat()
}

/// INTEGER of a number that is not negative, from the octets of it, the highest first.
pub(super) fn integer(number: &[u8]) -> Vec<u8> {
    let number = significant(number);
    // A set first bit would be the sign.
    let sign: &[u8] = if number.first().is_some_and(|&first| first >= 0x80) { &[0] } else { &[] };
    element(INTEGER, &[sign, number])
}

/// BIT STRING; the last `unused` bits of it are none.
pub(super) fn bit_string(unused: u8, octets: &[u8]) -> Vec<u8> {
    element(BIT_STRING, &[&[unused], octets])
}

/// Without the zeros that it begins with; the last octet stays.
fn significant(octets: &[u8]) -> &[u8] {
    match octets {
        [0, rest @ ..] if !rest.is_empty() => significant(rest),
        _ => octets,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// X.690 §8.1.3 and §8.3.2.
    #[test]
    fn lengths_and_numbers_take_as_few_octets_as_they_can() {
        for (octets, head) in [(0, "0400"), (127, "047f"), (128, "048180"), (255, "0481ff"), (256, "04820100")] {
            let element = element(OCTET_STRING, &[&vec![7; octets]]);
            assert_eq!(crate::bytes::hex(&element[..element.len() - octets]), head);
        }
        for (number, expected) in [(0, "020100"), (127, "02017f"), (128, "02020080"), (256, "02020100")] {
            assert_eq!(crate::bytes::hex(&integer(&u64::to_be_bytes(number))), expected);
        }
    }
}
