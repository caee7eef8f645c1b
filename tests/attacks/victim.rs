//! An SMTP machine with TLS below it as soon as it asks for it, and an attacker who can put any octets on the wire.

use crate::pair::{Lab, lab};
use starttls_lab::scenario::{AuthMechanism, Clock, Offer, ServerProfile, Side, Versions};
use starttls_lab::smtp::profile::profile;
use starttls_lab::smtp::server::Config;
use starttls_lab::smtp::{
    Client, ClientState, Delivery, Gate, Input, Note, Output, Plan, Question, Server, ServerState, Treatment, Verdict,
    Violation,
};
use starttls_lab::tls::{self, Failure, Session};

pub fn plan() -> Plan {
    Plan {
        name: "client.example".into(),
        from: "a@client.example".into(),
        to: vec!["b@partner.example".into()],
        message: b"Subject: x\r\n\r\ntext\r\n".to_vec(),
        login: None,
        chunking: false,
        pipelining: false,
        lenient_2xx: false,
        left_over: Treatment::Purge,
    }
}

pub fn server(left_over: Treatment) -> Server {
    server_of(ServerProfile::Postfix, left_over)
}

pub fn server_of(id: ServerProfile, left_over: Treatment) -> Server {
    let profile = profile(id);
    Server::new(Config {
        profile,
        offer: Offer::Offered,
        left_over,
        clock: Clock::BOOK,
        address: profile.client.address,
        auth: AuthMechanism::DEFAULT,
        asks: false,
        stamps: false,
    })
}

/// Either machine.
pub enum Machine {
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

    fn poll(&mut self) -> Option<Output> {
        match self {
            Machine::Client(client) => client.poll(),
            Machine::Server(server) => server.poll(),
        }
    }
}

pub struct Victim {
    side: Side,
    lab: Lab,
    machine: Machine,
    session: Option<Session>,
    /// What it has put on the wire since it was last asked.
    wire: Vec<u8>,
    /// The SMTP that it said, in clear or inside.
    pub said: String,
    pub notes: Vec<Note>,
    pub failure: Option<Failure>,
    pub is_up: bool,
    pub closed: bool,
    /// How often it began TLS.
    pub starts: usize,
}

impl Victim {
    pub fn client(plan: Plan) -> Victim {
        Victim::new(Side::Client, Machine::Client(Box::new(Client::new(plan))))
    }

    pub fn server(left_over: Treatment) -> Victim {
        Victim::new(Side::Server, Machine::Server(Box::new(server(left_over))))
    }

    fn new(side: Side, machine: Machine) -> Victim {
        let mut victim = Victim {
            side,
            lab: lab(Versions::Both),
            machine,
            session: None,
            wire: Vec::new(),
            said: String::new(),
            notes: Vec::new(),
            failure: None,
            is_up: false,
            closed: false,
            starts: 0,
        };
        victim.pump();
        victim
    }

    /// The other end of TLS, whoever he is.
    pub fn other(&self) -> Session {
        self.lab.session(self.side.other(), &self.lab.pki())
    }

    /// One segment; what is said to it, on the wire.
    pub fn hear(&mut self, octets: &[u8]) -> Vec<u8> {
        match &mut self.session {
            Some(session) => session.receive(octets),
            None => self.machine.receive(Input::Bytes(octets)),
        }
        self.pump();
        std::mem::take(&mut self.wire)
    }

    /// Octets through an honest session, and the handshake before them.
    pub fn hear_sealed(&mut self, other: &mut Session, text: &[u8]) {
        other.write(text);
        self.settle(other);
    }

    /// Carries records until both are silent.
    pub fn settle(&mut self, other: &mut Session) {
        for _ in 0..20 {
            let outputs = std::iter::from_fn(|| other.poll());
            let records: Vec<Vec<u8>> =
                outputs.filter_map(|o| if let tls::Output::Wire(record) = o { Some(record) } else { None }).collect();
            let said = self.hear(&records.concat());
            other.receive(&said);
        }
    }

    fn pump(&mut self) {
        while !self.closed {
            if let Some(output) = self.session.as_mut().and_then(Session::poll) {
                self.tls(output);
            } else if let Some(output) = self.machine.poll() {
                self.smtp(output);
            } else {
                return;
            }
        }
    }

    fn tls(&mut self, output: tls::Output) {
        match output {
            tls::Output::Wire(record) => self.wire.extend(record),
            tls::Output::Up(_) => {
                self.is_up = true;
                self.machine.receive(Input::TlsUp);
            }
            tls::Output::Plaintext(text) => self.machine.receive(Input::Bytes(&text)),
            tls::Output::Failed(failure) => {
                self.failure = Some(failure);
                self.machine.receive(Input::TlsFailed);
                self.closed = true;
            }
            tls::Output::Closed { .. } => self.machine.receive(Input::End),
            tls::Output::Checked(_) => {}
        }
    }

    fn smtp(&mut self, output: Output) {
        match output {
            Output::Send { bytes, .. } => {
                self.said.push_str(&String::from_utf8_lossy(&bytes));
                match &mut self.session {
                    Some(session) => session.write(&bytes),
                    None => self.wire.extend(bytes),
                }
            }
            Output::StartTls { first } => {
                self.starts += 1;
                let mut session = self.lab.session(self.side, &self.lab.pki());
                session.receive(&first);
                self.session = Some(session);
            }
            Output::Ask(Question::Tls { gate, .. }) => {
                let verdict = if gate == Gate::Offer { Verdict::StartTls } else { Verdict::Continue };
                self.machine.receive(Input::Verdict(verdict));
            }
            Output::Ask(Question::Submission { .. }) => self.machine.receive(Input::Verdict(Verdict::Continue)),
            Output::Note(note) => self.notes.push(note),
            Output::Close(_) => self.closed = true,
        }
    }

    pub fn violated(&self, violation: Violation) -> bool {
        self.notes.contains(&Note::Violated(violation))
    }

    pub fn delivery(&self) -> Option<Delivery> {
        self.notes.iter().find_map(|note| if let Note::Settled(delivery) = note { Some(*delivery) } else { None })
    }

    pub fn client_state(&self) -> ClientState {
        match &self.machine {
            Machine::Client(client) => client.state(),
            Machine::Server(_) => panic!("a server"),
        }
    }

    pub fn server_state(&self) -> ServerState {
        match &self.machine {
            Machine::Server(server) => server.state(),
            Machine::Client(_) => panic!("a client"),
        }
    }
}
