//! An attacker who relays NTLM, by runs: what stops it and what does not. docs/rules.md N21, N22

use starttls_lab::bytes::from_base64;
use starttls_lab::dissect::dissect;
use starttls_lab::lab::run;
use starttls_lab::ntlm::{BindingFault, message_type};
use starttls_lab::scenario::{ClientPolicy, Epa, Offer, Password, Path, Scenario, Side, Switch, preset};
use starttls_lab::smtp::{Delivery, NtlmRefusal, NtlmVerdict, Obstacle};
use starttls_lab::story::say::{Facts, HeadlineClaim, headline};
use starttls_lab::story::{Story, Tone};
use starttls_lab::trace::{Actor, Trace, What};

fn relayed() -> Scenario {
    preset("ntlm-to-impostor").expect("a preset").scenario
}

/// What the receiver made of it.
fn verdict(trace: &Trace) -> NtlmVerdict {
    let mut judged = trace.events.iter().filter_map(|event| match event.what {
        What::NtlmJudged(verdict) => Some(verdict),
        _ => None,
    });
    let verdict = judged.next().expect("it judged");
    assert_eq!(judged.next(), None, "one login was passed on");
    verdict
}

/// The messages of NTLM on the connection whose client is this.
fn messages(trace: &Trace, client: Actor) -> Vec<Vec<u8>> {
    let reading = dissect(trace);
    let lines =
        reading.lines().filter(|(id, _)| trace.seat(trace.events[*id].connection, Side::Client).actor == client);
    let last_words = lines.filter_map(|(_, line)| from_base64(line.text.split(' ').next_back()?.as_bytes()));
    last_words.filter(|octets| message_type(octets).is_some()).collect()
}

/// The codes that the server of such a connection gives to the last message.
fn is_said(trace: &Trace, client: Actor, code: &str) -> bool {
    let reading = dissect(trace);
    reading.lines().any(|(id, line)| {
        let event = &trace.events[id];
        event.who == Side::Server
            && trace.seat(event.connection, Side::Client).actor == client
            && line.text.starts_with(code)
    })
}

#[test]
fn what_stops_a_relay_is_a_binding_that_is_asked_for() {
    let mut stopped = 0;
    for (policy, starttls) in [
        (ClientPolicy::Opportunistic, Offer::Offered),
        (ClientPolicy::Opportunistic, Offer::NotOffered),
        (ClientPolicy::Never, Offer::Offered),
        (ClientPolicy::Never, Offer::NotOffered),
    ] {
        for epa in [Epa::None, Epa::Allow, Epa::Require] {
            for client_binding in [Switch::Off, Switch::On] {
                let scenario = Scenario { policy, starttls, epa, client_binding, ..relayed() };
                let what = format!("{policy:?} {starttls:?} {epa:?} {client_binding:?}");
                let trace = run(&scenario);
                let up = |actor| {
                    let ups = trace.events.iter().filter(|event| matches!(event.what, What::TlsUp(_)));
                    ups.into_iter().any(|event| trace.seat(event.connection, Side::Client).actor == actor)
                };
                // Each on its own leg.
                assert_eq!(up(Actor::Sender), policy != ClientPolicy::Never, "{what}");
                assert_eq!(up(Actor::Attacker), starttls == Offer::Offered, "{what}");

                let bound = client_binding.is_on() && policy != ClientPolicy::Never;
                let expected = match (epa, bound, starttls) {
                    (Epa::None, ..) | (Epa::Allow, false, _) => NtlmVerdict::Admitted { sealed: true, bound: false },
                    (_, true, Offer::Offered) => NtlmVerdict::Refused(NtlmRefusal::Bindings(BindingFault::Differs)),
                    (_, false, Offer::Offered) => NtlmVerdict::Refused(NtlmRefusal::Bindings(BindingFault::Missing)),
                    _ => NtlmVerdict::Refused(NtlmRefusal::Bindings(BindingFault::NoTls)),
                };
                assert_eq!(verdict(&trace), expected, "{what}");

                // Nothing is altered, nothing is made.
                let ends = [Actor::Sender, Actor::Attacker].map(|client| messages(&trace, client));
                assert_eq!(ends[0].len(), 3, "{what}");
                assert_eq!(ends[0], ends[1], "{what}");

                let is_in = matches!(expected, NtlmVerdict::Admitted { .. });
                stopped += usize::from(!is_in);
                assert_eq!(is_said(&trace, Actor::Attacker, "235"), is_in, "{what}");
                assert!(is_said(&trace, Actor::Sender, "535") && !is_said(&trace, Actor::Sender, "235"), "{what}");

                let reading = dissect(&trace);
                let story = Story::of(&trace, &reading);
                let outcome = &story.outcome;
                assert_eq!(outcome.first.delivery, Some(Delivery::Deferred(Obstacle::Reply(535))), "{what}");
                assert_eq!((outcome.first.stored.as_ref(), outcome.onward.as_ref()), (None, None), "{what}");
                let own = outcome.relayed.as_ref().expect("a second hop");
                assert_eq!(own.delivery == Some(Delivery::Delivered), is_in, "{what}");
                let message = own.stored.as_ref().map(|(_, stored)| trace.octets(stored.message).to_vec());
                let message = message.map(|message| String::from_utf8(message).expect("ASCII"));
                assert_eq!(
                    message.is_some_and(|message| message.contains("From: <sales@somorita.com>")),
                    is_in,
                    "{what}"
                );
                assert_eq!(outcome.tone() == Tone::WithAttacker, is_in, "{what}");
                let said = headline(Facts { trace: &trace, reading: &reading, story: &story });
                assert_eq!(said == HeadlineClaim::AttackerLoggedIn, is_in, "{what}");
            }
        }
    }
    // Of 24: require stops all 8, allow those 2 that are bound.
    assert_eq!(stopped, 10);
}

#[test]
fn the_sender_who_looks_meets_no_attacker() {
    for policy in [ClientPolicy::Verified, ClientPolicy::VerifiedDomain] {
        let trace = run(&Scenario { policy, ..relayed() });
        assert!(messages(&trace, Actor::Sender).is_empty(), "{policy:?}");
        assert_eq!(trace.connections().count(), 1, "{policy:?}");
    }
}

#[test]
fn a_wrong_password_is_passed_on_once() {
    let trace = run(&Scenario { password: Password::Wrong, ..relayed() });
    assert!(matches!(verdict(&trace), NtlmVerdict::Refused(NtlmRefusal::Denied(_))));
    assert_eq!(trace.connections().count(), 2);
}

/// The session that the attacker keeps goes on when the sender has gone.
#[test]
fn both_connections_are_open_at_once() {
    let trace = run(&relayed());
    let of = |connection| {
        let at = |event: &&starttls_lab::trace::Event| event.connection == connection;
        let first = trace.events.iter().find(at).expect("opened").at;
        (first, trace.events.iter().rfind(at).expect("closed").at)
    };
    let ((sender, left), (attacker, ended)) = (of(0), of(1));
    assert!(sender < attacker && attacker < left && left < ended);
    assert!(trace.events.is_sorted_by_key(|event| event.at));
}

/// With another login, or none, it is an impostor like another.
#[test]
fn without_ntlm_he_takes_the_mail() {
    let scenario = Scenario { credentials: preset("book").expect("a preset").scenario.credentials, ..relayed() };
    assert!(scenario.conflict().is_some());
    let events = |path| run(&Scenario { path, ..scenario }).events;
    assert_eq!(events(Path::NtlmRelay), events(Path::Impostor));
}
