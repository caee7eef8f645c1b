//! Percent-encoding of a link's keys and values. RFC 3986 §2.1
//!
//! Some mail programs encode what they need not, a `+` for instance; so every part is decoded, and a `+` is a plus. Left out: the form
//! encoding of web pages, where it is a space.

use std::borrow::Cow;

/// `None`: an escape that is none, or octets that are not UTF-8.
pub fn decode(text: &str) -> Option<Cow<'_, str>> {
    if !text.contains('%') {
        return Some(Cow::Borrowed(text));
    }
    let mut octets = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(octet) = rest.next() {
        octets.push(if octet == b'%' { 16 * digit(rest.next()?)? + digit(rest.next()?)? } else { octet });
    }
    String::from_utf8(octets).ok().map(Cow::Owned)
}

fn digit(octet: u8) -> Option<u8> {
    char::from(octet).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

/// Everything but the unreserved characters and the plus as escapes.
pub fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for octet in text.bytes() {
        match octet {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'+' => out.push(char::from(octet)),
            _ => out.push_str(&format!("%{octet:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_read_in_either_case_and_a_plus_is_a_plus() {
        assert_eq!(decode("Tls%2BIntegrated+None%2b").as_deref(), Some("Tls+Integrated+None+"));
        assert_eq!(decode("%C3%A9").as_deref(), Some("é"));
        for malformed in ["%", "%2", "%zz", "%+1", "a%e9", "%c3%", "%é9"] {
            assert_eq!(decode(malformed), None, "{malformed}");
        }
    }

    #[test]
    fn what_is_written_has_nothing_that_a_link_gives_a_meaning() {
        assert_eq!(encode("a b&c=d#%+é~"), "a%20b%26c%3Dd%23%25+%C3%A9~");
    }
}
