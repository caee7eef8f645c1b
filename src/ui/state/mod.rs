//! What the learner has chosen, in slices, and the one function that changes it.
//!
//! To change this:
//! - A slice has a file with its fields, its actions and its tests. What it does touches no other slice; what touches several is here.
//! - Another scenario is taken by [`State::enter`] and by nothing else.
//! - Nothing here reaches out of the page, and nothing that does is an action: those are `effect`'s.
//! - What a link has comes from [`Shared`] and goes into it whole, so that the address is the view.

pub mod asking;
pub mod cover;
pub mod guessing;
pub mod look;
pub mod notices;
mod own;
pub mod playback;
pub mod preferences;
pub mod presenting;
mod ran;
pub mod run;

use crate::grid::Cell;
use crate::scenario::{Edit, Scenario};
use crate::share::{self, InLesson, OwnLesson, Pinned, Shared, Shown, View};
use crate::story::Tone;
use crate::story::rows::At;
use crate::suites::{Change, Encounter};
use crate::trace::EventId;
use crate::ui::study::{Ended, Spot};
use crate::ui::tree::Lens;
use std::rc::Rc;
use yew::Reducible;

pub use asking::{Answered, Guessed, answer};
pub use cover::Forecast;
pub use guessing::{Guessing, Try};
pub use look::Look;
pub use notices::{Copied, Notices};
pub use own::{OwnStep, Visited};
pub use playback::{Move, Playback};
pub use preferences::{Preferences, Start, Theme};
pub use presenting::Presenting;
pub use ran::Ran;
pub use run::{Run, RunName};

#[derive(Clone, Debug, PartialEq)]
pub struct State {
    pub run: Run,
    pub playback: Playback,
    pub shown: Shown,
    /// The lesson that is gone through.
    pub lesson: Option<InLesson>,
    /// The lesson of one's own.
    pub own: OwnLesson,
    /// The questions of this run that are done with.
    pub answered: Answered,
    /// What was guessed on the cover.
    pub forecast: Forecast,
    /// What is looked at in the octets of a step.
    pub lens: Lens,
    /// What this run is compared with.
    pub pinned: Option<Pinned>,
    /// The two ends of the page of the cipher suites.
    pub suites: Encounter,
    pub cells: Ran<Cell>,
    /// The ends of the runs of a lesson that is over.
    pub ended: Ran<Ended>,
    /// A search for a key of this run.
    pub guessing: Guessing,
    pub notices: Notices,
    pub preferences: Preferences,
    pub presenting: Presenting,
    /// The dialog with the keys is open.
    pub help: bool,
    /// What is looked up in its glossary.
    pub term: String,
    /// Of the page as it is served, up to the fragment.
    pub address: Rc<str>,
}

