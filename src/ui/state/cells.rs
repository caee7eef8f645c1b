//! The cells of the grid that have run. The grid is the same for every scenario, so they are kept as long as the page.

use crate::grid::Cell;
use std::ops::Deref;
use std::rc::Rc;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cells(Rc<Vec<Cell>>);

impl Cells {
    /// With those that have run since.
    pub fn and(mut self, cells: Vec<Cell>) -> Cells {
        Rc::make_mut(&mut self.0).extend(cells);
        self
    }
}

impl Deref for Cells {
    type Target = [Cell];

    fn deref(&self) -> &[Cell] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grid::places;

    #[test]
    fn cells_come_in_the_order_in_which_they_ran() {
        let ran: Vec<Cell> = places().take(2).map(|(policy, situation)| Cell::of(policy, situation)).collect();
        let before = Cells::default().and(ran[..1].to_vec());
        let after = before.clone().and(ran[1..].to_vec());
        assert_eq!((&before[..], &after[..]), (&ran[..1], &ran[..]));
    }
}
