//! Numbers whose lowest octet comes first, as Microsoft's protocols write them, and such whose bits mean something each.

use super::{Field, Fields, Kind, Read};
use crate::registry::{self, Table};

impl Fields<'_> {
    /// A number of up to eight octets.
    pub fn little(&mut self, width: usize, name: &'static str, note: &'static str) -> Read<u64> {
        self.leaf(width, Kind::Plain, name, note, |octets| little_endian(octets).to_string()).map(little_endian)
    }

    /// A code point: its name and number.
    pub fn little_code(
        &mut self,
        width: usize,
        table: &'static Table,
        name: &'static str,
        note: &'static str,
    ) -> Read<u32> {
        let named = |octets: &[u8]| {
            let code = little_endian(octets) as u32;
            registry::name(table, code).map_or_else(|| code.to_string(), |name| format!("{name} ({code})"))
        };
        self.leaf(width, Kind::Plain, name, note, named).map(|octets| little_endian(octets) as u32)
    }

    /// Four octets whose bits mean something each. Those that are set follow, from the lowest on; `about` says what they are for.
    pub fn flags(
        &mut self,
        table: &'static Table,
        name: &'static str,
        note: &'static str,
        about: fn(u32) -> &'static str,
    ) -> Read<u32> {
        let start = self.position();
        let octets = self.leaf(4, Kind::Plain, name, note, |octets| format!("0x{:08x}", little_endian(octets)))?;
        let (flags, source) = (little_endian(octets) as u32, self.source);
        let bits = (0..32).filter(|bit| flags & 1 << bit != 0).map(|bit| {
            let (mask, at) = (1u32 << bit, start + bit / 8);
            let (name, value) = (registry::name(table, mask).unwrap_or("r"), format!("0x{mask:08x}"));
            Field { range: at..at + 1, name, value, note: about(mask), source, kind: Kind::Bit, children: Vec::new() }
        });
        if let Some(leaf) = self.read.last_mut() {
            leaf.children = bits.collect();
        }
        Ok(flags)
    }
}

fn little_endian(octets: &[u8]) -> u64 {
    octets.iter().rev().fold(0, |number, &octet| number << 8 | u64::from(octet))
}
