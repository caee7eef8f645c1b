//! A bit of the mail that is flipped on the path: what the ends do about it with every kind of record, and what it does to what is read, beside the
//! text that the client had.

use crate::{linked, with};
use starttls_lab::dissect::damage::DamageEffect;
use starttls_lab::dissect::{dissect, dissect_with};
use starttls_lab::lab::run;
use starttls_lab::scenario::{BitFlip, Edit, OldLine, OldList, Scenario, Side, Switch, TlsStack};
use starttls_lab::smtp::{Delivery, Obstacle};
use starttls_lab::story::say::{FlipEffect, StepClaim, step};
use starttls_lab::text::EN;
use starttls_lab::trace::{EventId, Trace, What};

/// bad_record_mac. RFC 5246 §7.2.2
const BAD_RECORD_MAC: u8 = 20;

fn altered(trace: &Trace) -> EventId {
    trace.events.iter().position(|event| matches!(event.what, What::Altered { .. })).expect("something was altered")
}

/// The message as the client had it.
fn text(trace: &Trace) -> &[u8] {
    match trace.events[altered(trace) - 1].what {
        What::Sent { text: Some(text), .. } => trace.octets(text),
        _ => panic!("no message"),
    }
}

fn delivery(trace: &Trace) -> Option<Delivery> {
    trace.events.iter().find_map(|event| match event.what {
        What::Settled(delivery) => Some(delivery),
        _ => None,
    })
}

/// The suite that an old sender offers alone.
fn forced(scenario: &Scenario) -> &'static str {
    scenario.client_suite.and_then(|list| list.alone()).map_or("", |line| line.name())
}

/// Two ends of today in both versions, and two old ones with each line in each of their versions.
fn sealed() -> Vec<Scenario> {
    let old = |line: OldLine, ssl3| {
        let stack = if line.is_of(TlsStack::Ws2008) { TlsStack::Ws2008 } else { TlsStack::Ws2003 };
        linked("#preset=export-40")
            .with(Edit::ClientStack(stack))
            .with(Edit::ServerStack(stack))
            .with(Edit::ClientSuite(Some(OldList::only(line))))
            .with(Edit::ClientSsl3(ssl3))
    };
    let old = OldLine::all().flat_map(|line| [Switch::Off, Switch::On].map(|ssl3| old(line, ssl3)));
    let new = ["#preset=postfix", "#preset=postfix&server_versions=1.2", "#preset=book"].map(linked);
    // ECDHE has no SSL 3.0.
    old.filter(|scenario| run(scenario).events.iter().any(|event| matches!(event.what, What::TlsUp(_))))
        .chain(new)
        .collect()
}

#[test]
fn inside_tls_it_is_noticed_and_answered_with_one_alert() {
    let scenarios = sealed();
    assert!(scenarios.len() > 40);
    for scenario in scenarios {
        for flip in [BitFlip::Data, BitFlip::End] {
            let trace = run(&scenario.with(Edit::Flip(flip)));
            let name = format!("{} {flip:?}", forced(&scenario));
            let alerts: Vec<_> = trace
                .events
                .iter()
                .filter_map(|event| match &event.what {
                    What::TlsFailed(failure) => Some((event.who, failure.alert)),
                    _ => None,
                })
                .collect();
            let alert = Some((Side::Server, BAD_RECORD_MAC));
            assert_eq!(alerts, [(Side::Server, alert), (Side::Client, alert)], "{name}");
            assert_eq!(delivery(&trace), Some(Delivery::Deferred(Obstacle::ConnectionLost)), "{name}");
            assert!(!trace.events.iter().any(|event| matches!(event.what, What::Stored(_))), "{name}");
        }
    }
}

