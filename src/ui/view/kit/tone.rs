//! Outcomes in colour and shape: one scale, wherever an outcome or the protection of a line is shown.

use crate::story::Tone;
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

/// Its shape, so that nothing rests on colour: dashed while not known, a hollow ring for not delivered, a diamond with an attacker, a dotted
/// ring for readable, a disc for sealed, a disc with a tick for verified. The words stand beside it.
pub fn shape(tone: Tone) -> Html {
    html! { <i class={classes!("shape", class(tone))} aria-hidden="true"></i> }
}
