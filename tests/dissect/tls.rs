//! The passive TLS reader against records that others made: RFC 8448's trace, OpenSSL on both ends, and captures of mail servers,
//! for which `tshark` says what is in them.

use crate::capture::{connections, secrets, vector};
use proptest::prelude::*;
use starttls_lab::dissect::facts::MessageFacts;
use starttls_lab::dissect::handshake::{Frame, Message, MessageKind, TlsReader};
use starttls_lab::dissect::record::{Item, records};
use starttls_lab::registry::{HANDSHAKE_TYPES, Version, name};
use starttls_lab::scenario::Side;
use starttls_lab::tls::Secret;

/// What a reader made of a connection.
struct Story {
    reader: TlsReader,
    messages: Vec<(Side, Message)>,
    /// The application data of each side.
    client: Vec<u8>,
    server: Vec<u8>,
}

impl Story {
    fn of(records: &[(Side, Vec<u8>)], secrets: &[Secret]) -> Story {
        let mut story = Story { reader: TlsReader::new(secrets), messages: vec![], client: vec![], server: vec![] };
        let mut plaintext = Vec::new();
        for (side, record) in records {
            let (messages, frame) = story.reader.read(*side, record, &mut plaintext);
            check(&messages, &frame, record);
            let data = if *side == Side::Client { &mut story.client } else { &mut story.server };
            if messages.iter().any(|message| message.kind == MessageKind::ApplicationData) {
                data.extend_from_slice(&plaintext[frame.plaintext.start..][..frame.content]);
            }
            story.messages.extend(messages.into_iter().map(|message| (*side, message)));
        }
        story
    }

    /// Everything but application data: `C` or `S`, `~` where it is sealed, and the name.
    fn told(&self) -> String {
        let told = self.messages.iter().filter(|(_, message)| message.kind != MessageKind::ApplicationData);
        let told = told.map(|(side, message)| {
            let side = if *side == Side::Client { "C" } else { "S" };
            let glyph = if message.sealed { "~" } else { "-" };
            let what = match (message.kind, &message.facts) {
                (MessageKind::Handshake(code), _) => name(HANDSHAKE_TYPES, code).expect("a name").into(),
                (MessageKind::ChangeCipherSpec, _) => "ccs".into(),
                (MessageKind::Alert, MessageFacts::Alert { level, description }) => {
                    format!("alert {level}/{description}")
                }
                (MessageKind::Sealed, _) => "sealed".to_owned(),
                other => format!("{other:?}"),
            };
            format!("{side}{glyph}{what}")
        });
        told.collect::<Vec<_>>().join(" ")
    }

    fn count(&self, kind: MessageKind) -> usize {
        self.messages.iter().filter(|(_, message)| message.kind == kind).count()
    }

    fn fact<T>(&self, pick: impl Fn(&MessageFacts) -> Option<T>) -> T {
        self.messages.iter().find_map(|(_, message)| pick(&message.facts)).expect("such a message")
    }
}

/// What holds for every record: something is said about each, and the messages cover its content without a gap.
fn check(messages: &[Message], frame: &Frame, record: &[u8]) {
    assert!(!messages.is_empty());
    assert!(messages.len() <= record.len());
    let mut at = 0;
    for message in messages {
        assert_eq!(message.range.start, at, "{message:?}");
        assert!(message.range.end >= at && message.size >= message.range.len(), "{message:?}");
        assert!(message.opened || message.sealed);
        assert_eq!(message.opened, message.kind != MessageKind::Sealed);
        at = message.range.end;
    }
    assert_eq!(at, frame.content);
    assert!(frame.content <= frame.plaintext.len() && frame.continued <= frame.content);
}

const TLS13_OPEN: &str = "C-client_hello S-server_hello S-ccs S~encrypted_extensions S~certificate \
                          S~certificate_verify S~finished C-ccs C~finished S~new_session_ticket";

