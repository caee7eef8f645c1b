//! What the page has to say about the link, and of what was copied, which passes by itself. The regions are always there, so that a screen
//! reader hears what comes into them.

use crate::trace::EventId;
use crate::ui::state::{Action, Copied};
use crate::ui::view::kit::markup::prelude::*;
use crate::ui::view::kit::scene::{NOTICES_ID, Scene};

pub fn view(scene: &Scene, step: EventId) -> Html {
    let text = &scene.text.notices;
    let page = &scene.text.page;
    let of_link = scene.state.notices.of_link.iter();
    let mut notices: Vec<String> =
        of_link.map(|notice| format!("{} {}", (text.wrong)(notice), (text.done)(notice))).collect();
    let used = scene.whole.steps.number(step);
    notices.extend(scene.whole.beyond(scene.state.playback.spot).map(|asked| (text.step)(asked, used)));
    let copied = scene.state.notices.copied.map(|copied| match copied {
        Copied::Link(true) => page.link_copied,
        Copied::Link(false) => page.link_not_copied,
        Copied::Text(true) => page.text_copied,
        Copied::Text(false) => page.text_not_copied,
    });
    let shown = !notices.is_empty();
    html! {
        <>
            <div class="notices" id={NOTICES_ID} role="status">
                { for notices.into_iter().map(|words| html! { <p>{ words }</p> }) }
                if shown {
                    <button type="button" class="button small" onclick={scene.act(Action::Dismiss(step))}>{ page.dismiss }</button>
                }
            </div>
            <p class="toast" role="status">{ copied.unwrap_or_default() }</p>
        </>
    }
}
