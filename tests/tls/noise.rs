//! Input that is cut, changed or no TLS at all.

use crate::pair::{ALL, End, Lab, lab, plaintext, wire};
use proptest::prelude::*;
use starttls_lab::scenario::{Side, Versions};
use starttls_lab::tls::{Cause, Pki, RustlsError, TlsOutput};

/// What a session of `side` puts out when it only listens, to octets that come in these pieces.
fn listen<'a>(lab: &Lab, pki: &Pki, side: Side, pieces: impl IntoIterator<Item = &'a [u8]>) -> Vec<TlsOutput> {
    End::listen(lab.session(side, pki), pieces)
}

#[test]
fn the_cut_of_the_input_does_not_matter() {
    for versions in [Versions::Tls12, Versions::Tls13] {
        let lab = lab(versions);
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

const GARBAGE: [&[u8]; 8] = [
    b"MAIL FROM:<mallory@evil.example>\r\n",
    b"220 go ahead\r\n",
    b"250-evil\r\n",
    &[0; 64],
    &[22, 3, 1, 0, 0],
    &[22, 3, 3, 0, 4, 99, 0, 0, 0],
    &[21, 3, 3, 0, 3, 1, 2, 3],
    &[23, 3, 3, 0xff, 0xff],
];

#[test]
fn garbage_ends_a_session_with_an_alert_wherever_it_comes() {
    for versions in ALL {
        for side in [Side::Client, Side::Server] {
            for records in 0..8 {
                for garbage in GARBAGE {
                    let mut pair = lab(versions).pair();
                    pair.settle_after(side, records);
                    let end = pair.of(side);
                    let before = end.outputs.len();
                    end.session.receive(garbage);
                    end.drain();
                    let failure = end.failure();
                    let context = format!("{failure:?}, {versions:?}, {side:?}, {records}, {garbage:?}");
                    assert_eq!(failure.alert.expect(&context).0, side, "{context}");
                    let alerts = end.outputs[before..].iter().filter(|o| matches!(o, TlsOutput::Wire(_)));
                    assert_eq!(alerts.count(), 1, "{context}");
                    assert!(end.session.is_dead() && !end.session.is_up());
                    // Dead is dead.
                    end.session.receive(b"anything");
                    end.session.write(b"anything");
                    end.session.close_notify();
                    end.session.end();
                    assert!(end.session.poll().is_none());
                }
            }
        }
    }
}

#[test]
fn clear_text_is_refused_after_five_octets() {
    let mut end = lab(Versions::Both).end(Side::Server);
    end.session.receive(b"MAIL");
    assert!(end.drain().is_empty());
    end.session.receive(b" ");
    end.drain();
    assert!(matches!(end.failure().cause, Cause::Rustls { kind: RustlsError::InvalidMessage, .. }));
    assert_eq!(end.failure().alert, Some((Side::Server, 50)));
    assert_eq!(wire(&end.outputs), [21, 3, 3, 0, 2, 2, 50]);
}

fn side() -> impl Strategy<Value = Side> {
    prop_oneof![Just(Side::Client), Just(Side::Server)]
}

fn versions() -> impl Strategy<Value = Versions> {
    prop::sample::select(ALL.as_slice())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_octets_panic_or_grow(
        side in side(),
        versions in versions(),
        records in 0usize..8,
        // Half of the time it begins like a record.
        header in prop::option::of((20u8..25, 0u8..5, 0u16..700)),
        pieces in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..300), 0..6),
    ) {
        let mut pair = lab(versions).pair();
        pair.settle_after(side, records);
        let end = pair.of(side);
        let before = end.outputs.len();
        if let Some((kind, minor, length)) = header {
            let [high, low] = length.to_be_bytes();
            end.session.receive(&[kind, 3, minor, high, low]);
        }
        pieces.iter().for_each(|piece| end.session.receive(piece));
        end.session.end();
        end.drain();
        prop_assert!(end.outputs.len() - before < 40);
        let closed = matches!(end.outputs.last(), Some(TlsOutput::Closed { .. }));
        prop_assert!(closed || end.session.is_dead());
    }

    #[test]
    fn a_changed_octet_never_changes_the_text(
        side in side(), versions in versions(), at in any::<prop::sample::Index>(), flip in 1u8..,
    ) {
        let lab = lab(versions);
        let pki = lab.pki();
        let mut pair = lab.pair().talk();
        let mut heard = wire(&pair.of(side.other()).outputs);
        let honest = listen(&lab, &pki, side, [heard.as_slice()]);
        *at.get_mut(&mut heard) ^= flip;
        let changed = listen(&lab, &pki, side, [heard.as_slice()]);
        prop_assert!(plaintext(&honest).starts_with(&plaintext(&changed)));
    }
}
