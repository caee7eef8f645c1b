//! The words about NTLM logins.

use super::words;
use crate::smtp::NtlmVerdict;
use crate::story::ntlm::NtlmCheck;
use crate::story::say::{NtlmClaim, WordsClaim};
use crate::text::Ntlm;

pub const NTLM: Ntlm = Ntlm {
    claim,
    check,
    guess: "Guess the NTLM password",
    intro: "The line shows user, domain, both challenges and the proof. A word fits if the same arithmetic makes the same proof of it. Nobody counts the tries: the server is not asked.",
    list: "Words with their NTOWFv2 and proof",
    fits: |fits| if fits { "fits" } else { "differs" },
    recorded: "Proof on the line",
    words,
    hashcat: "For hashcat, mode 5600:",
    copy: "Copy the line",
};

fn claim(claim: &NtlmClaim) -> String {
    match claim {
        NtlmClaim::Offer { windows, names } => format!(
            "NEGOTIATE, the first of NTLM's three messages: what the client can do. There is no password in it{}.{}",
            if *names { "" } else { ", and no name yet" },
            windows.map_or_else(String::new, |windows| format!(" It says that the client is Windows {windows}."))
        ),
        NtlmClaim::Challenge { target, computer, windows } => format!(
            "CHALLENGE, the second message: eight octets that the client has to answer for. Whoever asks learns, without an account, that the domain is {target}{}{}.",
            computer.as_ref().map_or_else(String::new, |computer| format!(", the computer {computer}")),
            windows.map_or_else(String::new, |windows| format!(", the system Windows {windows}"))
        ),
        NtlmClaim::Answer { user, domain, workstation, proves, .. } => {
            let who = format!("AUTHENTICATE, the third message. In clear: {user}, of {domain}, on {workstation}.");
            let Some(proof) = proves else {
                return format!("{who} The response is NTLMv1: three DES blocks, broken.");
            };
            let mic = match proof.has_mic {
                true => "A MIC seals the three messages together.",
                false => "No MIC: flags could be altered on the way.",
            };
            let bound = match proof.is_bound {
                true => "The proof holds for the certificate that the client saw, and for no other.",
                false => "The proof is bound to no TLS session, so somebody in the middle could pass it on.",
            };
            format!(
                "{who} The proof shows that the client knows the password, and does not show the password. {mic} {bound}"
            )
        }
    }
}

fn check(check: NtlmCheck) -> String {
    let verdict = |found: Option<bool>| match found {
        None => "none",
        Some(true) => "ok",
        Some(false) => "differs",
    };
    format!(
        "Checked with the password that the receiver knows: proof {}, MIC {}, binding {}.",
        verdict(Some(check.proof)),
        verdict(check.mic),
        verdict(check.binding)
    )
}

fn words(claim: WordsClaim) -> String {
    match claim.found {
        Some((place, word)) => format!("Found: word {place} of {} fits. The password is {word}.", claim.words),
        None => format!("No word of {} fits. What saves this password is its length, not NTLM.", claim.words),
    }
}

/// What the server made of an exchange.
pub(super) fn judged(verdict: NtlmVerdict) -> String {
    match verdict {
        NtlmVerdict::Refused(why) => format!(
            "Here stands why: {}. The client is not told: the reply is the same for every reason, so that nobody finds out which accounts there are.",
            words::ntlm_refusal(why)
        ),
        NtlmVerdict::Admitted { sealed, bound } => format!(
            "With the hash of the password, for which a real server asks a domain controller, it has made the same proof. {}{}",
            if sealed {
                "The MIC is right, too: none of the three messages was altered."
            } else {
                "There is no MIC: the flags could have been altered on the way."
            },
            if bound { " And the answer is bound to this server's certificate: it cannot be relayed." } else { "" }
        ),
    }
}
