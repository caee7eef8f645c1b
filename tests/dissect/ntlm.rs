//! NTLM behind base64: real clients, the examples of [MS-NLMP] and [MS-SMTPNTLM], and messages cut and bent.

use crate::capture;
use crate::tiles::{malformed, named, tile, values};
use proptest::prelude::*;
use starttls_lab::bytes::{base64, from_base64, hex, printable};
use starttls_lab::dissect::dissect;
use starttls_lab::dissect::field::{Field, Kind, leaves};
use starttls_lab::dissect::layers::{Layer, LayerKind};
use starttls_lab::scenario::Side;
use starttls_lab::trace::{Meeting, Recorder, Trace};

/// The first dialogue of a client with the names of the reference exchange.
const L1: [&str; 3] = [
    "TlRMTVNTUAABAAAAl4II4gAAAAAAAAAAAAAAAAAAAAAGAHIXAAAADw==",
    "TlRMTVNTUAACAAAAEAAQADgAAAAVgoniESIzRFVmd4gAAAAAAAAAAJYAlgBIAAAABgByFwAAAA9TAE8ATQBPAFIASQBUAEEAAgAQAFMATwBNAE8AUgBJAFQAQQABAAwARQBYADIAMAAxADAABAAYAHMAbwBtAG8AcgBpAHQAYQAuAGMAbwBtAAMAJgBlAHgAMgAwADEAMAAuAHMAbwBtAG8AcgBpAHQAYQAuAGMAbwBtAAUAGABzAG8AbQBvAHIAaQB0AGEALgBjAG8AbQAHAAgAABzHDHviyQEAAAAA",
    "TlRMTVNTUAADAAAAGAAYAIAAAAAcARwBmAAAABAAEABYAAAACgAKAGgAAAAOAA4AcgAAABAAEAC0AQAAFYKI4gYAchcAAAAPB2fdcVLJwMz/3BjvoThciFMATwBNAE8AUgBJAFQAQQBzAGEAbABlAHMARABFAFMASwBUAE8AUAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAN4fk5P+2lh+dsq7PottUqAQEAAAAAAAAAHMcMe+LJAaGio6SlpqeoAAAAAAIAEABTAE8ATQBPAFIASQBUAEEAAQAMAEUAWAAyADAAMQAwAAQAGABzAG8AbQBvAHIAaQB0AGEALgBjAG8AbQADACYAZQB4ADIAMAAxADAALgBzAG8AbQBvAHIAaQB0AGEALgBjAG8AbQAFABgAcwBvAG0AbwByAGkAdABhAC4AYwBvAG0ABwAIAAAcxwx74skBBgAEAAIAAAAJADYAUwBNAFQAUABTAFYAQwAvAGUAeAAyADAAMQAwAC4AcwBvAG0AbwByAGkAdABhAC4AYwBvAG0ACgAQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAABQOtN2s/C0QrOa/uT5rzLE=",
];

/// [MS-NLMP] 4.2.4.3
const EXAMPLE_CHALLENGE: &str = "4e544c4d53535000020000000c000c003800000033828ae20123456789abcdef00000000000000002400240044000000060070170000000f53006500720076006500720002000c0044006f006d00610069006e0001000c0053006500720076006500720000000000";
const EXAMPLE_ANSWER: &str = "4e544c4d5353500003000000180018006c00000054005400840000000c000c00480000000800080054000000100010005c00000010001000d8000000358288e20501280a0000000f44006f006d00610069006e00550073006500720043004f004d005000550054004500520086c35097ac9cec102554764a57cccc19aaaaaaaaaaaaaaaa68cd0ab851e51c96aabc927bebef6a1c01010000000000000000000000000000aaaaaaaaaaaaaaaa0000000002000c0044006f006d00610069006e0001000c005300650072007600650072000000000000000000c5dad2544fc9799094ce1ce90bc9d03e";

fn octets(hex: &str) -> Vec<u8> {
    (0..hex.len() / 2).map(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).unwrap()).collect()
}

fn letters(text: &str) -> Vec<u8> {
    from_base64(text.as_bytes()).unwrap()
}

/// A dialogue in clear: these lines after a greeting.
fn dialogue(lines: &[(Side, String)]) -> Trace {
    let mut recorder = Recorder::import(capture::SOURCE, None);
    recorder.open(Meeting::UNKNOWN);
    recorder.sent_clear(Side::Server, b"220 ready\r\n", false);
    for (who, line) in lines {
        recorder.sent_clear(*who, format!("{line}\r\n").as_bytes(), false);
    }
    recorder.finish(Vec::new())
}

