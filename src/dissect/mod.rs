//! Reads a trace passively: which command a reply answers, which messages a record holds, what each octet is. Never fails.
//!
//! ```text
//! octets, sides, secrets ──▶ Reading ──▶ entries: what each event sent, for the ladder
//!                                   └──▶ layers: its octets, layer by layer, field by field
//! ```
//!
//! It uses the octets and the secrets it is given, no state of a client or server, so that an imported capture goes the same way. A trace
//! is read once, in linear time; the fields of an event are made when they are asked for.

pub mod field;
pub mod der;
pub mod x509;
pub mod record;
pub mod keys;
pub mod opener;
pub mod damage;
pub mod guess;
mod key_exchange;
pub mod facts;
pub mod message;
pub mod handshake;
pub mod smtp;
pub mod layers;

use crate::bytes::Span;
use crate::registry::APPLICATION_DATA;
use crate::scenario::Side;
use crate::tls::{RsaKey, Secret};
use crate::trace::{Event, EventId, Trace, What};
use damage::Damage;
use facts::MessageFacts;
use handshake::{Frame, Message, TlsReader};
use keys::KeyLog;
use opener::Opened;
use record::{Item, records};
use smtp::{Dialogue, Line};
use std::borrow::Cow;
use std::ops::Range;
use std::rc::Rc;

/// What an event's octets are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// The event sent nothing.
    Nothing,
    /// SMTP in clear, or in records that could be opened.
    Line(Line),
    /// TLS records without SMTP that could be read, by the messages they hold; none where an event before this one had the same.
    Record(Vec<Message>),
}

/// The reading of a whole trace; the index is the event's id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    pub entries: Vec<Entry>,
    /// Where each event's octets are inside the records that carried them; `None` for one without records.
    places: Vec<Option<Place>>,
    /// What went out at once as TLS records, by [`Place::sending`].
    sendings: Vec<Vec<Frame>>,
    /// What the records held, one after the other; frames point into it.
    plaintext: Vec<u8>,
}

/// A position in the application data of a sending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    sending: usize,
    frame: usize,
    offset: usize,
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

    /// Which octets of their side's key stream the records of an event took, from 0; with RC4.
    pub fn key_stream(&self, id: EventId) -> Option<Range<u64>> {
        let frames = self.frames(self.places.get(id).copied().flatten()?);
        let mut streams = frames.iter().filter_map(|frame| frame.opened.as_ref()?.stream.clone());
        let first = streams.next()?;
        Some(first.start..streams.next_back().map_or(first.end, |last| last.end))
    }

    /// What became of a record of an event that was changed on the path, if keys can tell.
    pub fn damage(&self, id: EventId) -> Option<&Damage> {
        let place = self.places.get(id).copied().flatten()?;
        self.frames(place).iter().find_map(|frame| frame.damage.as_ref())
    }

    /// Events that are lines of SMTP, in order.
    pub fn lines(&self) -> impl Iterator<Item = (EventId, &Line)> {
        (0..self.entries.len()).filter_map(|id| self.line(id).map(|line| (id, line)))
    }

    /// The records of a side of a connection that keys have opened, header included, in order.
    fn opened<'a>(
        &'a self,
        trace: &'a Trace,
        connection: u16,
        side: Side,
    ) -> impl Iterator<Item = (&'a [u8], &'a Opened)> {
        let of_side = move |(_, event): &(EventId, &Event)| (event.connection, event.who) == (connection, side);
        let mut last = None;
        let sendings = trace.events.iter().enumerate().filter(of_side).filter_map(move |(id, event)| {
            let What::Sent { wire, .. } = event.what else { return None };
            let place = self.places.get(id).copied().flatten()?;
            // Lines may share records.
            (last.replace(place.sending) != Some(place.sending)).then_some((trace.octets(wire), self.frames(place)))
        });
        sendings.flat_map(|(octets, frames)| {
            records(octets, 0).zip(frames).filter_map(|(item, frame)| match item {
                Item::Record(record) => Some((octets.get(record.start..record.end)?, frame.opened.as_ref()?)),
                Item::Tail(_) => None,
            })
        })
    }

    fn frames(&self, place: Place) -> &[Frame] {
        self.sendings.get(place.sending).map(Vec::as_slice).unwrap_or_default()
    }

    /// The content of a record; empty where it stayed sealed.
    fn content(&self, frame: &Frame) -> &[u8] {
        self.plaintext.get(frame.plaintext.start..frame.plaintext.start + frame.content).unwrap_or_default()
    }

    /// `length` octets of application data from a place on, and the place behind them; `None` if there are fewer.
    fn application_data(&self, mut place: Place, length: usize) -> Option<(Cow<'_, [u8]>, Place)> {
        let mut data = Cow::Borrowed(&[][..]);
        while data.len() < length {
            let frame = self.frames(place).get(place.frame)?;
            let content = match frame.content_type {
                Some(APPLICATION_DATA) => self.content(frame).get(place.offset..).unwrap_or_default(),
                _ => &[],
            };
            let taken = content.get(..length - data.len()).unwrap_or(content);
            if data.is_empty() {
                data = Cow::Borrowed(taken);
            } else {
                data.to_mut().extend_from_slice(taken);
            }
            place = match taken.len() < content.len() {
                true => Place { offset: place.offset + taken.len(), ..place },
                false => Place { frame: place.frame + 1, offset: 0, ..place },
            };
        }
        Some((data, place))
    }
}

