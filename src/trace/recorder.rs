//! Writes a trace while a run goes on. Octets are stored once, in their stream; events point at them.

use super::{
    Cast, Event, EventId, FORMAT, Meeting, Micros, Origin, Recipient, Source, Stored, Stream, StreamKind, Trace,
    UnixMicros, What,
};
use crate::bytes::{Span, StreamId};
use crate::scenario::{Scenario, Side};
use crate::tls::Secret;

/// The streams that every connection has, in this order.
const LAYOUT: [(Side, StreamKind); 5] = [
    (Side::Client, StreamKind::Wire),
    (Side::Server, StreamKind::Wire),
    (Side::Client, StreamKind::Smtp),
    (Side::Server, StreamKind::Smtp),
    (Side::Server, StreamKind::Mailbox),
];

/// A trace in the making.
#[derive(Debug)]
pub struct Recorder {
    trace: Trace,
    now: Micros,
    /// The connection that is written to, and where its streams begin.
    connection: u16,
    first_stream: usize,
    /// Where the streams of each connection begin.
    first_streams: Vec<usize>,
}

impl Recorder {
    /// Of a run.
    pub fn run(scenario: &Scenario, recipient: Recipient) -> Recorder {
        let cast = Cast { meetings: Vec::new(), recipient: Some(recipient) };
        Recorder::new(Origin::Run(*scenario), cast, Some(UnixMicros::of(scenario.clock)))
    }

    /// Of a session of others.
    pub fn import(source: Source, began: Option<UnixMicros>) -> Recorder {
        Recorder::new(Origin::Import(source), Cast::default(), began)
    }

    fn new(origin: Origin, cast: Cast, began: Option<UnixMicros>) -> Recorder {
        let (streams, events, secrets) = (Vec::new(), Vec::new(), Vec::new());
        let trace = Trace { format: FORMAT, origin, cast, began, streams, events, secrets, goes_on: false };
        Recorder { trace, now: Micros(0), connection: 0, first_stream: 0, first_streams: Vec::new() }
    }

    pub fn now(&self) -> Micros {
        self.now
    }

    /// About how many octets the trace takes.
    pub fn held(&self) -> usize {
        let octets: usize = self.trace.streams.iter().map(|stream| stream.bytes.len()).sum();
        octets + self.trace.events.len() * size_of::<Event>()
    }

    /// Lets simulated time pass.
    pub fn pass(&mut self, micros: u64) {
        self.now = Micros(self.now.0.saturating_add(micros));
    }

    /// Sets the time.
    pub fn set_time(&mut self, now: Micros) {
        self.now = now;
    }

    /// Begins the next connection, and writes to it from now on.
    pub fn open(&mut self, meeting: Meeting) -> u16 {
        // More than a u16 counts share the last number.
        let connection = u16::try_from(self.first_streams.len()).unwrap_or(u16::MAX);
        self.first_streams.push(self.trace.streams.len());
        self.trace.cast.meetings.push(meeting);
        let streams = LAYOUT.map(|(from, layer)| Stream { connection, from, layer, bytes: Vec::new() });
        self.trace.streams.extend(streams);
        self.resume(connection);
        self.event(Side::Client, What::Opened);
        connection
    }

    /// Writes to this connection from now on.
    pub fn resume(&mut self, connection: u16) {
        self.connection = connection;
        self.first_stream = self.first_streams.get(usize::from(connection)).copied().unwrap_or_default();
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
            let wire = self.append(who, StreamKind::Wire, part);
            let text = self.append(who, StreamKind::Smtp, part);
            self.event(who, What::Sent { text: Some(text), wire });
        }
    }

    /// What a side sent in place of what the event before says: something else arrived, or nothing.
    pub fn altered(&mut self, who: Side, sent: &[u8]) {
        let sent = self.append(who, StreamKind::Sent, sent);
        self.event(who, What::Altered { sent });
    }

    /// SMTP octets that go out in these records. Lines that share records share the span.
    pub fn sent_sealed(&mut self, who: Side, bytes: &[u8], content: bool, records: &[u8]) {
        self.sent_records(who, records, parts(bytes, content));
    }

    /// Records, and the SMTP octets in them: an event for each of these.
    pub fn sent_records<'a>(&mut self, who: Side, records: &[u8], texts: impl Iterator<Item = &'a [u8]>) {
        let wire = self.append(who, StreamKind::Wire, records);
        for text in texts {
            let text = self.append(who, StreamKind::Smtp, text);
            self.event(who, What::Sent { text: Some(text), wire });
        }
    }

    /// A TLS record that carries no SMTP.
    pub fn sent_record(&mut self, who: Side, record: &[u8]) {
        let wire = self.append(who, StreamKind::Wire, record);
        self.event(who, What::Sent { text: None, wire });
    }

    pub fn stored(&mut self, from: String, to: Vec<String>, message: &[u8], sealed: bool) {
        let message = self.append(Side::Server, StreamKind::Mailbox, message);
        self.event(Side::Server, What::Stored(Stored { from, to, message, sealed }));
    }

    pub fn finish(mut self, secrets: Vec<Secret>) -> Trace {
        self.trace.secrets = secrets;
        self.trace
    }

    fn append(&mut self, who: Side, layer: StreamKind, bytes: &[u8]) -> Span {
        let connection = self.connection;
        let is_wanted = |stream: &Stream| (stream.connection, stream.from, stream.layer) == (connection, who, layer);
        let of_layout = LAYOUT.iter().position(|&wanted| wanted == (who, layer)).map(|index| self.first_stream + index);
        let found = match of_layout {
            Some(index) => self.trace.streams.get(index).is_some_and(is_wanted).then_some(index),
            // Where nothing is tampered with, no connection has such a stream.
            None => self.trace.streams.iter().position(is_wanted),
        };
        let index = found.unwrap_or_else(|| {
            self.trace.streams.push(Stream { connection, from: who, layer, bytes: Vec::new() });
            self.trace.streams.len() - 1
        });
        let id = StreamId(u32::try_from(index).unwrap_or(u32::MAX));
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
