//! A login with NTLM, recorded or relayed.

use super::Right::{Always, If, Never};
use super::Weight::{Decision, Point};
use super::{Ask, Posed};
use crate::lesson::AskId;
use crate::lesson::ground::Ground;
use crate::ntlm::BindingFault;
use crate::scenario::Side;
use crate::smtp::{NtlmRefusal, NtlmVerdict};
use crate::story::ntlm::message;
use crate::trace::{Actor, EventId, What};

pub(super) const ASKS: &[Ask] = &[
    Ask {
        id: AskId::N1,
        weight: Point,
        source: "[MS-NLMP] 3.3.2",
        find: |g| Posed::here(answer(g).filter(|_| g.is_first_hop())?),
        answers: &[Always, Never, Never],
    },
    Ask {
        id: AskId::N2,
        weight: Point,
        source: "[MS-NLMP] 3.3.2",
        find: |g| Some(Posed::here(answer(g).filter(|&id| !g.inside(id))?)?.until(g.last_event())),
        answers: &[Always, Never, Never],
    },
    Ask {
        id: AskId::N3,
        weight: Decision,
        source: "docs/rules.md N21",
        find: |g| {
            let logged_in = g.first(|who, what| who == Side::Server && matches!(what, What::Authenticated { .. }));
            Some(Posed::here(logged_in.filter(|_| is_relayed(g))?)?.until(g.last_event()))
        },
        answers: &[Always, Never, Never],
    },
    Ask {
        id: AskId::N4,
        weight: Decision,
        source: "docs/rules.md N22",
        find: |g| Posed::between(answer(g).filter(|_| is_relayed(g))?, judged(g)?.0),
        answers: &[
            If(|g| verdict(g) == Some(NtlmVerdict::Refused(NtlmRefusal::Bindings(BindingFault::Differs)))),
            If(|g| matches!(verdict(g), Some(NtlmVerdict::Admitted { .. }))),
            Never,
        ],
    },
];

/// The third message.
fn answer(g: &Ground<'_>) -> Option<EventId> {
    let third =
        |id: EventId| message(g.facts.trace, g.facts.reading, id).is_some_and(|octets| octets.get(8) == Some(&3));
    g.lines().map(|(id, ..)| id).find(|&id| third(id))
}

fn judged(g: &Ground<'_>) -> Option<(EventId, NtlmVerdict)> {
    g.events().find_map(|(id, event)| match event.what {
        What::NtlmJudged(verdict) => Some((id, verdict)),
        _ => None,
    })
}

fn verdict(g: &Ground<'_>) -> Option<NtlmVerdict> {
    judged(g).map(|(_, verdict)| verdict)
}

fn is_relayed(g: &Ground<'_>) -> bool {
    g.seat(Side::Client).actor == Actor::Attacker
}
