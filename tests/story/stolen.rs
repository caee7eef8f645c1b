//! The server's private key, stolen later: what it opens of a recording, from the octets and this key alone.

use starttls_lab::dissect::handshake::MessageKind;
use starttls_lab::dissect::{Reading, dissect, dissect_with, premasters};
use starttls_lab::lab::{run, server_key};
use starttls_lab::scenario::{Credentials, Edit, PRESETS, Scenario, TlsStack, preset};
use starttls_lab::story::Story;
use starttls_lab::story::say::{self, Facts, KeyRole, StolenClaim};
use starttls_lab::story::wiretap::{Subject, Wiretap};
use starttls_lab::text::EN;
use starttls_lab::tls::RsaKey;
use starttls_lab::trace::Trace;
use starttls_lab::ui::study::Study;

fn old(stack: TlsStack) -> Scenario {
    let postfix = preset("postfix").expect("a preset").scenario;
    postfix.with(Edit::ClientStack(stack)).with(Edit::ServerStack(stack))
}

/// What a listener reads who has these keys and, whatever the trace holds, no secret.
fn reading(trace: &Trace, keys: &[RsaKey]) -> Reading {
    let tapped = dissect_with(trace, &[]);
    dissect_with(trace, &premasters(&tapped, keys))
}

fn sealed(trace: &Trace, reading: &Reading) -> usize {
    let messages = (0..trace.events.len()).flat_map(|id| reading.messages(id));
    messages.filter(|message| message.kind == MessageKind::Sealed).count()
}

fn claim(trace: &Trace, keys: &[RsaKey]) -> StolenClaim {
    let ends = dissect(trace);
    let story = Story::of(trace, &ends);
    let facts = Facts { trace, reading: &ends, story: &story };
    say::stolen(facts, &dissect_with(trace, &[]), &reading(trace, keys))
}

#[test]
fn where_keys_were_exchanged_by_rsa_the_key_opens_all_that_the_ends_know() {
    for stack in [TlsStack::Ws2003, TlsStack::Ws2008] {
        let scenario = old(stack).with(Edit::Credentials(Credentials::Plain));
        let trace = run(&scenario);
        let key = server_key(&scenario).expect("an RSA key");
        let (ends, tapped) = (dissect(&trace), dissect_with(&trace, &[]));
        let stolen = reading(&trace, std::slice::from_ref(&key));
        assert!(sealed(&trace, &tapped) > 10, "{stack:?}");
        assert_eq!(stolen.entries, ends.entries, "{stack:?}");

        // The trace's own secrets have no part in it.
        let without = Trace { secrets: Vec::new(), ..trace.clone() };
        assert_eq!(reading(&without, std::slice::from_ref(&key)), stolen, "{stack:?}");

        let (before, after) = (Wiretap::of(&trace, &ends, &tapped), Wiretap::of(&trace, &ends, &stolen));
        for subject in [Subject::Envelope, Subject::Message] {
            let counts = |tap: &Wiretap| (tap.leaked(subject).count(), tap.kept(subject).count());
            assert_eq!((counts(&before).0, counts(&after).1), (0, 0), "{stack:?} {subject:?}");
            assert_eq!(counts(&before).1, counts(&after).0, "{stack:?} {subject:?}");
            assert!(counts(&after).0 > 0, "{stack:?} {subject:?}");
        }
        assert!(after.kept.is_empty() && after.leaked(Subject::Sizes).next().is_none(), "{stack:?}");

        let claim = claim(&trace, &[key]);
        assert_eq!((claim.opened, claim.sealed), (claim.sealed, sealed(&trace, &tapped)), "{stack:?}");
        assert_eq!(claim.roles, [(1, KeyRole::Decrypts)], "{stack:?}");
    }
}

#[test]
fn the_login_that_was_sealed_is_the_listener_s_too() {
    let scenario = preset("book-login").expect("a preset").scenario;
    let scenario = scenario.with(Edit::ClientStack(TlsStack::Ws2008)).with(Edit::ServerStack(TlsStack::Ws2008));
    let study = Study::of(&scenario);
    let (before, after) = (study.wiretap(), &study.stolen().wiretap);
    let login = before.kept(Subject::Login).count();
    assert!(login > 0 && before.leaked(Subject::Login).next().is_none());
    assert_eq!((after.leaked(Subject::Login).count(), after.kept(Subject::Login).count()), (login, 0));
}

/// The ends of today make keys for each session: the one that is stolen signs, and opens nothing.
#[test]
fn with_forward_secrecy_nothing_more_opens() {
    for preset in PRESETS.iter().filter(|preset| preset.scenario.server_stack == TlsStack::Rustls) {
        let study = Study::of(&preset.scenario);
        assert_eq!(study.stolen().reading, *study.tapped(), "{}", preset.name);
        assert_eq!(study.stolen().wiretap, *study.wiretap(), "{}", preset.name);
        let claim = say::stolen(study.facts(), study.tapped(), &study.stolen().reading);
        assert_eq!(claim.opened, 0, "{}", preset.name);
        for (_, role) in &claim.roles {
            assert!(matches!(role, KeyRole::Signs { .. } | KeyRole::Nothing { .. }), "{}: {role:?}", preset.name);
        }
    }
}

#[test]
fn another_server_s_key_opens_nothing() {
    let (one, other) = (old(TlsStack::Ws2003), old(TlsStack::Ws2008));
    for (scenario, of) in [(one, other), (other, one)] {
        let trace = run(&scenario);
        let key = server_key(&of).expect("an RSA key");
        assert_eq!(claim(&trace, &[key]).opened, 0);
    }
    assert_eq!(server_key(&preset("postfix").expect("a preset").scenario), None, "rustls signs");
}

