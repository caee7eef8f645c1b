//! The views, rendered natively: every preset, every point, every step.

use starttls_lab::dissect::smtp::Role;
use starttls_lab::files::Format;
use starttls_lab::grid::{self, Cell, Fate, Situation};
use starttls_lab::lesson::LessonId;
use starttls_lab::scenario::{Choice, ClientPolicy, Edit, EditError, PRESETS, Switch};
use starttls_lab::share::{self, InLesson, Log, Shown, Tab, View};
use starttls_lab::story::Tone;
use starttls_lab::story::rows::{At, Row};
use starttls_lab::story::say;
use starttls_lab::story::{Checkpoint, Part, Status};
use starttls_lab::text::EN;
use starttls_lab::trace::{Event, What};
use starttls_lab::ui::state::{Action, Guessed, Playback, Ran, Run, State, Theme};
use starttls_lab::ui::study::{Other, Spot, Study};
use starttls_lab::ui::view::{Page, PageProps, places};
use std::collections::BTreeSet;
use std::rc::Rc;
use yew::{Callback, LocalServerRenderer};

/// Of a link, with the end shown.
fn state(fragment: &str) -> State {
    let mut state = so_far(fragment);
    state.shown.end = Switch::On;
    state
}

/// As a link opens, where it does not ask for the end.
pub fn so_far(fragment: &str) -> State {
    State::new(share::read(fragment), Theme::Light)
}

fn near(checkpoint: Checkpoint) -> Spot {
    Spot::Near { connection: 0, part: Part::Point(checkpoint) }
}

fn run_of(preset: &'static str) -> Run {
    state(&format!("preset={preset}")).run
}

pub async fn render(state: State, study: &Rc<Study>) -> String {
    render_with(state, study, None, None).await
}

/// With what became of the mail before the change.
async fn render_changed(state: State, study: &Rc<Study>, was: Option<say::HeadlineClaim>) -> String {
    render_with(state, study, was, None).await
}

/// With the run that it is compared with, too.
async fn render_with(state: State, study: &Rc<Study>, was: Option<say::HeadlineClaim>, other: Option<Other>) -> String {
    let study = study.clone();
    let seen = Study::seen(&study, study.steps.stop(study.step(state.playback.spot)), state.shown.end.is_on());
    let halts = Rc::new(state.asks().map(|asks| study.halts(asks)).unwrap_or_default());
    let props = PageProps {
        text: &EN,
        state,
        halts,
        study,
        seen,
        was,
        other: Rc::new(other),
        endings: Rc::default(),
        on: Callback::noop(),
        perform: Callback::noop(),
    };
    LocalServerRenderer::<Page>::with_props(props).hydratable(false).render().await
}

