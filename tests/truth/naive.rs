//! A naive reading of a run: who said what on which connection, which records passed, what became of the mail; from the octets in the order
//! in which they were sent, the switches of the scenario and a small table of what each policy demands. RFC 5321, RFC 3207, RFC 4954
//!
//! It is written from the RFCs and docs/rules.md, and takes nothing from `story`, `policy` or `dissect`. Of the trace it reads the streams, which
//! octets were sent when by whom, and the mailboxes: what a capture tells, the plaintext, and what was stored. What the ends say that they
//! found is not read, but for one thing: the octets of certificates that TLS 1.3 sealed.

pub mod ntlm;
pub mod octets;

use octets::{Certificate, Choice, Message, Offered, Record};
use starttls_lab::scenario::{
    AuthFlag, BitFlip, Certificate as Defective, ClientPolicy, Controller, Credentials, NextHop, Password, Path,
    Published, Routing, Scenario, ServerProfile, Side, Switch, System, TlsStack,
};
use starttls_lab::smtp::Gate;
use starttls_lab::trace::{Actor, StreamKind, Trace, What};
use std::collections::VecDeque;

/// What a sender demands. docs/rules.md P0 to P6
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Demand {
    /// STARTTLS is sent where it is offered.
    pub starttls: bool,
    /// The mail may leave in clear.
    pub clear: bool,
    /// Whose name the certificate has to prove.
    pub proves: Option<Proves>,
    /// The domain is in TLSSendDomainSecureList, and that has effect.
    pub listed: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proves {
    Host,
    Domain,
    /// It is the one that the directory holds.
    Published,
}

fn demand(scenario: &Scenario) -> Demand {
    let row = |starttls, clear, proves| Demand { starttls, clear, proves, listed: false };
    // docs/rules.md X3: what a server of its own organisation demands stands in the policy's place.
    match own(scenario) {
        NextHop::Internet => {}
        NextHop::Hub => return row(true, scenario.downgraded_auth == Switch::On, None),
        NextHop::Edge => return row(true, false, Some(Proves::Published)),
    }
    match scenario.policy {
        ClientPolicy::Never | ClientPolicy::LegacyOff => row(false, true, None),
        ClientPolicy::Opportunistic => row(true, true, None),
        ClientPolicy::VerifyOrClear => row(true, true, Some(Proves::Host)),
        ClientPolicy::Required | ClientPolicy::LegacyOn => row(true, false, None),
        ClientPolicy::Verified => row(true, false, Some(Proves::Host)),
        ClientPolicy::VerifiedDomain => row(true, false, Some(Proves::Domain)),
        // docs/rules.md DS1: through a smart host the list has no effect.
        ClientPolicy::DomainSecure if scenario.routing == Routing::SmartHost => row(true, true, None),
        ClientPolicy::DomainSecure => Demand { listed: true, ..row(true, false, Some(Proves::Domain)) },
    }
}

/// For whom of its own organisation the sender takes the receiver: between two Exchange servers with TLS of today that meet.
pub fn own(scenario: &Scenario) -> NextHop {
    let legacy = matches!(scenario.policy, ClientPolicy::LegacyOff | ClientPolicy::LegacyOn);
    let listed = scenario.policy == ClientPolicy::DomainSecure;
    let sender = !legacy && (listed || scenario.sender == System::Exchange);
    let meet = matches!(scenario.path, Path::Direct | Path::Strip | Path::StripBoth);
    let modern = (scenario.client_stack, scenario.server_stack) == (TlsStack::Rustls, TlsStack::Rustls);
    match sender && scenario.server != ServerProfile::Postfix && meet && modern {
        true => scenario.next_hop,
        false => NextHop::Internet,
    }
}

/// To a Hub it proves itself with X-EXPS NTLM. docs/rules.md X7
pub fn by_computer(scenario: &Scenario) -> bool {
    own(scenario) == NextHop::Hub && scenario.credentials == Credentials::Ntlm
}

/// Names of the lab.
pub const RELAY: &str = "mx.hygiene.example";
pub const SENDER_DOMAIN: &str = "somorita.com";
const ROOT: &str = "STARTTLS lab root CA";

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Command,
    /// An answer to a challenge of AUTH.
    AuthAnswer,
    /// A message, or a chunk of it.
    Content,
    /// A line of a reply: the index of the reply.
    Reply(usize),
}

/// Something that was said at once: a line, or a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line<'a> {
    pub event: usize,
    pub at: u64,
    pub by: Side,
    /// All octets.
    pub octets: &'a [u8],
    /// Without the line break at its end.
    pub text: String,
    /// Octets that carried it.
    pub wire: usize,
    pub sealed: bool,
    pub role: Role,
}

