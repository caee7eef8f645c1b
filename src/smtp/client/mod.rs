//! The SMTP client. It has a plan (deliver this message) and reacts to what the server really says.
//!
//! It decides nothing about TLS: after the first EHLO, after a refusal and after a handshake it stops at a gate.
//! It acts on codes, never on text. RFC 5321 §4.2

mod login;
mod transaction;

use super::content::{canonical, stuff};
use super::line::LineBuffer;
use super::reply::ReplyReader;
use super::table::{self, Step};
use super::{
    Capabilities, ClientState as C, CloseReason, Delivery, Forgotten, Gate, Input, MachineState, Mechanism, Note,
    Obstacle, Output, Reply, TlsAnswer, TlsQuestion, TlsVerb, Treatment, Violation,
};
use crate::ntlm::Initiator;
use std::collections::VecDeque;

pub use login::{Login, LoginBy};

/// What the client is to do.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The name it gives in EHLO.
    pub name: String,
    pub from: String,
    pub to: Vec<String>,
    /// Dots are not stuffed yet. A CR or LF alone goes out as CRLF.
    pub message: Vec<u8>,
    pub login: Option<Login>,
    /// Transfer with BDAT where CHUNKING is offered.
    pub chunking: bool,
    /// Group commands where PIPELINING is offered.
    pub pipelining: bool,
    /// It proves itself to a server of its organisation before it sends.
    pub proves: bool,
    /// The verb that it starts TLS with.
    pub verb: TlsVerb,
    /// Take any 2yz reply to it for the 220 that RFC 3207 §4 asks for.
    pub lenient_2xx: bool,
    /// What becomes of octets behind the 220.
    pub left_over: Treatment,
}

/// The machine.
#[derive(Debug)]
pub struct Client {
    plan: Plan,
    state: C,
    inside_tls: bool,
    lines: LineBuffer,
    replies: ReplyReader,
    capabilities: Option<Capabilities>,
    /// The gate it stopped at last.
    asked: Gate,
    /// Responses of the login that are still to be sent.
    responses: VecDeque<String>,
    /// The NTLM exchange, until its challenge is answered.
    initiator: Option<Initiator>,
    /// How often it has begun to log in.
    tries: u8,
    /// The hash of the server's certificate, inside TLS.
    end_point: Option<Vec<u8>>,
    /// Microseconds since 1970.
    now: u64,
    /// Recipients answered so far, and how many of them were accepted.
    answered: usize,
    accepted: usize,
    /// The last refusal of a recipient.
    refused: Option<u16>,
    /// Commands of the transaction that went out in one group.
    grouped: bool,
    /// Octets of the message that have gone out in chunks.
    chunked: usize,
    settled: bool,
    out: VecDeque<Output<TlsQuestion>>,
}

impl Client {
    pub fn new(plan: Plan) -> Client {
        let message = canonical(&plan.message);
        Client {
            plan: Plan { message, ..plan },
            state: C::ExpectGreeting,
            inside_tls: false,
            lines: LineBuffer::default(),
            replies: ReplyReader::default(),
            capabilities: None,
            asked: Gate::Offer,
            responses: VecDeque::new(),
            initiator: None,
            tries: 0,
            end_point: None,
            now: 0,
            answered: 0,
            accepted: 0,
            refused: None,
            grouped: false,
            chunked: 0,
            settled: false,
            out: VecDeque::new(),
        }
    }

    pub fn state(&self) -> C {
        self.state
    }

    /// Whether it has said what became of the message.
    pub fn is_settled(&self) -> bool {
        self.settled
    }

    pub fn poll(&mut self) -> Option<Output<TlsQuestion>> {
        self.out.pop_front()
    }

    pub fn receive(&mut self, input: Input<'_>) {
        if self.state == C::Closed {
            return;
        }
        match input {
            // Clear text after the 220: only TLS may follow. RFC 3207 §4
            Input::Bytes(_) if self.state == C::ExpectTls && !self.plan.left_over.buffers_clear_text() => {
                self.violated(Violation::TextBeforeTls);
            }
            Input::Bytes(bytes) => {
                self.lines.push(bytes);
                self.read();
            }
            Input::TlsFailed => {
                // Before TLS was up the policy speaks; after that the session is lost.
                if self.inside_tls {
                    self.settle(Delivery::Deferred(Obstacle::ConnectionLost));
                }
                self.move_to(C::Closed);
            }
            Input::Recognised { .. } => {}
            Input::Handed(passed) => self.passed_back(passed),
            Input::Now(micros) => self.now = micros,
            Input::TlsUp { end_point } => self.tls_up(end_point),
            Input::End => {
                // After 221 or the final reply an end is an end; before, the message may be lost or doubled. RFC 5321 §4.1.1.10
                if self.state != C::ExpectQuit {
                    self.violated(Violation::UnexpectedEnd);
                }
                self.settle(Delivery::Deferred(Obstacle::ConnectionLost));
                self.close(CloseReason::PeerClosed);
            }
            Input::Timeout => {
                self.settle(Delivery::Deferred(Obstacle::Timeout));
                self.close(CloseReason::Timeout);
            }
            Input::Excess => self.broken(Violation::Endless),
        }
    }

