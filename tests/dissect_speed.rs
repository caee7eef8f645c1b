//! How fast a trace is read: `cargo test --release --test dissect_speed -- --ignored --nocapture`.

// A clock is what this is about.
#![allow(clippy::disallowed_methods)]

use starttls_lab::dissect::layers::LayerKind;
use starttls_lab::dissect::{Reading, dissect};
use starttls_lab::lab::run;
use starttls_lab::scenario::{Party, Scenario, Side, Versions, preset};
use starttls_lab::tls::{Names, Output, Pki, SecretLog, Session, Setup, Wanted};
use starttls_lab::trace::{Recorder, Trace};
use std::time::{Duration, Instant};

const MEGABYTE: usize = 1_000_000;
const HOST: &str = "mx.partner.example";

fn scenario() -> Scenario {
    preset("postfix").expect("a preset").scenario
}

/// A session of the lab's TLS in which the client sends one message of about so many octets.
fn session(versions: Versions, octets: usize) -> Trace {
    let scenario = scenario();
    let names = Names { sender: "mail.sender.example", between: "mx.relay.example", receiver: HOST };
    let pki = Pki::new(&scenario, &names).expect("certificates");
    let secrets = SecretLog::default();
    let end = |side| {
        let party = if side == Side::Client { Party::Sender } else { Party::Receiver };
        let wanted = (side == Side::Client).then(|| Wanted::Host(HOST.to_owned()));
        let setup = Setup {
            side,
            party,
            versions,
            pki: &pki,
            clock: scenario.clock,
            server_name: HOST,
            wanted,
            asks: false,
            connection: 0,
            secrets: secrets.clone(),
        };
        (side, Session::new(&setup).expect("a session"))
    };
    let mut recorder = Recorder::new(scenario);
    recorder.open(0, Party::Sender, Party::Receiver);
    recorder.sent_clear(Side::Server, b"220 mx.partner.example\r\n", false);
    let mut ends = [end(Side::Client), end(Side::Server)];
    let drain = |session: &mut Session| -> Vec<Vec<u8>> {
        let outputs = std::iter::from_fn(|| session.poll());
        outputs.filter_map(|output| if let Output::Wire(record) = output { Some(record) } else { None }).collect()
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

fn median(mut work: impl FnMut()) -> Duration {
    let mut times: Vec<Duration> = (0..9)
        .map(|_| {
            let start = Instant::now();
            work();
            start.elapsed()
        })
        .collect();
    times.sort();
    times[times.len() / 2]
}

/// The layers of every event; how many fields they have.
fn layers(trace: &Trace, reading: &Reading) -> usize {
    let layers = (0..trace.events.len()).flat_map(|id| reading.layers(trace, id));
    layers.map(|layer| starttls_lab::dissect::field::leaves(&layer.fields).len()).sum()
}

#[test]
fn a_long_message_comes_out_as_it_went_in() {
    for versions in [Versions::Tls12, Versions::Tls13] {
        let trace = session(versions, MEGABYTE);
        let reading = dissect(&trace);
        let last = reading.layers(&trace, trace.events.len() - 1);
        let smtp = last.iter().find(|layer| layer.kind == LayerKind::Smtp).expect("a message");
        assert!(smtp.octets.ends_with(b"..\r\n.\r\n") && smtp.octets.len() > MEGABYTE - 100);
        // Two leaves a stuffed line, and one for the line before it.
        assert!(starttls_lab::dissect::field::leaves(&smtp.fields).len() > MEGABYTE / 74 * 2);
    }
}

#[test]
#[ignore = "prints numbers"]
fn speed() {
    let run = run(&scenario());
    println!("the run of the page: {:?}", median(|| drop(dissect(&run))));
    let reading = dissect(&run);
    println!("its layers, {} leaves: {:?}", layers(&run, &reading), median(|| assert!(layers(&run, &reading) > 0)));
    for (name, versions) in [("TLS 1.2", Versions::Tls12), ("TLS 1.3", Versions::Tls13)] {
        for size in [10 * MEGABYTE, 20 * MEGABYTE] {
            let trace = session(versions, size);
            let rate = |time: Duration| size as f64 / MEGABYTE as f64 / time.as_secs_f64();
            let reading = dissect(&trace);
            println!("{name}, {} MB: {:.0} MB/s", size / MEGABYTE, rate(median(|| drop(dissect(&trace)))));
            println!("  its layers: {:.0} MB/s", rate(median(|| assert!(layers(&trace, &reading) > 0))));
        }
    }
}
