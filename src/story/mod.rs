//! What a trace amounts to: a chapter for every connection, with the seven points, the capability lists before and after TLS and what
//! changed, the lights; and the outcome of the delivery.
//!
//! ```text
//! octets ──▶ Account ──▶ Chapter ──▶ Story        what the ends of a run decided, checked and knew is added where there is a run
//! ```
//!
//! Everything is found by rules on events, never by position. What stops early leaves the rest not reached; what nothing tells is
//! unknown.

pub mod account;
mod advertised;
mod mark;
mod outcome;
pub mod letter;
pub mod ntlm;
mod part;
pub mod printed;
mod rail;
pub mod rows;
pub mod flights;
pub mod say;
pub mod wiretap;

use crate::dissect::Reading;
use crate::dissect::smtp::Role;
use crate::scenario::Side;
use crate::smtp::profile::{Rule, profile};
use crate::smtp::{Capability, TlsVerb};
use crate::trace::{Event, EventId, Trace, What};

pub use account::{Account, Certainty, Ending, Known};
pub use advertised::Advertised;
pub use mark::{Condition, Forgery, Held, Mark, Showing};
pub use outcome::{Findings, Leg, Light, Lights, Outcome, Protection, Tone, path};
pub use part::Part;
pub use rail::Rail;

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
pub enum CapabilityFate {
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
pub struct CapabilityChange {
    pub keyword: String,
    pub before: Option<Capability>,
    pub after: Option<Capability>,
    pub fate: CapabilityFate,
    /// The rule of the server that made the difference, where its profile is known.
    pub rule: Option<Rule>,
    /// The lines that show it.
    pub line_before: Option<EventId>,
    pub line_after: Option<EventId>,
}

/// The meaning of one connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chapter {
    /// The events of the connection, in order.
    pub events: Vec<EventId>,
    /// The client began TLS.
    pub began: bool,
    /// What starts TLS on it.
    pub verb: TlsVerb,
    /// What its octets show.
    pub account: Account,
    /// Seven, in order.
    pub points: Vec<Point>,
    pub changes: Vec<CapabilityChange>,
    pub lights: Lights,
    pub findings: Findings,
    /// What became of the mail on this connection.
    pub leg: Leg,
    /// Who has its keys.
    pub rail: Rail,
    /// QUIT; without it, the first end of the connection.
    pub goodbye: Option<EventId>,
    /// More of it may come: what has not happened may still.
    pub goes_on: bool,
}

/// The meaning of a trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Story {
    /// One for each connection, in the order of their numbers; never empty.
    chapters: Vec<Chapter>,
    pub outcome: Outcome,
    /// Where it is known who reads the mail.
    pub mark: Option<Mark>,
}

impl Story {
    pub fn of(trace: &Trace, reading: &Reading) -> Story {
        // By number.
        let mut connections: Vec<Vec<EventId>> = Vec::new();
        for (id, event) in trace.events.iter().enumerate() {
            let number = usize::from(event.connection);
            connections.resize(connections.len().max(number + 1), Vec::new());
            connections.get_mut(number).into_iter().for_each(|events| events.push(id));
        }
        let chapter = |number, events: &[EventId]| Chapter::of(Connection { trace, reading, number, events });
        let begun = (0..=u16::MAX).zip(&connections).filter(|(_, events)| !events.is_empty());
        let mut chapters: Vec<Chapter> = begun.map(|(number, events)| chapter(number, events)).collect();
        if chapters.is_empty() {
            chapters.push(chapter(0, &[]));
        }
        let outcome = Outcome::of(trace, reading, &chapters);
        let mark = Mark::of(trace, &outcome);
        Story { chapters, outcome, mark }
    }

    pub fn chapters(&self) -> &[Chapter] {
        &self.chapters
    }

    /// The chapter of a connection.
    pub fn chapter(&self, connection: u16) -> Option<&Chapter> {
        let index = self.chapters.binary_search_by_key(&connection, |chapter| chapter.account.connection);
        index.ok().and_then(|index| self.chapters.get(index))
    }

    /// The chapter to which an event belongs; of an event that is not there, the first.
    pub fn at(&self, trace: &Trace, event: EventId) -> &Chapter {
        let connection = trace.events.get(event).map(|event| event.connection);
        connection.and_then(|number| self.chapter(number)).unwrap_or(self.first())
    }

    /// The chapter of the first connection: the sender opens a second one only where TLS failed on this one.
    pub fn first(&self) -> &Chapter {
        // There is always one.
        &self.chapters[0]
    }
}

