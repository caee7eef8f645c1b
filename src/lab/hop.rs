//! A hop: a sender, a receiver and the path between them. A direct delivery has one. Where an intermediary takes the mail as a server
//! and sends it on as a client, the second hop is a session like any other.
//!
//! ```text
//! Direct, Strip      Sender ──▶ Receiver
//! Relay              Sender ──▶ Relay ──▶ Receiver
//! Impostor           Sender ──▶ Attacker ──▶ Receiver
//! NtlmRelay          the same; but a login with NTLM goes on to the receiver while it is made (`lab/relay`)
//! ```
//!
//! What a hop is a function of are three small structs, made from the scenario or, for an intermediary, written out field by field.

use crate::ntlm::{BindingPolicy, DomainAccount, Windows, nt_owf_v1};
use crate::policy::Evidence;
use crate::scenario::{
    AuthFlag, AuthMechanism, BitFlip, Clock, Controller, Credentials, Draft, Epa, GoAhead, Groups, Identity, NextHop,
    NtlmEra, OldLine, OldList, Parts, Party, Password, Path, Pipelining, Receiving, Routing, Scenario, Sending,
    TlsStack, Transfer, Versions,
};
use crate::smtp::client::{Login, LoginBy};
use crate::smtp::profile::{self, Profile, USER, WRONG_PASSWORD};
use crate::smtp::{Chance, Gate, Mechanism, NtlmHost, NtlmUser, OwnProof, Plan, TlsVerb, Treatment, net_bios, server};
use crate::tls::{Names, Wanted};
use crate::trace::{Actor, Briefing, Host, Meeting, ReceiveConnector, Recipient, Seat};
use std::net::{IpAddr, Ipv4Addr};

/// RFC 5321 §4.5.4.2
const SMTP_PORT: u16 = 25;
/// The ports of clients, one a connection, count from here: the range in which no port is registered. RFC 6335 §6
const FIRST_CLIENT_PORT: u16 = 50_000;
// There is no network: the addresses are from the ranges that RFC 5737 keeps for documentation, one an actor. No decision depends on them.
const SENDER: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 10);
const RELAY: Ipv4Addr = Ipv4Addr::new(203, 0, 113, 25);
const ATTACKER: Ipv4Addr = Ipv4Addr::new(203, 0, 113, 66);
const RECEIVER: Ipv4Addr = Ipv4Addr::new(198, 51, 100, 25);

/// How often a sender tries NTLM that is sure of its password.
const TRIES: u8 = 3;

/// One delivery from one party to the next.
pub(super) struct Hop {
    /// Whose certificates the ends present.
    pub(super) client: Party,
    pub(super) server: Party,
    pub(super) sending: Sending,
    pub(super) receiving: Receiving,
    pub(super) path: Path,
    pub(super) flip: BitFlip,
    /// What the server is like.
    pub(super) profile: &'static Profile,
    /// What the client says its name is.
    name: &'static str,
    /// From where the client connects, if it is no actor of the lab.
    pub(super) client_address: Option<Ipv4Addr>,
    pub(super) message: Vec<u8>,
    /// It passes on a login that begins with this.
    negotiate: Option<Vec<u8>>,
    /// Its message has been put off once.
    pub(super) tried: bool,
    /// What its ends do with octets that stand where TLS should begin.
    pub(super) left_over: Treatment,
}

impl Hop {
    /// From the sender to the MX of the recipient's domain, or to the intermediary that passes for it.
    pub(super) fn first(scenario: &Scenario) -> Hop {
        let Parts { sending, path, flip, receiving, message } = scenario.parts();
        let receiver = profile::profile(scenario.server);
        let (server, profile) = match path {
            Path::Direct | Path::Strip | Path::StripBoth => (Party::Receiver, receiver),
            Path::Relay => (Party::Between, profile::relay(scenario.server)),
            Path::Impostor | Path::NtlmRelay | Path::Misissued => (Party::Between, receiver),
        };
        let receiving = match server {
            Party::Between => Receiving::intermediary(profile.id, receiving.password),
            Party::Sender | Party::Receiver => receiving,
        };
        Hop {
            client: Party::Sender,
            server,
            sending,
            receiving,
            path,
            flip,
            profile,
            name: names(scenario).sender,
            client_address: None,
            message: letter(receiver, &message, OWN),
            negotiate: None,
            tried: false,
            left_over: Treatment::Purge,
        }
    }