/// A login with these messages.
fn exchange(verb: &str, messages: &[Vec<u8>; 3]) -> Trace {
    let [negotiate, challenge, answer] = messages.each_ref().map(|octets| base64(octets));
    dialogue(&[
        (Side::Client, format!("{verb} NTLM")),
        (Side::Server, "334 NTLM supported".to_owned()),
        (Side::Client, negotiate),
        (Side::Server, format!("334 {challenge}")),
        (Side::Client, answer),
    ])
}

/// The fields of octets that a client answers in base64; what holds for all is checked.
fn fields(octets: &[u8]) -> Vec<Field> {
    let trace = dialogue(&[
        (Side::Client, "AUTH NTLM".to_owned()),
        (Side::Server, "334 ".to_owned()),
        (Side::Client, base64(octets)),
    ]);
    let reading = dissect(&trace);
    let layers = reading.layers(&trace, trace.events.len() - 1);
    let layer = layers.last().unwrap();
    assert_eq!((layer.kind, &*layer.octets), (LayerKind::Sasl, octets));
    tile(&layer.fields, 0..octets.len());
    layer.fields.clone()
}

fn is_well_formed(fields: &[Field]) {
    assert!(malformed(fields).is_empty(), "{:?}", malformed(fields));
}

/// What the recordings of real clients hold: their name and three messages each.
fn clients() -> Vec<(&'static str, [Vec<u8>; 3])> {
    let blocks = include_str!("../data/ntlm/clients.txt").split("\n\n").skip(1);
    let read = |block: &'static str| {
        let mut lines = block.lines();
        (lines.next().unwrap(), std::array::from_fn(|_| letters(lines.next().unwrap())))
    };
    blocks.map(read).collect()
}

fn value(fields: &[Field], name: &str) -> String {
    values(fields, name).into_iter().next().unwrap_or_default()
}

/// Where each payload stands, with its octets, as the specification of the reference exchange tells.
#[test]
fn the_reference_exchange_field_by_field() {
    let [negotiate, challenge, answer] = L1.map(|text| fields(&letters(text)));
    for read in [&negotiate, &challenge, &answer] {
        is_well_formed(read);
        assert_eq!(value(read, "Version"), "6.0.6002");
        assert_eq!(value(read, "Signature"), "NTLMSSP\\0".replace("\\0", &printable(b"\0")));
    }
    assert_eq!((negotiate[0].name, negotiate[0].value.as_str()), ("NTLM: NEGOTIATE", "40 octets"));
    assert_eq!((challenge[0].name, challenge[0].value.as_str()), ("NTLM: CHALLENGE", "222 octets"));
    assert_eq!((answer[0].name, answer[0].value.as_str()), ("NTLM: AUTHENTICATE", "452 octets"));
    let flags = [&negotiate, &challenge, &answer].map(|read| value(read, "NegotiateFlags"));
    assert_eq!(flags, ["0xe2088297", "0xe2898215", "0xe2888215"]);
    assert_eq!(value(&challenge, "TargetName"), "SOMORITA");
    assert_eq!(value(&challenge, "ServerChallenge"), "1122334455667788");
    assert_eq!(
        values(&challenge, "AvPair"),
        [
            "MsvAvNbDomainName: SOMORITA",
            "MsvAvNbComputerName: EX2010",
            "MsvAvDnsDomainName: somorita.com",
            "MsvAvDnsComputerName: ex2010.somorita.com",
            "MsvAvDnsTreeName: somorita.com",
            "MsvAvTimestamp: 2009-06-01 05:37:28 UTC (128883082480000000)",
            "MsvAvEOL",
        ]
    );
    assert_eq!(values(&answer, "AvPair")[..6], values(&challenge, "AvPair")[..6], "the server's own words");
    assert_eq!(
        values(&answer, "AvPair")[6..],
        [
            "MsvAvFlags: 0x00000002",
            "MsvAvTargetName: SMTPSVC/ex2010.somorita.com",
            "MsvAvChannelBindings: none",
            "MsvAvEOL",
        ]
    );
    let place = |name| named(&answer, name)[0].range.clone();
    assert_eq!(place("DomainName"), 88..104);
    assert_eq!(place("UserName"), 104..114);
    assert_eq!(place("Workstation"), 114..128);
    assert_eq!(place("LmChallengeResponse"), 128..152);
    assert_eq!(place("NtChallengeResponse"), 152..436);
    assert_eq!(place("EncryptedRandomSessionKey"), 436..452);
    assert_eq!(value(&answer, "UserName"), "sales");
    assert_eq!(value(&answer, "UserNameFields"), "10 octets at 104");
    assert_eq!(value(&answer, "MIC"), "0767dd7152c9c0ccffdc18efa1385c88");
    assert_eq!(values(&answer, "Response"), ["00".repeat(24), "0de1f9393feda587e76cabb3e8b6d52a".to_owned()]);
    assert_eq!(value(&answer, "ChallengeFromClient"), "a1a2a3a4a5a6a7a8");
    assert_eq!(value(&answer, "EncryptedRandomSessionKey"), "140eb4ddacfc2d10ace6bfb93e6bccb1");
    assert_eq!(value(&answer, "TimeStamp"), "2009-06-01 05:37:28 UTC (128883082480000000)");
}

