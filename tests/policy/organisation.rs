//! Between servers of one organisation, by runs: each row of the table in docs/rules.md X6.

use starttls_lab::dissect::dissect;
use starttls_lab::lab::run;
use starttls_lab::policy::Reason;
use starttls_lab::scenario::{
    AnonymousOffer, AuthFlag, ClientPolicy, Controller, Credentials, Epa, NextHop, Password, Path, Published, Scenario,
    ServerProfile, Side, Switch, preset,
};
use starttls_lab::smtp::{Delivery, Gate, Obstacle, OwnProof};
use starttls_lab::story::{Protection, Story};
use starttls_lab::tls::Verdict;
use starttls_lab::trace::{Trace, What, listing};

fn book() -> Scenario {
    preset("book").expect("a preset").scenario
}

fn hub() -> Scenario {
    Scenario { next_hop: NextHop::Hub, ..book() }
}

fn edge() -> Scenario {
    Scenario { next_hop: NextHop::Edge, ..book() }
}

/// What a run came to.
struct Came {
    /// The verb that the client sent.
    door: Option<&'static str>,
    /// The box, and by what the server took the client for one of its organisation.
    asked: Option<OwnProof>,
    known: Option<OwnProof>,
    delivery: Delivery,
    protection: Protection,
    auth_as: Option<String>,
    trace: Trace,
}

fn came(scenario: &Scenario) -> Came {
    let trace = run(scenario);
    let story = Story::of(&trace, &dissect(&trace));
    let written = listing(&trace);
    let sent = |verb: &str| written.contains(&format!("sent clear \"{verb}\\r\\n\""));
    let all = || trace.events.iter().map(|event| &event.what);
    let leg = &story.outcome.first;
    let stamp = "X-MS-Exchange-Organization-AuthAs: ";
    let message = leg.stored.as_ref().map(|(_, stored)| trace.octets(stored.message).to_vec());
    let message = message.map(|message| String::from_utf8(message).expect("ASCII"));
    Came {
        door: ["X-ANONYMOUSTLS", "STARTTLS"].into_iter().find(|verb| sent(verb)),
        asked: all().find_map(|what| match what {
            What::NotRun { proof, .. } => Some(*proof),
            _ => None,
        }),
        known: all().find_map(|what| match what {
            What::Recognised { by, .. } => Some(*by),
            _ => None,
        }),
        delivery: leg.delivery.expect("an end"),
        protection: leg.protection,
        auth_as: message
            .and_then(|message| message.lines().find_map(|line| line.strip_prefix(stamp).map(str::to_owned))),
        trace,
    }
}

fn kept_at(gate: Gate) -> Delivery {
    Delivery::Deferred(Obstacle::Policy(gate))
}

fn has(trace: &Trace, reason: Reason) -> bool {
    trace.events.iter().any(|event| matches!(&event.what, What::Decided(decision) if decision.has(reason)))
}

#[test]
fn to_a_hub_all_well() {
    let came = came(&hub());
    assert_eq!(
        (came.door, came.asked, came.known),
        (Some("X-ANONYMOUSTLS"), Some(OwnProof::ExchangeAuth), Some(OwnProof::ExchangeAuth))
    );
    assert_eq!((came.delivery, came.protection), (Delivery::Delivered, Protection::Encrypted));
    assert_eq!(came.auth_as.as_deref(), Some("Internal"));
    assert!(has(&came.trace, Reason::CertificateForEncryption) && has(&came.trace, Reason::CertificateFailed));
    // The verdicts are recorded, and the certificate is another than the one that STARTTLS shows.
    let check = |trace: &Trace| {
        trace.events.iter().find_map(|event| match &event.what {
            What::Checked(check) => Some(check.clone()),
            _ => None,
        })
    };
    let internal = check(&came.trace).expect("a certificate");
    assert_eq!((internal.of, internal.name == Verdict::Pass, internal.path_passes()), (Side::Server, true, false));
    let public = check(&run(&book())).expect("a certificate");
    assert_ne!(internal.presented, public.presented);
    // No octet of the login is there.
    assert!(!listing(&came.trace).contains("\"X-EXPS"));
}

