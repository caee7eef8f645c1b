//! What a cipher suite is made of: its code point, the four jobs it gives out, and the versions it may be used in.
//!
//! A suite stores what its definition says; strength, lengths, MAC and forward secrecy follow from that.

use super::version::{Version, VersionRange};

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
    pub const fn number(self) -> u32 {
        match self {
            CodePoint::Tls(code) => code as u32,
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

    /// How many bits the key of the exchange may have where the law allowed only short ones. A server with a longer one makes a short
    /// one beside it. RFC 2246 §D.1
    pub fn export_limit(self) -> Option<u16> {
        match self {
            KeyExchange::RsaExport => Some(512),
            KeyExchange::RsaExport1024 | KeyExchange::DheExport1024 => Some(1024),
            KeyExchange::Rsa | KeyExchange::Dhe | KeyExchange::Ecdhe | KeyExchange::Apart => None,
        }
    }

    pub fn is_export(self) -> bool {
        self.export_limit().is_some()
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

/// What hides the octets of a record, with the length of its key; [`Mode`] says how.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cipher {
    Null,
    Rc4_40,
    Rc4_56,
    Rc4_128,
    Rc2_40,
    Des,
    TripleDes,
    Aes128,
    Aes256,
    Aria128,
    Aria256,
    ChaCha20,
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
    /// The same with a sum that the cipher makes. RFC 6655
    Ccm,
    /// The same with half of that sum. RFC 6655
    Ccm8,
    /// A stream cipher, with a sum over the result. RFC 7905
    Poly1305,
}

impl Mode {
    /// Hides and authenticates in one. RFC 5116 §1
    pub fn is_aead(self) -> bool {
        self.tag() > 0
    }

    /// Octets that authenticate a record of an AEAD. RFC 5288 §3, RFC 6655 §3, §4, RFC 7905 §2
    fn tag(self) -> usize {
        match self {
            Mode::None | Mode::Stream | Mode::Cbc => 0,
            Mode::Gcm | Mode::Ccm | Mode::Poly1305 => 16,
            Mode::Ccm8 => 8,
        }
    }
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
    pub fn limited_to(self, bits: u16) -> Strength {
        if bits < self.bound() { Strength::Bits(bits) } else { self }
    }
}

impl Cipher {
    pub fn strength(self) -> Strength {
        match self {
            Cipher::Null => Strength::Bits(0),
            Cipher::Rc4_40 | Cipher::Rc2_40 => Strength::Bits(40),
            Cipher::Rc4_56 | Cipher::Des => Strength::Bits(56),
            // Its first octets are biased, and so are pairs of later ones. RFC 7465 §1
            Cipher::Rc4_128 => Strength::Below(128),
            // Three keys of 56 bits; meeting in the middle costs what two of them do. RFC 9325 §4.1
            Cipher::TripleDes => Strength::Bits(112),
            Cipher::Aes128 | Cipher::Aria128 => Strength::Bits(128),
            Cipher::Aes256 | Cipher::Aria256 | Cipher::ChaCha20 => Strength::Bits(256),
        }
    }

    /// Octets of a block; a cipher that makes a stream by itself has none. RFC 2246 §C
    pub fn block(self) -> Option<usize> {
        match self {
            Cipher::Null | Cipher::Rc4_40 | Cipher::Rc4_56 | Cipher::Rc4_128 | Cipher::ChaCha20 => None,
            Cipher::Rc2_40 | Cipher::Des | Cipher::TripleDes => Some(8),
            Cipher::Aes128 | Cipher::Aes256 | Cipher::Aria128 | Cipher::Aria256 => Some(16),
        }
    }

    /// Octets that the key block has for the key, and those of the key that the cipher then works with. They differ where the law
    /// allowed only short keys for export: there the key is made of what the key block has and of the two randoms, which go in clear.
    /// RC2 is then keyed with all of its 16 octets, an effective length of 128 bits in the words of RFC 2268. RFC 2246 §6.3.1, §C
    fn key(self) -> (usize, usize) {
        match self {
            Cipher::Null => (0, 0),
            Cipher::Rc4_40 | Cipher::Rc2_40 => (5, 16),
            // draft-ietf-tls-56-bit-ciphersuites
            Cipher::Rc4_56 => (7, 16),
            // Eight bits of its key are for parity.
            Cipher::Des => (8, 8),
            Cipher::TripleDes => (24, 24),
            Cipher::Rc4_128 | Cipher::Aes128 | Cipher::Aria128 => (16, 16),
            Cipher::Aes256 | Cipher::Aria256 | Cipher::ChaCha20 => (32, 32),
        }
    }

    pub fn is_rc4(self) -> bool {
        matches!(self, Cipher::Rc4_40 | Cipher::Rc4_56 | Cipher::Rc4_128)
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

impl Hash {
    /// Octets of a hash, of a MAC with it, and of that MAC's key. RFC 5246 §C
    pub fn length(self) -> usize {
        match self {
            Hash::Md5 => 16,
            Hash::Sha1 => 20,
            Hash::Sha256 => 32,
            Hash::Sha384 => 48,
        }
    }
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

/// A cipher suite.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Suite {
    pub code: CodePoint,
    pub key_exchange: KeyExchange,
    pub authentication: Authentication,
    pub cipher: Cipher,
    pub mode: Mode,
    /// Of the MAC, or, where the cipher is its own MAC, of the key derivation. The name has it, save those with CCM in TLS 1.2.
    pub hash: Hash,
    pub versions: VersionRange,
}

/// How many octets a suite takes in one version: of the key block, for one direction, and of each record. RFC 2246 §C, RFC 5246 §C
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lengths {
    /// The MAC's, and its key's; none where the cipher is its own MAC.
    pub mac: usize,
    /// The key block's share for the key.
    pub key_material: usize,
    /// The key that the cipher works with: the same, save in suites for export.
    pub key: usize,
    /// The IV, or the part of the nonce, that is derived and not sent. In suites for export it is derived apart. RFC 2246 §6.3.1
    pub iv: usize,
    /// The IV, or the part of the nonce, in front of each record.
    pub explicit: usize,
    /// What text and padding come to a multiple of; only in CBC.
    pub block: Option<usize>,
    /// What authenticates a record of an AEAD.
    pub tag: usize,
}

impl Suite {
    pub fn mac(self) -> Mac {
        match self.code {
            CodePoint::Ssl2(_) => Mac::Keyed(self.hash),
            CodePoint::Tls(_) if self.mode.is_aead() => Mac::Aead,
            CodePoint::Tls(_) => Mac::Hmac(self.hash),
        }
    }

    /// The hash of the key derivation in TLS 1.2 and 1.3: the one in the name, but no weaker one than SHA-256. Before TLS 1.2 it is MD5
    /// and SHA-1 together, whatever the suite. RFC 5246 §5, RFC 8446 §7.1
    pub fn prf(self) -> Hash {
        self.hash.max(Hash::Sha256)
    }

    pub fn forward_secrecy(self) -> ForwardSecrecy {
        match self.key_exchange {
            KeyExchange::Rsa | KeyExchange::RsaExport | KeyExchange::RsaExport1024 => ForwardSecrecy::No,
            KeyExchange::DheExport1024 => ForwardSecrecy::Weak,
            // In TLS 1.3 all but the exchange by a shared key alone. RFC 8446 §2.2
            KeyExchange::Dhe | KeyExchange::Ecdhe | KeyExchange::Apart => ForwardSecrecy::Yes,
        }
    }

    /// What it takes in `version`, which is one of its own.
    pub fn lengths(self, version: Version) -> Lengths {
        let (key_material, key) = self.cipher.key();
        let block = self.cipher.block().filter(|_| self.mode == Mode::Cbc);
        let (iv, explicit) = match self.mode {
            Mode::None | Mode::Stream => (0, 0),
            // The IV of the first record is derived, and those of the others are the end of the record before. RFC 2246 §6.2.3.2
            Mode::Cbc if version < Version::TLS11 => (block.unwrap_or_default(), 0),
            Mode::Cbc => (0, block.unwrap_or_default()), // RFC 4346 §6.2.3.2
            Mode::Gcm | Mode::Ccm if version < Version::TLS13 => (4, 8), // RFC 5288 §3, RFC 6655 §3
            Mode::Ccm8 if version < Version::TLS13 => (4, 8), // RFC 6655 §4
            Mode::Gcm | Mode::Ccm | Mode::Ccm8 | Mode::Poly1305 => (12, 0), // RFC 7905 §2, RFC 8446 §5.3
        };
        let mac = if self.mode.is_aead() { 0 } else { self.hash.length() };
        Lengths { mac, key_material, key, iv, explicit, block, tag: self.mode.tag() }
    }

    /// How many octets the key block has in `version`, for both directions. RFC 2246 §6.3, RFC 5246 §6.3
    pub fn key_block(self, version: Version) -> usize {
        let Lengths { mac, key_material, iv, .. } = self.lengths(version);
        2 * (mac + key_material + if self.key_exchange.is_export() { 0 } else { iv })
    }
}
