//! What became of a mail between two servers of one organisation.

use super::decision::shaping;
use super::{Facts, FirstHop};
use crate::policy::Decision;
use crate::scenario::NextHop;
use crate::smtp::{Delivery, Gate, Obstacle, OwnProof};
use crate::story::Protection;
use crate::trace::What;

/// For whom of its own organisation the sender took the receiver.
pub(super) fn own(facts: Facts<'_>) -> Option<NextHop> {
    let next_hop = shaping(facts).and_then(Decision::sender).map(|decided| decided.seen.next_hop);
    next_hop.filter(|&next_hop| next_hop != NextHop::Internet)
}

/// It went, or a decision stopped it.
pub(super) fn is_of_policy(delivery: Delivery) -> bool {
    matches!(delivery, Delivery::Delivered | Delivery::Deferred(Obstacle::Policy(_)))
}

/// The receiver knows it by X-EXPS NTLM.
fn is_by_ntlm(facts: Facts<'_>) -> bool {
    let known = |what: &What| matches!(what, What::Recognised { by: OwnProof::Ntlm, .. });
    facts.trace.events.iter().any(|event| known(&event.what))
}

/// Between servers of one organisation.
pub(super) fn own_server(facts: Facts<'_>, delivery: Delivery) -> FirstHop<'_> {
    let outcome = &facts.story.outcome;
    let controller = shaping(facts).and_then(Decision::sender).map(|decided| decided.seen.controller);
    match (delivery, outcome.first.protection) {
        (Delivery::Deferred(Obstacle::Policy(Gate::Login)), _) => {
            let sealed = facts.story.first().findings.session.is_some();
            FirstHop::NoTicket { controller: controller.unwrap_or_default(), sealed }
        }
        (Delivery::Deferred(Obstacle::Policy(Gate::Offer)), _) if facts.is_overwritten(0) => {
            FirstHop::OwnOverwritten { kept: true }
        }
        (Delivery::Deferred(Obstacle::Policy(gate)), _) => FirstHop::OwnStopped(gate),
        (_, Protection::Clear) if facts.is_overwritten(0) => FirstHop::OwnOverwritten { kept: false },
        (_, Protection::Clear) => FirstHop::OwnInClear,
        (_, Protection::Verified) => FirstHop::OwnEdge,
        _ => FirstHop::OwnHub { ntlm: is_by_ntlm(facts) },
    }
}
