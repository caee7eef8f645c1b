//! Sessions of SSL 3.0 to TLS 1.2 between programs that others made (tests/data/oldtls), held against what tshark says of them: with
//! their keys, octet for octet what was said, and without, what goes in clear.

use crate::tiles::{malformed, named, tile, values};
use crate::{assert_sound, samples_in};
use starttls_lab::dissect::handshake::MessageKind;
use starttls_lab::dissect::layers::{Layer, LayerKind};
use starttls_lab::dissect::opener::KeyPart;
use starttls_lab::dissect::{Reading, dissect};
use starttls_lab::import::capture;
use starttls_lab::registry::{CLIENT_KEY_EXCHANGE, Version};
use starttls_lab::scenario::Side;
use starttls_lab::story::Story;
use starttls_lab::story::say::{Facts, RecordClaim, StepClaim, step};
use starttls_lab::text::EN;
use starttls_lab::trace::{Trace, What};
use std::path::{Path, PathBuf};
use std::process::Command;

const SIDES: [Side; 2] = [Side::Client, Side::Server];

/// A capture and what is known of it.
struct Session {
    name: String,
    file: Vec<u8>,
    key_log: Vec<u8>,
    version: Version,
    suite: u16,
    said: [String; 2],
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/oldtls")
}

fn sessions() -> Vec<Session> {
    let list = std::fs::read_to_string(folder().join("EXPECT.tsv")).expect("a file");
    let expected = list.lines().map(|line| {
        let [name, version, suite, client, server] =
            line.split('\t').collect::<Vec<_>>().try_into().expect("five columns");
        let read = |end: &str| std::fs::read(folder().join(format!("{name}.{end}"))).expect("a file");
        let code = |digits| u16::from_str_radix(digits, 16).expect("hexadecimal");
        Session {
            name: name.to_owned(),
            file: read("pcapng"),
            key_log: read("keylog"),
            version: Version(code(version)),
            suite: code(suite),
            said: [client, server].map(|said| said.replace("\\r\\n", "\r\n")),
        }
    });
    let sessions: Vec<Session> = expected.collect();
    assert_eq!(sessions.len(), samples_in(&folder()).len());
    sessions
}

/// The draft has 8 octets for this key, and this session took 7.
fn takes_other_keys(session: &Session) -> bool {
    session.name.ends_with("keymat7")
}

/// What a side said inside TLS.
fn said(trace: &Trace, reading: &Reading, side: Side) -> String {
    let lines = trace.events.iter().enumerate().filter(|(_, event)| event.who == side && trace.sealed(event));
    let texts = lines.filter(|(id, _)| reading.line(*id).is_some()).filter_map(|(_, event)| match event.what {
        What::Sent { text: Some(text), .. } => Some(String::from_utf8_lossy(trace.octets(text)).into_owned()),
        _ => None,
    });
    texts.collect()
}

#[test]
fn every_session_opens_octet_for_octet() {
    for session in sessions() {
        let imported = capture(&session.name, &session.file, &session.key_log);
        assert_sound(&session.name, &session.file, &imported);
        let trace = imported.trace;
        let reading = dissect(&trace);
        let story = Story::of(&trace, &reading);
        let chosen = story.first().account.chosen.value.expect("a ServerHello");
        assert_eq!((chosen.version, chosen.suite), (session.version, session.suite), "{}", session.name);
        let sealed = (0..trace.events.len()).flat_map(|id| reading.messages(id)).any(|message| !message.opened);
        assert_eq!(sealed, takes_other_keys(&session), "{}", session.name);
        let opened = SIDES.map(|side| said(&trace, &reading, side));
        let expected = if takes_other_keys(&session) { [String::new(), String::new()] } else { session.said };
        assert_eq!(opened, expected, "{}", session.name);
    }
}

