//! SASL exchanges: PLAIN (RFC 4616), LOGIN (the Internet-Draft that every server implements) and NTLM ([MS-SMTPNTLM]). RFC 4954

use super::profile::USER;
use super::{Mechanism, NtlmVerdict};
use crate::bytes::{base64, from_base64};
use crate::ntlm::{Acceptor, AcceptorAnswer, NtlmRefusal};

impl Mechanism {
    pub fn name(self) -> &'static str {
        match self {
            Mechanism::Plain => "PLAIN",
            Mechanism::Login => "LOGIN",
            Mechanism::Ntlm => "NTLM",
        }
    }
}

/// The message of PLAIN: authorization identity (none), user, password, NUL between. RFC 4616 §2
pub fn plain_message(user: &str, password: &str) -> String {
    base64(format!("\0{user}\0{password}").as_bytes())
}

/// What the server says instead of a challenge: words, and no base64. [MS-SMTPNTLM] 2.2.1.2
const NTLM_SUPPORTED: &str = "NTLM supported";

/// The server's half of an exchange.
#[derive(Debug)]
pub enum Exchange {
    Plain {
        password: &'static str,
    },
    LoginUser {
        password: &'static str,
    },
    LoginPassword {
        password: &'static str,
        user: Vec<u8>,
    },
    Ntlm {
        acceptor: Box<Acceptor>,
        challenge: Option<Vec<u8>>,
    },
    /// NTLM, whose messages another server judges.
    Passed {
        challenge: Option<Vec<u8>>,
    },
}

/// Where an exchange stands after a response.
#[derive(Debug, PartialEq, Eq)]
pub enum Progress {
    /// Send the next challenge.
    More,
    /// This message goes to the other server.
    Pass(Vec<u8>),
    Done {
        mechanism: Mechanism,
        identity: String,
        /// Of NTLM alone.
        judged: Option<NtlmVerdict>,
    },
    Failed(Option<NtlmRefusal>),
    BadBase64,
    Cancelled,
}

impl Exchange {
    pub fn ntlm(acceptor: Acceptor) -> Exchange {
        Exchange::Ntlm { acceptor: Box::new(acceptor), challenge: None }
    }

    /// What follows `334 `: empty for PLAIN, `Username:` and `Password:` in base64 for LOGIN.
    pub fn challenge(&self) -> String {
        match self {
            Exchange::Plain { .. } => String::new(),
            Exchange::LoginUser { .. } => base64(b"Username:"),
            Exchange::LoginPassword { .. } => base64(b"Password:"),
            Exchange::Ntlm { challenge: None, .. } | Exchange::Passed { challenge: None } => NTLM_SUPPORTED.to_owned(),
            Exchange::Ntlm { challenge: Some(challenge), .. } | Exchange::Passed { challenge: Some(challenge) } => {
                base64(challenge)
            }
        }
    }

    /// Takes the response that came with AUTH, of which `=` is an empty one. RFC 4954 §4
    pub fn initial(&mut self, text: &str) -> Progress {
        if text == "=" { self.judge(Vec::new()) } else { self.response(text.as_bytes()) }
    }

    /// Takes a response line. `*` gives up. RFC 4954 §4
    pub fn response(&mut self, line: &[u8]) -> Progress {
        if line == b"*" {
            return Progress::Cancelled;
        }
        match from_base64(line) {
            Some(decoded) => self.judge(decoded),
            None => Progress::BadBase64,
        }
    }

    fn judge(&mut self, decoded: Vec<u8>) -> Progress {
        match self {
            Exchange::Plain { password } => {
                let parts: Vec<&[u8]> = decoded.split(|&b| b == 0).collect();
                match parts.as_slice() {
                    // Proxy authorization is not supported: the authorization identity is empty or the user's own.
                    [authorize, user, said] if authorize.is_empty() || authorize == user => {
                        judge(Mechanism::Plain, user, said, password)
                    }
                    _ => Progress::Failed(None),
                }
            }
            Exchange::LoginUser { password } => {
                *self = Exchange::LoginPassword { password, user: decoded };
                Progress::More
            }
            Exchange::Passed { .. } => Progress::Pass(decoded),
            Exchange::LoginPassword { password, user } => judge(Mechanism::Login, user, &decoded, password),
            Exchange::Ntlm { acceptor, challenge } => match acceptor.receive(&decoded) {
                AcceptorAnswer::Challenge(made) => {
                    *challenge = Some(made);
                    Progress::More
                }
                AcceptorAnswer::Admitted(admission) => Progress::Done {
                    mechanism: Mechanism::Ntlm,
                    judged: Some(NtlmVerdict::Admitted { sealed: admission.is_sealed, bound: admission.is_bound }),
                    identity: admission.user,
                },
                AcceptorAnswer::Refused(why) => Progress::Failed(Some(why)),
            },
        }
    }
}

fn judge(mechanism: Mechanism, user: &[u8], said: &[u8], password: &str) -> Progress {
    if user == USER.as_bytes() && said == password.as_bytes() {
        Progress::Done { mechanism, identity: USER.to_owned(), judged: None }
    } else {
        Progress::Failed(None)
    }
}

#[cfg(test)]
mod tests {
    use super::super::profile::PASSWORD;
    use super::*;

    #[test]
    fn plain_and_login_know_the_account() {
        let done = |mechanism| Progress::Done { mechanism, identity: USER.to_owned(), judged: None };
        let mut plain = Exchange::Plain { password: PASSWORD };
        assert_eq!(plain.response(plain_message(USER, PASSWORD).as_bytes()), done(Mechanism::Plain));
        assert_eq!(plain.response(plain_message(USER, "wrong").as_bytes()), Progress::Failed(None));

        let mut login = Exchange::LoginUser { password: PASSWORD };
        assert_eq!(login.challenge(), "VXNlcm5hbWU6");
        assert_eq!(login.response(base64(USER.as_bytes()).as_bytes()), Progress::More);
        assert_eq!(login.challenge(), "UGFzc3dvcmQ6");
        assert_eq!(login.response(base64(PASSWORD.as_bytes()).as_bytes()), done(Mechanism::Login));
    }

    #[test]
    fn odd_responses_end_the_exchange() {
        let plain = || Exchange::Plain { password: PASSWORD };
        assert_eq!(plain().response(b"*"), Progress::Cancelled);
        assert_eq!(plain().response(b"!!"), Progress::BadBase64);
        assert_eq!(plain().initial("="), Progress::Failed(None));
        assert_eq!(plain().response(b"="), Progress::BadBase64);
        assert_eq!(plain().response(base64(b"x\0sales\0correct horse").as_bytes()), Progress::Failed(None));
        assert_eq!(Exchange::LoginUser { password: PASSWORD }.response(b""), Progress::More);
    }
}
