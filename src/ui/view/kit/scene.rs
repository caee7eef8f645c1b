//! What every view is given, and the ids by which the page finds its parts again.

use crate::dissect::smtp::Role;
use crate::lesson::Halt;
use crate::scenario::Side;
use crate::share::{Fold, Tab};
use crate::story::say::{Facts, HeadlineClaim};
use crate::story::{Chapter, Part, Tone};
use crate::text::Text;
use crate::trace::EventId;
use crate::ui::effect::Effect;
use crate::ui::state::{Action, State};
use crate::ui::study::{Other, Spot, Study, Trial};
use crate::ui::view::kit::markup::prelude::*;
use std::borrow::Cow;

/// The id of what a place shows.
pub const MAIN_ID: &str = "main";
/// The id of the road, of the drawer that is open, and of what is said where a change is refused.
pub const CONTROLS_ID: &str = "controls";
pub const DRAWER_ID: &str = "drawer";
pub const REFUSAL_ID: &str = "refusal";
/// The id of the list that scrolls.
pub const LOG_ID: &str = "log";
/// The id of the question of the run.
pub const ASK_ID: &str = "ask";
/// The id of the button for the next step, which has the focus once a question is answered.
pub const NEXT_ID: &str = "next";
/// The ids of what the page has to say about the link, and of the dialog.
pub const NOTICES_ID: &str = "notices";
pub const HELP_ID: &str = "help";
/// The id of what an eavesdropper sees at this step.
pub const TAP_ID: &str = "tap-now";
/// The ids of the inspector, which is a sheet where there is little room, and of what opens it there.
pub const SHEET_ID: &str = "inspector";
pub const OPENER_ID: &str = "opener";
/// The id of the panel under the tabs, which scrolls.
pub const PANEL_ID: &str = "panel";

/// The id of the chosen row.
pub const FIELD_ID: &str = "field-now";
/// The id of the tree, which scrolls.
pub const TREE_ID: &str = "fields";
/// The id of the first of the chosen octets.
pub const OCTET_ID: &str = "octet-now";
/// The id of the octets, which scroll.
pub const OCTETS_ID: &str = "octets";

/// The id of an event's row.
pub fn row_id(id: EventId) -> String {
    format!("event-{id}")
}

/// The id of a tab.
pub fn tab_id(tab: Tab) -> &'static str {
    match tab {
        Tab::Why => "tab-why",
        Tab::Bytes => "tab-bytes",
        Tab::Certificate => "tab-certificate",
        Tab::Eavesdropper => "tab-eavesdropper",
    }
}

/// The id of the button that opens a drawer.
pub fn details_id(fold: Fold) -> &'static str {
    match fold {
        Fold::Sender => "details-sender",
        Fold::Path => "details-path",
        _ => "details-receiver",
    }
}

/// The id of the line of a list at this place, from 0: of the button that was used last to move it.
pub fn line_id(side: Side, place: usize) -> String {
    format!("line-{}-{place}", side.key())
}

/// Whether an event is one of a list's lines, at which there is nothing to stop for.
pub fn is_listed(study: &Study, id: EventId) -> bool {
    let keyword = study.reading.line(id).is_some_and(|line| matches!(line.role, Role::Capability { .. }));
    keyword && study.chapter(id).point_at(id).is_none()
}

/// What every view is given.
#[derive(Clone, Copy)]
pub struct Scene<'a> {
    pub text: &'static Text,
    pub state: &'a State,
    /// The run, as far as it is shown: up to the step, or all of it.
    pub study: &'a Study,
    /// All of it: where steps lead, and how many there are.
    pub whole: &'a Study,
    /// What it is compared with.
    pub other: Option<&'a Other>,
    /// What became of the mail in the preset, where the scenario has been changed.
    pub was: Option<HeadlineClaim>,
    /// What becomes of the mail between the ends of the cipher suites' page.
    pub endings: &'a [Trial],
    /// Where the run halts and asks.
    pub halts: &'a [Halt],
    /// The question that stands here.
    pub asked: Option<&'a Halt>,
    /// The event whose row is the current one.
    pub stop: EventId,
    /// The connection of that event.
    pub chapter: &'a Chapter,
    /// The current part of it.
    pub part: Part,
    /// What is drawn only stands near what was looked for.
    pub is_context: bool,
    pub on: &'a Callback<Action>,
    /// What reaches out of the page.
    pub perform: &'a Callback<Effect>,
}

impl<'a> Scene<'a> {
    pub fn facts(&self) -> Facts<'a> {
        self.study.facts()
    }

    /// What became of the mail is known at the step, or asked for, and answers no question that stands.
    pub fn is_decided(&self) -> bool {
        let last = self.whole.steps.last();
        let settled = self.whole.story.outcome.settled().unwrap_or(last);
        (!self.study.trace.goes_on || self.stop >= settled) && self.asked.is_none()
    }

    /// Who can read something is asked here: the page does not say it meanwhile.
    pub fn asks_who_reads(&self) -> bool {
        self.asked.is_some_and(|halt| halt.ask.asks_who_reads())
    }

    /// How what was sent is protected; not while that is asked.
    pub fn tone(&self, id: EventId, sealed: bool) -> Tone {
        if self.asks_who_reads() { Tone::Unknown } else { self.study.story.at(&self.study.trace, id).tone(id, sealed) }
    }

    /// Where one stands, to be kept when a switch changes the run.
    pub fn spot(&self) -> Spot {
        Spot::Near { connection: self.chapter.account.connection, part: self.part }
    }

    /// A handler that does this.
    pub fn act<E: 'static>(&self, action: impl Into<Action>) -> Callback<E> {
        let action = action.into();
        self.on.reform(move |_| action.clone())
    }

    /// A handler that does this and then gives the focus to an element.
    pub fn act_at<E: 'static>(&self, action: impl Into<Action>, id: impl Into<Cow<'static, str>>) -> Callback<E> {
        let (on, perform) = (self.on.clone(), self.perform.clone());
        let (action, id) = (action.into(), id.into());
        Callback::from(move |_| {
            on.emit(action.clone());
            perform.emit(Effect::Focus(id.clone()));
        })
    }

    /// A handler with this effect.
    pub fn effect<E: 'static>(&self, effect: Effect) -> Callback<E> {
        self.perform.reform(move |_| effect.clone())
    }
}
