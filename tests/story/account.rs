//! What the octets of a run show, held against what its ends knew: two witnesses that do not read each other. The account is made from
//! lines and records; what it is compared with is what the machines, the engines and the verifiers reported.

use crate::scenarios::any_scenario;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use starttls_lab::dissect::{dissect, dissect_with};
use starttls_lab::grid;
use starttls_lab::lab::run;
use starttls_lab::policy::Decision;
use starttls_lab::scenario::{PRESETS, Scenario, Side};
use starttls_lab::smtp::{Gate, Mechanism, TlsVerb};
use starttls_lab::story::account::{Account, Goodbye, Known, MailAnswer};
use starttls_lab::story::{Certainty, Story};
use starttls_lab::trace::{Close, Event, Trace, What};

const SIDES: [Side; 2] = [Side::Client, Side::Server];

/// What one side of a connection reported.
fn reports<'a, T>(
    trace: &'a Trace,
    account: &Account,
    side: Side,
    report: impl Fn(&'a Event) -> Option<T> + 'a,
) -> impl Iterator<Item = T> {
    let connection = account.connection;
    trace.events.iter().filter(move |event| (event.connection, event.who) == (connection, side)).filter_map(report)
}

fn of<T>(both: &[Known<T>; 2], side: Side) -> &Known<T> {
    &both[usize::from(side == Side::Server)]
}

/// Everything that both witnesses can tell.
fn agrees(trace: &Trace, account: &Account, context: &str) {
    let context = format!("{context}, connection {}", account.connection);
    let of_client = |event: &Event| match &event.what {
        What::Decided(Decision::Sender(decided)) => Some(decided.seen),
        _ => None,
    };
    let at_offer = reports(trace, account, Side::Client, of_client).filter(|seen| seen.gate == Gate::Offer);
    for seen in at_offer {
        assert_eq!(account.offered(seen.verb()).value, Some(seen.offered), "{context}: offered");
    }
    let began = |event: &Event| (event.what == What::TlsStarted).then_some(());
    let client_began = reports(trace, account, Side::Client, began).next();
    assert_eq!(account.began.value, client_began, "{context}: TLS began");

    let ups: Vec<_> = SIDES
        .into_iter()
        .filter_map(|side| {
            reports(trace, account, side, |event| match &event.what {
                What::TlsUp(facts) => Some(facts.as_ref().clone()),
                _ => None,
            })
            .next()
        })
        .collect();
    assert_eq!(account.up.value.is_some(), !ups.is_empty(), "{context}: TLS up");
    for up in &ups {
        let session = account.session().expect("it is up");
        assert_eq!((session.version, session.suite), (up.version, up.suite), "{context}");
        assert_eq!(session.group, up.group, "{context}: group");
        assert_eq!(session.server_name, up.server_name, "{context}: server_name");
    }

    let alert = SIDES.into_iter().find_map(|side| {
        let failed = |event: &Event| match &event.what {
            What::TlsFailed(failure) => Some(failure.alert),
            _ => None,
        };
        reports(trace, account, side, failed).next()
    });
    let ending = account.failed.value.map(|ending| ending.by.zip(ending.alert));
    assert_eq!(ending, alert, "{context}: how TLS failed");

    for side in SIDES {
        // Each side's check is of what the other presented; a server is asked again at MAIL FROM.
        let checked = reports(trace, account, side.other(), |event| match &event.what {
            What::Checked(check) => Some((check.presented.len(), check.presented.iter().map(Vec::len).sum())),
            _ => None,
        });
        let presented = of(&account.presented, side).value.map(|found| (found.certificates, found.octets));
        if let Some(checked) = checked.last() {
            assert_eq!(presented, Some(checked), "{context}: certificates of {side:?}");
        } else if side == Side::Client {
            assert_eq!(presented, None, "{context}: no certificate of the client was looked at");
        }
        let surplus = reports(trace, account, side.other(), |event| match &event.what {
            What::LeftOver { count, .. } => Some(*count as usize),
            _ => None,
        });
        assert_eq!(of(&account.surplus, side).value, surplus.last(), "{context}: octets where TLS begins");
        let closed = reports(trace, account, side, |event| match event.what {
            What::Closed(close) => Some(close),
            _ => None,
        });
        if closed.last() == Some(Close::Quit) {
            assert_eq!(of(&account.goodbye, side).value, Some(Goodbye::Quit), "{context}: goodbye of {side:?}");
        }
    }

    let identified = reports(trace, account, Side::Server, |event| match &event.what {
        What::Authenticated { mechanism, .. } => Some(match mechanism {
            Mechanism::Plain => "PLAIN",
            Mechanism::Login => "LOGIN",
            Mechanism::Ntlm => "NTLM",
        }),
        _ => None,
    });
    let logged_in = account.logins.iter().filter(|login| login.answer.value == Some(235));
    let logged_in: Vec<&str> = logged_in.map(|login| login.mechanism.as_str()).collect();
    assert_eq!(logged_in, identified.collect::<Vec<_>>(), "{context}: logins");

    let stored = reports(trace, account, Side::Server, |event| match &event.what {
        What::Stored(stored) => Some((stored.from.clone(), stored.to.clone(), stored.sealed)),
        _ => None,
    });
    let bare = |path: &str| path.trim_matches(['<', '>']).to_owned();
    let taken = account.mails.iter().filter(|mail| mail.fate.value == Some(MailAnswer::Taken));
    let taken = taken.map(|mail| (bare(&mail.from), mail.to.iter().map(|to| bare(to)).collect(), mail.inside_tls));
    assert_eq!(taken.collect::<Vec<_>>(), stored.collect::<Vec<_>>(), "{context}: mails");
}

