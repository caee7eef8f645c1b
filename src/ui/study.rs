//! Everything that the views show of one trace: its readings, and its rows.

use crate::compare::{Comparison, Endings, causes, deciding, ending, neighbour};
use crate::dissect::{Reading, dissect, dissect_with, premasters};
use crate::files::hosts;
use crate::lab::server_key;
use crate::lesson::{Asking, Halt, halts};
use crate::otherwise::{Alternative, Branch, Question, alternatives, branches};
use crate::policy::Decision;
use crate::scenario::{ClientPolicy, Edit, PRESETS, Scenario, ServerProfile, Side};
use crate::smtp::{ClientState, MachineState, ServerState};
use crate::story::printed::{PrintedRow, printed};
use crate::story::rows::{At, Row, Steps, rows};
use crate::story::say::{Facts, HeadlineClaim, headline};
use crate::story::wiretap::Wiretap;
use crate::story::{Chapter, Held, Part, Story};
use crate::trace::{EventId, Trace, What};
use crate::ui::state::Visited;
use std::cell::OnceCell;
use std::rc::Rc;

/// A trace and what it means, wherever it comes from. What not every view needs is made when it is first asked for.
#[derive(Debug)]
pub struct Study {
    pub trace: Trace,
    pub reading: Reading,
    pub story: Story,
    pub rows: Vec<Row>,
    pub steps: Steps,
    tapped: OnceCell<Reading>,
    wiretap: OnceCell<Wiretap>,
    stolen: OnceCell<Stolen>,
    boxes: OnceCell<Vec<(Held, Option<Edit>)>>,
    printed: OnceCell<Vec<PrintedRow>>,
    neighbour: OnceCell<Option<Edit>>,
    /// By the question that they answer.
    branches: [OnceCell<Vec<Branch>>; 2],
}

/// What a listener has who recorded the session, and stole the server's private key later.
#[derive(Debug)]
pub struct Stolen {
    pub reading: Reading,
    pub wiretap: Wiretap,
}

/// A study is equal to itself alone: to compare two traces would cost more than to draw one, and two of one origin may differ.
impl PartialEq for Study {
    fn eq(&self, other: &Study) -> bool {
        std::ptr::eq(self, other)
    }
}

/// A run beside the one on show.
#[derive(Clone, Debug, PartialEq)]
pub struct Other {
    /// It is on the left.
    pub study: Rc<Study>,
    pub comparison: Comparison,
    pub endings: Endings,
    /// The switches that alone turn one outcome into the other.
    pub deciding: Vec<Edit>,
    /// The switches that alone make the first difference.
    pub causes: Vec<Edit>,
}

impl Other {
    /// `study` is of the scenario `pinned`, and `shown` of `now`.
    pub fn of((study, pinned): (Rc<Study>, &Scenario), (shown, now): (&Study, &Scenario)) -> Other {
        let left = (&study.trace, &study.reading);
        let comparison = Comparison::of(left, (&shown.trace, &shown.reading));
        let causes = causes(pinned, left, now, &comparison);
        let endings = Endings::of(study.facts(), shown.facts());
        let deciding = deciding((pinned, headline(study.facts())), (now, headline(shown.facts())));
        Other { study, comparison, endings, deciding, causes }
    }
}

/// A session between the ends of the cipher suites' page.
#[derive(Debug, PartialEq)]
pub struct Trial {
    pub scenario: Scenario,
    pub study: Study,
}

impl Trial {
    /// With a sender to whom TLS is optional, and with one that requires it.
    pub fn both(base: &Scenario) -> [Trial; 2] {
        [ClientPolicy::Opportunistic, ClientPolicy::Required].map(|policy| {
            let scenario = base.with(Edit::Policy(policy));
            Trial { scenario, study: Study::of(&scenario) }
        })
    }

    /// The TLS records of the first connection up to the end of its handshake, as events.
    pub fn records(&self) -> impl Iterator<Item = EventId> {
        let negotiation = self.study.rows.iter().find_map(|row| match row {
            Row::Negotiation(negotiation) => Some(negotiation.entries.as_slice()),
            _ => None,
        });
        let events = &self.study.trace.events;
        let is_sent = |&&id: &&EventId| events.get(id).is_some_and(|event| matches!(event.what, What::Sent { .. }));
        negotiation.unwrap_or_default().iter().filter(is_sent).copied()
    }
}

