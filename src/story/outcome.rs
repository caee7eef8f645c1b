//! What became of the mail, and the lights: each a fact of its own, with the event that settled it.

use super::account::{self, Account, Ending};
use super::{Chapter, Connection};
use crate::dissect::Reading;
use crate::policy::{Decision, Reason};
use crate::scenario::Side;
use crate::smtp::{Delivery, Obstacle, OwnProof, SubmitAnswer, TlsAnswer};
use crate::tls::{self, CertificateCheck, SessionFacts};
use crate::trace::{Actor, Event, EventId, Stored, Trace, What};

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
    /// Records that stayed sealed may have held the message, or not.
    Unknown,
    /// The message never left the sender.
    NotSent,
    Clear,
    /// Inside TLS, with a suite that has no cipher: readable all the same.
    NoCipher,
    /// Sealed, but the sender did not insist on knowing to whom.
    Encrypted,
    /// Sealed, and the sender's policy went on because the server's certificate verified. What nothing in the run can tell, a
    /// revocation for instance, it cannot know either.
    Verified,
}

/// How it went for the sender, on the one scale by which outcomes are coloured. Verified alone is good; who merely seals does not know
/// to whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tone {
    /// Nothing tells.
    Unknown,
    /// It waits, or went back.
    NotDelivered,
    /// An attacker has it, or the sender's session, whatever else is true.
    WithAttacker,
    Readable,
    Sealed,
    Verified,
}

/// What became of the mail on one hop, from one party to the next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leg {
    /// `None`: nothing tells.
    pub delivery: Option<Delivery>,
    /// The event that says so.
    pub settled: Option<EventId>,
    pub protection: Protection,
    /// What the server of the hop stored, with its event.
    pub stored: Option<(EventId, Stored)>,
    /// Connections that were opened.
    pub connections: usize,
    /// The server's reply that settled it; `None` where the sender did not wait for one.
    pub reply: Option<EventId>,
    /// What decided it: a decision of a policy, where none did the reply, and where there is neither what the sender met.
    pub decided: Option<EventId>,
}

/// What the ends of a connection found out about each other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    pub session: Option<SessionFacts>,
    /// What the client found out about the server's certificate, and the server about the client's.
    pub check: Option<CertificateCheck>,
    pub client_check: Option<CertificateCheck>,
    /// How the handshake ended, if it failed.
    pub failure: Option<Ending>,
}

/// The outcome of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The sender's own hop.
    pub first: Leg,
    /// From the intermediary to the receiver, if the mail got that far.
    pub onward: Option<Leg>,
    /// From an attacker who has not got the mail, and passes on the login.
    pub relayed: Option<Leg>,
    /// Where the receiver takes the attacker for the sender.
    pub intruded: Option<EventId>,
    pub session: Option<SessionFacts>,
    /// What the sender found out about the server's certificate, and what the first hop's server found out about the sender's.
    pub check: Option<CertificateCheck>,
    pub client_check: Option<CertificateCheck>,
    /// How the handshake ended, if it failed.
    pub failure: Option<Ending>,
    /// Both ends have proved who they are: the receiver took the sender for the partner whose certificate it had verified.
    pub mutual: bool,
    /// The sender believes that it has verified the server, and is wrong. Only who made the scenario can know.
    pub deceived: bool,
    /// An attacker on the path has read the message.
    pub attacker_reads: bool,
}

impl Outcome {
    /// The event by which it is known what became of the mail, on every hop that it went. `None`: no event says it.
    pub fn settled(&self) -> Option<EventId> {
        self.first.settled.max(self.onward.as_ref().and_then(|leg| leg.settled))
    }
}