/// Handshake types of client and server, and the same for lines, as tshark reads them with these keys.
fn tshark(session: &Session, key_log: &[u8], port: u16) -> [[Vec<String>; 2]; 2] {
    let beside = |end: &str, octets: &[u8]| {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{}-{}.{end}", session.name, key_log.len()));
        std::fs::write(&path, octets).expect("a writable folder");
        path
    };
    let (path, keys) = (beside("pcapng", &session.file), beside("keylog", key_log));
    let program = std::env::var_os("TSHARK").unwrap_or("tshark".into());
    let mut command = Command::new(program);
    command.arg("-n").arg("-r").arg(&path).args(["-d", &format!("tcp.port=={port},smtp"), "-T", "fields"]);
    command.arg("-o").arg(format!("tls.keylog_file:{}", keys.display()));
    for field in ["tcp.srcport", "tls.handshake.type", "smtp.command_line", "smtp.response.code"] {
        command.args(["-e", field]);
    }
    let output = command.output().expect("tshark");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut found: [[Vec<String>; 2]; 2] = Default::default();
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let columns: Vec<&str> = line.split('\t').collect();
        let side = usize::from(columns[0] == port.to_string());
        let mut add = |list: usize, column: &str| {
            let values = column.split(',').filter(|value| !value.is_empty());
            found[list][side].extend(values.map(|value| value.replace("\\r\\n", "")));
        };
        add(0, columns[1]);
        add(1, columns[if side == 0 { 2 } else { 3 }]);
    }
    found
}

/// What a side's messages and lines are, in the form of [`tshark`].
fn read(trace: &Trace, reading: &Reading, side: Side) -> [Vec<String>; 2] {
    let events = || trace.events.iter().enumerate().filter(move |(_, event)| event.who == side);
    let messages = events().flat_map(|(id, _)| reading.messages(id)).filter_map(|message| match message.kind {
        MessageKind::Handshake(code) => Some(code.to_string()),
        _ => None,
    });
    let lines = events().filter_map(|(id, _)| reading.line(id)).filter_map(|line| match side {
        Side::Client => Some(line.text.clone()),
        Side::Server => line.text.get(3..).filter(|rest| !rest.starts_with('-')).map(|_| line.text[..3].to_owned()),
    });
    [messages.collect(), lines.collect()]
}

/// With keys and without. What has no cipher tshark reads without keys, too.
#[test]
fn messages_and_lines_are_those_that_tshark_reads() {
    for session in sessions() {
        // tshark takes 7 octets where the draft has 8.
        let is_des = session.suite == 0x0062;
        for key_log in [&session.key_log[..], b""].into_iter().filter(|key_log| key_log.is_empty() || !is_des) {
            let trace = capture(&session.name, &session.file, key_log).trace;
            let reading = dissect(&trace);
            let theirs = tshark(&session, key_log, trace.meeting(0).server.host.port);
            for (index, side) in SIDES.into_iter().enumerate() {
                let [messages, lines] = read(&trace, &reading, side);
                let (name, keys) = (&session.name, key_log.len());
                assert_eq!((&messages, &lines), (&theirs[0][index], &theirs[1][index]), "{name} {side:?} {keys}");
            }
        }
    }
}

/// The layers of all events of a side.
fn layers<'a>(trace: &'a Trace, reading: &'a Reading, side: Side) -> Vec<Layer<'a>> {
    let events = trace.events.iter().enumerate().filter(|(_, event)| event.who == side);
    events.flat_map(|(id, _)| reading.layers(trace, id)).collect()
}

/// Octets of a MAC, and of a block, by the name that the suite has.
fn lengths(session: &Session) -> (usize, Option<usize>) {
    let mac = if session.name.contains("-md5") { 16 } else { 20 };
    let is = |part: &str| session.name.contains(part);
    (
        mac,
        if is("-aes-") {
            Some(16)
        } else if is("des-") || is("-rc2-") {
            Some(8)
        } else {
            None
        },
    )
}

