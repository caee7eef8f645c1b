//! What became of the mail.

use super::words;
use crate::policy::{Decision, Reason};
use crate::scenario::{Need, Setting, Side};
use crate::smtp::{Delivery, Gate, Obstacle};
use crate::story::{Leg, Protection, path};
use crate::text::{Facts, LightText, Outcomes};
use crate::tls::{CertificateCheck, Verdict};
use crate::trace::What;

pub const OUTCOMES: Outcomes = Outcomes {
    region: "Outcome",
    decided: |step| format!("Decided at step {step}"),
    headline,
    because,
    lights: "What was established",
    light,
    pass: "pass",
    fail: "fail",
    not_checked: "not checked",
    folder: |facts| match fate(&facts) {
        Some(Delivery::Delivered) => "Inbox",
        Some(Delivery::Deferred(_)) => "Queue",
        Some(Delivery::Returned(_)) => "Returned",
        None => "Unknown",
    },
    subject: "Quarterly figures",
    not_stored: |facts| match fate(&facts) {
        Some(Delivery::Delivered) => "The server stored no message.",
        Some(Delivery::Deferred(_)) => "The receiver has no message. It lies in a queue, and is tried again later.",
        Some(Delivery::Returned(_)) => {
            "The receiver has no message. Its author gets a report that it was not delivered."
        }
        None => "Nothing in these octets says what became of the message.",
    },
};

/// What became of it in the end: on the last hop that it went.
fn fate(facts: &Facts) -> Option<Delivery> {
    let outcome = &facts.story.outcome;
    outcome.onward.as_ref().unwrap_or(&outcome.first).delivery
}

fn headline(facts: Facts) -> &'static str {
    let outcome = &facts.story.outcome;
    let leg = &outcome.first;
    match (leg.delivery, leg.protection) {
        (Some(Delivery::Delivered), Protection::Clear) if outcome.attacker_reads => {
            "Delivered, readable, also to the attacker"
        }
        (Some(Delivery::Delivered), Protection::Verified) if outcome.attacker_reads => {
            "Delivered to an attacker who passed every check"
        }
        (Some(Delivery::Delivered), _) if outcome.attacker_reads => "Delivered, encrypted, to an attacker",
        (Some(Delivery::Delivered), _) if matches!(fate(&facts), Some(Delivery::Deferred(_))) => {
            "Delivered to the relay, which cannot send it on"
        }
        (Some(Delivery::Delivered), _) if matches!(fate(&facts), Some(Delivery::Returned(_))) => {
            "Delivered to the relay, which had to return it"
        }
        (Some(Delivery::Delivered), Protection::Encrypted) => "Delivered, encrypted, not authenticated",
        (Some(Delivery::Delivered), Protection::Verified) if outcome.onward.is_some() => {
            "Delivered, encrypted, to the verified relay"
        }
        (Some(Delivery::Delivered), Protection::Verified) if outcome.mutual => {
            "Delivered, encrypted, both sides verified"
        }
        (Some(Delivery::Delivered), Protection::Verified) => "Delivered, encrypted, and to the verified server",
        (Some(Delivery::Delivered), Protection::Clear) => "Delivered, readable on the way",
        (Some(Delivery::Delivered), Protection::NotSent | Protection::Unknown) => "Delivered",
        (Some(Delivery::Deferred(_)), _) => "Not delivered, waiting in the queue",
        (Some(Delivery::Returned(_)), _) => "Not delivered, returned to its author",
        (None, _) => "What became of the mail is not known",
    }
}

/// The decision that shaped the outcome.
fn decision<'a>(facts: &Facts<'a>) -> Option<&'a Decision> {
    match &facts.trace.events.get(facts.story.outcome.first.decision?)?.what {
        What::Decided(decision) => Some(decision),
        _ => None,
    }
}

fn because(facts: Facts) -> String {
    let outcome = &facts.story.outcome;
    let first = match outcome.first.delivery {
        Some(Delivery::Delivered) => match outcome.first.protection {
            Protection::Verified if outcome.mutual => {
                "The sender verified the server, and the server verified the sender when it named its domain.".to_owned()
            }
            Protection::Verified if outcome.attacker_reads => {
                "A trusted CA had certified the receiver's name for the attacker's key. Checking chain and name cannot see that.".to_owned()
            }
            Protection::Verified => {
                "The sender went on only because the certificate passed every check that was made. \
                                     Revocation is not among them."
                    .to_owned()
            }
            Protection::Encrypted => encrypted(&facts),
            Protection::Clear | Protection::NotSent | Protection::Unknown => clear(&facts).to_owned(),
        },
        Some(Delivery::Deferred(obstacle) | Delivery::Returned(obstacle)) => stopped(&facts, obstacle),
        None => "No reply of the server settles it, and what the client made of it no octet shows.".to_owned(),
    };
    match &outcome.onward {
        None => first,
        Some(onward) => format!("{first} {}", sent_on(&facts, onward)),
    }
}

/// The second hop in a sentence.
fn sent_on(facts: &Facts, onward: &Leg) -> String {
    let who =
        words::party(crate::story::say::Party { actor: facts.trace.seat(0, Side::Server).actor, side: Side::Server });
    let how = match onward.protection {
        Protection::Clear => "in clear",
        Protection::Encrypted | Protection::Verified => "encrypted",
        Protection::NotSent | Protection::Unknown => "",
    };
    match onward.delivery {
        Some(Delivery::Delivered) => format!("The {who} read it and sent it on, {how}."),
        Some(Delivery::Deferred(Obstacle::Reply(code)) | Delivery::Returned(Obstacle::Reply(code))) => {
            match reply(facts, code) {
                Some(line) => format!("The {who} has read it; the receiver answered “{line}”."),
                None => format!("The {who} has read it; the receiver answered {code}."),
            }
        }
        Some(Delivery::Deferred(_) | Delivery::Returned(_)) | None => {
            format!("The {who} has read it, and could not send it on.")
        }
    }
}

