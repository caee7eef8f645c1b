//! The TLS records of the captures in `data/captures`, in the order of the wire, read by the product's own reader of captures.
//!
//! For tests only: it trusts the files and panics on anything unexpected.

use starttls_lab::dissect::record::{Item, records};
use starttls_lab::files::{keylog, pcapng};
use starttls_lab::scenario::Side;
use starttls_lab::tls::Secret;

/// One TCP connection: its TLS records in the order in which they became complete.
#[derive(Default)]
pub struct Connection {
    pub records: Vec<(Side, Vec<u8>)>,
}

#[derive(Default)]
struct Half {
    octets: Vec<u8>,
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
    let log = keylog::read(&octets(&format!("{name}.keylog")));
    assert_eq!(log.ignored, []);
    log.secrets
}

/// The connections of a capture, in the order of their SYNs.
pub fn connections(name: &str) -> Vec<Connection> {
    let capture = pcapng::read(&octets(&format!("{name}.pcapng")));
    assert_eq!((capture.remarks.as_slice(), capture.others.len()), ([].as_slice(), 0));
    let connections = capture.flows.iter().map(|flow| {
        assert!(flow.has_beginning && flow.from_client.gaps.is_empty() && flow.from_server.gaps.is_empty());
        let mut connection = Connection::default();
        let (mut client, mut server) = (Half::default(), Half::default());
        for piece in &flow.pieces {
            let half = if piece.from == Side::Client { &mut client } else { &mut server };
            half.octets.extend_from_slice(&flow.direction(piece.from).octets[piece.start..piece.end]);
            let complete = half.complete().into_iter();
            connection.records.extend(complete.map(|record| (piece.from, record)));
        }
        connection
    });
    connections.collect()
}

impl Half {
    /// The records that are complete by now and were not before.
    fn complete(&mut self) -> Vec<Vec<u8>> {
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
