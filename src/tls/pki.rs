//! The certificates of a run: a root and what it issued, made from the seed around the scenario's clock. RFC 5280
//!
//! ```text
//! root (10 years) ──issues──▶ server's certificate (1 year), the only one sent
//! internal root, which the sender does not know ──issues──▶ …
//! ```
//!
//! A leaf is described by a [`LeafSpec`]; each defective one differs from the good one in one value. Not here: intermediates,
//! and revocation: a revoked certificate is the same octets as a good one, and nothing tells the sender.

use super::Failure;
use super::primitives::sha256;
use super::provider::EcdsaKey;
use super::random::Stream;
use crate::scenario::{Clock, Scenario, Seed, ServerCertificate};
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyIdMethod,
    KeyUsagePurpose, SanType, SerialNumber,
};
use rustls::pki_types::CertificateDer;
use time::OffsetDateTime;

const ROOT_NAME: &str = "STARTTLS lab root CA";
/// Another name than the root's: with the same one webpki would try the root's key and find a bad signature.
const INTERNAL_NAME: &str = "Internal CA of the receiver";
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

/// All certificates of a run.
#[derive(Clone, Debug)]
pub struct Pki {
    pub(super) seed: Seed,
    pub(super) root: CertificateDer<'static>,
    pub(super) server: Credential,
}

impl Pki {
    /// The certificates of this scenario, for a server that is called `host`.
    pub fn new(scenario: &Scenario, host: &str) -> Result<Pki, Failure> {
        Self::build(scenario, host).map_err(|error| Failure { error, alert: None })
    }

    fn build(scenario: &Scenario, host: &str) -> Result<Pki, String> {
        let Scenario { seed, clock, .. } = *scenario;
        let root_key = key(seed, "root key")?;
        let root = root(ROOT_NAME, clock, &root_key)?;
        let issued = root.self_signed(&root_key).map_err(text)?;
        let issuer = Issuer::new(root, root_key);
        let server = LeafSpec::of_server(scenario.server_certificate, &host).issue(seed, clock, &issuer)?;
        Ok(Pki { seed, root: issued.der().clone(), server })
    }

    /// The root that the client trusts, DER.
    pub fn root(&self) -> &[u8] {
        &self.root
    }

    /// What the server sends, leaf first, DER.
    pub fn server_chain(&self) -> impl Iterator<Item = &[u8]> {
        self.server.chain.iter().map(|certificate| certificate.as_ref())
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

impl LeafSpec<'_> {
    /// The server's certificate when everything is in order.
    fn server<'a>(host: &'a &'a str) -> LeafSpec<'a> {
        LeafSpec {
            key: "server key",
            serial: 0x1001,
            common_name: host,
            names: std::slice::from_ref(host),
            from_day: -30,
            days: 365,
            purposes: BOTH_ROLES,
            signer: Signer::Root,
        }
    }

    /// The server's certificate with the scenario's defect, and no other.
    fn of_server<'a>(kind: ServerCertificate, host: &'a &'a str) -> LeafSpec<'a> {
        let good = LeafSpec::server(host);
        match kind {
            ServerCertificate::Trusted | ServerCertificate::Revoked => good,
            ServerCertificate::InternalCa => LeafSpec { signer: Signer::InternalCa, ..good },
            ServerCertificate::SelfSigned => LeafSpec { signer: Signer::Itself, ..good },
            ServerCertificate::Expired => LeafSpec { from_day: -400, ..good },
            ServerCertificate::NotYetValid => LeafSpec { from_day: 30, ..good },
            ServerCertificate::WrongName => LeafSpec { common_name: OTHER_HOST, names: &[OTHER_HOST], ..good },
            ServerCertificate::WrongPurpose => LeafSpec { purposes: CLIENT_ONLY, ..good },
        }
    }

    fn issue(&self, seed: Seed, clock: Clock, issuer: &Issuer<'_, EcdsaKey>) -> Result<Credential, String> {
        let key = key(seed, self.key)?;
        let mut params = params(&key, self.serial, self.common_name, clock, self.from_day, self.days)?;
        for name in self.names {
            params.subject_alt_names.push(SanType::DnsName((*name).try_into().map_err(text)?));
        }
        // Not NoCa, which leaves the extension out; a leaf that says CA is refused as one.
        params.is_ca = IsCa::ExplicitNoCa;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature]; // RFC 8446 §4.4.2.2
        params.extended_key_usages = self.purposes.to_vec();
        params.use_authority_key_identifier_extension = true; // RFC 5280 §4.2.1.1
        let leaf = match self.signer {
            Signer::Root => params.signed_by(&key, issuer),
            Signer::Itself => params.self_signed(&key),
            Signer::InternalCa => {
                let own_key = self::key(seed, "internal root key")?;
                let own = root(INTERNAL_NAME, clock, &own_key)?;
                params.signed_by(&key, &Issuer::new(own, own_key))
            }
        };
        Ok(Credential { chain: vec![leaf.map_err(text)?.into()], key })
    }
}

fn root(name: &str, clock: Clock, key: &EcdsaKey) -> Result<CertificateParams, String> {
    let mut params = params(key, 0x01, name, clock, -365, 3653)?;
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign]; // RFC 5280 §4.2.1.3
    Ok(params)
}

fn key(seed: Seed, label: &str) -> Result<EcdsaKey, String> {
    EcdsaKey::new(&mut Stream::new(seed, label)).map_err(text)
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

/// The beginning, in UTC, of the day that is so many days from the scenario's.
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
        let key = key(scenario.seed, "root key").unwrap();
        let root = root(ROOT_NAME, scenario.clock, &key).unwrap();
        let issued = root.self_signed(&key).unwrap();
        let anchor = webpki::anchor_from_trusted_cert(issued.der()).unwrap();
        let anchors = [anchor];
        let mut spec = LeafSpec::server(&"mx.example.net");
        change(&mut spec);
        let leaf = spec.issue(scenario.seed, scenario.clock, &Issuer::new(root, key)).unwrap();
        let now = UnixTime::since_unix_epoch(Duration::from_secs(scenario.clock.unix()));
        check(of, &leaf.chain[0], &[], if trusted { &anchors } else { &[] }, None, now)
    }

    fn verdicts(chain: Verdict, dates: Verdict, purpose: Verdict) -> impl Fn(Side) -> CertificateCheck {
        move |of| CertificateCheck {
            of,
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
            let pki = Pki::new(&scenario(clock), "mx.example.net").unwrap();
            assert_eq!(pki.server_chain().count(), 1);
            assert_eq!(pki.root(), Pki::new(&scenario(clock), "other.example").unwrap().root());
        }
    }
}