impl Leg {
    /// Of these connections.
    pub(super) fn of(here: &[(Connection, &Account)]) -> Leg {
        let events = || here.iter().flat_map(|(connection, _)| connection.events());
        // The last word: a message that was put off is tried again.
        let mut settled = events().filter_map(|(id, event)| match event.what {
            What::Settled(delivery) => Some((id, delivery)),
            _ => None,
        });
        let settled = settled.next_back();
        // Where no client says it, the server's word does.
        let settled = settled.or_else(|| here.iter().find_map(|(_, account)| server_s_word(account)));
        let stored = events().find_map(|(id, event)| match &event.what {
            What::Stored(stored) => Some((id, stored.clone())),
            _ => None,
        });
        let insisted = events().any(|(_, event)| matches!(&event.what, What::Decided(decision) if insists(decision)));
        let contents = here.iter().flat_map(|(_, account)| account.mails.iter().map(|mail| (mail, account.hides())));
        let contents = contents.filter(|(mail, _)| mail.content.is_some());
        // While more may come, a record that does not open is no unread mail: what the mail is in comes after its commands.
        let is_unread = here.iter().any(|(connection, account)| account.has_unread() && !connection.goes_on());
        let protection = match contents.map(|(mail, hides)| (mail.inside_tls, hides)).next() {
            Some((false, _)) => Protection::Clear,
            Some((true, false)) => Protection::NoCipher,
            Some((true, true)) if insisted => Protection::Verified,
            Some((true, true)) => Protection::Encrypted,
            None if is_unread => Protection::Unknown,
            None => Protection::NotSent,
        };
        let reply = settled.and_then(|settled| settling_reply(here, settled));
        let decided = settled.and_then(|(id, delivery)| deciding(here, delivery, insisted).or(reply).or(Some(id)));
        Leg {
            delivery: settled.map(|(_, delivery)| delivery),
            settled: settled.map(|(id, _)| id),
            protection,
            stored,
            connections: here.len(),
            reply,
            decided,
        }
    }
}

/// The certificate was judged, and it was good enough.
pub(super) fn insists(decision: &Decision) -> bool {
    decision.has(Reason::CertificatePassed) && !decision.takes_any() || decision.has(Reason::LeafPublished)
}

/// The reply that a client settled by. What it was answered to its last commands has arrived; of the replies to a group the first with that
/// code counts. RFC 2920 §3.1
fn settling_reply(here: &[(Connection, &Account)], (id, delivery): (EventId, Delivery)) -> Option<EventId> {
    let (connection, _) = here.iter().find(|(connection, _)| connection.events.contains(&id))?;
    let line = |id| connection.reading.line(id);
    if line(id).is_some() {
        return Some(id);
    }
    let code = match delivery {
        Delivery::Delivered => "2".to_owned(),
        Delivery::Deferred(Obstacle::Reply(code)) | Delivery::Returned(Obstacle::Reply(code)) => code.to_string(),
        Delivery::Deferred(_) | Delivery::Returned(_) => return None,
    };
    let before = || connection.events().filter(|(at, _)| *at < id);
    let spoke = |event: &Event| event.who == Side::Client && matches!(event.what, What::Sent { .. });
    let since = before().rfind(|(_, event)| spoke(event)).map(|(at, _)| at);
    let mut replies = before().filter(|(at, event)| Some(*at) > since && event.who == Side::Server);
    replies.find(|(at, _)| line(*at).is_some_and(|line| line.text.starts_with(&code))).map(|(at, _)| at)
}

/// What decided where no reply did: the policy, the list of login mechanisms, a breach of the protocol, the end of TLS.
fn deciding(here: &[(Connection, &Account)], delivery: Delivery, insisted: bool) -> Option<EventId> {
    let last = |rule: &dyn Fn(&What) -> bool| {
        let events = here.iter().flat_map(|(connection, _)| connection.events());
        events.filter(|(_, event)| rule(&event.what)).last().map(|(id, _)| id)
    };
    let of_sender = |rule: &dyn Fn(TlsAnswer) -> bool| {
        last(&|what| match what {
            What::Decided(decision) => decision.sender().is_some_and(|decided| rule(decided.answer)),
            _ => false,
        })
    };
    let of_receiver = |rule: &dyn Fn(SubmitAnswer) -> bool| {
        last(&|what| match what {
            What::Decided(decision) => decision.receiver().is_some_and(|decided| rule(decided.answer)),
            _ => false,
        })
    };
    match delivery {
        Delivery::Delivered => of_sender(&|answer| answer == TlsAnswer::InClear)
            // Both ends have judged: the second of them decided.
            .or_else(|| of_receiver(&|answer| answer == SubmitAnswer::Partner).filter(|_| insisted))
            .or_else(|| of_sender(&|_| true)),
        Delivery::Deferred(obstacle) | Delivery::Returned(obstacle) => match obstacle {
            Obstacle::Policy(_) => of_sender(&|answer| answer == TlsAnswer::Defer),
            Obstacle::Reply(_) => of_receiver(&|answer| matches!(answer, SubmitAnswer::Refuse(_))),
            Obstacle::NoMechanism | Obstacle::PasswordInClear => {
                let (_, account) = here.last()?;
                let list = account.after.as_ref().or(account.before.as_ref())?;
                list.find("AUTH").map(|(_, line)| line).or(list.lines.last().copied())
            }
            Obstacle::Violation => last(&|what| matches!(what, What::Violated(_))),
            Obstacle::ConnectionLost => last(&|what| matches!(what, What::TlsFailed(_))),
            Obstacle::Timeout => None,
        },
    }
}

