//! Sheets to print: a handout of the run, its questions as an exercise, the answers apart, and what a class needs. All of it is the whole run,
//! whatever step one is at.

use crate::lesson::{AskId, Asking, Halt};
use crate::scenario::{Choice, ClientPolicy, Edit, Scenario};
use crate::share::{self, InLesson, Log, Pinned, Shared, Sheet, Shown};
use crate::story::rows::{Row, is_alarming};
use crate::story::say;
use crate::story::{Chapter, Part, Status};
use crate::trace::{EventId, What};
use crate::ui::effect::Effect;
use crate::ui::state::{Look, Run, Visited};
use crate::ui::study::Study;
use crate::ui::view::frame::title;
use crate::ui::view::kit::link::address;
use crate::ui::view::kit::markup::prelude::*;
use crate::ui::view::kit::place::{Needs, Place, no_keys};
use crate::ui::view::kit::prose::prose;
use crate::ui::view::kit::row::{arrow, lane};
use crate::ui::view::kit::scene::Scene;
use crate::ui::view::kit::tone;
use crate::ui::view::session::ladder::event_words;
use crate::ui::view::session::lesson;

pub const PLACE: Place = Place { name: |text| text.sheets.name, view, keys: no_keys, needs: Needs::Nothing };

/// The sender's policies that an exercise asks for.
const ASKED: [ClientPolicy; 4] =
    [ClientPolicy::Opportunistic, ClientPolicy::VerifyOrClear, ClientPolicy::Required, ClientPolicy::Verified];

fn view(scene: &Scene) -> Html {
    let text = &scene.text.sheets;
    let chosen = scene.state.shown.sheet;
    let sheets = Sheet::ALL.iter().map(|&sheet| {
        let pressed = if sheet == chosen { "true" } else { "false" };
        html! { <button type="button" aria-pressed={pressed} onclick={scene.act(Look::Sheet(sheet))}>{ (text.sheet)(sheet) }</button> }
    });
    let body = match chosen {
        Sheet::Handout => handout(scene),
        Sheet::Exercise => exercise(scene, false),
        Sheet::ExerciseKey => exercise(scene, true),
        Sheet::Plan => plan(scene),
        Sheet::Tasks => tasks(scene, false),
        Sheet::TasksKey => tasks(scene, true),
    };
    html! {
        <section class="sheets" aria-label={text.name}>
            <div class="choose">
                <p>{ text.intro }</p>
                <div class="views" role="group" aria-label={text.name}>{ for sheets }</div>
                <button type="button" class="button" onclick={scene.effect(Effect::Print)}>{ text.print }</button>
            </div>
            <article class="paper card">{ body }</article>
        </section>
    }
}

/// What kind of sheet it is, what of, and what stands beside that.
fn head(scene: &Scene, sheet: Sheet, name: String, side: Html) -> Html {
    html! { <div class="paper-head"><div><p>{ (scene.text.sheets.sheet)(sheet) }</p><h2>{ name }</h2></div>{ side }</div> }
}

fn mark(scene: &Scene) -> Html {
    let (name, kind) = scene.text.page.mark;
    html! { <span>{ name }{ " " }{ kind }</span> }
}

/// Of the run, with the stop of the lesson that it is.
fn name(scene: &Scene) -> String {
    let (run, cell) = (title::whole(scene.text, &scene.state.run), scene.text.page.cell);
    lesson::place(scene).map_or(run.clone(), |(lesson, stop)| cell(&cell(&lesson, &stop), &run))
}

/// Where the run is found again, as one would type it.
fn link(scene: &Scene) -> String {
    let state = scene.state;
    let of_run = Shared::of(state.run.scenario, state.run.preset);
    format!("{}{}", state.address, share::write(&Shared { lesson: state.lesson, ..of_run }))
}

/// Where the lesson begins that is gone through.
fn lesson_link(scene: &Scene) -> Option<String> {
    let state = scene.state;
    let begin = match state.lesson {
        Some(here) => InLesson { stop: 1, ..here }.begin()?,
        None => state.own.begin()?,
    };
    Some(format!("{}{}", state.address, share::write(&begin)))
}

