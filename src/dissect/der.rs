//! DER, the octets of X.509: an identifier, a length, contents, and contents may be elements again (X.690 §8, §10).
//!
//! Left out: the indefinite length and every other form that only BER has, identifiers of more than one octet (X.509 uses none), and
//! the rules of DER that decide between two readable forms, such as the order of a SET.

use crate::bytes::{hex, printable};
use crate::calendar::Moment;
use crate::dissect::field::{FieldDefect, Fields, Kind, Read, octets_of};
use crate::registry;

pub const BOOLEAN: u8 = 0x01;
pub const INTEGER: u8 = 0x02;
pub const BIT_STRING: u8 = 0x03;
pub const OCTET_STRING: u8 = 0x04;
pub const OBJECT_IDENTIFIER: u8 = 0x06;
pub const UTC_TIME: u8 = 0x17;
pub const GENERALIZED_TIME: u8 = 0x18;
pub const SEQUENCE: u8 = 0x30;
pub const SET: u8 = 0x31;

const TAGS: &[(u8, &str)] = &[
    (BOOLEAN, "BOOLEAN"),
    (INTEGER, "INTEGER"),
    (BIT_STRING, "BIT STRING"),
    (OCTET_STRING, "OCTET STRING"),
    (0x05, "NULL"),
    (OBJECT_IDENTIFIER, "OBJECT IDENTIFIER"),
    (0x0A, "ENUMERATED"),
    (0x0C, "UTF8String"),
    (0x12, "NumericString"),
    (0x13, "PrintableString"),
    (0x14, "TeletexString"),
    (0x16, "IA5String"),
    (UTC_TIME, "UTCTime"),
    (GENERALIZED_TIME, "GeneralizedTime"),
    (0x1A, "VisibleString"),
    (0x1C, "UniversalString"),
    (0x1E, "BMPString"),
    (SEQUENCE, "SEQUENCE"),
    (SET, "SET"),
];

/// An identifier that holds elements. X.690 §8.1.2.5
const CONSTRUCTED: u8 = 0x20;
/// Elements within elements that are read; those deeper are shown as octets, so that no input can exhaust the stack.
const DEEPEST: usize = 24;

/// `[n]` of a structure that is tagged in its context. X.690 §8.1.2.2
pub const fn context(number: u8, constructed: bool) -> u8 {
    0x80 | number | if constructed { CONSTRUCTED } else { 0 }
}

/// What an identifier says: `SEQUENCE`, `[3]`.
fn tag_name(tag: u8) -> String {
    match TAGS.iter().find(|(known, _)| *known == tag) {
        Some((_, name)) => (*name).to_owned(),
        None if tag >> 6 == 2 => format!("[{}]", tag & 0x1F),
        None => format!("identifier 0x{tag:02x}"),
    }
}

/// How an element begins: its identifier, the octets of the header, the octets of contents.
fn header(octets: &[u8]) -> Option<(u8, usize, usize)> {
    let (&tag, rest) = octets.split_first()?;
    let (&first, rest) = rest.split_first()?;
    if first < 0x80 {
        return Some((tag, 2, usize::from(first)));
    }
    let count = usize::from(first & 0x7F);
    // 0x80 is the indefinite length. X.690 §10.1
    if count == 0 || count > 4 {
        return None;
    }
    let length = rest.get(..count)?.iter().fold(0_usize, |length, &octet| length << 8 | usize::from(octet));
    Some((tag, 2 + count, length))
}

/// The length of the element that octets begin with, header included; `None` if they do not hold all of it.
pub fn element_length(octets: &[u8]) -> Option<usize> {
    let (_, header, length) = header(octets)?;
    header.checked_add(length).filter(|&length| length <= octets.len())
}

/// An element with this identifier; what `read` leaves of its contents is malformed. Where the contents are not what they should
/// be, the value is the default one and the defect is kept in [`Fields::defect`].
pub fn element<'a, T: Default>(
    fields: &mut Fields<'a>,
    tag: u8,
    name: &'static str,
    note: &'static str,
    read: impl FnOnce(&mut Fields<'a>) -> Read<T>,
) -> Read<T> {
    if fields.left() > 0 && fields.peek() != Some(tag) {
        let expected =
            TAGS.iter().find(|(known, _)| *known == tag).map_or("an element of this context", |(_, name)| name);
        return Err(FieldDefect::Form { field: name, expected });
    }
    fields.group(name, note, |fields| {
        let length = take_header(fields, name)?;
        Ok(fields.bounded(length, name, read)?.unwrap_or_default())
    })
}

