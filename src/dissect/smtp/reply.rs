//! The fields of a reply line: the code digit by digit, the enhanced code, the text. RFC 5321 §4.2, RFC 3463, RFC 2034

use super::take::{Encoded, base64, mark, space, text_to_end, until, word};
use super::{Form, Line, Role};
use crate::bytes::printable;
use crate::dissect::field::{FieldDefect, Fields, Kind, Read};

/// What a code says, and where. RFC 5321 §4.2.3
fn about(code: &[u8]) -> (&'static str, &'static str) {
    const SMTP: &str = "RFC 5321 §4.2.3";
    match code {
        b"211" | b"214" => ("help", SMTP),
        b"220" => ("ready", SMTP),
        b"221" => ("the server closes the connection", SMTP),
        b"235" => ("logged in", "RFC 4954 §6"),
        b"250" => ("done", SMTP),
        b"251" => ("not here; the server forwards it", SMTP),
        b"252" => ("it does not say whether there is such a mailbox", SMTP),
        b"334" => ("a challenge; the client is to respond", "RFC 4954 §4"),
        b"354" => ("the message may follow", SMTP),
        b"421" => ("the server has to close the connection", SMTP),
        b"432" => ("the password must be changed first", "RFC 4954 §6"),
        b"450" => ("not now: the mailbox is not available", SMTP),
        b"451" => ("not now: an error at the server", SMTP),
        b"452" => ("not now: no room", SMTP),
        b"454" => ("not now: TLS, or logging in, is not available", "RFC 3207 §4"),
        b"455" => ("not now: the parameters cannot be met", SMTP),
        b"500" => ("no command", SMTP),
        b"501" => ("the arguments are wrong", SMTP),
        b"502" => ("a command that the server does not do", SMTP),
        b"503" => ("a command out of order", SMTP),
        b"504" => ("a parameter that the server does not do", SMTP),
        b"530" => ("first TLS, or logging in", "RFC 3207 §4"),
        b"534" => ("this way to log in is too weak", "RFC 4954 §6"),
        b"535" => ("the login was refused", "RFC 4954 §6"),
        b"538" => ("this way to log in needs TLS", "RFC 4954 §6"),
        b"550" => ("no: the mailbox is not available", SMTP),
        b"551" => ("no: the mailbox is elsewhere", SMTP),
        b"552" => ("no: too large", SMTP),
        b"553" => ("no: no name of a mailbox", SMTP),
        b"554" => ("no", SMTP),
        b"555" => ("no: unknown parameters", SMTP),
        _ => ("", SMTP),
    }
}

fn first_digit(digit: u8) -> &'static str {
    match digit {
        b'2' => "positive completion: it is done",
        b'3' => "positive intermediate: the server waits for more",
        b'4' => "transient negative: not now, so it makes sense to try again",
        b'5' => "permanent negative: not at all",
        _ => "",
    }
}

fn second_digit(digit: u8) -> &'static str {
    match digit {
        b'0' => "about syntax",
        b'1' => "information",
        b'2' => "about the connection",
        b'5' => "about the mail system",
        _ => "of an extension",
    }
}

/// RFC 3463 §2
fn class(digits: &[u8]) -> &'static str {
    match digits {
        b"2" => "success",
        b"4" => "persistent transient failure: trying again may help",
        b"5" => "permanent failure",
        _ => "",
    }
}

/// RFC 3463 §3
fn subject(digits: &[u8]) -> &'static str {
    match digits {
        b"0" => "other, or not said",
        b"1" => "addresses",
        b"2" => "the mailbox",
        b"3" => "the mail system",
        b"4" => "network and routing",
        b"5" => "the protocol",
        b"6" => "the content of the message",
        b"7" => "security or policy",
        _ => "",
    }
}

/// Details that servers of the lab's kind give. RFC 3463 §3, RFC 4954 §6
fn detail(subject: &[u8], digits: &[u8]) -> &'static str {
    match (subject, digits) {
        (_, b"0") => "nothing finer is said",
        (b"1", b"1") => "the mailbox does not exist",
        (b"1", b"2") => "the domain does not exist",
        (b"1", b"3") => "the address is not well formed",
        (b"1", b"5") => "the recipient's address is good",
        (b"1", b"7" | b"8") => "the sender's address is not good",
        (b"2", b"1") => "the mailbox takes no messages",
        (b"2", b"2") => "the mailbox is full",
        (b"3", b"4") => "the message is too large",
        (b"5", b"1") => "no command that is allowed here",
        (b"5", b"2") => "a syntax error",
        (b"5", b"4") => "the arguments are wrong",
        (b"7", b"1") => "not allowed to send",
        (b"7", b"4") => "a security feature that is not supported",
        (b"7", b"8") => "the credentials are wrong",
        (b"7", b"9") => "the mechanism is too weak",
        (b"7", b"11") => "encryption is needed first",
        _ => "",
    }
}