fn encrypted(facts: &Facts) -> String {
    let outcome = &facts.story.outcome;
    let passed = outcome.check.as_ref().is_some_and(CertificateCheck::passes);
    let sender = match facts.trace.demands(0).map(|demands| (demands.set_by, demands.tls)) {
        Some((Setting::Connector, Need::IfOffered)) => "an opportunistic sender",
        Some((Setting::Connector, Need::Always)) => "a sender that requires TLS, but no identity,",
        _ => "this sender",
    };
    if outcome.attacker_reads {
        format!("A check of the certificate failed, and {sender} went on all the same: sealed, to the wrong end.")
    } else if passed {
        format!("The chain and name checks passed, but {sender} would have accepted any certificate.")
    } else {
        format!("A check of the certificate failed, and {sender} went on all the same.")
    }
}

fn clear(facts: &Facts) -> &'static str {
    let reasons = decision(facts).into_iter().flat_map(Decision::reasons);
    let stripped = facts.trace.events.iter().any(|event| matches!(event.what, What::Altered { .. }));
    for reason in reasons {
        return match reason {
            Reason::TlsSwitchedOff => "This sender never uses TLS, whatever the server offers.",
            Reason::NotOffered if stripped => {
                "STARTTLS was offered and overwritten on the way, and an opportunistic sender does without."
            }
            Reason::NotOffered => "STARTTLS was not offered, and an opportunistic sender does without.",
            Reason::Refused => "STARTTLS was refused, and an opportunistic sender goes on in the same session.",
            Reason::HandshakeFailed | Reason::HandshakeFailedBefore => {
                "The handshake failed, so the sender opened a second connection and did without TLS."
            }
            Reason::CertificateFailedBefore | Reason::ClearRatherThanUnverified => {
                "The certificate did not verify, so the sender left TLS and sent the mail in clear: worse than taking it."
            }
            _ => continue,
        };
    }
    "The session was never sealed."
}

fn stopped(facts: &Facts, obstacle: Obstacle) -> String {
    let secured = facts.trace.demands(0).is_some_and(|demands| demands.set_by == Setting::DomainList);
    match obstacle {
        Obstacle::Policy(Gate::Offer)
            if decision(facts).is_some_and(|decision| decision.has(Reason::SendConnectorNotEnabled)) =>
        {
            "The domain is in TLSSendDomainSecureList, and the Send connector is not set up for Domain Security."
                .to_owned()
        }
        Obstacle::Policy(Gate::Certificate) if secured => {
            "Domain Security wants a valid certificate with the recipient's domain in it, and this is none.".to_owned()
        }
        Obstacle::Policy(Gate::Offer) => "This sender requires TLS, and the server does not offer it.".to_owned(),
        Obstacle::Policy(Gate::Refusal) => "This sender requires TLS, and the server refused to start it.".to_owned(),
        Obstacle::Policy(Gate::Handshake) => "This sender requires TLS, and the handshake failed.".to_owned(),
        Obstacle::Policy(Gate::Certificate) => "The certificate was not good enough for this sender.".to_owned(),
        Obstacle::Reply(code) => match reply(facts, code) {
            Some(line) => format!("The server answered “{line}”."),
            None => format!("The server answered {code}."),
        },
        Obstacle::NoMechanism => {
            "This sender has to log in, and the server does not offer its mechanism here.".to_owned()
        }
        Obstacle::Violation => "The other side broke the protocol.".to_owned(),
        Obstacle::ConnectionLost => "The connection ended before the message was accepted.".to_owned(),
        Obstacle::Timeout => "The other side stayed silent too long.".to_owned(),
    }
}

/// The first line with that code: it is what decided.
pub(super) fn reply(facts: &Facts, code: u16) -> Option<String> {
    let code = code.to_string();
    let mut lines = facts.reading.lines().map(|(_, line)| &line.text);
    lines.find(|text| text.starts_with(&code)).cloned()
}

fn light(facts: Facts) -> [LightText; 6] {
    let outcome = &facts.story.outcome;
    let text = |name, detail: Option<String>| LightText { name, detail: detail.unwrap_or_default() };
    let check = outcome.check.as_ref();
    let found = |verdict: &Verdict| match verdict {
        Verdict::Fail(defect) => Some(words::defect(defect)),
        Verdict::Pass | Verdict::NotChecked => None,
    };
    let handshake = match (&outcome.session, &outcome.failure) {
        (Some(session), _) => Some(words::version(session.version)),
        (None, Some(failure)) => failure.alert.map(words::alert),
        (None, None) => None,
    };
    let client = outcome.client_check.as_ref().and_then(|check| {
        let defect =
            found(path(check)).or_else(|| matches!(check.name, Verdict::Fail(_)).then(|| words::name_defect(check)));
        defect.filter(|_| !check.passes())
    });
    let name = check.filter(|check| matches!(check.name, Verdict::Fail(_))).map(words::name_defect);
    [
        text("STARTTLS offered", None),
        text("accepted", None),
        text("handshake", handshake),
        text("chain", check.and_then(|check| found(path(check)))),
        text("name", name),
        text("client certificate", client.or_else(|| no_client_certificate(&facts))),
    ]
}

fn no_client_certificate(facts: &Facts) -> Option<String> {
    let missing = |what: &What| matches!(what, What::Decided(decision) if decision.has(Reason::NoClientCertificate));
    facts
        .trace
        .events
        .iter()
        .any(|event| event.connection == 0 && missing(&event.what))
        .then(|| "none presented".to_owned())
}