/// Whether an element with this identifier comes next. For OPTIONAL and DEFAULT.
pub fn follows(fields: &Fields, tag: u8) -> bool {
    fields.peek() == Some(tag)
}

fn take_header(fields: &mut Fields, name: &'static str) -> Read<usize> {
    let bad = FieldDefect::Form { field: name, expected: "an identifier and a length" };
    let (tag, header, length) = header(fields.rest()).ok_or(bad)?;
    if length > fields.left().saturating_sub(header) {
        return Err(FieldDefect::Short { field: name, needed: header.saturating_add(length), left: fields.left() });
    }
    let show = |_: &[u8]| format!("{}, {}", tag_name(tag), octets_of(length));
    fields.citing("X.690 §8.1", |fields| {
        fields.leaf(header, Kind::Plain, "identifier and length", "how every element of DER begins", show)
    })?;
    Ok(length)
}

/// An element of whatever type, down to its elements.
pub fn any(fields: &mut Fields, name: &'static str, note: &'static str) -> Read<()> {
    any_at(fields, name, note, DEEPEST)
}

fn any_at(fields: &mut Fields, name: &'static str, note: &'static str, depth: usize) -> Read<()> {
    fields.group(name, note, |fields| {
        let tag = fields.peek().unwrap_or_default();
        let length = take_header(fields, name)?;
        fields.bounded(length, name, |fields| match tag {
            _ if tag & CONSTRUCTED != 0 && depth > 0 => {
                fields.repeat(|fields| any_at(fields, "element", "", depth - 1))?;
                Ok(())
            }
            OBJECT_IDENTIFIER => oid_contents(fields).map(|_| ()),
            BOOLEAN => boolean_contents(fields).map(|_| ()),
            _ if is_text(tag) => text_contents(fields, tag).map(|_| ()),
            _ => fields.opaque(fields.left(), "contents", "").map(|_| ()),
        })?;
        Ok(())
    })
}

/// An OBJECT IDENTIFIER in dotted form. X.690 §8.19
pub fn oid(fields: &mut Fields, name: &'static str, note: &'static str) -> Read<String> {
    element(fields, OBJECT_IDENTIFIER, name, note, oid_contents)
}

fn oid_contents(fields: &mut Fields) -> Read<String> {
    let text = dotted(fields.rest())
        .ok_or(FieldDefect::Form { field: "object identifier", expected: "numbers of seven bits an octet" })?;
    let shown = match registry::oid(&text) {
        Some(name) => format!("{name} ({text})"),
        None => text.clone(),
    };
    fields.say(shown.clone());
    fields.leaf(fields.left(), Kind::Plain, "object identifier", "", |_| shown)?;
    Ok(text)
}

/// Numbers of seven bits an octet; the first holds two. X.690 §8.19.2, §8.19.4
fn dotted(octets: &[u8]) -> Option<String> {
    use std::fmt::Write;
    let (mut text, mut number) = (String::new(), Some(0_u64));
    for &octet in octets {
        let value = number.unwrap_or(0).checked_mul(128)? + u64::from(octet & 0x7F);
        number = Some(value);
        if octet < 0x80 {
            let written = if text.is_empty() {
                let first = (value / 40).min(2);
                write!(text, "{first}.{}", value - 40 * first)
            } else {
                write!(text, ".{value}")
            };
            written.ok()?;
            number = None;
        }
    }
    number.is_none().then_some(text)
}

pub fn boolean(fields: &mut Fields, name: &'static str, note: &'static str) -> Read<bool> {
    element(fields, BOOLEAN, name, note, boolean_contents)
}

/// X.690 §8.2, §11.1
fn boolean_contents(fields: &mut Fields) -> Read<bool> {
    let value = fields.peek().is_some_and(|octet| octet != 0);
    let shown = if value { "TRUE" } else { "FALSE" };
    fields.say(shown);
    fields.leaf(1, Kind::Plain, "boolean", "", |_| shown.to_owned())?;
    Ok(value)
}

