//! What leaks and what does not, each as the runs have it; and that a listener's list never holds what the wire does not.

use crate::scenarios::any_scenario;
use proptest::prelude::*;
use starttls_lab::dissect::{dissect, dissect_with};
use starttls_lab::lab::run;
use starttls_lab::scenario::{PRESETS, Scenario, Side, Versions, preset};
use starttls_lab::story::Story;
use starttls_lab::story::wiretap::{Fact, Learnt, Subject, Wiretap};
use starttls_lab::trace::{StreamKind, Trace};

fn scenario(name: &str) -> Scenario {
    preset(name).expect("a preset").scenario
}

fn of(trace: &Trace) -> Wiretap {
    Wiretap::of(trace, &dissect(trace), &dissect_with(trace, &[]))
}

fn texts<'a>(facts: impl Iterator<Item = &'a Fact>) -> Vec<String> {
    let text = |fact: &Fact| match &fact.value {
        Learnt::Text(text) => text.clone(),
        other => format!("{other:?}"),
    };
    facts.map(text).collect()
}

fn on_the_wire(trace: &Trace, text: &str) -> bool {
    let wire = trace.streams.iter().filter(|stream| stream.layer == StreamKind::Wire);
    wire.into_iter().any(|stream| stream.bytes.windows(text.len().max(1)).any(|window| window == text.as_bytes()))
}

#[test]
fn tls_1_2_shows_the_names_in_both_certificates_and_tls_1_3_hides_them() {
    for (versions, shows) in [(Versions::Tls12, true), (Versions::Tls13, false)] {
        let base = scenario("domain-secured");
        let trace = run(&Scenario { client_versions: versions, server_versions: versions, ..base });
        let tap = of(&trace);
        for side in [Side::Server, Side::Client] {
            let subject = Subject::Certificate(side);
            let (leaked, kept) = (texts(tap.leaked(subject)), texts(tap.kept(subject)));
            assert_eq!((leaked.is_empty(), kept.is_empty()), (!shows, shows), "{side:?} {versions:?}");
        }
        assert_eq!(tap.leaked(Subject::ServerName).count(), 1, "SNI leaks in both");
        assert_eq!(tap.kept(Subject::ServerName).count(), 0);
    }
}

#[test]
fn a_sealed_session_keeps_envelope_and_message_and_one_in_clear_keeps_nothing() {
    let sealed = of(&run(&scenario("book")));
    assert_eq!(sealed.leaked(Subject::Envelope).count() + sealed.leaked(Subject::Message).count(), 0);
    assert_eq!(sealed.kept(Subject::Envelope).count(), 2);
    assert_eq!(sealed.kept(Subject::Message).count(), 1);
    assert_eq!(sealed.leaked(Subject::Sizes).count(), 2);
    let clear = of(&run(&scenario("not-offered")));
    assert_eq!(clear.kept, []);
    assert_eq!(clear.leaked(Subject::Envelope).count(), 2);
    assert_eq!(clear.leaked(Subject::Message).count(), 1);
    assert_eq!(clear.leaked(Subject::Sizes).count(), 0);
}

#[test]
fn a_login_inside_tls_is_known_to_the_ends_alone() {
    let tap = of(&run(&scenario("book-login")));
    assert_eq!(tap.leaked(Subject::Login).count(), 0);
    let login = texts(tap.kept(Subject::Login));
    assert!(login.len() >= 2, "{login:?}");
    assert!(login.iter().all(|word| !word.is_empty()), "{login:?}");
}

#[test]
fn sizes_are_those_of_the_records_on_the_wire() {
    let trace = run(&scenario("book"));
    let tap = of(&trace);
    let sealed: usize = tap
        .leaked(Subject::Sizes)
        .map(|fact| match fact.value {
            Learnt::Sealed { octets, .. } => octets,
            _ => 0,
        })
        .sum();
    let wire = trace.streams.iter().filter(|stream| stream.layer == StreamKind::Wire);
    let all: usize = wire.map(|stream| stream.bytes.len()).sum();
    assert!(sealed > 500 && sealed < all, "{sealed} of {all}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn what_leaked_stands_on_the_wire_and_nothing_is_both(scenario in any_scenario()) {
        let trace = run(&scenario);
        let tap = of(&trace);
        for fact in &tap.leaked {
            prop_assert!(!tap.kept.iter().any(|kept| kept.subject == fact.subject && kept.value == fact.value));
            prop_assert!(fact.event < trace.events.len());
            // What a login's base64 says is not on the wire as it is.
            if let (Learnt::Text(text), true) = (&fact.value, fact.subject != Subject::Login) {
                prop_assert!(on_the_wire(&trace, text), "{fact:?}");
            }
        }
        for fact in &tap.kept {
            if let (Learnt::Text(text), Subject::Envelope) = (&fact.value, fact.subject) {
                prop_assert!(!on_the_wire(&trace, text), "{fact:?}");
            }
        }
    }
}

/// Of one connection it is what a listener beside that connection alone would have: nothing of another's, and together no less than
/// what the whole trace leaks.
#[test]
fn each_connection_has_its_own_listener() {
    let mut several = 0;
    for preset in PRESETS {
        let trace = run(&preset.scenario);
        let (reading, tapped) = (dissect(&trace), dissect_with(&trace, &[]));
        let story = Story::of(&trace, &reading);
        let whole = Wiretap::of(&trace, &reading, &tapped);
        let each: Vec<Wiretap> =
            (story.chapters().iter()).map(|chapter| Wiretap::of_chapter(&trace, &reading, &tapped, chapter)).collect();
        several += usize::from(each.len() > 1);
        for (chapter, tap) in story.chapters().iter().zip(&each) {
            let mut facts = tap.leaked.iter().chain(&tap.kept);
            let connection = chapter.account.connection;
            assert!(facts.all(|fact| trace.events[fact.event].connection == connection), "{}", preset.name);
        }
        for fact in whole.leaked.iter().filter(|fact| !matches!(fact.subject, Subject::Sizes | Subject::Times)) {
            let found = each.iter().flat_map(|tap| &tap.leaked);
            assert!(found.into_iter().any(|other| (other.subject, &other.value) == (fact.subject, &fact.value)));
        }
        if let [only] = each.as_slice() {
            assert_eq!(*only, whole, "{}", preset.name);
        }
    }
    assert!(several > 2);
}
