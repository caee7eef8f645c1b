//! What takes a look inside of a session: forged premaster secrets, a hello in the form of SSL 2.0, a second handshake.

use super::*;
use crate::registry::suites::*;
use crate::registry::{CLIENT_HELLO, CLIENT_KEY_EXCHANGE, Group, HELLO_REQUEST, Suite, VersionRange};
use crate::scenario::{Party, Scenario, preset};
use crate::tls::old::credentials::OldPrivateKey;
use crate::tls::old::exchange::Ephemeral;
use crate::tls::old::message;
use crate::tls::{Names, OldKey, OldPki, SecretLog};
use modular::{Modulus, Natural};

const HOST: &str = "mx.example.net";

fn scenario(seed: u32) -> Scenario {
    Scenario { seed: crate::scenario::Seed(seed), ..preset("book").unwrap().scenario }
}

fn pair(version: Version, suite: Suite, key: OldKey, seed: u32) -> [OldSession; 2] {
    let scenario = scenario(seed);
    let names = Names { sender: "mail.example.com", between: "mx.example.org", receiver: HOST };
    let pki = OldPki::new(&scenario, &names, &[key], &[]).unwrap();
    [Side::Client, Side::Server].map(|side| {
        OldSession::new(&OldSetup {
            side,
            party: if side == Side::Client { Party::Sender } else { Party::Receiver },
            pki: &pki,
            versions: VersionRange::new(version, version),
            suites: &[(suite, None)],
            groups: &[Group::Secp256r1],
            prefers: Side::Server,
            temporary: true,
            seed: scenario.seed,
            clock: scenario.clock,
            server_name: None,
            wanted: None,
            breaks_off: false,
            asks: false,
            connection: 0,
            secrets: SecretLog::default(),
        })
        .unwrap()
    })
}

fn drain(session: &mut OldSession) -> Vec<TlsOutput> {
    std::iter::from_fn(|| session.poll()).collect()
}

/// The records that a session has ready.
fn wire(session: &mut OldSession) -> Vec<Vec<u8>> {
    let records = drain(session).into_iter();
    records.filter_map(|output| if let TlsOutput::Wire(record) = output { Some(record) } else { None }).collect()
}

fn settle([client, server]: &mut [OldSession; 2]) {
    loop {
        let (from_client, from_server) = (wire(client).concat(), wire(server).concat());
        if from_client.is_empty() && from_server.is_empty() {
            return;
        }
        server.receive(&from_client);
        client.receive(&from_server);
    }
}

/// What padding, length or version can be wrong in. RFC 5246 §7.4.7.1
fn forged(octets: usize, version: [u8; 2]) -> Vec<Vec<u8>> {
    let block = |first: u8, kind: u8, filler: &[u8], premaster: &[u8]| {
        let mut block = vec![first, kind];
        block.extend(filler);
        block.resize(octets - premaster.len() - 1, 0x55);
        block.push(0);
        block.extend(premaster);
        block
    };
    let premaster = |version: [u8; 2], length: usize| {
        let mut premaster = version.to_vec();
        premaster.resize(length, 0x33);
        premaster
    };
    let right = premaster(version, 48);
    vec![
        block(0, 1, &[], &right),
        block(0, 0, &[], &right),
        block(1, 2, &[], &right),
        block(0, 2, &[0], &right),
        block(0, 2, &[7, 7, 7, 7, 7, 7, 7, 0], &right),
        block(0, 2, &[], &premaster(version, 47)),
        block(0, 2, &[], &premaster(version, 49)),
        block(0, 2, &[], &[]),
        block(0, 2, &[], &premaster([version[0], version[1] ^ 1], 48)),
        block(0, 2, &[], &premaster([2, 0], 48)),
        [&[0, 2][..], &vec![0x55; octets - 2]].concat(),
        vec![0; octets],
    ]
}

