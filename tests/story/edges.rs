//! The points of a session, its outcome and its lists.

use starttls_lab::bytes::{Span, StreamId};
use starttls_lab::dissect::dissect;
use starttls_lab::lab::run;
use starttls_lab::registry::Version;
use starttls_lab::scenario::{ClientPolicy, GoAhead, PRESETS, Scenario, ServerProfile, Side, preset};
use starttls_lab::story::printed::{Difference, printed};
use starttls_lab::story::{CapabilityFate, Checkpoint, Status, Story};
use starttls_lab::trace::{Event, Micros, StreamKind, Trace, What};

#[test]
fn an_outcome_has_the_facts_of_its_session_or_why_there_is_none() {
    let outcome = |name| {
        let trace = run(&preset(name).expect("a preset").scenario);
        let story = Story::of(&trace, &dissect(&trace));
        let lights = story.first().lights.clone();
        (trace, story.outcome, lights)
    };
    let (trace, book, lights) = outcome("book");
    assert_eq!(book.session.as_ref().map(|session| session.version), Some(Version::TLS12));
    assert!(book.failure.is_none());
    let up = lights.handshake.event().expect("it is lit");
    assert!(matches!(trace.events[up].what, What::TlsUp(_)), "and leads to the event that lit it");
    let (trace, failed, lights) = outcome("no-common-version");
    assert!(failed.session.is_none());
    assert!(failed.failure.is_some_and(|failure| failure.alert.is_some()));
    let down = lights.handshake.event().expect("it is lit");
    assert!(matches!(trace.events[down].what, What::TlsFailed(_)));
    assert_eq!(lights.chain.event(), None, "nothing was checked");
}

#[test]
fn points_are_found_by_their_name_and_by_their_events() {
    for preset in PRESETS {
        let trace = run(&preset.scenario);
        let story = Story::of(&trace, &dissect(&trace));
        for checkpoint in Checkpoint::ALL {
            assert_eq!(story.first().point(checkpoint).map(|point| point.checkpoint), Some(checkpoint));
        }
        for id in 0..trace.events.len() {
            // The latest of those that have begun on its connection.
            let chapter = story.at(&trace, id);
            let latest = chapter.parts().filter_map(|(_, first)| first).filter(|&first| first <= id).max();
            let current = chapter.parts().find(|(part, _)| *part == chapter.part(id)).and_then(|(_, first)| first);
            assert_eq!(current.filter(|_| latest.is_some()), latest, "{} at {id}", preset.name);
        }
        let gone: Vec<usize> =
            (0..trace.events.len()).flat_map(|id| story.first().gone_after(id).collect::<Vec<_>>()).collect();
        let expected = story
            .first()
            .changes
            .iter()
            .filter(|change| change.fate == CapabilityFate::Gone)
            .filter_map(|change| change.line_before);
        let mut expected: Vec<usize> = expected.collect();
        expected.sort_unstable();
        let mut sorted = gone.clone();
        sorted.sort_unstable();
        let has_second_list = story.first().after().is_some_and(|after| !after.lines.is_empty());
        assert_eq!(sorted, if has_second_list { expected } else { Vec::new() }, "{}", preset.name);
    }
    let trace = run(&preset("book").expect("a preset").scenario);
    let story = Story::of(&trace, &dissect(&trace));
    assert!((0..trace.events.len()).flat_map(|id| story.first().gone_after(id).collect::<Vec<_>>()).count() >= 2);
}

#[test]
fn a_handshake_that_fails_is_a_point_that_failed() {
    let trace = run(&preset("no-common-version").expect("a preset").scenario);
    let story = Story::of(&trace, &dissect(&trace));
    assert_eq!(story.first().point(Checkpoint::Negotiation).map(|point| point.status), Some(Status::Failed));
    let trace = run(&preset("book").expect("a preset").scenario);
    let story = Story::of(&trace, &dissect(&trace));
    assert_eq!(story.first().point(Checkpoint::Negotiation).map(|point| point.status), Some(Status::Reached));
}

