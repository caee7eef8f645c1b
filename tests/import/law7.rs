//! What a run says of itself, its own capture says, too: written, read back as a session of others, and compared.

use crate::assert_sound;
use crate::scenarios::any_scenario;
use proptest::prelude::*;
use starttls_lab::dissect::{Entry, Reading, dissect};
use starttls_lab::files::{keylog, pcapng};
use starttls_lab::grid::{places, scenario};
use starttls_lab::import::capture;
use starttls_lab::lab::run;
use starttls_lab::scenario::{Choice, Edit, OldLine, OldList, PRESETS, Scenario, Side, Switch, TlsStack};
use starttls_lab::smtp::Delivery;
use starttls_lab::smtp::TlsVerb;
use starttls_lab::story::{Chapter, Checkpoint, Light, Point, Protection, Story};
use starttls_lab::trace::{StreamKind, Trace, What};

/// What one side of a connection sent, as it is read: lines, and the messages of records; with the octets on the wire.
fn sent(trace: &Trace, reading: &Reading, connection: u16, side: Side) -> Vec<String> {
    let here = trace.events.iter().enumerate().filter(|(_, event)| (event.connection, event.who) == (connection, side));
    let sent = here.filter_map(|(id, event)| match (&event.what, &reading.entries[id]) {
        (What::Sent { wire, .. }, _) if wire.is_empty() => None,
        (What::Sent { wire, .. }, Entry::Line(line)) => Some(format!("{:?} {:?} {}", line.text, line.form, wire.len())),
        (What::Sent { wire, .. }, Entry::Record(messages)) => Some(format!("{messages:?} {}", wire.len())),
        _ => None,
    });
    sent.collect()
}

/// What octets can tell of a connection, without the numbers of events. `asked`: they tell with which verb TLS would be started; of a
/// client that never asks for it only the client knows.
fn told(chapter: &Chapter, asked: bool) -> String {
    // Where the server alone takes it that TLS begins, as after a wrong reply, no octet shows that it waits.
    let is_told = |point: &&Point| match point.checkpoint {
        Checkpoint::Negotiation => chapter.began,
        Checkpoint::StarttlsOffered => asked,
        _ => true,
    };
    let points = chapter.points.iter().filter(is_told).map(|point| (point.checkpoint.number(), point.status));
    let points: Vec<_> = points.collect();
    let changes = chapter.changes.iter().map(|change| (&change.keyword, &change.fate, &change.before, &change.after));
    let changes: Vec<_> = changes.collect();
    let offered = Some(&chapter.lights.offered).filter(|_| asked);
    let lights = [offered, Some(&chapter.lights.accepted), Some(&chapter.lights.handshake)].map(|light| match light {
        Some(Light::Pass(_)) => "pass",
        Some(Light::Fail(_)) => "fail",
        Some(Light::NotChecked) => "not checked",
        None => "not told",
    });
    // That the sender insisted on a name, or why it holds the mail back, only the sender knows.
    let delivered = matches!(chapter.leg.delivery, Some(Delivery::Delivered));
    let protection = match chapter.leg.protection {
        Protection::Verified => Protection::Encrypted,
        other => other,
    };
    let account = &chapter.account;
    let surplus = account.surplus.each_ref().map(|known| known.value);
    let hello = (
        account.greeting.value,
        [TlsVerb::StartTls, TlsVerb::AnonymousTls].map(|verb| account.offered(verb).value),
        account.asked.value,
        account.answered.value,
        surplus,
    );
    let tls = (&account.server_name, account.chosen.value, account.up.value, account.failed.value);
    let certificates = (account.presented.each_ref().map(|known| known.value), account.certificate_asked.value);
    let logins = account.logins.iter().map(|login| (&login.mechanism, login.inside_tls, login.answer.value));
    let logins: Vec<_> = logins.collect();
    let mails = account
        .mails
        .iter()
        .map(|mail| (&mail.from, &mail.to, mail.inside_tls, mail.content.is_some(), mail.fate.value));
    let mails: Vec<_> = mails.collect();
    let goodbye = account.goodbye.each_ref().map(|known| known.value);
    format!(
        "points {points:?}\nchanges {changes:?}\nlights {lights:?}\nbegan {}, delivered {delivered}, {protection:?}\nhello {hello:?}\n\
         tls {tls:?}\ncertificates {certificates:?}\nlogins {logins:?}\nmails {mails:?}\ngoodbye {goodbye:?}",
        chapter.began
    )
}

