//! The cover: the question that the page opens with. It is drawn in advance (static/cover.html), so nothing here may depend on a run.

use crate::lesson::Halt;
use crate::share;
use crate::story::Tone;
use crate::ui::browser::Focus;
use crate::ui::state::cover::{BOOK, GALLERY, GUESSES, LAB, LESSON, MILESTONES, SEND, STAGE};
use crate::ui::state::{Action, State};
use crate::ui::study::Study;
use crate::ui::view::kit::control::mark;
use crate::ui::view::kit::markup::prelude::*;
use crate::ui::view::kit::place::{Needs, Place};
use crate::ui::view::kit::scene::Scene;
use crate::ui::view::kit::tone;

pub const PLACE: Place = Place { name: |text| text.cover.question, view, keys, needs: Needs::Nothing };

/// A number is a guess; Space or Enter sends the mail, L goes to the lab, and P to the stage.
fn keys(key: &str, focus: Focus, _: &State, _: &Study, _: &[Halt]) -> Option<Action> {
    let follow = |link| Some(Action::Follow(Box::new(share::read(link))));
    match key {
        "l" | "L" => follow(LAB),
        "p" | "P" => follow(STAGE),
        " " if focus == Focus::Other => follow(SEND),
        "Enter" if focus != Focus::Button => follow(SEND),
        _ => {
            let number: usize = key.parse().ok()?;
            GUESSES.get(number.checked_sub(1)?).map(|(tone, _)| Action::Forecast(*tone))
        }
    }
}

fn view(scene: &Scene) -> Html {
    let text = &scene.text.cover;
    let (before, to, after) = text.mail;
    html! {
        <>
            <div class="riddle">
                <h1>{ text.question }</h1>
                <p class="lead">{ before }<b>{ to }</b>{ after }</p>
                <p class="lead">{ text.real }</p>
            </div>
            { road(scene) }
            { guesses(scene) }
            { book(scene) }
            <div class="send-on">
                <a class="button go" href={SEND}>{ text.send }<kbd aria-hidden="true">{ "Space" }</kbd></a>
                <p>{ text.unasked }</p>
                <nav aria-label={text.ways}>
                    <a href={GALLERY}>{ text.gallery }</a>
                    <a href={STAGE}>{ text.stage }<kbd aria-hidden="true">{ "P" }</kbd></a>
                    <a href={LAB}>{ text.lab }<kbd aria-hidden="true">{ "L" }</kbd></a>
                </nav>
            </div>
        </>
    }
}

/// Sender, path and receiver, with the envelope, who listens, and the milestones.
fn road(scene: &Scene) -> Html {
    let text = &scene.text.cover;
    let (user, domain) = text.mail.1.split_at(text.mail.1.find('@').map_or(0, |at| at + 1));
    let stones = text.milestones.iter().zip(MILESTONES).enumerate().map(|(index, (name, step))| {
        html! {
            <li><a href={format!("{BOOK}{step}")}><span class="stone">{ format!("{:02}", index + 1) }</span>{ " " }<span class="name">{ *name }</span></a></li>
        }
    });
    html! {
        <section class="journey" aria-label={text.road}>
            { end("client", text.sender) }
            <div class="track">
                <p class="ear">
                    <svg viewBox="0 0 24 24" aria-hidden="true"><path d="M4 18v-5a8 8 0 0 1 16 0v5M3 15h3v6H3zM18 15h3v6h-3z" /></svg>
                    <b>{ text.path.0 }</b>{ " " }{ text.path.1 }
                </p>
                <div class="roadbed" aria-hidden="true">
                    <i class="median"></i>
                    <svg class="envelope" viewBox="0 0 120 80"><rect x="1" y="1" width="118" height="78" rx="5" /><path d="M2 4l58 36 58-36" /><text x="60" y="57">{ user }</text><text x="60" y="69">{ domain }</text></svg>
                </div>
                <ol>{ for stones }</ol>
            </div>
            { end("server", text.receiver) }
        </section>
    }
}

fn end(class: &'static str, [name, host, note]: [&'static str; 3]) -> Html {
    html! {
        <div class={classes!("station", class)}>
            <svg viewBox="0 0 80 96" aria-hidden="true"><path d="M4 10a6 6 0 0 1 6-6h60a6 6 0 0 1 6 6v76a6 6 0 0 1-6 6H10a6 6 0 0 1-6-6zM4 34h72M4 62h72M15 19h24M15 48h24M15 77h24M64 19h.01M64 48h.01M64 77h.01" /></svg>
            <b>{ name }</b><code>{ host }</code><span>{ note }</span>
        </div>
    }
}

fn guesses(scene: &Scene) -> Html {
    let text = &scene.text.cover;
    let cards = GUESSES.iter().enumerate().map(|(index, &(tone, key))| card(scene, index + 1, tone, key));
    html! { <fieldset class="guesses"><legend>{ text.guess }</legend>{ for cards }</fieldset> }
}

fn card(scene: &Scene, number: usize, tone: Tone, key: &'static str) -> Html {
    let (name, meaning) = (scene.text.cover.answer)(tone);
    let chosen = scene.state.forecast.guess == Some(tone);
    html! {
        <label class={tone::class(tone)}>
            <input type="radio" name="forecast" value={key} autocomplete="off" data-letters="" checked={chosen} data-on={mark(chosen)}
                onchange={scene.act(Action::Forecast(tone))} />
            { tone::shape(tone) }
            <b>{ name }</b><span>{ meaning }</span><kbd aria-hidden="true">{ number }</kbd>
        </label>
    }
}

/// What the milestones are.
fn book(scene: &Scene) -> Html {
    let text = &scene.text.cover;
    let lines =
        text.printed.iter().map(|&(number, line)| html! { <li><b>{ number }</b>{ " " }<code>{ line }</code></li> });
    html! {
        <aside class="slip">
            <p>{ text.book }</p>
            <ol>{ for lines }</ol>
            <p><a href={format!("{BOOK}1")}>{ text.to_book }</a></p>
            <p><a href={LESSON}>{ text.lesson }</a></p>
        </aside>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::state::Theme;
    use crate::ui::state::cover::HERE;

    #[test]
    fn keys_guess_send_and_open_the_lab() {
        let state = State::new(share::read(HERE), Theme::Light);
        let study = Study::of(&state.run.scenario);
        let press = |key, focus| keys(key, focus, &state, &study, &[]);
        let follow = |link| Some(Action::Follow(Box::new(share::read(link))));
        assert_eq!(press("2", Focus::Arrows), Some(Action::Forecast(Tone::Sealed)));
        assert_eq!((press("0", Focus::Other), press("5", Focus::Other), press("x", Focus::Other)), (None, None, None));
        assert_eq!((press(" ", Focus::Other), press("Enter", Focus::Arrows)), (follow(SEND), follow(SEND)));
        // A box, a link and a button have their own.
        assert_eq!(
            (press(" ", Focus::Arrows), press("Enter", Focus::Button), press(" ", Focus::Button)),
            (None, None, None)
        );
        assert_eq!((press("l", Focus::Arrows), press("P", Focus::Other)), (follow(LAB), follow(STAGE)));
    }
}
