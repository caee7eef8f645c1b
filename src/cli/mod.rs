//! The command line: the same engine and the same links as the page, natively.

mod suites;

use starttls_lab::dissect::dissect;
use starttls_lab::files::{Format, write};
use starttls_lab::grid::{self, Cell, Situation, attacker_gets};
use starttls_lab::lab::run;
use starttls_lab::scenario::{Choice, ClientPolicy, PRESETS};
use starttls_lab::share;
use starttls_lab::story::Story;
use starttls_lab::text::{EN, Facts};
use std::io::Write;
use std::process::ExitCode;

fn usage() -> ExitCode {
    let formats: Vec<&str> = Format::ALL.iter().map(|format| format.key()).collect();
    eprintln!(
        "\
usage: starttls-lab run [FRAGMENT] [--format FORMAT] [--out FILE]
       starttls-lab presets
       starttls-lab grid [--format text|csv|markdown]

FRAGMENT is what follows the page's address, for example '#preset=book&starttls=unavailable'.
FORMAT is one of {}.
Without --out the file goes to the standard output.",
        formats.join(", ")
    );
    eprintln!("{}", suites::USAGE);
    ExitCode::from(2)
}

pub fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["presets"] => {
            PRESETS.iter().for_each(|preset| println!("{}", preset.name));
            ExitCode::SUCCESS
        }
        ["grid"] => print_grid("text"),
        ["grid", "--format", format] => print_grid(format),
        ["run", rest @ ..] => options(rest).map_or_else(usage, |options| print_run(&options)),
        ["suites", rest @ ..] => print_or_usage(suites::comparison(rest)),
        ["negotiate", rest @ ..] => print_or_usage(suites::negotiation(rest)),
        _ => usage(),
    }
}

fn print_or_usage(text: Option<String>) -> ExitCode {
    let Some(text) = text else { return usage() };
    print!("{text}");
    ExitCode::SUCCESS
}

struct Options<'a> {
    fragment: &'a str,
    format: Format,
    out: Option<&'a str>,
}

/// Fragment, format and file in any order; each at most once.
fn options<'a>(mut arguments: &[&'a str]) -> Option<Options<'a>> {
    let (mut fragment, mut format, mut out) = (None, None, None);
    while let [first, rest @ ..] = arguments {
        let (slot, value, rest) = match (*first, rest) {
            ("--format", [value, rest @ ..]) => (&mut format, value, rest),
            ("--out", [value, rest @ ..]) => (&mut out, value, rest),
            (word, rest) if !word.starts_with("--") => (&mut fragment, first, rest),
            _ => return None,
        };
        if slot.replace(*value).is_some() {
            return None;
        }
        arguments = rest;
    }
    let format = Format::of_key(format.unwrap_or(Format::Transcript.key()))?;
    Some(Options { fragment: fragment.unwrap_or_default(), format, out })
}

/// Policies by situations, each cell a run.
fn print_grid(format: &str) -> ExitCode {
    let (first, between, last, rule) = match format {
        "text" => ("", "  ", "", false),
        "csv" => ("", ",", "", false),
        "markdown" => ("| ", " | ", " |", true),
        other => {
            eprintln!("unknown format {other:?}: expected text, csv or markdown");
            return ExitCode::from(2);
        }
    };
    let cells: Vec<Cell> = grid::places().map(|(policy, situation)| Cell::of(policy, situation)).collect();
    let heads = Situation::ALL.iter().map(|&situation| {
        let name = (EN.grid.situation)(situation).name;
        if format == "text" { situation.letter().to_owned() } else { format!("{} {name}", situation.letter()) }
    });
    let mut table =
        vec![["policy".to_owned()].into_iter().chain(heads).chain(["attacker gets".to_owned()]).collect::<Vec<_>>()];
    for &policy in ClientPolicy::ALL {
        let row = cells.iter().filter(|cell| cell.policy == policy).map(Cell::code);
        let gets =
            if attacker_gets(&cells, policy) == Some(true) { EN.grid.attacker_reads } else { EN.grid.attacker_delays };
        let name = (EN.grid.policy_name)(policy).to_owned();
        let name = if format == "csv" { format!("\"{name}\"") } else { name };
        table.push([name].into_iter().chain(row).chain([gets.to_owned()]).collect());
    }
    let widths: Vec<usize> = (0..table[0].len())
        .map(|column| table.iter().map(|row| row[column].chars().count()).max().unwrap_or_default())
        .collect();
    for (index, row) in table.iter().enumerate() {
        let padded = row.iter().zip(&widths).map(
            |(cell, &width)| {
                if format == "csv" { cell.clone() } else { format!("{cell:width$}") }
            },
        );
        println!("{}", format!("{first}{}{last}", padded.collect::<Vec<_>>().join(between)).trim_end());
        if rule && index == 0 {
            let dashes: Vec<String> = widths.iter().map(|&width| "-".repeat(width)).collect();
            println!("{first}{}{last}", dashes.join(between));
        }
    }
    if format == "text" {
        println!();
        println!("CL in clear, EU encrypted, EA to a verified server, EAm both verified, DF waits in the queue;");
        println!("= same connection, + a second one; ! {}; * {}", EN.grid.attacked_mark, EN.grid.deceived_mark);
        for situation in Situation::ALL {
            println!("{:2} {}", situation.letter(), (EN.grid.situation)(situation).meaning);
        }
    }
    ExitCode::SUCCESS
}

fn print_run(options: &Options<'_>) -> ExitCode {
    let shared = share::read(options.fragment);
    for notice in &shared.notices {
        eprintln!("{} {}", (EN.notices.wrong)(notice), (EN.notices.done)(notice));
    }
    let trace = run(&shared.scenario);
    let reading = dissect(&trace);
    let story = Story::of(&trace, &reading);
    let facts = Facts { trace: &trace, reading: &reading, story: &story };
    let octets = write(options.format, facts, &EN);
    let (written, place) = match options.out {
        Some(path) => (std::fs::write(path, octets), path),
        None => (std::io::stdout().write_all(&octets), "the standard output"),
    };
    match written {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{place}: {error}");
            ExitCode::FAILURE
        }
    }
}
