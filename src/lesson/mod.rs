//! A run with questions in it: where it halts, what is asked there, which answer is right; and lessons, which are runs with questions
//! in an order.
//!
//! ```text
//! bank: a place and a rule for each answer ──▶ halts of a run ──▶ the page asks, the event that comes settles it
//! ```
//!
//! Nothing is chosen by the name of a preset. Left out: sessions of others, of which it is not known what their ends are set to; and
//! everything about a learner: no answer leaves the page.

pub mod bank;
mod experiments;
mod ground;
mod ids;
mod lessons;

use crate::registry::Version;
use crate::scenario::Scenario;
use crate::story::rows::Steps;
use crate::story::say::Facts;
use crate::trace::EventId;
use bank::{Ask, ONE_IDEA, Posed, Settles};
use ground::Ground;
use std::borrow::Cow;

pub use experiments::EXPERIMENTS;
pub use ids::AskId;
pub use lessons::{LessonId, LessonRun, LessonStop};

/// Halts of a run at most.
pub const MOST: usize = 7;
/// Stops from one halt to the next at least, where the page chooses the questions.
pub const APART: usize = 4;

/// A halt of a run: after this stop, and before what comes next, a question is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Halt {
    pub ask: AskId,
    /// The stop at which it stands.
    pub at: EventId,
    pub settles: Settles,
    /// The right one of its answers, in the order of the bank.
    pub right: usize,
    /// How many answers there are.
    pub answers: usize,
    /// What stands in the words.
    pub value: String,
    /// In the document of the version that is spoken.
    pub source: Cow<'static, str>,
}

impl Halt {
    /// The source, where a reader of the page has it: the project's own rules are in docs/rules.md, beside the program.
    pub fn cited(&self) -> &str {
        if self.source.starts_with("docs/") { "" } else { &self.source }
    }

    /// The stop at which the answer is told: the event that settles it has just come, or had before it was asked.
    pub fn told(&self, steps: &Steps) -> EventId {
        steps.stop(self.settles.event()).max(self.at)
    }

    /// The answer is told at this stop.
    pub fn is_told(&self, steps: &Steps, stop: EventId) -> bool {
        self.told(steps) == stop
    }

    /// Where a run goes on once the question is done with: one stop, since what settles it may be far, and other questions before it. Where
    /// that is shown already, it stays.
    pub fn next(&self, steps: &Steps) -> EventId {
        let is_shown = steps.stop(self.settles.event()) <= self.at;
        steps.next(self.at).filter(|_| !is_shown).unwrap_or(self.at)
    }
}

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asking<'a> {
    /// Of everything the best, not too often.
    Bank,
    /// What a lesson names, wherever it has its place.
    These(&'a [AskId]),
}

/// Where a run halts, in order.
pub fn halts(facts: Facts<'_>, scenario: &Scenario, steps: &Steps, asking: Asking<'_>) -> Vec<Halt> {
    let mut found: Vec<(&Ask, Posed, usize, Version)> = bank::all()
        .filter(|ask| match asking {
            Asking::Bank => true,
            Asking::These(named) => named.contains(&ask.id),
        })
        .filter_map(|ask| {
            let (posed, right, version) = pose(ask, facts, scenario)?;
            Some((ask, posed, right, version))
        })
        .collect();
    let width = |posed: &Posed| steps.number(posed.until) - steps.number(posed.from);
    match asking {
        Asking::Bank => found.sort_by_key(|(ask, posed, ..)| (ask.weight, width(posed))),
        // What can stand in one place alone comes first.
        Asking::These(_) => found.sort_by_key(|(_, posed, ..)| width(posed)),
    }
    let apart = if asking == Asking::Bank { APART } else { 1 };
    let mut halts: Vec<Halt> = Vec::new();
    for (ask, posed, right, version) in found {
        let is_told = ONE_IDEA.iter().any(|idea| {
            asking == Asking::Bank && idea.contains(&ask.id) && halts.iter().any(|halt| idea.contains(&halt.ask))
        });
        if halts.len() == MOST || is_told {
            continue;
        }
        let far = |stop: EventId| halts.iter().all(|halt| steps.number(halt.at).abs_diff(steps.number(stop)) >= apart);
        let Some(at) = places(&posed, steps).find(|&stop| far(stop)) else { continue };
        let Posed { settles, value, .. } = posed;
        let (answers, source) = (ask.answers.len(), version.cited(ask.source));
        halts.push(Halt { ask: ask.id, at, settles, right, answers, value, source });
    }
    halts.sort_by_key(|halt| halt.at);
    halts
}

/// Where a question is asked in a run, and its right answer: on the first connection on which it can be.
fn pose(ask: &Ask, facts: Facts<'_>, scenario: &Scenario) -> Option<(Posed, usize, Version)> {
    facts.story.chapters().iter().find_map(|chapter| {
        let ground = Ground { facts, scenario, chapter };
        let posed = (ask.find)(&ground)?;
        Some((posed, ask.right(&ground)?, ground.spoken()))
    })
}

/// The stops at which it may be asked. At a stop all is known that came before the next one, so what settles it may not be among that.
fn places(posed: &Posed, steps: &Steps) -> impl Iterator<Item = EventId> {
    let (first, last) = (steps.stop(posed.from), steps.stop(posed.until));
    let settles = posed.settles;
    let hides = move |&stop: &EventId| match settles {
        Settles::Here(_) => true,
        Settles::Ahead(id) => steps.next(stop).is_some_and(|next| next <= id),
    };
    steps.all().iter().copied().filter(move |stop| (first..=last).contains(stop)).filter(hides)
}
