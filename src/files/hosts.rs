//! The two ends of a connection as the files have them: names and IPv4 addresses, which the cast may lack.

use crate::scenario::Side;
use crate::trace::{Seat, StreamKind, Trace, What};
use std::net::{IpAddr, Ipv4Addr};

/// Of an end whose address is none of IPv4: from the range that RFC 5737 keeps for documentation.
const CLIENT: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 1);
const SERVER: Ipv4Addr = Ipv4Addr::new(198, 51, 100, 1);

/// No file shows a round trip that takes longer; the wait for a slow first word is none.
const LONGEST_ROUND_TRIP: u64 = 1_000_000;

/// One end of a TCP connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedEndpoint {
    /// The name that it gives itself; empty if unknown.
    pub name: String,
    pub address: Ipv4Addr,
    pub port: u16,
}

/// The client and the server of a connection.
pub fn hosts(trace: &Trace, connection: u16) -> (NamedEndpoint, NamedEndpoint) {
    let endpoint = |seat: &Seat, otherwise| NamedEndpoint {
        name: seat.host.name.clone().unwrap_or_default(),
        address: match seat.host.address {
            IpAddr::V4(address) if !address.is_unspecified() => address,
            _ => otherwise,
        },
        port: seat.host.port,
    };
    let meeting = trace.meeting(connection);
    (endpoint(&meeting.client, CLIENT), endpoint(&meeting.server, SERVER))
}

/// The numbers of the trace's connections, in rising order.
pub(super) fn connections(trace: &Trace) -> Vec<u16> {
    let streams = trace.streams.iter().map(|stream| stream.connection);
    Trace::distinct(streams.chain(trace.events.iter().map(|event| event.connection)))
}

/// From one end to the other and back, in microseconds: the time that TCP's own handshake took, which stands between the opening
/// of a connection and the first word on it.
pub(super) fn round_trip(trace: &Trace, connection: u16) -> u64 {
    let of = |is: fn(&What) -> bool| {
        let found = trace.events.iter().find(|event| event.connection == connection && is(&event.what));
        found.map(|event| event.at.0)
    };
    let opened = of(|what| matches!(what, What::Opened));
    let said = of(|what| matches!(what, What::Sent { .. }));
    let gap = opened.zip(said).map_or(0, |(opened, said)| said.saturating_sub(opened));
    gap.min(LONGEST_ROUND_TRIP)
}

/// The stream of a span of the wire, if it is one: its number, and who sent it in which connection.
pub(super) fn wire_stream(trace: &Trace, number: usize) -> Option<(u16, Side)> {
    let stream = trace.streams.get(number)?;
    (stream.layer == StreamKind::Wire).then_some((stream.connection, stream.from))
}
