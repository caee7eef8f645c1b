//! The SMTP server. It answers what comes, in any order and any shape, and never sends a line it was not asked for, except its
//! greeting. After TLS it says nothing until the client speaks. RFC 3207 §4.2
//!
//! Left out: onward delivery, mail that waits to be called for (ETRN), Exchange's private verbs.

mod login;
mod starts;
mod submission;
mod transaction;

use super::auth::Exchange;
use super::command::{Command, CommandError, verb};
use super::content::Unstuffer;
use super::line::{COMMAND, EXTENDED_COMMAND, LineBuffer};
use super::profile::Profile;
use super::table::{self, On};
use super::{
    CloseReason, Input, MachineState, Note, NtlmHost, Output, Reply, ServerState as S, SubmitQuestion, TlsVerb,
    Treatment, Violation, X_EXPS,
};
use crate::scenario::{AnonymousOffer, AuthMechanism, Clock, Offer};
use std::collections::VecDeque;
use std::net::Ipv4Addr;
use transaction::{Chunk, Envelope};

/// What the server is set to.
#[derive(Clone, Debug)]
pub struct Config {
    pub profile: &'static Profile,
    pub offer: Offer,
    pub anonymous_tls: AnonymousOffer,
    /// What becomes of octets behind STARTTLS.
    pub left_over: Treatment,
    pub clock: Clock,
    /// From where the client connects. Left out: IPv6.
    pub address: Ipv4Addr,
    /// No server comes after it: what it takes goes into a mailbox. RFC 5321 §4.4
    pub is_final: bool,
    /// What an Exchange Receive connector has; of any other server the set that leaves its profile as it is.
    pub auth: AuthMechanism,
    /// Of the one account that PLAIN and LOGIN know.
    pub password: &'static str,
    /// The domain whose accounts NTLM knows, if it belongs to one.
    pub ntlm: Option<NtlmHost>,
    /// It passes the messages of NTLM on to another server.
    pub passes_on: bool,
    /// Domains may have to prove themselves: it asks at MAIL FROM.
    pub asks: bool,
    /// It does not take the mail of who has not logged in, for now: it comes for the first time. docs/rules.md R35
    pub puts_off: bool,
    /// It marks messages with X-MS-Exchange-Organization fields, and takes out those that come from outside.
    pub stamps: bool,
}

/// The machine.
#[derive(Debug)]
pub struct Server {
    config: Config,
    state: S,
    /// The verb that TLS was begun with, once it is up.
    inside: Option<TlsVerb>,
    /// The last verb that got a go-ahead.
    started: TlsVerb,
    lines: LineBuffer,
    client_name: Option<String>,
    /// The client said EHLO, not HELO.
    extended: bool,
    envelope: Envelope,
    identity: Option<String>,
    /// It is a server of the organisation, and did not log in with AUTH.
    is_own: bool,
    /// The domain for which the client has proved itself a partner, in this transaction.
    partner: Option<String>,
    /// The transaction that waits for a verdict.
    asked: Option<Envelope>,
    failed_logins: u8,
    /// The hash of its certificate, inside TLS.
    end_point: Option<Vec<u8>>,
    /// Microseconds since 1970.
    now: u64,
    exchange: Option<Exchange>,
    /// That is one of X-EXPS.
    is_own_login: bool,
    /// It waits for what another server says to a message of the exchange.
    is_passing: bool,
    content: Option<Unstuffer>,
    chunk: Option<Chunk>,
    errors: u8,
    messages: u32,
    out: VecDeque<Output<SubmitQuestion>>,
}

impl Server {
    /// A server that has just been connected to: its greeting is waiting to be sent. RFC 5321 §3.1
    pub fn new(config: Config) -> Server {
        let (profile, clock) = (config.profile, config.clock);
        let mut server = Server {
            config,
            state: S::ExpectHello,
            inside: None,
            started: TlsVerb::StartTls,
            lines: LineBuffer::default(),
            client_name: None,
            extended: false,
            envelope: Envelope::default(),
            identity: None,
            is_own: false,
            partner: None,
            asked: None,
            failed_logins: 0,
            end_point: None,
            now: 0,
            exchange: None,
            is_own_login: false,
            is_passing: false,
            content: None,
            chunk: None,
            errors: 0,
            messages: 0,
            out: VecDeque::new(),
        };
        let date = clock.moment().mail(profile.zone);
        server.say(&profile.greeting.replace("{host}", profile.host).replace("{date}", &date));
        server
    }

