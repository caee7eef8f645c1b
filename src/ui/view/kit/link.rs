//! Buttons that go to a step and say its number.

use super::scene::Scene;
use crate::trace::EventId;
use crate::ui::state::Move;
use crate::ui::view::kit::markup::prelude::*;

/// An address, which may go on in another line where a part of it ends.
pub fn address(words: &str) -> Html {
    let parts = words.split_inclusive(['#', '&', ',']).map(|part| html! { <>{ part.to_owned() }<wbr /></> });
    parts.collect()
}

/// The button that goes to an event.
pub fn link(scene: &Scene, id: EventId) -> Html {
    link_named(scene, id, scene.text.mark.show)
}

/// The same, in other words.
pub fn link_named(scene: &Scene, id: EventId, words: fn(usize) -> String) -> Html {
    let step = scene.whole.steps.number(id);
    html! { <button type="button" class="link" onclick={scene.act(Move::Go(id))}>{ words(step) }</button> }
}
