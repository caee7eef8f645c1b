//! The client machine.

use starttls_lab::smtp::{
    Client, ClientState, Gate, Input, Note, Output, Plan, TlsAnswer, TlsVerb, Treatment, Violation,
};

fn client(left_over: Treatment) -> Client {
    Client::new(Plan {
        name: "client.example".into(),
        from: "a@client.example".into(),
        to: vec!["b@server.example".into()],
        message: Vec::new(),
        login: None,
        chunking: false,
        pipelining: false,
        proves: false,
        verb: TlsVerb::StartTls,
        lenient_2xx: false,
        left_over,
    })
}

/// What it sends to an input; it is told to start TLS, and to go on at any other gate.
fn said(client: &mut Client, input: Input<'_>) -> (String, Vec<Note>) {
    client.receive(input);
    let (mut sent, mut notes) = (String::new(), Vec::new());
    while let Some(output) = client.poll() {
        match output {
            Output::Send { bytes, .. } => sent.push_str(&String::from_utf8_lossy(&bytes)),
            Output::Ask(question) => {
                client.answer(if question.gate == Gate::Offer { TlsAnswer::Start } else { TlsAnswer::GoOn });
            }
            Output::Note(note) => notes.push(note),
            _ => {}
        }
    }
    (sent, notes)
}

fn at_go_ahead(left_over: Treatment) -> Client {
    let mut client = client(left_over);
    assert!(!client.is_settled());
    said(&mut client, Input::Bytes(b"220 hello\r\n"));
    said(&mut client, Input::Bytes(b"250-server.example\r\n250 STARTTLS\r\n"));
    said(&mut client, Input::Bytes(b"220 go\r\n"));
    assert_eq!(client.state(), ClientState::ExpectTls);
    client
}

#[test]
fn text_after_the_go_ahead_is_dropped_however_late() {
    for treatment in [Treatment::Purge, Treatment::Reject, Treatment::FeedToTls] {
        let mut client = at_go_ahead(treatment);
        let (sent, notes) = said(&mut client, Input::Bytes(b"250 evil.example\r\n"));
        assert_eq!(sent, "");
        assert!(notes.contains(&Note::Violated(Violation::TextBeforeTls)), "{treatment:?}");
        assert_eq!(said(&mut client, Input::TlsUp { end_point: &[] }).0, "EHLO client.example\r\n");
        assert_eq!(client.state(), ClientState::ExpectEhlo);
    }
    let mut vulnerable = at_go_ahead(Treatment::Keep);
    let (_, notes) = said(&mut vulnerable, Input::Bytes(b"250 evil.example\r\n"));
    assert!(notes.is_empty(), "kept for later: {notes:?}");
}

#[test]
fn helo_is_tried_in_clear_and_never_inside_tls() {
    let mut old = client(Treatment::Purge);
    said(&mut old, Input::Bytes(b"220 hello\r\n"));
    assert_eq!(said(&mut old, Input::Bytes(b"500 what\r\n")).0, "HELO client.example\r\n");

    let mut inside = at_go_ahead(Treatment::Purge);
    said(&mut inside, Input::TlsUp { end_point: &[] });
    let (sent, notes) = said(&mut inside, Input::Bytes(b"500 what\r\n"));
    assert_eq!(sent, "QUIT\r\n");
    assert!(inside.is_settled() && notes.iter().any(|note| matches!(note, Note::Settled(_))));
}
