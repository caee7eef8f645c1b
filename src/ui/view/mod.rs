//! The views: functions from a scene to markup. They hold no state, and contain no words.

mod frame;
mod inspector;
pub mod kit;
mod places;
mod session;

use crate::share;
use crate::text::Text;
use crate::ui::lab::{Ending, Lab, Other};
use crate::ui::state::{Action, State};
use crate::ui::view::kit::scene::Scene;
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
            { frame::header::view(&scene) }
            <main class="main">
                { frame::notices::view(&scene, step) }
                { match scene.state.page {
                    share::View::Session => session::view(&scene),
                    share::View::Grid => places::grid::view(&scene),
                    share::View::Compare => places::compare::view(&scene),
                    share::View::Suites => places::suites::view(&scene),
                } }
            </main>
            { frame::footer::view(&scene) }
            { frame::help::view(&scene) }
        </div>
    }
}
