//! A helper of the tests in `tests/interop`, no example to learn from: one end of the lab on TCP, against another program. The engine is
//! the page's; the transport, the chance and the clock are real.
//!
//! ```text
//! tcp certificates FRAGMENT FOLDER            makes root.pem, and certificate and key of sender and receiver
//! tcp serve FRAGMENT FOLDER                   takes sessions on a free port of 127.0.0.1 until its standard input ends
//! tcp send FRAGMENT FOLDER PORT [MESSAGE]     delivers the lab's message, or the file MESSAGE, to 127.0.0.1:PORT
//! ```
//!
//! FRAGMENT is that of a link, for what the end is and does. A line of JSON says what became of each session. FOLDER then holds the
//! trace of session N as N.json and N.pcapng, and what was taken as N.eml. The folder holds the keys of both ends.

// Time is real here.
#![allow(clippy::disallowed_methods)]

mod carry;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use carry::carry;
use serde_json::{Value, json};
use starttls_lab::bytes::hex;
use starttls_lab::dissect::dissect;
use starttls_lab::dissect::facts::MessageFacts;
use starttls_lab::files::pcapng;
use starttls_lab::lab::{Modern, OneEnd, Outside, certificates};
use starttls_lab::registry::{CIPHER_SUITES, GROUPS, Version, name};
use starttls_lab::scenario::{Clock, Party, Scenario, Side};
use starttls_lab::smtp::Treatment;
use starttls_lab::story::Story;
use starttls_lab::story::ntlm::{NtlmAttempt, attempts};
use starttls_lab::story::say::{self, Facts};
use starttls_lab::text::EN;
use starttls_lab::tls::{CertificateCheck, Pki, Randomness, Verdict};
use starttls_lab::trace::{Trace, What};
use starttls_lab::{files, import, share};
use std::fs;
use std::io::{self, Read};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

/// How long the other program may take for a command or a reply, in microseconds, against five minutes in the lab: nothing here is far away.
const PATIENCE: u64 = 20_000_000;

