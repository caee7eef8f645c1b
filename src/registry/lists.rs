//! The four lists of cipher suites, each line as printed and as what it means. The order is the order of preference.
//!
//! The two of Windows are quoted from the book, with its stray parenthesis and bar, its missing spaces and its remarks; rustls's names are
//! those of its source, OpenSSL's those of its command `ciphers`. Where each list comes from is in `docs/sources.md`.

use super::suites::*;
use super::{Group, Suite};

/// Which list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ListKey {
    Ws2003,
    Ws2008,
    Rustls,
    Openssl,
}

impl ListKey {
    pub const ALL: [ListKey; 4] = [ListKey::Ws2003, ListKey::Ws2008, ListKey::Rustls, ListKey::Openssl];

    /// As in a link and on the command line.
    pub fn key(self) -> &'static str {
        match self {
            ListKey::Ws2003 => "ws2003",
            ListKey::Ws2008 => "ws2008",
            ListKey::Rustls => "rustls",
            ListKey::Openssl => "openssl",
        }
    }

    pub fn from_key(key: &str) -> Option<ListKey> {
        ListKey::ALL.into_iter().find(|list| list.key() == key)
    }

    pub const fn lines(self) -> &'static [ListLine] {
        match self {
            ListKey::Ws2003 => WS2003,
            ListKey::Ws2008 => WS2008,
            ListKey::Rustls => RUSTLS,
            ListKey::Openssl => OPENSSL,
        }
    }
}

/// A line of a list: `name` and `remark` together are what is printed, to the octet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListLine {
    pub name: &'static str,
    /// What the book says of the suite, with the space before it if there is one.
    pub remark: &'static str,
    pub suite: Suite,
    pub curve: Option<Group>,
}

const fn line(name: &'static str, suite: Suite) -> ListLine {
    ListLine { name, remark: "", suite, curve: None }
}

const fn remarked(name: &'static str, remark: &'static str, suite: Suite) -> ListLine {
    ListLine { remark, ..line(name, suite) }
}

const fn p256(name: &'static str, remark: &'static str, suite: Suite) -> ListLine {
    ListLine { curve: Some(Group::Secp256r1), ..remarked(name, remark, suite) }
}

const fn p384(name: &'static str, remark: &'static str, suite: Suite) -> ListLine {
    ListLine { curve: Some(Group::Secp384r1), ..remarked(name, remark, suite) }
}

const fn p521(name: &'static str, remark: &'static str, suite: Suite) -> ListLine {
    ListLine { curve: Some(Group::Secp521r1), ..remarked(name, remark, suite) }
}

static WS2003: &[ListLine] = &[
    remarked(
        "TLS_RSA_WITH_RC4_128_MD5",
        " (RSA certificate key exchange, RC4 streaming session\n\
         cipher with 128-bit key, and 128-bit MD5 HMAC; a safe, legacy choice of\n\
         protocols, although definitely aging in today's environment)",
        TLS_RSA_WITH_RC4_128_MD5,
    ),
    remarked(
        "TLS_RSA_WITH_RC4_128_SHA",
        " (RSA certificate key exchange, RC4 streaming session\n\
         cipher with 128-bit key, and 160-bit SHA-1 HMAC; a bit stronger than the above,\n\
         thanks to SHA-1 being not quite as brittle as MD5 yet)",
        TLS_RSA_WITH_RC4_128_SHA,
    ),
    remarked("TLS_RSA_WITH_3DES_EDE_CBC_SHA", " (you can work out the rest)", TLS_RSA_WITH_3DES_EDE_CBC_SHA),
    line("TLS_DHE_DSS_WITH_3DES_EDE_CBC_SHA", TLS_DHE_DSS_WITH_3DES_EDE_CBC_SHA),
    line("TLS_RSA_WITH_DES_CBC_SHA", TLS_RSA_WITH_DES_CBC_SHA),
    line("TLS_DHE_DSS_WITH_DES_CBC_SHA", TLS_DHE_DSS_WITH_DES_CBC_SHA),
    line("TLS_RSA_EXPORT1024_WITH_RC4_56_SHA", TLS_RSA_EXPORT1024_WITH_RC4_56_SHA),
    line("TLS_RSA_EXPORT1024_WITH_DES_CBC_SHA", TLS_RSA_EXPORT1024_WITH_DES_CBC_SHA),
    line("TLS_DHE_DSS_EXPORT1024_WITH_DES_CBC_SHA", TLS_DHE_DSS_EXPORT1024_WITH_DES_CBC_SHA),
    line("TLS_RSA_EXPORT_WITH_RC4_40_MD5", TLS_RSA_EXPORT_WITH_RC4_40_MD5),
    line("TLS_RSA_EXPORT_WITH_RC2_CBC_40_MD5", TLS_RSA_EXPORT_WITH_RC2_CBC_40_MD5),
    line("TLS_RSA_WITH_NULL_MD5", TLS_RSA_WITH_NULL_MD5),
    line("TLS_RSA_WITH_NULL_SHA", TLS_RSA_WITH_NULL_SHA),
];

