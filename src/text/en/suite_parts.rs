//! The parts of a cipher suite's name, and the jobs that they do.

use crate::suites::{BookSet, Job, PartRole};
use crate::text::{PartText, Term};

pub fn role(role: PartRole) -> &'static str {
    match role {
        PartRole::Protocol => "protocol",
        PartRole::KeyExchange => "key exchange",
        PartRole::Authentication => "authentication",
        PartRole::KeyExchangeAndAuthentication => "key exchange and authentication",
        PartRole::Export => "export limit",
        PartRole::With => "joint of the two halves",
        PartRole::Cipher => "cipher",
        PartRole::KeyLength => "key length",
        PartRole::Mode => "mode",
        PartRole::AeadMode => "mode and MAC in one",
        PartRole::Mac => "MAC",
        PartRole::KeyDerivation => "hash of the key derivation",
        PartRole::Curve => "curve, by Windows",
        PartRole::Joint => "joint",
        PartRole::Unknown => "not part of the name",
    }
}

pub fn part(role: PartRole, word: &str) -> PartText {
    let (what, handshake, record) = match role {
        PartRole::Protocol => (protocol(word), "", ""),
        PartRole::KeyExchange => (
            exchange(word),
            "Each side sends a public value made for this session; from the other's, and its own private half, each computes the same secret.",
            "",
        ),
        PartRole::Authentication => {
            (signature(word), "The server signs its half of the key exchange with the key of its certificate.", "")
        }
        PartRole::KeyExchangeAndAuthentication => (
            "RSA encryption with the key of the certificate.",
            "The client encrypts a secret to the server's key. Only the holder of the key can open it, which is also the proof of who it is; nothing is signed.",
            "",
        ),
        PartRole::Export => (
            "A limit that the law of the United States once set on what was exported.",
            "The server makes a short key for the session, of at most 512 or 1024 bits, and signs it with the key of its certificate.",
            "",
        ),
        PartRole::With => {
            ("What stands before it is for the handshake, what stands behind it for the records.", "", "")
        }
        PartRole::Cipher => (cipher(word), "", cipher_in_record(word)),
        PartRole::KeyLength => {
            (length(word), "So many bits of key for each direction are derived from the secret.", "")
        }
        PartRole::Mode => (
            "Cipher block chaining.",
            "",
            "Each block is mixed with the one before it, and the last one filled up. The MAC is inside, and checked only after decryption.",
        ),
        PartRole::AeadMode => (aead(word), "", "One operation hides the record and notices any change to it."),
        PartRole::Mac => (
            hash(word),
            "In TLS 1.2 the keys are derived with SHA-256 or better, whatever stands here; before, with MD5 and SHA-1 together.",
            "Each record carries a keyed hash of its number and its content. That two texts can be found with one hash does not help to forge it.",
        ),
        PartRole::KeyDerivation => {
            (hash(word), "It derives the keys and proves that both ends saw the same handshake.", "")
        }
        PartRole::Curve => (
            curve(word),
            "It is not on the wire as part of the suite: the curves stand in an extension of the hello.",
            "",
        ),
        PartRole::Joint => ("It holds the parts together.", "", ""),
        PartRole::Unknown => ("It is printed, and means nothing.", "", ""),
    };
    PartText { what, handshake, record }
}

fn protocol(word: &str) -> &'static str {
    match word {
        "SSL" => "A suite of SSL 2.0.",
        "CK" => "Cipher kind, as SSL 2.0 calls a suite.",
        "TLS13" => "A suite of TLS 1.3, as rustls writes it.",
        _ => "A suite of TLS.",
    }
}

fn exchange(word: &str) -> &'static str {
    match word {
        "ECDHE" => "Diffie-Hellman on an elliptic curve, ephemeral: with keys for this session only.",
        "DHE" => "Diffie-Hellman over a finite field, ephemeral: with keys for this session only.",
        _ => "A key exchange.",
    }
}

fn signature(word: &str) -> &'static str {
    match word {
        "RSA" => "Signatures by an RSA key.",
        "DSS" => "Signatures by a DSA key.",
        "ECDSA" => "Signatures by a key on an elliptic curve.",
        _ => "Nobody signs.",
    }
}

fn cipher(word: &str) -> &'static str {
    match word {
        "NULL" => "No cipher.",
        "RC4" => "A stream cipher: it makes a stream of octets from the key, which is added to the text.",
        "RC2" => "A block cipher, with blocks of 64 bits.",
        "DES" => "A block cipher, with blocks of 64 bits and a key of 56.",
        "3DES" => "DES three times.",
        "EDE" | "EDE3" => "Encrypt, decrypt, encrypt: the order of the three, each with a key of its own.",
        "AES" => "A block cipher, with blocks of 128 bits.",
        "CHACHA20" => "A stream cipher, with a key of 256 bits.",
        _ => "A cipher.",
    }
}

fn cipher_in_record(word: &str) -> &'static str {
    match word {
        "NULL" => "The content goes in clear. Changes are noticed, readers are not kept out.",
        "EDE" | "EDE3" => "",
        _ => "It hides the content, not its length.",
    }
}

fn length(word: &str) -> &'static str {
    match word {
        "40" => "40 bits, which was the limit for export.",
        "56" => "56 bits, as many as DES has.",
        "192" => "Three keys of 64 bits, eight of each for parity. 168 count, and an attack needs to search 112.",
        "128" => "128 bits.",
        "256" => "256 bits.",
        _ => "The bits of the key.",
    }
}

fn aead(word: &str) -> &'static str {
    match word {
        "GCM" => "Galois/counter mode: encryption by a counter, and a sum over the result.",
        "CCM" => "Counter mode with a MAC made of the cipher itself.",
        "POLY1305" => "A sum over the encrypted text, with a key for each record.",
        _ => "A shorter sum, of 8 octets.",
    }
}

fn hash(word: &str) -> &'static str {
    match word {
        "MD5" => "MD5, a hash of 128 bits.",
        "SHA" => "SHA-1, a hash of 160 bits.",
        "SHA256" => "SHA-256.",
        "SHA384" => "SHA-384.",
        _ => "A hash.",
    }
}

fn curve(word: &str) -> &'static str {
    match word {
        "P256" => "secp256r1, the curve of ECDHE. It is no hash of 256 bits.",
        "P384" => "secp384r1, the curve of ECDHE. It is no hash of 384 bits.",
        "P521" => "secp521r1, the curve of ECDHE. There is no hash of 521 bits.",
        _ => "A curve.",
    }
}

pub fn job(job: Job) -> Term {
    let (name, meaning) = match job {
        Job::KeyExchange => ("Key exchange", "Both ends come to one secret that nobody else can compute."),
        Job::Authentication => ("Authentication", "The server proves that it holds the key of its certificate."),
        Job::Encryption => ("Encryption", "The content of each record is hidden."),
        Job::Integrity => ("Integrity", "Every change to a record is noticed."),
    };
    Term { name, meaning }
}

pub fn book_set(set: BookSet) -> &'static str {
    match set {
        BookSet::KeyExchange => "key exchange algorithm",
        BookSet::StreamingCipher => "streaming cipher",
        BookSet::MessageDigest => "message digest algorithm",
    }
}
