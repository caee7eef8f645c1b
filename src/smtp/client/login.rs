//! AUTH at the client: the command, the answers to challenges, another try. RFC 4954, [MS-SMTPNTLM]

use super::super::auth::plain_message;
use super::super::{Delivery, Handed, Mechanism, NtlmUser, Obstacle, Output, Reply, X_EXPS};
use super::{C, Client};
use crate::bytes::{base64, from_base64};
use std::collections::VecDeque;

/// What the client logs in with.
#[derive(Clone, Debug)]
pub struct Login {
    pub by: LoginBy,
    /// As a server of the organisation: with X-EXPS.
    pub own: bool,
    pub user: String,
    pub password: String,
}

/// By which mechanism.
#[derive(Clone, Debug)]
pub enum LoginBy {
    Plain,
    Login,
    Ntlm(NtlmUser),
    /// NTLM, with the messages of another, of which this is the first.
    Passed(Vec<u8>),
}

impl LoginBy {
    pub(super) fn mechanism(&self) -> Mechanism {
        match self {
            LoginBy::Plain => Mechanism::Plain,
            LoginBy::Login => Mechanism::Login,
            LoginBy::Ntlm(_) | LoginBy::Passed(_) => Mechanism::Ntlm,
        }
    }
}

impl Login {
    /// Also the keyword that lists its mechanisms.
    pub(super) fn verb(&self) -> &'static str {
        if self.own { X_EXPS } else { "AUTH" }
    }
}

impl Client {
    pub(super) fn log_in(&mut self, login: &Login) {
        self.tries = self.tries.saturating_add(1);
        let verb = login.verb();
        match &login.by {
            LoginBy::Plain => self.command(&format!("AUTH PLAIN {}", plain_message(&login.user, &login.password))),
            LoginBy::Login => {
                self.responses = [&login.user, &login.password].iter().map(|word| base64(word.as_bytes())).collect();
                self.command("AUTH LOGIN");
            }
            LoginBy::Passed(negotiate) => {
                self.responses = VecDeque::from([base64(negotiate)]);
                self.command("AUTH NTLM");
            }
            LoginBy::Ntlm(ntlm) => {
                let Login { user, password, .. } = login;
                let initiator = ntlm.begin(user, password, &self.plan.name, self.end_point.as_deref(), self.now);
                let negotiate = base64(initiator.negotiate());
                self.initiator = Some(initiator);
                match ntlm.initial {
                    true => self.command(&format!("{verb} NTLM {negotiate}")),
                    false => {
                        // The text of the first 334 means nothing. [MS-SMTPNTLM] 2.2.1.2
                        self.responses = VecDeque::from([negotiate]);
                        self.command(&format!("{verb} NTLM"));
                    }
                }
            }
        }
    }

    pub(super) fn auth_answered(&mut self, reply: &Reply) {
        let passes = self.passes_on();
        match reply.class() {
            2 if passes => self.pass(Handed::Over { admitted: true }),
            2 => self.mail(),
            3 if passes && self.responses.is_empty() => {
                let challenge = reply.lines.first().and_then(|line| from_base64(line.as_bytes()));
                match challenge {
                    Some(challenge) => self.pass(Handed::Message(challenge)),
                    None => self.command("*"),
                }
            }
            3 => {
                let response = self.responses.pop_front().or_else(|| self.answer_challenge(reply));
                // A challenge that cannot be read, or one beyond the mechanism's, is declined. RFC 4954 §4
                self.command(&response.unwrap_or_else(|| "*".to_owned()));
            }
            _ if reply.code == 535 && self.tries_again() => {}
            // An administrator can repair a login, so the message waits even after a 5yz.
            _ => {
                if passes {
                    self.pass(Handed::Over { admitted: false });
                }
                self.settle(Delivery::Deferred(Obstacle::Reply(reply.code)));
                self.quit();
            }
        }
    }

    fn passes_on(&self) -> bool {
        matches!(self.plan.login, Some(Login { by: LoginBy::Passed(_), .. }))
    }

    fn pass(&mut self, passed: Handed) {
        self.out.push_back(Output::Pass(passed));
    }

    /// The other's answer, or that none comes; or that the session that it opened may be used.
    pub(super) fn passed_back(&mut self, passed: Handed) {
        match passed {
            _ if self.state != C::ExpectAuth || !self.passes_on() => {}
            Handed::Message(answer) => self.command(&base64(&answer)),
            Handed::Over { admitted: true } => self.mail(),
            Handed::Over { admitted: false } => self.command("*"),
        }
    }

    /// The second message of NTLM, which gets one answer.
    fn answer_challenge(&mut self, reply: &Reply) -> Option<String> {
        let initiator = self.initiator.take()?;
        let challenge = from_base64(reply.lines.first()?.as_bytes())?;
        initiator.answer(&challenge).ok().map(|answer| base64(&answer))
    }

    /// Logs in once more, with a new exchange, if that is the plan.
    fn tries_again(&mut self) -> bool {
        let again = self.plan.login.clone().filter(|login| match &login.by {
            LoginBy::Plain | LoginBy::Login | LoginBy::Passed(_) => false,
            LoginBy::Ntlm(ntlm) => self.tries < ntlm.tries,
        });
        if let Some(login) = &again {
            self.log_in(login);
        }
        again.is_some()
    }
}
