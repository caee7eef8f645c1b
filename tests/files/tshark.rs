//! tshark dissects our captures and finds in them what we do: no error, the same messages, the same octets behind the encryption.
//!
//! Silence alone would prove nothing: a wrong length in a hello makes tshark stop decrypting without a word. So what it decrypts
//! is compared, octet by octet and line by line.

use crate::Run;
use starttls_lab::bytes::hex;
use starttls_lab::dissect::facts::MessageFacts;
use starttls_lab::dissect::handshake::MessageKind;
use starttls_lab::dissect::smtp::Role;
use starttls_lab::files::pcapng;
use starttls_lab::import::pcapng::read;
use starttls_lab::registry::suites::TLS_RSA_WITH_RC4_128_MD5;
use starttls_lab::scenario::{Edit, OldLine, OldList, PRESETS, Scenario, Seed, Side, Switch, TlsStack, Versions};
use starttls_lab::smtp::TlsVerb;
use starttls_lab::story::flights::Handshake;
use starttls_lab::story::rows::{Row, rows};
use starttls_lab::trace::{Trace, What};
use std::collections::BTreeMap;
use std::process::Command;

const FIELDS: [&str; 12] = [
    "tcp.stream",
    "tcp.srcport",
    "tcp.flags.syn",
    "frame.protocols",
    "_ws.expert.severity",
    "_ws.expert.message",
    "tls.handshake.type",
    "tls.handshake.ciphersuite",
    "tls.alert_message.desc",
    "smtp.command_line",
    "smtp.response.code",
    "smtp.rsp.parameter",
];

/// What one line of tshark's says about one packet, field by field; a field may have several values.
struct Packet(Vec<Vec<String>>);

impl Packet {
    fn all(&self, field: &str) -> &[String] {
        &self.0[FIELDS.iter().position(|known| *known == field).expect("a field that was asked for")]
    }

    fn one<T: std::str::FromStr<Err: std::fmt::Debug>>(&self, field: &str) -> T {
        self.all(field).first().expect("a value").parse().expect("a number")
    }
}

/// What tshark finds in a capture: the packets, and the decrypted octets of client and server in each stream.
struct Dissection {
    packets: Vec<Packet>,
    decrypted: BTreeMap<usize, [Vec<u8>; 2]>,
}

/// Runs tshark once, for starting it takes longer than reading any number of packets. What it has for SMTP knows STARTTLS alone, so of the
/// clients at these ports it is told that they speak TLS; it passes over what is no record.
fn dissection(name: &str, capture: &[u8], streams: usize, as_tls: &[u16]) -> Dissection {
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, capture).expect("a writable folder");
    let tshark = std::env::var_os("TSHARK").unwrap_or("tshark".into());
    let mut command = Command::new(&tshark);
    command.arg("-n").arg("-r").arg(&path);
    command.args(["-o", "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE"]);
    command.args(["-T", "fields", "-E", "aggregator=|"]);
    FIELDS.iter().for_each(|field| {
        command.args(["-e", field]);
    });
    as_tls.iter().for_each(|port| {
        command.arg("-d").arg(format!("tcp.port=={port},tls"));
    });
    (0..streams).for_each(|stream| {
        command.arg("-z").arg(format!("follow,tls,raw,{stream}"));
    });
    let output = command.output().unwrap_or_else(|error| {
        panic!("{tshark:?}: {error}. tshark is missing: `make tools-test` installs it, or set TSHARK to where it is")
    });
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));

    let (fields, follows) = text.split_once("\n===").expect("streams behind the packets");
    let packets = fields.lines().map(|line| {
        let values = line.split('\t').map(|values| values.split('|').filter(|v| !v.is_empty()).map(str::to_owned));
        Packet(values.map(Iterator::collect).collect())
    });
    let packets: Vec<Packet> = packets.collect();
    assert!(packets.iter().all(|packet| packet.0.len() == FIELDS.len()));
    Dissection { packets, decrypted: follows.split("Follow: tls,raw").skip(1).map(followed).collect() }
}

