//! Input that is cut, changed or no TLS at all.

use crate::lab::{Old, VERSIONS, old};
use crate::pair::{End, Pair, wire};
use proptest::prelude::*;
use starttls_lab::registry::Version;
use starttls_lab::registry::suites::*;
use starttls_lab::scenario::Side;
use starttls_lab::tls::{Cause, OldError, OldKey, OldPki, TlsOutput};

/// One of each kind: stream, CBC, none; every exchange; with a certificate of the client's.
fn samples() -> Vec<Old> {
    let mut asking = old(Version::TLS10, TLS_RSA_WITH_3DES_EDE_CBC_SHA, OldKey::Rsa1024);
    (asking.asks, asking.client_key) = (true, Some(OldKey::Dsa1024));
    let mut curve = old(Version::TLS12, TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA, OldKey::P256);
    curve.groups.truncate(1);
    vec![
        asking,
        curve,
        old(Version::SSL3, TLS_RSA_WITH_RC4_128_MD5, OldKey::Rsa1024),
        old(Version::TLS10, TLS_RSA_EXPORT_WITH_RC2_CBC_40_MD5, OldKey::Rsa1024),
        old(Version::TLS11, TLS_DHE_DSS_WITH_AES_256_CBC_SHA, OldKey::Dsa1024),
        old(Version::TLS12, TLS_RSA_WITH_NULL_SHA, OldKey::Rsa1024),
    ]
}

/// What an end of `side` puts out when it only listens, to octets that come in these pieces.
fn listen<'a>(lab: &Old, pki: &OldPki, side: Side, pieces: impl IntoIterator<Item = &'a [u8]>) -> Vec<TlsOutput> {
    End::listen(lab.engine(side, pki), pieces)
}

#[test]
fn the_cut_of_the_input_does_not_matter() {
    for lab in samples() {
        let pki = lab.pki();
        let pair = lab.pair().talk();
        for (side, heard) in [(Side::Client, wire(&pair.server.outputs)), (Side::Server, wire(&pair.client.outputs))] {
            let whole = listen(&lab, &pki, side, [heard.as_slice()]);
            assert_eq!(whole.last(), Some(&TlsOutput::Closed { clean: true }));
            assert_eq!(listen(&lab, &pki, side, heard.chunks(1)), whole, "octet by octet");
            for cut in 1..heard.len() {
                let (first, second) = heard.split_at(cut);
                assert_eq!(listen(&lab, &pki, side, [first, second]), whole, "{side:?}, cut at {cut}");
            }
        }
    }
}

/// Octets of one side, one of them changed, and after them the end of the connection.
fn with_flip(lab: &Old, pki: &OldPki, from: Side, place: usize, bits: u8) -> Option<Pair> {
    let end = |side| End { session: lab.engine(side, pki), outputs: Vec::new() };
    let mut pair = Pair { client: end(Side::Client), server: end(Side::Server) };
    let mut carried = 0;
    let mut hit = false;
    loop {
        let (from_client, from_server) = (wire(&pair.client.drain()), wire(&pair.server.drain()));
        if from_client.is_empty() && from_server.is_empty() {
            break;
        }
        for (side, mut octets) in [(Side::Client, from_client), (Side::Server, from_server)] {
            if side == from {
                if let Some(octet) = place.checked_sub(carried).and_then(|at| octets.get_mut(at)) {
                    *octet ^= bits;
                    hit = true;
                }
                carried += octets.len();
            }
            pair.of(side.other()).session.receive(&octets);
        }
    }
    for side in [Side::Client, Side::Server] {
        pair.of(side).session.end();
        pair.of(side).drain();
    }
    hit.then_some(pair)
}

#[test]
fn each_flipped_octet_of_a_handshake_ends_in_a_failure() {
    for lab in samples() {
        let pki = lab.pki();
        let mut unharmed = 0;
        for from in [Side::Client, Side::Server] {
            for bits in [0x01, 0x80] {
                for place in 0.. {
                    let Some(pair) = with_flip(&lab, &pki, from, place, bits) else { break };
                    let ends = [&pair.client, &pair.server];
                    let failed = ends.map(|end| end.outputs.iter().any(|o| matches!(o, TlsOutput::Failed(_))));
                    // The last flight is the server's: who sent it believes that all is well.
                    let is_up = ends.map(|end| end.outputs.iter().any(|o| matches!(o, TlsOutput::Up(_))));
                    match (failed, is_up) {
                        ([true, _], _) => {}
                        // The version in the header of a side's first record says nothing. RFC 5246 §E.1
                        _ => {
                            assert_eq!(place, 2, "{:?} {from:?} {failed:?} {is_up:?}", lab.client);
                            unharmed += 1;
                        }
                    }
                }
            }
        }
        assert_eq!(unharmed, 4);
    }
}

