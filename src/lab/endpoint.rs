//! One end of a connection: an SMTP machine, the TLS session below it once there is one, and what is waiting to be sent.

use super::World;
use super::path::{Carries, Passed};
use crate::registry::{Version, VersionRange};
use crate::scenario::{Party, Side, TlsStack};
use crate::smtp::{
    Client, CloseReason, Delivery, Gate, Handed, Input, Note, Obstacle, Output, OwnProof, Server, TlsAnswer,
    TlsQuestion, TlsVerb,
};
use crate::suites::{ListKey, Peer};
use crate::tls::{self, Cause, Engine, Failure, OldError, OldSetup, Setup};
use crate::trace::{Close, What};
use std::borrow::Cow;

/// Either SMTP machine.
pub(super) enum Machine {
    Client(Box<Client>),
    Server(Box<Server>),
}

impl Machine {
    fn receive(&mut self, input: Input<'_>) {
        match self {
            Machine::Client(client) => client.receive(input),
            Machine::Server(server) => server.receive(input),
        }
    }

    /// What it wants done next. What it asks has been answered.
    fn poll(&mut self, world: &mut World) -> Option<Output<()>> {
        match self {
            Machine::Client(client) => {
                client.poll().map(|output| output.map(|question| client.answer(world.ask_sender(question))))
            }
            Machine::Server(server) => {
                server.poll().map(|output| output.map(|question| server.answer(world.ask_receiver(&question))))
            }
        }
    }

    /// The same of a machine that is over: nothing is answered.
    fn poll_last(&mut self) -> Option<Output<()>> {
        match self {
            Machine::Client(client) => client.poll().map(|output| output.map(drop)),
            Machine::Server(server) => server.poll().map(|output| output.map(drop)),
        }
    }
}

/// What an end has said since the last time.
pub(super) struct Said {
    /// What arrives of it.
    pub(super) octets: Vec<u8>,
    /// The end of the stream follows.
    pub(super) ended: bool,
    /// The path ended behind these octets.
    pub(super) broken: bool,
}

pub(super) struct Endpoint {
    side: Side,
    party: Party,
    connection: u16,
    machine: Machine,
    engine: Option<Engine>,
    /// What TLS was begun with, if it was.
    verb: TlsVerb,
    /// The handshake was completed, whatever came after it.
    secured: bool,
    /// What arrives of what was said since the last time.
    said: Vec<u8>,
    /// The path has ended.
    broken: bool,
    closed: bool,
    /// The other end has been told that this one closed.
    end_told: bool,
    /// SMTP has spoken, or TLS has come up, since this was asked: what was waited for is there.
    progress: bool,
}

impl Endpoint {
    pub(super) fn new(side: Side, party: Party, connection: u16, machine: Machine) -> Endpoint {
        Endpoint {
            side,
            party,
            connection,
            machine,
            engine: None,
            verb: TlsVerb::StartTls,
            secured: false,
            said: Vec::new(),
            broken: false,
            closed: false,
            end_told: false,
            progress: false,
        }
    }

    pub(super) fn is_closed(&self) -> bool {
        self.closed
    }

    /// Something is waiting to be delivered.
    pub(super) fn has_spoken(&self) -> bool {
        !self.said.is_empty() || self.broken || (self.closed && !self.end_told)
    }

    pub(super) fn take_said(&mut self) -> Said {
        let ended = self.closed && !self.end_told;
        self.end_told |= ended;
        Said { octets: std::mem::take(&mut self.said), ended, broken: std::mem::take(&mut self.broken) }
    }

    pub(super) fn take_progress(&mut self) -> bool {
        std::mem::take(&mut self.progress)
    }

    pub(super) fn hear(&mut self, bytes: &[u8], world: &mut World) {
        if self.closed {
            return;
        }
        if let Some(by) = world.leg.proved.take_if(|_| self.side == Side::Server) {
            self.recognise(by, world);
        }
        self.machine.receive(Input::Now(world.now()));
        match &mut self.engine {
            Some(engine) => engine.receive(bytes),
            None => self.machine.receive(Input::Bytes(bytes)),
        }
        self.pump(world);
    }

