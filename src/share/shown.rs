//! How the page shows a run, as far as a link has it: the place, the tab, the log, what is looked for, and what is unfolded.
//!
//! Left out: what a learner points at in the octets of a step, and the dialog with the keys, which would hide what a link leads to.

use crate::scenario::{Choice, Switch, Value, choice};

choice!(
    /// The page's places.
    View {
        /// One scenario, step by step.
        Session = "session",
        /// The question that the page opens with.
        Cover = "cover",
        /// The scenarios, in groups.
        Gallery = "gallery",
        /// Runs with questions, in an order.
        Lessons = "lessons",
        /// Policies by situations.
        Grid = "grid",
        /// Cipher suites then and now.
        Suites = "suites",
        /// Two runs beside each other.
        Compare = "compare",
        /// Sheets on paper.
        Print = "print",
    }
);

choice!(
    /// What is printed: of the run, and for a class.
    Sheet {
        Handout = "handout",
        Exercise = "exercise",
        ExerciseKey = "exercise-key",
        Plan = "plan",
        Tasks = "tasks",
        TasksKey = "tasks-key",
    }
);

choice!(
    /// Views of a step.
    Tab {
        Why = "why",
        Bytes = "bytes",
        Certificate = "certificate",
        Eavesdropper = "eavesdropper",
    }
);

choice!(
    /// Views of the log.
    Log {
        /// As it is sent here.
        Live = "live",
        /// As the book prints it.
        Printed = "printed",
        /// As the protocol logs of the two ends have it.
        Protocol = "protocol",
    }
);

choice!(
    /// How fast a run plays.
    PlayPace {
        Slow = "slow",
        Normal = "normal",
        Fast = "fast",
    }
);

choice!(
    /// What kind of row is looked for.
    RowKind {
        All = "all",
        /// What an eavesdropper can read.
        Readable = "readable",
        Sealed = "sealed",
        FromClient = "client",
        FromServer = "server",
        Tls = "tls",
        /// What happened inside one end: decisions, checks, what was stored.
        Inside = "inside",
    }
);

choice!(
    /// What can be folded and unfolded.
    Fold {
        /// The messages of the handshake.
        Messages = "messages",
        /// The tables of the state machines.
        Machines = "machines",
        /// The message as its reader has it.
        Mail = "mail",
        /// Of a comparison, what is alike.
        Alike = "alike",
        /// The handshake, drawn.
        Handshake = "handshake",
        /// To the eavesdropper, the records that the server's key opens.
        Key = "key",
        /// To the eavesdropper, words tried on an NTLM login.
        Words = "words",
        /// All switches of the sender, of the path, of the receiver: one of the three.
        Sender = "sender",
        Path = "path",
        Receiver = "receiver",
        /// Where there is little room: the inspector, and all of the outcome.
        Why = "why",
        Outcome = "outcome",
        /// What can be done in real systems.
        Advice = "advice",
    }
);

choice!(
    /// When a run halts and asks.
    AskMe {
        /// In lessons.
        Lessons = "lessons",
        Always = "always",
        Never = "never",
    }
);

impl Fold {
    /// They take the same room, so opening one closes the others.
    pub const DRAWERS: [Fold; 3] = [Fold::Sender, Fold::Path, Fold::Receiver];
}

/// What is open; at first the messages of the handshake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unfolded([bool; Fold::ALL.len()]);

impl Default for Unfolded {
    fn default() -> Unfolded {
        Unfolded::NOTHING.with(Fold::Messages, true)
    }
}

impl Unfolded {
    const NOTHING: Unfolded = Unfolded([false; Fold::ALL.len()]);

    pub fn has(self, fold: Fold) -> bool {
        Fold::ALL.iter().zip(self.0).any(|(&one, open)| one == fold && open)
    }

    pub fn with(mut self, fold: Fold, open: bool) -> Unfolded {
        let closes = |one: &Fold| open && Fold::DRAWERS.contains(&fold) && Fold::DRAWERS.contains(one);
        for (one, slot) in Fold::ALL.iter().zip(&mut self.0) {
            if *one == fold {
                *slot = open;
            } else if closes(one) {
                *slot = false;
            }
        }
        self
    }

