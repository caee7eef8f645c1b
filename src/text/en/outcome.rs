//! What became of the mail.

use super::words;
use crate::scenario::Controller;
use crate::smtp::{Gate, TlsVerb};
use crate::story::say::{
    Answer, BecauseClaim, Eagerness, FirstHop, FolderClaim, HeadlineClaim, LampClaim, LampName, Onward, OnwardEnding,
    RelayedLogin, Sealed,
};
use crate::text::Outcomes;

pub const OUTCOMES: Outcomes = Outcomes {
    region: "Outcome",
    decided: |step| format!("Decided at step {step}"),
    headline,
    because,
    open: "Not known yet",
    open_because: "What becomes of the mail shows later in the run.",
    to_end: "Go to where it shows",
    not_yet: "not yet",
    no_mail_yet: "So far the recipient has no message.",
    lights: "What was established",
    light: |name| match name {
        LampName::Offered(TlsVerb::StartTls) => "STARTTLS offered",
        LampName::Offered(TlsVerb::AnonymousTls) => "X-ANONYMOUSTLS offered",
        LampName::Accepted => "accepted",
        LampName::Handshake => "handshake",
        LampName::Chain => "chain",
        LampName::Dates => "dates",
        LampName::Purpose => "purpose",
        LampName::Name => "name",
        LampName::ClientCertificate => "client certificate",
    },
    light_detail,
    pass: "pass",
    fail: "fail",
    not_checked: "not checked",
    folder: |claim| match claim {
        FolderClaim::Inbox => "Inbox",
        FolderClaim::Queue => "Queue",
        FolderClaim::Returned => "Returned",
        FolderClaim::Unknown => "Unknown",
    },
    subject: "Quarterly figures",
    not_stored: |claim| match claim {
        FolderClaim::Inbox => "The server stored no message.",
        FolderClaim::Queue => "The receiver has no message. It lies in a queue, and is tried again later.",
        FolderClaim::Returned => "The receiver has no message. Its author gets a report that it was not delivered.",
        FolderClaim::Unknown => "Nothing in these octets says what became of the message.",
    },
};

pub fn headline(claim: HeadlineClaim) -> &'static str {
    match claim {
        HeadlineClaim::AttackerLoggedIn => "Not delivered, and an attacker has logged in as the sender",
        HeadlineClaim::ReadableToAttacker => "Delivered, readable, also to the attacker",
        HeadlineClaim::ToVerifiedAttacker => "Delivered to an attacker who passed every check",
        HeadlineClaim::ToAttacker => "Delivered, encrypted, to an attacker",
        HeadlineClaim::RelayWaits => "Delivered to the relay, which cannot send it on",
        HeadlineClaim::RelayReturned => "Delivered to the relay, which had to return it",
        HeadlineClaim::NotAuthenticated => "Delivered, encrypted, not authenticated",
        HeadlineClaim::Encrypted => "Delivered, encrypted",
        HeadlineClaim::ToOwnServer => "Delivered, encrypted, within the organisation",
        HeadlineClaim::ToVerifiedRelay => "Delivered, encrypted, to the verified relay",
        HeadlineClaim::BothVerified => "Delivered, encrypted, both sides verified",
        HeadlineClaim::ToVerifiedServer => "Delivered, encrypted, and to the verified server",
        HeadlineClaim::Readable => "Delivered, readable on the way",
        HeadlineClaim::Delivered => "Delivered",
        HeadlineClaim::Waits => "Not delivered, waiting in the queue",
        HeadlineClaim::Returned => "Not delivered, returned to its author",
        HeadlineClaim::Unknown => "What became of the mail is not known",
    }
}

fn because(claim: &BecauseClaim) -> String {
    let mut words = first_hop(claim.first);
    if let Some(by) = claim.login {
        words += &format!(" The {} was given name and password of the sender's login.", words::party(by));
    }
    match claim.relayed {
        Some(RelayedLogin::Taken { user, sent }) => {
            words += &format!(
                " The attacker had passed the login on while it was made, and is {user} at the receiver{}.",
                if sent { ": he sent a mail of his own" } else { "" }
            );
        }
        Some(RelayedLogin::Refused(why)) => {
            words += &format!(
                " The attacker had passed the login on, and the receiver refused it: {}.",
                words::ntlm_refusal(why)
            );
        }
        None => {}
    }
    if let Some(hop) = claim.onward {
        words += &format!(" {}", onward(hop));
    }
    words
}

