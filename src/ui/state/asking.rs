//! Questions of the run on show: what was answered, or skipped. It stays in the page: no link has it.

use super::Action;
use crate::lesson::{AskId, Halt};
use crate::story::rows::Steps;
use crate::trace::EventId;

/// What a learner did about a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guessed {
    /// An answer, by its number in the bank.
    Answer(AskId, usize),
    /// "Show me".
    Skip(AskId),
}

impl Guessed {
    pub fn ask(self) -> AskId {
        match self {
            Guessed::Answer(ask, _) | Guessed::Skip(ask) => ask,
        }
    }
}

/// The answer of this number in the bank, or none: the question is done with, and the run goes on.
pub fn answer(halt: &Halt, steps: &Steps, number: Option<usize>) -> Action {
    let guessed = number.map_or(Guessed::Skip(halt.ask), |number| Guessed::Answer(halt.ask, number));
    Action::Answer(guessed, halt.next(steps))
}

/// The questions that are done with, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answered(Vec<Guessed>);

impl Answered {
    /// The first answer counts; one who passed a question may come back to it.
    pub fn after(mut self, guessed: Guessed) -> Answered {
        match self.0.iter_mut().find(|old| old.ask() == guessed.ask()) {
            Some(old @ Guessed::Skip(_)) => *old = guessed,
            Some(_) => {}
            None => self.0.push(guessed),
        }
        self
    }

    pub fn of(&self, ask: AskId) -> Option<Guessed> {
        self.0.iter().copied().find(|guessed| guessed.ask() == ask)
    }

    /// At this stop something is said to an answer.
    pub fn is_told(&self, halts: &[Halt], steps: &Steps, stop: EventId) -> bool {
        halts.iter().any(|halt| halt.is_told(steps, stop) && self.of(halt.ask).is_some())
    }

    /// The question that stands open at a stop: none that was answered, nor one that was skipped and is told there.
    pub fn open<'a>(&self, halts: &'a [Halt], steps: &Steps, stop: EventId) -> Option<&'a Halt> {
        halts.iter().find(|halt| {
            let is_done = match self.of(halt.ask) {
                None => false,
                Some(Guessed::Skip(_)) => halt.is_told(steps, stop),
                Some(Guessed::Answer(..)) => true,
            };
            halt.at == stop && !is_done
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lesson::{Asking, LessonId};
    use crate::scenario::Choice;
    use crate::ui::study::Study;

    /// Whatever is asked in a lesson, something is said to it at a stop, and that is none before it was asked.
    #[test]
    fn every_answer_is_told_at_a_stop() {
        for stop in LessonId::ALL.iter().flat_map(|lesson| lesson.stops()) {
            for run in stop.runs {
                let study = Study::of(&run.scenario().expect("it runs"));
                let halts = study.halts(Asking::These(run.asks));
                for halt in &halts {
                    let answered = Answered::default().after(Guessed::Answer(halt.ask, 0));
                    let is_told = |&&stop: &&EventId| answered.is_told(&halts, &study.steps, stop);
                    let told: Vec<_> = study.steps.all().iter().filter(is_told).collect();
                    assert!(matches!(told[..], [&stop] if stop >= halt.at), "{:?}: {told:?}", halt.ask);
                }
                assert!(!Answered::default().is_told(&halts, &study.steps, study.steps.last()));
            }
        }
    }

    #[test]
    fn the_first_word_counts() {
        let asked = Answered::default().after(Guessed::Answer(AskId::S1, 1)).after(Guessed::Skip(AskId::R1));
        assert_eq!(asked.clone().after(Guessed::Answer(AskId::S1, 0)), asked);
        assert_eq!(asked.of(AskId::O2), None);
        // What was passed is no answer.
        let after = asked.after(Guessed::Answer(AskId::R1, 2));
        assert_eq!(after.of(AskId::R1), Some(Guessed::Answer(AskId::R1, 2)));
        assert_eq!(after.clone().after(Guessed::Skip(AskId::R1)), after);
    }

    /// Every question of every lesson, passed: it is told where it is settled, and asks again only where that is elsewhere.
    #[test]
    fn what_was_passed_stands_open_where_it_was_asked() {
        let (mut here, mut elsewhere) = (0, 0);
        for run in LessonId::ALL.iter().flat_map(|lesson| lesson.stops()).flat_map(|stop| stop.runs) {
            let study = Study::of(&run.scenario().expect("it runs"));
            let halts = study.halts(Asking::These(run.asks));
            for halt in &halts {
                let open = |answered: &Answered| answered.open(&halts, &study.steps, halt.at) == Some(halt);
                let (passed, at_once) =
                    (Answered::default().after(Guessed::Skip(halt.ask)), halt.is_told(&study.steps, halt.at));
                assert!(open(&Answered::default()));
                assert_eq!(open(&passed), !at_once, "{:?}", halt.ask);
                assert!(!open(&passed.after(Guessed::Answer(halt.ask, 0))));
                // Passing it leads on, or shows what is so.
                assert!(at_once || halt.next(&study.steps) > halt.at, "{:?}", halt.ask);
                *(if at_once { &mut here } else { &mut elsewhere }) += 1;
            }
        }
        assert!(here > 0 && elsewhere > 0, "{here} {elsewhere}");
    }
}
