//! What an old client can be told to offer alone: each line of TLS in the lists of Windows Server 2003 and 2008, by its printed name.
//!
//! Left out: the two lines of SSL 2.0, which the engine of old TLS does not speak.

use super::{Choice, Scenario, TlsStack, Value};
use crate::registry::suites::*;
use crate::registry::{Group, Suite, Version};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::hash::{Hash, Hasher};

/// A line of either list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OldLine {
    name: &'static str,
    pub suite: Suite,
    /// A line of Schannel is for one curve alone.
    pub curve: Option<Group>,
    systems: &'static [TlsStack],
}

const BOTH: &[TlsStack] = &[TlsStack::Ws2003, TlsStack::Ws2008];
const OF_2003: &[TlsStack] = &[TlsStack::Ws2003];
const OF_2008: &[TlsStack] = &[TlsStack::Ws2008];

const fn line(name: &'static str, suite: Suite, systems: &'static [TlsStack]) -> OldLine {
    OldLine { name, suite, curve: None, systems }
}

const fn curve(name: &'static str, suite: Suite, curve: Group) -> OldLine {
    OldLine { name, suite, curve: Some(curve), systems: OF_2008 }
}

/// The list of 2003, then what is new in that of 2008.
const LINES: [OldLine; 29] = [
    line("TLS_RSA_WITH_RC4_128_MD5", TLS_RSA_WITH_RC4_128_MD5, BOTH),
    line("TLS_RSA_WITH_RC4_128_SHA", TLS_RSA_WITH_RC4_128_SHA, BOTH),
    line("TLS_RSA_WITH_3DES_EDE_CBC_SHA", TLS_RSA_WITH_3DES_EDE_CBC_SHA, BOTH),
    line("TLS_DHE_DSS_WITH_3DES_EDE_CBC_SHA", TLS_DHE_DSS_WITH_3DES_EDE_CBC_SHA, BOTH),
    line("TLS_RSA_WITH_DES_CBC_SHA", TLS_RSA_WITH_DES_CBC_SHA, OF_2003),
    line("TLS_DHE_DSS_WITH_DES_CBC_SHA", TLS_DHE_DSS_WITH_DES_CBC_SHA, OF_2003),
    line("TLS_RSA_EXPORT1024_WITH_RC4_56_SHA", TLS_RSA_EXPORT1024_WITH_RC4_56_SHA, OF_2003),
    line("TLS_RSA_EXPORT1024_WITH_DES_CBC_SHA", TLS_RSA_EXPORT1024_WITH_DES_CBC_SHA, OF_2003),
    line("TLS_DHE_DSS_EXPORT1024_WITH_DES_CBC_SHA", TLS_DHE_DSS_EXPORT1024_WITH_DES_CBC_SHA, OF_2003),
    OldLine::EXPORT_RC4_40,
    line("TLS_RSA_EXPORT_WITH_RC2_CBC_40_MD5", TLS_RSA_EXPORT_WITH_RC2_CBC_40_MD5, OF_2003),
    line("TLS_RSA_WITH_NULL_MD5", TLS_RSA_WITH_NULL_MD5, BOTH),
    OldLine::NULL_SHA,
    OldLine::RSA_AES_128,
    line("TLS_RSA_WITH_AES_256_CBC_SHA", TLS_RSA_WITH_AES_256_CBC_SHA, OF_2008),
    curve("TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA_P256", TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA, Group::Secp256r1),
    curve("TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA_P384", TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA, Group::Secp384r1),
    curve("TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA_P521", TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA, Group::Secp521r1),
    curve("TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA_P256", TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA, Group::Secp256r1),
    curve("TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA_P384", TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA, Group::Secp384r1),
    curve("TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA_P521", TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA, Group::Secp521r1),
    OldLine::ECDHE_RSA_AES_128,
    curve("TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA_P384", TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA, Group::Secp384r1),
    curve("TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA_P521", TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA, Group::Secp521r1),
    curve("TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA_P256", TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA, Group::Secp256r1),
    curve("TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA_P384", TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA, Group::Secp384r1),
    curve("TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA_P521", TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA, Group::Secp521r1),
    line("TLS_DHE_DSS_WITH_AES_128_CBC_SHA", TLS_DHE_DSS_WITH_AES_128_CBC_SHA, OF_2008),
    line("TLS_DHE_DSS_WITH_AES_256_CBC_SHA", TLS_DHE_DSS_WITH_AES_256_CBC_SHA, OF_2008),
];

