//! Decisions: the verdict in words, what it rests on, what would change it, and what an administrator finds of it.

use super::controls::CONTROLS;
use super::words::{self, said};
use crate::policy::{Change, Decided, Decision, Evidence, Reason, Submission};
use crate::scenario::{Setting, Side};
use crate::smtp::{Delivery, Gate, Obstacle, Refusal, SubmitAnswer, TlsAnswer};
use crate::text::{Decisions, Facts, Said};
use crate::trace::What;

pub const DECISIONS: Decisions = Decisions {
    heading: "The decision",
    answer,
    tls_answer,
    submit_answer,
    because: "because",
    reason: words::reason,
    setting: "a setting",
    otherwise: "It would be otherwise if one thing were",
    change,
    policies: |names| match names {
        [rest @ .., last] if !rest.is_empty() => format!("the policy were {} or {last}", rest.join(", ")),
        names => format!("the policy were {}", names.concat()),
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
};

/// What was decided, in a few words.
pub fn answer(decision: &Decision) -> &'static str {
    match decision {
        Decision::Sender(decided) => tls_answer(decided.seen.gate, decided.answer),
        Decision::Receiver(decided) => submit_answer(decided.answer),
    }
}

fn tls_answer(gate: Gate, answer: TlsAnswer) -> &'static str {
    match (answer, gate) {
        (TlsAnswer::Start, _) => "STARTTLS",
        (TlsAnswer::GoOn, Gate::Offer | Gate::Refusal) => "go on in clear",
        (TlsAnswer::GoOn, Gate::Handshake | Gate::Certificate) => "go on",
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

pub fn decided(decision: &Decision) -> Said {
    match decision {
        Decision::Sender(decided) => about_tls(decision, decided),
        Decision::Receiver(decided) => about_submission(decided),
    }
}

fn about_tls(decision: &Decision, decided: &Decided<Evidence, TlsAnswer>) -> Said {
    let seen = &decided.seen;
    let set_by = seen.demands().set_by;
    let in_list = set_by == Setting::DomainList;
    match (seen.gate, decided.answer) {
        (Gate::Offer, _) if decision.has(Reason::SendConnectorNotEnabled) => said(
            "The recipient's domain is on the list of domains to which mail goes authenticated or not at all, and this Send connector is not set up for that. Exchange keeps the mail.",
            "",
        ),
        (Gate::Offer, TlsAnswer::Start) if in_list => said(
            "The recipient's domain is in TLSSendDomainSecureList, so this message leaves only inside TLS, to a server that proves its name. The first step is there: STARTTLS is offered.",
            "RFC 3207 §4",
        ),
        (Gate::Certificate, TlsAnswer::GoOn) if in_list => said(
            "The certificate verifies, and names the recipient's domain: Domain Security asks for no less. Now it is the receiver's turn to ask who the sender is.",
            "",
        ),
        (Gate::Offer, TlsAnswer::Start) => {
            said("The list holds STARTTLS, and this sender's policy uses it where it can.", "RFC 3207 §4")
        }
        (Gate::Offer, TlsAnswer::GoOn) if decision.has(Reason::TlsSwitchedOff) => {
            said("This sender is set never to use TLS, so it does not matter what is offered.", "")
        }
        (Gate::Offer, TlsAnswer::GoOn) if decision.has(Reason::CertificateFailedBefore) => {
            said("The certificate did not verify, and this sender takes that as a reason to do without TLS.", "")
        }
        (Gate::Offer, TlsAnswer::GoOn) if decision.has(Reason::HandshakeFailedBefore) => {
            said("TLS has failed once for this delivery. This sender does not try again, and goes on in clear.", "")
        }
        (Gate::Offer, TlsAnswer::GoOn) => said(
            "STARTTLS is not in the list. To an opportunistic sender that is no error: it goes on in clear.",
            "RFC 3207 §4",
        ),
        (Gate::Offer, _) => said(
            "STARTTLS is not in the list, and this sender sends nothing without TLS. It says QUIT and keeps the mail.",
            "RFC 3207 §4",
        ),
        (Gate::Refusal, TlsAnswer::GoOn) => said(
            "The answer was not the go-ahead. After a refusal the session is what it was, so an opportunistic sender goes on in it, in clear.",
            "RFC 3207 §4",
        ),
        (Gate::Refusal, _) => said("STARTTLS was refused, and this sender sends nothing without TLS.", "RFC 3207 §4"),
        (Gate::Handshake, TlsAnswer::InClear) => said(
            "An opportunistic sender prefers delivery to privacy: it opens a new connection and does without TLS there.",
            "",
        ),
        (Gate::Handshake, _) => {
            said("The handshake failed, and this sender sends nothing without TLS. The mail stays in its queue.", "")
        }
        (Gate::Certificate, TlsAnswer::GoOn)
            if set_by == Setting::LegacyConnector && decision.has(Reason::CertificateFailed) =>
        {
            said(
                "The certificate failed a check, and this sender goes on. Whether Exchange 2003 checked certificates by default is not established; the lab lets it take any.",
                "",
            )
        }
        (Gate::Certificate, TlsAnswer::GoOn) if decision.has(Reason::CertificateFailed) => said(
            "The certificate failed a check, and this policy goes on all the same: encrypted to a stranger still beats readable to everyone.",
            "RFC 3207 §4.1",
        ),
        (Gate::Certificate, TlsAnswer::GoOn) if !decision.has(Reason::CertificateNotJudged) => said(
            "Every check has passed, and this policy asks for that: the sender now knows whom it talks to. Only a revocation would have gone unnoticed.",
            "RFC 3207 §4.1",
        ),
        (Gate::Certificate, TlsAnswer::GoOn) => said(
            "The certificate passed its checks. This policy would have gone on without that, so it does not count as proof.",
            "RFC 3207 §4.1",
        ),
        (Gate::Certificate, TlsAnswer::InClear) => said(
            "A check failed, so this sender leaves a session that nobody could listen to, and sends the same mail where everybody can. Nothing is gained: whoever wanted to read it has only to spoil the certificate.",
            "RFC 3207 §4.1",
        ),
        (Gate::Certificate, _) => said(
            "A check failed, and this policy sends only to a server that it has verified. The sender says QUIT, inside TLS, and keeps the mail.",
            "RFC 3207 §4.1",
        ),
    }
}

fn about_submission(decided: &Decided<Submission, SubmitAnswer>) -> Said {
    let words = match decided.answer {
        SubmitAnswer::Partner => {
            "The domain has to prove itself, and has: the client's certificate names it and verifies. The session now counts as the partner's."
        }
        SubmitAnswer::Refuse(Refusal::Disallowed) => {
            "The domain is on the list, and the Receive connector is not set up for Domain Security. The code begins with 4, so the sender keeps the mail and tries again."
        }
        SubmitAnswer::Refuse(Refusal::TlsNotAdvertised) => {
            "The domain has to prove itself with a certificate, and this server never offered TLS. That is its own fault, so it says: later."
        }
        SubmitAnswer::Refuse(Refusal::TlsNotUsed) => {
            "The domain has to prove itself with a certificate. TLS was offered, and the client did not use it."
        }
        SubmitAnswer::Refuse(Refusal::NoCertificate) => {
            "The server asked for a certificate in the handshake and got none. It could not object then: for whom the client speaks is known only now. A code that begins with 5 sends the mail back to its author."
        }
        SubmitAnswer::Refuse(Refusal::WrongName) => {
            "The client has a certificate, and it does not name the domain of MAIL FROM. The code begins with 4, so the sender keeps the mail and tries again."
        }
        SubmitAnswer::Refuse(Refusal::ChainInvalid) => {
            "The client's certificate names the domain, and does not verify: its issuer, its dates or its purpose are not in order for this server."
        }
        SubmitAnswer::Refuse(Refusal::NoPermission) => {
            "The client has proved who it is, and partners may not submit to this connector."
        }
        SubmitAnswer::Take => "The domain is not one that has to prove itself.",
    };
    said(words, "")
}

fn change(change: Change) -> String {
    let words = match change {
        Change::Policy(policy) => return format!("the policy were “{}”", (CONTROLS.policy)(policy).name),
        Change::Offered(true) => "STARTTLS were offered",
        Change::Offered(false) => "STARTTLS were not offered",
        Change::Certificate(true) => "the certificate passed its checks",
        Change::Certificate(false) => "the certificate failed a check",
        Change::SendConnector(true) => "DomainSecureEnabled were on at the Send connector",
        Change::SendConnector(false) => "DomainSecureEnabled were off at the Send connector",
        Change::ReceiveList(true) => "the domain were in TLSReceiveDomainSecureList",
        Change::ReceiveList(false) => "the domain were not in TLSReceiveDomainSecureList",
        Change::ReceiveConnector(true) => "DomainSecureEnabled were on at the Receive connector",
        Change::ReceiveConnector(false) => "DomainSecureEnabled were off at the Receive connector",
        Change::ClientCertificate(true) => "the client presented a certificate that passes",
        Change::ClientCertificate(false) => "the client presented no certificate",
        Change::Partners(true) => "partners were allowed to submit",
        Change::Partners(false) => "partners were not allowed to submit",
    };
    words.to_owned()
}

/// What the administrator of the sender finds in the queue, in the words of its system.
fn queue(facts: Facts) -> Option<Said> {
    let leg = &facts.story.outcome.first;
    let Some(Delivery::Deferred(obstacle)) = leg.delivery else {
        return None;
    };
    let is_exchange = facts.trace.seat(0, Side::Client).is_exchange();
    let decision = leg.decision.and_then(|id| match &facts.trace.events.get(id)?.what {
        What::Decided(decision) => Some(decision),
        _ => None,
    });
    let legacy = facts.trace.demands(0).is_some_and(|demands| demands.set_by == Setting::LegacyConnector);
    let observed = "Observed of Exchange 2013; that earlier versions say the same is presumed.";
    let (words, source): (String, &'static str) = match obstacle {
        Obstacle::Policy(Gate::Offer)
            if decision.is_some_and(|decision| decision.has(Reason::SendConnectorNotEnabled)) =>
        {
            ("451 4.7.3 The admin has temporarily disallowed this secure domain".to_owned(), observed)
        }
        Obstacle::Policy(Gate::Offer) if legacy => {
            ("The remote SMTP service does not support TLS.".to_owned(), "Microsoft KB 329061.")
        }
        Obstacle::Policy(gate) if is_exchange => match gate {
            Gate::Offer | Gate::Refusal => ("451 5.7.3 STARTTLS is required to send mail".to_owned(), observed),
            Gate::Certificate => ("454 4.7.5 Certificate validation failure".to_owned(), observed),
            // What Exchange writes there is not established.
            Gate::Handshake => return None,
        },
        Obstacle::Policy(gate) if !legacy => {
            let words = match gate {
                Gate::Offer => "4.7.4 TLS is required, but was not offered by host",
                Gate::Refusal => "4.7.4 TLS is required, but host refused to start TLS",
                Gate::Handshake => "4.7.5 Cannot start TLS: handshake failure",
                Gate::Certificate => "4.7.5 Server certificate not verified",
            };
            (words.to_owned(), "As Postfix words it.")
        }
        Obstacle::Reply(code) if is_exchange => {
            let reply = super::outcome::reply(&facts, code)?;
            let words = format!(
                "451 4.4.0 Primary target IP address responded with: “{reply}.” Attempted failover to alternate host, but that did not succeed."
            );
            (words, observed)
        }
        _ => return None,
    };
    Some(Said { words, source })
}
