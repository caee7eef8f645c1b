//! What a cipher suite is made of: its code point, the four jobs it gives out, and the versions it may be used in.
//!
//! A suite stores what its definition says; strength, block, MAC and forward secrecy follow from that.

use crate::dissect::names;

/// A version, from oldest to newest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Version {
    Ssl2,
    Ssl3,
    Tls10,
    Tls11,
    Tls12,
    Tls13,
}

impl Version {
    pub const ALL: [Version; 6] =
        [Version::Ssl2, Version::Ssl3, Version::Tls10, Version::Tls11, Version::Tls12, Version::Tls13];

    /// As in a hello.
    pub fn code(self) -> u16 {
        match self {
            Version::Ssl2 => 0x0002,
            Version::Ssl3 => 0x0300,
            Version::Tls10 => 0x0301,
            Version::Tls11 => 0x0302,
            Version::Tls12 => names::TLS12,
            Version::Tls13 => names::TLS13,
        }
    }

    pub fn from_code(code: u16) -> Option<Version> {
        Version::ALL.into_iter().find(|version| version.code() == code)
    }

    /// As in a link and on the command line.
    pub fn key(self) -> &'static str {
        match self {
            Version::Ssl2 => "ssl2",
            Version::Ssl3 => "ssl3",
            Version::Tls10 => "1.0",
            Version::Tls11 => "1.1",
            Version::Tls12 => "1.2",
            Version::Tls13 => "1.3",
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

/// How a suite is written on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CodePoint {
    /// Two octets. RFC 5246 §A.5
    Tls(u16),
    /// Three octets, of SSL 2.0 alone. RFC 6101 §E.1
    Ssl2([u8; 3]),
}

impl CodePoint {
    /// All octets as one number.
    pub fn number(self) -> u32 {
        match self {
            CodePoint::Tls(code) => u32::from(code),
            CodePoint::Ssl2([first, second, third]) => u32::from_be_bytes([0, first, second, third]),
        }
    }
}

/// How the two ends come to a common secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyExchange {
    /// The client encrypts the secret to the key in the certificate.
    Rsa,
    /// The same, to a key of at most 512 bits that the server makes for the purpose. RFC 2246 §7.4.3
    RsaExport,
    /// The same, with at most 1024 bits.
    RsaExport1024,
    /// Diffie-Hellman with a key for this session only.
    Dhe,
    /// The same, with at most 1024 bits.
    DheExport1024,
    /// The same on an elliptic curve. RFC 8422 §2
    Ecdhe,
    /// Not the suite's business: TLS 1.3 agrees on it by extensions. RFC 8446 §1.2
    Apart,
}

impl KeyExchange {
    /// The ends need a named group in common.
    pub fn needs_group(self) -> bool {
        matches!(self, KeyExchange::Ecdhe | KeyExchange::Apart)
    }

    /// The law allowed only short keys, so the server makes one beside the one that it has.
    pub fn is_export(self) -> bool {
        matches!(self, KeyExchange::RsaExport | KeyExchange::RsaExport1024 | KeyExchange::DheExport1024)
    }

    /// The certificate's own key, or one like it, opens the secret.
    pub fn is_static_rsa(self) -> bool {
        matches!(self, KeyExchange::Rsa | KeyExchange::RsaExport | KeyExchange::RsaExport1024)
    }

    /// Diffie-Hellman over a finite field.
    pub fn is_finite_field(self) -> bool {
        matches!(self, KeyExchange::Dhe | KeyExchange::DheExport1024)
    }
}

/// Which kind of key in the certificate proves who the server is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Authentication {
    Rsa,
    /// DSA; the registry says DSS.
    Dss,
    Ecdsa,
    /// Not the suite's business: see [`KeyExchange::Apart`].
    Apart,
}

