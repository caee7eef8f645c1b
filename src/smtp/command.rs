//! Command lines into commands. RFC 5321 §4.1, with the parameters of RFC 1870, 6152, 3030, 3461 and 4954.
//!
//! Parsing knows syntax only. Whether a command is allowed now, and whether its extension was advertised, is the server's affair.

use super::path::{MailPath, parse_mail_path, parse_rcpt_path};
use super::{TlsVerb, X_EXPS};

/// A command with its arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    Ehlo(String),
    Helo(String),
    StartTls {
        verb: TlsVerb,
        argument: bool,
    },
    /// `own`: with Exchange's verb for its own servers, X-EXPS. docs/rules.md X7
    Auth {
        own: bool,
        mechanism: String,
        initial: Option<String>,
    },
    Mail {
        from: MailPath,
        parameters: Vec<Parameter>,
    },
    Rcpt {
        to: MailPath,
        parameters: Vec<Parameter>,
    },
    Data,
    Bdat {
        size: u64,
        last: bool,
    },
    Rset,
    Noop,
    Vrfy,
    Expn,
    Help,
    Quit,
}

/// What stands behind a path: `SIZE=100`, `SMTPUTF8`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// In upper case.
    pub keyword: String,
    pub value: Option<String>,
}

/// Why a line is no command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CommandError {
    /// 500: the verb is not known. RFC 5321 §4.2.4
    UnknownVerb,
    /// 501: the arguments are not of the verb's form, which is given.
    Syntax(&'static str),
    /// 501 as well, but a chunk of this many octets follows and is no command. RFC 3030 §2
    BadChunk { size: u64 },
}

/// The verb of a line, in upper case. RFC 5321 §2.4: verbs are not case-sensitive.
pub fn verb(line: &str) -> String {
    line.split(' ').next().unwrap_or_default().to_ascii_uppercase()
}

impl Command {
    /// Reads a line without its CRLF.
    pub fn parse(line: &str) -> Result<Command, CommandError> {
        let line = line.trim_end_matches([' ', '\t']);
        let (_, rest) = line.split_once(' ').unwrap_or((line, ""));
        let rest = rest.trim_start();
        let verb = verb(line);
        if let Some(verb) = TlsVerb::of(&verb) {
            return Ok(Command::StartTls { verb, argument: !rest.is_empty() });
        }
        match verb.as_str() {
            "EHLO" => domain(rest, "EHLO domain").map(Command::Ehlo),
            "HELO" => domain(rest, "HELO domain").map(Command::Helo),
            "AUTH" => auth(rest, false),
            X_EXPS if !rest.is_empty() => auth(rest, true),
            "MAIL" => mail(rest),
            "RCPT" => rcpt(rest),
            "DATA" => none(rest, "DATA", Command::Data),
            "BDAT" => bdat(rest),
            "RSET" => none(rest, "RSET", Command::Rset),
            "NOOP" => Ok(Command::Noop), // RFC 5321 §4.1.1.9: a parameter is ignored
            "VRFY" => some(rest, "VRFY string", Command::Vrfy),
            "EXPN" => some(rest, "EXPN string", Command::Expn),
            "HELP" => Ok(Command::Help),
            "QUIT" => none(rest, "QUIT", Command::Quit),
            _ => Err(CommandError::UnknownVerb),
        }
    }
}

fn none(rest: &str, form: &'static str, command: Command) -> Result<Command, CommandError> {
    if rest.is_empty() { Ok(command) } else { Err(CommandError::Syntax(form)) }
}

fn some(rest: &str, form: &'static str, command: Command) -> Result<Command, CommandError> {
    if rest.is_empty() { Err(CommandError::Syntax(form)) } else { Ok(command) }
}

/// A domain or an address literal: one word of printable octets, at most 255. RFC 5321 §4.1.2, §4.5.3.1.2
fn domain(rest: &str, form: &'static str) -> Result<String, CommandError> {
    let plain = (1..=255).contains(&rest.len()) && rest.bytes().all(|b| b.is_ascii_graphic());
    if plain { Ok(rest.to_owned()) } else { Err(CommandError::Syntax(form)) }
}

/// `AUTH mechanism [initial-response]`; the mechanism is 1 to 20 of A-Z, 0-9, hyphen, underscore. RFC 4954 §4
fn auth(rest: &str, own: bool) -> Result<Command, CommandError> {
    const FORM: CommandError = CommandError::Syntax("AUTH mechanism [initial-response]");
    let mut words = rest.split(' ').filter(|word| !word.is_empty());
    let mechanism = words.next().ok_or(FORM)?.to_ascii_uppercase();
    let named = mechanism.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    let initial = words.next().map(str::to_owned);
    if !named || mechanism.len() > 20 || words.next().is_some() {
        return Err(FORM);
    }
    Ok(Command::Auth { own, mechanism, initial })
}

