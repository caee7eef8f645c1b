//! A passive reader of one TLS connection: which messages each record carries, how large they are, and who could read them
//! (RFC 8446 §4 to §6, RFC 5246 §6 and §7).
//!
//! ```text
//! (side, record) --> protected? --keys--> plaintext --> messages
//!                                 none --> Sealed
//! ```
//!
//! It believes what it sees: it checks no Finished, no signature and no order, and never fails. Left out: early data, compressed and
//! raw public key certificates, DTLS, and the fields that the handshake divider does not show.

use crate::bytes::Cursor;
use crate::dissect::facts::{self, Facts};
use crate::dissect::keys::{self, Keys, RANDOM, Stage};
use crate::dissect::names::{CLIENT_HELLO, FINISHED, KEY_UPDATE, SERVER_HELLO, TLS12, TLS13};
use crate::dissect::record::{ALERT, APPLICATION_DATA, CHANGE_CIPHER_SPEC, HANDSHAKE, HEADER};
use crate::scenario::Side;
use crate::tls::Secret;
use std::ops::Range;

/// Octets of a handshake message's header: type and length. RFC 8446 §4
const MESSAGE_HEADER: usize = 4;

/// What a message is, by code point; the names are in `names.rs`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageKind {
    /// A handshake message that ends in this record, by its handshake type.
    Handshake(u8),
    /// Octets of a message of this content type that goes on in this side's next record, or never ends.
    Fragment(u8),
    ChangeCipherSpec,
    Alert,
    ApplicationData,
    /// A protected record that did not open; its true content type is unknown in TLS 1.3.
    Sealed,
    /// A content type that this reader does not know; `None` for TLS 1.3 plaintext that is all padding.
    Unknown(Option<u8>),
}

/// One message, reported with the record in which it ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    pub kind: MessageKind,
    /// Octets of the whole message; a handshake message with its header, [`MessageKind::Sealed`] as long as the record's fragment.
    pub size: usize,
    /// The record was protected: who lacks the secrets could not read it.
    pub sealed: bool,
    /// We could read it: in clear, or with the secrets.
    pub opened: bool,
    /// Where its octets stand in [`Reader::plaintext`]: of a message that began in an earlier record, the last part.
    pub range: Range<usize>,
    pub facts: Facts,
}

/// Follows one connection, fed with the records of both sides in the order of the wire.
#[derive(Clone, Debug, Default)]
pub struct Reader {
    secrets: Vec<Secret>,
    version: Option<u16>,
    suite: Option<u16>,
    client_random: [u8; RANDOM],
    server_random: [u8; RANDOM],
    client: Direction,
    server: Direction,
    plaintext: Vec<u8>,
}

/// What is known of the records of one side.
#[derive(Clone, Debug, Default)]
struct Direction {
    /// TLS 1.2: this side's ChangeCipherSpec was seen. RFC 5246 §7.1
    protected: bool,
    /// What opens the next protected record, if the secrets are there.
    keys: Option<Keys>,
    /// What comes after this side's Finished. TLS 1.3 only. RFC 8446 §7.3
    next: Option<Keys>,
    /// Handshake octets that are not a whole message yet.
    handshake: Vec<u8>,
}

impl Reader {
    /// A reader that may use these secrets, of whatever connections; none of them: what an eavesdropper sees.
    pub fn new(secrets: &[Secret]) -> Reader {
        Reader { secrets: secrets.to_vec(), ..Reader::default() }
    }

    /// The version that the server chose.
    pub fn version(&self) -> Option<u16> {
        self.version
    }

    /// The cipher suite that the server chose.
    pub fn suite(&self) -> Option<u16> {
        self.suite
    }

    /// The plaintext of the record read last, without TLS 1.3's content type and padding; empty where it stayed sealed.
    pub fn plaintext(&self) -> &[u8] {
        &self.plaintext
    }

