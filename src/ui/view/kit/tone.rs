//! The colours of outcomes: the classes of one scale, wherever an outcome is shown.

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

/// Its shape, so that nothing rests on colour.
pub fn glyph(tone: Tone) -> &'static str {
    match tone {
        Tone::Unknown => "?",
        Tone::NotDelivered => "‖",
        Tone::WithAttacker => "✗",
        Tone::Readable => "○",
        Tone::Sealed => "◐",
        Tone::Verified => "●",
    }
}
