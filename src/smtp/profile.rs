//! Server profiles: what a kind of server advertises and how it words its replies. Data only.
//!
//! Sources: the book's log for `BOOK`'s greeting and keywords; replies as observed of Exchange 2013, 2010 presumed alike, and of
//! Postfix (docs/sources.md).

use super::{Mechanism, TlsVerb, X_EXPS};
use crate::scenario::{AuthFlag, AuthMechanism, Password, ServerProfile};

/// When a keyword, or one of its parameters, is advertised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    Always,
    /// Windows authentication. Exchange `Integrated`
    Integrated,
    /// Exchange's own login between its servers. Exchange `ExchangeServer`
    BetweenServers,
    /// The same, inside the TLS that X-ANONYMOUSTLS began and nowhere else.
    InsideAnonymousTls,
    /// The keyword that starts TLS: gone once TLS is up. RFC 3207 §4.2
    StartsTls(TlsVerb),
    /// A mechanism that sends the password itself: only inside TLS. RFC 4954 §4
    SendsPassword,
}

impl Rule {
    /// Whether it is advertised in clear, or inside the TLS that this verb began, by a connector with these mechanisms.
    pub fn shows(self, inside: Option<TlsVerb>, auth: AuthMechanism) -> bool {
        match self {
            Rule::Always => true,
            Rule::Integrated => auth.has(AuthFlag::Integrated),
            Rule::BetweenServers => auth.has(AuthFlag::ExchangeServer),
            Rule::InsideAnonymousTls => inside == Some(TlsVerb::AnonymousTls),
            Rule::StartsTls(verb) => inside.is_none() && auth.has(verb.flag()),
            Rule::SendsPassword => {
                auth.has(AuthFlag::BasicAuth) && (inside.is_some() || !auth.has(AuthFlag::BasicAuthRequireTls))
            }
        }
    }
}

/// A line of the EHLO reply. A line whose every parameter is hidden is hidden too.
#[derive(Clone, Copy, Debug)]
pub struct Keyword {
    pub name: &'static str,
    pub parameters: &'static [(&'static str, Rule)],
    pub rule: Rule,
}

/// The wording of a server. Each is a code, an enhanced code where RFC 2034 wants one, and text.
#[derive(Clone, Copy, Debug)]
pub struct Says {
    pub starttls_go: &'static str,
    pub starttls_argument: &'static str,
    pub starttls_again: &'static str,
    pub starttls_unknown: &'static str,
    pub starttls_unavailable: &'static str,
    pub starttls_left_over: &'static str,
    pub starttls_first: &'static str,
    pub hello_first: &'static str,
    pub mail_first: &'static str,
    pub rcpt_first: &'static str,
    pub mail_again: &'static str,
    pub out_of_sequence: &'static str,
    pub unrecognized: &'static str,
    pub not_implemented: &'static str,
    pub syntax: &'static str,
    pub bad_parameter: &'static str,
    pub unknown_parameter: &'static str,
    pub line_too_long: &'static str,
    pub bad_octets: &'static str,
    pub mail_ok: &'static str,
    pub rcpt_ok: &'static str,
    pub relay_denied: &'static str,
    pub too_many_recipients: &'static str,
    pub put_off: &'static str,
    pub too_big: &'static str,
    pub data_go: &'static str,
    /// `{id}`, `{size}` and `{message_id}` are filled in.
    pub accepted: &'static str,
    pub chunk_ok: &'static str,
    pub bad_content: &'static str,
    pub auth_ok: &'static str,
    pub auth_failed: &'static str,
    pub auth_unknown: &'static str,
    /// The mechanism exists and waits for TLS.
    pub auth_needs_tls: &'static str,
    pub auth_unavailable: &'static str,
    pub auth_bad_base64: &'static str,
    pub auth_cancelled: &'static str,
    pub auth_again: &'static str,
    pub auth_in_transaction: &'static str,
    pub auth_too_long: &'static str,
    pub needs_smtputf8: &'static str,
    pub reset_ok: &'static str,
    pub noop_ok: &'static str,
    pub vrfy: &'static str,
    pub help: &'static str,
    pub goodbye: &'static str,
    pub too_many_errors: &'static str,
    pub timeout: &'static str,
}

