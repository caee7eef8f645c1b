//! Sentences that were true of one policy, one system or one path, and were said of others.

use crate::{linked, with};
use starttls_lab::grid;
use starttls_lab::lab::run;
use starttls_lab::scenario::{Choice, ClientPolicy, Edit, PRESETS, Path, Scenario, Side, preset};
use starttls_lab::story::Light;
use starttls_lab::story::say::{self, DecisionClaim, Facts, FirstHop, Opening, Participant, Passed, Sealed, StepClaim};
use starttls_lab::text::EN;
use starttls_lab::tls::Wanted;
use starttls_lab::trace::{Actor, What};

fn of(name: &str, edits: &str) -> Scenario {
    linked(&format!("#preset={name}{edits}"))
}

/// All presets and all cells.
fn all() -> impl Iterator<Item = Scenario> {
    let cells = grid::places().map(|(policy, situation)| grid::scenario(policy, situation));
    PRESETS.iter().map(|preset| preset.scenario).chain(cells)
}

/// Everything that is said of the sender's choices: the sentence about the outcome, and that of each decision.
fn told(facts: Facts<'_>) -> Vec<String> {
    let steps = (0..facts.trace.events.len()).map(|id| say::step(facts, id));
    let decided = steps.filter(|step| matches!(step, StepClaim::Decided(_)));
    let decided = decided.map(|step| (EN.inspector.step)(&step));
    std::iter::once((EN.outcome.because)(&say::because(facts))).chain(decided).collect()
}

#[test]
fn only_an_opportunistic_sender_is_called_so() {
    let mut called = 0;
    let others = [of("verify-or-clear", "&starttls=not_offered"), of("verify-or-clear", "&starttls=unavailable")];
    let smart_host = of("domain-secured", "&send_domain_secure=off&routing=smart_host&starttls=not_offered");
    for scenario in all().chain(others).chain([smart_host]) {
        // A relay and an attacker send on opportunistically, and have no sentence of that kind.
        let trace = run(&scenario);
        let direct = trace.cast.is_direct() || scenario.path == Path::Strip;
        for words in with(&trace, told).into_iter().filter(|words| direct && words.contains("pportunistic")) {
            assert_eq!(scenario.policy, ClientPolicy::Opportunistic, "{words}");
            called += 1;
        }
    }
    assert!(called > 10, "{called}");
}

/// A policy may want TLS only where it is offered, and wait where it cannot be had after that.
#[test]
fn who_waits_for_tls_is_not_said_never_to_send_without() {
    for claim in [
        DecisionClaim::KeptNotOffered,
        DecisionClaim::KeptRefused,
        DecisionClaim::KeptHandshakeFailed,
        DecisionClaim::KeptUnverified,
    ] {
        let words = (EN.inspector.step)(&StepClaim::Decided(claim));
        assert!(!words.contains("nothing without TLS") && !words.contains("only to a server"), "{words}");
    }
}

#[test]
fn windows_events_are_of_exchange_and_of_its_own_decisions() {
    let (mut events, mut silent) = (0, 0);
    let more = [
        of("verified-wrong-name", ""),
        of("postfix", "&policy=required&starttls=not_offered"),
        of("server-requires-tls", "&policy=required&starttls=unavailable"),
        of("postfix", "&sender=exchange&policy=required&starttls=not_offered"),
        of("domain-wrong-name", "&sender=other"),
    ];
    for scenario in all().chain(more) {
        let trace = run(&scenario);
        with(&trace, |facts| {
            for (id, event) in trace.events.iter().enumerate() {
                let Some(found) = say::logged(facts, id) else {
                    silent += usize::from(matches!(event.what, What::Decided(_)));
                    continue;
                };
                // The sender writes of its own hop, the receiver of any.
                let own = match event.who {
                    Side::Client => scenario.sender_is_exchange() && trace.is_first_hop(event.connection),
                    Side::Server => scenario.receiver_is_exchange(),
                };
                assert!(own, "{found:?} of {:?}", scenario.edits_from(&PRESETS[0].scenario));
                events += 1;
            }
        });
    }
    assert!(events > 10 && silent > 100, "{events}, {silent}");
    let logged = |scenario: &Scenario| {
        let trace = run(scenario);
        with(&trace, |facts| (0..trace.events.len()).filter_map(|id| say::logged(facts, id)).count())
    };
    assert_eq!(logged(&of("verified-wrong-name", "")), 0, "a Postfix-like sender");
    assert_eq!(logged(&of("verified-wrong-name", "&sender=exchange")), 1);
}

