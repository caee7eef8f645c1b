//! What becomes of the mail: sender's policies by what the sender meets, Domain Security by its toggles, certificates by their
//! defects. Every line is a run.

use starttls_lab::bytes::hex;
use starttls_lab::dissect::dissect;
use starttls_lab::grid::{Cell, Prize, Situation, places, prize};
use starttls_lab::lab::run;
use starttls_lab::policy::{Decision, Reason, windows_event};
use starttls_lab::scenario::{
    Certificate, Choice, ClientPolicy, Edit, IconRule, Offer, Path, Reader, Routing, Scenario, ServerProfile, Side,
    Switch, System, Versions, preset,
};
use starttls_lab::smtp::{Delivery, Gate, Obstacle, TlsAnswer};
use starttls_lab::story::letter::Letter;
use starttls_lab::story::say::{self, Facts};
use starttls_lab::story::{Checkpoint, Forgery, Light, Lights, Outcome, Part, Protection, Showing, Story, Tone};
use starttls_lab::text::EN;
use starttls_lab::tls::{CertificateCheck, Defect, Verdict, Wanted};
use starttls_lab::trace::{StreamKind, Trace, What};

fn base() -> Scenario {
    preset("postfix").expect("a preset").scenario
}

fn secured() -> Scenario {
    preset("domain-secured").expect("a preset").scenario
}

fn outcome(scenario: &Scenario) -> Outcome {
    story(&run(scenario)).outcome
}

fn story(trace: &Trace) -> Story {
    Story::of(trace, &dissect(trace))
}

/// What each policy comes to in each situation, columns A to M with L2 behind L, in the letters of docs/rules.md GR1: `CL` in
/// clear, `EU` encrypted, `EA` authenticated (`EAm` mutually), `DF` deferred; `!` the attacker reads it, `*` the sender is
/// deceived; `=` on the same connection, `+` on a new one. Refusals and failed handshakes, B and J: docs/rules.md R16, R23.
/// P6 in I: docs/rules.md GR2. A policy that verifies, in M: docs/rules.md GR3.
const TABLE: [(ClientPolicy, &str); 9] = [
    (ClientPolicy::Never, "CL= CL= CL= CL= CL= CL= CL= CL= CL= CL= CL!= CL!= CL!= CL="),
    (ClientPolicy::Opportunistic, "CL= CL= EU= EU= EU= EU= EU= EU= EU= CL+ CL!= EU!= EU!= EU="),
    (ClientPolicy::VerifyOrClear, "CL= CL= EA= CL+ CL+ CL+ CL+ CL+ EA*= CL+ CL!= CL!+ EA!*= EA="),
    (ClientPolicy::Required, "DF DF EU= EU= EU= EU= EU= EU= EU= DF DF EU!= EU!= EU="),
    (ClientPolicy::Verified, "DF DF EA= DF DF DF DF DF EA*= DF DF DF EA!*= EA="),
    (ClientPolicy::VerifiedDomain, "DF DF EA= DF DF DF DF DF EA*= DF DF DF EA!*= DF"),
    (ClientPolicy::DomainSecure, "DF DF EAm= DF DF DF DF DF EAm*= DF DF DF EA!*= DF"),
    (ClientPolicy::LegacyOff, "CL= CL= CL= CL= CL= CL= CL= CL= CL= CL= CL!= CL!= CL!= CL="),
    (ClientPolicy::LegacyOn, "DF DF EU= EU= EU= EU= EU= EU= EU= DF DF EU!= EU!= EU="),
];