/// The words between the tags, each run of spaces as one.
pub fn words(markup: &str) -> String {
    let mut words = String::new();
    let mut inside = false;
    for c in markup.chars() {
        match c {
            '<' => inside = true,
            '>' => inside = false,
            c if !inside => words.push(c),
            _ => {}
        }
    }
    let plain = words
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&#x27;", "'")
        .replace("&quot;", "\"")
        .replace("&amp;", "&");
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn assert_all(markup: &str, wanted: &[&str], of: &str) {
    let words = words(markup);
    for want in wanted {
        assert!(words.contains(want), "{of}: {want:?} is missing");
    }
}

/// While a question stands, what the step means, what the chapter teaches and what a listener has are not on the page; who can read a line is
/// not where that is asked.
#[tokio::test(flavor = "current_thread")]
async fn nothing_answers_a_question_that_stands() {
    let (mut asked, mut of_readers) = (0, 0);
    for link in [
        "preset=self-signed&ask=always",
        "preset=book&path=impostor&policy=required&lesson=six-twists&stop=6",
        "preset=not-offered&lesson=wiretap",
    ] {
        let start = so_far(&format!("#v=2&{link}"));
        let study = Rc::new(Study::of(&start.run.scenario));
        for halt in study.halts(start.asks().expect("it asks")) {
            for tab in ["why", "eavesdropper"] {
                let state = so_far(&format!("#v=2&{link}&tab={tab}&step={}", study.steps.number(halt.at)));
                let seen = Study::seen(&study, halt.at, false);
                let step = words(&(EN.inspector.step)(&say::step(seen.facts(), halt.at)).replace('`', ""));
                let stands = words(&render(state.clone(), &study).await);
                assert!(stands.contains(EN.questions.covered), "{link}: {:?}", halt.ask);
                assert!(!stands.contains(&step), "{link}: {:?}: {step}", halt.ask);
                assert!(!stands.contains("Decided at step"), "{link}: {:?}", halt.ask);
                if halt.ask.asks_who_reads() {
                    of_readers += 1;
                    let rail = [", readable:", ", sealed:", ", verified:", ", sealed, with an attacker:"];
                    assert!(rail.iter().all(|word| !stands.contains(word)), "{link}: {:?}", halt.ask);
                }
                // Once it is answered, all is.
                let done = words(
                    &render(state.after(Action::Answer(Guessed::Answer(halt.ask, halt.right), halt.at)), &study).await,
                );
                assert!(tab != "why" || done.contains(&step), "{link}: {:?}: {step}", halt.ask);
                asked += 1;
            }
        }
    }
    assert!(asked > 15 && of_readers > 3, "{asked} {of_readers}");
}

#[tokio::test(flavor = "current_thread")]
async fn the_book_shows_its_seven_points_by_name() {
    let state = state("");
    let study = Rc::new(Study::of(&state.run.scenario));
    let markup = render(state, &study).await;
    assert_all(
        &markup,
        &[
            "01 Greeting and EHLO",
            "02 STARTTLS advertised",
            "03 AUTH offers NTLM only",
            "04 STARTTLS accepted",
            "05 TLS negotiation",
            "06 Session reset and new EHLO",
            "07 AUTH now also offers LOGIN and PLAIN",
            "Delivered, encrypted, not authenticated",
            "Inbox: “Quarterly figures”",
            "250-AUTH NTLM LOGIN PLAIN",
            "not offered again",
            "ClientHello TLS 1.2, 3 suites, SNI ex2010.somorita.com",
            &starttls_lab::bytes::hex(&study.trace.wire_sha256()),
        ],
        "book",
    );
    for name in [
        "Log points",
        "Session log",
        "Outcome",
        "Capabilities before and after TLS",
        "First",
        "Previous",
        "Play",
        "Next",
        "Last",
        "Step",
    ] {
        assert!(markup.contains(&format!("aria-label=\"{name}\"")), "{name}");
    }
    assert_eq!(markup.matches("aria-current=\"step\"").count(), 1);
}

#[tokio::test(flavor = "current_thread")]
async fn each_preset_shows_each_of_its_points() {
    for preset in PRESETS {
        let words_of_preset = (EN.page.preset)(preset.name);
        assert!(
            !words_of_preset.name.is_empty() && !words_of_preset.meaning.is_empty(),
            "{} has no words",
            preset.name
        );
        let study = Rc::new(Study::of(&preset.scenario));
        for checkpoint in Checkpoint::ALL {
            let at = State { playback: Playback::at(near(checkpoint)), ..state(&format!("preset={}", preset.name)) };
            let markup = render(at, &study).await;
            let of = format!("{} at {checkpoint:?}", preset.name);
            assert_all(
                &markup,
                &[words_of_preset.name, "Sender", "Receiver", "This step", "Meanwhile: who waits for what"],
                &of,
            );
            assert_eq!(markup.matches("aria-current=\"step\"").count(), 1, "{of}");
            // The lesson is of the point, or of the last one that was reached.
            let step = study.step(near(checkpoint));
            let chapter = study.chapter(step);
            let part = chapter.part(step);
            let claim = say::lesson(study.facts(), chapter, part);
            let lesson = (EN.points.lesson)(&claim);
            assert_all(&markup, &[lesson.heading], &of);
            assert!((1..=3).contains(&lesson.paragraphs.len()), "{of}");
            assert!(!claim.source().is_empty() && lesson.paragraphs.iter().all(|words| !words.is_empty()), "{of}");
            let reached = study.story.first().point(checkpoint).is_some_and(|point| point.status != Status::NotReached);
            assert_eq!(reached, part == Part::Point(checkpoint), "{of}");
        }
    }
}

#[tokio::test(flavor = "current_thread")]
async fn a_decision_says_what_would_change_it_and_what_would_become_of_the_mail() {
    let state = state("#preset=hygiene-relay");
    let study = Rc::new(Study::of(&state.run.scenario));
    let decided = |event: &Event| matches!(event.what, What::Decided(_));
    let last = study.trace.events.iter().rposition(decided).expect("the sender decides");
    let at = State { playback: Playback::at(Spot::At(At::Event(last))), ..state };
    let wanted = [
        "The decision: give up for now",
        EN.decisions.otherwise,
        "“Verify, or else send in clear” or “Require TLS” or “Require the MX's certificate” or “Exchange 2003, TLS on”: go on, and the mail would then be delivered to the relay, which cannot send it on",
    ];
    assert_all(&render(at, &study).await, &wanted, "relay");
}

#[test]
fn every_step_of_every_preset_has_its_sentence() {
    for preset in PRESETS {
        let study = Study::of(&preset.scenario);
        for &stop in study.steps.all() {
            let of = format!("{} step {stop}", preset.name);
            assert!(!(EN.inspector.step)(&say::step(study.facts(), stop)).is_empty(), "{of}");
            assert!(say::at(study.facts(), stop).is_some_and(|at| !(EN.inspector.at)(&at).is_empty()), "{of}");
        }
        for row in &study.rows {
            if let Row::Note { id } = row {
                assert!(!(EN.log.note)(&say::note(study.facts(), *id)).is_empty(), "{} step {id}", preset.name);
            }
        }
    }
}

#[tokio::test(flavor = "current_thread")]
async fn every_step_renders_in_every_view() {
    for preset in PRESETS {
        let start = state(&format!("preset={}", preset.name));
        let study = Rc::new(Study::of(&preset.scenario));
        for step in 0..study.trace.events.len() {
            let tab = Tab::ALL[step % Tab::ALL.len()];
            let log = if step % 2 == 0 { Log::Live } else { Log::Printed };
            let end = Switch::of(step % 3 == 0);
            let shown = Shown { tab, log, end, ..Shown::default() };
            let at = State { playback: Playback::at(Spot::At(At::Event(step))), shown, ..start.clone() };
            let markup = render(at, &study).await;
            assert!(markup.contains("aria-selected=\"true\""), "{} step {step}", preset.name);
        }
    }
}

#[tokio::test(flavor = "current_thread")]
async fn the_same_trace_and_step_give_the_same_markup() {
    for preset in PRESETS {
        let (one, two) = (Rc::new(Study::of(&preset.scenario)), Rc::new(Study::of(&preset.scenario)));
        let at = State {
            playback: Playback::at(near(Checkpoint::Negotiation)),
            ..state(&format!("preset={}", preset.name))
        };
        assert_eq!(render(at.clone(), &one).await, render(at, &two).await, "{}", preset.name);
    }
}

#[tokio::test(flavor = "current_thread")]
async fn every_control_has_a_label() {
    let mut markup = String::new();
    for part in ["sender", "path", "receiver"] {
        let state = state(&format!("open={part}"));
        let study = Rc::new(Study::of(&state.run.scenario));
        markup.push_str(&render(state, &study).await);
    }
    for (index, _) in markup.match_indices("<select") {
        let tag = &markup[index..index + markup[index..].find('>').expect("an end")];
        let id = tag.split("id=\"").nth(1).and_then(|rest| rest.split('"').next());
        let pointed = id.is_some_and(|id| markup.contains(&format!("for=\"{id}\"")));
        assert!(pointed || tag.contains("aria-label="), "{tag} has no label");
    }
    for (index, _) in markup.match_indices("<input") {
        let tag = &markup[index..index + markup[index..].find('>').expect("an end")];
        let before = &markup[..index];
        let wrapped = before.rfind("<label").is_some_and(|label| before.rfind("</label").is_none_or(|end| end < label));
        let id = tag.split("id=\"").nth(1).and_then(|rest| rest.split('"').next());
        let pointed = id.is_some_and(|id| markup.contains(&format!("for=\"{id}\"")));
        assert!(wrapped || pointed || tag.contains("aria-label="), "{tag}");
    }
}

#[tokio::test(flavor = "current_thread")]
async fn the_log_as_printed_explains_each_difference() {
    let state = state("log=printed");
    let study = Rc::new(Study::of(&state.run.scenario));
    let markup = render(state, &study).await;
    assert_all(
        &markup,
        &[
            "S: 250 2.0.0 Ready to start TLS",
            "220 2.0.0 Ready to start TLS",
            "There is no second greeting.",
            "Printed twice.",
            "Two lines run together in print",
            "S: 250-XEXCH50S: 250 XRDST",
        ],
        "as printed",
    );
    for row in study.printed() {
        if let Some(difference) = row.difference {
            assert!(!(EN.printed.difference)(difference).is_empty(), "{difference:?}");
        }
    }
}

/// At each step one line of the log as printed is the current one, with the id that the page brings into view: the step's own, or the one
/// before it.
#[tokio::test(flavor = "current_thread")]
async fn every_step_has_its_line_in_the_log_as_printed() {
    let study = Rc::new(Study::of(&run_of("book").scenario));
    let lines: Vec<usize> = study.printed().iter().filter_map(|row| row.live).collect();
    let mut without = 0;
    for &step in study.steps.all() {
        let state = State { playback: Playback::at(Spot::At(At::Event(step))), ..state("log=printed") };
        let stop = study.steps.stop(step);
        let markup = render(state, &study).await;
        let log = &markup[markup.find("class=\"log print\"").expect("the log")..];
        let log = &log[..log.find("</table>").expect("its end")];
        assert_eq!(log.matches(&format!("id=\"event-{stop}\"")).count(), 1, "step {step}");
        let current = log.split("<button").find(|button| button.contains(&format!("id=\"event-{stop}\""))).expect("it");
        assert!(current.contains("aria-current=\"true\""), "step {step}: {current}");
        without += usize::from(!lines.contains(&stop));
    }
    assert!(without > 10, "{without} steps without a printed line");
}

/// Where a change is refused, a button makes it with what has to change for it.
#[tokio::test(flavor = "current_thread")]
async fn a_refusal_shows_the_way_out() {
    let mut state = state("preset=domain-secured");
    let edit = Edit::Policy(ClientPolicy::Never);
    state.run.refused = Some((edit, state.run.with(edit).expect_err("Exchange refuses it")));
    let study = Rc::new(Study::of(&state.run.scenario));
    let markup = render(state, &study).await;
    let refusal = &markup[markup.find("id=\"refusal\"").expect("the refusal")..];
    let refusal = words(&refusal[..refusal.find("</p>").expect("its end")]);
    assert!(refusal.contains("Send connector: DomainSecureEnabled: off"), "{refusal}");
}

/// To compare, nothing has to be pinned first: the nearest other run is offered.
#[tokio::test(flavor = "current_thread")]
async fn the_nearest_run_is_offered_to_compare_with() {
    for (preset, wanted) in [("stripped", "Between the two: "), ("book", "STARTTLS: not offered")] {
        let state = state(&format!("preset={preset}&view=compare"));
        let study = Rc::new(Study::of(&state.run.scenario));
        let markup = words(&render(state, &study).await);
        assert!(markup.contains(&format!("Compare with the same run, {wanted}")), "{preset}");
    }
}

#[tokio::test(flavor = "current_thread")]
async fn an_eavesdropper_does_not_see_the_mail_of_a_sealed_session() {
    let state = State { playback: Playback::at(Spot::At(At::Event(51))), ..state("tab=eavesdropper") };
    let study = Rc::new(Study::of(&state.run.scenario));
    let markup = render(state, &study).await;
    let panel = &markup[markup.find("role=\"tabpanel\"").expect("a panel")..];
    let panel = words(&panel[..panel.find("</aside>").expect("its end")]);
    assert!(panel.contains("250-STARTTLS") && panel.contains("SNI ex2010.somorita.com"));
    // What the ends know stands in a column of its own.
    let wire = &markup[markup.find("class=\"tap\"").expect("the wire")..];
    let wire: Vec<&str> = wire.split("class=\"t\"").skip(1).filter_map(|cell| cell.split("</span>").next()).collect();
    assert!(wire.len() > 20 && !wire.iter().any(|cell| cell.contains("MAIL FROM") || cell.contains("LOGIN PLAIN")));
    let known = panel.split("What the ends know").nth(1).expect("the other column");
    assert!(known.contains("MAIL FROM") && known.contains("LOGIN PLAIN"));
}

/// What the wire shows, line by line, in the tab of the eavesdropper; and the words of the tab.
async fn tapped(fragment: &str) -> (Vec<String>, String, String) {
    let state = state(&format!("{fragment}&tab=eavesdropper"));
    let study = Rc::new(Study::of(&state.run.scenario));
    let markup = render(state, &study).await;
    let panel = &markup[markup.find("role=\"tabpanel\"").expect("a panel")..];
    let panel = &panel[..panel.find("</aside>").expect("its end")];
    let cells = panel.split("class=\"t\"").skip(1).filter_map(|cell| cell.split("</span>").next());
    (cells.map(str::to_owned).collect(), words(panel), panel.to_owned())
}

#[tokio::test(flavor = "current_thread")]
async fn who_steals_the_server_s_key_reads_the_mail_where_keys_were_exchanged_by_rsa() {
    const OLD: &str = "preset=postfix&client_stack=ws2008&server_stack=ws2008";
    let reads_mail = |wire: &[String]| wire.iter().any(|cell| cell.contains("MAIL FROM"));
    let (wire, said, markup) = tapped(OLD).await;
    assert!(!reads_mail(&wire) && said.contains("without the keys"), "{said}");
    assert!(markup.contains("aria-pressed=\"false\"") && !said.contains("is stolen"), "{said}");

    let (wire, said, markup) = tapped(&format!("{OLD}&open=key")).await;
    assert!(reads_mail(&wire) && said.contains("with the server's key and no other. The mail can be read whole."));
    assert!(said.contains("sealed records all open.") && said.contains("RFC 5246 §F.1.1.2"), "{said}");
    assert!(said.contains("Nothing: whoever listened knows all that the ends know."), "{said}");
    assert!(markup.contains("aria-pressed=\"true\"") && markup.contains("role=\"status\""), "{markup}");

    for (preset, source) in [("book", "RFC 5246 §F.1.1.3"), ("book-tls13", "RFC 8446 §E.1")] {
        let without = tapped(&format!("preset={preset}")).await.0;
        let (wire, said, _) = tapped(&format!("preset={preset}&open=key")).await;
        assert!(wire == without && said.contains("none opens.") && said.contains("Forward secrecy"), "{said}");
        assert!(said.contains(source), "{said}");
    }
    let (_, said, _) = tapped("preset=not-offered&open=key").await;
    assert!(said.contains("Nothing was sealed that would need it."), "{said}");
}

/// Where a secret is agreed upon, a button leads to what the key opens.
#[tokio::test(flavor = "current_thread")]
async fn the_step_of_a_secret_leads_to_the_stolen_key() {
    for (fragment, wanted) in [("preset=postfix&client_stack=ws2008&server_stack=ws2008", 1), ("preset=book", 1)] {
        let study = Rc::new(Study::of(&state(fragment).run.scenario));
        let mut found = Vec::new();
        for step in 1..=study.steps.count() {
            let markup = render(state(&format!("v=2&{fragment}&step={step}")), &study).await;
            if words(&markup).contains(EN.inspector.try_key) {
                found.push(step);
            }
        }
        assert_eq!(found.len(), wanted, "{fragment}: {found:?}");
    }
}

#[tokio::test(flavor = "current_thread")]
async fn the_outcome_names_where_the_mail_is() {
    for (preset, headline, folder) in [
        ("book", "Delivered, encrypted, not authenticated", "Inbox"),
        ("not-offered", "Delivered, readable on the way", "Inbox"),
        ("required-not-offered", "Not delivered, waiting in the queue", "Queue"),
        ("server-requires-tls", "Not delivered, returned to its author", "Returned"),
        ("no-common-version", "Delivered, readable on the way", "Inbox"),
    ] {
        let state = state(&format!("preset={preset}"));
        let study = Rc::new(Study::of(&state.run.scenario));
        assert_all(&render(state, &study).await, &[headline, &format!("{folder}: “Quarterly figures”")], preset);
    }
}

/// A policy has a control, a row of the grid, and words that no other has.
#[tokio::test(flavor = "current_thread")]
async fn every_policy_is_on_the_page() {
    let page = state("");
    let study = Rc::new(Study::of(&page.run.scenario));
    let controls = render(page, &study).await;
    let grid = render(state("view=grid"), &study).await;
    let mut said = BTreeSet::new();
    for &policy in ClientPolicy::ALL {
        let list = controls.split("<select").find(|rest| rest.contains("name=\"policy\"")).unwrap_or_default();
        let list = list.split("</select>").next().unwrap_or_default();
        assert!(list.contains(&format!("value=\"{}\"", policy.key())), "{policy:?} has no control");
        let text = (EN.controls.policy)(policy);
        let rows = grid.split("<th scope=\"row\">").skip(1).filter_map(|rest| rest.split("</th>").next());
        assert_eq!(rows.filter(|row| words(row) == text.name).count(), 1, "{policy:?} has no row in the grid");
        for phrase in [text.name, text.setting, text.does] {
            assert!(!phrase.is_empty() && said.insert(phrase), "{policy:?} has the words of another: {phrase:?}");
        }
    }
}

/// The classes of the first element that has this one.
fn classes(markup: &str, class: &str) -> BTreeSet<String> {
    let all = markup.split("class=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let mut all = all.map(|classes| classes.split(' ').map(str::to_owned).collect::<BTreeSet<_>>());
    all.find(|classes| classes.contains(class)).unwrap_or_else(|| panic!("nothing is a {class}"))
}

/// The outcome's bar has the colour of the grid's cell that opens it.
#[tokio::test(flavor = "current_thread")]
async fn an_outcome_has_one_colour() {
    let mut tones = BTreeSet::new();
    for (policy, situation) in grid::places() {
        let cell = Cell::of(policy, situation);
        if !tones.insert(cell.tone) {
            continue;
        }
        let ran = State { cells: Ran::default().and(vec![cell]), ..state("view=grid") };
        let opened = State { run: Run::of(grid::scenario(policy, situation), grid::BASE), ..state("") };
        let study = Rc::new(Study::of(&opened.run.scenario));
        let (grid, page) = (render(ran, &study).await, render(opened, &study).await);
        let cell = classes(&grid[grid.find("<tbody>").expect("cells")..], "cell");
        let bar = classes(&page, "verdict");
        let shared: Vec<&String> = cell.intersection(&bar).collect();
        assert_eq!(shared.len(), 2, "{policy:?} {situation:?}: {cell:?} and {bar:?}");
        let shapes = [(&grid, "<tbody>"), (&page, "card outcome")]
            .map(|(markup, from)| classes(&markup[markup.find(from).expect("its place")..], "shape"));
        assert!(shapes[0] == shapes[1] && shapes[0].is_superset(&shared.into_iter().cloned().collect()), "{shapes:?}");
    }
    let known = [Tone::NotDelivered, Tone::WithAttacker, Tone::Readable, Tone::Sealed, Tone::Verified];
    assert_eq!(tones, BTreeSet::from(known), "every tone has been compared");
}

/// What is looked for is marked in the rows that have it; where none has, the log says so and shows no row.
#[tokio::test(flavor = "current_thread")]
async fn what_is_found_is_marked_and_nothing_is_said() {
    let looking = |words: &str| {
        let base = state("");
        State { shown: Shown { words: words.to_owned(), ..base.shown.clone() }, ..base }
    };
    let study = Rc::new(Study::of(&looking("").run.scenario));
    let log = |markup: &str| {
        let from = markup.find("id=\"log\"").expect("the log");
        markup[from..].split("</ol>").next().unwrap_or_default().to_owned()
    };
    let found = log(&render(looking("ntlm"), &study).await);
    assert!(found.matches("<mark>NTLM</mark>").count() >= 2, "{found}");
    let none = log(&render(looking("zzzz"), &study).await);
    assert!(words(&none).contains("Nothing matches “zzzz”. Clear") && !none.contains("class=\"line"), "{none}");
    assert!(!log(&render(looking(""), &study).await).contains("<mark>"));
}

/// A condition that this run does not show stands nowhere, in no setting either; one that no switch turns around has no box, and says so.
#[tokio::test(flavor = "current_thread")]
async fn a_condition_without_a_box_says_why() {
    let opened = state("preset=list-forgotten&open=mail");
    let study = Rc::new(Study::of(&opened.run.scenario));
    let markup = render(opened, &study).await;
    let rows: Vec<&str> =
        markup.split("class=\"conditions\"").nth(1).expect("the list").split("<li ").skip(1).collect();
    let row = |what: &str| *rows.iter().find(|row| words(&format!("<{row}")).contains(what)).expect("a condition");
    let listed = row("is in TLSReceiveDomainSecureList");
    assert!(listed.contains("type=\"checkbox\"") && !listed.contains(EN.mark.fixed));
    for what in ["The client presented a certificate", "names the domain", "It verifies"] {
        let row = row(what);
        assert!(!row.contains("type=\"checkbox\"") && row.contains(EN.mark.fixed), "{what}");
        assert!(row.contains(EN.mark.unknown) && !row.contains(EN.mark.setting), "{what}");
    }
}

/// Two runs beside each other: what became of the mail first, then the switches, each before and now, and what made the outcome above them.
#[tokio::test(flavor = "current_thread")]
async fn two_runs_begin_with_their_outcomes_and_what_made_them() {
    let link = state("preset=stripped&server_certificate=expired&view=compare&vs=book");
    let study = Rc::new(Study::of(&link.run.scenario));
    let pinned = link.pinned.expect("a pin").scenario;
    let other = Other::of((Rc::new(Study::of(&pinned)), &pinned), (&study, &link.run.scenario));
    let markup = render_with(link, &study, None, Some(other)).await;
    let page = words(&markup);
    let at = |what: &str| page.find(what).unwrap_or_else(|| panic!("{what} is missing: {page}"));
    let order = [
        "The mail ends differently.",
        "Delivered, encrypted, not authenticated",
        "Delivered, readable, also to the attacker",
        "Between the two: a listener → an attacker who strips STARTTLS◂ decides the outcome",
        "Clock: 2009-06-01 05:37:28 UTC → 2026-10-01 09:00:00 UTC",
        "Receiver's certificate: trusted → expired",
        "they part at octet",
    ];
    assert!(order[..5].iter().map(|what| at(what)).is_sorted(), "{page}");
    assert!(order[5..].iter().all(|what| at(what) > at(order[3])));
    // Both are coloured.
    for tone in ["encrypted", "attacked"] {
        assert!(markup.contains(&format!("side tone {tone}")), "{tone}");
    }
    assert!(!page.contains("→ 1790845200"));
}

/// The message's row has the colour of the outcome, unless the outcome is of something else: the mail did not arrive, or an attacker beside the
/// path has what the wire shows. What stands before the sender has verified the server is not green.
#[tokio::test(flavor = "current_thread")]
async fn a_row_has_the_colour_of_its_outcome() {
    const TONES: [&str; 5] = ["waits", "attacked", "readable", "encrypted", "verified"];
    let mut green = 0;
    for (policy, situation) in grid::places().filter(|(_, situation)| *situation != Situation::Stripped) {
        let cell = Cell::of(policy, situation);
        if matches!(cell.fate, Fate::Deferred | Fate::Returned) {
            continue;
        }
        let opened = State { run: Run::of(grid::scenario(policy, situation), grid::BASE), ..state("") };
        let study = Rc::new(Study::of(&opened.run.scenario));
        let page = render(opened, &study).await;
        let of = |classes: BTreeSet<String>| TONES.into_iter().find(|tone| classes.contains(*tone));
        let rows: Vec<&str> = page.split("class=\"line ").skip(1).collect();
        let message = rows.iter().position(|row| row.contains("the message, ")).expect("a message");
        let colours: Vec<_> = rows
            .iter()
            .map(|row| {
                let classes = row.split('"').next().unwrap_or_default().split(' ').map(str::to_owned);
                of(classes.collect())
            })
            .collect();
        // A message to an attacker in clear is told by whom it went to, its row by who can read it.
        let expected = if cell.fate == Fate::Clear { Some("readable") } else { of(classes(&page, "verdict")) };
        assert_eq!(colours[message], expected, "{policy:?} {situation:?}");
        let first_inside = rows.iter().position(|row| row.contains("EHLO") && !row.contains("in clear:")).unwrap_or(0);
        assert!(colours[..first_inside].iter().all(|colour| *colour != Some("verified")), "{policy:?} {situation:?}");
        green += usize::from(colours.contains(&Some("verified")));
    }
    assert!(green > 4);
    // The relay has verified mail, and cannot send it on.
    let stuck = state("preset=relay-forwards");
    let study = Rc::new(Study::of(&stuck.run.scenario));
    let page = render(stuck, &study).await;
    assert!(classes(&page, "verdict").contains("waits"));
}

/// What a screen reader hears of a cell: sentences, each with its own end.
#[tokio::test(flavor = "current_thread")]
async fn a_cell_is_told_in_sentences_and_the_one_on_show_is_marked() {
    let cells: Vec<Cell> = grid::places().map(|(policy, situation)| Cell::of(policy, situation)).collect();
    let here = grid::scenario(cells[20].policy, cells[20].situation);
    let ran = State { cells: Ran::default().and(cells.clone()), run: Run::of(here, grid::BASE), ..state("view=grid") };
    let study = Rc::new(Study::of(&here));
    let markup = render(ran, &study).await;
    let buttons: Vec<&str> = markup.split("<button").skip(1).filter(|button| button.contains("class=\"cell")).collect();
    assert_eq!(buttons.len(), cells.len());
    for button in &buttons {
        let title = button.split("title=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a title");
        assert!(!title.contains("..") && title.ends_with('.'), "{title}");
        let mut sentences = title.split(". ");
        assert!(sentences.all(|sentence| sentence.starts_with(char::is_uppercase)), "{title}");
        let button = button.split("</button").next().unwrap_or_default();
        assert!(words(&format!("<{button}")).ends_with("Open this session."), "{button}");
    }
    let marked: Vec<usize> = (0..buttons.len()).filter(|&at| buttons[at].contains("aria-current=\"true\"")).collect();
    assert_eq!(marked.len(), 1);
    // It stands in the row of its policy and the column of its situation.
    assert_eq!(marked[0] % Situation::ALL.len(), 20 % Situation::ALL.len());
    let before = markup.split("aria-current=\"true\"").next().unwrap_or_default();
    let head = before.rsplit("<th scope=\"row\">").next().and_then(|rest| rest.split('<').next());
    assert_eq!(head.map(words).as_deref(), Some((EN.grid.policy_name)(cells[20].policy)));
}

/// What a preset promises is said of the preset alone.
#[tokio::test(flavor = "current_thread")]
async fn a_changed_scenario_is_not_told_by_its_presets_promise() {
    let mut promises = BTreeSet::new();
    for preset in PRESETS {
        let promise = words(&(EN.page.preset)(preset.name).meaning.replace('`', ""));
        assert!(promises.insert(promise.clone()), "{}: the promise of another", preset.name);
        let of = |fragment: String| {
            let state = state(&fragment);
            (Rc::new(Study::of(&state.run.scenario)), state)
        };
        let (study, at) = of(format!("preset={}", preset.name));
        assert_all(&render(at, &study).await, &[&format!("In short: {promise}")], preset.name);
        let (study, at) = of(format!("preset={}&seed=77", preset.name));
        let markup = render(at, &study).await;
        assert!(!words(&markup).contains(&promise), "{}", preset.name);
        let name = format!("Changed from: {}", (EN.page.preset)(preset.name).name);
        assert_all(&markup, &[&name, "→ 77"], preset.name);
    }
    // What it was is told where it is no more.
    let changed = state("preset=book&starttls=not_offered");
    let (was, study) = (Study::of(&changed.run.base()), Rc::new(Study::of(&changed.run.scenario)));
    let markup = render_changed(changed, &study, Some(say::headline(was.facts()))).await;
    assert_all(&markup, &["Was: Delivered, encrypted, not authenticated.", "STARTTLS: offered → not offered"], "book");
    let seed = state("preset=book&seed=77");
    let study = Rc::new(Study::of(&seed.run.scenario));
    let markup = render_changed(seed, &study, Some(say::headline(was.facts()))).await;
    assert_all(&markup, &[EN.page.as_before], "book, other octets");
    for (policy, situation) in
        grid::places().filter(|&(policy, situation)| grid::scenario(policy, situation) != run_of(grid::BASE).scenario)
    {
        let cell = State { run: Run::of(grid::scenario(policy, situation), grid::BASE), ..state("") };
        let study = Rc::new(Study::of(&cell.run.scenario));
        let markup = render(cell, &study).await;
        let name = format!("{} · {}", (EN.controls.policy)(policy).name, (EN.grid.situation)(situation).name);
        assert_all(&markup, &[&name, (EN.grid.situation)(situation).meaning, "Back to the table"], &name);
        assert!(promises.iter().all(|promise| !words(&markup).contains(promise.as_str())), "{name}");
    }
}

/// The lamps, the lists and the points on show are those of the connection of the step.
#[tokio::test(flavor = "current_thread")]
async fn each_connection_shows_its_own() {
    for preset in ["relay-forwards", "verify-or-clear", "old-client", "impostor"] {
        let start = state(&format!("preset={preset}"));
        let study = Rc::new(Study::of(&start.run.scenario));
        for chapter in study.story.chapters() {
            let connection = chapter.account.connection;
            let last = *chapter.events.last().expect("events");
            let at = State { playback: Playback::at(Spot::At(At::Event(last))), ..start.clone() };
            let markup = render(at, &study).await;
            let pressed =
                markup.split("aria-pressed=\"true\"").nth(2).map(|rest| rest.split_once('>').expect("a tag").1);
            let claim = (EN.points.connection)(&say::connection(study.facts(), connection));
            assert!(pressed.is_some_and(|rest| rest.starts_with(&claim)), "{preset} {connection}: {claim}");
            let column = format!("<th scope=\"col\">{}</th>", EN.inspector.after);
            assert_eq!(markup.contains(&column), chapter.after().is_some(), "{preset} {connection}");
            assert_eq!(markup.matches("aria-current=\"step\"").count(), 1, "{preset} {connection}");
        }
    }
}

/// Every switch can be set on the page; the clock, which no learner needs, in a link alone.
#[tokio::test(flavor = "current_thread")]
async fn every_switch_has_its_control() {
    let mut without: BTreeSet<&str> = Edit::KEYS.iter().copied().collect();
    // What is set for servers of one organisation has its controls where the next hop is one.
    let parts = ["sender", "path", "receiver"];
    for (next_hop, open) in
        parts.into_iter().map(|open| ("internet", open)).chain([("hub", "sender"), ("edge", "sender")])
    {
        let page = state(&format!("next_hop={next_hop}&open={open}"));
        let study = Rc::new(Study::of(&page.run.scenario));
        let markup = render(page, &study).await;
        without.retain(|key| !markup.contains(&format!("name=\"{key}\"")));
        // No switch twice: a label could not name both.
        let names = Edit::KEYS.iter().filter(|key| markup.matches(&format!("id=\"{key}\"")).count() > 1);
        assert_eq!(names.collect::<Vec<_>>(), Vec::<&&str>::new(), "{next_hop} {open}");
    }
    assert_eq!(without, BTreeSet::from(["clock"]));
}

/// Every place has its button in the header, and every file its line in the menu.
#[tokio::test(flavor = "current_thread")]
async fn places_and_files_can_be_reached() {
    let page = state("preset=book&vs=postfix");
    let study = Rc::new(Study::of(&page.run.scenario));
    let markup = render(page, &study).await;
    let header = &markup[..markup.find("</header>").expect("its end")];
    let buttons: Vec<String> = header.split("<button").skip(1).map(|rest| words(&format!("<{rest}"))).collect();
    for &view in View::ALL {
        // The way to the cover is the name of the page.
        let name = if view == View::Cover { "STARTTLS lab" } else { (places::of(view).name)(&EN) };
        assert!(buttons.iter().any(|button| button == name), "{name}: {buttons:?}");
    }
    for format in Format::ALL {
        let (name, good_for) = (EN.files.format)(format.key());
        assert!(buttons.contains(&format!("{name}{good_for}")), "{name}: {buttons:?}");
    }
}

/// docs/formats.md names every value of every switch.
#[test]
fn the_formats_name_every_value() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/formats.md");
    let formats = std::fs::read_to_string(path).expect("the document");
    for key in Edit::KEYS {
        let row =
            formats.lines().find(|line| line.split('|').nth(1).is_some_and(|cell| cell.contains(&format!("`{key}`"))));
        let row = row.unwrap_or_else(|| panic!("{key} has no row"));
        let Err(EditError::BadValue { expected }) = Edit::parse(key, "?") else { panic!("{key} takes anything") };
        // A certificate is named where it is the server's.
        let values = expected.split(", ").filter(|value| Edit::parse(key, value).is_ok());
        for value in values.filter(|_| !row.contains("or a value of `server_certificate`")) {
            assert!(row.contains(&format!("`{value}`")), "{key}={value}");
        }
    }
}

#[tokio::test(flavor = "current_thread")]
async fn what_is_wrong_with_a_link_is_named() {
    let state = state("v=2&preset=book&colour=mauve&starttls=perhaps&step=9999");
    let study = Rc::new(Study::of(&state.run.scenario));
    let markup = render(state, &study).await;
    assert_all(&markup, &["“colour”", "“perhaps”", "step 9999", "Dismiss"], "notices");
}

/// What a run says at each of its events, and of its parts: with the event from which on it may be said.
fn statements(study: &Study) -> Vec<(usize, String)> {
    let facts = study.facts();
    let mut all: Vec<(usize, String)> = Vec::new();
    for (id, event) in study.trace.events.iter().enumerate() {
        let words = match (&event.what, study.reading.line(id)) {
            (_, Some(line)) if line.role != Role::Content => line.text.clone(),
            (What::Sent { .. } | What::Moved { .. }, _) => continue,
            _ => (EN.log.note)(&say::note(facts, id)),
        };
        all.push((id, words));
    }
    for chapter in study.story.chapters() {
        for (part, first) in chapter.parts() {
            let heading = (EN.points.lesson)(&say::lesson(facts, chapter, part)).heading;
            // What stands before the first part belongs to it.
            let first = if part == Part::FIRST { chapter.events.first().copied() } else { first };
            all.extend(first.map(|first| (first, heading.to_owned())));
        }
    }
    let settled = study.story.outcome.settled().unwrap_or(study.steps.last());
    all.push((settled, (EN.outcome.headline)(say::headline(facts)).to_owned()));
    // The decision itself may give the reason.
    let decided = study.story.outcome.first.decided.map_or(settled, |decided| decided.min(settled));
    all.push((decided, (EN.outcome.because)(&say::because(facts))));
    // The lamps have their names from the start, and one has the verb in it that the sender means to use.
    let lamps = say::lamps(facts, study.story.first());
    all.extend(lamps.map(|lamp| (0, (EN.outcome.light)(lamp.name).to_owned())));
    // What is said of several events may be said from the first on.
    let first = |words: &str| all.iter().filter(|(_, other)| other.contains(words)).map(|(id, _)| *id).min();
    all.iter().map(|(id, words)| (first(words).unwrap_or(*id), words.clone())).collect()
}

/// The switches name commands, whatever the run.
fn without_controls(markup: &str) -> String {
    let (before, rest) = markup.split_once("id=\"controls\"").expect("the controls");
    let (_, after) = rest.split_once("</section>").expect("their end");
    format!("{before}>{after}")
}

#[tokio::test(flavor = "current_thread")]
async fn nothing_is_said_that_has_not_happened_yet() {
    for preset in PRESETS {
        let start = so_far(&format!("preset={}", preset.name));
        let study = Rc::new(Study::of(&preset.scenario));
        let statements: Vec<(usize, String)> =
            statements(&study).into_iter().filter(|(_, words)| words.len() > 8).collect();
        let mut held = 0;
        for (index, &stop) in study.steps.all().iter().enumerate() {
            let until = study.steps.next(stop).unwrap_or(usize::MAX);
            let shown = Shown { tab: Tab::ALL[index % Tab::ALL.len()], ..start.shown.clone() };
            let at = State { playback: Playback::at(Spot::At(At::Event(stop))), shown, ..start.clone() };
            let said = words(&without_controls(&render(at, &study).await));
            for (_, statement) in statements.iter().filter(|(from, _)| *from >= until) {
                let statement = statement.split_whitespace().collect::<Vec<_>>().join(" ");
                assert!(!said.contains(&statement), "{} step {}: {statement}", preset.name, index + 1);
                held += 1;
            }
        }
        assert!(held > 50, "{}", preset.name);
    }
}

#[tokio::test(flavor = "current_thread")]
async fn before_it_is_decided_the_page_says_so() {
    let study = Rc::new(Study::of(&PRESETS[0].scenario));
    let last = study.steps.last();
    for (stop, is_decided) in [(study.steps.first(), false), (last, true)] {
        let at = State { playback: Playback::at(Spot::At(At::Event(stop))), ..so_far("") };
        let said = words(&render(at.clone(), &study).await);
        assert_eq!(said.contains(EN.outcome.open), !is_decided);
        assert_eq!(said.contains("Delivered, encrypted, not authenticated"), is_decided);
        let mut at = at;
        at.shown.end = Switch::On;
        assert!(words(&render(at, &study).await).contains("Delivered, encrypted, not authenticated"));
    }
}

/// At a halt the question stands with its answers and keys, and nothing of what settles it is on the page; the event that does tells it.
#[tokio::test(flavor = "current_thread")]
async fn a_run_halts_and_asks_and_the_event_that_comes_settles_it() {
    let (mut asked, mut told) = (0, 0);
    for preset in PRESETS {
        let start = so_far(&format!("preset={}&ask=always", preset.name));
        let study = Rc::new(Study::of(&preset.scenario));
        for halt in start.asks().map(|asks| study.halts(asks)).unwrap_or_default() {
            let at = State { playback: Playback::at(Spot::At(At::Event(halt.at))), ..start.clone() };
            let said = words(&render(at.clone(), &study).await);
            let words_of = (EN.questions.asked)(halt.ask);
            let question = words_of.question(&halt.value).replace('`', "");
            assert!(said.contains(&question), "{} {:?}: {question}", preset.name, halt.ask);
            asked += 1;
            for answer in 0..halt.answers {
                // What was settled before it was asked is told where it was.
                let there = halt.settles.event().max(halt.at);
                let after = at.clone().after(Action::Answer(Guessed::Answer(halt.ask, answer), there));
                assert_eq!(after.playback.spot, Spot::At(At::Event(there)));
                let said = words(&render(after, &study).await);
                let right = answer == halt.right;
                assert_eq!(said.contains("Not so:"), !right, "{} {:?} {answer}", preset.name, halt.ask);
                told += 1;
            }
        }
    }
    assert!(asked > 100 && told > 200, "{asked} {told}");
    let never = so_far("preset=book");
    assert_eq!(never.asks(), None);
}

#[tokio::test(flavor = "current_thread")]
async fn every_lesson_can_be_begun_and_gone_through() {
    let start = so_far("view=lessons");
    let study = Rc::new(Study::of(&start.run.scenario));
    let list = words(&render(start.clone(), &study).await);
    for &lesson in LessonId::ALL {
        let title = (EN.lessons.lesson)(lesson).title;
        assert!(list.contains(title), "{title}");
        for (index, stop) in lesson.stops().iter().enumerate() {
            for run in 0..stop.runs.len() {
                let here = start.clone().after(Action::Lesson(InLesson { lesson, stop: index + 1 }, run));
                assert_eq!(here.shown.view, View::Session);
                let study = Rc::new(Study::of(&here.run.scenario));
                let said = words(&render(here.clone(), &study).await);
                let (watch, takeaway) = (EN.lessons.lesson)(lesson).stops[index];
                assert!(said.contains(&watch.replace('`', "")) && !said.contains(takeaway), "{title} {index}");
                let end = State { playback: Playback::at(Spot::At(At::Event(study.steps.last()))), ..here };
                let is_told = words(&render(end, &study).await).contains(&takeaway.replace('`', ""));
                // It is of all runs of the stop.
                assert_eq!(is_told, run + 1 == stop.runs.len(), "{title} {index}");
            }
        }
    }
}

#[tokio::test(flavor = "current_thread")]
async fn the_handout_is_the_whole_run_and_the_exercise_keeps_its_answers_apart() {
    for preset in PRESETS {
        let of = |sheet: &str| so_far(&format!("preset={}&view=print&sheet={sheet}&step=1", preset.name));
        let study = Rc::new(Study::of(&preset.scenario));
        let handout = words(&render(of("handout"), &study).await);
        assert!(handout.contains((EN.outcome.headline)(say::headline(study.facts()))), "{}", preset.name);
        for id in 0..study.trace.events.len() {
            let Some(line) = study.reading.line(id).filter(|line| !line.text.contains('\n')) else { continue };
            let said = line.text.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(handout.contains(&said), "{}: {said}", preset.name);
        }
        let exercise = render(of("exercise"), &study).await;
        let key = render(of("exercise-key"), &study).await;
        let questions = exercise.matches("<ul class=\"boxes\">").count();
        assert_eq!(exercise.matches("class=\"right\"").count(), 0, "{}", preset.name);
        // One for each question, and one for what becomes of the mail; the guess before the run is on the exercise alone.
        assert_eq!(key.matches("class=\"right\"").count(), questions, "{}", preset.name);
    }
}

#[test]
fn every_task_of_a_class_is_a_link() {
    for (fragment, task, answer) in EN.sheets.plan.tasks {
        let read = share::read(fragment);
        assert!(read.notices.is_empty() && !task.is_empty() && !answer.is_empty(), "{fragment}");
    }
}
