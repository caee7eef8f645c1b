//! The mark: it is shown if and only if every condition holds, or else is told as forged; and each box does what it says.
//!
//! The conditions are found in events. Here the message itself is the other witness: the field that Exchange stamps on it, found as text.

use crate::scenarios::any_scenario;
use proptest::prelude::*;
use starttls_lab::dissect::dissect;
use starttls_lab::grid;
use starttls_lab::lab::run;
use starttls_lab::scenario::{
    BitFlip, Certificate, ClientPolicy, Edit, IconRule, PRESETS, Path, Reader, Scenario, ServerProfile, Side, Switch,
    System, preset,
};
use starttls_lab::story::{Condition, Forgery, Held, Mark, Showing, Story};
use starttls_lab::trace::{Actor, Trace, What};

fn secured() -> Scenario {
    preset("domain-secured").expect("a preset").scenario
}

fn mark_of(trace: &Trace) -> Mark {
    Story::of(trace, &dissect(trace)).mark.expect("of a run")
}

fn mark(scenario: &Scenario) -> Mark {
    mark_of(&run(scenario))
}

fn held(mark: &Mark, condition: Condition) -> Option<Held> {
    mark.conditions.iter().find(|held| held.condition == condition).copied()
}

/// What the receiver stored.
fn stored(trace: &Trace) -> impl Iterator<Item = &[u8]> {
    let at_receiver = |connection| trace.seat(connection, Side::Server).actor == Actor::Receiver;
    trace.events.iter().filter_map(move |event| match &event.what {
        What::Stored(stored) if at_receiver(event.connection) => Some(trace.octets(stored.message)),
        _ => None,
    })
}

/// The message that the receiver stored says that its sender is a partner.
fn says_partner(trace: &Trace) -> bool {
    stored(trace)
        .any(|message| String::from_utf8_lossy(message).contains("\nX-MS-Exchange-Organization-AuthAs: Partner\r\n"))
}

/// What is shown, by the message and the settings alone.
fn expected(scenario: &Scenario, trace: &Trace) -> Showing {
    let sender = scenario.icon_rule == IconRule::Technical || scenario.sender_is_exchange();
    match (says_partner(trace) && scenario.reader == Reader::Outlook, scenario.server) {
        (false, _) => Showing::Nothing,
        (true, ServerProfile::Postfix) => Showing::Forged(Forgery::Property),
        (true, _) if !sender => Showing::Nothing,
        (true, _) if matches!(scenario.path, Path::Impostor | Path::Misissued | Path::Relay) => {
            Showing::Forged(Forgery::Certificate)
        }
        (true, _) => Showing::Mark,
    }
}

fn is_true(scenario: &Scenario) -> Result<(), TestCaseError> {
    let trace = run(scenario);
    let mark = mark_of(&trace);
    prop_assert_eq!(mark.showing, expected(scenario, &trace));
    let all = mark.conditions.iter().all(|held| held.holds == Some(true));
    // A message that was changed on the way in TLS is not there to have a mark, whatever holds of its session.
    let arrived = stored(&trace).next().is_some();
    prop_assert_eq!(mark.showing == Showing::Mark, all && arrived, "{:?}", mark);
    Ok(())
}

/// Each box, used: the condition is then the other way round.
fn boxes_do_what_they_say(scenario: &Scenario) -> Result<usize, TestCaseError> {
    let mut boxes = 0;
    for was in mark(scenario).conditions {
        let Some(edit) = was.condition.flip(scenario, was.holds) else { continue };
        boxes += 1;
        let other = scenario.with(edit);
        prop_assert!(other != *scenario && other.conflict().is_none());
        let is = held(&mark(&other), was.condition).and_then(|held| held.holds);
        prop_assert_eq!(is, Some(was.holds != Some(true)), "{:?} by {}", was, edit);
    }
    Ok(boxes)
}

fn every_preset_and_cell() -> impl Iterator<Item = Scenario> {
    let cells = grid::places().map(|(policy, situation)| grid::scenario(policy, situation));
    PRESETS.iter().map(|preset| preset.scenario).chain(cells)
}

#[test]
fn of_every_preset_and_cell_the_mark_is_what_its_conditions_say() {
    for scenario in every_preset_and_cell() {
        is_true(&scenario).unwrap_or_else(|error| panic!("{scenario:?}: {error}"));
    }
    let changed = secured().with(Edit::Flip(BitFlip::Data));
    is_true(&changed).expect("all conditions hold, and no message arrives");
    assert_eq!(mark(&changed).showing, Showing::Nothing);
}

