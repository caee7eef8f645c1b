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
mod mutations;
mod naive;
mod page;
mod runs;
mod said;

use checks::Check;
use naive::{Fate, Naive};
use said::Said;
use starttls_lab::grid::{self, Cell, Situation};
use starttls_lab::lab::run;
use starttls_lab::scenario::{Choice, ClientPolicy, Edit, PRESETS, Scenario, nearest};
use starttls_lab::text::EN;
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
        assert!(lies.is_empty(), "{}", lies.join("\n"));
        println!("{claims} claims of {} kinds checked in {} runs, none false", self.checks.len(), self.runs);
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
    runs::linked().iter().for_each(|scenario| tally.look_at(scenario, None, Some(&nearest(scenario).scenario)));
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

/// Of how many random runs the falsehoods are told.
const PATCHED: usize = 100;

/// What became of the falsehoods: how often each was told, and where no check found it; and which checks have found one.
struct Caught {
    told: Vec<usize>,
    missed: Vec<Option<String>>,
    finders: Vec<bool>,
}

impl Caught {
    fn new() -> Caught {
        let falsehoods = mutations::ALL.len();
        Caught { told: vec![0; falsehoods], missed: vec![None; falsehoods], finders: vec![false; checks::all().len()] }
    }

    fn tell(&mut self, scenario: &Scenario, cell: Option<Cell>, pinned: Option<&Scenario>) {
        let checks = checks::all();
        let study = Study::of(scenario);
        let naive = Naive::of(&study.trace, *scenario);
        let other = pinned.map(|pinned| (pinned, Study::of(pinned)));
        let said = Said::of(&study, cell);
        let said = match &other {
            Some((pinned, other)) => said.with_others(&study, (pinned, other)),
            None => said,
        };
        for (at, mutation) in mutations::ALL.iter().enumerate() {
            let mut patched = said.clone();
            if !(mutation.patch)(&mut patched) {
                continue;
            }
            self.told[at] += 1;
            // All who find it, the first times; later one is enough.
            let first = self.told[at] < 5;
            let finds = |check: &usize| (checks[*check].look)(&naive, &patched).is_err();
            let finders: Vec<usize> =
                (0..checks.len()).filter(finds).take(if first { checks.len() } else { 1 }).collect();
            if finders.is_empty() {
                self.missed[at].get_or_insert(link(scenario));
            }
            finders.into_iter().for_each(|check| self.finders[check] = true);
        }
    }
}

/// Every falsehood is caught wherever it makes a difference, and makes one somewhere; and every check has something to catch.
#[test]
fn deliberate_falsehoods_are_caught() {
    let mut all = Caught::new();
    PRESETS.iter().for_each(|preset| all.tell(&preset.scenario, None, Some(&PRESETS[0].scenario)));
    runs::linked().iter().for_each(|scenario| all.tell(scenario, None, None));
    for (policy, situation) in grid::places() {
        all.tell(&grid::scenario(policy, situation), Some(Cell::of(policy, situation)), None);
    }
    for one in runs::each(PATCHED, Caught::new, |all, scenario| all.tell(scenario, None, None)) {
        all.told.iter_mut().zip(one.told).for_each(|(told, also)| *told += also);
        all.missed.iter_mut().zip(one.missed).for_each(|(missed, also)| *missed = missed.take().or(also));
        all.finders.iter_mut().zip(one.finders).for_each(|(finds, also)| *finds |= also);
    }
    let mut lies = Vec::new();
    for (at, mutation) in mutations::ALL.iter().enumerate() {
        println!("{:>5} {}", all.told[at], mutation.name);
        lies.extend(all.missed[at].as_ref().map(|link| format!("no check finds it: {}, in {link}", mutation.name)));
        lies.extend((all.told[at] == 0).then(|| format!("it makes no difference anywhere: {}", mutation.name)));
    }
    let idle = checks::all().into_iter().zip(&all.finders).filter(|(_, finds)| !**finds);
    lies.extend(idle.map(|(check, _)| format!("no falsehood is for this check: {}", check.kind)));
    assert!(lies.is_empty(), "{}", lies.join("\n"));
    println!("{} deliberate falsehoods, all caught", mutations::ALL.len());
}

/// Every type of `story::say` is judged by a check, and every function there is asked: a new kind of claim fails here, and a new variant of one
/// does not compile.
#[test]
fn every_kind_of_claim_is_judged() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: &str| std::fs::read_to_string(root.join(path)).expect("a source");
    let exports = read("src/story/say/mod.rs");
    let exports = exports.split("pub use ").skip(1).filter_map(|rest| rest.split(';').next());
    let names = exports.flat_map(|list| list.split(|c: char| !c.is_alphanumeric() && c != '_').skip(1));
    let folder = std::fs::read_dir(root.join("tests/truth/checks")).expect("a folder");
    let checks: String =
        folder.map(|file| std::fs::read_to_string(file.expect("a file").path()).expect("a source")).collect();
    let said = read("tests/truth/said.rs");
    let names: Vec<&str> = names.filter(|name| name.len() > 1).collect();
    let is_judged = |name: &&&str| match name.starts_with(|c: char| c.is_ascii_uppercase()) {
        true => checks.contains(**name),
        false => said.contains(&format!("say::{name}(")),
    };
    let (judged, others): (Vec<&str>, Vec<&str>) = names.iter().partition(is_judged);
    assert!(others.is_empty(), "story::say has {others:?}, and no check judges them");
    assert!(judged.len() > 50, "{judged:?}");
}

/// The last column of the grid, by the runs of the three attacks. docs/rules.md GR4
#[test]
fn what_an_attacker_gets_is_what_the_attacks_got() {
    for &policy in ClientPolicy::ALL {
        let cells = Situation::ALL.map(|situation| Cell::of(policy, situation));
        let reads = |situation| {
            let scenario = grid::scenario(policy, situation);
            let trace = run(&scenario);
            let naive = Naive::of(&trace, scenario);
            naive.first.fate == Fate::Delivered && naive.attacker_reads()
        };
        let plain = reads(Situation::Stripped) || reads(Situation::Impostor);
        let expected = match (plain, reads(Situation::Misissued)) {
            (true, _) => "the message",
            (false, true) => "delay, unless mis-issued",
            (false, false) => "delay only",
        };
        let words = grid::prize(&cells, policy).map(EN.grid.prize);
        assert_eq!(words, Some(expected), "{policy:?}");
    }
}
