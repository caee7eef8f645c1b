//! The only hooks: one reducer, one memo, and the effects that reach out of the page.

use crate::compare::ending;
use crate::dissect::guess::Guess;
use crate::grid::{self, Cell};
use crate::share::{self, Fold, PlayPace};
use crate::text::EN;
use crate::ui::state::{Action, Forecast, Move, RunName, State, Try};
use crate::ui::study::{Ended, Other, Study, Trial};
use crate::ui::view::kit::place::Needs;
use crate::ui::view::kit::scene;
use crate::ui::view::{Page, places, title};
use crate::ui::{browser, effect, keys};
use std::rc::Rc;
use yew::prelude::*;

/// Milliseconds that playing rests on a step, and on a line that only goes on a list.
fn rests(pace: PlayPace) -> (u32, u32) {
    match pace {
        PlayPace::Slow => (2_600, 800),
        PlayPace::Normal => (1_100, 350),
        PlayPace::Fast => (400, 120),
    }
}
/// Milliseconds after which a step is surely drawn.
const DRAWN: u32 = 40;
/// Milliseconds for which it is said that something was copied.
const READ: u32 = 4_000;
/// Milliseconds after which no further run is begun, and no further key tried, before the browser had its turn.
const SLICE: f64 = 12.0;

/// Puts the page in the document.
pub fn mount() {
    if let Some(root) = browser::root() {
        let (guess, focus) = browser::early();
        yew::Renderer::<App>::with_root_and_props(root, Early { guess, focus }).render();
    }
}

/// Makes the next of them once the browser has drawn, as many as a slice of time takes; `None` when there is none.
fn next_of<P: 'static, T: 'static>(
    places: impl Iterator<Item = P> + 'static,
    make: fn(P) -> T,
    on: Callback<Vec<T>>,
) -> Option<browser::Timeout> {
    let mut places = places.peekable();
    places.peek()?;
    Some(browser::after(0, move || {
        let started = browser::milliseconds();
        let mut made = Vec::new();
        for place in places {
            made.push(make(place));
            if browser::milliseconds() - started > SLICE {
                break;
            }
        }
        on.emit(made);
    }))
}

/// Tries the next keys once the browser has drawn.
fn next_keys(guess: &Rc<Guess>, on: Callback<Action>) -> browser::Timeout {
    /// Between two looks at the clock.
    const AT_ONCE: u32 = 64;
    let mut guess = (**guess).clone();
    browser::after(0, move || {
        let started = browser::milliseconds();
        let mut took = 0.0;
        while took < SLICE && !guess.is_over() {
            guess.step(AT_ONCE);
            took = browser::milliseconds() - started;
        }
        on.emit(Action::Guess(Try::Tried(Rc::new(guess), took)));
    })
}

/// What was done before the page was there.
#[derive(PartialEq, Properties)]
struct Early {
    guess: String,
    focus: Option<usize>,
}

