//! What speaks TLS at an end of a connection: rustls, or the engine of old TLS. Outside of `tls/` it is not known which.
//!
//! Feed it with [`Engine::receive`] and [`Engine::end`], give it what SMTP says with [`Engine::write`] and [`Engine::close_notify`], and
//! after each of these take out everything with [`Engine::poll`] before the next: the order of its outputs is the order of the wire.

use super::old::{OldSession, OldSetup};
use super::session::{Session, Setup, TlsOutput, enabled};
use super::{Failure, provider};

/// One end of one TLS connection.
pub struct Engine(Kind);

enum Kind {
    Rustls(Box<Session>),
    Old(Box<OldSession>),
}

impl Engine {
    /// rustls. A client has its ClientHello ready at once.
    pub fn rustls(setup: &Setup<'_>) -> Result<Engine, Failure> {
        Session::new(setup, provider::provider(enabled(setup.versions), setup.groups))
            .map(|session| Engine(Kind::Rustls(Box::new(session))))
    }

    /// TLS as it was. For a run in which both ends are the lab's: see `old/`. A client has its ClientHello ready at once.
    pub fn old(setup: &OldSetup<'_>) -> Result<Engine, Failure> {
        OldSession::new(setup).map(|session| Engine(Kind::Old(Box::new(session))))
    }

    /// Octets from the wire, cut anywhere.
    pub fn receive(&mut self, wire: &[u8]) {
        match &mut self.0 {
            Kind::Rustls(session) => session.receive(wire),
            Kind::Old(session) => session.receive(wire),
        }
    }

    /// The transport has ended: nothing more will be received.
    pub fn end(&mut self) {
        match &mut self.0 {
            Kind::Rustls(session) => session.end(),
            Kind::Old(session) => session.end(),
        }
    }

    /// What it wants done or known next.
    pub fn poll(&mut self) -> Option<TlsOutput> {
        match &mut self.0 {
            Kind::Rustls(session) => session.poll(),
            Kind::Old(session) => session.poll(),
        }
    }

    /// Sends octets to the other side. Before `Up` they wait, up to 64 KiB of them; after [`Engine::close_notify`] they are ignored.
    pub fn write(&mut self, plaintext: &[u8]) {
        match &mut self.0 {
            Kind::Rustls(session) => session.write(plaintext),
            Kind::Old(session) => session.write(plaintext),
        }
    }

    /// Says that nothing more will come from here. It is never sent unasked: TLS 1.2 wants one in answer to the other side's
    /// (RFC 5246 §7.2.1), TLS 1.3 does not (RFC 8446 §6.1).
    pub fn close_notify(&mut self) {
        match &mut self.0 {
            Kind::Rustls(session) => session.close_notify(),
            Kind::Old(session) => session.close_notify(),
        }
    }

    /// The server's certificate, as this end has sent or got it.
    pub fn server_certificate(&self) -> Option<&[u8]> {
        match &self.0 {
            Kind::Rustls(session) => session.server_certificate(),
            Kind::Old(session) => session.server_certificate(),
        }
    }

    /// The handshake is complete and nothing has failed since.
    pub fn is_up(&self) -> bool {
        match &self.0 {
            Kind::Rustls(session) => session.is_up(),
            Kind::Old(session) => session.is_up(),
        }
    }

    /// The session has failed: whatever it is given is ignored.
    pub fn is_dead(&self) -> bool {
        match &self.0 {
            Kind::Rustls(session) => session.is_dead(),
            Kind::Old(session) => session.is_dead(),
        }
    }
}
