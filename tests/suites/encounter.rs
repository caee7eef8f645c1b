//! Two ends as a learner sets them: every change keeps the lists whole, and a link brings back what it was made of.

use proptest::prelude::*;
use starttls_lab::registry::{Group, Version, VersionRange};
use starttls_lab::scenario::{PRESETS, Side, TlsStack};
use starttls_lab::share::{self, Notice, Shared, Shown, View};
use starttls_lab::suites::encounter::{curves, read, write};
use starttls_lab::suites::{Change, Encounter, List, ListEntry, ListKey, ServerKey, Why};

fn side() -> impl Strategy<Value = Side> {
    prop::sample::select(vec![Side::Client, Side::Server])
}

fn change() -> impl Strategy<Value = Change> {
    let key = || prop::sample::select(ListKey::ALL.to_vec());
    let version = || prop::sample::select(Version::ALL.to_vec());
    // With its curve, or as a list without curves has it.
    let line = (key(), any::<prop::sample::Index>(), any::<bool>()).prop_map(|(key, index, curve)| {
        let entries = List::of(key).entries;
        let entry = entries[index.index(entries.len())];
        if curve { entry } else { ListEntry::of(entry.suite) }
    });
    prop_oneof![
        (side(), key()).prop_map(|(side, key)| Change::List(side, key)),
        (key(), key()).prop_map(|(client, server)| Change::Pair(client, server)),
        Just(Change::Swap),
        // Some places are not there.
        (side(), 0usize..40, 0usize..40).prop_map(|(side, from, to)| Change::Move(side, from, to)),
        (side(), 0usize..40).prop_map(|(side, place)| Change::Switch(side, place)),
        (side(), version(), version()).prop_map(|(side, a, b)| Change::Versions(side, VersionRange::new(a, b))),
        (side(), prop::sample::select(Group::ALL.to_vec())).prop_map(|(side, group)| Change::Curve(side, group)),
        prop::sample::select(ServerKey::ALL.to_vec()).prop_map(Change::Key),
        side().prop_map(Change::Prefer),
        line.prop_map(Change::Line),
        side().prop_map(Change::Restore),
    ]
}

fn sorted(list: &List) -> Vec<String> {
    let mut names: Vec<String> = list.entries.iter().map(|entry| entry.name()).collect();
    names.sort();
    names
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_changes_keep_the_lists_whole_and_the_link_brings_them_back(changes in prop::collection::vec(change(), 0..30), open: bool) {
        let suites = changes.into_iter().fold(Encounter::default(), Encounter::with);
        for end in [&suites.client, &suites.server] {
            prop_assert_eq!(sorted(&end.peer.list), sorted(&List::of(end.key)));
            prop_assert!(end.peer.groups.iter().all(|group| curves(end.key).contains(group)));
        }
        prop_assert_eq!(suites.negotiation().candidates.len(), suites.end(suites.preference).peer.list.entries.len());
        let view = if open { View::Suites } else { View::Session };
        let shared = Shared { shown: Shown { view, ..Shown::default() }, suites, ..Shared::of(PRESETS[0].scenario, "book") };
        let link = share::write(&shared);
        prop_assert!(link.len() <= share::LONGEST, "{link}");
        prop_assert_eq!(share::read(&link), shared);
    }

    #[test]
    fn any_value_is_read_or_refused(key in prop::sample::select(&starttls_lab::suites::encounter::KEYS[..]), value in "[-a-z0-9.+_]{0,40}") {
        let (suites, refused) = read(&[(key, value.as_str())]);
        prop_assert!(refused.len() <= 1);
        // A value that was taken is what the link would have.
        let again = write(&suites);
        prop_assert_eq!(read(&again.iter().map(|part| part.split_once('=').unwrap()).collect::<Vec<_>>()), (suites, Vec::new()));
    }
}

