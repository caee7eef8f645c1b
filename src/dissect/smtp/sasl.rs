//! What the base64 of an AUTH exchange stands for. RFC 4616 for PLAIN, draft-murchison-sasl-login for LOGIN, [MS-NLMP] for NTLM;
//! any other mechanism's messages are shown whole.

use super::ntlm;
use super::take::{mark, until};
use crate::bytes::{hex, printable};
use crate::dissect::field::{Fields, Kind, Read};

/// A challenge, or the response after `responses` others.
pub(super) fn read(fields: &mut Fields, mechanism: &str, responses: usize, is_challenge: bool) -> Read<()> {
    // Whatever the order is in, a message says which it is.
    if fields.rest().starts_with(ntlm::SIGNATURE) {
        return ntlm::read(fields);
    }
    fields.cite("RFC 4954 §4");
    match (mechanism, is_challenge, responses) {
        (_, true, _) => whole(fields, "challenge", "what the server asks"),
        ("PLAIN", false, _) => plain(fields),
        ("LOGIN", false, 0) => whole(fields, "user name", ""),
        ("LOGIN", false, _) => whole(fields, "password", "as it is"),
        _ => whole(fields, "response", ""),
    }
}

/// RFC 4616 §2
fn plain(fields: &mut Fields) -> Read<()> {
    fields.cite("RFC 4616 §2");
    fields.text(until(fields, b"\0"), "authzid", "for whom the client wants to act")?;
    nul(fields)?;
    fields.text(until(fields, b"\0"), "authcid", "the user name")?;
    nul(fields)?;
    fields.text(fields.left(), "passwd", "the password, as it is")?;
    Ok(())
}

fn nul(fields: &mut Fields) -> Read<()> {
    mark(fields, 0, "NUL")
}

fn whole(fields: &mut Fields, name: &'static str, note: &'static str) -> Read<()> {
    fields.leaf(fields.left(), Kind::Plain, name, note, |octets| match std::str::from_utf8(octets) {
        Ok(text) => printable(text.as_bytes()),
        Err(_) => hex(octets),
    })?;
    Ok(())
}
