//! TLS records in the octets of one direction of the wire (RFC 8446 §5.1, RFC 5246 §6.2.1).
//!
//! ```text
//! content type (1)  legacy version (2)  length (2)  fragment (length)
//! ```
//!
//! Left out: what is in a fragment (`handshake.rs`), SSL 2.0 records but the length of a hello in that form, DTLS. No octet is dropped: what is not a record is a [`Tail`].

use crate::bytes::Cursor;
use crate::registry::Version;

/// Octets of a record's header.
pub const HEADER: usize = 5;

/// The longest fragment of any version: 2^14 octets of plaintext and 2048 of expansion. RFC 5246 §6.2.3
pub const LONGEST_FRAGMENT: usize = (1 << 14) + 2048;

/// One complete record, header included: `start..end` in the octets that were given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record {
    pub start: usize,
    pub end: usize,
    pub content_type: u8,
    /// The version in the header. TLS 1.3 says TLS 1.2 here, or TLS 1.0 in the first ClientHello. RFC 8446 §5.1
    pub version: Version,
}

/// Octets at the end that are not a complete record: `start..end` in the octets that were given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tail {
    pub start: usize,
    pub end: usize,
    pub defect: NotARecord,
}

/// Why a [`Tail`] is not a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotARecord {
    /// The stream ends inside the five octets of the header.
    ShortHeader,
    /// The stream ends inside the fragment, which the header says is `length` octets long.
    ShortFragment { length: usize },
    /// Not a TLS header: the version does not begin with 3.
    NotTls,
    /// The length is more than any version allows.
    TooLong { length: usize },
    /// A hello of SSL 3.0 or TLS in the form of SSL 2.0, which has no record around it; `length` octets of it. RFC 5246 §E.2
    Sslv2Hello { length: usize },
}

/// What the octets of one direction consist of, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Item {
    Record(Record),
    Tail(Tail),
}

/// The records in `octets` from `start` on, and a tail if there is one. Positions count from the beginning of `octets`.
pub fn records(octets: &[u8], start: usize) -> Records<'_> {
    Records { octets, at: start }
}

/// See [`records`].
#[derive(Clone, Copy, Debug)]
pub struct Records<'a> {
    octets: &'a [u8],
    at: usize,
}

impl Iterator for Records<'_> {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        let rest = self.octets.get(self.at..).filter(|rest| !rest.is_empty())?;
        let start = self.at;
        match parse(rest) {
            Ok((content_type, version, length)) => {
                self.at = start + length;
                Some(Item::Record(Record { start, end: self.at, content_type, version }))
            }
            Err(defect) => {
                // Where a header is wrong, the beginning of the next one is unknown: all that follows is the tail.
                self.at = self.octets.len();
                Some(Item::Tail(Tail { start, end: self.at, defect }))
            }
        }
    }
}

/// Content type, version and octets of the record that `octets` begins with, header included.
fn parse(octets: &[u8]) -> Result<(u8, Version, usize), NotARecord> {
    let mut cursor = Cursor::new(octets);
    let content_type = cursor.u8().map_err(|_| NotARecord::ShortHeader)?;
    let version = cursor.u16().map_err(|_| NotARecord::ShortHeader)?;
    // The content type is no reason to lose the framing: an unknown one is shown by its number.
    if version >> 8 != 3 {
        return Err(sslv2_hello(octets).map_or(NotARecord::NotTls, |length| NotARecord::Sslv2Hello { length }));
    }
    let length = usize::from(cursor.u16().map_err(|_| NotARecord::ShortHeader)?);
    if length > LONGEST_FRAGMENT {
        return Err(NotARecord::TooLong { length }); // RFC 5246 §6.2.3
    }
    cursor.take(length).map_err(|_| NotARecord::ShortFragment { length })?;
    Ok((content_type, Version(version), HEADER + length))
}

/// The length of a hello in the form of SSL 2.0, if octets begin so. RFC 5246 §E.2
pub fn sslv2_hello(octets: &[u8]) -> Option<usize> {
    match octets {
        [high, low, 1, 3, 0..=4, ..] | [high, low, 1, 0, 2, ..] if high & 0x80 != 0 => {
            Some(2 + (usize::from(high & 0x7F) << 8 | usize::from(*low)))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_and_what_is_left() {
        let octets = [b'x', 22, 3, 1, 0, 2, 7, 7, 99, 3, 3, 0, 0, 23, 3, 3, 0, 9, 1];
        let items: Vec<Item> = records(&octets, 1).collect();
        assert_eq!(
            items,
            [
                Item::Record(Record { start: 1, end: 8, content_type: 22, version: Version::TLS10 }),
                Item::Record(Record { start: 8, end: 13, content_type: 99, version: Version::TLS12 }),
                Item::Tail(Tail { start: 13, end: 19, defect: NotARecord::ShortFragment { length: 9 } }),
            ]
        );
        assert_eq!(records(&octets, usize::MAX).count(), 0);
    }

    #[test]
    fn what_is_not_tls_stays_visible() {
        let defect = |octets: &[u8]| match records(octets, 0).next() {
            Some(Item::Tail(tail)) => Some(tail.defect),
            _ => None,
        };
        assert_eq!(defect(b"250 ok\r\n"), Some(NotARecord::NotTls));
        assert_eq!(defect(&[22, 3]), Some(NotARecord::ShortHeader));
        assert_eq!(defect(&[22, 3, 3, 0]), Some(NotARecord::ShortHeader));
        assert_eq!(defect(&[0x80, 0x2E, 1, 3, 1, 0, 21]), Some(NotARecord::Sslv2Hello { length: 48 }));
        assert_eq!(defect(&[22, 3, 3, 0xFF, 0xFF]), Some(NotARecord::TooLong { length: 0xFFFF }));
    }
}
