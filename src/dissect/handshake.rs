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
use crate::dissect::damage::Damage;
use crate::dissect::facts::MessageFacts;
use crate::dissect::field::Fields;
use crate::dissect::key_exchange::KeyExchanged;
use crate::dissect::keys::{self, KeyLog, Keys, RANDOM, Stage};
use crate::dissect::message::{self, Context};
use crate::dissect::opener::{Opened, Opener};
use crate::dissect::record::{HEADER, NotARecord};
use crate::registry::{
    ALERT, APPLICATION_DATA, CHANGE_CIPHER_SPEC, CLIENT_HELLO, CLIENT_KEY_EXCHANGE, FINISHED, HANDSHAKE, KEY_UPDATE,
    SERVER_HELLO, Version,
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
    /// Octets of the plaintext that are content. In TLS 1.3 its type and zeros follow (RFC 8446 §5.2), before, without an AEAD, its MAC and
    /// padding (RFC 5246 §6.2.3).
    pub content: usize,
    /// Of the content; `None` where the record stayed sealed, is all padding, or is no record and no hello in the form of SSL 2.0.
    pub content_type: Option<u8>,
    /// It was protected.
    pub sealed: bool,
    /// In CBC its MAC is over what is encrypted, and stands behind it. RFC 7366 §3
    pub encrypts_first: bool,
    /// What opened it, if it was protected and could be.
    pub opened: Option<Opened>,
    /// What becomes of it if it is decrypted nonetheless: it was changed on the path.
    pub damage: Option<Damage>,
    /// What was chosen before it.
    pub context: Context,
    /// Octets of the content, from its start, that belong to a handshake message that began in an earlier record.
    pub continued: usize,
    /// That message, if it ends here.
    pub whole: Option<Vec<u8>>,
}

/// Follows one connection, fed with the records of both sides in the order of the wire.
#[derive(Default)]
pub struct TlsReader {
    log: Rc<KeyLog>,
    context: Context,
    client_random: [u8; RANDOM],
    server_random: [u8; RANDOM],
    key_exchange: KeyExchanged,
    /// The ends agreed upon it in their hellos. RFC 7366 §2
    encrypts_first: bool,
    client: Direction,
    server: Direction,
}

/// What is known of the records of one side.
#[derive(Default)]
struct Direction {
    /// TLS 1.2 and before: this side's ChangeCipherSpec was seen. RFC 5246 §7.1
    protected: bool,
    /// In its records the MAC is over what is encrypted. RFC 7366 §3
    encrypts_first: bool,
    /// What opens the next protected record, if the secrets are there.
    opener: Option<Opener>,
    /// What comes after this side's Finished. TLS 1.3 only. RFC 8446 §7.3
    next: Option<Keys>,
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

    /// What of `side` is no whole record is one message: a hello in the form of SSL 2.0, or octets that are not looked at, but for the content
    /// type that they may begin with.
    pub fn read_tail(&mut self, side: Side, octets: &[u8], defect: NotARecord, out: &[u8]) -> (Vec<Message>, Frame) {
        let is_whole = defect == NotARecord::Sslv2Hello { length: octets.len() };
        if is_whole && side == Side::Client && self.context.version.is_none() {
            return self.read_sslv2_hello(octets, out);
        }
        let is_cut = matches!(defect, NotARecord::ShortHeader | NotARecord::ShortFragment { .. });
        let sealed = is_cut && octets.first().is_some_and(|&outer| self.is_protected(side, outer));
        let tail = message(MessageKind::NotARecord(defect), 0..0, sealed, MessageFacts::None);
        (vec![Message { size: octets.len(), opened: !sealed, ..tail }], self.frame(out.len()))
    }

    /// RFC 5246 §E.2
    fn read_sslv2_hello(&mut self, octets: &[u8], out: &[u8]) -> (Vec<Message>, Frame) {
        // The hash of the handshake has all of it but its length. RFC 6101 §E.2
        self.key_exchange.saw(CLIENT_HELLO, octets.get(2..).unwrap_or_default());
        let (facts, random) =
            Fields::of(octets, message::read_sslv2_hello).0.unwrap_or((MessageFacts::Malformed, [0; RANDOM]));
        self.client_random = random;
        let hello = message(MessageKind::Handshake(CLIENT_HELLO), 0..octets.len(), false, facts);
        (vec![hello], Frame { content_type: Some(HANDSHAKE), ..self.frame(out.len()) })
    }