/// Whatever is wrong with the premaster, the server says the same at the same place: at the Finished, which does not open.
#[test]
fn a_forged_premaster_tells_nothing() {
    for (version, suite) in [
        (Version::SSL3, TLS_RSA_WITH_3DES_EDE_CBC_SHA),
        (Version::TLS10, TLS_RSA_WITH_RC4_128_MD5),
        (Version::TLS12, TLS_RSA_WITH_AES_128_CBC_SHA),
        (Version::TLS10, TLS_RSA_WITH_NULL_SHA),
    ] {
        let OldPrivateKey::Rsa(key) = &pair(version, suite, OldKey::Rsa1024, 1)[1].shared.config.identities[0].key
        else {
            panic!()
        };
        let public = key.public().clone();
        let encrypted = |block: &Vec<u8>| {
            let number = Modulus::new(public.n().clone()).unwrap().power(&Natural::from_be(block), public.e());
            number.to_be_padded(public.octets()).unwrap()
        };
        let mut values: Vec<Vec<u8>> = forged(public.octets(), version.0.to_be_bytes()).iter().map(encrypted).collect();
        // No number below the modulus, and other lengths.
        values.extend([vec![0xFF; public.octets()], vec![1], vec![1; public.octets() + 1]]);
        let mut answers = Vec::new();
        for value in values {
            let [mut client, mut server] = pair(version, suite, OldKey::Rsa1024, 1);
            server.receive(&wire(&mut client).concat());
            client.receive(&wire(&mut server).concat());
            let mut records = wire(&mut client);
            assert_eq!((records.len(), records[0][5]), (3, CLIENT_KEY_EXCHANGE));
            let message = message::client_key_exchange(&value, message::Exchange::Rsa, version);
            let length = (message.len() as u16).to_be_bytes();
            records[0] = [&records[0][..3], &length, &message].concat();
            for record in &records[..2] {
                server.receive(record);
                assert_eq!(drain(&mut server), []);
            }
            server.receive(&records[2]);
            answers.push(drain(&mut server));
        }
        assert_eq!(answers.len(), 15);
        let failed = Failure { cause: Cause::Old(OldError::BadRecord), alert: Some((Side::Server, 20)) };
        assert_eq!(answers[0].last(), Some(&TlsOutput::Failed(failed)));
        assert!(answers.iter().all(|answer| *answer == answers[0]));
    }
}

/// The same handshake with the client's hello in the form of SSL 2.0: its challenge is the random, and the hash has it from its type on.
#[test]
fn a_hello_in_the_form_of_ssl_2_begins_a_handshake() {
    for (version, suite) in [(Version::SSL3, TLS_RSA_WITH_RC4_128_MD5), (Version::TLS10, TLS_RSA_WITH_3DES_EDE_CBC_SHA)]
    {
        for cut in [1, 2, 3, 100] {
            let mut ends = pair(version, suite, OldKey::Rsa1024, 1);
            let [client, server] = &mut ends;
            wire(client);
            let [major, minor] = version.0.to_be_bytes();
            let [high, low] = super::super::exchange::code(&suite).to_be_bytes();
            // SSL_CK_RC4_128_WITH_MD5 stands before it.
            let mut hello = vec![1, major, minor, 0, 6, 0, 0, 0, 32, 1, 0, 0x80, 0, high, low];
            hello.extend(client.shared.agreed.client_random);
            client.shared.transcript.clone_from(&hello);
            let record = [&[0x80, hello.len() as u8], hello.as_slice()].concat();
            record.chunks(cut).for_each(|piece| server.receive(piece));
            settle(&mut ends);
            assert!(ends.iter().all(OldSession::is_up), "{version:?}");
        }
    }
}