impl Line<'_> {
    /// The verb of a command, in capitals; of an answer to a challenge AUTH; empty for content.
    pub fn verb(&self) -> String {
        match self.role {
            // Between servers of one organisation it goes as AUTH does.
            Role::Command if self.text.starts_with("X-EXPS ") => "AUTH".to_owned(),
            Role::Command => self.text.split(' ').next().unwrap_or_default().to_ascii_uppercase(),
            Role::AuthAnswer => "AUTH".to_owned(),
            Role::Content | Role::Reply(_) => String::new(),
        }
    }
}

/// A reply: its code, its lines, and what it answers. RFC 5321 §4.2
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    pub code: u16,
    pub lines: Vec<usize>,
    /// The line that it answers; `None`: it is the greeting.
    pub to: Option<usize>,
}

/// A keyword of an EHLO reply. RFC 5321 §4.1.1.1
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keyword {
    pub event: usize,
    pub name: String,
    pub parameters: Vec<String>,
}

/// One TCP connection.
#[derive(Clone, Debug)]
pub struct Talk<'a> {
    pub number: u16,
    pub opened: usize,
    /// An intermediary sends the mail on.
    pub onward: bool,
    /// What its client would start TLS with. docs/rules.md X3
    pub verb: &'static str,
    pub lines: Vec<Line<'a>>,
    pub replies: Vec<Reply>,
    pub records: Vec<Record<'a>>,
    /// Handshake messages in clear.
    pub messages: Vec<Message>,
    pub offered: Option<Offered>,
    pub choice: Option<Choice>,
    /// What the server's lines were before the path wrote over them.
    pub overwritten: Vec<String>,
    /// The event of records that arrived otherwise than they were sent, and what arrived: the server cannot read them.
    pub damaged: Option<(usize, &'a [u8])>,
    /// The alert that an end says it got: who sent it, which.
    pub heard: Option<(Side, u8)>,
    /// It goes on with the secret of an earlier session.
    pub resumed: bool,
    /// Certificates of the client and of the server, DER; of a resumed session what the other side looks at again.
    pub certificates: [Vec<Vec<u8>>; 2],
}

/// What became of a mail on a hop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Delivered,
    Waits,
    Returned,
}

/// Why it was not delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// What the sender demands was not to be had.
    Policy(Gate),
    /// A reply of the connection: its index.
    Reply(usize),
    /// It has to log in, and said QUIT instead.
    NoLogin,
    /// The connection ended, and no QUIT was said.
    Ended,
}

/// One hop: the connections from one party to the next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hop {
    /// Indexes of its connections.
    pub talks: Vec<usize>,
    pub fate: Fate,
    pub why: Option<Why>,
    /// Connection and line of the message, where it was sent.
    pub content: Option<(usize, usize)>,
}

/// What a certificate is worth to who looks at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Worth {
    pub chain: bool,
    /// `None`: no name is looked for yet.
    pub name: Option<bool>,
    pub dates: Dates,
    pub purpose: bool,
    /// It is its own issuer.
    pub own_issuer: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dates {
    Inside,
    Early,
    Late,
}

impl Worth {
    pub fn path(self) -> bool {
        self.chain && self.dates == Dates::Inside && self.purpose
    }

    pub fn all(self) -> bool {
        self.path() && self.name != Some(false)
    }
}

/// A run, read naively.
#[derive(Clone, Debug)]
pub struct Naive<'a> {
    pub trace: &'a Trace,
    pub scenario: Scenario,
    pub demand: Demand,
    /// In the order in which they were opened; never empty.
    pub talks: Vec<Talk<'a>>,
    /// The sender's own hop.
    pub first: Hop,
    /// From the intermediary to the receiver, with the mail.
    pub onward: Option<Hop>,
    /// From an attacker to the receiver, with a login that the sender makes at the same time.
    pub relayed: Option<Hop>,
}

pub fn side(side: Side) -> usize {
    usize::from(side == Side::Server)
}

