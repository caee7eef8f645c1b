//! Positions in recorded bytes, and a reader that cannot run past its end.
//!
//! A [`Span`] is the one currency between the trace, the dissector, the hex view and the files that are written:
//! a stream's number and a half-open range of octets in it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

/// The number of a stream in [`crate::trace::Trace::streams`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct StreamId(pub u32);

impl StreamId {
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// The index of an event in [`crate::trace::Trace::events`].
pub type EventId = usize;

/// A half-open range of octets, `start..end`, in one recorded stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Span {
    pub stream: StreamId,
    pub start: u32,
    pub end: u32,
}

impl Span {
    /// Number of octets.
    pub fn len(self) -> usize {
        (self.end.saturating_sub(self.start)) as usize
    }

    pub fn is_empty(self) -> bool {
        self.end <= self.start
    }

    /// The part of this span from `from` to `to`, both counted from its start and cut at its end.
    pub fn slice(self, from: usize, to: usize) -> Span {
        let clamp = |n: usize| self.start + (n.min(self.len()) as u32);
        Span { stream: self.stream, start: clamp(from), end: clamp(to.max(from)) }
    }
}

/// Octets from outside as text that is inert wherever it is shown: what is no UTF-8 as replacement characters, and what would move a
/// cursor, hide, or turn the direction of what stands beside it, as an escape.
pub fn printable(octets: &[u8]) -> String {
    escaped(octets, |c, _| is_inert(c))
}

/// The same for text of several lines: ends of lines and tabs stay.
pub fn printable_lines(octets: &[u8]) -> String {
    // Nearly all text is like this, and a long message is most of what there is to read.
    if octets.iter().all(|octet| matches!(octet, b' '..=b'~' | b'\r' | b'\n' | b'\t'))
        && !octets.windows(2).any(|two| two[0] == b'\r' && two[1] != b'\n')
        && octets.last() != Some(&b'\r')
    {
        return String::from_utf8_lossy(octets).into_owned();
    }
    escaped(octets, |c, next| matches!(c, '\n' | '\t') || (c == '\r' && next == Some('\n')) || is_inert(c))
}

/// With an escape for each character that does not stay; what follows it may decide.
fn escaped(octets: &[u8], stays: impl Fn(char, Option<char>) -> bool) -> String {
    let text = String::from_utf8_lossy(octets);
    let mut out = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        if stays(c, characters.peek().copied()) { out.push(c) } else { out.extend(c.escape_default()) }
    }
    out
}

fn is_inert(c: char) -> bool {
    // Controls; then what is invisible or sets a direction: the format characters of Unicode that a mail can hold.
    let is_format = matches!(
        c,
        '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
            | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}'
    );
    !(c.is_control() || is_format)
}

/// What a [`Cursor`] wanted and did not find.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Short {
    /// Octets that the field needs.
    pub needed: usize,
    /// Octets that were left.
    pub left: usize,
}

/// Reads big-endian fields from a slice, front to back. Every read says where the field stood.
#[derive(Clone, Copy, Debug)]
pub struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Cursor { bytes, at: 0 }
    }

    /// Offset of the next octet from the start of the slice.
    pub fn position(&self) -> usize {
        self.at
    }

    /// Octets not read yet.
    pub fn left(&self) -> usize {
        self.bytes.len() - self.at
    }

    pub fn take(&mut self, count: usize) -> Result<&'a [u8], Short> {
        let end = self.at.checked_add(count).filter(|&end| end <= self.bytes.len());
        let end = end.ok_or(Short { needed: count, left: self.left() })?;
        let taken = &self.bytes[self.at..end];
        self.at = end;
        Ok(taken)
    }

    pub fn rest(&mut self) -> &'a [u8] {
        let taken = &self.bytes[self.at..];
        self.at = self.bytes.len();
        taken
    }

    pub fn u8(&mut self) -> Result<u8, Short> {
        self.take(1).map(|b| b[0])
    }

    pub fn u16(&mut self) -> Result<u16, Short> {
        self.take(2).map(|b| u16::from_be_bytes([b[0], b[1]]))
    }

    pub fn u24(&mut self) -> Result<u32, Short> {
        self.take(3).map(|b| u32::from_be_bytes([0, b[0], b[1], b[2]]))
    }
}

/// Lower-case hexadecimal, two digits an octet, no separator.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes.iter().flat_map(|b| [DIGITS[(b >> 4) as usize] as char, DIGITS[(b & 15) as usize] as char]).collect()
}

/// Octets in letters, padded with `=`, in one line. RFC 4648 §4
pub fn base64(octets: &[u8]) -> String {
    STANDARD.encode(octets)
}

/// What [`base64`] was made of; `None` if it is of no such text.
pub fn from_base64(text: &[u8]) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The vectors of RFC 4648 §10, and what is not well formed.
    #[test]
    fn base64_is_that_of_rfc_4648() {
        for (text, letters) in
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("foobar", "Zm9vYmFy")]
        {
            assert_eq!(base64(text.as_bytes()), letters);
            assert_eq!(from_base64(letters.as_bytes()).as_deref(), Some(text.as_bytes()));
        }
        for letters in ["Zg", "Zg=", "Z===", "Zm9v\r\n", "Zh==", "Z m9"] {
            assert_eq!(from_base64(letters.as_bytes()), None, "{letters:?}");
        }
    }

    #[test]
    fn a_cursor_never_runs_past_its_end() {
        let mut cursor = Cursor::new(&[1, 2, 3]);
        assert_eq!(cursor.u16(), Ok(0x0102));
        assert_eq!(cursor.u16(), Err(Short { needed: 2, left: 1 }));
        assert_eq!(cursor.take(usize::MAX), Err(Short { needed: usize::MAX, left: 1 }));
        assert_eq!(cursor.u8(), Ok(3));
        assert_eq!(cursor.left(), 0);
    }

    #[test]
    fn a_slice_of_a_span_stays_inside_it() {
        let span = Span { stream: StreamId(0), start: 10, end: 20 };
        assert_eq!(span.slice(2, 5), Span { start: 12, end: 15, ..span });
        assert_eq!(span.slice(8, 50), Span { start: 18, end: 20, ..span });
        assert!(span.slice(50, 60).is_empty());
    }
}
