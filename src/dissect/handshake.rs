//! A passive reader of one TLS connection: which messages each record carries, how large they are, who could read them, and what
//! opened them (RFC 8446 §4 to §6, RFC 5246 §6 and §7).
//!
//! ```text
//! (side, record) --> protected? --keys--> plaintext --> messages
//!                                 none --> Sealed
//! ```
//!
//! It believes what it sees: it checks no Finished, no signature and no order, and never fails. Left out: early data, raw public key
//! certificates, DTLS.

use crate::bytes::Cursor;
use crate::dissect::facts::MessageFacts;
use crate::dissect::field::Fields;
use crate::dissect::keys::{self, KeyLog, Keys, Nonce, RANDOM, Stage};
use crate::dissect::message::{self, Context};
use crate::dissect::record::{HEADER, NotARecord};
use crate::registry::{
    ALERT, APPLICATION_DATA, CHANGE_CIPHER_SPEC, CLIENT_HELLO, FINISHED, HANDSHAKE, KEY_UPDATE, SERVER_HELLO, Version,
};
use crate::scenario::Side;
use crate::tls::Secret;
use std::ops::Range;
use std::rc::Rc;

/// Octets of a handshake message's header: type and length. RFC 8446 §4
const MESSAGE_HEADER: usize = 4;

/// What a message is, by code point; the names are in the registry.
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
    /// Octets that are no whole record.
    NotARecord(NotARecord),
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
    /// Where its octets stand in the record's content: of a message that began in an earlier record, the last part.
    pub range: Range<usize>,
    pub facts: MessageFacts,
}

/// How a record was read, which is all that it takes to show its fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Where its plaintext was put: the fragment, or what was sealed in it; nothing where it stayed sealed.
    pub plaintext: Range<usize>,
    /// Octets of the plaintext that are content. In TLS 1.3 its type and zeros follow. RFC 8446 §5.2
    pub content: usize,
    /// Of the content; `None` where the record stayed sealed, is no record, or is all padding.
    pub content_type: Option<u8>,
    /// It was protected.
    pub sealed: bool,
    /// What opened it, if it was protected and could be.
    pub opened: Option<Opened>,
    /// What was chosen before it.
    pub context: Context,
    /// Octets of the content, from its start, that belong to a handshake message that began in an earlier record.
    pub continued: usize,
    /// That message, if it ends here.
    pub whole: Option<Vec<u8>>,
}

/// What opened a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    pub keys: Rc<Keys>,
    /// Number of the record under these keys, from 0.
    pub sequence: u64,
    pub nonce: Nonce,
}

/// Follows one connection, fed with the records of both sides in the order of the wire.
#[derive(Clone, Debug, Default)]
pub struct TlsReader {
    log: Rc<KeyLog>,
    context: Context,
    client_random: [u8; RANDOM],
    server_random: [u8; RANDOM],
    client: Direction,
    server: Direction,
}

/// What is known of the records of one side.
#[derive(Clone, Debug, Default)]
struct Direction {
    /// TLS 1.2: this side's ChangeCipherSpec was seen. RFC 5246 §7.1
    protected: bool,
    /// What opens the next protected record, if the secrets are there.
    keys: Option<Rc<Keys>>,
    /// The number of the next record under these keys.
    sequence: u64,
    /// What comes after this side's Finished. TLS 1.3 only. RFC 8446 §7.3
    next: Option<Rc<Keys>>,
    /// Handshake octets that are not a whole message yet.
    handshake: Vec<u8>,
}

impl TlsReader {
    /// A reader that may use these secrets, of whatever connections; none of them: what an eavesdropper sees.
    pub fn new(secrets: &[Secret]) -> TlsReader {
        TlsReader::with(Rc::new(KeyLog::new(secrets)))
    }

    /// A reader that shares its secrets with others.
    pub fn with(log: Rc<KeyLog>) -> TlsReader {
        TlsReader { log, ..TlsReader::default() }
    }

    /// The version that the server chose.
    pub fn version(&self) -> Option<Version> {
        self.context.version
    }

    /// The cipher suite that the server chose.
    pub fn suite(&self) -> Option<u16> {
        self.context.suite
    }

    /// What of `side` is no whole record is one message, whose octets are not looked at, but for the content type that it may begin with.
    pub fn read_tail(&self, side: Side, octets: &[u8], defect: NotARecord, out: &[u8]) -> (Vec<Message>, Frame) {
        let is_cut = matches!(defect, NotARecord::ShortHeader | NotARecord::ShortFragment { .. });
        let sealed = is_cut && octets.first().is_some_and(|&outer| self.is_protected(side, outer));
        let tail = message(MessageKind::NotARecord(defect), 0..0, sealed, MessageFacts::None);
        (vec![Message { size: octets.len(), opened: !sealed, ..tail }], self.frame(out.len()))
    }

