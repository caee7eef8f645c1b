//! TCP put together from what a network does to it, on every kind of link and in both byte orders.

use proptest::prelude::*;
use starttls_lab::import::pcapng::{self, BadBlock, Capture, Flow, Gap, NotTcp, Strange};
use starttls_lab::scenario::Side;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

const SYN: u8 = 2;
const FIN: u8 = 1;
const ACK: u8 = 16;

/// A segment as a test wants it. Sequence numbers count from just before the wrap-around.
#[derive(Clone)]
struct Segment {
    from: Side,
    /// Of the first octet, counted from the SYN.
    at: u32,
    acknowledges: u32,
    flags: u8,
    payload: Vec<u8>,
}

const FIRST: u32 = u32::MAX - 20;

impl Segment {
    fn data(from: Side, at: u32, payload: &[u8]) -> Segment {
        Segment { from, at: at + 1, acknowledges: 1, flags: ACK, payload: payload.to_vec() }
    }

    fn tcp(&self) -> Vec<u8> {
        let (from, to) = if self.from == Side::Client { (50_000_u16, 25_u16) } else { (25, 50_000) };
        let mut tcp = [from.to_be_bytes(), to.to_be_bytes()].concat();
        tcp.extend(FIRST.wrapping_add(self.at).to_be_bytes());
        tcp.extend(FIRST.wrapping_add(self.acknowledges).to_be_bytes());
        tcp.extend([5 << 4, self.flags, 0xFF, 0xFF, 0, 0, 0, 0]);
        tcp.extend(&self.payload);
        tcp
    }

    fn ipv4(&self) -> Vec<u8> {
        let tcp = self.tcp();
        let mut ip = vec![0x45, 0];
        ip.extend((20 + tcp.len() as u16).to_be_bytes());
        ip.extend([0, 0, 0x40, 0, 64, 6, 0, 0]);
        let (client, server) = ([192, 0, 2, 1], [192, 0, 2, 2]);
        ip.extend(if self.from == Side::Client { [client, server] } else { [server, client] }.concat());
        ip.extend(tcp);
        ip
    }

    /// Behind options for every hop, which TCP seldom has.
    fn ipv6(&self) -> Vec<u8> {
        let tcp = self.tcp();
        let mut ip = vec![0x60, 0, 0, 0];
        ip.extend((8 + tcp.len() as u16).to_be_bytes());
        ip.extend([0, 64]);
        let (client, server) = ([1; 16], [2; 16]);
        ip.extend(if self.from == Side::Client { [client, server] } else { [server, client] }.concat());
        ip.extend([6, 0, 1, 4, 0, 0, 0, 0]);
        ip.extend(tcp);
        ip
    }
}

fn opening() -> Vec<Segment> {
    let segment = |from, at, acknowledges, flags| Segment { from, at, acknowledges, flags, payload: Vec::new() };
    vec![segment(Side::Client, 0, 0, SYN), segment(Side::Server, 0, 1, SYN | ACK), segment(Side::Client, 1, 1, ACK)]
}

/// How packets stand in a file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Enhanced,
    Simple,
    Obsolete,
    /// No pcapng, but the older format; its clock counts millionths of a second, or thousandths of them.
    Pcap,
    NanosecondPcap,
}

const FORMS: [Form; 5] = [Form::Enhanced, Form::Simple, Form::Obsolete, Form::Pcap, Form::NanosecondPcap];

/// A capture in either order of octets, a packet each millisecond from the first second on.
fn file(link: u16, is_big: bool, form: Form, packets: &[Vec<u8>]) -> Vec<u8> {
    let u16 = |number: u16| if is_big { number.to_be_bytes() } else { number.to_le_bytes() }.to_vec();
    let u32 = |number: u32| if is_big { number.to_be_bytes() } else { number.to_le_bytes() }.to_vec();
    let block = |kind: u32, body: Vec<u8>| {
        let mut body = body;
        body.resize(body.len().next_multiple_of(4), 0);
        let length = u32(body.len() as u32 + 12);
        [u32(kind), length.clone(), body, length].concat()
    };
    let section = [u32(0x1A2B_3C4D), u16(1), u16(0), u32(u32::MAX), u32(u32::MAX)].concat();
    if matches!(form, Form::Pcap | Form::NanosecondPcap) {
        let (magic, unit) = if form == Form::Pcap { (0xA1B2_C3D4, 1_000) } else { (0xA1B2_3C4D, 1_000_000) };
        // What follows each frame is said in the upper half of the link's number.
        let link = 0x1400_0000 | u32::from(link);
        let mut file = [u32(magic), u16(2), u16(4), u32(0), u32(0), u32(65_535), u32(link)].concat();
        for (number, packet) in (0..).zip(packets) {
            let length = packet.len() as u32;
            file.extend([u32(1), u32(number * unit), u32(length), u32(length), packet.clone()].concat());
        }
        return file;
    }
    // A clock that counts in milliseconds and begins a second late.
    let second = if is_big { 1_u64.to_be_bytes() } else { 1_u64.to_le_bytes() }.to_vec();
    let options = [u16(9), u16(1), vec![3, 0, 0, 0], u16(14), u16(8), second, u16(0), u16(0)].concat();
    let mut file = block(0x0A0D_0D0A, section);
    file.extend(block(1, [u16(link), u16(0), u32(0), options].concat()));
    for (number, packet) in (0..).zip(packets) {
        let length = packet.len() as u32;
        let of_time = [u32(0), u32(number), u32(length), u32(length), packet.clone()].concat();
        file.extend(match form {
            Form::Simple => block(3, [u32(length), packet.clone()].concat()),
            // Seven packets were lost before this one.
            Form::Obsolete => block(2, [u16(0), u16(7), of_time].concat()),
            _ => block(6, [u32(0), of_time].concat()),
        });
    }
    file
}

