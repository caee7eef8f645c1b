//! A lesson of one's own, as it is made: runs that were on show, in an order.

use crate::share::{OwnLesson, Pinned, TITLE};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OwnStep {
    /// The run on show becomes the last stop.
    Add,
    /// A stop, from 1, is taken out.
    Drop(usize),
    Title(String),
}

pub fn after(mut own: OwnLesson, step: OwnStep, here: Pinned) -> OwnLesson {
    match step {
        OwnStep::Add if own.takes(here) => own.stops.push(here),
        OwnStep::Add => {}
        OwnStep::Drop(stop) => {
            if let Some(index) = stop.checked_sub(1).filter(|&index| index < own.stops.len()) {
                own.stops.remove(index);
            }
            // Where one was may not be there any more.
            own.at = None;
        }
        OwnStep::Title(title) => own.title = title.chars().take(TITLE).collect(),
    }
    own
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::PRESETS;
    use crate::share::STOPS;

    #[test]
    fn stops_are_added_up_to_a_bound_and_taken_out() {
        let at = |index: usize| Pinned { scenario: PRESETS[index].scenario, preset: PRESETS[index].name };
        let mut own = OwnLesson::default();
        for index in 0..STOPS + 3 {
            own = after(own, OwnStep::Add, at(index % 4));
        }
        assert_eq!(own.stops.len(), STOPS);
        own.at = Some(STOPS);
        own = after(own, OwnStep::Drop(1), at(0));
        assert_eq!((own.stops.len(), own.stops[0], own.at), (STOPS - 1, at(1), None));
        assert_eq!(after(own.clone(), OwnStep::Drop(0), at(0)).stops, own.stops);
        assert_eq!(after(own.clone(), OwnStep::Drop(STOPS), at(0)).stops, own.stops);
        assert_eq!(after(own, OwnStep::Title("é".repeat(TITLE + 1)), at(0)).title, "é".repeat(TITLE));
    }
}
