//! The receiver's decision at MAIL FROM, and the mark.

use super::Right::{Always, If, Never};
use super::Weight::{Decision, Detail, Point};
use super::{Ask, Posed};
use crate::dissect::smtp::Line;
use crate::lesson::AskId;
use crate::lesson::ground::Ground;
use crate::registry::CERTIFICATE_REQUEST;
use crate::scenario::{Reader, Setting, Side};
use crate::smtp::{Delivery, Gate, Obstacle, Refusal, SubmitAnswer, TlsAnswer};
use crate::story::{Protection, Showing};
use crate::tls::{CertificateCheck, Wanted};
use crate::trace::{Actor, EventId, ReceiveConnector};

pub(super) const ASKS: &[Ask] = &[
    Ask {
        id: AskId::M1,
        weight: Decision,
        source: "docs/rules.md DS2",
        find: |g| {
            let (decided, _) = g.submission().filter(|_| g.answered_by(Actor::Receiver))?;
            let mail = g.commands().filter(|(id, _, verb)| *verb == "MAIL" && *id < decided).last()?.0;
            Posed::ahead(mail, decided)
        },
        answers: &[
            If(|g| matches!(submitted(g), Some(SubmitAnswer::Take | SubmitAnswer::Partner)) && takes(g)),
            If(|g| refuses(g, &[Refusal::TlsNotUsed, Refusal::NoCertificate])),
            If(|g| refuses(g, &[Refusal::WrongName, Refusal::ChainInvalid])),
            If(|g| refuses(g, &[Refusal::TlsNotAdvertised])),
            If(|g| refuses(g, &[Refusal::Disallowed])),
            If(|g| refuses(g, &[Refusal::NoPermission])),
        ],
    },
    Ask {
        id: AskId::M2,
        weight: Detail,
        source: "docs/rules.md DS2",
        find: |g| {
            let (decided, _) = g.submission()?;
            let about_it = [Refusal::NoCertificate, Refusal::WrongName, Refusal::ChainInvalid];
            let next = g.any_command("QUIT").unwrap_or(decided);
            Some(Posed::here(decided)?.until(next)).filter(|_| g.both_up() && refuses(g, &about_it))
        },
        answers: &[Always, Never, Never],
    },
    Ask {
        id: AskId::M3,
        weight: Decision,
        source: "RFC 5321 §4.2.1",
        find: |g| {
            let (settled, code) = refusal(g)?;
            let text = code.to_string();
            let is_it = |(id, who, line): &(EventId, Side, &Line)| {
                *id < settled && *who == Side::Server && line.text.starts_with(&text)
            };
            let (reply, ..) = g.lines().rfind(is_it)?;
            Some(Posed::ahead(reply, settled)?.with((code / 100).to_string()))
        },
        answers: &[
            If(|g| refusal(g).is_some_and(|(_, code)| code / 100 == 4)),
            If(|g| refusal(g).is_some_and(|(_, code)| code / 100 == 5)),
            Never,
        ],
    },
    Ask {
        id: AskId::M4,
        weight: Detail,
        source: "docs/rules.md DS2",
        find: |g| {
            let (wanted, _) = domain_check(g)?;
            Posed::between(g.checks(Side::Client).next().map(|(id, _)| id).filter(|&first| first < wanted)?, wanted)
        },
        answers: &[Always, Never, Never],
    },
    Ask {
        id: AskId::M5,
        weight: Detail,
        source: "docs/rules.md DS2",
        find: |g| {
            connector(g)?;
            let asks = g.handshake(Side::Server, CERTIFICATE_REQUEST);
            let settles = asks.or(g.shown(Side::Server)).filter(|_| !g.is_resumed())?;
            let (hello, _) = g.hello()?;
            let until = hello.min(settles.saturating_sub(1));
            let starts = g.answers(Gate::Offer, TlsAnswer::Start);
            Some(Posed::ahead(g.list_end()?, settles)?.until(until)).filter(|_| starts)
        },
        answers: &[If(|g| connector(g).is_some_and(asks_back)), If(|g| !connector(g).is_some_and(asks_back)), Never],
    },
    Ask {
        id: AskId::M6,
        weight: Detail,
        source: "docs/rules.md DS3",
        find: |g| {
            let settled = g.delivered_sealed()?;
            let listed = connector(g)?.listed;
            let secure = g.demands().is_some_and(|demands| demands.set_by == Setting::DomainList);
            let verified = g.chapter.leg.protection == Protection::Verified && !g.seat(Side::Server).is_false();
            Some(Posed::here(settled)?.until(g.last_event())).filter(|_| !listed && secure && verified)
        },
        answers: &[Always, Never, Never],
    },
    Ask {
        id: AskId::D1,
        weight: Decision,
        source: "docs/rules.md DS6",
        find: |g| {
            let recipient = g.facts.trace.cast.recipient?;
            let seen = recipient.reader == Reader::Outlook && g.answered_by(Actor::Receiver);
            Posed::between(g.content()?, g.stored()?).filter(|_| seen)
        },
        answers: &[If(|g| showing(g) == Some(Showing::Mark)), If(|g| showing(g) == Some(Showing::Nothing))],
    },
    Ask {
        id: AskId::D2,
        weight: Detail,
        source: "docs/rules.md DS3",
        find: |g| {
            let stored = marked(g)?;
            let own = g.demands().is_some_and(|demands| demands.set_by == Setting::DomainList);
            Some(Posed::here(stored)?.until(g.last_event())).filter(|_| !own)
        },
        answers: &[Always, Never, Never],
    },
    Ask {
        id: AskId::D3,
        weight: Detail,
        source: "docs/rules.md DS6",
        find: |g| Some(Posed::here(marked(g)?)?.until(g.last_event())),
        answers: &[Always, Never, Never],
    },
    Ask {
        id: AskId::Y4,
        weight: Point,
        source: "docs/rules.md DS2",
        find: |g| {
            let (wanted, found) = domain_check(g).filter(|_| g.seat(Side::Client).actor == Actor::Relay)?;
            Posed::between(g.shown(Side::Client)?, wanted).filter(|_| !found.passes())
        },
        answers: &[Always, Never, Never],
    },
];