#[test]
fn rfc_8448_simple_1_rtt_handshake() {
    let (records, secrets) = vector("rfc8448-simple-1-rtt.txt");
    let story = Story::of(&records, &secrets);
    assert_eq!(story.told(), TLS13_OPEN.replace("S-ccs ", "").replace("C-ccs ", "") + " C~alert 1/0 S~alert 1/0");
    let sizes: Vec<usize> = story.messages.iter().map(|(_, message)| message.size).collect();
    assert_eq!(sizes, [196, 90, 40, 445, 136, 36, 36, 205, 50, 50, 2, 2]);
    let payload: Vec<u8> = (0..50).collect();
    assert_eq!((story.client.as_slice(), story.server.as_slice()), (payload.as_slice(), payload.as_slice()));

    let hello =
        story.fact(|facts| if let MessageFacts::ClientHello(hello) = facts { Some(hello.clone()) } else { None });
    assert_eq!(hello.suites, [0x1301, 0x1303, 0x1302]);
    assert_eq!(hello.versions, [Version::TLS13]);
    assert_eq!(hello.server_name.as_deref(), Some("server"));
    assert_eq!(hello.groups, [29, 23, 24, 25, 256, 257, 258, 259, 260]);
    let hello = story.fact(|facts| if let MessageFacts::ServerHello(hello) = facts { Some(*hello) } else { None });
    assert_eq!((hello.version, hello.suite, hello.group), (Version::TLS13, 0x1301, Some(29)));
    assert!(!hello.is_hello_retry_request);
    story
        .fact(|facts| (*facts == MessageFacts::Certificate { count: 1, octets: 432, is_stapled: false }).then_some(()));
}

#[test]
fn without_secrets_it_sees_what_an_eavesdropper_sees() {
    let (records, _) = vector("rfc8448-simple-1-rtt.txt");
    let story = Story::of(&records, &[]);
    let sealed = "S~sealed C~sealed S~sealed C~sealed S~sealed C~sealed S~sealed";
    assert_eq!(story.told(), format!("C-client_hello S-server_hello {sealed}"));
    assert_eq!(story.messages[2].1.size, 674);
    assert!(story.client.is_empty() && story.server.is_empty());

    // In TLS 1.2 the certificate and the ticket are in clear.
    let (records, _) = vector("openssl/c02b.txt");
    let told = Story::of(&records, &[]).told();
    let clear = "C-client_hello S-server_hello S-certificate S-server_key_exchange S-server_hello_done \
                 C-client_key_exchange C-ccs C~sealed S-new_session_ticket S-ccs S~sealed";
    assert_eq!(told, clear.to_owned() + " C~sealed S~sealed C~sealed S~sealed");
}

#[test]
fn a_key_log_without_the_handshake_opens_the_rest() {
    let (records, secrets) = vector("rfc8448-simple-1-rtt.txt");
    let secrets: Vec<Secret> = secrets.into_iter().filter(|secret| secret.label.ends_with("_0")).collect();
    let story = Story::of(&records, &secrets);
    assert_eq!(story.count(MessageKind::Sealed), 2);
    assert_eq!((story.client.len(), story.server.len()), (50, 50));
}

#[test]
fn every_suite_of_tls_1_2() {
    let open = "C-client_hello S-server_hello S-certificate S-server_key_exchange S-server_hello_done C-client_key_exchange \
                C-ccs C~finished S-new_session_ticket S-ccs S~finished C~alert 1/0 S~alert 1/0";
    for suite in [0xC02B_u16, 0xC02C, 0xC02F, 0xC030, 0xCCA8, 0xCCA9] {
        let (records, secrets) = vector(&format!("openssl/{suite:04x}.txt"));
        let story = Story::of(&records, &secrets);
        assert_eq!(story.told(), open, "{suite:04x}");
        assert_eq!((story.reader.version(), story.reader.suite()), (Some(Version::TLS12), Some(suite)));
        assert_eq!(story.client, b"EHLO client.example.org\r\n");
        assert_eq!(story.server, b"250 mx.example.test\r\n");
        story.fact(|facts| (*facts == MessageFacts::ServerKeyExchange { group: Some(29) }).then_some(()));
    }
}

