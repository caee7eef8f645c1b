//! The server's end: a challenge, and a judgement of the answer with its reason. [MS-NLMP] 3.2.5
//!
//! Why an answer is refused is for the trace: the peer gets one reply for all, as who could tell them apart could find out which accounts
//! there are. Left out: version 1, and answers without a proof.

use super::messages::{
    Authenticate, Challenge, Malformed, MessageField, Negotiate, NegotiateFlags, NtResponse, Windows,
};
use super::proof::capitals;
use super::{AvPairs, Nonce8, Sixteen, channel_bindings, exchange_key, mic, nt_owf_v2, nt_proof, session_base_key};
use crate::registry::ntlm::*;
use serde::{Deserialize, Serialize};

/// What the server is, and what it does for one exchange.
#[derive(Clone, Debug)]
pub struct DomainServer {
    pub computer: String,
    pub domain: String,
    pub dns_computer: String,
    /// Also of the forest.
    pub dns_domain: String,
    pub windows: Windows,
    pub accounts: Vec<DomainAccount>,
    pub bindings: BindingPolicy,
    /// The hash of its own certificate, inside TLS.
    pub end_point: Option<Vec<u8>>,
    /// FILETIME.
    pub now: [u8; 8],
    /// By how many seconds a client's time may differ, where that is asked.
    pub time_limit: Option<u32>,
    /// No domain controller answers.
    pub is_cut_off: bool,
    /// Must never be used twice.
    pub server_challenge: Nonce8,
}

/// An account, with the one hash that is kept of its password.
#[derive(Clone, Debug)]
pub struct DomainAccount {
    pub user: String,
    pub nt_owf_v1: Sixteen,
    /// Why it may not log in, if it may not.
    pub barred: Option<Denial>,
}

/// What it asks of the hash of its certificate in an answer: ExtendedProtectionPolicy of a Receive connector.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BindingPolicy {
    None,
    /// It may be missing, and must be right.
    Allow,
    Require,
}

/// Why an account is not let in. The peer is not told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Denial {
    NoSuchUser,
    WrongPassword,
    PasswordExpired,
    AccountExpired,
    LockedOut,
    Disabled,
    LogonHours,
    MustChangePassword,
}

/// What is wrong with the hash of the certificate in an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum BindingFault {
    Missing,
    Differs,
    /// There is no TLS at this end.
    NoTls,
}

/// Why an exchange fails, in the order in which it is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum NtlmRefusal {
    /// A message that is not due: the third first, or one again.
    OutOfTurn,
    Malformed(Malformed),
    /// The offer is without extended session security, so its client speaks version 1, or without any encoding.
    Offer,
    Anonymous,
    Version1,
    NoController,
    Denied(Denial),
    Seal,
    Bindings(BindingFault),
    Time,
}

/// Who was let in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Admission {
    pub user: String,
    pub domain: String,
    /// The three messages were sealed.
    pub is_sealed: bool,
    /// The answer was bound to the server's certificate, and it was looked at.
    pub is_bound: bool,
}

/// What follows a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AcceptorAnswer {
    Challenge(Vec<u8>),
    Admitted(Admission),
    Refused(NtlmRefusal),
}

/// One exchange: a challenge gets one answer.
#[derive(Clone, Debug)]
pub struct Acceptor {
    server: DomainServer,
    turn: Turn,
}

#[derive(Clone, Debug)]
enum Turn {
    Negotiate,
    Authenticate { negotiate: Vec<u8>, challenge: Vec<u8> },
    Over,
}

impl Denial {
    /// NTSTATUS. [MS-ERREF] 2.3.1
    pub fn status(self) -> u32 {
        match self {
            Denial::NoSuchUser => STATUS_NO_SUCH_USER,
            Denial::WrongPassword => STATUS_WRONG_PASSWORD,
            Denial::PasswordExpired => STATUS_PASSWORD_EXPIRED,
            Denial::AccountExpired => STATUS_ACCOUNT_EXPIRED,
            Denial::LockedOut => STATUS_ACCOUNT_LOCKED_OUT,
            Denial::Disabled => STATUS_ACCOUNT_DISABLED,
            Denial::LogonHours => STATUS_INVALID_LOGON_HOURS,
            Denial::MustChangePassword => STATUS_PASSWORD_MUST_CHANGE,
        }
    }
}

