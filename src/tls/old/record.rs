//! The record layer: octets cut into records, opened and sealed, and handshake messages put together from them. RFC 6101 §5.2,
//! RFC 2246 §6.2, RFC 5246 §6.2
//!
//! A flight of handshake messages goes in one record, or in as few as will hold it. Nothing is split before it is sealed: the 1/n-1
//! records with which later systems guard the CBC of TLS 1.0 came with their updates; such records, and empty ones, are taken.
//! docs/rules.md CS5

use super::message::MESSAGE_HEADER;
use super::{Fault, OldError};
use crate::registry::{ALERT, APPLICATION_DATA, CHANGE_CIPHER_SPEC, CLIENT_HELLO, HANDSHAKE, Version, alert};
use crate::tls::TlsOutput;
use crate::tls::primitives::RecordProtection;
use crate::tls::random::Stream;
use std::collections::VecDeque;

/// Octets of a record's header: type, version, length. RFC 2246 §6.2.1
const HEADER: usize = 5;
/// Octets of content at most. RFC 2246 §6.2.1
const CONTENT: usize = 1 << 14;
/// What compression and protection may add. RFC 2246 §6.2.3
const EXPANSION: usize = 2048;
/// Octets of the largest handshake message that is taken. A chain of certificates has some thousands.
const LONGEST_MESSAGE: usize = 1 << 15;
const WARNING: u8 = 1;
const FATAL: u8 = 2;

/// What is written, and under which protection.
pub(super) struct Outgoing {
    pub(super) version: Version,
    protection: Option<RecordProtection>,
    /// Octets of an explicit IV.
    explicit: usize,
    ivs: Stream,
    /// Handshake messages of the flight that is being made.
    flight: Vec<u8>,
    /// This side has said its last: nothing follows a close_notify, not even an alert. RFC 2246 §7.2.1
    pub(super) closed: bool,
    pub(super) outputs: VecDeque<TlsOutput>,
}

impl Outgoing {
    pub(super) fn new(version: Version, ivs: Stream) -> Outgoing {
        let (flight, outputs) = (Vec::new(), VecDeque::new());
        Outgoing { version, protection: None, explicit: 0, ivs, flight, closed: false, outputs }
    }

    /// The message goes out with its flight.
    pub(super) fn handshake(&mut self, message: &[u8]) {
        self.flight.extend_from_slice(message);
    }

    /// Sends the flight.
    pub(super) fn flush(&mut self) {
        let flight = std::mem::take(&mut self.flight);
        self.send(HANDSHAKE, &flight);
    }

    pub(super) fn send(&mut self, content_type: u8, content: &[u8]) {
        for content in content.chunks(CONTENT).filter(|_| !self.closed) {
            let mut iv = vec![0; self.explicit];
            self.ivs.fill(&mut iv);
            let record = match &mut self.protection {
                Some(protection) => protection.seal(content_type, content, &iv),
                None => plain(content_type, self.version, content),
            };
            self.outputs.push_back(TlsOutput::Wire(record));
        }
    }

    /// Sends what is waiting and ChangeCipherSpec; what follows is protected.
    pub(super) fn change_cipher_spec(&mut self, protection: RecordProtection, explicit: usize) {
        self.flush();
        self.send(CHANGE_CIPHER_SPEC, &[1]);
        (self.protection, self.explicit) = (Some(protection), explicit);
    }

    pub(super) fn warn(&mut self, description: u8) {
        self.flush();
        self.send(ALERT, &[WARNING, description]);
    }

    /// What was not sent yet of a flight is not sent.
    pub(super) fn fatal(&mut self, description: u8) {
        self.flight.clear();
        self.send(ALERT, &[FATAL, description]);
    }
}

fn plain(content_type: u8, version: Version, content: &[u8]) -> Vec<u8> {
    let [major, minor] = version.0.to_be_bytes();
    let [high, low] = (content.len() as u16).to_be_bytes();
    [&[content_type, major, minor, high, low], content].concat()
}

/// What arrives, and under which protection.
#[derive(Default)]
pub(super) struct Incoming {
    /// What every record has to say, once that is known.
    pub(super) version: Option<Version>,
    protection: Option<RecordProtection>,
    /// The record that is arriving, header included; never more than one.
    record: Vec<u8>,
    /// Handshake octets that are not a whole message yet.
    handshake: Vec<u8>,
    /// The first record may be a hello in the form of SSL 2.0. RFC 2246 §E.1
    takes_ssl2: bool,
}

/// The content of a record.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// Messages are to be taken out with [`Incoming::message`].
    Handshake,
    ChangeCipherSpec,
    /// Level and number, one or several.
    Alerts(Vec<(bool, u8)>),
    Data(Vec<u8>),
    /// A hello in the form of SSL 2.0, from its type on.
    Ssl2Hello(Vec<u8>),
}

impl Incoming {
    pub(super) fn new(takes_ssl2: bool) -> Incoming {
        Incoming { takes_ssl2, ..Incoming::default() }
    }

