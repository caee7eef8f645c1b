//! The sender's policies, one row each: what a policy demands, and what the sender does where that is not to be had.
//!
//! Nothing decides by a policy's name; what asks reads the row: `policy/sender.rs`, the name that is looked for in a certificate, the
//! checks of Exchange, the grid, the words. A further policy is a row here and its words in `text/`. The order of the rows is that of
//! the page. Left out: demands that a lookup makes (DANE, MTA-STS) and a sender that returns the message instead of waiting.

use super::{Choice, Value, choice};

/// What a sender demands of a hop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Demands {
    pub tls: Need,
    /// Whose name a certificate has to prove.
    pub identity: Identity,
    pub otherwise: Fallback,
    pub set_by: Setting,
}

/// How much TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// STARTTLS is not sent.
    Never,
    /// Where it is not offered, nothing is demanded.
    IfOffered,
    Always,
}

/// Whose certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Identity {
    /// Any will do: the certificate is not judged.
    Any,
    /// One that verifies for the host that the MX record names.
    Host,
    /// One that verifies for the recipient's domain.
    Domain,
    /// The very one that the organisation's directory holds; who signed it does not matter. No policy's, but an Edge's (docs/rules.md X4).
    Published,
}

/// What becomes of the message where a demand is not met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fallback {
    /// It is sent in clear.
    Clear,
    /// It waits in the queue.
    Wait,
}

/// What is set for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setting {
    /// The Send connector of Exchange 2007 or later, or its like in any other mail system.
    Connector,
    /// TLSSendDomainSecureList of Exchange 2007 or later. It takes effect where the next hop is found by DNS, and the Send connector
    /// has to have DomainSecureEnabled (docs/rules.md DS1).
    DomainList,
    /// "TLS encryption" of the SMTP connector of Exchange 2000 or 2003.
    LegacyConnector,
    /// Nothing: the next hop is a server of the sender's own organisation.
    Organisation,
}

macro_rules! policies {
    ($(#[$doc:meta])* $name:ident {
        $($(#[$vdoc:meta])* $variant:ident = $key:literal: $tls:ident, $identity:ident, $otherwise:ident, $set_by:ident;)+
    }) => {
        choice!($(#[$doc])* $name { $($(#[$vdoc])* $variant = $key),+ });

        impl $name {
            /// Its row.
            pub const fn demands(self) -> Demands {
                match self {
                    $($name::$variant => Demands {
                        tls: Need::$tls,
                        identity: Identity::$identity,
                        otherwise: Fallback::$otherwise,
                        set_by: Setting::$set_by,
                    },)+
                }
            }
        }
    };
}

policies! {
    /// What the sender does about TLS.
    ClientPolicy {
        /// Never sends STARTTLS (docs/rules.md P0).
        Never = "never":                    Never,     Any,    Clear, Connector;
        /// STARTTLS where it is offered, any certificate, clear text where it is not (docs/rules.md P1).
        Opportunistic = "opportunistic":    IfOffered, Any,    Clear, Connector;
        /// TLS where it is offered, but a certificate that does not verify sends the mail back to clear text (docs/rules.md P2b).
        VerifyOrClear = "verify_or_clear":  IfOffered, Host,   Clear, Connector;
        /// TLS or nothing; the certificate is not judged (docs/rules.md P3).
        Required = "required":              Always,    Any,    Wait,  Connector;
        /// TLS with a certificate that verifies for the host that the MX names, or nothing (docs/rules.md P4).
        Verified = "verified":              Always,    Host,   Wait,  Connector;
        /// TLS with a certificate that verifies for the recipient's domain, or nothing (docs/rules.md P4d).
        VerifiedDomain = "verified_domain": Always,    Domain, Wait,  Connector;
        /// The recipient's domain is in TLSSendDomainSecureList (docs/rules.md P6).
        DomainSecure = "domain_secure":     Always,    Domain, Wait,  DomainList;
        /// Exchange 2000 or 2003, "TLS encryption" of the connector not ticked (docs/rules.md P5off).
        LegacyOff = "legacy_off":           Never,     Any,    Clear, LegacyConnector;
        /// Exchange 2000 or 2003, "TLS encryption" ticked: TLS always, no way back (docs/rules.md P5on). What these versions did about
        /// certificates is not established; the lab takes any.
        LegacyOn = "legacy_on":             Always,    Any,    Wait,  LegacyConnector;
    }
}

impl ClientPolicy {
    /// What is in force. Through a smart host the list of domains has no effect, and the Send connector's default remains.
    pub const fn in_force(self, smart_host: bool) -> Demands {
        match self.demands().set_by {
            Setting::DomainList if smart_host => ClientPolicy::Opportunistic.demands(),
            _ => self.demands(),
        }
    }
}

impl Demands {
    /// Whether the certificate counts.
    pub fn judges(self) -> bool {
        self.identity != Identity::Any
    }

    /// Whether what the checks of it have found counts.
    pub fn verifies(self) -> bool {
        matches!(self.identity, Identity::Host | Identity::Domain)
    }

    /// TlsAuthLevel DomainValidation of the Send connector.
    pub fn validates(self) -> bool {
        self.set_by == Setting::Connector && self.tls == Need::Always && self.judges()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A policy without TLS has nothing else to demand; to demand it always and to do without it exclude each other.
    #[test]
    fn no_row_contradicts_itself() {
        for &policy in ClientPolicy::ALL {
            let Demands { tls, identity, otherwise, .. } = policy.demands();
            match tls {
                Need::Never => assert_eq!((identity, otherwise), (Identity::Any, Fallback::Clear), "{policy:?}"),
                Need::IfOffered => {}
                Need::Always => assert_eq!(otherwise, Fallback::Wait, "{policy:?}"),
            }
        }
    }

    /// Two policies with one row would be one policy.
    #[test]
    fn every_row_is_another() {
        for (at, one) in ClientPolicy::ALL.iter().enumerate() {
            for other in &ClientPolicy::ALL[at + 1..] {
                assert_ne!(one.demands(), other.demands(), "{one:?}, {other:?}");
            }
        }
    }
}
