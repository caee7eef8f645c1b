//! What the server's private key, stolen later, opens of a recording, and why. How much it opens is tried; why follows from how the keys were
//! exchanged.
//!
//! Left out: servers that use one key of Diffie-Hellman for many sessions, and stolen keys of tickets.

use super::Facts;
use super::record::has_temporary_key;
use crate::dissect::Reading;
use crate::registry::{KeyExchange, Version, suite};
use crate::scenario::Side;
use crate::story::Chapter;
use crate::trace::EventId;

/// Of all connections.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StolenClaim {
    /// More than one server was spoken to.
    pub several: bool,
    /// Records that one without keys cannot open.
    pub sealed: usize,
    /// Those of them that open with the key.
    pub opened: usize,
    /// What the key was for, each once, with the first connection of which it is so, counted from 1.
    pub roles: Vec<(u32, KeyRole)>,
}

/// What a server's key did for the secret of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyRole {
    /// The client encrypted the secret to it.
    Decrypts,
    /// The client encrypted the secret to a short key beside it, for export.
    SignsTemporary,
    /// It signed, and keys that were made for this session gave the secret.
    Signs { is_tls13: bool },
    /// The session goes on with the secret of an earlier one.
    Nothing { is_tls13: bool },
    /// It cannot be told.
    Unknown,
}

impl KeyRole {
    pub fn source(self) -> &'static str {
        match self {
            KeyRole::Decrypts => "RFC 5246 §F.1.1.2",
            KeyRole::SignsTemporary => "RFC 2246 §7.4.3",
            KeyRole::Signs { is_tls13: false } => "RFC 5246 §F.1.1.3",
            KeyRole::Nothing { is_tls13: false } => "RFC 5246 §F.1.4",
            KeyRole::Signs { is_tls13: true } | KeyRole::Nothing { is_tls13: true } => "RFC 8446 §E.1",
            KeyRole::Unknown => "",
        }
    }
}

/// `tapped` is the reading without keys, `stolen` the one with the server's.
pub fn stolen(facts: Facts<'_>, tapped: &Reading, stolen: &Reading) -> StolenClaim {
    let (mut sealed, mut left, mut roles) = (0, 0, Vec::<(u32, KeyRole)>::new());
    let mut servers = Vec::new();
    for chapter in facts.story.chapters() {
        let connection = chapter.account.connection;
        let server = facts.trace.seat(connection, Side::Server).actor;
        if !servers.contains(&server) {
            servers.push(server);
        }
        let here = closed(tapped, chapter);
        if here == 0 {
            continue;
        }
        sealed += here;
        left += closed(stolen, chapter);
        let role = role(facts, chapter);
        if roles.iter().all(|(_, known)| *known != role) {
            roles.push((u32::from(connection) + 1, role));
        }
    }
    StolenClaim { several: servers.len() > 1, sealed, opened: sealed.saturating_sub(left), roles }
}

/// Records that stayed closed.
fn closed(reading: &Reading, chapter: &Chapter) -> usize {
    let messages = chapter.events.iter().flat_map(|&id| reading.messages(id));
    messages.filter(|message| !message.opened).count()
}

fn role(facts: Facts<'_>, chapter: &Chapter) -> KeyRole {
    let Some(chosen) = chapter.account.chosen.value.as_ref() else { return KeyRole::Unknown };
    let is_tls13 = chosen.version == Version::TLS13;
    if chapter.account.resumed.value.is_some() {
        return KeyRole::Nothing { is_tls13 };
    }
    let Some(suite) = suite(chosen.suite) else { return KeyRole::Unknown };
    match suite.key_exchange {
        KeyExchange::Rsa => KeyRole::Decrypts,
        KeyExchange::RsaExport | KeyExchange::RsaExport1024
            if has_temporary_key(facts, chapter.account.connection, EventId::MAX) =>
        {
            KeyRole::SignsTemporary
        }
        // Where the certificate's key is short itself, there is no other. RFC 2246 §7.4.3
        KeyExchange::RsaExport | KeyExchange::RsaExport1024 => KeyRole::Decrypts,
        KeyExchange::Dhe | KeyExchange::DheExport1024 | KeyExchange::Ecdhe | KeyExchange::Apart => {
            KeyRole::Signs { is_tls13 }
        }
    }
}
