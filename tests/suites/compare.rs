//! Two lists side by side, and what the book says of them.

use crate::list;
use proptest::prelude::*;
use starttls_lab::suites::{Claim, ComparedRow, Counted, List, ListKey, Presence, Share, Stack, compare, evidence};
use starttls_lab::text::EN;
use std::collections::BTreeSet;

fn windows() -> Vec<ComparedRow> {
    compare(&List::of(ListKey::Ws2003), &List::of(ListKey::Ws2008))
}

fn names(rows: &[ComparedRow], presence: Presence) -> Vec<String> {
    rows.iter().filter(|row| row.presence() == presence).map(ComparedRow::name).collect()
}

#[test]
fn windows_2008_lost_des_and_export_and_kept_rc4_3des_and_null() {
    let rows = windows();
    let lost = names(&rows, Presence::OnlyLeft);
    assert_eq!(lost.len(), 7);
    assert!(lost.iter().all(|name| name.contains("WITH_DES") || name.contains("EXPORT")), "{lost:?}");
    let kept = names(&rows, Presence::Both);
    assert_eq!(kept.len(), 6);
    assert!(kept.iter().all(|name| ["RC4", "3DES", "NULL"].iter().any(|word| name.contains(word))), "{kept:?}");
    assert_eq!(names(&rows, Presence::OnlyRight).len(), 18);
}

#[test]
fn a_change_of_rank_is_counted_from_both_lists() {
    for row in windows() {
        match row.name().as_str() {
            "TLS_RSA_WITH_RC4_128_MD5" => {
                assert_eq!((row.left.as_slice(), row.right.as_slice()), (&[1][..], &[20][..]))
            }
            "TLS_RSA_WITH_RC4_128_SHA" => assert_eq!(row.fall(), Some(1)),
            _ => assert_eq!(row.fall().is_some(), row.presence() == Presence::Both),
        }
    }
    let back = compare(&List::of(ListKey::Ws2008), &List::of(ListKey::Ws2003));
    for row in windows() {
        let same = back.iter().find(|other| other.name() == row.name()).unwrap();
        assert_eq!(same.fall(), row.fall().map(|fall| -fall));
    }
}

#[test]
fn curves_are_lines_between_windows_and_one_code_point_elsewhere() {
    let three = |row: &&ComparedRow| row.left.len() == 3;
    let old = List::of(ListKey::Ws2008);
    assert_eq!(compare(&old, &old).len(), 24);
    let rows = compare(&old, &List::of(ListKey::Openssl));
    let aligned: Vec<(&str, &[usize])> =
        rows.iter().filter(three).map(|row| (row.suite.name(), row.right.as_slice())).collect();
    assert_eq!(
        aligned,
        [
            ("TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA", &[22][..]),
            ("TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA", &[19]),
            ("TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", &[23]),
            ("TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA", &[20]),
        ]
    );
}

/// Counted anew, in the letters of the names.
#[test]
fn what_the_lists_show_can_be_counted_in_their_names() {
    let printed = |key: ListKey| key.lines().iter().map(|line| line.name).collect::<Vec<_>>();
    let (old, new) = (printed(ListKey::Ws2003), printed(ListKey::Ws2008));
    let kept = |word: &str| old.iter().filter(|name| name.contains(word) && new.contains(name)).count();
    let added = |word: &str| new.iter().filter(|name| name.contains(word) && !old.contains(name)).count();
    let removed: Vec<&&str> = old.iter().filter(|name| !new.contains(name)).collect();
    let share = |count, of: &[&str]| Share { count, of: of.len() };
    assert_eq!(
        evidence(Claim::NewForOld),
        Counted::NewForOld {
            sha1_before: share(old.iter().filter(|name| name.ends_with("_SHA")).count(), &old),
            aes_added: share(added("AES"), &new),
            rc4_kept: kept("RC4"),
            md5_kept: kept("MD5"),
            triple_des_kept: kept("3DES"),
            null_kept: kept("NULL"),
            ssl2_added: added("SSL_CK"),
            removed: share(removed.len(), &old),
            removed_des_or_export: removed
                .iter()
                .filter(|name| name.contains("_DES_CBC") || name.contains("EXPORT"))
                .count(),
        }
    );
    let suffixed: Vec<&&str> = new.iter().filter(|name| name.contains("SHA_P")).collect();
    let without: BTreeSet<&str> = suffixed.iter().filter_map(|name| Some(name.rsplit_once('_')?.0)).collect();
    assert_eq!(
        evidence(Claim::CurveAsHash),
        Counted::CurveAsHash {
            suffixed: share(suffixed.len(), &new),
            code_points: without.len(),
            sha1: without.iter().filter(|name| name.ends_with("_SHA")).count() * 3,
        }
    );
    let all: Vec<&&str> = old.iter().chain(&new).collect();
    let count = |word: &str| all.iter().filter(|name| name.contains(word)).count();
    assert_eq!(
        evidence(Claim::StreamingCipher),
        Counted::StreamingCipher { stream: count("RC4"), block: count("CBC"), none: count("NULL"), of: all.len() }
    );
    let named = count("_DSS_") + count("_ECDSA_") + count("ECDHE_RSA");
    assert_eq!(evidence(Claim::ThreeSets), Counted::ThreeSets { named, implied: all.len() - named, of: all.len() });
}

/// The numbers of docs/rules.md CS3.
#[test]
fn the_claims_meet_the_numbers_of_the_lists() {
    let Counted::NewForOld {
        sha1_before, rc4_kept, triple_des_kept, null_kept, removed, removed_des_or_export, ..
    } = evidence(Claim::NewForOld)
    else {
        panic!()
    };
    assert_eq!(sha1_before, Share { count: 9, of: 13 });
    assert_eq!((rc4_kept, triple_des_kept, null_kept), (2, 2, 2));
    assert_eq!((removed, removed_des_or_export), (Share { count: 7, of: 13 }, 7));
    for claim in Claim::ALL {
        assert!(!(EN.suites.claim)(claim).is_empty());
        assert!((EN.suites.evidence)(evidence(claim)).words.contains(|c: char| c.is_ascii_digit()));
    }
}

proptest! {
    #[test]
    fn the_rows_are_a_partition_of_both_lists(left in list(), right in list()) {
        let rows = compare(&left, &right);
        for (list, ranks) in [(&left, rows.iter().map(|row| &row.left).collect::<Vec<_>>()), (&right, rows.iter().map(|row| &row.right).collect())] {
            let mut seen: Vec<usize> = ranks.iter().flat_map(|ranks| ranks.iter().copied()).collect();
            prop_assert!(ranks.iter().all(|ranks| ranks.is_sorted()));
            seen.sort_unstable();
            prop_assert_eq!(seen, (1..=list.entries.len()).collect::<Vec<_>>());
        }
        let by_curve = left.stack == Stack::Schannel && right.stack == Stack::Schannel;
        for row in &rows {
            prop_assert!(!row.left.is_empty() || !row.right.is_empty());
            for (list, ranks) in [(&left, &row.left), (&right, &row.right)] {
                for &rank in ranks {
                    let entry = list.entries[rank - 1];
                    prop_assert_eq!(entry.suite.code, row.suite.code);
                    prop_assert_eq!(row.curve, if by_curve { entry.curve } else { None });
                }
            }
        }
        let keys: BTreeSet<_> = rows.iter().map(|row| (row.suite.code, row.curve)).collect();
        prop_assert_eq!(keys.len(), rows.len(), "one suite in two rows");
    }
}
