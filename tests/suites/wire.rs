//! Hellos made by hand, answered by a real rustls and by the engine of old TLS, each held against the model.

use crate::hello::client_hello;
use crate::{keys, peer};
use proptest::prelude::*;
use starttls_lab::dissect::facts::{ClientHello, MessageFacts};
use starttls_lab::dissect::handshake::TlsReader;
use starttls_lab::dissect::record::{Item, Record, records};
use starttls_lab::registry::{ALERT, Authentication, CodePoint, Group, Mode, Version, VersionRange, suite};
use starttls_lab::scenario::{Groups, Party, Seed, Side, Versions, preset};
use starttls_lab::suites::{List, ListEntry, ListKey, Peer, ServerKey, Stack, choose};
use starttls_lab::text::EN;
use starttls_lab::tls::{
    Engine, Failure, Names, OldKey, OldPki, OldSetup, Pki, Randomness, SecretLog, Setup, TlsOutput, Wanted,
};

const HOST: &str = "mx.example.net";
const RANDOM: [u8; 32] = [0x5A; 32];
const OLD: [ListKey; 2] = [ListKey::Ws2003, ListKey::Ws2008];
const TO_TLS12: VersionRange = VersionRange::new(Version::SSL3, Version::TLS12);

fn session(side: Side, versions: Versions) -> Engine {
    let scenario = starttls_lab::scenario::Scenario { seed: Seed(1), ..preset("postfix").unwrap().scenario };
    let names = Names { sender: "mail.example.org", between: "relay.example.com", receiver: HOST };
    let pki = Pki::new(&scenario, &names).unwrap();
    let secrets = SecretLog::default();
    let setup = Setup {
        side,
        party: if side == Side::Client { Party::Sender } else { Party::Receiver },
        versions,
        groups: Groups::Classical,
        pki: &pki,
        randomness: Randomness::Seed(scenario.seed),
        clock: scenario.clock,
        server_name: HOST,
        wanted: (side == Side::Client).then(|| Wanted::Host(HOST.to_owned())),
        breaks_off: false,
        asks: false,
        connection: 0,
        secrets,
        memory: None,
    };
    Engine::rustls(&setup).unwrap()
}

fn drain(session: &mut Engine) -> Vec<TlsOutput> {
    std::iter::from_fn(|| session.poll()).collect()
}

fn wire(outputs: &[TlsOutput]) -> Vec<u8> {
    outputs.iter().flat_map(|it| if let TlsOutput::Wire(record) = it { record.clone() } else { Vec::new() }).collect()
}

/// The one record that `octets` are.
fn one_record(octets: &[u8]) -> Record {
    let items: Vec<Item> = records(octets, 0).collect();
    let [Item::Record(record)] = items[..] else { panic!("{items:?}") };
    record
}

/// What the dissector finds in records of `side`.
fn facts(side: Side, octets: &[u8]) -> Vec<MessageFacts> {
    let mut reader = TlsReader::default();
    let mut facts = Vec::new();
    for item in records(octets, 0) {
        let Item::Record(record) = item else { panic!("{item:?}") };
        let (messages, _) = reader.read(side, &octets[record.start..record.end], &mut Vec::new());
        facts.extend(messages.into_iter().map(|message| message.facts));
    }
    facts
}

fn read_hello(octets: &[u8]) -> ClientHello {
    one_record(octets);
    let mut facts = facts(Side::Client, octets);
    assert_eq!(facts.len(), 1);
    let MessageFacts::ClientHello(hello) = facts.remove(0) else { panic!("{facts:?}") };
    hello
}

/// What a real rustls server answers: its records, and what it says went wrong.
fn answer(hello: &[u8], versions: Versions) -> (Vec<u8>, Option<String>) {
    let mut server = session(Side::Server, versions);
    server.receive(hello);
    let outputs = drain(&mut server);
    let error = outputs.iter().find_map(|it| {
        if let TlsOutput::Failed(failure) = it { Some((EN.log.cause)(&failure.cause).to_owned()) } else { None }
    });
    (wire(&outputs), error)
}

/// The number of the fatal alert that is all that the octets hold.
fn fatal_alert(octets: &[u8]) -> u8 {
    assert_eq!(one_record(octets).content_type, ALERT);
    let facts = facts(Side::Server, octets);
    let [MessageFacts::Alert { level: 2, description }] = facts[..] else { panic!("{facts:?}") };
    description
}

fn at(versions: VersionRange, key: ListKey) -> Peer {
    Peer { versions, ..Peer::of(key) }
}

