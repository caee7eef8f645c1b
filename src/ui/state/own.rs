//! A lesson of one's own, as it is made: runs that were on show, in an order; what any lesson asks, and how it ends.

use super::{Action, State};
use crate::lesson::Asking;
use crate::scenario::Edit;
use crate::share::{AskMe, InLesson, OwnLesson, Pinned, TITLE, View};
use crate::story::rows::At;
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

/// A run of a lesson.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Visited {
    pub stop: usize,
    pub among: Option<usize>,
    pub run: Pinned,
}

/// A link without a lesson of one's own leaves what is being made.
pub(super) fn followed(own: OwnLesson, link: OwnLesson) -> OwnLesson {
    if link.stops.is_empty() { OwnLesson { at: None, ..own } } else { link }
}

impl State {
    pub(super) fn own_stop(&mut self, stop: usize) {
        let own = OwnLesson { at: Some(stop), ..self.own.clone() };
        if let Some(Pinned { scenario, preset }) = own.here() {
            // As at every stop: what is asked of the whole run is asked before anything has happened.
            self.enter(scenario, preset, Spot::At(At::Step(1)), View::Session);
            (self.lesson, self.own) = (None, own);
        }
    }

    /// What is asked of this run by the stop of the lesson that it is.
    pub fn of_stop(&self) -> Option<Asking<'static>> {
        self.lesson.and_then(|here| here.asks(&self.run.scenario))
    }

    /// What the run halts for and asks.
    pub fn asks(&self) -> Option<Asking<'static>> {
        let is_own = self.own.here().is_some_and(|stop| stop.scenario == self.run.scenario);
        match (self.shown.ask, self.of_stop()) {
            _ if self.shown.end.is_on() => None,
            (AskMe::Never, _) => None,
            (_, Some(these)) => Some(these),
            (AskMe::Lessons, None) if !is_own => None,
            (_, None) => Some(Asking::Bank),
        }
    }

    /// A run of a lesson is on show.
    pub fn is_in_lesson(&self) -> bool {
        self.lesson.is_some() || self.own.at.is_some()
    }

    /// The run behind this one in the lesson: of the same stop, or the first of the next.
    pub fn onward(&self) -> Option<Action> {
        let Some(here) = self.lesson else {
            return self.own.at.filter(|&at| at < self.own.stops.len()).map(|at| Action::OwnStop(at + 1));
        };
        let (run, runs) = self.run_of_stop(here);
        if run + 1 < runs {
            return Some(Action::Lesson(here, run + 1));
        }
        let stop = here.stop + 1;
        (stop <= here.lesson.stops().len()).then_some(Action::Lesson(InLesson { stop, ..here }, 0))
    }

    /// The run before this one.
    pub fn backward(&self) -> Option<Action> {
        let Some(here) = self.lesson else {
            return self.own.at.filter(|&at| at > 1).map(|at| Action::OwnStop(at - 1));
        };
        if let Some(run) = self.run_of_stop(here).0.checked_sub(1) {
            return Some(Action::Lesson(here, run));
        }
        let before = InLesson { stop: here.stop.checked_sub(1)?, ..here };
        let last = self.run_of_stop(before).1.checked_sub(1)?;
        Some(Action::Lesson(before, last))
    }

    /// What this run changes in the one before it in the lesson.
    pub fn changed(&self) -> Vec<Edit> {
        let before = match self.backward() {
            Some(Action::Lesson(place, run)) => place.run(run).map(|(scenario, _)| scenario),
            Some(Action::OwnStop(stop)) => {
                stop.checked_sub(1).and_then(|at| self.own.stops.get(at)).map(|stop| stop.scenario)
            }
            _ => None,
        };
        before.map(|before| self.run.scenario.edits_from(&before)).unwrap_or_default()
    }

    /// Which run of a stop is on show, from 0, and how many it has. One that was changed stands for the last.
    pub fn run_of_stop(&self, InLesson { lesson, stop }: InLesson) -> (usize, usize) {
        let stops = lesson.stops();
        let runs = stop.checked_sub(1).and_then(|stop| stops.get(stop)).map(|stop| stop.runs).unwrap_or_default();
        let here = runs.iter().position(|run| run.scenario() == Some(self.run.scenario));
        (here.unwrap_or(runs.len().saturating_sub(1)), runs.len())
    }

    /// The runs of the lesson that is gone through, or of the one of one's own, stop by stop, from 1; and which of its stop each is, where
    /// that has several.
    pub fn runs(&self) -> Vec<Visited> {
        let Some(InLesson { lesson, .. }) = self.lesson else {
            let own = self.own.stops.iter().enumerate();
            return own.map(|(index, &run)| Visited { stop: index + 1, among: None, run }).collect();
        };
        let mut all = Vec::new();
        for (index, stop) in lesson.stops().iter().enumerate() {
            for (place, run) in stop.runs.iter().enumerate() {
                let among = (stop.runs.len() > 1).then_some(place + 1);
                let run = run.scenario().map(|scenario| Pinned { scenario, preset: run.preset });
                all.extend(run.map(|run| Visited { stop: index + 1, among, run }));
            }
        }
        all
    }

    /// The same once one is at the last of them.
    pub fn ended(&self) -> Vec<Visited> {
        if self.is_in_lesson() && self.onward().is_none() { self.runs() } else { Vec::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lesson::LessonId;
    use crate::scenario::PRESETS;
    use crate::share::{self, Log, STOPS};
    use crate::story::printed::Difference;
    use crate::ui::state::Theme;
    use crate::ui::study::Study;

    #[test]
    fn a_lesson_is_gone_through_on_and_back_by_its_runs() {
        let begin = Action::Lesson(InLesson { lesson: LessonId::SixTwists, stop: 1 }, 0);
        let mut state = State::new(share::read(""), Theme::Light).after(begin);
        let place = |state: &State| (state.lesson.map(|here| here.stop), state.run.scenario);
        let mut seen = vec![place(&state)];
        assert_eq!(state.backward(), None);
        while let Some(on) = state.onward() {
            state = state.after(on);
            seen.push(place(&state));
        }
        // Seven stops, the last with two runs.
        assert_eq!(seen.iter().map(|seen| seen.0.unwrap_or(0)).collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6, 7, 7]);
        for seen in seen.iter().rev().skip(1) {
            let before = state.clone().after(state.backward().expect("a run before"));
            state = state.after(Action::Back);
            // At its end, where one came from.
            let study = Study::of(&state.run.scenario);
            assert_eq!((study.step(state.playback.spot), place(&state)), (study.steps.last(), place(&before)));
            assert_eq!(place(&state), *seen);
        }
        let own = State::new(share::read("lesson=own&stops=book,stripped&stop=1"), Theme::Light);
        assert_eq!((own.onward(), own.backward()), (Some(Action::OwnStop(2)), None));
        let own = own.after(Action::OwnStop(2));
        assert_eq!((own.onward(), own.backward()), (None, Some(Action::OwnStop(1))));
        // What is asked of the whole run is asked at its start.
        assert_eq!(own.playback.spot, Spot::At(At::Step(1)));
        // Another story is none of the lesson, one's own or built in.
        for at in [own, state] {
            assert!(at.is_in_lesson());
            let base = at.run.base();
            assert!(!at.clone().after(Action::Preset("postfix")).is_in_lesson());
            assert!(!at.after(Action::Open(base, "postfix")).is_in_lesson());
        }
    }

    #[test]
    fn a_stop_that_is_about_the_print_opens_with_it() {
        let at = |stop| Action::Lesson(InLesson { lesson: LessonId::Reset, stop }, 0);
        let state = State::new(share::read("#log=protocol"), Theme::Light);
        let logs = [1, 2, 3].map(|stop| state.clone().after(at(stop)).shown.log);
        assert_eq!(logs, [Log::Live, Log::Printed, Log::Live]);
        // So does its link, and what it speaks of is there to be shown.
        let printed = state.after(at(2));
        assert_eq!(share::read(&share::write(&printed.shared(1))).shown.log, Log::Printed);
        let study = Study::of(&printed.run.scenario);
        assert!(study.printed().iter().any(|row| row.difference == Some(Difference::SecondGreeting)));
    }

    #[test]
    fn a_lesson_ends_behind_its_last_run_with_each_of_its_stops() {
        let begin = Action::Lesson(InLesson { lesson: LessonId::SixTwists, stop: 7 }, 0);
        let state = State::new(share::read(""), Theme::Light).after(begin);
        assert_eq!(state.ended(), []);
        let ended = state.clone().after(state.onward().expect("the run without the attacker")).ended();
        let places: Vec<_> = ended.iter().map(|run| (run.stop, run.among)).collect();
        let alone = (1..=6).map(|stop| (stop, None));
        assert_eq!(places, alone.chain([(7, Some(1)), (7, Some(2))]).collect::<Vec<_>>());
        // Two stops of one run are two.
        assert_eq!(ended[0].run, ended[1].run);
        let own = State::new(share::read("lesson=own&stops=book,book,stripped&stop=1"), Theme::Light);
        assert_eq!(own.ended(), []);
        assert_eq!(own.after(Action::OwnStop(3)).ended().len(), 3);
        assert_eq!(State::new(share::read("stops=book"), Theme::Light).ended(), []);
    }

    #[test]
    fn the_first_stop_asks_at_its_start() {
        let begin = Action::Lesson(InLesson { lesson: LessonId::SixTwists, stop: 1 }, 0);
        let state = State::new(share::read(""), Theme::Light).after(begin);
        let study = Study::of(&state.run.scenario);
        let halts = state.asks().map(|asks| study.halts(asks)).expect("it asks");
        let stop = study.steps.stop(study.step(state.playback.spot));
        assert!(state.answered.open(&halts, &study.steps, stop).is_some(), "{stop} {halts:?}");
    }

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
