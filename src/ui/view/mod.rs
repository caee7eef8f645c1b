//! The views: functions from a scene to markup. They hold no state, and contain no words.

mod frame;
mod inspector;
pub mod kit;
pub mod places;
mod session;

use crate::lesson::Halt;
use crate::share::View;
use crate::story::say::HeadlineClaim;
use crate::text::Text;
use crate::ui::effect::Effect;
use crate::ui::state::{Action, State};
use crate::ui::study::{Other, Study, Trial};
use crate::ui::view::kit::markup::prelude::*;
use crate::ui::view::kit::scene::{MAIN_ID, Scene};
use std::rc::Rc;

pub use frame::title::title;

#[derive(Clone, PartialEq, Properties)]
pub struct PageProps {
    pub text: &'static Text,
    pub state: State,
    pub study: Rc<Study>,
    /// As far as it is shown.
    pub seen: Rc<Study>,
    /// Where the run halts and asks.
    pub halts: Rc<Vec<Halt>>,
    pub was: Option<HeadlineClaim>,
    pub other: Rc<Option<Other>>,
    pub endings: Rc<Option<[Trial; 2]>>,
    pub on: Callback<Action>,
    pub perform: Callback<Effect>,
}

/// The page.
#[component]
pub fn Page(props: &PageProps) -> Html {
    let step = props.study.step(props.state.playback.spot);
    let (whole, study) = (&*props.study, &*props.seen);
    let chapter = study.chapter(step);
    let stop = whole.steps.stop(step);
    let scene = Scene {
        text: props.text,
        state: &props.state,
        study,
        whole,
        halts: &props.halts,
        asked: props.state.answered.open(&props.halts, &whole.steps, stop),
        was: props.was,
        other: props.other.as_ref().as_ref(),
        endings: props.endings.as_ref().as_ref().map_or(&[], |endings| endings.as_slice()),
        stop,
        chapter,
        part: chapter.part(step),
        is_context: false,
        on: &props.on,
        perform: &props.perform,
    };
    let (on_stage, is_cover) = (scene.state.is_on_stage(), scene.state.shown.view == View::Cover);
    let head = match (on_stage, is_cover) {
        (true, _) => Html::default(),
        (false, true) => frame::header::bare(&scene),
        (false, false) => html! { <>{ frame::heard::skip(&scene) }{ frame::header::view(&scene) }</> },
    };
    html! {
        <div class={classes!("page", on_stage.then_some("stage"), is_cover.then_some("cover"))} lang={scene.text.tag}>
            { head }
            <main class="main" id={MAIN_ID} tabindex="-1">
                if !on_stage { { frame::notices::view(&scene, step) } }
                { frame::heard::view(&scene) }
                { (places::of(scene.state.shown.view).view)(&scene) }
            </main>
            if !on_stage && !is_cover { { frame::footer::view(&scene) } }
            { frame::help::view(&scene) }
        </div>
    }
}
