//! What the learner has chosen, and the one function that changes it.

use crate::files::Format;
use crate::grid::Cell;
use crate::scenario::{Conflict, Edit, PRESETS, Scenario, preset};
use crate::share::shown::WORDS;
use crate::share::{Fold, Log, Notice, Pinned, RowKind, Shared, Shown, Tab, View};
use crate::story::Checkpoint;
use crate::story::rows::At;
use crate::suites::{Change, Encounter};
use crate::trace::EventId;
use crate::ui::study::Place;
use crate::ui::tree::Lens;
use std::rc::Rc;
use yew::Reducible;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    Light,
    Dark,
}

/// What was to be copied, and whether it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Copied {
    Link(bool),
    Text(bool),
}

#[derive(Clone, Debug, PartialEq)]
pub struct State {
    pub scenario: Scenario,
    /// The last change, where Exchange would refuse it: the scenario stayed as it was.
    pub refused: Option<(Edit, Conflict)>,
    /// The preset that the scenario started from.
    pub preset: &'static str,
    pub place: Place,
    pub playing: bool,
    pub theme: Theme,
    /// Chosen here, not the system's.
    pub theme_chosen: bool,
    /// How the page shows the run.
    pub shown: Shown,
    /// What is looked at in the octets of a step.
    pub lens: Lens,
    /// What this run is compared with.
    pub pinned: Option<Pinned>,
    /// The two ends of the page of the cipher suites.
    pub suites: Encounter,
    /// The cells of the grid that have run; the grid is the same for every scenario.
    pub cells: Rc<Vec<Cell>>,
    pub notices: Vec<Notice>,
    /// What was copied last, and whether that worked.
    pub copied: Option<Copied>,
    pub help: bool,
}

/// What the learner does.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    Preset(&'static str),
    /// One switch, seen from this point.
    Edit(Edit, Checkpoint),
    /// Back to the preset, seen from this point.
    Reset(Checkpoint),
    /// A link.
    Follow(Box<Shared>),
    Go(EventId),
    /// The next step of playing.
    Tick(EventId),
    Play(bool),
    Tab(Tab),
    Look(Lens),
    Kind(RowKind),
    /// Look for nothing.
    AllRows,
    Words(String),
    Log(Log),
    Theme,
    Help(bool),
    Fold(Fold, bool),
    /// The notices have been read, at this step.
    Dismiss(EventId),
    /// Copy the link.
    Share,
    /// Copy this.
    Copy(String),
    /// The run as a file.
    Save(Format),
    Copied(Copied),
    Show(View),
    /// Keep this run to compare others with it.
    Pin,
    Unpin,
    /// Something on the page of the cipher suites.
    Suites(Change),
    /// The session, at this step.
    Visit(EventId),
    /// What is pinned, at this step.
    OpenPinned(EventId),
    /// The session of a scenario that starts from this preset.
    Open(Scenario, &'static str),
    /// More cells of the grid have run.
    Ran(Vec<Cell>),
}

impl State {
    pub fn new(shared: Shared, theme: Theme) -> State {
        State {
            scenario: shared.scenario,
            refused: None,
            preset: shared.preset,
            place: place(shared.at),
            playing: false,
            shown: shared.shown,
            pinned: shared.pinned,
            suites: shared.suites,
            cells: Rc::default(),
            theme,
            theme_chosen: false,
            lens: Lens::default(),
            notices: shared.notices,
            copied: None,
            help: false,
        }
    }

    /// What a link to this has, at this step, counted from 1.
    pub fn shared(&self, step: usize) -> Shared {
        let (shown, pinned, suites) = (self.shown.clone(), self.pinned, self.suites.clone());
        Shared { at: Some(At::Step(step)), shown, pinned, suites, ..Shared::of(self.scenario, self.preset) }
    }

    /// The switches that differ from the preset.
    pub fn edits(&self) -> Vec<Edit> {
        self.scenario.edits_from(&base(self.preset))
    }

