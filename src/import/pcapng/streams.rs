//! Puts the TCP streams of a capture together: which octets each side sent, and in which order the two sides spoke.
//!
//! Segments that come twice, out of order or with an overlap are set right; what the capture lacks is a [`Gap`]. Work and result
//! grow no faster than the file. Left out: windows, options, timestamps of TCP, the state in which a connection is.

use super::blocks::{BadBlock, Block, Blocks, InterfaceClock};
use super::frames::{Endpoint, NotTcp, Segment, segment};
use super::{TLS_KEY_LOG, block};
use crate::import::keylog;
use crate::scenario::Side;
use crate::tls::Secret;
use std::collections::BTreeMap;

/// More than this many remarks are counted, not kept.
const REMARKS: usize = 100;

/// What a capture holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Capture {
    /// Of all kinds.
    pub packets: usize,
    /// The time of the first packet that has one, in microseconds since 1970.
    pub began: Option<u64>,
    /// In the order of their first packets.
    pub flows: Vec<Flow>,
    /// Of the decryption secrets inside.
    pub secrets: Vec<Secret>,
    /// Packets that are none of TCP's, by what they are.
    pub others: BTreeMap<NotTcp, usize>,
    /// What is strange about the file, as far as it fits, and how much did not fit.
    pub remarks: Vec<Remark>,
    pub more_remarks: usize,
}

/// Something strange, and the number of the last packet before it or in which it is, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Remark {
    pub packet: usize,
    pub what: Strange,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strange {
    /// The file cannot be read, from this octet on or in this block.
    Block {
        at: usize,
        defect: BadBlock,
    },
    UnknownBlock {
        kind: u32,
    },
    /// Secrets of another kind than a TLS key log.
    UnknownSecrets {
        kind: u32,
    },
    /// A line of the key log is none.
    KeyLogLine {
        line: usize,
        defect: keylog::NotASecret,
    },
    /// A packet of an interface that the file does not describe.
    UnknownInterface {
        interface: u32,
    },
    /// It came again, with other octets. The first ones are kept.
    Contradiction,
    /// It precedes the first octet of a stream whose beginning was not captured, and is left out.
    BeforeTheBeginning,
}

/// One TCP connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flow {
    pub client: Endpoint,
    pub server: Endpoint,
    pub packets: usize,
    /// Its first packet.
    pub first: CapturedAt,
    /// The capture has its first SYN; if not, who is the client is a guess by the ports.
    pub has_beginning: bool,
    /// How each side ended, at most one end a side, in the order of the packets.
    pub ends: Vec<FlowEnd>,
    pub from_client: Direction,
    pub from_server: Direction,
    /// The octets of both in the order in which the capture completes them.
    pub pieces: Vec<Piece>,
}

impl Flow {
    pub fn direction(&self, from: Side) -> &Direction {
        match from {
            Side::Client => &self.from_client,
            Side::Server => &self.from_server,
        }
    }

    /// Only the first end of a side counts: a reset behind a FIN is how many systems answer what comes late.
    fn ended(&mut self, from: Side, when: CapturedAt, is_reset: bool) {
        if self.ends.iter().all(|end| end.from != from) {
            self.ends.push(FlowEnd { from, when, is_reset });
        }
    }
}

/// When something was captured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CapturedAt {
    /// Microseconds since 1970; that of the packet before, where the packet has none.
    pub at: u64,
    /// The number of the packet, from 1.
    pub packet: usize,
}

/// A side says that it is done, or breaks the connection off. RFC 9293 §3.6, §3.5.2
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FlowEnd {
    pub from: Side,
    pub when: CapturedAt,
    pub is_reset: bool,
}

/// What one side sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Direction {
    pub octets: Vec<u8>,
    /// In order.
    pub gaps: Vec<Gap>,
    /// Octets that came more than once.
    pub repeated: u64,
    /// Segments that came before their turn.
    pub early: usize,
}

/// Octets that the capture lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gap {
    /// Before this octet of the direction.
    pub at: usize,
    pub missing: u64,
}

/// Octets that became known at one time: `start..end` of a direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    pub from: Side,
    pub when: CapturedAt,
    pub start: usize,
    pub end: usize,
}

/// Reads a capture. What cannot be read is in its remarks; a file that is none has no packets and one remark.
pub fn read(file: &[u8]) -> Capture {
    let mut reader = Reader::default();
    let mut blocks = Blocks::new(file);
    loop {
        let at = blocks.position();
        match blocks.next() {
            Some(Ok(block)) => reader.block(block),
            Some(Err(defect)) => reader.remark(Strange::Block { at, defect }),
            None => return reader.finish(),
        }
    }
}

#[derive(Default)]
struct Reader<'a> {
    capture: Capture,
    interfaces: Vec<(u16, InterfaceClock)>,
    now: u64,
    /// Beside the flows of the capture, by their numbers.
    halves: Vec<[Half<'a>; 2]>,
    /// The latest flow between two endpoints, the lesser one first.
    latest: BTreeMap<(Endpoint, Endpoint), usize>,
}

