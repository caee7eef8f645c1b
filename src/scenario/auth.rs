//! The AuthMechanism of an Exchange Receive connector: a set, as `Set-ReceiveConnector -AuthMechanism` takes it.

use super::Value;
use serde::{Deserialize, Serialize};

/// One value of the set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AuthFlag {
    /// STARTTLS is offered.
    Tls,
    /// AUTH NTLM.
    Integrated,
    /// AUTH LOGIN.
    BasicAuth,
    /// AUTH LOGIN inside TLS only.
    BasicAuthRequireTls,
    /// X-EXPS and X-ANONYMOUSTLS, for servers of the same organisation.
    ExchangeServer,
    /// The connection is secured by other means (IPsec, a leased line): every client counts as authenticated.
    ExternalAuthoritative,
}

impl AuthFlag {
    pub const ALL: [AuthFlag; 6] = [
        AuthFlag::Tls,
        AuthFlag::Integrated,
        AuthFlag::BasicAuth,
        AuthFlag::BasicAuthRequireTls,
        AuthFlag::ExchangeServer,
        AuthFlag::ExternalAuthoritative,
    ];

    /// As the cmdlet spells it.
    pub fn name(self) -> &'static str {
        match self {
            AuthFlag::Tls => "Tls",
            AuthFlag::Integrated => "Integrated",
            AuthFlag::BasicAuth => "BasicAuth",
            AuthFlag::BasicAuthRequireTls => "BasicAuthRequireTLS",
            AuthFlag::ExchangeServer => "ExchangeServer",
            AuthFlag::ExternalAuthoritative => "ExternalAuthoritative",
        }
    }

    fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// The set. The link writes `Tls+Integrated`, or `None`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct AuthMechanism(u8);

impl AuthMechanism {
    /// What the default Receive connector has.
    pub const DEFAULT: AuthMechanism = AuthMechanism(0b1_1111);
    const NONE: &'static str = "None";

    pub fn has(self, flag: AuthFlag) -> bool {
        self.0 & flag.bit() != 0
    }

    /// The set with this value in it, or without it.
    pub fn with(self, flag: AuthFlag, on: bool) -> AuthMechanism {
        AuthMechanism(if on { self.0 | flag.bit() } else { self.0 & !flag.bit() })
    }
}

impl Value for AuthMechanism {
    fn expected() -> String {
        let names = AuthFlag::ALL.map(AuthFlag::name).join(", ");
        format!("{}, or any of {names}, in this order, joined by +", Self::NONE)
    }

    fn parse(text: &str) -> Option<Self> {
        let find = |name: &str| AuthFlag::ALL.into_iter().find(|flag| flag.name() == name);
        let set = match text {
            Self::NONE => AuthMechanism(0),
            _ => text.split('+').try_fold(AuthMechanism(0), |set, name| Some(set.with(find(name)?, true)))?,
        };
        Some(set).filter(|set| set.write() == text)
    }

    fn write(self) -> String {
        let names: Vec<&str> = AuthFlag::ALL.into_iter().filter(|&flag| self.has(flag)).map(AuthFlag::name).collect();
        if names.is_empty() { Self::NONE.to_owned() } else { names.join("+") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_has_one_spelling() {
        for bits in 0..64 {
            let set = AuthMechanism(bits);
            assert_eq!(AuthMechanism::parse(&set.write()), Some(set), "{}", set.write());
        }
        for bad in ["", "tls", "Tls+Tls", "Integrated+Tls", "Tls+", "None+Tls"] {
            assert_eq!(AuthMechanism::parse(bad), None, "{bad}");
        }
        assert!(!AuthMechanism::DEFAULT.has(AuthFlag::ExternalAuthoritative));
        assert_eq!(AuthMechanism::DEFAULT.write(), "Tls+Integrated+BasicAuth+BasicAuthRequireTLS+ExchangeServer");
    }
}