#[test]
fn every_policy_in_every_situation() {
    let cells: Vec<Cell> = places().map(|(policy, situation)| Cell::of(policy, situation)).collect();
    assert_eq!(TABLE.map(|(policy, _)| policy), ClientPolicy::ALL, "a policy without a line of the table");
    assert_eq!(cells.len(), TABLE.len() * Situation::ALL.len());
    for (policy, expected) in TABLE {
        let row: Vec<String> = cells.iter().filter(|cell| cell.policy == policy).map(Cell::code).collect();
        assert_eq!(row.join(" "), expected, "{policy:?}");
    }
    for cell in &cells {
        // What a listener reads is found in the octets; the fate is found in the events. They must agree.
        let clear = cell.code().starts_with("CL");
        assert_eq!(cell.listener_reads, clear, "{cell:?}");
        // Green is verified and nothing else: no cell in which an attacker reads is, nor one that takes any server.
        let tone = match &cell.code()[..2] {
            "DF" | "BN" => Tone::NotDelivered,
            _ if cell.code().contains('!') => Tone::WithAttacker,
            "CL" => Tone::Readable,
            "EU" => Tone::Sealed,
            _ => Tone::Verified,
        };
        assert_eq!(cell.tone, tone, "{cell:?}");
    }
    // An attacker on the path gets the mail from every policy that does not insist on a certificate; from those that do, with a mis-issued one.
    for &policy in ClientPolicy::ALL {
        let verifies =
            [ClientPolicy::Verified, ClientPolicy::VerifiedDomain, ClientPolicy::DomainSecure].contains(&policy);
        let expected = if verifies { Prize::MessageIfMisissued } else { Prize::Message };
        assert_eq!(prize(&cells, policy), Some(expected), "{policy:?}");
        // No cell of the row in which an attacker reads is left out.
        let is_lost = cells.iter().any(|cell| cell.policy == policy && cell.code().contains('!'));
        assert_eq!(prize(&cells, policy) != Some(Prize::Delay), is_lost, "{policy:?}");
    }
    // Who only listens reads no more of an opportunistic sender's than of one that prefers clear text to a bad certificate, and somewhere
    // less; who changes something gets the message from both.
    let of =
        |policy: ClientPolicy| cells.iter().filter(move |cell| cell.policy == policy && !cell.situation.is_attack());
    let both = of(ClientPolicy::Opportunistic).zip(of(ClientPolicy::VerifyOrClear));
    let pairs: Vec<[bool; 2]> = both.map(|(one, other)| [one.listener_reads, other.listener_reads]).collect();
    assert_eq!(pairs.len(), 11);
    assert!(!pairs.contains(&[true, false]) && pairs.contains(&[false, true]), "{pairs:?}");
    let but_misissued: Vec<Cell> =
        cells.iter().copied().filter(|cell| cell.situation != Situation::Misissued).collect();
    assert_eq!(prize(&but_misissued, ClientPolicy::Never), None);
}

/// The same holds for Postfix on both sides with both TLS versions, where the situations can be had there.
#[test]
fn the_table_does_not_depend_on_the_server_s_kind() {
    for (policy, expected) in TABLE.into_iter().filter(|(policy, _)| *policy != ClientPolicy::DomainSecure) {
        let certificates = [
            Certificate::Trusted,
            Certificate::InternalCa,
            Certificate::SelfSigned,
            Certificate::Expired,
            Certificate::NotYetValid,
            Certificate::WrongName,
            Certificate::Revoked,
        ];
        for (certificate, expected) in certificates.into_iter().zip(expected.split(' ').skip(2)) {
            let outcome = outcome(&Scenario { policy, server_certificate: certificate, ..base() });
            let found = match (outcome.first.delivery, outcome.first.protection) {
                (Some(Delivery::Deferred(_)), _) => "DF",
                (_, Protection::Clear | Protection::NoCipher) => "CL",
                (_, Protection::Encrypted) => "EU",
                (_, Protection::Verified) => "EA",
                (_, Protection::NotSent | Protection::Unknown) => "??",
            };
            assert_eq!(found, &expected[..2], "{policy:?} {certificate:?}");
        }
    }
}

/// The verdict on MAIL FROM and its reply.
fn submission(trace: &Trace) -> Option<&Decision> {
    trace.events.iter().find_map(|event| match &event.what {
        What::Decided(decision) if decision.receiver().is_some() => Some(decision),
        _ => None,
    })
}

fn showing(story: &Story) -> Showing {
    story.mark.as_ref().expect("of a run").showing
}

