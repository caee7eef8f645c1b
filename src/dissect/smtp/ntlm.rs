//! The three messages of NTLM, octet by octet. [MS-NLMP] 2.2.1
//!
//! A message begins with fields of fixed size. Some of them say where in the message their payload stands, in any order: payloads are read
//! in the order of their octets. What nothing points to is `Unused`; what several point to is shown once, with the first.
//!
//! Left out: the responses of version 1 below the whole, as they are blocks of DES.

mod av;
mod response;

use crate::bytes::{hex, printable};
use crate::dissect::field::{FieldDefect, Fields, Kind, Read, octets_of};
use crate::registry::ntlm::{FLAGS, UNICODE, VERSION};
use std::ops::Range;

pub(super) const SIGNATURE: &[u8] = b"NTLMSSP\0";

/// The place of the MIC, where there is one. [MS-NLMP] 2.2.1.3
const MIC: Range<usize> = 72..88;

/// What says where a payload stands: Len, MaxLen and BufferOffset at `at`.
struct Header {
    at: usize,
    name: &'static str,
    /// The name of the payload is that of the header without its end.
    payload: &'static str,
    note: &'static str,
    form: Form,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// One octet a character, whatever was agreed on.
    Oem,
    /// As agreed on.
    Text,
    Attributes,
    Lm,
    Nt,
    Key,
}

const fn header(at: usize, name: &'static str, payload: &'static str, note: &'static str, form: Form) -> Header {
    Header { at, name, payload, note, form }
}

const WHO: &str = "in clear: who, of which domain, on which machine";

static NEGOTIATE: [Header; 2] = [
    header(16, "DomainNameFields", "DomainName", "OEM text, only with flag 0x1000", Form::Oem),
    header(24, "WorkstationFields", "Workstation", "OEM text, only with flag 0x2000", Form::Oem),
];
static CHALLENGE: [Header; 2] = [
    header(12, "TargetNameFields", "TargetName", "the name of the domain or server that asks", Form::Text),
    header(40, "TargetInfoFields", "TargetInfo", "what the server says of itself", Form::Attributes),
];
static AUTHENTICATE: [Header; 6] = [
    header(12, "LmChallengeResponseFields", "LmChallengeResponse", "left over from LAN Manager", Form::Lm),
    header(20, "NtChallengeResponseFields", "NtChallengeResponse", "the proof", Form::Nt),
    header(28, "DomainNameFields", "DomainName", WHO, Form::Text),
    header(36, "UserNameFields", "UserName", WHO, Form::Text),
    header(44, "WorkstationFields", "Workstation", WHO, Form::Text),
    header(
        52,
        "EncryptedRandomSessionKeyFields",
        "EncryptedRandomSessionKey",
        "a key for signing; SMTP never uses it",
        Form::Key,
    ),
];

/// A message and what is known of it before its fields are read.
struct Message<'a> {
    octets: &'a [u8],
    headers: &'static [Header],
}

impl Message<'_> {
    fn little(&self, at: usize, width: usize) -> usize {
        let octets = self.octets.get(at..at + width).unwrap_or_default();
        octets.iter().rev().fold(0, |number, &octet| number << 8 | usize::from(octet))
    }

    /// What a header points to, where it points to something. It may end behind the message.
    fn claimed(&self, header: &Header) -> Option<Range<usize>> {
        let (length, start) = (self.little(header.at, 2), self.little(header.at + 4, 4));
        let is_whole = self.octets.len() >= header.at + 8;
        (length > 0 && is_whole).then_some(start..start.saturating_add(length))
    }

    fn is_held(&self, range: &Range<usize>) -> bool {
        range.end <= self.octets.len()
    }

    /// Payloads that stand in the message, in the order of their octets.
    fn payloads(&self) -> Vec<(Range<usize>, &'static Header)> {
        let held = self.headers.iter().filter_map(|header| Some((self.claimed(header)?, header)));
        let mut held: Vec<_> = held.filter(|(range, _)| self.is_held(range)).collect();
        held.sort_by_key(|(range, _)| (range.start, range.end));
        held
    }

    /// Whether another header, or the part before `fixed`, has some of these octets, too.
    fn is_shared(&self, range: &Range<usize>, fixed: usize) -> bool {
        let others = self.payloads();
        let meet = others.iter().filter(|(other, _)| other.start < range.end && range.start < other.end);
        range.start < fixed || meet.count() > 1
    }

    fn payload(&self, form: Form) -> &[u8] {
        let found = self.payloads().into_iter().find(|(_, header)| header.form == form);
        found.and_then(|(range, _)| self.octets.get(range)).unwrap_or_default()
    }
}

