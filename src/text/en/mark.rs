//! The mark "Domain Secured" and its conditions.

use crate::story::Condition;
use crate::text::{MarkText, Term};

pub const MARK: MarkText = MarkText {
    secured: "Domain Secured",
    not_secured: "not Domain Secured",
    meaning: "Outlook shows this mark on a message whose sender's domain was proved by a certificate. It speaks of the last hop only.",
    heading: "What the mark takes",
    list: "Conditions of the mark",
    intro: "Tick or untick: each changes a switch, and the lab runs again.",
    condition,
    holds: "holds",
    fails: "does not hold",
    unknown: "not known: the run did not get so far",
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
        Condition::Sender => ("+", "The sender is Exchange 2007 or later"),
    };
    Term { name, meaning }
}
