//! The lists and the table against the book, the documents and OpenSSL.

use crate::openssl::{ciphers, code_point};
use starttls_lab::registry::{
    Authentication, Cipher, CodePoint, ForwardSecrecy, Hash, KeyExchange, Mac, Mode, SUITES, Strength, Suite, Version,
};
use starttls_lab::suites::{List, ListEntry, ListKey, ListLine, Standing};
use starttls_lab::text::EN;
use std::collections::{BTreeMap, BTreeSet};

/// What each suite of the two Windows lists is, written from the documents (docs/rules.md CS1): name, code point, key exchange and
/// authentication, cipher and effective bits, MAC, versions, forward secrecy, verdict and the documents it must name.
const DOCUMENTED: &str = "
TLS_RSA_WITH_RC4_128_MD5 0004 RSA/RSA RC4:<128 HMAC-MD5 SSL3-TLS1.2 no X 7465
TLS_RSA_WITH_RC4_128_SHA 0005 RSA/RSA RC4:<128 HMAC-SHA1 SSL3-TLS1.2 no X 7465
TLS_RSA_WITH_3DES_EDE_CBC_SHA 000A RSA/RSA 3DES-CBC:112 HMAC-SHA1 SSL3-TLS1.2 no X 10015,9325§4.1
TLS_DHE_DSS_WITH_3DES_EDE_CBC_SHA 0013 DHE/DSS 3DES-CBC:112 HMAC-SHA1 SSL3-TLS1.2 yes X 10015
TLS_RSA_WITH_DES_CBC_SHA 0009 RSA/RSA DES-CBC:56 HMAC-SHA1 SSL3-TLS1.1 no X 9325§4.1,8996
TLS_DHE_DSS_WITH_DES_CBC_SHA 0012 DHE/DSS DES-CBC:56 HMAC-SHA1 SSL3-TLS1.1 yes X 9325§4.1,8996
TLS_RSA_EXPORT1024_WITH_RC4_56_SHA 0064 RSA<=1024/RSA RC4:56 HMAC-SHA1 SSL3-TLS1.0 no X 9325§4.1
TLS_RSA_EXPORT1024_WITH_DES_CBC_SHA 0062 RSA<=1024/RSA DES-CBC:56 HMAC-SHA1 SSL3-TLS1.0 no X 9325§4.1
TLS_DHE_DSS_EXPORT1024_WITH_DES_CBC_SHA 0063 DHE<=1024/DSS DES-CBC:56 HMAC-SHA1 SSL3-TLS1.0 weak X 9325§4.1
TLS_RSA_EXPORT_WITH_RC4_40_MD5 0003 RSA<=512/RSA RC4:40 HMAC-MD5 SSL3-TLS1.0 no X 9325§4.1
TLS_RSA_EXPORT_WITH_RC2_CBC_40_MD5 0006 RSA<=512/RSA RC2-CBC:40 HMAC-MD5 SSL3-TLS1.0 no X 9325§4.1
TLS_RSA_WITH_NULL_MD5 0001 RSA/RSA none:0 HMAC-MD5 SSL3-TLS1.2 no X 9325§4.1
TLS_RSA_WITH_NULL_SHA 0002 RSA/RSA none:0 HMAC-SHA1 SSL3-TLS1.2 no X 9325§4.1
TLS_RSA_WITH_AES_128_CBC_SHA 002F RSA/RSA AES-CBC:128 HMAC-SHA1 TLS1.0-TLS1.2 no X 10015,9325§4.2
TLS_RSA_WITH_AES_256_CBC_SHA 0035 RSA/RSA AES-CBC:256 HMAC-SHA1 TLS1.0-TLS1.2 no X 10015
TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA C009 ECDHE/ECDSA AES-CBC:128 HMAC-SHA1 TLS1.0-TLS1.2 yes D 9325§4.2
TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA C00A ECDHE/ECDSA AES-CBC:256 HMAC-SHA1 TLS1.0-TLS1.2 yes D 9325§4.2
TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA C013 ECDHE/RSA AES-CBC:128 HMAC-SHA1 TLS1.0-TLS1.2 yes D 9325§4.2
TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA C014 ECDHE/RSA AES-CBC:256 HMAC-SHA1 TLS1.0-TLS1.2 yes D 9325§4.2
TLS_DHE_DSS_WITH_AES_128_CBC_SHA 0032 DHE/DSS AES-CBC:128 HMAC-SHA1 TLS1.0-TLS1.2 yes X 10015
TLS_DHE_DSS_WITH_AES_256_CBC_SHA 0038 DHE/DSS AES-CBC:256 HMAC-SHA1 TLS1.0-TLS1.2 yes X 10015
SSL_CK_RC4_128_WITH_MD5 010080 RSA/RSA RC4:<128 keyed-MD5 SSL2-SSL2 no X 6176,7465
SSL_CK_DES_192_EDE3_CBC_WITH_MD5 0700C0 RSA/RSA 3DES-CBC:112 keyed-MD5 SSL2-SSL2 no X 6176
";

