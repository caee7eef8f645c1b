//! Everything that the views show of one scenario: the trace, its readings, and the rows of the ladder.

use crate::compare::{Comparison, causes};
use crate::dissect::{Reading, dissect, dissect_with};
use crate::files::hosts;
use crate::scenario::{ClientPolicy, Edit, PRESETS, Scenario, ServerProfile, Side, TlsStack, preset};
use crate::smtp::{ClientState, ServerState, State as Machine};
use crate::text::Facts;
use crate::timeline::printed::{PrintedRow, printed};
use crate::timeline::wiretap::Wiretap;
use crate::timeline::{Checkpoint, Timeline};
use crate::trace::{EventId, Trace, What};

/// A run and what it means.
#[derive(Clone, Debug)]
pub struct Study {
    pub scenario: Scenario,
    pub trace: Trace,
    pub reading: Reading,
    /// The reading of one who has no keys.
    pub tapped: Reading,
    /// What leaked, and what did not.
    pub wiretap: Wiretap,
    pub timeline: Timeline,
    /// The book's log beside this run; empty where the server is not the book's.
    pub printed: Vec<PrintedRow>,
    pub rows: Vec<Row>,
    /// The events at which one can stop, in order: those that have a row. Never empty.
    pub stops: Vec<EventId>,
}

/// A study is a function of its scenario.
impl PartialEq for Study {
    fn eq(&self, other: &Study) -> bool {
        self.scenario == other.scenario
    }
}

/// A run that is compared with the one on show.
#[derive(Clone, Debug)]
pub struct Other {
    pub study: Study,
    /// It is on the left.
    pub comparison: Comparison,
    /// The switches that alone make the first difference.
    pub causes: Vec<Edit>,
}

impl Other {
    pub fn of(pinned: &Scenario, now: &Scenario) -> Other {
        let (study, shown) = (Study::of(pinned), Study::of(now));
        let comparison = Comparison::of((&study.trace, &study.reading), (&shown.trace, &shown.reading));
        Other { study, comparison, causes: causes(pinned, now) }
    }
}

impl PartialEq for Other {
    fn eq(&self, other: &Other) -> bool {
        self.study == other.study && self.comparison == other.comparison
    }
}

/// A session between the ends of the cipher suites' page.
#[derive(Clone, Debug, PartialEq)]
pub struct Ending(pub Study);

impl Ending {
    /// With a sender to whom TLS is optional, and with one that requires it.
    pub fn both((client, server): (TlsStack, TlsStack)) -> [Ending; 2] {
        let base = preset("postfix").map_or(PRESETS[0].scenario, |preset| preset.scenario);
        let base = base.with(Edit::ClientStack(client)).with(Edit::ServerStack(server));
        [ClientPolicy::Opportunistic, ClientPolicy::Required]
            .map(|policy| Ending(Study::of(&base.with(Edit::Policy(policy)))))
    }

    /// The TLS records of the first connection up to the end of its handshake, as events.
    pub fn records(&self) -> impl Iterator<Item = EventId> {
        let negotiation = self.0.rows.iter().find_map(|row| match row {
            Row::Negotiation(negotiation) => Some(negotiation.entries.as_slice()),
            _ => None,
        });
        let is_sent =
            |&&id: &&EventId| self.0.trace.events.get(id).is_some_and(|event| matches!(event.what, What::Sent { .. }));
        negotiation.unwrap_or_default().iter().filter(is_sent).copied()
    }
}

/// Where the learner is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Event(EventId),
    /// At this point, or at the last one that the run reaches: what is kept when a switch changes the run.
    Near(Checkpoint),
}

/// A row of the ladder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Row {
    /// A connection after the first begins.
    Connection { id: EventId },
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

impl Study {
    pub fn of(scenario: &Scenario) -> Study {
        Study::read(crate::lab::run(scenario))
    }

    /// Everything that is shown of a trace, wherever it comes from.
    pub fn read(trace: Trace) -> Study {
        let scenario = &trace.origin;
        let reading = dissect(&trace);
        let tapped = dissect_with(&trace, &[]);
        let wiretap = Wiretap::of(&trace, &reading, &tapped);
        let timeline = Timeline::of(&trace, &reading);
        let of_the_book = scenario.server == ServerProfile::Book;
        let printed = if of_the_book { printed(&trace, &reading) } else { Vec::new() };
        let rows = rows(&trace, &reading, &timeline);
        let mut stops = stops(&rows);
        if stops.is_empty() {
            stops.push(0);
        }
        Study { scenario: *scenario, trace, reading, tapped, wiretap, timeline, printed, rows, stops }
    }

