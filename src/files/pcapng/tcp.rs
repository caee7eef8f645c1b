//! A run as packets: what a wiretap beside each sender would have captured. RFC 9293, RFC 791
//!
//! ```text
//! Opened ──▶ SYN, SYN ACK, ACK      Sent ──▶ segments      Closed ──▶ FIN      what has arrived and is unanswered ──▶ ACK
//! ```
//!
//! The octets are those of the trace's wire streams, each of them once; the packets around them are made here, for the lab has
//! no network. A packet's time is when it left its sender. Left out: loss, resets, congestion, the padding of short frames.

use crate::files::hosts::{NamedEndpoint, connections, hosts, round_trip, wire_stream};
use crate::scenario::Side;
use crate::story::say::LengthClaim;
use crate::tls::sha256;
use crate::trace::{Trace, What};
use std::collections::VecDeque;
use std::net::{Ipv4Addr, SocketAddrV4};

const SEGMENT: usize = LengthClaim::SEGMENT;
/// With the greatest scale, so that no window is ever full. RFC 7323 §2.3
const WINDOW: u16 = u16::MAX;
const WINDOW_SCALE: u8 = 14;
/// Maximum segment size, a filler, and the scale of the window. RFC 9293 §3.2, RFC 7323 §2.2
const SYN_OPTIONS: [u8; 8] = [2, 4, (SEGMENT >> 8) as u8, (SEGMENT & 0xFF) as u8, 1, 3, 3, WINDOW_SCALE];

const FIN: u8 = 1;
const SYN: u8 = 2;
const PSH: u8 = 8;
const ACK: u8 = 16;

/// A frame of Ethernet and when it was sent, in microseconds since 1970.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packet {
    pub at: u64,
    pub octets: Vec<u8>,
}

/// The packets of these runs, in the order of their times.
pub fn packets(runs: &[&Trace]) -> Vec<Packet> {
    let mut all = Vec::new();
    let mut ports = 0;
    for trace in runs {
        let clock = trace.began.map_or(0, |began| began.0);
        for number in connections(trace) {
            let (mut client, server) = hosts(trace, number);
            client.port = client.port.wrapping_add(ports);
            let mut connection = Connection::new(trace, number, client, server);
            connection.play(trace, number);
            for packet in connection.packets {
                let at = clock.saturating_add(packet.at);
                // Packets of one time stay in the order in which they were sent.
                let place = all.partition_point(|other: &Packet| other.at <= at);
                all.insert(place, Packet { at, ..packet });
            }
        }
        ports = ports.wrapping_add(u16::try_from(connections(trace).len()).unwrap_or(u16::MAX));
    }
    all
}

/// One end's half of TCP.
struct End {
    host: SocketAddrV4,
    /// The sequence number of the next octet to be sent.
    next: u32,
    /// Up to where it has acknowledged the other's octets.
    acknowledged: u32,
    /// What is on its way here, or has arrived and is not acknowledged.
    incoming: VecDeque<Incoming>,
    /// Identification of the next IP packet.
    identification: u16,
    closed: bool,
}

#[derive(Clone, Copy)]
struct Incoming {
    /// When it arrives.
    at: u64,
    /// The number to acknowledge it with.
    next: u32,
    fin: bool,
}

/// Octets of one side that leave at one time.
struct Burst {
    from: Side,
    at: u64,
    octets: Vec<u8>,
}

struct Connection {
    client: End,
    server: End,
    one_way: u64,
    now: u64,
    is_open: bool,
    /// How much of each stream of the trace has been sent.
    sent: Vec<usize>,
    waiting: Option<Burst>,
    packets: Vec<Packet>,
}

impl Connection {
    fn new(trace: &Trace, number: u16, client: NamedEndpoint, server: NamedEndpoint) -> Connection {
        let end = |host: NamedEndpoint, side: u8| {
            let began = trace.began.map_or(0, |began| began.0).to_be_bytes();
            let random = sha256([b"initial sequence number".as_slice(), &began, &number.to_be_bytes(), &[side]]);
            // A function of the trace, like everything here. The clause of RFC 9293 §3.4.1 about guessing is for networks.
            let [a, b, c, d, ..] = random;
            let next = u32::from_be_bytes([a, b, c, d]);
            let host = SocketAddrV4::new(host.address, host.port);
            End { host, next, acknowledged: 0, incoming: VecDeque::new(), identification: 0, closed: false }
        };
        Connection {
            client: end(client, 0),
            server: end(server, 1),
            one_way: round_trip(trace, number) / 2,
            now: 0,
            is_open: false,
            sent: vec![0; trace.streams.len()],
            waiting: None,
            packets: Vec::new(),
        }
    }

