//! The page says what was said: every preset, at a step of each of its connections, in each tab, drawn without a browser. So no view can take
//! its words from another connection, or choose them by itself.

use crate::link;
use crate::said::{Chapter, Said, captured};
use starttls_lab::bytes::hex;
use starttls_lab::scenario::{PRESETS, Scenario};
use starttls_lab::share;
use starttls_lab::story::ntlm::tried;
use starttls_lab::story::{Light, Status};
use starttls_lab::text::EN;
use starttls_lab::ui::state::{State, Theme};
use starttls_lab::ui::study::Study;
use starttls_lab::ui::view::{Page, PageProps};
use std::rc::Rc;
use yew::{Callback, LocalServerRenderer};

/// The markup of the page at a link.
async fn page(fragment: &str, study: &Rc<Study>) -> String {
    let shared = share::read(fragment);
    assert!(shared.notices.is_empty(), "{fragment}: {:?}", shared.notices);
    let props = PageProps {
        text: &EN,
        state: State::new(shared, Theme::Light),
        study: study.clone(),
        seen: study.clone(),
        halts: Rc::default(),
        was: None,
        other: Rc::default(),
        endings: Rc::default(),
        on: Callback::noop(),
        perform: Callback::noop(),
    };
    LocalServerRenderer::<Page>::with_props(props).hydratable(false).render().await
}

/// The words between the tags.
fn words(markup: &str) -> String {
    let words: String = markup.split('<').map(|piece| piece.split_once('>').map_or("", |(_, text)| text)).collect();
    let entities = [("&lt;", "<"), ("&gt;", ">"), ("&#x27;", "'"), ("&quot;", "\""), ("&amp;", "&")];
    entities.iter().fold(words, |words, (entity, plain)| words.replace(entity, plain))
}

/// The words of the element of this class, up to its end.
fn within(markup: &str, begins: &str, ends: &str) -> String {
    let part = markup.split_once(begins).and_then(|(_, rest)| rest.split_once(ends));
    let (part, _) = part.unwrap_or_else(|| panic!("the page has no {begins}"));
    bare(&words(&format!("{begins}{part}")))
}

/// Without spaces, and without what sets words in the type of the wire.
fn bare(words: &str) -> String {
    words.chars().filter(|c| !c.is_whitespace() && *c != '`').collect()
}

/// The lamps as they stand in the bar: shape, name, what was found, verdict; of one connection, and nothing of another.
fn lamps(chapter: &Chapter) -> String {
    let all = chapter.lamps.iter().map(|lamp| {
        let (glyph, verdict) = match lamp.light {
            Light::Pass(_) => ("✓", EN.outcome.pass),
            Light::Fail(_) => ("✗", EN.outcome.fail),
            Light::NotChecked => ("–", EN.outcome.not_checked),
        };
        let name = (EN.outcome.light)(lamp.name);
        format!("{glyph}{name}{}{verdict}", (EN.outcome.light_detail)(&lamp.detail))
    });
    bare(&all.collect::<String>())
}

/// The names of the points, in order.
fn points(chapter: &Chapter) -> Vec<String> {
    chapter.points.iter().map(|point| bare(&(EN.points.name)(&point.name))).collect()
}

/// The names stand in this order, and the first is the first there is.
fn stand_in_order(shown: &str, names: &[String]) -> bool {
    let mut rest = shown;
    names.iter().all(|name| match rest.split_once(name.as_str()) {
        Some((_, behind)) => {
            rest = behind;
            true
        }
        None => false,
    })
}

fn certificates(chapter: &Chapter) -> Vec<String> {
    let text = &EN.certificate;
    let mut all = Vec::new();
    for shown in &chapter.certificates {
        match &shown.check {
            Some(check) => {
                let found = [text.chain_found, text.name_found, text.dates_found, text.purpose_found];
                all.extend(found.map(|found| found(check)));
                all.extend(check.names.clone());
            }
            None => all.extend(shown.none.map(|claim| (text.none)(claim).to_owned())),
        }
    }
    all
}

