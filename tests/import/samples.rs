//! Sessions of programs that others made. What tshark says of the captures in `tests/data` stands beside them, and `tests/dissect`
//! holds the imported traces against it; here is what a person reads off them, and what tshark says of old TLS.

use crate::{assert_sound, data, imported, samples};
use starttls_lab::dissect::dissect;
use starttls_lab::dissect::handshake::MessageKind;
use starttls_lab::import::capture;
use starttls_lab::scenario::Side;
use starttls_lab::story::{Status, Story};
use starttls_lab::trace::{Actor, Trace, UnixMicros};
use std::process::Command;

/// The seven points of each connection as a person reads them off what the clients printed (`NAME.client.txt` of the samples):
/// reached, failed, or not reached; and whether the server took the mail.
const READ_BY_A_PERSON: &[(&str, &[(&str, bool)])] = &[
    ("01-postfix-tls13-ok", &[("RR-RRR-", true)]),
    ("02-postfix-tls12-ok", &[("RR-RRR-", true)]),
    ("03-postfix-454", &[("RR-F---", false)]),
    ("04-postfix-not-offered", &[("R------", false)]),
    ("06-selfsigned-rejected-tls13", &[("RR-RF--", false)]),
    ("08-postfix-mtls-ok", &[("RR-RRR-", true)]),
    ("09-postfix-auth-plain", &[("RR-RRRR", true)]),
    ("12-plain-no-tls", &[("R------", true)]),
    // What stood behind STARTTLS was thrown away.
    ("13-injection-postfix-safe", &[("RR-RRR-", false)]),
    ("21-must-starttls-530", &[("RR-----", false)]),
    ("25-resumption-tls13", &[("RR-RRR-", true), ("RR-RRR-", true)]),
    // Of the fourth there are no keys: that TLS came up shows, what was said in it does not.
    (
        "36-parallel-sessions",
        &[
            ("RR-RRR-", true),
            ("RR-RRR-", true),
            ("RR-RRR-", true),
            ("RR-RR--", false),
            ("RR-RRR-", true),
            ("RR-RRR-", true),
        ],
    ),
];

fn points(trace: &Trace) -> Vec<(String, bool)> {
    let story = Story::of(trace, &dissect(trace));
    let chapters = story.chapters().iter().map(|chapter| {
        let points = chapter.points.iter().map(|point| match point.status {
            Status::Reached => 'R',
            Status::Failed => 'F',
            Status::NotReached => '-',
        });
        let taken = chapter.leg.delivery == Some(starttls_lab::smtp::Delivery::Delivered);
        (points.collect(), taken)
    });
    chapters.collect()
}

#[test]
fn the_points_are_those_that_a_person_reads() {
    for (name, expected) in READ_BY_A_PERSON {
        let expected: Vec<(String, bool)> =
            expected.iter().map(|(points, taken)| ((*points).to_owned(), *taken)).collect();
        assert_eq!(points(&imported(name).trace), expected, "{name}");
    }
}

#[test]
fn captures_of_others_are_whole() {
    for (name, _) in READ_BY_A_PERSON {
        let imported = imported(name);
        assert_sound(name, &data(&format!("{name}.pcapng")), &imported);
        let trace = &imported.trace;
        assert!(trace.began > Some(UnixMicros(1_700_000_000_000_000)), "{name}");
        for meeting in &trace.cast.meetings {
            assert_eq!((meeting.client.actor, meeting.server.actor), (Actor::Unknown, Actor::Unknown));
            assert!(
                meeting.client.host.port > meeting.server.host.port && meeting.server.host.name.is_none(),
                "{name}"
            );
        }
        assert!(trace.events.is_sorted_by_key(|event| event.at), "{name}");
    }
    for (name, file, key_log) in samples("captures") {
        assert_sound(&name, &file, &capture(&name, &file, &key_log));
    }
}

#[test]
fn keys_inside_and_beside_tell_the_same() {
    let beside = imported("25-resumption-tls13");
    let inside = capture("25-resumption-tls13", &data("25-resumption-tls13.dsb.pcapng"), b"");
    assert_eq!(beside.trace, inside.trace);
    let without = capture("25-resumption-tls13", &data("25-resumption-tls13.pcapng"), b"");
    assert_eq!(points(&without.trace), [("RR-RR--".to_owned(), false), ("RR-RR--".to_owned(), false)]);
}

/// Handshake types in clear of client and server, and the same for lines, as tshark reads them without keys.
fn tshark(file: &[u8], name: &str, port: u16) -> [[Vec<String>; 2]; 2] {
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, file).expect("a writable folder");
    let program = std::env::var_os("TSHARK").unwrap_or("tshark".into());
    let mut command = Command::new(program);
    command.arg("-n").arg("-r").arg(&path).args(["-d", &format!("tcp.port=={port},smtp"), "-T", "fields"]);
    for field in
        ["tcp.srcport", "tls.handshake.type", "smtp.command_line", "smtp.response.code", "tls.record.content_type"]
    {
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
        // A hello in the form of SSL 2.0 has no record, and a type all the same.
        add(0, if columns[4].is_empty() { "" } else { columns[1] });
        add(1, columns[if side == 0 { 2 } else { 3 }]);
    }
    found
}

/// Whatever version it is, what is in clear is read, and what cannot be opened is told as sealed.
#[test]
fn old_tls_is_told_as_far_as_it_is_in_clear() {
    for (name, file, key_log) in samples("oldtls") {
        let with_keys = capture(&name, &file, &key_log);
        assert_sound(&name, &file, &with_keys);
        let trace = capture(&name, &file, b"").trace;
        let reading = dissect(&trace);
        assert_eq!(reading, dissect(&with_keys.trace), "{name}: these keys open nothing yet");
        let port = trace.meeting(0).server.host.port;
        let [handshake, lines] = tshark(&file, &name, port);
        for (side, index) in [(Side::Client, 0), (Side::Server, 1)] {
            let events = || trace.events.iter().enumerate().filter(move |(_, event)| event.who == side);
            let messages = events().flat_map(|(id, _)| reading.messages(id));
            let found: Vec<String> = messages
                .clone()
                .filter_map(|message| match message.kind {
                    MessageKind::Handshake(code) => Some(code.to_string()),
                    _ => None,
                })
                .collect();
            // tshark reads what was sealed with no cipher, too.
            let is_null = name.contains("-with-null-");
            let same = |ours: &[String], theirs: &[String]| match is_null {
                true => assert!(theirs.starts_with(ours), "{name} {side:?}"),
                false => assert_eq!(ours, theirs, "{name} {side:?}"),
            };
            same(&found, &handshake[index]);
            assert!(messages.filter(|message| message.kind == MessageKind::Sealed).count() > 1, "{name} {side:?}");
            let said = events().filter_map(|(id, _)| reading.line(id)).map(|line| match side {
                Side::Client => Some(line.text.clone()),
                Side::Server => {
                    line.text.get(3..).filter(|rest| !rest.starts_with('-')).map(|_| line.text[..3].to_owned())
                }
            });
            same(&said.flatten().collect::<Vec<_>>(), &lines[index]);
        }
        assert_eq!(points(&trace).len(), 1, "{name}");
    }
}
