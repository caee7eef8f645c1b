//! Two ends as a learner sets them: whose list, in which order, which versions and curves, and what keys the server has. As a link has
//! it: only what differs from the defaults of the two lists.

use super::lists::{List, ListEntry, Stack};
use super::negotiate::{Peer, ServerKey, SuiteChoice, choose, has_keys};
use crate::registry::ListKey;
use crate::registry::{Group, Version, VersionRange};
use crate::scenario::{Edit, OldList, Scenario, Side, Switch, TlsStack, preset};

/// One end, and whose list it began with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct End {
    pub key: ListKey,
    pub peer: Peer,
}

impl End {
    pub fn of(key: ListKey) -> End {
        End { key, peer: Peer::of(key) }
    }

    /// Nothing was changed.
    pub fn is_default(&self) -> bool {
        *self == End::of(self.key)
    }
}

/// The client's list stands on the left, the server's on the right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Encounter {
    pub client: End,
    pub server: End,
    /// Whose order counts.
    pub preference: Side,
    pub keys: Vec<ServerKey>,
    /// The line whose name is taken apart.
    pub line: ListEntry,
}

/// One thing that a learner does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Another list, as it is by default.
    List(Side, ListKey),
    /// Two lists, and everything else by default.
    Pair(ListKey, ListKey),
    /// The client's end becomes the server's, and the other way round.
    Swap,
    /// The line at the first place is put at the second; both count from 0.
    Move(Side, usize, usize),
    /// The line at this place is switched on or off.
    Switch(Side, usize),
    Versions(Side, VersionRange),
    /// A curve is switched on or off.
    Curve(Side, Group),
    /// The server gets a key, or loses it.
    Key(ServerKey),
    Prefer(Side),
    Line(ListEntry),
    /// An end as it is by default.
    Restore(Side),
}

/// What a server with an old list has: the key of its certificate, and what it makes for export. docs/rules.md CS4
const KEYS_AT_FIRST: [ServerKey; 2] = [ServerKey::Rsa, ServerKey::Temporary];

/// A session in which the two are tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tried {
    pub scenario: Scenario,
    /// Not all is as it was set: the versions, the curves, whose order counts, or a list of rustls are there as the system has them.
    pub differs: bool,
}

impl Default for Encounter {
    fn default() -> Encounter {
        Encounter::of(ListKey::Ws2003, ListKey::Ws2008)
    }
}

impl Encounter {
    pub fn of(client: ListKey, server: ListKey) -> Encounter {
        let (client, server) = (End::of(client), End::of(server));
        let preference = server.key.stack().preference();
        let line = first_line(client.key);
        Encounter { client, server, preference, keys: KEYS_AT_FIRST.to_vec(), line }
    }

    pub fn end(&self, side: Side) -> &End {
        match side {
            Side::Client => &self.client,
            Side::Server => &self.server,
        }
    }

    fn end_mut(&mut self, side: Side) -> &mut End {
        match side {
            Side::Client => &mut self.client,
            Side::Server => &mut self.server,
        }
    }

    /// What names a place that is not there changes nothing.
    pub fn with(mut self, change: Change) -> Encounter {
        match change {
            Change::List(side, key) => {
                *self.end_mut(side) = End::of(key);
                self.preference = self.server.key.stack().preference();
            }
            Change::Pair(client, server) => return Encounter::of(client, server),
            Change::Swap => {
                std::mem::swap(&mut self.client, &mut self.server);
                self.preference = self.server.key.stack().preference();
            }
            Change::Move(side, from, to) => {
                let entries = &mut self.end_mut(side).peer.list.entries;
                if from < entries.len() && to < entries.len() {
                    let entry = entries.remove(from);
                    entries.insert(to, entry);
                }
            }
            Change::Switch(side, place) => {
                if let Some(entry) = self.end_mut(side).peer.list.entries.get_mut(place) {
                    entry.enabled = !entry.enabled;
                }
            }
            Change::Versions(side, versions) => self.end_mut(side).peer.versions = versions,
            Change::Curve(side, group) => {
                let end = self.end_mut(side);
                let has = |curve: Group| end.peer.groups.contains(&curve) != (curve == group);
                end.peer.groups = curves(end.key).into_iter().filter(|&curve| has(curve)).collect();
            }
            Change::Key(key) => {
                let has = |one: &ServerKey| self.keys.contains(one) != (*one == key);
                self.keys = ServerKey::ALL.into_iter().filter(has).collect();
            }
            Change::Prefer(side) => self.preference = side,
            Change::Line(entry) => self.line = ListEntry { enabled: true, ..entry },
            Change::Restore(side) => {
                let end = self.end_mut(side);
                *end = End::of(end.key);
            }
        }
        self
    }

    /// What the two come to, by the model.
    pub fn negotiation(&self) -> SuiteChoice {
        choose(&self.client.peer, &self.server.peer, self.preference, &self.keys)
    }