    /// What the machine could not hear in a line.
    fn recognise(&mut self, by: OwnProof, world: &World) {
        let identity = world.leg.hop.identity(by);
        self.machine.receive(Input::Recognised { by, identity: &identity });
    }

    pub(super) fn hear_end(&mut self, world: &mut World) {
        if self.closed {
            return;
        }
        match &mut self.engine {
            Some(engine) => engine.end(),
            None => self.machine.receive(Input::End),
        }
        self.pump(world);
    }

    pub(super) fn time_out(&mut self, world: &mut World) {
        self.machine.receive(Input::Timeout);
        self.pump(world);
    }

    /// The other half of the intermediary at this end has something to say.
    pub(super) fn hear_passed(&mut self, passed: Handed, world: &World) {
        self.machine.receive(Input::Now(world.now()));
        self.machine.receive(Input::Handed(passed));
    }

    /// More than this end takes has come.
    pub(super) fn hear_excess(&mut self, world: &mut World) {
        self.machine.receive(Input::Excess);
        self.pump(world);
    }

    /// Does what the machine and the session ask for until neither asks for more. TLS first: it is below.
    pub(super) fn pump(&mut self, world: &mut World) {
        while !self.closed {
            if let Some(output) = self.engine.as_mut().and_then(Engine::poll) {
                self.tls_output(output, world);
            } else if let Some(output) = self.machine.poll(world) {
                self.smtp_output(output, world);
            } else {
                return;
            }
        }
    }

    fn tls_output(&mut self, output: tls::TlsOutput, world: &mut World) {
        match output {
            tls::TlsOutput::Wire(record) => {
                self.send_record(&record, world);
            }
            tls::TlsOutput::Checked(check) => {
                world.checked(self.side, check);
            }
            tls::TlsOutput::Up(facts) => {
                (self.secured, self.progress) = (true, true);
                if facts.resumed {
                    world.recall(self.side);
                }
                world.recorder.event(self.side, What::TlsUp(Box::new(facts)));
                let certificate = self.engine.as_ref().and_then(Engine::server_certificate);
                let end_point = certificate.map(tls::end_point).unwrap_or_default();
                self.machine.receive(Input::TlsUp { end_point: &end_point });
                if self.side == Side::Server && world.knows_client(self.verb) {
                    self.recognise(OwnProof::Certificate, world);
                }
            }
            tls::TlsOutput::Plaintext(bytes) => self.machine.receive(Input::Bytes(&bytes)),
            tls::TlsOutput::Failed(failure) => self.tls_failed(failure, world),
            tls::TlsOutput::Closed { .. } => self.machine.receive(Input::End),
        }
    }

    /// A fatal alert ends the connection: nothing may be sent on it after that (RFC 8446 §6.2,
    /// docs/rules.md R25), in clear least of all.
    fn tls_failed(&mut self, failure: tls::Failure, world: &mut World) {
        world.recorder.event(self.side, What::TlsFailed(failure));
        self.machine.receive(Input::TlsFailed);
        while let Some(output) = self.machine.poll_last() {
            if let Output::Note(note) = output {
                self.note(note, world);
            }
        }
        self.close(Close::TlsFailed, world);
        if self.side == Side::Client && !self.secured {
            let question = TlsQuestion { gate: Gate::Handshake, offered: true };
            if world.ask_sender(question) != TlsAnswer::InClear {
                world.settle(Delivery::Deferred(Obstacle::Policy(Gate::Handshake)));
            }
        }
    }

