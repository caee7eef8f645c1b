//! The page without a browser: its views, and the link that it reads and writes.

#[path = "../common/scenarios.rs"]
mod scenarios;

mod cover;
mod first_run;
mod link;
mod stage;
mod views;
