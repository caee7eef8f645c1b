//! The octets of a step, and what a listener makes of a session.

use super::words::{count, number, side, version};
use crate::dissect::field::Kind;
use crate::dissect::layers::{Layer, LayerKind};
use crate::dissect::opener::KeyPart;
use crate::registry::{self, CIPHER_SUITES};
use crate::scenario::Side;
use crate::story::wiretap::{Learnt, Subject};
use crate::text::{KeyWords, Wire};

/// Characters of a value that means nothing by itself; the whole of it stands where the field is shown alone.
const SHORT: usize = 20;

pub const WIRE: Wire = Wire {
    in_base64: "In base64, three octets are four letters:",
    to_payload: |name| format!("Go to {name}"),
    no_octets: "This step sends nothing. Something happened inside one end only, so there is nothing on the wire to show.",
    shared_record: |lines| format!("One record carries {lines} lines of SMTP; this is one of them."),
    tree: "Fields, layer by layer",
    layer,
    keys: KeyWords {
        group: "opened with",
        note: "Not sent: each end has it, and the key log gives it to this page. Who only listens has none of it.",
        stream: |first, last| format!("octets {} to {}", super::words::big(first), super::words::big(last)),
        part: key_part,
    },
    value: |kind, value| {
        let is_long = kind == Kind::Opaque && value.chars().count() > SHORT;
        if is_long { format!("{}…", value.chars().take(SHORT).collect::<String>()) } else { value.to_owned() }
    },
    malformed: "malformed",
    place: |range, length| match range {
        // In hexadecimal, too: so stand the offsets beside the octets.
        Some(range) if length == 0 => format!("at octet {} (0x{:x}), empty", number(range.start), range.start),
        Some(range) if length == 1 => format!("octet {} (0x{:x})", number(range.start), range.start),
        Some(range) => {
            let last = range.end.saturating_sub(1);
            let (first, end) = (number(range.start), number(last));
            format!("octets {first} to {end} (0x{:x} to 0x{last:x}), {} of them", range.start, number(length))
        }
        None if length == 0 => "not sent".to_owned(),
        None => format!("{}, not sent", count(length, "octet", "octets")),
    },
    folding: "How much of the tree is open",
    expand_all: "Expand all",
    collapse_all: "Collapse all",
    usual: "Usual",
    copy: |octets| format!("Copy {}", count(octets, "octet", "octets")),
    copy_as: "Copy as",
    as_hex: "hex",
    as_base64: "base64",
    as_text: "text",
    folded: |rows, name| format!("⋯ {} more of {name}", count(rows, "row", "rows")),
    octets: |octets| format!("{}; arrows go from field to field", count(octets, "octet", "octets")),

    tap_list: "What the wire shows, beside what the ends know",
    tap_heads: ["On the wire", "What the ends know"],
    tap_opened: "On the wire, with the key",
    leaked: "What leaked",
    lost: "Sealed, but to the attacker",
    kept: "What did not leak",
    nothing_kept: "Nothing: whoever listened knows all that the ends know.",
    knowledge: |has_key| match has_key {
        false => {
            "Each line is found in this run: the left list by reading the wire without keys, the right one by reading it with them."
        }
        true => {
            "Each line is found in this run: the left list by reading the wire with the server's private key alone, the right one by reading it with all keys."
        }
    },
    subject: |subject| match subject {
        Subject::Hosts => "Names of the hosts",
        Subject::Capabilities => "What the server can do",
        Subject::ServerName => "Server name in the ClientHello (SNI)",
        Subject::Offer => "TLS on offer",
        Subject::Choice => "TLS chosen",
        Subject::Certificate(Side::Server) => "Names in the server's certificate",
        Subject::Certificate(Side::Client) => "Names in the client's certificate",
        Subject::Login => "Login",
        Subject::NtlmNames => "Names in the NTLM login",
        Subject::Windows(Side::Client) => "System of the client",
        Subject::Windows(Side::Server) => "System of the server",
        Subject::NtlmProof => "What words can be tried on",
        Subject::Envelope => "Sender and recipient",
        Subject::Message => "The message",
        Subject::Sizes => "Sizes of what is sealed",
        Subject::Times => "Times",
    },
    known,
    at_step: |step| format!("step {step}"),
};