impl<'a> Naive<'a> {
    pub fn of(trace: &'a Trace, scenario: Scenario) -> Naive<'a> {
        let opened = trace.events.iter().enumerate().filter(|(_, event)| matches!(event.what, What::Opened));
        let mut talks: Vec<Talk> = opened.map(|(id, event)| Talk::of(trace, id, event.connection)).collect();
        let is_between = matches!(scenario.path, Path::Relay | Path::Impostor | Path::NtlmRelay | Path::Misissued);
        let mut taken = false;
        for talk in &mut talks {
            let last = |of: u16| trace.events.iter().rposition(|event| event.connection == of);
            let beside = (0..talk.number).any(|before| last(before) > Some(talk.opened));
            talk.onward = is_between && (taken || beside);
            if own(&scenario) != NextHop::Internet && !talk.onward {
                talk.verb = "X-ANONYMOUSTLS";
            }
            taken |= talk.accepted().is_some();
        }
        let indexes = |onward| (0..talks.len()).filter(|&at| talks[at].onward == onward).collect::<Vec<_>>();
        let demand = demand(&scenario);
        let logs_in = match own(&scenario) {
            NextHop::Internet => (scenario.credentials != Credentials::None).then_some(Why::NoLogin),
            NextHop::Hub if by_computer(&scenario) => Some(Why::NoLogin),
            NextHop::Hub => Some(Why::Policy(Gate::Login)),
            NextHop::Edge => None,
        };
        let first = hop(&talks, indexes(false), demand, logs_in);
        let opportunistic = Demand { starttls: true, clear: true, proves: None, listed: false };
        let onward = Some(indexes(true)).filter(|talks| !talks.is_empty());
        let logs_in = (!taken).then_some(Why::NoLogin);
        let second = onward.map(|indexes| hop(&talks, indexes, opportunistic, logs_in));
        // What was not taken is not sent on.
        let is_taken = first.fate == Fate::Delivered;
        let (onward, relayed) = if is_taken { (second, None) } else { (None, second) };
        let mut naive = Naive { trace, scenario, demand, talks, first, onward, relayed };
        for at in 0..naive.talks.len() {
            // The server looks at the client's certificate again when it has named its domain: it stands in the ticket. RFC 5077 §4
            let talk = &naive.talks[at];
            let looks = talk.resumed && naive.receiver_asks() && naive.names_itself(talk);
            if let Some(before) = naive.shown_on(talk, Side::Client).filter(|_| looks) {
                naive.talks[at].certificates[0] = before.certificates[0].clone();
            }
        }
        naive
    }

    /// The connection on which the certificate was shown that a side of a resumed session has.
    pub fn shown_on(&self, talk: &Talk, of: Side) -> Option<&Talk<'a>> {
        let mut before = self.talks.iter().filter(|other| other.number < talk.number && other.onward == talk.onward);
        before.rfind(|other| talk.resumed && !other.certificates[side(of)].is_empty())
    }

