//! Faults of a link: an octet that arrives as another, and an end in the middle.

use super::{Carries, Interceptor, Passed};
use crate::scenario::Side;
use std::borrow::Cow;

/// Flips bits of one octet.
pub(super) struct Flip {
    /// Octets until it comes, in either direction.
    pub(super) position: usize,
    pub(super) bits: u8,
}

impl Interceptor for Flip {
    fn pass<'a>(&mut self, _: Side, mut octets: Cow<'a, [u8]>, _: Carries) -> Passed<'a> {
        let count = octets.len();
        if self.position < count
            && let Some(octet) = octets.to_mut().get_mut(self.position)
        {
            *octet ^= self.bits;
            self.bits = 0;
        }
        self.position = self.position.saturating_sub(count);
        Passed::on(octets)
    }
}

/// Carries this many octets and then none.
pub(super) struct End {
    pub(super) left: usize,
}

impl Interceptor for End {
    fn pass<'a>(&mut self, _: Side, octets: Cow<'a, [u8]>, _: Carries) -> Passed<'a> {
        let ended = self.left < octets.len();
        let octets = match octets {
            Cow::Borrowed(octets) => Cow::Borrowed(octets.get(..self.left).unwrap_or(octets)),
            Cow::Owned(mut octets) => {
                octets.truncate(self.left);
                Cow::Owned(octets)
            }
        };
        self.left = self.left.saturating_sub(octets.len());
        Passed { octets, ended }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn through(interceptor: &mut dyn Interceptor, octets: &[u8]) -> (Vec<u8>, bool) {
        let passed = interceptor.pass(Side::Client, Cow::Borrowed(octets), Carries::Other);
        (passed.octets.into_owned(), passed.ended)
    }

    #[test]
    fn one_octet_is_flipped_wherever_the_pieces_end() {
        let mut flip = Flip { position: 4, bits: 1 };
        assert_eq!(through(&mut flip, b"abc"), (b"abc".to_vec(), false));
        assert_eq!(through(&mut flip, b"def"), (b"ddf".to_vec(), false));
        assert_eq!(through(&mut flip, b"ghi"), (b"ghi".to_vec(), false));
    }

    #[test]
    fn behind_the_end_nothing_arrives() {
        let mut end = End { left: 4 };
        assert_eq!(through(&mut end, b"abc"), (b"abc".to_vec(), false));
        assert_eq!(through(&mut end, b"def"), (b"d".to_vec(), true));
        assert_eq!(through(&mut end, b"ghi"), (Vec::new(), true));
    }
}
