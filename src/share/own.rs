//! A lesson of one's own, in a link: `lesson=own&title=Mail+and+TLS&stops=book,book.starttls:not_offered`. Stops are joined by commas; a stop
//! is a preset, and switches with dots before them. A stop that cannot be read is left out, with a notice that says what was expected.

use super::{Notice, Pinned, Shared, bad, bound, quote};
use crate::scenario::{Edit, EditError, preset};
use crate::story::rows::At;

/// The lesson's name in a link.
pub const OWN: &str = "own";
/// Stops of a lesson at most.
pub const STOPS: usize = 20;
/// Octets of a link that its stops may take.
const LENGTH: usize = 2_800;
/// Characters of its title.
pub const TITLE: usize = 64;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnLesson {
    pub title: String,
    pub stops: Vec<Pinned>,
    /// Where it is gone through, from 1; `None` where it is only made.
    pub at: Option<usize>,
}

impl OwnLesson {
    /// The run of the stop where one is.
    pub fn here(&self) -> Option<Pinned> {
        self.stops.get(self.at?.checked_sub(1)?).copied()
    }

    /// A link to the beginning of its first stop.
    pub fn begin(&self) -> Option<Shared> {
        let first = self.stops.first()?;
        let own = OwnLesson { at: Some(1), ..self.clone() };
        Some(Shared { at: Some(At::Step(1)), own, ..Shared::of(first.scenario, first.preset) })
    }

    /// Whether one more stop has room.
    pub fn takes(&self, stop: Pinned) -> bool {
        self.stops.len() < STOPS && self.written().len() + write(&stop).len() < LENGTH
    }

    /// The value of `stops`.
    pub fn written(&self) -> String {
        self.stops.iter().map(write).collect::<Vec<_>>().join(",")
    }
}

fn write(stop: &Pinned) -> String {
    let base = preset(stop.preset).map(|preset| preset.scenario).unwrap_or(stop.scenario);
    let edits = stop.scenario.edits_from(&base);
    edits.iter().fold(stop.preset.to_owned(), |text, edit| format!("{text}.{}:{}", edit.key(), edit.value()))
}

/// The stops of a link.
pub(super) fn read(text: &str, notices: &mut Vec<Notice>) -> Vec<Pinned> {
    let all = text.split(',').filter(|stop| !stop.is_empty());
    let count = all.clone().count();
    if count > STOPS {
        notices.push(bad("stops", &format!("{count} stops"), format!("at most {STOPS} stops")));
    }
    let found = all.take(STOPS).filter_map(|stop| one(stop, notices)).collect();
    bound(notices);
    found
}

fn one(stop: &str, notices: &mut Vec<Notice>) -> Option<Pinned> {
    let mut parts = stop.split('.');
    let name = parts.next().unwrap_or_default();
    let Some(base) = preset(name) else {
        notices.push(Notice::UnknownPreset { found: quote(name) });
        return None;
    };
    // A value may have dots: what has no colon belongs to the part before.
    let mut pairs: Vec<String> = Vec::new();
    for part in parts {
        match pairs.last_mut() {
            Some(last) if !part.contains(':') => *last = format!("{last}.{part}"),
            _ => pairs.push(part.to_owned()),
        }
    }
    let mut edits = Vec::new();
    for pair in &pairs {
        let (key, value) = pair.split_once(':').unwrap_or((pair, ""));
        match Edit::parse(key, value) {
            Ok(edit) => edits.push(edit),
            Err(EditError::UnknownKey) => {
                notices.push(bad("stops", pair, "switches, as in book.starttls:not_offered".to_owned()));
            }
            Err(EditError::BadValue { expected }) => notices.push(bad("stops", pair, expected)),
        }
    }
    let (scenario, refused) = base.scenario.with_consistent(&edits);
    notices.extend(refused.into_iter().map(|(edit, conflict)| Notice::Refused { edit, conflict }));
    Some(Pinned { scenario, preset: base.name })
}

#[cfg(test)]
mod tests {
    use super::super::NOTICES;
    use super::*;
    use crate::scenario::{PRESETS, Scenario, Switch};
    use crate::share::{self, Shared};