/// TLS has a warning for it, after which the session goes on; SSL 3.0 has none.
#[test]
fn a_second_handshake_is_refused() {
    for (version, goes_on) in [(Version::SSL3, false), (Version::TLS10, true), (Version::TLS12, true)] {
        for from in [0, 1] {
            let mut ends = pair(version, TLS_RSA_WITH_RC4_128_SHA, OldKey::Rsa1024, 1);
            settle(&mut ends);
            assert!(ends.iter().all(OldSession::is_up));
            let message = match from {
                0 => [&[1, 0, 0, 41, 3, 1][..], &[0; 32], &[0, 0, 2, 0, 5, 1, 0]].concat(),
                _ => message::empty(HELLO_REQUEST),
            };
            let asking = &mut ends[from].shared.outgoing;
            asking.handshake(&message);
            asking.flush();
            let asked = wire(&mut ends[from]).concat();
            let other = &mut ends[1 - from];
            other.receive(&asked);
            let answer = drain(other);
            if goes_on {
                assert!(matches!(&answer[..], [TlsOutput::Wire(record)] if record[0] == 21), "{answer:?}");
                let [TlsOutput::Wire(warning)] = &answer[..] else { panic!("{answer:?}") };
                ends[from].receive(warning);
                ends[from].write(b"still here");
                let sent = wire(&mut ends[from]).concat();
                ends[1 - from].receive(&sent);
                assert_eq!(drain(&mut ends[1 - from]), [TlsOutput::Plaintext(b"still here".to_vec())]);
            } else {
                let Some(TlsOutput::Failed(failure)) = answer.last() else { panic!("{answer:?}") };
                assert_eq!(failure.cause, Cause::Old(OldError::Renegotiation));
                assert_eq!(failure.alert.map(|(_, number)| number), Some(40));
            }
        }
    }
}

/// Neither an answer to a second hello, nor an alert about a record that does not open. RFC 2246 §7.2.1
#[test]
fn nothing_follows_a_close_notify() {
    let mut ends = pair(Version::TLS10, TLS_RSA_WITH_RC4_128_SHA, OldKey::Rsa1024, 1);
    settle(&mut ends);
    let [client, server] = &mut ends;
    server.close_notify();
    server.close_notify();
    server.write(b"too late");
    assert_eq!(wire(server).len(), 1);
    client.shared.outgoing.handshake(&message::empty(CLIENT_HELLO));
    client.shared.outgoing.flush();
    let mut record = wire(client).concat();
    server.receive(&record);
    assert_eq!(drain(server), []);
    record[7] ^= 1;
    server.receive(&record);
    assert_eq!(drain(server), [TlsOutput::Failed(Failure { cause: Cause::Old(OldError::BadRecord), alert: None })]);
}

/// One session in 256 has a secret of Diffie-Hellman with a zero in front, which is left out. RFC 5246 §8.1.2
#[test]
fn a_leading_zero_of_the_secret_is_left_out() {
    for (seed, octets) in SECRETS {
        let mut ends = pair(Version::TLS10, TLS_DHE_DSS_WITH_AES_128_CBC_SHA, OldKey::Dsa1024, seed);
        assert_eq!(secret(&mut ends), octets, "{seed}");
        settle(&mut ends);
        assert!(ends.iter().all(OldSession::is_up), "{seed}");
    }
}

/// Seeds, and the octets of the secret that follows from each.
const SECRETS: [(u32, usize); 2] = [(1, 128), (190, 127)];

/// Carries the first three flights, and says how long the secret in the last one is.
fn secret([client, server]: &mut [OldSession; 2]) -> usize {
    server.receive(&wire(client).concat());
    let Role::Server(role) = &server.role else { panic!("a client") };
    let Some(Ephemeral::Dh { group, private }) = role.ephemeral.clone() else { panic!() };
    client.receive(&wire(server).concat());
    let flight = wire(client).concat();
    let [_, _, _, _, _, CLIENT_KEY_EXCHANGE, _, _, _, high, low, public @ ..] = flight.as_slice() else { panic!() };
    let length = usize::from(u16::from_be_bytes([*high, *low]));
    let secret = group.shared(&Natural::from_be(&public[..length]), &private).unwrap();
    server.receive(&flight);
    secret.octets()
}
