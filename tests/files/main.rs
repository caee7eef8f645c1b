//! Runs as files: what other programs make of them, and that what can be read back gives what was written.

#[path = "../common/scenarios.rs"]
mod scenarios;
mod json;
mod reassembly;
mod captures;
mod tshark;
mod logs;
mod ntlm;

use proptest::prelude::*;
use scenarios::any_scenario;
use starttls_lab::dissect::{Reading, dissect};
use starttls_lab::files::{Format, write};
use starttls_lab::lab::run;
use starttls_lab::scenario::{Choice, PRESETS, Scenario, Value};
use starttls_lab::story::Story;
use starttls_lab::story::say::Facts;
use starttls_lab::text::EN;
use starttls_lab::trace::{Close, Event, Micros, Trace, What};

/// A run and what it means.
struct Run {
    trace: Trace,
    reading: Reading,
    story: Story,
}

impl Run {
    fn of(scenario: &Scenario) -> Run {
        Run::meaning(run(scenario))
    }

    fn meaning(trace: Trace) -> Run {
        let reading = dissect(&trace);
        let story = Story::of(&trace, &reading);
        Run { trace, reading, story }
    }

    fn facts(&self) -> Facts<'_> {
        Facts { trace: &self.trace, reading: &self.reading, story: &self.story }
    }
}

fn unhex(digits: &str) -> Vec<u8> {
    let values: Vec<u8> = digits.chars().map(|c| c.to_digit(16).expect("a digit") as u8).collect();
    values.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect()
}

/// A file of `tests/data/captures`.
fn data(name: &str) -> Vec<u8> {
    let path = format!("{}/tests/data/captures/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

#[test]
fn the_command_line_can_name_every_format() {
    for &format in Format::ALL {
        assert_eq!(Format::parse(format.key()), Some(format));
        assert!(!format.extension().is_empty() && format.mime().contains('/'));
    }
    assert_eq!(Format::parse("docx"), None);
}

/// Connections are numbered in two octets, and none is numbered past the last.
#[test]
fn the_last_number_of_a_connection_is_a_number() {
    let mut trace = run(&PRESETS[0].scenario);
    trace.events.iter_mut().for_each(|event| event.connection = u16::MAX);
    let first = trace.events[0].clone();
    trace.events.insert(0, Event { connection: 0, ..first });
    let run = Run::meaning(trace);
    for &format in Format::ALL {
        assert!(!write(format, run.facts(), &EN).is_empty(), "{format:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    /// A trace that was read from a file may tell any story.
    #[test]
    fn any_trace_is_written(
        scenario in any_scenario(),
        changes in prop::collection::vec((0..6_u8, any::<prop::sample::Index>(), any::<u64>()), 0..20),
    ) {
        let mut trace = run(&scenario);
        for (change, index, number) in changes {
            let index = index.index(trace.events.len());
            match change {
                0 => trace.events.swap(index, 0),
                1 => trace.events[index].connection = number as u16,
                2 => trace.events[index].at = Micros(number),
                3 => trace.events[index].what = What::Closed(Close::Quit),
                4 if trace.events.len() > 1 => {
                    trace.events.remove(index);
                }
                _ => {
                    let event = trace.events[index].clone();
                    trace.events.push(event);
                }
            }
        }
        let run = Run::meaning(trace);
        for &format in Format::ALL {
            let octets = write(format, run.facts(), &EN);
            let wire: usize = run.trace.streams.iter().map(|stream| stream.bytes.len()).sum();
            prop_assert!(octets.len() < 100_000 + 100 * wire);
        }
    }
}
