//! The questions: the right answer to each, by the octets and the scenario; and where a run halts.

use super::steps::NTLM;
use super::{Check, Checked, hold};
use crate::naive::{Fate, Hop, Naive, Proves, Role, Talk, field};
use crate::said::Said;
use starttls_lab::lesson::bank::Settles;
use starttls_lab::lesson::{APART, AskId, Halt, MOST};
use starttls_lab::scenario::{GoAhead, IconRule, Side};
use starttls_lab::trace::{Actor, What};

pub const CHECKS: &[Check] = &[
    Check { kind: "right answer", look: answers },
    Check { kind: "value in a question", look: values },
    Check { kind: "halt", look: halts },
];

fn answers(naive: &Naive, said: &Said) -> Checked {
    let mut count = 0;
    for halt in &said.asked {
        let connection = naive.trace.events[halt.at].connection;
        let talk = naive.connection(connection).ok_or("a halt on no connection")?;
        let expected = match answer(naive, talk, halt) {
            None => continue,
            Some(expected) => expected,
        };
        hold!(expected == Some(halt.right), "{:?} is answered by {}, not by {expected:?}", halt.ask, halt.right);
        count += 1;
    }
    Ok(count)
}

/// By the octets and the scenario: `None` where this reading does not tell, `Some(None)` where no answer is right.
fn answer(naive: &Naive, talk: &Talk, halt: &Halt) -> Option<Option<usize>> {
    let demand = naive.demand_on(talk);
    let is = |holds: bool| Some(holds.then_some(0));
    let either = |first: bool| Some(Some(usize::from(!first)));
    let first_sealed = || talk.lines.iter().find(|line| line.sealed);
    let lists = |word: &str, sealed: bool| talk.keyword(word, sealed).is_some();
    let inside = |verb: &str| talk.lines.iter().find(|line| line.by == Side::Client && line.verb() == verb);
    let hop: &Hop = if talk.onward { naive.onward.as_ref()? } else { &naive.first };
    let fate = |delivered, waits, returned| match hop.fate {
        Fate::Delivered => delivered,
        Fate::Waits => waits,
        Fate::Returned => returned,
    };
    match halt.ask {
        AskId::G1 => is(talk.lines.first().is_some_and(|line| line.by == Side::Server)),
        AskId::O2 => Some(match next(talk, halt.at)?.as_str() {
            "STARTTLS" => Some(0),
            "QUIT" => Some(2),
            _ => Some(1),
        }),
        AskId::O3 => is(!lists("STARTTLS", false)),
        AskId::O4 => is(naive.sealed() == Some(false) && naive.first.fate == Fate::Delivered || talk.onward),
        AskId::O5 => Some(fate(None, Some(0), Some(1))),
        // Where the code is another 2yz, what the client does next tells.
        AskId::S1 => {
            let code = talk.reply_to("STARTTLS").map(|reply| reply.code);
            match code {
                Some(code) if code != 220 && code / 100 == 2 => either(!talk.began()),
                _ => either(naive.scenario.go_ahead == GoAhead::Exactly220),
            }
        }
        AskId::S2 => Some(match next(talk, halt.at)?.as_str() {
            "" => Some(0),
            "QUIT" => Some(2),
            _ => Some(1),
        }),
        AskId::S4 => {
            let mut behind = talk.lines.iter().filter(|line| line.event > halt.at && !line.sealed);
            is(behind.all(|line| line.by != Side::Server) && talk.began())
        }
        AskId::H3 | AskId::H4 | AskId::W3 => {
            let is_13 = talk.is_tls13();
            if halt.ask == AskId::H4 { either(is_13) } else { either(!is_13) }
        }
        AskId::H5 => either(talk.up()),
        AskId::H9 => {
            either(naive.talks.iter().any(|next| next.number == talk.number + 1 && next.onward == talk.onward))
        }
        AskId::H10 => is(talk.up()),
        AskId::H11 => {
            let ehlo = first_sealed()?.event;
            let checked = naive.trace.events.iter().position(|event| {
                let of_client = matches!(&event.what, What::Checked(check) if check.of == Side::Client);
                of_client && event.connection == talk.number
            })?;
            either(checked < ehlo)
        }
        AskId::R1 => is(first_sealed()?.by == Side::Client),
        AskId::L1 => is(!lists("STARTTLS", true)),
        AskId::L2 => either(!new_words(talk).is_empty()),
        AskId::C1 => {
            let worth = naive.worth(talk, Side::Server)?;
            Some(Some(match (worth.chain, worth.own_issuer) {
                (true, _) => 0,
                (false, false) => 1,
                (false, true) => 2,
            }))
        }
        AskId::C2 => either(demand.proves != Some(Proves::Domain)),
        AskId::C3 => either(naive.worth(talk, Side::Server)?.name?),
        AskId::K1 => {
            let good = naive.worth(talk, Side::Server)?.all();
            Some(Some(match demand.proves {
                None => 0,
                Some(_) if good => 1,
                Some(_) if demand.clear => 3,
                Some(_) => 2,
            }))
        }
        AskId::M1 => {
            let reply = talk.replies.iter().find(|reply| reply.to.is_some_and(|to| talk.lines[to].event == halt.at))?;
            let text = &talk.first_line(reply).text;
            let codes = ["250 ", "530 5.7.1", "454 4.7.5", "454 4.7.0", "451 4.7.3", "550 5.7.1"];
            Some(codes.iter().position(|code| text.starts_with(code)))
        }
        // What is put off is tried again, and what became of it then is another matter.
        AskId::M3 if talk.lines.iter().any(|line| line.event == halt.at && line.text.starts_with("450")) => is(true),
        AskId::M3 => Some(fate(None, Some(0), Some(1))),
        AskId::M5 => {
            let answer = naive.receiver_asks();
            either(answer)
        }
        AskId::E1 => either(!inside("MAIL")?.sealed),
        AskId::W1 => either(!inside("QUIT")?.sealed),
        AskId::G4 => either(!inside("EHLO")?.sealed),
        AskId::E5 => {
            let stored = naive.mailbox(talk);
            let received = field(stored.first()?, "Received")?;
            let word = received.split(" with ").nth(1)?.split([' ', ';']).next()?.to_owned();
            Some(["ESMTP", "ESMTPS", "ESMTPSA"].iter().position(|known| *known == word))
        }
        AskId::W2 => {
            let lines = || naive.talks.iter().flat_map(|talk| &talk.lines);
            let sent = |sealed: bool| lines().any(|line| line.role == Role::Content && line.sealed == sealed);
            let named = lines().any(|line| line.by == Side::Client && line.verb() == "MAIL" && !line.sealed);
            Some(Some(match (sent(false), named, sent(true)) {
                (true, ..) => 0,
                (false, true, _) => 1,
                (false, false, true) => 2,
                (false, false, false) => 3,
            }))
        }
        AskId::B2 => Some(match (naive.first.fate, naive.sealed()) {
            (Fate::Waits | Fate::Returned, _) => Some(3),
            (Fate::Delivered, Some(false)) => Some(0),
            (Fate::Delivered, Some(true)) => Some(if naive.verified() { 2 } else { 1 }),
            (Fate::Delivered, None) => None,
        }),
        AskId::X1 => {
            let was = talk.overwritten.iter().any(|line| line.ends_with("STARTTLS"));
            is(was && talk.lines.iter().any(|line| line.text.ends_with("XXXXXXXX")))
        }
        AskId::X2 => Some(fate(Some(0), Some(1), Some(2))),
        AskId::X3 => is(naive.attacker_reads() && naive.sealed() == Some(true)),
        AskId::X4 | AskId::X6 => {
            let worth = naive.worth(talk, Side::Server)?;
            hold_attacker(naive)?;
            Some(if worth.all() { Some(1) } else { (!worth.chain && worth.name != Some(false)).then_some(0) })
        }
        AskId::X5 => is(naive.attacker_reads() && naive.demand.proves.is_none()),
        AskId::N1 => is(talk.lines.iter().any(|line| line.event == halt.at && line.text.starts_with("TlRMTVNTUAAD"))),
        AskId::N2 => is(talk.lines.iter().any(|line| !line.sealed && line.text.starts_with(NTLM))),
        AskId::N3 => is(naive.intruded()),
        AskId::N4 => either(!naive.intruded()),
        AskId::D1 => {
            let stamp = field(naive.received()?, "X-MS-Exchange-Organization-AuthAs");
            let book = naive.scenario.icon_rule == IconRule::Book;
            either(stamp.as_deref() == Some("Partner") && (!book || naive.sender_is_exchange()))
        }
        _ => None,
    }
}

