//! The certificates of a run: a root that all ends trust and what it issued, made from the seed around the scenario's clock. RFC 5280
//!
//! ```text
//! root (10 years) ──issues──▶ the receiver's certificate (1 year), the sender's, the relay's: each the only one sent
//! internal root of its owner, which the other side may have imported ──issues──▶ …
//! ```
//!
//! A leaf is described by a [`LeafSpec`]; each defective one differs from the good one in one value. Not here: intermediates,
//! and revocation: a revoked certificate is the same octets as a good one, and nothing tells the other side.

use super::primitives::sha256;
use super::provider::EcdsaKey;
use super::random::{Randomness, Stream};
use super::{Cause, Failure};
use crate::scenario::{Certificate, Clock, Party, Path, Scenario};
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyIdMethod,
    KeyUsagePurpose, SanType, SerialNumber,
};
use rustls::pki_types::CertificateDer;
use time::OffsetDateTime;

const ROOT_NAME: &str = "STARTTLS lab root CA";
/// The name in a certificate that is for another host.
const OTHER_HOST: &str = "other.example";
const ORGANIZATION: &str = "STARTTLS lab";
const DAY: i64 = 86_400;

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
        Self::build(scenario, names, keys).map_err(|error| Failure { cause: Cause::Setup(error), alert: None })
    }

    fn build(scenario: &Scenario, names: &Names<'_>, keys: Randomness) -> Result<Pki, String> {
        let clock = scenario.clock;
        let root_key = key(keys, "root key")?;
        let root = root(ROOT_NAME, clock, &root_key)?;
        let issued = root.self_signed(&root_key).map_err(text)?;
        let issuer = Issuer::new(root, root_key);
        let issue = |spec: &LeafSpec<'_>| spec.issue(keys, clock, &issuer);
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
            root: issued.der().clone(),
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
    purposes: &'a [ExtendedKeyUsagePurpose],
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
const BOTH_ROLES: &[ExtendedKeyUsagePurpose] =
    &[ExtendedKeyUsagePurpose::ServerAuth, ExtendedKeyUsagePurpose::ClientAuth];

const CLIENT_ONLY: &[ExtendedKeyUsagePurpose] = &[ExtendedKeyUsagePurpose::ClientAuth];
const SERVER_ONLY: &[ExtendedKeyUsagePurpose] = &[ExtendedKeyUsagePurpose::ServerAuth];

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
            purposes: BOTH_ROLES,
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

    /// With this defect and no other; `wrong` are the purposes that do not serve.
    fn with_defect(self, kind: Certificate, wrong: &'a [ExtendedKeyUsagePurpose]) -> LeafSpec<'a> {
        match kind {
            Certificate::Trusted | Certificate::Revoked => self,
            Certificate::InternalCa => LeafSpec { signer: Signer::InternalCa, ..self },
            Certificate::SelfSigned => LeafSpec { signer: Signer::Itself, ..self },
            Certificate::Expired => LeafSpec { from_day: -400, ..self },
            Certificate::NotYetValid => LeafSpec { from_day: 30, ..self },
            Certificate::WrongName => LeafSpec { common_name: OTHER_HOST, names: &[OTHER_HOST], ..self },
            Certificate::WrongPurpose => LeafSpec { purposes: wrong, ..self },
        }
    }

    fn issue(&self, keys: Randomness, clock: Clock, issuer: &Issuer<'_, EcdsaKey>) -> Result<Issued, String> {
        let key = key(keys, self.key)?;
        let mut params = params(&key, self.serial, self.common_name, clock, self.from_day, self.days)?;
        for name in self.names {
            params.subject_alt_names.push(SanType::DnsName((*name).try_into().map_err(text)?));
        }
        // Not NoCa, which leaves the extension out; a leaf that says CA is refused as one.
        params.is_ca = IsCa::ExplicitNoCa;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature]; // RFC 8446 §4.4.2.2
        params.extended_key_usages = self.purposes.to_vec();
        params.use_authority_key_identifier_extension = true; // RFC 5280 §4.2.1.1
        let (leaf, own_root) = match self.signer {
            Signer::Root => (params.signed_by(&key, issuer).map_err(text)?, None),
            Signer::Itself => {
                let leaf = params.self_signed(&key).map_err(text)?;
                let own = leaf.der().clone();
                (leaf, Some(own))
            }
            Signer::InternalCa => {
                let (label, name) = self.internal_ca;
                let own_key = self::key(keys, label)?;
                let own = root(name, clock, &own_key)?;
                let anchor = own.self_signed(&own_key).map_err(text)?.der().clone();
                (params.signed_by(&key, &Issuer::new(own, own_key)).map_err(text)?, Some(anchor))
            }
        };
        Ok(Issued { credential: Credential { chain: vec![leaf.into()], key }, own_root })
    }
}

