//! SASL exchanges: PLAIN (RFC 4616) and LOGIN (the Internet-Draft that every server implements). RFC 4954
//!
//! NTLM is advertised by one profile and not implemented: beginning it fails, and the server answers 454.

use super::Mechanism;
use super::profile::{PASSWORD, USER};
use crate::bytes::{base64, from_base64};

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

/// The server's half of an exchange.
#[derive(Debug)]
pub enum Exchange {
    Plain,
    LoginUser,
    LoginPassword { user: Vec<u8> },
}

/// Where an exchange stands after a response.
#[derive(Debug, PartialEq, Eq)]
pub enum Progress {
    /// Send the next challenge.
    More,
    Done {
        mechanism: Mechanism,
        identity: String,
    },
    Failed,
    BadBase64,
    Cancelled,
}

impl Exchange {
    /// The exchange of a mechanism, where the lab has one.
    pub fn begin(mechanism: Mechanism) -> Option<Exchange> {
        match mechanism {
            Mechanism::Plain => Some(Exchange::Plain),
            Mechanism::Login => Some(Exchange::LoginUser),
            Mechanism::Ntlm => None,
        }
    }

    /// What follows `334 `: empty for PLAIN, `Username:` and `Password:` in base64 for LOGIN.
    pub fn challenge(&self) -> String {
        match self {
            Exchange::Plain => String::new(),
            Exchange::LoginUser => base64(b"Username:"),
            Exchange::LoginPassword { .. } => base64(b"Password:"),
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
            Exchange::Plain => {
                let parts: Vec<&[u8]> = decoded.split(|&b| b == 0).collect();
                match parts.as_slice() {
                    // Proxy authorization is not supported: the authorization identity is empty or the user's own.
                    [authorize, user, password] if authorize.is_empty() || authorize == user => {
                        judge(Mechanism::Plain, user, password)
                    }
                    _ => Progress::Failed,
                }
            }
            Exchange::LoginUser => {
                *self = Exchange::LoginPassword { user: decoded };
                Progress::More
            }
            Exchange::LoginPassword { user } => judge(Mechanism::Login, user, &decoded),
        }
    }
}

fn judge(mechanism: Mechanism, user: &[u8], password: &[u8]) -> Progress {
    if user == USER.as_bytes() && password == PASSWORD.as_bytes() {
        Progress::Done { mechanism, identity: USER.to_owned() }
    } else {
        Progress::Failed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_and_login_know_the_account() {
        let done = |mechanism| Progress::Done { mechanism, identity: USER.to_owned() };
        let mut plain = Exchange::begin(Mechanism::Plain).unwrap();
        assert_eq!(plain.response(plain_message(USER, PASSWORD).as_bytes()), done(Mechanism::Plain));
        assert_eq!(plain.response(plain_message(USER, "wrong").as_bytes()), Progress::Failed);

        let mut login = Exchange::begin(Mechanism::Login).unwrap();
        assert_eq!(login.challenge(), "VXNlcm5hbWU6");
        assert_eq!(login.response(base64(USER.as_bytes()).as_bytes()), Progress::More);
        assert_eq!(login.challenge(), "UGFzc3dvcmQ6");
        assert_eq!(login.response(base64(PASSWORD.as_bytes()).as_bytes()), done(Mechanism::Login));
    }

    #[test]
    fn odd_responses_end_the_exchange() {
        assert_eq!(Exchange::Plain.response(b"*"), Progress::Cancelled);
        assert_eq!(Exchange::Plain.response(b"!!"), Progress::BadBase64);
        assert_eq!(Exchange::Plain.initial("="), Progress::Failed);
        assert_eq!(Exchange::Plain.response(b"="), Progress::BadBase64);
        assert_eq!(Exchange::Plain.response(base64(b"x\0sales\0correct horse").as_bytes()), Progress::Failed);
        assert_eq!(Exchange::LoginUser.response(b""), Progress::More);
    }
}
