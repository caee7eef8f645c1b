//! Two sessions of `tls/` against each other: what each end says, in which order, and what happens to everything else.

use proptest::prelude::*;
use starttls_lab::bytes::hex;
use starttls_lab::scenario::{Clock, Scenario, Seed, Side, Versions, preset};
use starttls_lab::tls::{
    CertificateCheck, Defect, Failure, Output, Pki, SecretLog, Session, SessionFacts, Setup, Verdict, sha256,
};

const HOST: &str = "mx.example.net";
const ALL: [Versions; 3] = [Versions::Tls12, Versions::Tls13, Versions::Both];

/// What a test changes about a pair of sessions.
#[derive(Clone)]
struct Lab {
    seed: u32,
    client: Versions,
    server: Versions,
    /// The client's clock, in days from the one that the certificates were made around.
    days: i64,
    wanted: &'static str,
    connection: u8,
    secrets: SecretLog,
}

fn lab(versions: Versions) -> Lab {
    Lab {
        seed: 1,
        client: versions,
        server: versions,
        days: 0,
        wanted: HOST,
        connection: 0,
        secrets: SecretLog::default(),
    }
}

impl Lab {
    fn scenario(&self) -> Scenario {
        Scenario { seed: Seed(self.seed), ..preset("postfix").unwrap().scenario }
    }

    fn pki(&self) -> Pki {
        Pki::new(&self.scenario(), HOST).unwrap()
    }

    fn session(&self, side: Side, pki: &Pki) -> Session {
        let now = self.scenario().clock.unix() as i64 + self.days * 86_400;
        let setup = Setup {
            side,
            versions: if side == Side::Client { self.client } else { self.server },
            pki,
            clock: Clock::from_unix(now as u32).unwrap(),
            server_name: self.wanted,
            connection: self.connection,
            secrets: self.secrets.clone(),
        };
        Session::new(&setup).unwrap()
    }

    fn end(&self, side: Side) -> End {
        End { session: self.session(side, &self.pki()), outputs: Vec::new() }
    }

    fn pair(&self) -> Pair {
        let pki = self.pki();
        let end = |side| End { session: self.session(side, &pki), outputs: Vec::new() };
        Pair { client: end(Side::Client), server: end(Side::Server) }
    }
}

/// One end, and everything that it put out.
struct End {
    session: Session,
    outputs: Vec<Output>,
}

impl End {
    fn drain(&mut self) -> Vec<Output> {
        let new: Vec<Output> = std::iter::from_fn(|| self.session.poll()).collect();
        new.iter().for_each(is_one_record);
        self.outputs.extend(new.iter().cloned());
        new
    }

    fn facts(&self) -> SessionFacts {
        let mut up = self.outputs.iter().filter_map(|o| if let Output::Up(facts) = o { Some(facts) } else { None });
        let facts = up.next().expect("is up").clone();
        assert!(up.next().is_none(), "up twice");
        facts
    }

    fn failure(&self) -> Failure {
        let mut all = self.outputs.iter().filter_map(|o| if let Output::Failed(f) = o { Some(f) } else { None });
        let failure = all.next().expect("has failed").clone();
        assert!(all.next().is_none(), "failed twice");
        assert!(matches!(self.outputs.last(), Some(Output::Failed(_))), "something followed the failure");
        failure
    }

    fn check(&self) -> CertificateCheck {
        self.outputs.iter().find_map(|o| if let Output::Checked(c) = o { Some(c.clone()) } else { None }).unwrap()
    }
}

fn is_one_record(output: &Output) {
    let Output::Wire(record) = output else { return };
    assert!(matches!(record[0], 20..=23), "content type {}", record[0]);
    assert_eq!(record.len(), 5 + usize::from(u16::from_be_bytes([record[3], record[4]])), "not exactly one record");
}

fn wire(outputs: &[Output]) -> Vec<u8> {
    outputs.iter().flat_map(|o| if let Output::Wire(record) = o { record.clone() } else { Vec::new() }).collect()
}

fn plaintext(outputs: &[Output]) -> Vec<u8> {
    outputs.iter().flat_map(|o| if let Output::Plaintext(text) = o { text.clone() } else { Vec::new() }).collect()
}

struct Pair {
    client: End,
    server: End,
}

