//! A question of the run where it halts, what was answered while that is open, and what is said to it once the event that settles it has
//! come.

use crate::lesson::Halt;
use crate::ui::state::{Guessed, answer};
use crate::ui::view::kit::markup::prelude::*;
use crate::ui::view::kit::prose::{self, prose};
use crate::ui::view::kit::scene::{ASK_ID, NEXT_ID, Scene};

/// The region is always there, so that a screen reader hears what comes into it.
pub fn view(scene: &Scene) -> Html {
    let asked = scene.asked.map(|halt| question(scene, halt));
    let told = scene.halts.iter().filter_map(|halt| told(scene, halt, asked.is_some()));
    html! { <div class="asks" id={ASK_ID} role="status">{ for told }{ asked.unwrap_or_default() }</div> }
}

fn question(scene: &Scene, halt: &Halt) -> Html {
    let text = &scene.text.questions;
    let asked = (text.asked)(halt.ask);
    let answers = asked.answers().into_iter().enumerate().map(|(place, (number, words))| {
        let answer = answer(halt, &scene.whole.steps, Some(number));
        html! {
            <li><button type="button" class="button guess" onclick={scene.act_at(answer, NEXT_ID)}><kbd aria-hidden="true">{ place + 1 }</kbd><span>{ prose(words) }</span></button></li>
        }
    });
    html! {
        <section class="ask" aria-label={text.region}>
            <h2>{ prose::told(scene, &asked.question(&halt.value)) }</h2>
            <ol>{ for answers }</ol>
            { skip(scene) }
        </section>
    }
}

/// For who does not guess.
pub fn skip(scene: &Scene) -> Html {
    let Some(halt) = scene.asked else { return Html::default() };
    let skip = answer(halt, &scene.whole.steps, None);
    html! { <button type="button" class="link" onclick={scene.act_at(skip, NEXT_ID)}>{ scene.text.questions.show }<kbd aria-hidden="true">{ "S" }</kbd></button> }
}

/// What was guessed; at the stop that settles it what is so as well: in short where the next question stands already.
fn told(scene: &Scene, halt: &Halt, in_short: bool) -> Option<Html> {
    let text = &scene.text.questions;
    let guessed = scene.state.answered.of(halt.ask)?;
    let asked = (text.asked)(halt.ask);
    let words = |number: usize| asked.answers.get(number).map(|(words, _)| *words).unwrap_or_default();
    if !halt.is_told(&scene.whole.steps, scene.stop) {
        let is_open = (halt.at..halt.settles.event()).contains(&scene.stop) && scene.asked != Some(halt);
        let said = match guessed {
            Guessed::Answer(_, number) => (text.yours)(words(number)),
            // Hands were raised, and the room waits.
            Guessed::Skip(_) if scene.state.is_on_stage() => asked.question(&halt.value),
            Guessed::Skip(_) => return None,
        };
        return is_open.then(|| html! { <p class="so-far">{ prose(&said) }{ " " }{ text.open }</p> });
    }
    let said = match guessed {
        Guessed::Answer(_, number) if number != halt.right => html! {
            <>{ (text.yours)(words(number)) }{ " " }{ prose::told(scene, &(text.wrong)(&asked.correction(number, &halt.value))) }</>
        },
        _ => Html::default(),
    };
    let so = if matches!(guessed, Guessed::Skip(_)) && !scene.state.is_on_stage() { text.passed } else { text.right };
    let so = html! { <><b>{ so }</b>{ " " }{ prose(words(halt.right)) }</> };
    // Hands were raised for one of these.
    let on_stage = scene.state.is_on_stage();
    let answers = asked.answers().into_iter().enumerate().map(|(place, (number, words))| {
        let kbd = html! { <kbd>{ place + 1 }</kbd> };
        if number == halt.right {
            html! { <li class="button guess right">{ kbd }<span>{ "✓ " }{ so.clone() }</span></li> }
        } else {
            html! { <li class="button guess">{ kbd }<span>{ prose(words) }</span></li> }
        }
    });
    if in_short && !on_stage {
        return Some(html! { <p class="so-far">{ asked.question(&halt.value) }{ " " }{ said }{ " " }{ so }</p> });
    }
    Some(html! {
        <section class="ask told" aria-label={text.region}>
            <h2>{ prose::told(scene, &asked.question(&halt.value)) }</h2>
            if said != Html::default() { <p>{ said }</p> }
            if on_stage { <ol>{ for answers }</ol> } else { <p>{ so }</p> }
            <p class="source">{ prose::cited(halt.cited()) }</p>
        </section>
    })
}
