//! The switches. A setting that Exchange refuses is refused here, with the reason beside the control, and nothing changes.

use crate::scenario::{
    AnonymousOffer, AuthFlag, BitFlip, Certificate, Choice, ClientPolicy, Controller, Credentials, Edit, Epa, GoAhead,
    Groups, IconRule, NextHop, NtlmEra, Offer, OldLine, OldList, Password, Path, Pipelining, Published, Reader,
    Routing, SecondTry, Seed, ServerProfile, Switch, System, TlsStack, Transfer, Value, Verifier, Versions,
};
use crate::ui::browser;
use crate::ui::state::Action;
use crate::ui::view::kit::control::mark;
use crate::ui::view::kit::markup::prelude::*;
use crate::ui::view::kit::prose::prose;
use crate::ui::view::kit::scene::{CONTROLS_ID, REFUSAL_ID, Scene};

/// The order of the page: what is most telling first.
const OFFERS: [Offer; Offer::ALL.len()] =
    [Offer::Offered, Offer::NotOffered, Offer::Required, Offer::Unavailable, Offer::Says250];

pub fn view(scene: &Scene) -> Html {
    let text = &scene.text.controls;
    html! {
        <aside class="card controls" aria-label={text.heading} id={CONTROLS_ID}>
            { sender(scene) }
            { path(scene) }
            { receiver(scene) }
            { seed(scene) }
        </aside>
    }
}

fn sender(scene: &Scene) -> Html {
    let text = &scene.text.controls;
    let scenario = &scene.state.run.scenario;
    let policies = ClientPolicy::ALL.iter().map(|&policy| {
        let words = (text.policy)(policy);
        html! {
            <>
            <label class="choice">
                <input type="radio" name="policy" value={policy.key()} checked={policy == scenario.policy} data-on={mark(policy == scenario.policy)}
                    onchange={edit(scene, Edit::Policy(policy))} />
                <span>
                    { words.name }<small>{ prose(words.setting) }</small>
                    if policy == scenario.policy { <small class="told">{ prose(words.does) }</small> }
                </span>
            </label>
            { refusal_of(scene, Edit::Policy(policy)) }
            </>
        }
    });
    let grouped = |on| Edit::Pipelining(if on { Pipelining::On } else { Pipelining::Off });
    html! {
        <fieldset>
            <legend><i class="dot client" aria-hidden="true"></i>{ text.sender }</legend>
            { select(scene, NextHop::ALL, scenario.next_hop, Edit::NextHop) }
            if scenario.next_hop == NextHop::Hub {
                { select(scene, Controller::ALL, scenario.controller, Edit::Controller) }
                { switch(scene, scenario.downgraded_auth, Edit::DowngradedAuth) }
            }
            if scenario.next_hop == NextHop::Edge {
                { select(scene, Published::ALL, scenario.published, Edit::Published) }
            }
            { for policies }
            { select(scene, Choice::ALL, scenario.client_certificate, Edit::ClientCertificate) }
            { switch(scene, scenario.sender_imports, Edit::SenderImports) }
            { switch(scene, scenario.send_domain_secure, Edit::SendDomainSecure) }
            <details class="more">
                <summary>{ text.more }</summary>
                { select(scene, TlsStack::ALL, scenario.client_stack, Edit::ClientStack) }
                { select(scene, &old_lists(), scenario.client_suite, Edit::ClientSuite) }
                { switch(scene, scenario.client_ssl3, Edit::ClientSsl3) }
                { select(scene, Versions::ALL, scenario.client_versions, Edit::ClientVersions) }
                { select(scene, Verifier::ALL, scenario.verifier, Edit::Verifier) }
                { select(scene, Groups::ALL, scenario.client_groups, Edit::ClientGroups) }
                { select(scene, Credentials::ALL, scenario.credentials, Edit::Credentials) }
                { select(scene, Password::ALL, scenario.password, Edit::Password) }
                { select(scene, NtlmEra::ALL, scenario.ntlm_era, Edit::NtlmEra) }
                { switch(scene, scenario.client_binding, Edit::ClientBinding) }
                { select(scene, System::ALL, scenario.sender, Edit::Sender) }
                { select(scene, Routing::ALL, scenario.routing, Edit::Routing) }
                { select(scene, GoAhead::ALL, scenario.go_ahead, Edit::GoAhead) }
                { select(scene, Transfer::ALL, scenario.transfer, Edit::Transfer) }
                { checkbox(scene, scenario.pipelining == Pipelining::On, grouped) }
                { switch(scene, scenario.spoofs, Edit::Spoofs) }
            </details>
        </fieldset>
    }
}