fn hold_attacker(naive: &Naive) -> Option<()> {
    (naive.between() == Some(Actor::Attacker)).then_some(())
}

/// What the client does after an event: the verb of its line; empty for a record of the handshake.
fn next(talk: &Talk, after: usize) -> Option<String> {
    let line = talk.lines.iter().find(|line| line.by == Side::Client && line.event > after);
    let record = talk.records.iter().find(|record| record.by == Side::Client && record.event > after);
    match (line, record) {
        (Some(line), Some(record)) if line.event > record.event => Some(String::new()),
        (None, Some(_)) => Some(String::new()),
        (Some(line), _) => Some(line.verb()),
        (None, None) => None,
    }
}

/// Words of AUTH inside TLS that were not there before.
fn new_words(talk: &Talk) -> Vec<String> {
    let words = |sealed| talk.keyword("AUTH", sealed).map(|auth| auth.parameters).unwrap_or_default();
    let before = words(false);
    words(true).into_iter().filter(|word| !before.contains(word)).collect()
}

fn values(naive: &Naive, said: &Said) -> Checked {
    let mut count = 0;
    for halt in &said.asked {
        let connection = naive.trace.events[halt.at].connection;
        let Some(talk) = naive.connection(connection) else { continue };
        let expected = match halt.ask {
            AskId::L2 => new_words(talk).join(" "),
            AskId::M3 => {
                let line = talk.lines.iter().find(|line| line.event == halt.at);
                line.and_then(|line| line.text.get(..1)).unwrap_or_default().to_owned()
            }
            AskId::C3 => continue,
            _ => String::new(),
        };
        hold!(halt.value == expected, "{:?} has {:?} for {expected:?}", halt.ask, halt.value);
        count += 1;
    }
    Ok(count)
}

