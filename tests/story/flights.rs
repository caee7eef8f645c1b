//! The drawing of a handshake against the flights of the RFCs, by name, side and protection, and the same in the file.

use starttls_lab::dissect::{dissect, dissect_with};
use starttls_lab::files::{Format, write};
use starttls_lab::lab::run;
use starttls_lab::scenario::{Side, preset};
use starttls_lab::story::Story;
use starttls_lab::story::flights::Handshake;
use starttls_lab::story::rows::{Row, rows};
use starttls_lab::story::say::Facts;
use starttls_lab::text::EN;

/// Each flight as a line: the sender's letter, then its messages, records apart by a bar, and encrypted ones in brackets.
const TLS10_RSA: &str = "\
C ClientHello
S ServerHello Certificate ServerHelloDone
C ClientKeyExchange | ChangeCipherSpec | [Finished]
S ChangeCipherSpec | [Finished]";

/// What the presets have, by RFC 2246 §7.3, RFC 6101 §5.5, RFC 5246 §7.3, RFC 8422 §2, RFC 8446 §2 and §4.1.4; the records by docs/rules.md CS5,
/// and with rustls one a message.
const EXPECTED: [(&str, &[&str]); 8] = [
    ("book-2009", &[TLS10_RSA]),
    ("ssl3-fallback", &[TLS10_RSA]),
    ("rsa-stolen-key", &[TLS10_RSA]),
    (
        "forward-secret",
        &["\
C ClientHello
S ServerHello Certificate ServerKeyExchange ServerHelloDone
C ClientKeyExchange | ChangeCipherSpec | [Finished]
S ChangeCipherSpec | [Finished]"],
    ),
    // Without a cipher nothing is encrypted.
    (
        "null-suite",
        &["\
C ClientHello
S ServerHello Certificate ServerHelloDone
C ClientKeyExchange | ChangeCipherSpec | Finished
S ChangeCipherSpec | Finished"],
    ),
    ("not-offered", &[]),
    ("old-client", &["C ClientHello\nS Alert"]),
    (
        "retry-request",
        &["\
C ClientHello
S HelloRetryRequest | ChangeCipherSpec
C ChangeCipherSpec | ClientHello
S ServerHello | [EncryptedExtensions | Certificate | CertificateVerify | Finished]
C [Finished]"],
    ),
];

fn drawn(handshake: &Handshake, is_flat: bool) -> String {
    let flights = handshake.flights.iter().map(|flight| {
        let who = if flight.who == Side::Client { "C " } else { "S " };
        let records = flight.records.iter().map(|record| {
            let names = record.messages.iter().map(|message| {
                let name = (EN.log.message)(message);
                if handshake.encrypts(message) { format!("[{name}]") } else { name }
            });
            names.collect::<Vec<_>>().join(" ")
        });
        let records: Vec<String> = records.collect();
        format!("{who}{}", records.join(if is_flat { " " } else { " | " }))
    });
    flights.collect::<Vec<_>>().join("\n")
}

/// Without the borders of records, and brackets around each message.
fn flat(expected: &str) -> String {
    let mut inside = false;
    let lines = expected.lines().map(|line| {
        let words = line.split(' ').filter(|word| *word != "|").map(|word| {
            inside |= word.starts_with('[');
            let bare = word.trim_matches(['[', ']']);
            let said = if inside { format!("[{bare}]") } else { bare.to_owned() };
            inside &= !word.ends_with(']');
            said
        });
        words.collect::<Vec<_>>().join(" ")
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn flights_are_those_of_the_rfcs() {
    for (name, expected) in EXPECTED {
        let trace = run(&preset(name).expect("a preset").scenario);
        let reading = dissect(&trace);
        let story = Story::of(&trace, &reading);
        let rows = rows(&trace, &reading, &story);
        let negotiations = rows.iter().filter_map(|row| match row {
            Row::Negotiation(open) => Some(Handshake::of(&trace, &reading, open)),
            _ => None,
        });
        let found: Vec<Handshake> = negotiations.collect();
        assert_eq!(found.len(), expected.len(), "{name}");
        for (handshake, expected) in found.iter().zip(expected) {
            assert_eq!(drawn(handshake, true), flat(expected), "{name}");
            if name != "retry-request" {
                assert_eq!(drawn(handshake, false), *expected, "{name}");
            }
            // Records are counted through.
            let numbers = handshake.flights.iter().flat_map(|flight| &flight.records).map(|record| record.number);
            assert!(numbers.enumerate().all(|(index, number)| number == index + 1), "{name}");
        }

        // The file has the same messages in the same order, each with its mark.
        let facts = Facts { trace: &trace, reading: &reading, story: &story };
        let svg = String::from_utf8(write(Format::Handshake, facts, &EN)).expect("text");
        let texts =
            svg.split("<text").skip(1).map(|text| text.split('>').nth(1).unwrap().split("</text").next().unwrap());
        let texts: Vec<&str> = texts.collect();
        let flights: Vec<String> = expected
            .iter()
            .flat_map(|expected| flat(expected).lines().map(str::to_owned).collect::<Vec<_>>())
            .collect();
        assert_eq!(texts.iter().filter(|text| text.starts_with("Flight ")).count(), flights.len(), "{name}");
        let mut rest = texts.iter();
        for message in flights.iter().flat_map(|flight| flight.split(' ').skip(1)) {
            let bare = message.trim_matches(['[', ']']);
            let is_it = |text: &&&str| text.split(' ').next() == Some(bare);
            let text = rest.find(is_it).unwrap_or_else(|| panic!("{name}: {message} in {texts:?}"));
            assert_eq!(text.contains("[encrypted]"), message != bare, "{name}: {text}");
        }
    }
}

/// What is resumed shows no certificate (RFC 8446 §2.2), and what no key opens is drawn sealed.
#[test]
fn a_resumed_handshake_has_no_certificate_and_a_listener_sees_none_at_all() {
    let trace = run(&preset("resumed").expect("a preset").scenario);
    for (reading, expected) in
        [(dissect(&trace), ["Certificate", "PskOnly"]), (dissect_with(&trace, &[]), ["sealed record", "sealed record"])]
    {
        let story = Story::of(&trace, &reading);
        let rows = rows(&trace, &reading, &story);
        let handshakes = rows.iter().filter_map(|row| match row {
            Row::Negotiation(open) => Some(drawn(&Handshake::of(&trace, &reading, open), true)),
            _ => None,
        });
        let handshakes: Vec<String> = handshakes.collect();
        assert_eq!(handshakes.len(), 2);
        for (handshake, expected) in handshakes.iter().zip(expected) {
            assert_eq!(handshake.contains(expected), expected != "PskOnly", "{handshake}");
            assert!(expected != "PskOnly" || !handshake.contains("Certificate"), "{handshake}");
        }
    }
}