impl Chapter {
    fn of(connection: Connection) -> Chapter {
        let account = Account::of(connection);
        let finder = Finder { connection, account: &account };
        let points = Checkpoint::ALL.iter().map(|&checkpoint| finder.point(checkpoint)).collect();
        let lights = Lights::of(connection, &account);
        let findings = Findings::of(connection, &account);
        let leg = Leg::of(&[(connection, &account)]);
        let rail = Rail::of(connection, &account);
        let quit = connection.events().find(|(id, _)| finder.command(*id, "QUIT"));
        let closed = || connection.events().find(|(_, event)| matches!(event.what, What::Closed(_)));
        let goodbye = quit.or_else(closed).map(|(id, _)| id);
        let (events, began) = (connection.events.to_vec(), connection.began(&account));
        let changes = changes(connection.trace, &account);
        let (verb, goes_on) = (connection.verb(&account), connection.goes_on());
        Chapter { events, began, verb, points, changes, lights, findings, leg, rail, goodbye, goes_on, account }
    }

    /// The EHLO reply in clear.
    pub fn before(&self) -> Option<&Advertised> {
        self.account.before.as_ref()
    }

    /// The EHLO reply inside TLS.
    pub fn after(&self) -> Option<&Advertised> {
        self.account.after.as_ref()
    }

    /// Whether an event comes after a handshake that was completed, where only its records tell when.
    pub fn is_after_negotiation(&self, event: EventId) -> bool {
        let up = self.account.up.value.and(self.account.last_of_handshake);
        up.is_some_and(|last| event > last)
    }

    pub fn point(&self, checkpoint: Checkpoint) -> Option<&Point> {
        self.points.iter().find(|point| point.checkpoint == checkpoint)
    }

    /// How far a point got.
    pub fn status(&self, checkpoint: Checkpoint) -> Status {
        self.point(checkpoint).map_or(Status::NotReached, |point| point.status)
    }

    /// The point of which an event is part, for the number in the margin.
    pub fn point_at(&self, event: EventId) -> Option<&Point> {
        self.points.iter().find(|point| point.events.first() == Some(&event))
    }

    /// The lines in clear of the keywords that are not listed inside TLS, where this is the line behind which they stood.
    pub fn gone_after(&self, event: EventId) -> impl Iterator<Item = EventId> {
        let first = self.after().and_then(|after| after.lines.first());
        let mut shown = first.map(|first| first.saturating_sub(1));
        self.changes.iter().filter_map(move |change| {
            shown = change.line_after.or(shown);
            change.line_before.filter(|_| change.fate == CapabilityFate::Gone && shown == Some(event))
        })
    }
}

/// One connection of a trace, and its events.
#[derive(Clone, Copy)]
struct Connection<'a> {
    trace: &'a Trace,
    reading: &'a Reading,
    number: u16,
    events: &'a [EventId],
}

impl<'a> Connection<'a> {
    fn events(self) -> impl DoubleEndedIterator<Item = (EventId, &'a Event)> {
        self.events.iter().filter_map(move |&id| Some((id, self.trace.events.get(id)?)))
    }

    /// The trace is a beginning, and neither end has closed.
    fn goes_on(self) -> bool {
        self.trace.goes_on && !self.events().any(|(_, event)| matches!(event.what, What::Closed(_)))
    }

    /// STARTTLS is not answered yet, or with a yes that the client has done nothing about: TLS may still begin.
    fn awaits_tls(self, account: &Account) -> bool {
        let is_yes = account.answered.value.is_none_or(|code| code / 100 == 2);
        let after = |id| account.answered.event().is_some_and(|answer| id > answer);
        self.goes_on() && is_yes && !self.events().any(|(id, event)| after(id) && event.who == Side::Client)
    }

    /// The first event of a side for which a rule holds.
    fn first(self, who: Side, rule: impl Fn(&What) -> bool) -> Option<EventId> {
        self.events().find(|(_, event)| event.who == who && rule(&event.what)).map(|(id, _)| id)
    }

    /// What starts TLS on it: what the client asked for, or would; of another's session that asks for none, STARTTLS.
    fn verb(self, account: &Account) -> TlsVerb {
        let meant = self.trace.seat(self.number, Side::Client).verb();
        account.asked.value.or(meant).unwrap_or(TlsVerb::StartTls)
    }

    /// Whether the client began TLS: its first record shows it, and in a run the client says it. Its judgement counts: a lenient one
    /// takes another 2yz for 220.
    fn began(self, account: &Account) -> bool {
        account.began.value.is_some() || self.first(Side::Client, |what| matches!(what, What::TlsStarted)).is_some()
    }
}

struct Finder<'a> {
    connection: Connection<'a>,
    account: &'a Account,
}

