//! A lesson of one's own, as it is made: runs that were on show, in an order; what any lesson asks, and how it ends.

use super::State;
use crate::lesson::{Asking, LessonRun};
use crate::share::{AskMe, InLesson, OwnLesson, Pinned, TITLE, View};
use crate::ui::study::Spot;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OwnStep {
    /// The run on show becomes the last stop.
    Add,
    /// A stop, from 1, is taken out.
    Drop(usize),
    Title(String),
}

pub fn after(mut own: OwnLesson, step: OwnStep, here: Pinned) -> OwnLesson {
    match step {
        OwnStep::Add if own.takes(here) => own.stops.push(here),
        OwnStep::Add => {}
        OwnStep::Drop(stop) => {
            if let Some(index) = stop.checked_sub(1).filter(|&index| index < own.stops.len()) {
                own.stops.remove(index);
            }
            // Where one was may not be there any more.
            own.at = None;
        }
        OwnStep::Title(title) => own.title = title.chars().take(TITLE).collect(),
    }
    own
}

/// A link without a lesson of one's own leaves what is being made.
pub(super) fn followed(own: OwnLesson, link: OwnLesson) -> OwnLesson {
    if link.stops.is_empty() { OwnLesson { at: None, ..own } } else { link }
}

impl State {
    pub(super) fn own_stop(&mut self, stop: usize) {
        let own = OwnLesson { at: Some(stop), ..self.own.clone() };
        if let Some(Pinned { scenario, preset }) = own.here() {
            self.enter(scenario, preset, Spot::START, View::Session);
            (self.lesson, self.own) = (None, own);
        }
    }

    /// What the run halts for and asks.
    pub fn asks(&self) -> Option<Asking<'static>> {
        let of_lesson = self.lesson.and_then(|here| here.lesson.run(here.stop, &self.run.scenario));
        let is_own = self.own.here().is_some_and(|stop| stop.scenario == self.run.scenario);
        match (self.shown.ask, of_lesson) {
            _ if self.shown.end.is_on() => None,
            (AskMe::Never, _) => None,
            (_, Some(run)) => Some(Asking::These(run.asks)),
            (AskMe::Lessons, None) if !is_own => None,
            (_, None) => Some(Asking::Bank),
        }
    }

    /// The runs of the lesson, once one is at its last stop.
    pub fn ended(&self) -> Option<Vec<Pinned>> {
        let once = |mut runs: Vec<Pinned>| {
            runs.dedup();
            runs
        };
        if let Some(InLesson { lesson, stop }) = self.lesson {
            let runs = lesson.stops().iter().flat_map(|stop| stop.runs);
            let of = |run: &LessonRun| Some(Pinned { scenario: run.scenario()?, preset: run.preset });
            return (stop == lesson.stops().len()).then(|| once(runs.filter_map(of).collect()));
        }
        (self.own.at == Some(self.own.stops.len())).then(|| once(self.own.stops.clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::PRESETS;
    use crate::share::STOPS;

    #[test]
    fn stops_are_added_up_to_a_bound_and_taken_out() {
        let at = |index: usize| Pinned { scenario: PRESETS[index].scenario, preset: PRESETS[index].name };
        let mut own = OwnLesson::default();
        for index in 0..STOPS + 3 {
            own = after(own, OwnStep::Add, at(index % 4));
        }
        assert_eq!(own.stops.len(), STOPS);
        own.at = Some(STOPS);
        own = after(own, OwnStep::Drop(1), at(0));
        assert_eq!((own.stops.len(), own.stops[0], own.at), (STOPS - 1, at(1), None));
        assert_eq!(after(own.clone(), OwnStep::Drop(0), at(0)).stops, own.stops);
        assert_eq!(after(own.clone(), OwnStep::Drop(STOPS), at(0)).stops, own.stops);
        assert_eq!(after(own, OwnStep::Title("é".repeat(TITLE + 1)), at(0)).title, "é".repeat(TITLE));
    }
}
