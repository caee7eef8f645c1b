//! What a recording of an exchange is good for: words are tried against the proof, without the server, so nothing counts the tries.
//!
//! Left out: word lists from outside, and speed.

use super::messages::{Authenticate, Challenge, Malformed, NtResponse};
use super::{Nonce8, Sixteen, nt_owf_v1, nt_owf_v2, nt_proof};
use crate::bytes::hex;

/// What many passwords of that time and place look like.
pub const WORDS: [&str; 15] = [
    "123456",
    "password",
    "Password1",
    "letmein",
    "qwerty",
    "somorita",
    "Somorita1",
    "exchange",
    "Exchange2010",
    "Welcome1",
    "Winter2008",
    "Spring2009",
    "Summer2008",
    "Summer2009",
    "Autumn2009",
];

/// What of an exchange goes under the proof, as the line has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Captured {
    pub user: String,
    pub domain: String,
    pub server_challenge: Nonce8,
    pub proof: Sixteen,
    /// All that the proof is over, but for the server's challenge.
    pub body: Vec<u8>,
}

/// What becomes of a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TriedWord {
    pub nt_owf_v2: Sixteen,
    pub proof: Sixteen,
    /// It is the password.
    pub fits: bool,
}

impl Captured {
    /// From the second and the third message. Of version 1 there is nothing to try here: `None`.
    pub fn read(challenge: &[u8], authenticate: &[u8]) -> Result<Option<Captured>, Malformed> {
        let server_challenge = Challenge::read(challenge)?.server_challenge;
        let answer = Authenticate::read(authenticate)?;
        let NtResponse::V2 { proof, body, .. } = NtResponse::read(&answer.nt_response)? else {
            return Ok(None);
        };
        let (user, domain) = (answer.user(), answer.domain());
        Ok(Some(Captured { user, domain, server_challenge, proof, body: body.to_vec() }))
    }

    pub fn guess(&self, word: &str) -> TriedWord {
        let nt_owf_v2 = nt_owf_v2(&nt_owf_v1(word), &self.user, &self.domain);
        let proof = nt_proof(&nt_owf_v2, &self.server_challenge, &self.body);
        TriedWord { nt_owf_v2, proof, fits: proof == self.proof }
    }

    /// The line that hashcat reads in its mode 5600.
    pub fn hashcat(&self) -> String {
        let (challenge, proof, body) = (hex(&self.server_challenge), hex(&self.proof), hex(&self.body));
        format!("{}::{}:{challenge}:{proof}:{body}", self.user, self.domain)
    }
}