/// Reads a trace with the secrets it holds.
pub fn dissect(trace: &Trace) -> Reading {
    dissect_with(trace, &trace.secrets)
}

/// Reads a trace with these secrets: none are what an eavesdropper has.
pub fn dissect_with(trace: &Trace, secrets: &[Secret]) -> Reading {
    let log = Rc::new(KeyLog::new(secrets));
    let entries = Vec::with_capacity(trace.events.len());
    let mut reading = Reading { entries, places: Vec::new(), sendings: Vec::new(), plaintext: Vec::new() };
    // By number. Connections may run at the same time.
    let mut connections: Vec<Connection> = Vec::new();
    for (id, event) in trace.events.iter().enumerate() {
        let number = usize::from(event.connection);
        connections.resize_with(connections.len().max(number + 1), || Connection::new(log.clone()));
        let connection = connections.get_mut(number);
        let read = connection.map(|connection| connection.read(&mut reading, trace, id, event));
        let (entry, place) = read.unwrap_or((Entry::Nothing, None));
        reading.entries.push(entry);
        reading.places.push(place);
    }
    reading
}

/// The premaster secrets that clients encrypted to one of these keys, as lines of a key log have them: with them a trace is opened that
/// had no secrets.
pub fn premasters(reading: &Reading, private: &[RsaKey]) -> Vec<Secret> {
    let messages = (0..reading.entries.len()).flat_map(|id| reading.messages(id));
    let encrypted = messages.filter_map(|message| match &message.facts {
        MessageFacts::EncryptedPremaster(encrypted) => Some(encrypted),
        _ => None,
    });
    let found = encrypted.filter_map(|encrypted| {
        let name = encrypted.get(..keys::PREMASTER_NAME)?.to_vec();
        let secret = private.iter().find_map(|key| key.premaster(encrypted))?;
        Some(Secret { label: keys::PREMASTER.to_owned(), client_random: name, secret })
    });
    found.collect()
}

/// Where the reading of one connection stands.
struct Connection {
    dialogue: Dialogue,
    reader: TlsReader,
    /// The records read last, and where the next line in them begins.
    last: Option<(Span, Place)>,
}

impl Connection {
    fn new(log: Rc<KeyLog>) -> Connection {
        Connection { dialogue: Dialogue::default(), reader: TlsReader::with(log), last: None }
    }

    fn read(&mut self, reading: &mut Reading, trace: &Trace, id: EventId, event: &Event) -> (Entry, Option<Place>) {
        let What::Sent { text, wire } = event.what else { return (Entry::Nothing, None) };
        let text = match text {
            Some(text) if !trace.sealed(event) => {
                return (Entry::Line(self.dialogue.read(id, event.who, trace.octets(text), false)), None);
            }
            text => text.map_or(0, Span::len),
        };
        // Lines may share records; each record is read once, and in order.
        let (place, messages) = match self.last {
            Some((span, place)) if span == wire => (place, Vec::new()),
            _ => self.records(reading, event.who, trace.octets(wire), trace.sent(id)),
        };
        let Some((line, next)) = reading.application_data(place, text).filter(|_| text > 0) else {
            self.last = Some((wire, place));
            return (Entry::Record(messages), Some(place));
        };
        self.last = Some((wire, next));
        (Entry::Line(self.dialogue.read(id, event.who, &line, true)), Some(place))
    }

    /// Reads records that went out at once. What is no record is one message of its own, so that something is said of it.
    /// `sent` is what was sent in their place, if a path changed them.
    fn records(
        &mut self,
        reading: &mut Reading,
        who: Side,
        octets: &[u8],
        sent: Option<&[u8]>,
    ) -> (Place, Vec<Message>) {
        let (mut frames, mut messages) = (Vec::new(), Vec::new());
        for item in records(octets, 0) {
            let (Item::Record(record::Record { start, end, .. }) | Item::Tail(record::Tail { start, end, .. })) = item;
            let arrived = octets.get(start..end).unwrap_or_default();
            let sent = sent.and_then(|sent| sent.get(start..end)).filter(|sent| *sent != arrived);
            let damage = sent.and_then(|sent| damage::damage(self.reader.opener(who)?, sent, arrived));
            // An end knows what it has sent. What has become of that on the path is told apart.
            let octets = sent.filter(|_| damage.is_some()).unwrap_or(arrived);
            let (read, mut frame) = match item {
                Item::Record(_) => self.reader.read(who, octets, &mut reading.plaintext),
                Item::Tail(tail) => self.reader.read_tail(who, octets, tail.defect, &reading.plaintext),
            };
            frame.damage = damage;
            messages.extend(read);
            frames.push(frame);
        }
        reading.sendings.push(frames);
        (Place { sending: reading.sendings.len() - 1, frame: 0, offset: 0 }, messages)
    }
}
