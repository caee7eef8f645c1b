//! The real ending: an old list in a session with a real end of today, the alert read from the wire, and what the policy does then.

use crate::hello::offer;
use starttls_lab::dissect::facts::MessageFacts;
use starttls_lab::dissect::handshake::{MessageKind, TlsReader};
use starttls_lab::dissect::record::{Item, records};
use starttls_lab::lab::{Cut, Fault, Link, run, run_over};
use starttls_lab::scenario::{Choice, ClientPolicy, Edit, Scenario, Side, TlsStack, Versions, preset};
use starttls_lab::smtp::{Delivery, Gate, Obstacle};
use starttls_lab::suites::{Encounter, ListKey, Peer};
use starttls_lab::tls::{Cause, OldError, RustlsError};
use starttls_lab::trace::{StreamKind, Trace, What};

const OLD: [(TlsStack, ListKey); 2] = [(TlsStack::Ws2003, ListKey::Ws2003), (TlsStack::Ws2008, ListKey::Ws2008)];

fn postfix(policy: ClientPolicy) -> Scenario {
    preset("postfix").expect("a preset").scenario.with(Edit::Policy(policy))
}

/// The messages of one side of the first connection's TLS, read from the octets on the wire.
fn messages(trace: &Trace, side: Side) -> Vec<(MessageKind, MessageFacts)> {
    let stream = trace
        .streams
        .iter()
        .find(|stream| stream.connection == 0 && stream.from == side && stream.layer == StreamKind::Wire);
    let octets = &stream.expect("a stream").bytes;
    // TLS begins behind the line that begins it.
    let line: &[u8] = if side == Side::Client { b"STARTTLS\r\n" } else { b"220 2.0.0 Ready to start TLS\r\n" };
    let start = octets.windows(line.len()).position(|window| window == line).expect("STARTTLS") + line.len();
    let mut reader = TlsReader::default();
    let records = records(octets, start).map(|item| match item {
        Item::Record(record) => &octets[record.start..record.end],
        Item::Tail(tail) => panic!("{tail:?}"),
    });
    records
        .flat_map(|record| reader.read(side, record, &mut Vec::new()).0)
        .map(|message| (message.kind, message.facts))
        .collect()
}

fn fate(trace: &Trace) -> Option<Delivery> {
    trace.events.iter().find_map(|event| match event.what {
        What::Settled(delivery) => Some(delivery),
        _ => None,
    })
}

fn message_in_clear(trace: &Trace) -> bool {
    let wire = trace.streams.iter().filter(|stream| stream.layer == StreamKind::Wire);
    wire.into_iter().any(|stream| stream.bytes.windows(20).any(|window| window == b"Quarterly figures\r\nM"))
}

const FATAL: u8 = 2;
const HANDSHAKE_FAILURE: u8 = 40;

#[test]
fn an_old_client_gets_the_real_alert_of_rustls_for_both_lists_and_every_version_of_the_server() {
    for (stack, list) in OLD {
        for &versions in Versions::ALL {
            let scenario = postfix(ClientPolicy::Opportunistic).with(Edit::ClientStack(stack));
            let trace = run(&scenario.with(Edit::ServerVersions(versions)));
            let hello = messages(&trace, Side::Client);
            let [(MessageKind::Handshake(1), MessageFacts::ClientHello(hello))] = hello.as_slice() else {
                panic!("{hello:?}")
            };
            assert_eq!(hello.suites, offer(&Peer::of(list)).suites, "{stack:?}");
            let answer = messages(&trace, Side::Server);
            let alert = MessageFacts::Alert { level: FATAL, description: HANDSHAKE_FAILURE };
            assert_eq!(answer, [(MessageKind::Alert, alert)], "{stack:?} {versions:?}");
            // What the client says it got is what the wire had, and rustls, who sent it, knows of it too.
            let failed: Vec<_> = trace
                .events
                .iter()
                .filter_map(|event| match &event.what {
                    What::TlsFailed(failure) => Some(failure.alert),
                    _ => None,
                })
                .collect();
            assert_eq!(failed, [Some((Side::Server, HANDSHAKE_FAILURE)); 2]);
        }
    }
}

