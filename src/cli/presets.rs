//! `presets`: the names that a link may give.

use super::command::Command;
use super::output;
use starttls_lab::scenario;

pub const PRESETS: Command = Command {
    name: "presets",
    purpose: "names the scenarios, one a line",
    takes: &[output::OUT],
    answer: |_| Ok(scenario::PRESETS.iter().map(|preset| format!("{}\n", preset.name)).collect::<String>().into()),
};
