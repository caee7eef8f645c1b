//! SMTP, sans-I/O: octets in, octets and hand-overs out. RFC 5321 with 3207, 4954, 2034, 1870, 2920, 3030 and 3461.
//!
//! ```text
//!            bytes ──▶ line ──▶ command ──▶ server ──▶ Output
//!   Output ◀── client ◀── reply ◀── line ◀── bytes
//! ```
//!
//! Each machine has one transition table, which is data: it decides what is allowed where, and tests walk it.
//! A machine never decides about TLS; it stops at a gate and is told (`policy/`).

pub mod auth;
pub mod client;
pub mod command;
pub mod content;
pub mod ehlo;
mod gate;
mod integrated;
mod left_over;
pub mod line;
pub mod path;
pub mod profile;
pub mod reply;
pub mod server;
pub mod table;
mod verb;

use serde::{Deserialize, Serialize};

pub use crate::ntlm::NtlmRefusal;
pub use client::{Client, Plan};
pub use ehlo::{Capabilities, Capability};
pub use gate::{Gate, Refusal, SubmitAnswer, SubmitQuestion, TlsAnswer, TlsQuestion};
pub use integrated::{Chance, NtlmHost, NtlmUser, net_bios};
pub use left_over::Treatment;
pub use reply::{Reply, ReplyLine};
pub use server::Server;
pub use verb::TlsVerb;

/// What a machine is given.
#[derive(Debug)]
pub enum Input<'a> {
    /// SMTP octets from the peer, any number of them.
    Bytes(&'a [u8]),
    /// The time, in microseconds since 1970.
    Now(u64),
    /// The TLS handshake on this connection is complete. The hash of the server's certificate is what a login can be bound to.
    /// RFC 5929 §4.1
    TlsUp { end_point: &'a [u8] },
    /// TLS failed, in the handshake or after it. Nothing more can be sent or received. RFC 8446 §6.2
    TlsFailed,
    /// The peer has proved that it is a server of the organisation, by other means than a line.
    Recognised { by: OwnProof, identity: &'a str },
    /// From the other half of an intermediary that passes a login on.
    Handed(Handed),
    /// The peer will send nothing more.
    End,
    /// The peer has taken too long. RFC 5321 §4.5.3.2
    Timeout,
    /// The peer has sent more than a session can have.
    Excess,
}

/// What a machine wants done, in order. Drain it after each input. `Q` is what it asks where it stops: a [`TlsQuestion`] or a
/// [`SubmitQuestion`], which [`Client::answer`] and [`Server::answer`] answer.
#[derive(Debug, PartialEq, Eq)]
pub enum Output<Q> {
    /// Send these octets: whole lines, or the content of one message.
    Send { bytes: Vec<u8>, content: bool },
    /// Hand the connection to TLS, which is given these octets first ([`Treatment::FeedToTls`]).
    StartTls { verb: TlsVerb, first: Vec<u8> },
    /// A decision is needed before anything else is sent.
    Ask(Q),
    /// Something the trace should know.
    Note(Note),
    /// For the other half of an intermediary that passes a login on. The machine waits for what that has to say.
    Pass(Handed),
    /// Let this much time pass, in microseconds, before what follows.
    Wait(u64),
    /// Close the connection after what was sent.
    Close(CloseReason),
}

impl<Q> Output<Q> {
    /// The same with another question.
    pub fn map<R>(self, question: impl FnOnce(Q) -> R) -> Output<R> {
        match self {
            Output::Send { bytes, content } => Output::Send { bytes, content },
            Output::StartTls { verb, first } => Output::StartTls { verb, first },
            Output::Ask(asked) => Output::Ask(question(asked)),
            Output::Note(note) => Output::Note(note),
            Output::Pass(passed) => Output::Pass(passed),
            Output::Wait(micros) => Output::Wait(micros),
            Output::Close(end) => Output::Close(end),
        }
    }
}

/// What passes between the server and the client of an intermediary that passes an NTLM login on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Handed {
    /// A message of the login, unaltered.
    Message(Vec<u8>),
    /// No more of it comes.
    Over { admitted: bool },
}

/// What became of the message, as the sender sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Delivery {
    /// The server took responsibility. RFC 5321 §4.2.5
    Delivered,
    /// It stays in the queue and is tried again.
    Deferred(Obstacle),
    /// It goes back to its sender with a report.
    Returned(Obstacle),
}

