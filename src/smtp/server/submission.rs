//! Who may submit for a domain that has to prove itself, and how Exchange marks a message for the servers and readers behind it.
//!
//! The decision is taken at MAIL FROM, not in the handshake: until then the server does not know for which domain the client
//! speaks (docs/rules.md DS5). It is `policy/`'s; here it is asked for, answered and carried out.
//!
//! The marks are header fields. Those that come from outside are removed: the header firewall (docs/rules.md DS6).

use super::super::table::On;
use super::super::{Note, Output, Refusal, ServerState as S, SubmitAnswer, SubmitQuestion};
use super::Server;
use super::transaction::Envelope;
use crate::scenario::{AuthFlag, Offer};

/// What the marks' names begin with.
const ORGANIZATION: &[u8] = b"X-MS-Exchange-Organization-";

impl Refusal {
    /// The reply, as observed of Exchange 2013; that 2010 says the same is presumed.
    pub fn text(self) -> &'static str {
        match self {
            Refusal::Disallowed => "451 4.7.3 The admin has temporarily disallowed this secure domain",
            Refusal::TlsNotAdvertised => "454 4.7.0 Temporary authentication failure",
            Refusal::TlsNotUsed | Refusal::NoCertificate => "530 5.7.1 Not authenticated",
            Refusal::WrongName | Refusal::ChainInvalid => "454 4.7.5 Certificate validation failure",
            Refusal::NoPermission => "550 5.7.1 Client does not have permissions to submit to this server",
        }
    }
}

impl Server {
    /// MAIL FROM parsed: ask whether its domain has to prove itself, unless the client is already authenticated.
    pub(super) fn sender_known(&mut self, envelope: Envelope) {
        let domain = envelope.from.as_ref().map(|path| path.domain.to_ascii_lowercase()).unwrap_or_default();
        let anonymous = self.identity.is_none() && !self.config.auth.has(AuthFlag::ExternalAuthoritative);
        if !(self.config.asks && anonymous) {
            return self.begin(envelope);
        }
        self.asked = Some(envelope);
        self.go(On::Ask);
        let offered = self.config.offer != Offer::NotOffered && self.config.auth.has(AuthFlag::Tls);
        self.out.push_back(Output::Ask(SubmitQuestion { domain, offered }));
    }

    /// The answer to what it asked last.
    pub fn answer(&mut self, answer: SubmitAnswer) {
        if self.state != S::ExpectVerdict {
            return;
        }
        let envelope = self.asked.take().unwrap_or_default();
        match answer {
            SubmitAnswer::Take => self.begin(envelope),
            SubmitAnswer::Partner => {
                let domain = envelope.from.as_ref().map(|path| path.domain.to_ascii_lowercase());
                self.begin(envelope);
                self.partner = domain;
            }
            SubmitAnswer::Refuse(refusal) => {
                self.go(On::Refused);
                self.say(refusal.text());
            }
        }
        // Commands of the same group were held back.
        self.bytes(&[]);
    }

    fn begin(&mut self, envelope: Envelope) {
        self.go(On::Mail);
        self.envelope = envelope;
        self.partner = None;
        self.say(self.config.profile.says.mail_ok);
    }

    /// The message with this server's marks on top and without those of others.
    pub(super) fn marked(&mut self, message: Vec<u8>) -> Vec<u8> {
        if !self.config.stamps {
            return message;
        }
        let (message, stripped) = firewall(&message);
        if !stripped.is_empty() {
            self.out.push_back(Output::Note(Note::Stripped(stripped)));
        }
        let external = self.config.auth.has(AuthFlag::ExternalAuthoritative);
        let who = match (&self.partner, self.identity.is_some(), external) {
            (Some(_), _, _) => "Partner",
            (None, true, _) => "Internal",
            (None, false, true) => "External",
            (None, false, false) => "Anonymous",
        };
        let mut marks = vec![("AuthSource", self.config.profile.host), ("AuthAs", who)];
        if let Some(domain) = &self.partner {
            marks.extend([("AuthMechanism", "02"), ("AuthDomain", domain.as_str())]);
        }
        let organization = String::from_utf8_lossy(ORGANIZATION);
        let fields = marks.iter().map(|(name, value)| format!("{organization}{name}: {value}\r\n"));
        [fields.collect::<String>().into_bytes(), message].concat()
    }
}

/// The message without fields that only this organisation's servers may write, and those fields.
fn firewall(message: &[u8]) -> (Vec<u8>, Vec<String>) {
    let (mut kept, mut stripped) = (Vec::with_capacity(message.len()), Vec::<String>::new());
    let (mut in_header, mut in_stripped) = (true, false);
    for line in message.split_inclusive(|&b| b == b'\n') {
        let text = line.strip_suffix(b"\n").unwrap_or(line);
        let text = text.strip_suffix(b"\r").unwrap_or(text);
        in_header &= !text.is_empty(); // RFC 5322 §2.1
        let folded = matches!(text.first(), Some(b' ' | b'\t')); // RFC 5322 §2.2.3
        let begins = text.get(..ORGANIZATION.len()).is_some_and(|name| name.eq_ignore_ascii_case(ORGANIZATION));
        in_stripped = in_header && (begins || (folded && in_stripped));
        if !in_stripped {
            kept.extend_from_slice(line);
            continue;
        }
        let text = String::from_utf8_lossy(text);
        match stripped.last_mut().filter(|_| folded) {
            Some(field) => field.push_str(&text),
            None => stripped.push(text.into_owned()),
        }
    }
    (kept, stripped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_firewall_takes_the_organisation_s_fields_and_nothing_else() {
        let message = b"From: <a@b>\r\nx-ms-exchange-organization-AuthAs: Part\r\n ner\r\nTo: <c@d>\r\n\r\n\
                        X-MS-Exchange-Organization-AuthAs: in the body\r\n";
        let (kept, stripped) = firewall(message);
        let wanted = b"From: <a@b>\r\nTo: <c@d>\r\n\r\nX-MS-Exchange-Organization-AuthAs: in the body\r\n";
        assert_eq!(String::from_utf8_lossy(&kept), String::from_utf8_lossy(wanted));
        assert_eq!(stripped, ["x-ms-exchange-organization-AuthAs: Part ner"]);
        assert_eq!(
            firewall(b" X-MS-Exchange-Organization-A: 1"),
            (b" X-MS-Exchange-Organization-A: 1".to_vec(), vec![])
        );
        assert_eq!(firewall(b""), (vec![], vec![]));
    }
}
