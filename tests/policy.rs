//! What becomes of the mail: sender's policies by what the receiver is like. Every cell is a run.
//!
//! Cells: `CL` delivered in clear, `EU` delivered encrypted to whoever was there, `EA` delivered encrypted to whom the sender
//! verified, `DF` deferred; `=` in the same TCP connection, `+` in a new one; `*` the sender believes it has verified, and is wrong.

use starttls_lab::dissect::dissect;
use starttls_lab::lab::run;
use starttls_lab::scenario::{Choice, ClientPolicy, Offer, Scenario, ServerCertificate, Versions, preset};
use starttls_lab::smtp::Delivery;
use starttls_lab::timeline::{Light, Protection, Timeline};
use starttls_lab::tls::{Defect, Verdict};
use starttls_lab::trace::What;

fn base() -> Scenario {
    preset("postfix").expect("a preset").scenario
}

/// Situations A to J, in order.
fn situations() -> Vec<(&'static str, Scenario)> {
    let certificate = |server_certificate| Scenario { server_certificate, ..base() };
    vec![
        ("A none", Scenario { starttls: Offer::NotOffered, ..base() }),
        ("B 454", Scenario { starttls: Offer::Unavailable, ..base() }),
        ("C good", base()),
        ("D private CA", certificate(ServerCertificate::InternalCa)),
        ("E self-signed", certificate(ServerCertificate::SelfSigned)),
        ("F expired", certificate(ServerCertificate::Expired)),
        ("G not yet valid", certificate(ServerCertificate::NotYetValid)),
        ("H wrong name", certificate(ServerCertificate::WrongName)),
        ("I revoked", certificate(ServerCertificate::Revoked)),
        (
            "J handshake fails",
            Scenario { client_versions: Versions::Tls12, server_versions: Versions::Tls13, ..base() },
        ),
    ]
}

/// The table of the specification, section 3.2, for these policies.
const TABLE: [(ClientPolicy, [&str; 10]); 5] = [
    (ClientPolicy::Never, ["CL=", "CL=", "CL=", "CL=", "CL=", "CL=", "CL=", "CL=", "CL=", "CL="]),
    (ClientPolicy::Opportunistic, ["CL=", "CL=", "EU=", "EU=", "EU=", "EU=", "EU=", "EU=", "EU=", "CL+"]),
    (ClientPolicy::VerifyOrClear, ["CL=", "CL=", "EA=", "CL+", "CL+", "CL+", "CL+", "CL+", "EA*=", "CL+"]),
    (ClientPolicy::Required, ["DF", "DF", "EU=", "EU=", "EU=", "EU=", "EU=", "EU=", "EU=", "DF"]),
    (ClientPolicy::Verified, ["DF", "DF", "EA=", "DF", "DF", "DF", "DF", "DF", "EA*=", "DF"]),
];

fn cell(scenario: &Scenario) -> String {
    let trace = run(scenario);
    let outcome = Timeline::of(&trace, &dissect(&trace)).outcome;
    let state = match (outcome.delivery, outcome.protection) {
        (Delivery::Delivered, Protection::Clear) => "CL",
        (Delivery::Delivered, Protection::Verified) => "EA",
        (Delivery::Delivered, Protection::Encrypted) => "EU",
        (Delivery::Deferred(_), Protection::NotSent) => "DF",
        other => panic!("{other:?} in {scenario:?}"),
    };
    let wrong = state == "EA" && scenario.server_certificate == ServerCertificate::Revoked;
    let connection = match (state, outcome.connections) {
        ("DF", _) => "",
        (_, 1) => "=",
        _ => "+",
    };
    format!("{state}{}{connection}", if wrong { "*" } else { "" })
}

#[test]
fn every_policy_in_every_situation() {
    for (policy, expected) in TABLE {
        for ((name, situation), expected) in situations().into_iter().zip(expected) {
            let scenario = Scenario { policy, ..situation };
            assert_eq!(cell(&scenario), expected, "{policy:?} in {name}");
        }
    }
}

