//! The server's handshake. RFC 2246 §7.3, RFC 6101 §5.5
//!
//! The version is the highest that both have, the suite the first of the configuration's that the client offers and for which there is a
//! key: docs/rules.md CS2. Whatever is wrong with an encrypted premaster, the handshake goes on with a random one, and ends where the
//! client's Finished does not open. RFC 5246 §7.4.7.1

use super::credentials::{OldCredential, OldPublicKey};
use super::exchange::{self, Ephemeral};
use super::handshake::{Agreed, Config, Shared};
use super::hello::{ClientHello, ServerHello};
use super::message;
use super::{Fault, OldError};
use crate::registry::{
    CERTIFICATE, CERTIFICATE_VERIFY, CLIENT_HELLO, CLIENT_KEY_EXCHANGE, FINISHED, Group, SERVER_HELLO_DONE, Suite,
    Version, extension,
};
use crate::scenario::Side;

/// What is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Hello,
    Certificate,
    KeyExchange,
    Verify,
    ChangeCipherSpec,
    Finished,
    Up,
}

pub(super) struct Server {
    state: State,
    hello: ClientHello,
    identity: Option<OldCredential>,
    pub(super) ephemeral: Option<Ephemeral>,
    /// Of the client's certificate, where it has sent one.
    client_key: Option<OldPublicKey>,
}

impl Server {
    pub(super) fn new() -> Server {
        let hello = ClientHello::default();
        Server { state: State::Hello, hello, identity: None, ephemeral: None, client_key: None }
    }

    pub(super) fn is_up(&self) -> bool {
        self.state == State::Up
    }

    /// A handshake message.
    pub(super) fn hear(&mut self, shared: &mut Shared, kind: u8, body: &[u8], message: &[u8]) -> Result<(), Fault> {
        if kind == CLIENT_HELLO && self.is_up() {
            return shared.refuse_renegotiation();
        }
        let before = shared.transcript.len();
        shared.transcript.extend_from_slice(message);
        self.state = match (self.state, kind) {
            (State::Hello, CLIENT_HELLO) => self.client_hello(shared, ClientHello::read(body)?)?,
            (State::Certificate, CERTIFICATE) => self.certificate(shared, body)?,
            (State::KeyExchange, CLIENT_KEY_EXCHANGE) => self.key_exchange(shared, body)?,
            (State::Verify, CERTIFICATE_VERIFY) => {
                let key = self.client_key.as_ref().ok_or(OldError::CannotGoOn)?;
                shared.check_verify(key, before, body)?;
                State::ChangeCipherSpec
            }
            (State::Finished, FINISHED) => {
                shared.check_finished(Side::Client, before, body)?;
                shared.finish(Side::Server)?;
                State::Up
            }
            _ => return Err(OldError::OutOfPlace.into()),
        };
        Ok(())
    }

    /// A hello in the form of SSL 2.0; the hash has it from its type on. RFC 5246 §E.2
    pub(super) fn hear_ssl2(&mut self, shared: &mut Shared, message: &[u8]) -> Result<(), Fault> {
        shared.transcript.extend_from_slice(message);
        self.state = self.client_hello(shared, ClientHello::read_ssl2(message)?)?;
        Ok(())
    }

    /// The client says that it has no certificate, as SSL 3.0 does. RFC 6101 §5.6.6
    pub(super) fn hear_no_certificate(&mut self, shared: &Shared) {
        if self.state == State::Certificate && shared.agreed.version <= Version::SSL3 {
            self.state = State::KeyExchange;
        }
    }

    pub(super) fn change_cipher_spec(&mut self, shared: &mut Shared) -> Result<(), Fault> {
        if self.state != State::ChangeCipherSpec {
            return Err(OldError::OutOfPlace.into());
        }
        shared.protect_incoming()?;
        self.state = State::Finished;
        Ok(())
    }

