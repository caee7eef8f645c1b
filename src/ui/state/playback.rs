//! Where the learner stands in the run, and whether it plays by itself.

use crate::story::rows::At;
use crate::trace::EventId;
use crate::ui::study::Spot;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Playback {
    pub spot: Spot,
    pub playing: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Move {
    /// To this event, by hand.
    Go(EventId),
    /// The next step of playing. One that comes late, when playing has been ended, is none.
    Tick(EventId),
    Play(bool),
}

impl Playback {
    pub fn at(spot: Spot) -> Playback {
        Playback { spot, playing: false }
    }

    pub fn after(self, step: Move) -> Playback {
        let event = |id| Spot::At(At::Event(id));
        match step {
            Move::Go(id) => Playback::at(event(id)),
            Move::Tick(id) if self.playing => Playback { spot: event(id), ..self },
            Move::Tick(_) => self,
            Move::Play(playing) => Playback { playing, ..self },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_by_hand_ends_playing_and_one_of_playing_does_not() {
        let playing = Playback::at(Spot::START).after(Move::Play(true));
        assert!(playing.playing && playing.after(Move::Tick(3)).playing);
        assert!(!playing.after(Move::Go(3)).playing);
        assert_eq!(playing.after(Move::Tick(3)).spot, Spot::At(At::Event(3)));
        let ended = playing.after(Move::Go(3));
        assert_eq!(ended.after(Move::Tick(4)), ended);
        assert_eq!(playing.after(Move::Play(false)), Playback { playing: false, ..playing });
    }
}
