//! rustls on both ends, made deterministic, and an engine for TLS as it was. Nothing outside this module imports rustls, rcgen or a
//! cipher.
//!
//! An [`Engine`] is one end of one TLS connection, sans-I/O: wire octets in, [`TlsOutput`]s out, one TLS record an output.
//! The verifier records and never stops a handshake: a mail server finishes it and decides afterwards (RFC 3207 §4.1).
//! Handshake signatures are always checked.
//! Randomness is a function of the seed; see `random.rs` for why that is fit for a lab and for nothing else.

mod random;
pub(crate) mod primitives;
mod provider;
mod secrets;
mod leaf;
mod pki;
mod verify;
mod memory;
mod session;
mod old;
mod end_point;
mod rsa_key;
mod engine;

use crate::registry::Version;
use crate::scenario::Side;
use serde::{Deserialize, Serialize};

pub use end_point::end_point;
pub use engine::Engine;
pub use memory::Memory;
pub use old::{OldKey, OldPki, OldSetup};
pub use pki::{Names, Pki};
pub use primitives::sha256;
pub use random::{Draws, Randomness};
pub use rsa_key::RsaKey;
pub use secrets::SecretLog;
pub use session::{Setup, TlsOutput};

/// What both ends know once the handshake is done. Code points as IANA numbers; the registry has their names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionFacts {
    pub version: Version,
    pub suite: u16,
    /// The named group of the key exchange, where there is one.
    pub group: Option<u16>,
    /// The name that the client asked for, if it sent one (RFC 6066 §3).
    pub server_name: Option<String>,
    /// It goes on with the secret of an earlier session, without a certificate. RFC 8446 §2.2, RFC 5077 §3.1
    #[serde(default)]
    pub resumed: bool,
}

/// Why a handshake or a session ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    pub cause: Cause,
    /// The alert that ended it: who sent it, and its number (RFC 8446 §6).
    pub alert: Option<(Side, u8)>,
}

/// What an end found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Cause {
    /// An error of rustls, and its own words for it.
    Rustls { kind: RustlsError, words: String },
    /// A certificate or a configuration could not be made; the words are those of the library that refused.
    Setup(String),
    /// The connection ended during the handshake.
    Ended,
    /// More was written before the handshake was complete than waits for its end.
    TooMuchWritten,
    /// What an end with old suites found. In older traces such an end is scripted.
    #[serde(alias = "Scripted")]
    Old(OldError),
}

/// The kinds of rustls's errors that a session can end with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RustlsError {
    /// Octets that are no TLS record or no message.
    InvalidMessage,
    /// A message that has no place there.
    Inappropriate,
    /// A record that could not be opened.
    Decrypt,
    /// The peer's offer has nothing that this end has.
    PeerIncompatible,
    PeerMisbehaved,
    /// The peer ended it.
    AlertReceived,
    /// The certificate failed a check, or a signature of the handshake is not by its key.
    InvalidCertificate,
    Other,
}

/// What an end with old suites can find.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum OldError {
    /// The peer ended it.
    AlertReceived,
    NotRecord,
    EmptyRecord,
    /// A record or a message that is longer than it may be.
    TooLong,
    /// A record that could not be opened: its padding or its MAC is wrong.
    BadRecord,
    /// A record of another version than the one chosen.
    OtherVersion,
    /// A message that is not what its type says.
    Malformed,
    /// A message that has no place there.
    OutOfPlace,
    NoCommonVersion,
    /// The peer's offer has no suite that this end has, and a key for it.
    NothingInCommon,
    /// The peer has chosen what was not offered.
    NotOffered,
    /// A certificate whose key cannot be read, or does not serve the suite.
    BadCertificate,
    /// A certificate that fails a check, where this side breaks off for that.
    CertificateRefused,
    /// A key for the exchange that is none, or is longer than the suite allows.
    BadParameter,
    BadSignature,
    /// A Finished that does not fit what was said before.
    BadFinished,
    /// The peer wants to begin anew, and SSL 3.0 has no way to decline.
    Renegotiation,
    /// The handshake would go on with what this end cannot compute.
    #[serde(alias = "CannotCompute", alias = "Fragmented")]
    CannotGoOn,
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
    /// None of its names is the one wanted.
    WrongName,
    WrongPurpose,
    Malformed,
    /// Anything else, in the words of webpki.
    Other(String),
}

/// Whom a certificate's names are compared with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Wanted {
    /// This host: one of the names is it, or a wildcard that covers it. RFC 9525 §6.3
    Host(String),
    /// This domain, as Exchange and Postfix's `secure` do: one of the names is it, or is below it.
    Domain(String),
}

impl Wanted {
    /// The host or the domain.
    pub fn name(&self) -> &str {
        match self {
            Wanted::Host(name) | Wanted::Domain(name) => name,
        }
    }
}

/// Whether one of a certificate's names is the domain or stands below it.
pub fn covers(names: &[String], domain: &str) -> bool {
    names.iter().any(|name| {
        let name = name.strip_prefix("*.").unwrap_or(name).to_ascii_lowercase();
        let above = name.strip_suffix(&domain.to_ascii_lowercase());
        !domain.is_empty() && above.is_some_and(|above| above.is_empty() || above.ends_with('.'))
    })
}

/// What one side found out about the other's certificate. The checks are apart: one may fail and the others pass.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateCheck {
    /// Whose certificate it is.
    pub of: Side,
    /// What was presented, leaf first, DER.
    pub presented: Vec<Vec<u8>>,
    /// The DNS names that the leaf is for.
    pub names: Vec<String>,
    /// Whom they were compared with; `None` where that is not known yet.
    pub wanted: Option<Wanted>,
    pub chain: Verdict,
    pub name: Verdict,
    pub dates: Verdict,
    pub purpose: Verdict,
}

impl CertificateCheck {
    /// No check that was made has failed.
    pub fn passes(&self) -> bool {
        self.path_passes() && !matches!(self.name, Verdict::Fail(_))
    }

    /// Nothing is wrong with it but perhaps the name.
    pub fn path_passes(&self) -> bool {
        [&self.chain, &self.dates, &self.purpose].into_iter().all(|verdict| !matches!(verdict, Verdict::Fail(_)))
    }

    /// The same check once it is known for which domain the other side speaks.
    pub fn for_domain(&self, domain: &str) -> CertificateCheck {
        let covered = covers(&self.names, domain);
        CertificateCheck {
            wanted: Some(Wanted::Domain(domain.to_owned())),
            name: if covered { Verdict::Pass } else { Verdict::Fail(Defect::WrongName) },
            ..self.clone()
        }
    }
}

/// A secret of the session, as a line of an SSLKEYLOGFILE has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Secret {
    pub label: String,
    /// What names the connection; with the label RSA the first 8 octets of what the client encrypted the secret to.
    pub client_random: Vec<u8>,
    pub secret: Vec<u8>,
}
