//! One old end of one TLS connection, sans-I/O, with the outputs of rustls's session in the same order: one record at a time, so what
//! comes out never depends on how the input was cut.

use super::client::Client;
use super::handshake::Shared;
use super::message::MESSAGE_HEADER;
use super::record::Content;
use super::server::Server;
use super::{Fault, OldError, OldSetup};
use crate::registry::{APPLICATION_DATA, Version, alert};
use crate::scenario::Side;
use crate::tls::{Cause, Failure, SessionFacts, TlsOutput};

/// Octets of plaintext that may wait for the end of the handshake.
const WAITING: usize = 64 * 1024;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Handshake,
    Up,
    Dead,
}

enum Role {
    Client(Box<Client>),
    Server(Box<Server>),
}

pub(in crate::tls) struct OldSession {
    shared: Shared,
    role: Role,
    phase: Phase,
    /// Plaintext that waits for the end of the handshake.
    waiting: Vec<u8>,
    /// The other side has said its last.
    heard_all: bool,
}

impl OldSession {
    /// A client has its ClientHello ready at once.
    pub(in crate::tls) fn new(setup: &OldSetup<'_>) -> Result<OldSession, Failure> {
        let mut shared = Shared::new(setup);
        let role = match setup.side {
            Side::Client => Client::new(&mut shared).map(|client| Role::Client(Box::new(client))),
            Side::Server => Some(Role::Server(Box::new(Server::new()))),
        };
        let nothing = || Failure { cause: Cause::Old(OldError::NothingInCommon), alert: None };
        Ok(OldSession {
            shared,
            role: role.ok_or_else(nothing)?,
            phase: Phase::Handshake,
            waiting: Vec::new(),
            heard_all: false,
        })
    }

    pub(in crate::tls) fn receive(&mut self, mut wire: &[u8]) {
        while !wire.is_empty() && self.phase != Phase::Dead && !self.heard_all {
            let taken = self.shared.incoming.take(&mut wire);
            let done = taken.and_then(|content| content.map_or(Ok(()), |content| self.hear(content)));
            if let Err(fault) = done {
                self.refuse(fault);
            }
        }
    }

    /// Before `Up` it waits; after `close_notify` it is ignored.
    pub(in crate::tls) fn write(&mut self, plaintext: &[u8]) {
        match self.phase {
            Phase::Dead => {}
            _ if self.shared.outgoing.closed => {}
            Phase::Up => self.shared.outgoing.send(APPLICATION_DATA, plaintext),
            Phase::Handshake if self.waiting.len() + plaintext.len() > WAITING => {
                self.fail(Cause::TooMuchWritten, None)
            }
            Phase::Handshake => self.waiting.extend_from_slice(plaintext),
        }
    }

    pub(in crate::tls) fn close_notify(&mut self) {
        if self.phase != Phase::Dead {
            self.shared.outgoing.warn(alert::CLOSE_NOTIFY);
            self.shared.outgoing.closed = true;
        }
    }

    pub(in crate::tls) fn end(&mut self) {
        if self.phase == Phase::Dead || self.heard_all {
            return;
        }
        self.heard_all = true;
        match self.phase {
            Phase::Handshake => self.fail(Cause::Ended, None),
            // It did not say so, so octets may have been cut off. RFC 2246 §7.2.1
            _ => self.put(TlsOutput::Closed { clean: false }),
        }
    }

    pub(in crate::tls) fn poll(&mut self) -> Option<TlsOutput> {
        self.shared.outgoing.outputs.pop_front()
    }

    pub(in crate::tls) fn server_certificate(&self) -> Option<&[u8]> {
        self.shared.server_certificate.as_deref()
    }

    pub(in crate::tls) fn is_up(&self) -> bool {
        self.phase == Phase::Up
    }

    pub(in crate::tls) fn is_dead(&self) -> bool {
        self.phase == Phase::Dead
    }

    fn put(&mut self, output: TlsOutput) {
        self.shared.outgoing.outputs.push_back(output);
    }

