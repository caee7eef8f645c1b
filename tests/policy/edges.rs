//! Policies: what was decided and what would have been.

use starttls_lab::dissect::dissect;
use starttls_lab::grid::{self, places};
use starttls_lab::lab::run;
use starttls_lab::policy::{
    ClientProof, Decision, Evidence, Reason, Submission, about_submission, about_tls, windows_event,
};
use starttls_lab::scenario::{
    Choice, ClientPolicy, Controller, Edit, NextHop, Offer, PRESETS, Path, Scenario, ServerProfile, Side, System,
    TlsStack, Versions, preset,
};
use starttls_lab::smtp::{Gate, Refusal, SubmitAnswer, TlsAnswer};
use starttls_lab::story::{Condition, Story};
use starttls_lab::tls::{CertificateCheck, Defect, Verdict as Verdicts};
use starttls_lab::trace::What;

fn evidence(policy: ClientPolicy, gate: Gate) -> Evidence {
    Evidence {
        policy,
        gate,
        offered: true,
        certificate_ok: true,
        given_up_at: None,
        domain_secure: true,
        smart_host: false,
        next_hop: NextHop::Internet,
        downgraded: false,
        controller: Controller::Up,
        events: Default::default(),
    }
}

#[test]
fn a_policy_judges_exactly_if_a_bad_certificate_changes_its_answer() {
    for &policy in ClientPolicy::ALL {
        let answer =
            |certificate_ok| about_tls(Evidence { certificate_ok, ..evidence(policy, Gate::Certificate) }).answer;
        assert_eq!(policy.demands().judges(), answer(true) != answer(false), "{policy:?}");
    }
}

/// One thing of what a receiver saw is otherwise.
#[test]
fn a_receiver_s_answer_follows_from_what_it_saw() {
    let good = Some(ClientProof { name_ok: true, path_ok: true });
    let proved = Submission {
        listed: true,
        domain_secure: true,
        offered: true,
        inside_tls: true,
        certificate: good,
        partners: true,
        mail: None,
        up: None,
        check: None,
    };
    let missing = Submission { certificate: None, ..proved };
    let clear = Submission { inside_tls: false, certificate: None, ..proved };
    let refuse = SubmitAnswer::Refuse;
    let expected = [
        (proved, SubmitAnswer::Partner),
        (Submission { offered: false, ..proved }, SubmitAnswer::Partner),
        (Submission { listed: false, ..proved }, SubmitAnswer::Take),
        (Submission { domain_secure: false, ..proved }, refuse(Refusal::Disallowed)),
        (Submission { partners: false, ..proved }, refuse(Refusal::NoPermission)),
        (missing, refuse(Refusal::NoCertificate)),
        (Submission { partners: false, ..missing }, refuse(Refusal::NoCertificate)),
        (Submission { domain_secure: false, ..missing }, refuse(Refusal::Disallowed)),
        (Submission { listed: false, ..missing }, SubmitAnswer::Take),
        (clear, refuse(Refusal::TlsNotUsed)),
        // In clear there is no certificate that could have been another.
        (Submission { certificate: good, ..clear }, refuse(Refusal::TlsNotUsed)),
        (Submission { offered: false, ..clear }, refuse(Refusal::TlsNotAdvertised)),
    ];
    for (seen, answer) in expected {
        assert_eq!(about_submission(seen).answer, answer, "{seen:?}");
    }
}