    pub fn state(&self) -> S {
        self.state
    }

    pub fn poll(&mut self) -> Option<Output<SubmitQuestion>> {
        self.out.pop_front()
    }

    pub fn receive(&mut self, input: Input<'_>) {
        if self.state == S::Closed {
            return;
        }
        match input {
            Input::Bytes(bytes) => self.bytes(bytes),
            Input::Recognised { by, identity } => {
                (self.identity, self.is_own) = (Some(identity.to_owned()), true);
                self.out.push_back(Output::Note(Note::Recognised { by, identity: identity.to_owned() }));
            }
            Input::Handed(passed) => self.passed_back(passed),
            Input::Now(micros) => self.now = micros,
            Input::TlsUp { end_point } if self.state == S::ExpectTls => {
                self.end_point = Some(end_point.to_vec());
                self.tls_up();
            }
            Input::TlsUp { .. } => {}
            Input::TlsFailed => self.move_to(S::Closed),
            Input::End => {
                if self.state != S::ExpectHello || !self.lines.is_empty() {
                    self.violated(Violation::UnexpectedEnd);
                }
                self.close(CloseReason::PeerClosed);
            }
            Input::Timeout => {
                self.say(self.config.profile.says.timeout);
                self.close(CloseReason::Timeout);
            }
            Input::Excess => self.endless(),
        }
    }

    fn bytes(&mut self, bytes: &[u8]) {
        // Clear text after the 220: only TLS may follow. RFC 3207 §4
        if self.state == S::ExpectTls && !self.config.left_over.buffers_clear_text() {
            return self.violated(Violation::TextBeforeTls);
        }
        self.lines.push(bytes);
        // In ExpectTls nothing is read: what is still buffered was kept to be read after TLS (Treatment::Keep). In
        // ExpectVerdict it waits for the answer to MAIL FROM, and while a login is passed on for the other server's.
        while !(self.is_passing || matches!(self.state, S::Closed | S::ExpectTls | S::ExpectVerdict)) {
            if self.content.is_some() || self.chunk.is_some() {
                let mut lines = std::mem::take(&mut self.lines);
                let octets = lines.front();
                if octets.is_empty() {
                    return;
                }
                let taken = self.message_octets(octets).or_else(|| self.chunk_octets(octets)).unwrap_or_default();
                lines.take(taken);
                self.lines = lines;
                continue;
            }
            match self.lines.next_line() {
                None => return,
                Some(line) => self.line(line),
            }
        }
    }

    /// A line that no command can be in. An AUTH exchange ends with it. RFC 4954 §4
    fn bad_line(&mut self, violation: Violation) {
        let says = self.config.profile.says;
        self.violated(violation);
        let in_auth = self.state == S::ExpectAuthResponse;
        if in_auth {
            self.exchange = None;
            self.go(On::AuthEnds);
        }
        self.refuse(match violation {
            Violation::LineTooLong if in_auth => says.auth_too_long,
            Violation::LineTooLong => says.line_too_long,
            _ => says.bad_octets,
        });
    }

    /// What has no end gets one. RFC 5321 §3.8 allows 421 at any time.
    fn endless(&mut self) {
        self.violated(Violation::Endless);
        self.hang_up();
    }

