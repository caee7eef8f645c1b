//! Names and phrases that several sentences need.

use crate::calendar::Moment;
use crate::ntlm::{BindingFault, Denial, Malformed};
use crate::policy::{Decision, Reason};
use crate::registry::{self, Version};
use crate::scenario::{Controller, Side, TlsStack};
use crate::smtp::{Forgotten, Mechanism, NtlmRefusal, OwnProof, Violation};
use crate::story::say::{Eagerness, Participant};
use crate::tls::{Cause, CertificateCheck, Defect, OldError, Verdict, Wanted};
use crate::trace::Actor;

pub fn side(side: Side) -> &'static str {
    match side {
        Side::Client => "client",
        Side::Server => "server",
    }
}

/// The role of an end; of an imported session only the side is known.
pub fn party(party: Participant) -> &'static str {
    match party.actor {
        Actor::Sender => "sender",
        Actor::Receiver => "receiver",
        Actor::Relay => "relay",
        Actor::Attacker => "attacker",
        Actor::Unknown => side(party.side),
    }
}

/// Why a handshake or a session ended, in its finder's words.
pub fn cause(cause: &Cause) -> &str {
    match cause {
        Cause::Rustls { words, .. } | Cause::Setup(words) => words,
        Cause::Ended => "the connection was closed during the handshake",
        Cause::TooMuchWritten => "too much was written before the handshake was complete",
        Cause::Old(found) => match found {
            OldError::AlertReceived => "the other side ended it with an alert",
            OldError::NotRecord => "what came is not a TLS record",
            OldError::EmptyRecord => "an empty record came",
            OldError::TooLong => "what came is longer than it may be",
            OldError::BadRecord => "a record does not open: its padding or its MAC is wrong",
            OldError::OtherVersion => "a record has another version than the one chosen",
            OldError::Malformed => "the message is not what its type says",
            OldError::OutOfPlace => "this message has no place here",
            OldError::NoCommonVersion => "there is no version in common",
            OldError::NothingInCommon => "nothing that the client offers is in its list, with a key for it",
            OldError::NotOffered => "the other side has chosen what was not offered",
            OldError::BadCertificate => "the certificate has no key that the suite can use",
            OldError::CertificateRefused => "the certificate fails a check",
            OldError::BadParameter => "the key for the exchange is not one that the suite allows",
            OldError::BadSignature => "a signature does not fit",
            OldError::BadFinished => "Finished does not fit what was said before it",
            OldError::Renegotiation => "the other side wants to begin anew",
            OldError::CannotGoOn => "the handshake would go on with what it cannot compute",
        },
    }
}

/// "12,345"
pub fn number(number: usize) -> String {
    big(number as u64)
}

/// The same of what memory need not hold.
pub fn big(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// "31 May 2009", of seconds since 1970, in UTC.
pub fn day(seconds: i64) -> String {
    Moment::from_unix(seconds).map_or_else(|| seconds.to_string(), Moment::day)
}

/// "1 octet", "2 octets"
pub fn count(count: usize, one: &str, many: &str) -> String {
    format!("{} {}", number(count), if count == 1 { one } else { many })
}

/// "a", "a and b", "a, b and c"
pub fn join<S: AsRef<str>>(parts: &[S]) -> String {
    match parts {
        [] => String::new(),
        [one] => one.as_ref().to_owned(),
        [rest @ .., last] => {
            let rest: Vec<&str> = rest.iter().map(AsRef::as_ref).collect();
            format!("{} and {}", rest.join(", "), last.as_ref())
        }
    }
}

/// "client_hello" as "ClientHello"
pub fn camel(name: &str) -> String {
    let words = name.split('_').map(|word| {
        let mut letters = word.chars();
        letters.next().map(|first| first.to_ascii_uppercase().to_string() + letters.as_str()).unwrap_or_default()
    });
    words.collect()
}

/// Whose cipher suites an end has.
pub fn stack(stack: TlsStack) -> &'static str {
    match stack {
        TlsStack::Rustls => "rustls",
        TlsStack::Ws2003 => "Windows Server 2003",
        TlsStack::Ws2008 => "Windows Server 2008",
    }
}

pub fn version(version: Version) -> String {
    version.name().map_or_else(|| format!("version {:#06x}", version.0), str::to_owned)
}

/// Without its "TLS_", which every name has.
pub fn suite(code: u16) -> String {
    registry::name(registry::CIPHER_SUITES, code)
        .map_or_else(|| format!("suite {code:#06x}"), |name| name.trim_start_matches("TLS_").to_owned())
}

pub fn group(code: u16) -> String {
    registry::name(registry::GROUPS, code).map_or_else(|| format!("group {code:#06x}"), str::to_owned)
}

