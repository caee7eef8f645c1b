//! Offset, sixteen octets in two halves, and what of them is printable, leaf by leaf. Long runs that mean nothing are folded.

use super::{Bytes, leaf_of};
use crate::dissect::field::Kind;
use crate::dissect::layers::Layer;
use crate::ui::state::Action;
use crate::ui::tree::{self, Key, Node};
use crate::ui::view::kit::markup::prelude::*;
use crate::ui::view::kit::scene::{OCTET_ID, OCTETS_ID};
use std::ops::Range;

/// Octets of a row.
const ROW: usize = 16;
const HALF: usize = ROW / 2;
/// Rows of one leaf that are shown before it is folded, and those that stay when it is.
const MOST: usize = 6;
const KEPT: usize = 2;

pub fn view(bytes: &Bytes, layer: &Layer, chosen: &Node) -> Html {
    let text = &bytes.scene.text.wire;
    let number = chosen.key.0;
    let dump = Dump {
        octets: &layer.octets,
        leaves: tree::leaves(&bytes.nodes, number)
            .filter(|leaf| leaf.range.as_ref().is_some_and(|r| !r.is_empty()))
            .collect(),
        // All of it needs no mark.
        chosen: chosen.range.clone().filter(|_| chosen.depth > 0).unwrap_or_default(),
        pointed: pointed(bytes, number),
    };
    let rows = dump.rows(|key| bytes.lens.unfolds(key)).into_iter().map(|row| match row {
        Shown::Row(start) => dump.row(start),
        Shown::Folded { leaf, rows } => {
            let name = (text.folded)(rows, &leaf.name);
            let onclick = bytes.look(bytes.lens.clone().turn(leaf.key));
            html! { <button type="button" class="folded-rows" {onclick}>{ name }</button> }
        }
    });
    let keys = bytes.keys(|key, nodes, lens| tree::octets_key(key, nodes, lens, ROW));
    html! {
        <>
            <div class="hex" id={OCTETS_ID} tabindex="0" role="group" data-arrows="true" aria-label={(text.octets)(layer.octets.len())}
                onclick={choose(bytes, number)} onmouseover={point(bytes, number)} onkeydown={keys}
                onmouseleave={bytes.look(bytes.lens.clone().point(None))}><div key={bytes.scene.stop}>{ for rows }</div></div>
            { letters(bytes, layer, chosen) }
        </>
    }
}

/// The base64 that stands for the octets, a run for each leaf.
fn letters(bytes: &Bytes, layer: &Layer, chosen: &Node) -> Html {
    let number = chosen.key.0;
    let Some(all) = &layer.letters else { return Html::default() };
    let before = number.checked_sub(1).and_then(|before| bytes.layers.get(before));
    let octets = before.and_then(|before| before.octets.get(all.clone())).unwrap_or_default();
    let of = |range: Range<usize>| match layer.letters_of(&range).filter(|_| !range.is_empty()) {
        Some(letters) => letters.start - all.start..letters.end - all.start,
        None => 0..0,
    };
    // A letter with bits of two leaves stands with the first; padding with the last.
    let last = layer.octets.len();
    let first = |at: usize| if at == last { octets.len() } else { (at * 8).div_ceil(6) };
    let leaves = tree::leaves(&bytes.nodes, number).map(|leaf| {
        let range = leaf.range.as_ref().map(|range| first(range.start)..first(range.end));
        Node { range, ..leaf.clone() }
    });
    let leaves: Vec<Node> = leaves.collect();
    let chosen = chosen.range.clone().filter(|_| chosen.depth > 0).unwrap_or_default();
    let dump =
        Dump { octets, leaves: leaves.iter().collect(), chosen: of(chosen), pointed: of(pointed(bytes, number)) };
    html! {
        <>
            <p class="meta">{ bytes.scene.text.wire.in_base64 }</p>
            <p class="letters" onclick={choose(bytes, number)} onmouseover={point(bytes, number)}
                onmouseleave={bytes.look(bytes.lens.clone().point(None))}>{ dump.runs(0..octets.len(), false, "") }</p>
        </>
    }
}

fn choose(bytes: &Bytes, layer: usize) -> impl Fn(MouseEvent) + 'static {
    let (on, lens, nodes) = (bytes.scene.on.clone(), bytes.lens.clone(), bytes.nodes.clone());
    move |event: MouseEvent| {
        if let Some(leaf) = leaf_of(&event) {
            on.emit(Action::Lens(tree::reveal(&nodes, lens.clone().choose((layer, leaf)))));
        }
    }
}

fn point(bytes: &Bytes, layer: usize) -> impl Fn(MouseEvent) + 'static {
    let (on, lens) = (bytes.scene.on.clone(), bytes.lens.clone());
    move |event: MouseEvent| {
        let key = leaf_of(&event).map(|leaf| (layer, leaf));
        if key != lens.pointed {
            on.emit(Action::Lens(lens.clone().point(key)));
        }
    }
}

