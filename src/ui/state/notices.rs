//! What the page has to say: about the link that was followed, and about what was copied last.

use crate::share::Notice;

/// What was to be copied, and whether it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Copied {
    Link(bool),
    Text(bool),
}

/// Empty at first, and again when they have been read or another scenario is on show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notices {
    pub of_link: Vec<Notice>,
    pub copied: Option<Copied>,
}
