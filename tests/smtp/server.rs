//! The server alone: each rule, each refusal, any octets.

use crate::servers::config;
use proptest::prelude::*;
use starttls_lab::bytes::base64;
use starttls_lab::scenario::{Offer, ServerProfile};
use starttls_lab::smtp::auth::plain_message;
use starttls_lab::smtp::profile::{PASSWORD, Profile, USER, profile};
use starttls_lab::smtp::server::{Config, Server};
use starttls_lab::smtp::table::{self, On};
use starttls_lab::smtp::{
    CloseReason, Forgotten, Input, Note, Output, Refusal, ReplyLine, ServerState as S, SubmitAnswer, SubmitQuestion,
    Treatment, Violation,
};

struct Talk {
    server: Server,
    outputs: Vec<Output<SubmitQuestion>>,
}

impl Talk {
    fn with(id: ServerProfile, offer: Offer, left_over: Treatment) -> Talk {
        Talk::of(Config { offer, left_over, ..config(profile(id)) })
    }

    fn of(config: Config) -> Talk {
        let mut talk = Talk { server: Server::new(config), outputs: Vec::new() };
        talk.drain();
        talk
    }

    fn book() -> Talk {
        Talk::with(ServerProfile::Book, Offer::Offered, Treatment::Purge)
    }

    /// A server that asks at MAIL FROM, and marks what it stores.
    fn asking() -> Talk {
        Talk::of(Config { asks: true, stamps: true, ..config(profile(ServerProfile::Exchange)) })
    }

    fn postfix() -> Talk {
        Talk::with(ServerProfile::Postfix, Offer::Offered, Treatment::Purge)
    }

    fn drain(&mut self) -> usize {
        let before = self.outputs.len();
        while let Some(output) = self.server.poll() {
            self.outputs.push(output);
        }
        before
    }

    fn input(&mut self, input: Input<'_>) -> usize {
        self.server.receive(input);
        self.drain()
    }

    fn answer(&mut self, answer: SubmitAnswer) -> usize {
        self.server.answer(answer);
        self.drain()
    }

    /// Sends octets and gives what was said to them.
    fn raw(&mut self, bytes: &[u8]) -> String {
        let from = self.input(Input::Bytes(bytes));
        self.said_since(from)
    }

    fn say(&mut self, line: &str) -> String {
        self.raw(format!("{line}\r\n").as_bytes())
    }

    fn said_since(&self, from: usize) -> String {
        let sent = self.outputs[from..].iter().filter_map(|output| match output {
            Output::Send { bytes, .. } => Some(String::from_utf8(bytes.clone()).expect("ASCII")),
            _ => None,
        });
        sent.collect::<String>()
    }

    /// Completes STARTTLS.
    fn secure(mut self) -> Talk {
        assert!(self.say("STARTTLS").starts_with("220 "));
        self.input(Input::TlsUp { end_point: &[] });
        self
    }

    fn hello(mut self) -> Talk {
        assert!(self.say("EHLO client.example").starts_with("250"));
        self
    }

    fn envelope(mut self) -> Talk {
        assert!(self.say("MAIL FROM:<a@client.example>").starts_with("250"));
        let to = format!("RCPT TO:<b@{}>", self.domain());
        assert!(self.say(&to).starts_with("250"));
        self
    }

    fn domain(&self) -> &'static str {
        let banner = self.said_since(0);
        if banner.contains("Postfix") { "partner.example" } else { "somorita.com" }
    }

    fn notes(&self) -> Vec<&Note> {
        let notes = self.outputs.iter().filter_map(|output| match output {
            Output::Note(note) => Some(note),
            _ => None,
        });
        notes.collect()
    }

    fn violated(&self, violation: Violation) -> bool {
        self.notes().contains(&&Note::Violated(violation))
    }

    fn stored(&self) -> Option<String> {
        self.notes().into_iter().find_map(|note| match note {
            Note::Accepted(accepted) => Some(String::from_utf8(accepted.message.clone()).expect("text")),
            _ => None,
        })
    }
}

#[test]
fn the_greeting_and_the_lists_are_the_book_s() {
    let mut talk = Talk::book();
    assert_eq!(talk.said_since(0), "220 ex2010.somorita.com ESMTP ready at Sun, 31 May 2009 22:37:28 -0700\r\n");
    let printed = include_str!("../../src/story/printed.txt");
    let first_list: String = printed
        .lines()
        .skip_while(|line| !line.contains("Hello"))
        .take_while(|line| !line.contains("C: STARTTLS"))
        .filter_map(|line| line.split_once("S: ").map(|(_, text)| format!("{text}\r\n")))
        .collect();
    assert_eq!(talk.say("EHLO desktop.somorita.com"), first_list);
    let mut talk = talk.secure();
    let second = talk.say("EHLO desktop.somorita.com");
    let expected = first_list
        .replace("250-STARTTLS\r\n250-X-ANONYMOUSTLS\r\n", "")
        .replace("AUTH NTLM\r\n", "AUTH NTLM LOGIN PLAIN\r\n");
    assert_eq!(second, expected);
}

