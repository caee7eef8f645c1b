//! A sender that looks at the certificate in the handshake, as client libraries do, beside one that judges it afterwards. docs/rules.md R24

use starttls_lab::lab::run;
use starttls_lab::scenario::{Certificate, Choice, ClientPolicy, Edit, Scenario, Side, Verifier, Versions, preset};
use starttls_lab::smtp::Delivery;
use starttls_lab::tls::Cause;
use starttls_lab::trace::{StreamKind, Trace, What};

/// A sender of its own, to a server with this certificate, in this version.
fn scenario(certificate: Certificate, versions: Versions) -> Scenario {
    let base = preset("postfix").expect("a preset").scenario;
    base.with(Edit::ServerCertificate(certificate)).with(Edit::ClientVersions(versions))
}

fn delivered(trace: &Trace) -> Vec<&Delivery> {
    let settled = trace.events.iter().filter_map(|event| match &event.what {
        What::Settled(delivery) => Some(delivery),
        _ => None,
    });
    settled.collect()
}

/// The alerts that ended the handshakes, as the server was told.
fn alerts(trace: &Trace) -> Vec<(Side, u8)> {
    let failed = trace.events.iter().filter_map(|event| match &event.what {
        What::TlsFailed(failure) if event.who == Side::Server => failure.alert,
        _ => None,
    });
    failed.collect()
}

fn wire(trace: &Trace) -> Vec<(u16, Side, &[u8])> {
    let wire = trace.streams.iter().filter(|stream| stream.layer == StreamKind::Wire);
    wire.map(|stream| (stream.connection, stream.from, stream.bytes.as_slice())).collect()
}

/// RFC 8446 §6.2 has a number for each defect; a wrong name has that of a bad certificate, as rustls has it.
#[test]
fn each_defect_ends_the_handshake_with_its_alert() {
    let expected = [
        (Certificate::InternalCa, 48),
        (Certificate::SelfSigned, 48),
        (Certificate::Expired, 45),
        (Certificate::NotYetValid, 45),
        (Certificate::WrongName, 42),
        (Certificate::WrongPurpose, 43),
    ];
    for versions in [Versions::Tls12, Versions::Tls13] {
        for (certificate, alert) in expected {
            for (policy, connections) in [(ClientPolicy::Verified, 1), (ClientPolicy::VerifyOrClear, 2)] {
                let scenario = scenario(certificate, versions).with(Edit::Policy(policy));
                let trace = run(&scenario.with(Edit::Verifier(Verifier::BreaksOff)));
                let what = format!("{}, {}, {}", certificate.key(), versions.key(), policy.key());
                assert_eq!(alerts(&trace), [(Side::Client, alert)], "{what}");
                assert_eq!(trace.connections().count(), connections, "{what}");
                // What was found is told as it is told of a client that goes on, and what becomes of the mail is the same.
                let judged = run(&scenario);
                let checks = |trace: &Trace| {
                    let mut checks = trace.events.iter().filter_map(|event| match &event.what {
                        What::Checked(check) => Some(check.clone()),
                        _ => None,
                    });
                    checks.next()
                };
                assert_eq!(checks(&trace), checks(&judged), "{what}");
                let ends =
                    |trace: &Trace| delivered(trace).iter().map(|&end| *end == Delivery::Delivered).collect::<Vec<_>>();
                assert_eq!(ends(&trace), ends(&judged), "{what}");
                assert_eq!(ends(&trace), [policy == ClientPolicy::VerifyOrClear], "{what}");
                assert!(alerts(&judged).is_empty(), "{what}");
                // The first failure is the client's own, and names the certificate.
                let own = trace.events.iter().find_map(|event| match &event.what {
                    What::TlsFailed(failure) if event.who == Side::Client => Some(failure),
                    _ => None,
                });
                assert!(
                    matches!(own.map(|own| &own.cause), Some(Cause::Rustls { words, .. }) if words.contains("certificate"))
                );
            }
        }
    }
}

/// Where nothing fails, and where the policy takes any certificate, not an octet differs.
#[test]
fn without_a_defect_or_a_policy_that_minds_nothing_differs() {
    for &certificate in Certificate::ALL {
        for &policy in ClientPolicy::ALL {
            let one = scenario(certificate, Versions::Both).with(Edit::Policy(policy));
            let other = one.with(Edit::Verifier(Verifier::BreaksOff));
            let passes = matches!(certificate, Certificate::Trusted | Certificate::Revoked);
            let minds = one.parts().sending.demands().judges();
            let (one, other) = (run(&one), run(&other));
            // A sender that gives up before the handshake has looked at nothing.
            let looked = one.events.iter().any(|event| matches!(event.what, What::Checked(_)));
            let what = format!("{}, {}", certificate.key(), policy.key());
            assert_eq!(wire(&one) == wire(&other), passes || !minds || !looked, "{what}");
        }
    }
}
