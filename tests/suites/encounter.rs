//! Two ends as a learner sets them: every change keeps the lists whole, and a link brings back what it was made of.

use proptest::prelude::*;
use starttls_lab::dissect::facts::MessageFacts;
use starttls_lab::dissect::{Entry, dissect};
use starttls_lab::lab::run;
use starttls_lab::registry::{CodePoint, Group, Version, VersionRange};
use starttls_lab::scenario::{ClientPolicy, Edit, PRESETS, Side, TlsStack};
use starttls_lab::share::{self, Notice, Shared, Shown, View};
use starttls_lab::suites::encounter::{curves, read, write};
use starttls_lab::suites::{Change, Encounter, List, ListEntry, ListKey, ServerKey, Why};
use starttls_lab::trace::What;

fn side() -> impl Strategy<Value = Side> {
    prop::sample::select(vec![Side::Client, Side::Server])
}

fn old() -> impl Strategy<Value = ListKey> {
    prop::sample::select(vec![ListKey::Ws2003, ListKey::Ws2008])
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

    /// Whatever two old ends are set to, as far as a session can have it: what it comes to is the model's.
    #[test]
    fn the_session_is_of_the_lists_as_they_are_set(
        pair in (old(), old()),
        moves in prop::collection::vec((side(), 0usize..24, 0usize..24), 0..6),
        off in prop::collection::vec((side(), 0usize..24), 0..30),
        keys in prop::collection::vec(prop::sample::select(ServerKey::ALL.to_vec()), 0..4),
        ssl3: bool,
    ) {
        let mut suites = Encounter::of(pair.0, pair.1);
        let changes = moves.into_iter().map(|(side, from, to)| Change::Move(side, from, to));
        let changes = changes.chain(off.into_iter().map(|(side, place)| Change::Switch(side, place)));
        suites = changes.chain(keys.into_iter().map(Change::Key)).fold(suites, Encounter::with);
        if ssl3 {
            suites = suites.with(Change::Versions(Side::Client, VersionRange::new(Version::SSL3, Version::SSL3)));
        }
        let Some(tried) = suites.session() else {
            prop_assert!(suites.negotiation().result.is_err());
            return Ok(());
        };
        prop_assert!(!tried.differs);
        let trace = run(&tried.scenario.with(Edit::Policy(ClientPolicy::Required)));
        let reading = dissect(&trace);
        // What is offered is the list, in its order; lines of one code point are one, and what its versions do not have is no offer.
        let hello = reading.entries.iter().find_map(|entry| match entry {
            Entry::Record(messages) => messages.iter().find_map(|message| match &message.facts {
                MessageFacts::ClientHello(hello) => Some(hello.suites.clone()),
                _ => None,
            }),
            _ => None,
        });
        let mut offered = Vec::new();
        let newest = suites.client.peer.versions.last;
        for entry in suites.client.peer.list.enabled().filter(|entry| entry.suite.versions.contains(newest)) {
            if let (CodePoint::Tls(code), false) = (entry.suite.code, offered.contains(&entry.suite.code.number())) {
                offered.push(u32::from(code));
            }
        }
        prop_assert_eq!(hello.map(|codes| codes.into_iter().map(u32::from).collect()), Some(offered));
        let came_to = trace.events.iter().find_map(|event| match &event.what {
            What::TlsUp(facts) => Some(Ok((facts.version, u32::from(facts.suite), facts.group))),
            What::TlsFailed(failure) => Some(Err(failure.alert.map(|(_, number)| number))),
            _ => None,
        });
        let model = suites.negotiation().result.map(|one| (one.version, one.suite.code.number(), one.group.map(Group::code)));
        prop_assert_eq!(came_to, Some(model.map_err(|refusal| Some(refusal.alert()))));
        // The link that is opened has it all.
        let shared = Shared::of(tried.scenario, "postfix");
        prop_assert_eq!(share::read(&share::write(&shared)), shared);
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
    assert_eq!(
        write(&suites)[2..],
        ["keys=rsa+dss+temporary", "left.lines=2.1.-3.4.5.6.7.8.9.10.11.-12.-13"].map(str::to_owned)
    );
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
fn what_a_session_does_not_have_is_said() {
    let differs = |suites: &Encounter| suites.session().expect("a session").differs;
    let old = Encounter::of(ListKey::Ws2003, ListKey::Ws2008);
    let tls12 = VersionRange::new(Version::SSL3, Version::TLS12);
    let set = [
        Change::Prefer(Side::Client),
        Change::Versions(Side::Client, tls12),
        Change::Versions(Side::Server, tls12),
        Change::Curve(Side::Server, Group::Secp384r1),
    ];
    assert!(!differs(&old) && set.into_iter().all(|change| differs(&old.clone().with(change))));
    let modern = Encounter::of(ListKey::Ws2003, ListKey::Rustls);
    assert!(!differs(&modern) && differs(&modern.clone().with(Change::Move(Side::Server, 0, 1))));
    assert!(!differs(&modern.with(Change::Move(Side::Client, 0, 1))));
    // An end that has nothing on says nothing.
    let none = (0..13)
        .map(|place| Change::Switch(Side::Client, place))
        .chain([11, 12].map(|place| Change::Switch(Side::Client, place)));
    assert_eq!(none.fold(old, Encounter::with).session(), None);
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
