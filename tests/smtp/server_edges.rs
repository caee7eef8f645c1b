//! The server machine and the profiles that it has.

use crate::servers::config;
use starttls_lab::bytes::base64;
use starttls_lab::scenario::{AuthMechanism, Offer, ServerProfile, Value};
use starttls_lab::smtp::profile::{PASSWORD, POSTFIX, Profile, USER, profile, relay};
use starttls_lab::smtp::server::{Config, Server};
use starttls_lab::smtp::{Forgotten, Input, Mechanism, Note, Output, SubmitQuestion, Violation};

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
        (profile.id, profile.host, profile.domain, profile.zone)
    };
    use ServerProfile::{Book, Exchange, Postfix};
    assert_eq!(has(Book), (Book, "ex2010.somorita.com", "somorita.com", -420));
    assert_eq!(has(Exchange), (Exchange, "ex2010.partner.example", "partner.example", 0));
    assert_eq!(has(Postfix), (Postfix, "mx.partner.example", "partner.example", 0));
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
        answers(&mut server, Input::TlsUp { end_point: &[] });
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
    server.receive(Input::TlsUp { end_point: &[] });
    let outputs: Vec<_> = std::iter::from_fn(|| server.poll()).collect();
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
    answers(&mut server, Input::TlsUp { end_point: &[] });
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
        server.receive(Input::TlsUp { end_point: &[] });
        let outputs: Vec<_> = std::iter::from_fn(|| server.poll()).collect();
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

/// What the last of these inputs is answered with.
fn last_answer(server: &mut Server, inputs: &[&[u8]]) -> String {
    inputs.iter().fold(String::new(), |_, octets| answers(server, Input::Bytes(octets)).0)
}

#[test]
fn the_largest_message_is_still_taken() {
    static SMALL: Profile = Profile { largest_message: 10, ..POSTFIX };
    let server = || Server::new(config(&SMALL));
    let (hello, mail, rcpt): (&[u8], &[u8], &[u8]) =
        (b"EHLO a.example\r\n", b"MAIL FROM:<a@b.example>\r\n", b"RCPT TO:<office@partner.example>\r\n");
    let declared = |size: &str| {
        last_answer(&mut server(), &[hello, format!("MAIL FROM:<a@b.example> SIZE={size}\r\n").as_bytes()])
    };
    assert!(declared("10").starts_with("250 "));
    assert!(declared("11").starts_with("552 "));
    // Sent in chunks of BDAT, cut where it pleases the network.
    for (octets, code) in [(9, "250 "), (10, "250 "), (11, "552 "), (12, "552 ")] {
        let chunk = |size: usize, last: &str| {
            let begin = format!("BDAT {size}{last}\r\n").into_bytes();
            [begin, b"x".repeat(size)].concat()
        };
        let whole = chunk(octets, " LAST");
        assert!(last_answer(&mut server(), &[hello, mail, rcpt, &whole]).starts_with(code), "{octets}");
        let (one, other) = (chunk(4, ""), chunk(octets - 4, " LAST"));
        assert!(last_answer(&mut server(), &[hello, mail, rcpt, &one, &other]).starts_with(code), "4 and {octets} - 4");
        let mut slow = server();
        let mut said = last_answer(&mut slow, &[hello, mail, rcpt]);
        for octet in &whole {
            said = answers(&mut slow, Input::Bytes(&[*octet])).0;
        }
        assert!(said.starts_with(code), "{octets}, octet by octet: {said}");
    }
}

