//! What the page shows, in the fragment of a link: `#v=2&preset=book&starttls=unavailable&step=24`. Only what differs from the preset
//! is written. Reading never fails: each part that cannot be applied becomes one [`Notice`], and the rest is applied.
//!
//! To add a key: it is read in [`Draft::take`], written in [`write`], and described in docs/formats.md; a key of the page's own is a
//! line of [`shown`]. A key that is not known any more, or a value that means something else, is another version of the grammar. In
//! version 1 `step` was the number of an event; such a link is still read.

mod own;
mod percent;
pub mod shown;

use crate::bytes::printable;
use crate::lesson::{Asking, LessonId};
use crate::scenario::{
    Choice, Conflict, Credentials, Edit, EditError, PRESETS, Password, Preset, Scenario, Value, preset,
};
use crate::story::rows::At;
use crate::suites::encounter::{self, Encounter};
use std::borrow::Cow;

pub use own::{OWN, OwnLesson, STOPS, TITLE};
pub use shown::{AskMe, Fold, Log, PlayPace, RowKind, Sheet, Shown, Tab, Unfolded, View};

/// The version of the link's grammar.
pub const VERSION: &str = "2";
/// The version in which `step` is the number of an event.
const EVENTS: &str = "1";
/// Octets of a fragment that are looked at. The longest honest link is shorter.
pub const LONGEST: usize = 4_096;
/// The key of what is pinned; its switches stand behind a dot.
const PINNED: &str = "vs";
/// Notices that are kept; the rest are counted.
const NOTICES: usize = 5;
/// Characters of a link's part that a notice repeats.
const QUOTED: usize = 40;

/// A scenario and the preset that it started from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pinned {
    pub scenario: Scenario,
    pub preset: &'static str,
}

/// A place in a lesson.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InLesson {
    pub lesson: LessonId,
    /// From 1.
    pub stop: usize,
}

impl InLesson {
    /// One of the runs of the stop, with the preset that it starts from.
    pub fn run(self, index: usize) -> Option<(Scenario, &'static str)> {
        let stop = self.lesson.stops().get(self.stop.checked_sub(1)?)?;
        let run = stop.runs.get(index)?;
        Some((run.scenario()?, run.preset))
    }

    /// A link to the beginning of its first run.
    pub fn begin(self) -> Option<Shared> {
        let (scenario, preset) = self.run(0)?;
        let shown = Shown { log: self.log(), ..Shown::default() };
        Some(Shared { at: Some(At::Step(1)), shown, lesson: Some(self), ..Shared::of(scenario, preset) })
    }

    /// What is asked of the run of the stop that this scenario is.
    pub fn asks(self, scenario: &Scenario) -> Option<Asking<'static>> {
        self.lesson.run(self.stop, scenario).map(|run| Asking::These(run.asks))
    }

    /// How the log is shown at first.
    pub fn log(self) -> Log {
        let stop = self.stop.checked_sub(1).and_then(|stop| self.lesson.stops().get(stop));
        if stop.is_some_and(|stop| stop.printed) { Log::Printed } else { Log::Live }
    }
}

/// What a link stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shared {
    pub scenario: Scenario,
    /// The preset that the scenario started from.
    pub preset: &'static str,
    pub at: Option<At>,
    pub shown: Shown,
    /// The lesson that is gone through.
    pub lesson: Option<InLesson>,
    /// The lesson of one's own.
    pub own: OwnLesson,
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
    /// Not percent-encoded UTF-8.
    BadEscape {
        part: String,
    },
    /// The same key twice; the first counts.
    Repeated {
        key: String,
    },
    /// Not `key=value`.
    NoValue {
        part: String,
    },
    /// A switch of what is pinned, and nothing is pinned.
    NotPinned {
        key: String,
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
    /// This many more parts were not applied.
    More {
        count: usize,
    },
}

impl Shared {
    /// A scenario that started from `preset`, in the session.
    pub fn of(scenario: Scenario, preset: &'static str) -> Shared {
        let (at, shown, pinned, suites) = (None, Shown::default(), None, Encounter::default());
        let own = OwnLesson::default();
        Shared { scenario, preset, at, shown, lesson: None, own, pinned, suites, notices: Vec::new() }
    }

    /// Whether it is another entry of the browser's history: another scenario, or another place. Steps, and how they are looked at, are
    /// not.
    pub fn is_elsewhere(&self, other: &Shared) -> bool {
        let place = |shared: &Shared| (shared.scenario, shared.preset, shared.shown.view, shared.lesson, shared.own.at);
        place(self) != place(other)
    }
}