/// The queue is shown where the mail got into it, and quotes the system that has it.
#[test]
fn the_queue_s_words_stand_where_the_mail_was_kept() {
    for scenario in all() {
        let trace = run(&scenario);
        with(&trace, |facts| {
            let leg = &facts.story.outcome.first;
            let shown: Vec<usize> = (0..trace.events.len()).filter(|&id| say::queue_at(facts, id).is_some()).collect();
            if say::queue(facts).is_none() {
                assert!(shown.is_empty());
                return;
            }
            let mut expected: Vec<usize> = leg.decided.into_iter().chain(leg.settled).collect();
            expected.dedup();
            assert_eq!(shown, expected, "{scenario:?}");
            let words = say::queue(facts).map(|claim| (EN.decisions.queue)(&claim)).unwrap_or_default();
            let of_postfix = words.starts_with("4.7.");
            let of_exchange = words.starts_with("451 ") || words.starts_with("454 ");
            let legacy = matches!(scenario.policy, ClientPolicy::LegacyOn | ClientPolicy::LegacyOff);
            assert_eq!(of_exchange, scenario.sender_is_exchange(), "{words}");
            assert_eq!(of_postfix, !scenario.sender_is_exchange() && !legacy, "{words}");
        });
    }
}

#[test]
fn an_offer_that_was_overwritten_is_not_told_as_none() {
    let of_policy = |policy| run(&preset("stripped").expect("a preset").scenario.with(Edit::Policy(policy)));
    for &policy in ClientPolicy::ALL {
        with(&of_policy(policy), |facts| {
            for words in told(facts) {
                let denies = ["not offered", "does not offer", "no offer"].iter().any(|word| words.contains(word));
                assert!(!denies, "{policy:?}: {words}");
            }
        });
    }
    let first =
        |policy| with(&of_policy(policy), |facts| say::because(facts).first == FirstHop::OverwrittenAndRequired);
    assert!(first(ClientPolicy::Required) && !first(ClientPolicy::Opportunistic));
}

/// A yes with another code: for the sender nothing has begun, for the server TLS has.
#[test]
fn a_yes_that_is_taken_for_a_no_is_not_told_as_a_refusal() {
    for (edits, claim) in
        [("", DecisionClaim::ClearMisunderstood), ("&policy=required", DecisionClaim::KeptMisunderstood)]
    {
        let trace = run(&of("book-250", edits));
        with(&trace, |facts| {
            let found = (0..trace.events.len()).any(|id| say::step(facts, id) == StepClaim::Decided(claim));
            assert!(found, "{edits}");
            for words in told(facts) {
                assert!(!words.contains("session is what it was") && !words.contains("was refused"), "{words}");
                assert!(!words.contains("refused to start"), "{words}");
            }
        });
    }
    let trace = run(&of("book-250", "&policy=required"));
    assert!(with(&trace, |facts| say::because(facts).first == FirstHop::MisunderstoodAndRequired));
}

/// A certificate that no CA should have issued passes every check.
#[test]
fn checks_that_passed_wrongly_did_not_fail() {
    for policy in ["opportunistic", "required", "legacy_on"] {
        let trace = run(&of("impostor", &format!("&path=misissued&policy={policy}")));
        with(&trace, |facts| {
            let FirstHop::Encrypted(sealed, _) = say::because(facts).first else { panic!("{policy}") };
            assert_eq!(sealed, Sealed::PassedWrongly);
            for words in told(facts) {
                assert!(!words.contains("failed"), "{policy}: {words}");
            }
        });
    }
    let trace = run(&of("impostor", ""));
    let sealed = with(&trace, |facts| match say::because(facts).first {
        FirstHop::Encrypted(sealed, _) => Some(sealed),
        _ => None,
    });
    assert_eq!(sealed, Some(Sealed::ToWrongEnd));
}

