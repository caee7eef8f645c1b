//! The bank: what can be asked of a run, as data. A question has a place, found by a rule on the run, and answers with a rule each; it is
//! asked where exactly one of them holds. A rule knows facts, and no preset.
//!
//! Left out: what no run comes to (left-over octets, a ticket for another policy, ends that begin wrongly), and the names of
//! suites, which are no event.

mod attack;
mod certificate;
mod handshake;
mod mail;
mod ntlm;
mod old;
mod receiver;
mod talk;

use super::AskId;
use super::ground::Ground;
use crate::trace::EventId;

/// A question.
#[derive(Debug)]
pub struct Ask {
    pub id: AskId,
    pub weight: Weight,
    /// What the right answer rests on.
    pub source: &'static str,
    /// Where it is asked on a connection, if it is.
    pub find: fn(&Ground<'_>) -> Option<Posed>,
    /// In the order of the words.
    pub answers: &'static [Right],
}

/// How much a question is worth, where a run has more of them than are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// Something is decided.
    Decision,
    /// One of the seven points.
    Point,
    /// A detail.
    Detail,
}

/// When an answer is the right one.
#[derive(Clone, Copy, Debug)]
pub enum Right {
    /// Wherever it is asked.
    Always,
    Never,
    If(fn(&Ground<'_>) -> bool),
}

/// Where a question may be asked, and what settles it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posed {
    /// It may be asked from this event to that one.
    pub from: EventId,
    pub until: EventId,
    pub settles: Settles,
    /// What stands in the words.
    pub value: String,
}

/// The event that settles a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settles {
    /// It comes after the halt, and tells the answer.
    Ahead(EventId),
    /// It is the one that the question is about: what follows from it has to be known.
    Here(EventId),
}

impl Settles {
    pub fn event(self) -> EventId {
        match self {
            Settles::Ahead(id) | Settles::Here(id) => id,
        }
    }
}

impl Posed {
    /// Asked at an event, and settled by a later one.
    fn ahead(at: EventId, settles: EventId) -> Option<Posed> {
        (at < settles).then(|| Posed { from: at, until: at, settles: Settles::Ahead(settles), value: String::new() })
    }

    /// Asked right before the event that settles it.
    fn before(settles: EventId) -> Option<Posed> {
        Posed::ahead(settles.checked_sub(1)?, settles)
    }

    /// Asked anywhere from an event to the one that settles it.
    fn between(from: EventId, settles: EventId) -> Option<Posed> {
        Posed::ahead(from, settles).map(|posed| posed.until(settles.saturating_sub(1)))
    }

    /// Asked of an event, at it.
    fn here(at: EventId) -> Option<Posed> {
        Some(Posed { from: at, until: at, settles: Settles::Here(at), value: String::new() })
    }

    fn until(self, until: EventId) -> Posed {
        Posed { until: until.max(self.from), ..self }
    }

    fn with(self, value: impl Into<String>) -> Posed {
        Posed { value: value.into(), ..self }
    }
}

/// Questions that are one idea: one of them is asked in a run.
pub(super) const ONE_IDEA: &[&[AskId]] = &[
    &[AskId::G4, AskId::E1, AskId::W1],
    &[AskId::W5, AskId::U4],
    &[AskId::O1, AskId::G2],
    &[AskId::X5, AskId::X6],
    &[AskId::R1, AskId::S4],
    &[AskId::B3, AskId::Y2],
];

/// All of them, by what they are about.
pub fn all() -> impl Iterator<Item = &'static Ask> {
    let parts = [
        talk::ASKS,
        handshake::ASKS,
        certificate::ASKS,
        receiver::ASKS,
        mail::ASKS,
        attack::ASKS,
        ntlm::ASKS,
        old::ASKS,
    ];
    parts.into_iter().flatten()
}

impl Ask {
    /// The one answer whose rule holds; `None` where none or several do.
    pub fn right(&self, ground: &Ground<'_>) -> Option<usize> {
        let holds = |right: &Right| match right {
            Right::Always => true,
            Right::Never => false,
            Right::If(rule) => rule(ground),
        };
        let mut right = self.answers.iter().enumerate().filter(|(_, right)| holds(right)).map(|(index, _)| index);
        right.next().filter(|_| right.next().is_none())
    }
}
