//! `lab/`: every combination of the scenario's switches, every cut of the wire, and the second try.

#[path = "../common/scenarios.rs"]
mod scenarios;

mod matrix;
mod second_try;