/// Where the reassembly of one direction stands. Positions count the octets of the stream from 0, those that lack included.
#[derive(Default)]
struct Half<'a> {
    /// The position of the next octet that is wanted, and its sequence number; none before the first segment.
    next: Option<(i64, u32)>,
    has_beginning: bool,
    /// What came before its turn, by position.
    early: BTreeMap<i64, Early<'a>>,
    /// Where the stream ends, once the side has said so.
    end: Option<i64>,
}

struct Early<'a> {
    when: CapturedAt,
    octets: &'a [u8],
}

impl<'a> Reader<'a> {
    fn remark(&mut self, what: Strange) {
        if self.capture.remarks.len() < REMARKS {
            self.capture.remarks.push(Remark { packet: self.capture.packets, what });
        } else {
            self.capture.more_remarks += 1;
        }
    }

    fn block(&mut self, block: Block<'a>) {
        match block {
            Block::Section => self.interfaces.clear(),
            Block::Interface { link, clock } => self.interfaces.push((link, clock)),
            Block::Secrets { kind: TLS_KEY_LOG, octets } => {
                let log = keylog::read(octets);
                self.capture.secrets.extend(log.secrets);
                log.ignored.iter().for_each(|&(line, defect)| self.remark(Strange::KeyLogLine { line, defect }));
            }
            Block::Secrets { kind, .. } => self.remark(Strange::UnknownSecrets { kind }),
            Block::Packet { interface, at, captured } => self.packet(interface, at, captured),
            Block::Other { kind } if block::HARMLESS.contains(&kind) => {}
            Block::Other { kind } => self.remark(Strange::UnknownBlock { kind }),
        }
    }

    fn packet(&mut self, interface: u32, at: Option<u64>, captured: &'a [u8]) {
        self.capture.packets += 1;
        let found = usize::try_from(interface).ok().and_then(|index| self.interfaces.get(index)).copied();
        let Some((link, clock)) = found else {
            return self.remark(Strange::UnknownInterface { interface });
        };
        self.now = at.map_or(self.now, |at| clock.microseconds(at));
        self.capture.began = self.capture.began.or(at.map(|_| self.now));
        match segment(link, captured) {
            Ok(segment) => self.segment(&segment),
            Err(other) => *self.capture.others.entry(other).or_default() += 1,
        }
    }

    fn segment(&mut self, segment: &Segment<'a>) {
        let index = self.flow(segment);
        let (Some(flow), Some(halves)) = (self.capture.flows.get_mut(index), self.halves.get_mut(index)) else {
            return;
        };
        flow.packets += 1;
        let from = if segment.source == flow.client { Side::Client } else { Side::Server };
        let [client, server] = halves;
        let (half, other) = if from == Side::Client { (client, server) } else { (server, client) };
        let when = CapturedAt { at: self.now, packet: self.capture.packets };
        let strange = half.arrive(segment, flow, from, when);
        // The receiver has acknowledged what the capture lost: it will not be sent again.
        if let Some(acknowledged) = segment.acknowledgement {
            other.acknowledged(acknowledged, flow, from.other());
        }
        strange.into_iter().for_each(|what| self.remark(what));
    }

    /// The flow that a segment belongs to, a new one if need be.
    fn flow(&mut self, segment: &Segment<'_>) -> usize {
        let (source, destination) = (segment.source, segment.destination);
        let key = (source.min(destination), source.max(destination));
        let opens = segment.is_syn && segment.acknowledgement.is_none();
        if let Some(&known) = self.latest.get(&key) {
            // A SYN of the same connection comes with the same number, or before anything else of its side was seen.
            let again = opens
                && self.halves.get(known).is_some_and(|halves| {
                    let is_client = self.capture.flows.get(known).is_some_and(|flow| flow.client == source);
                    let [client, server] = halves;
                    let half = if is_client { client } else { server };
                    half.next.is_some_and(|(position, next)| {
                        next.wrapping_sub(position as u32).wrapping_sub(1) != segment.sequence
                    })
                });
            if !again {
                return known;
            }
        }
        let from_client = match (segment.is_syn, opens) {
            (true, opens) => opens,
            // The server listens at the smaller port.
            (false, _) => source.port >= destination.port,
        };
        let (client, server) = if from_client { (source, destination) } else { (destination, source) };
        self.capture.flows.push(Flow {
            client,
            server,
            packets: 0,
            first: CapturedAt { at: self.now, packet: self.capture.packets },
            has_beginning: opens,
            ends: Vec::new(),
            from_client: Direction::default(),
            from_server: Direction::default(),
            pieces: Vec::new(),
        });
        self.halves.push(Default::default());
        let index = self.capture.flows.len() - 1;
        self.latest.insert(key, index);
        index
    }