impl OldLine {
    /// The weakest cipher of the lists.
    pub const EXPORT_RC4_40: OldLine = line("TLS_RSA_EXPORT_WITH_RC4_40_MD5", TLS_RSA_EXPORT_WITH_RC4_40_MD5, OF_2003);
    /// And none at all.
    pub const NULL_SHA: OldLine = line("TLS_RSA_WITH_NULL_SHA", TLS_RSA_WITH_NULL_SHA, BOTH);
    /// Two that differ in the key exchange alone: the server's key decrypts here, and signs there.
    pub const RSA_AES_128: OldLine = line("TLS_RSA_WITH_AES_128_CBC_SHA", TLS_RSA_WITH_AES_128_CBC_SHA, OF_2008);
    pub const ECDHE_RSA_AES_128: OldLine =
        curve("TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA_P256", TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA, Group::Secp256r1);

    /// As the list prints it.
    pub fn name(self) -> &'static str {
        self.name
    }

    /// Whether it is in that system's list.
    pub fn is_of(self, stack: TlsStack) -> bool {
        self.systems.contains(&stack)
    }
}

impl Scenario {
    /// The line that the sender offers alone: one of its own list, and with rustls none.
    pub fn only_line(&self) -> Option<OldLine> {
        self.client_suite.filter(|line| line.is_of(self.client_stack))
    }

    /// The sender offers SSL 3.0 alone, and has something to offer in it.
    pub(super) fn only_ssl3(&self) -> bool {
        self.client_ssl3.is_on() && self.only_line().is_none_or(|line| line.suite.versions.contains(Version::SSL3))
    }

    /// The sender has an old list, and the line that it is to offer is not in it.
    pub(super) fn lacks_its_suite(&self) -> bool {
        self.client_stack != TlsStack::Rustls && self.client_suite.is_some() && self.only_line().is_none()
    }

    /// The line is in its list, and not in the one version that it is to have.
    pub(super) fn lacks_its_version(&self) -> bool {
        self.client_ssl3.is_on() && !self.only_ssl3()
    }
}

/// By the name, which tells all.
impl Hash for OldLine {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl Serialize for OldLine {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.name.serialize(to)
    }
}

impl<'de> Deserialize<'de> for OldLine {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<OldLine, D::Error> {
        let name = String::deserialize(from)?;
        let line = LINES.into_iter().find(|line| line.name == name);
        line.ok_or_else(|| D::Error::custom("expected a line of an old list"))
    }
}

/// The whole list, in the link.
const ALL: &str = "all";

impl Choice for Option<OldLine> {
    const ALL: &'static [Self] = &{
        let mut all = [None; LINES.len() + 1];
        let mut at = 0;
        while at < LINES.len() {
            all[at + 1] = Some(LINES[at]);
            at += 1;
        }
        all
    };

    fn key(self) -> &'static str {
        self.map_or(ALL, OldLine::name)
    }
}

impl Value for Option<OldLine> {
    fn expected() -> String {
        <Self as Choice>::ALL.iter().map(|line| line.key()).collect::<Vec<_>>().join(", ")
    }

    fn parse(text: &str) -> Option<Self> {
        <Self as Choice>::ALL.iter().copied().find(|line| line.key() == text)
    }

    fn write(self) -> String {
        self.key().to_owned()
    }
}