    fn line(&mut self, line: Result<Vec<u8>, Violation>) {
        let line = match line {
            Ok(line) => line,
            Err(Violation::Endless) => return self.endless(),
            Err(violation) => return self.bad_line(violation),
        };
        if self.state == S::ExpectAuthResponse {
            return self.auth_response(&line);
        }
        let Ok(text) = std::str::from_utf8(&line) else {
            return self.bad_line(Violation::EightBit);
        };
        let verb = verb(text);
        let is_envelope = matches!(verb.as_str(), "MAIL" | "RCPT");
        // Addresses may hold other letters than ASCII's where SMTPUTF8 is offered. RFC 6531 §3.3
        let utf8 = is_envelope && self.offers("SMTPUTF8");
        if !(text.is_ascii() || utf8) {
            return self.bad_line(Violation::EightBit);
        }
        let limit = match verb.as_str() {
            "AUTH" | X_EXPS => super::line::LONGEST,
            _ if is_envelope => EXTENDED_COMMAND,
            _ => COMMAND,
        };
        if line.len() + 2 > limit {
            return self.bad_line(Violation::LineTooLong);
        }
        let says = self.config.profile.says;
        let parsed = match Command::parse(text) {
            Ok(Command::StartTls { verb, .. }) if !self.knows(verb) => Err(CommandError::UnknownVerb),
            // Of its mechanisms one is run. docs/rules.md X7
            Ok(Command::Auth { own: true, mechanism, .. }) if !self.runs_own(&mechanism) => {
                Err(CommandError::UnknownVerb)
            }
            parsed => parsed,
        };
        // RFC 3207 §4: before TLS a server that demands it answers 530 to all but these four.
        let gated = self.config.offer == Offer::Required && self.inside.is_none();
        let starts_tls = matches!(parsed, Ok(Command::StartTls { .. }));
        if gated && !starts_tls && !matches!(verb.as_str(), "NOOP" | "EHLO" | "QUIT") {
            return match parsed {
                Ok(Command::Bdat { size, .. }) | Err(CommandError::BadChunk { size }) => {
                    self.swallow(size, says.starttls_first);
                }
                _ => self.refuse(says.starttls_first),
            };
        }
        match parsed {
            Ok(command) => self.command(command),
            Err(CommandError::BadChunk { size }) => self.swallow(size, says.syntax),
            Err(CommandError::Syntax(_)) => self.refuse(says.syntax),
            Err(CommandError::UnknownVerb) => {
                let known = self.config.profile.other_verbs.iter().find(|(known, _)| *known == verb);
                let argument = || text.split_once(' ').map_or("", |(_, rest)| rest.trim());
                // As long as a domain can be, so that the reply's line is none too long. RFC 5321 §4.5.3.1.2
                let domain = || argument().chars().take(255).collect::<String>();
                let says =
                    known.map_or(says.unrecognized.to_owned(), |(_, says)| says.replace("{argument}", &domain()));
                self.refuse(&says)
            }
        }
    }

    fn command(&mut self, command: Command) {
        let says = self.config.profile.says;
        // RFC 2920 §3.1: the client must wait for the answer to these before it sends more.
        let ends_group = matches!(
            command,
            Command::Ehlo(_)
                | Command::Data
                | Command::Vrfy
                | Command::Expn
                | Command::Noop
                | Command::Quit
                | Command::Auth { .. }
        );
        if ends_group && !self.lines.is_empty() {
            self.violated(Violation::OutOfTurn);
        }
        match command {
            Command::Ehlo(name) => self.hello(name, true),
            Command::Helo(name) => self.hello(name, false),
            Command::StartTls { verb, argument } => self.starttls(verb, argument),
            Command::Auth { own, mechanism, initial } => self.auth(own, &mechanism, initial),
            Command::Mail { from, parameters } => self.mail(from, &parameters),
            Command::Rcpt { to, parameters } => self.rcpt(to, &parameters),
            Command::Data => self.data(),
            Command::Bdat { size, last } => self.bdat(size, last),
            Command::Rset => {
                if self.go(On::Reset) {
                    self.envelope = Envelope::default();
                    self.say(says.reset_ok);
                }
            }
            Command::Noop => self.say(says.noop_ok),
            Command::Vrfy => self.say(says.vrfy),
            Command::Expn => self.refuse(says.not_implemented),
            Command::Help => self.say(says.help),
            Command::Quit => {
                self.say(says.goodbye);
                self.go(On::Quit);
                self.out.push_back(Output::Close(CloseReason::Quit));
            }
        }
    }