    pub fn facts(&self) -> Facts<'_> {
        Facts { trace: &self.trace, reading: &self.reading, timeline: &self.timeline }
    }

    /// The step that a place means here.
    pub fn step(&self, place: Place) -> EventId {
        match place {
            Place::Event(id) => id.min(self.trace.events.len().saturating_sub(1)),
            Place::Near(checkpoint) => {
                let begun = |point: &&crate::timeline::Point| !point.events.is_empty();
                let wanted = self.timeline.point(checkpoint).filter(begun);
                let point = wanted.or_else(|| self.timeline.points.iter().rfind(begun));
                point.and_then(|point| point.events.first().copied()).unwrap_or(self.first())
            }
        }
    }

    /// The events at which one can stop in a row.
    pub fn row_stops(&self, row: &Row) -> Vec<EventId> {
        stops(std::slice::from_ref(row))
    }

    /// The row that shows a step.
    pub fn stop(&self, step: EventId) -> EventId {
        self.stops.iter().rfind(|&&stop| stop <= step).copied().unwrap_or(self.first())
    }

    /// Number of the stop in the order of stops, from 0.
    pub fn index(&self, step: EventId) -> usize {
        self.stops.iter().filter(|&&stop| stop <= step).count().saturating_sub(1)
    }

    pub fn first(&self) -> EventId {
        self.stops.first().copied().unwrap_or_default()
    }

    pub fn last(&self) -> EventId {
        self.stops.last().copied().unwrap_or_default()
    }

    pub fn next(&self, step: EventId) -> Option<EventId> {
        self.stops.iter().find(|&&stop| stop > step).copied()
    }

    pub fn previous(&self, step: EventId) -> Option<EventId> {
        let here = self.stop(step);
        self.stops.iter().rfind(|&&stop| stop < here).copied()
    }

    /// The point to which a step belongs; before the first, that one.
    pub fn point(&self, step: EventId) -> Checkpoint {
        self.timeline.current(step).map_or(Checkpoint::Greeting, |point| point.checkpoint)
    }

    /// Where a side's machine stands at a step.
    pub fn machine(&self, side: Side, step: EventId) -> Machine {
        let connection = self.trace.events.get(step).map_or(0, |event| event.connection);
        let past = self.trace.events.iter().take(step + 1).rev();
        let mut here = past.filter(|event| event.connection == connection && event.who == side);
        let start = match side {
            Side::Client => Machine::Client(ClientState::ExpectGreeting),
            Side::Server => Machine::Server(ServerState::ExpectHello),
        };
        here.find_map(|event| match event.what {
            What::Moved { to, .. } => Some(to),
            _ => None,
        })
        .unwrap_or(start)
    }

    /// What the two ends of a connection say that they are called: client's, server's.
    pub fn hosts(&self, connection: u8) -> (&'static str, &'static str) {
        let (client, server) = hosts(&self.trace, connection);
        (client.name, server.name)
    }

    pub fn wire_octets(&self) -> usize {
        let wire = self.trace.streams.iter().filter(|stream| stream.layer == crate::trace::Layer::Wire);
        wire.map(|stream| stream.bytes.len()).sum()
    }
}

fn rows(trace: &Trace, reading: &Reading, timeline: &Timeline) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut negotiation: Option<Negotiation> = None;
    for (id, event) in trace.events.iter().enumerate() {
        if let Some(open) = &mut negotiation {
            match &event.what {
                What::TlsStarted | What::Moved { .. } => continue,
                What::Checked(_) | What::TlsUp(_) => {
                    open.entries.push(id);
                    continue;
                }
                What::Sent { text: None, .. } => {
                    open.entries.push(id);
                    continue;
                }
                What::TlsFailed(_) => open.failed = true,
                _ => {}
            }
            rows.extend(negotiation.take().map(|open| closed(open, trace)));
        }
        match &event.what {
            What::Moved { .. } => {}
            What::TlsStarted => {
                let failed = false;
                negotiation = Some(Negotiation { id, entries: Vec::new(), octets: 0, flights: 0, failed });
            }
            What::Sent { text: Some(_), .. } => {
                rows.push(Row::Line { id, sealed: trace.sealed(event) });
                let gone = timeline.gone_after(id).filter_map(|before| reading.line(before));
                rows.extend(gone.map(|line| Row::Gone { line: line.text.clone() }));
            }
            What::Sent { text: None, .. } => rows.push(Row::Record { id }),
            What::Opened { .. } if event.connection > 0 => rows.push(Row::Connection { id }),
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

fn stops(rows: &[Row]) -> Vec<EventId> {
    let mut stops = Vec::new();
    for row in rows {
        match row {
            Row::Gone { .. } => {}
            Row::Connection { id } | Row::Line { id, .. } | Row::Note { id } | Row::Record { id } => stops.push(*id),
            Row::Negotiation(open) => {
                stops.push(open.id);
                stops.extend_from_slice(&open.entries);
            }
        }
    }
    stops
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::PRESETS;

    #[test]
    fn stops_rise_and_every_point_begins_at_one() {
        for preset in PRESETS {
            let study = Study::of(&preset.scenario);
            assert!(study.stops.is_sorted_by(|a, b| a < b), "{}", preset.name);
            for point in &study.timeline.points {
                if let Some(first) = point.events.first() {
                    assert!(study.stops.contains(first), "{} {:?}", preset.name, point.checkpoint);
                }
            }
        }
    }

    #[test]
    fn stepping_on_and_back_meets_the_same_stops() {
        let study = Study::of(&PRESETS[0].scenario);
        let mut there = vec![study.first()];
        while let Some(next) = study.next(*there.last().expect("one")) {
            there.push(next);
        }
        let mut back = vec![study.last()];
        while let Some(previous) = study.previous(*back.last().expect("one")) {
            back.push(previous);
        }
        back.reverse();
        assert_eq!(there, back);
        assert_eq!(there, study.stops);
    }

    #[test]
    fn what_is_gone_stands_where_it_stood() {
        let study = Study::of(&PRESETS[0].scenario);
        let index = study.rows.iter().position(|row| matches!(row, Row::Gone { .. })).expect("STARTTLS");
        assert_eq!(study.rows[index], Row::Gone { line: "250-STARTTLS".to_owned() });
        assert_eq!(study.rows[index + 1], Row::Gone { line: "250-X-ANONYMOUSTLS".to_owned() });
        let Row::Line { id, .. } = study.rows[index - 1] else { panic!("a line stands before it") };
        assert_eq!(study.reading.line(id).expect("a line").text, "250-ENHANCEDSTATUSCODES");
    }
}