/// The number of the stream, and what client and server said. Lines behind a tab are the second node's.
fn followed(text: &str) -> (usize, [Vec<u8>; 2]) {
    let value = |label: &str| text.lines().find_map(|line| line.strip_prefix(label)).expect("a line of the header");
    let stream = value("Filter: tcp.stream eq ").parse().expect("a number");
    // The second node has no address here, or it has the other's.
    let first_is_server = value("Node 0: ").ends_with(":25");
    let mut said = [Vec::new(), Vec::new()];
    for line in text.lines() {
        let digits = line.trim_start_matches('\t');
        if !digits.is_empty() && digits.chars().all(|c| c.is_ascii_hexdigit()) {
            let of_server = line.starts_with('\t') != first_is_server;
            said[usize::from(of_server)].extend(crate::unhex(digits));
        }
    }
    (stream, said)
}

/// What we know of a connection, in the form of tshark's fields.
#[derive(Debug, Default, PartialEq, Eq)]
struct Story {
    /// Handshake types, in order, with the side.
    handshake: Vec<(Side, u32)>,
    /// What the ServerHello chose.
    suite: Vec<String>,
    alerts: Vec<(Side, u32)>,
    commands: Vec<String>,
    /// Code of each reply, and text of each of its lines.
    codes: Vec<String>,
    texts: Vec<String>,
}

/// A verb that starts TLS, and for tshark is a command like any other.
fn is_unknown(verb: TlsVerb) -> bool {
    verb != TlsVerb::StartTls
}

/// Of the first client of a capture.
const FIRST_PORT: u16 = 50_000;

fn ours(run: &Run, connection: u16) -> Story {
    let mut story = Story::default();
    let mut is_refused = false;
    let is_told = run.story.chapter(connection).is_some_and(|chapter| is_unknown(chapter.verb));
    let of_connection = run.trace.events.iter().enumerate().filter(|(_, event)| event.connection == connection);
    for (id, event) in of_connection {
        for message in run.reading.messages(id) {
            match (message.kind, &message.facts) {
                (MessageKind::Handshake(code), facts) => {
                    story.handshake.push((event.who, code.into()));
                    if let MessageFacts::ServerHello(hello) = facts {
                        story.suite.push(format!("{:#06x}", hello.suite));
                    }
                }
                (MessageKind::Alert, MessageFacts::Alert { description, .. }) => {
                    story.alerts.push((event.who, (*description).into()));
                }
                _ => {}
            }
        }
        let Some(line) = run.reading.line(id) else { continue };
        // What is told to be TLS it reads as SMTP until it is that, and takes a verb that it does not know for no command.
        if is_told && (!line.sent_before_tls || line.text == TlsVerb::AnonymousTls.name()) {
            continue;
        }
        if let Role::Reply { to: Some(to), code: 400.., .. } = line.role {
            is_refused |= run.reading.line(to).is_some_and(|command| command.text == "DATA");
        }
        match &line.role {
            // In a group of commands tshark takes what follows DATA for the message, refused or not.
            Role::Command { .. } if is_refused => {}
            Role::Command { .. } => story.commands.push(line.text.clone()),
            Role::Greeting { .. } | Role::Reply { .. } | Role::Capability { .. } => {
                if line.text.as_bytes()[3] == b' ' {
                    story.codes.push(line.text[..3].to_owned());
                }
                story.texts.push(line.text[4..].to_owned());
            }
            // What answers a challenge of NTLM it shows as a command, inside TLS.
            Role::AuthResponse if line.text.starts_with("TlRMTVNTUAA") && !line.sent_before_tls => {
                story.commands.push(line.text.clone());
            }
            Role::AuthResponse | Role::Content | Role::NoReply => {}
        }
    }
    // Where no handshake began tshark rightly goes on reading SMTP, and takes an alert for a line of it.
    if story.handshake.is_empty() {
        story.alerts.clear();
    }
    story
}

/// The handshake messages of the drawing.
fn drawn(run: &Run, connection: u16) -> Vec<(Side, u32)> {
    let rows = rows(&run.trace, &run.reading, &run.story);
    let of_connection = rows.iter().filter_map(|row| match row {
        Row::Negotiation(open) if run.trace.events[open.id].connection == connection => Some(open),
        _ => None,
    });
    let flights = of_connection.flat_map(|open| Handshake::of(&run.trace, &run.reading, open).flights);
    let messages = flights.flat_map(|flight| {
        let messages = flight.records.iter().flat_map(|record| record.messages);
        messages
            .filter_map(|message| match message.kind {
                MessageKind::Handshake(code) => Some((flight.who, code.into())),
                _ => None,
            })
            .collect::<Vec<_>>()
    });
    messages.collect()
}

