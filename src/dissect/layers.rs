//! The octets of one event, layer by layer: what is on the wire, what is sealed in it, what that says.
//!
//! ```text
//! Records     content type, version, length, fragment      RFC 8446 §5, RFC 5246 §6.2
//!   Plaintext   what a sealed fragment held
//!   Message     a handshake message whose parts came in several records
//!     Smtp        a line, or the content of a message       RFC 5321
//!       Sasl        what base64 stands for                  RFC 4954
//! ```
//!
//! A layer that stays sealed has nothing below it.

use super::{Place, Reading};
use crate::bytes::{Span, hex};
use crate::dissect::damage::{Altered, Damage, DamageEffect};
use crate::dissect::field::{Field, FieldDefect, Fields, Kind, Read, octets_of};
use crate::dissect::handshake::{Frame, first_message};
use crate::dissect::message;
use crate::dissect::opener::Opened;
use crate::dissect::record::{self, HEADER, Item, records};
use crate::dissect::smtp::fields::{self as smtp, Decoded};
use crate::registry::{
    ALERT, APPLICATION_DATA, CHANGE_CIPHER_SPEC, CONTENT_TYPES, HANDSHAKE, Lengths, Mode, VERSIONS, Version, name,
};
use crate::trace::{EventId, Trace, What};
use std::borrow::Cow;
use std::ops::Range;

/// A buffer and what its octets are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layer<'a> {
    pub kind: LayerKind,
    pub octets: Cow<'a, [u8]>,
    /// Where these octets stand on the wire, if they do.
    pub wire: Option<Span>,
    /// Where they stand in the layer before, if they do.
    pub within: Option<Range<usize>>,
    /// The base64 in the layer before that stands for them, if any does.
    pub letters: Option<Range<usize>>,
    /// Their leaves tile the octets.
    pub fields: Vec<Field>,
    /// What opened the record that these octets were sealed in.
    pub opened: Option<&'a Opened>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LayerKind {
    /// TLS records, one or more.
    Records,
    /// What was sealed in a record.
    Plaintext,
    /// A handshake message that began in an earlier record.
    Message,
    /// Octets of SMTP.
    Smtp,
    /// What an AUTH exchange wrote in base64.
    Sasl,
}

impl Layer<'_> {
    /// The letters of the base64 in the layer before that hold something of these octets. Three octets are four letters, so a letter may hold
    /// something of two. RFC 4648 §4
    pub fn letters_of(&self, octets: &Range<usize>) -> Option<Range<usize>> {
        let letters = self.letters.as_ref()?;
        let (first, end) = (octets.start * 8 / 6, (octets.end * 8).div_ceil(6));
        Some((letters.start + first).min(letters.end)..(letters.start + end).min(letters.end))
    }
}

impl Reading {
    /// The layers of an event's octets, from the wire inwards; none if it sent nothing. `trace` is the one that was read.
    pub fn layers<'a>(&'a self, trace: &'a Trace, id: EventId) -> Vec<Layer<'a>> {
        let Some(What::Sent { text, wire }) = trace.events.get(id).map(|event| &event.what) else {
            return Vec::new();
        };
        let octets = trace.octets(*wire);
        let place = self.places.get(id).copied().flatten();
        let mut layers = place.map(|place| self.records(place, octets, *wire)).unwrap_or_default();
        let Some(line) = self.line(id) else { return layers };
        let smtp = match place {
            None => Layer { wire: Some(*wire), ..layer(LayerKind::Smtp, octets) },
            Some(place) => {
                let length = text.map_or(0, Span::len);
                let Some((data, _)) = self.application_data(place, length) else { return layers };
                // In the last record, and not in several, it stands as it is, where it arrived so.
                let frames = self.frames(place);
                let is_last = place.frame + 1 == frames.len() && frames.iter().all(|frame| frame.damage.is_none());
                let within = is_last.then_some(place.offset..place.offset + length);
                Layer { octets: data, within, ..layer(LayerKind::Smtp, &[]) }
            }
        };
        let (fields, decoded) = smtp::of(&smtp.octets, line);
        layers.push(Layer { fields, ..smtp });
        layers.extend(decoded.map(|Decoded { octets, letters, fields }| {
            let (octets, letters) = (Cow::Owned(octets), Some(letters));
            Layer { octets, letters, fields, ..layer(LayerKind::Sasl, &[]) }
        }));
        layers
    }

