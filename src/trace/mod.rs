//! The record of a session, run here or imported: every octet that was sent and every fact that was established, in order. No prose.
//!
//! Order is the order of `events`; an event's index is its id, and one id drives the ladder, the log, the bytes and the links.
//! Where the trace comes from is asked by the links, the page and the comparison; everything else reads cast, octets and facts, which
//! any trace can have.

mod beginning;
mod cast;
mod inert;
mod keys;
mod listing;
mod recorder;

use crate::bytes::Span;
use crate::policy::Decision;
use crate::scenario::{Clock, Controller, Demands, Scenario, Side};
use crate::smtp::{Delivery, Forgotten, MachineState, Mechanism, NtlmVerdict, OwnProof, Treatment, Violation};
use crate::tls::{CertificateCheck, Failure, Secret, SessionFacts};
use serde::{Deserialize, Serialize};

pub use crate::bytes::EventId;
pub use cast::{Actor, Briefing, Cast, Host, Meeting, ReceiveConnector, Recipient, Seat};
pub use listing::{describe, listing};
pub use recorder::Recorder;

/// The version of the trace's shape (docs/formats.md).
pub const FORMAT: u16 = 6;

/// Everything that happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trace {
    pub format: u16,
    pub origin: Origin,
    pub cast: Cast,
    /// When it began, where that is known.
    pub began: Option<UnixMicros>,
    pub streams: Vec<Stream>,
    pub events: Vec<Event>,
    /// What opens the sealed records, as an SSLKEYLOGFILE would have it.
    pub secrets: Vec<Secret>,
    /// It is the beginning of a trace, and what comes after is left out: what is not in it may still come. In no file.
    #[serde(skip)]
    pub goes_on: bool,
}

/// Where a trace comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Origin {
    /// A run of the lab.
    Run(Scenario),
    /// A session of others.
    Import(Source),
}

impl Origin {
    /// What the run was a function of.
    pub fn scenario(&self) -> Option<&Scenario> {
        match self {
            Origin::Run(scenario) => Some(scenario),
            Origin::Import(_) => None,
        }
    }
}

/// What was imported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    pub kind: SourceKind,
    /// As it was called where it came from; empty where it had no name.
    pub name: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SourceKind {
    /// Packets, with a key log or without.
    Capture,
}

/// What the octets of a stream are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum StreamKind {
    /// The octets of the TCP connection, as they arrive: what a wiretap near the other end sees.
    Wire,
    /// The SMTP octets, as the two ends see them: equal to the wire's in clear, inside the records under TLS.
    Smtp,
    /// Messages as the server stored them.
    Mailbox,
    /// What an end sent where something else arrived: only what was tampered with.
    Sent,
}

/// All octets that one side sent at one layer of one connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stream {
    /// 0 is the first connection.
    pub connection: u16,
    pub from: Side,
    pub layer: StreamKind,
    pub bytes: Vec<u8>,
}

/// Time since the trace began, in microseconds; of a run it is simulated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Micros(pub u64);

/// Microseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct UnixMicros(pub u64);

impl UnixMicros {
    pub fn of(clock: Clock) -> UnixMicros {
        UnixMicros(clock.unix().saturating_mul(1_000_000))
    }

