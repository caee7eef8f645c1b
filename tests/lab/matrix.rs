//! Every combination of the scenario's switches, and every cut of the wire.

use crate::scenarios::any_scenario;
use proptest::prelude::*;
use starttls_lab::bytes::base64;
use starttls_lab::dissect::dissect;
use starttls_lab::dissect::smtp::Role;
use starttls_lab::lab::{Cut, Fault, Link, run, run_over};
use starttls_lab::policy::Reason;
use starttls_lab::scenario::{
    AnonymousOffer, AuthFlag, AuthMechanism, Choice, ClientPolicy, Credentials, Edit, GoAhead, NextHop, Offer, Path,
    Pipelining, Routing, Scenario, SecondTry, ServerProfile, Side, Transfer, Versions, preset,
};
use starttls_lab::smtp::auth::plain_message;
use starttls_lab::smtp::profile::{PASSWORD, USER};
use starttls_lab::smtp::{Delivery, Gate, Obstacle, TlsAnswer};
use starttls_lab::story::{Checkpoint, Status, Story};
use starttls_lab::trace::{Event, StreamKind, Trace, What};

fn scenario(name: &str) -> Scenario {
    preset(name).expect("a preset").scenario
}

fn combinations() -> Vec<Scenario> {
    fn cross<T: Choice>(from: Vec<Scenario>, edit: fn(T) -> Edit) -> Vec<Scenario> {
        from.iter().flat_map(|scenario| T::ALL.iter().map(move |&value| scenario.with(edit(value)))).collect()
    }
    let mut all = vec![scenario("book")];
    all = cross::<ServerProfile>(all, Edit::Server);
    // The three profiles are two where TLS is concerned; the third has its turn in the sampled scenarios.
    all.retain(|scenario| scenario.server != ServerProfile::Exchange);
    all = cross::<ClientPolicy>(all, Edit::Policy);
    // These decide as others do wherever no certificate fails; they have theirs in tests/policy and in the samples.
    all.retain(|scenario| POLICIES.contains(&scenario.policy));
    all = cross::<Offer>(all, Edit::Starttls);
    all = cross::<GoAhead>(all, Edit::GoAhead);
    all = cross::<Versions>(all, Edit::ClientVersions);
    all = cross::<Versions>(all, Edit::ServerVersions);
    all = cross::<Credentials>(all, Edit::Credentials);
    all = cross::<Transfer>(all, Edit::Transfer);
    all = cross::<Pipelining>(all, Edit::Pipelining);
    // Which 2yz is a yes matters only to a server that says another than 220.
    all.retain(|scenario| scenario.go_ahead == GoAhead::Exactly220 || scenario.starttls == Offer::Says250);
    all
}

const POLICIES: [ClientPolicy; 5] = [
    ClientPolicy::Never,
    ClientPolicy::Opportunistic,
    ClientPolicy::VerifyOrClear,
    ClientPolicy::Required,
    ClientPolicy::Verified,
];

fn wire_contains(trace: &Trace, needle: &str) -> bool {
    let wire = trace.streams.iter().filter(|stream| stream.layer == StreamKind::Wire);
    wire.into_iter().any(|stream| stream.bytes.windows(needle.len()).any(|window| window == needle.as_bytes()))
}

