//! TLS as it was: SSL 3.0 to TLS 1.2 with the suites of 2003 and 2008, between two ends of the lab.

// The engine of old TLS uses the rest of it.
#[allow(dead_code, unused_imports)]
mod credentials;

pub use credentials::{OldKey, OldPki};