#[test]
fn a_parameter_is_its_keyword_and_its_value() {
    let (hello, rcpt): (&[u8], &[u8]) = (b"EHLO a.example\r\n", b"RCPT TO:<office@partner.example>\r\n");
    let data = |mail: &str| {
        let mut server = Server::new(config(profile(ServerProfile::Exchange)));
        last_answer(&mut server, &[hello, format!("MAIL FROM:<a@b.example>{mail}\r\n").as_bytes(), rcpt, b"DATA\r\n"])
    };
    assert!(data("").starts_with("354 "));
    assert!(data(" BODY=8BITMIME SIZE=5").starts_with("354 "));
    assert!(data(" BODY=BINARYMIME").starts_with("503 "), "RFC 3030 §3");
    assert!(data(" BODY=binarymime").starts_with("503 "));
    let mail = |line: &str| last_answer(&mut Server::new(config(&POSTFIX)), &[hello, line.as_bytes()]);
    // Postfix has 8BITMIME and no BINARYMIME.
    assert!(mail("MAIL FROM:<a@b.example> BODY=8BITMIME\r\n").starts_with("250 "));
    assert!(mail("MAIL FROM:<a@b.example> BODY=BINARYMIME\r\n").starts_with("555 "));
    let refused = mail("MAIL FROM:<\u{e4}@b.example> SIZE=5\r\n");
    assert!(refused.starts_with("5"), "RFC 6531 §3.5: {refused}");
}

#[test]
fn only_an_unknown_client_is_asked_for_proof() {
    let asks = |auth: &str, offer: Offer, login: bool| {
        let auth = <AuthMechanism as Value>::parse(auth).expect("flags");
        let profile = profile(ServerProfile::Exchange);
        let mut server = Server::new(Config { auth, offer, asks: true, ..config(profile) });
        answers(&mut server, Input::Bytes(b"EHLO a.example\r\n"));
        if login {
            let (user, password) = (base64(USER.as_bytes()), base64(PASSWORD.as_bytes()));
            let said = last_answer(
                &mut server,
                &[b"AUTH LOGIN\r\n", format!("{user}\r\n").as_bytes(), format!("{password}\r\n").as_bytes()],
            );
            assert!(said.starts_with("235 "), "{said}");
        }
        server.receive(Input::Bytes(b"MAIL FROM:<a@B.example>\r\n"));
        std::iter::from_fn(|| server.poll()).find_map(|output| match output {
            Output::Ask(SubmitQuestion { domain, offered }) => Some((domain, offered)),
            _ => None,
        })
    };
    let asked = |offered| Some(("b.example".to_owned(), offered));
    assert_eq!(asks("Tls+BasicAuth", Offer::Offered, false), asked(true));
    assert_eq!(asks("Tls+BasicAuth", Offer::NotOffered, false), asked(false));
    assert_eq!(asks("BasicAuth", Offer::Offered, false), asked(false));
    assert_eq!(asks("Tls+BasicAuth", Offer::Offered, true), None, "a login says who it is");
    assert_eq!(asks("Tls+ExternalAuthoritative", Offer::Offered, false), None, "so does the connector");
}

#[test]
fn the_server_s_stamp_says_how_the_message_came() {
    // RFC 3848, and SMTP for a client that knows HELO alone.
    let stamp = |hello: &[u8], starttls: bool| {
        let mut server = server();
        last_answer(&mut server, &[hello]);
        if starttls {
            last_answer(&mut server, &[b"STARTTLS\r\n"]);
            answers(&mut server, Input::TlsUp { end_point: &[] });
            last_answer(&mut server, &[hello]);
        }
        let group: [&[u8]; 3] = [b"MAIL FROM:<a@b.example>\r\n", b"RCPT TO:<office@partner.example>\r\n", b"DATA\r\n"];
        last_answer(&mut server, &group);
        server.receive(Input::Bytes(b"Subject: x\r\n\r\n.\r\n"));
        let accepted = std::iter::from_fn(|| server.poll()).find_map(|output| match output {
            Output::Note(Note::Accepted(accepted)) => Some(String::from_utf8_lossy(&accepted.message).into_owned()),
            _ => None,
        });
        let text = accepted.expect("it is taken");
        text.split_once(" with ").and_then(|(_, rest)| rest.split(' ').next()).map(str::to_owned)
    };
    assert_eq!(stamp(b"HELO a.example\r\n", false).as_deref(), Some("SMTP"));
    assert_eq!(stamp(b"EHLO a.example\r\n", false).as_deref(), Some("ESMTP"));
    assert_eq!(stamp(b"EHLO a.example\r\n", true).as_deref(), Some("ESMTPS"));
}
