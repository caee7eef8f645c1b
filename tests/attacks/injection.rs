//! Octets between STARTTLS and TLS. RFC 3207 §4; docs/rules.md R19, R20

use crate::victim::{count, honest, is_up, said, settle, state, victim, violated};
use starttls_lab::lab::OneEnd;
use starttls_lab::scenario::Side;
use starttls_lab::smtp::{ClientState, Delivery, Forgotten, MachineState, Obstacle, ServerState, Treatment, Violation};
use starttls_lab::tls::{Cause, Engine, Failure, RustlsError};
use starttls_lab::trace::{Trace, What};

fn started(trace: &Trace, side: Side) -> usize {
    count(trace, side, |what| *what == What::TlsStarted)
}

fn failed_at_its_first_octet(trace: &Trace, side: Side) -> bool {
    // No letter is a content type of TLS.
    let is_no_record = |failure: &Failure| {
        matches!(failure.cause, Cause::Rustls { kind: RustlsError::InvalidMessage, .. })
            && failure.alert == Some((side, 50))
    };
    count(trace, side, |what| matches!(what, What::TlsFailed(failure) if is_no_record(failure))) == 1
}

/// A server that has read a STARTTLS behind which an attacker on the path has put a command; then the honest client's handshake.
fn server(treatment: Treatment, injected: &[u8]) -> (OneEnd, Engine) {
    let mut server = victim(Side::Server, None, treatment);
    server.hear(b"EHLO client.example\r\n");
    server.hear(&[b"STARTTLS\r\n", injected].concat());
    server.take_said();
    let mut client = honest(Side::Client);
    settle(&mut server, &mut client);
    (server, client)
}

const COMMAND: &[u8] = b"MAIL FROM:<evil@client.example>\r\n";

#[test]
fn cve_2011_0411_commands_are_purged() {
    let (mut server, mut client) = server(Treatment::Purge, COMMAND);
    client.write(b"EHLO client.example\r\n");
    settle(&mut server, &mut client);
    let trace = server.finish();
    assert!(is_up(&trace, Side::Server) && violated(&trace, Side::Server, Violation::TextBeforeTls));
    assert!(said(&trace, Side::Server, true).starts_with("250-mx.partner.example\r\n"));
    assert_eq!(
        state(&trace, Side::Server),
        Some(MachineState::Server(ServerState::ExpectMail)),
        "the envelope is empty"
    );
}

#[test]
fn cve_2011_0411_commands_have_the_session_refused() {
    let trace = server(Treatment::Reject, COMMAND).0.finish();
    assert!(violated(&trace, Side::Server, Violation::TextBeforeTls));
    assert_eq!(started(&trace, Side::Server), 0);
    assert!(
        said(&trace, Side::Server, false)
            .ends_with("554 5.5.0 Error: commands must not follow STARTTLS in the same group\r\n")
    );
}

#[test]
fn cve_2011_0411_commands_are_no_tls() {
    let trace = server(Treatment::FeedToTls, COMMAND).0.finish();
    assert!(failed_at_its_first_octet(&trace, Side::Server) && !is_up(&trace, Side::Server));
    assert_eq!(said(&trace, Side::Server, true), "");
}

/// What the three protect from.
#[test]
fn cve_2011_0411_a_vulnerable_server_takes_commands_for_the_client_s() {
    let trace = server(Treatment::Keep, b"RSET\r\n").0.finish();
    assert!(is_up(&trace, Side::Server));
    assert_eq!(said(&trace, Side::Server, true), "250 2.0.0 Ok\r\n", "an answer inside TLS to what came outside of it");
}

/// A client that has read a 220 behind which an attacker has put the reply to the next command; then the honest server's handshake, and
/// the first octet of its reply.
fn client(treatment: Treatment) -> Trace {
    let mut client = victim(Side::Client, None, treatment);
    client.hear(b"220 mx.partner.example\r\n");
    client.hear(b"250-mx.partner.example\r\n250 STARTTLS\r\n");
    client.take_said();
    client.hear(b"220 go ahead\r\n250-evil.example\r\n250 AUTH PLAIN\r\n");
    let mut server = honest(Side::Server);
    server.receive(&client.take_said().0);
    settle(&mut client, &mut server);
    server.write(b"2");
    settle(&mut client, &mut server);
    client.finish()
}