fn assert_law_7(name: &str, scenario: &Scenario) {
    let ran = run(scenario);
    // The key log inside, and beside.
    let file = pcapng::write(&[&ran]);
    let imported = capture(name, &file, keylog::write(&ran.secrets).as_bytes());
    assert_sound(name, &file, &imported);
    assert_eq!((imported.remarks.as_slice(), imported.ignored.as_slice()), ([].as_slice(), [].as_slice()), "{name}");
    let read = imported.trace;
    assert_eq!(read.began, ran.began, "{name}");

    let (of_run, of_import) = (dissect(&ran), dissect(&read));
    let (one, two) = (Story::of(&ran, &of_run), Story::of(&read, &of_import));
    assert_eq!(one.chapters().len(), two.chapters().len(), "{name}");
    for (here, there) in one.chapters().iter().zip(two.chapters()) {
        let number = here.account.connection;
        let wire = |trace: &Trace| -> Vec<Vec<u8>> {
            let wire =
                trace.streams.iter().filter(|stream| (stream.connection, stream.layer) == (number, StreamKind::Wire));
            wire.map(|stream| stream.bytes.clone()).collect()
        };
        assert_eq!(wire(&ran), wire(&read), "{name}");
        // Of a record that was changed on the path a capture has what arrived, and that cannot be opened; the run has what was sent, too.
        let is_damaged = |id: usize| ran.events[id].connection == number && of_run.damage(id).is_some();
        if (0..ran.events.len()).any(is_damaged) {
            continue;
        }
        for side in [Side::Client, Side::Server] {
            assert_eq!(sent(&ran, &of_run, number, side), sent(&read, &of_import, number, side), "{name} {number}");
        }
        let asked = here.account.asked.value;
        assert_eq!(asked.unwrap_or(TlsVerb::StartTls), there.verb, "{name}, connection {number}");
        // A sender that takes the server for a stranger's asks with the verb that is any client's.
        let is_told = here.verb == there.verb;
        assert_eq!(told(here, is_told), told(there, is_told), "{name}, connection {number}");
    }
}

#[test]
fn every_preset() {
    for preset in PRESETS {
        assert_law_7(preset.name, &preset.scenario);
    }
}

#[test]
fn every_line_of_the_old_lists() {
    for line in std::iter::once(None).chain(OldLine::all().map(Some)) {
        let stack = TlsStack::ALL.iter().copied().rfind(|&stack| line.is_none_or(|line| line.is_of(stack)));
        let stack = stack.expect("a system that has it");
        for ssl3 in [Switch::Off, Switch::On] {
            let edits = [
                Edit::ClientStack(stack),
                Edit::ServerStack(stack),
                Edit::ClientSuite(line.map(OldList::only)),
                Edit::ClientSsl3(ssl3),
            ];
            let scenario = edits.into_iter().fold(PRESETS[0].scenario, Scenario::with);
            assert_law_7(&format!("{} {}", line.map_or("all", OldLine::name), ssl3.key()), &scenario);
        }
    }
}

#[test]
fn every_cell_of_the_grid() {
    for (policy, situation) in places() {
        assert_law_7(&format!("{policy:?} {situation:?}"), &scenario(policy, situation));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_scenario_whatever(scenario in any_scenario()) {
        assert_law_7(&format!("{scenario:?}"), &scenario);
    }
}
