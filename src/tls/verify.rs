//! Checks the other side's certificate, records what it finds and lets the handshake go on: a mail server finishes the handshake
//! and decides afterwards (RFC 3207 §4.1). A client may break off instead, as client libraries do. Handshake signatures are checked for real, always: without that, anyone could
//! replay a public certificate.
//!
//! webpki stops at the first thing that is wrong, in the order dates, purpose, chain. To know about each of them apart, a check
//! that failed is noted and the rest asked again with it out of the way: the clock moved inside the validity, any purpose allowed.
//!
//! Not here: revocation (nothing in a run publishes any, so no verdict speaks of it), the dates of a root (a trust anchor is
//! trusted as configured, RFC 5280 §6.1.1).

use super::provider::verification;
use super::{Cause, CertificateCheck, Defect, Failure, Verdict, Wanted, covers};
use crate::scenario::Side;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, SignatureVerificationAlgorithm, TrustAnchor, UnixTime};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{CertificateError, DigitallySignedStruct, DistinguishedName, Error, SignatureScheme};
use std::sync::{Arc, Mutex, PoisonError};
use webpki::{EndEntityCert, ExtendedKeyUsageValidator, KeyPurposeIdIter, KeyUsage};

/// Where a verifier leaves its result for the session.
#[derive(Clone, Debug, Default)]
pub(super) struct Found(Arc<Mutex<Option<CertificateCheck>>>);

impl Found {
    pub(super) fn take(&self) -> Option<CertificateCheck> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn put(&self, check: CertificateCheck) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(check);
    }
}

/// Either side's verifier.
#[derive(Debug)]
pub(super) struct Recorder {
    roots: Vec<TrustAnchor<'static>>,
    /// Their names, which a server sends along when it asks for a certificate. RFC 8446 §4.2.4
    subjects: Vec<DistinguishedName>,
    /// Whom the client wants.
    wanted: Option<Wanted>,
    /// What fails a check ends the handshake.
    pub(super) breaks_off: bool,
    found: Found,
}

impl Recorder {
    /// Trusts these roots, DER.
    pub(super) fn new(
        roots: &[CertificateDer<'static>],
        wanted: Option<Wanted>,
        found: Found,
    ) -> Result<Recorder, Failure> {
        let anchors = roots.iter().map(|root| webpki::anchor_from_trusted_cert(root).map(|anchor| anchor.to_owned()));
        let roots: Vec<TrustAnchor<'static>> = anchors
            .collect::<Result<_, _>>()
            .map_err(|error: webpki::Error| Failure { cause: Cause::Setup(error.to_string()), alert: None })?;
        let subjects = roots.iter().map(|root| DistinguishedName::in_sequence(root.subject.as_ref())).collect();
        Ok(Recorder { roots, subjects, wanted, breaks_off: false, found })
    }
}

impl ServerCertVerifier for Recorder {
    fn verify_server_cert(
        &self,
        leaf: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        // The SNI. The name to verify may differ: see `wanted`.
        _sent: &ServerName<'_>,
        _ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let check =
            check(Side::Server, leaf, intermediates, &self.roots, self.wanted.as_ref(), now, verification().all);
        let refused = refusal(&check).filter(|_| self.breaks_off);
        self.found.put(check);
        refused.map_or(Ok(ServerCertVerified::assertion()), |error| Err(Error::InvalidCertificate(error)))
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        leaf: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, leaf, signed, &verification())
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        leaf: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, leaf, signed, &verification())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        verification().supported_schemes()
    }
}

impl ClientCertVerifier for Recorder {
    /// A client without a certificate is let in: whether it needs one is not known before MAIL FROM.
    fn client_auth_mandatory(&self) -> bool {
        false
    }

    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &self.subjects
    }

    fn verify_client_cert(
        &self,
        leaf: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        self.found.put(check(Side::Client, leaf, intermediates, &self.roots, None, now, verification().all));
        Ok(ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        leaf: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, leaf, signed, &verification())
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        leaf: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, leaf, signed, &verification())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        verification().supported_schemes()
    }
}

/// What stands in extendedKeyUsage is asked for, or not.
#[derive(Clone, Copy)]
enum Purpose {
    Of(Side),
    Any,
}

impl ExtendedKeyUsageValidator for Purpose {
    fn validate(&self, purposes: KeyPurposeIdIter<'_, '_>) -> Result<(), webpki::Error> {
        match self {
            // Required if the extension is there; without it a certificate is good for anything. RFC 5280 §4.2.1.12
            Purpose::Of(Side::Server) => KeyUsage::server_auth().validate(purposes),
            Purpose::Of(Side::Client) => KeyUsage::client_auth().validate(purposes),
            Purpose::Any => Ok(()),
        }
    }
}