impl Findings {
    /// What the ends say; where none does, what the octets do.
    pub(super) fn of(connection: Connection, account: &Account) -> Findings {
        let mut findings = Findings::default();
        for (_, event) in connection.events() {
            match &event.what {
                What::TlsUp(session) if event.who == Side::Client => findings.session = Some(session.as_ref().clone()),
                What::Checked(check) if check.of == Side::Client => findings.client_check = Some(check.clone()),
                What::Checked(check) => findings.check = Some(check.clone()),
                What::TlsFailed(failure) if findings.failure.is_none() => {
                    let (by, alert) = failure.alert.unzip();
                    findings.failure = Some(Ending { by, alert });
                }
                _ => {}
            }
        }
        findings.session = findings.session.or_else(|| account.session());
        findings.failure = findings.failure.or(account.failed.value);
        findings
    }
}

impl Outcome {
    pub(super) fn of(trace: &Trace, reading: &Reading, chapters: &[Chapter]) -> Outcome {
        // An imported trace does not tell which connections are of one delivery: this is of the first.
        let is_one_delivery = chapters
            .first()
            .is_some_and(|chapter| trace.seat(chapter.account.connection, Side::Client).actor != Actor::Unknown);
        let known = if is_one_delivery { chapters } else { chapters.get(..1).unwrap_or_default() };
        let all = known.iter().map(|chapter| {
            let number = chapter.account.connection;
            (Connection { trace, reading, number, events: &chapter.events }, &chapter.account)
        });
        let (first, onward): (Vec<_>, Vec<_>) = all.partition(|(connection, _)| trace.is_first_hop(connection.number));
        let events = || first.iter().flat_map(|(connection, _)| connection.events()).map(|(_, event)| event);
        let here = || known.iter().filter(|chapter| trace.is_first_hop(chapter.account.connection));
        let findings = || here().map(|chapter| &chapter.findings);
        let mutual = events().any(|event| match &event.what {
            What::Decided(decision) => {
                decision.receiver().is_some_and(|decided| decided.answer == SubmitAnswer::Partner)
            }
            What::Recognised { by, .. } => *by == OwnProof::Certificate,
            _ => false,
        });
        let leg = Leg::of(&first);
        let logged_in = |(id, event): (EventId, &Event)| matches!(event.what, What::Authenticated { .. }).then_some(id);
        let intruded = onward.iter().flat_map(|(connection, _)| connection.events()).find_map(logged_in);
        let second = (!onward.is_empty()).then(|| Leg::of(&onward));
        // What an intermediary has not taken it cannot send on.
        let (onward, relayed) = if leg.stored.is_some() { (second, None) } else { (None, second) };
        let meeting = first.first().map(|(connection, _)| trace.meeting(connection.number));
        let false_server = meeting.is_some_and(|meeting| meeting.server.is_false());
        let attacker_reads = meeting.is_some_and(|meeting| match meeting.server.actor {
            // A mail that was changed on the way inside TLS goes to the attacker, who cannot open it.
            Actor::Attacker => {
                leg.delivery == Some(Delivery::Delivered)
                    && !matches!(leg.protection, Protection::NotSent | Protection::Unknown)
            }
            _ => {
                let is_readable = matches!(leg.protection, Protection::Clear | Protection::NoCipher);
                meeting.on_path == Some(Actor::Attacker) && is_readable
            }
        });
        Outcome {
            deceived: leg.protection == Protection::Verified && false_server,
            attacker_reads,
            mutual: mutual && leg.protection == Protection::Verified,
            onward,
            relayed,
            intruded,
            first: leg,
            session: findings().find_map(|findings| findings.session.clone()),
            check: findings().filter_map(|findings| findings.check.clone()).next_back(),
            client_check: findings().filter_map(|findings| findings.client_check.clone()).next_back(),
            failure: findings().find_map(|findings| findings.failure),
        }
    }