/// Each certificate fails exactly the check that it is made to fail, whatever the TLS version.
#[test]
fn every_certificate_has_exactly_one_defect() {
    for versions in [Versions::Tls12, Versions::Tls13] {
        for certificate in [
            ServerCertificate::Trusted,
            ServerCertificate::InternalCa,
            ServerCertificate::SelfSigned,
            ServerCertificate::Expired,
            ServerCertificate::NotYetValid,
            ServerCertificate::WrongName,
            ServerCertificate::WrongPurpose,
            ServerCertificate::Revoked,
        ] {
            let scenario = Scenario { server_certificate: certificate, server_versions: versions, ..base() };
            let trace = run(&scenario);
            let check = trace.events.iter().find_map(|event| match &event.what {
                What::Checked(check) => Some(check.clone()),
                _ => None,
            });
            let check = check.expect("a check");
            let found = [&check.chain, &check.name, &check.dates, &check.purpose];
            let fail = |defect| Verdict::Fail(defect);
            let pass = || Verdict::Pass;
            let wrong_name =
                Defect::WrongName { wanted: "mx.partner.example".into(), found: vec!["other.example".into()] };
            let expected = match certificate {
                ServerCertificate::Trusted | ServerCertificate::Revoked => [pass(), pass(), pass(), pass()],
                ServerCertificate::InternalCa => [fail(Defect::UnknownIssuer), pass(), pass(), pass()],
                ServerCertificate::SelfSigned => [fail(Defect::SelfSigned), pass(), pass(), pass()],
                ServerCertificate::Expired => [pass(), pass(), fail(Defect::Expired), pass()],
                ServerCertificate::NotYetValid => [pass(), pass(), fail(Defect::NotYetValid), pass()],
                ServerCertificate::WrongName => [pass(), fail(wrong_name), pass(), pass()],
                ServerCertificate::WrongPurpose => [pass(), pass(), pass(), fail(Defect::WrongPurpose)],
            };
            assert_eq!(found.map(Clone::clone), expected, "{certificate:?}");
        }
    }
}

/// Issuer, dates and purpose share a light, so that no defect leaves all of them green.
#[test]
fn every_defect_shows_in_a_light() {
    for certificate in ServerCertificate::ALL.iter().copied() {
        let trace = run(&Scenario { server_certificate: certificate, ..base() });
        let lights = Timeline::of(&trace, &dissect(&trace)).outcome.lights;
        let failed = [&lights.chain, &lights.name].map(|light| matches!(light, Light::Fail(_)));
        let expected = match certificate {
            ServerCertificate::Trusted | ServerCertificate::Revoked => [false, false],
            ServerCertificate::WrongName => [false, true],
            _ => [true, false],
        };
        assert_eq!(failed, expected, "{certificate:?}");
    }
}

/// TLS 1.2 shows the certificate to a listener, TLS 1.3 does not.
#[test]
fn the_certificate_is_on_the_wire_in_tls_12_only() {
    for (versions, readable) in [(Versions::Tls12, true), (Versions::Tls13, false)] {
        let trace = run(&Scenario { server_versions: versions, ..base() });
        let certificate = trace.events.iter().find_map(|event| match &event.what {
            What::TlsUp(facts) => facts.peer_certificates.first().cloned(),
            _ => None,
        });
        let certificate = certificate.expect("the client saw one");
        let on_the_wire = trace.streams[1].bytes.windows(certificate.len()).any(|window| window == certificate);
        assert_eq!(on_the_wire, readable, "{versions:?}");
    }
}

/// A mail that goes back to clear text leaves the session inside TLS in order, and uses a connection of its own.
#[test]
fn verify_or_clear_is_worse_than_opportunistic() {
    let scenario = preset("verify-or-clear").expect("a preset").scenario;
    let outcome = |scenario: &Scenario| {
        let trace = run(scenario);
        Timeline::of(&trace, &dissect(&trace)).outcome
    };
    assert_eq!(outcome(&scenario).protection, Protection::Clear);
    let opportunistic = Scenario { policy: ClientPolicy::Opportunistic, ..scenario };
    assert_eq!(outcome(&opportunistic).protection, Protection::Encrypted);
}
