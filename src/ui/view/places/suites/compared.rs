//! Two lists side by side, aligned by code point.

use crate::scenario::{Side, nearest};
use crate::suites::{Change, ComparedRow, Here, ListEntry, Presence, Standing, compare};
use crate::ui::state::Action;
use crate::ui::view::kit::markup::prelude::*;
use crate::ui::view::kit::prose::aside;
use crate::ui::view::kit::scene::Scene;

pub fn view(scene: &Scene) -> Html {
    let text = &scene.text.suites.page;
    let ends = &scene.state.suites;
    let rows = compare(&ends.client.peer.list, &ends.server.peer.list);
    let rows = rows.iter().map(|row| self::row(scene, row));
    let [suite, code, left, right, change, today, here] = scene.text.suites.comparison_heads;
    html! {
        <>
            <h3>{ text.lists }</h3>
            <p class="soft">{ text.lists_note }</p>
            <table class="suite-rows" aria-label={text.lists}>
                <thead>
                    <tr>
                        <th scope="col">{ left }</th><th scope="col">{ suite }</th><th scope="col">{ right }</th>
                        <th scope="col">{ change }</th><th scope="col">{ today }</th><th scope="col">{ here }</th><th scope="col">{ code }</th>
                    </tr>
                </thead>
                <tbody>{ for rows }</tbody>
            </table>
        </>
    }
}

/// The class of a verdict; the word and the shape say it too.
pub fn tone(standing: Standing) -> &'static str {
    match standing {
        Standing::Recommended => "good",
        Standing::Discouraged => "fair",
        Standing::Prohibited => "bad",
    }
}

fn row(scene: &Scene, row: &ComparedRow) -> Html {
    let text = &scene.text.suites;
    let presence = row.presence();
    let change = row.fall().map_or_else(|| (text.presence)(presence).to_owned(), text.fall);
    let mark = (text.standing)(row.suite.standing());
    let entry = ListEntry { curve: row.curve, ..ListEntry::of(row.suite) };
    let is_chosen = entry == scene.state.suites.line;
    let class = match presence {
        Presence::OnlyLeft => "only-left",
        Presence::Both => "both",
        Presence::OnlyRight => "only-right",
    };
    let ranks = |side, ranks: &[usize]| match ranks {
        [] => html! { <td class="rank"></td> },
        ranks => {
            let all: Vec<String> = ranks.iter().map(usize::to_string).collect();
            let said = ranks.iter().map(|&rank| (text.page.rank)(side, rank)).collect::<Vec<_>>().join(", ");
            html! { <td class="rank"><span aria-hidden="true">{ all.join(" ") }</span>{ aside(said) }</td> }
        }
    };
    html! {
        <tr key={row.name()} class={classes!(class, is_chosen.then_some("chosen"))}>
            { ranks(Side::Client, &row.left) }
            <th scope="row">
                <button type="button" aria-pressed={if is_chosen { "true" } else { "false" }} onclick={scene.act(Action::Suites(Change::Line(entry)))}>
                    { broken(&row.name()) }
                </button>
            </th>
            { ranks(Side::Server, &row.right) }
            <td class="change"><span aria-hidden="true">{ (text.page.presence_shape)(presence) }{ " " }</span>{ change }</td>
            <td class={classes!("today", tone(row.suite.standing()))}><span aria-hidden="true">{ mark.shape }{ " " }</span>{ mark.word }</td>
            <td class="here">{ here(scene, entry) }</td>
            <td class="code">{ (text.code)(row.suite.code) }</td>
        </tr>
    }
}

/// Whether the line runs here: then the way to its session.
fn here(scene: &Scene, entry: ListEntry) -> Html {
    let here = entry.here();
    let words = (scene.text.suites.here)(here).name;
    match here {
        Here::Runs(scenario) => html! {
            <button type="button" class="button small" aria-label={format!("{words}: {}. {}", entry.name(), scene.text.suites.page.open)}
                onclick={scene.act(Action::Open(scenario, nearest(&scenario).name))}>{ words }</button>
        },
        Here::Offered | Here::Ssl2 | Here::NoEngine => html! { words },
    }
}

/// A long name that may be broken behind each underscore.
pub fn broken(name: &str) -> Html {
    name.split_inclusive('_').map(|part| html! { <>{ part.to_owned() }<wbr /></> }).collect()
}
