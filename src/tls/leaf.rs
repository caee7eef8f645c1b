//! What the certificates of a run say, in whatever form they are written: a leaf for each party, each defective one different from the good one in
//! one value. RFC 5280
//!
//! ```text
//! root (10 years) ──issues──▶ the receiver's certificate (1 year), the sender's, the relay's: each the only one sent
//! internal root of its owner, which the other side may have imported ──issues──▶ …
//! ```
//!
//! Not here: intermediates, and revocation: a revoked certificate is the same octets as a good one, and nothing tells the other side.

use super::Names;
use crate::calendar::Moment;
use crate::scenario::{Certificate, Clock, Path, Scenario, Side};

pub(super) const ROOT_NAME: &str = "STARTTLS lab root CA";
pub(super) const ORGANIZATION: &str = "STARTTLS lab";
/// The name in a certificate that is for another host.
const OTHER_HOST: &str = "other.example";
const DAY: i64 = 86_400;

/// Whose a long-term key is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum KeyOwner {
    Root,
    ReceiversCa,
    SendersCa,
    Receiver,
    Sender,
    Between,
    /// Of the internal certificates, and of the one that came after a published one.
    ReceiverInternal,
    ReceiverRenewed,
    SenderInternal,
}

impl KeyOwner {
    /// The label of its randomness: with another, every octet of every run would move.
    pub(super) fn label(self) -> &'static str {
        match self {
            KeyOwner::Root => "root key",
            KeyOwner::ReceiversCa => "internal root key",
            KeyOwner::SendersCa => "sender's internal root key",
            KeyOwner::Receiver => "server key",
            KeyOwner::Sender => "client key",
            KeyOwner::Between => "key between",
            KeyOwner::ReceiverInternal => "internal server key",
            KeyOwner::ReceiverRenewed => "renewed internal server key",
            KeyOwner::SenderInternal => "internal client key",
        }
    }
}

/// What a leaf says and for how long.
#[derive(Clone)]
pub(super) struct LeafSpec<'a> {
    pub(super) owner: KeyOwner,
    pub(super) serial: u64,
    pub(super) common_name: &'a str,
    /// DNS names in subjectAltName. RFC 9525 §6.1 looks at these, never at the common name.
    pub(super) names: &'a [&'a str],
    /// When it begins, in whole days from the scenario's.
    pub(super) from_day: i64,
    pub(super) days: i64,
    /// The sides of TLS that it is for; none named, and it is for either.
    pub(super) sides: &'a [Side],
    pub(super) signer: Signer,
    /// Its owner's internal root, and the name of that. Another name than the common root's: with the same one webpki would try that
    /// root's key and find a bad signature.
    pub(super) internal_ca: (KeyOwner, &'a str),
}

/// Who signs a leaf.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Signer {
    Root,
    InternalCa,
    Itself,
}

/// The leaves of a run.
pub(super) struct Leaves<'a> {
    pub(super) sender: Option<LeafSpec<'a>>,
    pub(super) between: Option<LeafSpec<'a>>,
    pub(super) receiver: LeafSpec<'a>,
}

/// Both roles of a mail server: it is a client whenever it sends.
const BOTH_ROLES: &[Side] = &[Side::Server, Side::Client];
const CLIENT_ONLY: &[Side] = &[Side::Client];
const SERVER_ONLY: &[Side] = &[Side::Server];

impl<'a> Leaves<'a> {
    pub(super) fn of(scenario: &Scenario, names: &'a Names<'a>) -> Leaves<'a> {
        let sender = |kind| LeafSpec::sender(&names.sender).with_defect(kind, SERVER_ONLY);
        let between = match scenario.path {
            Path::Direct | Path::Strip | Path::StripBoth => None,
            Path::Relay => Some(LeafSpec::between(&names.between)),
            // The attacker can write any name into it; what it lacks is a trusted issuer.
            Path::Impostor | Path::NtlmRelay => {
                Some(LeafSpec { signer: Signer::Itself, ..LeafSpec::between(&names.receiver) })
            }
            Path::Misissued => Some(LeafSpec::between(&names.receiver)),
        };
        let receiver = LeafSpec::receiver(&names.receiver).with_defect(scenario.server_certificate, CLIENT_ONLY);
        Leaves { sender: scenario.client_certificate.map(sender), between, receiver }
    }
}

impl<'a> LeafSpec<'a> {
    /// The receiver's certificate when everything is in order.
    pub(super) fn receiver(host: &'a &'a str) -> LeafSpec<'a> {
        LeafSpec {
            owner: KeyOwner::Receiver,
            serial: 0x1001,
            common_name: host,
            names: std::slice::from_ref(host),
            from_day: -30,
            days: 365,
            sides: BOTH_ROLES,
            signer: Signer::Root,
            internal_ca: (KeyOwner::ReceiversCa, "Internal CA of the receiver"),
        }
    }

    /// The sender's.
    pub(super) fn sender(host: &'a &'a str) -> LeafSpec<'a> {
        LeafSpec {
            owner: KeyOwner::Sender,
            serial: 0x2001,
            internal_ca: (KeyOwner::SendersCa, "Internal CA of the sender"),
            ..LeafSpec::receiver(host)
        }
    }

    /// The internal certificate of an Exchange server, which its Setup makes; with another key and serial number once it was renewed.
    pub(super) fn internal(self, owner: KeyOwner) -> LeafSpec<'a> {
        let serial = self.serial + if owner == KeyOwner::ReceiverRenewed { 0x200 } else { 0x100 };
        LeafSpec { owner, serial, signer: Signer::Itself, ..self }
    }

    /// Of an intermediary.
    fn between(host: &'a &'a str) -> LeafSpec<'a> {
        LeafSpec { owner: KeyOwner::Between, serial: 0x3001, ..LeafSpec::receiver(host) }
    }

    /// With this defect and no other; `wrong` are the sides that it is not asked for.
    fn with_defect(self, kind: Certificate, wrong: &'a [Side]) -> LeafSpec<'a> {
        match kind {
            Certificate::Trusted | Certificate::Revoked => self,
            Certificate::InternalCa => LeafSpec { signer: Signer::InternalCa, ..self },
            Certificate::SelfSigned => LeafSpec { signer: Signer::Itself, ..self },
            Certificate::Expired => LeafSpec { from_day: -400, ..self },
            Certificate::NotYetValid => LeafSpec { from_day: 30, ..self },
            Certificate::WrongName => LeafSpec { common_name: OTHER_HOST, names: &[OTHER_HOST], ..self },
            Certificate::WrongPurpose => LeafSpec { sides: wrong, ..self },
        }
    }

    pub(super) fn validity(&self, clock: Clock) -> Option<Validity> {
        Validity::days(clock, self.from_day, self.days)
    }
}

/// The first and the last second of a certificate. RFC 5280 §4.1.2.5
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Validity {
    pub(super) first: Moment,
    pub(super) last: Moment,
}

impl Validity {
    /// Of a root.
    pub(super) fn root(clock: Clock) -> Option<Validity> {
        Validity::days(clock, -365, 3653)
    }

    /// So many days, from the beginning, in UTC, of the day that is `from_day` days from the scenario's.
    fn days(clock: Clock, from_day: i64, days: i64) -> Option<Validity> {
        let today = i64::try_from(clock.unix()).ok()? / DAY;
        let first = today.checked_add(from_day)?.checked_mul(DAY)?;
        let last = first.checked_add(days.checked_mul(DAY)?)?.checked_sub(1)?;
        Some(Validity { first: Moment::from_unix(first)?, last: Moment::from_unix(last)? })
    }
}
