//! Captures as traces: those of others beside tshark and beside what a person reads off them, our own beside the run that made them,
//! and damaged ones.
//!
//! More samples are read where they are: in `../shared/samples`, or where SAMPLES says. Without them these tests pass.

#[path = "../common/scenarios.rs"]
mod scenarios;
mod samples;
mod law7;
mod damage;

use starttls_lab::files::{Format, write};
use starttls_lab::import::{Imported, capture, pcapng};
use starttls_lab::scenario::Choice;
use starttls_lab::text::EN;
use starttls_lab::trace::{StreamKind, What};
use starttls_lab::ui::study::Study;
use std::path::PathBuf;

/// A file of `tests/data/captures`; no octets, if there is none.
fn data(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/tests/data/captures/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap_or_default()
}

/// A capture of `tests/data/captures` with its key log, if it has one.
fn imported(name: &str) -> Imported {
    capture(name, &data(&format!("{name}.pcapng")), &data(&format!("{name}.keylog")))
}

/// The captures of a folder of the samples: name, capture, key log.
fn samples(folder: &str) -> Vec<(String, Vec<u8>, Vec<u8>)> {
    let root = std::env::var_os("SAMPLES").map(PathBuf::from);
    let root = root.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/samples"));
    let Ok(entries) = std::fs::read_dir(root.join(folder)) else {
        eprintln!("no samples in {}", root.join(folder).display());
        return Vec::new();
    };
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    let captures = files.iter().filter(|path| {
        path.extension().is_some_and(|end| !["keylog", "txt", "tsv", "md"].iter().any(|other| end == *other))
    });
    let captures = captures.filter(|path| path.is_file()).map(|path| {
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        let key_log = std::fs::read(path.with_extension("keylog")).unwrap_or_default();
        (name, std::fs::read(path).expect("a file"), key_log)
    });
    captures.collect()
}

/// What holds for every import: each octet of every stream is in one event and in its place, and everything that is made of a trace is
/// made of this one, without a decision, since none was recorded.
fn assert_sound(name: &str, file: &[u8], imported: &Imported) {
    let trace = &imported.trace;
    let flows = pcapng::read(file).flows;
    assert_eq!(trace.connections().count(), flows.len(), "{name}");
    for (connection, flow) in trace.connections().zip(&flows) {
        let wires =
            trace.streams.iter().filter(|stream| stream.connection == connection && stream.layer == StreamKind::Wire);
        let wires: Vec<&[u8]> = wires.map(|stream| stream.bytes.as_slice()).collect();
        let mut of_flow = [flow.from_client.octets.as_slice(), flow.from_server.octets.as_slice()];
        if wires != of_flow {
            // Who is the client, the capture could not tell.
            assert!(!flow.has_beginning, "{name}");
            of_flow.reverse();
        }
        assert_eq!(wires, of_flow, "{name}");
    }
    let mut ends = vec![0; trace.streams.len()];
    for event in &trace.events {
        match event.what {
            What::Sent { wire, text } => {
                let end: &mut u32 = &mut ends[wire.stream.index()];
                // Lines may share records.
                assert!(wire.start == *end || (wire.end == *end && trace.sealed(event)), "{name}: {event:?}");
                *end = wire.end;
                assert!(text.is_none_or(|text| !text.is_empty()), "{name}");
            }
            What::Opened | What::Missing { .. } | What::Closed(_) => {}
            ref other => panic!("{name}: {other:?}"),
        }
    }
    for (stream, end) in trace.streams.iter().zip(ends).filter(|(stream, _)| stream.layer == StreamKind::Wire) {
        assert_eq!(stream.bytes.len(), end as usize, "{name}");
    }
    let study = Study::read(trace.clone());
    let _ = (study.wiretap(), study.printed());
    for id in 0..trace.events.len() {
        let _ = study.reading.layers(trace, id);
    }
    for &format in Format::ALL {
        let octets = write(format, study.facts(), &EN);
        if format == Format::Transcript {
            let text = String::from_utf8(octets).expect("text");
            assert!(!text.contains("decides"), "{name}: {text}");
        }
    }
}
