//! Outcomes in colour and shape: one scale, wherever an outcome or the protection of a line is shown.

use crate::story::Tone;
use crate::story::say::HeadlineClaim;
use crate::ui::view::kit::markup::prelude::*;

/// The class; `tone` alone is of what is not known.
pub fn class(tone: Tone) -> Classes {
    let own = match tone {
        Tone::Unknown => None,
        Tone::NotDelivered => Some("waits"),
        Tone::WithAttacker => Some("attacked"),
        Tone::Readable => Some("readable"),
        Tone::Sealed => Some("encrypted"),
        Tone::Verified => Some("verified"),
    };
    classes!("tone", own)
}

/// Of what became of the mail.
pub fn of(headline: HeadlineClaim) -> Tone {
    use HeadlineClaim::*;
    match headline {
        ReadableToAttacker | ToVerifiedAttacker | ToAttacker | AttackerLoggedIn => Tone::WithAttacker,
        RelayWaits | RelayReturned | Waits | Returned => Tone::NotDelivered,
        NotAuthenticated | Encrypted | ToOwnServer => Tone::Sealed,
        ToVerifiedRelay | BothVerified | ToVerifiedServer => Tone::Verified,
        Readable => Tone::Readable,
        Delivered | Unknown => Tone::Unknown,
    }
}

/// Its shape, so that nothing rests on colour: dashed while not known, a hollow ring for not delivered, a diamond with an attacker, a dotted
/// ring for readable, a disc for sealed, a disc with a tick for verified. The words stand beside it.
pub fn shape(tone: Tone) -> Html {
    html! { <i class={classes!("shape", class(tone))} aria-hidden="true"></i> }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grid;
    use crate::scenario::PRESETS;
    use crate::story::say::headline;
    use crate::ui::study::Study;

    #[test]
    fn a_headline_has_the_tone_of_its_outcome() {
        let cells = grid::places().step_by(5).map(|(policy, situation)| grid::scenario(policy, situation));
        for scenario in PRESETS.iter().map(|preset| preset.scenario).chain(cells) {
            let study = Study::of(&scenario);
            assert_eq!(of(headline(study.facts())), study.story.outcome.tone(), "{:?}", headline(study.facts()));
        }
    }
}