    /// Of a record that stays sealed, whose plaintext would stand there.
    fn frame(&self, start: usize) -> Frame {
        Frame {
            plaintext: start..start,
            content: 0,
            content_type: None,
            sealed: false,
            opened: None,
            context: self.context,
            continued: 0,
            whole: None,
        }
    }

    /// The messages of `side`'s next record, header included; at least one, in order. The plaintext is put behind what `out` holds.
    pub fn read(&mut self, side: Side, record: &[u8], out: &mut Vec<u8>) -> (Vec<Message>, Frame) {
        let start = out.len();
        let mut frame = self.frame(start);
        let Some((&[outer, _, _, _, _], fragment)) = record.split_first_chunk::<HEADER>() else {
            return self.read_tail(side, record, NotARecord::ShortHeader, out);
        };
        frame.sealed = self.is_protected(side, outer);
        if frame.sealed {
            frame.opened = self.direction(side).open(record, out);
            if frame.opened.is_none() {
                let sealed = message(MessageKind::Sealed, 0..0, true, MessageFacts::None);
                return (vec![Message { size: fragment.len(), opened: false, ..sealed }], frame);
            }
        } else {
            out.extend_from_slice(fragment);
        }
        let plaintext = out.get(start..).unwrap_or_default();
        frame.plaintext = start..out.len();
        let (content, content_type) = match frame.sealed && self.context.is_tls13() {
            true => keys::inner(plaintext),
            false => (plaintext, Some(outer)),
        };
        (frame.content, frame.content_type) = (content.len(), content_type);
        (self.read_content(side, content, &mut frame), frame)
    }

    fn read_content(&mut self, side: Side, content: &[u8], frame: &mut Frame) -> Vec<Message> {
        let whole = |kind| vec![message(kind, 0..content.len(), frame.sealed, MessageFacts::None)];
        match frame.content_type {
            Some(HANDSHAKE) => self.read_handshake(side, content, frame),
            Some(ALERT) => read_alerts(content, frame.sealed),
            Some(APPLICATION_DATA) => whole(MessageKind::ApplicationData),
            Some(CHANGE_CIPHER_SPEC) => {
                let messages = whole(MessageKind::ChangeCipherSpec);
                self.change_cipher_spec(side);
                messages
            }
            content_type => whole(MessageKind::Unknown(content_type)),
        }
    }

    /// In TLS 1.3 the outer content type tells, in TLS 1.2 the side's ChangeCipherSpec.
    fn is_protected(&self, side: Side, outer: u8) -> bool {
        match self.context.version {
            Some(Version::TLS13) => outer == APPLICATION_DATA, // RFC 8446 §5.2
            // Application data never goes in clear: before a ServerHello it is early data. RFC 8446 §2.3
            None => outer == APPLICATION_DATA,
            Some(_) => self.direction_of(side).protected, // RFC 5246 §7.1
        }
    }

    fn change_cipher_spec(&mut self, side: Side) {
        // TLS 1.3 sends it for the sake of middleboxes; in the client's case perhaps before any ServerHello. RFC 8446 §D.4
        let Some(version) = self.context.version.filter(|&version| version != Version::TLS13) else { return };
        let keys = match (version, self.context.suite, self.log.find(keys::MASTER, &self.client_random)) {
            (Version::TLS12, Some(suite), Some(master)) => {
                Keys::tls12(suite, master, &self.client_random, &self.server_random, side).map(Rc::new)
            }
            _ => None,
        };
        *self.direction(side) = Direction { protected: true, keys, ..Direction::default() };
    }