#[test]
fn the_examples_of_the_specification() {
    let challenge = fields(&octets(EXAMPLE_CHALLENGE));
    is_well_formed(&challenge);
    assert_eq!(value(&challenge, "NegotiateFlags"), "0xe28a8233");
    assert_eq!(values(&challenge, "AvPair"), ["MsvAvNbDomainName: Domain", "MsvAvNbComputerName: Server", "MsvAvEOL"]);
    let answer = fields(&octets(EXAMPLE_ANSWER));
    is_well_formed(&answer);
    let who = ["DomainName", "UserName", "Workstation"].map(|name| value(&answer, name));
    assert_eq!(who, ["Domain", "User", "COMPUTER"]);
    assert_eq!(value(&answer, "TimeStamp"), "not set");
    assert!(named(&answer, "MIC").is_empty());
    assert_eq!(value(&answer, "LmChallengeResponse"), "LMv2");
    // [MS-SMTPNTLM] 4.2, the first message.
    let offer = fields(&letters("TlRMTVNTUAABAAAAt4II4gAAAAAAAAAAAAAAAAAAAAAFAs4OAAAADw=="));
    is_well_formed(&offer);
    assert_eq!(
        (value(&offer, "NegotiateFlags").as_str(), value(&offer, "Version").as_str()),
        ("0xe20882b7", "5.2.3790")
    );
    // From a log of Exchange 2019, names changed.
    let offer = fields(&letters("TlRMTVNTUAABAAAAB7IIAAkACQAgAAAAAAAAACkAAABzYWxlc3VzZXI="));
    is_well_formed(&offer);
    assert_eq!(value(&offer, "DomainName"), "salesuser");
    assert_eq!(values(&offer, "WorkstationFields"), ["nothing"]);
}

/// With extended session security, version 1 has a challenge of the client in the old field. The third message of [MS-SMTPNTLM] 4.2 has
/// these two responses, and ends at 188.
#[test]
fn version_1_is_shown() {
    let mut answer = b"NTLMSSP\0\x03\0\0\0".to_vec();
    let payloads = [(24u32, 140u32), (24, 164), (12, 72), (8, 84), (8, 92), (0, 188)];
    for (length, at) in payloads {
        answer.extend([length as u8, 0, length as u8, 0]);
        answer.extend(at.to_le_bytes());
    }
    answer.extend(0xe208_82b7_u32.to_le_bytes());
    answer.extend([5, 2, 0xce, 0x0e, 0, 0, 0, 15]);
    answer.extend("DOMAINuserHOST".encode_utf16().flat_map(u16::to_le_bytes));
    answer.resize(140, 0);
    answer.extend(octets("8a9e57ae618404b000000000000000000000000000000000"));
    answer.extend(octets("76470d57f04d4e5c8b4458d38791996cb4fd55997c87e3b2"));
    let read = fields(&answer);
    is_well_formed(&read);
    assert_eq!(value(&read, "ChallengeFromClient"), "8a9e57ae618404b0");
    assert_eq!(value(&read, "NtChallengeResponse"), "NTLMv1");
    assert_eq!(values(&read, "Unused").len(), 2, "behind the names, and in the old response");
    let swaks = clients().into_iter().find(|(who, _)| *who == "swaks, version 1").unwrap().1;
    let read = fields(&swaks[2]);
    is_well_formed(&read);
    assert_eq!(values(&read, "Response").len(), 2);
    assert_eq!((value(&read, "NtChallengeResponse").as_str(), value(&read, "UserName").as_str()), ("NTLMv1", "alice"));
}