    /// Answers with the server's first flight.
    fn client_hello(&mut self, shared: &mut Shared, hello: ClientHello) -> Result<State, Fault> {
        let versions = shared.config.versions;
        // RFC 2246 §E
        let version = Some(versions.last.min(hello.version)).filter(|&version| versions.contains(version));
        let version = version.ok_or(OldError::NoCommonVersion)?;
        (shared.agreed.version, shared.agreed.client_random) = (version, hello.random);
        shared.fix_version();
        if !hello.compressions.contains(&0) {
            return Err(OldError::NotOffered.into());
        }
        let chosen = choose(&shared.config, &hello, version).ok_or(OldError::NothingInCommon)?;
        let Choice { suite, group, identity } = chosen;
        let server_random = shared.chance.random();
        shared.agreed =
            Agreed { version, suite, group: group.map(Group::code), server_random, ..shared.agreed.clone() };
        shared.server_name.clone_from(&hello.extensions.server_name);

        let has_formats = group.is_some() && hello.extensions.point_formats.is_some();
        let extensions = if has_formats { vec![extension::EC_POINT_FORMATS] } else { Vec::new() };
        let code = exchange::code(&suite);
        let answer = ServerHello { version, random: server_random, suite: code, compression: 0, extensions };
        shared.say(&answer.write());
        shared.say(&message::certificate(identity.chain.iter().map(Vec::as_slice)));
        shared.server_certificate = identity.chain.first().cloned();
        let key = identity.key.public().ok_or(OldError::CannotGoOn)?;
        if exchange::needs_params(&suite, &key) {
            let (ephemeral, params) = exchange::offer(shared).ok_or(OldError::CannotGoOn)?;
            self.ephemeral = Some(ephemeral);
            let offered = hello.extensions.signatures.as_deref();
            let message = exchange::sign_params(&shared.agreed, &identity, &params.write(), offered)?;
            shared.say(&message);
        }
        if shared.config.asks {
            let request = shared.request();
            shared.say(&request.write(version));
        }
        shared.say(&message::empty(SERVER_HELLO_DONE));
        shared.outgoing.flush();
        (self.hello, self.identity) = (hello, Some(identity));
        Ok(if shared.config.asks { State::Certificate } else { State::KeyExchange })
    }

    fn certificate(&mut self, shared: &mut Shared, body: &[u8]) -> Result<State, Fault> {
        let chain = message::read_certificate(body)?;
        // A client without one is let in: whether it needs one is not known before MAIL FROM. docs/rules.md DS5
        if !chain.is_empty() {
            self.client_key = Some(shared.check_certificate(&chain)?);
        }
        Ok(State::KeyExchange)
    }

    fn key_exchange(&mut self, shared: &mut Shared, body: &[u8]) -> Result<State, Fault> {
        let form = exchange::form(&shared.agreed.suite).ok_or(OldError::CannotGoOn)?;
        let value = message::read_client_key_exchange(body, form, shared.agreed.version)?;
        let identity = self.identity.as_ref().ok_or(OldError::CannotGoOn)?;
        let premaster = exchange::server(shared, identity, self.ephemeral.take(), value, self.hello.version)?;
        shared.make_master(&premaster)?;
        Ok(if self.client_key.is_some() { State::Verify } else { State::ChangeCipherSpec })
    }
}

/// What the server takes.
struct Choice {
    suite: Suite,
    group: Option<Group>,
    identity: OldCredential,
}

/// The first suite, in the order of the side that counts, that both have, that the version has and for which there is a key, and with it the first
/// group that both have. docs/rules.md CS2
fn choose(config: &Config, hello: &ClientHello, version: Version) -> Option<Choice> {
    let theirs = hello.extensions.groups.as_deref().unwrap_or_default();
    let has = |curve: Option<Group>, group: Group| curve.is_none_or(|curve| curve == group);
    let usable = |suite: &Suite, group: &dyn Fn() -> Option<Group>| {
        let is_allowed = suite.versions.contains(version) && (config.temporary || !suite.key_exchange.is_export());
        let identity = config.identity(suite).filter(|_| is_allowed)?.clone();
        let group = if suite.key_exchange.needs_group() { Some(group()?) } else { None };
        Some(Choice { suite: *suite, group, identity })
    };
    let ours = || config.suites.iter();
    match config.prefers {
        Side::Server => {
            let mut lines = ours().filter(|(suite, _)| hello.suites.contains(&exchange::code(suite)));
            lines.find_map(|&(suite, curve)| {
                let mut groups = config.groups.iter().copied().filter(|&group| has(curve, group));
                let group = groups.find(|group| theirs.contains(&group.code()));
                usable(&suite, &|| group)
            })
        }
        Side::Client => hello.suites.iter().find_map(|&code| {
            let lines = || ours().filter(move |(suite, _)| exchange::code(suite) == code);
            let taken = |group: &Group| config.groups.contains(group) && lines().any(|&(_, curve)| has(curve, *group));
            let group = theirs.iter().filter_map(|&code| Group::from_code(code)).find(taken);
            lines().find_map(|(suite, _)| usable(suite, &|| group))
        }),
    }
}
