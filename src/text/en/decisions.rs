//! Decisions: the verdict in words, what it rests on, what would change it, and what an administrator finds of it.

use super::{outcome, words};
use crate::policy::Decision;
use crate::scenario::Controller;
use crate::smtp::{Gate, Refusal, SubmitAnswer, TlsAnswer, TlsVerb};
use crate::story::say::{DecisionClaim, Passed, QueueClaim, QueueSource};
use crate::text::Decisions;

pub const DECISIONS: Decisions = Decisions {
    heading: "The decision",
    answer,
    because: "because",
    reason: words::reason,
    setting: "a setting",
    otherwise: "It would be otherwise with one switch changed. Each line is a run of its own.",
    change: |field, values| format!("{field}: “{}”", values.join("” or “")),
    not_asked: "nothing to decide here",
    then: |headline| {
        let (first, rest) = outcome::headline(headline).split_at(1);
        format!("and the mail would then be {}{rest}", first.to_ascii_lowercase())
    },
    logged_heading: "In the Windows application log",
    logged: |event| {
        let unsure = if event.confirmed {
            ""
        } else {
            " (the number stands in tables of symbols; no page of Microsoft's confirms it)"
        };
        format!("event {} of MSExchangeTransport{unsure}", event.number)
    },
    queue_heading: "What the queue says",
    queue,
    queue_source,
};

/// What was decided, in a few words.
pub fn answer(decision: &Decision) -> &'static str {
    match decision {
        Decision::Sender(decided) => tls_answer(decided.seen.gate, decided.seen.verb(), decided.answer),
        Decision::Receiver(decided) => submit_answer(decided.answer),
    }
}

fn tls_answer(gate: Gate, verb: TlsVerb, answer: TlsAnswer) -> &'static str {
    match (answer, gate) {
        (TlsAnswer::Start, _) => verb.name(),
        (TlsAnswer::GoOn, Gate::Offer | Gate::Refusal) => "go on in clear",
        (TlsAnswer::GoOn, Gate::Handshake | Gate::Certificate | Gate::Login) => "go on",
        (TlsAnswer::InClear, _) => "a new connection, in clear",
        (TlsAnswer::Defer, _) => "give up for now",
    }
}

fn submit_answer(answer: SubmitAnswer) -> &'static str {
    match answer {
        SubmitAnswer::Take => "take it from anybody",
        SubmitAnswer::Partner => "take it as a partner's",
        SubmitAnswer::Refuse(refusal) => match refusal {
            Refusal::Disallowed => "refuse with 451 4.7.3",
            Refusal::TlsNotAdvertised => "refuse with 454 4.7.0",
            Refusal::TlsNotUsed | Refusal::NoCertificate => "refuse with 530 5.7.1",
            Refusal::WrongName | Refusal::ChainInvalid => "refuse with 454 4.7.5",
            Refusal::NoPermission => "refuse with 550 5.7.1",
        },
    }
}