    /// The connection before this one, of the same hop and the same try.
    pub fn before(&self, talk: &Talk) -> Option<&Talk<'a>> {
        let before = self.talks.iter().find(|before| before.number + 1 == talk.number);
        before.filter(|before| before.onward == talk.onward && !before.is_put_off())
    }

    /// What is known of a certificate, shown here or in the session that is resumed. RFC 8446 §2.2
    pub fn known(&self, talk: &Talk, of: Side) -> Option<Worth> {
        self.worth(talk, of).or_else(|| self.worth(self.shown_on(talk, of)?, of))
    }

    /// The receiver takes the client for the domain that it names.
    fn names_itself(&self, talk: &Talk) -> bool {
        talk.lines.iter().any(|line| line.sealed && line.verb() == "MAIL") && self.is_anonymous(talk)
    }

    /// The certificate of this end of the delivery has been revoked; no octet shows it.
    pub fn revoked(&self, of: Side) -> bool {
        match of {
            Side::Client => self.scenario.client_certificate == Some(Defective::Revoked),
            Side::Server => self.scenario.server_certificate == Defective::Revoked,
        }
    }

    pub fn connection(&self, number: u16) -> Option<&Talk<'a>> {
        self.talks.iter().find(|talk| talk.number == number)
    }

    /// The line of an event, with its connection.
    pub fn line(&self, event: usize) -> Option<(&Talk<'a>, &Line<'a>)> {
        self.talks.iter().find_map(|talk| Some((talk, talk.lines.iter().find(|line| line.event == event)?)))
    }

    /// Every line with its connection, in the order in which they were said.
    pub fn spoken(&self) -> Vec<(&Talk<'a>, &Line<'a>)> {
        let mut all: Vec<_> =
            self.talks.iter().flat_map(|talk| talk.lines.iter().map(move |line| (talk, line))).collect();
        all.sort_by_key(|(_, line)| line.event);
        all
    }

    /// The records of an event, with their connection.
    pub fn records(&self, event: usize) -> Vec<(&Talk<'a>, Record<'a>)> {
        let all = self.talks.iter().flat_map(|talk| talk.records.iter().map(move |record| (talk, *record)));
        all.filter(|(_, record)| record.event == event).collect()
    }

    /// The path flips a bit of the mail that this connection carries.
    pub fn flips(&self, talk: &Talk) -> bool {
        self.scenario.flip != BitFlip::None && !talk.onward
    }

    /// Who takes the mail in the place of the receiver, if there is one.
    pub fn between(&self) -> Option<Actor> {
        match self.scenario.path {
            Path::Direct | Path::Strip | Path::StripBoth => None,
            Path::Relay => Some(Actor::Relay),
            Path::Impostor | Path::NtlmRelay | Path::Misissued => Some(Actor::Attacker),
        }
    }

    pub fn actor(&self, talk: &Talk, side: Side) -> Actor {
        match (side, talk.onward) {
            (Side::Client, false) => Actor::Sender,
            (Side::Client, true) => self.between().unwrap_or(Actor::Sender),
            (Side::Server, false) => self.between().unwrap_or(Actor::Receiver),
            (Side::Server, true) => Actor::Receiver,
        }
    }

    pub fn receiver_host(&self) -> &'static str {
        match self.scenario.server {
            ServerProfile::Book => "ex2010.somorita.com",
            ServerProfile::Exchange => "ex2010.partner.example",
            ServerProfile::Postfix => "mx.partner.example",
        }
    }

    pub fn recipient_domain(&self) -> &'static str {
        match self.scenario.server {
            ServerProfile::Book => "somorita.com",
            ServerProfile::Exchange | ServerProfile::Postfix => "partner.example",
        }
    }

    /// The receiver is Exchange 2007 or later.
    pub fn receiver_is_exchange(&self) -> bool {
        self.scenario.server != ServerProfile::Postfix
    }

    /// The sender is Exchange 2007 or later. Only that has TLSSendDomainSecureList, and what has the other list of settings is older.
    pub fn sender_is_exchange(&self) -> bool {
        match self.scenario.policy {
            ClientPolicy::DomainSecure => true,
            ClientPolicy::LegacyOff | ClientPolicy::LegacyOn => false,
            _ => self.scenario.sender == starttls_lab::scenario::System::Exchange,
        }
    }

    /// The sender is Exchange 2000 or 2003.
    pub fn sender_is_legacy(&self) -> bool {
        matches!(self.scenario.policy, ClientPolicy::LegacyOff | ClientPolicy::LegacyOn)
    }

    /// What this connection's client demands.
    pub fn demand_on(&self, talk: &Talk) -> Demand {
        match talk.onward {
            true => Demand { starttls: true, clear: true, proves: None, listed: false },
            false => self.demand,
        }
    }

    /// The name that the client looks for in the server's certificate: a host, or a domain.
    pub fn wanted(&self, talk: &Talk) -> &'static str {
        match (self.demand_on(talk).proves, self.actor(talk, Side::Server)) {
            (Some(Proves::Domain), _) => self.recipient_domain(),
            (_, Actor::Relay) => RELAY,
            _ => self.receiver_host(),
        }
    }

    /// The receiver asks every client for a certificate. docs/rules.md DS5
    pub fn receiver_asks(&self) -> bool {
        if self.own() != NextHop::Internet {
            return self.own() == NextHop::Edge;
        }
        self.receiver_is_exchange()
            && self.scenario.receive_list == Switch::On
            && self.scenario.receive_domain_secure == Switch::On
    }

    /// What the certificate that a side of a connection showed is worth to the other; a client's, as soon as it has named its domain.
    pub fn worth(&self, talk: &Talk, of: Side) -> Option<Worth> {
        let certificate = Certificate::read(talk.certificates[side(of)].first()?)?;
        let (owner, judge) = (self.actor(talk, of), self.actor(talk, of.other()));
        let own_issuer = certificate.issuer == certificate.subject;
        // Who signs with another kind of key than RSA has a name of its own.
        let kinds = [", DSA", ", ECDSA"].into_iter();
        let issuer = kinds.filter_map(|kind| certificate.issuer.strip_suffix(kind)).next();
        let issuer = issuer.unwrap_or(&certificate.issuer);
        let is_own = own_issuer || issuer == "Internal CA of the receiver";
        let is_senders = own_issuer || issuer == "Internal CA of the sender";
        let imported = match (owner, judge) {
            (Actor::Receiver, Actor::Sender) => is_own && self.scenario.sender_imports == Switch::On,
            (Actor::Sender, Actor::Receiver) => is_senders && self.scenario.receiver_imports == Switch::On,
            _ => false,
        };
        let is_domain = of == Side::Client || self.demand_on(talk).proves == Some(Proves::Domain);
        let wanted = if of == Side::Client { SENDER_DOMAIN } else { self.wanted(talk) };
        let fits = |name: &String| match name.strip_suffix(wanted) {
            Some("") => true,
            Some(above) => is_domain && above.ends_with('.'),
            None => false,
        };
        let asked = of == Side::Server || self.names_itself(talk);
        let clock = i64::try_from(self.scenario.clock.unix()).expect("a clock");
        let dates = match (clock < certificate.from, clock > certificate.to) {
            (true, _) => Dates::Early,
            (_, true) => Dates::Late,
            _ => Dates::Inside,
        };
        Some(Worth {
            // Each signs its own, and what was imported is for others. docs/rules.md X2
            chain: issuer == ROOT || imported && talk.verb != "X-ANONYMOUSTLS",
            name: asked.then(|| certificate.names.iter().any(fits)),
            dates,
            purpose: if of == Side::Server { certificate.server_auth } else { certificate.client_auth },
            own_issuer,
        })
    }

    /// Whether the mail was sealed when it left the sender, with a cipher; `None`: it never did.
    pub fn sealed(&self) -> Option<bool> {
        let (talk, line) = self.first.content?;
        Some(self.talks[talk].lines[line].sealed && self.talks[talk].hides())
    }

    pub fn content(&self, hop: &Hop) -> Option<&Line<'a>> {
        hop.content.map(|(talk, line)| &self.talks[talk].lines[line])
    }

    /// It was sealed, to a server that the sender has verified because it insists on that.
    pub fn verified(&self) -> bool {
        self.sealed() == Some(true) && self.demand.proves.is_some()
    }

    /// An attacker has the mail.
    pub fn attacker_reads(&self) -> bool {
        match self.scenario.path {
            Path::Impostor | Path::NtlmRelay | Path::Misissued => {
                self.first.content.is_some_and(|(talk, _)| self.talks[talk].damaged.is_none())
            }
            Path::Strip | Path::StripBoth => self.sealed() == Some(false),
            // Who flips a bit of it is on the path.
            Path::Direct | Path::Relay => self.scenario.flip != BitFlip::None && self.sealed() == Some(false),
        }
    }

    /// The receiver said yes to a login that an attacker passed on.
    pub fn intruded(&self) -> bool {
        let said = |talk: &usize| self.talks[*talk].replies.iter().any(|reply| reply.code == 235);
        self.relayed.as_ref().is_some_and(|hop| hop.talks.iter().any(said))
    }

    /// The sender has verified whom it should not have: an attacker, or a server whose certificate was revoked.
    pub fn deceived(&self) -> bool {
        let revoked = self.between().is_none() && self.scenario.server_certificate == Defective::Revoked;
        self.verified() && (self.between() == Some(Actor::Attacker) || revoked)
    }

    /// Messages that servers of a connection stored.
    pub fn mailbox(&self, talk: &Talk) -> Vec<&'a [u8]> {
        let stored = |id: usize| match &self.trace.events[id].what {
            What::Stored(stored) if self.trace.events[id].connection == talk.number => {
                Some(self.trace.octets(stored.message))
            }
            _ => None,
        };
        (0..self.trace.events.len()).filter_map(stored).collect()
    }

    /// The client's address, wherever the server of a connection names it: in its answer to EHLO, and in what it wrote over the message.
    pub fn addresses(&self, talk: &Talk) -> Vec<String> {
        let hello = talk.reply_to("EHLO").map(|reply| talk.first_line(reply).text.clone());
        let received = self.mailbox(talk).into_iter().filter_map(|message| field(message, "Received"));
        let bracketed = |text: String| Some(text.split_once('[')?.1.split_once(']')?.0.to_owned());
        hello.into_iter().chain(received).filter_map(bracketed).collect()
    }

    /// The message in the recipient's mailbox.
    pub fn received(&self) -> Option<&'a [u8]> {
        let last = self.onward.as_ref().or(self.between().is_none().then_some(&self.first))?;
        last.talks.iter().flat_map(|&talk| self.mailbox(&self.talks[talk])).next()
    }

    /// The receiving Exchange took the sender for a partner: it stamped the message so. docs/rules.md DS6
    pub fn partner(&self) -> bool {
        let stamp = b"X-MS-Exchange-Organization-AuthAs: Partner\r\n";
        let is_stamped = |message: &[u8]| octets::find(head(message), stamp).is_some();
        self.receiver_is_exchange() && self.received().is_some_and(is_stamped)
    }

    /// Each end has verified the other.
    pub fn mutual(&self) -> bool {
        self.between().is_none() && (self.partner() || self.own() == NextHop::Edge) && self.verified()
    }

    /// A value of the AuthMechanism of the receiver's connector, where it has one.
    pub fn connector_has(&self, flag: AuthFlag) -> bool {
        self.receiver_is_exchange() && self.scenario.auth_mechanism.has(flag)
    }

    pub fn own(&self) -> NextHop {
        own(&self.scenario)
    }

    /// The receiver takes the session for one of its own organisation: by a ticket, or by a certificate. docs/rules.md X4, X5
    pub fn is_recognised(&self, talk: &Talk) -> bool {
        match self.own() {
            NextHop::Internet => false,
            NextHop::Hub if by_computer(&self.scenario) => talk.replies.iter().any(|reply| reply.code == 235),
            NextHop::Hub => {
                self.scenario.controller == Controller::Up && talk.lines.iter().any(|line| line.verb() == "MAIL")
            }
            NextHop::Edge => self.scenario.published != Published::Missing && talk.up(),
        }
    }

    /// It does without TLS, or stands before its login.
    pub fn has_ticket(&self) -> bool {
        if by_computer(&self.scenario) {
            return self.talks.iter().any(|talk| self.is_recognised(talk));
        }
        self.scenario.controller == Controller::Up
    }

    /// The receiver takes the session for anonymous until MAIL FROM. docs/rules.md DS5
    pub fn is_anonymous(&self, talk: &Talk) -> bool {
        !self.is_recognised(talk)
            && talk.replies.iter().all(|reply| reply.code != 235)
            && !self.connector_has(AuthFlag::ExternalAuthoritative)
    }

    /// All octets of a kind of stream.
    pub fn streams(&self, kind: StreamKind) -> impl Iterator<Item = (u16, Side, &'a [u8])> {
        let streams = self.trace.streams.iter().filter(move |stream| stream.layer == kind);
        streams.map(|stream| (stream.connection, stream.from, stream.bytes.as_slice()))
    }
}

