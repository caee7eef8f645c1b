//! One end of a run, on a connection that the caller carries: over TCP to another program, say. Sans-I/O like the rest of the lab:
//! octets in, octets out.
//!
//! It is the same end as in [`run`](super::run), with the same machines, sessions and decisions, and its trace has the same shape. What the other
//! program sends is recorded as it came over the wire; what it knows is not known.
//!
//! Its TLS is rustls, always: the engine of old TLS is for two ends of the lab, and a [`Modern`] scenario has none.
//!
//! Whatever the other program does, the session ends, and its record has a bound. Time is an input, as octets are.

use super::endpoint::Endpoint;
use super::hop::{self, Hop};
use super::{Link, World};
use crate::scenario::{Scenario, Side, TlsStack};
use crate::smtp::{Delivery, Obstacle, Treatment};
use crate::tls::{Failure, Pki, Randomness};
use crate::trace::{Trace, What};
use std::net::Ipv4Addr;

/// Octets in a second with which a command, a reply or a message has to come or go at least; each second of them is added to the patience.
/// docs/rules.md R33
pub const RATE: u64 = 500;
/// The longest connection, in microseconds. docs/rules.md R33
const LONGEST: u64 = 3_600_000_000;
/// What a trace may hold of all connections, in octets, before the end hangs up. The largest message of a profile fits three times.
const RECORDED: usize = 64 << 20;

/// A scenario that needs no engine of old TLS: the one that an end alone can be of.
///
/// ```
/// # use starttls_lab::{lab::{Modern, OneEnd, Outside}, scenario::{Scenario, Side}};
/// fn server(scenario: &Modern, outside: Outside) -> OneEnd {
///     OneEnd::new(Side::Server, scenario, outside)
/// }
/// ```
///
/// Any scenario will not do:
///
/// ```compile_fail
/// # use starttls_lab::{lab::{Modern, OneEnd, Outside}, scenario::{Scenario, Side}};
/// fn server(scenario: &Scenario, outside: Outside) -> OneEnd {
///     OneEnd::new(Side::Server, scenario, outside)
/// }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Modern(Scenario);

impl Modern {
    /// Otherwise the side that has old TLS.
    pub fn new(scenario: &Scenario) -> Result<Modern, Side> {
        match (scenario.client_stack, scenario.server_stack) {
            (TlsStack::Rustls, TlsStack::Rustls) => Ok(Modern(*scenario)),
            (TlsStack::Rustls, _) => Err(Side::Server),
            _ => Err(Side::Client),
        }
    }
}

/// What an end needs from outside, which a run makes from its seed.
pub struct Outside {
    /// The certificates of both ends: the other program presents what the scenario's other party would.
    pub pki: Pki,
    /// For this session alone.
    pub randomness: Randomness,
    /// What the client delivers, if not the lab's own message.
    pub message: Option<Vec<u8>>,
    /// From where it connects. In a run it has the sender's address.
    pub client_address: Option<Ipv4Addr>,
    /// What the end does with octets that stand where TLS should begin. In a run they are purged.
    pub left_over: Treatment,
    /// How long a whole command, reply or handshake may take, in microseconds. In a run it is [`PATIENCE`](super::PATIENCE).
    pub patience: u64,
}

/// The end, its connection open.
pub struct OneEnd {
    side: Side,
    world: World,
    end: Endpoint,
    patience: u64,
    /// When the connection was opened.
    opened: u64,
    /// Since when the end waits for what it waits for now, and how many octets have come since then.
    waits_since: u64,
    heard: u64,
}

/// The certificates for sessions with programs outside the lab.
pub fn certificates(scenario: &Scenario, keys: Randomness) -> Result<Pki, Failure> {
    Pki::with_keys(scenario, &hop::names(scenario), keys)
}

impl OneEnd {
    /// The client of the scenario's first hop, or its server. The server's greeting is waiting to be taken out.
    pub fn new(side: Side, Modern(scenario): &Modern, outside: Outside) -> OneEnd {
        let mut hop = Hop::first(scenario);
        hop.message = outside.message.unwrap_or(hop.message);
        hop.left_over = outside.left_over;
        hop.client_address = outside.client_address;
        let mut world = World::new(scenario, Link::PERFECT, hop);
        world.pki = Some(Ok(outside.pki));
        world.randomness = outside.randomness;
        let end = OneEnd::open(side, &mut world);
        OneEnd { side, world, end, patience: outside.patience, opened: 0, waits_since: 0, heard: 0 }
    }

    fn open(side: Side, world: &mut World) -> Endpoint {
        world.open();
        let mut end = world.end(side);
        end.pump(world);
        end.take_progress();
        end
    }

    /// How long the end will wait from now on, in microseconds, if nothing else happens.
    pub fn patience(&self) -> u64 {
        let for_octets = self.heard.saturating_mul(1_000_000) / RATE;
        let of_this = self.waits_since.saturating_add(self.patience).saturating_add(for_octets);
        of_this.min(self.opened.saturating_add(LONGEST)).saturating_sub(self.now())
    }

    /// Lets time pass, in microseconds. An end whose patience is over then says so, and closes: RFC 5321 §4.5.3.2 has its figures for a
    /// whole command or reply, however its octets trickle.
    pub fn pass(&mut self, micros: u64) {
        self.world.recorder.pass(micros);
        if self.patience() == 0 {
            self.end.time_out(&mut self.world);
        }
    }

    fn now(&self) -> u64 {
        self.world.recorder.now().0
    }

    /// What this end has said since the last time, and whether it closes the connection after that.
    pub fn take_said(&mut self) -> (Vec<u8>, bool) {
        let said = self.end.take_said();
        (said.octets, said.ended)
    }

    /// Octets from the other program, cut anywhere.
    pub fn hear(&mut self, octets: &[u8]) {
        let other = self.side.other();
        if self.world.recorder.held().saturating_add(octets.len()) > RECORDED {
            // A closed end does not hear how much it misses.
            if !self.is_closed() {
                self.world.recorder.event(other, What::Missing { octets: octets.len() as u64 });
                self.end.hear_excess(&mut self.world);
            }
            return;
        }
        self.world.recorder.sent_record(other, octets);
        self.end.hear(octets, &mut self.world);
        self.heard = self.heard.saturating_add(octets.len() as u64);
        self.wait();
    }

    /// If what the end waited for has come, it waits anew.
    fn wait(&mut self) {
        if self.end.take_progress() {
            (self.waits_since, self.heard) = (self.now(), 0);
        }
    }

    /// The other program will send nothing more on this connection.
    pub fn hear_end(&mut self) {
        self.end.hear_end(&mut self.world);
    }

    /// Nothing more comes from this end, and nothing is read, on this connection.
    pub fn is_closed(&self) -> bool {
        self.end.is_closed()
    }

    /// Opens the next connection, if the client's policy gave this one up for one in clear. At most once.
    pub fn reconnects(&mut self) -> bool {
        let again =
            self.is_closed() && self.world.leg.given_up.is_some() && self.world.connections < super::CONNECTIONS;
        if again {
            self.end = OneEnd::open(self.side, &mut self.world);
            (self.opened, self.waits_since, self.heard) = (self.now(), self.now(), 0);
        }
        again
    }

    /// What happened.
    pub fn finish(mut self) -> Trace {
        if self.side == Side::Client && self.world.leg.settled.is_none() {
            self.world.settle(Delivery::Deferred(Obstacle::ConnectionLost));
        }
        let secrets = self.world.secrets.secrets();
        self.world.recorder.finish(secrets)
    }
}
