//! The blocks of a pcapng file: what is read of each, and where reading has to stop. Either byte order. A file of the older format, pcap,
//! is read as one interface and its packets.
//!
//! Left out: options but a clock's resolution and offset, names, statistics.

use super::{BYTE_ORDER, block, pcap};

/// What stands in the file, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Block<'a> {
    /// Interfaces are counted anew.
    Section,
    Interface {
        link: u16,
        clock: InterfaceClock,
    },
    /// `at` is in the interface's unit, where the packet has a time.
    Packet {
        interface: u32,
        at: Option<u64>,
        captured: &'a [u8],
    },
    Secrets {
        kind: u32,
        octets: &'a [u8],
    },
    /// Names, statistics and the like, and unknown kinds.
    Other {
        kind: u32,
    },
}

/// How an interface counts time: units a second, and seconds to be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InterfaceClock {
    units: u64,
    offset: i64,
}

impl InterfaceClock {
    const MICROSECONDS: InterfaceClock = InterfaceClock { units: 1_000_000, offset: 0 };

    /// A time in microseconds since 1970; before that and after the year 500,000 it stops.
    pub fn microseconds(self, at: u64) -> u64 {
        let scaled = u128::from(at) * 1_000_000 / u128::from(self.units.max(1));
        let offset = i128::from(self.offset) * 1_000_000;
        let sum = i128::try_from(scaled).unwrap_or(i128::MAX).saturating_add(offset);
        u64::try_from(sum.max(0)).unwrap_or(u64::MAX)
    }
}

/// What is wrong with a block. Behind one whose contents do not fit reading goes on; behind the others it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadBlock {
    /// The file begins neither with a section nor as a pcap file does.
    NotACapture,
    /// A section says neither order of octets.
    ByteOrder,
    /// A block says that it is shorter than any can be, or it does not end at a multiple of four octets.
    Length { length: u32 },
    /// The file ends within a block or a packet.
    CutShort,
    /// A block's contents do not fit in it.
    Contents { kind: u32 },
}

/// Reads block after block.
#[derive(Clone, Debug)]
pub struct Blocks<'a> {
    file: &'a [u8],
    at: usize,
    is_big: bool,
    /// The clock of a pcap file, which has packets and no blocks.
    pcap: Option<InterfaceClock>,
}

impl<'a> Blocks<'a> {
    pub fn new(file: &'a [u8]) -> Blocks<'a> {
        Blocks { file, at: 0, is_big: false, pcap: None }
    }

    /// Where the next block begins.
    pub fn position(&self) -> usize {
        self.at
    }

    /// The block that `rest` begins with, and its length.
    fn block(&mut self, rest: &'a [u8]) -> Result<(Result<Block<'a>, BadBlock>, usize), BadBlock> {
        if self.at == 0 {
            self.recognise_pcap(rest);
        }
        if let Some(clock) = self.pcap {
            return self.pcap_block(rest, clock).map(|(block, length)| (Ok(block), length)).ok_or(BadBlock::CutShort);
        }
        // A section's first number is the same in either order.
        let numbers = Numbers { octets: rest, is_big: self.is_big };
        let kind = numbers.u32(0).ok_or(BadBlock::CutShort)?;
        let is_section = kind == block::SECTION;
        if self.at == 0 && !is_section {
            return Err(BadBlock::NotACapture);
        }
        if is_section {
            let order = rest.get(8..12).ok_or(BadBlock::CutShort)?;
            self.is_big = match order {
                _ if order == BYTE_ORDER.to_be_bytes() => true,
                _ if order == BYTE_ORDER.to_le_bytes() => false,
                _ => return Err(BadBlock::ByteOrder),
            };
        }
        let numbers = Numbers { is_big: self.is_big, ..numbers };
        let length = numbers.u32(4).ok_or(BadBlock::CutShort)?;
        if length < 12 || !length.is_multiple_of(4) {
            return Err(BadBlock::Length { length });
        }
        let whole = rest.get(..length as usize).ok_or(BadBlock::CutShort)?;
        let body = whole.get(8..whole.len() - 4).unwrap_or_default();
        let body = Numbers { octets: body, ..numbers };
        let block = if is_section { Some(Block::Section) } else { contents(kind, body) };
        Ok((block.ok_or(BadBlock::Contents { kind }), whole.len()))
    }

    /// The number that a pcap file begins with says how its numbers are written, and what its clock counts.
    fn recognise_pcap(&mut self, rest: &[u8]) {
        for is_big in [false, true] {
            let first = Numbers { octets: rest, is_big }.u32(0);
            if let Some(&(_, units)) = pcap::UNITS.iter().find(|(number, _)| first == Some(*number)) {
                (self.is_big, self.pcap) = (is_big, Some(InterfaceClock { units, offset: 0 }));
            }
        }
    }

    /// The header of a pcap file, or a packet, and its length.
    fn pcap_block(&self, rest: &'a [u8], clock: InterfaceClock) -> Option<(Block<'a>, usize)> {
        let numbers = Numbers { octets: rest, is_big: self.is_big };
        if self.at == 0 {
            // In the upper half stands what follows each frame.
            let link = (numbers.u32(20)? & 0xFFFF) as u16;
            return Some((Block::Interface { link, clock }, pcap::HEADER));
        }
        let (seconds, parts) = (numbers.u32(0)?, numbers.u32(4)?);
        let at = Some(u64::from(seconds) * clock.units + u64::from(parts));
        let captured = rest.get(pcap::PACKET..)?.get(..numbers.u32(8)? as usize)?;
        Some((Block::Packet { interface: 0, at, captured }, pcap::PACKET + captured.len()))
    }
}

impl<'a> Iterator for Blocks<'a> {
    type Item = Result<Block<'a>, BadBlock>;

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.file.get(self.at..)?;
        if rest.is_empty() && self.at > 0 {
            return None;
        }
        match self.block(rest) {
            Ok((block, length)) => {
                self.at += length;
                Some(block)
            }
            Err(defect) => {
                self.at = usize::MAX;
                Some(Err(defect))
            }
        }
    }
}

