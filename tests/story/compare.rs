//! Two runs beside each other: every event of both once and in order, the first difference where it is, the switch that made it.

use crate::scenarios::any_scenario;
use proptest::prelude::*;
use starttls_lab::compare::{self, Comparison, Endings, Pair};
use starttls_lab::dissect::dissect;
use starttls_lab::lab::run;
use starttls_lab::scenario::{ClientPolicy, Edit, Offer, PRESETS, Path, Scenario, Seed, Side, Versions, preset};
use starttls_lab::share::{self, Pinned, Shared, Shown, View};
use starttls_lab::story::Story;
use starttls_lab::story::rows::At;
use starttls_lab::story::say::{Facts, headline};
use starttls_lab::trace::{StreamKind, Trace, What};

fn compared(left: &Scenario, right: &Scenario) -> (Trace, Trace, Comparison) {
    let (a, b) = (run(left), run(right));
    let comparison = Comparison::of((&a, &dissect(&a)), (&b, &dissect(&b)));
    (a, b, comparison)
}

fn causes(pinned: &Scenario, now: &Scenario) -> Vec<Edit> {
    let (base, _, comparison) = compared(pinned, now);
    compare::causes(pinned, (&base, &dissect(&base)), now, &comparison)
}

fn shown(trace: &Trace) -> Vec<usize> {
    let all = trace.events.iter().enumerate();
    all.filter(|(_, event)| !matches!(event.what, What::Moved { .. } | What::TlsStarted)).map(|(id, _)| id).collect()
}

#[test]
fn a_run_is_like_itself_to_the_last_octet() {
    for preset in PRESETS {
        let (trace, _, comparison) = compared(&preset.scenario, &preset.scenario);
        assert_eq!((comparison.first(), comparison.octet), (None, None), "{}", preset.name);
        assert_eq!(comparison.pairs.len(), shown(&trace).len());
        assert_eq!(causes(&preset.scenario, &preset.scenario), []);
    }
}

#[test]
fn another_seed_says_the_same_in_other_octets() {
    let base = preset("book").expect("a preset").scenario;
    let (_, _, comparison) = compared(&base, &base.with(Edit::Seed(Seed(99))));
    let octet = comparison.octet.expect("other randoms");
    // The record header, the message's header and the version come before the random of the ClientHello.
    assert_eq!(octet.from, Side::Client);
    assert!(octet.events.0.is_some() && octet.events.0 == octet.events.1);
    assert!(comparison.pairs.iter().filter(|pair| !pair.same).count() < 4, "{:?}", comparison.first());
}

#[test]
fn the_switch_that_made_the_difference_is_found_among_several() {
    let base = preset("book").expect("a preset").scenario;
    let now = base.with(Edit::Starttls(Offer::NotOffered)).with(Edit::ServerVersions(Versions::Tls13));
    assert_eq!(causes(&base, &now), [Edit::Starttls(Offer::NotOffered)]);
    let (a, b, comparison) = compared(&base, &now);
    let octet = comparison.octet.expect("a difference");
    let line = |trace: &Trace, id: Option<usize>| {
        dissect(trace).line(id.expect("an event")).map(|line| line.text.clone()).expect("a line")
    };
    assert_eq!(line(&a, octet.events.0), "250-STARTTLS");
    assert_ne!(line(&b, octet.events.1), "250-STARTTLS");
    let first = comparison.first().expect("a difference");
    assert_eq!(first, &Pair { left: octet.events.0, right: None, same: false });
}

fn decide(pinned: &Scenario, now: &Scenario) -> (Endings, Vec<Edit>) {
    let [left, right] = [pinned, now].map(|scenario| {
        let trace = run(scenario);
        let reading = dissect(&trace);
        (trace, reading)
    });
    let stories = [&left, &right].map(|(trace, reading)| Story::of(trace, reading));
    let [a, b] = [
        Facts { trace: &left.0, reading: &left.1, story: &stories[0] },
        Facts { trace: &right.0, reading: &right.1, story: &stories[1] },
    ];
    (Endings::of(a, b), compare::deciding((pinned, headline(a)), (now, headline(b))))
}

