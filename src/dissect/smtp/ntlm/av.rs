//! Attribute pairs: what a server says of itself, and what a client adds. [MS-NLMP] 2.2.2.1

use super::utf16;
use crate::bytes::hex;
use crate::calendar::Moment;
use crate::dissect::field::{FieldDefect, Fields, Kind, Read};
use crate::registry::name;
use crate::registry::ntlm::{
    AV_CHANNEL_BINDINGS, AV_EOL, AV_FLAG_BITS, AV_FLAG_MIC, AV_FLAGS, AV_IDS, AV_SINGLE_HOST, AV_TARGET_NAME,
    AV_TIMESTAMP,
};

/// Where they stand in a response of version 2. [MS-NLMP] 2.2.2.7
pub(super) const IN_RESPONSE: usize = 44;

fn about(id: u16) -> &'static str {
    match id {
        AV_EOL => "ends the list",
        AV_FLAGS => "",
        AV_TIMESTAMP => "an old answer can be told from a new one",
        AV_TARGET_NAME => "the service that the client meant to reach",
        AV_CHANNEL_BINDINGS => "hash of the certificate that the client saw; zeros: none",
        _ => "",
    }
}

/// Up to MsvAvEOL, and what follows it.
pub(super) fn attributes(fields: &mut Fields) -> Read<()> {
    fields.cite("[MS-NLMP] 2.2.2.1");
    loop {
        let left = fields.left();
        if left < 4 {
            return Err(FieldDefect::Short { field: "MsvAvEOL", needed: 4, left });
        }
        let id = u16_at(fields.rest(), 0).unwrap_or_default();
        fields.group("AvPair", about(id), |fields| {
            fields.little_code(2, AV_IDS, "AvId", "")?;
            let length = fields.little(2, "AvLen", "octets of the value")? as usize;
            let value = fields.bounded(length, "Value", |fields| value(fields, id))?.unwrap_or_default();
            let name = name(AV_IDS, id).unwrap_or("unknown");
            fields.say(if value.is_empty() { name.to_owned() } else { format!("{name}: {value}") });
            Ok(())
        })?;
        if id == AV_EOL {
            return Ok(());
        }
    }
}

fn value(fields: &mut Fields, id: u16) -> Read<String> {
    let count = fields.left();
    if id == AV_FLAGS && count == 4 {
        let flags = fields.flags(AV_FLAG_BITS, "Value", "", |_| "")?;
        return Ok(format!("0x{flags:08x}"));
    }
    let say = |octets: &[u8]| match id {
        AV_TIMESTAMP => file_time(octets),
        AV_CHANNEL_BINDINGS if octets.iter().all(|&octet| octet == 0) => "none".to_owned(),
        AV_EOL | AV_SINGLE_HOST | AV_FLAGS | AV_CHANNEL_BINDINGS => hex(octets),
        _ if name(AV_IDS, id).is_none() => hex(octets),
        _ => utf16(octets),
    };
    fields.leaf(count, Kind::Plain, "Value", "", say).map(say)
}

/// A FILETIME, tenths of microseconds since 1601: in UTC, and as it is. [MS-DTYP] 2.3.3
pub(super) fn file_time(octets: &[u8]) -> String {
    let raw = octets.iter().rev().fold(0u64, |number, &octet| number << 8 | u64::from(octet));
    let since_unix = (raw / 10_000_000) as i64 - 11_644_473_600;
    match Moment::from_unix(since_unix).filter(|_| octets.len() == 8) {
        _ if raw == 0 => "not set".to_owned(),
        Some(moment) => format!("{} ({raw})", moment.utc()),
        None => hex(octets),
    }
}

/// Whether the attributes of a client's response say that there is a MIC.
pub(super) fn announces_mic(response: &[u8]) -> bool {
    let mut at = IN_RESPONSE;
    while let (Some(id), Some(length)) = (u16_at(response, at), u16_at(response, at + 2)) {
        match id {
            AV_EOL => return false,
            AV_FLAGS => return response.get(at + 4).is_some_and(|&low| u32::from(low) & AV_FLAG_MIC != 0),
            _ => at += 4 + usize::from(length),
        }
    }
    false
}

fn u16_at(octets: &[u8], at: usize) -> Option<u16> {
    match octets.get(at..at + 2)? {
        [low, high] => Some(u16::from_le_bytes([*low, *high])),
        _ => None,
    }
}
