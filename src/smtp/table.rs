//! The transition tables of both machines, as data. The code asks them; the page draws them; tests walk them.
//!
//! A command that has no row for the present state is refused with 503 and changes nothing. RFC 5321 §4.1.4

use super::{ClientState as C, ServerState as S};
use serde::{Deserialize, Serialize};

/// What moves the server. Only what was accepted moves it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum On {
    Hello,
    StartTls,
    TlsUp,
    AuthBegins,
    AuthEnds,
    /// MAIL FROM of a domain that may have to prove itself.
    Ask,
    Refused,
    Mail,
    Rcpt,
    Data,
    MessageEnds,
    Chunk,
    LastChunk,
    Reset,
    Quit,
}

/// What the client does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Step {
    Ehlo,
    Helo,
    Ask,
    StartTls,
    Tls,
    Auth,
    AwaitMail,
    AwaitRcpt,
    AwaitData,
    AwaitAccepted,
    Quit,
}

/// Where the server goes: state, what was accepted, next state. Anything may end in [`S::Closed`].
pub const SERVER: &[(S, On, S)] = &[
    (S::ExpectHello, On::Hello, S::ExpectMail),
    (S::ExpectHello, On::StartTls, S::ExpectTls), // only where the profile does not ask for EHLO first
    (S::ExpectHello, On::Reset, S::ExpectHello),
    (S::ExpectHello, On::Quit, S::Closed),
    (S::ExpectMail, On::Hello, S::ExpectMail),
    (S::ExpectMail, On::StartTls, S::ExpectTls),
    (S::ExpectMail, On::AuthBegins, S::ExpectAuthResponse),
    (S::ExpectMail, On::Mail, S::ExpectRcpt),
    (S::ExpectMail, On::Ask, S::ExpectVerdict),
    (S::ExpectVerdict, On::Mail, S::ExpectRcpt),
    (S::ExpectVerdict, On::Refused, S::ExpectMail),
    (S::ExpectMail, On::Reset, S::ExpectMail),
    (S::ExpectMail, On::Quit, S::Closed),
    (S::ExpectAuthResponse, On::AuthEnds, S::ExpectMail),
    (S::ExpectRcpt, On::Hello, S::ExpectMail), // EHLO resets. RFC 5321 §4.1.4
    (S::ExpectRcpt, On::StartTls, S::ExpectTls),
    (S::ExpectRcpt, On::Rcpt, S::ExpectData),
    (S::ExpectRcpt, On::Reset, S::ExpectMail),
    (S::ExpectRcpt, On::Quit, S::Closed),
    (S::ExpectData, On::Hello, S::ExpectMail),
    (S::ExpectData, On::StartTls, S::ExpectTls),
    (S::ExpectData, On::Rcpt, S::ExpectData),
    (S::ExpectData, On::Data, S::ReadingMessage),
    (S::ExpectData, On::Chunk, S::ReadingChunks),
    (S::ExpectData, On::LastChunk, S::ExpectMail),
    (S::ExpectData, On::Reset, S::ExpectMail),
    (S::ExpectData, On::Quit, S::Closed),
    (S::ReadingMessage, On::MessageEnds, S::ExpectMail),
    (S::ReadingChunks, On::Hello, S::ExpectMail),
    (S::ReadingChunks, On::StartTls, S::ExpectTls),
    (S::ReadingChunks, On::Chunk, S::ReadingChunks),
    (S::ReadingChunks, On::LastChunk, S::ExpectMail),
    (S::ReadingChunks, On::Reset, S::ExpectMail),
    (S::ReadingChunks, On::Quit, S::Closed),
    // The state just after the greeting, without a second greeting. RFC 3207 §4.2
    (S::ExpectTls, On::TlsUp, S::ExpectHello),
];

/// Where the client goes: state, what it does, next state. Anything may end in [`C::Closed`].
pub const CLIENT: &[(C, Step, C)] = &[
    (C::ExpectGreeting, Step::Ehlo, C::ExpectEhlo),
    (C::ExpectGreeting, Step::Quit, C::ExpectQuit),
    (C::ExpectEhlo, Step::Helo, C::ExpectHelo), // RFC 5321 §3.2
    (C::ExpectEhlo, Step::Ask, C::ExpectVerdict),
    (C::ExpectEhlo, Step::Auth, C::ExpectAuth),
    (C::ExpectEhlo, Step::AwaitMail, C::ExpectMail),
    (C::ExpectEhlo, Step::Quit, C::ExpectQuit),
    (C::ExpectHelo, Step::Ask, C::ExpectVerdict),
    (C::ExpectHelo, Step::Quit, C::ExpectQuit),
    (C::ExpectVerdict, Step::StartTls, C::ExpectGoAhead),
    (C::ExpectVerdict, Step::Ehlo, C::ExpectEhlo),
    (C::ExpectVerdict, Step::Ask, C::ExpectVerdict), // in clear: after the offer, the login
    (C::ExpectVerdict, Step::Auth, C::ExpectAuth),
    (C::ExpectVerdict, Step::AwaitMail, C::ExpectMail),
    (C::ExpectVerdict, Step::Quit, C::ExpectQuit),
    (C::ExpectGoAhead, Step::Tls, C::ExpectTls),
    (C::ExpectGoAhead, Step::Ask, C::ExpectVerdict),
    (C::ExpectTls, Step::Ask, C::ExpectVerdict),
    (C::ExpectAuth, Step::AwaitMail, C::ExpectMail),
    (C::ExpectAuth, Step::Quit, C::ExpectQuit),
    (C::ExpectMail, Step::AwaitRcpt, C::ExpectRcpt),
    (C::ExpectMail, Step::Quit, C::ExpectQuit),
    (C::ExpectRcpt, Step::AwaitData, C::ExpectDataGo),
    (C::ExpectRcpt, Step::AwaitAccepted, C::ExpectAccepted), // BDAT needs no 354. RFC 3030 §2
    (C::ExpectRcpt, Step::Quit, C::ExpectQuit),
    (C::ExpectDataGo, Step::AwaitAccepted, C::ExpectAccepted),
    (C::ExpectDataGo, Step::Quit, C::ExpectQuit),
    (C::ExpectAccepted, Step::Quit, C::ExpectQuit),
];

pub fn server(from: S, on: On) -> Option<S> {
    SERVER.iter().find(|row| row.0 == from && row.1 == on).map(|row| row.2)
}

pub fn client(from: C, step: Step) -> Option<C> {
    CLIENT.iter().find(|row| row.0 == from && row.1 == step).map(|row| row.2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_and_a_cause_have_one_row() {
        for (index, row) in SERVER.iter().enumerate() {
            assert!(SERVER[..index].iter().all(|other| (other.0, other.1) != (row.0, row.1)), "{row:?}");
        }
        for (index, row) in CLIENT.iter().enumerate() {
            assert!(CLIENT[..index].iter().all(|other| (other.0, other.1) != (row.0, row.1)), "{row:?}");
        }
    }
}
