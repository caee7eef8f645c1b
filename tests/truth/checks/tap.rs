//! The eavesdropper: what leaked, what an attacker was given, what stayed between the ends, and the line above them.

use super::{Check, Checked, hold};
use crate::naive::ntlm::Message;
use crate::naive::octets::{self, Certificate};
use crate::naive::{Naive, Role, Talk};
use crate::said::Said;
use starttls_lab::bytes::from_base64;
use starttls_lab::scenario::Side;
use starttls_lab::story::say::{KeyRole, Lost, StolenClaim, TapClaim, TappedMail};
use starttls_lab::story::wiretap::{Fact, Learnt, Subject, Wiretap};
use starttls_lab::trace::{Actor, What};

pub const CHECKS: &[Check] = &[
    Check { kind: "what leaked", look: leaked },
    Check { kind: "what did not leak", look: kept },
    Check { kind: "how much was sealed, and when", look: measures },
    Check { kind: "what one without keys has", look: intro },
    Check { kind: "what the server's key opens", look: theft },
];

/// Something that was said, as text; and where, unless it is inside a sealed handshake.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Told {
    subject: Subject,
    text: String,
    sealed: bool,
    /// To an attacker, who is one of the ends.
    to_attacker: bool,
    event: Option<usize>,
}

/// Suites in which the client encrypts the secret to a key of the server's: all of the registry with `TLS_RSA_WITH` and
/// `TLS_RSA_EXPORT` in their names up to ARIA, by number.
fn is_rsa(suite: u16) -> bool {
    matches!(
        suite,
        0x0001..=0x000a | 0x002f | 0x0035 | 0x003b..=0x003d | 0x0041 | 0x0060..=0x0062 | 0x0064 | 0x0084 | 0x0096
            | 0x009c | 0x009d
    )
}

/// Whether the server's key opens a connection: a secret was encrypted in a suite that says so, and the server sent no other key for it.
fn opens(talk: &Talk) -> bool {
    let sent = |kind| talk.messages.iter().any(|message| message.kind == kind);
    talk.choice.is_some_and(|choice| is_rsa(choice.suite)) && sent(16) && !sent(12)
}

