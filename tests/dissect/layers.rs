//! Whole traces, layer by layer: the lab's own and captures of other programs, with their secrets and without.

use crate::capture;
use crate::tiles::{malformed, named, tile, values};
use proptest::prelude::*;
use starttls_lab::dissect::field::{Field, leaves};
use starttls_lab::dissect::handshake::MessageKind;
use starttls_lab::dissect::layers::{Layer, LayerKind};
use starttls_lab::dissect::message::{self, Context};
use starttls_lab::dissect::smtp::Role;
use starttls_lab::dissect::{Entry, Reading, dissect, dissect_with};
use starttls_lab::lab::run;
use starttls_lab::scenario::{Choice, Edit, PRESETS, Side, Transfer, Versions, preset};
use starttls_lab::trace::{Meeting, Recorder, Trace, What};
use std::collections::{BTreeMap, BTreeSet};

/// Every layer of every event; what holds for all of them is checked.
fn all_layers<'a>(trace: &'a Trace, reading: &'a Reading) -> Vec<(usize, Vec<Layer<'a>>)> {
    let layers = (0..trace.events.len()).map(|id| (id, reading.layers(trace, id)));
    let layers: Vec<_> = layers.collect();
    for (id, layers) in &layers {
        let sent = match trace.events[*id].what {
            What::Sent { wire, .. } => Some(wire),
            _ => None,
        };
        assert_eq!(layers.first().and_then(|layer| layer.wire), sent, "event {id}");
        for (index, layer) in layers.iter().enumerate() {
            tile(&layer.fields, 0..layer.octets.len());
            assert_eq!(layer.opened.is_some(), layer.kind == LayerKind::Plaintext);
            if let Some(wire) = layer.wire {
                assert_eq!(trace.octets(wire), &*layer.octets);
            }
            if let Some(within) = &layer.within {
                assert_eq!(layers[index - 1].octets.get(within.clone()), Some(&*layer.octets));
            }
        }
    }
    layers
}

fn kinds(layers: &[Layer]) -> Vec<LayerKind> {
    layers.iter().map(|layer| layer.kind).collect()
}

/// With the secrets everything is read, and what is read is what the ends said.
fn is_read_whole(trace: &Trace, without_keys: Option<u16>) {
    let reading = dissect(trace);
    for (id, layers) in all_layers(trace, &reading) {
        let What::Sent { text, .. } = trace.events[id].what else { continue };
        if Some(trace.events[id].connection) == without_keys {
            continue;
        }
        for layer in &layers {
            assert!(malformed(&layer.fields).is_empty(), "{:?}", malformed(&layer.fields));
        }
        let smtp = layers.iter().find(|layer| layer.kind == LayerKind::Smtp);
        assert_eq!(smtp.map(|layer| &*layer.octets), text.map(|text| trace.octets(text)), "event {id}");
    }
}

/// Without them, what was sealed is octets; where the suite has no cipher nothing is, and a listener reads the same lines.
fn is_sealed_without_secrets(trace: &Trace, hides: bool) {
    let tapped = dissect_with(trace, &[]);
    let opened = dissect(trace);
    for (id, layers) in all_layers(trace, &tapped) {
        let whole = opened.layers(trace, id);
        if !hides {
            assert_eq!(kinds(&layers), kinds(&whole), "event {id}");
            assert_eq!(tapped.line(id), opened.line(id), "event {id}");
        } else if whole.iter().any(|layer| layer.opened.is_some()) {
            assert_eq!(kinds(&layers), [LayerKind::Records], "event {id}");
            assert!(matches!(tapped.entries[id], Entry::Record(_)), "event {id}");
            assert_eq!(layers[0].fields, whole[0].fields, "the records show the same");
        } else {
            assert_eq!(layers, whole, "event {id}");
        }
    }
}

#[test]
fn every_preset_is_read_to_the_last_octet() {
    for preset in PRESETS {
        let trace = run(&preset.scenario);
        is_read_whole(&trace, None);
        is_sealed_without_secrets(&trace, preset.name != "null-suite");
    }
}

#[test]
fn every_version_and_transfer_is_read_to_the_last_octet() {
    for &versions in Versions::ALL {
        for &transfer in Transfer::ALL {
            let scenario = preset("book-login").expect("a preset").scenario;
            let scenario = scenario.with(Edit::ClientVersions(versions)).with(Edit::Transfer(transfer));
            is_read_whole(&run(&scenario), None);
        }
    }
}

