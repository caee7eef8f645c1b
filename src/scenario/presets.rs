//! The stories that the page starts from. Their titles and what to watch are in `text/`.

use super::*;
use crate::registry::Suite;
use crate::registry::suites::{
    TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA, TLS_RSA_EXPORT_WITH_RC4_40_MD5, TLS_RSA_WITH_AES_128_CBC_SHA,
    TLS_RSA_WITH_NULL_SHA,
};

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
    sender: System::Exchange,
    go_ahead: GoAhead::Exactly220,
    client_certificate: None,
    sender_imports: Switch::Off,
    send_domain_secure: Switch::Off,
    routing: Routing::Dns,
    next_hop: NextHop::Internet,
    downgraded_auth: Switch::Off,
    controller: Controller::Up,
    published: Published::Both,
    client_stack: TlsStack::Rustls,
    client_suite: None,
    client_ssl3: Switch::Off,
    client_versions: Versions::Tls12,
    verifier: Verifier::Records,
    client_groups: Groups::Classical,
    credentials: Credentials::None,
    password: Password::Strong,
    ntlm_era: NtlmEra::Ws2008,
    client_binding: Switch::Off,
    transfer: Transfer::Data,
    pipelining: Pipelining::Off,
    spoofs: Switch::Off,
    path: Path::Direct,
    flip: BitFlip::None,
    server: ServerProfile::Book,
    starttls: Offer::Offered,
    anonymous_tls: AnonymousOffer::Offered,
    server_certificate: Certificate::Trusted,
    receiver_imports: Switch::Off,
    server_stack: TlsStack::Rustls,
    server_suite: None,
    server_versions: Versions::Tls12,
    server_groups: Groups::Classical,
    receive_list: Switch::Off,
    receive_domain_secure: Switch::Off,
    second_try: SecondTry::None,
    auth_mechanism: AuthMechanism::DEFAULT,
    epa: Epa::None,
    partners: Switch::On,
    reader: Reader::Outlook,
    icon_rule: IconRule::Book,
};

const POSTFIX: Scenario = Scenario {
    clock: Clock::TODAY,
    sender: System::Other,
    go_ahead: GoAhead::Any2xx,
    client_versions: Versions::Both,
    pipelining: Pipelining::On,
    server: ServerProfile::Postfix,
    server_versions: Versions::Both,
    reader: Reader::Other,
    ..BOOK
};

/// Two organisations with Exchange 2010, as Setup leaves it but for certificates that a public CA has issued.
const EXCHANGE: Scenario = Scenario { clock: Clock::EXCHANGE, server: ServerProfile::Exchange, ..BOOK };

/// What Exchange 2010 on Windows Server 2008 would have spoken.
const BOOK_2009: Scenario = Scenario { client_stack: TlsStack::Ws2008, server_stack: TlsStack::Ws2008, ..BOOK };

/// Two organisations with Exchange 2007 on Windows Server 2003.
const OLD: Scenario = Scenario {
    client_stack: TlsStack::Ws2003,
    server: ServerProfile::Exchange,
    server_stack: TlsStack::Ws2003,
    ..BOOK
};

/// The same with Exchange 2010 on Windows Server 2008.
const NEWER: Scenario = Scenario { client_stack: TlsStack::Ws2008, server_stack: TlsStack::Ws2008, ..EXCHANGE };

/// Two servers of one organisation. Only a Hub that is a stranger has another.
const OWN_HUB: Scenario = Scenario { next_hop: NextHop::Hub, ..BOOK };

/// The book's sender logs in with Windows' own mechanism, and uses no TLS.
const NTLM: Scenario = Scenario { policy: ClientPolicy::Never, credentials: Credentials::Ntlm, ..BOOK };

/// Both have set up Domain Security for each other.
const DOMAIN_SECURED: Scenario = Scenario {
    policy: ClientPolicy::DomainSecure,
    client_certificate: Some(Certificate::Trusted),
    send_domain_secure: Switch::On,
    receive_list: Switch::On,
    receive_domain_secure: Switch::On,
    ..EXCHANGE
};

/// The first line of the old lists with this suite, and no other.
const fn only(suite: Suite) -> Option<OldList> {
    Some(OldList::only(OldLine::of(suite)))
}