fn theirs(packets: &[&Packet]) -> Story {
    let mut story = Story::default();
    for packet in packets {
        let side = if packet.one::<u16>("tcp.srcport") == 25 { Side::Server } else { Side::Client };
        let types = packet.all("tls.handshake.type").iter().map(|code| code.parse().expect("a number"));
        story.handshake.extend(types.map(|code| (side, code)));
        if side == Side::Server {
            story.suite.extend(packet.all("tls.handshake.ciphersuite").iter().cloned());
        }
        let alerts = packet.all("tls.alert_message.desc").iter().map(|code| code.parse().expect("a number"));
        story.alerts.extend(alerts.map(|code| (side, code)));
        story.commands.extend(packet.all("smtp.command_line").iter().map(|line| line.replace("\\r\\n", "")));
        story.codes.extend_from_slice(packet.all("smtp.response.code"));
        story.texts.extend_from_slice(packet.all("smtp.rsp.parameter"));
    }
    story
}

/// What a side said inside TLS.
fn sealed(trace: &Trace, connection: u16, side: Side) -> Vec<u8> {
    let events = trace.events.iter().filter(|event| (event.connection, event.who) == (connection, side));
    let sealed = events.filter(|event| trace.sealed(event)).filter_map(|event| match event.what {
        What::Sent { text: Some(text), .. } => Some(trace.octets(text)),
        _ => None,
    });
    sealed.collect::<Vec<_>>().concat()
}

/// No malformed frame, no warning, no error; and of the notes and chats only those about openings and endings.
fn assert_silent(packets: &[Packet]) {
    for packet in packets {
        // Where a warning begins.
        const WARNING: u32 = 6 << 20;
        let worst = packet.all("_ws.expert.severity").iter().map(|value| value.parse().expect("a number")).max();
        assert!(worst.unwrap_or(0) < WARNING, "{:?}", packet.0);
        assert!(!packet.0[3].iter().any(|protocols| protocols.contains("_ws.malformed")), "{:?}", packet.0);
        for message in packet.all("_ws.expert.message") {
            let known =
                ["Connection", "This frame initiates", "This frame undergoes", "This session reuses previously"];
            assert!(known.iter().any(|known| message.starts_with(known)), "{:?}", packet.0);
        }
    }
}

/// tshark dissects a capture with one stream and has nothing to say about it.
pub fn assert_no_complaint(name: &str, capture: &[u8]) {
    let found = dissection(name, capture, 1, &[]);
    assert!(!found.packets.is_empty());
    assert_silent(&found.packets);
}

#[test]
fn every_preset_in_every_version_of_tls() {
    // Each run has a seed of its own: a key log knows a session by its client's random alone.
    let choices = [Some(Versions::Tls12), Some(Versions::Tls13), Some(Versions::Both), None];
    let cases = PRESETS.iter().flat_map(|preset| choices.map(|versions| (preset, versions)));
    let runs: Vec<(String, Run)> = cases
        .zip(1..)
        .map(|((preset, versions), seed)| {
            let scenario = preset.scenario.with(Edit::Seed(Seed(seed)));
            let scenario = versions.map_or(scenario, |versions| {
                scenario.with(Edit::ClientVersions(versions)).with(Edit::ServerVersions(versions))
            });
            (format!("{} {versions:?}", preset.name), Run::of(&scenario))
        })
        .collect();
    let connections: Vec<(&str, &Run, u16)> = runs
        .iter()
        .flat_map(|(name, run)| {
            let count = run.trace.connections().count();
            (0..count).map(move |connection| (name.as_str(), run, connection as u16))
        })
        .collect();
    let traces: Vec<&Trace> = runs.iter().map(|(_, run)| &run.trace).collect();
    let is_other =
        |run: &Run, connection| run.story.chapter(connection).is_some_and(|chapter| is_unknown(chapter.verb));
    let as_tls = connections.iter().zip(FIRST_PORT..).filter(|((_, run, connection), _)| is_other(run, *connection));
    let as_tls: Vec<u16> = as_tls.map(|(_, port)| port).collect();
    assert!(!as_tls.is_empty());
    let found = dissection("every-preset.pcapng", &pcapng::write(&traces), connections.len(), &as_tls);

    assert_silent(&found.packets);
    // Streams are numbered as their first packets come; the client's port says which connection one is.
    let mut streams: Vec<Vec<&Packet>> = connections.iter().map(|_| Vec::new()).collect();
    for packet in &found.packets {
        streams[packet.one::<usize>("tcp.stream")].push(packet);
    }
    let mut with_tls = 0;
    let mut seen = vec![false; connections.len()];
    for (number, packets) in streams.iter().enumerate() {
        let index = usize::from(packets[0].one::<u16>("tcp.srcport") - FIRST_PORT);
        assert!(!std::mem::replace(&mut seen[index], true));
        let (name, run, connection) = connections[index];
        let story = theirs(packets);
        assert_eq!(ours(run, connection), story, "{name}, connection {connection}");
        // What is drawn is what tshark finds, and behind it there are tickets.
        let drawn = drawn(run, connection);
        assert_eq!(story.handshake.get(..drawn.len()), Some(drawn.as_slice()), "{name}, connection {connection}");
        assert!(story.handshake[drawn.len()..].iter().all(|&(_, code)| code == 4), "{name}: {:?}", story.handshake);
        let decrypted = found.decrypted.get(&number).expect("every stream was followed");
        for (side, decrypted) in [Side::Client, Side::Server].into_iter().zip(decrypted) {
            let expected = sealed(&run.trace, connection, side);
            assert_eq!(hex(&expected), hex(decrypted), "{name}, connection {connection}, {side:?}");
            with_tls += usize::from(!expected.is_empty());
        }
    }
    // Both sides of a session that speaks inside TLS speak, and most of the runs have one.
    assert!(with_tls > runs.len(), "{with_tls}");
}

