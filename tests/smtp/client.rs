//! The client alone, against servers of every kind: honest, old, broken, hostile.

use crate::ntlm::ntlm_user;
use proptest::prelude::*;
use starttls_lab::smtp::client::{Login, LoginBy};
use starttls_lab::smtp::table;
use starttls_lab::smtp::{
    Client, ClientState as C, Delivery, Gate, Input, MachineState, Note, Obstacle, Output, Plan, TlsAnswer,
    TlsQuestion, TlsVerb, Treatment, Violation,
};
use std::collections::BTreeSet;

fn plan() -> Plan {
    Plan {
        name: "client.example".into(),
        from: "a@client.example".into(),
        to: vec!["b@server.example".into(), "c@server.example".into()],
        message: b"Subject: x\r\n\r\n.dot\r\n".to_vec(),
        login: None,
        chunking: false,
        pipelining: false,
        proves: false,
        verb: TlsVerb::StartTls,
        lenient_2xx: false,
        left_over: Treatment::Purge,
    }
}

struct Talk {
    client: Client,
    /// To the first question; to the others it is to go on.
    answer: TlsAnswer,
    outputs: Vec<Output<TlsQuestion>>,
    moves: Vec<(MachineState, MachineState)>,
}

impl Talk {
    fn new(plan: Plan) -> Talk {
        Talk { client: Client::new(plan), answer: TlsAnswer::Start, outputs: Vec::new(), moves: Vec::new() }
    }

    /// Gives the client an input, answers its questions, and returns what it sent.
    fn input(&mut self, input: Input<'_>) -> String {
        self.client.receive(input);
        let mut sent = String::new();
        while let Some(output) = self.client.poll() {
            match &output {
                Output::Send { bytes, .. } => sent.push_str(std::str::from_utf8(bytes).expect("ASCII")),
                Output::Ask(question) => {
                    self.client.answer(if question.gate == Gate::Offer { self.answer } else { TlsAnswer::GoOn });
                }
                Output::Note(Note::Moved { from, to }) => self.moves.push((*from, *to)),
                _ => {}
            }
            self.outputs.push(output);
        }
        sent
    }

    fn hear(&mut self, line: &str) -> String {
        self.input(Input::Bytes(format!("{line}\r\n").as_bytes()))
    }

    fn delivery(&self) -> Option<Delivery> {
        self.outputs.iter().find_map(|output| match output {
            Output::Note(Note::Settled(delivery)) => Some(*delivery),
            _ => None,
        })
    }

    fn violated(&self, violation: Violation) -> bool {
        self.outputs.contains(&Output::Note(Note::Violated(violation)))
    }

    /// Up to the first EHLO reply in clear, with the answer to go on without TLS.
    fn in_clear(plan: Plan, keywords: &str) -> (Talk, String) {
        let mut talk = Talk::new(plan);
        talk.answer = TlsAnswer::GoOn;
        talk.hear("220 hello");
        let said = talk.hear(&format!("250-server.example\r\n{keywords}"));
        (talk, said)
    }
}

#[test]
fn an_honest_session_step_by_step() {
    let mut talk = Talk::new(plan());
    assert_eq!(talk.hear("220 server.example ESMTP"), "EHLO client.example\r\n");
    assert_eq!(talk.hear("250-server.example\r\n250-SIZE 1000\r\n250 STARTTLS"), "STARTTLS\r\n");
    assert_eq!(talk.hear("220 go ahead"), "");
    assert_eq!(talk.client.state(), C::ExpectTls);
    assert_eq!(talk.input(Input::TlsUp { end_point: &[] }), "EHLO client.example\r\n"); // RFC 3207 §4.2
    assert_eq!(talk.hear("250-server.example\r\n250 SIZE"), "MAIL FROM:<a@client.example> SIZE=20\r\n");
    assert_eq!(talk.hear("250 ok"), "RCPT TO:<b@server.example>\r\n");
    assert_eq!(talk.hear("550 no such user"), "RCPT TO:<c@server.example>\r\n");
    assert_eq!(talk.hear("250 ok"), "DATA\r\n");
    assert_eq!(talk.hear("354 go"), "Subject: x\r\n\r\n..dot\r\n.\r\n");
    assert_eq!(talk.hear("250 queued"), "QUIT\r\n");
    assert_eq!(talk.delivery(), Some(Delivery::Delivered));
    talk.hear("221 bye");
    assert_eq!(talk.client.state(), C::Closed);
}

