//! What cipher suites are made of, against OpenSSL and the tables of the RFCs.

use crate::openssl::{self, ciphers, code_point};
use starttls_lab::registry::{
    Authentication, CIPHER_SUITES, Cipher, CodePoint, Group, Hash, KeyExchange, Lengths, Mac, Mode, SUITES, Suite,
    Version, VersionRange, is_signal, suite, suites,
};
use std::collections::{BTreeMap, BTreeSet};

/// RFC 2246 §C, with AES of RFC 3268 §1 and RC4_56 of draft-ietf-tls-56-bit-ciphersuites: cipher, type, key material, expanded key
/// material, effective key bits, IV size, block size.
const CIPHERS: &str = "
NULL         Stream  0  0   0  0 N/A
RC2_CBC_40   Block   5 16  40  8   8
RC4_40       Stream  5 16  40  0 N/A
RC4_56       Stream  7 16  56  0 N/A
RC4_128      Stream 16 16 128  0 N/A
DES_CBC      Block   8  8  56  8   8
3DES_EDE_CBC Block  24 24 168  8   8
AES_128_CBC  Block  16 16 128 16  16
AES_256_CBC  Block  32 32 256 16  16
";

/// RFC 2246 §C and RFC 5246 §C: the octets of each hash.
const HASHES: [(&str, usize); 4] = [("MD5", 16), ("SHA", 20), ("SHA256", 32), ("SHA384", 48)];

/// The RFCs' word for the cipher and for the hash of a suite without an AEAD, out of its name.
fn words(suite: &Suite) -> (&'static str, &'static str) {
    let (_, protection) = suite.name().split_once("_WITH_").expect("a name of before TLS 1.3");
    protection.rsplit_once('_').expect("a cipher and a hash")
}

/// Those of TLS and SSL 3.0 that have no AEAD.
fn older() -> impl Iterator<Item = &'static Suite> {
    SUITES.iter().filter(|suite| !suite.mode.is_aead() && matches!(suite.code, CodePoint::Tls(_)))
}

#[test]
fn the_lengths_are_those_of_the_rfcs() {
    let table: BTreeMap<&str, Vec<&str>> = CIPHERS
        .lines()
        .filter_map(|line| line.split_once(' '))
        .map(|(cipher, rest)| (cipher, rest.split_whitespace().collect()))
        .collect();
    let mut seen = BTreeSet::new();
    for suite in older() {
        let (cipher, hash) = words(suite);
        seen.insert(cipher);
        let [kind, material, expanded, bits, iv, block] = table[cipher][..] else { panic!("{cipher}") };
        let name = suite.name();
        assert_eq!(kind == "Block", suite.mode == Mode::Cbc, "{name}");
        let number = |text: &str| text.parse::<usize>().ok();
        let mac = HASHES.iter().find(|(known, _)| *known == hash).map(|&(_, length)| length);
        for version in Version::ALL.into_iter().filter(|&version| suite.versions.contains(version)) {
            let lengths = suite.lengths(version);
            assert_eq!(Some(lengths.key_material), number(material), "{name}");
            assert_eq!(Some(lengths.key), number(expanded), "{name}");
            assert_eq!((lengths.block, lengths.tag), (number(block), 0), "{name}");
            assert_eq!(Some(lengths.mac), mac, "{name}");
            // The first IV is derived until TLS 1.0, and each is sent since TLS 1.1. RFC 4346 §6.2.3.2
            let (derived, sent) = (Some(lengths.iv), Some(lengths.explicit));
            let expected = if version <= Version::TLS10 { (number(iv), Some(0)) } else { (Some(0), number(iv)) };
            assert_eq!((derived, sent), expected, "{name}");
        }
        // Three keys of DES cost what two of them do.
        let effective = if cipher == "3DES_EDE_CBC" { 112 } else { bits.parse().unwrap() };
        assert_eq!(suite.cipher.strength().bound(), effective, "{name}");
        let export = match (name.contains("_EXPORT_"), name.contains("_EXPORT1024_")) {
            (true, _) => Some(512),
            (_, true) => Some(1024),
            _ => None,
        };
        assert_eq!(suite.key_exchange.export_limit(), export, "{name}");
    }
    assert_eq!(seen.len(), table.len(), "a row that no suite uses: {seen:?}");
}

/// How long the key blocks are that OpenSSL's PRF was asked for, and that opened sessions of JSSE and of OpenSSL 1.0.0.
#[test]
fn key_blocks_are_as_long_as_other_programs_make_them() {
    for (suite, version, length) in [
        (suites::TLS_RSA_WITH_AES_128_CBC_SHA, Version::TLS10, 104),
        (suites::TLS_RSA_WITH_AES_128_CBC_SHA, Version::TLS12, 72),
        (suites::TLS_RSA_EXPORT_WITH_RC4_40_MD5, Version::TLS10, 42),
        (suites::TLS_RSA_EXPORT_WITH_RC2_CBC_40_MD5, Version::TLS10, 42),
        (suites::TLS_RSA_EXPORT_WITH_RC2_CBC_40_MD5, Version::SSL3, 42),
        (suites::TLS_RSA_EXPORT1024_WITH_RC4_56_SHA, Version::TLS10, 54),
        (suites::TLS_RSA_WITH_3DES_EDE_CBC_SHA, Version::TLS10, 104),
        (suites::TLS_RSA_WITH_NULL_MD5, Version::TLS10, 32),
        (suites::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, Version::TLS12, 40),
        (suites::TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256, Version::TLS12, 88),
    ] {
        assert_eq!(suite.key_block(version), length, "{}", suite.name());
    }
}

