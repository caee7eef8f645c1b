//! The lists as a learner has them: in any order, any of their lines switched off.

use crate::registry::suites::{TLS_AES_256_GCM_SHA384, TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384};
use crate::registry::{Authentication, Cipher, CodePoint, Group, ListKey, Strength, Suite};
use crate::scenario::{Edit, OldLine, OldList, Scenario, Side, TlsStack, Versions, preset};

impl ListKey {
    /// Whose list it is.
    pub fn stack(self) -> Stack {
        match self {
            ListKey::Ws2003 | ListKey::Ws2008 => Stack::Schannel,
            ListKey::Rustls => Stack::Rustls,
            ListKey::Openssl => Stack::Openssl,
        }
    }
}

/// The implementations of TLS that the lists belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stack {
    /// That of Windows.
    Schannel,
    Rustls,
    Openssl,
}

impl Stack {
    /// Whose order such a server follows by default.
    pub fn preference(self) -> Side {
        match self {
            Stack::Schannel => Side::Server,
            Stack::Rustls | Stack::Openssl => Side::Client,
        }
    }
}

/// One line of a list: a suite, and with Schannel the curve that the line is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListEntry {
    pub suite: Suite,
    pub curve: Option<Group>,
    /// Switched on; a line that is off is neither offered nor chosen.
    pub enabled: bool,
}

impl ListEntry {
    pub const fn of(suite: Suite) -> ListEntry {
        ListEntry { suite, curve: None, enabled: true }
    }

    /// The suite's name with the suffix of Schannel, which is not on the wire.
    pub fn name(self) -> String {
        match self.curve.and_then(suffix) {
            Some(suffix) => format!("{}_{suffix}", self.suite.name()),
            None => self.suite.name().to_owned(),
        }
    }

    /// A session with it: of two old ends whose sender offers this line alone, or of two with rustls that take it; `None`, where there is none.
    pub fn session(self) -> Option<Scenario> {
        let modern = |versions| {
            let scenario = preset("postfix")?.scenario;
            Some(scenario.with(Edit::ClientVersions(versions)).with(Edit::ServerVersions(versions)))
        };
        match self.suite {
            TLS_AES_256_GCM_SHA384 => return modern(Versions::Both),
            TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384 => return modern(Versions::Tls12),
            _ => {}
        }
        let line = self.old_line()?;
        let alone = Edit::ClientSuite(Some(OldList::only(line)));
        let stack = [TlsStack::Ws2008, TlsStack::Ws2003].into_iter().find(|&stack| line.is_of(stack))?;
        let ends = [Edit::ClientStack(stack), Edit::ServerStack(stack), alone];
        Some(ends.into_iter().fold(preset("postfix")?.scenario, Scenario::with))
    }

    /// Whether this line runs in the lab, alone or at least as what comes first, and in which session.
    pub fn here(self) -> Here {
        if let Some(scenario) = self.session() {
            return Here::Runs(scenario);
        }
        // The lab's rustls has a key for ECDSA alone.
        let is_offered = ListKey::Rustls.lines().iter().any(|line| line.suite == self.suite)
            && self.suite.authentication != Authentication::Rsa;
        match self.suite.code {
            CodePoint::Ssl2(_) => Here::Ssl2,
            CodePoint::Tls(_) if is_offered => Here::Offered,
            CodePoint::Tls(_) => Here::NoEngine,
        }
    }

    /// What it is in a list of Windows.
    pub fn old_line(self) -> Option<OldLine> {
        OldLine::all().find(|line| (line.suite(), line.curve()) == (self.suite, self.curve))
    }

    /// The cipher's strength, or the curve's if that is less.
    pub fn strength(self) -> Strength {
        let cipher = self.suite.cipher.strength();
        self.curve.map_or(cipher, |curve| cipher.limited_to(curve.strength()))
    }
}

/// What the lab has of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Here {
    /// In this session.
    Runs(Scenario),
    /// rustls offers it here, and takes another: its list is whole.
    Offered,
    /// It is of SSL 2.0, which no engine of the lab speaks.
    Ssl2,
    /// No engine of the lab has it.
    NoEngine,
}

/// What Windows Vista to 8.1 put behind a suite's name to say that it is for this curve.
fn suffix(curve: Group) -> Option<&'static str> {
    match curve {
        Group::Secp256r1 => Some("P256"),
        Group::Secp384r1 => Some("P384"),
        Group::Secp521r1 => Some("P521"),
        Group::X25519 | Group::X448 => None,
    }
}

/// A list to compare, to negotiate with or to offer: in any order, any of its entries switched off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List {
    pub stack: Stack,
    pub entries: Vec<ListEntry>,
}

impl List {
    /// As it is by default. Windows has the suites without encryption in its list and does not use them until it is told to.
    pub fn of(key: ListKey) -> List {
        let entries = key.lines().iter().map(|line| {
            let enabled = line.suite.cipher != Cipher::Null;
            ListEntry { suite: line.suite, curve: line.curve, enabled }
        });
        List { stack: key.stack(), entries: entries.collect() }
    }

    /// Switches a line on, if it is here. docs/rules.md CS6
    pub fn switch_on(&mut self, line: OldLine) {
        for entry in &mut self.entries {
            entry.enabled |= entry.old_line() == Some(line);
        }
    }

    /// These lines, and nothing else.
    pub fn set(&mut self, lines: &[OldLine]) {
        let entry = |line: &OldLine| ListEntry { curve: line.curve(), ..ListEntry::of(line.suite()) };
        self.entries = lines.iter().map(entry).collect();
    }

    /// What is switched on.
    pub fn enabled(&self) -> impl DoubleEndedIterator<Item = ListEntry> {
        self.entries.iter().copied().filter(|entry| entry.enabled)
    }
}
