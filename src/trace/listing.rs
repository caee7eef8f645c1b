//! The golden text form of a trace: one event a line, octets quoted, nothing left out but the octets of TLS records.

use super::{Event, Trace, What};
use std::fmt::Write;

/// One line an event: id, time in milliseconds, connection, who, what.
pub fn listing(trace: &Trace) -> String {
    let mut out = String::new();
    for (id, event) in trace.events.iter().enumerate() {
        let milliseconds = event.at.0.saturating_add(500) / 1000;
        // Writing to a String cannot fail.
        let _ = writeln!(
            out,
            "{id:03} {milliseconds:>6} {} {:<6} {}",
            u16::from(event.connection) + 1,
            format!("{:?}", event.who).to_lowercase(),
            describe(trace, event)
        );
    }
    out
}

fn describe(trace: &Trace, event: &Event) -> String {
    match &event.what {
        What::Sent { text: Some(text), wire } => {
            let arrow = if trace.sealed(event) { format!("sealed in {}", wire.len()) } else { "clear".to_owned() };
            format!("sent {arrow} {}", quote(trace.octets(*text)))
        }
        What::Sent { text: None, wire } => {
            let octets = trace.octets(*wire);
            format!("sent record type {} of {}", octets.first().copied().unwrap_or_default(), octets.len())
        }
        What::TlsUp(facts) => format!(
            "tls up {:04x} {:04x} group {:04x} name {}",
            facts.version,
            facts.suite,
            facts.group.unwrap_or_default(),
            facts.server_name.as_deref().unwrap_or("-"),
        ),
        What::Checked(check) => format!(
            "checked the {}'s certificates {:?} for {:?}, names {:?}: chain {:?}, name {:?}, dates {:?}, purpose {:?}",
            format!("{:?}", check.of).to_lowercase(),
            check.presented.iter().map(Vec::len).collect::<Vec<_>>(),
            check.wanted,
            check.names,
            check.chain,
            check.name,
            check.dates,
            check.purpose
        ),
        What::Decided(decision) => {
            let because = decision.because().iter().map(|because| match because.event {
                Some(event) => format!("{} ({event:03})", because.reason.key()),
                None => because.reason.key().to_owned(),
            });
            let because: Vec<String> = because.collect();
            format!("decided at {}: {} because {}", decision.gate_key(), decision.answer_key(), because.join(", "))
        }
        What::Stored(stored) => format!(
            "stored from {:?} to {:?} sealed {} {}",
            stored.from,
            stored.to,
            stored.sealed,
            quote(trace.octets(stored.message))
        ),
        other => format!("{other:?}"),
    }
}

fn quote(octets: &[u8]) -> String {
    let text: String = octets.iter().flat_map(|b| std::ascii::escape_default(*b)).map(char::from).collect();
    format!("\"{text}\"")
}
