//! What a key does: the page's own, and those of the place. Keys that belong to a control stay with it.

use crate::lesson::Halt;
use crate::share::Fold;
use crate::ui::browser::Focus;
use crate::ui::state::{Action, Look, Presenting, State};
use crate::ui::study::Study;
use crate::ui::view::places;

/// What to do about a key, by its name in the DOM.
pub fn action(key: &str, focus: Focus, state: &State, study: &Study, halts: &[Halt]) -> Option<Action> {
    match key {
        _ if state.help => None,
        "Escape" if state.shown.open.drawer().is_some() => {
            state.shown.open.drawer().map(|drawer| Look::Fold(drawer, false).into())
        }
        _ if focus == Focus::Field => None,
        _ if state.is_on_stage() && state.presenting.blank => {
            Some(Action::Present(Presenting { blank: false, ..state.presenting }))
        }
        "?" => Some(Action::Help(true)),
        "Escape" if state.shown.open.has(Fold::Mail) => Some(Look::Fold(Fold::Mail, false).into()),
        "Escape" if state.shown.open.has(Fold::Why) => Some(Look::Fold(Fold::Why, false).into()),
        key => (places::of(state.shown.view).keys)(key, focus, state, study, halts),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Choice;
    use crate::share::{self, View};
    use crate::ui::state::Theme;

    #[test]
    fn the_keys_of_the_session_are_its_own_and_those_of_a_field_the_fields() {
        for &view in View::ALL {
            let mut state = State::new(share::read(&format!("view={}", view.key())), Theme::Light);
            let study = Study::of(&state.run.scenario);
            assert_eq!(action("?", Focus::Other, &state, &study, &[]), Some(Action::Help(true)));
            assert_eq!(action("?", Focus::Field, &state, &study, &[]), None);
            assert_eq!(action("End", Focus::Other, &state, &study, &[]).is_some(), view == View::Session);
            assert_eq!(action("End", Focus::Field, &state, &study, &[]), None);
            // The message is closed as menus are.
            assert_eq!(action("Escape", Focus::Other, &state, &study, &[]), None);
            state.shown.open = state.shown.open.with(Fold::Mail, true);
            assert_eq!(action("Escape", Focus::Other, &state, &study, &[]), Some(Look::Fold(Fold::Mail, false).into()));
            // Any key brings the stage back as it was.
            let mut blank = state.clone();
            blank.shown.stage = crate::scenario::Switch::On;
            blank.presenting = Presenting { blank: true, verdict: true, ended: true };
            let shown = Presenting { blank: false, ..blank.presenting };
            let on_stage = (view == View::Session).then_some(Action::Present(shown));
            assert_eq!(action("x", Focus::Other, &blank, &study, &[]), on_stage);
            // The dialog has the keys while it is open.
            state.help = true;
            assert_eq!(action("End", Focus::Other, &state, &study, &[]), None);
        }
    }
}
