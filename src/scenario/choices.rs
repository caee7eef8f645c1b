//! The closed enums of a scenario, each variant with its spelling in the link.

use super::{Choice, Value};
use crate::registry::{Group, X25519MLKEM768};

/// Declares a closed enum with its doc comments, and the spelling of each variant.
macro_rules! choice {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $key:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
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

pub(crate) use choice;

choice!(
    /// The SMTP server's character: what it says and which keywords it advertises. The data is in `smtp/profile.rs`.
    ServerProfile {
        /// The server of the book's log: a pre-release Exchange 2010.
        Book = "book",
        /// Exchange 2010 as it was released.
        Exchange = "exchange",
        /// Postfix with its default settings, `smtpd_tls_auth_only = yes` and SASL.
        Postfix = "postfix",
    }
);

impl ServerProfile {
    /// Exchange 2007 or later.
    pub fn is_exchange(self) -> bool {
        matches!(self, ServerProfile::Book | ServerProfile::Exchange)
    }
}

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
    /// Which reply to STARTTLS the sender takes for a yes.
    GoAhead {
        /// 220 alone, as Exchange does. RFC 3207 §4; docs/rules.md R13
        Exactly220 = "220",
        /// Any reply that begins with 2, as Postfix and Exim do.
        Any2xx = "2xx",
    }
);

choice!(
    /// A certificate. Each but the first has exactly one defect.
    Certificate {
        /// From the root that all ends trust, for the right name.
        Trusted = "trusted",
        /// From a root of its owner's own, which the other side does not know unless it imported it.
        InternalCa = "internal_ca",
        /// As Exchange's Setup makes it; trusted only where it was imported.
        SelfSigned = "self_signed",
        Expired = "expired",
        NotYetValid = "not_yet_valid",
        WrongName = "wrong_name",
        /// For the other role only: a server's lacks serverAuth, a client's lacks clientAuth in its extended key usage.
        WrongPurpose = "wrong_purpose",
        /// Its issuer has revoked it. Nothing in the lab publishes it, and no end insists on knowing.
        Revoked = "revoked",
    }
);

/// No certificate, in the link.
const NONE: &str = "none";

impl Choice for Option<Certificate> {
    const ALL: &'static [Self] = &{
        let mut all = [None; Certificate::ALL.len() + 1];
        let mut at = 0;
        while at < Certificate::ALL.len() {
            all[at + 1] = Some(Certificate::ALL[at]);
            at += 1;
        }
        all
    };

    fn key(self) -> &'static str {
        self.map_or(NONE, Certificate::key)
    }
}

impl Value for Option<Certificate> {
    fn expected() -> String {
        format!("{NONE}, {}", Certificate::expected())
    }

    fn parse(text: &str) -> Option<Self> {
        if text == NONE { Some(None) } else { Certificate::parse(text).map(Some) }
    }

    fn write(self) -> String {
        self.key().to_owned()
    }
}

choice!(
    /// A setting that is off or on.
    Switch { Off = "off", On = "on" }
);

/// What a trace has that was written before there was a choice.
impl Default for Switch {
    fn default() -> Switch {
        Switch::Off
    }
}

impl Switch {
    pub fn is_on(self) -> bool {
        self == Switch::On
    }

    pub fn of(on: bool) -> Switch {
        if on { Switch::On } else { Switch::Off }
    }
}

choice!(
    /// What mail system the sender runs, where its policy does not tell.
    System {
        /// Exchange 2007 or 2010.
        Exchange = "exchange",
        /// Anything else.
        Other = "other",
    }
);

choice!(
    /// How the sender finds the next hop. Modelled: nothing in the lab asks a name server.
    Routing {
        /// By the MX records of the recipient's domain (DNSRoutingEnabled).
        Dns = "dns",
        /// A host that the connector names (SmartHosts).
        SmartHost = "smart_host",
    }
);

choice!(
    /// The intermediary between the sender and the receiver, if there is one.
    Path {
        Direct = "direct",
        /// A message hygiene service is the domain's MX: it takes the mail with its own certificate and sends it on.
        Relay = "relay",
        /// An attacker overwrites STARTTLS in the list of keywords.
        Strip = "strip",
        /// The same, of Exchange's private twin as well.
        StripBoth = "strip_both",
        /// An attacker answers in the receiver's place, with a self-made certificate.
        Impostor = "impostor",
        /// The same, with a certificate for the receiver's name that a trusted CA should never have issued.
        Misissued = "misissued",
        /// The same as an impostor, which passes on a login with NTLM while that is made, and logs in with it.
        NtlmRelay = "ntlm_relay",
    }
);

choice!(
    /// Which bit the path to the first server flips in the mail, inside TLS or in clear.
    BitFlip {
        None = "none",
        /// One of the year in its Date field: of the octets that hold it, if they are encrypted.
        Data = "data",
        /// One of the last octet of its first record: of the MAC, the tag or the padding. In clear there is none of them, and nothing is flipped.
        End = "end",
    }
);