/// The check of the client's certificate once it is known for which domain it speaks.
fn domain_check<'a>(g: &Ground<'a>) -> Option<(EventId, &'a CertificateCheck)> {
    g.checks(Side::Client).find(|(_, check)| matches!(check.wanted, Some(Wanted::Domain(_))))
}

fn submitted(g: &Ground<'_>) -> Option<SubmitAnswer> {
    g.submission().map(|(_, decided)| decided.answer)
}

/// The reply to the MAIL that was decided about is 250.
fn takes(g: &Ground<'_>) -> bool {
    let Some((decided, _)) = g.submission() else { return false };
    let mail = g.commands().filter(|(id, _, verb)| *verb == "MAIL" && *id < decided).last();
    mail.and_then(|(id, ..)| g.reply(id)).is_some_and(|(_, code)| code == 250)
}

fn refuses(g: &Ground<'_>, any: &[Refusal]) -> bool {
    matches!(submitted(g), Some(SubmitAnswer::Refuse(refusal)) if any.contains(&refusal))
}

/// The code with which the server refused the mail, and where that was settled.
fn refusal(g: &Ground<'_>) -> Option<(EventId, u16)> {
    match g.settled()? {
        (id, Delivery::Deferred(Obstacle::Reply(code))) if code / 100 == 4 => Some((id, code)),
        (id, Delivery::Returned(Obstacle::Reply(code))) if code / 100 == 5 => Some((id, code)),
        // A login that is refused for good leaves the mail where it is.
        _ => None,
    }
}

/// The receiver's Receive connector, at the receiver's own door.
fn connector(g: &Ground<'_>) -> Option<ReceiveConnector> {
    g.facts.trace.cast.recipient?.connector.filter(|_| g.answered_by(Actor::Receiver) && g.is_starttls())
}

/// It asks a client for its certificate.
fn asks_back(connector: ReceiveConnector) -> bool {
    connector.listed && connector.domain_secure
}

fn showing(g: &Ground<'_>) -> Option<Showing> {
    g.facts.story.mark.as_ref().map(|mark| mark.showing)
}

/// Where the message was stored that bears the mark.
fn marked(g: &Ground<'_>) -> Option<EventId> {
    g.stored().filter(|_| g.answered_by(Actor::Receiver) && showing(g) == Some(Showing::Mark))
}
