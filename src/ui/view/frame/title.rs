//! What the browser calls the page: step or place, scenario, product.

use crate::share::View;
use crate::text::Text;
use crate::trace::EventId;
use crate::ui::state::State;
use crate::ui::study::Study;
use crate::ui::view::places;

pub fn title(text: &'static Text, state: &State, study: &Study, step: EventId) -> String {
    let page = &text.page;
    let place = match state.shown.view {
        View::Session => (page.step)(study.steps.number(step), study.steps.count()),
        view => (places::of(view).name)(text).to_owned(),
    };
    let name = (page.preset)(state.run.preset).name;
    let scenario = if state.run.edits().is_empty() { name.to_owned() } else { (page.edited)(name) };
    format!("{place} · {scenario} · {} {}", page.mark.0, page.mark.1)
}