#[test]
fn the_client_acts_on_codes_and_never_on_text() {
    let (_, said) = Talk::in_clear(plan(), "250 XYZ");
    assert_eq!(said, "MAIL FROM:<a@client.example>\r\n");
    // Codes of which only the first digit is known. RFC 5321 §4.3.2
    let (mut talk, _) = Talk::in_clear(plan(), "250 XYZ");
    assert!(talk.hear("299 no, never").starts_with("RCPT"));
}

#[test]
fn only_220_lets_tls_begin() {
    for (reply, code) in [("250 2.0.0 Ready to start TLS", 250), ("454 not now", 454), ("502 what", 502)] {
        let mut talk = Talk::new(plan());
        talk.hear("220 hello");
        talk.hear("250-server.example\r\n250 STARTTLS");
        // The gate's verdict is to go on, in the same session and in clear. RFC 3207 §4
        assert_eq!(talk.hear(reply), "MAIL FROM:<a@client.example>\r\n", "{code}");
        assert!(!talk.outputs.iter().any(|output| matches!(output, Output::StartTls { .. })));
    }
}

#[test]
fn a_lenient_client_takes_any_2yz() {
    let mut talk = Talk::new(Plan { lenient_2xx: true, ..plan() });
    talk.hear("220 hello");
    talk.hear("250-server.example\r\n250 STARTTLS");
    talk.hear("250 2.0.0 Ready to start TLS");
    assert_eq!(talk.client.state(), C::ExpectTls);
}

#[test]
fn a_multi_line_220_is_legal_and_octets_behind_it_are_not() {
    let run = |left_over, reply: &[u8]| {
        let mut talk = Talk::new(Plan { left_over, ..plan() });
        talk.hear("220 hello");
        talk.hear("250-server.example\r\n250 STARTTLS");
        talk.input(Input::Bytes(reply));
        talk
    };
    let talk = run(Treatment::Purge, b"220-one\r\n220 two\r\n");
    assert_eq!(talk.client.state(), C::ExpectTls);
    assert!(!talk.violated(Violation::TextBeforeTls));

    let injected = b"220 go\r\n250-evil.example\r\n250 AUTH PLAIN\r\n"; // docs/rules.md R20
    let mut talk = run(Treatment::Purge, injected);
    assert!(talk.violated(Violation::TextBeforeTls));
    assert_eq!(talk.input(Input::TlsUp { end_point: &[] }), "EHLO client.example\r\n");
    assert_eq!(talk.client.state(), C::ExpectEhlo, "the injected reply is gone");

    let talk = run(Treatment::Reject, injected);
    assert_eq!(talk.client.state(), C::Closed);
    assert_eq!(talk.delivery(), Some(Delivery::Deferred(Obstacle::Violation)));

    // The vulnerable client takes the injected reply for the answer to its sealed EHLO.
    let mut talk = run(Treatment::Keep, injected);
    talk.input(Input::TlsUp { end_point: &[] });
    let said = talk.input(Input::Bytes(b""));
    assert!(said.starts_with("MAIL FROM"), "{said}");
}

#[test]
fn refusals_settle_by_their_class() {
    let settled = |replies: &[&str]| {
        let (mut talk, _) = Talk::in_clear(plan(), "250 XYZ");
        let said: Vec<String> = replies.iter().map(|reply| talk.hear(reply)).collect();
        (talk.delivery(), said.last().cloned().unwrap_or_default())
    };
    let quit = "QUIT\r\n".to_owned();
    let deferred = |code| Some(Delivery::Deferred(Obstacle::Reply(code)));
    let returned = |code| Some(Delivery::Returned(Obstacle::Reply(code)));
    assert_eq!(settled(&["451 later"]), (deferred(451), quit.clone()));
    assert_eq!(settled(&["530 5.7.0 Must issue a STARTTLS command first"]), (returned(530), quit.clone()));
    assert_eq!(settled(&["250 ok", "550 no", "451 no"]), (deferred(451), quit.clone()));
    assert_eq!(settled(&["250 ok", "250 ok", "250 ok", "554 no"]), (returned(554), quit.clone()));
    assert_eq!(settled(&["250 ok", "250 ok", "250 ok", "354 go", "452 full"]), (deferred(452), quit.clone()));
    assert_eq!(settled(&["421 closing"]), (deferred(421), String::new()));
    assert_eq!(settled(&["354 what"]), (deferred(354), quit));
}

