//! One connection of a capture, cut into what its events are: lines, contents, records.
//!
//! Either side begins TLS where a record begins instead of a line, and may fall back to text behind an alert. Which octets of the
//! client are a message the dialogue says that `dissect` follows as well, so that both cut alike. RFC 3207, RFC 5321 §2.3.8

use super::pcapng::{Direction, Flow};
use crate::dissect::handshake::{Frame, TlsReader};
use crate::dissect::keys::KeyLog;
use crate::dissect::record::{self, Item, NotARecord, records, sslv2_hello};
use crate::dissect::smtp::{Content, Dialogue};
use crate::registry::{APPLICATION_DATA, HANDSHAKE};
use crate::scenario::Side;
use crate::trace::{Recorder, What};
use std::rc::Rc;

/// Where the reading of one connection stands.
pub(super) struct Conversation<'a> {
    flow: &'a Flow,
    /// The capture lacks the beginning, and the ports lie about who is the client.
    is_turned: bool,
    /// Of the connection in the trace.
    pub number: Option<u16>,
    reader: TlsReader,
    dialogue: Dialogue,
    client: Half,
    server: Half,
}

/// What one side said, up to here.
#[derive(Default)]
struct Half {
    /// Octets of the stream that are events.
    told: usize,
    /// Behind them, records whose application data ends in the middle of a line: up to here.
    held: usize,
    /// Their application data, where the lines that are whole end in it, and how far it was searched for the end of the next.
    text: Vec<u8>,
    ends: Vec<usize>,
    searched: usize,
    /// The next octets are records.
    is_tls: bool,
    /// Gaps that were passed.
    gaps: usize,
}

impl<'a> Conversation<'a> {
    pub fn new(flow: &'a Flow, log: Rc<KeyLog>) -> Conversation<'a> {
        Conversation {
            flow,
            is_turned: is_turned(flow),
            number: None,
            reader: TlsReader::with(log),
            dialogue: Dialogue::default(),
            client: Half::default(),
            server: Half::default(),
        }
    }

    /// What a side of the flow is in the conversation, and the other way round.
    pub fn who(&self, side: Side) -> Side {
        if self.is_turned { side.other() } else { side }
    }

    /// The octets of a side of the flow are known up to here.
    pub fn known(&mut self, from: Side, end: usize, recorder: &mut Recorder) {
        let direction = self.flow.direction(from);
        loop {
            let gap = direction.gaps.get(self.half(from).gaps).filter(|gap| gap.at < end);
            let limit = gap.map_or(end, |gap| gap.at);
            while self.step(from, limit, recorder) {}
            let Some(gap) = gap else { return };
            // Mail data goes on behind a gap; a line, a record and what is counted do not.
            if self.half(from).is_tls || self.content(from) != Some(Content::Data) {
                self.tell(from, limit, recorder);
            }
            self.half(from).gaps += 1;
            recorder.event(self.who(from), What::Missing { octets: gap.missing });
        }
    }

    /// Nothing more of a side of the flow will come.
    pub fn flush(&mut self, from: Side, recorder: &mut Recorder) {
        let Direction { octets, gaps, .. } = self.flow.direction(from);
        self.tell(from, octets.len(), recorder);
        for gap in gaps.get(self.half(from).gaps..).unwrap_or_default() {
            recorder.event(self.who(from), What::Missing { octets: gap.missing });
        }
        self.half(from).gaps = gaps.len();
    }

    fn half(&mut self, from: Side) -> &mut Half {
        match from {
            Side::Client => &mut self.client,
            Side::Server => &mut self.server,
        }
    }

    fn content(&self, from: Side) -> Option<Content> {
        self.dialogue.content().filter(|_| self.who(from) == Side::Client)
    }

    fn octets(&self, from: Side, start: usize, end: usize) -> &'a [u8] {
        let flow: &'a Flow = self.flow;
        flow.direction(from).octets.get(start..end).unwrap_or_default()
    }

