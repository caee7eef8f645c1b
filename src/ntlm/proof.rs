//! From a password to the proof, the keys and the seal. [MS-NLMP] 3.3.2, 3.4.4, 3.1.5.1.2
//!
//! ```text
//! password --MD4--> NTOWFv1 --HMAC-MD5 of user and domain--> NTOWFv2 --HMAC-MD5 of both challenges--> proof
//!                                                                   --HMAC-MD5 of the proof--> SessionBaseKey --> seal
//! ```

use super::messages::MIC_AT;
use super::{Nonce8, Sixteen, utf16};
use hmac::digest::Key;
use hmac::{Hmac, KeyInit, Mac};
use md4::Md4;
use md5::{Digest, Md5};
use rc4::{Rc4, StreamCipher};

/// What a server keeps of a password. Who has it needs no password. [MS-NLMP] 3.3.1
pub fn nt_owf_v1(password: &str) -> Sixteen {
    Md4::digest(utf16(password)).into()
}

/// The user's name in capitals, the domain as it is sent. [MS-NLMP] 3.3.2
pub fn nt_owf_v2(nt_owf_v1: &Sixteen, user: &str, domain: &str) -> Sixteen {
    hmac_md5(nt_owf_v1, &[&utf16(&capitals(user)), &utf16(domain)])
}

/// All that the proof is over, but for the server's challenge: `temp`. [MS-NLMP] 3.3.2
pub fn response_body(time: &[u8; 8], client_challenge: &Nonce8, av_pairs: &[u8]) -> Vec<u8> {
    [&[1, 1, 0, 0, 0, 0, 0, 0], &time[..], client_challenge, &[0; 4], av_pairs, &[0; 4]].concat()
}

/// NTProofStr.
pub fn nt_proof(nt_owf_v2: &Sixteen, server_challenge: &Nonce8, body: &[u8]) -> Sixteen {
    hmac_md5(nt_owf_v2, &[server_challenge, body])
}

/// LMv2, for servers that send no time.
pub fn lm_response(nt_owf_v2: &Sixteen, server_challenge: &Nonce8, client_challenge: &Nonce8) -> [u8; 24] {
    let proof = hmac_md5(nt_owf_v2, &[server_challenge, client_challenge]);
    let mut response = [0; 24];
    for (octet, from) in response.iter_mut().zip(proof.iter().chain(client_challenge)) {
        *octet = *from;
    }
    response
}

pub fn session_base_key(nt_owf_v2: &Sixteen, proof: &Sixteen) -> Sixteen {
    hmac_md5(nt_owf_v2, &[proof])
}

/// Hides the session key under the base key, or shows it: RC4 is its own inverse. [MS-NLMP] 3.1.5.1.2
pub fn exchange_key(base: &Sixteen, key: Sixteen) -> Sixteen {
    let mut out = key;
    if let Ok(mut cipher) = <Rc4 as rc4::KeyInit>::new_from_slice(base) {
        cipher.apply_keystream(&mut out);
    }
    out
}

/// The seal over the three messages, the last with zeros where the seal stands.
pub fn mic(session_key: &Sixteen, negotiate: &[u8], challenge: &[u8], authenticate: &[u8]) -> Sixteen {
    let mut unsealed = authenticate.to_vec();
    unsealed.iter_mut().skip(MIC_AT).take(16).for_each(|octet| *octet = 0);
    hmac_md5(session_key, &[negotiate, challenge, &unsealed])
}

/// MsvAvChannelBindings for the hash of a server's certificate: MD5 of a gss_channel_bindings_struct without addresses.
/// RFC 5929 §4.1, RFC 4121 §4.1.1.2
pub fn channel_bindings(end_point: &[u8]) -> Sixteen {
    let data = [b"tls-server-end-point:", end_point].concat();
    Md5::new()
        .chain_update([0; 16])
        .chain_update((data.len() as u32).to_le_bytes())
        .chain_update(data)
        .finalize()
        .into()
}

/// Microseconds since 1970 as FILETIME: tenths of microseconds since 1601. [MS-DTYP] 2.3.3
pub fn file_time(micros: u64) -> [u8; 8] {
    const UNIX_EPOCH: u64 = 116_444_736_000_000_000;
    micros.saturating_mul(10).saturating_add(UNIX_EPOCH).to_le_bytes()
}

/// As Windows does it, a letter for a letter.
pub(super) fn capitals(text: &str) -> String {
    let capital = |c: char| {
        let mut upper = c.to_uppercase();
        upper.next().filter(|_| upper.next().is_none()).unwrap_or(c)
    };
    text.chars().map(capital).collect()
}

fn hmac_md5(key: &Sixteen, parts: &[&[u8]]) -> Sixteen {
    let mut block = Key::<Hmac<Md5>>::default();
    block.iter_mut().zip(key).for_each(|(block, key)| *block = *key); // RFC 2104 §2: filled up with zeros
    let keyed = Hmac::<Md5>::new(&block);
    parts.iter().fold(keyed, |running, part| running.chain_update(part)).finalize().into_bytes().into()
}
