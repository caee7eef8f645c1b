//! The mail, the goodbye, the outcome, and what a listener learns.

use super::Right::{Always, If, Never};
use super::Weight::{Decision, Detail, Point};
use super::{Ask, Posed};
use crate::dissect::smtp::{Form, Line, Role};
use crate::lesson::AskId;
use crate::lesson::ground::Ground;
use crate::registry::{KeyExchange, Version};
use crate::scenario::{Need, Side};
use crate::smtp::{Delivery, Gate, TlsAnswer};
use crate::story::Protection;
use crate::trace::{Actor, EventId, What};

pub(super) const ASKS: &[Ask] = &[
    Ask {
        id: AskId::B2,
        weight: Decision,
        source: "RFC 3207 §6",
        find: |g| {
            let outcome = &g.facts.story.outcome;
            let first = *g.chapter.events.first().filter(|_| g.number() == 0)?;
            Posed::ahead(first, outcome.first.settled?).filter(|_| !outcome.deceived)
        },
        answers: &[
            If(|g| delivered(g, &[Protection::Clear, Protection::NoCipher])),
            If(|g| delivered(g, &[Protection::Encrypted])),
            If(|g| delivered(g, &[Protection::Verified])),
            If(|g| matches!(fate(g).0, Some(Delivery::Deferred(_) | Delivery::Returned(_)))),
        ],
    },
    Ask {
        id: AskId::E1,
        weight: Point,
        source: "RFC 3207 §6",
        find: |g| Posed::before(g.any_command("MAIL").filter(|_| !g.hides_nothing())?),
        answers: &[If(|g| !inside(g, "MAIL")), If(|g| inside(g, "MAIL"))],
    },
    Ask {
        id: AskId::E2,
        weight: Detail,
        source: "RFC 5321 §4.5.2",
        find: |g| {
            let content = g.content()?;
            let is_dotted = g.line(content).is_some_and(|line| line.text.lines().any(|line| line.starts_with('.')));
            Posed::before(content).filter(|_| is_dotted)
        },
        answers: &[If(|g| form(g) == Some(&Form::Data)), If(|g| form(g) == Some(&Form::Chunk)), Never],
    },
    Ask {
        id: AskId::E3,
        weight: Detail,
        source: "RFC 5321 §4.2.5",
        find: |g| Posed::ahead(g.content()?, g.stored()?),
        answers: &[Always, Never, Never],
    },
    Ask {
        id: AskId::E4,
        weight: Detail,
        source: "RFC 2920 §3.1",
        find: |g| {
            let mail = g.any_command("MAIL")?;
            Posed::ahead(mail.checked_sub(1)?, g.any_command("DATA").filter(|&data| data > mail)?)
        },
        answers: &[If(|g| replies(g) == Some(0)), If(|g| replies(g) == Some(2)), Never],
    },
    Ask {
        id: AskId::E5,
        weight: Detail,
        source: "RFC 3848",
        find: |g| {
            let own = g.first(|_, what| matches!(what, What::Recognised { .. })).is_some();
            Posed::between(g.content()?, g.stored()?).filter(|_| !own)
        },
        answers: &[
            If(|g| !content_inside(g) && !logged_in(g)),
            If(|g| content_inside(g) && !logged_in(g)),
            If(|g| content_inside(g) && logged_in(g)),
        ],
    },
    Ask {
        id: AskId::B1,
        weight: Detail,
        source: "RFC 8446 §6.1",
        find: |g| {
            let (reply, _) = g.reply(g.command("QUIT", true)?)?;
            Posed::ahead(reply, g.alert_after(reply)?)
        },
        answers: &[Always, Never, Never],
    },
    Ask {
        id: AskId::B3,
        weight: Point,
        source: "RFC 5321 §2.1",
        find: |g| {
            let settled = g.delivered().filter(|_| g.is_first_hop())?;
            Posed::between(settled, g.onward(settled)?)
        },
        answers: &[Always, Never, Never],
    },
    Ask {
        id: AskId::W1,
        weight: Detail,
        source: "RFC 3207 §6",
        find: |g| Posed::before(g.any_command("QUIT").filter(|_| !g.hides_nothing())?),
        answers: &[If(|g| !inside(g, "QUIT")), If(|g| inside(g, "QUIT"))],
    },
    Ask {
        id: AskId::W2,
        weight: Detail,
        source: "RFC 3207 §6",
        find: |g| {
            let (settled, _) = g.settled()?;
            let is_last = g.later(settled, |_, event| matches!(event.what, What::Settled(_))).is_none();
            let nothing_hidden =
                g.facts.story.chapters().iter().any(|chapter| Ground { chapter, ..*g }.hides_nothing());
            Some(Posed::here(settled)?.until(g.last_event())).filter(|_| is_last && !nothing_hidden)
        },
        answers: &[
            If(|g| sent(g, "", true)),
            If(|g| !sent(g, "", true) && sent(g, "MAIL", true)),
            If(|g| sent(g, "", false) && !sent(g, "", true) && !sent(g, "MAIL", true)),
            If(|g| !sent(g, "", false) && !sent(g, "", true) && !sent(g, "MAIL", true)),
        ],
    },
    Ask {
        id: AskId::W3,
        weight: Detail,
        source: "RFC 8446 §2",
        find: |g| Posed::before(g.shown(Side::Client)?),
        answers: &[
            If(|g| g.version().is_some_and(|version| version < Version::TLS13)),
            If(|g| g.version() == Some(Version::TLS13)),
            Never,
        ],
    },
    Ask {
        id: AskId::W4,
        weight: Detail,
        source: "RFC 8446 §5.4",
        find: |g| Posed::here(g.content().filter(|&content| g.inside(content) && !g.hides_nothing())?),
        answers: &[Always, Never, Never],
    },
    Ask {
        id: AskId::W5,
        weight: Detail,
        source: "RFC 8446 §E.1",
        find: |g| {
            let settled = g.delivered_sealed().filter(|_| !g.is_resumed())?;
            Some(Posed::here(settled)?.until(g.last_event()))
        },
        answers: &[
            If(|g| matches!(g.exchange(), Some(KeyExchange::Dhe | KeyExchange::Ecdhe | KeyExchange::Apart))),
            If(|g| g.exchange() == Some(KeyExchange::Rsa)),
            Never,
        ],
    },
    Ask {
        id: AskId::W6,
        weight: Detail,
        source: "RFC 3207 §6",
        find: |g| {
            let began = g.first(|who, what| who == Side::Server && matches!(what, What::TlsStarted))?;
            let mail = g.command("MAIL", false).filter(|&mail| mail > began)?;
            let undelivered = g.content().is_none() && g.delivered().is_none();
            let failed = g.failed(Side::Server).map(|(id, _)| id).filter(|&failed| failed > mail)?;
            Some(Posed::here(failed)?.until(g.last_event())).filter(|_| undelivered)
        },
        answers: &[Always, Never, Never],
    },
    Ask {
        id: AskId::Y3,
        weight: Point,
        source: "RFC 3207 §6",
        find: |g| {
            let relays = g.seat(Side::Client).actor == Actor::Relay;
            let demands = g.facts.trace.demands(0)?;
            let strict = demands.tls == Need::Always && relays;
            Posed::ahead(g.list_end()?, g.decided(Gate::Offer)?.0).filter(|_| strict)
        },
        answers: &[Always, Never, Never],
    },
    Ask {
        id: AskId::Y2,
        weight: Point,
        source: "RFC 5321 §2.1",
        find: |g| {
            let (decided, _) = g.decided(Gate::Certificate)?;
            let relayed = g.is_first_hop() && g.answered_by(Actor::Relay);
            let verified = g.judges() && g.answers(Gate::Certificate, TlsAnswer::GoOn) && relayed;
            Posed::between(decided, g.onward(decided)?).filter(|_| verified)
        },
        answers: &[Always, Never, Never],
    },
    Ask {
        id: AskId::Y1,
        weight: Point,
        source: "RFC 5321 §2.1",
        find: |g| {
            let relayed = g.is_first_hop() && g.answered_by(Actor::Relay) && !g.is_resumed();
            let (up, _) = g.up(Side::Client)?;
            Some(Posed::here(g.shown(Side::Server)?)?.until(up)).filter(|_| relayed)
        },
        answers: &[Always, Never, Never],
    },
];