    /// Makes an event of what comes next, or holds a record, if it is whole.
    fn step(&mut self, from: Side, limit: usize, recorder: &mut Recorder) -> bool {
        let Half { told, held, is_tls, .. } = *self.half(from);
        let octets = self.octets(from, told.max(held), limit);
        match octets {
            [] => false,
            _ if is_tls => self.step_record(from, octets, recorder),
            _ => self.step_line(from, octets, recorder),
        }
    }

    fn step_line(&mut self, from: Side, octets: &[u8], recorder: &mut Recorder) -> bool {
        let content = self.content(from);
        if content.is_none() && begins_tls(octets) {
            self.half(from).is_tls = true;
            return true;
        }
        let half = self.half(from);
        let Some(length) = next(content, octets, &mut half.searched) else { return false };
        self.tell_clear(from, octets.get(..length).unwrap_or_default(), recorder);
        true
    }

    fn step_record(&mut self, from: Side, octets: &[u8], recorder: &mut Recorder) -> bool {
        let length = match records(octets, 0).next() {
            Some(Item::Record(record)) => record.end,
            Some(Item::Tail(tail)) => match tail.defect {
                NotARecord::Sslv2Hello { length } if length <= octets.len() => {
                    let hello = octets.get(..length).unwrap_or_default();
                    self.reader.read_tail(self.who(from), hello, tail.defect, &[]);
                    return self.tell_record(from, length, recorder);
                }
                NotARecord::NotTls | NotARecord::TooLong { .. } => {
                    // Some answer a hello with an alert and go on in text. What is neither, up to the next packet, is kept as it is.
                    let is_text = is_line(self.who(from), octets);
                    if is_text {
                        self.tell_held(from, recorder);
                        self.half(from).is_tls = false;
                        return true;
                    }
                    return self.tell_record(from, octets.len(), recorder);
                }
                NotARecord::ShortHeader | NotARecord::ShortFragment { .. } | NotARecord::Sslv2Hello { .. } => {
                    return false;
                }
            },
            None => return false,
        };
        let mut plaintext = Vec::new();
        let record = octets.get(..length).unwrap_or_default();
        let (_, Frame { content, content_type, .. }) = self.reader.read(self.who(from), record, &mut plaintext);
        let said = plaintext.get(..content).unwrap_or_default();
        let half = self.half(from);
        let is_amid = !half.text.is_empty();
        match content_type {
            Some(APPLICATION_DATA) if is_amid || !said.is_empty() => {
                half.text.extend_from_slice(said);
                half.held = half.told.max(half.held) + length;
                self.cut(from, recorder);
            }
            // A ticket or a new key does not end a line.
            Some(HANDSHAKE) if is_amid => half.held += length,
            _ => return self.tell_record(from, length, recorder),
        }
        true
    }

    /// Finds the ends of lines in what the records hold, and makes events of them if nothing is left over.
    fn cut(&mut self, from: Side, recorder: &mut Recorder) {
        let who = self.who(from);
        loop {
            let content = self.content(from);
            let half = self.half(from);
            let start = half.ends.last().copied().unwrap_or_default();
            let rest = half.text.get(start..).unwrap_or_default();
            if rest.is_empty() {
                return self.tell_held(from, recorder);
            }
            let Some(length) = next(content, rest, &mut half.searched) else { return };
            half.searched = 0;
            half.ends.push(start + length);
            // The dialogue is wanted for what comes next, not for which event this is.
            let line = rest.get(..length).unwrap_or_default().to_vec();
            self.dialogue.read(0, who, &line, true);
        }
    }

    /// Octets in clear.
    fn tell_clear(&mut self, from: Side, octets: &[u8], recorder: &mut Recorder) {
        let who = self.who(from);
        recorder.sent_clear(who, octets, true);
        self.dialogue.read(0, who, octets, false);
        let half = self.half(from);
        half.told += octets.len();
        half.searched = 0;
    }