    /// Of a record that stays sealed, whose plaintext would stand there.
    fn frame(&self, start: usize) -> Frame {
        Frame {
            plaintext: start..start,
            content: 0,
            content_type: None,
            sealed: false,
            encrypts_first: false,
            opened: None,
            damage: None,
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
            frame.encrypts_first = self.direction_of(side).encrypts_first;
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
        let behind = frame.opened.as_ref().map_or(0, |opened| opened.mac + opened.padding);
        let (content, content_type) = match frame.sealed && self.context.is_tls13() {
            true => keys::inner(plaintext),
            false => (plaintext.get(..plaintext.len().saturating_sub(behind)).unwrap_or_default(), Some(outer)),
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
        let opener = self.context.suite().and_then(|suite| {
            let in_log = self.log.find(keys::MASTER, &self.client_random).map(|master| (keys::MASTER, master));
            let master = in_log.or(self.key_exchange.master.as_deref().map(|master| (keys::PREMASTER, master)));
            let (client, server) = (&self.client_random, &self.server_random);
            let keys = master.and_then(|master| Keys::before_tls13(version, suite, master, client, server, side));
            keys.map(|keys| Opener::new(keys).encrypting_first(self.encrypts_first))
                .or_else(|| Opener::without_keys(suite))
        });
        let encrypts_first = self.encrypts_first;
        *self.direction(side) = Direction { protected: true, encrypts_first, opener, ..Direction::default() };
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
            self.follow(side, handshake_type, frame.sealed, octets, &facts);
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
    fn follow(&mut self, side: Side, handshake_type: u8, sealed: bool, octets: &[u8], facts: &MessageFacts) {
        let body = octets.get(MESSAGE_HEADER..).unwrap_or_default();
        self.key_exchange.saw(handshake_type, octets);
        match (side, handshake_type, facts) {
            (Side::Client, CLIENT_HELLO, _) => self.client_random = random(body).unwrap_or_default(),
            (Side::Server, SERVER_HELLO, MessageFacts::ServerHello(hello)) => {
                self.context = self.context.after(facts);
                self.server_random = random(body).unwrap_or_default();
                self.key_exchange.is_extended = hello.has_extended_master;
                self.encrypts_first = hello.encrypts_first;
                if hello.version == Version::TLS13 && !hello.is_hello_retry_request {
                    self.expect_tls13(Side::Client, hello.suite);
                    self.expect_tls13(Side::Server, hello.suite);
                }
            }
            (Side::Client, CLIENT_KEY_EXCHANGE, _) => {
                let (client, server) = (&self.client_random, &self.server_random);
                self.key_exchange.end(&self.log, self.context, client, server, facts);
            }
            // In clear these two were inserted on the path: the real ends ignore them.
            (_, FINISHED, _) if sealed && self.context.is_tls13() => {
                let direction = self.direction(side);
                direction.opener = direction.next.take().map(Opener::new); // RFC 8446 §7.3
            }
            (_, KEY_UPDATE, _) if sealed && self.context.is_tls13() => {
                let direction = self.direction(side);
                let updated = direction.opener.as_ref().and_then(|opener| opener.keys()?.updated());
                direction.opener = updated.map(Opener::new); // RFC 8446 §4.6.3
            }
            _ => {}
        }
    }

    fn expect_tls13(&mut self, side: Side, suite: u16) {
        let keys_of = |stage| {
            let label = keys::label(side, stage);
            Keys::tls13(suite, label, self.log.find(label, &self.client_random)?)
        };
        let (keys, next) = (keys_of(Stage::Handshake), keys_of(Stage::Application));
        let direction = self.direction(side);
        (direction.opener, direction.next) = (keys.map(Opener::new), next);
    }

    /// What opens the next protected record of a side.
    pub(super) fn opener(&self, side: Side) -> Option<&Opener> {
        self.direction_of(side).opener.as_ref()
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
    fn open(&mut self, record: &[u8], out: &mut Vec<u8>) -> Option<Opened> {
        let opened = self.opener.as_mut().and_then(|opener| opener.open(record, out));
        if opened.is_some() {
            return opened;
        }
        let mut next = Opener::new(self.next.clone()?);
        let opened = next.open(record, out)?;
        (self.opener, self.next) = (Some(next), None);
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
