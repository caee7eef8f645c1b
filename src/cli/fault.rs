//! Why a command was not carried out, and how that is said: what came, what was expected, what to do.

use super::command::PROGRAM;
use super::read::NoSession;
use starttls_lab::bytes::printable;
use starttls_lab::files::json::{LONGEST, Unreadable};
use starttls_lab::share::Notice;
use starttls_lab::text::EN;
use std::ffi::OsString;
use std::io;

pub enum CliError {
    /// An argument that is not UTF-8.
    NotText {
        found: OsString,
    },
    NoCommand {
        known: Vec<&'static str>,
    },
    UnknownCommand {
        found: String,
        known: Vec<&'static str>,
    },
    UnknownOption {
        found: String,
        known: Vec<&'static str>,
    },
    /// One operand more than the command takes.
    Surplus {
        found: String,
    },
    NoValue {
        form: &'static str,
    },
    /// A flag with a value.
    ValueOfFlag {
        name: &'static str,
        found: String,
    },
    Repeated {
        name: &'static str,
    },
    Missing {
        form: &'static str,
    },
    BadValue {
        name: &'static str,
        found: String,
        expected: String,
    },
    /// Parts of a link that cannot be applied.
    Link {
        notices: Vec<Notice>,
    },
    NotRead {
        file: String,
        error: io::Error,
    },
    /// It has more octets than a file may have.
    TooLong {
        file: String,
        longest: u64,
    },
    /// What is strange about the file may be the reason.
    NoSession {
        file: String,
        why: NoSession,
        remarks: Vec<String>,
    },
    /// To the file, or to standard output.
    NotWritten {
        file: Option<String>,
        error: io::Error,
    },
}

impl CliError {
    /// 2 where the arguments make no sense, 1 where they do and it cannot be done.
    pub fn status(&self) -> u8 {
        match self {
            CliError::Link { .. }
            | CliError::NotRead { .. }
            | CliError::TooLong { .. }
            | CliError::NoSession { .. }
            | CliError::NotWritten { .. } => 1,
            _ => 2,
        }
    }

    pub fn words(&self, command: Option<&str>) -> String {
        let name = command.map_or(PROGRAM.to_owned(), |command| format!("{PROGRAM} {command}"));
        let advice = if self.status() == 2 { format!("\nFor more: {name} --help") } else { String::new() };
        format!("{name}: {}{advice}", self.what())
    }

    fn what(&self) -> String {
        match self {
            CliError::NotText { found } => {
                format!("the argument {} is not UTF-8; arguments have to be", quoted(&found.to_string_lossy()))
            }
            CliError::NoCommand { known } => format!("no command is given; expected one of {}", known.join(", ")),
            CliError::UnknownCommand { found, known } => {
                format!("{} is no command; expected one of {}", quoted(found), known.join(", "))
            }
            CliError::UnknownOption { found, known } => {
                format!("{} is no option here; expected one of {}", quoted(found), known.join(", "))
            }
            CliError::Surplus { found } => format!("{} is one argument too many", quoted(found)),
            CliError::NoValue { form } => format!("no value is given; expected {form}"),
            CliError::ValueOfFlag { name, found } => {
                format!("{} is given as a value; expected {name} alone", quoted(found))
            }
            CliError::Repeated { name } => format!("{name} is given more than once; expected once at most"),
            CliError::Missing { form } => format!("{form} is missing"),
            CliError::BadValue { name, found, expected } => {
                format!("{} is no value of {name}; expected {expected}", quoted(found))
            }
            CliError::Link { notices } => {
                let said = notices.iter().map(|notice| (EN.notices.wrong)(notice));
                let unknown = notices.iter().any(|notice| matches!(notice, Notice::UnknownPreset { .. }));
                let names = unknown.then(|| format!("For the names of the scenarios: {PROGRAM} presets"));
                let end = "Nothing was run. To run the rest of it: --lenient".to_owned();
                said.chain(names).chain([end]).collect::<Vec<_>>().join("\n")
            }
            CliError::NotRead { file, error } => format!("cannot read the file {}: {error}", quoted(file)),
            CliError::TooLong { file, longest } => {
                format!("the file {} is too long; at most {longest} octets are read", quoted(file))
            }
            CliError::NoSession { file, why, remarks } => {
                let first = format!("the file {} {}", quoted(file), no_session(why));
                [first].into_iter().chain(remarks.iter().cloned()).collect::<Vec<_>>().join("\n")
            }
            CliError::NotWritten { file: Some(file), error } => {
                format!("cannot write the file {}: {error}", quoted(file))
            }
            CliError::NotWritten { file: None, error } => format!("cannot write all of it to standard output: {error}"),
        }
    }
}

/// As it came, but nothing in it acts on a terminal.
fn quoted(text: &str) -> String {
    format!("“{}”", printable(text.as_bytes()))
}

fn no_session(why: &NoSession) -> String {
    match why {
        NoSession::Unknown => {
            "is none that is read; expected a capture in the format pcapng or pcap, or a trace in JSON".to_owned()
        }
        NoSession::Compressed => "is compressed; expected it unpacked".to_owned(),
        NoSession::NoConnection => "has no TCP connection in it".to_owned(),
        NoSession::Trace(why) => format!("is no trace: {}", unreadable(why)),
    }
}

fn unreadable(why: &Unreadable) -> String {
    match why {
        Unreadable::TooLong { octets } => format!("it has {octets} octets; at most {LONGEST} are read"),
        Unreadable::Shape { line, column, error } => {
            format!("line {line}, column {column}: {}", printable(error.as_bytes()))
        }
        Unreadable::Version { expected, found } => format!("its format is {found}; expected {expected}"),
        Unreadable::Clock { expected, found } => format!("its clock is {found}; expected {expected}"),
        Unreadable::Span { event, .. } => format!("event {event} points at octets that are not there"),
    }
}
