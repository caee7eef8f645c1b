//! What became of the mail, and the lights: each a fact of its own, with the event that settled it.

use crate::dissect::Reading;
use crate::dissect::smtp::Role;
use crate::policy::{Decision, Reason};
use crate::scenario::Side;
use crate::smtp::{Delivery, Gate, Obstacle, Verdict};
use crate::tls::{self, CertificateCheck, Failure, SessionFacts};
use crate::trace::{EventId, Stored, Trace, What};

/// A light: what was found, and where. "Not checked" is a value of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Light {
    Pass(EventId),
    Fail(EventId),
    NotChecked,
}

impl Light {
    pub fn event(&self) -> Option<EventId> {
        match self {
            Light::Pass(id) | Light::Fail(id) => Some(*id),
            Light::NotChecked => None,
        }
    }
}

/// The lights of the outcome bar, kept apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lights {
    pub offered: Light,
    pub accepted: Light,
    pub handshake: Light,
    /// Issuer, dates and purpose.
    pub chain: Light,
    pub name: Light,
    pub client_certificate: Light,
}

/// Who can read a message that was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Protection {
    /// The message never left the sender.
    NotSent,
    Clear,
    /// Sealed, but the sender did not insist on knowing to whom.
    Encrypted,
    /// Sealed, and the sender's policy went on because the server's certificate verified. What nothing in the run can tell, a
    /// revocation for instance, it cannot know either.
    Verified,
}

/// The outcome of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    pub delivery: Delivery,
    /// The event that says so.
    pub settled: Option<EventId>,
    pub protection: Protection,
    pub lights: Lights,
    /// What the server stored, with its event.
    pub stored: Option<(EventId, Stored)>,
    pub session: Option<SessionFacts>,
    pub check: Option<CertificateCheck>,
    pub failure: Option<Failure>,
    /// Connections that were opened.
    pub connections: u8,
    /// The decision that shaped the outcome: the last that changed the course, else the last about TLS.
    pub decision: Option<EventId>,
}

impl Outcome {
    pub(super) fn of(trace: &Trace, reading: &Reading) -> Outcome {
        let find =
            |rule: &dyn Fn(&What, Side) -> bool| trace.events.iter().position(|event| rule(&event.what, event.who));
        let settled = find(&|what, _| matches!(what, What::Settled(_)));
        let delivery = trace.events.iter().find_map(|event| match event.what {
            What::Settled(delivery) => Some(delivery),
            _ => None,
        });
        let stored = trace.events.iter().enumerate().find_map(|(id, event)| match &event.what {
            What::Stored(stored) => Some((id, stored.clone())),
            _ => None,
        });
        let up = trace.events.iter().find_map(|event| match (&event.what, event.who) {
            (What::TlsUp(facts), Side::Client) => Some(facts.as_ref().clone()),
            _ => None,
        });
        let check = trace.events.iter().find_map(|event| match &event.what {
            What::Checked(check) if check.of == Side::Server => Some(check.clone()),
            _ => None,
        });
        let failure = trace.events.iter().find_map(|event| match &event.what {
            What::TlsFailed(failure) => Some(failure.clone()),
            _ => None,
        });
        let content = reading.lines().find(|(_, line)| line.role == Role::Content).map(|(id, _)| id);
        let protection = match content.and_then(|id| trace.events.get(id)) {
            None => Protection::NotSent,
            Some(event) if trace.sealed(event) && insisted(trace) => Protection::Verified,
            Some(event) if trace.sealed(event) => Protection::Encrypted,
            Some(_) => Protection::Clear,
        };
        let decided = |rule: &dyn Fn(&Decision) -> bool| {
            trace.events.iter().rposition(|event| matches!(&event.what, What::Decided(decision) if rule(decision)))
        };
        let decision = decided(&|decision| matches!(decision.verdict, Verdict::ReconnectInClear | Verdict::Defer))
            .or_else(|| decided(&|decision| decision.gate != Gate::Certificate));
        Outcome {
            delivery: delivery.unwrap_or(Delivery::Deferred(Obstacle::ConnectionLost)),
            settled,
            protection,
            lights: Lights::of(trace, reading),
            stored,
            session: up,
            check,
            failure,
            connections: trace.events.iter().map(|event| event.connection.saturating_add(1)).max().unwrap_or_default(),
            decision,
        }
    }
}

/// The certificate was judged, and it was good enough.
fn insisted(trace: &Trace) -> bool {
    trace
        .events
        .iter()
        .any(|event| matches!(&event.what, What::Decided(decision) if decision.because == [Reason::CertificatePassed]))
}

/// The verdict on the path: issuer, dates and purpose together, the first that fails. RFC 5280 §6.1
pub fn path(check: &CertificateCheck) -> &tls::Verdict {
    let parts = [&check.chain, &check.dates, &check.purpose];
    parts.into_iter().find(|part| matches!(part, tls::Verdict::Fail(_))).unwrap_or(&check.chain)
}

impl Lights {
    fn of(trace: &Trace, reading: &Reading) -> Lights {
        let mut lights = Lights {
            offered: Light::NotChecked,
            accepted: Light::NotChecked,
            handshake: Light::NotChecked,
            chain: Light::NotChecked,
            name: Light::NotChecked,
            client_certificate: Light::NotChecked,
        };
        let mut starttls = None;
        let mut keyword = None;
        for (id, event) in trace.events.iter().enumerate().filter(|(_, event)| event.connection == 0) {
            if let Some(line) = reading.line(id) {
                match &line.role {
                    Role::Capability { capability, last, .. } if line.sent_before_tls => {
                        if capability.is("STARTTLS") {
                            keyword = Some(id);
                        }
                        if *last {
                            lights.offered = keyword.map_or(Light::Fail(id), Light::Pass);
                        }
                    }
                    Role::Command { verb } if verb == "STARTTLS" => starttls = Some(id),
                    Role::Reply { to, .. } if to.is_some() && *to == starttls => {
                        let begun = trace.events.iter().any(|event| {
                            event.connection == 0 && event.who == Side::Client && event.what == What::TlsStarted
                        });
                        lights.accepted = if begun { Light::Pass(id) } else { Light::Fail(id) };
                    }
                    _ => {}
                }
            }
            let light = |verdict: &tls::Verdict| match verdict {
                tls::Verdict::Pass => Light::Pass(id),
                tls::Verdict::Fail(_) => Light::Fail(id),
                tls::Verdict::NotChecked => Light::NotChecked,
            };
            match &event.what {
                What::TlsUp(_) if event.who == Side::Client => lights.handshake = Light::Pass(id),
                What::TlsFailed(_) if lights.handshake == Light::NotChecked => lights.handshake = Light::Fail(id),
                What::Checked(check) if check.of == Side::Server => {
                    lights.chain = light(path(check));
                    lights.name = light(&check.name);
                }
                What::Checked(check) => lights.client_certificate = light(path(check)),
                _ => {}
            }
        }
        lights
    }
}
