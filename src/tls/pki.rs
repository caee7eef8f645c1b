//! The certificates of a run: a root that all ends trust and what it issued, made from the seed around the scenario's clock. RFC 5280
//!
//! ```text
//! root (10 years) ──issues──▶ the receiver's certificate (1 year), the sender's, the relay's: each the only one sent
//! internal root of its owner, which the other side may have imported ──issues──▶ …
//! ```
//!
//! A leaf is described by a [`LeafSpec`]; each defective one differs from the good one in one value. Not here: intermediates,
//! and revocation: a revoked certificate is the same octets as a good one, and nothing tells the other side.

use super::certificate::{Contents, Owner, UseFor};
use super::provider::EcdsaKey;
use super::random::{Randomness, Stream};
use super::{Cause, Failure};
use crate::calendar::Moment;
use crate::scenario::{Certificate, Clock, Party, Path, Scenario, Side};
use rustls::pki_types::CertificateDer;

const ROOT_NAME: &str = "STARTTLS lab root CA";
/// The name in a certificate that is for another host.
const OTHER_HOST: &str = "other.example";
const DAY: i64 = 86_400;
const NOT_WRITTEN: &str = "a certificate could not be written";

/// A certificate with the key of its owner.
#[derive(Clone, Debug)]
pub(super) struct Credential {
    /// What is sent, leaf first.
    pub(super) chain: Vec<CertificateDer<'static>>,
    pub(super) key: EcdsaKey,
}

/// The hosts of a run.
#[derive(Clone, Copy, Debug)]
pub struct Names<'a> {
    pub sender: &'a str,
    pub between: &'a str,
    pub receiver: &'a str,
}

/// All certificates of a run.
#[derive(Clone, Debug)]
pub struct Pki {
    root: CertificateDer<'static>,
    sender: Option<Issued>,
    between: Option<Issued>,
    receiver: Issued,
    /// The sender has imported what the receiver's certificate leads to, and the other way round.
    imports: (bool, bool),
}

/// A credential, and the root of its owner's own to which it leads, if it does not lead to the common one.
#[derive(Clone, Debug)]
struct Issued {
    credential: Credential,
    own_root: Option<CertificateDer<'static>>,
}

impl Pki {
    /// The certificates of this scenario, with keys that are a function of its seed.
    pub fn new(scenario: &Scenario, names: &Names<'_>) -> Result<Pki, Failure> {
        Self::with_keys(scenario, names, Randomness::Seed(scenario.seed))
    }

    /// The same, with keys from somewhere else.
    pub fn with_keys(scenario: &Scenario, names: &Names<'_>, keys: Randomness) -> Result<Pki, Failure> {
        Self::build(scenario, names, keys)
            .map_err(|error| Failure { cause: Cause::Setup(error.to_owned()), alert: None })
    }

    fn build(scenario: &Scenario, names: &Names<'_>, keys: Randomness) -> Result<Pki, &'static str> {
        let clock = scenario.clock;
        let root_key = key(keys, "root key")?;
        let root = Owner { common_name: ROOT_NAME, key: &root_key };
        let issue = |spec: &LeafSpec<'_>| spec.issue(keys, clock, root);
        let receiver = LeafSpec::receiver(&names.receiver).with_defect(scenario.server_certificate, CLIENT_ONLY);
        let sender = scenario.client_certificate;
        let sender = sender.map(|kind| LeafSpec::sender(&names.sender).with_defect(kind, SERVER_ONLY));
        let between = match scenario.path {
            Path::Direct | Path::Strip => None,
            Path::Relay => Some(LeafSpec::between(&names.between)),
            // The attacker can write any name into it; what it lacks is a trusted issuer.
            Path::Impostor => Some(LeafSpec { signer: Signer::Itself, ..LeafSpec::between(&names.receiver) }),
            Path::Misissued => Some(LeafSpec::between(&names.receiver)),
        };
        Ok(Pki {
            root: self_signed(root, clock)?,
            sender: sender.as_ref().map(issue).transpose()?,
            between: between.as_ref().map(issue).transpose()?,
            receiver: issue(&receiver)?,
            imports: (scenario.sender_imports.is_on(), scenario.receiver_imports.is_on()),
        })
    }

    /// The root that all ends trust, DER.
    pub fn root(&self) -> &[u8] {
        &self.root
    }

    /// What a party presents, leaf first, DER.
    pub fn chain(&self, party: Party) -> impl Iterator<Item = &[u8]> {
        let credential = self.credential(party);
        credential.into_iter().flat_map(|credential| &credential.chain).map(|certificate| certificate.as_ref())
    }

    /// The private key of what a party presents, PKCS #8 in DER: for a program outside the lab that takes the party's place.
    pub fn private_key(&self, party: Party) -> Option<Vec<u8>> {
        self.credential(party).map(|credential| credential.key.to_pkcs8())
    }

    pub(super) fn credential(&self, party: Party) -> Option<&Credential> {
        self.issued(party).map(|issued| &issued.credential)
    }

    fn issued(&self, party: Party) -> Option<&Issued> {
        match party {
            Party::Sender => self.sender.as_ref(),
            Party::Between => self.between.as_ref(),
            Party::Receiver => Some(&self.receiver),
        }
    }

    /// The roots that a party trusts.
    pub(super) fn trusted_by(&self, party: Party) -> Vec<CertificateDer<'static>> {
        let other = match party {
            Party::Sender => Some(Party::Receiver).filter(|_| self.imports.0),
            Party::Between => None,
            Party::Receiver => Some(Party::Sender).filter(|_| self.imports.1),
        };
        let imported = other.and_then(|other| self.issued(other)?.own_root.clone());
        std::iter::once(self.root.clone()).chain(imported).collect()
    }
}

