//! A client or server of the lab whose peer is an attacker, or an honest peer into whose lines an attacker has inserted others.

use crate::pair::{Lab, lab};
use crate::servers::config;
use starttls_lab::lab::{Modern, OneEnd, Outside, PATIENCE, certificates};
use starttls_lab::scenario::{Scenario, ServerProfile, Side, preset};
use starttls_lab::smtp::profile::profile;
use starttls_lab::smtp::{Client, MachineState, Plan, Server, TlsVerb, Treatment, Violation};
use starttls_lab::tls::{Engine, Pki, Randomness, TlsOutput};
use starttls_lab::trace::{Trace, What};

pub fn scenario() -> Scenario {
    preset("postfix").expect("a preset").scenario
}

fn pki() -> Pki {
    certificates(&scenario(), Randomness::Seed(scenario().seed)).expect("certificates")
}

/// One end, which does this with what stands where TLS should begin.
pub fn victim(side: Side, message: Option<Vec<u8>>, left_over: Treatment) -> OneEnd {
    patient(side, message, left_over, PATIENCE)
}

/// The same with that much patience.
pub fn patient(side: Side, message: Option<Vec<u8>>, left_over: Treatment, patience: u64) -> OneEnd {
    let randomness = Randomness::Seed(scenario().seed);
    OneEnd::new(
        side,
        &Modern::new(&scenario()).expect("rustls at both ends"),
        Outside { pki: pki(), randomness, message, client_address: None, left_over, patience },
    )
}

/// The TLS of an honest other end.
pub fn honest(side: Side) -> Engine {
    Lab { wanted: profile(scenario().server).host, ..lab(scenario().client_versions) }.session(side, &pki())
}

/// Carries records until both are silent.
pub fn settle(victim: &mut OneEnd, other: &mut Engine) {
    for _ in 0..20 {
        let outputs = std::iter::from_fn(|| other.poll());
        let records =
            outputs.filter_map(|output| if let TlsOutput::Wire(record) = output { Some(record) } else { None });
        victim.hear(&records.collect::<Vec<_>>().concat());
        other.receive(&victim.take_said().0);
    }
}

/// What one side has said inside TLS, or outside of it.
pub fn said(trace: &Trace, side: Side, sealed: bool) -> String {
    let lines = trace.events.iter().filter(|event| event.who == side).filter_map(|event| match event.what {
        What::Sent { text: Some(text), .. } if trace.sealed(event) == sealed => Some(trace.octets(text)),
        _ => None,
    });
    lines.map(String::from_utf8_lossy).collect()
}

/// How often something happened at this side.
pub fn count(trace: &Trace, side: Side, what: impl Fn(&What) -> bool) -> usize {
    trace.events.iter().filter(|event| event.who == side && what(&event.what)).count()
}

pub fn is_up(trace: &Trace, side: Side) -> bool {
    count(trace, side, |what| matches!(what, What::TlsUp(_))) == 1
}

pub fn violated(trace: &Trace, side: Side, violation: Violation) -> bool {
    count(trace, side, |what| *what == What::Violated(violation)) > 0
}

/// Where the machine of this side came to in the end.
pub fn state(trace: &Trace, side: Side) -> Option<MachineState> {
    let mut moves = trace.events.iter().filter(|event| event.who == side).filter_map(|event| match event.what {
        What::Moved { to, .. } => Some(to),
        _ => None,
    });
    moves.next_back()
}

/// The machines alone, where no TLS is needed.
pub fn client() -> Client {
    client_with(b"Subject: x\r\n\r\ntext\r\n".to_vec(), false)
}

pub fn client_with(message: Vec<u8>, chunking: bool) -> Client {
    Client::new(Plan {
        name: "client.example".into(),
        from: "a@client.example".into(),
        to: vec!["b@partner.example".into()],
        message,
        login: None,
        chunking,
        pipelining: false,
        proves: false,
        verb: TlsVerb::StartTls,
        lenient_2xx: false,
        left_over: Treatment::Purge,
    })
}

pub fn server(id: ServerProfile) -> Server {
    Server::new(config(profile(id)))
}
