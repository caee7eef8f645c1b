//! Runs a scenario: two ends, a link between them, and a world that always comes to an end.
//!
//! ```text
//!  Client ─ Session ─┐   turns: all that one side has said is delivered, cut as asked,   ┌─ Session ─ Server
//!                    └──────────── then the other side speaks. 10 ms each way. ──────────┘
//! ```
//!
//! Because a turn is delivered whole before the other side speaks, the order of events does not depend on how the octets
//! are cut. The only module that joins mechanism (`smtp/`, `tls/`) and decision (`policy/`).

mod endpoint;

use crate::policy::{Evidence, decide};
use crate::scenario::{Clock, Credentials, GoAhead, Pipelining, Scenario, Side, Transfer};
use crate::smtp::client::Login;
use crate::smtp::profile::{PASSWORD, Profile, USER, profile};
use crate::smtp::{Client, Delivery, Gate, Mechanism, Obstacle, Plan, Server, Treatment, Verdict, date, server};
use crate::tls::{Failure, Pki, SecretLog};
use crate::trace::{Micros, Recorder, Trace, What};
use endpoint::{Endpoint, Machine};

/// Time from one end to the other. Modelled, not measured.
const LATENCY: u64 = 10_000;
/// How long an end waits for the other to speak. RFC 5321 §4.5.3.2 has a value for each command, from 2 to 10 minutes; here one
/// stands for all.
const PATIENCE: u64 = 300_000_000;
/// A run that is not over after so many turns is stopped. An honest run takes fewer than 40.
const TURNS: usize = 2_000;
/// One connection with TLS, one in clear after a failed handshake.
const CONNECTIONS: u8 = 2;

/// How the link cuts what it carries. The trace does not depend on it; tests prove that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    Whole,
    /// Pieces of this many octets; 0 counts as 1.
    Every(usize),
    /// Two pieces, the first of this many octets.
    At(usize),
}

/// What is wrong with the link. Positions count the octets that it has carried in the run, in either direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    None,
    /// It carries this many octets, then both ends see the end of the stream.
    EndsAfter(usize),
    /// The octet at this position arrives with these bits flipped.
    Flips {
        position: usize,
        bits: u8,
    },
}

/// The link between the two ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    pub cut: Cut,
    pub fault: Fault,
}

impl Link {
    pub const PERFECT: Link = Link { cut: Cut::Whole, fault: Fault::None };

    fn pieces(self, bytes: &[u8]) -> Vec<&[u8]> {
        match self.cut {
            Cut::Whole => vec![bytes],
            Cut::Every(size) => bytes.chunks(size.max(1)).collect(),
            Cut::At(position) => {
                let (first, second) = bytes.split_at(position.min(bytes.len()));
                [first, second].into_iter().filter(|piece| !piece.is_empty()).collect()
            }
        }
    }

    /// What arrives of `bytes`, of which the first is at `position`, and whether the link ended on the way.
    fn transport(self, position: usize, bytes: &mut Vec<u8>) -> bool {
        match self.fault {
            Fault::None => false,
            Fault::EndsAfter(end) => {
                let left = end.saturating_sub(position);
                let ends = left < bytes.len();
                bytes.truncate(left);
                ends
            }
            Fault::Flips { position: at, bits } => {
                if let Some(octet) = at.checked_sub(position).and_then(|index| bytes.get_mut(index)) {
                    *octet ^= bits;
                }
                false
            }
        }
    }
}

/// Runs a scenario to its end.
pub fn run(scenario: &Scenario) -> Trace {
    run_over(scenario, Link::PERFECT)
}

/// Runs a scenario over a link that cuts or fails. It ends all the same.
pub fn run_over(scenario: &Scenario, link: Link) -> Trace {
    let mut world = World::new(scenario, link);
    for connection in 0..CONNECTIONS {
        let given_up_before = world.given_up_at;
        world.connect(connection);
        if world.given_up_at == given_up_before {
            break;
        }
    }
    if !world.recorder.any(|what| matches!(what, What::Settled(_))) {
        world.recorder.event(Side::Client, What::Settled(Delivery::Deferred(Obstacle::ConnectionLost)));
    }
    let secrets = world.secrets.secrets();
    world.recorder.finish(secrets)
}

/// What both ends and the decisions share.
struct World {
    scenario: Scenario,
    link: Link,
    /// Octets that the link has carried.
    carried: usize,
    profile: &'static Profile,
    recorder: Recorder,
    secrets: SecretLog,
    /// Made when TLS starts for the first time.
    pki: Option<Result<Pki, Failure>>,
    certificate_ok: bool,
    /// Where an earlier connection was given up for one in clear.
    given_up_at: Option<Gate>,
}

impl World {
    fn new(scenario: &Scenario, link: Link) -> World {
        World {
            scenario: *scenario,
            link,
            carried: 0,
            profile: profile(scenario.server),
            recorder: Recorder::new(*scenario),
            secrets: SecretLog::default(),
            pki: None,
            certificate_ok: false,
            given_up_at: None,
        }
    }

