//! One end of a run, on a connection that the caller carries: over TCP to another program, say. Sans-I/O like the rest of the lab:
//! octets in, octets out.
//!
//! It is the same end as in [`run`](super::run), with the same machines, sessions and decisions, and its trace has the same shape. What the other
//! program sends is recorded as it came over the wire; what it knows is not known.

use super::endpoint::Endpoint;
use super::hop::{self, Hop};
use super::{Link, World};
use crate::scenario::{Scenario, Side};
use crate::smtp::{Delivery, Obstacle, Treatment};
use crate::tls::{Failure, Pki, Randomness};
use crate::trace::Trace;

/// What an end needs from outside, which a run makes from its seed.
pub struct Outside {
    /// The certificates of both ends: the other program presents what the scenario's other party would.
    pub pki: Pki,
    /// For this session alone.
    pub randomness: Randomness,
    /// What the client delivers, if not the lab's own message.
    pub message: Option<Vec<u8>>,
    /// What the end does with octets that stand where TLS should begin. In a run they are purged.
    pub left_over: Treatment,
}

/// The end, its connection open.
pub struct OneEnd {
    side: Side,
    world: World,
    end: Endpoint,
}

/// The certificates for sessions with programs outside the lab.
pub fn certificates(scenario: &Scenario, keys: Randomness) -> Result<Pki, Failure> {
    Pki::with_keys(scenario, &hop::names(scenario), keys)
}

impl OneEnd {
    /// The client of the scenario's first hop, or its server. The server's greeting is waiting to be taken out.
    pub fn new(side: Side, scenario: &Scenario, outside: Outside) -> OneEnd {
        let mut hop = Hop::first(scenario);
        hop.message = outside.message.unwrap_or(hop.message);
        hop.left_over = outside.left_over;
        let mut world = World::new(scenario, Link::PERFECT, hop);
        world.pki = Some(Ok(outside.pki));
        world.randomness = outside.randomness;
        let end = OneEnd::open(side, &mut world);
        OneEnd { side, world, end }
    }

    fn open(side: Side, world: &mut World) -> Endpoint {
        world.open();
        let mut end = world.end(side);
        end.pump(world);
        end
    }

    /// Lets time pass, in microseconds. The trace and the replies tell it; nothing waits for it.
    pub fn pass(&mut self, micros: u64) {
        self.world.recorder.pass(micros);
    }

    /// What this end has said since the last time, and whether it closes the connection after that.
    pub fn take_said(&mut self) -> (Vec<u8>, bool) {
        let said = self.end.take_said();
        (said.octets, said.ended)
    }

    /// Octets from the other program, cut anywhere.
    pub fn hear(&mut self, octets: &[u8]) {
        self.world.recorder.sent_record(self.side.other(), octets);
        self.end.hear(octets, &mut self.world);
    }

    /// The other program will send nothing more on this connection.
    pub fn hear_end(&mut self) {
        self.end.hear_end(&mut self.world);
    }

    /// The other program has been silent too long. RFC 5321 §4.5.3.2
    pub fn time_out(&mut self) {
        self.end.time_out(&mut self.world);
    }

    /// Nothing more comes from this end, and nothing is read, on this connection.
    pub fn is_closed(&self) -> bool {
        self.end.is_closed()
    }

    /// Opens the next connection, if the client's policy gave this one up for one in clear. At most once.
    pub fn reconnects(&mut self) -> bool {
        let again = self.is_closed() && self.world.given_up.is_some() && self.world.connections < super::CONNECTIONS;
        if again {
            self.end = OneEnd::open(self.side, &mut self.world);
        }
        again
    }

    /// What happened.
    pub fn finish(mut self) -> Trace {
        if self.side == Side::Client && !self.world.settled {
            self.world.settle(Delivery::Deferred(Obstacle::ConnectionLost));
        }
        let secrets = self.world.secrets.secrets();
        self.world.recorder.finish(secrets)
    }
}
