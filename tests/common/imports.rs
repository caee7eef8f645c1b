//! What holds for every import. For tests only.

use starttls_lab::dissect::handshake::MessageKind;
use starttls_lab::dissect::{dissect, dissect_with};
use starttls_lab::files::{Format, write};
use starttls_lab::import::{Imported, pcapng};
use starttls_lab::scenario::Choice;
use starttls_lab::story::Story;
use starttls_lab::story::say::Facts;
use starttls_lab::story::wiretap::Wiretap;
use starttls_lab::text::EN;
use starttls_lab::trace::{StreamKind, What};

/// Each octet of every stream is in one event and in its place, and everything that is made of a trace is
/// made of this one, without a decision, since none was recorded.
pub fn assert_sound(name: &str, file: &[u8], imported: &Imported) {
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
    let reading = dissect(trace);
    let story = Story::of(trace, &reading);
    let _ = Wiretap::of(trace, &reading, &dissect_with(trace, &[]));
    for id in 0..trace.events.len() {
        let _ = reading.layers(trace, id);
        // All padding is what was opened and held nothing; a record that is cut is told as such, with its octets.
        for message in reading.messages(id).iter().filter(|message| message.kind == MessageKind::Unknown(None)) {
            assert!(message.sealed && message.opened, "{name}: {id}");
        }
    }
    let facts = Facts { trace, reading: &reading, story: &story };
    for &format in Format::ALL {
        let octets = write(format, facts, &EN);
        if format == Format::Transcript {
            let text = String::from_utf8(octets).expect("text");
            assert!(!text.contains("decides"), "{name}: {text}");
        }
    }
}