    fn read(&mut self) {
        // In ExpectTls nothing is read: what is still buffered was kept to be read after TLS (Treatment::Keep).
        while !matches!(self.state, C::Closed | C::ExpectTls) {
            let Some(line) = self.lines.next_line() else {
                return;
            };
            match line.and_then(|line| self.replies.line(&line)) {
                Ok(None) => {}
                Ok(Some(reply)) => self.reply(&reply),
                Err(violation) => self.broken(violation),
            }
        }
    }

    fn reply(&mut self, reply: &Reply) {
        // RFC 5321 §3.8: 421 may answer anything, and the server hangs up.
        if reply.code == 421 {
            self.settle(Delivery::Deferred(Obstacle::Reply(421)));
            return self.close(CloseReason::PeerClosed);
        }
        match self.state {
            C::ExpectGreeting if reply.code == 220 => {
                self.go(Step::Ehlo);
                self.command(&format!("EHLO {}", self.plan.name));
            }
            C::ExpectGreeting => self.refused(reply),
            C::ExpectEhlo => self.ehlo_answered(reply),
            C::ExpectHelo if reply.class() == 2 => {
                self.capabilities = Some(Capabilities::default());
                self.greeted();
            }
            C::ExpectHelo => self.refused(reply),
            C::ExpectGoAhead => self.starttls_answered(reply),
            C::ExpectAuth => self.auth_answered(reply),
            C::ExpectMail if reply.class() == 2 => {
                self.go(Step::AwaitRcpt);
                if !self.grouped {
                    self.rcpt(0);
                }
            }
            C::ExpectMail if self.grouped => {
                // The answers to the rest of the group are on their way and must be read first. RFC 2920 §3.1
                self.settle_refused(reply.code);
                self.go(Step::AwaitRcpt);
            }
            C::ExpectMail => self.refused(reply),
            C::ExpectRcpt => self.rcpt_answered(reply),
            C::ExpectDataGo if reply.code == 354 => {
                self.go(Step::AwaitAccepted);
                // RFC 2920 §3.1: a group may reach 354 with no recipient left; an empty message ends it.
                let content = if self.accepted > 0 { stuff(&self.plan.message) } else { b".\r\n".to_vec() };
                self.out.push_back(Output::Send { bytes: content, content: true });
            }
            C::ExpectDataGo => self.refused(reply),
            C::ExpectAccepted => self.message_answered(reply),
            C::ExpectQuit => self.close(CloseReason::Quit),
            C::ExpectVerdict | C::ExpectTls | C::Closed => self.broken(Violation::UnaskedReply),
        }
    }

    fn ehlo_answered(&mut self, reply: &Reply) {
        match reply.class() {
            2 => {
                self.capabilities = Some(Capabilities::parse(reply));
                self.greeted();
            }
            // RFC 5321 §3.2: a server without EHLO may still know HELO. Inside TLS there is no such server.
            5 if !self.inside_tls => {
                self.go(Step::Helo);
                self.command(&format!("HELO {}", self.plan.name));
            }
            _ => self.refused(reply),
        }
    }

    /// The server's keywords are known: ask about TLS, or go on inside it.
    fn greeted(&mut self) {
        if self.inside_tls {
            self.prove();
        } else {
            self.ask(Gate::Offer);
        }
    }

    fn offers(&self, keyword: &str) -> bool {
        self.capabilities.as_ref().is_some_and(|capabilities| capabilities.offers(keyword))
    }

    fn ask(&mut self, gate: Gate) {
        self.go(Step::Ask);
        self.asked = gate;
        let offered = self.offers(self.plan.verb.name());
        self.out.push_back(Output::Ask(TlsQuestion { gate, offered }));
    }

    /// The answer to what it asked last.
    pub fn answer(&mut self, answer: TlsAnswer) {
        if self.state != C::ExpectVerdict {
            return;
        }
        match answer {
            TlsAnswer::Start => {
                self.go(Step::StartTls);
                self.command(self.plan.verb.name()); // alone, last of its group. RFC 2920 §3.1
            }
            TlsAnswer::GoOn if self.asked == Gate::Certificate => {
                self.go(Step::Ehlo);
                self.command(&format!("EHLO {}", self.plan.name)); // RFC 3207 §4.2
            }
            TlsAnswer::GoOn if self.asked == Gate::Login => self.begin(),
            TlsAnswer::GoOn => self.prove(),
            // Another connection will settle the message. This one is unharmed and ends in order. RFC 3207 §4.1
            TlsAnswer::InClear => {
                self.settled = true;
                self.quit();
            }
            TlsAnswer::Defer => {
                self.settle(Delivery::Deferred(Obstacle::Policy(self.asked)));
                self.quit();
            }
        }
    }

