//! Writes a trace while a run goes on. Octets are stored once, in their stream; events point at them.

use super::{Event, EventId, FORMAT, Layer, Micros, Stored, Stream, Trace, What};
use crate::bytes::{Span, StreamId};
use crate::scenario::{Party, Scenario, Side};
use crate::tls::Secret;

/// The streams of a connection, in this order.
const LAYOUT: [(Side, Layer); 5] = [
    (Side::Client, Layer::Wire),
    (Side::Server, Layer::Wire),
    (Side::Client, Layer::Smtp),
    (Side::Server, Layer::Smtp),
    (Side::Server, Layer::Mailbox),
];

/// A trace in the making.
#[derive(Debug)]
pub struct Recorder {
    trace: Trace,
    now: Micros,
    connection: u8,
}

impl Recorder {
    pub fn new(origin: Scenario) -> Recorder {
        let trace = Trace { format: FORMAT, origin, streams: Vec::new(), events: Vec::new(), secrets: Vec::new() };
        Recorder { trace, now: Micros(0), connection: 0 }
    }

    pub fn now(&self) -> Micros {
        self.now
    }

    /// Lets simulated time pass.
    pub fn pass(&mut self, micros: u64) {
        self.now = Micros(self.now.0.saturating_add(micros));
    }

    /// Begins the next connection. Streams of a connection are made together, so that their numbers can be told from its own.
    pub fn open(&mut self, connection: u8, client: Party, server: Party) {
        self.connection = connection;
        let streams = LAYOUT.map(|(from, layer)| Stream { connection, from, layer, bytes: Vec::new() });
        self.trace.streams.extend(streams);
        self.event(Side::Client, What::Opened { client, server });
    }

    /// The last event of a side on this connection for which a rule holds.
    pub fn last(&self, who: Side, rule: impl Fn(&What) -> bool) -> Option<EventId> {
        let here = |event: &Event| event.connection == self.connection && event.who == who && rule(&event.what);
        self.trace.events.iter().rposition(here)
    }

    /// What that event points at.
    pub fn octets(&self, span: Span) -> &[u8] {
        self.trace.octets(span)
    }

    pub fn event(&mut self, who: Side, mut what: What) -> EventId {
        what.make_inert();
        self.trace.events.push(Event { at: self.now, connection: self.connection, who, what });
        self.trace.events.len() - 1
    }

    /// Whether anything has been recorded that says so.
    pub fn any(&self, mut is: impl FnMut(&What) -> bool) -> bool {
        self.trace.events.iter().any(|event| is(&event.what))
    }

    /// SMTP octets that go out as they are: the same in both layers.
    pub fn sent_clear(&mut self, who: Side, bytes: &[u8], content: bool) {
        for part in parts(bytes, content) {
            let wire = self.append(who, Layer::Wire, part);
            let text = self.append(who, Layer::Smtp, part);
            self.event(who, What::Sent { text: Some(text), wire });
        }
    }

    /// SMTP octets that go out in these records. Lines that share records share the span.
    pub fn sent_sealed(&mut self, who: Side, bytes: &[u8], content: bool, records: &[u8]) {
        let wire = self.append(who, Layer::Wire, records);
        for part in parts(bytes, content) {
            let text = self.append(who, Layer::Smtp, part);
            self.event(who, What::Sent { text: Some(text), wire });
        }
    }

    /// A TLS record that carries no SMTP.
    pub fn sent_record(&mut self, who: Side, record: &[u8]) {
        let wire = self.append(who, Layer::Wire, record);
        self.event(who, What::Sent { text: None, wire });
    }

    pub fn stored(&mut self, from: String, to: Vec<String>, message: &[u8], sealed: bool) {
        let message = self.append(Side::Server, Layer::Mailbox, message);
        self.event(Side::Server, What::Stored(Stored { from, to, message, sealed }));
    }

    pub fn finish(mut self, secrets: Vec<Secret>) -> Trace {
        self.trace.secrets = secrets;
        self.trace
    }

    fn append(&mut self, who: Side, layer: Layer, bytes: &[u8]) -> Span {
        let connection = self.connection;
        let found = self
            .trace
            .streams
            .iter()
            .position(|stream| stream.connection == connection && stream.from == who && stream.layer == layer);
        let index = found.unwrap_or_default();
        let id = StreamId(u16::try_from(index).unwrap_or(u16::MAX));
        let Some(stream) = self.trace.streams.get_mut(index) else {
            return Span { stream: id, start: 0, end: 0 };
        };
        let position = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        let start = position(stream.bytes.len());
        stream.bytes.extend_from_slice(bytes);
        Span { stream: id, start, end: position(stream.bytes.len()) }
    }
}

/// A line each, or the whole content of a message.
fn parts(bytes: &[u8], content: bool) -> impl Iterator<Item = &[u8]> {
    let lines = if content { None } else { Some(bytes.split_inclusive(|&b| b == b'\n')) };
    let whole = content.then_some(bytes).filter(|bytes| !bytes.is_empty());
    lines.into_iter().flatten().chain(whole)
}