#[test]
fn exchange_logs_what_its_senders_give_up() {
    use ClientPolicy::{DomainSecure, Opportunistic, Required, Verified, VerifiedDomain, VerifyOrClear};
    let logged = |evidence: Evidence| {
        let decision = Decision::Sender(about_tls(evidence));
        windows_event(&decision, None).map(|event| (event.number, event.confirmed))
    };
    let missing = |policy, gate| logged(Evidence { offered: false, ..evidence(policy, gate) });
    let bad = |policy, gate| logged(Evidence { certificate_ok: false, ..evidence(policy, gate) });
    for policy in [Required, Verified, VerifiedDomain] {
        assert_eq!(missing(policy, Gate::Offer), Some((2015, true)), "{policy:?}");
        assert_eq!(logged(evidence(policy, Gate::Refusal)), Some((2015, true)), "{policy:?}");
    }
    for policy in [Verified, VerifiedDomain] {
        assert_eq!(bad(policy, Gate::Certificate), Some((2017, false)), "{policy:?}");
    }
    assert_eq!(missing(DomainSecure, Gate::Offer), Some((11014, false)));
    assert_eq!(logged(evidence(DomainSecure, Gate::Handshake)), Some((11013, false)));
    // Given up for a reason of its own settings: the number for a missing STARTTLS would be wrong.
    assert_eq!(logged(Evidence { domain_secure: false, ..evidence(DomainSecure, Gate::Offer) }), None);
    for policy in [Opportunistic, VerifyOrClear] {
        assert_eq!(missing(policy, Gate::Offer), None);
        assert_eq!(bad(policy, Gate::Certificate), None);
    }
    assert_eq!(bad(Required, Gate::Certificate), None, "it does not judge");
}

#[test]
fn a_smart_host_takes_the_list_of_domains_out_of_force() {
    let missing = |smart_host| {
        let seen = Evidence { offered: false, smart_host, ..evidence(ClientPolicy::DomainSecure, Gate::Offer) };
        let decided = about_tls(seen);
        let answer = decided.answer;
        let decision = Decision::Sender(decided);
        (answer, decision.has(Reason::SmartHost), decision.has(Reason::InSendList))
    };
    assert_eq!(missing(true), (TlsAnswer::GoOn, true, false));
    assert_eq!(missing(false), (TlsAnswer::Defer, false, true));
}

#[test]
fn after_tls_was_given_up_the_offer_counts_no_more() {
    for offered in [true, false] {
        let given_up = Some(Gate::Certificate);
        let seen = Evidence { offered, given_up_at: given_up, ..evidence(ClientPolicy::VerifyOrClear, Gate::Offer) };
        assert_eq!(about_tls(seen).answer, TlsAnswer::GoOn);
    }
}

/// Whatever stands in the way of TLS, or of a direct path to Exchange: the switch that the page offers takes it away.
#[test]
fn the_switch_of_a_condition_is_the_one_that_matters() {
    let secured = preset("domain-secured").expect("a preset").scenario;
    let opportunistic = Scenario { policy: ClientPolicy::Opportunistic, ..secured };
    let holds = |scenario: &Scenario, condition| {
        let trace = run(scenario);
        let mark = Story::of(&trace, &dissect(&trace)).mark;
        mark.expect("of a run").conditions.iter().find(|held| held.condition == condition).and_then(|held| held.holds)
    };
    let tls = [
        Scenario { path: Path::Strip, ..opportunistic },
        Scenario { policy: ClientPolicy::Never, ..secured },
        Scenario { policy: ClientPolicy::LegacyOff, ..secured },
        Scenario { client_stack: TlsStack::Ws2003, ..opportunistic },
        Scenario { server_stack: TlsStack::Ws2008, ..opportunistic },
        Scenario { starttls: Offer::NotOffered, ..opportunistic },
        Scenario { starttls: Offer::Unavailable, ..opportunistic },
        Scenario { client_versions: Versions::Tls12, server_versions: Versions::Tls13, ..opportunistic },
    ];
    for scenario in tls {
        assert_ne!(holds(&scenario, Condition::Tls), Some(true), "{:?}", scenario.edits_from(&secured));
        let mended = scenario.with(Condition::Tls.flip(&scenario, Some(false)).expect("a switch"));
        assert_eq!(holds(&mended, Condition::Tls), Some(true), "{:?}", mended.edits_from(&secured));
    }
    for scenario in
        [Scenario { path: Path::Relay, ..secured }, Scenario { server: ServerProfile::Postfix, ..opportunistic }]
    {
        assert_eq!(holds(&scenario, Condition::Direct), Some(false), "{:?}", scenario.edits_from(&secured));
        let mended = scenario.with(Condition::Direct.flip(&scenario, Some(false)).expect("a switch"));
        assert_eq!(holds(&mended, Condition::Direct), Some(true), "{:?}", mended.edits_from(&secured));
    }
    for &policy in ClientPolicy::ALL {
        for sender in [System::Exchange, System::Other] {
            let scenario = Scenario { policy, sender, ..opportunistic };
            let held = holds(&scenario, Condition::Sender).expect("a setting");
            let other = scenario.with(Condition::Sender.flip(&scenario, Some(held)).expect("a switch"));
            assert_eq!(holds(&other, Condition::Sender), Some(!held), "{policy:?} {sender:?}");
        }
    }
    let sender = |scenario, holds| Condition::Sender.flip(scenario, Some(holds));
    assert_eq!(sender(&secured, true), Some(Edit::Policy(ClientPolicy::LegacyOn)));
    assert_eq!(sender(&opportunistic, true), Some(Edit::Sender(System::Other)));
    let other = Scenario { sender: System::Other, ..opportunistic };
    assert_eq!(sender(&other, false), Some(Edit::Sender(System::Exchange)));
}

