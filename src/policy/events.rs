//! The events that Exchange writes to the Windows application log about such a decision.
//!
//! The numbers are Microsoft's; those that no public page of Microsoft confirms are marked as such (docs/sources.md).

use super::{Decision, Evidence, Reason};
use crate::scenario::{Demands, Setting};
use crate::smtp::{Gate, Refusal, SubmitAnswer, TlsAnswer};
use crate::tls::{self, CertificateCheck};

/// An event of the source MSExchangeTransport.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WindowsEvent {
    pub number: u16,
    /// A page of Microsoft's describes it.
    pub confirmed: bool,
}

fn confirmed(number: u16) -> Option<WindowsEvent> {
    Some(WindowsEvent { number, confirmed: true })
}

fn unconfirmed(number: u16) -> Option<WindowsEvent> {
    Some(WindowsEvent { number, confirmed: false })
}

/// The event for a decision of an Exchange server; `None` where there is none, or none is known. `check` is of the certificate that was
/// judged.
pub fn windows_event(decision: &Decision, check: Option<&CertificateCheck>) -> Option<WindowsEvent> {
    match decision {
        Decision::Sender(decided) if decided.answer == TlsAnswer::Defer => {
            deferred(&decided.seen, decision.has(Reason::NotOffered), check)
        }
        Decision::Sender(_) => None,
        Decision::Receiver(decided) => match decided.answer {
            SubmitAnswer::Refuse(refusal) => refused(refusal),
            SubmitAnswer::Take | SubmitAnswer::Partner => None,
        },
    }
}

fn deferred(seen: &Evidence, not_offered: bool, check: Option<&CertificateCheck>) -> Option<WindowsEvent> {
    let Demands { set_by, .. } = seen.demands();
    match (set_by, seen.gate) {
        (Setting::DomainList, Gate::Offer) if not_offered => unconfirmed(11014),
        (Setting::DomainList, Gate::Handshake) => unconfirmed(11013),
        (Setting::DomainList, Gate::Certificate) => {
            let name_alone =
                |check: &CertificateCheck| check.path_passes() && matches!(check.name, tls::Verdict::Fail(_));
            check.filter(|check| name_alone(check)).and_then(|_| unconfirmed(11016))
        }
        (Setting::DomainList, Gate::Offer | Gate::Refusal) => None,
        (Setting::Connector, Gate::Offer | Gate::Refusal) => confirmed(2015),
        (Setting::Connector, Gate::Certificate) => unconfirmed(2017),
        // Outbound authentication failed with LogonDenied, mechanism ExchangeAuth.
        (Setting::Organisation, Gate::Login) => confirmed(2017),
        (Setting::Connector, Gate::Handshake) | (Setting::LegacyConnector | Setting::Organisation, _) => None,
        (Setting::Connector | Setting::DomainList, Gate::Login) => None,
    }
}

fn refused(refusal: Refusal) -> Option<WindowsEvent> {
    match refusal {
        Refusal::TlsNotUsed => confirmed(11012),
        Refusal::NoCertificate => unconfirmed(11017),
        Refusal::WrongName => confirmed(11015),
        Refusal::ChainInvalid => confirmed(11011),
        Refusal::Disallowed | Refusal::TlsNotAdvertised | Refusal::NoPermission => None,
    }
}
