//! What the private key of the server's certificate opens of a recording, for every suite: with RSA key exchange all of it, else nothing.

use crate::lab::{old, suites};
use starttls_lab::dissect::facts::MessageFacts;
use starttls_lab::dissect::handshake::{Message, MessageKind, TlsReader};
use starttls_lab::registry::{Authentication, Version};
use starttls_lab::scenario::{Party, Side};
use starttls_lab::tls::{OldKey, RsaKey, Secret, TlsOutput};

/// The messages of a recording for who has these secrets.
fn read(records: &[(Side, Vec<u8>)], secrets: &[Secret]) -> Vec<Message> {
    let (mut reader, mut plaintext) = (TlsReader::new(secrets), Vec::new());
    records.iter().flat_map(|(side, record)| reader.read(*side, record, &mut plaintext).0).collect()
}

fn sealed(messages: &[Message]) -> usize {
    messages.iter().filter(|message| message.kind == MessageKind::Sealed).count()
}

/// In the order of the wire: the server answers the hello, and its ChangeCipherSpec the client's. RFC 5246 §7.3
fn recorded(client: &[TlsOutput], server: &[TlsOutput]) -> Vec<(Side, Vec<u8>)> {
    let wire = |side, outputs: &[TlsOutput]| -> Vec<(Side, Vec<u8>)> {
        let records = outputs.iter().filter_map(|output| match output {
            TlsOutput::Wire(record) => Some((side, record.clone())),
            _ => None,
        });
        records.collect()
    };
    let (client, server) = (wire(Side::Client, client), wire(Side::Server, server));
    let answered = server.iter().position(|(_, record)| record[0] == 20).expect("a ChangeCipherSpec");
    [&client[..1], &server[..answered], &client[1..], &server[answered..]].concat()
}

#[test]
fn the_certificate_s_key_opens_what_was_encrypted_to_it_and_no_more() {
    let with_rsa = suites().filter(|suite| suite.authentication == Authentication::Rsa);
    let mut counts = [0; 3];
    for suite in with_rsa {
        for version in [Version::SSL3, Version::TLS10, Version::TLS12] {
            if !suite.versions.contains(version) {
                continue;
            }
            let context = format!("{} {version:?}", suite.name());
            let lab = old(version, suite, OldKey::Rsa1024);
            let pair = lab.pair().talk();
            let records = recorded(&pair.client.outputs, &pair.server.outputs);
            let tapped = read(&records, &[]);
            let hides = !suite.name().contains("_WITH_NULL_");
            assert_eq!(sealed(&tapped) > 3, hides, "{context}");

            let der = lab.pki().private_key(Party::Receiver, OldKey::Rsa1024).expect("a key");
            let key = RsaKey::from_der(&der).expect("an RSA key");
            let encrypted = tapped.iter().find_map(|message| match &message.facts {
                MessageFacts::EncryptedPremaster(encrypted) => Some(encrypted),
                _ => None,
            });
            let premaster = encrypted.and_then(|encrypted| key.premaster(encrypted));
            // By the name: plain RSA, RSA for export with a key of 512 bits beside, and what is signed.
            let kind = [suite.name().starts_with("TLS_RSA_WITH_"), suite.name().starts_with("TLS_RSA_EXPORT_WITH_")];
            // EXPORT1024 takes the certificate's key where it has no more than 1024 bits.
            let is_export1024 = suite.name().starts_with("TLS_RSA_EXPORT1024_");
            let opens = kind[0] || is_export1024;
            assert_eq!(encrypted.is_some(), opens || kind[1], "{context}");
            assert_eq!(premaster.is_some(), opens, "{context}");
            counts[if opens {
                0
            } else if kind[1] {
                1
            } else {
                2
            }] += 1;

            let stolen: Vec<Secret> = encrypted
                .zip(premaster)
                .map(|(encrypted, secret)| Secret {
                    label: "RSA".to_owned(),
                    client_random: encrypted[..8].to_vec(),
                    secret,
                })
                .into_iter()
                .collect();
            let left = sealed(&read(&records, &stolen));
            assert_eq!(left, if opens { 0 } else { sealed(&tapped) }, "{context}");
        }
    }
    assert!(counts.iter().all(|&count| count >= 3), "{counts:?}");
}
