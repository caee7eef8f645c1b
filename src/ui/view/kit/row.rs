//! What the rows of several views share: their button, their margin, and how the sides are told apart.

use crate::scenario::Side;
use crate::trace::EventId;
use crate::ui::state::Move;
use crate::ui::view::kit::markup::prelude::*;
use crate::ui::view::kit::prose::aside;
use crate::ui::view::kit::scene::{Scene, row_id};

/// Past, now or later; and whether a row only stands near one that was looked for.
pub fn when(scene: &Scene, id: EventId) -> Classes {
    let when = match id.cmp(&scene.stop) {
        std::cmp::Ordering::Less => "past",
        std::cmp::Ordering::Equal => "now",
        std::cmp::Ordering::Greater => "later",
    };
    classes!(when, scene.is_context.then_some("context"))
}

/// The button that a row is. One of them is in the tab order; the arrows do the rest.
pub fn row(scene: &Scene, id: EventId, class: Classes, content: Html) -> Html {
    let is_now = id == scene.stop;
    let text = &scene.text.log;
    html! {
        <button type="button" id={row_id(id)} class={class} data-row="true" tabindex={if is_now { "0" } else { "-1" }}
            aria-current={is_now.then_some("true")} onclick={scene.act(Move::Go(id))}>
            { content }
            if id > scene.stop {
                { aside(text.later) }
            }
        </button>
    }
}

/// The number of a point, in the margin of the row where it begins.
pub fn margin(scene: &Scene, id: EventId) -> Html {
    match scene.study.chapter(id).point_at(id) {
        Some(point) => {
            let number = point.checkpoint.number();
            html! {
                <span class="n">
                    <span aria-hidden="true">{ format!("{number:02}") }</span>
                    { aside((scene.text.log.point)(number)) }
                </span>
            }
        }
        None => Html::default(),
    }
}

pub fn arrow(who: Side, sealed: bool) -> &'static str {
    match (who, sealed) {
        (Side::Client, false) => "→",
        (Side::Server, false) => "←",
        (Side::Client, true) => "~>",
        (Side::Server, true) => "<~",
    }
}

pub fn lane(who: Side) -> &'static str {
    match who {
        Side::Client => "from-client",
        Side::Server => "from-server",
    }
}
