//! AUTH at the client: the command, the answers to challenges, another try. RFC 4954, [MS-SMTPNTLM]

use super::super::auth::plain_message;
use super::super::{Delivery, Mechanism, NtlmUser, Obstacle, Reply};
use super::Client;
use crate::bytes::{base64, from_base64};
use std::collections::VecDeque;

/// What the client logs in with.
#[derive(Clone, Debug)]
pub struct Login {
    pub by: LoginBy,
    pub user: String,
    pub password: String,
}

/// By which mechanism.
#[derive(Clone, Debug)]
pub enum LoginBy {
    Plain,
    Login,
    Ntlm(NtlmUser),
}

impl LoginBy {
    pub(super) fn mechanism(&self) -> Mechanism {
        match self {
            LoginBy::Plain => Mechanism::Plain,
            LoginBy::Login => Mechanism::Login,
            LoginBy::Ntlm(_) => Mechanism::Ntlm,
        }
    }
}

impl Client {
    pub(super) fn log_in(&mut self, login: &Login) {
        self.tries = self.tries.saturating_add(1);
        match &login.by {
            LoginBy::Plain => self.command(&format!("AUTH PLAIN {}", plain_message(&login.user, &login.password))),
            LoginBy::Login => {
                self.responses = [&login.user, &login.password].iter().map(|word| base64(word.as_bytes())).collect();
                self.command("AUTH LOGIN");
            }
            LoginBy::Ntlm(ntlm) => {
                let Login { user, password, .. } = login;
                let initiator = ntlm.begin(user, password, &self.plan.name, self.end_point.as_deref(), self.now);
                let negotiate = base64(initiator.negotiate());
                self.initiator = Some(initiator);
                match ntlm.initial {
                    true => self.command(&format!("AUTH NTLM {negotiate}")),
                    false => {
                        // The text of the first 334 means nothing. [MS-SMTPNTLM] 2.2.1.2
                        self.responses = VecDeque::from([negotiate]);
                        self.command("AUTH NTLM");
                    }
                }
            }
        }
    }

    pub(super) fn auth_answered(&mut self, reply: &Reply) {
        match reply.class() {
            2 => self.mail(),
            3 => {
                let response = self.responses.pop_front().or_else(|| self.answer_challenge(reply));
                // A challenge that cannot be read, or one beyond the mechanism's, is declined. RFC 4954 §4
                self.command(&response.unwrap_or_else(|| "*".to_owned()));
            }
            _ if reply.code == 535 && self.tries_again() => {}
            // An administrator can repair a login, so the message waits even after a 5yz.
            _ => {
                self.settle(Delivery::Deferred(Obstacle::Reply(reply.code)));
                self.quit();
            }
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
            LoginBy::Plain | LoginBy::Login => false,
            LoginBy::Ntlm(ntlm) => self.tries < ntlm.tries,
        });
        if let Some(login) = &again {
            self.log_in(login);
        }
        again.is_some()
    }
}
