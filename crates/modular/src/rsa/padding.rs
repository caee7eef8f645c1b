//! How a message is filled up to the length of the modulus. RFC 8017 §7.2, §9.2
//!
//! ```text
//! 00 01 FF … FF 00 message     signed: at least 8 octets of FF
//! 00 02 random… 00 message     encrypted: at least 8 octets, none of them 0
//! ```

use alloc::vec;
use alloc::vec::Vec;

const SHORTEST: usize = 8;
const TO_SIGN: u8 = 1;
const TO_ENCRYPT: u8 = 2;

/// Why octets are no encrypted or signed message of this key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadPadding {
    /// They are not as many as those of the modulus.
    Length,
    /// As a number they are not below the modulus.
    TooLarge,
    /// The first octet is not 0.
    First(u8),
    /// The second octet is not that of the use.
    Type(u8),
    /// An octet of the padding of a signature is not FF.
    Filler(u8),
    /// There is no 0 after the padding.
    Endless,
    /// There are so few octets of padding.
    Short(usize),
}

/// EMSA-PKCS1-v1_5 without its first steps: what is signed is given. RFC 8017 §9.2
pub(super) fn to_sign(message: &[u8], length: usize) -> Option<Vec<u8>> {
    let filler = filler(message, length)?;
    Some([&[0, TO_SIGN], vec![0xFF; filler].as_slice(), &[0], message].concat())
}

/// RFC 8017 §7.2.1
pub(super) fn encrypted(message: &[u8], random: &[u8], length: usize) -> Option<Vec<u8>> {
    let count = filler(message, length)?;
    let filler: Vec<u8> = random.iter().copied().filter(|&octet| octet != 0).take(count).collect();
    (filler.len() == count).then(|| [&[0, TO_ENCRYPT], filler.as_slice(), &[0], message].concat())
}

fn filler(message: &[u8], length: usize) -> Option<usize> {
    length.checked_sub(message.len())?.checked_sub(3).filter(|&filler| filler >= SHORTEST)
}

/// RFC 8017 §8.2.2
pub(super) fn signed(padded: &[u8]) -> Result<Vec<u8>, BadPadding> {
    let (filler, message) = split(padded, TO_SIGN)?;
    match filler.iter().find(|&&octet| octet != 0xFF) {
        Some(&octet) => Err(BadPadding::Filler(octet)),
        None => Ok(message.to_vec()),
    }
}

/// RFC 8017 §7.2.2
pub(super) fn decrypted(padded: &[u8]) -> Result<Vec<u8>, BadPadding> {
    split(padded, TO_ENCRYPT).map(|(_, message)| message.to_vec())
}

/// Padding and message.
fn split(padded: &[u8], kind: u8) -> Result<(&[u8], &[u8]), BadPadding> {
    let (&[first, second], rest) = padded.split_first_chunk().ok_or(BadPadding::Length)?;
    if first != 0 {
        return Err(BadPadding::First(first));
    }
    if second != kind {
        return Err(BadPadding::Type(second));
    }
    let end = rest.iter().position(|&octet| octet == 0).ok_or(BadPadding::Endless)?;
    if end < SHORTEST {
        return Err(BadPadding::Short(end));
    }
    let (filler, message) = rest.split_at_checked(end).ok_or(BadPadding::Endless)?;
    Ok((filler, message.get(1..).unwrap_or_default()))
}
