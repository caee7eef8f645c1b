//! Policies by situations. Cells appear as their runs finish; each opens its session.

use crate::grid::{BASE, Cell, Fate, Prize, Situation, places, prize, scenario};
use crate::scenario::{Choice, ClientPolicy};
use crate::share::View;
use crate::story::Tone;
use crate::ui::browser;
use crate::ui::state::Action;
use crate::ui::view::kit::markup::prelude::*;
use crate::ui::view::kit::place::{Needs, Place, no_keys};
use crate::ui::view::kit::prose::{aside, told};
use crate::ui::view::kit::scene::Scene;
use crate::ui::view::kit::tone;

/// The policies, the weakest first.
const BY_STRENGTH: [ClientPolicy; ClientPolicy::ALL.len()] = [
    ClientPolicy::Never,
    ClientPolicy::LegacyOff,
    ClientPolicy::VerifyOrClear,
    ClientPolicy::Opportunistic,
    ClientPolicy::Required,
    ClientPolicy::LegacyOn,
    ClientPolicy::VerifiedDomain,
    ClientPolicy::Verified,
    ClientPolicy::DomainSecure,
];

pub const PLACE: Place = Place { name: |text| text.page.grid, view, keys: no_keys, needs: Needs::Cells };

fn view(scene: &Scene) -> Html {
    let text = &scene.text.grid;
    let (done, all) = (scene.state.cells.len(), places().count());
    let heads = Situation::ALL.map(|situation| {
        let words = (text.situation)(situation);
        html! {
            <th scope="col" class={situation.is_attack().then_some("attack")} title={words.meaning}>
                <span>{ words.name }</span>
            </th>
        }
    });
    // One cell is in the tab order: that of the scenario, or the first.
    let is_here =
        |&(policy, situation): &(ClientPolicy, Situation)| scenario(policy, situation) == scene.state.run.scenario;
    let stop = places().find(is_here).or(places().next());
    let rows = BY_STRENGTH.iter().map(|&policy| row(scene, policy, stop));
    let onkeydown = |event: KeyboardEvent| browser::rove(&event, Situation::ALL.len());
    html! {
        <section class="card grid-page" aria-label={text.heading}>
            <div class="grid-head">
                <h2>{ text.heading }</h2>
                <button type="button" class="button" onclick={scene.act(Action::Show(View::Session))}>{ text.back }</button>
            </div>
            <p>{ told(scene, text.intro) }</p>
            <div class="running">
                <progress max={all.to_string()} value={done.to_string()} aria-label={text.table}></progress>
                <span role="status">{ if done < all { (text.running)(done, all) } else { (text.ready)(all) } }</span>
            </div>
            <div class="scroll" tabindex="0" role="region" aria-label={text.table}>
                <table class="matrix" {onkeydown}>
                    <thead><tr><th scope="col">{ text.policy }</th>{ for heads }<th scope="col">{ text.attacker }</th></tr></thead>
                    <tbody>{ for rows }</tbody>
                </table>
            </div>
            { legend(scene) }
        </section>
    }
}

fn row(scene: &Scene, policy: ClientPolicy, stop: Option<(ClientPolicy, Situation)>) -> Html {
    let text = &scene.text.grid;
    let cells = Situation::ALL.map(|situation| {
        let ran = scene.state.cells.iter().find(|cell| (cell.policy, cell.situation) == (policy, situation));
        html! { <td>{ ran.map(|cell| self::cell(scene, cell, stop == Some((policy, situation)))).unwrap_or_default() }</td> }
    });
    let attacker = prize(&scene.state.cells, policy).map(|prize| {
        let (class, tone) = match prize {
            Prize::Message => (Some("all"), Tone::WithAttacker),
            Prize::MessageIfMisissued => (Some("some"), Tone::WithAttacker),
            Prize::Delay => (None, Tone::NotDelivered),
        };
        html! { <span class={classes!("gets", class)}>{ tone::shape(tone) }{ (text.prize)(prize) }</span> }
    });
    html! {
        <tr>
            <th scope="row">{ (text.policy_name)(policy) }</th>
            { for cells }
            <td class="attacker">{ attacker.unwrap_or_default() }</td>
        </tr>
    }
}

fn cell(scene: &Scene, cell: &Cell, is_stop: bool) -> Html {
    let text = &scene.text.grid;
    let words = (text.fate)(cell.fate);
    let delivered = !matches!(cell.fate, Fate::Deferred | Fate::Returned);
    let mut said = vec![words.meaning];
    if cell.again && delivered {
        said.push(text.again);
    }
    if delivered && cell.situation == Situation::Relay {
        said.push(text.to_relay);
    }
    said.push(if cell.listener_reads { text.listener_reads } else { text.listener_sees });
    if cell.attacker_reads {
        said.push(text.attacked);
    }
    if cell.deceived {
        said.push(text.deceived);
    }
    let of_cell = scenario(cell.policy, cell.situation);
    let is_here = of_cell == scene.state.run.scenario;
    if is_here {
        said.push(text.here);
    }
    let title = said.join(" ");
    let class =
        classes!("cell", tone::class(cell.tone), cell.deceived.then_some("deceived"), is_here.then_some("here"));
    html! {
        <button type="button" {class} tabindex={if is_stop { "0" } else { "-1" }} aria-current={is_here.then_some("true")}
            title={title.clone()} onclick={scene.act(Action::Open(of_cell, BASE))}>
            <span aria-hidden="true">
                { tone::shape(cell.tone) }{ words.name }
                if cell.again && delivered { <sup>{ "+" }</sup> }
                if cell.deceived { <sup>{ "*" }</sup> }
            </span>
            { aside(format!("{title} {}", text.open)) }
        </button>
    }
}

fn legend(scene: &Scene) -> Html {
    let text = &scene.text.grid;
    let fates = [
        (Fate::Clear, Tone::Readable),
        (Fate::Encrypted, Tone::Sealed),
        (Fate::Authenticated, Tone::Verified),
        (Fate::Mutual, Tone::Verified),
        (Fate::Deferred, Tone::NotDelivered),
    ];
    let fates = fates.map(|(fate, tone)| {
        let words = (text.fate)(fate);
        html! { <li><span class={classes!("cell", tone::class(tone))}>{ tone::shape(tone) }{ words.name }</span><span>{ words.meaning }</span></li> }
    });
    let marks = [("+", text.again_mark), ("*", text.deceived_mark)].map(|(mark, words)| {
        html! { <li><span class="cell plain"><sup>{ mark }</sup></span><span>{ words }</span></li> }
    });
    let attacked = html! { <li><span class="cell plain">{ tone::shape(Tone::WithAttacker) }</span><span>{ text.attacked_mark }</span></li> };
    let situations = Situation::ALL.map(|situation| {
        let words = (text.situation)(situation);
        html! { <li><b>{ words.name }</b><span>{ words.meaning }</span></li> }
    });
    html! {
        <div class="legend">
            <h3>{ text.legend }</h3>
            <ul>{ for fates }{ attacked }{ for marks }</ul>
            <ul class="situations">{ for situations }</ul>
            <p class="soft">{ text.prize_rule }</p>
            <p class="soft">{ text.revoked }</p>
        </div>
    }
}
