//! The checks of the server's certificate, and what the sender makes of them.

use super::Right::{Always, If, Never};
use super::Weight::{Decision, Detail, Point};
use super::{Ask, Posed};
use crate::lesson::AskId;
use crate::lesson::ground::{Ground, all_pass, passes};
use crate::scenario::{Demands, Side};
use crate::smtp::{Gate, TlsAnswer};
use crate::story::Protection;
use crate::tls::{CertificateCheck, Defect, Verdict, Wanted};
use crate::trace::{Actor, EventId};

pub(super) const ASKS: &[Ask] = &[
    Ask {
        id: AskId::K1,
        weight: Decision,
        source: "RFC 3207 §4.1",
        find: |g| {
            let (checked, _) = g.checked(Side::Server)?;
            let (up, _) = g.up(Side::Client)?;
            let (decided, _) = g.decided(Gate::Certificate)?;
            g.demands()?;
            Posed::between(checked.max(up), decided)
        },
        answers: &[
            If(|g| goes_on(g) && g.is_indifferent()),
            If(|g| goes_on(g) && g.judges()),
            If(|g| g.answers(Gate::Certificate, TlsAnswer::Defer)),
            If(|g| g.answers(Gate::Certificate, TlsAnswer::InClear)),
        ],
    },
    Ask {
        id: AskId::C1,
        weight: Point,
        source: "RFC 5280 §6",
        find: check,
        answers: &[
            If(|g| chain(g) == Some(&Verdict::Pass)),
            If(|g| chain(g) == Some(&Verdict::Fail(Defect::UnknownIssuer))),
            If(|g| chain(g) == Some(&Verdict::Fail(Defect::SelfSigned))),
        ],
    },
    Ask {
        id: AskId::C2,
        weight: Detail,
        source: "RFC 9525 §6",
        // The policy alone tells, so it can be asked as soon as a certificate is to come.
        find: |g| {
            let posed = check(g)?;
            let (hello, _) = g.hello()?;
            Some(Posed { from: hello, ..posed })
        },
        answers: &[
            If(|g| matches!(wanted(g), Some(Wanted::Host(_)))),
            If(|g| matches!(wanted(g), Some(Wanted::Domain(_)))),
            Never,
        ],
    },
    Ask {
        id: AskId::C3,
        weight: Detail,
        source: "RFC 9525 §6.3",
        find: |g| {
            let (_, found) = g.checked(Side::Server)?;
            let value = match passes(&found.name) {
                true => wanted(g)?.name().to_owned(),
                false => found.names.join(", "),
            };
            Some(check(g)?.with(value))
        },
        answers: &[
            If(|g| of_server(g, |found| passes(&found.name))),
            If(|g| of_server(g, |found| matches!(found.name, Verdict::Fail(_)))),
        ],
    },
    Ask {
        id: AskId::C4,
        weight: Detail,
        source: "RFC 5280 §4.2.1.12",
        find: |g| {
            let (_, found) = g.checked(Side::Server)?;
            let rest = [&found.chain, &found.name, &found.dates].into_iter().all(passes);
            check(g).filter(|_| rest && matches!(found.purpose, Verdict::Fail(_)))
        },
        answers: &[Always, Never, Never],
    },
    Ask {
        id: AskId::C5,
        weight: Detail,
        source: "RFC 3207 §4.1",
        find: |g| {
            let failed = of_server(g, |found| matches!(found.chain, Verdict::Fail(_)));
            let settled = g.delivered_sealed().filter(|_| failed && !g.answered_by(Actor::Attacker))?;
            Some(Posed::here(settled)?.until(g.last_event()))
        },
        answers: &[Always, Never, Never],
    },
    Ask {
        id: AskId::C6,
        weight: Detail,
        source: "RFC 5280 §6.1.1",
        find: |g| {
            let unknown =
                |verdict: &Verdict| matches!(verdict, Verdict::Fail(Defect::UnknownIssuer | Defect::SelfSigned));
            let (checked, found) = g.checked(Side::Server)?;
            let up = g.up(Side::Client).map_or(checked, |(id, _)| id);
            let fits = unknown(&found.chain) && g.answered_by(Actor::Receiver);
            Some(Posed::here(checked)?.until(up)).filter(|_| fits)
        },
        answers: &[Always, Never, Never],
    },
    Ask {
        id: AskId::C7,
        weight: Detail,
        source: "RFC 5280 §6.3",
        find: |g| check(g).filter(|_| g.seat(Side::Server).is_revoked() && of_server(g, all_pass)),
        answers: &[Always, Never, Never],
    },
    Ask {
        id: AskId::C8,
        weight: Detail,
        source: "RFC 5280 §6",
        find: |g| {
            let (checked, found) = g.checked(Side::Server)?;
            let (decided, _) = g.decided(Gate::Certificate)?;
            let judged = g.demands().is_some_and(Demands::verifies) && all_pass(found);
            Some(Posed::here(checked)?.until(decided)).filter(|_| judged)
        },
        answers: &[Always, Never, Never],
    },
    Ask {
        id: AskId::K2,
        weight: Detail,
        source: "RFC 3207 §6",
        find: |g| {
            let (decided, _) = g.decided(Gate::Certificate)?;
            let in_clear = g.answers(Gate::Certificate, TlsAnswer::InClear);
            let mail = g.later(decided, |id, event| {
                let line = g.line(id).filter(|line| line.sent_before_tls);
                event.connection != g.number() && line.is_some_and(|line| line.text.starts_with("MAIL"))
            })?;
            Posed::between(decided, mail).filter(|_| in_clear)
        },
        answers: &[Always, Never, Never],
    },
    Ask {
        id: AskId::K3,
        weight: Detail,
        source: "RFC 3207 §4.2",
        find: |g| {
            let quit = g.command("QUIT", true)?;
            Posed::here(quit).filter(|_| g.answers(Gate::Certificate, TlsAnswer::Defer))
        },
        answers: &[Always, Never, Never],
    },
    Ask {
        id: AskId::K4,
        weight: Detail,
        source: "RFC 3207 §4.1",
        find: |g| {
            let settled = g.delivered_sealed().filter(|_| of_server(g, all_pass) && g.is_indifferent())?;
            let encrypted = g.chapter.leg.protection == Protection::Encrypted;
            Some(Posed::here(settled)?.until(g.last_event())).filter(|_| encrypted)
        },
        answers: &[Always, Never, Never],
    },
];

/// From where the certificate is shown to where it has been checked.
fn check(g: &Ground<'_>) -> Option<Posed> {
    Posed::between(shown(g)?, g.checked(Side::Server)?.0)
}

pub(super) fn shown(g: &Ground<'_>) -> Option<EventId> {
    g.shown(Side::Server)
}

pub(super) fn of_server(g: &Ground<'_>, rule: fn(&CertificateCheck) -> bool) -> bool {
    g.checked(Side::Server).is_some_and(|(_, found)| rule(found))
}

fn chain<'a>(g: &Ground<'a>) -> Option<&'a Verdict> {
    g.checked(Side::Server).map(|(_, found)| &found.chain)
}

fn wanted<'a>(g: &Ground<'a>) -> Option<&'a Wanted> {
    g.checked(Side::Server)?.1.wanted.as_ref()
}

fn goes_on(g: &Ground<'_>) -> bool {
    g.answers(Gate::Certificate, TlsAnswer::GoOn)
}
