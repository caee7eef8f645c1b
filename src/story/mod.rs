//! What a trace amounts to: the seven points, the capability lists before and after TLS and what changed, and the outcome.
//!
//! Everything is found by rules on events, never by position. A run that stops early leaves the rest not reached.

mod mark;
mod outcome;
pub mod letter;
pub mod printed;
pub mod rows;
pub mod wiretap;

use crate::dissect::Reading;
use crate::dissect::smtp::Role;
use crate::scenario::Side;
use crate::smtp::profile::{Rule, profile};
use crate::smtp::{Capabilities, Capability};
use crate::trace::{Event, EventId, Trace, What};

pub use mark::{Condition, Held, Mark};
pub use outcome::{Leg, Light, Lights, Outcome, Protection, path};

/// The seven numbered points of the book's log, in its order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Checkpoint {
    Greeting,
    StarttlsOffered,
    AuthBeforeTls,
    StarttlsAccepted,
    Negotiation,
    Reset,
    AuthInsideTls,
}

impl Checkpoint {
    pub const ALL: [Checkpoint; 7] = [
        Checkpoint::Greeting,
        Checkpoint::StarttlsOffered,
        Checkpoint::AuthBeforeTls,
        Checkpoint::StarttlsAccepted,
        Checkpoint::Negotiation,
        Checkpoint::Reset,
        Checkpoint::AuthInsideTls,
    ];

    /// 1 to 7.
    pub fn number(self) -> u8 {
        self as u8 + 1
    }
}

/// How far a point got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    Reached,
    /// It was tried and did not come off: STARTTLS refused, the handshake failed.
    Failed,
    NotReached,
}

/// One of the seven.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Point {
    pub checkpoint: Checkpoint,
    pub status: Status,
    /// The events that make it, in order; empty where it was not reached. The first is where a step to the point leads.
    pub events: Vec<EventId>,
}

/// What became of a capability when TLS came up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    Kept,
    Gone,
    New,
    /// Parameters that came and parameters that went.
    Changed {
        added: Vec<String>,
        removed: Vec<String>,
    },
}

/// A capability before and after TLS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub keyword: String,
    pub before: Option<Capability>,
    pub after: Option<Capability>,
    pub fate: Fate,
    /// The rule of the server that made the difference, where its profile is known.
    pub rule: Option<Rule>,
    /// The lines that show it.
    pub line_before: Option<EventId>,
    pub line_after: Option<EventId>,
}

/// A capability list as it was advertised, with the lines that did it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Advertised {
    pub capabilities: Capabilities,
    pub lines: Vec<EventId>,
}

impl Advertised {
    /// What a keyword came with, and in which line.
    pub fn find(&self, keyword: &str) -> Option<(&Capability, EventId)> {
        let mut lines = self.capabilities.list.iter().zip(&self.lines);
        lines.find(|(capability, _)| capability.is(keyword)).map(|(capability, line)| (capability, *line))
    }
}

/// The meaning of a trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Story {
    /// Seven, in order.
    pub points: Vec<Point>,
    /// The EHLO reply in clear of the first connection.
    pub before: Option<Advertised>,
    /// The EHLO reply inside TLS.
    pub after: Option<Advertised>,
    pub changes: Vec<Change>,
    pub outcome: Outcome,
    /// Where it is known who reads the mail.
    pub mark: Option<Mark>,
}

impl Story {
    pub fn of(trace: &Trace, reading: &Reading) -> Story {
        let before = advertised(trace, reading, false);
        let after = advertised(trace, reading, true);
        let changes = changes(trace, before.as_ref(), after.as_ref());
        let finder = Finder { trace, reading };
        let points =
            Checkpoint::ALL.iter().map(|&checkpoint| finder.point(checkpoint, before.as_ref(), after.as_ref()));
        let outcome = Outcome::of(trace, reading, before.as_ref());
        let mark = Mark::of(trace, &outcome);
        Story { points: points.collect(), before, after, changes, outcome, mark }
    }

    pub fn point(&self, checkpoint: Checkpoint) -> Option<&Point> {
        self.points.iter().find(|point| point.checkpoint == checkpoint)
    }

