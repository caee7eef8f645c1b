//! The cover.

use super::points::AHEAD;
use crate::story::Tone;
use crate::text::CoverText;

/// What is asked of a mail that is on its way, on the cover, in a run and on paper.
pub(super) const FATE: &str = "What will become of this mail?";
pub(super) const FATES: [&str; 4] =
    ["It arrives, readable", "It arrives, sealed", "It arrives, verified", "It does not arrive"];

pub const COVER: CoverText = CoverText {
    question: "Would it arrive, and who could read it?",
    mail: ("This mail goes to ", "office@partner.example", ". Somebody listens on the path."),
    real: "A real SMTP client, server and TLS run in this page. Nothing leaves it.",
    road: "The road of the mail",
    sender: ["Sender", "mail.somorita.com", "Uses TLS where it is offered."],
    receiver: ["Receiver", "mx.partner.example", "Its certificate is self-signed."],
    path: ("The path.", "Somebody listens."),
    milestones: AHEAD,
    book: "The milestones are the seven points of a log of 31 May 2009. A book on Exchange Server 2010 prints it, in its chapter on SMTP and TLS.",
    printed: &[
        ("02", "S: 250-STARTTLS"),
        ("03", "S: 250-AUTH NTLM"),
        ("04", "C: STARTTLS"),
        ("07", "S: 250-AUTH NTLM LOGIN PLAIN"),
    ],
    to_book: "Play the session in the book",
    lesson: "Six twists: a lesson about it",
    guess: FATE,
    answer: |tone| match tone {
        Tone::Readable => (FATES[0], "Who listens has the message."),
        Tone::Sealed => (FATES[1], "Sealed, to whoever answered."),
        Tone::Verified => (FATES[2], "Sealed, and made sure of."),
        _ => (FATES[3], "It waits, or goes back."),
    },
    send: "Send the mail",
    unasked: "With a guess or without. It stays here.",
    ways: "Other ways in",
    gallery: "Choose a story",
    stage: "For a room: the stage",
    lab: "Open the lab, now and next time",
    back: "Back to the cover",
    end: "Your guess, and what became of the mail",
    yours: "You said",
    so: "The run",
    right: "As you said.",
    wrong: "Not as you said.",
    twist: "Now put someone on the path",
    twist_note: "One switch changes: an attacker answers.",
};
