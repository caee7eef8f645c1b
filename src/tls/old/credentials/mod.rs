//! What old ends prove themselves with, and agree on secrets by: keys, certificates, signatures, and the premaster secret.
//!
//! ```text
//! constants, ec ──▶ key ──▶ signature, premaster
//!                    └────▶ x509 ──▶ check
//!                             └────▶ pki: all certificates of a run
//! ```
//!
//! The arithmetic is that of `crates/modular` and of RustCrypto's curves. What certificates say is in `tls/leaf.rs`, for these and for those
//! that rcgen writes. Left out: certificates of other programs that are signed with more than SHA-1: they are read, not checked.

mod check;
mod constants;
mod der;
mod ec;
mod key;
mod pki;
mod premaster;
mod signature;
mod x509;

pub(super) use check::check;
pub(super) use ec::EcKey;
pub(super) use key::{OldPrivateKey, OldPublicKey, dh_group, temporary_rsa};
pub(super) use pki::OldCredential;
pub(super) use premaster::{decrypt_premaster, encrypt_premaster};
pub(super) use signature::{HandshakeDigest, scheme, sign, verify};
pub(in crate::tls) use x509::signature_oid;
pub(super) use x509::{public_key, subject};

pub use key::OldKey;
pub use pki::OldPki;
