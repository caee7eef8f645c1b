//! What the scenario is called, and the page by the browser: step or place, scenario, product.

use crate::scenario::{Edit, Path};
use crate::share::View;
use crate::text::Text;
use crate::trace::EventId;
use crate::ui::state::{Run, RunName, State};
use crate::ui::study::Study;
use crate::ui::view::places;

pub fn title(text: &'static Text, state: &State, study: &Study, step: EventId) -> String {
    let page = &text.page;
    let place = match state.shown.view {
        View::Session => (page.step)(study.steps.number(step), study.steps.count()),
        View::Cover => return format!("{} · {} {}", text.cover.question, page.mark.0, page.mark.1),
        view => (places::of(view).name)(text).to_owned(),
    };
    format!("{place} · {} · {} {}", scenario(text, &state.run), page.mark.0, page.mark.1)
}

/// A scenario that is not its preset's any more is not called so.
pub fn scenario(text: &'static Text, run: &Run) -> String {
    let name = (text.page.preset)(run.preset).name;
    match run.name() {
        RunName::Preset => name.to_owned(),
        RunName::ChangedFrom => (text.page.changed_from)(name),
        RunName::Cell(policy, situation) => {
            (text.page.cell)((text.grid.policy_name)(policy), (text.grid.situation)(situation).name)
        }
    }
}

/// The same where it stands alone: with what was changed.
pub fn whole(text: &'static Text, run: &Run) -> String {
    if run.name() != RunName::ChangedFrom {
        return scenario(text, run);
    }
    let mut name = (text.page.preset)(run.preset).name.to_owned();
    for edit in run.edits() {
        // These two say by their values what they are.
        let words = match edit {
            Edit::Policy(_) => (text.controls.value)(edit).name.to_owned(),
            Edit::Path(path) if path != Path::Direct => (text.controls.value)(edit).name.to_owned(),
            _ => (text.page.edit)(edit),
        };
        name = (text.page.cell)(&name, &words);
    }
    name
}
