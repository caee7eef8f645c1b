//! The link: exact both ways, and patient with junk.

use crate::scenarios::any_scenario;
use proptest::prelude::*;
use starttls_lab::lesson::LessonId;
use starttls_lab::scenario::{
    AuthMechanism, Choice, ClientPolicy, Conflict, Credentials, Edit, Offer, PRESETS, Password, Scenario, Seed, Switch,
    Value, preset,
};
use starttls_lab::share::shown::WORDS;
use starttls_lab::share::{
    AskMe, Fold, InLesson, LONGEST, Log, Notice, Pinned, PlayPace, RowKind, Shared, Sheet, Shown, Tab, Unfolded, View,
    fragment, read, write,
};
use starttls_lab::story::rows::At;
use starttls_lab::ui::study::{Spot, Study};

#[test]
fn each_preset_is_its_name() {
    for preset in PRESETS {
        let link = write(&Shared::of(preset.scenario, preset.name));
        assert_eq!(link, format!("#v=2&preset={}", preset.name));
        assert_eq!(read(&link), Shared::of(preset.scenario, preset.name));
    }
}

#[test]
fn only_what_differs_is_written() {
    let scenario = PRESETS[0].scenario.with(Edit::Starttls(Offer::Unavailable));
    assert_eq!(
        write(&Shared { at: Some(At::Step(24)), ..Shared::of(scenario, "book") }),
        "#v=2&preset=book&starttls=unavailable&step=24"
    );
    assert_eq!(read("").scenario, PRESETS[0].scenario);
    assert_eq!(read("#").scenario, PRESETS[0].scenario);
    // The order does not matter, and the preset may stand last.
    assert_eq!(read("#starttls=unavailable&step=24&preset=book&v=2").scenario, scenario);
}

/// One choice that became two, in the scenario and in what is pinned.
#[test]
fn a_wrong_password_was_a_mechanism() {
    let both = read("#preset=book&credentials=wrong_password&vs=postfix&vs.credentials=wrong_password");
    assert_eq!(both.notices, []);
    for scenario in [both.scenario, both.pinned.expect("pinned").scenario] {
        assert_eq!((scenario.credentials, scenario.password), (Credentials::Login, Password::Wrong));
    }
    assert!(write(&both).contains("&credentials=login&password=wrong&"));
}

#[test]
fn the_fragment_of_an_address_is_found_however_much_of_it_is_encoded() {
    let expected = read("#preset=postfix&auth_mechanism=Tls+BasicAuth&step=3");
    assert_eq!((expected.preset, expected.notices.len()), ("postfix", 0));
    for address in [
        "preset=postfix&auth_mechanism=Tls+BasicAuth&step=3",
        "#preset=postfix&auth_mechanism=Tls+BasicAuth&step=3",
        "http://127.0.0.1:8080/#preset=postfix&auth_mechanism=Tls+BasicAuth&step=3",
        "http://127.0.0.1:8080/#preset=postfix&auth_mechanism=Tls%2BBasicAuth&step=3",
        "https://lab.example/?from=mail#preset=postfix&auth_mechanism=Tls+BasicAuth&step=3",
        "http://127.0.0.1:8080/%23preset=postfix&auth_mechanism=Tls%2bBasicAuth&step=3",
        "http%3A%2F%2F127.0.0.1%3A8080%2F%23preset%3Dpostfix%26auth_mechanism%3DTls%2BBasicAuth%26step%3D3",
    ] {
        assert_eq!(read(&fragment(address)), expected, "{address}");
    }
    // An address without a fragment is the page as it begins.
    assert_eq!(read(&fragment("http://127.0.0.1:8080/")), read(""));
    // What is encoded in a value stays there.
    assert_eq!(fragment("preset=book&find=%23"), "preset=book&find=%23");
}

#[test]
fn what_cannot_be_applied_is_named_and_the_rest_applied() {
    let shared = read("#v=3&preset=nowhere&colour=red&starttls=perhaps&seed=7&policy&step=-1");
    assert_eq!(shared.scenario, PRESETS[0].scenario.with(Edit::Seed(Seed(7))));
    assert_eq!(shared.at, None);
    let text = |text: &str| text.to_owned();
    assert_eq!(
        shared.notices,
        [
            Notice::Version { found: text("3") },
            Notice::UnknownPreset { found: text("nowhere") },
            Notice::UnknownKey { key: text("colour") },
            Notice::BadValue {
                key: text("starttls"),
                found: text("perhaps"),
                expected: text("offered, required, unavailable, says_250, not_offered"),
            },
            Notice::NoValue { part: text("policy") },
            Notice::More { count: 1 },
        ]
    );
    let twice = read("#seed=1&seed=2");
    assert_eq!(twice.notices, [Notice::Repeated { key: text("seed") }]);
    assert_eq!(twice.scenario.seed, Seed(1));
}