fn check(scenario: &Scenario) {
    let trace = run(scenario);
    let events = |rule: &dyn Fn(&Event) -> bool| trace.events.iter().filter(|event| rule(event)).count();
    let context = format!("{scenario:?}");

    // It ends, once, and both sides close every connection.
    assert_eq!(events(&|event| event.what == What::Stalled), 0, "{context}");
    let hops = trace.connections().filter(|&connection| !trace.is_first_hop(connection)).count().min(1) + 1;
    // What was put off comes again, and is settled a second time. docs/rules.md R35
    let put_off = events(&|event| event.what == What::Settled(Delivery::Deferred(Obstacle::Reply(450))));
    assert!(put_off <= if scenario.second_try == SecondTry::None { 0 } else { 1 }, "{context}");
    // What passes a login on has a mail of its own where that is taken, and nothing to keep where it is not. docs/rules.md N21
    let stored =
        |first| events(&|event| matches!(event.what, What::Stored(_)) && trace.is_first_hop(event.connection) == first);
    let mails = if stored(true) == 0 { 1 + stored(false) } else { hops };
    assert_eq!(events(&|event| matches!(event.what, What::Settled(_))), mails + put_off, "{context}");
    let opened = events(&|event| matches!(event.what, What::Opened));
    assert_eq!(events(&|event| matches!(event.what, What::Closed(_))), 2 * opened, "{context}");
    // Honest ends do not break the protocol; a server that says 250 for 220 is not honest.
    let honest = scenario.starttls != Offer::Says250 || scenario.go_ahead == GoAhead::Any2xx;
    if honest {
        assert_eq!(events(&|event| matches!(event.what, What::Violated(_))), 0, "{context}");
    }

    // Delivered is what the server stored, and the other way round.
    let delivered = events(&|event| event.what == What::Settled(Delivery::Delivered));
    assert_eq!(delivered, events(&|event| matches!(event.what, What::Stored(_))), "{context}");

    // Where TLS was required by either side, nothing of the mail is on the wire in clear. Passwords never are. Two old ends may take a suite
    // without a cipher for TLS.
    let cipherless =
        events(&|event| matches!(&event.what, What::TlsUp(facts) if matches!(facts.suite, 0x0001 | 0x0002))) > 0;
    let body = wire_contains(&trace, "The figures for the quarter");
    let demands = [
        ClientPolicy::Required,
        ClientPolicy::Verified,
        ClientPolicy::VerifiedDomain,
        ClientPolicy::LegacyOn,
        ClientPolicy::DomainSecure,
    ];
    let in_force = scenario.policy != ClientPolicy::DomainSecure || scenario.routing == Routing::Dns;
    // Between own servers the policy has no say. docs/rules.md X3
    let downgraded =
        events(&|event| matches!(&event.what, What::Decided(decision) if decision.has(Reason::DowngradeAllowed))) > 0;
    if demands.contains(&scenario.policy) && in_force && hops == 1 && !cipherless && !downgraded {
        assert!(!body && !wire_contains(&trace, "MAIL FROM"), "{context}");
    }
    if scenario.starttls == Offer::Required && hops == 1 && scenario.path != Path::Relay {
        assert!(!body || cipherless, "{context}");
    }
    let password = [plain_message(USER, PASSWORD), base64(PASSWORD.as_bytes())];
    assert!(cipherless || !password.iter().any(|said| wire_contains(&trace, said)), "{context}");

    // After a failed handshake a side sends nothing more on that connection: docs/rules.md R25
    for (index, event) in trace.events.iter().enumerate() {
        if matches!(event.what, What::TlsFailed(_)) {
            let later = trace.events[index..].iter();
            let sent = later.filter(|later| (later.connection, later.who) == (event.connection, event.who));
            assert!(!sent.into_iter().any(|later| matches!(later.what, What::Sent { .. })), "{context}");
        }
    }

    let reading = dissect(&trace);
    no_word_of_the_server_before_ehlo(&trace, &context);
    second_list_is_right(&trace, scenario, &context);
    // Every sent octet is understood as something.
    assert!(
        reading.lines().all(|(_, line)| !matches!(line.role, Role::NoReply | Role::Reply { to: None, .. })),
        "{context}"
    );
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 1_500, ..ProptestConfig::default() })]

    /// Every switch at once, those that Exchange refuses together included: a run takes anything, and ends.
    #[test]
    fn any_scenario_ends_as_it_should(scenario in any_scenario()) {
        check(&scenario);
    }

    #[test]
    fn any_scenario_is_the_same_however_it_is_cut(scenario in any_scenario(), size in 1usize..300) {
        prop_assert!(run_cut(&scenario, Cut::Every(size)) == run(&scenario));
    }
}

/// RFC 3207 §4.2: no second greeting. The first thing that the server says inside TLS answers the client.
fn no_word_of_the_server_before_ehlo(trace: &Trace, context: &str) {
    let reading = dissect(trace);
    let said =
        (0..trace.events.len()).find(|&id| trace.events[id].who == Side::Server && trace.sealed(&trace.events[id]));
    let Some(line) = said.and_then(|id| reading.line(id)) else {
        return;
    };
    let Role::Reply { to: Some(to), .. } = line.role else {
        panic!("{:?} is the server's first word inside TLS in {context}", line.text);
    };
    assert!(
        // QUIT is how a sender leaves that rejects the certificate.
        matches!(&reading.line(to).expect("a command").role, Role::Command { verb } if verb == "EHLO" || verb == "QUIT"),
        "{context}"
    );
}

