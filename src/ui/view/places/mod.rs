//! The places beside the session.

pub mod compare;
pub mod grid;
pub mod suites;
