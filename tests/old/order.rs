//! Messages that are left out, doubled or swapped, and such as have no place at all.

use crate::lab::{Old, old};
use crate::pair::{End, wire};
use starttls_lab::registry::Version;
use starttls_lab::registry::suites::*;
use starttls_lab::scenario::Side;
use starttls_lab::tls::{Cause, OldError, OldKey, TlsOutput};

fn samples() -> Vec<Old> {
    let asking = |version, suite, key| {
        let mut lab = old(version, suite, key);
        (lab.asks, lab.client_key) = (true, Some(OldKey::Rsa1024));
        lab
    };
    vec![
        old(Version::SSL3, TLS_RSA_WITH_3DES_EDE_CBC_SHA, OldKey::Rsa1024),
        old(Version::TLS10, TLS_RSA_EXPORT_WITH_RC4_40_MD5, OldKey::Rsa1024),
        old(Version::TLS10, TLS_DHE_DSS_WITH_AES_128_CBC_SHA, OldKey::Dsa1024),
        asking(Version::SSL3, TLS_RSA_WITH_RC4_128_SHA, OldKey::Rsa1024),
        asking(Version::TLS12, TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA, OldKey::Rsa1024),
    ]
}

/// The handshake messages in clear of a flight, and the records behind them.
fn messages(flight: &[u8]) -> (Vec<Vec<u8>>, Vec<u8>) {
    let mut content = Vec::new();
    let mut rest = flight;
    while let [22, _, _, high, low, ..] = rest {
        let (record, later) = rest.split_at(5 + usize::from(u16::from_be_bytes([*high, *low])));
        content.extend_from_slice(&record[5..]);
        rest = later;
    }
    let mut messages = Vec::new();
    while !content.is_empty() {
        let length = 4 + u32::from_be_bytes([0, content[1], content[2], content[3]]) as usize;
        messages.push(content.drain(..length).collect());
    }
    (messages, rest.to_vec())
}

/// Each message in a record of its own.
fn records(version: Version, messages: &[Vec<u8>]) -> Vec<u8> {
    let [major, minor] = version.0.to_be_bytes();
    let record = |message: &Vec<u8>| {
        let [high, low] = (message.len() as u16).to_be_bytes();
        [&[22, major, minor, high, low], message.as_slice()].concat()
    };
    messages.iter().flat_map(record).collect()
}

/// Every list that comes of leaving out, doubling or swapping, and whether its last message is the one that is missing.
fn changed(messages: &[Vec<u8>]) -> Vec<(String, Vec<Vec<u8>>)> {
    let mut all = Vec::new();
    for at in 0..messages.len() {
        let mut without = messages.to_vec();
        let kind = without.remove(at)[0];
        if at + 1 < messages.len() {
            all.push((format!("without {kind}"), without));
        }
        let mut doubled = messages.to_vec();
        doubled.insert(at, messages[at].clone());
        all.push((format!("doubled {kind}"), doubled));
        if at + 1 < messages.len() {
            let mut swapped = messages.to_vec();
            swapped.swap(at, at + 1);
            all.push((format!("swapped {kind}"), swapped));
        }
    }
    all
}

fn unexpected(end: &End, context: &str) {
    let failure = end.failure();
    assert_eq!(
        (failure.alert.map(|(_, alert)| alert), failure.cause),
        (Some(10), Cause::Old(OldError::OutOfPlace)),
        "{context}"
    );
}

#[test]
fn a_client_takes_the_messages_of_a_server_in_one_order_only() {
    for lab in samples() {
        let pki = lab.pki();
        let end = |side| End { session: lab.engine(side, &pki), outputs: Vec::new() };
        let hello = wire(&end(Side::Client).drain());
        let mut server = end(Side::Server);
        server.session.receive(&hello);
        let (flight, rest) = messages(&wire(&server.drain()));
        assert!(rest.is_empty() && flight.len() >= 3);
        for (what, flight) in changed(&flight) {
            // A CertificateRequest may be there or not.
            if what == "without 13" {
                continue;
            }
            let mut client = end(Side::Client);
            client.session.receive(&records(lab.client.last, &flight));
            client.drain();
            unexpected(&client, &what);
        }
        // As they are, in records of their own, or all octets in such.
        let mut client = end(Side::Client);
        client.session.receive(&records(lab.client.last, &flight));
        assert!(client.drain().len() >= 3);
        let mut client = end(Side::Client);
        let octets: Vec<Vec<u8>> = flight.concat().chunks(1).map(<[u8]>::to_vec).collect();
        client.session.receive(&records(lab.client.last, &octets));
        assert!(client.drain().len() >= 3);
    }
}

#[test]
fn a_server_takes_the_messages_of_a_client_in_one_order_only() {
    for lab in samples() {
        let pki = lab.pki();
        let end = |side| End { session: lab.engine(side, &pki), outputs: Vec::new() };
        let mut client = end(Side::Client);
        let hello = wire(&client.drain());
        let server = || {
            let mut server = end(Side::Server);
            server.session.receive(&hello);
            server.drain();
            server
        };
        client.session.receive(&wire(&server().outputs));
        let (flight, rest) = messages(&wire(&client.drain()));
        for (what, flight) in changed(&flight) {
            let mut server = server();
            server.session.receive(&[records(lab.client.last, &flight), rest.clone()].concat());
            server.drain();
            unexpected(&server, &what);
        }
        // ChangeCipherSpec before its time, and twice.
        for rest in [rest.clone(), [&rest[..6], &rest].concat()] {
            let mut server = server();
            let before = if rest.len() % 2 == 0 { &[][..] } else { &flight };
            server
                .session
                .receive(&[records(lab.client.last, before), rest[..6].to_vec(), rest[..6].to_vec()].concat());
            server.drain();
            let failure = server.failure();
            assert!(matches!(failure.alert, Some((Side::Server, 10 | 20))), "{failure:?}");
        }
        let mut server = server();
        server.session.receive(&[records(lab.client.last, &flight), rest].concat());
        server.drain();
        assert!(server.session.is_up());
    }
}

/// A hello in a hello's place, application data before its time, and a HelloRequest, which is ignored.
#[test]
fn what_has_no_place_there() {
    let lab = old(Version::TLS10, TLS_RSA_WITH_RC4_128_SHA, OldKey::Rsa1024);
    for records in 0..3 {
        for side in [Side::Client, Side::Server] {
            for record in [&[23, 3, 1, 0, 1, 65][..], &[22, 3, 1, 0, 4, 20, 0, 0, 0], &[20, 3, 1, 0, 1, 1]] {
                let mut pair = lab.pair();
                pair.settle_after(side, records.min(1));
                let end = pair.of(side);
                end.session.receive(record);
                end.drain();
                // The client waits for ChangeCipherSpec and the server for the client's, once the hellos are over.
                if record[0] == 20 && end.session.is_dead() {
                    unexpected(end, "ChangeCipherSpec");
                } else if record[0] != 20 {
                    unexpected(end, "out of place");
                }
            }
        }
    }
    let mut pair = lab.pair();
    let hello = pair.client.drain();
    pair.client.session.receive(&[22, 3, 1, 0, 4, 0, 0, 0, 0]);
    pair.server.session.receive(&wire(&hello));
    pair.settle();
    assert!(pair.client.session.is_up() && pair.server.session.is_up(), "a HelloRequest is no part of the hash");
    assert!(pair.client.outputs.iter().all(|o| !matches!(o, TlsOutput::Failed(_))));
}