impl Pair {
    fn of(&mut self, side: Side) -> &mut End {
        match side {
            Side::Client => &mut self.client,
            Side::Server => &mut self.server,
        }
    }

    /// Carries records until both ends are silent.
    fn settle(&mut self) {
        loop {
            let (from_client, from_server) = (self.client.drain(), self.server.drain());
            if from_client.is_empty() && from_server.is_empty() {
                return;
            }
            self.server.session.receive(&wire(&from_client));
            self.client.session.receive(&wire(&from_server));
        }
    }

    /// The same, until `side` has received so many records.
    fn settle_after(&mut self, side: Side, records: usize) {
        let mut left = records;
        loop {
            let (to_other, to_it) = (self.of(side).drain(), self.of(side.other()).drain());
            if to_it.is_empty() && to_other.is_empty() {
                return;
            }
            self.of(side.other()).session.receive(&wire(&to_other));
            for record in to_it {
                if left == 0 {
                    self.of(side).drain();
                    return;
                }
                if let Output::Wire(record) = record {
                    self.of(side).session.receive(&record);
                    left -= 1;
                }
            }
        }
    }

    /// A handshake, a few lines, and a close from both ends.
    fn talk(mut self) -> Pair {
        self.settle();
        self.client.session.write(b"EHLO client.example\r\n");
        self.settle();
        self.server.session.write(b"250 mx.example.net\r\n");
        self.settle();
        self.client.session.write(b"QUIT\r\n");
        self.settle();
        self.server.session.close_notify();
        self.settle();
        self.client.session.close_notify();
        self.settle();
        self
    }
}

#[test]
fn both_ends_come_up_talk_and_close() {
    for versions in ALL {
        let lab = lab(versions);
        let pair = lab.pair().talk();
        let (client, server) = (pair.client.facts(), pair.server.facts());
        let version = if versions == Versions::Tls12 { 0x303 } else { 0x304 };
        assert_eq!((client.version, server.version), (version, version));
        assert_eq!(client.suite, server.suite);
        assert_eq!((client.group, server.group), (Some(29), Some(29)));
        assert_eq!(client.server_name.as_deref(), Some(HOST));
        assert_eq!(server.server_name.as_deref(), Some(HOST));
        assert_eq!(client.peer_certificates, lab.pki().server_chain().map(<[u8]>::to_vec).collect::<Vec<_>>());
        assert!(server.peer_certificates.is_empty());
        assert_eq!(plaintext(&pair.client.outputs), b"250 mx.example.net\r\n");
        assert_eq!(plaintext(&pair.server.outputs), b"EHLO client.example\r\nQUIT\r\n");
        for end in [&pair.client, &pair.server] {
            assert!(end.outputs.contains(&Output::Closed { clean: true }));
            assert!(end.session.is_up());
        }
    }
}

#[test]
fn the_check_comes_before_up_and_the_server_is_silent_after_the_handshake() {
    for versions in ALL {
        let mut pair = lab(versions).pair();
        pair.settle();
        let position = |what: fn(&Output) -> bool| pair.client.outputs.iter().position(what);
        assert!(
            position(|o| matches!(o, Output::Checked(_))).unwrap() < position(|o| matches!(o, Output::Up(_))).unwrap()
        );
        assert_eq!(pair.client.outputs.iter().filter(|o| matches!(o, Output::Checked(_))).count(), 1);
        // No session ticket, no greeting.
        assert!(matches!(pair.server.outputs.last(), Some(Output::Up(_))));
    }
}

#[test]
fn equal_scenarios_give_equal_octets_and_other_seeds_others() {
    for versions in ALL {
        let run = |seed, connection| {
            let pair = Lab { seed, connection, ..lab(versions) }.pair().talk();
            (pair.client.outputs, pair.server.outputs)
        };
        let first = run(1, 0);
        assert_eq!(first, run(1, 0));
        for other in [run(2, 0), run(1, 1)] {
            assert_ne!(wire(&first.0), wire(&other.0));
            assert_ne!(wire(&first.1), wire(&other.1));
        }
    }
}

