//! The field trees: leaves tile their buffer whatever it holds, and they say what others say of the same octets.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;
use starttls_lab::dissect::field::{Field, Kind, leaves};
use starttls_lab::dissect::x509::{self, certificate, name_line, pem};
use starttls_lab::scenario::preset;
use starttls_lab::tls::Pki;
use std::ops::Range;

/// Every octet of the range is in exactly one leaf, children fill their parents, and everything has a name.
fn tile(fields: &[Field], range: Range<usize>) {
    let mut at = range.start;
    for field in fields {
        assert_eq!(field.range.start, at, "{field:?}");
        assert!(!field.range.is_empty(), "{field:?}");
        assert!(!field.name.is_empty(), "{field:?}");
        if !field.children.is_empty() {
            tile(&field.children, field.range.clone());
        }
        at = field.range.end;
    }
    assert_eq!(at, range.end, "{fields:?}");
}

fn malformed(fields: &[Field]) -> Vec<&Field> {
    fields
        .iter()
        .flat_map(|field| {
            let own = (field.kind == Kind::Malformed).then_some(field);
            own.into_iter().chain(malformed(&field.children))
        })
        .collect()
}

/// Fields of this name, in order, at any depth.
fn named<'a>(fields: &'a [Field], name: &str) -> Vec<&'a Field> {
    fields
        .iter()
        .flat_map(|field| {
            let own = (field.name == name).then_some(field);
            own.into_iter().chain(named(&field.children, name))
        })
        .collect()
}

fn values(fields: &[Field], name: &str) -> Vec<String> {
    named(fields, name).iter().map(|field| field.value.clone()).collect()
}

/// The DER of a file in PEM.
fn der(pem: &str) -> Vec<u8> {
    let text: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    STANDARD.decode(text).expect("base64")
}

const EVERY_EXTENSION: &str = include_str!("data/certificates/every-extension.pem");

#[test]
fn a_certificate_says_what_openssl_says_of_it() {
    let der = der(EVERY_EXTENSION);
    assert_eq!(pem(&der), EVERY_EXTENSION);
    let found = certificate(&der).expect("a certificate");
    let name =
        "C=DE, ST=Somewhere, L=Town, O=Example, OU=Post, CN=mail.example.org, emailAddress=postmaster@example.org";
    assert_eq!((name_line(&found.subject).as_str(), name_line(&found.issuer).as_str()), (name, name));
    assert_eq!((found.version, found.serial.as_slice()), (3, [0, 0xDE, 0xAD, 0xBE, 0xEF, 1].as_slice()));
    assert_eq!(found.signature_algorithm, "sha384WithRSAEncryption");
    assert_eq!(found.not_after - found.not_before, 30_000 * 86_400);
    assert_eq!(found.not_before, 1_795_581_353, "2026-11-25 04:35:53 UTC");
    assert_eq!((found.key.algorithm.as_str(), found.key.bits, found.key.curve), ("rsaEncryption", Some(2048), None));
    assert_eq!(found.dns_names, ["mail.example.org", "mx.example.net"]);
    assert_eq!(found.addresses, ["192.0.2.25", "2001:db8::25"]);
    assert_eq!(found.key_usage.unwrap(), ["digitalSignature", "keyCertSign", "cRLSign"]);
    assert_eq!(found.extended_key_usage.unwrap(), ["serverAuth", "clientAuth", "1.3.6.1.4.1.311.10.3.4"]);
    assert_eq!((found.is_ca, found.path_length), (Some(true), Some(2)));
    assert_eq!(found.subject_key_identifier, found.authority_key_identifier);
    assert_eq!(found.subject_key_identifier.expect("an identifier").len(), 20);

    let fields = x509::fields(&der);
    tile(&fields, 0..der.len());
    assert!(malformed(&fields).is_empty());
    assert_eq!(
        values(&fields, "Extension"),
        [
            "basicConstraints, critical",
            "keyUsage, critical",
            "extKeyUsage",
            "subjectAltName",
            "issuerAltName",
            "subjectKeyIdentifier",
            "authorityKeyIdentifier",
            "cRLDistributionPoints",
            "authorityInfoAccess",
            "certificatePolicies",
            "nameConstraints",
            "tlsFeature",
            "1.2.3.4.5",
            "1.2.3.4.6",
        ]
    );
    let uris = [
        "smtp://mail.example.org",
        "http://crl.example.org/1.crl",
        "http://ocsp.example.org/",
        "http://ca.example.org/ca.crt",
    ];
    assert_eq!(values(&fields, "uniformResourceIdentifier"), uris);
    assert_eq!(values(&fields, "PolicyInformation"), ["domain-validated", "1.3.6.1.4.1.99999.1"]);
    assert!(
        leaves(&fields).iter().all(|field| field.source.starts_with("RFC 5280 §") || field.source == "RFC 3279 §2.3.1")
    );
}

#[test]
fn the_lab_s_own_certificates_are_read() {
    let scenario = preset("book").expect("a preset").scenario;
    let pki = Pki::new(&scenario, "mail.example.net").expect("certificates");
    let root = certificate(pki.root()).expect("a certificate");
    assert_eq!((root.is_ca, root.subject == root.issuer), (Some(true), true));
    let leaf = certificate(pki.server_chain().next().expect("a leaf")).expect("a certificate");
    assert_eq!((leaf.issuer.as_slice(), leaf.is_ca), (root.subject.as_slice(), Some(false)));
    assert_eq!(leaf.dns_names, ["mail.example.net"]);
    assert_eq!(leaf.authority_key_identifier, root.subject_key_identifier);
    assert_eq!((leaf.key.algorithm.as_str(), leaf.key.curve.as_deref()), ("id-ecPublicKey", Some("secp256r1")));
    assert_eq!(leaf.extended_key_usage.expect("purposes"), ["serverAuth", "clientAuth"]);
    assert_eq!(
        (leaf.serial.as_slice(), leaf.signature_algorithm.as_str()),
        ([0x10, 1].as_slice(), "ecdsa-with-SHA256")
    );
    let now = scenario.clock.unix() as i64;
    assert!(leaf.not_before < now && now < leaf.not_after);
}

#[test]
fn a_defect_in_one_extension_leaves_the_others() {
    let mut der = der(EVERY_EXTENSION);
    let at = der.windows(3).position(|octets| octets == [0x55, 0x1D, 0x25]).expect("extKeyUsage");
    // Its OCTET STRING holds a SEQUENCE, which now says that it is longer than it is.
    der[at + 6] += 1;
    let fields = x509::fields(&der);
    tile(&fields, 0..der.len());
    assert_eq!(malformed(&fields).len(), 1, "{:?}", malformed(&fields));
    assert_eq!(values(&fields, "Extension").len(), 14);
    assert!(certificate(&der).is_err());
}

proptest! {
    #[test]
    fn any_octets_are_a_certificate_s_fields(octets: Vec<u8>) {
        tile(&x509::fields(&octets), 0..octets.len());
        prop_assert!(certificate(&octets).is_err());
    }

    #[test]
    fn a_damaged_certificate_is_read(damage: Vec<(prop::sample::Index, u8)>, cut: prop::sample::Index, cuts: bool) {
        let mut der = der(EVERY_EXTENSION);
        for (at, mask) in damage {
            let at = at.index(der.len());
            der[at] ^= mask;
        }
        if cuts {
            der.truncate(cut.index(der.len()));
        }
        let fields = x509::fields(&der);
        tile(&fields, 0..der.len());
        prop_assert_eq!(certificate(&der).is_ok(), malformed(&fields).is_empty() && !cuts);
    }
}
