//! The captures in `data/captures` as traces, made by the product's own importer, and the records of vectors.
//!
//! For tests only: it trusts the files and panics on anything unexpected.

#![allow(dead_code)]

use starttls_lab::dissect::record::{Item, records};
use starttls_lab::import::{self, keylog};
use starttls_lab::scenario::Side;
use starttls_lab::tls::Secret;
use starttls_lab::trace::{Meeting, Recorder, Source, SourceKind, Trace, What};

pub const SOURCE: Source = Source { kind: SourceKind::Capture, name: String::new() };

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

/// A capture as a trace.
pub fn trace(name: &str) -> Trace {
    let key_log = std::fs::read(path(&format!("{name}.keylog"))).unwrap_or_default();
    let imported = import::capture(name, &octets(&format!("{name}.pcapng")), &key_log);
    assert_eq!((imported.remarks.as_slice(), imported.others.len()), ([].as_slice(), 0));
    imported.trace
}

/// The TLS records of each connection of a capture, in the order of the wire.
pub fn connections(name: &str) -> Vec<Vec<(Side, Vec<u8>)>> {
    let trace = trace(name);
    let of = |connection| {
        let here = trace.events.iter().filter(move |event| event.connection == connection);
        let mut spans: Vec<_> = here
            .filter_map(|event| match event.what {
                What::Sent { wire, text } if text.is_none() || trace.sealed(event) => Some((event.who, wire)),
                _ => None,
            })
            .collect();
        // Lines may share records.
        spans.dedup();
        let pieces = spans.into_iter().flat_map(|(side, wire)| {
            let octets = trace.octets(wire);
            records(octets, 0).map(move |item| match item {
                Item::Record(record) => (side, octets[record.start..record.end].to_vec()),
                Item::Tail(tail) => panic!("{tail:?}"),
            })
        });
        pieces.collect()
    };
    trace.connections().map(of).collect()
}