fn second_list_is_right(trace: &Trace, scenario: &Scenario, context: &str) {
    let story = Story::of(trace, &dissect(trace));
    assert_eq!(story.first().points.len(), 7, "{context}");
    if let Some(after) = story.first().after() {
        assert!(!after.capabilities.offers("STARTTLS"), "{context}");
        assert!(!after.capabilities.offers("X-ANONYMOUSTLS"), "{context}");
        if scenario.auth_mechanism == AuthMechanism::DEFAULT {
            assert!(after.capabilities.offers_mechanism("LOGIN"), "{context}");
        }
    }
    let status = |checkpoint| story.first().point(checkpoint).map(|point| point.status);
    let shown = scenario.starttls != Offer::NotOffered
        && (!scenario.receiver_is_exchange() || scenario.auth_mechanism.has(AuthFlag::Tls));
    let offered = match scenario.path {
        // Servers of one organisation have another verb. docs/rules.md X1
        Path::Direct | Path::Strip if scenario.next_hop_in_force() != NextHop::Internet => {
            scenario.anonymous_tls == AnonymousOffer::Offered && scenario.auth_mechanism.has(AuthFlag::ExchangeServer)
        }
        Path::Direct => shown,
        Path::Strip | Path::StripBoth => false,
        Path::Relay | Path::Impostor | Path::NtlmRelay | Path::Misissued => true,
    };
    assert_eq!(status(Checkpoint::StarttlsOffered) == Some(Status::Reached), offered, "{context}");
    let first_hop = |event: &&Event| trace.is_first_hop(event.connection);
    let up = trace.events.iter().filter(first_hop).any(|event| matches!(event.what, What::TlsUp(_)));
    assert_eq!(status(Checkpoint::Negotiation) == Some(Status::Reached), up, "{context}");
    // A sender that rejects the certificate leaves without a second EHLO.
    let left = trace.events.iter().filter(first_hop).any(|event| match &event.what {
        What::Decided(decision) => decision
            .sender()
            .is_some_and(|decided| decided.seen.gate == Gate::Certificate && decided.answer != TlsAnswer::GoOn),
        _ => false,
    });
    assert_eq!(status(Checkpoint::Reset) == Some(Status::Reached), up && !left, "{context}");
}

#[test]
fn every_combination_ends_as_it_should_first_half() {
    let all = combinations();
    assert_eq!(all.len(), 2 * 5 * (5 + 1) * 3 * 3 * 4 * 2 * 2);
    all[..all.len() / 2].iter().for_each(check);
}

#[test]
fn every_combination_ends_as_it_should_second_half() {
    let all = combinations();
    all[all.len() / 2..].iter().for_each(check);
}

fn run_cut(scenario: &Scenario, cut: Cut) -> Trace {
    run_over(scenario, Link { cut, fault: Fault::None })
}

/// The same events, octets and secrets however the link cuts.
fn cuts_change_nothing(name: &str) {
    let scenario = scenario(name);
    let whole = run(&scenario);
    let longest = whole.streams.iter().map(|stream| stream.bytes.len()).max().unwrap_or_default();
    assert!(run_cut(&scenario, Cut::Every(1)) == whole, "{name} octet by octet");
    // A turn is shorter than its stream, so every position of every turn is cut once.
    let longest_turn = 1_300;
    assert!(whole.streams.iter().all(|stream| stream.bytes.len() < longest_turn * 3), "turns may have grown: raise it");
    for position in 1..longest.min(longest_turn) {
        assert!(run_cut(&scenario, Cut::At(position)) == whole, "{name} cut at {position}");
    }
}

#[test]
fn cuts_change_nothing_in_clear() {
    for name in ["not-offered", "refused-454", "server-requires-tls", "required-not-offered"] {
        cuts_change_nothing(name);
    }
}

#[test]
fn cuts_change_nothing_in_the_book_s_session() {
    cuts_change_nothing("book");
}

#[test]
fn cuts_change_nothing_with_tls_13_and_pipelining() {
    cuts_change_nothing("postfix");
}