#[test]
fn every_suite_of_tls_1_3_and_key_updates() {
    let after = " S~new_session_ticket C~key_update S~key_update C~key_update S~key_update C~alert 1/0";
    for suite in [0x1301_u16, 0x1302, 0x1303] {
        let (records, secrets) = vector(&format!("openssl/{suite:04x}-key-update.txt"));
        let story = Story::of(&records, &secrets);
        assert_eq!(story.told(), TLS13_OPEN.to_owned() + after, "{suite:04x}");
        assert_eq!((story.reader.version(), story.reader.suite()), (Some(Version::TLS13), Some(suite)));
        assert_eq!(story.client, b"EHLO client.example.org\nNOOP\n");
        assert_eq!(story.server, b"250 mx.example.test\n250 ok\n");
    }
}

#[test]
fn a_hello_retry_request_is_not_yet_the_servers_hello() {
    let (records, secrets) = vector("openssl/1302-hello-retry-request.txt");
    let story = Story::of(&records, &secrets);
    let open = TLS13_OPEN.replace(" S-server_hello S-ccs", " S-server_hello S-ccs C-ccs C-client_hello S-server_hello");
    let open = open.replace(" S~finished C-ccs", " S~finished") + " S~new_session_ticket C~alert 1/0 S~alert 1/0";
    assert_eq!(story.told(), open);
    let hellos = story.messages.iter().filter_map(|(_, message)| match &message.facts {
        MessageFacts::ServerHello(hello) => Some((hello.is_hello_retry_request, hello.group)),
        _ => None,
    });
    assert_eq!(hellos.collect::<Vec<_>>(), [(true, Some(24)), (false, Some(24))]);
    assert_eq!(story.server, b"250 mx.example.test\r\n");
}

/// A capture, its connections' version and suite, messages in order, and the commands and last reply inside TLS (`EXPECT.tsv`).
fn captured(file: &str, index: usize) -> Story {
    Story::of(&connections(file)[index], &secrets(file))
}

fn commands(story: &Story) -> String {
    let text = String::from_utf8_lossy(&story.client).to_ascii_uppercase();
    let verbs = text.lines().filter_map(|line| line.split([' ', '\r']).next());
    let known = ["EHLO", "MAIL", "RCPT", "DATA", "QUIT", "AUTH"];
    verbs.filter(|verb| known.contains(verb)).collect::<Vec<_>>().join(" ")
}

fn last_reply(story: &Story) -> String {
    String::from_utf8_lossy(&story.server).lines().last().unwrap_or_default().to_owned()
}

#[test]
fn postfix_tls_1_3() {
    let story = captured("01-postfix-tls13-ok", 0);
    assert_eq!((story.reader.version(), story.reader.suite()), (Some(Version::TLS13), Some(0x1302)));
    assert_eq!(story.told(), TLS13_OPEN.to_owned() + " S~alert 1/0");
    assert_eq!(commands(&story), "EHLO MAIL RCPT DATA QUIT");
    assert_eq!(last_reply(&story), "221 2.0.0 Bye");
}

#[test]
fn postfix_tls_1_2() {
    let story = captured("02-postfix-tls12-ok", 0);
    assert_eq!((story.reader.version(), story.reader.suite()), (Some(Version::TLS12), Some(0xC02C)));
    let open = "C-client_hello S-server_hello S-certificate S-server_key_exchange S-server_hello_done C-client_key_exchange \
                C-ccs C~finished S-new_session_ticket S-ccs S~finished S~alert 1/0 C~alert 1/0";
    assert_eq!(story.told(), open);
    assert_eq!(commands(&story), "EHLO MAIL RCPT DATA QUIT");
    assert_eq!(last_reply(&story), "221 2.0.0 Bye");
}

#[test]
fn a_client_rejects_a_self_signed_certificate() {
    let story = captured("06-selfsigned-rejected-tls13", 0);
    assert_eq!((story.reader.version(), story.reader.suite()), (Some(Version::TLS13), Some(0x1302)));
    let open = TLS13_OPEN.split(" C-ccs").next().expect("the server's flight");
    // OpenSSL says it in clear, although the handshake keys are there: seven octets on the wire. An eavesdropper sees why.
    assert_eq!(story.told(), open.to_owned() + " C-alert 2/48");
    assert!(story.client.is_empty() && story.server.is_empty());
}