/// A kind of server in its surroundings.
#[derive(Clone, Copy, Debug)]
pub struct Profile {
    pub id: ServerProfile,
    pub host: &'static str,
    /// Mail for this domain is taken from any client, mail for other domains after a login only.
    pub domain: &'static str,
    /// Offset of the server's clock from UTC, in minutes.
    pub zone: i16,
    /// `{host}` and `{date}` are filled in.
    pub greeting: &'static str,
    /// `{host}`, `{client}` (the name it gave) and `{address}` are filled in.
    pub hello: &'static str,
    pub keywords: &'static [Keyword],
    /// Octets of the largest message. RFC 1870
    pub largest_message: u64,
    pub mechanisms: &'static [Mechanism],
    /// Verbs that the lab does not implement, and what this server says of them; `{argument}` is filled in.
    pub other_verbs: &'static [(&'static str, &'static str)],
    /// STARTTLS before EHLO is refused.
    pub starttls_needs_hello: bool,
    /// Errors after which the server hangs up.
    pub errors_allowed: u8,
    /// Failed logins after which it hangs up, if any: MaxLogonFailures. docs/rules.md N6
    pub logins_allowed: Option<u8>,
    /// For how long it holds back the reply to a failed login, in microseconds: TarpitInterval.
    pub tarpit: Option<u64>,
    pub says: Says,
    pub client: Correspondent,
    /// What a server of the same organisation calls itself.
    pub colleague: &'static str,
}

/// Who sends to this server in the lab.
#[derive(Clone, Copy, Debug)]
pub struct Correspondent {
    pub host: &'static str,
    pub sender: &'static str,
    pub recipient: &'static str,
}

const NOT_IMPLEMENTED: &str = "502 5.3.3 Command not implemented";

/// The account that the lab's servers know.
pub const USER: &str = "sales";
pub const PASSWORD: &str = "correct horse";
/// Its other password, which lists of words have.
pub const WEAK_PASSWORD: &str = "Summer2009";
/// The one of the two that the server has.
pub fn password(choice: Password) -> &'static str {
    match choice {
        Password::Strong | Password::Wrong => PASSWORD,
        Password::Weak => WEAK_PASSWORD,
    }
}

/// What is said in the place of either.
pub const WRONG_PASSWORD: &str = "wrong";

const fn always(name: &'static str) -> Keyword {
    Keyword { name, parameters: &[], rule: Rule::Always }
}

const fn starts_tls(verb: TlsVerb) -> Keyword {
    Keyword { name: verb.name(), parameters: &[], rule: Rule::StartsTls(verb) }
}

/// Exchange's login between its servers.
const EXPS: Keyword = Keyword {
    name: X_EXPS,
    parameters: &[
        ("EXCHANGEAUTH", Rule::InsideAnonymousTls),
        ("GSSAPI", Rule::BetweenServers),
        ("NTLM", Rule::BetweenServers),
    ],
    rule: Rule::BetweenServers,
};

/// The keywords of Exchange 2010, with the mechanisms of its AUTH.
const fn exchange(mechanisms: &'static [(&'static str, Rule)]) -> [Keyword; 15] {
    [
        always("SIZE"),
        always("PIPELINING"),
        always("DSN"),
        always("ENHANCEDSTATUSCODES"),
        starts_tls(TlsVerb::StartTls),
        starts_tls(TlsVerb::AnonymousTls),
        Keyword { name: "AUTH", parameters: mechanisms, rule: Rule::Always },
        EXPS,
        Keyword {
            name: "X-EXCHANGEAUTH",
            parameters: &[("SHA256", Rule::InsideAnonymousTls)],
            rule: Rule::InsideAnonymousTls,
        },
        always("8BITMIME"),
        always("BINARYMIME"),
        always("CHUNKING"),
        always("XEXCH50"),
        always("XRDST"),
        Keyword { name: "XSHADOW", parameters: &[], rule: Rule::InsideAnonymousTls },
    ]
}