/// Two presets that differ in nine switches, the date among them: one of them makes what became of the mail.
#[test]
fn the_switch_that_decides_the_outcome_is_found_and_a_date_is_no_cause() {
    let scenario = |name| preset(name).expect("a preset").scenario;
    let (book, stripped) = (scenario("book"), scenario("stripped"));
    assert!(stripped.edits_from(&book).len() > 7);
    assert_eq!(decide(&book, &stripped), (Endings::Different, vec![Edit::Path(Path::Strip)]));
    assert_eq!(decide(&stripped, &book), (Endings::Different, vec![Edit::Path(Path::Direct)]));
    let later = book.with(Edit::Clock(stripped.clock)).with(Edit::Seed(Seed(99)));
    assert_eq!((decide(&book, &later), causes(&book, &later)), ((Endings::Alike, vec![]), vec![]));
    // Readable both times: by a refusal, and by an offer that is not made.
    let readable = [scenario("not-offered"), scenario("refused-454")];
    assert_eq!(decide(&readable[0], &readable[1]).0, Endings::OtherReason);
}

/// Each preset has a nearest other run, which differs in one switch that Exchange allows; with an attacker it is the one without.
#[test]
fn the_nearest_run_differs_in_one_switch_first_of_all_the_path() {
    let book = preset("book").expect("a preset").scenario;
    let mut alike = Vec::new();
    for preset in PRESETS {
        let edit = compare::neighbour(&preset.scenario, &book).expect("a switch");
        let near = preset.scenario.with(edit);
        assert_eq!((near.conflict(), near.edits_from(&preset.scenario)), (None, vec![edit]), "{}", preset.name);
        if decide(&near, &preset.scenario).0 != Endings::Different {
            alike.push(preset.name);
        }
        if matches!(preset.scenario.path, Path::Strip | Path::Impostor) {
            assert_eq!(edit, Edit::Path(Path::Direct), "{}", preset.name);
        }
    }
    // Where no single switch makes another outcome, the nearest is one all the same.
    assert!(alike.len() < 4, "{alike:?}");
    assert_eq!(compare::neighbour(&book, &book), Some(Edit::Starttls(Offer::NotOffered)));
}

#[test]
fn a_link_carries_what_is_pinned() {
    let book = preset("book").expect("a preset").scenario;
    let pinned = Pinned { scenario: book.with(Edit::Policy(ClientPolicy::Required)), preset: "book" };
    let shown = Shown { view: View::Compare, ..Shown::default() };
    let at = Some(At::Step(3));
    let link = share::write(&Shared { at, shown, pinned: Some(pinned), ..Shared::of(book, "book") });
    assert_eq!(link, "#v=2&preset=book&step=3&view=compare&vs=book&vs.policy=required");
    let read = share::read(&link);
    assert_eq!(
        (read.pinned, read.shown.view, read.scenario, read.notices.len()),
        (Some(pinned), View::Compare, book, 0)
    );
    let odd = share::read("#vs=nothing&vs.policy=never&vs.colour=mauve");
    assert_eq!((odd.pinned, odd.scenario, odd.notices.len()), (None, book, 3));
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 150,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn every_event_of_both_stands_once_and_in_order(left in any_scenario(), right in any_scenario()) {
        let (a, b, comparison) = compared(&left, &right);
        let of = |side: fn(&Pair) -> Option<usize>| comparison.pairs.iter().filter_map(side).collect::<Vec<_>>();
        prop_assert_eq!(of(|pair| pair.left), shown(&a));
        prop_assert_eq!(of(|pair| pair.right), shown(&b));
        prop_assert!(comparison.pairs.iter().all(|pair| !pair.same || (pair.left.is_some() && pair.right.is_some())));
        let wire = |trace: &Trace| {
            let wire = trace.streams.iter().filter(|stream| stream.layer == StreamKind::Wire && !stream.bytes.is_empty());
            wire.map(|stream| (stream.connection, stream.from, stream.bytes.clone())).collect::<Vec<_>>()
        };
        prop_assert_eq!(comparison.octet.is_none(), wire(&a) == wire(&b));
        if let Some(octet) = comparison.octet {
            prop_assert_ne!(octet.left, octet.right);
        }
    }

    #[test]
    fn links_with_two_scenarios_come_back(left in any_scenario(), right in any_scenario()) {
        // Field by field, without what Exchange refuses beside those before it.
        let base = PRESETS[0].scenario;
        let [left, right] = [left, right].map(|any| {
            any.edits_from(&base).into_iter().fold(base, |taken, edit| {
                Some(taken.with(edit)).filter(|next| next.conflict().is_none()).unwrap_or(taken)
            })
        });
        let pinned = Pinned { scenario: left, preset: "book" };
        let shown = Shown { view: View::Compare, ..Shown::default() };
        let link = share::write(&Shared { shown, pinned: Some(pinned), ..Shared::of(right, "postfix") });
        let read = share::read(&link);
        prop_assert_eq!((read.pinned, read.scenario, read.notices), (Some(pinned), right, Vec::new()));
    }
}
