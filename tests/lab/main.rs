//! `lab/`: every combination of the scenario's switches, and every cut of the wire.

#[path = "../common/scenarios.rs"]
mod scenarios;

mod matrix;
