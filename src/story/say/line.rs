//! What a command asks, what a reply answers, what a keyword of the EHLO reply offers.

use super::Facts;
use crate::bytes::from_base64;
use crate::dissect::smtp::{Line, Role};
use crate::ntlm::message_type;
use crate::smtp::{Capability, TlsVerb, X_EXPS};
use crate::trace::{EventId, What};

/// A command's claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommandClaim {
    Ehlo,
    EhloInside,
    Helo,
    Starttls,
    AnonymousTls,
    Auth,
    /// The login between servers of one organisation.
    Exps,
    Mail,
    Rcpt,
    Data,
    Bdat,
    /// The chunk goes out with it.
    BdatAtOnce,
    Quit,
    Rset,
    Noop,
    Vrfy,
    Help,
    Unknown,
}

impl CommandClaim {
    pub fn source(self) -> &'static str {
        match self {
            CommandClaim::Ehlo | CommandClaim::Helo => "RFC 5321 §4.1.1.1",
            CommandClaim::EhloInside => "RFC 3207 §4.2",
            CommandClaim::Starttls => "RFC 3207 §4",
            CommandClaim::Auth => "RFC 4954 §4",
            CommandClaim::Mail => "RFC 5321 §4.1.1.2, RFC 1870 §6",
            CommandClaim::Rcpt => "RFC 5321 §4.1.1.3",
            CommandClaim::Data => "RFC 5321 §4.1.1.4",
            CommandClaim::Bdat | CommandClaim::BdatAtOnce => "RFC 3030 §2",
            CommandClaim::Quit => "RFC 5321 §4.1.1.10",
            CommandClaim::Rset => "RFC 5321 §4.1.1.5",
            CommandClaim::Noop => "RFC 5321 §4.1.1.9",
            CommandClaim::Vrfy => "RFC 5321 §4.1.1.6",
            CommandClaim::Help => "RFC 5321 §4.1.1.8",
            CommandClaim::AnonymousTls | CommandClaim::Exps | CommandClaim::Unknown => "",
        }
    }
}

pub(super) fn command(facts: Facts<'_>, id: EventId, verb: &str, is_clear: bool) -> CommandClaim {
    match TlsVerb::of(verb) {
        Some(TlsVerb::StartTls) => return CommandClaim::Starttls,
        Some(TlsVerb::AnonymousTls) => return CommandClaim::AnonymousTls,
        None => {}
    }
    match verb {
        "EHLO" if is_clear => CommandClaim::Ehlo,
        "EHLO" => CommandClaim::EhloInside,
        "HELO" => CommandClaim::Helo,
        "AUTH" => CommandClaim::Auth,
        X_EXPS => CommandClaim::Exps,
        "MAIL" => CommandClaim::Mail,
        "RCPT" => CommandClaim::Rcpt,
        "DATA" => CommandClaim::Data,
        "BDAT" => match facts.event(id + 1).map(|event| &event.what) {
            Some(What::Sent { text: Some(_), .. }) => CommandClaim::BdatAtOnce,
            _ => CommandClaim::Bdat,
        },
        "QUIT" => CommandClaim::Quit,
        "RSET" => CommandClaim::Rset,
        "NOOP" => CommandClaim::Noop,
        "VRFY" => CommandClaim::Vrfy,
        "HELP" => CommandClaim::Help,
        _ => CommandClaim::Unknown,
    }
}

/// A reply's claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplyClaim {
    GoAhead,
    /// STARTTLS is answered with a yes that is not 220.
    YesWithWrongCode,
    TlsNotNow,
    TlsNo,
    Hello,
    HelloInside,
    Challenge,
    LoginAccepted,
    LoginWrong,
    LoginRefused,
    DataGo,
    Accepted,
    Goodbye,
    TlsFirst,
    /// The client has not proved who it is.
    NotAuthenticated,
    /// To AUTH NTLM without a message: words, and no challenge.
    NtlmSupported,
    /// To a message of NTLM, for whatever reason.
    NtlmRefused,
    SenderAccepted,
    RecipientAccepted,
    Done,
    NotNow,
    No,
    Other,
}

