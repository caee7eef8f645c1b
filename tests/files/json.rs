//! The trace as JSON and back.

use crate::{Run, scenarios::any_scenario};
use proptest::prelude::*;
use starttls_lab::dissect::dissect;
use starttls_lab::files::json::{Expected, LONGEST, Unreadable, read, write};
use starttls_lab::lab::run;
use starttls_lab::scenario::{Credentials, Edit, PRESETS, Password, Side, preset};
use starttls_lab::story::Story;
use starttls_lab::tls::{Cause, OldError, RustlsError};
use starttls_lab::trace::{FORMAT, StreamKind, Trace, What, listing};

fn book() -> Trace {
    Run::of(&PRESETS[0].scenario).trace
}

fn text(trace: &Trace) -> String {
    String::from_utf8(write(trace)).expect("JSON is text")
}

#[test]
fn each_preset_comes_back() {
    for preset in PRESETS {
        let trace = run(&preset.scenario);
        let written = write(&trace);
        let read = read(&written).unwrap_or_else(|error| panic!("{}: {error:?}", preset.name));
        assert!(read == trace, "{}", preset.name);
        assert_eq!(write(&read), written, "{}", preset.name);
    }
}

#[test]
fn each_event_is_a_line() {
    let trace = book();
    let text = text(&trace);
    let after = text.lines().skip_while(|line| *line != "\"events\":[").skip(1);
    assert_eq!(after.take_while(|line| *line != "],").count(), trace.events.len());
    assert_eq!(text.lines().nth(1), Some(format!("\"format\":{FORMAT},").as_str()));
}

