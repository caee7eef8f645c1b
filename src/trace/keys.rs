//! The spelling of facts where they are written down: in listings, which are golden files, and in comparisons. A variant may be
//! renamed; its key stays.

use super::{Actor, Close};
use crate::bytes::printable;
use crate::ntlm::{BindingFault, Malformed};
use crate::smtp::{
    ClientState, Delivery, Forgotten, MachineState, Mechanism, NtlmRefusal, NtlmVerdict, Obstacle, ServerState,
    Treatment, Violation,
};
use crate::tls::{Cause, Defect, OldError, RustlsError, Verdict, Wanted};

pub(super) fn client_state(value: ClientState) -> &'static str {
    match value {
        ClientState::ExpectGreeting => "ExpectGreeting",
        ClientState::ExpectEhlo => "ExpectEhlo",
        ClientState::ExpectHelo => "ExpectHelo",
        ClientState::ExpectVerdict => "ExpectVerdict",
        ClientState::ExpectGoAhead => "ExpectGoAhead",
        ClientState::ExpectTls => "ExpectTls",
        ClientState::ExpectAuth => "ExpectAuth",
        ClientState::ExpectMail => "ExpectMail",
        ClientState::ExpectRcpt => "ExpectRcpt",
        ClientState::ExpectDataGo => "ExpectDataGo",
        ClientState::ExpectAccepted => "ExpectAccepted",
        ClientState::ExpectQuit => "ExpectQuit",
        ClientState::Closed => "Closed",
    }
}

pub(super) fn server_state(value: ServerState) -> &'static str {
    match value {
        ServerState::ExpectHello => "ExpectHello",
        ServerState::ExpectMail => "ExpectMail",
        ServerState::ExpectVerdict => "ExpectVerdict",
        ServerState::ExpectRcpt => "ExpectRcpt",
        ServerState::ExpectData => "ExpectData",
        ServerState::ReadingMessage => "ReadingMessage",
        ServerState::ReadingChunks => "ReadingChunks",
        ServerState::ExpectAuthResponse => "ExpectAuthResponse",
        ServerState::ExpectTls => "ExpectTls",
        ServerState::Closed => "Closed",
    }
}

pub(super) fn forgotten(value: Forgotten) -> &'static str {
    match value {
        Forgotten::PeerName => "PeerName",
        Forgotten::Capabilities => "Capabilities",
        Forgotten::Envelope => "Envelope",
        Forgotten::Identity => "Identity",
        Forgotten::FailedLogins => "FailedLogins",
    }
}

pub(super) fn mechanism(value: Mechanism) -> &'static str {
    match value {
        Mechanism::Plain => "Plain",
        Mechanism::Login => "Login",
        Mechanism::Ntlm => "Ntlm",
    }
}

pub(super) fn ntlm(value: NtlmVerdict) -> String {
    match value {
        NtlmVerdict::Admitted { sealed, bound } => format!("Admitted {{ sealed: {sealed}, bound: {bound} }}"),
        NtlmVerdict::Refused(why) => format!("Refused {{ why: {} }}", refusal(why)),
    }
}

fn refusal(value: NtlmRefusal) -> String {
    let word = match value {
        NtlmRefusal::OutOfTurn => "OutOfTurn",
        NtlmRefusal::Malformed(how) => return format!("Malformed({})", malformed(how)),
        NtlmRefusal::Offer => "Offer",
        NtlmRefusal::Anonymous => "Anonymous",
        NtlmRefusal::Version1 => "Version1",
        NtlmRefusal::NoController => "NoController",
        NtlmRefusal::Denied(denial) => return format!("NTSTATUS {:08x}", denial.status()),
        NtlmRefusal::Seal => "Seal",
        NtlmRefusal::Bindings(BindingFault::Missing) => "Bindings(Missing)",
        NtlmRefusal::Bindings(BindingFault::Differs) => "Bindings(Differs)",
        NtlmRefusal::Bindings(BindingFault::NoTls) => "Bindings(NoTls)",
        NtlmRefusal::Time => "Time",
    };
    word.to_owned()
}

fn malformed(value: Malformed) -> String {
    let word = match value {
        Malformed::Signature => "Signature",
        Malformed::MessageType => "MessageType",
        Malformed::Short => "Short",
        Malformed::Outside(field) => return format!("Outside({})", field.name()),
        Malformed::OddLength(field) => return format!("OddLength({})", field.name()),
        Malformed::Response => "Response",
        Malformed::EndlessAvPairs => "EndlessAvPairs",
    };
    word.to_owned()
}

pub(super) fn treatment(value: Treatment) -> &'static str {
    match value {
        Treatment::Purge => "Purge",
        Treatment::Reject => "Reject",
        Treatment::FeedToTls => "FeedToTls",
        Treatment::Keep => "Keep",
    }
}

pub(super) fn violation(value: Violation) -> &'static str {
    match value {
        Violation::LineTooLong => "LineTooLong",
        Violation::Endless => "Endless",
        Violation::BareLf => "BareLf",
        Violation::BareCr => "BareCr",
        Violation::Nul => "Nul",
        Violation::EightBit => "EightBit",
        Violation::MalformedReply => "MalformedReply",
        Violation::MixedReplyCodes => "MixedReplyCodes",
        Violation::ReplyTooLong => "ReplyTooLong",
        Violation::UnaskedReply => "UnaskedReply",
        Violation::TextBeforeTls => "TextBeforeTls",
        Violation::OutOfTurn => "OutOfTurn",
        Violation::UnexpectedEnd => "UnexpectedEnd",
    }
}

