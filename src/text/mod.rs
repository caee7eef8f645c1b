//! Every word a user reads, made from facts. One value of [`Text`] is one language: a sentence that is missing does not compile.
//!
//! Words between backticks are set in the type of the wire. Nothing here computes, and nothing chooses by what happened: `story/say` does,
//! and says which document makes a sentence true. A wording function gets a claim, with the values that stand in the sentence.

mod cover;
mod en;
mod gallery;
mod glossary;
mod lens;
mod lessons;
mod stage;
mod suites;

use crate::dissect::handshake::Message;
use crate::grid::{self, Situation};
use crate::policy::{Decision, Reason, WindowsEvent};
use crate::registry::Version;
use crate::scenario::{AuthFlag, ClientPolicy, Conflict, Edit, Side};
use crate::share::{Notice, PlayPace};
use crate::story::printed::Difference;
use crate::story::say::{
    BecauseClaim, ConnectionClaim, EndClaim, FolderClaim, HeadlineClaim, LampClaim, LampName, LessonClaim,
    MissingClaim, NoCertificateClaim, NoteClaim, PointClaim, QueueClaim, QueueSource, RevocationClaim,
};
use crate::story::{Condition, Forgery, Tone};
use crate::tls::{self, Cause, CertificateCheck};

pub use cover::CoverText;
pub use en::EN;
pub use gallery::GalleryText;
pub use glossary::{Glossary, WordEntry};
pub use lens::*;
pub use lessons::{AdviceWords, Asked, ClassPlan, LessonText, Lessons, Questions, SheetWords};
pub use stage::StageText;
pub use suites::{Suites, SuitesPage};

/// A sentence and where it comes from; the source is empty where there is none to name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    pub words: String,
    pub source: &'static str,
}

/// A term and what it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Term {
    pub name: &'static str,
    pub meaning: &'static str,
}

/// A choice of a control: what it is called, and the setting of a real server that it stands for, or what it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChoiceText {
    pub name: &'static str,
    pub note: &'static str,
}

/// A policy: what it is called, the settings of real servers that it stands for, and what it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PolicyText {
    pub name: &'static str,
    pub setting: &'static str,
    pub does: &'static str,
}

/// One language.
pub struct Text {
    /// As in the attribute `lang`.
    pub tag: &'static str,
    pub page: Page,
    pub cover: CoverText,
    pub gallery: GalleryText,
    pub controls: Controls,
    pub decisions: Decisions,
    pub mark: MarkText,
    pub certificate: CertificateText,
    pub grid: GridText,
    pub outcome: Outcomes,
    pub points: Points,
    pub log: LogText,
    pub playback: PlaybackText,
    pub stage: StageText,
    pub inspector: Inspector,
    pub wire: Wire,
    pub ntlm: Ntlm,
    pub filter: FilterWords,
    pub files: Files,
    pub compare: CompareWords,
    pub printed: Printed,
    pub suites: Suites,
    pub questions: Questions,
    pub lessons: Lessons,
    pub advice: AdviceWords,
    pub sheets: SheetWords,
    pub help: Help,
    pub glossary: Glossary,
    pub notices: NoticesText,
    pub about: About,
}

/// Languages are told apart by their tag.
impl PartialEq for Text {
    fn eq(&self, other: &Text) -> bool {
        self.tag == other.tag
    }
}