#[test]
fn postfix_lists_auth_inside_tls_only() {
    let mut talk = Talk::postfix();
    let first = talk.say("EHLO client.example");
    assert!(first.contains("250-STARTTLS\r\n") && !first.contains("AUTH"), "{first}");
    let second = talk.secure().say("EHLO client.example");
    assert!(!second.contains("STARTTLS") && second.contains("250-AUTH PLAIN LOGIN\r\n"), "{second}");
}

#[test]
fn every_reply_of_every_profile_is_one() {
    for id in [ServerProfile::Book, ServerProfile::Postfix] {
        let text = format!("{:?}", profile(id).says);
        let replies = text.split('"').skip(1).step_by(2);
        let mut count = 0;
        for reply in replies {
            let line = ReplyLine::parse(reply.as_bytes()).unwrap_or_else(|error| panic!("{reply}: {error:?}"));
            // RFC 2034 §4: an enhanced code has the class of its reply.
            if let Some((class, _)) = line.text.split_once('.').filter(|(class, _)| class.len() == 1) {
                assert_eq!(class, (line.code / 100).to_string(), "{reply}");
            }
            assert!(reply.len() + 2 <= 512, "{reply}"); // RFC 5321 §4.5.3.1.5
            count += 1;
        }
        assert!(count > 40, "{count}");
    }
}

/// docs/rules.md R9, reason by reason.
#[test]
fn starttls_is_refused_as_the_table_says() {
    let refused = |mut talk: Talk, line: &str, expected: &str| {
        let before = talk.server.state();
        let said = talk.say(line);
        assert_eq!(said, format!("{expected}\r\n"));
        assert_eq!(talk.server.state(), before, "a refusal changes nothing");
        // After a refusal the session goes on in clear. RFC 3207 §4
        assert!(talk.say("NOOP").starts_with("250 "));
    };
    let book = |offer| Talk::with(ServerProfile::Book, offer, Treatment::Purge);
    let postfix = |offer| Talk::with(ServerProfile::Postfix, offer, Treatment::Purge);
    refused(Talk::book().hello(), "STARTTLS now", "501 5.5.4 Invalid arguments");
    refused(Talk::postfix().hello(), "STARTTLS now", "501 5.5.4 Syntax: STARTTLS");
    refused(Talk::book(), "STARTTLS", "503 5.5.2 Send hello first");
    refused(book(Offer::NotOffered).hello(), "STARTTLS", "500 5.3.3 Unrecognized command");
    refused(postfix(Offer::NotOffered).hello(), "STARTTLS", "502 5.5.1 Error: command not implemented");
    refused(book(Offer::Unavailable).hello(), "STARTTLS", "454 4.7.0 TLS not available due to temporary reason");
    refused(postfix(Offer::Unavailable).hello(), "STARTTLS", "454 4.7.0 TLS not available due to local problem");
    let again = "503 5.5.2 Only one STARTTLS command can be issued per session";
    refused(Talk::book().hello().secure().hello(), "STARTTLS", again);
    refused(Talk::postfix().hello().secure().hello(), "STARTTLS", "554 5.5.1 Error: TLS already active");
    // Postfix has no EHLO check.
    assert!(Talk::postfix().say("STARTTLS").starts_with("220 "));
}

#[test]
fn after_tls_everything_is_forgotten_and_nothing_said() {
    let mut talk = Talk::book().hello().envelope();
    assert!(talk.say("STARTTLS").starts_with("220 "));
    let from = talk.input(Input::TlsUp { end_point: &[] });
    assert_eq!(talk.said_since(from), "", "no second greeting"); // RFC 3207 §4.2; docs/rules.md R17
    assert!(talk.notes().contains(&&Note::Forgot(vec![Forgotten::PeerName, Forgotten::Envelope])));
    assert_eq!(talk.say("MAIL FROM:<a@client.example>"), "503 5.5.2 Send hello first\r\n");
    assert!(talk.say("EHLO client.example").starts_with("250-"));
    assert_eq!(talk.say("DATA"), "503 5.5.2 Need mail command\r\n");
}

#[test]
fn a_server_that_demands_tls_lets_four_verbs_through() {
    let mut talk = Talk::with(ServerProfile::Postfix, Offer::Required, Treatment::Purge);
    for line in ["MAIL FROM:<a@b.example>", "HELO x.example", "AUTH PLAIN", "RSET", "VRFY x", "HELP", "JUNK"] {
        assert_eq!(talk.say(line), "530 5.7.0 Must issue a STARTTLS command first\r\n", "{line}");
    }
    assert!(talk.say("NOOP").starts_with("250 "));
    let mut talk = talk.hello().secure().hello().envelope();
    assert!(talk.say("DATA").starts_with("354 "));
    let mut talk = Talk::with(ServerProfile::Postfix, Offer::Required, Treatment::Purge);
    assert!(talk.say("QUIT").starts_with("221 "));
}

