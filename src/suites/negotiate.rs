//! Which suite two lists come to: a model of the choice that a server makes, for stacks that are not in this program.
//!
//! ```text
//! version: the highest that both have, or alert 70
//! suite:   the first of the chooser's list that passes every test, or alert 40
//! group:   the first of the chooser's that the other has too
//! ```
//!
//! The version comes first, so that "too old" is said as such. Real servers stumble earlier, and say 40 where this model says 70: one
//! of TLS 1.0 does not see that the client has nothing so old, and finds no suite; rustls misses signature_algorithms, which a
//! hello for less than TLS 1.2 must not have (RFC 5246 §7.4.1.4.1). RFC 5246 §7.4.1.3, §E.1; RFC 8446 §4.1.1;
//! docs/rules.md CS2

use super::lists::{List, ListEntry};
use crate::registry::ListKey;
use crate::registry::{Authentication, ForwardSecrecy, Group, Suite, Version, VersionRange, alert};
use crate::scenario::Side;

/// One end, as far as the choice depends on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peer {
    pub list: List,
    pub versions: VersionRange,
    /// The preferred one first. A line of Schannel uses its own curve alone, and that only if it is here.
    pub groups: Vec<Group>,
}

impl Peer {
    /// A stack as it is by default.
    pub fn of(key: ListKey) -> Peer {
        let (first, last) = match key {
            ListKey::Ws2003 | ListKey::Ws2008 => (Version::SSL3, Version::TLS10),
            ListKey::Rustls | ListKey::Openssl => (Version::TLS12, Version::TLS13),
        };
        let groups: &[Group] = match key {
            ListKey::Ws2003 => &[],
            ListKey::Ws2008 => &[Group::Secp256r1, Group::Secp384r1, Group::Secp521r1],
            ListKey::Rustls => &[Group::X25519, Group::Secp256r1, Group::Secp384r1],
            ListKey::Openssl => &[Group::X25519, Group::Secp256r1, Group::X448, Group::Secp521r1, Group::Secp384r1],
        };
        Peer { list: List::of(key), versions: VersionRange::new(first, last), groups: groups.to_vec() }
    }

    /// The lines in use, as an engine takes them.
    pub fn lines(&self) -> Vec<(Suite, Option<Group>)> {
        self.list.enabled().map(|entry| (entry.suite, entry.curve)).collect()
    }

    /// The groups that `entry` may use, in this end's order.
    fn groups_of(&self, entry: ListEntry) -> impl Iterator<Item = Group> {
        let wanted = move |group: &Group| entry.curve.is_none_or(|curve| curve == *group);
        self.groups.iter().copied().filter(wanted)
    }

    /// What stands in supported_groups: every group that some suite in use may need, once. RFC 8422 §5.1.1
    pub fn supported_groups(&self) -> Vec<Group> {
        let uses = |group: Group| {
            let mut entries = self.list.enabled().filter(|entry| entry.suite.key_exchange.needs_group());
            entries.any(|entry| entry.curve.is_none_or(|curve| curve == group))
        };
        let mut groups = Vec::new();
        for &group in &self.groups {
            if uses(group) && !groups.contains(&group) {
                groups.push(group);
            }
        }
        groups
    }
}

/// A key that the server has, or makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ServerKey {
    Rsa,
    Ecdsa,
    Dss,
    /// A short key that is made for the session, which export suites need beside that of the certificate. RFC 2246 §7.4.3
    Temporary,
}

impl ServerKey {
    pub const ALL: [ServerKey; 4] = [ServerKey::Rsa, ServerKey::Ecdsa, ServerKey::Dss, ServerKey::Temporary];

    /// As in a link and on the command line.
    pub fn key(self) -> &'static str {
        match self {
            ServerKey::Rsa => "rsa",
            ServerKey::Ecdsa => "ecdsa",
            ServerKey::Dss => "dss",
            ServerKey::Temporary => "temporary",
        }
    }
}

/// Why a suite was taken, or was not. Tests are made in this order; the first that fails is the reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Why {
    SwitchedOff,
    /// The ends have no version in common.
    NoVersion,
    /// The other end does not have it, or has it switched off.
    NotShared,
    /// The version that was chosen does not have it.
    NotInVersion,
    /// The server has no key of its kind.
    NoKey,
    NoTemporaryKey,
    /// The ends have no group in common for it.
    NoGroup,
    Taken,
    /// It would have done, but another comes first.
    ComesLater,
}

/// A line of the chooser's list and what became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Counts from 1.
    pub rank: usize,
    pub entry: ListEntry,
    pub why: Why,
}

/// What was agreed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Agreement {
    pub version: Version,
    pub suite: Suite,
    /// Where the key exchange needs one.
    pub group: Option<Group>,
}

/// Why nothing was agreed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NoAgreement {
    ProtocolVersion,
    HandshakeFailure,
}

