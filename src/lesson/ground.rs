//! What the rules of the questions stand on: one connection of a run, and where on it things happened.

use crate::dissect::facts::{ClientHello, MessageFacts, ServerHello};
use crate::dissect::handshake::{Message, MessageKind};
use crate::dissect::smtp::{Line, Role};
use crate::policy::{Decided, Evidence, Submission};
use crate::registry::{Cipher, KeyExchange, Suite, Version, suite};
use crate::scenario::{Demands, Scenario, Setting, Side};
use crate::smtp::{Capability, Delivery, Gate, SubmitAnswer, TlsAnswer, TlsVerb};
use crate::story::say::Facts;
use crate::story::{Chapter, Protection};
use crate::tls::{CertificateCheck, Failure, SessionFacts, Verdict};
use crate::trace::{Actor, Event, EventId, Seat, What};

/// A connection, with all that is known of its run.
#[derive(Clone, Copy, Debug)]
pub struct Ground<'a> {
    pub facts: Facts<'a>,
    /// What the run is a function of: a setting of an end that no event shows, whatever preset it came from.
    pub scenario: &'a Scenario,
    pub chapter: &'a Chapter,
}

impl<'a> Ground<'a> {
    pub fn number(&self) -> u16 {
        self.chapter.account.connection
    }

    pub fn events(&self) -> impl DoubleEndedIterator<Item = (EventId, &'a Event)> + use<'a> {
        let events = &self.facts.trace.events;
        self.chapter.events.iter().filter_map(|&id| Some((id, events.get(id)?)))
    }

    pub fn lines(&self) -> impl DoubleEndedIterator<Item = (EventId, Side, &'a Line)> + use<'a> {
        let reading = self.facts.reading;
        self.events().filter_map(|(id, event)| Some((id, event.who, reading.line(id)?)))
    }

    fn messages(&self) -> impl Iterator<Item = (EventId, Side, &'a Message)> + use<'a> {
        let reading = self.facts.reading;
        self.events().flat_map(|(id, event)| reading.messages(id).iter().map(move |message| (id, event.who, message)))
    }

    pub fn seat(&self, side: Side) -> &'a Seat {
        self.facts.trace.seat(self.number(), side)
    }

    pub fn first(&self, rule: impl Fn(Side, &What) -> bool) -> Option<EventId> {
        self.events().find(|(_, event)| rule(event.who, &event.what)).map(|(id, _)| id)
    }

    pub fn line(&self, id: EventId) -> Option<&'a Line> {
        self.facts.reading.line(id)
    }

    /// The line went inside TLS.
    pub fn inside(&self, id: EventId) -> bool {
        self.line(id).is_some_and(|line| !line.sent_before_tls)
    }

    /// The first command with this verb, inside TLS or before.
    pub fn command(&self, verb: &str, inside: bool) -> Option<EventId> {
        self.commands().find(|(_, line, is)| line.sent_before_tls != inside && *is == verb).map(|(id, ..)| id)
    }

    pub fn commands(&self) -> impl Iterator<Item = (EventId, &'a Line, &'a str)> + use<'a> {
        self.lines().filter_map(|(id, _, line)| match &line.role {
            Role::Command { verb } => Some((id, line, verb.as_str())),
            _ => None,
        })
    }

    /// The first command with this verb.
    pub fn any_command(&self, verb: &str) -> Option<EventId> {
        self.commands().find(|(.., is)| *is == verb).map(|(id, ..)| id)
    }

    /// The last line of the reply to a command, with its code.
    pub fn reply(&self, command: EventId) -> Option<(EventId, u16)> {
        self.lines().find_map(|(id, _, line)| match line.role {
            Role::Reply { code, to: Some(to), last: true } if to == command => Some((id, code)),
            _ => None,
        })
    }

    /// The keyword of the list in clear, as the client read it, with its line.
    pub fn listed(&self, keyword: &str) -> Option<(&'a Capability, EventId)> {
        self.chapter.before()?.find(keyword)
    }

    /// The same of the list inside TLS.
    pub fn listed_inside(&self, keyword: &str) -> Option<(&'a Capability, EventId)> {
        self.chapter.after()?.find(keyword)
    }

    /// The last line of the list in clear.
    pub fn list_end(&self) -> Option<EventId> {
        self.chapter.before()?.lines.last().copied()
    }