pub const PRESETS: &[Preset] = &[
    Preset { name: "book", scenario: BOOK },
    Preset {
        name: "book-tls13",
        scenario: Scenario { client_versions: Versions::Both, server_versions: Versions::Both, ..BOOK },
    },
    Preset { name: "book-login", scenario: Scenario { credentials: Credentials::Login, ..BOOK } },
    Preset { name: "ntlm-clear-weak", scenario: Scenario { password: Password::Weak, ..NTLM } },
    Preset { name: "ntlm-clear-strong", scenario: NTLM },
    Preset { name: "ntlm-inside-tls", scenario: Scenario { credentials: Credentials::Ntlm, ..BOOK } },
    Preset { name: "ntlm-wrong", scenario: Scenario { password: Password::Wrong, ..NTLM } },
    Preset {
        name: "login-to-impostor",
        scenario: Scenario { credentials: Credentials::Login, path: Path::Impostor, ..BOOK },
    },
    Preset {
        name: "ntlm-to-impostor",
        scenario: Scenario { credentials: Credentials::Ntlm, path: Path::NtlmRelay, ..BOOK },
    },
    Preset { name: "book-250", scenario: Scenario { starttls: Offer::Says250, ..BOOK } },
    Preset { name: "book-2009", scenario: BOOK_2009 },
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
    Preset { name: "internal-ca", scenario: Scenario { server_certificate: Certificate::InternalCa, ..BOOK } },
    Preset { name: "self-signed", scenario: Scenario { server_certificate: Certificate::SelfSigned, ..POSTFIX } },
    Preset {
        name: "verify-or-clear",
        scenario: Scenario { policy: ClientPolicy::VerifyOrClear, server_certificate: Certificate::Expired, ..POSTFIX },
    },
    Preset {
        name: "verified-wrong-name",
        scenario: Scenario { policy: ClientPolicy::Verified, server_certificate: Certificate::WrongName, ..POSTFIX },
    },
    Preset {
        name: "legacy-no-tls",
        scenario: Scenario { policy: ClientPolicy::LegacyOn, starttls: Offer::NotOffered, ..EXCHANGE },
    },
    Preset { name: "domain-secured", scenario: DOMAIN_SECURED },
    Preset { name: "list-forgotten", scenario: Scenario { receive_list: Switch::Off, ..DOMAIN_SECURED } },
    Preset { name: "client-certificate-missing", scenario: Scenario { client_certificate: None, ..DOMAIN_SECURED } },
    Preset {
        name: "domain-wrong-name",
        scenario: Scenario { server_certificate: Certificate::WrongName, ..DOMAIN_SECURED },
    },
    Preset {
        name: "default-self-signed",
        scenario: Scenario {
            client_certificate: Some(Certificate::SelfSigned),
            server_certificate: Certificate::SelfSigned,
            ..DOMAIN_SECURED
        },
    },
    Preset { name: "hygiene-relay", scenario: Scenario { path: Path::Relay, ..DOMAIN_SECURED } },
    Preset {
        name: "relay-forwards",
        scenario: Scenario {
            policy: ClientPolicy::Verified,
            send_domain_secure: Switch::Off,
            path: Path::Relay,
            ..DOMAIN_SECURED
        },
    },
    Preset { name: "stripped", scenario: Scenario { path: Path::Strip, ..POSTFIX } },
    Preset { name: "impostor", scenario: Scenario { path: Path::Impostor, ..POSTFIX } },
    Preset { name: "hub-to-hub", scenario: OWN_HUB },
    Preset {
        name: "hub-to-stranger",
        scenario: Scenario {
            server: ServerProfile::Exchange,
            controller: Controller::UnknownServer,
            clock: Clock::EXCHANGE,
            ..OWN_HUB
        },
    },
    Preset { name: "hub-to-edge", scenario: Scenario { next_hop: NextHop::Edge, ..BOOK } },
    Preset { name: "old-client", scenario: Scenario { client_stack: TlsStack::Ws2003, ..POSTFIX } },
    Preset {
        name: "old-client-requires-tls",
        scenario: Scenario { policy: ClientPolicy::Required, client_stack: TlsStack::Ws2008, ..POSTFIX },
    },
    Preset {
        name: "old-server",
        scenario: Scenario {
            policy: ClientPolicy::Required,
            server: ServerProfile::Exchange,
            server_stack: TlsStack::Ws2003,
            ..POSTFIX
        },
    },
    Preset { name: "null-suite", scenario: Scenario { client_suite: only(TLS_RSA_WITH_NULL_SHA), ..BOOK_2009 } },
    Preset { name: "export-40", scenario: Scenario { client_suite: only(TLS_RSA_EXPORT_WITH_RC4_40_MD5), ..OLD } },
    Preset { name: "ssl3-fallback", scenario: Scenario { client_ssl3: Switch::On, ..OLD } },
    Preset { name: "rsa-stolen-key", scenario: Scenario { client_suite: only(TLS_RSA_WITH_AES_128_CBC_SHA), ..NEWER } },
    Preset {
        name: "forward-secret",
        scenario: Scenario { client_suite: only(TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA), ..NEWER },
    },
    Preset {
        name: "no-common-version",
        scenario: Scenario { client_versions: Versions::Tls12, server_versions: Versions::Tls13, ..POSTFIX },
    },
    Preset {
        name: "post-quantum",
        scenario: Scenario { client_groups: Groups::HybridFirst, server_groups: Groups::HybridFirst, ..POSTFIX },
    },
    Preset { name: "resumed", scenario: Scenario { second_try: SecondTry::Resumed, ..POSTFIX } },
    Preset { name: "retry-request", scenario: Scenario { client_groups: Groups::HybridFirst, ..POSTFIX } },
];

/// The preset from which a scenario differs in the fewest switches.
pub fn nearest(scenario: &Scenario) -> &'static Preset {
    let distance = |preset: &&Preset| scenario.edits_from(&preset.scenario).len();
    PRESETS.iter().min_by_key(distance).unwrap_or(&PRESETS[0])
}

/// The preset of that name.
pub fn preset(name: &str) -> Option<&'static Preset> {
    PRESETS.iter().find(|preset| preset.name == name)
}
