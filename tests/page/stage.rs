//! The stage, and what lessons say of themselves, rendered natively.

use crate::views::{render, so_far, words};
use starttls_lab::lesson::{Asking, LessonId};
use starttls_lab::scenario::Choice;
use starttls_lab::text::EN;
use starttls_lab::ui::state::{Action, Guessed};
use starttls_lab::ui::study::Study;
use std::rc::Rc;

/// While hands are raised, the key of the clicker says whether it gives the answer; with the answer all that a class chose from is there,
/// and the right one alone is marked, by a word.
#[tokio::test(flavor = "current_thread")]
async fn a_class_compares_the_answer_with_its_vote() {
    let (mut at_once, mut later) = (0, 0);
    for link in
        ["preset=self-signed&ask=always", "preset=book&lesson=six-twists&stop=2", "preset=domain-secured&ask=always"]
    {
        let start = so_far(&format!("#v=2&{link}&stage=on"));
        let study = Rc::new(Study::of(&start.run.scenario));
        for halt in study.halts(start.asks().expect("it asks")) {
            let at = |stop| so_far(&format!("#v=2&{link}&stage=on&step={}", study.steps.number(stop)));
            let asked = (EN.questions.asked)(halt.ask);
            let stands = words(&render(at(halt.at), &study).await);
            let is_next = halt.is_told(&study.steps, halt.next(&study.steps));
            *(if is_next { &mut at_once } else { &mut later }) += 1;
            let tells = study.steps.number(halt.settles.event());
            let later_label = format!("PageDowngo on: step {tells} tellsPageUp");
            let label = if is_next { "PageDownshow the answerPageUp" } else { later_label.as_str() };
            assert!(stands.contains(label) && stands.contains("Show meS"), "{:?}: {stands}", halt.ask);
            assert!(!stands.contains("Vverdict"), "{:?}: it is ignored under a question", halt.ask);
            let told =
                study.steps.all().iter().copied().find(|&stop| halt.is_told(&study.steps, stop)).expect("it is told");
            let markup = render(at(told).after(Action::Answer(Guessed::Skip(halt.ask), told)), &study).await;
            let card =
                markup.split("ask told").nth(1).and_then(|card| card.split("</section>").next()).expect("a card");
            assert_eq!(card.matches("button guess").count(), asked.answers.len(), "{:?}", halt.ask);
            assert_eq!(card.matches("guess right").count(), 1, "{:?}", halt.ask);
            let (card, (right, _)) = (words(card), asked.answers[halt.right]);
            let plain = |words: &str| words.replace('`', "");
            assert!(card.contains(&format!("✓ Right: {}", plain(right))), "{card}");
            for (words, _) in asked.answers {
                assert!(card.contains(&plain(words)), "{card}");
            }
        }
    }
    assert!(at_once > 3 && later > 3, "{at_once} {later}");
}

#[tokio::test(flavor = "current_thread")]
async fn the_clicker_s_key_says_what_comes() {
    let end = "#v=2&preset=book&lesson=six-twists&stop=2&ask=never&stage=on&step=63";
    let study = Rc::new(Study::of(&so_far(end).run.scenario));
    let state = so_far(end);
    assert!(words(&render(state.clone(), &study).await).contains("PageDownverdictPageUp"));
    let mut shown = state;
    shown.presenting.verdict = true;
    let shown = words(&render(shown, &study).await);
    assert!(shown.contains("PageDownNext stopPageUp") && shown.contains("Vhide the verdict"), "{shown}");
    let mut alone = so_far("#v=2&preset=book&stage=on&step=63");
    alone.presenting.verdict = true;
    assert!(!words(&render(alone, &study).await).contains("PageDown"), "there is nothing behind it");
    assert!(words(&render(so_far("#v=2&preset=book&stage=on&step=2"), &study).await).contains("PageDownnextPageUp"));
}

