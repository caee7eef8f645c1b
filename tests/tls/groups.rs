//! Every choice of groups against every other, in all versions: which group is agreed upon, when the server asks for another hello, and
//! what becomes of ends with nothing in common. RFC 8446 §4.1.1, §4.1.4, §4.2.7

use crate::pair::{ALL, Lab, lab, plaintext, wire};
use starttls_lab::registry::Version;
use starttls_lab::scenario::{Choice, Groups, Side, Versions};
use starttls_lab::tls::TlsOutput;

/// By name, as in the key; code points of the registry of IANA.
fn list(groups: Groups) -> Vec<u16> {
    let code = |name: &str| match name {
        "x25519" => 29,
        "p256" => 23,
        "p384" => 24,
        "x25519mlkem768" => 4588,
        _ => panic!("{name}"),
    };
    groups.key().split('+').map(code).collect()
}

/// The records of a side that hold this handshake message in clear first.
fn messages(outputs: &[TlsOutput], kind: u8) -> Vec<Vec<u8>> {
    let records =
        outputs.iter().filter_map(|o| if let TlsOutput::Wire(record) = o { Some(record.clone()) } else { None });
    records.filter(|record| record[0] == 22 && record[5] == kind).collect()
}

const RETRY: [u8; 4] = [0xCF, 0x21, 0xAD, 0x74];

#[test]
fn each_pair_agrees_on_the_first_of_the_client_s_that_the_server_has() {
    let (mut retried, mut refused, mut once) = (0, 0, 0);
    for versions in ALL {
        for (&client_groups, &server_groups) in Groups::ALL.iter().flat_map(|a| Groups::ALL.iter().map(move |b| (a, b)))
        {
            let is13 = versions != Versions::Tls12;
            let usable = |group: &u16| is13 || *group != 4588;
            let (of_client, of_server) = (list(client_groups), list(server_groups));
            if !of_client.iter().any(usable) {
                continue; // It has nothing to offer, and is refused as a setting.
            }
            let common = of_client.iter().copied().filter(usable).find(|group| of_server.contains(group));
            let name = format!("{versions:?} {client_groups:?} {server_groups:?}");
            let pair = Lab { client_groups, server_groups, ..lab(versions) }.pair();
            let Some(group) = common else {
                let mut pair = pair;
                pair.settle();
                for end in [&pair.client, &pair.server] {
                    assert_eq!(end.failure().alert, Some((Side::Server, 40)), "{name}");
                }
                refused += 1;
                continue;
            };
            let pair = pair.talk();
            for facts in [pair.client.facts(), pair.server.facts()] {
                let version = if is13 { Version::TLS13 } else { Version::TLS12 };
                assert_eq!((facts.version, facts.group), (version, Some(group)), "{name}");
            }
            assert_eq!(plaintext(&pair.server.outputs), b"EHLO client.example\r\nQUIT\r\n", "{name}");
            // A share of the first group alone is sent, so any other has to be asked for; in TLS 1.2 nothing is sent unasked.
            let is_retry = is13 && group != of_client[0];
            let hellos = messages(&pair.client.outputs, 1);
            let retries = messages(&pair.server.outputs, 2);
            assert_eq!(hellos.len(), if is_retry { 2 } else { 1 }, "{name}");
            let asks: Vec<bool> = retries.iter().map(|hello| hello[11..15] == RETRY).collect();
            assert_eq!(asks, if is_retry { vec![true, false] } else { vec![false] }, "{name}");
            *(if is_retry { &mut retried } else { &mut once }) += 1;
        }
    }
    assert!(retried >= 12 && refused >= 9 && once >= 25, "{retried} {refused} {once}");
}

#[test]
fn groups_are_functions_of_the_seed_and_move_nothing_else() {
    for &groups in Groups::ALL {
        let of = |seed| {
            let pair = Lab { seed, client_groups: groups, server_groups: groups, ..lab(Versions::Tls13) }.pair().talk();
            (wire(&pair.client.outputs), wire(&pair.server.outputs))
        };
        assert_eq!(of(1), of(1), "{groups:?}");
        assert_ne!(of(1), of(2), "{groups:?}");
    }
    // The share of X25519 is the same one, alone and as the end of the hybrid's: what is drawn for ML-KEM comes from elsewhere.
    let hello = |groups| {
        let pair = Lab { client_groups: groups, server_groups: groups, ..lab(Versions::Tls13) }.pair().talk();
        messages(&pair.client.outputs, 1).remove(0)
    };
    let (alone, hybrid) = (hello(Groups::Classical), hello(Groups::HybridFirst));
    let at = alone.windows(4).position(|four| four == [0, 29, 0, 32]).expect("a share of X25519") + 4;
    let of_hybrid =
        hybrid.windows(4).position(|four| four == [0x11, 0xEC, 4, 0xC0]).expect("a share of the hybrid") + 4;
    assert_eq!(alone[at..at + 32], hybrid[of_hybrid + 1184..of_hybrid + 1216]);
}