pub fn decided(claim: DecisionClaim) -> String {
    let words = match claim {
        DecisionClaim::ConnectorNotSetUp => {
            "The recipient's domain is on the list of domains to which mail goes authenticated or not at all, and this Send connector is not set up for that. Exchange keeps the mail."
        }
        DecisionClaim::FirstStep => {
            "The recipient's domain is in TLSSendDomainSecureList, so this message leaves only inside TLS, to a server that proves its name. The first step is there: STARTTLS is offered."
        }
        DecisionClaim::DomainProved(passed) => {
            return format!(
                "The certificate verifies, and names the recipient's domain: Domain Security asks for no less.{} Now it is the receiver's turn to ask who the sender is.",
                worth(passed)
            );
        }
        DecisionClaim::Starts => "The list holds STARTTLS, and this sender's policy has it begin TLS.",
        DecisionClaim::SwitchedOff => "This sender is set never to use TLS, so it does not matter what is offered.",
        DecisionClaim::ClearForFailedCertificate => {
            "The certificate did not verify, and this sender takes that as a reason to do without TLS."
        }
        DecisionClaim::ClearForFailedHandshake => {
            "TLS has failed once for this delivery. This sender does not try again, and goes on in clear."
        }
        DecisionClaim::ClearNotOffered(sender) => {
            return format!(
                "STARTTLS is not in the list. To {} that is no error: it goes on in clear.",
                words::eager(sender)
            );
        }
        DecisionClaim::KeptNotOffered => {
            "STARTTLS is not in the list, and this sender does not do without TLS. It says QUIT and keeps the mail."
        }
        DecisionClaim::ClearRefused(sender) => {
            return format!(
                "STARTTLS was refused. After a refusal the session is what it was, so {} goes on in it, in clear.",
                words::eager(sender)
            );
        }
        DecisionClaim::KeptRefused => "STARTTLS was refused, and this sender does not go on without TLS.",
        DecisionClaim::ClearMisunderstood => {
            "The server said yes, but not with 220: to this sender that is a refusal, so it goes on in clear. The server has begun TLS, and the two part ways here."
        }
        DecisionClaim::KeptMisunderstood => {
            "The server said yes, but not with 220: to this sender that is a refusal, and it does not go on without TLS. The server has begun TLS, and the two part ways here."
        }
        DecisionClaim::NewConnection(sender) => {
            return words::capital(&format!(
                "{} prefers delivery to privacy: it opens a new connection and does without TLS there.",
                words::eager(sender)
            ));
        }
        DecisionClaim::KeptHandshakeFailed => {
            "The handshake failed, and this sender does not go on without TLS. The mail stays in its queue."
        }
        DecisionClaim::LegacyGoesOn => {
            "The certificate failed a check, and this sender goes on. Whether Exchange 2003 checked certificates by default is not established; the lab lets it take any."
        }
        DecisionClaim::GoesOnUnverified => {
            "The certificate failed a check, and this policy goes on all the same: encrypted to a stranger still beats readable to everyone."
        }
        DecisionClaim::Verified(Passed::Rightly) => {
            "Every check has passed, and this policy asks for that: the sender now knows whom it talks to, unless the certificate was revoked, or a trusted CA issued it to the wrong one."
        }
        DecisionClaim::Verified(passed) => {
            return format!("Every check has passed, and this policy asks for no more.{}", worth(passed));
        }
        DecisionClaim::PassedNotJudged => {
            "The certificate passed its checks. This policy would have gone on without that, so it does not count as proof."
        }
        DecisionClaim::ClearRatherThanUnverified => {
            "A check failed, so this sender leaves a session that nobody could listen to, and sends the same mail where everybody can. Nothing is gained: whoever wanted to read it has only to spoil the certificate."
        }
        DecisionClaim::KeptUnverified => {
            "A check failed, and this policy wants a certificate that verifies. The sender says QUIT, inside TLS, and keeps the mail."
        }
        DecisionClaim::Partner(passed) => {
            return format!(
                "The domain has to prove itself, and has: the client's certificate names it and verifies.{} The session now counts as the partner's.",
                worth(passed)
            );
        }
        DecisionClaim::StartsOwn => {
            "The sender takes the receiver for a server of its own organisation, and the list holds X-ANONYMOUSTLS. Its policy has no say here."
        }
        DecisionClaim::ClearOwn => {
            "X-ANONYMOUSTLS is not in the list, and UseDowngradedExchangeServerAuth lets this sender prove itself without TLS. Mail between your own servers now crosses the line in clear."
        }
        DecisionClaim::KeptOwn => {
            "Between servers of one organisation there is TLS or no mail. STARTTLS would be another door, with another certificate, and this sender does not take it."
        }
        DecisionClaim::ForEncryption => {
            "The certificate of a Hub is for encryption alone: what the checks found is written down, and nothing of it is demanded. Who the two are is for the login that follows."
        }
        DecisionClaim::Published => {
            "The certificate is, octet for octet, the one that the directory holds for this server. That is all that is asked, and it proves the server: no login follows."
        }
        DecisionClaim::NotPublished => {
            "The certificate is not one that the directory holds: a new one needs a new subscription. The sender says QUIT, inside TLS, and keeps the mail."
        }
        DecisionClaim::TicketGranted => {
            "The ticket was to be had, so the login is taken to succeed. That is a setting of the scenario: neither Kerberos nor the login is run here."
        }
        DecisionClaim::NoTicket(Controller::Down) => {
            "No domain controller answers, so there is no ticket and no login. The sender says QUIT and keeps the mail."
        }
        DecisionClaim::NoTicket(Controller::ClockOff) => {
            "Kerberos allows five minutes between two clocks, and this sender's is off by more. Without a login it keeps the mail."
        }
        DecisionClaim::NoTicket(Controller::UnknownServer | Controller::Up) => {
            "The sender's domain knows no server of this name, so there is no ticket for it. That encryption was to be had says nothing of whether the two know each other: the sender keeps the mail."
        }
        DecisionClaim::Taken => "The domain is not one that has to prove itself.",
        DecisionClaim::Denied(refusal) => denied(refusal),
    };
    words.to_owned()
}

