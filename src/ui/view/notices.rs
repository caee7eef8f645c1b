//! What the page has to say about the link. The region is always there, so that a screen reader hears what comes into it.

use super::Scene;
use crate::trace::EventId;
use crate::ui::state::{Action, Place};
use yew::prelude::*;

pub fn view(scene: &Scene, step: EventId) -> Html {
    let text = &scene.text.notices;
    let page = &scene.text.page;
    let mut notices: Vec<String> = scene.state.notices.iter().map(|notice| (text.notice)(notice)).collect();
    if let Place::Event(asked) = scene.state.place
        && asked != step
    {
        notices.push((text.step)(asked, step));
    }
    if let Some(worked) = scene.state.copied {
        notices.push(if worked { page.link_copied } else { page.link_not_copied }.to_owned());
    }
    let shown = !notices.is_empty();
    html! {
        <div class="notices" role="status">
            { for notices.into_iter().map(|words| html! { <p>{ words }</p> }) }
            if shown {
                <button type="button" class="button small" onclick={scene.act(Action::Dismiss(step))}>{ page.dismiss }</button>
            }
        </div>
    }
}