/// A line of the switches of docs/rules.md DS4: what is set, what becomes of the mail, whether there is a mark.
fn toggled(edits: &[Edit]) -> String {
    let scenario = edits.iter().copied().fold(secured(), Scenario::with);
    let trace = run(&scenario);
    let reading = dissect(&trace);
    let story = Story::of(&trace, &reading);
    let leg = &story.outcome.first;
    let fate = match leg.delivery {
        Some(Delivery::Delivered) if story.outcome.mutual => "delivered, mutual".to_owned(),
        Some(Delivery::Delivered) if leg.protection == Protection::Verified => "delivered, server verified".to_owned(),
        Some(Delivery::Delivered) if leg.protection == Protection::Encrypted => "delivered, encrypted".to_owned(),
        Some(Delivery::Delivered) => "delivered, clear".to_owned(),
        Some(Delivery::Deferred(Obstacle::Policy(_))) => {
            let facts = Facts { trace: &trace, reading: &reading, story: &story };
            let queue = say::queue(facts).map(|claim| (EN.decisions.queue)(&claim)).unwrap_or_default();
            format!("deferred by the sender: {queue}")
        }
        None => "unknown".to_owned(),
        Some(Delivery::Deferred(obstacle) | Delivery::Returned(obstacle)) => {
            let replies = reading.lines().filter(|(id, _)| trace.events[*id].who == Side::Server);
            let Obstacle::Reply(code) = obstacle else { panic!("{obstacle:?}") };
            let mut refusals =
                replies.map(|(_, line)| line.text.clone()).filter(|text| text.starts_with(&code.to_string()));
            let word = if matches!(leg.delivery, Some(Delivery::Deferred(_))) { "deferred" } else { "returned" };
            format!("{word}: {}", refusals.next().expect("the reply"))
        }
    };
    let event = submission(&trace).and_then(|decision| windows_event(decision, None)).map(|event| event.number);
    let event = event.map(|number| format!(", event {number}")).unwrap_or_default();
    format!("{fate}{event}{}", if showing(&story) == Showing::Mark { ", mark" } else { "" })
}

