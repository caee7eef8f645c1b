//! The whole system against files: the listing of each preset's trace, and the fingerprints of the wire.
//! `BLESS=1 cargo test --test golden` writes them anew; the change then shows in the diff.

#[path = "common/keys.rs"]
mod keys;

use starttls_lab::bytes::hex;
use starttls_lab::dissect::{dissect, dissect_with};
use starttls_lab::files::transcript;
use starttls_lab::lab::run;
use starttls_lab::scenario::{AuthMechanism, GoAhead, PRESETS, Scenario, ServerProfile, Value, preset};
use starttls_lab::story::printed::printed;
use starttls_lab::story::say::Facts;
use starttls_lab::story::wiretap::{Fact, Wiretap};
use starttls_lab::story::{Leg, Story};
use starttls_lab::text::EN;
use starttls_lab::trace::{Trace, listing};
use std::path::PathBuf;

fn check(name: &str, actual: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, actual).expect("a writable folder");
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    let differs = expected.lines().zip(actual.lines()).position(|(expected, actual)| expected != actual);
    assert!(
        expected == actual,
        "{name} differs, first in line {:?}; if that is meant: BLESS=1",
        differs.map(|n| n + 1)
    );
}

/// What the page draws its conclusions from: points, changes, outcome.
fn summary(story: &Story) -> String {
    let points = story.first().points.iter().map(|point| {
        format!(
            "{} {} {}\n",
            keys::checkpoint(point.checkpoint),
            keys::status(point.status),
            keys::events(&point.events)
        )
    });
    let changes = story.first().changes.iter().map(|change| {
        let (before, after) = (keys::maybe(change.line_before), keys::maybe(change.line_after));
        let (fate, rule) = (keys::fate(&change.fate), keys::maybe(change.rule.map(keys::rule)));
        format!("{} {fate} by {rule} in ({before}, {after})\n", change.keyword)
    });
    let outcome = &story.outcome;
    let leg = |leg: &Leg| {
        format!(
            "{} {} settled by {}, decided by {}, {} connections\n",
            keys::delivery(leg.delivery.expect("of a run")),
            keys::protection(leg.protection),
            keys::maybe(leg.settled),
            keys::maybe(leg.decided),
            leg.connections
        )
    };
    let end = [leg(&outcome.first), format!("{}\n", keys::lights(&story.first().lights))];
    let onward = outcome.onward.iter().map(|onward| format!("onward: {}", leg(onward)));
    let truth =
        [("mutual", outcome.mutual), ("deceived", outcome.deceived), ("attacker reads", outcome.attacker_reads)];
    let truth = truth.into_iter().filter(|(_, is)| *is).map(|(word, _)| format!("{word}\n"));
    let mark = story.mark.as_ref().expect("of a run").conditions.iter().map(|held| {
        format!("{} {} {}\n", keys::condition(held.condition), keys::maybe(held.holds), keys::maybe(held.event))
    });
    let shown = [format!("mark shown: {}\n", keys::showing(story.mark.as_ref().expect("of a run").showing))];
    points.chain(changes).chain(end).chain(onward).chain(truth).chain(shown).chain(mark).collect()
}

/// What a listener learns, and what stays hidden.
fn overheard(tap: &Wiretap) -> String {
    let listed = |how: &str, facts: &[Fact]| -> String {
        let lines = facts.iter().map(|fact| {
            format!("{how} {:03} {} {}\n", fact.event, keys::subject(fact.subject), keys::value(&fact.value))
        });
        lines.collect()
    };
    listed("leaked", &tap.leaked) + &listed("lost", &tap.lost) + &listed("kept", &tap.kept)
}

#[test]
fn each_preset_runs_as_recorded() {
    for preset in PRESETS {
        let trace = run(&preset.scenario);
        check(&format!("{}.listing", preset.name), &listing(&trace));
        let reading = dissect(&trace);
        let story = Story::of(&trace, &reading);
        check(
            &format!("{}.transcript", preset.name),
            &transcript(Facts { trace: &trace, reading: &reading, story: &story }, &EN),
        );
        check(&format!("{}.summary", preset.name), &summary(&story));
        let tapped = dissect_with(&trace, &[]);
        check(&format!("{}.wiretap", preset.name), &overheard(&Wiretap::of(&trace, &reading, &tapped)));
    }
}

/// The book's log beside the session: what is printed, what was sent, and what is odd.
fn beside(trace: &Trace) -> String {
    let reading = dissect(trace);
    let rows = printed(trace, &reading, Story::of(trace, &reading).first()).into_iter().map(|row| {
        let number = row.number.map(|number| format!("{number:02}")).unwrap_or_default();
        let live = row.live.map(|id| match reading.line(id) {
            Some(line) => format!("{id:03} {}", line.text),
            None => format!("{id:03}"),
        });
        let odd = row.difference.map(keys::difference).unwrap_or_default();
        format!("{number:2} | {:70} | {:70} | {odd}", row.printed.unwrap_or_default(), live.unwrap_or_default())
    });
    rows.map(|row| format!("{}\n", row.trim_end())).collect()
}

#[test]
fn the_printed_log_beside_each_session_of_its_server() {
    let book = PRESETS.iter().filter(|preset| preset.scenario.server == ServerProfile::Book);
    for preset in book {
        check(&format!("{}.printed", preset.name), &beside(&run(&preset.scenario)));
    }
    let of = |name| preset(name).expect("a preset").scenario;
    // The client does not take the 250 that the server means as a 220.
    let strict = Scenario { go_ahead: GoAhead::Exactly220, ..of("book-250") };
    check("strict-250.printed", &beside(&run(&strict)));
    // Inside TLS there is another list than the printed one.
    let auth_mechanism = AuthMechanism::parse("Tls").expect("one of its flags");
    check("no-password.printed", &beside(&run(&Scenario { auth_mechanism, ..of("book") })));
}

/// tests/wasm.rs holds the browser's run to the same file.
#[test]
fn each_preset_has_its_fingerprint() {
    let lines = PRESETS.iter().map(|preset| format!("{} {}\n", preset.name, hex(&run(&preset.scenario).wire_sha256())));
    check("fingerprints.txt", &lines.collect::<String>());
}

#[test]
fn a_run_is_a_function_of_its_scenario() {
    for preset in PRESETS {
        assert!(run(&preset.scenario) == run(&preset.scenario), "{}", preset.name);
    }
}
