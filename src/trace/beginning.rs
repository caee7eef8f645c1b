//! The beginning of a trace: what had happened at one of its events, and nothing of what came later.

use super::{EventId, Trace, What};
use crate::bytes::Span;

impl Trace {
    /// Its events up to this one, with it, and the octets that had been sent by then. It is the same trace where nothing comes after.
    pub fn up_to(&self, last: EventId) -> Trace {
        let events = self.events.get(..=last).unwrap_or(&self.events).to_vec();
        let goes_on = self.goes_on || events.len() < self.events.len();
        let mut lengths = vec![0; self.streams.len()];
        for span in events.iter().flat_map(|event| event.what.spans()) {
            if let Some(length) = lengths.get_mut(span.stream.index()) {
                *length = span.end.max(*length);
            }
        }
        let mut streams = self.streams.clone();
        if goes_on {
            // A stream's number is its place, so one that has not begun stays, and is empty.
            streams.iter_mut().zip(lengths).for_each(|(stream, length)| stream.bytes.truncate(length as usize));
        }
        Trace {
            goes_on,
            events,
            streams,
            origin: self.origin.clone(),
            cast: self.cast.clone(),
            secrets: self.secrets.clone(),
            ..*self
        }
    }
}

impl What {
    /// The octets that an event points at.
    fn spans(&self) -> impl Iterator<Item = Span> {
        let spans = match self {
            What::Sent { text, wire } => [*text, Some(*wire)],
            What::Altered { sent } => [Some(*sent), None],
            What::Stored(stored) => [Some(stored.message), None],
            What::Opened
            | What::Moved { .. }
            | What::TlsStarted
            | What::TlsUp(_)
            | What::TlsFailed(_)
            | What::Checked(_)
            | What::Decided(_)
            | What::LeftOver { .. }
            | What::NotRun { .. }
            | What::Recognised { .. }
            | What::Stripped(_)
            | What::Forgot(_)
            | What::Authenticated { .. }
            | What::NtlmJudged(_)
            | What::Violated(_)
            | What::Settled(_)
            | What::Closed(_)
            | What::Missing { .. }
            | What::Stalled => [None, None],
        };
        spans.into_iter().flatten()
    }
}

#[cfg(test)]
mod tests {
    use crate::lab::run;
    use crate::scenario::PRESETS;

    #[test]
    fn a_beginning_holds_what_had_been_sent_and_no_octet_more() {
        for preset in PRESETS {
            let trace = run(&preset.scenario);
            for last in 0..trace.events.len() {
                let beginning = trace.up_to(last);
                assert_eq!(beginning.events, trace.events[..=last]);
                assert_eq!(beginning.goes_on, last + 1 < trace.events.len());
                for (stream, whole) in beginning.streams.iter().zip(&trace.streams) {
                    assert!(whole.bytes.starts_with(&stream.bytes));
                }
                for span in beginning.events.iter().flat_map(|event| event.what.spans()) {
                    assert_eq!(beginning.octets(span), trace.octets(span));
                }
            }
            assert_eq!(trace.up_to(trace.events.len() - 1), trace);
            assert_eq!(trace.up_to(usize::MAX), trace);
        }
    }
}