/// RFC 5288 §3, RFC 6655 §3, §4, RFC 7905 §2, RFC 8446 §5.2, §5.3
#[test]
fn an_aead_has_a_nonce_and_a_tag() {
    for (code, expected) in [
        (0x1302, (12, 0, 16)),
        (0x1305, (12, 0, 8)),
        (0xC02B, (4, 8, 16)),
        (0xCCA8, (12, 0, 16)),
        (0xC09C, (4, 8, 16)),
        (0xC0AF, (4, 8, 8)),
        (0xC061, (4, 8, 16)),
    ] {
        let suite = suite(code).expect("a known suite");
        let Lengths { mac, key_material, key, iv, explicit, block, tag } = suite.lengths(suite.versions.last);
        assert_eq!((iv, explicit, tag), expected, "{}", suite.name());
        assert_eq!((mac, key_material, block), (0, key, None), "{}", suite.name());
        assert_eq!(key, if suite.name().contains("128") { 16 } else { 32 }, "{}", suite.name());
        assert_eq!(suite.mac(), Mac::Aead);
    }
    for suite in SUITES.iter().filter(|suite| suite.mode.is_aead()) {
        assert_eq!(suite.versions.first, suite.versions.last, "{} is of several versions", suite.name());
        assert!(suite.versions.contains(Version::TLS12) || suite.versions.contains(Version::TLS13));
    }
}

/// What JSSE of Java 17, OpenSSL 1.0.0, GnuTLS, NSS and tlslite did and refused to do.
#[test]
fn versions_are_those_in_which_other_programs_have_it() {
    use Version as V;
    let range = |first, last| VersionRange::new(first, last);
    for (word, versions) in [
        ("_EXPORT", range(V::SSL3, V::TLS10)),
        ("_WITH_DES_", range(V::SSL3, V::TLS11)),
        ("_RC4_128_", range(V::SSL3, V::TLS12)),
        ("_3DES_", range(V::SSL3, V::TLS12)),
        ("_NULL_", range(V::SSL3, V::TLS12)),
        ("_CBC_SHA256", range(V::TLS12, V::TLS12)),
        ("_CBC_SHA384", range(V::TLS12, V::TLS12)),
        ("_GCM_", range(V::TLS12, V::TLS12)),
        // OpenSSL and JSSE let SSL 3.0 have it too; RFC 3268 gives it to TLS.
        ("_AES_", range(V::TLS10, V::TLS12)),
    ] {
        let mut count = 0;
        // The first word that a name has is the one that counts.
        for suite in SUITES.iter().filter(|suite| suite.name().contains("_WITH_") && suite.name().contains(word)) {
            let is_newer = word == "_AES_" && ["SHA256", "SHA384", "_CCM"].iter().any(|it| suite.name().contains(it));
            let is_export = word != "_EXPORT" && suite.name().contains("_EXPORT");
            if is_newer || is_export || suite.name().starts_with("SSL_CK") {
                continue;
            }
            assert_eq!(suite.versions, versions, "{}", suite.name());
            count += 1;
        }
        assert!(count > 0, "{word}");
    }
}

/// RFC 5246 §5: SHA-256, unless the suite names more. RFC 5289 §3
#[test]
fn the_hash_of_the_key_derivation_is_named_or_sha256() {
    for suite in SUITES {
        let expected = if suite.name().ends_with("SHA384") { Hash::Sha384 } else { Hash::Sha256 };
        assert_eq!(suite.prf(), expected, "{}", suite.name());
    }
    for (hash, length) in [(Hash::Md5, 16), (Hash::Sha1, 20), (Hash::Sha256, 32), (Hash::Sha384, 48)] {
        assert_eq!(hash.length(), length);
    }
}

#[test]
fn each_code_point_is_one_suite_or_a_signal() {
    let names: BTreeSet<&str> = SUITES.iter().map(|suite| suite.name()).collect();
    assert!(names.len() == SUITES.len() && !names.contains(""));
    let signals: Vec<u32> =
        CIPHER_SUITES.iter().map(|(code, _)| *code).filter(|&code| u16::try_from(code).is_ok_and(is_signal)).collect();
    assert_eq!(signals, [0x00FF, 0x5600]); // RFC 5746 §3.3, RFC 7507 §2
    assert_eq!(SUITES.len() + signals.len(), CIPHER_SUITES.len());
    assert!(!is_signal(0x0A0A) && suite(0x0A0A).is_none());
}

