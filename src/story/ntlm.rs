//! NTLM logins as the lines of a session tell them: their messages, what stands there in clear, and what a word or a password can be tried on.
//! [MS-NLMP]
//!
//! A message that is not well formed says nothing here; its fields are in `dissect`.

use super::wiretap::{Learnt, Subject};
use crate::bytes::hex;
use crate::dissect::Reading;
use crate::dissect::layers::LayerKind;
use crate::dissect::smtp::Form;
use crate::ntlm::{
    Authenticate, AvPairs, Captured, Challenge, Negotiate, NtResponse, Sixteen, TriedWord, WORDS, Windows,
    exchange_key, mic, nt_owf_v2, nt_proof, session_base_key,
};
use crate::registry::ntlm::{AV_DNS_TREE_NAME, AV_FLAG_MIC, AV_NB_COMPUTER_NAME, KEY_EXCH};
use crate::scenario::Side;
use crate::trace::{EventId, Trace};

/// The three messages of an attempt; the event is that of the last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NtlmAttempt {
    pub event: EventId,
    pub offer: Vec<u8>,
    pub challenge: Vec<u8>,
    pub answer: Vec<u8>,
}

/// What comes of an answer for one that knows the password, or the hash of it that a server keeps. `None`: there is no such thing in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NtlmCheck {
    pub proof: bool,
    pub mic: Option<bool>,
    pub binding: Option<bool>,
}

/// The NTLM message that a line holds.
pub fn message(trace: &Trace, reading: &Reading, id: EventId) -> Option<Vec<u8>> {
    if !matches!(reading.line(id)?.form, Form::Sasl { .. }) {
        return None;
    }
    let layers = reading.layers(trace, id);
    let layer = layers.into_iter().find(|layer| layer.kind == LayerKind::Sasl)?;
    layer.octets.starts_with(b"NTLMSSP\0").then(|| layer.octets.into_owned())
}

/// All attempts that can be read, connection by connection.
pub fn attempts(trace: &Trace, reading: &Reading) -> Vec<NtlmAttempt> {
    let mut attempts = Vec::new();
    for connection in trace.connections() {
        let of_it = |id: &EventId| trace.events.get(*id).is_some_and(|event| event.connection == connection);
        let lines = reading.lines().map(|(id, _)| id).filter(of_it);
        let [mut offer, mut challenge] = <[Vec<u8>; 2]>::default();
        for (event, octets) in lines.filter_map(|id| Some((id, message(trace, reading, id)?))) {
            match octets.get(8) {
                Some(1) => offer = octets,
                Some(2) => challenge = octets,
                Some(3) => {
                    let (offer, challenge) = (std::mem::take(&mut offer), std::mem::take(&mut challenge));
                    attempts.push(NtlmAttempt { event, offer, challenge, answer: octets });
                }
                _ => {}
            }
        }
    }
    attempts
}

impl NtlmAttempt {
    /// What words can be tried on.
    pub fn captured(&self) -> Option<Captured> {
        Captured::read(&self.challenge, &self.answer).ok().flatten()
    }

    /// `bindings` is the hash of the certificate that the server showed.
    pub fn check(&self, nt_owf_v1: &Sixteen, bindings: Option<Sixteen>) -> Option<NtlmCheck> {
        let captured = self.captured()?;
        let answer = Authenticate::read(&self.answer).ok()?;
        let pairs = av_pairs(&answer)?;
        let owf = nt_owf_v2(nt_owf_v1, &captured.user, &captured.domain);
        let base = session_base_key(&owf, &captured.proof);
        let key = match answer.session_key.as_slice().try_into() {
            Ok(hidden) if answer.flags.has(KEY_EXCH) => exchange_key(&base, hidden),
            _ => base,
        };
        let sealed = answer.mic.filter(|_| pairs.flags() & AV_FLAG_MIC != 0);
        Some(NtlmCheck {
            proof: captured.proof == nt_proof(&owf, &captured.server_challenge, &captured.body),
            mic: sealed.map(|found| found == mic(&key, &self.offer, &self.challenge, &self.answer)),
            binding: pairs.bindings().map(|found| Some(found) == bindings),
        })
    }
}

/// The attributes of a response of version 2.
pub fn av_pairs(answer: &Authenticate) -> Option<AvPairs> {
    match NtResponse::read(&answer.nt_response).ok()? {
        NtResponse::V2 { av_pairs, .. } => AvPairs::read(av_pairs).ok(),
        NtResponse::V1(_) => None,
    }
}

/// Each word of the built-in list, tried.
pub fn tried(captured: &Captured) -> [(&'static str, TriedWord); WORDS.len()] {
    WORDS.map(|word| (word, captured.guess(word)))
}

/// What a message says in clear.
pub(super) fn said(octets: &[u8]) -> Vec<(Subject, Learnt)> {
    let mut said = Vec::new();
    let mut tell = |subject, name, value: String| {
        if !value.is_empty() {
            said.push((subject, Learnt::Field { name, value }));
        }
    };
    let name = Subject::NtlmNames;
    let of = |side, version: Option<Windows>| version.map(|windows| (Subject::Windows(side), windows.to_string()));
    let version = match octets.get(8) {
        Some(1) => Negotiate::read(octets).ok().and_then(|offer| {
            tell(name, "DomainName", String::from_utf8_lossy(&offer.domain).into_owned());
            tell(name, "Workstation", String::from_utf8_lossy(&offer.workstation).into_owned());
            of(Side::Client, offer.version)
        }),
        Some(2) => Challenge::read(octets).ok().and_then(|challenge| {
            tell(name, "TargetName", challenge.target_name());
            let pairs = AvPairs::read(&challenge.target_info).unwrap_or_default();
            for id in AV_NB_COMPUTER_NAME..=AV_DNS_TREE_NAME {
                let attribute = crate::registry::name(crate::registry::ntlm::AV_IDS, id).unwrap_or_default();
                tell(name, attribute, pairs.text(id).unwrap_or_default());
            }
            tell(Subject::NtlmProof, "ServerChallenge", hex(&challenge.server_challenge));
            of(Side::Server, challenge.version)
        }),
        Some(3) => Authenticate::read(octets).ok().and_then(|answer| {
            tell(name, "UserName", answer.user());
            tell(name, "DomainName", answer.domain());
            tell(name, "Workstation", answer.workstation());
            match NtResponse::read(&answer.nt_response) {
                Ok(NtResponse::V2 { proof, client_challenge, .. }) => {
                    tell(Subject::NtlmProof, "ChallengeFromClient", hex(&client_challenge));
                    tell(Subject::NtlmProof, "Response", hex(&proof));
                }
                Ok(NtResponse::V1(response)) => tell(Subject::NtlmProof, "Response", hex(&response)),
                Err(_) => {}
            }
            of(Side::Client, answer.version)
        }),
        _ => None,
    };
    said.extend(version.map(|(subject, value)| (subject, Learnt::Field { name: "Version", value })));
    said
}