/// An address behind what it is of.
fn at(words: &'static str, link: &str) -> Html {
    html! { <>{ words }{ " " }{ address(link) }</> }
}

/// Who sends, what is between, who receives, and what it shows.
fn facts(scene: &Scene, scenario: &Scenario, study: &Study) -> Html {
    let (text, controls) = (&scene.text.sheets, &scene.text.controls);
    let (client, server) = study.hosts(0);
    let value = |edit: Edit| (controls.value)(edit).name;
    let row = |name: &'static str, value: String| html! { <><dt>{ name }</dt><dd>{ value }</dd></> };
    html! {
        <dl>
            { row(text.sender, format!("{client}, {}", (controls.policy)(scenario.policy).name)) }
            { row(text.path, value(Edit::Path(scenario.path)).to_owned()) }
            { row(text.receiver, format!("{server}, STARTTLS {}", value(Edit::Starttls(scenario.starttls)))) }
            { row(text.certificate, value(Edit::ServerCertificate(scenario.server_certificate)).to_owned()) }
        </dl>
    }
}

fn handout(scene: &Scene) -> Html {
    let text = &scene.text.sheets;
    let outcome = &scene.text.outcome;
    let (of_run, story) = (scene.whole.facts(), &scene.whole.story);
    let notes = story.chapters().iter().map(|chapter| notes(scene, chapter));
    html! {
        <>
            { head(scene, Sheet::Handout, name(scene), mark(scene)) }
            <div class="paper-facts">
                <div class={classes!("verdict", tone::class(story.outcome.tone()))}>
                    <p class="headline">{ tone::shape(story.outcome.tone()) }{ " " }{ (outcome.headline)(say::headline(of_run)) }</p>
                    <p>{ (outcome.because)(&say::because(of_run)) }</p>
                </div>
                { facts(scene, &scene.state.run.scenario, scene.whole) }
            </div>
            <div class="paper-columns">
                <div><table class="paper-log" aria-label={scene.text.log.list}><tbody>{ for scene.whole.rows.iter().map(|row| rows(scene, row)) }</tbody></table></div>
                <div class="paper-notes"><h3>{ text.notes }</h3>{ for notes }<p class="soft">{ text.marks }</p></div>
            </div>
            <p class="paper-foot">{ at(text.to, &link(scene)) }</p>
        </>
    }
}

fn rows(scene: &Scene, row: &Row) -> Html {
    match row {
        Row::Gone { line } => {
            html! { <tr class="gone"><td></td><td></td><td></td><td><s>{ line.clone() }</s></td><td>{ scene.text.log.not_offered_again }</td></tr> }
        }
        row => row.stops().into_iter().map(|id| line(scene, row, id)).collect(),
    }
}

fn line(scene: &Scene, row: &Row, id: EventId) -> Html {
    let (log, whole) = (&scene.text.log, scene.whole);
    let Some(event) = whole.trace.events.get(id) else { return Html::default() };
    let chapter = whole.chapter(id);
    let point = chapter.point_at(id).map(|point| format!("{:02}", point.checkpoint.number()));
    let is_sent = matches!(event.what, What::Sent { .. });
    // A record is, if all that is in it is.
    let messages = whole.reading.messages(id);
    let sealed =
        if messages.is_empty() { whole.trace.sealed(event) } else { messages.iter().all(|message| message.sealed) };
    let words = match (row, &event.what, whole.reading.line(id)) {
        (Row::Connection { .. }, ..) => (log.connection)(&say::connection(whole.facts(), event.connection)),
        (Row::Negotiation(open), ..) if open.id == id && !is_sent => (log.negotiation)(5, open.octets, open.flights),
        (_, What::Sent { text: Some(span), .. }, Some(line)) if line.text.contains('\n') => {
            (log.message_content)(span.len())
        }
        _ => event_words(scene.text, whole.facts(), id),
    };
    let tone = chapter.tone(id, sealed);
    let class = classes!(
        is_sent.then(|| lane(event.who)),
        is_sent.then(|| tone::class(tone)),
        is_alarming(&event.what).then_some("bad")
    );
    html! {
        <tr {class}>
            <td>{ whole.steps.number(id) }</td>
            <td>if let Some(point) = point { <b>{ point }</b> }</td>
            <td>{ if is_sent { arrow(event.who, sealed) } else { "∙" } }</td>
            <td>{ words }</td>
            <td>if is_sent { { (log.protection)(tone) } }</td>
        </tr>
    }
}