/// A run of a lesson that is over, with what becomes of the mail in it, and by the hands of an opportunistic sender.
#[derive(Clone, Debug, PartialEq)]
pub struct Ended {
    pub visited: Visited,
    pub headline: HeadlineClaim,
    pub opportunistic: HeadlineClaim,
}

impl Ended {
    pub fn of(visited: Visited) -> Ended {
        let scenario = visited.run.scenario;
        let base = scenario.with(Edit::Policy(ClientPolicy::Opportunistic));
        let headline = ending(&scenario);
        Ended { visited, headline, opportunistic: if base == scenario { headline } else { ending(&base) } }
    }
}

/// Where the learner stands in a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spot {
    At(At),
    /// Where this part of this connection begins, or the last before it that the run reaches: what is kept when a switch changes the
    /// run.
    Near {
        connection: u16,
        part: Part,
    },
}

impl Spot {
    /// Where a run is begun.
    pub const START: Spot = Spot::Near { connection: 0, part: Part::FIRST };
    /// Where a run ends, whichever it is.
    pub const END: Spot = Spot::At(At::Event(EventId::MAX));
}

impl Study {
    /// Of a run.
    pub fn of(scenario: &Scenario) -> Study {
        Study::read(crate::lab::run(scenario))
    }

    /// What there is to know at a stop: its beginning, up to the next one. All of it at the last stop, or where the end is asked for.
    pub fn seen(study: &Rc<Study>, stop: EventId, end: bool) -> Rc<Study> {
        match study.steps.next(stop) {
            Some(next) if !end => Rc::new(Study::read(study.trace.up_to(next.saturating_sub(1)))),
            _ => study.clone(),
        }
    }

    /// Of any trace.
    pub fn read(trace: Trace) -> Study {
        let reading = dissect(&trace);
        let story = Story::of(&trace, &reading);
        let rows = rows(&trace, &reading, &story);
        let steps = Steps::of(&rows);
        let (tapped, wiretap, stolen, boxes, printed, neighbour, branches) = Default::default();
        Study { trace, reading, story, rows, steps, tapped, wiretap, stolen, boxes, printed, neighbour, branches }
    }

    /// The reading of one who has no keys.
    pub fn tapped(&self) -> &Reading {
        self.tapped.get_or_init(|| dissect_with(&self.trace, &[]))
    }

    /// What leaked, and what did not.
    pub fn wiretap(&self) -> &Wiretap {
        self.wiretap.get_or_init(|| Wiretap::of(&self.trace, &self.reading, self.tapped()))
    }

    /// The same with the server's private key, and no other; of a trace of no run, without it.
    pub fn stolen(&self) -> &Stolen {
        self.stolen.get_or_init(|| {
            let key = self.trace.origin.scenario().and_then(server_key);
            let reading = dissect_with(&self.trace, &premasters(self.tapped(), key.as_slice()));
            let wiretap = Wiretap::of(&self.trace, &self.reading, &reading);
            Stolen { reading, wiretap }
        })
    }

    /// The conditions of the mark, each with the switch that turns it around, if one does.
    pub fn boxes(&self) -> &[(Held, Option<Edit>)] {
        self.boxes.get_or_init(|| {
            let held = self.story.mark.iter().flat_map(|mark| &mark.conditions);
            let switch = |held: &Held| held.condition.flip(self.trace.origin.scenario()?, held.holds);
            held.map(|held| (*held, switch(held))).collect()
        })
    }

    /// The book's log beside this run; empty where the server is not the book's.
    pub fn printed(&self) -> &[PrintedRow] {
        let of_the_book = self.trace.origin.scenario().is_some_and(|scenario| scenario.server == ServerProfile::Book);
        self.printed.get_or_init(|| {
            if of_the_book { printed(&self.trace, &self.reading, self.story.first()) } else { Vec::new() }
        })
    }

