//! Which scenario is on show, which preset it started from, and the last change that Exchange would refuse.

use crate::scenario::{Conflict, Edit, PRESETS, Scenario, preset};

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Run {
    pub scenario: Scenario,
    /// The preset that the scenario started from.
    pub preset: &'static str,
    /// The last change, where Exchange would refuse it: the scenario stayed as it was.
    pub refused: Option<(Edit, Conflict)>,
}

impl Run {
    pub fn of(scenario: Scenario, preset: &'static str) -> Run {
        Run { scenario, preset, refused: None }
    }

    /// The preset's own scenario.
    pub fn base(&self) -> Scenario {
        base(self.preset)
    }

    /// The switches that differ from the preset.
    pub fn edits(&self) -> Vec<Edit> {
        self.scenario.edits_from(&self.base())
    }

    /// The scenario with one change more, unless Exchange refuses it.
    pub fn with(&self, edit: Edit) -> Result<Scenario, Conflict> {
        let next = self.scenario.with(edit);
        next.conflict().map_or(Ok(next), Err)
    }
}

/// The scenario of a preset; of one that is not known, the first.
pub fn base(name: &str) -> Scenario {
    preset(name).unwrap_or(&PRESETS[0]).scenario
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{ClientPolicy, Offer};

    #[test]
    fn what_differs_from_the_preset_is_told() {
        let edit = Edit::Starttls(Offer::NotOffered);
        let run = Run::of(base("postfix"), "postfix");
        assert_eq!(run.edits(), []);
        assert_eq!(Run::of(run.with(edit).expect("nothing is in its way"), "postfix").edits(), [edit]);
        assert_eq!(base("nowhere"), PRESETS[0].scenario);
    }

    #[test]
    fn what_exchange_refuses_is_no_scenario() {
        let run = Run::of(base("domain-secured"), "domain-secured");
        let edit = Edit::Policy(ClientPolicy::Never);
        assert_eq!(run.with(edit), Err(Conflict::DomainSecureIgnoresStartTls));
    }
}