/// The claim of the sender's decision about a certificate, or of the receiver's about the client's.
fn judged(scenario: &Scenario) -> Vec<DecisionClaim> {
    let trace = run(scenario);
    with(&trace, |facts| {
        let steps = (0..trace.events.len()).filter_map(|id| match say::step(facts, id) {
            StepClaim::Decided(claim) => Some(claim),
            _ => None,
        });
        steps.collect()
    })
}

/// What no check can see, the page says: the certificate was mis-issued, or has been revoked.
#[test]
fn checks_that_passed_wrongly_are_told_as_such() {
    use DecisionClaim::{DomainProved, Partner, Verified};
    let cases = [
        (of("verified-wrong-name", "&server_certificate=trusted"), Verified(Passed::Rightly)),
        (of("verified-wrong-name", "&server_certificate=revoked"), Verified(Passed::Revoked)),
        (of("verified-wrong-name", "&path=misissued"), Verified(Passed::Wrongly)),
        (of("domain-secured", ""), DomainProved(Passed::Rightly)),
        (of("domain-secured", "&path=misissued"), DomainProved(Passed::Wrongly)),
        (of("domain-secured", "&server_certificate=revoked"), DomainProved(Passed::Revoked)),
        (of("domain-secured", ""), Partner(Passed::Rightly)),
        (of("domain-secured", "&client_certificate=revoked"), Partner(Passed::Revoked)),
    ];
    for (scenario, claim) in cases {
        let found = judged(&scenario);
        assert!(found.contains(&claim), "{claim:?} is not among {found:?}");
        let words = (EN.inspector.step)(&StepClaim::Decided(claim));
        let (wrongly, revoked) = (words.contains("passed wrongly"), words.contains("has been revoked"));
        let expected = match claim {
            Verified(passed) | DomainProved(passed) | Partner(passed) => {
                (passed == Passed::Wrongly, passed == Passed::Revoked)
            }
            _ => (false, false),
        };
        assert_eq!((wrongly, revoked), expected, "{words}");
    }
}

#[test]
fn a_revoked_certificate_of_either_side_is_told() {
    let because = |edits: &str| {
        let trace = run(&of("domain-secured", edits));
        with(&trace, |facts| (EN.outcome.because)(&say::because(facts)))
    };
    assert!(!because("").contains("revoked"));
    assert!(because("&client_certificate=revoked").contains("The sender's certificate has been revoked"));
    assert!(because("&server_certificate=revoked").contains("The server's certificate has been revoked"));
    let both = because("&client_certificate=revoked&server_certificate=revoked");
    assert!(both.contains("Both certificates have been revoked"), "{both}");
}

/// The tab says that the chain passes and the dates fail, and so does the lamp.
#[test]
fn a_lamp_names_the_check_that_failed() {
    let names = |certificate: &str| {
        let trace = run(&of("book", &format!("&server_certificate={certificate}")));
        with(&trace, |facts| {
            let lights = &facts.story.first().lights;
            let lit = [&lights.chain, &lights.name].map(|light| matches!(light, Light::Fail(_)));
            let failed =
                say::lamps(facts, facts.story.first()).into_iter().skip(3).zip(lit).filter(|(_, failed)| *failed);
            failed.map(|(lamp, _)| (EN.outcome.light)(lamp.name)).collect::<Vec<_>>()
        })
    };
    assert_eq!(names("expired"), ["dates"]);
    assert_eq!(names("not_yet_valid"), ["dates"]);
    assert_eq!(names("wrong_purpose"), ["purpose"]);
    assert_eq!(names("internal_ca"), ["chain"]);
    assert_eq!(names("self_signed"), ["chain"]);
    assert_eq!(names("wrong_name"), ["name"]);
    assert!(names("trusted").is_empty() && names("revoked").is_empty());
}

