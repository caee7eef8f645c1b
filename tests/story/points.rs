//! What is said at the points of a session, where it was true of one server, one program or one alert only.

use crate::{linked, with};
use starttls_lab::lab::run;
use starttls_lab::registry::Version;
use starttls_lab::scenario::{PRESETS, Side};
use starttls_lab::smtp::TlsVerb;
use starttls_lab::story::say::{self, Disagreement, FirstHop, LessonClaim, MissingClaim, ReplyClaim, StepClaim};
use starttls_lab::story::{Checkpoint, Part};
use starttls_lab::text::EN;

fn missing(link: &str, checkpoint: Checkpoint) -> MissingClaim {
    with(&run(&linked(link)), |facts| say::missing(facts, facts.story.first(), Part::Point(checkpoint)))
}

fn name(link: &str, checkpoint: Checkpoint) -> String {
    with(&run(&linked(link)), |facts| {
        (EN.points.name)(&say::point(facts, facts.story.first(), Part::Point(checkpoint)))
    })
}

fn lesson(link: &str, checkpoint: Checkpoint) -> String {
    with(&run(&linked(link)), |facts| {
        let claim = say::lesson(facts, facts.story.first(), Part::Point(checkpoint));
        (EN.points.lesson)(&claim).paragraphs.join(" ")
    })
}

/// The claims of the replies of a run, with their lines.
fn replies(link: &str) -> Vec<(String, ReplyClaim)> {
    let trace = run(&linked(link));
    with(&trace, |facts| {
        let steps = (0..trace.events.len()).filter_map(|id| match say::step(facts, id) {
            StepClaim::Reply(claim) => Some((facts.reading.line(id)?.text.clone(), claim)),
            _ => None,
        });
        steps.collect()
    })
}

/// Why there is no AUTH in clear is told by the list inside TLS, and where there is none it is not told.
#[test]
fn a_server_without_mechanisms_is_not_said_to_hold_them_back() {
    let auth = Checkpoint::AuthBeforeTls;
    assert_eq!(missing("#preset=book&auth_mechanism=Tls", auth), MissingClaim::NoAuthAtAll);
    assert_eq!(missing("#preset=postfix", auth), MissingClaim::NoAuthInClear);
    assert_eq!(missing("#preset=stripped", auth), MissingClaim::NoAuthListed);
    let held = lesson("#preset=book", auth);
    assert!(
        held.contains("`LOGIN` and `PLAIN` would send the password") && held.contains("inside TLS alone"),
        "{held}"
    );
    let none_held = lesson("#preset=book&auth_mechanism=Tls+Integrated", auth);
    assert!(!none_held.contains("would send the password"), "{none_held}");
}

/// "Only" is said where there is more to come.
#[test]
fn auth_offers_only_what_it_offers_less_of() {
    let auth = Checkpoint::AuthBeforeTls;
    assert_eq!(name("#preset=book", auth), "AUTH offers NTLM only");
    let everything = "#preset=book&auth_mechanism=Tls+Integrated+BasicAuth+ExchangeServer";
    assert_eq!(name(everything, auth), "AUTH offers NTLM, LOGIN and PLAIN");
    assert_eq!(name("#preset=not-offered", auth), "AUTH offers NTLM");
}

/// Of a list without AUTH no sentence ends in nothing.
#[test]
fn a_list_without_auth_has_a_sentence_of_its_own() {
    for preset in PRESETS {
        let words = lesson(&format!("#preset={}", preset.name), Checkpoint::AuthBeforeTls);
        assert!(!words.contains(" .") && !words.contains("``"), "{}: {words}", preset.name);
    }
    assert!(lesson("#preset=stripped", Checkpoint::AuthBeforeTls).starts_with("In clear this server lists no `AUTH`."));
}

#[test]
fn what_was_listed_and_overwritten_is_told_so() {
    let offered = Checkpoint::StarttlsOffered;
    assert_eq!(missing("#preset=stripped", offered), MissingClaim::Overwritten(TlsVerb::StartTls));
    assert_eq!(name("#preset=stripped", offered), "STARTTLS overwritten on the way");
    assert_eq!(missing("#preset=not-offered", offered), MissingClaim::NotListed(TlsVerb::StartTls));
    assert_eq!(name("#preset=not-offered", offered), "STARTTLS not advertised");
}

