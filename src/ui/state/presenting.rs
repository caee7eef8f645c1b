//! On the stage: what the presenter has asked for. It stays in the page: no link has it.

use super::State;
use crate::share::View;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Presenting {
    /// Nothing is shown, so that the room looks elsewhere.
    pub blank: bool,
    /// What became of the mail is shown.
    pub verdict: bool,
    /// What became of it in each run of the lesson is shown, in place of the log.
    pub ended: bool,
}

impl Presenting {
    /// The verdict is shown, or covered again.
    pub fn turned(self) -> Presenting {
        Presenting { verdict: !self.verdict, ended: false, ..self }
    }
}

impl State {
    /// The session is shown large, for a room.
    pub fn is_on_stage(&self) -> bool {
        self.shown.view == View::Session && self.shown.stage.is_on()
    }
}