    /// From an attacker to the receiver, with the sender's login, of which this is the first message, and a mail of its own.
    pub(super) fn relayed(scenario: &Scenario, negotiate: Vec<u8>) -> Hop {
        let message = letter(profile::profile(scenario.server), &scenario.parts().message, FORGED);
        Hop { negotiate: Some(negotiate), ..Hop::onward(scenario, message) }
    }

    /// From the intermediary to the receiver, with the message as it has it.
    pub(super) fn onward(scenario: &Scenario, message: Vec<u8>) -> Hop {
        let Parts { path, receiving, .. } = scenario.parts();
        let profile = profile::profile(scenario.server);
        let name = match path {
            Path::Relay => profile::RELAY_HOST,
            // An attacker sends on as the sender.
            Path::Direct | Path::Strip | Path::StripBoth | Path::Impostor | Path::NtlmRelay | Path::Misissued => {
                profile.client.host
            }
        };
        Hop {
            client: Party::Between,
            server: Party::Receiver,
            sending: Sending::INTERMEDIARY,
            receiving,
            path,
            // An attacker on the sender's link is not on the next one.
            flip: BitFlip::None,
            profile,
            name,
            client_address: None,
            message,
            negotiate: None,
            tried: false,
            left_over: Treatment::Purge,
        }
    }

    /// It passes a login on, while that is made.
    pub(super) fn relays(&self) -> bool {
        self.negotiate.is_some()
    }

    fn actor(&self, party: Party) -> Actor {
        match party {
            Party::Sender => Actor::Sender,
            Party::Between if self.path == Path::Relay => Actor::Relay,
            Party::Between => Actor::Attacker,
            Party::Receiver => Actor::Receiver,
        }
    }

    fn address(&self, party: Party) -> Ipv4Addr {
        let own = match self.actor(party) {
            Actor::Sender => SENDER,
            Actor::Relay => RELAY,
            Actor::Attacker => ATTACKER,
            Actor::Receiver | Actor::Unknown => RECEIVER,
        };
        self.client_address.filter(|_| party == self.client).unwrap_or(own)
    }

    /// Who meets on a connection of this hop.
    pub(super) fn meeting(&self, connection: u16) -> Meeting {
        let actor = |party| self.actor(party);
        let host = |party, name: &str, port| Host {
            name: Some(name.to_owned()),
            address: IpAddr::V4(self.address(party)),
            port,
        };
        let profile = self.profile.id;
        Meeting {
            client: Seat {
                actor: actor(self.client),
                host: host(self.client, self.name, FIRST_CLIENT_PORT.wrapping_add(connection)),
                engine: Some(self.sending.stack),
                briefing: Some(Briefing::Client {
                    is_exchange: self.sending.is_exchange,
                    revoked: self.sending.revoked,
                    breaks_off: self.sending.breaks_off(),
                    next_hop: self.sending.next_hop,
                }),
            },
            server: Seat {
                actor: actor(self.server),
                host: host(self.server, self.profile.host, SMTP_PORT),
                engine: Some(self.receiving.stack),
                briefing: Some(Briefing::Server { profile, revoked: self.receiving.revoked }),
            },
            on_path: (matches!(self.path, Path::Strip | Path::StripBoth) || self.flip != BitFlip::None)
                .then_some(Actor::Attacker),
        }
    }

    pub(super) fn versions(&self, party: Party) -> Versions {
        if party == self.client { self.sending.versions } else { self.receiving.versions }
    }

    pub(super) fn groups(&self, party: Party) -> Groups {
        if party == self.client { self.sending.groups } else { self.receiving.groups }
    }

    /// Both ends keep their sessions.
    pub(super) fn resumes(&self) -> bool {
        self.sending.resumes.is_on() && self.receiving.resumes.is_on()
    }

    pub(super) fn stack(&self, party: Party) -> TlsStack {
        if party == self.client { self.sending.stack } else { self.receiving.stack }
    }

    /// What an old end has in place of its list, if anything.
    pub(super) fn list(&self, party: Party) -> Option<OldList> {
        if party == self.client { self.sending.list } else { self.receiving.list }
    }

    /// The line that an old end has on besides its list.
    pub(super) fn line(&self, party: Party) -> Option<OldLine> {
        self.receiving.line.filter(|_| party != self.client)
    }

    /// A certificate of the server's that fails a check ends the handshake.
    pub(super) fn breaks_off(&self) -> bool {
        self.sending.breaks_off()
    }

    /// Whom the client looks for in the server's certificate.
    pub(super) fn wanted(&self) -> Wanted {
        match self.sending.demands().identity {
            Identity::Domain => Wanted::Domain(self.profile.domain.to_owned()),
            // A policy that judges no certificate has it looked at all the same.
            Identity::Any | Identity::Host | Identity::Published => Wanted::Host(self.profile.host.to_owned()),
        }
    }