    fn after(mut self, action: Action) -> State {
        match action {
            Action::Preset(name) => {
                self.scenario = base(name);
                self.refused = None;
                self.shown.view = View::Session;
                self.preset = name;
                self.place = Place::Near(Checkpoint::Greeting);
                self.playing = false;
                self.shown.log = Log::Live;
                self.notices.clear();
            }
            Action::Edit(edit, at) => {
                self.playing = false;
                let next = self.scenario.with(edit);
                self.refused = next.conflict().map(|conflict| (edit, conflict));
                if self.refused.is_none() {
                    self.scenario = next;
                    self.place = Place::Near(at);
                }
            }
            Action::Reset(at) => {
                self.scenario = base(self.preset);
                self.refused = None;
                self.place = Place::Near(at);
                self.playing = false;
            }
            Action::Follow(shared) => {
                self.scenario = shared.scenario;
                self.refused = None;
                self.shown = shared.shown;
                self.pinned = shared.pinned;
                self.suites = shared.suites;
                self.preset = shared.preset;
                self.place = place(shared.at);
                self.playing = false;
                self.notices = shared.notices;
                self.copied = None;
            }
            Action::Go(id) => {
                self.place = Place::At(At::Event(id));
                self.playing = false;
            }
            Action::Tick(id) => self.place = Place::At(At::Event(id)),
            Action::Play(playing) => self.playing = playing,
            Action::Tab(tab) => self.shown.tab = tab,
            Action::Look(lens) => self.lens = lens,
            Action::Kind(kind) => self.shown.kind = kind,
            Action::AllRows => {
                self.shown.kind = RowKind::All;
                self.shown.words.clear();
            }
            Action::Words(words) => self.shown.words = words.chars().take(WORDS).collect(),
            Action::Log(log) => self.shown.log = log,
            Action::Theme => {
                self.theme = match self.theme {
                    Theme::Light => Theme::Dark,
                    Theme::Dark => Theme::Light,
                };
                self.theme_chosen = true;
            }
            Action::Help(open) => {
                self.help = open;
                self.playing = false;
            }
            Action::Fold(fold, open) => self.shown.open = self.shown.open.with(fold, open),
            Action::Dismiss(step) => {
                self.place = Place::At(At::Event(step));
                self.notices.clear();
                self.copied = None;
            }
            // The browser does it, and reports.
            Action::Share | Action::Copy(_) | Action::Save(_) => {}
            Action::Show(page) => {
                self.shown.view = page;
                self.playing = false;
            }
            Action::Pin => self.pinned = Some(Pinned { scenario: self.scenario, preset: self.preset }),
            Action::Suites(change) => self.suites = self.suites.with(change),
            Action::Visit(step) => {
                self.place = Place::At(At::Event(step));
                self.shown.view = View::Session;
            }
            Action::Unpin => {
                self.pinned = None;
                self.shown.view = View::Session;
            }
            Action::OpenPinned(step) => {
                if let Some(Pinned { scenario, preset }) = self.pinned {
                    self.pinned = Some(Pinned { scenario: self.scenario, preset: self.preset });
                    (self.scenario, self.preset) = (scenario, preset);
                    self.refused = None;
                    self.place = Place::At(At::Event(step));
                    self.shown.view = View::Session;
                    self.playing = false;
                }
            }
            Action::Open(scenario, preset) => {
                self.scenario = scenario;
                self.refused = None;
                self.preset = preset;
                self.place = Place::Near(Checkpoint::Greeting);
                self.shown.view = View::Session;
                self.shown.log = Log::Live;
                self.playing = false;
            }
            Action::Ran(cells) => Rc::make_mut(&mut self.cells).extend(cells),
            Action::Copied(worked) => self.copied = Some(worked),
        }
        self
    }
}

impl Reducible for State {
    type Action = Action;

    fn reduce(self: Rc<Self>, action: Action) -> Rc<Self> {
        Rc::new(Rc::unwrap_or_clone(self).after(action))
    }
}

fn place(at: Option<At>) -> Place {
    at.map_or(Place::Near(Checkpoint::Greeting), Place::At)
}

fn base(name: &str) -> Scenario {
    preset(name).unwrap_or(&PRESETS[0]).scenario
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{ClientPolicy, Offer, Seed};
    use crate::share;

    fn start() -> State {
        State::new(share::read(""), Theme::Light)
    }

    #[test]
    fn a_switch_changes_the_scenario_and_keeps_the_learner_near() {
        let state = start().after(Action::Edit(Edit::Starttls(Offer::NotOffered), Checkpoint::Reset));
        assert_eq!(state.scenario.starttls, Offer::NotOffered);
        assert_eq!(state.place, Place::Near(Checkpoint::Reset));
        assert_eq!(state.edits(), [Edit::Starttls(Offer::NotOffered)]);
        assert_eq!(state.after(Action::Reset(Checkpoint::Greeting)).edits(), []);
    }

    #[test]
    fn what_exchange_refuses_changes_nothing_and_is_explained() {
        let state = start().after(Action::Preset("domain-secured"));
        let edit = Edit::Policy(ClientPolicy::Never);
        let refused = state.clone().after(Action::Edit(edit, Checkpoint::Greeting));
        assert_eq!(refused.scenario, state.scenario);
        assert_eq!(refused.refused, Some((edit, Conflict::DomainSecureIgnoresStartTls)));
        let other = refused.after(Action::Edit(Edit::Seed(Seed(2)), Checkpoint::Greeting));
        assert_eq!(other.refused, None);
        assert_eq!(other.scenario.seed, Seed(2));
    }

    #[test]
    fn a_step_by_hand_ends_playing_and_one_of_playing_does_not() {
        let playing = start().after(Action::Play(true));
        assert!(playing.clone().after(Action::Tick(3)).playing);
        assert!(!playing.after(Action::Go(3)).playing);
    }

    #[test]
    fn a_preset_undoes_every_switch() {
        let state =
            start().after(Action::Edit(Edit::Seed(Seed(9)), Checkpoint::Greeting)).after(Action::Preset("postfix"));
        assert_eq!(state.edits(), []);
        assert_eq!(state.preset, "postfix");
    }
}