/// How the octets of a record are hidden.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cipher {
    Null,
    Rc4_40,
    Rc4_56,
    Rc4_128,
    Rc2Cbc40,
    DesCbc,
    TripleDesEdeCbc,
    Aes128Cbc,
    Aes256Cbc,
    Aes128Gcm,
    Aes256Gcm,
    ChaCha20Poly1305,
}

/// How a cipher is applied to more than one block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mode {
    /// There is no cipher.
    None,
    /// A stream of key octets is added to the text.
    Stream,
    /// Each block is mixed with the one before.
    Cbc,
    /// A counter makes a stream, and a sum over the result authenticates it. RFC 5288
    Gcm,
    /// The same with another sum. RFC 7905
    Poly1305,
}

/// What a search for the key costs, as a power of two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strength {
    Bits(u16),
    /// Less than the key is long, by an amount that depends on what the attacker sees.
    Below(u16),
}

impl Strength {
    /// The number of bits that it does not exceed.
    pub fn bound(self) -> u16 {
        match self {
            Strength::Bits(bits) | Strength::Below(bits) => bits,
        }
    }

    /// The weaker of this and something of `bits`.
    fn limited_to(self, bits: u16) -> Strength {
        if bits < self.bound() { Strength::Bits(bits) } else { self }
    }
}

impl Cipher {
    pub fn mode(self) -> Mode {
        match self {
            Cipher::Null => Mode::None,
            Cipher::Rc4_40 | Cipher::Rc4_56 | Cipher::Rc4_128 => Mode::Stream,
            Cipher::Rc2Cbc40 | Cipher::DesCbc | Cipher::TripleDesEdeCbc | Cipher::Aes128Cbc | Cipher::Aes256Cbc => {
                Mode::Cbc
            }
            Cipher::Aes128Gcm | Cipher::Aes256Gcm => Mode::Gcm,
            Cipher::ChaCha20Poly1305 => Mode::Poly1305,
        }
    }

    pub fn strength(self) -> Strength {
        match self {
            Cipher::Null => Strength::Bits(0),
            Cipher::Rc4_40 | Cipher::Rc2Cbc40 => Strength::Bits(40),
            Cipher::Rc4_56 | Cipher::DesCbc => Strength::Bits(56),
            // Its first octets are biased, and so are pairs of later ones. RFC 7465 §1
            Cipher::Rc4_128 => Strength::Below(128),
            // Three keys of 56 bits; meeting in the middle costs what two of them do. RFC 9325 §4.1
            Cipher::TripleDesEdeCbc => Strength::Bits(112),
            Cipher::Aes128Cbc | Cipher::Aes128Gcm => Strength::Bits(128),
            Cipher::Aes256Cbc | Cipher::Aes256Gcm | Cipher::ChaCha20Poly1305 => Strength::Bits(256),
        }
    }

    /// Bits of a block; a cipher that makes a stream by itself has none.
    pub fn block_bits(self) -> Option<u16> {
        match self {
            Cipher::Null | Cipher::Rc4_40 | Cipher::Rc4_56 | Cipher::Rc4_128 | Cipher::ChaCha20Poly1305 => None,
            Cipher::Rc2Cbc40 | Cipher::DesCbc | Cipher::TripleDesEdeCbc => Some(64),
            Cipher::Aes128Cbc | Cipher::Aes256Cbc | Cipher::Aes128Gcm | Cipher::Aes256Gcm => Some(128),
        }
    }

    /// Hides and authenticates in one. RFC 5116 §1
    pub fn is_aead(self) -> bool {
        matches!(self.mode(), Mode::Gcm | Mode::Poly1305)
    }

    pub fn is_rc4(self) -> bool {
        self.mode() == Mode::Stream
    }
}

/// The hash that a suite names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Hash {
    Md5,
    Sha1,
    Sha256,
    Sha384,
}

