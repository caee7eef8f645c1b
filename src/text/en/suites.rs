//! Cipher suites: their verdicts, the comparison of two lists, the negotiation. The parts of a name are in `suite_parts.rs`.

use super::words::{alert, count, version};
use super::{suite_parts, suites_page};
use crate::registry::{
    Authentication, Cipher, CodePoint, ForwardSecrecy, Hash, KeyExchange, Mac, Mode, Strength, VersionRange,
};
use crate::scenario::TlsStack;
use crate::suites::{Claim, Counted, Here, ListKey, Objection, Presence, Share, Standing, SuiteChoice, Why};
use crate::text::{Badge, ChoiceText, Said, Suites};

pub const SUITES: Suites = Suites {
    list,
    code,
    key_exchange,
    authentication,
    cipher,
    mode: |mode| match mode {
        Mode::None => "no encryption",
        Mode::Stream => "stream cipher",
        Mode::Cbc => "block cipher, CBC",
        Mode::Gcm => "block cipher, GCM",
        Mode::Ccm => "block cipher, CCM",
        Mode::Ccm8 => "block cipher, CCM with half of its tag",
        Mode::Poly1305 => "stream cipher with Poly1305",
    },
    strength: |strength| match strength {
        Strength::Bits(0) => "none".to_owned(),
        Strength::Bits(bits) => format!("{bits} bits"),
        Strength::Below(bits) => format!("less than {bits} bits"),
    },
    mac,
    versions,
    forward_secrecy: |secrecy| match secrecy {
        ForwardSecrecy::No => "no",
        ForwardSecrecy::Weak => "weak",
        ForwardSecrecy::Yes => "yes",
    },
    standing: |standing| match standing {
        Standing::Recommended => Badge { shape: "●", word: "recommended" },
        Standing::Discouraged => Badge { shape: "▲", word: "discouraged" },
        Standing::Prohibited => Badge { shape: "✕", word: "prohibited" },
    },
    objection,
    role: suite_parts::role,
    part: suite_parts::part,
    job: suite_parts::job,
    book_set: suite_parts::book_set,
    no_book_set: "no name in the book",
    claim,
    evidence,
    presence: |presence| match presence {
        Presence::OnlyLeft => "left only",
        Presence::Both => "both",
        Presence::OnlyRight => "right only",
    },
    fall: |fall| match fall {
        0 => "same rank".to_owned(),
        1.. => format!("down {fall}"),
        _ => format!("up {}", fall.unsigned_abs()),
    },
    comparison_heads: ["suite", "code point", "left", "right", "change", "today", "here"],
    here,
    absent: "-",
    why,
    result,
    missed_forward_secrecy: |negotiation| {
        let missed = negotiation.missed_forward_secrecy()?;
        let (rank, name) = (missed.rank, missed.entry.name());
        Some(format!(
            "The chosen suite has no forward secrecy. {name}, at rank {rank}, has, and both ends could use it."
        ))
    },
    negotiation_heads: ["rank", "suite", "what became of it"],
    model: "This is a model of the choice, which says why. What two such ends really do, a session shows.",
    real_alert,
    page: suites_page::PAGE,
};

fn list(key: ListKey) -> ChoiceText {
    let (name, note) = match key {
        ListKey::Ws2003 => ("Windows Server 2003", "Default list, as the book prints it."),
        ListKey::Ws2008 => ("Windows Server 2008", "Default list, as the book prints it."),
        ListKey::Rustls => ("rustls", "Default list of version 0.23."),
        ListKey::Openssl => {
            ("OpenSSL", "Default list of OpenSSL 3.0 in Debian 12. Postfix sorts and extends it by a rule of its own.")
        }
    };
    ChoiceText { name, note }
}

fn here(here: Here) -> ChoiceText {
    let (name, note) = match here {
        Here::Runs(scenario) => (
            "ran here",
            match scenario.client_stack {
                TlsStack::Rustls => "It runs here: both ends are rustls, and like it best in this version.",
                TlsStack::Ws2003 | TlsStack::Ws2008 => {
                    "It runs here: both ends have old TLS, and the client offers this suite alone."
                }
            },
        ),
        Here::Offered => ("offered here", "rustls offers it here, and takes another: both ends have the whole list."),
        Here::Ssl2 => (
            "not here: SSL 2.0",
            "It does not run here: it is a suite of SSL 2.0, of which the lab reads the hello alone. SSL 2.0 must not be used (RFC 6176).",
        ),
        Here::NoEngine => ("not here", "It does not run here: no engine of the lab has it, with a key for it."),
    };
    ChoiceText { name, note }
}