#[test]
fn real_clients_are_read_to_the_last_octet() {
    for (who, messages) in clients() {
        for verb in ["AUTH", "X-EXPS"] {
            let trace = exchange(verb, &messages);
            let reading = dissect(&trace);
            let layers: Vec<Vec<Layer>> = (0..trace.events.len()).map(|id| reading.layers(&trace, id)).collect();
            let decoded: Vec<&Layer> = layers.iter().flatten().filter(|layer| layer.kind == LayerKind::Sasl).collect();
            assert_eq!(decoded.len(), 3, "{who}");
            for layer in layers.iter().flatten() {
                tile(&layer.fields, 0..layer.octets.len());
                is_well_formed(&layer.fields);
            }
            let [negotiate, challenge, answer] = [0, 1, 2].map(|index| &decoded[index].fields);
            let names = [negotiate, challenge, answer].map(|fields| fields[0].name);
            assert_eq!(names, ["NTLM: NEGOTIATE", "NTLM: CHALLENGE", "NTLM: AUTHENTICATE"], "{who}");
            assert_eq!(value(challenge, "TargetName"), "SOMORITA", "{who}: one octet a character, or two");
            assert_eq!(
                (value(answer, "UserName").as_str(), value(answer, "DomainName").as_str()),
                ("alice", "SOMORITA")
            );
            assert_eq!(named(answer, "MIC").len(), usize::from(who.starts_with("pyspnego")), "{who}");
            assert_eq!(
                named(answer, "Version").is_empty(),
                !(who.starts_with("pyspnego") || who.starts_with("nodemailer"))
            );
        }
    }
}

/// The letters of a field are those that change with its octets, and no others do.
#[test]
fn a_field_s_letters_are_those_that_change_with_it() {
    for (_, messages) in clients() {
        let trace = exchange("AUTH", &messages);
        let reading = dissect(&trace);
        for id in 0..trace.events.len() {
            let layers = reading.layers(&trace, id);
            let Some(layer) = layers.iter().find(|layer| layer.kind == LayerKind::Sasl) else { continue };
            let line = &layers[layers.len() - 2].octets;
            let all = layer.letters.clone().unwrap();
            let text = std::str::from_utf8(&line[all.clone()]).unwrap();
            assert_eq!(from_base64(text.as_bytes()).as_deref(), Some(&*layer.octets));
            for leaf in leaves(&layer.fields) {
                let mut bent = layer.octets.to_vec();
                bent[leaf.range.clone()].iter_mut().for_each(|octet| *octet ^= 0xFF);
                let bent = base64(&bent);
                let changed = text.bytes().zip(bent.bytes()).enumerate().filter(|(_, (was, is))| was != is);
                let changed: Vec<usize> = changed.map(|(at, _)| at + all.start).collect();
                let claimed: Vec<usize> = layer.letters_of(&leaf.range).unwrap().collect();
                assert_eq!(claimed, changed, "{leaf:?}");
            }
        }
    }
}

fn all_messages() -> Vec<Vec<u8>> {
    let real = clients().into_iter().flat_map(|(_, messages)| messages);
    let examples = [EXAMPLE_CHALLENGE, EXAMPLE_ANSWER].map(octets);
    real.chain(examples).chain(L1.map(letters)).collect()
}

#[test]
fn a_message_that_is_cut_says_so() {
    for whole in all_messages() {
        for length in 1..whole.len() {
            let read = fields(&whole[..length]);
            // An offer may end behind its flags; and what stands behind the last payload may be missing.
            let is_offer = whole[8] == 1;
            let last = named(&fields(&whole), "Unused").last().map_or(whole.len(), |unused| unused.range.start);
            if length >= 8 && !is_offer && length < last.min(whole.len()) {
                assert!(!malformed(&read).is_empty(), "{length} of {}", whole.len());
            }
        }
    }
}

