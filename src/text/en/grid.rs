//! The grid of policies by situations.

use super::controls;
use crate::grid::{Fate, Prize, Situation};
use crate::text::{GridText, Term};

pub const GRID: GridText = GridText {
    link: "Policies compared",
    back: "Back to the session",
    heading: "What becomes of the mail: every policy in every situation",
    intro: "Each cell is a run of the lab, made now in this page. Choose one to open its session.",
    table: "Policies by situations",
    policy: "Policy",
    attacker: "An attacker on the path gets",
    prize: |prize| match prize {
        Prize::Message => "the message",
        Prize::MessageIfMisissued => "delay, unless mis-issued",
        Prize::Delay => "delay only",
    },
    prize_rule: "What an attacker gets is read off three columns: STARTTLS stripped, impostor and mis-issued. “Unless mis-issued”: the first two only delay the mail, and with a certificate that no CA should have issued the attacker reads it. Against who only listens Opportunistic is safer than Verify, or else send in clear; against who changes something neither is.",
    policy_name: |policy| controls::policy(policy).name,
    situation,
    fate,
    again: "It took a new connection.",
    deceived: "The sender believes that it has verified the server, and is wrong.",
    attacked: "The attacker reads the message.",
    listener_reads: "A listener reads the message.",
    listener_sees: "A listener sees names, sizes and times.",
    to_relay: "As far as the relay, which reads it.",
    running: |done, all| format!("{done} of {all} cells have run"),
    ready: |all| format!("All {all} cells have run."),
    open: "Open this session.",
    here: "This is the session on show.",
    legend: "What the marks mean",
    deceived_mark: "believes it is verified, wrongly",
    attacked_mark: "the attacker reads it",
    again_mark: "on a second connection",
    revoked: "Revocation is not checked. Exchange would look for a revocation list for verified mail, and go on where none can be had, as here.",
};

fn situation(situation: Situation) -> Term {
    let (name, meaning) = match situation {
        Situation::NotOffered => ("no STARTTLS", "The server does not offer it."),
        Situation::Refused => ("454", "The server offers STARTTLS and answers it with 454."),
        Situation::Good => ("good", "A trusted certificate for the right name."),
        Situation::InternalCa => ("internal CA", "A certificate from a CA that the sender does not know."),
        Situation::SelfSigned => ("self-signed", "A certificate that vouches for itself."),
        Situation::Expired => ("expired", "A certificate whose time is over."),
        Situation::NotYetValid => ("not yet valid", "A certificate whose time has not come."),
        Situation::WrongName => ("wrong name", "A trusted certificate for another name."),
        Situation::Revoked => ("revoked", "A certificate that its issuer has revoked; nobody finds out."),
        Situation::NoCommonVersion => ("handshake fails", "No TLS version in common."),
        Situation::Stripped => ("STARTTLS stripped", "An attacker overwrites the keyword."),
        Situation::Impostor => ("impostor", "An attacker answers, with a certificate of his own making."),
        Situation::Misissued => {
            ("mis-issued", "An attacker answers, with a trusted certificate for the receiver's name.")
        }
        Situation::Relay => ("relay", "The MX is a hygiene service with a trusted certificate of its own."),
    };
    Term { name, meaning }
}

fn fate(fate: Fate) -> Term {
    let (name, meaning) = match fate {
        Fate::Clear => ("clear", "Delivered, readable on the way."),
        Fate::Encrypted => ("sealed", "Delivered, encrypted to whoever was there."),
        Fate::Authenticated => ("verified", "Delivered, encrypted, to the server that the sender verified."),
        Fate::Mutual => ("mutual", "Delivered, encrypted; each end has verified the other."),
        Fate::Deferred => ("waits", "Not delivered: it waits in the sender's queue."),
        Fate::Returned => ("returned", "Not delivered: it goes back to its author."),
    };
    Term { name, meaning }
}