impl Finder<'_> {
    /// Events of the connection for which a rule holds.
    fn events(&self, rule: impl Fn(EventId, &What, Side) -> bool) -> Vec<EventId> {
        self.connection.events().filter(|(id, event)| rule(*id, &event.what, event.who)).map(|(id, _)| id).collect()
    }

    fn role(&self, id: EventId) -> Option<&Role> {
        self.connection.reading.line(id).map(|line| &line.role)
    }

    fn command(&self, id: EventId, wanted: &str) -> bool {
        matches!(self.role(id), Some(Role::Command { verb }) if verb == wanted)
    }

    fn command_in_clear(&self, id: EventId, wanted: &str) -> bool {
        let line = self.connection.reading.line(id);
        line.is_some_and(|line| line.sent_before_tls) && self.command(id, wanted)
    }

    fn capability(list: Option<&Advertised>, keyword: &str) -> Vec<EventId> {
        list.and_then(|list| list.find(keyword)).map(|(_, line)| line).into_iter().collect()
    }

    fn point(&self, checkpoint: Checkpoint) -> Point {
        let (before, after) = (self.account.before.as_ref(), self.account.after.as_ref());
        let mut failed = false;
        let events = match checkpoint {
            Checkpoint::Greeting => self.events(|id, _, _| match self.role(id) {
                Some(Role::Greeting { code }) => *code == 220,
                _ => self.command_in_clear(id, "EHLO"),
            }),
            Checkpoint::StarttlsOffered => Self::capability(before, self.connection.verb(self.account).name()),
            Checkpoint::AuthBeforeTls => Self::capability(before, "AUTH"),
            Checkpoint::StarttlsAccepted => {
                let commands =
                    self.events(|id, _, _| self.command_in_clear(id, self.connection.verb(self.account).name()));
                let replies = self.events(
                    |id, _, _| matches!(self.role(id), Some(Role::Reply { to: Some(to), .. }) if commands.contains(to)),
                );
                failed = !self.connection.began(self.account) && !self.connection.awaits_tls(self.account);
                [commands, replies].concat()
            }
            Checkpoint::Negotiation => {
                // TLS that was up and broke later was negotiated all the same.
                let up = self.events(|_, what, _| matches!(what, What::TlsUp(_)));
                let is_up = self.account.up.value.is_some() || self.connection.first(Side::Client, is_up).is_some();
                let is_over = !self.connection.goes_on() || self.account.failed.value.is_some();
                failed = !is_up && (is_over || self.connection.events().any(|(_, event)| is_failure(&event.what)));
                let started = self.events(|_, what, _| matches!(what, What::TlsStarted));
                // Where no end says it, the records do.
                let first = started.first().copied().or(self.account.began.event());
                let last = up.last().copied().or(self.account.last_of_handshake.filter(|_| started.is_empty()));
                self.events(|id, what, _| {
                    let during = first.is_some_and(|first| id >= first) && last.is_none_or(|last| id <= last);
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
                let is_hello = |id: EventId, who: Side| {
                    who == Side::Client && self.command(id, "EHLO") && !self.command_in_clear(id, "EHLO")
                };
                // In TLS 1.3 the client is done first, and may greet before the server has forgotten.
                let greets = self.connection.events().any(|(id, event)| is_hello(id, event.who));
                let greets = greets || self.connection.goes_on();
                self.events(|id, what, who| greets && (matches!(what, What::Forgot(_)) || is_hello(id, who)))
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

fn is_up(what: &What) -> bool {
    matches!(what, What::TlsUp(_))
}

fn is_failure(what: &What) -> bool {
    matches!(what, What::TlsFailed(_))
}

/// Every keyword of either list, in the order of the first list, new ones where the second has them.
fn changes<'a>(trace: &Trace, account: &'a Account) -> Vec<CapabilityChange> {
    let (Some(before), Some(after)) = (&account.before, &account.after) else {
        return Vec::new();
    };
    if before.goes_on || after.goes_on {
        return Vec::new();
    }
    let server = trace.seat(account.connection, Side::Server).profile().map(profile);
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
        let parameters = |side: &Option<(&'a Capability, EventId)>| {
            side.map(|(capability, _)| capability.parameters.as_slice()).unwrap_or_default()
        };
        let (old, new) = (parameters(&was), parameters(&is));
        let added: Vec<String> = new.iter().filter(|word| !old.contains(word)).cloned().collect();
        let removed: Vec<String> = old.iter().filter(|word| !new.contains(word)).cloned().collect();
        let fate = match (&was, &is) {
            (Some(_), None) => CapabilityFate::Gone,
            (None, Some(_)) => CapabilityFate::New,
            _ if added.is_empty() && removed.is_empty() => CapabilityFate::Kept,
            _ => CapabilityFate::Changed { added: added.clone(), removed: removed.clone() },
        };
        let of_word = || added.first().or(removed.first()).and_then(|word| rule(keyword, Some(word)));
        let rule = match fate {
            CapabilityFate::Kept => None,
            CapabilityFate::Changed { .. } => of_word(),
            // A keyword that is always there is hidden with the last of its words.
            CapabilityFate::Gone | CapabilityFate::New => {
                rule(keyword, None).filter(|rule| *rule != Rule::Always).or_else(of_word)
            }
        };
        CapabilityChange {
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