#[test]
fn the_octets_stay_what_they_were_last_year() {
    // Golden: links and golden files depend on these. If a new version of a crate moves them, say so in CHANGELOG.
    let fingerprint = |versions| {
        let pair = lab(versions).pair().talk();
        hex(&sha256([wire(&pair.client.outputs).as_slice(), &wire(&pair.server.outputs)]))
    };
    assert_eq!(fingerprint(Versions::Tls12), "b3eb4c4b7c684a6941c8821eb65d2f74f78c48890b9892fbca902897075dd33c");
    assert_eq!(fingerprint(Versions::Tls13), "a827d94339d49a9103a8b0e1a291d66047c9422e306fc2fc99c658435fa0c8d4");
}

#[test]
fn what_one_end_does_leaves_the_other_ends_octets_alone() {
    let hello = |server| wire(&Lab { server, ..lab(Versions::Both) }.pair().client.drain());
    assert_eq!(hello(Versions::Tls12), hello(Versions::Tls13));
    assert!(lab(Versions::Tls12).pki().server_chain().eq(lab(Versions::Tls13).pki().server_chain()));
    // Type, version, length, type, length, version, and then the random.
    let random = |client| {
        let mut pair = Lab { client, server: Versions::Tls12, ..lab(Versions::Both) }.pair();
        pair.settle();
        wire(&pair.server.outputs)[11..43].to_vec()
    };
    assert_eq!(random(Versions::Tls12), random(Versions::Both));
}

/// What a session of `side` puts out when it only listens, to octets that come in these pieces.
fn listen<'a>(lab: &Lab, pki: &Pki, side: Side, pieces: impl IntoIterator<Item = &'a [u8]>) -> Vec<Output> {
    let mut end = End { session: lab.session(side, pki), outputs: Vec::new() };
    for piece in pieces {
        end.session.receive(piece);
        end.drain();
    }
    end.outputs
}

#[test]
fn the_cut_of_the_input_does_not_matter() {
    for versions in [Versions::Tls12, Versions::Tls13] {
        let lab = lab(versions);
        let pki = lab.pki();
        let pair = lab.pair().talk();
        for (side, heard) in [(Side::Client, wire(&pair.server.outputs)), (Side::Server, wire(&pair.client.outputs))] {
            let whole = listen(&lab, &pki, side, [heard.as_slice()]);
            assert_eq!(whole.last(), Some(&Output::Closed { clean: true }));
            assert_eq!(listen(&lab, &pki, side, heard.chunks(1)), whole, "octet by octet");
            for cut in 1..heard.len() {
                let (first, second) = heard.split_at(cut);
                assert_eq!(listen(&lab, &pki, side, [first, second]), whole, "{side:?}, cut at {cut}");
            }
        }
    }
}

const GARBAGE: [&[u8]; 8] = [
    b"MAIL FROM:<mallory@evil.example>\r\n",
    b"220 go ahead\r\n",
    b"250-evil\r\n",
    &[0; 64],
    &[22, 3, 1, 0, 0],
    &[22, 3, 3, 0, 4, 99, 0, 0, 0],
    &[21, 3, 3, 0, 3, 1, 2, 3],
    &[23, 3, 3, 0xff, 0xff],
];

#[test]
fn garbage_ends_a_session_with_an_alert_wherever_it_comes() {
    for versions in ALL {
        for side in [Side::Client, Side::Server] {
            for records in 0..8 {
                for garbage in GARBAGE {
                    let mut pair = lab(versions).pair();
                    pair.settle_after(side, records);
                    let end = pair.of(side);
                    let before = end.outputs.len();
                    end.session.receive(garbage);
                    end.drain();
                    let failure = end.failure();
                    let context = format!("{failure:?}, {versions:?}, {side:?}, {records}, {garbage:?}");
                    assert_eq!(failure.alert.expect(&context).0, side, "{context}");
                    let alerts = end.outputs[before..].iter().filter(|o| matches!(o, Output::Wire(_)));
                    assert_eq!(alerts.count(), 1, "{context}");
                    assert!(end.session.is_dead() && !end.session.is_up());
                    // Dead is dead.
                    end.session.receive(b"anything");
                    end.session.write(b"anything");
                    end.session.close_notify();
                    end.session.end();
                    assert!(end.session.poll().is_none());
                }
            }
        }
    }
}

#[test]
fn clear_text_is_refused_after_five_octets() {
    let mut end = lab(Versions::Both).end(Side::Server);
    end.session.receive(b"MAIL");
    assert!(end.drain().is_empty());
    end.session.receive(b" ");
    end.drain();
    assert_eq!(end.failure().error, "received corrupt message of type InvalidContentType");
    assert_eq!(end.failure().alert, Some((Side::Server, 50)));
    assert_eq!(wire(&end.outputs), [21, 3, 3, 0, 2, 2, 50]);
}

