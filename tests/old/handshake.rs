//! Handshakes that succeed: what both ends know afterwards.

use crate::lab::{CURVES, all, keys, old, suites};
use crate::pair::{HOST, plaintext, wire};
use starttls_lab::registry::suites::*;
use starttls_lab::registry::{CodePoint, KeyExchange, Version, VersionRange};
use starttls_lab::scenario::{Certificate, Side};
use starttls_lab::tls::{Cause, Defect, OldError, OldKey, SecretLog, TlsOutput, Verdict};

#[test]
fn every_suite_in_every_version_with_every_key_comes_up_talks_and_closes() {
    let mut seen = Vec::new();
    for (suite, version, key) in all() {
        let context = format!("{} {version:?} {key:?}", suite.name());
        let lab = old(version, suite, key);
        let pair = lab.pair().talk();
        let (client, server) = (pair.client.facts(), pair.server.facts());
        assert_eq!((client.version, CodePoint::Tls(client.suite)), (version, suite.code), "{context}");
        let group = suite.key_exchange.needs_group().then_some(23);
        assert_eq!((client.group, server.group), (group, group), "{context}");
        assert_eq!(client, server, "{context}");
        assert_eq!(client.server_name.is_some(), version > Version::SSL3, "SSL 3.0 has no extensions");
        assert_eq!(plaintext(&pair.client.outputs), b"250 mx.example.net\r\n", "{context}");
        assert_eq!(plaintext(&pair.server.outputs), b"EHLO client.example\r\nQUIT\r\n", "{context}");
        for end in [&pair.client, &pair.server] {
            assert!(end.outputs.contains(&TlsOutput::Closed { clean: true }), "{context}");
        }
        let check = pair.client.check();
        let verdicts = [&check.chain, &check.name, &check.dates, &check.purpose];
        assert!(verdicts.into_iter().all(|verdict| *verdict == Verdict::Pass), "{context}: {check:?}");
        let [secret] = &lab.secrets.secrets()[..] else { panic!("{context}") };
        assert_eq!((secret.label.as_str(), secret.secret.len()), ("CLIENT_RANDOM", 48));
        seen.push(suite.code);
    }
    seen.dedup();
    assert_eq!(seen.len(), suites().count());
    assert!(seen.len() >= 28);
}

#[test]
fn every_curve() {
    for curve in CURVES {
        for suite in suites().filter(|suite| suite.key_exchange == KeyExchange::Ecdhe) {
            for &key in keys(suite) {
                let mut lab = old(Version::TLS12, suite, key);
                lab.suites = vec![(suite, Some(curve))];
                assert_eq!(lab.pair().talk().client.facts().group, Some(curve.code()));
            }
        }
    }
}

#[test]
fn the_check_comes_before_up_and_the_server_is_silent_after_the_handshake() {
    let mut pair = old(Version::TLS10, TLS_RSA_WITH_AES_128_CBC_SHA, OldKey::Rsa1024).pair();
    pair.settle();
    let position = |what: fn(&TlsOutput) -> bool| pair.client.outputs.iter().position(what).unwrap();
    assert!(position(|o| matches!(o, TlsOutput::Checked(_))) < position(|o| matches!(o, TlsOutput::Up(_))));
    assert!(matches!(pair.server.outputs.last(), Some(TlsOutput::Up(_))));
    // ServerHello, Certificate and ServerHelloDone in one record; ChangeCipherSpec, Finished.
    let records = |outputs: &[TlsOutput]| outputs.iter().filter(|o| matches!(o, TlsOutput::Wire(_))).count();
    assert_eq!((records(&pair.server.outputs), records(&pair.client.outputs)), (3, 4));
    assert_eq!(pair.client.facts().server_name.as_deref(), Some(HOST));
}

#[test]
fn equal_seeds_give_equal_octets_and_others_others() {
    for (suite, key) in [
        (TLS_RSA_EXPORT_WITH_RC4_40_MD5, OldKey::Rsa1024),
        (TLS_DHE_DSS_WITH_3DES_EDE_CBC_SHA, OldKey::Dsa1024),
        (TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA, OldKey::P521),
    ] {
        let run = |seed, connection| {
            let mut lab = old(Version::TLS10, suite, key);
            (lab.seed, lab.connection) = (seed, connection);
            let pair = lab.pair().talk();
            (pair.client.outputs, pair.server.outputs)
        };
        let first = run(1, 0);
        assert_eq!(first, run(1, 0));
        for other in [run(2, 0), run(1, 1)] {
            assert_ne!(wire(&first.0), wire(&other.0));
            assert_ne!(wire(&first.1), wire(&other.1));
        }
    }
}