#[test]
fn captures_are_read_to_the_last_octet() {
    for name in CAPTURES {
        let trace = capture::trace(name);
        is_read_whole(&trace, (*name == "36-parallel-sessions").then_some(3));
        is_sealed_without_secrets(&trace, true);
    }
}

/// Everything that is said in a session, by the fields of this name in whichever layer.
fn said(trace: &Trace, name: &str) -> Vec<String> {
    let reading = dissect(trace);
    let layers = all_layers(trace, &reading);
    layers.iter().flat_map(|(_, layers)| layers).flat_map(|layer| values(&layer.fields, name)).collect()
}

#[test]
fn vectors_are_read_to_the_last_octet() {
    let data = format!("{}/tests/data/openssl", env!("CARGO_MANIFEST_DIR"));
    let files = std::fs::read_dir(data).expect("a folder").map(|entry| entry.expect("a file").file_name());
    let files =
        files.filter_map(|file| Some(format!("openssl/{}", file.to_str()?))).filter(|file| file.ends_with(".txt"));
    let files: Vec<String> = files.chain(["rfc8448-simple-1-rtt.txt".to_owned()]).collect();
    assert!(files.len() > 10);
    for file in files {
        let trace = capture::vector_trace(&file);
        is_read_whole(&trace, None);
        is_sealed_without_secrets(&trace, true);
        let sealed = dissect(&trace).entries.iter().any(|entry| {
            matches!(entry, Entry::Record(messages) if messages.iter().any(|message| message.kind == MessageKind::Sealed))
        });
        assert!(!sealed, "{file}");
    }
}

#[test]
fn the_session_of_rfc_8448_field_by_field() {
    // RFC 8448 §3
    let trace = capture::vector_trace("rfc8448-simple-1-rtt.txt");
    let said = |name: &str| said(&trace, name);
    assert_eq!(said("HostName"), ["server"]);
    assert_eq!(said("ticket_lifetime"), ["30"]);
    assert_eq!(said("ticket_age_add"), [0xFAD6_AAC5_u32.to_string()]);
    assert_eq!(said("max_early_data_size"), ["1024"]);
    assert_eq!(said("legacy_record_version"), [&["TLS 1.0 (0x0301)"][..], &["TLS 1.2 (0x0303)"; 8]].concat());
    assert_eq!(said("Extension"), ["basicConstraints", "keyUsage"]);
    assert_eq!(said("validity").len(), 1);
    assert_eq!(said("notBefore"), ["2016-07-30 01:23:59 UTC"]);
    assert_eq!(said("signature")[0], "sha256WithRSAEncryption");
    assert_eq!(said("RecordSizeLimit"), ["16385", "16385"]);
}

#[test]
fn a_client_certificate_field_by_field() {
    let tls12 = capture::vector_trace("openssl/009e-client-certificate-and-status.txt");
    assert_eq!(said(&tls12, "DistinguishedName"), ["O=Example, CN=Example CA"]);
    assert_eq!(said(&tls12, "ClientCertificateType"), ["rsa_sign (1)", "dss_sign (2)", "ecdsa_sign (64)"]);
    assert_eq!(said(&tls12, "dNSName"), ["server.example.test", "client.example.test"]);
    assert_eq!(said(&tls12, "dh_Yc").len(), 1);
    assert_eq!(said(&tls12, "dh_g"), ["1 octet"]);
    assert_eq!(said(&tls12, "status_type"), ["ocsp (1)", "ocsp (1)"], "asked for and given");
    assert_eq!(said(&tls12, "ProtocolName").len(), 3, "two offered, one chosen");
    let tls13 = capture::vector_trace("openssl/1301-client-certificate-and-status.txt");
    assert_eq!(said(&tls13, "DistinguishedName"), ["O=Example, CN=Example CA"]);
    assert_eq!(said(&tls13, "dNSName"), ["server.example.test", "client.example.test"]);
    assert_eq!(said(&tls13, "status_type"), ["ocsp (1)", "ocsp (1)"]);
    let rsa = capture::vector_trace("openssl/009d.txt");
    assert_eq!(said(&rsa, "encrypted_pre_master_secret"), ["256 octets"]);
}

