//! Reads a trace passively: which command a reply answers, which handshake messages a record holds. Never fails.
//!
//! It uses the octets and the trace's secrets, nothing that an end told it, so that an imported capture will go the same way.
//! Left out so far: the fields inside the messages.

pub mod names;
pub mod field;
pub mod oids;
pub mod der;
pub mod x509;
pub mod record;
pub mod keys;
pub mod facts;
pub mod handshake;
pub mod smtp;

use crate::scenario::Side;
use crate::tls::Secret;
use crate::trace::{EventId, Trace, What};
use handshake::{Message, Reader};
use smtp::{Dialogue, Line};

/// What an event's octets are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// The event sent nothing.
    Nothing,
    Line(Line),
    /// A TLS record without SMTP in it, by the messages it holds.
    Record(Vec<Message>),
}

/// The reading of a whole trace; the index is the event's id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    pub entries: Vec<Entry>,
}

impl Reading {
    pub fn line(&self, id: EventId) -> Option<&Line> {
        match self.entries.get(id) {
            Some(Entry::Line(line)) => Some(line),
            _ => None,
        }
    }

    pub fn messages(&self, id: EventId) -> &[Message] {
        match self.entries.get(id) {
            Some(Entry::Record(messages)) => messages,
            _ => &[],
        }
    }

    /// Events that are lines of SMTP, in order.
    pub fn lines(&self) -> impl Iterator<Item = (EventId, &Line)> {
        (0..self.entries.len()).filter_map(|id| self.line(id).map(|line| (id, line)))
    }
}

/// Reads a trace with the secrets it holds.
pub fn dissect(trace: &Trace) -> Reading {
    dissect_with(trace, &trace.secrets)
}

/// Reads a trace with these secrets: none are what an eavesdropper has.
pub fn dissect_with(trace: &Trace, secrets: &[Secret]) -> Reading {
    let mut entries = Vec::with_capacity(trace.events.len());
    let mut connection = None;
    let mut dialogue = Dialogue::default();
    let mut reader = Reader::new(secrets);
    let mut last_record = None;
    for (id, event) in trace.events.iter().enumerate() {
        if connection != Some(event.connection) {
            connection = Some(event.connection);
            dialogue = Dialogue::default();
            reader = Reader::new(secrets);
        }
        entries.push(match &event.what {
            What::Sent { text: None, wire } => Entry::Record(reader.read(event.who, trace.octets(*wire))),
            What::Sent { text: Some(text), wire } => {
                // Lines may share records; the reader takes each record once, and in order, to keep its place.
                if trace.sealed(event) && last_record != Some(*wire) {
                    last_record = Some(*wire);
                    let octets = trace.octets(*wire);
                    for item in record::records(octets, 0) {
                        if let record::Item::Record(record) = item {
                            reader.read(event.who, octets.get(record.start..record.end).unwrap_or_default());
                        }
                    }
                }
                Entry::Line(dialogue.read(id, event.who, trace.octets(*text)))
            }
            What::TlsUp(_) => {
                if event.who == Side::Client {
                    dialogue.secured();
                }
                Entry::Nothing
            }
            _ => Entry::Nothing,
        });
    }
    Reading { entries }
}
