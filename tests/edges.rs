//! The edges of rules: the last value that is right and the first that is wrong. Most of these were found by changing the code and
//! seeing no test fail.

mod servers;

use servers::config;

use starttls_lab::dissect::dissect;
use starttls_lab::lab::run;
use starttls_lab::policy::{
    Change, ClientProof, Evidence, Reason, Seen, Submission, alternatives, decide, judges, windows_event,
};
use starttls_lab::scenario::{
    AuthMechanism, Choice, ClientPolicy, Edit, Offer, PRESETS, Path, Scenario, ServerProfile, Side, System, TlsStack,
    Value, Versions, preset,
};
use starttls_lab::smtp::command::{Command, CommandError, Parameter, value_is_valid};
use starttls_lab::smtp::content::{Inspector, canonical, stuff};
use starttls_lab::smtp::line::{LONGEST, LineBuffer};
use starttls_lab::smtp::profile::{profile, relay};
use starttls_lab::smtp::reply::ReplyReader;
use starttls_lab::smtp::server::{Config, Server};
use starttls_lab::smtp::{
    Client, ClientState, Forgotten, Gate, Input, Mechanism, Note, Output, Plan, Question, Refusal, Treatment, Verdict,
    Violation,
};
use starttls_lab::timeline::{Checkpoint, Condition, Fate, Status, Timeline};
use starttls_lab::tls::{CertificateCheck, Defect, Verdict as Verdicts};
use starttls_lab::trace::What;

// ---- policy ----

fn evidence(policy: ClientPolicy, gate: Gate) -> Evidence {
    Evidence {
        policy,
        gate,
        offered: true,
        certificate_ok: true,
        given_up_at: None,
        domain_secure: true,
        smart_host: false,
        events: Default::default(),
    }
}

#[test]
fn a_policy_judges_exactly_if_a_bad_certificate_changes_its_verdict() {
    for &policy in ClientPolicy::ALL {
        let verdict = |certificate_ok| {
            decide(Seen::Sender(Evidence { certificate_ok, ..evidence(policy, Gate::Certificate) })).verdict
        };
        assert_eq!(judges(policy), verdict(true) != verdict(false), "{policy:?}");
    }
}

#[test]
fn alternatives_are_what_would_be_decided() {
    let seen = Seen::Sender(evidence(ClientPolicy::Opportunistic, Gate::Offer));
    let found = alternatives(&seen);
    let clear = |change| (change, Verdict::Continue);
    let expected =
        [Change::Offered(false), Change::Policy(ClientPolicy::Never), Change::Policy(ClientPolicy::LegacyOff)];
    assert_eq!(found, expected.map(clear));

    // In every run: each is another verdict than the one that was given.
    let mut count = 0;
    for preset in PRESETS {
        for event in run(&preset.scenario).events {
            let What::Decided(decision) = event.what else { continue };
            for (change, verdict) in alternatives(&decision.seen) {
                assert_ne!(verdict, decision.verdict, "{}: {change:?}", preset.name);
                count += 1;
            }
        }
    }
    assert!(count > PRESETS.len());
}

