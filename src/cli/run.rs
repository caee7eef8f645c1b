//! `run`: a link's scenario as a file.

use super::arguments::{Arguments, Taken, any};
use super::command::{CliAnswer, Subcommand};
use super::fault::CliError;
use super::output;
use starttls_lab::dissect::dissect;
use starttls_lab::files::{Format, write};
use starttls_lab::scenario::Value;
use starttls_lab::share;
use starttls_lab::story::Story;
use starttls_lab::story::say::Facts;
use starttls_lab::text::EN;
use starttls_lab::trace::Trace;

pub const RUN: Subcommand = Subcommand {
    name: "run",
    purpose: "runs the scenario of a link and writes the run as a file",
    takes: &[LINK, FORMAT, output::OUT, LENIENT],
    answer,
};

const LINK: Taken = Taken {
    form: "LINK",
    required: false,
    meaning: "an address of the page, or what stands in it behind the #; the first scenario without it",
    expected: any,
};

pub const FORMAT: Taken = Taken {
    form: "--format FORMAT",
    required: false,
    meaning: "what to write of it; the transcript without it",
    expected: || format!("one of {}", Format::expected()),
};

const LENIENT: Taken = Taken {
    form: "--lenient",
    required: false,
    meaning: "run a link without what cannot be applied; otherwise nothing is run, and the status is 1",
    expected: any,
};

fn answer(arguments: &Arguments) -> Result<CliAnswer, CliError> {
    let format = format(arguments)?;
    let shared = share::read(&share::fragment(arguments.value(LINK.name()).unwrap_or_default()));
    if !shared.notices.is_empty() && !arguments.has(LENIENT.name()) {
        return Err(CliError::Link { notices: shared.notices });
    }
    let octets = written(&starttls_lab::lab::run(&shared.scenario), format);
    let remarks = shared
        .notices
        .iter()
        .map(|notice| format!("{} {}", (EN.notices.wrong)(notice), (EN.notices.done)(notice)))
        .collect();
    Ok(CliAnswer { octets, remarks })
}

pub fn format(arguments: &Arguments) -> Result<Format, CliError> {
    Ok(arguments.parsed(&FORMAT, Format::parse)?.unwrap_or(Format::Transcript))
}

pub fn written(trace: &Trace, format: Format) -> Vec<u8> {
    let reading = dissect(trace);
    let story = Story::of(trace, &reading);
    write(format, Facts { trace, reading: &reading, story: &story }, &EN)
}
