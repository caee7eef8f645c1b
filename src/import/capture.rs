//! A capture and a key log as a trace: an event is a line, a message's content, or a record of TLS, in the order of the packets.
//!
//! ```text
//! Capture --one step a piece, an opening, an end--> conversations --> Recorder
//! ```
//!
//! Every octet of every stream is kept: what stays sealed as records, what is not understood as a line or a record of its own. What
//! the capture lacks is said where it is missed. A line that is cut into several records is known when its last one is, with all that
//! those records hold. Left out: what was captured in another order than it was said; early data.

use super::conversation::Conversation;
use super::keylog::{self, NotASecret};
use super::pcapng::{self, Capture, CapturedAt, Flow, NotTcp, Remark};
use crate::dissect::keys::KeyLog;
use crate::dissect::{dissect, premasters};
use crate::scenario::Side;
use crate::tls::Secret;
use crate::trace::{Close, Host, Meeting, Micros, Recorder, Source, SourceKind, Trace, UnixMicros, What};
use std::collections::BTreeMap;
use std::rc::Rc;

/// A trace of the files of others, and what is strange about the files.
#[derive(Clone, Debug, PartialEq)]
pub struct Imported {
    pub trace: Trace,
    pub packets: usize,
    /// Packets that are none of TCP's, by what they are.
    pub others: BTreeMap<NotTcp, usize>,
    /// About the capture, as far as it fits, and how much did not fit.
    pub remarks: Vec<Remark>,
    pub more_remarks: usize,
    /// Lines of the key log that are no secret, with their numbers from 1.
    pub ignored: Vec<(usize, NotASecret)>,
}

/// Reads a capture, with the secrets in it and in a key log, or a private key; an empty one is none. Never fails: a file that is no capture has a trace
/// in which nothing happens.
pub fn capture(name: &str, file: &[u8], key_log: &[u8]) -> Imported {
    let capture = pcapng::read(file);
    let log = keylog::read(key_log);
    let secrets = [capture.secrets.as_slice(), &log.secrets].concat();
    let mut trace = self::trace(name, &capture, secrets);
    let more = premasters(&dissect(&trace), &log.keys);
    if !more.is_empty() {
        trace = self::trace(name, &capture, [trace.secrets, more].concat());
    }
    let Capture { packets, others, remarks, more_remarks, .. } = capture;
    Imported { trace, packets, others, remarks, more_remarks, ignored: log.ignored }
}

/// What happens to a connection with a packet.
#[derive(Clone, Copy)]
enum Step {
    Opened,
    /// Octets up to here became known.
    Known {
        from: Side,
        end: usize,
    },
    Ended {
        from: Side,
        is_reset: bool,
    },
}

fn trace(name: &str, capture: &Capture, secrets: Vec<Secret>) -> Trace {
    let source = Source { kind: SourceKind::Capture, name: name.to_owned() };
    let mut recorder = Recorder::import(source, capture.began.map(UnixMicros));
    let log = Rc::new(KeyLog::new(&secrets));
    let mut conversations: Vec<Conversation> =
        capture.flows.iter().map(|flow| Conversation::new(flow, log.clone())).collect();
    let steps =
        capture.flows.iter().enumerate().flat_map(|(index, flow)| {
            steps(flow).into_iter().map(move |(order, when, step)| (order, index, when, step))
        });
    let mut steps: Vec<_> = steps.collect();
    // Stable: the steps of a connection stay in their order.
    steps.sort_by_key(|&(order, ..)| order);

    let began = capture.began.unwrap_or_default();
    for (_, index, when, step) in steps {
        let (Some(conversation), Some(flow)) = (conversations.get_mut(index), capture.flows.get(index)) else {
            continue;
        };
        recorder.set_time(Micros(when.at.saturating_sub(began)));
        if let Some(number) = conversation.number {
            recorder.resume(number);
        }
        match step {
            Step::Opened => {
                let host = |side| {
                    let end = if side == Side::Client { flow.client } else { flow.server };
                    Host { name: None, address: end.address, port: end.port }
                };
                let [client, server] = [Side::Client, Side::Server].map(|side| host(conversation.who(side)));
                conversation.number = Some(recorder.open(Meeting::between(client, server)));
            }
            Step::Known { from, end } => conversation.known(from, end, &mut recorder),
            Step::Ended { from, is_reset } => {
                conversation.flush(from, &mut recorder);
                let how = if is_reset { Close::Reset } else { Close::Fin };
                recorder.event(conversation.who(from), What::Closed(how));
            }
        }
    }
    // Connections without an end, at the time of the last packet.
    for conversation in &mut conversations {
        recorder.resume(conversation.number.unwrap_or_default());
        conversation.flush(Side::Client, &mut recorder);
        conversation.flush(Side::Server, &mut recorder);
    }
    recorder.finish(secrets)
}

/// The steps of a connection, each with the number of the packet at which it is due, which never falls.
fn steps(flow: &Flow) -> Vec<(usize, CapturedAt, Step)> {
    let mut latest = flow.first.packet;
    let mut last_octets = [latest; 2];
    let mut steps = vec![(latest, flow.first, Step::Opened)];
    for piece in &flow.pieces {
        latest = latest.max(piece.when.packet);
        let [client, server] = &mut last_octets;
        *(if piece.from == Side::Client { client } else { server }) = latest;
        steps.push((latest, piece.when, Step::Known { from: piece.from, end: piece.end }));
    }
    for end in &flow.ends {
        // A side that is done has said everything, although the capture may learn of it later.
        let [client, server] = last_octets;
        let order = end.when.packet.max(if end.from == Side::Client { client } else { server });
        steps.push((order, end.when, Step::Ended { from: end.from, is_reset: end.is_reset }));
    }
    steps.sort_by_key(|&(order, ..)| order);
    steps
}