/// Header and strip.
pub struct Page {
    pub mark: (&'static str, &'static str),
    /// The menus of a narrow page: of the places, by the one that is shown, and of what can be done.
    pub places: &'static str,
    pub places_here: fn(&str) -> String,
    pub actions: &'static str,
    pub scenario: &'static str,
    pub share: &'static str,
    pub help: &'static str,
    pub theme: &'static str,
    /// Before what a preset comes to, and its title with that.
    pub watch: &'static str,
    pub preset: fn(&str) -> Term,
    /// The name of a scenario that is no longer its preset's, and of a cell of the grid: policy and situation.
    pub changed_from: fn(&str) -> String,
    pub cell: fn(&str, &str) -> String,
    /// Where it is the same as before the change.
    pub as_before: &'static str,
    /// What became of it before the change.
    pub was: fn(&str) -> String,
    /// How much of the run is shown: up to the step, or all of it.
    pub extent: &'static str,
    pub so_far: &'static str,
    pub the_end: &'static str,
    /// Of a cell, and the way back.
    pub in_grid: &'static str,
    pub back_to_grid: &'static str,
    /// Which step of how many, from 1.
    pub step: fn(usize, usize) -> String,
    pub changed: &'static str,
    pub reset: &'static str,
    pub edit: fn(Edit) -> String,
    /// The button that opens the grid.
    pub grid: &'static str,
    pub link_copied: &'static str,
    pub link_not_copied: &'static str,
    pub text_copied: &'static str,
    pub text_not_copied: &'static str,
    pub dismiss: &'static str,
}

/// The panel of switches.
pub struct Controls {
    pub heading: &'static str,
    pub sender: &'static str,
    pub receiver: &'static str,
    pub path: &'static str,
    /// On the button that opens the drawer, and what the drawer is called.
    pub details: &'static str,
    pub details_of: fn(&str) -> String,
    pub close: &'static str,
    /// Of one change, by the name of its field.
    pub undo: fn(&str) -> String,
    /// Before the values of the receiver's two choices.
    pub offer: &'static str,
    pub certificate: &'static str,
    pub connector: &'static str,
    pub not_exchange: &'static str,
    /// What a field is called, whatever its value.
    pub field: fn(Edit) -> &'static str,
    /// What a value is called, and what it stands for; seed, clock and sets have no name but their spelling.
    pub value: fn(Edit) -> ChoiceText,
    pub policy: fn(ClientPolicy) -> PolicyText,
    pub flag: fn(AuthFlag) -> ChoiceText,
    /// Who refuses.
    pub refused: fn(Conflict) -> &'static str,
    pub conflict: fn(Conflict) -> &'static str,
    pub kept: &'static str,
    /// On the button that makes the change with what has to change for it.
    pub way_out: fn(&[Edit]) -> String,
    pub seed_note: &'static str,
    /// What the field takes.
    pub seed_takes: &'static str,
}

/// Decisions, and what they leave behind.
pub struct Decisions {
    pub heading: &'static str,
    pub answer: fn(&Decision) -> &'static str,
    pub because: &'static str,
    pub reason: fn(&Decision, Reason) -> String,
    pub setting: &'static str,
    pub otherwise: &'static str,
    /// A switch, by its field, at these values.
    pub change: fn(&str, &[&str]) -> String,
    /// Where the run does not come to the decision.
    pub not_asked: &'static str,
    /// Behind the answer: what becomes of the mail.
    pub then: fn(HeadlineClaim) -> String,
    pub logged_heading: &'static str,
    pub logged: fn(WindowsEvent) -> String,
    pub queue_heading: &'static str,
    pub queue: fn(&QueueClaim) -> String,
    /// Who is known to say it so.
    pub queue_source: fn(QueueSource) -> &'static str,
}

/// The mark "Domain Secured", and the message under it.
pub struct MarkText {
    pub secured: &'static str,
    pub not_secured: &'static str,
    pub forged: &'static str,
    pub forgery: fn(Forgery) -> &'static str,
    pub meaning: &'static str,
    pub heading: &'static str,
    pub list: &'static str,
    pub intro: &'static str,
    /// Of a condition that has no box.
    pub fixed: &'static str,
    pub condition: fn(Condition) -> Term,
    pub holds: &'static str,
    pub fails: &'static str,
    pub unknown: &'static str,
    pub show: fn(usize) -> String,
    pub setting: &'static str,
    pub technical: &'static str,
    pub from: &'static str,
    pub to: &'static str,
    pub sent: &'static str,
    pub subject: &'static str,
    pub raw: &'static str,
}

