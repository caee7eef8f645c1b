//! What is claimed of a session, and that every claim has words.

use crate::scenarios::any_scenario;
use crate::with;
use proptest::prelude::*;
use starttls_lab::grid;
use starttls_lab::lab::run;
use starttls_lab::scenario::{PRESETS, Side, preset};
use starttls_lab::story::say::{
    self, Facts, HeadlineClaim, Judgement, LessonClaim, MissingClaim, NoteClaim, Opening, Participant, StepClaim,
};
use starttls_lab::story::{Checkpoint, Part};
use starttls_lab::text::EN;
use starttls_lab::trace::{Actor, Cast, Origin, Source, SourceKind, Trace, What};

/// A trace with no more in it than a capture and a key log have.
fn imported(mut trace: Trace) -> Trace {
    trace.origin = Origin::Import(Source { kind: SourceKind::Capture, name: String::new() });
    trace.cast = Cast::default();
    trace.events.retain(|event| matches!(event.what, What::Opened | What::Sent { .. }));
    trace
}

/// Everything that can be said of a trace, by what it is about.
fn sentences(facts: Facts<'_>) -> Vec<(String, String)> {
    let mut all = Vec::new();
    let mut say = |about: String, words: String| all.push((about, words));
    for (id, event) in facts.trace.events.iter().enumerate() {
        let step = say::step(facts, id);
        assert_ne!(step, StepClaim::Nothing, "step {id}");
        say(format!("step {id}"), (EN.inspector.step)(&step));
        say(format!("at {id}"), say::at(facts, id).map(|claim| (EN.inspector.at)(&claim)).unwrap_or_default());
        let note = say::note(facts, id);
        let is_shown_otherwise = matches!(event.what, What::Sent { .. } | What::Moved { .. });
        assert_eq!(note == NoteClaim::Nothing, is_shown_otherwise, "note {id}");
        if !is_shown_otherwise {
            say(format!("note {id}"), (EN.log.note)(&note));
        }
    }
    for connection in facts.trace.connections() {
        say(format!("connection {connection}"), (EN.log.connection)(&say::connection(facts, connection)));
        for side in [Side::Client, Side::Server] {
            say(format!("end {connection}"), (EN.log.end)(&say::end(facts, connection, side)));
        }
    }
    for chapter in facts.story.chapters() {
        let connection = chapter.account.connection;
        say(format!("connection {connection}"), (EN.points.connection)(&say::connection(facts, connection)));
        for (part, _) in chapter.parts() {
            let of = format!("{part:?} of {connection}");
            say(format!("name of {of}"), (EN.points.name)(&say::point(facts, chapter, part)));
            say(format!("missing {of}"), (EN.points.missing)(say::missing(facts, chapter, part)).to_owned());
            let claim = say::lesson(facts, chapter, part);
            let lesson = (EN.points.lesson)(&claim);
            assert!(!claim.source().is_empty(), "lesson {of}");
            say(format!("lesson {of}"), lesson.heading.to_owned());
            lesson.paragraphs.into_iter().for_each(|words| say(format!("lesson {of}"), words));
        }
        for lamp in say::lamps(facts, chapter) {
            say("lamp".to_owned(), (EN.outcome.light)(lamp.name).to_owned());
            if lamp.found != say::LampClaim::Plain {
                say("lamp's detail".to_owned(), (EN.outcome.light_detail)(&lamp.found));
            }
        }
        let sides = [Side::Client, Side::Server].into_iter();
        for claim in sides.filter_map(|side| say::no_certificate(facts, chapter, side)) {
            say("no certificate".to_owned(), (EN.certificate.none)(claim).to_owned());
        }
        say("no second list".to_owned(), (EN.inspector.no_after)(say::no_second_list(facts, chapter)).to_owned());
    }
    say("headline".to_owned(), (EN.outcome.headline)(say::headline(facts)).to_owned());
    say("because".to_owned(), (EN.outcome.because)(&say::because(facts)));
    say("folder".to_owned(), (EN.outcome.folder)(say::folder(facts)).to_owned());
    say("not stored".to_owned(), (EN.outcome.not_stored)(say::folder(facts)).to_owned());
    if let Some(claim) = say::queue(facts) {
        say("queue".to_owned(), (EN.decisions.queue)(&claim));
        say("queue's source".to_owned(), (EN.decisions.queue_source)(claim.source()).to_owned());
    }
    all
}