    /// The drawer that is open.
    pub fn drawer(self) -> Option<Fold> {
        Fold::DRAWERS.into_iter().find(|&fold| self.has(fold))
    }
}

/// A link's word for an empty set.
const NONE: &str = "none";

impl Value for Unfolded {
    fn expected() -> String {
        format!("{NONE}, or any of {}, joined by +", Fold::expected())
    }

    fn parse(text: &str) -> Option<Unfolded> {
        if text == NONE {
            return Some(Unfolded::NOTHING);
        }
        text.split('+').try_fold(Unfolded::NOTHING, |open, word| {
            let fold = Fold::parse(word)?;
            (!open.has(fold)).then(|| open.with(fold, true))
        })
    }

    fn write(self) -> String {
        let open: Vec<&str> = Fold::ALL.iter().filter(|&&fold| self.has(fold)).map(|fold| fold.key()).collect();
        if open.is_empty() { NONE.to_owned() } else { open.join("+") }
    }
}

/// Characters of the words that are looked for.
pub const WORDS: usize = 64;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    pub view: View,
    pub tab: Tab,
    pub log: Log,
    /// Which rows of the log are on show: of this kind, and with these words.
    pub kind: RowKind,
    pub words: String,
    pub open: Unfolded,
    /// What has not happened yet at the step is shown, too.
    pub end: Switch,
    pub ask: AskMe,
    /// Large, for a room.
    pub stage: Switch,
    pub sheet: Sheet,
    pub pace: PlayPace,
}

impl Default for Shown {
    fn default() -> Shown {
        let (view, tab, log, kind) = (View::Session, Tab::Why, Log::Live, RowKind::All);
        Shown {
            view,
            tab,
            log,
            kind,
            words: String::new(),
            open: Unfolded::default(),
            end: Switch::Off,
            ask: AskMe::Lessons,
            stage: Switch::Off,
            sheet: Sheet::Handout,
            pace: PlayPace::Normal,
        }
    }
}

/// The keys of [`Shown`], in the order of a link.
pub const KEYS: [&str; 11] = ["view", "tab", "log", "rows", "find", "open", "end", "ask", "stage", "sheet", "pace"];

/// What differs from the default, as keys and values.
pub fn write(shown: &Shown) -> impl Iterator<Item = (&'static str, String)> {
    let of = |shown: &Shown| {
        let Shown { view, tab, log, kind, words, open, end, ask, stage, sheet, pace } = shown;
        let run = [view.write(), tab.write(), log.write(), kind.write(), words.clone(), open.write()];
        run.into_iter().chain([end.write(), ask.write(), stage.write(), sheet.write(), pace.write()])
    };
    let values = of(shown).zip(of(&Shown::default()));
    KEYS.into_iter().zip(values).filter(|(_, (value, default))| value != default).map(|(key, (value, _))| (key, value))
}

/// Applies a value of one of [`KEYS`]; of what does not fit, what was expected.
pub fn apply(shown: &mut Shown, key: &str, value: &str) -> Result<(), String> {
    fn put<T: Value>(slot: &mut T, value: &str) -> Result<(), String> {
        *slot = T::parse(value).ok_or_else(T::expected)?;
        Ok(())
    }
    match key {
        "view" => put(&mut shown.view, value),
        "tab" => put(&mut shown.tab, value),
        "log" => put(&mut shown.log, value),
        "rows" => put(&mut shown.kind, value),
        "open" => put(&mut shown.open, value),
        "end" => put(&mut shown.end, value),
        "ask" => put(&mut shown.ask, value),
        "stage" => put(&mut shown.stage, value),
        "sheet" => put(&mut shown.sheet, value),
        "pace" => put(&mut shown.pace, value),
        _ if value.chars().count() > WORDS => Err(format!("at most {WORDS} characters")),
        _ => {
            value.clone_into(&mut shown.words);
            Ok(())
        }
    }
}
