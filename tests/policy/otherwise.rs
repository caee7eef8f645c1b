//! What would be otherwise with one switch changed: each sentence beside a run of the link that has the switch.

use starttls_lab::dissect::dissect;
use starttls_lab::lab::run;
use starttls_lab::scenario::{Choice, ClientPolicy, Edit, Offer, PRESETS, Path, Scenario, Side, Switch, preset};
use starttls_lab::share;
use starttls_lab::story::Story;
use starttls_lab::story::say::{self, Facts, HeadlineClaim};
use starttls_lab::text::EN;
use starttls_lab::trace::{Actor, Origin, Source, SourceKind, Trace, What};
use starttls_lab::ui::study::Study;
use std::collections::BTreeMap;

/// What a run decides, in words, by where it decides it: on whose connection, which of them, and at which gate. And its headline.
fn told(trace: &Trace) -> (BTreeMap<String, &'static str>, &'static str) {
    let mut decided = BTreeMap::new();
    for event in &trace.events {
        let What::Decided(decision) = &event.what else { continue };
        let client = |connection: u16| trace.cast.meetings[usize::from(connection)].client.actor;
        let nth = (0..event.connection).filter(|&other| client(other) == client(event.connection)).count();
        let own = if client(event.connection) == Actor::Sender { "sender" } else { "intermediary" };
        let place = format!("{own}'s {nth} {}", decision.gate_key());
        assert_eq!(decided.insert(place, (EN.decisions.answer)(decision)), None, "one decision a place");
    }
    let reading = dissect(trace);
    let story = Story::of(trace, &reading);
    let facts = Facts { trace, reading: &reading, story: &story };
    (decided, (EN.outcome.headline)(say::headline(facts)))
}

fn place(trace: &Trace, id: usize) -> String {
    let mut until = trace.clone();
    until.events.truncate(id + 1);
    let before: Vec<String> = {
        let mut shorter = trace.clone();
        shorter.events.truncate(id);
        told(&shorter).0.into_keys().collect()
    };
    told(&until).0.into_keys().find(|place| !before.contains(place)).expect("it is decided here")
}

fn decisions(trace: &Trace) -> Vec<usize> {
    let is_decision = |id: &usize| matches!(trace.events[*id].what, What::Decided(_));
    (0..trace.events.len()).filter(is_decision).collect()
}

/// The run of a link with that switch; `None` where the link is refused.
fn linked(preset: &str, edit: Edit) -> Option<Trace> {
    let shared = share::read(&format!("#preset={preset}&{}={}", edit.key(), edit.value()));
    shared.notices.is_empty().then(|| run(&shared.scenario))
}

#[test]
fn each_sentence_is_a_run_of_a_link_with_that_switch() {
    let (mut count, mut unasked) = (0, 0);
    for preset in PRESETS {
        let study = Study::of(&preset.scenario);
        let now = told(&study.trace);
        for id in decisions(&study.trace) {
            let What::Decided(decision) = &study.trace.events[id].what else { unreachable!() };
            let here = place(&study.trace, id);
            let mut listed = Vec::new();
            for found in study.alternatives(id, decision) {
                for &edit in &found.edits {
                    let of = format!("{} {here}: {edit}", preset.name);
                    let (decided, headline) = told(&linked(preset.name, edit).expect("a link that is taken"));
                    assert_eq!(found.decision.map(EN.decisions.answer), decided.get(&here).copied(), "{of}");
                    assert_eq!((EN.outcome.headline)(found.headline), headline, "{of}");
                    let then = (EN.decisions.then)(found.headline);
                    let told = then.strip_prefix("and the mail would then be ").expect("it speaks of the mail");
                    assert!(told.eq_ignore_ascii_case(headline), "{of}: {told}");
                    assert_ne!((decided.get(&here), headline), (now.0.get(&here), now.1), "{of} changes nothing");
                    unasked += usize::from(found.decision.is_none());
                    listed.push(edit);
                    count += 1;
                }
            }
            if decision.sender().is_none() {
                continue;
            }
            // Every policy that would change something is there.
            for &policy in ClientPolicy::ALL.iter().filter(|&&policy| policy != preset.scenario.policy) {
                let edit = Edit::Policy(policy);
                let other = linked(preset.name, edit).map(|trace| told(&trace));
                let changes = other
                    .is_some_and(|(decided, headline)| (decided.get(&here), headline) != (now.0.get(&here), now.1));
                assert_eq!(listed.contains(&edit), changes, "{} {here}: {edit}", preset.name);
            }
        }
    }
    assert!(count > 400 && unasked > 20, "{count}, {unasked}");
}

