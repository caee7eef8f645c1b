//! Both state machines at the step, and their whole tables with "it stands here".

use crate::scenario::Side;
use crate::share::Fold;
use crate::smtp::MachineState;
use crate::smtp::table::{CLIENT, SERVER};
use crate::ui::browser;
use crate::ui::state::Look;
use crate::ui::view::kit::markup::prelude::*;
use crate::ui::view::kit::prose::aside;
use crate::ui::view::kit::scene::Scene;

pub fn view(scene: &Scene) -> Html {
    let text = &scene.text.inspector;
    let (client, server) =
        (scene.study.machine(Side::Client, scene.stop), scene.study.machine(Side::Server, scene.stop));
    let client_rows = CLIENT
        .iter()
        .map(|&(from, step, to)| (MachineState::Client(from), (text.does)(step), MachineState::Client(to)));
    let server_rows =
        SERVER.iter().map(|&(from, on, to)| (MachineState::Server(from), (text.on)(on), MachineState::Server(to)));
    let ontoggle = scene.on.reform(|event: Event| Look::Fold(Fold::Machines, browser::is_open(&event)).into());
    html! {
        <>
            <h3>{ text.states }</h3>
            <ul class="waits">
                <li><i class="dot client" aria-hidden="true"></i><span>{ (text.waits)(client) }</span></li>
                <li><i class="dot server" aria-hidden="true"></i><span>{ (text.waits)(server) }</span></li>
            </ul>
            <details class="states" open={scene.state.shown.open.has(Fold::Machines)} {ontoggle}>
                <summary>{ text.table }</summary>
                // A quarter of all elements that the page would have: made when they are opened.
                if scene.state.shown.open.has(Fold::Machines) {
                    { table(scene, Side::Client, client, client_rows.collect()) }
                    { table(scene, Side::Server, server, server_rows.collect()) }
                }
            </details>
        </>
    }
}

fn table(scene: &Scene, side: Side, now: MachineState, rows: Vec<(MachineState, &'static str, MachineState)>) -> Html {
    let text = &scene.text.inspector;
    let mut last = None;
    let rows = rows.into_iter().map(|(from, cause, to)| {
        let repeated = last == Some(from);
        last = Some(from);
        let is_here = from == now;
        html! {
            <tr class={is_here.then_some("here")}>
                <td>
                    if repeated {
                        { aside((text.state)(from)) }
                    } else {
                        { (text.state)(from) }
                    }
                    if is_here && !repeated {
                        <span class="mark-here">{ " ◂" }{ aside(text.here) }</span>
                    }
                </td>
                <td>{ cause }</td>
                <td>{ (text.state)(to) }</td>
            </tr>
        }
    });
    html! {
        <table class="machine">
            <caption>{ (text.table_caption)(side) }</caption>
            <thead><tr>{ for text.table_heads.iter().map(|head| html! { <th scope="col">{ *head }</th> }) }</tr></thead>
            <tbody>{ for rows }</tbody>
        </table>
    }
}
