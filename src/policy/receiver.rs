//! Domain Security at the receiver: whether a session may submit for a domain that is to be proved by a certificate.
//!
//! The order of the checks is that of Exchange 2013 as observed; that 2010 has the same is inferred (docs/rules.md DS2).

use super::{ClientProof, Reason, Submission};
use crate::bytes::EventId;
use crate::smtp::{Refusal, SubmitAnswer};

pub(super) fn decide(seen: &Submission) -> (SubmitAnswer, Vec<Reason>) {
    if !seen.listed {
        return (SubmitAnswer::Take, vec![Reason::NotInReceiveList]);
    }
    let refuse = |refusal, reason| (SubmitAnswer::Refuse(refusal), vec![Reason::InReceiveList, reason]);
    if !seen.domain_secure {
        return refuse(Refusal::Disallowed, Reason::ReceiveConnectorNotEnabled);
    }
    if !seen.inside_tls {
        return match seen.offered {
            false => refuse(Refusal::TlsNotAdvertised, Reason::TlsNotAdvertised),
            true => refuse(Refusal::TlsNotUsed, Reason::TlsNotUsed),
        };
    }
    match seen.certificate {
        None => refuse(Refusal::NoCertificate, Reason::NoClientCertificate),
        Some(ClientProof { name_ok: false, .. }) => refuse(Refusal::WrongName, Reason::ClientNameFailed),
        Some(ClientProof { path_ok: false, .. }) => refuse(Refusal::ChainInvalid, Reason::ClientPathFailed),
        Some(_) if !seen.partners => refuse(Refusal::NoPermission, Reason::PartnersMayNotSubmit),
        Some(_) => (SubmitAnswer::Partner, vec![Reason::InReceiveList, Reason::ClientCertificatePassed]),
    }
}

/// Where a reason was seen; a setting was not.
pub(super) fn event(reason: Reason, seen: &Submission) -> Option<EventId> {
    match reason {
        Reason::InReceiveList | Reason::NotInReceiveList => seen.mail,
        Reason::NoClientCertificate => seen.up,
        Reason::ClientNameFailed | Reason::ClientPathFailed | Reason::ClientCertificatePassed => seen.check,
        _ => None,
    }
}