fn contents<'a>(kind: u32, body: Numbers<'a>) -> Option<Block<'a>> {
    Some(match kind {
        block::INTERFACE => Block::Interface { link: body.u16(0)?, clock: clock(body)? },
        // In the older form half of the interface's number counts packets that were lost.
        block::ENHANCED_PACKET | block::OBSOLETE_PACKET => {
            let interface = if kind == block::OBSOLETE_PACKET { u32::from(body.u16(0)?) } else { body.u32(0)? };
            let (high, low) = (body.u32(4)?, body.u32(8)?);
            let captured = body.octets.get(20..)?.get(..body.u32(12)? as usize)?;
            let at = Some(u64::from(high) << 32 | u64::from(low));
            Block::Packet { interface, at, captured }
        }
        // It says how long the packet was; how much of it was captured follows from the block's length.
        block::SIMPLE_PACKET => {
            let octets = body.octets.get(4..)?;
            let captured = octets.get(..(body.u32(0)? as usize).min(octets.len()))?;
            Block::Packet { interface: 0, at: None, captured }
        }
        block::SECRETS => {
            let octets = body.octets.get(8..)?.get(..body.u32(4)? as usize)?;
            Block::Secrets { kind: body.u32(0)?, octets }
        }
        _ => Block::Other { kind },
    })
}

/// The options of an interface that say how its clock runs.
fn clock(body: Numbers<'_>) -> Option<InterfaceClock> {
    const RESOLUTION: u16 = 9;
    const OFFSET: u16 = 14;
    let mut clock = InterfaceClock::MICROSECONDS;
    let mut at = 8;
    while let (Some(code), Some(length)) = (body.u16(at), body.u16(at + 2)) {
        let length = usize::from(length);
        let value = Numbers { octets: body.octets.get(at + 4..at + 4 + length)?, ..body };
        match (code, value.octets) {
            (0, _) => break,
            (RESOLUTION, &[resolution]) => {
                let power = u32::from(resolution & 0x7F);
                let units = if resolution & 0x80 != 0 { 1_u64.checked_shl(power) } else { 10_u64.checked_pow(power) };
                clock.units = units?;
            }
            (OFFSET, _) => clock.offset = value.u64(0)?.cast_signed(),
            _ => {}
        }
        at += 4 + length.next_multiple_of(4);
    }
    Some(clock)
}

/// Numbers in the order of the section.
#[derive(Clone, Copy, Debug)]
struct Numbers<'a> {
    octets: &'a [u8],
    is_big: bool,
}

impl Numbers<'_> {
    fn array<const N: usize>(self, at: usize) -> Option<[u8; N]> {
        self.octets.get(at..)?.first_chunk().copied()
    }

    fn u16(self, at: usize) -> Option<u16> {
        let octets = self.array(at)?;
        Some(if self.is_big { u16::from_be_bytes(octets) } else { u16::from_le_bytes(octets) })
    }

    fn u32(self, at: usize) -> Option<u32> {
        let octets = self.array(at)?;
        Some(if self.is_big { u32::from_be_bytes(octets) } else { u32::from_le_bytes(octets) })
    }

    fn u64(self, at: usize) -> Option<u64> {
        let octets = self.array(at)?;
        Some(if self.is_big { u64::from_be_bytes(octets) } else { u64::from_le_bytes(octets) })
    }
}