fn path(scene: &Scene) -> Html {
    html! {
        <fieldset>
            <legend><i class="dot path" aria-hidden="true"></i>{ scene.text.controls.path }</legend>
            { select(scene, Path::ALL, scene.state.run.scenario.path, Edit::Path) }
            { select(scene, BitFlip::ALL, scene.state.run.scenario.flip, Edit::Flip) }
        </fieldset>
    }
}

fn receiver(scene: &Scene) -> Html {
    let text = &scene.text.controls;
    let scenario = &scene.state.run.scenario;
    let technical = |on| Edit::IconRule(if on { IconRule::Technical } else { IconRule::Book });
    let exchange = html! {
        <>
            { switch(scene, scenario.receive_list, Edit::ReceiveList) }
            { switch(scene, scenario.receive_domain_secure, Edit::ReceiveDomainSecure) }
            <details class="more">
                <summary>{ text.connector }</summary>
                { auth(scene) }
                { select(scene, AnonymousOffer::ALL, scenario.anonymous_tls, Edit::AnonymousTls) }
                { select(scene, Epa::ALL, scenario.epa, Edit::Epa) }
                { switch(scene, scenario.partners, Edit::Partners) }
            </details>
        </>
    };
    html! {
        <fieldset>
            <legend><i class="dot server" aria-hidden="true"></i>{ text.receiver }</legend>
            { select(scene, ServerProfile::ALL, scenario.server, Edit::Server) }
            { select(scene, &OFFERS, scenario.starttls, Edit::Starttls) }
            { select(scene, Certificate::ALL, scenario.server_certificate, Edit::ServerCertificate) }
            { switch(scene, scenario.receiver_imports, Edit::ReceiverImports) }
            <p class="group">{ text.domain_security }</p>
            if scenario.receiver_is_exchange() { { exchange } } else { <p class="note">{ text.not_exchange }</p> }
            <details class="more">
                <summary>{ text.more }</summary>
                { select(scene, TlsStack::ALL, scenario.server_stack, Edit::ServerStack) }
                { select(scene, &old_lists(), scenario.server_suite, Edit::ServerSuite) }
                { select(scene, Versions::ALL, scenario.server_versions, Edit::ServerVersions) }
                { select(scene, Groups::ALL, scenario.server_groups, Edit::ServerGroups) }
                { select(scene, SecondTry::ALL, scenario.second_try, Edit::SecondTry) }
                { select(scene, Reader::ALL, scenario.reader, Edit::Reader) }
                { checkbox(scene, scenario.icon_rule == IconRule::Technical, technical) }
            </details>
        </fieldset>
    }
}

/// The set of the Receive connector, a box for each of its values.
fn auth(scene: &Scene) -> Html {
    let set = scene.state.run.scenario.auth_mechanism;
    let boxes = AuthFlag::ALL.map(|flag| {
        let words = (scene.text.controls.flag)(flag);
        let other = Edit::AuthMechanism(set.with(flag, !set.has(flag)));
        html! {
            <label class="choice">
                <input type="checkbox" name={other.key()} value={words.name} checked={set.has(flag)} data-on={mark(set.has(flag))} onchange={edit(scene, other)} />
                <span><code>{ words.name }</code><small>{ prose(words.note) }</small></span>
            </label>
        }
    });
    html! {
        <div role="group" aria-label={(scene.text.controls.field)(Edit::AuthMechanism(set))}>
            { for boxes }
            { refusal(scene, Edit::AuthMechanism(set)) }
        </div>
    }
}