#[test]
fn why_it_opens_or_does_not_is_said_with_its_source() {
    let said = |scenario: &Scenario| {
        let study = Study::of(scenario);
        let claim = say::stolen(study.facts(), study.tapped(), &study.stolen().reading);
        let roles = claim.roles.iter().map(|(_, role)| (EN.inspector.key_role)(None, *role)).collect::<String>();
        let source = claim.roles.first().map_or("", |(_, role)| role.source());
        ((EN.inspector.stolen)(&claim), roles, source)
    };
    let (opened, why, source) = said(&old(TlsStack::Ws2008));
    assert!(opened.ends_with("all open.") && why.starts_with("RSA key exchange"), "{opened} {why}");
    assert_eq!(source, "RFC 5246 §F.1.1.2");
    for (preset_name, rfc) in [("book", "RFC 5246 §F.1.1.3"), ("book-tls13", "RFC 8446 §E.1")] {
        let (opened, why, source) = said(&preset(preset_name).expect("a preset").scenario);
        assert!(opened.ends_with("none opens.") && why.starts_with("Forward secrecy"), "{opened} {why}");
        assert_eq!(source, rfc);
    }
    let (opened, why, _) = said(&preset("not-offered").expect("a preset").scenario);
    assert!(opened.contains("Nothing was sealed") && why.is_empty(), "{opened} {why}");
}

/// One server, one RSA certificate, and the suite alone decides: the key that signs a key for the session does not open it.
#[test]
fn the_suite_decides_what_the_same_key_opens() {
    let ephemeral = KeyRole::Signs { is_tls13: false };
    let lines = [
        ("ws2003", "TLS_RSA_WITH_RC4_128_MD5", KeyRole::Decrypts, true),
        ("ws2003", "TLS_RSA_WITH_3DES_EDE_CBC_SHA", KeyRole::Decrypts, true),
        ("ws2008", "TLS_RSA_WITH_AES_256_CBC_SHA", KeyRole::Decrypts, true),
        // The certificate's key is short enough for one kind of export, and too long for the other.
        ("ws2003", "TLS_RSA_EXPORT1024_WITH_RC4_56_SHA", KeyRole::Decrypts, true),
        ("ws2003", "TLS_RSA_EXPORT_WITH_RC4_40_MD5", KeyRole::SignsTemporary, true),
        ("ws2008", "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA_P256", ephemeral, true),
        ("ws2008", "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA_P521", ephemeral, false),
        ("ws2003", "TLS_DHE_DSS_WITH_3DES_EDE_CBC_SHA", ephemeral, false),
    ];
    for (stack, line, role, is_rsa) in lines {
        let link = format!("preset=postfix&client_stack={stack}&server_stack={stack}&client_suite={line}");
        let shared = starttls_lab::share::read(&link);
        assert!(shared.notices.is_empty(), "{link}: {:?}", shared.notices);
        assert_eq!(server_key(&shared.scenario).is_some(), is_rsa, "{line}");
        let study = Study::of(&shared.scenario);
        let claim = say::stolen(study.facts(), study.tapped(), &study.stolen().reading);
        assert_eq!(claim.roles, [(1, role)], "{line}");
        let opened = if role == KeyRole::Decrypts { claim.sealed } else { 0 };
        assert!(claim.opened == opened && claim.sealed > 10, "{line}: {claim:?}");
        let reads = study.stolen().wiretap.leaked(Subject::Message).count();
        assert_eq!(reads, usize::from(role == KeyRole::Decrypts), "{line}");
    }
}

/// The two presets differ in the suite alone. What the key of the one opens is all; of the other, nothing.
#[test]
fn the_presets_of_the_stolen_key_differ_in_what_it_opens() {
    let [rsa, ecdhe] = ["rsa-stolen-key", "forward-secret"].map(|name| preset(name).expect("a preset").scenario);
    assert_eq!(rsa.edits_from(&ecdhe).iter().map(|edit| edit.key()).collect::<Vec<_>>(), ["client_suite"]);
    let key = server_key(&rsa).expect("an RSA key");
    assert_eq!(server_key(&ecdhe).as_ref(), Some(&key));
    for (scenario, opens) in [(rsa, true), (ecdhe, false)] {
        let trace = run(&scenario);
        // A recording: what was on the wire, and no secret of the ends.
        let recording = Trace { secrets: Vec::new(), ..trace };
        let opened = reading(&recording, std::slice::from_ref(&key));
        let is_read = opened.lines().any(|(_, line)| line.text.contains("Subject: Quarterly figures"));
        assert_eq!((is_read, sealed(&recording, &opened) == 0), (opens, opens));
    }
}

/// Where a suite has no cipher, a listener needs no key.
#[test]
fn of_a_suite_without_a_cipher_nothing_was_sealed() {
    let link = "preset=postfix&client_stack=ws2003&server_stack=ws2003&client_suite=TLS_RSA_WITH_NULL_SHA";
    let study = Study::of(&starttls_lab::share::read(link).scenario);
    let claim = say::stolen(study.facts(), study.tapped(), &study.stolen().reading);
    assert_eq!((claim.sealed, claim.opened, claim.roles.len()), (0, 0, 0));
    assert_eq!(study.wiretap().leaked(Subject::Message).count(), 1);
}
