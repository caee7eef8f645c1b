//! The registry of places.

mod compare;
mod cover;
mod gallery;
mod grid;
mod lessons;
mod print;
mod suites;

use crate::share::View;
use crate::ui::view::kit::place::Place;
use crate::ui::view::session;

/// A place by its name in the link.
pub fn of(view: View) -> &'static Place {
    match view {
        View::Session => &session::PLACE,
        View::Cover => &cover::PLACE,
        View::Gallery => &gallery::PLACE,
        View::Lessons => &lessons::PLACE,
        View::Grid => &grid::PLACE,
        View::Suites => &suites::PLACE,
        View::Compare => &compare::PLACE,
        View::Print => &print::PLACE,
    }
}
