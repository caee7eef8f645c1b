//! rustls on both ends, made deterministic. Nothing outside this module imports rustls, rcgen or a cipher.
//!
//! A [`Session`] is one end of one TLS connection, sans-I/O: wire octets in, [`Output`]s out, one TLS record an output.
//! The verifier records and never stops a handshake: a mail server finishes it and decides afterwards (RFC 3207 §4.1).
//! Handshake signatures are always checked.
//! Randomness is a function of the seed; see `random.rs` for why that is fit for a lab and for nothing else.

mod random;
pub(crate) mod primitives;
mod provider;
mod secrets;
mod pki;
mod verify;
mod session;

use crate::scenario::Side;
use serde::{Deserialize, Serialize};

pub use pki::Pki;
pub use primitives::sha256;
pub use secrets::SecretLog;
pub use session::{Output, Session, Setup};

/// What both ends know once the handshake is done. Code points as IANA numbers; names are made in `dissect/names.rs`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionFacts {
    /// 0x0303 is TLS 1.2, 0x0304 is TLS 1.3.
    pub version: u16,
    pub suite: u16,
    /// The named group of the key exchange, where there is one.
    pub group: Option<u16>,
    /// The name that the client asked for, if it sent one (RFC 6066 §3).
    pub server_name: Option<String>,
    /// The other side's certificate chain, leaf first, DER.
    pub peer_certificates: Vec<Vec<u8>>,
}

/// Why a handshake or a session ended. `error` is what rustls said, quoted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    pub error: String,
    /// The alert that ended it: who sent it, and its number (RFC 8446 §6).
    pub alert: Option<(Side, u8)>,
}

/// One check of a certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Verdict {
    Pass,
    Fail(Defect),
    NotChecked,
}

/// Why a check failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Defect {
    UnknownIssuer,
    SelfSigned,
    Expired,
    NotYetValid,
    /// Names that the certificate holds, none of which is the one wanted.
    WrongName {
        wanted: String,
        found: Vec<String>,
    },
    WrongPurpose,
    Malformed,
    /// Anything else, in the words of webpki.
    Other(String),
}

/// What one side found out about the other's certificate. The checks are apart: one may fail and the others pass.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateCheck {
    /// Whose certificate it is.
    pub of: Side,
    pub chain: Verdict,
    pub name: Verdict,
    pub dates: Verdict,
    pub purpose: Verdict,
}

impl CertificateCheck {
    /// No check that was made has failed.
    pub fn passes(&self) -> bool {
        let verdicts = [&self.chain, &self.name, &self.dates, &self.purpose];
        verdicts.into_iter().all(|verdict| !matches!(verdict, Verdict::Fail(_)))
    }
}

/// A secret of the session, as a line of an SSLKEYLOGFILE has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Secret {
    pub label: String,
    pub client_random: Vec<u8>,
    pub secret: Vec<u8>,
}
