//! AUTH at the server: which mechanism is there when, and the exchange. RFC 4954

use super::super::auth::{Exchange, Progress};
use super::super::table::{self, On};
use super::super::{Handed, Mechanism, Note, NtlmRefusal, NtlmVerdict, Output, OwnProof, Reply, X_EXPS};
use super::{Config, Server};

impl Server {
    /// A mechanism of X-EXPS that this server runs.
    pub(super) fn runs_own(&self, name: &str) -> bool {
        name == Mechanism::Ntlm.name() && self.config.profile.rule(X_EXPS, Some(name)).is_some()
    }

    pub(super) fn auth(&mut self, own: bool, name: &str, initial: Option<String>) {
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
        let Some((mechanism, rule)) = mechanism.zip(profile.rule(if own { X_EXPS } else { "AUTH" }, Some(name))) else {
            return self.refuse(says.auth_unknown);
        };
        if !rule.shows(self.inside, self.config.auth) {
            return self.refuse(says.auth_needs_tls); // RFC 4954 §4: a password mechanism is not there without TLS
        }
        self.is_own_login = own;
        let Some(exchange) = self.exchange(mechanism) else { return self.refuse(says.auth_unavailable) };
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

    /// A new one, with a new challenge. A server without a domain has no NTLM.
    fn exchange(&self, mechanism: Mechanism) -> Option<Exchange> {
        let Config { profile, password, ntlm, passes_on, .. } = &self.config;
        Some(match mechanism {
            Mechanism::Plain => Exchange::Plain { password },
            Mechanism::Login => Exchange::LoginUser { password },
            Mechanism::Ntlm if *passes_on && !self.is_own_login => Exchange::Passed { challenge: None },
            Mechanism::Ntlm => {
                let host = ntlm.as_ref()?;
                Exchange::ntlm(host.begin(profile, self.end_point.as_deref(), self.now, self.is_own_login))
            }
        })
    }

    fn challenge(&mut self) {
        let challenge = self.exchange.as_ref().map(Exchange::challenge).unwrap_or_default();
        self.send(&Reply::many(334, vec![challenge])); // RFC 4954 §4: the space stays, even with an empty challenge
    }

    /// One reply for every reason: what told them apart would tell strangers which accounts there are. It comes late, and in place of the last
    /// that is allowed the server hangs up. docs/rules.md N6
    fn login_failed(&mut self) {
        let profile = self.config.profile;
        self.failed_logins = self.failed_logins.saturating_add(1);
        if let Some(tarpit) = profile.tarpit {
            self.out.push_back(Output::Wait(tarpit)); // docs/rules.md R7
        }
        match profile.logins_allowed {
            Some(allowed) if self.failed_logins >= allowed => self.hang_up(),
            _ => self.refuse(profile.says.auth_failed),
        }
    }

    pub(super) fn auth_response(&mut self, line: &[u8]) {
        let progress = self.exchange.as_mut().map(|exchange| exchange.response(line));
        self.auth_goes_on(progress.unwrap_or(Progress::Cancelled));
    }

    /// What the other server says to a message that was passed on. Whatever becomes of the login there, here it fails. docs/rules.md N21
    pub(super) fn passed_back(&mut self, passed: Handed) {
        if !std::mem::take(&mut self.is_passing) {
            return;
        }
        match passed {
            Handed::Message(challenge) => {
                self.exchange = Some(Exchange::Passed { challenge: Some(challenge) });
                self.challenge();
            }
            Handed::Over { .. } => self.auth_goes_on(Progress::Failed(None)),
        }
        self.bytes(&[]);
    }

    fn auth_goes_on(&mut self, progress: Progress) {
        let says = self.config.profile.says;
        if progress == Progress::More {
            return self.challenge();
        }
        if let Progress::Pass(message) = progress {
            self.is_passing = true;
            return self.out.push_back(Output::Pass(Handed::Message(message)));
        }
        self.exchange = None;
        self.go(On::AuthEnds);
        match progress {
            Progress::Done { mechanism, identity, judged } => {
                self.out.extend(judged.map(|verdict| Output::Note(Note::Judged(verdict))));
                self.identity = Some(identity.clone());
                self.is_own = self.is_own_login;
                self.out.push_back(Output::Note(match self.is_own {
                    false => Note::Authenticated { mechanism, identity },
                    true => Note::Recognised { by: OwnProof::Ntlm, identity },
                }));
                self.say(says.auth_ok);
            }
            Progress::Failed(why) => {
                self.out.extend(why.map(|why| Output::Note(Note::Judged(NtlmVerdict::Refused(why)))));
                match why {
                    Some(NtlmRefusal::NoController) => self.refuse(says.auth_unavailable),
                    _ => self.login_failed(),
                }
            }
            Progress::BadBase64 => self.refuse(says.auth_bad_base64),
            Progress::Cancelled | Progress::More | Progress::Pass(_) => self.refuse(says.auth_cancelled),
        }
    }
}
