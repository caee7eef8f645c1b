//! Two runs beside each other: what became of the mail, which events are alike, where they first differ, and which switch makes each of
//! these differences.
//!
//! Events are compared by what they say and do, not by their numbers or their octets: randoms and what depends on them differ between any
//! two seeds. Octets of the wire are compared on their own.

use crate::dissect::facts::MessageFacts;
use crate::dissect::handshake::MessageKind;
use crate::dissect::{Entry, Reading, dissect};
use crate::lab::run;
use crate::policy::Reason;
use crate::scenario::{Edit, Offer, Path, Scenario, Side};
use crate::story::Story;
use crate::story::say::{Facts, HeadlineClaim, because, headline};
use crate::tls;
use crate::trace::{EventId, StreamKind, Trace, What, describe};

/// Pairs of events above which the middle is not aligned but only set side by side.
const MOST: usize = 1_000_000;

/// What the two runs have at one place; at least one of them has something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    pub left: Option<EventId>,
    pub right: Option<EventId>,
    /// Both say the same.
    pub same: bool,
}

/// The first octet in which the wires differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Octet {
    pub connection: u16,
    pub from: Side,
    /// Its place in what the side sent on that connection.
    pub at: usize,
    /// `None`: this run has sent no more there.
    pub left: Option<u8>,
    pub right: Option<u8>,
    /// The events that sent them.
    pub events: (Option<EventId>, Option<EventId>),
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// Every event that shows something, of both, in order.
    pub pairs: Vec<Pair>,
    pub octet: Option<Octet>,
}

impl Comparison {
    pub fn of(left: (&Trace, &Reading), right: (&Trace, &Reading)) -> Comparison {
        let pairs = align(&signatures(left.0, left.1), &signatures(right.0, right.1));
        Comparison { pairs, octet: first_octet(left.0, right.0) }
    }

    /// The first pair that is not the same.
    pub fn first(&self) -> Option<&Pair> {
        self.pairs.iter().find(|pair| !pair.same)
    }
}

/// What the two runs come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Endings {
    Alike,
    /// The same becomes of the mail, for another reason.
    OtherReason,
    Different,
}

impl Endings {
    pub fn of(left: Facts<'_>, right: Facts<'_>) -> Endings {
        match (headline(left) == headline(right), because(left) == because(right)) {
            (false, _) => Endings::Different,
            (true, false) => Endings::OtherReason,
            (true, true) => Endings::Alike,
        }
    }
}

/// Those switches of `now` that alone turn one outcome into the other: set in `pinned`, or taken back in `now`. Each is found by runs.
pub fn deciding(pinned: (&Scenario, HeadlineClaim), now: (&Scenario, HeadlineClaim)) -> Vec<Edit> {
    if pinned.1 == now.1 {
        return Vec::new();
    }
    let goes = |scenario: &Scenario, edit, wanted| {
        let other = scenario.with(edit);
        other.conflict().is_none() && ending(&other) == wanted
    };
    let pairs =
        now.0.edits_from(pinned.0).into_iter().zip(pinned.0.edits_from(now.0)).filter(|(edit, _)| is_cause(*edit));
    pairs.filter(|(to, back)| goes(pinned.0, *to, now.1) || goes(now.0, *back, pinned.1)).map(|(to, _)| to).collect()
}

/// The switch of a scenario that is best put back, or set otherwise, to see what it does: the path first, for there is the attacker; then
/// what differs from `usual`; and where nothing does, whether the server has STARTTLS. Of these the first that alone makes another
/// outcome, each found by a run; else the first.
pub fn neighbour(scenario: &Scenario, usual: &Scenario) -> Option<Edit> {
    let back = usual.edits_from(scenario).into_iter().filter(|edit| is_cause(*edit));
    let starttls = Edit::Starttls(Offer::NotOffered);
    let tried = std::iter::once(Edit::Path(Path::Direct)).chain(back).chain([starttls]);
    let tried: Vec<Edit> =
        tried.filter(|&edit| scenario.with(edit) != *scenario && scenario.with(edit).conflict().is_none()).collect();
    let here = ending(scenario);
    tried.iter().copied().find(|&edit| ending(&scenario.with(edit)) != here).or(tried.first().copied())
}

