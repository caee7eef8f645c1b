//! What a TLS record is, by the first message that it holds.

use super::{Facts, StepClaim};
use crate::dissect::facts::{ClientHello, MessageFacts as Found};
use crate::dissect::handshake::{Message, MessageKind};
use crate::registry::{
    CERTIFICATE, CLIENT_HELLO, CLIENT_KEY_EXCHANGE, ENCRYPTED_EXTENSIONS, FINISHED, NEW_SESSION_TICKET, SERVER_HELLO,
    SERVER_KEY_EXCHANGE, Version,
};
use crate::scenario::Side;
use crate::trace::{Event, EventId};
use std::borrow::Cow;

/// A record's claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordClaim {
    ClientHello,
    ServerHello,
    /// A ServerHello that takes an earlier session up. RFC 8446 §4.2.11, RFC 5077 §3.1
    ResumingServerHello,
    /// A ServerHello that asks for a share of this group.
    HelloRetryRequest(Option<u16>),
    /// The answer to that.
    SecondClientHello,
    Certificate,
    ServerKeyExchange,
    EncryptedExtensions,
    /// Of a session without a certificate.
    LastExtensions,
    ClientKeyExchange,
    /// The client chose the secret alone, and encrypted it to a key of the server's.
    EncryptedPremaster {
        /// Not to that of the certificate but to a shorter one beside it. RFC 2246 §7.4.3
        temporary: bool,
    },
    Finished {
        /// The suite has a cipher.
        hides: bool,
    },
    Ticket,
    OtherHandshake,
    ChangeCipherSpec {
        hides: bool,
    },
    /// It means nothing in TLS 1.3.
    ChangeCipherSpec13,
    Alert(Side),
    /// In the handshake, and after it.
    FatalAlert(Side),
    LateAlert(Side),
    Sealed,
    Other,
    /// No whole record.
    Broken,
    /// No message can be told in it.
    Unread,
}

impl RecordClaim {
    /// Where it is defined: in the RFC of the version that is spoken, as a rule.
    pub fn source(self, version: Version) -> Cow<'static, str> {
        let (tls13, before) = match self {
            RecordClaim::ClientHello => ("RFC 8446 §4.1.2", "RFC 5246 §7.4.1.2"),
            RecordClaim::ResumingServerHello => ("RFC 8446 §4.2.11", "RFC 5077 §3.1"),
            RecordClaim::ServerHello => ("RFC 8446 §4.1.3", "RFC 5246 §7.4.1.3"),
            RecordClaim::HelloRetryRequest(_) => ("RFC 8446 §4.1.4", "RFC 8446 §4.1.4"),
            RecordClaim::SecondClientHello => ("RFC 8446 §4.1.2", "RFC 8446 §4.1.2"),
            RecordClaim::Certificate => ("RFC 8446 §4.4.2", "RFC 5246 §7.4.2"),
            RecordClaim::ServerKeyExchange => ("RFC 8422 §5.4", "RFC 8422 §5.4"),
            RecordClaim::EncryptedExtensions | RecordClaim::LastExtensions => ("RFC 8446 §4.3.1", "RFC 8446 §4.3.1"),
            RecordClaim::ClientKeyExchange => ("RFC 8422 §5.7", "RFC 8422 §5.7"),
            RecordClaim::EncryptedPremaster { .. } => ("RFC 5246 §7.4.7.1", "RFC 5246 §7.4.7.1"),
            RecordClaim::Finished { .. } => ("RFC 8446 §4.4.4", "RFC 5246 §7.4.9"),
            RecordClaim::Ticket => ("RFC 8446 §4.6.1", "RFC 5077 §3.3"),
            RecordClaim::OtherHandshake => ("RFC 8446 §4", "RFC 5246 §7.4"),
            RecordClaim::ChangeCipherSpec { .. } => ("RFC 5246 §7.1", "RFC 5246 §7.1"),
            RecordClaim::ChangeCipherSpec13 => ("RFC 8446 §D.4", "RFC 8446 §D.4"),
            RecordClaim::Alert(_) => ("RFC 8446 §6.1", "RFC 5246 §7.2.1"),
            RecordClaim::FatalAlert(_) | RecordClaim::LateAlert(_) => ("RFC 8446 §6.2", "RFC 5246 §7.2.2"),
            RecordClaim::Sealed => ("RFC 8446 §5.2", "RFC 5246 §6.2.3"),
            RecordClaim::Other | RecordClaim::Broken => ("RFC 8446 §5.1", "RFC 5246 §6.2.1"),
            RecordClaim::Unread => ("", ""),
        };
        version.cited(if version == Version::TLS13 { tls13 } else { before })
    }
}