#[test]
fn a_hundred_kilobytes_of_junk_are_a_notice() {
    let junk = format!("#preset=postfix&seed=9&{}", "é=junk&".repeat(12_500));
    let shared = read(&junk);
    assert_eq!(shared.preset, "postfix");
    assert_eq!(shared.scenario.seed, Seed(9));
    assert_eq!(shared.notices.first(), Some(&Notice::TooLong { octets: junk.len() - 1 }));
    assert!(shared.notices.len() <= 6);
    // A part that the limit cuts through is not half applied.
    let padding = "x=".to_owned() + &"y".repeat(LONGEST - "x=&seed=12".len());
    assert_eq!(read(&format!("#{padding}&seed=1234")).scenario.seed, PRESETS[0].scenario.seed);
}

#[test]
fn a_link_sets_nothing_that_exchange_refuses() {
    let shared = read("#preset=domain-secured&policy=never&reader=other");
    let (edit, conflict) = (Edit::Policy(ClientPolicy::Never), Conflict::DomainSecureIgnoresStartTls);
    assert_eq!(shared.notices, [Notice::Refused { edit, conflict }]);
    let base = preset("domain-secured").expect("a preset").scenario;
    assert_eq!(shared.scenario, base.with(Edit::parse("reader", "other").expect("a value")));
    // Together with what mends it, it is applied, in any order.
    let mended = read("#policy=never&send_domain_secure=off&preset=domain-secured");
    assert_eq!(mended.notices, []);
    let expected = Scenario { policy: ClientPolicy::Never, send_domain_secure: Switch::Off, ..base };
    assert_eq!(mended.scenario, expected);
}

#[test]
fn a_step_is_counted_as_the_page_counts_it() {
    let study = Study::of(&PRESETS[0].scenario);
    assert_eq!(read("#step=28").at, Some(At::Step(28)));
    for nothing in ["0", "01", "4x", "-1", "4294967296", ""] {
        let shared = read(&format!("#v=2&step={nothing}"));
        assert_eq!((shared.at, shared.notices.len()), (None, 1), "{nothing}");
    }
    for (index, &stop) in study.steps.all().iter().enumerate() {
        let at = read(&format!("#v=2&preset=book&step={}", index + 1)).at.expect("a step");
        assert_eq!(study.step(Spot::At(at)), stop);
        // A link of version 1 has the number of the event, wherever the version stands.
        let at = read(&format!("#step={stop}&preset=book&v=1")).at.expect("an event");
        assert_eq!(study.steps.number(study.step(Spot::At(at))), index + 1);
        assert_eq!(study.beyond(Spot::At(at)), None);
    }
    let count = study.steps.count();
    assert_eq!(study.beyond(Spot::At(At::Step(count))), None);
    assert_eq!(study.beyond(Spot::At(At::Step(count + 1))), Some(count + 1));
    let events = study.trace.events.len();
    assert_eq!(study.beyond(Spot::At(At::Event(events - 1))), None);
    assert_eq!(study.beyond(Spot::At(At::Event(events))), Some(events));
}

#[test]
fn how_the_page_looks_is_in_the_link() {
    let shown = Shown {
        view: View::Compare,
        tab: Tab::Bytes,
        log: Log::Printed,
        kind: RowKind::FromServer,
        words: "250 a&b=c#+é".to_owned(),
        open: Unfolded::default().with(Fold::Messages, false).with(Fold::Alike, true).with(Fold::Mail, true),
        end: Switch::On,
        ask: AskMe::Always,
        stage: Switch::On,
        sheet: Sheet::Tasks,
        pace: PlayPace::Slow,
    };
    let shared = Shared { shown, ..Shared::of(PRESETS[0].scenario, "book") };
    let link = "#v=2&preset=book&view=compare&tab=bytes&log=printed&rows=server&find=250%20a%26b%3Dc%23+%C3%A9&open=mail+alike&end=on&ask=always&stage=on&sheet=tasks&pace=slow";
    assert_eq!(write(&shared), link);
    assert_eq!(read(link), shared);
    let nothing = read("#open=none");
    assert_eq!(nothing.shown.open, Unfolded::default().with(Fold::Messages, false));
    assert_eq!(write(&nothing), "#v=2&preset=book&open=none");
    for odd in ["tab=", "log=book", "rows=9", "open=mail+mail", "open=mail+", "view=nowhere"] {
        assert_eq!(read(odd).notices.len(), 1, "{odd}");
    }
    assert_eq!(read(&format!("find={}", "é".repeat(WORDS))).notices, []);
    assert_eq!(read(&format!("find={}", "é".repeat(WORDS + 1))).notices.len(), 1);
}