/// All verdicts on one chain. `wanted` is whom the other side should be, where that is known; `algorithms` are what the chain may be signed
/// with.
pub(super) fn check(
    of: Side,
    leaf: &CertificateDer<'_>,
    intermediates: &[CertificateDer<'_>],
    roots: &[TrustAnchor<'_>],
    wanted: Option<&Wanted>,
    now: UnixTime,
    algorithms: &[&dyn SignatureVerificationAlgorithm],
) -> CertificateCheck {
    let presented = std::iter::once(leaf).chain(intermediates).map(|certificate| certificate.to_vec());
    let mut found = CertificateCheck {
        of,
        presented: presented.collect(),
        names: Vec::new(),
        wanted: wanted.cloned(),
        chain: Verdict::NotChecked,
        name: Verdict::NotChecked,
        dates: Verdict::NotChecked,
        purpose: Verdict::NotChecked,
    };
    let Ok(certificate) = EndEntityCert::try_from(leaf) else {
        found.chain = Verdict::Fail(Defect::Malformed);
        return found;
    };
    found.names = certificate.valid_dns_names().map(str::to_owned).collect();
    if let Some(wanted) = wanted {
        found.name = check_name(&certificate, &found.names, wanted);
    }

    let (mut dates, mut purpose) = (None, None);
    let (mut at, mut asked) = (now, Purpose::Of(of));
    // At most one retry for the dates and one for the purpose.
    found.chain = loop {
        match certificate.verify_for_usage(algorithms, roots, intermediates, at, asked, None, None) {
            Ok(_) => break Verdict::Pass,
            Err(webpki::Error::CertExpired { not_after, .. }) if dates.is_none() => {
                dates = Some(Defect::Expired);
                at = not_after;
            }
            Err(webpki::Error::CertNotValidYet { not_before, .. }) if dates.is_none() => {
                dates = Some(Defect::NotYetValid);
                at = not_before;
            }
            Err(webpki::Error::RequiredEkuNotFoundContext(_)) if purpose.is_none() => {
                purpose = Some(Defect::WrongPurpose);
                asked = Purpose::Any;
            }
            // It ends before it begins, so nothing beyond it was looked at.
            Err(webpki::Error::InvalidCertValidity) => {
                found.dates = Verdict::Fail(Defect::Malformed);
                return found;
            }
            // No moment at which the whole chain was valid: what else is wrong with it cannot be asked.
            Err(webpki::Error::CertExpired { .. } | webpki::Error::CertNotValidYet { .. }) => {
                break Verdict::NotChecked;
            }
            Err(error) => break Verdict::Fail(defect(&certificate, error)),
        }
    };
    let verdict = |defect: Option<Defect>| defect.map_or(Verdict::Pass, Verdict::Fail);
    (found.dates, found.purpose) = (verdict(dates), verdict(purpose));
    found
}

/// What a client that breaks off has against a certificate, which chooses the alert: the first check that fails, in the order in which
/// webpki makes them, and the name at the end. RFC 8446 §6.2
fn refusal(check: &CertificateCheck) -> Option<CertificateError> {
    let failed = [&check.dates, &check.purpose, &check.chain, &check.name].into_iter();
    let mut defects = failed.filter_map(|verdict| match verdict {
        Verdict::Fail(defect) => Some(defect),
        Verdict::Pass | Verdict::NotChecked => None,
    });
    Some(match defects.next()? {
        Defect::UnknownIssuer | Defect::SelfSigned => CertificateError::UnknownIssuer,
        Defect::Expired => CertificateError::Expired,
        Defect::NotYetValid => CertificateError::NotValidYet,
        Defect::WrongName => CertificateError::NotValidForName,
        Defect::WrongPurpose => CertificateError::InvalidPurpose,
        Defect::Malformed => CertificateError::BadEncoding,
        Defect::Other(_) => CertificateError::ApplicationVerificationFailure,
    })
}

fn check_name(certificate: &EndEntityCert<'_>, names: &[String], wanted: &Wanted) -> Verdict {
    let host = match wanted {
        Wanted::Domain(domain) if covers(names, domain) => return Verdict::Pass,
        Wanted::Domain(_) => return Verdict::Fail(Defect::WrongName),
        Wanted::Host(host) => ServerName::try_from(host.as_str()),
    };
    let Ok(host) = host else {
        return Verdict::Fail(Defect::WrongName);
    };
    match certificate.verify_is_valid_for_subject_name(&host) {
        Ok(()) => Verdict::Pass,
        Err(webpki::Error::CertNotValidForName(_)) => Verdict::Fail(Defect::WrongName),
        Err(webpki::Error::BadDer | webpki::Error::MalformedDnsIdentifier) => Verdict::Fail(Defect::Malformed),
        Err(error) => Verdict::Fail(Defect::Other(error.to_string())),
    }
}

fn defect(certificate: &EndEntityCert<'_>, error: webpki::Error) -> Defect {
    match error {
        // Its own issuer: webpki does not tell the two apart. Where a certificate of the same name was imported, it tries that one's key.
        webpki::Error::UnknownIssuer | webpki::Error::InvalidSignatureForPublicKey
            if certificate.issuer() == certificate.subject() =>
        {
            Defect::SelfSigned
        }
        webpki::Error::UnknownIssuer => Defect::UnknownIssuer,
        webpki::Error::BadDer | webpki::Error::BadDerTime | webpki::Error::TrailingData(_) => Defect::Malformed,
        error => Defect::Other(error.to_string()),
    }
}