impl ReplyClaim {
    pub fn source(self) -> &'static str {
        match self {
            ReplyClaim::GoAhead
            | ReplyClaim::YesWithWrongCode
            | ReplyClaim::TlsNotNow
            | ReplyClaim::TlsNo
            | ReplyClaim::TlsFirst => "RFC 3207 §4",
            ReplyClaim::HelloInside => "RFC 3207 §4.2",
            ReplyClaim::Challenge => "RFC 4954 §4",
            ReplyClaim::LoginAccepted
            | ReplyClaim::LoginWrong
            | ReplyClaim::LoginRefused
            | ReplyClaim::NotAuthenticated => "RFC 4954 §6",
            ReplyClaim::NtlmSupported => "[MS-SMTPNTLM] 2.2.1.2",
            ReplyClaim::NtlmRefused => "[MS-SMTPNTLM] 2.2.1.4",
            ReplyClaim::DataGo => "RFC 5321 §4.1.1.4",
            ReplyClaim::Accepted => "RFC 5321 §4.2.5",
            ReplyClaim::Goodbye => "RFC 5321 §4.1.1.10",
            ReplyClaim::SenderAccepted | ReplyClaim::RecipientAccepted => "RFC 5321 §3.3",
            ReplyClaim::Hello | ReplyClaim::Done | ReplyClaim::NotNow | ReplyClaim::No | ReplyClaim::Other => {
                "RFC 5321 §4.2.1"
            }
        }
    }
}

/// The verb of the command that a reply answers; empty for a message's content.
pub(super) fn asked(facts: Facts<'_>, to: Option<EventId>) -> &str {
    match to.and_then(|to| facts.reading.line(to)).map(|line| &line.role) {
        Some(Role::Command { verb }) if verb == X_EXPS => "AUTH",
        Some(Role::Command { verb }) => verb,
        Some(Role::AuthResponse) => "AUTH",
        _ => "",
    }
}

/// The line ends with a message of NTLM in base64.
fn is_ntlm_message(line: &str) -> bool {
    let last = line.split_ascii_whitespace().last().and_then(|last| from_base64(last.as_bytes()));
    last.is_some_and(|octets| message_type(&octets).is_some())
}

/// The line that a reply answers begins NTLM, or goes on with it.
fn is_to_ntlm(facts: Facts<'_>, to: Option<EventId>) -> bool {
    let line = to.and_then(|to| facts.reading.line(to)).map_or("", |line| &line.text);
    let mut words = line.split_ascii_whitespace();
    let begins = [words.next(), words.next()].map(|word| word.unwrap_or_default().to_ascii_uppercase());
    [["AUTH", "NTLM"], [X_EXPS, "NTLM"]].into_iter().any(|known| begins == known) || is_ntlm_message(line)
}

pub(super) fn reply(facts: Facts<'_>, to: Option<EventId>, code: u16, line: &Line) -> ReplyClaim {
    let is_clear = line.sent_before_tls;
    if TlsVerb::of(asked(facts, to)).is_some() {
        return match code {
            220 => ReplyClaim::GoAhead,
            200..=299 => ReplyClaim::YesWithWrongCode,
            454 => ReplyClaim::TlsNotNow,
            _ => ReplyClaim::TlsNo,
        };
    }
    match (asked(facts, to), code) {
        ("EHLO", 250) if is_clear => ReplyClaim::Hello,
        ("EHLO", 250) => ReplyClaim::HelloInside,
        ("AUTH", 334) if is_to_ntlm(facts, to) && !is_ntlm_message(&line.text) => ReplyClaim::NtlmSupported,
        ("AUTH", 334) => ReplyClaim::Challenge,
        ("AUTH", 235) => ReplyClaim::LoginAccepted,
        ("AUTH", 535) if is_to_ntlm(facts, to) => ReplyClaim::NtlmRefused,
        ("AUTH", 535) => ReplyClaim::LoginWrong,
        ("AUTH", _) => ReplyClaim::LoginRefused,
        ("DATA", 354) => ReplyClaim::DataGo,
        ("", 250) => ReplyClaim::Accepted,
        ("QUIT", 221) => ReplyClaim::Goodbye,
        // The same code asks for TLS, and for a login or another proof. RFC 3207 §4, RFC 4954 §6
        (_, 530) if is_clear && line.text.contains("STARTTLS") => ReplyClaim::TlsFirst,
        (_, 530) => ReplyClaim::NotAuthenticated,
        ("MAIL", 250) => ReplyClaim::SenderAccepted,
        ("RCPT", 250) => ReplyClaim::RecipientAccepted,
        (_, 200..=299) => ReplyClaim::Done,
        (_, 400..=499) => ReplyClaim::NotNow,
        (_, 500..=599) => ReplyClaim::No,
        _ => ReplyClaim::Other,
    }
}