#[test]
fn the_parts_of_a_record_are_fields() {
    for session in sessions().iter().filter(|session| !takes_other_keys(session)) {
        let trace = capture(&session.name, &session.file, &session.key_log).trace;
        let reading = dissect(&trace);
        let (mac, block) = lengths(session);
        for side in SIDES {
            let layers = layers(&trace, &reading, side);
            for layer in &layers {
                tile(&layer.fields, 0..layer.octets.len());
                assert!(malformed(&layer.fields).is_empty(), "{} {:?}", session.name, malformed(&layer.fields));
            }
            let plain: Vec<_> = layers.iter().filter(|layer| layer.kind == LayerKind::Plaintext).collect();
            assert!(plain.len() > 3, "{}", session.name);
            for layer in plain {
                let macs = named(&layer.fields, "MAC");
                assert_eq!(macs.iter().map(|field| field.range.len()).collect::<Vec<_>>(), [mac], "{}", session.name);
                let padding: usize = named(&layer.fields, "padding").iter().map(|field| field.range.len()).sum();
                let says = values(&layer.fields, "padding_length");
                match block {
                    None => assert!(says.is_empty() && padding == 0 && macs[0].range.end == layer.octets.len()),
                    Some(block) => {
                        assert_eq!(says, [padding.to_string()], "{}", session.name);
                        assert_eq!(layer.octets.len() % block, 0);
                    }
                }
            }
            // Of the records on the wire: an IV in front of each from TLS 1.1 on, and before that the end of each is the IV of the next.
            let records = layers.iter().filter(|layer| layer.kind == LayerKind::Records);
            let records: Vec<_> = records.flat_map(|layer| named(&layer.fields, "TLSCiphertext")).collect();
            let (is_chained, name) = match session.version >= Version::TLS11 {
                true => (false, "IV"),
                false => (true, "last block"),
            };
            let blocks: Vec<usize> = records
                .iter()
                .flat_map(|record| named(&record.children, name))
                .map(|field| field.range.len())
                .collect();
            assert_eq!(blocks, block.map_or(Vec::new(), |block| vec![block; records.len()]), "{}", session.name);
            if is_chained && block.is_some() {
                let opened: Vec<_> = layers.iter().filter_map(|layer| layer.opened).collect();
                let ends: Vec<Vec<u8>> = layers
                    .iter()
                    .filter(|layer| layer.kind == LayerKind::Records)
                    .flat_map(|layer| {
                        let ends = named(&layer.fields, "last block");
                        ends.into_iter().map(|field| layer.octets[field.range.clone()].to_vec()).collect::<Vec<_>>()
                    })
                    .collect();
                let ivs: Vec<Vec<u8>> = opened.iter().map(|opened| opened.nonce.clone()).collect();
                // Lines that share records show them again.
                let (mut ivs, mut ends) = (ivs, ends);
                ivs.dedup();
                ends.dedup();
                assert_eq!(ivs[1..], ends[..ends.len() - 1], "{}", session.name);
            }
        }
    }
}

/// Lengths that the RFCs give: Finished of 12 and of 36 octets, the premaster as long as the key that it is encrypted to.
#[test]
fn the_messages_of_the_handshake_are_fields() {
    let said = |name: &str, field: &str| {
        let session = sessions().into_iter().find(|session| session.name == name).expect("such a session");
        let trace = capture(&session.name, &session.file, &session.key_log).trace;
        let reading = dissect(&trace);
        let all: Vec<Layer> = SIDES.iter().flat_map(|&side| layers(&trace, &reading, side)).collect();
        let sizes = all.iter().flat_map(|layer| named(&layer.fields, field)).map(|field| field.range.len());
        sizes.collect::<Vec<_>>()
    };
    let ssl3 = "jsse-jsse-sslv3-rsa-export-with-rc4-40-md5";
    assert_eq!((said(ssl3, "md5_hash"), said(ssl3, "sha_hash")), (vec![16, 16], vec![20, 20]));
    // With the two octets of the length; the temporary key is of 512 bits, and in SSL 3.0 what is encrypted to it has no length.
    assert_eq!((said(ssl3, "rsa_modulus"), said(ssl3, "rsa_exponent")), (vec![66], vec![5]));
    assert_eq!(said(ssl3, "encrypted_pre_master_secret"), [64]);
    let tls10 = "jsse-jsse-tlsv1-rsa-export-with-rc4-40-md5";
    assert_eq!(said(tls10, "verify_data"), [12, 12]);
    assert_eq!((said(tls10, "rsa_modulus"), said(tls10, "encrypted_pre_master_secret")), (vec![66], vec![66]));
    let dss = "jsse-jsse-tlsv1-dhe-dss-with-aes-128-cbc-sha";
    for field in ["dh_p", "dh_g", "dh_Ys", "dh_Yc"] {
        assert_eq!(said(dss, field).len(), 1, "{field}");
    }
    let ecdsa = "jsse-jsse-tlsv1-ecdhe-ecdsa-with-aes-128-cbc-sha";
    assert_eq!((said(ecdsa, "namedcurve"), said(ecdsa, "ecdh_Yc").len()), (vec![2], 1));
    let sslv2 = "jsse-jsse-sslv2hello-tlsv1-rsa-with-rc4-128-md5";
    // tshark: one suite of TLS, one of SSL 2.0, one signal.
    assert_eq!((said(sslv2, "challenge"), said(sslv2, "cipher_spec")), (vec![32], vec![3, 3, 3]));
}