/// A whole message.
pub(super) fn read(fields: &mut Fields) -> Read<()> {
    let octets = fields.rest();
    let kind = octets.get(8..12).unwrap_or_default();
    let (title, source, headers): (_, _, &'static [Header]) = match kind {
        [1, 0, 0, 0] => ("NTLM: NEGOTIATE", "[MS-NLMP] 2.2.1.1", &NEGOTIATE),
        [2, 0, 0, 0] => ("NTLM: CHALLENGE", "[MS-NLMP] 2.2.1.2", &CHALLENGE),
        [3, 0, 0, 0] => ("NTLM: AUTHENTICATE", "[MS-NLMP] 2.2.1.3", &AUTHENTICATE),
        _ => ("NTLM", "[MS-NLMP] 2.2.1", &[]),
    };
    let message = Message { octets, headers };
    fields.cite(source);
    fields.group(title, "", |fields| {
        fields.say(octets_of(octets.len()));
        if let Err(defect) = fixed(fields, &message) {
            let is_cut = fields.left() > 0;
            let cut = |octets: &[u8]| format!("{defect}: {}", hex(octets));
            fields.leaf(fields.left(), Kind::Malformed, "Truncated", "the message ends inside its fixed part", cut)?;
            return if is_cut { Ok(()) } else { Err(defect) };
        }
        payloads(fields, &message)
    })
}

/// All that has its place by the type of the message.
fn fixed(fields: &mut Fields, message: &Message) -> Read<()> {
    fields.leaf(8, Kind::Plain, "Signature", "every NTLM message begins so", printable)?;
    let kind = fields.little_code(4, TYPES, "MessageType", "1 offer, 2 challenge, 3 answer")?;
    let end = match kind {
        1 => 32,
        2 => 48,
        3 => 64,
        _ => return Err(FieldDefect::Form { field: "MessageType", expected: "1, 2 or 3" }),
    };
    let next = |fields: &mut Fields, index: usize| match message.headers.get(index) {
        Some(header) => pointer(fields, message, header, end),
        None => Ok(()),
    };
    let flags = match kind {
        1 => {
            let flags = negotiate_flags(fields, "what the client can do")?;
            // Sixteen octets are enough: names may be left out.
            for index in 0..2 {
                if fields.left() > 0 {
                    next(fields, index)?;
                }
            }
            flags
        }
        2 => {
            next(fields, 0)?;
            let flags = negotiate_flags(fields, "what is left of the offer, and what the server adds")?;
            fields.opaque(8, "ServerChallenge", "eight octets that must never be used twice")?;
            // Servers before NTLM version 2 end here.
            if fields.left() > 0 {
                fields.opaque(8, "Reserved", "zeros")?;
                next(fields, 1)?;
            }
            flags
        }
        _ => {
            for index in 0..6 {
                next(fields, index)?;
            }
            negotiate_flags(fields, "what both agreed on")?
        }
    };
    if flags & VERSION != 0 && room(fields, message) >= 8 {
        version(fields)?;
    }
    if kind == 3 && av::announces_mic(message.payload(Form::Nt)) {
        if fields.position() == MIC.start - 8 && room(fields, message) >= 8 {
            fields.opaque(8, "Unused", "where Version would stand")?;
        }
        if fields.position() == MIC.start && room(fields, message) >= MIC.len() {
            fields.opaque(MIC.len(), "MIC", "seals the three messages together")?;
        }
    }
    Ok(())
}

const TYPES: &crate::registry::Table = &[(1, "NEGOTIATE"), (2, "CHALLENGE"), (3, "AUTHENTICATE")];

/// Octets before the next payload, or before the end of the message.
fn room(fields: &Fields, message: &Message) -> usize {
    let at = fields.position();
    let next = message.payloads().into_iter().filter(|(range, _)| range.end > at).map(|(range, _)| range.start).min();
    next.unwrap_or(message.octets.len()).saturating_sub(at)
}

fn pointer(fields: &mut Fields, message: &Message, header: &Header, fixed: usize) -> Read<()> {
    let claimed = message.claimed(header);
    let is_held = claimed.as_ref().is_none_or(|range| message.is_held(range));
    fields.group(header.name, header.note, |fields| {
        fields.say(match &claimed {
            None => "nothing".to_owned(),
            Some(_) if !is_held => "BufferOffset points past the end".to_owned(),
            Some(range) => {
                let shared = message.is_shared(range, fixed);
                let words = if shared { ", in octets of another field" } else { "" };
                format!("{} at {}{words}", octets_of(range.len()), range.start)
            }
        });
        fields.little(2, "Len", "octets of the payload")?;
        fields.little(2, "MaxLen", "the same; nobody looks at it")?;
        let kind = if is_held { Kind::Plain } else { Kind::Malformed };
        let place = |_: &[u8]| message.little(header.at + 4, 4).to_string();
        fields.leaf(4, kind, "BufferOffset", "where the payload begins, from the start of the message", place)?;
        Ok(())
    })
}