/// The header fields of a message.
pub fn head(message: &[u8]) -> &[u8] {
    octets::find(message, b"\r\n\r\n").map_or(message, |end| &message[..end + 2])
}

/// A header field's value, its line breaks undone.
pub fn field(message: &[u8], name: &str) -> Option<String> {
    let text = String::from_utf8_lossy(head(message)).replace("\r\n ", " ").replace("\r\n\t", " ");
    text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':').map(|value| value.trim().to_owned()))
}

impl<'a> Talk<'a> {
    fn of(trace: &'a Trace, opened: usize, number: u16) -> Talk<'a> {
        let mut talk = Talk {
            number,
            opened,
            onward: false,
            verb: "STARTTLS",
            lines: Vec::new(),
            replies: Vec::new(),
            records: Vec::new(),
            messages: Vec::new(),
            offered: None,
            choice: None,
            overwritten: Vec::new(),
            damaged: None,
            heard: None,
            resumed: false,
            certificates: [Vec::new(), Vec::new()],
        };
        let sent = trace.events.iter().enumerate().filter(|(_, event)| event.connection == number);
        let mut listener = Listener::default();
        let mut seen = None;
        for (id, event) in sent {
            let What::Sent { text, wire } = event.what else { continue };
            let octets = trace.octets(wire);
            let said = text.map(|text| trace.octets(text));
            if said != Some(octets) && seen.replace(wire) != Some(wire) {
                talk.record(id, event.who, octets);
            }
            let is_altered = trace.events.get(id + 1).is_some_and(|next| {
                (next.connection, next.who) == (number, event.who) && matches!(next.what, What::Altered { .. })
            });
            if is_altered && said != Some(octets) {
                talk.damaged = Some((id, octets));
            }
            if let Some(said) = said {
                let line = Line {
                    event: id,
                    at: event.at.0,
                    by: event.who,
                    octets: said,
                    text: String::from_utf8_lossy(said.strip_suffix(b"\r\n").unwrap_or(said)).into_owned(),
                    wire: octets.len(),
                    sealed: said != octets,
                    role: Role::Command,
                };
                listener.hear(&mut talk, line);
            }
        }
        for by in [Side::Client, Side::Server] {
            talk.messages.extend(octets::messages(&talk.records, by));
        }
        talk.heard =
            trace.events.iter().filter(|event| event.connection == number).find_map(|event| match &event.what {
                What::TlsFailed(starttls_lab::tls::Failure { alert: Some((by, alert)), .. }) if *by != event.who => {
                    Some((*by, *alert))
                }
                _ => None,
            });
        let first = |kind, by| talk.messages.iter().find(|message| message.kind == kind && message.by == by);
        talk.offered = first(octets::CLIENT_HELLO, Side::Client).and_then(octets::offered);
        let chosen = |message: &&Message| message.kind == octets::SERVER_HELLO && !octets::is_retry(&message.body);
        talk.choice = talk.messages.iter().find(chosen).and_then(octets::choice);
        talk.resumed = octets::resumed(&talk.records, &talk.messages);
        for by in [Side::Client, Side::Server] {
            let sealed = || {
                trace.events.iter().find_map(|event| match &event.what {
                    What::Checked(check) if event.connection == number && check.of == by => {
                        Some(check.presented.clone())
                    }
                    _ => None,
                })
            };
            let shown = match talk.is_tls13() {
                true => sealed().unwrap_or_default(),
                false => first(octets::CERTIFICATE, by).map(octets::chain).unwrap_or_default(),
            };
            talk.certificates[side(by)] = shown;
        }
        let sent =
            trace.streams.iter().filter(|stream| stream.layer == StreamKind::Sent && stream.connection == number);
        let sent = sent
            .flat_map(|stream| String::from_utf8_lossy(&stream.bytes).lines().map(str::to_owned).collect::<Vec<_>>());
        talk.overwritten = sent.collect();
        talk
    }

    fn record(&mut self, event: usize, by: Side, octets: &'a [u8]) {
        for (kind, body) in octets::records(octets).unwrap_or_default() {
            let changed =
                self.records.iter().any(|record| record.by == by && record.kind == octets::CHANGE_CIPHER_SPEC);
            // Behind a HelloRetryRequest it means nothing: its version is TLS 1.3. RFC 8446 §D.4
            let retried = self.records.iter().any(|record| {
                record.by == Side::Server && !record.sealed && record.body.get(4..).is_some_and(octets::is_retry)
            });
            let changes = changed && !retried && kind != octets::CHANGE_CIPHER_SPEC;
            let sealed = kind == octets::APPLICATION_DATA || changes;
            self.records.push(Record { event, by, kind, body, sealed });
        }
    }

    /// The server put the mail off. docs/rules.md R35
    pub fn is_put_off(&self) -> bool {
        self.replies.iter().any(|reply| reply.code == 450)
    }

    /// What is inside TLS is hidden: the server took none of the suites without a cipher. RFC 2246 §A.5
    pub fn hides(&self) -> bool {
        !self.choice.is_some_and(|choice| matches!(choice.suite, 0x0001 | 0x0002))
    }

    pub fn is_tls13(&self) -> bool {
        self.choice.is_some_and(|choice| choice.version == 0x0304)
    }

    /// The handshake was completed: SMTP went on inside.
    pub fn up(&self) -> bool {
        self.lines.iter().any(|line| line.sealed)
    }

    /// The client sent the first record of TLS.
    pub fn began(&self) -> bool {
        self.records.iter().any(|record| record.by == Side::Client)
    }

    /// The first fatal alert: who, which. One that is sealed is what the other end heard. RFC 8446 §6
    pub fn alert(&self) -> Option<(Side, u8)> {
        let in_clear = self.records.iter().find_map(|record| match (record.kind, record.sealed, record.body) {
            (octets::ALERT, false, [2, alert]) => Some((record.by, *alert)),
            _ => None,
        });
        in_clear.or(self.heard)
    }

    pub fn reply_to(&self, verb: &str) -> Option<&Reply> {
        self.replies.iter().find(|reply| self.asked(reply).as_deref() == Some(verb))
    }

    /// The verb of what a reply answers; `None` for the greeting.
    pub fn asked(&self, reply: &Reply) -> Option<String> {
        reply.to.map(|to| self.lines[to].verb())
    }

    pub fn first_line(&self, reply: &Reply) -> &Line<'a> {
        &self.lines[reply.lines[0]]
    }

