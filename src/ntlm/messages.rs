//! The three messages. What a message holds is found by the offsets in it, whose order is free; the lab writes it in the order of
//! Microsoft's own examples. [MS-NLMP] 2.2.1
//!
//! Names of domain, user and workstation are UTF-16 or, where that was not agreed on, one octet a character of a code page that the
//! message does not name: what is no ASCII there is not known.

use super::{Nonce8, Sixteen, fixed, from_utf16, u16_at, u32_at, utf16};
use crate::registry::ntlm::{UNICODE, VERSION};
use serde::{Deserialize, Serialize};
use std::fmt;

pub(super) const SIGNATURE: &[u8; 8] = b"NTLMSSP\0";
/// Where the seal of an AUTHENTICATE_MESSAGE stands, if there is one.
pub(super) const MIC_AT: usize = 72;

/// Why octets are no such message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Malformed {
    Signature,
    /// Another of the three messages, or none of them.
    MessageType,
    /// Octets are missing from the part that every such message has.
    Short,
    Outside(MessageField),
    /// UTF-16 of an odd number of octets.
    OddLength(MessageField),
    /// The response of a client is shorter than its fixed part, or of another version.
    Response,
    EndlessAvPairs,
}

/// What a message holds behind an offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum MessageField {
    DomainName,
    UserName,
    Workstation,
    TargetName,
    TargetInfo,
    LmChallengeResponse,
    NtChallengeResponse,
    EncryptedRandomSessionKey,
}

impl MessageField {
    /// As the specification calls it.
    pub fn name(self) -> &'static str {
        match self {
            MessageField::DomainName => "DomainName",
            MessageField::UserName => "UserName",
            MessageField::Workstation => "Workstation",
            MessageField::TargetName => "TargetName",
            MessageField::TargetInfo => "TargetInfo",
            MessageField::LmChallengeResponse => "LmChallengeResponse",
            MessageField::NtChallengeResponse => "NtChallengeResponse",
            MessageField::EncryptedRandomSessionKey => "EncryptedRandomSessionKey",
        }
    }
}

/// Bits of [`crate::registry::ntlm::FLAGS`]; others are kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NegotiateFlags(pub u32);

impl NegotiateFlags {
    pub fn has(self, flag: u32) -> bool {
        self.0 & flag != 0
    }
}

/// The Version field: the operating system of its sender, for debugging. [MS-NLMP] 2.2.2.10
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Windows(pub [u8; 8]);

impl Windows {
    pub const SERVER_2003: Windows = Windows::new(5, 2, 3790);
    pub const SERVER_2008: Windows = Windows::new(6, 0, 6002);

    pub const fn new(major: u8, minor: u8, build: u16) -> Windows {
        let [low, high] = build.to_le_bytes();
        Windows([major, minor, low, high, 0, 0, 0, 15])
    }
}

/// `6.0.6002`
impl fmt::Display for Windows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Windows([major, minor, low, high, ..]) = *self;
        write!(f, "{major}.{minor}.{}", u16::from_le_bytes([low, high]))
    }
}

/// NEGOTIATE_MESSAGE. Its names are never UTF-16. [MS-NLMP] 2.2.1.1
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Negotiate {
    pub flags: NegotiateFlags,
    pub domain: Vec<u8>,
    pub workstation: Vec<u8>,
    pub version: Option<Windows>,
}

/// CHALLENGE_MESSAGE. [MS-NLMP] 2.2.1.2
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Challenge {
    pub flags: NegotiateFlags,
    /// As it stands in the message, in the encoding of the flags.
    pub target_name: Vec<u8>,
    pub server_challenge: Nonce8,
    /// Attribute pairs, with their end.
    pub target_info: Vec<u8>,
    pub version: Option<Windows>,
}

/// AUTHENTICATE_MESSAGE. The names as they stand in it, in the encoding of the flags. [MS-NLMP] 2.2.1.3
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authenticate {
    pub flags: NegotiateFlags,
    pub lm_response: Vec<u8>,
    pub nt_response: Vec<u8>,
    pub domain: Vec<u8>,
    pub user: Vec<u8>,
    pub workstation: Vec<u8>,
    pub session_key: Vec<u8>,
    pub version: Option<Windows>,
    /// The sixteen octets where a seal would stand, if the message is so long: whether they are one, the attributes say.
    pub mic: Option<Sixteen>,
}

