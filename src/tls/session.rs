//! One end of one TLS connection, sans-I/O: octets from the wire in, [`TlsOutput`]s out. RFC 8446, RFC 5246
//!
//! ```text
//! receive ──▶ one record at a time ──▶ rustls ──▶ Checked, Wire..., Up, Plaintext, Closed | Wire (alert), Failed
//! write, close_notify ─────────────────▶   "   ──▶ Wire...
//! ```
//!
//! rustls is given one record at a time and drained after each, so what comes out never depends on how the input was cut. The five
//! octets of a record's header go to it as soon as they are there: clear text where a record should be is refused at once
//! and not after as many octets as its fourth and fifth letter happen to ask for.
//!
//! Not here: early data, ALPN (SMTP has none). What is sent after the other side closed
//! is not read (RFC 8446 §6.1).

use super::memory::{Memory, Ticketer};
use super::pki::{Credential, Pki};
use super::provider::take_sealed_alert;
use super::random::{Randomness, Streams, lend};
use super::secrets::SecretLog;
use super::verify::{Found, Recorder};
use super::{Cause, CertificateCheck, Failure, RustlsError, SessionFacts, Wanted};
use crate::registry::Version;
use crate::scenario::{Clock, Groups, Party, Side, Versions};
use rustls::client::Resumption;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, DnsName, ServerName, UnixTime};
use rustls::server::NoServerSessionStorage;
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::time_provider::TimeProvider;
use rustls::version::{TLS12, TLS13};
use rustls::{
    ClientConfig, ClientConnection, Connection, ContentType, HandshakeKind, IoState, ServerConfig, ServerConnection,
    SupportedProtocolVersion,
};
use std::collections::VecDeque;
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Octets of a record's header: type, version, length. RFC 8446 §5.1
const HEADER: usize = 5;
/// Sessions that a client keeps. In a run there is one server.
const SESSIONS: usize = 8;
/// Octets of plaintext that may wait for the end of the handshake.
const WAITING: usize = 64 * 1024;

/// What a session is a function of, besides the octets it receives.
pub struct Setup<'a> {
    pub side: Side,
    /// Who this side is: whose certificate it presents, whose roots it trusts.
    pub party: Party,
    pub versions: Versions,
    pub groups: Groups,
    pub pki: &'a Pki,
    /// Where this end's random octets come from.
    pub randomness: Randomness,
    pub clock: Clock,
    /// What the client sends as server_name. RFC 6066 §3
    pub server_name: &'a str,
    /// Whom the client looks for in the certificate; a server does not know yet.
    pub wanted: Option<Wanted>,
    /// A certificate of the server's that fails a check ends the handshake; else what was found is for others to judge.
    pub breaks_off: bool,
    /// The server asks the client for a certificate, and does without if it has none.
    pub asks: bool,
    /// The number of the connection in the run; each has randoms of its own.
    pub connection: u16,
    pub secrets: SecretLog,
    /// What this end keeps from connection to connection, if it resumes sessions.
    pub memory: Option<&'a Memory>,
}

/// What a session wants done or known, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TlsOutput {
    /// Exactly one TLS record for the other side.
    Wire(Vec<u8>),
    /// What this side found out about the other's certificate; before `Up`, at most once.
    Checked(CertificateCheck),
    /// The handshake is complete; once.
    Up(SessionFacts),
    /// The content of one record.
    Plaintext(Vec<u8>),
    /// The session ended here; once, and nothing follows.
    Failed(Failure),
    /// The other side will send nothing more. It is `clean` if it said so; else the end may have been cut off. RFC 8446 §6.1
    Closed { clean: bool },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Handshake,
    Up,
    Dead,
}

pub(super) struct Session {
    side: Side,
    tls: Connection,
    streams: Streams,
    found: Found,
    /// A server's own certificate.
    own: Option<CertificateDer<'static>>,
    /// Whom the client wants.
    server_name: Option<String>,
    phase: Phase,
    /// The record that is arriving, header included; never more than one.
    record: Vec<u8>,
    /// The other side has said its last.
    heard_all: bool,
    /// This side has said its last.
    said_all: bool,
    outputs: VecDeque<TlsOutput>,
}

