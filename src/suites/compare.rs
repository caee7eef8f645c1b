//! Two lists side by side: what only one has, what both have, and where it went.
//!
//! Lines are aligned by code point. Schannel has up to three lines for one code point, a line a curve: with two lists of Schannel
//! each curve is aligned by itself, with any other list the three stand beside its one.

use super::lists::{List, ListEntry, Stack};
use crate::registry::{Group, Suite};

/// A suite, with a curve where both lists have curves, and its ranks in the two lists, which count from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComparedRow {
    pub suite: Suite,
    pub curve: Option<Group>,
    pub left: Vec<usize>,
    pub right: Vec<usize>,
}

/// Which lists have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Presence {
    OnlyLeft,
    Both,
    OnlyRight,
}

impl ComparedRow {
    /// The suite's name, with the suffix of Schannel where both lists have curves.
    pub fn name(&self) -> String {
        ListEntry { curve: self.curve, ..ListEntry::of(self.suite) }.name()
    }

    pub fn presence(&self) -> Presence {
        match (self.left.is_empty(), self.right.is_empty()) {
            (_, true) => Presence::OnlyLeft,
            (true, false) => Presence::OnlyRight,
            (false, false) => Presence::Both,
        }
    }

    /// By how many places it stands lower on the right than on the left; less than nothing if it has risen.
    pub fn fall(&self) -> Option<isize> {
        let (left, right) = (*self.left.first()?, *self.right.first()?);
        Some(right.cast_signed() - left.cast_signed())
    }
}

/// Every line of both lists in exactly one row: the order of the left list, and then what only the right one has in its order.
pub fn compare(left: &List, right: &List) -> Vec<ComparedRow> {
    let by_curve = left.stack == Stack::Schannel && right.stack == Stack::Schannel;
    let mut rows = Vec::new();
    for (list, ranks) in [(left, left_ranks as fn(&mut ComparedRow) -> &mut Vec<usize>), (right, right_ranks)] {
        for (index, entry) in list.entries.iter().enumerate() {
            let curve = entry.curve.filter(|_| by_curve);
            let same = |row: &&mut ComparedRow| row.suite.code == entry.suite.code && row.curve == curve;
            match rows.iter_mut().find(same) {
                Some(row) => ranks(row).push(index + 1),
                None => {
                    let mut row = ComparedRow { suite: entry.suite, curve, left: Vec::new(), right: Vec::new() };
                    ranks(&mut row).push(index + 1);
                    rows.push(row);
                }
            }
        }
    }
    rows
}

fn left_ranks(row: &mut ComparedRow) -> &mut Vec<usize> {
    &mut row.left
}

fn right_ranks(row: &mut ComparedRow) -> &mut Vec<usize> {
    &mut row.right
}