    /// The events of the connection, one after the other.
    fn play(&mut self, trace: &Trace, number: u16) {
        for event in trace.events.iter().filter(|event| event.connection == number) {
            match event.what {
                What::Opened => self.open(event.at.0),
                What::Sent { wire, .. } => {
                    let stream = wire.stream.index();
                    if let Some((_, from)) = wire_stream(trace, stream).filter(|(of, _)| *of == number) {
                        self.send(trace, stream, wire.end as usize, from, event.at.0);
                    }
                }
                What::Closed(_) => {
                    self.send_rest(trace, number, Some(event.who), event.at.0);
                    self.close(event.who, event.at.0);
                }
                _ => {}
            }
        }
        self.send_rest(trace, number, None, self.now);
        self.flush();
        self.acknowledge(Side::Client, u64::MAX);
        self.acknowledge(Side::Server, u64::MAX);
    }

    fn end(&mut self, side: Side) -> &mut End {
        match side {
            Side::Client => &mut self.client,
            Side::Server => &mut self.server,
        }
    }

    /// TCP's three-way handshake. RFC 9293 §3.5
    fn open(&mut self, at: u64) {
        if self.is_open {
            return;
        }
        self.is_open = true;
        self.now = at;
        self.segment(Side::Client, at, SYN, &[]);
        self.server.acknowledged = self.client.next;
        self.segment(Side::Server, at.saturating_add(self.one_way), SYN | ACK, &[]);
        self.client.acknowledged = self.server.next;
        self.now = at.saturating_add(2 * self.one_way);
        self.segment(Side::Client, self.now, ACK, &[]);
    }

    /// Sends what a stream has up to `end`, if it was not sent already: lines may share a record.
    fn send(&mut self, trace: &Trace, stream: usize, end: usize, from: Side, at: u64) {
        self.open(at);
        let (Some(sent), Some(octets)) = (self.sent.get_mut(stream), trace.streams.get(stream)) else { return };
        let octets = octets.bytes.get(*sent..end.min(octets.bytes.len())).unwrap_or_default();
        if octets.is_empty() {
            return;
        }
        *sent += octets.len();
        self.now = self.now.max(at);
        let at = self.now;
        match &mut self.waiting {
            // What a side says at one time goes out together.
            Some(burst) if burst.from == from && burst.at == at => burst.octets.extend_from_slice(octets),
            _ => {
                self.flush();
                self.waiting = Some(Burst { from, at, octets: octets.to_vec() });
            }
        }
    }

    /// Sends what no event points at.
    fn send_rest(&mut self, trace: &Trace, number: u16, of: Option<Side>, at: u64) {
        for stream in 0..trace.streams.len() {
            if let Some((_, from)) = wire_stream(trace, stream).filter(|(connection, _)| *connection == number)
                && of.is_none_or(|side| side == from)
            {
                self.send(trace, stream, usize::MAX, from, at);
            }
        }
    }

    fn close(&mut self, side: Side, at: u64) {
        self.open(at);
        self.flush();
        if std::mem::replace(&mut self.end(side).closed, true) {
            return;
        }
        self.now = self.now.max(at);
        self.acknowledge(Side::Client, self.now);
        self.acknowledge(Side::Server, self.now);
        self.segment(side, self.now, FIN | ACK, &[]);
    }

    fn flush(&mut self) {
        let Some(burst) = self.waiting.take() else { return };
        self.acknowledge(Side::Client, burst.at);
        self.acknowledge(Side::Server, burst.at);
        let count = burst.octets.len().div_ceil(SEGMENT);
        for (index, part) in burst.octets.chunks(SEGMENT).enumerate() {
            let push = if index + 1 == count { PSH } else { 0 };
            self.segment(burst.from, burst.at, ACK | push, part);
        }
    }

    /// The acknowledgements that a side sends before `now`, where it has nothing to send them along with: at once for the second
    /// segment, with all that arrived by then, and for the end of the stream; else when another one-way time has passed.
    /// RFC 9293 §3.8.6.3
    fn acknowledge(&mut self, side: Side, now: u64) {
        let one_way = self.one_way;
        loop {
            let incoming = &self.end(side).incoming;
            let (Some(first), second) = (incoming.front(), incoming.get(1)) else { return };
            let late = first.at.saturating_add(one_way);
            let (at, count) = match second {
                _ if first.fin => (first.at, 1),
                Some(second) if second.at <= late => (second.at, 2),
                _ => (late, 1),
            };
            if at >= now {
                return; // the next segment takes it along
            }
            let end = self.end(side);
            for incoming in end.incoming.drain(..count) {
                end.acknowledged = incoming.next;
            }
            self.segment(side, at, ACK, &[]);
        }
    }

