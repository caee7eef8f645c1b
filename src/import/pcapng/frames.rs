//! From a frame of some kind of link down to the TCP segment in it. Lengths are believed as far as the octets go; checksums are
//! not looked at, for a sender's own capture often has none yet.
//!
//! Left out: IP fragments, tunnels, IPv6 extension headers that encrypt or authenticate. What is left out is named, not lost.

use super::link;
use crate::bytes::{Cursor, Short};
use std::net::IpAddr;

/// An address and a port.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Endpoint {
    pub address: IpAddr,
    pub port: u16,
}

/// A TCP segment. RFC 9293 §3.1
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment<'a> {
    pub source: Endpoint,
    pub destination: Endpoint,
    pub sequence: u32,
    pub acknowledgement: Option<u32>,
    pub is_syn: bool,
    pub is_fin: bool,
    pub is_reset: bool,
    /// What was captured of it.
    pub payload: &'a [u8],
    /// Octets of payload that the frame had and the capture has not.
    pub missing: usize,
}

/// Why a packet is none of TCP's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NotTcp {
    /// A kind of link that is not read.
    Link(u16),
    /// Another protocol on the link, by its EtherType.
    EtherType(u16),
    /// Another protocol on IP.
    Protocol(u8),
    /// The first nibble of an IP packet is neither 4 nor 6.
    IpVersion(u8),
    /// A part of an IP packet. RFC 791 §2.3
    Fragment,
    /// It ends within a header, or a header says that it is shorter than it can be.
    Malformed,
}

impl From<Short> for NotTcp {
    fn from(_: Short) -> NotTcp {
        NotTcp::Malformed
    }
}

const IPV4: u16 = 0x0800;
const IPV6: u16 = 0x86DD;
const TCP: u8 = 6;

/// The segment in a frame.
pub fn segment(link: u16, frame: &[u8]) -> Result<Segment<'_>, NotTcp> {
    let mut frame = Cursor::new(frame);
    match link {
        link::ETHERNET => {
            frame.take(12)?;
            network(frame)
        }
        // Packet type, kind and length of the address, the address in eight octets, then the EtherType.
        link::LINUX_COOKED => {
            frame.take(14)?;
            network(frame)
        }
        // The EtherType comes first; two octets kept free, the interface, kind of link, packet type, the address and its length.
        link::LINUX_COOKED_2 => {
            let ether_type = frame.u16()?;
            frame.take(18)?;
            ether(ether_type, frame)
        }
        // A number for the family of addresses, which differs from system to system: the packet itself tells.
        link::NULL | link::LOOP => {
            frame.take(4)?;
            ip(frame.rest())
        }
        link::IPV4 | link::IPV6 => ip(frame.rest()),
        raw if link::RAW.contains(&raw) => ip(frame.rest()),
        other => Err(NotTcp::Link(other)),
    }
}

fn network(mut frame: Cursor<'_>) -> Result<Segment<'_>, NotTcp> {
    let ether_type = frame.u16()?;
    ether(ether_type, frame)
}

/// What follows an EtherType, behind the tags of virtual networks.
fn ether(mut ether_type: u16, mut frame: Cursor<'_>) -> Result<Segment<'_>, NotTcp> {
    const TAGS: [u16; 3] = [0x8100, 0x88A8, 0x9100];
    while TAGS.contains(&ether_type) {
        frame.u16()?;
        ether_type = frame.u16()?;
    }
    match ether_type {
        IPV4 | IPV6 => ip(frame.rest()),
        other => Err(NotTcp::EtherType(other)),
    }
}

fn ip(packet: &[u8]) -> Result<Segment<'_>, NotTcp> {
    match packet.first().ok_or(NotTcp::Malformed)? >> 4 {
        4 => ipv4(packet),
        6 => ipv6(packet),
        other => Err(NotTcp::IpVersion(other)),
    }
}

/// RFC 791 §3.1
fn ipv4(packet: &[u8]) -> Result<Segment<'_>, NotTcp> {
    const MORE_FRAGMENTS_OR_OFFSET: u16 = 0x3FFF;
    let mut header = Cursor::new(packet);
    let length = usize::from(header.u8()? & 15) * 4;
    header.take(1)?;
    let total = usize::from(header.u16()?);
    header.take(2)?;
    let fragment = header.u16()? & MORE_FRAGMENTS_OR_OFFSET;
    header.take(1)?;
    let protocol = header.u8()?;
    header.take(2)?;
    let (source, destination) = (address::<4>(&mut header)?, address::<4>(&mut header)?);
    if fragment != 0 {
        return Err(NotTcp::Fragment);
    }
    if protocol != TCP {
        return Err(NotTcp::Protocol(protocol));
    }
    // Zero is what a network card is given that cuts the packet itself.
    let total = if total == 0 { packet.len() } else { total };
    let octets = packet.get(length.max(20)..total.min(packet.len())).ok_or(NotTcp::Malformed)?;
    tcp(source, destination, octets, total.saturating_sub(packet.len()))
}

/// RFC 8200 §3, §4
fn ipv6(packet: &[u8]) -> Result<Segment<'_>, NotTcp> {
    const FRAGMENT: u8 = 44;
    /// Hop by hop, routing, destination: each says how many times eight octets follow its first eight.
    const OPTIONS: [u8; 3] = [0, 43, 60];
    let mut header = Cursor::new(packet);
    header.take(4)?;
    let length = usize::from(header.u16()?);
    let mut next = header.u8()?;
    header.take(1)?;
    let (source, destination) = (address::<16>(&mut header)?, address::<16>(&mut header)?);
    let captured = header.left();
    let length = if length == 0 { captured } else { length };
    let mut body = Cursor::new(header.take(length.min(captured))?);
    while OPTIONS.contains(&next) {
        next = body.u8()?;
        let more = usize::from(body.u8()?);
        body.take(6 + 8 * more)?;
    }
    match next {
        TCP => tcp(source, destination, body.rest(), length.saturating_sub(captured)),
        FRAGMENT => Err(NotTcp::Fragment),
        other => Err(NotTcp::Protocol(other)),
    }
}

fn address<const N: usize>(header: &mut Cursor<'_>) -> Result<IpAddr, NotTcp>
where
    IpAddr: From<[u8; N]>,
{
    let octets = header.take(N)?.first_chunk::<N>().ok_or(NotTcp::Malformed)?;
    Ok(IpAddr::from(*octets))
}

/// RFC 9293 §3.1
fn tcp(source: IpAddr, destination: IpAddr, octets: &[u8], missing: usize) -> Result<Segment<'_>, NotTcp> {
    let mut header = Cursor::new(octets);
    let (from, to) = (header.u16()?, header.u16()?);
    let sequence = number(&mut header)?;
    let acknowledgement = number(&mut header)?;
    let length = usize::from(header.u8()? >> 4) * 4;
    let flags = header.u8()?;
    let payload = octets.get(length.max(20)..).ok_or(NotTcp::Malformed)?;
    Ok(Segment {
        source: Endpoint { address: source, port: from },
        destination: Endpoint { address: destination, port: to },
        sequence,
        acknowledgement: (flags & 16 != 0).then_some(acknowledgement),
        is_syn: flags & 2 != 0,
        is_fin: flags & 1 != 0,
        is_reset: flags & 4 != 0,
        payload,
        missing,
    })
}

fn number(header: &mut Cursor<'_>) -> Result<u32, NotTcp> {
    let (high, low) = (header.u16()?, header.u16()?);
    Ok(u32::from(high) << 16 | u32::from(low))
}
