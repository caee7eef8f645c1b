//! A session in which the client sends one long message: to measure how fast it is read, and to test that it comes out whole.

use starttls_lab::scenario::{Certificate, Groups, Party, Scenario, Side, Versions, preset};
use starttls_lab::tls::{Engine, Names, Pki, Randomness, SecretLog, Setup, TlsOutput, Wanted};
use starttls_lab::trace::{Meeting, Recorder, Source, SourceKind, Trace};

pub const MEGABYTE: usize = 1_000_000;
const HOST: &str = "mx.partner.example";

pub fn scenario() -> Scenario {
    preset("postfix").expect("a preset").scenario
}

/// The certificates of the sessions here; the sender has one, too.
pub fn pki() -> Pki {
    let scenario = Scenario { client_certificate: Some(Certificate::Trusted), ..scenario() };
    let names = Names { sender: "mail.sender.example", between: "mx.relay.example", receiver: HOST };
    Pki::new(&scenario, &names).expect("certificates")
}

/// One end of a session. `asks`: the server, for a certificate.
pub fn end(
    side: Side,
    pki: &Pki,
    (versions, groups): (Versions, Groups),
    asks: bool,
    secrets: &SecretLog,
) -> (Side, Engine) {
    let scenario = scenario();
    let setup = Setup {
        side,
        party: if side == Side::Client { Party::Sender } else { Party::Receiver },
        versions,
        groups,
        pki,
        randomness: Randomness::Seed(scenario.seed),
        clock: scenario.clock,
        server_name: HOST,
        wanted: (side == Side::Client).then(|| Wanted::Host(HOST.to_owned())),
        breaks_off: false,
        asks,
        connection: 0,
        secrets: secrets.clone(),
        memory: None,
    };
    (side, Engine::rustls(&setup).expect("a session"))
}

/// A session of the lab's TLS in which the client sends one message of about `octets` octets.
pub fn session(versions: Versions, octets: usize) -> Trace {
    let pki = pki();
    let secrets = SecretLog::default();
    let end = |side| end(side, &pki, (versions, Groups::Classical), false, &secrets);
    let source = Source { kind: SourceKind::Capture, name: String::new() };
    let mut recorder = Recorder::import(source, None);
    recorder.open(Meeting::UNKNOWN);
    recorder.sent_clear(Side::Server, b"220 mx.partner.example\r\n", false);
    let mut ends = [end(Side::Client), end(Side::Server)];
    let drain = |session: &mut Engine| -> Vec<Vec<u8>> {
        let outputs = std::iter::from_fn(|| session.poll());
        outputs.filter_map(|output| if let TlsOutput::Wire(record) = output { Some(record) } else { None }).collect()
    };
    while ends.iter().any(|(_, session)| !session.is_up()) {
        for (from, to) in [(0, 1), (1, 0)] {
            let records = drain(&mut ends[from].1);
            records.iter().for_each(|record| recorder.sent_record(ends[from].0, record));
            records.iter().for_each(|record| ends[to].1.receive(record));
        }
    }
    let line = b"The figures for the quarter are better than those of the one before.\r\n..\r\n";
    let text = [b"Subject: Figures\r\n\r\n", line.repeat(octets / line.len()).as_slice(), b".\r\n"].concat();
    for (end, text, is_content) in [(0, &b"DATA\r\n"[..], false), (1, b"354 go\r\n", false), (0, &text, true)] {
        let (side, session) = &mut ends[end];
        session.write(text);
        recorder.sent_sealed(*side, text, is_content, &drain(session).concat());
    }
    recorder.finish(secrets.secrets())
}
