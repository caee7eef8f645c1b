//! The octets of the step: on the wire, and inside the records where the step is sealed.

use super::Scene;
use crate::dissect::record::{HEADER, Item, records};
use crate::trace::What;
use std::ops::Range;
use yew::prelude::*;

const ROW: usize = 16;

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
    let lines = scene.lab.trace.events.iter().filter(|other| {
        matches!(other.what, What::Sent { text: Some(_), wire: same } if same == wire)
    });
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

/// Offset, sixteen octets, and what of them is printable.
fn dump(octets: &[u8], marks: &[Range<usize>], label: String) -> Html {
    let rows = octets.chunks(ROW).enumerate().map(|(index, chunk)| {
        let start = index * ROW;
        let cells = chunk.iter().enumerate().map(|(column, octet)| {
            let gap = if column == ROW / 2 { "  " } else { " " };
            let hex = format!("{octet:02x}");
            let marked = marks.iter().any(|range| range.contains(&(start + column)));
            if marked { html! { <>{ gap }<mark>{ hex }</mark></> } } else { html! { <>{ gap }{ hex }</> } }
        });
        let used = chunk.len() * 3 + usize::from(chunk.len() > ROW / 2);
        let fill = " ".repeat((ROW * 3 + 1).saturating_sub(used));
        let ascii: String = chunk.iter().map(|&octet| if octet.is_ascii_graphic() || octet == b' ' { char::from(octet) } else { '·' }).collect();
        html! { <><span class="offset">{ format!("{start:04x}") }</span>{ for cells }{ fill }<span class="ascii">{ "  " }{ ascii }</span>{ "\n" }</> }
    });
    html! { <pre class="hex" tabindex="0" role="group" aria-label={label}>{ for rows }</pre> }
}
