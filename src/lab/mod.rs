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
mod hop;
mod open_line;
mod one_end;
mod path;
mod relay;

use crate::bytes::hex;
use crate::policy::{ClientProof, Decision, Events, Evidence, Submission, about_submission, about_tls};
use crate::registry::{Authentication, Group};
use crate::scenario::{
    BitFlip, Clock, Identity, NextHop, OldLine, OldList, Party, Path, Receiving, Scenario, Side, TlsStack,
};
use crate::smtp::{
    Chance, Client, Delivery, Gate, Handed, Obstacle, OwnProof, Server, SubmitAnswer, SubmitQuestion, TlsAnswer,
    TlsQuestion, TlsVerb,
};
use crate::tls::{
    self, CertificateCheck, Draws, Engine, Failure, Memory, OldKey, OldPki, OldSetup, Pki, Randomness, RsaKey,
    SecretLog,
};
use crate::trace::{Cast, EventId, Micros, Recorder, Trace, UnixMicros, What};
use endpoint::{Endpoint, Machine};
use hop::Hop;
use path::Chain;
use relay::Beside;
use std::rc::Rc;

pub use one_end::{Modern, OneEnd, Outside, RATE, certificates};
pub use path::{Cut, Fault, Link};

/// How long an end waits for the other to speak. RFC 5321 §4.5.3.2 has a value for each command, from 2 to 10 minutes; here one
/// stands for all.
pub const PATIENCE: u64 = 300_000_000;
/// Connections of a try: one with TLS, one in clear after that was given up.
const CONNECTIONS: u16 = 2;
/// How long a message that was put off lies in the queue: as Postfix begins. RFC 5321 §4.5.4.1 has 30 minutes. docs/rules.md R35
const QUEUED: u64 = 300_000_000;
/// With what a server puts a message off. RFC 5321 §4.2.3
const PUT_OFF: Delivery = Delivery::Deferred(Obstacle::Reply(450));

/// Runs a scenario to its end.
pub fn run(scenario: &Scenario) -> Trace {
    run_over(scenario, Link::PERFECT)
}

/// Runs a scenario over a link that cuts or fails. It ends all the same.
pub fn run_over(scenario: &Scenario, link: Link) -> Trace {
    let mut world = World::new(scenario, link, Hop::first(scenario));
    world.old = Some(Engine::old);
    world.deliver();
    if let Some(message) = world.taken_between.take() {
        world.begin(Hop::onward(scenario, message));
        world.deliver();
    }
    let secrets = world.secrets.secrets();
    world.recorder.finish(secrets)
}

/// The cast of a run of this scenario whose connections are of these hops: `true` for one that an intermediary opens.
pub fn cast(scenario: &Scenario, onward: impl IntoIterator<Item = bool>) -> Cast {
    let (first, second) = (Hop::first(scenario), Hop::onward(scenario, Vec::new()));
    let hops = (0..).zip(onward);
    let meetings = hops.map(|(connection, onward)| if onward { &second } else { &first }.meeting(connection));
    Cast { meetings: meetings.collect(), recipient: Some(hop::recipient(scenario)) }
}

/// What a receiver with old TLS has certificates for: what its lines ask for, each kind once, or else what its system has. docs/rules.md CS4
fn old_keys(stack: TlsStack, receiving: &Receiving) -> Vec<OldKey> {
    let list = receiving.list.as_ref().map(OldList::lines);
    let mut kinds = Vec::new();
    let mut keys = Vec::new();
    for line in list.unwrap_or(receiving.line.as_slice()) {
        let kind = line.suite().authentication;
        if !kinds.contains(&kind) {
            kinds.push(kind);
            keys.push(old_key(stack, Some(*line)));
        }
    }
    if keys.is_empty() { vec![old_key(stack, None)] } else { keys }
}

fn old_key(stack: TlsStack, line: Option<OldLine>) -> OldKey {
    match (line.map(|line| (line.suite().authentication, line.curve())), stack) {
        (Some((Authentication::Dss, _)), _) => OldKey::Dsa1024,
        (Some((Authentication::Ecdsa, Some(Group::Secp384r1))), _) => OldKey::P384,
        (Some((Authentication::Ecdsa, Some(Group::Secp521r1))), _) => OldKey::P521,
        (Some((Authentication::Ecdsa, _)), _) => OldKey::P256,
        (_, TlsStack::Ws2003) => OldKey::Rsa1024,
        (_, TlsStack::Ws2008 | TlsStack::Rustls) => OldKey::Rsa2048,
    }
}

