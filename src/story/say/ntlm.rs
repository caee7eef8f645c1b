//! What the three messages of an NTLM login are for, with what stands in them; what is found with the password; what a list of words comes to.

use super::Facts;
use crate::ntlm::{
    Authenticate, AvPairs, Captured, Challenge, Negotiate, NtResponse, WORDS, Windows, channel_bindings,
};
use crate::registry::ntlm::{AV_FLAG_MIC, AV_NB_COMPUTER_NAME};
use crate::smtp::{NtlmRefusal, NtlmVerdict};
use crate::story::Leg;
use crate::story::ntlm::{NtlmCheck, attempts, av_pairs, message, tried};
use crate::tls::end_point;
use crate::trace::{EventId, What};

/// Of a message that is well formed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NtlmClaim {
    Offer {
        windows: Option<Windows>,
        /// It has a name of a domain or of a machine.
        names: bool,
    },
    Challenge {
        target: String,
        computer: Option<String>,
        windows: Option<Windows>,
    },
    Answer {
        user: String,
        domain: String,
        workstation: String,
        /// `None`: it is of version 1.
        proves: Option<NtlmProof>,
        /// Where the trace knows the password.
        check: Option<NtlmCheck>,
    },
}

/// What else goes under a proof of version 2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NtlmProof {
    pub has_mic: bool,
    pub is_bound: bool,
}

impl NtlmClaim {
    pub fn check(&self) -> Option<NtlmCheck> {
        match self {
            NtlmClaim::Answer { check, .. } => *check,
            NtlmClaim::Offer { .. } | NtlmClaim::Challenge { .. } => None,
        }
    }

    pub fn source(&self) -> &'static str {
        match self {
            NtlmClaim::Offer { .. } => "[MS-NLMP] 2.2.1.1",
            NtlmClaim::Challenge { .. } => "[MS-NLMP] 2.2.1.2",
            NtlmClaim::Answer { .. } => "[MS-NLMP] 2.2.1.3",
        }
    }
}

pub fn ntlm(facts: Facts<'_>, id: EventId) -> Option<NtlmClaim> {
    let octets = message(facts.trace, facts.reading, id)?;
    match octets.get(8)? {
        1 => {
            let Negotiate { domain, workstation, version, .. } = Negotiate::read(&octets).ok()?;
            Some(NtlmClaim::Offer { windows: version, names: !(domain.is_empty() && workstation.is_empty()) })
        }
        2 => {
            let challenge = Challenge::read(&octets).ok()?;
            let pairs = AvPairs::read(&challenge.target_info).unwrap_or_default();
            let (target, computer) = (challenge.target_name(), pairs.text(AV_NB_COMPUTER_NAME));
            Some(NtlmClaim::Challenge { target, computer, windows: challenge.version })
        }
        3 => {
            let answer = Authenticate::read(&octets).ok()?;
            let proves = match NtResponse::read(&answer.nt_response).ok()? {
                NtResponse::V1(_) => None,
                NtResponse::V2 { .. } => {
                    let pairs = av_pairs(&answer)?;
                    let (has_mic, is_bound) = (pairs.flags() & AV_FLAG_MIC != 0, pairs.bindings().is_some());
                    Some(NtlmProof { has_mic, is_bound })
                }
            };
            let (user, domain, workstation) = (answer.user(), answer.domain(), answer.workstation());
            Some(NtlmClaim::Answer { user, domain, workstation, proves, check: check(facts, id) })
        }
        _ => None,
    }
}

/// With what the receiver of a run keeps of the password; of a session of others that is not known.
fn check(facts: Facts<'_>, id: EventId) -> Option<NtlmCheck> {
    let nt_owf_v1 = facts.trace.cast.recipient?.nt_owf_v1?;
    let attempt = attempts(facts.trace, facts.reading).into_iter().find(|attempt| attempt.event == id)?;
    // What is kept is of the sender, and not of its computer.
    attempt.captured().filter(|captured| !captured.user.ends_with('$'))?;
    let connection = facts.event(id)?.connection;
    let of_server = |what: &What| match what {
        What::Checked(check) if check.of == crate::scenario::Side::Server => check.presented.first().cloned(),
        _ => None,
    };
    let events = facts.trace.events.iter().filter(|event| event.connection == connection);
    let certificate = events.rev().find_map(|event| of_server(&event.what));
    let bindings = certificate.map(|certificate| channel_bindings(&end_point(&certificate)));
    attempt.check(&nt_owf_v1, bindings)
}

/// Why a server refused a login that an attacker passed on: who passes it on judges nothing.
pub(super) fn judged(facts: Facts<'_>) -> Option<NtlmRefusal> {
    facts.trace.events.iter().find_map(|event| match event.what {
        What::NtlmJudged(NtlmVerdict::Refused(why)) => Some(why),
        _ => None,
    })
}

/// What the server judged of an NTLM exchange right before the reply that settled a hop.
pub(super) fn refusal(facts: Facts<'_>, leg: &Leg) -> Option<NtlmRefusal> {
    let before = facts.trace.events.get(..leg.reply?)?.iter().rev();
    let mut since = before.take_while(|event| !matches!(event.what, What::Sent { .. }));
    since.find_map(|event| match event.what {
        What::NtlmJudged(NtlmVerdict::Refused(why)) => Some(why),
        _ => None,
    })
}

/// What the built-in list comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WordsClaim {
    pub words: usize,
    /// The first word that fits, counted from 1.
    pub found: Option<(usize, &'static str)>,
}

impl WordsClaim {
    pub fn source(self) -> &'static str {
        "[MS-NLMP] 3.3.2"
    }
}

pub fn words(captured: &Captured) -> WordsClaim {
    let found = tried(captured).into_iter().zip(1..).find(|((_, guess), _)| guess.fits);
    WordsClaim { words: WORDS.len(), found: found.map(|((word, _), place)| (place, word)) }
}