/// What an engine with the list of `peer` sends first; none if it has nothing to offer.
fn engine_hello(peer: &Peer, name: Option<&str>) -> Option<Vec<u8>> {
    let mut engine = old(Side::Client, peer, &[], Side::Server, name).ok()?;
    Some(wire(&drain(&mut engine)))
}

/// What an engine with the list and the keys of `peer` answers.
fn engine_answer(peer: &Peer, keys: &[ServerKey], prefers: Side, hello: &[u8]) -> Vec<u8> {
    let mut engine = old(Side::Server, peer, keys, prefers, None).unwrap();
    engine.receive(hello);
    wire(&drain(&mut engine))
}

fn old(side: Side, peer: &Peer, keys: &[ServerKey], prefers: Side, name: Option<&str>) -> Result<Engine, Failure> {
    let scenario = preset("book").unwrap().scenario;
    let kinds: Vec<OldKey> = keys
        .iter()
        .filter_map(|&key| match key {
            ServerKey::Rsa => Some(OldKey::Rsa1024),
            ServerKey::Ecdsa => Some(OldKey::P256),
            ServerKey::Dss => Some(OldKey::Dsa1024),
            ServerKey::Temporary => None,
        })
        .collect();
    let names = Names { sender: "mail.example.org", between: "relay.example.com", receiver: HOST };
    Engine::old(&OldSetup {
        side,
        party: if side == Side::Client { Party::Sender } else { Party::Receiver },
        pki: &OldPki::new(&scenario, &names, &kinds, &[]).unwrap(),
        versions: peer.versions,
        suites: &peer.lines(),
        groups: &peer.groups,
        prefers,
        temporary: keys.contains(&ServerKey::Temporary),
        seed: scenario.seed,
        clock: scenario.clock,
        server_name: name,
        wanted: None,
        breaks_off: false,
        asks: false,
        connection: 0,
        secrets: SecretLog::default(),
    })
}

/// A list without what the engine of old TLS does not compute.
fn computable(peer: Peer) -> Peer {
    let has = |entry: &ListEntry| matches!(entry.suite.mode, Mode::None | Mode::Stream | Mode::Cbc);
    let entries = peer.list.entries.into_iter().filter(has).collect();
    let groups = peer.groups.into_iter().filter(|group| Group::ALL[..3].contains(group)).collect();
    Peer { list: List { entries, ..peer.list }, groups, ..peer }
}

#[test]
fn the_hello_of_windows_is_what_these_systems_sent() {
    let octets = engine_hello(&Peer::of(ListKey::Ws2008), None).unwrap();
    assert_eq!(one_record(&octets).version, Version::TLS10);
    let hello = read_hello(&octets);
    assert_eq!(hello.versions, [Version::TLS10]);
    assert_eq!((hello.server_name, hello.groups), (None, vec![23, 24, 25]));
    let suites = [0x2F, 0x35, 0x05, 0x0A, 0xC009, 0xC00A, 0xC013, 0xC014, 0x32, 0x38, 0x13, 0x04];
    assert_eq!(hello.suites, suites);

    // No curve in the list, so nothing of curves in the hello, and no octet of extensions at all.
    let octets = engine_hello(&Peer::of(ListKey::Ws2003), None).unwrap();
    let hello = read_hello(&octets);
    assert_eq!(hello.suites, [0x04, 0x05, 0x0A, 0x13, 0x09, 0x12, 0x64, 0x62, 0x63, 0x03, 0x06]);
    assert_eq!(octets.len(), 5 + 4 + 2 + 32 + 1 + 2 + 2 * hello.suites.len() + 2);
}

/// Every octet of a short hello, by RFC 5246 §7.4.1.2.
#[test]
fn a_short_hello_octet_by_octet() {
    let mut client = at(VersionRange::new(Version::TLS10, Version::TLS12), ListKey::Ws2008);
    client.list.entries.retain(|entry| entry.suite.code == CodePoint::Tls(0xC013));
    let octets = engine_hello(&client, Some("a")).unwrap();
    let mut expected = vec![22, 3, 1, 0, 85, 1, 0, 0, 81, 3, 3]; // record and message of 85 and 81 octets, TLS 1.2
    expected.extend(&octets[11..43]); // random
    expected.extend([0, 0, 2, 0xC0, 0x13, 1, 0]); // session, suites, compression
    expected.extend([0, 38]); // extensions
    expected.extend([0, 0, 0, 6, 0, 4, 0, 0, 1, b'a']); // server_name
    expected.extend([0, 10, 0, 8, 0, 6, 0, 23, 0, 24, 0, 25]); // supported_groups
    expected.extend([0, 11, 0, 2, 1, 0]); // ec_point_formats
    expected.extend([0, 13, 0, 6, 0, 4, 4, 1, 2, 1]); // signature_algorithms
    assert_eq!(octets, expected);
}