#[test]
fn a_client_certificate_is_asked_for_and_given() {
    let story = captured("08-postfix-mtls-ok", 0);
    let told = "C-client_hello S-server_hello S-ccs S~encrypted_extensions S~certificate_request S~certificate \
                S~certificate_verify S~finished C-ccs C~certificate C~certificate_verify C~finished S~new_session_ticket \
                C~alert 1/0";
    assert_eq!(story.told(), told);
    assert_eq!(commands(&story), "EHLO MAIL RCPT DATA");
    assert_eq!(last_reply(&story), "250 2.0.0 Ok: queued as 21E469A81BB");
}

#[test]
fn a_resumed_session_shows_no_certificate() {
    let first = captured("25-resumption-tls13", 0);
    assert_eq!(first.told(), TLS13_OPEN.to_owned() + " S~alert 1/0 C~alert 1/0");
    let second = captured("25-resumption-tls13", 1);
    let told = "C-client_hello S-server_hello S-ccs S~encrypted_extensions S~finished C-ccs C~finished S~alert 1/0 C~alert 1/0";
    assert_eq!(second.told(), told);
    for story in [first, second] {
        assert_eq!((story.reader.version(), story.reader.suite()), (Some(Version::TLS13), Some(0x1302)));
        assert_eq!(commands(&story), "EHLO MAIL RCPT DATA QUIT");
        assert_eq!(last_reply(&story), "221 2.0.0 Bye");
    }
}

#[test]
fn six_sessions_at_the_same_time_and_one_without_keys() {
    let file = "36-parallel-sessions";
    let (connections, secrets) = (connections(file), secrets(file));
    let stories: Vec<Story> = connections.iter().map(|connection| Story::of(connection, &secrets)).collect();
    let suites: Vec<_> = stories.iter().map(|story| story.reader.suite().expect("a ServerHello")).collect();
    assert_eq!(suites, [0x1302, 0xC02C, 0x1302, 0x1302, 0x1302, 0xC02B]);
    let sealed: Vec<_> = stories.iter().map(|story| story.count(MessageKind::Sealed) > 0).collect();
    assert_eq!(sealed, [false, false, false, true, false, false]);
    assert_eq!(last_reply(&stories[5]), "221 Bye");
    assert_eq!(stories[3].server, b"");
}

#[test]
fn a_changed_record_stays_sealed_and_the_next_ones_too() {
    let (mut records, secrets) = vector("openssl/c02b.txt");
    let last = records.iter().rposition(|(side, record)| *side == Side::Server && record[0] == 23).expect("a reply");
    *records[last].1.last_mut().expect("an octet") ^= 1;
    let story = Story::of(&records, &secrets);
    assert_eq!(story.count(MessageKind::Sealed), 2, "the reply, and the alert after it");
    assert!(story.server.is_empty());
}

#[test]
fn what_is_put_in_between_in_clear_does_not_move_the_keys() {
    let (mut records, secrets) = vector("openssl/1303-key-update.txt");
    let key_update = [22, 3, 3, 0, 5, 24, 0, 0, 1, 0];
    let finished = [22, 3, 3, 0, 4, 20, 0, 0, 0];
    let unknown = [99, 3, 3, 0, 1, 7];
    for forged in [&key_update[..], &finished, &unknown] {
        records.insert(5, (Side::Server, forged.to_vec()));
    }
    let story = Story::of(&records, &secrets);
    assert_eq!(story.count(MessageKind::Sealed), 0);
    assert_eq!(story.count(MessageKind::Unknown(Some(99))), 1);
    assert_eq!(story.server, b"250 mx.example.test\n250 ok\n");
}

fn handshakes(story: &Story) -> Vec<(u8, usize, MessageFacts)> {
    let messages = story.messages.iter().filter_map(|(_, message)| match message.kind {
        MessageKind::Handshake(handshake_type) => Some((handshake_type, message.size, message.facts.clone())),
        _ => None,
    });
    messages.collect()
}

fn sides() -> impl Strategy<Value = Side> {
    prop_oneof![Just(Side::Client), Just(Side::Server)]
}

