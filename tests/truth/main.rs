//! No false sentence: every kind of claim that the page, the transcript, the grid, the logs and the drawing make of a run is held against a
//! naive reading of its octets and of its scenario, and the views are held against each other.
//!
//! ```text
//! Scenario ──lab::run──▶ Trace ──▶ Naive   the octets, read again and otherwise
//!                          └─────▶ Said    all that is said of the run
//! checks: fn(&Naive, &Said) -> how many claims, or the falsehood
//! ```
//!
//! `make truth` takes 100,000 random scenarios; the tests take 5,000 of the same.

#[path = "../common/scenarios.rs"]
mod scenarios;

mod checks;
mod naive;
mod runs;
mod said;

use checks::Check;
use naive::Naive;
use said::Said;
use starttls_lab::grid::{self, Cell};
use starttls_lab::scenario::{Edit, PRESETS, Scenario, nearest};
use starttls_lab::ui::study::Study;

/// Of how many random runs one is looked at beside others: each of these takes dozens of runs.
const OTHERS: usize = 50;

/// What the checks have found, each in its place.
struct Tally {
    checks: Vec<Check>,
    counts: Vec<usize>,
    /// How often a kind was false, and the first time.
    false_claims: Vec<(usize, String)>,
    runs: usize,
}

impl Tally {
    fn new() -> Tally {
        let checks = checks::all();
        Tally { counts: vec![0; checks.len()], false_claims: vec![(0, String::new()); checks.len()], checks, runs: 0 }
    }

    /// A run; of one in so many it is also checked what is said of other runs.
    fn look(&mut self, scenario: &Scenario) {
        let others = self.runs.is_multiple_of(OTHERS);
        self.look_at(scenario, None, others.then(|| &nearest(scenario).scenario));
    }

    /// A run, of a cell perhaps, and perhaps beside one that is pinned.
    fn look_at(&mut self, scenario: &Scenario, cell: Option<Cell>, pinned: Option<&Scenario>) {
        let study = Study::of(scenario);
        let naive = Naive::of(&study.trace, *scenario);
        let said = Said::of(&study, cell);
        let other = pinned.map(|pinned| (pinned, Study::of(pinned)));
        let said = match &other {
            Some((pinned, other)) => said.with_others(&study, (pinned, other)),
            None => said,
        };
        self.runs += 1;
        for at in 0..self.checks.len() {
            match (self.checks[at].look)(&naive, &said) {
                Ok(count) => self.counts[at] += count,
                Err(words) => self.lie(at, 1, format!("{}: {words}", link(scenario))),
            }
        }
    }

    fn lie(&mut self, at: usize, times: usize, words: String) {
        let (count, first) = &mut self.false_claims[at];
        if *count == 0 {
            *first = words;
        }
        *count += times;
    }

    fn sum(all: Vec<Tally>) -> Tally {
        let mut sum = Tally::new();
        for one in all {
            sum.runs += one.runs;
            for (at, (times, words)) in one.false_claims.into_iter().enumerate() {
                sum.counts[at] += one.counts[at];
                sum.lie(at, times, words);
            }
        }
        sum
    }

    /// Nothing is false.
    fn settle(&self) {
        let mut lies = Vec::new();
        for ((check, count), (times, first)) in self.checks.iter().zip(&self.counts).zip(&self.false_claims) {
            println!("{count:>9} {}", check.kind);
            if *times > 0 {
                lies.push(format!("{times} runs with a false {}, one of them {first}", check.kind));
            }
        }
        let claims: usize = self.counts.iter().sum();
        println!(
            "{claims} claims of {} kinds checked in {} runs, {} kinds false",
            self.checks.len(),
            self.runs,
            lies.len()
        );
        assert!(lies.is_empty(), "{}", lies.join("\n"));
    }
}

/// As a link writes it.
fn link(scenario: &Scenario) -> String {
    let base = nearest(scenario);
    let edits = scenario.edits_from(&base.scenario).into_iter().map(|edit: Edit| format!("&{edit}"));
    format!("#preset={}{}", base.name, edits.collect::<String>())
}

#[test]
fn of_every_preset_and_every_cell_of_the_grid() {
    let mut tally = Tally::new();
    PRESETS.iter().for_each(|preset| tally.look_at(&preset.scenario, None, Some(&PRESETS[0].scenario)));
    for (policy, situation) in grid::places() {
        tally.look_at(&grid::scenario(policy, situation), Some(Cell::of(policy, situation)), None);
    }
    tally.settle();
    for (check, count) in tally.checks.iter().zip(&tally.counts) {
        assert_ne!(*count, 0, "{} is claimed of no preset and no cell", check.kind);
    }
}

/// `TRUTH` says of how many.
#[test]
fn of_random_scenarios() {
    let wanted = std::env::var_os("TRUTH").and_then(|runs| runs.to_str()?.parse().ok()).unwrap_or(5_000);
    Tally::sum(runs::each(wanted, Tally::new, Tally::look)).settle();
}