impl From<Malformed> for NtlmRefusal {
    fn from(malformed: Malformed) -> NtlmRefusal {
        NtlmRefusal::Malformed(malformed)
    }
}

impl Acceptor {
    pub fn new(server: DomainServer) -> Acceptor {
        Acceptor { server, turn: Turn::Negotiate }
    }

    /// Takes a message of the client. After anything but a challenge the exchange is over.
    pub fn receive(&mut self, message: &[u8]) -> AcceptorAnswer {
        match std::mem::replace(&mut self.turn, Turn::Over) {
            Turn::Negotiate => match self.server.challenge(message) {
                Ok(challenge) => {
                    self.turn = Turn::Authenticate { negotiate: message.to_vec(), challenge: challenge.clone() };
                    AcceptorAnswer::Challenge(challenge)
                }
                Err(refusal) => AcceptorAnswer::Refused(refusal),
            },
            Turn::Authenticate { negotiate, challenge } => {
                let judged = self.server.judge(&negotiate, &challenge, message);
                judged.map_or_else(AcceptorAnswer::Refused, AcceptorAnswer::Admitted)
            }
            Turn::Over => AcceptorAnswer::Refused(NtlmRefusal::OutOfTurn),
        }
    }
}

/// A message of another kind is out of turn.
fn due(malformed: Malformed) -> NtlmRefusal {
    if malformed == Malformed::MessageType { NtlmRefusal::OutOfTurn } else { malformed.into() }
}

impl DomainServer {
    fn challenge(&self, negotiate: &[u8]) -> Result<Vec<u8>, NtlmRefusal> {
        /// What it grants when asked for it.
        const ECHOED: u32 = SIGN | SEAL | EXTENDED_SESSIONSECURITY | VERSION | BITS_128 | KEY_EXCH | BITS_56;
        const ALWAYS: u32 = REQUEST_TARGET | NTLM | ALWAYS_SIGN | TARGET_TYPE_DOMAIN | TARGET_INFO;

        let offer = Negotiate::read(negotiate).map_err(due)?.flags;
        let encoding = [UNICODE, OEM].into_iter().find(|encoding| offer.has(*encoding));
        let encoding = encoding.filter(|_| offer.has(EXTENDED_SESSIONSECURITY)).ok_or(NtlmRefusal::Offer)?;
        let flags = NegotiateFlags(offer.0 & ECHOED | ALWAYS | encoding);
        let challenge = Challenge {
            flags,
            target_name: flags.encode(&self.domain),
            server_challenge: self.server_challenge,
            target_info: self.target_info().write(),
            version: Some(self.windows),
        };
        Ok(challenge.write())
    }

    /// Windows Server 2003 says neither forest nor time.
    fn target_info(&self) -> AvPairs {
        let mut pairs = AvPairs::default();
        pairs.push_text(AV_NB_DOMAIN_NAME, &self.domain);
        pairs.push_text(AV_NB_COMPUTER_NAME, &self.computer);
        pairs.push_text(AV_DNS_DOMAIN_NAME, &self.dns_domain);
        pairs.push_text(AV_DNS_COMPUTER_NAME, &self.dns_computer);
        if self.windows != Windows::SERVER_2003 {
            pairs.push_text(AV_DNS_TREE_NAME, &self.dns_domain);
            pairs.push(AV_TIMESTAMP, self.now);
        }
        pairs
    }

