//! The server machine and the profiles that it has.

use crate::servers::config;
use starttls_lab::scenario::{AuthMechanism, ServerProfile, Value};
use starttls_lab::smtp::profile::{profile, relay};
use starttls_lab::smtp::server::{Config, Server};
use starttls_lab::smtp::{Forgotten, Input, Mechanism, Note, Output, Violation};

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

#[test]
fn a_failed_login_is_forgotten_too() {
    let forgets = |password: &str| {
        let auth = <AuthMechanism as Value>::parse("Tls+BasicAuth").expect("a password may go in clear");
        let mut server = Server::new(Config { auth, ..config(profile(ServerProfile::Exchange)) });
        for line in ["EHLO a.example", "AUTH LOGIN", "dXNlcg==", password, "STARTTLS"] {
            answers(&mut server, Input::Bytes(format!("{line}\r\n").as_bytes()));
        }
        server.receive(Input::TlsUp);
        let outputs: Vec<Output> = std::iter::from_fn(|| server.poll()).collect();
        outputs.into_iter().find_map(|output| match output {
            Output::Note(Note::Forgot(forgotten)) => Some(forgotten),
            _ => None,
        })
    };
    assert_eq!(forgets("d3Jvbmc="), Some(vec![Forgotten::PeerName, Forgotten::FailedLogins]));
    assert_eq!(forgets("*"), Some(vec![Forgotten::PeerName]), "cancelled, which is not failed");
}

#[test]
fn each_command_out_of_turn_is_told_what_it_lacks() {
    let (mail, rcpt) = ("MAIL FROM:<a@b.example>", "RCPT TO:<office@partner.example>");
    for id in [ServerProfile::Book, ServerProfile::Exchange, ServerProfile::Postfix] {
        let profile = profile(id);
        let rcpt = rcpt.replace("partner.example", profile.domain);
        let says = profile.says;
        let begun = ["EHLO client.example", mail];
        let cases: &[(&[&str], &[&str], &str)] = &[
            (&[], &[mail, &rcpt, "DATA", "BDAT 0 LAST"], says.hello_first),
            (&begun[..1], &[&rcpt, "DATA", "BDAT 0", "BDAT 0 LAST"], says.mail_first),
            (&begun, &["DATA", "BDAT 0", "BDAT 0 LAST"], says.rcpt_first),
            (&begun, &[mail], says.mail_again),
            (&[begun[0], mail, &rcpt], &[mail], says.mail_again),
            (&[begun[0], mail, &rcpt, "BDAT 0"], &[mail], says.mail_again),
            (&[begun[0], mail, &rcpt, "BDAT 0"], &[&rcpt, "DATA"], says.out_of_sequence),
        ];
        for (before, commands, expected) in cases {
            for command in *commands {
                let mut server = Server::new(config(profile));
                for line in *before {
                    answers(&mut server, Input::Bytes(format!("{line}\r\n").as_bytes()));
                }
                while server.poll().is_some() {}
                let said = answers(&mut server, Input::Bytes(format!("{command}\r\n").as_bytes())).0;
                assert_eq!(said.trim_end(), *expected, "{id:?}: {command} after {before:?}");
            }
        }
    }
}
