//! Peers that take their time or never come to an end, at one end of the lab: in simulated time, and over TCP. What an end waits for has a
//! deadline as a whole, what it records has a bound, and the last word is the right one. RFC 5321 §4.5.3.2

use crate::carry::carry;
use crate::victim::{count, honest, is_up, patient, settle, victim, violated};
use starttls_lab::lab::{OneEnd, PATIENCE};
use starttls_lab::scenario::Side;
use starttls_lab::smtp::{Delivery, Obstacle, Treatment, Violation};
use starttls_lab::trace::{Close, Trace, What};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread::{self, sleep};
use std::time::Duration;

const SECOND: u64 = 1_000_000;
/// What one trace may hold, with what the machines add at the end.
const BOUND: usize = (64 << 20) + (1 << 20);

fn server() -> OneEnd {
    victim(Side::Server, None, Treatment::Purge)
}

fn client() -> OneEnd {
    victim(Side::Client, None, Treatment::Purge)
}

fn said(end: &mut OneEnd) -> String {
    String::from_utf8_lossy(&end.take_said().0).into_owned()
}

/// The trace, with how the side closed.
fn end(end: OneEnd, side: Side) -> (Trace, Option<Close>) {
    let trace = end.finish();
    let close = trace.events.iter().rev().find_map(|event| match event.what {
        What::Closed(close) if event.who == side => Some(close),
        _ => None,
    });
    (trace, close)
}

fn size(trace: &Trace) -> usize {
    trace.streams.iter().map(|stream| stream.bytes.len()).sum()
}

/// Lets an octet come each `micros`, until the end closes; how long that took, in microseconds.
fn trickle(end: &mut OneEnd, octets: impl IntoIterator<Item = u8>, micros: u64) -> u64 {
    let mut passed = 0;
    for octet in octets {
        if end.is_closed() {
            break;
        }
        end.pass(micros);
        end.hear(&[octet]);
        passed += micros;
    }
    passed
}

#[test]
fn a_command_that_trickles_is_timed_as_a_whole() {
    let mut server = server();
    assert!(said(&mut server).starts_with("220 "));
    let took = trickle(&mut server, [b'x'; 1_000], 5 * SECOND);
    assert!((PATIENCE..PATIENCE + 10 * SECOND).contains(&took), "{took}");
    assert_eq!(said(&mut server), "421 4.4.2 Error: timeout exceeded\r\n");
    assert_eq!(end(server, Side::Server).1, Some(Close::Timeout));
}

#[test]
fn a_reply_that_trickles_is_timed_as_a_whole() {
    // Octet by octet, and line by line.
    for (reply, micros) in [(b"220 mail.example ready ".as_slice(), 20 * SECOND), (b"220-a\r\n220-b\r\n", 40 * SECOND)]
    {
        let mut client = client();
        let took = trickle(&mut client, reply.repeat(10), micros);
        assert!((PATIENCE..PATIENCE + micros + SECOND).contains(&took), "{took}");
        let (trace, close) = end(client, Side::Client);
        assert_eq!(close, Some(Close::Timeout));
        let deferred = What::Settled(Delivery::Deferred(Obstacle::Timeout));
        assert_eq!(count(&trace, Side::Client, |what| *what == deferred), 1);
    }
}

#[test]
fn a_handshake_that_trickles_is_timed_as_a_whole() {
    let mut server = server();
    server.hear(b"EHLO a\r\nSTARTTLS\r\n");
    assert!(said(&mut server).ends_with("220 2.0.0 Ready to start TLS\r\n"));
    // A record of 16 kB, and its first octets.
    let took = trickle(&mut server, [22, 3, 1, 64, 0, 1].into_iter().chain([0; 1_000]), 5 * SECOND);
    assert!((PATIENCE..PATIENCE + 10 * SECOND).contains(&took), "{took}");
    assert_eq!(said(&mut server), "", "no text goes out where TLS was begun");
    assert_eq!(end(server, Side::Server).1, Some(Close::Timeout));
}