/// What the learner does.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// A preset, from its beginning.
    Preset(&'static str),
    /// A scenario that starts from this preset, from its beginning.
    Open(Scenario, &'static str),
    /// One switch, seen from this spot.
    Edit(Edit, Spot),
    /// The switch that was refused, with what has to change for it, seen from this spot.
    WayOut(Spot),
    /// Back to the preset, seen from this spot.
    Reset(Spot),
    /// What is pinned, at this event; what was on show is pinned instead.
    Swap(EventId),
    /// A link.
    Follow(Box<Shared>),
    /// Another place, with the same scenario.
    Show(View),
    /// The session, at this event.
    Visit(EventId),
    Move(Move),
    Look(Look),
    Lens(Lens),
    /// Keep this run to compare others with it.
    Pin,
    /// Compare this run with the same one but for a switch.
    Against(Edit),
    Unpin,
    /// Something on the page of the cipher suites.
    Suites(Change),
    /// More cells of the grid have run.
    Ran(Vec<Cell>),
    /// More runs of the lesson that is over.
    Ended(Vec<Ended>),
    Guess(Try),
    /// An answer to the question that stands, or none, and on to this event.
    Answer(Guessed, EventId),
    /// An answer to the question of the cover.
    Forecast(Tone),
    /// What became of it has been read.
    Forget,
    /// A stop of a lesson, and which of its runs, from its beginning.
    Lesson(InLesson, usize),
    /// A stop of the lesson of one's own, from 1.
    OwnStop(usize),
    Own(OwnStep),
    /// The run before in the lesson, at its end.
    Back,
    /// Out of the lesson; the run stays.
    LeaveLesson,
    /// Something was copied, or could not be; `None`: that has been read.
    Copied(Option<Copied>),
    /// The notices have been read, at this event.
    Dismiss(EventId),
    /// The other theme than this one, which is on show.
    Theme(Theme),
    Present(Presenting),
    Help(bool),
    /// Look this up in the glossary.
    Term(String),
}

impl From<Move> for Action {
    fn from(action: Move) -> Action {
        Action::Move(action)
    }
}

impl From<Look> for Action {
    fn from(action: Look) -> Action {
        Action::Look(action)
    }
}

impl State {
    pub fn new(shared: Shared, theme: Theme) -> State {
        State {
            run: Run::of(shared.scenario, shared.preset),
            playback: Playback::at(spot(shared.at)),
            shown: shared.shown,
            lesson: shared.lesson,
            own: shared.own,
            answered: Answered::default(),
            forecast: Forecast::default(),
            lens: Lens::default(),
            pinned: shared.pinned,
            suites: shared.suites,
            cells: Ran::default(),
            ended: Ran::default(),
            guessing: Guessing::default(),
            notices: Notices { of_link: shared.notices, copied: None },
            preferences: Preferences::of(theme),
            presenting: Presenting::default(),
            help: false,
            term: String::new(),
            address: Rc::default(),
        }
    }

    /// The same page, served there.
    pub fn served(self, address: String) -> State {
        State { address: address.into(), ..self }
    }

    /// What a link to this has, at this step, counted from 1.
    pub fn shared(&self, step: usize) -> Shared {
        let (shown, suites, own) = (self.shown.clone(), self.suites.clone(), self.own.clone());
        let of_run = Shared::of(self.run.scenario, self.run.preset);
        Shared { at: Some(At::Step(step)), shown, lesson: self.lesson, own, pinned: self.pinned, suites, ..of_run }
    }

    /// Takes another scenario, or the same one from elsewhere. One rule for every way there: the learner stands at a spot of it and in
    /// a place, nothing plays, no key is searched for, no question is answered but by the cover's guess, no lesson is over, the stage is as at first, and what was said of the scenario
    /// before is forgotten: a refusal, the notices of a link, what was copied. How a run is looked at stays, and so does what has its own
    /// actions: what is pinned, the suites, the cells, the preferences. What was guessed on the cover is kept for the run of its mail alone.
    fn enter(&mut self, scenario: Scenario, preset: &'static str, spot: Spot, view: View) {
        let sends = self.shown.view == View::Cover && view == View::Session;
        self.forecast = self.forecast.entering(sends, &scenario, preset);
        self.run = Run::of(scenario, preset);
        self.playback = Playback::at(spot);
        self.shown.view = view;
        self.notices = Notices::default();
        self.guessing = Guessing::default();
        self.answered = self.forecast.answered();
        self.ended = Ran::default();
        self.presenting = Presenting::default();
    }

    /// The page once this is done.
    pub fn after(mut self, action: Action) -> State {
        match action {
            Action::Preset(name) => return self.after(Action::Open(run::base(name), name)),
            Action::Open(scenario, preset) => {
                self.enter(scenario, preset, Spot::START, View::Session);
                // Another story is none of the lesson.
                return self.after(Action::LeaveLesson);
            }
            Action::Edit(edit, spot) => match self.run.with(edit) {
                Ok(scenario) => self.enter(scenario, self.run.preset, spot, self.shown.view),
                Err(conflict) => {
                    self.run.refused = Some((edit, conflict));
                    self.playback.playing = false;
                }
            },
            Action::WayOut(spot) => {
                if let Some(scenario) = self.run.with_way_out() {
                    self.enter(scenario, self.run.preset, spot, self.shown.view);
                }
            }
            Action::Reset(spot) => self.enter(self.run.base(), self.run.preset, spot, self.shown.view),
            Action::Swap(event) => {
                if let Some(Pinned { scenario, preset }) = self.pinned {
                    self.pinned = Some(self.here());
                    self.enter(scenario, preset, Spot::At(At::Event(event)), View::Session);
                }
            }
            Action::Follow(shared) => {
                // Who goes from the cover into the lab has chosen where the page opens.
                if self.shown.view == View::Cover && *shared == share::read(cover::LAB) {
                    self.preferences.start = Some(Start::Lab);
                }
                self.enter(shared.scenario, shared.preset, spot(shared.at), shared.shown.view);
                self.notices.of_link = shared.notices;
                (self.shown, self.pinned, self.suites) = (shared.shown, shared.pinned, shared.suites);
                self.lesson = shared.lesson;
                self.own = own::followed(std::mem::take(&mut self.own), shared.own);
            }
            Action::Show(view) => {
                if view == View::Cover {
                    self.forecast = Forecast::default();
                    self.preferences.start = Some(Start::Cover);
                }
                self.shown.view = view;
                self.playback.playing = false;
            }
            Action::Visit(event) => {
                self.shown.view = View::Session;
                self.playback = self.playback.after(Move::Go(event));
            }
            Action::Move(step) => self.playback = self.playback.after(step),
            Action::Look(look) => self.shown = look::after(self.shown, look),
            Action::Lens(lens) => self.lens = lens,
            Action::Pin => self.pinned = Some(self.here()),
            Action::Against(edit) => {
                let here = self.here();
                self.pinned = Some(Pinned { scenario: here.scenario.with(edit), ..here });
            }
            Action::Unpin => {
                self.pinned = None;
                self.shown.view = View::Session;
            }
            Action::Suites(change) => self.suites = self.suites.with(change),
            Action::Ran(cells) => self.cells = self.cells.and(cells),
            Action::Ended(runs) => self.ended = self.ended.and(runs),
            Action::Guess(step) => self.guessing = self.guessing.after(step),
            Action::Answer(guessed, event) => {
                self.answered = self.answered.after(guessed);
                // What plays goes on.
                self.playback.spot = Spot::At(At::Event(event));
            }
            Action::Forecast(guess) => self.forecast.guess = Some(guess),
            Action::Forget => self.forecast = Forecast::default(),
            Action::Lesson(place, run) => {
                if let Some((scenario, preset)) = place.run(run) {
                    // Before anything has happened: what is asked of the whole run is asked there.
                    self.enter(scenario, preset, Spot::At(At::Step(1)), View::Session);
                    (self.lesson, self.own.at) = (Some(place), None);
                    self.shown.log = place.log();
                }
            }
            Action::OwnStop(stop) => self.own_stop(stop),
            Action::Back => {
                if let Some(back) = self.backward() {
                    self = self.after(back);
                    self.playback.spot = Spot::END;
                }
            }
            Action::Own(step) => self.own = own::after(std::mem::take(&mut self.own), step, self.here()),
            Action::LeaveLesson => (self.lesson, self.own.at) = (None, None),
            Action::Copied(copied) => self.notices.copied = copied,
            // A notice about a step that is not there is about the spot.
            Action::Dismiss(event) => {
                self.playback.spot = Spot::At(At::Event(event));
                self.notices = Notices::default();
            }
            Action::Theme(shown) => self.preferences = self.preferences.other_theme(shown),
            Action::Present(presenting) => self.presenting = presenting,
            Action::Help(open) => {
                self.help = open;
                self.term.clear();
                self.playback.playing = false;
            }
            Action::Term(words) => self.term = words,
        }
        self
    }

    /// The run on show.
    fn here(&self) -> Pinned {
        Pinned { scenario: self.run.scenario, preset: self.run.preset }
    }
}

impl Reducible for State {
    type Action = Action;

    fn reduce(self: Rc<Self>, action: Action) -> Rc<Self> {
        Rc::new(Rc::unwrap_or_clone(self).after(action))
    }
}

fn spot(at: Option<At>) -> Spot {
    at.map_or(Spot::START, Spot::At)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{ClientPolicy, Conflict, Offer, PRESETS, Path, Seed, Switch};
    use crate::share::{Fold, Log, RowKind, Tab};
    use crate::story::{Checkpoint, Part};

    fn near(checkpoint: Checkpoint) -> Spot {
        Spot::Near { connection: 0, part: Part::Point(checkpoint) }
    }

    /// A page on which everything was touched.
    fn touched() -> State {
        let mut state = State::new(share::read("#preset=domain-secured&colour=red&step=9"), Theme::Light);
        for action in [
            Action::Edit(Edit::Seed(Seed(3)), near(Checkpoint::Reset)),
            Action::Pin,
            Action::Look(Look::Tab(Tab::Bytes)),
            Action::Look(Look::Log(Log::Printed)),
            Action::Look(Look::Words("250".into())),
            Action::Look(Look::Fold(Fold::Mail, true)),
            Action::Suites(Change::Swap),
            Action::Theme(Theme::Light),
            Action::Edit(Edit::Policy(ClientPolicy::Never), near(Checkpoint::Reset)),
            Action::Copied(Some(Copied::Link(true))),
            Action::Show(View::Grid),
            Action::Move(Move::Play(true)),
        ] {
            state = state.after(action);
        }
        state.notices.of_link = share::read("#colour=red").notices;
        assert!(state.run.refused.is_some() && state.playback.playing && !state.notices.of_link.is_empty());
        state
    }

    /// A way to another scenario, and where it leads.
    struct Way {
        name: &'static str,
        action: Action,
        to: (Scenario, &'static str),
        spot: Spot,
        view: View,
    }

    fn ways(state: &State) -> Vec<Way> {
        let (here, base, own) = (state.run.scenario, state.run.base(), state.run.preset);
        let (edit, near) = (Edit::Seed(Seed(8)), near(Checkpoint::StarttlsAccepted));
        let book = PRESETS[0].scenario;
        let out = here.with(Edit::Policy(ClientPolicy::Never)).with(Edit::SendDomainSecure(Switch::Off));
        let link = share::read("#preset=postfix&step=4&view=suites&colour=red");
        let pinned = state.pinned.expect("something");
        let way = |name, action, to, spot, view| Way { name, action, to, spot, view };
        vec![
            way("preset", Action::Preset("book"), (book, "book"), Spot::START, View::Session),
            way("open", Action::Open(here.with(edit), "book"), (here.with(edit), "book"), Spot::START, View::Session),
            way("edit", Action::Edit(edit, near), (here.with(edit), own), near, View::Grid),
            way("way out", Action::WayOut(near), (out, own), near, View::Grid),
            way("reset", Action::Reset(near), (base, own), near, View::Grid),
            way("swap", Action::Swap(7), (pinned.scenario, pinned.preset), Spot::At(At::Event(7)), View::Session),
            way(
                "follow",
                Action::Follow(Box::new(link.clone())),
                (link.scenario, "postfix"),
                Spot::At(At::Step(4)),
                View::Suites,
            ),
        ]
    }

    #[test]
    fn every_way_to_another_scenario_obeys_one_rule() {
        let before = touched();
        for Way { name, action, to, spot, view } in ways(&before) {
            let of_link = matches!(action, Action::Follow(_));
            let after = before.clone().after(action);
            assert_eq!((after.run.scenario, after.run.preset), to, "{name}");
            assert_eq!(after.playback, Playback { spot, playing: false }, "{name}");
            assert_eq!(after.shown.view, view, "{name}");
            // What was said of the scenario before is forgotten; what a link says of itself is not.
            assert_eq!((after.run.refused, after.notices.copied), (None, None), "{name}");
            assert_eq!(after.notices.of_link.len(), usize::from(of_link), "{name}");
            // How a run is looked at stays, unless a link says how.
            let look = |state: &State| Shown { view: View::Session, ..state.shown.clone() };
            assert_eq!(look(&after), if of_link { Shown::default() } else { look(&before) }, "{name}");
            let rest = |state: &State| (state.lens.clone(), state.cells.clone(), state.preferences, state.help);
            assert_eq!(rest(&after), rest(&before), "{name}");
            if !of_link {
                assert_eq!(after.suites, before.suites, "{name}");
            }
        }
    }

    #[test]
    fn a_guess_is_kept_for_the_run_of_the_cover_s_mail_alone() {
        let follow = |state: State, link: &str| state.after(Action::Follow(Box::new(share::read(link))));
        let cover = State::new(share::read(cover::HERE), Theme::Light).after(Action::Forecast(Tone::Verified));
        let sent = follow(cover.clone(), cover::SEND);
        assert_eq!(sent.forecast, Forecast { guess: Some(Tone::Verified), sent: true });
        // A step is the same run; a load of the same link is not, nor is another scenario, but for the twist, of which nothing was guessed.
        assert_eq!(sent.clone().after(Move::Go(9).into()).forecast, sent.forecast);
        let twist = sent.clone().after(Action::Edit(cover::TWIST, Spot::START));
        assert_eq!(twist.forecast, Forecast { guess: None, sent: true });
        assert_eq!(twist.after(Action::Edit(Edit::Path(Path::Strip), Spot::START)).forecast, Forecast::default());
        assert_eq!(sent.after(Action::Show(View::Cover)).forecast, Forecast::default());
        assert_eq!(State::new(share::read(cover::SEND), Theme::Light).forecast, Forecast::default());
        for other in [cover::LAB, cover::GALLERY, "#preset=book&step=9", "#preset=self-signed&policy=never"] {
            assert_eq!(follow(cover.clone(), other).forecast, Forecast::default(), "{other}");
        }
        // Made before the page was there: on the cover, with its mail sent since, and with another link followed since.
        let early =
            |link: &str| State::new(share::read(link), Theme::Light).foretold(Forecast::of("verified")).forecast;
        assert_eq!(early(cover::HERE), cover.forecast);
        assert!(early(cover::SEND).sent && !early(cover::LAB).sent && !early(cover::HERE).sent);
    }

    #[test]
    fn the_page_opens_where_it_was_gone_to_last() {
        let cover = State::new(share::read(cover::HERE), Theme::Light);
        let follow = |state: State, link: &str| state.after(Action::Follow(Box::new(share::read(link))));
        let lab = follow(cover.clone(), cover::LAB);
        assert_eq!((lab.preferences.start, lab.shown.view), (Some(Start::Lab), View::Session));
        assert_eq!(lab.after(Action::Show(View::Cover)).preferences.start, Some(Start::Cover));
        for link in [cover::SEND, "#preset=book&step=9"] {
            assert_eq!(follow(cover.clone(), link).preferences.start, None, "{link}");
        }
        assert_eq!(follow(State::new(share::read(""), Theme::Light), cover::LAB).preferences.start, None);
    }

    #[test]
    fn what_exchange_refuses_changes_nothing_and_is_explained() {
        let before = State::new(share::read("#preset=domain-secured"), Theme::Light);
        let edit = Edit::Policy(ClientPolicy::Never);
        let refused = before.clone().after(Action::Edit(edit, Spot::START));
        assert_eq!(refused.run.refused, Some((edit, Conflict::DomainSecureIgnoresStartTls)));
        assert_eq!(State { run: Run { refused: None, ..refused.run }, ..refused }, before);
    }

    #[test]
    fn a_link_to_a_page_is_the_page() {
        let before = touched();
        let link = share::write(&before.shared(12));
        let after =
            State::new(share::read("#preset=postfix"), Theme::Dark).after(Action::Follow(Box::new(share::read(&link))));
        assert_eq!(share::write(&after.shared(12)), link);
        assert_eq!((after.shown, after.pinned, after.suites), (before.shown, before.pinned, before.suites));
        assert_eq!(after.playback.spot, Spot::At(At::Step(12)));
    }

    #[test]
    fn what_is_pinned_and_what_is_shown_change_places() {
        let (one, other) =
            (State::new(share::read(""), Theme::Light).after(Action::Pin), Edit::Starttls(Offer::NotOffered));
        let now = one.clone().after(Action::Edit(other, Spot::START));
        let swapped = now.clone().after(Action::Swap(3));
        assert_eq!((swapped.here(), swapped.pinned), (one.here(), Some(now.here())));
        // With nothing pinned there is nothing to swap.
        let alone = State::new(share::read(""), Theme::Light);
        let after = alone.clone().after(Action::Swap(3));
        assert_eq!(after, alone);
    }

    #[test]
    fn a_run_is_compared_with_the_same_but_for_a_switch() {
        let state = State::new(share::read("#preset=stripped"), Theme::Light);
        let (here, edit) = (state.here(), Edit::Path(Path::Direct));
        let against = state.after(Action::Against(edit));
        assert_eq!(against.here(), here);
        assert_eq!(against.pinned, Some(Pinned { scenario: here.scenario.with(edit), ..here }));
    }

    #[test]
    fn dismissed_notices_do_not_come_back() {
        let state = State::new(share::read("#colour=red&step=999"), Theme::Light).after(Action::Dismiss(60));
        assert_eq!(state.notices, Notices::default());
        assert_eq!(state.playback.spot, Spot::At(At::Event(60)));
        assert_eq!(state.shown.kind, RowKind::All);
    }
}