    pub fn command(&self, verb: &str, sealed: bool) -> Option<&Line<'a>> {
        self.lines.iter().find(|line| line.by == Side::Client && line.sealed == sealed && line.verb() == verb)
    }

    /// The keywords of the EHLO reply in clear, or inside TLS; `None`: there is none.
    pub fn keywords(&self, sealed: bool) -> Option<Vec<Keyword>> {
        let is_it = |reply: &&Reply| {
            let inside = self.first_line(reply).sealed;
            self.asked(reply).as_deref() == Some("EHLO") && reply.code == 250 && inside == sealed
        };
        let reply = self.replies.iter().find(is_it)?;
        // The first line names the server.
        let lines = reply.lines[1..].iter().map(|&line| &self.lines[line]);
        let keywords = lines.map(|line| {
            let mut words = line.text[4..].split(' ').map(str::to_owned);
            Keyword { event: line.event, name: words.next().unwrap_or_default(), parameters: words.collect() }
        });
        Some(keywords.collect())
    }

    pub fn keyword(&self, name: &str, sealed: bool) -> Option<Keyword> {
        self.keywords(sealed)?.into_iter().find(|keyword| keyword.name.eq_ignore_ascii_case(name))
    }

    /// The message's line.
    pub fn content(&self) -> Option<usize> {
        self.lines.iter().position(|line| line.role == Role::Content)
    }

    /// The reply by which the server took the message.
    pub fn accepted(&self) -> Option<&Reply> {
        let content = self.content()?;
        self.replies.iter().find(|reply| {
            let behind = self.lines[*reply.lines.last().expect("a line")].event > self.lines[content].event;
            behind && reply.code / 100 == 2 && ["", "BDAT"].contains(&self.asked(reply).as_deref().unwrap_or("?"))
        })
    }

    /// The first reply that refused the mail, or what comes before it: greeting, EHLO, a login. That to STARTTLS does not.
    pub fn refused(&self) -> Option<usize> {
        self.replies.iter().position(|reply| {
            let verb = self.asked(reply);
            let is_first_ehlo =
                verb.as_deref() == Some("EHLO") && reply.code / 100 == 5 && !self.first_line(reply).sealed;
            let others = [self.verb, "QUIT"].contains(&verb.as_deref().unwrap_or_default());
            // A sender that is sure of its password tries again.
            let said = reply.lines.last().map_or(0, |&line| self.lines[line].event);
            let is_again = verb.as_deref() == Some("AUTH")
                && self.lines.iter().any(|line| line.event > said && line.text == "AUTH NTLM");
            reply.code >= 400 && !others && !is_first_ehlo && !is_again
        })
    }
}