/// The profile of that name.
pub fn profile(id: ServerProfile) -> &'static Profile {
    match id {
        ServerProfile::Book => &BOOK,
        ServerProfile::Exchange => &EXCHANGE,
        ServerProfile::Postfix => &POSTFIX,
    }
}

impl Profile {
    /// The rule of a keyword, or of one of its parameters.
    pub fn rule(&self, keyword: &str, parameter: Option<&str>) -> Option<Rule> {
        let entry = self.keywords.iter().find(|entry| entry.name.eq_ignore_ascii_case(keyword))?;
        match parameter {
            None => Some(entry.rule),
            Some(name) => entry.parameters.iter().find(|(text, _)| *text == name).map(|(_, rule)| *rule),
        }
    }
}

pub const BOOK: Profile = Profile {
    id: ServerProfile::Book,
    host: "ex2010.somorita.com",
    domain: "somorita.com",
    zone: -7 * 60,
    greeting: "220 {host} ESMTP ready at {date}",
    hello: "{host} Hello {client}",
    keywords: &exchange(&[("NTLM", Rule::Integrated), ("LOGIN", Rule::SendsPassword), ("PLAIN", Rule::SendsPassword)]),
    largest_message: 10_485_760,
    mechanisms: &[Mechanism::Ntlm, Mechanism::Login, Mechanism::Plain],
    // docs/rules.md R34
    other_verbs: &[(X_EXPS, NOT_IMPLEMENTED), ("XEXCH50", NOT_IMPLEMENTED), ("XRDST", NOT_IMPLEMENTED)],
    starttls_needs_hello: true,
    errors_allowed: 5,
    logins_allowed: Some(3),
    tarpit: Some(5_000_000),
    says: Says {
        starttls_go: "220 2.0.0 Ready to start TLS",
        starttls_argument: "501 5.5.4 Invalid arguments",
        starttls_again: "503 5.5.2 Only one STARTTLS command can be issued per session",
        starttls_unknown: "500 5.3.3 Unrecognized command",
        starttls_unavailable: "454 4.7.0 TLS not available due to temporary reason",
        starttls_left_over: "554 5.5.2 Commands must not follow STARTTLS in the same group",
        starttls_first: "530 5.7.0 Must issue a STARTTLS command first",
        hello_first: "503 5.5.2 Send hello first",
        mail_first: "503 5.5.2 Need mail command",
        rcpt_first: "503 5.5.2 Need rcpt command",
        mail_again: "503 5.5.2 Sender already specified",
        out_of_sequence: "503 5.5.2 Bad sequence of commands",
        unrecognized: "500 5.3.3 Unrecognized command",
        not_implemented: NOT_IMPLEMENTED,
        syntax: "501 5.5.4 Invalid arguments",
        bad_parameter: "501 5.5.4 Invalid arguments",
        unknown_parameter: "555 5.5.4 Unsupported parameter",
        line_too_long: "500 5.5.2 Command too long",
        bad_octets: "500 5.5.2 Line holds octets that a command may not hold",
        mail_ok: "250 2.1.0 Sender OK",
        rcpt_ok: "250 2.1.5 Recipient OK",
        relay_denied: "550 5.7.1 Unable to relay",
        too_many_recipients: "452 4.5.3 Too many recipients",
        put_off: "450 4.2.0 Try again later",
        too_big: "552 5.3.4 Message size exceeds fixed maximum message size",
        data_go: "354 Start mail input; end with <CRLF>.<CRLF>",
        accepted: "250 2.6.0 {message_id} [InternalId={number}] Queued mail for delivery",
        chunk_ok: "250 2.6.0 CHUNK received OK, {size} octets",
        bad_content: "554 5.6.0 Message holds a bare CR or LF, a NUL or a line over 1000 octets",
        auth_ok: "235 2.7.0 Authentication successful",
        auth_failed: "535 5.7.3 Authentication unsuccessful",
        auth_unknown: "504 5.7.4 Unrecognized authentication type",
        auth_needs_tls: "504 5.7.4 Unrecognized authentication type",
        auth_unavailable: "454 4.7.0 Temporary authentication failure",
        auth_bad_base64: "501 5.5.2 Cannot decode response",
        auth_cancelled: "501 5.7.0 Authentication cancelled",
        auth_again: "503 5.5.2 Auth command already specified",
        auth_in_transaction: "503 5.5.2 Bad sequence of commands",
        auth_too_long: "500 5.5.6 Authentication line too long",
        needs_smtputf8: "553 5.6.7 Address needs SMTPUTF8",
        reset_ok: "250 2.0.0 Resetting",
        noop_ok: "250 2.0.0 OK",
        vrfy: "252 2.1.5 Cannot VRFY user",
        help: "214 This server supports the following commands: HELO EHLO STARTTLS AUTH MAIL RCPT DATA BDAT RSET NOOP VRFY HELP QUIT",
        goodbye: "221 2.0.0 Service closing transmission channel",
        too_many_errors: "421 4.7.0 Too many errors on this connection, closing transmission channel",
        timeout: "421 4.4.1 Connection timed out",
    },
    client: Correspondent {
        host: "desktop.somorita.com",
        sender: "sales@somorita.com",
        recipient: "office@somorita.com",
    },
    colleague: "hub1.somorita.com",
};

