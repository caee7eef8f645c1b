//! AUTH at the server: which mechanism is there when, and the exchange. RFC 4954

use super::super::auth::{Exchange, Progress};
use super::super::table::{self, On};
use super::super::{Note, Output, Reply};
use super::Server;

impl Server {
    pub(super) fn auth(&mut self, name: &str, initial: Option<String>) {
        let says = self.config.profile.says;
        if self.client_name.is_none() {
            return self.refuse(says.hello_first);
        }
        // RFC 4954 §4: one successful AUTH a session, none inside a transaction.
        if self.identity.is_some() {
            return self.refuse(says.auth_again);
        }
        if table::server(self.state, On::AuthBegins).is_none() {
            return self.refuse(says.auth_in_transaction);
        }
        let profile = self.config.profile;
        let mechanism = profile.mechanisms.iter().copied().find(|mechanism| mechanism.name() == name);
        let Some((mechanism, rule)) = mechanism.zip(profile.rule("AUTH", Some(name))) else {
            return self.refuse(says.auth_unknown);
        };
        if !rule.shows(self.inside, self.config.auth) {
            return self.refuse(says.auth_needs_tls); // RFC 4954 §4: a password mechanism is not there without TLS
        }
        match Exchange::begin(mechanism) {
            None => self.refuse(says.auth_unavailable),
            Some(exchange) => {
                self.go(On::AuthBegins);
                self.exchange = Some(exchange);
                match initial {
                    None => self.challenge(),
                    Some(initial) => {
                        let progress = self.exchange.as_mut().map(|exchange| exchange.initial(&initial));
                        self.auth_goes_on(progress.unwrap_or(Progress::Cancelled));
                    }
                }
            }
        }
    }

    fn challenge(&mut self) {
        let challenge = self.exchange.as_ref().map(Exchange::challenge).unwrap_or_default();
        self.send(&Reply::many(334, vec![challenge])); // RFC 4954 §4: the space stays, even with an empty challenge
    }

    pub(super) fn auth_response(&mut self, line: &[u8]) {
        let progress = self.exchange.as_mut().map(|exchange| exchange.response(line));
        self.auth_goes_on(progress.unwrap_or(Progress::Cancelled));
    }

    fn auth_goes_on(&mut self, progress: Progress) {
        let says = self.config.profile.says;
        if progress == Progress::More {
            return self.challenge();
        }
        self.exchange = None;
        self.go(On::AuthEnds);
        match progress {
            Progress::Done { mechanism, identity } => {
                self.identity = Some(identity.clone());
                self.out.push_back(Output::Note(Note::Authenticated { mechanism, identity }));
                self.say(says.auth_ok);
            }
            Progress::Failed => {
                self.failed_login = true;
                self.refuse(says.auth_failed);
            }
            Progress::BadBase64 => self.refuse(says.auth_bad_base64),
            Progress::Cancelled | Progress::More => self.refuse(says.auth_cancelled),
        }
    }
}
