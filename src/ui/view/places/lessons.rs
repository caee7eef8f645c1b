//! The lessons: what each teaches, how much it asks, and the way into it.

use crate::lesson::{EXPERIMENTS, LessonId};
use crate::scenario::{Choice, Switch};
use crate::share::{self, InLesson, Pinned, Shared, Shown, TITLE, VERSION};
use crate::ui::browser;
use crate::ui::state::{Action, OwnStep, Run};
use crate::ui::view::frame::title;
use crate::ui::view::kit::markup::prelude::*;
use crate::ui::view::kit::place::{Needs, Place, no_keys};
use crate::ui::view::kit::prose::{prose, told};
use crate::ui::view::kit::scene::Scene;
use crate::ui::view::session::lesson;

pub const PLACE: Place = Place { name: |text| text.lessons.name, view, keys: no_keys, needs: Needs::Nothing };

fn view(scene: &Scene) -> Html {
    let text = &scene.text.lessons;
    let items = LessonId::ALL.iter().map(|&id| {
        let lesson = (text.lesson)(id);
        let first = InLesson { lesson: id, stop: 1 };
        let start = Action::Lesson(first, 0);
        let room = first.begin().map(|link| share::write(&Shared { shown: Shown { stage: Switch::On, ..link.shown.clone() }, ..link }));
        html! {
            <li class="card">
                <h2>{ lesson.title }</h2>
                <p class="meta">{ (text.length)(id.stops().len(), id.questions()) }</p>
                <p>{ lesson.aim }</p>
                <div class="ways">
                    <button type="button" class="button" onclick={scene.act(start)}>{ (text.start)(lesson.title) }</button>
                    <a href={room.unwrap_or_default()} aria-label={(text.room)(lesson.title)}>{ scene.text.stage.name }</a>
                </div>
            </li>
        }
    });
    html! {
        <section class="lessons" aria-label={text.name}>
            <p class="intro">{ told(scene, text.intro) }</p>
            <ol>{ for items }</ol>
            { own(scene) }
            { experiments(scene) }
        </section>
    }
}

/// A lesson of one's own, made of runs that were on show.
fn own(scene: &Scene) -> Html {
    let (text, own) = (&scene.text.lessons, &scene.state.own);
    let run = &scene.state.run;
    let here = Pinned { scenario: run.scenario, preset: run.preset };
    let named = |stop: &Pinned| title::scenario(scene.text, &Run::of(stop.scenario, stop.preset));
    let stops = own.stops.iter().enumerate().map(|(index, stop)| {
        let edits = Run::of(stop.scenario, stop.preset).edits();
        let edits: Vec<String> = edits.into_iter().map(scene.text.page.edit).collect();
        let drop = Action::Own(OwnStep::Drop(index + 1));
        html! {
            <li>
                <span>{ named(stop) }{ " " }<small>{ edits.join("; ") }</small></span>
                <button type="button" class="button small" aria-label={(text.drop)(index + 1)} onclick={scene.act(drop)}>{ "×" }</button>
            </li>
        }
    });
    let typed = scene.on.reform(|event: InputEvent| Action::Own(OwnStep::Title(browser::typed(&event))));
    // An address, so that it can be copied where it stands.
    let begin = own.begin().map(|link| {
        html! { <a class="button" href={share::write(&link)}>{ (text.start)(&lesson::title(scene)) }</a> }
    });
    html! {
        <section class="card own" aria-labelledby="own-lesson">
            <h2 id="own-lesson">{ text.own }</h2>
            <p>{ text.own_intro }</p>
            <p class="field"><label>{ text.own_title }{ " " }<input type="text" maxlength={TITLE.to_string()} value={own.title.clone()} oninput={typed} /></label></p>
            <ol class="own-stops">{ for stops }</ol>
            <p>
                if own.takes(here) {
                    <button type="button" class="button" onclick={scene.act(Action::Own(OwnStep::Add))}>{ (text.add)(&title::whole(scene.text, &scene.state.run)) }</button>
                } else {
                    { text.full }
                }
                { " " }{ begin.unwrap_or_default() }
            </p>
        </section>
    }
}

fn experiments(scene: &Scene) -> Html {
    let text = &scene.text.lessons;
    let items = EXPERIMENTS.iter().zip(text.experiments).map(|(fragment, (title, words))| {
        html! { <li><a href={format!("#v={VERSION}&{fragment}")}>{ title }</a>{ " " }{ prose(words) }</li> }
    });
    html! {
        <section aria-labelledby="experiments">
            <h2 id="experiments">{ text.experiments_heading }</h2>
            <ul class="experiments">{ for items }</ul>
        </section>
    }
}