#[test]
fn domain_security_logs_a_wrong_name_apart_from_everything_else() {
    let seen = Evidence { certificate_ok: false, ..evidence(ClientPolicy::DomainSecure, Gate::Certificate) };
    let decision = Decision::Sender(about_tls(seen));
    let wrong_name = || Verdicts::Fail(Defect::WrongName);
    let logged = |name: Verdicts, chain: Verdicts| {
        let check = CertificateCheck {
            of: Side::Server,
            presented: Vec::new(),
            names: Vec::new(),
            wanted: None,
            chain,
            name,
            dates: Verdicts::Pass,
            purpose: Verdicts::Pass,
        };
        windows_event(&decision, Some(&check)).map(|event| event.number)
    };
    assert_eq!(logged(wrong_name(), Verdicts::Pass), Some(11016));
    assert_eq!(logged(wrong_name(), Verdicts::Fail(Defect::UnknownIssuer)), None);
    assert_eq!(logged(Verdicts::Pass, Verdicts::Fail(Defect::UnknownIssuer)), None);
    assert_eq!(logged(Verdicts::Pass, Verdicts::Pass), None);
    assert_eq!(windows_event(&decision, None), None);
}

/// The word of a reason, an answer or a gate in a listing is its word in a trace's file.
#[test]
fn listings_and_files_have_the_same_words() {
    let mut gates = std::collections::BTreeSet::new();
    let scenarios = places().map(|(policy, situation)| grid::scenario(policy, situation));
    let presets = PRESETS.iter().map(|preset| preset.scenario);
    for scenario in scenarios.chain(presets) {
        for event in run(&scenario).events {
            let What::Decided(decision) = event.what else { continue };
            let file = serde_json::to_value(&decision).expect("JSON");
            let (whose, seen) = file["seen"].as_object().expect("one side").iter().next().expect("one side");
            let gate = if whose == "Sender" { seen["gate"].as_str().expect("a word") } else { "Submission" };
            assert_eq!(gate, decision.gate_key());
            gates.insert(gate.to_owned());
            let answer = match &file["verdict"] {
                serde_json::Value::String(word) => word.clone(),
                refused => format!("Refuse({})", refused["Refuse"].as_str().expect("a word")),
            };
            assert_eq!(answer, decision.answer_key());
            let because = file["because"].as_array().expect("reasons").iter();
            let because: Vec<&str> = because.map(|because| because["reason"].as_str().expect("a word")).collect();
            assert_eq!(because, decision.reasons().map(Reason::key).collect::<Vec<_>>());
            assert_eq!(serde_json::from_value::<Decision>(file).expect("a decision"), decision);
        }
    }
    assert_eq!(
        gates.into_iter().collect::<Vec<_>>(),
        ["Certificate", "Handshake", "Login", "Offer", "Refusal", "Submission"]
    );
}

/// What only the other side can answer is no decision.
#[test]
fn a_file_cannot_give_a_side_the_other_s_answer() {
    let decision = Decision::Sender(about_tls(evidence(ClientPolicy::Opportunistic, Gate::Offer)));
    let mut file = serde_json::to_value(&decision).expect("JSON");
    assert!(serde_json::from_value::<Decision>(file.clone()).is_ok());
    file["verdict"] = "Partner".into();
    let why = serde_json::from_value::<Decision>(file).expect_err("no answer of a sender's").to_string();
    assert!(why.contains("a sender does not answer Partner"), "{why}");
}
