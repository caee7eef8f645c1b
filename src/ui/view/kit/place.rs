//! What the page knows of each of its places.
//!
//! A further place is a file with a `PLACE`, its name and its key in `share::View`, and an arm in `places`, for which the compiler asks. The
//! header has its button, the link its key, the page's title its name.

use super::scene::Scene;
use crate::lesson::Halt;
use crate::text::Text;
use crate::ui::browser::Focus;
use crate::ui::state::{Action, State};
use crate::ui::study::Study;
use yew::Html;

pub struct Place {
    /// In the header, and in the page's title.
    pub name: fn(&'static Text) -> &'static str,
    pub view: fn(&Scene) -> Html,
    /// What a key does here, by its name in the DOM.
    pub keys: fn(&str, Focus, &State, &Study, &[Halt]) -> Option<Action>,
    pub needs: Needs,
}

/// What is made for a place besides the study of the scenario, as long as it is on show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    Nothing,
    /// What is pinned, compared with the run.
    Other,
    /// The sessions between the ends of the cipher suites' page.
    Endings,
    /// The cells of the grid.
    Cells,
}

/// Of a place without keys of its own.
pub fn no_keys(_: &str, _: Focus, _: &State, _: &Study, _: &[Halt]) -> Option<Action> {
    None
}