/// A line without its CRLF; gives what a challenge stands for.
pub(super) fn read(fields: &mut Fields, line: &Line) -> Read<Option<Encoded>> {
    fields.cite_group("RFC 5321 §4.2");
    if line.role == Role::NoReply {
        return Err(FieldDefect::Form { field: "reply line", expected: "three digits, a space or hyphen, and text" });
    }
    let code = fields.rest().get(..3).unwrap_or_default();
    let (note, source) = about(code);
    fields.say(printable(code));
    fields.citing(source, |fields| {
        fields.group("Reply-code", note, |fields| {
            fields.say(printable(code));
            fields.cite("RFC 5321 §4.2.1");
            let [first, second, _] = *code else {
                return Err(FieldDefect::Form { field: "Reply-code", expected: "digits" });
            };
            fields.text(1, "first digit", first_digit(first))?;
            fields.text(1, "second digit", second_digit(second))?;
            fields.text(1, "third digit", "finer still").map(|_| ())
        })
    })?;
    match fields.peek() {
        None => return Ok(None),
        Some(b'-') => fields.text(1, "hyphen", "more lines of this reply follow")?,
        Some(_) => fields.leaf(1, Kind::Plain, "SP", "this is the last line of the reply", |_| String::new())?,
    };
    match (&line.role, &line.form) {
        (Role::Greeting { .. }, _) | (_, Form::Hello) => {
            fields.cite("RFC 5321 §4.2");
            word(fields, "Domain", "how the server calls itself")?;
            space(fields)?;
            text_to_end(fields, "textstring", "for people; it means nothing to the client")?;
        }
        (Role::Capability { .. }, _) => keyword(fields)?,
        (_, Form::Sasl { .. }) if fields.left() > 0 => {
            fields.cite("RFC 4954 §4");
            return base64(fields, "challenge", "base64: not encrypted, only written in other letters");
        }
        _ => {
            if enhanced_length(fields.rest(), code).is_some() {
                enhanced(fields)?;
                space(fields)?;
            }
            fields.cite("RFC 5321 §4.2");
            text_to_end(fields, "textstring", "for people; it means nothing to the client")?;
        }
    }
    Ok(None)
}

/// Octets of the enhanced code that a text begins with. Its class is the code's first digit. RFC 2034 §4
fn enhanced_length(text: &[u8], code: &[u8]) -> Option<usize> {
    let word = text.split(|&octet| octet == b' ').next()?;
    let mut parts = word.split(|&octet| octet == b'.');
    let (class, subject, detail) = (parts.next()?, parts.next()?, parts.next()?);
    let is_number = |digits: &[u8]| (1..=3).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit);
    let fits = parts.next().is_none() && class.len() == 1 && code.starts_with(class);
    (fits && is_number(subject) && is_number(detail)).then_some(word.len())
}

/// `class "." subject "." detail`. RFC 3463 §2
fn enhanced(fields: &mut Fields) -> Read<()> {
    fields.cite("RFC 3463 §2");
    fields.group("status-code", "the same as the code, said finer", |fields| {
        fields.say(printable(fields.rest().get(..until(fields, b" ")).unwrap_or_default()));
        let of_class = digits(fields);
        fields.text(of_class.len(), "class", class(of_class))?;
        mark(fields, b'.', ".")?;
        fields.cite("RFC 3463 §3");
        let of_subject = digits(fields);
        fields.text(of_subject.len(), "subject", subject(of_subject))?;
        mark(fields, b'.', ".")?;
        let of_detail = digits(fields);
        fields.text(of_detail.len(), "detail", detail(of_subject, of_detail)).map(|_| ())
    })
}

fn digits<'a>(fields: &Fields<'a>) -> &'a [u8] {
    fields.rest().get(..until(fields, b". ")).unwrap_or_default()
}

/// What a keyword of the EHLO reply offers, and where. RFC 5321 §4.1.1.1
fn about_keyword(keyword: &str) -> (&'static str, &'static str) {
    match keyword {
        "STARTTLS" => ("the connection can be turned into TLS", "RFC 3207 §4"),
        "X-ANONYMOUSTLS" => ("the same, between Exchange servers of one organisation", "RFC 3207 §4"),
        "AUTH" => ("the ways to log in", "RFC 4954 §3"),
        "SIZE" => ("the largest message that it takes, in octets; 0 or none: it does not say", "RFC 1870 §3"),
        "PIPELINING" => ("commands may be sent in groups", "RFC 2920 §3"),
        "8BITMIME" => ("messages may hold octets above 127", "RFC 6152 §2"),
        "ENHANCEDSTATUSCODES" => ("replies carry a finer code", "RFC 2034 §3"),
        "DSN" => ("reports about delivery can be asked for", "RFC 3461 §4"),
        "CHUNKING" => ("BDAT instead of DATA", "RFC 3030 §2"),
        "BINARYMIME" => ("messages may hold any octets, with BDAT", "RFC 3030 §3"),
        "SMTPUTF8" => ("addresses may hold letters beyond ASCII", "RFC 6531 §3"),
        "VRFY" => ("the command VRFY", "RFC 5321 §4.1.1.6"),
        "EXPN" => ("the command EXPN", "RFC 5321 §4.1.1.7"),
        "HELP" => ("the command HELP", "RFC 5321 §4.1.1.8"),
        "ETRN" => ("the command ETRN", "RFC 1985 §4"),
        _ => ("an extension that this reader does not know", "RFC 5321 §4.1.1.1"),
    }
}

fn keyword(fields: &mut Fields) -> Read<()> {
    let keyword = fields.rest().get(..until(fields, b" ")).unwrap_or_default().to_ascii_uppercase();
    let (note, source) = about_keyword(&String::from_utf8_lossy(&keyword));
    fields.citing(source, |fields| {
        fields.group("ehlo-line", note, |fields| {
            fields.say(printable(fields.rest()));
            word(fields, "ehlo-keyword", "")?;
            fields.repeat(|fields| {
                space(fields)?;
                word(fields, "ehlo-param", "")
            })?;
            Ok(())
        })
    })
}