    /// The records that are held, and what they say, whole lines or not.
    fn tell_held(&mut self, from: Side, recorder: &mut Recorder) {
        let who = self.who(from);
        let Half { told, held, .. } = *self.half(from);
        if held <= told {
            return;
        }
        let octets = self.octets(from, told, held);
        let half = self.half(from);
        let (text, mut ends) = (std::mem::take(&mut half.text), std::mem::take(&mut half.ends));
        half.searched = 0;
        half.told = held;
        let whole = ends.last().copied().unwrap_or_default();
        if whole < text.len() {
            ends.push(text.len());
            self.dialogue.read(0, who, text.get(whole..).unwrap_or_default(), true);
        }
        let starts = std::iter::once(0).chain(ends.iter().copied());
        let lines = starts.zip(&ends).map(|(start, &end)| text.get(start..end).unwrap_or_default());
        recorder.sent_records(who, octets, lines);
    }

    /// This many octets that carry no SMTP; always true.
    fn tell_record(&mut self, from: Side, length: usize, recorder: &mut Recorder) -> bool {
        self.tell_held(from, recorder);
        let told = self.half(from).told;
        recorder.sent_record(self.who(from), self.octets(from, told, told + length));
        self.half(from).told += length;
        true
    }

    /// Everything up to here, whole or not.
    fn tell(&mut self, from: Side, limit: usize, recorder: &mut Recorder) {
        while self.step(from, limit, recorder) {}
        self.tell_held(from, recorder);
        let Half { told, is_tls, .. } = *self.half(from);
        let rest = self.octets(from, told, limit);
        match rest {
            [] => {}
            _ if is_tls => {
                self.tell_record(from, rest.len(), recorder);
            }
            _ => self.tell_clear(from, rest, recorder),
        }
    }
}

/// How many octets the next line or content has; `None` if it is not whole. `searched` of them need not be looked at again.
fn next(content: Option<Content>, octets: &[u8], searched: &mut usize) -> Option<usize> {
    const END: &[u8] = b"\r\n.\r\n";
    let found = match content {
        None => octets.get(*searched..)?.iter().position(|&octet| octet == b'\n').map(|at| *searched + at + 1),
        // The line before the dot is that of DATA, if nothing else stands before it. RFC 5321 §4.1.1.4
        Some(Content::Data) if octets.starts_with(&END[2..]) => Some(END.len() - 2),
        Some(Content::Data) => {
            let from = searched.saturating_sub(END.len() - 1);
            let found = octets.get(from..)?.windows(END.len()).position(|five| five == END);
            found.map(|at| from + at + END.len())
        }
        Some(Content::Chunk(size)) => usize::try_from(size).ok().filter(|&size| size <= octets.len()),
    };
    *searched = if found.is_some() { 0 } else { octets.len() };
    found
}

/// Whether octets at the beginning of a line are those of a record, or of a hello in the form of SSL 2.0. No line of text begins so.
fn begins_tls(octets: &[u8]) -> bool {
    let is_record = matches!(octets, [20..=23, 3, 0..=4, ..]);
    let is_too_long = matches!(records(octets, 0).next(), Some(Item::Tail(tail)) if !is_cut(tail));
    is_record && !is_too_long || sslv2_hello(octets).is_some()
}

fn is_cut(tail: record::Tail) -> bool {
    matches!(tail.defect, NotARecord::ShortHeader | NotARecord::ShortFragment { .. })
}

/// Whether a line of SMTP could begin so: a reply with its code, a command with its verb.
fn is_line(who: Side, octets: &[u8]) -> bool {
    match (who, octets) {
        (Side::Server, [first, second, third, b' ' | b'-', ..]) => {
            [first, second, third].iter().all(|octet| octet.is_ascii_digit())
        }
        (Side::Client, [verb @ .., _]) if verb.len() >= 4 => verb.iter().take(4).all(u8::is_ascii_alphabetic),
        _ => false,
    }
}

/// Whether the sides have to be turned: the capture lacks the beginning, and the side that should be the client greets or replies, or the one that
/// should be the server says hello to TLS.
fn is_turned(flow: &Flow) -> bool {
    let is_reply = |octets: &[u8]| is_line(Side::Server, octets);
    let is_hello = |octets: &[u8]| matches!(octets, [22, 3, _, _, _, 1, ..]);
    let (client, server) = (flow.from_client.octets.as_slice(), flow.from_server.octets.as_slice());
    !flow.has_beginning && (is_reply(client) && !is_reply(server) || is_hello(server))
}