impl Session {
    /// A client has its ClientHello ready at once.
    pub(super) fn new(setup: &Setup<'_>, provider: CryptoProvider) -> Result<Session, Failure> {
        let mut streams = Streams::new(setup.randomness, setup.side, setup.connection);
        let make = || Configured::new(setup, provider);
        let Configured { config, found, clock } = match setup.memory {
            Some(memory) => memory.configured(make)?,
            None => make()?,
        };
        clock.set(setup.clock);
        let tls = match config {
            Config::Client(config) => {
                let name = ServerName::try_from(setup.server_name.to_owned()).map_err(failure)?;
                lend(&mut streams, || ClientConnection::new(config, name)).map(Connection::from)
            }
            Config::Server(config) => lend(&mut streams, || ServerConnection::new(config)).map(Connection::from),
        };
        let mut tls = tls.map_err(failure)?;
        tls.set_buffer_limit(Some(WAITING));
        // An address is not sent as server_name. RFC 6066 §3
        let sent = setup.side == Side::Client && DnsName::try_from(setup.server_name).is_ok();
        let credential = setup.pki.credential(setup.party).filter(|_| setup.side == Side::Server);
        let own = credential.and_then(|credential| credential.chain.first().cloned());
        let mut session = Session {
            side: setup.side,
            tls,
            streams,
            found,
            own,
            server_name: sent.then(|| setup.server_name.to_owned()),
            phase: Phase::Handshake,
            record: Vec::new(),
            heard_all: false,
            said_all: false,
            outputs: VecDeque::new(),
        };
        session.flush();
        Ok(session)
    }

    /// Octets from the wire, cut anywhere.
    pub(super) fn receive(&mut self, mut wire: &[u8]) {
        while !wire.is_empty() && self.phase != Phase::Dead && !self.heard_all {
            let missing = self.record_length().saturating_sub(self.record.len());
            let (now, later) = wire.split_at(missing.min(wire.len()));
            wire = later;
            self.record.extend_from_slice(now);
            if self.record.len() == HEADER {
                let header = self.record.clone();
                self.advance(&header);
            }
            if self.record.len() >= HEADER && self.record.len() == self.record_length() {
                let record = std::mem::take(&mut self.record);
                self.advance(record.split_at(HEADER).1);
            }
        }
    }

    /// Sends octets to the other side. Before `Up` they wait, up to 64 KiB of them; after `close_notify` they are ignored.
    pub(super) fn write(&mut self, mut plaintext: &[u8]) {
        while !plaintext.is_empty() && self.phase != Phase::Dead && !self.said_all {
            match lend(&mut self.streams, || self.tls.writer().write(plaintext)) {
                Ok(written) if written > 0 => plaintext = plaintext.get(written..).unwrap_or_default(),
                _ => return self.fail(Cause::TooMuchWritten, None),
            }
            self.flush();
        }
    }

    /// Says that nothing more will come from here. It is never sent unasked: TLS 1.2 wants one in answer to the other side's
    /// (RFC 5246 §7.2.1), TLS 1.3 does not (RFC 8446 §6.1).
    pub(super) fn close_notify(&mut self) {
        if self.phase != Phase::Dead && !self.said_all {
            lend(&mut self.streams, || self.tls.send_close_notify());
            self.flush();
            self.said_all = true;
        }
    }

    /// The transport has ended: nothing more will be received.
    pub(super) fn end(&mut self) {
        if self.phase == Phase::Dead || self.heard_all {
            return;
        }
        self.heard_all = true;
        match self.phase {
            Phase::Handshake => self.fail(Cause::Ended, None),
            // It did not say so, so octets may have been cut off. RFC 8446 §6.1
            _ => self.outputs.push_back(TlsOutput::Closed { clean: false }),
        }
    }

    pub(super) fn poll(&mut self) -> Option<TlsOutput> {
        self.outputs.pop_front()
    }

    /// A client that resumes has the one of the first session.
    pub(super) fn server_certificate(&self) -> Option<&[u8]> {
        let seen = self.tls.peer_certificates().filter(|_| self.side == Side::Client).and_then(<[_]>::first);
        self.own.as_ref().or(seen).map(|certificate| certificate.as_ref())
    }

    /// The handshake is complete and nothing has failed since.
    pub(super) fn is_up(&self) -> bool {
        self.phase == Phase::Up
    }

    /// The session has failed: whatever it is given is ignored.
    pub(super) fn is_dead(&self) -> bool {
        self.phase == Phase::Dead
    }

    /// How long the arriving record is, as far as one can tell.
    fn record_length(&self) -> usize {
        match *self.record.as_slice() {
            [_, _, _, high, low, ..] => HEADER + usize::from(u16::from_be_bytes([high, low])),
            _ => HEADER,
        }
    }

