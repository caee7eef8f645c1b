//! The verbs that start TLS, at the server: which of them there is and when it is listed, the command, and what is forgotten once TLS is
//! up. RFC 3207 §4

use super::super::profile::Rule;
use super::super::table::On;
use super::super::{CloseReason, Forgotten, Note, Output, Reply, TlsVerb, Treatment};
use super::Server;
use crate::scenario::{AnonymousOffer, Offer};

impl Server {
    /// Whether this server has the verb at all.
    pub(super) fn knows(&self, verb: TlsVerb) -> bool {
        let suppressed = verb == TlsVerb::AnonymousTls && self.config.anonymous_tls == AnonymousOffer::Suppressed;
        !suppressed && self.config.profile.rule(verb.name(), None).is_some()
    }

    /// Whether it lists a keyword with this rule now. A setting of its own says so of each verb that starts TLS.
    pub(super) fn lists(&self, rule: Rule) -> bool {
        let set = match rule {
            Rule::StartsTls(TlsVerb::StartTls) => self.config.offer != Offer::NotOffered,
            Rule::StartsTls(verb) => self.knows(verb),
            _ => true,
        };
        set && rule.shows(self.inside, self.config.auth)
    }

    /// The reasons to refuse in the order of docs/rules.md R9; after a refusal the session is unchanged. RFC 3207 §4
    pub(super) fn starttls(&mut self, verb: TlsVerb, argument: bool) {
        let profile = self.config.profile;
        let says = profile.says;
        if argument {
            return self.refuse(says.starttls_argument);
        }
        if profile.starttls_needs_hello && self.client_name.is_none() {
            return self.refuse(says.hello_first);
        }
        if self.inside.is_some() {
            return self.refuse(says.starttls_again);
        }
        if !self.config.auth.has(verb.flag()) {
            return self.refuse(says.starttls_unknown);
        }
        // What is set for STARTTLS is set for it alone.
        let offer = if verb == TlsVerb::StartTls { self.config.offer } else { Offer::Offered };
        match offer {
            Offer::NotOffered => return self.refuse(says.starttls_unknown),
            Offer::Unavailable => return self.say(says.starttls_unavailable),
            Offer::Offered | Offer::Required | Offer::Says250 => {}
        }
        let treatment = self.config.left_over;
        if let Some(notes) = self.lines.left_over(treatment) {
            self.out.extend(notes.map(Output::Note));
            if treatment == Treatment::Reject {
                self.say(says.starttls_left_over);
                return self.close(CloseReason::Violation);
            }
        }
        if self.go(On::StartTls) {
            self.started = verb;
            let mut reply = Reply::one(says.starttls_go);
            if offer == Offer::Says250 {
                reply.code = 250; // the book's misprint, played for real
            }
            self.send(&reply);
            let first = self.lines.hand_over(treatment);
            self.out.push_back(Output::StartTls { verb, first });
        }
    }

    /// Everything learnt before TLS could have been forged, so it is dropped. RFC 3207 §4.2
    pub(super) fn tls_up(&mut self) {
        let mut forgotten = Vec::new();
        let envelope = std::mem::take(&mut self.envelope);
        for (known, what) in [
            (self.client_name.take().is_some(), Forgotten::PeerName),
            (envelope.from.is_some(), Forgotten::Envelope),
            (self.identity.take().is_some(), Forgotten::Identity),
            (std::mem::take(&mut self.failed_logins) > 0, Forgotten::FailedLogins),
        ] {
            if known {
                forgotten.push(what);
            }
        }
        self.inside = Some(self.started);
        self.out.push_back(Output::Note(Note::Forgot(forgotten)));
        self.go(On::TlsUp);
        if !self.lines.is_empty() {
            // CVE-2011-0411: octets that came in clear are now read as if they had come through TLS.
            self.bytes(&[]);
        }
    }
}