#[test]
fn to_a_hub_without_a_ticket() {
    for (controller, reason) in [
        (Controller::Down, Reason::ControllerDown),
        (Controller::ClockOff, Reason::ClockOff),
        (Controller::UnknownServer, Reason::ServerUnknown),
    ] {
        let came = came(&Scenario { controller, ..hub() });
        assert_eq!((came.door, came.asked, came.known), (Some("X-ANONYMOUSTLS"), Some(OwnProof::ExchangeAuth), None));
        assert_eq!((came.delivery, came.protection), (kept_at(Gate::Login), Protection::NotSent));
        assert!(has(&came.trace, reason));
        // TLS was up all the same, and the sender leaves it in order.
        assert!(came.trace.events.iter().any(|event| matches!(event.what, What::TlsUp(_))));
        assert!(listing(&came.trace).contains("\"QUIT\\r\\n\""));
    }
}

#[test]
fn to_a_hub_that_suppresses() {
    let suppressed = Scenario { anonymous_tls: AnonymousOffer::Suppressed, ..hub() };
    let downgraded = came(&Scenario { downgraded_auth: Switch::On, ..suppressed });
    assert_eq!(
        (downgraded.door, downgraded.asked, downgraded.known),
        (None, Some(OwnProof::Gssapi), Some(OwnProof::Gssapi))
    );
    assert_eq!((downgraded.delivery, downgraded.protection), (Delivery::Delivered, Protection::Clear));
    assert_eq!(downgraded.auth_as.as_deref(), Some("Internal"));
    let kept = came(&suppressed);
    assert_eq!((kept.door, kept.asked, kept.delivery), (None, None, kept_at(Gate::Offer)));
    // Where TLS is offered the downgrade changes nothing.
    let offered = came(&Scenario { downgraded_auth: Switch::On, ..hub() });
    assert_eq!((offered.door, offered.protection), (Some("X-ANONYMOUSTLS"), Protection::Encrypted));
    // And without a ticket there is no login in clear, either.
    let down = came(&Scenario { downgraded_auth: Switch::On, controller: Controller::Down, ..suppressed });
    assert_eq!((down.asked, down.known, down.delivery), (Some(OwnProof::Gssapi), None, kept_at(Gate::Login)));
}

#[test]
fn to_an_edge() {
    let well = came(&edge());
    assert_eq!((well.door, well.asked, well.known), (Some("X-ANONYMOUSTLS"), None, Some(OwnProof::Certificate)));
    assert_eq!((well.delivery, well.protection), (Delivery::Delivered, Protection::Verified));
    assert_eq!(well.auth_as.as_deref(), Some("Internal"));
    let checked = well.trace.events.iter().filter(|event| matches!(event.what, What::Checked(_)));
    assert_eq!(checked.map(|event| event.who).collect::<Vec<_>>(), [Side::Client, Side::Server]);
    for published in [Published::Missing, Published::Renewed] {
        let came = came(&Scenario { published, ..edge() });
        assert_eq!((came.door, came.delivery), (Some("X-ANONYMOUSTLS"), kept_at(Gate::Certificate)), "{published:?}");
        assert!(has(&came.trace, Reason::LeafNotPublished));
        // The Hub's certificate is still published where the Edge's was renewed.
        assert_eq!(came.known.is_some(), published == Published::Renewed);
    }
    // No controller is asked.
    assert_eq!(came(&Scenario { controller: Controller::Down, ..edge() }).delivery, Delivery::Delivered);
}

#[test]
fn to_a_stranger() {
    let stranger = Scenario { server: ServerProfile::Exchange, ..book() };
    let came_by_starttls = came(&stranger);
    assert_eq!((came_by_starttls.door, came_by_starttls.asked, came_by_starttls.known), (Some("STARTTLS"), None, None));
    assert_eq!((came_by_starttls.delivery, came_by_starttls.protection), (Delivery::Delivered, Protection::Encrypted));
    assert_eq!(came_by_starttls.auth_as.as_deref(), Some("Anonymous"));
    let forced = came(&preset("hub-to-stranger").expect("a preset").scenario);
    assert_eq!((forced.door, forced.delivery), (Some("X-ANONYMOUSTLS"), kept_at(Gate::Login)));
    assert!(has(&forced.trace, Reason::ServerUnknown));
    let tickets = forced.trace.events.iter().filter(|event| matches!(event.what, What::Recognised { .. }));
    assert_eq!(tickets.count(), 0, "TLS is up, and nobody is known");
}

