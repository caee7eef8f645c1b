//! What a suite is worth today: the rules that speak against it, each of one document. RFC 9325 §4 and what it rests on

use crate::registry::{Authentication, Cipher, CodePoint, Mac, Mode, Strength, Suite, Version};

/// How a suite stands, from best to worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// Nothing here speaks against it, and the registry of IANA recommends it.
    Recommended,
    /// It should not be used.
    Discouraged,
    /// It must not be used.
    Prohibited,
}

/// A reason not to use a suite.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Objection {
    /// Only SSL 2.0 has it. RFC 6176 §3
    Ssl2,
    /// RFC 7465 §2
    Rc4,
    /// RFC 9325 §4.1
    NoEncryption,
    /// Less than 112 bits. RFC 9325 §4.1
    Below112,
    /// The key exchange is held to a short key. RFC 9325 §4.1
    Export,
    /// No version that is still allowed has it. RFC 8996
    OldVersions,
    /// RFC 10015
    StaticRsa,
    /// RFC 10015
    FiniteField,
    /// At least 112 and less than 128 bits. RFC 9325 §4.1
    Below128,
    /// Blocks of 64 bits repeat after a few tens of gigabytes. CVE-2016-2183
    ShortBlock,
    /// CBC with the MAC inside. RFC 7457 §2.4, RFC 9325 §4.2
    MacThenEncrypt,
    /// RFC 8446 §1.2
    Dss,
    /// Its draft expired; the numbers are reserved so that they are not used again. IANA, "TLS Parameters"
    NeverStandardised,
}

impl Objection {
    /// The weightiest first.
    const ALL: [Objection; 13] = [
        Objection::Ssl2,
        Objection::NoEncryption,
        Objection::Below112,
        Objection::Export,
        Objection::Rc4,
        Objection::OldVersions,
        Objection::StaticRsa,
        Objection::FiniteField,
        Objection::Below128,
        Objection::ShortBlock,
        Objection::MacThenEncrypt,
        Objection::Dss,
        Objection::NeverStandardised,
    ];

    pub fn standing(self) -> Standing {
        match self {
            Objection::Ssl2
            | Objection::Rc4
            | Objection::NoEncryption
            | Objection::Below112
            | Objection::Export
            | Objection::OldVersions
            | Objection::StaticRsa
            | Objection::FiniteField => Standing::Prohibited,
            Objection::Below128
            | Objection::ShortBlock
            | Objection::MacThenEncrypt
            | Objection::Dss
            | Objection::NeverStandardised => Standing::Discouraged,
        }
    }

    fn holds_against(self, suite: Suite) -> bool {
        let of_tls = matches!(suite.code, CodePoint::Tls(_));
        match self {
            Objection::Ssl2 => !of_tls,
            Objection::Rc4 => suite.cipher.is_rc4(),
            Objection::NoEncryption => suite.cipher == Cipher::Null,
            Objection::Below112 => matches!(suite.cipher.strength(), Strength::Bits(1..112)),
            Objection::Export => suite.key_exchange.is_export(),
            Objection::OldVersions => of_tls && suite.versions.last < Version::TLS12,
            // These two are rules for TLS 1.2; the versions before it are gone altogether.
            Objection::StaticRsa => suite.key_exchange.is_static_rsa() && suite.versions.contains(Version::TLS12),
            Objection::FiniteField => suite.key_exchange.is_finite_field() && suite.versions.contains(Version::TLS12),
            Objection::Below128 => matches!(suite.cipher.strength(), Strength::Bits(112..128)),
            Objection::ShortBlock => suite.cipher.block() == Some(8),
            Objection::MacThenEncrypt => suite.mode == Mode::Cbc && matches!(suite.mac(), Mac::Hmac(_)),
            Objection::Dss => suite.authentication == Authentication::Dss,
            Objection::NeverStandardised => matches!(suite.code, CodePoint::Tls(0x0060..=0x0066)),
        }
    }
}

impl Suite {
    /// What speaks against it, the weightiest first.
    pub fn objections(self) -> impl Iterator<Item = Objection> {
        Objection::ALL.into_iter().filter(move |objection| objection.holds_against(self))
    }

    /// The verdict: as bad as the worst objection.
    pub fn standing(self) -> Standing {
        self.objections().map(Objection::standing).max().unwrap_or(Standing::Recommended)
    }
}
