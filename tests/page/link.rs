//! The link: exact both ways, and patient with junk.

use crate::scenarios::any_scenario;
use proptest::prelude::*;
use starttls_lab::scenario::{ClientPolicy, Conflict, Edit, Offer, PRESETS, Scenario, Seed, Switch, preset};
use starttls_lab::share::{LONGEST, Notice, Shared, View, read, write};

#[test]
fn each_preset_is_its_name() {
    for preset in PRESETS {
        let link = write(&Shared::of(preset.scenario, preset.name));
        assert_eq!(link, format!("#v=1&preset={}", preset.name));
        assert_eq!(read(&link), Shared::of(preset.scenario, preset.name));
    }
}

#[test]
fn only_what_differs_is_written() {
    let scenario = PRESETS[0].scenario.with(Edit::Starttls(Offer::Unavailable));
    assert_eq!(
        write(&Shared { step: Some(24), ..Shared::of(scenario, "book") }),
        "#v=1&preset=book&starttls=unavailable&step=24"
    );
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

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_scenario_and_step_round_trip(
        scenario in any_scenario(), step: Option<u16>, preset: prop::sample::Index, grid: bool
    ) {
        let preset = PRESETS[preset.index(PRESETS.len())];
        let (step, view) = (step.map(usize::from), if grid { View::Grid } else { View::Session });
        // What Exchange refuses is in no link.
        let (scenario, refused) = preset.scenario.with_consistent(&scenario.edits_from(&preset.scenario));
        prop_assert!(refused.is_empty() || scenario.conflict().is_none());
        let shared = Shared { step, view, ..Shared::of(scenario, preset.name) };
        let link = write(&shared);
        prop_assert!(link.len() <= LONGEST);
        prop_assert_eq!(read(&link), shared);
    }

    #[test]
    fn any_text_is_read(text: String) {
        let shared = read(&text);
        prop_assert!(shared.notices.len() <= 6);
        // What was understood is written and read back the same.
        let again = read(&write(&shared));
        prop_assert_eq!((again.scenario, again.step, again.view), (shared.scenario, shared.step, shared.view));
    }

    #[test]
    fn any_pairs_are_read(pairs in prop::collection::vec(("(v|preset|seed|step|policy|x)", "[ -~]{0,8}"), 0..9)) {
        let text: Vec<String> = pairs.iter().map(|(key, value)| format!("{key}={value}")).collect();
        read(&text.join("&"));
    }
}