    /// The switch with which the nearest other run differs.
    pub fn neighbour(&self) -> Option<Edit> {
        let made = |scenario| neighbour(scenario, &PRESETS[0].scenario);
        *self.neighbour.get_or_init(|| self.trace.origin.scenario().and_then(made))
    }

    /// What would be decided at an event, and become of the mail, with one switch changed; nothing where the trace is of no run.
    pub fn alternatives(&self, id: EventId, decision: &Decision) -> Vec<Alternative<'_>> {
        alternatives(self.facts(), id, self.branches(Question::of(decision)))
    }

    fn branches(&self, question: Question) -> &[Branch] {
        let made = |scenario| branches(scenario, question);
        self.branches[question as usize].get_or_init(|| self.trace.origin.scenario().map(made).unwrap_or_default())
    }

    /// Runs one of those that a decision of this run will be compared with: a step before it has time for one, the decision not for all.
    pub fn look_ahead(&self) {
        for event in &self.trace.events {
            if let What::Decided(decision) = &event.what
                && self.branches(Question::of(decision)).iter().any(Branch::ahead)
            {
                return;
            }
        }
    }

    /// Where the run halts and asks; a session of others does not.
    pub fn halts(&self, asking: Asking<'_>) -> Vec<Halt> {
        let scenario = self.trace.origin.scenario();
        scenario.map(|scenario| halts(self.facts(), scenario, &self.steps, asking)).unwrap_or_default()
    }

    pub fn facts(&self) -> Facts<'_> {
        Facts { trace: &self.trace, reading: &self.reading, story: &self.story }
    }

    /// The event at which a place is here.
    pub fn step(&self, place: Spot) -> EventId {
        match place {
            Spot::At(At::Event(id)) => id.min(self.trace.events.len().saturating_sub(1)),
            Spot::At(at) => self.steps.at(at),
            Spot::Near { connection, part } => {
                let mut here = self.story.chapters().iter().filter(|chapter| chapter.account.connection <= connection);
                let near = here.next_back().and_then(|chapter| chapter.nearest(part));
                near.unwrap_or(self.steps.first())
            }
        }
    }

    /// The number that a place names where the run has no such step, or no such event.
    pub fn beyond(&self, place: Spot) -> Option<usize> {
        match place {
            Spot::END => None,
            Spot::At(At::Step(step)) => Some(step).filter(|&step| step > self.steps.count()),
            Spot::At(At::Event(id)) => Some(id).filter(|&id| id >= self.trace.events.len()),
            Spot::Near { .. } => None,
        }
    }

    /// The chapter of the connection of a step.
    pub fn chapter(&self, step: EventId) -> &Chapter {
        self.story.at(&self.trace, step)
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
        let wire = self.trace.streams.iter().filter(|stream| stream.layer == crate::trace::StreamKind::Wire);
        wire.map(|stream| stream.bytes.len()).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_runs_ahead_is_what_runs_when_it_is_asked_for() {
        let (ahead, asked) = (Study::of(&PRESETS[0].scenario), Study::of(&PRESETS[0].scenario));
        for _ in 0..40 {
            ahead.look_ahead();
        }
        let mut decisions = 0;
        for (id, event) in asked.trace.events.iter().enumerate() {
            let What::Decided(decision) = &event.what else { continue };
            let all = asked.branches(Question::of(decision));
            assert!(ahead.branches(Question::of(decision)).iter().all(|branch| !branch.ahead()), "all have run");
            let told = |study: &Study| format!("{:?}", study.alternatives(id, decision));
            assert_eq!(told(&ahead), told(&asked));
            decisions += usize::from(!all.is_empty());
        }
        assert!(decisions > 1);
    }

    #[test]
    fn the_end_of_a_run_is_no_step_that_it_lacks() {
        let study = Study::of(&PRESETS[0].scenario);
        assert_eq!((study.step(Spot::END), study.beyond(Spot::END)), (study.trace.events.len() - 1, None));
    }

    #[test]
    fn two_traces_of_one_origin_are_two_studies() {
        let trace = crate::lab::run(&PRESETS[0].scenario);
        let (one, other) = (Rc::new(Study::read(trace.clone())), Rc::new(Study::read(trace)));
        assert_eq!(one, one.clone());
        assert_ne!(one, other);
    }
}