pub(super) fn step(facts: Facts<'_>, event: &Event, id: EventId) -> StepClaim<'static> {
    let who = event.who;
    let messages = facts.reading.messages(id);
    let is_fatal = |message: &Message| matches!(message.facts, Found::Alert { level: 2, .. });
    let up = facts.story.chapter(event.connection).and_then(|chapter| chapter.account.up.event());
    let is_up = up.is_some_and(|up| up < id);
    let version = version(facts, event.connection);
    let is_tls13 = version == Version::TLS13;
    let chapter = facts.story.chapter(event.connection);
    let is_resumed = chapter.is_some_and(|chapter| chapter.account.resumed.value.is_some());
    let hides = chapter.is_none_or(|chapter| chapter.account.hides());
    let first = match messages.first() {
        None => RecordClaim::Unread,
        Some(_) if messages.iter().any(is_fatal) && is_up => RecordClaim::LateAlert(who),
        Some(_) if messages.iter().any(is_fatal) => RecordClaim::FatalAlert(who),
        Some(first) => match &first.facts {
            Found::ServerHello(hello) if hello.is_hello_retry_request => RecordClaim::HelloRetryRequest(hello.group),
            Found::ClientHello(_) if is_second(facts, event.connection, id) => RecordClaim::SecondClientHello,
            Found::EncryptedPremaster(_) => {
                RecordClaim::EncryptedPremaster { temporary: has_temporary_key(facts, event.connection, id) }
            }
            _ => match record(first.kind, who, is_tls13, hides) {
                RecordClaim::ServerHello if is_resumed => RecordClaim::ResumingServerHello,
                RecordClaim::EncryptedExtensions if is_resumed => RecordClaim::LastExtensions,
                claim => claim,
            },
        },
    };
    StepClaim::Record { first, more: messages.len().saturating_sub(1), version }
}

/// Whether the client of the connection has sent a hello before this one.
pub(super) fn is_second(facts: Facts<'_>, connection: u16, id: EventId) -> bool {
    let chapter = facts.story.chapter(connection);
    chapter.and_then(|chapter| chapter.account.began.event()).is_some_and(|began| began < id)
}

/// Whether the server of the connection has sent a key for the exchange before this event.
pub(super) fn has_temporary_key(facts: Facts<'_>, connection: u16, id: EventId) -> bool {
    let events = facts.story.chapter(connection).map(|chapter| chapter.events.as_slice()).unwrap_or_default();
    let messages = events.iter().filter(|&&event| event <= id).flat_map(|&event| facts.reading.messages(event));
    messages.into_iter().any(|message| message.kind == MessageKind::Handshake(SERVER_KEY_EXCHANGE))
}

/// The version that a connection speaks, or would have: where no server chose, the highest that the client offers counts.
pub(super) fn version(facts: Facts<'_>, connection: u16) -> Version {
    let chapter = facts.story.chapter(connection);
    let chosen = chapter.and_then(|chapter| chapter.account.chosen.value.as_ref()).map(|chosen| chosen.version);
    let offered = || client_hello(facts, connection).and_then(|hello| hello.versions.iter().copied().max());
    chosen.or_else(offered).unwrap_or(Version::TLS13)
}

/// What the client of a connection offered first.
pub(super) fn client_hello(facts: Facts<'_>, connection: u16) -> Option<&ClientHello> {
    let began = facts.story.chapter(connection)?.account.began.event()?;
    facts.reading.messages(began).iter().find_map(|message| match &message.facts {
        Found::ClientHello(hello) => Some(hello),
        _ => None,
    })
}

fn record(kind: MessageKind, who: Side, is_tls13: bool, hides: bool) -> RecordClaim {
    match kind {
        MessageKind::Handshake(CLIENT_HELLO) => RecordClaim::ClientHello,
        MessageKind::Handshake(SERVER_HELLO) => RecordClaim::ServerHello,
        MessageKind::Handshake(CERTIFICATE) => RecordClaim::Certificate,
        MessageKind::Handshake(SERVER_KEY_EXCHANGE) => RecordClaim::ServerKeyExchange,
        MessageKind::Handshake(ENCRYPTED_EXTENSIONS) => RecordClaim::EncryptedExtensions,
        MessageKind::Handshake(CLIENT_KEY_EXCHANGE) => RecordClaim::ClientKeyExchange,
        MessageKind::Handshake(FINISHED) => RecordClaim::Finished { hides },
        MessageKind::Handshake(NEW_SESSION_TICKET) => RecordClaim::Ticket,
        MessageKind::Handshake(_) => RecordClaim::OtherHandshake,
        MessageKind::ChangeCipherSpec if is_tls13 => RecordClaim::ChangeCipherSpec13,
        MessageKind::ChangeCipherSpec => RecordClaim::ChangeCipherSpec { hides },
        MessageKind::Alert => RecordClaim::Alert(who),
        MessageKind::Sealed | MessageKind::ApplicationData => RecordClaim::Sealed,
        MessageKind::Fragment(_) | MessageKind::Unknown(_) => RecordClaim::Other,
        MessageKind::NotARecord(_) => RecordClaim::Broken,
    }
}
