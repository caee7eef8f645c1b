//! The certificates of a run: a root that all ends trust and what it issued, made from the seed around the scenario's clock. RFC 5280
//!
//! What they say is in `leaf.rs`; rcgen writes them.

use super::leaf::{KeyOwner, LeafSpec, Leaves, ORGANIZATION, ROOT_NAME, Signer, Validity};
use super::primitives::sha256;
use super::provider::EcdsaKey;
use super::random::{Randomness, Stream};
use super::{Cause, Failure};
use crate::calendar::Moment;
use crate::scenario::{Clock, Party, Published, Scenario, Side};
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyIdMethod,
    KeyUsagePurpose, SanType, SerialNumber,
};
use rustls::pki_types::CertificateDer;
use time::OffsetDateTime;

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
    /// Leaves that the organisation's directory holds.
    published: Vec<CertificateDer<'static>>,
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
        let root_key = key(keys, KeyOwner::Root)?;
        let root = root(ROOT_NAME, clock, &root_key)?;
        let issued = root.self_signed(&root_key).map_err(text)?;
        let issuer = Issuer::new(root, root_key);
        let issue = |spec: &LeafSpec<'_>| issue(spec, keys, clock, &issuer);
        let Leaves { sender, between, receiver } = Leaves::of(scenario, names);
        Ok(Pki {
            root: issued.der().clone(),
            sender: sender.as_ref().map(issue).transpose()?,
            between: between.as_ref().map(issue).transpose()?,
            receiver: issue(&receiver)?,
            imports: (scenario.sender_imports.is_on(), scenario.receiver_imports.is_on()),
            published: Vec::new(),
        })
    }

    /// The certificates that servers of one organisation have for each other: each signs its own, and the directory holds some of them.
    /// docs/rules.md X2
    pub fn internal(scenario: &Scenario, names: &Names<'_>, keys: Randomness) -> Result<Pki, Failure> {
        let public = Self::with_keys(scenario, names, keys)?;
        Self::build_internal(scenario, names, keys, public)
            .map_err(|error| Failure { cause: Cause::Setup(error), alert: None })
    }

    fn build_internal(scenario: &Scenario, names: &Names<'_>, keys: Randomness, public: Pki) -> Result<Pki, String> {
        let clock = scenario.clock;
        let root_key = key(keys, KeyOwner::Root)?;
        let issuer = Issuer::new(root(ROOT_NAME, clock, &root_key)?, root_key);
        let issue = |spec: LeafSpec<'_>, owner| issue(&spec.internal(owner), keys, clock, &issuer);
        let receiver = |owner| issue(LeafSpec::receiver(&names.receiver), owner);
        let sender = issue(LeafSpec::sender(&names.sender), KeyOwner::SenderInternal)?;
        let first = receiver(KeyOwner::ReceiverInternal)?;
        let leaf = |issued: &Issued| issued.credential.chain.first().cloned();
        let published = match scenario.published {
            Published::Missing => Vec::new(),
            Published::Both | Published::Renewed => [&sender, &first].into_iter().filter_map(leaf).collect(),
        };
        let receiver = match scenario.published {
            Published::Renewed => receiver(KeyOwner::ReceiverRenewed)?,
            Published::Both | Published::Missing => first,
        };
        Ok(Pki { sender: Some(sender), receiver, imports: (false, false), published, ..public })
    }

    /// Whether the organisation's directory holds this very certificate.
    pub fn publishes(&self, leaf: &[u8]) -> bool {
        self.published.iter().any(|published| published.as_ref() == leaf)
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

fn issue(spec: &LeafSpec<'_>, keys: Randomness, clock: Clock, issuer: &Issuer<'_, EcdsaKey>) -> Result<Issued, String> {
    let key = key(keys, spec.owner)?;
    let mut params = params(&key, spec.serial, spec.common_name, spec.validity(clock))?;
    for name in spec.names {
        params.subject_alt_names.push(SanType::DnsName((*name).try_into().map_err(text)?));
    }
    // Not NoCa, which leaves the extension out; a leaf that says CA is refused as one.
    params.is_ca = IsCa::ExplicitNoCa;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature]; // RFC 8446 §4.4.2.2
    params.extended_key_usages = spec.sides.iter().copied().map(purpose).collect();
    params.use_authority_key_identifier_extension = true; // RFC 5280 §4.2.1.1
    let (leaf, own_root) = match spec.signer {
        Signer::Root => (params.signed_by(&key, issuer).map_err(text)?, None),
        Signer::Itself => {
            let leaf = params.self_signed(&key).map_err(text)?;
            let own = leaf.der().clone();
            (leaf, Some(own))
        }
        Signer::InternalCa => {
            let (owner, name) = spec.internal_ca;
            let own_key = self::key(keys, owner)?;
            let own = root(name, clock, &own_key)?;
            let anchor = own.self_signed(&own_key).map_err(text)?.der().clone();
            (params.signed_by(&key, &Issuer::new(own, own_key)).map_err(text)?, Some(anchor))
        }
    };
    Ok(Issued { credential: Credential { chain: vec![leaf.into()], key }, own_root })
}

