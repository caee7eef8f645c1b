//! What a command is, and what it comes to.

use super::arguments::{Arguments, Taken};
use super::fault::CliError;

/// What the program is called.
pub const PROGRAM: &str = env!("CARGO_PKG_NAME");

/// A command, and what it takes.
pub struct Subcommand {
    pub name: &'static str,
    pub purpose: &'static str,
    pub takes: &'static [Taken],
    pub answer: fn(&Arguments) -> Result<CliAnswer, CliError>,
}

/// Octets for the file or for standard output, and remarks for standard error.
pub struct CliAnswer {
    pub octets: Vec<u8>,
    pub remarks: Vec<String>,
}

impl From<String> for CliAnswer {
    fn from(text: String) -> CliAnswer {
        CliAnswer { octets: text.into_bytes(), remarks: Vec::new() }
    }
}
