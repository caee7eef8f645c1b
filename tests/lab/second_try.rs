//! A mail that is put off and comes again: what the second connection's TLS is, and what both ends then know. RFC 5077, RFC 8446 §2.2

use starttls_lab::dissect::dissect;
use starttls_lab::dissect::facts::MessageFacts;
use starttls_lab::lab::run;
use starttls_lab::policy::{Decision, Reason};
use starttls_lab::scenario::{Choice, Edit, Groups, Scenario, SecondTry, Side, Switch, Versions, preset};
use starttls_lab::smtp::{Delivery, Obstacle, SubmitAnswer};
use starttls_lab::story::Story;
use starttls_lab::tls::SessionFacts;
use starttls_lab::trace::{Trace, What};

fn scenarios(second: SecondTry) -> Vec<Scenario> {
    let presets = ["resumed", "book", "domain-secured"].map(|name| preset(name).expect("a preset").scenario);
    let of = |scenario: &Scenario, versions| {
        let edits = [Edit::SecondTry(second), Edit::ClientVersions(versions), Edit::ServerVersions(versions)];
        edits.into_iter().fold(*scenario, Scenario::with)
    };
    presets.iter().flat_map(|scenario| Versions::ALL.iter().map(move |&versions| of(scenario, versions))).collect()
}

/// What each end of each connection knew when TLS was up.
fn sessions(trace: &Trace) -> Vec<(u16, Side, SessionFacts)> {
    let ups = trace.events.iter().filter_map(|event| match &event.what {
        What::TlsUp(facts) => Some((event.connection, event.who, facts.as_ref().clone())),
        _ => None,
    });
    ups.collect()
}

#[test]
fn the_second_connection_is_resumed_where_both_keep_their_sessions() {
    for second in [SecondTry::Full, SecondTry::Resumed] {
        for scenario in scenarios(second) {
            let trace = run(&scenario);
            let resumed: Vec<_> =
                sessions(&trace).iter().map(|(connection, _, facts)| (*connection, facts.resumed)).collect();
            let again = second == SecondTry::Resumed;
            assert_eq!(resumed, [(0, false), (0, false), (1, again), (1, again)], "{scenario:?}");
            let settled = trace.events.iter().filter_map(|event| match event.what {
                What::Settled(delivery) => Some(delivery),
                _ => None,
            });
            let put_off = Delivery::Deferred(Obstacle::Reply(450));
            assert_eq!(settled.collect::<Vec<_>>(), [put_off, Delivery::Delivered], "{scenario:?}");
            // Only the first one is checked anew.
            let checks = |connection| {
                let found =
                    trace.events.iter().filter(|event| event.connection == connection && event.who == Side::Client);
                found.filter(|event| matches!(event.what, What::Checked(_))).count()
            };
            assert_eq!((checks(0), checks(1)), (1, usize::from(!again)), "{scenario:?}");
        }
    }
}

/// The octets alone show it, and the key log opens all of it.
#[test]
fn what_is_resumed_is_seen_and_opened() {
    for scenario in scenarios(SecondTry::Resumed) {
        let trace = run(&scenario);
        let reading = dissect(&trace);
        let story = Story::of(&trace, &reading);
        for (connection, side, facts) in sessions(&trace) {
            let account = &story.chapter(connection).expect("a chapter").account;
            let shown = account.session().expect("a session");
            assert_eq!(shown.resumed, facts.resumed, "{scenario:?} {side:?}");
            assert_eq!((shown.version, shown.suite, shown.group), (facts.version, facts.suite, facts.group));
            assert!(!account.has_unread(), "{scenario:?}");
        }
        let certificates = (0..trace.events.len()).filter(|&id| trace.events[id].connection == 1);
        let shows =
            |id| reading.messages(id).iter().any(|found| matches!(found.facts, MessageFacts::Certificate { .. }));
        assert!(!certificates.into_iter().any(shows), "{scenario:?}");
    }
}

/// The sender judges by what it found in the first session, and the receiver takes it for a partner again.
#[test]
fn the_verdict_is_the_old_one() {
    for &versions in Versions::ALL {
        let edits =
            [Edit::SecondTry(SecondTry::Resumed), Edit::ClientVersions(versions), Edit::ServerVersions(versions)];
        let secured = preset("domain-secured").expect("a preset").scenario;
        let trace = run(&edits.iter().copied().fold(secured, Scenario::with));
        let decided = |connection| {
            let here = trace.events.iter().filter(move |event| event.connection == connection);
            here.filter_map(|event| if let What::Decided(decision) = &event.what { Some(decision) } else { None })
        };
        for connection in [0, 1] {
            let partner =
                |decision: &Decision| decision.receiver().is_some_and(|one| one.answer == SubmitAnswer::Partner);
            assert!(decided(connection).any(partner), "{versions:?}");
            let mut passed =
                decided(connection).flat_map(Decision::because).filter(|one| one.reason == Reason::CertificatePassed);
            let event = passed.next().and_then(|because| because.event).expect("what it was found in");
            assert_eq!(trace.events[event].connection, 0, "{versions:?}");
            assert!(matches!(trace.events[event].what, What::Checked(_)));
        }
        // Without the import, the old verdict is a failure, and stays one.
        let failing = secured.with(Edit::ServerCertificate(starttls_lab::scenario::Certificate::InternalCa));
        let failing = failing.with(Edit::SenderImports(Switch::Off)).with(Edit::SecondTry(SecondTry::Resumed));
        assert!(!run(&failing).events.iter().any(|event| matches!(event.what, What::Stored(_))));
    }
}

/// With a ticket beside the hybrid's share it is longer than the segment of an Ethernet.
#[test]
fn a_resuming_hybrid_hello_is_longer_than_a_segment() {
    let scenario = preset("post-quantum").expect("a preset").scenario.with(Edit::SecondTry(SecondTry::Resumed));
    let trace = run(&scenario.with(Edit::ClientGroups(Groups::HybridFirst)));
    let reading = dissect(&trace);
    let hellos = (0..trace.events.len())
        .filter(|&id| reading.messages(id).iter().any(|found| matches!(found.facts, MessageFacts::ClientHello(_))));
    let lengths: Vec<usize> = hellos
        .filter_map(|id| match trace.events[id].what {
            What::Sent { wire, .. } => Some(wire.len()),
            _ => None,
        })
        .collect();
    let [first, second] = lengths[..] else { panic!("{lengths:?}") };
    assert!(first <= 1460 && second > 1460, "{lengths:?}");
}
