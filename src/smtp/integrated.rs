//! What the two ends need for AUTH NTLM, which Exchange calls Integrated Windows authentication. [MS-SMTPNTLM]
//!
//! ```text
//! C: AUTH NTLM [NEGOTIATE]
//! S: 334 NTLM supported          unless NEGOTIATE came with the command; the text means nothing, and is no base64
//! C: NEGOTIATE
//! S: 334 CHALLENGE
//! C: AUTHENTICATE
//! S: 235, or 535 for whatever reason
//! ```

use super::profile::Profile;
use crate::ntlm::{
    Acceptor, BindingPolicy, DomainAccount, DomainServer, Initiator, Nonce8, NtlmLogin, Sixteen, Windows, file_time,
};
use std::cell::RefCell;
use std::fmt;
use std::rc::Rc;

/// Chance from outside: each draw gives octets that no other has had. Clones draw on.
#[derive(Clone)]
pub struct Chance(Rc<RefCell<Fill>>);

type Fill = dyn FnMut(&mut [u8]);

impl Chance {
    pub fn new(fill: impl FnMut(&mut [u8]) + 'static) -> Chance {
        Chance(Rc::new(RefCell::new(fill)))
    }

    fn draw<const N: usize>(&self) -> [u8; N] {
        let mut octets = [0; N];
        self.0.borrow_mut()(&mut octets);
        octets
    }
}

impl fmt::Debug for Chance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Chance")
    }
}

/// The account that a client logs in with, and its Windows.
#[derive(Clone, Debug)]
pub struct NtlmUser {
    pub domain: String,
    /// The host that it means to reach.
    pub host: String,
    pub windows: Windows,
    /// Its answer is bound to the server's certificate, inside TLS.
    pub binds: bool,
    /// The first message goes out with the command. RFC 4954 §4
    pub initial: bool,
    /// How often it tries.
    pub tries: u8,
    pub challenges: Chance,
    pub keys: Chance,
}

/// The domain that a server belongs to, as far as logins go.
#[derive(Clone, Debug)]
pub struct NtlmHost {
    pub windows: Windows,
    pub accounts: Vec<DomainAccount>,
    pub bindings: BindingPolicy,
    /// By how many seconds a client's time may differ, where that is asked.
    pub time_limit: Option<u32>,
    /// No domain controller answers.
    pub is_cut_off: bool,
    pub challenges: Chance,
}

impl NtlmUser {
    /// An exchange from `client`, the name it gives in EHLO.
    pub(super) fn begin(
        &self,
        user: &str,
        password: &str,
        client: &str,
        end_point: Option<&[u8]>,
        now: u64,
    ) -> Initiator {
        Initiator::new(NtlmLogin {
            user: user.to_owned(),
            domain: self.domain.clone(),
            workstation: net_bios(client),
            password: password.to_owned(),
            target: format!("SMTPSVC/{}", self.host),
            windows: self.windows,
            end_point: end_point.filter(|_| self.binds).map(Vec::from),
            now: file_time(now),
            client_challenge: self.challenges.draw::<{ size_of::<Nonce8>() }>(),
            session_key: self.keys.draw::<{ size_of::<Sixteen>() }>(),
        })
    }
}

impl NtlmHost {
    /// An exchange at a server of this profile.
    pub(super) fn begin(&self, profile: &Profile, end_point: Option<&[u8]>, now: u64, own: bool) -> Acceptor {
        // A computer's account ends so, and X-EXPS is for those of Exchange servers alone. docs/rules.md X7
        let is_here = |account: &&DomainAccount| account.user.ends_with('$') == own;
        Acceptor::new(DomainServer {
            computer: net_bios(profile.host),
            domain: net_bios(profile.domain),
            dns_computer: profile.host.to_owned(),
            dns_domain: profile.domain.to_owned(),
            windows: self.windows,
            accounts: self.accounts.iter().filter(is_here).cloned().collect(),
            bindings: self.bindings,
            end_point: end_point.map(Vec::from),
            now: file_time(now),
            time_limit: self.time_limit,
            is_cut_off: self.is_cut_off,
            server_challenge: self.challenges.draw(),
        })
    }
}

/// The short name of a host or a domain: the first label in capitals, at most fifteen characters. docs/rules.md N16
pub fn net_bios(name: &str) -> String {
    name.split('.').next().unwrap_or_default().chars().take(15).collect::<String>().to_uppercase()
}
