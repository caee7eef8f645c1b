//! The keys of the session: step by step, to a point, and playing.

use crate::lesson::{Halt, halt_at};
use crate::story::Checkpoint;
use crate::text::EN;
use crate::ui::browser::Focus;
use crate::ui::state::{Action, Guessed, Move, State};
use crate::ui::study::Study;

pub fn action(key: &str, focus: Focus, state: &State, study: &Study, halts: &[Halt]) -> Option<Action> {
    let step = study.step(state.playback.spot);
    let moves_itself = focus == Focus::Arrows;
    if let Some(halt) = halt_at(halts, study.steps.stop(step), &state.answered.done()).filter(|_| !moves_itself) {
        let number = key.parse().ok().and_then(|number: usize| number.checked_sub(1));
        let answers = (EN.questions.asked)(halt.ask).answers();
        let guess = match (key, number.and_then(|place| answers.get(place))) {
            (" ", _) if focus == Focus::Other => Some(Guessed::Skip(halt.ask)),
            (_, chosen) => chosen.map(|&(number, _)| Guessed::Answer(halt.ask, number)),
        };
        if let Some(guess) = guess {
            return Some(Action::Answer(guess, halt.next(&study.steps)));
        }
    }
    match key {
        "ArrowRight" if !moves_itself => study.steps.next(step).map(Move::Go).map(Action::Move),
        "ArrowLeft" if !moves_itself => study.steps.previous(step).map(Move::Go).map(Action::Move),
        "Home" if !moves_itself => Some(Move::Go(study.steps.first()).into()),
        "End" if !moves_itself => Some(Move::Go(study.steps.last()).into()),
        " " if focus == Focus::Other => Some(Move::Play(!state.playback.playing).into()),
        _ => {
            let number: usize = key.parse().ok()?;
            let checkpoint = Checkpoint::ALL.get(number.checked_sub(1)?)?;
            let point = study.chapter(step).point(*checkpoint)?;
            point.events.first().copied().map(Move::Go).map(Action::Move)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::share;
    use crate::ui::state::Theme;

    #[test]
    fn keys_step_and_stay_with_what_moves_itself() {
        let state = State::new(share::read("#v=2&step=1"), Theme::Light);
        let study = Study::of(&state.run.scenario);
        let press = |key, focus| action(key, focus, &state, &study, &[]);
        assert_eq!(press("End", Focus::Other), Some(Move::Go(study.steps.last()).into()));
        assert_eq!(press("ArrowLeft", Focus::Other), None);
        assert_eq!(press("ArrowRight", Focus::Other), Some(Move::Go(study.steps.all()[1]).into()));
        assert_eq!(press("ArrowRight", Focus::Arrows), None);
        assert_eq!(press(" ", Focus::Button), None);
        assert_eq!(press(" ", Focus::Other), Some(Move::Play(true).into()));
        assert_eq!(press("7", Focus::Button), Some(Move::Go(51).into()));
        assert_eq!(press("8", Focus::Other), None);
        assert_eq!(press("0", Focus::Other), None);
    }

    #[test]
    fn at_a_halt_numbers_answer_and_space_shows() {
        let state = State::new(share::read("#v=2&preset=self-signed&ask=always"), Theme::Light);
        let study = Study::of(&state.run.scenario);
        let halts = state.asks().map(|asks| study.halts(asks)).expect("it asks");
        let halt = halts.first().expect("a halt");
        let there = state.after(Move::Go(halt.at).into());
        let press = |key, halts: &[Halt]| action(key, Focus::Other, &there, &study, halts);
        let (first, _) = (EN.questions.asked)(halt.ask).answers()[0];
        let answer = |guess| Some(Action::Answer(guess, halt.next(&study.steps)));
        assert_eq!(press("1", &halts), answer(Guessed::Answer(halt.ask, first)));
        assert_eq!(press(" ", &halts), answer(Guessed::Skip(halt.ask)));
        // Without the question they are what they always are.
        assert_eq!(press(" ", &[]), Some(Move::Play(true).into()));
        assert!(matches!(press("1", &[]), Some(Action::Move(Move::Go(_)))));
        let done = there.clone().after(Action::Answer(Guessed::Skip(halt.ask), halt.at));
        assert_eq!(action(" ", Focus::Other, &done, &study, &halts), Some(Move::Play(true).into()));
    }
}