    fn smtp_output(&mut self, output: Output<()>, world: &mut World) {
        self.progress |= matches!(output, Output::Send { .. } | Output::StartTls { .. });
        match output {
            Output::Send { bytes, content } => self.send(&bytes, content, world),
            Output::StartTls { verb, first } => self.start_tls(verb, &first, world),
            Output::Ask(()) => {}
            Output::Note(note) => self.note(note, world),
            Output::Pass(passed) => {
                if let Some(answer) = world.pass_on(self.side, self.connection, passed) {
                    self.hear_passed(answer, world);
                }
            }
            Output::Wait(micros) => world.wait_for(micros),
            Output::Close(end) => {
                // RFC 8446 §6.1: close_notify before the end of the stream, so that truncation can be told from an end.
                if let Some(engine) = self.engine.as_mut().filter(|engine| engine.is_up()) {
                    engine.close_notify();
                    for record in records(engine) {
                        self.send_record(&record, world);
                    }
                }
                let why = match end {
                    CloseReason::Quit => Close::Quit,
                    CloseReason::PeerClosed => Close::PeerClosed,
                    CloseReason::Violation => Close::Violation,
                    CloseReason::Timeout => Close::Timeout,
                    CloseReason::TooManyErrors => Close::TooManyErrors,
                };
                self.close(why, world);
            }
        }
    }

