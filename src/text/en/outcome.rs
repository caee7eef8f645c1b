//! What became of the mail.

use super::words;
use crate::policy::{Decision, Reason};
use crate::scenario::ClientPolicy;
use crate::smtp::{Delivery, Gate, Obstacle};
use crate::text::{Facts, LightText, Outcomes};
use crate::timeline::{Protection, path};
use crate::tls::{CertificateCheck, Verdict};
use crate::trace::What;

pub const OUTCOMES: Outcomes = Outcomes {
    region: "Outcome",
    headline: |facts| {
        let outcome = &facts.timeline.outcome;
        match (outcome.delivery, outcome.protection) {
            (Delivery::Delivered, Protection::Encrypted) => "Delivered, encrypted, not authenticated",
            (Delivery::Delivered, Protection::Verified) => "Delivered, encrypted, and to the verified server",
            (Delivery::Delivered, Protection::Clear) => "Delivered, readable on the way",
            (Delivery::Delivered, Protection::NotSent) => "Delivered",
            (Delivery::Deferred(_), _) => "Not delivered, waiting in the queue",
            (Delivery::Returned(_), _) => "Not delivered, returned to its author",
        }
    },
    because,
    lights: "What was established",
    light,
    pass: "pass",
    fail: "fail",
    not_checked: "not checked",
    folder: |facts| match facts.timeline.outcome.delivery {
        Delivery::Delivered => "Inbox",
        Delivery::Deferred(_) => "Queue",
        Delivery::Returned(_) => "Returned",
    },
    subject: "Quarterly figures",
    stored: "The message as the server stored it",
    not_stored: |facts| match facts.timeline.outcome.delivery {
        Delivery::Delivered => "The server stored no message.",
        Delivery::Deferred(_) => "The server has no message. It lies in the sender's queue, and is tried again later.",
        Delivery::Returned(_) => "The server has no message. Its author gets a report that it was not delivered.",
    },
};

/// The decision that shaped the outcome.
fn decision<'a>(facts: &Facts<'a>) -> Option<&'a Decision> {
    match &facts.trace.events.get(facts.timeline.outcome.decision?)?.what {
        What::Decided(decision) => Some(decision),
        _ => None,
    }
}

fn because(facts: Facts, policy: ClientPolicy) -> String {
    let outcome = &facts.timeline.outcome;
    match outcome.delivery {
        Delivery::Delivered => match outcome.protection {
            Protection::Verified => {
                "The sender went on only because the certificate passed every check that was made. \
                                     Revocation is not among them."
                    .to_owned()
            }
            Protection::Encrypted => encrypted(&facts, policy),
            Protection::Clear | Protection::NotSent => clear(&facts).to_owned(),
        },
        Delivery::Deferred(obstacle) | Delivery::Returned(obstacle) => stopped(&facts, obstacle),
    }
}

fn encrypted(facts: &Facts, policy: ClientPolicy) -> String {
    let passed = facts.timeline.outcome.check.as_ref().is_some_and(CertificateCheck::passes);
    let policy = match policy {
        ClientPolicy::Never => "this sender",
        ClientPolicy::Opportunistic => "an opportunistic sender",
        ClientPolicy::Required => "a sender that requires TLS, but no identity,",
        ClientPolicy::VerifyOrClear | ClientPolicy::Verified => "this sender",
    };
    if passed {
        format!("The chain and name checks passed, but {policy} would have accepted any certificate.")
    } else {
        format!("A check of the certificate failed, and {policy} went on all the same.")
    }
}

fn clear(facts: &Facts) -> &'static str {
    let reasons = decision(facts).map(|decision| decision.because.as_slice()).unwrap_or_default();
    for reason in reasons {
        return match reason {
            Reason::TlsSwitchedOff => "This sender never uses TLS, whatever the server offers.",
            Reason::NotOffered => "STARTTLS was not offered, and an opportunistic sender does without.",
            Reason::Refused => "STARTTLS was refused, and an opportunistic sender goes on in the same session.",
            Reason::HandshakeFailed | Reason::HandshakeFailedBefore => {
                "The handshake failed, so the sender opened a second connection and did without TLS."
            }
            Reason::CertificateFailedBefore | Reason::ClearRatherThanUnverified => {
                "The certificate did not verify, so the sender left TLS and sent the mail in clear: worse than taking it."
            }
            Reason::CertificateFailed => continue,
            Reason::Offered
            | Reason::CertificatePassed
            | Reason::CertificateRequired
            | Reason::TlsRequired
            | Reason::TlsOptional
            | Reason::CertificateNotJudged => continue,
        };
    }
    "The session was never sealed."
}

fn stopped(facts: &Facts, obstacle: Obstacle) -> String {
    match obstacle {
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
fn reply(facts: &Facts, code: u16) -> Option<String> {
    let code = code.to_string();
    let mut lines = facts.reading.lines().map(|(_, line)| &line.text);
    lines.find(|text| text.starts_with(&code)).cloned()
}

fn light(facts: Facts) -> [LightText; 6] {
    let outcome = &facts.timeline.outcome;
    let text = |name, detail: Option<String>| LightText { name, detail: detail.unwrap_or_default() };
    let check = outcome.check.as_ref();
    let found = |verdict: &Verdict| match verdict {
        Verdict::Fail(defect) => Some(words::defect(defect)),
        Verdict::Pass | Verdict::NotChecked => None,
    };
    let handshake = match (&outcome.session, &outcome.failure) {
        (Some(session), _) => Some(words::version(session.version)),
        (None, Some(failure)) => failure.alert.map(|(_, alert)| words::alert(alert)),
        (None, None) => None,
    };
    [
        text("STARTTLS offered", None),
        text("accepted", None),
        text("handshake", handshake),
        text("chain", check.and_then(|check| found(path(check)))),
        text("name", check.and_then(|check| found(&check.name))),
        text("client certificate", None),
    ]
}
