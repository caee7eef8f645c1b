//! NTLM logins as they are told: sessions of real clients.

use super::{capture, with};
use starttls_lab::bytes::{base64, from_base64, hex};
use starttls_lab::dissect::dissect_with;
use starttls_lab::ntlm::{Captured, WORDS, nt_owf_v1};
use starttls_lab::scenario::Side;
use starttls_lab::story::ntlm::{NtlmAttempt, NtlmCheck, attempts, tried};
use starttls_lab::story::say::{self, NtlmClaim, NtlmProof, WordsClaim};
use starttls_lab::story::wiretap::{Learnt, Subject, Wiretap};
use starttls_lab::text::EN;
use starttls_lab::trace::{Meeting, Recorder, Trace};

/// What the recordings of real clients hold: their name and three messages each.
fn clients() -> Vec<(&'static str, [Vec<u8>; 3])> {
    let blocks = include_str!("../data/ntlm/clients.txt").split("\n\n").skip(1);
    let octets = |text: &str| from_base64(text.as_bytes()).unwrap();
    let read = |block: &'static str| {
        let mut lines = block.lines();
        (lines.next().unwrap(), std::array::from_fn(|_| octets(lines.next().unwrap())))
    };
    blocks.map(read).collect()
}

fn client(name: &str) -> [Vec<u8>; 3] {
    clients().into_iter().find(|(who, _)| *who == name).unwrap().1
}

/// A session in clear with these logins.
fn session(logins: &[[Vec<u8>; 3]]) -> Trace {
    let mut recorder = Recorder::import(capture::SOURCE, None);
    recorder.open(Meeting::UNKNOWN);
    let mut say = |who, line: String| recorder.sent_clear(who, format!("{line}\r\n").as_bytes(), false);
    say(Side::Server, "220 ready".to_owned());
    for [offer, challenge, answer] in logins {
        say(Side::Client, "AUTH NTLM".to_owned());
        say(Side::Server, "334 NTLM supported".to_owned());
        say(Side::Client, base64(offer));
        say(Side::Server, format!("334 {}", base64(challenge)));
        say(Side::Client, base64(answer));
        say(Side::Server, "535 5.7.3 Authentication unsuccessful".to_owned());
    }
    recorder.finish(Vec::new())
}

fn attempt([offer, challenge, answer]: [Vec<u8>; 3]) -> NtlmAttempt {
    NtlmAttempt { event: 0, offer, challenge, answer }
}

/// The proof is the password's, the seal that of all three messages, and the binding that of the certificate.
#[test]
fn what_is_found_with_the_password() {
    const OK: NtlmCheck = NtlmCheck { proof: true, mic: None, binding: None };
    let certificate = from_hex("2978231f17003ddb22797d16d1c77c34").try_into().unwrap();
    for (who, messages) in clients() {
        let attempt = attempt(messages);
        let expected = match who {
            "swaks, version 1" => None,
            "curl, wrong password" => Some(NtlmCheck { proof: false, ..OK }),
            "pyspnego, inside TLS" => Some(NtlmCheck { mic: Some(true), binding: Some(true), ..OK }),
            "pyspnego" => Some(NtlmCheck { mic: Some(true), ..OK }),
            _ => Some(OK),
        };
        assert_eq!(attempt.check(&nt_owf_v1("Summer2009"), Some(certificate)), expected, "{who}");
    }
    let bound = attempt(client("pyspnego, inside TLS"));
    let wrong = NtlmCheck { proof: false, mic: Some(false), binding: Some(false) };
    assert_eq!(bound.check(&nt_owf_v1("summer2009"), Some([0; 16])), Some(wrong));
    let bent = |which: usize, at: usize| {
        let mut messages = client("pyspnego, inside TLS");
        messages[which][at] ^= 1;
        attempt(messages).check(&nt_owf_v1("Summer2009"), Some(certificate))
    };
    let sealed = Some(NtlmCheck { mic: Some(false), ..NtlmCheck { binding: Some(true), ..OK } });
    assert_eq!(bent(0, 13), sealed, "a flag of the offer is under the seal");
    assert_eq!(bent(2, 64), sealed, "and the version in the answer");
}

fn from_hex(hex: &str) -> Vec<u8> {
    (0..hex.len() / 2).map(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).unwrap()).collect()
}

