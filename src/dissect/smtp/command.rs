//! The fields of a command. RFC 5321 §4.1, with the parameters of RFC 1870, 3461, 4954, 6152, 6531 and 3030

use super::take::{Encoded, base64, mark, space, text_to_end, until, word};
use crate::bytes::printable;
use crate::dissect::field::{FieldDefect, Fields, Read};

/// What a verb asks for, and where it is defined.
fn about(verb: &str) -> (&'static str, &'static str) {
    match verb {
        "EHLO" => ("the client says its name and asks what the server can do", "RFC 5321 §4.1.1.1"),
        "HELO" => ("as EHLO, from before there were extensions", "RFC 5321 §4.1.1.1"),
        "STARTTLS" => ("after the server's 220 the next octets are TLS", "RFC 3207 §4"),
        "X-ANONYMOUSTLS" => ("as STARTTLS, between Exchange servers of one organisation", "RFC 3207 §4"),
        "AUTH" => ("the client logs in", "RFC 4954 §4"),
        "X-EXPS" => ("a server of the same organisation logs in; not documented", ""),
        "MAIL" => ("begins a message, with whom a report goes to", "RFC 5321 §4.1.1.2"),
        "RCPT" => ("a recipient of the message, one a command", "RFC 5321 §4.1.1.3"),
        "DATA" => ("after the server's 354 the message follows", "RFC 5321 §4.1.1.4"),
        "BDAT" => ("that many octets of the message follow at once", "RFC 3030 §2"),
        "RSET" => ("forgets the message that was begun", "RFC 5321 §4.1.1.5"),
        "VRFY" => ("asks whether there is such a mailbox", "RFC 5321 §4.1.1.6"),
        "EXPN" => ("asks who is on a list", "RFC 5321 §4.1.1.7"),
        "HELP" => ("asks for help", "RFC 5321 §4.1.1.8"),
        "NOOP" => ("asks for nothing but a reply", "RFC 5321 §4.1.1.9"),
        "QUIT" => ("ends the session", "RFC 5321 §4.1.1.10"),
        "ETRN" => ("asks for the mail that waits for a host", "RFC 1985 §5"),
        _ => ("a command that this reader does not know", "RFC 5321 §4.1"),
    }
}

/// What a parameter of MAIL or RCPT means, and where it is defined.
fn about_parameter(keyword: &str) -> (&'static str, &'static str) {
    match keyword {
        "SIZE" => ("how many octets the message has, before it is sent", "RFC 1870 §3"),
        "BODY" => ("which octets the message may hold", "RFC 6152 §2"),
        "RET" => ("whether a report is to hold the whole message or its header", "RFC 3461 §4.3"),
        "ENVID" => ("what a report is to call the message", "RFC 3461 §4.4"),
        "AUTH" => ("who handed the message in; <> where that is not known", "RFC 4954 §5"),
        "SMTPUTF8" => ("there are letters beyond ASCII in the addresses or the header", "RFC 6531 §3.4"),
        "NOTIFY" => ("when a report is wanted", "RFC 3461 §4.1"),
        "ORCPT" => ("the recipient as the author wrote it", "RFC 3461 §4.2"),
        _ => ("", "RFC 5321 §4.1.2"),
    }
}

/// A line without its CRLF; gives what an initial response stands for.
pub(super) fn read(fields: &mut Fields) -> Read<Option<Encoded>> {
    let verb = fields.rest().get(..until(fields, b" ")).unwrap_or_default().to_ascii_uppercase();
    let verb = String::from_utf8_lossy(&verb).into_owned();
    let (note, source) = about(&verb);
    fields.cite_group(source);
    fields.say(verb.as_str());
    word(fields, "verb", note)?;
    space(fields)?;
    match verb.as_str() {
        "EHLO" | "HELO" => {
            text_to_end(fields, "Domain", "how the client calls itself; nothing proves it")?;
        }
        "MAIL" => {
            keyword(fields, b"FROM:", "FROM:")?;
            path(fields, "Reverse-path", "where reports about the message go")?;
            parameters(fields, "Mail-parameters")?;
        }
        "RCPT" => {
            keyword(fields, b"TO:", "TO:")?;
            path(fields, "Forward-path", "who is to get the message")?;
            parameters(fields, "Rcpt-parameters")?;
        }
        "BDAT" => {
            word(fields, "chunk-size", "how many octets follow")?;
            space(fields)?;
            text_to_end(fields, "end-marker", "LAST: with this chunk the message is complete")?;
        }
        "AUTH" | "X-EXPS" => {
            word(fields, "mechanism", "how it logs in")?;
            space(fields)?;
            if fields.rest() == b"=" {
                fields.text(1, "initial-response", "empty")?;
            } else if fields.left() > 0 {
                return base64(fields, "initial-response", "base64: not encrypted, only written in other letters");
            }
        }
        _ => {
            text_to_end(fields, "argument", "")?;
        }
    }
    Ok(None)
}

