//! The gallery.

use crate::story::Tone;
use crate::text::GalleryText;

pub const GALLERY: GalleryText = GalleryText {
    place: "Stories",
    name: "Choose a story",
    intro: "Each is a run that is made in this page. With the endings hidden you can guess first.",
    groups: [
        "The book",
        "Servers of today",
        "No TLS, or none without",
        "Certificates",
        "Somebody on the path",
        "Domain Security",
        "Logging in by NTLM",
        "Inside one organisation",
        "Old software, old keys",
    ],
    stories: |count| format!("{count} stories"),
    endings: "Endings",
    hidden: "Hidden",
    shown: "Shown",
    legend: "What became of the mail",
    scale: |tone| match tone {
        Tone::Unknown => "Not known yet",
        Tone::NotDelivered => "Not delivered",
        Tone::WithAttacker => "With an attacker",
        Tone::Readable => "Readable",
        Tone::Sealed => "Sealed",
        Tone::Verified => "Verified",
    },
};
