//! The cells of the grid: what became of the mail, in the letters of docs/rules.md GR1.

use super::{Check, Checked, hold};
use crate::naive::{Fate, Naive, octets};
use crate::said::Said;
use starttls_lab::grid;
use starttls_lab::trace::StreamKind;

pub const CHECKS: &[Check] = &[Check { kind: "cell of the grid", look: cell }];

fn cell(naive: &Naive, said: &Said) -> Checked {
    let Some(cell) = said.cell else { return Ok(0) };
    let hop = &naive.first;
    let sealed = naive.sealed() == Some(true);
    let fate = match cell.fate {
        grid::Fate::Clear => hop.fate == Fate::Delivered && !sealed,
        grid::Fate::Encrypted => hop.fate == Fate::Delivered && sealed && !naive.verified(),
        grid::Fate::Authenticated => hop.fate == Fate::Delivered && naive.verified() && !naive.mutual(),
        grid::Fate::Mutual => hop.fate == Fate::Delivered && naive.mutual(),
        grid::Fate::Deferred => hop.fate == Fate::Waits,
        grid::Fate::Returned => hop.fate == Fate::Returned,
    };
    hold!(fate, "{:?}", cell.fate);
    hold!(cell.again == (hop.talks.len() > 1), "again: {}", cell.again);
    hold!(cell.deceived == naive.deceived(), "deceived: {}", cell.deceived);
    hold!(cell.attacker_reads == naive.attacker_reads(), "attacker reads: {}", cell.attacker_reads);
    // A line of the message stands on the sender's wire.
    let own = |number: u16| hop.talks.iter().any(|&talk| naive.talks[talk].number == number);
    let mut wires = naive.streams(StreamKind::Wire).filter(|(number, _, _)| own(*number));
    let stands = wires.any(|(_, _, wire)| octets::find(wire, b"The figures for the quarter").is_some());
    hold!(cell.listener_reads == stands, "a listener reads: {}", cell.listener_reads);
    hold!(cell.tone == said.tone, "{:?}, and of the session {:?}", cell.tone, said.tone);
    Ok(6)
}