fn code(code: CodePoint) -> String {
    match code {
        CodePoint::Tls(code) => format!("0x{code:04X}"),
        CodePoint::Ssl2(_) => format!("0x{:06X}", code.number()),
    }
}

fn key_exchange(exchange: KeyExchange) -> &'static str {
    match exchange {
        KeyExchange::Rsa => "RSA",
        KeyExchange::RsaExport => "RSA, at most 512 bits",
        KeyExchange::RsaExport1024 => "RSA, at most 1024 bits",
        KeyExchange::Dhe => "DHE",
        KeyExchange::DheExport1024 => "DHE, at most 1024 bits",
        KeyExchange::Ecdhe => "ECDHE",
        KeyExchange::Apart => "agreed on apart",
    }
}

fn authentication(authentication: Authentication) -> &'static str {
    match authentication {
        Authentication::Rsa => "RSA",
        Authentication::Dss => "DSS",
        Authentication::Ecdsa => "ECDSA",
        Authentication::Apart => "agreed on apart",
    }
}

fn cipher(cipher: Cipher, mode: Mode) -> String {
    let (name, key) = match cipher {
        Cipher::Null => ("none", ""),
        Cipher::Rc4_40 => ("RC4", ", 40-bit key"),
        Cipher::Rc4_56 => ("RC4", ", 56-bit key"),
        Cipher::Rc4_128 => ("RC4", ", 128-bit key"),
        Cipher::Rc2_40 => ("RC2", ", 40-bit key"),
        Cipher::Des => ("DES", ""),
        Cipher::TripleDes => ("3DES", ""),
        Cipher::Aes128 => ("AES-128", ""),
        Cipher::Aes256 => ("AES-256", ""),
        Cipher::Aria128 => ("ARIA-128", ""),
        Cipher::Aria256 => ("ARIA-256", ""),
        Cipher::ChaCha20 => ("ChaCha20", ""),
    };
    let mode = match mode {
        Mode::None | Mode::Stream => "",
        Mode::Cbc => "-CBC",
        Mode::Gcm => "-GCM",
        Mode::Ccm => "-CCM",
        Mode::Ccm8 => "-CCM-8",
        Mode::Poly1305 => "-Poly1305",
    };
    format!("{name}{mode}{key}")
}

fn mac(mac: Mac) -> String {
    let name = |hash| match hash {
        Hash::Md5 => "MD5",
        Hash::Sha1 => "SHA-1",
        Hash::Sha256 => "SHA-256",
        Hash::Sha384 => "SHA-384",
    };
    match mac {
        Mac::Hmac(hash) => format!("HMAC with {}", name(hash)),
        Mac::Keyed(hash) => format!("{} of key and text, no HMAC", name(hash)),
        Mac::Aead => "part of the cipher".to_owned(),
    }
}

fn versions(versions: VersionRange) -> String {
    match (version(versions.first), version(versions.last)) {
        (first, last) if first == last => format!("{first} only"),
        (first, last) => format!("{first} to {last}"),
    }
}

fn objection(objection: Objection) -> Said {
    let (words, source) = match objection {
        Objection::Ssl2 => ("It belongs to SSL 2.0, which must not be used.", "RFC 6176 §3"),
        Objection::Rc4 => ("RC4's output is biased. It must not be offered, and not be chosen.", "RFC 7465 §2"),
        Objection::NoEncryption => ("It does not encrypt. It must not be negotiated.", "RFC 9325 §4.1"),
        Objection::Below112 => {
            ("A key of fewer than 112 bits can be searched for. It must not be negotiated.", "RFC 9325 §4.1")
        }
        Objection::Export => (
            "Made weak for export: the key exchange is held to a length that can be broken (FREAK, Logjam). It must not be negotiated.",
            "RFC 9325 §4.1",
        ),
        Objection::OldVersions => {
            ("Only versions before TLS 1.2 have it, and none of them may be used.", "RFC 8996 §4, §5; RFC 7568 §3")
        }
        Objection::StaticRsa => (
            "RSA carries the secret: who gets the server's key later opens every recording. Clients must not offer it, servers must not choose it.",
            "RFC 10015",
        ),
        Objection::FiniteField => (
            "Diffie-Hellman over a finite field: TLS 1.2 leaves the group to the server, which may be weak. Clients must not offer it, servers must not choose it.",
            "RFC 10015",
        ),
        Objection::Below128 => ("Fewer than 128 bits of security. It should not be negotiated.", "RFC 9325 §4.1"),
        Objection::ShortBlock => (
            "Blocks of 64 bits: after some tens of gigabytes under one key two are alike and give text away (Sweet32).",
            "CVE-2016-2183",
        ),
        Objection::MacThenEncrypt => (
            "CBC with the MAC inside the encryption: padding has betrayed text again and again (Lucky Thirteen). Prefer authenticated encryption.",
            "RFC 7457 §2.4, RFC 9325 §4.2",
        ),
        Objection::Dss => ("DSA is gone from TLS 1.3.", "RFC 8446 §1.2"),
        Objection::NeverStandardised => (
            "It was never standardised. Its number is reserved, so that nobody uses it for something else.",
            "IANA, TLS Parameters",
        ),
    };
    Said { words: words.to_owned(), source }
}