/// The sizes are those of FIPS 203 §8, and of RFC 7748.
#[test]
fn a_hybrid_s_shares_part_by_part() {
    let trace = run(&preset("post-quantum").expect("a preset").scenario);
    assert_eq!(said(&trace, "KeyShareEntry"), ["X25519MLKEM768", "X25519MLKEM768"]);
    let lengths = |name| said(&trace, name).iter().map(|hex| hex.len() / 2).collect::<Vec<_>>();
    assert_eq!(lengths("ML-KEM-768 encapsulation key"), [1184]);
    assert_eq!(lengths("ML-KEM-768 ciphertext"), [1088]);
    assert_eq!(lengths("X25519"), [32, 32]);
    let retried = run(&preset("retry-request").expect("a preset").scenario);
    assert_eq!(said(&retried, "ServerHello"), ["a HelloRetryRequest", ""]);
    assert_eq!(said(&retried, "selected_group"), ["x25519 (0x001d)"]);
    assert_eq!(said(&retried, "KeyShareEntry"), ["X25519MLKEM768", "x25519", "x25519"]);
}

#[test]
fn a_retry_and_key_updates_field_by_field() {
    let retry = capture::vector_trace("openssl/1302-hello-retry-request.txt");
    assert_eq!(said(&retry, "ServerHello"), ["a HelloRetryRequest", ""]);
    assert_eq!(said(&retry, "selected_group"), ["secp384r1 (0x0018)"]);
    let updates = capture::vector_trace("openssl/1301-key-update.txt");
    let asked = ["update_requested (1)", "update_not_requested (0)"];
    assert_eq!(said(&updates, "request_update"), [asked, asked].concat());
    let reading = dissect(&updates);
    let layers = all_layers(&updates, &reading);
    let counts =
        layers.iter().flat_map(|(_, layers)| layers).filter_map(|layer| Some(layer.opened?.keys.as_ref()?.updates));
    assert_eq!(counts.max(), Some(2));
}

const CAPTURES: &[&str] = &[
    "01-postfix-tls13-ok",
    "02-postfix-tls12-ok",
    "03-postfix-454",
    "04-postfix-not-offered",
    "06-selfsigned-rejected-tls13",
    "08-postfix-mtls-ok",
    "09-postfix-auth-plain",
    "12-plain-no-tls",
    "13-injection-postfix-safe",
    "21-must-starttls-530",
    "25-resumption-tls13",
    "36-parallel-sessions",
];

/// What is said of the records of one side of one connection.
#[derive(Debug, Default, PartialEq, Eq)]
struct Said {
    content_types: Vec<String>,
    lengths: Vec<String>,
    handshake_types: Vec<String>,
    suites: Vec<String>,
    alerts: Vec<String>,
}

/// The number that a value of a named code point ends with: `handshake (22)`, `TLS_… (0x1302)`; unnamed it is the number.
fn number(value: &str) -> String {
    value.rsplit(['(', ' ']).next().unwrap_or_default().trim_end_matches(')').to_owned()
}

/// The number after the name, of the fields that have this name.
fn numbers(fields: &[Field], name: &str) -> Vec<String> {
    values(fields, name).iter().map(|value| number(value)).collect()
}

/// By connection and whether the server speaks.
fn said_by_fields(trace: &Trace) -> BTreeMap<(usize, bool), Said> {
    let reading = dissect(trace);
    let (mut all, mut last) = (BTreeMap::new(), None);
    for (id, event) in trace.events.iter().enumerate() {
        let What::Sent { wire, .. } = event.what else { continue };
        // Lines that share records share their layers.
        if last.replace(wire) == Some(wire) {
            continue;
        }
        let said: &mut Said = all.entry((usize::from(event.connection), event.who == Side::Server)).or_default();
        for layer in reading.layers(trace, id) {
            said.handshake_types.extend(numbers(&layer.fields, "msg_type"));
            said.suites.extend(numbers(&layer.fields, "cipher_suite"));
            said.alerts.extend(numbers(&layer.fields, "description"));
            for record in layer.fields.iter().filter(|_| layer.kind == LayerKind::Records) {
                said.lengths.extend(record.children.get(2).map(|field| field.value.clone()));
                let shown = record.name == "TLSPlaintext" || record.children[0].name == "type";
                said.content_types.extend(numbers(&record.children[..1], "type").into_iter().filter(|_| shown));
            }
            // TLS 1.3 says the true type behind the content.
            let inner = layer.fields.iter().filter(|field| field.name == "TLSInnerPlaintext");
            let inner = inner.filter_map(|field| field.children.iter().rfind(|child| child.name == "type"));
            said.content_types.extend(inner.map(|field| number(&field.value)));
        }
    }
    all
}