/// docs/rules.md R19: four treatments, three of them safe.
#[test]
fn what_follows_starttls_in_the_same_segment() {
    let injected = b"STARTTLS\r\nRSET\r\nMAIL FROM:<evil@client.example>\r\n";
    let run = |treatment| {
        let mut talk = Talk::with(ServerProfile::Book, Offer::Offered, treatment).hello();
        let said = talk.raw(injected);
        assert!(talk.violated(Violation::TextBeforeTls));
        (talk, said)
    };
    let tail = injected.len() - "STARTTLS\r\n".len();
    let first = |talk: &Talk| {
        talk.outputs.iter().find_map(|output| match output {
            Output::StartTls { first, .. } => Some(first.len()),
            _ => None,
        })
    };
    let noted = |talk: &Talk, treatment| {
        let count = u32::try_from(tail).expect("a short tail");
        assert!(talk.notes().contains(&&Note::LeftOver { count, treatment }));
    };

    let (mut talk, said) = run(Treatment::Purge);
    assert!(said.starts_with("220 ") && said.lines().count() == 1);
    noted(&talk, Treatment::Purge);
    assert_eq!(first(&talk), Some(0));
    let from = talk.input(Input::TlsUp { end_point: &[] });
    assert_eq!(talk.said_since(from), "");

    // A tail that comes a segment later is dropped as well.
    let mut talk = Talk::book().hello();
    talk.say("STARTTLS");
    assert_eq!(talk.raw(b"RSET\r\nEHLO evil.example\r\n"), "");
    assert!(talk.violated(Violation::TextBeforeTls));
    let from = talk.input(Input::TlsUp { end_point: &[] });
    assert_eq!(talk.said_since(from), "");
    assert_eq!(talk.say("MAIL FROM:<a@b.example>"), "503 5.5.2 Send hello first\r\n");

    let (talk, said) = run(Treatment::Reject);
    assert!(said.starts_with("554 "), "{said}");
    assert_eq!((talk.server.state(), first(&talk)), (S::Closed, None));

    let (talk, _) = run(Treatment::FeedToTls);
    assert_eq!(first(&talk), Some(tail));

    // CVE-2011-0411: the tail is executed as if it had come through TLS.
    let (mut talk, said) = run(Treatment::Keep);
    assert_eq!(said.lines().count(), 1, "not before TLS");
    let from = talk.input(Input::TlsUp { end_point: &[] });
    assert!(talk.said_since(from).starts_with("250 2.0.0 Resetting\r\n"));
}

/// docs/rules.md R28
#[test]
fn auth_answers_with_the_right_code() {
    let inside = || Talk::book().hello().secure().hello();
    assert_eq!(Talk::book().hello().say("AUTH LOGIN"), "504 5.7.4 Unrecognized authentication type\r\n");
    assert_eq!(
        Talk::postfix().hello().say("AUTH PLAIN"),
        "504 5.5.4 Encryption required for requested authentication mechanism\r\n"
    );
    assert_eq!(Talk::book().say("AUTH PLAIN"), "503 5.5.2 Send hello first\r\n");
    assert_eq!(inside().say("AUTH FOO"), "504 5.7.4 Unrecognized authentication type\r\n");
    assert_eq!(inside().say("AUTH NTLM"), "454 4.7.0 Temporary authentication failure\r\n");

    let mut talk = inside();
    assert_eq!(talk.say("AUTH PLAIN"), "334 \r\n");
    assert_eq!(talk.say(&plain_message(USER, PASSWORD)), "235 2.7.0 Authentication successful\r\n");
    assert_eq!(talk.say("AUTH PLAIN"), "503 5.5.2 Auth command already specified\r\n");

    let mut talk = inside();
    assert_eq!(talk.say("AUTH LOGIN"), "334 VXNlcm5hbWU6\r\n");
    assert_eq!(talk.say(&base64(USER.as_bytes())), "334 UGFzc3dvcmQ6\r\n");
    assert_eq!(talk.say(&base64(b"wrong")), "535 5.7.3 Authentication unsuccessful\r\n");
    assert_eq!(talk.server.state(), S::ExpectMail);

    let mut talk = inside();
    talk.say("AUTH PLAIN");
    assert_eq!(talk.say("*"), "501 5.7.0 Authentication cancelled\r\n");
    talk.say("AUTH PLAIN");
    assert_eq!(talk.say("not base64!"), "501 5.5.2 Cannot decode response\r\n");

    let mut talk = inside().envelope();
    assert_eq!(talk.say("AUTH PLAIN"), "503 5.5.2 Bad sequence of commands\r\n");

    // A line that is none ends the exchange; what follows is a command again.
    for (bad, expected) in [("x".repeat(13_000), "500 5.5.6 "), ("a\rb".to_owned(), "500 5.5.2 ")] {
        let mut talk = inside();
        talk.say("AUTH LOGIN");
        assert!(talk.say(&bad).starts_with(expected));
        assert!(talk.say("QUIT").starts_with("221 "));
    }
}

