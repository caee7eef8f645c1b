//! Every step stands under a part of its own connection, and under none that its octets contradict.

use crate::scenarios::any_scenario;
use proptest::prelude::*;
use starttls_lab::dissect::dissect;
use starttls_lab::grid;
use starttls_lab::lab::run;
use starttls_lab::scenario::{PRESETS, Scenario, preset};
use starttls_lab::story::{Checkpoint, Part, Story};
use starttls_lab::trace::{Trace, What};

/// The first octets of what was sent with an event, where they are text.
fn text(trace: &Trace, id: usize) -> Option<String> {
    match trace.events[id].what {
        What::Sent { text: Some(span), .. } => Some(String::from_utf8_lossy(trace.octets(span)).into_owned()),
        _ => None,
    }
}

fn stand_under_their_parts(scenario: &Scenario) -> Result<(), TestCaseError> {
    let trace = run(scenario);
    let story = Story::of(&trace, &dissect(&trace));
    for (id, event) in trace.events.iter().enumerate() {
        let chapter = story.at(&trace, id);
        prop_assert_eq!(chapter.account.connection, event.connection);
        let part = chapter.part(id);
        let begins = chapter.parts().find(|(one, _)| *one == part).and_then(|(_, first)| first);
        if let Some(first) = begins {
            prop_assert_eq!(trace.events[first].connection, event.connection, "{:?} at {}", part, id);
        }
        let Some(line) = text(&trace, id) else { continue };
        // What is readable stands under no part that is inside TLS.
        if !trace.sealed(event) {
            prop_assert!(
                !matches!(part, Part::Point(Checkpoint::Reset | Checkpoint::AuthInsideTls)),
                "{} in clear stands under {:?}: {}",
                id,
                part,
                line
            );
        }
        // By the verbs alone.
        let verb = line.split([' ', ':', '\r']).next().unwrap_or_default();
        if event.who == starttls_lab::scenario::Side::Client {
            match verb {
                "MAIL" | "RCPT" | "DATA" => prop_assert_eq!(part, Part::Mail, "{}", line),
                "QUIT" => prop_assert_eq!(part, Part::Goodbye, "{}", line),
                "EHLO" | "STARTTLS" => prop_assert!(matches!(part, Part::Point(_)), "{} under {:?}", line, part),
                _ => {}
            }
        }
    }
    Ok(())
}

#[test]
fn in_every_preset_and_every_cell() {
    let presets = PRESETS.iter().map(|preset| preset.scenario);
    let cells = grid::places().map(|(policy, situation)| grid::scenario(policy, situation));
    for scenario in presets.chain(cells) {
        stand_under_their_parts(&scenario).unwrap_or_else(|error| panic!("{scenario:?}: {error}"));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn in_any_scenario(scenario in any_scenario()) {
        stand_under_their_parts(&scenario)?;
    }
}

/// Of two connections each has its own points: the second of a sender that gave up TLS has none inside it.
#[test]
fn a_second_connection_has_points_of_its_own() {
    let of = |name| {
        let trace = run(&preset(name).expect("a preset").scenario);
        let story = Story::of(&trace, &dissect(&trace));
        let reached = |connection| {
            let chapter = story.chapter(connection).expect("a connection");
            let reached = chapter.parts().filter(|(_, first)| first.is_some()).map(|(part, _)| part);
            reached.filter_map(|part| part.number().or((part == Part::Mail).then_some(8))).collect::<Vec<u8>>()
        };
        (reached(0), reached(1))
    };
    assert_eq!(of("verify-or-clear"), (vec![1, 2, 4, 5], vec![1, 2, 8]));
    // The relay is Postfix, the receiver Exchange.
    assert_eq!(of("relay-forwards"), (vec![1, 2, 4, 5, 6, 7, 8], vec![1, 2, 3, 4, 5, 6, 7, 8]));
}
