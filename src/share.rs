//! Scenario and step in the fragment of a link: `#v=1&preset=book&starttls=unavailable&step=24`. Only what differs from the
//! preset is written. Reading never fails: each part that cannot be applied becomes a [`Notice`], and the rest is applied.

use crate::scenario::{Choice, Conflict, Edit, EditError, PRESETS, Preset, Scenario, Value, choice, preset};
use crate::suites::encounter::{self, Encounter};
use crate::trace::EventId;
use serde::{Deserialize, Serialize};

/// The version of the link's grammar.
pub const VERSION: &str = "1";
/// Octets of a fragment that are looked at. The longest honest link is far shorter.
pub const LONGEST: usize = 2_048;
/// The key of what is pinned; its switches stand behind a dot.
const PINNED: &str = "vs";
/// Notices that are kept; the rest are counted.
const NOTICES: usize = 5;
/// Characters of a link's part that a notice repeats.
const QUOTED: usize = 40;

choice!(
    /// What the page shows.
    View {
        /// One scenario, step by step.
        Session = "session",
        /// Policies by situations.
        Grid = "grid",
        /// Two runs beside each other.
        Compare = "compare",
        /// Cipher suites then and now.
        Suites = "suites",
    }
);

/// A scenario and the preset that it started from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pinned {
    pub scenario: Scenario,
    pub preset: &'static str,
}

/// What a link stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shared {
    pub scenario: Scenario,
    /// The preset that the scenario started from.
    pub preset: &'static str,
    pub step: Option<EventId>,
    pub view: View,
    /// What is kept to be compared with.
    pub pinned: Option<Pinned>,
    /// What the page of the cipher suites shows.
    pub suites: Encounter,
    pub notices: Vec<Notice>,
}

/// A part of a link that was not applied, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// Another version: read as this one.
    Version {
        found: String,
    },
    UnknownPreset {
        found: String,
    },
    UnknownKey {
        key: String,
    },
    BadValue {
        key: String,
        found: String,
        expected: String,
    },
    /// The same key twice; the first counts.
    Repeated {
        key: String,
    },
    /// Not `key=value`.
    NoValue {
        part: String,
    },
    /// Everything behind the limit was not read.
    TooLong {
        octets: usize,
    },
    /// Exchange refuses this together with the rest.
    Refused {
        edit: Edit,
        conflict: Conflict,
    },
    /// So many more parts were not applied.
    More {
        count: usize,
    },
}

impl Shared {
    /// A scenario that started from `preset`, in the session.
    pub fn of(scenario: Scenario, preset: &'static str) -> Shared {
        let (step, view, pinned, suites) = (None, View::Session, None, Encounter::default());
        Shared { scenario, preset, step, view, pinned, suites, notices: Vec::new() }
    }
}

/// The fragment for it, with its `#`. Notices are not written.
pub fn write(shared: &Shared) -> String {
    let base = preset(shared.preset).unwrap_or(first());
    let mut parts = vec![format!("v={VERSION}"), format!("preset={}", base.name)];
    parts.extend(shared.scenario.edits_from(&base.scenario).iter().map(Edit::to_string));
    parts.extend(shared.step.map(|step| format!("step={step}")));
    if shared.view != View::Session {
        parts.push(format!("view={}", shared.view.key()));
    }
    if shared.view == View::Suites || shared.suites != Encounter::default() {
        parts.extend(encounter::write(&shared.suites));
    }
    if let Some(pinned) = &shared.pinned {
        let base = preset(pinned.preset).unwrap_or(first());
        parts.push(format!("{PINNED}={}", base.name));
        parts.extend(pinned.scenario.edits_from(&base.scenario).iter().map(|edit| format!("{PINNED}.{edit}")));
    }
    format!("#{}", parts.join("&"))
}

