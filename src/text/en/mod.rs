//! English.

mod certificate;
mod compare;
mod controls;
mod decisions;
mod files;
mod filter;
mod grid;
mod help;
mod inspector;
mod lessons;
mod log;
mod mark;
mod notices;
mod ntlm;
mod outcome;
mod page;
mod points;
mod printed;
mod questions;
mod stage;
mod steps;
mod suite_parts;
mod suites_page;
mod suites;
mod wire;
mod words;

use super::Text;

pub static EN: Text = Text {
    tag: "en",
    page: page::PAGE,
    controls: controls::CONTROLS,
    decisions: decisions::DECISIONS,
    mark: mark::MARK,
    certificate: certificate::CERTIFICATE,
    grid: grid::GRID,
    outcome: outcome::OUTCOMES,
    points: points::POINTS,
    log: log::LOG,
    playback: page::PLAYBACK,
    stage: stage::STAGE,
    inspector: inspector::INSPECTOR,
    wire: wire::WIRE,
    ntlm: ntlm::NTLM,
    filter: filter::FILTER,
    files: files::FILES,
    compare: compare::COMPARE,
    printed: printed::PRINTED,
    suites: suites::SUITES,
    questions: questions::QUESTIONS,
    lessons: lessons::LESSONS,
    help: help::HELP,
    notices: notices::NOTICES,
    about: page::ABOUT,
};
