//! What needs the inside: single suites and groups. The rest of the tests is in `tests/tls`.

use super::*;
use crate::scenario::{Groups, Scenario, preset};
use crate::tls::Names;
use crate::tls::provider::provider;
use rustls::{CipherSuite, NamedGroup};

fn scenario() -> Scenario {
    preset("postfix").expect("a preset").scenario
}

/// Carries records to and fro until both are silent, and returns what else came out: client's, server's.
fn converse(client: &mut Session, server: &mut Session) -> (Vec<TlsOutput>, Vec<TlsOutput>) {
    let (mut of_client, mut of_server) = (Vec::new(), Vec::new());
    while carry(client, server, &mut of_client) | carry(server, client, &mut of_server) {}
    (of_client, of_server)
}

fn carry(from: &mut Session, to: &mut Session, said: &mut Vec<TlsOutput>) -> bool {
    let mut moved = false;
    while let Some(output) = from.poll() {
        moved = true;
        match output {
            TlsOutput::Wire(record) => to.receive(&record),
            other => said.push(other),
        }
    }
    moved
}

fn pair(limit: impl Fn(&mut CryptoProvider), versions: Versions) -> (Session, Session) {
    let names = Names { sender: "mail.example.com", between: "mx.example.org", receiver: "mx.example.net" };
    let pki = Pki::new(&scenario(), &names).expect("certificates");
    let secrets = SecretLog::default();
    let session = |side| {
        let mut provider = provider(enabled(versions), Groups::Classical);
        limit(&mut provider);
        let setup = Setup {
            side,
            party: if side == Side::Client { Party::Sender } else { Party::Receiver },
            versions,
            groups: Groups::Classical,
            pki: &pki,
            randomness: Randomness::Seed(scenario().seed),
            clock: scenario().clock,
            server_name: "mx.example.net",
            wanted: None,
            breaks_off: false,
            asks: false,
            connection: 0,
            secrets: secrets.clone(),
            memory: None,
        };
        Session::new(&setup, provider).expect("a session")
    };
    (session(Side::Client), session(Side::Server))
}

fn provider_of(groups: Groups) -> CryptoProvider {
    provider(enabled(Versions::Both), groups)
}

fn facts(outputs: &[TlsOutput]) -> &SessionFacts {
    outputs.iter().find_map(|o| if let TlsOutput::Up(facts) = o { Some(facts) } else { None }).expect("is up")
}

#[test]
fn every_suite_with_every_group_carries_text_both_ways() {
    let (old, new) = (Version::TLS12, Version::TLS13);
    for (suite, version) in [(0x1302, new), (0x1301, new), (0x1303, new), (0xc02c, old), (0xc02b, old), (0xcca9, old)] {
        let hybrid = (Groups::HybridOnly, NamedGroup::X25519MLKEM768);
        let classical = [NamedGroup::X25519, NamedGroup::secp256r1].map(|group| (Groups::Classical, group));
        for (groups, group) in [classical[0], classical[1], (Groups::P384First, NamedGroup::secp384r1), hybrid] {
            if group == NamedGroup::X25519MLKEM768 && version == old {
                continue;
            }
            let limit = |provider: &mut CryptoProvider| {
                provider.cipher_suites.retain(|s| s.suite() == CipherSuite::from(suite));
                provider.kx_groups = provider_of(groups).kx_groups;
                provider.kx_groups.retain(|g| g.name() == group);
            };
            let versions = if version == new { Versions::Tls13 } else { Versions::Tls12 };
            let (mut client, mut server) = pair(limit, versions);
            let (of_client, of_server) = converse(&mut client, &mut server);
            for facts in [facts(&of_client), facts(&of_server)] {
                assert_eq!((facts.suite, facts.version, facts.group), (suite, version, Some(group.into())));
            }
            let long: Vec<u8> = (0..40_000u32).map(|n| n as u8).collect();
            client.write(b"EHLO client.example\r\n");
            client.write(&long);
            server.write(b"250 mx.example.net\r\n");
            let (of_client, of_server) = converse(&mut client, &mut server);
            assert_eq!(plaintext(&of_client), b"250 mx.example.net\r\n");
            assert_eq!(plaintext(&of_server), [b"EHLO client.example\r\n".as_slice(), &long].concat());
        }
    }
}

fn plaintext(outputs: &[TlsOutput]) -> Vec<u8> {
    outputs.iter().flat_map(|o| if let TlsOutput::Plaintext(text) = o { text.clone() } else { Vec::new() }).collect()
}

#[test]
fn without_a_common_suite_or_group_both_know_the_alert() {
    for group_only in [false, true] {
        let limit = |provider: &mut CryptoProvider| provider.cipher_suites.truncate(1);
        let (mut client, _) = pair(limit, Versions::Tls13);
        let other = |provider: &mut CryptoProvider| match group_only {
            true => provider.kx_groups.retain(|g| g.name() == NamedGroup::secp256r1),
            false => provider.cipher_suites.retain(|s| s.suite() == CipherSuite::TLS13_CHACHA20_POLY1305_SHA256),
        };
        let (_, mut server) = pair(other, Versions::Tls13);
        if group_only {
            // secp256r1 is offered without a share of it: HelloRetryRequest and not a failure. RFC 8446 §4.1.4
            let (mut client, _) = pair(|_| {}, Versions::Tls13);
            let (of_client, _) = converse(&mut client, &mut server);
            assert_eq!(facts(&of_client).group, Some(23));
            continue;
        }
        let (of_client, of_server) = converse(&mut client, &mut server);
        for outputs in [of_client, of_server] {
            let Some(TlsOutput::Failed(failure)) = outputs.last() else { panic!("{outputs:?}") };
            assert_eq!(failure.alert, Some((Side::Server, 40)));
        }
    }
}