    /// The last reached point that begins at or before an event.
    pub fn current(&self, event: EventId) -> Option<&Point> {
        let begun = self.points.iter().filter(|point| point.events.first().is_some_and(|&first| first <= event));
        begun.max_by_key(|point| (point.events.first().copied(), point.checkpoint))
    }

    /// The point of which an event is part, for the number in the margin.
    pub fn point_at(&self, event: EventId) -> Option<&Point> {
        self.points.iter().find(|point| point.events.first() == Some(&event))
    }

    /// The lines in clear of the keywords that are not listed inside TLS, where this is the line behind which they stood.
    pub fn gone_after(&self, event: EventId) -> impl Iterator<Item = EventId> {
        let first = self.after.as_ref().and_then(|after| after.lines.first());
        let mut shown = first.map(|first| first.saturating_sub(1));
        self.changes.iter().filter_map(move |change| {
            shown = change.line_after.or(shown);
            change.line_before.filter(|_| change.fate == Fate::Gone && shown == Some(event))
        })
    }
}

/// The connection that the points are about: the sender's first. It opens a second one only where TLS failed on this one.
const SUBJECT: u16 = 0;

/// Whether the client began TLS there. Its judgement counts: a lenient one takes another 2yz for 220.
fn begun(trace: &Trace) -> bool {
    let by_client = |event: &Event| event.connection == SUBJECT && event.who == Side::Client;
    trace.events.iter().any(|event| by_client(event) && event.what == What::TlsStarted)
}

struct Finder<'a> {
    trace: &'a Trace,
    reading: &'a Reading,
}

impl Finder<'_> {
    /// Events of the connection for which a rule holds.
    fn events(&self, rule: impl Fn(EventId, &What, Side) -> bool) -> Vec<EventId> {
        let events = self.trace.events.iter().enumerate();
        let of_connection = events.filter(|(_, event)| event.connection == SUBJECT);
        of_connection.filter(|(id, event)| rule(*id, &event.what, event.who)).map(|(id, _)| id).collect()
    }

    fn role(&self, id: EventId) -> Option<&Role> {
        self.reading.line(id).map(|line| &line.role)
    }

    fn command(&self, id: EventId, wanted: &str, before_tls: bool) -> bool {
        let line = self.reading.line(id);
        line.is_some_and(|line| {
            line.sent_before_tls == before_tls && matches!(&line.role, Role::Command { verb } if verb == wanted)
        })
    }

    fn capability(list: Option<&Advertised>, keyword: &str) -> Vec<EventId> {
        list.and_then(|list| list.find(keyword)).map(|(_, line)| line).into_iter().collect()
    }

    fn point(&self, checkpoint: Checkpoint, before: Option<&Advertised>, after: Option<&Advertised>) -> Point {
        let mut failed = false;
        let events = match checkpoint {
            Checkpoint::Greeting => self.events(|id, _, _| match self.role(id) {
                Some(Role::Greeting { code }) => *code == 220,
                _ => self.command(id, "EHLO", true),
            }),
            Checkpoint::StarttlsOffered => Self::capability(before, "STARTTLS"),
            Checkpoint::AuthBeforeTls => Self::capability(before, "AUTH"),
            Checkpoint::StarttlsAccepted => {
                let commands = self.events(|id, _, _| self.command(id, "STARTTLS", true));
                let replies = self.events(
                    |id, _, _| matches!(self.role(id), Some(Role::Reply { to: Some(to), .. }) if commands.contains(to)),
                );
                failed = !begun(self.trace);
                [commands, replies].concat()
            }
            Checkpoint::Negotiation => {
                // TLS that was up and broke later was negotiated all the same.
                let up = self.events(|_, what, who| who == Side::Client && matches!(what, What::TlsUp(_)));
                failed = up.is_empty();
                let started = self.events(|_, what, _| matches!(what, What::TlsStarted));
                let last_up = self.events(|_, what, _| matches!(what, What::TlsUp(_))).last().copied();
                let first = started.first().copied();
                self.events(|id, what, _| {
                    let during = first.is_some_and(|first| id >= first) && last_up.is_none_or(|last| id <= last);
                    during
                        && matches!(
                            what,
                            What::TlsStarted
                                | What::Sent { text: None, .. }
                                | What::Checked(_)
                                | What::TlsUp(_)
                                | What::TlsFailed(_)
                        )
                })
            }
            Checkpoint::Reset => {
                let forgot = self.events(|_, what, _| matches!(what, What::Forgot(_)));
                let hello = self.events(|id, _, who| who == Side::Client && self.command(id, "EHLO", false));
                // In TLS 1.3 the client is done first, and may greet before the server has forgotten.
                let mut events = if hello.is_empty() { Vec::new() } else { [forgot, hello].concat() };
                events.sort_unstable();
                events
            }
            Checkpoint::AuthInsideTls => Self::capability(after, "AUTH"),
        };
        let status = match (events.is_empty(), failed) {
            (true, _) => Status::NotReached,
            (false, true) => Status::Failed,
            (false, false) => Status::Reached,
        };
        Point { checkpoint, status, events }
    }
}

