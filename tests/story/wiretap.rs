//! What leaks and what does not, each as the runs have it; and that a listener's list never holds what the wire does not.

use crate::scenarios::any_scenario;
use proptest::prelude::*;
use starttls_lab::bytes::base64;
use starttls_lab::dissect::{dissect, dissect_with};
use starttls_lab::grid;
use starttls_lab::lab::run;
use starttls_lab::scenario::{
    ClientPolicy, Credentials, Edit, PRESETS, Password, Path, Scenario, Side, TlsStack, Versions, preset,
};
use starttls_lab::smtp::profile::PASSWORD;
use starttls_lab::story::say::{self, Facts, Lost, TapClaim, TappedMail};
use starttls_lab::story::wiretap::{Fact, Learnt, Subject, Wiretap};
use starttls_lab::story::{Protection, Story, Tone};
use starttls_lab::trace::{Actor, Stream, StreamKind, Trace, What};

fn scenario(name: &str) -> Scenario {
    preset(name).expect("a preset").scenario
}

fn of(trace: &Trace) -> Wiretap {
    Wiretap::of(trace, &dissect(trace), &dissect_with(trace, &[]))
}

fn texts<'a>(facts: impl Iterator<Item = &'a Fact>) -> Vec<String> {
    let text = |fact: &Fact| match &fact.value {
        Learnt::Text(text) => text.clone(),
        other => format!("{other:?}"),
    };
    facts.map(text).collect()
}

fn on_the_wire(trace: &Trace, text: &str) -> bool {
    let wire = trace.streams.iter().filter(|stream| stream.layer == StreamKind::Wire);
    wire.into_iter().any(|stream| stream.bytes.windows(text.len().max(1)).any(|window| window == text.as_bytes()))
}

#[test]
fn tls_1_2_shows_the_names_in_both_certificates_and_tls_1_3_hides_them() {
    for (versions, shows) in [(Versions::Tls12, true), (Versions::Tls13, false)] {
        let base = scenario("domain-secured");
        let trace = run(&Scenario { client_versions: versions, server_versions: versions, ..base });
        let tap = of(&trace);
        for side in [Side::Server, Side::Client] {
            let subject = Subject::Certificate(side);
            let (leaked, kept) = (texts(tap.leaked(subject)), texts(tap.kept(subject)));
            assert_eq!((leaked.is_empty(), kept.is_empty()), (!shows, shows), "{side:?} {versions:?}");
        }
        assert_eq!(tap.leaked(Subject::ServerName).count(), 1, "SNI leaks in both");
        assert_eq!(tap.kept(Subject::ServerName).count(), 0);
    }
}

#[test]
fn a_sealed_session_keeps_envelope_and_message_and_one_in_clear_keeps_nothing() {
    let sealed = of(&run(&scenario("book")));
    assert_eq!(sealed.leaked(Subject::Envelope).count() + sealed.leaked(Subject::Message).count(), 0);
    assert_eq!(sealed.kept(Subject::Envelope).count(), 2);
    assert_eq!(sealed.kept(Subject::Message).count(), 1);
    assert_eq!(sealed.leaked(Subject::Sizes).count(), 2);
    let clear = of(&run(&scenario("not-offered")));
    assert_eq!(clear.kept, []);
    assert_eq!(clear.leaked(Subject::Envelope).count(), 2);
    assert_eq!(clear.leaked(Subject::Message).count(), 1);
    assert_eq!(clear.leaked(Subject::Sizes).count(), 0);
}

/// Without a cipher there is nothing that the ends alone know, though the server was verified.
#[test]
fn a_suite_without_a_cipher_keeps_nothing() {
    for edit in [Edit::Credentials(Credentials::Login), Edit::Policy(ClientPolicy::Verified)] {
        let trace = run(&scenario("null-suite").with(edit));
        let tap = of(&trace);
        assert_eq!((tap.kept.as_slice(), tap.lost.as_slice()), ([].as_slice(), [].as_slice()));
        assert_eq!(tap.leaked(Subject::Message).count(), 1);
        assert_eq!(tap.leaked(Subject::Login).next().is_some(), edit == Edit::Credentials(Credentials::Login));
        assert_eq!(tap.leaked(Subject::Sizes).count(), 0);
        let outcome = Story::of(&trace, &dissect(&trace)).outcome;
        assert_eq!((outcome.first.protection, outcome.tone()), (Protection::NoCipher, Tone::Readable));
    }
}

#[test]
fn a_login_inside_tls_is_known_to_the_ends_alone() {
    let tap = of(&run(&scenario("book-login")));
    assert_eq!(tap.leaked(Subject::Login).count(), 0);
    let login = texts(tap.kept(Subject::Login));
    assert!(login.len() >= 2, "{login:?}");
    assert!(login.iter().all(|word| !word.is_empty()), "{login:?}");
}