#[test]
fn mail_for_elsewhere_needs_a_login() {
    let mut talk = Talk::book().hello().secure().hello();
    talk.say("MAIL FROM:<a@somorita.com>");
    assert_eq!(talk.say("RCPT TO:<b@elsewhere.example>"), "550 5.7.1 Unable to relay\r\n");
    talk.say("RSET");
    talk.say(&format!("AUTH PLAIN {}", plain_message(USER, PASSWORD)));
    talk.say("MAIL FROM:<a@somorita.com>");
    assert!(talk.say("RCPT TO:<b@elsewhere.example>").starts_with("250 "));
}

#[test]
fn parameters_are_judged_by_what_was_advertised() {
    let said = |line: &str| Talk::book().hello().say(line);
    for line in [
        "MAIL FROM:<a@b.example> SIZE=100 BODY=8BITMIME RET=HDRS ENVID=QQ314159",
        "MAIL FROM:<a@b.example> BODY=BINARYMIME",
        "MAIL FROM:<> AUTH=<>",
        "mail from:<a@b.example>",
    ] {
        assert!(said(line).starts_with("250 "), "{line}");
    }
    assert!(said("MAIL FROM:<a@b.example> SIZE=99999999").starts_with("552 "));
    assert!(said("MAIL FROM:<a@b.example> SIZE=18446744073709551616").starts_with("552 "));
    assert!(said("MAIL FROM:<a@b.example> SIZE=x").starts_with("501 "));
    assert!(said("MAIL FROM:<a@b.example> RET=SOME").starts_with("501 "));
    assert!(said("MAIL FROM:<a@b.example> SMTPUTF8").starts_with("555 "), "not advertised by the book's server");
    assert!(said("MAIL FROM:<a@b.example> FOO=1").starts_with("555 "));
    let mut talk = Talk::postfix().hello();
    assert!(talk.say("MAIL FROM:<\u{e9}@b.example>").starts_with("553 5.6.7 "));
    assert!(talk.say("MAIL FROM:<\u{e9}@b.example> SMTPUTF8").starts_with("250 "));
    assert!(talk.say("RCPT TO:<\u{fc}@partner.example>").starts_with("250 "));
    assert!(Talk::book().hello().say("MAIL FROM:<\u{e9}@b.example>").starts_with("500 "));
    assert!(Talk::postfix().hello().say("MAIL FROM:<a@b.example> BODY=BINARYMIME").starts_with("555 "));

    let mut talk = Talk::book().hello();
    talk.say("MAIL FROM:<a@b.example>");
    assert!(
        talk.say("RCPT TO:<c@somorita.com> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;c@somorita.com").starts_with("250 ")
    );
    assert!(talk.say("RCPT TO:<c@somorita.com> NOTIFY=SOMETIMES").starts_with("501 "));
    assert!(talk.say("RCPT TO:<c@somorita.com> SIZE=1").starts_with("555 "));
}

#[test]
fn a_hundred_recipients_and_no_more() {
    let mut talk = Talk::book().hello();
    talk.say("MAIL FROM:<a@b.example>");
    for _ in 0..100 {
        assert!(talk.say("RCPT TO:<c@somorita.com>").starts_with("250 ")); // RFC 5321 §4.5.3.1.8
    }
    // However often: it is no error of the client's, and those accepted stay. RFC 5321 §4.5.3.1.10
    for _ in 0..10 {
        assert_eq!(talk.say("RCPT TO:<c@somorita.com>"), "452 4.5.3 Too many recipients\r\n");
    }
    assert!(talk.say("DATA").starts_with("354 "));
}

#[test]
fn messages_are_stored_as_they_were_meant() {
    let mut talk = Talk::book().hello().envelope();
    assert!(talk.say("DATA").starts_with("354 "));
    assert!(talk.raw(b"Subject: x\r\n\r\n..dot\r\n").is_empty());
    assert!(talk.raw(b".\r\n").starts_with("250 2.6.0 "));
    let stored = talk.stored().expect("a message");
    let fields = "Return-Path: <a@client.example>\r\nReceived: from client.example ([192.0.2.10])\r\n \
                  by ex2010.somorita.com with ESMTP id ";
    assert!(stored.starts_with(fields), "{stored}");
    assert!(stored.ends_with("Subject: x\r\n\r\n.dot\r\n"));
    assert_eq!(talk.server.state(), S::ExpectMail);

    let mut talk = Talk::book().hello().envelope();
    assert!(talk.raw(b"BDAT 6\r\nab\r\ncd").starts_with("250 "));
    assert!(talk.raw(b"BDAT 2 LAST\r\n\r\n").starts_with("250 2.6.0 "));
    assert!(talk.stored().expect("a message").ends_with("ab\r\ncd\r\n"));

    let mut talk = Talk::book().hello().envelope();
    assert!(talk.raw(b"BDAT 0 LAST\r\n").starts_with("250 2.6.0 "));
}

