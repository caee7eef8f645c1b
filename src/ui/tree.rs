//! The fields of an event as rows of a tree, and where each stands in the octets: what the Bytes view shows and its keys move through.

use crate::bytes::hex;
use crate::dissect::field::{Field, Kind};
use crate::dissect::layers::Layer;
use crate::dissect::opener::{KeyPart, Opened};
use crate::text::KeyWords;
use crate::trace::EventId;
use std::ops::Range;

/// A row: its layer, and its number in it, from the layer's own row, 0.
pub type Key = (usize, usize);

/// Levels of the tree that are open at first: layers, records, messages and their parts.
const OPEN_AT_FIRST: usize = 4;

/// What the learner looks at in an event's octets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lens {
    /// The event that it belongs to; for another one it is as at first.
    pub event: EventId,
    pub chosen: Option<Key>,
    /// What the pointer is on.
    pub pointed: Option<Key>,
    pub folding: Folding,
    /// Rows that are not as the folding has them, in rising order.
    pub turned: Vec<Key>,
}

/// Which rows are open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Folding {
    /// The upper levels.
    #[default]
    Some,
    All,
    Layers,
}

impl Lens {
    /// This lens, if it is one for the event, else one as at first.
    pub fn at(&self, event: EventId) -> Lens {
        if self.event == event { self.clone() } else { Lens { event, ..Lens::default() } }
    }

    pub fn choose(mut self, key: Key) -> Lens {
        self.chosen = Some(key);
        self
    }

    pub fn point(mut self, key: Option<Key>) -> Lens {
        self.pointed = key;
        self
    }

    pub fn turn(mut self, key: Key) -> Lens {
        match self.turned.binary_search(&key) {
            Ok(place) => drop(self.turned.remove(place)),
            Err(place) => self.turned.insert(place, key),
        }
        self
    }

    pub fn fold(mut self, folding: Folding) -> Lens {
        self.folding = folding;
        self.turned.clear();
        self
    }

    fn is_open(&self, node: &Node) -> bool {
        let at_first = match self.folding {
            Folding::Some => node.depth < OPEN_AT_FIRST && !node.is_extra && !node.is_leaf,
            Folding::All => true,
            Folding::Layers => node.depth == 0,
        };
        at_first != self.turned.binary_search(&node.key).is_ok()
    }

    /// Whether a long run of octets is shown whole. Runs are folded at first.
    pub fn unfolds(&self, key: Key) -> bool {
        (self.folding == Folding::All) != self.turned.binary_search(&key).is_ok()
    }
}

/// A row of the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    pub key: Key,
    pub parent: Option<Key>,
    /// 0 for a layer.
    pub depth: usize,
    pub name: String,
    pub value: String,
    pub note: String,
    pub source: &'static str,
    pub kind: Kind,
    /// Where it stands in its layer; what is not sent has no place.
    pub range: Option<Range<usize>>,
    /// Octets that are not sent: keys.
    pub own: Vec<u8>,
    pub has_children: bool,
    /// It is made of octets, and of no other rows but perhaps bits.
    pub is_leaf: bool,
    /// About the layer, not in it.
    pub is_extra: bool,
}

