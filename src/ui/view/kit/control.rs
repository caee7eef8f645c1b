//! What every box and radio button of the page needs.

/// For `browser::settle_choices`: what the box is to show, whatever was done to it.
pub fn mark(on: bool) -> &'static str {
    if on { "true" } else { "false" }
}