/// RFC 5321 §4.4
#[test]
fn the_last_server_alone_writes_where_reports_go() {
    for (is_final, from, expected) in [
        (true, "<a@client.example>", Some("Return-Path: <a@client.example>")),
        (true, "<>", Some("Return-Path: <>")),
        (false, "<a@client.example>", None),
    ] {
        let config = Config { is_final, ..config(profile(ServerProfile::Book)) };
        let mut talk = Talk::of(config).hello();
        assert!(talk.say(&format!("MAIL FROM:{from}")).starts_with("250 "));
        assert!(talk.say("RCPT TO:<office@somorita.com>").starts_with("250 "));
        assert!(talk.say("DATA").starts_with("354 "));
        talk.raw(b"Subject: x\r\n\r\n.\r\n");
        let stored = talk.stored().expect("a message");
        assert_eq!(stored.lines().find(|line| line.starts_with("Return-Path")), expected);
        assert_eq!(stored.lines().position(|line| line.starts_with("Received: ")), Some(usize::from(is_final)));
    }
}

/// Exchange counts in decimal digits.
#[test]
fn the_number_of_a_message_is_decimal() {
    let mut talk = Talk::book().hello().envelope();
    talk.say("DATA");
    let said = talk.raw(b"Subject: x\r\n\r\n.\r\n");
    let (_, number) = said.split_once("[InternalId=").expect("a number");
    let (number, _) = number.split_once(']').expect("its end");
    assert!(number.parse::<u64>().is_ok_and(|number| number > 0), "{said}");
}

#[test]
fn a_refused_chunk_is_swallowed_whole() {
    let mut talk = Talk::book().hello();
    // Without an envelope the chunk's octets must not be read as commands. RFC 3030 §2
    assert_eq!(talk.raw(b"BDAT 6\r\nQUIT\r\nNOOP\r\n"), "503 5.5.2 Need mail command\r\n250 2.0.0 OK\r\n");
    assert_eq!(talk.raw(b"BDAT 6 LASTX\r\nQUIT\r\nNOOP\r\n"), "501 5.5.4 Invalid arguments\r\n250 2.0.0 OK\r\n");
    let mut talk = Talk::with(ServerProfile::Postfix, Offer::Required, Treatment::Purge);
    let said = talk.raw(b"BDAT 6\r\nQUIT\r\nNOOP\r\n");
    assert_eq!(said, "530 5.7.0 Must issue a STARTTLS command first\r\n250 2.0.0 Ok\r\n");
}

/// RFC 3030 §3: any octets, and BDAT only.
#[test]
fn binary_messages_are_binary() {
    let mut talk = Talk::book().hello();
    talk.say("MAIL FROM:<a@b.example> BODY=BINARYMIME");
    talk.say("RCPT TO:<c@somorita.com>");
    assert!(talk.say("DATA").starts_with("503 "));
    assert!(talk.raw(b"BDAT 4 LAST\r\na\n\0b").starts_with("250 2.6.0 "));
    assert!(talk.stored().expect("a message").ends_with("a\n\0b"));
}

/// What is stored is acknowledged, with a reply that is one, whatever the message says of itself.
#[test]
fn a_message_id_is_repeated_only_if_it_is_fit_for_a_reply() {
    for id in ["<\u{e9}@x>", "", "<\u{1b}[2J@x>", &format!("<{}@x>", "y".repeat(900)), "<a@x> <b@x>"] {
        let mut talk = Talk::book().hello().envelope();
        talk.say("DATA");
        let said = talk.raw(format!("Message-ID: {id}\r\n\r\nx\r\n.\r\n").as_bytes());
        assert!(talk.stored().is_some());
        assert!(said.starts_with("250 2.6.0 <") && said.is_ascii() && said.len() <= 512, "{said}");
        assert!(said.contains("@ex2010.somorita.com>"), "{said}");
    }
}

#[test]
fn smuggled_ends_are_content_and_the_message_is_refused() {
    let mut talk = Talk::book().hello().envelope();
    talk.say("DATA");
    let said = talk.raw(b"a\n.\nMAIL FROM:<evil@b.example>\r\n.\r\n");
    assert!(said.starts_with("554 5.6.0 ") && said.lines().count() == 1, "{said}");
    assert!(talk.stored().is_none());
}

