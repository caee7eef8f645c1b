//! What a passive eavesdropper learns of a session, and what stays between the ends.
//!
//! One rule finds what there is to know in a reading. Applied to the reading without keys it says what leaked, and to the one with
//! keys what the ends know: the difference is what stayed sealed. Nothing is listed because a protocol should hide or show it.
//!
//! A thing is in one list alone: what any connection leaks is not kept because another seals it.

use crate::dissect::facts::MessageFacts;
use crate::dissect::field::{Field, leaves};
use crate::dissect::layers::LayerKind;
use crate::dissect::smtp::{Form, Role};
use crate::dissect::{Entry, Reading};
use crate::registry::{Version, is_signal};
use crate::scenario::Side;
use crate::smtp::content::Unstuffer;
use crate::story::{Chapter, ntlm};
use crate::tls::sha256;
use crate::trace::{Actor, EventId, Micros, Trace, What};

/// What there can be to know, in the order in which it is listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// What the ends call themselves.
    Hosts,
    /// What the server can do.
    Capabilities,
    /// The name in the ClientHello. RFC 6066 §3
    ServerName,
    /// Versions and suites that the client offers.
    Offer,
    /// Version and suite that the server chose.
    Choice,
    /// The names in a side's certificate.
    Certificate(Side),
    /// User name and password, or what stands for them.
    Login,
    /// Who logs in with NTLM, and at which machine.
    NtlmNames,
    /// The operating system of a side, as NTLM tells it.
    Windows(Side),
    /// What a word can be tried on: both challenges and the proof.
    NtlmProof,
    /// The addresses of MAIL and RCPT.
    Envelope,
    /// The message.
    Message,
    /// How long what is sealed is.
    Sizes,
    /// When something is sent.
    Times,
}

impl Subject {
    pub const ALL: [Subject; 16] = [
        Subject::Hosts,
        Subject::Capabilities,
        Subject::ServerName,
        Subject::Offer,
        Subject::Choice,
        Subject::Certificate(Side::Server),
        Subject::Certificate(Side::Client),
        Subject::Login,
        Subject::NtlmNames,
        Subject::Windows(Side::Client),
        Subject::Windows(Side::Server),
        Subject::NtlmProof,
        Subject::Envelope,
        Subject::Message,
        Subject::Sizes,
        Subject::Times,
    ];
}

/// A thing to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Learnt {
    Text(String),
    /// A field by its name.
    Field {
        name: &'static str,
        value: String,
    },
    /// Code points, in the client's order, without signals.
    Offer {
        versions: Vec<Version>,
        suites: Vec<u16>,
    },
    Choice {
        version: Version,
        suite: u16,
    },
    /// The lines of a list.
    Keywords(Vec<String>),
    /// A message, or a chunk of one.
    Content {
        octets: usize,
        /// Of what its author wrote: the same on every hop, whatever a server puts on top.
        digest: [u8; 32],
    },
    /// Records that a listener cannot open, and their octets on the wire.
    Sealed {
        records: usize,
        octets: usize,
    },
    /// From the first octet to the last, and in how many turns.
    Times {
        lasted: Micros,
        turns: usize,
    },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    pub subject: Subject,
    /// Where it shows first.
    pub event: EventId,
    pub value: Learnt,
}

impl Fact {
    /// Whether both are about one thing.
    fn is(&self, other: &Fact) -> bool {
        let same = match (&self.value, &other.value) {
            (Learnt::Content { digest: one, .. }, Learnt::Content { digest: other, .. }) => one == other,
            (one, other) => one == other,
        };
        self.subject == other.subject && same
    }
}

/// What a listener knows, and what only the ends do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wiretap {
    pub leaked: Vec<Fact>,
    /// Sealed, and said to an attacker, who is one of the ends.
    pub lost: Vec<Fact>,
    pub kept: Vec<Fact>,
}

impl Wiretap {
    /// `reading` is that of the ends, `tapped` the one without keys; both of the same trace.
    pub fn of(trace: &Trace, reading: &Reading, tapped: &Reading) -> Wiretap {
        let all: Vec<EventId> = (0..trace.events.len()).collect();
        Wiretap::of_events(trace, reading, tapped, &all)
    }

    /// Of one connection.
    pub fn of_chapter(trace: &Trace, reading: &Reading, tapped: &Reading, chapter: &Chapter) -> Wiretap {
        Wiretap::of_events(trace, reading, tapped, &chapter.events)
    }

