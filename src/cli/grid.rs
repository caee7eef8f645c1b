//! `grid`: policies by situations, each cell a run.

use super::arguments::{Arguments, Taken, one_of};
use super::command::{CliAnswer, Subcommand};
use super::fault::CliError;
use super::output;
use starttls_lab::grid::{self, Cell, Situation, prize};
use starttls_lab::scenario::{Choice, ClientPolicy};
use starttls_lab::text::EN;

pub const GRID: Subcommand = Subcommand {
    name: "grid",
    purpose: "shows what becomes of the mail: every policy in every situation, each a run",
    takes: &[FORMAT, output::OUT],
    answer,
};

const FORMAT: Taken = Taken {
    form: "--format FORMAT",
    required: false,
    meaning: "how to write it; as text without it",
    expected: || one_of(&Form::ALL.map(Form::key)),
};

#[derive(Clone, Copy, PartialEq)]
enum Form {
    Text,
    Csv,
    Markdown,
}

impl Form {
    const ALL: [Form; 3] = [Form::Text, Form::Csv, Form::Markdown];

    fn key(self) -> &'static str {
        match self {
            Form::Text => "text",
            Form::Csv => "csv",
            Form::Markdown => "markdown",
        }
    }
}

fn answer(arguments: &Arguments) -> Result<CliAnswer, CliError> {
    let form = |key: &str| Form::ALL.into_iter().find(|form| form.key() == key);
    Ok(written(arguments.parsed(&FORMAT, form)?.unwrap_or(Form::Text)).into())
}

fn written(form: Form) -> String {
    let table = table(form);
    match form {
        Form::Csv => table.iter().map(|row| format!("{}\n", row.join(","))).collect(),
        Form::Text => {
            let rows = padded(&table).into_iter().map(|row| format!("{}\n", row.join("  ").trim_end()));
            rows.collect::<String>() + "\n" + &legend()
        }
        Form::Markdown => {
            let line = |row: Vec<String>| format!("| {} |\n", row.join(" | "));
            let mut rows = padded(&table).into_iter();
            let head = rows.next().unwrap_or_default();
            let rule = line(head.iter().map(|cell| "-".repeat(cell.chars().count())).collect());
            line(head) + &rule + &rows.map(line).collect::<String>()
        }
    }
}

/// The heads and a row for each policy.
fn table(form: Form) -> Vec<Vec<String>> {
    let cells: Vec<Cell> = grid::places().map(|(policy, situation)| Cell::of(policy, situation)).collect();
    let heads = Situation::ALL.into_iter().map(|situation| match form {
        Form::Text => situation.letter().to_owned(),
        Form::Csv | Form::Markdown => format!("{} {}", situation.letter(), (EN.grid.situation)(situation).name),
    });
    let row = |&policy: &ClientPolicy| {
        let name = (EN.grid.policy_name)(policy).to_owned();
        let name = if form == Form::Csv { format!("\"{name}\"") } else { name };
        let codes = cells.iter().filter(|cell| cell.policy == policy).map(Cell::code);
        let gets = prize(&cells, policy).map(EN.grid.prize).unwrap_or_default();
        let gets = if form == Form::Csv { format!("\"{gets}\"") } else { gets.to_owned() };
        [name].into_iter().chain(codes).chain([gets]).collect()
    };
    let heads = ["policy".to_owned()].into_iter().chain(heads).chain(["attacker gets".to_owned()]).collect();
    [heads].into_iter().chain(ClientPolicy::ALL.iter().map(row)).collect()
}

/// Columns as wide as their widest cell.
fn padded(table: &[Vec<String>]) -> Vec<Vec<String>> {
    let width = |column: usize| table.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max();
    let cell = |(column, cell): (usize, &String)| format!("{cell:width$}", width = width(column).unwrap_or_default());
    table.iter().map(|row| row.iter().enumerate().map(cell).collect()).collect()
}

fn legend() -> String {
    let meaning =
        |situation: Situation| format!("{:2} {}\n", situation.letter(), (EN.grid.situation)(situation).meaning);
    let columns = [Situation::Stripped, Situation::Impostor, Situation::Misissued].map(Situation::letter);
    let (attacked, deceived) = (EN.grid.attacked_mark, EN.grid.deceived_mark);
    format!(
        "\
CL in clear, EU encrypted, EA to a verified server, EAm both verified, DF waits in the queue;
= same connection, + a second one; ! {attacked}; * {deceived}
"
    ) + &Situation::ALL.map(meaning).concat()
        + EN.grid.prize_rule
        // The page's columns have names.
        + &format!(" They are ({}), ({}) and ({}).\n", columns[0], columns[1], columns[2])
}
