//! The gallery: the scenarios in groups. What becomes of the mail in each stands in a table that a test holds to the runs, and is shown
//! where the end is.

use crate::scenario::{Edit, preset};
use crate::story::Tone;
use crate::ui::state::{Action, Look, RunName};
use crate::ui::view::kit::markup::prelude::*;
use crate::ui::view::kit::place::{Needs, Place, no_keys};
use crate::ui::view::kit::prose::{aside, prose};
use crate::ui::view::kit::scene::Scene;
use crate::ui::view::kit::tone;
use Tone::{NotDelivered, Readable, Sealed, Verified, WithAttacker};

pub const PLACE: Place = Place { name: |text| text.gallery.place, view, keys: no_keys, needs: Needs::Nothing };

/// The groups, in the order of their titles.
const GROUPS: [&[(&str, Tone)]; 9] = [
    &[
        ("book", Sealed),
        ("book-tls13", Sealed),
        ("book-login", Sealed),
        ("book-250", NotDelivered),
        ("book-2009", Sealed),
    ],
    &[("postfix", Sealed), ("post-quantum", Sealed), ("retry-request", Sealed), ("resumed", Sealed)],
    &[
        ("not-offered", Readable),
        ("refused-454", Readable),
        ("required-not-offered", NotDelivered),
        ("server-requires-tls", NotDelivered),
        ("legacy-no-tls", NotDelivered),
    ],
    &[
        ("internal-ca", Sealed),
        ("self-signed", Sealed),
        ("verify-or-clear", Readable),
        ("verified-wrong-name", NotDelivered),
    ],
    &[
        ("stripped", WithAttacker),
        ("impostor", WithAttacker),
        ("hygiene-relay", NotDelivered),
        ("relay-forwards", NotDelivered),
    ],
    &[
        ("domain-secured", Verified),
        ("list-forgotten", Verified),
        ("client-certificate-missing", NotDelivered),
        ("domain-wrong-name", NotDelivered),
        ("default-self-signed", NotDelivered),
    ],
    &[
        ("ntlm-clear-weak", Readable),
        ("ntlm-clear-strong", Readable),
        ("ntlm-inside-tls", Sealed),
        ("ntlm-wrong", NotDelivered),
        ("login-to-impostor", WithAttacker),
        ("ntlm-to-impostor", WithAttacker),
    ],
    &[("hub-to-hub", Sealed), ("hub-to-edge", Verified), ("hub-to-stranger", NotDelivered)],
    &[
        ("old-client", Readable),
        ("old-client-requires-tls", NotDelivered),
        ("old-server", NotDelivered),
        ("no-common-version", Readable),
        ("ssl3-fallback", Sealed),
        ("export-40", Sealed),
        ("null-suite", Readable),
        ("rsa-stolen-key", Sealed),
        ("forward-secret", Sealed),
    ],
];

const SCALE: [Tone; 5] = [Verified, Sealed, Readable, WithAttacker, NotDelivered];

fn view(scene: &Scene) -> Html {
    let text = &scene.text.gallery;
    let legend = SCALE.map(|tone| html! { <li>{ tone::shape(tone) }{ " " }{ (scene.text.gallery.scale)(tone) }</li> });
    let groups = GROUPS.iter().zip(text.groups).map(|(stories, name)| {
        let items = stories.iter().map(|&(name, tone)| story(scene, name, tone));
        html! {
            <section class="card">
                <h3>{ name }</h3><p class="meta">{ (text.stories)(stories.len()) }</p>
                <ul>{ for items }</ul>
            </section>
        }
    });
    html! {
        <section class="gallery" aria-label={text.name}>
            <div class="gallery-head">
                <h2>{ text.name }</h2>
                <ul class="scale" aria-label={text.legend}>{ for legend }</ul>
                <div class="gallery-ends"><span id="endings">{ text.endings }</span>
                <div class="views" role="group" aria-labelledby="endings">
                    { choice(scene, false, text.hidden) }
                    { choice(scene, true, text.shown) }
                </div></div>
                <p>{ text.intro }</p>
            </div>
            <div class="groups">{ for groups }</div>
        </section>
    }
}

fn choice(scene: &Scene, end: bool, name: &'static str) -> Html {
    let pressed = if scene.state.shown.end.is_on() == end { "true" } else { "false" };
    html! { <button type="button" aria-pressed={pressed} onclick={scene.act(Look::End(end))}>{ name }</button> }
}

fn story(scene: &Scene, name: &'static str, tone: Tone) -> Html {
    let words = (scene.text.page.preset)(name);
    let run = &scene.state.run;
    let is_here = run.name() == RunName::Preset && run.preset == name;
    let ends = scene.state.shown.end.is_on();
    let (tone, line) = if ends { (tone, words.meaning.to_owned()) } else { (Tone::Unknown, setting(scene, name)) };
    html! {
        <li>
            <button type="button" data-preset={name} aria-current={is_here.then_some("true")} onclick={scene.act(Action::Preset(name))}>
                { tone::shape(tone) }
                <b>{ words.name }</b>{ " " }
                if ends { { aside((scene.text.gallery.scale)(tone)) } }
                <span>{ prose(&line) }</span>
            </button>
        </li>
    }
}

/// What a story is set to, which tells no ending: in what it differs from the nearest of those that are plain.
fn setting(scene: &Scene, name: &str) -> String {
    let edits = |plain: &str| preset(name)?.scenario.edits_from(&preset(plain)?.scenario).into();
    let nearest: Option<Vec<Edit>> = PLAIN.iter().filter_map(|&plain| edits(plain)).min_by_key(Vec::len);
    let edits = nearest.unwrap_or_default().into_iter().filter(|edit| !matches!(edit, Edit::Clock(_)));
    edits.map(scene.text.page.edit).collect::<Vec<_>>().join("; ")
}

const PLAIN: [&str; 3] = ["book", "postfix", "domain-secured"];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::PRESETS;
    use crate::ui::study::Study;

    #[test]
    fn every_story_is_in_a_group_and_ends_as_the_table_says() {
        let all: Vec<_> = GROUPS.iter().flat_map(|group| group.iter()).collect();
        assert_eq!(all.len(), PRESETS.len());
        for story in PRESETS {
            let (_, tone) = all.iter().find(|(name, _)| *name == story.name).expect(story.name);
            assert_eq!(Study::of(&story.scenario).story.outcome.tone(), *tone, "{}", story.name);
        }
    }
}
