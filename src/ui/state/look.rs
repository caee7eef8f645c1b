//! How the page shows the run. It is [`Shown`], which the link has: a further way to look is a field there, and an arm here.

use crate::scenario::Switch;
use crate::share::shown::WORDS;
use crate::share::{AskMe, Fold, Log, PlayPace, RowKind, Sheet, Shown, Tab};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Look {
    Tab(Tab),
    Log(Log),
    /// Which kind of row is looked for, and with which words.
    Kind(RowKind),
    Words(String),
    /// Look for nothing.
    AllRows,
    /// Unfold this, or fold it.
    Fold(Fold, bool),
    /// Show what has not happened yet, or do not.
    End(bool),
    /// When a run halts and asks.
    Ask(AskMe),
    /// Large, for a room, or as it was.
    Stage(bool),
    Sheet(Sheet),
    Pace(PlayPace),
    /// See what an eavesdropper makes of it who has stolen the server's key.
    Steal,
}

pub fn after(mut shown: Shown, look: Look) -> Shown {
    match look {
        Look::Tab(tab) => shown.tab = tab,
        Look::Log(log) => shown.log = log,
        Look::Kind(kind) => shown.kind = kind,
        Look::Words(words) => shown.words = words.chars().take(WORDS).collect(),
        Look::AllRows => (shown.kind, shown.words) = (RowKind::All, String::new()),
        Look::Fold(fold, open) => shown.open = shown.open.with(fold, open),
        Look::End(end) => shown.end = Switch::of(end),
        Look::Ask(ask) => shown.ask = ask,
        Look::Stage(stage) => shown.stage = Switch::of(stage),
        Look::Sheet(sheet) => shown.sheet = sheet,
        Look::Pace(pace) => shown.pace = pace,
        Look::Steal => (shown.tab, shown.open) = (Tab::Eavesdropper, shown.open.with(Fold::Key, true)),
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_filter_is_undone_as_a_whole_and_nothing_else_is() {
        let looks =
            [Look::Tab(Tab::Bytes), Look::Kind(RowKind::Tls), Look::Words("250".into()), Look::Log(Log::Printed)];
        let shown = looks.into_iter().fold(Shown::default(), after);
        assert_eq!((shown.kind, shown.words.as_str()), (RowKind::Tls, "250"));
        let all = after(shown, Look::AllRows);
        assert_eq!(all, Shown { tab: Tab::Bytes, log: Log::Printed, ..Shown::default() });
    }

    #[test]
    fn words_are_as_long_as_a_link_takes_them() {
        let shown = after(Shown::default(), Look::Words("é".repeat(WORDS + 9)));
        assert_eq!(shown.words, "é".repeat(WORDS));
    }

    #[test]
    fn who_steals_the_key_sees_what_it_opens() {
        let shown = after(Shown { tab: Tab::Bytes, ..Shown::default() }, Look::Steal);
        assert!(shown.tab == Tab::Eavesdropper && shown.open.has(Fold::Key) && shown.open.has(Fold::Messages));
        assert_eq!(after(shown.clone(), Look::Steal), shown);
    }

    #[test]
    fn each_part_is_unfolded_on_its_own() {
        let shown = after(Shown::default(), Look::Fold(Fold::Mail, true));
        assert!(shown.open.has(Fold::Mail) && shown.open.has(Fold::Messages) && !shown.open.has(Fold::Machines));
        let shown = after(shown, Look::Fold(Fold::Messages, false));
        assert!(shown.open.has(Fold::Mail) && !shown.open.has(Fold::Messages));
    }
}
