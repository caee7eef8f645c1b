//! Certificates that are large or strange. They come from a server in TLS 1.2, where they are in clear: an honest flight, with another
//! certificate in it. The client looks at it, finds what it finds, and ends with the signature that does not fit.

use crate::pair::{End, HOST, lab, wire};
use rcgen::{
    CertificateParams, CustomExtension, DnType, PublicKeyData, SanType, SerialNumber, SignatureAlgorithm, SigningKey,
};
use starttls_lab::dissect::field::leaves;
use starttls_lab::dissect::record::{Item, records};
use starttls_lab::dissect::x509;
use starttls_lab::scenario::{Side, Versions};
use starttls_lab::tls::{Cause, CertificateCheck, TlsOutput, Verdict};

/// A key that signs nothing: the certificate is strange enough without.
struct NoKey;

impl PublicKeyData for NoKey {
    fn der_bytes(&self) -> &[u8] {
        &[4; 65]
    }

    fn algorithm(&self) -> &'static SignatureAlgorithm {
        &rcgen::PKCS_ECDSA_P256_SHA256
    }
}

impl SigningKey for NoKey {
    fn sign(&self, _: &[u8]) -> Result<Vec<u8>, rcgen::Error> {
        Ok(vec![0; 70])
    }
}

fn certificate(change: impl FnOnce(&mut CertificateParams)) -> Vec<u8> {
    let mut params = CertificateParams::new(vec![HOST.to_owned()]).expect("a name");
    params.serial_number = Some(SerialNumber::from(1));
    change(&mut params);
    params.self_signed(&NoKey).expect("a certificate").der().to_vec()
}

/// A client that has been shown this chain.
fn shown(chain: &[&[u8]]) -> End {
    let lab = lab(Versions::Tls12);
    let mut pair = lab.pair();
    let hello = wire(&pair.client.drain());
    pair.server.session.receive(&hello);
    let flight = wire(&pair.server.drain());
    let mut messages = Vec::new();
    for item in records(&flight, 0) {
        let Item::Record(record) = item else { panic!("{item:?}") };
        messages.extend_from_slice(&flight[record.start + 5..record.end]);
    }
    let length = |octets: usize| octets.to_be_bytes()[5..].to_vec();
    let list: Vec<u8> = chain.iter().flat_map(|der| [length(der.len()), der.to_vec()].concat()).collect();
    let body = [length(list.len()), list].concat();
    let (mut changed, mut rest) = (Vec::new(), messages.as_slice());
    while let [kind, high, middle, low, ..] = *rest {
        let end = 4 + usize::from(high) * 65_536 + usize::from(middle) * 256 + usize::from(low);
        match kind {
            11 => changed.extend([vec![11], length(body.len()), body.clone()].concat()),
            _ => changed.extend_from_slice(&rest[..end]),
        }
        rest = &rest[end..];
    }
    for piece in changed.chunks(1 << 14) {
        let header = [22, 3, 3, (piece.len() >> 8) as u8, piece.len() as u8];
        pair.client.session.receive(&[&header, piece].concat());
    }
    pair.client.drain();
    pair.client
}

/// What a client makes of this chain: its check, and how it ended.
fn presented(chain: &[&[u8]]) -> (Option<CertificateCheck>, Cause) {
    let client = shown(chain);
    let failure = client.failure();
    assert!(!client.outputs.iter().any(|output| matches!(output, TlsOutput::Up(_))));
    assert!(failure.alert.is_none_or(|(who, _)| who == Side::Client));
    let check =
        client.outputs.iter().find_map(|o| if let TlsOutput::Checked(check) = o { Some(check.clone()) } else { None });
    (check, failure.cause)
}

#[test]
fn the_honest_chain_in_this_way_passes_every_check() {
    let pki = lab(Versions::Tls12).pki();
    let chain: Vec<&[u8]> = pki.chain(starttls_lab::scenario::Party::Receiver).collect();
    // The harness is no attack by itself: the client goes on.
    let client = shown(&chain);
    assert!(!client.session.is_dead());
    let check = client.check();
    assert_eq!(check.presented, chain);
    assert!(check.passes());
}

#[test]
fn a_certificate_of_100_kb_is_more_than_a_handshake_may_hold() {
    let large = certificate(|params| {
        params.custom_extensions.push(CustomExtension::from_oid_content(&[1, 2, 3, 4], vec![0x04; 100_000]));
    });
    assert!(large.len() > 100_000);
    let (check, cause) = presented(&[&large]);
    assert!(check.is_none() && matches!(cause, Cause::Rustls { .. }), "{cause:?}");
    // Read from a file it is read all the same.
    assert!(x509::certificate(&large).is_ok());
}

#[test]
fn a_thousand_names_are_read_and_the_one_is_found() {
    let many = certificate(|params| {
        for number in 0..1_000 {
            params.subject_alt_names.insert(0, SanType::DnsName(format!("host{number}.example").try_into().unwrap()));
        }
    });
    let (check, _) = presented(&[&many]);
    let check = check.expect("a check");
    assert_eq!((check.names.len(), &check.name), (1_001, &Verdict::Pass));
    assert!(matches!(check.chain, Verdict::Fail(_)));
    assert_eq!(x509::certificate(&many).expect("a certificate").dns_names.len(), 1_001);
}

/// CVE-2009-2408: a name that a C string ends early.
#[test]
fn cve_2009_2408_a_nul_does_not_end_a_name() {
    for name in [
        format!("{HOST}\0.evil.example"),
        format!("{HOST}\0"),
        format!("\0{HOST}"),
        format!("{HOST}\n"),
        format!("*\0.{HOST}"),
    ] {
        let strange = certificate(|params| {
            params.subject_alt_names = vec![SanType::DnsName(name.clone().try_into().unwrap())];
            params.distinguished_name.push(DnType::CommonName, format!("{HOST}\0.evil.example\r\n\u{1b}[31m"));
        });
        let (check, _) = presented(&[&strange]);
        let check = check.expect("a check");
        assert_ne!(check.name, Verdict::Pass, "{name:?}");
        assert!(check.names.iter().all(|name| name.chars().all(|c| !c.is_control())), "{:?}", check.names);
        let read = x509::certificate(&strange).expect("a certificate");
        let shown = format!("{}{}", x509::name_line(&read.subject), read.dns_names.concat());
        let fields = x509::fields(&strange);
        for text in leaves(&fields).iter().map(|leaf| leaf.value.as_str()).chain([shown.as_str()]) {
            assert!(!text.chars().any(char::is_control), "{text:?}");
        }
    }
}

#[test]
fn a_chain_of_a_thousand_certificates_ends() {
    let small = certificate(|_| {});
    let chain = vec![small.as_slice(); 1_000];
    let (check, cause) = presented(&chain);
    assert!(check.is_none() && matches!(cause, Cause::Rustls { .. }));
    let (check, _) = presented(&chain[..100]);
    assert!(matches!(check.expect("a check").chain, Verdict::Fail(_)));
}

#[test]
fn what_is_no_certificate_is_no_certificate() {
    for octets in [&[][..], &[0x30], &[0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF], &[0; 1_000]] {
        let (check, cause) = presented(&[octets]);
        assert!(matches!(cause, Cause::Rustls { .. }));
        assert!(check.is_none_or(|check| check.chain != Verdict::Pass));
    }
    let (_, cause) = presented(&[]);
    assert!(matches!(cause, Cause::Rustls { .. }));
}