    pub fn is_starttls(&self) -> bool {
        self.chapter.verb == TlsVerb::StartTls
    }

    /// What the sender of this hop decided at a gate.
    pub fn decided(&self, gate: Gate) -> Option<(EventId, &'a Decided<Evidence, TlsAnswer>)> {
        self.decisions().find(|(_, decided)| decided.seen.gate == gate)
    }

    pub fn decisions(&self) -> impl Iterator<Item = (EventId, &'a Decided<Evidence, TlsAnswer>)> + use<'a> {
        self.events().filter_map(|(id, event)| match &event.what {
            What::Decided(decision) => Some((id, decision.sender()?)),
            _ => None,
        })
    }

    pub fn answers(&self, gate: Gate, answer: TlsAnswer) -> bool {
        self.decided(gate).is_some_and(|(_, decided)| decided.answer == answer)
    }

    /// What the receiver decided at MAIL FROM.
    pub fn submission(&self) -> Option<(EventId, &'a Decided<Submission, SubmitAnswer>)> {
        self.events().find_map(|(id, event)| match &event.what {
            What::Decided(decision) => Some((id, decision.receiver()?)),
            _ => None,
        })
    }

    /// What the sender of this hop demands, where a person set it.
    pub fn demands(&self) -> Option<Demands> {
        self.facts.trace.demands(self.number()).filter(|demands| demands.set_by != Setting::Organisation)
    }

    pub fn judges(&self) -> bool {
        self.demands().is_some_and(Demands::judges)
    }

    pub fn is_indifferent(&self) -> bool {
        self.demands().is_some_and(|demands| !demands.judges())
    }

    /// The first check of a side's certificate that was shown in this handshake.
    pub fn checked(&self, of: Side) -> Option<(EventId, &'a CertificateCheck)> {
        self.checks(of).next().filter(|_| !self.is_resumed())
    }

    pub fn checks(&self, of: Side) -> impl Iterator<Item = (EventId, &'a CertificateCheck)> + use<'a> {
        self.events().filter_map(move |(id, event)| match &event.what {
            What::Checked(check) if check.of == of => Some((id, check)),
            _ => None,
        })
    }

    pub fn up(&self, side: Side) -> Option<(EventId, &'a SessionFacts)> {
        self.events().find_map(|(id, event)| match &event.what {
            What::TlsUp(session) if event.who == side => Some((id, session.as_ref())),
            _ => None,
        })
    }

    pub fn failed(&self, side: Side) -> Option<(EventId, &'a Failure)> {
        self.events().find_map(|(id, event)| match &event.what {
            What::TlsFailed(failure) if event.who == side => Some((id, failure)),
            _ => None,
        })
    }

    /// TLS came up at both ends.
    pub fn both_up(&self) -> bool {
        self.up(Side::Client).is_some() && self.up(Side::Server).is_some()
    }

    pub fn session(&self) -> Option<&'a SessionFacts> {
        self.up(Side::Client).map(|(_, session)| session)
    }

    pub fn is_resumed(&self) -> bool {
        self.chapter.account.resumed.value.is_some() || self.session().is_some_and(|session| session.resumed)
    }

    pub fn version(&self) -> Option<Version> {
        self.chapter.account.chosen.value.map(|chosen| chosen.version)
    }

    /// That is spoken; where no server chose, the highest that the client offers.
    pub fn spoken(&self) -> Version {
        let offered = || self.hello().and_then(|(_, hello)| hello.versions.iter().copied().max());
        self.version().or_else(offered).unwrap_or(Version::TLS13)
    }

    pub fn suite(&self) -> Option<Suite> {
        suite(self.chapter.account.chosen.value?.suite)
    }

    pub fn exchange(&self) -> Option<KeyExchange> {
        self.suite().map(|suite| suite.key_exchange)
    }

    /// TLS is up on it, with a suite that hides nothing.
    pub fn hides_nothing(&self) -> bool {
        self.session().and_then(|session| suite(session.suite)).is_some_and(|suite| suite.cipher == Cipher::Null)
    }

    pub fn hello(&self) -> Option<(EventId, &'a ClientHello)> {
        self.messages().find_map(|(id, _, message)| match &message.facts {
            MessageFacts::ClientHello(hello) => Some((id, hello)),
            _ => None,
        })
    }

    /// The one that chooses, not one that asks for another hello.
    pub fn server_hello(&self) -> Option<(EventId, &'a ServerHello)> {
        self.messages().find_map(|(id, _, message)| match &message.facts {
            MessageFacts::ServerHello(hello) if !hello.is_hello_retry_request => Some((id, hello)),
            _ => None,
        })
    }

    pub fn is_asked_again(&self) -> bool {
        self.messages().any(|(_, _, message)| match &message.facts {
            MessageFacts::ServerHello(hello) => hello.is_hello_retry_request,
            _ => false,
        })
    }

    /// The record that ends a side's first handshake message of this type.
    pub fn handshake(&self, who: Side, kind: u8) -> Option<EventId> {
        let is = |(_, side, message): &(EventId, Side, &Message)| {
            *side == who && message.kind == MessageKind::Handshake(kind)
        };
        self.messages().find(is).map(|(id, ..)| id)
    }

    /// A side's certificates, where there are any.
    pub fn shown(&self, who: Side) -> Option<EventId> {
        self.messages().find_map(|(id, side, message)| match message.facts {
            MessageFacts::Certificate { count, .. } if side == who && count > 0 => Some(id),
            _ => None,
        })
    }

    /// The first record of a side that was protected.
    pub fn protected(&self, who: Side) -> Option<EventId> {
        self.messages().find(|(_, side, message)| *side == who && message.sealed).map(|(id, ..)| id)
    }

    pub fn alert(&self) -> Option<EventId> {
        self.messages().find(|(_, _, message)| message.kind == MessageKind::Alert).map(|(id, ..)| id)
    }

    pub fn alert_after(&self, id: EventId) -> Option<EventId> {
        let is_alert = |(at, _, message): &(EventId, Side, &Message)| *at > id && message.kind == MessageKind::Alert;
        self.messages().find(is_alert).map(|(id, ..)| id)
    }

    /// The first line inside TLS.
    pub fn first_inside(&self) -> Option<(EventId, Side)> {
        self.lines().find(|(_, _, line)| !line.sent_before_tls).map(|(id, who, _)| (id, who))
    }

    pub fn content(&self) -> Option<EventId> {
        self.lines().find(|(_, _, line)| line.role == Role::Content).map(|(id, ..)| id)
    }

    pub fn stored(&self) -> Option<EventId> {
        self.first(|_, what| matches!(what, What::Stored(_)))
    }

    /// What became of the mail, where this connection settled it.
    pub fn settled(&self) -> Option<(EventId, Delivery)> {
        self.events().find_map(|(id, event)| match event.what {
            What::Settled(delivery) => Some((id, delivery)),
            _ => None,
        })
    }

    pub fn delivered(&self) -> Option<EventId> {
        self.settled().filter(|(_, delivery)| *delivery == Delivery::Delivered).map(|(id, _)| id)
    }

    /// Delivered on this connection inside TLS, with a suite that hides.
    pub fn delivered_sealed(&self) -> Option<EventId> {
        let sealed = matches!(self.chapter.leg.protection, Protection::Encrypted | Protection::Verified);
        self.delivered().filter(|_| sealed)
    }

    pub fn is_first_hop(&self) -> bool {
        self.facts.trace.is_first_hop(self.number())
    }

    pub fn answered_by(&self, actor: Actor) -> bool {
        self.seat(Side::Server).actor == actor
    }

    /// The next event after this one for which a rule holds, of any connection.
    pub fn later(&self, id: EventId, rule: impl Fn(EventId, &Event) -> bool) -> Option<EventId> {
        let later = self.facts.trace.events.iter().enumerate().skip(id + 1);
        later.into_iter().find(|(id, event)| rule(*id, event)).map(|(id, _)| id)
    }

    /// Where a relay or an attacker begins to send on.
    pub fn onward(&self, id: EventId) -> Option<EventId> {
        let trace = self.facts.trace;
        self.later(id, |_, event| matches!(event.what, What::Opened) && !trace.is_first_hop(event.connection))
    }

    pub fn last_event(&self) -> EventId {
        self.facts.trace.events.len().saturating_sub(1)
    }
}

pub fn passes(verdict: &Verdict) -> bool {
    *verdict == Verdict::Pass
}

/// All four checks pass.
pub fn all_pass(check: &CertificateCheck) -> bool {
    [&check.chain, &check.name, &check.dates, &check.purpose].into_iter().all(passes)
}