fn mail(rest: &str) -> Result<Command, CommandError> {
    const FORM: CommandError = CommandError::Syntax("MAIL FROM:<address> [parameters]");
    let (from, rest) = parse_mail_path(after(rest, "FROM:").ok_or(FORM)?).ok_or(FORM)?;
    Ok(Command::Mail { from, parameters: parameters(rest).ok_or(FORM)? })
}

fn rcpt(rest: &str) -> Result<Command, CommandError> {
    const FORM: CommandError = CommandError::Syntax("RCPT TO:<address> [parameters]");
    let (to, rest) = parse_rcpt_path(after(rest, "TO:").ok_or(FORM)?).ok_or(FORM)?;
    Ok(Command::Rcpt { to, parameters: parameters(rest).ok_or(FORM)? })
}

/// What follows a prefix, compared without case. A space behind the colon is tolerated, as mail servers do.
fn after<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let (head, tail) = text.split_at_checked(prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then(|| tail.trim_start())
}

/// `SP keyword ["=" value]`, any number of them, each keyword once. RFC 5321 §4.1.2
fn parameters(rest: &str) -> Option<Vec<Parameter>> {
    if !rest.is_empty() && !rest.starts_with(' ') {
        return None;
    }
    let mut list: Vec<Parameter> = Vec::new();
    for word in rest.split(' ').filter(|word| !word.is_empty()) {
        let (keyword, value) = match word.split_once('=') {
            Some((keyword, value)) => (keyword, Some(value)),
            None => (word, None),
        };
        let keyword_ok = keyword.bytes().next().is_some_and(|b| b.is_ascii_alphanumeric())
            && keyword.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        let value_ok = value.is_none_or(|value| !value.is_empty() && value.bytes().all(|b| b.is_ascii_graphic()));
        let keyword = keyword.to_ascii_uppercase();
        if !keyword_ok || !value_ok || list.iter().any(|known| known.keyword == keyword) {
            return None;
        }
        list.push(Parameter { keyword, value: value.map(str::to_owned) });
    }
    Some(list)
}

/// `BDAT chunk-size [LAST]`. RFC 3030 §2
fn bdat(rest: &str) -> Result<Command, CommandError> {
    const FORM: CommandError = CommandError::Syntax("BDAT chunk-size [LAST]");
    let mut words = rest.split(' ').filter(|word| !word.is_empty());
    let size = words.next().filter(|word| word.len() <= 20 && word.bytes().all(|b| b.is_ascii_digit()));
    let size = size.and_then(|word| word.parse().ok()).ok_or(FORM)?;
    match (words.next(), words.next()) {
        (None, _) => Ok(Command::Bdat { size, last: false }),
        (Some(word), None) if word.eq_ignore_ascii_case("LAST") => Ok(Command::Bdat { size, last: true }),
        _ => Err(CommandError::BadChunk { size }),
    }
}

/// Whether a value is of the form that an extension gives its parameter. `None`: no such parameter is known.
pub fn value_is_valid(parameter: &Parameter, of_mail: bool) -> Option<bool> {
    let value = parameter.value.as_deref();
    let one_of = |list: &[&str]| value.is_some_and(|value| list.iter().any(|item| item.eq_ignore_ascii_case(value)));
    Some(match (of_mail, parameter.keyword.as_str()) {
        (true, "SIZE") => value.is_some_and(|v| v.len() <= 20 && v.bytes().all(|b| b.is_ascii_digit())), // RFC 1870 §3
        (true, "BODY") => one_of(&["7BIT", "8BITMIME", "BINARYMIME"]), // RFC 6152 §2, RFC 3030 §3
        (true, "RET") => one_of(&["FULL", "HDRS"]),                    // RFC 3461 §4.3
        (true, "ENVID") => value.is_some_and(|v| v.len() <= 100 && is_xtext(v)), // RFC 3461 §4.4
        (true, "AUTH") => value.is_some_and(|v| v == "<>" || is_xtext(v)), // RFC 4954 §5
        (true, "SMTPUTF8") => value.is_none(),                         // RFC 6531 §3.4
        (false, "NOTIFY") => value.is_some_and(is_notify),
        (false, "ORCPT") => value.is_some_and(|v| {
            // RFC 3461 §4.2
            v.len() <= 500 && v.split_once(';').is_some_and(|(kind, address)| !kind.is_empty() && is_xtext(address))
        }),
        _ => return None,
    })
}