#[test]
fn old_servers_get_helo_and_unwilling_ones_quit() {
    let mut talk = Talk::new(plan());
    talk.answer = TlsAnswer::GoOn;
    talk.hear("220 hello");
    assert_eq!(talk.hear("502 what is EHLO"), "HELO client.example\r\n"); // RFC 5321 §3.2
    assert_eq!(talk.hear("250 hello"), "MAIL FROM:<a@client.example>\r\n");
    let mut talk = Talk::new(plan());
    assert_eq!(talk.hear("554 no service"), "QUIT\r\n");
    assert_eq!(talk.delivery(), Some(Delivery::Returned(Obstacle::Reply(554))));
}

#[test]
fn a_group_waits_for_all_its_answers() {
    let pipelined = || Plan { pipelining: true, ..plan() };
    let (mut talk, said) = Talk::in_clear(pipelined(), "250 PIPELINING");
    assert_eq!(
        said,
        "MAIL FROM:<a@client.example>\r\nRCPT TO:<b@server.example>\r\nRCPT TO:<c@server.example>\r\nDATA\r\n"
    );
    assert_eq!(talk.hear("250 ok\r\n250 ok\r\n550 no\r\n354 go"), "Subject: x\r\n\r\n..dot\r\n.\r\n");

    // Everything is refused: QUIT comes after the last answer, and the first refusal is the reason.
    let (mut talk, _) = Talk::in_clear(pipelined(), "250 PIPELINING");
    assert_eq!(talk.hear("451 later\r\n503 no\r\n503 no"), "");
    assert_eq!(talk.hear("503 no"), "QUIT\r\n");
    assert_eq!(talk.delivery(), Some(Delivery::Deferred(Obstacle::Reply(451))));

    // No recipient is left, yet DATA is answered 354: an empty message ends it. RFC 2920 §3.1
    let (mut talk, _) = Talk::in_clear(pipelined(), "250 PIPELINING");
    assert_eq!(talk.hear("250 ok\r\n550 no\r\n550 no\r\n354 go"), ".\r\n");
    assert_eq!(talk.hear("250 queued nothing"), "QUIT\r\n");
    assert_eq!(talk.delivery(), Some(Delivery::Returned(Obstacle::Reply(550))));

    let (_, said) = Talk::in_clear(pipelined(), "250 SIZE");
    assert_eq!(said, "MAIL FROM:<a@client.example> SIZE=20\r\n", "no groups where PIPELINING is not offered");
}

#[test]
fn chunks_where_chunking_is_offered() {
    let mut big = b"x".repeat(100_000);
    big.extend_from_slice(b"\r\n");
    let plan = Plan { chunking: true, message: big, to: vec!["b@server.example".into()], ..plan() };
    let (mut talk, _) = Talk::in_clear(plan, "250 CHUNKING");
    talk.hear("250 ok");
    assert!(talk.hear("250 ok").starts_with("BDAT 65536\r\n"));
    assert!(talk.hear("250 ok").starts_with("BDAT 34466 LAST\r\n"));
    assert_eq!(talk.hear("250 queued"), "QUIT\r\n");
    assert_eq!(talk.delivery(), Some(Delivery::Delivered));
}

