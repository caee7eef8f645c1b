//! The handshake, the reset, and the list inside TLS.

use super::Right::{Always, If, Never};
use super::Weight::{Decision, Detail, Point};
use super::{Ask, Posed};
use crate::lesson::AskId;
use crate::lesson::ground::Ground;
use crate::registry::{CERTIFICATE, CERTIFICATE_REQUEST, Cipher, Version, alert};
use crate::scenario::{Side, TlsStack, Versions};
use crate::smtp::{Gate, TlsAnswer, TlsVerb};
use crate::trace::{Actor, EventId, What};

/// What a round trip takes, in microseconds: nothing but the way takes time.
const ROUND_TRIP: u64 = 20_000;

pub(super) const ASKS: &[Ask] = &[
    Ask {
        id: AskId::H1,
        weight: Detail,
        source: "RFC 6066 §3",
        find: |g| Posed::before(g.hello()?.0),
        answers: &[
            If(|g| g.hello().is_some_and(|(_, hello)| hello.server_name.is_some())),
            If(|g| g.hello().is_some_and(|(_, hello)| hello.server_name.is_none())),
        ],
    },
    Ask {
        id: AskId::H2,
        weight: Point,
        source: "RFC 8446 §4.1.3",
        find: |g| Posed::ahead(g.hello()?.0, server_answer(g)?),
        answers: &[Always, Never, Never],
    },
    Ask {
        id: AskId::H3,
        weight: Detail,
        source: "RFC 8446 §2",
        find: |g| Posed::before(g.shown(Side::Server)?),
        answers: &[If(is_older), If(is_13)],
    },
    Ask {
        id: AskId::H4,
        weight: Detail,
        source: "RFC 8446 §2",
        find: |g| {
            let (hello, _) = g.hello()?;
            let whole = g.both_up() && !g.is_resumed() && !g.is_asked_again();
            Posed::ahead(hello, g.command("EHLO", true)?).filter(|_| whole)
        },
        answers: &[If(|g| round_trips(g) == Some(1)), If(|g| round_trips(g) == Some(2)), Never],
    },
    Ask {
        id: AskId::H5,
        weight: Decision,
        source: "RFC 3207 §4.1",
        find: |g| {
            let (checked, _) = g.checked(Side::Server).filter(|(_, check)| !check.passes())?;
            let up = g.up(Side::Client).map(|(id, _)| id);
            Posed::ahead(checked, up.or(g.failed(Side::Client).map(|(id, _)| id))?)
        },
        answers: &[
            If(|g| g.up(Side::Client).is_some()),
            If(|g| {
                let alert = g.failed(Side::Client).and_then(|(_, failure)| failure.alert);
                g.up(Side::Client).is_none() && alert.is_some_and(|(by, _)| by == Side::Client)
            }),
            Never,
        ],
    },
    Ask {
        id: AskId::H6,
        weight: Detail,
        source: "RFC 8446 §2",
        find: |g| {
            let hides = g.suite().is_some_and(|suite| suite.cipher != Cipher::Null);
            Posed::ahead(g.server_hello().filter(|_| hides)?.0, g.protected(Side::Server)?)
        },
        answers: &[If(is_13), If(is_older)],
    },
    Ask {
        id: AskId::H7,
        weight: Decision,
        source: "RFC 5246 §7.4.1.3",
        find: |g| {
            let (hello, _) = g.hello()?;
            let direct = g.answered_by(Actor::Receiver) && g.seat(Side::Client).actor == Actor::Sender;
            Posed::ahead(hello, server_answer(g)?).filter(|_| direct)
        },
        answers: &[
            If(|g| g.both_up()),
            If(|g| fails(g) && !has_version(g)),
            If(|g| fails(g) && has_version(g) && g.scenario.client_stack != TlsStack::Rustls),
        ],
    },
    Ask {
        id: AskId::H8,
        weight: Detail,
        source: "RFC 8446 §6.2",
        find: |g| {
            let (failed, _) = g.failed(Side::Client).filter(|_| g.up(Side::Client).is_none())?;
            let closed = g.first(|who, what| who == Side::Client && matches!(what, What::Closed(_)))?;
            Posed::between(g.alert().map_or(failed, |alert| alert.min(failed)), closed)
        },
        answers: &[Always, Never, Never],
    },
    Ask {
        id: AskId::H9,
        weight: Decision,
        source: "RFC 3207 §4.1",
        find: |g| Posed::ahead(g.failed(Side::Client)?.0, g.decided(Gate::Handshake)?.0),
        answers: &[
            If(|g| g.answers(Gate::Handshake, TlsAnswer::InClear)),
            If(|g| g.answers(Gate::Handshake, TlsAnswer::Defer)),
            Never,
        ],
    },
    Ask {
        id: AskId::H10,
        weight: Point,
        source: "RFC 5246 §7.4.6",
        find: |g| {
            let asked = g.handshake(Side::Server, CERTIFICATE_REQUEST).filter(|_| g.both_up())?;
            Posed::between(asked, g.handshake(Side::Client, CERTIFICATE)?)
        },
        answers: &[Always, Never, Never],
    },
    Ask {
        id: AskId::H11,
        weight: Detail,
        source: "RFC 8446 §2",
        find: |g| {
            let asked = g.handshake(Side::Server, CERTIFICATE_REQUEST).filter(|_| g.both_up())?;
            let shown = g.shown(Side::Client)?;
            Some(Posed::ahead(asked, g.checked(Side::Client)?.0)?.until(shown.saturating_sub(1)))
        },
        answers: &[If(is_older), If(is_13)],
    },
    Ask {
        id: AskId::R1,
        weight: Point,
        source: "RFC 3207 §4.2",
        find: |g| {
            let (line, _) = g.first_inside().filter(|(_, who)| *who == Side::Client)?;
            Posed::between(g.up(Side::Client)?.0, line)
        },
        answers: &[Always, Never, Never],
    },
    Ask {
        id: AskId::R2,
        weight: Point,
        source: "RFC 3207 §4.2",
        find: |g| Some(Posed::here(forgot(g, None)?)?.until(g.first_inside()?.0)),
        answers: &[Always, Never, Never],
    },
    Ask {
        id: AskId::R3,
        weight: Detail,
        source: "RFC 3207 §4.2",
        find: |g| Some(Posed::here(forgot(g, Some(Side::Client))?)?.until(g.first_inside()?.0)),
        answers: &[Always, Never, Never],
    },
    Ask {
        id: AskId::R4,
        weight: Detail,
        source: "RFC 5321 §4.1.4",
        find: |g| {
            let exchange = g.seat(Side::Server).profile().is_some_and(|profile| profile.is_exchange());
            let hello = g.command("EHLO", true).filter(|_| exchange)?;
            Some(Posed::here(g.up(Side::Client)?.0)?.until(hello.saturating_sub(1)))
        },
        answers: &[Always, Never, Never],
    },
    Ask {
        id: AskId::L1,
        weight: Point,
        source: "RFC 3207 §4.2",
        find: |g| {
            let last = g.chapter.after()?.lines.last().copied()?;
            Posed::between(g.command("EHLO", true)?, last).filter(|_| g.listed_inside("STARTTLS").is_none())
        },
        answers: &[Always, Never, Never],
    },
    Ask {
        id: AskId::L2,
        weight: Point,
        source: "RFC 4954 §4",
        find: |g| {
            let (_, auth) = g.listed_inside("AUTH")?;
            g.list_end()?;
            Some(Posed::between(g.command("EHLO", true)?, auth)?.with(new_words(g).join(" ")))
        },
        answers: &[If(|g| !new_words(g).is_empty()), If(|g| new_words(g).is_empty()), Never],
    },
    Ask {
        id: AskId::L3,
        weight: Detail,
        source: "RFC 3207 §4.2",
        find: |g| {
            g.listed("X-ANONYMOUSTLS")?;
            let gone = g.listed_inside("X-ANONYMOUSTLS").is_none() && g.chapter.verb != TlsVerb::AnonymousTls;
            Posed::here(g.chapter.after()?.lines.last().copied()?).filter(|_| gone)
        },
        answers: &[Always, Never, Never],
    },
    Ask {
        id: AskId::L4,
        weight: Point,
        source: "RFC 4954 §13",
        find: |g| {
            let (auth, line) = g.listed_inside("AUTH")?;
            let takes_passwords = auth.parameters.iter().any(|word| word == "LOGIN" || word == "PLAIN");
            let deceived = g.judges() && g.seat(Side::Server).is_false();
            Posed::here(line).filter(|_| takes_passwords && !deceived && !g.hides_nothing())
        },
        answers: &[If(|g| g.is_indifferent()), If(|g| g.judges()), Never],
    },
    Ask {
        id: AskId::F6,
        weight: Detail,
        source: "RFC 5246 §7.2.2",
        find: |g| {
            let (hello, said) = g.hello()?;
            let alerted = g.alert_after(hello)?;
            let (_, failure) = g.failed(Side::Client)?;
            let is_old = said.versions.iter().all(|&version| version < Version::TLS12);
            let early =
                g.shown(Side::Server).is_none() && failure.alert == Some((Side::Server, alert::HANDSHAKE_FAILURE));
            Some(Posed::here(alerted)?.until(g.last_event())).filter(|_| is_old && early)
        },
        answers: &[Always, Never, Never],
    },
];

