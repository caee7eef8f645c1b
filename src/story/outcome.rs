//! What became of the mail, and the lights: each a fact of its own, with the event that settled it.

use super::{Advertised, SUBJECT, begun};
use crate::dissect::Reading;
use crate::dissect::smtp::Role;
use crate::policy::{Decision, Reason};
use crate::scenario::Side;
use crate::smtp::{Delivery, Obstacle, SubmitAnswer, TlsAnswer};
use crate::tls::{self, CertificateCheck, Failure, SessionFacts};
use crate::trace::{Actor, EventId, Stored, Trace, What};

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

/// What became of the mail on one hop, from one party to the next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leg {
    pub delivery: Delivery,
    /// The event that says so.
    pub settled: Option<EventId>,
    pub protection: Protection,
    /// What the server of the hop stored, with its event.
    pub stored: Option<(EventId, Stored)>,
    /// Connections that were opened.
    pub connections: usize,
    /// The decision that shaped the outcome: the last that changed the course, else the last that judged anything.
    pub decision: Option<EventId>,
}

/// The outcome of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The sender's own hop.
    pub first: Leg,
    /// From whoever stands between to the receiver, if the mail got that far.
    pub onward: Option<Leg>,
    pub lights: Lights,
    pub session: Option<SessionFacts>,
    /// What the sender found out about the server's certificate, and what the first hop's server found out about the sender's.
    pub check: Option<CertificateCheck>,
    pub client_check: Option<CertificateCheck>,
    pub failure: Option<Failure>,
    /// Both ends have proved who they are: the receiver took the sender for the partner whose certificate it had verified.
    pub mutual: bool,
    /// The sender believes that it has verified the server, and is wrong. Only who made the scenario can know.
    pub deceived: bool,
    /// An attacker on the path has read the message.
    pub attacker_reads: bool,
}

impl Leg {
    /// Of these connections.
    fn of(trace: &Trace, reading: &Reading, here: &[u16]) -> Leg {
        let events = || trace.events.iter().enumerate().filter(|(_, event)| here.contains(&event.connection));
        let settled = events().find_map(|(id, event)| match event.what {
            What::Settled(delivery) => Some((id, delivery)),
            _ => None,
        });
        let stored = events().find_map(|(id, event)| match &event.what {
            What::Stored(stored) => Some((id, stored.clone())),
            _ => None,
        });
        // The certificate was judged, and it was good enough.
        let insisted = events().any(|(_, event)| match &event.what {
            What::Decided(decision) => {
                decision.has(Reason::CertificatePassed) && !decision.has(Reason::CertificateNotJudged)
            }
            _ => false,
        });
        let is_content = |id: EventId| reading.line(id).is_some_and(|line| line.role == Role::Content);
        let protection = match events().find(|(id, _)| is_content(*id)) {
            None => Protection::NotSent,
            Some((_, event)) if !trace.sealed(event) => Protection::Clear,
            Some(_) if insisted => Protection::Verified,
            Some(_) => Protection::Encrypted,
        };
        let decided = |rule: &dyn Fn(&Decision) -> bool| {
            let found = events().filter(|(_, event)| matches!(&event.what, What::Decided(decision) if rule(decision)));
            found.last().map(|(id, _)| id)
        };
        let turned = |decision: &Decision| match decision {
            Decision::Sender(decided) => matches!(decided.answer, TlsAnswer::InClear | TlsAnswer::Defer),
            Decision::Receiver(decided) => matches!(decided.answer, SubmitAnswer::Refuse(_)),
        };
        let decision = decided(&turned)
            // A certificate that nobody judged and a list that does not name the sender shaped nothing.
            .or_else(|| {
                decided(&|decision| {
                    !decision.has(Reason::CertificateNotJudged) && !decision.has(Reason::NotInReceiveList)
                })
            });
        Leg {
            delivery: settled.map_or(Delivery::Deferred(Obstacle::ConnectionLost), |(_, delivery)| delivery),
            settled: settled.map(|(id, _)| id),
            protection,
            stored,
            connections: here.len(),
            decision,
        }
    }
}

