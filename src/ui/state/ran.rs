//! What is made one after the other, while the page answers: the cells of the grid, which is the same for every scenario, and the ends of a
//! lesson's runs.

use std::ops::Deref;
use std::rc::Rc;

/// Those that are made, in their order.
#[derive(Clone, Debug, PartialEq)]
pub struct Ran<T>(Rc<Vec<T>>);

impl<T> Default for Ran<T> {
    fn default() -> Ran<T> {
        Ran(Rc::default())
    }
}

impl<T: Clone> Ran<T> {
    /// With those that were made since.
    pub fn and(mut self, more: Vec<T>) -> Ran<T> {
        Rc::make_mut(&mut self.0).extend(more);
        self
    }
}

impl<T> Deref for Ran<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_come_in_the_order_in_which_they_were_made() {
        let before = Ran::default().and(vec![1, 2]);
        let after = before.clone().and(vec![3]);
        assert_eq!((&before[..], &after[..]), (&[1, 2][..], &[1, 2, 3][..]));
    }
}
