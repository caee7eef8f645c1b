//! Just enough of pcapng, Ethernet, IPv4 and TCP to get what the captures in `data/captures` carry in the order of the wire, and to make
//! traces of them as a reader of captures would.
//!
//! For tests only: it trusts the files, panics on anything unexpected, and knows neither loss nor wrap-around.

#![allow(dead_code)]

use starttls_lab::dissect::handshake::Reader;
use starttls_lab::dissect::record::{APPLICATION_DATA, Item, records};
use starttls_lab::scenario::{Party, Side, preset};
use starttls_lab::tls::Secret;
use starttls_lab::trace::{Micros, Recorder, Trace};
use std::collections::BTreeMap;

/// One TCP connection: what each side sent, in the order in which it was complete.
#[derive(Default)]
pub struct Connection {
    pub pieces: Vec<Piece>,
    client: Half,
    server: Half,
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
    next_sequence: u32,
    /// Segments that came early, by sequence number.
    early: BTreeMap<u32, Vec<u8>>,
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
    let text = std::fs::read_to_string(path(&format!("{name}.keylog"))).unwrap_or_default();
    let lines = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    let secrets = lines.map(|line| {
        let parts: Vec<&str> = line.split(' ').collect();
        Secret { label: parts[0].into(), client_random: unhex(parts[1]), secret: unhex(parts[2]) }
    });
    secrets.collect()
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
    let mut recorder = Recorder::new(preset("book").expect("a preset").scenario);
    recorder.open(0, Party::Sender, Party::Receiver);
    records.iter().for_each(|(side, record)| recorder.sent_record(*side, record));
    recorder.finish(secrets)
}

/// The connections of a capture, in the order of their SYNs.
pub fn connections(name: &str) -> Vec<Connection> {
    let file = octets(&format!("{name}.pcapng"));
    let mut connections: Vec<((u16, u16), Connection)> = Vec::new();
    for (at, packet) in packets(&file).into_iter().enumerate() {
        assert_eq!(packet[12..14], [0x08, 0x00], "IPv4 over Ethernet");
        let ip = &packet[14..];
        let total = usize::from(u16::from_be_bytes([ip[2], ip[3]]));
        let tcp = &ip[usize::from(ip[0] & 15) * 4..total];
        let (from, to) = (u16::from_be_bytes([tcp[0], tcp[1]]), u16::from_be_bytes([tcp[2], tcp[3]]));
        let sequence = u32::from_be_bytes([tcp[4], tcp[5], tcp[6], tcp[7]]);
        let (is_syn, is_ack) = (tcp[13] & 2 != 0, tcp[13] & 16 != 0);
        if is_syn && !is_ack {
            connections.push(((from, to), Connection::default()));
        }
        let find = |ports| connections.iter().rposition(|(known, _)| *known == ports);
        let (index, side) = match find((from, to)) {
            Some(index) => (index, Side::Client),
            None => (find((to, from)).expect("a SYN before everything else"), Side::Server),
        };
        let connection = &mut connections[index].1;
        let half = if side == Side::Client { &mut connection.client } else { &mut connection.server };
        if is_syn {
            half.next_sequence = sequence.wrapping_add(1);
        }
        let payload = &tcp[usize::from(tcp[12] >> 4) * 4..];
        let pieces = half.segment(sequence, payload).into_iter();
        connection.pieces.extend(pieces.map(|(is_record, octets)| Piece { at, side, is_record, octets }));
    }
    connections.into_iter().map(|(_, connection)| connection).collect()
}

/// The octets of the Enhanced Packet Blocks of a little-endian pcapng file.
fn packets(file: &[u8]) -> Vec<&[u8]> {
    let u32_at = |at: usize| u32::from_le_bytes(file[at..at + 4].try_into().expect("four octets")) as usize;
    assert_eq!(u32_at(8), 0x1A2B_3C4D, "little-endian");
    let (mut packets, mut at) = (Vec::new(), 0);
    while at < file.len() {
        if u32_at(at) == 6 {
            packets.push(&file[at + 28..at + 28 + u32_at(at + 20)]);
        }
        at += u32_at(at + 4);
    }
    packets
}

impl Half {
    /// Takes a segment and gives the pieces that it completes, and whether each is a record.
    fn segment(&mut self, sequence: u32, payload: &[u8]) -> Vec<(bool, Vec<u8>)> {
        if !payload.is_empty() {
            self.early.insert(sequence, payload.to_vec());
        }
        while let Some(payload) = self.early.remove(&self.next_sequence) {
            self.next_sequence = self.next_sequence.wrapping_add(payload.len() as u32);
            self.octets.extend(payload);
        }
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
    let scenario = preset("book").expect("a preset").scenario;
    let mut recorder = Recorder::new(scenario);
    let secrets = secrets(name);
    let mut order = Vec::new();
    for (index, connection) in connections(name).iter().enumerate() {
        let number = u8::try_from(index).expect("few connections");
        recorder.open(number, Party::Sender, Party::Receiver);
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