impl NoAgreement {
    /// The number of its alert. RFC 8446 §6
    pub fn alert(self) -> u8 {
        match self {
            NoAgreement::ProtocolVersion => alert::PROTOCOL_VERSION,
            NoAgreement::HandshakeFailure => alert::HANDSHAKE_FAILURE,
        }
    }
}

/// The choice and how it came about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SuiteChoice {
    pub result: Result<Agreement, NoAgreement>,
    /// Every line of the chooser's list, in its order.
    pub candidates: Vec<Candidate>,
}

impl SuiteChoice {
    /// The first line with forward secrecy that would have done, where one without it was taken.
    pub fn missed_forward_secrecy(&self) -> Option<Candidate> {
        let chosen = self.result.ok()?;
        let better = |candidate: &&Candidate| {
            let secrecy = candidate.entry.suite.forward_secrecy();
            candidate.why == Why::ComesLater
                && secrecy == ForwardSecrecy::Yes
                && secrecy > chosen.suite.forward_secrecy()
        };
        self.candidates.iter().find(better).copied()
    }
}

/// The choice between `client` and `server`, whose keys are `keys`, in the order of `preference`'s list.
pub fn choose(client: &Peer, server: &Peer, preference: Side, keys: &[ServerKey]) -> SuiteChoice {
    let (chooser, other) = match preference {
        Side::Client => (client, server),
        Side::Server => (server, client),
    };
    let version = client.versions.highest_common(server.versions);
    let mut result = Err(match version {
        Some(_) => NoAgreement::HandshakeFailure, // RFC 5246 §7.2.2
        None => NoAgreement::ProtocolVersion,     // RFC 5246 §7.2.2
    });
    // A server knows its own lines and what the hello says, which is one list of groups for all suites. RFC 8422 §5.1.1
    let groups = |side, peer: &Peer, entries: &[ListEntry]| match side {
        Side::Client => peer.supported_groups(),
        Side::Server => entries.iter().flat_map(|&entry| peer.groups_of(entry)).collect(),
    };
    let group = |entry: ListEntry| {
        let theirs: Vec<ListEntry> = other.list.enabled().filter(|line| line.suite.code == entry.suite.code).collect();
        let theirs = groups(preference.other(), other, &theirs);
        groups(preference, chooser, &[entry]).into_iter().find(|group| theirs.contains(group))
    };
    let mut candidates = Vec::with_capacity(chooser.list.entries.len());
    for (index, &entry) in chooser.list.entries.iter().enumerate() {
        let why = match test(entry, &other.list, version, keys, group) {
            Ok(chosen) if result.is_err() => {
                result = Ok(chosen);
                Why::Taken
            }
            Ok(_) => Why::ComesLater,
            Err(why) => why,
        };
        candidates.push(Candidate { rank: index + 1, entry, why });
    }
    SuiteChoice { result, candidates }
}

/// What `entry` would give by itself, or the first test that it fails.
fn test(
    entry: ListEntry,
    other: &List,
    version: Option<Version>,
    keys: &[ServerKey],
    group: impl Fn(ListEntry) -> Option<Group>,
) -> Result<Agreement, Why> {
    let suite = entry.suite;
    if !entry.enabled {
        return Err(Why::SwitchedOff);
    }
    let version = version.ok_or(Why::NoVersion)?;
    if !other.enabled().any(|line| line.suite.code == suite.code) {
        return Err(Why::NotShared);
    }
    if !suite.versions.contains(version) {
        return Err(Why::NotInVersion);
    }
    if !has_key(keys, suite) {
        return Err(Why::NoKey);
    }
    if !has_temporary(keys, suite) {
        return Err(Why::NoTemporaryKey);
    }
    if !suite.key_exchange.needs_group() {
        return Ok(Agreement { version, suite, group: None });
    }
    let group = group(entry).ok_or(Why::NoGroup)?;
    Ok(Agreement { version, suite, group: Some(group) })
}

/// The server has all the keys that the suite asks for.
pub(super) fn has_keys(keys: &[ServerKey], suite: Suite) -> bool {
    has_key(keys, suite) && has_temporary(keys, suite)
}

fn has_key(keys: &[ServerKey], suite: Suite) -> bool {
    match suite.authentication {
        Authentication::Rsa => keys.contains(&ServerKey::Rsa),
        Authentication::Dss => keys.contains(&ServerKey::Dss),
        Authentication::Ecdsa => keys.contains(&ServerKey::Ecdsa),
        // TLS 1.3 has no signatures by DSA. RFC 8446 §4.2.3
        Authentication::Apart => keys.contains(&ServerKey::Rsa) || keys.contains(&ServerKey::Ecdsa),
    }
}

fn has_temporary(keys: &[ServerKey], suite: Suite) -> bool {
    !suite.key_exchange.is_export() || keys.contains(&ServerKey::Temporary)
}