pub(super) fn close(value: Close) -> &'static str {
    match value {
        Close::Quit => "Quit",
        Close::PeerClosed => "PeerClosed",
        Close::TlsFailed => "TlsFailed",
        Close::Violation => "Violation",
        Close::Timeout => "Timeout",
        Close::TooManyErrors => "TooManyErrors",
        Close::Fin => "Fin",
        Close::Reset => "Reset",
    }
}

pub(super) fn actor(value: Actor) -> &'static str {
    match value {
        Actor::Sender => "Sender",
        Actor::Relay => "Relay",
        Actor::Attacker => "Attacker",
        Actor::Receiver => "Receiver",
        Actor::Unknown => "Unknown",
    }
}

pub(super) fn state(value: MachineState) -> String {
    match value {
        MachineState::Client(state) => format!("Client({})", client_state(state)),
        MachineState::Server(state) => format!("Server({})", server_state(state)),
    }
}

pub(super) fn delivery(value: Delivery) -> String {
    match value {
        Delivery::Delivered => "Delivered".to_owned(),
        Delivery::Deferred(found) => format!("Deferred({})", obstacle(found)),
        Delivery::Returned(found) => format!("Returned({})", obstacle(found)),
    }
}

fn obstacle(value: Obstacle) -> String {
    let word = match value {
        Obstacle::Reply(code) => return format!("Reply({code})"),
        Obstacle::Policy(at) => return format!("Policy({})", at.key()),
        Obstacle::NoMechanism => "NoMechanism",
        Obstacle::PasswordInClear => "PasswordInClear",
        Obstacle::Violation => "Violation",
        Obstacle::ConnectionLost => "ConnectionLost",
        Obstacle::Timeout => "Timeout",
    };
    word.to_owned()
}

pub(super) fn check(value: &Verdict) -> String {
    match value {
        Verdict::Pass => "Pass".to_owned(),
        Verdict::Fail(found) => format!("Fail({})", defect(found)),
        Verdict::NotChecked => "NotChecked".to_owned(),
    }
}

fn defect(value: &Defect) -> String {
    let word = match value {
        Defect::UnknownIssuer => "UnknownIssuer",
        Defect::SelfSigned => "SelfSigned",
        Defect::Expired => "Expired",
        Defect::NotYetValid => "NotYetValid",
        Defect::WrongName => "WrongName",
        Defect::WrongPurpose => "WrongPurpose",
        Defect::Malformed => "Malformed",
        Defect::Other(words) => return format!("Other({})", text(words)),
    };
    word.to_owned()
}

pub(super) fn wanted(value: Option<&Wanted>) -> String {
    match value {
        Some(Wanted::Host(name)) => format!("Some(Host({}))", text(name)),
        Some(Wanted::Domain(name)) => format!("Some(Domain({}))", text(name)),
        None => "None".to_owned(),
    }
}

pub(super) fn cause(value: &Cause) -> &'static str {
    match value {
        Cause::Rustls { kind, .. } => match kind {
            RustlsError::InvalidMessage => "InvalidMessage",
            RustlsError::Inappropriate => "Inappropriate",
            RustlsError::Decrypt => "Decrypt",
            RustlsError::PeerIncompatible => "PeerIncompatible",
            RustlsError::PeerMisbehaved => "PeerMisbehaved",
            RustlsError::AlertReceived => "AlertReceived",
            RustlsError::InvalidCertificate => "InvalidCertificate",
            RustlsError::Other => "Other",
        },
        Cause::Setup(_) => "Setup",
        Cause::Ended => "Ended",
        Cause::TooMuchWritten => "TooMuchWritten",
        Cause::Old(found) => match found {
            OldError::AlertReceived => "old AlertReceived",
            OldError::NotRecord => "old NotRecord",
            OldError::EmptyRecord => "old EmptyRecord",
            OldError::TooLong => "old TooLong",
            OldError::BadRecord => "old BadRecord",
            OldError::OtherVersion => "old OtherVersion",
            OldError::Malformed => "old Malformed",
            OldError::OutOfPlace => "old OutOfPlace",
            OldError::NoCommonVersion => "old NoCommonVersion",
            OldError::NothingInCommon => "old NothingInCommon",
            OldError::NotOffered => "old NotOffered",
            OldError::BadCertificate => "old BadCertificate",
            OldError::CertificateRefused => "old CertificateRefused",
            OldError::BadParameter => "old BadParameter",
            OldError::BadSignature => "old BadSignature",
            OldError::BadFinished => "old BadFinished",
            OldError::Renegotiation => "old Renegotiation",
            OldError::CannotGoOn => "old CannotGoOn",
        },
    }
}

/// In quotes, with escapes for what would end them.
pub(super) fn text(words: &str) -> String {
    let words = printable(words.as_bytes()).replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{words}\"")
}

/// In brackets.
pub(super) fn list<T>(values: impl IntoIterator<Item = T>, key: impl Fn(T) -> String) -> String {
    let keys: Vec<String> = values.into_iter().map(key).collect();
    format!("[{}]", keys.join(", "))
}
