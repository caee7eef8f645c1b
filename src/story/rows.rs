//! The session as rows, from the first to the last, and the events at which one can stop in them.

use super::Story;
use crate::dissect::Reading;
use crate::trace::{EventId, Trace, What};

/// A row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Row {
    /// A connection after the first begins.
    Connection { id: EventId },
    /// An earlier connection goes on with this event.
    Back { id: EventId },
    /// A line of SMTP, or a message.
    Line { id: EventId, sealed: bool },
    /// A keyword that was listed in clear and is not listed inside TLS; it stands where it stood.
    Gone { line: String },
    /// Something that happened without being sent.
    Note { id: EventId },
    /// From the first TLS record to the last of the handshake.
    Negotiation(Negotiation),
    /// A TLS record that carries no SMTP, outside the handshake.
    Record { id: EventId },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Negotiation {
    /// Where it begins.
    pub id: EventId,
    /// Records, checks, and the ends' completion.
    pub entries: Vec<EventId>,
    /// Of its records, on the wire.
    pub octets: usize,
    /// Changes of direction, and one.
    pub flights: usize,
    pub failed: bool,
}

impl Row {
    /// The events at which one can stop in it.
    pub fn stops(&self) -> Vec<EventId> {
        match self {
            Row::Gone { .. } | Row::Back { .. } => Vec::new(),
            Row::Connection { id } | Row::Line { id, .. } | Row::Note { id } | Row::Record { id } => vec![*id],
            Row::Negotiation(open) => {
                // The first record of an imported handshake is where it begins, too.
                let before = Some(open.id).filter(|id| open.entries.first() != Some(id));
                before.into_iter().chain(open.entries.iter().copied()).collect()
            }
        }
    }
}

/// What stands out in red: something failed, or came as it may not come.
pub fn is_alarming(what: &What) -> bool {
    match what {
        What::TlsFailed(_)
        | What::Violated(_)
        | What::LeftOver { .. }
        | What::Altered { .. }
        | What::Missing { .. }
        | What::Stalled => true,
        What::Opened
        | What::Sent { .. }
        | What::Moved { .. }
        | What::TlsStarted
        | What::TlsUp(_)
        | What::Checked(_)
        | What::Decided(_)
        | What::Stripped(_)
        | What::Forgot(_)
        | What::Authenticated { .. }
        | What::NotRun { .. }
        | What::Recognised { .. }
        | What::NtlmJudged(_)
        | What::Stored(_)
        | What::Settled(_)
        | What::Closed(_) => false,
    }
}

/// A place in a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    /// A step, as it is counted everywhere: from 1.
    Step(usize),
    Event(EventId),
}

/// The events at which one can stop, in order: those that have a row. Their numbers, from 1, are the steps of the run. There is always one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Steps(Vec<EventId>);

impl Steps {
    pub fn of(rows: &[Row]) -> Steps {
        let stops: Vec<EventId> = rows.iter().flat_map(Row::stops).collect();
        Steps(if stops.is_empty() { vec![0] } else { stops })
    }

    pub fn all(&self) -> &[EventId] {
        &self.0
    }

    /// The stop that shows an event: its own, or the last one before it.
    pub fn stop(&self, event: EventId) -> EventId {
        self.0.iter().rfind(|&&stop| stop <= event).copied().unwrap_or(self.first())
    }

    /// The number of the step that shows an event.
    pub fn number(&self, event: EventId) -> usize {
        self.0.partition_point(|&stop| stop <= event).max(1)
    }

    /// The number of an event that is a step itself.
    pub fn own(&self, event: EventId) -> Option<usize> {
        self.0.binary_search(&event).ok().map(|index| index + 1)
    }

    /// How many steps there are.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// The stop of a place; behind the last step, that one.
    pub fn at(&self, at: At) -> EventId {
        match at {
            At::Step(step) => self.0.get(step.saturating_sub(1)).copied().unwrap_or(self.last()),
            At::Event(event) => self.stop(event),
        }
    }

    pub fn first(&self) -> EventId {
        self.0.first().copied().unwrap_or_default()
    }

    pub fn last(&self) -> EventId {
        self.0.last().copied().unwrap_or_default()
    }

    pub fn next(&self, event: EventId) -> Option<EventId> {
        self.0.iter().find(|&&stop| stop > event).copied()
    }

    pub fn previous(&self, event: EventId) -> Option<EventId> {
        let here = self.stop(event);
        self.0.iter().rfind(|&&stop| stop < here).copied()
    }
}