/// What the panel says of a step.
fn why(said: &Said, event: usize) -> Vec<String> {
    let mut all = Vec::new();
    for step in said.steps.iter().filter(|step| step.event == event) {
        all.push((EN.inspector.step)(&step.step));
        all.extend(step.at.map(|claim| (EN.inspector.at)(&claim)));
        all.extend(step.length.map(|claim| (EN.inspector.length)(claim)));
        all.extend(step.stream.map(|claim| (EN.inspector.stream)(claim)));
        all.extend(step.recording.map(|claim| (EN.inspector.recording)(claim)));
        for (_, claim) in said.ntlm.iter().filter(|(of, _)| *of == event) {
            all.push((EN.ntlm.claim)(claim));
            all.extend(claim.check().map(EN.ntlm.check));
        }
        all.extend(step.queue.map(|claim| (EN.decisions.queue)(&claim)));
    }
    for decided in said.decisions.iter().filter(|decided| decided.event == event) {
        all.push((EN.decisions.answer)(&decided.decision).to_owned());
        all.extend(decided.decision.reasons().map(|reason| (EN.decisions.reason)(&decided.decision, reason)));
        all.extend(decided.logged.map(|event| (EN.decisions.logged)(event)));
    }
    all
}

async fn shows(scenario: &Scenario) {
    let study = Rc::new(Study::of(scenario));
    let said = Said::of(&study, None);
    for chapter in &said.chapters {
        let here = |event: usize| study.trace.events[event].connection == chapter.connection;
        let last = said.steps.iter().rfind(|step| here(step.event)).map(|step| step.event);
        let decided = said.decisions.iter().rfind(|decided| here(decided.event)).map(|decided| decided.event);
        let login = said.ntlm.iter().rfind(|(event, _)| here(*event)).map(|(event, _)| *event);
        for event in last.into_iter().chain(decided).chain(login) {
            let number = study.steps.number(event);
            let tap = vec![(EN.inspector.tap_intro)(&said.tap_intro)];
            let mut stolen = vec![(EN.inspector.tap_intro)(&said.stolen_intro), (EN.inspector.stolen)(&said.theft)];
            let several = said.theft.roles.len() > 1;
            let roles = said.theft.roles.iter();
            stolen.extend(roles.map(|&(number, role)| (EN.inspector.key_role)(several.then_some(number), role)));
            let mut words: Vec<String> = said.words.map(EN.ntlm.words).into_iter().collect();
            for (word, guess) in captured(&study).iter().flat_map(tried) {
                let (key, proof) = (hex(&guess.nt_owf_v2), hex(&guess.proof));
                words.push(format!("{word} {} {key} {proof}", (EN.ntlm.fits)(guess.fits)));
            }
            words.extend(captured(&study).map(|captured| captured.hashcat()));
            let tabs = [
                ("why", why(&said, event)),
                ("certificate", certificates(chapter)),
                ("eavesdropper", tap),
                ("eavesdropper&open=key", stolen),
                ("eavesdropper&open=words", words),
            ];
            for (tab, words) in tabs {
                let fragment = format!("{}&step={number}&tab={tab}", link(scenario));
                let markup = page(&fragment, &study).await;
                let shown = bare(&self::words(&markup));
                for words in words {
                    assert!(shown.contains(&bare(&words)), "{fragment}: the page does not show {words:?}");
                }
                let verdict = within(&markup, "class=\"headline\"", "</p>");
                assert_eq!(verdict, bare((EN.outcome.headline)(said.headline)), "{fragment}");
                let because = within(&markup, "class=\"because\"", "<button");
                assert!(because.starts_with(&bare(&(EN.outcome.because)(&said.because))), "{fragment}: {because}");
                assert_eq!(within(&markup, "class=\"lamps\"", "</ul>"), lamps(chapter), "{fragment}");
                let stepper = within(&markup, "class=\"points\"", "</nav>");
                let names = points(chapter);
                assert!(stand_in_order(&stepper, &names), "{fragment}: {stepper}, not {names:?}");
                for point in chapter.points.iter().filter(|point| point.status == Status::NotReached) {
                    let missing = (EN.points.missing)(point.missing);
                    assert!(stepper.contains(&bare(&missing)), "{fragment}: the page does not show {missing:?}");
                }
            }
        }
    }
}

#[tokio::test(flavor = "current_thread")]
async fn the_page_says_what_was_said() {
    for preset in PRESETS {
        shows(&preset.scenario).await;
    }
}

/// What a preset promises is said of the preset alone.
#[tokio::test(flavor = "current_thread")]
async fn a_changed_scenario_is_not_told_by_its_preset_s_promise() {
    for scenario in crate::runs::linked() {
        let study = Rc::new(Study::of(&scenario));
        let shown = bare(&words(&page(&link(&scenario), &study).await));
        for preset in PRESETS {
            let promise = bare((EN.page.preset)(preset.name).meaning);
            assert!(preset.scenario == scenario || !shown.contains(&promise), "{}: {promise}", link(&scenario));
        }
    }
}