static WS2008: &[ListLine] = &[
    remarked(
        "TLS_RSA_WITH_AES_128_CBC_SHA",
        " (Using AES 128-bit as a CBC session cipher)",
        TLS_RSA_WITH_AES_128_CBC_SHA,
    ),
    remarked(
        "TLS_RSA_WITH_AES_256_CBC_SHA",
        " (Using AES 256-bit as a CBC session cipher)",
        TLS_RSA_WITH_AES_256_CBC_SHA,
    ),
    line("TLS_RSA_WITH_RC4_128_SHA", TLS_RSA_WITH_RC4_128_SHA),
    line("TLS_RSA_WITH_3DES_EDE_CBC_SHA", TLS_RSA_WITH_3DES_EDE_CBC_SHA),
    p256(
        "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA_P256",
        " (AES 128-bit, SHA 256-bit)",
        TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA,
    ),
    p384(
        "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA_P384",
        "(AES 128-bit, SHA 384-bit)",
        TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA,
    ),
    p521(
        "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA_P521",
        "(AES 128-bit, SHA 521-bit)",
        TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA,
    ),
    p256(
        "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA_P256",
        "(AES 256-bit, SHA 256-bit)",
        TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA,
    ),
    p384(
        "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA_P384",
        "(AES 256-bit, SHA 384-bit)",
        TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA,
    ),
    p521(
        "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA_P521",
        "(AES 256-bit, SHA 521-bit)",
        TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA,
    ),
    p256("TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA_P256", " (you can work out the rest)", TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA),
    p384("TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA_P384", "", TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA),
    p521("TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA_P521", "", TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA),
    p256("TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA_P256", "", TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA),
    p384("TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA_P384", "", TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA),
    p521("TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA_P521", "", TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA),
    line("TLS_DHE_DSS_WITH_AES_128_CBC_SHA", TLS_DHE_DSS_WITH_AES_128_CBC_SHA),
    line("TLS_DHE_DSS_WITH_AES_256_CBC_SHA", TLS_DHE_DSS_WITH_AES_256_CBC_SHA),
    line("TLS_DHE_DSS_WITH_3DES_EDE_CBC_SHA", TLS_DHE_DSS_WITH_3DES_EDE_CBC_SHA),
    line("TLS_RSA_WITH_RC4_128_MD5", TLS_RSA_WITH_RC4_128_MD5),
    line("SSL_CK_RC4_128_WITH_MD5)", SSL_CK_RC4_128_WITH_MD5),
    line("SSL_CK_DES_192_EDE3_CBC_WITH_MD5", SSL_CK_DES_192_EDE3_CBC_WITH_MD5),
    line("TLS_RSA_WITH_NULL_MD5", TLS_RSA_WITH_NULL_MD5),
    remarked("TLS_RSA_WITH_NULL_SHA", "\n|", TLS_RSA_WITH_NULL_SHA),
];

static RUSTLS: &[ListLine] = &[
    line("TLS13_AES_256_GCM_SHA384", TLS_AES_256_GCM_SHA384),
    line("TLS13_AES_128_GCM_SHA256", TLS_AES_128_GCM_SHA256),
    line("TLS13_CHACHA20_POLY1305_SHA256", TLS_CHACHA20_POLY1305_SHA256),
    line("TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384),
    line("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256),
    line("TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256", TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256),
    line("TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384),
    line("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256),
    line("TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256),
];

static OPENSSL: &[ListLine] = &[
    line("TLS_AES_256_GCM_SHA384", TLS_AES_256_GCM_SHA384),
    line("TLS_CHACHA20_POLY1305_SHA256", TLS_CHACHA20_POLY1305_SHA256),
    line("TLS_AES_128_GCM_SHA256", TLS_AES_128_GCM_SHA256),
    line("ECDHE-ECDSA-AES256-GCM-SHA384", TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384),
    line("ECDHE-RSA-AES256-GCM-SHA384", TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384),
    line("DHE-RSA-AES256-GCM-SHA384", TLS_DHE_RSA_WITH_AES_256_GCM_SHA384),
    line("ECDHE-ECDSA-CHACHA20-POLY1305", TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256),
    line("ECDHE-RSA-CHACHA20-POLY1305", TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256),
    line("DHE-RSA-CHACHA20-POLY1305", TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256),
    line("ECDHE-ECDSA-AES128-GCM-SHA256", TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256),
    line("ECDHE-RSA-AES128-GCM-SHA256", TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256),
    line("DHE-RSA-AES128-GCM-SHA256", TLS_DHE_RSA_WITH_AES_128_GCM_SHA256),
    line("ECDHE-ECDSA-AES256-SHA384", TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384),
    line("ECDHE-RSA-AES256-SHA384", TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384),
    line("DHE-RSA-AES256-SHA256", TLS_DHE_RSA_WITH_AES_256_CBC_SHA256),
    line("ECDHE-ECDSA-AES128-SHA256", TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256),
    line("ECDHE-RSA-AES128-SHA256", TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256),
    line("DHE-RSA-AES128-SHA256", TLS_DHE_RSA_WITH_AES_128_CBC_SHA256),
    line("ECDHE-ECDSA-AES256-SHA", TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA),
    line("ECDHE-RSA-AES256-SHA", TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA),
    line("DHE-RSA-AES256-SHA", TLS_DHE_RSA_WITH_AES_256_CBC_SHA),
    line("ECDHE-ECDSA-AES128-SHA", TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA),
    line("ECDHE-RSA-AES128-SHA", TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA),
    line("DHE-RSA-AES128-SHA", TLS_DHE_RSA_WITH_AES_128_CBC_SHA),
    line("AES256-GCM-SHA384", TLS_RSA_WITH_AES_256_GCM_SHA384),
    line("AES128-GCM-SHA256", TLS_RSA_WITH_AES_128_GCM_SHA256),
    line("AES256-SHA256", TLS_RSA_WITH_AES_256_CBC_SHA256),
    line("AES128-SHA256", TLS_RSA_WITH_AES_128_CBC_SHA256),
    line("AES256-SHA", TLS_RSA_WITH_AES_256_CBC_SHA),
    line("AES128-SHA", TLS_RSA_WITH_AES_128_CBC_SHA),
];