#[test]
fn lines_out_of_form_are_refused_and_named() {
    let refused = |bytes: &[u8], violation: Violation| {
        let mut talk = Talk::book().hello();
        let said = talk.raw(bytes);
        assert!(said.starts_with("500 5.5.2 "), "{said}");
        assert!(talk.violated(violation), "{violation:?}");
        assert!(talk.say("NOOP").starts_with("250 "), "the session goes on");
    };
    refused(b"NOOP\n", Violation::BareLf);
    refused(b"NO\rOP\r\n", Violation::BareCr);
    refused(b"NO\0OP\r\n", Violation::Nul);
    refused("NOOP \u{e9}\r\n".as_bytes(), Violation::EightBit);
    refused(b"NOOP \xff\r\n", Violation::EightBit);
    refused(format!("NOOP {}\r\n", "x".repeat(506)).as_bytes(), Violation::LineTooLong);
    refused(format!("NOOP {}\r\n", "x".repeat(20_000)).as_bytes(), Violation::LineTooLong);
    let mut talk = Talk::book().hello();
    assert!(talk.say(&format!("NOOP {}", "x".repeat(505))).starts_with("250 "), "512 octets with CRLF are allowed");
    let mut talk = Talk::book().hello();
    let said = talk.raw(b"EHLO a.example\r\nNOOP\r\n");
    assert!(said.contains("250 2.0.0 OK") && talk.violated(Violation::OutOfTurn)); // RFC 2920 §3.1
}

#[test]
fn too_many_errors_silence_and_ends_close_the_connection() {
    let mut talk = Talk::book().hello();
    for _ in 0..4 {
        assert_eq!(talk.say("FROBNICATE"), "500 5.3.3 Unrecognized command\r\n");
    }
    assert!(
        talk.say("FROBNICATE")
            .ends_with("421 4.7.0 Too many errors on this connection, closing transmission channel\r\n")
    );
    assert!(talk.outputs.contains(&Output::Close(CloseReason::TooManyErrors)));
    assert_eq!(talk.say("NOOP"), "", "closed is closed");

    let mut talk = Talk::book();
    let from = talk.input(Input::Timeout);
    assert_eq!(talk.said_since(from), "421 4.4.1 Connection timed out\r\n");
    assert_eq!(talk.server.state(), S::Closed);

    for before in [&b""[..], b"EHLO x.example\r\n", b"EHL", b"EHLO x.example\r\nMAIL FROM:<a@b.example>\r\n"] {
        let mut talk = Talk::book();
        talk.raw(before);
        talk.input(Input::End);
        assert_eq!(talk.server.state(), S::Closed);
    }
}

#[test]
fn unimplemented_verbs_that_are_advertised_say_so() {
    // It has no mail that waits for a host to call; that it lists ETRN is no lie then. RFC 1985 §5.3, RFC 5321 §4.2.4
    assert_eq!(Talk::postfix().hello().say("ETRN example.org"), "459 <example.org>: service unavailable\r\n");
    assert!(Talk::postfix().hello().say(&format!("ETRN {}", "x".repeat(500))).len() < 512);
    assert!(Talk::book().hello().say("XRDST").starts_with("502 "));
    assert!(Talk::book().hello().say("PIPELINING").starts_with("500 "), "a keyword that is no verb");
    assert!(Talk::book().hello().say("VRFY x").starts_with("252 "));
    assert!(Talk::book().hello().say("HELP").starts_with("214 "));
    assert!(Talk::book().hello().say("EXPN x").starts_with("502 "));
}

/// A way into each state.
fn reach(state: S) -> Talk {
    let inside = || Talk::book().hello().secure().hello();
    match state {
        S::ExpectHello => Talk::postfix(), // Postfix lets STARTTLS go before EHLO, which the table allows
        S::ExpectMail => Talk::book().hello(),
        S::ExpectRcpt => {
            let mut talk = Talk::book().hello();
            talk.say("MAIL FROM:<a@b.example>");
            talk
        }
        S::ExpectData => Talk::book().hello().envelope(),
        S::ReadingMessage => {
            let mut talk = Talk::book().hello().envelope();
            talk.say("DATA");
            talk
        }
        S::ReadingChunks => {
            let mut talk = Talk::book().hello().envelope();
            talk.raw(b"BDAT 1\r\nx");
            talk
        }
        S::ExpectAuthResponse => {
            let mut talk = inside();
            talk.say("AUTH PLAIN");
            talk
        }
        S::ExpectTls => {
            let mut talk = Talk::book().hello();
            talk.say("STARTTLS");
            talk
        }
        S::ExpectVerdict => {
            let mut talk = Talk::asking().hello();
            talk.say("MAIL FROM:<a@b.example>");
            talk
        }
        S::Closed => {
            let mut talk = Talk::book();
            talk.say("QUIT");
            talk
        }
    }
}

