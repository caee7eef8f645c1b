//! Certificates of old ends, as OpenSSL and the dissector see them. RFC 3279

use crate::openssl;
use starttls_lab::dissect::x509::{self, pem};
use starttls_lab::scenario::{Certificate, Clock, Party, Path, Scenario, preset};
use starttls_lab::tls::{Names, OldKey, OldPki};

const NAMES: Names<'static> =
    Names { sender: "mail.example.com", between: "mx.example.org", receiver: "mx.example.net" };

fn scenario() -> Scenario {
    let book = preset("book").unwrap().scenario;
    Scenario { client_certificate: Some(Certificate::InternalCa), path: Path::Impostor, clock: Clock::BOOK, ..book }
}

fn pki() -> OldPki {
    OldPki::new(&scenario(), &NAMES, &OldKey::ALL, &OldKey::ALL).unwrap()
}

#[test]
fn openssl_accepts_each_chain_and_its_key() {
    let folder = std::path::PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let file = |name: &str, text: &str| {
        let path = folder.join(name).to_str().unwrap().to_owned();
        std::fs::write(&path, text).unwrap();
        path
    };
    let pki = pki();
    let roots = file("old-roots.pem", &pki.roots().map(pem).collect::<String>());
    let at = Clock::BOOK.unix().to_string();
    for kind in OldKey::ALL {
        let leaf: Vec<_> = pki.chain(Party::Receiver, kind).map(pem).collect();
        let path = file(&format!("old-{kind:?}.pem"), &leaf.concat());
        let arguments =
            ["verify", "-auth_level", "0", "-x509_strict", "-check_ss_sig", "-attime", &at, "-CAfile", &roots];
        let purpose = ["-purpose", "sslserver", "-verify_hostname", NAMES.receiver, &path];
        assert_eq!(openssl::run(&[&arguments[..], &purpose].concat()), format!("{path}: OK\n"), "{kind:?}");
        // The file with the private key is of the key in the certificate.
        let key = folder.join(format!("old-{kind:?}.key"));
        std::fs::write(&key, pki.private_key(Party::Receiver, kind).unwrap()).unwrap();
        let public = openssl::run(&["pkey", "-inform", "DER", "-in", key.to_str().unwrap(), "-pubout"]);
        assert_eq!(openssl::run(&["x509", "-in", &path, "-noout", "-pubkey"]), public, "{kind:?}");
    }
}

#[test]
fn the_dissector_names_all_that_is_in_them() {
    let pki = pki();
    let parties = [Party::Sender, Party::Between, Party::Receiver];
    let mut certificates: Vec<Vec<u8>> = pki.roots().map(<[u8]>::to_vec).collect();
    for (party, kind) in parties.into_iter().flat_map(|party| OldKey::ALL.map(|kind| (party, kind))) {
        certificates.extend(pki.chain(party, kind).map(<[u8]>::to_vec));
    }
    assert_eq!(certificates.len(), 3 + 18);
    for der in &certificates {
        let summary = x509::certificate(der).unwrap();
        let algorithm = match summary.issuer.iter().find(|(kind, _)| kind == "CN").unwrap().1.as_str() {
            name if name.ends_with(", DSA") => "id-dsa-with-sha1",
            name if name.ends_with(", ECDSA") => "ecdsa-with-SHA1",
            // The impostor's own.
            "mx.example.net" => match summary.key.algorithm.as_str() {
                "id-dsa" => "id-dsa-with-sha1",
                "id-ecPublicKey" => "ecdsa-with-SHA1",
                _ => "sha1WithRSAEncryption",
            },
            _ => "sha1WithRSAEncryption",
        };
        assert_eq!(summary.signature_algorithm, algorithm);
        assert!(summary.key.bits.is_some(), "{summary:?}");
        for field in starttls_lab::dissect::field::leaves(&x509::fields(der)) {
            assert!(field.name != "object identifier" || field.value.contains('('), "{field:?}");
        }
        for end in 0..der.len() {
            assert!(x509::certificate(&der[..end]).is_err());
        }
    }
}
