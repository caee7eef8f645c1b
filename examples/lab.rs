//! The lab on the command line: the same engine and the same links as the page.
//!
//! ```text
//! cargo run --release --example lab -- run '#preset=book' --format transcript
//! cargo run --release --example lab -- run '#preset=book' --format pcapng --out book.pcapng
//! cargo run --release --example lab -- presets
//! ```

use starttls_lab::dissect::dissect;
use starttls_lab::files::{Format, write};
use starttls_lab::lab::run;
use starttls_lab::scenario::PRESETS;
use starttls_lab::share;
use starttls_lab::text::{EN, Facts};
use starttls_lab::timeline::Timeline;
use std::io::Write;
use std::process::ExitCode;

fn usage() -> ExitCode {
    let formats: Vec<&str> = Format::ALL.iter().map(|format| format.key()).collect();
    eprintln!(
        "\
usage: lab run [FRAGMENT] [--format FORMAT] [--out FILE]
       lab presets

FRAGMENT is what follows the page's address, for example '#preset=book&starttls=unavailable'.
FORMAT is one of {}.
Without --out the file goes to the standard output.",
        formats.join(", ")
    );
    ExitCode::from(2)
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["presets"] => {
            PRESETS.iter().for_each(|preset| println!("{}", preset.name));
            ExitCode::SUCCESS
        }
        ["run", rest @ ..] => options(rest).map_or_else(usage, |options| print_run(&options)),
        _ => usage(),
    }
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

fn print_run(options: &Options<'_>) -> ExitCode {
    let shared = share::read(options.fragment);
    for notice in &shared.notices {
        eprintln!("{}", (EN.notices.notice)(notice));
    }
    let trace = run(&shared.scenario);
    let reading = dissect(&trace);
    let timeline = Timeline::of(&trace, &reading);
    let facts = Facts { trace: &trace, reading: &reading, timeline: &timeline };
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