    /// What the ends of a session are to have for TLS, so that it is tried: for the client and the server. `None` where the lab has no such
    /// end: it has no OpenSSL.
    pub fn stacks(&self) -> Option<(TlsStack, TlsStack)> {
        let stack = |end: &End| match end.key {
            ListKey::Ws2003 => Some(TlsStack::Ws2003),
            ListKey::Ws2008 => Some(TlsStack::Ws2008),
            ListKey::Rustls => Some(TlsStack::Rustls),
            ListKey::Openssl => None,
        };
        Some((stack(&self.client)?, stack(&self.server)?))
    }

    /// The session between the two as they are set: old ends have their lists in the order and as far as they are on, and an old server those
    /// lines alone for which it has a key, which it could not take anyway. `None` where the lab has no such end, or one has nothing to say.
    pub fn session(&self) -> Option<Tried> {
        let (client, server) = self.stacks()?;
        let base = preset("postfix")?.scenario.with(Edit::ClientStack(client)).with(Edit::ServerStack(server));
        let default = Encounter::of(self.client.key, self.server.key);
        let ssl3 =
            client != TlsStack::Rustls && self.client.peer.versions == VersionRange::new(Version::SSL3, Version::SSL3);
        let of_system = |end: &End, only: bool| {
            let peer = Peer::of(end.key);
            let as_list = end.key.stack() == Stack::Schannel || end.peer.list == peer.list;
            as_list && (only || end.peer.versions == peer.versions) && end.peer.groups == peer.groups
        };
        let differs = !of_system(&self.client, ssl3)
            || !of_system(&self.server, false)
            || self.preference != default.preference
            || (server == TlsStack::Rustls && self.keys != default.keys);
        let lines = |end: &End, all: bool| {
            let has_key = |entry: &ListEntry| all || has_keys(&self.keys, entry.suite);
            end.peer.list.enabled().filter(has_key).filter_map(ListEntry::old_line).collect::<Vec<_>>()
        };
        let mut scenario = base.with(Edit::ClientSsl3(Switch::of(ssl3)));
        let offered = lines(&self.client, true);
        let is_changed = client != TlsStack::Rustls && offered != lines(&default.client, true);
        if is_changed {
            scenario = scenario.with(Edit::ClientSuite(Some(OldList::of(offered.iter().copied())?)));
        }
        // What is offered alone would switch itself on at a server that is as by default.
        let is_asked = is_changed && offered.len() == 1;
        let is_default = self.server.peer.list == default.server.peer.list && self.keys == default.keys;
        if server != TlsStack::Rustls && (is_asked || !is_default) {
            scenario = scenario.with(Edit::ServerSuite(Some(OldList::of(lines(&self.server, false))?)));
        }
        scenario.conflict().is_none().then_some(Tried { scenario, differs })
    }

    /// What would make a pair that cannot be tried one that can: rustls at one end, or at both.
    pub fn to_be_tried(&self) -> Change {
        let one = [Side::Server, Side::Client].map(|side| Change::List(side, ListKey::Rustls));
        let works = |change: &Change| self.clone().with(*change).stacks().is_some();
        one.into_iter().find(works).unwrap_or(Change::Pair(ListKey::Rustls, ListKey::Rustls))
    }
}

/// The curves that an end can be given: its own first, in its order.
pub fn curves(key: ListKey) -> Vec<Group> {
    let mut curves = Peer::of(key).groups;
    curves.extend(Group::ALL.into_iter().filter(|group| !Peer::of(key).groups.contains(group)));
    curves
}

fn first_line(key: ListKey) -> ListEntry {
    let line = key.lines()[0];
    ListEntry { suite: line.suite, curve: line.curve, enabled: true }
}

/// The keys of a link, in the order in which they are applied.
pub const KEYS: [&str; 11] = [
    "left",
    "right",
    "prefer",
    "keys",
    "suite",
    "left.versions",
    "right.versions",
    "left.curves",
    "right.curves",
    "left.lines",
    "right.lines",
];

/// Both lists, and what else differs from what they are by default, as `key=value`.
pub fn write(encounter: &Encounter) -> Vec<String> {
    let default = Encounter::of(encounter.client.key, encounter.server.key);
    let mut parts = Vec::new();
    for key in KEYS {
        let value = value(encounter, key);
        if key == "left" || key == "right" || value != self::value(&default, key) {
            parts.push(format!("{key}={value}"));
        }
    }
    parts
}

