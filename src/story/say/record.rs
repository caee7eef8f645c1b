//! What a TLS record is, by the first message that it holds.

use super::{Facts, StepClaim};
use crate::dissect::facts::MessageFacts as Found;
use crate::dissect::handshake::{Message, MessageKind};
use crate::registry::{
    CERTIFICATE, CLIENT_HELLO, CLIENT_KEY_EXCHANGE, ENCRYPTED_EXTENSIONS, FINISHED, NEW_SESSION_TICKET, SERVER_HELLO,
    SERVER_KEY_EXCHANGE, Version,
};
use crate::scenario::Side;
use crate::trace::EventId;

/// A record's claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordClaim {
    ClientHello,
    ServerHello,
    Certificate,
    ServerKeyExchange,
    EncryptedExtensions,
    ClientKeyExchange,
    Finished,
    Ticket,
    OtherHandshake,
    ChangeCipherSpec,
    /// It means nothing in TLS 1.3.
    ChangeCipherSpec13,
    Alert(Side),
    FatalAlert(Side),
    Sealed,
    Other,
    /// No whole record.
    Broken,
    /// No message can be told in it.
    Unread,
}

impl RecordClaim {
    pub fn source(self) -> &'static str {
        match self {
            RecordClaim::ClientHello => "RFC 8446 §4.1.2",
            RecordClaim::ServerHello => "RFC 8446 §4.1.3",
            RecordClaim::Certificate => "RFC 8446 §4.4.2",
            RecordClaim::ServerKeyExchange => "RFC 8422 §5.4",
            RecordClaim::EncryptedExtensions => "RFC 8446 §4.3.1",
            RecordClaim::ClientKeyExchange => "RFC 8422 §5.7",
            RecordClaim::Finished => "RFC 5246 §7.4.9",
            RecordClaim::Ticket => "RFC 8446 §4.6.1",
            RecordClaim::OtherHandshake => "RFC 8446 §4",
            RecordClaim::ChangeCipherSpec => "RFC 5246 §7.1",
            RecordClaim::ChangeCipherSpec13 => "RFC 8446 §D.4",
            RecordClaim::Alert(_) => "RFC 8446 §6.1",
            RecordClaim::FatalAlert(_) => "RFC 8446 §6.2",
            RecordClaim::Sealed => "RFC 8446 §5.2",
            RecordClaim::Other | RecordClaim::Broken => "RFC 8446 §5.1",
            RecordClaim::Unread => "",
        }
    }
}

pub(super) fn step(facts: Facts<'_>, id: EventId, who: Side) -> StepClaim<'static> {
    let messages = facts.reading.messages(id);
    let is_fatal = |message: &Message| matches!(message.facts, Found::Alert { level: 2, .. });
    let first = match messages.first() {
        None => RecordClaim::Unread,
        Some(_) if messages.iter().any(is_fatal) => RecordClaim::FatalAlert(who),
        Some(first) => record(facts, id, first.kind, who),
    };
    StepClaim::Record { first, more: messages.len().saturating_sub(1) }
}

fn record(facts: Facts<'_>, id: EventId, kind: MessageKind, who: Side) -> RecordClaim {
    match kind {
        MessageKind::Handshake(CLIENT_HELLO) => RecordClaim::ClientHello,
        MessageKind::Handshake(SERVER_HELLO) => RecordClaim::ServerHello,
        MessageKind::Handshake(CERTIFICATE) => RecordClaim::Certificate,
        MessageKind::Handshake(SERVER_KEY_EXCHANGE) => RecordClaim::ServerKeyExchange,
        MessageKind::Handshake(ENCRYPTED_EXTENSIONS) => RecordClaim::EncryptedExtensions,
        MessageKind::Handshake(CLIENT_KEY_EXCHANGE) => RecordClaim::ClientKeyExchange,
        MessageKind::Handshake(FINISHED) => RecordClaim::Finished,
        MessageKind::Handshake(NEW_SESSION_TICKET) => RecordClaim::Ticket,
        MessageKind::Handshake(_) => RecordClaim::OtherHandshake,
        MessageKind::ChangeCipherSpec => match version(facts, id) {
            Some(Version::TLS13) => RecordClaim::ChangeCipherSpec13,
            _ => RecordClaim::ChangeCipherSpec,
        },
        MessageKind::Alert => RecordClaim::Alert(who),
        MessageKind::Sealed | MessageKind::ApplicationData => RecordClaim::Sealed,
        MessageKind::Fragment(_) | MessageKind::Unknown(_) => RecordClaim::Other,
        MessageKind::NotARecord(_) => RecordClaim::Broken,
    }
}

/// What was chosen on the record's own connection.
fn version(facts: Facts<'_>, id: EventId) -> Option<Version> {
    let chapter = facts.story.chapter(facts.event(id)?.connection)?;
    chapter.account.chosen.value.map(|chosen| chosen.version)
}