/// Exchange 2010 as it was released: LOGIN is its only password mechanism, and its words are its own.
pub const EXCHANGE: Profile = Profile {
    id: ServerProfile::Exchange,
    host: "ex2010.partner.example",
    domain: "partner.example",
    zone: 0,
    greeting: "220 {host} Microsoft ESMTP MAIL Service ready at {date}",
    hello: "{host} Hello [{address}]",
    keywords: &exchange(&[("NTLM", Rule::Integrated), ("LOGIN", Rule::SendsPassword)]),
    mechanisms: &[Mechanism::Ntlm, Mechanism::Login],
    says: Says { starttls_go: "220 2.0.0 SMTP server ready", ..BOOK.says },
    client: PARTNER,
    colleague: "hub1.partner.example",
    ..BOOK
};

/// Who sends to the lab's servers of another organisation.
const PARTNER: Correspondent =
    Correspondent { host: "mail.somorita.com", sender: "sales@somorita.com", recipient: "office@partner.example" };

/// A message hygiene service: the MX of the domain whose server has that profile. It sends on from the same host.
pub fn relay(id: ServerProfile) -> &'static Profile {
    match id {
        ServerProfile::Book => &RELAY_OF_BOOK,
        // Both are the servers of one domain.
        ServerProfile::Exchange | ServerProfile::Postfix => &RELAY,
    }
}

pub const RELAY_HOST: &str = "mx.hygiene.example";

const RELAY: Profile = Profile { host: RELAY_HOST, ..POSTFIX };
const RELAY_OF_BOOK: Profile = Profile { domain: BOOK.domain, client: BOOK.client, ..RELAY };

