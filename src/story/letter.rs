//! A message as a reader opens it: its header fields, unfolded, and its body. RFC 5322

use crate::bytes::printable_lines;

/// A message taken apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Letter {
    /// Names and values, in order.
    pub fields: Vec<(String, String)>,
    pub body: String,
}

impl Letter {
    /// Any octets; what is no field is left out of the list.
    pub fn read(message: &[u8]) -> Letter {
        let text = printable_lines(message).replace('\r', "");
        let (head, body) = text.split_once("\n\n").unwrap_or((text.as_str(), ""));
        let mut fields: Vec<(String, String)> = Vec::new();
        for line in head.lines() {
            match (line.starts_with([' ', '\t']), fields.last_mut(), line.split_once(':')) {
                // RFC 5322 §2.2.3
                (true, Some((_, value)), _) => value.extend([" ", line.trim()]),
                (false, _, Some((name, value))) => fields.push((name.to_owned(), value.trim().to_owned())),
                _ => {}
            }
        }
        Letter { fields, body: body.to_owned() }
    }

    /// The first value of a field; names are compared without regard to case.
    pub fn field(&self, wanted: &str) -> Option<&str> {
        self.fields.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| value.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_unfolded_and_found_in_any_case() {
        let letter =
            Letter::read(b"Received: from a\r\n by b;\r\n now\r\nSubject:  Figures \r\nno field\r\n\r\nBody: none\r\n");
        assert_eq!(letter.field("received"), Some("from a by b; now"));
        assert_eq!(letter.field("SUBJECT"), Some("Figures"));
        assert_eq!(letter.field("Body"), None);
        assert_eq!(letter.body, "Body: none\n");
        assert_eq!(Letter::read(b""), Letter::default());
    }
}
