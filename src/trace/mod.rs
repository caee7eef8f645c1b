//! The record of a run: every octet that was sent and every fact that was established, in order. No prose.
//!
//! Order is the order of `events`; an event's index is its id, and one id drives the ladder, the log, the bytes and the links.
//! Times are simulated.

mod inert;
mod listing;
mod recorder;

use crate::bytes::Span;
use crate::policy::Decision;
use crate::scenario::{Party, Scenario, Side, TlsStack};
use crate::smtp::{Delivery, Forgotten, MachineState, Mechanism, Treatment, Violation};
use crate::tls::{CertificateCheck, Failure, Secret, SessionFacts};
use serde::{Deserialize, Serialize};

pub use crate::bytes::EventId;
pub use listing::listing;
pub use recorder::Recorder;

/// The version of the trace's shape (docs/formats.md).
pub const FORMAT: u16 = 3;

/// Everything that happened in a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trace {
    pub format: u16,
    pub origin: Scenario,
    pub streams: Vec<Stream>,
    pub events: Vec<Event>,
    /// What opens the sealed records, as an SSLKEYLOGFILE would have it.
    pub secrets: Vec<Secret>,
}

/// What the octets of a stream are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Layer {
    /// The octets of the TCP connection, as a wiretap sees them.
    Wire,
    /// The SMTP octets, as the two ends see them: equal to the wire's in clear, inside the records under TLS.
    Smtp,
    /// Messages as the server stored them.
    Mailbox,
}

/// All octets that one side sent at one layer of one connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stream {
    /// 0 is the first connection of the run.
    pub connection: u8,
    pub from: Side,
    pub layer: Layer,
    pub bytes: Vec<u8>,
}

/// Simulated time since the run began, in microseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Micros(pub u64);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    pub at: Micros,
    pub connection: u8,
    pub who: Side,
    pub what: What,
}

/// Why a side closed the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Close {
    /// After QUIT and 221.
    Quit,
    /// The other side closed first.
    PeerClosed,
    /// The TLS layer failed; nothing may follow on this connection. RFC 8446 §6.2
    TlsFailed,
    /// The peer broke the protocol in a way that cannot be gone on from.
    Violation,
    /// The other side stayed silent too long. RFC 5321 §4.5.3.2
    Timeout,
    /// Too many errors on one connection.
    TooManyErrors,
}

/// A message that the server took responsibility for. RFC 5321 §4.2.5
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stored {
    pub from: String,
    pub to: Vec<String>,
    /// The message with the server's Received field on top, dots unstuffed, in a [`Layer::Mailbox`] stream.
    pub message: Span,
    pub sealed: bool,
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum What {
    /// The client opened the TCP connection. Who the two are tells the hop: a relay's connection is another one than its sender's.
    Opened {
        client: Party,
        server: Party,
    },
    /// Octets went out: one SMTP line, one message's content, or one TLS record.
    ///
    /// `text` is where the SMTP octets stand; `None` is a record that carries none (handshake, alert, change_cipher_spec).
    /// `wire` is where the octets on the wire stand; several lines may share a record, and a long text may take several.
    Sent {
        text: Option<Span>,
        wire: Span,
    },
    /// A state machine moved.
    Moved {
        from: MachineState,
        to: MachineState,
    },
    /// The side handed the connection to TLS.
    TlsStarted,
    TlsUp(Box<SessionFacts>),
    TlsFailed(Failure),
    Checked(CertificateCheck),
    Decided(Decision),
    /// Octets stood after STARTTLS or its 220, where nothing may stand. RFC 3207 §4
    LeftOver {
        count: u32,
        treatment: Treatment,
    },
    /// An attacker on the path has overwritten this line of the server's. What was recorded as sent is what he made of it, for that
    /// is what the client reads.
    Altered {
        original: String,
    },
    /// Header fields that the server took out of the message: only its own organisation may write them.
    Stripped(Vec<String>),
    /// What a side discarded when TLS came up. RFC 3207 §4.2
    Forgot(Vec<Forgotten>),
    Authenticated {
        mechanism: Mechanism,
        identity: String,
    },
    Stored(Stored),
    /// The peer did what the protocol does not allow.
    Violated(Violation),
    Settled(Delivery),
    Closed(Close),
    /// Nothing was in flight and nobody would speak: the run was ended by its bound.
    Stalled,
}

impl Trace {
    /// The octets of a span; empty where it points outside the record.
    pub fn octets(&self, span: Span) -> &[u8] {
        let stream = self.streams.get(usize::from(span.stream.0));
        stream.and_then(|stream| stream.bytes.get(span.start as usize..span.end as usize)).unwrap_or_default()
    }

    /// The connections of the run, in order.
    pub fn connections(&self) -> impl Iterator<Item = u8> {
        self.events.iter().filter(|event| matches!(event.what, What::Opened { .. })).map(|event| event.connection)
    }

    /// Who is at the two ends of a connection.
    pub fn parties(&self, connection: u8) -> (Party, Party) {
        let opened = self.events.iter().find_map(|event| match event.what {
            What::Opened { client, server } if event.connection == connection => Some((client, server)),
            _ => None,
        });
        opened.unwrap_or((Party::Sender, Party::Receiver))
    }

    /// What an end of a connection has for TLS. Whoever stands between has rustls.
    pub fn stack(&self, connection: u8, side: Side) -> TlsStack {
        let (client, server) = self.parties(connection);
        match (side, client, server) {
            (Side::Client, Party::Sender, _) => self.origin.client_stack,
            (Side::Server, _, Party::Receiver) => self.origin.server_stack,
            _ => TlsStack::Rustls,
        }
    }

    /// Whether a connection is of the sender's own hop, and not of somebody's who sends on.
    pub fn is_first_hop(&self, connection: u8) -> bool {
        self.parties(connection).0 == Party::Sender
    }

    /// Whether the SMTP octets of this event travelled inside TLS.
    pub fn sealed(&self, event: &Event) -> bool {
        match event.what {
            // In clear the same octets stand in both streams.
            What::Sent { text: Some(text), wire } => self.octets(text) != self.octets(wire),
            _ => false,
        }
    }

    /// SHA-256 over all octets of the wire, stream by stream in the order of [`Trace::streams`].
    pub fn wire_sha256(&self) -> [u8; 32] {
        let wire = self.streams.iter().filter(|stream| stream.layer == Layer::Wire);
        crate::tls::sha256(wire.map(|stream| stream.bytes.as_slice()))
    }
}