pub const POSTFIX: Profile = Profile {
    id: ServerProfile::Postfix,
    host: "mx.partner.example",
    domain: "partner.example",
    zone: 0,
    greeting: "220 {host} ESMTP Postfix",
    hello: "{host}",
    keywords: &[
        always("PIPELINING"),
        Keyword { name: "SIZE", parameters: &[("10240000", Rule::Always)], rule: Rule::Always },
        always("VRFY"),
        always("ETRN"),
        starts_tls(TlsVerb::StartTls),
        Keyword {
            name: "AUTH",
            parameters: &[("PLAIN", Rule::SendsPassword), ("LOGIN", Rule::SendsPassword)],
            rule: Rule::SendsPassword,
        },
        always("ENHANCEDSTATUSCODES"),
        always("8BITMIME"),
        always("DSN"),
        always("SMTPUTF8"),
        always("CHUNKING"),
    ],
    largest_message: 10_240_000,
    mechanisms: &[Mechanism::Plain, Mechanism::Login],
    // It keeps no mail for hosts that call for it. RFC 1985 §5.3
    other_verbs: &[("ETRN", "459 <{argument}>: service unavailable")],
    starttls_needs_hello: false,
    errors_allowed: 20,
    logins_allowed: None,
    tarpit: None,
    says: Says {
        starttls_go: "220 2.0.0 Ready to start TLS",
        starttls_argument: "501 5.5.4 Syntax: STARTTLS",
        starttls_again: "554 5.5.1 Error: TLS already active",
        starttls_unknown: "502 5.5.1 Error: command not implemented",
        starttls_unavailable: "454 4.7.0 TLS not available due to local problem",
        starttls_left_over: "554 5.5.0 Error: commands must not follow STARTTLS in the same group",
        starttls_first: "530 5.7.0 Must issue a STARTTLS command first",
        // With smtpd_helo_required, which is off by default (docs/sources.md, "Servers").
        hello_first: "503 5.5.1 Error: send HELO/EHLO first",
        mail_first: "503 5.5.1 Error: need MAIL command",
        rcpt_first: "503 5.5.1 Error: need RCPT command",
        mail_again: "503 5.5.1 Error: nested MAIL command",
        out_of_sequence: "503 5.5.1 Error: bad sequence of commands",
        unrecognized: "500 5.5.2 Error: command not recognized",
        not_implemented: "502 5.5.1 Error: command not implemented",
        syntax: "501 5.5.4 Syntax error in arguments",
        bad_parameter: "501 5.5.4 Error: bad parameter value",
        unknown_parameter: "555 5.5.4 Unsupported option",
        line_too_long: "500 5.5.2 Error: line too long",
        bad_octets: "500 5.5.2 Error: bad syntax",
        mail_ok: "250 2.1.0 Ok",
        rcpt_ok: "250 2.1.5 Ok",
        relay_denied: "554 5.7.1 Relay access denied",
        too_many_recipients: "452 4.5.3 Error: too many recipients",
        put_off: "450 4.2.0 Recipient address rejected: Greylisted",
        too_big: "552 5.3.4 Message size exceeds fixed limit",
        data_go: "354 End data with <CR><LF>.<CR><LF>",
        accepted: "250 2.0.0 Ok: queued as {id}",
        chunk_ok: "250 2.0.0 Ok: {size} bytes",
        bad_content: "554 5.6.0 Error: message holds a bare CR or LF, a NUL or a line over 1000 octets",
        auth_ok: "235 2.7.0 Authentication successful",
        auth_failed: "535 5.7.8 Error: authentication failed",
        auth_unknown: "504 5.5.4 Unrecognized authentication type",
        auth_needs_tls: "504 5.5.4 Encryption required for requested authentication mechanism",
        auth_unavailable: "454 4.7.0 Temporary authentication failure",
        auth_bad_base64: "501 5.5.2 Error: cannot decode response",
        auth_cancelled: "501 5.7.0 Authentication aborted",
        auth_again: "503 5.5.1 Error: already authenticated",
        auth_in_transaction: "503 5.5.1 Error: MAIL transaction in progress",
        auth_too_long: "500 5.5.6 Error: authentication line too long",
        needs_smtputf8: "553 5.6.7 Error: address needs SMTPUTF8",
        reset_ok: "250 2.0.0 Ok",
        noop_ok: "250 2.0.0 Ok",
        vrfy: "252 2.0.0 Cannot VRFY user, but will accept message and attempt delivery",
        help: "214 2.0.0 Commands: HELO EHLO STARTTLS AUTH MAIL RCPT DATA BDAT RSET NOOP VRFY QUIT",
        goodbye: "221 2.0.0 Bye",
        too_many_errors: "421 4.7.0 Error: too many errors",
        timeout: "421 4.4.2 Error: timeout exceeded",
    },
    client: PARTNER,
    colleague: "hub1.partner.example",
};
