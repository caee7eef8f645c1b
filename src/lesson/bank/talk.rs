//! Greeting, EHLO, what is offered, AUTH in clear, STARTTLS and its answer.

use super::Right::{Always, If, Never};
use super::Weight::{Decision, Detail, Point};
use super::{Ask, Posed};
use crate::lesson::AskId;
use crate::lesson::ground::Ground;
use crate::scenario::{GoAhead, Need, Offer, Side};
use crate::smtp::{Delivery, Gate, Obstacle, TlsAnswer};
use crate::trace::{Actor, EventId, What};

const LOGIN_WORDS: [&str; 2] = ["LOGIN", "PLAIN"];

pub(super) const ASKS: &[Ask] = &[
    Ask {
        id: AskId::G1,
        weight: Point,
        source: "RFC 5321 §3.1",
        find: |g| Posed::ahead(*g.chapter.events.first()?, first_sent(g)?.0),
        answers: &[
            If(|g| first_sent(g).is_some_and(|(_, who)| who == Side::Server)),
            Never,
            If(|g| first_sent(g).is_some_and(|(id, who)| who == Side::Client && g.line(id).is_none())),
        ],
    },
    Ask {
        id: AskId::G2,
        weight: Detail,
        source: "RFC 3207 §6",
        find: |g| Posed::here(g.chapter.account.greeting.event()?),
        answers: &[Always, Never, Never],
    },
    Ask {
        id: AskId::G3,
        weight: Detail,
        source: "RFC 5321 §4.2.1",
        find: |g| Posed::ahead(g.command("EHLO", false)?, g.list_end()?),
        answers: &[Always, Never, Never],
    },
    Ask {
        id: AskId::G4,
        weight: Detail,
        source: "RFC 3207 §6",
        find: |g| Posed::before(g.any_command("EHLO")?),
        answers: &[If(|g| !inside(g, "EHLO")), If(|g| inside(g, "EHLO"))],
    },
    Ask {
        id: AskId::O1,
        weight: Point,
        source: "RFC 3207 §6",
        find: |g| Posed::here(g.listed("STARTTLS")?.1),
        answers: &[Always, Never, Never],
    },
    Ask {
        id: AskId::O2,
        weight: Decision,
        source: "RFC 3207 §4",
        find: |g| Posed::ahead(g.list_end().filter(|_| g.is_starttls())?, g.decided(Gate::Offer)?.0),
        answers: &[
            If(|g| g.answers(Gate::Offer, TlsAnswer::Start)),
            If(|g| goes_on(g, Gate::Offer)),
            If(|g| g.answers(Gate::Offer, TlsAnswer::Defer)),
        ],
    },
    Ask {
        id: AskId::O3,
        weight: Point,
        source: "RFC 3207 §6",
        find: |g| {
            let lacks = g.listed("STARTTLS").is_none() && g.is_starttls() && g.decided(Gate::Offer).is_some();
            Posed::here(g.list_end().filter(|_| lacks)?)
        },
        answers: &[Always, Never, Never],
    },
    Ask {
        id: AskId::O4,
        weight: Detail,
        source: "RFC 3207 §6",
        find: |g| {
            let (decided, _) = g.decided(Gate::Offer).filter(|(_, decided)| decided.answer == TlsAnswer::GoOn)?;
            let content = g.content().filter(|&content| !g.inside(content))?;
            Some(Posed::ahead(decided, g.delivered()?)?.until(content))
        },
        answers: &[Always, Never, Never],
    },
    Ask {
        id: AskId::O5,
        weight: Decision,
        source: "RFC 5321 §4.5.4.1",
        find: |g| {
            let (decided, _) = g.decisions().find(|(_, decided)| decided.answer == TlsAnswer::Defer)?;
            Posed::ahead(decided, g.settled()?.0)
        },
        answers: &[
            If(|g| matches!(g.settled(), Some((_, Delivery::Deferred(_))))),
            If(|g| matches!(g.settled(), Some((_, Delivery::Returned(_))))),
            Never,
        ],
    },
    Ask {
        id: AskId::O6,
        weight: Detail,
        source: "Microsoft bb430790",
        find: |g| {
            let (_, line) = g.listed("X-ANONYMOUSTLS")?;
            Posed::ahead(line, next_command(g, line)?.0)
        },
        answers: &[If(|g| !uses_anonymous(g)), Never, Never, If(uses_anonymous)],
    },
    Ask {
        id: AskId::A1,
        weight: Point,
        source: "RFC 4954 §4",
        find: |g| {
            let (auth, line) = g.listed("AUTH")?;
            let (inside, shown) = g.listed_inside("AUTH")?;
            let has = |words: &[String]| words.iter().any(|word| word == "LOGIN");
            let hides = is_exchange(g) && !has(&auth.parameters) && has(&inside.parameters);
            Posed::ahead(line, shown).filter(|_| hides)
        },
        answers: &[Always, Never, Never],
    },
    Ask {
        id: AskId::A2,
        weight: Detail,
        source: "RFC 4954 §9",
        find: |g| {
            let (auth, line) = g.listed("AUTH")?;
            Posed::here(line).filter(|_| auth.parameters.iter().any(|word| word == "NTLM"))
        },
        answers: &[Always, Never, Never],
    },
    Ask {
        id: AskId::A3,
        weight: Point,
        source: "RFC 4954 §4",
        find: |g| {
            let hidden = g.listed("AUTH").is_none();
            Posed::ahead(g.list_end().filter(|_| hidden)?, g.listed_inside("AUTH")?.1)
        },
        answers: &[Always, Never, Never],
    },
    Ask {
        id: AskId::A4,
        weight: Detail,
        source: "RFC 4954 §4",
        find: |g| {
            let (auth, line) = g.listed("AUTH")?;
            Posed::here(line).filter(|_| auth.parameters.iter().any(|word| LOGIN_WORDS.contains(&word.as_str())))
        },
        answers: &[Always, Never, Never],
    },
    Ask {
        id: AskId::A5,
        weight: Decision,
        source: "RFC 4954 §4",
        find: |g| {
            let (settled, delivery) = g.settled()?;
            let last = g.chapter.after().or(g.chapter.before())?.lines.last().copied()?;
            let quit = g.any_command("QUIT").map_or(settled, |quit| quit.min(settled));
            let lacks = delivery == Delivery::Deferred(Obstacle::NoMechanism);
            Posed::ahead(last, quit).filter(|_| lacks)
        },
        answers: &[Always, Never, Never],
    },
    Ask {
        id: AskId::S1,
        weight: Point,
        source: "RFC 3207 §4",
        find: |g| {
            let asked = g.command("STARTTLS", false).filter(|_| g.is_first_hop())?;
            Posed::ahead(asked, g.reply(asked)?.0)
        },
        answers: &[
            If(|g| g.scenario.go_ahead == GoAhead::Exactly220),
            If(|g| g.scenario.go_ahead == GoAhead::Any2xx),
            Never,
        ],
    },
    Ask {
        id: AskId::S2,
        weight: Decision,
        source: "RFC 3207 §4",
        find: |g| {
            let (reply, _) = answer(g)?;
            let next = g.decided(Gate::Refusal).map(|(id, _)| id).or(g.hello().map(|(id, _)| id))?;
            Posed::ahead(reply, next)
        },
        answers: &[
            If(|g| g.first(|who, what| who == Side::Client && matches!(what, What::TlsStarted)).is_some()),
            If(|g| goes_on(g, Gate::Refusal)),
            If(|g| g.answers(Gate::Refusal, TlsAnswer::Defer)),
            Never,
        ],
    },
    Ask {
        id: AskId::S3,
        weight: Point,
        source: "RFC 3207 §4",
        find: |g| {
            let (reply, _) = answer(g).filter(|(_, code)| *code == 250)?;
            let refused = g.decided(Gate::Refusal).is_some();
            let began = g.first(|who, what| who == Side::Server && matches!(what, What::TlsStarted))?;
            Posed::ahead(reply, began).filter(|_| refused)
        },
        answers: &[Always, Never, Never],
    },
    Ask {
        id: AskId::S4,
        weight: Detail,
        source: "RFC 3207 §4",
        find: |g| Posed::ahead(answer(g).filter(|(_, code)| *code == 220)?.0, g.hello()?.0),
        answers: &[Always, Never, Never],
    },
    Ask {
        id: AskId::S5,
        weight: Point,
        source: "RFC 3207 §4",
        find: |g| {
            let (_, code) = answer(g)?;
            let (decided, _) = g.decided(Gate::Refusal).filter(|_| code / 100 != 2)?;
            Posed::ahead(decided, next_command(g, decided)?.0).filter(|_| g.answers(Gate::Refusal, TlsAnswer::GoOn))
        },
        answers: &[Always, Never, Never],
    },
    Ask {
        id: AskId::S6,
        weight: Decision,
        source: "RFC 3207 §4",
        find: |g| {
            let mail = g.command("MAIL", false).filter(|_| demands_tls(g))?;
            Posed::ahead(mail, g.reply(mail).filter(|(_, code)| *code == 530)?.0)
        },
        answers: &[Always, Never, Never],
    },
    Ask {
        id: AskId::S7,
        weight: Detail,
        source: "RFC 3207 §4",
        find: |g| {
            let (reply, _) = refused(g)?;
            let quit = g.command("QUIT", false)?;
            Posed::between(reply, g.reply(quit)?.0)
        },
        answers: &[Always, Never, Never],
    },
    Ask {
        id: AskId::S8,
        weight: Detail,
        source: "RFC 3207 §4",
        find: |g| {
            let (reply, _) = refused(g)?;
            Some(Posed::here(reply)?.until(g.last_event()))
        },
        answers: &[Always, Never, Never],
    },
    Ask {
        id: AskId::F3,
        weight: Detail,
        source: "RFC 3207 §4",
        find: |g| {
            let (reply, _) = answer(g).filter(|(_, code)| *code == 454)?;
            Posed::here(reply)
        },
        answers: &[Always, Never, Never],
    },
];