    /// Takes octets up to the end of a record, and leaves the rest. A header that is none is refused as soon as it is there.
    pub(super) fn take(&mut self, wire: &mut &[u8]) -> Result<Option<Content>, Fault> {
        while !wire.is_empty() {
            let missing = self.record_length().saturating_sub(self.record.len());
            let (now, later) = wire.split_at(missing.min(wire.len()));
            *wire = later;
            self.record.extend_from_slice(now);
            if self.record.len() == HEADER {
                self.check_header()?;
            }
            if self.record.len() >= HEADER && self.record.len() == self.record_length() {
                let record = std::mem::take(&mut self.record);
                return self.open(&record).map(Some);
            }
        }
        Ok(None)
    }

    /// How long the arriving record is, as far as one can tell.
    fn record_length(&self) -> usize {
        match *self.record.as_slice() {
            [high, low, _, _, _, ..] if self.is_ssl2() => (2 + length(high & 0x7F, low)).max(HEADER),
            [_, _, _, high, low, ..] => HEADER + length(high, low),
            _ => HEADER,
        }
    }

    /// The bit that says that no padding follows is set, and a hello of version 3 begins. RFC 5246 §E.2
    fn is_ssl2(&self) -> bool {
        matches!(*self.record.as_slice(), [first, _, CLIENT_HELLO, 0..=3, _, ..] if self.takes_ssl2 && first >= 0x80)
    }

    fn check_header(&self) -> Result<(), Fault> {
        let [kind, major, minor, high, low] = *self.record.as_slice() else { return Ok(()) };
        if self.is_ssl2() {
            return Ok(());
        }
        let found = Version(u16::from_be_bytes([major, minor]));
        let is_record = (CHANGE_CIPHER_SPEC..=APPLICATION_DATA).contains(&kind) && major == 3;
        let most = CONTENT + if self.protection.is_some() { EXPANSION } else { 0 };
        match self.version {
            _ if !is_record => Err(OldError::NotRecord.into()),
            // Who does not like the version that was chosen says so in one of its own.
            Some(version) if version != found && (kind != ALERT || self.protection.is_some()) => {
                Err(Fault::new(OldError::OtherVersion, alert::PROTOCOL_VERSION))
            }
            _ if length(high, low) > most => Err(OldError::TooLong.into()),
            _ => Ok(()),
        }
    }

    fn open(&mut self, record: &[u8]) -> Result<Content, Fault> {
        if std::mem::take(&mut self.takes_ssl2) && record.first().is_some_and(|&first| first >= 0x80) {
            return Ok(Content::Ssl2Hello(record.get(2..).unwrap_or_default().to_vec()));
        }
        let kind = record.first().copied().unwrap_or_default();
        let content = match &mut self.protection {
            // One answer for padding and MAC. RFC 4346 §6.2.3.2
            Some(protection) => protection.open(record).map_err(|_| OldError::BadRecord)?.content().to_vec(),
            None => record.get(HEADER..).unwrap_or_default().to_vec(),
        };
        if content.len() > CONTENT {
            return Err(OldError::TooLong.into());
        }
        match kind {
            APPLICATION_DATA => Ok(Content::Data(content)),
            // Only application data may be empty. RFC 5246 §6.2.1
            _ if content.is_empty() => Err(OldError::EmptyRecord.into()),
            HANDSHAKE => {
                self.handshake.extend_from_slice(&content);
                Ok(Content::Handshake)
            }
            // No other record may stand between the parts of a message. RFC 5246 §6.2.1
            CHANGE_CIPHER_SPEC if !self.handshake.is_empty() => Err(OldError::OutOfPlace.into()),
            CHANGE_CIPHER_SPEC if content == [1] => Ok(Content::ChangeCipherSpec),
            ALERT => alerts(&content),
            _ => Err(OldError::Malformed.into()),
        }
    }

    /// The next whole handshake message, with its header.
    pub(super) fn message(&mut self) -> Result<Option<Vec<u8>>, Fault> {
        let [_, a, b, c, ..] = *self.handshake.as_slice() else { return Ok(None) };
        let length = MESSAGE_HEADER + u32::from_be_bytes([0, a, b, c]) as usize;
        if length > LONGEST_MESSAGE {
            return Err(Fault::new(OldError::TooLong, alert::ILLEGAL_PARAMETER));
        }
        if self.handshake.len() < length {
            return Ok(None);
        }
        let later = self.handshake.split_off(length);
        Ok(Some(std::mem::replace(&mut self.handshake, later)))
    }

    /// The records that follow are protected.
    pub(super) fn change_cipher_spec(&mut self, protection: RecordProtection) {
        self.protection = Some(protection);
    }
}

fn length(high: u8, low: u8) -> usize {
    u16::from_be_bytes([high, low]).into()
}

/// Whether each is fatal, and its number. RFC 2246 §7.2
fn alerts(content: &[u8]) -> Result<Content, Fault> {
    let (pairs, rest) = content.as_chunks::<2>();
    let read = |&[level, number]: &[u8; 2]| match level {
        WARNING => Some((false, number)),
        FATAL => Some((true, number)),
        _ => None,
    };
    match pairs.iter().map(read).collect() {
        Some(alerts) if rest.is_empty() => Ok(Content::Alerts(alerts)),
        _ => Err(OldError::Malformed.into()),
    }
}
