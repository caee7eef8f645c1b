//! The words of the gallery.

use crate::story::Tone;

pub struct GalleryText {
    /// Of the place, and above it.
    pub place: &'static str,
    pub name: &'static str,
    pub intro: &'static str,
    pub groups: [&'static str; 9],
    pub stories: fn(usize) -> String,
    /// Whether the endings are shown.
    pub endings: &'static str,
    pub hidden: &'static str,
    pub shown: &'static str,
    /// The scale of outcomes.
    pub legend: &'static str,
    pub scale: fn(Tone) -> &'static str,
}