    /// What still waits for its turn gets it, behind the gap before it.
    fn finish(mut self) -> Capture {
        for (flow, [client, server]) in self.capture.flows.iter_mut().zip(&mut self.halves) {
            loop {
                let first = |half: &Half<'_>| half.early.first_key_value().map(|(_, early)| early.when.packet);
                let (half, from) = match (first(client), first(server)) {
                    (Some(one), Some(two)) if one > two => (&mut *server, Side::Server),
                    (Some(_), _) => (&mut *client, Side::Client),
                    (None, Some(_)) => (&mut *server, Side::Server),
                    (None, None) => break,
                };
                half.skip(flow, from);
            }
            for (half, direction) in [(client, &mut flow.from_client), (server, &mut flow.from_server)] {
                if let (Some(end), Some((next, _))) = (half.end, half.next)
                    && end > next
                {
                    direction.gaps.push(Gap { at: direction.octets.len(), missing: end.abs_diff(next) });
                }
            }
        }
        self.capture
    }
}

impl<'a> Half<'a> {
    fn arrive(&mut self, segment: &Segment<'a>, flow: &mut Flow, from: Side, when: CapturedAt) -> Option<Strange> {
        // A SYN counts as one octet before the first. RFC 9293 §3.4
        let sequence = segment.sequence.wrapping_add(u32::from(segment.is_syn));
        self.has_beginning |= segment.is_syn;
        let (position, next) = *self.next.get_or_insert((0, sequence));
        // Sequence numbers wrap around; whichever way is shorter is meant. RFC 9293 §3.4
        let start = position + i64::from(sequence.wrapping_sub(next).cast_signed());
        let length = i64::try_from(segment.payload.len().saturating_add(segment.missing)).unwrap_or(i64::MAX);
        if segment.is_fin {
            self.end = Some(start.saturating_add(length));
        }
        if segment.is_fin || segment.is_reset {
            flow.ended(from, when, segment.is_reset);
        }
        let direction = direction(flow, from);
        if segment.payload.is_empty() {
            return None;
        }
        if start < 0 && !self.has_beginning {
            return Some(Strange::BeforeTheBeginning);
        }
        let known = usize::try_from(position - start).unwrap_or(0).min(segment.payload.len());
        let mut strange = None;
        if known > 0 {
            direction.repeated += known as u64;
            // Behind a gap positions are not those of the octets; there no comparison is made.
            let before = usize::try_from(start).ok().filter(|_| direction.gaps.is_empty());
            let kept = before.and_then(|start| direction.octets.get(start..start + known));
            if kept.is_some_and(|kept| segment.payload.get(..known) != Some(kept)) {
                strange = Some(Strange::Contradiction);
            }
        }
        let fresh = segment.payload.get(known..).unwrap_or_default();
        if fresh.is_empty() {
            return strange;
        }
        let early = Early { when, octets: fresh };
        if start > position {
            direction.early += 1;
            // Of two that begin alike the longer one is kept.
            match self.early.get_mut(&start) {
                Some(known) if known.octets.len() >= fresh.len() => direction.repeated += fresh.len() as u64,
                Some(known) => {
                    direction.repeated += known.octets.len() as u64;
                    *known = early;
                }
                None => {
                    self.early.insert(start, early);
                }
            }
        } else {
            self.take(&early, flow, from);
            self.catch_up(flow, from, when);
        }
        strange
    }

    /// The octets that come next in order.
    fn take(&mut self, early: &Early<'a>, flow: &mut Flow, from: Side) {
        let Some((position, next)) = &mut self.next else { return };
        *position += early.octets.len() as i64;
        *next = next.wrapping_add(early.octets.len() as u32);
        let direction = direction(flow, from);
        let start = direction.octets.len();
        direction.octets.extend_from_slice(early.octets);
        let end = direction.octets.len();
        flow.pieces.push(Piece { from, when: early.when, start, end });
    }

    /// What was early and is not any more: it is known from this packet on.
    fn catch_up(&mut self, flow: &mut Flow, from: Side, when: CapturedAt) {
        while let (Some(entry), Some((position, _))) = (self.early.first_entry(), self.next)
            && *entry.key() <= position
        {
            let (start, early) = entry.remove_entry();
            let known = usize::try_from(position - start).unwrap_or(0).min(early.octets.len());
            direction(flow, from).repeated += known as u64;
            let octets = early.octets.get(known..).unwrap_or_default();
            if !octets.is_empty() {
                self.take(&Early { when, octets }, flow, from);
            }
        }
    }

    /// Takes the first early segment although something before it is missing.
    fn skip(&mut self, flow: &mut Flow, from: Side) {
        let (Some((&start, early)), Some((position, next))) = (self.early.first_key_value(), &mut self.next) else {
            return;
        };
        let missing = start.abs_diff(*position);
        let when = early.when;
        *position = start;
        *next = next.wrapping_add(missing as u32);
        let direction = direction(flow, from);
        direction.gaps.push(Gap { at: direction.octets.len(), missing });
        self.catch_up(flow, from, when);
    }

    /// The other side has everything up to here.
    fn acknowledged(&mut self, number: u32, flow: &mut Flow, from: Side) {
        while let (Some((&start, _)), Some((position, next))) = (self.early.first_key_value(), self.next)
            && position + i64::from(number.wrapping_sub(next).cast_signed()) >= start
        {
            self.skip(flow, from);
        }
    }
}

fn direction(flow: &mut Flow, from: Side) -> &mut Direction {
    match from {
        Side::Client => &mut flow.from_client,
        Side::Server => &mut flow.from_server,
    }
}
