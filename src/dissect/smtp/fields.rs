//! The fields of one line of SMTP, or of the content of a message. RFC 5321 §4.1.1, §4.2
//!
//! Left out: MIME, the structure of addresses and dates in header fields, and domains and address literals below the whole.

use super::{Form, Line, Role, command, content, reply, sasl};
use crate::dissect::field::{Defect, Field, Fields, Read};
use crate::smtp::auth::decode;

/// Octets that stand for others, and what those are.
pub type Decoded = (Vec<u8>, Vec<Field>);

/// The fields of a line as the dialogue understands it, and what it says in base64.
pub fn of(octets: &[u8], line: &Line) -> (Vec<Field>, Option<Decoded>) {
    if line.role == Role::Content {
        return (Fields::of(octets, |fields| content::read(fields, line.form == Form::Data)).1, None);
    }
    let (payload, fields) = Fields::of(octets, |fields| match line.role {
        Role::Command { .. } => whole_line(fields, "command", command::read),
        Role::AuthResponse => whole_line(fields, "AUTH response", response),
        _ => whole_line(fields, "reply line", |fields| reply::read(fields, line)),
    });
    let decoded = match (&line.form, payload.flatten()) {
        (Form::Sasl { mechanism, responses }, Some(payload)) => {
            let is_challenge = matches!(line.role, Role::Reply { .. });
            let (_, fields) = Fields::of(&payload, |fields| sasl::read(fields, mechanism, *responses, is_challenge));
            Some((payload, fields))
        }
        _ => None,
    };
    (fields, decoded)
}

/// A line and the CRLF that ends it. RFC 5321 §2.3.8
fn whole_line<T>(
    fields: &mut Fields,
    title: &'static str,
    read: impl FnOnce(&mut Fields) -> Read<Option<T>>,
) -> Read<Option<T>> {
    fields.group(title, "", |fields| {
        let body = fields.rest().strip_suffix(b"\n").map(|body| body.strip_suffix(b"\r").unwrap_or(body));
        let length = body.unwrap_or(fields.rest()).len();
        let value = fields.bounded(length, title, read)?;
        end_of_line(fields)?;
        Ok(value.flatten())
    })
}

/// RFC 5321 §2.3.8
pub(super) fn end_of_line(fields: &mut Fields) -> Read<()> {
    if !fields.rest().starts_with(b"\r\n") {
        return Err(Defect::Form { field: "end of line", expected: "CRLF" });
    }
    fields.citing("RFC 5321 §2.3.8", |fields| {
        fields.leaf(2, crate::dissect::field::Kind::Plain, "CRLF", "ends the line", |_| String::new())
    })?;
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
    fields.leaf(count, crate::dissect::field::Kind::Plain, "SP", "", |_| String::new())?;
    Ok(())
}

/// One octet that separates or encloses.
pub(super) fn mark(fields: &mut Fields, octet: u8, name: &'static str) -> Read<()> {
    if fields.left() > 0 && fields.peek() != Some(octet) {
        return Err(Defect::Form { field: name, expected: "here" });
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

fn response(fields: &mut Fields) -> Read<Option<Vec<u8>>> {
    fields.cite_group("RFC 4954 §4");
    if fields.rest() == b"*" {
        fields.text(1, "*", "the client gives up")?;
        return Ok(None);
    }
    base64(fields, "response", "base64: not encrypted, only written in other letters")
}

/// What base64 stands for; the octets are shown as they are, and what they stand for is a layer of its own. RFC 4954 §4
pub(super) fn base64(fields: &mut Fields, name: &'static str, note: &'static str) -> Read<Option<Vec<u8>>> {
    let decoded = decode(fields.rest()).ok_or(Defect::Form { field: name, expected: "base64" })?;
    fields.text(fields.left(), name, note)?;
    Ok(Some(decoded).filter(|decoded| !decoded.is_empty()))
}
