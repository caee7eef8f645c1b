//! The parts of a connection, in order: the seven points, and after them the mail and the goodbye, which have no number.

use super::{Advertised, Chapter, Checkpoint, Status};
use crate::trace::EventId;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    Point(Checkpoint),
    /// From the first MAIL FROM on.
    Mail,
    /// From QUIT on; without it, from the end of the connection.
    Goodbye,
}

impl Part {
    pub const FIRST: Part = Part::Point(Checkpoint::Greeting);

    /// Of a point alone.
    pub fn number(self) -> Option<u8> {
        match self {
            Part::Point(checkpoint) => Some(checkpoint.number()),
            Part::Mail | Part::Goodbye => None,
        }
    }
}

impl Chapter {
    /// All of them, in order, with the event at which each begins where it was reached.
    pub fn parts(&self) -> impl Iterator<Item = (Part, Option<EventId>)> {
        let points = self.points.iter().map(|point| (Part::Point(point.checkpoint), point.events.first().copied()));
        let mail = self.account.mails.first().map(|mail| mail.event);
        points.chain([(Part::Mail, mail), (Part::Goodbye, self.goodbye)])
    }

    /// The part to which an event belongs: the last that has begun by then. Before the first, that one.
    pub fn part(&self, event: EventId) -> Part {
        let begun = self.parts().filter_map(|(part, first)| Some((first.filter(|&first| first <= event)?, part)));
        begun.max().map_or(Part::FIRST, |(_, part)| part)
    }

    /// Whether an event is part of TLS: of its handshake, or behind one that was completed.
    pub fn is_inside(&self, event: EventId) -> bool {
        let begun = self.point(Checkpoint::Negotiation).filter(|point| point.status == Status::Reached);
        begun.and_then(|point| point.events.first()).is_some_and(|&first| event >= first)
    }

    /// A part that has not begun, and still may: nothing that comes after it has, and the list in which it would be is not complete.
    pub fn is_ahead(&self, part: Part) -> bool {
        let is_open = |list: Option<&Advertised>| list.is_none_or(|list| list.goes_on);
        let could = match part {
            Part::Point(Checkpoint::StarttlsOffered | Checkpoint::AuthBeforeTls) => is_open(self.before()),
            Part::Point(Checkpoint::AuthInsideTls) => is_open(self.after()),
            Part::Point(_) | Part::Mail | Part::Goodbye => true,
        };
        self.goes_on && could && !self.parts().any(|(one, first)| one >= part && first.is_some())
    }

    /// Where a part begins; of one that was not reached, the last before it that was.
    pub fn nearest(&self, part: Part) -> Option<EventId> {
        self.parts().filter(|(one, _)| *one <= part).filter_map(|(_, first)| first).last()
    }
}