    /// Gives octets to the path, and says what arrives of them.
    fn put<'a>(&mut self, octets: &'a [u8], carries: Carries, world: &mut World) -> Cow<'a, [u8]> {
        let Passed { octets, ended } = world.chain.pass(self.side, octets, carries);
        self.broken |= ended;
        self.said.extend_from_slice(&octets);
        octets
    }

    fn send(&mut self, bytes: &[u8], content: bool, world: &mut World) {
        let Some(engine) = &mut self.engine else { return self.send_clear(bytes, content, world) };
        // SMTP is silent while a handshake runs, and nothing follows a failed one.
        if !engine.is_up() {
            return;
        }
        engine.write(bytes);
        let records = records(engine).concat();
        let carries = if content { Carries::Mail { sealed: true } } else { Carries::Other };
        let arrived = self.put(&records, carries, world);
        world.recorder.sent_sealed(self.side, bytes, content, &arrived);
        if *arrived != *records {
            world.recorder.altered(self.side, &records);
        }
    }

    fn send_clear(&mut self, bytes: &[u8], content: bool, world: &mut World) {
        let pieces = if content { vec![bytes] } else { bytes.split_inclusive(|&b| b == b'\n').collect() };
        let carries = if content { Carries::Mail { sealed: false } } else { Carries::Other };
        for piece in pieces {
            let arrived = self.put(piece, carries, world);
            world.recorder.sent_clear(self.side, &arrived, content);
            if *arrived != *piece {
                world.recorder.altered(self.side, piece);
            }
        }
    }

    /// A record that carries no SMTP.
    fn send_record(&mut self, record: &[u8], world: &mut World) {
        let arrived = self.put(record, Carries::Other, world);
        if !arrived.is_empty() {
            world.recorder.sent_record(self.side, &arrived);
        }
        if *arrived != *record {
            world.recorder.altered(self.side, record);
        }
    }

    fn start_tls(&mut self, verb: TlsVerb, first: &[u8], world: &mut World) {
        self.verb = verb;
        world.recorder.event(self.side, What::TlsStarted);
        let engine = match world.leg.hop.stack(self.party) {
            TlsStack::Rustls => self.rustls(world),
            TlsStack::Ws2003 => self.old(ListKey::Ws2003, world),
            TlsStack::Ws2008 => self.old(ListKey::Ws2008, world),
        };
        match engine {
            Ok(mut engine) => {
                engine.receive(first);
                self.engine = Some(engine);
            }
            Err(failure) => self.tls_failed(failure, world),
        }
    }

    fn rustls(&self, world: &mut World) -> Result<Engine, Failure> {
        let (side, party, connection) = (self.side, self.party, self.connection);
        let memories = Some(world.leg.memories.clone()).filter(|_| world.leg.hop.resumes());
        let memory = memories.as_deref().map(|[client, server]| if side == Side::Client { client } else { server });
        // The age of a ticket is told by it.
        let clock = if memory.is_some() { world.clock() } else { world.scenario.clock };
        let (secrets, server_name, randomness) = (world.secrets.clone(), world.leg.hop.profile.host, world.randomness);
        let (versions, groups) = (world.leg.hop.versions(party), world.leg.hop.groups(party));
        let asks = world.leg.hop.asks_for_certificate(self.verb);
        let wanted = Some(world.leg.hop.wanted()).filter(|_| side == Side::Client);
        let breaks_off = side == Side::Client && world.leg.hop.breaks_off();
        let pki = world.pki(self.verb)?;
        Engine::rustls(&Setup {
            side,
            party,
            versions,
            groups,
            pki,
            randomness,
            clock,
            server_name,
            wanted,
            breaks_off,
            asks,
            connection,
            secrets,
            memory,
        })
    }

    /// TLS of a system that is known by its list of suites.
    fn old(&self, list: ListKey, world: &mut World) -> Result<Engine, Failure> {
        let Some(make) = world.old else {
            return Err(Failure { cause: Cause::Old(OldError::CannotGoOn), alert: None });
        };
        let (scenario, side) = (world.scenario, self.side);
        let mut system = Peer::of(list);
        if let Some(list) = world.leg.hop.list(self.party) {
            system.list.set(list.lines());
        }
        if let Some(line) = world.leg.hop.line(self.party) {
            system.list.switch_on(line);
        }
        if side == Side::Client && world.leg.hop.sending.ssl3.is_on() {
            system.versions = VersionRange::new(Version::SSL3, Version::SSL3);
        }
        let (wanted, breaks_off) = (world.leg.hop.wanted(), world.leg.hop.breaks_off());
        let asks = world.leg.hop.asks_for_certificate(self.verb);
        let (party, connection, secrets) = (self.party, self.connection, world.secrets.clone());
        let pki = world.old_pki()?;
        make(&OldSetup {
            side,
            party,
            pki,
            versions: system.versions,
            suites: &system.lines(),
            groups: &system.groups,
            prefers: list.stack().preference(),
            temporary: true,
            seed: scenario.seed,
            clock: scenario.clock,
            // Neither system sent one.
            server_name: None,
            wanted: Some(wanted).filter(|_| side == Side::Client),
            breaks_off,
            asks,
            connection,
            secrets,
        })
    }

    fn note(&mut self, note: Note, world: &mut World) {
        let what = match note {
            Note::Moved { from, to } => What::Moved { from, to },
            Note::Forgot(what) => What::Forgot(what),
            Note::Authenticated { mechanism, identity } => What::Authenticated { mechanism, identity },
            Note::Recognised { by, identity } => What::Recognised { by, identity },
            Note::Judged(verdict) => What::NtlmJudged(verdict),
            Note::Violated(violation) => What::Violated(violation),
            Note::LeftOver { count, treatment } => What::LeftOver { count, treatment },
            Note::Stripped(fields) => What::Stripped(fields),
            Note::Settled(delivery) => return world.settle(delivery),
            Note::Accepted(accepted) => {
                let sealed = self.engine.is_some();
                if self.party == Party::Between {
                    world.taken_between = Some(accepted.message.clone());
                }
                return world.recorder.stored(accepted.from, accepted.to, &accepted.message, sealed);
            }
        };
        world.recorder.event(self.side, what);
    }

    fn close(&mut self, why: Close, world: &mut World) {
        self.closed = true;
        world.recorder.event(self.side, What::Closed(why));
    }
}

/// The records that the engine has made of what it was just told to send.
fn records(engine: &mut Engine) -> Vec<Vec<u8>> {
    let outputs = std::iter::from_fn(|| engine.poll());
    let records = outputs.filter_map(|output| match output {
        tls::TlsOutput::Wire(record) => Some(record),
        _ => None,
    });
    records.collect()
}
