//! The versions of SSL and TLS, and ranges of them.

use super::names::{Table, name};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fmt;

/// A version as a hello has it, known or not. The older the smaller.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Version(pub u16);

/// The number, as with every other code point.
impl fmt::Debug for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// As they are called, not as the wire spells them.
pub const VERSIONS: &Table = &[
    (Version::SSL2.0 as u32, "SSL 2.0"),
    (Version::SSL3.0 as u32, "SSL 3.0"),
    (Version::TLS10.0 as u32, "TLS 1.0"),
    (Version::TLS11.0 as u32, "TLS 1.1"),
    (Version::TLS12.0 as u32, "TLS 1.2"),
    (Version::TLS13.0 as u32, "TLS 1.3"),
];

/// Sections of TLS 1.3's document, and what has their place in that of TLS 1.2.
const SAME: [(&str, &str); 6] = [
    ("RFC 8446 §4.1.2", "RFC 5246 §7.4.1.2"),
    ("RFC 8446 §4.1.3", "RFC 5246 §7.4.1.3"),
    ("RFC 8446 §4.3.2", "RFC 5246 §7.4.4"),
    ("RFC 8446 §4.4.2", "RFC 5246 §7.4.6"),
    ("RFC 8446 §6.1", "RFC 5246 §7.2.1"),
    ("RFC 8446 §6.2", "RFC 5246 §7.2.2"),
];

impl Version {
    /// A section of TLS 1.2's document, or of 1.3's where both have it, in that of this version: those of TLS 1.0 and 1.1 have the same
    /// numbers, that of SSL 3.0 has what is said of the protocol in section 5.
    pub fn cited(self, source: &'static str) -> Cow<'static, str> {
        const TLS12: &str = "RFC 5246";
        let same = SAME.iter().find(|(new, old)| source == *new || source == *old);
        let source = same.map_or(source, |(new, old)| if self >= Version::TLS13 { *new } else { *old });
        match self {
            Version::SSL3 => {
                let sections =
                    [("§7.4", "§5.6"), ("§7.3", "§5.5"), ("§7.2", "§5.4"), ("§7.1", "§5.3"), ("§6.2", "§5.2")];
                match sections.into_iter().find(|(new, _)| source.starts_with(TLS12) && source.contains(new)) {
                    Some((new, old)) => source.replacen(TLS12, "RFC 6101", 1).replacen(new, old, 1).into(),
                    None => source.into(),
                }
            }
            Version::TLS10 => source.replacen(TLS12, "RFC 2246", 1).into(),
            Version::TLS11 => source.replacen(TLS12, "RFC 4346", 1).into(),
            _ => source.into(),
        }
    }

    pub const SSL2: Version = Version(0x0002);
    /// RFC 6101 §5.6.1.1
    pub const SSL3: Version = Version(0x0300);
    /// RFC 2246 §6.2.1
    pub const TLS10: Version = Version(0x0301);
    /// RFC 4346 §6.2.1
    pub const TLS11: Version = Version(0x0302);
    /// RFC 5246 §6.2.1
    pub const TLS12: Version = Version(0x0303);
    /// RFC 8446 §4.1.2
    pub const TLS13: Version = Version(0x0304);

    /// The known ones, the oldest first.
    pub const ALL: [Version; 6] =
        [Version::SSL2, Version::SSL3, Version::TLS10, Version::TLS11, Version::TLS12, Version::TLS13];

    /// "TLS 1.2"
    pub fn name(self) -> Option<&'static str> {
        name(VERSIONS, self.0)
    }

    /// As in a link and on the command line; empty for an unknown one.
    pub fn key(self) -> &'static str {
        match self {
            Version::SSL2 => "ssl2",
            Version::SSL3 => "ssl3",
            Version::TLS10 => "1.0",
            Version::TLS11 => "1.1",
            Version::TLS12 => "1.2",
            Version::TLS13 => "1.3",
            _ => "",
        }
    }

    pub fn from_key(key: &str) -> Option<Version> {
        Version::ALL.into_iter().find(|version| version.key() == key)
    }
}

/// The versions from `first` to `last`, both included; none if `last` is older.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VersionRange {
    pub first: Version,
    pub last: Version,
}

impl VersionRange {
    pub const fn new(first: Version, last: Version) -> VersionRange {
        VersionRange { first, last }
    }

    pub fn contains(self, version: Version) -> bool {
        self.first <= version && version <= self.last
    }

    /// The newest version that both have.
    pub fn highest_common(self, other: VersionRange) -> Option<Version> {
        Version::ALL.into_iter().rfind(|&version| self.contains(version) && other.contains(version))
    }
}