/// Puts replies to what they answer. RFC 5321 §4.2, RFC 2920 §3.1
#[derive(Default)]
struct Listener {
    /// Lines that wait for a reply.
    waiting: VecDeque<usize>,
    greeted: bool,
    /// The reply goes on.
    open: bool,
    content_follows: bool,
    challenged: bool,
}

impl Listener {
    fn hear<'a>(&mut self, talk: &mut Talk<'a>, mut line: Line<'a>) {
        let at = talk.lines.len();
        match line.by {
            Side::Client => {
                if std::mem::take(&mut self.content_follows) {
                    line.role = Role::Content;
                } else if std::mem::take(&mut self.challenged) {
                    line.role = Role::AuthAnswer;
                }
                let is_chunk = line.role == Role::Content
                    && self.waiting.back().is_some_and(|&last| talk.lines[last].verb() == "BDAT");
                self.content_follows = line.role == Role::Command && line.verb() == "BDAT";
                if !is_chunk {
                    self.waiting.push_back(at);
                }
            }
            Side::Server => {
                if !self.open {
                    let code = line.text.get(..3).and_then(|code| code.parse().ok()).unwrap_or_default();
                    let to = if self.greeted { self.waiting.pop_front() } else { None };
                    self.greeted = true;
                    talk.replies.push(Reply { code, lines: Vec::new(), to });
                }
                let index = talk.replies.len() - 1;
                line.role = Role::Reply(index);
                self.open = line.text.as_bytes().get(3) == Some(&b'-');
                talk.replies[index].lines.push(at);
                if !self.open {
                    let reply = &talk.replies[index];
                    let verb = talk.asked(reply).unwrap_or_default();
                    self.content_follows |= reply.code == 354 && verb == "DATA";
                    self.challenged |= reply.code == 334 && verb == "AUTH";
                }
            }
        }
        talk.lines.push(line);
    }
}