#[test]
fn the_toggles_of_domain_security() {
    let opportunistic = [Edit::Policy(ClientPolicy::Opportunistic), Edit::SendDomainSecure(Switch::Off)];
    let with = |edits: &[Edit]| [opportunistic.as_slice(), edits].concat();
    let list = |on| Edit::ReceiveList(Switch::of(on));
    let connector = |on| Edit::ReceiveDomainSecure(Switch::of(on));
    let client = Edit::ClientCertificate;
    let (expired, refused) =
        ("deferred: 454 4.7.5 Certificate validation failure", "returned: 530 5.7.1 Not authenticated");

    // S and R off: ordinary opportunistic.
    assert_eq!(toggled(&with(&[list(false)])), "delivered, encrypted");
    // All on.
    assert_eq!(toggled(&[]), "delivered, mutual, mark");
    assert_eq!(toggled(&[client(None)]), format!("{refused}, event 11017"));
    assert_eq!(toggled(&[client(Some(Certificate::InternalCa))]), format!("{expired}, event 11011"));
    assert_eq!(toggled(&[client(Some(Certificate::SelfSigned))]), format!("{expired}, event 11011"));
    assert_eq!(toggled(&[client(Some(Certificate::Expired))]), format!("{expired}, event 11011"));
    assert_eq!(toggled(&[client(Some(Certificate::NotYetValid))]), format!("{expired}, event 11011"));
    assert_eq!(toggled(&[client(Some(Certificate::WrongPurpose))]), format!("{expired}, event 11011"));
    assert_eq!(toggled(&[client(Some(Certificate::WrongName))]), format!("{expired}, event 11015"));
    // Revocation is not checked.
    assert_eq!(toggled(&[client(Some(Certificate::Revoked))]), "delivered, mutual, mark");
    // The partner has no list.
    assert_eq!(toggled(&[list(false)]), "delivered, server verified");
    // The sender's own connector.
    assert_eq!(
        toggled(&[Edit::SendDomainSecure(Switch::Off)]),
        "deferred by the sender: 451 4.7.3 The admin has temporarily disallowed this secure domain"
    );
    // The receiver asks, the sender is opportunistic.
    assert_eq!(toggled(&with(&[])), "delivered, encrypted, mark");
    assert_eq!(toggled(&with(&[client(None)])), format!("{refused}, event 11017"));
    // The receiver's connector, whatever the sender does.
    let disallowed = "deferred: 451 4.7.3 The admin has temporarily disallowed this secure domain";
    assert_eq!(toggled(&[connector(false)]), disallowed);
    assert_eq!(toggled(&with(&[connector(false)])), disallowed);
    // No TLS: not offered, or offered and not used.
    assert_eq!(
        toggled(&with(&[Edit::Starttls(Offer::NotOffered)])),
        "deferred: 454 4.7.0 Temporary authentication failure"
    );
    let never = [Edit::Policy(ClientPolicy::Never), Edit::SendDomainSecure(Switch::Off)];
    assert_eq!(toggled(&never), format!("{refused}, event 11012"));
    // Proved, and not permitted.
    assert_eq!(
        toggled(&[Edit::Partners(Switch::Off)]),
        "returned: 550 5.7.1 Client does not have permissions to submit to this server"
    );
    // A receiver that is no Exchange: the sender enforces its half, and there is no mark.
    assert_eq!(toggled(&[Edit::Server(ServerProfile::Postfix)]), "delivered, server verified");
    // A sender that is no Exchange: the book says no mark, the headers say yes.
    let other = Edit::Sender(System::Other);
    assert_eq!(toggled(&with(&[other])), "delivered, encrypted");
    assert_eq!(toggled(&with(&[other, Edit::IconRule(IconRule::Technical)])), "delivered, encrypted, mark");
    // Through a smart host the list has no effect.
    let smart_host = [Edit::SendDomainSecure(Switch::Off), Edit::Routing(Routing::SmartHost), list(false)];
    assert_eq!(toggled(&smart_host), "delivered, encrypted");
}

/// The sender's side of docs/rules.md DS1: what the queue says, and the event.
#[test]
fn what_stops_the_sender() {
    let stopped = |edit| {
        let scenario = secured().with(edit);
        let trace = run(&scenario);
        let reading = dissect(&trace);
        let story = Story::of(&trace, &reading);
        let facts = Facts { trace: &trace, reading: &reading, story: &story };
        let decision = trace.events.iter().find_map(|event| match &event.what {
            What::Decided(decision) => {
                decision.sender().filter(|decided| decided.answer == TlsAnswer::Defer).map(|_| decision)
            }
            _ => None,
        });
        let event = windows_event(decision.expect("a decision"), story.outcome.check.as_ref());
        assert_eq!(story.outcome.first.protection, Protection::NotSent);
        (say::queue(facts).map(|claim| (EN.decisions.queue)(&claim)), event.map(|event| event.number))
    };
    let required = Some("451 5.7.3 STARTTLS is required to send mail".to_owned());
    let invalid = Some("454 4.7.5 Certificate validation failure".to_owned());
    assert_eq!(stopped(Edit::Starttls(Offer::NotOffered)), (required.clone(), Some(11014)));
    assert_eq!(stopped(Edit::Starttls(Offer::Unavailable)), (required, None));
    assert_eq!(stopped(Edit::ServerVersions(Versions::Tls13)), (None, Some(11013)));
    assert_eq!(stopped(Edit::ServerCertificate(Certificate::Expired)), (invalid.clone(), None));
    assert_eq!(stopped(Edit::ServerCertificate(Certificate::WrongName)), (invalid.clone(), Some(11016)));
    assert_eq!(stopped(Edit::Path(Path::Relay)), (invalid, Some(11016)));
}