/// The certificate view.
pub struct CertificateText {
    pub whose: fn(Side) -> &'static str,
    pub none: fn(NoCertificateClaim) -> &'static str,
    pub checks: &'static str,
    pub chain: &'static str,
    pub name: &'static str,
    pub dates: &'static str,
    pub purpose: &'static str,
    pub revocation: &'static str,
    pub chain_found: fn(&CertificateCheck) -> String,
    pub name_found: fn(&CertificateCheck) -> String,
    pub dates_found: fn(&CertificateCheck) -> String,
    pub purpose_found: fn(&CertificateCheck) -> String,
    pub not_revoked: fn(RevocationClaim) -> String,
    pub subject: &'static str,
    pub issuer: &'static str,
    pub names: &'static str,
    pub no_names: &'static str,
    pub serial: &'static str,
    pub valid: &'static str,
    pub key: &'static str,
    pub signature: &'static str,
    pub usage: &'static str,
    pub extended: &'static str,
    pub authority: &'static str,
    pub yes_no: fn(bool) -> &'static str,
    pub not_said: &'static str,
    pub fingerprint: &'static str,
    pub pem: &'static str,
    pub copy: &'static str,
    pub verdict: fn(&tls::Verdict) -> &'static str,
    pub unreadable: &'static str,
    /// From, to and now, in seconds since 1970.
    pub bar: fn(i64, i64, i64) -> String,
    pub sent: fn(usize) -> String,
    pub readable: fn(bool) -> &'static str,
}

/// The grid.
pub struct GridText {
    pub link: &'static str,
    pub back: &'static str,
    pub heading: &'static str,
    pub intro: &'static str,
    pub table: &'static str,
    pub policy: &'static str,
    pub attacker: &'static str,
    pub prize: fn(grid::Prize) -> &'static str,
    /// How it is found.
    pub prize_rule: &'static str,
    pub policy_name: fn(ClientPolicy) -> &'static str,
    pub situation: fn(Situation) -> Term,
    pub fate: fn(grid::Fate) -> Term,
    pub again: &'static str,
    pub deceived: &'static str,
    pub attacked: &'static str,
    pub listener_reads: &'static str,
    pub listener_sees: &'static str,
    pub to_relay: &'static str,
    pub running: fn(usize, usize) -> String,
    pub ready: fn(usize) -> String,
    pub open: &'static str,
    /// Of the cell whose session is the one on show.
    pub here: &'static str,
    pub legend: &'static str,
    pub deceived_mark: &'static str,
    pub attacked_mark: &'static str,
    pub again_mark: &'static str,
    pub revoked: &'static str,
}

/// The outcome bar.
pub struct Outcomes {
    /// Before the step of the decision that shaped it.
    pub decided: fn(usize) -> String,
    pub region: &'static str,
    pub headline: fn(HeadlineClaim) -> &'static str,
    pub because: fn(&BecauseClaim) -> String,
    /// Where it is not known yet what becomes of the mail.
    pub open: &'static str,
    pub open_because: &'static str,
    /// To where it is.
    pub to_end: &'static str,
    pub not_yet: &'static str,
    pub no_mail_yet: &'static str,
    pub lights: &'static str,
    pub light: fn(LampName) -> &'static str,
    /// What was found, where there is more to say than pass or fail.
    pub light_detail: fn(&LampClaim) -> String,
    pub pass: &'static str,
    pub fail: &'static str,
    pub not_checked: &'static str,
    /// Where the mail is: folder, and whether it lies in the recipient's.
    pub folder: fn(FolderClaim) -> &'static str,
    pub subject: &'static str,
    pub not_stored: fn(FolderClaim) -> &'static str,
}

/// The stepper and what is to be understood at each point.
pub struct Points {
    pub navigation: &'static str,
    /// The choice of the connection, and what each is called.
    pub connections: &'static str,
    pub connection: fn(&ConnectionClaim) -> String,
    pub name: fn(&PointClaim) -> String,
    pub in_clear: &'static str,
    pub sealed: &'static str,
    pub failed: &'static str,
    pub not_reached: &'static str,
    /// It may still come.
    pub ahead: &'static str,
    /// Why it was not reached.
    pub missing: fn(MissingClaim) -> String,
    pub lesson: fn(&LessonClaim) -> Lesson,
}