/// What became of the mail on a hop, by its last connection.
/// `login` is why it stops where it has to log in, and does not.
fn hop(talks: &[Talk], indexes: Vec<usize>, demand: Demand, login: Option<Why>) -> Hop {
    let content = indexes.iter().find_map(|&talk| Some((talk, talks[talk].content()?)));
    let Some(talk) = indexes.last().map(|&last| &talks[last]) else {
        return Hop { talks: indexes, fate: Fate::Waits, why: None, content };
    };
    let has_quit = talk.lines.iter().any(|line| line.verb() == "QUIT");
    // Between own servers the login is under X-EXPS; of others it is not asked here.
    let is_own = login == Some(Why::Policy(Gate::Login));
    let lists_login = !is_own || talk.keyword("X-EXPS", talk.up()).is_some();
    let (fate, why) = if talk.accepted().is_some() {
        (Fate::Delivered, None)
    } else if let Some(refused) = talk.refused() {
        let reply = &talk.replies[refused];
        // An administrator can repair a login, so the message waits for that. RFC 5321 §4.2.1
        let is_final = reply.code / 100 == 5 && talk.asked(reply).as_deref() != Some("AUTH");
        (if is_final { Fate::Returned } else { Fate::Waits }, Some(Why::Reply(refused)))
    } else if talk.began() && !talk.up() {
        (Fate::Waits, Some(Why::Policy(Gate::Handshake)))
    } else if !has_quit {
        (Fate::Waits, Some(Why::Ended))
    } else if talk.up() && talk.command("EHLO", true).is_none() {
        (Fate::Waits, Some(Why::Policy(Gate::Certificate)))
    } else if talk.up() {
        (Fate::Waits, Some(login.filter(|_| lists_login).unwrap_or(Why::NoLogin)))
    } else if is_own && demand.clear && !lists_login {
        (Fate::Waits, Some(Why::NoLogin))
    } else {
        let is_asked = talk.command(talk.verb, false).is_some();
        let gate = if is_asked { Gate::Refusal } else { Gate::Offer };
        (Fate::Waits, Some(login.filter(|_| demand.clear).unwrap_or(Why::Policy(gate))))
    };
    Hop { talks: indexes, fate, why, content }
}

impl Naive<'_> {
    /// Of the account that the receiver knows.
    pub fn password(&self) -> &'static str {
        if self.scenario.password == Password::Weak { "Summer2009" } else { "correct horse" }
    }
}
