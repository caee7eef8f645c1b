//! The protocol logs have Exchange's shape and the run's facts; the drawing is well-formed and has every line.

use crate::Run;
use crate::scenarios::any_scenario;
use proptest::prelude::*;
use starttls_lab::dissect::smtp::Role;
use starttls_lab::files::{Format, ladder, protocol_log, transcript};
use starttls_lab::lab::{Cut, Fault, Link, run, run_over};
use starttls_lab::scenario::{Choice, GoAhead, PRESETS, Scenario, Side, preset};
use starttls_lab::smtp::Treatment;
use starttls_lab::story::CapabilityFate;
use starttls_lab::story::rows::{Steps, rows as rows_of};
use starttls_lab::text::EN;
use starttls_lab::trace::{Actor, What};

fn of(name: &str) -> Run {
    Run::of(&preset(name).expect("a preset").scenario)
}

/// The columns of each line, quotes undone.
fn rows(log: &str) -> Vec<Vec<String>> {
    let columns = |line: &str| {
        let (mut columns, mut inside, mut characters) = (vec![String::new()], false, line.chars().peekable());
        while let Some(c) = characters.next() {
            match c {
                '"' if inside && characters.peek() == Some(&'"') => {
                    characters.next();
                    columns.last_mut().expect("one").push('"');
                }
                '"' => inside = !inside,
                ',' if !inside => columns.push(String::new()),
                c => columns.last_mut().expect("one").push(c),
            }
        }
        columns
    };
    log.lines().filter(|line| !line.starts_with('#')).map(columns).collect()
}

fn contexts(log: &str) -> Vec<String> {
    rows(log).into_iter().map(|row| row[8].clone()).filter(|context| !context.is_empty()).collect()
}

#[test]
fn each_session_counts_from_0_and_says_what_the_lines_say() {
    for preset in PRESETS {
        let run = Run::of(&preset.scenario);
        for side in [Side::Client, Side::Server] {
            let log = protocol_log(run.facts(), side);
            assert!(log.lines().any(|line| line.starts_with("#Fields: date-time,connector-id,session-id,")));
            let rows = rows(&log);
            let mut last: Option<(String, usize)> = None;
            for row in &rows {
                assert_eq!(row.len(), 9, "{} {row:?}", preset.name);
                let number: usize = row[3].parse().expect("a number");
                let next = last.as_ref().filter(|(session, _)| *session == row[2]).map_or(0, |(_, number)| number + 1);
                assert_eq!(number, next, "{} {row:?}", preset.name);
                last = Some((row[2].clone(), number));
                assert!(["+", "-", ">", "<", "*"].contains(&row[6].as_str()), "{row:?}");
            }
            let said = rows.iter().filter(|row| row[6] == ">" || row[6] == "<").count();
            let is_own = |connection| {
                let own = if side == Side::Client { Actor::Sender } else { Actor::Receiver };
                run.trace.seat(connection, side).actor == own
            };
            let lines = run
                .reading
                .lines()
                .filter(|(id, line)| is_own(run.trace.events[*id].connection) && line.role != Role::Content);
            assert_eq!(said, lines.count(), "{} {side:?}", preset.name);
        }
    }
}

#[test]
fn tls_and_both_certificates_are_in_the_logs_of_domain_security() {
    let run = of("domain-secured");
    for side in [Side::Client, Side::Server] {
        let contexts = contexts(&protocol_log(run.facts(), side));
        let count = |word: &str| contexts.iter().filter(|context| context.starts_with(word)).count();
        assert_eq!((count("Sending certificate"), count("Remote certificate")), (1, 1), "{side:?}");
        assert_eq!(count("Certificate subject"), 2);
        assert_eq!(count("TLS protocol SP_PROT_TLS1_2_"), 1);
    }
}

#[test]
fn a_failure_is_named_with_its_error() {
    let failed = contexts(&protocol_log(of("no-common-version").facts(), Side::Client));
    assert!(failed.iter().any(|context| context.starts_with("TLS negotiation failed with error (not")), "{failed:?}");
    let wrong = contexts(&protocol_log(of("verified-wrong-name").facts(), Side::Client));
    let line = "Outbound TLS authentication failed for auth level DomainValidation with error SubjectMismatch";
    assert!(wrong.iter().any(|context| context == line), "{wrong:?}");
}

