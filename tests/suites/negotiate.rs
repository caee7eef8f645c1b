//! The model of the negotiation: vectors, and properties of any lists.

use crate::{keys, peer};
use proptest::prelude::*;
use starttls_lab::registry::{Authentication, CodePoint, ForwardSecrecy, Group, SUITES, Version, VersionRange};
use starttls_lab::scenario::Side;
use starttls_lab::suites::{List, ListEntry, ListKey, NoAgreement, Peer, ServerKey, Stack, SuiteChoice, Why, choose};
use starttls_lab::text::EN;
use std::collections::BTreeSet;

const TLS10: VersionRange = VersionRange::new(Version::TLS10, Version::TLS10);
const BOTH: [Side; 2] = [Side::Server, Side::Client];

fn at(versions: VersionRange, key: ListKey) -> Peer {
    Peer { versions, ..Peer::of(key) }
}

/// The suite's code point and the group's, or the alert.
fn result(negotiation: &SuiteChoice) -> Result<(u32, Option<u16>), u8> {
    match negotiation.result {
        Ok(chosen) => Ok((chosen.suite.code.number(), chosen.group.map(Group::code))),
        Err(refusal) => Err(refusal.alert()),
    }
}

/// What docs/rules.md CS2 comes to, found by hand: client, server, key, with the server's preference, with the client's.
#[test]
fn the_vectors() {
    use ListKey::{Ws2003, Ws2008};
    use ServerKey::{Dss, Ecdsa, Rsa};
    type Expected = Result<(u32, Option<u16>), u8>;
    let vectors: [(ListKey, ListKey, ServerKey, Expected, Expected); 8] = [
        (Ws2003, Ws2008, Rsa, Ok((0x0005, None)), Ok((0x0004, None))),
        (Ws2008, Ws2003, Rsa, Ok((0x0004, None)), Ok((0x0005, None))),
        (Ws2003, Ws2003, Rsa, Ok((0x0004, None)), Ok((0x0004, None))),
        (Ws2008, Ws2008, Rsa, Ok((0x002F, None)), Ok((0x002F, None))),
        (Ws2008, Ws2008, Ecdsa, Ok((0xC009, Some(23))), Ok((0xC009, Some(23)))),
        (Ws2008, Ws2008, Dss, Ok((0x0032, None)), Ok((0x0032, None))),
        (Ws2003, Ws2008, Dss, Ok((0x0013, None)), Ok((0x0013, None))),
        (Ws2003, Ws2003, Ecdsa, Err(40), Err(40)),
    ];
    for (client, server, key, by_server, by_client) in vectors {
        for (preference, expected) in [(Side::Server, by_server), (Side::Client, by_client)] {
            let negotiation = choose(&at(TLS10, client), &at(TLS10, server), preference, &[key]);
            assert_eq!(result(&negotiation), expected, "{client:?} {server:?} {key:?} {preference:?}");
            if let Ok(chosen) = negotiation.result {
                assert_eq!(chosen.version, Version::TLS10);
            }
            // With the versions that these systems have by default it is the same.
            let default = choose(&Peer::of(client), &Peer::of(server), preference, &[key]);
            assert_eq!(result(&default), expected);
        }
    }
}

#[test]
fn old_against_new_fails_on_the_version_and_without_that_on_the_suites() {
    for preference in BOTH {
        for key in [ServerKey::Rsa, ServerKey::Ecdsa] {
            let refusal = |client: &Peer, server: &Peer| choose(client, server, preference, &[key]).result.unwrap_err();
            for old in [ListKey::Ws2003, ListKey::Ws2008] {
                let (old, new) = (Peer::of(old), Peer::of(ListKey::Rustls));
                assert_eq!(refusal(&new, &old), NoAgreement::ProtocolVersion);
                assert_eq!(refusal(&old, &new), NoAgreement::ProtocolVersion);
                let raised = Peer { versions: VersionRange::new(Version::SSL3, Version::TLS12), ..old };
                assert_eq!(refusal(&raised, &new), NoAgreement::HandshakeFailure);
            }
        }
    }
}

#[test]
fn the_order_that_counts_is_the_choosers() {
    let suite = |code| *SUITES.iter().find(|suite| suite.code == CodePoint::Tls(code)).unwrap();
    let peer = |codes: [u16; 2]| Peer {
        list: List {
            stack: Stack::Openssl,
            entries: codes.into_iter().map(|code| ListEntry::of(suite(code))).collect(),
        },
        versions: TLS10,
        groups: vec![Group::Secp256r1],
    };
    let (client, server) = (peer([0xC013, 0x002F]), peer([0x002F, 0xC013]));
    let choice = |preference| result(&choose(&client, &server, preference, &[ServerKey::Rsa]));
    assert_eq!(choice(Side::Server), Ok((0x002F, None)));
    assert_eq!(choice(Side::Client), Ok((0xC013, Some(23))));
}