    fn records<'a>(&'a self, place: Place, octets: &'a [u8], wire: Span) -> Vec<Layer<'a>> {
        let frames = self.frames(place);
        let mut fields = Fields::new(octets, 0..octets.len());
        let mut inner = Vec::new();
        for (item, frame) in records(octets, 0).zip(frames) {
            match item {
                Item::Record(record) => {
                    // The framing is known to be whole, so nothing is left to be malformed.
                    let _ = read_record(&mut fields, record.end - record.start - HEADER, frame);
                }
                Item::Tail(_) if frame.content_type == Some(HANDSHAKE) => {
                    fields.whole(message::read_sslv2_hello);
                }
                Item::Tail(tail) => fields.malformed(tail_defect(tail.defect, tail.end - tail.start)),
            }
            match (&frame.damage, &frame.opened) {
                (Some(Damage { effect: DamageEffect::Nothing, .. }), _) | (None, None) => {}
                (Some(Damage { effect: DamageEffect::Decrypted(altered), .. }), opened) => {
                    let (_, fields) = Fields::of(&altered.octets, |fields| read_altered(fields, altered));
                    let opened = opened.as_ref();
                    inner.push(Layer { fields, opened, ..layer(LayerKind::Plaintext, &altered.octets) });
                }
                (None, Some(opened)) => {
                    let octets = self.plaintext.get(frame.plaintext.clone()).unwrap_or_default();
                    let (_, fields) = Fields::of(octets, |fields| read_plaintext(fields, frame, opened));
                    inner.push(Layer { fields, opened: Some(opened), ..layer(LayerKind::Plaintext, octets) });
                }
            }
            if let Some(whole) = &frame.whole {
                let (_, fields) = message::handshake(whole, frame.context);
                inner.push(Layer { fields, ..layer(LayerKind::Message, whole) });
            }
        }
        let fields = fields.into_fields();
        inner.insert(0, Layer { fields, wire: Some(wire), ..layer(LayerKind::Records, octets) });
        inner
    }
}

/// A layer that is yet to be read.
fn layer(kind: LayerKind, octets: &[u8]) -> Layer<'_> {
    Layer {
        kind,
        octets: Cow::Borrowed(octets),
        wire: None,
        within: None,
        letters: None,
        fields: Vec::new(),
        opened: None,
    }
}

fn tail_defect(defect: record::NotARecord, left: usize) -> FieldDefect {
    const RECORD: &str = "TLS record";
    match defect {
        record::NotARecord::ShortHeader => FieldDefect::Short { field: RECORD, needed: HEADER, left },
        record::NotARecord::ShortFragment { length } => {
            FieldDefect::Short { field: RECORD, needed: HEADER + length, left }
        }
        record::NotARecord::NotTls => FieldDefect::Form { field: RECORD, expected: "of a version that begins with 3" },
        record::NotARecord::Sslv2Hello { .. } => {
            FieldDefect::Form { field: RECORD, expected: "of TLS, and this is a ClientHello in the form of SSL 2.0" }
        }
        record::NotARecord::TooLong { .. } => {
            FieldDefect::Form { field: RECORD, expected: "of at most 2^14 + 2048 octets" }
        }
    }
}

/// RFC 8446 §5.1, §5.2, RFC 5246 §6.2
fn read_record(fields: &mut Fields, length: usize, frame: &Frame) -> Read<()> {
    let (is_tls13, is_older) = (frame.context.is_tls13(), frame.context.is_before_tls13());
    let (title, source) = match (frame.sealed, is_older) {
        (false, false) => ("TLSPlaintext", "RFC 8446 §5.1"),
        (false, true) => ("TLSPlaintext", "RFC 5246 §6.2.1"),
        (true, false) => ("TLSCiphertext", "RFC 8446 §5.2"),
        (true, true) => ("TLSCiphertext", "RFC 5246 §6.2.3"),
    };
    fields.cite(source);
    fields.group(title, "", |fields| {
        let (name_of_type, note) = match (frame.sealed, is_tls13) {
            (true, true) => ("opaque_type", "always application_data: the true type is sealed"),
            (true, false) => ("type", "in clear even where the content is sealed"),
            (false, _) => ("type", "what is in the fragment"),
        };
        let outer = fields.code8(CONTENT_TYPES, name_of_type, note)?;
        let name_of_version = if is_older { "version" } else { "legacy_record_version" };
        let note = "the version that counts is agreed upon in the hellos";
        fields.code16(VERSIONS, name_of_version, note)?;
        fields.u16("length", "how many octets of the fragment follow")?;
        let title = name(CONTENT_TYPES, outer).unwrap_or_default();
        if frame.sealed {
            fields.say(if is_tls13 { octets_of(length) } else { format!("{title}, {}", octets_of(length)) });
            return fields.bounded(length, "fragment", |fields| read_sealed(fields, frame)).map(|_| ());
        }
        fields.say(format!("{title}, {}", octets_of(length)));
        fields.bounded(length, "fragment", |fields| read_content(fields, frame, length)).map(|_| ())
    })
}

