//! What is to be said: claims. Each is a closed choice with its values and the document that makes it true; `text/` words it, in any
//! language, and chooses nothing.
//!
//! The functions choose by facts and hold no words. Of an imported session they claim what its octets show, and no more: where no
//! decision was recorded and nobody said who the ends are, the claims are others, not the same with a guess in them.

mod decision;
mod line;
mod note;
mod record;
mod step;

use super::Story;
use crate::dissect::Reading;
use crate::scenario::Side;
use crate::trace::{Actor, Event, EventId, Trace};

pub use decision::{DecisionClaim, QueueClaim, QueueSource, queue};
pub use line::{CommandClaim, KeywordClaim, ReplyClaim};
pub use note::{AtClaim, ConnectionClaim, EndClaim, NoteClaim, StandsThere, at, connection, end, note};
pub use record::RecordClaim;
pub use step::{Opening, StepClaim, step};

/// What claims are found in.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    pub trace: &'a Trace,
    pub reading: &'a Reading,
    pub story: &'a Story,
}

/// Who acts: the part that is played, and the side, which is all that an imported session tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Party {
    pub actor: Actor,
    pub side: Side,
}

impl Party {
    fn at(trace: &Trace, connection: u16, side: Side) -> Party {
        Party { actor: trace.seat(connection, side).actor, side }
    }

    fn of(trace: &Trace, event: &Event) -> Party {
        Party::at(trace, event.connection, event.who)
    }
}

impl<'a> Facts<'a> {
    fn event(&self, id: EventId) -> Option<&'a Event> {
        self.trace.events.get(id)
    }

    /// The first reply line with that code: it is what decided.
    fn reply(&self, code: u16) -> Option<&'a str> {
        let code = code.to_string();
        self.reading.lines().map(|(_, line)| line.text.as_str()).find(|text| text.starts_with(&code))
    }
}
