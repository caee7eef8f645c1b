//! The cover: where it leads, what a learner guessed there, and whether its mail was sent. A guess stays in the page: no link has it.

use super::{Answered, Guessed, State, run};
use crate::lesson::AskId;
use crate::scenario::{Edit, Path, Scenario};
use crate::share::View;
use crate::story::Tone;

/// The preset whose mail stands on the cover.
pub const STORY: &str = "self-signed";
/// The links of the cover: to itself, to its run, which halts and asks, to the gallery, to the book's run from its beginning and to a
/// step of it, and to the lab.
pub const HERE: &str = "#v=2&preset=self-signed&view=cover";
pub const SEND: &str = "#v=2&preset=self-signed&step=1&ask=always";
pub const GALLERY: &str = "#v=2&preset=self-signed&view=gallery";
pub const BOOK: &str = "#v=2&preset=book&step=";
pub const LAB: &str = "#v=2&preset=book";
/// The lesson that goes on from there.
pub const LESSON: &str = "#v=2&preset=book&step=1&lesson=six-twists&stop=1";
/// To the first lesson, large, for a room.
pub const STAGE: &str = "#v=2&preset=book&step=1&lesson=six-twists&stop=1&stage=on";
/// The steps of the book's run at which its seven points begin.
pub const MILESTONES: [usize; 7] = [2, 9, 11, 19, 21, 31, 41];
/// The answers to guess from, by their keys in the page; in the order of the bank, whose question [`AskId::B2`] it is.
pub const GUESSES: [(Tone, &str); 4] = [
    (Tone::Readable, "readable"),
    (Tone::Sealed, "sealed"),
    (Tone::Verified, "verified"),
    (Tone::NotDelivered, "waits"),
];

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Forecast {
    pub guess: Option<Tone>,
    /// The run on show is that of the cover's mail, or the twist on it.
    pub sent: bool,
}

/// What is tried next with the same mail.
pub const TWIST: Edit = Edit::Path(Path::Impostor);

impl Forecast {
    pub fn of(guess: &str) -> Forecast {
        let guess = GUESSES.iter().find(|(_, key)| *key == guess).map(|(tone, _)| *tone);
        Forecast { guess, sent: false }
    }

    /// The same in another run, to which the cover sends its mail, or not.
    pub(super) fn entering(self, sends: bool, scenario: &Scenario, preset: &str) -> Forecast {
        if is_story(scenario, preset) && sends {
            return Forecast { sent: true, ..self };
        }
        let is_twist = preset == STORY && *scenario == run::base(STORY).with(TWIST);
        Forecast { guess: None, sent: self.sent && is_twist }
    }

    /// What was guessed of the mail that is on its way is not asked again.
    pub fn answered(self) -> Answered {
        let number = GUESSES.iter().position(|(tone, _)| self.guess == Some(*tone));
        let guessed = number.filter(|_| self.sent).map(|number| Guessed::Answer(AskId::B2, number));
        guessed.into_iter().fold(Answered::default(), Answered::after)
    }
}

impl State {
    /// The same with what was guessed on the cover before the page was there; where its mail has been sent since, that run is on show.
    pub fn foretold(mut self, forecast: Forecast) -> State {
        let sent = self.shown.view == View::Session && is_story(&self.run.scenario, self.run.preset);
        self.forecast = Forecast { sent: sent && forecast.guess.is_some(), ..forecast };
        self.answered = self.forecast.answered();
        self
    }
}

/// Whether this is the run of the cover's mail.
pub fn is_story(scenario: &Scenario, preset: &str) -> bool {
    preset == STORY && *scenario == run::base(STORY)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lesson::{Asking, LessonId};
    use crate::share::{self, AskMe, InLesson, View};
    use crate::story::Checkpoint;
    use crate::text::EN;
    use crate::ui::study::Study;

    #[test]
    fn every_link_of_the_cover_is_good() {
        for link in [HERE, SEND, GALLERY, LAB, LESSON, STAGE, &format!("{BOOK}9")] {
            assert_eq!(share::read(link).notices, [], "{link}");
        }
        let sent = share::read(SEND);
        assert!(is_story(&sent.scenario, sent.preset) && sent.shown.ask == AskMe::Always);
        assert_eq!(share::read(LESSON).lesson, Some(InLesson { lesson: LessonId::SixTwists, stop: 1 }));
        let room = share::read(STAGE);
        assert!(room.shown.stage.is_on() && room.lesson.is_some_and(|lesson| lesson.stop == 1));
        assert_eq!((share::read(HERE).shown.view, share::read(GALLERY).shown.view), (View::Cover, View::Gallery));
    }

    #[test]
    fn milestones_lead_to_the_points_of_the_book() {
        let study = Study::of(&run::base("book"));
        let steps = Checkpoint::ALL.iter().filter_map(|&point| {
            let first = study.story.first().point(point)?.events.first().copied()?;
            Some(study.steps.number(first))
        });
        assert_eq!(steps.collect::<Vec<_>>(), MILESTONES);
    }

    /// One question, wherever it stands: its words, their order, and what is right.
    #[test]
    fn the_cover_asks_what_the_run_asks() {
        let asked = (EN.questions.asked)(AskId::B2);
        assert_eq!(asked.question(""), EN.cover.guess);
        let answers: Vec<_> = GUESSES.iter().map(|&(tone, _)| (EN.cover.answer)(tone).0).enumerate().collect();
        assert_eq!(asked.answers(), answers);
        for preset in [STORY, "postfix", "not-offered", "required-not-offered"] {
            let study = Study::of(&run::base(preset));
            let halts = study.halts(Asking::These(&[AskId::B2]));
            let guess = GUESSES.iter().position(|(tone, _)| *tone == study.story.outcome.tone());
            assert_eq!(halts.first().map(|halt| halt.right), guess, "{preset}");
        }
    }

    #[test]
    fn what_was_guessed_is_not_asked_again() {
        for (number, &(_, key)) in GUESSES.iter().enumerate() {
            let before = Forecast::of(key);
            assert_eq!(before.answered(), Answered::default());
            let sent = Forecast { sent: true, ..before }.answered();
            assert_eq!(sent.of(AskId::B2), Some(Guessed::Answer(AskId::B2, number)));
        }
        assert_eq!(Forecast { guess: None, sent: true }.answered(), Answered::default());
    }

    #[test]
    fn a_guess_is_known_by_its_key() {
        assert_eq!(Forecast::of("readable").guess, Some(Tone::Readable));
        assert_eq!(Forecast::of(""), Forecast::default());
    }
}