fn first_sent(g: &Ground<'_>) -> Option<(EventId, Side)> {
    g.events().find(|(_, event)| matches!(event.what, What::Sent { .. })).map(|(id, event)| (id, event.who))
}

fn inside(g: &Ground<'_>, verb: &str) -> bool {
    g.any_command(verb).is_some_and(|id| g.inside(id))
}

fn next_command<'a>(g: &Ground<'a>, after: EventId) -> Option<(EventId, &'a str)> {
    g.commands().find(|(id, ..)| *id > after).map(|(id, _, verb)| (id, verb))
}

fn uses_anonymous(g: &Ground<'_>) -> bool {
    g.any_command("X-ANONYMOUSTLS").is_some()
}

fn is_exchange(g: &Ground<'_>) -> bool {
    g.seat(Side::Server).profile().is_some_and(|profile| profile.is_exchange())
}

/// It goes on in clear, and is not kept from it by a login that it cannot do.
fn goes_on(g: &Ground<'_>, gate: Gate) -> bool {
    let decided = g.decided(gate).filter(|(_, decided)| decided.answer == TlsAnswer::GoOn);
    decided.and_then(|(id, _)| next_command(g, id)).is_some_and(|(_, verb)| verb != "QUIT")
}

/// The reply to STARTTLS.
fn answer(g: &Ground<'_>) -> Option<(EventId, u16)> {
    g.reply(g.command("STARTTLS", false)?)
}

/// The receiver is set to take no mail without TLS.
fn demands_tls(g: &Ground<'_>) -> bool {
    g.answered_by(Actor::Receiver) && g.scenario.starttls == Offer::Required
}

/// The reply to MAIL in clear.
fn in_clear(g: &Ground<'_>) -> Option<(EventId, u16)> {
    g.reply(g.command("MAIL", false)?)
}

/// The refusal of mail without TLS.
fn refused(g: &Ground<'_>) -> Option<(EventId, u16)> {
    in_clear(g).filter(|(_, code)| *code == 530 && demands_tls(g))
}

/// STARTTLS is sent where it can be had.
pub(super) fn uses_tls(g: &Ground<'_>) -> bool {
    g.demands().is_some_and(|demands| demands.tls != Need::Never)
}