#[test]
fn without_a_version_of_its_own_there_is_no_hello() {
    for versions in [VersionRange::new(Version::SSL2, Version::SSL2), VersionRange::new(Version::TLS13, Version::TLS13)]
    {
        assert_eq!(engine_hello(&at(versions, ListKey::Ws2008), None), None);
    }
}

/// Both lists, both versions of the hello, with and without the suites that do not encrypt, both rustls servers: the alert's
/// number comes from the wire. rustls 0.23 refuses a hello for TLS 1.0 with 40 and not with 70, because it looks for
/// signature_algorithms before the version.
#[test]
fn rustls_refuses_the_old_lists() {
    for key in OLD {
        for all_on in [false, true] {
            // rustls looks for a group before it looks for a suite, and the list of 2003 has none.
            let no_suite = if key == ListKey::Ws2003 { "NoKxGroupsInCommon" } else { "NoCipherSuitesInCommon" };
            for (versions, why, of_model) in
                [(Peer::of(key).versions, "SignatureAlgorithmsExtensionRequired", 70), (TO_TLS12, no_suite, 40)]
            {
                let mut client = at(versions, key);
                client.list.entries.iter_mut().for_each(|entry| entry.enabled |= all_on);
                let hello = client_hello(&client, RANDOM, Some(HOST)).unwrap();
                for enabled in [Versions::Tls12, Versions::Both] {
                    let (octets, error) = answer(&hello, enabled);
                    assert_eq!(fatal_alert(&octets), 40);
                    let error = error.unwrap();
                    assert!(error.contains(why), "{error}");
                    let server = at(VersionRange::new(Version::TLS12, newest(enabled)), ListKey::Rustls);
                    let model = choose(&client, &server, Side::Client, &[ServerKey::Ecdsa]);
                    assert_eq!(model.result.unwrap_err().alert(), of_model);
                }
            }
        }
    }
}

/// That it is this extension and nothing else: with it, though no client may send it so, the version is what is refused.
#[test]
fn with_signature_algorithms_rustls_says_what_the_model_says() {
    for key in OLD {
        let mut hello = client_hello(&at(TO_TLS12, key), RANDOM, Some(HOST)).unwrap();
        assert_eq!(fatal_alert(&answer(&hello, Versions::Both).0), 40);
        // The version in the hello: TLS 1.0 in place of TLS 1.2.
        assert_eq!(std::mem::replace(&mut hello[10], 1), 3);
        let (octets, error) = answer(&hello, Versions::Both);
        assert_eq!(fatal_alert(&octets), 70);
        assert!(error.unwrap().contains("Tls12NotOffered"));
    }
}

fn newest(versions: Versions) -> Version {
    if versions == Versions::Tls12 { Version::TLS12 } else { Version::TLS13 }
}

/// The lab's rustls has an ECDSA key and the suites for it: those of the list, in its order.
#[test]
fn the_list_of_rustls_is_what_rustls_offers() {
    let hello = read_hello(&wire(&drain(&mut session(Side::Client, Versions::Both))));
    const SIGNALLING: u16 = 0x00FF; // RFC 5746 §3.3
    let offered: Vec<u16> = hello.suites.into_iter().filter(|&code| code != SIGNALLING).collect();
    let lines = ListKey::Rustls.lines().iter().filter(|line| line.suite.authentication != Authentication::Rsa);
    let ours: Vec<u16> = lines.filter_map(|line| u16::try_from(line.suite.code.number()).ok()).collect();
    assert_eq!(offered, ours);
}

/// What an old server says to the real hello of a client of today, and what that client makes of it.
#[test]
fn an_old_server_ends_a_modern_handshake() {
    for versions in [Versions::Tls12, Versions::Tls13, Versions::Both] {
        for key in OLD {
            for keys in [ServerKey::Rsa, ServerKey::Dss, ServerKey::Ecdsa] {
                let mut client = session(Side::Client, versions);
                let hello = wire(&drain(&mut client));
                let answer = engine_answer(&Peer::of(key), &[keys], Side::Server, &hello);
                assert_eq!(one_record(&answer).version, Version::TLS10);
                assert_eq!(fatal_alert(&answer), 40);
                client.receive(&answer);
                let outputs = drain(&mut client);
                let [TlsOutput::Failed(failure)] = &outputs[..] else { panic!("{outputs:?}") };
                assert_eq!(failure.alert, Some((Side::Server, 40)));
            }
        }
    }
}