#[test]
fn sizes_are_those_of_the_records_on_the_wire() {
    let trace = run(&scenario("book"));
    let tap = of(&trace);
    let sealed: usize = tap
        .leaked(Subject::Sizes)
        .map(|fact| match fact.value {
            Learnt::Sealed { octets, .. } => octets,
            _ => 0,
        })
        .sum();
    let wire = trace.streams.iter().filter(|stream| stream.layer == StreamKind::Wire);
    let all: usize = wire.map(|stream| stream.bytes.len()).sum();
    assert!(sealed > 500 && sealed < all, "{sealed} of {all}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn what_leaked_stands_on_the_wire_and_nothing_is_both(scenario in any_scenario()) {
        let trace = run(&scenario);
        let tap = of(&trace);
        for fact in &tap.leaked {
            prop_assert!(!tap.kept.iter().any(|kept| kept.subject == fact.subject && kept.value == fact.value));
            prop_assert!(fact.event < trace.events.len());
            // What a login's base64 says is not on the wire as it is.
            let is_ntlm = match trace.events[fact.event].what {
                What::Sent { text: Some(text), .. } => trace.octets(text).windows(11).any(|part| part == b"TlRMTVNTUAA"),
                _ => false,
            };
            if let (Learnt::Text(text), true) = (&fact.value, fact.subject != Subject::Login && !is_ntlm) {
                prop_assert!(on_the_wire(&trace, text), "{fact:?}");
            }
        }
        for fact in &tap.kept {
            if let (Learnt::Text(text), Subject::Envelope) = (&fact.value, fact.subject) {
                prop_assert!(!on_the_wire(&trace, text), "{fact:?}");
            }
        }
    }
}

/// Of one connection it is what a listener beside that connection alone would have: nothing of another's, and together no less than
/// what the whole trace leaks.
#[test]
fn each_connection_has_its_own_listener() {
    let mut several = 0;
    for preset in PRESETS {
        let trace = run(&preset.scenario);
        let (reading, tapped) = (dissect(&trace), dissect_with(&trace, &[]));
        let story = Story::of(&trace, &reading);
        let whole = Wiretap::of(&trace, &reading, &tapped);
        let each: Vec<Wiretap> =
            (story.chapters().iter()).map(|chapter| Wiretap::of_chapter(&trace, &reading, &tapped, chapter)).collect();
        several += usize::from(each.len() > 1);
        for (chapter, tap) in story.chapters().iter().zip(&each) {
            let mut facts = tap.leaked.iter().chain(&tap.kept);
            let connection = chapter.account.connection;
            assert!(facts.all(|fact| trace.events[fact.event].connection == connection), "{}", preset.name);
        }
        for fact in whole.leaked.iter().filter(|fact| !matches!(fact.subject, Subject::Sizes | Subject::Times)) {
            let found = each.iter().flat_map(|tap| &tap.leaked);
            assert!(found.into_iter().any(|other| (other.subject, &other.value) == (fact.subject, &fact.value)));
        }
        if let [only] = each.as_slice() {
            assert_eq!(*only, whole, "{}", preset.name);
        }
    }
    assert!(several > 2);
}

/// The octets of a layer of one connection, or of all, hold these.
fn holds(trace: &Trace, layer: StreamKind, connection: Option<u16>, octets: &[u8]) -> bool {
    let is = |stream: &&Stream| stream.layer == layer && connection.is_none_or(|only| stream.connection == only);
    trace.streams.iter().filter(is).any(|stream| stream.bytes.windows(octets.len()).any(|window| window == octets))
}

/// Read naively: the sender's message has the first line, that of an attacker who is logged in the second, wherever it goes and whatever is put
/// on top of it. No run has both.
const MESSAGES: [&[u8]; 2] = [b"Subject: Quarterly figures", b"Subject: New account"];

fn intro(trace: &Trace) -> (TapClaim, Wiretap) {
    let (reading, tapped) = (dissect(trace), dissect_with(trace, &[]));
    let story = Story::of(trace, &reading);
    let tap = Wiretap::of(trace, &reading, &tapped);
    (say::tap(Facts { trace, reading: &reading, story: &story }, &tap, false), tap)
}

