//! A search for the last bits of a key, which the page goes on with whenever the browser has drawn.

use crate::dissect::guess::Guess;
use std::rc::Rc;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Guessing {
    pub guess: Option<Rc<Guess>>,
    pub running: bool,
    /// How long the keys took that were tried.
    pub milliseconds: f64,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Try {
    /// From the first key on.
    Start(Rc<Guess>),
    /// It has come so far, in so many milliseconds more.
    Tried(Rc<Guess>, f64),
    Stop,
}

impl Guessing {
    pub fn after(self, step: Try) -> Guessing {
        match step {
            Try::Start(guess) => Guessing { guess: Some(guess), running: true, milliseconds: 0.0 },
            // What was stopped meanwhile stays as it was shown.
            Try::Tried(..) if !self.running => self,
            Try::Tried(guess, more) => {
                let running = !guess.is_over();
                Guessing { guess: Some(guess), running, milliseconds: self.milliseconds + more }
            }
            Try::Stop => Guessing { running: false, ..self },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dissect::dissect;
    use crate::scenario::preset;

    #[test]
    fn it_goes_on_until_it_is_over_or_stopped() {
        let trace = crate::lab::run(&preset("export-40").expect("a preset").scenario);
        let guess = Guess::of(&trace, &dissect(&trace)).expect("a short key");
        let further = |keys| {
            let mut guess = guess.clone();
            guess.step(keys);
            Rc::new(guess)
        };
        let started = Guessing::default().after(Try::Start(further(0)));
        let half = started.clone().after(Try::Tried(further(9), 2.0)).after(Try::Tried(further(12), 3.0));
        assert_eq!(half, Guessing { guess: Some(further(12)), running: true, milliseconds: 5.0 });
        let stopped = half.clone().after(Try::Stop);
        assert!(!stopped.running);
        assert_eq!(stopped.clone().after(Try::Tried(further(20), 1.0)), stopped);
        assert_eq!(stopped.after(Try::Start(further(0))), started);
        let over = half.after(Try::Tried(further(1 << 16), 1.0));
        assert!(!over.running && over.guess.is_some_and(|guess| guess.found().is_some()));
    }
}