/// An alert tells what the ends could not agree on; the versions are not always at fault.
#[test]
fn a_refused_handshake_is_told_by_its_alert() {
    let of = |link: &str| {
        with(&run(&linked(link)), |facts| {
            match say::lesson(facts, facts.story.first(), Part::Point(Checkpoint::Negotiation)) {
                LessonClaim::NoAgreement { offered, because, alert } => (offered.to_vec(), because, alert),
                other => panic!("{link}: {other:?}"),
            }
        })
    };
    let (offered, because, alert) = of("#preset=old-client");
    assert_eq!((offered, alert), (vec![Version::TLS10], Some((Side::Server, 40))));
    assert_eq!(because, Disagreement::Parameters);
    assert_eq!(of("#preset=old-server").1, Disagreement::Parameters);
    assert_eq!(of("#preset=no-common-version").1, Disagreement::Version);
    let words = lesson("#preset=old-client", Checkpoint::Negotiation);
    assert!(words.contains("signature algorithms") && !words.contains("takes none of it"), "{words}");
}

/// What other programs do, the page does not deny.
#[test]
fn habits_are_told_of_the_programs_that_have_them() {
    for link in ["#preset=no-common-version", "#preset=old-client", "#preset=book"] {
        let words = lesson(link, Checkpoint::Negotiation);
        assert!(!words.contains("no mail server") && !words.contains("in SMTP the policy"), "{link}: {words}");
        assert!(words.contains("Exchange") && words.contains("Postfix"), "{link}: {words}");
    }
    // A sender that requires TLS does not go on after a 250, and is not said to.
    let words = lesson("#preset=book-250&policy=required", Checkpoint::StarttlsAccepted);
    assert!(!words.contains("goes on without TLS"), "{words}");
}

/// One code, two meanings: TLS first, or a proof first. RFC 3207 §4, RFC 4954 §6
#[test]
fn a_530_is_told_by_what_it_asks_for() {
    let of_530 = |link| replies(link).into_iter().find(|(line, _)| line.starts_with("530")).expect("a 530");
    assert_eq!(of_530("#preset=server-requires-tls").1, ReplyClaim::TlsFirst);
    let (line, claim) = of_530("#preset=client-certificate-missing");
    assert_eq!((line.as_str(), claim), ("530 5.7.1 Not authenticated", ReplyClaim::NotAuthenticated));
    let in_clear = of_530("#preset=domain-secured&policy=never&send_domain_secure=off");
    assert_eq!(in_clear.1, ReplyClaim::NotAuthenticated);
}

/// The client learns nothing but the code; the trace, and so the page, has the reason.
#[test]
fn why_ntlm_is_refused_is_said() {
    for (link, reason) in [
        ("#preset=ntlm-wrong", "wrong password: the proof differs (STATUS_WRONG_PASSWORD, 0xC000006A)"),
        ("#preset=ntlm-clear-weak&epa=require", "here is no TLS to which the answer could be bound"),
        ("#preset=ntlm-inside-tls&epa=require", "the answer is bound to no certificate, and has to be"),
        ("#preset=ntlm-inside-tls&path=impostor", "unknown user (STATUS_NO_SUCH_USER, 0xC0000064)"),
    ] {
        let claims: Vec<ReplyClaim> = replies(link).into_iter().map(|(_, claim)| claim).collect();
        for claim in [ReplyClaim::NtlmSupported, ReplyClaim::Challenge, ReplyClaim::NtlmRefused] {
            assert!(claims.contains(&claim), "{link}: {claims:?}");
        }
        let words = with(&run(&linked(link)), |facts| (EN.outcome.because)(&say::because(facts)));
        assert!(words.contains(reason), "{link}: {words}");
    }
    for link in ["#preset=ntlm-inside-tls&epa=require&client_binding=on", "#preset=ntlm-clear-strong"] {
        let claims: Vec<ReplyClaim> = replies(link).into_iter().map(|(_, claim)| claim).collect();
        assert!(claims.contains(&ReplyClaim::LoginAccepted), "{link}: {claims:?}");
    }
    let trace = run(&linked("#preset=book&credentials=wrong_password"));
    assert!(with(&trace, |facts| matches!(say::because(facts).first, FirstHop::Answered(_))));
}

/// The word behind "with" is the one in the Received field. RFC 3848
#[test]
fn the_word_for_the_transfer_is_that_of_the_field() {
    for (link, word) in
        [("#preset=book", "ESMTPS"), ("#preset=book-login", "ESMTPSA"), ("#preset=not-offered", "ESMTP")]
    {
        let trace = run(&linked(link));
        with(&trace, |facts| {
            let stored = &facts.story.outcome.first.stored.as_ref().expect("it is stored").1;
            let message = String::from_utf8_lossy(trace.octets(stored.message)).into_owned();
            assert!(message.contains(&format!(" with {word} id ")), "{message}");
            let claims = (0..trace.events.len()).map(|id| say::step(facts, id));
            let words = claims
                .filter(|claim| matches!(claim, StepClaim::Stored { .. }))
                .map(|claim| (EN.inspector.step)(&claim));
            let words: Vec<String> = words.collect();
            assert!(words.len() == 1 && words[0].contains(&format!("“{word}”")), "{words:?}");
        });
    }
}