/// What a trace has that was written before there was a choice.
impl Default for BitFlip {
    fn default() -> BitFlip {
        BitFlip::None
    }
}

choice!(
    /// What the recipient reads the mail with.
    Reader {
        /// Outlook 2007 or 2010, or Outlook Web App of that time: these know the mark.
        Outlook = "outlook",
        Other = "other",
    }
);

choice!(
    /// What the mark "Domain Secured" takes.
    IconRule {
        /// As the book says: Exchange 2007 or later at both ends.
        Book = "book",
        /// What the receiving server and Outlook look at; they cannot see what the sender runs.
        Technical = "technical",
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
    /// When the sender looks at the server's certificate, where its policy insists on one.
    Verifier {
        /// After the handshake, as mail servers do: what was found is recorded, and the policy judges it. docs/rules.md R24
        Records = "records",
        /// In the handshake, as client libraries do: what fails a check ends it, with an alert.
        BreaksOff = "breaks_off",
    }
);

/// What a trace has that was written before there was a choice.
impl Default for Verifier {
    fn default() -> Verifier {
        Verifier::Records
    }
}

choice!(
    /// The groups of the key exchange that one side has, the preferred one first. A client sends a share of that one only; a server takes the
    /// first of the client's that it has, as rustls does.
    Groups {
        /// As rustls has them where it is without hybrids.
        Classical = "x25519+p256",
        /// The same behind the post-quantum hybrid, as current programs have it.
        HybridFirst = "x25519mlkem768+x25519+p256",
        /// The same before it: a client that could, and does not lead with it.
        HybridLast = "x25519+p256+x25519mlkem768",
        /// No key exchange without a post-quantum part. TLS 1.3 only.
        HybridOnly = "x25519mlkem768",
        P384First = "p384+p256",
    }
);

impl Groups {
    /// Their code points, in order. RFC 8446 §4.2.7
    pub fn codes(self) -> &'static [u16] {
        const P256: u16 = Group::Secp256r1.code();
        const X25519: u16 = Group::X25519.code();
        match self {
            Groups::Classical => &[X25519, P256],
            Groups::HybridFirst => &[X25519MLKEM768, X25519, P256],
            Groups::HybridLast => &[X25519, P256, X25519MLKEM768],
            Groups::HybridOnly => &[X25519MLKEM768],
            Groups::P384First => &[const { Group::Secp384r1.code() }, P256],
        }
    }
}

/// What a trace has that was written before there was a choice.
impl Default for Groups {
    fn default() -> Groups {
        Groups::Classical
    }
}

choice!(
    /// Whether the receiver puts the mail off on the first connection, as greylisting does, and what the second connection's TLS is.
    SecondTry {
        /// The first connection is not put off.
        None = "none",
        /// With a handshake of its own.
        Full = "full",
        /// Both ends keep their sessions: it goes on with the secret of the first.
        Resumed = "resumed",
    }
);

/// What a trace has that was written before there was a choice.
impl Default for SecondTry {
    fn default() -> SecondTry {
        SecondTry::None
    }
}

choice!(
    /// What one side has for TLS.
    TlsStack {
        /// rustls: the whole handshake, and everything after it.
        Rustls = "rustls",
        /// The default cipher suites of Windows Server 2003, in SSL 3.0 and TLS 1.0: the engine of old TLS.
        Ws2003 = "ws2003",
        /// The same with the list of Windows Server 2008.
        Ws2008 = "ws2008",
    }
);

choice!(
    /// What the sender logs in with, once the server offers it.
    Credentials {
        None = "none",
        Plain = "plain",
        Login = "login",
        Ntlm = "ntlm",
    }
);

choice!(
    /// The password of the account, and whether the sender has it.
    Password {
        /// No list of words has it.
        Strong = "strong",
        /// A word of the time: with what NTLM sends in clear it is found by guessing.
        Weak = "weak",
        /// The sender has another than the server, and is sure of it: with NTLM it tries three times.
        Wrong = "wrong",
    }
);

/// What a trace has that was written before there was a choice.
impl Default for Password {
    fn default() -> Password {
        Password::Strong
    }
}

choice!(
    /// Whose NTLM the two ends speak.
    NtlmEra {
        /// Windows Server 2008: the server tells the time, so the client seals its messages.
        Ws2008 = "2008",
        /// Windows Server 2003, which does neither.
        Ws2003 = "2003",
    }
);

/// What a trace has that was written before there was a choice.
impl Default for NtlmEra {
    fn default() -> NtlmEra {
        NtlmEra::Ws2008
    }
}

choice!(
    /// ExtendedProtectionPolicy of the Receive connector: what it asks of the binding of an NTLM login to TLS.
    Epa {
        None = "none",
        /// A client may leave it out.
        Allow = "allow",
        Require = "require",
    }
);

/// What a trace has that was written before there was a choice.
impl Default for Epa {
    fn default() -> Epa {
        Epa::None
    }
}

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