#[test]
fn logins_follow_the_server() {
    let login =
        |by| Plan { login: Some(Login { by, own: false, user: "sales".into(), password: "secret".into() }), ..plan() };
    let inside = |by, keywords: &str| {
        let mut talk = Talk::new(login(by));
        talk.hear("220 hello");
        talk.hear("250-server.example\r\n250 STARTTLS");
        talk.hear("220 go");
        talk.input(Input::TlsUp { end_point: &[] });
        let said = talk.hear(&format!("250-server.example\r\n{keywords}"));
        (talk, said)
    };
    let (mut talk, said) = inside(LoginBy::Plain, "250 AUTH LOGIN PLAIN");
    assert_eq!(said, "AUTH PLAIN AHNhbGVzAHNlY3JldA==\r\n");
    assert!(talk.hear("235 ok").starts_with("MAIL"));
    let (mut talk, said) = inside(LoginBy::Login, "250 AUTH LOGIN");
    assert_eq!(said, "AUTH LOGIN\r\n");
    assert_eq!(talk.hear("334 VXNlcm5hbWU6"), "c2FsZXM=\r\n");
    assert_eq!(talk.hear("334 UGFzc3dvcmQ6"), "c2VjcmV0\r\n");
    assert_eq!(talk.hear("334 anything more"), "*\r\n", "a challenge too many is declined");
    assert_eq!(talk.hear("501 cancelled"), "QUIT\r\n");
    assert_eq!(talk.delivery(), Some(Delivery::Deferred(Obstacle::Reply(501))));

    let unused = |obstacle, (talk, said): (Talk, String)| {
        assert_eq!(said, "QUIT\r\n");
        assert_eq!(talk.delivery(), Some(Delivery::Deferred(obstacle)));
    };
    unused(Obstacle::NoMechanism, inside(LoginBy::Plain, "250 AUTH NTLM")); // the password is not sent by another way
    // In clear it is never sent, whatever the server offers: an attacker may have forged the offer.
    unused(Obstacle::PasswordInClear, Talk::in_clear(login(LoginBy::Plain), "250 AUTH LOGIN PLAIN"));
    unused(Obstacle::PasswordInClear, Talk::in_clear(login(LoginBy::Login), "250 AUTH LOGIN PLAIN"));
    unused(Obstacle::NoMechanism, Talk::in_clear(login(LoginBy::Login), "250 AUTH NTLM"));
    let (_, said) = Talk::in_clear(login(LoginBy::Ntlm(ntlm_user())), "250 AUTH NTLM");
    assert_eq!(said, "AUTH NTLM\r\n", "NTLM answers a challenge and does not send the password");
}

#[test]
fn a_server_that_makes_no_sense_is_left() {
    for (line, violation) in [
        ("hello", Violation::MalformedReply),
        ("220-a\r\n221 b", Violation::MixedReplyCodes),
        ("220 \u{e9}", Violation::EightBit),
        ("220 bare\rcr", Violation::BareCr),
        ("220 nul\0", Violation::Nul),
    ] {
        let mut talk = Talk::new(plan());
        talk.hear(line);
        assert!(talk.violated(violation), "{line:?}");
        assert_eq!(talk.delivery(), Some(Delivery::Deferred(Obstacle::Violation)));
        assert_eq!(talk.client.state(), C::Closed);
    }
    let mut talk = Talk::new(plan());
    for _ in 0..60 {
        talk.hear("220-more");
    }
    assert!(talk.violated(Violation::ReplyTooLong));
}

#[test]
fn ends_and_silences_settle_the_message_in_every_state() {
    let script = ["220 hello", "250-server.example\r\n250 XYZ", "250 ok", "250 ok", "250 ok", "354 go"];
    for length in 0..=script.len() {
        for input in [Input::End, Input::Timeout] {
            let mut talk = Talk::new(plan());
            talk.answer = TlsAnswer::GoOn;
            script[..length].iter().for_each(|line| {
                talk.hear(line);
            });
            let obstacle = if matches!(input, Input::End) { Obstacle::ConnectionLost } else { Obstacle::Timeout };
            talk.input(input);
            // docs/rules.md R31: an end before the last reply leaves the message in the queue.
            assert_eq!(talk.delivery(), Some(Delivery::Deferred(obstacle)), "after {length} replies");
            assert_eq!(talk.client.state(), C::Closed);
        }
    }
}

