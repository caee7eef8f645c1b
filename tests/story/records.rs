//! What is said of TLS records and of alerts, beside the octets.

use crate::{linked, with};
use starttls_lab::lab::run;
use starttls_lab::registry::Version;
use starttls_lab::scenario::{PRESETS, Side};
use starttls_lab::story::say::{AlertClaim, RecordClaim, StepClaim, step};
use starttls_lab::text::EN;
use starttls_lab::trace::{StreamKind, Trace};

/// Whether the server of a connection chose TLS 1.3: supported_versions with one value, RFC 8446 §4.2.1. `None` without a ServerHello.
fn is_tls13(trace: &Trace, connection: u16) -> Option<bool> {
    let is_wire = |side| move |kind, from| (kind, from) == (StreamKind::Wire, side);
    let is_it = is_wire(Side::Server);
    let wire =
        trace.streams.iter().find(|stream| stream.connection == connection && is_it(stream.layer, stream.from))?;
    // A record of a handshake, and a ServerHello in it.
    let hello = (0..wire.bytes.len()).find(|&at| matches!(wire.bytes[at..], [22, 3, _, _, _, 2, 0, ..]))?;
    let length = usize::from(u16::from_be_bytes([wire.bytes[hello + 3], wire.bytes[hello + 4]]));
    let record = &wire.bytes[hello..hello + 5 + length];
    Some(record.windows(6).any(|six| six == [0, 43, 0, 2, 3, 4]))
}

#[test]
fn a_record_is_told_by_the_document_of_its_version() {
    let more = [
        "#preset=domain-secured&client_versions=1.3&server_versions=1.3",
        "#preset=relay-forwards&client_versions=1.2",
    ];
    let scenarios = PRESETS.iter().map(|preset| preset.scenario).chain(more.map(linked));
    let (mut of_12, mut of_13, mut finished) = (0, 0, [0; 2]);
    for scenario in scenarios {
        let trace = run(&scenario);
        with(&trace, |facts| {
            for (id, event) in trace.events.iter().enumerate() {
                let claim = step(facts, id);
                let StepClaim::Record { first, .. } = claim else { continue };
                let Some(is_tls13) = is_tls13(&trace, event.connection) else { continue };
                let source = claim.source();
                let documents: &[&str] = match (is_tls13, &claim) {
                    (true, _) => &["RFC 8446 "],
                    (_, StepClaim::Record { version: Version(0x0300), .. }) => &["RFC 6101 "],
                    (_, StepClaim::Record { version: Version(0x0301), .. }) => &["RFC 2246 ", "RFC 8422 "],
                    _ => &["RFC 5246 ", "RFC 5077 ", "RFC 8422 "],
                };
                assert!(documents.iter().any(|document| source.starts_with(document)), "{source}: {claim:?}");
                *(if is_tls13 { &mut of_13 } else { &mut of_12 }) += 1;
                if let RecordClaim::Finished { hides } = first {
                    finished[usize::from(is_tls13)] += 1;
                    let words = (EN.inspector.step)(&claim);
                    assert_eq!(words.contains("first sealed"), hides && !is_tls13, "{words}");
                }
            }
        });
    }
    assert!(of_12 > 50 && of_13 > 20 && finished.iter().all(|&count| count > 2), "{of_12} {of_13} {finished:?}");
}

#[test]
fn an_alert_that_is_not_the_one_of_the_rfc_is_told_where_it_is_sent() {
    let mut found = Vec::new();
    for preset in PRESETS {
        let trace = run(&preset.scenario);
        with(&trace, |facts| {
            for id in 0..trace.events.len() {
                if let StepClaim::TlsFailed { who, instead: Some(claim), .. } = step(facts, id) {
                    found.push((preset.name, who, claim));
                }
            }
        });
    }
    // The hello of TLS 1.0, and MAIL where TLS should begin; a script sends the right ones, and so does rustls between its own versions.
    let expected = [
        ("book-250", Side::Server, AlertClaim::UnknownType),
        ("old-client", Side::Server, AlertClaim::OldHello),
        ("old-client-requires-tls", Side::Server, AlertClaim::OldHello),
    ];
    found.sort_by_key(|&(name, ..)| name);
    assert_eq!(found, expected);
}
