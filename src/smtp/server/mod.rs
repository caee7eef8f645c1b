//! The SMTP server. It answers what comes, in any order and any shape, and never sends a line it was not asked for, except its
//! greeting. After TLS it says nothing until the client speaks. RFC 3207 §4.2
//!
//! Left out: the NTLM exchange (refused with 454), onward delivery, ETRN and Exchange's private verbs (502).

mod transaction;

use super::auth::{Exchange, Progress};
use super::command::{Command, CommandError, verb};
use super::content::Unstuffer;
use super::date::date;
use super::line::{COMMAND, EXTENDED_COMMAND, LineBuffer};
use super::profile::{Profile, Rule};
use super::table::{self, On};
use super::{End, Forgotten, Input, Note, Output, Reply, ServerState as S, State, Treatment, Violation};
use crate::scenario::{Clock, Offer};
use std::collections::VecDeque;
use transaction::{Chunk, Envelope};

/// What the server is set to.
#[derive(Clone, Copy, Debug)]
pub struct Config {
    pub profile: &'static Profile,
    pub offer: Offer,
    /// What becomes of octets behind STARTTLS.
    pub left_over: Treatment,
    pub clock: Clock,
}

/// The machine.
#[derive(Debug)]
pub struct Server {
    config: Config,
    state: S,
    inside_tls: bool,
    lines: LineBuffer,
    client_name: Option<String>,
    envelope: Envelope,
    identity: Option<String>,
    failed_logins: u8,
    exchange: Option<Exchange>,
    content: Option<Unstuffer>,
    chunk: Option<Chunk>,
    errors: u8,
    messages: u32,
    out: VecDeque<Output>,
}

impl Server {
    /// A server that has just been connected to: its greeting is waiting to be sent. RFC 5321 §3.1
    pub fn new(config: Config) -> Server {
        let mut server = Server {
            config,
            state: S::ExpectHello,
            inside_tls: false,
            lines: LineBuffer::default(),
            client_name: None,
            envelope: Envelope::default(),
            identity: None,
            failed_logins: 0,
            exchange: None,
            content: None,
            chunk: None,
            errors: 0,
            messages: 0,
            out: VecDeque::new(),
        };
        let profile = config.profile;
        let date = date(config.clock, profile.zone);
        server.say(&profile.greeting.replace("{host}", profile.host).replace("{date}", &date));
        server
    }

    pub fn state(&self) -> S {
        self.state
    }

    pub fn poll(&mut self) -> Option<Output> {
        self.out.pop_front()
    }

    pub fn receive(&mut self, input: Input<'_>) {
        if self.state == S::Closed {
            return;
        }
        match input {
            Input::Bytes(bytes) => self.bytes(bytes),
            Input::TlsUp => self.tls_up(),
            Input::Verdict(_) => {} // the lab's server asks nothing yet
            Input::End => {
                if self.state != S::ExpectHello || !self.lines.is_empty() {
                    self.violated(Violation::UnexpectedEnd);
                }
                self.close(End::PeerClosed);
            }
            Input::Timeout => {
                self.say(self.config.profile.says.timeout);
                self.close(End::Timeout);
            }
        }
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.lines.push(bytes);
        // In ExpectTls nothing is read: what still stands here was kept to be read after TLS (Treatment::Keep).
        while !matches!(self.state, S::Closed | S::ExpectTls) {
            if self.content.is_some() || self.chunk.is_some() {
                let held = self.lines.take_rest();
                if held.is_empty() {
                    return;
                }
                let taken = self.message_octets(&held).or_else(|| self.chunk_octets(&held)).unwrap_or_default();
                self.lines.push(held.get(taken..).unwrap_or_default());
                continue;
            }
            match self.lines.next_line() {
                None => return,
                Some(line) => self.line(line),
            }
        }
    }

