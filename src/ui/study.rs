//! Everything that the views show of one trace: its readings, and its rows.

use crate::compare::{Comparison, causes};
use crate::dissect::{Reading, dissect, dissect_with};
use crate::files::hosts;
use crate::scenario::{ClientPolicy, Edit, PRESETS, Scenario, ServerProfile, Side, TlsStack, preset};
use crate::smtp::{ClientState, MachineState, ServerState};
use crate::story::printed::{PrintedRow, printed};
use crate::story::rows::{Row, Steps, rows};
use crate::story::wiretap::Wiretap;
use crate::story::{Checkpoint, Story};
use crate::text::Facts;
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
    pub story: Story,
    /// The book's log beside this run; empty where the server is not the book's.
    pub printed: Vec<PrintedRow>,
    pub rows: Vec<Row>,
    pub steps: Steps,
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

impl Study {
    pub fn of(scenario: &Scenario) -> Study {
        Study::read(crate::lab::run(scenario))
    }

    /// Everything that is shown of a trace, wherever it comes from.
    pub fn read(trace: Trace) -> Study {
        let scenario = trace.origin.scenario().copied().unwrap_or(PRESETS[0].scenario);
        let reading = dissect(&trace);
        let tapped = dissect_with(&trace, &[]);
        let wiretap = Wiretap::of(&trace, &reading, &tapped);
        let story = Story::of(&trace, &reading);
        let of_the_book = scenario.server == ServerProfile::Book;
        let printed = if of_the_book { printed(&trace, &reading) } else { Vec::new() };
        let rows = rows(&trace, &reading, &story);
        let steps = Steps::of(&rows);
        Study { scenario, trace, reading, tapped, wiretap, story, printed, rows, steps }
    }

    pub fn facts(&self) -> Facts<'_> {
        Facts { trace: &self.trace, reading: &self.reading, story: &self.story }
    }

    /// The step that a place means here.
    pub fn step(&self, place: Place) -> EventId {
        match place {
            Place::Event(id) => id.min(self.trace.events.len().saturating_sub(1)),
            Place::Near(checkpoint) => {
                let begun = |point: &&crate::story::Point| !point.events.is_empty();
                let wanted = self.story.point(checkpoint).filter(begun);
                let point = wanted.or_else(|| self.story.points.iter().rfind(begun));
                point.and_then(|point| point.events.first().copied()).unwrap_or(self.steps.first())
            }
        }
    }

    /// The point to which a step belongs; before the first, that one.
    pub fn point(&self, step: EventId) -> Checkpoint {
        self.story.current(step).map_or(Checkpoint::Greeting, |point| point.checkpoint)
    }

    /// Where a side's machine stands at a step.
    pub fn machine(&self, side: Side, step: EventId) -> MachineState {
        let connection = self.trace.events.get(step).map_or(0, |event| event.connection);
        let past = self.trace.events.iter().take(step + 1).rev();
        let mut here = past.filter(|event| event.connection == connection && event.who == side);
        let start = match side {
            Side::Client => MachineState::Client(ClientState::ExpectGreeting),
            Side::Server => MachineState::Server(ServerState::ExpectHello),
        };
        here.find_map(|event| match event.what {
            What::Moved { to, .. } => Some(to),
            _ => None,
        })
        .unwrap_or(start)
    }

    /// What the two ends of a connection say that they are called: client's, server's.
    pub fn hosts(&self, connection: u16) -> (String, String) {
        let (client, server) = hosts(&self.trace, connection);
        (client.name, server.name)
    }

    pub fn wire_octets(&self) -> usize {
        let wire = self.trace.streams.iter().filter(|stream| stream.layer == crate::trace::Layer::Wire);
        wire.map(|stream| stream.bytes.len()).sum()
    }
}