#[test]
fn each_list_has_the_domain_that_its_own_reply_names() {
    for name in ["book", "postfix", "book-login", "verify-or-clear"] {
        let trace = run(&preset(name).expect("a preset").scenario);
        let story = Story::of(&trace, &dissect(&trace));
        for list in [story.first().before(), story.first().after()].into_iter().flatten() {
            assert!(list.capabilities.domain.contains('.'), "{name}: {:?}", list.capabilities.domain);
            let mut names: Vec<_> =
                list.capabilities.list.iter().map(|capability| capability.keyword.clone()).collect();
            let count = names.len();
            names.dedup();
            assert_eq!(names.len(), count, "{name}: a list is of one reply");
            assert_eq!(list.lines.len(), count, "{name}");
        }
    }
}

#[test]
fn the_points_are_what_the_client_did() {
    let book = || run(&preset("book").expect("a preset").scenario);
    let negotiation = |without: Side| {
        let mut trace = book();
        trace.events.retain(|event| event.who != without || !matches!(event.what, What::TlsUp(_)));
        let story = Story::of(&trace, &dissect(&trace));
        story.first().point(Checkpoint::Negotiation).map(|point| point.status)
    };
    // Whichever end does not say it, the records do.
    assert_eq!(negotiation(Side::Server), Some(Status::Reached));
    assert_eq!(negotiation(Side::Client), Some(Status::Reached));

    // The server says 250 and begins TLS; a client that takes 220 alone does not.
    let scenario = Scenario { go_ahead: GoAhead::Exactly220, ..preset("book-250").expect("a preset").scenario };
    let trace = run(&scenario);
    let began = |side| trace.events.iter().any(|event| event.who == side && event.what == What::TlsStarted);
    assert!(began(Side::Server) && !began(Side::Client));
    let story = Story::of(&trace, &dissect(&trace));
    assert_eq!(story.first().point(Checkpoint::StarttlsAccepted).map(|point| point.status), Some(Status::Failed));
    let rows = printed(&trace, &dissect(&trace), story.first());
    let tls = rows.iter().filter(|row| row.printed.is_some_and(|text| text.starts_with('C') && text.contains('<')));
    let differences: Vec<_> = tls.map(|row| row.difference).collect();
    assert_eq!(differences, [Some(Difference::NotInThisRun); 3]);
}

#[test]
fn the_lists_are_those_of_the_first_replies() {
    for (name, inside) in [("book", true), ("not-offered", false)] {
        let trace = run(&preset(name).expect("a preset").scenario);
        let known = Story::of(&trace, &dissect(&trace));
        let again = with_another_list(trace);
        let found = Story::of(&again, &dissect(&again));
        let seen = dissect(&again).lines().filter(|(_, line)| line.text == "250 STARTTLS").count();
        assert_eq!(seen, 1, "{name}: the second list is read");
        assert_eq!(found.first().before(), known.first().before(), "{name}");
        assert_eq!(found.first().after().is_some(), inside, "{name}");
        assert_eq!(found.first().lights.offered, known.first().lights.offered, "{name}");
    }
}

#[test]
fn the_printed_log_is_beside_the_sender_s_own_connection() {
    // The sender never begins TLS; the relay does, when it sends on.
    let base = preset("relay-forwards").expect("a preset").scenario;
    let scenario = Scenario { server: ServerProfile::Book, policy: ClientPolicy::Never, ..base };
    let trace = run(&scenario);
    assert!(trace.events.iter().any(|event| event.connection > 0 && event.what == What::TlsStarted));
    let reading = dissect(&trace);
    for row in printed(&trace, &reading, Story::of(&trace, &reading).first()) {
        assert!(row.live.is_none_or(|id| trace.events[id].connection == 0), "{row:?}");
    }
}

/// One more EHLO in clear, and its reply, behind all that was.
fn with_another_list(mut trace: Trace) -> Trace {
    for (who, text) in [
        (Side::Client, "EHLO again.example\r\n"),
        (Side::Server, "250-again.example\r\n"),
        (Side::Server, "250 STARTTLS\r\n"),
    ] {
        let mut span = |layer| {
            let found = trace
                .streams
                .iter()
                .position(|stream| stream.connection == 0 && stream.from == who && stream.layer == layer);
            let stream = found.expect("each side has sent something");
            let octets = &mut trace.streams[stream].bytes;
            let start = octets.len() as u32;
            octets.extend(text.bytes());
            Span { stream: StreamId(stream as u32), start, end: octets.len() as u32 }
        };
        let (text, wire) = (Some(span(StreamKind::Smtp)), span(StreamKind::Wire));
        trace.events.push(Event { at: Micros(u64::MAX), connection: 0, who, what: What::Sent { text, wire } });
    }
    trace
}