/// An INTEGER by its octets, big-endian, two's complement. X.690 §8.3
pub fn integer<'a>(fields: &mut Fields<'a>, name: &'static str, note: &'static str) -> Read<&'a [u8]> {
    element(fields, INTEGER, name, note, |fields| {
        let octets = fields.rest();
        if octets.is_empty() {
            return Err(FieldDefect::Form { field: name, expected: "at least one octet" });
        }
        let shown = small(octets).map_or_else(|| hex(octets), |number| number.to_string());
        fields.say(shown.clone());
        fields.leaf(octets.len(), Kind::Plain, "integer", "", |_| shown)
    })
}

/// The value of an INTEGER that is not negative and not large.
pub fn small(octets: &[u8]) -> Option<u32> {
    let is_small = octets.len() <= 4 && octets.first().is_some_and(|&first| first < 0x80);
    is_small.then(|| octets.iter().fold(0, |number, &octet| number << 8 | u32::from(octet)))
}

/// A BIT STRING whose octets `read` takes. Bits that fill up the last octet are counted in front. X.690 §8.6
pub fn bit_string<'a, T: Default>(
    fields: &mut Fields<'a>,
    name: &'static str,
    note: &'static str,
    read: impl FnOnce(&mut Fields<'a>) -> Read<T>,
) -> Read<T> {
    element(fields, BIT_STRING, name, note, |fields| {
        fields.u8("unused bits", "how many bits of the last octet only fill it up")?;
        read(fields)
    })
}

/// A UTCTime or GeneralizedTime in seconds from 1970. RFC 5280 §4.1.2.5
pub fn time(fields: &mut Fields, name: &'static str, note: &'static str) -> Read<i64> {
    let tag = if follows(fields, GENERALIZED_TIME) { GENERALIZED_TIME } else { UTC_TIME };
    element(fields, tag, name, note, |fields| {
        let defect = FieldDefect::Form { field: name, expected: "a time that ends in Z" };
        let moment = moment(fields.rest(), tag).ok_or(defect)?;
        fields.say(moment.utc());
        fields.text(fields.left(), "time", "")?;
        Ok(moment.unix())
    })
}

/// `YYMMDDHHMMSSZ`, or with four digits of the year. RFC 5280 §4.1.2.5.1, §4.1.2.5.2
fn moment(text: &[u8], tag: u8) -> Option<Moment> {
    let digits = text.strip_suffix(b"Z").filter(|digits| digits.iter().all(u8::is_ascii_digit))?;
    let mut pairs = digits.chunks_exact(2).map(|pair| pair.iter().fold(0, |n, digit| n * 10 + (digit - b'0')));
    if digits.len() != if tag == UTC_TIME { 12 } else { 14 } {
        return None;
    }
    let first = i32::from(pairs.next()?);
    let year = match tag {
        UTC_TIME if first >= 50 => 1900 + first,
        UTC_TIME => 2000 + first,
        _ => 100 * first + i32::from(pairs.next()?),
    };
    Moment::from_utc(year, pairs.next()?, pairs.next()?, pairs.next()?, pairs.next()?, pairs.next()?)
}

/// Whether the contents of a type are text.
pub fn is_text(tag: u8) -> bool {
    matches!(tag, 0x0C | 0x12..=0x14 | 0x16..=0x18 | 0x1A | 0x1C | 0x1E)
}

