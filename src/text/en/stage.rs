//! The stage, the bar, and what is heard.

use super::log::protection;
use super::words::side;
use crate::scenario::Side;
use crate::story::Tone;
use crate::text::StageText;

pub const STAGE: StageText = StageText {
    name: "Stage",
    enter: "Stage: large, for a room (P)",
    leave: "leave",
    next: "next",
    answer: "show the answer",
    unanswered: |step| format!("go on: step {step} tells"),
    verdict: "verdict",
    previous: "back",
    blank: "blank",
    show: "Show the screen again",
    cover: "hide the verdict",
    why: "Why:",
    close: "Close",
    outcome: "All of the outcome",
    to_session: "To the session",
    heard,
};

fn heard(step: usize, steps: usize, sent: Option<(Side, Tone)>, words: &str) -> String {
    let sent = match sent {
        Some((who, Tone::Readable)) => format!(", {}, in clear", side(who)),
        Some((who, tone)) => format!(", {}, {}", side(who), protection(tone)),
        None => String::new(),
    };
    format!("{step} of {steps}{sent}: {words}")
}
