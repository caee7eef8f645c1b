//! The parts of the connection that the step is of: the seven points, the mail, the goodbye; and the connections of a delivery.

use crate::story::say;
use crate::story::{Chapter, Part, Status};
use crate::trace::EventId;
use crate::ui::state::Move;
use crate::ui::study::Spot;
use crate::ui::view::kit::markup::prelude::*;
use crate::ui::view::kit::scene::Scene;
use crate::ui::view::kit::tone;

pub fn view(scene: &Scene) -> Html {
    let text = &scene.text.points;
    let items = scene.chapter.parts().map(|(part, first)| item(scene, part, first));
    html! {
        <nav class="points" aria-label={text.navigation}>
            <ol>{ for items }</ol>
        </nav>
    }
}

/// Which connection; it follows the step. Nothing where there is but one.
pub fn connections(scene: &Scene) -> Html {
    let chapters = scene.study.story.chapters();
    if chapters.len() < 2 {
        return Html::default();
    }
    let items = chapters.iter().map(|chapter| {
        let number = chapter.account.connection;
        let is_here = number == scene.chapter.account.connection;
        let onclick = scene.act(Move::Go(chapter.events.first().copied().unwrap_or_default()));
        let words = (scene.text.points.connection)(&say::connection(scene.facts(), number));
        html! { <button type="button" aria-pressed={if is_here { "true" } else { "false" }} {onclick}>{ words }</button> }
    });
    html! { <div class="views connections" role="group" aria-label={scene.text.points.connections}>{ for items }</div> }
}

/// How far a part got, where it is said in colour and shape.
fn status(chapter: &Chapter, part: Part, first: Option<EventId>) -> Status {
    match part {
        Part::Point(checkpoint) => chapter.status(checkpoint),
        Part::Mail | Part::Goodbye => first.map_or(Status::NotReached, |_| Status::Reached),
    }
}

fn item(scene: &Scene, part: Part, first: Option<EventId>) -> Html {
    let text = &scene.text.points;
    let is_current = part == scene.part;
    let is_past = first.is_some_and(|first| first <= scene.stop);
    let is_ahead = scene.chapter.is_ahead(part);
    let (status, words) = match status(scene.chapter, part, first) {
        _ if is_ahead => ("ahead", text.ahead),
        Status::Reached
            if first.is_some_and(|first| scene.chapter.is_inside(first)) && scene.chapter.account.hides() =>
        {
            ("sealed", text.sealed)
        }
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
    let described = match part {
        Part::Point(checkpoint) => format!("point-{}", checkpoint.number()),
        Part::Mail => "point-mail".to_owned(),
        Part::Goodbye => "point-goodbye".to_owned(),
    };
    let tone = first.filter(|_| status == "sealed").map(|first| tone::class(scene.chapter.tone(first, true)));
    let class = classes!("point", status, tone, is_past.then_some("past"), is_current.then_some("current"));
    // To a part that may still come: to where the run has it, or to the last before it.
    let there = || scene.whole.step(Spot::Near { connection: scene.chapter.account.connection, part });
    let target = first.or_else(|| is_ahead.then(there));
    let onclick = target.map_or_else(Callback::noop, |id| scene.act(Move::Go(id)));
    let missing = (status == "missing").then_some("true");
    let title = match missing {
        Some(_) => (text.missing)(say::missing(scene.facts(), scene.chapter, part)),
        None => words.to_string(),
    };
    let name = (text.name)(&say::point(scene.facts(), scene.chapter, part));
    let disc = match part {
        Part::Point(checkpoint) => html! { { format!("{:02}", checkpoint.number()) } },
        Part::Mail => glyph("M2.5 4.5h11v7h-11zM2.5 5l5.5 4 5.5-4"),
        Part::Goodbye => glyph("M2.5 8h8M7.5 5l3 3-3 3M13 3.5v9"),
    };
    html! {
        <li class={class}>
            <button type="button" {onclick} aria-current={is_current.then_some("step")} aria-disabled={missing}
                aria-describedby={described.clone()} title={title.clone()}>
                <span class="disc">{ disc }
                    if marked {
                        <svg class="badge" viewBox="0 0 16 16" aria-hidden="true"><circle cx="8" cy="8" r="7.5" />{ badge }</svg>
                    }
                </span>
                { " " }
                // Another name is another element: it takes the place of the one before, and is not that, moved.
                <span class="label" key={name.clone()}>{ name }</span>
            </button>
            <span class="sr" id={described}>{ title }</span>
        </li>
    }
}

fn glyph(path: &'static str) -> Html {
    html! {
        <svg class="glyph" viewBox="0 0 16 16" aria-hidden="true">
            <path d={path} fill="none" stroke="currentColor" stroke-width="1.5" stroke-linejoin="round" />
        </svg>
    }
}
