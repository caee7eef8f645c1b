//! The book's log beside the session: every printed line has a row, every line that was sent before the mail, too, and each difference is
//! of the kind that is named.

use super::{Check, Checked, hold};
use crate::naive::{Line, Naive, Talk};
use crate::said::Said;
use starttls_lab::scenario::ServerProfile;
use starttls_lab::story::printed::{Difference, PRINTED, PrintedRow};

pub const CHECKS: &[Check] = &[Check { kind: "line of the printed log", look: printed }];

/// Without the number in the margin.
fn unnumbered(line: &str) -> &str {
    match line.split_at_checked(2) {
        Some((digits, rest)) if digits.bytes().all(|octet| octet.is_ascii_digit()) => rest.trim_start(),
        _ => line,
    }
}

/// What is printed as said, and not as a remark.
fn spoken(row: &PrintedRow) -> Option<&'static str> {
    let line = row.printed?;
    line.strip_prefix("S: ").or(line.strip_prefix("C: ")).filter(|text| !text.starts_with('<'))
}

/// The separator behind the code tells only whether the line is the last, and the order of keywords has no meaning. RFC 5321 §4.1.1.1
fn is_same(printed: &str, line: &Line) -> bool {
    let keyword = |text: &str| text.strip_prefix("250").and_then(|rest| rest.get(1..)).map(str::to_owned);
    printed == line.text || keyword(printed).is_some() && keyword(printed) == keyword(&line.text)
}

fn printed(naive: &Naive, said: &Said) -> Checked {
    let rows = &said.printed;
    if naive.scenario.server != ServerProfile::Book {
        hold!(rows.is_empty(), "{} rows of a session with another server", rows.len());
        return Ok(0);
    }
    let lines: Vec<&str> = rows.iter().filter_map(|row| row.printed).collect();
    let wanted: Vec<&str> = PRINTED.lines().map(unnumbered).collect();
    hold!(lines == wanted, "{} printed lines, not {}", lines.len(), wanted.len());
    let numbers: Vec<u8> = rows.iter().filter_map(|row| row.number).collect();
    hold!(numbers == [1, 2, 3, 4, 5, 6, 7], "{numbers:?}");
    let talk = &naive.talks[0];
    let mut inside = false;
    for (at, row) in rows.iter().enumerate() {
        inside |= row.printed.is_some_and(|line| line.contains("starts TLS"));
        hold!(holds(naive, talk, rows, at, inside), "{row:?}");
    }
    // What was said before the mail is all there.
    let before = |line: &&Line| !["MAIL", "AUTH", "QUIT"].contains(&line.verb().as_str());
    let missing =
        talk.lines.iter().take_while(before).find(|line| !rows.iter().any(|row| row.live == Some(line.event)));
    hold!(missing.is_none(), "{missing:?} is left out");
    Ok(rows.len())
}

fn holds(naive: &Naive, talk: &Talk, rows: &[PrintedRow], at: usize, inside: bool) -> bool {
    let row = &rows[at];
    let live = row.live.and_then(|event| talk.lines.iter().find(|line| line.event == event));
    let own = row.live.is_none_or(|event| naive.trace.events[event].connection == talk.number);
    let printed = spoken(row).unwrap_or_default();
    let said_here = |text: &str| talk.lines.iter().any(|line| line.sealed == inside && is_same(text, line));
    let before = |text: &str| {
        let seal = rows
            .iter()
            .position(|row| row.printed.is_some_and(|line| line.contains("starts TLS")))
            .unwrap_or(rows.len());
        let same_side = if inside { seal..at } else { 0..at };
        rows[same_side].iter().any(|row| spoken(row) == Some(text))
    };
    let of_side = |line: &Line| line.sealed == inside;
    own && match row.difference {
        None => live.is_some_and(|line| of_side(line) && is_same(printed, line)),
        Some(Difference::Narration) => row.printed.is_some() && spoken(row).is_none(),
        Some(Difference::Code250For220) => live.is_some_and(|line| {
            let is_answer = talk.reply_to(talk.verb).is_some_and(|reply| talk.first_line(reply).event == line.event);
            is_answer && line.text.starts_with("220 ") && printed.strip_prefix("250") == line.text.strip_prefix("220")
        }),
        Some(Difference::SecondGreeting) => {
            inside
                && printed.starts_with("220 ")
                && talk.up()
                && !talk.lines.iter().any(|line| line.sealed && line.text.starts_with("220 "))
        }
        Some(Difference::AnonymousTlsInside) => inside && printed.contains("X-ANONYMOUSTLS") && !said_here(printed),
        Some(Difference::PlainBesideLogin) => {
            live.is_some_and(|line| is_same(printed, line)) && printed.contains("LOGIN PLAIN")
        }
        Some(Difference::Repeated) => before(printed) && live.is_none(),
        Some(Difference::Fused) => live.is_some_and(|line| {
            let head = printed.split_once("S: ").map(|(head, _)| head);
            head.is_some_and(|head| is_same(head, line))
        }),
        Some(Difference::FusedRest) => {
            let rest = rows[..at].last().and_then(spoken).and_then(|text| text.split_once("S: "));
            let rest = rest.map(|(_, rest)| rest).unwrap_or_default();
            row.printed.is_none() && live.map_or(!said_here(rest), |line| is_same(rest, line))
        }
        Some(Difference::NotPrinted) => row.printed.is_none() && live.is_some(),
        // The line, or what TLS would have done.
        Some(Difference::NotInThisRun) if spoken(row).is_some() => {
            live.is_none() && (!said_here(printed) || before(printed))
        }
        Some(Difference::NotInThisRun) => row.live.is_none() && !talk.began(),
    }
}