proptest! {
    /// Records and tail cover the octets, in order, whatever they are.
    #[test]
    fn records_cover_any_octets(octets: Vec<u8>, start in 0..40_usize) {
        let mut at = start;
        for item in records(&octets, start) {
            let (from, to) = match item { Item::Record(r) => (r.start, r.end), Item::Tail(t) => (t.start, t.end) };
            prop_assert_eq!(from, at);
            prop_assert!(to > from);
            at = to;
        }
        prop_assert_eq!(at, start.max(octets.len()));
    }

    /// Any octets as records, framed or not: no panic, and the messages still cover them.
    #[test]
    fn any_octets_are_read(feed: Vec<(bool, u8, Vec<u8>)>, framed: bool) {
        let mut reader = TlsReader::new(&[]);
        for (from_client, content_type, octets) in feed {
            let side = if from_client { Side::Client } else { Side::Server };
            let header = [20 + content_type % 5, 3, 3, 0, octets.len() as u8];
            let record = if framed { [&header, octets.as_slice()].concat() } else { octets };
            let (messages, frame) = reader.read(side, &record, &mut Vec::new());
            if record.len() >= 5 {
                check(&messages, &frame, &record);
            } else {
                prop_assert_eq!(messages.len(), 1);
            }
        }
    }

    /// Real sessions with octets changed, records cut, repeated or on the wrong side.
    #[test]
    fn damaged_sessions_are_read(
        file in prop::sample::select(vec!["c02b", "cca8", "1303-key-update", "1302-hello-retry-request"]),
        damage: Vec<(prop::sample::Index, prop::sample::Index, u8)>,
        cut: prop::sample::Index,
        again in (any::<prop::sample::Index>(), sides()),
    ) {
        let (mut records, secrets) = vector(&format!("openssl/{file}.txt"));
        let whole_records = records.len();
        for (record, at, mask) in damage {
            let octets = &mut records[record.index(whole_records)].1;
            let at = at.index(octets.len());
            octets[at] ^= mask;
        }
        let whole = cut.index(records.len());
        let length = cut.index(records[whole].1.len()).max(5);
        records[whole].1.truncate(length);
        let repeated = again.0.get(&records).1.clone();
        records.push((again.1, repeated));
        Story::of(&records, &secrets);
    }

    /// However the clear flights are cut into records, the messages are the same. RFC 8446 §5.1
    #[test]
    fn messages_do_not_depend_on_the_records(cuts in prop::collection::vec(1..700_usize, 1..20)) {
        let (whole, secrets) = vector("openssl/c02c.txt");
        let mut cuts = cuts.into_iter().cycle();
        let mut records: Vec<(Side, Vec<u8>)> = Vec::new();
        let mut clear: Option<(Side, Vec<u8>)> = None;
        // Joins what one side says in clear handshake records, then cuts it anew.
        for (side, record) in whole.into_iter().map(Some).chain([None]).map(|r| r.unwrap_or((Side::Client, vec![]))) {
            let joins = clear.as_ref().is_some_and(|(of, _)| *of == side) && record.first() == Some(&22);
            if !joins && let Some((of, octets)) = clear.take() {
                let mut rest = octets.as_slice();
                while !rest.is_empty() {
                    let (part, after) = rest.split_at(cuts.next().unwrap_or(1).min(rest.len()));
                    let length = (part.len() as u16).to_be_bytes();
                    records.push((of, [&[22, 3, 3], length.as_slice(), part].concat()));
                    rest = after;
                }
            }
            // The two Finished are protected: each is alone after a ChangeCipherSpec.
            let after_ccs = records.last().is_some_and(|(_, last)| last.first() == Some(&20));
            match record.first() {
                Some(22) if joins => clear.as_mut().into_iter().for_each(|(_, octets)| octets.extend(&record[5..])),
                Some(22) if !after_ccs => clear = Some((side, record[5..].to_vec())),
                Some(_) => records.push((side, record)),
                None => {}
            }
        }
        let (original, _) = vector("openssl/c02c.txt");
        let (original, cut) = (Story::of(&original, &secrets), Story::of(&records, &secrets));
        prop_assert_eq!(handshakes(&original), handshakes(&cut));
        prop_assert_eq!((original.client, original.server), (cut.client, cut.server));
    }
}