#[test]
fn escapes_are_undone_in_keys_and_values() {
    let plain = read("#preset=postfix&auth_mechanism=Tls+Integrated&starttls=required");
    assert_eq!(plain.notices, []);
    assert_eq!(plain.scenario.auth_mechanism, AuthMechanism::parse("Tls+Integrated").expect("a value"));
    assert_eq!(read("#preset=post%66ix&auth%5Fmechanism=Tls%2bIntegrated&%73tarttls=%72equired"), plain);
    // The same key twice is the same key, however it is spelt.
    assert_eq!(read("#seed=1&s%65ed=2").notices, [Notice::Repeated { key: "seed".into() }]);
    for malformed in ["seed=%", "seed=1%2", "se%zzed=1", "preset=%ff"] {
        assert_eq!(read(malformed).notices, [Notice::BadEscape { part: malformed.into() }]);
        assert_eq!(read(malformed).scenario, PRESETS[0].scenario);
    }
    // What an escape hid does not act where a notice repeats it.
    let notices = read("#preset=%1b[31m%e2%80%ae").notices;
    assert_eq!(notices, [Notice::UnknownPreset { found: r"\u{1b}[31m\u{202e}".into() }]);
}

#[test]
fn switches_of_what_is_pinned_need_something_pinned() {
    let alone = read("#vs.policy=required");
    assert_eq!(alone.notices, [Notice::NotPinned { key: "vs.policy".into() }]);
    let (edit, conflict) = (Edit::Policy(ClientPolicy::Never), Conflict::DomainSecureIgnoresStartTls);
    assert_eq!(read("#vs=domain-secured&vs.policy=never").notices, [Notice::Refused { edit, conflict }]);
    let fine = read("#vs.policy=required&vs=book");
    assert_eq!(fine.notices, []);
    assert_eq!(fine.pinned.map(|pinned| pinned.scenario.policy), Some(ClientPolicy::Required));
}

fn any_shown() -> impl Strategy<Value = Shown> {
    fn one<T: Choice + std::fmt::Debug>() -> impl Strategy<Value = T> {
        prop::sample::select(T::ALL)
    }
    let open = prop::collection::vec(any::<bool>(), Fold::ALL.len()).prop_map(|open| {
        Fold::ALL.iter().zip(open).fold(Unfolded::default(), |all, (&fold, open)| all.with(fold, open))
    });
    let words = prop_oneof!["", prop::string::string_regex(&format!(".{{0,{WORDS}}}")).expect("a pattern")];
    (one(), one(), one(), one(), words, open, one(), one(), one(), one(), one()).prop_map(
        |(view, tab, log, kind, words, open, end, ask, stage, sheet, pace)| Shown {
            view,
            tab,
            log,
            kind,
            words,
            open,
            end,
            ask,
            stage,
            sheet,
            pace,
        },
    )
}

/// Behind as many notices as are shown, the parts of a lesson's stops are counted as all others are.
#[test]
fn stops_that_cannot_be_applied_are_counted() {
    let bad = "colour=red&log=aloud&vs.colour=red&vs.step=3&policy=perhaps&vs.policy=perhaps";
    let last = |stops: &str| read(&format!("{bad}&stops={stops}")).notices.pop();
    let (none, three) = (last("none"), last("none,nought,book.starttls:maybe"));
    assert_eq!((none, three), (Some(Notice::More { count: 2 }), Some(Notice::More { count: 4 })));
}

