//! The arithmetic as plain functions over octets, which the two engines and the dissector share.
//!
//! No type of rustls occurs here: the provider wraps these for rustls, and the dissector opens records with the very same code.
//! Signatures and key exchange are not here, as only the ends need them.

mod hash;
mod aead;
mod block;
mod prf;
mod write_keys;
mod protection;

pub(crate) use aead::{Aead, AeadKey};
pub use hash::sha256;
pub(crate) use hash::{HmacKey, RunningHash, hash, hkdf_expand, hmac};
pub(crate) use prf::Derivation;
pub(crate) use protection::{Beginnings, RecordProtection};
pub(crate) use write_keys::{Export, WriteKeys};

/// Octets of a vector.
#[cfg(test)]
fn octets(hex: &str) -> Vec<u8> {
    (0..hex.len() / 2).map(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).unwrap()).collect()
}
