//! English.

mod controls;
mod help;
mod inspector;
mod log;
mod notices;
mod outcome;
mod page;
mod points;
mod printed;
mod steps;
mod suite_parts;
mod suites;
mod words;

use super::Text;

pub static EN: Text = Text {
    tag: "en",
    page: page::PAGE,
    controls: controls::CONTROLS,
    outcome: outcome::OUTCOMES,
    points: points::POINTS,
    log: log::LOG,
    playback: page::PLAYBACK,
    inspector: inspector::INSPECTOR,
    printed: printed::PRINTED,
    suites: suites::SUITES,
    help: help::HELP,
    notices: notices::NOTICES,
    about: page::ABOUT,
};