#[test]
fn a_receiver_says_what_would_have_changed_its_mind() {
    use Change::{ClientCertificate, Offered, Partners, ReceiveConnector, ReceiveList};
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
    let found = |submission| (decide(Seen::Receiver(submission)).verdict, alternatives(&Seen::Receiver(submission)));
    let refuse = Verdict::Refuse;
    let (unlisted, disallowed) =
        ((ReceiveList(false), Verdict::Continue), (ReceiveConnector(false), refuse(Refusal::Disallowed)));
    let expected = vec![
        unlisted,
        disallowed,
        (ClientCertificate(false), refuse(Refusal::NoCertificate)),
        (Partners(false), refuse(Refusal::NoPermission)),
    ];
    assert_eq!(found(proved), (Verdict::Partner, expected));
    let missing = Submission { certificate: None, ..proved };
    let expected = vec![unlisted, disallowed, (ClientCertificate(true), Verdict::Partner)];
    assert_eq!(found(missing), (refuse(Refusal::NoCertificate), expected));
    let unpermitted = Submission { partners: false, ..proved };
    let expected = vec![
        unlisted,
        disallowed,
        (ClientCertificate(false), refuse(Refusal::NoCertificate)),
        (Partners(true), Verdict::Partner),
    ];
    assert_eq!(found(unpermitted), (refuse(Refusal::NoPermission), expected));
    // In clear there is no certificate that could have been another.
    let clear = Submission { inside_tls: false, certificate: None, ..proved };
    let expected = vec![unlisted, disallowed, (Offered(false), refuse(Refusal::TlsNotAdvertised))];
    assert_eq!(found(clear), (refuse(Refusal::TlsNotUsed), expected));
    let unlisted = Submission { listed: false, ..missing };
    assert_eq!(found(unlisted), (Verdict::Continue, vec![(ReceiveList(true), refuse(Refusal::NoCertificate))]));
}

#[test]
fn exchange_logs_what_its_senders_give_up() {
    use ClientPolicy::{DomainSecure, Opportunistic, Required, Verified, VerifiedDomain, VerifyOrClear};
    let logged = |evidence: Evidence| {
        let decision = decide(Seen::Sender(evidence));
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
        let decision = decide(Seen::Sender(seen));
        (decision.verdict, decision.has(Reason::SmartHost), decision.has(Reason::InSendList))
    };
    assert_eq!(missing(true), (Verdict::Continue, true, false));
    assert_eq!(missing(false), (Verdict::Defer, false, true));
}

#[test]
fn a_sender_says_what_would_have_changed_its_mind() {
    let at = |policy, gate| alternatives(&Seen::Sender(evidence(policy, gate)));
    let verified = at(ClientPolicy::Verified, Gate::Certificate);
    assert_eq!(verified, [(Change::Certificate(false), Verdict::Defer)]);
    let secure = at(ClientPolicy::DomainSecure, Gate::Offer);
    assert_eq!(secure[..2], [(Change::Offered(false), Verdict::Defer), (Change::SendConnector(false), Verdict::Defer)]);
    assert!(secure[2..].iter().all(|(change, _)| matches!(change, Change::Policy(_))));
    // On a second connection after TLS was given up, the offer counts no more.
    let seen = Evidence { given_up_at: Some(Gate::Certificate), ..evidence(ClientPolicy::VerifyOrClear, Gate::Offer) };
    assert!(!alternatives(&Seen::Sender(seen)).iter().any(|(change, _)| matches!(change, Change::Offered(_))));
}

/// Whatever stands in the way of TLS, or of a direct path to Exchange: the switch that the page offers takes it away.
#[test]
fn the_switch_of_a_condition_is_the_one_that_matters() {
    let secured = preset("domain-secured").expect("a preset").scenario;
    let opportunistic = Scenario { policy: ClientPolicy::Opportunistic, ..secured };
    let holds = |scenario: &Scenario, condition| {
        let trace = run(scenario);
        let mark = Timeline::of(&trace, &dissect(&trace)).mark;
        mark.conditions.iter().find(|held| held.condition == condition).and_then(|held| held.holds)
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
        let mended = scenario.with(Condition::Tls.flip(&scenario, false));
        assert_eq!(holds(&mended, Condition::Tls), Some(true), "{:?}", mended.edits_from(&secured));
    }
    for scenario in
        [Scenario { path: Path::Relay, ..secured }, Scenario { server: ServerProfile::Postfix, ..opportunistic }]
    {
        assert_eq!(holds(&scenario, Condition::Direct), Some(false), "{:?}", scenario.edits_from(&secured));
        let mended = scenario.with(Condition::Direct.flip(&scenario, false));
        assert_eq!(holds(&mended, Condition::Direct), Some(true), "{:?}", mended.edits_from(&secured));
    }
    assert_eq!(Condition::Sender.flip(&secured, true), Edit::Policy(ClientPolicy::LegacyOn));
    assert_eq!(Condition::Sender.flip(&opportunistic, true), Edit::Sender(System::Other));
    assert_eq!(Condition::Sender.flip(&opportunistic, false), Edit::Sender(System::Exchange));
}

