//! Sheets to print: a handout of the run, its questions as an exercise, the answers apart, and what a class needs. All of it is the whole run,
//! whatever step one is at.

use crate::compare::ending;
use crate::lesson::{Asking, Halt};
use crate::scenario::{Choice, ClientPolicy, Edit, Scenario};
use crate::share::{self, Shared, Sheet};
use crate::story::rows::{Row, is_alarming};
use crate::story::say;
use crate::story::{Chapter, Part, Status};
use crate::trace::{EventId, What};
use crate::ui::effect::Effect;
use crate::ui::state::Look;
use crate::ui::view::frame::title;
use crate::ui::view::kit::markup::prelude::*;
use crate::ui::view::kit::place::{Needs, Place, no_keys};
use crate::ui::view::kit::prose::prose;
use crate::ui::view::kit::row::{arrow, lane};
use crate::ui::view::kit::scene::Scene;
use crate::ui::view::kit::tone;
use crate::ui::view::session::ladder::event_words;

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

fn head(name: String, side: Html) -> Html {
    html! { <div class="paper-head"><h2>{ name }</h2><span>{ side }</span></div> }
}

/// Where the run is found again.
fn link(scene: &Scene) -> String {
    let run = &scene.state.run;
    share::write(&Shared::of(run.scenario, run.preset))
}

fn handout(scene: &Scene) -> Html {
    let text = &scene.text.sheets;
    let (page, outcome, controls) = (&scene.text.page, &scene.text.outcome, &scene.text.controls);
    let (facts, story) = (scene.whole.facts(), &scene.whole.story);
    let scenario = &scene.state.run.scenario;
    let (client, server) = scene.whole.hosts(0);
    let value = |edit: Edit| (controls.value)(edit).name;
    let row = |name: &'static str, value: String| html! { <><dt>{ name }</dt><dd>{ value }</dd></> };
    let side = format!("{} {} · {}", page.mark.0, page.mark.1, (text.sheet)(Sheet::Handout));
    let notes = story.chapters().iter().map(|chapter| notes(scene, chapter));
    html! {
        <>
            { head(title::scenario(scene.text, &scene.state.run), html! { { side } }) }
            <div class="paper-facts">
                <div class={classes!("verdict", tone::class(story.outcome.tone()))}>
                    <p class="headline">{ tone::shape(story.outcome.tone()) }{ " " }{ (outcome.headline)(say::headline(facts)) }</p>
                    <p>{ (outcome.because)(&say::because(facts)) }</p>
                </div>
                <dl>
                    { row(text.sender, format!("{client}, {}", (controls.policy)(scenario.policy).name)) }
                    { row(text.path, value(Edit::Path(scenario.path)).to_owned()) }
                    { row(text.receiver, format!("{server}, STARTTLS {}", value(Edit::Starttls(scenario.starttls)))) }
                    { row(text.certificate, value(Edit::ServerCertificate(scenario.server_certificate)).to_owned()) }
                </dl>
            </div>
            <div class="paper-columns">
                <div><table class="paper-log" aria-label={scene.text.log.list}><tbody>{ for scene.whole.rows.iter().map(|row| rows(scene, row)) }</tbody></table></div>
                <div class="paper-notes"><h3>{ text.notes }</h3>{ for notes }<p class="soft">{ text.marks }</p></div>
            </div>
            <p class="paper-foot">{ (text.to)(&link(scene)) }</p>
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

fn exercise(scene: &Scene, key: bool) -> Html {
    let text = &scene.text.sheets;
    let scenario = &scene.state.run.scenario;
    let sheet = if key { Sheet::ExerciseKey } else { Sheet::Exercise };
    let name = format!("{}: {}", (text.sheet)(sheet), title::scenario(scene.text, &scene.state.run));
    let side = if key {
        html! {}
    } else {
        html! { <>{ text.student }{ " ______________________" }</> }
    };
    let headline = (scene.text.outcome.headline)(say::headline(scene.whole.facts()));
    let halts = scene.whole.halts(Asking::Bank);
    html! {
        <>
            { head(name, side) }
            <p>{ (text.to)(&link(scene)) }</p>
            <h3>{ text.before }</h3>
            <p>{ text.would_it }</p>
            if key {
                <p class="right">{ headline }{ ". " }{ (scene.text.outcome.because)(&say::because(scene.whole.facts())) }</p>
            } else {
                { boxes(text.fates.iter().map(|fate| ((*fate).to_owned(), false))) }
                { room() }
            }
            <h3>{ text.during }</h3>
            <ol class="asked">{ for halts.iter().map(|halt| question(scene, halt, key)) }</ol>
            <h3>{ text.rest }</h3>
            <p>{ text.other_policies }</p>
            { policies(scene, scenario, key) }
        </>
    }
}

fn question(scene: &Scene, halt: &Halt, key: bool) -> Html {
    let asked = (scene.text.questions.asked)(halt.ask);
    let answers = asked.answers().into_iter().map(|(number, words)| (words.to_owned(), key && number == halt.right));
    html! {
        <li>
            <p>{ prose(&asked.question(&halt.value)) }{ " " }<small>{ (scene.text.sheets.at_step)(scene.whole.steps.number(halt.at)) }</small></p>
            { boxes(answers) }
            if key { <p class="source">{ halt.cited() }</p> }
        </li>
    }
}

/// What becomes of the mail by other policies: each a run.
fn policies(scene: &Scene, scenario: &Scenario, key: bool) -> Html {
    let text = &scene.text.sheets;
    let rows = ASKED.iter().map(|&policy| {
        let of = scenario.with(Edit::Policy(policy));
        let answer = if key { (scene.text.outcome.headline)(ending(&of)) } else { "" };
        html! { <tr><th scope="row">{ (scene.text.grid.policy_name)(policy) }</th><td>{ answer }</td></tr> }
    });
    html! {
        <table class="fill-in">
            <thead><tr><th scope="col">{ scene.text.grid.policy }</th><th scope="col">{ text.what_becomes }</th></tr></thead>
            <tbody>{ for rows }</tbody>
        </table>
    }
}

fn plan(scene: &Scene) -> Html {
    let text = &scene.text.sheets;
    let parts = text.plan.parts.iter().map(|(heading, items)| {
        html! { <><h3>{ *heading }</h3><ul class="plain">{ for items.iter().map(|item| html! { <li>{ *item }</li> }) }</ul></> }
    });
    html! { <>{ head((text.sheet)(Sheet::Plan).to_owned(), html! {}) }{ for parts }</> }
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
    html! { <>{ head((text.sheet)(sheet).to_owned(), html! {}) }<ol class="asked">{ for items }</ol></> }
}
