//! What became of the mail: which reply is quoted, and which event is said to have decided.

use crate::scenarios::any_scenario;
use crate::{linked, with};
use proptest::prelude::*;
use starttls_lab::dissect::smtp::Role;
use starttls_lab::files::{keylog, pcapng};
use starttls_lab::grid;
use starttls_lab::import::capture;
use starttls_lab::lab::run;
use starttls_lab::policy::Decision;
use starttls_lab::scenario::{NextHop, PRESETS, Scenario, Side};
use starttls_lab::smtp::{Delivery, Gate, Obstacle, SubmitAnswer, TlsAnswer};
use starttls_lab::story::say::{self, Answer, Facts, FirstHop, OnwardEnding};
use starttls_lab::story::{Leg, Protection};
use starttls_lab::trace::{Trace, What};

/// The line that the first sentence about a run quotes.
fn quoted(trace: &Trace) -> String {
    with(trace, |facts| match say::because(facts).first {
        FirstHop::Answered(Answer::Line(line)) | FirstHop::NtlmRefused(Answer::Line(line), _) => line.to_owned(),
        other => panic!("{other:?}"),
    })
}

/// One code can answer several commands.
#[test]
fn the_reply_that_is_quoted_is_the_one_that_settled_the_mail() {
    let of = |link| quoted(&run(&linked(link)));
    let closing = "421 4.7.0 Too many errors on this connection, closing transmission channel";
    assert_eq!(of("#preset=ntlm-wrong"), closing);
    assert_eq!(of("#preset=book&credentials=wrong_password"), "535 5.7.3 Authentication unsuccessful");
    assert_eq!(of("#preset=server-requires-tls"), "530 5.7.0 Must issue a STARTTLS command first");
    // The relay's server says 454, too, to a STARTTLS of its own hop.
    let relayed = run(&linked("#preset=relay-forwards&starttls=unavailable&receive_domain_secure=off"));
    with(&relayed, |facts| {
        let onward = say::because(facts).onward.expect("the relay sends on");
        let expected = "451 4.7.3 The admin has temporarily disallowed this secure domain";
        assert_eq!(onward.ending, OnwardEnding::Answered(Answer::Line(expected)));
    });
}

/// A capture tells no more than its lines: of a group that was refused the first refusal counts.
#[test]
fn of_a_group_the_first_refusal_is_quoted() {
    let scenario = linked("#preset=client-certificate-missing&pipelining=on&client_versions=1.2");
    let ran = run(&scenario);
    assert_eq!(quoted(&ran), "530 5.7.1 Not authenticated");
    let keys = keylog::write(&ran.secrets);
    let imported = capture("capture", &pcapng::write(&[&ran]), keys.as_bytes()).trace;
    assert_eq!(quoted(&imported), "530 5.7.1 Not authenticated");
}