#[test]
fn a_weak_password_falls_and_a_strong_one_does_not() {
    let captured = |proof: &str| {
        let curl = attempt(client("curl")).captured().unwrap();
        Captured { proof: from_hex(proof).try_into().unwrap(), ..curl }
    };
    let weak = attempt(client("curl")).captured().unwrap();
    assert_eq!(say::words(&weak), WordsClaim { words: 15, found: Some((14, "Summer2009")) });
    let none = captured("00000000000000000000000000000000");
    assert_eq!(say::words(&none), WordsClaim { words: 15, found: None });
    assert_eq!(tried(&none).map(|(word, _)| word), WORDS);
    assert_eq!(tried(&weak).iter().filter(|(_, guess)| guess.fits).count(), 1);
    assert_eq!(hex(&tried(&weak)[13].1.proof), "20d609348331e627f04640e6988b6a02", "as its server computed it");
}

#[test]
fn each_message_says_what_it_is_for() {
    let claims = |who: &str| {
        let trace = session(&[client(who)]);
        with(&trace, |facts| (0..trace.events.len()).filter_map(|id| say::ntlm(facts, id)).collect::<Vec<_>>())
    };
    let curl = claims("curl");
    assert_eq!(curl[0], NtlmClaim::Offer { windows: None, names: false });
    let NtlmClaim::Challenge { target, computer, windows } = &curl[1] else { panic!("{curl:?}") };
    assert_eq!((target.as_str(), computer.as_deref()), ("SOMORITA", Some("EX2010")));
    assert_eq!(windows.unwrap().to_string(), "6.1.7601");
    let answer = |name: &str, proves| NtlmClaim::Answer {
        user: "alice".to_owned(),
        domain: "SOMORITA".to_owned(),
        workstation: name.to_owned(),
        proves,
        check: None, // of a session of others the password is not known
    };
    assert_eq!(curl[2..], [answer("WORKSTATION", Some(NtlmProof { has_mic: false, is_bound: false }))]);
    let bound = Some(NtlmProof { has_mic: true, is_bound: true });
    assert_eq!(claims("pyspnego, inside TLS")[2..], [answer("VM", bound)]);
    assert_eq!(claims("swaks, version 1")[2..], [answer("alice", None)]);
    assert!(matches!(claims("nodemailer")[0], NtlmClaim::Offer { names: true, .. }));
    let sentences: Vec<String> = curl.iter().map(EN.ntlm.claim).collect();
    assert!(sentences[2].contains("In clear: alice, of SOMORITA, on WORKSTATION."), "{sentences:?}");
}

#[test]
fn what_a_listener_learns_of_a_login() {
    let trace = session(&[client("pyspnego")]);
    let tapped = dissect_with(&trace, &[]);
    let tap = Wiretap::of(&trace, &tapped, &tapped);
    let told = |subject| {
        let facts = tap.leaked(subject).map(|fact| match &fact.value {
            Learnt::Field { name, value } => format!("{name} {value}"),
            other => panic!("{other:?}"),
        });
        facts.collect::<Vec<_>>()
    };
    assert_eq!(
        told(Subject::NtlmNames),
        [
            "TargetName SOMORITA",
            "MsvAvNbComputerName EX2010",
            "MsvAvNbDomainName SOMORITA",
            "MsvAvDnsComputerName ex2010.somorita.com",
            "MsvAvDnsDomainName somorita.com",
            "MsvAvDnsTreeName somorita.com",
            "UserName alice",
            "DomainName SOMORITA",
            "Workstation VM",
        ]
    );
    assert_eq!(told(Subject::Windows(Side::Server)), ["Version 6.1.7601"]);
    assert_eq!(told(Subject::Windows(Side::Client)), ["Version 0.12.4"], "its own number, and no Windows");
    assert_eq!(
        told(Subject::NtlmProof),
        [
            "ServerChallenge 0123456789abcdef",
            "ChallengeFromClient e79c497d217dca2c",
            "Response cb113e9571705b8dd3fd352c113e5a67",
        ]
    );
    assert!(told(Subject::Login).is_empty(), "no password is said");
}

/// Each with the challenge that was made for it.
#[test]
fn attempts_are_told_apart() {
    let trace = session(&[client("curl, wrong password"), client("swaks, version 1"), client("nodemailer")]);
    with(&trace, |facts| {
        let fits: Vec<Option<bool>> = attempts(facts.trace, facts.reading)
            .iter()
            .map(|attempt| attempt.captured().map(|captured| captured.guess("Summer2009").fits))
            .collect();
        assert_eq!(fits, [Some(false), None, Some(true)]);
    });
}
