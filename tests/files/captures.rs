//! The reader of captures: those of others, ours, and files that are none.

use crate::{Run, data, scenarios::any_scenario};
use proptest::prelude::*;
use starttls_lab::files::Format;
use starttls_lab::files::pcapng::write;
use starttls_lab::import::keylog;
use starttls_lab::import::pcapng::{self, BadBlock, Capture, Flow, Strange};
use starttls_lab::scenario::{PRESETS, Side};
use starttls_lab::text::EN;
use starttls_lab::trace::{Actor, Meeting, Micros, Recorder, Source, SourceKind, StreamKind, Trace, UnixMicros, What};
use std::collections::BTreeMap;
use std::net::IpAddr;

fn assert_is_clean(name: &str, capture: &Capture) {
    assert_eq!(capture.remarks, [], "{name}");
    assert!(capture.others.is_empty(), "{name}");
    for flow in &capture.flows {
        assert!(flow.has_beginning, "{name}");
        for side in [Side::Client, Side::Server] {
            let direction = flow.direction(side);
            assert_eq!((direction.gaps.as_slice(), direction.early), ([].as_slice(), 0), "{name}");
            let pieces = flow.pieces.iter().filter(|piece| piece.from == side);
            let end = pieces.fold(0, |at, piece| {
                assert_eq!(piece.start, at);
                piece.end
            });
            assert_eq!(end, direction.octets.len(), "{name}");
        }
        assert!(flow.pieces.iter().is_sorted_by_key(|piece| (piece.when.at, piece.when.packet)), "{name}");
    }
}

/// A line of EXPECT.tsv, as far as it speaks of TCP and of what is in clear.
struct Expected {
    file: String,
    server_port: u16,
    packets: usize,
    commands: Vec<String>,
    is_clear: bool,
    last_reply: String,
}

fn expectations() -> Vec<Expected> {
    let text = String::from_utf8(data("EXPECT.tsv")).expect("text");
    let rows = text.lines().map(|line| {
        let columns: Vec<&str> = line.split('\t').collect();
        Expected {
            file: columns[0].to_owned(),
            server_port: columns[2].parse().expect("a port"),
            packets: columns[3].parse().expect("a number"),
            commands: columns[4].split(' ').map(str::to_owned).collect(),
            is_clear: columns[6].is_empty(),
            last_reply: columns[10].to_owned(),
        }
    });
    rows.collect()
}

#[test]
fn captures_of_others_have_what_tshark_finds_in_them() {
    let expected = expectations();
    let mut files: Vec<&str> = expected.iter().map(|row| row.file.as_str()).collect();
    files.dedup();
    assert_eq!(files.len(), 12);
    for file in files {
        let capture = pcapng::read(&data(file));
        assert_is_clean(file, &capture);
        let rows: Vec<&Expected> = expected.iter().filter(|row| row.file == file).collect();
        assert_eq!(capture.flows.len(), rows.len(), "{file}");
        assert_eq!(capture.packets, rows.iter().map(|row| row.packets).sum::<usize>(), "{file}");
        for (flow, row) in capture.flows.iter().zip(rows) {
            assert_eq!((flow.server.port, flow.packets), (row.server_port, row.packets), "{file}");
            let text = |side| String::from_utf8_lossy(&flow.direction(side).octets).into_owned();
            let client = text(Side::Client);
            let mut lines = client.lines();
            for command in &row.commands {
                let said =
                    lines.any(|line| line.split(' ').next().is_some_and(|word| word.eq_ignore_ascii_case(command)));
                assert!(said, "{file}: {command}");
            }
            if row.is_clear {
                // Of a reply of several lines tshark gives the first.
                let server = text(Side::Server);
                let code = row.last_reply.get(..3).expect("a code");
                let mut last = server.lines().rev().take_while(|line| line.starts_with(code));
                assert!(last.any(|line| line == row.last_reply), "{file}: {server}");
            }
        }
    }
}

#[test]
fn secrets_in_a_capture_are_those_of_the_key_log_beside_it() {
    let inside = pcapng::read(&data("25-resumption-tls13.dsb.pcapng"));
    let beside = keylog::read(&data("25-resumption-tls13.keylog"));
    assert_eq!(beside.ignored, []);
    assert!(!beside.secrets.is_empty());
    assert_eq!(inside.secrets, beside.secrets);
    let without = pcapng::read(&data("25-resumption-tls13.pcapng"));
    assert_eq!((without.secrets.len(), without.flows), (0, inside.flows));
}

/// Sides in the order in which they spoke, each turn once.
fn turns(sides: impl Iterator<Item = Side>) -> Vec<Side> {
    let mut turns: Vec<Side> = sides.collect();
    turns.dedup();
    turns
}

