//! SMTP, sans-I/O: octets in, octets and hand-overs out. RFC 5321 with 3207, 4954, 2034, 1870, 2920, 3030 and 3461.
//!
//! ```text
//!            bytes ──▶ line ──▶ command ──▶ server ──▶ Output
//!   Output ◀── client ◀── reply ◀── line ◀── bytes
//! ```
//!
//! Each machine has one transition table, which is data: it decides what is allowed where, and tests walk it.
//! A machine never decides about TLS; it stops at a gate and is told (`policy/`).

use crate::policy::{Gate, Verdict};
use serde::{Deserialize, Serialize};

/// What a machine is given.
#[derive(Debug)]
pub enum Input<'a> {
    /// SMTP octets from the peer, any number of them.
    Bytes(&'a [u8]),
    /// The TLS handshake on this connection is complete.
    TlsUp,
    /// The answer to a gate.
    Verdict(Verdict),
    /// The peer will send nothing more.
    End,
    /// The peer has been silent too long.
    Timeout,
}

/// What a machine wants done, in order. Drain it after each input.
#[derive(Debug, PartialEq, Eq)]
pub enum Output {
    /// Send these octets: whole lines, or the content of one message.
    Send { bytes: Vec<u8>, content: bool },
    /// Hand the connection to TLS. `leftover` stood behind the line that ended the clear part, where nothing may stand.
    StartTls { leftover: Vec<u8>, treatment: Treatment },
    /// A decision is needed before anything else is sent.
    Ask { gate: Gate, offered: bool },
    /// Something the trace should know.
    Note(Note),
    /// Close the connection after what was sent.
    Close(crate::smtp::End),
}

/// Facts that only the machine knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    Moved { from: State, to: State },
    Forgot(Vec<Forgotten>),
    Authenticated { mechanism: Mechanism, identity: String },
    Accepted(Accepted),
    Violated(Violation),
}

/// A message the server has taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    pub from: String,
    pub to: Vec<String>,
    /// With the Received field on top, dots unstuffed.
    pub message: Vec<u8>,
}

/// Why a machine closes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    Quit,
    PeerClosed,
    Violation,
    Timeout,
    TooManyErrors,
}

/// A state of either machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum State {
    Client(ClientState),
    Server(ServerState),
}

/// What the client waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ClientState {
    ExpectGreeting,
    ExpectEhlo,
    ExpectHelo,
    /// Stopped at a gate.
    ExpectVerdict,
    ExpectGoAhead,
    ExpectTls,
    ExpectAuth,
    ExpectMail,
    ExpectRcpt,
    ExpectDataGo,
    ExpectAccepted,
    ExpectQuit,
    Closed,
}

/// What the server waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ServerState {
    /// Connected, or just out of the handshake: nothing is known of the client.
    ExpectHello,
    ExpectMail,
    ExpectRcpt,
    /// At least one recipient was accepted.
    ExpectData,
    ReadingMessage,
    /// Inside a BDAT transaction, between or in chunks. RFC 3030 §2
    ReadingChunks,
    ExpectAuthResponse,
    ExpectTls,
    Closed,
}

/// What is discarded when TLS comes up. RFC 3207 §4.2
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Forgotten {
    /// The name of EHLO or HELO (at the server), the greeting's and EHLO reply's name (at the client).
    PeerName,
    /// The keywords of the EHLO reply.
    Capabilities,
    Envelope,
    Identity,
    FailedLogins,
    Buffer,
}

/// SASL mechanisms that the lab names. RFC 4954
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Mechanism {
    Plain,
    Login,
    Ntlm,
}

/// What is done with octets that stand where TLS should begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Treatment {
    /// Thrown away (Postfix, Exim).
    Purge,
    /// STARTTLS is refused and the connection closed.
    Reject,
    /// Given to TLS, which finds no record in them and fails.
    FeedToTls,
    /// Kept and read after TLS as if it had come through it: CVE-2011-0411.
    Keep,
}

/// What the peer did against the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Violation {
    LineTooLong,
    BareLf,
    BareCr,
    Nul,
    EightBit,
    /// A reply that is not three digits, a separator and text.
    MalformedReply,
    /// The lines of one reply carry different codes.
    MixedReplyCodes,
    /// More lines or octets in one reply than a client accepts.
    ReplyTooLong,
    /// A reply to nothing.
    UnaskedReply,
    /// Octets stood where TLS should begin.
    TextBeforeTls,
    /// The client spoke before the greeting, or after a command that must end a group.
    OutOfTurn,
    /// The connection ended in the middle.
    UnexpectedEnd,
}
