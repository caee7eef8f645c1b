//! The command line: the same engine and the same links as the page, natively.
//!
//! A command is a row of [`COMMANDS`]: what it takes, and a function from that to octets. The octets are made in memory and written once,
//! at the end. What is said of a run comes from `text/`; the words of this room are about its own arguments and files.
//!
//! Left out: settings from the environment or from files, and colours.

mod arguments;
mod command;
mod fault;
mod grid;
mod help;
mod output;
mod presets;
mod read;
mod run;
mod suites;

use arguments::Arguments;
use command::{PROGRAM, Subcommand};
use fault::CliError;
use std::ffi::OsString;
use std::process::ExitCode;

static COMMANDS: [Subcommand; 6] =
    [run::RUN, read::READ, presets::PRESETS, grid::GRID, suites::SUITES, suites::NEGOTIATE];

/// What the arguments ask for.
enum Asked {
    Help(Option<&'static Subcommand>),
    Version,
    Answer(&'static Subcommand, Vec<String>),
}

pub fn main() -> ExitCode {
    let asked = words(std::env::args_os().skip(1)).and_then(asked);
    let command = match asked {
        Ok(Asked::Answer(command, _)) => Some(command),
        _ => None,
    };
    match asked.and_then(serve) {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            output::remark(&fault.words(command.map(|command| command.name)));
            ExitCode::from(fault.status())
        }
    }
}

fn words(arguments: impl Iterator<Item = OsString>) -> Result<Vec<String>, CliError> {
    arguments.map(|argument| argument.into_string().map_err(|found| CliError::NotText { found })).collect()
}

fn asked(words: Vec<String>) -> Result<Asked, CliError> {
    let surplus = |found: &String| CliError::Surplus { found: found.clone() };
    let (first, rest) = words.split_first().ok_or_else(|| CliError::NoCommand { known: names() })?;
    match (first.as_str(), rest) {
        ("--help" | "-h" | "help", []) => Ok(Asked::Help(None)),
        ("--help" | "-h" | "help", [name]) => Ok(Asked::Help(Some(command(name)?))),
        ("--help" | "-h" | "help", [_, found, ..]) => Err(surplus(found)),
        ("--version" | "-V", []) => Ok(Asked::Version),
        ("--version" | "-V", [found, ..]) => Err(surplus(found)),
        (name, rest) if arguments::ask_for_help(rest) => Ok(Asked::Help(Some(command(name)?))),
        (name, rest) => Ok(Asked::Answer(command(name)?, rest.to_vec())),
    }
}

fn command(name: &str) -> Result<&'static Subcommand, CliError> {
    let found = COMMANDS.iter().find(|command| command.name == name);
    found.ok_or_else(|| CliError::UnknownCommand { found: name.to_owned(), known: names() })
}

fn names() -> Vec<&'static str> {
    COMMANDS.iter().map(|command| command.name).collect()
}

fn serve(asked: Asked) -> Result<(), CliError> {
    let (command, words) = match asked {
        Asked::Help(Some(command)) => return output::write(help::of(command).as_bytes(), None),
        Asked::Help(None) => return output::write(help::overview(&COMMANDS).as_bytes(), None),
        Asked::Version => {
            return output::write(format!("{PROGRAM} {}\n", env!("CARGO_PKG_VERSION")).as_bytes(), None);
        }
        Asked::Answer(command, words) => (command, words),
    };
    let arguments = Arguments::read(&words, command.takes)?;
    let answer = (command.answer)(&arguments)?;
    answer.remarks.iter().for_each(|words| output::remark(words));
    output::write(&answer.octets, arguments.value(output::OUT.name()))
}