    fn hello(&mut self, name: String, extended: bool) {
        if !self.go(On::Hello) {
            return;
        }
        self.envelope = Envelope::default(); // RFC 5321 §4.1.4
        self.extended = extended;
        let profile = self.config.profile;
        let greeting = profile
            .hello
            .replace("{host}", profile.host)
            .replace("{client}", &name)
            .replace("{address}", &self.config.address.to_string());
        self.client_name = Some(name);
        let mut lines = vec![greeting];
        if extended {
            lines.extend(self.keywords());
        }
        self.send(&Reply::many(250, lines));
    }

    /// The keyword lines as they are advertised now.
    fn keywords(&self) -> Vec<String> {
        let shown = self.config.profile.keywords.iter().filter(|keyword| self.lists(keyword.rule));
        let lines = shown.filter_map(|keyword| {
            let parameters = keyword.parameters.iter().filter(|(_, rule)| self.lists(*rule));
            let words: Vec<&str> = parameters.map(|(text, _)| *text).collect();
            match (keyword.parameters.is_empty(), words.is_empty()) {
                (true, _) => Some(keyword.name.to_owned()),
                (false, true) => None,
                (false, false) => Some(format!("{} {}", keyword.name, words.join(" "))),
            }
        });
        lines.collect()
    }

    fn offers(&self, keyword: &str) -> bool {
        self.config.profile.rule(keyword, None).is_some_and(|rule| self.lists(rule))
    }

    /// Whether the table has a row; without one, the refusal is sent.
    fn permits(&mut self, on: On) -> bool {
        let permitted = table::server(self.state, on).is_some();
        if !permitted {
            self.refuse(self.out_of_sequence(on));
        }
        permitted
    }

    /// Moves if the table has a row; without one, refuses and stays.
    fn go(&mut self, on: On) -> bool {
        let Some(to) = table::server(self.state, on) else {
            self.refuse(self.out_of_sequence(on));
            return false;
        };
        self.move_to(to);
        true
    }

    fn out_of_sequence(&self, on: On) -> &'static str {
        let says = self.config.profile.says;
        match (self.state, on) {
            (S::ExpectHello, _) => says.hello_first,
            (S::ExpectRcpt | S::ExpectData | S::ReadingChunks, On::Mail) => says.mail_again,
            (S::ExpectMail, On::Rcpt | On::Data | On::Chunk | On::LastChunk) => says.mail_first,
            (S::ExpectRcpt, On::Data | On::Chunk | On::LastChunk) => says.rcpt_first,
            _ => says.out_of_sequence,
        }
    }

    fn move_to(&mut self, to: S) {
        if to != self.state {
            let (from, to_state) = (MachineState::Server(self.state), MachineState::Server(to));
            self.state = to;
            self.out.push_back(Output::Note(Note::Moved { from, to: to_state }));
        }
    }

    fn say(&mut self, text: &str) {
        self.send(&Reply::one(text));
    }

    fn send(&mut self, reply: &Reply) {
        self.out.push_back(Output::Send { bytes: reply.to_bytes(), content: false });
    }

    /// Sends an error. Those of form and order, and failed logins, are counted; too many end the connection.
    fn refuse(&mut self, text: &str) {
        let reply = Reply::one(text);
        self.send(&reply);
        if !matches!(reply.code, 500..=504 | 535 | 555) {
            return;
        }
        self.errors = self.errors.saturating_add(1);
        if self.errors >= self.config.profile.errors_allowed {
            self.hang_up();
        }
    }

    /// RFC 5321 §3.8 allows 421 at any time.
    fn hang_up(&mut self) {
        if self.state != S::Closed {
            self.say(self.config.profile.says.too_many_errors);
            self.close(CloseReason::TooManyErrors);
        }
    }

    fn violated(&mut self, violation: Violation) {
        self.out.push_back(Output::Note(Note::Violated(violation)));
    }

    fn close(&mut self, end: CloseReason) {
        self.move_to(S::Closed);
        self.out.push_back(Output::Close(end));
    }
}