/// The capture of a run holds the octets of its wire, in the order of its events, and its secrets.
fn assert_same(name: &str, trace: &Trace) {
    let capture = pcapng::read(&write(&[trace]));
    assert_is_clean(name, &capture);
    assert_eq!(capture.secrets, trace.secrets, "{name}");
    let flows: Vec<(u16, &Flow)> = (0..).zip(&capture.flows).collect();
    assert_eq!(flows.len(), trace.connections().count(), "{name}");
    for (connection, flow) in flows {
        for stream in trace.streams.iter().filter(|stream| stream.connection == connection) {
            if stream.layer == StreamKind::Wire {
                assert_eq!(flow.direction(stream.from).octets, stream.bytes, "{name}");
            }
        }
        let sent = trace.events.iter().filter(|event| {
            event.connection == connection && matches!(event.what, What::Sent { wire, .. } if !wire.is_empty())
        });
        assert_eq!(turns(flow.pieces.iter().map(|piece| piece.from)), turns(sent.map(|event| event.who)), "{name}");
        assert!(flow.ends.len() == 2 && flow.ends.iter().all(|end| !end.is_reset), "{name}");
        assert_eq!((flow.from_client.repeated, flow.from_server.repeated), (0, 0), "{name}");
    }
    let first = trace.began.expect("of a run").0;
    let last = first + trace.events.last().map_or(0, |event| event.at.0);
    let mut pieces = capture.flows.iter().flat_map(|flow| &flow.pieces);
    assert!(pieces.all(|piece| (first..=last).contains(&piece.when.at)), "{name}");
}

#[test]
fn each_party_has_one_address_whatever_connection_it_is_in() {
    let mut hops = 0;
    for preset in PRESETS {
        let trace = Run::of(&preset.scenario).trace;
        let capture = pcapng::read(&write(&[&trace]));
        let mut addresses: BTreeMap<IpAddr, Actor> = BTreeMap::new();
        let mut known: Vec<(Actor, IpAddr)> = Vec::new();
        for (connection, flow) in trace.connections().zip(&capture.flows) {
            let (client, server) =
                (trace.seat(connection, Side::Client).actor, trace.seat(connection, Side::Server).actor);
            assert_eq!(flow.server.port, 25, "{}", preset.name);
            for (party, address) in [(client, flow.client.address), (server, flow.server.address)] {
                assert_eq!(*addresses.entry(address).or_insert(party), party, "{}: {address}", preset.name);
                let first = known.iter().find(|(of, _)| *of == party).map_or(address, |(_, first)| *first);
                assert_eq!(address, first, "{}: {party:?}", preset.name);
                known.push((party, address));
            }
            hops += usize::from(!trace.is_first_hop(connection));
        }
    }
    assert!(hops > 0, "no preset has a second hop");
}

/// What servers say to their clients and write on messages, and what the protocol logs have, is what the capture has.
#[test]
fn an_address_in_words_is_that_of_the_packets() {
    let (mut hellos, mut received) = (0, 0);
    for preset in PRESETS {
        let run = Run::of(&preset.scenario);
        let capture = pcapng::read(&write(&[&run.trace]));
        for (connection, flow) in run.trace.connections().zip(&capture.flows) {
            let client = format!("[{}]", flow.client.address);
            for event in run.trace.events.iter().filter(|event| event.connection == connection) {
                let text = |span| String::from_utf8_lossy(run.trace.octets(span)).into_owned();
                match event.what {
                    What::Sent { text: Some(said), .. } if text(said).contains(" Hello [") => {
                        assert!(text(said).trim_end().ends_with(&client), "{}: {}", preset.name, text(said));
                        hellos += 1;
                    }
                    What::Stored(ref stored) => {
                        let message = text(stored.message);
                        let own = message.split("\r\n").find(|line| line.starts_with("Received: ")).expect("a field");
                        assert!(own.ends_with(&format!("({client})")), "{}: {own}", preset.name);
                        received += 1;
                    }
                    _ => {}
                }
            }
        }
        // The Send log is that of the first client, the Receive log that of the last server.
        let (first, last) = (&capture.flows[0], capture.flows.last().expect("a connection"));
        for (format, local, remote) in [
            (Format::SendLog, first.client.address, first.server.address),
            (Format::ReceiveLog, last.server.address, last.client.address),
        ] {
            let log = String::from_utf8(starttls_lab::files::write(format, run.facts(), &EN)).expect("text");
            let opens = |line: &&str| line.ends_with(",+,,");
            for line in log.lines().filter(opens) {
                let columns: Vec<&str> = line.split(',').collect();
                assert!(columns[4].starts_with(&format!("{local}:")), "{}: {line}", preset.name);
                assert!(columns[5].starts_with(&format!("{remote}:")), "{}: {line}", preset.name);
            }
        }
    }
    assert!(hellos > 10 && received > 10, "{hellos} {received}");
}

#[test]
fn our_captures_give_the_wire_back() {
    for preset in PRESETS {
        assert_same(preset.name, &Run::of(&preset.scenario).trace);
    }
}