fn root(name: &str, clock: Clock, key: &EcdsaKey) -> Result<CertificateParams, String> {
    let mut params = params(key, 0x01, name, clock, -365, 3653)?;
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign]; // RFC 5280 §4.2.1.3
    Ok(params)
}

fn key(keys: Randomness, label: &str) -> Result<EcdsaKey, String> {
    EcdsaKey::new(&mut Stream::new(keys, label)).map_err(text)
}

/// What root and leaf have in common.
fn params(
    key: &EcdsaKey,
    serial: u64,
    common_name: &str,
    clock: Clock,
    from_day: i64,
    days: i64,
) -> Result<CertificateParams, String> {
    let mut name = DistinguishedName::new();
    name.push(DnType::OrganizationName, ORGANIZATION);
    name.push(DnType::CommonName, common_name);
    let mut params = CertificateParams::default();
    params.distinguished_name = name;
    params.serial_number = Some(SerialNumber::from(serial));
    params.not_before = midnight(clock, from_day)?;
    // The last second is included. RFC 5280 §4.1.2.5
    params.not_after = midnight(clock, from_day + days)? - time::Duration::SECOND;
    // The leftmost 160 bits of a SHA-256. RFC 7093 §2
    let identifier = sha256([key.point()]).into_iter().take(20).collect();
    params.key_identifier_method = KeyIdMethod::PreSpecified(identifier);
    Ok(params)
}

/// The beginning, in UTC, of the day that is `days` days from the scenario's.
fn midnight(clock: Clock, days: i64) -> Result<OffsetDateTime, String> {
    let today = i64::try_from(clock.unix()).map_err(text)? / DAY;
    OffsetDateTime::from_unix_timestamp((today + days) * DAY).map_err(text)
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
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
        let root = root(ROOT_NAME, scenario.clock, &key).unwrap();
        let issued = root.self_signed(&key).unwrap();
        let anchor = webpki::anchor_from_trusted_cert(issued.der()).unwrap();
        let anchors = [anchor];
        let mut spec = LeafSpec::receiver(&"mx.example.net");
        change(&mut spec);
        let leaf = spec.issue(Randomness::Seed(scenario.seed), scenario.clock, &Issuer::new(root, key)).unwrap();
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
        let server_only: &[ExtendedKeyUsagePurpose] = &[ExtendedKeyUsagePurpose::ServerAuth];
        let good = verdicts(Pass, Pass, Pass);
        for of in [Side::Client, Side::Server] {
            assert_eq!(found(|_| {}, of, true), good(of));
            assert_eq!(found(|leaf| leaf.purposes = &[], of, true), good(of));
            assert_eq!(found(|leaf| leaf.days = 20, of, true), verdicts(Pass, Fail(Defect::Expired), Pass)(of));
            assert_eq!(found(|leaf| leaf.from_day = 1, of, true), verdicts(Pass, Fail(Defect::NotYetValid), Pass)(of));
            assert_eq!(found(|_| {}, of, false), verdicts(Fail(Defect::UnknownIssuer), Pass, Pass)(of));
        }
        assert_eq!(found(|leaf| leaf.purposes = server_only, Side::Server, true), good(Side::Server));
        let all_at_once = |leaf: &mut LeafSpec<'_>| {
            leaf.purposes = server_only;
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