/// What a leaf says and for how long.
struct LeafSpec<'a> {
    /// Which key of the run is its own.
    key: &'a str,
    serial: u64,
    common_name: &'a str,
    /// DNS names in subjectAltName. RFC 9525 §6.1 looks at these, never at the common name.
    names: &'a [&'a str],
    /// When it begins, in whole days from the scenario's.
    from_day: i64,
    days: i64,
    /// In extendedKeyUsage: which sides of TLS it may be.
    sides: &'a [Side],
    signer: Signer,
    /// Key and name of its owner's internal root. Another name than the common root's: with the same one webpki would try that
    /// root's key and find a bad signature.
    internal_ca: (&'a str, &'a str),
}

/// Who signs a leaf.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Signer {
    Root,
    InternalCa,
    Itself,
}

/// Both roles of a mail server: it is a client whenever it sends.
const BOTH_ROLES: &[Side] = &[Side::Server, Side::Client];

const CLIENT_ONLY: &[Side] = &[Side::Client];
const SERVER_ONLY: &[Side] = &[Side::Server];

impl<'a> LeafSpec<'a> {
    /// The receiver's certificate when everything is in order.
    fn receiver(host: &'a &'a str) -> LeafSpec<'a> {
        LeafSpec {
            key: "server key",
            serial: 0x1001,
            common_name: host,
            names: std::slice::from_ref(host),
            from_day: -30,
            days: 365,
            sides: BOTH_ROLES,
            signer: Signer::Root,
            internal_ca: ("internal root key", "Internal CA of the receiver"),
        }
    }

    /// The sender's.
    fn sender(host: &'a &'a str) -> LeafSpec<'a> {
        LeafSpec {
            key: "client key",
            serial: 0x2001,
            internal_ca: ("sender's internal root key", "Internal CA of the sender"),
            ..LeafSpec::receiver(host)
        }
    }

    /// Of an intermediary.
    fn between(host: &'a &'a str) -> LeafSpec<'a> {
        LeafSpec { key: "key between", serial: 0x3001, ..LeafSpec::receiver(host) }
    }

    /// With this defect and no other; `wrong` are the sides that do not serve.
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

    fn issue(&self, keys: Randomness, clock: Clock, root: Owner<'_>) -> Result<Issued, &'static str> {
        let key = key(keys, self.key)?;
        let owner = Owner { common_name: self.common_name, key: &key };
        let contents = Contents {
            serial: self.serial,
            owner,
            validity: validity(clock, self.from_day, self.days)?,
            use_for: UseFor::Tls { names: self.names, sides: self.sides },
        };
        let signed_by = |issuer| contents.signed_by(issuer).ok_or(NOT_WRITTEN);
        let (leaf, own_root) = match self.signer {
            Signer::Root => (signed_by(root)?, None),
            Signer::Itself => {
                let leaf = signed_by(owner)?;
                (leaf.clone(), Some(leaf))
            }
            Signer::InternalCa => {
                let (label, common_name) = self.internal_ca;
                let own = Owner { common_name, key: &self::key(keys, label)? };
                (signed_by(own)?, Some(self_signed(own, clock)?))
            }
        };
        Ok(Issued { credential: Credential { chain: vec![leaf], key }, own_root })
    }
}

/// The certificate of a root.
fn self_signed(root: Owner<'_>, clock: Clock) -> Result<CertificateDer<'static>, &'static str> {
    let validity = validity(clock, -365, 3653)?;
    let contents = Contents { serial: 1, owner: root, validity, use_for: UseFor::Issuing };
    contents.signed_by(root).ok_or(NOT_WRITTEN)
}

fn key(keys: Randomness, label: &str) -> Result<EcdsaKey, &'static str> {
    EcdsaKey::new(&mut Stream::new(keys, label)).map_err(|_| "no key could be made")
}