/// Who could ever read a recording depends on the key exchange, and the step of the client's half of it says so.
#[test]
fn the_client_s_half_is_told_by_its_key_exchange() {
    let expected = [
        (
            "jsse-jsse-tlsv1-rsa-with-aes-128-cbc-sha",
            RecordClaim::EncryptedPremaster { temporary: false },
            "opens a recording",
        ),
        (
            "jsse-jsse-tlsv1-rsa-export-with-rc4-40-md5",
            RecordClaim::EncryptedPremaster { temporary: true },
            "opens a recording",
        ),
        // Its certificate has a key of 512 bits, so there is no other.
        (
            "openssl100-openssl100-tlsv1-rsa-export-with-rc2-cbc-40-md5",
            RecordClaim::EncryptedPremaster { temporary: false },
            "key of the server's certificate",
        ),
        ("jsse-jsse-tlsv1-dhe-dss-with-aes-128-cbc-sha", RecordClaim::ClientKeyExchange, "no listener can"),
        ("jsse-jsse-tlsv1-ecdhe-ecdsa-with-aes-128-cbc-sha", RecordClaim::ClientKeyExchange, "no listener can"),
    ];
    for (name, claim, words) in expected {
        let session = sessions().into_iter().find(|session| session.name == name).expect("such a session");
        let trace = capture(&session.name, &session.file, b"").trace;
        let reading = dissect(&trace);
        let story = Story::of(&trace, &reading);
        let facts = Facts { trace: &trace, reading: &reading, story: &story };
        let is_half = |&id: &usize| {
            reading.messages(id).iter().any(|message| message.kind == MessageKind::Handshake(CLIENT_KEY_EXCHANGE))
        };
        let id = (0..trace.events.len()).find(is_half).expect("a ClientKeyExchange");
        let step = step(facts, id);
        assert!(matches!(step, StepClaim::Record { first, .. } if first == claim), "{name}: {step:?}");
        assert!((EN.inspector.step)(&step).contains(words), "{name}");
    }
}

/// The IV of a CBC record: before TLS 1.1 the last block of the record before, on the wire for all to see; since, the first of its own.
#[test]
fn where_the_iv_of_a_record_stands_on_the_wire_is_said() {
    let (mut chained, mut own, mut versions) = (0, 0, Vec::new());
    for session in sessions() {
        let trace = capture(&session.name, &session.file, &session.key_log).trace;
        let reading = dissect(&trace);
        // The fragments of each side's records behind its ChangeCipherSpec, by number, cut out by their headers.
        let mut sealed = [Vec::<Vec<u8>>::new(), Vec::new()];
        let mut begun = [false; 2];
        for id in 0..trace.events.len() {
            let What::Sent { wire, text } = trace.events[id].what else { continue };
            if text.is_some() && !trace.sealed(&trace.events[id]) {
                continue;
            }
            let side = usize::from(trace.events[id].who == Side::Server);
            let mut rest = trace.octets(wire);
            while let [kind @ 20..=23, 3, _, high, low, body @ ..] = rest {
                let length = usize::from(*high) << 8 | usize::from(*low);
                let Some(fragment) = body.get(..length) else { break };
                if begun[side] && sealed[side].last().is_none_or(|last| last != fragment) {
                    sealed[side].push(fragment.to_vec());
                }
                begun[side] |= *kind == 20;
                rest = &body[length..];
            }
            for opened in reading.layers(&trace, id).iter().filter_map(|layer| layer.opened) {
                let number = usize::try_from(opened.sequence).expect("a number");
                for (part, iv) in opened.parts() {
                    let stands = match part {
                        KeyPart::ChainedIv => {
                            chained += 1;
                            sealed[side][number - 1].ends_with(iv)
                        }
                        KeyPart::RecordIv => {
                            own += 1;
                            sealed[side][number].starts_with(iv)
                        }
                        _ => continue,
                    };
                    assert!(stands, "{}: record {number}, {part:?}", session.name);
                    assert!(matches!(iv.len(), 8 | 16), "{}: {part:?}", session.name);
                    assert_eq!(part == KeyPart::ChainedIv, session.version < Version::TLS11, "{}", session.name);
                    versions.push(session.version);
                }
            }
        }
    }
    versions.sort();
    versions.dedup();
    assert_eq!(versions, [Version::SSL3, Version::TLS10, Version::TLS11, Version::TLS12]);
    assert!(chained > 40 && own > 10, "{chained} {own}");
}
