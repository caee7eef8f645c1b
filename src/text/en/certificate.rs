//! The certificate view.

use super::words;
use crate::scenario::Side;
use crate::story::say::{NoCertificateClaim, RevocationClaim};
use crate::text::CertificateText;
use crate::tls::{CertificateCheck, Defect, Verdict, Wanted};

pub const CERTIFICATE: CertificateText = CertificateText {
    whose: |side| match side {
        Side::Server => "The server's certificate",
        Side::Client => "The client's certificate",
    },
    none,
    checks: "What was checked",
    chain: "chain",
    name: "name",
    dates: "dates",
    purpose: "purpose",
    revocation: "revocation",
    chain_found,
    name_found,
    dates_found,
    purpose_found,
    not_revoked,
    subject: "Subject",
    issuer: "Issuer",
    names: "Names",
    no_names: "none",
    serial: "Serial number",
    valid: "Valid",
    key: "Key",
    signature: "Signature",
    usage: "Key usage",
    extended: "Extended key usage",
    authority: "A CA",
    yes_no: |yes| if yes { "yes" } else { "no" },
    not_said: "not said",
    fingerprint: "SHA-256",
    pem: "PEM",
    copy: "Copy",
    verdict: |verdict| match verdict {
        Verdict::Pass => "pass:",
        Verdict::Fail(_) => "fail:",
        Verdict::NotChecked => "not checked:",
    },
    unreadable: "This is no certificate that can be read.",
    bar: |from, to, now| {
        let place = if now < from {
            "too early"
        } else if now > to {
            "too late"
        } else {
            "inside"
        };
        format!(
            "Valid from {} to {}. The scenario's clock says {}: {place}.",
            words::day(from),
            words::day(to),
            words::day(now)
        )
    },
    sent: |count| match count {
        1 => "One certificate was sent".to_owned(),
        count => format!("{count} certificates were sent, this one first"),
    },
    readable: |readable| {
        if readable {
            "A wiretap could read it: TLS 1.2 sends certificates in clear."
        } else {
            "A wiretap could not read it: TLS 1.3 seals certificates."
        }
    },
};

fn none(claim: NoCertificateClaim) -> &'static str {
    match claim {
        NoCertificateClaim::NotYet => "None was shown so far.",
        NoCertificateClaim::FailedBefore => "The handshake failed before the server sent a certificate.",
        NoCertificateClaim::NoTls => "TLS never began, so the server showed no certificate.",
        NoCertificateClaim::HadNone => "The server asked for one, and the client had none to present.",
        NoCertificateClaim::NotAsked => {
            "The server did not ask for one. Exchange asks only if Domain Security is set up at the receiver."
        }
        NoCertificateClaim::Resumed => {
            "The session is resumed: nothing is shown again, and what was found in the first one holds on."
        }
        NoCertificateClaim::Unread => "None was checked here.",
    }
}

fn by(check: &CertificateCheck) -> &'static str {
    words::side(check.of.other())
}

fn chain_found(check: &CertificateCheck) -> String {
    match &check.chain {
        Verdict::Pass => format!("leads to a root that the {} trusts", by(check)),
        Verdict::Fail(Defect::UnknownIssuer) => format!("leads to an issuer that the {} does not know", by(check)),
        Verdict::Fail(Defect::SelfSigned) => {
            format!("it vouches for itself, and the {} has not imported it", by(check))
        }
        Verdict::Fail(defect) => words::defect(defect),
        Verdict::NotChecked => "could not be followed".to_owned(),
    }
}

fn name_found(check: &CertificateCheck) -> String {
    let names = words::join(&check.names);
    match (&check.name, &check.wanted) {
        (Verdict::NotChecked, _) | (_, None) => {
            format!("holds {names}; for which domain the client speaks is known at MAIL FROM")
        }
        (Verdict::Pass, Some(Wanted::Host(host))) => format!("wanted {host}, holds {names}"),
        (Verdict::Pass, Some(Wanted::Domain(domain))) => format!("wanted {domain} or a name below it, holds {names}"),
        (Verdict::Fail(_), Some(Wanted::Host(host))) => format!("wanted {host}, but holds {names}"),
        (Verdict::Fail(_), Some(Wanted::Domain(domain))) => {
            format!("wanted {domain} or a name below it, but holds {names}")
        }
    }
}

fn dates_found(check: &CertificateCheck) -> String {
    match &check.dates {
        Verdict::Pass => "the scenario's clock is inside its validity".to_owned(),
        Verdict::Fail(Defect::Expired) => "it has expired".to_owned(),
        Verdict::Fail(Defect::NotYetValid) => "it is not valid yet".to_owned(),
        Verdict::Fail(defect) => words::defect(defect),
        Verdict::NotChecked => "could not be checked".to_owned(),
    }
}

fn purpose_found(check: &CertificateCheck) -> String {
    let role = words::side(check.of);
    match &check.purpose {
        Verdict::Pass => format!("may be used by a {role}"),
        Verdict::Fail(_) => format!("must not be used by a {role}"),
        Verdict::NotChecked => "could not be checked".to_owned(),
    }
}

fn not_revoked(claim: RevocationClaim) -> String {
    match claim {
        RevocationClaim::NotAsked => "nobody asked".to_owned(),
        RevocationClaim::NotStapled(side) => format!(
            "the handshake asked for an OCSP response (status_request), the {} stapled none, and nobody insisted",
            words::side(side)
        ),
        RevocationClaim::NotRead => "an OCSP response was stapled, and nobody looked at it".to_owned(),
    }
}
