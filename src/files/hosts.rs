//! Who talks to whom in a connection, and by which addresses. The lab has no network: the addresses are from the ranges that
//! RFC 5737 keeps for documentation, one a party.

use crate::scenario::{Party, Path, Side};
use crate::smtp::profile::{RELAY_HOST, profile};
use crate::trace::{Layer, Trace, What};
use std::net::Ipv4Addr;

/// RFC 5321 §4.5.4.2
const SMTP_PORT: u16 = 25;
/// The ports of clients, one a connection, count from here: the range that is registered for nobody. RFC 6335 §6
const FIRST_CLIENT_PORT: u16 = 50_000;

/// Where the scenario's client has no address that can be read.
const SENDER: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 10);
const BETWEEN: Ipv4Addr = Ipv4Addr::new(203, 0, 113, 25);
const RECEIVER: Ipv4Addr = Ipv4Addr::new(198, 51, 100, 25);

/// No file shows a round trip that takes longer; the wait for a slow first word is none.
const LONGEST_ROUND_TRIP: u64 = 1_000_000;

/// One end of a TCP connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Host {
    /// What it says that it is called.
    pub name: &'static str,
    pub address: Ipv4Addr,
    pub port: u16,
}

/// The client and the server of a connection.
pub fn hosts(trace: &Trace, connection: u8) -> (Host, Host) {
    let receiver = profile(trace.origin.server);
    let is_relay = trace.origin.path == Path::Relay;
    let name = |party, own: &'static str| match party {
        Party::Between if is_relay => RELAY_HOST,
        // Whoever answers in the receiver's place says that he is the receiver, and sends on as the sender.
        Party::Between | Party::Sender | Party::Receiver => own,
    };
    let address = |party| match party {
        Party::Sender => receiver.client.address.parse().unwrap_or(SENDER),
        Party::Between => BETWEEN,
        Party::Receiver => RECEIVER,
    };
    let (client, server) = trace.parties(connection);
    let port = FIRST_CLIENT_PORT + u16::from(connection);
    let client = Host { name: name(client, receiver.client.host), address: address(client), port };
    let server = Host { name: name(server, receiver.host), address: address(server), port: SMTP_PORT };
    (client, server)
}

/// The numbers of the trace's connections, in rising order.
pub(super) fn connections(trace: &Trace) -> Vec<u8> {
    let streams = trace.streams.iter().map(|stream| stream.connection);
    let mut all: Vec<u8> = streams.chain(trace.events.iter().map(|event| event.connection)).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// From one end to the other and back, in microseconds: the time that TCP's own handshake took, which stands between the opening
/// of a connection and the first word on it.
pub(super) fn round_trip(trace: &Trace, connection: u8) -> u64 {
    let of = |is: fn(&What) -> bool| {
        let found = trace.events.iter().find(|event| event.connection == connection && is(&event.what));
        found.map(|event| event.at.0)
    };
    let opened = of(|what| matches!(what, What::Opened { .. }));
    let said = of(|what| matches!(what, What::Sent { .. }));
    let gap = opened.zip(said).map_or(0, |(opened, said)| said.saturating_sub(opened));
    gap.min(LONGEST_ROUND_TRIP)
}

/// The stream of a span of the wire, if it is one: its number, and who sent it in which connection.
pub(super) fn wire_stream(trace: &Trace, number: usize) -> Option<(u8, Side)> {
    let stream = trace.streams.get(number)?;
    (stream.layer == Layer::Wire).then_some((stream.connection, stream.from))
}