fn seed(scene: &Scene) -> Html {
    let text = &scene.text.controls;
    let now = Edit::Seed(scene.state.run.scenario.seed);
    let (on, at, seed_words) = (scene.on.clone(), scene.spot(), text.seed_takes);
    let change = move |event: Event| match Seed::parse(browser::typed(&event).trim()) {
        Some(seed) => on.emit(Action::Edit(Edit::Seed(seed), at)),
        None => browser::complain(&event, seed_words),
    };
    html! {
        <details class="more randomness">
            <summary>{ text.randomness }</summary>
            <label class="field" for="seed"><span>{ (text.field)(now) }</span></label>
            <input id="seed" name="seed" type="number" min="0" max={u32::MAX.to_string()} step="1" inputmode="numeric"
                value={now.value()} onchange={change} />
            <p class="note">{ text.seed_note }</p>
        </details>
    }
}

fn edit<E: 'static>(scene: &Scene, edit: Edit) -> Callback<E> {
    scene.act(Action::Edit(edit, scene.spot()))
}

/// Why the last change of this field was refused, if it was.
fn refusal(scene: &Scene, of: Edit) -> Html {
    let of_field = scene.state.run.refused.filter(|(edit, _)| edit.key() == of.key());
    of_field.map_or(Html::default(), |(edit, _)| refusal_of(scene, edit))
}

/// Why this very change was refused, if it was: under the control that was used.
fn refusal_of(scene: &Scene, of: Edit) -> Html {
    let text = &scene.text.controls;
    match scene.state.run.refused {
        Some((edit, conflict)) if edit == of => html! {
            <p class="refusal" role="alert" id={REFUSAL_ID}>
                <b>{ (text.refused)(conflict) }</b>{ " " }{ prose((text.conflict)(conflict)) }{ " " }{ text.kept }
                if let Some(edits) = scene.state.run.way_out() {
                    <button type="button" class="button small" onclick={scene.act(Action::WayOut(scene.spot()))}>{ (text.way_out)(&edits) }</button>
                }
            </p>
        },
        _ => Html::default(),
    }
}

fn switch(scene: &Scene, value: Switch, make: fn(Switch) -> Edit) -> Html {
    checkbox(scene, value.is_on(), |on| make(Switch::of(on)))
}

/// A box for a field with two values.
fn checkbox(scene: &Scene, on: bool, make: impl Fn(bool) -> Edit) -> Html {
    let text = &scene.text.controls;
    let now = make(on);
    html! {
        <>
            <label class="choice">
                <input type="checkbox" name={now.key()} checked={on} data-on={mark(on)} onchange={edit(scene, make(!on))} />
                <span>{ (text.field)(now) }<small>{ prose((text.value)(now).note) }</small></span>
            </label>
            { refusal(scene, now) }
        </>
    }
}

/// The list of an old end as it is, or one line of it.
fn old_lists() -> Vec<Option<OldList>> {
    std::iter::once(None).chain(OldLine::all().map(|line| Some(OldList::only(line)))).collect()
}

/// A list of choices with its label, and what the chosen one stands for.
fn select<T: Value + 'static>(scene: &Scene, all: &[T], chosen: T, make: fn(T) -> Edit) -> Html {
    let text = &scene.text.controls;
    let (on, at) = (scene.on.clone(), scene.spot());
    let change = move |event: Event| {
        if let Some(value) = T::parse(&browser::chosen(&event)) {
            on.emit(Action::Edit(make(value), at));
        }
    };
    let options = all.iter().copied().chain((!all.contains(&chosen)).then_some(chosen)).map(|value| {
        html! { <option value={value.write()} selected={value == chosen}>{ (text.value)(make(value)).name }</option> }
    });
    let now = make(chosen);
    let note = (text.value)(now).note;
    html! {
        <>
            <div class="field">
                <label for={now.key()}>{ (text.field)(now) }</label>
                <select id={now.key()} name={now.key()} onchange={change}>{ for options }</select>
            </div>
            if !note.is_empty() { <p class="note">{ prose(note) }</p> }
            { refusal(scene, now) }
        </>
    }
}