fn read(segments: &[Segment]) -> Capture {
    let packets: Vec<Vec<u8>> = segments.iter().map(Segment::ipv4).collect();
    pcapng::read(&file(101, false, Form::Enhanced, &packets))
}

fn flow(segments: &[Segment]) -> Flow {
    let capture = read(segments);
    assert_eq!((capture.flows.len(), capture.packets), (1, segments.len()));
    assert_eq!(capture.remarks, []);
    capture.flows[0].clone()
}

#[test]
fn every_kind_of_link_in_both_orders() {
    let mut segments = opening();
    segments.push(Segment::data(Side::Server, 0, b"220 ready\r\n"));
    segments.push(Segment::data(Side::Client, 0, b"QUIT\r\n"));
    let before = |header: &[u8], ip: fn(&Segment) -> Vec<u8>| -> Vec<Vec<u8>> {
        segments.iter().map(|segment| [header.to_vec(), ip(segment)].concat()).collect()
    };
    let ethernet = |rest: &[u8]| [[0_u8; 12].as_slice(), rest].concat();
    let vxlan = [&4789_u16.to_be_bytes()[..], &4789_u16.to_be_bytes(), &[0; 4], &[8, 0, 0, 0, 0, 0, 5, 0]].concat();
    let cases: Vec<(u16, Vec<Vec<u8>>)> = vec![
        (1, before(&ethernet(&[0x08, 0x00]), Segment::ipv4)),
        (1, before(&ethernet(&[0x86, 0xDD]), Segment::ipv6)),
        // A virtual network in a virtual network.
        (1, before(&ethernet(&[0x88, 0xA8, 0, 1, 0x81, 0x00, 0, 2, 0x08, 0x00]), Segment::ipv4)),
        (113, before(&[&[0; 14][..], &[0x08, 0x00]].concat(), Segment::ipv4)),
        (276, before(&[&[0x86, 0xDD][..], &[0; 18]].concat(), Segment::ipv6)),
        (0, before(&[2, 0, 0, 0], Segment::ipv4)),
        (108, before(&[0, 0, 0, 30], Segment::ipv6)),
        (12, before(&[], Segment::ipv4)),
        (14, before(&[], Segment::ipv6)),
        (101, before(&[], Segment::ipv4)),
        (228, before(&[], Segment::ipv4)),
        (229, before(&[], Segment::ipv6)),
        // PPP with and without what frames it, on a line and on Ethernet.
        (9, before(&[0xFF, 0x03, 0x00, 0x21], Segment::ipv4)),
        (9, before(&[0x00, 0x57], Segment::ipv6)),
        (1, before(&ethernet(&[0x88, 0x64, 0x11, 0, 0, 7, 0, 99, 0x00, 0x21]), Segment::ipv4)),
        // A length in place of an EtherType, and LLC behind it.
        (1, before(&ethernet(&[0, 99, 0xAA, 0xAA, 3, 0, 0, 0, 0x86, 0xDD]), Segment::ipv6)),
        // GRE alone, and with a checksum, a key and a number.
        (101, tunnelled(47, &[0, 0, 0x08, 0x00], before(&[], Segment::ipv4))),
        (101, tunnelled(47, &[&[0xB0, 0, 0x86, 0xDD][..], &[9; 12]].concat(), before(&[], Segment::ipv6))),
        (101, tunnelled(17, &vxlan, before(&ethernet(&[0x08, 0x00]), Segment::ipv4))),
        // Two tunnels, one in the other.
        (101, tunnelled(17, &vxlan, before(&ethernet(&[0x08, 0x00]), |segment| gre(segment.ipv4())))),
    ];
    for (link, packets) in cases {
        for (is_big, form) in [false, true].into_iter().flat_map(|is_big| FORMS.map(|form| (is_big, form))) {
            let capture = pcapng::read(&file(link, is_big, form, &packets));
            assert_eq!((capture.remarks.len(), capture.others.len(), capture.packets), (0, 0, 5), "link {link}");
            let [flow] = capture.flows.as_slice() else { panic!("{} flows on link {link}", capture.flows.len()) };
            assert_eq!(flow.from_server.octets, b"220 ready\r\n", "link {link}");
            assert_eq!(flow.from_client.octets, b"QUIT\r\n", "link {link}");
            assert_eq!((flow.client.port, flow.server.port, flow.has_beginning), (50_000, 25, true));
            let address = match flow.client.address {
                IpAddr::V4(address) => address == Ipv4Addr::new(192, 0, 2, 1),
                IpAddr::V6(address) => address == Ipv6Addr::from([1; 16]),
            };
            assert!(address, "link {link}");
            let times: Vec<u64> = flow.pieces.iter().map(|piece| piece.when.at).collect();
            assert_eq!(times, if form == Form::Simple { [0, 0] } else { [1_003_000, 1_004_000] });
        }
    }
}

