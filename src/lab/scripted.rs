//! The scripted ends: an end that has only old suites and so never comes further than its first words.
//!
//! They are real on the wire and made by hand. A client sends the ClientHello that its list of suites makes, octet by octet, and
//! ends with what comes back. A server reads the ClientHello and answers with the alert that its list makes of it: a script, no TLS
//! runs behind it. Neither can go on, because nothing here computes RC4 or DES: where the handshake would go on, it ends with
//! internal_error, and says so.

use crate::dissect::facts::MessageFacts;
use crate::dissect::handshake::{Message, MessageKind, TlsReader};
use crate::dissect::record::{Item, NotARecord, records};
use crate::registry::{CLIENT_HELLO, alert};
use crate::scenario::{Side, TlsStack};
use crate::suites::{ListKey, Peer, ServerKey, client_hello, fatal_alert, server_flight_old};
use crate::tls::{Cause, Failure, Randomness, Script, Scripted, TlsOutput, hello_random};
use std::collections::VecDeque;

/// An end with old suites alone.
pub(super) struct Old {
    side: Side,
    peer: Peer,
    /// The record that is arriving; never more than one, and none is longer than TLS allows.
    record: Vec<u8>,
    dead: bool,
    outputs: VecDeque<TlsOutput>,
}

impl Old {
    /// A client has its ClientHello ready at once. None, if it is not an old stack.
    pub(super) fn new(stack: TlsStack, side: Side, randomness: Randomness, connection: u16) -> Option<Old> {
        let peer = Peer::of(match stack {
            TlsStack::Rustls => return None,
            TlsStack::Ws2003 => ListKey::Ws2003,
            TlsStack::Ws2008 => ListKey::Ws2008,
        });
        let mut outputs = VecDeque::new();
        if side == Side::Client {
            // Neither system sent a server_name.
            outputs.extend(client_hello(&peer, hello_random(randomness, side, connection), None).map(TlsOutput::Wire));
        }
        Some(Old { side, peer, record: Vec::new(), dead: false, outputs })
    }

    /// Ends the handshake, whatever came: with the alert of the other side, or with one of its own.
    fn answer(&mut self, record: &[u8]) {
        // Only the first message decides, and it is in clear: no state is kept.
        let (messages, _) = TlsReader::default().read(self.side.other(), record, &mut Vec::new());
        let Some(Message { kind, facts, .. }) = messages.first() else {
            return self.refuse(alert::DECODE_ERROR, Script::EmptyRecord);
        };
        match (kind, facts, self.side) {
            (MessageKind::Alert, MessageFacts::Alert { description, .. }, _) => {
                self.fail(Cause::Scripted(Script::AlertReceived), Some((self.side.other(), *description)));
            }
            (MessageKind::Handshake(CLIENT_HELLO), MessageFacts::ClientHello(hello), Side::Server) => {
                // The key that Setup of either system makes is RSA (docs/rules.md CS4).
                match server_flight_old(&self.peer, &[ServerKey::Rsa], hello) {
                    Some(script) => {
                        self.outputs.push_back(TlsOutput::Wire(script.record));
                        self.fail(Cause::Scripted(Script::NothingInCommon), Some((self.side, script.refusal.alert())));
                    }
                    None => self.refuse(alert::INTERNAL_ERROR, Script::CannotCompute),
                }
            }
            (MessageKind::Handshake(_), MessageFacts::Malformed, _) => {
                self.refuse(alert::DECODE_ERROR, Script::Malformed);
            }
            (MessageKind::Fragment(_), _, _) => {
                self.refuse(alert::INTERNAL_ERROR, Script::Fragmented);
            }
            (MessageKind::Handshake(_), _, Side::Client) => {
                self.refuse(alert::INTERNAL_ERROR, Script::CannotCompute);
            }
            _ => self.refuse(alert::UNEXPECTED_MESSAGE, Script::OutOfPlace),
        }
    }

    /// Ends the handshake with an alert of its own.
    fn refuse(&mut self, alert: u8, why: Script) {
        self.outputs.push_back(TlsOutput::Wire(fatal_alert(&self.peer, alert)));
        self.fail(Cause::Scripted(why), Some((self.side, alert)));
    }

    /// Once; nothing follows.
    fn fail(&mut self, cause: Cause, alert: Option<(Side, u8)>) {
        if !self.dead {
            self.dead = true;
            self.outputs.push_back(TlsOutput::Failed(Failure { cause, alert }));
        }
    }
}

impl Scripted for Old {
    fn receive(&mut self, wire: &[u8]) {
        for &octet in wire {
            if self.dead {
                return;
            }
            self.record.push(octet);
            match records(&self.record, 0).next() {
                Some(Item::Record(_)) => {
                    let record = std::mem::take(&mut self.record);
                    self.answer(&record);
                }
                Some(Item::Tail(tail)) => match tail.defect {
                    NotARecord::NotTls | NotARecord::TooLong { .. } | NotARecord::Sslv2Hello { .. } => {
                        self.refuse(alert::UNEXPECTED_MESSAGE, Script::NotRecord);
                    }
                    NotARecord::ShortHeader | NotARecord::ShortFragment { .. } => {}
                },
                None => {}
            }
        }
    }

    fn end(&mut self) {
        self.fail(Cause::Ended, None);
    }

    fn poll(&mut self) -> Option<TlsOutput> {
        self.outputs.pop_front()
    }
}
