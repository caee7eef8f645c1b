//! A suite's name taken apart, letter by letter: `TLS_<key exchange>_<authentication>_WITH_<cipher>_<hash>_<curve of Schannel>`.
//!
//! It reads any text. What it does not know is [`PartRole::Unknown`], and every character is in exactly one part.
//! RFC 5246 §A.5, §C; RFC 8446 §B.4

use std::ops::Range;

/// A part of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamePart {
    /// Octets of the name.
    pub range: Range<usize>,
    pub role: PartRole,
}

/// What a part of a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PartRole {
    /// TLS or SSL.
    Protocol,
    KeyExchange,
    Authentication,
    /// RSA alone: the server opens the secret with its key, and by that proves that it has it.
    KeyExchangeAndAuthentication,
    /// The key exchange is held to short keys.
    Export,
    With,
    Cipher,
    /// Bits of the key, as the name counts them.
    KeyLength,
    Mode,
    /// A mode that notices changes too.
    AeadMode,
    /// The hash of the MAC.
    Mac,
    /// A hash that only derives keys: the cipher is its own MAC.
    KeyDerivation,
    /// Schannel's curve.
    Curve,
    /// The underscore.
    Joint,
    /// Not part of any name that we know.
    Unknown,
}

/// What has to be done to protect a connection. A suite, with what TLS 1.3 agrees on apart, says who does it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Job {
    KeyExchange,
    Authentication,
    Encryption,
    Integrity,
}

/// What the book calls the three sets of algorithms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BookSet {
    KeyExchange,
    StreamingCipher,
    MessageDigest,
}

impl Job {
    pub const ALL: [Job; 4] = [Job::KeyExchange, Job::Authentication, Job::Encryption, Job::Integrity];

    /// The book's name for it; it has none for authentication.
    pub fn in_the_book(self) -> Option<BookSet> {
        match self {
            Job::KeyExchange => Some(BookSet::KeyExchange),
            Job::Authentication => None,
            Job::Encryption => Some(BookSet::StreamingCipher),
            Job::Integrity => Some(BookSet::MessageDigest),
        }
    }
}

impl PartRole {
    /// The jobs that such a part has a share in.
    pub fn jobs(self) -> &'static [Job] {
        match self {
            PartRole::KeyExchange | PartRole::Export | PartRole::Curve | PartRole::KeyDerivation => &[Job::KeyExchange],
            PartRole::Authentication => &[Job::Authentication],
            PartRole::KeyExchangeAndAuthentication => &[Job::KeyExchange, Job::Authentication],
            PartRole::Cipher | PartRole::KeyLength | PartRole::Mode => &[Job::Encryption],
            PartRole::AeadMode => &[Job::Encryption, Job::Integrity],
            PartRole::Mac => &[Job::Integrity],
            PartRole::Protocol | PartRole::With | PartRole::Joint | PartRole::Unknown => &[],
        }
    }
}

/// The parts of a name, front to back.
pub fn anatomy(name: &str) -> Vec<NamePart> {
    let words = words(name);
    let text = |range: &Range<usize>| name.get(range.clone()).unwrap_or_default();
    let of_tls = words.first().is_some_and(|range| text(range) != "SSL");
    // What stands before WITH is the key exchange; TLS 1.3 has neither, and SSL 2.0 has its cipher there.
    let with = words.iter().position(|range| text(range) == "WITH").filter(|_| of_tls).unwrap_or(0);

    let mut parts = Vec::with_capacity(words.len());
    let mut before = Before::default();
    for (index, range) in words.iter().enumerate() {
        let next = words.get(index + 2).map(text).unwrap_or_default();
        let role = match text(range) {
            "_" => PartRole::Joint,
            "WITH" => PartRole::With,
            "TLS" | "TLS13" | "SSL" if index == 0 => PartRole::Protocol,
            "CK" if index == 2 && !of_tls => PartRole::Protocol,
            word if index < with => exchange(word, next, &mut before),
            word => protection(word, &mut before),
        };
        parts.push(NamePart { range: range.clone(), role });
    }
    parts
}

/// What earlier words have said.
#[derive(Default)]
struct Before {
    exchanged: bool,
    aead: bool,
}

/// A word of the first half.
fn exchange(word: &str, next: &str, before: &mut Before) -> PartRole {
    let first = !std::mem::replace(&mut before.exchanged, true);
    match word {
        "EXPORT" | "EXPORT1024" => PartRole::Export,
        // One key does both, unless another word follows.
        "RSA" if first && matches!(next, "WITH" | "EXPORT" | "EXPORT1024") => PartRole::KeyExchangeAndAuthentication,
        "RSA" | "DH" | "DHE" | "ECDH" | "ECDHE" if first => PartRole::KeyExchange,
        "RSA" | "DSS" | "ECDSA" | "anon" => PartRole::Authentication,
        _ => PartRole::Unknown,
    }
}

/// A word of the second half.
fn protection(word: &str, before: &mut Before) -> PartRole {
    match word {
        "NULL" | "RC2" | "RC4" | "DES" | "3DES" | "EDE" | "EDE3" | "AES" | "ARIA" | "CHACHA20" => PartRole::Cipher,
        "CBC" => PartRole::Mode,
        "GCM" | "CCM" | "POLY1305" => {
            before.aead = true;
            PartRole::AeadMode
        }
        "MD5" | "SHA" | "SHA256" | "SHA384" if before.aead => PartRole::KeyDerivation,
        "MD5" | "SHA" | "SHA256" | "SHA384" => PartRole::Mac,
        "P256" | "P384" | "P521" => PartRole::Curve,
        // CCM_8 has a short sum, not a short key. RFC 6655 §4
        "8" if before.aead => PartRole::AeadMode,
        word if word.bytes().all(|octet| octet.is_ascii_digit()) => PartRole::KeyLength,
        _ => PartRole::Unknown,
    }
}

/// Runs of letters and digits, single underscores, and runs of anything else.
fn words(name: &str) -> Vec<Range<usize>> {
    let kind = |c: char| {
        if c == '_' {
            0
        } else if c.is_ascii_alphanumeric() {
            1
        } else {
            2
        }
    };
    let mut words: Vec<Range<usize>> = Vec::new();
    let mut last = None;
    for (start, c) in name.char_indices() {
        let end = start + c.len_utf8();
        match words.last_mut() {
            Some(word) if last == Some(kind(c)) && c != '_' => word.end = end,
            _ => words.push(start..end),
        }
        last = Some(kind(c));
    }
    words
}
