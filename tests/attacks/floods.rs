//! Peers that never stop. What an end keeps of them has a bound, and so has what it says to them.

use crate::victim::{client, server};
use starttls_lab::scenario::ServerProfile;
use starttls_lab::smtp::{
    Client, ClientState, Delivery, Input, Note, Obstacle, Output, ServerState, TlsQuestion, Violation,
};
use std::fmt::Debug;

/// What a machine holds, as far as its description tells.
fn held(machine: &impl Debug) -> usize {
    format!("{machine:?}").len()
}

/// Octets in its description that a machine may hold: an unfinished line of 12,288 octets takes up to five characters each.
const BOUND: usize = 200_000;

fn drain_client(client: &mut Client) -> Vec<Output<TlsQuestion>> {
    std::iter::from_fn(|| client.poll()).collect()
}

#[test]
fn an_endless_reply_is_given_up() {
    for line in ["250-more\r\n".to_owned(), format!("250-{}\r\n", "x".repeat(1_900)), "220-\r\n".to_owned()] {
        let mut client = client();
        let mut lines = 0;
        while client.state() != ClientState::Closed {
            client.receive(Input::Bytes(line.as_bytes()));
            lines += 1;
            assert!(lines <= 51, "it still listens after {lines} lines");
        }
        let outputs = drain_client(&mut client);
        assert!(outputs.contains(&Output::Note(Note::Violated(Violation::ReplyTooLong))), "{outputs:?}");
        assert!(outputs.contains(&Output::Note(Note::Settled(Delivery::Deferred(Obstacle::Violation)))));
    }
}

#[test]
fn an_endless_line_takes_no_room() {
    let flood = vec![b'x'; 1 << 10];
    let (mut client, mut server) = (client(), server(ServerProfile::Postfix));
    let mut said = Vec::new();
    for number in 1..=160 {
        client.receive(Input::Bytes(&flood));
        server.receive(Input::Bytes(&flood));
        assert!(held(&client) < BOUND && held(&server) < BOUND);
        let answers = std::iter::from_fn(|| server.poll()).filter_map(|output| match output {
            Output::Send { bytes, .. } => Some((number, String::from_utf8(bytes).expect("text"))),
            _ => None,
        });
        said.extend(answers);
    }
    // No reply has more than 2,000 octets, and no line of any kind more than 12,288.
    assert_eq!(client.state(), ClientState::Closed, "no reply is that long");
    let outputs = drain_client(&mut client);
    assert!(outputs.contains(&Output::Note(Note::Settled(Delivery::Deferred(Obstacle::Violation)))), "{outputs:?}");
    // The answer does not wait for the end of the line; one line has one; and there is an end where the line has none.
    let (long, endless) = ("500 5.5.2 Error: line too long\r\n", "421 4.7.0 Error: too many errors\r\n");
    assert_eq!(said[1..], [(12, long.to_owned()), (12 + 96, endless.to_owned())]);
    assert_eq!(server.state(), ServerState::Closed);
}

#[test]
fn a_line_that_is_too_long_and_ends_is_answered_once_and_the_session_goes_on() {
    let mut server = server(ServerProfile::Book);
    while server.poll().is_some() {}
    server.receive(Input::Bytes(&[vec![b'x'; 50_000], b"\r\nEHLO a\r\n".to_vec()].concat()));
    let said: Vec<Vec<u8>> = std::iter::from_fn(|| server.poll())
        .filter_map(|output| if let Output::Send { bytes, .. } = output { Some(bytes) } else { None })
        .collect();
    assert_eq!(said[0], b"500 5.5.2 Command too long\r\n");
    assert!(said[1].starts_with(b"250-") && said.len() == 2, "{said:?}");
}

#[test]
fn endless_nonsense_is_hung_up_on() {
    let mut server = server(ServerProfile::Postfix);
    let mut lines = 0;
    while server.state() != ServerState::Closed {
        server.receive(Input::Bytes(b"WHAT\r\n"));
        lines += 1;
        assert!(lines <= 50, "it still answers after {lines} errors");
    }
}

#[test]
fn endless_harmless_commands_leave_nothing_behind() {
    let mut server = server(ServerProfile::Postfix);
    server.receive(Input::Bytes(b"EHLO a\r\n"));
    while server.poll().is_some() {}
    let before = held(&server);
    for _ in 0..5_000 {
        server.receive(Input::Bytes(b"NOOP\r\nRSET\r\nMAIL FROM:<a@b.example>\r\nRSET\r\n"));
        while server.poll().is_some() {}
    }
    assert!(held(&server) <= before + 64);
}

#[test]
fn a_message_over_the_limit_is_not_kept() {
    let mut server = server(ServerProfile::Postfix);
    server.receive(Input::Bytes(b"EHLO a\r\n"));
    server.receive(Input::Bytes(b"MAIL FROM:<a@b.example>\r\n"));
    server.receive(Input::Bytes(b"RCPT TO:<b@partner.example>\r\n"));
    server.receive(Input::Bytes(b"DATA\r\n"));
    let line = [b"x".repeat(998).as_slice(), b"\r\n"].concat().repeat(100);
    // 20 MB, and the profile takes 10.24 MB.
    for _ in 0..200 {
        server.receive(Input::Bytes(&line));
    }
    while server.poll().is_some() {}
    server.receive(Input::Bytes(b".\r\n"));
    let said: Vec<_> = std::iter::from_fn(|| server.poll()).collect();
    let refused = said.iter().any(|output| matches!(output, Output::Send { bytes, .. } if bytes.starts_with(b"552 ")));
    assert!(refused, "{said:?}");
    assert!(!said.iter().any(|output| matches!(output, Output::Note(Note::Accepted(_)))));
}