/// What the points of a connection teach, and what was decided on it.
fn notes(scene: &Scene, chapter: &Chapter) -> Html {
    let text = &scene.text;
    let facts = scene.whole.facts();
    let items = chapter.points.iter().filter(|point| point.status != Status::NotReached).map(|point| {
        let claim = say::lesson(facts, chapter, Part::Point(point.checkpoint));
        let lesson = (text.points.lesson)(&claim);
        html! {
            <div class="note-of">
                <b class="which">{ format!("{:02}", point.checkpoint.number()) }</b>
                <div>
                    <p><b>{ lesson.heading }</b></p>
                    { for lesson.paragraphs.iter().map(|words| html! { <p>{ prose(words) }</p> }) }
                    <p class="source">{ claim.source() }</p>
                </div>
            </div>
        }
    });
    let decided = chapter.events.iter().filter_map(|&id| match &scene.whole.trace.events.get(id)?.what {
        What::Decided(_) => Some(id),
        _ => None,
    });
    let decided = decided.map(|id| {
        let step = (text.inspector.step)(&say::step(facts, id));
        html! { <div class="note-of"><b class="which">{ scene.whole.steps.number(id) }</b><div><p>{ prose(&step) }</p></div></div> }
    });
    let several = scene.whole.story.chapters().len() > 1;
    html! {
        <>
            if several { <h4>{ (text.points.connection)(&say::connection(facts, chapter.account.connection)) }</h4> }
            { for items }
            <h4>{ text.sheets.decisions }</h4>
            { for decided }
        </>
    }
}

/// Room to write.
fn room() -> Html {
    html! { <><p class="room"></p><p class="room"></p></> }
}

fn boxes(answers: impl Iterator<Item = (String, bool)>) -> Html {
    let items = answers.map(|(words, is_right)| {
        html! { <li class={is_right.then_some("right")}>{ if is_right { "☑ " } else { "☐ " } }{ prose(&words) }</li> }
    });
    html! { <ul class="boxes">{ for items }</ul> }
}

/// Which of the answers is right of what becomes of the mail: of one whose sender is deceived, none.
fn fate(study: &Study) -> Option<usize> {
    study.halts(Asking::These(&[AskId::B2])).first().map(|halt| halt.right)
}

/// Of the run on show; in a lesson, of all its runs.
fn exercise(scene: &Scene, key: bool) -> Html {
    let (text, state) = (&scene.text.sheets, scene.state);
    let sheet = if key { Sheet::ExerciseKey } else { Sheet::Exercise };
    let side = if key {
        mark(scene)
    } else {
        html! { <span>{ text.student }{ " ______________________" }</span> }
    };
    let lesson = lesson_link(scene).filter(|_| state.is_in_lesson());
    let (name, link, runs) = match &lesson {
        Some(link) => (lesson::name(scene), at(text.to_lesson, link), state.runs()),
        None => {
            let run = Pinned { scenario: state.run.scenario, preset: state.run.preset };
            (name(scene), at(text.to, &link(scene)), vec![Visited { stop: 1, among: None, run }])
        }
    };
    let parts = runs.iter().enumerate().map(|(index, visited)| {
        let study = Study::of(&visited.run.scenario);
        let heading = if lesson.is_some() { stop_name(scene, visited) } else { text.before.to_owned() };
        // What is taken away is of all runs of a stop.
        let takes = lesson.is_some() && runs.get(index + 1).is_none_or(|next| next.stop != visited.stop);
        html! {
            <>
                <h3>{ heading }</h3>
                <div class="paper-facts">{ facts(scene, &visited.run.scenario, &study) }</div>
                { fates(scene, &study, key) }
                if lesson.is_none() {
                    if !key { <p>{ text.tick }</p>{ room() } }
                    <h3>{ text.during }</h3>
                }
                { asked(scene, &study, &halts(scene, visited, &study), key) }
                if takes {
                    <p><b>{ scene.text.lessons.takeaway }{ ": " }</b>if key { { prose(takeaway(scene, visited, &study)) } }</p>
                    if !key { { room() } }
                }
            </>
        }
    });
    html! {
        <>
            { head(scene, sheet, name, side) }
            <p class="address">{ link }</p>
            { for parts }
            if lesson.is_none() {
                <h3>{ text.rest }</h3>
                <p>{ text.other_policies }</p>
                { policies(scene, key) }
            }
        </>
    }
}

