//! `suites` and `negotiate`: two lists side by side, and what they come to.

use super::arguments::{Arguments, Taken, one_of};
use super::command::{CliAnswer, PROGRAM, Subcommand};
use super::fault::CliError;
use super::output;
use starttls_lab::lab::run;
use starttls_lab::registry::{Version, VersionRange, suite};
use starttls_lab::scenario::{OldList, Side, Value, nearest};
use starttls_lab::share::{self, Shared};
use starttls_lab::suites::{
    Claim, ComparedRow, Encounter, List, ListEntry, ListKey, ServerKey, Tried, compare, evidence,
};
use starttls_lab::text::EN;
use starttls_lab::trace::What;

pub const SUITES: Subcommand = Subcommand {
    name: "suites",
    purpose: "sets two lists of cipher suites side by side",
    takes: &[LEFT, RIGHT, output::OUT],
    answer: comparison,
};

pub const NEGOTIATE: Subcommand = Subcommand {
    name: "negotiate",
    purpose: "tells which suite two lists come to, and what became of the others",
    takes: &[CLIENT, SERVER, OFFERS, SERVES, PREFER, KEY, VERSIONS, output::OUT],
    answer: negotiation,
};

const LEFT: Taken = list_of("LEFT", "the one list");
const RIGHT: Taken = list_of("RIGHT", "the other");
const CLIENT: Taken = list_of("--client LIST", "the client's list");
const SERVER: Taken = list_of("--server LIST", "the server's list");

const OFFERS: Taken = lines_of("--offers LINES", "what the client has on, in its order, in place of its whole list");
const SERVES: Taken = lines_of("--serves LINES", "the same for the server");

const fn lines_of(form: &'static str, meaning: &'static str) -> Taken {
    Taken { form, required: false, meaning, expected: || "as the key client_suite of a link has it".to_owned() }
}

const fn list_of(form: &'static str, meaning: &'static str) -> Taken {
    Taken { form, required: true, meaning, expected: || one_of(&ListKey::ALL.map(ListKey::key)) }
}

const PREFER: Taken = Taken {
    form: "--prefer SIDE",
    required: false,
    meaning: "whose order counts; without it, as the server's system has it: Schannel its own, the others the client's",
    expected: || one_of(&SIDES.map(Side::key)),
};

const KEY: Taken = Taken {
    form: "--key KEY[,KEY]...",
    required: false,
    meaning: "the server's keys, temporary being the short one that export suites need; rsa and temporary without it",
    expected: || one_of(&ServerKey::ALL.map(ServerKey::key)),
};

const VERSIONS: Taken = Taken {
    form: "--versions OLDEST[-NEWEST]",
    required: false,
    meaning: "the versions of both ends; those of each end's system without it",
    expected: || one_of(&Version::ALL.map(Version::key)),
};

const SIDES: [Side; 2] = [Side::Client, Side::Server];

/// The list that an argument names.
fn list(arguments: &Arguments, taken: &Taken) -> Result<ListKey, CliError> {
    arguments.parsed(taken, ListKey::from_key)?.ok_or(CliError::Missing { form: taken.form })
}

/// The two lists as a table, and what the book says of them where they are the book's.
fn comparison(arguments: &Arguments) -> Result<CliAnswer, CliError> {
    let (left, right) = (list(arguments, &LEFT)?, list(arguments, &RIGHT)?);
    let rows = compare(&List::of(left), &List::of(right));
    let mut text = format!("{} | {}\n\n", (EN.suites.list)(left).name, (EN.suites.list)(right).name);
    text += &table(&EN.suites.comparison_heads, &rows.iter().map(comparison_row).collect::<Vec<_>>());
    if (left, right) == (ListKey::Ws2003, ListKey::Ws2008) {
        for claim in Claim::ALL {
            let shown = (EN.suites.evidence)(evidence(claim));
            text += &format!("\n\"{}\"\n{} {}\n", (EN.suites.claim)(claim), shown.words, shown.source);
        }
    }
    Ok(text.into())
}