#[test]
fn forward_secrecy_was_there_and_was_not_taken() {
    let (old, new) = (Peer::of(ListKey::Ws2008), Peer::of(ListKey::Openssl));
    let negotiation = choose(&old, &old, Side::Server, &[ServerKey::Rsa]);
    assert_eq!(negotiation.result.unwrap().suite.forward_secrecy(), ForwardSecrecy::No);
    let missed = negotiation.missed_forward_secrecy().unwrap();
    assert_eq!((missed.rank, missed.entry.name().as_str()), (11, "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA_P256"));
    assert!((EN.suites.missed_forward_secrecy)(&negotiation).unwrap().contains(&missed.entry.name()));
    // Among today's suites it comes first, and among those of 2003 there is none for such a key.
    assert_eq!(choose(&new, &new, Side::Client, &[ServerKey::Rsa]).missed_forward_secrecy(), None);
    let older = Peer::of(ListKey::Ws2003);
    assert_eq!(choose(&older, &older, Side::Client, &[ServerKey::Rsa]).missed_forward_secrecy(), None);
}

#[test]
fn ssl_2_has_its_suites_and_no_others() {
    let peer = at(VersionRange::new(Version::SSL2, Version::SSL2), ListKey::Ws2008);
    let negotiation = choose(&peer, &peer, Side::Server, &[ServerKey::Rsa]);
    assert_eq!(result(&negotiation), Ok((0x010080, None)));
    let usable = negotiation.candidates.iter().filter(|it| matches!(it.why, Why::Taken | Why::ComesLater));
    assert!(usable.map(|candidate| candidate.rank).eq([21, 22]));
}

#[test]
fn export_needs_a_key_of_its_own() {
    let mut peer = at(TLS10, ListKey::Ws2003);
    peer.list.entries.retain(|entry| entry.suite.key_exchange.is_export());
    let with = |keys: &[ServerKey]| choose(&peer, &peer, Side::Server, keys);
    assert_eq!(result(&with(&[ServerKey::Rsa])), Err(40));
    assert!(with(&[ServerKey::Rsa]).candidates.iter().any(|it| it.why == Why::NoTemporaryKey));
    assert_eq!(result(&with(&[ServerKey::Rsa, ServerKey::Temporary])), Ok((0x0064, None)));
    assert_eq!(result(&with(&[ServerKey::Temporary])), Err(40));
}

#[test]
fn each_reason_is_given_and_has_words() {
    let old = Peer::of(ListKey::Ws2008);
    let why = |negotiation: SuiteChoice| negotiation.candidates.into_iter().map(|it| it.why).collect::<BTreeSet<_>>();
    let mut seen = why(choose(&old, &old, Side::Server, &[ServerKey::Rsa]));
    seen.extend(why(choose(&old, &Peer::of(ListKey::Ws2003), Side::Client, &[ServerKey::Rsa])));
    seen.extend(why(choose(&old, &Peer::of(ListKey::Rustls), Side::Client, &[ServerKey::Rsa])));
    seen.extend(why(choose(
        &Peer { groups: vec![Group::X448], ..old.clone() },
        &old,
        Side::Client,
        &[ServerKey::Ecdsa],
    )));
    let older = Peer::of(ListKey::Ws2003);
    seen.extend(why(choose(&older, &older, Side::Server, &[ServerKey::Rsa])));
    let all = [
        Why::SwitchedOff,
        Why::NoVersion,
        Why::NotShared,
        Why::NotInVersion,
        Why::NoKey,
        Why::NoTemporaryKey,
        Why::NoGroup,
        Why::Taken,
        Why::ComesLater,
    ];
    assert_eq!(seen, all.into());
    let words: BTreeSet<&str> = all.into_iter().map(EN.suites.why).collect();
    assert_eq!(words.len(), all.len());
}

#[test]
fn a_schannel_server_keeps_to_the_curve_of_its_line() {
    let mut server = at(TLS10, ListKey::Ws2008);
    // P-521 first, as an administrator may order it.
    server.list.entries.sort_by_key(|entry| (entry.curve != Some(Group::Secp521r1), entry.curve.is_none()));
    let client = at(TLS10, ListKey::Openssl);
    let negotiation = choose(&client, &server, Side::Server, &[ServerKey::Ecdsa]);
    assert_eq!(result(&negotiation), Ok((0xC009, Some(25))));
    let negotiation = choose(&client, &server, Side::Client, &[ServerKey::Ecdsa]);
    assert_eq!(result(&negotiation), Ok((0xC00A, Some(23))));
    // Two ends of Schannel are compared line by line.
    let mut other = at(TLS10, ListKey::Ws2008);
    other.list.entries.retain(|entry| entry.curve != Some(Group::Secp521r1));
    let negotiation = choose(&other, &server, Side::Server, &[ServerKey::Ecdsa]);
    assert_eq!(result(&negotiation), Ok((0xC009, Some(23))));
}

