//! Commands, lines, messages and replies.

use starttls_lab::smtp::Violation;
use starttls_lab::smtp::command::{Command, CommandError, Parameter, value_is_valid};
use starttls_lab::smtp::content::{ContentCheck, canonical, stuff};
use starttls_lab::smtp::line::{LONGEST, LineBuffer};
use starttls_lab::smtp::reply::ReplyReader;

fn syntax(line: &str) -> bool {
    matches!(Command::parse(line), Err(CommandError::Syntax(_)))
}

#[test]
fn commands_at_the_edge_of_their_form() {
    assert!(matches!(Command::parse("HELO client.example"), Ok(Command::Helo { .. })));
    assert!(syntax("HELO"));

    assert!(matches!(Command::parse(&format!("AUTH {}", "A".repeat(20))), Ok(Command::Auth { .. })));
    for good in ["AUTH CRAM-MD5", "AUTH X_Y", "AUTH PLAIN ="] {
        assert!(matches!(Command::parse(good), Ok(Command::Auth { .. })), "{good}");
    }
    for bad in [format!("AUTH {}", "A".repeat(21)), "AUTH PL!AIN".into(), "AUTH PLAIN a b".into(), "AUTH".into()] {
        assert!(syntax(&bad), "{bad}");
    }

    // 256 octets with the brackets; 64 before the @. RFC 5321 §4.5.3.1
    let path = |local: usize, domain: usize| {
        let labels = format!("{}.", "d".repeat(60)).repeat(5);
        Command::parse(&format!("MAIL FROM:<{}@{}>", "l".repeat(local), &labels[..domain])).is_ok()
    };
    assert!(path(64, 189) && path(1, 252) && path(1, 1));
    assert!(!path(64, 190) && !path(65, 10) && !path(1, 253));

    let mail = |parameters: &str| Command::parse(&format!("MAIL FROM:<a@b.example> {parameters}"));
    for good in ["SIZE=1", "X-Y=z", "A", "A1 B2=3"] {
        assert!(mail(good).is_ok(), "{good}");
    }
    for bad in ["-A=1", "A_B=1", "A=", "SIZE=1 size=2", "A=b\u{7f}", "=1"] {
        assert!(mail(bad).is_err(), "{bad}");
    }

    assert_eq!(Command::parse("BDAT 7 LAST"), Ok(Command::Bdat { size: 7, last: true }));
    assert_eq!(Command::parse("BDAT 7"), Ok(Command::Bdat { size: 7, last: false }));
    assert_eq!(Command::parse("BDAT 7 FIRST"), Err(CommandError::BadChunk { size: 7 }));
    assert_eq!(Command::parse("BDAT 7 LAST x"), Err(CommandError::BadChunk { size: 7 }));
    for bad in ["BDAT", "BDAT +7", "BDAT 7x", "BDAT 000000000000000000007", "BDAT 99999999999999999999"] {
        assert!(syntax(bad), "{bad}");
    }
}

#[test]
fn values_at_the_edge_of_their_form() {
    let valid = |of_mail, keyword: &str, value: &str| {
        value_is_valid(&Parameter { keyword: keyword.to_owned(), value: Some(value.to_owned()) }, of_mail)
    };
    let digits = |count| "1".repeat(count);
    let text = |count| "a".repeat(count);
    for (of_mail, keyword, value, expected) in [
        (true, "SIZE", digits(20), Some(true)),
        (true, "SIZE", digits(21), Some(false)),
        (true, "SIZE", "1x".into(), Some(false)),
        (true, "ENVID", text(100), Some(true)),
        (true, "ENVID", text(101), Some(false)),
        (true, "ENVID", "a=b".into(), Some(false)),
        (true, "ENVID", "a+3Db".into(), Some(true)),
        (true, "ENVID", "a+3db".into(), Some(false)),
        (true, "ENVID", "a+3".into(), Some(false)),
        (true, "AUTH", "<>".into(), Some(true)),
        (true, "AUTH", "a@b.example".into(), Some(true)),
        (true, "AUTH", "a=b".into(), Some(false)),
        (false, "ORCPT", "rfc822;a@b".into(), Some(true)),
        (false, "ORCPT", ";a@b".into(), Some(false)),
        (false, "ORCPT", "rfc822".into(), Some(false)),
        (false, "ORCPT", format!("rfc822;{}", text(493)), Some(true)),
        (false, "ORCPT", format!("rfc822;{}", text(494)), Some(false)),
        (false, "NOTIFY", "SUCCESS,DELAY".into(), Some(true)),
        (false, "NOTIFY", "NEVER,DELAY".into(), Some(false)),
        (false, "SIZE", "1".into(), None),
        (true, "NOTIFY", "NEVER".into(), None),
    ] {
        assert_eq!(valid(of_mail, keyword, &value), expected, "{keyword}={value}");
    }
}