/// How a change to a record is noticed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mac {
    /// HMAC; in SSL 3.0 what came before it. RFC 2104, RFC 6101 §5.2.3.1
    Hmac(Hash),
    /// The hash of the key and the text, which is no HMAC. SSL 2.0 only.
    Keyed(Hash),
    /// The cipher does it. The hash in the name then only derives keys. RFC 5246 §6.2.3.3
    Aead,
}

/// Whether records of today stay closed when the server's key is stolen tomorrow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ForwardSecrecy {
    No,
    /// In name: the key for the session is short enough to be broken by itself.
    Weak,
    Yes,
}

/// A group of the key exchange, by its name in the registry. RFC 8446 §4.2.7
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

    /// As in a link.
    pub fn key(self) -> &'static str {
        match self {
            Group::Secp256r1 => "secp256r1",
            Group::Secp384r1 => "secp384r1",
            Group::Secp521r1 => "secp521r1",
            Group::X25519 => "x25519",
            Group::X448 => "x448",
        }
    }

    /// What Windows Vista to 8.1 put behind a suite's name to say that it is for this curve.
    pub fn suffix(self) -> Option<&'static str> {
        match self {
            Group::Secp256r1 => Some("P256"),
            Group::Secp384r1 => Some("P384"),
            Group::Secp521r1 => Some("P521"),
            Group::X25519 | Group::X448 => None,
        }
    }

    /// Half the bits of the curve's order: what the best general attack costs. RFC 8422 §1, RFC 7748 §7
    fn strength(self) -> u16 {
        match self {
            Group::Secp256r1 | Group::X25519 => 128,
            Group::Secp384r1 => 192,
            Group::Secp521r1 => 256,
            Group::X448 => 224,
        }
    }
}

/// A cipher suite.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Suite {
    pub code: CodePoint,
    pub key_exchange: KeyExchange,
    pub authentication: Authentication,
    pub cipher: Cipher,
    /// The hash in the name: of the MAC, or, where the cipher is its own MAC, of the key derivation.
    pub hash: Hash,
    pub versions: VersionRange,
}

impl Suite {
    /// As in the registry of IANA; those of SSL 2.0 as in its specification.
    pub fn name(self) -> &'static str {
        names::name(names::CIPHER_SUITES, self.code.number()).unwrap_or_default()
    }

    pub fn mac(self) -> Mac {
        match self.code {
            CodePoint::Ssl2(_) => Mac::Keyed(self.hash),
            CodePoint::Tls(_) if self.cipher.is_aead() => Mac::Aead,
            CodePoint::Tls(_) => Mac::Hmac(self.hash),
        }
    }

    pub fn forward_secrecy(self) -> ForwardSecrecy {
        match self.key_exchange {
            KeyExchange::Rsa | KeyExchange::RsaExport | KeyExchange::RsaExport1024 => ForwardSecrecy::No,
            KeyExchange::DheExport1024 => ForwardSecrecy::Weak,
            // In TLS 1.3 all but the exchange by a shared key alone. RFC 8446 §2.2
            KeyExchange::Dhe | KeyExchange::Ecdhe | KeyExchange::Apart => ForwardSecrecy::Yes,
        }
    }
}

/// One line of a list: a suite, and with Schannel the curve that the line is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    pub suite: Suite,
    pub curve: Option<Group>,
    /// Switched on; a line that is off is neither offered nor chosen.
    pub enabled: bool,
}

impl Entry {
    pub const fn of(suite: Suite) -> Entry {
        Entry { suite, curve: None, enabled: true }
    }

    /// The suite's name with the suffix of Schannel, which is not on the wire.
    pub fn name(self) -> String {
        match self.curve.and_then(Group::suffix) {
            Some(suffix) => format!("{}_{suffix}", self.suite.name()),
            None => self.suite.name().to_owned(),
        }
    }

    /// The cipher's strength, or the curve's if that is less.
    pub fn strength(self) -> Strength {
        let cipher = self.suite.cipher.strength();
        self.curve.map_or(cipher, |curve| cipher.limited_to(curve.strength()))
    }
}