    /// Gives rustls a header or a body, and takes out all that follows from it.
    fn advance(&mut self, octets: &[u8]) {
        take_sealed_alert();
        let result = lend(&mut self.streams, || feed(&mut self.tls, octets));
        if let Some(check) = self.found.take() {
            self.outputs.push_back(TlsOutput::Checked(check));
        }
        let sent = self.flush();
        let state = match result {
            Ok(state) => state,
            Err(Fault::Full(words)) => return self.fail(Cause::Rustls { kind: RustlsError::Other, words }, None),
            Err(Fault::Tls(error)) => {
                let alert = match error {
                    rustls::Error::AlertReceived(alert) => Some((self.side.other(), alert.into())),
                    _ => sent.map(|alert| (self.side, alert)),
                };
                return self.fail(cause(&error), alert);
            }
        };
        if self.phase == Phase::Handshake && !self.tls.is_handshaking() {
            self.phase = Phase::Up;
            let facts = self.facts();
            self.outputs.push_back(TlsOutput::Up(facts));
        }
        self.take_plaintext(state.plaintext_bytes_to_read());
        if state.peer_has_closed() {
            self.heard_all = true;
            self.outputs.push_back(TlsOutput::Closed { clean: true });
        }
    }

    /// Takes out what is ready for the wire, record by record, and says which alert was among it.
    fn flush(&mut self) -> Option<u8> {
        let mut wire = Vec::new();
        while self.tls.wants_write() {
            if !matches!(self.tls.write_tls(&mut wire), Ok(1..)) {
                break;
            }
        }
        let mut alert = take_sealed_alert();
        if self.said_all {
            return None; // Nothing follows a close_notify, not even an alert. RFC 8446 §6.1
        }
        let mut rest = wire.as_slice();
        while let [kind, _, _, high, low, ..] = *rest {
            let length = HEADER + usize::from(u16::from_be_bytes([high, low]));
            let (record, later) = rest.split_at(length.min(rest.len()));
            // An alert in clear is two octets: level and number. RFC 8446 §6
            if let (true, [_, _, _, _, _, _, number]) = (kind == u8::from(ContentType::Alert), record) {
                alert = Some(*number);
            }
            self.outputs.push_back(TlsOutput::Wire(record.to_vec()));
            rest = later;
        }
        alert
    }

    fn take_plaintext(&mut self, count: usize) {
        let mut plaintext = vec![0; count];
        if count > 0 && std::io::Read::read_exact(&mut self.tls.reader(), &mut plaintext).is_ok() {
            self.outputs.push_back(TlsOutput::Plaintext(plaintext));
        }
    }

    /// The first failure is the one that counts.
    fn fail(&mut self, cause: Cause, alert: Option<(Side, u8)>) {
        if self.phase != Phase::Dead {
            self.phase = Phase::Dead;
            self.record = Vec::new();
            self.outputs.push_back(TlsOutput::Failed(Failure { cause, alert }));
        }
    }

    fn facts(&self) -> SessionFacts {
        let server_name = match &self.tls {
            Connection::Client(_) => self.server_name.clone(),
            Connection::Server(server) => server.server_name().map(str::to_owned),
        };
        SessionFacts {
            version: self.tls.protocol_version().map_or(Version::default(), |version| Version(version.into())),
            suite: self.tls.negotiated_cipher_suite().map_or(0, |suite| suite.suite().into()),
            group: self.tls.negotiated_key_exchange_group().map(|group| group.name().into()),
            server_name,
            resumed: self.tls.handshake_kind() == Some(HandshakeKind::Resumed),
        }
    }
}

/// Why rustls did not take a record.
enum Fault {
    Tls(rustls::Error),
    /// A handshake message that is longer than rustls will hold.
    Full(String),
}

fn feed(tls: &mut Connection, mut octets: &[u8]) -> Result<IoState, Fault> {
    while !octets.is_empty() {
        match tls.read_tls(&mut octets) {
            Ok(0) => break,
            Ok(_) => {}
            Err(error) => return Err(Fault::Full(error.to_string())),
        }
    }
    tls.process_new_packets().map_err(Fault::Tls)
}

/// An end's settings, and what its verifier and its clock are heard and set by. Clones share them.
#[derive(Clone)]
pub(super) struct Configured {
    config: Config,
    found: Found,
    clock: Stopped,
}

#[derive(Clone)]
enum Config {
    Client(Arc<ClientConfig>),
    Server(Arc<ServerConfig>),
}

impl Configured {
    fn new(setup: &Setup<'_>, provider: CryptoProvider) -> Result<Configured, Failure> {
        let (found, clock) = (Found::default(), Stopped::default());
        let config = match setup.side {
            Side::Client => client_config(setup, provider.into(), found.clone(), clock.clone()).map(Config::Client),
            Side::Server => server_config(setup, provider.into(), found.clone(), clock.clone()).map(Config::Server),
        };
        Ok(Configured { config: config?, found, clock })
    }
}

