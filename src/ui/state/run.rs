//! Which scenario is on show, which preset it started from, and the last change that Exchange would refuse.

use crate::grid::{self, Situation};
use crate::scenario::{ClientPolicy, Conflict, Edit, PRESETS, Scenario, preset};

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Run {
    pub scenario: Scenario,
    /// The preset that the scenario started from.
    pub preset: &'static str,
    /// The last change, where Exchange would refuse it: the scenario stayed as it was.
    pub refused: Option<(Edit, Conflict)>,
}

/// What a scenario is called by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunName {
    Preset,
    ChangedFrom,
    /// A cell of the grid.
    Cell(ClientPolicy, Situation),
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

    pub fn name(&self) -> RunName {
        if self.scenario == self.base() {
            return RunName::Preset;
        }
        let mut cells = grid::places().filter(|_| self.preset == grid::BASE);
        let cell = cells.find(|&(policy, situation)| grid::scenario(policy, situation) == self.scenario);
        cell.map_or(RunName::ChangedFrom, |(policy, situation)| RunName::Cell(policy, situation))
    }

    /// The scenario with one change more, unless Exchange refuses it.
    pub fn with(&self, edit: Edit) -> Result<Scenario, Conflict> {
        let next = self.scenario.with(edit);
        next.conflict().map_or(Ok(next), Err)
    }

    /// What has to change as well, so that the change that was refused passes.
    pub fn way_out(&self) -> Option<Vec<Edit>> {
        self.refused.and_then(|(edit, _)| self.scenario.way_out(edit))
    }

    /// The scenario with the change that was refused, and with its way out.
    pub fn with_way_out(&self) -> Option<Scenario> {
        let (edit, _) = self.refused?;
        Some(self.way_out()?.into_iter().fold(self.scenario.with(edit), Scenario::with))
    }
}

/// The scenario of a preset; of one that is not known, the first.
pub fn base(name: &str) -> Scenario {
    preset(name).unwrap_or(&PRESETS[0]).scenario
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Offer;

    #[test]
    fn what_differs_from_the_preset_is_told() {
        let edit = Edit::Starttls(Offer::NotOffered);
        let run = Run::of(base("postfix"), "postfix");
        assert_eq!(run.edits(), []);
        assert_eq!(Run::of(run.with(edit).expect("nothing is in its way"), "postfix").edits(), [edit]);
        assert_eq!(base("nowhere"), PRESETS[0].scenario);
    }

    #[test]
    fn a_scenario_is_called_by_what_it_is() {
        let base = base(grid::BASE);
        assert_eq!(Run::of(base, grid::BASE).name(), RunName::Preset);
        for (policy, situation) in grid::places().filter(|&(policy, cell)| grid::scenario(policy, cell) != base) {
            let run = Run::of(grid::scenario(policy, situation), grid::BASE);
            assert_eq!(run.name(), RunName::Cell(policy, situation));
            // From another preset it is a change of that.
            assert_eq!(Run::of(run.scenario, "book").name(), RunName::ChangedFrom);
        }
    }

    #[test]
    fn what_exchange_refuses_is_no_scenario() {
        let run = Run::of(base("domain-secured"), "domain-secured");
        let edit = Edit::Policy(ClientPolicy::Never);
        assert_eq!(run.with(edit), Err(Conflict::DomainSecureIgnoresStartTls));
    }
}