#[test]
fn cve_2011_0411_replies_are_purged() {
    let trace = client(Treatment::Purge);
    assert!(is_up(&trace, Side::Client) && violated(&trace, Side::Client, Violation::TextBeforeTls));
    assert_eq!(said(&trace, Side::Client, true), "EHLO mail.somorita.com\r\n");
    assert_eq!(
        state(&trace, Side::Client),
        Some(MachineState::Client(ClientState::ExpectEhlo)),
        "it waits for the server's answer"
    );
}

#[test]
fn cve_2011_0411_replies_have_the_session_given_up() {
    let trace = client(Treatment::Reject);
    assert_eq!(started(&trace, Side::Client), 0);
    let settled = What::Settled(Delivery::Deferred(Obstacle::Violation));
    assert_eq!(count(&trace, Side::Client, |what| *what == settled), 1);
}

#[test]
fn cve_2011_0411_replies_are_no_tls() {
    let trace = client(Treatment::FeedToTls);
    assert!(failed_at_its_first_octet(&trace, Side::Client) && !is_up(&trace, Side::Client));
    assert_eq!(said(&trace, Side::Client, true), "");
}

#[test]
fn cve_2011_0411_a_vulnerable_client_takes_replies_for_the_server_s() {
    let trace = client(Treatment::Keep);
    let said = said(&trace, Side::Client, true);
    assert!(
        said.starts_with("EHLO mail.somorita.com\r\nMAIL FROM:<sales@somorita.com>"),
        "by a list that nobody sent inside TLS: {said}"
    );
}

/// The attacker waits for the segment with STARTTLS to go by, and injects a moment later: the text is no TLS.
#[test]
fn text_in_a_segment_of_its_own_is_not_executed() {
    for late in [b"RSET\r\n".as_slice(), b"EHLO evil.example\r\nMAIL FROM:<evil@client.example>\r\n", b"\0\0\0\0\0"] {
        let mut server = victim(Side::Server, None, Treatment::Purge);
        server.hear(b"EHLO client.example\r\n");
        server.hear(b"STARTTLS\r\n");
        server.hear(late);
        let trace = server.finish();
        assert!(said(&trace, Side::Server, false).ends_with("220 2.0.0 Ready to start TLS\r\n"), "{late:?}");
        assert!(!is_up(&trace, Side::Server));
    }
}

#[test]
fn starttls_inside_tls_is_refused_and_no_second_tls_begins() {
    let (mut server, mut client) = server(Treatment::Purge, b"");
    for line in ["EHLO client.example\r\n", "STARTTLS\r\n", "NOOP\r\n"] {
        client.write(line.as_bytes());
        settle(&mut server, &mut client);
    }
    let trace = server.finish();
    let said = said(&trace, Side::Server, true);
    assert!(!said.contains("250-STARTTLS") && !said.contains("250 STARTTLS"), "{said}"); // RFC 3207 §4.2
    assert!(
        said.ends_with("554 5.5.1 Error: TLS already active\r\n250 2.0.0 Ok\r\n"),
        "and the session goes on: {said}"
    );
    assert_eq!(started(&trace, Side::Server), 1);
}

#[test]
fn a_client_asks_for_tls_inside_tls_never() {
    let mut client = victim(Side::Client, None, Treatment::Purge);
    client.hear(b"220 mx.partner.example\r\n");
    client.hear(b"250-mx.partner.example\r\n250 STARTTLS\r\n");
    client.take_said();
    client.hear(b"220 go ahead\r\n");
    let mut server = honest(Side::Server);
    server.receive(&client.take_said().0);
    settle(&mut client, &mut server);
    server.write(b"250-mx.partner.example\r\n250 STARTTLS\r\n");
    settle(&mut client, &mut server);
    let trace = client.finish();
    assert!(said(&trace, Side::Client, true).starts_with("EHLO mail.somorita.com\r\nMAIL FROM"));
    assert_eq!(started(&trace, Side::Client), 1);
    let forgot = What::Forgot(vec![Forgotten::PeerName, Forgotten::Capabilities]);
    assert_eq!(count(&trace, Side::Client, |what| *what == forgot), 1);
}