    /// The messages of `side`'s next record, header included; at least one, in order.
    pub fn read(&mut self, side: Side, record: &[u8]) -> Vec<Message> {
        self.plaintext.clear();
        let Some((&[outer, _, _, _, _], fragment)) = record.split_first_chunk::<HEADER>() else {
            return vec![message(MessageKind::Unknown(None), 0..0, false, Facts::None)];
        };
        let sealed = self.is_protected(side, outer);
        let content_type = if sealed {
            let Some(opened) = self.direction(side).open(record) else {
                let kind = MessageKind::Sealed;
                return vec![Message { size: fragment.len(), opened: false, ..message(kind, 0..0, true, Facts::None) }];
            };
            self.plaintext = opened.plaintext;
            opened.content_type
        } else {
            self.plaintext.extend_from_slice(fragment);
            Some(outer)
        };
        let all = 0..self.plaintext.len();
        match content_type {
            Some(HANDSHAKE) => self.read_handshake(side, sealed),
            Some(ALERT) => read_alerts(&self.plaintext, sealed),
            Some(APPLICATION_DATA) => vec![message(MessageKind::ApplicationData, all, sealed, Facts::None)],
            Some(CHANGE_CIPHER_SPEC) => {
                self.change_cipher_spec(side);
                vec![message(MessageKind::ChangeCipherSpec, all, sealed, Facts::None)]
            }
            content_type => vec![message(MessageKind::Unknown(content_type), all, sealed, Facts::None)],
        }
    }

    /// In TLS 1.3 the outer content type tells, in TLS 1.2 the side's ChangeCipherSpec.
    fn is_protected(&self, side: Side, outer: u8) -> bool {
        match self.version {
            Some(TLS13) => outer == APPLICATION_DATA, // RFC 8446 §5.2
            // Application data never goes in clear: before a ServerHello it is early data. RFC 8446 §2.3
            None => outer == APPLICATION_DATA,
            Some(_) => self.direction_of(side).protected, // RFC 5246 §7.1
        }
    }

    fn change_cipher_spec(&mut self, side: Side) {
        // TLS 1.3 sends it for the sake of middleboxes; in the client's case perhaps before any ServerHello. RFC 8446 §D.4
        let Some(version) = self.version.filter(|&version| version != TLS13) else { return };
        let keys = match (version, self.suite, keys::find(&self.secrets, keys::MASTER, &self.client_random)) {
            (TLS12, Some(suite), Some(master)) => {
                Keys::tls12(suite, master, &self.client_random, &self.server_random, side)
            }
            _ => None,
        };
        *self.direction(side) = Direction { protected: true, keys, ..Direction::default() };
    }

    fn read_handshake(&mut self, side: Side, sealed: bool) -> Vec<Message> {
        let plaintext = std::mem::take(&mut self.plaintext);
        let mut buffer = std::mem::take(&mut self.direction(side).handshake);
        // Positions before this are in earlier records; a message that began there has its last part at 0.
        let earlier = buffer.len();
        buffer.extend_from_slice(&plaintext);

        let mut messages = Vec::new();
        let mut at = 0;
        while let Some((handshake_type, octets)) = buffer.get(at..).and_then(first_message) {
            let range = at.saturating_sub(earlier)..(at + octets.len()).saturating_sub(earlier);
            let body = octets.get(MESSAGE_HEADER..).unwrap_or_default();
            let facts = facts::of(handshake_type, body, self.version);
            self.follow(side, handshake_type, sealed, body, &facts);
            let kind = MessageKind::Handshake(handshake_type);
            messages.push(Message { size: octets.len(), ..message(kind, range, sealed, facts) });
            at += octets.len();
        }
        buffer.drain(..at.min(buffer.len()));
        if !buffer.is_empty() || messages.is_empty() {
            let range = at.saturating_sub(earlier)..plaintext.len();
            messages.push(message(MessageKind::Fragment(HANDSHAKE), range, sealed, Facts::None));
        }
        self.direction(side).handshake = buffer;
        self.plaintext = plaintext;
        messages
    }