    /// What is asked, in this order, of an answer. docs/rules.md N10
    fn judge(&self, negotiate: &[u8], challenge: &[u8], message: &[u8]) -> Result<Admission, NtlmRefusal> {
        let answer = Authenticate::read(message).map_err(due)?;
        if answer.user.is_empty() && answer.nt_response.is_empty() {
            return Err(NtlmRefusal::Anonymous);
        }
        let response = match NtResponse::read(&answer.nt_response)? {
            NtResponse::V1(_) => return Err(NtlmRefusal::Version1),
            NtResponse::V2 { proof, body, time, av_pairs, .. } => (proof, body, time, av_pairs),
        };
        let (proof, body, time, av_pairs) = response;
        if self.is_cut_off {
            return Err(NtlmRefusal::NoController);
        }
        let key = self.key(&answer, &proof, body)?;
        let av_pairs = AvPairs::read(av_pairs)?;
        let is_sealed = av_pairs.flags() & AV_FLAG_MIC != 0;
        if is_sealed {
            let key = session_key(&answer, session_base_key(&key, &proof))?;
            let right = mic(&key, negotiate, challenge, message);
            if !answer.mic.is_some_and(|found| same(&found, &right)) {
                return Err(NtlmRefusal::Seal);
            }
        }
        let is_bound = self.check_bindings(av_pairs.bindings()).map_err(NtlmRefusal::Bindings)?;
        let apart = u64::from_le_bytes(time).abs_diff(u64::from_le_bytes(self.now));
        if self.time_limit.is_some_and(|limit| apart > u64::from(limit) * 10_000_000) {
            return Err(NtlmRefusal::Time);
        }
        Ok(Admission { user: answer.user(), domain: answer.domain(), is_sealed, is_bound })
    }

    /// NTOWFv2 of the account, if the proof was made with it.
    fn key(&self, answer: &Authenticate, proof: &Sixteen, body: &[u8]) -> Result<Sixteen, NtlmRefusal> {
        let (user, domain) = (answer.user(), answer.domain());
        let is_named = |account: &&DomainAccount| capitals(&account.user) == capitals(&user);
        let denied = NtlmRefusal::Denied;
        let account = self.accounts.iter().find(is_named).ok_or(denied(Denial::NoSuchUser))?;
        // A client may have left the domain out. [MS-NLMP] 3.2.5.1.2
        let mut keys = [domain.as_str(), ""].into_iter().map(|domain| nt_owf_v2(&account.nt_owf_v1, &user, domain));
        let key = keys.find(|key| same(&nt_proof(key, &self.server_challenge, body), proof));
        let key = key.ok_or(denied(Denial::WrongPassword))?;
        account.barred.map_or(Ok(key), |why| Err(denied(why)))
    }

    /// Whether the answer is bound to this end's certificate. It is asked in clear, too: else an attacker would leave TLS out on its
    /// side. docs/rules.md N22
    fn check_bindings(&self, found: Option<Sixteen>) -> Result<bool, BindingFault> {
        let own = self.end_point.as_deref().map(channel_bindings);
        match (self.bindings, found, own) {
            (BindingPolicy::None, _, _) | (BindingPolicy::Allow, None, _) => Ok(false),
            (_, Some(found), Some(own)) if same(&found, &own) => Ok(true),
            (_, Some(_), Some(_)) => Err(BindingFault::Differs),
            (_, None, Some(_)) => Err(BindingFault::Missing),
            (_, _, None) => Err(BindingFault::NoTls),
        }
    }
}

/// ExportedSessionKey. [MS-NLMP] 3.2.5.1.2
fn session_key(answer: &Authenticate, base: Sixteen) -> Result<Sixteen, NtlmRefusal> {
    if !answer.flags.has(KEY_EXCH) {
        return Ok(base);
    }
    let hidden = answer.session_key.as_slice().try_into();
    let outside = Malformed::Outside(MessageField::EncryptedRandomSessionKey);
    hidden.map(|hidden| exchange_key(&base, hidden)).map_err(|_| outside.into())
}

/// In a time that does not depend on where they differ.
fn same(one: &Sixteen, other: &Sixteen) -> bool {
    one.iter().zip(other).fold(0, |differing, (one, other)| differing | (one ^ other)) == 0
}