pub fn alert(code: u8) -> String {
    registry::name(registry::ALERTS, code).map_or_else(|| format!("number {code}"), str::to_owned)
}

pub fn mechanism(mechanism: Mechanism) -> &'static str {
    match mechanism {
        Mechanism::Plain => "PLAIN",
        Mechanism::Login => "LOGIN",
        Mechanism::Ntlm => "NTLM",
    }
}

pub fn own_proof(proof: OwnProof) -> &'static str {
    match proof {
        OwnProof::ExchangeAuth => "EXCHANGEAUTH",
        OwnProof::Gssapi => "GSSAPI",
        OwnProof::Ntlm => "NTLM",
        OwnProof::Certificate => "its certificate",
    }
}

/// What a domain controller answers.
pub fn ticket(controller: Controller) -> &'static str {
    match controller {
        Controller::Up => "it gives one.",
        Controller::Down => "none answers.",
        Controller::ClockOff => "it is refused, for the clock is off.",
        Controller::UnknownServer => "it is refused, for no such server is known.",
    }
}

/// Why an NTLM exchange was refused.
pub fn ntlm_refusal(why: NtlmRefusal) -> String {
    let words = match why {
        NtlmRefusal::OutOfTurn => "this message was not due",
        NtlmRefusal::Malformed(how) => return malformed(how),
        NtlmRefusal::Offer => "the client offers no extended session security: it speaks NTLMv1",
        NtlmRefusal::Anonymous => "an anonymous login",
        NtlmRefusal::Version1 => "NTLMv1, which is refused: three DES blocks, broken",
        NtlmRefusal::NoController => "no domain controller answers",
        NtlmRefusal::Denied(denial) => {
            let status = denial.status();
            let name = registry::name(registry::ntlm::STATUSES, status).unwrap_or_default();
            return format!("{} ({name}, {status:#010X})", denied(denial));
        }
        NtlmRefusal::Seal => "the MIC differs: one of the three messages was altered",
        NtlmRefusal::Bindings(BindingFault::Missing) => "the answer is bound to no certificate, and has to be",
        NtlmRefusal::Bindings(BindingFault::Differs) => "the answer is bound to another certificate than the server's",
        NtlmRefusal::Bindings(BindingFault::NoTls) => "here is no TLS to which the answer could be bound",
        NtlmRefusal::Time => "the client's time is too far off",
    };
    words.to_owned()
}

fn denied(denial: Denial) -> &'static str {
    match denial {
        Denial::NoSuchUser => "unknown user",
        Denial::WrongPassword => "wrong password: the proof differs",
        Denial::PasswordExpired => "the password has expired",
        Denial::AccountExpired => "the account has expired",
        Denial::LockedOut => "the account is locked",
        Denial::Disabled => "the account is disabled",
        Denial::LogonHours => "outside of the account's hours",
        Denial::MustChangePassword => "the password has to be changed first",
    }
}

fn malformed(how: Malformed) -> String {
    let words = match how {
        Malformed::Signature => "no message of NTLM",
        Malformed::MessageType => "another message than was due",
        Malformed::Short => "the message is too short",
        Malformed::Outside(field) => return format!("{} is outside of the message", field.name()),
        Malformed::OddLength(field) => return format!("{} has an odd length", field.name()),
        Malformed::Response => "the answer has no proof of NTLMv2",
        Malformed::EndlessAvPairs => "the attributes have no end",
    };
    words.to_owned()
}

/// A sender, by what its policy asks of a server.
pub fn eager(eagerness: Eagerness) -> &'static str {
    match eagerness {
        Eagerness::Opportunistic => "an opportunistic sender",
        Eagerness::TlsAlone => "a sender that requires TLS, but no identity,",
        Eagerness::Other => "this sender",
    }
}

/// With a capital at its beginning.
pub fn capital(words: &str) -> String {
    let mut words = words.to_owned();
    words.get_mut(..1).into_iter().for_each(str::make_ascii_uppercase);
    words
}