/// Reads a fragment, with or without its `#`. An empty one is the first preset.
pub fn read(fragment: &str) -> Shared {
    let fragment = fragment.strip_prefix('#').unwrap_or(fragment);
    let mut notices = Vec::new();
    let readable = match fragment.char_indices().find(|(index, c)| index + c.len_utf8() > LONGEST) {
        None => fragment,
        Some((cut, _)) => {
            notices.push(Notice::TooLong { octets: fragment.len() });
            // A part that the cut goes through is not read either.
            let head = &fragment[..cut];
            head.rfind('&').map_or("", |whole| &head[..whole])
        }
    };
    let mut base = first();
    let mut edits = Vec::new();
    let mut pinned = None;
    let mut pinned_edits = Vec::new();
    let mut of_suites = Vec::new();
    let mut step = None;
    let mut view = View::Session;
    let mut seen: Vec<&str> = Vec::new();
    for part in readable.split('&').filter(|part| !part.is_empty()) {
        let Some((key, value)) = part.split_once('=') else {
            notices.push(Notice::NoValue { part: quote(part) });
            continue;
        };
        if seen.contains(&key) {
            notices.push(Notice::Repeated { key: quote(key) });
            continue;
        }
        seen.push(key);
        let bad = |expected: &str| Notice::BadValue { key: key.into(), found: quote(value), expected: expected.into() };
        match key {
            "v" if value == VERSION => {}
            "v" => notices.push(Notice::Version { found: quote(value) }),
            "preset" => match preset(value) {
                Some(found) => base = found,
                None => notices.push(Notice::UnknownPreset { found: quote(value) }),
            },
            PINNED => match preset(value) {
                Some(found) => pinned = Some(found),
                None => notices.push(Notice::UnknownPreset { found: quote(value) }),
            },
            "view" => match View::parse(value) {
                Some(found) => view = found,
                None => notices.push(bad(&View::expected())),
            },
            "step" => match value.parse().ok().filter(|step: &EventId| step.to_string() == value) {
                Some(found) => step = Some(found),
                None => notices.push(bad("the number of an event")),
            },
            _ if encounter::KEYS.contains(&key) => of_suites.push((key, value)),
            _ => {
                match Edit::parse(key.strip_prefix(PINNED).and_then(|key| key.strip_prefix('.')).unwrap_or(key), value)
                {
                    Ok(edit) if key.contains('.') => pinned_edits.push(edit),
                    Ok(edit) => edits.push(edit),
                    Err(EditError::UnknownKey) => notices.push(Notice::UnknownKey { key: quote(key) }),
                    Err(EditError::BadValue { expected }) => notices.push(bad(&expected)),
                }
            }
        }
    }
    // Edits apply to the preset wherever it stands in the link.
    let (scenario, refused) = base.scenario.with_consistent(&edits);
    let pinned = pinned.map(|base: &Preset| {
        let (scenario, refused) = base.scenario.with_consistent(&pinned_edits);
        notices.extend(refused.into_iter().map(|(edit, conflict)| Notice::Refused { edit, conflict }));
        Pinned { scenario, preset: base.name }
    });
    notices.extend(refused.into_iter().map(|(edit, conflict)| Notice::Refused { edit, conflict }));
    let (suites, refused) = encounter::read(&of_suites);
    notices.extend(refused.into_iter().map(|(key, expected)| {
        let found = of_suites.iter().find(|(one, _)| *one == key).map_or("", |(_, value)| value);
        Notice::BadValue { key: key.into(), found: quote(found), expected }
    }));
    if notices.len() > NOTICES {
        let count = notices.len() - NOTICES;
        notices.truncate(NOTICES);
        notices.push(Notice::More { count });
    }
    Shared { scenario, preset: base.name, step, view, pinned, suites, notices }
}

fn first() -> &'static Preset {
    &PRESETS[0]
}

fn quote(text: &str) -> String {
    let mut short: String = text.chars().take(QUOTED).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    if text.chars().count() > QUOTED {
        short.push('…');
    }
    short
}