/// Of a run, and of the same session as others would have captured it.
fn have_words(trace: Trace) -> Result<(), TestCaseError> {
    for trace in [trace.clone(), imported(trace)] {
        for (about, words) in with(&trace, sentences) {
            prop_assert!(!words.trim().is_empty(), "{} has no words", about);
        }
    }
    Ok(())
}

#[test]
fn every_claim_of_every_preset_and_every_cell_has_words() {
    let presets = PRESETS.iter().map(|preset| preset.scenario);
    let cells = grid::places().map(|(policy, situation)| grid::scenario(policy, situation));
    for scenario in presets.chain(cells) {
        have_words(run(&scenario)).unwrap_or_else(|error| panic!("{scenario:?}: {error}"));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn every_claim_of_any_scenario_has_words(scenario in any_scenario()) {
        have_words(run(&scenario))?;
    }
}

/// An imported session does not tell what its sender decided, nor why it opened a connection.
#[test]
fn of_an_imported_session_nothing_is_claimed_that_no_octet_shows() {
    let of = |name| run(&preset(name).expect("a preset").scenario);
    let judged = |facts: Facts<'_>| match say::lesson(facts, facts.story.first(), Part::Point(Checkpoint::Negotiation))
    {
        LessonClaim::Negotiation { judgement, .. } => judgement,
        other => panic!("{other:?}"),
    };
    let book = of("book");
    with(&book, |facts| {
        assert_eq!(judged(facts), Judgement::TakesAny);
        assert_eq!(say::headline(facts), HeadlineClaim::NotAuthenticated);
    });
    with(&imported(book), |facts| {
        assert_eq!(judged(facts), Judgement::Unknown);
        assert_eq!(say::headline(facts), HeadlineClaim::Encrypted);
        for (about, words) in sentences(facts) {
            let thought = ["accepts any", "its policy", "this policy", "opportunistic sender went"];
            assert!(!thought.iter().any(|word| words.contains(word)), "{about}: {words}");
        }
    });
    let retried = of("no-common-version");
    let openings = |facts: Facts<'_>| -> Vec<Opening> {
        let steps = (0..facts.trace.events.len()).map(|id| say::step(facts, id));
        steps.filter_map(|claim| if let StepClaim::Opened(opening) = claim { Some(opening) } else { None }).collect()
    };
    let sender = Participant { actor: Actor::Sender, side: Side::Client };
    assert_eq!(with(&retried, openings), [Opening::First, Opening::Anew { by: sender, at_once: true }]);
    assert_eq!(with(&imported(retried), openings), [Opening::First, Opening::Another]);
    let switched_off = imported(of("legacy-no-tls"));
    with(&switched_off, |facts| {
        let part = Part::Point(Checkpoint::StarttlsAccepted);
        assert_eq!(say::missing(facts, facts.story.first(), part), MissingClaim::NotSeen);
    });
}

/// Most that overwrites STARTTLS is no attacker: where it happens, the other possibility is named with its mark.
#[test]
fn what_is_overwritten_on_the_path_may_be_a_firewall_s_work() {
    let trace = run(&preset("stripped").expect("a preset").scenario);
    let altered = trace.events.iter().position(|event| matches!(event.what, What::Altered { .. })).expect("it is");
    let words = with(&trace, |facts| (EN.inspector.step)(&say::step(facts, altered)));
    assert!(words.contains("firewall") && words.contains("XXXXXXXA"), "{words}");
}
