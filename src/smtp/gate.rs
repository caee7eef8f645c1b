//! Where a machine stops and asks, and what it can be told: the client about TLS, the server about a submission.
//!
//! Two questions with an answer type each, so that neither machine can get an answer to the other's question. The answers come from `policy/`,
//! which is not known here. The keys are the words of listings and of files, and do not follow a variant that is renamed.

use serde::{Deserialize, Serialize};

/// Where the client stops and asks about TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Gate {
    /// The first EHLO reply of a connection in clear has been read.
    Offer,
    /// The verb that starts TLS was answered with something other than 220.
    Refusal,
    /// The TLS handshake did not complete; the connection is dead.
    Handshake,
    /// The handshake is complete and the server's certificate has been looked at.
    Certificate,
    /// The client is about to prove that it is a server of the organisation: it needs a ticket for that.
    Login,
}

impl Gate {
    pub fn key(self) -> &'static str {
        match self {
            Gate::Offer => "Offer",
            Gate::Refusal => "Refusal",
            Gate::Handshake => "Handshake",
            Gate::Certificate => "Certificate",
            Gate::Login => "Login",
        }
    }
}

/// The client's question: what to do about TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TlsQuestion {
    pub gate: Gate,
    /// The server lists the verb that the client would start TLS with.
    pub offered: bool,
}

/// What the client is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TlsAnswer {
    /// Send the verb that starts TLS.
    Start,
    /// Go on in this session as it is, in clear or inside TLS.
    GoOn,
    /// Open a new connection and deliver in clear: a failed handshake leaves nothing to go on with.
    InClear,
    /// Give up for now; the message stays in the queue.
    Defer,
}

impl TlsAnswer {
    pub fn key(self) -> &'static str {
        match self {
            TlsAnswer::Start => "StartTls",
            TlsAnswer::GoOn => "Continue",
            TlsAnswer::InClear => "ReconnectInClear",
            TlsAnswer::Defer => "Defer",
        }
    }
}

/// The server's question at MAIL FROM: whether this session, in which no client has logged in, may submit for a domain that may
/// have to prove itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubmitQuestion {
    /// Of MAIL FROM, in lower case.
    pub domain: String,
    /// The server has listed STARTTLS.
    pub offered: bool,
}

impl SubmitQuestion {
    /// The key of the one gate at which the server stops.
    pub const GATE: &'static str = "Submission";
}

/// What the server is to do with MAIL FROM.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SubmitAnswer {
    /// Take it, as from any client.
    Take,
    /// Take it, and treat the session as the partner of the domain that it names.
    Partner,
    Refuse(Refusal),
}

impl SubmitAnswer {
    pub fn key(self) -> String {
        match self {
            SubmitAnswer::Take => "Continue".to_owned(),
            SubmitAnswer::Partner => "Partner".to_owned(),
            SubmitAnswer::Refuse(refusal) => format!("Refuse({})", refusal.key()),
        }
    }
}

/// Why a server refuses MAIL FROM of a domain that has to prove itself. The replies are in `server/submission.rs`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Refusal {
    /// The Receive connector is not set up for it.
    Disallowed,
    /// The server did not offer STARTTLS.
    TlsNotAdvertised,
    /// It was offered, and the client did not use it.
    TlsNotUsed,
    /// The client presented no certificate.
    NoCertificate,
    /// The certificate's names do not cover the domain.
    WrongName,
    /// The certificate does not verify.
    ChainInvalid,
    /// It verifies, and partners may not submit.
    NoPermission,
}

impl Refusal {
    pub fn key(self) -> &'static str {
        match self {
            Refusal::Disallowed => "Disallowed",
            Refusal::TlsNotAdvertised => "TlsNotAdvertised",
            Refusal::TlsNotUsed => "TlsNotUsed",
            Refusal::NoCertificate => "NoCertificate",
            Refusal::WrongName => "WrongName",
            Refusal::ChainInvalid => "ChainInvalid",
            Refusal::NoPermission => "NoPermission",
        }
    }
}