/// Another policy wants another name in the certificate, so the certificate passes where it failed.
#[test]
fn a_policy_that_takes_the_relay_s_name_delivers_to_the_relay() {
    let study = Study::of(&preset("hygiene-relay").expect("a preset").scenario);
    let last = *decisions(&study.trace).last().expect("the sender decides");
    let What::Decided(decision) = &study.trace.events[last].what else { unreachable!() };
    assert_eq!((EN.decisions.answer)(decision), "give up for now");
    let all = study.alternatives(last, decision);
    for policy in [ClientPolicy::VerifyOrClear, ClientPolicy::Verified] {
        let edit = Edit::Policy(policy);
        let found = all.iter().find(|found| found.edits.contains(&edit)).expect("it makes a difference");
        assert_eq!(found.decision.map(EN.decisions.answer), Some("go on"), "{policy:?}");
        // The receiver then wants the sender's domain in the relay's certificate.
        assert_eq!(found.headline, HeadlineClaim::RelayWaits, "{policy:?}");
    }
    let direct = all.iter().find(|found| found.edits == [Edit::Path(Path::Direct)]).expect("it makes a difference");
    assert_eq!(
        (direct.decision.map(EN.decisions.answer), direct.headline),
        (Some("go on"), HeadlineClaim::BothVerified)
    );
}

/// What is decided on a second connection, or on a second hop, is looked for there.
#[test]
fn each_connection_and_each_hop_has_its_own_decisions() {
    let study = Study::of(&preset("verify-or-clear").expect("a preset").scenario);
    let second = decisions(&study.trace).into_iter().find(|&id| study.trace.events[id].connection == 1).expect("one");
    let What::Decided(decision) = &study.trace.events[second].what else { unreachable!() };
    let all = study.alternatives(second, decision);
    // With TLS that is taken there is no second connection, and nothing to decide on it.
    let taken = all.iter().find(|found| found.edits.contains(&Edit::Policy(ClientPolicy::Opportunistic))).expect("one");
    assert_eq!((taken.decision.is_none(), taken.headline), (true, HeadlineClaim::NotAuthenticated));

    let study = Study::of(&preset("relay-forwards").expect("a preset").scenario);
    let at_receiver = decisions(&study.trace).into_iter().find(|&id| study.trace.events[id].who == Side::Server);
    let at_receiver = at_receiver.expect("the receiver asks the relay");
    let What::Decided(decision) = &study.trace.events[at_receiver].what else { unreachable!() };
    let all = study.alternatives(at_receiver, decision);
    let with = |edit: Edit| all.iter().find(|found| found.edits.contains(&edit));
    let forgotten = with(Edit::ReceiveList(Switch::Off)).expect("it makes a difference");
    assert_eq!((forgotten.decision.is_none(), forgotten.headline), (true, HeadlineClaim::ToVerifiedRelay));
    let direct = with(Edit::Path(Path::Direct)).expect("it makes a difference");
    assert!(direct.decision.is_none(), "there is no second hop");
    // The sender's certificate does not get past the relay.
    assert!(with(Edit::ClientCertificate(None)).is_none());
}

/// What Exchange refuses together is offered by no control and in no link.
#[test]
fn settings_that_are_refused_together_are_no_alternative() {
    let scenario = preset("domain-secured").expect("a preset").scenario;
    let never = scenario.with(Edit::Policy(ClientPolicy::Never));
    assert!(never.conflict().is_some());
    let study = Study::of(&scenario);
    for id in decisions(&study.trace) {
        let What::Decided(decision) = &study.trace.events[id].what else { unreachable!() };
        for edit in study.alternatives(id, decision).into_iter().flat_map(|found| found.edits) {
            assert_eq!(scenario.with(edit).conflict(), None, "{edit}");
        }
    }
}

#[test]
fn a_session_of_others_has_no_alternatives() {
    let mut trace = run(&Scenario { starttls: Offer::NotOffered, ..PRESETS[0].scenario });
    trace.origin = Origin::Import(Source { kind: SourceKind::Capture, name: String::new() });
    let study = Study::read(trace);
    for id in decisions(&study.trace) {
        let What::Decided(decision) = &study.trace.events[id].what else { unreachable!() };
        assert!(study.alternatives(id, decision).is_empty());
    }
}