    fn line(&mut self, line: Result<Vec<u8>, Violation>) {
        let says = self.config.profile.says;
        let line = match line {
            Ok(line) => line,
            Err(violation) => {
                self.violated(violation);
                let text = if violation == Violation::LineTooLong { says.line_too_long } else { says.bad_octets };
                return self.refuse(text);
            }
        };
        if self.state == S::ExpectAuthResponse {
            return self.auth_response(&line);
        }
        let Ok(text) = std::str::from_utf8(&line) else {
            self.violated(Violation::EightBit);
            return self.refuse(says.bad_octets);
        };
        let verb = verb(text);
        if !text.is_ascii() {
            self.violated(Violation::EightBit);
            return self.refuse(says.bad_octets);
        }
        let limit = match verb.as_str() {
            "AUTH" => super::line::LONGEST,
            "MAIL" | "RCPT" => EXTENDED_COMMAND,
            _ => COMMAND,
        };
        if line.len() + 2 > limit {
            self.violated(Violation::LineTooLong);
            return self.refuse(says.line_too_long);
        }
        // RFC 3207 §4: before TLS a server that demands it answers 530 to all but these four.
        let gated = self.config.offer == Offer::Required && !self.inside_tls;
        if gated && !matches!(verb.as_str(), "NOOP" | "EHLO" | "STARTTLS" | "QUIT") {
            return self.refuse(says.starttls_first);
        }
        match Command::parse(text) {
            Ok(command) => self.command(command),
            Err(CommandError::Syntax(_)) => self.refuse(says.syntax),
            Err(CommandError::UnknownVerb) => {
                let advertised = self.config.profile.rule(&verb, None).is_some();
                self.refuse(if advertised { says.not_implemented } else { says.unrecognized })
            }
        }
    }

