//! What the fields of SMTP are taken with: words, spaces, marks, ends of lines, base64. RFC 5321 §4.1.2

use crate::bytes::from_base64;
use crate::dissect::field::{FieldDefect, Fields, Kind, Read};
use std::ops::Range;

/// What base64 stands for, and where that is.
pub(super) struct Encoded {
    pub octets: Vec<u8>,
    pub letters: Range<usize>,
}

/// RFC 5321 §2.3.8
pub(super) fn end_of_line(fields: &mut Fields) -> Read<()> {
    if !fields.rest().starts_with(b"\r\n") {
        return Err(FieldDefect::Form { field: "end of line", expected: "CRLF" });
    }
    fields
        .citing("RFC 5321 §2.3.8", |fields| fields.leaf(2, Kind::Plain, "CRLF", "ends the line", |_| String::new()))?;
    Ok(())
}

/// Octets up to one that is among these, or all.
pub(super) fn until(fields: &Fields, stops: &[u8]) -> usize {
    let rest = fields.rest();
    rest.iter().position(|octet| stops.contains(octet)).unwrap_or(rest.len())
}

/// Text up to a space.
pub(super) fn word<'a>(fields: &mut Fields<'a>, name: &'static str, note: &'static str) -> Read<&'a [u8]> {
    fields.text(until(fields, b" "), name, note)
}

/// Spaces, if there are any.
pub(super) fn space(fields: &mut Fields) -> Read<()> {
    let count = fields.rest().iter().take_while(|&&octet| octet == b' ').count();
    fields.leaf(count, Kind::Plain, "SP", "", |_| String::new())?;
    Ok(())
}

/// One octet that separates or encloses.
pub(super) fn mark(fields: &mut Fields, octet: u8, name: &'static str) -> Read<()> {
    if fields.left() > 0 && fields.peek() != Some(octet) {
        return Err(FieldDefect::Form { field: name, expected: "here" });
    }
    fields.text(1, name, "")?;
    Ok(())
}

/// Text, then spaces at the end, if there are any.
pub(super) fn text_to_end<'a>(fields: &mut Fields<'a>, name: &'static str, note: &'static str) -> Read<&'a [u8]> {
    let octets = fields.rest();
    let length = octets.iter().rposition(|&octet| octet != b' ').map_or(0, |last| last + 1);
    let text = fields.text(length, name, note)?;
    space(fields)?;
    Ok(text)
}

/// What base64 stands for; the octets are shown as they are, and what they stand for is a layer of its own. RFC 4954 §4
pub(super) fn base64(fields: &mut Fields, name: &'static str, note: &'static str) -> Read<Option<Encoded>> {
    let octets = from_base64(fields.rest()).ok_or(FieldDefect::Form { field: name, expected: "base64" })?;
    let letters = fields.position()..fields.position() + fields.left();
    fields.text(fields.left(), name, note)?;
    Ok(Some(Encoded { octets, letters }).filter(|encoded| !encoded.octets.is_empty()))
}