    fn of_events(trace: &Trace, reading: &Reading, tapped: &Reading, events: &[EventId]) -> Wiretap {
        let mut leaked = facts(trace, tapped, events);
        let sealed =
            facts(trace, reading, events).into_iter().filter(|fact| !leaked.iter().any(|known| known.is(fact)));
        let to_attacker = |id: EventId| {
            let event = trace.events.get(id);
            event.is_some_and(|event| trace.seat(event.connection, event.who.other()).actor == Actor::Attacker)
        };
        // A record that was changed on the way does not open for the attacker, either; sent again, it does.
        let opens = |&&id: &&EventId| to_attacker(id) && reading.damage(id).is_none();
        let opened: Vec<EventId> = events.iter().filter(opens).copied().collect();
        let opened = facts(trace, reading, &opened);
        let (lost, kept) =
            sealed.partition(|fact| to_attacker(fact.event) && opened.iter().any(|known| known.is(fact)));
        leaked.extend(sizes(trace, tapped, events));
        leaked.extend(times(trace, events));
        Wiretap { leaked, lost, kept }
    }

    pub fn leaked(&self, subject: Subject) -> impl Iterator<Item = &Fact> {
        self.leaked.iter().filter(move |fact| fact.subject == subject)
    }

    pub fn lost(&self, subject: Subject) -> impl Iterator<Item = &Fact> {
        self.lost.iter().filter(move |fact| fact.subject == subject)
    }

    pub fn kept(&self, subject: Subject) -> impl Iterator<Item = &Fact> {
        self.kept.iter().filter(move |fact| fact.subject == subject)
    }
}

/// What a reading says, each thing once, where it is said first.
fn facts(trace: &Trace, reading: &Reading, events: &[EventId]) -> Vec<Fact> {
    let mut facts: Vec<Fact> = Vec::new();
    let mut learn = |subject, event, value| {
        let fact = Fact { subject, event, value };
        if !facts.iter().any(|known| known.is(&fact)) {
            facts.push(fact);
        }
    };
    for &id in events {
        let (Some(event), Some(entry)) = (trace.events.get(id), reading.entries.get(id)) else { continue };
        match entry {
            Entry::Nothing => {}
            Entry::Line(line) => {
                let words = || line.text.split_ascii_whitespace();
                match &line.role {
                    Role::Greeting { .. } => {
                        let host = line.text.get(4..).and_then(|rest| rest.split_ascii_whitespace().next());
                        host.into_iter().for_each(|host| learn(Subject::Hosts, id, Learnt::Text(host.to_owned())));
                    }
                    Role::Capability { last: true, ehlo, .. } => {
                        let of_reply = |role: &Role| matches!(role, Role::Capability { ehlo: of, .. } if of == ehlo);
                        let listed = || reading.lines().filter(|(_, line)| of_reply(&line.role));
                        let words = listed().filter_map(|(_, line)| line.text.get(4..).map(str::to_owned));
                        let first = listed().next().map_or(id, |(first, _)| first);
                        learn(Subject::Capabilities, first, Learnt::Keywords(words.collect()));
                    }
                    Role::Command { verb } if verb == "EHLO" || verb == "HELO" => {
                        words()
                            .nth(1)
                            .into_iter()
                            .for_each(|host| learn(Subject::Hosts, id, Learnt::Text(host.to_owned())));
                    }
                    Role::Command { verb } if verb == "MAIL" || verb == "RCPT" => {
                        let path = line.text.split_once(':').map_or("", |(_, path)| path);
                        let path = path.split_ascii_whitespace().next().unwrap_or_default();
                        learn(Subject::Envelope, id, Learnt::Text(path.to_owned()));
                    }
                    Role::Content => {
                        let octets = match event.what {
                            What::Sent { text: Some(text), .. } => trace.octets(text),
                            _ => &[],
                        };
                        let digest = digest(octets, line.form == Form::Data);
                        learn(Subject::Message, id, Learnt::Content { octets: octets.len(), digest });
                    }
                    _ => {}
                }
                if let Some(octets) = ntlm::message(trace, reading, id) {
                    ntlm::said(&octets).into_iter().for_each(|(subject, value)| learn(subject, id, value));
                } else if matches!(line.form, Form::Sasl { .. }) && event.who == Side::Client {
                    for word in spoken(trace, reading, id) {
                        learn(Subject::Login, id, Learnt::Text(word));
                    }
                }
            }
            Entry::Record(messages) => {
                for message in messages.iter().filter(|message| message.opened) {
                    match &message.facts {
                        MessageFacts::ClientHello(hello) => {
                            let name = hello.server_name.iter().cloned();
                            name.for_each(|name| learn(Subject::ServerName, id, Learnt::Text(name)));
                            let suites = hello.suites.iter().copied().filter(|&suite| !is_signal(suite)).collect();
                            let versions = hello.versions.clone();
                            learn(Subject::Offer, id, Learnt::Offer { versions, suites });
                        }
                        MessageFacts::ServerHello(hello) => {
                            learn(Subject::Choice, id, Learnt::Choice { version: hello.version, suite: hello.suite });
                        }
                        MessageFacts::Certificate { count: 1.., .. } => {
                            for name in names(trace, reading, id) {
                                learn(Subject::Certificate(event.who), id, Learnt::Text(name));
                            }
                        }
                        _ => {}
                    }
                }
            }
        }
    }
    facts
}

