//! The client's end: an offer, and an answer to a challenge. [MS-NLMP] 3.1.5
//!
//! It answers any server: none proves itself to it. Left out: the choice between versions, as it speaks the second alone.

use super::messages::{Authenticate, Challenge, Malformed, Negotiate, NegotiateFlags, Windows};
use super::{
    AvPairs, Nonce8, Sixteen, channel_bindings, exchange_key, lm_response, mic, nt_owf_v1, nt_owf_v2, nt_proof,
    response_body, session_base_key,
};
use crate::registry::ntlm::{
    ALWAYS_SIGN, AV_CHANNEL_BINDINGS, AV_FLAG_MIC, AV_FLAGS, AV_TARGET_NAME, BITS_56, BITS_128,
    EXTENDED_SESSIONSECURITY, KEY_EXCH, LM_KEY, NTLM, OEM, REQUEST_TARGET, SIGN, TARGET_INFO, UNICODE, VERSION,
};

/// What a Windows client offers.
const OFFER: u32 = UNICODE
    | OEM
    | REQUEST_TARGET
    | SIGN
    | LM_KEY
    | NTLM
    | ALWAYS_SIGN
    | EXTENDED_SESSIONSECURITY
    | VERSION
    | BITS_128
    | KEY_EXCH
    | BITS_56;

/// Who logs in, from where, with what, and all chance that it takes.
#[derive(Clone, Debug)]
pub struct NtlmLogin {
    pub user: String,
    pub domain: String,
    pub workstation: String,
    pub password: String,
    /// The service that is meant, `SMTPSVC/host`.
    pub target: String,
    pub windows: Windows,
    /// The hash of the certificate that this end saw, where it binds its answer to it.
    pub end_point: Option<Vec<u8>>,
    /// FILETIME, for servers that send none.
    pub now: [u8; 8],
    pub client_challenge: Nonce8,
    pub session_key: Sixteen,
}

/// One exchange.
#[derive(Clone, Debug)]
pub struct Initiator {
    login: NtlmLogin,
    negotiate: Vec<u8>,
}

impl Initiator {
    pub fn new(login: NtlmLogin) -> Initiator {
        let negotiate = Negotiate {
            flags: NegotiateFlags(OFFER),
            domain: Vec::new(),
            workstation: Vec::new(),
            version: Some(login.windows),
        };
        Initiator { negotiate: negotiate.write(), login }
    }

    /// NEGOTIATE_MESSAGE.
    pub fn negotiate(&self) -> &[u8] {
        &self.negotiate
    }

    /// AUTHENTICATE_MESSAGE. A CHALLENGE_MESSAGE that cannot be read has none.
    pub fn answer(&self, challenge: &[u8]) -> Result<Vec<u8>, Malformed> {
        let asked = Challenge::read(challenge)?;
        let server = if asked.target_info.is_empty() { AvPairs::default() } else { AvPairs::read(&asked.target_info)? };
        let login = &self.login;
        // A server that tells the time can read a seal, and has no use for LMv2. [MS-NLMP] 3.1.5.1.2
        let is_sealed = server.time().is_some();
        let av_pairs = self.av_pairs(&server, is_sealed).write();

        let key = nt_owf_v2(&nt_owf_v1(&login.password), &login.user, &login.domain);
        let body = response_body(&server.time().unwrap_or(login.now), &login.client_challenge, &av_pairs);
        let proof = nt_proof(&key, &asked.server_challenge, &body);
        let base = session_base_key(&key, &proof);

        let mut flags = asked.flags.0 & (OFFER | TARGET_INFO);
        if flags & UNICODE != 0 {
            flags &= !OEM; // one encoding, not both. [MS-NLMP] 2.2.2.5
        }
        let flags = NegotiateFlags(flags);
        let exchanges = flags.has(KEY_EXCH);
        let lm = if is_sealed { [0; 24] } else { lm_response(&key, &asked.server_challenge, &login.client_challenge) };
        let mut message = Authenticate {
            flags,
            lm_response: lm.to_vec(),
            nt_response: [&proof[..], &body].concat(),
            domain: flags.encode(&login.domain),
            user: flags.encode(&login.user),
            workstation: flags.encode(&login.workstation),
            session_key: if exchanges { exchange_key(&base, login.session_key).to_vec() } else { Vec::new() },
            version: Some(login.windows),
            mic: is_sealed.then_some([0; 16]),
        };
        if is_sealed {
            let key = if exchanges { login.session_key } else { base };
            message.mic = Some(mic(&key, &self.negotiate, challenge, &message.write()));
        }
        Ok(message.write())
    }

    /// The server's own, and, for a server that tells the time, what the client adds: they stand under the proof.
    fn av_pairs(&self, server: &AvPairs, is_sealed: bool) -> AvPairs {
        let mut pairs = server.clone();
        if is_sealed {
            pairs.push(AV_FLAGS, AV_FLAG_MIC.to_le_bytes());
            pairs.push_text(AV_TARGET_NAME, &self.login.target);
            // Zeros: nothing is bound.
            pairs.push(AV_CHANNEL_BINDINGS, self.login.end_point.as_deref().map_or([0; 16], channel_bindings));
        }
        pairs
    }
}
