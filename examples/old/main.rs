//! Carries the engine of old TLS over TCP on the loopback interface, so that other programs can be its peers: for `make interop`, and for
//! nothing else. Its keys are no secret.
//!
//! ```text
//! old server VERSION SUITE KEY            one connection; prints its port first
//! old client PORT VERSION SUITE
//! ```
//!
//! VERSION is that of a link (`ssl3`, `1.0`), or a range (`ssl3-1.2`); SUITE a name of the registry, or with the curve that it is for, as Windows
//! has it (`_P384`). STARTTLS comes first. The client says QUIT and the server answers with a line. Then the end says what it knows of the
//! session, as JSON.

use serde_json::json;
use starttls_lab::bytes::hex;
use starttls_lab::registry::{CIPHER_SUITES, Group, Suite, Version, VersionRange, suite};
use starttls_lab::scenario::{Clock, Party, Scenario, Side, preset};
use starttls_lab::tls::{Engine, Names, OldKey, OldPki, OldSetup, SecretLog, TlsOutput};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

const HOST: &str = "mx.example.net";
const CURVES: [Group; 3] = [Group::Secp256r1, Group::Secp384r1, Group::Secp521r1];

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        ["server", versions, suite, key] => {
            let listener = TcpListener::bind(("127.0.0.1", 0))?;
            println!("{}", json!({ "port": listener.local_addr()?.port() }));
            let (stream, _) = listener.accept()?;
            talk(Side::Server, stream, versions, suite, &[self::key(key)?])
        }
        ["client", port, versions, suite] => {
            let stream = TcpStream::connect(format!("127.0.0.1:{port}"))?;
            talk(Side::Client, stream, versions, suite, &[])
        }
        _ => Err("old server VERSION SUITE KEY | old client PORT VERSION SUITE".into()),
    }
}

fn key(word: &str) -> Outcome<OldKey> {
    Ok(match word {
        "rsa1024" => OldKey::Rsa1024,
        "rsa2048" => OldKey::Rsa2048,
        "dsa1024" => OldKey::Dsa1024,
        "p256" => OldKey::P256,
        "p384" => OldKey::P384,
        "p521" => OldKey::P521,
        _ => return Err(format!("{word} is no kind of key").into()),
    })
}

fn versions(words: &str) -> Outcome<VersionRange> {
    let (first, last) = words.split_once('-').unwrap_or((words, words));
    let version = |word| Version::from_key(word).ok_or_else(|| format!("{word} is no version"));
    Ok(VersionRange::new(version(first)?, version(last)?))
}

fn named(name: &str) -> Outcome<(Suite, Option<Group>)> {
    let ends = [("_P256", Group::Secp256r1), ("_P384", Group::Secp384r1), ("_P521", Group::Secp521r1)];
    let line = ends.into_iter().find_map(|(end, group)| Some((name.strip_suffix(end)?, Some(group))));
    let (known, group) = line.unwrap_or((name, None));
    let code = CIPHER_SUITES.iter().find(|(_, it)| *it == known).map(|(code, _)| *code as u16);
    Ok((code.and_then(suite).ok_or_else(|| format!("{name} is no suite"))?, group))
}

/// What comes before TLS. RFC 3207 §4
fn starttls(side: Side, stream: &mut TcpStream) -> Outcome<()> {
    let says: [&str; 3] = match side {
        Side::Client => ["", "EHLO mail.example.org\r\n", "STARTTLS\r\n"],
        Side::Server => {
            ["220 mx.example.net ESMTP\r\n", "250-mx.example.net\r\n250 STARTTLS\r\n", "220 Ready to start TLS\r\n"]
        }
    };
    for (index, words) in says.into_iter().enumerate() {
        stream.write_all(words.as_bytes())?;
        // The server says the last word.
        if side == Side::Client || index < 2 {
            while line(stream)?.as_bytes().get(3) == Some(&b'-') {}
        }
    }
    Ok(())
}

/// Octet by octet: what follows is not ours to take.
fn line(stream: &mut TcpStream) -> Outcome<String> {
    let (mut line, mut octet) = (Vec::new(), [0]);
    while !line.ends_with(b"\n") {
        stream.read_exact(&mut octet)?;
        line.extend(octet);
    }
    Ok(String::from_utf8(line)?)
}

fn talk(side: Side, mut stream: TcpStream, version: &str, suite: &str, keys: &[OldKey]) -> Outcome<()> {
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    starttls(side, &mut stream)?;
    let scenario = Scenario { clock: Clock::TODAY, ..preset("book").ok_or("a preset")?.scenario };
    let names = Names { sender: "mail.example.org", between: "relay.example.com", receiver: HOST };
    let secrets = SecretLog::default();
    let pki = OldPki::new(&scenario, &names, keys, &[]).map_err(|failure| format!("{failure:?}"))?;
    let mut engine = Engine::old(&OldSetup {
        side,
        party: if side == Side::Client { Party::Sender } else { Party::Receiver },
        pki: &pki,
        versions: versions(version)?,
        suites: &[named(suite)?],
        groups: &CURVES,
        prefers: Side::Server,
        temporary: true,
        seed: scenario.seed,
        clock: scenario.clock,
        server_name: None,
        wanted: None,
        breaks_off: false,
        asks: false,
        connection: 0,
        secrets: secrets.clone(),
    })
    .map_err(|failure| format!("{failure:?}"))?;

    let mut said = json!({});
    let mut is_ssl2_hello = None;
    let (mut heard, mut answered, mut over) = (Vec::new(), false, false);
    let mut octets = vec![0; 1 << 15];
    loop {
        while let Some(output) = engine.poll() {
            match output {
                TlsOutput::Wire(record) => stream.write_all(&record)?,
                TlsOutput::Up(facts) => {
                    said["version"] = json!(facts.version.name());
                    said["suite"] = json!(facts.suite);
                    said["group"] = json!(facts.group);
                    if side == Side::Client {
                        engine.write(b"QUIT\r\n");
                    }
                }
                TlsOutput::Plaintext(text) => heard.extend(text),
                TlsOutput::Failed(failure) => {
                    said["failed"] = json!(format!("{failure:?}"));
                    over = true;
                }
                TlsOutput::Closed { .. } => over = true,
                TlsOutput::Checked(_) => {}
            }
            if heard.ends_with(b"\n") && !answered {
                answered = true;
                if side == Side::Server {
                    engine.write(b"221 Bye\r\n");
                }
                engine.close_notify();
            }
        }
        if over {
            break;
        }
        match stream.read(&mut octets) {
            Ok(0) => engine.end(),
            Ok(count) => {
                let came = octets.get(..count).unwrap_or_default();
                // A hello in the form of SSL 2.0 begins with its length, whose highest bit is set. RFC 5246 §E.2
                is_ssl2_hello.get_or_insert(came.first().is_some_and(|first| first & 0x80 != 0));
                engine.receive(came);
            }
            Err(error) => {
                said["error"] = json!(error.to_string());
                break;
            }
        }
    }
    said["ssl2_hello"] = json!(is_ssl2_hello);
    said["heard"] = json!(String::from_utf8_lossy(&heard));
    said["master"] = json!(secrets.secrets().first().map(|secret| hex(&secret.secret)));
    println!("{said}");
    Ok(())
}
