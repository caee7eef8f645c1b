//! The client's handshake. RFC 2246 §7.3, RFC 6101 §5.5
//!
//! ```text
//! ClientHello            ──▶
//!                        ◀──  ServerHello, Certificate, [ServerKeyExchange], [CertificateRequest], ServerHelloDone
//! [Certificate], ClientKeyExchange, [CertificateVerify], ChangeCipherSpec, Finished  ──▶
//!                        ◀──  ChangeCipherSpec, Finished
//! ```
//!
//! Neither Windows Server 2003 nor 2008 signalled secure renegotiation (RFC 5746) before their updates, so this client does not.

use super::credentials::OldPublicKey;
use super::exchange;
use super::handshake::{Agreed, Shared};
use super::hello::{ClientHello, Extensions, ServerHello};
use super::message::{self, CertificateRequest, ServerKeyExchange, ServerParams, Signature};
use super::{Fault, OldError};
use crate::registry::{
    CERTIFICATE, CERTIFICATE_REQUEST, FINISHED, HELLO_REQUEST, SERVER_HELLO, SERVER_HELLO_DONE, SERVER_KEY_EXCHANGE,
    Version, alert, extension, suite,
};
use crate::scenario::Side;

/// What is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Hello,
    Certificate,
    KeyExchange,
    /// CertificateRequest, or ServerHelloDone.
    Request,
    Done,
    ChangeCipherSpec,
    Finished,
    Up,
}

pub(super) struct Client {
    state: State,
    hello: ClientHello,
    /// Of the server's certificate.
    key: Option<OldPublicKey>,
    params: Option<ServerParams>,
    request: Option<CertificateRequest>,
}

impl Client {
    /// Sends the ClientHello. None if no suite has a version in which it could be offered.
    pub(super) fn new(shared: &mut Shared) -> Option<Client> {
        let hello = hello(shared)?;
        shared.agreed.client_random = hello.random;
        shared.server_name.clone_from(&hello.extensions.server_name);
        // A first record says an old version, for servers that look no further. RFC 5246 §E.1
        shared.outgoing.version = hello.version.min(Version::TLS10);
        shared.say(&hello.write());
        shared.outgoing.flush();
        Some(Client { state: State::Hello, hello, key: None, params: None, request: None })
    }

    pub(super) fn is_up(&self) -> bool {
        self.state == State::Up
    }

    /// A handshake message.
    pub(super) fn hear(&mut self, shared: &mut Shared, kind: u8, body: &[u8], message: &[u8]) -> Result<(), Fault> {
        if kind == HELLO_REQUEST && body.is_empty() {
            // Ignored while a handshake runs, and no part of its hash. RFC 2246 §7.4.1.1
            return if self.is_up() { shared.refuse_renegotiation() } else { Ok(()) };
        }
        let before = shared.transcript.len();
        shared.transcript.extend_from_slice(message);
        self.state = match (self.state, kind) {
            (State::Hello, SERVER_HELLO) => self.server_hello(shared, body)?,
            (State::Certificate, CERTIFICATE) => self.certificate(shared, body)?,
            (State::KeyExchange, SERVER_KEY_EXCHANGE) => self.key_exchange(shared, body)?,
            (State::Request, CERTIFICATE_REQUEST) => {
                self.request = Some(CertificateRequest::read(body, shared.agreed.version)?);
                State::Done
            }
            (State::Request | State::Done, SERVER_HELLO_DONE) => self.done(shared, body)?,
            (State::Finished, FINISHED) => {
                shared.check_finished(Side::Server, before, body)?;
                State::Up
            }
            _ => return Err(OldError::OutOfPlace.into()),
        };
        Ok(())
    }

    pub(super) fn change_cipher_spec(&mut self, shared: &mut Shared) -> Result<(), Fault> {
        if self.state != State::ChangeCipherSpec {
            return Err(OldError::OutOfPlace.into());
        }
        shared.protect_incoming()?;
        self.state = State::Finished;
        Ok(())
    }

    fn server_hello(&mut self, shared: &mut Shared, body: &[u8]) -> Result<State, Fault> {
        let answer = ServerHello::read(body)?;
        let Agreed { version, suite: chosen, .. } = &mut shared.agreed;
        // RFC 2246 §7.4.1.3, §E
        if !shared.config.versions.contains(answer.version) || answer.version > self.hello.version {
            return Err(OldError::NoCommonVersion.into());
        }
        let suite = suite(answer.suite).filter(|_| self.hello.suites.contains(&answer.suite));
        let suite = suite.filter(|suite| suite.versions.contains(answer.version));
        (*version, *chosen) = (answer.version, suite.ok_or(OldError::NotOffered)?);
        shared.agreed.server_random = answer.random;
        if answer.compression != 0 {
            return Err(OldError::NotOffered.into());
        }
        // RFC 5246 §7.4.1.4
        if !answer.extensions.iter().all(|&code| self.hello.extensions.has(code)) {
            return Err(Fault::new(OldError::NotOffered, alert::UNSUPPORTED_EXTENSION));
        }
        shared.fix_version();
        Ok(State::Certificate)
    }

