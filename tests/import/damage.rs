//! Captures that are cut, changed, shuffled or mixed: each ends in a trace.

use crate::{assert_sound, data, imported};
use proptest::prelude::*;
use starttls_lab::files::pcapng;
use starttls_lab::import::capture;
use starttls_lab::lab::run;
use starttls_lab::scenario::{PRESETS, Side};
use starttls_lab::trace::{Close, What};

#[test]
fn what_is_no_capture_is_an_empty_trace() {
    for file in [&b""[..], b"GIF89a, not a capture", b"\n\r\r\n"] {
        let imported = capture("x", file, b"neither");
        assert!(imported.trace.events.is_empty() && !imported.remarks.is_empty() && imported.trace.began.is_none());
        assert_eq!(imported.ignored.len(), 1);
        assert_sound("x", file, &imported);
    }
}

#[test]
fn a_capture_cut_at_every_octet() {
    // The whole of it is looked at where a packet more is whole, which is where something changes.
    let file = data("06-selfsigned-rejected-tls13.pcapng");
    let key_log = data("06-selfsigned-rejected-tls13.keylog");
    let mut packets = usize::MAX;
    for end in 0..=file.len() {
        let cut = &file[..end];
        let imported = capture("cut", cut, &key_log);
        if std::mem::replace(&mut packets, imported.packets) != imported.packets {
            assert_sound("cut", cut, &imported);
        }
    }
    assert!(packets > 10);
}

/// The blocks of a file: where the packets begin, and each packet.
fn blocks(file: &[u8]) -> Vec<Vec<u8>> {
    let mut blocks = Vec::new();
    let mut rest = file;
    while rest.len() >= 12 {
        let length = u32::from_le_bytes([rest[4], rest[5], rest[6], rest[7]]) as usize;
        blocks.push(rest[..length].to_vec());
        rest = &rest[length..];
    }
    blocks
}

fn is_packet(block: &[u8]) -> bool {
    block.starts_with(&6_u32.to_le_bytes())
}

#[test]
fn without_one_packet_the_rest_is_told_and_the_gap_is_named() {
    let name = "02-postfix-tls12-ok";
    let (whole, key_log) = (blocks(&data(&format!("{name}.pcapng"))), data(&format!("{name}.keylog")));
    let mut missing = 0;
    for without in (0..whole.len()).filter(|&index| is_packet(&whole[index])) {
        let mut some = whole.clone();
        some.remove(without);
        let file = some.concat();
        let imported = capture(name, &file, &key_log);
        assert_sound(name, &file, &imported);
        let told: u64 = imported
            .trace
            .events
            .iter()
            .map(|event| match event.what {
                What::Missing { octets } => octets,
                _ => 0,
            })
            .sum();
        // Its header is 54 octets long or longer; an acknowledgement has nothing that could be missed.
        let sent = whole[without].len() as u64;
        assert!(told <= sent, "{told} of {sent}");
        missing += usize::from(told > 0);
    }
    assert!(missing > 10, "{missing}");
}

#[test]
fn how_each_side_ended_is_what_its_packets_say() {
    let ends = |name: &str| -> Vec<(Side, Close)> {
        let trace = imported(name).trace;
        let ends = trace.events.iter().filter_map(|event| match event.what {
            What::Closed(close) if event.connection == 0 => Some((event.who, close)),
            _ => None,
        });
        ends.collect()
    };
    // tshark -T fields -e tcp.srcport -e tcp.flags.fin -e tcp.flags.reset
    assert_eq!(ends("12-plain-no-tls"), [(Side::Client, Close::Fin), (Side::Server, Close::Fin)]);
    assert_eq!(ends("01-postfix-tls13-ok"), [(Side::Client, Close::Fin)], "its reset comes behind its FIN");
    assert_eq!(ends("06-selfsigned-rejected-tls13"), [(Side::Server, Close::Fin), (Side::Client, Close::Reset)]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn flipped_octets_and_a_cut(
        name in prop::sample::select(vec!["25-resumption-tls13", "12-plain-no-tls", "09-postfix-auth-plain"]),
        flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..30),
        of_keys in any::<(prop::sample::Index, u8)>(),
        end: prop::sample::Index,
    ) {
        let (mut file, mut key_log) = (data(&format!("{name}.pcapng")), data(&format!("{name}.keylog")));
        for (index, octet) in flips {
            let index = index.index(file.len());
            file[index] = octet;
        }
        if !key_log.is_empty() {
            let index = of_keys.0.index(key_log.len());
            key_log[index] = of_keys.1;
        }
        let end = file.len() - end.index(file.len()) / 4;
        file.truncate(end);
        assert_sound(name, &file, &capture(name, &file, &key_log));
    }

    /// Packets in any order, some twice, some not at all.
    #[test]
    fn shuffled_packets(
        name in prop::sample::select(vec!["36-parallel-sessions", "13-injection-postfix-safe", "12-plain-no-tls"]),
        moves in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0..3_u8), 1..20),
    ) {
        let mut blocks = blocks(&data(&format!("{name}.pcapng")));
        let first = blocks.iter().position(|block| is_packet(block)).expect("a packet");
        for (one, two, kind) in moves {
            let (one, two) = (first + one.index(blocks.len() - first), first + two.index(blocks.len() - first));
            match kind {
                0 => blocks.swap(one, two),
                1 => {
                    let again = blocks[one].clone();
                    blocks.insert(two, again);
                }
                _ => {
                    blocks.remove(one);
                }
            }
        }
        let file = blocks.concat();
        assert_sound(name, &file, &capture(name, &file, &data(&format!("{name}.keylog"))));
    }

    /// Runs at the same time, in one file: each connection is told as if it were alone.
    #[test]
    fn any_runs_at_the_same_time(chosen in prop::collection::vec(prop::sample::select(PRESETS), 2..5)) {
        let traces: Vec<_> = chosen.iter().map(|preset| run(&preset.scenario)).collect();
        let together = pcapng::write(&traces.iter().collect::<Vec<_>>());
        let imported = capture("together", &together, b"");
        assert_sound("together", &together, &imported);
        let count: usize = traces.iter().map(|trace| trace.connections().count()).sum();
        prop_assert_eq!(imported.trace.connections().count(), count);
        let octets = |trace: &starttls_lab::trace::Trace| -> usize {
            let wire = trace.streams.iter().filter(|stream| stream.layer == starttls_lab::trace::StreamKind::Wire);
            wire.map(|stream| stream.bytes.len()).sum()
        };
        prop_assert_eq!(octets(&imported.trace), traces.iter().map(octets).sum::<usize>());
    }
}