fn first_hop(claim: FirstHop) -> String {
    let words = match claim {
        FirstHop::BothVerified { server, client } => return both_verified(server, client),
        FirstHop::Misissued => {
            "A trusted CA had certified the receiver's name for the attacker's key. Checking chain and name cannot see that."
        }
        FirstHop::Verified { revoked: false } => {
            "The sender went on only because the certificate passed every check that was made. Revocation is not among them."
        }
        FirstHop::Verified { revoked: true } => {
            "The sender went on only because the certificate passed every check that was made. Revocation is not among them, and this certificate has been revoked."
        }
        FirstHop::Encrypted(how, eagerness) => return encrypted(how, eagerness),
        FirstHop::EncryptedUnjudged => {
            "The session was sealed. What the sender made of the certificate no octet shows."
        }
        FirstHop::NoCipher => {
            "The suite that both agreed on has no cipher: inside TLS nobody can change the mail, and everybody on the way can read it."
        }
        FirstHop::NeverTls => "This sender never uses TLS, whatever the server offers.",
        FirstHop::Overwritten(sender) => {
            return format!(
                "STARTTLS was offered and overwritten on the way, and {} does without.",
                words::eager(sender)
            );
        }
        FirstHop::NotOffered(sender) => {
            return format!("STARTTLS was not offered, and {} does without.", words::eager(sender));
        }
        FirstHop::Refused(sender) => {
            return format!("STARTTLS was refused, and {} goes on in the same session.", words::eager(sender));
        }
        FirstHop::HandshakeFailed => {
            "The handshake failed, so the sender opened a second connection and did without TLS."
        }
        FirstHop::CertificateFailed => {
            "The certificate did not verify, so the sender left TLS and sent the mail in clear: worse than taking it."
        }
        FirstHop::NeverSealed => "The session was never sealed.",
        FirstHop::ConnectorNotSetUp => {
            "The domain is in TLSSendDomainSecureList, and the Send connector is not set up for Domain Security."
        }
        FirstHop::DomainNotProved => {
            "Domain Security wants a valid certificate with the recipient's domain in it, and this is none."
        }
        FirstHop::OverwrittenAndRequired => {
            "STARTTLS was offered and overwritten on the way, and this sender does not do without TLS."
        }
        FirstHop::MisunderstoodAndRequired => {
            "The server said yes, but not with 220: to this sender that is a no, and it does not do without TLS."
        }
        FirstHop::PolicyStopped(Gate::Offer) => "The server does not offer TLS, and this sender does not do without.",
        FirstHop::PolicyStopped(Gate::Refusal) => {
            "The server refused to start TLS, and this sender does not go on without."
        }
        FirstHop::PolicyStopped(Gate::Handshake) => "The handshake failed, and this sender does not go on without TLS.",
        FirstHop::PolicyStopped(Gate::Certificate | Gate::Login) => {
            "The certificate was not good enough for this sender."
        }
        FirstHop::OwnHub { ntlm: true } => {
            "Both are servers of one organisation. TLS took a certificate that nobody asked about; the sender proved itself with NTLM, by the account of its computer."
        }
        FirstHop::OwnHub { ntlm: false } => {
            "Both are servers of one organisation. TLS took a certificate that nobody asked about; the login that proves the sender is Kerberos, and not run here."
        }
        FirstHop::OwnEdge => {
            "Each showed the certificate that the organisation's directory holds for it. Who signed it did not matter."
        }
        FirstHop::OwnInClear => {
            "X-ANONYMOUSTLS is suppressed, and the sender may prove itself without: mail between servers of one organisation crosses the line in clear."
        }
        FirstHop::OwnOverwritten { kept: true } => {
            "X-ANONYMOUSTLS was offered and overwritten on the way, and between servers of one organisation there is TLS or no mail."
        }
        FirstHop::OwnOverwritten { kept: false } => {
            "X-ANONYMOUSTLS was offered and overwritten on the way, and this sender may prove itself without: the mail crosses the line in clear."
        }
        FirstHop::OwnStopped(Gate::Offer | Gate::Refusal) => {
            "Between servers of one organisation there is TLS by X-ANONYMOUSTLS or no mail, and it is not to be had."
        }
        FirstHop::OwnStopped(Gate::Handshake) => {
            "The handshake failed, and between servers of one organisation there is TLS or no mail."
        }
        FirstHop::OwnStopped(Gate::Certificate | Gate::Login) => {
            "The server's certificate is not one that the organisation's directory holds."
        }
        FirstHop::NoTicket { controller, sealed } => return no_ticket(controller, sealed),
        FirstHop::Answered(answer) => return format!("The server answered {}.", answered(answer)),
        FirstHop::NtlmRefused(answer, why) => {
            return format!(
                "The server answered {}. Why, it keeps to itself: {}.",
                answered(answer),
                words::ntlm_refusal(why)
            );
        }
        FirstHop::NoMechanism => "This sender has to log in, and the server does not offer its mechanism here.",
        FirstHop::PasswordInClear => {
            "This sender has to log in, and sends no password in clear, though the server would take it here."
        }
        FirstHop::Violation => "The other side broke the protocol.",
        FirstHop::ConnectionLost => "The connection ended before the message was accepted.",
        FirstHop::Timeout => "The other side stayed silent too long.",
        FirstHop::Unknown => "No reply of the server settles it, and what the client made of it no octet shows.",
    };
    words.to_owned()
}

