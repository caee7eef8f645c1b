//! Replies: what a server builds and a client reads. RFC 5321 §4.2, RFC 2034

use super::Violation;

/// A reply. Its lines have no code and no CRLF; there is at least one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    pub code: u16,
    pub lines: Vec<String>,
}

/// The client's guard against a server that never ends. The figures of Exchange's client (docs/rules.md R5).
const LINE_OCTETS: usize = 2_000;
const LINES: usize = 50;
const TOTAL_OCTETS: usize = 32_768;

/// One line of a reply, taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReplyLine<'a> {
    pub code: u16,
    /// No more lines follow.
    pub last: bool,
    pub text: &'a str,
}

impl<'a> ReplyLine<'a> {
    /// Reads `DDD`, a separator and text. A bare code is a last line without text. RFC 5321 §4.2
    pub fn parse(line: &'a [u8]) -> Result<ReplyLine<'a>, Violation> {
        if line.iter().any(|b| !b.is_ascii()) {
            return Err(Violation::EightBit);
        }
        let line = std::str::from_utf8(line).map_err(|_| Violation::EightBit)?;
        let (digits, rest) = line.split_at_checked(3).ok_or(Violation::MalformedReply)?;
        // RFC 5321 §4.3.2: the first digit decides; what the others say may be unknown.
        let well_formed = match digits.as_bytes() {
            [first, others @ ..] => (b'2'..=b'5').contains(first) && others.iter().all(u8::is_ascii_digit),
            [] => false,
        };
        if !well_formed {
            return Err(Violation::MalformedReply);
        }
        let code = digits.parse().map_err(|_| Violation::MalformedReply)?;
        match rest.as_bytes().first() {
            None => Ok(ReplyLine { code, last: true, text: "" }),
            Some(b' ') => Ok(ReplyLine { code, last: true, text: &rest[1..] }),
            Some(b'-') => Ok(ReplyLine { code, last: false, text: &rest[1..] }),
            Some(_) => Err(Violation::MalformedReply),
        }
    }
}

impl Reply {
    /// A reply of one line, from `"250 2.0.0 OK"`. A text that is no reply becomes a 451, so that it is seen.
    pub fn one(text: &str) -> Reply {
        match ReplyLine::parse(text.as_bytes()) {
            Ok(line) => Reply { code: line.code, lines: vec![line.text.to_owned()] },
            Err(_) => Reply { code: 451, lines: vec!["4.3.0 Local error in processing".to_owned()] },
        }
    }

    pub fn many(code: u16, lines: Vec<String>) -> Reply {
        Reply { code, lines }
    }

    /// 2 done, 3 go on, 4 not now, 5 not at all. An unknown code counts by its first digit. RFC 5321 §4.3.2
    pub fn class(&self) -> u16 {
        self.code / 100
    }

    /// The octets: all lines with the same code, `-` on all but the last. RFC 5321 §4.2.1
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for (index, line) in self.lines.iter().enumerate() {
            let separator = if index + 1 == self.lines.len() { ' ' } else { '-' };
            bytes.extend_from_slice(format!("{}{separator}{line}\r\n", self.code).as_bytes());
        }
        bytes
    }
}

/// Joins lines into replies.
#[derive(Debug, Default)]
pub struct ReplyReader {
    partial: Option<Reply>,
    octets: usize,
}

impl ReplyReader {
    /// Takes a line without CRLF; gives the reply when this was its last line.
    pub fn line(&mut self, line: &[u8]) -> Result<Option<Reply>, Violation> {
        self.octets += line.len() + 2;
        let held = self.partial.as_ref().map_or(0, |reply| reply.lines.len());
        if line.len() > LINE_OCTETS || self.octets > TOTAL_OCTETS || held >= LINES {
            return Err(Violation::ReplyTooLong);
        }
        let line = ReplyLine::parse(line)?;
        let reply = self.partial.get_or_insert(Reply { code: line.code, lines: Vec::new() });
        if reply.code != line.code {
            return Err(Violation::MixedReplyCodes); // RFC 5321 §4.2.1
        }
        reply.lines.push(line.text.to_owned());
        if !line.last {
            return Ok(None);
        }
        self.octets = 0;
        Ok(self.partial.take())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(lines: &[&str]) -> Result<Option<Reply>, Violation> {
        let mut reader = ReplyReader::default();
        let mut last = Ok(None);
        for line in lines {
            last = reader.line(line.as_bytes());
            if last.is_err() {
                break;
            }
        }
        last
    }

    #[test]
    fn lines_join_into_a_reply() {
        let reply = read(&["250-mail.example", "250-SIZE", "250 DSN"]).unwrap().unwrap();
        assert_eq!(reply.lines, ["mail.example", "SIZE", "DSN"]);
        assert_eq!(reply.to_bytes(), b"250-mail.example\r\n250-SIZE\r\n250 DSN\r\n");
        assert_eq!(read(&["250"]).unwrap().unwrap().lines, [""]);
        assert_eq!(read(&["334 "]).unwrap().unwrap().lines, [""]);
    }

    #[test]
    fn what_is_no_reply_is_a_violation() {
        for (lines, violation) in [
            (&["25"][..], Violation::MalformedReply),
            (&["250x"], Violation::MalformedReply),
            (&["650 x"], Violation::MalformedReply),
            (&["190 x"], Violation::MalformedReply),
            (&["2é0 x"], Violation::EightBit),
            (&["250-a", "251 b"], Violation::MixedReplyCodes),
            (&["250-x"; 51], Violation::ReplyTooLong),
        ] {
            assert_eq!(read(lines), Err(violation), "{lines:?}");
        }
        assert_eq!(read(&[&"250 ".repeat(600)]), Err(Violation::ReplyTooLong));
    }
}