/// The event is of the kind that the obstacle names.
fn agrees(trace: &Trace, leg: &Leg, facts: Facts<'_>) -> Result<(), TestCaseError> {
    let id = leg.decided.expect("something decided");
    let event = &trace.events[id];
    let settled = &trace.events[leg.settled.expect("it is settled")];
    let decision = match &event.what {
        What::Decided(decision) => Some(decision),
        _ => None,
    };
    let of_sender = decision.and_then(Decision::sender).map(|decided| (decided.seen.gate, decided.answer));
    let refused =
        decision.and_then(Decision::receiver).is_some_and(|decided| matches!(decided.answer, SubmitAnswer::Refuse(_)));
    match leg.delivery.expect("of a run") {
        Delivery::Deferred(Obstacle::Policy(gate)) => prop_assert_eq!(of_sender, Some((gate, TlsAnswer::Defer))),
        Delivery::Deferred(Obstacle::Reply(code)) | Delivery::Returned(Obstacle::Reply(code)) => {
            let line = &facts.reading.line(leg.reply.expect("the reply")).expect("a line").text;
            prop_assert!(line.starts_with(&code.to_string()), "{} is not {}", line, code);
            let answers = facts.reading.line(id).map(|line| &line.role);
            let is_reply = matches!(answers, Some(Role::Reply { .. } | Role::Greeting { .. }));
            prop_assert!(refused || is_reply && leg.reply == Some(id), "{:?}", event);
        }
        Delivery::Deferred(Obstacle::NoMechanism | Obstacle::PasswordInClear) => {
            let line = &facts.reading.line(id).expect("a line of the list").text;
            prop_assert!(event.who == Side::Server && line.starts_with("250"), "{}", line);
        }
        Delivery::Delivered => match (leg.protection, of_sender) {
            (Protection::Clear, found) => {
                let is_clear = |(gate, answer)| {
                    answer == TlsAnswer::InClear || answer == TlsAnswer::GoOn && gate != Gate::Certificate
                };
                prop_assert!(found.is_some_and(is_clear), "{:?}", event);
            }
            // A Hub proves itself behind the handshake: that was the last question.
            (_, Some((Gate::Login, answer))) => {
                prop_assert_eq!(answer, TlsAnswer::GoOn);
                let asked = decision.and_then(Decision::sender).map(|decided| decided.seen.next_hop);
                prop_assert_eq!((asked, leg.protection), (Some(NextHop::Hub), Protection::Encrypted));
            }
            (_, Some(found)) => prop_assert_eq!(found, (Gate::Certificate, TlsAnswer::GoOn)),
            (protection, None) => {
                let partner = decision.and_then(Decision::receiver).map(|decided| decided.answer);
                prop_assert!(matches!(protection, Protection::Verified | Protection::NoCipher), "{:?}", protection);
                prop_assert_eq!(partner, Some(SubmitAnswer::Partner));
            }
        },
        _ => {}
    }
    prop_assert!(event.connection == settled.connection || decision.is_some(), "{:?}", event);
    Ok(())
}

fn every_leg_agrees(scenario: &Scenario) -> Result<(), TestCaseError> {
    let trace = run(scenario);
    with(&trace, |facts| {
        let outcome = &facts.story.outcome;
        std::iter::once(&outcome.first).chain(&outcome.onward).try_for_each(|leg| agrees(&trace, leg, facts))
    })
}

#[test]
fn what_decided_is_the_policy_and_where_none_did_the_reply() {
    let presets = PRESETS.iter().map(|preset| preset.scenario);
    let cells = grid::places().map(|(policy, situation)| grid::scenario(policy, situation));
    for scenario in presets.chain(cells) {
        every_leg_agrees(&scenario).unwrap_or_else(|error| panic!("{scenario:?}: {error}"));
    }
    // A sender that takes any certificate decided when it had looked at one, not when it began TLS.
    let trace = run(&linked("#preset=internal-ca"));
    let decided = with(&trace, |facts| facts.story.outcome.first.decided).expect("an event");
    assert!(matches!(&trace.events[decided].what, What::Decided(decision) if decision.gate_key() == "Certificate"));
    // A login that was refused was decided by the reply.
    let trace = run(&linked("#preset=book&credentials=wrong_password"));
    let line = with(&trace, |facts| {
        let decided = facts.story.outcome.first.decided.expect("an event");
        facts.reading.line(decided).map(|line| line.text.clone())
    });
    assert_eq!(line.as_deref(), Some("535 5.7.3 Authentication unsuccessful"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn of_any_scenario_what_decided_is_of_the_kind_that_stopped_it(scenario in any_scenario()) {
        every_leg_agrees(&scenario)?;
    }
}

/// A password that is not sent in clear is one thing, a mechanism that is not offered another.
#[test]
fn a_password_held_back_is_not_a_mechanism_that_is_missing() {
    let of = |link| with(&run(&linked(link)), |facts| say::because(facts).first == FirstHop::PasswordInClear);
    let in_clear = "#preset=not-offered&credentials=login&auth_mechanism=Tls+Integrated+BasicAuth+ExchangeServer";
    assert!(of(in_clear), "AUTH LOGIN is listed in clear");
    assert!(!of("#preset=not-offered&credentials=login"), "it is not listed");
    let inside = with(&run(&linked("#preset=postfix&credentials=ntlm")), |facts| {
        say::because(facts).first == FirstHop::NoMechanism
    });
    assert!(inside, "Postfix has no NTLM");
}