/// Half a megabyte in one turn: more than an unscaled window, many segments.
fn long_run() -> Trace {
    let mut recorder = Recorder::import(Source { kind: SourceKind::Capture, name: String::new() }, Some(UnixMicros(0)));
    recorder.open(Meeting::UNKNOWN);
    recorder.pass(20_000);
    recorder.sent_clear(Side::Server, b"220 ready\r\n", false);
    recorder.pass(10_000);
    let message: Vec<u8> = (0..500_000_u32).map(|n| if n % 80 == 79 { b'\n' } else { b'a' + (n % 23) as u8 }).collect();
    recorder.sent_clear(Side::Client, &message, true);
    recorder.pass(300_000_000);
    recorder.sent_clear(Side::Client, b"QUIT\r\n", false);
    for side in [Side::Server, Side::Client] {
        recorder.event(side, What::Closed(starttls_lab::trace::Close::Quit));
    }
    recorder.finish(Vec::new())
}

#[test]
fn a_long_turn_is_cut_into_segments_and_acknowledged() {
    let trace = long_run();
    assert_same("long", &trace);
    let capture = pcapng::read(&write(&[&trace]));
    crate::tshark::assert_no_complaint("long.pcapng", &write(&[&trace]));
    let segments = 500_000_usize.div_ceil(1460);
    let largest = capture.flows[0].pieces.iter().map(|piece| piece.end - piece.start).max();
    assert_eq!(largest, Some(1460));
    // Three to open, one of the server, one acknowledgement of what arrived together, one of the client; two ends, and theirs.
    assert_eq!(capture.packets, segments + 10);
}

#[test]
fn octets_that_no_event_points_at_are_not_lost() {
    let mut trace = Run::of(&PRESETS[0].scenario).trace;
    let is_middle = |what: &What| matches!(what, What::Sent { text: Some(_), .. });
    // Without every other event of a line, and without the last.
    let mut number = 0;
    trace.events.retain(|event| {
        number += usize::from(is_middle(&event.what));
        !(is_middle(&event.what) && number.is_multiple_of(2))
    });
    trace.events.truncate(trace.events.len() - 3);
    let flow = &pcapng::read(&write(&[&trace])).flows[0];
    assert_eq!(flow.from_client.octets, trace.streams[0].bytes);
    assert_eq!(flow.from_server.octets, trace.streams[1].bytes);
    // Time that runs backwards does not turn the stream around.
    trace.events.iter_mut().for_each(|event| event.at = Micros(u64::MAX - event.at.0));
    let flow = &pcapng::read(&write(&[&trace])).flows[0];
    assert_eq!(flow.from_client.octets, trace.streams[0].bytes);
}

#[test]
fn what_is_no_capture_says_so() {
    let strange = |octets: &[u8]| pcapng::read(octets).remarks.first().map(|remark| remark.what);
    let at_start = |defect| Some(Strange::Block { at: 0, defect });
    assert_eq!(strange(b""), at_start(BadBlock::CutShort));
    assert_eq!(strange(b"GIF89a, not a capture"), at_start(BadBlock::NotACapture));
    let file = write(&[&Run::of(&PRESETS[0].scenario).trace]);
    let whole = pcapng::read(&file);
    let cut = pcapng::read(&file[..file.len() - 5]);
    assert_eq!(cut.packets, whole.packets - 1);
    assert!(matches!(cut.remarks[0].what, Strange::Block { defect: BadBlock::CutShort, .. }));
}

/// Nothing grows faster than the file.
fn assert_is_bounded(file: &[u8]) {
    let capture = pcapng::read(file);
    assert!(capture.packets <= file.len() / 12 && capture.flows.len() <= capture.packets);
    let octets: usize =
        capture.flows.iter().map(|flow| flow.from_client.octets.len() + flow.from_server.octets.len()).sum();
    let pieces: usize = capture.flows.iter().map(|flow| flow.pieces.len()).sum();
    let gaps: usize = capture.flows.iter().map(|flow| flow.from_client.gaps.len() + flow.from_server.gaps.len()).sum();
    assert!(octets <= file.len() && pieces <= capture.packets && gaps <= pieces + 2 * capture.flows.len());
    assert!(capture.remarks.len() <= 100);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn captures_of_any_scenario_give_the_wire_back(scenario in any_scenario()) {
        assert_same(&format!("{scenario:?}"), &Run::of(&scenario).trace);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_octets_are_read(octets: Vec<u8>) {
        assert_is_bounded(&octets);
        let log = keylog::read(&octets);
        prop_assert!(log.secrets.len() + log.ignored.len() <= octets.len());
    }

    #[test]
    fn damaged_captures_are_read(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..40),
        end: prop::sample::Index,
    ) {
        let mut file = data("25-resumption-tls13.dsb.pcapng");
        for (index, octet) in changes {
            let index = index.index(file.len());
            file[index] = octet;
        }
        assert_is_bounded(&file);
        file.truncate(end.index(file.len()));
        assert_is_bounded(&file);
    }

    #[test]
    fn damaged_key_logs_are_read(index: prop::sample::Index, octet: u8) {
        let file = data("36-parallel-sessions.keylog");
        let whole = keylog::read(&file);
        let mut damaged = file;
        let index = index.index(damaged.len());
        damaged[index] = octet;
        let log = keylog::read(&damaged);
        // The end of a line may go, and two lines with it.
        prop_assert!(log.secrets.len() + 2 >= whole.secrets.len());
    }
}