/// The rows of a run, in order.
pub fn rows(trace: &Trace, reading: &Reading, story: &Story) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut negotiation: Option<Negotiation> = None;
    let mut connection = None;
    for (id, event) in trace.events.iter().enumerate() {
        let chapter = story.chapter(event.connection);
        // What comes after the handshake, a ticket for instance, is no part of it.
        let is_over = chapter.is_some_and(|chapter| chapter.is_after_negotiation(id));
        if let Some(open) = &mut negotiation {
            match &event.what {
                _ if connection != Some(event.connection) => {}
                What::TlsStarted | What::Moved { .. } => continue,
                What::Checked(_) | What::TlsUp(_) => {
                    open.entries.push(id);
                    continue;
                }
                What::Sent { text: None, .. } if !is_over => {
                    open.entries.push(id);
                    continue;
                }
                What::TlsFailed(_) => open.failed = true,
                _ => {}
            }
            rows.extend(negotiation.take().map(|open| closed(open, trace)));
        }
        let goes_back = connection.is_some_and(|before| before != event.connection) && event.what != What::Opened;
        if goes_back && !matches!(event.what, What::Moved { .. }) {
            rows.push(Row::Back { id });
        }
        if !(goes_back && matches!(event.what, What::Moved { .. })) {
            connection = Some(event.connection);
        }
        // Where no end says that it begins TLS, its first record does.
        let begins = chapter.is_some_and(|chapter| chapter.account.began.event() == Some(id));
        match &event.what {
            What::Moved { .. } => {}
            What::TlsStarted => {
                let failed = false;
                negotiation = Some(Negotiation { id, entries: Vec::new(), octets: 0, flights: 0, failed });
            }
            What::Sent { text: Some(_), .. } => {
                rows.push(Row::Line { id, sealed: trace.sealed(event) });
                let gone = story
                    .chapters()
                    .iter()
                    .flat_map(|chapter| chapter.gone_after(id))
                    .filter_map(|before| reading.line(before));
                rows.extend(gone.map(|line| Row::Gone { line: line.text.clone() }));
            }
            What::Sent { text: None, .. } if begins => {
                let failed = chapter.is_some_and(|chapter| chapter.account.failed.value.is_some());
                negotiation = Some(Negotiation { id, entries: vec![id], octets: 0, flights: 0, failed });
            }
            What::Sent { text: None, .. } => rows.push(Row::Record { id }),
            What::Opened if event.connection > 0 => rows.push(Row::Connection { id }),
            _ => rows.push(Row::Note { id }),
        }
    }
    rows.extend(negotiation.take().map(|open| closed(open, trace)));
    rows
}

/// One end that hands over to TLS alone negotiates nothing.
fn closed(mut negotiation: Negotiation, trace: &Trace) -> Row {
    let mut last = None;
    for event in negotiation.entries.iter().filter_map(|&id| trace.events.get(id)) {
        if let What::Sent { wire, .. } = event.what {
            negotiation.octets += wire.len();
            negotiation.flights += usize::from(last != Some(event.who));
            last = Some(event.who);
        }
    }
    if negotiation.entries.is_empty() { Row::Note { id: negotiation.id } } else { Row::Negotiation(negotiation) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dissect::dissect;
    use crate::lab::run;
    use crate::scenario::{PRESETS, Scenario};

    fn of(scenario: &Scenario) -> (Story, Reading, Vec<Row>, Steps) {
        let trace = run(scenario);
        let reading = dissect(&trace);
        let story = Story::of(&trace, &reading);
        let rows = rows(&trace, &reading, &story);
        let steps = Steps::of(&rows);
        (story, reading, rows, steps)
    }

    #[test]
    fn stops_rise_and_every_point_begins_at_one() {
        for preset in PRESETS {
            let (story, _, _, steps) = of(&preset.scenario);
            assert!(steps.all().is_sorted_by(|a, b| a < b), "{}", preset.name);
            for point in &story.first().points {
                if let Some(first) = point.events.first() {
                    assert!(steps.all().contains(first), "{} {:?}", preset.name, point.checkpoint);
                }
            }
        }
    }

    #[test]
    fn stepping_on_and_back_meets_the_same_stops() {
        let (_, _, _, steps) = of(&PRESETS[0].scenario);
        let mut there = vec![steps.first()];
        while let Some(next) = steps.next(*there.last().expect("one")) {
            there.push(next);
        }
        let mut back = vec![steps.last()];
        while let Some(previous) = steps.previous(*back.last().expect("one")) {
            back.push(previous);
        }
        back.reverse();
        assert_eq!(there, back);
        assert_eq!(there, steps.all());
    }

    #[test]
    fn steps_are_counted_from_one_and_lead_back_to_their_events() {
        let (_, _, _, steps) = of(&PRESETS[0].scenario);
        for (index, &stop) in steps.all().iter().enumerate() {
            assert_eq!(steps.number(stop), index + 1);
            assert_eq!(steps.at(At::Step(index + 1)), stop);
            assert_eq!(steps.at(At::Event(stop)), stop);
        }
        assert_eq!(steps.count(), steps.all().len());
        assert_eq!(steps.at(At::Step(steps.count() + 1)), steps.last());
        assert!((0..=steps.last()).all(|event| steps.own(event).is_some() == steps.all().contains(&event)));
        // An event without a row is shown by the one before it.
        let hidden = (0..steps.last()).find(|event| !steps.all().contains(event)).expect("a machine moved");
        assert_eq!(steps.number(hidden), steps.number(steps.stop(hidden)));
    }

    #[test]
    fn what_is_gone_stands_where_it_stood() {
        let (_, reading, rows, _) = of(&PRESETS[0].scenario);
        let index = rows.iter().position(|row| matches!(row, Row::Gone { .. })).expect("STARTTLS");
        assert_eq!(rows[index], Row::Gone { line: "250-STARTTLS".to_owned() });
        assert_eq!(rows[index + 1], Row::Gone { line: "250-X-ANONYMOUSTLS".to_owned() });
        let Row::Line { id, .. } = rows[index - 1] else { panic!("a line stands before it") };
        assert_eq!(reading.line(id).expect("a line").text, "250-ENHANCEDSTATUSCODES");
    }
}