fn claim(claim: Claim) -> &'static str {
    match claim {
        Claim::NewForOld => {
            "they introduce newer, stronger algorithms, such as AES and SHA-1, and retire older, nonsecure algorithms, such as RC4 and MD5"
        }
        Claim::CurveAsHash => "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA_P384(AES 128-bit, SHA 384-bit)",
        Claim::StreamingCipher => {
            "a streaming cipher that allows encryption of the session data using the derived symmetric key"
        }
        Claim::ThreeSets => "These cipher suites specify three sets of algorithms",
    }
}

fn share(share: Share) -> String {
    format!("{} of {}", share.count, share.of)
}

fn evidence(evidence: Counted) -> Said {
    let lines = |lines| count(lines, "line", "lines");
    let (words, source) = match evidence {
        Counted::NewForOld {
            sha1_before,
            aes_added,
            rc4_kept,
            md5_kept,
            triple_des_kept,
            null_kept,
            ssl2_added,
            removed,
            removed_des_or_export,
        } => (
            format!(
                "AES is new, in {} lines. SHA-1 is not: {} lines of the old list use it. RC4 stays in {}, MD5 in {}, 3DES in {} and no encryption at all in {}. {} lines are gone, {} of them DES or made for export. {} for SSL 2.0 came in.",
                share(aes_added),
                share(sha1_before),
                lines(rc4_kept),
                md5_kept,
                triple_des_kept,
                null_kept,
                share(removed),
                removed_des_or_export,
                lines(ssl2_added),
            ),
            "",
        ),
        Counted::CurveAsHash { suffixed, code_points, sha1 } => (
            format!(
                "P256, P384 and P521 are curves of the key exchange. {} lines have one; on the wire they are {}, because the curve is agreed on apart. The MAC is HMAC with SHA-1 in {sha1} of them.",
                share(suffixed),
                count(code_points, "code point", "code points"),
            ),
            "RFC 8422 §5.1.1",
        ),
        Counted::StreamingCipher { stream, block, none, of } => (
            format!(
                "Of the {of} lines of both lists {block} have a block cipher in CBC mode, {stream} a stream cipher, all RC4, and {none} none."
            ),
            "RFC 5246 §6.2.3",
        ),
        Counted::ThreeSets { named, implied, of } => (
            format!(
                "There are four jobs; the book leaves out authentication. {named} of the {of} lines have a word for it. In the other {implied} RSA does two jobs: who can open the secret has the key of the certificate."
            ),
            "RFC 5246 §7.4.3, §F.1.1.2",
        ),
    };
    Said { words, source }
}

fn why(why: Why) -> &'static str {
    match why {
        Why::SwitchedOff => "switched off",
        Why::NotShared => "the other end does not have it",
        Why::NoVersion => "the ends have no version in common",
        Why::NotInVersion => "not in this version",
        Why::NoKey => "the server has no key of its kind",
        Why::NoTemporaryKey => "the server makes no short key for export",
        Why::NoGroup => "no curve in common",
        Why::Taken => "taken",
        Why::ComesLater => "possible, but one above it is taken",
    }
}

fn result(negotiation: &SuiteChoice) -> String {
    match negotiation.result {
        Ok(chosen) => {
            let (version, name) = (version(chosen.version), chosen.suite.name());
            let group = chosen.group.map(|group| format!(" with {}", group.name())).unwrap_or_default();
            format!("{version}: {name} ({}){group}", code(chosen.suite.code))
        }
        Err(refusal) => format!("No agreement: alert {}, {}", refusal.alert(), alert(refusal.alert())),
    }
}

fn real_alert() -> Said {
    let words = "The model looks at the versions first and says protocol_version. A real server may stumble earlier and say handshake_failure: rustls misses signature_algorithms, which came with TLS 1.2 and must not be in an older hello; a server of TLS 1.0 does not see how new the client's oldest version is, and finds no suite.";
    Said { words: words.to_owned(), source: "RFC 5246 §7.4.1.4.1, §E.1" }
}
