//! The keys of the session: step by step, to a point, and playing; on the stage those of a clicker, too.

use crate::lesson::Halt;
use crate::story::Checkpoint;
use crate::story::rows::is_alarming;
use crate::text::EN;
use crate::trace::{EventId, What};
use crate::ui::browser::Focus;
use crate::ui::state::{Action, Look, Move, Presenting, State, answer};
use crate::ui::study::Study;

pub fn action(key: &str, focus: Focus, state: &State, study: &Study, halts: &[Halt]) -> Option<Action> {
    let step = study.step(state.playback.spot);
    let moves_itself = focus == Focus::Arrows;
    let halt = state.answered.open(halts, &study.steps, study.steps.stop(step)).filter(|_| !moves_itself);
    if let Some(halt) = halt {
        let number = key.parse().ok().and_then(|number: usize| number.checked_sub(1));
        let answers = (EN.questions.asked)(halt.ask).answers();
        match (key, number.and_then(|place| answers.get(place))) {
            ("s" | "S" | "ArrowRight", _) => return Some(answer(halt, &study.steps, None)),
            (" ", _) if focus == Focus::Other => return Some(answer(halt, &study.steps, None)),
            // What became of it may be the answer.
            ("v" | "V", _) => return None,
            (_, Some(&(number, _))) => return Some(answer(halt, &study.steps, Some(number))),
            // A number too large is a slip, and leads to no point.
            (_, None) if number.is_some() => return None,
            _ => {}
        }
    }
    if state.is_on_stage() {
        let now = state.presenting;
        match key {
            "PageDown" => return forward(state, study, halts),
            "PageUp" => return back(state, study, halts),
            "ArrowRight" if !moves_itself && study.steps.next(step).is_none() => return forward(state, study, halts),
            "b" | "B" | "." => return Some(Action::Present(Presenting { blank: !now.blank, ..now })),
            "v" | "V" => return Some(Action::Present(now.turned())),
            "Escape" => return Some(Look::Stage(false).into()),
            _ => {}
        }
    }
    match key {
        "p" | "P" => Some(Look::Stage(!state.is_on_stage()).into()),
        // At the end of a run of a lesson as the button does.
        "ArrowRight" if !moves_itself => {
            study.steps.next(step).map(Move::Go).map(Action::Move).or_else(|| state.onward())
        }
        "ArrowLeft" if !moves_itself => study.steps.previous(step).map(Move::Go).map(Action::Move),
        "Escape" if state.forecast.sent && study.steps.next(step).is_none() => Some(Action::Forget),
        "Home" if !moves_itself => Some(Move::Go(study.steps.first()).into()),
        "End" if !moves_itself => Some(Move::Go(study.steps.last()).into()),
        " " if focus == Focus::Other => Some(Move::Play(!state.playback.playing).into()),
        _ => {
            let number: usize = key.parse().ok()?;
            // Nor does one that was pressed twice.
            if state.answered.is_told(halts, &study.steps, study.steps.stop(step)) {
                return None;
            }
            let checkpoint = Checkpoint::ALL.get(number.checked_sub(1)?)?;
            let point = study.chapter(step).point(*checkpoint)?;
            point.events.first().copied().map(Move::Go).map(Action::Move)
        }
    }
}

/// What a clicker's key for "on" does: to the next row to stop at; behind the last, or in a lesson behind its last answer, what became of
/// the mail; behind that, the next run, or what the lesson came to.
pub fn forward(state: &State, study: &Study, halts: &[Halt]) -> Option<Action> {
    let here = study.steps.stop(study.step(state.playback.spot));
    if let Some(halt) = state.answered.open(halts, &study.steps, here) {
        return Some(answer(halt, &study.steps, None));
    }
    let is_past = |halt: &Halt| halt.told(&study.steps) <= here;
    let is_done = state.is_in_lesson() && !halts.is_empty() && halts.iter().all(is_past);
    let next = study.steps.all().iter().copied().find(|&stop| stop > here && rests(study, halts, stop));
    let now = state.presenting;
    match next.filter(|_| !is_done) {
        Some(next) => Some(Move::Go(next).into()),
        None if !now.verdict => Some(Action::Present(now.turned())),
        None if !now.ended && !state.ended().is_empty() => Some(Action::Present(Presenting { ended: true, ..now })),
        None => state.onward(),
    }
}