/// A suite in the shape of the table, without its documents.
fn described(suite: Suite) -> String {
    let exchange = match suite.key_exchange {
        KeyExchange::Rsa => "RSA",
        KeyExchange::RsaExport => "RSA<=512",
        KeyExchange::RsaExport1024 => "RSA<=1024",
        KeyExchange::Dhe => "DHE",
        KeyExchange::DheExport1024 => "DHE<=1024",
        KeyExchange::Ecdhe => "ECDHE",
        KeyExchange::Apart => "-",
    };
    let authentication = match suite.authentication {
        Authentication::Rsa => "RSA",
        Authentication::Dss => "DSS",
        Authentication::Ecdsa => "ECDSA",
        Authentication::Apart => "-",
    };
    let cipher = match suite.cipher {
        Cipher::Null => "none",
        Cipher::Rc4_40 | Cipher::Rc4_56 | Cipher::Rc4_128 => "RC4",
        Cipher::Rc2_40 => "RC2",
        Cipher::Des => "DES",
        Cipher::TripleDes => "3DES",
        Cipher::Aes128 | Cipher::Aes256 => "AES",
        other => panic!("{other:?}"),
    };
    let mode = match suite.mode {
        Mode::None | Mode::Stream => "",
        Mode::Cbc => "-CBC",
        other => panic!("{other:?}"),
    };
    let bits = match suite.cipher.strength() {
        Strength::Bits(bits) => bits.to_string(),
        Strength::Below(bits) => format!("<{bits}"),
    };
    let mac = match suite.mac() {
        Mac::Hmac(hash) => format!("HMAC-{}", hash_name(hash)),
        Mac::Keyed(hash) => format!("keyed-{}", hash_name(hash)),
        Mac::Aead => "AEAD".to_owned(),
    };
    let version = |version| match version {
        Version::SSL2 => "SSL2",
        Version::SSL3 => "SSL3",
        Version::TLS10 => "TLS1.0",
        Version::TLS11 => "TLS1.1",
        Version::TLS12 => "TLS1.2",
        other => panic!("{other:?}"),
    };
    let secrecy = match suite.forward_secrecy() {
        ForwardSecrecy::No => "no",
        ForwardSecrecy::Weak => "weak",
        ForwardSecrecy::Yes => "yes",
    };
    let standing = match suite.standing() {
        Standing::Prohibited => "X",
        Standing::Discouraged => "D",
        Standing::Recommended => "R",
    };
    let code = match suite.code {
        CodePoint::Tls(code) => format!("{code:04X}"),
        CodePoint::Ssl2([a, b, c]) => format!("{a:02X}{b:02X}{c:02X}"),
    };
    let (first, last) = (version(suite.versions.first), version(suite.versions.last));
    format!(
        "{} {code} {exchange}/{authentication} {cipher}{mode}:{bits} {mac} {first}-{last} {secrecy} {standing}",
        suite.name()
    )
}

fn hash_name(hash: Hash) -> &'static str {
    match hash {
        Hash::Md5 => "MD5",
        Hash::Sha1 => "SHA1",
        Hash::Sha256 => "SHA256",
        Hash::Sha384 => "SHA384",
    }
}

#[test]
fn the_suites_of_windows_are_as_specified() {
    let windows: BTreeMap<CodePoint, Suite> = [ListKey::Ws2003, ListKey::Ws2008]
        .iter()
        .flat_map(|key| key.lines())
        .map(|line| (line.suite.code, line.suite))
        .collect();
    let mut rows = BTreeMap::new();
    for row in DOCUMENTED.lines().filter(|row| !row.is_empty()) {
        let (said, documents) = row.rsplit_once(' ').unwrap();
        rows.insert(said.to_owned(), documents);
    }
    let described: BTreeMap<String, Suite> = windows.into_values().map(|suite| (described(suite), suite)).collect();
    assert_eq!(rows.keys().collect::<Vec<_>>(), described.keys().collect::<Vec<_>>());
    for (row, documents) in rows {
        let sources: String = described[&row].objections().map(|it| (EN.suites.objection)(it).source).collect();
        for document in documents.replace('§', " §").split(',') {
            assert!(sources.contains(&format!("RFC {document}")), "{row}: {sources}");
        }
    }
}