fn client_config(
    setup: &Setup<'_>,
    provider: Arc<CryptoProvider>,
    found: Found,
    clock: Stopped,
) -> Result<Arc<ClientConfig>, Failure> {
    let mut verifier = Recorder::new(&setup.pki.trusted_by(setup.party), setup.wanted.clone(), found)?;
    verifier.breaks_off = setup.breaks_off;
    let config = ClientConfig::builder_with_details(provider, Arc::new(clock))
        .with_protocol_versions(enabled(setup.versions))
        .map_err(failure)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier));
    let mut config = match setup.pki.credential(setup.party) {
        Some(credential) => config.with_client_cert_resolver(Arc::new(SingleCertAndKey::from(certified(credential)))),
        None => config.with_no_client_auth(),
    };
    // A resumed session skips the certificate.
    config.resumption = match setup.memory {
        Some(_) => Resumption::in_memory_sessions(SESSIONS),
        None => Resumption::disabled(),
    };
    config.key_log = Arc::new(setup.secrets.clone());
    Ok(Arc::new(config))
}

fn certified(credential: &Credential) -> CertifiedKey {
    CertifiedKey::new(credential.chain.clone(), Arc::new(credential.key.clone()))
}

fn server_config(
    setup: &Setup<'_>,
    provider: Arc<CryptoProvider>,
    found: Found,
    clock: Stopped,
) -> Result<Arc<ServerConfig>, Failure> {
    let credential = setup.pki.credential(setup.party).ok_or_else(|| failure("a server needs a certificate"))?;
    let config = ServerConfig::builder_with_details(provider, Arc::new(clock))
        .with_protocol_versions(enabled(setup.versions))
        .map_err(failure)?;
    let config = if setup.asks {
        let verifier = Recorder::new(&setup.pki.trusted_by(setup.party), None, found)?;
        config.with_client_cert_verifier(Arc::new(verifier))
    } else {
        config.with_no_client_auth()
    };
    let mut config = config.with_cert_resolver(Arc::new(SingleCertAndKey::from(certified(credential))));
    config.session_storage = Arc::new(NoServerSessionStorage {});
    config.send_tls13_tickets = 0;
    if setup.memory.is_some() {
        let ticketer = Ticketer::new(setup.randomness, setup.party).ok_or_else(|| failure("no key for tickets"))?;
        config.ticketer = Arc::new(ticketer);
        config.send_tls13_tickets = 1;
    }
    config.key_log = Arc::new(setup.secrets.clone());
    Ok(Arc::new(config))
}

pub(super) fn enabled(versions: Versions) -> &'static [&'static SupportedProtocolVersion] {
    static ALL: [&SupportedProtocolVersion; 2] = [&TLS13, &TLS12];
    let [tls13, tls12] = &ALL;
    match versions {
        Versions::Tls12 => std::slice::from_ref(tls12),
        Versions::Tls13 => std::slice::from_ref(tls13),
        Versions::Both => &ALL,
    }
}

/// A clock that stands still, at when the connection began.
#[derive(Clone, Debug, Default)]
struct Stopped(Arc<AtomicU64>);

impl Stopped {
    fn set(&self, clock: Clock) {
        self.0.store(clock.unix(), Ordering::Relaxed);
    }
}

impl TimeProvider for Stopped {
    fn current_time(&self) -> Option<UnixTime> {
        Some(UnixTime::since_unix_epoch(Duration::from_secs(self.0.load(Ordering::Relaxed))))
    }
}

fn failure(error: impl std::fmt::Display) -> Failure {
    Failure { cause: Cause::Setup(error.to_string()), alert: None }
}

fn cause(error: &rustls::Error) -> Cause {
    let kind = match error {
        rustls::Error::InvalidMessage(_) => RustlsError::InvalidMessage,
        rustls::Error::InappropriateMessage { .. } | rustls::Error::InappropriateHandshakeMessage { .. } => {
            RustlsError::Inappropriate
        }
        rustls::Error::DecryptError => RustlsError::Decrypt,
        rustls::Error::PeerIncompatible(_) => RustlsError::PeerIncompatible,
        rustls::Error::PeerMisbehaved(_) => RustlsError::PeerMisbehaved,
        rustls::Error::AlertReceived(_) => RustlsError::AlertReceived,
        rustls::Error::InvalidCertificate(_) => RustlsError::InvalidCertificate,
        _ => RustlsError::Other,
    };
    Cause::Rustls { kind, words: error.to_string() }
}

#[cfg(test)]
mod tests;
