//! What code points are called, against tshark.

use starttls_lab::registry::{
    ALERT_LEVELS, ALERTS, CERTIFICATE_COMPRESSIONS, CIPHER_SUITES, CLIENT_CERTIFICATE_TYPES, COMPRESSION_METHODS,
    CONTENT_TYPES, CURVE_TYPES, EC_POINT_FORMATS, EXTENSIONS, GROUPS, HANDSHAKE_TYPES, KEY_UPDATE_REQUESTS, NAME_TYPES,
    SIGNATURE_SCHEMES, STATUS_TYPES, Table, VERSIONS, Version, name,
};
use std::collections::BTreeMap;
use std::process::Command;

/// What tshark calls the values of each of its fields. A number has several names where fields of several versions have one name.
#[expect(clippy::disallowed_methods, reason = "which tshark, is a matter of the machine")]
fn tshark() -> BTreeMap<String, BTreeMap<u32, Vec<String>>> {
    let program = std::env::var("TSHARK").unwrap_or_else(|_| "tshark".to_owned());
    let output = Command::new(program).args(["-G", "values"]).output().expect("tshark is on PATH");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut values: BTreeMap<String, BTreeMap<u32, Vec<String>>> = BTreeMap::new();
    // V  tls.alert_message.desc  40  Handshake Failure
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let [kind, field, number, words] = line.split('\t').collect::<Vec<_>>()[..] else { continue };
        let number = match number.strip_prefix("0x") {
            Some(digits) => u32::from_str_radix(digits, 16),
            None => number.parse(),
        };
        if let ("V", Ok(number)) = (kind, number) {
            values.entry(field.to_owned()).or_default().entry(number).or_default().push(words.to_owned());
        }
    }
    values
}

/// "Handshake Failure" as "handshake_failure"
fn spelt(words: &str) -> String {
    words.to_ascii_lowercase().replace(' ', "_")
}

/// Every name is tshark's, but for those that this tshark does not have and those that it spells otherwise.
#[test]
fn tshark_calls_them_the_same() {
    let tables: &[(&str, &Table, &[&str])] = &[
        ("tls.record.content_type", CONTENT_TYPES, &[]),
        ("tls.record.version", VERSIONS, &[]),
        ("tls.alert_message.level", ALERT_LEVELS, &[]),
        ("tls.alert_message.desc", ALERTS, &[]),
        // Wireshark says "Client Certificate URL"; it shows message_hash nowhere, as no message is of that type on the wire.
        ("tls.handshake.type", HANDSHAKE_TYPES, &["certificate_url", "message_hash"]),
        ("tls.handshake.comp_method", COMPRESSION_METHODS, &[]),
        // Wireshark writes it in the plural, and 4.0 is older than encrypted_client_hello.
        ("tls.handshake.extension.type", EXTENSIONS, &["delegated_credential", "encrypted_client_hello"]),
        (
            "tls.handshake.extensions_supported_group",
            GROUPS,
            // Younger than Wireshark 4.0, which has experiments under three of the numbers.
            &[
                "brainpoolP256r1tls13",
                "brainpoolP384r1tls13",
                "brainpoolP512r1tls13",
                "MLKEM512",
                "MLKEM768",
                "MLKEM1024",
                "SecP256r1MLKEM768",
                "X25519MLKEM768",
                "SecP384r1MLKEM1024",
            ],
        ),
        (
            "tls.handshake.sig_hash_alg",
            SIGNATURE_SCHEMES,
            // Wireshark shows the pairs of TLS 1.2 in their two halves, and is older than the rest.
            &[
                "sha1 and dsa",
                "sha224 and rsa",
                "sha224 and dsa",
                "sha224 and ecdsa",
                "sha256 and dsa",
                "sha384 and dsa",
                "sha512 and dsa",
                "ecdsa_brainpoolP256r1tls13_sha256",
                "ecdsa_brainpoolP384r1tls13_sha384",
                "ecdsa_brainpoolP512r1tls13_sha512",
                "mldsa44",
                "mldsa65",
                "mldsa87",
            ],
        ),
        ("tls.handshake.extensions_ec_point_format", EC_POINT_FORMATS, &[]),
        ("tls.handshake.server_curve_type", CURVE_TYPES, &[]),
        ("tls.handshake.extensions_server_name_type", NAME_TYPES, &[]),
        ("tls.handshake.extensions_status_request_type", STATUS_TYPES, &[]),
        ("tls.handshake.key_update.request_update", KEY_UPDATE_REQUESTS, &[]),
        ("tls.handshake.cert_type", CLIENT_CERTIFICATE_TYPES, &[]),
        ("tls.compress_certificate.algorithm", CERTIFICATE_COMPRESSIONS, &[]),
    ];
    let theirs = tshark();
    for (field, ours, others) in tables {
        let theirs = &theirs[*field];
        let differ: Vec<&str> = ours
            .iter()
            .filter(|(code, name)| {
                theirs.get(code).is_none_or(|all| all.iter().all(|words| spelt(words) != spelt(name)))
            })
            .map(|(_, name)| *name)
            .collect();
        assert_eq!(differ, *others, "{field}");
    }
}

#[test]
fn tshark_calls_every_suite_the_same() {
    let theirs = tshark();
    let (of_tls, all) = (&theirs["tls.handshake.ciphersuite"], &theirs["tls.handshake.cipherspec"]);
    for (code, name) in CIPHER_SUITES {
        let words = of_tls.get(code).or_else(|| all.get(code));
        // The specification of SSL 2.0 has SSL_CK.
        assert_eq!(words, Some(&vec![name.replace("SSL_CK_", "SSL2_")]), "{code:#06x}");
    }
}

#[test]
fn versions_have_names_keys_and_an_order() {
    for version in Version::ALL {
        assert_eq!(version.name(), name(VERSIONS, version.0));
        assert_eq!(Version::from_key(version.key()), Some(version));
    }
    assert!(Version::ALL.is_sorted_by(|older, newer| older < newer));
    assert_eq!(VERSIONS.len(), Version::ALL.len());
    assert_eq!((Version(0x0A0A).name(), Version(0x0A0A).key(), Version::from_key("1.4")), (None, "", None));
}
