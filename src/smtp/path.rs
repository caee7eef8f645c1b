//! Reverse and forward paths: `<sales@somorita.com>`, `<>`. RFC 5321 §4.1.2, limits of §4.5.3.1

use std::fmt;

/// The address in a path. Empty is the null reverse path of a notification. RFC 5321 §4.5.5
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailPath {
    /// As written, quotes included.
    pub local: String,
    /// Empty for `<>` and `<Postmaster>`.
    pub domain: String,
}

impl MailPath {
    /// Without letters that need SMTPUTF8. RFC 6531 §3.3
    pub fn is_ascii(&self) -> bool {
        self.local.is_ascii() && self.domain.is_ascii()
    }
}

impl fmt::Display for MailPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = if self.domain.is_empty() { "" } else { "@" };
        write!(f, "{}{at}{}", self.local, self.domain)
    }
}

/// A reverse path and what follows it.
pub fn parse_mail_path(text: &str) -> Option<(MailPath, &str)> {
    match text.strip_prefix("<>") {
        Some(rest) => Some((MailPath { local: String::new(), domain: String::new() }, rest)),
        None => mailbox(text),
    }
}

/// A forward path and what follows it. `<Postmaster>` needs no domain. RFC 5321 §4.5.1
pub fn parse_rcpt_path(text: &str) -> Option<(MailPath, &str)> {
    const POSTMASTER: &str = "<postmaster>";
    let head = text.get(..POSTMASTER.len());
    if head.is_some_and(|head| head.eq_ignore_ascii_case(POSTMASTER)) {
        let path = MailPath { local: text[1..POSTMASTER.len() - 1].to_owned(), domain: String::new() };
        return Some((path, &text[POSTMASTER.len()..]));
    }
    mailbox(text)
}

fn mailbox(text: &str) -> Option<(MailPath, &str)> {
    let inner = text.strip_prefix('<')?;
    // A source route is read and dropped. RFC 5321 §4.1.1.3
    let inner = match inner.starts_with('@') {
        true => inner.split_once(':')?.1,
        false => inner,
    };
    let local_length = match inner.starts_with('"') {
        true => quoted_length(inner)?,
        false => inner.find('@')?,
    };
    let (local, rest) = inner.split_at_checked(local_length)?;
    let (domain, rest) = rest.strip_prefix('@')?.split_once('>')?;
    let ok = (1..=64).contains(&local.len())
        && (1..=255).contains(&domain.len())
        && local.len() + 1 + domain.len() <= 254 // 256 with the angle brackets
        && (local.starts_with('"') || is_dot_string(local))
        && is_domain(domain);
    ok.then(|| (MailPath { local: local.to_owned(), domain: domain.to_owned() }, rest))
}

/// Octets of a quoted string with both quotes.
fn quoted_length(text: &str) -> Option<usize> {
    let mut escaped = false;
    for (index, b) in text.bytes().enumerate().skip(1) {
        match b {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return Some(index + 1),
            b' '..=b'~' | 0x80.. => {}
            _ => return None,
        }
    }
    None
}

/// ASCII letters and digits, and what SMTPUTF8 adds: the octets of other letters. RFC 6531 §3.3
fn is_letter(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b >= 0x80
}

fn is_dot_string(text: &str) -> bool {
    text.split('.')
        .all(|atom| !atom.is_empty() && atom.bytes().all(|b| is_letter(b) || b"!#$%&'*+-/=?^_`{|}~".contains(&b)))
}

fn is_domain(text: &str) -> bool {
    if let Some(literal) = text.strip_prefix('[') {
        let inner = literal.strip_suffix(']');
        return inner.is_some_and(|inner| inner.bytes().all(|b| b.is_ascii_alphanumeric() || b":.-".contains(&b)));
    }
    text.split('.').all(|label| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|b| is_letter(b) || b == b'-')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read() {
        for (text, local, domain) in [
            ("<a@b.example>", "a", "b.example"),
            ("<@relay.example:a@b.example>", "a", "b.example"),
            ("<\"a b\\\"@\"@b.example>", "\"a b\\\"@\"", "b.example"),
            ("<a@[192.0.2.10]>", "a", "[192.0.2.10]"),
        ] {
            let (path, rest) = mailbox(text).expect(text);
            assert_eq!((path.local.as_str(), path.domain.as_str(), rest), (local, domain, ""));
        }
        assert_eq!(
            parse_mail_path("<> SIZE=1").map(|(path, rest)| (path.to_string(), rest)),
            Some(("".into(), " SIZE=1"))
        );
        assert_eq!(parse_rcpt_path("<postMaster>").map(|(path, _)| path.to_string()), Some("postMaster".into()));
    }

    #[test]
    fn what_is_no_address_is_refused() {
        let long = format!("<{}@b.example>", "a".repeat(65));
        for text in ["", "<", "<a>", "<a@>", "<@b>", "<a@b", "a@b", "<a..b@c>", "<a@-b>", "<a@b c>", "<\"a@b>", &long] {
            assert!(mailbox(text).is_none(), "{text}");
        }
    }
}
