//! A hop: who delivers to whom, and with what switches. A direct delivery has one. Where somebody stands between, he takes the mail
//! as a server and sends it on as a client, and the second hop is a session like any other.
//!
//! ```text
//! Direct, Strip      Sender ──▶ Receiver
//! Relay, Impostor    Sender ──▶ Between ──▶ Receiver
//! ```

use crate::policy::Evidence;
use crate::scenario::{
    AuthMechanism, ClientPolicy, Clock, Credentials, GoAhead, Identity, Offer, Party, Path, Pipelining, Routing,
    Scenario, Switch, System, TlsStack, Transfer, Versions,
};
use crate::smtp::client::Login;
use crate::smtp::profile::{self, PASSWORD, Profile, USER};
use crate::smtp::{Gate, Mechanism, Plan, Treatment, server};
use crate::tls::{Names, Wanted};

/// From where an attacker connects. Nobody looks at it.
const ATTACKER: &str = "203.0.113.66";

/// One delivery from one party to the next.
pub(super) struct Hop {
    pub(super) client: Party,
    pub(super) server: Party,
    /// The switches as they are for this hop.
    pub(super) scenario: Scenario,
    /// What the server is like.
    pub(super) profile: &'static Profile,
    /// What the client says its name is, and from where it connects.
    name: &'static str,
    address: &'static str,
    pub(super) message: Vec<u8>,
    /// What its ends do with octets that stand where TLS should begin.
    pub(super) left_over: Treatment,
}

impl Hop {
    /// From the sender to the MX of the recipient's domain, or whoever passes for it.
    pub(super) fn first(scenario: &Scenario) -> Hop {
        let receiver = profile::profile(scenario.server);
        // Whoever stands between offers TLS with what he has, and asks nobody to prove anything.
        let between = Scenario {
            starttls: Offer::Offered,
            server_stack: TlsStack::Rustls,
            server_versions: Versions::Both,
            auth_mechanism: AuthMechanism::DEFAULT,
            receive_list: Switch::Off,
            receive_domain_secure: Switch::Off,
            ..*scenario
        };
        let (server, profile, scenario) = match scenario.path {
            Path::Direct | Path::Strip => (Party::Receiver, receiver, *scenario),
            Path::Relay => (Party::Between, profile::relay(scenario.server), between),
            Path::Impostor | Path::Misissued => (Party::Between, receiver, between),
        };
        let sender = &receiver.client;
        let (message, left_over) = (message(receiver, &scenario), Treatment::Purge);
        Hop {
            client: Party::Sender,
            server,
            scenario,
            profile,
            name: sender.host,
            address: sender.address,
            message,
            left_over,
        }
    }

    /// From whoever stands between to the receiver, with the message as he has it. He is opportunistic, whatever the sender was.
    pub(super) fn onward(scenario: &Scenario, message: Vec<u8>) -> Hop {
        let profile = profile::profile(scenario.server);
        let (name, address) = match scenario.path {
            Path::Relay => (profile::RELAY_HOST, profile::RELAY_ADDRESS),
            Path::Direct | Path::Strip | Path::Impostor | Path::Misissued => (profile.client.host, ATTACKER),
        };
        let scenario = Scenario {
            policy: ClientPolicy::Opportunistic,
            sender: System::Other,
            go_ahead: GoAhead::Any2xx,
            send_domain_secure: Switch::Off,
            routing: Routing::Dns,
            client_stack: TlsStack::Rustls,
            client_versions: Versions::Both,
            credentials: Credentials::None,
            transfer: Transfer::Data,
            pipelining: Pipelining::On,
            ..*scenario
        };
        Hop {
            client: Party::Between,
            server: Party::Receiver,
            scenario,
            profile,
            name,
            address,
            message,
            left_over: Treatment::Purge,
        }
    }

    pub(super) fn versions(&self, party: Party) -> Versions {
        if party == self.client { self.scenario.client_versions } else { self.scenario.server_versions }
    }

    pub(super) fn stack(&self, party: Party) -> TlsStack {
        if party == self.client { self.scenario.client_stack } else { self.scenario.server_stack }
    }

    /// Somebody on this hop overwrites STARTTLS.
    pub(super) fn strips(&self) -> bool {
        self.scenario.path == Path::Strip
    }

