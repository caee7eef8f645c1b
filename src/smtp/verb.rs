//! The verbs that turn a connection into TLS: STARTTLS (RFC 3207), and Exchange's private twin of it. What one of them does, the other
//! does: machines, readers and attackers go by this list and not by a verb's text.

use crate::scenario::{AuthFlag, NextHop};

/// A verb that starts TLS. It is the keyword by which a server offers it, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TlsVerb {
    StartTls,
    /// Between Exchange servers of one organisation. Not a standard.
    AnonymousTls,
}

impl TlsVerb {
    pub const ALL: [TlsVerb; 2] = [TlsVerb::StartTls, TlsVerb::AnonymousTls];

    pub const fn name(self) -> &'static str {
        match self {
            TlsVerb::StartTls => "STARTTLS",
            TlsVerb::AnonymousTls => "X-ANONYMOUSTLS",
        }
    }

    /// What a sender starts TLS with. docs/rules.md X3
    pub const fn towards(next_hop: NextHop) -> TlsVerb {
        match next_hop {
            NextHop::Internet => TlsVerb::StartTls,
            NextHop::Hub | NextHop::Edge => TlsVerb::AnonymousTls,
        }
    }

    /// What an Exchange Receive connector offers it by.
    pub const fn flag(self) -> AuthFlag {
        match self {
            TlsVerb::StartTls => AuthFlag::Tls,
            TlsVerb::AnonymousTls => AuthFlag::ExchangeServer,
        }
    }

    /// The one that this is, in letters of any case. RFC 5321 §2.4
    pub fn of(verb: &str) -> Option<TlsVerb> {
        TlsVerb::ALL.into_iter().find(|known| known.name().eq_ignore_ascii_case(verb))
    }
}
