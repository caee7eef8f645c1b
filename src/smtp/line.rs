//! Octets into lines. Only CRLF ends a line; everything else that looks like an end is a defect. RFC 5321 §2.3.8
//!
//! A line with a defect is still consumed, so that a peer that sends nothing but bare LF gets an answer instead of silence,
//! and no half of it is ever executed.

use super::Violation;
use std::collections::VecDeque;

/// The longest line this side stores, in octets with CRLF: an AUTH response. RFC 4954 §4
pub const LONGEST: usize = 12_288;
/// A command line. RFC 5321 §4.5.3.1.4
pub const COMMAND: usize = 512;
/// A command line whose parameters belong to an extension, which may raise the limit. RFC 5321 §4.5.3.1.4
pub const EXTENDED_COMMAND: usize = 2_048;

/// Collects octets and gives lines. It never holds more than [`LONGEST`] octets of an unfinished line.
#[derive(Debug, Default)]
pub struct LineBuffer {
    octets: VecDeque<u8>,
    /// The unfinished line is over the limit; its octets are being thrown away until its end.
    skipping: bool,
}

impl LineBuffer {
    pub fn push(&mut self, octets: &[u8]) {
        self.octets.extend(octets);
    }

    /// Nothing is unread, and no end of a line that is thrown away is waited for.
    pub fn is_empty(&self) -> bool {
        self.octets.is_empty() && !self.skipping
    }

    /// Octets that have not been taken yet.
    pub fn len(&self) -> usize {
        self.octets.len()
    }

    /// The first of them, as many as lie in one piece: none only if there are none.
    pub fn front(&self) -> &[u8] {
        self.octets.as_slices().0
    }

    /// Takes `count` octets from the front.
    pub fn take(&mut self, count: usize) {
        self.octets.drain(..count.min(self.octets.len()));
    }

    /// Takes everything.
    pub fn take_rest(&mut self) -> Vec<u8> {
        std::mem::take(self).octets.into()
    }

    /// The next line without its CRLF, or what is wrong with it.
    pub fn next_line(&mut self) -> Option<Result<Vec<u8>, Violation>> {
        let Some(lf) = self.octets.iter().position(|&b| b == b'\n') else {
            // No end that may still come would make it short enough.
            if self.octets.len() >= LONGEST {
                self.octets.clear();
                self.skipping = true;
            }
            return None;
        };
        let mut line: Vec<u8> = self.octets.drain(..lf).collect();
        self.take(1);
        if std::mem::take(&mut self.skipping) || line.len() + 1 > LONGEST {
            return Some(Err(Violation::LineTooLong));
        }
        if line.pop_if(|last| *last == b'\r').is_none() {
            return Some(Err(Violation::BareLf));
        }
        Some(match line.iter().find(|&&b| b == b'\r' || b == 0) {
            Some(b'\r') => Err(Violation::BareCr),
            Some(_) => Err(Violation::Nul),
            None => Ok(line),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(input: &[u8]) -> Vec<Result<Vec<u8>, Violation>> {
        let mut buffer = LineBuffer::default();
        buffer.push(input);
        std::iter::from_fn(|| buffer.next_line()).collect()
    }

    #[test]
    fn only_crlf_ends_a_line() {
        assert_eq!(lines(b"a\r\nb\r\n"), [Ok(b"a".to_vec()), Ok(b"b".to_vec())]);
        assert_eq!(lines(b"a\nb\r\n"), [Err(Violation::BareLf), Ok(b"b".to_vec())]);
        assert_eq!(lines(b"a\rb\r\n"), [Err(Violation::BareCr)]);
        assert_eq!(lines(b"a\0b\r\n"), [Err(Violation::Nul)]);
        assert_eq!(lines(b"no end"), []);
    }

    #[test]
    fn a_long_line_is_one_defect_and_bounded() {
        let mut buffer = LineBuffer::default();
        for _ in 0..1000 {
            buffer.push(&[b'x'; 997]);
            assert_eq!(buffer.next_line(), None);
            assert!(buffer.len() <= LONGEST);
        }
        buffer.push(b"\r\nNOOP\r\n");
        assert_eq!(buffer.next_line(), Some(Err(Violation::LineTooLong)));
        assert_eq!(buffer.next_line(), Some(Ok(b"NOOP".to_vec())));
    }
}
