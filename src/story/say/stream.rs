//! Where a record stands in the one key stream of its side, for ciphers that make one and never start it anew: RC4.

use super::Facts;
use crate::registry::Version;
use crate::trace::EventId;
use std::borrow::Cow;

/// Of the records of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StreamClaim {
    /// The first and the last octet of the stream, counted from 1, that went into them.
    pub first: u64,
    pub last: u64,
    pub version: Version,
}

impl StreamClaim {
    pub fn source(self) -> Cow<'static, str> {
        self.version.cited("RFC 5246 §6.2.3.1")
    }
}

pub fn stream(facts: Facts<'_>, id: EventId) -> Option<StreamClaim> {
    let used = facts.reading.key_stream(id)?;
    let chapter = facts.story.chapter(facts.event(id)?.connection)?;
    Some(StreamClaim { first: used.start + 1, last: used.end, version: chapter.account.chosen.value.as_ref()?.version })
}
