//! The lab on the command line: the same engine and the same links as the page.
//!
//! ```text
//! cargo run --release --example lab -- run '#preset=book' --format transcript
//! cargo run --release --example lab -- presets
//! ```

use starttls_lab::dissect::dissect;
use starttls_lab::files::transcript;
use starttls_lab::grid::{self, Cell, POLICIES, Situation, attacker_gets};
use starttls_lab::lab::run;
use starttls_lab::scenario::PRESETS;
use starttls_lab::share;
use starttls_lab::text::EN;
use starttls_lab::timeline::Timeline;
use starttls_lab::trace::listing;
use std::process::ExitCode;

const USAGE: &str = "\
usage: lab run [FRAGMENT] [--format transcript|listing|json]
       lab presets
       lab grid [--format text|csv|markdown]

FRAGMENT is what follows the page's address, for example '#preset=book&starttls=unavailable'.";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["presets"] => {
            PRESETS.iter().for_each(|preset| println!("{}", preset.name));
            ExitCode::SUCCESS
        }
        ["grid"] => print_grid("text"),
        ["grid", "--format", format] => print_grid(format),
        ["run", rest @ ..] => match options(rest) {
            Some((fragment, format)) => print_run(fragment, format),
            None => usage(),
        },
        _ => usage(),
    }
}

fn usage() -> ExitCode {
    eprintln!("{USAGE}");
    ExitCode::from(2)
}

/// The fragment and the format, in either order; each at most once.
fn options<'a>(arguments: &[&'a str]) -> Option<(&'a str, &'a str)> {
    match arguments {
        [] => Some(("", "transcript")),
        [fragment] if !fragment.starts_with("--") => Some((fragment, "transcript")),
        ["--format", format] => Some(("", format)),
        ["--format", format, fragment] | [fragment, "--format", format] => Some((fragment, format)),
        _ => None,
    }
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
    for policy in POLICIES {
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

fn print_run(fragment: &str, format: &str) -> ExitCode {
    let shared = share::read(fragment);
    for notice in &shared.notices {
        eprintln!("{}", (EN.notices.notice)(notice));
    }
    let trace = run(&shared.scenario);
    match format {
        "transcript" => {
            let reading = dissect(&trace);
            print!("{}", transcript(&trace, &reading, &Timeline::of(&trace, &reading), &EN));
        }
        "listing" => print!("{}", listing(&trace)),
        "json" => match serde_json::to_string_pretty(&trace) {
            Ok(json) => println!("{json}"),
            Err(error) => {
                eprintln!("the trace cannot be written as JSON: {error}");
                return ExitCode::FAILURE;
            }
        },
        other => {
            eprintln!("unknown format {other:?}: expected transcript, listing or json");
            return ExitCode::from(2);
        }
    }
    ExitCode::SUCCESS
}