#[test]
fn too_old_to_talk_ends_in_clear_text_if_tls_is_optional_and_in_the_queue_if_it_is_not() {
    for (stack, _) in OLD {
        for edit in [Edit::ClientStack(stack), Edit::ServerStack(stack)] {
            let clear = run(&postfix(ClientPolicy::Opportunistic).with(edit));
            assert_eq!(fate(&clear), Some(Delivery::Delivered), "{edit:?}");
            assert!(message_in_clear(&clear));
            assert_eq!(clear.events.last().map(|event| event.connection), Some(1));
            let waits = run(&postfix(ClientPolicy::Required).with(edit));
            assert_eq!(fate(&waits), Some(Delivery::Deferred(Obstacle::Policy(Gate::Handshake))), "{edit:?}");
            assert!(!message_in_clear(&waits));
            assert!(waits.events.iter().all(|event| event.connection == 0));
        }
    }
}

#[test]
fn an_old_server_answers_the_hello_of_rustls_with_the_alert_of_its_list() {
    for (stack, _) in OLD {
        for &versions in Versions::ALL {
            let scenario = postfix(ClientPolicy::Required).with(Edit::ServerStack(stack));
            let trace = run(&scenario.with(Edit::ClientVersions(versions)));
            let answer = messages(&trace, Side::Server);
            let alert = MessageFacts::Alert { level: FATAL, description: HANDSHAKE_FAILURE };
            assert_eq!(answer, [(MessageKind::Alert, alert)], "{stack:?} {versions:?}");
            let errors: Vec<_> = trace
                .events
                .iter()
                .filter_map(|event| match &event.what {
                    What::TlsFailed(failure) => Some((event.who, failure.cause.clone())),
                    _ => None,
                })
                .collect();
            let found = (Side::Server, Cause::Old(OldError::NothingInCommon));
            let ended = Cause::Rustls {
                kind: RustlsError::AlertReceived,
                words: "received fatal alert: HandshakeFailure".to_owned(),
            };
            assert_eq!(errors, [found, (Side::Client, ended)]);
        }
    }
}

#[test]
fn cuts_change_nothing_and_damage_ends_all_the_same() {
    for (stack, _) in OLD {
        for edit in [Edit::ClientStack(stack), Edit::ServerStack(stack)] {
            let scenario = postfix(ClientPolicy::Opportunistic).with(edit);
            let whole = run(&scenario);
            let carried: usize = whole
                .streams
                .iter()
                .filter(|stream| stream.layer == StreamKind::Wire)
                .map(|stream| stream.bytes.len())
                .sum();
            for position in 0..carried {
                let at = run_over(&scenario, Link { cut: Cut::At(position), fault: Fault::None });
                assert_eq!(at, whole, "{edit:?} cut at {position}");
                for fault in [Fault::EndsAfter(position), Fault::Flips { position, bits: 0x81 }] {
                    let damaged = run_over(&scenario, Link { cut: Cut::Whole, fault });
                    assert!(fate(&damaged).is_some(), "{edit:?} {fault:?}");
                }
            }
        }
    }
}

/// Each pair of old ends delivers the mail, with the version, suite and group of the model.
#[test]
fn two_old_ends_agree_as_the_model_says() {
    for (client, left) in OLD {
        for (server, right) in OLD {
            let both = postfix(ClientPolicy::Required).with(Edit::ClientStack(client)).with(Edit::ServerStack(server));
            assert_eq!(both.conflict(), None);
            let trace = run(&both);
            assert_eq!(fate(&trace), Some(Delivery::Delivered), "{client:?} {server:?}");
            assert!(!message_in_clear(&trace));
            let chosen = Encounter::of(left, right).negotiation().result.expect("something in common");
            let up: Vec<_> = trace
                .events
                .iter()
                .filter_map(|event| match &event.what {
                    What::TlsUp(facts) => Some((facts.version, u32::from(facts.suite), facts.group)),
                    _ => None,
                })
                .collect();
            let group = chosen.group.map(|group| group.code());
            assert_eq!(up, [(chosen.version, chosen.suite.code.number(), group); 2], "{client:?} {server:?}");
        }
    }
}
