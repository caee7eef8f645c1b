//! A connection while it is open: turn by turn, until both ends have closed.

use super::endpoint::{Endpoint, Said};
use super::{CONNECTIONS, PATIENCE, World};
use crate::scenario::Side;
use crate::smtp::Gate;
use crate::trace::{EventId, What};

/// Time from one end to the other. Modelled, not measured.
const LATENCY: u64 = 10_000;
/// A run that is not over after this many turns is stopped. An honest run takes fewer than 40.
const TURNS: usize = 2_000;

/// A connection while it is open: its ends, the turns so far, and the first of a try or the one that took its place.
pub(super) struct OpenLine {
    pub(super) connection: u16,
    pub(super) ends: [Endpoint; 2],
    turns: usize,
    nth: u16,
    /// What had been given up before it.
    given_up: Option<(Gate, EventId)>,
}

impl World {
    /// On as many connections as its decisions take: to the end, or until its client waits for the other half of an intermediary.
    pub(super) fn go_on(&mut self, line: &mut OpenLine) {
        loop {
            while self.handed.is_none() && self.turn(line) {}
            if self.handed.is_some() || line.nth == CONNECTIONS || self.leg.given_up == line.given_up {
                return;
            }
            *line = self.dial(line.nth + 1, self.leg.given_up);
        }
    }

    /// Opens a TCP connection.
    pub(super) fn dial(&mut self, nth: u16, given_up: Option<(Gate, EventId)>) -> OpenLine {
        self.open();
        self.recorder.pass(2 * LATENCY); // TCP's own handshake
        let mut ends = [self.end(Side::Client), self.end(Side::Server)];
        ends.iter_mut().for_each(|end| end.pump(self));
        OpenLine { connection: self.connections - 1, ends, turns: 0, nth, given_up }
    }

    /// One turn of a connection; `false`: it is over.
    fn turn(&mut self, line: &mut OpenLine) -> bool {
        let [client, server] = &mut line.ends;
        // The server speaks first. RFC 5321 §3.1
        let (from, to) = if line.turns.is_multiple_of(2) { (server, client) } else { (client, server) };
        let carried = self.carry(from, to);
        let [client, server] = &mut line.ends;
        line.turns += 1;
        if client.is_closed() && server.is_closed() {
            return false;
        }
        let idle = !carried && !client.has_spoken() && !server.has_spoken();
        if idle {
            self.wait(client, server);
        }
        let goes_on = line.turns < TURNS;
        if !goes_on {
            self.recorder.event(Side::Client, What::Stalled);
        }
        goes_on
    }

    /// Delivers what one end has said, and its end of stream after that.
    fn carry(&mut self, from: &mut Endpoint, to: &mut Endpoint) -> bool {
        let Said { octets, ended, broken } = from.take_said();
        if octets.is_empty() && !ended && !broken {
            return false;
        }
        self.recorder.pass(LATENCY);
        for piece in self.chain.pieces(&octets) {
            to.hear(piece, self);
        }
        if ended || broken {
            to.hear_end(self);
        }
        if broken {
            from.hear_end(self);
        }
        true
    }

    /// Nothing is on its way: the end that waits loses patience, the client before the server.
    fn wait(&mut self, client: &mut Endpoint, server: &mut Endpoint) {
        self.recorder.pass(PATIENCE);
        let patient = if client.is_closed() { server } else { client };
        patient.time_out(self);
    }
}
