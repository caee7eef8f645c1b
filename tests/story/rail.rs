//! How what is sent is protected, event by event: held against what the ends found and decided, and not against the code that says it.

use crate::scenarios::any_scenario;
use proptest::prelude::*;
use starttls_lab::dissect::dissect;
use starttls_lab::lab::run;
use starttls_lab::policy::Decision;
use starttls_lab::scenario::{Edit, Identity, NextHop, PRESETS, Scenario, Side};
use starttls_lab::story::{Story, Tone};
use starttls_lab::trace::{Actor, Trace, What};
use std::collections::BTreeSet;

/// The events at which the client of a connection decides, once TLS is up.
fn decisions(trace: &Trace, connection: u16) -> impl Iterator<Item = (usize, &Decision)> {
    let here = trace.events.iter().enumerate().filter(move |(_, event)| event.connection == connection);
    let client = here.filter(|(_, event)| event.who == Side::Client);
    let mut is_up = false;
    client.filter_map(move |(id, event)| {
        is_up |= matches!(event.what, What::TlsUp(_));
        match &event.what {
            What::Decided(decision) if is_up => Some((id, decision)),
            _ => None,
        }
    })
}

/// The event at which the sender of a run knows whom it talks to: it demands an identity, has checked the certificate, and goes on all the
/// same connection, which a sender that demands one does on nothing but a certificate that passed.
fn verified(trace: &Trace, scenario: &Scenario, connection: u16) -> Option<usize> {
    let events = || trace.events.iter().enumerate().filter(|(_, event)| event.connection == connection);
    let is_sender = trace.seat(connection, Side::Client).actor == Actor::Sender;
    let demands = scenario.next_hop == NextHop::Edge
        || scenario.next_hop == NextHop::Internet && scenario.demands().identity != Identity::Any;
    let checked = events().find(|(_, event)| event.who == Side::Client && matches!(event.what, What::Checked(_)))?.0;
    let (decided, _) = decisions(trace, connection).find(|(id, _)| *id > checked)?;
    // It goes on: it greets again, and does not leave.
    let next = events().find(|&(id, event)| {
        id > decided && event.who == Side::Client && matches!(event.what, What::Sent { text: Some(_), .. })
    })?;
    let greets = match next.1.what {
        What::Sent { text: Some(span), .. } => trace.octets(span).starts_with(b"EHLO"),
        _ => false,
    };
    (is_sender && demands && greets).then_some(decided)
}

/// Every tone of every event, and those that were seen.
fn tones(scenario: &Scenario) -> Result<BTreeSet<Tone>, TestCaseError> {
    let trace = run(scenario);
    let story = Story::of(&trace, &dissect(&trace));
    let mut seen = BTreeSet::new();
    for (id, event) in trace.events.iter().enumerate() {
        let chapter = story.at(&trace, id);
        let seats = [Side::Client, Side::Server].map(|side| trace.seat(event.connection, side).actor);
        prop_assert_eq!(chapter.tone(id, false), Tone::Readable);
        let inside = chapter.tone(id, true);
        seen.insert(inside);
        // A suite without a cipher hides nothing; tests/truth looks at those.
        if inside == Tone::Readable {
            continue;
        }
        let wanted = match verified(&trace, scenario, event.connection) {
            _ if seats.contains(&Actor::Attacker) => Tone::WithAttacker,
            Some(decided) if id >= decided => Tone::Verified,
            _ => Tone::Sealed,
        };
        prop_assert_eq!(inside, wanted, "event {} of {:?}", id, event.connection);
    }
    Ok(seen)
}

#[test]
fn a_rail_turns_green_at_the_decision_that_verified_and_nowhere_else() {
    let mut seen = BTreeSet::new();
    for preset in PRESETS {
        seen.extend(tones(&preset.scenario).unwrap_or_else(|error| panic!("{}: {error}", preset.name)));
    }
    for tone in [Tone::Sealed, Tone::Verified, Tone::WithAttacker] {
        assert!(seen.contains(&tone), "{tone:?} has not been seen");
    }
}

/// What a beginning says of its events, the whole says of them.
#[test]
fn a_rail_does_not_change_behind_the_step() {
    for preset in PRESETS {
        let trace = run(&preset.scenario);
        let whole = Story::of(&trace, &dissect(&trace));
        for last in (0..trace.events.len()).step_by(3) {
            let beginning = trace.up_to(last);
            let story = Story::of(&beginning, &dissect(&beginning));
            for id in 0..=last {
                let (now, then) = (story.at(&beginning, id).tone(id, true), whole.at(&trace, id).tone(id, true));
                // Whether the suite has a cipher is not known before it is chosen.
                assert!(
                    now == then || then == Tone::Readable,
                    "{} event {id} at {last}: {now:?}, {then:?}",
                    preset.name
                );
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]
    #[test]
    fn in_any_run_too(scenario in any_scenario()) {
        // A host between two servers of one organisation is none of them; the presets have those that meet.
        tones(&scenario.with(Edit::NextHop(NextHop::Internet)))?;
    }
}