/// The proof of a client, by its length. [MS-NLMP] 2.2.2.6, 2.2.2.8
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NtResponse<'a> {
    V1([u8; 24]),
    /// `body` is all that the proof is over, but for the server's challenge.
    V2 {
        proof: Sixteen,
        body: &'a [u8],
        time: [u8; 8],
        client_challenge: Nonce8,
        av_pairs: &'a [u8],
    },
}

impl Negotiate {
    pub fn read(octets: &[u8]) -> Result<Negotiate, Malformed> {
        begins(octets, 1)?;
        let flags = NegotiateFlags(u32_at(octets, 12).ok_or(Malformed::Short)?);
        // Sixteen octets are enough: names and version may be left out.
        let name = |at, which| if octets.len() < at + 8 { Ok(Vec::new()) } else { field(octets, at, which) };
        Ok(Negotiate {
            flags,
            domain: name(16, MessageField::DomainName)?,
            workstation: name(24, MessageField::Workstation)?,
            version: version(octets, flags, 32),
        })
    }

    pub fn write(&self) -> Vec<u8> {
        let version = self.version.filter(|_| self.flags.has(VERSION));
        let mut payload = Payload::after(32 + version.map_or(0, |_| 8));
        let mut out = begun(1);
        out.extend(self.flags.0.to_le_bytes());
        for name in [&self.domain, &self.workstation] {
            // Nothing, and no place for it.
            out.extend(if name.is_empty() { [0; 8] } else { payload.add(name) });
        }
        out.extend(version.into_iter().flat_map(|version| version.0));
        out.extend(payload.octets);
        out
    }
}

impl Challenge {
    pub fn read(octets: &[u8]) -> Result<Challenge, Malformed> {
        begins(octets, 2)?;
        let flags = NegotiateFlags(u32_at(octets, 20).ok_or(Malformed::Short)?);
        let server_challenge = fixed(octets, 24).ok_or(Malformed::Short)?;
        let target_name = field(octets, 12, MessageField::TargetName)?;
        // Servers before NTLMv2 end behind the challenge.
        let has_info = octets.len() >= 48;
        let target_info = if has_info { field(octets, 40, MessageField::TargetInfo)? } else { Vec::new() };
        even(flags, [(&target_name, MessageField::TargetName)])?;
        Ok(Challenge { flags, target_name, server_challenge, target_info, version: version(octets, flags, 48) })
    }

    pub fn write(&self) -> Vec<u8> {
        let version = self.version.filter(|_| self.flags.has(VERSION));
        let mut payload = Payload::after(48 + version.map_or(0, |_| 8));
        let mut out = begun(2);
        out.extend(payload.add(&self.target_name));
        out.extend(self.flags.0.to_le_bytes());
        out.extend(self.server_challenge);
        out.extend([0; 8]);
        out.extend(payload.add(&self.target_info));
        out.extend(version.into_iter().flat_map(|version| version.0));
        out.extend(payload.octets);
        out
    }

    pub fn target_name(&self) -> String {
        self.flags.text(&self.target_name)
    }
}

impl Authenticate {
    pub fn read(octets: &[u8]) -> Result<Authenticate, Malformed> {
        begins(octets, 3)?;
        let flags = NegotiateFlags(u32_at(octets, 60).ok_or(Malformed::Short)?);
        let message = Authenticate {
            flags,
            lm_response: field(octets, 12, MessageField::LmChallengeResponse)?,
            nt_response: field(octets, 20, MessageField::NtChallengeResponse)?,
            domain: field(octets, 28, MessageField::DomainName)?,
            user: field(octets, 36, MessageField::UserName)?,
            workstation: field(octets, 44, MessageField::Workstation)?,
            session_key: field(octets, 52, MessageField::EncryptedRandomSessionKey)?,
            version: version(octets, flags, 64),
            mic: fixed(octets, MIC_AT),
        };
        let names = [
            (&message.domain, MessageField::DomainName),
            (&message.user, MessageField::UserName),
            (&message.workstation, MessageField::Workstation),
        ];
        even(flags, names)?;
        Ok(message)
    }

