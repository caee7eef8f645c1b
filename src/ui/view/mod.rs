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
mod row;
pub mod scene;
mod stepper;
mod suites;
mod table;
mod transport;
mod why;
mod wiretap;

use crate::share;
use crate::text::Text;
use crate::ui::lab::{Ending, Lab, Other};
use crate::ui::state::{Action, State, Tab, View};
use crate::ui::view::scene::Scene;
use std::rc::Rc;
use yew::prelude::*;

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