    /// Of the sender's own hop; but mail that a relay took and cannot send on has not arrived.
    pub fn tone(&self) -> Tone {
        let onward = self.onward.as_ref().and_then(|leg| leg.delivery);
        let stuck = matches!(onward, Some(Delivery::Deferred(_) | Delivery::Returned(_)));
        match (self.first.delivery, self.first.protection) {
            _ if self.intruded.is_some() => Tone::WithAttacker,
            (Some(Delivery::Delivered), _) if self.attacker_reads => Tone::WithAttacker,
            (Some(Delivery::Delivered), _) if stuck => Tone::NotDelivered,
            (Some(Delivery::Delivered), Protection::Clear | Protection::NoCipher) => Tone::Readable,
            (Some(Delivery::Delivered), Protection::Encrypted) => Tone::Sealed,
            (Some(Delivery::Delivered), Protection::Verified) => Tone::Verified,
            (Some(Delivery::Delivered), Protection::NotSent | Protection::Unknown) | (None, _) => Tone::Unknown,
            (Some(Delivery::Deferred(_) | Delivery::Returned(_)), _) => Tone::NotDelivered,
        }
    }

    /// The message as it reached the receiver, with its event.
    pub fn received<'a>(&'a self, trace: &Trace) -> Option<&'a (EventId, Stored)> {
        let direct = !matches!(trace.seat(0, Side::Server).actor, Actor::Relay | Actor::Attacker);
        if direct { self.first.stored.as_ref() } else { self.onward.as_ref()?.stored.as_ref() }
    }
}

/// What became of the mail by what the server said of it. A refusal leaves the rest to the client's queue: for now, or for good. RFC 5321
/// §4.2.1
fn server_s_word(account: &Account) -> Option<(EventId, Delivery)> {
    let mail = account.last_mail()?;
    let delivery = match mail.fate.value? {
        account::MailAnswer::Taken => Delivery::Delivered,
        account::MailAnswer::Refused(code) if code / 100 == 4 => Delivery::Deferred(Obstacle::Reply(code)),
        account::MailAnswer::Refused(code) => Delivery::Returned(Obstacle::Reply(code)),
    };
    Some((mail.fate.event()?, delivery))
}

/// The verdict on the path: issuer, dates and purpose together, the first that fails. RFC 5280 §6.1
pub fn path(check: &CertificateCheck) -> &tls::Verdict {
    let parts = [&check.chain, &check.dates, &check.purpose];
    parts.into_iter().find(|part| matches!(part, tls::Verdict::Fail(_))).unwrap_or(&check.chain)
}

impl Lights {
    /// What octets show, and what the ends of a run found besides.
    pub(super) fn of(connection: Connection, account: &Account) -> Lights {
        let light = |passed: bool, event| if passed { Light::Pass(event) } else { Light::Fail(event) };
        let offered = account.offered(connection.verb(account));
        let offered = offered.value.zip(offered.event());
        let (answered, began) = (account.answered.event(), connection.began(account));
        let awaits = !began && connection.awaits_tls(account);
        let handshake = match (account.up.event(), account.failed.event()) {
            (Some(up), _) => Light::Pass(up),
            (None, Some(failed)) => Light::Fail(failed),
            (None, None) => Light::NotChecked,
        };
        let mut lights = Lights {
            offered: offered.map_or(Light::NotChecked, |(offered, event)| light(offered, event)),
            accepted: answered.filter(|_| !awaits).map_or(Light::NotChecked, |event| light(began, event)),
            handshake: Light::NotChecked,
            chain: Light::NotChecked,
            name: Light::NotChecked,
            client_certificate: Light::NotChecked,
        };
        for (id, event) in connection.events() {
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
        // Where no end says it, the records do.
        if lights.handshake == Light::NotChecked {
            lights.handshake = handshake;
        }
        lights
    }
}