/// The fragment for it, with its `#`. Notices are not written.
pub fn write(shared: &Shared) -> String {
    let base = preset(shared.preset).unwrap_or(first());
    let (version, step) = match shared.at {
        None => (VERSION, None),
        Some(At::Step(step)) => (VERSION, Some(step)),
        Some(At::Event(event)) => (EVENTS, Some(event)),
    };
    let mut parts = vec![format!("v={version}"), format!("preset={}", base.name)];
    parts.extend(shared.scenario.edits_from(&base.scenario).iter().map(Edit::to_string));
    parts.extend(step.map(|step| format!("step={step}")));
    parts.extend(shown::write(&shared.shown).map(|(key, value)| format!("{key}={}", percent::encode(&value))));
    if let Some(InLesson { lesson, stop }) = shared.lesson {
        parts.push(format!("lesson={}", lesson.key()));
        parts.push(format!("stop={stop}"));
    }
    if !shared.own.stops.is_empty() {
        let OwnLesson { title, at, .. } = &shared.own;
        parts.extend(at.map(|stop| format!("lesson={OWN}&stop={stop}")));
        parts.extend((!title.is_empty()).then(|| format!("title={}", percent::encode(title))));
        parts.push(format!("stops={}", shared.own.written()));
    }
    if shared.shown.view == View::Suites || shared.suites != Encounter::default() {
        parts.extend(encounter::write(&shared.suites));
    }
    if let Some(pinned) = &shared.pinned {
        let base = preset(pinned.preset).unwrap_or(first());
        parts.push(format!("{PINNED}={}", base.name));
        parts.extend(pinned.scenario.edits_from(&base.scenario).iter().map(|edit| format!("{PINNED}.{edit}")));
    }
    format!("#{}", parts.join("&"))
}

/// The fragment of an address, also where a program on the way has percent-encoded its `#`, or all of it. What is no address is a
/// fragment already.
pub fn fragment(address: &str) -> Cow<'_, str> {
    if let Some((_, fragment)) = address.split_once('#') {
        return Cow::Borrowed(fragment);
    }
    match address.split_once("%23") {
        // Behind a `=` it is a part of a value.
        Some((page, fragment)) if !page.contains('=') => match percent::decode(fragment) {
            Some(decoded) if !fragment.contains('=') => decoded,
            _ => Cow::Borrowed(fragment),
        },
        None if address.contains("://") => Cow::Borrowed(""),
        _ => Cow::Borrowed(address),
    }
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
    let mut draft = Draft::default();
    let mut seen = Vec::new();
    for part in readable.split('&').filter(|part| !part.is_empty()) {
        let taken = pair(part).and_then(|(key, value)| {
            if seen.contains(&key) {
                return Err(Notice::Repeated { key: quote(&key) });
            }
            seen.push(key.clone());
            draft.take(&key, value)
        });
        notices.extend(taken.err());
    }
    draft.apply(notices)
}

/// A part as key and value, decoded.
fn pair(part: &str) -> Result<(Cow<'_, str>, Cow<'_, str>), Notice> {
    let (key, value) = part.split_once('=').ok_or_else(|| Notice::NoValue { part: quote(part) })?;
    percent::decode(key).zip(percent::decode(value)).ok_or_else(|| Notice::BadEscape { part: quote(part) })
}

/// The parts of a link, before they are applied together: they may stand in any order.
#[derive(Default)]
struct Draft<'a> {
    /// `step` is the number of an event.
    events: bool,
    step: Option<Cow<'a, str>>,
    lesson: Option<LessonId>,
    /// The lesson is the one of one's own.
    is_own: bool,
    title: String,
    stops: Option<Cow<'a, str>>,
    stop: Option<Cow<'a, str>>,
    base: Option<&'static Preset>,
    edits: Vec<Edit>,
    pinned: Option<&'static Preset>,
    /// With the keys that they had.
    pinned_edits: Vec<(String, Edit)>,
    shown: Shown,
    suites: Vec<(&'static str, Cow<'a, str>)>,
}

impl<'a> Draft<'a> {
    fn take(&mut self, key: &str, value: Cow<'a, str>) -> Result<(), Notice> {
        let bad = |expected| bad(key, &value, expected);
        match key {
            "v" if value == EVENTS => self.events = true,
            "v" if value == VERSION => {}
            "v" => return Err(Notice::Version { found: quote(&value) }),
            "preset" => self.base = Some(named(&value)?),
            PINNED => self.pinned = Some(named(&value)?),
            "step" => self.step = Some(value),
            "lesson" if value == OWN => self.is_own = true,
            "title" if value.chars().count() > TITLE => return Err(bad(format!("at most {TITLE} characters"))),
            "title" => self.title = printable(value.as_bytes()),
            "stops" => self.stops = Some(value),
            "lesson" => {
                self.lesson =
                    Some(LessonId::parse(&value).ok_or_else(|| bad(format!("{}, or {OWN}", LessonId::expected())))?)
            }
            "stop" => self.stop = Some(value),
            _ if shown::KEYS.contains(&key) => shown::apply(&mut self.shown, key, &value).map_err(bad)?,
            _ => {
                if let Some(key) = encounter::KEYS.into_iter().find(|known| *known == key) {
                    self.suites.push((key, value));
                    return Ok(());
                }
                let pinned = key.strip_prefix(PINNED).and_then(|key| key.strip_prefix('.'));
                let edits = edits(pinned.unwrap_or(key), &value).map_err(|error| match error {
                    EditError::UnknownKey => Notice::UnknownKey { key: quote(key) },
                    EditError::BadValue { expected } => bad(expected),
                })?;
                match pinned {
                    None => self.edits.extend(edits),
                    Some(_) => self.pinned_edits.extend(edits.into_iter().map(|edit| (key.to_owned(), edit))),
                }
            }
        }
        Ok(())
    }