#[test]
fn openssl_has_the_same_curves() {
    // "  secp384r1 : NIST/SECG curve over a 384 bit prime field"
    let known = openssl::run(&["ecparam", "-list_curves"]);
    for group in [Group::Secp256r1, Group::Secp384r1, Group::Secp521r1] {
        let name = if group == Group::Secp256r1 { "prime256v1" } else { group.name() };
        let line = known.lines().find_map(|line| line.trim().strip_prefix(name)).expect("a curve of OpenSSL");
        let (_, bits) = line.rsplit_once("over a ").expect("a prime field");
        let bits: u16 = bits.split(' ').next().and_then(|bits| bits.parse().ok()).expect("a number");
        assert_eq!(group.field_bits(), bits, "{name}");
        // 521 bits are there to match 256 of a hash and a cipher. RFC 8422 §1
        assert_eq!(group.strength(), (bits / 2).min(256), "{name}");
    }
    for group in Group::ALL {
        assert_eq!(Group::from_code(group.code()), Some(group));
    }
}

#[test]
fn openssl_agrees_on_every_suite_that_it_knows() {
    let mut known = BTreeMap::new();
    // Those of TLS 1.3 are named, for without that it tells only what it would offer.
    let newest: Vec<&str> =
        SUITES.iter().filter(|it| it.versions.contains(Version::TLS13)).map(|it| it.name()).collect();
    for row in ciphers(&["-V", "-stdname", "-ciphersuites", &newest.join(":"), "ALL:COMPLEMENTOFALL:@SECLEVEL=0"]) {
        // 0xC0,0x2F - TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 - ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 Kx=ECDH Au=RSA Enc=AESGCM(128) Mac=AEAD
        let [code, _, name, _, _, version, exchange, authentication, cipher, mac] = &row[..] else { panic!("{row:?}") };
        known.insert(code_point(code), [name, version, exchange, authentication, cipher, mac].map(String::clone));
    }
    let mut checked = 0;
    for suite in SUITES {
        let Some([name, version, exchange, authentication, cipher, mac]) = known.get(&suite.code) else { continue };
        checked += 1;
        assert_eq!(suite.name(), name);
        let expected_exchange = match suite.key_exchange {
            KeyExchange::Rsa => "Kx=RSA",
            KeyExchange::Dhe => "Kx=DH",
            KeyExchange::Ecdhe => "Kx=ECDH",
            KeyExchange::Apart => "Kx=any",
            export => panic!("{export:?}"),
        };
        assert_eq!(exchange, expected_exchange, "{name}");
        let expected_authentication = match suite.authentication {
            Authentication::Rsa => "Au=RSA",
            Authentication::Dss => "Au=DSS",
            Authentication::Ecdsa => "Au=ECDSA",
            Authentication::Apart => "Au=any",
        };
        assert_eq!(authentication, expected_authentication, "{name}");
        let bits = suite.cipher.strength().bound();
        let expected_cipher = match (suite.cipher, suite.mode) {
            (Cipher::Null, Mode::None) => "Enc=None".to_owned(),
            (Cipher::Aes128 | Cipher::Aes256, Mode::Cbc) => format!("Enc=AES({bits})"),
            (Cipher::Aes128 | Cipher::Aes256, Mode::Gcm) => format!("Enc=AESGCM({bits})"),
            (Cipher::Aes128 | Cipher::Aes256, Mode::Ccm) => format!("Enc=AESCCM({bits})"),
            (Cipher::Aes128 | Cipher::Aes256, Mode::Ccm8) => format!("Enc=AESCCM8({bits})"),
            (Cipher::Aria128 | Cipher::Aria256, Mode::Gcm) => format!("Enc=ARIAGCM({bits})"),
            (Cipher::ChaCha20, Mode::Poly1305) => format!("Enc=CHACHA20/POLY1305({bits})"),
            other => panic!("{name}: {other:?}"),
        };
        assert_eq!(*cipher, expected_cipher, "{name}");
        let expected_mac = match suite.mac() {
            Mac::Hmac(Hash::Md5) => "MD5",
            Mac::Hmac(Hash::Sha1) => "SHA1",
            Mac::Hmac(Hash::Sha256) => "SHA256",
            Mac::Hmac(Hash::Sha384) => "SHA384",
            Mac::Aead => "AEAD",
            Mac::Keyed(_) => panic!("{name}"),
        };
        assert_eq!(*mac, format!("Mac={expected_mac}"), "{name}");
        // OpenSSL lets SSL 3.0 have AES too.
        match suite.versions.first {
            Version::TLS13 => assert_eq!(version, "TLSv1.3", "{name}"),
            Version::TLS12 => assert_eq!(version, "TLSv1.2", "{name}"),
            _ => assert!(["SSLv3", "TLSv1"].contains(&version.as_str()), "{name}"),
        }
    }
    // All that is left of SSL 2.0, export, RC4, DES and 3DES: a build of today has none of these.
    let gone: Vec<&str> = SUITES.iter().filter(|suite| !known.contains_key(&suite.code)).map(|s| s.name()).collect();
    let old = |name: &&str| ["RC4", "DES", "RC2", "SSL_CK"].iter().any(|word| name.contains(word));
    assert!(gone.iter().all(old) && checked > gone.len(), "{gone:?}");
}
