//! The trace as JSON, one event, stream or secret a line, and back. docs/formats.md has the shape; its version is in `format`.
//!
//! What is read is checked: a trace that comes out of [`read`] is one whose spans point where they should.

use crate::bytes::{Span, printable};
use crate::lab::cast;
use crate::scenario::{Clock, Scenario, Side};
use crate::trace::{EventId, FORMAT, Origin, StreamKind, Trace, UnixMicros, What};
use serde::{Deserialize, Serialize};
use serde_json::ser::{Formatter, Serializer};
use serde_json::{Value, json};
use std::io::{Result as Written, Write};

/// A file of more octets than this is not read. A run takes some tens of thousands.
pub const LONGEST: usize = 64 << 20;

/// Why a file is no trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unreadable {
    TooLong {
        octets: usize,
    },
    /// It is not JSON, or not of the trace's shape. `error` says what was expected and what came, in the words of serde.
    Shape {
        line: usize,
        column: usize,
        error: String,
    },
    /// It has a version that this program does not know.
    Version {
        expected: u16,
        found: u64,
    },
    /// The scenario's clock is outside the years that certificates can be made for.
    Clock {
        expected: String,
        found: u64,
    },
    Span {
        event: EventId,
        expected: Expected,
        found: Span,
        /// The stream with the span's number: connection, sender, layer and octets; `None` if there is no such stream.
        stream: Option<(u16, Side, StreamKind, usize)>,
    },
}

/// Where a span has to point: into a stream like this, and not past its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expected {
    pub connection: u16,
    pub from: Side,
    pub layer: StreamKind,
}

/// The trace with a line's end at its end.
pub fn write(trace: &Trace) -> Vec<u8> {
    let mut serializer = Serializer::with_formatter(Vec::new(), Lines { depth: 0 });
    // Writing to memory does not fail, and every key of a trace is a string.
    let _ = trace.serialize(&mut serializer);
    let mut octets = serializer.into_inner();
    octets.push(b'\n');
    octets
}

/// Reads what [`write`] wrote, however it is spaced.
pub fn read(octets: &[u8]) -> Result<Trace, Unreadable> {
    /// Read first: a file of another version has another shape.
    #[derive(Deserialize)]
    struct Version {
        format: u64,
    }
    if octets.len() > LONGEST {
        return Err(Unreadable::TooLong { octets: octets.len() });
    }
    let found = serde_json::from_slice::<Version>(octets)?.format;
    let mut trace: Trace = match found {
        3 => of_format_3(serde_json::from_slice(octets)?)?,
        // In 4 an end with old suites was a script; the names of what it found are still read.
        4 | 5 => of_format_5(serde_json::from_slice(octets)?)?,
        _ if found == u64::from(FORMAT) => serde_json::from_slice(octets)?,
        _ => return Err(Unreadable::Version { expected: FORMAT, found }),
    };
    check(&trace)?;
    // The file may come from anywhere.
    trace.events.iter_mut().for_each(|event| event.what.make_inert());
    trace.secrets.iter_mut().for_each(|secret| secret.label = printable(secret.label.as_bytes()));
    Ok(trace)
}

/// A trace as version 3 had it: always a run, its parties in the events, reasons of failures and overwritten lines as text.
fn of_format_3(mut trace: Value) -> Result<Trace, Unreadable> {
    let mut origin = trace.get("origin").cloned().unwrap_or_default();
    if let Some(none) = origin.get_mut("client_certificate").filter(|certificate| **certificate == "None") {
        none.take();
    }
    of_one_choice(&mut origin);
    let scenario: Scenario = serde_json::from_value(origin)?;
    let mut onward = Vec::new();
    let mut streams = trace.get("streams").and_then(Value::as_array).cloned().unwrap_or_default();
    for event in trace.get_mut("events").and_then(Value::as_array_mut).into_iter().flatten() {
        let place = (event.get("connection").cloned(), event.get("who").cloned());
        let Some(what) = event.get_mut("what") else { continue };
        if let Some(opened) = what.get("Opened") {
            onward.push(opened.get("client").is_some_and(|client| client == "Between"));
            *what = json!("Opened");
        } else if let Some(error) = what.get_mut("TlsFailed").and_then(|failure| failure.get_mut("error")) {
            let cause = json!({ "Rustls": { "kind": "Other", "words": error.take() } });
            what["TlsFailed"]["cause"] = cause;
        } else if let Some(original) = what.get("Altered").and_then(|altered| altered.get("original")) {
            let bytes = [original.as_str().unwrap_or_default().as_bytes(), b"\r\n"].concat();
            let sent = json!({ "stream": streams.len(), "start": 0, "end": bytes.len() });
            streams.push(json!({ "connection": place.0, "from": place.1, "layer": "Sent", "bytes": bytes }));
            *what = json!({ "Altered": { "sent": sent } });
        }
    }
    let Some(fields) = trace.as_object_mut() else { return Err(missing("a trace")) };
    fields.insert("streams".to_owned(), Value::Array(streams));
    fields.insert("format".to_owned(), json!(FORMAT));
    fields.insert("origin".to_owned(), serde_json::to_value(Origin::Run(scenario))?);
    fields.insert("cast".to_owned(), serde_json::to_value(cast(&scenario, onward))?);
    fields.insert("began".to_owned(), serde_json::to_value(UnixMicros::of(scenario.clock))?);
    Ok(serde_json::from_value(trace)?)
}