    fn apply(self, mut notices: Vec<Notice>) -> Shared {
        let base = self.base.unwrap_or(first());
        let at = self.step.and_then(|step| {
            // No other spelling of a number than ours, so that a link has one form; and as many numbers in the browser as elsewhere.
            let number = step.parse().ok().filter(|number: &u32| number.to_string() == step);
            let at = number.and_then(|number| usize::try_from(number).ok()).and_then(|number| match self.events {
                true => Some(At::Event(number)),
                false => (number > 0).then_some(At::Step(number)),
            });
            let expected = if self.events { "the number of an event" } else { "the number of a step, from 1" };
            notices.extend(at.is_none().then(|| bad("step", &step, expected.to_owned())));
            at
        });
        let stops = self.stops.as_deref().map(|stops| own::read(stops, &mut notices)).unwrap_or_default();
        if self.is_own && stops.is_empty() {
            notices.push(bad("lesson", OWN, "its stops, as in stops=book,book.starttls:not_offered".to_owned()));
        }
        let is_own = self.is_own && !stops.is_empty();
        // Of the lesson that is gone through.
        let last = if is_own { Some(stops.len()) } else { self.lesson.map(|lesson| lesson.stops().len()) };
        let stop = self.stop.as_deref().and_then(|text| {
            let number = text.parse().ok().filter(|number: &usize| number.to_string() == text);
            let expected = match last {
                Some(last) if number.is_some_and(|number| (1..=last).contains(&number)) => return number,
                Some(last) => format!("the number of a stop, 1 to {last}"),
                None => "a lesson that it is a stop of".to_owned(),
            };
            notices.push(bad("stop", text, expected));
            None
        });
        let stop = stop.unwrap_or(1);
        let own = OwnLesson { title: self.title, stops, at: is_own.then_some(stop) };
        let lesson = self.lesson.filter(|_| !is_own).map(|lesson| InLesson { lesson, stop });
        let (scenario, refused) = base.scenario.with_consistent(&self.edits);
        let refusal = |(edit, conflict)| Notice::Refused { edit, conflict };
        notices.extend(refused.into_iter().map(refusal));
        let pinned = self.pinned.map(|base| {
            let edits: Vec<Edit> = self.pinned_edits.iter().map(|(_, edit)| *edit).collect();
            let (scenario, refused) = base.scenario.with_consistent(&edits);
            notices.extend(refused.into_iter().map(refusal));
            Pinned { scenario, preset: base.name }
        });
        if pinned.is_none() {
            notices.extend(self.pinned_edits.iter().map(|(key, _)| Notice::NotPinned { key: quote(key) }));
        }
        let of_suites: Vec<(&str, &str)> = self.suites.iter().map(|(key, value)| (*key, value.as_ref())).collect();
        let (suites, refused) = encounter::read(&of_suites);
        notices.extend(refused.into_iter().map(|(key, expected)| {
            let found = of_suites.iter().find(|(one, _)| *one == key).map_or("", |(_, value)| value);
            bad(key, found, expected)
        }));
        bound(&mut notices);
        Shared { scenario, preset: base.name, at, shown: self.shown, lesson, own, pinned, suites, notices }
    }
}

/// As many as are shown, and how many more there are.
fn bound(notices: &mut Vec<Notice>) {
    let weight = |notice: &Notice| if let Notice::More { count } = notice { *count } else { 1 };
    let more = notices.iter().map(weight).sum::<usize>().saturating_sub(NOTICES);
    notices.retain(|notice| !matches!(notice, Notice::More { .. }));
    if more > 0 {
        notices.truncate(NOTICES);
        notices.push(Notice::More { count: more });
    }
}

/// What a switch of a link changes. One value was two choices in one.
fn edits(key: &str, value: &str) -> Result<Vec<Edit>, EditError> {
    match (key, value) {
        ("credentials", "wrong_password") => {
            Ok(vec![Edit::Credentials(Credentials::Login), Edit::Password(Password::Wrong)])
        }
        _ => Edit::parse(key, value).map(|edit| vec![edit]),
    }
}

fn first() -> &'static Preset {
    &PRESETS[0]
}

fn named(name: &str) -> Result<&'static Preset, Notice> {
    preset(name).ok_or_else(|| Notice::UnknownPreset { found: quote(name) })
}

fn bad(key: &str, found: &str, expected: String) -> Notice {
    Notice::BadValue { key: key.to_owned(), found: quote(found), expected }
}

/// The beginning of a part, inert wherever it is shown.
fn quote(text: &str) -> String {
    let mut short = printable(text.chars().take(QUOTED).collect::<String>().as_bytes());
    if text.chars().count() > QUOTED {
        short.push('…');
    }
    short
}