#[test]
fn a_wrong_mac_and_a_wrong_padding_are_one_alert() {
    for version in VERSIONS {
        for suite in [TLS_RSA_WITH_3DES_EDE_CBC_SHA, TLS_RSA_WITH_RC4_128_SHA, TLS_RSA_WITH_NULL_MD5] {
            let mut found = Vec::new();
            let lab = old(version, suite, OldKey::Rsa1024);
            let record = |pair: &mut Pair| {
                pair.settle();
                pair.client.session.write(b"MAIL FROM:<a@example.com> and more than a block");
                wire(&pair.client.drain())
            };
            let length = record(&mut lab.pair()).len();
            for place in 5..length {
                let mut pair = lab.pair();
                let mut octets = record(&mut pair);
                octets[place] ^= 0x10;
                pair.server.session.receive(&octets);
                pair.settle();
                let (server, client) = (pair.server.failure(), pair.client.failure());
                assert_eq!(server.alert, client.alert);
                assert!(!pair.server.outputs.iter().any(|o| matches!(o, TlsOutput::Plaintext(_))));
                found.push((server.cause, server.alert));
            }
            found.dedup();
            let expected = (Cause::Old(OldError::BadRecord), Some((Side::Server, 20)));
            assert_eq!(found, [expected], "{version:?} {}", suite.name());
        }
    }
}

const GARBAGE: [(&[u8], u8); 9] = [
    (b"MAIL FROM:<mallory@evil.example>\r\n", 10),
    (b"220 go ahead\r\n", 10),
    (&[0; 64], 10),
    (&[22, 3, 1, 0, 0], 10),
    (&[22, 3, 1, 0, 4, 99, 0, 0, 0], 10),
    (&[21, 3, 1, 0, 3, 1, 2, 3], 50),
    (&[23, 3, 1, 0x40, 0x01], 22),
    (&[23, 3, 1, 0, 1, 0], 10),
    (&[22, 3, 1, 0, 4, 2, 0xFF, 0, 0], 47),
];

#[test]
fn garbage_before_anything_is_agreed_has_its_alert() {
    let lab = old(Version::TLS10, TLS_RSA_WITH_RC4_128_SHA, OldKey::Rsa1024);
    let pki = lab.pki();
    for side in [Side::Client, Side::Server] {
        for (garbage, alert) in GARBAGE {
            let outputs = listen(&lab, &pki, side, [garbage]);
            let Some(TlsOutput::Failed(failure)) = outputs.last() else { panic!("{garbage:?}: {outputs:?}") };
            assert_eq!(failure.alert, Some((side, alert)), "{garbage:?}: {failure:?}");
            let Some(TlsOutput::Wire(record)) = outputs.iter().rev().nth(1) else { panic!("{outputs:?}") };
            assert_eq!(record[..], [21, 3, 1, 0, 2, 2, alert]);
        }
    }
}

#[test]
fn an_end_that_is_closed_early_says_so_once() {
    for lab in samples() {
        for records in 0..7 {
            for side in [Side::Client, Side::Server] {
                let mut pair = lab.pair();
                pair.settle_after(side, records);
                let end = pair.of(side);
                let is_up = end.session.is_up();
                end.session.end();
                end.session.end();
                end.drain();
                let closed = end.outputs.iter().filter(|o| matches!(o, TlsOutput::Closed { clean: false })).count();
                let failed = end.outputs.iter().filter(|o| matches!(o, TlsOutput::Failed(_))).count();
                assert_eq!((closed, failed), if is_up { (1, 0) } else { (0, 1) });
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_octets_at_any_place_end_or_wait(
        sample in 0..6usize,
        records in 0..8usize,
        client: bool,
        noise in prop::collection::vec(any::<u8>(), 0..600),
        header in prop::option::of((20..24u8, 0..4u8)),
    ) {
        let lab = &samples()[sample];
        let side = if client { Side::Client } else { Side::Server };
        let mut pair = lab.pair();
        pair.settle_after(side, records);
        let mut octets = Vec::new();
        if let Some((kind, minor)) = header {
            octets.extend([kind, 3, minor, (noise.len() >> 8) as u8, noise.len() as u8]);
        }
        octets.extend(noise);
        let end = pair.of(side);
        end.session.receive(&octets);
        end.session.end();
        end.drain();
        let is_over = |o: &TlsOutput| matches!(o, TlsOutput::Failed(_) | TlsOutput::Closed { .. });
        prop_assert_eq!(end.outputs.iter().filter(|o| is_over(o)).count(), 1);
    }
}
