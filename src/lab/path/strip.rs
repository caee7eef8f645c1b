//! An attacker who overwrites STARTTLS in the list of keywords. RFC 3207 §6

use super::{Carries, Interceptor, Passed};
use crate::scenario::Side;
use crate::smtp::TlsVerb;
use std::borrow::Cow;

pub(super) struct Strip {
    /// The keywords that it knows.
    pub(super) verbs: &'static [TlsVerb],
}

impl Interceptor for Strip {
    fn pass<'a>(&mut self, from: Side, octets: Cow<'a, [u8]>, _: Carries) -> Passed<'a> {
        let stripped = Some(&octets).filter(|_| from == Side::Server).and_then(|line| stripped(line, self.verbs));
        Passed::on(stripped.map_or(octets, Cow::Owned))
    }
}

/// The line with the keyword overwritten, as long as before, so that no TCP sequence number moves; `None` where it does not stand.
fn stripped(line: &[u8], verbs: &[TlsVerb]) -> Option<Vec<u8>> {
    let keyword = line.strip_prefix(b"250-").or_else(|| line.strip_prefix(b"250 "))?;
    let verbs = verbs.iter().map(|verb| verb.name().as_bytes());
    let (verb, rest) = verbs.filter_map(|verb| Some((verb, keyword.strip_prefix(verb)?))).next()?;
    let head = line.get(..line.len() - keyword.len())?;
    Some([head, &vec![b'X'; verb.len()], rest].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_server_s_keyword_is_overwritten() {
        let mut strip = Strip { verbs: &[TlsVerb::StartTls] };
        let mut pass = |from, line: &[u8]| strip.pass(from, Cow::Borrowed(line), Carries::Other).octets.into_owned();
        assert_eq!(pass(Side::Server, b"250-STARTTLS\r\n"), b"250-XXXXXXXX\r\n");
        assert_eq!(pass(Side::Server, b"250 STARTTLS\r\n"), b"250 XXXXXXXX\r\n");
        for line in [&b"250-SIZE\r\n"[..], b"220 STARTTLS\r\n", b"STARTTLS\r\n", b"", b"250-"] {
            assert_eq!(pass(Side::Server, line), line);
        }
        assert_eq!(pass(Side::Client, b"250-STARTTLS\r\n"), b"250-STARTTLS\r\n");
    }
}
