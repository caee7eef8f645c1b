//! The content of a message: header fields, an empty line, the body, and what DATA adds to it. RFC 5322 §2, RFC 5321 §4.5.2

use super::take::{end_of_line, mark, until};
use crate::bytes::printable;
use crate::dissect::field::{FieldDefect, Fields, Kind, Read, octets_of};

/// What a header field says. RFC 5322 §3.6
fn about(name: &[u8]) -> &'static str {
    match name.to_ascii_lowercase().as_slice() {
        b"date" => "when the author sent it",
        b"from" => "the author; nothing proves it",
        b"sender" => "who sent it for the author",
        b"reply-to" => "where answers are to go",
        b"to" | b"cc" => "for whom it is; the envelope says who gets it",
        b"message-id" => "no other message has it",
        b"in-reply-to" | b"references" => "which messages it answers",
        b"subject" => "what it is about",
        b"received" => "a trace: each server that takes the message puts one on top",
        b"return-path" => "where reports go, as the last server knew it",
        b"mime-version" | b"content-type" | b"content-transfer-encoding" => "how the body is to be read",
        _ => "",
    }
}

/// The content as DATA carries it, dots `stuffed`, or a chunk as BDAT does.
pub(super) fn read(fields: &mut Fields, stuffed: bool) -> Read<()> {
    let (title, source) = if stuffed { ("mail data", "RFC 5321 §4.1.1.4") } else { ("chunk", "RFC 3030 §2") };
    fields.cite(source);
    fields.group(title, "", |fields| {
        fields.cite("RFC 5322 §2.2");
        fields.group("header section", "", |fields| {
            while header_length(fields.rest()).is_some() {
                header_field(fields, stuffed)?;
            }
            Ok(())
        })?;
        fields.cite("RFC 5322 §2.1");
        if fields.rest().starts_with(b"\r\n") {
            fields.leaf(2, Kind::Plain, "empty line", "ends the header", |_| String::new())?;
        }
        fields.group("body", "", |fields| body(fields, stuffed))?;
        fields.cite(source);
        if stuffed { end_of_data(fields) } else { Ok(()) }
    })
}

fn end_of_data(fields: &mut Fields) -> Read<()> {
    if !fields.rest().starts_with(b".\r\n") {
        return Err(FieldDefect::Form { field: "end of mail data", expected: "a line with a dot and nothing else" });
    }
    fields.leaf(3, Kind::Plain, "end of mail data", "a dot on a line of its own", |_| ".".to_owned())?;
    Ok(())
}

/// Octets of the header field that begins here, with the lines it is folded over; `None` if none begins. RFC 5322 §2.2, §2.2.3
fn header_length(octets: &[u8]) -> Option<usize> {
    let is_name = |&octet: &u8| octet.is_ascii_graphic() && octet != b':';
    let name = octets.iter().take_while(|octet| is_name(octet)).count();
    if name == 0 || octets.get(name) != Some(&b':') {
        return None;
    }
    let mut length = line_length(octets);
    while matches!(octets.get(length), Some(b' ' | b'\t')) {
        length += line_length(octets.get(length..)?);
    }
    Some(length)
}

/// Octets of the line that begins here, with its CRLF. Only CRLF ends a line. RFC 5321 §2.3.8
fn line_length(octets: &[u8]) -> usize {
    let mut from = 0;
    while let Some(lf) = octets.get(from..).and_then(|rest| rest.iter().position(|&octet| octet == b'\n')) {
        from += lf + 1;
        if from >= 2 && octets.get(from - 2) == Some(&b'\r') {
            return from;
        }
    }
    octets.len()
}

fn header_field(fields: &mut Fields, stuffed: bool) -> Read<()> {
    let length = header_length(fields.rest()).unwrap_or_default();
    let name = fields.rest().get(..until(fields, b":")).unwrap_or_default();
    fields.group("header field", about(name), |fields| {
        fields.say(printable(name));
        let end = fields.position() + length;
        if stuffed && fields.peek() == Some(b'.') {
            stuffed_dot(fields)?;
        }
        fields.text(until(fields, b":"), "field name", "")?;
        mark(fields, b':', ":")?;
        let rest = fields.rest().get(..end - fields.position()).unwrap_or_default();
        let body = rest.strip_suffix(b"\r\n").unwrap_or(rest);
        let unfolded = |octets: &[u8]| printable(String::from_utf8_lossy(octets).replace("\r\n", "").trim().as_bytes());
        fields.leaf(body.len(), Kind::Plain, "field body", "", unfolded)?;
        if body.len() < rest.len() { end_of_line(fields) } else { Ok(()) }
    })
}

/// Lines up to the end; in DATA up to the line that ends the message. A dot that a line begins with was put there. RFC 5321 §4.5.2
fn body(fields: &mut Fields, stuffed: bool) -> Read<()> {
    loop {
        if stuffed && fields.peek() == Some(b'.') {
            if fields.rest().starts_with(b".\r\n") {
                return Ok(());
            }
            stuffed_dot(fields)?;
        }
        let mut length = line_length(fields.rest());
        let is_dot = |length: usize| stuffed && fields.rest().get(length) == Some(&b'.');
        while length < fields.left() && !is_dot(length) {
            length += line_length(fields.rest().get(length..).unwrap_or_default());
        }
        fields.leaf(length, Kind::Plain, "text", "", |octets| octets_of(octets.len()))?;
        if fields.left() == 0 {
            return Ok(());
        }
    }
}

fn stuffed_dot(fields: &mut Fields) -> Read<()> {
    fields.citing("RFC 5321 §4.5.2", |fields| {
        fields.text(1, "stuffed dot", "put before a line that begins with a dot; the server takes it away")
    })?;
    Ok(())
}