#[test]
fn a_link_has_the_lists_and_what_was_changed() {
    let of = |fragment: &str| share::read(fragment);
    let plain = of("#view=suites&left=ws2003&right=ws2008");
    assert_eq!((plain.shown.view, &plain.suites, plain.notices.len()), (View::Suites, &Encounter::default(), 0));
    assert_eq!(share::write(&plain), "#v=2&preset=book&view=suites&left=ws2003&right=ws2008");
    let changed = [Change::Move(Side::Client, 0, 1), Change::Switch(Side::Client, 2), Change::Key(ServerKey::Dss)];
    let suites = changed.into_iter().fold(Encounter::of(ListKey::Ws2003, ListKey::Ws2008), Encounter::with);
    assert_eq!(write(&suites)[2..], ["keys=rsa+dss", "left.lines=2.1.-3.4.5.6.7.8.9.10.11.-12.-13"].map(str::to_owned));
}

#[test]
fn what_cannot_be_read_is_named_with_what_was_expected() {
    let shared = share::read("#view=suites&left=vista&right=rustls&prefer=both&keys=rsa+rsa&right.lines=1.2.3");
    assert_eq!(shared.suites, Encounter::of(ListKey::Ws2003, ListKey::Rustls));
    let keys: Vec<(&str, &str)> = shared
        .notices
        .iter()
        .map(|notice| match notice {
            Notice::BadValue { key, expected, .. } => (key.as_str(), expected.as_str()),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(
        keys,
        [
            ("left", "ws2003, ws2008, rustls, openssl"),
            ("prefer", "client, server"),
            ("keys", "none, or rsa, ecdsa, dss, temporary, joined by +"),
            ("right.lines", "each of 1 to 9 once, joined by dots, with a minus before what is switched off"),
        ]
    );
}

#[test]
fn a_line_moved_up_is_taken_before_the_others() {
    let suites = Encounter::of(ListKey::Ws2003, ListKey::Ws2008);
    let names = |suites: &Encounter| suites.negotiation().result.map(|chosen| chosen.suite.name());
    assert_eq!(names(&suites), Ok("TLS_RSA_WITH_RC4_128_SHA"));
    // Rank 20 of the server's list is RC4 with MD5.
    let suites = suites.with(Change::Move(Side::Server, 19, 0));
    assert_eq!(names(&suites), Ok("TLS_RSA_WITH_RC4_128_MD5"));
    let suites = suites.with(Change::Switch(Side::Server, 0));
    assert_eq!(suites.negotiation().candidates[0].why, Why::SwitchedOff);
    assert_eq!(names(&suites), Ok("TLS_RSA_WITH_RC4_128_SHA"));
    assert_eq!(suites.with(Change::Restore(Side::Server)), Encounter::of(ListKey::Ws2003, ListKey::Ws2008));
}

#[test]
fn a_session_is_possible_with_every_end_but_openssl() {
    let stacks = |client, server| Encounter::of(client, server).stacks();
    assert_eq!(stacks(ListKey::Ws2003, ListKey::Rustls), Some((TlsStack::Ws2003, TlsStack::Rustls)));
    assert_eq!(stacks(ListKey::Rustls, ListKey::Ws2008), Some((TlsStack::Rustls, TlsStack::Ws2008)));
    assert_eq!(stacks(ListKey::Ws2003, ListKey::Ws2008), Some((TlsStack::Ws2003, TlsStack::Ws2008)));
    assert_eq!(stacks(ListKey::Openssl, ListKey::Rustls), None);
}

/// The button under a pair that cannot be tried: it changes something, and what comes of it can be tried.
#[test]
fn one_press_makes_any_pair_one_that_can_be_tried() {
    let mut pressed = Vec::new();
    for client in ListKey::ALL {
        for server in ListKey::ALL {
            let pair = Encounter::of(client, server);
            if pair.stacks().is_none() {
                let change = pair.to_be_tried();
                let tried = pair.clone().with(change);
                assert!(tried != pair && tried.stacks().is_some(), "{client:?} {server:?}");
                pressed.push(change);
            }
        }
    }
    assert!(pressed.contains(&Change::List(Side::Client, ListKey::Rustls)), "OpenSSL and rustls");
    assert!(pressed.contains(&Change::Pair(ListKey::Rustls, ListKey::Rustls)), "OpenSSL twice");
}
