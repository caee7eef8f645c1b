//! The lab on the command line: the same engine and the same links as the page.
//!
//! ```text
//! cargo run --release --example lab -- run '#preset=book' --format transcript
//! cargo run --release --example lab -- presets
//! cargo run --release --example lab -- suites ws2003 ws2008
//! cargo run --release --example lab -- negotiate --client ws2008 --server ws2003 --prefer server --key rsa
//! ```

#[path = "lab/suites.rs"]
mod suites;

use starttls_lab::dissect::dissect;
use starttls_lab::files::transcript;
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

FRAGMENT is what follows the page's address, for example '#preset=book&starttls=unavailable'.";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["presets"] => {
            PRESETS.iter().for_each(|preset| println!("{}", preset.name));
            ExitCode::SUCCESS
        }
        ["run", rest @ ..] => match options(rest) {
            Some((fragment, format)) => print_run(fragment, format),
            None => usage(),
        },
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

fn usage() -> ExitCode {
    eprintln!("{USAGE}\n{}", suites::USAGE);
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
