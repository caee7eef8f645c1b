//! What is read off a run: its points and outcome, what leaks to a listener, and two runs beside each other.

#[path = "../common/scenarios.rs"]
mod scenarios;

mod account;
mod compare;
mod edges;
mod mark;
mod say;
mod wiretap;
