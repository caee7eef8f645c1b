//! The octets of the step: on the wire, and inside the records where the step is sealed.

use super::Scene;
use crate::dissect::record::{HEADER, Item, records};
use crate::trace::What;
use std::ops::Range;
use yew::prelude::*;

const ROW: usize = 16;
const HALF: usize = ROW / 2;

pub fn view(scene: &Scene) -> Html {
    let text = &scene.text.inspector;
    let at = (text.at)(scene.facts(), scene.stop);
    let event = scene.lab.trace.events.get(scene.stop);
    let Some((event, (inside, wire))) = event.and_then(|event| match event.what {
        What::Sent { text, wire } => Some((event, (text, wire))),
        _ => None,
    }) else {
        return html! { <><h2>{ at }</h2><p>{ text.no_octets }</p></> };
    };
    let octets = scene.lab.trace.octets(wire);
    let sealed = scene.lab.trace.sealed(event);
    let is_tls = sealed || inside.is_none();
    let headers: Vec<(Range<usize>, String)> = if is_tls { headers(scene, octets) } else { Vec::new() };
    let marks: Vec<Range<usize>> = headers.iter().map(|(range, _)| range.clone()).collect();
    let lines = scene
        .lab
        .trace
        .events
        .iter()
        .filter(|other| matches!(other.what, What::Sent { text: Some(_), wire: same } if same == wire));
    let lines = lines.count();
    html! {
        <>
            <h2>{ at }</h2>
            if let Some(span) = inside.filter(|_| sealed) {
                <h3>{ (text.smtp_octets)(span.len()) }</h3>
                { dump(scene.lab.trace.octets(span), &[], (text.smtp_octets)(span.len())) }
            }
            <h3>{ (text.wire_octets)(octets.len()) }</h3>
            if sealed && lines > 1 {
                <p class="note">{ (text.shared_record)(lines) }</p>
            }
            { for headers.iter().map(|(_, words)| html! { <p class="note"><mark class="header-key" aria-hidden="true"></mark>{ words.clone() }</p> }) }
            { dump(octets, &marks, (text.wire_octets)(octets.len())) }
        </>
    }
}

fn headers(scene: &Scene, octets: &[u8]) -> Vec<(Range<usize>, String)> {
    let found = records(octets, 0).into_iter().filter_map(|item| match item {
        Item::Record(record) => {
            let length = record.end - record.start - HEADER;
            let words = (scene.text.inspector.record)(record.content_type, record.version, length);
            Some((record.start..record.start + HEADER, words))
        }
        Item::Tail(_) => None,
    });
    found.collect()
}

/// Offset, sixteen octets in two halves, and what of them is printable. Where there is little room the halves stand below each other.
fn dump(octets: &[u8], marks: &[Range<usize>], label: String) -> Html {
    let rows = octets.chunks(ROW).enumerate().map(|(index, chunk)| {
        let start = index * ROW;
        let (first, second) = chunk.split_at(chunk.len().min(HALF));
        html! {
            <span class="octets">
                <span class="offset">{ format!("{start:04x}") }</span>
                <span class="first">{ hex(first, start, marks) }</span>
                <span class="ascii">{ ascii(first) }</span>
                if !second.is_empty() {
                    <span class="offset half">{ format!("{:04x}", start + HALF) }</span>
                    <span class="second">{ hex(second, start + HALF, marks) }</span>
                    <span class="ascii half">{ ascii(second) }</span>
                }
            </span>
        }
    });
    html! { <div class="hex" tabindex="0" role="group" aria-label={label}>{ for rows }</div> }
}

fn hex(octets: &[u8], start: usize, marks: &[Range<usize>]) -> Html {
    let cells = octets.iter().enumerate().map(|(column, octet)| {
        let space = if column > 0 { " " } else { "" };
        let hex = format!("{octet:02x}");
        let marked = marks.iter().any(|range| range.contains(&(start + column)));
        if marked {
            html! { <>{ space }<mark>{ hex }</mark></> }
        } else {
            html! { <>{ space }{ hex }</> }
        }
    });
    cells.collect()
}

fn ascii(octets: &[u8]) -> String {
    let shown = |&octet: &u8| if octet.is_ascii_graphic() || octet == b' ' { char::from(octet) } else { '·' };
    octets.iter().map(shown).collect()
}
