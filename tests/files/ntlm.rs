//! tshark takes the messages of NTLM apart, and finds the same fields in the same octets with the same values. It does so in SMTP only where
//! the first message comes with AUTH, and only when it is asked to decode base64.

use starttls_lab::bytes::hex;
use starttls_lab::dissect::dissect;
use starttls_lab::dissect::field::Field;
use starttls_lab::dissect::layers::LayerKind;
use starttls_lab::files::pcapng;
use starttls_lab::scenario::Side;
use starttls_lab::trace::{Host, Meeting, Recorder, Source, SourceKind, Trace};
use std::ops::Range;
use std::process::Command;

/// tshark's name behind `ntlmssp.`, and ours.
const NAMES: [(&str, &str); 37] = [
    ("identifier", "Signature"),
    ("messagetype", "MessageType"),
    ("negotiateflags", "NegotiateFlags"),
    ("challenge.target_name", "TargetName"),
    ("ntlmserverchallenge", "ServerChallenge"),
    ("reserved", "Reserved"),
    ("challenge.target_info", "TargetInfo"),
    ("challenge.target_info.item.type", "AvId"),
    ("challenge.target_info.item.length", "AvLen"),
    ("challenge.target_info.nb_domain_name", "Value"),
    ("challenge.target_info.nb_computer_name", "Value"),
    ("challenge.target_info.dns_domain_name", "Value"),
    ("challenge.target_info.dns_computer_name", "Value"),
    ("challenge.target_info.dns_tree_name", "Value"),
    ("challenge.target_info.timestamp", "Value"),
    ("version", "Version"),
    ("version.major", "ProductMajorVersion"),
    ("version.minor", "ProductMinorVersion"),
    ("version.build_number", "ProductBuild"),
    ("version.ntlm_current_revision", "NTLMRevisionCurrent"),
    ("auth.lmresponse", "LmChallengeResponse"),
    ("auth.ntresponse", "NtChallengeResponse"),
    ("ntlmv2_response.ntproofstr", "Response"),
    ("ntlmv2_response.rversion", "RespType"),
    ("ntlmv2_response.hirversion", "HiRespType"),
    ("ntlmv2_response.time", "TimeStamp"),
    ("ntlmv2_response.chal", "ChallengeFromClient"),
    ("ntlmv2_response.item.type", "AvId"),
    ("ntlmv2_response.item.length", "AvLen"),
    ("ntlmv2_response.dns_computer_name", "Value"),
    ("ntlmv2_response.target_name", "Value"),
    ("ntlmv2_response.channel_bindings", "Value"),
    ("auth.domain", "DomainName"),
    ("auth.username", "UserName"),
    ("auth.hostname", "Workstation"),
    ("auth.sesskey", "EncryptedRandomSessionKey"),
    ("authenticate.mic", "MIC"),
];

/// A login of another client's, whose first message comes with AUTH.
fn session(number: u16, [offer, challenge, answer]: [&str; 3]) -> Trace {
    let source = Source { kind: SourceKind::Capture, name: number.to_string() };
    let mut recorder = Recorder::import(source, None);
    let host = |last, port| Host { name: None, address: [192, 0, 2, last].into(), port };
    recorder.open(Meeting::between(host(1, 50_000), host(2, 25)));
    let mut say = |who, line: String| recorder.sent_clear(who, format!("{line}\r\n").as_bytes(), false);
    say(Side::Server, "220 ready".to_owned());
    say(Side::Client, format!("AUTH NTLM {offer}"));
    say(Side::Server, format!("334 {challenge}"));
    say(Side::Client, answer.to_owned());
    say(Side::Server, "535 5.7.3 Authentication unsuccessful".to_owned());
    recorder.finish(Vec::new())
}

/// A field of tshark's: its name, what it shows, and where it stands in the decoded octets.
#[derive(Debug)]
struct Theirs {
    name: String,
    show: String,
    range: Range<usize>,
}

fn theirs(capture: &[u8]) -> Vec<Vec<Theirs>> {
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("ntlm.pcapng");
    std::fs::write(&path, capture).expect("a writable folder");
    let tshark = std::env::var_os("TSHARK").unwrap_or("tshark".into());
    let output = Command::new(&tshark)
        .args(["-n", "-o", "smtp.decryption:TRUE", "-Y", "ntlmssp", "-T", "pdml", "-r"])
        .arg(&path)
        .output()
        .unwrap_or_else(|error| panic!("{tshark:?}: {error}"));
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let messages = text.split("<packet>").skip(1).map(|packet| {
        let fields = packet.lines().filter_map(|line| {
            let value = |key: &str| line.split_once(&format!(" {key}=\""))?.1.split('"').next();
            let number = |key: &str| value(key)?.parse::<usize>().ok();
            let name = line.split_once("<field name=\"ntlmssp.")?.1.split('"').next()?;
            let range = number("pos")?..number("pos")? + number("size")?;
            Some(Theirs { name: name.to_owned(), show: value("show").unwrap_or_default().to_owned(), range })
        });
        fields.collect()
    });
    messages.collect()
}

fn all<'a>(fields: &'a [Field], found: &mut Vec<&'a Field>) {
    for field in fields {
        found.push(field);
        all(&field.children, found);
    }
}

#[test]
fn tshark_finds_the_same_fields_in_the_same_octets() {
    let blocks = include_str!("../data/ntlm/clients.txt").split("\n\n").skip(1);
    let sessions: Vec<Trace> = blocks
        .zip(1..)
        .map(|(block, number)| {
            let mut lines = block.lines().skip(1);
            session(number, std::array::from_fn(|_| lines.next().unwrap()))
        })
        .collect();
    let mut compared = 0;
    for trace in &sessions {
        let reading = dissect(trace);
        let layers = (0..trace.events.len()).flat_map(|id| reading.layers(trace, id));
        let messages: Vec<_> = layers.filter(|layer| layer.kind == LayerKind::Sasl).collect();
        let found = theirs(&pcapng::write(&[trace]));
        assert_eq!((messages.len(), found.len()), (3, 3));
        for (message, found) in messages.iter().zip(found) {
            let mut ours = Vec::new();
            all(&message.fields, &mut ours);
            for field in found {
                let Some((_, name)) = NAMES.iter().find(|(theirs, _)| *theirs == field.name) else { continue };
                // Of a payload that is empty, its header.
                let is_it = |own: &&&Field| own.name == *name || own.name == format!("{name}Fields");
                let Some(own) = ours.iter().filter(|own| own.range == field.range).find(is_it) else {
                    panic!("{field:?}, not in {:?}", message.fields);
                };
                let octets = hex(&message.octets[field.range.clone()]);
                let is_same = match *name {
                    _ if own.name.ends_with("Fields") => own.value == "nothing",
                    "TargetName" | "DomainName" | "UserName" | "Workstation" => own.value == field.show,
                    "ProductMajorVersion" | "ProductMinorVersion" | "ProductBuild" | "AvLen" => own.value == field.show,
                    "Value" if field.name.ends_with("name") => own.value == field.show,
                    "NegotiateFlags" => own.value == field.show,
                    // "Jun  1, 2009 05:37:28.000000000 UTC"
                    _ if field.show.ends_with(" UTC") => field.show.contains(own.value.get(11..19).unwrap_or("?")),
                    _ if field.show.contains(':') => field.show.replace(':', "") == octets,
                    _ => true,
                };
                assert!(is_same, "{field:?}: {own:?}");
                compared += 1;
            }
        }
    }
    assert!(compared > 300, "{compared}");
}