fn no_ticket(controller: Controller, sealed: bool) -> String {
    let why = match controller {
        Controller::Down => "no domain controller answers",
        Controller::ClockOff => "its clock is off by more than Kerberos allows",
        Controller::UnknownServer | Controller::Up => "its domain knows no server of that name",
    };
    let sealed = if sealed { " TLS was up all the same: encryption is not acquaintance." } else { "" };
    format!("The sender has to prove itself with a ticket, and gets none: {why}.{sealed}")
}

fn both_verified(server: bool, client: bool) -> String {
    let revoked = match (server, client) {
        (false, false) => "",
        (true, false) => " The server's certificate has been revoked, and the sender did not ask.",
        (false, true) => " The sender's certificate has been revoked, and the server did not ask.",
        (true, true) => " Both certificates have been revoked, and neither asked.",
    };
    format!("The sender verified the server, and the server verified the sender when it named its domain.{revoked}")
}

fn answered(answer: Answer) -> String {
    match answer {
        Answer::Line(line) => format!("“{line}”"),
        Answer::Code(code) => code.to_string(),
    }
}

fn encrypted(how: Sealed, eagerness: Eagerness) -> String {
    let sender = words::eager(eagerness);
    match how {
        Sealed::ToWrongEnd => {
            format!("A check of the certificate failed, and {sender} went on all the same: sealed, to the wrong end.")
        }
        Sealed::PassedWrongly => format!(
            "The checks passed, wrongly: a trusted CA had certified the receiver's name for the attacker's key. But {sender} would have accepted any certificate."
        ),
        Sealed::Passed => {
            format!("The chain and name checks passed, but {sender} would have accepted any certificate.")
        }
        Sealed::Failed => format!("A check of the certificate failed, and {sender} went on all the same."),
    }
}

/// The second hop in a sentence.
fn onward(hop: Onward) -> String {
    let who = words::party(hop.by);
    match hop.ending {
        OnwardEnding::InClear => format!("The {who} read it and sent it on, in clear."),
        OnwardEnding::Encrypted => format!("The {who} read it and sent it on, encrypted."),
        OnwardEnding::Sent => format!("The {who} read it and sent it on."),
        OnwardEnding::Answered(answer) => {
            format!("The {who} has read it; the receiver answered {}.", answered(answer))
        }
        OnwardEnding::Failed => format!("The {who} has read it, and could not send it on."),
    }
}

fn light_detail(claim: &LampClaim) -> String {
    match *claim {
        LampClaim::Plain => String::new(),
        LampClaim::Overwritten => "overwritten on the way".to_owned(),
        LampClaim::Version(version) => words::version(version),
        LampClaim::Alert(alert) => words::alert(alert),
        LampClaim::Defect(defect) => words::defect(defect),
        LampClaim::Name(check) => words::name_defect(check),
        LampClaim::NonePresented => "none presented".to_owned(),
        LampClaim::Earlier(Some(number)) => format!("checked on connection {number}"),
        LampClaim::Earlier(None) => "not shown: the session is resumed".to_owned(),
    }
}