#[test]
fn headers_may_point_anywhere() {
    for whole in all_messages() {
        let headers: &[usize] = match whole[8] {
            1 => &[16, 24],
            2 => &[12, 40],
            _ => &[12, 20, 28, 36, 44, 52],
        };
        for &header in headers {
            for (at, bent) in [(0, &[0xFF, 0xFF][..]), (4, &[0xFF; 4]), (4, &[0; 4]), (4, &[90, 0, 0, 0]), (0, &[3, 0])]
            {
                let mut message = whole.clone();
                message[header + at..header + at + bent.len()].copy_from_slice(bent);
                let read = fields(&message);
                let end = u32::from_le_bytes(message[header + 4..header + 8].try_into().unwrap()) as usize;
                let length = usize::from(u16::from_le_bytes([message[header], message[header + 1]]));
                if length > 0 && end + length > message.len() {
                    let outside =
                        named(&read, "BufferOffset").into_iter().find(|field| field.range.start == header + 4);
                    assert_eq!(outside.unwrap().kind, Kind::Malformed);
                    assert!(hex(&message).len() > 1 && values(&read, "NTLM").is_empty());
                }
            }
        }
    }
}

proptest! {
    /// Whatever is bent and wherever it is cut: `fields` looks that each octet is in one leaf.
    #[test]
    fn every_octet_of_anything_is_in_one_leaf(
        which in any::<usize>(),
        bends in proptest::collection::vec((any::<usize>(), any::<u8>()), 0..12),
        cut in any::<usize>(),
    ) {
        let all = all_messages();
        let mut message = all[which % all.len()].clone();
        for (at, octet) in bends {
            let at = 8 + at % (message.len() - 8);
            message[at] = octet;
        }
        message.truncate(8 + cut % (message.len() - 7));
        prop_assert!(!fields(&message).is_empty());
    }
}

/// Two headers that point to the same octets: they are shown once, and both say so.
#[test]
fn octets_of_two_fields_are_shown_once() {
    let mut answer = octets(EXAMPLE_ANSWER);
    answer.copy_within(28..36, 36); // the user is the domain
    let read = fields(&answer);
    assert_eq!(values(&read, "DomainName").len() + values(&read, "UserName").len(), 1);
    let shared = "12 octets at 72, in octets of another field";
    assert_eq!([value(&read, "DomainNameFields"), value(&read, "UserNameFields")], [shared, shared]);
    assert_eq!(value(&read, "WorkstationFields"), "16 octets at 92");
    assert_eq!(named(&read, "Unused")[0].range, 84..92, "where the user stood");
}

/// The lowest bits first, each in the octet in which it stands.
#[test]
fn bits_stand_in_their_octet() {
    let read = fields(&letters("TlRMTVNTUAABAAAABoIIAAAAAAAAAAAAAAAAAAAAAAA="));
    let flags = named(&read, "NegotiateFlags")[0];
    let bits: Vec<_> = flags.children.iter().map(|bit| (bit.name, bit.range.start)).collect();
    assert_eq!(
        bits,
        [
            ("NTLM_NEGOTIATE_OEM", 12),
            ("NTLMSSP_REQUEST_TARGET", 12),
            ("NTLMSSP_NEGOTIATE_NTLM", 13),
            ("NTLMSSP_NEGOTIATE_ALWAYS_SIGN", 13),
            ("NTLMSSP_NEGOTIATE_EXTENDED_SESSIONSECURITY", 14),
        ]
    );
    assert!(flags.is_leaf());
}

/// The text of the first 334 means nothing. [MS-SMTPNTLM] 2.2.1.2
#[test]
fn the_first_334_is_no_base64() {
    for text in ["NTLM supported", "ntlm supported", ""] {
        let trace = dialogue(&[(Side::Client, "AUTH NTLM".to_owned()), (Side::Server, format!("334 {text}"))]);
        let layers = dissect(&trace).layers(&trace, trace.events.len() - 1).len();
        assert_eq!(layers, 1);
    }
    // With an initial response the first 334 has the challenge.
    let trace = dialogue(&[
        (Side::Client, format!("AUTH NTLM {}", L1[0])),
        (Side::Server, format!("334 {}", L1[1])),
        (Side::Client, L1[2].to_owned()),
    ]);
    let reading = dissect(&trace);
    let sasl =
        (0..trace.events.len()).flat_map(|id| reading.layers(&trace, id)).filter(|layer| layer.kind == LayerKind::Sasl);
    assert_eq!(
        sasl.map(|layer| layer.fields[0].name).collect::<Vec<_>>(),
        ["NTLM: NEGOTIATE", "NTLM: CHALLENGE", "NTLM: AUTHENTICATE"]
    );
}
