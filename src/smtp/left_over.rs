//! Octets that are buffered when TLS begins: behind STARTTLS at the server, behind its 220 at the client. They came in clear, from the
//! peer or from an attacker on the path, and to read them as if they had come through TLS is CVE-2011-0411. RFC 3207 §4,
//! docs/rules.md R19, R20
//!
//! Both machines ask here what to note, and then what to give to TLS. Left out: what a machine says when it rejects them.

use super::line::LineBuffer;
use super::{Note, Violation};
use serde::{Deserialize, Serialize};

/// What is done with them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Treatment {
    /// Discarded (Postfix, Exim).
    Purge,
    /// STARTTLS is refused and the connection closed.
    Reject,
    /// Given to TLS, which finds no record in them and fails.
    FeedToTls,
    /// Kept and read after TLS as if it had come through it: CVE-2011-0411.
    Keep,
}

impl Treatment {
    /// Whether clear text that comes while TLS is awaited is buffered. Otherwise it is dropped, also in a later segment. RFC 3207 §4
    pub(super) fn buffers_clear_text(self) -> bool {
        self == Treatment::Keep
    }
}

impl LineBuffer {
    /// What is to be noted of octets that are left over, if there are any. RFC 3207 §4
    pub(super) fn left_over(&self, treatment: Treatment) -> Option<[Note; 2]> {
        let count = u32::try_from(self.len()).unwrap_or(u32::MAX);
        let notes = [Note::Violated(Violation::TextBeforeTls), Note::LeftOver { count, treatment }];
        Some(notes).filter(|_| !self.is_empty())
    }

    /// Hands over to TLS, with the octets that it is given first. Only [`Treatment::Keep`] leaves any in the buffer.
    pub(super) fn hand_over(&mut self, treatment: Treatment) -> Vec<u8> {
        match treatment {
            Treatment::Keep => Vec::new(),
            Treatment::FeedToTls => self.take_rest(),
            Treatment::Purge | Treatment::Reject => {
                self.take_rest();
                Vec::new()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_over_is_noted_and_treated() {
        for (treatment, given, kept) in [
            (Treatment::Purge, "", ""),
            (Treatment::Reject, "", ""),
            (Treatment::FeedToTls, "RSET\r\nNO", ""),
            (Treatment::Keep, "", "RSET\r\nNO"),
        ] {
            let mut lines = LineBuffer::default();
            assert_eq!(lines.left_over(treatment), None, "{treatment:?}");
            lines.push(b"RSET\r\nNO");
            let count = u32::try_from(lines.len()).expect("a few");
            let noted = [Note::Violated(Violation::TextBeforeTls), Note::LeftOver { count, treatment }];
            assert_eq!(lines.left_over(treatment), Some(noted));
            assert_eq!(lines.hand_over(treatment), given.as_bytes(), "{treatment:?}");
            assert_eq!(lines.take_rest(), kept.as_bytes(), "{treatment:?}");
            assert_eq!(treatment.buffers_clear_text(), !kept.is_empty());
        }
    }
}
