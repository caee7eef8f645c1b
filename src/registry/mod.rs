//! What the numbers of TLS, X.509 and NTLM mean: versions, cipher suites, groups, messages, alerts, extensions, signatures, object
//! identifiers, flags and statuses, each once, as data.
//!
//! ```text
//! names    code points and what they are called
//! version  the versions and their order
//! group    the curves of the key exchange
//! suite    what a cipher suite is made of ──▶ suites: all of them, one a line ──▶ lists: what four systems have
//! oids     object identifiers
//! ntlm     flags, attributes and statuses of NTLM
//! ```
//!
//! No property is read out of a name: a name is for people. What is unknown has no name and no properties, and the caller shows its
//! number. Left out: what a suite is worth today, which is an opinion (`suites::verdict`).

mod group;
mod lists;
mod names;
pub mod ntlm;
mod oids;
mod suite;
pub mod suites;
mod version;

pub use group::{Group, X25519MLKEM768, is_post_quantum};
pub use lists::{ListKey, ListLine};
pub use names::*;
pub use oids::oid;
pub use suite::{
    Authentication, Cipher, CodePoint, ForwardSecrecy, Hash, KeyExchange, Lengths, Mac, Mode, Strength, Suite,
};
pub use suites::{CIPHER_SUITES, SUITES, is_signal, suite};
pub use version::{VERSIONS, Version, VersionRange};
