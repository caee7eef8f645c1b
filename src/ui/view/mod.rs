//! The views: functions from a scene to markup. They hold no state, and contain no words.

mod filter;
mod footer;
mod bytes;
mod certificate;
mod compare;
mod controls;
mod decision;
mod grid;
mod header;
mod help;
mod inspector;
mod ladder;
mod lamps;
mod letter;
mod machines;
mod negotiation;
mod notices;
mod outcome;
mod printed;
mod prose;
mod stepper;
mod suites;
mod table;
mod transport;
mod why;
mod wiretap;

use crate::dissect::smtp::Role;
use crate::share;
use crate::text::{Facts, Text};
use crate::timeline::Checkpoint;
use crate::trace::EventId;
use crate::ui::lab::{Ending, Lab, Other};
use crate::ui::state::{Action, State, Tab, View};
use std::rc::Rc;
use yew::prelude::*;

pub use bytes::{FIELD_ID, OCTET_ID, OCTETS_ID, TREE_ID};
pub use suites::line_id;

/// The id of the list that scrolls.
pub const LOG_ID: &str = "log";
/// The id of the dialog.
pub const HELP_ID: &str = "help";
/// The id of what an eavesdropper sees at this step.
pub const TAP_ID: &str = "tap-now";
/// The id of the panel under the tabs, which scrolls.
pub const PANEL_ID: &str = "panel";

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

/// Whether an event is one of a list's lines, at which there is nothing to stop for.
pub fn is_listed(lab: &Lab, id: EventId) -> bool {
    let keyword = lab.reading.line(id).is_some_and(|line| matches!(line.role, Role::Capability { .. }));
    keyword && lab.timeline.point_at(id).is_none()
}

/// What every view is given.
#[derive(Clone, Copy)]
pub struct Scene<'a> {
    pub text: &'static Text,
    pub state: &'a State,
    pub lab: &'a Lab,
    /// What it is compared with.
    pub other: Option<&'a Other>,
    /// What becomes of the mail between the ends of the cipher suites' page.
    pub endings: &'a [Ending],
    /// The event whose row is the current one.
    pub stop: EventId,
    /// The current point.
    pub point: Checkpoint,
    /// What is drawn only stands near what was looked for.
    pub is_context: bool,
    pub on: &'a Callback<Action>,
}

impl<'a> Scene<'a> {
    fn facts(&self) -> Facts<'a> {
        self.lab.facts()
    }

    /// A handler that does this.
    fn act<E: 'static>(&self, action: Action) -> Callback<E> {
        self.on.reform(move |_| action.clone())
    }
}

#[derive(Clone, PartialEq, Properties)]
pub struct PageProps {
    pub text: &'static Text,
    pub state: State,
    pub lab: Rc<Lab>,
    pub other: Rc<Option<Other>>,
    pub endings: Rc<Option<[Ending; 2]>>,
    pub on: Callback<Action>,
}

/// The page.
#[component]
pub fn Page(props: &PageProps) -> Html {
    let step = props.lab.step(props.state.place);
    let lab = &*props.lab;
    let scene = Scene {
        text: props.text,
        state: &props.state,
        lab,
        other: props.other.as_ref().as_ref(),
        endings: props.endings.as_ref().as_ref().map_or(&[], |endings| endings.as_slice()),
        stop: lab.stop(step),
        point: lab.point(step),
        is_context: false,
        on: &props.on,
    };
    html! {
        <div class="page" lang={scene.text.tag}>
            { header::view(&scene) }
            <main class="main">
                { notices::view(&scene, step) }
                { match scene.state.page {
                    share::View::Session => session(&scene),
                    share::View::Grid => grid::view(&scene),
                    share::View::Compare => compare::view(&scene),
                    share::View::Suites => suites::view(&scene),
                } }
            </main>
            { footer::view(&scene) }
            { help::view(&scene) }
        </div>
    }
}

fn session(scene: &Scene) -> Html {
    html! {
        <>
            { header::watch(scene) }
            { outcome::view(scene) }
            <div class={classes!("grid", matches!(scene.state.tab, Tab::Bytes | Tab::Eavesdropper).then_some("wide"))}>
                { controls::view(scene) }
                { log(scene) }
                { inspector::view(scene) }
            </div>
        </>
    }
}

fn log(scene: &Scene) -> Html {
    let shows_print = scene.state.view == View::Printed && !scene.lab.printed.is_empty();
    html! {
        <section class="card session" aria-label={scene.text.log.region}>
            { stepper::view(scene) }
            { if shows_print { printed::view(scene) } else { ladder::view(scene) } }
            { transport::view(scene) }
        </section>
    }
}
