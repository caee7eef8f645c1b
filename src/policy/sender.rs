//! What the sender does about TLS.

use super::{Change, Events, Evidence, Reason};
use crate::bytes::EventId;
use crate::scenario::{Choice, ClientPolicy};
use crate::smtp::{Gate, TlsAnswer};

type Answer = (TlsAnswer, Vec<Reason>);

pub(super) fn decide(seen: &Evidence) -> Answer {
    match seen.gate {
        Gate::Offer => at_offer(seen),
        // After a refusal the session is unchanged, so an optional policy goes on in it. RFC 3207 §4
        Gate::Refusal => or_without(seen, TlsAnswer::GoOn, Reason::Refused),
        Gate::Handshake => or_without(seen, TlsAnswer::InClear, Reason::HandshakeFailed),
        Gate::Certificate => at_certificate(seen),
    }
}

/// The policy that is in force: through a smart host TLSSendDomainSecureList has no effect.
fn in_force(seen: &Evidence) -> ClientPolicy {
    match seen.policy {
        ClientPolicy::DomainSecure if seen.smart_host => ClientPolicy::Opportunistic,
        policy => policy,
    }
}

fn demands_tls(policy: ClientPolicy) -> bool {
    match policy {
        ClientPolicy::Never | ClientPolicy::LegacyOff | ClientPolicy::Opportunistic | ClientPolicy::VerifyOrClear => {
            false
        }
        ClientPolicy::Required
        | ClientPolicy::Verified
        | ClientPolicy::VerifiedDomain
        | ClientPolicy::LegacyOn
        | ClientPolicy::DomainSecure => true,
    }
}

/// The reason that stands for the policy when TLS is not to be had.
fn demand(seen: &Evidence) -> Reason {
    match in_force(seen) {
        ClientPolicy::DomainSecure => Reason::InSendList,
        policy if demands_tls(policy) => Reason::TlsRequired,
        _ if seen.policy == ClientPolicy::DomainSecure => Reason::SmartHost,
        _ => Reason::TlsOptional,
    }
}

fn at_offer(seen: &Evidence) -> Answer {
    let policy = in_force(seen);
    if matches!(policy, ClientPolicy::Never | ClientPolicy::LegacyOff) {
        return (TlsAnswer::GoOn, vec![Reason::TlsSwitchedOff]);
    }
    if policy == ClientPolicy::DomainSecure && !seen.domain_secure {
        return (TlsAnswer::Defer, vec![Reason::InSendList, Reason::SendConnectorNotEnabled]);
    }
    if let Some(gate) = seen.given_up_at {
        let before = match gate {
            Gate::Certificate => Reason::CertificateFailedBefore,
            Gate::Offer | Gate::Refusal | Gate::Handshake => Reason::HandshakeFailedBefore,
        };
        return (TlsAnswer::GoOn, vec![before, Reason::TlsOptional]);
    }
    if seen.offered {
        return (TlsAnswer::Start, vec![Reason::Offered]);
    }
    or_without(seen, TlsAnswer::GoOn, Reason::NotOffered)
}

/// TLS is not to be had: a policy that demands it waits, any other does without.
fn or_without(seen: &Evidence, without: TlsAnswer, found: Reason) -> Answer {
    let answer = if demands_tls(in_force(seen)) { TlsAnswer::Defer } else { without };
    (answer, vec![found, demand(seen)])
}

fn at_certificate(seen: &Evidence) -> Answer {
    let found = if seen.certificate_ok { Reason::CertificatePassed } else { Reason::CertificateFailed };
    match in_force(seen) {
        // What Exchange 2003 did about certificates is not established; the lab takes any (docs/rules.md P5on).
        ClientPolicy::Never
        | ClientPolicy::LegacyOff
        | ClientPolicy::LegacyOn
        | ClientPolicy::Opportunistic
        | ClientPolicy::Required => (TlsAnswer::GoOn, vec![found, Reason::CertificateNotJudged]),
        ClientPolicy::DomainSecure if seen.certificate_ok => (TlsAnswer::GoOn, vec![found, Reason::InSendList]),
        ClientPolicy::DomainSecure => (TlsAnswer::Defer, vec![found, Reason::InSendList]),
        _ if seen.certificate_ok => (TlsAnswer::GoOn, vec![found]),
        ClientPolicy::VerifyOrClear => (TlsAnswer::InClear, vec![found, Reason::ClearRatherThanUnverified]),
        ClientPolicy::Verified | ClientPolicy::VerifiedDomain => {
            (TlsAnswer::Defer, vec![found, Reason::CertificateRequired])
        }
    }
}

/// Whether the policy looks at what the checks of the certificate have found.
pub(super) fn judges(policy: ClientPolicy) -> bool {
    match policy {
        ClientPolicy::VerifyOrClear
        | ClientPolicy::Verified
        | ClientPolicy::VerifiedDomain
        | ClientPolicy::DomainSecure => true,
        ClientPolicy::Never
        | ClientPolicy::LegacyOff
        | ClientPolicy::LegacyOn
        | ClientPolicy::Opportunistic
        | ClientPolicy::Required => false,
    }
}

/// Where a reason was seen; a setting was not.
pub(super) fn event(reason: Reason, events: &Events) -> Option<EventId> {
    match reason {
        Reason::Offered | Reason::NotOffered => events.offer,
        Reason::Refused | Reason::HandshakeFailed => events.attempt,
        Reason::CertificatePassed | Reason::CertificateFailed => events.check,
        Reason::HandshakeFailedBefore | Reason::CertificateFailedBefore => events.given_up,
        _ => None,
    }
}

/// Everything that could have been otherwise at this gate, one thing at a time.
pub(super) fn changes(seen: Evidence) -> Vec<(Change, Evidence)> {
    let mut changes = Vec::new();
    let mut add = |change, seen| changes.push((change, seen));
    match seen.gate {
        Gate::Offer => {
            add(Change::Offered(!seen.offered), Evidence { offered: !seen.offered, ..seen });
        }
        Gate::Certificate => {
            let ok = !seen.certificate_ok;
            add(Change::Certificate(ok), Evidence { certificate_ok: ok, ..seen });
        }
        _ => {}
    }
    if seen.policy == ClientPolicy::DomainSecure {
        let on = !seen.domain_secure;
        add(Change::SendConnector(on), Evidence { domain_secure: on, ..seen });
    }
    let others = ClientPolicy::ALL.iter().filter(|&&policy| policy != seen.policy);
    others.for_each(|&policy| add(Change::Policy(policy), Evidence { policy, ..seen }));
    changes
}