#[test]
fn without_a_common_version_both_ends_know_why() {
    for (client, server) in [(Versions::Tls12, Versions::Tls13), (Versions::Tls13, Versions::Tls12)] {
        let mut pair = Lab { client, server, ..lab(Versions::Both) }.pair();
        pair.settle();
        assert_eq!(pair.client.failure().alert, Some((Side::Server, 70)), "{:?}", pair.client.failure());
        assert_eq!(pair.server.failure().alert, Some((Side::Server, 70)), "{:?}", pair.server.failure());
    }
}

#[test]
fn a_sealed_alert_is_known_at_both_ends() {
    for versions in ALL {
        let mut pair = lab(versions).pair();
        pair.settle();
        pair.client.session.write(b"EHLO client.example\r\n");
        let mut record = wire(&pair.client.drain());
        *record.last_mut().unwrap() ^= 1;
        pair.server.session.receive(&record);
        pair.settle();
        assert_eq!(pair.server.failure().alert, Some((Side::Server, 20)));
        assert_eq!(pair.client.failure().alert, Some((Side::Server, 20)));
        let Some(Output::Wire(alert)) = pair.server.outputs.iter().rev().nth(1) else { panic!() };
        assert!(alert.len() > 7, "the alert was in clear");
    }
}

#[test]
fn a_good_certificate_passes_every_check() {
    for versions in ALL {
        let mut pair = lab(versions).pair();
        pair.settle();
        let pass = || Verdict::Pass;
        let all = CertificateCheck { of: Side::Server, chain: pass(), name: pass(), dates: pass(), purpose: pass() };
        assert_eq!(pair.client.check(), all);
    }
}

#[test]
fn the_checks_are_apart_and_none_stops_the_handshake() {
    let checked = |days, wanted| {
        let mut pair = Lab { days, wanted, ..lab(Versions::Both) }.pair();
        pair.settle();
        assert!(pair.client.session.is_up() && pair.server.session.is_up());
        let check = pair.client.check();
        assert_eq!((check.chain, check.purpose), (Verdict::Pass, Verdict::Pass));
        (check.dates, check.name)
    };
    let wrong_name = Verdict::Fail(Defect::WrongName { wanted: "other.example".into(), found: vec![HOST.into()] });
    assert_eq!(checked(334, HOST), (Verdict::Pass, Verdict::Pass));
    assert_eq!(checked(335, HOST), (Verdict::Fail(Defect::Expired), Verdict::Pass));
    assert_eq!(checked(-30, HOST), (Verdict::Pass, Verdict::Pass));
    assert_eq!(checked(-31, HOST), (Verdict::Fail(Defect::NotYetValid), Verdict::Pass));
    assert_eq!(checked(0, "other.example"), (Verdict::Pass, wrong_name.clone()));
    assert_eq!(checked(400, "other.example"), (Verdict::Fail(Defect::Expired), wrong_name));
}

#[test]
fn a_root_of_another_run_vouches_for_nothing_here() {
    let (ours, theirs) = (lab(Versions::Both), Lab { seed: 2, ..lab(Versions::Both) });
    let mut pair = Pair { client: ours.end(Side::Client), server: theirs.end(Side::Server) };
    pair.settle();
    let check = pair.client.check();
    assert!(matches!(check.chain, Verdict::Fail(_)), "{check:?}");
    assert_eq!((check.name, check.dates, check.purpose), (Verdict::Pass, Verdict::Pass, Verdict::Pass));
    assert!(pair.client.session.is_up());
}

#[test]
fn each_secret_is_logged_once() {
    let labels = |versions| {
        let lab = lab(versions);
        lab.pair().talk();
        let secrets = lab.secrets.secrets();
        assert!(secrets.iter().all(|s| s.client_random == secrets[0].client_random && s.client_random.len() == 32));
        let mut labels: Vec<String> = secrets.into_iter().map(|secret| secret.label).collect();
        labels.sort();
        labels
    };
    assert_eq!(labels(Versions::Tls12), ["CLIENT_RANDOM"]);
    let of_tls13 = [
        "CLIENT_HANDSHAKE_TRAFFIC_SECRET",
        "CLIENT_TRAFFIC_SECRET_0",
        "EXPORTER_SECRET",
        "SERVER_HANDSHAKE_TRAFFIC_SECRET",
        "SERVER_TRAFFIC_SECRET_0",
    ];
    assert_eq!(labels(Versions::Tls13), of_tls13);
}