/// Why a message was not delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Obstacle {
    /// The server's reply code.
    Reply(u16),
    /// The policy gave up at this gate.
    Policy(Gate),
    /// The sender has to log in, and the server does not offer its mechanism here.
    NoMechanism,
    /// It has to log in, and its mechanism would send the password in clear. RFC 4954 §9
    PasswordInClear,
    /// The server broke the protocol.
    Violation,
    /// The connection ended before the message was accepted.
    ConnectionLost,
    Timeout,
}

/// Facts that only the machine knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    Moved {
        from: MachineState,
        to: MachineState,
    },
    Forgot(Vec<Forgotten>),
    Authenticated {
        mechanism: Mechanism,
        identity: String,
    },
    /// The session counts as one of a server of the organisation.
    Recognised {
        by: OwnProof,
        identity: String,
    },
    /// What an NTLM exchange came to, at the server.
    Judged(NtlmVerdict),
    Accepted(Accepted),
    Violated(Violation),
    /// Octets were buffered behind STARTTLS or its 220. RFC 3207 §4
    LeftOver {
        count: u32,
        treatment: Treatment,
    },
    /// Header fields that the server took out of the message, as they came.
    Stripped(Vec<String>),
    Settled(Delivery),
}

/// What a server makes of an NTLM exchange. The peer is not told why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum NtlmVerdict {
    Admitted {
        /// The three messages were sealed: their flags were not altered.
        sealed: bool,
        /// The answer was bound to the server's certificate, and that was looked at.
        bound: bool,
    },
    Refused(NtlmRefusal),
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
pub enum CloseReason {
    Quit,
    PeerClosed,
    Violation,
    Timeout,
    TooManyErrors,
}

/// A state of either machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum MachineState {
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
    /// Stopped at MAIL FROM.
    ExpectVerdict,
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
}

/// SASL mechanisms that the lab names. RFC 4954
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Mechanism {
    Plain,
    Login,
    Ntlm,
}

/// Exchange's verb for a login between its servers, and the keyword that lists it.
pub const X_EXPS: &str = "X-EXPS";

/// How a server of an organisation proves itself to another. Not a standard: the octets of the first two are not shown here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum OwnProof {
    /// X-EXPS EXCHANGEAUTH, inside the TLS that X-ANONYMOUSTLS began. Undocumented.
    ExchangeAuth,
    /// X-EXPS GSSAPI: Kerberos.
    Gssapi,
    /// X-EXPS NTLM, with the account of its computer.
    Ntlm,
    /// The certificate that it showed in the handshake is published in the organisation's directory.
    Certificate,
}

impl OwnProof {
    /// The word in listings. It does not follow a variant that is renamed.
    pub fn key(self) -> &'static str {
        match self {
            OwnProof::ExchangeAuth => "ExchangeAuth",
            OwnProof::Gssapi => "Gssapi",
            OwnProof::Ntlm => "Ntlm",
            OwnProof::Certificate => "Certificate",
        }
    }
}

/// How the peer broke the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Violation {
    LineTooLong,
    /// A line, or a session, that does not end.
    Endless,
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
    /// A reply that no command asked for.
    UnaskedReply,
    /// Octets that are no TLS came where the handshake should begin.
    TextBeforeTls,
    /// Octets followed a command that must be the last of its group. RFC 2920 §3.1
    OutOfTurn,
    /// The connection ended before the session did.
    UnexpectedEnd,
}