/// Applies the pairs of a link, whatever their order. What a pair should have been is returned with its key, if it cannot be applied.
pub fn read(pairs: &[(&str, &str)]) -> (Encounter, Vec<(&'static str, String)>) {
    let mut encounter = Encounter::default();
    let mut refused = Vec::new();
    for key in KEYS {
        let Some((_, text)) = pairs.iter().find(|(found, _)| *found == key) else { continue };
        match apply(&encounter, key, text) {
            Ok(next) => encounter = next,
            Err(expected) => refused.push((key, expected)),
        }
        // The first line of the list, unless the link names another.
        if key == "left" {
            encounter.line = first_line(encounter.client.key);
        }
    }
    (encounter, refused)
}

fn side_of(key: &str) -> Side {
    if key.starts_with("left") { Side::Client } else { Side::Server }
}

fn value(encounter: &Encounter, key: &'static str) -> String {
    let end = encounter.end(side_of(key));
    match key {
        "left" | "right" => end.key.key().to_owned(),
        "prefer" => encounter.preference.key().to_owned(),
        "keys" => joined(encounter.keys.iter().map(|key| key.key())),
        "suite" => encounter.line.name(),
        "left.versions" | "right.versions" => {
            format!("{}-{}", end.peer.versions.first.key(), end.peer.versions.last.key())
        }
        "left.curves" | "right.curves" => joined(end.peer.groups.iter().map(|group| group.name())),
        _ => {
            let ranks = end.peer.list.entries.iter().filter_map(|entry| {
                let rank = rank(end.key, *entry)?;
                Some(format!("{}{rank}", if entry.enabled { "" } else { "-" }))
            });
            ranks.collect::<Vec<_>>().join(".")
        }
    }
}

/// What a link has for an empty set.
const NONE: &str = "none";

fn joined<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let words: Vec<&str> = words.collect();
    if words.is_empty() { NONE.to_owned() } else { words.join("+") }
}

/// The place of a line in the list by default, from 1.
fn rank(key: ListKey, entry: ListEntry) -> Option<usize> {
    let same = |line: &ListEntry| line.suite.code == entry.suite.code && line.curve == entry.curve;
    List::of(key).entries.iter().position(same).map(|index| index + 1)
}

fn apply(encounter: &Encounter, key: &'static str, text: &str) -> Result<Encounter, String> {
    let side = side_of(key);
    let end = encounter.end(side);
    let mut next = encounter.clone();
    match key {
        "left" | "right" => {
            let list = ListKey::from_key(text).ok_or_else(|| ListKey::ALL.map(ListKey::key).join(", "))?;
            next = next.with(Change::List(side, list));
        }
        "prefer" => {
            let all = [Side::Client, Side::Server];
            next.preference = all.into_iter().find(|side| side.key() == text).ok_or("client, server")?;
        }
        "keys" => next.keys = subset(text, &ServerKey::ALL, ServerKey::key)?,
        "suite" => {
            let lines = ListKey::ALL.into_iter().flat_map(|list| List::of(list).entries);
            // Without a curve, where the other list has none.
            let mut lines = lines.clone().chain(lines.map(|line| ListEntry::of(line.suite)));
            let line = lines.find(|entry| entry.name() == text).ok_or("the name of a suite in one of the lists")?;
            next = next.with(Change::Line(line));
        }
        "left.versions" | "right.versions" => {
            let range = text
                .split_once('-')
                .and_then(|(first, last)| Some(VersionRange::new(Version::from_key(first)?, Version::from_key(last)?)));
            let all = Version::ALL.map(Version::key).join(", ");
            let range = range.ok_or_else(|| format!("oldest-newest, each of {all}"))?;
            next.end_mut(side).peer.versions = range;
        }
        "left.curves" | "right.curves" => {
            next.end_mut(side).peer.groups = subset(text, &curves(end.key), Group::name)?;
        }
        _ => next.end_mut(side).peer.list.entries = lines(end.key, text)?,
    }
    Ok(next)
}

/// Those of `all` that the words of `text` name, in the order of `all`.
fn subset<T: Copy>(text: &str, all: &[T], key: fn(T) -> &'static str) -> Result<Vec<T>, String> {
    let expected =
        || format!("{NONE}, or {}, joined by +", all.iter().map(|&one| key(one)).collect::<Vec<_>>().join(", "));
    let words: Vec<&str> = text.split('+').filter(|_| text != NONE).collect();
    let chosen: Vec<T> = all.iter().copied().filter(|&one| words.contains(&key(one))).collect();
    if chosen.len() == words.len() { Ok(chosen) } else { Err(expected()) }
}

/// Every line of a list once, by its rank, in another order; those with a minus are switched off.
fn lines(key: ListKey, text: &str) -> Result<Vec<ListEntry>, String> {
    let all = List::of(key).entries;
    let expected =
        || format!("each of 1 to {} once, joined by dots, with a minus before what is switched off", all.len());
    let mut taken = vec![false; all.len()];
    let mut lines = Vec::with_capacity(all.len());
    for word in text.split('.') {
        let (enabled, digits) = word.strip_prefix('-').map_or((true, word), |digits| (false, digits));
        // No other spelling of a number than ours, so that a link has one form.
        let rank: usize = digits.parse().ok().filter(|rank: &usize| rank.to_string() == digits).ok_or_else(expected)?;
        let place = rank.checked_sub(1).ok_or_else(expected)?;
        let (Some(entry), Some(seen @ false)) = (all.get(place), taken.get_mut(place)) else { return Err(expected()) };
        *seen = true;
        lines.push(ListEntry { enabled, ..*entry });
    }
    if lines.len() == all.len() { Ok(lines) } else { Err(expected()) }
}
