//! The session on the stage: the points, the log, and one caption, large. What else there is to do has keys, and buttons at the foot.

use super::{ask, ladder, outcome, stepper};
use crate::story::say;
use crate::ui::state::{Action, Look, Move, Presenting};
use crate::ui::view::frame::title;
use crate::ui::view::kit::markup::prelude::*;
use crate::ui::view::kit::prose::prose;
use crate::ui::view::kit::scene::Scene;

pub fn view(scene: &Scene) -> Html {
    let text = &scene.text.stage;
    let presenting = scene.state.presenting;
    let Presenting { blank, verdict } = presenting;
    let steps = &scene.whole.steps;
    let to = |target: Option<usize>| target.map_or_else(Callback::noop, |id| scene.act(Move::Go(id)));
    let key = |key: &'static str, name: &'static str, onclick: Callback<MouseEvent>| {
        html! { <button type="button" class="link" {onclick}><kbd>{ key }</kbd>{ name }</button> }
    };
    html! {
        <>
            <h1 class="sr">{ title::scenario(scene.text, &scene.state.run) }</h1>
            <section class="session" aria-label={scene.text.log.region}>
                { stepper::view(scene) }
                { ladder::view(scene) }
                { ask::view(scene) }
                <div class="caption">
                    <p>{ prose(&(scene.text.inspector.step)(&say::step(scene.facts(), scene.stop))) }</p>
                    <div class="covered">
                        if verdict { { outcome::verdict(scene) } } else { <b>{ text.covered }</b> }
                        { key("V", if verdict { text.cover } else { text.uncover }, scene.act(Action::Present(Presenting { blank, verdict: !verdict }))) }
                    </div>
                </div>
                <div class="clicker" role="group" aria-label={scene.text.playback.bar}>
                    { key("PageDown", text.next, to(steps.next(scene.stop))) }
                    { key("PageUp", text.previous, to(steps.previous(scene.stop))) }
                    { key("B", text.blank, scene.act(Action::Present(Presenting { blank: true, verdict }))) }
                    { key("Esc", text.leave, scene.act(Look::Stage(false))) }
                    <span class="counter">{ format!("{} / {}", steps.number(scene.stop), steps.count()) }</span>
                </div>
            </section>
            if blank {
                <button type="button" class="blank" aria-label={text.show}
                    onclick={scene.act(Action::Present(Presenting { blank: false, verdict }))}></button>
            }
        </>
    }
}
