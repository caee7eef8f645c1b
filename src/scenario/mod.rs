//! What a run is a function of: a flat, copyable value of closed enums. Nothing else goes into [`crate::lab::run`].
//!
//! A field is declared once, in the table at the end of this file. From that line come the field, its [`Edit`], its key in the
//! link and its place in comparisons, so that a switch cannot be in the page and missing from the link.

mod auth;
mod choices;
mod consistency;
mod demands;
mod old;
mod organisation;
mod parts;
mod presets;

use crate::calendar::Moment;
use serde::{Deserialize, Serialize};
use std::fmt;

pub use auth::{AuthFlag, AuthMechanism};
pub use choices::*;
pub use consistency::Conflict;
pub use demands::{ClientPolicy, Demands, Fallback, Identity, Need, Setting};
pub use old::{OldLine, OldList};
pub use organisation::{AnonymousOffer, Controller, NextHop, Published};
pub use parts::{Draft, Parts, Receiving, Sending};
pub use presets::{PRESETS, Preset, nearest, preset};

/// One end of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Side {
    Client,
    Server,
}

impl Side {
    /// As in a link and on the command line.
    pub fn key(self) -> &'static str {
        match self {
            Side::Client => "client",
            Side::Server => "server",
        }
    }

    pub fn other(self) -> Side {
        match self {
            Side::Client => Side::Server,
            Side::Server => Side::Client,
        }
    }
}

/// Who can be at an end of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Party {
    Sender,
    /// The intermediary on the path: a relay, or an attacker that answers in the receiver's place.
    Between,
    Receiver,
}

/// A value of a scenario's field, as the link writes it.
pub trait Value: Sized + Copy + PartialEq {
    /// What the link says is allowed, for the notice about a value that is not.
    fn expected() -> String;
    fn parse(text: &str) -> Option<Self>;
    fn write(self) -> String;
}

/// A closed enum, each variant with its spelling in the link.
pub trait Choice: Value + 'static {
    const ALL: &'static [Self];
    fn key(self) -> &'static str;
}

/// The scenario's time, in whole seconds since 1970-01-01T00:00:00Z, from 2000 to 2099.
///
/// Bounded because certificates are made around it, and X.509 dates end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Clock(u32);

impl Clock {
    const FIRST: u32 = 946_684_800;
    const LAST: u32 = 4_102_444_799;
    /// Sun, 31 May 2009 22:37:28 -0700, when the book's log begins.
    pub const BOOK: Clock = Clock(1_243_834_648);
    /// Tue, 1 Jun 2010 05:37:28 +0000, when Exchange 2010 is out.
    pub const EXCHANGE: Clock = Clock(1_275_370_648);
    /// Thu, 1 Oct 2026 09:00:00 +0000.
    pub const TODAY: Clock = Clock(1_790_845_200);

    pub fn from_unix(seconds: u32) -> Option<Clock> {
        (Self::FIRST..=Self::LAST).contains(&seconds).then_some(Clock(seconds))
    }

    pub fn moment(self) -> Moment {
        Moment::from(self.0)
    }

    /// Seconds since 1970.
    pub fn unix(self) -> u64 {
        u64::from(self.0)
    }
}

impl Value for Clock {
    fn expected() -> String {
        format!("seconds since 1970, {} to {}", Self::FIRST, Self::LAST)
    }
    fn parse(text: &str) -> Option<Self> {
        text.parse().ok().and_then(Clock::from_unix).filter(|clock| clock.write() == text)
    }
    fn write(self) -> String {
        self.0.to_string()
    }
}

/// From what every random octet of a run is drawn. Another seed, other keys and randoms, same story.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Seed(pub u32);

impl Value for Seed {
    fn expected() -> String {
        format!("a whole number from 0 to {}", u32::MAX)
    }
    fn parse(text: &str) -> Option<Self> {
        text.parse().ok().map(Seed).filter(|seed| seed.write() == text)
    }
    fn write(self) -> String {
        self.0.to_string()
    }
}

/// Why a part of a link was not applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EditError {
    UnknownKey,
    /// What the key takes.
    BadValue {
        expected: String,
    },
}

macro_rules! fields {
    ($($(#[$doc:meta])* $field:ident: $type:ty, $edit:ident;)+) => {
        /// Everything that decides a run.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub struct Scenario { $($(#[$doc])* pub $field: $type),+ }

        /// A change of one field.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Edit { $($edit($type)),+ }

        impl Scenario {
            /// This scenario with one field changed.
            pub fn with(mut self, edit: Edit) -> Scenario {
                match edit { $(Edit::$edit(value) => self.$field = value),+ }
                self
            }

            /// The edits that turn `base` into `self`, in the order of the fields.
            pub fn edits_from(&self, base: &Scenario) -> Vec<Edit> {
                let mut edits = Vec::new();
                $(if self.$field != base.$field { edits.push(Edit::$edit(self.$field)); })+
                edits
            }
        }

        impl Edit {
            /// Every key of a link, in order.
            pub const KEYS: &'static [&'static str] = &[$(stringify!($field)),+];

            pub fn key(self) -> &'static str {
                match self { $(Edit::$edit(_) => stringify!($field)),+ }
            }

            pub fn value(self) -> String {
                match self { $(Edit::$edit(value) => value.write()),+ }
            }

            /// Reads `key=value` of a link.
            pub fn parse(key: &str, value: &str) -> Result<Edit, EditError> {
                match key {
                    $(stringify!($field) => <$type>::parse(value)
                        .map(Edit::$edit)
                        .ok_or_else(|| EditError::BadValue { expected: <$type>::expected() }),)+
                    _ => Err(EditError::UnknownKey),
                }
            }
        }
    };
}