/// What was seen in published logs behind "TLS negotiation failed with error" and in the row of the end; of the first, what was not seen is
/// told as that, with what the wire has.
fn has_exchange_s_words(log: &str) -> bool {
    let is_word = |word: &str| word.chars().all(|c| c.is_ascii_alphanumeric());
    let of_failure = |context: &str| {
        let error = context.strip_prefix("TLS negotiation failed with error ")?;
        Some(["SocketError", "InvalidToken"].contains(&error) || error.starts_with("(not established"))
    };
    let of_end = |row: &[String]| {
        let (by, cause) = row[8].split_once('(').unwrap_or((&row[8], ""));
        ["Local", "Remote"].contains(&by) && is_word(cause.trim_end_matches(')'))
    };
    rows(log).iter().all(|row| of_failure(&row[8]).unwrap_or(true) && (row[6] != "-" || of_end(row)))
        && !log.contains("rustls")
}

/// The failures and the ends of all sessions of a log.
fn endings(run: &Run, side: Side) -> Vec<String> {
    let log = protocol_log(run.facts(), side);
    assert!(has_exchange_s_words(&log), "{log}");
    let told = rows(&log).into_iter().filter(|row| row[6] == "-" || row[8].starts_with("TLS negotiation failed"));
    told.map(|row| row[8].replace("TLS negotiation failed with error ", "")).collect()
}

#[test]
fn a_failed_handshake_has_the_words_of_exchange_s_logs_and_who_ended_it() {
    let run = of("no-common-version");
    // The first connection's server sends an alert; the second is ended by QUIT, where each end's log has itself.
    let alert = |how| format!("(not established: alert protocol_version {how})");
    assert_eq!(endings(&run, Side::Client), [&alert("received"), "Remote", "Local"]);
    assert_eq!(endings(&run, Side::Server), [&alert("sent"), "Local", "Local"]);
    // MAIL comes where TLS should begin.
    let strict = Scenario { go_ahead: GoAhead::Exactly220, ..preset("book-250").expect("a preset").scenario };
    let run = Run::of(&strict);
    assert_eq!(endings(&run, Side::Server)[..2], ["InvalidToken", "Local"]);
    assert_eq!(endings(&run, Side::Client)[0], "Remote");
}

/// The link ends behind every octet of the handshake: neither end has sent an alert, and each sees the other close.
#[test]
fn a_connection_that_ends_in_the_handshake_is_a_socket_error() {
    let scenario = preset("book").expect("a preset").scenario;
    let whole = run(&scenario);
    let carried = |until: &dyn Fn(&What) -> bool| -> usize {
        let sent = whole.events.iter().take_while(|event| !until(&event.what));
        sent.map(|event| if let What::Sent { wire, .. } = event.what { wire.len() } else { 0 }).sum()
    };
    let (begin, end) = (carried(&|what| *what == What::TlsStarted), carried(&|what| matches!(what, What::TlsUp(_))));
    assert!(end > begin + 500);
    for left in (begin..end).step_by(37) {
        let run = Run::meaning(run_over(&scenario, Link { cut: Cut::Whole, fault: Fault::EndsAfter(left) }));
        // The server is done before its last words arrive.
        let up = |side| run.trace.events.iter().any(|event| event.who == side && matches!(event.what, What::TlsUp(_)));
        for side in [Side::Client, Side::Server].into_iter().filter(|&side| !up(side)) {
            assert_eq!(endings(&run, side)[..2], ["SocketError", "Remote(SocketError)"], "{left} {side:?}");
        }
        assert!(!up(Side::Client));
    }
}

/// Whether a session goes on to the mail although its log says that the certificate was not taken.
fn goes_on_after_a_failure(run: &Run) -> bool {
    let rows = rows(&protocol_log(run.facts(), Side::Client));
    rows.iter().enumerate().any(|(index, failure)| {
        failure[8].starts_with("Outbound TLS authentication failed")
            && rows[index..].iter().any(|row| row[2] == failure[2] && row[6] == ">" && row[7].starts_with("MAIL"))
    })
}