    /// Only 220 means go, unless the plan is lenient. RFC 3207 §4
    fn starttls_answered(&mut self, reply: &Reply) {
        let go = reply.code == 220 || (self.plan.lenient_2xx && reply.class() == 2);
        if !go {
            return self.ask(Gate::Refusal);
        }
        self.go(Step::Tls);
        let treatment = self.plan.left_over;
        if let Some(notes) = self.lines.left_over(treatment) {
            self.out.extend(notes.map(Output::Note));
            if treatment == Treatment::Reject {
                self.settle(Delivery::Deferred(Obstacle::Violation));
                return self.close(CloseReason::Violation);
            }
        }
        let first = self.lines.hand_over(treatment);
        self.out.push_back(Output::StartTls { verb: self.plan.verb, first });
    }

    /// Everything learnt before TLS could have been forged, so it is dropped. RFC 3207 §4.2
    fn tls_up(&mut self, end_point: &[u8]) {
        if self.state != C::ExpectTls {
            return;
        }
        self.end_point = Some(end_point.to_vec());
        self.inside_tls = true;
        let mut forgotten = Vec::new();
        if self.capabilities.take().is_some() {
            forgotten.extend([Forgotten::PeerName, Forgotten::Capabilities]);
        }
        self.out.push_back(Output::Note(Note::Forgot(forgotten)));
        self.ask(Gate::Certificate);
    }

    /// Prove itself to a server of its organisation, if that is the plan: not by a line, so the machine stops.
    fn prove(&mut self) {
        if !self.plan.proves {
            return self.begin();
        }
        // Only what is listed can be asked for. docs/rules.md X5
        if !self.capabilities.as_ref().is_some_and(|capabilities| capabilities.offers("X-EXPS")) {
            self.settle(Delivery::Deferred(Obstacle::NoMechanism));
            return self.quit();
        }
        self.ask(Gate::Login);
    }

    /// Log in if that is the plan, else start the transaction.
    fn begin(&mut self) {
        let Some(login) = self.plan.login.clone() else {
            return self.mail();
        };
        let name = login.by.mechanism().name();
        let offered = self.capabilities.as_ref().is_some_and(|capabilities| capabilities.lists(login.verb(), name));
        // PLAIN and LOGIN send the password itself: inside TLS or not at all, whatever a server offers. RFC 4954 §9
        let exposed = !self.inside_tls && login.by.mechanism() != Mechanism::Ntlm;
        if !offered || exposed {
            let obstacle = if offered { Obstacle::PasswordInClear } else { Obstacle::NoMechanism };
            self.settle(Delivery::Deferred(obstacle));
            return self.quit();
        }
        self.go(Step::Auth);
        self.log_in(&login);
    }

    fn refused(&mut self, reply: &Reply) {
        self.settle_refused(reply.code);
        self.quit();
    }

    /// 4 waits, 5 goes back; anything else makes no sense here and waits. RFC 5321 §4.2.1
    fn settle_refused(&mut self, code: u16) {
        let obstacle = Obstacle::Reply(code);
        self.settle(if code / 100 == 5 { Delivery::Returned(obstacle) } else { Delivery::Deferred(obstacle) });
    }

    fn quit(&mut self) {
        self.go(Step::Quit);
        self.command("QUIT");
    }

    /// The server broke the protocol: note it and close.
    fn broken(&mut self, violation: Violation) {
        self.violated(violation);
        self.settle(Delivery::Deferred(Obstacle::Violation));
        self.close(CloseReason::Violation);
    }

    fn go(&mut self, step: Step) {
        // A step without a row would be a defect of this file; the session ends rather than guessing.
        let to = table::client(self.state, step);
        debug_assert!(to.is_some(), "no row for {:?} in {:?}", step, self.state);
        self.move_to(to.unwrap_or(C::Closed));
    }

    fn move_to(&mut self, to: C) {
        if to != self.state {
            let (from, to_state) = (MachineState::Client(self.state), MachineState::Client(to));
            self.state = to;
            self.out.push_back(Output::Note(Note::Moved { from, to: to_state }));
        }
    }

    /// Notes the delivery once; what comes later changes nothing.
    fn settle(&mut self, delivery: Delivery) {
        if !std::mem::replace(&mut self.settled, true) {
            self.out.push_back(Output::Note(Note::Settled(delivery)));
        }
    }

    fn command(&mut self, text: &str) {
        self.out.push_back(Output::Send { bytes: format!("{text}\r\n").into_bytes(), content: false });
    }

    fn violated(&mut self, violation: Violation) {
        self.out.push_back(Output::Note(Note::Violated(violation)));
    }

    fn close(&mut self, end: CloseReason) {
        self.move_to(C::Closed);
        self.out.push_back(Output::Close(end));
    }
}