    fn read_handshake(&mut self, side: Side, content: &[u8], frame: &mut Frame) -> Vec<Message> {
        let mut buffer = std::mem::take(&mut self.direction(side).handshake);
        // Positions before this are in earlier records; a message that began there has its last part at 0.
        let earlier = buffer.len();
        buffer.extend_from_slice(content);

        let mut messages = Vec::new();
        let mut at = 0;
        while let Some((handshake_type, octets)) = buffer.get(at..).and_then(first_message) {
            let range = at.saturating_sub(earlier)..(at + octets.len()).saturating_sub(earlier);
            if at < earlier {
                (frame.continued, frame.whole) = (range.end, Some(octets.to_vec()));
            }
            let (facts, _) = message::handshake(octets, self.context);
            let body = octets.get(MESSAGE_HEADER..).unwrap_or_default();
            self.follow(side, handshake_type, frame.sealed, body, &facts);
            let kind = MessageKind::Handshake(handshake_type);
            messages.push(Message { size: octets.len(), ..message(kind, range, frame.sealed, facts) });
            at += octets.len();
        }
        buffer.drain(..at.min(buffer.len()));
        if !buffer.is_empty() || messages.is_empty() {
            let range = at.saturating_sub(earlier)..content.len();
            if at < earlier {
                frame.continued = range.end;
            }
            messages.push(message(MessageKind::Fragment(HANDSHAKE), range, frame.sealed, MessageFacts::None));
        }
        self.direction(side).handshake = buffer;
        messages
    }

    /// What a handshake message changes for the records that follow.
    fn follow(&mut self, side: Side, handshake_type: u8, sealed: bool, body: &[u8], facts: &MessageFacts) {
        match (side, handshake_type, facts) {
            (Side::Client, CLIENT_HELLO, _) => self.client_random = random(body).unwrap_or_default(),
            (Side::Server, SERVER_HELLO, MessageFacts::ServerHello(hello)) => {
                self.context = self.context.after(facts);
                self.server_random = random(body).unwrap_or_default();
                if hello.version == Version::TLS13 && !hello.is_hello_retry_request {
                    self.expect_tls13(Side::Client, hello.suite);
                    self.expect_tls13(Side::Server, hello.suite);
                }
            }
            // In clear these two were inserted on the path: the real ends ignore them.
            (_, FINISHED, _) if sealed && self.context.is_tls13() => {
                let direction = self.direction(side);
                (direction.keys, direction.sequence) = (direction.next.take(), 0); // RFC 8446 §7.3
            }
            (_, KEY_UPDATE, _) if sealed => {
                let direction = self.direction(side);
                let updated = direction.keys.as_ref().and_then(|keys| keys.updated());
                (direction.keys, direction.sequence) = (updated.map(Rc::new), 0); // RFC 8446 §4.6.3
            }
            _ => {}
        }
    }

    fn expect_tls13(&mut self, side: Side, suite: u16) {
        let keys_of = |stage| {
            let label = keys::label(side, stage);
            Keys::tls13(suite, label, self.log.find(label, &self.client_random)?).map(Rc::new)
        };
        let (keys, next) = (keys_of(Stage::Handshake), keys_of(Stage::Application));
        let direction = self.direction(side);
        (direction.keys, direction.sequence, direction.next) = (keys, 0, next);
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
    /// Opens a record; with the keys of the next stage too, for a key log that lacks the handshake's secret hides the Finished. Where
    /// a record is not authentic the sequence number stays, as a server's does that skips early data (RFC 8446 §4.2.10).
    fn open(&mut self, record: &[u8], out: &mut Vec<u8>) -> Option<Opened> {
        let with = |keys: &Option<Rc<Keys>>, sequence, out: &mut Vec<u8>| {
            let keys = keys.clone()?;
            keys.open(sequence, record, out).map(|nonce| Opened { keys, sequence, nonce })
        };
        let opened = match with(&self.keys, self.sequence, out) {
            Some(opened) => opened,
            None => {
                let opened = with(&self.next, 0, out)?;
                (self.keys, self.next) = (self.next.take(), None);
                opened
            }
        };
        self.sequence = opened.sequence.checked_add(1)?;
        Some(opened)
    }
}

/// A message of one part, readable, as long as its range.
fn message(kind: MessageKind, range: Range<usize>, sealed: bool, facts: MessageFacts) -> Message {
    Message { kind, size: range.len(), sealed, opened: true, range, facts }
}

/// The first whole handshake message, header included. RFC 8446 §4
pub(super) fn first_message(octets: &[u8]) -> Option<(u8, &[u8])> {
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
fn read_alerts(content: &[u8], sealed: bool) -> Vec<Message> {
    if content.is_empty() {
        return vec![message(MessageKind::Fragment(ALERT), 0..0, sealed, MessageFacts::None)];
    }
    let alerts = content.chunks(2).enumerate().map(|(index, octets)| {
        let range = 2 * index..2 * index + octets.len();
        match Fields::of(octets, message::alert).0 {
            Some(facts) => message(MessageKind::Alert, range, sealed, facts),
            None => message(MessageKind::Fragment(ALERT), range, sealed, MessageFacts::None),
        }
    });
    alerts.collect()
}
