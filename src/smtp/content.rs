//! The content of a message on its way: dots doubled, `.` on a line of its own at the end. RFC 5321 §4.5.2
//!
//! Only CRLF . CRLF ends a message. Any other "end" is smuggling: it is noticed and the message refused.

/// Longest text line with CRLF, the stuffed dot not counted. RFC 5321 §4.5.3.1.6
const TEXT_LINE: usize = 1_000;

/// A message whose lines end in CRLF and in nothing else: a CR or LF alone is one more way to end a line to some servers, and a dot
/// behind it the end of the message (CVE-2023-51764). RFC 5321 §2.3.8
pub fn canonical(message: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(message.len());
    let mut previous = 0;
    for &b in message {
        match b {
            b'\n' if previous == b'\r' => {}
            b'\r' | b'\n' => out.extend_from_slice(b"\r\n"),
            _ => out.push(b),
        }
        previous = b;
    }
    out
}

/// A [`canonical`] message as DATA carries it, with the final dot. A last line without CRLF gets one.
pub fn stuff(message: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(message.len() + 8);
    let mut line_start = true;
    let mut previous = 0;
    for &b in message {
        if line_start && b == b'.' {
            out.push(b'.');
        }
        out.push(b);
        line_start = b == b'\n' && previous == b'\r';
        previous = b;
    }
    if !line_start {
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(b".\r\n");
    out
}

/// Checks that hold for a message however it is transferred.
#[derive(Debug, Default)]
pub struct ContentCheck {
    previous: u8,
    line: usize,
    bad: bool,
}

impl ContentCheck {
    pub fn octet(&mut self, b: u8) {
        let bare_lf = b == b'\n' && self.previous != b'\r';
        let bare_cr = b != b'\n' && self.previous == b'\r';
        self.line += 1;
        self.bad |= bare_lf || bare_cr || b == 0 || self.line > TEXT_LINE;
        if b == b'\n' {
            self.line = 0;
        }
        self.previous = b;
    }

    pub fn is_bad(&self) -> bool {
        self.bad || self.previous == b'\r'
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    LineStart,
    /// Behind a dot that stood first.
    Dot,
    /// Behind a dot that stood first and a CR.
    DotCr,
    Text,
}

/// Undoes [`stuff`], octet by octet, so that a cut anywhere changes nothing. Stores at most `limit` octets.
#[derive(Debug)]
pub struct Unstuffer {
    at: At,
    message: Vec<u8>,
    limit: u64,
    too_big: bool,
    check: ContentCheck,
}

/// A message that came in whole.
#[derive(Debug, PartialEq, Eq)]
pub struct Received {
    pub message: Vec<u8>,
    pub too_big: bool,
    /// It holds a bare CR or LF, a NUL or an over-long line.
    pub bad: bool,
}

impl Unstuffer {
    pub fn new(limit: u64) -> Self {
        let check = ContentCheck::default();
        Unstuffer { at: At::LineStart, message: Vec::new(), limit, too_big: false, check }
    }

    /// Takes octets up to the end of the message. Gives how many it took and, at the end, the message.
    pub fn push(&mut self, bytes: &[u8]) -> (usize, Option<Received>) {
        for (index, &b) in bytes.iter().enumerate() {
            match (self.at, b) {
                (At::LineStart, b'.') => self.at = At::Dot,
                (At::Dot, b'\r') => self.at = At::DotCr,
                (At::DotCr, b'\n') => {
                    let message = std::mem::take(&mut self.message);
                    let received = Received { message, too_big: self.too_big, bad: self.check.is_bad() };
                    return (index + 1, Some(received));
                }
                // The dot was stuffed, or alone before text: it is dropped. RFC 5321 §4.5.2
                (At::Dot, _) => self.text(b),
                // A dot, a CR and no LF: the CR is content, and bare.
                (At::DotCr, _) => {
                    self.text(b'\r');
                    self.text(b);
                }
                (At::LineStart | At::Text, _) => self.text(b),
            }
        }
        (bytes.len(), None)
    }

    fn text(&mut self, b: u8) {
        let ends_line = b == b'\n' && self.check.previous == b'\r';
        self.check.octet(b);
        self.at = if ends_line { At::LineStart } else { At::Text };
        if (self.message.len() as u64) < self.limit {
            self.message.push(b);
        } else {
            self.too_big = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn unstuff(bytes: &[u8], cut: usize) -> Option<Received> {
        let mut unstuffer = Unstuffer::new(1 << 20);
        let (first, second) = bytes.split_at(cut.min(bytes.len()));
        let (_, done) = unstuffer.push(first);
        done.or_else(|| unstuffer.push(second).1)
    }

    #[test]
    fn dots_are_doubled_and_undone() {
        assert_eq!(stuff(b".a\r\n..b\r\n"), b"..a\r\n...b\r\n.\r\n");
        assert_eq!(stuff(b""), b".\r\n");
        assert_eq!(stuff(b"no end"), b"no end\r\n.\r\n");
    }

    #[test]
    fn only_crlf_dot_crlf_ends_a_message() {
        for smuggled in [
            &b"a\n.\nb\r\n.\r\n"[..],
            b"a\n.\r\nb\r\n.\r\n",
            b"a\r\n.\nb\r\n.\r\n",
            b"a\r.\rb\r\n.\r\n",
            b".\rb\r\n.\r\n",
        ] {
            let received = unstuff(smuggled, 0).expect("an end");
            assert!(received.bad, "{}", String::from_utf8_lossy(smuggled));
            assert!(received.message.contains(&b'b'), "the second half is content, not commands");
        }
    }

    #[test]
    fn the_limit_holds() {
        let mut unstuffer = Unstuffer::new(10);
        let (_, done) = unstuffer.push(b"0123456789abcdef\r\n.\r\n");
        let received = done.expect("an end");
        assert!(received.too_big);
        assert_eq!(received.message.len(), 10);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn stuffing_round_trips(lines in proptest::collection::vec("[.a-z ]{0,12}", 0..8), cut in 0usize..200) {
            let message: Vec<u8> = lines.iter().flat_map(|line| format!("{line}\r\n").into_bytes()).collect();
            let received = unstuff(&stuff(&message), cut).expect("an end");
            prop_assert_eq!(received, Received { message, too_big: false, bad: false });
        }

        #[test]
        fn any_octets_any_cut(bytes: Vec<u8>, cut in 0usize..64) {
            prop_assert_eq!(unstuff(&bytes, cut), unstuff(&bytes, 0));
        }
    }
}