/// A stop that is about the print shows it to the room.
#[tokio::test(flavor = "current_thread")]
async fn the_stage_shows_the_log_as_printed() {
    let state = so_far("#v=2&preset=book&step=20&log=printed&lesson=reset&stop=2&stage=on&ask=never");
    let study = Rc::new(Study::of(&state.run.scenario));
    let shown = words(&render(state.clone(), &study).await);
    assert!(shown.contains("As printed in the book"), "{shown}");
    let live = render(so_far("#v=2&preset=book&step=20&stage=on"), &study).await;
    assert!(!words(&live).contains("As printed in the book"));
}

/// What a stop changes stands where it is told what to watch.
#[tokio::test(flavor = "current_thread")]
async fn a_stop_says_what_it_changes() {
    let study = Rc::new(Study::of(&so_far("").run.scenario));
    for (link, said) in [
        ("starttls=not_offered&lesson=six-twists&stop=3", Some("Changed: STARTTLS: not offered")),
        ("lesson=six-twists&stop=1", None),
        // Another story altogether.
        ("path=impostor&lesson=six-twists&stop=7", None),
        ("path=strip&lesson=own&stop=2&stops=book,book.path:strip", Some("Changed: Between the two:")),
    ] {
        let shown = words(&render(so_far(&format!("#v=2&preset=book&step=1&ask=never&{link}")), &study).await);
        let bar = shown.matches("Changed: ").count();
        assert!(said.map_or(bar == 0, |said| shown.contains(said)), "{link}: {shown}");
    }
}

/// By running every lesson.
#[tokio::test(flavor = "current_thread")]
async fn a_lesson_says_how_much_it_asks() {
    let book = Rc::new(Study::of(&so_far("").run.scenario));
    let page = words(&render(so_far("#v=2&preset=book&view=lessons"), &book).await);
    assert!(!page.contains("minutes"), "how long a class takes is not known");
    for &lesson in LessonId::ALL {
        let runs = lesson.stops().iter().flat_map(|stop| stop.runs);
        let asked = runs.map(|run| Study::of(&run.scenario().expect("a preset")).halts(Asking::These(run.asks)).len());
        let (title, stops) = ((EN.lessons.lesson)(lesson).title, lesson.stops().len());
        let said = format!("{title}{stops} stops, {} questions", asked.sum::<usize>());
        assert!(page.contains(&said), "{said}: {page}");
    }
}

/// Where a lesson is, in the bar of a small window, before what the step means.
#[tokio::test(flavor = "current_thread")]
async fn the_bar_says_which_stop_it_is() {
    for (link, stop) in
        [("lesson=six-twists&stop=2", "Stop 2 of 7"), ("lesson=own&stop=1&stops=book,stripped", "Stop 1 of 2")]
    {
        let state = so_far(&format!("#v=2&preset=book&ask=never&step=9&{link}"));
        let markup = render(state, &Rc::new(Study::of(&so_far("").run.scenario))).await;
        let bar = markup.split("id=\"opener\"").nth(1).and_then(|bar| bar.split("</button>").next()).expect("a bar");
        assert!(words(&format!("<{bar}")).starts_with(&format!("{stop} · Why: ")), "{bar}");
    }
    // At both ends it says what to watch, and what to take away.
    let (watch, takeaway) = (EN.lessons.lesson)(LessonId::SixTwists).stops[1];
    for (step, said) in [(1, format!("Watch: {watch}")), (63, format!("Take away: {takeaway}"))] {
        let state = so_far(&format!("#v=2&preset=book&ask=never&step={step}&lesson=six-twists&stop=2"));
        let markup = render(state, &Rc::new(Study::of(&so_far("").run.scenario))).await;
        let bar = markup.split("id=\"opener\"").nth(1).and_then(|bar| bar.split("</button>").next()).expect("a bar");
        assert!(words(&format!("<{bar}")).starts_with(&said), "{bar}");
    }
}