    /// The server has a list of domains that have to prove themselves, and the sender's is on it.
    pub(super) fn lists(&self) -> bool {
        self.receiving.is_exchange && self.receiving.listed.is_on()
    }

    /// The server asks for a certificate in the handshake: an Edge that of a Hub; others since they do not know yet for whom the client
    /// will speak.
    pub(super) fn asks_for_certificate(&self, verb: TlsVerb) -> bool {
        match verb {
            TlsVerb::StartTls => self.lists() && self.receiving.domain_secure.is_on(),
            TlsVerb::AnonymousTls => self.receiving.next_hop == NextHop::Edge,
        }
    }

    /// The client as its organisation's directory knows it: by the account of its computer, or by the name in its certificate.
    pub(super) fn identity(&self, by: OwnProof) -> String {
        match by {
            OwnProof::Certificate => self.name.to_owned(),
            OwnProof::ExchangeAuth | OwnProof::Gssapi | OwnProof::Ntlm => {
                format!("{}$", self.name.split('.').next().unwrap_or_default().to_ascii_uppercase())
            }
        }
    }

    /// The domain of the message's sender.
    pub(super) fn sender_domain(&self) -> &'static str {
        self.profile.client.sender.rsplit('@').next().unwrap_or_default()
    }

    /// The client logs in as a server of the organisation, with the account of its computer. docs/rules.md X7
    fn logs_in_own(&self) -> bool {
        self.sending.next_hop == NextHop::Hub && self.sending.credentials == Credentials::Ntlm
    }

    /// `computer` is the password of the client's computer; `chance` is what it draws from, by purpose.
    pub(super) fn server_config(
        &self,
        clock: Clock,
        computer: &str,
        chance: impl Fn(&'static str) -> Chance,
    ) -> server::Config {
        let receiving = &self.receiving;
        let password = profile::password(receiving.password);
        // An attacker belongs to no domain: it knows nothing of the accounts.
        let account = |user: &str, password| DomainAccount {
            user: user.to_owned(),
            nt_owf_v1: nt_owf_v1(password),
            barred: None,
        };
        let mut accounts = Vec::new();
        if self.server == Party::Receiver {
            accounts.push(account(USER, password));
        }
        if self.logs_in_own() && self.sending.controller != Controller::UnknownServer {
            accounts.push(account(&self.identity(OwnProof::Ntlm), computer));
        }
        let ntlm = NtlmHost {
            windows: windows(receiving.ntlm_era),
            accounts,
            bindings: match receiving.epa {
                Epa::None => BindingPolicy::None,
                Epa::Allow => BindingPolicy::Allow,
                Epa::Require => BindingPolicy::Require,
            },
            time_limit: None,
            is_cut_off: self.logs_in_own() && self.sending.controller == Controller::Down,
            challenges: chance("ntlm/server-challenge"),
        };
        server::Config {
            profile: self.profile,
            offer: self.receiving.starttls,
            anonymous_tls: self.receiving.anonymous_tls,
            left_over: self.left_over,
            clock,
            address: self.address(self.client),
            is_final: self.server == Party::Receiver,
            auth: if self.receiving.is_exchange { self.receiving.auth_mechanism } else { AuthMechanism::DEFAULT },
            password,
            passes_on: self.server == Party::Between && self.path == Path::NtlmRelay,
            ntlm: self.profile.mechanisms.contains(&Mechanism::Ntlm).then_some(ntlm),
            asks: self.lists(),
            puts_off: self.receiving.puts_off.is_on() && !self.tried,
            stamps: self.receiving.is_exchange,
        }
    }

    /// What the client is to do.
    pub(super) fn plan(&self, computer: &str, chance: impl Fn(&'static str) -> Chance) -> Plan {
        let (sending, envelope) = (&self.sending, &self.profile.client);
        let own = self.logs_in_own();
        let by = match sending.credentials {
            _ if self.relays() => self.negotiate.clone().map(LoginBy::Passed),
            // Between own servers there is no AUTH. docs/rules.md X5
            _ if sending.next_hop != NextHop::Internet && !own => None,
            Credentials::None => None,
            Credentials::Plain => Some(LoginBy::Plain),
            Credentials::Login => Some(LoginBy::Login),
            Credentials::Ntlm => Some(LoginBy::Ntlm(NtlmUser {
                domain: net_bios(self.profile.domain),
                host: self.profile.host.to_owned(),
                windows: windows(sending.ntlm_era),
                binds: sending.binding.is_on(),
                initial: false,
                tries: if sending.password == Password::Wrong && !own { TRIES } else { 1 },
                challenges: chance("ntlm/client-challenge"),
                keys: chance("ntlm/session-key"),
            })),
        };
        let password = match sending.password {
            known @ (Password::Strong | Password::Weak) => profile::password(known),
            Password::Wrong => WRONG_PASSWORD,
        };
        Plan {
            name: self.name.to_owned(),
            from: envelope.sender.to_owned(),
            to: vec![envelope.recipient.to_owned()],
            message: self.message.clone(),
            login: by.map(|by| match own {
                false => Login { by, own, user: USER.to_owned(), password: password.to_owned() },
                true => Login { by, own, user: self.identity(OwnProof::Ntlm), password: computer.to_owned() },
            }),
            chunking: sending.transfer == Transfer::Chunking,
            pipelining: sending.pipelining == Pipelining::On,
            proves: sending.next_hop == NextHop::Hub && !own,
            verb: TlsVerb::towards(sending.next_hop),
            lenient_2xx: sending.go_ahead == GoAhead::Any2xx,
            left_over: self.left_over,
        }
    }

    /// What the sender's settings give a decision; what it saw is for the world to fill in.
    pub(super) fn evidence(&self, gate: Gate, offered: bool) -> Evidence {
        Evidence {
            policy: self.sending.policy,
            gate,
            offered,
            certificate_ok: false,
            given_up_at: None,
            domain_secure: self.sending.domain_secure.is_on(),
            smart_host: self.sending.routing == Routing::SmartHost,
            next_hop: self.sending.next_hop,
            downgraded: self.sending.downgraded.is_on(),
            controller: self.sending.controller,
            events: Default::default(),
        }
    }
}

fn windows(era: NtlmEra) -> Windows {
    match era {
        NtlmEra::Ws2008 => Windows::SERVER_2008,
        NtlmEra::Ws2003 => Windows::SERVER_2003,
    }
}

/// Who reads the mail of a run, and behind what.
pub(super) fn recipient(scenario: &Scenario) -> Recipient {
    let Receiving { is_exchange, listed, domain_secure, auth_mechanism, .. } = scenario.parts().receiving;
    let connector = is_exchange.then(|| ReceiveConnector {
        listed: listed.is_on(),
        domain_secure: domain_secure.is_on(),
        tls: auth_mechanism.has(AuthFlag::Tls),
    });
    let nt_owf_v1 = Some(nt_owf_v1(profile::password(scenario.password)));
    Recipient { reader: scenario.reader, rule: scenario.icon_rule, connector, nt_owf_v1 }
}

/// The hosts of a run, for its certificates.
pub(super) fn names(scenario: &Scenario) -> Names<'static> {
    let receiver = profile::profile(scenario.server);
    let is_own = scenario.next_hop_in_force() != NextHop::Internet && scenario.controller != Controller::UnknownServer;
    let sender = if is_own { receiver.colleague } else { receiver.client.host };
    Names { sender, between: profile::RELAY_HOST, receiver: receiver.host }
}