/// RFC 5280 §4.2.1.12
fn purpose(side: Side) -> ExtendedKeyUsagePurpose {
    match side {
        Side::Server => ExtendedKeyUsagePurpose::ServerAuth,
        Side::Client => ExtendedKeyUsagePurpose::ClientAuth,
    }
}

fn root(name: &str, clock: Clock, key: &EcdsaKey) -> Result<CertificateParams, String> {
    let mut params = params(key, 0x01, name, Validity::root(clock))?;
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign]; // RFC 5280 §4.2.1.3
    Ok(params)
}

fn key(keys: Randomness, owner: KeyOwner) -> Result<EcdsaKey, String> {
    EcdsaKey::new(&mut Stream::new(keys, owner.label())).map_err(text)
}

/// What root and leaf have in common.
fn params(
    key: &EcdsaKey,
    serial: u64,
    common_name: &str,
    validity: Option<Validity>,
) -> Result<CertificateParams, String> {
    let mut name = DistinguishedName::new();
    name.push(DnType::OrganizationName, ORGANIZATION);
    name.push(DnType::CommonName, common_name);
    let mut params = CertificateParams::default();
    params.distinguished_name = name;
    params.serial_number = Some(SerialNumber::from(serial));
    let validity = validity.ok_or("the calendar ends")?;
    (params.not_before, params.not_after) = (date(validity.first)?, date(validity.last)?);
    // The leftmost 160 bits of a SHA-256. RFC 7093 §2
    let identifier = sha256([key.point()]).into_iter().take(20).collect();
    params.key_identifier_method = KeyIdMethod::PreSpecified(identifier);
    Ok(params)
}

fn date(moment: Moment) -> Result<OffsetDateTime, String> {
    OffsetDateTime::from_unix_timestamp(moment.unix()).map_err(text)
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::preset;
    use crate::tls::provider::verification;
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
        let key = key(Randomness::Seed(scenario.seed), KeyOwner::Root).unwrap();
        let root = root(ROOT_NAME, scenario.clock, &key).unwrap();
        let issued = root.self_signed(&key).unwrap();
        let anchor = webpki::anchor_from_trusted_cert(issued.der()).unwrap();
        let anchors = [anchor];
        let mut spec = LeafSpec::receiver(&"mx.example.net");
        change(&mut spec);
        let leaf = issue(&spec, Randomness::Seed(scenario.seed), scenario.clock, &Issuer::new(root, key)).unwrap();
        let now = UnixTime::since_unix_epoch(Duration::from_secs(scenario.clock.unix()));
        let leaf = &leaf.credential.chain[0];
        let found = check(of, leaf, &[], if trusted { &anchors } else { &[] }, None, now, verification().all);
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
        let server_only = &[Side::Server];
        let good = verdicts(Pass, Pass, Pass);
        for of in [Side::Client, Side::Server] {
            assert_eq!(found(|_| {}, of, true), good(of));
            assert_eq!(found(|leaf| leaf.sides = &[], of, true), good(of));
            assert_eq!(found(|leaf| leaf.days = 20, of, true), verdicts(Pass, Fail(Defect::Expired), Pass)(of));
            assert_eq!(found(|leaf| leaf.from_day = 1, of, true), verdicts(Pass, Fail(Defect::NotYetValid), Pass)(of));
            assert_eq!(found(|_| {}, of, false), verdicts(Fail(Defect::UnknownIssuer), Pass, Pass)(of));
        }
        assert_eq!(found(|leaf| leaf.sides = server_only, Side::Server, true), good(Side::Server));
        let all_at_once = |leaf: &mut LeafSpec<'_>| {
            leaf.sides = server_only;
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
        let found = check(Side::Server, &CertificateDer::from(vec![0x30, 0]), &[], &[], None, now, verification().all);
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
