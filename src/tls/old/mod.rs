//! TLS as it was: SSL 3.0, TLS 1.0, 1.1 and 1.2 with the suites of Windows Server 2003 and 2008, between two ends of the lab. RFC 6101,
//! RFC 2246, RFC 4346, RFC 5246
//!
//! ```text
//! session ──▶ client, server      one state each; a message that has no place in it is unexpected_message
//!    │            │
//!    │            ├──▶ handshake  what both know: hashes, keys, certificates
//!    │            ├──▶ exchange   premaster secrets and signatures
//!    │            └──▶ hello, message    octets
//!    └──▶ record                  cut, opened, sealed
//! credentials                     keys, certificates, signatures
//! ```
//!
//! It is for two ends of a run alone: its arithmetic takes times that depend on secrets, and its keys are a function of the seed. So an
//! [`OldSetup`] has a seed, and no other randomness, and the lab has no way to one where an end speaks with another program.
//!
//! Left out: resumption, compression, renegotiation (refused), SSL 2.0 beyond its hello, extended master secret and encrypt-then-MAC,
//! which these systems did not have.

mod credentials;
mod client;
mod exchange;
mod handshake;
mod hello;
mod message;
mod record;
mod server;
mod session;

use super::{OldError, SecretLog, Wanted};
use crate::registry::{Group, Suite, VersionRange, alert};
use crate::scenario::{Clock, Party, Seed, Side};

pub(super) use credentials::signature_oid;
pub use credentials::{OldKey, OldPki};
pub(super) use session::OldSession;

/// What an old end is a function of, besides the octets it receives.
pub struct OldSetup<'a> {
    pub side: Side,
    /// Who this side is: whose certificate it presents, whose roots it trusts.
    pub party: Party,
    pub pki: &'a OldPki,
    pub versions: VersionRange,
    /// In their order. A line of Schannel is for one curve alone.
    pub suites: &'a [(Suite, Option<Group>)],
    /// The preferred one first.
    pub groups: &'a [Group],
    /// Whose order counts, for a server.
    pub prefers: Side,
    /// A server makes short keys for export beside that of its certificate. RFC 2246 §7.4.3
    pub temporary: bool,
    pub seed: Seed,
    pub clock: Clock,
    /// What the client sends as server_name, if anything. RFC 6066 §3
    pub server_name: Option<&'a str>,
    /// Whom the client looks for in the certificate; a server does not know yet.
    pub wanted: Option<Wanted>,
    /// A certificate of the server's that fails a check ends the handshake; else what was found is recorded. docs/rules.md R24
    pub breaks_off: bool,
    /// The server asks the client for a certificate, and does without if it has none.
    pub asks: bool,
    /// The number of the connection in the run; each has randoms of its own.
    pub connection: u16,
    pub secrets: SecretLog,
}

/// What is wrong, and the alert that says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Fault {
    why: OldError,
    alert: u8,
}

impl Fault {
    fn new(why: OldError, alert: u8) -> Fault {
        Fault { why, alert }
    }
}

impl From<OldError> for Fault {
    fn from(why: OldError) -> Fault {
        let alert = match why {
            OldError::NotRecord | OldError::EmptyRecord | OldError::OutOfPlace => alert::UNEXPECTED_MESSAGE,
            OldError::Malformed => alert::DECODE_ERROR,
            OldError::TooLong => alert::RECORD_OVERFLOW,
            OldError::OtherVersion | OldError::NoCommonVersion => alert::PROTOCOL_VERSION,
            OldError::NothingInCommon | OldError::Renegotiation | OldError::AlertReceived => alert::HANDSHAKE_FAILURE,
            OldError::NotOffered | OldError::BadParameter => alert::ILLEGAL_PARAMETER,
            OldError::BadCertificate | OldError::CertificateRefused => alert::BAD_CERTIFICATE,
            OldError::BadSignature | OldError::BadFinished => alert::DECRYPT_ERROR,
            OldError::BadRecord => alert::BAD_RECORD_MAC,
            OldError::CannotGoOn => alert::INTERNAL_ERROR,
        };
        Fault { why, alert }
    }
}

impl From<message::Malformed> for Fault {
    fn from(_: message::Malformed) -> Fault {
        OldError::Malformed.into()
    }
}