/// A fragment that is sealed. RFC 8446 §5.2, RFC 5246 §6.2.3
fn read_sealed(fields: &mut Fields, frame: &Frame) -> Read<()> {
    const HIDES: &str = "as long as what it hides: nobody reads it without the keys, but everybody sees its size";
    const MAC_INSIDE: &str =
        "as long as content and MAC: nobody reads it without the keys, but everybody sees its size";
    const PADDED: &str =
        "content, MAC and padding: nobody reads it without the keys, but everybody sees about how long it is";
    const PADDED_ALONE: &str =
        "content and padding: nobody reads it without the keys, but everybody sees about how long it is";
    const MAC_OUTSIDE: &str =
        "over what is encrypted and the number of the record: it is checked before anything is decrypted";
    let sealing = frame.context.sealing();
    let least = |mode, lengths: &Lengths| match mode {
        Mode::None | Mode::Stream => lengths.mac,
        Mode::Cbc => {
            lengths.explicit + lengths.block.unwrap_or_default() + if frame.encrypts_first { lengths.mac } else { 0 }
        }
        Mode::Gcm | Mode::Ccm | Mode::Ccm8 | Mode::Poly1305 => lengths.explicit + lengths.tag,
    };
    let Some((mode, lengths)) = sealing.filter(|(mode, lengths)| least(*mode, lengths) <= fields.left()) else {
        return fields.bulk(fields.left(), "encrypted", "nobody reads it without the keys").map(|_| ());
    };
    let Lengths { explicit, tag, mac, block, .. } = lengths;
    match mode {
        Mode::None => {
            fields.cite("RFC 5246 §6.2.3.1");
            fields.bulk(
                fields.left() - mac,
                "content",
                "not encrypted: this suite has no cipher, so everybody reads it",
            )?;
            fields.opaque(mac, "MAC", MAC)?;
        }
        Mode::Stream => {
            fields.cite("RFC 5246 §6.2.3.1");
            fields.bulk(fields.left(), "ciphertext", MAC_INSIDE)?;
        }
        Mode::Cbc => {
            let behind = if frame.encrypts_first { mac } else { 0 };
            // Before TLS 1.1 a record's IV is the end of the one before.
            let last = if explicit > 0 { 0 } else { block.unwrap_or_default() };
            fields.cite(if explicit > 0 { "RFC 5246 §6.2.3.2" } else { "RFC 2246 §6.2.3.2" });
            fields.opaque(
                explicit,
                "IV",
                "new for each record: the first block is mixed with it before it is encrypted",
            )?;
            fields.bulk(fields.left() - last - behind, "ciphertext", if behind > 0 { PADDED_ALONE } else { PADDED })?;
            let note = "the IV of this side's next record, which everybody knows before it is sent";
            fields.opaque(last, "last block", note)?;
            fields.cite("RFC 7366 §3");
            fields.opaque(behind, "MAC", MAC_OUTSIDE)?;
        }
        Mode::Gcm | Mode::Ccm | Mode::Ccm8 | Mode::Poly1305 => {
            if explicit > 0 {
                fields.opaque(
                    explicit,
                    "nonce_explicit",
                    "the half of the nonce that differs from record to record",
                )?;
            }
            fields.bulk(fields.left() - tag, "ciphertext", HIDES)?;
            fields.opaque(
                tag,
                "authentication tag",
                "one changed octet, here or before it, and the record is refused",
            )?;
        }
    }
    Ok(())
}

const MAC: &str = "over the content and the number of the record: one changed octet, and the record is refused";

/// What was sealed in a record. RFC 8446 §5.2, RFC 5246 §6.2.1
fn read_plaintext(fields: &mut Fields, frame: &Frame, opened: &Opened) -> Read<()> {
    if !frame.context.is_tls13() {
        fields.cite("RFC 5246 §6.2.1");
        fields.bounded(frame.content, "fragment", |fields| read_content(fields, frame, frame.content))?;
        return read_trailer(fields, opened, frame.context.version);
    }
    fields.cite("RFC 8446 §5.2");
    fields.group("TLSInnerPlaintext", "what TLS 1.3 seals: the content, its type and perhaps zeros", |fields| {
        fields.bounded(frame.content, "content", |fields| read_content(fields, frame, frame.content))?;
        fields.cite("RFC 8446 §5.4");
        if let Some(code) = frame.content_type {
            fields.say(format!("{}, {}", name(CONTENT_TYPES, code).unwrap_or_default(), octets_of(frame.content)));
            fields.code8(CONTENT_TYPES, "type", "the true content type, which a wiretap does not see")?;
        }
        fields.bulk(fields.left(), "zeros", "padding: it hides how long the content is")?;
        Ok(())
    })
}