/// By what a message is known again: its octets without the dots of DATA and without the trace that each server puts on top.
/// RFC 5321 §4.4, §4.5.2
fn digest(content: &[u8], stuffed: bool) -> [u8; 32] {
    let unstuffed = Unstuffer::new(u64::MAX).push(content).1.filter(|_| stuffed);
    let mut message = unstuffed.as_ref().map_or(content, |received| &received.message);
    let mut in_trace = false;
    while let Some(end) = message.iter().position(|&octet| octet == b'\n') {
        let (line, rest) = message.split_at(end + 1);
        let is = |name: &[u8]| line.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name));
        in_trace = is(b"Received:") || is(b"Return-Path:") || (in_trace && (is(b" ") || is(b"\t")));
        if !in_trace {
            break;
        }
        message = rest;
    }
    sha256([message])
}

/// What a line of an AUTH exchange says, its base64 undone.
fn spoken(trace: &Trace, reading: &Reading, id: EventId) -> Vec<String> {
    let layers = reading.layers(trace, id);
    let sasl = layers.iter().filter(|layer| layer.kind == LayerKind::Sasl);
    let said = sasl.flat_map(|layer| leaves(&layer.fields)).filter(|field| field.name != "NUL");
    said.map(|field| field.value.clone()).filter(|value| !value.is_empty()).collect()
}

/// The host names in the certificates that a record shows.
fn names(trace: &Trace, reading: &Reading, id: EventId) -> Vec<String> {
    let layers = reading.layers(trace, id);
    let mut names = Vec::new();
    layers.iter().for_each(|layer| collect(&layer.fields, "dNSName", &mut names));
    names
}

/// The values of all fields of this name.
fn collect(fields: &[Field], name: &str, values: &mut Vec<String>) {
    for field in fields {
        if field.name == name {
            values.push(field.value.clone());
        }
        collect(&field.children, name, values);
    }
}

/// Of the records that stayed closed, by side.
fn sizes(trace: &Trace, tapped: &Reading, events: &[EventId]) -> Vec<Fact> {
    let sides = [Side::Client, Side::Server].map(|side| {
        let (mut first, mut records, mut octets) = (None, 0, 0);
        let of_side = |&&id: &&EventId| trace.events.get(id).is_some_and(|event| event.who == side);
        for &id in events.iter().filter(of_side) {
            let closed = tapped.messages(id).iter().filter(|message| !message.opened);
            let before = records;
            for message in closed {
                records += 1;
                octets += message.size;
            }
            first = first.or((records > before).then_some(id));
        }
        first.map(|event| Fact { subject: Subject::Sizes, event, value: Learnt::Sealed { records, octets } })
    });
    sides.into_iter().flatten().collect()
}

fn times(trace: &Trace, events: &[EventId]) -> Option<Fact> {
    let sent = events.iter().filter_map(|&id| Some((id, trace.events.get(id)?)));
    let sent = sent.filter(|(_, event)| matches!(event.what, What::Sent { .. }));
    let mut turns = 0;
    let mut last = None;
    let mut span: Option<(EventId, Micros, Micros)> = None;
    for (id, event) in sent {
        let speaker = (event.connection, event.who);
        turns += usize::from(last.replace(speaker) != Some(speaker));
        let (first, begun, _) = span.unwrap_or((id, event.at, event.at));
        span = Some((first, begun, event.at));
    }
    span.map(|(event, begun, ended)| Fact {
        subject: Subject::Times,
        event,
        value: Learnt::Times { lasted: Micros(ended.0.saturating_sub(begun.0)), turns },
    })
}