impl Outcome {
    pub(super) fn of(trace: &Trace, reading: &Reading, before: Option<&Advertised>) -> Outcome {
        let (first, onward): (Vec<u16>, Vec<u16>) =
            trace.connections().partition(|&connection| trace.is_first_hop(connection));
        let events = || trace.events.iter().filter(|event| first.contains(&event.connection));
        let session = events().find_map(|event| match (&event.what, event.who) {
            (What::TlsUp(facts), Side::Client) => Some(facts.as_ref().clone()),
            _ => None,
        });
        let check = |of| {
            let mut found = events().filter_map(move |event| match &event.what {
                What::Checked(check) if check.of == of => Some(check.clone()),
                _ => None,
            });
            found.next_back()
        };
        let failure = events().find_map(|event| match &event.what {
            What::TlsFailed(failure) => Some(failure.clone()),
            _ => None,
        });
        let mutual = events().any(|event| match &event.what {
            What::Decided(decision) => {
                decision.receiver().is_some_and(|decided| decided.answer == SubmitAnswer::Partner)
            }
            _ => false,
        });
        let leg = Leg::of(trace, reading, &first);
        let (client_check, server_check) = (check(Side::Client), check(Side::Server));
        let meeting = first.first().map(|&connection| trace.meeting(connection));
        let false_server = meeting.is_some_and(|meeting| meeting.server.is_false());
        let attacker_reads = meeting.is_some_and(|meeting| match meeting.server.actor {
            Actor::Attacker => leg.protection != Protection::NotSent,
            _ => meeting.on_path == Some(Actor::Attacker) && leg.protection == Protection::Clear,
        });
        Outcome {
            deceived: leg.protection == Protection::Verified && false_server,
            attacker_reads,
            mutual: mutual && leg.protection == Protection::Verified,
            lights: Lights::of(trace, reading, before),
            onward: (!onward.is_empty()).then(|| Leg::of(trace, reading, &onward)),
            first: leg,
            session,
            check: server_check,
            client_check,
            failure,
        }
    }

    /// The message as it reached the receiver, with its event.
    pub fn received<'a>(&'a self, trace: &Trace) -> Option<&'a (EventId, Stored)> {
        let direct = !matches!(trace.seat(0, Side::Server).actor, Actor::Relay | Actor::Attacker);
        if direct { self.first.stored.as_ref() } else { self.onward.as_ref()?.stored.as_ref() }
    }
}

/// Whether a list has STARTTLS; if not, its last line says so.
fn offered(list: &Advertised) -> Light {
    let last = || list.lines.last().map_or(Light::NotChecked, |&last| Light::Fail(last));
    list.find("STARTTLS").map_or_else(last, |(_, line)| Light::Pass(line))
}

/// The verdict on the path: issuer, dates and purpose together, the first that fails. RFC 5280 §6.1
pub fn path(check: &CertificateCheck) -> &tls::Verdict {
    let parts = [&check.chain, &check.dates, &check.purpose];
    parts.into_iter().find(|part| matches!(part, tls::Verdict::Fail(_))).unwrap_or(&check.chain)
}

impl Lights {
    fn of(trace: &Trace, reading: &Reading, before: Option<&Advertised>) -> Lights {
        let mut lights = Lights {
            offered: before.map_or(Light::NotChecked, offered),
            accepted: Light::NotChecked,
            handshake: Light::NotChecked,
            chain: Light::NotChecked,
            name: Light::NotChecked,
            client_certificate: Light::NotChecked,
        };
        let mut starttls = None;
        for (id, event) in trace.events.iter().enumerate().filter(|(_, event)| event.connection == SUBJECT) {
            if let Some(line) = reading.line(id) {
                match &line.role {
                    Role::Command { verb } if verb == "STARTTLS" => starttls = Some(id),
                    Role::Reply { to, .. } if to.is_some() && *to == starttls => {
                        lights.accepted = if begun(trace) { Light::Pass(id) } else { Light::Fail(id) };
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
                What::Checked(check) => {
                    let failed = !check.passes();
                    lights.client_certificate = if failed { Light::Fail(id) } else { light(path(check)) };
                }
                What::Decided(decision) if decision.has(Reason::NoClientCertificate) => {
                    lights.client_certificate = Light::Fail(id);
                }
                _ => {}
            }
        }
        lights
    }
}