/// What is known for certain without keys is not otherwise with them.
fn keys_only_add(trace: &Trace, with: &Account, without: &Account, context: &str) {
    for verb in TlsVerb::ALL {
        assert_eq!(with.offered(verb), without.offered(verb), "{context}");
    }
    assert_eq!(with.began, without.began, "{context}");
    if without.up.value.is_some() {
        assert!(with.up.value.is_some(), "{context}: inferred, and false");
    }
    let with_certainty = without.mails.iter().filter(|mail| mail.fate.certainty == Certainty::Shown);
    for mail in with_certainty {
        assert!(with.mails.contains(mail), "{context}");
    }
    // Where nothing is hidden no keys are needed to see it.
    let is_inferred = without.up.certainty == Certainty::Inferred || !with.hides();
    assert!(trace.secrets.is_empty() || without.up.value.is_none() || is_inferred, "{context}");
}

fn check(scenario: &Scenario, context: &str) {
    let trace = run(scenario);
    let story = Story::of(&trace, &dissect(&trace));
    let tapped = Story::of(&trace, &dissect_with(&trace, &[]));
    assert_eq!(story.chapters().len(), trace.connections().count(), "{context}");
    for (chapter, without) in story.chapters().iter().zip(tapped.chapters()) {
        agrees(&trace, &chapter.account, context);
        keys_only_add(&trace, &chapter.account, &without.account, context);
    }
}

#[test]
fn the_octets_of_every_preset_and_cell_show_what_the_ends_knew() {
    for preset in PRESETS {
        check(&preset.scenario, preset.name);
    }
    for (policy, situation) in grid::places() {
        check(&grid::scenario(policy, situation), &format!("{policy:?} {situation:?}"));
    }
}

#[test]
fn the_octets_of_random_scenarios_show_what_the_ends_knew() {
    let mut runner = TestRunner::new_with_rng(Config::default(), TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    for number in 0..500 {
        let scenario = any_scenario().new_tree(&mut runner).expect("a scenario").current();
        check(&scenario, &format!("scenario {number}: {scenario:?}"));
    }
}