/// Packets within others of IPv4, behind a header.
fn tunnelled(protocol: u8, header: &[u8], packets: Vec<Vec<u8>>) -> Vec<Vec<u8>> {
    let outer = |packet: Vec<u8>| {
        let length = (20 + header.len() + packet.len()) as u16;
        let ip = [&[0x45, 0][..], &length.to_be_bytes(), &[0, 0, 0x40, 0, 64, protocol, 0, 0], &[9; 8]].concat();
        [ip, header.to_vec(), packet].concat()
    };
    packets.into_iter().map(outer).collect()
}

fn gre(packet: Vec<u8>) -> Vec<u8> {
    tunnelled(47, &[0, 0, 0x08, 0x00], vec![packet]).concat()
}

#[test]
fn a_pcap_file_that_is_cut_short_says_so() {
    let packets = [Segment::data(Side::Client, 0, b"QUIT\r\n").ipv4()];
    let whole = file(101, false, Form::Pcap, &packets);
    for end in 4..whole.len() {
        let capture = pcapng::read(&whole[..end]);
        let at = if end < 24 { 0 } else { 24 };
        let is_whole = end == 24;
        let cut = Strange::Block { at, defect: BadBlock::CutShort };
        let remarks: Vec<Strange> = capture.remarks.iter().map(|remark| remark.what).collect();
        assert_eq!((remarks, capture.packets), (if is_whole { vec![] } else { vec![cut] }, 0), "{end}");
    }
}

#[test]
fn packets_of_others_are_counted_by_what_they_are() {
    let mut udp = Segment::data(Side::Client, 0, b"").ipv4();
    udp[9] = 17;
    let mut fragment = Segment::data(Side::Client, 0, b"").ipv4();
    fragment[6] = 0x20;
    let short = vec![0x45, 0, 0];
    let nested = gre(gre(gre(Segment::data(Side::Client, 0, b"").ipv4())));
    let capture =
        pcapng::read(&file(101, false, Form::Enhanced, &[udp.clone(), udp, fragment, nested, short, vec![0x30]]));
    let others: Vec<(NotTcp, usize)> = capture.others.into_iter().collect();
    let expected = [
        (NotTcp::Protocol(17), 2),
        (NotTcp::IpVersion(3), 1),
        (NotTcp::Fragment, 1),
        (NotTcp::Nested, 1),
        (NotTcp::Malformed, 1),
    ];
    assert_eq!(others, expected);
    let arp = [[0; 12].as_slice(), &[0x08, 0x06]].concat();
    assert_eq!(
        pcapng::read(&file(1, true, Form::Enhanced, &[arp])).others.into_keys().next(),
        Some(NotTcp::EtherType(0x0806))
    );
    assert_eq!(
        pcapng::read(&file(147, true, Form::Enhanced, &[vec![]])).others.into_keys().next(),
        Some(NotTcp::Link(147))
    );
}

