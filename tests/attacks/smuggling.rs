//! SMTP smuggling: an end of a message that one server takes for one and the next does not. CVE-2023-51764 (Postfix), CVE-2023-51765
//! (sendmail), CVE-2023-51766 (Exim)

use crate::victim::{client_with, server as server_of, victim};
use starttls_lab::scenario::{ServerProfile, Side};
use starttls_lab::smtp::{Gate, Input, Note, Output, Server, TlsAnswer, TlsQuestion, Treatment};
use starttls_lab::trace::What;

/// What some servers have taken for the end of a message.
const ENDS: [&[u8]; 14] = [
    b"\n.\n",
    b"\n.\r\n",
    b"\n.\r",
    b"\r.\r",
    b"\r.\r\n",
    b"\r.\n",
    b"\r\n.\n",
    b"\r\n.\r",
    b"\r\n\0.\r\n",
    b"\r\n.\0\r\n",
    b"\n\n.\n",
    b"\n.\n.\r\n",
    b"\r\n.\r\r\n",
    b"\n\r.\r\n",
];

const SMUGGLED: &[u8] = b"MAIL FROM:<admin@partner.example>\r\nRCPT TO:<office@partner.example>\r\nDATA\r\nSubject: trust me\r\n\r\nx\r\n.\r\n";

fn drain(server: &mut Server) -> (String, usize) {
    let (mut said, mut taken) = (String::new(), 0);
    while let Some(output) = server.poll() {
        match output {
            Output::Send { bytes, .. } => said.push_str(std::str::from_utf8(&bytes).expect("ASCII")),
            Output::Note(Note::Accepted(_)) => taken += 1,
            _ => {}
        }
    }
    (said, taken)
}

#[test]
fn cve_2023_51764_a_server_ends_a_message_at_crlf_dot_crlf_alone() {
    for id in [ServerProfile::Book, ServerProfile::Exchange, ServerProfile::Postfix] {
        let recipient = if id == ServerProfile::Book { "office@somorita.com" } else { "office@partner.example" };
        for end in ENDS {
            let message = [b"Subject: x\r\n\r\nhello".as_slice(), end, SMUGGLED].concat();
            for piece in [message.len(), 1] {
                let mut server = server_of(id);
                let envelope = format!("EHLO a\r\nMAIL FROM:<a@client.example>\r\nRCPT TO:<{recipient}>\r\nDATA\r\n");
                for line in envelope.split_inclusive('\n') {
                    server.receive(Input::Bytes(line.as_bytes()));
                }
                assert!(drain(&mut server).0.contains("354 "), "{id:?}");
                for octets in message.chunks(piece) {
                    server.receive(Input::Bytes(octets));
                }
                let (said, taken) = drain(&mut server);
                assert_eq!(taken, 0, "{id:?} {end:?}");
                // One refusal of the whole; what is behind the real end is no command either, since there is nothing behind it.
                let first = said.lines().next().expect("an answer");
                assert!(first.starts_with("554 "), "{id:?} {end:?}: {said}");
                assert!(!said.contains("354"), "{id:?} {end:?}: {said}");
            }
        }
    }
}

/// The other half: a client that sends such an end on has opened the way to the next server.
#[test]
fn cve_2023_51764_a_client_sends_no_end_of_a_line_but_crlf() {
    for end in ENDS {
        let text = [b"Subject: x\r\n\r\nhello".as_slice(), end, SMUGGLED].concat();
        for chunking in [false, true] {
            let mut client = client_with(text.clone(), chunking);
            let mut content = Vec::new();
            let replies: [&[u8]; 6] = [
                b"220 hello\r\n",
                b"250-mx\r\n250 CHUNKING\r\n",
                b"250 ok\r\n",
                b"250 ok\r\n",
                b"354 go\r\n",
                b"250 ok\r\n",
            ];
            for reply in replies {
                client.receive(Input::Bytes(reply));
                while let Some(output) = client.poll() {
                    match output {
                        Output::Send { bytes, content: true } => content.extend(bytes),
                        Output::Ask(TlsQuestion { gate: Gate::Offer, .. }) => client.answer(TlsAnswer::GoOn),
                        _ => {}
                    }
                }
                // A chunk is answered with 250 and not with 354.
                if chunking && !content.is_empty() {
                    break;
                }
            }
            assert!(!content.is_empty(), "{end:?}");
            for (at, &octet) in content.iter().enumerate() {
                let (before, after) = (at.checked_sub(1).map(|at| content[at]), content.get(at + 1));
                assert!(octet != b'\n' || before == Some(b'\r'), "{end:?}: a bare LF at {at}");
                assert!(octet != b'\r' || after == Some(&b'\n'), "{end:?}: a bare CR at {at}");
            }
            if !chunking {
                let ends = content.windows(5).filter(|five| five == b"\r\n.\r\n").count();
                assert_eq!((ends, content.ends_with(b"\r\n.\r\n")), (1, true), "{end:?}");
            }
        }
    }
}

/// Both halves, with TLS between them: what is smuggled into the client comes out of the server as text of the one message.
#[test]
fn cve_2023_51764_through_both_ends() {
    for end in ENDS {
        // A NUL is refused from any client.
        if end.contains(&0) {
            continue;
        }
        let message = [b"Subject: x\r\n\r\nhello".as_slice(), end, SMUGGLED].concat();
        let mut client = victim(Side::Client, Some(message), Treatment::Purge);
        let mut server = victim(Side::Server, None, Treatment::Purge);
        while !(client.is_closed() && server.is_closed()) {
            let (said, closes) = server.take_said();
            client.hear(&said);
            if closes {
                client.hear_end();
            }
            let (said, closes) = client.take_said();
            server.hear(&said);
            if closes {
                server.hear_end();
            }
        }
        let trace = server.finish();
        let stored: Vec<_> = trace
            .events
            .iter()
            .filter_map(|event| if let What::Stored(stored) = &event.what { Some(stored) } else { None })
            .collect();
        assert_eq!(stored.len(), 1, "{end:?}");
        assert_eq!(stored[0].from, "sales@somorita.com");
        let text = String::from_utf8_lossy(trace.octets(stored[0].message));
        assert!(text.contains("MAIL FROM:<admin@partner.example>"), "{end:?}: {text}");
    }
}