    /// This moment, `since` later.
    pub fn after(self, since: Micros) -> UnixMicros {
        UnixMicros(self.0.saturating_add(since.0))
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    pub at: Micros,
    pub connection: u16,
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
    /// It said that it has nothing more to send, and why is unknown. RFC 9293 §3.6
    Fin,
    /// It broke the connection off, and why is unknown. RFC 9293 §3.5.2
    Reset,
}

/// A message that the server took responsibility for. RFC 5321 §4.2.5
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stored {
    pub from: String,
    pub to: Vec<String>,
    /// The message with the server's Received field on top, dots unstuffed, in a [`StreamKind::Mailbox`] stream.
    pub message: Span,
    pub sealed: bool,
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum What {
    /// The client opened the TCP connection. Who the two are is in the cast.
    Opened,
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
    /// Octets of this side arrived as others, or did not arrive. The event before this one, if it is of the same side, has what
    /// arrived; this is what was sent, in a [`StreamKind::Sent`] stream.
    Altered {
        sent: Span,
    },
    /// Header fields that the server took out of the message: only its own organisation may write them.
    Stripped(Vec<String>),
    /// What a side discarded when TLS came up. RFC 3207 §4.2
    Forgot(Vec<Forgotten>),
    Authenticated {
        mechanism: Mechanism,
        identity: String,
    },
    /// The client proves itself to a server of its organisation here, in a way whose octets are not shown: they are undocumented, or
    /// come from a third machine that the lab has not. What comes of it is a setting.
    NotRun {
        proof: OwnProof,
        controller: Controller,
    },
    /// The server takes the session for one of a server of its organisation.
    Recognised {
        by: OwnProof,
        identity: String,
    },
    /// What the server made of an NTLM exchange, and why, which the client is not told.
    NtlmJudged(NtlmVerdict),
    Stored(Stored),
    /// The peer did what the protocol does not allow.
    Violated(Violation),
    Settled(Delivery),
    Closed(Close),
    /// The source lacks this many octets of this side here.
    Missing {
        octets: u64,
    },
    /// Nothing was in flight and neither side had anything to send: the run was ended by its bound.
    Stalled,
}

impl Trace {
    /// The octets of a span; empty where it points outside the record.
    pub fn octets(&self, span: Span) -> &[u8] {
        let stream = self.streams.get(span.stream.index());
        stream.and_then(|stream| stream.bytes.get(span.start as usize..span.end as usize)).unwrap_or_default()
    }

    /// The connections, in the order in which they were opened.
    pub fn connections(&self) -> impl Iterator<Item = u16> {
        self.events.iter().filter(|event| matches!(event.what, What::Opened)).map(|event| event.connection)
    }

    /// Each of these numbers of connections once, in rising order.
    pub fn distinct(numbers: impl Iterator<Item = u16>) -> Vec<u16> {
        let mut distinct = Vec::new();
        for number in numbers {
            if let Err(place) = distinct.binary_search(&number) {
                distinct.insert(place, number);
            }
        }
        distinct
    }

    /// Who is at the two ends of a connection.
    pub fn meeting(&self, connection: u16) -> &Meeting {
        self.cast.meetings.get(usize::from(connection)).unwrap_or(&Meeting::UNKNOWN)
    }

    pub fn seat(&self, connection: u16, side: Side) -> &Seat {
        self.meeting(connection).seat(side)
    }

    /// Whether a connection is of the sender's own hop, and not of a relay's or an attacker's that sends on.
    pub fn is_first_hop(&self, connection: u16) -> bool {
        !matches!(self.seat(connection, Side::Client).actor, Actor::Relay | Actor::Attacker)
    }

    /// What the client of a connection demands, where its decisions tell.
    pub fn demands(&self, connection: u16) -> Option<Demands> {
        self.events.iter().filter(|event| event.connection == connection).find_map(|event| match &event.what {
            What::Decided(Decision::Sender(decided)) => Some(decided.seen.demands()),
            _ => None,
        })
    }

    /// What was sent in place of what arrived with this event, if a path changed it.
    pub fn sent(&self, id: EventId) -> Option<&[u8]> {
        let (arrived, next) = (self.events.get(id)?, self.events.get(id + 1)?);
        match next.what {
            What::Altered { sent } if (next.connection, next.who) == (arrived.connection, arrived.who) => {
                Some(self.octets(sent))
            }
            _ => None,
        }
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
        let wire = self.streams.iter().filter(|stream| stream.layer == StreamKind::Wire);
        crate::tls::sha256(wire.map(|stream| stream.bytes.as_slice()))
    }
}