/// A trace as version 5 had it: a wrong password was a mechanism.
fn of_format_5(mut trace: Value) -> Result<Trace, Unreadable> {
    if let Some(format) = trace.get_mut("format") {
        *format = json!(FORMAT);
    }
    if let Some(scenario) = trace.pointer_mut("/origin/Run") {
        of_one_choice(scenario);
    }
    Ok(serde_json::from_value(trace)?)
}

fn of_one_choice(scenario: &mut Value) {
    if scenario.get("credentials").is_some_and(|credentials| credentials == "WrongPassword") {
        scenario["credentials"] = json!("Login");
        scenario["password"] = json!("Wrong");
    }
}

fn missing(expected: &str) -> Unreadable {
    Unreadable::Shape { line: 0, column: 0, error: format!("expected {expected}") }
}

impl From<serde_json::Error> for Unreadable {
    fn from(error: serde_json::Error) -> Unreadable {
        let (line, column) = (error.line(), error.column());
        // The place is a fact of its own.
        let words = error.to_string();
        let place = format!(" at line {line} column {column}");
        let error = words.strip_suffix(&place).map(str::to_owned).unwrap_or(words);
        Unreadable::Shape { line, column, error }
    }
}

fn check(trace: &Trace) -> Result<(), Unreadable> {
    let clock = trace.origin.scenario().map_or(Clock::TODAY, |scenario| scenario.clock).unix();
    if u32::try_from(clock).ok().and_then(Clock::from_unix).is_none() {
        let expected = <Clock as crate::scenario::Value>::expected();
        return Err(Unreadable::Clock { expected, found: clock });
    }
    for (event, happened) in trace.events.iter().enumerate() {
        let (connection, who) = (happened.connection, happened.who);
        let spans = match &happened.what {
            What::Sent { text, wire } => [text.map(|text| (text, StreamKind::Smtp)), Some((*wire, StreamKind::Wire))],
            What::Stored(stored) => [Some((stored.message, StreamKind::Mailbox)), None],
            What::Altered { sent } => [Some((*sent, StreamKind::Sent)), None],
            _ => [None, None],
        };
        for (found, layer) in spans.into_iter().flatten() {
            let expected = Expected { connection, from: who, layer };
            let stream = trace.streams.get(found.stream.index());
            let stream = stream.map(|stream| (stream.connection, stream.from, stream.layer, stream.bytes.len()));
            let fits = stream.is_some_and(|(connection, from, layer, octets)| {
                Expected { connection, from, layer } == expected
                    && found.start <= found.end
                    && found.end as usize <= octets
            });
            if !fits {
                return Err(Unreadable::Span { event, expected, found, stream });
            }
        }
    }
    Ok(())
}

/// A line for each value of the outer object, and for each element of the arrays in it.
struct Lines {
    depth: usize,
}

impl Lines {
    const BROKEN: usize = 2;

    fn open<W: Write + ?Sized>(&mut self, writer: &mut W, bracket: &[u8]) -> Written<()> {
        self.depth += 1;
        writer.write_all(bracket)
    }

    fn close<W: Write + ?Sized>(&mut self, writer: &mut W, bracket: &[u8]) -> Written<()> {
        if self.depth <= Lines::BROKEN {
            writer.write_all(b"\n")?;
        }
        self.depth -= 1;
        writer.write_all(bracket)
    }

    fn element<W: Write + ?Sized>(&mut self, writer: &mut W, first: bool) -> Written<()> {
        if !first {
            writer.write_all(b",")?;
        }
        if self.depth <= Lines::BROKEN {
            writer.write_all(b"\n")?;
        }
        Ok(())
    }
}

impl Formatter for Lines {
    fn begin_array<W: Write + ?Sized>(&mut self, writer: &mut W) -> Written<()> {
        self.open(writer, b"[")
    }

    fn end_array<W: Write + ?Sized>(&mut self, writer: &mut W) -> Written<()> {
        self.close(writer, b"]")
    }

    fn begin_array_value<W: Write + ?Sized>(&mut self, writer: &mut W, first: bool) -> Written<()> {
        self.element(writer, first)
    }

    fn begin_object<W: Write + ?Sized>(&mut self, writer: &mut W) -> Written<()> {
        self.open(writer, b"{")
    }

    fn end_object<W: Write + ?Sized>(&mut self, writer: &mut W) -> Written<()> {
        self.close(writer, b"}")
    }

    fn begin_object_key<W: Write + ?Sized>(&mut self, writer: &mut W, first: bool) -> Written<()> {
        self.element(writer, first)
    }
}