fn old_pki(scenario: &Scenario) -> Result<OldPki, Failure> {
    let server = old_keys(scenario.server_stack, &scenario.parts().receiving);
    OldPki::new(scenario, &hop::names(scenario), &server, &[old_key(scenario.client_stack, None)])
}

/// The private key in the hands of the receiver of such a run, if it is one that can decrypt. That of a server with rustls is for signatures
/// alone, and so are those of intermediaries, which all have rustls.
pub fn server_key(scenario: &Scenario) -> Option<RsaKey> {
    match scenario.server_stack {
        TlsStack::Rustls => None,
        old @ (TlsStack::Ws2003 | TlsStack::Ws2008) => {
            let pki = old_pki(scenario).ok()?;
            let mut keys = old_keys(old, &scenario.parts().receiving).into_iter();
            keys.find_map(|key| RsaKey::from_der(&pki.private_key(Party::Receiver, key)?))
        }
    }
}

/// What makes an engine of old TLS.
type MakeOld = fn(&OldSetup<'_>) -> Result<Engine, Failure>;

/// What both ends and the decisions share.
struct World {
    scenario: Scenario,
    chain: Chain,
    recorder: Recorder,
    secrets: SecretLog,
    randomness: Randomness,
    /// There where both ends are the lab's, and nowhere else.
    old: Option<MakeOld>,
    /// Made when TLS starts for the first time.
    pki: Option<Result<Pki, Failure>>,
    /// The same for what X-ANONYMOUSTLS starts.
    internal_pki: Option<Result<Pki, Failure>>,
    /// The same for ends with old TLS.
    old_pki: Option<Result<OldPki, Failure>>,
    /// Connections opened so far.
    connections: u16,
    /// What goes on now.
    leg: Leg,
    /// The message that the intermediary accepted and will forward.
    taken_between: Option<Vec<u8>>,
    /// What the client of an intermediary has for its server.
    handed: Option<Handed>,
    /// A second hop that goes on at the same time.
    beside: Option<Beside>,
}

/// What belongs to one hop.
struct Leg {
    hop: Hop,
    /// Where an earlier connection of the hop was given up for one in clear, and the decision that did it.
    given_up: Option<(Gate, EventId)>,
    /// The fate of the hop's message, once it is known.
    settled: Option<Delivery>,
    /// What each side of the connection has found out about the other's certificate.
    server_check: Option<(CertificateCheck, EventId)>,
    client_check: Option<(CertificateCheck, EventId)>,
    /// What the ends of the hop keep from connection to connection: the client, the server.
    memories: Rc<[Memory; 2]>,
    /// What each side found out in the last session that was not resumed.
    checks: [Option<(CertificateCheck, EventId)>; 2],
    /// How the client has proved itself, where the server has yet to be told.
    proved: Option<OwnProof>,
}

impl Leg {
    fn new(hop: Hop) -> Leg {
        Leg {
            hop,
            given_up: None,
            settled: None,
            server_check: None,
            client_check: None,
            memories: Rc::default(),
            checks: Default::default(),
            proved: None,
        }
    }
}

impl World {
    fn new(scenario: &Scenario, link: Link, hop: Hop) -> World {
        World {
            scenario: *scenario,
            chain: Chain::new(link, hop.path, hop.flip),
            recorder: Recorder::run(scenario, hop::recipient(scenario)),
            secrets: SecretLog::default(),
            randomness: Randomness::Seed(scenario.seed),
            old: None,
            pki: None,
            internal_pki: None,
            old_pki: None,
            connections: 0,
            leg: Leg::new(hop),
            taken_between: None,
            handed: None,
            beside: None,
        }
    }

    fn begin(&mut self, hop: Hop) {
        // An attacker on the sender's link is not on the next one.
        self.chain.begin(Path::Direct, BitFlip::None);
        self.leg = Leg::new(hop);
    }

    /// One hop. Where its server puts the message off, it is tried once more.
    fn deliver(&mut self) {
        self.deliver_once();
        if self.leg.hop.receiving.puts_off.is_on() && self.leg.settled == Some(PUT_OFF) {
            self.recorder.pass(QUEUED);
            self.leg.hop.tried = true;
            (self.leg.given_up, self.leg.settled) = (None, None);
            self.deliver_once();
        }
    }

    fn deliver_once(&mut self) {
        let mut line = self.dial(1, self.leg.given_up);
        self.go_on(&mut line);
        self.settle_if_lost();
        self.end_beside();
    }

    fn settle_if_lost(&mut self) {
        if self.leg.settled.is_none() {
            self.settle(Delivery::Deferred(Obstacle::ConnectionLost));
        }
    }

    fn settle(&mut self, delivery: Delivery) {
        self.leg.settled = Some(delivery);
        // Who passes a login on has no mail to keep where it is refused.
        if delivery == Delivery::Delivered || !self.leg.hop.relays() {
            self.recorder.event(Side::Client, What::Settled(delivery));
        }
    }

    /// Opens the next TCP connection of the hop.
    fn open(&mut self) {
        (self.leg.server_check, self.leg.client_check, self.leg.proved) = (None, None, None);
        self.recorder.open(self.leg.hop.meeting(self.connections));
        self.connections += 1;
    }

    /// An end of the connection that was opened last.
    fn end(&self, side: Side) -> Endpoint {
        let (party, machine) = match side {
            Side::Client => {
                let plan = self.leg.hop.plan(&self.computer(), |purpose| self.chance(side, purpose));
                (self.leg.hop.client, Machine::Client(Box::new(Client::new(plan))))
            }
            Side::Server => {
                let config =
                    self.leg.hop.server_config(self.clock(), &self.computer(), |purpose| self.chance(side, purpose));
                (self.leg.hop.server, Machine::Server(Box::new(Server::new(config))))
            }
        };
        Endpoint::new(side, party, self.connections - 1, machine)
    }

    /// The password of the account of the client's computer. Windows draws one, and no person knows it.
    fn computer(&self) -> String {
        let mut octets = [0; 16];
        Draws::new(self.randomness, Side::Client, 0, "ntlm/computer-account").fill(&mut octets);
        hex(&octets)
    }

    /// What an end of the connection that was opened last draws from for a login.
    fn chance(&self, side: Side, purpose: &'static str) -> Chance {
        let mut draws = Draws::new(self.randomness, side, self.connections - 1, purpose);
        Chance::new(move |octets| draws.fill(octets))
    }

    /// An end holds back what it says next. Outside of a run time is not the lab's, and it does not.
    fn wait_for(&mut self, micros: u64) {
        if self.old.is_some() {
            self.recorder.pass(micros);
        }
    }

    /// Microseconds since 1970.
    fn now(&self) -> u64 {
        UnixMicros::of(self.scenario.clock).after(self.recorder.now()).0
    }

    fn clock(&self) -> Clock {
        let Micros(micros) = self.recorder.now();
        let seconds = self.scenario.clock.unix() + micros / 1_000_000;
        u32::try_from(seconds).ok().and_then(Clock::from_unix).unwrap_or(self.scenario.clock)
    }

    /// The certificates that go with a verb. docs/rules.md X2
    fn pki(&mut self, verb: TlsVerb) -> Result<&Pki, Failure> {
        let (scenario, randomness) = (&self.scenario, self.randomness);
        let made = match verb {
            TlsVerb::StartTls => self.pki.get_or_insert_with(|| Pki::new(scenario, &hop::names(scenario))),
            TlsVerb::AnonymousTls => {
                self.internal_pki.get_or_insert_with(|| Pki::internal(scenario, &hop::names(scenario), randomness))
            }
        };
        made.as_ref().map_err(Clone::clone)
    }

    /// Whether the directory holds the certificate that a side was shown.
    fn is_published(&self, by: Side) -> bool {
        let check = if by == Side::Client { &self.leg.server_check } else { &self.leg.client_check };
        let leaf = check.as_ref().and_then(|(check, _)| check.presented.first());
        let pki = self.internal_pki.as_ref().and_then(|pki| pki.as_ref().ok());
        pki.zip(leaf).is_some_and(|(pki, leaf)| pki.publishes(leaf))
    }

    /// Whether TLS with this verb has told the server that the client is of its organisation: to an Edge, by its certificate. docs/rules.md X4
    fn knows_client(&self, verb: TlsVerb) -> bool {
        verb == TlsVerb::AnonymousTls
            && self.leg.hop.receiving.next_hop == NextHop::Edge
            && self.is_published(Side::Server)
    }

    fn old_pki(&mut self) -> Result<&OldPki, Failure> {
        let scenario = &self.scenario;
        let made = self.old_pki.get_or_insert_with(|| old_pki(scenario));
        made.as_ref().map_err(Clone::clone)
    }

    /// Keeps what a side found, and records it.
    fn checked(&mut self, by: Side, check: CertificateCheck) -> EventId {
        let event = self.recorder.event(by, What::Checked(check.clone()));
        let [by_client, by_server] = &mut self.leg.checks;
        let (found, kept) = match by {
            Side::Client => (&mut self.leg.server_check, by_client),
            Side::Server => (&mut self.leg.client_check, by_server),
        };
        *found = Some((check, event));
        kept.clone_from(found);
        event
    }

    /// A session has been resumed: a side knows of the other's certificate what it found when there was one. RFC 8446 §2.2
    fn recall(&mut self, by: Side) {
        let [by_client, by_server] = &self.leg.checks;
        match by {
            Side::Client => self.leg.server_check.clone_from(by_client),
            Side::Server => self.leg.client_check.clone_from(by_server),
        }
    }

    /// Asks the sender's policy about TLS, and records what it answered.
    fn ask_sender(&mut self, TlsQuestion { gate, offered }: TlsQuestion) -> TlsAnswer {
        let proof = (gate == Gate::Login).then(|| self.prove());
        let decided = about_tls(self.evidence(gate, offered));
        let answer = decided.answer;
        self.leg.proved = proof.filter(|_| answer == TlsAnswer::GoOn);
        let event = self.recorder.event(Side::Client, What::Decided(Decision::Sender(decided)));
        if answer == TlsAnswer::InClear {
            self.leg.given_up = Some((gate, event));
        }
        answer
    }

    /// The client asks a domain controller for a ticket, and shows it. None of it is run. docs/rules.md X5
    fn prove(&mut self) -> OwnProof {
        let up = self.recorder.last(Side::Client, |what| matches!(what, What::TlsUp(_)));
        let proof = if up.is_some() { OwnProof::ExchangeAuth } else { OwnProof::Gssapi };
        self.recorder.event(Side::Client, What::NotRun { proof, controller: self.leg.hop.sending.controller });
        proof
    }

    /// Asks the receiver's about a submission, and records what it answered.
    fn ask_receiver(&mut self, question: &SubmitQuestion) -> SubmitAnswer {
        let decided = about_submission(self.submission(&question.domain, question.offered));
        let answer = decided.answer;
        self.recorder.event(Side::Server, What::Decided(Decision::Receiver(decided)));
        answer
    }

    fn evidence(&self, gate: Gate, offered: bool) -> Evidence {
        let is_line = |what: &What| matches!(what, What::Sent { text: Some(_), .. });
        let said = self.recorder.last(Side::Server, is_line);
        let failed = self.recorder.last(Side::Client, |what| matches!(what, What::TlsFailed(_)));
        let proved = self.recorder.last(Side::Client, |what| matches!(what, What::NotRun { .. }));
        let events = Events {
            offer: said.filter(|_| gate == Gate::Offer),
            attempt: match gate {
                Gate::Handshake => failed,
                Gate::Login => proved,
                Gate::Offer | Gate::Refusal | Gate::Certificate => said,
            },
            check: self.leg.server_check.as_ref().map(|(_, event)| *event),
            given_up: self.leg.given_up.map(|(_, event)| event),
        };
        Evidence {
            certificate_ok: match self.leg.hop.sending.demands().identity {
                Identity::Published => self.is_published(Side::Client),
                _ => self.leg.server_check.as_ref().is_some_and(|(check, _)| check.passes()),
            },
            given_up_at: self.leg.given_up.map(|(gate, _)| gate),
            events,
            ..self.leg.hop.evidence(gate, offered)
        }
    }

    /// What the receiver has seen when MAIL FROM names a domain. Only now can the certificate's names be compared with it.
    fn submission(&mut self, domain: &str, offered: bool) -> Submission {
        let up = self.recorder.last(Side::Server, |what| matches!(what, What::TlsUp(_)));
        let mail = self.recorder.last(Side::Client, |what| match what {
            What::Sent { text: Some(text), .. } => self.recorder.octets(*text).starts_with(b"MAIL "),
            _ => false,
        });
        let check = self.leg.client_check.as_ref().map(|(check, _)| check.for_domain(domain));
        let proof = check
            .as_ref()
            .map(|check| ClientProof { name_ok: check.name == tls::Verdict::Pass, path_ok: check.path_passes() });
        Submission {
            listed: self.leg.hop.lists() && domain.eq_ignore_ascii_case(self.leg.hop.sender_domain()),
            domain_secure: self.leg.hop.receiving.domain_secure.is_on(),
            offered,
            inside_tls: up.is_some(),
            certificate: proof,
            partners: self.leg.hop.receiving.partners.is_on(),
            mail,
            up,
            check: check.map(|check| self.checked(Side::Server, check)),
        }
    }
}
