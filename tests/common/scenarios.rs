//! Any scenario, field by field. A new switch is in here by itself: what a field takes is read from its own refusal.

use proptest::prelude::*;
use starttls_lab::scenario::{AuthFlag, AuthMechanism, Clock, Conflict, Edit, EditError, PRESETS, Scenario, Seed};

/// The values of a field that is a closed enum; empty for the others.
pub fn values(key: &str) -> Vec<Edit> {
    let Err(EditError::BadValue { expected }) = Edit::parse(key, "\u{0}") else { panic!("{key} takes anything") };
    expected.split(", ").filter_map(|value| Edit::parse(key, value).ok()).collect()
}

/// A value for each field.
pub fn any_scenario() -> impl Strategy<Value = Scenario> {
    let times = (946_684_800u32..=4_102_444_799).prop_filter_map("a clock", Clock::from_unix);
    let choices = prop::collection::vec(any::<prop::sample::Index>(), Edit::KEYS.len());
    (any::<u32>(), times, any::<[bool; 6]>(), choices).prop_map(|(seed, clock, flags, choices)| {
        let set =
            AuthFlag::ALL.into_iter().zip(flags).fold(AuthMechanism::DEFAULT, |set, (flag, on)| set.with(flag, on));
        // A line that the sender's list lacks is refused, and says nothing in a run: it is not tried often.
        let is_refused = |scenario: Scenario| {
            matches!(scenario.conflict(), Some(Conflict::SuiteNotInList | Conflict::SuiteNotInSsl3))
        };
        let base = PRESETS[0].scenario.with(Edit::Seed(Seed(seed))).with(Edit::Clock(clock));
        let scenario =
            Edit::KEYS.iter().zip(choices).fold(base.with(Edit::AuthMechanism(set)), |scenario, (key, choice)| {
                let values = match *key {
                    "seed" | "clock" | "auth_mechanism" => Vec::new(),
                    key => values(key),
                };
                if values.is_empty() { scenario } else { scenario.with(values[choice.index(values.len())]) }
            });
        if is_refused(scenario) && seed % 8 != 0 {
            scenario.with(Edit::ClientSuite(None)).with(Edit::ServerSuite(None))
        } else {
            scenario
        }
    })
}