    /// Whom the client looks for in the server's certificate.
    pub(super) fn wanted(&self) -> Wanted {
        match self.scenario.policy.demands().identity {
            Identity::Domain => Wanted::Domain(self.profile.domain.to_owned()),
            // A policy that judges no certificate has it looked at all the same.
            Identity::Any | Identity::Host => Wanted::Host(self.profile.host.to_owned()),
        }
    }

    /// The server has a list of domains that have to prove themselves, and the sender's is on it.
    pub(super) fn lists(&self) -> bool {
        self.receiver_is_exchange() && self.scenario.receive_list.is_on()
    }

    /// The server asks for a certificate in the handshake, since it does not know yet for whom the client will speak.
    pub(super) fn asks_for_certificate(&self) -> bool {
        self.lists() && self.scenario.receive_domain_secure.is_on()
    }

    fn receiver_is_exchange(&self) -> bool {
        self.server == Party::Receiver && self.scenario.receiver_is_exchange()
    }

    /// The domain of the message's sender.
    pub(super) fn sender_domain(&self) -> &'static str {
        self.profile.client.sender.rsplit('@').next().unwrap_or_default()
    }

    pub(super) fn server_config(&self, clock: Clock) -> server::Config {
        server::Config {
            profile: self.profile,
            offer: self.scenario.starttls,
            left_over: self.left_over,
            clock,
            address: self.address,
            auth: if self.receiver_is_exchange() { self.scenario.auth_mechanism } else { AuthMechanism::DEFAULT },
            asks: self.lists(),
            stamps: self.receiver_is_exchange(),
        }
    }

    /// What the client is to do.
    pub(super) fn plan(&self) -> Plan {
        let login =
            |mechanism, password: &str| Some(Login { mechanism, user: USER.to_owned(), password: password.to_owned() });
        let (scenario, envelope) = (&self.scenario, &self.profile.client);
        Plan {
            name: self.name.to_owned(),
            from: envelope.sender.to_owned(),
            to: vec![envelope.recipient.to_owned()],
            message: self.message.clone(),
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
            left_over: self.left_over,
        }
    }

    /// What the sender's settings give a decision; what it saw is for the world to fill in.
    pub(super) fn evidence(&self, gate: Gate, offered: bool) -> Evidence {
        Evidence {
            policy: self.scenario.policy,
            gate,
            offered,
            certificate_ok: false,
            given_up_at: None,
            domain_secure: self.scenario.send_domain_secure.is_on(),
            smart_host: self.scenario.routing == Routing::SmartHost,
            events: Default::default(),
        }
    }
}

/// The hosts of a run, for its certificates.
pub(super) fn names(scenario: &Scenario) -> Names<'static> {
    let receiver = profile::profile(scenario.server);
    Names { sender: receiver.client.host, between: profile::RELAY_HOST, receiver: receiver.host }
}

/// The message of the lab. One of its lines begins with a dot, so that dot-stuffing can be seen.
fn message(receiver: &Profile, scenario: &Scenario) -> Vec<u8> {
    let (sender, clock) = (&receiver.client, scenario.clock);
    let forged = scenario.spoofs.is_on().then(|| {
        // What would make Outlook show the mark, if a message from outside could bring it along.
        ["AuthAs: Partner", "AuthMechanism: 02"].map(|field| format!("X-MS-Exchange-Organization-{field}"))
    });
    let mut lines = vec![
        format!("Date: {}", clock.moment().mail(receiver.zone)),
        format!("From: <{}>", sender.sender),
        format!("To: <{}>", sender.recipient),
        "Subject: Quarterly figures".to_owned(),
        format!("Message-ID: <{}.1@{}>", clock.unix(), sender.host),
        "MIME-Version: 1.0".to_owned(),
        "Content-Type: text/plain; charset=us-ascii".to_owned(),
    ];
    lines.extend(forged.into_iter().flatten());
    lines.extend([
        String::new(),
        "The figures for the quarter are ready.".to_owned(),
        ".This line begins with a dot; SMTP doubles it on the way.".to_owned(),
    ]);
    lines.iter().flat_map(|line| format!("{line}\r\n").into_bytes()).collect()
}