/// What the modes are made of: a stream passes the bit on, a chain makes another block of the one and passes it on to the next, and an AEAD
/// decrypts nothing. RFC 5246 §6.2.3, SP 800-38A §D
#[test]
fn what_is_read_differs_from_the_text_in_these_places_and_no_other() {
    let (mut streams, mut chains, mut none) = (0, 0, 0);
    for scenario in sealed() {
        let trace = run(&scenario.with(Edit::Flip(BitFlip::Data)));
        let (reading, id) = (dissect(&trace), altered(&trace));
        let damage = reading.damage(id - 1).expect("keys");
        assert_eq!((damage.at, damage.bits), (25, 1));
        let suite = forced(&scenario);
        let DamageEffect::Decrypted(now) = &damage.effect else {
            assert!(suite.is_empty(), "{suite}");
            none += 1;
            continue;
        };
        let text = text(&trace);
        let differing: Vec<(usize, u8)> =
            (0..text.len()).map(|at| (at, text[at] ^ now.octets[at])).filter(|(_, bits)| *bits != 0).collect();
        if suite.contains("_CBC_") {
            let block = if suite.contains("_AES_") { 16 } else { 8 };
            let here = 20 / block * block..(20 / block + 1) * block;
            let (garbled, others): (Vec<_>, Vec<_>) = differing.into_iter().partition(|(at, _)| here.contains(at));
            assert!(garbled.len() > 1, "{suite}");
            assert_eq!(others, [(20 + block, 1)], "{suite}");
            chains += 1;
        } else {
            assert_eq!(differing, [(20, 1)], "{suite}");
            streams += 1;
        }
        let (stands, computed) = now.macs.as_ref().expect("padding is whole");
        assert_ne!(stands, computed, "{suite}");
        // All octets of it belong to fields.
        let layers = reading.layers(&trace, id - 1);
        assert!(layers.iter().any(|layer| layer.octets[..] == now.octets[..]), "{suite}");
    }
    assert!(streams > 10 && chains > 20 && none == 3, "{streams} {chains} {none}");
}

#[test]
fn in_clear_the_mail_arrives_with_another_year_and_nobody_notices() {
    for link in [
        "#preset=not-offered&flip=data",
        "#preset=stripped&flip=data",
        "#preset=null-suite&starttls=not_offered&flip=data",
    ] {
        let scenario = linked(link);
        let trace = run(&scenario);
        assert_eq!(delivery(&trace), Some(Delivery::Delivered), "{link}");
        let date = |trace: &Trace| {
            let stored = trace.events.iter().find_map(|event| match &event.what {
                What::Stored(stored) => Some(String::from_utf8_lossy(trace.octets(stored.message)).into_owned()),
                _ => None,
            });
            stored.expect("it is").lines().find(|line| line.starts_with("Date: ")).map(str::to_owned).expect("a date")
        };
        let whole = run(&scenario.with(Edit::Flip(BitFlip::None)));
        let (now, was) = (date(&trace), date(&whole));
        let changed = now.bytes().zip(was.bytes()).filter(|(now, was)| now != was).count();
        assert_eq!((now.len(), changed), (was.len(), 1), "{now} {was}");
        let flipped = trace.events.iter().rposition(|event| matches!(event.what, What::Altered { .. })).expect("it is");
        with(&trace, |facts| {
            let claim = step(facts, flipped);
            let StepClaim::Flipped(flip) = claim else { panic!("{claim:?}") };
            assert_eq!((flip.octet, flip.does), (21, FlipEffect::InClear), "{link}");
            assert!((EN.inspector.step)(&claim).contains("nobody notices"));
        });
        // There is no record, so it has no end.
        let none = run(&scenario.with(Edit::Flip(BitFlip::End)));
        assert_eq!(none.wire_sha256(), whole.wire_sha256(), "{link}");
    }
}

/// A suite without a cipher: the bit is read by any listener, and the MAC refuses it nonetheless.
#[test]
fn without_keys_only_what_is_not_encrypted_is_compared() {
    for (link, readable) in [("#preset=null-suite&flip=data", true), ("#preset=book-2009&flip=data", false)] {
        let trace = run(&linked(link));
        let tapped = dissect_with(&trace, &[]);
        assert_eq!(tapped.damage(altered(&trace) - 1).is_some(), readable, "{link}");
    }
}