/// The claim of a keyword of the EHLO reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeywordClaim {
    Starttls,
    AnonymousTls,
    Auth,
    AuthInside,
    Exps,
    /// Inside the TLS that X-ANONYMOUSTLS began.
    ExpsInside,
    ExchangeAuth,
    Shadow,
    Size,
    Pipelining,
    Dsn,
    EnhancedStatusCodes,
    EightBitMime,
    BinaryMime,
    Chunking,
    Exch50,
    Rdst,
    Vrfy,
    Etrn,
    SmtpUtf8,
    Unknown,
}

impl KeywordClaim {
    pub fn source(self) -> &'static str {
        match self {
            KeywordClaim::Starttls => "RFC 3207 §4",
            KeywordClaim::Auth | KeywordClaim::AuthInside => "RFC 4954 §3",
            KeywordClaim::Size => "RFC 1870 §3",
            KeywordClaim::Pipelining => "RFC 2920 §3",
            KeywordClaim::Dsn => "RFC 3461 §4",
            KeywordClaim::EnhancedStatusCodes => "RFC 2034 §3",
            KeywordClaim::EightBitMime => "RFC 6152 §2",
            KeywordClaim::BinaryMime => "RFC 3030 §3",
            KeywordClaim::Chunking => "RFC 3030 §2",
            KeywordClaim::Vrfy => "RFC 5321 §3.5",
            KeywordClaim::Etrn => "RFC 1985",
            KeywordClaim::SmtpUtf8 => "RFC 6531 §3",
            KeywordClaim::Unknown => "RFC 5321 §4.1.1.1",
            KeywordClaim::AnonymousTls
            | KeywordClaim::Exps
            | KeywordClaim::ExpsInside
            | KeywordClaim::ExchangeAuth
            | KeywordClaim::Shadow
            | KeywordClaim::Exch50
            | KeywordClaim::Rdst => "",
        }
    }
}

pub(super) fn keyword(capability: &Capability, is_clear: bool) -> KeywordClaim {
    match capability.keyword.to_ascii_uppercase().as_str() {
        "STARTTLS" => KeywordClaim::Starttls,
        "X-ANONYMOUSTLS" => KeywordClaim::AnonymousTls,
        "AUTH" if is_clear => KeywordClaim::Auth,
        "AUTH" => KeywordClaim::AuthInside,
        "X-EXPS" if capability.parameters.iter().any(|word| word.eq_ignore_ascii_case("EXCHANGEAUTH")) => {
            KeywordClaim::ExpsInside
        }
        "X-EXPS" => KeywordClaim::Exps,
        "X-EXCHANGEAUTH" => KeywordClaim::ExchangeAuth,
        "XSHADOW" => KeywordClaim::Shadow,
        "SIZE" => KeywordClaim::Size,
        "PIPELINING" => KeywordClaim::Pipelining,
        "DSN" => KeywordClaim::Dsn,
        "ENHANCEDSTATUSCODES" => KeywordClaim::EnhancedStatusCodes,
        "8BITMIME" => KeywordClaim::EightBitMime,
        "BINARYMIME" => KeywordClaim::BinaryMime,
        "CHUNKING" => KeywordClaim::Chunking,
        "XEXCH50" => KeywordClaim::Exch50,
        "XRDST" => KeywordClaim::Rdst,
        "VRFY" => KeywordClaim::Vrfy,
        "ETRN" => KeywordClaim::Etrn,
        "SMTPUTF8" => KeywordClaim::SmtpUtf8,
        _ => KeywordClaim::Unknown,
    }
}
