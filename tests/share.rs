//! The link: exact both ways, and patient with junk.

use proptest::prelude::*;
use starttls_lab::scenario::{
    Choice, ClientPolicy, Clock, Credentials, Edit, GoAhead, Offer, PRESETS, Pipelining, Scenario, Seed,
    ServerCertificate, ServerProfile, Transfer, Versions,
};
use starttls_lab::share::{LONGEST, Notice, Shared, read, write};

#[test]
fn each_preset_is_its_name() {
    for preset in PRESETS {
        let link = write(&preset.scenario, preset.name, None);
        assert_eq!(link, format!("#v=1&preset={}", preset.name));
        let expected = Shared { scenario: preset.scenario, preset: preset.name, step: None, notices: Vec::new() };
        assert_eq!(read(&link), expected);
    }
}

#[test]
fn only_what_differs_is_written() {
    let scenario = PRESETS[0].scenario.with(Edit::Starttls(Offer::Unavailable));
    assert_eq!(write(&scenario, "book", Some(24)), "#v=1&preset=book&starttls=unavailable&step=24");
    assert_eq!(read("").scenario, PRESETS[0].scenario);
    assert_eq!(read("#").scenario, PRESETS[0].scenario);
    // The order does not matter, and the preset may stand last.
    assert_eq!(read("#starttls=unavailable&step=24&preset=book&v=1").scenario, scenario);
}

#[test]
fn what_cannot_be_applied_is_named_and_the_rest_applied() {
    let shared = read("#v=2&preset=nowhere&colour=red&starttls=perhaps&seed=7&policy&step=-1");
    assert_eq!(shared.scenario, PRESETS[0].scenario.with(Edit::Seed(Seed(7))));
    assert_eq!(shared.step, None);
    let text = |text: &str| text.to_owned();
    assert_eq!(
        shared.notices,
        [
            Notice::Version { found: text("2") },
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

fn one_of<T: Choice + std::fmt::Debug>() -> impl Strategy<Value = T> {
    prop::sample::select(T::ALL)
}

fn scenarios() -> impl Strategy<Value = Scenario> {
    let switches = (
        one_of::<ClientPolicy>(),
        one_of::<Versions>(),
        one_of::<Credentials>(),
        one_of::<Transfer>(),
        one_of::<Pipelining>(),
        one_of::<ServerProfile>(),
        one_of::<Offer>(),
        one_of::<Versions>(),
        (one_of::<GoAhead>(), one_of::<ServerCertificate>()),
    );
    let times = (946_684_800u32..=4_102_444_799).prop_filter_map("a clock", Clock::from_unix);
    (any::<u32>(), times, switches).prop_map(|(seed, clock, switches)| Scenario {
        seed: Seed(seed),
        clock,
        policy: switches.0,
        client_versions: switches.1,
        credentials: switches.2,
        transfer: switches.3,
        pipelining: switches.4,
        server: switches.5,
        starttls: switches.6,
        server_versions: switches.7,
        go_ahead: switches.8.0,
        server_certificate: switches.8.1,
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_scenario_and_step_round_trip(scenario in scenarios(), step: Option<u16>, preset: prop::sample::Index) {
        let preset = PRESETS[preset.index(PRESETS.len())].name;
        let step = step.map(usize::from);
        let link = write(&scenario, preset, step);
        prop_assert!(link.len() <= LONGEST);
        prop_assert_eq!(read(&link), Shared { scenario, preset, step, notices: Vec::new() });
    }

    #[test]
    fn any_text_is_read(text: String) {
        let shared = read(&text);
        prop_assert!(shared.notices.len() <= 6);
        // What was understood is written and read back the same.
        let again = read(&write(&shared.scenario, shared.preset, shared.step));
        prop_assert_eq!((again.scenario, again.step), (shared.scenario, shared.step));
    }

    #[test]
    fn any_pairs_are_read(pairs in prop::collection::vec(("(v|preset|seed|step|policy|x)", "[ -~]{0,8}"), 0..9)) {
        let text: Vec<String> = pairs.iter().map(|(key, value)| format!("{key}={value}")).collect();
        read(&text.join("&"));
    }
}
