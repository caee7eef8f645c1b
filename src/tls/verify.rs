//! Checks the other side's certificate, records what it finds and lets the handshake go on: a mail server finishes the handshake
//! and decides afterwards (RFC 3207 §4.1). Handshake signatures are checked for real, always: without that, anyone could
//! replay a public certificate.
//!
//! webpki stops at the first thing that is wrong, in the order dates, purpose, chain. To know about each of them apart, a check
//! that failed is noted and the rest asked again with it out of the way: the clock moved inside the validity, any purpose allowed.
//!
//! Not here: revocation (nothing in a run publishes any, so no verdict speaks of it), the dates of a root (a trust anchor is
//! trusted as configured, RFC 5280 §6.1.1).

use super::provider::verification;
use super::{CertificateCheck, Defect, Failure, Verdict};
use crate::scenario::Side;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, TrustAnchor, UnixTime};
use rustls::{DigitallySignedStruct, Error, SignatureScheme};
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

/// The client's verifier.
#[derive(Debug)]
pub(super) struct Recorder {
    roots: Vec<TrustAnchor<'static>>,
    found: Found,
}

impl Recorder {
    /// Trusts this root, DER.
    pub(super) fn new(root: &CertificateDer<'_>, found: Found) -> Result<Recorder, Failure> {
        let anchor = webpki::anchor_from_trusted_cert(root)
            .map_err(|error| Failure { error: error.to_string(), alert: None })?;
        Ok(Recorder { roots: vec![anchor.to_owned()], found })
    }
}

impl ServerCertVerifier for Recorder {
    fn verify_server_cert(
        &self,
        leaf: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        _ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        self.found.put(check(Side::Server, leaf, intermediates, &self.roots, Some(name), now));
        Ok(ServerCertVerified::assertion())
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

/// All verdicts on one chain. `name` is whom the other side should be, where that is known.
pub(super) fn check(
    of: Side,
    leaf: &CertificateDer<'_>,
    intermediates: &[CertificateDer<'_>],
    roots: &[TrustAnchor<'_>],
    name: Option<&ServerName<'_>>,
    now: UnixTime,
) -> CertificateCheck {
    let unknown = || Verdict::NotChecked;
    let certificate = match EndEntityCert::try_from(leaf) {
        Ok(certificate) => certificate,
        Err(_) => {
            let chain = Verdict::Fail(Defect::Malformed);
            return CertificateCheck { of, chain, name: unknown(), dates: unknown(), purpose: unknown() };
        }
    };
    let name = name.map_or_else(unknown, |wanted| check_name(&certificate, wanted));

    let (mut dates, mut purpose) = (None, None);
    let (mut at, mut wanted) = (now, Purpose::Of(of));
    // At most one retry for the dates and one for the purpose.
    let chain = loop {
        let algorithms = verification().all;
        match certificate.verify_for_usage(algorithms, roots, intermediates, at, wanted, None, None) {
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
                wanted = Purpose::Any;
            }
            // It ends before it begins, so nothing beyond it was looked at.
            Err(webpki::Error::InvalidCertValidity) => {
                let dates = Verdict::Fail(Defect::Malformed);
                return CertificateCheck { of, chain: unknown(), name, dates, purpose: unknown() };
            }
            // No moment at which the whole chain was valid: what else is wrong with it cannot be asked.
            Err(webpki::Error::CertExpired { .. } | webpki::Error::CertNotValidYet { .. }) => break unknown(),
            Err(error) => break Verdict::Fail(defect(&certificate, error)),
        }
    };
    let verdict = |defect: Option<Defect>| defect.map_or(Verdict::Pass, Verdict::Fail);
    CertificateCheck { of, chain, name, dates: verdict(dates), purpose: verdict(purpose) }
}

fn check_name(certificate: &EndEntityCert<'_>, wanted: &ServerName<'_>) -> Verdict {
    match certificate.verify_is_valid_for_subject_name(wanted) {
        Ok(()) => Verdict::Pass,
        Err(webpki::Error::CertNotValidForName(_)) => Verdict::Fail(Defect::WrongName {
            wanted: wanted.to_str().into_owned(),
            found: certificate.valid_dns_names().map(str::to_owned).collect(),
        }),
        Err(webpki::Error::BadDer | webpki::Error::MalformedDnsIdentifier) => Verdict::Fail(Defect::Malformed),
        Err(error) => Verdict::Fail(Defect::Other(error.to_string())),
    }
}

fn defect(certificate: &EndEntityCert<'_>, error: webpki::Error) -> Defect {
    match error {
        // Nobody else vouches for it; webpki does not tell the two apart.
        webpki::Error::UnknownIssuer if certificate.issuer() == certificate.subject() => Defect::SelfSigned,
        webpki::Error::UnknownIssuer => Defect::UnknownIssuer,
        webpki::Error::BadDer | webpki::Error::BadDerTime | webpki::Error::TrailingData(_) => Defect::Malformed,
        error => Defect::Other(error.to_string()),
    }
}