    /// What a handshake message changes for the records that follow.
    fn follow(&mut self, side: Side, handshake_type: u8, sealed: bool, body: &[u8], facts: &Facts) {
        match (side, handshake_type, facts) {
            (Side::Client, CLIENT_HELLO, _) => self.client_random = random(body).unwrap_or_default(),
            (Side::Server, SERVER_HELLO, Facts::ServerHello(hello)) => {
                self.version = Some(hello.version);
                self.suite = Some(hello.suite);
                self.server_random = random(body).unwrap_or_default();
                if hello.version == TLS13 && !hello.is_hello_retry_request {
                    self.expect_tls13(Side::Client, hello.suite);
                    self.expect_tls13(Side::Server, hello.suite);
                }
            }
            // In clear these two are nobody's: whoever put them there does not move the real ends.
            (_, FINISHED, _) if sealed && self.version == Some(TLS13) => {
                let direction = self.direction(side);
                direction.keys = direction.next.take(); // RFC 8446 §7.3
            }
            (_, KEY_UPDATE, _) if sealed => {
                let direction = self.direction(side);
                direction.keys = direction.keys.as_ref().and_then(Keys::updated); // RFC 8446 §4.6.3
            }
            _ => {}
        }
    }

    fn expect_tls13(&mut self, side: Side, suite: u16) {
        let keys_of = |stage| {
            let secret = keys::find(&self.secrets, keys::label(side, stage), &self.client_random)?;
            Keys::tls13(suite, secret)
        };
        let (keys, next) = (keys_of(Stage::Handshake), keys_of(Stage::Application));
        let direction = self.direction(side);
        (direction.keys, direction.next) = (keys, next);
    }

    fn direction(&mut self, side: Side) -> &mut Direction {
        match side {
            Side::Client => &mut self.client,
            Side::Server => &mut self.server,
        }
    }

    fn direction_of(&self, side: Side) -> &Direction {
        match side {
            Side::Client => &self.client,
            Side::Server => &self.server,
        }
    }
}

impl Direction {
    /// Opens a record; with the keys of the next stage too, for a key log that lacks the handshake's secret hides the Finished.
    fn open(&mut self, record: &[u8]) -> Option<keys::Opened> {
        if let Some(opened) = self.keys.as_mut().and_then(|keys| keys.open(record)) {
            return Some(opened);
        }
        let mut next = self.next.clone()?;
        let opened = next.open(record)?;
        (self.keys, self.next) = (Some(next), None);
        Some(opened)
    }
}

/// A message of one part, readable, as long as its range.
fn message(kind: MessageKind, range: Range<usize>, sealed: bool, facts: Facts) -> Message {
    Message { kind, size: range.len(), sealed, opened: true, range, facts }
}

/// The first whole handshake message, header included. RFC 8446 §4
fn first_message(octets: &[u8]) -> Option<(u8, &[u8])> {
    let mut cursor = Cursor::new(octets);
    let handshake_type = cursor.u8().ok()?;
    let length = cursor.u24().ok()? as usize;
    Some((handshake_type, octets.get(..length.checked_add(MESSAGE_HEADER)?)?))
}

/// The random of either hello. RFC 8446 §4.1.2
fn random(hello: &[u8]) -> Option<[u8; RANDOM]> {
    hello.get(2..2 + RANDOM)?.try_into().ok()
}

/// TLS 1.2 allows several alerts in a record, TLS 1.3 one. RFC 5246 §6.2.1, RFC 8446 §5.1
fn read_alerts(plaintext: &[u8], sealed: bool) -> Vec<Message> {
    let fragment = MessageKind::Fragment(ALERT);
    if plaintext.is_empty() {
        return vec![message(fragment, 0..0, sealed, Facts::None)];
    }
    let alerts = plaintext.chunks(2).enumerate().map(|(index, octets)| match *octets {
        [level, description] => {
            message(MessageKind::Alert, 2 * index..2 * index + 2, sealed, Facts::Alert { level, description })
        }
        _ => message(fragment, 2 * index..plaintext.len(), sealed, Facts::None),
    });
    alerts.collect()
}
