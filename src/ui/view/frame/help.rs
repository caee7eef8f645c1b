//! The dialog with keys, marks and the whole glossary. The browser opens it, and it is filled when it is open.

use crate::text::WordEntry;
use crate::ui::state::Action;
use crate::ui::view::kit::markup::prelude::*;
use crate::ui::view::kit::prose::meaning;
use crate::ui::view::kit::scene::{HELP_ID, Scene};

pub fn view(scene: &Scene) -> Html {
    let text = &scene.text.help;
    let keys = text.key.iter().map(|(keys, meaning)| {
        let keys = keys.iter().map(|key| {
            if *key == "…" {
                html! { { " … " } }
            } else {
                html! { <><kbd>{ *key }</kbd>{ " " }</> }
            }
        });
        html! { <><dt>{ for keys }</dt><dd>{ *meaning }</dd></> }
    });
    let marks =
        text.mark.iter().map(|(mark, meaning)| html! { <><dt><code>{ *mark }</code></dt><dd>{ *meaning }</dd></> });
    let glossary = &scene.text.glossary;
    let groups = glossary.groups.iter().map(|(name, lines)| {
        let terms = lines.iter().map(|line| {
            let word = WordEntry::of(line);
            html! { <><dt>{ word.name }</dt><dd>{ meaning(&word) }</dd></> }
        });
        html! { <><h4>{ *name }</h4><dl class="terms">{ for terms }</dl></> }
    });
    html! {
        <dialog id={HELP_ID} class="help" aria-labelledby="help-title" onclose={scene.act(Action::Help(false))}>
            <div class="help-head">
                <h2 id="help-title">{ text.title }</h2>
                <button type="button" class="button" onclick={scene.act(Action::Help(false))}>{ text.close }</button>
            </div>
            <div class="help-body" tabindex="0" role="group" aria-labelledby="help-title">
                if scene.state.help {
                    <h3>{ text.keys }</h3>
                    <dl class="keys">{ for keys }</dl>
                    <h3>{ text.marks }</h3>
                    <dl class="keys">{ for marks }</dl>
                    <h3>{ glossary.heading }</h3>
                    { for groups }
                }
            </div>
        </dialog>
    }
}