fn stimulus(on: On) -> Option<&'static [u8]> {
    Some(match on {
        On::Hello => b"EHLO c.example\r\n",
        On::StartTls => b"STARTTLS\r\n",
        On::AuthBegins => b"AUTH PLAIN\r\n",
        On::AuthEnds => b"AHNhbGVzAHdyb25n\r\n",
        On::Mail => b"MAIL FROM:<a@b.example>\r\n",
        On::Rcpt => b"RCPT TO:<Postmaster>\r\n",
        On::Data => b"DATA\r\n",
        On::MessageEnds => b"x\r\n.\r\n",
        On::Chunk => b"BDAT 1\r\nx",
        On::LastChunk => b"BDAT 1 LAST\r\nx",
        On::Reset => b"RSET\r\n",
        On::Quit => b"QUIT\r\n",
        On::Ask => b"MAIL FROM:<a@b.example>\r\n",
        On::TlsUp | On::Refused => return None,
    })
}

const STATES: [S; 10] = [
    S::ExpectHello,
    S::ExpectMail,
    S::ExpectVerdict,
    S::ExpectRcpt,
    S::ExpectData,
    S::ReadingMessage,
    S::ReadingChunks,
    S::ExpectAuthResponse,
    S::ExpectTls,
    S::Closed,
];
const CAUSES: [On; 15] = [
    On::Ask,
    On::Refused,
    On::Hello,
    On::StartTls,
    On::TlsUp,
    On::AuthBegins,
    On::AuthEnds,
    On::Mail,
    On::Rcpt,
    On::Data,
    On::MessageEnds,
    On::Chunk,
    On::LastChunk,
    On::Reset,
    On::Quit,
];

/// Every state with every cause: the code goes where the table says, and without a row it stays and says 5yz.
#[test]
fn the_transition_table_is_what_the_code_does() {
    let mut rows = 0;
    for state in STATES {
        for on in CAUSES {
            // What is content or an AUTH response in these states is not a command; the rows that exist are tried.
            let swallowed = matches!(
                state,
                S::ReadingMessage | S::ExpectAuthResponse | S::ExpectTls | S::ExpectVerdict | S::Closed
            );
            let expected = table::server(state, on);
            if swallowed && expected.is_none() {
                continue;
            }
            // These two are causes only in their own state; elsewhere their octets are unknown commands.
            if matches!(on, On::AuthEnds | On::MessageEnds | On::Ask | On::Refused) && expected.is_none() {
                continue;
            }
            let mut talk = reach(state);
            // AUTH is offered for PLAIN inside TLS only.
            if on == On::AuthBegins && state == S::ExpectMail {
                talk = Talk::book().hello().secure().hello();
            }
            if on == On::Ask {
                talk = Talk::asking().hello();
            }
            assert_eq!(talk.server.state(), state);
            let said = match stimulus(on) {
                _ if state == S::ExpectVerdict => {
                    let refused = on == On::Refused;
                    let refuse = SubmitAnswer::Refuse(Refusal::NoCertificate);
                    let from = talk.answer(if refused { refuse } else { SubmitAnswer::Take });
                    talk.said_since(from)
                }
                Some(bytes) => talk.raw(bytes),
                None if expected.is_some() => {
                    talk.input(Input::TlsUp { end_point: &[] });
                    String::new()
                }
                None => continue,
            };
            match expected {
                Some(to) => {
                    rows += 1;
                    assert_eq!(talk.server.state(), to, "{state:?} on {on:?} said {said}");
                }
                None => {
                    assert_eq!(talk.server.state(), state, "{state:?} on {on:?} said {said}");
                    assert!(said.starts_with('5'), "{state:?} on {on:?} said {said}");
                }
            }
        }
    }
    assert_eq!(rows, table::SERVER.len(), "every row was tried");
}

const GROUP: &[u8] = b"MAIL FROM:<a@B.example>\r\nRCPT TO:<office@partner.example>\r\nDATA\r\n";

/// What waits behind MAIL FROM in the same group is answered after MAIL FROM's question is, in order.
#[test]
fn a_group_waits_for_the_answer() {
    let mut talk = Talk::asking().hello();
    assert_eq!(talk.raw(GROUP), "");
    let question = SubmitQuestion { domain: "b.example".to_owned(), offered: true };
    assert!(talk.outputs.contains(&Output::Ask(question)));
    let from = talk.answer(SubmitAnswer::Partner);
    assert_eq!(codes(&talk.said_since(from)), ["250", "250", "354"]);

    let mut talk = Talk::asking().hello();
    talk.raw(GROUP);
    let from = talk.answer(SubmitAnswer::Refuse(Refusal::ChainInvalid));
    let said = talk.said_since(from);
    assert!(said.starts_with("454 4.7.5 Certificate validation failure\r\n"), "{said}");
    assert_eq!(codes(&said), ["454", "503", "503"]);
    assert_eq!(talk.server.state(), S::ExpectMail);
    // An answer to no question changes nothing.
    let from = talk.answer(SubmitAnswer::Partner);
    assert_eq!(talk.said_since(from), "");
}

