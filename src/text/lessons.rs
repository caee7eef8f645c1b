//! The words of the questions, of the lessons, and of what can be done in real systems.

use crate::advice::{Advice, Purpose};
use crate::lesson::{AskId, LessonId};
use crate::share::{AskMe, Sheet};
use crate::story::say::HeadlineClaim;

/// Questions, and what surrounds them.
pub struct Questions {
    pub asked: fn(AskId) -> Asked,
    /// The switch, and its choices.
    pub ask_me: &'static str,
    pub when: fn(AskMe) -> &'static str,
    /// What the region is called.
    pub region: &'static str,
    /// Before an answer.
    pub yours: fn(&str) -> String,
    /// Behind an answer of which it is not known yet whether it is right.
    pub open: &'static str,
    /// In place of what would answer.
    pub first: &'static str,
    pub covered: &'static str,
    /// The button of those who do not guess.
    pub show: &'static str,
    /// Before the right answer, and to another.
    pub right: &'static str,
    /// Before it where the question was passed.
    pub passed: &'static str,
    pub wrong: fn(&str) -> String,
}

/// A question with its answers, in the order of the bank: what it says, and what is said to who chose it and is wrong. `{}` is a value of the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    pub question: &'static str,
    pub answers: &'static [(&'static str, &'static str)],
}

impl Asked {
    pub fn question(&self, value: &str) -> String {
        self.question.replace("{}", value)
    }

    /// The answers as they are shown, by the alphabet, each with its number in the bank.
    pub fn answers(&self) -> Vec<(usize, &'static str)> {
        let mut all: Vec<(usize, &'static str)> =
            self.answers.iter().enumerate().map(|(index, (words, _))| (index, *words)).collect();
        all.sort_by_key(|(_, words)| words.to_ascii_lowercase());
        all
    }

    /// What is said to this answer where it is not right; nothing to one that always is.
    pub fn correction(&self, answer: usize, value: &str) -> String {
        self.answers.get(answer).map(|(_, sentence)| sentence.replace("{}", value)).unwrap_or_default()
    }
}

/// Lessons, and what surrounds them.
pub struct Lessons {
    pub lesson: fn(LessonId) -> LessonText,
    /// Which stop of how many, from 1.
    pub stop: fn(usize, usize) -> String,
    /// Of the place.
    pub name: &'static str,
    pub intro: &'static str,
    /// How many stops, and questions.
    pub length: fn(usize, usize) -> String,
    pub start: fn(&str) -> String,
    /// On the stage.
    pub room: fn(&str) -> String,
    pub next: &'static str,
    pub next_run: &'static str,
    /// Behind the last run.
    pub done: &'static str,
    pub previous: &'static str,
    /// Another run of the same stop, from 1.
    pub run: fn(usize) -> String,
    /// Which run of a stop, from 1.
    pub nth: fn(usize) -> String,
    pub leave: &'static str,
    pub watch: &'static str,
    pub takeaway: &'static str,
    /// A stop, and which of its runs, from 1.
    pub visited: fn(usize, Option<usize>) -> String,
    /// Behind the last stop: its outcomes beside those of an opportunistic sender.
    pub ended: &'static str,
    pub ended_here: &'static str,
    pub ended_question: &'static str,
    /// A lesson of one's own.
    pub own: &'static str,
    pub own_intro: &'static str,
    pub own_title: &'static str,
    pub untitled: &'static str,
    pub add: fn(&str) -> String,
    pub full: &'static str,
    pub drop: fn(usize) -> String,
    pub changed: &'static str,
    pub experiments_heading: &'static str,
    /// Title and words of each.
    pub experiments: [(&'static str, &'static str); 20],
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LessonText {
    pub title: &'static str,
    /// What a learner can do then.
    pub aim: &'static str,
    /// What to watch at each stop, and what to take away from it.
    pub stops: &'static [(&'static str, &'static str)],
}

/// What can be done in real systems.
pub struct AdviceWords {
    pub heading: &'static str,
    pub note: &'static str,
    pub purpose: fn(Purpose) -> &'static str,
    pub what: fn(Advice) -> &'static str,
    /// Complete, to be copied; `HOST` is the server that was called.
    pub lines: fn(Advice) -> &'static [&'static str],
    pub copy: &'static str,
    /// What comes after the run, and who is told; empty where no one has to be. Of an Exchange sender or another.
    pub after: fn(HeadlineClaim, bool) -> &'static str,
}

/// Sheets to print.
pub struct SheetWords {
    /// Of the place.
    pub name: &'static str,
    pub intro: &'static str,
    pub sheet: fn(Sheet) -> &'static str,
    pub print: &'static str,
    pub sender: &'static str,
    pub path: &'static str,
    pub receiver: &'static str,
    pub certificate: &'static str,
    pub notes: &'static str,
    pub decisions: &'static str,
    pub marks: &'static str,
    /// Before the line for a name.
    pub student: &'static str,
    pub before: &'static str,
    pub tick: &'static str,
    pub during: &'static str,
    pub at_step: fn(usize) -> String,
    pub rest: &'static str,
    pub other_policies: &'static str,
    pub what_becomes: &'static str,
    /// Before the whole address of the run, of the lesson, and of the page; and what belongs behind that.
    pub to: &'static str,
    pub to_lesson: &'static str,
    pub page: &'static str,
    pub behind: &'static str,
    /// What a sheet for a class is called that is of no run.
    pub class: &'static str,
    /// How a lesson is shown to a room.
    pub stage: &'static str,
    /// The heads of the plan of a lesson.
    pub columns: [&'static str; 3],
    pub plan: ClassPlan,
}

/// For a class: headings with their items, and tasks with the fragment of a link, a question and its answer.
pub struct ClassPlan {
    pub parts: &'static [(&'static str, &'static [&'static str])],
    pub tasks: &'static [(&'static str, &'static str, &'static str)],
}
