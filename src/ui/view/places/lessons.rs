//! The lessons: what each teaches, how long it takes, and the way into it.

use crate::lesson::LessonId;
use crate::scenario::Choice;
use crate::share::InLesson;
use crate::ui::state::Action;
use crate::ui::view::kit::markup::prelude::*;
use crate::ui::view::kit::place::{Needs, Place, no_keys};
use crate::ui::view::kit::prose::told;
use crate::ui::view::kit::scene::Scene;

pub const PLACE: Place = Place { name: |text| text.lessons.name, view, keys: no_keys, needs: Needs::Nothing };

fn view(scene: &Scene) -> Html {
    let text = &scene.text.lessons;
    let items = LessonId::ALL.iter().map(|&id| {
        let lesson = (text.lesson)(id);
        let start = Action::Lesson(InLesson { lesson: id, stop: 1 }, 0);
        html! {
            <li class="card">
                <h2>{ lesson.title }</h2>
                <p class="meta">{ (text.length)(id.stops().len(), lesson.minutes) }</p>
                <p>{ lesson.aim }</p>
                <button type="button" class="button" onclick={scene.act(start)}>{ (text.start)(lesson.title) }</button>
            </li>
        }
    });
    html! {
        <section class="lessons" aria-label={text.name}>
            <p class="intro">{ told(scene, text.intro) }</p>
            <ol>{ for items }</ol>
        </section>
    }
}