// ---- profiles ----

#[test]
fn each_profile_is_its_own() {
    let has = |id| {
        let profile = profile(id);
        (profile.id, profile.host, profile.domain, profile.zone, profile.passwords())
    };
    use ServerProfile::{Book, Exchange, Postfix};
    assert_eq!(has(Book), (Book, "ex2010.somorita.com", "somorita.com", -420, vec!["LOGIN", "PLAIN"]));
    assert_eq!(has(Exchange), (Exchange, "ex2010.partner.example", "partner.example", 0, vec!["LOGIN"]));
    assert_eq!(has(Postfix), (Postfix, "mx.partner.example", "partner.example", 0, vec!["PLAIN", "LOGIN"]));
    assert_eq!(profile(Exchange).mechanisms, [Mechanism::Ntlm, Mechanism::Login]);
    assert_eq!(profile(Exchange).says.starttls_go, "220 2.0.0 SMTP server ready");
    assert_eq!(profile(Exchange).client.recipient, "office@partner.example");
    for id in [Book, Exchange, Postfix] {
        let (own, others) = (profile(id), [Book, Exchange, Postfix].into_iter().filter(|&other| other != id));
        for other in others.map(profile) {
            assert_ne!(own.greeting, other.greeting);
            assert_ne!(own.hello, other.hello);
        }
        let relay = relay(id);
        assert_eq!((relay.host, relay.domain, relay.client.host), ("mx.hygiene.example", own.domain, own.client.host));
    }
}

