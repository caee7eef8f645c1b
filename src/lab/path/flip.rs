//! An attacker who flips one bit of the mail, and can read no octet of it: what notices that is the integrity of TLS, and in clear nothing.

use super::{Carries, Interceptor, Passed};
use crate::scenario::{BitFlip, Side};
use std::borrow::Cow;

/// Octets of a record's header. RFC 5246 §6.2.1
const HEADER: usize = 5;
/// The octet of the mail in which the bit is: where the message of the lab begins with its date, a digit of the year.
const OCTET: usize = 20;
const BIT: u8 = 1;

/// Once: what is flipped next, if anything.
pub(super) struct FlipInMail(pub(super) BitFlip);

impl Interceptor for FlipInMail {
    fn pass<'a>(&mut self, from: Side, mut octets: Cow<'a, [u8]>, carries: Carries) -> Passed<'a> {
        let Carries::Mail { sealed } = carries else { return Passed::on(octets) };
        let place = place(self.0, &octets, sealed).filter(|_| from == Side::Client);
        if let Some(octet) = place.and_then(|place| octets.to_mut().get_mut(place)) {
            *octet ^= BIT;
            self.0 = BitFlip::None;
        }
        Passed::on(octets)
    }
}

/// The octet with the bit, in the mail as it is on the wire.
fn place(flip: BitFlip, octets: &[u8], sealed: bool) -> Option<usize> {
    match (flip, sealed) {
        (BitFlip::None, _) | (BitFlip::End, false) => None,
        (BitFlip::Data, false) => Some(OCTET),
        (BitFlip::Data, true) => Some(HEADER + OCTET),
        (BitFlip::End, true) => {
            let length = octets.get(3..HEADER)?.iter().fold(0, |length, &octet| length << 8 | usize::from(octet));
            (HEADER..HEADER + length).next_back()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passed(flip: &mut FlipInMail, from: Side, octets: &[u8], carries: Carries) -> Vec<u8> {
        flip.pass(from, Cow::Borrowed(octets), carries).octets.into_owned()
    }

    /// Which octets of what passes are others, and by which bits.
    fn changes(before: &[u8], after: &[u8]) -> Vec<(usize, u8)> {
        assert_eq!(before.len(), after.len());
        let pairs = before.iter().zip(after).map(|(before, after)| before ^ after).enumerate();
        pairs.filter(|(_, bits)| *bits != 0).collect()
    }

    #[test]
    fn one_bit_of_the_mail_is_flipped_and_of_nothing_else() {
        let record = [&[23, 3, 1, 0, 40][..], &[0x55; 40], &[23, 3, 1, 0, 1, 9]].concat();
        let letter = b"Date: Mon, 1 Jun 2009 05:30:48 +0000\r\n";
        for (flip, sealed, octets, wanted) in [
            (BitFlip::Data, false, &letter[..], Some(20)),
            (BitFlip::Data, true, &record[..], Some(25)),
            (BitFlip::End, true, &record[..], Some(44)),
            (BitFlip::End, false, &letter[..], None),
            (BitFlip::None, true, &record[..], None),
        ] {
            let mut path = FlipInMail(flip);
            let mail = Carries::Mail { sealed };
            assert_eq!(passed(&mut path, Side::Client, octets, Carries::Other), octets);
            assert_eq!(passed(&mut path, Side::Server, octets, mail), octets);
            let after = passed(&mut path, Side::Client, octets, mail);
            assert_eq!(changes(octets, &after), wanted.map(|at| (at, 1)).into_iter().collect::<Vec<_>>(), "{flip:?}");
            // And once.
            assert_eq!(passed(&mut path, Side::Client, octets, mail), octets);
        }
        for short in [&b""[..], b"\x17\x03", &[23, 3, 1, 0, 0]] {
            let mut path = FlipInMail(BitFlip::End);
            assert_eq!(passed(&mut path, Side::Client, short, Carries::Mail { sealed: true }), short);
        }
    }
}
