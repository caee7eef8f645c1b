//! The dialog with keys, marks and the whole glossary. The browser opens it, and it is filled when it is open.

use crate::text::WordEntry;
use crate::ui::browser;
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
    let wanted = scene.state.term.trim().to_ascii_lowercase();
    let groups = glossary.groups.iter().filter_map(|(name, lines)| {
        let found = lines.iter().filter(|line| line.to_ascii_lowercase().contains(&wanted));
        let terms: Vec<Html> = found
            .map(|line| {
                let word = WordEntry::of(line);
                html! { <><dt>{ word.name }</dt><dd>{ meaning(&word) }</dd></> }
            })
            .collect();
        (!terms.is_empty()).then(|| html! { <><h4>{ *name }</h4><dl class="terms">{ for terms }</dl></> })
    });
    let groups: Vec<Html> = groups.collect();
    let typed = scene.on.reform(|event: InputEvent| Action::Term(browser::typed(&event)));
    html! {
        <dialog id={HELP_ID} class="help" aria-labelledby="help-title" onclose={scene.act(Action::Help(false))}>
            <div class="help-head">
                <h2 id="help-title">{ text.title }</h2>
                <button type="button" class="button" onclick={scene.act(Action::Help(false))}>{ text.close }</button>
            </div>
            <div class="help-body" tabindex="0" role="group" aria-labelledby="help-title">
                if scene.state.help {
                    // Where fingers are, there may be no keys.
                    <div class="of-keys">
                        <h3>{ text.keys }</h3>
                        <dl class="keys">{ for keys }</dl>
                        <h3>{ text.marks }</h3>
                        <dl class="keys">{ for marks }</dl>
                    </div>
                    <div>
                        <h3>{ glossary.heading }</h3>
                        <input type="search" aria-label={glossary.find} placeholder={glossary.find} value={scene.state.term.clone()} oninput={typed} />
                        if groups.is_empty() { <p>{ (scene.text.filter.nothing)(scene.state.term.trim()) }</p> }
                        { for groups }
                    </div>
                }
            </div>
        </dialog>
    }
}
