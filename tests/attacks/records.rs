//! TLS records and messages that no honest end sends. RFC 8446 §5, §6; RFC 5246 §6, §7

use crate::pair::{ALL, lab, wire};
use starttls_lab::scenario::{Side, Versions};
use starttls_lab::tls::TlsOutput;

const UNEXPECTED_MESSAGE: u8 = 10;
const BAD_RECORD_MAC: u8 = 20;
const RECORD_OVERFLOW: u8 = 22;
const DECODE_ERROR: u8 = 50;

#[test]
fn a_second_client_hello_is_unexpected() {
    for versions in ALL {
        let lab = lab(versions);
        let mut pair = lab.pair();
        let hello = wire(&pair.client.drain());
        pair.server.session.receive(&hello);
        pair.server.drain();
        pair.server.session.receive(&hello);
        pair.server.drain();
        // In TLS 1.3 the client's next record is sealed, and this one does not open.
        let expected = if versions == Versions::Tls12 { UNEXPECTED_MESSAGE } else { BAD_RECORD_MAC };
        assert_eq!(pair.server.failure().alert, Some((Side::Server, expected)), "{versions:?}");
        assert!(!pair.server.outputs.iter().any(|output| matches!(output, TlsOutput::Up(_))));
    }
}

#[test]
fn records_of_length_zero_bring_nothing_about() {
    for versions in ALL {
        for kind in [20, 21, 22, 23] {
            for side in [Side::Client, Side::Server] {
                let mut end = lab(versions).end(side);
                end.drain();
                for _ in 0..1_000 {
                    end.session.receive(&[kind, 3, 3, 0, 0]);
                }
                let after = end.drain();
                assert!(after.iter().filter(|output| matches!(output, TlsOutput::Wire(_))).count() <= 1, "{after:?}");
                assert!(!end.outputs.iter().any(|output| matches!(output, TlsOutput::Up(_) | TlsOutput::Plaintext(_))));
                // RFC 8446 §5.1: no such record of handshake or alert may be sent.
                if matches!(kind, 21 | 22) {
                    let (who, alert) = end.failure().alert.expect("an alert");
                    assert!(
                        who == side && matches!(alert, UNEXPECTED_MESSAGE | DECODE_ERROR),
                        "{kind} {side:?} {alert}"
                    );
                }
            }
        }
    }
}

#[test]
fn a_record_over_the_limit_is_refused_by_its_header() {
    for versions in ALL {
        for side in [Side::Client, Side::Server] {
            for length in [(1_u16 << 14) + 2_049, 0xFFFF] {
                let mut end = lab(versions).end(side);
                end.drain();
                end.session.receive(&[22, 3, 3, length.to_be_bytes()[0], length.to_be_bytes()[1]]);
                end.drain();
                let (who, alert) = end.failure().alert.expect("an alert");
                assert!(who == side && matches!(alert, RECORD_OVERFLOW | DECODE_ERROR), "{side:?} {alert}");
            }
        }
    }
}

/// 2^14 octets and 256 is what TLS 1.3 allows for a sealed record, and 2,048 what TLS 1.2 did (RFC 8446 §5.2, RFC 5246 §6.2.3).
#[test]
fn a_sealed_record_over_the_limit_never_becomes_text() {
    for versions in ALL {
        let mut pair = lab(versions).pair();
        pair.settle();
        let length = (1_u16 << 14) + 257;
        let record = [&[23, 3, 3], length.to_be_bytes().as_slice(), &vec![0; usize::from(length)]].concat();
        pair.server.session.receive(&record);
        let after = pair.server.drain();
        assert!(pair.server.failure().alert.is_some());
        assert!(!after.iter().any(|output| matches!(output, TlsOutput::Plaintext(_))), "{versions:?}");
    }
}

#[test]
fn a_thousand_warnings_are_not_listened_to() {
    // no_renegotiation, user_canceled, unrecognized_name
    for number in [100, 90, 112] {
        for versions in ALL {
            for side in [Side::Client, Side::Server] {
                let mut end = lab(versions).end(side);
                end.drain();
                for _ in 0..1_000 {
                    end.session.receive(&[21, 3, 3, 0, 2, 1, number]);
                }
                let after = end.drain();
                assert!(after.iter().filter(|output| matches!(output, TlsOutput::Wire(_))).count() <= 1, "{after:?}");
                assert!(end.session.is_dead(), "{number} {versions:?} {side:?}: it goes on listening");
            }
        }
    }
}

/// Messages of TLS 1.3 that a middlebox may send, as many as it likes: they stand for nothing, but not without end.
#[test]
fn endless_change_cipher_specs_end() {
    let mut pair = lab(Versions::Tls13).pair();
    let hello = wire(&pair.client.drain());
    pair.server.session.receive(&hello);
    pair.server.drain();
    for _ in 0..1_000 {
        pair.server.session.receive(&[20, 3, 3, 0, 1, 1]);
    }
    assert!(pair.server.drain().len() <= 2);
}
