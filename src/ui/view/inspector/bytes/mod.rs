//! The octets of the step, layer by layer: a tree of fields, the chosen one in words, and the octets that it is made of.

mod dump;

use crate::bytes::{base64, hex};
use crate::dissect::field::Kind;
use crate::dissect::layers::Layer;
use crate::story::say;
use crate::trace::{Event, What};
use crate::ui::browser;
use crate::ui::effect::Effect;
use crate::ui::state::Action;
use crate::ui::tree::{self, Folding, Lens, Node};
use crate::ui::view::kit::markup::prelude::*;
use crate::ui::view::kit::prose::cited;
use crate::ui::view::kit::scene::{FIELD_ID, Scene, TREE_ID};
use std::rc::Rc;

/// Levels that are set apart by their indent.
const DEEPEST: usize = 12;

/// What the parts of the view share.
struct Bytes<'a> {
    scene: &'a Scene<'a>,
    layers: &'a [Layer<'a>],
    nodes: Rc<[Node]>,
    lens: Lens,
}

impl Bytes<'_> {
    fn look<E: 'static>(&self, lens: Lens) -> Callback<E> {
        self.scene.act(Action::Lens(lens))
    }

    /// A handler for the keys that `next` answers.
    fn keys(&self, next: impl Fn(&str, &[Node], &Lens) -> Option<Lens> + 'static) -> Callback<KeyboardEvent> {
        let (on, nodes, lens) = (self.scene.on.clone(), self.nodes.clone(), self.lens.clone());
        Callback::from(move |event: KeyboardEvent| {
            if let Some(lens) = next(&event.key(), &nodes, &lens) {
                event.prevent_default();
                on.emit(Action::Lens(lens));
            }
        })
    }
}

pub fn view(scene: &Scene) -> Html {
    let text = &scene.text.wire;
    let at = say::at(scene.facts(), scene.stop).map(|claim| (scene.text.inspector.at)(&claim));
    let layers = scene.study.reading.layers(&scene.study.trace, scene.stop);
    if layers.is_empty() {
        return html! { <><h2>{ at }</h2><p>{ text.no_octets }</p></> };
    }
    let nodes = tree::nodes(&layers, text.layer, text.keys).into();
    let lens = scene.state.lens.at(scene.stop);
    let bytes = Bytes { scene, layers: &layers, nodes, lens };
    html! {
        <div class="bytes">
            <h2>{ at }</h2>
            <div class="notes">
                { note(&bytes) }
                if let Some(check) = say::ntlm(scene.facts(), scene.stop).and_then(|claim| claim.check()) {
                    <p class="note">{ (scene.text.ntlm.check)(check) }</p>
                }
            </div>
            { toolbar(&bytes) }
            { fields(&bytes) }
            { lens_view(&bytes) }
        </div>
    }
}

/// Lines that share a record are one thing on the wire.
fn note(bytes: &Bytes) -> Html {
    let trace = &bytes.scene.study.trace;
    let wire_of = |event: &Event| match event.what {
        What::Sent { text: Some(_), wire } => Some(wire),
        _ => None,
    };
    let wire = trace.events.get(bytes.scene.stop).and_then(wire_of);
    let lines = trace.events.iter().filter(|event| wire.is_some() && wire_of(event) == wire).count();
    if lines > 1 {
        html! { <p class="note">{ (bytes.scene.text.wire.shared_record)(lines) }</p> }
    } else {
        Html::default()
    }
}

fn toolbar(bytes: &Bytes) -> Html {
    let text = &bytes.scene.text.wire;
    let fold = |folding, name: &'static str| {
        let onclick = bytes.look(bytes.lens.clone().fold(folding));
        html! { <button type="button" class="button small" {onclick}>{ name }</button> }
    };
    html! {
        <div class="bar" role="group" aria-label={text.folding}>
            { fold(Folding::All, text.expand_all) }
            { fold(Folding::Layers, text.collapse_all) }
            { fold(Folding::Some, text.usual) }
        </div>
    }
}

