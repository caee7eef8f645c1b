//! NTLM version 2: the three messages, their arithmetic, the two ends of an exchange, and what a recording of one is good for.
//! [MS-NLMP]
//!
//! ```text
//! messages   NEGOTIATE, CHALLENGE, AUTHENTICATE: read by offset, written in one order
//! av         the attribute pairs in two of them
//! proof      from a password to the proof, the keys and the seal
//! client     Initiator: makes the first message and answers the second
//! server     Acceptor: makes the second message and judges the third
//! guess      a recording and a list of words
//! ```
//!
//! It does no I/O and draws nothing: challenges, session key and time come in as values, and so does the hash of a certificate.
//! Left out: version 1, which is recognised and refused, as it needs DES; signing and sealing, for which SMTP has no place; what a mechanism
//! around it does (`smtp/auth.rs`).

mod av;
mod client;
mod guess;
mod messages;
mod proof;
mod server;

pub use av::{AvPair, AvPairs};
pub use client::{Initiator, NtlmLogin};
pub use guess::{Captured, TriedWord, WORDS};
pub use messages::{Authenticate, Challenge, Malformed, MessageField, Negotiate, NegotiateFlags, NtResponse, Windows};
pub use proof::{
    channel_bindings, exchange_key, file_time, lm_response, mic, nt_owf_v1, nt_owf_v2, nt_proof, response_body,
    session_base_key,
};
pub use server::{
    Acceptor, AcceptorAnswer, Admission, BindingFault, BindingPolicy, Denial, DomainAccount, DomainServer, NtlmRefusal,
};

/// A hash, a proof or a key.
pub type Sixteen = [u8; 16];
/// A challenge of either end.
pub type Nonce8 = [u8; 8];

/// MessageType of octets that begin as every message does: 1 NEGOTIATE, 2 CHALLENGE, 3 AUTHENTICATE.
pub fn message_type(octets: &[u8]) -> Option<u32> {
    octets.starts_with(messages::SIGNATURE).then(|| u32_at(octets, messages::SIGNATURE.len())).flatten()
}

/// The octets at `at`, where the message has them.
fn fixed<const N: usize>(octets: &[u8], at: usize) -> Option<[u8; N]> {
    octets.get(at..at.checked_add(N)?)?.try_into().ok()
}

fn u16_at(octets: &[u8], at: usize) -> Option<u16> {
    fixed(octets, at).map(u16::from_le_bytes)
}

fn u32_at(octets: &[u8], at: usize) -> Option<u32> {
    fixed(octets, at).map(u32::from_le_bytes)
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// What is no UTF-16 becomes replacement characters.
fn from_utf16(octets: &[u8]) -> String {
    let units = octets.chunks_exact(2).map(|two| u16::from_le_bytes([two[0], two[1]]));
    char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}
