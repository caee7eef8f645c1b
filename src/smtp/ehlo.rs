//! The capability list of an EHLO reply. Order and unknown keywords are kept. RFC 5321 §4.1.1.1

use super::Reply;
use serde::{Deserialize, Serialize};

/// One keyword line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Capability {
    /// As the server wrote it.
    pub keyword: String,
    pub parameters: Vec<String>,
}

/// What a server says it can do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Capabilities {
    /// The name that the server gives itself.
    pub domain: String,
    pub list: Vec<Capability>,
}

impl Capability {
    /// Reads a keyword line. A line whose first word is no keyword is kept as it is.
    pub fn parse(line: &str) -> Capability {
        let mut words = line.split(' ').filter(|word| !word.is_empty());
        let keyword = words.next().unwrap_or_default().to_owned();
        Capability { keyword, parameters: words.map(str::to_owned).collect() }
    }

    pub fn is(&self, keyword: &str) -> bool {
        self.keyword.eq_ignore_ascii_case(keyword)
    }
}

impl Capabilities {
    /// Reads a 250 reply to EHLO: the first line is the domain, each further line a keyword.
    pub fn parse(reply: &Reply) -> Capabilities {
        let mut lines = reply.lines.iter();
        let domain = lines.next().and_then(|line| line.split(' ').next()).unwrap_or_default().to_owned();
        Capabilities { domain, list: lines.map(|line| Capability::parse(line)).collect() }
    }

    pub fn find(&self, keyword: &str) -> Option<&Capability> {
        self.list.iter().find(|capability| capability.is(keyword))
    }

    pub fn offers(&self, keyword: &str) -> bool {
        self.find(keyword).is_some()
    }

    /// Whether the AUTH keyword lists a mechanism.
    pub fn offers_mechanism(&self, mechanism: &str) -> bool {
        self.lists("AUTH", mechanism)
    }

    /// Whether a keyword lists this word.
    pub fn lists(&self, keyword: &str, word: &str) -> bool {
        self.find(keyword).is_some_and(|found| found.parameters.iter().any(|name| name.eq_ignore_ascii_case(word)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(lines: &[&str]) -> Capabilities {
        Capabilities::parse(&Reply::many(250, lines.iter().map(|line| (*line).to_owned()).collect()))
    }

    #[test]
    fn order_and_unknown_keywords_are_kept() {
        let caps = parse(&["mail.example Hello you", "X-NEVER-SEEN a b", "starttls", "AUTH NTLM login"]);
        assert_eq!(caps.domain, "mail.example");
        assert_eq!(caps.list[0].parameters, ["a", "b"]);
        assert!(caps.offers("STARTTLS"));
        assert!(caps.offers_mechanism("LOGIN"));
        assert!(!caps.offers_mechanism("PLAIN"));
    }

    #[test]
    fn one_line_means_no_extensions_and_starttls_may_come_first_or_last() {
        assert!(parse(&["mail.example"]).list.is_empty());
        assert!(parse(&["mail.example", "STARTTLS", "SIZE"]).offers("STARTTLS"));
        assert!(parse(&["mail.example", "SIZE", "STARTTLS"]).offers("STARTTLS"));
        // The first line is a greeting, whatever it says.
        assert!(!parse(&["STARTTLS"]).offers("STARTTLS"));
    }
}
