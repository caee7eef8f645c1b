//! Two ends of old TLS and what a test may change about them.

use crate::pair::{End, HOST, Pair, names, party};
use starttls_lab::registry::{
    Authentication, CodePoint, Group, KeyExchange, Mode, SUITES, Suite, Version, VersionRange,
};
use starttls_lab::scenario::{Certificate, Clock, Scenario, Seed, Side, preset};
use starttls_lab::tls::{Engine, OldKey, OldPki, OldSetup, SecretLog, Wanted};

pub const VERSIONS: [Version; 4] = [Version::SSL3, Version::TLS10, Version::TLS11, Version::TLS12];
pub const CURVES: [Group; 3] = [Group::Secp256r1, Group::Secp384r1, Group::Secp521r1];

pub const fn only(version: Version) -> VersionRange {
    VersionRange::new(version, version)
}

#[derive(Clone)]
pub struct Old {
    pub seed: u32,
    pub client: VersionRange,
    pub server: VersionRange,
    pub suites: Vec<(Suite, Option<Group>)>,
    pub groups: Vec<Group>,
    /// The kinds of the server's keys.
    pub keys: Vec<OldKey>,
    pub breaks_off: bool,
    /// The server's.
    pub certificate: Certificate,
    /// The server asks, and this is what the client has.
    pub asks: bool,
    pub client_key: Option<OldKey>,
    pub connection: u16,
    pub secrets: SecretLog,
}

pub fn old(version: Version, suite: Suite, key: OldKey) -> Old {
    Old {
        seed: 1,
        client: only(version),
        server: only(version),
        suites: vec![(suite, None)],
        groups: CURVES.to_vec(),
        keys: vec![key],
        breaks_off: false,
        certificate: Certificate::Trusted,
        asks: false,
        client_key: None,
        connection: 0,
        secrets: SecretLog::default(),
    }
}

impl Old {
    pub fn scenario(&self) -> Scenario {
        let client_certificate = self.client_key.map(|_| Certificate::Trusted);
        let server_certificate = self.certificate;
        Scenario {
            seed: Seed(self.seed),
            clock: Clock::BOOK,
            client_certificate,
            server_certificate,
            ..preset("book").unwrap().scenario
        }
    }

    pub fn pki(&self) -> OldPki {
        OldPki::new(&self.scenario(), &names(HOST), &self.keys, self.client_key.as_slice()).unwrap()
    }

    pub fn engine(&self, side: Side, pki: &OldPki) -> Engine {
        let scenario = self.scenario();
        let setup = OldSetup {
            side,
            party: party(side),
            pki,
            versions: if side == Side::Client { self.client } else { self.server },
            suites: &self.suites,
            groups: &self.groups,
            prefers: Side::Server,
            temporary: true,
            seed: scenario.seed,
            clock: scenario.clock,
            server_name: Some(HOST),
            wanted: Some(Wanted::Host(HOST.to_owned())).filter(|_| side == Side::Client),
            breaks_off: self.breaks_off,
            asks: self.asks,
            connection: self.connection,
            secrets: self.secrets.clone(),
        };
        Engine::old(&setup).unwrap()
    }

    pub fn pair(&self) -> Pair {
        let pki = self.pki();
        let end = |side| End { session: self.engine(side, &pki), outputs: Vec::new() };
        Pair { client: end(Side::Client), server: end(Side::Server) }
    }
}

/// What the engine speaks: every suite of TLS without an AEAD.
pub fn suites() -> impl Iterator<Item = Suite> {
    SUITES.iter().copied().filter(|suite| {
        let is_known = matches!(suite.mode, Mode::None | Mode::Stream | Mode::Cbc);
        is_known && matches!(suite.code, CodePoint::Tls(_)) && suite.key_exchange != KeyExchange::Apart
    })
}

/// The kinds of keys that serve a suite.
pub fn keys(suite: Suite) -> &'static [OldKey] {
    match suite.authentication {
        Authentication::Rsa => &[OldKey::Rsa1024, OldKey::Rsa2048],
        Authentication::Dss => &[OldKey::Dsa1024],
        Authentication::Ecdsa => &[OldKey::P256, OldKey::P384, OldKey::P521],
        Authentication::Apart => &[],
    }
}

/// Every suite in every version that has it, with every kind of key.
pub fn all() -> Vec<(Suite, Version, OldKey)> {
    let versions = |suite: Suite| VERSIONS.into_iter().filter(move |&version| suite.versions.contains(version));
    let with_keys = |(suite, version)| keys(suite).iter().map(move |&key| (suite, version, key));
    suites().flat_map(|suite| versions(suite).map(move |version| (suite, version))).flat_map(with_keys).collect()
}