#[test]
fn a_certificate_that_nobody_judges_does_not_fail() {
    for preset in PRESETS {
        assert!(!goes_on_after_a_failure(&Run::of(&preset.scenario)), "{}", preset.name);
    }
    let contexts = contexts(&protocol_log(of("self-signed").facts(), Side::Client));
    assert!(contexts.iter().any(|context| context == "Remote certificate"));
    assert!(!contexts.iter().any(|context| context.contains("failed")), "{contexts:?}");
}

#[test]
fn each_end_logs_what_it_said_and_heard_itself() {
    let run = of("stripped");
    let says = |side, words| rows(&protocol_log(run.facts(), side)).iter().any(|row| row[7].ends_with(words));
    assert!(says(Side::Server, "-STARTTLS") && !says(Side::Server, "-XXXXXXXX"));
    assert!(says(Side::Client, "-XXXXXXXX") && !says(Side::Client, "-STARTTLS"));
}

#[test]
fn the_line_of_tls_has_three_strengths() {
    let contexts = contexts(&protocol_log(of("book").facts(), Side::Client));
    let line = contexts.iter().find(|context| context.starts_with("TLS protocol")).expect("TLS came up");
    let strengths: Vec<&str> =
        line.split(" with strength ").skip(1).filter_map(|part| part.split(' ').next()).collect();
    // AES-256, SHA-384, and the 255 bits of Curve25519.
    assert_eq!(strengths, ["256", "384", "255"], "{line}");
}

#[test]
fn no_password_is_in_a_log() {
    let run = of("book-login");
    for side in [Side::Client, Side::Server] {
        let log = protocol_log(run.facts(), side);
        let secret = run.reading.lines().filter(|(_, line)| line.role == Role::AuthResponse);
        for (_, line) in secret {
            assert!(!log.contains(&line.text), "{}", line.text);
        }
        assert!(log.contains("<authentication response>"));
    }
}

/// Whether every element is closed in its turn; good enough for what the drawing has.
fn is_well_formed(svg: &str) -> bool {
    let mut open: Vec<&str> = Vec::new();
    for tag in svg.split('<').skip(1) {
        let Some((tag, _)) = tag.split_once('>') else { return false };
        if let Some(name) = tag.strip_prefix('/') {
            if open.pop() != Some(name) {
                return false;
            }
        } else if !tag.ends_with('/') {
            open.push(tag.split(' ').next().unwrap_or_default());
        }
    }
    open.is_empty()
}

#[test]
fn the_drawing_names_both_ends_and_every_connection() {
    for preset in PRESETS {
        let run = Run::of(&preset.scenario);
        let svg = ladder(run.facts(), &EN);
        assert!(is_well_formed(&svg), "{}", preset.name);
        for connection in run.trace.connections() {
            let (client, server) = starttls_lab::files::hosts(&run.trace, connection);
            assert!(svg.contains(&client.name) && svg.contains(&server.name), "{}", preset.name);
        }
        let arrows = svg.matches("<path class=\"w ").count();
        let sent = run.trace.events.iter().filter(|event| matches!(event.what, What::Sent { .. })).count();
        assert_eq!(arrows, sent, "{}", preset.name);
        assert!(!svg.contains("<script") && !svg.contains("http://www.w3.org/1999"));
    }
}