/// Scripts of servers, for the walk over the table.
fn scripts() -> Vec<(Plan, TlsAnswer, Vec<&'static str>)> {
    let login = Plan {
        login: Some(Login { by: LoginBy::Plain, own: false, user: "u".into(), password: "p".into() }),
        ..plan()
    };
    let ntlm = Plan {
        login: Some(Login { by: LoginBy::Ntlm(ntlm_user()), own: false, user: "u".into(), password: "p".into() }),
        ..plan()
    };
    let one = Plan { to: vec!["b@server.example".into()], ..plan() };
    let bdat = Plan { chunking: true, ..one.clone() };
    let (tls, clear) = (TlsAnswer::Start, TlsAnswer::GoOn);
    let hello = "250-s\r\n250 XYZ";
    vec![
        (one.clone(), clear, vec!["220 x", hello, "250 x", "250 x", "354 x", "250 x", "221 x"]),
        (one.clone(), tls, vec!["220 x", hello, "220 x", "TLS", hello, "250 x", "250 x", "354 x", "451 x", "221 x"]),
        (one.clone(), tls, vec!["220 x", hello, "454 x", "451 x"]),
        (one.clone(), TlsAnswer::Defer, vec!["220 x", hello]),
        (one.clone(), clear, vec!["554 x"]),
        (one.clone(), clear, vec!["220 x", "500 x", "250 x", "451 x"]),
        (one.clone(), clear, vec!["220 x", "500 x", "500 x"]),
        (one.clone(), clear, vec!["220 x", "450 x"]),
        (one.clone(), clear, vec!["220 x", hello, "250 x", "550 x"]),
        (one, clear, vec!["220 x", hello, "250 x", "250 x", "550 x"]),
        (bdat, clear, vec!["220 x", "250-s\r\n250 CHUNKING", "250 x", "250 x", "250 x"]),
        (ntlm.clone(), clear, vec!["220 x", "250-s\r\n250 AUTH NTLM", "235 x"]),
        (Plan { proves: true, ..ntlm.clone() }, clear, vec!["220 x", "250-s\r\n250 AUTH NTLM", "235 x"]),
        (ntlm, clear, vec!["220 x", "250-s\r\n250 AUTH NTLM", "535 x"]),
        (login.clone(), tls, vec!["220 x", hello, "220 x", "TLS", "450 x"]),
        (login, tls, vec!["220 x", hello, "220 x", "TLS", "250-s\r\n250 AUTH PLAIN", "235 x"]),
    ]
}

/// Every move that the code makes is a row, and every row is made by some server.
#[test]
fn the_transition_table_is_what_the_code_does() {
    let mut made = BTreeSet::new();
    for (plan, answer, script) in scripts() {
        let mut talk = Talk::new(plan);
        talk.answer = answer;
        for line in script {
            match line {
                "TLS" => talk.input(Input::TlsUp { end_point: &[] }),
                line => talk.hear(line),
            };
        }
        made.extend(talk.moves);
    }
    // A row that leads where it began is no move.
    let rows = table::CLIENT.iter().map(|row| (row.0, row.2)).filter(|(from, to)| from != to);
    let rows: BTreeSet<(C, C)> = rows.collect();
    let made: BTreeSet<(C, C)> = made
        .into_iter()
        .filter_map(|pair| match pair {
            (MachineState::Client(from), MachineState::Client(to)) if to != C::Closed => Some((from, to)),
            _ => None,
        })
        .collect();
    assert_eq!(made, rows);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_octets_from_a_server_settle_at_the_end(bytes: Vec<u8>, pipelining: bool) {
        let mut talk = Talk::new(Plan { pipelining, ..plan() });
        talk.input(Input::Bytes(&bytes));
        talk.input(Input::End);
        prop_assert!(talk.client.is_settled());
    }

    #[test]
    fn any_replies_from_a_server_settle_at_the_end(
        replies in prop::collection::vec(prop::sample::select(vec![
            "220 x", "250 x", "250-a\r\n250 STARTTLS", "250-a\r\n250-PIPELINING\r\n250 CHUNKING", "354 x", "334 x", "235 x",
            "421 x", "450 x", "500 x", "550 x", "TLS", "junk",
        ]), 0..20),
        pipelining: bool,
        chunking: bool,
    ) {
        let mut talk = Talk::new(Plan { pipelining, chunking, ..plan() });
        for reply in replies {
            match reply {
                "TLS" => talk.input(Input::TlsUp { end_point: &[] }),
                reply => talk.hear(reply),
            };
        }
        talk.input(Input::End);
        prop_assert!(talk.client.is_settled());
        let settled = talk.outputs.iter().filter(|output| matches!(output, Output::Note(Note::Settled(_)))).count();
        prop_assert_eq!(settled, 1);
    }
}
