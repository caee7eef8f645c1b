//! NTLM logins: what is said of each message, what is found with the password, and what a list of words comes to.

use super::{Check, Checked, hold};
use crate::naive::ntlm::{Message, binding};
use crate::naive::{Naive, Talk};
use crate::said::Said;
use starttls_lab::story::ntlm::NtlmCheck;
use starttls_lab::story::say::{NtlmClaim, NtlmProof, WordsClaim};

pub const CHECKS: &[Check] =
    &[Check { kind: "what an NTLM message says", look: messages }, Check { kind: "what words come to", look: words }];

/// As the listener of the specification has them.
const WORDS: &str = "123456 password Password1 letmein qwerty somorita Somorita1 exchange Exchange2010 Welcome1 Winter2008 Spring2009 Summer2008 Summer2009 Autumn2009";

/// Of each message that was sent: its event, what is known of it, and the challenge before it.
fn sent(talk: &Talk) -> Vec<(usize, bool, Message, Option<Message>)> {
    let mut challenge = None;
    let mut all = Vec::new();
    for line in &talk.lines {
        let Some(message) = Message::of(&line.text).filter(|_| line.verb() == "AUTH" || line.text.starts_with("334 "))
        else {
            continue;
        };
        if message.kind() == 2 {
            challenge = Some(message.clone());
        }
        all.push((line.event, line.sealed && talk.hides(), message, challenge.clone()));
    }
    all
}

fn messages(naive: &Naive, said: &Said) -> Checked {
    let mut wanted = Vec::new();
    for talk in &naive.talks {
        for (event, _, message, challenge) in sent(talk) {
            wanted.push(event);
            let claim = said.ntlm.iter().find(|(said, _)| *said == event).map(|(_, claim)| claim);
            let holds = match claim {
                Some(NtlmClaim::Offer { windows, names }) => {
                    message.kind() == 1
                        && windows.map(|windows| windows.to_string()) == Some(message.windows())
                        && *names == (message.0[16..18] != [0, 0] || message.0[24..26] != [0, 0])
                }
                Some(NtlmClaim::Challenge { target, computer, windows }) => {
                    let name = computer.as_ref().map(|name| name.encode_utf16().flat_map(u16::to_le_bytes).collect());
                    message.kind() == 2
                        && *target == message.text(12)
                        && name == message.attribute(1)
                        && windows.map(|windows| windows.to_string()) == Some(message.windows())
                }
                Some(NtlmClaim::Answer { user, domain, workstation, proves, check }) => {
                    let names = [(user, 36), (domain, 28), (workstation, 44)];
                    message.kind() == 3
                        && names.into_iter().all(|(name, at)| *name == message.text(at))
                        && *proves == Some(goes_under(&message))
                        // What the receiver keeps for the page is of the sender, and not of its computer.
                        && *check
                            == challenge
                                .filter(|_| !user.ends_with('$'))
                                .map(|challenge| checked(naive, talk, &message, &challenge))
                }
                None => false,
            };
            hold!(holds, "event {event}: {claim:?}");
        }
    }
    let said: Vec<usize> = said.ntlm.iter().map(|(event, _)| *event).collect();
    wanted.sort_unstable();
    hold!(said == wanted, "claims of {said:?}, messages at {wanted:?}");
    Ok(wanted.len())
}

fn goes_under(answer: &Message) -> NtlmProof {
    let is_bound = answer.attribute(10).is_some_and(|hash| hash.iter().any(|&octet| octet != 0));
    NtlmProof { has_mic: answer.attribute(6).is_some_and(|flags| flags[0] & 2 != 0), is_bound }
}

/// No message is altered on its way: a seal is as right as the proof.
fn checked(naive: &Naive, talk: &Talk, answer: &Message, challenge: &Message) -> NtlmCheck {
    let proof = answer.proves(challenge, naive.password());
    let NtlmProof { has_mic, is_bound } = goes_under(answer);
    let own = talk.certificates[1].first().map(|leaf| binding(leaf));
    NtlmCheck { proof, mic: has_mic.then_some(proof), binding: is_bound.then(|| answer.attribute(10) == own) }
}

/// Of the first answer that a listener sees.
fn words(naive: &Naive, said: &Said) -> Checked {
    let clear = naive.talks.iter().flat_map(|talk| sent(talk)).filter(|(_, sealed, ..)| !sealed);
    let answer = clear
        .filter(|(.., message, _)| message.kind() == 3)
        .find_map(|(.., answer, challenge)| Some((answer, challenge?)));
    let wanted = answer.map(|(answer, challenge)| {
        let found = WORDS.split(' ').zip(1..).find(|(word, _)| answer.proves(&challenge, word));
        WordsClaim { words: 15, found: found.map(|(word, place)| (place, word)) }
    });
    hold!(said.words == wanted, "{:?}, not {wanted:?}", said.words);
    Ok(usize::from(wanted.is_some()))
}