#[test]
fn each_box_of_every_preset_does_what_it_says() {
    for preset in PRESETS {
        boxes_do_what_they_say(&preset.scenario).unwrap_or_else(|error| panic!("{}: {error}", preset.name));
    }
    // Where Domain Security works, every condition is a box.
    assert_eq!(boxes_do_what_they_say(&secured()).ok(), Some(mark(&secured()).conditions.len()));
}

/// What cannot be ticked in these runs is no box: the receiver is no Exchange, or another condition comes first.
#[test]
fn a_box_that_could_do_nothing_is_none() {
    let boxes = |name: &str| -> Vec<Condition> {
        let scenario = preset(name).expect("a preset").scenario;
        let all = mark(&scenario).conditions.into_iter();
        all.filter(|held| held.condition.flip(&scenario, held.holds).is_some()).map(|held| held.condition).collect()
    };
    let without = |name, missing: &[Condition]| {
        let boxes = boxes(name);
        assert!(missing.iter().all(|condition| !boxes.contains(condition)), "{name}: {boxes:?}");
        boxes
    };
    let proof = [Condition::Presented, Condition::Name, Condition::Chain];
    assert!(without("list-forgotten", &proof).contains(&Condition::Listed));
    without("domain-wrong-name", &[Condition::Name]);
    let settings = [Condition::Listed, Condition::Connector, Condition::Presented, Condition::Partners];
    assert!(without("postfix", &settings).contains(&Condition::Direct));
    assert!(boxes("legacy-no-tls").contains(&Condition::Sender));
}

/// One negation each, and back again.
#[test]
fn the_mark_needs_every_condition() {
    let all = mark(&secured());
    assert_eq!((all.showing, all.conditions.len()), (Showing::Mark, 11));
    for held in all.conditions {
        let flipped = secured().with(held.condition.flip(&secured(), held.holds).expect("a box"));
        assert_eq!(mark(&flipped).showing, Showing::Nothing, "{:?}", held.condition);
        let back = self::held(&mark(&flipped), held.condition).and_then(|now| held.condition.flip(&flipped, now.holds));
        if held.condition != Condition::Sender {
            assert_eq!(mark(&flipped.with(back.expect("a box"))).showing, Showing::Mark, "{:?}", held.condition);
        }
        // What the run settled, it shows where.
        assert_eq!(held.event.is_some(), !matches!(held.condition, Condition::Reader | Condition::Sender));
    }
    let technical = mark(&Scenario { icon_rule: IconRule::Technical, ..secured() });
    assert_eq!((technical.showing, technical.conditions.len()), (Showing::Mark, 10));
}

#[test]
fn partners_without_permission_get_no_mark() {
    let mark = mark(&secured().with(Edit::Partners(Switch::Off)));
    assert_eq!(mark.showing, Showing::Nothing);
    assert_eq!(held(&mark, Condition::Partners).map(|held| held.holds), Some(Some(false)));
}

#[test]
fn a_mark_that_no_exchange_made_for_its_sender_is_forged() {
    let postfix = preset("postfix").expect("a preset").scenario;
    let brought = postfix.with(Edit::Spoofs(Switch::On)).with(Edit::Reader(Reader::Outlook));
    for sender in [System::Exchange, System::Other] {
        assert_eq!(mark(&brought.with(Edit::Sender(sender))).showing, Showing::Forged(Forgery::Property));
    }
    assert_eq!(mark(&brought.with(Edit::Reader(Reader::Other))).showing, Showing::Nothing);
    // In the book sender and receiver are of one domain, which the attacker's certificate names.
    let book = secured().with(Edit::Server(ServerProfile::Book)).with(Edit::Path(Path::Misissued));
    assert_eq!(mark(&book).showing, Showing::Forged(Forgery::Certificate));
    let conditions = mark(&book).conditions;
    let failing = conditions.iter().filter(|held| held.holds != Some(true)).map(|held| held.condition);
    assert_eq!(failing.collect::<Vec<_>>(), [Condition::Direct]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn of_any_scenario_the_mark_is_what_its_conditions_say(scenario in any_scenario()) {
        is_true(&scenario)?;
    }

    /// Near Domain Security, where marks are made: what any scenario has besides.
    #[test]
    fn near_domain_security_too(scenario in any_scenario()) {
        let near = Scenario {
            client_certificate: Some(Certificate::Trusted),
            policy: ClientPolicy::Opportunistic,
            receive_list: Switch::On,
            receive_domain_secure: Switch::On,
            server: if scenario.server == ServerProfile::Postfix { ServerProfile::Exchange } else { scenario.server },
            ..scenario
        };
        is_true(&near)?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn each_box_of_any_scenario_does_what_it_says(scenario in any_scenario()) {
        boxes_do_what_they_say(&scenario)?;
    }
}
