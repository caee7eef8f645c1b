//! Attackers on the path, and in the receiver's place.

use super::Right::{Always, If, Never};
use super::Weight::{Decision, Detail, Point};
use super::certificate::{of_server, shown};
use super::talk::uses_tls;
use super::{Ask, Posed};
use crate::lesson::AskId;
use crate::lesson::ground::{Ground, all_pass, passes};
use crate::scenario::Side;
use crate::smtp::{Delivery, Gate, Mechanism};
use crate::story::Protection;
use crate::tls::Verdict;
use crate::trace::{Actor, EventId, What};

pub(super) const ASKS: &[Ask] = &[
    Ask {
        id: AskId::X1,
        weight: Point,
        source: "RFC 3207 §6",
        find: |g| Posed::here(overwritten(g)?),
        answers: &[Always, Never, Never],
    },
    Ask {
        id: AskId::X2,
        weight: Decision,
        source: "RFC 3207 §6",
        find: |g| {
            let altered = overwritten(g).filter(|_| g.is_first_hop() && uses_tls(g))?;
            let (decided, _) = g.decided(Gate::Offer)?;
            let says_password = g.any_command("AUTH").is_some();
            Some(Posed::ahead(altered, g.facts.story.outcome.first.settled?)?.until(decided.saturating_sub(1)))
                .filter(|_| !says_password)
        },
        answers: &[
            If(|g| fate(g) == Some(Delivery::Delivered) && protection(g) == Protection::Clear),
            If(|g| matches!(fate(g), Some(Delivery::Deferred(_)))),
            If(|g| matches!(fate(g), Some(Delivery::Returned(_)))),
            Never,
        ],
    },
    Ask {
        id: AskId::X3,
        weight: Decision,
        source: "RFC 3207 §6",
        find: |g| {
            let settled = taken(g).filter(|_| g.delivered_sealed().is_some())?;
            Posed::between(g.content()?, g.onward(settled)?)
        },
        answers: &[Always, Never, Never],
    },
    Ask {
        id: AskId::X4,
        weight: Point,
        source: "RFC 5280 §6",
        find: |g| {
            let (checked, _) = g.checked(Side::Server).filter(|_| g.answered_by(Actor::Attacker))?;
            Posed::between(shown(g)?, checked)
        },
        answers: &[
            If(|g| of_server(g, |check| matches!(check.chain, Verdict::Fail(_)) && passes(&check.name))),
            If(|g| of_server(g, all_pass)),
            Never,
        ],
    },
    Ask {
        id: AskId::X5,
        weight: Decision,
        source: "RFC 3207 §6",
        find: |g| {
            let settled = taken(g).filter(|_| g.delivered_sealed().is_some() && g.is_indifferent())?;
            Some(Posed::here(settled)?.until(g.last_event()))
        },
        answers: &[Always, Never, Never],
    },
    Ask {
        id: AskId::X6,
        weight: Detail,
        source: "RFC 3207 §4.1",
        find: |g| {
            g.checked(Side::Server)?;
            Some(Posed::here(taken(g)?)?.until(g.last_event()))
        },
        answers: &[If(|g| of_server(g, |check| !check.passes())), If(|g| of_server(g, all_pass))],
    },
    Ask {
        id: AskId::X7,
        weight: Detail,
        source: "RFC 3207 §6",
        find: |g| Some(Posed::here(taken(g)?)?.until(g.last_event())),
        answers: &[Always, Never, Never],
    },
    Ask {
        id: AskId::X8,
        weight: Point,
        source: "docs/rules.md DS6",
        find: |g| {
            let stripped = g.first(|who, what| who == Side::Server && matches!(what, What::Stripped(_)))?;
            Posed::between(g.content()?, stripped)
        },
        answers: &[Always, Never, Never],
    },
    Ask {
        id: AskId::X9,
        weight: Point,
        source: "RFC 4954 §13",
        find: |g| {
            let login = |who, what: &What| {
                who == Side::Server && matches!(what, What::Authenticated { mechanism: Mechanism::Login, .. })
            };
            let logged_in = g.first(login).filter(|_| g.answered_by(Actor::Attacker) && g.is_indifferent())?;
            Posed::here(logged_in).filter(|_| g.both_up() && !g.hides_nothing())
        },
        answers: &[Always, Never, Never],
    },
];

/// Where STARTTLS was written over in the server's list.
fn overwritten(g: &Ground<'_>) -> Option<EventId> {
    let trace = g.facts.trace;
    g.first(|_, what| match what {
        What::Altered { sent } => trace.octets(*sent).ends_with(b"STARTTLS\r\n"),
        _ => false,
    })
}

/// Where an attacker took the mail in the receiver's place.
fn taken(g: &Ground<'_>) -> Option<EventId> {
    g.delivered().filter(|_| g.is_first_hop() && g.answered_by(Actor::Attacker))
}

/// What became of the mail in the end, as far as the sender sees.
fn fate(g: &Ground<'_>) -> Option<Delivery> {
    g.facts.story.outcome.first.delivery
}

fn protection(g: &Ground<'_>) -> Protection {
    g.facts.story.outcome.first.protection
}