fn is_13(g: &Ground<'_>) -> bool {
    g.version() == Some(Version::TLS13)
}

fn is_older(g: &Ground<'_>) -> bool {
    g.version().is_some_and(|version| version < Version::TLS13)
}

/// What comes of the hello: the choice, or an alert.
fn server_answer(g: &Ground<'_>) -> Option<EventId> {
    g.server_hello().map(|(id, _)| id).or_else(|| g.alert_after(g.hello()?.0))
}

/// From the first hello to the first line inside TLS.
fn round_trips(g: &Ground<'_>) -> Option<u64> {
    let at = |id: EventId| g.facts.trace.events.get(id).map(|event| event.at.0);
    let taken = at(g.command("EHLO", true)?)?.checked_sub(at(g.hello()?.0)?)?;
    (taken % ROUND_TRIP == 0).then_some(taken / ROUND_TRIP)
}

fn fails(g: &Ground<'_>) -> bool {
    g.failed(Side::Client).is_some() && g.failed(Side::Server).is_some()
}

/// Whether what the hello offers and what the receiver has share a version.
fn has_version(g: &Ground<'_>) -> bool {
    let Some((_, hello)) = g.hello() else { return false };
    let is_old = |stack| stack != TlsStack::Rustls;
    match (is_old(g.scenario.client_stack), is_old(g.scenario.server_stack)) {
        (true, true) => true,
        (false, false) => {
            let wanted: &[Version] = match g.scenario.server_versions {
                Versions::Tls12 => &[Version::TLS12],
                Versions::Tls13 => &[Version::TLS13],
                Versions::Both => &[Version::TLS12, Version::TLS13],
            };
            hello.versions.iter().any(|version| wanted.contains(version))
        }
        // Neither has what is newest to the one and oldest to the other.
        _ => false,
    }
}

/// Where a side, or the first of both, forgets what was said in clear.
fn forgot(g: &Ground<'_>, side: Option<Side>) -> Option<EventId> {
    g.first(|who, what| matches!(what, What::Forgot(_)) && side.is_none_or(|side| side == who))
}

/// Words of AUTH inside TLS that were not there in clear.
fn new_words<'a>(g: &Ground<'a>) -> Vec<&'a str> {
    let before = g.listed("AUTH").map(|(auth, _)| auth.parameters.as_slice()).unwrap_or_default();
    let inside = g.listed_inside("AUTH").map(|(auth, _)| auth.parameters.as_slice()).unwrap_or_default();
    inside.iter().filter(|word| !before.contains(word)).map(String::as_str).collect()
}
