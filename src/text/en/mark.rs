//! The mark "Domain Secured" and its conditions.

use crate::story::{Condition, Forgery};
use crate::text::{MarkText, Term};

pub const MARK: MarkText = MarkText {
    secured: "Domain Secured",
    not_secured: "not Domain Secured",
    forged: "forged Domain Secured",
    forgery: |forgery| match forgery {
        Forgery::Property => {
            "Forged: the message brought the mark's property along, and this server, which is no Exchange, let it be. Outlook goes by what an Exchange store says."
        }
        Forgery::Certificate => {
            "Forged: an attacker proved the sender's domain, with a certificate that no CA should have issued. Neither Exchange nor Outlook can see it."
        }
    },
    meaning: "Outlook shows this mark on a message whose sender's domain was proved by a certificate. It speaks of the last hop only.",
    heading: "What the mark takes",
    list: "Conditions of the mark",
    intro: "Tick or untick: each box changes a switch, and the lab runs again. Where there is none, no single switch changes it.",
    fixed: "No single switch changes this here.",
    condition,
    holds: "holds",
    fails: "does not hold",
    unknown: "not known: this run does not show it",
    show: |step| format!("step {step}"),
    setting: "a setting",
    technical: "That the sender runs Exchange is the book's condition; server and Outlook cannot see it.",
    from: "From",
    to: "To",
    sent: "Sent",
    subject: "Subject",
    raw: "As stored, with all header fields",
};

fn condition(condition: Condition) -> Term {
    let (name, meaning) = match condition {
        Condition::Listed => ("a", "The sender's domain is in `TLSReceiveDomainSecureList`"),
        Condition::Connector => ("b", "The Receive connector has `DomainSecureEnabled` and `Tls`"),
        Condition::Tls => ("c", "The session is inside TLS"),
        Condition::Presented => ("d", "The client presented a certificate"),
        Condition::Name => ("e", "The certificate names the domain of `MAIL FROM`"),
        Condition::Chain => ("f", "It verifies, up to a root that this server trusts"),
        Condition::Direct => ("g", "The receiver is Exchange 2007 or later, and nobody ends TLS on the way"),
        Condition::Reader => ("h", "The reader is Outlook 2007 or later"),
        Condition::Anonymous => {
            ("+", "Until `MAIL FROM` the session is anonymous: no login, no `ExternalAuthoritative`")
        }
        Condition::Partners => ("+", "`Partners` may submit to the Receive connector"),
        Condition::Sender => ("+", "The sender is Exchange 2007 or later"),
    };
    Term { name, meaning }
}