fn said_by_tshark(name: &str) -> BTreeMap<(usize, bool), Said> {
    let mut all: BTreeMap<(usize, bool), Said> = BTreeMap::new();
    let text = std::fs::read_to_string(capture::path(&format!("{name}.tls.tsv"))).unwrap_or_default();
    for line in text.lines() {
        let columns: Vec<&str> = line.split('\t').collect();
        let (stream, port) = (columns[0].parse().expect("a stream"), columns[1]);
        let said = all.entry((stream, SERVER_PORTS.contains(&port))).or_default();
        let add = |list: &mut Vec<String>, column: usize| {
            let values = columns.get(column).unwrap_or(&"").split(',').filter(|value| !value.is_empty());
            list.extend(values.map(str::to_owned));
        };
        add(&mut said.content_types, 2);
        add(&mut said.lengths, 3);
        add(&mut said.handshake_types, 4);
        add(&mut said.suites, 5);
        add(&mut said.alerts, 6);
    }
    all
}

const SERVER_PORTS: [&str; 3] = ["10025", "10035", "10055"];

#[test]
fn records_and_messages_are_those_that_tshark_sees() {
    for name in CAPTURES {
        let (fields, tshark) = (said_by_fields(&capture::trace(name)), said_by_tshark(name));
        let with_tls: BTreeMap<_, _> = fields.into_iter().filter(|(_, said)| !said.lengths.is_empty()).collect();
        assert_eq!(with_tls, tshark, "{name}");
    }
}

/// Commands and the first lines of replies: connection, whether the server speaks, whether in TLS, text.
type Spoken = Vec<(usize, bool, bool, String)>;

fn spoken_by_fields(trace: &Trace) -> Spoken {
    let reading = dissect(trace);
    let mut spoken = Vec::new();
    let mut begun = BTreeSet::new();
    for (id, line) in reading.lines() {
        let connection = usize::from(trace.events[id].connection);
        let (is_server, is_first) = match line.role {
            Role::Command { .. } => (false, true),
            Role::Reply { last, .. } | Role::Capability { last, .. } => {
                let is_first = begun.insert(connection);
                if last {
                    begun.remove(&connection);
                }
                (true, is_first)
            }
            Role::Greeting { .. } => (true, true),
            Role::AuthResponse | Role::Content => continue,
            Role::NoReply => panic!("{line:?}"),
        };
        let layers = reading.layers(trace, id);
        let smtp = layers.iter().find(|layer| layer.kind == LayerKind::Smtp).expect("a line is SMTP");
        let text = String::from_utf8_lossy(&smtp.octets).into_owned();
        if is_first {
            spoken.push((connection, is_server, smtp.wire.is_none(), text));
        }
    }
    spoken
}

fn spoken_by_tshark(name: &str) -> Spoken {
    let text = std::fs::read_to_string(capture::path(&format!("{name}.smtp.txt"))).expect("a file");
    let rows = text.lines().flat_map(|line| {
        let columns: Vec<&str> = line.splitn(6, '|').collect();
        let (stream, is_server) = (columns[1].parse().expect("a stream"), SERVER_PORTS.contains(&columns[2]));
        let said = columns[if is_server { 5 } else { 4 }].replace("\\r\\n", "\r\n");
        let in_tls = columns[3] == "TLS";
        let lines: Vec<String> =
            said.split_inclusive("\r\n").map(|line| line.trim_start_matches(',').to_owned()).collect();
        lines.into_iter().map(move |line| (stream, is_server, in_tls, line))
    });
    rows.collect()
}

#[test]
fn smtp_is_what_tshark_sees() {
    for name in CAPTURES {
        assert_eq!(spoken_by_fields(&capture::trace(name)), spoken_by_tshark(name), "{name}");
    }
}

#[test]
fn opened_records_name_what_opened_them() {
    let trace = capture::trace("01-postfix-tls13-ok");
    let reading = dissect(&trace);
    let layers = all_layers(&trace, &reading);
    // Lines that share a record share what opened it.
    let mut opened: Vec<_> = layers.iter().flat_map(|(_, layers)| layers).filter_map(|layer| layer.opened).collect();
    opened.dedup();
    let mut next: BTreeMap<&str, u64> = BTreeMap::new();
    for opened in opened {
        let keys = opened.keys.as_ref().expect("a key log");
        assert_eq!(opened.sequence, std::mem::replace(next.entry(keys.label).or_default(), opened.sequence + 1));
        let secret = trace.secrets.iter().find(|secret| secret.label == keys.label).expect("such a secret");
        assert_eq!((&secret.secret, keys.updates), (&keys.secret, 0));
        // The nonce is the iv XOR the number of the record. RFC 8446 §5.3
        let mut nonce = opened.nonce.clone();
        nonce
            .iter_mut()
            .rev()
            .zip(opened.sequence.to_be_bytes().iter().rev())
            .for_each(|(octet, number)| *octet ^= number);
        assert_eq!(nonce, keys.iv);
        assert_eq!(keys.key.len(), 32, "AES-256");
    }
    let labels: Vec<&str> = next.keys().copied().collect();
    let all = [
        "CLIENT_HANDSHAKE_TRAFFIC_SECRET",
        "CLIENT_TRAFFIC_SECRET_0",
        "SERVER_HANDSHAKE_TRAFFIC_SECRET",
        "SERVER_TRAFFIC_SECRET_0",
    ];
    assert_eq!(labels, all);
}

