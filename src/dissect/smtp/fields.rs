//! The fields of one line of SMTP, or of the content of a message. RFC 5321 §4.1.1, §4.2
//!
//! Left out: MIME, the structure of addresses and dates in header fields, and domains and address literals below the whole.

use super::take::{Encoded, base64, end_of_line};
use super::{Form, Line, Role, command, content, reply, sasl};
use crate::dissect::field::{Field, Fields, Read};
use std::ops::Range;

/// What base64 stands for, where that is in its line, and what it says.
pub struct Decoded {
    pub octets: Vec<u8>,
    pub letters: Range<usize>,
    pub fields: Vec<Field>,
}

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
        (Form::Sasl { mechanism, responses }, Some(Encoded { octets, letters })) => {
            let is_challenge = matches!(line.role, Role::Reply { .. });
            let (_, fields) = Fields::of(&octets, |fields| sasl::read(fields, mechanism, *responses, is_challenge));
            Some(Decoded { octets, letters, fields })
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

fn response(fields: &mut Fields) -> Read<Option<Encoded>> {
    fields.cite_group("RFC 4954 §4");
    if fields.rest() == b"*" {
        fields.text(1, "*", "the client gives up")?;
        return Ok(None);
    }
    base64(fields, "response", "base64: not encrypted, only written in other letters")
}
