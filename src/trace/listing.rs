//! The golden text form of a trace: one event a line, octets quoted, nothing left out but the octets of TLS records.

use super::{Event, Trace, What, keys};
use crate::scenario::Choice;
use crate::tls::{Cause, Failure};
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
            u32::from(event.connection) + 1,
            event.who.key(),
            describe(trace, event)
        );
    }
    out
}

/// What an event says, in the words of the listing.
pub fn describe(trace: &Trace, event: &Event) -> String {
    match &event.what {
        What::Opened => {
            let meeting = trace.meeting(event.connection);
            let (client, server) = (keys::actor(meeting.client.actor), keys::actor(meeting.server.actor));
            format!("Opened {{ client: {client}, server: {server} }}")
        }
        What::Sent { text: Some(text), wire } => {
            let arrow = if trace.sealed(event) { format!("sealed in {}", wire.len()) } else { "clear".to_owned() };
            format!("sent {arrow} {}", quote(trace.octets(*text)))
        }
        What::Sent { text: None, wire } => {
            let octets = trace.octets(*wire);
            format!("sent record type {} of {}", octets.first().copied().unwrap_or_default(), octets.len())
        }
        What::Moved { from, to } => format!("Moved {{ from: {}, to: {} }}", keys::state(*from), keys::state(*to)),
        What::TlsStarted => "TlsStarted".to_owned(),
        What::TlsUp(facts) => format!(
            "tls up {:04x} {:04x} group {:04x} name {}{}",
            facts.version.0,
            facts.suite,
            facts.group.unwrap_or_default(),
            facts.server_name.as_deref().unwrap_or("-"),
            if facts.resumed { " resumed" } else { "" },
        ),
        What::TlsFailed(failure) => failed(failure),
        What::Checked(check) => format!(
            "checked the {}'s certificates {} for {}, names {}: chain {}, name {}, dates {}, purpose {}",
            check.of.key(),
            keys::list(&check.presented, |certificate| certificate.len().to_string()),
            keys::wanted(check.wanted.as_ref()),
            keys::list(&check.names, |name| keys::text(name)),
            keys::check(&check.chain),
            keys::check(&check.name),
            keys::check(&check.dates),
            keys::check(&check.purpose)
        ),
        What::Decided(decision) => {
            let because = decision.because().iter().map(|because| match because.event {
                Some(event) => format!("{} ({event:03})", because.reason.key()),
                None => because.reason.key().to_owned(),
            });
            let because: Vec<String> = because.collect();
            format!("decided at {}: {} because {}", decision.gate_key(), decision.answer_key(), because.join(", "))
        }
        What::LeftOver { count, treatment } => {
            format!("LeftOver {{ count: {count}, treatment: {} }}", keys::treatment(*treatment))
        }
        What::Altered { sent } => {
            let original = String::from_utf8_lossy(trace.octets(*sent));
            format!("Altered {{ original: {} }}", keys::text(original.trim_end()))
        }
        What::Stripped(fields) => format!("Stripped({})", keys::list(fields, |field| keys::text(field))),
        What::Forgot(list) => format!("Forgot({})", keys::list(list, |&what| keys::forgotten(what).to_owned())),
        What::NotRun { proof, controller } => {
            format!("NotRun {{ proof: {}, controller: {} }}", proof.key(), controller.key())
        }
        What::Recognised { by, identity } => {
            format!("Recognised {{ by: {}, identity: {} }}", by.key(), keys::text(identity))
        }
        What::Authenticated { mechanism, identity } => {
            let (mechanism, identity) = (keys::mechanism(*mechanism), keys::text(identity));
            format!("Authenticated {{ mechanism: {mechanism}, identity: {identity} }}")
        }
        What::NtlmJudged(verdict) => format!("NtlmJudged({})", keys::ntlm(*verdict)),
        What::Stored(stored) => format!(
            "stored from {} to {} sealed {} {}",
            keys::text(&stored.from),
            keys::list(&stored.to, |to| keys::text(to)),
            stored.sealed,
            quote(trace.octets(stored.message))
        ),
        What::Violated(violation) => format!("Violated({})", keys::violation(*violation)),
        What::Settled(delivery) => format!("Settled({})", keys::delivery(*delivery)),
        What::Closed(close) => format!("Closed({})", keys::close(*close)),
        What::Missing { octets } => format!("Missing {{ octets: {octets} }}"),
        What::Stalled => "Stalled".to_owned(),
    }
}

fn failed(failure: &Failure) -> String {
    let alert = failure.alert.map_or("no alert".to_owned(), |(by, code)| format!("alert {code} of the {}", by.key()));
    let words = match &failure.cause {
        Cause::Rustls { words, .. } | Cause::Setup(words) => format!(" {}", keys::text(words)),
        Cause::Ended | Cause::TooMuchWritten | Cause::Old(_) => String::new(),
    };
    format!("tls failed: {}{words}, {alert}", keys::cause(&failure.cause))
}

fn quote(octets: &[u8]) -> String {
    let text: String = octets.iter().flat_map(|b| std::ascii::escape_default(*b)).map(char::from).collect();
    format!("\"{text}\"")
}
