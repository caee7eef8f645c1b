//! STARTTLS lab: a real SMTP client, a real SMTP server and rustls on both ends talk over in-memory transports; every octet is
//! recorded, and everything on screen is a pure function of that record.
//!
//! ```text
//! Scenario --lab::run--> Trace --dissect, story--> facts --text, ui::view--> page
//! ```
//!
//! The order of the modules below is the order of dependency: a module uses only modules above it (`tests/architecture.rs`).

#![forbid(unsafe_code)]
// The engine is total: nothing may stop it. Tests may stop at what they did not expect (clippy.toml).
#![warn(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::unreachable)]

pub mod bytes;
pub mod calendar;
pub mod registry;
pub mod ntlm;
pub mod scenario;
pub mod smtp;
pub mod tls;
pub mod policy;
pub mod trace;
pub mod dissect;
pub mod suites;
pub mod lab;
pub mod import;
pub mod story;
pub mod grid;
pub mod compare;
pub mod otherwise;
pub mod advice;
pub mod lesson;
pub mod share;
pub mod text;
pub mod files;
#[cfg(feature = "page")]
pub mod ui;