fn halts(_: &Naive, said: &Said) -> Checked {
    let stops: Vec<usize> = said.steps.iter().map(|step| step.event).collect();
    hold!(said.halts.len() <= MOST, "{} halts", said.halts.len());
    for pair in said.halts.windows(2) {
        let place = |halt: &Halt| stops.iter().position(|&stop| stop == halt.at).unwrap_or_default();
        hold!(place(&pair[0]) + APART <= place(&pair[1]), "{:?} and {:?} are close", pair[0].ask, pair[1].ask);
    }
    for halt in said.halts.iter().chain(&said.asked) {
        let place = stops.iter().position(|&stop| stop == halt.at);
        let Some(place) = place else { return Err(format!("{:?} halts at no step", halt.ask)) };
        hold!(halt.right < halt.answers, "{:?} has no answer {}", halt.ask, halt.right);
        if let Settles::Ahead(id) = halt.settles {
            // At a step all is shown that comes before the next one.
            let next = stops.get(place + 1);
            hold!(next.is_some_and(|&next| next <= id), "{:?} is settled before it is asked", halt.ask);
        }
        hold!(said.halts.iter().filter(|other| other.ask == halt.ask).count() <= 1, "{:?} is asked twice", halt.ask);
    }
    Ok(said.halts.len() + said.asked.len())
}