#[test]
fn the_lists_are_as_printed_to_the_octet() {
    let printed = |key: ListKey| {
        let path = format!("{}/tests/data/book/{}.txt", env!("CARGO_MANIFEST_DIR"), key.key());
        std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
    };
    for (key, count) in [(ListKey::Ws2003, 13), (ListKey::Ws2008, 24)] {
        let lines = key.lines();
        assert_eq!(lines.len(), count);
        let ours: String = lines.iter().map(|line| format!("{}{}\n", line.name, line.remark)).collect();
        assert_eq!(ours, printed(key));
        // What is printed as the name is the name, but for one stray parenthesis.
        let entries = List::of(key).entries;
        let differ: Vec<(&str, String)> = lines
            .iter()
            .zip(entries)
            .filter(|(line, entry)| line.name != entry.name())
            .map(|(line, entry)| (line.name, entry.name()))
            .collect();
        let stray = [("SSL_CK_RC4_128_WITH_MD5)", "SSL_CK_RC4_128_WITH_MD5".to_owned())];
        assert_eq!(differ, if key == ListKey::Ws2008 { &stray[..] } else { &[] });
    }
}

#[test]
fn every_line_is_a_suite_of_the_registry() {
    for key in ListKey::ALL {
        assert_eq!(ListKey::from_key(key.key()), Some(key));
        assert!(key.lines().iter().all(|line| SUITES.contains(&line.suite)));
    }
}

#[test]
fn nothing_in_the_old_lists_is_recommended_and_everything_in_that_of_rustls_is() {
    let standings = |key: ListKey| key.lines().iter().map(|line| line.suite.standing()).collect::<BTreeSet<_>>();
    assert_eq!(standings(ListKey::Ws2003), [Standing::Prohibited].into());
    assert_eq!(standings(ListKey::Ws2008), [Standing::Discouraged, Standing::Prohibited].into());
    assert_eq!(standings(ListKey::Rustls), [Standing::Recommended].into());
    assert_eq!(standings(ListKey::Openssl).len(), 3);
}

#[test]
fn today_and_then_share_no_suite() {
    let codes = |key: ListKey| key.lines().iter().map(|line| line.suite.code).collect::<BTreeSet<_>>();
    for old in [ListKey::Ws2003, ListKey::Ws2008] {
        assert!(codes(old).is_disjoint(&codes(ListKey::Rustls)));
    }
}

#[test]
fn what_does_not_encrypt_is_off_and_all_else_on() {
    for key in ListKey::ALL {
        for entry in List::of(key).entries {
            assert_eq!(entry.enabled, !entry.suite.name().contains("_NULL_"), "{}", entry.name());
        }
    }
}

#[test]
fn a_curve_limits_the_strength() {
    let bits = |key: ListKey| -> Vec<(String, u16)> {
        let entries = List::of(key).entries.into_iter().filter(|entry| entry.curve.is_some());
        entries.map(|entry| (entry.name(), entry.strength().bound())).collect()
    };
    for (name, bits) in bits(ListKey::Ws2008) {
        let curve = match name.rsplit_once("_P").map(|(_, bits)| bits) {
            Some("256") => 128,
            Some("384") => 192,
            Some("521") => 256,
            other => panic!("{name}: {other:?}"),
        };
        let cipher = if name.contains("AES_128") { 128 } else { 256 };
        assert_eq!(bits, curve.min(cipher), "{name}");
    }
}

#[test]
fn the_fourth_list_is_what_openssl_offers() {
    // -s: what a hello holds, without the suites for which a shared key would be needed.
    let theirs: Vec<(CodePoint, String)> =
        ciphers(&["-s", "-V"]).iter().map(|row| (code_point(&row[0]), row[2].clone())).collect();
    let ours: Vec<(CodePoint, String)> =
        ListKey::Openssl.lines().iter().map(|line| (line.suite.code, line.name.to_owned())).collect();
    assert_eq!(ours, theirs);
}

#[test]
fn a_line_stands_for_an_entry() {
    for key in ListKey::ALL {
        for (line, entry) in key.lines().iter().zip(List::of(key).entries) {
            let &ListLine { suite, curve, .. } = line;
            assert_eq!((suite, curve), (entry.suite, entry.curve));
            assert_eq!(ListEntry { enabled: true, ..entry }, ListEntry { curve, ..ListEntry::of(suite) });
        }
    }
}