/// All rows of an event's layers, those in closed rows included.
pub fn nodes(layers: &[Layer], heading: fn(&Layer) -> (&'static str, String), keys: KeyWords) -> Vec<Node> {
    let mut nodes = Vec::new();
    for (number, layer) in layers.iter().enumerate() {
        let (name, value) = heading(layer);
        let root = (number, 0);
        nodes.push(Node {
            key: root,
            parent: None,
            depth: 0,
            name: name.to_owned(),
            value,
            note: String::new(),
            source: "",
            kind: Kind::Plain,
            range: Some(0..layer.octets.len()),
            own: Vec::new(),
            has_children: !layer.fields.is_empty() || layer.opened.is_some_and(|opened| opened.keys.is_some()),
            is_leaf: false,
            is_extra: false,
        });
        let mut next = 1;
        if let Some(opened) = layer.opened {
            keys_of(&mut nodes, root, &mut next, opened, keys);
        }
        for field in &layer.fields {
            push(&mut nodes, root, 1, &mut next, field);
        }
    }
    nodes
}

fn push(nodes: &mut Vec<Node>, parent: Key, depth: usize, next: &mut usize, field: &Field) {
    let key = (parent.0, *next);
    *next += 1;
    nodes.push(Node {
        key,
        parent: Some(parent),
        depth,
        name: field.name.to_owned(),
        value: field.value.clone(),
        note: field.note.to_owned(),
        source: field.source,
        kind: field.kind,
        range: Some(field.range.clone()),
        own: Vec::new(),
        has_children: !field.children.is_empty(),
        is_leaf: field.is_leaf() && field.kind != Kind::Bit,
        is_extra: false,
    });
    for child in &field.children {
        push(nodes, key, depth + 1, next, child);
    }
}

/// The secret that opened a record, and what is derived from it. RFC 8446 §7.3, RFC 5246 §6.3
fn keys_of(nodes: &mut Vec<Node>, root: Key, next: &mut usize, opened: &Opened, words: KeyWords) {
    let mut push = |parent, depth, name: String, value, note: &str, source, own: Vec<u8>, has_children| {
        let key = (root.0, *next);
        *next += 1;
        let (name, note, kind) = (name, note.to_owned(), Kind::Opaque);
        let parent = Some(parent);
        nodes.push(Node {
            key,
            parent,
            depth,
            name,
            value,
            note,
            source,
            kind,
            range: None,
            own,
            has_children,
            is_leaf: false,
            is_extra: true,
        });
        key
    };
    let Some(keys) = &opened.keys else { return };
    let group = push(root, 1, words.group.to_owned(), keys.label.to_owned(), words.note, "", Vec::new(), true);
    for (part, octets) in opened.parts() {
        let (name, note, source) = (words.part)(part);
        let value = match (part, &opened.stream) {
            (KeyPart::Number, _) => opened.sequence.to_string(),
            (KeyPart::KeyStream, Some(stream)) => (words.stream)(stream.start + 1, stream.end),
            _ => hex(octets),
        };
        push(group, 2, name.to_owned(), value, note, source, octets.to_vec(), false);
    }
}

/// A row that is on show, and whether it is open; `None`: there is nothing in it.
pub fn shown<'a>(nodes: &'a [Node], lens: &Lens) -> Vec<(&'a Node, Option<bool>)> {
    let mut shown = Vec::new();
    // Rows deeper than this stand in a closed one.
    let mut closed = usize::MAX;
    for node in nodes {
        if node.depth > closed {
            continue;
        }
        closed = usize::MAX;
        let open = node.has_children.then(|| lens.is_open(node));
        if open == Some(false) {
            closed = node.depth;
        }
        shown.push((node, open));
    }
    shown
}

/// The row that is chosen; at first the innermost layer.
pub fn chosen<'a>(nodes: &'a [Node], lens: &Lens) -> Option<&'a Node> {
    let found = lens.chosen.and_then(|key| nodes.iter().find(|node| node.key == key));
    found.or_else(|| nodes.iter().rfind(|node| node.depth == 0))
}

/// The leaves of a layer, in the order of its octets.
pub fn leaves(nodes: &[Node], layer: usize) -> impl Iterator<Item = &Node> {
    nodes.iter().filter(move |node| node.key.0 == layer && node.is_leaf)
}

/// The payload that a header of NTLM points to, which has its name: DomainNameFields and DomainName. [MS-NLMP] 2.2.1
pub fn payload<'a>(nodes: &'a [Node], header: &Node) -> Option<&'a Node> {
    let name = header.name.strip_suffix("Fields")?;
    nodes.iter().find(|node| node.key.0 == header.key.0 && node.name == name)
}