fn key_part(part: KeyPart) -> (&'static str, &'static str, &'static str) {
    match part {
        KeyPart::Secret => ("secret", "what the handshake agreed upon", "RFC 8446 §7.1, RFC 5246 §8.1"),
        KeyPart::MacKey => ("MAC key", "derived from the secret, one for each direction", "RFC 5246 §6.3"),
        KeyPart::KeyMaterial => (
            "secret part of the key",
            "the rest of the key is made of the randoms, which go in clear",
            "RFC 2246 §6.3.1",
        ),
        KeyPart::Key => ("key", "derived from the secret, one for each direction", "RFC 8446 §7.3, RFC 5246 §6.3"),
        KeyPart::FixedIv => {
            ("iv", "derived from the secret too; the fixed part of the nonce", "RFC 8446 §7.3, RFC 5246 §6.3")
        }
        KeyPart::FirstIv => ("first iv", "derived too; for the first record alone", "RFC 2246 §6.3"),
        KeyPart::Number => ("record number", "counted by both ends and never sent", "RFC 8446 §5.3, RFC 5246 §6.1"),
        KeyPart::KeyStream => (
            "key stream",
            "one for each direction, through all its records: each octet of it is used once",
            "RFC 2246 §6.2.3.1",
        ),
        KeyPart::Nonce => {
            ("nonce", "made of iv and number, so that no two records have the same", "RFC 8446 §5.3, RFC 5116 §3.1")
        }
        KeyPart::RecordIv => ("IV", "the first block of this record, new for each", "RFC 4346 §6.2.3.2"),
        KeyPart::ChainedIv => (
            "IV",
            "the last block of this side's record before, which everybody had seen when this one was made",
            "RFC 2246 §6.2.3.2, RFC 5246 §F.3",
        ),
    }
}

fn layer(layer: &Layer) -> (&'static str, String) {
    let octets = count(layer.octets.len(), "octet", "octets");
    match layer.kind {
        LayerKind::Records => ("TLS, on the wire", octets),
        LayerKind::Plaintext => ("What the record held", octets),
        LayerKind::Message => ("A message from several records", octets),
        LayerKind::Smtp if layer.wire.is_some() => ("SMTP, on the wire", octets),
        LayerKind::Smtp => ("SMTP", octets),
        LayerKind::Sasl => ("What the base64 says", octets),
    }
}

fn known(who: Option<Side>, value: &Learnt) -> String {
    match value {
        Learnt::Text(text) => text.clone(),
        Learnt::Field { name, value } => format!("{name} {value}"),
        Learnt::Offer { versions, suites } => {
            let versions: Vec<String> = versions.iter().map(|&code| version(code)).collect();
            format!("{}, {}", versions.join(", "), count(suites.len(), "suite", "suites"))
        }
        Learnt::Choice { version: code, suite } => {
            let name = registry::name(CIPHER_SUITES, *suite).map_or_else(|| format!("{suite:#06x}"), str::to_owned);
            format!("{}, {name}", version(*code))
        }
        Learnt::Keywords(lines) => format!("a list of {}", count(lines.len(), "line", "lines")),
        Learnt::Content { octets, .. } => count(*octets, "octet", "octets"),
        Learnt::Sealed { records, octets } => {
            let from = who.map_or_else(String::new, |who| format!(" from the {}", side(who)));
            format!("{}{from}, {}", count(*records, "record", "records"), count(*octets, "octet", "octets"))
        }
        Learnt::Times { lasted, turns } => {
            format!("{} ms in {}", number((lasted.0 / 1_000) as usize), count(*turns, "turn", "turns"))
        }
    }
}
