//! The switches: those of the cards, and all others, which the drawers have. A setting that Exchange refuses is refused here, with the
//! reason beside the control, and nothing changes.

use crate::scenario::{
    AnonymousOffer, AuthFlag, BitFlip, Choice, ClientPolicy, Controller, Credentials, Edit, Epa, GoAhead, Groups,
    IconRule, NextHop, NtlmEra, OldLine, OldList, Password, Pipelining, Published, Reader, Routing, SecondTry, Seed,
    ServerProfile, Switch, System, TlsStack, Transfer, Value, Verifier, Versions,
};
use crate::share::Fold;
use crate::ui::browser;
use crate::ui::state::Action;
use crate::ui::view::kit::control::mark;
use crate::ui::view::kit::markup::prelude::*;
use crate::ui::view::kit::prose::prose;
use crate::ui::view::kit::scene::{REFUSAL_ID, Scene};

/// All that can be set of one part of the road, but for what stands on its card.
pub fn all(scene: &Scene, fold: Fold) -> Html {
    match fold {
        Fold::Path => path(scene),
        Fold::Receiver => receiver(scene),
        _ => sender(scene),
    }
}

fn sender(scene: &Scene) -> Html {
    let scenario = &scene.state.run.scenario;
    let grouped = |on| Edit::Pipelining(if on { Pipelining::On } else { Pipelining::Off });
    let is_own = scenario.next_hop != NextHop::Internet;
    html! {
        <>
            <p class="note">{ prose((scene.text.controls.policy)(scenario.policy).setting) }</p>
            if is_own {
                { select(scene, ClientPolicy::ALL, scenario.policy, Edit::Policy) }
            } else {
                { select(scene, NextHop::ALL, scenario.next_hop, Edit::NextHop) }
            }
            if scenario.next_hop == NextHop::Hub {
                { select(scene, Controller::ALL, scenario.controller, Edit::Controller) }
                { switch(scene, scenario.downgraded_auth, Edit::DowngradedAuth) }
            }
            if scenario.next_hop == NextHop::Edge {
                { select(scene, Published::ALL, scenario.published, Edit::Published) }
            }
            { select(scene, System::ALL, scenario.sender, Edit::Sender) }
            { select(scene, Choice::ALL, scenario.client_certificate, Edit::ClientCertificate) }
            { switch(scene, scenario.sender_imports, Edit::SenderImports) }
            { switch(scene, scenario.send_domain_secure, Edit::SendDomainSecure) }
            { select(scene, Routing::ALL, scenario.routing, Edit::Routing) }
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
            { select(scene, GoAhead::ALL, scenario.go_ahead, Edit::GoAhead) }
            { select(scene, Transfer::ALL, scenario.transfer, Edit::Transfer) }
            { checkbox(scene, scenario.pipelining == Pipelining::On, grouped) }
            { switch(scene, scenario.spoofs, Edit::Spoofs) }
        </>
    }
}

fn path(scene: &Scene) -> Html {
    html! {
        <>
            { select(scene, BitFlip::ALL, scene.state.run.scenario.flip, Edit::Flip) }
            { seed(scene) }
        </>
    }
}

fn receiver(scene: &Scene) -> Html {
    let text = &scene.text.controls;
    let scenario = &scene.state.run.scenario;
    let technical = |on| Edit::IconRule(if on { IconRule::Technical } else { IconRule::Book });
    html! {
        <>
            { select(scene, ServerProfile::ALL, scenario.server, Edit::Server) }
            { switch(scene, scenario.receiver_imports, Edit::ReceiverImports) }
            { select(scene, TlsStack::ALL, scenario.server_stack, Edit::ServerStack) }
            { select(scene, &old_lists(), scenario.server_suite, Edit::ServerSuite) }
            { select(scene, Versions::ALL, scenario.server_versions, Edit::ServerVersions) }
            { select(scene, Groups::ALL, scenario.server_groups, Edit::ServerGroups) }
            { select(scene, SecondTry::ALL, scenario.second_try, Edit::SecondTry) }
            { select(scene, Reader::ALL, scenario.reader, Edit::Reader) }
            { checkbox(scene, scenario.icon_rule == IconRule::Technical, technical) }
            <p class="group">{ text.connector }</p>
            if scenario.receiver_is_exchange() {
                { switch(scene, scenario.receive_list, Edit::ReceiveList) }
                { switch(scene, scenario.receive_domain_secure, Edit::ReceiveDomainSecure) }
                { auth(scene) }
                { select(scene, AnonymousOffer::ALL, scenario.anonymous_tls, Edit::AnonymousTls) }
                { select(scene, Epa::ALL, scenario.epa, Edit::Epa) }
                { switch(scene, scenario.partners, Edit::Partners) }
            } else {
                <p class="note">{ text.not_exchange }</p>
            }
        </>
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
        <>
            <div class="field">
                <label for="seed">{ (text.field)(now) }</label>
                <input id="seed" name="seed" type="number" min="0" max={u32::MAX.to_string()} step="1" inputmode="numeric"
                    value={now.value()} onchange={change} />
            </div>
            <p class="note">{ text.seed_note }</p>
        </>
    }
}