    /// One segment, and what it means for both ends.
    fn segment(&mut self, from: Side, at: u64, flags: u8, payload: &[u8]) {
        let arrival = at.saturating_add(self.one_way);
        let end = self.end(from);
        // What has arrived by now is acknowledged along with it.
        while let Some(incoming) = end.incoming.pop_front_if(|incoming| incoming.at <= at) {
            end.acknowledged = incoming.next;
        }
        let sequence = end.next;
        let counted = u32::from(flags & (SYN | FIN) != 0).wrapping_add(payload.len() as u32);
        end.next = end.next.wrapping_add(counted);
        let (next, acknowledged, identification) = (end.next, end.acknowledged, end.identification);
        end.identification = end.identification.wrapping_add(1);
        let source = end.host;
        let other = self.end(from.other());
        let destination = other.host;
        if counted > 0 && flags & SYN == 0 {
            other.incoming.push_back(Incoming { at: arrival, next, fin: flags & FIN != 0 });
        }
        let acknowledgement = if flags & ACK != 0 { acknowledged } else { 0 };
        let tcp = tcp(source, destination, sequence, acknowledgement, flags, payload);
        let octets = frame(*source.ip(), *destination.ip(), identification, &tcp);
        self.packets.push(Packet { at, octets });
    }
}

/// RFC 9293 §3.1
fn tcp(
    from: SocketAddrV4,
    to: SocketAddrV4,
    sequence: u32,
    acknowledgement: u32,
    flags: u8,
    payload: &[u8],
) -> Vec<u8> {
    let options: &[u8] = if flags & SYN != 0 { &SYN_OPTIONS } else { &[] };
    let words = 5 + (options.len() / 4) as u8;
    let mut tcp = Vec::with_capacity(20 + options.len() + payload.len());
    tcp.extend(from.port().to_be_bytes());
    tcp.extend(to.port().to_be_bytes());
    tcp.extend(sequence.to_be_bytes());
    tcp.extend(acknowledgement.to_be_bytes());
    tcp.extend([words << 4, flags]);
    tcp.extend(WINDOW.to_be_bytes());
    tcp.extend([0; 4]); // checksum, urgent pointer
    tcp.extend(options);
    tcp.extend(payload);
    let mut pseudo = Vec::with_capacity(12);
    pseudo.extend(from.ip().octets());
    pseudo.extend(to.ip().octets());
    pseudo.extend([0, PROTOCOL_TCP]);
    pseudo.extend((tcp.len() as u16).to_be_bytes());
    let sum = checksum(&[&pseudo, &tcp]);
    put(&mut tcp, 16, sum);
    tcp
}

const PROTOCOL_TCP: u8 = 6;

/// IPv4 over Ethernet. RFC 791 §3.1
fn frame(from: Ipv4Addr, to: Ipv4Addr, identification: u16, tcp: &[u8]) -> Vec<u8> {
    /// Version 4, five words of header.
    const FIRST: u8 = 0x45;
    const DO_NOT_FRAGMENT: [u8; 2] = [0x40, 0];
    const TIME_TO_LIVE: u8 = 64;
    let mut ip = Vec::with_capacity(20);
    ip.extend([FIRST, 0]);
    ip.extend((20 + tcp.len() as u16).to_be_bytes());
    ip.extend(identification.to_be_bytes());
    ip.extend(DO_NOT_FRAGMENT);
    ip.extend([TIME_TO_LIVE, PROTOCOL_TCP, 0, 0]);
    ip.extend(from.octets());
    ip.extend(to.octets());
    let sum = checksum(&[&ip]);
    put(&mut ip, 10, sum);

    let mut frame = Vec::with_capacity(14 + ip.len() + tcp.len());
    frame.extend(ethernet_address(to));
    frame.extend(ethernet_address(from));
    frame.extend([0x08, 0x00]); // IPv4
    frame.extend(ip);
    frame.extend(tcp);
    frame
}

/// Locally administered, so that no vendor has it: 02:00 and the IP address.
fn ethernet_address(address: Ipv4Addr) -> [u8; 6] {
    let [a, b, c, d] = address.octets();
    [2, 0, a, b, c, d]
}

/// The ones' complement of the ones' complement sum of all 16-bit words. Each part but the last has an even length. RFC 1071 §1
fn checksum(parts: &[&[u8]]) -> [u8; 2] {
    let words = parts.iter().flat_map(|part| part.chunks(2));
    let word =
        |pair: &[u8]| u32::from(pair.first().copied().unwrap_or(0)) << 8 | u32::from(pair.get(1).copied().unwrap_or(0));
    let sum = words.map(word).fold(0, |sum, word| {
        let sum = sum + word;
        (sum & 0xFFFF) + (sum >> 16)
    });
    (!(sum as u16)).to_be_bytes()
}

fn put(octets: &mut [u8], at: usize, value: [u8; 2]) {
    if let Some(field) = octets.get_mut(at..at + 2) {
        field.copy_from_slice(&value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_of_rfc_1071() {
        // RFC 1071 §3 sums these to ddf2.
        assert_eq!(checksum(&[&[0x00, 0x01, 0xF2, 0x03], &[0xF4, 0xF5, 0xF6, 0xF7]]), (!0xDDF2_u16).to_be_bytes());
        assert_eq!(checksum(&[&[0xFF]]), [0x00, 0xFF]);
    }
}
