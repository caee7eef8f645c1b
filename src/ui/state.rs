//! What the learner has chosen, and the one function that changes it.

use crate::scenario::{Edit, PRESETS, Scenario, preset};
use crate::share::{Notice, Shared};
use crate::timeline::Checkpoint;
use crate::trace::EventId;
use std::rc::Rc;
use yew::Reducible;

/// Where the learner is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Event(EventId),
    /// At this point, or at the last one that the run reaches: what is kept when a switch changes the run.
    Near(Checkpoint),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    Light,
    Dark,
}

/// Views of a step in the inspector.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tab {
    Why,
    Bytes,
    Eavesdropper,
}

impl Tab {
    pub const ALL: [Tab; 3] = [Tab::Why, Tab::Bytes, Tab::Eavesdropper];

    /// The tab `by` places on, around the end.
    pub fn turned(self, by: usize) -> Tab {
        let index = Tab::ALL.iter().position(|&tab| tab == self).unwrap_or_default();
        Tab::ALL[(index + by) % Tab::ALL.len()]
    }
}

/// Views of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    Live,
    Printed,
}

#[derive(Clone, Debug, PartialEq)]
pub struct State {
    pub scenario: Scenario,
    /// The preset that the scenario started from.
    pub preset: &'static str,
    pub place: Place,
    pub playing: bool,
    pub theme: Theme,
    /// Chosen here, not the system's.
    pub theme_chosen: bool,
    pub tab: Tab,
    pub view: View,
    pub notices: Vec<Notice>,
    /// Whether the last copying of the link worked.
    pub copied: Option<bool>,
    pub help: bool,
    /// The handshake's messages are unfolded.
    pub messages: bool,
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
    Follow(Shared),
    Go(EventId),
    /// The next step of playing.
    Tick(EventId),
    Play(bool),
    Tab(Tab),
    View(View),
    Theme,
    Help(bool),
    Messages(bool),
    /// The notices have been read, at this step.
    Dismiss(EventId),
    /// Copy the link.
    Share,
    Copied(bool),
}

impl State {
    pub fn new(shared: Shared, theme: Theme) -> State {
        State {
            scenario: shared.scenario,
            preset: shared.preset,
            place: shared.step.map_or(Place::Near(Checkpoint::Greeting), Place::Event),
            playing: false,
            theme,
            theme_chosen: false,
            tab: Tab::Why,
            view: View::Live,
            notices: shared.notices,
            copied: None,
            help: false,
            messages: true,
        }
    }

    /// The switches that differ from the preset.
    pub fn edits(&self) -> Vec<Edit> {
        self.scenario.edits_from(&base(self.preset))
    }

    fn after(mut self, action: Action) -> State {
        match action {
            Action::Preset(name) => {
                self.scenario = base(name);
                self.preset = name;
                self.place = Place::Near(Checkpoint::Greeting);
                self.playing = false;
                self.view = View::Live;
                self.notices.clear();
            }
            Action::Edit(edit, at) => {
                self.scenario = self.scenario.with(edit);
                self.place = Place::Near(at);
                self.playing = false;
            }
            Action::Reset(at) => {
                self.scenario = base(self.preset);
                self.place = Place::Near(at);
                self.playing = false;
            }
            Action::Follow(shared) => {
                self.scenario = shared.scenario;
                self.preset = shared.preset;
                self.place = shared.step.map_or(Place::Near(Checkpoint::Greeting), Place::Event);
                self.playing = false;
                self.notices = shared.notices;
                self.copied = None;
            }
            Action::Go(id) => {
                self.place = Place::Event(id);
                self.playing = false;
            }
            Action::Tick(id) => self.place = Place::Event(id),
            Action::Play(playing) => self.playing = playing,
            Action::Tab(tab) => self.tab = tab,
            Action::View(view) => self.view = view,
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
            Action::Messages(open) => self.messages = open,
            Action::Dismiss(step) => {
                self.place = Place::Event(step);
                self.notices.clear();
                self.copied = None;
            }
            // The browser does it, and reports.
            Action::Share => {}
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

fn base(name: &str) -> Scenario {
    preset(name).unwrap_or(&PRESETS[0]).scenario
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{Offer, Seed};
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

    #[test]
    fn tabs_turn_around_the_end() {
        assert_eq!(Tab::Eavesdropper.turned(1), Tab::Why);
        assert_eq!(Tab::Why.turned(Tab::ALL.len() - 1), Tab::Eavesdropper);
    }
}