/// What stands behind "because" in a decision.
pub fn reason(decision: &Decision, reason: Reason) -> String {
    let verb = decision.verb().name();
    let words = match reason {
        Reason::TlsSwitchedOff => "it is set never to use TLS",
        Reason::Offered => "the server offers it",
        Reason::NotOffered => return format!("{verb} is not in the list"),
        Reason::Refused => return format!("{verb} got no go-ahead"),
        Reason::HandshakeFailed => "the handshake failed",
        Reason::HandshakeFailedBefore => "the handshake failed on the connection before",
        Reason::CertificateFailedBefore => "the certificate failed a check on the connection before",
        Reason::CertificateRequired => "its policy requires one that verifies",
        Reason::ClearRatherThanUnverified => "its policy prefers clear text to a certificate that does not verify",
        Reason::CertificatePassed => "the certificate passed its checks",
        Reason::CertificateFailed => "the certificate failed a check",
        Reason::TlsRequired => "its policy does not go on without TLS",
        Reason::TlsOptional => "to its policy TLS is optional",
        Reason::CertificateNotJudged => "its policy accepts any",
        Reason::InSendList => "the recipient's domain is in TLSSendDomainSecureList",
        Reason::SendConnectorNotEnabled => "DomainSecureEnabled is off on the Send connector",
        Reason::SmartHost => "through a smart host TLSSendDomainSecureList has no effect",
        Reason::InReceiveList => "the domain of MAIL FROM is in TLSReceiveDomainSecureList",
        Reason::NotInReceiveList => "the domain of MAIL FROM is not in TLSReceiveDomainSecureList",
        Reason::ReceiveConnectorNotEnabled => "DomainSecureEnabled is off on the Receive connector",
        Reason::TlsNotAdvertised => "the server did not offer STARTTLS",
        Reason::TlsNotUsed => "the client did not use TLS",
        Reason::NoClientCertificate => "the client presented no certificate",
        Reason::ClientNameFailed => "the client's certificate does not name the domain",
        Reason::ClientPathFailed => "the client's certificate does not verify",
        Reason::ClientCertificatePassed => "the client's certificate passed its checks",
        Reason::PartnersMayNotSubmit => "partners may not submit to this connector",
        Reason::OwnServer => "to a server of its own organisation it sends nothing in clear here",
        Reason::CertificateForEncryption => "between own servers it is for encryption alone",
        Reason::DowngradeAllowed => "UseDowngradedExchangeServerAuth is on",
        Reason::LeafPublished => "the directory holds this certificate",
        Reason::LeafNotPublished => "the directory does not hold this certificate",
        Reason::TicketGranted => "the domain controller gives a ticket",
        Reason::ControllerDown => "no domain controller answers",
        Reason::ClockOff => "the sender's clock is off",
        Reason::ServerUnknown => "the domain controller knows no such server",
    };
    words.to_owned()
}

/// What `who` forgets.
pub fn forgotten(who: Side, what: Forgotten) -> &'static str {
    match (what, who) {
        (Forgotten::PeerName, Side::Client) => "the name that the server gave",
        (Forgotten::PeerName, Side::Server) => "the name that the client gave",
        (Forgotten::Capabilities, _) => "what the server offered",
        (Forgotten::Envelope, _) => "sender and recipients",
        (Forgotten::Identity, _) => "who was logged in",
        (Forgotten::FailedLogins, _) => "failed logins",
    }
}

pub fn violation(violation: Violation) -> &'static str {
    match violation {
        Violation::LineTooLong => "a line longer than allowed",
        Violation::Endless => "octets without an end",
        Violation::BareLf => "a line that ends in LF alone",
        Violation::BareCr => "a line with a CR alone",
        Violation::Nul => "a NUL in a line",
        Violation::EightBit => "octets above 127 in a command",
        Violation::MalformedReply => "a reply without a three-digit code",
        Violation::MixedReplyCodes => "one reply with two codes",
        Violation::ReplyTooLong => "a reply without an end",
        Violation::UnaskedReply => "a reply to nothing",
        Violation::TextBeforeTls => "text where TLS should begin",
        Violation::OutOfTurn => "speaking out of turn",
        Violation::UnexpectedEnd => "the connection ended in the middle",
    }
}

pub fn defect(defect: &Defect) -> String {
    match defect {
        Defect::UnknownIssuer => "unknown issuer".to_owned(),
        Defect::SelfSigned => "self-signed".to_owned(),
        Defect::Expired => "expired".to_owned(),
        Defect::NotYetValid => "not yet valid".to_owned(),
        Defect::WrongName => "another name".to_owned(),
        Defect::WrongPurpose => "not for this purpose".to_owned(),
        Defect::Malformed => "malformed".to_owned(),
        Defect::Other(words) => words.clone(),
    }
}

/// What is wrong with the name, by what was compared with what.
pub fn name_defect(check: &CertificateCheck) -> String {
    let wanted = check.wanted.as_ref().map(Wanted::name).unwrap_or_default();
    format!("names {}, not {wanted}", join(&check.names))
}

pub fn verdict(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Pass => "pass".to_owned(),
        Verdict::Fail(found) => format!("fail ({})", defect(found)),
        Verdict::NotChecked => "not checked".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn numbers_are_grouped() {
        assert_eq!(super::number(1_234_567), "1,234,567");
        assert_eq!(super::number(12), "12");
    }

    #[test]
    fn days_are_named() {
        assert_eq!(super::day(1_243_834_648), "1 Jun 2009");
        assert_eq!(super::day(i64::MAX), i64::MAX.to_string());
    }
}
