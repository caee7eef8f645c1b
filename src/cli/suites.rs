//! `suites` and `negotiate`: two lists side by side, and what they come to.

use starttls_lab::registry::{Version, VersionRange};
use starttls_lab::scenario::Side;
use starttls_lab::suites::{Claim, List, ListKey, Peer, Row, ServerKey, choose, compare, evidence};
use starttls_lab::text::EN;

pub const USAGE: &str = "
       starttls-lab suites LIST LIST
       starttls-lab negotiate --client LIST --server LIST [--prefer client|server] [--key KEY[,KEY]...] [--versions OLDEST[-NEWEST]]

LIST is ws2003, ws2008, rustls or openssl. KEY is rsa, ecdsa, dss, or temporary: the short key that export suites need.
A version is ssl2, ssl3, 1.0, 1.1, 1.2 or 1.3; --versions is for both ends.
Without --prefer it is the server's habit: its own order with Schannel, the client's with the others. Without --key it is rsa.";

/// The two lists as a table, and what the book says of them where they are the book's; none if an argument is wrong.
pub fn comparison(arguments: &[&str]) -> Option<String> {
    let [left, right] = arguments else { return None };
    let (left, right) = (ListKey::from_key(left)?, ListKey::from_key(right)?);
    let rows = compare(&List::of(left), &List::of(right));
    let mut text = format!("{} | {}\n\n", (EN.suites.list)(left).name, (EN.suites.list)(right).name);
    text += &table(&EN.suites.comparison_heads, &rows.iter().map(comparison_row).collect::<Vec<_>>());
    if (left, right) == (ListKey::Ws2003, ListKey::Ws2008) {
        for claim in Claim::ALL {
            let shown = (EN.suites.evidence)(evidence(claim));
            text += &format!("\n\"{}\"\n{} {}\n", (EN.suites.claim)(claim), shown.words, shown.source);
        }
    }
    Some(text)
}

fn comparison_row(row: &Row) -> [String; 6] {
    let ranks = |ranks: &[usize]| match ranks {
        [] => EN.suites.absent.to_owned(),
        ranks => ranks.iter().map(usize::to_string).collect::<Vec<_>>().join(","),
    };
    let change = row.fall().map_or_else(|| (EN.suites.presence)(row.presence()).to_owned(), EN.suites.fall);
    let mark = (EN.suites.standing)(row.suite.standing());
    let sources: Vec<&str> = row.suite.objections().map(|objection| (EN.suites.objection)(objection).source).collect();
    let today = format!("{} {}", mark.shape, mark.word);
    let today = sources.first().map_or(today.clone(), |source| format!("{today}: {source}"));
    [row.name(), (EN.suites.code)(row.suite.code), ranks(&row.left), ranks(&row.right), change, today]
}

/// The choice and what became of each line; none if an argument is wrong.
pub fn negotiation(arguments: &[&str]) -> Option<String> {
    let (mut client, mut server) = (None, None);
    let (mut preference, mut keys, mut versions) = (None, vec![ServerKey::Rsa], None);
    for option in arguments.chunks(2) {
        match option {
            ["--client", key] => client = Some(Peer::of(ListKey::from_key(key)?)),
            ["--server", key] => server = Some(Peer::of(ListKey::from_key(key)?)),
            ["--prefer", "client"] => preference = Some(Side::Client),
            ["--prefer", "server"] => preference = Some(Side::Server),
            ["--key", names] => keys = names.split(',').map(server_key).collect::<Option<_>>()?,
            ["--versions", range] => versions = Some(version_range(range)?),
            _ => return None,
        }
    }
    let (mut client, mut server) = (client?, server?);
    if let Some(versions) = versions {
        (client.versions, server.versions) = (versions, versions);
    }
    let preference = preference.unwrap_or(server.list.stack.preference());
    let negotiation = choose(&client, &server, preference, &keys);
    let rows = negotiation.candidates.iter().map(|candidate| {
        [candidate.rank.to_string(), candidate.entry.name(), (EN.suites.why)(candidate.why).to_owned()]
    });
    let mut text = table(&EN.suites.negotiation_heads, &rows.collect::<Vec<_>>());
    text += &format!("\n{}\n", (EN.suites.result)(&negotiation));
    if let Some(missed) = (EN.suites.missed_forward_secrecy)(&negotiation) {
        text += &format!("{missed}\n");
    }
    Some(text + EN.suites.model + "\n")
}

fn server_key(name: &str) -> Option<ServerKey> {
    ServerKey::ALL.into_iter().find(|key| key.key() == name)
}

fn version_range(range: &str) -> Option<VersionRange> {
    let (first, last) = range.split_once('-').unwrap_or((range, range));
    Some(VersionRange::new(Version::from_key(first)?, Version::from_key(last)?))
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
