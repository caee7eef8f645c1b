//! Two hops at once: an attacker who passes a login with NTLM on to the receiver while it is made. Its server hands each message of the
//! sender to its client, which is on a connection of its own, and waits for what that is told. The attacker draws nothing and alters nothing.
//!
//! ```text
//! Sender ── NEGOTIATE ──▶ Attacker ── NEGOTIATE ──▶ Receiver        the first opens the connection behind
//!        ◀─ CHALLENGE ───          ◀─ CHALLENGE ───
//!        ── AUTHENTICATE ▶         ── AUTHENTICATE ▶
//!        ◀─ 535 ─────────          ◀─ 235 ─────────         then, once the sender has left, a mail of the attacker's own
//! ```
//!
//! While the connection behind has its turns the sender waits, so events stay in one order. docs/rules.md N21

use super::hop::Hop;
use super::open_line::OpenLine;
use super::path::Tampering;
use super::{Leg, World};
use crate::scenario::Side;
use crate::smtp::Handed;

/// The second hop.
pub(super) struct Beside {
    leg: Leg,
    tampering: Tampering,
    line: OpenLine,
    /// What the client said last: it waits for the answer to a challenge, or is logged in, or neither.
    last: Option<Handed>,
}

const REFUSED: Handed = Handed::Over { admitted: false };

impl World {
    /// Takes what a half of an intermediary has for the other. What the server gets for it; a client waits.
    pub(super) fn pass_on(&mut self, from: Side, connection: u16, passed: Handed) -> Option<Handed> {
        match (from, passed) {
            (Side::Client, passed) => {
                self.handed = Some(passed);
                None
            }
            (Side::Server, Handed::Over { .. }) => None,
            (Side::Server, Handed::Message(message)) => {
                let answer = self.say_beside(message);
                self.recorder.resume(connection);
                Some(answer)
            }
        }
    }

    fn say_beside(&mut self, message: Vec<u8>) -> Handed {
        // An end alone has no receiver behind it.
        if self.old.is_none() {
            return REFUSED;
        }
        match &self.beside {
            None => {
                let mut leg = Leg::new(Hop::relayed(&self.scenario, message));
                let mut tampering = Tampering::new();
                self.change_to(&mut leg, &mut tampering);
                let line = self.dial(1, None);
                self.change_to(&mut leg, &mut tampering);
                self.beside = Some(Beside { leg, tampering, line, last: None });
                self.turn_beside(None)
            }
            Some(beside) if matches!(beside.last, Some(Handed::Message(_))) => {
                self.turn_beside(Some(Handed::Message(message)))
            }
            // One login is all that is passed on.
            Some(_) => REFUSED,
        }
    }

    /// Lets the second hop go on, with this for its client, until that has something to say, or is over.
    fn turn_beside(&mut self, said: Option<Handed>) -> Handed {
        let Some(mut beside) = self.beside.take() else { return REFUSED };
        self.change_to(&mut beside.leg, &mut beside.tampering);
        self.recorder.resume(beside.line.connection);
        if let Some(said) = said {
            let [client, _] = &mut beside.line.ends;
            client.hear_passed(said, self);
            client.pump(self);
        }
        self.go_on(&mut beside.line);
        beside.last = self.handed.take();
        if beside.last.is_none() {
            self.settle_if_lost();
        }
        self.change_to(&mut beside.leg, &mut beside.tampering);
        let answer = beside.last.clone().unwrap_or(REFUSED);
        self.beside = Some(beside);
        answer
    }

    /// The sender has left. The session behind is given up, or used.
    pub(super) fn end_beside(&mut self) {
        while let Some(last) = self.beside.as_ref().and_then(|beside| beside.last.clone()) {
            let said = match last {
                Handed::Message(_) => Some(REFUSED),
                Handed::Over { admitted: true } => Some(last),
                Handed::Over { admitted: false } => None,
            };
            self.turn_beside(said);
        }
    }

    /// Changes to the state of the other hop.
    fn change_to(&mut self, leg: &mut Leg, tampering: &mut Tampering) {
        std::mem::swap(&mut self.leg, leg);
        self.chain.swap(tampering);
    }
}