#[test]
fn another_version_is_named_whatever_its_shape() {
    let found = |text: &str| read(text.as_bytes()).expect_err("not a trace");
    let version = |found| Unreadable::Version { expected: FORMAT, found };
    assert_eq!(found(r#"{"format": 99, "acts": [{"scenes": [null]}]}"#), version(99));
    assert_eq!(found(&text(&book()).replacen(&format!("\"format\":{FORMAT}"), "\"format\":0", 1)), version(0));
}

/// Who did what, and when; without the octets, which follow from suites and keys of the time.
fn told(trace: &Trace) -> Vec<String> {
    listing(trace).lines().map(|line| line.split_whitespace().take(5).collect::<Vec<_>>().join(" ")).collect()
}

/// Files that an earlier version wrote (tests/data/traces), and what the same scenarios are today.
#[test]
fn traces_of_format_3_are_read() {
    let path = |name: &str| format!("{}/tests/data/traces/{name}.3.json", env!("CARGO_MANIFEST_DIR"));
    for name in ["domain-secured", "verify-or-clear", "stripped", "relay-forwards", "old-server"] {
        let old = read(&std::fs::read(path(name)).expect("a file")).unwrap_or_else(|error| panic!("{name}: {error:?}"));
        let today = run(&preset(name).expect("a preset").scenario);
        assert_eq!((old.format, &old.origin, &old.cast, old.began), (FORMAT, &today.origin, &today.cast, today.began));
        assert_eq!(told(&old), told(&today), "{name}");
        let places = |trace: &Trace| -> Vec<_> {
            trace.streams.iter().map(|stream| (stream.connection, stream.from, stream.layer)).collect()
        };
        assert_eq!(places(&old), places(&today), "{name}");
        // What was sent and did not arrive was a line without its end.
        let sent = |trace: &Trace| -> Vec<Vec<u8>> {
            let sent = trace.streams.iter().filter(|stream| stream.layer == StreamKind::Sent);
            sent.map(|stream| stream.bytes.clone()).collect()
        };
        assert_eq!(sent(&old), sent(&today), "{name}");
        assert_eq!(sent(&old).len(), usize::from(name == "stripped"));
        let story = |trace: &Trace| {
            let story = Story::of(trace, &dissect(trace));
            let points = story.chapters().iter().flat_map(|chapter| &chapter.points);
            let points: Vec<_> = points.map(|point| (point.checkpoint, point.status, point.events.clone())).collect();
            (points, story.outcome.first.delivery, story.outcome.first.protection)
        };
        assert_eq!(story(&old), story(&today), "{name}");
        // A reason of a failure was text, which does not say what kind it is of.
        let failures = old.events.iter().filter(|event| match &event.what {
            What::TlsFailed(failure) => {
                assert!(matches!(failure.cause, Cause::Rustls { kind: RustlsError::Other, .. }), "{name}");
                true
            }
            _ => false,
        });
        assert_eq!(failures.count(), if name == "old-server" { 2 } else { 0 });
    }
    // What is missing is named.
    assert!(matches!(read(b"{\"format\":3}"), Err(Unreadable::Shape { .. })));
}

/// An end with old suites was a script then. What it found has a name of today.
#[test]
fn a_trace_of_format_4_is_read() {
    let path = format!("{}/tests/data/traces/old-server.4.json", env!("CARGO_MANIFEST_DIR"));
    let old = read(&std::fs::read(path).expect("a file")).expect("a trace");
    let mut today = run(&preset("old-server").expect("a preset").scenario);
    // What is kept of a password came later.
    today.cast.recipient.iter_mut().for_each(|recipient| recipient.nt_owf_v1 = None);
    assert_eq!((old.format, &old.origin, &old.cast, old.began), (FORMAT, &today.origin, &today.cast, today.began));
    assert_eq!(listing(&old), listing(&today));
    assert!(listing(&old).contains("old NothingInCommon"));
    for (was, is) in [
        ("CannotCompute", OldError::CannotGoOn),
        ("Fragmented", OldError::CannotGoOn),
        ("OutOfPlace", OldError::OutOfPlace),
    ] {
        let cause: Cause = serde_json::from_str(&format!("{{\"Scripted\":\"{was}\"}}")).expect("a cause");
        assert_eq!(cause, Cause::Old(is));
    }
}

/// A wrong password was a mechanism then.
#[test]
fn a_trace_of_format_5_is_read() {
    let wrong = preset("book").expect("a preset").scenario.with(Edit::Credentials(Credentials::Login));
    let today = run(&wrong.with(Edit::Password(Password::Wrong)));
    let old = text(&today)
        .replacen(&format!("\"format\":{FORMAT}"), "\"format\":5", 1)
        .replacen("\"credentials\":\"Login\"", "\"credentials\":\"WrongPassword\"", 1)
        .replacen("\"password\":\"Wrong\",", "", 1);
    assert_ne!(old, text(&today));
    assert_eq!(read(old.as_bytes()), Ok(today));
    for junk in ["{\"format\":5}", "[5]", "{\"format\":5,\"origin\":{\"Run\":3}}"] {
        assert!(matches!(read(junk.as_bytes()), Err(Unreadable::Shape { .. })), "{junk}");
    }
}

#[test]
fn an_error_says_what_was_expected_what_came_and_where() {
    let place = |text: &str| match read(text.as_bytes()) {
        Err(Unreadable::Shape { line, column, error }) => (line, column, error),
        other => panic!("{other:?}"),
    };
    let (line, _, error) = place("{\"no\": 1}");
    assert_eq!((line, error.as_str()), (1, "missing field `format`"));
    let (line, column, _) = place("");
    assert_eq!((line, column), (1, 0));
    let wrong = text(&book()).replacen("\"policy\":\"Opportunistic\"", "\"policy\":\"Perhaps\"", 1);
    let (line, _, error) = place(&wrong);
    assert!(wrong.lines().nth(line - 1).is_some_and(|line| line.contains("\"policy\":\"Perhaps\",")));
    assert!(error.starts_with("unknown variant `Perhaps`, expected one of `Never`, `Opportunistic`"), "{error}");
    let wrong = text(&book()).replacen("\"connection\":0", "\"connection\":65536", 1);
    assert!(place(&wrong).2.starts_with("invalid value: integer `65536`, expected u16"));
}

#[test]
fn a_span_points_where_its_octets_are() {
    let trace = book();
    let (event, wire) = (trace.events.iter().enumerate())
        .find_map(|(id, event)| match event.what {
            What::Sent { wire, .. } => Some((id, wire)),
            _ => None,
        })
        .expect("something was sent");
    let expected = Expected { connection: 0, from: Side::Server, layer: StreamKind::Wire };
    let octets = trace.streams[wire.stream.index()].bytes.len();
    // Past its end, backwards, into another layer, nowhere.
    let wrong = [
        (octets as u32 + 1, wire.start, wire.stream.0, Some((0, Side::Server, StreamKind::Wire, octets))),
        (wire.start, wire.end, wire.stream.0, Some((0, Side::Server, StreamKind::Wire, octets))),
        (wire.end, wire.start, 3, Some((0, Side::Server, StreamKind::Smtp, trace.streams[3].bytes.len()))),
        (wire.end, wire.start, 999, None),
    ];
    for (end, start, stream, there) in wrong {
        let mut found = wire;
        (found.start, found.end, found.stream.0) = (start, end, stream);
        let mut trace = trace.clone();
        let What::Sent { wire, .. } = &mut trace.events[event].what else { panic!("it was sent") };
        *wire = found;
        assert_eq!(read(&write(&trace)), Err(Unreadable::Span { event, expected, found, stream: there }));
    }
    let late = text(&trace).replacen("\"clock\":1243834648", "\"clock\":4200000000", 1);
    assert!(matches!(read(late.as_bytes()), Err(Unreadable::Clock { found: 4_200_000_000, .. })));
}

#[test]
fn a_file_that_is_too_long_is_not_read() {
    assert_eq!(read(&vec![b' '; LONGEST + 1]), Err(Unreadable::TooLong { octets: LONGEST + 1 }));
    // Nor does deep nesting exhaust anything.
    assert!(matches!(read("{\"a\":".repeat(100_000).as_bytes()), Err(Unreadable::Shape { .. })));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_scenario_comes_back(scenario in any_scenario()) {
        let trace = run(&scenario);
        prop_assert_eq!(read(&write(&trace)), Ok(trace));
    }

    #[test]
    fn any_octets_are_read(octets: Vec<u8>, text: String) {
        prop_assert!(read(&octets).is_err() && read(text.as_bytes()).is_err());
    }

    /// What a damaged file gives is an error or a trace that holds together.
    #[test]
    fn damaged_traces_are_read(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..5)) {
        let mut octets = write(&book());
        for (index, octet) in changes {
            let index = index.index(octets.len());
            octets[index] = octet;
        }
        if let Ok(trace) = read(&octets) {
            prop_assert_eq!(read(&write(&trace)), Ok(trace));
        }
    }
}
