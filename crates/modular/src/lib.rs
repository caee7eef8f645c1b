//! What the public-key half of SSL 3.0 to TLS 1.2 computes, over whole numbers of any length: RSA (RFC 8017), DSA (FIPS 186-4) and
//! Diffie-Hellman (RFC 2631).
//!
//! ```text
//! natural ──▶ modulus ──▶ rsa (pkcs1, key), dsa, dh
//! ```
//!
//! **For keys that are no secret, and never for a network.** The time that it takes, and the memory that it touches, depend on the keys;
//! nothing is wiped. It is for a lab whose keys follow from a number in a link.
//!
//! It is total: any octets as a key, a modulus or a signature give an answer or `None`. Numbers that a peer may choose are bounded by
//! [`LONGEST`], so that none takes more than a second or so. It asks for no chance: random octets are given.
//!
//! A crate of its own, so that it is compiled for speed where the rest is compiled for size, and because nothing of it knows of TLS.
//!
//! Not here: making and testing primes, even moduli, hashes (digests are given), OAEP and PSS, curves.

#![no_std]
#![forbid(unsafe_code)]
#![warn(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::unreachable, clippy::indexing_slicing)]

extern crate alloc;

pub mod dh;
pub mod dsa;
mod modulus;
mod natural;
pub mod rsa;

pub use modulus::Modulus;
pub use natural::Natural;

/// Bits of the longest modulus that is computed with.
pub const LONGEST: usize = 8192;