/// The words of the drawing, one after the other, without the spaces at which they may be broken.
fn drawn(svg: &str) -> String {
    let texts = svg.split("<text ").skip(1).filter_map(|text| text.split_once('>')?.1.split_once("</text>"));
    let words: String = texts.map(|(words, _)| words.replace(char::is_whitespace, "")).collect();
    words.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

/// The transcript marks with stars what the drawing has in red, and nothing else.
#[test]
fn transcript_and_drawing_are_alarmed_by_the_same() {
    // No preset has octets where TLS should begin, and none comes to a standstill.
    let unusual = [What::LeftOver { count: 7, treatment: Treatment::Purge }, What::Stalled].map(|what| {
        let mut trace = run(&PRESETS[0].scenario);
        let forgot = trace.events.iter().position(|event| matches!(event.what, What::Forgot(_))).expect("TLS");
        trace.events[forgot].what = what;
        Run::meaning(trace)
    });
    let told = |run: &Run| {
        let transcript = transcript(run.facts(), &EN);
        let starred: String =
            transcript.lines().filter_map(|line| line.split_once("*** ")).map(|(_, note)| note).collect();
        let svg = ladder(run.facts(), &EN);
        let red: String = svg.lines().filter(|line| line.contains("class=\"soft bad\"")).collect();
        (starred.replace(char::is_whitespace, ""), drawn(&red))
    };
    for preset in PRESETS {
        let (starred, red) = told(&of(preset.name));
        assert_eq!(starred, red, "{}", preset.name);
    }
    // A failed handshake, a broken protocol, a line overwritten on the way.
    let usual = ["no-common-version", "book-250", "stripped"].map(of);
    for run in usual.iter().chain(&unusual) {
        let (starred, red) = told(run);
        assert_eq!(starred, red);
        assert!(!red.is_empty());
    }
}

#[test]
fn the_drawing_has_every_line_and_every_point_that_was_reached() {
    for preset in PRESETS {
        let run = Run::of(&preset.scenario);
        let svg = ladder(run.facts(), &EN);
        let drawn = drawn(&svg);
        let mut rest = drawn.as_str();
        for (_, line) in run.reading.lines().filter(|(_, line)| line.role != Role::Content) {
            let words = line.text.replace(char::is_whitespace, "");
            let at = rest.find(&words).unwrap_or_else(|| panic!("{}: {}", preset.name, line.text));
            rest = &rest[at + words.len()..];
        }
        // Every step by its number, in order.
        let margin = svg.split("text-anchor=\"end\" class=\"soft\">").skip(1).filter_map(|text| text.split('<').next());
        let steps: Vec<usize> = margin.filter_map(|text| text.parse().ok()).collect();
        let count = Steps::of(&rows_of(&run.trace, &run.reading, &run.story)).count();
        assert_eq!(steps, (1..=count).collect::<Vec<_>>(), "{}", preset.name);
        let points = run.story.chapters().iter().flat_map(|chapter| &chapter.points);
        let points = points.filter(|point| !point.events.is_empty());
        let mut reached: Vec<String> = points.map(|point| format!("{:02}", point.checkpoint.number())).collect();
        reached.sort_unstable();
        let numbers = svg.split("class=\"head\">").skip(1).filter_map(|text| text.get(..2));
        let mut numbers: Vec<&str> = numbers.filter(|text| text.bytes().all(|b| b.is_ascii_digit())).collect();
        // Where STARTTLS stands behind AUTH, so does its number.
        numbers.sort_unstable();
        assert_eq!(numbers, reached, "{}", preset.name);
        let changes = run.story.chapters().iter().flat_map(|chapter| &chapter.changes);
        let gone = changes.filter(|change| change.fate == CapabilityFate::Gone);
        assert_eq!(svg.matches(EN.log.not_offered_again).count(), gone.count(), "{}", preset.name);
    }
}

#[test]
fn every_format_has_words() {
    for &format in Format::ALL {
        let (name, good_for) = (EN.files.format)(format.key());
        assert!(!name.is_empty() && !good_for.is_empty(), "{format:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_run_is_logged_and_drawn(scenario in any_scenario()) {
        let scenario: Scenario = scenario;
        let run = Run::of(&scenario);
        for side in [Side::Client, Side::Server] {
            let log = protocol_log(run.facts(), side);
            prop_assert!(rows(&log).iter().all(|row| row.len() == 9));
            prop_assert!(has_exchange_s_words(&log), "{}", log);
        }
        prop_assert!(!goes_on_after_a_failure(&run));
        prop_assert!(is_well_formed(&ladder(run.facts(), &EN)));
    }
}
