//! What the captures in `data/captures` carry in the order of the wire, read by the product's own reader of captures, and traces of it.
//!
//! For tests only: it trusts the files and panics on anything unexpected.

#![allow(dead_code)]

use starttls_lab::dissect::handshake::Reader;
use starttls_lab::dissect::record::{Item, records};
use starttls_lab::files::{keylog, pcapng};
use starttls_lab::registry::APPLICATION_DATA;
use starttls_lab::scenario::Side;
use starttls_lab::tls::Secret;
use starttls_lab::trace::{Meeting, Micros, Recorder, Source, SourceKind, Trace};

pub const SOURCE: Source = Source { kind: SourceKind::Capture, name: String::new() };

/// One TCP connection: what each side sent, in the order in which it was complete.
#[derive(Default)]
pub struct Connection {
    pub pieces: Vec<Piece>,
}

/// Octets in clear, or one TLS record.
pub struct Piece {
    /// Number of the packet.
    pub at: usize,
    pub side: Side,
    pub is_record: bool,
    pub octets: Vec<u8>,
}

#[derive(Default)]
struct Half {
    octets: Vec<u8>,
    /// Octets that are in pieces already.
    taken: usize,
    is_tls: bool,
}

impl Connection {
    pub fn records(&self) -> Vec<(Side, Vec<u8>)> {
        let records = self.pieces.iter().filter(|piece| piece.is_record);
        records.map(|piece| (piece.side, piece.octets.clone())).collect()
    }
}

pub fn path(name: &str) -> String {
    format!("{}/tests/data/captures/{name}", env!("CARGO_MANIFEST_DIR"))
}

fn octets(name: &str) -> Vec<u8> {
    std::fs::read(path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

pub fn unhex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.chars().filter_map(|c| c.to_digit(16)).map(|d| d as u8).collect();
    digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect()
}

/// The key log of a capture; none of one that needs none.
pub fn secrets(name: &str) -> Vec<Secret> {
    let log = keylog::read(&std::fs::read(path(&format!("{name}.keylog"))).unwrap_or_default());
    assert_eq!(log.ignored, []);
    log.secrets
}

/// A file of `client <hex>`, `server <hex>` and key log lines, below `data`.
pub fn vector(path: &str) -> (Vec<(Side, Vec<u8>)>, Vec<Secret>) {
    let path = format!("{}/tests/data/{path}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let (mut records, mut secrets) = (Vec::new(), Vec::new());
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let (word, rest) = line.split_once(' ').expect("two words");
        match word {
            "client" => records.push((Side::Client, unhex(rest))),
            "server" => records.push((Side::Server, unhex(rest))),
            label => {
                let (random, secret) = rest.split_once(' ').expect("three words");
                secrets.push(Secret { label: label.into(), client_random: unhex(random), secret: unhex(secret) });
            }
        }
    }
    (records, secrets)
}

/// The records of such a file as a trace.
pub fn vector_trace(path: &str) -> Trace {
    let (records, secrets) = vector(path);
    let mut recorder = Recorder::import(SOURCE, None);
    recorder.open(Meeting::UNKNOWN);
    records.iter().for_each(|(side, record)| recorder.sent_record(*side, record));
    recorder.finish(secrets)
}

/// The connections of a capture, in the order of their SYNs.
pub fn connections(name: &str) -> Vec<Connection> {
    let capture = pcapng::read(&octets(&format!("{name}.pcapng")));
    assert_eq!((capture.remarks.as_slice(), capture.others.len()), ([].as_slice(), 0));
    let connections = capture.flows.iter().map(|flow| {
        assert!(flow.has_beginning && flow.from_client.gaps.is_empty() && flow.from_server.gaps.is_empty());
        let mut connection = Connection::default();
        let mut halves = [Half::default(), Half::default()];
        for piece in &flow.pieces {
            let (side, at) = (piece.from, piece.packet);
            let octets = &flow.direction(side).octets[piece.start..piece.end];
            let pieces = halves[usize::from(side == Side::Server)].segment(octets).into_iter();
            connection.pieces.extend(pieces.map(|(is_record, octets)| Piece { at, side, is_record, octets }));
        }
        connection
    });
    connections.collect()
}

impl Half {
    /// Takes octets and gives the pieces that they complete, and whether each is a record.
    fn segment(&mut self, octets: &[u8]) -> Vec<(bool, Vec<u8>)> {
        self.octets.extend_from_slice(octets);
        let mut complete = Vec::new();
        if !self.is_tls {
            // After a line's end a handshake record: no SMTP line begins so.
            let begin = self.octets.windows(4).position(|four| four == b"\r\n\x16\x03").map(|at| at + 2);
            let end = begin.unwrap_or(self.octets.len());
            if end > self.taken {
                complete.push((false, self.octets[self.taken..end].to_vec()));
            }
            (self.is_tls, self.taken) = (begin.is_some(), end);
        }
        if self.is_tls {
            for item in records(&self.octets, self.taken) {
                if let Item::Record(record) = item {
                    complete.push((true, self.octets[record.start..record.end].to_vec()));
                    self.taken = record.end;
                }
            }
        }
        complete
    }
}

/// What a side said of SMTP and has not ended yet.
#[derive(Default)]
struct Unfinished {
    text: Vec<u8>,
    /// That carried the text; none in clear.
    records: Vec<u8>,
    is_content: bool,
}

/// A capture as a trace: an event is a line or a content, with the records that carried it, or a record without SMTP. All connections,
/// in the order of the wire.
pub fn trace(name: &str) -> Trace {
    let mut recorder = Recorder::import(SOURCE, None);
    let secrets = secrets(name);
    let mut order = Vec::new();
    for connection in &connections(name) {
        recorder.open(Meeting::UNKNOWN);
        order.push(0);
        let mut reader = Reader::new(&secrets);
        let mut halves = [Unfinished::default(), Unfinished::default()];
        for piece in &connection.pieces {
            let Piece { at, side, is_record, octets } = piece;
            let mut plaintext = Vec::new();
            if *is_record {
                let (_, frame) = reader.read(*side, octets, &mut plaintext);
                if frame.content_type != Some(APPLICATION_DATA) {
                    recorder.sent_record(*side, octets);
                    order.push(*at);
                    continue;
                }
                plaintext.truncate(frame.content);
            }
            let half = &mut halves[usize::from(*side == Side::Server)];
            half.text.extend_from_slice(if *is_record { &plaintext } else { octets });
            half.records.extend_from_slice(if *is_record { octets } else { &[] });
            let end: &[u8] = if half.is_content { b"\r\n.\r\n" } else { b"\r\n" };
            if !half.text.ends_with(end) {
                continue;
            }
            let Unfinished { text, records, is_content } = std::mem::take(half);
            if records.is_empty() {
                recorder.sent_clear(*side, &text, is_content);
            } else {
                recorder.sent_sealed(*side, &text, is_content, &records);
            }
            let lines = text.split_inclusive(|&octet| octet == b'\n');
            order.extend(lines.clone().take(if is_content { 1 } else { usize::MAX }).map(|_| *at));
            if *side == Side::Server && lines.clone().next_back().is_some_and(|line| line.starts_with(b"354")) {
                halves[0].is_content = true;
            }
        }
    }
    let mut trace = recorder.finish(secrets);
    assert_eq!(trace.events.len(), order.len());
    for (event, at) in trace.events.iter_mut().zip(order) {
        event.at = Micros(at as u64);
    }
    trace.events.sort_by_key(|event| event.at);
    trace
}
