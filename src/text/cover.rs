//! The words of the cover, and of what is said to a guess made there.

use crate::story::Tone;

pub struct CoverText {
    pub question: &'static str,
    /// What is to be seen: before the recipient, the recipient, and after.
    pub mail: (&'static str, &'static str, &'static str),
    pub real: &'static str,
    /// The road: what it is called, its two ends with their hosts and what is known of them, and who is on it.
    pub road: &'static str,
    pub sender: [&'static str; 3],
    pub receiver: [&'static str; 3],
    pub path: (&'static str, &'static str),
    /// The seven points, in order.
    pub milestones: [&'static str; 7],
    /// What the milestones are, lines of the log with their numbers, and the way to it.
    pub book: &'static str,
    pub printed: &'static [(&'static str, &'static str)],
    pub to_book: &'static str,
    /// The way to the lesson.
    pub lesson: &'static str,
    /// The four answers: in short, and in a sentence.
    pub guess: &'static str,
    pub answer: fn(Tone) -> (&'static str, &'static str),
    pub send: &'static str,
    pub unasked: &'static str,
    pub ways: &'static str,
    pub gallery: &'static str,
    pub stage: &'static str,
    pub lab: &'static str,
    /// The way back.
    pub back: &'static str,
    /// The end of the run: what it is called, what stands at the guess and at the outcome.
    pub end: &'static str,
    pub yours: &'static str,
    pub so: &'static str,
    /// What is said to a right guess, and to another.
    pub right: &'static str,
    pub wrong: &'static str,
    /// The invitation, and what it does.
    pub twist: &'static str,
    pub twist_note: &'static str,
}