type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments.as_slice() {
        ["certificates", fragment, folder] => make_certificates(fragment, Path::new(folder)),
        ["serve", fragment, folder] => serve(fragment, Path::new(folder)),
        ["send", fragment, folder, port] => send(fragment, Path::new(folder), port, None),
        ["send", fragment, folder, port, message] => send(fragment, Path::new(folder), port, Some(message)),
        _ => {
            Err("usage: tcp certificates FRAGMENT FOLDER | serve FRAGMENT FOLDER | send FRAGMENT FOLDER PORT [MESSAGE]"
                .into())
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("tcp: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The link's scenario, now.
fn scenario(fragment: &str) -> Outcome<Scenario> {
    let shared = share::read(fragment);
    if let Some(notice) = shared.notices.first() {
        return Err(format!("{fragment}: {notice:?}").into());
    }
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    let clock =
        u32::try_from(now).ok().and_then(Clock::from_unix).ok_or("the system's clock is not in 2000 to 2099")?;
    Ok(Scenario { clock, ..shared.scenario })
}

fn entropy() -> Outcome<[u8; 32]> {
    let mut octets = [0; 32];
    fs::File::open("/dev/urandom")?.read_exact(&mut octets)?;
    Ok(octets)
}

/// What all sessions of a folder share.
fn pki(scenario: &Scenario, folder: &Path) -> Outcome<Pki> {
    let keys = fs::read(folder.join("keys"))?;
    let keys = keys.try_into().map_err(|_| "the file keys is not 32 octets long")?;
    certificates(scenario, Randomness::Entropy(keys)).map_err(|failure| (EN.log.cause)(&failure.cause).into())
}

/// Old TLS is for two ends of the lab.
fn modern(scenario: &Scenario) -> Outcome<Modern> {
    Modern::new(scenario).map_err(|side| format!("the {} has old TLS, which never leaves the lab", side.key()).into())
}

fn make_certificates(fragment: &str, folder: &Path) -> Outcome<()> {
    fs::create_dir_all(folder)?;
    fs::write(folder.join("keys"), entropy()?)?;
    let pki = pki(&scenario(fragment)?, folder)?;
    fs::write(folder.join("root.pem"), pem("CERTIFICATE", pki.root()))?;
    for (party, name) in [(Party::Sender, "sender"), (Party::Receiver, "receiver")] {
        let Some(key) = pki.private_key(party) else { continue };
        let chain: String = pki.chain(party).map(|certificate| pem("CERTIFICATE", certificate)).collect();
        fs::write(folder.join(format!("{name}.pem")), chain)?;
        fs::write(folder.join(format!("{name}.key")), pem("PRIVATE KEY", &key))?;
    }
    Ok(())
}

/// RFC 7468 §2
fn pem(label: &str, der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let lines: String = text.as_bytes().chunks(64).map(|line| format!("{}\n", String::from_utf8_lossy(line))).collect();
    format!("-----BEGIN {label}-----\n{lines}-----END {label}-----\n")
}

fn serve(fragment: &str, folder: &Path) -> Outcome<()> {
    let scenario = scenario(fragment)?;
    let (modern, pki) = (modern(&scenario)?, pki(&scenario, folder)?);
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    println!("{}", json!({ "port": listener.local_addr()?.port() }));
    // The parent process ends it by closing its standard input.
    std::thread::spawn(|| {
        let _ = io::copy(&mut io::stdin(), &mut io::sink());
        std::process::exit(0);
    });
    for (number, stream) in listener.incoming().enumerate() {
        let (stream, pki, folder) = (stream?, pki.clone(), folder.to_owned());
        std::thread::spawn(move || {
            let done = outside(pki, None).and_then(|outside| {
                let mut end = OneEnd::new(Side::Server, &modern, outside);
                carry(&mut end, &stream)?;
                report(&end.finish(), &folder, &format!("session-{number}"))
            });
            if let Err(error) = done {
                println!("{}", json!({ "error": error.to_string() }));
            }
        });
    }
    Ok(())
}

fn outside(pki: Pki, message: Option<Vec<u8>>) -> Outcome<Outside> {
    Ok(Outside {
        pki,
        randomness: Randomness::Entropy(entropy()?),
        message,
        client_address: Some(Ipv4Addr::LOCALHOST),
        left_over: Treatment::Purge,
        patience: PATIENCE,
    })
}

fn send(fragment: &str, folder: &Path, port: &str, message: Option<&str>) -> Outcome<()> {
    let scenario = scenario(fragment)?;
    let message = message.map(fs::read).transpose()?;
    let mut end = OneEnd::new(Side::Client, &modern(&scenario)?, outside(pki(&scenario, folder)?, message)?);
    loop {
        carry(&mut end, &TcpStream::connect(format!("127.0.0.1:{port}"))?)?;
        if !end.reconnects() {
            break;
        }
    }
    report(&end.finish(), folder, &format!("sent-{}", std::process::id()))
}

/// Writes what a session leaves, and says what became of it.
fn report(trace: &Trace, folder: &Path, name: &str) -> Outcome<()> {
    fs::write(folder.join(format!("{name}.json")), files::json::write(trace))?;
    let capture = pcapng::write(&[trace]);
    fs::write(folder.join(format!("{name}.pcapng")), &capture)?;
    let mut said = json!({ "session": name, "taken": [], "verdicts": [], "judged": [] });
    let reading = dissect(trace);
    let story = Story::of(trace, &reading);
    let facts = Facts { trace, reading: &reading, story: &story };
    for (id, event) in trace.events.iter().enumerate() {
        match &event.what {
            // What is said of TLS is said of the last connection.
            What::Opened => {
                for key in ["version", "suite", "group", "failed", "violated"] {
                    said.as_object_mut().map(|said| said.remove(key));
                }
            }
            What::TlsUp(facts) => {
                said["version"] = json!(if facts.version == Version::TLS13 { "TLSv1.3" } else { "TLSv1.2" });
                said["suite"] = json!(name_of(facts.suite));
                said["group"] = json!(group_of(facts.group));
            }
            What::TlsFailed(failure) => said["failed"] = json!((EN.log.cause)(&failure.cause)),
            What::Checked(check) => said["certificate"] = checked(check),
            What::Authenticated { mechanism, identity } => {
                said["login"] = json!({ "mechanism": format!("{mechanism:?}"), "user": identity });
            }
            What::NtlmJudged(verdict) => {
                push(&mut said["judged"], json!(format!("{verdict:?}")));
                said["words"] = json!((EN.log.note)(&say::note(facts, id)));
            }
            What::Decided(decision) => push(&mut said["verdicts"], json!(decision.answer_key())),
            What::Violated(violation) => said["violated"] = json!(format!("{violation:?}")),
            What::Settled(delivery) => said["settled"] = json!(format!("{delivery:?}")),
            What::Closed(close) => said["closed"] = json!(format!("{close:?}")),
            What::Stored(stored) => {
                let number = said["taken"].as_array().map_or(0, Vec::len);
                let file = folder.join(format!("{name}-{number}.eml"));
                fs::write(&file, trace.octets(stored.message))?;
                let taken = json!({ "from": stored.from, "to": stored.to, "sealed": stored.sealed, "file": file });
                push(&mut said["taken"], taken);
            }
            _ => {}
        }
    }
    // The trace has what the other program said as it came; the capture of it, when read, has its lines.
    let captured = import::capture(name, &capture, b"").trace;
    let answers = attempts(&captured, &dissect(&captured));
    said["answers"] = answers.iter().map(|attempt| answer(trace, attempt)).collect();
    let hellos =
        (0..trace.events.len()).flat_map(|id| reading.messages(id)).filter_map(|message| match &message.facts {
            MessageFacts::ServerHello(hello) => Some(hello.is_hello_retry_request),
            _ => None,
        });
    said["asked_again"] = json!(hellos.filter(|is_retry| *is_retry).count());
    println!("{said}");
    Ok(())
}

/// What an answer to an NTLM challenge is for one that has the hash of the password, as the trace has. Of an answer of version 1 it is nothing.
fn answer(trace: &Trace, attempt: &NtlmAttempt) -> Value {
    let hash = trace.cast.recipient.as_ref().and_then(|recipient| recipient.nt_owf_v1);
    let check = hash.and_then(|hash| attempt.check(&hash, None));
    // Whose certificate an answer is bound to, the server says.
    check.zip(attempt.captured()).map_or(Value::Null, |(check, captured)| {
        json!({
            "user": captured.user, "domain": captured.domain, "challenge": hex(&captured.server_challenge),
            // [MS-NLMP] 2.2.2.7
            "client_challenge": captured.body.get(16..24).map(hex),
            "proof": check.proof, "mic": check.mic, "binds": check.binding.is_some(),
        })
    })
}

fn push(array: &mut Value, value: Value) {
    if let Some(array) = array.as_array_mut() {
        array.push(value);
    }
}

fn group_of(group: Option<u16>) -> Option<&'static str> {
    name(GROUPS, group?)
}

fn name_of(suite: u16) -> String {
    name(CIPHER_SUITES, suite).map_or_else(|| format!("{suite:#06x}"), str::to_owned)
}

fn checked(check: &CertificateCheck) -> Value {
    let one = |verdict: &Verdict| match verdict {
        Verdict::Pass => "pass".to_owned(),
        Verdict::NotChecked => "not checked".to_owned(),
        Verdict::Fail(defect) => format!("{defect:?}"),
    };
    json!({
        "chain": one(&check.chain), "name": one(&check.name), "dates": one(&check.dates), "purpose": one(&check.purpose),
    })
}
