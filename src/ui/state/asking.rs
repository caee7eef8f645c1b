//! Questions of the run on show: what was answered, or skipped. It stays in the page: no link has it.

use crate::lesson::AskId;

/// What a learner did about a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guessed {
    /// An answer, by its number in the bank.
    Answer(AskId, usize),
    /// "Show me".
    Skip(AskId),
}

impl Guessed {
    pub fn ask(self) -> AskId {
        match self {
            Guessed::Answer(ask, _) | Guessed::Skip(ask) => ask,
        }
    }
}

/// The questions that are done with, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answered(Vec<Guessed>);

impl Answered {
    /// The first word counts.
    pub fn after(mut self, guessed: Guessed) -> Answered {
        if self.of(guessed.ask()).is_none() {
            self.0.push(guessed);
        }
        self
    }

    pub fn of(&self, ask: AskId) -> Option<Guessed> {
        self.0.iter().copied().find(|guessed| guessed.ask() == ask)
    }

    /// For [`crate::lesson::halt_at`].
    pub fn done(&self) -> Vec<AskId> {
        self.0.iter().map(|guessed| guessed.ask()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_word_counts() {
        let asked = Answered::default().after(Guessed::Answer(AskId::S1, 1)).after(Guessed::Skip(AskId::R1));
        assert_eq!(asked.clone().after(Guessed::Answer(AskId::S1, 0)), asked);
        assert_eq!(asked.done(), [AskId::S1, AskId::R1]);
        assert_eq!(asked.of(AskId::O2), None);
    }
}