fn negotiate_flags(fields: &mut Fields, note: &'static str) -> Read<u32> {
    fields.citing("[MS-NLMP] 2.2.2.5", |fields| fields.flags(FLAGS, "NegotiateFlags", note, about_flag))
}

fn about_flag(flag: u32) -> &'static str {
    match flag {
        0x1 => "names are UTF-16",
        0x2 => "names are of one octet a character",
        0x4 => "the server is to say its name",
        0x10 | 0x8000 => "messages could be signed; SMTP has no place for it",
        0x20 => "messages could be encrypted; SMTP has no place for it",
        0x200 => "NTLM itself",
        0x800 => "without a user",
        0x1_0000 => "the name is of a domain",
        0x2_0000 => "the name is of a server",
        0x8_0000 => "in version 2 it changes nothing in the proof",
        0x80_0000 => "TargetInfo is there",
        0x200_0000 => "Version is there",
        0x2000_0000 => "keys of 128 bits",
        0x4000_0000 => "the client chooses the session key",
        0x8000_0000 => "keys of 56 bits",
        _ => "",
    }
}

/// [MS-NLMP] 2.2.2.10
fn version(fields: &mut Fields) -> Read<()> {
    fields.citing("[MS-NLMP] 2.2.2.10", |fields| {
        fields.group("Version", "the operating system of the sender, for debugging", |fields| {
            let major = fields.little(1, "ProductMajorVersion", "")?;
            let minor = fields.little(1, "ProductMinorVersion", "")?;
            let build = fields.little(2, "ProductBuild", "")?;
            fields.say(format!("{major}.{minor}.{build}"));
            fields.opaque(3, "Reserved", "zeros")?;
            fields.little(1, "NTLMRevisionCurrent", "15, always")?;
            Ok(())
        })
    })
}

/// What stands behind the fixed part.
fn payloads(fields: &mut Fields, message: &Message) -> Read<()> {
    let is_unicode = message.little(if message.headers.len() == 2 { 20 } else { 60 }, 4) as u32 & UNICODE != 0;
    for (range, header) in message.payloads() {
        let gap = range.start.saturating_sub(fields.position());
        fields.opaque(gap, "Unused", "no field points here")?;
        let left = range.end.saturating_sub(fields.position());
        if left < range.len() {
            const CUT: &str = "what is left of a payload that begins in another field";
            fields.leaf(left, Kind::Malformed, header.payload, CUT, hex)?;
            continue;
        }
        fields.bounded(left, header.payload, |fields| match header.form {
            Form::Oem => text(fields, header, false),
            Form::Text => text(fields, header, is_unicode),
            Form::Attributes => fields.group(header.payload, header.note, |fields| {
                av::attributes(fields)?;
                fields.opaque(fields.left(), "Unused", "behind the end of the list").map(|_| ())
            }),
            Form::Lm => response::lm(fields, message.payload(Form::Nt)),
            Form::Nt => response::nt(fields),
            Form::Key => fields.opaque(left, header.payload, header.note).map(|_| ()),
        })?;
    }
    let is_cut =
        message.headers.iter().any(|header| message.claimed(header).is_some_and(|range| !message.is_held(&range)));
    let (kind, name, note) = match is_cut {
        true => (Kind::Malformed, "Truncated", "the message ends before a field does"),
        false => (Kind::Opaque, "Unused", "no field points here"),
    };
    fields.leaf(fields.left(), kind, name, note, hex)?;
    Ok(())
}

fn text(fields: &mut Fields, header: &Header, is_unicode: bool) -> Read<()> {
    let length = fields.left();
    let kind = if is_unicode && !length.is_multiple_of(2) { Kind::Malformed } else { Kind::Plain };
    fields.leaf(
        length,
        kind,
        header.payload,
        header.note,
        |octets| if is_unicode { utf16(octets) } else { oem(octets) },
    )?;
    Ok(())
}

/// UTF-16; a last octet that is alone is left out.
fn utf16(octets: &[u8]) -> String {
    let units = octets.chunks_exact(2).map(|two| two.iter().rev().fold(0, |unit, &octet| unit << 8 | u16::from(octet)));
    let text: String = char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
    printable(text.as_bytes())
}

/// The code page is not known: ASCII, and other octets by their number.
fn oem(octets: &[u8]) -> String {
    let shown = |&octet: &u8| match octet {
        b' '..=b'~' => char::from(octet).to_string(),
        _ => format!("\\x{octet:02x}"),
    };
    octets.iter().map(shown).collect()
}
