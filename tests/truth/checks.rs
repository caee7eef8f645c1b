//! The checks: each holds one kind of claim against the naive reading, and says how many claims it has checked.

pub mod certificates;
pub mod decisions;
pub mod files;
pub mod grid;
pub mod lamps;
pub mod mark;
pub mod ntlm;
pub mod others;
pub mod outcome;
pub mod points;
pub mod presets;
pub mod printed;
pub mod questions;
pub mod steps;
pub mod tap;
pub mod views;
pub mod words;

use crate::naive::Naive;
use crate::said::Said;

/// How many claims were checked, or the first that is false.
pub type Checked = Result<usize, String>;

/// A kind of claim, and what checks it.
#[derive(Clone, Copy)]
pub struct Check {
    pub kind: &'static str,
    pub look: fn(&Naive, &Said) -> Checked,
}

/// `Err` with these words, unless it holds.
macro_rules! hold {
    ($holds:expr, $($words:tt)+) => {
        if !$holds {
            return Err(format!($($words)+));
        }
    };
}
pub(crate) use hold;

/// All of them.
pub fn all() -> Vec<Check> {
    [
        outcome::CHECKS,
        lamps::CHECKS,
        points::CHECKS,
        certificates::CHECKS,
        steps::CHECKS,
        tap::CHECKS,
        files::CHECKS,
        words::CHECKS,
        decisions::CHECKS,
        mark::CHECKS,
        ntlm::CHECKS,
        presets::CHECKS,
        printed::CHECKS,
        questions::CHECKS,
        others::CHECKS,
        grid::CHECKS,
        views::CHECKS,
    ]
    .concat()
}