/// So many days, from the beginning, in UTC, of the day that is `from_day` days from the scenario's: first and last second.
fn validity(clock: Clock, from_day: i64, days: i64) -> Result<(Moment, Moment), &'static str> {
    let first = (clock.moment().unix() / DAY + from_day) * DAY;
    let last = first + days * DAY - 1;
    Moment::from_unix(first).zip(Moment::from_unix(last)).ok_or("the calendar ends")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{Side, preset};
    use crate::tls::verify::check;
    use crate::tls::{CertificateCheck, Defect, Verdict};
    use rustls::pki_types::UnixTime;
    use std::time::Duration;

    fn scenario(clock: Clock) -> Scenario {
        Scenario { clock, ..preset("book").unwrap().scenario }
    }

    /// What a check finds when a leaf differs from the good one by this.
    fn found(change: impl FnOnce(&mut LeafSpec<'_>), of: Side, trusted: bool) -> CertificateCheck {
        let scenario = scenario(Clock::BOOK);
        let key = key(Randomness::Seed(scenario.seed), "root key").unwrap();
        let root = Owner { common_name: ROOT_NAME, key: &key };
        let issued = self_signed(root, scenario.clock).unwrap();
        let anchor = webpki::anchor_from_trusted_cert(&issued).unwrap();
        let anchors = [anchor];
        let mut spec = LeafSpec::receiver(&"mx.example.net");
        change(&mut spec);
        let leaf = spec.issue(Randomness::Seed(scenario.seed), scenario.clock, root).unwrap();
        let now = UnixTime::since_unix_epoch(Duration::from_secs(scenario.clock.unix()));
        let leaf = &leaf.credential.chain[0];
        let found = check(of, leaf, &[], if trusted { &anchors } else { &[] }, None, now);
        assert_eq!(found.presented, [leaf.to_vec()]);
        assert_eq!(found.names, ["mx.example.net"]);
        CertificateCheck { presented: Vec::new(), names: Vec::new(), ..found }
    }

    fn verdicts(chain: Verdict, dates: Verdict, purpose: Verdict) -> impl Fn(Side) -> CertificateCheck {
        move |of| CertificateCheck {
            of,
            presented: Vec::new(),
            names: Vec::new(),
            wanted: None,
            chain: chain.clone(),
            name: Verdict::NotChecked,
            dates: dates.clone(),
            purpose: purpose.clone(),
        }
    }

    #[test]
    fn each_defect_fails_its_own_check_and_no_other() {
        use Verdict::{Fail, Pass};
        let good = verdicts(Pass, Pass, Pass);
        for of in [Side::Client, Side::Server] {
            assert_eq!(found(|_| {}, of, true), good(of));
            assert_eq!(found(|leaf| leaf.sides = &[], of, true), good(of));
            assert_eq!(found(|leaf| leaf.days = 20, of, true), verdicts(Pass, Fail(Defect::Expired), Pass)(of));
            assert_eq!(found(|leaf| leaf.from_day = 1, of, true), verdicts(Pass, Fail(Defect::NotYetValid), Pass)(of));
            assert_eq!(found(|_| {}, of, false), verdicts(Fail(Defect::UnknownIssuer), Pass, Pass)(of));
        }
        assert_eq!(found(|leaf| leaf.sides = SERVER_ONLY, Side::Server, true), good(Side::Server));
        let all_at_once = |leaf: &mut LeafSpec<'_>| {
            leaf.sides = SERVER_ONLY;
            leaf.from_day = -400;
        };
        assert_eq!(
            found(all_at_once, Side::Client, false),
            verdicts(Fail(Defect::UnknownIssuer), Fail(Defect::Expired), Fail(Defect::WrongPurpose))(Side::Client)
        );
        let ends_before_it_begins = verdicts(Verdict::NotChecked, Fail(Defect::Malformed), Verdict::NotChecked);
        assert_eq!(found(|leaf| leaf.days = -1, Side::Server, true), ends_before_it_begins(Side::Server));
    }

    #[test]
    fn what_is_no_certificate_is_malformed() {
        let now = UnixTime::since_unix_epoch(Duration::from_secs(Clock::BOOK.unix()));
        let found = check(Side::Server, &CertificateDer::from(vec![0x30, 0]), &[], &[], None, now);
        assert_eq!(found.chain, Verdict::Fail(Defect::Malformed));
        assert_eq!(found.dates, Verdict::NotChecked);
    }

    #[test]
    fn certificates_can_be_made_at_any_time_a_scenario_can_have() {
        for clock in [946_684_800, 2_524_608_000, 4_102_444_799].map(|clock| Clock::from_unix(clock).unwrap()) {
            let names = |receiver| Names { sender: "mail.example.com", between: "mx.example.org", receiver };
            let pki = Pki::new(&scenario(clock), &names("mx.example.net")).unwrap();
            assert_eq!(pki.chain(Party::Receiver).count(), 1);
            assert_eq!(pki.chain(Party::Sender).count(), 0);
            assert_eq!(pki.root(), Pki::new(&scenario(clock), &names("other.example")).unwrap().root());
        }
    }
}