fields! {
    seed: Seed, Seed;
    clock: Clock, Clock;
    /// What the sender does about TLS.
    policy: ClientPolicy, Policy;
    sender: System, Sender;
    go_ahead: GoAhead, GoAhead;
    /// What the sender presents when the server asks for a certificate.
    client_certificate: Option<Certificate>, ClientCertificate;
    /// The sender has imported the receiver's own root, or its self-signed certificate.
    sender_imports: Switch, SenderImports;
    /// DomainSecureEnabled of the Send connector.
    send_domain_secure: Switch, SendDomainSecure;
    routing: Routing, Routing;
    #[serde(default)]
    next_hop: NextHop, NextHop;
    /// UseDowngradedExchangeServerAuth: towards a Hub that does not offer TLS, the sender proves itself without.
    #[serde(default)]
    downgraded_auth: Switch, DowngradedAuth;
    #[serde(default)]
    controller: Controller, Controller;
    #[serde(default)]
    published: Published, Published;
    /// What the sender has for TLS. With an old one, `client_versions` and `client_groups` say nothing.
    client_stack: TlsStack, ClientStack;
    /// What an old sender offers, in its order. Where it is one line and the receiver's list as by default, an old receiver's certificate has a
    /// key for it, and its list has it on.
    #[serde(default)]
    client_suite: Option<OldList>, ClientSuite;
    /// An old sender has come down to SSL 3.0, and offers nothing newer.
    #[serde(default)]
    client_ssl3: Switch, ClientSsl3;
    client_versions: Versions, ClientVersions;
    #[serde(default)]
    client_groups: Groups, ClientGroups;
    #[serde(default)]
    verifier: Verifier, Verifier;
    credentials: Credentials, Credentials;
    #[serde(default)]
    password: Password, Password;
    #[serde(default)]
    ntlm_era: NtlmEra, NtlmEra;
    /// The sender binds an NTLM login to the certificate that it saw.
    #[serde(default)]
    client_binding: Switch, ClientBinding;
    transfer: Transfer, Transfer;
    pipelining: Pipelining, Pipelining;
    /// The message carries a forged X-MS-Exchange-Organization-AuthAs field.
    spoofs: Switch, Spoofs;
    path: Path, Path;
    #[serde(default)]
    flip: BitFlip, Flip;
    server: ServerProfile, Server;
    starttls: Offer, Starttls;
    #[serde(default)]
    anonymous_tls: AnonymousOffer, AnonymousTls;
    server_certificate: Certificate, ServerCertificate;
    /// The receiver has imported the sender's own root, or its self-signed certificate.
    receiver_imports: Switch, ReceiverImports;
    server_stack: TlsStack, ServerStack;
    /// What an old receiver has on, in its order; it has a key for each.
    #[serde(default)]
    server_suite: Option<OldList>, ServerSuite;
    server_versions: Versions, ServerVersions;
    #[serde(default)]
    server_groups: Groups, ServerGroups;
    /// The sender's domain is in the receiver's TLSReceiveDomainSecureList.
    receive_list: Switch, ReceiveList;
    /// DomainSecureEnabled of the Receive connector.
    receive_domain_secure: Switch, ReceiveDomainSecure;
    #[serde(default)]
    second_try: SecondTry, SecondTry;
    auth_mechanism: AuthMechanism, AuthMechanism;
    #[serde(default)]
    epa: Epa, Epa;
    /// The permission group Partners may submit to the Receive connector.
    partners: Switch, Partners;
    reader: Reader, Reader;
    icon_rule: IconRule, IconRule;
}

impl Scenario {
    /// Whether the sender runs Exchange 2007 or later. A policy that only one system has tells.
    pub fn sender_is_exchange(&self) -> bool {
        match self.policy.demands().set_by {
            Setting::DomainList => true,
            Setting::LegacyConnector => false,
            Setting::Connector | Setting::Organisation => self.sender == System::Exchange,
        }
    }

    /// What the sender demands.
    pub fn demands(&self) -> Demands {
        self.parts().sending.demands()
    }

    /// Whether the receiver runs Exchange 2007 or later, and so has a Receive connector.
    pub fn receiver_is_exchange(&self) -> bool {
        self.server.is_exchange()
    }
}

impl fmt::Display for Edit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.key(), self.value())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_edit_round_trips() {
        let base = PRESETS[0].scenario;
        for preset in PRESETS {
            let edits = preset.scenario.edits_from(&base);
            let rebuilt = edits.iter().fold(base, |scenario, edit| {
                scenario.with(Edit::parse(edit.key(), &edit.value()).expect("its own spelling"))
            });
            assert_eq!(rebuilt, preset.scenario, "{}", preset.name);
        }
    }

    #[test]
    fn a_certificate_or_none_is_one_choice() {
        let all = <Option<Certificate>>::ALL;
        assert_eq!(all.iter().flatten().copied().collect::<Vec<_>>(), Certificate::ALL);
        assert_eq!((all.len(), all.first()), (Certificate::ALL.len() + 1, Some(&None)));
        for &value in all {
            assert_eq!(Edit::parse("client_certificate", value.key()), Ok(Edit::ClientCertificate(value)));
        }
        assert_eq!(Edit::ClientCertificate(None).value(), "none");
        assert!(Edit::parse("server_certificate", "none").is_err());
    }

    #[test]
    fn a_value_has_one_spelling() {
        assert_eq!(Edit::parse("seed", "7"), Ok(Edit::Seed(Seed(7))));
        for bad in ["+7", "007", "", "-1", "4294967296"] {
            assert!(matches!(Edit::parse("seed", bad), Err(EditError::BadValue { .. })), "{bad}");
        }
        assert!(Edit::parse("clock", "12").is_err());
        assert_eq!(Edit::parse("colour", "red"), Err(EditError::UnknownKey));
    }
}