    fn hear(&mut self, content: Content) -> Result<(), Fault> {
        match content {
            Content::Handshake => {
                while let Some(message) = self.shared.incoming.message()? {
                    self.hear_message(&message)?;
                }
            }
            Content::ChangeCipherSpec => match &mut self.role {
                Role::Client(client) => client.change_cipher_spec(&mut self.shared)?,
                Role::Server(server) => server.change_cipher_spec(&mut self.shared)?,
            },
            Content::Alerts(alerts) => {
                for (is_fatal, number) in alerts {
                    self.hear_alert(is_fatal, number);
                }
            }
            Content::Data(_) if self.phase != Phase::Up => return Err(OldError::OutOfPlace.into()),
            // An empty record goes before another, so that the IV of that one is not known beforehand.
            Content::Data(data) if data.is_empty() => {}
            Content::Data(data) => self.put(TlsOutput::Plaintext(data)),
            Content::Ssl2Hello(hello) => match &mut self.role {
                Role::Server(server) => server.hear_ssl2(&mut self.shared, &hello)?,
                Role::Client(_) => return Err(OldError::OutOfPlace.into()),
            },
        }
        Ok(())
    }

    fn hear_message(&mut self, message: &[u8]) -> Result<(), Fault> {
        let Some((&[kind, ..], body)) = message.split_first_chunk::<MESSAGE_HEADER>() else {
            return Err(OldError::Malformed.into());
        };
        let is_up = match &mut self.role {
            Role::Client(client) => client.hear(&mut self.shared, kind, body, message).map(|()| client.is_up()),
            Role::Server(server) => server.hear(&mut self.shared, kind, body, message).map(|()| server.is_up()),
        }?;
        if is_up && self.phase == Phase::Handshake {
            self.phase = Phase::Up;
            let waiting = std::mem::take(&mut self.waiting);
            self.shared.outgoing.send(APPLICATION_DATA, &waiting);
            let facts = self.facts();
            self.put(TlsOutput::Up(facts));
        }
        Ok(())
    }

    fn hear_alert(&mut self, is_fatal: bool, number: u8) {
        if self.phase == Phase::Dead || self.heard_all {
            return;
        }
        match (number, &mut self.role) {
            (alert::CLOSE_NOTIFY, _) if self.phase == Phase::Up => {
                self.heard_all = true;
                self.put(TlsOutput::Closed { clean: true });
            }
            (alert::NO_CERTIFICATE, Role::Server(server)) if !is_fatal => server.hear_no_certificate(&self.shared),
            // Of a warning the receiver may think what it likes. RFC 2246 §7.2.2
            _ if is_fatal || number == alert::CLOSE_NOTIFY => {
                self.fail(Cause::Old(OldError::AlertReceived), Some((self.shared.side.other(), number)));
            }
            _ => {}
        }
    }

    /// Ends the session with an alert of its own, if it may still say one.
    fn refuse(&mut self, Fault { why, alert }: Fault) {
        let alert = match self.shared.outgoing.version {
            Version::SSL3 => of_ssl3(alert),
            _ => alert,
        };
        let said = Some((self.shared.side, alert)).filter(|_| !self.shared.outgoing.closed);
        self.shared.outgoing.fatal(alert);
        self.fail(Cause::Old(why), said);
    }

    /// The first failure is the one that counts.
    fn fail(&mut self, cause: Cause, alert: Option<(Side, u8)>) {
        if self.phase != Phase::Dead {
            self.phase = Phase::Dead;
            self.put(TlsOutput::Failed(Failure { cause, alert }));
        }
    }

    fn facts(&self) -> SessionFacts {
        let agreed = &self.shared.agreed;
        SessionFacts {
            version: agreed.version,
            suite: super::exchange::code(&agreed.suite),
            group: agreed.group,
            server_name: self.shared.server_name.clone(),
            resumed: false,
        }
    }
}

/// The alert of SSL 3.0 that comes nearest: it has fewer. RFC 6101 §5.4.2
fn of_ssl3(number: u8) -> u8 {
    match number {
        alert::DECODE_ERROR | alert::RECORD_OVERFLOW | alert::UNSUPPORTED_EXTENSION => alert::ILLEGAL_PARAMETER,
        alert::PROTOCOL_VERSION | alert::DECRYPT_ERROR | alert::EXPORT_RESTRICTION | alert::INTERNAL_ERROR => {
            alert::HANDSHAKE_FAILURE
        }
        alert::UNKNOWN_CA | alert::ACCESS_DENIED => alert::CERTIFICATE_UNKNOWN,
        other => other,
    }
}

#[cfg(test)]
mod tests;