/// The choice of docs/rules.md CS2 over sets of pairs: which suite with which group each end would speak.
fn reference(
    client: &Peer,
    server: &Peer,
    preference: Side,
    keys: &[ServerKey],
) -> Result<(Version, u32, Option<Group>), u8> {
    let common = |version: &Version| client.versions.contains(*version) && server.versions.contains(*version);
    let version = Version::ALL.into_iter().filter(common).max().ok_or(70)?;
    let pairs = |peer: &Peer, knows_lines: bool| -> Vec<(CodePoint, Option<Group>)> {
        let lines = || peer.list.entries.iter().filter(|entry| entry.enabled);
        let any: Vec<Group> = peer
            .groups
            .iter()
            .copied()
            .filter(|group| {
                lines()
                    .any(|line| line.suite.key_exchange.needs_group() && line.curve.is_none_or(|curve| curve == *group))
            })
            .collect();
        let mut pairs = Vec::new();
        for line in lines() {
            if !line.suite.key_exchange.needs_group() {
                pairs.push((line.suite.code, None));
                continue;
            }
            let groups = any.iter().filter(|&&group| !knows_lines || line.curve.is_none_or(|curve| curve == group));
            pairs.extend(groups.map(|&group| (line.suite.code, Some(group))));
        }
        pairs
    };
    let (of_client, of_server) = (pairs(client, false), pairs(server, true));
    let (ours, theirs) = if preference == Side::Server { (of_server, of_client) } else { (of_client, of_server) };
    let allowed = |code: CodePoint| {
        let suite = SUITES.iter().find(|suite| suite.code == code).unwrap();
        let needed: &[ServerKey] = match suite.authentication {
            Authentication::Rsa => &[ServerKey::Rsa],
            Authentication::Dss => &[ServerKey::Dss],
            Authentication::Ecdsa => &[ServerKey::Ecdsa],
            Authentication::Apart => &[ServerKey::Rsa, ServerKey::Ecdsa],
        };
        let short = !suite.name().contains("EXPORT") || keys.contains(&ServerKey::Temporary);
        suite.versions.contains(version) && short && needed.iter().any(|key| keys.contains(key))
    };
    let pair = ours.into_iter().find(|pair| allowed(pair.0) && theirs.contains(pair)).ok_or(40)?;
    Ok((version, pair.0.number(), pair.1))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn the_choice_is_that_over_sets(client in peer(), server in peer(), keys in keys()) {
        for preference in BOTH {
            let negotiation = choose(&client, &server, preference, &keys);
            let ours = negotiation.result.map(|it| (it.version, it.suite.code.number(), it.group)).map_err(NoAgreement::alert);
            prop_assert_eq!(ours, reference(&client, &server, preference, &keys));
            let chooser = if preference == Side::Server { &server } else { &client };
            // Every line is a candidate, and exactly one is taken where there is a result.
            let ranked: Vec<ListEntry> = negotiation.candidates.iter().map(|candidate| candidate.entry).collect();
            prop_assert_eq!(&ranked, &chooser.list.entries);
            let taken = negotiation.candidates.iter().filter(|candidate| candidate.why == Why::Taken).count();
            prop_assert_eq!(taken, usize::from(negotiation.result.is_ok()));
            if let Ok(chosen) = negotiation.result {
                for peer in [&client, &server] {
                    prop_assert!(peer.list.enabled().any(|entry| entry.suite == chosen.suite));
                    prop_assert!(peer.versions.contains(chosen.version));
                    prop_assert!(chosen.group.is_none_or(|group| peer.groups.contains(&group)));
                }
            }
        }
    }

    #[test]
    fn the_order_of_the_other_list_does_not_matter(
        (server, shuffled) in peer().prop_flat_map(|peer| {
            let shuffled = Just(peer.list.entries.clone()).prop_shuffle();
            (Just(peer), shuffled)
        }),
        other in peer(),
        keys in keys(),
    ) {
        let reordered = Peer { list: List { entries: shuffled, ..server.list.clone() }, ..server.clone() };
        prop_assert_eq!(choose(&other, &server, Side::Client, &keys), choose(&other, &reordered, Side::Client, &keys));
        prop_assert_eq!(choose(&server, &other, Side::Server, &keys), choose(&reordered, &other, Side::Server, &keys));
    }

    #[test]
    fn switching_off_what_was_taken_gives_the_next_that_would_have_done(
        client in peer(), server in peer(), keys in keys(),
    ) {
        let before = choose(&client, &server, Side::Server, &keys);
        let Some(taken) = before.candidates.iter().find(|candidate| candidate.why == Why::Taken) else { return Ok(()) };
        let next = before.candidates.iter().find(|candidate| candidate.why == Why::ComesLater);
        let mut without = server.clone();
        without.list.entries[taken.rank - 1].enabled = false;
        let after = choose(&client, &without, Side::Server, &keys);
        let taken = after.candidates.iter().find(|candidate| candidate.why == Why::Taken);
        prop_assert_eq!(taken.map(|candidate| candidate.rank), next.map(|candidate| candidate.rank));
    }
}