    fn certificate(&mut self, shared: &mut Shared, body: &[u8]) -> Result<State, Fault> {
        let chain = message::read_certificate(body)?;
        let key = shared.check_certificate(&chain)?;
        if key.authentication() != shared.agreed.suite.authentication {
            return Err(Fault::new(OldError::BadCertificate, alert::UNSUPPORTED_CERTIFICATE));
        }
        let needs_params = exchange::needs_params(&shared.agreed.suite, &key);
        self.key = Some(key);
        Ok(if needs_params { State::KeyExchange } else { State::Request })
    }

    fn key_exchange(&mut self, shared: &mut Shared, body: &[u8]) -> Result<State, Fault> {
        let agreed = &shared.agreed;
        let form = exchange::form(&agreed.suite).ok_or(OldError::CannotGoOn)?;
        let found = ServerKeyExchange::read(body, form, agreed.version)?;
        let key = self.key.as_ref().ok_or(OldError::CannotGoOn)?;
        self.acceptable(agreed, found.signature)?;
        exchange::verify_params(key, agreed, found.signed, found.signature)?;
        if let ServerParams::Ecdh { group, .. } = found.params {
            if !self.hello.extensions.groups.iter().flatten().any(|&offered| offered == group) {
                return Err(OldError::NotOffered.into());
            }
            shared.agreed.group = Some(group);
        }
        self.params = Some(found.params);
        Ok(State::Request)
    }

    /// An algorithm of a signature has to be one of those that were offered. RFC 5246 §7.4.3
    fn acceptable(&self, agreed: &Agreed, signature: Signature<'_>) -> Result<(), Fault> {
        let offered = self.hello.extensions.signatures.as_deref().unwrap_or_default();
        match signature.scheme {
            Some(scheme) if agreed.version >= Version::TLS12 && !offered.contains(&scheme) => {
                Err(OldError::NotOffered.into())
            }
            _ => Ok(()),
        }
    }

    /// Sends the client's second flight.
    fn done(&mut self, shared: &mut Shared, body: &[u8]) -> Result<State, Fault> {
        if !body.is_empty() {
            return Err(OldError::Malformed.into());
        }
        let key = self.key.as_ref().ok_or(OldError::CannotGoOn)?;
        let form = exchange::form(&shared.agreed.suite).ok_or(OldError::CannotGoOn)?;
        let version = shared.agreed.version;
        let (value, premaster) = exchange::client(shared, key, self.params.as_ref(), self.hello.version)?;
        let identity = self.request.as_ref().and_then(|request| shared.identity_for(request));
        if self.request.is_some() {
            match &identity {
                // SSL 3.0 says by an alert that there is none. RFC 6101 §5.6.6
                None if version <= Version::SSL3 => shared.outgoing.warn(alert::NO_CERTIFICATE),
                None => shared.say(&message::certificate([])), // RFC 2246 §7.4.6
                Some(identity) => {
                    shared.say(&message::certificate(identity.chain.iter().map(Vec::as_slice)));
                }
            }
        }
        shared.say(&message::client_key_exchange(&value, form, version));
        shared.make_master(&premaster)?;
        if let (Some(identity), Some(request)) = (&identity, &self.request) {
            let signed = shared.sign_transcript(identity, request)?;
            shared.say(&signed);
        }
        shared.finish(Side::Client)?;
        Ok(State::ChangeCipherSpec)
    }
}

impl Extensions {
    /// Whether this extension was sent.
    fn has(&self, code: u16) -> bool {
        match code {
            extension::SERVER_NAME => self.server_name.is_some(),
            extension::SUPPORTED_GROUPS => self.groups.is_some(),
            extension::EC_POINT_FORMATS => self.point_formats.is_some(),
            extension::SIGNATURE_ALGORITHMS => self.signatures.is_some(),
            _ => false,
        }
    }
}

/// What the configuration offers: the newest version, and each suite that some offered version has, once.
fn hello(shared: &mut Shared) -> Option<ClientHello> {
    let config = &shared.config;
    let version = config.versions.last;
    let mut hello = ClientHello {
        version,
        random: shared.chance.random(),
        suites: config.offered(),
        compressions: vec![0],
        extensions: Extensions::default(),
    };
    if hello.suites.is_empty() {
        return None;
    }
    // SSL 3.0 has no extensions. RFC 6101 §5.6.1.2
    if version > Version::SSL3 {
        let groups = config.offered_groups();
        hello.extensions.server_name.clone_from(&config.server_name);
        if !groups.is_empty() {
            hello.extensions.groups = Some(groups);
            hello.extensions.point_formats = Some(vec![0]); // uncompressed alone. RFC 8422 §5.1.2
        }
        if version >= Version::TLS12 {
            // Without it the server would have to believe SHA-1. RFC 5246 §7.4.1.4.1
            hello.extensions.signatures = Some(config.schemes());
        }
    }
    Some(hello)
}