/// What becomes of the mail in a scenario.
pub fn ending(scenario: &Scenario) -> HeadlineClaim {
    let trace = run(scenario);
    let reading = dissect(&trace);
    let story = Story::of(&trace, &reading);
    headline(Facts { trace: &trace, reading: &reading, story: &story })
}

/// Another seed and another date change nearly every octet, and no story.
fn is_cause(edit: Edit) -> bool {
    !matches!(edit, Edit::Seed(_) | Edit::Clock(_))
}

/// Those switches of `now` that alone make the run of `pinned`, given with its reading, differ where it differs from that of `now`: `found` says
/// where. Each is found by a run.
pub fn causes(pinned: &Scenario, base: (&Trace, &Reading), now: &Scenario, found: &Comparison) -> Vec<Edit> {
    let Some(wanted) = found.first() else { return Vec::new() };
    let edits = now.edits_from(pinned).into_iter();
    edits
        .filter(|&edit| is_cause(edit))
        .filter(|&edit| {
            let alone = pinned.with(edit);
            if alone.conflict().is_some() {
                return false;
            }
            let trace = run(&alone);
            let comparison = Comparison::of(base, (&trace, &dissect(&trace)));
            comparison.first().is_some_and(|pair| pair.left == wanted.left)
        })
        .collect()
}

/// What an event says, so that two of them can be held against each other.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Signature {
    id: EventId,
    connection: u16,
    who: Side,
    /// Only like things stand on one line where they differ.
    kind: std::mem::Discriminant<What>,
    says: Says,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Says {
    /// A line, and whether it was sealed.
    Line(bool, String),
    /// The messages of a record, each with whether it was sealed.
    Messages(Vec<(MessageKind, bool, MessageFacts)>),
    /// By the key of the answer.
    Decided(String, Vec<Reason>),
    /// Certificates by what was found; their octets depend on the seed.
    Check(Side, Vec<String>, [tls::Verdict; 4]),
    Stored(Vec<String>, bool, Vec<u8>),
    /// As in the listing.
    Other(String),
}

impl Signature {
    fn is(&self, other: &Signature) -> bool {
        (self.connection, self.who, self.kind) == (other.connection, other.who, other.kind) && self.says == other.says
    }
}

fn signatures(trace: &Trace, reading: &Reading) -> Vec<Signature> {
    let mut all = Vec::new();
    for (id, event) in trace.events.iter().enumerate() {
        let says = match (&event.what, reading.entries.get(id)) {
            (What::Moved { .. } | What::TlsStarted, _) => continue,
            (What::Sent { .. }, Some(Entry::Line(line))) => Says::Line(trace.sealed(event), line.text.clone()),
            (What::Sent { .. }, Some(Entry::Record(messages))) => {
                let messages = messages.iter().map(|message| (message.kind, message.sealed, message.facts.clone()));
                Says::Messages(messages.collect())
            }
            (What::Decided(decision), _) => Says::Decided(decision.answer_key(), decision.reasons().collect()),
            (What::Checked(check), _) => {
                let found = [&check.chain, &check.name, &check.dates, &check.purpose].map(Clone::clone);
                Says::Check(check.of, check.names.clone(), found)
            }
            (What::Stored(stored), _) => {
                let envelope = std::iter::once(&stored.from).chain(&stored.to).cloned();
                Says::Stored(envelope.collect(), stored.sealed, trace.octets(stored.message).to_vec())
            }
            _ => Says::Other(describe(trace, event)),
        };
        let kind = std::mem::discriminant(&event.what);
        all.push(Signature { id, connection: event.connection, who: event.who, kind, says });
    }
    all
}

/// The longest common subsequence, and what lies between its parts.
fn align(left: &[Signature], right: &[Signature]) -> Vec<Pair> {
    let alike = |(a, b): &(&Signature, &Signature)| a.is(b);
    let head = left.iter().zip(right).take_while(alike).count();
    let (left_rest, right_rest) = (left.get(head..).unwrap_or_default(), right.get(head..).unwrap_or_default());
    let tail = left_rest.iter().rev().zip(right_rest.iter().rev()).take_while(alike).count();
    let left_middle = left_rest.get(..left_rest.len() - tail).unwrap_or_default();
    let right_middle = right_rest.get(..right_rest.len() - tail).unwrap_or_default();
    let both = |(a, b): (&Signature, &Signature)| Pair { left: Some(a.id), right: Some(b.id), same: true };
    let mut pairs: Vec<Pair> = left.iter().zip(right).take(head).map(both).collect();
    middle(left_middle, right_middle, &mut pairs);
    let tails = left_rest.iter().skip(left_middle.len()).zip(right_rest.iter().skip(right_middle.len()));
    pairs.extend(tails.map(both));
    pairs
}

