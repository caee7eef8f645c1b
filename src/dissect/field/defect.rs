//! Why octets are not what should stand where they stand.

use super::octets_of;
use std::fmt;

/// Why a part could not be read to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldDefect {
    /// A field needs more octets than its part has left.
    Short { field: &'static str, needed: usize, left: usize },
    /// A field is not of the form that it must have.
    Form { field: &'static str, expected: &'static str },
    /// The part is longer than what it holds.
    LeftOver { octets: usize },
}

impl fmt::Display for FieldDefect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FieldDefect::Short { field, needed, left } => {
                write!(f, "{field} needs {}, {left} left", octets_of(*needed))
            }
            FieldDefect::Form { field, expected } => write!(f, "{field} should be {expected}"),
            FieldDefect::LeftOver { octets } => write!(f, "{} more than the field has", octets_of(*octets)),
        }
    }
}