fn inside(g: &Ground<'_>, verb: &str) -> bool {
    g.any_command(verb).is_some_and(|id| g.inside(id))
}

fn content_inside(g: &Ground<'_>) -> bool {
    g.content().is_some_and(|id| g.inside(id))
}

fn logged_in(g: &Ground<'_>) -> bool {
    g.first(|_, what| matches!(what, What::Authenticated { .. })).is_some()
}

fn form<'a>(g: &Ground<'a>) -> Option<&'a Form> {
    g.line(g.content()?).map(|line| &line.form)
}

fn fate(g: &Ground<'_>) -> (Option<Delivery>, Protection) {
    let leg = &g.facts.story.outcome.first;
    (leg.delivery, leg.protection)
}

fn delivered(g: &Ground<'_>, as_any: &[Protection]) -> bool {
    let (delivery, protection) = fate(g);
    delivery == Some(Delivery::Delivered) && as_any.contains(&protection)
}

/// Replies that come between MAIL and DATA.
fn replies(g: &Ground<'_>) -> Option<usize> {
    let (mail, data) = (g.any_command("MAIL")?, g.any_command("DATA")?);
    let is_reply = |(id, _, line): &(EventId, Side, &Line)| {
        (mail..data).contains(id) && matches!(line.role, Role::Reply { last: true, .. })
    };
    Some(g.lines().filter(is_reply).count())
}

/// A command of the run went in clear, or inside TLS; with no verb, a message.
fn sent(g: &Ground<'_>, wanted: &str, in_clear: bool) -> bool {
    g.facts.reading.lines().any(|(_, line)| {
        let is_it = match &line.role {
            Role::Command { verb } => verb == wanted,
            Role::Content => wanted.is_empty(),
            _ => false,
        };
        is_it && line.sent_before_tls == in_clear
    })
}
