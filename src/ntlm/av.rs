//! Attribute pairs: what a server says of itself, and what a client adds and sends back under its proof. [MS-NLMP] 2.2.2.1

use super::{Malformed, Sixteen, fixed, from_utf16, u16_at, utf16};
use crate::registry::ntlm::{AV_CHANNEL_BINDINGS, AV_EOL, AV_FLAGS, AV_TIMESTAMP};

/// An attribute with its value as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AvPair {
    pub id: u16,
    pub value: Vec<u8>,
}

/// The attributes before MsvAvEOL, in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AvPairs(pub Vec<AvPair>);

impl AvPairs {
    /// Reads up to MsvAvEOL; what follows that is not looked at.
    pub fn read(octets: &[u8]) -> Result<AvPairs, Malformed> {
        let mut pairs = Vec::new();
        let mut at = 0;
        loop {
            let id = u16_at(octets, at).ok_or(Malformed::EndlessAvPairs)?;
            let length = usize::from(u16_at(octets, at + 2).ok_or(Malformed::EndlessAvPairs)?);
            if id == AV_EOL {
                return Ok(AvPairs(pairs));
            }
            let value = octets.get(at + 4..at + 4 + length).ok_or(Malformed::EndlessAvPairs)?;
            pairs.push(AvPair { id, value: value.to_vec() });
            at += 4 + length;
        }
    }

    pub fn write(&self) -> Vec<u8> {
        let mut out = Vec::new();
        for AvPair { id, value } in &self.0 {
            out.extend(id.to_le_bytes());
            out.extend((value.len() as u16).to_le_bytes());
            out.extend(value);
        }
        out.extend([0; 4]);
        out
    }

    pub fn push(&mut self, id: u16, value: impl Into<Vec<u8>>) {
        self.0.push(AvPair { id, value: value.into() });
    }

    /// Text is UTF-16 here, whatever the names in the message are.
    pub fn push_text(&mut self, id: u16, text: &str) {
        self.push(id, utf16(text));
    }

    pub fn find(&self, id: u16) -> Option<&[u8]> {
        self.0.iter().find(|pair| pair.id == id).map(|pair| pair.value.as_slice())
    }

    pub fn text(&self, id: u16) -> Option<String> {
        self.find(id).map(from_utf16)
    }

    /// MsvAvTimestamp, in the octets of a FILETIME.
    pub fn time(&self) -> Option<[u8; 8]> {
        self.find(AV_TIMESTAMP).and_then(|value| fixed(value, 0))
    }

    /// MsvAvFlags; none are no flags.
    pub fn flags(&self) -> u32 {
        self.find(AV_FLAGS).and_then(|value| super::u32_at(value, 0)).unwrap_or_default()
    }

    /// The hash of a channel, where there is one: zeros mean that there is none. [MS-NLMP] 3.1.5.1.2
    pub fn bindings(&self) -> Option<Sixteen> {
        self.find(AV_CHANNEL_BINDINGS).and_then(|value| fixed(value, 0)).filter(|bindings| *bindings != [0; 16])
    }
}
