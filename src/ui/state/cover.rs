//! The cover: where it leads, what a learner guessed there, and whether its mail was sent. A guess stays in the page: no link has it.

use super::run;
use crate::scenario::Scenario;
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
/// The steps of the book's run at which its seven points begin.
pub const MILESTONES: [usize; 7] = [2, 9, 11, 19, 21, 31, 41];
/// The answers to guess from, by their keys in the page.
pub const GUESSES: [(Tone, &str); 4] = [
    (Tone::Verified, "verified"),
    (Tone::Sealed, "sealed"),
    (Tone::Readable, "readable"),
    (Tone::NotDelivered, "waits"),
];

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Forecast {
    pub guess: Option<Tone>,
    /// The run on show is that of the cover's mail.
    pub sent: bool,
}

impl Forecast {
    pub fn of(guess: &str) -> Forecast {
        let guess = GUESSES.iter().find(|(_, key)| *key == guess).map(|(tone, _)| *tone);
        Forecast { guess, sent: false }
    }
}

/// Whether this is the run of the cover's mail.
pub fn is_story(scenario: &Scenario, preset: &str) -> bool {
    preset == STORY && *scenario == run::base(STORY)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::share::{self, AskMe, View};
    use crate::story::Checkpoint;
    use crate::ui::study::Study;

    #[test]
    fn every_link_of_the_cover_is_good() {
        for link in [HERE, SEND, GALLERY, LAB, &format!("{BOOK}9")] {
            assert_eq!(share::read(link).notices, [], "{link}");
        }
        let sent = share::read(SEND);
        assert!(is_story(&sent.scenario, sent.preset) && sent.shown.ask == AskMe::Always);
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

    #[test]
    fn a_guess_is_known_by_its_key() {
        assert_eq!(Forecast::of("readable").guess, Some(Tone::Readable));
        assert_eq!(Forecast::of(""), Forecast::default());
    }
}