    fn command(&mut self, command: Command) {
        let says = self.config.profile.says;
        // RFC 2920 §3.1: the client must wait for the answer to these before it sends more.
        let ends_group = matches!(
            command,
            Command::Ehlo(_) | Command::Data | Command::Vrfy | Command::Expn | Command::Quit | Command::Auth { .. }
        );
        if ends_group && !self.lines.is_empty() {
            self.violated(Violation::OutOfTurn);
        }
        match command {
            Command::Ehlo(name) => self.hello(name, true),
            Command::Helo(name) => self.hello(name, false),
            Command::StartTls { argument } => self.starttls(argument),
            Command::Auth { mechanism, initial } => self.auth(&mechanism, initial),
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
                self.out.push_back(Output::Close(End::Quit));
            }
        }
    }

    fn hello(&mut self, name: String, extended: bool) {
        if !self.go(On::Hello) {
            return;
        }
        self.envelope = Envelope::default(); // RFC 5321 §4.1.4
        let profile = self.config.profile;
        let greeting = profile.hello.replace("{host}", profile.host).replace("{client}", &name);
        self.client_name = Some(name);
        let mut lines = vec![greeting];
        if extended {
            lines.extend(self.keywords());
        }
        self.send(&Reply::many(250, lines));
    }

    /// The keyword lines as they are advertised now.
    fn keywords(&self) -> Vec<String> {
        let offers = self.config.offer != Offer::NotOffered;
        let shown = self
            .config
            .profile
            .keywords
            .iter()
            .filter(|keyword| keyword.rule.shows(self.inside_tls) && (offers || keyword.rule != Rule::StartsTls));
        let lines = shown.filter_map(|keyword| {
            let parameters = keyword.parameters.iter().filter(|(_, rule)| rule.shows(self.inside_tls));
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
        self.config.profile.rule(keyword, None).is_some_and(|rule| rule.shows(self.inside_tls))
    }

    /// The conditions in the order of the specification's table; after a refusal the session is unchanged. RFC 3207 §4
    fn starttls(&mut self, argument: bool) {
        let profile = self.config.profile;
        let says = profile.says;
        if argument {
            return self.refuse(says.starttls_argument);
        }
        if profile.starttls_needs_hello && self.client_name.is_none() {
            return self.refuse(says.hello_first);
        }
        if self.inside_tls {
            return self.refuse(says.starttls_again);
        }
        match self.config.offer {
            Offer::NotOffered => return self.refuse(says.starttls_unknown),
            Offer::Unavailable => return self.say(says.starttls_unavailable),
            Offer::Offered | Offer::Required | Offer::Says250 => {}
        }
        let left_over = !self.lines.is_empty();
        if left_over {
            self.violated(Violation::TextBeforeTls);
            if self.config.left_over == Treatment::Reject {
                let count = self.lines.take_rest();
                self.out.push_back(Output::StartTls { leftover: count, treatment: Treatment::Reject });
                self.say(says.starttls_left_over);
                return self.close(End::Violation);
            }
        }
        if self.go(On::StartTls) {
            let mut reply = Reply::one(says.starttls_go);
            if self.config.offer == Offer::Says250 {
                reply.code = 250; // the book's misprint, played for real
            }
            self.send(&reply);
            let leftover = self.lines.take_rest();
            if self.config.left_over == Treatment::Keep {
                self.lines.push(&leftover);
            }
            self.out.push_back(Output::StartTls { leftover, treatment: self.config.left_over });
        }
    }

    /// Everything learnt before TLS could have been forged, so it is dropped. RFC 3207 §4.2
    fn tls_up(&mut self) {
        let mut forgotten = Vec::new();
        let envelope = std::mem::take(&mut self.envelope);
        for (known, what) in [
            (self.client_name.take().is_some(), Forgotten::PeerName),
            (envelope.from.is_some(), Forgotten::Envelope),
            (self.identity.take().is_some(), Forgotten::Identity),
            (std::mem::take(&mut self.failed_logins) > 0, Forgotten::FailedLogins),
        ] {
            if known {
                forgotten.push(what);
            }
        }
        self.inside_tls = true;
        self.out.push_back(Output::Note(Note::Forgot(forgotten)));
        self.go(On::TlsUp);
        if !self.lines.is_empty() {
            // CVE-2011-0411: octets that came in clear are now read as if they had come through TLS.
            self.bytes(&[]);
        }
    }

    fn auth(&mut self, name: &str, initial: Option<String>) {
        let says = self.config.profile.says;
        if self.client_name.is_none() {
            return self.refuse(says.hello_first);
        }
        // RFC 4954 §4: one successful AUTH a session, none inside a transaction.
        if self.identity.is_some() || table::server(self.state, On::AuthBegins).is_none() {
            return self.refuse(says.auth_again);
        }
        let profile = self.config.profile;
        let mechanism = profile.mechanisms.iter().copied().find(|mechanism| mechanism.name() == name);
        let Some((mechanism, rule)) = mechanism.zip(profile.rule("AUTH", Some(name))) else {
            return self.refuse(says.auth_unknown);
        };
        if !rule.shows(self.inside_tls) {
            return self.refuse(says.auth_needs_tls); // RFC 4954 §4: a password mechanism is not there without TLS
        }
        match Exchange::begin(mechanism) {
            None => self.refuse(says.auth_unavailable),
            Some(exchange) => {
                self.go(On::AuthBegins);
                self.exchange = Some(exchange);
                match initial {
                    None => self.challenge(),
                    Some(initial) => self.auth_response(initial.as_bytes()),
                }
            }
        }
    }

    fn challenge(&mut self) {
        let challenge = self.exchange.as_ref().map(Exchange::challenge).unwrap_or_default();
        self.send(&Reply::many(334, vec![challenge])); // RFC 4954 §4: the space stays, even with an empty challenge
    }

    fn auth_response(&mut self, line: &[u8]) {
        let says = self.config.profile.says;
        let progress = match self.exchange.as_mut() {
            Some(exchange) => exchange.response(line),
            None => Progress::Cancelled,
        };
        if progress == Progress::More {
            return self.challenge();
        }
        self.exchange = None;
        self.go(On::AuthEnds);
        match progress {
            Progress::Done { mechanism, identity } => {
                self.identity = Some(identity.clone());
                self.out.push_back(Output::Note(Note::Authenticated { mechanism, identity }));
                self.say(says.auth_ok);
            }
            Progress::Failed => {
                self.failed_logins = self.failed_logins.saturating_add(1);
                self.refuse(says.auth_failed);
            }
            Progress::BadBase64 => self.refuse(says.auth_bad_base64),
            Progress::Cancelled | Progress::More => self.refuse(says.auth_cancelled),
        }
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
            let (from, to_state) = (State::Server(self.state), State::Server(to));
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

    /// Sends an error and counts it; too many end the connection. RFC 5321 §3.8 allows 421 at any time.
    fn refuse(&mut self, text: &str) {
        self.say(text);
        self.errors = self.errors.saturating_add(1);
        if self.errors >= self.config.profile.errors_allowed && self.state != S::Closed {
            self.say(self.config.profile.says.too_many_errors);
            self.close(End::TooManyErrors);
        }
    }

    fn violated(&mut self, violation: Violation) {
        self.out.push_back(Output::Note(Note::Violated(violation)));
    }

    fn close(&mut self, end: End) {
        self.move_to(S::Closed);
        self.out.push_back(Output::Close(end));
    }
}
