//! The curves of the key exchange that the lists of suites use. Every other group has a name alone ([`super::GROUPS`]).

use super::names::{GROUPS, name};

/// A curve, by its name in the registry. RFC 8446 §4.2.7
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    Secp256r1,
    Secp384r1,
    Secp521r1,
    X25519,
    X448,
}

impl Group {
    pub const ALL: [Group; 5] = [Group::Secp256r1, Group::Secp384r1, Group::Secp521r1, Group::X25519, Group::X448];

    pub fn code(self) -> u16 {
        match self {
            Group::Secp256r1 => 23,
            Group::Secp384r1 => 24,
            Group::Secp521r1 => 25,
            Group::X25519 => 29,
            Group::X448 => 30,
        }
    }

    pub fn from_code(code: u16) -> Option<Group> {
        Group::ALL.into_iter().find(|group| group.code() == code)
    }

    /// As in the registry of IANA, and in a link.
    pub fn name(self) -> &'static str {
        name(GROUPS, self.code()).unwrap_or_default()
    }

    /// Bits of the prime of its field. RFC 8422 §5.1.1, RFC 7748 §4
    pub fn field_bits(self) -> u16 {
        match self {
            Group::Secp256r1 => 256,
            Group::Secp384r1 => 384,
            Group::Secp521r1 => 521,
            Group::X25519 => 255,
            Group::X448 => 448,
        }
    }

    /// Half the bits of the curve's order: what the best general attack costs. RFC 8422 §1, RFC 7748 §7
    pub fn strength(self) -> u16 {
        match self {
            Group::Secp256r1 | Group::X25519 => 128,
            Group::Secp384r1 => 192,
            Group::Secp521r1 => 256,
            Group::X448 => 224,
        }
    }
}
