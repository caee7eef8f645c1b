//! What a message says, typed, as far as the page's rows speak of it. Code points as IANA numbers; `message.rs` reads them, and
//! the whole of a message is its field tree.

use crate::registry::Version;

/// What is known of a message beyond its kind and size.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum MessageFacts {
    #[default]
    None,
    ClientHello(ClientHello),
    ServerHello(ServerHello),
    /// How many certificates, and the octets of their DER together.
    Certificate {
        count: usize,
        octets: usize,
        /// What the CA says of one of them today came with it. RFC 8446 §4.4.2.1
        is_stapled: bool,
    },
    CertificateRequest {
        /// RFC 8446 §4.4.2.1
        asks_for_status: bool,
    },
    /// TLS 1.2's key exchange; `None` where the curve is not a named one. RFC 8422 §5.4
    ServerKeyExchange {
        group: Option<u16>,
    },
    /// A premaster secret, as the client encrypted it to a key of the server's. RFC 5246 §7.4.7.1
    EncryptedPremaster(Vec<u8>),
    Alert {
        level: u8,
        description: u8,
    },
    /// The body is not what the type says.
    Malformed,
}

/// What the client offers, in its order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientHello {
    pub suites: Vec<u16>,
    /// Of supported_versions; without it, the one in the hello. RFC 8446 §4.2.1
    pub versions: Vec<Version>,
    /// RFC 6066 §3
    pub server_name: Option<String>,
    pub groups: Vec<u16>,
    /// The server is asked for what the CA says of its certificate today. RFC 6066 §8
    pub asks_for_status: bool,
    /// It has the form of SSL 2.0. RFC 5246 §E.2
    pub is_sslv2: bool,
}

/// What the server chose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServerHello {
    /// Of supported_versions; without it, the one in the hello. RFC 8446 §4.2.1
    pub version: Version,
    pub suite: u16,
    /// Of key_share: the group of the server's share, or the one that it asks for. TLS 1.3 only.
    pub group: Option<u16>,
    pub is_hello_retry_request: bool,
    /// RFC 7627 §5.1
    pub has_extended_master: bool,
    /// RFC 7366 §2
    pub encrypts_first: bool,
    /// It takes up one of the client's pre-shared keys: the session of a ticket, as a rule. RFC 8446 §4.2.11
    pub takes_psk: bool,
}
