//! What a run is a function of: a flat, copyable value of closed enums. Nothing else goes into [`crate::lab::run`].
//!
//! A field is declared once, in the table at the end of this file. From that line come the field, its [`Edit`], its key in the
//! link and its place in comparisons, so that a switch cannot be in the page and missing from the link.

mod presets;

use serde::{Deserialize, Serialize};
use std::fmt;

pub use presets::{PRESETS, Preset, preset};

/// One end of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Side {
    Client,
    Server,
}

impl Side {
    pub fn other(self) -> Side {
        match self {
            Side::Client => Side::Server,
            Side::Server => Side::Client,
        }
    }
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

macro_rules! choice {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $key:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name { $($(#[$vdoc])* $variant),+ }

        impl Choice for $name {
            const ALL: &'static [Self] = &[$($name::$variant),+];
            fn key(self) -> &'static str { match self { $($name::$variant => $key),+ } }
        }

        impl Value for $name {
            fn expected() -> String { [$($key),+].join(", ") }
            fn parse(text: &str) -> Option<Self> { match text { $($key => Some($name::$variant),)+ _ => None } }
            fn write(self) -> String { self.key().to_owned() }
        }
    };
}

choice!(
    /// The SMTP server's character: what it says and which keywords it advertises. The data is in `smtp/profile.rs`.
    ServerProfile {
        /// The server of the book's log: a pre-release Exchange 2010.
        Book = "book",
        /// Postfix with its default settings, `smtpd_tls_auth_only = yes` and SASL.
        Postfix = "postfix",
    }
);

choice!(
    /// What the server does about STARTTLS.
    Offer {
        /// Advertised and accepted.
        Offered = "offered",
        /// Advertised and accepted, and mail without it is refused with 530. RFC 3207 §4
        Required = "required",
        /// Advertised, but answered 454: a certificate or key is out of order.
        Unavailable = "unavailable",
        /// Advertised and accepted, but with the code 250 that the book's log prints instead of 220.
        Says250 = "says_250",
        /// Neither advertised nor known.
        NotOffered = "not_offered",
    }
);

choice!(
    /// What the sender does about TLS.
    ClientPolicy {
        /// Never sends STARTTLS (spec P0).
        Never = "never",
        /// STARTTLS where it is offered, any certificate, clear text where it is not (spec P1).
        Opportunistic = "opportunistic",
        /// TLS or nothing; the certificate is not judged (spec P3).
        Required = "required",
    }
);

choice!(
    /// Which reply to STARTTLS the sender takes for a yes.
    GoAhead {
        /// 220 alone, as Exchange does. RFC 3207 §4
        Exactly220 = "220",
        /// Any reply that begins with 2, as Postfix and Exim do.
        Any2xx = "2xx",
    }
);

choice!(
    /// The TLS versions that one side enables.
    Versions {
        Tls12 = "1.2",
        Tls13 = "1.3",
        Both = "1.2+1.3",
    }
);

choice!(
    /// What the sender logs in with, once the server offers it.
    Credentials {
        None = "none",
        Plain = "plain",
        Login = "login",
        /// NTLM is advertised by the book's server; the exchange itself is refused.
        Ntlm = "ntlm",
        /// LOGIN with a password that the server does not accept.
        WrongPassword = "wrong_password",
    }
);

choice!(
    /// How the sender transfers the message.
    Transfer {
        /// DATA, dot-stuffed. RFC 5321 §4.1.1.4
        Data = "data",
        /// BDAT, when the server offers CHUNKING. RFC 3030 §2
        Chunking = "bdat",
    }
);

choice!(
    /// Whether the sender groups commands when the server offers PIPELINING. RFC 2920
    Pipelining { Off = "off", On = "on" }
);

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
    /// Thu, 1 Oct 2026 09:00:00 +0000.
    pub const TODAY: Clock = Clock(1_790_845_200);

    pub fn from_unix(seconds: u32) -> Option<Clock> {
        (Self::FIRST..=Self::LAST).contains(&seconds).then_some(Clock(seconds))
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
    /// Sender.
    policy: ClientPolicy, Policy;
    go_ahead: GoAhead, GoAhead;
    client_versions: Versions, ClientVersions;
    credentials: Credentials, Credentials;
    transfer: Transfer, Transfer;
    pipelining: Pipelining, Pipelining;
    /// Receiver.
    server: ServerProfile, Server;
    starttls: Offer, Starttls;
    server_versions: Versions, ServerVersions;
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
    fn a_value_has_one_spelling() {
        assert_eq!(Edit::parse("seed", "7"), Ok(Edit::Seed(Seed(7))));
        for bad in ["+7", "007", "", "-1", "4294967296"] {
            assert!(matches!(Edit::parse("seed", bad), Err(EditError::BadValue { .. })), "{bad}");
        }
        assert!(Edit::parse("clock", "12").is_err());
        assert_eq!(Edit::parse("colour", "red"), Err(EditError::UnknownKey));
    }
}