/// Who stands in the receiver's place gets the password, whether the login comes off or not.
#[test]
fn a_login_that_an_intermediary_was_given_is_told() {
    let given = |name: &str, edits: &str| {
        let trace = run(&of(name, edits));
        with(&trace, |facts| {
            let claim = say::because(facts);
            let words = (EN.outcome.because)(&claim);
            assert_eq!(claim.login.is_some(), words.contains("was given name and password"), "{words}");
            claim.login.map(|by| by.actor)
        })
    };
    for credentials in ["plain", "login", "wrong_password"] {
        let edits = format!("&credentials={credentials}");
        assert_eq!(given("impostor", &edits), Some(Actor::Attacker), "{credentials}");
        assert_eq!(given("relay-forwards", &edits), Some(Actor::Relay), "{credentials}");
        assert_eq!(given("postfix", &edits), None, "{credentials}: the receiver's");
    }
    assert_eq!(given("impostor", ""), None);
    assert_eq!(given("impostor", "&credentials=ntlm"), None, "it is not offered");
    // Who insists on a certificate has left before.
    assert_eq!(given("impostor", "&credentials=plain&policy=verified"), None);
}

/// A list of changed switches is read without the headings of the panel.
#[test]
fn a_switch_says_whose_it_is() {
    let label = |key: &str, value: &str| (EN.page.edit)(Edit::parse(key, value).expect("a value"));
    assert_eq!(label("server_certificate", "expired"), "Receiver's certificate: expired");
    assert!(label("client_certificate", "expired").starts_with("Sender's certificate"));
    assert!(label("sender_imports", "on").starts_with("Sender has"));
    assert!(label("receiver_imports", "on").starts_with("Receiver has"));
    assert!(label("sender", "other").starts_with("Sender's"));
}

/// Without a host to look for, Exchange compares with the recipient's domain, and through a smart host it refuses to be set so.
#[test]
fn the_settings_of_a_policy_are_those_that_make_it() {
    let base = of("domain-secured", "&send_domain_secure=off&routing=smart_host");
    for &policy in ClientPolicy::ALL {
        let text = (EN.controls.policy)(policy);
        let validates = text.setting.contains("DomainValidation");
        let without = text.setting.contains("without `-TlsDomain`");
        assert_eq!(base.with(Edit::Policy(policy)).conflict().is_some(), without, "{policy:?}");
        assert_eq!(validates, [ClientPolicy::Verified, ClientPolicy::VerifiedDomain].contains(&policy));
        assert!(!validates || text.does.contains("`-RequireTLS $true`"), "{policy:?}");
        let wanted = |scenario: &Scenario| {
            let trace = run(scenario);
            let check = trace.events.iter().find_map(|event| match &event.what {
                What::Checked(check) if check.of == Side::Server => check.wanted.clone(),
                _ => None,
            });
            check.expect("a check")
        };
        if validates {
            let direct = of("postfix", &format!("&policy={}", policy.key()));
            let domain = matches!(wanted(&direct), Wanted::Domain(_));
            assert_eq!(domain, without, "{policy:?}");
        }
    }
}

/// A relay has a queue of its own, and may connect twice.
#[test]
fn what_a_relay_does_is_not_told_of_the_sender() {
    let trace = run(&of("relay-forwards", "&server_stack=ws2003"));
    with(&trace, |facts| {
        let mut openings = Vec::new();
        for (id, event) in trace.events.iter().enumerate() {
            let step = say::step(facts, id);
            let words = (EN.inspector.step)(&step);
            let is_own = trace.is_first_hop(event.connection);
            match step {
                StepClaim::Settled { .. } => {
                    assert!(words.contains(if is_own { "sender" } else { "relay" }), "{words}")
                }
                StepClaim::Opened(opening) => openings.push(opening),
                _ => {}
            }
        }
        let relay = Participant { actor: Actor::Relay, side: Side::Client };
        assert_eq!(openings, [Opening::First, Opening::RelaySendsOn, Opening::Anew { by: relay, at_once: true }]);
    });
}

/// A sender that goes on does so although a check failed; one that does not, because of it.
#[test]
fn a_failed_check_is_no_reason_to_go_on() {
    let (mut although, mut because) = (0, 0);
    for scenario in all() {
        let transcript = with(&run(&scenario), |facts| starttls_lab::files::transcript(facts, &EN));
        for line in transcript.lines().filter(|line| line.contains("the certificate failed a check")) {
            let goes_on = line.contains("decides: go on,");
            assert_eq!(line.contains("although the certificate failed a check"), goes_on, "{line}");
            (although, because) = (although + usize::from(goes_on), because + usize::from(!goes_on));
        }
    }
    assert!(although > 10 && because > 10, "{although} {because}");
}