/// The listener without keys and the one with the server's, with what is said of each.
fn listeners<'a>(said: &'a Said) -> [(bool, &'a Wiretap, TapClaim); 2] {
    [(false, &said.tap, said.tap_intro), (true, &said.stolen, said.stolen_intro)]
}

/// All that is said in a run, in order, in clear and sealed; to one with the server's key it may not be.
fn told(naive: &Naive, has_key: bool) -> Vec<Told> {
    let mut all = Vec::new();
    for talk in &naive.talks {
        of_handshake(naive, talk, &mut all);
        let closed = !(has_key && opens(talk));
        for line in &talk.lines {
            // A record that was changed on the way opens for no one end: the event behind it says so.
            let next = naive.trace.events.get(line.event + 1);
            let changed = line.sealed && next.is_some_and(|next| matches!(next.what, What::Altered { .. }));
            let to_attacker = naive.actor(talk, line.by.other()) == Actor::Attacker && !changed;
            let sealed = line.sealed && closed && talk.hides();
            let mut tell = |subject, text: &str, event| {
                all.push(Told { subject, text: text.to_owned(), sealed, to_attacker, event: Some(event) });
            };
            let words: Vec<&str> = line.text.split(' ').collect();
            let first_of = |reply: usize| talk.lines[talk.replies[reply].lines[0]].event == line.event;
            let ntlm = Message::of(&line.text).filter(|_| line.verb() == "AUTH" || line.text.starts_with("334 "));
            if let Some(message) = ntlm {
                message.told().into_iter().for_each(|(subject, text)| tell(subject, &text, line.event));
                continue;
            }
            match (line.role, line.verb().as_str()) {
                (Role::Content, _) => tell(Subject::Message, &line.octets.len().to_string(), line.event),
                (_, "EHLO" | "HELO") => tell(Subject::Hosts, words[1], line.event),
                (_, "MAIL" | "RCPT") => {
                    let path = line.text.split(':').nth(1).and_then(|path| path.split(' ').next());
                    tell(Subject::Envelope, path.unwrap_or_default(), line.event);
                }
                (Role::Command, "AUTH") if words.len() > 2 => {
                    login(words[2], |word| tell(Subject::Login, word, line.event))
                }
                (Role::AuthAnswer, _) => login(&line.text, |word| tell(Subject::Login, word, line.event)),
                (Role::Reply(reply), _) if talk.replies[reply].to.is_none() => {
                    tell(Subject::Hosts, words[1], line.event)
                }
                (Role::Reply(reply), _) if first_of(reply) => {
                    let is_list =
                        talk.asked(&talk.replies[reply]).as_deref() == Some("EHLO") && talk.replies[reply].code == 250;
                    let list = talk.keywords(line.sealed).filter(|list| is_list && !list.is_empty());
                    if let Some(list) = list {
                        let lines =
                            talk.replies[reply].lines[1..].iter().map(|&at| talk.lines[at].text[4..].to_owned());
                        tell(Subject::Capabilities, &lines.collect::<Vec<_>>().join("\n"), list[0].event);
                    }
                }
                _ => {}
            }
        }
    }
    all
}

fn of_handshake(naive: &Naive, talk: &Talk, all: &mut Vec<Told>) {
    let mut tell = |subject, text: String, sealed, event, by: Side| {
        let to_attacker = naive.actor(talk, by.other()) == Actor::Attacker;
        all.push(Told { subject, text, sealed, to_attacker, event });
    };
    if let Some(offered) = &talk.offered {
        let text = format!("{:?} {:?}", offered.versions, offered.suites);
        tell(Subject::Offer, text, false, Some(offered.event), Side::Client);
        let name = offered.name.clone();
        name.into_iter().for_each(|name| tell(Subject::ServerName, name, false, Some(offered.event), Side::Client));
    }
    if let Some(choice) = talk.choice {
        let text = format!("{} {}", choice.version, choice.suite);
        // A HelloRetryRequest has both already. RFC 8446 §4.1.4
        let first = talk.messages.iter().find(|message| message.kind == octets::SERVER_HELLO);
        tell(Subject::Choice, text, false, first.map(|message| message.event), Side::Server);
    }
    for (by, chain) in [Side::Client, Side::Server].into_iter().zip(&talk.certificates) {
        for name in chain.iter().filter_map(|der| Certificate::read(der)).flat_map(|certificate| certificate.names) {
            tell(Subject::Certificate(by), name, talk.is_tls13(), None, by);
        }
    }
}

/// What the base64 of a login says. RFC 4616 §2
fn login(base64: &str, tell: impl FnMut(&str)) {
    let said = from_base64(base64.as_bytes()).unwrap_or_default();
    let text = String::from_utf8_lossy(&said).into_owned();
    text.split('\0').filter(|word| !word.is_empty()).for_each(tell);
}

/// The value in the same words, without what was measured.
fn text(fact: &Fact) -> Option<String> {
    Some(match &fact.value {
        Learnt::Text(text) => text.clone(),
        Learnt::Field { name, value } => format!("{name} {value}"),
        Learnt::Offer { versions, suites } => {
            format!("{:?} {suites:?}", versions.iter().map(|version| version.0).collect::<Vec<_>>())
        }
        Learnt::Choice { version, suite } => format!("{} {suite}", version.0),
        Learnt::Keywords(lines) => lines.join("\n"),
        Learnt::Content { octets, .. } => octets.to_string(),
        Learnt::Sealed { .. } | Learnt::Times { .. } => return None,
    })
}

/// There is one message, whatever each server puts on top of it.
fn is_same(one: &Told, other: &Told) -> bool {
    one.subject == other.subject && (one.text == other.text || one.subject == Subject::Message)
}

/// Each thing once, where it was told first.
fn distinct(mut told: Vec<Told>) -> Vec<Told> {
    // Connections may be open at once. What stands in a sealed handshake comes before what is said on its connection.
    let mut last = 0;
    let mut order: Vec<(usize, Told)> = Vec::new();
    for one in told.drain(..) {
        last = one.event.unwrap_or(last);
        order.push((last, one));
    }
    order.sort_by_key(|(event, _)| *event);
    told.extend(order.into_iter().map(|(_, one)| one));
    let mut all: Vec<Told> = Vec::new();
    for one in told {
        if !all.iter().any(|known| is_same(known, &one)) {
            all.push(one);
        }
    }
    all
}

/// Exactly these things are listed, each at the event where it was told.
fn are_listed(facts: &[Fact], wanted: &[Told]) -> Checked {
    let listed: Vec<(&Fact, String)> = facts.iter().filter_map(|fact| Some((fact, text(fact)?))).collect();
    for (fact, text) in &listed {
        let is_it = |told: &&Told| told.subject == fact.subject && told.text == *text;
        let Some(told) = wanted.iter().find(is_it) else {
            return Err(format!("{:?} {text:?} is listed", fact.subject));
        };
        hold!(told.event.is_none_or(|event| event == fact.event), "{text:?} at {}, not {:?}", fact.event, told.event);
    }
    let is_listed = |told: &Told| listed.iter().any(|(fact, text)| fact.subject == told.subject && *text == told.text);
    let absent = wanted.iter().find(|told| !is_listed(told));
    hold!(absent.is_none(), "{absent:?} is not listed");
    hold!(listed.len() == wanted.len(), "{} listed for {}", listed.len(), wanted.len());
    Ok(listed.len())
}

fn leaked(naive: &Naive, said: &Said) -> Checked {
    let mut count = 0;
    for (has_key, tap, _) in listeners(said) {
        let clear = told(naive, has_key).into_iter().filter(|told| !told.sealed).collect();
        count += are_listed(&tap.leaked, &distinct(clear))?;
    }
    Ok(count)
}

/// What was sealed everywhere; that an attacker was given it is told apart.
fn kept(naive: &Naive, said: &Said) -> Checked {
    let mut count = 0;
    for (has_key, tap, _) in listeners(said) {
        let all = told(naive, has_key);
        let leaked = |told: &Told| all.iter().any(|other| !other.sealed && is_same(other, told));
        let sealed = distinct(all.iter().filter(|told| told.sealed && !leaked(told)).cloned().collect());
        let (lost, kept): (Vec<Told>, Vec<Told>) = sealed.into_iter().partition(|told| told.to_attacker);
        count += are_listed(&tap.lost, &lost)? + are_listed(&tap.kept, &kept)?;
    }
    Ok(count)
}

/// Records that a listener cannot open, counted by their headers; and from the first octet to the last.
fn measures(naive: &Naive, said: &Said) -> Checked {
    let [without, with] = listeners(said).map(|(has_key, tap, _)| measured(naive, tap, has_key));
    Ok(without? + with?)
}

fn measured(naive: &Naive, tap: &Wiretap, has_key: bool) -> Checked {
    let mut count = 0;
    let mut sides: Vec<Side> = Vec::new();
    let closed = |by| {
        let talks = naive.talks.iter().filter(|talk| talk.hides() && !(has_key && opens(talk)));
        let records = talks.flat_map(|talk| &talk.records).filter(move |record| record.by == by && record.sealed);
        records.map(|record| record.body.len()).collect::<Vec<usize>>()
    };
    for fact in &tap.leaked {
        match fact.value {
            Learnt::Sealed { records, octets } => {
                let by = naive.trace.events[fact.event].who;
                let sizes = closed(by);
                let sum: usize = sizes.iter().sum();
                hold!(sizes.len() == records && sum == octets, "{records} of {octets}, not {} of {sum}", sizes.len());
                sides.push(by);
            }
            Learnt::Times { lasted, turns } => {
                let said = naive
                    .trace
                    .events
                    .iter()
                    .filter(|event| matches!(event.what, starttls_lab::trace::What::Sent { .. }));
                let mut speakers: Vec<_> = said.clone().map(|event| (event.connection, event.who)).collect();
                speakers.dedup();
                let times: Vec<u64> = said.map(|event| event.at.0).collect();
                let wanted = times.iter().max().zip(times.iter().min()).map(|(last, first)| last - first);
                hold!(wanted == Some(lasted.0) && turns == speakers.len(), "{lasted:?} in {turns}");
            }
            _ => continue,
        }
        count += 1;
    }
    let all = [Side::Client, Side::Server].into_iter().all(|by| sides.contains(&by) != closed(by).is_empty());
    hold!(all, "sealed records of {sides:?}");
    Ok(count)
}

fn intro(naive: &Naive, said: &Said) -> Checked {
    let [without, with] = listeners(said).map(|(has_key, _, claim)| introduced(naive, claim, has_key));
    Ok(without? + with?)
}

fn introduced(naive: &Naive, claim: TapClaim, with_key: bool) -> Checked {
    let TapClaim { has_key, several, mail, is_forged, lost } = claim;
    hold!(has_key == with_key, "{has_key}");
    hold!(several == (naive.talks.len() > 1), "{several}");
    let is_closed = |talk: &Talk, line: usize| talk.lines[line].sealed && talk.hides() && !(has_key && opens(talk));
    let contents: Vec<(u32, bool)> = naive
        .talks
        .iter()
        .zip(1..)
        .filter_map(|(talk, number)| Some((number, is_closed(talk, talk.content()?))))
        .collect();
    let clear = contents.iter().find(|(_, sealed)| !sealed).map(|(number, _)| *number);
    let sealed = contents.iter().find(|(_, sealed)| *sealed).map(|(number, _)| *number);
    let holds = match mail {
        TappedMail::NotSent => contents.is_empty(),
        TappedMail::Sealed => clear.is_none() && sealed.is_some(),
        TappedMail::Readable => clear.is_some() && sealed.is_none_or(|sealed| clear < Some(sealed)),
        TappedMail::ReadableOn(number) => clear == Some(number) && sealed.is_some_and(|sealed| sealed < number),
        TappedMail::NotYet | TappedMail::Unknown => false,
    };
    hold!(holds, "{mail:?} of {contents:?}");
    hold!(is_forged == naive.intruded(), "an attacker's: {is_forged}");
    let to_attacker: Vec<Told> =
        told(naive, false).into_iter().filter(|told| told.sealed && told.to_attacker).collect();
    let all = told(naive, with_key);
    // What another connection says in clear is no secret.
    let is_open = |told: &Told| all.iter().any(|other| !other.sealed && is_same(other, told));
    let proof = to_attacker.iter().any(|told| told.subject == Subject::NtlmProof && !is_open(told));
    let given = |subject| to_attacker.iter().any(|told| told.subject == subject);
    let holds = match lost {
        Lost::Nothing => !proof && !given(Subject::Login) && !given(Subject::Message),
        Lost::Proof => proof && !given(Subject::Login) && !given(Subject::Message),
        Lost::Login => given(Subject::Login) && !given(Subject::Message),
        Lost::Mail => !given(Subject::Login) && given(Subject::Message),
        Lost::Both => given(Subject::Login) && given(Subject::Message),
    };
    hold!(holds, "{lost:?}");
    Ok(2)
}

/// How many sealed records the server's key opens, and what it was for, by the number of the suite and the messages that went in clear.
fn theft(naive: &Naive, said: &Said) -> Checked {
    let StolenClaim { several, sealed, opened, roles } = &said.theft;
    let onward = naive.talks.iter().any(|talk| talk.onward);
    hold!(*several == onward, "several servers: {several}");
    let (mut all, mut open, mut wanted) = (0, 0, Vec::new());
    for (talk, number) in naive.talks.iter().zip(1..) {
        let closed = talk.records.iter().filter(|record| record.sealed && talk.hides()).count();
        let Some(choice) = talk.choice.filter(|_| closed > 0) else { continue };
        let is_tls13 = choice.version == 0x0304;
        let role = match (talk.resumed, opens(talk), is_rsa(choice.suite)) {
            (true, ..) => KeyRole::Nothing { is_tls13 },
            (_, true, _) => KeyRole::Decrypts,
            (_, _, true) => KeyRole::SignsTemporary,
            (_, _, false) => KeyRole::Signs { is_tls13 },
        };
        all += closed;
        open += if role == KeyRole::Decrypts { closed } else { 0 };
        if !wanted.iter().any(|(_, known)| *known == role) {
            wanted.push((number, role));
        }
    }
    hold!(*sealed == all && *opened == open, "{opened} of {sealed} open, not {open} of {all}");
    hold!(*roles == wanted, "{roles:?}, not {wanted:?}");
    Ok(2 + roles.len())
}