fn lines(pieces: &[&[u8]]) -> Vec<Result<usize, Violation>> {
    let mut buffer = LineBuffer::default();
    let mut found = Vec::new();
    for piece in pieces {
        buffer.push(piece);
        found.extend(std::iter::from_fn(|| buffer.next_line()).map(|line| line.map(|line| line.len())));
    }
    found
}

#[test]
fn the_longest_line() {
    let line = |length: usize| [vec![b'x'; length - 2], b"\r\n".to_vec()].concat();
    assert_eq!(lines(&[&line(LONGEST)]), [Ok(LONGEST - 2)]);
    assert_eq!(lines(&[&line(LONGEST + 1)]), [Err(Violation::LineTooLong)]);
    // Without its end it may be one octet longer than with it: it could still be one that ends now.
    for length in [LONGEST - 1, LONGEST, LONGEST + 1, 3 * LONGEST] {
        let unfinished = vec![b'x'; length];
        let expected = if length + 2 <= LONGEST { Ok(length) } else { Err(Violation::LineTooLong) };
        assert_eq!(lines(&[&unfinished, b"\r", b"\n", b"NOOP\r\n"]), [expected, Ok(4)], "{length}");
        assert_eq!(lines(&[&unfinished, b"\n", b"NOOP\r\n"]).len(), 2, "{length}");
    }
}

#[test]
fn what_is_taken_in_pieces_is_what_was_pushed() {
    let mut buffer = LineBuffer::default();
    let (mut pushed, mut taken) = (Vec::new(), Vec::new());
    for octet in 0..=u8::MAX {
        let some = [octet; 3];
        buffer.push(&some);
        pushed.extend(some);
        let front = buffer.front().to_vec();
        assert!(!front.is_empty() && front.len() <= buffer.len());
        let two = front.get(..2).unwrap_or(&front);
        buffer.take(two.len());
        taken.extend(two);
        assert_eq!(buffer.len(), pushed.len() - taken.len());
    }
    taken.extend(buffer.take_rest());
    assert_eq!(taken, pushed);
    assert!(buffer.is_empty() && buffer.front().is_empty());
    buffer.push(b"x");
    buffer.take(2);
    assert_eq!(buffer.len(), 0);
}

#[test]
fn a_line_of_text_and_its_limit() {
    let bad = |message: &[u8]| {
        let mut check = ContentCheck::default();
        message.iter().for_each(|&octet| check.octet(octet));
        check.is_bad()
    };
    let line = |length: usize| [vec![b'x'; length - 2], b"\r\n".to_vec()].concat();
    // RFC 5321 §4.5.3.1.6
    assert!(!bad(&line(1_000)));
    assert!(bad(&line(1_001)));
    assert!(!bad(&line(1_000).repeat(3)), "each line counts anew");
    assert!(!bad(&[line(600), line(600)].concat()));
    for wrong in [b"a\nb".as_slice(), b"a\rb", b"a\0b", b"a\r", b"\n"] {
        assert!(bad(wrong), "{wrong:?}");
    }
    assert!(!bad(b"") && !bad(b"a") && !bad(b"\r\n\r\n"));
}

#[test]
fn lines_end_in_crlf_alone() {
    assert_eq!(canonical(b"a\r\nb\nc\rd\n\ne\r\r\nf\n\rg"), b"a\r\nb\r\nc\r\nd\r\n\r\ne\r\n\r\nf\r\n\r\ng");
    assert_eq!(canonical(b"\n"), b"\r\n");
    assert_eq!(canonical(b"a\r"), b"a\r\n");
    // Whatever is given, the end is found.
    assert_eq!(stuff(b"a\n.b"), b"a\n.b\r\n.\r\n");
    assert_eq!(stuff(b"a\n"), b"a\n\r\n.\r\n");
    assert_eq!(stuff(b"a\r\n.b\r\n"), b"a\r\n..b\r\n.\r\n");
}

#[test]
fn the_longest_reply() {
    let read = |lines: &[String]| {
        let mut reader = ReplyReader::default();
        lines.iter().map(|line| reader.line(line.as_bytes())).find(Result::is_err).map(Result::unwrap_err)
    };
    let line = |length: usize| format!("250-{}", "x".repeat(length - 4));
    assert_eq!(read(&[line(2_000)]), None);
    assert_eq!(read(&[line(2_001)]), Some(Violation::ReplyTooLong));
    // 32,768 octets with the ends of lines: 16 lines of 2,048 would be too long each, 32 of 1,024 fit.
    let full = vec![line(1_022); 32];
    assert_eq!(read(&full), None);
    assert_eq!(read(&[full, vec![line(5)]].concat()), Some(Violation::ReplyTooLong));
    // What was counted for one reply is not counted for the next.
    let mut reader = ReplyReader::default();
    for _ in 0..200 {
        assert!(matches!(reader.line(format!("250 {}", "x".repeat(900)).as_bytes()), Ok(Some(_))));
    }
    assert_eq!(read(&vec!["250-".to_owned(); 50]), None);
    assert_eq!(read(&vec!["250-".to_owned(); 51]), Some(Violation::ReplyTooLong));
}