/// What stands behind the content, where no AEAD sealed it. RFC 5246 §6.2.3.1, §6.2.3.2
fn read_trailer(fields: &mut Fields, opened: &Opened, version: Option<Version>) -> Read<()> {
    let is_ssl3 = version == Some(Version::SSL3);
    fields.cite(if is_ssl3 { "RFC 6101 §5.2.3.1" } else { "RFC 5246 §6.2.3.1" });
    fields.opaque(opened.mac, "MAC", MAC)?;
    if let Some(padding) = opened.padding.checked_sub(1) {
        let (source, note) = match is_ssl3 {
            true => ("RFC 6101 §5.2.3.2", "fills the last block up; what it is, is not said and not checked"),
            false => ("RFC 5246 §6.2.3.2", "fills blocks up: each octet is the number of them"),
        };
        fields.cite(source);
        fields.opaque(padding, "padding", note)?;
        fields.u8("padding_length", "how many octets of padding precede it")?;
    }
    Ok(())
}

/// What a record decrypts to that was changed on the path, cut as it was when it was sent: as no end reads it. RFC 5246 §6.2.3
fn read_altered(fields: &mut Fields, altered: &Altered) -> Read<()> {
    const GARBLED: &str = "the block in which a bit was flipped: decrypted, all of it is another";
    const UNFIT: &str = "of the content that was sent: it does not fit the one that arrived";
    const FLIPPED: &str = "the octet with the bit: decrypted, exactly this bit is another";
    let what = |at: usize| match altered.block {
        Some(block) if altered.garbled() == Some(at / block) => "garbled block",
        _ if altered.flipped().is_some_and(|(flipped, _)| flipped == at) => "flipped bit",
        _ if at < altered.content => "content",
        _ if at < altered.content + altered.mac => "MAC",
        _ => "padding",
    };
    fields.cite(if altered.block.is_some() { "RFC 5246 §6.2.3.2" } else { "RFC 5246 §6.2.3.1" });
    let mut computed = altered.macs.as_ref().map(|(_, computed)| computed);
    let places: Vec<&'static str> = (0..altered.octets.len()).map(what).collect();
    for part in places.chunk_by(|one, other| one == other) {
        match *part.first().unwrap_or(&"content") {
            name @ "garbled block" => fields.opaque(part.len(), name, GARBLED)?,
            name @ "flipped bit" => fields.opaque(part.len(), name, FLIPPED)?,
            name @ "content" => fields.text(part.len(), name, "as it was sent")?,
            name @ "MAC" => fields.leaf(part.len(), Kind::Opaque, name, UNFIT, |octets| match computed.take() {
                Some(computed) => format!("{}, computed of what arrived: {}", hex(octets), hex(computed)),
                None => hex(octets),
            })?,
            name => fields.opaque(part.len(), name, "as it was sent")?,
        };
    }
    Ok(())
}

/// The content of a record, by its type.
fn read_content(fields: &mut Fields, frame: &Frame, length: usize) -> Read<()> {
    match frame.content_type {
        Some(HANDSHAKE) => read_messages(fields, frame),
        Some(ALERT) => fields.repeat(message::alert).map(|_| ()),
        Some(CHANGE_CIPHER_SPEC) => message::change_cipher_spec(fields, frame.context),
        Some(APPLICATION_DATA) => {
            fields.cite(if frame.context.is_before_tls13() { "RFC 5246 §10" } else { "RFC 8446 §5.1" });
            fields.bulk(length, "application_data", "what TLS is there for: here it is SMTP").map(|_| ())
        }
        _ => fields.bulk(length, "content", "of a type that this reader does not know").map(|_| ()),
    }
}

/// Whole messages, and parts of those that other records hold the rest of. RFC 8446 §5.1
fn read_messages(fields: &mut Fields, frame: &Frame) -> Read<()> {
    const PART: &str = "a handshake message may be cut into several records";
    fields.cite("RFC 8446 §5.1");
    fields.bulk(frame.continued, "part of a message", PART)?;
    let mut context = match &frame.whole {
        Some(whole) => frame.context.after(&message::handshake(whole, frame.context).0),
        None => frame.context,
    };
    while let Some((_, octets)) = first_message(fields.rest()) {
        let facts = fields.bounded(octets.len(), "message", |fields| message::read_handshake(fields, context))?;
        context = context.after(&facts.unwrap_or_default());
    }
    fields.cite("RFC 8446 §5.1");
    fields.bulk(fields.left(), "part of a message", PART)?;
    Ok(())
}