fn edit<E: 'static>(scene: &Scene, edit: Edit) -> Callback<E> {
    scene.act(Action::Edit(edit, scene.spot()))
}

/// Where a field is set: the part of the road, and whether on its card.
fn place(scene: &Scene, edit: Edit) -> (Fold, bool) {
    let is_own = scene.state.run.scenario.next_hop != NextHop::Internet;
    match edit {
        Edit::Policy(_) => (Fold::Sender, !is_own),
        Edit::NextHop(_) => (Fold::Sender, is_own),
        Edit::Sender(_)
        | Edit::GoAhead(_)
        | Edit::ClientCertificate(_)
        | Edit::SenderImports(_)
        | Edit::SendDomainSecure(_)
        | Edit::Routing(_)
        | Edit::DowngradedAuth(_)
        | Edit::Controller(_)
        | Edit::Published(_)
        | Edit::ClientStack(_)
        | Edit::ClientSuite(_)
        | Edit::ClientSsl3(_)
        | Edit::ClientVersions(_)
        | Edit::Verifier(_)
        | Edit::ClientGroups(_)
        | Edit::Credentials(_)
        | Edit::Password(_)
        | Edit::NtlmEra(_)
        | Edit::ClientBinding(_)
        | Edit::Transfer(_)
        | Edit::Pipelining(_)
        | Edit::Spoofs(_) => (Fold::Sender, false),
        Edit::Path(_) => (Fold::Path, true),
        Edit::Seed(_) | Edit::Clock(_) | Edit::Flip(_) => (Fold::Path, false),
        Edit::Starttls(_) | Edit::ServerCertificate(_) => (Fold::Receiver, true),
        Edit::Server(_)
        | Edit::ReceiverImports(_)
        | Edit::ServerStack(_)
        | Edit::ServerSuite(_)
        | Edit::ServerVersions(_)
        | Edit::ServerGroups(_)
        | Edit::SecondTry(_)
        | Edit::ReceiveList(_)
        | Edit::ReceiveDomainSecure(_)
        | Edit::AuthMechanism(_)
        | Edit::AnonymousTls(_)
        | Edit::Epa(_)
        | Edit::Partners(_)
        | Edit::Reader(_)
        | Edit::IconRule(_) => (Fold::Receiver, false),
    }
}

/// Why the last change was refused, where it was one of a card.
pub fn refusal_on(scene: &Scene, card: Fold) -> Html {
    refusal_where(scene, |(fold, on_card)| on_card && fold == card)
}

/// The same, where the field that was changed is not on show.
pub fn refusal_of_hidden(scene: &Scene) -> Html {
    refusal_where(scene, |(fold, on_card)| !on_card && !scene.state.shown.open.has(fold))
}

/// The same, under the field.
fn refusal(scene: &Scene, of: Edit) -> Html {
    match scene.state.run.refused {
        Some((edit, _)) if edit.key() == of.key() => refusal_where(scene, |_| true),
        _ => Html::default(),
    }
}

fn refusal_where(scene: &Scene, is_here: impl Fn((Fold, bool)) -> bool) -> Html {
    let text = &scene.text.controls;
    match scene.state.run.refused {
        Some((edit, conflict)) if is_here(place(scene, edit)) => html! {
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
            <label class={classes!("choice", changed(scene, now.key()))}>
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
    let now = make(chosen);
    let note = (text.value)(now).note;
    html! {
        <>
            <div class="field">
                <label for={now.key()}>{ (text.field)(now) }</label>
                { list(scene, all, chosen, make, "", None) }
            </div>
            if !note.is_empty() { <p class="note">{ prose(note) }</p> }
            { refusal(scene, now) }
        </>
    }
}

/// The same for a card: the name of the field is heard, and what stands before its values is seen.
pub fn choice<T: Value + 'static>(
    scene: &Scene,
    all: &[T],
    chosen: T,
    make: fn(T) -> Edit,
    before: &'static str,
) -> Html {
    list(scene, all, chosen, make, before, Some((scene.text.controls.field)(make(chosen))))
}

fn list<T: Value + 'static>(
    scene: &Scene,
    all: &[T],
    chosen: T,
    make: fn(T) -> Edit,
    before: &'static str,
    name: Option<&'static str>,
) -> Html {
    let (on, at) = (scene.on.clone(), scene.spot());
    let change = move |event: Event| {
        if let Some(value) = T::parse(&browser::chosen(&event)) {
            on.emit(Action::Edit(make(value), at));
        }
    };
    let options = all.iter().copied().chain((!all.contains(&chosen)).then_some(chosen)).map(|value| {
        html! { <option value={value.write()} selected={value == chosen}>{ before }{ (scene.text.controls.value)(make(value)).name }</option> }
    });
    let key = make(chosen).key();
    html! { <select id={key} name={key} class={changed(scene, key)} aria-label={name} onchange={change}>{ for options }</select> }
}

/// Marks what is not as the preset has it.
fn changed(scene: &Scene, key: &str) -> Option<&'static str> {
    scene.state.run.edits().iter().any(|edit| edit.key() == key).then_some("changed")
}
