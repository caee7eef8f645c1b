//! What the sender does about TLS: its policy's demands, held against what it saw.

use super::{Events, Evidence, Reason};
use crate::bytes::EventId;
use crate::scenario::{Controller, Demands, Fallback, Identity, Need, Setting};
use crate::smtp::{Gate, TlsAnswer};

type Answer = (TlsAnswer, Vec<Reason>);

pub(super) fn decide(seen: &Evidence) -> Answer {
    let demands = seen.demands();
    match seen.gate {
        Gate::Offer => at_offer(seen, demands),
        // After a refusal the session is unchanged, so a sender that does without TLS goes on in it. RFC 3207 §4
        Gate::Refusal => unmet(seen, demands, TlsAnswer::GoOn, Reason::Refused),
        Gate::Handshake => unmet(seen, demands, TlsAnswer::InClear, Reason::HandshakeFailed),
        Gate::Certificate => at_certificate(seen, demands),
        Gate::Login => at_login(seen),
    }
}

fn at_offer(seen: &Evidence, demands: Demands) -> Answer {
    if demands.tls == Need::Never {
        return (TlsAnswer::GoOn, vec![Reason::TlsSwitchedOff]);
    }
    if demands.set_by == Setting::DomainList && !seen.domain_secure {
        return (TlsAnswer::Defer, vec![Reason::InSendList, Reason::SendConnectorNotEnabled]);
    }
    if let Some(gate) = seen.given_up_at {
        let before = match gate {
            Gate::Certificate => Reason::CertificateFailedBefore,
            Gate::Offer | Gate::Refusal | Gate::Handshake | Gate::Login => Reason::HandshakeFailedBefore,
        };
        return (TlsAnswer::GoOn, vec![before, Reason::TlsOptional]);
    }
    match (seen.offered, demands.tls) {
        (true, _) => (TlsAnswer::Start, vec![Reason::Offered]),
        (false, Need::Always) => unmet(seen, demands, TlsAnswer::GoOn, Reason::NotOffered),
        (false, Need::Never | Need::IfOffered) => (TlsAnswer::GoOn, vec![Reason::NotOffered, optional(seen, demands)]),
    }
}

/// TLS is demanded and not to be had. To do without it is `in_clear`.
fn unmet(seen: &Evidence, demands: Demands, in_clear: TlsAnswer, found: Reason) -> Answer {
    match demands.otherwise {
        Fallback::Clear => (in_clear, vec![found, optional(seen, demands)]),
        Fallback::Wait => (TlsAnswer::Defer, vec![found, insists(demands, Reason::TlsRequired)]),
    }
}

/// Why the sender may do without TLS.
fn optional(seen: &Evidence, demands: Demands) -> Reason {
    if demands.set_by == Setting::Organisation {
        return Reason::DowngradeAllowed;
    }
    let out_of_force = seen.policy.demands().set_by == Setting::DomainList;
    if out_of_force { Reason::SmartHost } else { Reason::TlsOptional }
}

/// Why it does not: the list of domains, or else the connector.
fn insists(demands: Demands, connector: Reason) -> Reason {
    match demands.set_by {
        Setting::DomainList => Reason::InSendList,
        Setting::Organisation => Reason::OwnServer,
        Setting::Connector | Setting::LegacyConnector => connector,
    }
}

/// A server proves itself to a Hub with a ticket of the domain, which there is or is not.
fn at_login(seen: &Evidence) -> Answer {
    match seen.controller {
        Controller::Up => (TlsAnswer::GoOn, vec![Reason::TicketGranted]),
        Controller::Down => (TlsAnswer::Defer, vec![Reason::ControllerDown]),
        Controller::ClockOff => (TlsAnswer::Defer, vec![Reason::ClockOff]),
        Controller::UnknownServer => (TlsAnswer::Defer, vec![Reason::ServerUnknown]),
    }
}

fn at_certificate(seen: &Evidence, demands: Demands) -> Answer {
    let found = match (demands.identity, seen.certificate_ok) {
        (Identity::Published, true) => Reason::LeafPublished,
        (Identity::Published, false) => Reason::LeafNotPublished,
        (_, true) => Reason::CertificatePassed,
        (_, false) => Reason::CertificateFailed,
    };
    if !demands.judges() {
        let own = demands.set_by == Setting::Organisation;
        let why = if own { Reason::CertificateForEncryption } else { Reason::CertificateNotJudged };
        return (TlsAnswer::GoOn, vec![found, why]);
    }
    if seen.certificate_ok {
        let listed = (demands.set_by == Setting::DomainList).then_some(Reason::InSendList);
        return (TlsAnswer::GoOn, std::iter::once(found).chain(listed).collect());
    }
    match demands.otherwise {
        Fallback::Clear => (TlsAnswer::InClear, vec![found, Reason::ClearRatherThanUnverified]),
        Fallback::Wait => (TlsAnswer::Defer, vec![found, insists(demands, Reason::CertificateRequired)]),
    }
}

/// Where a reason was seen; a setting was not.
pub(super) fn event(reason: Reason, events: &Events) -> Option<EventId> {
    match reason {
        Reason::Offered | Reason::NotOffered => events.offer,
        Reason::Refused | Reason::HandshakeFailed => events.attempt,
        Reason::TicketGranted | Reason::ControllerDown | Reason::ClockOff | Reason::ServerUnknown => events.attempt,
        Reason::CertificatePassed | Reason::CertificateFailed | Reason::LeafPublished | Reason::LeafNotPublished => {
            events.check
        }
        Reason::HandshakeFailedBefore | Reason::CertificateFailedBefore => events.given_up,
        _ => None,
    }
}
