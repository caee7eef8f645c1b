//! What is to be said: claims. Each is a closed choice with its values and the document that makes it true; `text/` words it, in any
//! language, and chooses nothing.
//!
//! The functions choose by facts and hold no words. Of an imported session they claim what its octets show, and no more: where no
//! decision was recorded and the ends are unknown, the claims are others, not the same with a guess in them.

mod decision;
mod flip;
mod length;
mod line;
mod no_certificate;
mod note;
mod ntlm;
mod outcome;
mod own;
mod point;
mod printed;
mod record;
mod recording;
mod revocation;
mod step;
mod stolen;
mod stream;
mod tap;

use super::{Leg, Story};
use crate::dissect::Reading;
use crate::scenario::Side;
use crate::smtp::TlsVerb;
use crate::trace::{Actor, Event, EventId, Trace, What};

pub use decision::{DecisionClaim, Eagerness, Passed, QueueClaim, QueueSource, logged, queue, queue_at};
pub use flip::{FlipClaim, FlipEffect, FlipFault};
pub use length::{LengthClaim, length};
pub use line::{CommandClaim, KeywordClaim, ReplyClaim};
pub use no_certificate::{NoCertificateClaim, no_certificate};
pub use note::{AtClaim, ConnectionClaim, EndClaim, NoteClaim, StandsThere, at, connection, end, note};
pub use ntlm::{NtlmClaim, NtlmProof, WordsClaim, ntlm, words};
pub use outcome::{
    Answer, BecauseClaim, FirstHop, FolderClaim, HeadlineClaim, Lamp, LampClaim, LampName, NoSecondListClaim, Onward,
    OnwardEnding, RelayedLogin, Sealed, because, folder, headline, lamps, no_second_list,
};
pub use point::{
    AuthInClear, Disagreement, Family, Judgement, LessonClaim, MissingClaim, PointClaim, lesson, missing, point,
};
pub use record::RecordClaim;
pub use recording::{RecordingClaim, recording};
pub use revocation::{RevocationClaim, revocation};
pub use step::{AlertClaim, Opening, StepClaim, step};
pub use stolen::{KeyRole, StolenClaim, stolen};
pub use stream::{StreamClaim, stream};
pub use tap::{Lost, TapClaim, TappedMail, tap};

/// What claims are found in.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    pub trace: &'a Trace,
    pub reading: &'a Reading,
    pub story: &'a Story,
}

/// Who acts: the part that is played, and the side, which is all that an imported session tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Participant {
    pub actor: Actor,
    pub side: Side,
}

impl Participant {
    fn at(trace: &Trace, connection: u16, side: Side) -> Participant {
        Participant { actor: trace.seat(connection, side).actor, side }
    }

    fn of(trace: &Trace, event: &Event) -> Participant {
        Participant::at(trace, event.connection, event.who)
    }
}

impl<'a> Facts<'a> {
    fn event(&self, id: EventId) -> Option<&'a Event> {
        self.trace.events.get(id)
    }

    /// Whether it is recorded what an end decided, as it is of a run.
    fn has_decisions(&self) -> bool {
        self.trace.events.iter().any(|event| matches!(event.what, What::Decided(_)))
    }

    /// What starts TLS on a connection stood in the server's list, and was written over on the way.
    fn is_overwritten(&self, connection: u16) -> bool {
        let verb = self.story.chapter(connection).map_or(TlsVerb::StartTls, |chapter| chapter.verb);
        let line = format!("{}\r\n", verb.name()).into_bytes();
        let altered = |event: &Event| match event.what {
            What::Altered { sent } => self.trace.octets(sent).to_ascii_uppercase().ends_with(&line),
            _ => false,
        };
        self.trace.events.iter().any(|event| event.connection == connection && altered(event))
    }

    /// The line that settled a hop.
    fn reply(&self, leg: &Leg) -> Option<&'a str> {
        self.reading.line(leg.reply?).map(|line| line.text.as_str())
    }
}