/// And for "back".
pub fn back(state: &State, study: &Study, halts: &[Halt]) -> Option<Action> {
    let here = study.steps.stop(study.step(state.playback.spot));
    let before = study.steps.all().iter().copied().rfind(|&stop| stop < here && rests(study, halts, stop));
    match before.or(Some(study.steps.first()).filter(|&first| first < here)) {
        Some(before) => Some(Move::Go(before).into()),
        None => state.backward().map(|_| Action::Back),
    }
}

/// A clicker stops at the last line of a reply and at the last record of a flight, at a decision, where a point begins, and where something is asked or told.
fn rests(study: &Study, halts: &[Halt], stop: EventId) -> bool {
    let Some(next) = study.steps.next(stop) else { return true };
    let sent = |id: EventId| {
        let event = study.trace.events.get(id)?;
        match event.what {
            What::Sent { text, .. } => Some((event.connection, event.who, text.is_some())),
            _ => None,
        }
    };
    let goes_on = sent(stop).is_some_and(|here| sent(next) == Some(here));
    let begins = study.chapter(stop).points.iter().any(|point| point.events.first() == Some(&stop));
    let asks = |halt: &Halt| halt.at == stop || halt.is_told(&study.steps, stop);
    // What an end notes for itself is seen with what comes next, but for what it judges, forgets and keeps, and for what fails.
    let is_aside = study.trace.events.get(stop).is_some_and(|event| match &event.what {
        What::Sent { .. } | What::Decided(_) | What::Forgot(_) | What::Stored(_) | What::Checked(_) => false,
        what => !is_alarming(what),
    });
    let passes = goes_on || is_aside;
    !passes || begins || halts.iter().any(asks)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lesson::LessonId;
    use crate::share;
    use crate::ui::state::{Guessed, Theme};

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
    fn on_the_stage_a_clicker_steps() {
        let at = |link| State::new(share::read(link), Theme::Light);
        let study = Study::of(&at("").run.scenario);
        let press = |key, state: &State| action(key, Focus::Button, state, &study, &[]);
        let (page, stage) = (at("#v=2&step=2"), at("#v=2&step=2&stage=on"));
        let stop = |step: usize| Some(Move::Go(study.steps.all()[step - 1]).into());
        assert_eq!((press("PageDown", &stage), press("PageUp", &stage)), (stop(3), stop(1)));
        assert_eq!((press("PageDown", &page), press("b", &page), press("Escape", &page)), (None, None, None));
        assert_eq!(press("p", &page), Some(Look::Stage(true).into()));
        for key in ["p", "Escape"] {
            assert_eq!(press(key, &stage), Some(Look::Stage(false).into()));
        }
        let blank = stage.clone().after(press("b", &stage).expect("an action"));
        assert!(blank.presenting.blank && !blank.presenting.verdict);
        let shown = stage.clone().after(press("v", &stage).expect("an action"));
        assert!(shown.presenting.verdict);
        // Another run is judged anew.
        assert_eq!(shown.after(Action::Preset("postfix")).presenting, Presenting::default());
    }

    #[test]
    fn a_clicker_alone_leads_through_a_lesson() {
        let mut state =
            State::new(share::read("#v=2&preset=book&lesson=six-twists&stop=1&stage=on&step=1"), Theme::Light);
        let runs = || LessonId::SixTwists.stops().iter().flat_map(|stop| stop.runs);
        let (mut presses, mut steps, mut verdicts, mut asked, mut ends) = (0, 0, 0, 0, 0);
        loop {
            let study = Study::of(&state.run.scenario);
            let halts = state.asks().map(|asks| study.halts(asks)).expect("it asks");
            steps += study.steps.count();
            let run = state.run.scenario;
            while state.run.scenario == run {
                let Some(action) = action("PageDown", Focus::Button, &state, &study, &halts) else {
                    // Every run told what became of its mail, every question was met, and at the end stands what it came to; with half of the presses less than by steps.
                    assert_eq!((verdicts, asked, ends), (runs().count(), runs().map(|run| run.asks.len()).sum(), 1));
                    assert!(2 * presses < steps, "{presses} of {steps}");
                    return;
                };
                presses += 1;
                verdicts += usize::from(matches!(action, Action::Present(Presenting { ended: false, .. })));
                ends += usize::from(matches!(action, Action::Present(Presenting { ended: true, .. })));
                asked += usize::from(matches!(action, Action::Answer(..)));
                let is_on = matches!(action, Action::Lesson(..));
                state = state.after(action);
                if is_on {
                    break;
                }
            }
        }
    }

    #[test]
    fn at_the_end_of_a_run_of_a_lesson_the_next_one_is_a_step() {
        let at = |link| State::new(share::read(link), Theme::Light);
        let state = at("#v=2&preset=book&lesson=six-twists&stop=2&step=63&ask=never");
        let study = Study::of(&state.run.scenario);
        let press = |state: &State| action("ArrowRight", Focus::Other, state, &study, &[]);
        assert!(matches!(press(&state), Some(Action::Lesson(here, 0)) if here.stop == 3));
        assert_eq!(press(&at("#v=2&preset=book&step=63")), None);
    }

    #[test]
    fn a_verdict_is_not_uncovered_under_a_question() {
        let state = State::new(share::read("#v=2&preset=book&lesson=six-twists&stop=1&stage=on&step=1"), Theme::Light);
        let study = Study::of(&state.run.scenario);
        let halts = state.asks().map(|asks| study.halts(asks)).expect("it asks");
        assert_eq!(action("v", Focus::Other, &state, &study, &halts), None);
        let shown = Some(Action::Present(Presenting { verdict: true, ..Presenting::default() }));
        assert_eq!(action("v", Focus::Other, &state, &study, &[]), shown);
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
        assert_eq!(
            (press(" ", &halts), press("s", &halts)),
            (answer(Guessed::Skip(halt.ask)), answer(Guessed::Skip(halt.ask)))
        );
        // A number that names no answer is a slip; pressed twice, it is one as well where the answer is told.
        assert_eq!(press("7", &halts), None);
        let answered = there.clone().after(Action::Answer(Guessed::Answer(halt.ask, first), halt.at));
        let stop =
            study.steps.all().iter().copied().find(|&stop| halt.is_told(&study.steps, stop)).expect("it is told");
        let at_told = answered.after(Move::Go(stop).into());
        assert_eq!(action("2", Focus::Other, &at_told, &study, &halts[..1]), None);
        // With a show of hands the next step is the answer.
        let stage = there.clone().after(Look::Stage(true).into());
        assert_eq!(action("PageDown", Focus::Other, &stage, &study, &halts), answer(Guessed::Skip(halt.ask)));
        assert_eq!(press("PageDown", &halts), None);
        // Without the question they are what they always are.
        assert_eq!((press(" ", &[]), press("s", &[])), (Some(Move::Play(true).into()), None));
        assert!(matches!(press("1", &[]), Some(Action::Move(Move::Go(_)))));
        let done = there.clone().after(Action::Answer(Guessed::Answer(halt.ask, first), halt.at));
        assert_eq!(action(" ", Focus::Other, &done, &study, &halts), Some(Move::Play(true).into()));
        // The key for the next step passes it, which is no answer: coming back it stands again.
        assert_eq!(press("ArrowRight", &halts), answer(Guessed::Skip(halt.ask)));
        let passed = there.clone().after(press("ArrowRight", &halts).expect("an action"));
        let back = passed.clone().after(action("ArrowLeft", Focus::Other, &passed, &study, &halts).expect("an action"));
        assert_eq!(action("1", Focus::Other, &back, &study, &halts), answer(Guessed::Answer(halt.ask, first)));
    }
}
