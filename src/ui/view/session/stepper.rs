//! The seven points.

use crate::story::say;
use crate::story::{Point, Status};
use crate::ui::state::Move;
use crate::ui::view::kit::scene::Scene;
use yew::prelude::*;

/// The first point that is inside TLS, or makes it.
const FIRST_SEALED: u8 = 5;

pub fn view(scene: &Scene) -> Html {
    let text = &scene.text.points;
    let items = scene.study.story.first().points.iter().map(|point| item(scene, point));
    html! {
        <nav class="points" aria-label={text.navigation}>
            <ol>{ for items }</ol>
        </nav>
    }
}

fn item(scene: &Scene, point: &Point) -> Html {
    let text = &scene.text.points;
    let number = point.checkpoint.number();
    let is_current = point.checkpoint == scene.point;
    let is_past = point.events.first().is_some_and(|&first| first <= scene.stop);
    let (status, words) = match point.status {
        Status::Reached if number >= FIRST_SEALED => ("sealed", text.sealed),
        Status::Reached => ("clear", text.in_clear),
        Status::Failed => ("failed", text.failed),
        Status::NotReached => ("missing", text.not_reached),
    };
    let badge = match status {
        "failed" => html! { <path class="cross" d="M5 5l6 6M11 5l-6 6" /> },
        "sealed" => html! { <path class="lock" d="M4.5 7.5h7v5h-7zM6 7.5V5.5a2 2 0 0 1 4 0v2" /> },
        _ => Html::default(),
    };
    let marked = matches!(status, "failed" | "sealed");
    let described = format!("point-{number}");
    let class = classes!("point", status, is_past.then_some("past"), is_current.then_some("current"));
    let onclick = match point.events.first() {
        Some(&first) => scene.act(Move::Go(first)),
        None => Callback::noop(),
    };
    let missing = (point.status == Status::NotReached).then_some("true");
    let title = if missing.is_some() { (text.missing)(say::missing(scene.facts(), point.checkpoint)) } else { words };
    html! {
        <li class={class}>
            <button type="button" {onclick} aria-current={is_current.then_some("step")} aria-disabled={missing}
                aria-describedby={described.clone()} {title}>
                <span class="disc">{ format!("{number:02}") }
                    if marked {
                        <svg class="badge" viewBox="0 0 16 16" aria-hidden="true"><circle cx="8" cy="8" r="7.5" />{ badge }</svg>
                    }
                </span>
                { " " }
                <span class="label">{ (text.name)(&say::point(scene.facts(), point.checkpoint)) }</span>
            </button>
            <span class="sr" id={described}>{ title }</span>
        </li>
    }
}