#[test]
fn client_certificates_of_every_kind_are_verified_and_none_is_taken() {
    for version in crate::lab::VERSIONS {
        for key in [
            None,
            Some(OldKey::Rsa1024),
            Some(OldKey::Dsa1024),
            Some(OldKey::P256),
            Some(OldKey::P384),
            Some(OldKey::P521),
        ] {
            let mut lab = old(version, TLS_RSA_WITH_RC4_128_SHA, OldKey::Rsa1024);
            (lab.asks, lab.client_key) = (true, key);
            let pair = lab.pair().talk();
            assert_eq!(plaintext(&pair.server.outputs), b"EHLO client.example\r\nQUIT\r\n", "{version:?} {key:?}");
            let check = pair
                .server
                .outputs
                .iter()
                .find_map(|o| if let TlsOutput::Checked(check) = o { Some(check) } else { None });
            assert_eq!(check.is_some(), key.is_some(), "{version:?} {key:?}");
            if let Some(check) = check {
                assert_eq!((check.of, &check.chain, &check.name), (Side::Client, &Verdict::Pass, &Verdict::NotChecked));
            }
        }
    }
}

/// The certificate is for another host: a client that breaks off says so, any other goes on.
#[test]
fn a_client_that_breaks_off_ends_at_a_certificate_that_fails() {
    for version in crate::lab::VERSIONS {
        for breaks_off in [false, true] {
            let mut lab = old(version, TLS_RSA_WITH_3DES_EDE_CBC_SHA, OldKey::Rsa1024);
            (lab.breaks_off, lab.certificate) = (breaks_off, Certificate::WrongName);
            let mut pair = lab.pair();
            pair.settle();
            assert_eq!(pair.client.check().name, Verdict::Fail(Defect::WrongName));
            assert_eq!(pair.client.session.is_up(), !breaks_off, "{version:?}");
            if breaks_off {
                assert_eq!(pair.client.failure().cause, Cause::Old(OldError::CertificateRefused));
                assert_eq!(pair.server.failure().alert, Some((Side::Client, 42)), "{version:?}");
            }
        }
    }
}

#[test]
fn the_highest_version_that_both_have() {
    let range = VersionRange::new;
    let cases = [
        (range(Version::SSL3, Version::TLS12), range(Version::SSL3, Version::TLS10), Some(Version::TLS10)),
        (range(Version::SSL3, Version::TLS10), range(Version::SSL3, Version::TLS12), Some(Version::TLS10)),
        (range(Version::SSL3, Version::SSL3), range(Version::SSL3, Version::TLS12), Some(Version::SSL3)),
        (range(Version::TLS11, Version::TLS12), range(Version::SSL3, Version::TLS10), None),
        (range(Version::SSL3, Version::TLS10), range(Version::TLS11, Version::TLS12), None),
    ];
    for (client, server, expected) in cases {
        let mut lab = old(Version::TLS10, TLS_RSA_WITH_3DES_EDE_CBC_SHA, OldKey::Rsa1024);
        (lab.client, lab.server) = (client, server);
        let mut pair = lab.pair();
        pair.settle();
        match expected {
            Some(version) => assert_eq!(pair.client.facts().version, version),
            None => {
                // What a server of TLS 1.0 answers is too old for the client, which then says so.
                let by = if server.last < client.first { Side::Client } else { Side::Server };
                assert_eq!(pair.client.failure().alert, Some((by, 70)), "{client:?} {server:?}");
                assert_eq!(pair.server.failure().alert, Some((by, 70)), "{client:?} {server:?}");
            }
        }
    }
}

#[test]
fn nothing_in_common_is_handshake_failure() {
    let mut lab = old(Version::TLS10, TLS_RSA_WITH_RC4_128_SHA, OldKey::Dsa1024);
    let mut pair = lab.pair();
    pair.settle();
    assert_eq!(pair.server.failure().alert, Some((Side::Server, 40)), "no key for it");
    assert_eq!(pair.client.failure().alert, Some((Side::Server, 40)));
    lab.keys = vec![OldKey::Rsa1024, OldKey::Dsa1024];
    pair = lab.pair();
    pair.settle();
    assert_eq!(pair.client.facts().suite, 5);
}

#[test]
fn a_long_message_goes_in_several_records_and_comes_back_whole() {
    let long: Vec<u8> = (0..40_000_u32).map(|number| number as u8).collect();
    let mut pair = old(Version::TLS10, TLS_RSA_WITH_AES_128_CBC_SHA, OldKey::Rsa1024).pair();
    pair.client.session.write(&long[..9]);
    pair.settle();
    pair.client.session.write(&long[9..]);
    pair.settle();
    assert_eq!(plaintext(&pair.server.outputs), long);
}

#[test]
fn secrets_are_of_the_client_random() {
    let secrets = SecretLog::default();
    let mut lab = old(Version::TLS10, TLS_RSA_WITH_NULL_SHA, OldKey::Rsa1024);
    lab.secrets = secrets.clone();
    let pair = lab.pair().talk();
    assert_eq!(secrets.secrets()[0].client_random, wire(&pair.client.outputs)[11..43]);
    // NULL hides nothing.
    assert!(wire(&pair.client.outputs).windows(4).any(|window| window == b"EHLO"));
}
