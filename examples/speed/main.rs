//! A benchmark of `make bench`, no example to learn from: how fast a trace is read, natively and, compiled to WebAssembly, in a browser.
//! The same code, so that the two can be compared.
//!
//! Natively it prints one line of JSON, and with the name of a file it writes there the capture of the long session, for others to read.
//! In a browser the line becomes the title of the page.

// A clock is what this is about.
#![allow(clippy::disallowed_methods)]

mod session;

use session::{MEGABYTE, end, pki, scenario, session};
use starttls_lab::dissect::{Reading, dissect};
use starttls_lab::lab::run;
use starttls_lab::ntlm::Captured;
use starttls_lab::scenario::{Groups, Side, Versions};
use starttls_lab::story::ntlm::tried;
use starttls_lab::tls::{Pki, SecretLog, TlsOutput};
use starttls_lab::trace::Trace;

const LONG: usize = 10 * MEGABYTE;
const TIMES: usize = 9;

/// Milliseconds.
#[cfg(target_arch = "wasm32")]
fn now() -> f64 {
    web_sys::window().and_then(|window| window.performance()).map_or(0.0, |performance| performance.now())
}

#[cfg(not(target_arch = "wasm32"))]
fn now() -> f64 {
    static START: std::sync::LazyLock<std::time::Instant> = std::sync::LazyLock::new(std::time::Instant::now);
    START.elapsed().as_secs_f64() * 1_000.0
}

/// The median of the times that some work takes, after as many times that do not count.
fn median(mut work: impl FnMut()) -> f64 {
    (0..TIMES).for_each(|_| work());
    let time = |_| {
        let start = now();
        work();
        now() - start
    };
    let mut times: Vec<f64> = (0..TIMES).map(time).collect();
    times.sort_by(f64::total_cmp);
    times[TIMES / 2]
}

/// Many times a short work, for clocks that are coarse.
fn short(mut work: impl FnMut()) -> f64 {
    const MANY: usize = 50;
    median(|| (0..MANY).for_each(|_| work())) / MANY as f64
}

/// The layers of every event; how many leaves they have.
fn leaves(trace: &Trace, reading: &Reading) -> usize {
    let layers = (0..trace.events.len()).flat_map(|id| reading.layers(trace, id));
    layers.map(|layer| starttls_lab::dissect::field::leaves(&layer.fields).len()).sum()
}

/// A handshake and nothing else. `asks`: of both ends.
fn handshake(pki: &Pki, speaks: (Versions, Groups), asks: bool) {
    let secrets = SecretLog::default();
    let mut ends = [Side::Client, Side::Server].map(|side| end(side, pki, speaks, asks, &secrets).1);
    while ends.iter().any(|session| !session.is_up()) {
        for (from, to) in [(0, 1), (1, 0)] {
            while let Some(output) = ends[from].poll() {
                if let TlsOutput::Wire(record) = output {
                    ends[to].receive(&record);
                }
            }
        }
    }
}

fn measured() -> String {
    let book = run(&scenario());
    let reading = dissect(&book);
    let mut out = format!(
        "{{\"run\":{:.4},\"dissect\":{:.4},\"layers\":{:.4},\"leaves\":{}",
        short(|| drop(run(&scenario()))),
        short(|| drop(dissect(&book))),
        short(|| assert!(leaves(&book, &reading) > 0)),
        leaves(&book, &reading),
    );
    // As long as what a sender of the lab answers.
    let (user, domain) = ("sales".to_owned(), "SOMORITA".to_owned());
    let captured = Captured { user, domain, server_challenge: [1; 8], proof: [0; 16], body: vec![0; 268] };
    let words = short(|| assert!(tried(&captured).iter().all(|(_, guess)| !guess.fits)));
    out.push_str(&format!(",\"words\":{words:.4}"));
    let pki = pki();
    let handshakes = [
        ("handshake12", (Versions::Tls12, Groups::Classical), false),
        ("handshake13", (Versions::Tls13, Groups::Classical), false),
        ("mutual", (Versions::Tls13, Groups::Classical), true),
        ("post_quantum", (Versions::Tls13, Groups::HybridFirst), false),
        ("p384", (Versions::Tls13, Groups::P384First), false),
    ];
    for (name, speaks, asks) in handshakes {
        out.push_str(&format!(",\"{name}\":{:.4}", short(|| handshake(&pki, speaks, asks))));
    }
    for (name, versions) in [("tls12", Versions::Tls12), ("tls13", Versions::Tls13)] {
        let trace = session(versions, LONG);
        let rate = |milliseconds: f64| LONG as f64 / MEGABYTE as f64 / (milliseconds / 1_000.0);
        let opened = rate(median(|| drop(dissect(&trace))));
        out.push_str(&format!(",\"{name}\":{opened:.1}"));
    }
    out + "}"
}

#[cfg(target_arch = "wasm32")]
fn main() {
    let document = web_sys::window().and_then(|window| window.document());
    document.expect("a document").set_title(&measured());
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    if let Some(path) = std::env::args().nth(1) {
        let capture = starttls_lab::files::pcapng::write(&[&session(Versions::Tls13, LONG)]);
        std::fs::write(&path, capture).expect("a place for the capture");
    }
    println!("{}", measured());
}
