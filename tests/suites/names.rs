//! Names, taken apart.

use proptest::prelude::*;
use starttls_lab::registry::CIPHER_SUITES;
use starttls_lab::registry::{Authentication, KeyExchange, Mac, Mode, SUITES};
use starttls_lab::suites::{BookSet, Job, List, ListKey, NamePart, PartRole, anatomy};
use starttls_lab::text::EN;
use std::collections::BTreeSet;

/// Every character is in one part, in order.
fn assert_covers(name: &str, parts: &[NamePart]) {
    let mut end = 0;
    for part in parts {
        assert_eq!(part.range.start, end, "{name}: {parts:?}");
        assert!(part.range.end > end && name.is_char_boundary(part.range.end), "{name}: {parts:?}");
        end = part.range.end;
    }
    assert_eq!(end, name.len(), "{name}: {parts:?}");
}

/// "TLS:Protocol RSA:Mac", without the joints.
fn told(name: &str) -> String {
    let parts = anatomy(name);
    let told = parts.iter().filter(|part| part.role != PartRole::Joint);
    told.map(|part| format!("{}:{:?}", &name[part.range.clone()], part.role)).collect::<Vec<_>>().join(" ")
}

#[test]
fn every_character_of_every_name_is_in_one_part() {
    let printed = ListKey::ALL.into_iter().flat_map(|key| key.lines()).map(|line| line.name.to_owned());
    let entries = ListKey::ALL.into_iter().flat_map(|key| List::of(key).entries).map(|entry| entry.name());
    let registry = CIPHER_SUITES.iter().map(|(_, name)| (*name).to_owned());
    for name in printed.chain(entries).chain(registry) {
        assert_covers(&name, &anatomy(&name));
    }
}

proptest! {
    #[test]
    fn every_character_of_any_text_is_in_one_part(name in "(TLS_|SSL_)?(([A-Z0-9]{0,5}|WITH|RSA|GCM|\\PC{0,3})_?){0,8}") {
        assert_covers(&name, &anatomy(&name));
    }
}

#[test]
fn each_form_of_a_name_comes_apart() {
    let cases = [
        (
            "TLS_RSA_WITH_RC4_128_MD5",
            "TLS:Protocol RSA:KeyExchangeAndAuthentication WITH:With RC4:Cipher 128:KeyLength MD5:Mac",
        ),
        (
            "TLS_RSA_EXPORT_WITH_RC2_CBC_40_MD5",
            "TLS:Protocol RSA:KeyExchangeAndAuthentication EXPORT:Export WITH:With RC2:Cipher CBC:Mode 40:KeyLength MD5:Mac",
        ),
        (
            "TLS_DHE_DSS_EXPORT1024_WITH_DES_CBC_SHA",
            "TLS:Protocol DHE:KeyExchange DSS:Authentication EXPORT1024:Export WITH:With DES:Cipher CBC:Mode SHA:Mac",
        ),
        (
            "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA_P384",
            "TLS:Protocol ECDHE:KeyExchange ECDSA:Authentication WITH:With AES:Cipher 128:KeyLength CBC:Mode SHA:Mac P384:Curve",
        ),
        (
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS:Protocol ECDHE:KeyExchange RSA:Authentication WITH:With CHACHA20:Cipher POLY1305:AeadMode SHA256:KeyDerivation",
        ),
        ("TLS_AES_128_GCM_SHA256", "TLS:Protocol AES:Cipher 128:KeyLength GCM:AeadMode SHA256:KeyDerivation"),
        (
            "TLS_RSA_WITH_3DES_EDE_CBC_SHA",
            "TLS:Protocol RSA:KeyExchangeAndAuthentication WITH:With 3DES:Cipher EDE:Cipher CBC:Mode SHA:Mac",
        ),
        (
            "SSL_CK_DES_192_EDE3_CBC_WITH_MD5",
            "SSL:Protocol CK:Protocol DES:Cipher 192:KeyLength EDE3:Cipher CBC:Mode WITH:With MD5:Mac",
        ),
        ("SSL_CK_RC4_128_WITH_MD5)", "SSL:Protocol CK:Protocol RC4:Cipher 128:KeyLength WITH:With MD5:Mac ):Unknown"),
        (
            "TLS_AES_128_CCM_8_SHA256",
            "TLS:Protocol AES:Cipher 128:KeyLength CCM:AeadMode 8:AeadMode SHA256:KeyDerivation",
        ),
        ("TLS_FALLBACK_SCSV", "TLS:Protocol FALLBACK:Unknown SCSV:Unknown"),
        ("", ""),
    ];
    for (name, expected) in cases {
        assert_eq!(told(name), expected);
    }
}

