//! The switches.

use super::Scene;
use super::prose::prose;
use crate::scenario::{
    Choice, ClientPolicy, Credentials, Edit, GoAhead, Offer, Pipelining, Seed, ServerCertificate, ServerProfile,
    Transfer, Value, Versions,
};
use crate::ui::browser;
use crate::ui::state::Action;
use yew::prelude::*;

/// The order of the page: what is most telling first.
const OFFERS: [Offer; Offer::ALL.len()] =
    [Offer::Offered, Offer::NotOffered, Offer::Required, Offer::Unavailable, Offer::Says250];

pub fn view(scene: &Scene) -> Html {
    let text = &scene.text.controls;
    html! {
        <aside class="card controls" aria-label={text.heading}>
            { sender(scene) }
            { receiver(scene) }
            { seed(scene) }
        </aside>
    }
}

fn sender(scene: &Scene) -> Html {
    let text = &scene.text.controls;
    let scenario = &scene.lab.scenario;
    let policies = ClientPolicy::ALL.iter().map(|&policy| {
        let words = (text.policies)(policy);
        html! {
            <label class="choice">
                <input type="radio" name="policy" value={policy.key()} checked={policy == scenario.policy}
                    onchange={edit(scene, Edit::Policy(policy))} />
                <span>{ words.name }<small>{ prose(words.note) }</small></span>
            </label>
        }
    });
    let grouped = (text.pipelined)(scenario.pipelining);
    let other = if grouped { Pipelining::Off } else { Pipelining::On };
    html! {
        <fieldset>
            <legend><i class="dot client" aria-hidden="true"></i>{ text.sender }</legend>
            { for policies }
            { select(scene, "go_ahead", text.go_ahead, GoAhead::ALL, scenario.go_ahead, text.go_aheads, Edit::GoAhead) }
            { select(scene, "client_versions", text.versions, Versions::ALL, scenario.client_versions, text.version, Edit::ClientVersions) }
            { select(scene, "credentials", text.credentials, Credentials::ALL, scenario.credentials, text.credential, Edit::Credentials) }
            { select(scene, "transfer", text.transfer, Transfer::ALL, scenario.transfer, text.transfers, Edit::Transfer) }
            <label class="choice">
                <input type="checkbox" name="pipelining" checked={grouped} onchange={edit(scene, Edit::Pipelining(other))} />
                <span>{ text.pipelining }<small>{ prose(text.pipelining_note) }</small></span>
            </label>
        </fieldset>
    }
}

fn receiver(scene: &Scene) -> Html {
    let text = &scene.text.controls;
    let scenario = &scene.lab.scenario;
    html! {
        <fieldset>
            <legend><i class="dot server" aria-hidden="true"></i>{ text.receiver }</legend>
            { select(scene, "server", text.server, ServerProfile::ALL, scenario.server, text.servers, Edit::Server) }
            { select(scene, "starttls", text.starttls, &OFFERS, scenario.starttls, |offer| (scene.text.controls.offers)(offer).name, Edit::Starttls) }
            <p class="note">{ prose((text.offers)(scenario.starttls).note) }</p>
            { select(scene, "server_certificate", text.certificate, ServerCertificate::ALL, scenario.server_certificate, |certificate| (scene.text.controls.certificates)(certificate).name, Edit::ServerCertificate) }
            <p class="note">{ prose((text.certificates)(scenario.server_certificate).note) }</p>
            { select(scene, "server_versions", text.versions, Versions::ALL, scenario.server_versions, text.version, Edit::ServerVersions) }
        </fieldset>
    }
}

fn seed(scene: &Scene) -> Html {
    let text = &scene.text.controls;
    let (on, at) = (scene.on.clone(), scene.point);
    let change = move |event: Event| match Seed::parse(browser::typed(&event).trim()) {
        Some(seed) => on.emit(Action::Edit(Edit::Seed(seed), at)),
        None => browser::complain(&event),
    };
    html! {
        <details class="randomness">
            <summary>{ text.randomness }</summary>
            <label class="field" for="seed"><span>{ text.seed }</span></label>
            <input id="seed" name="seed" type="number" min="0" max={u32::MAX.to_string()} step="1" inputmode="numeric"
                value={scene.lab.scenario.seed.write()} onchange={change} />
            <p class="note">{ text.seed_note }</p>
        </details>
    }
}

fn edit<E: 'static>(scene: &Scene, edit: Edit) -> Callback<E> {
    scene.act(Action::Edit(edit, scene.point))
}

/// A list of choices with its label.
fn select<T: Choice>(
    scene: &Scene,
    id: &'static str,
    label: &'static str,
    all: &[T],
    chosen: T,
    words: impl Fn(T) -> &'static str,
    make: fn(T) -> Edit,
) -> Html {
    let (on, at) = (scene.on.clone(), scene.point);
    let change = move |event: Event| {
        if let Some(value) = T::parse(&browser::chosen(&event)) {
            on.emit(Action::Edit(make(value), at));
        }
    };
    let options = all.iter().map(|&value| {
        html! { <option value={value.key()} selected={value == chosen}>{ words(value) }</option> }
    });
    html! {
        <div class="field">
            <label for={id}>{ label }</label>
            <select {id} name={id} onchange={change}>{ for options }</select>
        </div>
    }
}