/// What two engines come to: version, suite and group at both ends alike, or the server's alert.
fn handshake(client: &mut Engine, server: &mut Engine) -> Result<(Version, CodePoint, Option<u16>), u8> {
    let mut up = Vec::new();
    loop {
        let mut said = 0;
        for side in [Side::Client, Side::Server] {
            let (from, to) =
                if side == Side::Client { (&mut *client, &mut *server) } else { (&mut *server, &mut *client) };
            for output in drain(from) {
                match output {
                    TlsOutput::Wire(record) => {
                        said += 1;
                        to.receive(&record);
                    }
                    TlsOutput::Up(facts) => up.push((facts.version, CodePoint::Tls(facts.suite), facts.group)),
                    TlsOutput::Failed(failure) if side == Side::Server => {
                        return Err(failure.alert.expect("an alert").1);
                    }
                    _ => {}
                }
            }
        }
        if said == 0 {
            assert!(up.len() == 2 && up[0] == up[1], "{up:?}");
            return Ok(up[0]);
        }
    }
}

/// Model and engine together: each pair of lists, each key and all of them, each version, either order; as they are, with all lines on,
/// and with each line of the client's alone.
#[test]
fn two_engines_come_to_what_the_model_says() {
    let keys = [vec![ServerKey::Rsa], vec![ServerKey::Ecdsa], vec![ServerKey::Dss], ServerKey::ALL.to_vec()];
    let versions = [Version::SSL3, Version::TLS10, Version::TLS11, Version::TLS12];
    let (mut agreed, mut refused) = (0, 0);
    for (left, right) in OLD.iter().flat_map(|&left| OLD.map(|right| (left, right))) {
        let whole = Peer::of(left).list.entries.len();
        for (keys, version) in keys.iter().flat_map(|keys| versions.map(|version| (keys, version))) {
            let only = VersionRange::new(version, version);
            // None on but one; or all on; or as by default.
            for shape in 0..whole + 2 {
                let (mut client, mut server) = (at(only, left), at(only, right));
                if shape > 0 {
                    server.list.entries.iter_mut().for_each(|entry| entry.enabled = true);
                    let on = |place: usize| shape == 1 || place == shape - 2;
                    client.list.entries.iter_mut().enumerate().for_each(|(place, entry)| entry.enabled = on(place));
                }
                for prefers in [Side::Client, Side::Server] {
                    let model = choose(&client, &server, prefers, keys).result;
                    let Ok(mut ours) = old(Side::Client, &client, &[], Side::Server, None) else {
                        assert!(model.is_err());
                        continue;
                    };
                    let mut theirs = old(Side::Server, &server, keys, prefers, None).unwrap();
                    let real = handshake(&mut ours, &mut theirs);
                    let model = model.map_err(|refusal| refusal.alert());
                    let model = model.map(|one| (one.version, one.suite.code, one.group.map(Group::code)));
                    assert_eq!(real, model, "{left:?} {right:?} {keys:?} {version:?} {shape} {prefers:?}");
                    if real.is_ok() { agreed += 1 } else { refused += 1 }
                }
            }
        }
    }
    assert!(agreed > 500 && refused > 500, "{agreed} {refused}");
}

