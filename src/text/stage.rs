//! The words of the page for a room, of the bar for a small window, and of what is heard.

use crate::scenario::Side;
use crate::story::Tone;

/// A step in one line: its number, of how many, who spoke and how protected it was, and what.
pub type Heard = fn(usize, usize, Option<(Side, Tone)>, &str) -> String;

pub struct StageText {
    /// The button that leads there, and its word.
    pub enter: &'static str,
    pub name: &'static str,
    pub leave: &'static str,
    pub next: &'static str,
    /// In its place: where a question stands, and what comes next tells its answer, or this step does; and behind the last row.
    pub answer: &'static str,
    pub unanswered: fn(usize) -> String,
    pub verdict: &'static str,
    pub previous: &'static str,
    pub blank: &'static str,
    /// What brings the screen back.
    pub show: &'static str,
    /// What covers the verdict again.
    pub cover: &'static str,
    /// In the bar: what opens the inspector, and what closes it.
    pub why: &'static str,
    pub close: &'static str,
    pub outcome: &'static str,
    pub to_session: &'static str,
    /// A step as it is heard: its number, how many there are, which end sends and how it is protected, and what the row says.
    pub heard: Heard,
}