/// Subject, number and first line of the sender's message, and of the one that an attacker sends as the sender.
const OWN: [&str; 3] = ["Quarterly figures", "1", "The figures for the quarter are ready."];
const FORGED: [&str; 3] = ["New account", "2", "Please pay to our new account from now on."];

/// A message of the lab. One of its lines begins with a dot, so that dot-stuffing can be seen.
fn letter(receiver: &Profile, message: &Draft, [subject, number, text]: [&str; 3]) -> Vec<u8> {
    let (sender, clock) = (&receiver.client, message.clock);
    let forged = message.spoofs.is_on().then(|| {
        // What would make Outlook show the mark, if a message from outside could bring it along.
        ["AuthAs: Partner", "AuthMechanism: 02"].map(|field| format!("X-MS-Exchange-Organization-{field}"))
    });
    let mut lines = vec![
        format!("Date: {}", clock.moment().mail(receiver.zone)),
        format!("From: <{}>", sender.sender),
        format!("To: <{}>", sender.recipient),
        format!("Subject: {subject}"),
        format!("Message-ID: <{}.{number}@{}>", clock.unix(), sender.host),
        "MIME-Version: 1.0".to_owned(),
        "Content-Type: text/plain; charset=us-ascii".to_owned(),
    ];
    lines.extend(forged.into_iter().flatten());
    lines.extend([
        String::new(),
        text.to_owned(),
        ".This line begins with a dot; SMTP doubles it on the way.".to_owned(),
    ]);
    lines.iter().flat_map(|line| format!("{line}\r\n").into_bytes()).collect()
}
