//! Sessions of programs that others made. What tshark says of the captures in `tests/data` stands beside them, and `tests/dissect`
//! holds the imported traces against it; here is what a person reads off them.

use crate::{assert_sound, data, imported, samples};
use starttls_lab::dissect::dissect;
use starttls_lab::import::capture;
use starttls_lab::story::{Status, Story};
use starttls_lab::trace::{Actor, Trace, UnixMicros};

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

/// OpenSSL at one end and Postfix at the other, twice: the second time by a ticket. It shows without keys.
#[test]
fn a_session_that_others_resumed_is_seen() {
    for key_log in [data("25-resumption-tls13.keylog"), Vec::new()] {
        let imported = capture("25-resumption-tls13", &data("25-resumption-tls13.pcapng"), &key_log);
        let story = Story::of(&imported.trace, &dissect(&imported.trace));
        let resumed = story.chapters().iter().map(|chapter| chapter.account.resumed.value.is_some());
        assert_eq!(resumed.collect::<Vec<_>>(), [false, true]);
    }
}