/// What becomes of the mail, asked before the run.
fn fates(scene: &Scene, study: &Study, key: bool) -> Html {
    let asked = (scene.text.questions.asked)(AskId::B2);
    let right = fate(study).filter(|_| key);
    let fates =
        asked.answers.iter().enumerate().map(|(number, (words, _))| ((*words).to_owned(), right == Some(number)));
    html! {
        <>
            <p>{ asked.question }</p>
            { boxes(fates) }
            if key {
                // Of the deceived no box is right, and the reason stands alone.
                <p class={right.is_none().then_some("right")}>{ (scene.text.outcome.because)(&say::because(study.facts())) }</p>
            }
        </>
    }
}

/// What is asked in the run, but for what is asked before it.
fn asked(scene: &Scene, study: &Study, halts: &[Halt], key: bool) -> Html {
    let halts = halts.iter().filter(|halt| halt.ask != AskId::B2);
    html! { <ol class="asked">{ for halts.map(|halt| question(scene, study, halt, key)) }</ol> }
}

fn question(scene: &Scene, study: &Study, halt: &Halt, key: bool) -> Html {
    let asked = (scene.text.questions.asked)(halt.ask);
    let answers = asked.answers().into_iter().map(|(number, words)| (words.to_owned(), key && number == halt.right));
    html! {
        <li>
            <p>{ prose(&asked.question(&halt.value)) }{ " " }<small>{ (scene.text.sheets.at_step)(study.steps.number(halt.at)) }</small></p>
            { boxes(answers) }
            if key { <p class="source">{ halt.cited() }</p> }
        </li>
    }
}

/// What becomes of the mail by other policies, in the words of the question: each a run.
fn policies(scene: &Scene, key: bool) -> Html {
    let text = &scene.text.sheets;
    let asked = (scene.text.questions.asked)(AskId::B2);
    let rows = ASKED.iter().map(|&policy| {
        let of = scene.state.run.scenario.with(Edit::Policy(policy));
        let answer = key.then(|| {
            let study = Study::of(&of);
            let headline = (scene.text.outcome.headline)(say::headline(study.facts()));
            let fate = fate(&study).and_then(|right| asked.answers.get(right));
            fate.map_or(headline.to_owned(), |(words, _)| format!("{words}: {}", headline.to_ascii_lowercase()))
        });
        html! { <tr><th scope="row">{ (scene.text.grid.policy_name)(policy) }</th><td>{ answer.unwrap_or_default() }</td></tr> }
    });
    html! {
        <table class="fill-in">
            <thead><tr><th scope="col">{ scene.text.grid.policy }</th><th scope="col">{ text.what_becomes }</th></tr></thead>
            <tbody>{ for rows }</tbody>
        </table>
    }
}

