//! The arithmetic as plain functions over octets, which the two engines and the dissector share.
//!
//! No type of rustls occurs here: the provider wraps these for rustls, and the dissector opens records with the very same code.
//! Signatures and key exchange are not here, as only the ends need them.

mod hash;
mod aead;
// The old engine uses all of the following, the dissector a part.
#[allow(dead_code)]
mod block;
#[allow(dead_code)]
mod prf;
#[allow(dead_code)]
mod write_keys;
#[allow(dead_code)]
mod protection;

pub(crate) use aead::{Aead, AeadKey};
pub use hash::sha256;
pub(crate) use hash::{HmacKey, RunningHash, hash, hkdf_expand, hmac};
#[allow(unused_imports)]
pub(crate) use prf::Derivation;
#[allow(unused_imports)]
pub(crate) use protection::{BadRecordMac, RecordProtection, Unsealed};
#[allow(unused_imports)]
pub(crate) use write_keys::{Export, WriteKeys};

/// Octets of a vector.
#[cfg(test)]
fn octets(hex: &str) -> Vec<u8> {
    (0..hex.len() / 2).map(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).unwrap()).collect()
}
