//! `suites/`: the data against its sources, names, the comparison, the negotiation, and hellos with a real rustls behind them.

mod compare;
mod data;
mod encounter;
mod ending;
mod forced;
mod hello;
mod names;
mod negotiate;
#[path = "../common/openssl.rs"]
mod openssl;
mod wire;

use proptest::prelude::*;
use starttls_lab::registry::{Group, SUITES, Version, VersionRange};
use starttls_lab::suites::{List, ListEntry, Peer, ServerKey, Stack};

pub fn entries() -> impl Strategy<Value = Vec<ListEntry>> {
    let suite = prop::sample::select(SUITES);
    let curve = prop::option::of(prop::sample::select(&Group::ALL[..3]));
    let entry = (suite, curve, prop::bool::weighted(0.9)).prop_map(|(suite, curve, enabled)| {
        // Only lines with a curve to agree on have one, as with Schannel.
        let curve = curve.filter(|_| suite.key_exchange.needs_group());
        ListEntry { curve, enabled, ..ListEntry::of(suite) }
    });
    prop::collection::vec(entry, 0..40)
}

/// Of Schannel: half of the lists with curves as generated, half with one curve for every line that lacks it.
pub fn list() -> impl Strategy<Value = List> {
    let stack = prop::sample::select(vec![Stack::Schannel, Stack::Rustls, Stack::Openssl]);
    let default = prop::option::of(prop::sample::select(&Group::ALL[..3]));
    (stack, entries(), default).prop_map(|(stack, mut entries, default)| {
        for entry in entries.iter_mut().filter(|entry| entry.suite.key_exchange.needs_group()) {
            entry.curve = if stack == Stack::Schannel { entry.curve.or(default) } else { None };
        }
        List { stack, entries }
    })
}

/// `first` may be newer than `last`: then there is no version.
pub fn versions() -> impl Strategy<Value = VersionRange> {
    let version = || prop::sample::select(Version::ALL.to_vec());
    prop_oneof![
        4 => (version(), version()).prop_map(|(a, b)| VersionRange::new(a.min(b), a.max(b))),
        1 => (version(), version()).prop_map(|(a, b)| VersionRange::new(a, b)),
    ]
}

pub fn peer() -> impl Strategy<Value = Peer> {
    let groups = prop::collection::vec(prop::sample::select(Group::ALL.to_vec()), 0..6);
    (list(), versions(), groups).prop_map(|(list, versions, groups)| Peer { list, versions, groups })
}

pub fn keys() -> impl Strategy<Value = Vec<ServerKey>> {
    let all = vec![ServerKey::Rsa, ServerKey::Ecdsa, ServerKey::Dss, ServerKey::Temporary];
    prop::sample::subsequence(all, 0..=4)
}