/// Through a smart host the list of domains is not in force (docs/rules.md DS1): the sender takes any certificate, looks for the host's
/// name, and nothing says otherwise. The policy that is set is not the one called opportunistic.
#[test]
fn what_is_not_in_force_is_not_told() {
    let scenario = Scenario { routing: Routing::SmartHost, send_domain_secure: Switch::Off, ..secured() };
    let trace = run(&scenario);
    let reading = dissect(&trace);
    let story = Story::of(&trace, &reading);
    let facts = Facts { trace: &trace, reading: &reading, story: &story };
    let lesson = (EN.points.lesson)(&say::lesson(facts, facts.story.first(), Part::Point(Checkpoint::Negotiation)))
        .paragraphs
        .join(" ");
    assert!(lesson.contains("this one accepts any certificate"), "{lesson}");
    let because = (EN.outcome.because)(&say::because(facts));
    assert!(because.contains("but this sender would have accepted any certificate"), "{because}");
    let wanted = checks(&trace, Side::Server)[0].wanted.clone();
    assert_eq!(wanted, Some(Wanted::Host("ex2010.partner.example".to_owned())));
}

/// A sentence about a decision is about the sender that took it, and not about the one whose mail it is: an attacker who sends on is
/// no Exchange 2003.
#[test]
fn a_decision_is_told_of_its_own_sender() {
    let (policy, path) = (ClientPolicy::LegacyOn, Path::Impostor);
    let scenario = Scenario { policy, path, server_certificate: Certificate::Expired, ..base() };
    let trace = run(&scenario);
    let reading = dissect(&trace);
    let story = Story::of(&trace, &reading);
    let facts = Facts { trace: &trace, reading: &reading, story: &story };
    let told = trace.events.iter().enumerate().filter_map(|(id, event)| match &event.what {
        What::Decided(decision) if decision.has(Reason::CertificateFailed) => {
            let says_2003 = (EN.inspector.step)(&say::step(facts, id)).contains("Exchange 2003");
            Some((trace.is_first_hop(event.connection), says_2003))
        }
        _ => None,
    });
    assert_eq!(told.collect::<Vec<_>>(), [(true, true), (false, false)]);
}

/// What is not trusted passes once its root is imported: an internal CA's, or the certificate itself.
#[test]
fn an_imported_root_is_trusted() {
    for (server, client) in [
        (Certificate::InternalCa, Some(Certificate::InternalCa)),
        (Certificate::SelfSigned, Some(Certificate::SelfSigned)),
    ] {
        let scenario = Scenario { server_certificate: server, client_certificate: client, ..secured() };
        assert_eq!(outcome(&scenario).first.delivery, Some(Delivery::Deferred(Obstacle::Policy(Gate::Certificate))));
        let half = Scenario { sender_imports: Switch::On, ..scenario };
        assert_eq!(outcome(&half).first.delivery, Some(Delivery::Deferred(Obstacle::Reply(454))));
        let both = Scenario { receiver_imports: Switch::On, ..half };
        assert!(outcome(&both).mutual, "{server:?}");
    }
}

/// A hygiene service, docs/rules.md M, GR3: what the sender verified ends at the relay, and the relay cannot prove the sender's domain.
#[test]
fn a_relay_ends_what_the_sender_verified() {
    let scenario = preset("relay-forwards").expect("a preset").scenario;
    let trace = run(&scenario);
    let story = story(&trace);
    let outcome = &story.outcome;
    assert_eq!((outcome.first.delivery, outcome.first.protection), (Some(Delivery::Delivered), Protection::Verified));
    let onward = outcome.onward.as_ref().expect("a second hop");
    assert_eq!(onward.delivery, Some(Delivery::Deferred(Obstacle::Reply(454))));
    let decision = submission(&trace).expect("a verdict on MAIL FROM");
    assert!(decision.has(Reason::ClientNameFailed));
    assert_eq!(windows_event(decision, None).map(|event| event.number), Some(11015));
    assert!(outcome.received(&trace).is_none() && showing(&story) == Showing::Nothing);

    // Without a list at the receiver it arrives, by a session of its own, with both Received fields.
    let arrives = run(&Scenario { receive_list: Switch::Off, ..scenario });
    let story = self::story(&arrives);
    let (_, stored) = story.outcome.received(&arrives).expect("the message");
    let letter = Letter::read(arrives.octets(stored.message));
    assert_eq!(letter.fields.iter().filter(|(name, _)| name == "Received").count(), 2);
    assert_eq!(showing(&story), Showing::Nothing);
    let hops: Vec<_> = arrives.connections().map(|connection| arrives.meeting(connection)).collect();
    assert_eq!(hops.len(), 2);
    assert_ne!(hops[0], hops[1]);
}