fn middle(left: &[Signature], right: &[Signature], pairs: &mut Vec<Pair>) {
    let width = right.len() + 1;
    if left.len().saturating_mul(right.len()) > MOST {
        between(left, right, pairs);
        return;
    }
    // How long the longest common sequence of the rests is, from each pair of places on.
    let mut lengths = vec![0_u32; (left.len() + 1) * width];
    let get = |lengths: &[u32], i: usize, j: usize| lengths.get(i * width + j).copied().unwrap_or_default();
    for (i, a) in left.iter().enumerate().rev() {
        for (j, b) in right.iter().enumerate().rev() {
            let longest = match a.is(b) {
                true => get(&lengths, i + 1, j + 1) + 1,
                false => get(&lengths, i + 1, j).max(get(&lengths, i, j + 1)),
            };
            if let Some(length) = lengths.get_mut(i * width + j) {
                *length = longest;
            }
        }
    }
    let (mut i, mut j) = (0, 0);
    let (mut from_left, mut from_right) = (0, 0);
    while let (Some(a), Some(b)) = (left.get(i), right.get(j)) {
        if a.is(b) {
            between(left.get(from_left..i).unwrap_or_default(), right.get(from_right..j).unwrap_or_default(), pairs);
            pairs.push(Pair { left: Some(a.id), right: Some(b.id), same: true });
            (i, j) = (i + 1, j + 1);
            (from_left, from_right) = (i, j);
        } else if get(&lengths, i + 1, j) >= get(&lengths, i, j + 1) {
            i += 1;
        } else {
            j += 1;
        }
    }
    between(left.get(from_left..).unwrap_or_default(), right.get(from_right..).unwrap_or_default(), pairs);
}

/// What has no like: of the same side and kind on one line, else each on its own.
fn between(left: &[Signature], right: &[Signature], pairs: &mut Vec<Pair>) {
    let mut right = right.iter().peekable();
    for a in left {
        let b = right.next_if(|b| (a.who, a.kind) == (b.who, b.kind));
        pairs.push(Pair { left: Some(a.id), right: b.map(|b| b.id), same: false });
    }
    pairs.extend(right.map(|b| Pair { left: None, right: Some(b.id), same: false }));
}

fn first_octet(left: &Trace, right: &Trace) -> Option<Octet> {
    let wire = |trace: &Trace, connection: u16, from: Side| {
        let stream = trace.streams.iter().enumerate();
        let mut found = stream.filter(|(_, s)| (s.connection, s.from, s.layer) == (connection, from, StreamKind::Wire));
        found.next().map(|(number, stream)| (number, stream.bytes.clone()))
    };
    let sender = |trace: &Trace, number: usize, at: usize| {
        trace.events.iter().position(|event| match event.what {
            What::Sent { wire, .. } => {
                wire.stream.index() == number && (wire.start as usize..wire.end as usize).contains(&at)
            }
            _ => false,
        })
    };
    let connections = Trace::distinct(left.connections().chain(right.connections()));
    let all = connections.into_iter().flat_map(|connection| [(connection, Side::Server), (connection, Side::Client)]);
    let differences = all.filter_map(|(connection, from)| {
        let (a, b) = (wire(left, connection, from), wire(right, connection, from));
        let (a_number, a) = a.unwrap_or((usize::MAX, Vec::new()));
        let (b_number, b) = b.unwrap_or((usize::MAX, Vec::new()));
        let common = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
        let (one, other) = (a.get(common).copied(), b.get(common).copied());
        (one != other).then(|| {
            let events = (sender(left, a_number, common), sender(right, b_number, common));
            Octet { connection, from, at: common, left: one, right: other, events }
        })
    });
    // The one that is sent first.
    differences.min_by_key(|octet| {
        let (a, b) = octet.events;
        a.unwrap_or(usize::MAX).min(b.unwrap_or(usize::MAX))
    })
}