/// The organisation's rule stands in the policy's place: no policy of an Exchange changes the outcome.
#[test]
fn the_policy_has_no_say() {
    let policies =
        [ClientPolicy::Never, ClientPolicy::Opportunistic, ClientPolicy::VerifyOrClear, ClientPolicy::Verified];
    for policy in policies {
        for (scenario, protection) in [(hub(), Protection::Encrypted), (edge(), Protection::Verified)] {
            let came = came(&Scenario { policy, ..scenario });
            assert_eq!((came.delivery, came.protection), (Delivery::Delivered, protection), "{policy:?}");
        }
    }
}

/// A stripper that knows STARTTLS alone does not stop a Hub; one that knows both does, or gets the mail in clear where that is allowed.
#[test]
fn stripping_needs_to_know_the_door() {
    let one = came(&Scenario { path: Path::Strip, ..hub() });
    assert_eq!((one.delivery, one.protection), (Delivery::Delivered, Protection::Encrypted));
    let both = Scenario { path: Path::StripBoth, ..hub() };
    assert_eq!(came(&both).delivery, kept_at(Gate::Offer));
    let clear = came(&Scenario { downgraded_auth: Switch::On, ..both });
    assert_eq!((clear.delivery, clear.protection), (Delivery::Delivered, Protection::Clear));
}

/// X-EXPS NTLM is run: its lines are on the wire, inside the TLS that there is. docs/rules.md X7
#[test]
fn to_a_hub_by_ntlm() {
    let base = Scenario { credentials: Credentials::Ntlm, ..hub() };
    let refused = |code| Delivery::Deferred(Obstacle::Reply(code));
    let require = Scenario { epa: Epa::Require, ..base };
    for (scenario, delivery) in [
        (base, Delivery::Delivered),
        // It takes no ticket, so no clock is asked.
        (Scenario { controller: Controller::ClockOff, ..base }, Delivery::Delivered),
        (Scenario { controller: Controller::Down, ..base }, refused(454)),
        (Scenario { controller: Controller::UnknownServer, ..base }, refused(535)),
        // The account is the computer's, whatever password the user has.
        (Scenario { password: Password::Wrong, ..base }, Delivery::Delivered),
        (require, refused(535)),
        (Scenario { client_binding: Switch::On, ..require }, Delivery::Delivered),
    ] {
        let came = came(&scenario);
        let is_in = delivery == Delivery::Delivered;
        assert_eq!((came.door, came.asked), (Some("X-ANONYMOUSTLS"), None), "{scenario:?}");
        assert_eq!((came.known, came.delivery), (is_in.then_some(OwnProof::Ntlm), delivery), "{scenario:?}");
        assert_eq!(came.auth_as.as_deref(), is_in.then_some("Internal"), "{scenario:?}");
        let written = listing(&came.trace);
        assert!(written.contains("\"X-EXPS NTLM\\r\\n\"") && !written.contains("\"AUTH NTLM"), "{scenario:?}");
        assert_eq!(written.contains("identity: \"HUB1$\""), is_in, "{scenario:?}");
    }
    // Suppressed, it goes in clear; where X-EXPS is not listed, nowhere.
    let clear = Scenario { anonymous_tls: AnonymousOffer::Suppressed, downgraded_auth: Switch::On, ..base };
    let clear = came(&clear);
    assert_eq!((clear.door, clear.known, clear.protection), (None, Some(OwnProof::Ntlm), Protection::Clear));
    let without = base.auth_mechanism.with(AuthFlag::ExchangeServer, false);
    let none = came(&Scenario {
        auth_mechanism: without,
        anonymous_tls: AnonymousOffer::Suppressed,
        downgraded_auth: Switch::On,
        ..base
    });
    assert_eq!((none.known, none.delivery), (None, Delivery::Deferred(Obstacle::NoMechanism)));
}