#[test]
fn what_the_capture_lost_is_a_gap() {
    let data = |at, payload| Segment::data(Side::Server, at, payload);
    // Known to be lost as soon as the receiver has acknowledged what comes after it.
    let mut segments = opening();
    segments.extend([data(0, b"one "), data(8, b"three"), Segment::data(Side::Client, 0, b"1")]);
    segments[5].acknowledges = 14;
    segments.push(data(13, b" four"));
    let found = flow(&segments);
    assert_eq!(found.from_server.octets, b"one three four");
    assert_eq!(found.from_server.gaps, [Gap { at: 4, missing: 4 }]);
    let order: Vec<(Side, usize)> = found.pieces.iter().map(|piece| (piece.from, piece.when.packet)).collect();
    assert_eq!(order, [(Side::Server, 4), (Side::Client, 6), (Side::Server, 5), (Side::Server, 7)]);

    // Not acknowledged: it may still come, and if it does not, the end of the capture says so.
    let mut segments = opening();
    segments.extend([data(0, b"one "), data(8, b"three")]);
    let found = flow(&segments);
    assert_eq!((found.from_server.octets.as_slice(), found.from_server.early), (b"one three".as_slice(), 1));
    assert_eq!(found.from_server.gaps, [Gap { at: 4, missing: 4 }]);

    // Before the end of the stream.
    let mut segments = opening();
    let mut last = data(9, b"");
    last.flags |= FIN;
    segments.extend([data(0, b"one "), last]);
    let found = flow(&segments);
    assert_eq!(found.from_server.gaps, [Gap { at: 4, missing: 5 }]);
    assert!(found.ends.iter().any(|end| end.from == Side::Server));
}

#[test]
fn ports_that_are_used_again_make_another_flow() {
    let mut segments = opening();
    segments.push(Segment::data(Side::Client, 0, b"first"));
    let mut again = opening();
    again[0].at = 70_000;
    again[0].payload.clear();
    again[1].acknowledges = 70_001;
    let mut second = Segment::data(Side::Client, 70_000, b"second");
    second.acknowledges = 1;
    // A repeated SYN is no new connection.
    segments.insert(1, segments[0].clone());
    segments.extend([again[0].clone(), again[1].clone(), second]);
    let capture = read(&segments);
    let octets: Vec<&[u8]> = capture.flows.iter().map(|flow| flow.from_client.octets.as_slice()).collect();
    assert_eq!(octets, [b"first".as_slice(), b"second"]);
    assert_eq!(capture.flows[0].packets, 5);
}

#[test]
fn a_capture_that_begins_in_the_middle_guesses_by_the_ports() {
    let segments = [
        Segment::data(Side::Server, 10, b"250 ok\r\n"),
        Segment::data(Side::Client, 5, b"QUIT\r\n"),
        Segment::data(Side::Client, 0, b"DATA\r\n"),
    ];
    let capture = read(&segments);
    let flow = &capture.flows[0];
    assert_eq!((flow.has_beginning, flow.server.port), (false, 25));
    assert_eq!(
        (flow.from_server.octets.as_slice(), flow.from_client.octets.as_slice()),
        (b"250 ok\r\n".as_slice(), b"QUIT\r\n".as_slice())
    );
    assert_eq!(capture.remarks[0].what, Strange::BeforeTheBeginning);
}

#[test]
fn a_repetition_with_other_octets_is_a_contradiction() {
    let mut segments = opening();
    segments.push(Segment::data(Side::Client, 0, b"MAIL FROM:<a>"));
    segments.push(Segment::data(Side::Client, 0, b"MAIL FROM:<b> and more"));
    let capture = read(&segments);
    assert_eq!(capture.flows[0].from_client.octets, b"MAIL FROM:<a> and more");
    assert_eq!(capture.remarks[0].what, Strange::Contradiction);
    assert_eq!(capture.flows[0].from_client.repeated, 13);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Any cuts that overlap as they like, in any order, some of them twice.
    #[test]
    fn segments_in_any_order_give_the_octets(
        octets in prop::collection::vec(any::<u8>(), 1..300),
        extra in prop::collection::vec((any::<prop::sample::Index>(), 1..40_usize), 0..12),
        step in 1..50_usize,
        order in any::<u64>(),
    ) {
        let cut = |start: usize, length: usize| {
            Segment::data(Side::Client, start as u32, &octets[start..(start + length).min(octets.len())])
        };
        let mut segments: Vec<Segment> = (0..octets.len()).step_by(step).map(|start| cut(start, step)).collect();
        segments.extend(extra.iter().map(|(index, length)| cut(index.index(octets.len()), *length)));
        // Fisher and Yates, with a generator that is good enough for it.
        let mut state = order;
        for last in (1..segments.len()).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            segments.swap(last, (state >> 33) as usize % (last + 1));
        }
        let sent: usize = segments.iter().map(|segment| segment.payload.len()).sum();
        let found = flow(&[opening(), segments].concat());
        prop_assert_eq!(&found.from_client.octets, &octets);
        prop_assert_eq!(found.from_client.gaps, []);
        prop_assert_eq!(found.from_client.repeated as usize, sent - octets.len());
    }
}