/// What the checks could not see.
fn worth(passed: Passed) -> &'static str {
    match passed {
        Passed::Rightly => "",
        Passed::Wrongly => {
            " It passed wrongly: a trusted CA has certified the name for an attacker's key, and no check can see that."
        }
        Passed::Revoked => " It has been revoked, and nobody asked.",
    }
}

fn denied(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::Disallowed => {
            "The domain is on the list, and the Receive connector is not set up for Domain Security. The code begins with 4, so the sender keeps the mail and tries again."
        }
        Refusal::TlsNotAdvertised => {
            "The domain has to prove itself with a certificate, and this server never offered TLS. That is its own fault, so it says: later."
        }
        Refusal::TlsNotUsed => {
            "The domain has to prove itself with a certificate. TLS was offered, and the client did not use it."
        }
        Refusal::NoCertificate => {
            "The server asked for a certificate in the handshake and got none. It could not object then: for whom the client speaks is known only now. A code that begins with 5 sends the mail back to its author."
        }
        Refusal::WrongName => {
            "The client has a certificate, and it does not name the domain of MAIL FROM. The code begins with 4, so the sender keeps the mail and tries again."
        }
        Refusal::ChainInvalid => {
            "The client's certificate names the domain, and does not verify: its issuer, its dates or its purpose are not in order for this server."
        }
        Refusal::NoPermission => "The client has proved who it is, and partners may not submit to this connector.",
    }
}

/// What the administrator of the sender finds in the queue, in the words of its system.
fn queue(claim: &QueueClaim) -> String {
    let words = match *claim {
        QueueClaim::Disallowed => "451 4.7.3 The admin has temporarily disallowed this secure domain",
        QueueClaim::LegacyNotSupported => "The remote SMTP service does not support TLS.",
        QueueClaim::ExchangeRequiresTls => "451 5.7.3 STARTTLS is required to send mail",
        QueueClaim::ExchangeCertificate => "454 4.7.5 Certificate validation failure",
        QueueClaim::ExchangeQuotes(reply) => {
            return format!(
                "451 4.4.0 Primary target IP address responded with: “{reply}.” Attempted failover to alternate host, but that did not succeed."
            );
        }
        QueueClaim::Postfix(Gate::Offer) => "4.7.4 TLS is required, but was not offered by host",
        QueueClaim::Postfix(Gate::Refusal) => "4.7.4 TLS is required, but host refused to start TLS",
        QueueClaim::Postfix(Gate::Handshake) => "4.7.5 Cannot start TLS: handshake failure",
        QueueClaim::OwnNotProved => "454 4.7.0 Temporary authentication failure",
        QueueClaim::Postfix(Gate::Certificate | Gate::Login) => "4.7.5 Server certificate not verified",
    };
    words.to_owned()
}

fn queue_source(source: QueueSource) -> &'static str {
    match source {
        QueueSource::Observed => "Observed of Exchange 2013; that earlier versions say the same is presumed.",
        QueueSource::Logs => "As logs of Exchange show it where the login failed; for an Edge it is inferred.",
        QueueSource::KnowledgeBase => "Microsoft KB 329061.",
        QueueSource::Postfix => "As Postfix words it.",
    }
}