#[test]
fn the_end_of_the_transport_is_told_apart() {
    for versions in ALL {
        let mut early = lab(versions).end(Side::Server);
        early.session.end();
        assert!(matches!(early.drain().as_slice(), [Output::Failed(Failure { alert: None, .. })]));
        assert!(early.session.is_dead());

        let mut pair = lab(versions).pair();
        pair.settle();
        pair.client.session.end();
        pair.client.session.end();
        assert_eq!(pair.client.drain(), [Output::Closed { clean: false }]);

        let mut pair = lab(versions).pair().talk();
        pair.client.session.end();
        pair.client.session.receive(b"said after the last word");
        assert!(pair.client.drain().is_empty());
    }
}

#[test]
fn nothing_follows_our_own_close_notify() {
    for versions in ALL {
        let mut pair = lab(versions).pair();
        pair.settle();
        pair.client.session.close_notify();
        pair.client.session.close_notify();
        assert_eq!(pair.client.drain().len(), 1);
        pair.client.session.write(b"too late");
        pair.client.session.receive(b"MAIL FROM:<>\r\n");
        assert!(matches!(pair.client.drain().as_slice(), [Output::Failed(Failure { alert: None, .. })]));
    }
}

#[test]
fn what_is_written_early_waits_and_has_a_bound() {
    let mut pair = lab(Versions::Both).pair();
    pair.client.session.write(b"EHLO client.example\r\n");
    pair.settle();
    assert_eq!(plaintext(&pair.server.outputs), b"EHLO client.example\r\n");

    let mut early = lab(Versions::Both).end(Side::Client);
    early.session.write(&vec![0; 64 * 1024 + 1]);
    assert!(early.session.is_dead());
}

#[test]
fn a_name_that_is_none_is_refused_before_anything_is_sent() {
    let lab = lab(Versions::Both);
    let pki = lab.pki();
    let setup = Setup {
        side: Side::Client,
        versions: Versions::Both,
        pki: &pki,
        clock: lab.scenario().clock,
        server_name: "not a name",
        connection: 0,
        secrets: SecretLog::default(),
    };
    assert!(Session::new(&setup).is_err());
    assert!(Pki::new(&lab.scenario(), "näme").is_err());
}

fn side() -> impl Strategy<Value = Side> {
    prop_oneof![Just(Side::Client), Just(Side::Server)]
}

fn versions() -> impl Strategy<Value = Versions> {
    prop::sample::select(ALL.as_slice())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_octets_panic_or_grow(
        side in side(),
        versions in versions(),
        records in 0usize..8,
        // Half of the time it begins like a record.
        header in prop::option::of((20u8..25, 0u8..5, 0u16..700)),
        pieces in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..300), 0..6),
    ) {
        let mut pair = lab(versions).pair();
        pair.settle_after(side, records);
        let end = pair.of(side);
        let before = end.outputs.len();
        if let Some((kind, minor, length)) = header {
            let [high, low] = length.to_be_bytes();
            end.session.receive(&[kind, 3, minor, high, low]);
        }
        pieces.iter().for_each(|piece| end.session.receive(piece));
        end.session.end();
        end.drain();
        prop_assert!(end.outputs.len() - before < 40);
        let closed = matches!(end.outputs.last(), Some(Output::Closed { .. }));
        prop_assert!(closed || end.session.is_dead());
    }

    #[test]
    fn a_changed_octet_never_changes_the_text(
        side in side(), versions in versions(), at in any::<prop::sample::Index>(), flip in 1u8..,
    ) {
        let lab = lab(versions);
        let pki = lab.pki();
        let mut pair = lab.pair().talk();
        let mut heard = wire(&pair.of(side.other()).outputs);
        let honest = listen(&lab, &pki, side, [heard.as_slice()]);
        *at.get_mut(&mut heard) ^= flip;
        let changed = listen(&lab, &pki, side, [heard.as_slice()]);
        prop_assert!(plaintext(&honest).starts_with(&plaintext(&changed)));
    }
}