/// Of the lesson that is gone through or made; without one, of a class.
fn plan(scene: &Scene) -> Html {
    let (text, state) = (&scene.text.sheets, scene.state);
    let runs = state.runs();
    let stage = html! { <p>{ text.stage }</p> };
    if let Some(link) = lesson_link(scene) {
        let rows = runs.iter().map(|visited| stop(scene, visited));
        return html! {
            <>
                { head(scene, Sheet::Plan, lesson::name(scene), mark(scene)) }
                <p class="address">{ at(text.to_lesson, &link) }</p>
                { stage }
                <table class="fill-in plan">
                    <thead><tr>{ for text.columns.iter().map(|name| html! { <th scope="col">{ *name }</th> }) }</tr></thead>
                    <tbody>{ for rows }</tbody>
                </table>
            </>
        };
    }
    let address = html! { <p class="address">{ at(text.page, &state.address) }</p> };
    let parts = text.plan.parts.iter().map(|(heading, items)| {
        html! { <><h3>{ *heading }</h3><ul class="plain">{ for items.iter().map(|item| html! { <li>{ *item }</li> }) }</ul></> }
    });
    html! { <>{ head(scene, Sheet::Plan, text.class.to_owned(), mark(scene)) }{ address }{ for parts }{ stage }</> }
}

/// Which stop, and of what run.
fn stop_name(scene: &Scene, Visited { stop, among, run }: &Visited) -> String {
    let run = title::whole(scene.text, &Run::of(run.scenario, run.preset));
    (scene.text.page.cell)(&(scene.text.lessons.visited)(*stop, *among), &run)
}

/// The place in the lesson, where that is not one's own.
fn place(scene: &Scene, visited: &Visited) -> Option<InLesson> {
    scene.state.lesson.map(|here| InLesson { stop: visited.stop, ..here })
}

/// Where the run of a stop halts.
fn halts(scene: &Scene, visited: &Visited, study: &Study) -> Vec<Halt> {
    let asks = place(scene, visited).and_then(|here| here.asks(&visited.run.scenario));
    study.halts(asks.unwrap_or(Asking::Bank))
}

/// What the lesson says, or else what became of the mail.
fn takeaway(scene: &Scene, visited: &Visited, study: &Study) -> &'static str {
    let text = scene.text;
    let lesson = place(scene, visited).map(|here| (text.lessons.lesson)(here.lesson).stops);
    let words = lesson.and_then(|stops| stops.get(visited.stop.checked_sub(1)?));
    words.map_or_else(|| (text.outcome.headline)(say::headline(study.facts())), |(_, takeaway)| *takeaway)
}

/// A run of a lesson: its link, what is asked in it with the answers, and what to take away.
fn stop(scene: &Scene, visited: &Visited) -> Html {
    let (text, run) = (scene.text, visited.run);
    let study = Study::of(&run.scenario);
    let here = place(scene, visited);
    let asked = halts(scene, visited, &study);
    let asked = asked.iter().map(|halt| {
        let asked = (text.questions.asked)(halt.ask);
        let answer = asked.answers.get(halt.right).map(|(words, _)| *words).unwrap_or_default();
        html! { <p>{ prose(&asked.question(&halt.value)) }{ " " }<b>{ prose(answer) }</b></p> }
    });
    let shown = Shown { log: here.map_or(Log::Live, InLesson::log), ..Shown::default() };
    let link = share::write(&Shared { lesson: here, shown, ..Shared::of(run.scenario, run.preset) });
    html! {
        <tr>
            <th scope="row">{ stop_name(scene, visited) }<p><a href={link.clone()}><code>{ address(&link) }</code></a></p></th>
            <td>{ for asked }</td>
            <td>{ prose(takeaway(scene, visited, &study)) }</td>
        </tr>
    }
}

fn tasks(scene: &Scene, key: bool) -> Html {
    let text = &scene.text.sheets;
    let sheet = if key { Sheet::TasksKey } else { Sheet::Tasks };
    let items = text.plan.tasks.iter().map(|(fragment, task, answer)| {
        html! {
            <li>
                <p><a href={format!("#{fragment}")}><code>{ format!("#{fragment}") }</code></a>{ " " }{ *task }</p>
                if key { <p class="right">{ *answer }</p> } else { { room() } }
            </li>
        }
    });
    html! {
        <>
            { head(scene, sheet, text.class.to_owned(), mark(scene)) }
            <p class="address">{ at(text.page, &scene.state.address) }{ " " }{ text.behind }</p>
            <ol class="asked">{ for items }</ol>
        </>
    }
}