/// Each line of TLS of the two old lists: tshark finds in the capture what we do, and with the key log inside it decrypts what it has the
/// ciphers for.
#[test]
fn every_line_of_the_old_lists() {
    let lines = OldLine::all().chain([OldLine::of(TLS_RSA_WITH_RC4_128_MD5)]).zip(1..);
    let runs: Vec<(OldLine, Run)> = lines
        .map(|(line, seed)| {
            let stack = if line.is_of(TlsStack::Ws2003) { TlsStack::Ws2003 } else { TlsStack::Ws2008 };
            let edits = [
                Edit::Seed(Seed(seed)),
                Edit::ClientStack(stack),
                Edit::ServerStack(stack),
                Edit::ClientSuite(Some(OldList::only(line))),
                // The last is a second time the first, in SSL 3.0.
                Edit::ClientSsl3(Switch::of(seed > 29)),
            ];
            (line, Run::of(&edits.into_iter().fold(PRESETS[0].scenario, Scenario::with)))
        })
        .collect();
    let traces: Vec<&Trace> = runs.iter().map(|(_, run)| &run.trace).collect();
    let found = dissection("old-lines.pcapng", &pcapng::write(&traces), runs.len(), &[]);
    let mut unread = Vec::new();
    for (stream, (line, run)) in runs.iter().enumerate() {
        let expected = [Side::Client, Side::Server].map(|side| hex(&sealed(&run.trace, 0, side)));
        assert!(expected.iter().all(|octets| !octets.is_empty()), "{}", line.name());
        let decrypted = found.decrypted[&stream].each_ref().map(|octets| hex(octets));
        if decrypted.iter().all(String::is_empty) {
            unread.push(line.name());
            continue;
        }
        assert_eq!(decrypted, expected, "{}", line.name());
    }
    assert_eq!(unread, UNREAD);
}

/// What tshark does not decrypt: of DES for export it takes seven octets of key material, where draft-ietf-tls-56-bit-ciphersuites has eight.
const UNREAD: [&str; 2] = ["TLS_RSA_EXPORT1024_WITH_DES_CBC_SHA", "TLS_DHE_DSS_EXPORT1024_WITH_DES_CBC_SHA"];

/// tshark writes what it has read as pcap, in either unit of its clock; the keys have no place there.
#[test]
fn what_tshark_writes_as_pcap_is_read_as_the_same() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"));
    let original = crate::data("36-parallel-sessions.pcapng");
    let from = folder.join("as-pcapng");
    std::fs::write(&from, &original).expect("a writable folder");
    for format in ["pcap", "nsecpcap"] {
        let to = folder.join(format!("as-{format}"));
        let mut command = Command::new(std::env::var_os("TSHARK").unwrap_or("tshark".into()));
        command.arg("-r").arg(&from).args(["-F", format, "-w"]).arg(&to);
        assert!(command.status().expect("tshark").success());
        assert_eq!(read(&std::fs::read(&to).expect("its file")), read(&original), "{format}");
    }
}
