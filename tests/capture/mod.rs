//! Just enough of pcapng, Ethernet, IPv4 and TCP to get the TLS records of the captures in `data/captures` in the order of the wire.
//!
//! For tests only: it trusts the files, panics on anything unexpected, and knows neither loss nor wrap-around.

use starttls_lab::dissect::record::{Item, records};
use starttls_lab::scenario::Side;
use starttls_lab::tls::Secret;
use std::collections::BTreeMap;

/// One TCP connection: its TLS records in the order in which they became complete.
#[derive(Default)]
pub struct Connection {
    pub records: Vec<(Side, Vec<u8>)>,
    client: Half,
    server: Half,
}

#[derive(Default)]
struct Half {
    octets: Vec<u8>,
    next_sequence: u32,
    /// Segments that came early, by sequence number.
    early: BTreeMap<u32, Vec<u8>>,
    /// Where TLS begins, once it has, and how many octets are in records already.
    tls: Option<usize>,
}

pub fn octets(name: &str) -> Vec<u8> {
    let path = format!("{}/tests/data/captures/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

pub fn unhex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.chars().filter_map(|c| c.to_digit(16)).map(|d| d as u8).collect();
    digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect()
}

pub fn secrets(name: &str) -> Vec<Secret> {
    let text = String::from_utf8(octets(&format!("{name}.keylog"))).expect("a key log is text");
    let lines = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    let secrets = lines.map(|line| {
        let parts: Vec<&str> = line.split(' ').collect();
        Secret { label: parts[0].into(), client_random: unhex(parts[1]), secret: unhex(parts[2]) }
    });
    secrets.collect()
}

/// The connections of a capture, in the order of their SYNs.
pub fn connections(name: &str) -> Vec<Connection> {
    let file = octets(&format!("{name}.pcapng"));
    let mut connections: Vec<((u16, u16), Connection)> = Vec::new();
    for packet in packets(&file) {
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
        half.segment(sequence, payload).into_iter().for_each(|record| connection.records.push((side, record)));
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
    /// Takes a segment and gives the records that it completes.
    fn segment(&mut self, sequence: u32, payload: &[u8]) -> Vec<Vec<u8>> {
        if !payload.is_empty() {
            self.early.insert(sequence, payload.to_vec());
        }
        while let Some(payload) = self.early.remove(&self.next_sequence) {
            self.next_sequence = self.next_sequence.wrapping_add(payload.len() as u32);
            self.octets.extend(payload);
        }
        // After a line's end a handshake record: no SMTP line begins so.
        let begin = |octets: &[u8]| octets.windows(4).position(|four| four == b"\r\n\x16\x03").map(|at| at + 2);
        self.tls = self.tls.or_else(|| begin(&self.octets));
        let Some(mut at) = self.tls else { return Vec::new() };
        let mut complete = Vec::new();
        for item in records(&self.octets, at) {
            if let Item::Record(record) = item {
                complete.push(self.octets[record.start..record.end].to_vec());
                at = record.end;
            }
        }
        self.tls = Some(at);
        complete
    }
}
