//! Two sessions, what a test may change about them, and how records get from one to the other. For tests only.

#![allow(dead_code)]

use starttls_lab::scenario::{Clock, Groups, Party, Scenario, Seed, Side, Versions, preset};
use starttls_lab::tls::{
    CertificateCheck, Engine, Failure, Memory, Names, Pki, Randomness, SecretLog, SessionFacts, Setup, TlsOutput,
    Wanted,
};
use std::rc::Rc;

pub const HOST: &str = "mx.example.net";
pub const ALL: [Versions; 3] = [Versions::Tls12, Versions::Tls13, Versions::Both];

/// What a test changes about a pair of sessions.
#[derive(Clone)]
pub struct Lab {
    pub seed: u32,
    pub client: Versions,
    pub server: Versions,
    pub client_groups: Groups,
    pub server_groups: Groups,
    /// The client's clock, in days from the one that the certificates were made around.
    pub days: i64,
    pub wanted: &'static str,
    pub connection: u16,
    pub secrets: SecretLog,
    /// What the ends keep from connection to connection.
    pub memories: Option<Rc<[Memory; 2]>>,
}

pub fn lab(versions: Versions) -> Lab {
    Lab {
        seed: 1,
        client: versions,
        server: versions,
        client_groups: Groups::Classical,
        server_groups: Groups::Classical,
        days: 0,
        wanted: HOST,
        connection: 0,
        secrets: SecretLog::default(),
        memories: None,
    }
}

/// The hosts, with this one as the receiver's.
pub fn names(receiver: &str) -> Names<'_> {
    Names { sender: "mail.example.com", between: "mx.example.org", receiver }
}

pub fn party(side: Side) -> Party {
    match side {
        Side::Client => Party::Sender,
        Side::Server => Party::Receiver,
    }
}

impl Lab {
    pub fn scenario(&self) -> Scenario {
        Scenario { seed: Seed(self.seed), ..preset("postfix").unwrap().scenario }
    }

    pub fn pki(&self) -> Pki {
        Pki::new(&self.scenario(), &names(HOST)).unwrap()
    }

    pub fn session(&self, side: Side, pki: &Pki) -> Engine {
        let now = self.scenario().clock.unix() as i64 + self.days * 86_400;
        let setup = Setup {
            side,
            party: party(side),
            versions: if side == Side::Client { self.client } else { self.server },
            groups: if side == Side::Client { self.client_groups } else { self.server_groups },
            pki,
            randomness: Randomness::Seed(self.scenario().seed),
            clock: Clock::from_unix(now as u32).unwrap(),
            server_name: self.wanted,
            wanted: Some(Wanted::Host(self.wanted.to_owned())).filter(|_| side == Side::Client),
            breaks_off: false,
            asks: false,
            connection: self.connection,
            secrets: self.secrets.clone(),
            memory: self.memories.as_ref().map(|memories| &memories[usize::from(side == Side::Server)]),
        };
        Engine::rustls(&setup).unwrap()
    }

    pub fn end(&self, side: Side) -> End {
        End { session: self.session(side, &self.pki()), outputs: Vec::new() }
    }

    pub fn pair(&self) -> Pair {
        let pki = self.pki();
        let end = |side| End { session: self.session(side, &pki), outputs: Vec::new() };
        Pair { client: end(Side::Client), server: end(Side::Server) }
    }
}

/// One end, and everything that it put out.
pub struct End {
    pub session: Engine,
    pub outputs: Vec<TlsOutput>,
}

impl End {
    /// An end that only listens, to octets that come in these pieces: what it puts out.
    pub fn listen<'a>(session: Engine, pieces: impl IntoIterator<Item = &'a [u8]>) -> Vec<TlsOutput> {
        let mut end = End { session, outputs: Vec::new() };
        for piece in pieces {
            end.session.receive(piece);
            end.drain();
        }
        end.outputs
    }

    pub fn drain(&mut self) -> Vec<TlsOutput> {
        let new: Vec<TlsOutput> = std::iter::from_fn(|| self.session.poll()).collect();
        new.iter().for_each(is_one_record);
        self.outputs.extend(new.iter().cloned());
        new
    }

    pub fn facts(&self) -> SessionFacts {
        let mut up = self.outputs.iter().filter_map(|o| if let TlsOutput::Up(facts) = o { Some(facts) } else { None });
        let facts = up.next().expect("is up").clone();
        assert!(up.next().is_none(), "up twice");
        facts
    }

    pub fn failure(&self) -> Failure {
        let mut all = self.outputs.iter().filter_map(|o| if let TlsOutput::Failed(f) = o { Some(f) } else { None });
        let failure = all.next().expect("has failed").clone();
        assert!(all.next().is_none(), "failed twice");
        assert!(matches!(self.outputs.last(), Some(TlsOutput::Failed(_))), "something followed the failure");
        failure
    }

    pub fn check(&self) -> CertificateCheck {
        self.outputs.iter().find_map(|o| if let TlsOutput::Checked(c) = o { Some(c.clone()) } else { None }).unwrap()
    }
}

pub fn is_one_record(output: &TlsOutput) {
    let TlsOutput::Wire(record) = output else { return };
    assert!(matches!(record[0], 20..=23), "content type {}", record[0]);
    assert_eq!(record.len(), 5 + usize::from(u16::from_be_bytes([record[3], record[4]])), "not exactly one record");
}

pub fn wire(outputs: &[TlsOutput]) -> Vec<u8> {
    outputs.iter().flat_map(|o| if let TlsOutput::Wire(record) = o { record.clone() } else { Vec::new() }).collect()
}

pub fn plaintext(outputs: &[TlsOutput]) -> Vec<u8> {
    outputs.iter().flat_map(|o| if let TlsOutput::Plaintext(text) = o { text.clone() } else { Vec::new() }).collect()
}

pub struct Pair {
    pub client: End,
    pub server: End,
}

impl Pair {
    pub fn of(&mut self, side: Side) -> &mut End {
        match side {
            Side::Client => &mut self.client,
            Side::Server => &mut self.server,
        }
    }

    /// Carries records until both ends are silent.
    pub fn settle(&mut self) {
        loop {
            let (from_client, from_server) = (self.client.drain(), self.server.drain());
            if from_client.is_empty() && from_server.is_empty() {
                return;
            }
            self.server.session.receive(&wire(&from_client));
            self.client.session.receive(&wire(&from_server));
        }
    }

    /// The same, until `side` has received `records` records.
    pub fn settle_after(&mut self, side: Side, records: usize) {
        let mut left = records;
        loop {
            let (to_other, to_it) = (self.of(side).drain(), self.of(side.other()).drain());
            if to_it.is_empty() && to_other.is_empty() {
                return;
            }
            self.of(side.other()).session.receive(&wire(&to_other));
            for record in to_it {
                if left == 0 {
                    self.of(side).drain();
                    return;
                }
                if let TlsOutput::Wire(record) = record {
                    self.of(side).session.receive(&record);
                    left -= 1;
                }
            }
        }
    }

    /// A handshake, a few lines, and a close from both ends.
    pub fn talk(mut self) -> Pair {
        self.settle();
        self.client.session.write(b"EHLO client.example\r\n");
        self.settle();
        self.server.session.write(b"250 mx.example.net\r\n");
        self.settle();
        self.client.session.write(b"QUIT\r\n");
        self.settle();
        self.server.session.close_notify();
        self.settle();
        self.client.session.close_notify();
        self.settle();
        self
    }
}