#[test]
fn base64_is_a_layer_of_its_own() {
    let trace = capture::trace("09-postfix-auth-plain");
    let reading = dissect(&trace);
    let all = all_layers(&trace, &reading);
    let sasl = all.iter().flat_map(|(_, layers)| layers).find(|layer| layer.kind == LayerKind::Sasl).expect("PLAIN");
    let names: Vec<(&str, &str)> = sasl.fields.iter().map(|field| (field.name, field.value.as_str())).collect();
    let parts: Vec<&str> = std::str::from_utf8(&sasl.octets).expect("text").split('\0').collect();
    assert_eq!(names, [("NUL", r"\u{0}"), ("authcid", parts[1]), ("NUL", r"\u{0}"), ("passwd", parts[2])]);
}

/// A trace with octets changed, in every stream alike, so that a line in clear stays one.
fn damaged(mut trace: Trace, damage: &[(usize, usize, u8)]) -> Trace {
    let streams = trace.streams.len();
    for &(stream, at, mask) in damage {
        let bytes = &mut trace.streams[stream % streams].bytes;
        let length = bytes.len().max(1);
        bytes.iter_mut().skip(at % length).take(1).for_each(|octet| *octet ^= mask);
    }
    trace
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    /// Real sessions with octets changed, spans moved, events repeated: leaves still tile, and nothing panics.
    #[test]
    fn damaged_traces_are_read(
        preset in prop::sample::select(PRESETS),
        damage in prop::collection::vec(any::<(usize, usize, u8)>(), 0..40),
        spans in prop::collection::vec(any::<(prop::sample::Index, u16, u16, bool)>(), 0..4),
    ) {
        let mut trace = damaged(run(&preset.scenario), &damage);
        for (event, start, end, of_text) in spans {
            let index = event.index(trace.events.len());
            if let What::Sent { text, wire } = &mut trace.events[index].what {
                let span = if of_text { text.as_mut().unwrap_or(wire) } else { wire };
                (span.start, span.end) = (u32::from(start) % 2000, u32::from(end) % 4000);
            }
        }
        let reading = dissect(&trace);
        for id in 0..trace.events.len() {
            for layer in reading.layers(&trace, id) {
                tile(&layer.fields, 0..layer.octets.len());
            }
        }
    }

    /// However a flight is cut into records, the fields of its messages are the same.
    #[test]
    fn messages_do_not_depend_on_the_records(cuts in prop::collection::vec(1..400_usize, 1..12)) {
        let whole = capture::trace("02-postfix-tls12-ok");
        let mut pieces = capture::connections("02-postfix-tls12-ok").remove(0);
        let (side, flight) = pieces.remove(2);
        prop_assert_eq!(flight[5], 11, "the server's certificate");
        let mut recorder = Recorder::import(capture::SOURCE, None);
        recorder.open(Meeting::UNKNOWN);
        pieces[..2].iter().for_each(|(side, record)| recorder.sent_record(*side, record));
        let (mut rest, mut cuts) = (&flight[5..], cuts.into_iter().cycle());
        while !rest.is_empty() {
            let (part, after) = rest.split_at(cuts.next().unwrap_or(1).min(rest.len()));
            recorder.sent_record(side, &[&[22, 3, 3], (part.len() as u16).to_be_bytes().as_slice(), part].concat());
            rest = after;
        }
        let trace = recorder.finish(whole.secrets);
        let reading = dissect(&trace);
        let all = all_layers(&trace, &reading);
        let (_, last) = all.last().expect("events");
        let shown = last.iter().find(|layer| layer.kind == LayerKind::Message).unwrap_or(&last[0]);
        let (_, uncut) = message::handshake(&flight[5..], Context::default());
        let said = |fields: &[Field]| leaves(fields).into_iter().map(|leaf| (leaf.name, leaf.value.clone())).collect::<Vec<_>>();
        let message: Vec<Field> = named(&shown.fields, "Certificate").into_iter().take(1).cloned().collect();
        prop_assert_eq!(said(&message), said(&uncut));
    }
}
