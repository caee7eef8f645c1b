//! Two connections of the same two ends: the second goes on with the secret of the first, without a certificate. RFC 5077, RFC 8446 §2.2

use crate::pair::{ALL, Lab, Pair, lab, plaintext, wire};
use starttls_lab::scenario::{Groups, Versions};
use starttls_lab::tls::{SecretLog, TlsOutput};
use std::rc::Rc;

fn remembering(versions: Versions) -> Lab {
    Lab { memories: Some(Rc::default()), ..lab(versions) }
}

/// The handshake messages that stand in clear at the beginning of a record.
fn in_clear(outputs: &[TlsOutput]) -> Vec<u8> {
    let records = outputs.iter().filter_map(|o| if let TlsOutput::Wire(record) = o { Some(record) } else { None });
    records.take_while(|record| record[0] == 22).map(|record| record[5]).collect()
}

fn checked(pair: &Pair) -> usize {
    let all = pair.client.outputs.iter().chain(&pair.server.outputs);
    all.filter(|output| matches!(output, TlsOutput::Checked(_))).count()
}

#[test]
fn the_second_connection_is_resumed_and_shows_no_certificate() {
    for versions in ALL {
        let first = remembering(versions);
        let full = first.pair().talk();
        let second = Lab { connection: 1, ..first.clone() };
        let resumed = second.pair().talk();
        for (pair, is_resumed) in [(&full, false), (&resumed, true)] {
            let (client, server) = (pair.client.facts(), pair.server.facts());
            assert_eq!((client.resumed, server.resumed), (is_resumed, is_resumed), "{versions:?}");
            assert_eq!((client.version, client.suite), (server.version, server.suite));
            assert_eq!(checked(pair), usize::from(!is_resumed), "{versions:?}");
            assert_eq!(plaintext(&pair.server.outputs), b"EHLO client.example\r\nQUIT\r\n");
            assert_eq!(plaintext(&pair.client.outputs), b"250 mx.example.net\r\n");
        }
        let leaf = full.client.check().presented[0].clone();
        let shows = |pair: &Pair| wire(&pair.server.outputs).windows(leaf.len()).any(|octets| octets == leaf);
        assert!(!shows(&resumed));
        match versions {
            Versions::Tls12 => {
                assert!(shows(&full));
                // ServerHello and a new ticket, then its Finished. RFC 5077 §3.1
                assert_eq!(in_clear(&resumed.server.outputs), [2, 4]);
            }
            Versions::Tls13 | Versions::Both => {
                assert!(wire(&resumed.server.outputs).len() < wire(&full.server.outputs).len());
            }
        }
    }
}

/// TLS 1.2 makes new keys of the old master secret; TLS 1.3 mixes a new key exchange in. RFC 5246 §F.1.4, RFC 8446 §2.2
#[test]
fn the_secret_of_tls_12_is_the_old_one() {
    for versions in [Versions::Tls12, Versions::Tls13] {
        let secrets = SecretLog::default();
        let first = Lab { secrets: secrets.clone(), ..remembering(versions) };
        first.pair().talk();
        Lab { connection: 1, ..first }.pair().talk();
        let logged = secrets.secrets();
        let of = |label: &str| logged.iter().filter(|secret| secret.label == label).collect::<Vec<_>>();
        let label = if versions == Versions::Tls12 { "CLIENT_RANDOM" } else { "CLIENT_HANDSHAKE_TRAFFIC_SECRET" };
        let [one, other] = of(label)[..] else { panic!("{logged:?}") };
        assert_ne!(one.client_random, other.client_random);
        assert_eq!(one.secret == other.secret, versions == Versions::Tls12);
    }
}

#[test]
fn only_who_remembers_resumes() {
    for versions in ALL {
        let first = remembering(versions);
        first.pair().talk();
        let forgotten = Lab { connection: 1, memories: Some(Rc::default()), ..first.clone() };
        for other in [forgotten, Lab { connection: 1, ..lab(versions) }] {
            let pair = other.pair().talk();
            assert_eq!((pair.client.facts().resumed, pair.server.facts().resumed, checked(&pair)), (false, false, 1));
        }
    }
}

#[test]
fn both_connections_are_functions_of_the_seed() {
    for versions in ALL {
        let run = |seed| {
            let first = Lab { seed, ..remembering(versions) };
            let pairs = [first.pair().talk(), Lab { connection: 1, ..first }.pair().talk()];
            pairs.map(|pair| (pair.client.outputs, pair.server.outputs))
        };
        assert_eq!(run(1), run(1));
        assert_ne!(run(1), run(2));
    }
}

/// The client has noted which group the server chose, and leads with it.
#[test]
fn the_second_hello_guesses_right() {
    let hellos = |pair: &Pair| in_clear(&pair.client.outputs).iter().filter(|&&kind| kind == 1).count();
    let first = Lab { client_groups: Groups::HybridFirst, ..remembering(Versions::Tls13) };
    let full = first.pair().talk();
    let records =
        |pair: &Pair| wire(&pair.client.outputs).windows(4).filter(|four| four[..] == [0x11, 0xEC, 4, 0xC0]).count();
    assert_eq!((hellos(&full), records(&full)), (1, 1));
    let resumed = Lab { connection: 1, ..first }.pair().talk();
    assert!(resumed.client.facts().resumed);
    assert_eq!(records(&resumed), 0);
}