/// What a key does in the tree; `None`: the key is not the tree's.
pub fn tree_key(key: &str, nodes: &[Node], lens: &Lens) -> Option<Lens> {
    let rows = shown(nodes, lens);
    let here = chosen(nodes, lens)?;
    let index = rows.iter().position(|(node, _)| node.key == here.key).unwrap_or_default();
    let open = rows.get(index).and_then(|(_, open)| *open);
    let to = |node: Option<&Node>| lens.clone().choose(node.unwrap_or(here).key);
    let row = |index: usize| rows.get(index).map(|(node, _)| *node);
    Some(match key {
        "ArrowDown" => to(row(index + 1)),
        "ArrowUp" => to(index.checked_sub(1).and_then(row)),
        "Home" => to(row(0)),
        "End" => to(rows.last().map(|(node, _)| *node)),
        "ArrowRight" if open == Some(false) => lens.clone().turn(here.key),
        "ArrowRight" if open == Some(true) => to(row(index + 1)),
        "ArrowLeft" if open == Some(true) => lens.clone().turn(here.key),
        "ArrowLeft" => match here.parent {
            Some(parent) => lens.clone().choose(parent),
            None => lens.clone(),
        },
        "Enter" | " " if open.is_some() => lens.clone().turn(here.key),
        "*" => lens.clone().fold(Folding::All),
        _ => return None,
    })
}

/// What a key does in the octets: left and right by fields, up and down by rows.
pub fn octets_key(key: &str, nodes: &[Node], lens: &Lens, row: usize) -> Option<Lens> {
    let here = chosen(nodes, lens)?;
    let layer = here.key.0;
    let range = here.range.clone().unwrap_or_default();
    let leaf_at =
        |at: usize| leaves(nodes, layer).find(|leaf| leaf.range.as_ref().is_some_and(|range| range.contains(&at)));
    let filled = || leaves(nodes, layer).filter(|leaf| leaf.range.as_ref().is_some_and(|range| !range.is_empty()));
    let whole = !here.is_leaf;
    let next = match key {
        "ArrowRight" if whole => leaf_at(range.start),
        "ArrowRight" => leaf_at(range.end),
        "ArrowLeft" if whole => leaf_at(range.start),
        "ArrowLeft" => range.start.checked_sub(1).and_then(leaf_at),
        "ArrowDown" if whole => leaf_at(range.start),
        "ArrowDown" => leaf_at((range.start + row).max(range.end)),
        "ArrowUp" => range.start.checked_sub(row).and_then(leaf_at),
        "Home" => filled().next(),
        "End" => filled().last(),
        _ => return None,
    };
    Some(reveal(nodes, lens.clone().choose(next.unwrap_or(here).key)))
}