#[test]
fn domain_security_logs_a_wrong_name_apart_from_everything_else() {
    let decision = decide(Seen::Sender(Evidence {
        certificate_ok: false,
        ..evidence(ClientPolicy::DomainSecure, Gate::Certificate)
    }));
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

// ---- timeline ----

#[test]
fn an_outcome_has_the_facts_of_its_session_or_why_there_is_none() {
    let outcome = |name| {
        let trace = run(&preset(name).expect("a preset").scenario);
        let outcome = Timeline::of(&trace, &dissect(&trace)).outcome;
        (trace, outcome)
    };
    let (trace, book) = outcome("book");
    assert_eq!(book.session.as_ref().map(|session| session.version), Some(0x0303));
    assert!(book.failure.is_none());
    let up = book.lights.handshake.event().expect("it is lit");
    assert!(matches!(trace.events[up].what, What::TlsUp(_)), "and leads to the event that lit it");
    let (trace, failed) = outcome("no-common-version");
    assert!(failed.session.is_none());
    assert!(failed.failure.is_some_and(|failure| failure.alert.is_some()));
    let down = failed.lights.handshake.event().expect("it is lit");
    assert!(matches!(trace.events[down].what, What::TlsFailed(_)));
    assert_eq!(failed.lights.chain.event(), None, "nothing was checked");
}

#[test]
fn points_are_found_by_their_name_and_by_their_events() {
    for preset in PRESETS {
        let trace = run(&preset.scenario);
        let timeline = Timeline::of(&trace, &dissect(&trace));
        for checkpoint in Checkpoint::ALL {
            assert_eq!(timeline.point(checkpoint).map(|point| point.checkpoint), Some(checkpoint));
        }
        for id in 0..trace.events.len() {
            // The latest of those that have begun.
            let begun = |first: &&usize| **first <= id;
            let latest = timeline.points.iter().filter_map(|point| point.events.first()).filter(begun).max();
            let current = timeline.current(id).and_then(|point| point.events.first());
            assert_eq!(current, latest, "{} at {id}", preset.name);
        }
        let gone: Vec<usize> =
            (0..trace.events.len()).flat_map(|id| timeline.gone_after(id).collect::<Vec<_>>()).collect();
        let expected =
            timeline.changes.iter().filter(|change| change.fate == Fate::Gone).filter_map(|change| change.line_before);
        let mut expected: Vec<usize> = expected.collect();
        expected.sort_unstable();
        let mut sorted = gone.clone();
        sorted.sort_unstable();
        let has_second_list = timeline.after.as_ref().is_some_and(|after| !after.lines.is_empty());
        assert_eq!(sorted, if has_second_list { expected } else { Vec::new() }, "{}", preset.name);
    }
    let trace = run(&preset("book").expect("a preset").scenario);
    let timeline = Timeline::of(&trace, &dissect(&trace));
    assert!((0..trace.events.len()).flat_map(|id| timeline.gone_after(id).collect::<Vec<_>>()).count() >= 2);
}

#[test]
fn a_handshake_that_fails_is_a_point_that_failed() {
    let trace = run(&preset("no-common-version").expect("a preset").scenario);
    let timeline = Timeline::of(&trace, &dissect(&trace));
    assert_eq!(timeline.point(Checkpoint::Negotiation).map(|point| point.status), Some(Status::Failed));
    let trace = run(&preset("book").expect("a preset").scenario);
    let timeline = Timeline::of(&trace, &dissect(&trace));
    assert_eq!(timeline.point(Checkpoint::Negotiation).map(|point| point.status), Some(Status::Reached));
}

#[test]
fn each_list_has_the_domain_that_its_own_reply_names() {
    for name in ["book", "postfix", "book-login", "verify-or-clear"] {
        let trace = run(&preset(name).expect("a preset").scenario);
        let timeline = Timeline::of(&trace, &dissect(&trace));
        for list in [&timeline.before, &timeline.after].into_iter().flatten() {
            assert!(list.capabilities.domain.contains('.'), "{name}: {:?}", list.capabilities.domain);
            let mut names: Vec<_> =
                list.capabilities.list.iter().map(|capability| capability.keyword.clone()).collect();
            let count = names.len();
            names.dedup();
            assert_eq!(names.len(), count, "{name}: a list is of one reply");
            assert_eq!(list.lines.len(), count, "{name}");
        }
    }
}

// ---- commands ----

fn syntax(line: &str) -> bool {
    matches!(Command::parse(line), Err(CommandError::Syntax(_)))
}

#[test]
fn commands_at_the_edge_of_their_form() {
    assert!(matches!(Command::parse("HELO client.example"), Ok(Command::Helo { .. })));
    assert!(syntax("HELO"));

    assert!(matches!(Command::parse(&format!("AUTH {}", "A".repeat(20))), Ok(Command::Auth { .. })));
    for good in ["AUTH CRAM-MD5", "AUTH X_Y", "AUTH PLAIN ="] {
        assert!(matches!(Command::parse(good), Ok(Command::Auth { .. })), "{good}");
    }
    for bad in [format!("AUTH {}", "A".repeat(21)), "AUTH PL!AIN".into(), "AUTH PLAIN a b".into(), "AUTH".into()] {
        assert!(syntax(&bad), "{bad}");
    }

    // 256 octets with the brackets; 64 before the @. RFC 5321 §4.5.3.1
    let path = |local: usize, domain: usize| {
        let labels = format!("{}.", "d".repeat(60)).repeat(5);
        Command::parse(&format!("MAIL FROM:<{}@{}>", "l".repeat(local), &labels[..domain])).is_ok()
    };
    assert!(path(64, 189) && path(1, 252) && path(1, 1));
    assert!(!path(64, 190) && !path(65, 10) && !path(1, 253));

    let mail = |parameters: &str| Command::parse(&format!("MAIL FROM:<a@b.example> {parameters}"));
    for good in ["SIZE=1", "X-Y=z", "A", "A1 B2=3"] {
        assert!(mail(good).is_ok(), "{good}");
    }
    for bad in ["-A=1", "A_B=1", "A=", "SIZE=1 size=2", "A=b\u{7f}", "=1"] {
        assert!(mail(bad).is_err(), "{bad}");
    }

    assert_eq!(Command::parse("BDAT 7 LAST"), Ok(Command::Bdat { size: 7, last: true }));
    assert_eq!(Command::parse("BDAT 7"), Ok(Command::Bdat { size: 7, last: false }));
    assert_eq!(Command::parse("BDAT 7 FIRST"), Err(CommandError::BadChunk { size: 7 }));
    assert_eq!(Command::parse("BDAT 7 LAST x"), Err(CommandError::BadChunk { size: 7 }));
    for bad in ["BDAT", "BDAT +7", "BDAT 7x", "BDAT 000000000000000000007", "BDAT 99999999999999999999"] {
        assert!(syntax(bad), "{bad}");
    }
}

#[test]
fn values_at_the_edge_of_their_form() {
    let valid = |of_mail, keyword: &str, value: &str| {
        value_is_valid(&Parameter { keyword: keyword.to_owned(), value: Some(value.to_owned()) }, of_mail)
    };
    let digits = |count| "1".repeat(count);
    let text = |count| "a".repeat(count);
    for (of_mail, keyword, value, expected) in [
        (true, "SIZE", digits(20), Some(true)),
        (true, "SIZE", digits(21), Some(false)),
        (true, "SIZE", "1x".into(), Some(false)),
        (true, "ENVID", text(100), Some(true)),
        (true, "ENVID", text(101), Some(false)),
        (true, "ENVID", "a=b".into(), Some(false)),
        (true, "ENVID", "a+3Db".into(), Some(true)),
        (true, "ENVID", "a+3db".into(), Some(false)),
        (true, "ENVID", "a+3".into(), Some(false)),
        (true, "AUTH", "<>".into(), Some(true)),
        (true, "AUTH", "a@b.example".into(), Some(true)),
        (true, "AUTH", "a=b".into(), Some(false)),
        (false, "ORCPT", "rfc822;a@b".into(), Some(true)),
        (false, "ORCPT", ";a@b".into(), Some(false)),
        (false, "ORCPT", "rfc822".into(), Some(false)),
        (false, "ORCPT", format!("rfc822;{}", text(493)), Some(true)),
        (false, "ORCPT", format!("rfc822;{}", text(494)), Some(false)),
        (false, "NOTIFY", "SUCCESS,DELAY".into(), Some(true)),
        (false, "NOTIFY", "NEVER,DELAY".into(), Some(false)),
        (false, "SIZE", "1".into(), None),
        (true, "NOTIFY", "NEVER".into(), None),
    ] {
        assert_eq!(valid(of_mail, keyword, &value), expected, "{keyword}={value}");
    }
}

// ---- lines and messages ----

fn lines(pieces: &[&[u8]]) -> Vec<Result<usize, Violation>> {
    let mut buffer = LineBuffer::default();
    let mut found = Vec::new();
    for piece in pieces {
        buffer.push(piece);
        found.extend(std::iter::from_fn(|| buffer.next_line()).map(|line| line.map(|line| line.len())));
    }
    found
}

#[test]
fn the_longest_line() {
    let line = |length: usize| [vec![b'x'; length - 2], b"\r\n".to_vec()].concat();
    assert_eq!(lines(&[&line(LONGEST)]), [Ok(LONGEST - 2)]);
    assert_eq!(lines(&[&line(LONGEST + 1)]), [Err(Violation::LineTooLong)]);
    // Without its end it may be one octet longer than with it: it could still be one that ends now.
    for length in [LONGEST - 1, LONGEST, LONGEST + 1, 3 * LONGEST] {
        let unfinished = vec![b'x'; length];
        let expected = if length + 2 <= LONGEST { Ok(length) } else { Err(Violation::LineTooLong) };
        assert_eq!(lines(&[&unfinished, b"\r", b"\n", b"NOOP\r\n"]), [expected, Ok(4)], "{length}");
        assert_eq!(lines(&[&unfinished, b"\n", b"NOOP\r\n"]).len(), 2, "{length}");
    }
}

#[test]
fn what_is_taken_in_pieces_is_what_was_pushed() {
    let mut buffer = LineBuffer::default();
    let (mut pushed, mut taken) = (Vec::new(), Vec::new());
    for octet in 0..=u8::MAX {
        let some = [octet; 3];
        buffer.push(&some);
        pushed.extend(some);
        let front = buffer.front().to_vec();
        assert!(!front.is_empty() && front.len() <= buffer.len());
        let two = front.get(..2).unwrap_or(&front);
        buffer.take(two.len());
        taken.extend(two);
        assert_eq!(buffer.len(), pushed.len() - taken.len());
    }
    taken.extend(buffer.take_rest());
    assert_eq!(taken, pushed);
    assert!(buffer.is_empty() && buffer.front().is_empty());
    buffer.push(b"x");
    buffer.take(2);
    assert_eq!(buffer.len(), 0);
}

#[test]
fn a_line_of_text_and_its_limit() {
    let bad = |message: &[u8]| {
        let mut inspector = Inspector::default();
        message.iter().for_each(|&octet| inspector.octet(octet));
        inspector.is_bad()
    };
    let line = |length: usize| [vec![b'x'; length - 2], b"\r\n".to_vec()].concat();
    // RFC 5321 §4.5.3.1.6
    assert!(!bad(&line(1_000)));
    assert!(bad(&line(1_001)));
    assert!(!bad(&line(1_000).repeat(3)), "each line counts anew");
    assert!(!bad(&[line(600), line(600)].concat()));
    for wrong in [b"a\nb".as_slice(), b"a\rb", b"a\0b", b"a\r", b"\n"] {
        assert!(bad(wrong), "{wrong:?}");
    }
    assert!(!bad(b"") && !bad(b"a") && !bad(b"\r\n\r\n"));
}

#[test]
fn lines_end_in_crlf_alone() {
    assert_eq!(canonical(b"a\r\nb\nc\rd\n\ne\r\r\nf\n\rg"), b"a\r\nb\r\nc\r\nd\r\n\r\ne\r\n\r\nf\r\n\r\ng");
    assert_eq!(canonical(b"\n"), b"\r\n");
    assert_eq!(canonical(b"a\r"), b"a\r\n");
    // Whatever is given, the end is found.
    assert_eq!(stuff(b"a\n.b"), b"a\n.b\r\n.\r\n");
    assert_eq!(stuff(b"a\n"), b"a\n\r\n.\r\n");
    assert_eq!(stuff(b"a\r\n.b\r\n"), b"a\r\n..b\r\n.\r\n");
}

#[test]
fn the_longest_reply() {
    let read = |lines: &[String]| {
        let mut reader = ReplyReader::default();
        lines.iter().map(|line| reader.line(line.as_bytes())).find(Result::is_err).map(Result::unwrap_err)
    };
    let line = |length: usize| format!("250-{}", "x".repeat(length - 4));
    assert_eq!(read(&[line(2_000)]), None);
    assert_eq!(read(&[line(2_001)]), Some(Violation::ReplyTooLong));
    // 32,768 octets with the ends of lines: 16 lines of 2,048 would be too long each, 32 of 1,024 fit.
    let full = vec![line(1_022); 32];
    assert_eq!(read(&full), None);
    assert_eq!(read(&[full, vec![line(5)]].concat()), Some(Violation::ReplyTooLong));
    // What was counted for one reply is not counted for the next.
    let mut reader = ReplyReader::default();
    for _ in 0..200 {
        assert!(matches!(reader.line(format!("250 {}", "x".repeat(900)).as_bytes()), Ok(Some(_))));
    }
    assert_eq!(read(&vec!["250-".to_owned(); 50]), None);
    assert_eq!(read(&vec!["250-".to_owned(); 51]), Some(Violation::ReplyTooLong));
}

// ---- the server ----

fn server() -> Server {
    let mut server = Server::new(config(profile(ServerProfile::Postfix)));
    while server.poll().is_some() {}
    server
}

fn answers(server: &mut Server, input: Input<'_>) -> (String, Vec<Violation>) {
    server.receive(input);
    let (mut said, mut violations) = (String::new(), Vec::new());
    while let Some(output) = server.poll() {
        match output {
            Output::Send { bytes, .. } => said.push_str(&String::from_utf8_lossy(&bytes)),
            Output::Note(Note::Violated(violation)) => violations.push(violation),
            _ => {}
        }
    }
    (said, violations)
}

#[test]
fn how_long_a_command_may_be_depends_on_it() {
    let refused = |line: &str| {
        let mut server = server();
        answers(&mut server, Input::Bytes(b"EHLO client.example\r\n"));
        answers(&mut server, Input::Bytes(b"STARTTLS\r\n"));
        answers(&mut server, Input::TlsUp);
        answers(&mut server, Input::Bytes(b"EHLO client.example\r\n"));
        answers(&mut server, Input::Bytes(format!("{line}\r\n").as_bytes())).0 == "500 5.5.2 Error: line too long\r\n"
    };
    let padded = |line: &str, octets: usize| format!("{line}{}", "x".repeat(octets - line.len() - 2));
    // RFC 5321 §4.5.3.1.4, and RFC 4954 §4 for AUTH.
    assert!(!refused(&padded("NOOP ", 512)) && refused(&padded("NOOP ", 513)));
    let mail = "MAIL FROM:<a@b.example> ENVID=";
    assert!(!refused(&padded(mail, 513)) && !refused(&padded(mail, 2_048)) && refused(&padded(mail, 2_049)));
    assert!(!refused(&padded("AUTH PLAIN ", 2_049)) && !refused(&padded("AUTH PLAIN ", 12_288)));
    assert!(refused(&padded("AUTH PLAIN ", 12_289)));
}

#[test]
fn what_stands_behind_the_last_of_a_group_is_out_of_turn() {
    // RFC 2920 §3.1
    let violations = |octets: &[u8]| answers(&mut server(), Input::Bytes(octets)).1;
    assert_eq!(violations(b"EHLO a.example\r\nNOOP\r\n"), [Violation::OutOfTurn]);
    assert_eq!(violations(b"EHLO a.example\r\n"), []);
    assert_eq!(violations(b"RSET\r\nRSET\r\n"), [], "RSET may stand in a group");
}

#[test]
fn a_connector_without_tls_knows_no_starttls() {
    let profile = profile(ServerProfile::Exchange);
    let auth = <AuthMechanism as Value>::parse("Integrated").expect("one of its flags");
    let mut server = Server::new(Config { auth, ..config(profile) });
    while server.poll().is_some() {}
    let list = answers(&mut server, Input::Bytes(b"EHLO a.example\r\n")).0;
    assert!(!list.contains("STARTTLS"), "{list}");
    assert!(answers(&mut server, Input::Bytes(b"STARTTLS\r\n")).0.starts_with("500 "));
}

#[test]
fn a_server_forgets_what_it_knew_and_nothing_else() {
    let mut server = server();
    answers(&mut server, Input::Bytes(b"EHLO a.example\r\n"));
    answers(&mut server, Input::Bytes(b"STARTTLS\r\n"));
    server.receive(Input::TlsUp);
    let outputs: Vec<Output> = std::iter::from_fn(|| server.poll()).collect();
    assert!(outputs.contains(&Output::Note(Note::Forgot(vec![Forgotten::PeerName]))), "{outputs:?}");
}

#[test]
fn an_end_between_sessions_is_no_violation_and_one_in_the_middle_is() {
    let ended = |octets: &[u8]| {
        let mut server = server();
        answers(&mut server, Input::Bytes(octets));
        answers(&mut server, Input::End).1
    };
    assert_eq!(ended(b""), []);
    assert_eq!(ended(b"EHL"), [Violation::UnexpectedEnd]);
    assert_eq!(ended(b"EHLO client.example\r\n"), [Violation::UnexpectedEnd]);
}

#[test]
fn tls_that_nobody_began_is_ignored() {
    let mut server = server();
    answers(&mut server, Input::Bytes(b"EHLO client.example\r\n"));
    answers(&mut server, Input::TlsUp);
    let list = answers(&mut server, Input::Bytes(b"EHLO client.example\r\n")).0;
    assert!(list.contains("250-STARTTLS\r\n"), "it is not inside TLS: {list}");
    assert!(
        answers(&mut server, Input::Bytes(b"MAIL FROM:<a@b.example>\r\n")).0.starts_with("250 "),
        "it still knows the client"
    );
}

// ---- the client ----

fn client(left_over: Treatment) -> Client {
    Client::new(Plan {
        name: "client.example".into(),
        from: "a@client.example".into(),
        to: vec!["b@server.example".into()],
        message: Vec::new(),
        login: None,
        chunking: false,
        pipelining: false,
        lenient_2xx: false,
        left_over,
    })
}

/// What it sends to an input; it is told to start TLS, and to go on at any other gate.
fn said(client: &mut Client, input: Input<'_>) -> (String, Vec<Note>) {
    client.receive(input);
    let (mut sent, mut notes) = (String::new(), Vec::new());
    while let Some(output) = client.poll() {
        match output {
            Output::Send { bytes, .. } => sent.push_str(&String::from_utf8_lossy(&bytes)),
            Output::Ask(Question::Tls { gate, .. }) => {
                let verdict = if gate == Gate::Offer { Verdict::StartTls } else { Verdict::Continue };
                client.receive(Input::Verdict(verdict));
            }
            Output::Note(note) => notes.push(note),
            _ => {}
        }
    }
    (sent, notes)
}

fn at_go_ahead(left_over: Treatment) -> Client {
    let mut client = client(left_over);
    assert!(!client.is_settled());
    said(&mut client, Input::Bytes(b"220 hello\r\n"));
    said(&mut client, Input::Bytes(b"250-server.example\r\n250 STARTTLS\r\n"));
    said(&mut client, Input::Bytes(b"220 go\r\n"));
    assert_eq!(client.state(), ClientState::ExpectTls);
    client
}

#[test]
fn text_after_the_go_ahead_is_dropped_however_late() {
    for treatment in [Treatment::Purge, Treatment::Reject, Treatment::FeedToTls] {
        let mut client = at_go_ahead(treatment);
        let (sent, notes) = said(&mut client, Input::Bytes(b"250 evil.example\r\n"));
        assert_eq!(sent, "");
        assert!(notes.contains(&Note::Violated(Violation::TextBeforeTls)), "{treatment:?}");
        assert_eq!(said(&mut client, Input::TlsUp).0, "EHLO client.example\r\n");
        assert_eq!(client.state(), ClientState::ExpectEhlo);
    }
    let mut vulnerable = at_go_ahead(Treatment::Keep);
    let (_, notes) = said(&mut vulnerable, Input::Bytes(b"250 evil.example\r\n"));
    assert!(notes.is_empty(), "kept for later: {notes:?}");
}

#[test]
fn helo_is_tried_in_clear_and_never_inside_tls() {
    let mut old = client(Treatment::Purge);
    said(&mut old, Input::Bytes(b"220 hello\r\n"));
    assert_eq!(said(&mut old, Input::Bytes(b"500 what\r\n")).0, "HELO client.example\r\n");

    let mut inside = at_go_ahead(Treatment::Purge);
    said(&mut inside, Input::TlsUp);
    let (sent, notes) = said(&mut inside, Input::Bytes(b"500 what\r\n"));
    assert_eq!(sent, "QUIT\r\n");
    assert!(inside.is_settled() && notes.iter().any(|note| matches!(note, Note::Settled(_))));
}