/// What the pointer is on, as a range of this layer.
fn pointed(bytes: &Bytes, layer: usize) -> Range<usize> {
    let pointed = bytes.lens.pointed.filter(|key| key.0 == layer);
    let node = pointed.and_then(|key| bytes.nodes.iter().find(|node| node.key == key));
    node.and_then(|node| node.range.clone()).unwrap_or_default()
}

enum Shown<'a> {
    /// From this octet on.
    Row(usize),
    /// This many rows inside a leaf.
    Folded { leaf: &'a Node, rows: usize },
}

struct Dump<'a> {
    octets: &'a [u8],
    /// In order, and tiling the octets.
    leaves: Vec<&'a Node>,
    chosen: Range<usize>,
    pointed: Range<usize>,
}

impl<'a> Dump<'a> {
    fn rows(&self, unfolds: impl Fn(Key) -> bool) -> Vec<Shown<'a>> {
        let mut shown = Vec::new();
        let mut row = 0;
        let count = self.octets.len().div_ceil(ROW);
        while row < count {
            let inside = self.leaf_around(row).filter(|leaf| leaf.kind == Kind::Opaque && !unfolds(leaf.key));
            if let Some(leaf) = inside {
                let end = leaf.range.as_ref().map_or(0, |range| range.end);
                // Rows that are wholly inside, but for the first and the last of them.
                let rows = (end / ROW).saturating_sub(row);
                if rows > MOST {
                    shown.push(Shown::Row(row * ROW));
                    shown.push(Shown::Folded { leaf, rows: rows - KEPT });
                    row += rows - 1;
                }
            }
            shown.push(Shown::Row(row * ROW));
            row += 1;
        }
        shown
    }

    /// The leaf in which a whole row stands.
    fn leaf_around(&self, row: usize) -> Option<&'a Node> {
        let (start, end) = (row * ROW, row * ROW + ROW);
        let index = self.first_leaf(start);
        let leaf = self.leaves.get(index).copied()?;
        leaf.range.as_ref().filter(|range| range.start <= start && end <= range.end).map(|_| leaf)
    }

    /// The index of the leaf that holds an octet.
    fn first_leaf(&self, at: usize) -> usize {
        self.leaves.partition_point(|leaf| leaf.range.as_ref().is_some_and(|range| range.end <= at))
    }

    fn row(&self, start: usize) -> Html {
        let end = (start + ROW).min(self.octets.len());
        let middle = (start + HALF).min(end);
        html! {
            <span class="octets">
                <span class="offset">{ format!("{start:04x}") }</span>
                <span class="first">{ self.runs(start..middle, true, " ") }</span>
                <span class="ascii">{ self.runs(start..middle, false, "") }</span>
                if middle < end {
                    <span class="offset half">{ format!("{middle:04x}") }</span>
                    <span class="second">{ self.runs(middle..end, true, " ") }</span>
                    <span class="ascii half">{ self.runs(middle..end, false, "") }</span>
                }
            </span>
        }
    }

    /// A part of a row, a run for each leaf.
    fn runs(&self, range: Range<usize>, is_hex: bool, between: &'static str) -> Html {
        let mut index = self.first_leaf(range.start);
        let mut at = range.start;
        let mut runs = Vec::new();
        while let Some(leaf) = self.leaves.get(index).filter(|_| at < range.end) {
            let leaf_end = leaf.range.as_ref().map_or(at, |range| range.end);
            // What is marked may be a part of a leaf.
            let marks = [&self.chosen, &self.pointed].into_iter().flat_map(|marked| [marked.start, marked.end]);
            let end = marks.filter(|&mark| at < mark).fold(leaf_end.min(range.end), usize::min);
            let octets = self.octets.get(at..end).unwrap_or_default();
            let words: Vec<String> =
                octets.iter().map(|&octet| if is_hex { format!("{octet:02x}") } else { printable(octet) }).collect();
            let is_chosen = self.chosen.contains(&at);
            let class = classes!(
                (index % 2 == 1).then_some("odd"),
                is_chosen.then_some("on"),
                self.pointed.contains(&at).then_some("pointed"),
                (leaf.kind == Kind::Malformed).then_some("malformed"),
            );
            let id = (is_hex && at == self.chosen.start && is_chosen).then_some(OCTET_ID);
            runs.push(html! { <span {id} {class} data-leaf={leaf.key.1.to_string()}>{ words.join(between) }</span> });
            if end < range.end {
                runs.push(html! { { between } });
            }
            at = end;
            index += usize::from(end == leaf_end);
        }
        runs.into_iter().collect()
    }
}

fn printable(octet: u8) -> String {
    if octet.is_ascii_graphic() || octet == b' ' { char::from(octet).to_string() } else { "·".to_owned() }
}