    fn of(text: &str) -> (Vec<Pinned>, Vec<Notice>) {
        let mut notices = Vec::new();
        (read(text, &mut notices), notices)
    }

    #[test]
    fn every_preset_and_every_difference_between_two_comes_back() {
        for (index, preset) in PRESETS.iter().enumerate() {
            // With the switches of the next preset, which has every kind of value somewhere.
            let scenario = PRESETS.get(index + 1).unwrap_or(&PRESETS[0]).scenario;
            let stops = vec![
                Pinned { scenario: preset.scenario, preset: preset.name },
                Pinned { scenario, preset: preset.name },
            ];
            let own = OwnLesson { title: "A & B".into(), stops, at: Some(2) };
            let shared = Shared { own: own.clone(), ..Shared::of(scenario, preset.name) };
            let read = share::read(&share::write(&shared));
            assert_eq!((read.own, read.notices), (own, Vec::new()), "{}", preset.name);
        }
    }

    #[test]
    fn a_stop_that_cannot_be_read_is_named_with_what_was_expected() {
        let (stops, notices) = of("book,bok,book.starttls:maybe,book.colour:red,book.policy");
        assert_eq!(stops.len(), 4, "the switches that cannot be read are left out, and the preset stays");
        assert!(stops.iter().all(|stop| stop.scenario == PRESETS[0].scenario));
        assert_eq!(notices[0], Notice::UnknownPreset { found: "bok".into() });
        let Notice::BadValue { key, found, expected } = &notices[1] else { panic!("{notices:?}") };
        assert_eq!((key.as_str(), found.as_str()), ("stops", "starttls:maybe"));
        assert!(expected.contains("not_offered"), "{expected}");
        assert_eq!(notices.len(), 4);
        let (stops, notices) = of("domain-secured.policy:never");
        assert_eq!(stops[0].scenario, share::read("preset=domain-secured").scenario);
        assert!(matches!(notices[..], [Notice::Refused { .. }]));
    }

    #[test]
    fn a_lesson_is_bounded() {
        let (stops, notices) = of(&vec!["book"; STOPS].join(","));
        assert_eq!((stops.len(), notices.len()), (STOPS, 0));
        let (stops, notices) = of(&vec!["x"; 2_000].join(","));
        assert!(stops.is_empty() && notices.len() <= NOTICES + 1);
        let stop = Pinned { scenario: PRESETS[0].scenario, preset: PRESETS[0].name };
        let mut own = OwnLesson::default();
        while own.takes(stop) {
            own.stops.push(stop);
        }
        assert_eq!(own.stops.len(), STOPS);
        // The largest lesson that can be made is read whole.
        let wild = PRESETS
            .iter()
            .map(|preset| preset.scenario)
            .max_by_key(|scenario| write(&Pinned { scenario: *scenario, preset: PRESETS[0].name }).len());
        let changed = Scenario { spoofs: Switch::On, ..wild.expect("a preset") };
        let mut own = OwnLesson { title: "é".repeat(TITLE), ..OwnLesson::default() };
        while own.takes(Pinned { scenario: changed, preset: PRESETS[0].name }) {
            own.stops.push(Pinned { scenario: changed, preset: PRESETS[0].name });
        }
        own.at = Some(own.stops.len());
        let read = share::read(&share::write(&Shared { own: own.clone(), ..Shared::of(changed, PRESETS[0].name) }));
        assert_eq!((read.own, read.notices), (own, Vec::new()));
    }

    #[test]
    fn a_lesson_without_stops_and_a_stop_that_is_not_there_are_told() {
        for (link, key) in [("lesson=own", "lesson"), ("lesson=own&stops=book&stop=2", "stop")] {
            let read = share::read(link);
            assert!(matches!(&read.notices[..], [Notice::BadValue { key: found, .. }] if found == key), "{link}");
        }
        let read = share::read(&format!("stops=book&title={}", "x".repeat(TITLE + 1)));
        assert!(read.own.title.is_empty() && read.notices.len() == 1 && read.own.at.is_none());
    }
}
