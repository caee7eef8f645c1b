//! On the stage: what the presenter has asked for. It stays in the page: no link has it.

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Presenting {
    /// Nothing is shown, so that the room looks elsewhere.
    pub blank: bool,
    /// What became of the mail is shown.
    pub verdict: bool,
}