/// `FROM:` or `TO:`, in letters of any case. A space behind the colon is tolerated, as mail servers do.
fn keyword(fields: &mut Fields, expected: &'static [u8], name: &'static str) -> Read<()> {
    let here = fields.rest().get(..expected.len());
    if here.is_some_and(|here| !here.eq_ignore_ascii_case(expected)) {
        return Err(FieldDefect::Form { field: "argument", expected: name });
    }
    fields.text(expected.len(), name, "")?;
    space(fields)
}

/// `<local-part@domain>`, perhaps with a source route, perhaps empty. RFC 5321 §4.1.2
fn path(fields: &mut Fields, title: &'static str, note: &'static str) -> Read<()> {
    fields.cite("RFC 5321 §4.1.2");
    fields.group(title, note, |fields| {
        mark(fields, b'<', "<")?;
        if fields.peek() == Some(b'>') {
            fields.say("<>");
            return mark(fields, b'>', ">");
        }
        if fields.peek() == Some(b'@') {
            fields.text(until(fields, b":>"), "A-d-l", "a route through these hosts; it is ignored")?;
            mark(fields, b':', ":")?;
        }
        let length = local_part(fields.rest());
        let local = fields.text(length, "Local-part", "the mailbox; what it means is the domain's affair")?;
        // Postmaster needs no domain. RFC 5321 §4.5.1
        if fields.peek() == Some(b'>') {
            fields.say(printable(local));
            return mark(fields, b'>', ">");
        }
        mark(fields, b'@', "@")?;
        let domain = fields.text(until(fields, b">"), "Domain", "where the mailbox is")?;
        fields.say(format!("{}@{}", printable(local), printable(domain)));
        mark(fields, b'>', ">")
    })
}

/// Octets of a local part, in quotes or not. RFC 5321 §4.1.2
fn local_part(octets: &[u8]) -> usize {
    let mut quoted = false;
    let mut escaped = false;
    for (index, &octet) in octets.iter().enumerate() {
        match octet {
            _ if std::mem::take(&mut escaped) => {}
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'@' | b'>' if !quoted => return index,
            _ => {}
        }
    }
    octets.len()
}

/// `SP keyword ["=" value]`, any number of them. RFC 5321 §4.1.2
fn parameters(fields: &mut Fields, title: &'static str) -> Read<()> {
    if fields.left() == 0 {
        return Ok(());
    }
    fields.group(title, "", |fields| {
        fields.repeat(|fields| {
            if fields.peek() != Some(b' ') {
                return Err(FieldDefect::Form { field: "parameter", expected: "after a space" });
            }
            space(fields)?;
            parameter(fields)
        })?;
        Ok(())
    })
}

fn parameter(fields: &mut Fields) -> Read<()> {
    let keyword = fields.rest().get(..until(fields, b" =")).unwrap_or_default().to_ascii_uppercase();
    let (note, source) = about_parameter(&String::from_utf8_lossy(&keyword));
    fields.citing(source, |fields| {
        fields.group("esmtp-param", note, |fields| {
            fields.say(printable(fields.rest().get(..until(fields, b" ")).unwrap_or_default()));
            fields.text(keyword.len(), "esmtp-keyword", "")?;
            if fields.peek() == Some(b'=') {
                mark(fields, b'=', "=")?;
                word(fields, "esmtp-value", "")?;
            }
            Ok(())
        })
    })
}