    /// With the seal, if there is one.
    pub fn write(&self) -> Vec<u8> {
        let version = self.version.filter(|_| self.flags.has(VERSION));
        let optional = if self.mic.is_some() { 24 } else { version.map_or(0, |_| 8) };
        let mut payload = Payload::after(64 + optional);
        let names = [&self.domain, &self.user, &self.workstation].map(|name| payload.add(name));
        let responses = [&self.lm_response, &self.nt_response].map(|response| payload.add(response));
        let key = payload.add(&self.session_key);
        let mut out = begun(3);
        out.extend(responses.into_iter().chain(names).flatten());
        out.extend(key);
        out.extend(self.flags.0.to_le_bytes());
        if version.is_some() || self.mic.is_some() {
            out.extend(version.map_or([0; 8], |version| version.0));
        }
        out.extend(self.mic.into_iter().flatten());
        out.extend(payload.octets);
        out
    }

    pub fn domain(&self) -> String {
        self.flags.text(&self.domain)
    }

    pub fn user(&self) -> String {
        self.flags.text(&self.user)
    }

    pub fn workstation(&self) -> String {
        self.flags.text(&self.workstation)
    }
}

impl NtResponse<'_> {
    pub fn read(octets: &[u8]) -> Result<NtResponse<'_>, Malformed> {
        if let Ok(response) = octets.try_into() {
            return Ok(NtResponse::V1(response));
        }
        let read = || {
            Some(NtResponse::V2 {
                proof: fixed(octets, 0)?,
                body: octets.get(16..)?,
                time: fixed(octets, 24)?,
                client_challenge: fixed(octets, 32)?,
                av_pairs: octets.get(44..)?,
            })
        };
        let is_current = octets.get(16..18) == Some(&[1, 1]);
        read().filter(|_| is_current).ok_or(Malformed::Response)
    }
}

impl NegotiateFlags {
    /// A name in the encoding that was agreed on.
    pub(super) fn encode(self, text: &str) -> Vec<u8> {
        if self.has(UNICODE) {
            utf16(text)
        } else {
            text.chars().map(|c| u8::try_from(c).ok().filter(u8::is_ascii).unwrap_or(b'?')).collect()
        }
    }

    fn text(self, octets: &[u8]) -> String {
        if self.has(UNICODE) {
            from_utf16(octets)
        } else {
            let known = |&octet: &u8| if octet.is_ascii() { char::from(octet) } else { char::REPLACEMENT_CHARACTER };
            octets.iter().map(known).collect()
        }
    }
}

/// Signature and MessageType.
fn begins(octets: &[u8], kind: u32) -> Result<(), Malformed> {
    if fixed(octets, 0).as_ref() != Some(SIGNATURE) {
        return Err(Malformed::Signature);
    }
    match u32_at(octets, 8) {
        None => Err(Malformed::Short),
        Some(found) if found == kind => Ok(()),
        Some(_) => Err(Malformed::MessageType),
    }
}

fn begun(kind: u32) -> Vec<u8> {
    [&SIGNATURE[..], &kind.to_le_bytes()].concat()
}

/// The octets that the field header at `at` points to. Where there are none, it does not matter to where it points.
fn field(octets: &[u8], at: usize, which: MessageField) -> Result<Vec<u8>, Malformed> {
    let length = usize::from(u16_at(octets, at).ok_or(Malformed::Short)?);
    let start = u32_at(octets, at + 4).ok_or(Malformed::Short)? as usize;
    if length == 0 {
        return Ok(Vec::new());
    }
    let held = start.checked_add(length).and_then(|end| octets.get(start..end));
    held.map(<[u8]>::to_vec).ok_or(Malformed::Outside(which))
}

fn even<const N: usize>(flags: NegotiateFlags, names: [(&Vec<u8>, MessageField); N]) -> Result<(), Malformed> {
    let odd = names.iter().find(|(name, _)| flags.has(UNICODE) && name.len() % 2 != 0);
    odd.map_or(Ok(()), |&(_, which)| Err(Malformed::OddLength(which)))
}

fn version(octets: &[u8], flags: NegotiateFlags, at: usize) -> Option<Windows> {
    fixed(octets, at).filter(|_| flags.has(VERSION)).map(Windows)
}

/// What stands behind the fixed part of a message.
struct Payload {
    start: usize,
    octets: Vec<u8>,
}

impl Payload {
    fn after(start: usize) -> Payload {
        Payload { start, octets: Vec::new() }
    }

    /// Appends `value`, and gives its header: Len, MaxLen, BufferOffset.
    fn add(&mut self, value: &[u8]) -> [u8; 8] {
        let [low, high] = (value.len() as u16).to_le_bytes();
        let [a, b, c, d] = ((self.start + self.octets.len()) as u32).to_le_bytes();
        self.octets.extend(value);
        [low, high, low, high, a, b, c, d]
    }
}