/// `NEVER` alone, or any of the others, each once. RFC 3461 §4.1
fn is_notify(value: &str) -> bool {
    if value.eq_ignore_ascii_case("NEVER") {
        return true;
    }
    let words: Vec<String> = value.split(',').map(str::to_ascii_uppercase).collect();
    words.iter().all(|word| matches!(word.as_str(), "SUCCESS" | "FAILURE" | "DELAY"))
        && words.iter().enumerate().all(|(index, word)| !words[..index].contains(word))
}

/// Printable octets but `+` and `=`, which are written as `+` and two hexadecimal digits. RFC 3461 §4
fn is_xtext(value: &str) -> bool {
    let mut bytes = value.bytes();
    while let Some(b) = bytes.next() {
        let hex = |b: Option<u8>| b.is_some_and(|b| b.is_ascii_digit() || (b'A'..=b'F').contains(&b));
        let ok = match b {
            b'+' => hex(bytes.next()) && hex(bytes.next()),
            b'=' => false,
            _ => b.is_ascii_graphic(),
        };
        if !ok {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_read() {
        assert_eq!(Command::parse("ehlo mail.example"), Ok(Command::Ehlo("mail.example".into())));
        let starttls = |argument| Ok(Command::StartTls { verb: TlsVerb::StartTls, argument });
        assert_eq!(Command::parse("STARTTLS"), starttls(false));
        assert_eq!(Command::parse("starttls now"), starttls(true));
        assert_eq!(Command::parse("BDAT 12 last"), Ok(Command::Bdat { size: 12, last: true }));
        assert_eq!(Command::parse("NOOP whatever"), Ok(Command::Noop));
        let Ok(Command::Mail { parameters, .. }) = Command::parse("MAIL FROM:<a@b.example> SIZE=5 body=8BITMIME")
        else {
            panic!("a MAIL command");
        };
        assert_eq!(parameters[1], Parameter { keyword: "BODY".into(), value: Some("8BITMIME".into()) });
    }

    #[test]
    fn what_is_no_command_says_what_was_expected() {
        assert_eq!(Command::parse("FROBNICATE"), Err(CommandError::UnknownVerb));
        assert_eq!(Command::parse(""), Err(CommandError::UnknownVerb));
        assert_eq!(Command::parse("BDAT 1 LAST 2"), Err(CommandError::BadChunk { size: 1 }));
        for line in [
            "EHLO",
            "EHLO two words",
            "MAIL",
            "MAIL FROM:",
            "MAIL FROM:a@b",
            "MAIL FROM:<a@b>SIZE=1",
            "RCPT TO:<>",
            "MAIL FROM:<a@b> SIZE=1 SIZE=2",
            "MAIL FROM:<a@b> =1",
            "DATA now",
            "QUIT now",
            "BDAT",
            "BDAT x",
            "BDAT -1",
            "BDAT 999999999999999999999",
            "AUTH",
            "AUTH PLAIN a b",
            "AUTH PL=AIN",
            "VRFY",
        ] {
            assert!(matches!(Command::parse(line), Err(CommandError::Syntax(_))), "{line}");
        }
    }

    #[test]
    fn parameter_values_are_checked() {
        let check = |of_mail, keyword: &str, value: Option<&str>| {
            value_is_valid(&Parameter { keyword: keyword.into(), value: value.map(str::to_owned) }, of_mail)
        };
        assert_eq!(check(true, "SIZE", Some("12")), Some(true));
        assert_eq!(check(true, "SIZE", Some("x")), Some(false));
        assert_eq!(check(true, "RET", Some("hdrs")), Some(true));
        assert_eq!(check(true, "ENVID", Some("a+2Bb")), Some(true));
        assert_eq!(check(true, "ENVID", Some("a+2")), Some(false));
        assert_eq!(check(true, "AUTH", Some("<>")), Some(true));
        assert_eq!(check(true, "NOTIFY", Some("NEVER")), None);
        assert_eq!(check(false, "NOTIFY", Some("SUCCESS,DELAY")), Some(true));
        assert_eq!(check(false, "NOTIFY", Some("SUCCESS,NEVER")), Some(false));
        assert_eq!(check(false, "NOTIFY", Some("DELAY,DELAY")), Some(false));
        assert_eq!(check(false, "ORCPT", Some("rfc822;a@b.example")), Some(true));
        assert_eq!(check(false, "ORCPT", Some("a@b.example")), Some(false));
    }
}
