//! What stands between STARTTLS and TLS. RFC 3207 §4; spec R19 and R20

use crate::victim::{Victim, plan};
use starttls_lab::smtp::{ClientState, Delivery, Obstacle, Plan, ServerState, Treatment, Violation};

const COMMANDS: &[u8] = b"STARTTLS\r\nMAIL FROM:<evil@client.example>\r\n";

/// A server that has read a STARTTLS behind which somebody on the path has put a command, and the honest client's handshake after it.
fn server(treatment: Treatment) -> Victim {
    let mut victim = Victim::server(treatment);
    victim.hear(b"EHLO client.example\r\n");
    victim.hear(COMMANDS);
    assert!(victim.violated(Violation::TextBeforeTls), "{treatment:?}");
    let mut honest = victim.other();
    victim.settle(&mut honest);
    victim.said.clear();
    victim.hear_sealed(&mut honest, b"EHLO client.example\r\n");
    victim
}

#[test]
fn cve_2011_0411_commands_are_purged() {
    let victim = server(Treatment::Purge);
    assert!(victim.is_up);
    assert!(victim.said.starts_with("250-mx.partner.example\r\n"), "{}", victim.said);
    assert_eq!(victim.server_state(), ServerState::ExpectMail, "the envelope is empty");
}

#[test]
fn cve_2011_0411_commands_have_the_session_refused() {
    let victim = server(Treatment::Reject);
    assert!(victim.closed && !victim.is_up);
    assert_eq!((victim.starts, victim.said.as_str()), (0, ""));
}

#[test]
fn cve_2011_0411_commands_are_no_tls() {
    let victim = server(Treatment::FeedToTls);
    assert!(victim.closed && !victim.is_up);
    // The letter M is no content type.
    assert!(victim.failure.expect("a failure").error.contains("InvalidContentType"));
    assert_eq!(victim.said, "");
}

/// What the three protect from.
#[test]
fn cve_2011_0411_a_vulnerable_server_takes_commands_for_the_client_s() {
    let mut victim = Victim::server(Treatment::Keep);
    victim.hear(b"EHLO client.example\r\n");
    victim.hear(b"STARTTLS\r\nRSET\r\n");
    let mut honest = victim.other();
    victim.said.clear();
    victim.settle(&mut honest);
    assert!(victim.is_up);
    assert_eq!(victim.said, "250 2.0.0 Ok\r\n", "an answer inside TLS to what came outside of it");
}

const REPLIES: &[u8] = b"220 go ahead\r\n250-evil.example\r\n250 AUTH PLAIN\r\n";

fn client(left_over: Treatment) -> Victim {
    let mut victim = Victim::client(Plan { left_over, ..plan() });
    victim.hear(b"220 mx.partner.example\r\n");
    victim.hear(b"250-mx.partner.example\r\n250 STARTTLS\r\n");
    victim.said.clear();
    let hello = victim.hear(REPLIES);
    let mut honest = victim.other();
    honest.receive(&hello);
    victim.settle(&mut honest);
    victim
}

#[test]
fn cve_2011_0411_replies_are_purged() {
    let victim = client(Treatment::Purge);
    assert!(victim.is_up && victim.violated(Violation::TextBeforeTls));
    assert_eq!(victim.said, "EHLO client.example\r\n");
    assert_eq!(victim.client_state(), ClientState::ExpectEhlo, "it waits for the answer of the server's");
}

#[test]
fn cve_2011_0411_replies_have_the_session_given_up() {
    let victim = client(Treatment::Reject);
    assert!(victim.closed && !victim.is_up);
    assert_eq!(victim.delivery(), Some(Delivery::Deferred(Obstacle::Violation)));
    assert_eq!(victim.said, "");
}

#[test]
fn cve_2011_0411_replies_are_no_tls() {
    let victim = client(Treatment::FeedToTls);
    assert!(victim.closed && !victim.is_up);
    assert!(victim.failure.expect("a failure").error.contains("InvalidContentType"));
    assert_eq!(victim.said, "");
}

#[test]
fn cve_2011_0411_a_vulnerable_client_takes_replies_for_the_server_s() {
    let mut victim = Victim::client(Plan { left_over: Treatment::Keep, ..plan() });
    victim.hear(b"220 mx.partner.example\r\n");
    victim.hear(b"250-mx.partner.example\r\n250 STARTTLS\r\n");
    victim.said.clear();
    let hello = victim.hear(REPLIES);
    let mut honest = victim.other();
    honest.receive(&hello);
    victim.settle(&mut honest);
    // The first octet of the honest server's answer is enough.
    victim.hear_sealed(&mut honest, b"2");
    assert!(victim.is_up);
    assert_eq!(
        victim.said, "EHLO client.example\r\nMAIL FROM:<a@client.example>\r\n",
        "it goes by a list nobody sent inside TLS"
    );
}

/// The attacker waits for the segment with STARTTLS to go by, and comes a moment later.
#[test]
fn text_in_a_segment_of_its_own_is_dropped_too() {
    for late in [b"RSET\r\n".as_slice(), b"EHLO evil.example\r\nMAIL FROM:<evil@client.example>\r\n", b"\0\0\0\0\0"] {
        let mut victim = Victim::server(Treatment::Purge);
        victim.hear(b"EHLO client.example\r\n");
        victim.hear(b"STARTTLS\r\n");
        victim.said.clear();
        victim.hear(late);
        assert_eq!(victim.said, "", "nothing is executed");
        assert!(!victim.is_up);
    }
}

#[test]
fn starttls_inside_tls_is_refused_and_no_second_tls_begins() {
    let mut victim = Victim::server(Treatment::Purge);
    victim.hear(b"EHLO client.example\r\n");
    victim.hear(b"STARTTLS\r\n");
    let mut other = victim.other();
    victim.settle(&mut other);
    victim.said.clear();
    victim.hear_sealed(&mut other, b"EHLO client.example\r\n");
    assert!(!victim.said.contains("STARTTLS"), "{}", victim.said); // RFC 3207 §4.2
    victim.said.clear();
    victim.hear_sealed(&mut other, b"STARTTLS\r\n");
    assert_eq!(victim.said, "554 5.5.1 Error: TLS already active\r\n");
    assert_eq!(victim.starts, 1);
    victim.hear_sealed(&mut other, b"NOOP\r\n");
    assert!(victim.said.ends_with("250 2.0.0 Ok\r\n"), "the session goes on");
}

#[test]
fn a_client_asks_for_tls_inside_tls_never() {
    let mut victim = Victim::client(plan());
    victim.hear(b"220 mx.partner.example\r\n");
    victim.hear(b"250-mx.partner.example\r\n250 STARTTLS\r\n");
    let hello = victim.hear(b"220 go ahead\r\n");
    let mut other = victim.other();
    other.receive(&hello);
    victim.settle(&mut other);
    victim.said.clear();
    victim.hear_sealed(&mut other, b"250-mx.partner.example\r\n250 STARTTLS\r\n");
    assert_eq!(victim.said, "MAIL FROM:<a@client.example>\r\n");
    assert_eq!(victim.starts, 1);
}