#[test]
fn cuts_change_nothing_between_servers_of_one_organisation() {
    cuts_change_nothing("hub-to-hub");
    cuts_change_nothing("hub-to-edge");
}

#[test]
fn cuts_change_nothing_in_long_hellos() {
    cuts_change_nothing("post-quantum");
}

#[test]
fn cuts_change_nothing_where_a_session_is_resumed() {
    cuts_change_nothing("resumed");
}

#[test]
fn cuts_change_nothing_in_old_tls_without_a_cipher() {
    cuts_change_nothing("null-suite");
}

#[test]
fn cuts_change_nothing_where_another_hello_is_asked_for() {
    cuts_change_nothing("retry-request");
}

#[test]
fn cuts_change_nothing_when_the_handshake_fails_or_somebody_logs_in() {
    cuts_change_nothing("no-common-version");
    for name in ["book-login", "book-tls13"] {
        let scenario = scenario(name);
        for size in 1..40 {
            assert!(run_cut(&scenario, Cut::Every(size)) == run(&scenario), "{name} in pieces of {size}");
        }
    }
}

#[test]
fn a_switch_changes_only_what_it_causes() {
    let (with, without) = (run(&scenario("book")), run(&scenario("book").with(Edit::Credentials(Credentials::Login))));
    let wire = |trace: &Trace| trace.streams[0].bytes.clone();
    let common = wire(&with).iter().zip(wire(&without)).take_while(|(a, b)| *a == b).count();
    // The client's octets are the same through the handshake and the second EHLO: the first difference is AUTH.
    let ehlo_end = with.events.iter().enumerate().find_map(|(id, event)| match event.what {
        What::Sent { wire, .. } if event.who == Side::Client && with.sealed(event) => Some((id, wire.end as usize)),
        _ => None,
    });
    // The next record has the same header and explicit nonce; only its length octets differ at first.
    let (_, end) = ehlo_end.expect("an EHLO inside TLS");
    assert!(common >= end, "{common} octets are common, the EHLO ends at {end}");
}

/// What holds however the link fails: the run ends, the message is settled once, and required TLS is never done without.
fn check_over_a_bad_link(scenario: &Scenario, fault: Fault) {
    let trace = run_over(scenario, Link { cut: Cut::Whole, fault });
    let count = |rule: &dyn Fn(&What) -> bool| trace.events.iter().filter(|event| rule(&event.what)).count();
    let context = format!("{fault:?} in {scenario:?}");
    assert_eq!(count(&|what| matches!(what, What::Settled(_))), 1, "{context}");
    assert_eq!(count(&|what| *what == What::Stalled), 0, "{context}");
    assert_eq!(
        count(&|what| matches!(what, What::Closed(_))),
        2 * count(&|what| matches!(what, What::Opened)),
        "{context}"
    );
    // A message may be stored although the sender never heard of it; it is never said to be delivered and was not.
    let delivered = count(&|what| *what == What::Settled(Delivery::Delivered));
    assert!(delivered <= count(&|what| matches!(what, What::Stored(_))), "{context}");
    if scenario.policy == ClientPolicy::Required {
        assert!(!wire_contains(&trace, "MAIL FROM") && !wire_contains(&trace, "The figures"), "{context}");
    }
    let reading = dissect(&trace);
    assert_eq!(Story::of(&trace, &reading).first().points.len(), 7);
}

fn octets(scenario: &Scenario) -> usize {
    let trace = run(scenario);
    trace.streams.iter().filter(|stream| stream.layer == StreamKind::Wire).map(|stream| stream.bytes.len()).sum()
}

#[test]
fn a_link_that_ends_anywhere() {
    for name in ["book", "postfix"] {
        let scenario = scenario(name);
        for position in 0..octets(&scenario) {
            check_over_a_bad_link(&scenario, Fault::EndsAfter(position));
        }
    }
}

#[test]
fn a_link_that_flips_bits_anywhere() {
    for name in ["book", "postfix"] {
        let scenario = scenario(name).with(Edit::Policy(ClientPolicy::Required));
        for position in 0..octets(&scenario) {
            check_over_a_bad_link(&scenario, Fault::Flips { position, bits: 1 << (position % 8) });
        }
    }
}