#[test]
fn who_speaks_in_time_is_heard_for_an_hour() {
    let mut server = server();
    let mut commands = 0;
    while !server.is_closed() {
        server.pass(PATIENCE - SECOND);
        server.hear(b"NOOP\r\n");
        commands += 1;
        assert!(commands <= 13, "{commands}");
    }
    assert!(commands > 11, "{commands}");
    assert!(said(&mut server).ends_with("421 4.4.2 Error: timeout exceeded\r\n"));
    let mut server = self::server();
    server.pass(PATIENCE - 1);
    assert_eq!((server.is_closed(), server.patience()), (false, 1));
    server.pass(1);
    assert!(server.is_closed());
}

#[test]
fn a_large_message_may_be_slow_and_a_trickle_may_not() {
    for (rate, is_taken) in [(600, true), (400, false)] {
        let mut server = server();
        server.hear(b"EHLO a\r\n");
        server.hear(b"MAIL FROM:<a@b.example>\r\n");
        server.hear(b"RCPT TO:<office@partner.example>\r\n");
        server.hear(b"DATA\r\n");
        let line = [b"x".repeat(rate - 2), b"\r\n".to_vec()].concat();
        for _ in 0..1_800 {
            server.pass(SECOND);
            server.hear(&line);
        }
        assert_eq!(!server.is_closed(), is_taken, "{rate}");
        server.hear(b".\r\n");
        let (trace, _) = end(server, Side::Server);
        assert_eq!(count(&trace, Side::Server, |what| matches!(what, What::Stored(_))), usize::from(is_taken));
    }
}

/// Gives the end the same octets until it hangs up, and says how many that were.
fn flood(end: &mut OneEnd, octets: &[u8]) -> usize {
    let mut heard = 0;
    while !end.is_closed() {
        end.hear(octets);
        heard += octets.len();
        assert!(heard < 4 * BOUND, "it still listens");
    }
    heard
}

#[test]
fn a_line_without_an_end_is_given_up() {
    let line = [b'a'; 10_000];
    let mut server = server();
    let _ = said(&mut server);
    assert!(flood(&mut server, &line) < 200_000);
    let (long, endless) = ("500 5.5.2 Error: line too long\r\n", "421 4.7.0 Error: too many errors\r\n");
    assert_eq!(said(&mut server), [long, endless].concat());
    let (trace, close) = end(server, Side::Server);
    assert!(violated(&trace, Side::Server, Violation::Endless) && size(&trace) < 200_000);
    assert_eq!(close, Some(Close::TooManyErrors));

    let mut client = client();
    client.hear(b"220 ");
    assert!(flood(&mut client, &line) <= 20_000);
    let (trace, close) = end(client, Side::Client);
    assert!(violated(&trace, Side::Client, Violation::LineTooLong) && size(&trace) < 40_000);
    assert_eq!(close, Some(Close::Violation));
}

#[test]
fn a_line_without_an_end_inside_tls_is_given_up() {
    let (mut server, mut peer) = (server(), honest(Side::Client));
    server.hear(b"EHLO a\r\n");
    server.hear(b"STARTTLS\r\n");
    let _ = said(&mut server);
    settle(&mut server, &mut peer);
    let mut written = 0;
    while !server.is_closed() && written < 1 << 20 {
        peer.write(&[b'a'; 10_000]);
        written += 10_000;
        settle(&mut server, &mut peer);
    }
    assert!(written < 200_000, "{written}");
    let (trace, _) = end(server, Side::Server);
    assert!(is_up(&trace, Side::Server) && violated(&trace, Side::Server, Violation::Endless));
}

#[test]
fn replies_without_an_end_are_given_up() {
    for reply in [&b"220-more\r\n"[..], b"220-\r\n", b"220 a\r\n", b"250 a\r\n"] {
        let mut client = client();
        assert!(flood(&mut client, reply) < 40_000, "{reply:?}");
        let (trace, _) = end(client, Side::Client);
        assert!(size(&trace) < 100_000);
    }
}

