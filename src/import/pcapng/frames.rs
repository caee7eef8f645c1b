//! From a frame of some kind of link down to the TCP segment in it. Lengths are believed as far as the octets go; checksums are
//! not looked at, for a sender's own capture often has none yet.
//!
//! Left out: IP fragments, other tunnels than GRE and VXLAN, IPv6 extension headers that encrypt or authenticate. What is left out is
//! named, not lost.

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
    /// Another protocol on PPP.
    PppProtocol(u16),
    /// Another protocol on IP.
    Protocol(u8),
    /// The first nibble of an IP packet is neither 4 nor 6.
    IpVersion(u8),
    /// A part of an IP packet. RFC 791 §2.3
    Fragment,
    /// A tunnel in a tunnel in a tunnel.
    Nested,
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
/// RFC 2516 §4
const PPPOE: u16 = 0x8864;
/// An EtherType is greater than any length of a frame; below, a header of LLC follows.
const LONGEST_LENGTH: u16 = 1500;
const TCP: u8 = 6;
const UDP: u8 = 17;
const GRE: u8 = 47;
/// RFC 7348 §5
const VXLAN_PORT: u16 = 4789;
/// Tunnels within each other that are followed.
const TUNNELS: u8 = 2;

/// The segment in a frame.
pub fn segment(link: u16, frame: &[u8]) -> Result<Segment<'_>, NotTcp> {
    let mut frame = Cursor::new(frame);
    match link {
        link::ETHERNET => ethernet(frame, TUNNELS),
        // Packet type, kind and length of the address, the address in eight octets, then the EtherType.
        link::LINUX_COOKED => {
            frame.take(14)?;
            network(frame, TUNNELS)
        }
        // The EtherType comes first; two octets kept free, the interface, kind of link, packet type, the address and its length.
        link::LINUX_COOKED_2 => {
            let ether_type = frame.u16()?;
            frame.take(18)?;
            ether(ether_type, frame, TUNNELS)
        }
        // A number for the family of addresses, which differs from system to system: the packet itself tells.
        link::NULL | link::LOOP => {
            frame.take(4)?;
            ip(frame.rest(), TUNNELS)
        }
        link::PPP => {
            // Address and control, which a link may leave out. RFC 1662 §3.1, §3.2
            let mut behind = frame;
            let is_whole = behind.u16() == Ok(0xFF03);
            ppp(if is_whole { behind } else { frame }, TUNNELS)
        }
        link::IPV4 | link::IPV6 => ip(frame.rest(), TUNNELS),
        raw if link::RAW.contains(&raw) => ip(frame.rest(), TUNNELS),
        other => Err(NotTcp::Link(other)),
    }
}