/// A forged mark does not survive the header firewall of Exchange; the events say so.
#[test]
fn a_spoofed_mark_is_stripped() {
    for (scenario, stripped) in [
        (Scenario { spoofs: Switch::On, receive_list: Switch::Off, ..secured() }, true),
        (Scenario { spoofs: Switch::On, ..base() }, false),
    ] {
        let trace = run(&scenario);
        let story = story(&trace);
        let (_, stored) = story.outcome.received(&trace).expect("a message");
        let letter = Letter::read(trace.octets(stored.message));
        let forged = letter.field("X-MS-Exchange-Organization-AuthAs") == Some("Partner");
        assert_eq!(forged, !stripped, "{:?}", scenario.server);
        assert_eq!(trace.events.iter().any(|event| matches!(event.what, What::Stripped(_))), stripped);
        // An Exchange takes it out; what another server lets be is a forgery to a reader that knows the mark.
        assert_eq!(showing(&story), Showing::Nothing);
        let known = Scenario { reader: Reader::Outlook, ..scenario };
        let forged = Showing::Forged(Forgery::Property);
        assert_eq!(showing(&self::story(&run(&known))), if stripped { Showing::Nothing } else { forged });
    }
}

fn checks(trace: &Trace, of: Side) -> Vec<&CertificateCheck> {
    let checks = trace.events.iter().filter_map(|event| match &event.what {
        What::Checked(check) if check.of == of => Some(check),
        _ => None,
    });
    checks.collect()
}

/// Each certificate fails exactly the check that it is made to fail, whatever the TLS version and whosever it is.
#[test]
fn every_certificate_has_exactly_one_defect() {
    let (fail, pass) = (Verdict::Fail, || Verdict::Pass);
    for versions in [Versions::Tls12, Versions::Tls13] {
        for &certificate in Certificate::ALL {
            let expected = match certificate {
                Certificate::Trusted | Certificate::Revoked => [pass(), pass(), pass(), pass()],
                Certificate::InternalCa => [fail(Defect::UnknownIssuer), pass(), pass(), pass()],
                Certificate::SelfSigned => [fail(Defect::SelfSigned), pass(), pass(), pass()],
                Certificate::Expired => [pass(), pass(), fail(Defect::Expired), pass()],
                Certificate::NotYetValid => [pass(), pass(), fail(Defect::NotYetValid), pass()],
                Certificate::WrongName => [pass(), fail(Defect::WrongName), pass(), pass()],
                Certificate::WrongPurpose => [pass(), pass(), pass(), fail(Defect::WrongPurpose)],
            };
            let scenario = Scenario {
                policy: ClientPolicy::Opportunistic,
                server_certificate: certificate,
                client_certificate: Some(certificate),
                client_versions: versions,
                server_versions: versions,
                ..secured()
            };
            let trace = run(&scenario);
            for of in [Side::Server, Side::Client] {
                let found = checks(&trace, of);
                // The client's is looked at in the handshake and once more when MAIL FROM has named a domain.
                assert_eq!(found.len(), if of == Side::Client { 2 } else { 1 });
                let last = found.last().expect("a check");
                let verdicts = [&last.chain, &last.name, &last.dates, &last.purpose];
                assert_eq!(
                    verdicts,
                    [&expected[0], &expected[1], &expected[2], &expected[3]],
                    "{certificate:?} {of:?}"
                );
                assert!(last.wanted.is_some() && !last.names.is_empty());
            }
            assert_eq!(checks(&trace, Side::Client)[0].name, Verdict::NotChecked);
        }
    }
}

