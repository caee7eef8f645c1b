//! `presets`: the names that a link may give.

use super::command::Subcommand;
use super::output;
use starttls_lab::scenario;

pub const PRESETS: Subcommand = Subcommand {
    name: "presets",
    purpose: "names the scenarios, one a line",
    takes: &[output::OUT],
    answer: |_| Ok(scenario::PRESETS.iter().map(|preset| format!("{}\n", preset.name)).collect::<String>().into()),
};