fn comparison_row(row: &ComparedRow) -> [String; 7] {
    let ranks = |ranks: &[usize]| match ranks {
        [] => EN.suites.absent.to_owned(),
        ranks => ranks.iter().map(usize::to_string).collect::<Vec<_>>().join(","),
    };
    let change = row.fall().map_or_else(|| (EN.suites.presence)(row.presence()).to_owned(), EN.suites.fall);
    let mark = (EN.suites.standing)(row.suite.standing());
    let sources: Vec<&str> = row.suite.objections().map(|objection| (EN.suites.objection)(objection).source).collect();
    let today = format!("{} {}", mark.shape, mark.word);
    let today = sources.first().map_or(today.clone(), |source| format!("{today}: {source}"));
    let here = (EN.suites.here)(ListEntry { curve: row.curve, ..ListEntry::of(row.suite) }.here()).name.to_owned();
    [row.name(), (EN.suites.code)(row.suite.code), ranks(&row.left), ranks(&row.right), change, today, here]
}

/// The choice and what became of each line.
fn negotiation(arguments: &Arguments) -> Result<CliAnswer, CliError> {
    let mut encounter = Encounter::of(list(arguments, &CLIENT)?, list(arguments, &SERVER)?);
    for (end, taken) in [(&mut encounter.client, &OFFERS), (&mut encounter.server, &SERVES)] {
        if let Some(lines) = arguments.parsed(taken, <Option<OldList>>::parse)?.flatten() {
            end.peer.list.set(lines.lines());
        }
    }
    let side = |key: &str| SIDES.into_iter().find(|side| side.key() == key);
    if let Some(preference) = arguments.parsed(&PREFER, side)? {
        encounter.preference = preference;
    }
    if let Some(keys) = arguments.parsed(&KEY, server_keys)? {
        encounter.keys = keys;
    }
    if let Some(versions) = arguments.parsed(&VERSIONS, version_range)? {
        (encounter.client.peer.versions, encounter.server.peer.versions) = (versions, versions);
    }
    let negotiation = encounter.negotiation();
    let rows = negotiation.candidates.iter().map(|candidate| {
        [candidate.rank.to_string(), candidate.entry.name(), (EN.suites.why)(candidate.why).to_owned()]
    });
    let mut text = table(&EN.suites.negotiation_heads, &rows.collect::<Vec<_>>());
    text += &format!("\n{}\n", (EN.suites.result)(&negotiation));
    if let Some(missed) = (EN.suites.missed_forward_secrecy)(&negotiation) {
        text += &format!("{missed}\n");
    }
    text += &format!("{}\n", EN.suites.model);
    if let Some(tried) = encounter.session() {
        text += &session(&tried);
    }
    Ok(text.into())
}

/// The same two in a session: what came of it, and how to run it.
fn session(Tried { scenario, differs }: &Tried) -> String {
    let trace = run(scenario);
    let result = trace.events.iter().find_map(|event| match &event.what {
        What::TlsUp(facts) => {
            let name = suite(facts.suite).map_or(String::new(), |suite| suite.name().to_owned());
            Some(format!("{}, {name}", (EN.suites.page.version)(facts.version)))
        }
        What::TlsFailed(failure) => Some(match failure.alert {
            Some((_, number)) => format!("alert {number}"),
            None => (EN.log.cause)(&failure.cause).to_owned(),
        }),
        _ => None,
    });
    let link = share::write(&Shared::of(*scenario, nearest(scenario).name));
    let differs = if *differs { format!("\n{}", EN.suites.page.trial_differs) } else { String::new() };
    format!("\n{}: {}{differs}\n{PROGRAM} run '{link}'\n", EN.suites.page.trial, result.unwrap_or_default())
}

fn server_keys(names: &str) -> Option<Vec<ServerKey>> {
    names.split(',').map(|name| ServerKey::ALL.into_iter().find(|key| key.key() == name)).collect()
}

fn version_range(range: &str) -> Option<VersionRange> {
    let (first, last) = range.split_once('-').unwrap_or((range, range));
    let (first, last) = (Version::from_key(first)?, Version::from_key(last)?);
    (first <= last).then_some(VersionRange::new(first, last))
}

/// Columns as wide as their widest cell.
fn table<const N: usize>(heads: &[&str; N], rows: &[[String; N]]) -> String {
    let rows: Vec<[&str; N]> =
        std::iter::once(*heads).chain(rows.iter().map(|row| row.each_ref().map(String::as_str))).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..N).map(width).collect();
    let line = |row: &[&str; N]| {
        let cells = row.iter().zip(&widths).map(|(cell, &width)| format!("{cell:width$}"));
        format!("{}\n", cells.collect::<Vec<_>>().join("  ").trim_end())
    };
    rows.iter().map(line).collect()
}