/// The lists and the sentence above them, of the message and of the login, are what the octets of all connections say.
fn is_true(scenario: &Scenario) -> Result<(), TestCaseError> {
    let trace = run(scenario);
    let (claim, tap) = intro(&trace);
    let is_in = |kind, at| MESSAGES.into_iter().any(|message| holds(&trace, kind, at, message));
    let (wire, inside) = (|at| is_in(StreamKind::Wire, at), |at| is_in(StreamKind::Smtp, at));
    let connections: Vec<u16> = trace.connections().collect();
    let readable = connections.iter().copied().find(|&connection| wire(Some(connection)));
    let sealed = connections.iter().copied().find(|&connection| inside(Some(connection)) && !wire(Some(connection)));
    let expected = match (readable, sealed) {
        (None, None) => TappedMail::NotSent,
        (None, Some(_)) => TappedMail::Sealed,
        (Some(clear), Some(sealed)) if sealed < clear => TappedMail::ReadableOn(u32::from(clear) + 1),
        (Some(_), _) => TappedMail::Readable,
    };
    prop_assert_eq!(claim.is_forged, holds(&trace, StreamKind::Smtp, None, MESSAGES[1]));
    prop_assert_eq!((claim.mail, claim.several), (expected, connections.len() > 1));
    prop_assert_eq!(tap.leaked(Subject::Message).count(), usize::from(readable.is_some()));
    let hidden = tap.kept(Subject::Message).count() + tap.lost(Subject::Message).count();
    prop_assert_eq!(hidden, usize::from(readable.is_none() && sealed.is_some()));

    let attacked = |at: u16| trace.seat(at, Side::Server).actor == Actor::Attacker;
    let to_attacker = |sealed: &dyn Fn(u16) -> bool| connections.iter().copied().any(|at| attacked(at) && sealed(at));
    // A record that was changed on the way does not open for the attacker, either.
    let arrives = |at: u16| {
        let mut here = trace.events.iter().enumerate().filter(|(_, event)| event.connection == at);
        here.any(|(id, event)| {
            let text = if let What::Sent { text: Some(text), .. } = event.what { trace.octets(text) } else { &[] };
            text.windows(MESSAGES[0].len()).any(|part| part == MESSAGES[0]) && trace.sent(id).is_none()
        })
    };
    let mail_lost = to_attacker(&|at| inside(Some(at)) && !wire(Some(at)) && arrives(at));
    prop_assert_eq!(matches!(claim.lost, Lost::Mail | Lost::Both), mail_lost);
    // The password of PLAIN stands behind two NULs, that of LOGIN alone.
    let words = [
        base64(format!("\0{}\0{PASSWORD}", starttls_lab::smtp::profile::USER).as_bytes()),
        base64(PASSWORD.as_bytes()),
        base64(b"wrong"),
    ];
    let passwords = |layer, at| words.iter().any(|word| holds(&trace, layer, Some(at), word.as_bytes()));
    let password_lost = to_attacker(&|at| passwords(StreamKind::Smtp, at) && !passwords(StreamKind::Wire, at));
    if password_lost {
        prop_assert!(matches!(claim.lost, Lost::Login | Lost::Both), "{:?}", claim);
        prop_assert_eq!(tap.kept(Subject::Login).count(), 0);
    }
    // No thing is in two lists.
    let same = |one: &Fact, other: &Fact| one.subject == other.subject && one.value == other.value;
    let lists = [&tap.leaked, &tap.lost, &tap.kept];
    for (index, list) in lists.iter().enumerate() {
        for fact in list.iter() {
            prop_assert!(
                !lists[index + 1..].iter().any(|others| others.iter().any(|other| same(fact, other))),
                "{:?}",
                fact
            );
        }
    }
    // An attacker is one of the ends of a connection on which something is lost.
    for fact in &tap.lost {
        let event = &trace.events[fact.event];
        prop_assert_eq!(trace.seat(event.connection, event.who.other()).actor, Actor::Attacker);
    }
    Ok(())
}

#[test]
fn of_every_preset_and_cell_the_message_is_where_the_octets_have_it() {
    let cells = grid::places().map(|(policy, situation)| grid::scenario(policy, situation));
    let login = |scenario: Scenario| scenario.with(Edit::Credentials(Credentials::Plain));
    for scenario in PRESETS.iter().map(|preset| preset.scenario).chain(cells).flat_map(|one| [one, login(one)]) {
        is_true(&scenario).unwrap_or_else(|error| panic!("{scenario:?}: {error}"));
    }
}

/// The second hop of each of these is in clear, and its message is that of the first with a line on top.
#[test]
fn a_message_that_a_later_hop_sends_in_clear_has_leaked() {
    for path in [Path::Impostor, Path::Relay, Path::Misissued] {
        let base = scenario("impostor");
        let (claim, tap) = intro(&run(&base.with(Edit::Path(path)).with(Edit::ServerStack(TlsStack::Ws2003))));
        assert!(matches!(claim.mail, TappedMail::ReadableOn(2..)), "{path:?} {claim:?}");
        assert_eq!(tap.leaked(Subject::Message).count(), 1, "{path:?}");
        assert_eq!(tap.kept(Subject::Message).count() + tap.lost(Subject::Message).count(), 0, "{path:?}");
    }
}

#[test]
fn a_login_inside_tls_is_lost_to_the_impostor_who_answers_it() {
    let base = scenario("impostor");
    for (credentials, password) in [
        (Credentials::Plain, Password::Strong),
        (Credentials::Login, Password::Weak),
        (Credentials::Login, Password::Wrong),
    ] {
        let scenario = base.with(Edit::Credentials(credentials)).with(Edit::Password(password));
        let (claim, tap) = intro(&run(&scenario));
        assert!(matches!(claim.lost, Lost::Login | Lost::Both), "{credentials:?}");
        assert!(tap.lost(Subject::Login).count() >= 2 && tap.kept(Subject::Login).count() == 0, "{credentials:?}");
    }
    let (claim, _) = intro(&run(&base));
    assert_eq!(claim.lost, Lost::Mail);
    assert_eq!(intro(&run(&scenario("book-login"))).0.lost, Lost::Nothing);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn of_any_scenario_the_message_is_where_the_octets_have_it(scenario in any_scenario()) {
        is_true(&scenario)?;
    }
}