fn codes(said: &str) -> Vec<&str> {
    said.lines().map(|line| &line[..3]).collect()
}

/// The marks follow from who the client is; those that it brings along are taken out.
#[test]
fn messages_are_marked_by_what_was_proved() {
    let stored = |answer| {
        let mut talk = Talk::asking().hello();
        talk.raw(GROUP);
        talk.answer(answer);
        talk.raw(b"X-MS-Exchange-Organization-AuthAs: Partner\r\nSubject: x\r\n\r\nbody\r\n.\r\n");
        let stripped = talk.outputs.iter().any(|output| matches!(output, Output::Note(Note::Stripped(_))));
        assert!(stripped, "{answer:?}");
        let accepted = talk.outputs.iter().find_map(|output| match output {
            Output::Note(Note::Accepted(accepted)) => Some(String::from_utf8_lossy(&accepted.message).into_owned()),
            _ => None,
        });
        accepted.expect("a message")
    };
    let marks = |message: &str| {
        let name = "X-MS-Exchange-Organization-";
        message.lines().filter_map(|line| line.strip_prefix(name).map(str::to_owned)).collect::<Vec<_>>()
    };
    let host = profile(ServerProfile::Exchange).host;
    assert_eq!(marks(&stored(SubmitAnswer::Take)), [format!("AuthSource: {host}"), "AuthAs: Anonymous".to_owned()]);
    let partner = ["AuthAs: Partner", "AuthMechanism: 02", "AuthDomain: b.example"].map(str::to_owned);
    assert_eq!(marks(&stored(SubmitAnswer::Partner)), [[format!("AuthSource: {host}")].as_slice(), &partner].concat());
}

fn outputs(profile: &'static Profile, pieces: &[&[u8]]) -> Vec<Output<SubmitQuestion>> {
    let config = config(profile);
    let mut server = Server::new(config);
    let mut out = Vec::new();
    for piece in [&b""[..]].iter().chain(pieces) {
        server.receive(Input::Bytes(piece));
        while let Some(output) = server.poll() {
            // As the world does: bytes behind STARTTLS belong to TLS.
            if matches!(output, Output::StartTls { .. }) {
                return out;
            }
            out.push(output);
        }
    }
    out
}

/// OutOfTurn is about segments, so it may come and go with the cut.
fn without_segments(outputs: Vec<Output<SubmitQuestion>>) -> Vec<Output<SubmitQuestion>> {
    outputs.into_iter().filter(|output| *output != Output::Note(Note::Violated(Violation::OutOfTurn))).collect()
}

fn lines() -> impl Strategy<Value = Vec<u8>> {
    let known = prop::sample::select(vec![
        "EHLO c.example",
        "HELO c",
        "MAIL FROM:<a@b.example> SIZE=3",
        "RCPT TO:<x@somorita.com>",
        "RCPT TO:<Postmaster>",
        "DATA",
        "BDAT 4",
        "BDAT 3 LAST",
        ".",
        "x",
        "RSET",
        "NOOP",
        "VRFY a",
        "AUTH LOGIN",
        "AUTH PLAIN =",
        "*",
        "HELP",
    ]);
    let line = prop_oneof![
        6 => known.prop_map(|line| format!("{line}\r\n").into_bytes()),
        1 => prop::collection::vec(any::<u8>(), 0..24),
        1 => Just(b"bare\n".to_vec()),
    ];
    prop::collection::vec(line, 0..24).prop_map(|lines| lines.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_octets_get_replies_and_no_panic(bytes: Vec<u8>) {
        for output in outputs(profile(ServerProfile::Book), &[&bytes]) {
            if let Output::Send { bytes, .. } = output {
                for line in bytes.split_inclusive(|&b| b == b'\n') {
                    prop_assert!(ReplyLine::parse(line.strip_suffix(b"\r\n").expect("CRLF")).is_ok());
                }
            }
        }
    }

    #[test]
    fn a_cut_anywhere_changes_nothing(bytes in lines(), cut: prop::sample::Index) {
        let profile = profile(ServerProfile::Postfix);
        let at = cut.index(bytes.len() + 1);
        let whole = without_segments(outputs(profile, &[&bytes]));
        let halves = without_segments(outputs(profile, &[&bytes[..at], &bytes[at..]]));
        prop_assert_eq!(&whole, &halves);
        let single: Vec<&[u8]> = bytes.chunks(1).collect();
        prop_assert_eq!(whole, without_segments(outputs(profile, &single)));
    }
}