/// The table of suites was typed, the anatomy reads letters: each checks the other.
#[test]
fn the_parts_of_a_name_say_what_the_table_says() {
    for suite in SUITES {
        let name = suite.name();
        let parts = anatomy(name);
        let words =
            |role| parts.iter().filter(|part| part.role == role).map(|part| &name[part.range.clone()]).collect();
        let word = |role| -> Option<&str> {
            let words: Vec<&str> = words(role);
            assert!(words.len() <= 1 || words == ["CCM", "8"], "{name}");
            words.first().copied()
        };
        assert_eq!(word(PartRole::Unknown), None, "{name}");
        let is_ssl2 = name.starts_with("SSL_CK");
        let (exchange, authentication) = match suite.key_exchange {
            _ if is_ssl2 => (None, None),
            KeyExchange::Rsa | KeyExchange::RsaExport | KeyExchange::RsaExport1024 => (None, None),
            KeyExchange::Dhe | KeyExchange::DheExport1024 => (Some("DHE"), Some(suite.authentication)),
            KeyExchange::Ecdhe => (Some("ECDHE"), Some(suite.authentication)),
            KeyExchange::Apart => (None, None),
        };
        let authentication = authentication.map(|authentication| match authentication {
            Authentication::Rsa => "RSA",
            Authentication::Dss => "DSS",
            Authentication::Ecdsa => "ECDSA",
            Authentication::Apart => panic!("{name}"),
        });
        assert_eq!((word(PartRole::KeyExchange), word(PartRole::Authentication)), (exchange, authentication), "{name}");
        let both = suite.key_exchange.is_static_rsa() && !is_ssl2;
        assert_eq!(word(PartRole::KeyExchangeAndAuthentication), both.then_some("RSA"), "{name}");
        let export = match suite.key_exchange {
            KeyExchange::RsaExport => Some("EXPORT"),
            KeyExchange::RsaExport1024 | KeyExchange::DheExport1024 => Some("EXPORT1024"),
            _ => None,
        };
        assert_eq!(word(PartRole::Export), export, "{name}");
        let (mode, aead) = match suite.mode {
            Mode::None | Mode::Stream => (None, None),
            Mode::Cbc => (Some("CBC"), None),
            Mode::Gcm => (None, Some("GCM")),
            Mode::Ccm | Mode::Ccm8 => (None, Some("CCM")),
            Mode::Poly1305 => (None, Some("POLY1305")),
        };
        assert_eq!((word(PartRole::Mode), word(PartRole::AeadMode)), (mode, aead), "{name}");
        assert_eq!(word(PartRole::Mac).is_some(), suite.mac() != Mac::Aead, "{name}");
        // RFC 6655 leaves the hash to TLS.
        let names_hash = !matches!(suite.mode, Mode::Ccm | Mode::Ccm8) || suite.key_exchange == KeyExchange::Apart;
        assert_eq!(word(PartRole::KeyDerivation).is_some(), suite.mac() == Mac::Aead && names_hash, "{name}");
        if let Some(length) = word(PartRole::KeyLength) {
            let strength = suite.cipher.strength().bound();
            assert!(length == strength.to_string() || (length, strength) == ("192", 112), "{name}");
        }
    }
}

#[test]
fn the_book_has_three_sets_for_four_jobs() {
    let sets: BTreeSet<BookSet> = Job::ALL.into_iter().filter_map(Job::in_the_book).collect();
    assert_eq!(sets.len(), 3);
    let without: Vec<Job> = Job::ALL.into_iter().filter(|job| job.in_the_book().is_none()).collect();
    assert_eq!(without, [Job::Authentication]);

    // A name from before TLS 1.3 gives out all four; one of TLS 1.3 leaves two to the extensions.
    for suite in SUITES {
        let parts = anatomy(suite.name());
        let given: BTreeSet<Job> = parts.iter().flat_map(|part| part.role.jobs()).copied().collect();
        let expected: &[Job] = match suite.key_exchange {
            KeyExchange::Apart => &[Job::KeyExchange, Job::Encryption, Job::Integrity],
            _ if suite.name().starts_with("SSL_CK") => &[Job::Encryption, Job::Integrity],
            _ => &Job::ALL,
        };
        assert_eq!(given, expected.iter().copied().collect(), "{}", suite.name());
    }
}

#[test]
fn every_part_of_every_name_has_words_of_its_own() {
    let vague = ["A cipher.", "A hash.", "A curve.", "A key exchange.", "Nobody signs.", "The bits of the key."];
    for entry in ListKey::ALL.into_iter().flat_map(|key| List::of(key).entries) {
        let name = entry.name();
        for part in anatomy(&name) {
            let word = &name[part.range];
            let text = (EN.suites.part)(part.role, word);
            assert!(!text.what.is_empty() && !vague.contains(&text.what), "{name}: {word}");
            assert!(!(EN.suites.role)(part.role).is_empty());
            // A part with a job acts in the handshake or in the record.
            let silent = text.handshake.is_empty() && text.record.is_empty();
            assert!(part.role.jobs().is_empty() || !silent || word.starts_with("EDE"), "{name}: {word}");
        }
    }
}
