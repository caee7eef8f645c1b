//! Help, made from the same rows that the arguments are read by.

use super::arguments::Taken;
use super::command::{PROGRAM, Subcommand};

/// Of the program.
pub fn overview(commands: &[Subcommand]) -> String {
    let commands: Vec<_> = commands.iter().map(|command| (command.name, command.purpose.to_owned())).collect();
    format!(
        "\
{PROGRAM}: a real SMTP client, a real SMTP server and TLS on both ends, on the command line

Usage: {PROGRAM} COMMAND [ARGUMENT]...
       {PROGRAM} COMMAND --help
       {PROGRAM} --help | --version

{}
The status is 0 when all is done; 1 when it cannot be, for a link that cannot be applied or a file that cannot be written;
2 when the arguments make no sense.
",
        list(&commands)
    )
}

/// Of a command.
pub fn of(command: &Subcommand) -> String {
    let form = |taken: &Taken| if taken.required { format!(" {}", taken.form) } else { format!(" [{}]", taken.form) };
    let forms: String = command.takes.iter().map(form).collect();
    let takes: Vec<_> = command.takes.iter().map(|taken| (taken.form, meaning(taken))).collect();
    let name = command.name;
    format!("{PROGRAM} {name}: {}\n\nUsage: {PROGRAM} {name}{forms}\n\n{}", command.purpose, list(&takes))
}

fn meaning(taken: &Taken) -> String {
    let expected = (taken.expected)();
    if expected.is_empty() { taken.meaning.to_owned() } else { format!("{} ({expected})", taken.meaning) }
}

/// Two columns.
fn list(rows: &[(&str, String)]) -> String {
    let width = rows.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
    rows.iter().map(|(name, meaning)| format!("  {name:width$}  {meaning}\n")).collect()
}
