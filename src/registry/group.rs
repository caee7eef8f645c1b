//! The curves of the key exchange that the lists of suites use, and the hybrid that the ends of the lab have besides. Every other group
//! has a name alone ([`super::GROUPS`]).

use super::names::{GROUPS, name};

/// ML-KEM-768 beside X25519: a group of TLS 1.3, and no curve. draft-ietf-tls-ecdhe-mlkem
pub const X25519MLKEM768: u16 = 0x11EC;

/// Whether no way is known in which a large quantum computer would get the secret from what is sent: where ML-KEM has a part in it. All
/// others of the registry are curves and finite fields, which Shor's algorithm breaks. `None`: it is not in the registry. RFC 9794 §1
pub fn is_post_quantum(group: u16) -> Option<bool> {
    name(GROUPS, group).map(|name| name.contains("MLKEM"))
}

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

    pub const fn code(self) -> u16 {
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