fn lights(scenario: &Scenario) -> Lights {
    let trace = run(scenario);
    story(&trace).first().lights.clone()
}

/// Issuer, dates and purpose share a light, so that no defect leaves all of them green.
#[test]
fn every_defect_shows_in_a_light() {
    for &certificate in Certificate::ALL {
        let lights = lights(&Scenario { server_certificate: certificate, ..base() });
        let failed = [&lights.chain, &lights.name].map(|light| matches!(light, Light::Fail(_)));
        let expected = match certificate {
            Certificate::Trusted | Certificate::Revoked => [false, false],
            Certificate::WrongName => [false, true],
            _ => [true, false],
        };
        assert_eq!(failed, expected, "{certificate:?}");
    }
    for &client in <Option<Certificate>>::ALL {
        let light = lights(&Scenario { client_certificate: client, ..secured() }).client_certificate;
        let good = matches!(client, Some(Certificate::Trusted | Certificate::Revoked));
        assert_eq!(matches!(light, Light::Pass(_)), good, "{client:?}");
        assert_eq!(matches!(light, Light::Fail(_)), !good, "{client:?}");
    }
    let unasked = Scenario { receive_list: Switch::Off, ..secured() };
    assert_eq!(lights(&unasked).client_certificate, Light::NotChecked);
}

/// TLS 1.2 shows both certificates to a listener, TLS 1.3 neither.
#[test]
fn certificates_are_on_the_wire_in_tls_12_only() {
    for (versions, readable) in [(Versions::Tls12, true), (Versions::Tls13, false)] {
        let scenario = Scenario { client_versions: versions, server_versions: versions, ..secured() };
        let trace = run(&scenario);
        assert!(story(&trace).outcome.mutual);
        for of in [Side::Server, Side::Client] {
            let certificate = &checks(&trace, of)[0].presented[0];
            assert!(certificate.len() > 300, "{}", hex(certificate));
            let wires = trace.streams.iter().filter(|stream| stream.layer == StreamKind::Wire && stream.from == of);
            let mut wires = wires.map(|stream| &stream.bytes);
            let found = wires.any(|wire| wire.windows(certificate.len()).any(|window| window == certificate));
            assert_eq!(found, readable, "{of:?} {versions:?}");
        }
    }
}

/// A mail that goes back to clear text leaves the session inside TLS in order, and uses a connection of its own.
#[test]
fn verify_or_clear_is_worse_than_opportunistic() {
    let scenario = preset("verify-or-clear").expect("a preset").scenario;
    assert_eq!(outcome(&scenario).first.protection, Protection::Clear);
    let opportunistic = Scenario { policy: ClientPolicy::Opportunistic, ..scenario };
    assert_eq!(outcome(&opportunistic).first.protection, Protection::Encrypted);
}

/// Every reason that is no setting points at an event that exists, and comes before the decision.
#[test]
fn reasons_point_at_what_was_seen() {
    let settings = [
        Reason::TlsSwitchedOff,
        Reason::TlsRequired,
        Reason::TlsOptional,
        Reason::CertificateNotJudged,
        Reason::CertificateRequired,
        Reason::ClearRatherThanUnverified,
        Reason::InSendList,
        Reason::SendConnectorNotEnabled,
        Reason::SmartHost,
        Reason::ReceiveConnectorNotEnabled,
        Reason::TlsNotAdvertised,
        Reason::TlsNotUsed,
        Reason::PartnersMayNotSubmit,
    ];
    let mut seen = 0;
    for (policy, situation) in places() {
        let trace = run(&starttls_lab::grid::scenario(policy, situation));
        for (id, event) in trace.events.iter().enumerate() {
            let What::Decided(decision) = &event.what else { continue };
            assert!(!decision.because().is_empty());
            for because in decision.because() {
                seen += 1;
                let is_setting = settings.contains(&because.reason);
                assert_eq!(because.event.is_none(), is_setting, "{policy:?} {situation:?} {:?}", because.reason);
                assert!(because.event.is_none_or(|at| at < id));
            }
        }
    }
    assert!(seen > 300);
}
