//! Old suites, the group that a quantum computer does not break, and sessions that go on.

use super::Right::{Always, If, Never};
use super::Weight::{Detail, Point};
use super::{Ask, Posed};
use crate::lesson::AskId;
use crate::lesson::ground::Ground;
use crate::registry::suites::TLS_RSA_WITH_RC4_128_MD5;
use crate::registry::{Cipher, KeyExchange, Mode, Version, X25519MLKEM768, is_post_quantum, suite};
use crate::scenario::{Side, TlsStack};

pub(super) const ASKS: &[Ask] = &[
    Ask {
        id: AskId::U1,
        weight: Point,
        source: "RFC 9325 §4.1",
        find: |g| {
            let (chosen, _) = g.server_hello().filter(|_| g.hides_nothing())?;
            Posed::ahead(chosen, g.first_inside()?.0)
        },
        answers: &[Always, Never, Never],
    },
    Ask {
        id: AskId::U2,
        weight: Point,
        source: "RFC 5246 §7.4.1.3",
        find: |g| {
            let (hello, said) = g.hello()?;
            let offers = |wanted: fn(KeyExchange) -> bool| {
                said.suites.iter().filter_map(|&code| suite(code)).any(|suite| wanted(suite.key_exchange))
            };
            let both = offers(KeyExchange::is_static_rsa) && offers(|exchange| exchange == KeyExchange::Ecdhe);
            let knows = g.seat(Side::Server).engine == Some(TlsStack::Ws2008) && g.scenario.server_suite.is_none();
            Posed::ahead(hello, g.server_hello()?.0).filter(|_| both && knows && g.both_up())
        },
        answers: &[
            If(|g| g.exchange().is_some_and(|exchange| exchange != KeyExchange::Ecdhe)),
            If(|g| g.exchange() == Some(KeyExchange::Ecdhe)),
            Never,
        ],
    },
    Ask {
        id: AskId::U4,
        weight: Point,
        source: "RFC 5246 §F.1.1.2",
        find: |g| {
            let settled = g.delivered_sealed().filter(|_| !g.is_resumed())?;
            let by_key = g.exchange() == Some(KeyExchange::Rsa);
            Some(Posed::here(settled)?.until(g.last_event())).filter(|_| by_key)
        },
        answers: &[Always, Never, Never],
    },
    Ask {
        id: AskId::U5,
        weight: Point,
        source: "RFC 2246 §7.4.3",
        find: |g| {
            let (chosen, _) = g.server_hello()?;
            let (up, _) = g.up(Side::Client)?;
            let made = g.exchange() == Some(KeyExchange::RsaExport) && !g.is_resumed();
            Some(Posed::here(chosen)?.until(up)).filter(|_| made)
        },
        answers: &[Always, Never, Never],
    },
    Ask {
        id: AskId::U6,
        weight: Detail,
        source: "RFC 2246 §6.2.3.2",
        find: |g| {
            let chained = g.version() == Some(Version::TLS10) && g.suite().is_some_and(|suite| suite.mode == Mode::Cbc);
            Some(Posed::here(g.up(Side::Client)?.0)?.until(g.first_inside()?.0)).filter(|_| chained)
        },
        answers: &[Always, Never, Never],
    },
    Ask {
        id: AskId::U7,
        weight: Detail,
        source: "RFC 7465",
        find: |g| {
            let (chosen, hello) = g.server_hello()?;
            Posed::here(chosen).filter(|_| suite(hello.suite) == Some(TLS_RSA_WITH_RC4_128_MD5))
        },
        answers: &[Always, Never, Never],
    },
    Ask {
        id: AskId::P1,
        weight: Detail,
        source: "draft-ietf-tls-ecdhe-mlkem",
        find: |g| {
            let (id, hello) = g.hello()?;
            // A share is sent of the first group.
            Posed::here(id).filter(|_| hello.groups.first() == Some(&X25519MLKEM768))
        },
        answers: &[Always, Never, Never],
    },
    Ask {
        id: AskId::P2,
        weight: Point,
        source: "draft-ietf-tls-ecdhe-mlkem",
        find: |g| {
            let settled = g.delivered_sealed().filter(|_| !g.is_resumed())?;
            let strong = g.suite().is_some_and(|suite| matches!(suite.cipher, Cipher::Aes256 | Cipher::ChaCha20));
            Some(Posed::here(settled)?.until(g.last_event())).filter(|_| strong)
        },
        answers: &[If(|g| post_quantum(g) == Some(false)), If(|g| post_quantum(g) == Some(true)), Never],
    },
    Ask {
        id: AskId::P3,
        weight: Point,
        source: "RFC 8446 §2.2",
        find: |g| {
            let (chosen, _) = g.server_hello().filter(|_| g.is_resumed())?;
            Posed::ahead(chosen, g.up(Side::Client)?.0)
        },
        answers: &[Always, Never, Never],
    },
];

fn post_quantum(g: &Ground<'_>) -> Option<bool> {
    is_post_quantum(g.session()?.group?)
}
