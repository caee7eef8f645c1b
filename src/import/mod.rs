//! Traces of sessions that others made: captures, with their key logs.
//!
//! ```text
//! octets --pcapng--> streams of each side --capture--> Trace
//! ```
//!
//! It makes traces, as `lab` does, and knows nothing of what is made of them.

mod capture;
mod conversation;
pub mod keylog;
pub mod pcapng;

pub use capture::{Imported, capture};