/// What the first EHLO reply of the connection lists, in clear or inside TLS; `None` where it lists nothing.
fn advertised(trace: &Trace, reading: &Reading, inside: bool) -> Option<Advertised> {
    let mut list: Option<Advertised> = None;
    let mut of: Option<EventId> = None;
    let mut domain = String::new();
    for (id, line) in reading.lines() {
        let here = trace.events.get(id).is_some_and(|event| event.connection == SUBJECT);
        if !here || line.sent_before_tls == inside {
            continue;
        }
        match &line.role {
            Role::Reply { code: 250, .. } => {
                domain = line.text.get(4..).and_then(|text| text.split(' ').next()).unwrap_or_default().to_owned();
            }
            Role::Capability { capability, ehlo, .. } if of.is_none_or(|known| known == *ehlo) => {
                of = Some(*ehlo);
                let list = list.get_or_insert_with(Advertised::default);
                list.capabilities.domain.clone_from(&domain);
                list.capabilities.list.push(capability.clone());
                list.lines.push(id);
            }
            _ => {}
        }
    }
    list
}

/// Every keyword of either list, in the order of the first list, new ones where the second has them.
fn changes<'a>(trace: &Trace, before: Option<&'a Advertised>, after: Option<&'a Advertised>) -> Vec<Change> {
    let (Some(before), Some(after)) = (before, after) else {
        return Vec::new();
    };
    let server = trace.seat(SUBJECT, Side::Server).profile().map(profile);
    let rule = |keyword: &str, word: Option<&str>| server.and_then(|server| server.rule(keyword, word));
    let mut keywords: Vec<&str> =
        before.capabilities.list.iter().map(|capability| capability.keyword.as_str()).collect();
    for capability in &after.capabilities.list {
        if !keywords.iter().any(|known| capability.is(known)) {
            keywords.push(&capability.keyword);
        }
    }
    let rows = keywords.into_iter().map(|keyword| {
        let (was, is) = (before.find(keyword), after.find(keyword));
        let parameters = |side: Option<(&'a Capability, EventId)>| {
            side.map(|(capability, _)| capability.parameters.as_slice()).unwrap_or_default()
        };
        let (old, new) = (parameters(was), parameters(is));
        let added: Vec<String> = new.iter().filter(|word| !old.contains(word)).cloned().collect();
        let removed: Vec<String> = old.iter().filter(|word| !new.contains(word)).cloned().collect();
        let fate = match (&was, &is) {
            (Some(_), None) => Fate::Gone,
            (None, Some(_)) => Fate::New,
            _ if added.is_empty() && removed.is_empty() => Fate::Kept,
            _ => Fate::Changed { added: added.clone(), removed: removed.clone() },
        };
        let word = added.first().or(removed.first());
        let rule = match fate {
            Fate::Kept => None,
            Fate::Changed { .. } => word.and_then(|word| rule(keyword, Some(word))),
            Fate::Gone | Fate::New => rule(keyword, None),
        };
        Change {
            keyword: keyword.to_owned(),
            line_before: was.map(|(_, id)| id),
            line_after: is.map(|(_, id)| id),
            before: was.map(|(capability, _)| capability.clone()),
            after: is.map(|(capability, _)| capability.clone()),
            fate,
            rule,
        }
    });
    rows.collect()
}
