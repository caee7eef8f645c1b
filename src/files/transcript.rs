//! The session in swaks's notation, which mail administrators know: ` -> ` and `<-  ` in clear, ` ~> ` and `<~  ` inside TLS,
//! `===` for what is no line of SMTP. The number of a point stands in the left margin.

use crate::bytes::hex;
use crate::dissect::handshake::MessageKind;
use crate::dissect::names::{ALERTS, CIPHER_SUITES, HANDSHAKE_TYPES, VERSIONS, name};
use crate::dissect::{Entry, Reading};
use crate::scenario::Side;
use crate::timeline::Timeline;
use crate::trace::{Event, Trace, What};
use std::fmt::Write;

/// The transcript. Its last line is `sha256` and the fingerprint of all octets of the wire ([`Trace::wire_sha256`]).
pub fn transcript(trace: &Trace, reading: &Reading, timeline: &Timeline) -> String {
    let mut out = String::new();
    for (id, event) in trace.events.iter().enumerate() {
        let margin = timeline.point_at(id).map(|point| format!("{:02}", point.checkpoint.number()));
        let mut margin = margin.unwrap_or_default();
        for line in lines(trace, event, reading.entries.get(id)) {
            // Writing to a String cannot fail.
            let _ = writeln!(out, "{:<3}{}", std::mem::take(&mut margin), line);
        }
    }
    let _ = writeln!(out, "sha256 {}", hex(&trace.wire_sha256()));
    out
}

fn lines(trace: &Trace, event: &Event, entry: Option<&Entry>) -> Vec<String> {
    let side = match event.who {
        Side::Client => "client",
        Side::Server => "server",
    };
    match (&event.what, entry) {
        (What::Sent { .. }, Some(Entry::Line(line))) => {
            let arrow = match (event.who, trace.sealed(event)) {
                (Side::Client, false) => " -> ",
                (Side::Client, true) => " ~> ",
                (Side::Server, false) => "<-  ",
                (Side::Server, true) => "<~  ",
            };
            line.text.split("\r\n").map(|text| format!("{arrow}{}", printable(text))).collect()
        }
        (What::Sent { .. }, Some(Entry::Record(messages))) => {
            let described = messages.iter().map(|message| {
                let seal = if message.sealed { "sealed" } else { "readable" };
                format!("=== {side}: {}, {}, {seal}", message_name(message.kind), octets(message.size))
            });
            described.collect()
        }
        (What::Opened, _) => vec![format!("=== connection {}", event.connection + 1)],
        (What::TlsStarted, _) => vec![format!("=== {side} begins TLS")],
        (What::TlsUp(facts), _) => vec![format!(
            "=== {side}: TLS is up, {} {}",
            name(VERSIONS, facts.version).unwrap_or("unknown version"),
            name(CIPHER_SUITES, facts.suite).unwrap_or("unknown suite"),
        )],
        (What::TlsFailed(failure), _) => {
            let alert = failure.alert.map(|(from, number)| {
                let from = if from == Side::Client { "client" } else { "server" };
                format!(", alert {number} {} from the {from}", name(ALERTS, number).unwrap_or("unknown"))
            });
            vec![format!("*** {side}: TLS failed, {}{}", failure.error, alert.unwrap_or_default())]
        }
        (What::Forgot(what), _) => vec![format!("=== {side} forgets {what:?}")],
        (What::Decided(decision), _) => {
            vec![format!("=== {side} decides at {:?}: {:?}, {:?}", decision.gate, decision.verdict, decision.because)]
        }
        (What::LeftOver { .. } | What::Violated(_) | What::Stalled, _) => vec![format!("*** {side}: {:?}", event.what)],
        (What::Settled(delivery), _) => vec![format!("=== {delivery:?}")],
        (What::Closed(why), _) => vec![format!("=== {side} closes: {why:?}")],
        _ => Vec::new(),
    }
}

fn message_name(kind: MessageKind) -> String {
    match kind {
        MessageKind::Handshake(code) => match name(HANDSHAKE_TYPES, code) {
            Some(name) => name.to_owned(),
            None => format!("handshake message {code}"),
        },
        MessageKind::Fragment(_) => "fragment".to_owned(),
        MessageKind::ChangeCipherSpec => "change_cipher_spec".to_owned(),
        MessageKind::Alert => "alert".to_owned(),
        MessageKind::ApplicationData => "application_data".to_owned(),
        MessageKind::Sealed => "sealed record".to_owned(),
        MessageKind::Unknown(_) => "unknown record".to_owned(),
    }
}

/// Control characters would move a terminal's cursor; they are shown as their escapes.
fn printable(text: &str) -> String {
    text.chars().flat_map(|c| if c.is_control() { c.escape_default().collect::<Vec<_>>() } else { vec![c] }).collect()
}

fn octets(count: usize) -> String {
    if count == 1 { "1 octet".to_owned() } else { format!("{count} octets") }
}