fn ethernet(mut frame: Cursor<'_>, tunnels: u8) -> Result<Segment<'_>, NotTcp> {
    frame.take(12)?;
    network(frame, tunnels)
}

fn network(mut frame: Cursor<'_>, tunnels: u8) -> Result<Segment<'_>, NotTcp> {
    let ether_type = frame.u16()?;
    ether(ether_type, frame, tunnels)
}

/// What follows an EtherType, behind the tags of virtual networks.
fn ether(mut ether_type: u16, mut frame: Cursor<'_>, tunnels: u8) -> Result<Segment<'_>, NotTcp> {
    const TAGS: [u16; 3] = [0x8100, 0x88A8, 0x9100];
    /// LLC's header where an EtherType follows, with the organisation that gives it: none. RFC 1042
    const SNAP: [u8; 6] = [0xAA, 0xAA, 3, 0, 0, 0];
    while TAGS.contains(&ether_type) {
        frame.u16()?;
        ether_type = frame.u16()?;
    }
    let mut behind = frame;
    if ether_type <= LONGEST_LENGTH && behind.take(SNAP.len()) == Ok(&SNAP) {
        ether_type = behind.u16()?;
        frame = behind;
    }
    match ether_type {
        IPV4 | IPV6 => ip(frame.rest(), tunnels),
        // Version, code, session and length stand before the protocol.
        PPPOE => {
            frame.take(6)?;
            ppp(frame, tunnels)
        }
        other => Err(NotTcp::EtherType(other)),
    }
}

/// RFC 1661 §2, RFC 1332, RFC 5072
fn ppp(mut frame: Cursor<'_>, tunnels: u8) -> Result<Segment<'_>, NotTcp> {
    match frame.u16()? {
        0x0021 | 0x0057 => ip(frame.rest(), tunnels),
        other => Err(NotTcp::PppProtocol(other)),
    }
}

fn ip(packet: &[u8], tunnels: u8) -> Result<Segment<'_>, NotTcp> {
    let packet = match packet.first().ok_or(NotTcp::Malformed)? >> 4 {
        4 => ipv4(packet)?,
        6 => ipv6(packet)?,
        other => return Err(NotTcp::IpVersion(other)),
    };
    let Packet { protocol, octets, .. } = packet;
    match protocol {
        TCP => tcp(packet),
        GRE => gre(Cursor::new(octets), tunnels),
        UDP => vxlan(Cursor::new(octets), tunnels),
        other => Err(NotTcp::Protocol(other)),
    }
}

/// An IP packet.
#[derive(Clone, Copy)]
struct Packet<'a> {
    source: IpAddr,
    destination: IpAddr,
    protocol: u8,
    octets: &'a [u8],
    /// Octets that it had and the capture has not.
    missing: usize,
}

/// RFC 791 §3.1
fn ipv4(packet: &[u8]) -> Result<Packet<'_>, NotTcp> {
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
    // Zero is what a network card is given that cuts the packet itself.
    let total = if total == 0 { packet.len() } else { total };
    let octets = packet.get(length.max(20)..total.min(packet.len())).ok_or(NotTcp::Malformed)?;
    Ok(Packet { source, destination, protocol, octets, missing: total.saturating_sub(packet.len()) })
}

/// RFC 8200 §3, §4
fn ipv6(packet: &[u8]) -> Result<Packet<'_>, NotTcp> {
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
    if next == FRAGMENT {
        return Err(NotTcp::Fragment);
    }
    let missing = length.saturating_sub(captured);
    Ok(Packet { source, destination, protocol: next, octets: body.rest(), missing })
}

/// A header and an EtherType; a checksum, a key and a number follow if their flags are set. RFC 2784 §2.1, RFC 2890 §2
fn gre(mut packet: Cursor<'_>, tunnels: u8) -> Result<Segment<'_>, NotTcp> {
    let flags = packet.u16()?;
    let ether_type = packet.u16()?;
    for flag in [0x8000, 0x2000, 0x1000] {
        packet.take(if flags & flag != 0 { 4 } else { 0 })?;
    }
    ether(ether_type, packet, tunnels.checked_sub(1).ok_or(NotTcp::Nested)?)
}

/// Ethernet in UDP. RFC 7348 §5
fn vxlan(mut packet: Cursor<'_>, tunnels: u8) -> Result<Segment<'_>, NotTcp> {
    packet.take(2)?;
    if packet.u16()? != VXLAN_PORT {
        return Err(NotTcp::Protocol(UDP));
    }
    // The rest of UDP's header, and VXLAN's own.
    packet.take(4 + 8)?;
    ethernet(packet, tunnels)
}

fn address<const N: usize>(header: &mut Cursor<'_>) -> Result<IpAddr, NotTcp>
where
    IpAddr: From<[u8; N]>,
{
    let octets = header.take(N)?.first_chunk::<N>().ok_or(NotTcp::Malformed)?;
    Ok(IpAddr::from(*octets))
}

/// RFC 9293 §3.1
fn tcp(packet: Packet<'_>) -> Result<Segment<'_>, NotTcp> {
    let Packet { source, destination, octets, missing, .. } = packet;
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