/// Contents that are text, in the encoding of their type. X.690 §8.23
pub fn text_contents(fields: &mut Fields, tag: u8) -> Read<String> {
    let octets = fields.rest();
    let text = match tag {
        0x1E => {
            let units: Vec<u16> =
                octets.chunks(2).map(|pair| pair.iter().fold(0, |n, &b| n << 8 | u16::from(b))).collect();
            printable(String::from_utf16_lossy(&units).as_bytes())
        }
        // T.61 is read as Latin-1, as other readers do.
        0x14 => printable(octets.iter().map(|&octet| char::from(octet)).collect::<String>().as_bytes()),
        _ => printable(octets),
    };
    fields.say(text.clone());
    fields.leaf(octets.len(), Kind::Plain, "text", "", |_| text.clone())?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dissect::field::{Field, leaves};

    fn read<T>(
        octets: &[u8],
        read: impl FnOnce(&mut Fields) -> Read<T>,
    ) -> (Option<T>, Option<FieldDefect>, Vec<Field>) {
        let mut fields = Fields::new(octets, 0..octets.len());
        let value = fields.whole(|fields| read(fields));
        (value, fields.defect(), fields.into_fields())
    }

    #[test]
    fn object_identifiers_in_dotted_form() {
        // X.690 §8.19.5 has {2 100 3}.
        assert_eq!(dotted(&[0x81, 0x34, 3]).as_deref(), Some("2.100.3"));
        assert_eq!(dotted(&[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 1]).as_deref(), Some("1.2.840.113549.1.1.1"));
        assert_eq!(dotted(&[0x00]).as_deref(), Some("0.0"));
        assert_eq!(dotted(&[]), None);
        assert_eq!(dotted(&[0x2A, 0x86]), None, "the last number does not end");
        assert_eq!(dotted(&[0xFF; 11]), None, "more than a number holds");
    }

    #[test]
    fn both_forms_of_time() {
        let at = |text: &str, tag| moment(text.as_bytes(), tag).map(|moment| (moment.utc(), moment.unix()));
        let epoch = Some(("1970-01-01 00:00:00 UTC".to_owned(), 0));
        assert_eq!(at("700101000000Z", UTC_TIME), epoch);
        assert_eq!(at("19700101000000Z", GENERALIZED_TIME), epoch);
        assert_eq!(at("491231235959Z", UTC_TIME).map(|(text, _)| text).as_deref(), Some("2049-12-31 23:59:59 UTC"));
        assert_eq!(at("500101000000Z", UTC_TIME).map(|(text, _)| text).as_deref(), Some("1950-01-01 00:00:00 UTC"));
        for (text, tag) in [
            ("7001010000Z", UTC_TIME),
            ("700101000000+0100", UTC_TIME),
            ("700230000000Z", UTC_TIME),
            ("700101250000Z", UTC_TIME),
            ("700101000000Z", GENERALIZED_TIME),
            ("", UTC_TIME),
        ] {
            assert_eq!(at(text, tag), None, "{text}");
        }
    }

    #[test]
    fn an_element_is_of_its_type_and_within_its_part() {
        let boolean = |octets: &[u8]| read(octets, |fields| boolean(fields, "flag", ""));
        assert_eq!(boolean(&[1, 1, 0xFF]).0, Some(true));
        let (value, defect, fields) = boolean(&[2, 1, 0xFF]);
        assert_eq!((value, defect), (None, Some(FieldDefect::Form { field: "flag", expected: "BOOLEAN" })));
        assert_eq!(leaves(&fields).len(), 1);
        let short = Some(FieldDefect::Short { field: "flag", needed: 7, left: 3 });
        assert_eq!(boolean(&[1, 5, 0xFF]).1, short);
        let bad = Some(FieldDefect::Form { field: "flag", expected: "an identifier and a length" });
        for octets in [&[1][..], &[1, 0x80, 0, 0], &[1, 0x85, 0, 0, 0, 0, 1, 0], &[]] {
            assert_eq!(boolean(octets).1, bad, "{octets:?}");
        }
        // What is left of the contents is malformed, and the value is none.
        let (value, defect, fields) = boolean(&[1, 2, 0xFF, 7]);
        assert_eq!((value, defect), (Some(false), Some(FieldDefect::LeftOver { octets: 1 })));
        assert_eq!(leaves(&fields).len(), 3);
    }

    #[test]
    fn deep_nesting_ends_in_octets() {
        // Each SEQUENCE holds all that follows.
        let count = 60_000_u32;
        let octets: Vec<u8> =
            (0..count).rev().flat_map(|inner| [&[0x30, 0x83], &(inner * 5).to_be_bytes()[1..]].concat()).collect();
        let (value, _, fields) = read(&octets, |fields| any(fields, "all", ""));
        assert_eq!(value, Some(()));
        assert_eq!(leaves(&fields).len(), DEEPEST + 2);
    }
}