    /// One TCP connection from its opening to its end.
    fn connect(&mut self, connection: u8) {
        self.recorder.open(connection);
        self.recorder.pass(2 * LATENCY); // TCP's own handshake
        let clock = self.clock();
        let config =
            server::Config { profile: self.profile, offer: self.scenario.starttls, left_over: Treatment::Purge, clock };
        let plan = plan(&self.scenario, self.profile, clock);
        let mut ends = [
            Endpoint::new(Side::Client, connection, Machine::Client(Box::new(Client::new(plan)))),
            Endpoint::new(Side::Server, connection, Machine::Server(Box::new(Server::new(config)))),
        ];
        ends.iter_mut().for_each(|end| end.pump(self));
        for turn in 0..TURNS {
            let [client, server] = &mut ends;
            // The server speaks first. RFC 5321 §3.1
            let (from, to) = if turn % 2 == 0 { (server, client) } else { (client, server) };
            let carried = self.carry(from, to);
            let [client, server] = &mut ends;
            if client.is_closed() && server.is_closed() {
                break;
            }
            let idle = !carried && !client.has_spoken() && !server.has_spoken();
            if idle {
                self.wait(client, server);
            }
        }
        let [client, server] = &mut ends;
        if !(client.is_closed() && server.is_closed()) {
            self.recorder.event(Side::Client, What::Stalled);
        }
    }

    /// Delivers what one end has said, and its end of stream after that.
    fn carry(&mut self, from: &mut Endpoint, to: &mut Endpoint) -> bool {
        let (mut bytes, ended) = from.take_said();
        if bytes.is_empty() && !ended {
            return false;
        }
        self.recorder.pass(LATENCY);
        let sent = bytes.len();
        let broken = self.link.transport(self.carried, &mut bytes);
        self.carried += sent;
        for piece in self.link.pieces(&bytes) {
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

    fn clock(&self) -> Clock {
        let Micros(micros) = self.recorder.now();
        let seconds = self.scenario.clock.unix() + micros / 1_000_000;
        u32::try_from(seconds).ok().and_then(Clock::from_unix).unwrap_or(self.scenario.clock)
    }

    fn pki(&mut self) -> Result<&Pki, Failure> {
        let (scenario, host) = (&self.scenario, self.profile.host);
        let made = self.pki.get_or_insert_with(|| Pki::new(scenario, host));
        made.as_ref().map_err(Clone::clone)
    }

    /// Asks the policy and records what it said.
    fn decide(&mut self, gate: Gate, offered: bool) -> Verdict {
        let seen = Evidence { offered, certificate_ok: self.certificate_ok, given_up_at: self.given_up_at };
        let decision = decide(self.scenario.policy, gate, &seen);
        let verdict = decision.verdict;
        self.recorder.event(Side::Client, What::Decided(decision));
        if verdict == Verdict::ReconnectInClear {
            self.given_up_at = Some(gate);
        }
        verdict
    }
}

/// What the sender is to do in this scenario.
fn plan(scenario: &Scenario, profile: &Profile, clock: Clock) -> Plan {
    let login =
        |mechanism, password: &str| Some(Login { mechanism, user: USER.to_owned(), password: password.to_owned() });
    let sender = &profile.client;
    Plan {
        name: sender.host.to_owned(),
        from: sender.sender.to_owned(),
        to: vec![sender.recipient.to_owned()],
        message: message(profile, clock),
        login: match scenario.credentials {
            Credentials::None => None,
            Credentials::Plain => login(Mechanism::Plain, PASSWORD),
            Credentials::Login => login(Mechanism::Login, PASSWORD),
            Credentials::Ntlm => login(Mechanism::Ntlm, PASSWORD),
            Credentials::WrongPassword => login(Mechanism::Login, "wrong"),
        },
        chunking: scenario.transfer == Transfer::Chunking,
        pipelining: scenario.pipelining == Pipelining::On,
        lenient_2xx: scenario.go_ahead == GoAhead::Any2xx,
        left_over: Treatment::Purge,
    }
}

/// The message of the lab. One of its lines begins with a dot, so that dot-stuffing can be seen.
fn message(profile: &Profile, clock: Clock) -> Vec<u8> {
    let sender = &profile.client;
    let lines = [
        format!("Date: {}", date(clock, profile.zone)),
        format!("From: <{}>", sender.sender),
        format!("To: <{}>", sender.recipient),
        "Subject: Quarterly figures".to_owned(),
        format!("Message-ID: <{}.1@{}>", clock.unix(), sender.host),
        "MIME-Version: 1.0".to_owned(),
        "Content-Type: text/plain; charset=us-ascii".to_owned(),
        String::new(),
        "The figures for the quarter are ready.".to_owned(),
        ".This line begins with a dot; SMTP doubles it on the way.".to_owned(),
    ];
    lines.iter().flat_map(|line| format!("{line}\r\n").into_bytes()).collect()
}