#[component]
fn App(early: &Early) -> Html {
    let state = use_reducer(|| {
        State::new(share::read(&browser::fragment()), browser::theme())
            .foretold(Forecast::of(&early.guess))
            .served(browser::address())
    });
    let study = use_memo(state.run.scenario, Study::of);
    let step = study.step(state.playback.spot);
    let seen = (study.clone(), study.steps.stop(step), state.shown.end.is_on());
    let seen = use_memo(seen, |(study, stop, end)| Study::seen(study, *stop, *end));
    let halts =
        use_memo((study.clone(), state.asks()), |(study, asks)| asks.map(|asks| study.halts(asks)).unwrap_or_default());
    let needs = places::of(state.shown.view).needs;
    let pinned = state.pinned.map(|pinned| pinned.scenario).filter(|_| needs == Needs::Other);
    let left = use_memo(pinned, |pinned| pinned.map(|pinned| (Rc::new(Study::of(&pinned)), pinned)));
    let other = use_memo((left, study.clone(), state.run.scenario), |(left, shown, now)| {
        let (study, pinned) = left.as_ref().as_ref()?;
        Some(Other::of((study.clone(), pinned), (shown, now)))
    });

    let preset = (state.run.name() == RunName::ChangedFrom).then_some(state.run.preset);
    let was = use_memo(preset, |preset| preset.map(|_| ending(&state.run.base())));

    let tried = state.suites.session().filter(|_| needs == Needs::Endings);
    let endings = use_memo(tried, |tried| tried.map(|tried| Trial::both(&tried.scenario)));

    let dispatcher = state.dispatcher();
    let had_focus = use_mut_ref(|| false);
    let on = use_callback(had_focus.clone(), move |action, had_focus| {
        had_focus.replace(browser::has_focus());
        dispatcher.dispatch(action);
    });
    let perform = use_callback((study.clone(), state.run.preset, on.clone()), |effect, (study, name, on)| {
        effect::perform(effect, study, name, &EN, on);
    });

    // The address always reproduces the view. It is written behind the drawing, which need not wait for it.
    use_effect_with(state.shared(study.steps.number(step)), |shared| {
        let shared = shared.clone();
        let timer = browser::after(0, move || {
            // What was come to by the history or by a link stands there already.
            let is_entry = shared.is_elsewhere(&share::read(&browser::fragment()));
            browser::show_fragment(&share::write(&shared), is_entry);
        });
        || drop(timer)
    });
    use_effect_with((study.clone(), step), |(study, _)| {
        let study = study.clone();
        let timer = browser::after(DRAWN, move || study.look_ahead());
        || drop(timer)
    });
    use_effect_with(title(&EN, &state, &study, step), |title| browser::set_title(title));
    use_effect_with((), {
        let on = on.clone();
        move |()| {
            let listener =
                browser::on_fragment(move || on.emit(Action::Follow(Box::new(share::read(&browser::fragment())))));
            || drop(listener)
        }
    });
    use_effect_with((state.clone(), study.clone(), halts.clone()), {
        let on = on.clone();
        move |(state, study, halts)| {
            let (state, study, halts) = (state.clone(), study.clone(), halts.clone());
            let listener = browser::on_key(move |key, focus| {
                let action = keys::action(key, focus, &state, &study, &halts);
                let known = action.is_some();
                action.into_iter().for_each(|action| on.emit(action));
                known
            });
            || drop(listener)
        }
    });
    // Playing waits for an answer where the run asks, and stops where one is told.
    let stop = study.steps.stop(step);
    let halted = state.answered.open(&halts, &study.steps, stop).is_some();
    let told = state.answered.is_told(&halts, &study.steps, stop);
    let was_told = use_mut_ref(|| (stop, false));
    use_effect_with((state.playback.playing, step, (halted, told), state.shown.pace, study.clone()), {
        let on = on.clone();
        move |&(playing, step, (halted, told), pace, ref study)| {
            let next = study.steps.next(step);
            let (rest, listed) = rests(pace);
            let pace = if next.is_some_and(|next| scene::is_listed(study, next)) { listed } else { rest };
            let told = (stop, told && !halted);
            let stops = was_told.replace(told) != told && told.1 && playing;
            if stops {
                on.emit(Move::Play(false).into());
            }
            let timer = (playing && !halted && !stops)
                .then(|| browser::after(pace, move || on.emit(next.map_or(Move::Play(false), Move::Tick).into())));
            || drop(timer)
        }
    });
    // The mail of the cover goes its way once it is sent, and so it does when the path is changed for it.
    use_effect_with((state.forecast.sent, state.run.scenario), {
        let on = on.clone();
        move |&(sent, _)| {
            if sent && browser::may_move() {
                on.emit(Move::Play(true).into());
            }
        }
    });
    // The grid runs a few cells at a time, so that the page answers meanwhile; and so do the runs of a lesson at its last.
    use_effect_with((needs, state.cells.len()), {
        let on = on.reform(Action::Ran);
        move |&(needs, done)| {
            let make = |(policy, situation)| Cell::of(policy, situation);
            let timer = (needs == Needs::Cells).then(|| next_of(grid::places().skip(done), make, on)).flatten();
            || drop(timer)
        }
    });
    use_effect_with((state.ended(), state.ended.len()), {
        let on = on.reform(Action::Ended);
        move |(runs, done)| {
            let timer = next_of(runs.clone().into_iter().skip(*done), Ended::of, on);
            || drop(timer)
        }
    });
    use_effect_with(state.guessing.clone(), {
        let on = on.clone();
        move |guessing| {
            let guess = guessing.guess.as_ref().filter(|_| guessing.running);
            let timer = guess.map(|guess| next_keys(guess, on));
            || drop(timer)
        }
    });
    // What was copied is said, and passes.
    use_effect_with(state.notices.copied, {
        let on = on.clone();
        move |copied| {
            let timer = copied.map(|_| browser::after(READ, move || on.emit(Action::Copied(None))));
            || drop(timer)
        }
    });
    use_effect_with(state.preferences, |preferences| {
        if preferences.chosen {
            browser::set_theme(preferences.theme);
        }
        preferences.start.into_iter().for_each(browser::set_start);
    });
    // The focus goes where the content went: to a place that is come to, and from what is not there any more.
    let come_to = use_mut_ref(|| None);
    use_effect_with(state.shown.view, move |&view| {
        if come_to.replace(Some(view)).is_some() {
            browser::go_to(scene::MAIN_ID);
        }
    });
    // So it does into a drawer, and back to its button.
    let drawer = state.shown.open.drawer();
    let was_open = use_mut_ref(|| drawer);
    use_effect_with(drawer, move |&drawer| match (was_open.replace(drawer), drawer) {
        (was, Some(_)) if was != drawer => browser::focus_id(scene::DRAWER_ID),
        (Some(was), None) if !browser::has_focus() => browser::focus_id(scene::details_id(was)),
        _ => {}
    });
    use_effect(move || {
        if had_focus.replace(false) && !browser::has_focus() {
            browser::focus_id(scene::MAIN_ID);
        }
    });
    use_effect_with((), {
        let focus = early.focus;
        move |()| focus.into_iter().for_each(browser::focus_place)
    });
    // After every drawing: a change that was refused changes nothing that could be compared.
    use_effect(browser::settle_choices);
    let (stage, sheet) = (state.is_on_stage(), state.shown.open.has(Fold::Why));
    // The sheet has the focus while it is open; what opened it has it again.
    let was_sheet = use_mut_ref(|| None);
    use_effect_with((sheet, state.shown.tab), move |&(sheet, tab)| {
        if was_sheet.replace(Some(sheet)).is_some_and(|was| was != sheet) {
            browser::focus_id(if sheet { scene::tab_id(tab) } else { scene::OPENER_ID });
        }
    });
    let room = (stage, sheet, state.presenting, state.answered.clone());
    use_effect_with(
        (study.steps.stop(step), state.shown.log, state.shown.tab, state.run.scenario, room),
        |&(stop, ..)| {
            browser::reveal(&scene::row_id(stop), scene::LOG_ID);
        },
    );
    use_effect_with((study.steps.stop(step), state.answered.clone()), |_| {
        browser::reveal(scene::ASK_ID, scene::MAIN_ID)
    });
    use_effect_with((state.run.refused, state.notices.of_link.is_empty()), |&(refused, is_clean)| {
        if !is_clean {
            browser::into_view(scene::NOTICES_ID);
        }
        if refused.is_some() {
            browser::into_view(scene::REFUSAL_ID);
        }
    });
    // Not when the view is opened: it begins with what leaked.
    use_effect_with((study.steps.stop(step), state.run.scenario), |_| browser::reveal(scene::TAP_ID, scene::PANEL_ID));
    use_effect_with((study.steps.stop(step), state.lens.chosen), |_| {
        browser::reveal(scene::FIELD_ID, scene::TREE_ID);
        browser::reveal(scene::OCTET_ID, scene::OCTETS_ID);
    });
    use_effect_with(state.help, |&open| browser::show_dialog(scene::HELP_ID, open));

    html! { <Page text={&EN} state={(*state).clone()} {study} seen={(*seen).clone()} halts={halts.clone()} was={*was} {other} {endings} {on} {perform} /> }
}
