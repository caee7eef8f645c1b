//! Two sessions of `tls/` against each other: what each end says, in which order, and what happens to everything else.

mod groups;
mod noise;
mod old;
#[path = "../common/openssl.rs"]
#[allow(dead_code)]
mod openssl;

#[path = "../common/pair.rs"]
mod pair;
mod resumption;

use pair::{ALL, HOST, Lab, Pair, lab, names, plaintext, wire};
use starttls_lab::bytes::hex;
use starttls_lab::registry::Version;
use starttls_lab::scenario::{Groups, Party, Side, Versions};
use starttls_lab::tls::{
    Defect, Engine, Failure, Pki, Randomness, SecretLog, Setup, TlsOutput, Verdict, Wanted, sha256,
};

#[test]
fn both_ends_come_up_talk_and_close() {
    for versions in ALL {
        let lab = lab(versions);
        let pair = lab.pair().talk();
        let (client, server) = (pair.client.facts(), pair.server.facts());
        let version = if versions == Versions::Tls12 { Version::TLS12 } else { Version::TLS13 };
        assert_eq!((client.version, server.version), (version, version));
        assert_eq!(client.suite, server.suite);
        assert_eq!((client.group, server.group), (Some(29), Some(29)));
        assert_eq!(client.server_name.as_deref(), Some(HOST));
        assert_eq!(server.server_name.as_deref(), Some(HOST));
        assert!(pair.client.check().presented.iter().map(Vec::as_slice).eq(lab.pki().chain(Party::Receiver)));
        assert_eq!(plaintext(&pair.client.outputs), b"250 mx.example.net\r\n");
        assert_eq!(plaintext(&pair.server.outputs), b"EHLO client.example\r\nQUIT\r\n");
        for end in [&pair.client, &pair.server] {
            assert!(end.outputs.contains(&TlsOutput::Closed { clean: true }));
            assert!(end.session.is_up());
        }
    }
}

#[test]
fn the_check_comes_before_up_and_the_server_is_silent_after_the_handshake() {
    for versions in ALL {
        let mut pair = lab(versions).pair();
        pair.settle();
        let position = |what: fn(&TlsOutput) -> bool| pair.client.outputs.iter().position(what);
        assert!(
            position(|o| matches!(o, TlsOutput::Checked(_))).unwrap()
                < position(|o| matches!(o, TlsOutput::Up(_))).unwrap()
        );
        assert_eq!(pair.client.outputs.iter().filter(|o| matches!(o, TlsOutput::Checked(_))).count(), 1);
        // No session ticket, no greeting.
        assert!(matches!(pair.server.outputs.last(), Some(TlsOutput::Up(_))));
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
fn a_client_offers_the_suites_of_the_versions_that_it_speaks() {
    // RFC 8446 §B.4, RFC 5289 §3.2, RFC 7905 §2; 00ff is no suite but a signal of TLS 1.2. RFC 5746 §3.3
    let (of_tls13, of_tls12) = ([0x1302, 0x1301, 0x1303], [0xC02C, 0xC02B, 0xCCA9, 0x00FF]);
    for versions in ALL {
        let mut client = lab(versions).session(Side::Client, &lab(versions).pki());
        let Some(TlsOutput::Wire(hello)) = client.poll() else { panic!("a ClientHello") };
        // The record's header, the message's, the version and the random; then the session's number and the list, with their lengths.
        let rest = &hello[5 + 4 + 2 + 32..];
        let rest = &rest[1 + usize::from(rest[0])..];
        let length = usize::from(u16::from_be_bytes([rest[0], rest[1]]));
        let offered: Vec<u16> = rest[2..2 + length].chunks(2).map(|two| u16::from_be_bytes([two[0], two[1]])).collect();
        let expected = match versions {
            Versions::Tls12 => of_tls12.to_vec(),
            Versions::Tls13 => of_tls13.to_vec(),
            Versions::Both => [of_tls13.as_slice(), &of_tls12].concat(),
        };
        assert_eq!(offered, expected, "{versions:?}");
    }
}

#[test]
fn the_octets_stay_what_they_were_last_year() {
    // Golden: links and golden files depend on these. If a new version of a crate moves them, say so in CHANGELOG.
    let fingerprint = |versions| {
        let pair = lab(versions).pair().talk();
        hex(&sha256([wire(&pair.client.outputs).as_slice(), &wire(&pair.server.outputs)]))
    };
    assert_eq!(fingerprint(Versions::Tls12), "ba25fc5b78c1b9fe5e651edc4e580eb1286c04b2404d6cac451e1ccaa5548cca");
    assert_eq!(fingerprint(Versions::Tls13), "2dc780e575e9e13e0ab4a4a3a29675ab6310f049b3f6f42a309e025872c8c9d6");
}

#[test]
fn what_one_end_does_leaves_the_other_ends_octets_alone() {
    let hello = |server| wire(&Lab { server, ..lab(Versions::Both) }.pair().client.drain());
    assert_eq!(hello(Versions::Tls12), hello(Versions::Tls13));
    assert!(lab(Versions::Tls12).pki().chain(Party::Receiver).eq(lab(Versions::Tls13).pki().chain(Party::Receiver)));
    // Type, version, length, type, length, version, and then the random.
    let random = |client| {
        let mut pair = Lab { client, server: Versions::Tls12, ..lab(Versions::Both) }.pair();
        pair.settle();
        wire(&pair.server.outputs)[11..43].to_vec()
    };
    assert_eq!(random(Versions::Tls12), random(Versions::Both));
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
        let Some(TlsOutput::Wire(alert)) = pair.server.outputs.iter().rev().nth(1) else { panic!() };
        assert!(alert.len() > 7, "the alert was in clear");
    }
}

#[test]
fn a_good_certificate_passes_every_check() {
    for versions in ALL {
        let mut pair = lab(versions).pair();
        pair.settle();
        let pass = || Verdict::Pass;
        let check = pair.client.check();
        assert_eq!([&check.chain, &check.name, &check.dates, &check.purpose], [&pass(), &pass(), &pass(), &pass()]);
        assert_eq!((check.of, check.names.as_slice()), (Side::Server, &[HOST.to_owned()][..]));
        assert_eq!(check.wanted, Some(Wanted::Host(HOST.to_owned())));
    }
}

/// docs/rules.md R24
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
    let wrong_name = Verdict::Fail(Defect::WrongName);
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
        assert!(matches!(early.drain().as_slice(), [TlsOutput::Failed(Failure { alert: None, .. })]));
        assert!(early.session.is_dead());

        let mut pair = lab(versions).pair();
        pair.settle();
        pair.client.session.end();
        pair.client.session.end();
        assert_eq!(pair.client.drain(), [TlsOutput::Closed { clean: false }]);

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
        assert!(matches!(pair.client.drain().as_slice(), [TlsOutput::Failed(Failure { alert: None, .. })]));
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
        party: Party::Sender,
        versions: Versions::Both,
        groups: Groups::Classical,
        pki: &pki,
        randomness: Randomness::Seed(lab.scenario().seed),
        clock: lab.scenario().clock,
        server_name: "not a name",
        wanted: None,
        breaks_off: false,
        asks: false,
        connection: 0,
        secrets: SecretLog::default(),
        memory: None,
    };
    assert!(Engine::rustls(&setup).is_err());
    assert!(Pki::new(&lab.scenario(), &names("näme")).is_err());
}
