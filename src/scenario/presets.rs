//! The stories that the page starts from. Their titles and what to watch are in `text/`.

use super::*;

/// A named scenario. The name is part of links and of golden files: it never changes.
#[derive(Clone, Copy, Debug)]
pub struct Preset {
    pub name: &'static str,
    pub scenario: Scenario,
}

const BOOK: Scenario = Scenario {
    seed: Seed(1),
    clock: Clock::BOOK,
    policy: ClientPolicy::Opportunistic,
    go_ahead: GoAhead::Exactly220,
    client_versions: Versions::Tls12,
    credentials: Credentials::None,
    transfer: Transfer::Data,
    pipelining: Pipelining::Off,
    server: ServerProfile::Book,
    starttls: Offer::Offered,
    server_versions: Versions::Tls12,
};

const POSTFIX: Scenario = Scenario {
    clock: Clock::TODAY,
    go_ahead: GoAhead::Any2xx,
    client_versions: Versions::Both,
    pipelining: Pipelining::On,
    server: ServerProfile::Postfix,
    server_versions: Versions::Both,
    ..BOOK
};

pub const PRESETS: &[Preset] = &[
    Preset { name: "book", scenario: BOOK },
    Preset {
        name: "book-tls13",
        scenario: Scenario { client_versions: Versions::Both, server_versions: Versions::Both, ..BOOK },
    },
    Preset { name: "book-login", scenario: Scenario { credentials: Credentials::Login, ..BOOK } },
    Preset { name: "book-250", scenario: Scenario { starttls: Offer::Says250, ..BOOK } },
    Preset { name: "postfix", scenario: POSTFIX },
    Preset { name: "not-offered", scenario: Scenario { starttls: Offer::NotOffered, ..BOOK } },
    Preset { name: "refused-454", scenario: Scenario { starttls: Offer::Unavailable, ..BOOK } },
    Preset {
        name: "required-not-offered",
        scenario: Scenario { policy: ClientPolicy::Required, starttls: Offer::NotOffered, ..BOOK },
    },
    Preset {
        name: "server-requires-tls",
        scenario: Scenario { policy: ClientPolicy::Never, starttls: Offer::Required, ..POSTFIX },
    },
    Preset {
        name: "no-common-version",
        scenario: Scenario { client_versions: Versions::Tls12, server_versions: Versions::Tls13, ..POSTFIX },
    },
];

/// The preset of that name.
pub fn preset(name: &str) -> Option<&'static Preset> {
    PRESETS.iter().find(|preset| preset.name == name)
}
