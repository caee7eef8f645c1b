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

/// How many octets more of a line that was too long are thrown away before it is taken for one without an end.
const ENDLESS: usize = 8 * LONGEST;

/// Collects octets and gives lines. However they are cut, it never holds more than [`LONGEST`] octets of an unfinished line.
#[derive(Debug, Default)]
pub struct LineBuffer {
    octets: VecDeque<u8>,
    /// Octets thrown away of a line that was too long and has not ended.
    skipped: Option<usize>,
}

impl LineBuffer {
    pub fn push(&mut self, octets: &[u8]) {
        self.octets.extend(octets);
    }

    /// Nothing is unread, and no end of a line that is thrown away is waited for.
    pub fn is_empty(&self) -> bool {
        self.octets.is_empty() && self.skipped.is_none()
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

    /// The next line without its CRLF, or what is wrong with it. That it is too long is known before it ends, and said once.
    pub fn next_line(&mut self) -> Option<Result<Vec<u8>, Violation>> {
        if self.skipped.is_some() && !self.skip() {
            let is_endless = self.skipped >= Some(ENDLESS);
            return is_endless.then(|| {
                self.skipped = Some(0);
                Err(Violation::Endless)
            });
        }
        let Some(lf) = self.octets.iter().take(LONGEST).position(|&b| b == b'\n') else {
            if self.octets.len() < LONGEST {
                return None;
            }
            self.take(LONGEST);
            self.skipped = Some(0);
            return Some(Err(Violation::LineTooLong));
        };
        let mut line: Vec<u8> = self.octets.drain(..lf).collect();
        self.take(1);
        if line.pop_if(|last| *last == b'\r').is_none() {
            return Some(Err(Violation::BareLf));
        }
        Some(match line.iter().find(|&&b| b == b'\r' || b == 0) {
            Some(b'\r') => Err(Violation::BareCr),
            Some(_) => Err(Violation::Nul),
            None => Ok(line),
        })
    }

    /// Throws away the rest of a line that was too long; whether it ends here.
    fn skip(&mut self) -> bool {
        let skipped = self.skipped.unwrap_or_default();
        let rest = self.octets.iter().take(ENDLESS - skipped.min(ENDLESS));
        let lf = rest.clone().position(|&b| b == b'\n');
        let count = lf.map_or(rest.len(), |lf| lf + 1);
        self.take(count);
        self.skipped = lf.is_none().then_some(skipped + count);
        lf.is_some()
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
    fn a_long_line_is_one_defect_at_once_and_bounded() {
        let mut buffer = LineBuffer::default();
        let mut defects = Vec::new();
        for number in 0..100 {
            buffer.push(&[b'x'; 997]);
            if let Some(defect) = buffer.next_line() {
                defects.push((number, defect));
            }
            assert!(buffer.len() <= LONGEST);
        }
        assert_eq!(defects, [(LONGEST / 997, Err(Violation::LineTooLong))]);
        buffer.push(b"\r\nNOOP\r\n");
        assert_eq!(buffer.next_line(), Some(Ok(b"NOOP".to_vec())));
        // With CRLF, the last that is right and the first that is wrong.
        for (octets, expected) in [(LONGEST, Ok(vec![b'x'; LONGEST - 2])), (LONGEST + 1, Err(Violation::LineTooLong))] {
            let line = [vec![b'x'; octets - 2], b"\r\nNOOP\r\n".to_vec()].concat();
            assert_eq!(lines(&line), [expected, Ok(b"NOOP".to_vec())]);
        }
    }

    #[test]
    fn a_line_without_an_end_is_told_from_a_long_one() {
        let both = [Err(Violation::LineTooLong), Err(Violation::Endless)];
        for (octets, count) in [(LONGEST - 1, 0), (LONGEST, 1), (LONGEST + ENDLESS - 1, 1), (LONGEST + ENDLESS, 2)] {
            assert_eq!(lines(&vec![b'x'; octets]), both[..count], "{octets}");
        }
    }
}