/// With rustls at one end nothing is agreed on, in any version of either; between two of it what the model says is.
#[test]
fn with_rustls_at_an_end_the_engines_come_to_what_the_model_says() {
    for versions in [Versions::Tls12, Versions::Tls13, Versions::Both] {
        for key in OLD {
            for (range, server_key) in Version::ALL[1..5].iter().flat_map(|&version| {
                [ServerKey::Rsa, ServerKey::Ecdsa, ServerKey::Dss].map(|key| (VersionRange::new(version, version), key))
            }) {
                let modern = at(VersionRange::new(Version::TLS12, newest(versions)), ListKey::Rustls);
                let aged = at(range, key);
                let mut client = old(Side::Client, &aged, &[], Side::Server, None).unwrap();
                assert!(handshake(&mut client, &mut session(Side::Server, versions)).is_err());
                assert!(choose(&aged, &modern, Side::Client, &[ServerKey::Ecdsa]).result.is_err());
                let mut server = old(Side::Server, &aged, &[server_key], Side::Server, None).unwrap();
                assert!(handshake(&mut session(Side::Client, versions), &mut server).is_err());
                assert!(choose(&modern, &aged, Side::Server, &[server_key]).result.is_err());
            }
        }
        let first = if versions == Versions::Tls13 { Version::TLS13 } else { Version::TLS12 };
        let both = at(VersionRange::new(first, newest(versions)), ListKey::Rustls);
        let model = choose(&both, &both, Side::Client, &[ServerKey::Ecdsa]).result.unwrap();
        let real = handshake(&mut session(Side::Client, versions), &mut session(Side::Server, versions));
        assert_eq!(real, Ok((model.version, model.suite.code, model.group.map(Group::code))), "{versions:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// The engine's hello is the one made by hand, octet by octet.
    #[test]
    fn any_hello_is_the_one_made_by_hand(client in peer().prop_map(computable), name in prop::option::of("[a-z.]{0,300}")) {
        let octets = engine_hello(&client, name.as_deref());
        let random = octets.as_ref().map_or(RANDOM, |octets| octets[11..43].try_into().unwrap());
        prop_assert_eq!(octets, client_hello(&client, random, name.as_deref()));
    }

    /// The model against the engine: whatever is offered and whatever the server has, it takes what the model takes, or refuses where
    /// the model does.
    #[test]
    fn the_engine_answers_any_hello_as_the_model_says(
        client in peer(),
        server in peer().prop_map(computable),
        keys in keys(),
        prefers in prop::sample::select(vec![Side::Client, Side::Server]),
    ) {
        let Some(octets) = client_hello(&client, RANDOM, None) else { return Ok(()) };
        let answer = engine_answer(&server, &keys, prefers, &octets);
        let hello = read_hello(&octets);
        let offered = hello.suites.iter().filter_map(|&code| suite(code)).map(ListEntry::of);
        // What a server sees of the client, whose stack does not matter.
        let seen = Peer {
            list: List { stack: Stack::Openssl, entries: offered.collect() },
            versions: VersionRange::new(Version::SSL3, hello.versions[0]),
            groups: hello.groups.iter().filter_map(|&code| Group::from_code(code)).collect(),
        };
        match choose(&seen, &server, prefers, &keys).result {
            Err(refusal) if server.versions.last < Version::TLS10 && refusal.alert() == 70 => {
                prop_assert_eq!(fatal_alert(&answer), 40); // SSL 3.0 has no other.
            }
            Err(refusal) => prop_assert_eq!(fatal_alert(&answer), refusal.alert()),
            Ok(chosen) => {
                let facts = facts(Side::Server, &answer);
                let Some(MessageFacts::ServerHello(hello)) = facts.first() else { panic!("{facts:?}") };
                prop_assert_eq!((CodePoint::Tls(hello.suite), hello.version), (chosen.suite.code, chosen.version));
                if let Some(group) = chosen.group {
                    let group = Some(group.code());
                    prop_assert!(facts.contains(&MessageFacts::ServerKeyExchange { group }), "{:?}", facts);
                }
            }
        }
    }

    /// The model against the real thing: whatever is offered, rustls takes what the model takes, or refuses where the model does.
    #[test]
    fn rustls_answers_any_hello_as_the_model_says(client in peer(), tls12_only: bool) {
        let Some(octets) = client_hello(&client, RANDOM, Some(HOST)) else { return Ok(()) };
        let versions = if tls12_only { Versions::Tls12 } else { Versions::Both };
        let (octets, _) = answer(&octets, versions);
        // What the lab's provider has, of what rustls has; and no more than this form of the hello can offer.
        let server = Peer {
            groups: vec![Group::X25519, Group::Secp256r1],
            ..at(VersionRange::new(Version::TLS12, newest(versions)), ListKey::Rustls)
        };
        let client = Peer { versions: VersionRange::new(client.versions.first, client.versions.last.min(Version::TLS12)), ..client };
        match choose(&client, &server, Side::Client, &[ServerKey::Ecdsa]).result {
            // The alert for the version is 40 too: see above.
            Err(_) => prop_assert_eq!(fatal_alert(&octets), 40),
            Ok(chosen) => {
                let facts = facts(Side::Server, &octets);
                let Some(MessageFacts::ServerHello(hello)) = facts.first() else { panic!("{facts:?}") };
                prop_assert_eq!(CodePoint::Tls(hello.suite), chosen.suite.code);
                prop_assert_eq!(hello.version, chosen.version);
                let group = chosen.group.map(Group::code);
                prop_assert!(facts.contains(&MessageFacts::ServerKeyExchange { group }), "{:?}", facts);
            }
        }
    }
}
