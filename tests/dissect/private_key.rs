//! Sessions of OpenSSL, opened with the private key of the server and without a key log.

use crate::capture::vector_trace;
use starttls_lab::dissect::handshake::MessageKind;
use starttls_lab::dissect::{Reading, dissect, premasters};
use starttls_lab::files::{Format, write};
use starttls_lab::import::{capture, keylog};
use starttls_lab::story::Story;
use starttls_lab::story::account::MailAnswer;
use starttls_lab::story::say::Facts;
use starttls_lab::text::EN;
use starttls_lab::tls::Secret;
use starttls_lab::trace::Trace;

const SESSIONS: [&str; 4] = ["002f-private-key", "003d-private-key", "002f-private-key-tls10", "009d-private-key"];

fn pem(form: &str) -> Vec<u8> {
    let path = format!("{}/tests/data/openssl/private-key.{form}.pem", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(path).expect("a file")
}

fn session(name: &str) -> Trace {
    vector_trace(&format!("openssl/{name}.txt"))
}

fn sealed(trace: &Trace, reading: &Reading) -> usize {
    let messages = (0..trace.events.len()).flat_map(|id| reading.messages(id));
    messages.filter(|message| message.kind == MessageKind::Sealed).count()
}

/// What a trace of these octets says with other secrets.
fn with(trace: &Trace, secrets: Vec<Secret>) -> Trace {
    Trace { secrets, ..trace.clone() }
}

#[test]
fn the_server_s_key_opens_what_its_key_log_does() {
    for (name, form) in SESSIONS.iter().flat_map(|name| [(name, "pkcs1"), (name, "pkcs8")]) {
        let trace = session(name);
        let keys = keylog::read(&pem(form)).keys;
        assert_eq!(keys.len(), 1);
        let tapped = with(&trace, Vec::new());
        assert!(sealed(&tapped, &dissect(&tapped)) > 3, "{name}");
        let found = premasters(&dissect(&tapped), &keys);
        assert_eq!(
            found.iter().map(|secret| (secret.label.as_str(), secret.secret.len())).collect::<Vec<_>>(),
            [("RSA", 48)]
        );
        let opened = with(&trace, found);
        let (by_log, by_key) = (dissect(&trace), dissect(&opened));
        assert_eq!(sealed(&opened, &by_key), 0, "{name}");
        assert_eq!(by_key.entries, by_log.entries, "{name}");
    }
}

/// With an ephemeral key exchange the key of the certificate opens nothing.
#[test]
fn the_server_s_key_opens_no_session_with_forward_secrecy() {
    let trace = session("c028");
    assert_eq!(sealed(&trace, &dissect(&trace)), 0);
    assert_eq!(premasters(&dissect(&trace), &keylog::read(&pem("pkcs8")).keys), []);
}

/// Beside a capture, in place of a key log and together with one; what was found is in the key log that is written.
#[test]
fn a_key_beside_a_capture_opens_it() {
    for name in SESSIONS {
        let trace = session(name);
        let (reading, story) = (dissect(&trace), Story::of(&trace, &dissect(&trace)));
        let file = write(Format::Pcapng, Facts { trace: &trace, reading: &reading, story: &story }, &EN);
        let tapped = with(&trace, Vec::new());
        let facts = Facts { trace: &tapped, reading: &dissect(&tapped), story: &story };
        let without_keys = write(Format::Pcapng, facts, &EN);
        let by_log = capture(name, &file, b"").trace;
        let both = [b"# keys\n", pem("pkcs1").as_slice(), b"\nRSA 0000000000000000 00\n"].concat();
        for beside in [&pem("pkcs1"), &both] {
            let imported = capture(name, &without_keys, beside);
            assert_eq!((imported.trace.events.len(), imported.ignored.len()), (by_log.events.len(), 0), "{name}");
            assert_eq!(dissect(&imported.trace).entries, dissect(&by_log).entries, "{name}");
            let log = write(Format::KeyLog, Facts { trace: &imported.trace, reading: &reading, story: &story }, &EN);
            assert_eq!(capture(name, &without_keys, &log).trace.events, by_log.events, "{name}");
        }
        assert!(dissect(&by_log).lines().count() > 0, "{name}");
    }
}

/// A mail that was sent to a server with this key, and the lines as tshark reads them with the same key.
#[test]
fn a_recorded_mail_is_told_as_delivered_once_the_key_is_there() {
    let file = std::fs::read(format!("{}/tests/data/openssl/private-key.pcapng", env!("CARGO_MANIFEST_DIR")));
    let file = file.expect("a file");
    let trace = |keys: &[u8]| capture("private-key", &file, keys).trace;
    let told = |trace: &Trace| {
        let story = Story::of(trace, &dissect(trace));
        let [mail] = story.first().account.mails.as_slice() else { return None };
        Some((mail.from.clone(), mail.inside_tls, mail.fate.value))
    };
    assert_eq!(told(&trace(b"")), None);
    let opened = trace(&pem("pkcs8"));
    assert_eq!(told(&opened), Some(("<a@client.example.test>".to_owned(), true, Some(MailAnswer::Taken))));
    let inside: Vec<String> = dissect(&opened)
        .lines()
        .filter(|(id, _)| opened.sealed(&opened.events[*id]))
        .map(|(_, line)| line.text.clone())
        .collect();
    let tshark = [
        "ehlo client.example.test",
        "250-mx.example.test",
        "250 8BITMIME",
        "mail FROM:<a@client.example.test>",
        "250 2.1.0 Ok",
        "rcpt TO:<b@mx.example.test>",
        "250 2.1.0 Ok",
        "data",
        "354 Go ahead",
        "Subject: test",
        "250 2.0.0 Queued",
        "quit",
        "221 2.0.0 Bye",
    ];
    assert_eq!(inside.len(), tshark.len());
    assert!(inside.iter().zip(tshark).all(|(ours, theirs)| ours.starts_with(theirs)), "{inside:?}");
}