#[test]
fn a_session_without_an_end_is_given_up_and_its_record_has_a_bound() {
    let transaction: &[u8] = b"EHLO a\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<office@partner.example>\r\nDATA\r\n";
    let line = [b"x".repeat(998), b"\r\n".to_vec()].concat();
    for (first, again) in [
        (&b""[..], b"NOOP\r\n".repeat(2_000)),
        // Little to read, and a reply to each.
        (b"EHLO a\r\n", b"RSET\r\n".repeat(2_000)),
        (transaction, line.repeat(1_000)),
    ] {
        let mut server = server();
        server.hear(first);
        flood(&mut server, &again);
        let (trace, close) = end(server, Side::Server);
        assert!(violated(&trace, Side::Server, Violation::Endless));
        assert_eq!(close, Some(Close::TooManyErrors));
        assert!(size(&trace) + trace.events.len() * 32 < BOUND, "{} events", trace.events.len());
        let replies = trace.streams.iter().find(|stream| stream.from == Side::Server).expect("a stream");
        assert!(replies.bytes.ends_with(b"421 4.7.0 Error: too many errors\r\n"));
        assert!(trace.events.iter().any(|event| matches!(event.what, What::Missing { .. })));
    }
}

// ---- over TCP, as examples/tcp carries it ----

/// One end of the lab on a socket, and a peer on the other; the end waits half a second for what is due.
fn against(side: Side, peer: impl FnOnce(TcpStream) + Send + 'static) -> (Trace, Option<Close>, u128) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    let peer_socket = TcpStream::connect(listener.local_addr().expect("its address")).expect("a connection");
    let (socket, _) = listener.accept().expect("a connection");
    let peer = thread::spawn(move || peer(peer_socket));
    let mut victim = patient(side, None, Treatment::Purge, SECOND / 2);
    let began = passed();
    carry(&mut victim, &socket).expect("a carried session");
    let took = passed() - began;
    drop(socket);
    peer.join().expect("the peer's end");
    let (trace, close) = end(victim, side);
    (trace, close, took)
}

/// Milliseconds.
#[allow(clippy::disallowed_methods)]
fn passed() -> u128 {
    std::time::UNIX_EPOCH.elapsed().expect("a clock").as_millis()
}

/// Repeats octets until the socket takes no more.
fn pour(mut socket: &TcpStream, octets: &[u8], pause: Duration) {
    while socket.write_all(octets).is_ok() {
        sleep(pause);
    }
}

#[test]
fn over_tcp_a_trickle_is_hung_up_on() {
    let (_, close, took) = against(Side::Server, |mut socket| {
        let reader = socket.try_clone().expect("the same socket");
        let writer = thread::spawn(move || pour(&reader, b"x", Duration::from_millis(50)));
        let mut heard = Vec::new();
        let _ = socket.read_to_end(&mut heard);
        assert!(heard.ends_with(b"\r\n421 4.4.2 Error: timeout exceeded\r\n"), "{}", String::from_utf8_lossy(&heard));
        let _ = socket.shutdown(std::net::Shutdown::Both);
        writer.join().expect("its end");
    });
    assert_eq!(close, Some(Close::Timeout));
    assert!((400..2_500).contains(&took), "{took} ms");
}

#[test]
fn over_tcp_a_server_without_an_end_does_not_keep_the_client() {
    let line = b"220-and so on\r\n".repeat(100);
    let (trace, close, took) = against(Side::Client, move |socket| pour(&socket, &line, Duration::ZERO));
    assert_eq!(close, Some(Close::Violation));
    assert!(violated(&trace, Side::Client, Violation::ReplyTooLong));
    // It reads on for two seconds, so that its last words arrive, and no longer.
    assert!(took < 4_000, "{took} ms");
}

#[test]
fn over_tcp_a_peer_that_does_not_read_is_given_up() {
    let (_, close, took) = against(Side::Server, |mut socket| {
        // The replies to these fill every buffer between the two. The peer stays until the server has hung up.
        let _ = socket.set_write_timeout(Some(Duration::from_secs(20)));
        while socket.write_all(&b"EHLO a\r\n".repeat(1_000)).is_ok() {}
    });
    assert_eq!(close, Some(Close::Timeout));
    assert!(took < 10_000, "{took} ms");
}