/// What a point teaches.
pub struct Lesson {
    pub heading: &'static str,
    pub paragraphs: Vec<String>,
}

/// The ladder.
pub struct LogText {
    pub region: &'static str,
    pub list: &'static str,
    /// Which end of a connection this is, and who stands there if it is not plain.
    pub end: fn(&EndClaim) -> String,
    pub side: fn(Side) -> &'static str,
    pub view: &'static str,
    pub live: &'static str,
    pub as_printed: &'static str,
    /// As the protocol logs of the two ends have it, and whose they are.
    pub as_logged: &'static str,
    pub logged_by: fn(Side) -> &'static str,
    /// What a screen reader says before a line: who to whom, and how it was protected.
    pub direction: fn(Side, Tone) -> String,
    /// How something that is sent is protected.
    pub protection: fn(Tone) -> &'static str,
    pub now: &'static str,
    pub later: &'static str,
    pub point: fn(u8) -> String,
    /// Its number in the run, and who it is between.
    pub connection: fn(&ConnectionClaim) -> String,
    /// A row that is no line of SMTP.
    pub note: fn(&NoteClaim) -> String,
    pub message_content: fn(usize) -> String,
    pub not_offered_again: &'static str,
    pub negotiation: fn(u8, usize, usize) -> String,
    pub negotiation_failed: fn(u8, usize) -> String,
    pub messages: &'static str,
    pub message: fn(&Message) -> String,
    pub message_facts: fn(&Message) -> String,
    /// The drawing of a handshake, and the way to save it.
    pub drawn: &'static str,
    pub save_drawn: &'static str,
    /// A flight, from 1, and who sends it; a record of the handshake, from 1.
    pub flight: fn(usize, Side) -> String,
    pub record: fn(usize) -> String,
    pub encrypted: &'static str,
    /// What is in a message, or what it is for, where the server chose that version.
    pub purpose: fn(&Message, Option<Version>) -> String,
    pub octets: fn(usize) -> String,
    /// Why a handshake or a session ended.
    pub cause: fn(&Cause) -> &str,
    pub check: fn(&CertificateCheck) -> String,
}

/// The transport bar.
pub struct PlaybackText {
    pub bar: &'static str,
    pub first: &'static str,
    pub previous: &'static str,
    pub play: &'static str,
    pub pause: &'static str,
    pub next: &'static str,
    pub last: &'static str,
    pub step: &'static str,
    pub speed: &'static str,
    pub pace: fn(PlayPace) -> &'static str,
    pub value: fn(usize, usize, &str) -> String,
}

/// The book's log beside the live one.
pub struct Printed {
    pub intro: &'static str,
    pub table: &'static str,
    pub book: &'static str,
    pub wire: &'static str,
    pub nothing: &'static str,
    pub not_yet: &'static str,
    pub difference: fn(Difference) -> &'static str,
}

/// A verdict in a word and in a shape, for those who see no colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Badge {
    pub shape: &'static str,
    pub word: &'static str,
}

/// What a part of a suite's name is, and what it does in the handshake and in each record; empty where it does nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PartText {
    pub what: &'static str,
    pub handshake: &'static str,
    pub record: &'static str,
}

/// The dialog behind "?".
pub struct Help {
    pub title: &'static str,
    pub close: &'static str,
    pub keys: &'static str,
    /// Keys, and what they do.
    pub key: &'static [(&'static [&'static str], &'static str)],
    pub marks: &'static str,
    pub mark: &'static [(&'static str, &'static str)],
}

/// What the page says about a link.
pub struct NoticesText {
    /// What cannot be applied, and why.
    pub wrong: fn(&Notice) -> String,
    /// What was done instead.
    pub done: fn(&Notice) -> &'static str,
    /// The step that a link names and the run does not have, and the one that is shown.
    pub step: fn(usize, usize) -> String,
}

/// The foot of the page.
pub struct About {
    pub heading: &'static str,
    pub real: Term,
    pub modelled: Term,
    pub sources: Term,
    pub fingerprint: fn(usize) -> String,
    pub fingerprint_note: &'static str,
}
