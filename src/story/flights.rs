//! A handshake message by message, as RFC 5246 §7.3 and RFC 8446 §2 draw it: who sends which flight, its records, and the messages that end in
//! each. From the octets alone, so that a capture is drawn as a run is.

use super::rows::Negotiation;
use crate::dissect::Reading;
use crate::dissect::facts::MessageFacts;
use crate::dissect::handshake::Message;
use crate::registry::{Cipher, Version, suite};
use crate::scenario::Side;
use crate::trace::{EventId, Trace, What};

/// A handshake, or as much of it as there was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handshake<'a> {
    pub flights: Vec<Flight<'a>>,
    /// What the server chose: some messages of one name have two purposes.
    pub version: Option<Version>,
    /// The suite has a cipher: what is protected is encrypted.
    has_cipher: bool,
}

/// What one side says before the other does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flight<'a> {
    pub who: Side,
    pub records: Vec<FlightRecord<'a>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FlightRecord<'a> {
    pub id: EventId,
    /// Among the records of the handshake, from 1.
    pub number: usize,
    pub messages: &'a [Message],
}

impl<'a> Handshake<'a> {
    pub fn of(trace: &Trace, reading: &'a Reading, open: &Negotiation) -> Handshake<'a> {
        let mut flights: Vec<Flight<'a>> = Vec::new();
        let is_sent =
            |&&id: &&EventId| trace.events.get(id).is_some_and(|event| matches!(event.what, What::Sent { .. }));
        for (&id, number) in open.entries.iter().filter(is_sent).zip(1..) {
            let Some(event) = trace.events.get(id) else { continue };
            let record = FlightRecord { id, number, messages: reading.messages(id) };
            match flights.last_mut() {
                Some(flight) if flight.who == event.who => flight.records.push(record),
                _ => flights.push(Flight { who: event.who, records: vec![record] }),
            }
        }
        let messages = flights.iter().flat_map(|flight| &flight.records).flat_map(|record| record.messages);
        let mut chosen = messages.filter_map(|message| match &message.facts {
            MessageFacts::ServerHello(hello) => Some(hello),
            _ => None,
        });
        let chosen = chosen.next_back();
        let cipher = chosen.and_then(|hello| suite(hello.suite)).map(|suite| suite.cipher);
        let version = chosen.map(|hello| hello.version);
        Handshake { flights, version, has_cipher: cipher != Some(Cipher::Null) }
    }

    /// A listener cannot read it.
    pub fn encrypts(&self, message: &Message) -> bool {
        message.sealed && self.has_cipher
    }
}