/// Opens every row around the chosen one, so that the tree shows it.
pub fn reveal(nodes: &[Node], mut lens: Lens) -> Lens {
    let find = |key: Key| nodes.iter().find(|node| node.key == key);
    let mut parent = lens.chosen.and_then(find).and_then(|node| node.parent);
    while let Some(node) = parent.and_then(find) {
        if !lens.is_open(node) {
            lens = lens.turn(node.key);
        }
        parent = node.parent;
    }
    lens
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::PRESETS;
    use crate::text::EN;
    use crate::trace::What;
    use crate::ui::study::Study;

    const ROW: usize = 16;

    fn of(study: &Study, id: EventId) -> Vec<Node> {
        nodes(&study.reading.layers(&study.trace, id), EN.wire.layer, EN.wire.keys)
    }

    /// The flight of the server that has its certificate.
    fn certificate(study: &Study) -> EventId {
        let is_it = |id: &EventId| {
            let messages = study.reading.messages(*id).iter();
            messages
                .into_iter()
                .any(|message| matches!(message.facts, crate::dissect::facts::MessageFacts::Certificate { .. }))
        };
        (0..study.trace.events.len()).find(is_it).expect("a certificate")
    }

    #[test]
    fn the_tree_shows_what_is_open_and_keys_move_in_it() {
        let study = Study::of(&PRESETS[0].scenario);
        let id = certificate(&study);
        let nodes = of(&study, id);
        let press = |lens: &Lens, key| tree_key(key, &nodes, lens).expect("a key of the tree");
        let lens = Lens { event: id, ..Lens::default() };
        let usual = shown(&nodes, &lens).len();
        let layers = nodes.iter().filter(|node| node.depth <= 1).count();
        assert_eq!(shown(&nodes, &lens.clone().fold(Folding::Layers)).len(), layers);
        assert_eq!(shown(&nodes, &lens.clone().fold(Folding::All)).len(), nodes.len());
        assert!(usual > 1 && usual < nodes.len());
        let last = press(&lens, "End");
        assert_eq!(press(&last, "ArrowDown").chosen, last.chosen);
        assert_eq!(press(&press(&lens, "Home"), "ArrowUp").chosen, Some((0, 0)));
        let closed = press(&press(&lens, "Home"), "ArrowLeft");
        assert!(shown(&nodes, &closed).len() < usual);
        assert_eq!(shown(&nodes, &press(&closed, "ArrowRight")).len(), usual);
        assert_eq!(press(&press(&lens, "Home"), "ArrowDown").chosen, Some((0, 1)));
        assert_eq!(
            press(&press(&press(&lens, "Home"), "ArrowDown"), "ArrowLeft").chosen,
            Some((0, 1)),
            "it closes first"
        );
        assert_eq!(tree_key("x", &nodes, &lens), None);
    }

    #[test]
    fn right_goes_through_every_leaf_and_left_back() {
        let study = Study::of(&PRESETS[0].scenario);
        let id = certificate(&study);
        let nodes = of(&study, id);
        let lens = octets_key("Home", &nodes, &Lens { event: id, ..Lens::default() }, ROW).expect("a first");
        let mut seen = vec![lens.chosen];
        let mut now = lens;
        loop {
            let next = octets_key("ArrowRight", &nodes, &now, ROW).expect("a key of the octets");
            if next.chosen == now.chosen {
                break;
            }
            seen.push(next.chosen);
            now = next;
        }
        let filled = leaves(&nodes, 0).filter(|leaf| leaf.range.as_ref().is_some_and(|range| !range.is_empty()));
        assert_eq!(seen, filled.map(|leaf| Some(leaf.key)).collect::<Vec<_>>());
        for expected in seen.iter().rev().skip(1) {
            now = octets_key("ArrowLeft", &nodes, &now, ROW).expect("a key of the octets");
            assert_eq!(now.chosen, *expected);
            // Where it leads, the tree shows.
            assert!(shown(&nodes, &now).iter().any(|(node, _)| Some(node.key) == now.chosen));
        }
    }

    #[test]
    fn every_octet_of_every_layer_of_every_preset_is_in_one_leaf() {
        for preset in PRESETS {
            let study = Study::of(&preset.scenario);
            for (id, event) in study.trace.events.iter().enumerate() {
                if !matches!(event.what, What::Sent { .. }) {
                    continue;
                }
                let layers = study.reading.layers(&study.trace, id);
                let nodes = of(&study, id);
                for (number, layer) in layers.iter().enumerate() {
                    let mut at = 0;
                    for leaf in leaves(&nodes, number) {
                        let range = leaf.range.clone().expect("a place");
                        // An empty layer is its own leaf.
                        assert_eq!(range.start, at, "{} {id} {leaf:?}", preset.name);
                        assert_ne!(leaf.kind, Kind::Malformed, "{} {id} {leaf:?}", preset.name);
                        at = range.end;
                    }
                    assert_eq!(at, layer.octets.len(), "{} {id} {:?}", preset.name, layer.kind);
                }
            }
        }
    }

    #[test]
    fn what_opened_a_record_stands_with_it() {
        let study = Study::of(&PRESETS[0].scenario);
        let sealed = study.trace.events.iter().position(|event| study.trace.sealed(event)).expect("a sealed line");
        let nodes = of(&study, sealed);
        let extra: Vec<&Node> = nodes.iter().filter(|node| node.is_extra).collect();
        assert_eq!(extra.len(), 6);
        assert_eq!(extra[0].value, "CLIENT_RANDOM");
        assert!(study.trace.secrets.iter().any(|secret| secret.secret == extra[1].own));
        assert_eq!(extra[2].own.len(), 32, "AES-256");
    }

    #[test]
    fn a_lens_of_another_event_is_as_at_first() {
        let lens = Lens { event: 3, ..Lens::default() }.choose((0, 2)).turn((0, 1));
        assert_eq!(lens.at(3), lens);
        assert_eq!(lens.at(4), Lens { event: 4, ..Lens::default() });
        assert_eq!(lens.clone().turn((0, 1)).turned.len(), 0);
    }
}
