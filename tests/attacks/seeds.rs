//! What fuzzing begins with: the octets of every preset's run, and sessions of others, in the form that each target reads.

use starttls_lab::dissect::dissect;
use starttls_lab::dissect::record::{Item, records};
use starttls_lab::files::{json, keylog, pcapng};
use starttls_lab::lab::run;
use starttls_lab::scenario::{PRESETS, Side};
use starttls_lab::share::{self, Shared};
use starttls_lab::smtp::TlsAnswer;
use starttls_lab::story::ntlm::message;
use starttls_lab::trace::{StreamKind, Trace, What};

/// An input for a target of that name.
pub struct Seed {
    pub target: &'static str,
    pub name: String,
    pub octets: Vec<u8>,
}

const TLS_UP: u8 = 0xE0;
const START_TLS: u8 = 0xEE;
const CONTINUE: u8 = 0xEF;

pub fn seeds() -> Vec<Seed> {
    let mut seeds = Vec::new();
    for preset in PRESETS {
        let trace = run(&preset.scenario);
        let mut add = |target, detail: &str, octets| {
            seeds.push(Seed { target, name: format!("{}{detail}", preset.name), octets });
        };
        add("lines", "-client", [vec![7], stream(&trace, Side::Client, StreamKind::Smtp)].concat());
        add("lines", "-server", [vec![7], stream(&trace, Side::Server, StreamKind::Smtp)].concat());
        // Chooses the preset's profile, an offer of STARTTLS, and who asks.
        add("server", "", [vec![preset.scenario.server as u8], script(&trace, Side::Client)].concat());
        add("server", "-asks", [vec![120 + preset.scenario.server as u8], script(&trace, Side::Client)].concat());
        add("client", "", [vec![0x24], script(&trace, Side::Server)].concat());
        for (choice, side) in [(0, Side::Server), (1, Side::Client)] {
            let wire = stream(&trace, side, StreamKind::Wire);
            let Some(tls) = first_record(&wire) else { continue };
            let tls = &wire[tls..];
            for versions in [0, 2, 4] {
                add("tls", &format!("-{choice}-{versions}"), [&[0x40 | versions | choice], tls].concat());
            }
            add("records", &format!("-{choice}"), [&[0], tls].concat());
            for (index, item) in records(tls, 0).enumerate().take(6) {
                let Item::Record(record) = item else { continue };
                let name = format!("-{choice}-message-{index}");
                add("records", &name, [&[0], &tls[record.start + 5..record.end]].concat());
            }
        }
        let presented = trace.events.iter().filter_map(|event| match &event.what {
            What::Checked(check) => check.presented.first(),
            _ => None,
        });
        for (index, der) in presented.enumerate() {
            add("certificate", &format!("-{index}"), der.clone());
        }
        let reading = dissect(&trace);
        for (index, message) in (0..trace.events.len()).filter_map(|id| message(&trace, &reading, id)).enumerate() {
            add("ntlm", &format!("-{index}"), [vec![index as u8], message].concat());
        }
        add("link", "", share::write(&Shared::of(preset.scenario, preset.name)).into_bytes());
        add("json", "", json::write(&trace));
        add("capture", "", pcapng::write(&[&trace]));
        add("capture", "-keys", keylog::write(&trace.secrets).into_bytes());
        add("import", "", with_keys(b"", &pcapng::write(&[&trace])));
    }
    seeds.extend(captures_of_others());
    let suites = "v=1&view=suites&left=ws2008&right=rustls&prefer=client&keys=rsa+dss&left.versions=ssl3-1.0\
        &left.curves=secp256r1&right.lines=2.-1.3.4.5.6.7.8.9&vs=book&vs.policy=required";
    seeds.push(Seed { target: "link", name: "suites".to_owned(), octets: suites.into() });
    // Every kind of exchange, after so many records of the other end: a message, an alert, ChangeCipherSpec.
    let records = [&[22, 3, 1, 0, 6, 11, 0, 0, 2, 0, 1][..], &[21, 3, 1, 0, 2, 1, 41], &[20, 3, 1, 0, 1, 1]];
    for chosen in 0..7 {
        for (heard, record) in records.into_iter().enumerate() {
            for target in ["old-client", "old-server"] {
                let octets = [&[chosen, heard as u8 | 0x80], record].concat();
                seeds.push(Seed { target, name: format!("{chosen}-{heard}"), octets });
            }
        }
    }
    // Two lines, and each kind of change: an octet flipped, a record cut, repeated, lost, and octets put in between.
    let lines = [&[3 << 3][..], b"A\r\n", &[3 << 3], b"B\r\n"].concat();
    let changes = [&[][..], &[2 << 3 | 3, 9, 1], &[2 << 3 | 4, 0, 0], &[5], &[6], &[3 << 3 | 7, 21, 3, 1]];
    for chosen in 0..14 {
        for index in [0, 1 + usize::from(chosen) % 5] {
            let octets = [&[chosen | 0x40], &lines[..], changes[index], &lines].concat();
            seeds.push(Seed { target: "old-records", name: format!("{chosen}-{index}"), octets });
        }
    }
    seeds
}

/// Real captures, each with the key log beside it.
fn captures_of_others() -> Vec<Seed> {
    let folders = ["captures", "oldtls"].map(|name| format!("{}/tests/data/{name}", env!("CARGO_MANIFEST_DIR")));
    let mut seeds = Vec::new();
    for entry in folders.iter().flat_map(|folder| std::fs::read_dir(folder).expect("captures")) {
        let path = entry.expect("an entry").path();
        if path.extension().is_some_and(|end| end == "pcapng") {
            let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
            let key_log = std::fs::read(path.with_extension("keylog")).unwrap_or_default();
            let octets = with_keys(&key_log, &std::fs::read(&path).expect("a capture"));
            seeds.push(Seed { target: "import", name, octets });
        }
    }
    seeds
}

/// As the target `import` reads a key log and a capture.
fn with_keys(key_log: &[u8], capture: &[u8]) -> Vec<u8> {
    let length = u16::try_from(key_log.len()).expect("a short key log");
    [length.to_be_bytes().as_slice(), key_log, capture].concat()
}

/// The octets of one side at one layer, of all connections.
fn stream(trace: &Trace, from: Side, layer: StreamKind) -> Vec<u8> {
    let streams = trace.streams.iter().filter(|stream| stream.from == from && stream.layer == layer);
    streams.flat_map(|stream| stream.bytes.iter().copied()).collect()
}

/// Where TLS begins: a record of a handshake behind the end of a line.
fn first_record(wire: &[u8]) -> Option<usize> {
    (0..wire.len()).find(|&at| wire[at..].starts_with(&[22, 3]) && wire[..at].ends_with(b"\r\n"))
}

/// What one side said, line by line, as `targets::script` reads it, with what the other end is told between the lines.
fn script(trace: &Trace, from: Side) -> Vec<u8> {
    let mut script = Vec::new();
    for event in &trace.events {
        match &event.what {
            What::Sent { text: Some(text), .. } if event.who == from => {
                for piece in trace.octets(*text).chunks(0xDF) {
                    script.push(piece.len() as u8);
                    script.extend_from_slice(piece);
                }
            }
            What::TlsUp(_) if event.who != from => script.push(TLS_UP),
            What::Decided(decision) if event.who != from => {
                let starts = decision.sender().is_some_and(|decided| decided.answer == TlsAnswer::Start);
                script.push(if starts { START_TLS } else { CONTINUE });
            }
            _ => {}
        }
    }
    script
}