/// A part of a link, with its key: one that can be applied, or one that cannot.
fn part() -> impl Strategy<Value = (&'static str, bool)> {
    let good = prop::sample::select(vec![
        "seed=7",
        "reader=other",
        "step=3",
        "view=grid",
        "tab=bytes",
        "find=a%20b",
        "open=mail",
        "ask=never",
        "lesson=wiretap",
        "stops=book",
        "left=rustls",
        "keys=rsa+dss",
        "vs=book",
        "vs.seed=9",
    ]);
    let bad = prop::sample::select(vec![
        "colour=red",
        "vs.colour=red",
        "policy=perhaps",
        "vs.policy=perhaps",
        "clock=%zz",
        "path",
        "log=aloud",
        "rows=",
        "right=vista",
        "right.lines=1.2",
        "vs.step=3",
        "lesson=none",
        "stops=none",
        "ask=me",
        "prefer=none",
    ]);
    prop_oneof![good.prop_map(|part| (part, true)), bad.prop_map(|part| (part, false))]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn all_that_a_link_has_comes_back(
        (scenario, other) in (any_scenario(), any_scenario()), pins: bool, at: Option<(bool, u16)>, base: prop::sample::Index,
        shown in any_shown(),
    ) {
        let base = PRESETS[base.index(PRESETS.len())];
        // What Exchange refuses is in no link.
        let consistent = |wanted: Scenario| base.scenario.with_consistent(&wanted.edits_from(&base.scenario));
        let (scenario, refused) = consistent(scenario);
        prop_assert!(refused.is_empty() || scenario.conflict().is_none());
        let pinned = pins.then(|| Pinned { scenario: consistent(other).0, preset: base.name });
        let at = at.map(|(step, number)| if step { At::Step(1 + usize::from(number)) } else { At::Event(number.into()) });
        let shared = Shared { at, shown, pinned, ..Shared::of(scenario, base.name) };
        let link = write(&shared);
        prop_assert!(link.len() <= LONGEST, "{}", link.len());
        prop_assert_eq!(read(&link), shared);
    }

    #[test]
    fn each_part_that_cannot_be_applied_is_one_notice(parts in prop::collection::vec(part(), 0..9)) {
        let mut seen = Vec::new();
        // A key that stands twice has a notice of its own, and what is pinned needs its own key.
        let parts: Vec<(&str, bool)> = parts.into_iter().filter(|(part, _)| {
            let key = part.split('=').next();
            let first = !seen.contains(&key);
            seen.push(key);
            first
        }).collect();
        let has = |wanted| parts.iter().any(|(part, _)| *part == wanted);
        let orphan = has("vs.seed=9") && !has("vs=book");
        let bad = parts.iter().filter(|(_, good)| !good).count() + usize::from(orphan);
        let link = |parts: &[(&str, bool)]| parts.iter().map(|(part, _)| *part).collect::<Vec<_>>().join("&");
        let shared = read(&link(&parts));
        let said = shared.notices.iter().map(|notice| match notice {
            Notice::More { count } => *count,
            _ => 1,
        });
        prop_assert_eq!(said.sum::<usize>(), bad, "{:?}", shared.notices);
        // And the others are applied as if it were not there.
        let good: Vec<(&str, bool)> = parts.iter().copied().filter(|(part, good)| *good && (*part != "vs.seed=9" || !orphan)).collect();
        prop_assert_eq!(read(&link(&good)), Shared { notices: Vec::new(), ..shared });
    }

    #[test]
    fn any_text_is_read(text: String) {
        let shared = read(&text);
        prop_assert!(shared.notices.len() <= 6);
        // What was understood is written and read back the same.
        prop_assert_eq!(read(&write(&shared)), Shared { notices: Vec::new(), ..shared });
    }

    #[test]
    fn any_pairs_are_read(pairs in prop::collection::vec(("(v|preset|seed|step|policy|vs|vs.seed|find|open|x)", "[ -~]{0,8}"), 0..9)) {
        let text: Vec<String> = pairs.iter().map(|(key, value)| format!("{key}={value}")).collect();
        let shared = read(&text.join("&"));
        prop_assert_eq!(read(&write(&shared)), Shared { notices: Vec::new(), ..shared });
    }
}

#[test]
fn a_place_in_a_lesson_is_in_the_link_and_no_answer_is() {
    let place = |lesson, stop| Some(InLesson { lesson, stop });
    let shared = Shared { lesson: place(LessonId::SixTwists, 3), ..Shared::of(PRESETS[0].scenario, "book") };
    assert_eq!(write(&shared), "#v=2&preset=book&lesson=six-twists&stop=3");
    assert_eq!(read(&write(&shared)), shared);
    // Without a stop it is the first, and so it is with one that the lesson has not.
    assert_eq!(read("lesson=reset").lesson, place(LessonId::Reset, 1));
    for odd in ["lesson=reset&stop=0", "lesson=reset&stop=4", "lesson=reset&stop=02", "lesson=reset&stop="] {
        let read = read(odd);
        assert_eq!((read.lesson, read.notices.len()), (place(LessonId::Reset, 1), 1), "{odd}");
    }
    for odd in ["stop=2", "lesson=none", "answer=1"] {
        let read = read(odd);
        assert_eq!((read.lesson, read.notices.len()), (None, 1), "{odd}");
    }
}