fn fields(bytes: &Bytes) -> Html {
    let text = &bytes.scene.text.wire;
    let chosen = tree::chosen(&bytes.nodes, &bytes.lens).map(|node| node.key);
    let rows = tree::shown(&bytes.nodes, &bytes.lens).into_iter().map(|(node, open)| {
        let is_chosen = Some(node.key) == chosen;
        let lens = bytes.lens.clone().choose(node.key);
        let turned = bytes.look(lens.clone().turn(node.key));
        let turn = {
            let turned = turned.clone();
            move |event: MouseEvent| {
                event.stop_propagation();
                turned.emit(event);
            }
        };
        let class = classes!(
            "node",
            format!("d{}", node.depth.min(DEEPEST)),
            match node.kind {
                Kind::Plain | Kind::Bit => None,
                Kind::Opaque => Some("opaque"),
                Kind::Malformed => Some("malformed"),
            },
            (node.depth == 0).then_some("layer"),
            node.is_extra.then_some("extra"),
            (bytes.lens.pointed == Some(node.key)).then_some("pointed"),
        );
        let bold = match open {
            Some(true) => "▾",
            Some(false) => "▸",
            None => "",
        };
        html! {
            <div key={format!("{}-{}-{}", bytes.scene.stop, node.key.0, node.key.1)} role="treeitem" {class} id={is_chosen.then_some(FIELD_ID)} data-row="true" aria-level={(node.depth + 1).to_string()}
                aria-selected={if is_chosen { "true" } else { "false" }} aria-expanded={open.map(|open| if open { "true" } else { "false" })}
                tabindex={if is_chosen { "0" } else { "-1" }}
                onclick={bytes.look(lens)} ondblclick={open.map(|_| turned)}
                onmouseenter={bytes.look(bytes.lens.clone().point(Some(node.key)))}>
                <span class="turn" aria-hidden="true" onclick={open.map(|_| Callback::from(turn))}>{ bold }</span>
                <span class="name">{ node.name.clone() }</span>
                <span class="value">{ (text.value)(node.kind, &node.value) }</span>
            </div>
        }
    });
    html! {
        <div class="fields" role="tree" id={TREE_ID} aria-label={text.tree} onkeydown={bytes.keys(tree::tree_key)}
            onmouseleave={bytes.look(bytes.lens.clone().point(None))}>{ for rows }</div>
    }
}

/// The chosen field in words, what can be copied of it, and its layer's octets.
fn lens_view(bytes: &Bytes) -> Html {
    let text = &bytes.scene.text.wire;
    let Some(node) = tree::chosen(&bytes.nodes, &bytes.lens) else { return Html::default() };
    let Some(layer) = bytes.layers.get(node.key.0) else { return Html::default() };
    let octets = match &node.range {
        Some(range) => layer.octets.get(range.clone()).unwrap_or_default(),
        None => node.own.as_slice(),
    };
    let copy = |name: &'static str, words: String| {
        html! { <button type="button" class="button small" onclick={bytes.scene.effect(Effect::Copy(words))}>{ name }</button> }
    };
    html! {
        <div class="lens">
            <div class="said" key={bytes.scene.stop} aria-live="polite">
                <p class="title"><b>{ node.name.clone() }</b>{ " " }<span class="meta">{ (text.place)(node.range.clone(), octets.len()) }</span></p>
                if node.depth > 0 && !node.value.is_empty() {
                    <p class="full">{ node.value.clone() }</p>
                }
                if !node.note.is_empty() {
                    <p>{ node.note.clone() }</p>
                }
                if !node.source.is_empty() {
                    <p class="source">{ cited(node.source) }</p>
                }
                if let Some(payload) = tree::payload(&bytes.nodes, node) {
                    <p><button type="button" class="link" onclick={bytes.look(tree::reveal(&bytes.nodes, bytes.lens.clone().choose(payload.key)))}>
                        { (text.to_payload)(&payload.name) }</button></p>
                }
            </div>
            if !octets.is_empty() {
                <div class="bar" role="group" aria-label={(text.copy)(octets.len())}>
                    <span aria-hidden="true">{ text.copy_as }</span>
                    { copy(text.as_hex, hex(octets)) }
                    { copy(text.as_base64, base64(octets)) }
                    { copy(text.as_text, String::from_utf8_lossy(octets).into_owned()) }
                </div>
            }
            { dump::view(bytes, layer, node) }
        </div>
    }
}

/// The leaf that an event's target stands for.
fn leaf_of(event: &MouseEvent) -> Option<usize> {
    browser::data(event, "leaf")?.parse().ok()
}
