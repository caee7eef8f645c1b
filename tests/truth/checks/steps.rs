//! The steps: what each does, what its row says, when and where it was; who stands at the ends; and the numbers of the steps.

use super::files::protection;
use super::{Check, Checked, hold};
use crate::naive::octets::{self, Message, Record};
use crate::naive::{Fate, Hop, Line, Naive, Role, Talk, Why, by_computer, field, head};
use crate::said::{Said, Step};
use starttls_lab::files::pcapng::{Packet, packets};
use starttls_lab::ntlm::{BindingFault, Denial};
use starttls_lab::registry::Version;
use starttls_lab::registry::{CIPHER_SUITES, name};
use starttls_lab::scenario::{BitFlip, Controller, Epa, NextHop, NtlmEra, Password, Path, Scenario, Side, TlsStack};
use starttls_lab::smtp::{
    ClientState, Delivery, Forgotten, MachineState, Mechanism, NtlmRefusal, NtlmVerdict, Obstacle, OwnProof,
    ServerState, Violation,
};
use starttls_lab::story::Tone;
use starttls_lab::story::rows::Row;
use starttls_lab::story::say::{
    AlertClaim, AtClaim, CommandClaim, ConnectionClaim, EndClaim, FlipClaim, FlipEffect, FlipFault, KeywordClaim,
    LengthClaim, NoteClaim, Opening, Participant, RecordClaim, RecordingClaim, ReplyClaim, StandsThere, StepClaim,
    StreamClaim,
};
use starttls_lab::trace::{Actor, Close, Event, What};

pub const CHECKS: &[Check] = &[
    Check { kind: "what a line does", look: |naive, said| each(naive, said, line) },
    Check { kind: "what a record holds", look: |naive, said| each(naive, said, record) },
    Check { kind: "what a recording is worth", look: |naive, said| each(naive, said, recording) },
    Check { kind: "how long a hello is", look: |naive, said| each(naive, said, length) },
    Check { kind: "where a record stands in a key stream", look: |naive, said| each(naive, said, stream) },
    Check { kind: "what an end finds or does", look: |naive, said| each(naive, said, event) },
    Check { kind: "what a row says", look: |naive, said| each(naive, said, note) },
    Check { kind: "when and where", look: |naive, said| each(naive, said, at) },
    Check { kind: "who waits for what", look: |naive, said| each(naive, said, waits) },
    Check { kind: "colour of a rail", look: |naive, said| each(naive, said, rail) },
    Check { kind: "number of a step", look: numbers },
    Check { kind: "row of the log", look: rows },
    Check { kind: "who is at the ends", look: lanes },
];

/// `None`: the check is not about such a step.
type Held = Option<bool>;

fn each(naive: &Naive, said: &Said, check: fn(&Naive, &Talk, &Step) -> Held) -> Checked {
    let mut count = 0;
    for step in &said.steps {
        let connection = naive.trace.events[step.event].connection;
        let Some(talk) = naive.connection(connection) else { return Err(format!("no connection {connection}")) };
        if let Some(holds) = check(naive, talk, step) {
            hold!(holds, "event {}: {:?}; {:?}; {:?}", step.event, step.step, step.note, step.at);
            count += 1;
        }
    }
    Ok(count)
}

fn line_of<'a, 'b>(talk: &'b Talk<'a>, event: usize) -> Option<&'b Line<'a>> {
    talk.lines.iter().find(|line| line.event == event)
}

/// Exactly the steps that are lines are told as such.
fn line(_: &Naive, talk: &Talk, step: &Step) -> Held {
    let said = line_of(talk, step.event);
    let holds = |rule: &dyn Fn(&Line) -> bool| Some(said.is_some_and(rule));
    match &step.step {
        StepClaim::Greeted => holds(&|line| reply(talk, line).is_some_and(|(code, verb)| (code, verb) == (220, None))),
        StepClaim::TurnedAway => {
            holds(&|line| reply(talk, line).is_some_and(|(code, verb)| code != 220 && verb.is_none()))
        }
        StepClaim::Command(claim) => holds(&|line| line.role == Role::Command && is_command(talk, line, *claim)),
        StepClaim::Reply(claim) => holds(&|line| is_reply(talk, line, *claim)),
        StepClaim::Keyword(claim) => holds(&|line| is_keyword(talk, line, *claim)),
        StepClaim::AuthResponse => holds(&|line| line.role == Role::AuthAnswer),
        StepClaim::Content => holds(&|line| line.role == Role::Content),
        // What a server says in these runs is replies.
        StepClaim::NoReply | StepClaim::Nothing => Some(false),
        StepClaim::Opened(_)
        | StepClaim::Record { .. }
        | StepClaim::Moved
        | StepClaim::HandsToTls
        | StepClaim::HandsToOldTls { .. }
        | StepClaim::TlsUp { .. }
        | StepClaim::TlsFailed { .. }
        | StepClaim::CheckedServer
        | StepClaim::CheckedClient { .. }
        | StepClaim::CheckedClientName
        | StepClaim::CheckedClientOwn
        | StepClaim::NotRun { .. }
        | StepClaim::Recognised { .. }
        | StepClaim::Decided(_)
        | StepClaim::Altered
        | StepClaim::Flipped(_)
        | StepClaim::Stripped(_)
        | StepClaim::LeftOver
        | StepClaim::Forgot { .. }
        | StepClaim::Authenticated { .. }
        | StepClaim::NtlmJudged(_)
        | StepClaim::Stored { .. }
        | StepClaim::Violated { .. }
        | StepClaim::Settled { .. }
        | StepClaim::Closed(_)
        | StepClaim::Reset(_)
        | StepClaim::Missing { .. }
        | StepClaim::Stalled => said.map(|_| false),
    }
}

/// Of a line of a reply: its code, and the verb that it answers.
fn reply(talk: &Talk, line: &Line) -> Option<(u16, Option<String>)> {
    let Role::Reply(index) = line.role else { return None };
    let reply = &talk.replies[index];
    Some((reply.code, talk.asked(reply)))
}

fn is_command(talk: &Talk, line: &Line, claim: CommandClaim) -> bool {
    let verb = line.verb();
    let content_follows = || {
        let next = talk.lines.iter().find(|next| next.event > line.event);
        next.is_some_and(|next| next.role == Role::Content)
    };
    match claim {
        CommandClaim::Ehlo => verb == "EHLO" && !line.sealed,
        CommandClaim::EhloInside => verb == "EHLO" && line.sealed,
        CommandClaim::Helo => verb == "HELO",
        CommandClaim::Starttls => verb == "STARTTLS",
        CommandClaim::AnonymousTls => verb == "X-ANONYMOUSTLS",
        CommandClaim::Auth => verb == "AUTH" && !line.text.starts_with("X-EXPS"),
        CommandClaim::Exps => line.text.starts_with("X-EXPS "),
        CommandClaim::Mail => verb == "MAIL",
        CommandClaim::Rcpt => verb == "RCPT",
        CommandClaim::Data => verb == "DATA",
        CommandClaim::Bdat => verb == "BDAT" && !content_follows(),
        CommandClaim::BdatAtOnce => verb == "BDAT" && content_follows(),
        CommandClaim::Quit => verb == "QUIT",
        CommandClaim::Rset => verb == "RSET",
        CommandClaim::Noop => verb == "NOOP",
        CommandClaim::Vrfy => verb == "VRFY",
        CommandClaim::Help => verb == "HELP",
        CommandClaim::Unknown => false,
    }
}

fn is_reply(talk: &Talk, line: &Line, claim: ReplyClaim) -> bool {
    let Some((code, Some(verb))) = reply(talk, line) else { return false };
    let (verb, class) = (verb.as_str(), code / 100);
    let is_refusal = |of: u16| class == of && ![talk.verb, "AUTH"].contains(&verb) && code != 530;
    match claim {
        ReplyClaim::GoAhead => (verb, code) == (talk.verb, 220),
        ReplyClaim::YesWithWrongCode => verb == talk.verb && class == 2 && code != 220,
        ReplyClaim::TlsNotNow => (verb, code) == (talk.verb, 454),
        ReplyClaim::TlsNo => verb == talk.verb && class > 3 && code != 454,
        ReplyClaim::Hello => (verb, code, line.sealed) == ("EHLO", 250, false) && !is_listed(talk, line),
        ReplyClaim::HelloInside => (verb, code, line.sealed) == ("EHLO", 250, true) && !is_listed(talk, line),
        ReplyClaim::Challenge => (verb, code) == ("AUTH", 334) && line.text != "334 NTLM supported",
        ReplyClaim::LoginAccepted => (verb, code) == ("AUTH", 235),
        ReplyClaim::LoginWrong => (verb, code) == ("AUTH", 535) && !is_ntlm(talk, line),
        ReplyClaim::LoginRefused => verb == "AUTH" && class > 3 && code != 535,
        ReplyClaim::NtlmSupported => line.text == "334 NTLM supported",
        ReplyClaim::NtlmRefused => (verb, code) == ("AUTH", 535) && is_ntlm(talk, line),
        ReplyClaim::DataGo => (verb, code) == ("DATA", 354),
        ReplyClaim::Accepted => code == 250 && (verb.is_empty() || is_last_chunk(talk, line)),
        ReplyClaim::Goodbye => (verb, code) == ("QUIT", 221),
        ReplyClaim::TlsFirst => line.text.starts_with("530 5.7.0 Must issue a STARTTLS command first") && !line.sealed,
        ReplyClaim::NotAuthenticated => line.text.starts_with("530 5.7.1"),
        ReplyClaim::SenderAccepted => (verb, code) == ("MAIL", 250),
        ReplyClaim::RecipientAccepted => (verb, code) == ("RCPT", 250),
        ReplyClaim::Done => {
            class == 2 && ["HELO", "RSET", "NOOP", "VRFY", "HELP", "BDAT"].contains(&verb) && !is_last_chunk(talk, line)
        }
        ReplyClaim::NotNow => is_refusal(4),
        ReplyClaim::No => is_refusal(5),
        ReplyClaim::Other => class == 3 && !["AUTH", "DATA"].contains(&verb),
    }
}

/// How the base64 of every NTLM message begins, before the letter in which its type is.
pub const NTLM: &str = "TlRMTVNTUAA";

/// It answers AUTH NTLM, or a message of it.
fn is_ntlm(talk: &Talk, line: &Line) -> bool {
    let Role::Reply(index) = line.role else { return false };
    talk.replies[index].to.is_some_and(|to| is_of_ntlm(&talk.lines[to]))
}

fn is_of_ntlm(line: &Line) -> bool {
    ["AUTH NTLM", "X-EXPS NTLM"].contains(&line.text.as_str()) || line.text.starts_with(NTLM)
}

/// What the receiver has to make of the sender's answer, by what both are set to.
pub fn ntlm_verdict(naive: &Naive, talk: &Talk) -> NtlmVerdict {
    let Scenario { path, password, ntlm_era, client_binding, epa, .. } = naive.scenario;
    let refused = NtlmVerdict::Refused;
    // An attacker has no accounts.
    if matches!(path, Path::Impostor | Path::Misissued) && !talk.onward {
        return refused(NtlmRefusal::Denied(Denial::NoSuchUser));
    }
    if by_computer(&naive.scenario) {
        match naive.scenario.controller {
            Controller::Down => return refused(NtlmRefusal::NoController),
            Controller::UnknownServer => return refused(NtlmRefusal::Denied(Denial::NoSuchUser)),
            // It takes no ticket.
            Controller::Up | Controller::ClockOff => {}
        }
    } else if password == Password::Wrong {
        return refused(NtlmRefusal::Denied(Denial::WrongPassword));
    }
    let sealed = ntlm_era == NtlmEra::Ws2008;
    // To the certificate that the sender saw, on whichever connection.
    let bound = sealed && client_binding.is_on() && naive.first.talks.last().is_some_and(|&own| naive.talks[own].up());
    match (epa, bound, talk.up()) {
        (Epa::Allow | Epa::Require, true, true) if naive.relayed.is_some() => {
            refused(NtlmRefusal::Bindings(BindingFault::Differs))
        }
        (Epa::Allow, true, false) => refused(NtlmRefusal::Bindings(BindingFault::NoTls)),
        (Epa::Require, _, false) => refused(NtlmRefusal::Bindings(BindingFault::NoTls)),
        (Epa::Require, false, true) => refused(NtlmRefusal::Bindings(BindingFault::Missing)),
        (Epa::None, ..) => NtlmVerdict::Admitted { sealed, bound: false },
        (Epa::Allow | Epa::Require, ..) => NtlmVerdict::Admitted { sealed, bound },
    }
}

/// It answers the last chunk of a message. RFC 3030 §2
fn is_last_chunk(talk: &Talk, line: &Line) -> bool {
    let Role::Reply(index) = line.role else { return false };
    let to = talk.replies[index].to.map(|to| &talk.lines[to]);
    to.is_some_and(|asked| asked.verb() == "BDAT" && asked.text.ends_with(" LAST"))
}

/// It is a line of an EHLO reply behind the first.
fn is_listed(talk: &Talk, line: &Line) -> bool {
    talk.keywords(line.sealed).is_some_and(|list| list.iter().any(|keyword| keyword.event == line.event))
}

fn is_keyword(talk: &Talk, line: &Line, claim: KeywordClaim) -> bool {
    let name = line.text.get(4..).and_then(|rest| rest.split(' ').next()).unwrap_or_default();
    let holds = match claim {
        KeywordClaim::Starttls => name == "STARTTLS",
        KeywordClaim::AnonymousTls => name == "X-ANONYMOUSTLS",
        KeywordClaim::Auth => name == "AUTH" && !line.sealed,
        KeywordClaim::AuthInside => name == "AUTH" && line.sealed,
        KeywordClaim::Exps => name == "X-EXPS" && !line.text.contains("EXCHANGEAUTH"),
        KeywordClaim::ExpsInside => {
            name == "X-EXPS" && line.text.contains("EXCHANGEAUTH") && line.sealed && talk.verb == "X-ANONYMOUSTLS"
        }
        KeywordClaim::ExchangeAuth => name == "X-EXCHANGEAUTH" && line.sealed && talk.verb == "X-ANONYMOUSTLS",
        KeywordClaim::Shadow => name == "XSHADOW",
        KeywordClaim::Size => name == "SIZE",
        KeywordClaim::Pipelining => name == "PIPELINING",
        KeywordClaim::Dsn => name == "DSN",
        KeywordClaim::EnhancedStatusCodes => name == "ENHANCEDSTATUSCODES",
        KeywordClaim::EightBitMime => name == "8BITMIME",
        KeywordClaim::BinaryMime => name == "BINARYMIME",
        KeywordClaim::Chunking => name == "CHUNKING",
        KeywordClaim::Exch50 => name == "XEXCH50",
        KeywordClaim::Rdst => name == "XRDST",
        KeywordClaim::Vrfy => name == "VRFY",
        KeywordClaim::Etrn => name == "ETRN",
        KeywordClaim::SmtpUtf8 => name == "SMTPUTF8",
        // What an attacker has written over it.
        KeywordClaim::Unknown => name.bytes().all(|octet| octet == b'X'),
    };
    holds && is_listed(talk, line)
}

fn records_of<'a>(talk: &Talk<'a>, event: usize) -> Vec<Record<'a>> {
    talk.records.iter().filter(|record| record.event == event).copied().collect()
}

/// Exactly the steps that are records without lines are told as such.
fn record(_: &Naive, talk: &Talk, step: &Step) -> Held {
    let records = records_of(talk, step.event);
    let is_record = !records.is_empty() && line_of(talk, step.event).is_none();
    let StepClaim::Record { first, more, version } = &step.step else { return is_record.then_some(false) };
    let [record] = records.as_slice() else { return Some(false) };
    let is13 = talk.is_tls13();
    // The handshake messages in clear that begin in it.
    let begun: Vec<u8> =
        talk.messages.iter().filter(|message| message.event == step.event).map(|message| message.kind).collect();
    let clear = |kind: u8| !record.sealed && begun.first() == Some(&kind) && begun.len() == more + 1;
    let alone = |kind: u8| record.kind == kind && !record.sealed && *more == 0;
    // In TLS 1.3 all behind the hellos is sealed: a server's first such record is its flight, a client's ends the handshake.
    let before =
        |by| talk.records.iter().filter(|other| other.by == by && other.sealed && other.event < record.event).count();
    let sealed_first = is13 && record.sealed && before(record.by) == 0;
    let hello = |message: &&Message| message.kind == octets::CLIENT_HELLO && message.event < step.event;
    let hellos = talk.messages.iter().filter(hello).count();
    let retry = |message: &&Message| {
        message.event == step.event && message.kind == octets::SERVER_HELLO && octets::is_retry(&message.body)
    };
    let asks_for =
        talk.messages.iter().find(retry).map(|message| octets::choice(message).and_then(|asked| asked.group));
    let choice = talk.messages.iter().find(|message| message.kind == octets::SERVER_HELLO).and_then(octets::choice);
    let is_rsa =
        choice.and_then(|chosen| name(CIPHER_SUITES, chosen.suite)).is_some_and(|name| name.starts_with("TLS_RSA_"));
    let holds = match *first {
        RecordClaim::ClientHello => clear(octets::CLIENT_HELLO) && record.by == Side::Client && hellos == 0,
        RecordClaim::SecondClientHello => clear(octets::CLIENT_HELLO) && record.by == Side::Client && hellos == 1,
        RecordClaim::ServerHello => {
            clear(octets::SERVER_HELLO) && record.by == Side::Server && asks_for.is_none() && !talk.resumed
        }
        RecordClaim::ResumingServerHello => {
            clear(octets::SERVER_HELLO) && record.by == Side::Server && asks_for.is_none() && talk.resumed
        }
        RecordClaim::HelloRetryRequest(group) => {
            clear(octets::SERVER_HELLO) && record.by == Side::Server && asks_for == Some(group)
        }
        RecordClaim::Certificate => clear(octets::CERTIFICATE) || sealed_first && record.by == Side::Client,
        RecordClaim::ServerKeyExchange => clear(12),
        // Who encrypts the secret to a key of the server's has chosen a suite that says so: TLS_RSA_ in its name.
        RecordClaim::ClientKeyExchange => clear(16) && !is_rsa,
        RecordClaim::EncryptedPremaster { temporary } => {
            let sent = talk.messages.iter().any(|message| message.kind == 12 && message.event < step.event);
            clear(16) && is_rsa && temporary == sent
        }
        RecordClaim::EncryptedExtensions => sealed_first && record.by == Side::Server && !talk.resumed,
        RecordClaim::LastExtensions => sealed_first && record.by == Side::Server && talk.resumed,
        RecordClaim::Finished { hides } if hides != talk.hides() => false,
        RecordClaim::Finished { .. } => match is13 {
            true => record.sealed && record.by == Side::Client,
            false => record.sealed && record.kind == octets::HANDSHAKE,
        },
        RecordClaim::Ticket if !is13 => clear(octets::NEW_SESSION_TICKET) && record.by == Side::Server,
        RecordClaim::Ticket => is13 && record.sealed && record.by == Side::Server && before(Side::Server) > 0,
        RecordClaim::OtherHandshake => {
            record.kind == octets::HANDSHAKE && !record.sealed || is13 && record.sealed && record.by == Side::Client
        }
        RecordClaim::ChangeCipherSpec { hides } => alone(octets::CHANGE_CIPHER_SPEC) && !is13 && hides == talk.hides(),
        RecordClaim::ChangeCipherSpec13 => alone(octets::CHANGE_CIPHER_SPEC) && is13,
        RecordClaim::FatalAlert(who) => {
            // Level, number, the type and the tag of the seal. RFC 8446 §5.2, §6
            let sealed = is13 && record.sealed && record.body.len() == 2 + 1 + 16 && talk.heard.is_some();
            record.by == who && (sealed || alone(octets::ALERT) && record.body.first() == Some(&2))
        }
        // close_notify, sealed: behind the goodbye. RFC 8446 §6.1
        RecordClaim::Alert(who) => {
            // Or behind the 421 of a server that has had enough. RFC 5321 §3.8
            let ends = |line: &Line| line.verb() == "QUIT" || line.by == Side::Server && line.text.starts_with("421");
            // A client of SSL 3.0 says in clear that it has no certificate. RFC 6101 §5.6.6
            let none = version.0 == 0x0300 && alone(octets::ALERT) && *record.body == [1, 41];
            record.by == who && (none || record.sealed && talk.lines.iter().any(|line| ends(line) && line.sealed))
        }
        // The keys of every run are known, and what opens with them is whole.
        // To a record that was changed on the path: its alert is sealed, too. RFC 5246 §7.2.2
        RecordClaim::LateAlert(who) => {
            record.by == who && who == Side::Server && record.sealed && talk.damaged.is_some()
        }
        RecordClaim::Sealed | RecordClaim::Broken | RecordClaim::Other | RecordClaim::Unread => false,
    };
    // Which RFC is cited, where a server chose a version.
    let is_chosen = talk.messages.iter().any(|message| message.kind == octets::SERVER_HELLO);
    let chosen = choice.is_some_and(|chosen| chosen.version == version.0);
    Some(holds && (chosen || !is_chosen))
}

/// Told where the server's share stands, and nowhere else: ML-KEM alone withstands. RFC 9794 §1
fn recording(_: &Naive, talk: &Talk, step: &Step) -> Held {
    let of_hello = talk.choice.and_then(|choice| Some((choice.event, choice.group?)));
    let of_exchange = || {
        let exchange = |message: &&Message| message.kind == octets::SERVER_KEY_EXCHANGE;
        talk.messages.iter().find(exchange).and_then(|message| Some((message.event, octets::curve(message)?)))
    };
    let stands = of_hello.or_else(of_exchange).filter(|(event, _)| *event == step.event).map(|(_, group)| group);
    match (stands, step.recording) {
        (None, None) => None,
        (Some(stands), Some(RecordingClaim::Opens { group })) => {
            Some(stands == group && [23, 24, 25, 29, 30].contains(&group))
        }
        (Some(stands), Some(RecordingClaim::Stays { group })) => Some(stands == group && group == 0x11ec),
        (Some(_), None) | (None, Some(_)) => Some(false),
    }
}

/// Told of each first hello with a share of ML-KEM, and of no other: counted in the packets of its capture.
fn length(naive: &Naive, talk: &Talk, step: &Step) -> Held {
    let of_hybrid = |message: &&Message| {
        message.kind == octets::CLIENT_HELLO && message.body.windows(4).any(|four| *four == [0x11, 0xec, 0x04, 0xc0])
    };
    // After the one that is asked for once more, the answer goes on in a segment with what it follows. RFC 8446 §D.4
    let first = talk.messages.iter().find(|message| message.kind == octets::CLIENT_HELLO);
    let hello = first.filter(|message| message.event == step.event).filter(of_hybrid);
    let Some(hello) = hello else { return step.length.map(|_| false) };
    let Some(LengthClaim { octets: long, segments }) = step.length else { return Some(false) };
    // Behind Ethernet's header and IP's of 20 octets; TCP says how long its own is. RFC 9293 §3.1
    let payload = |packet: Packet| {
        let of_tcp = usize::from(*packet.octets.get(46)? >> 4) * 4;
        packet.octets.get(34 + of_tcp..).filter(|payload| !payload.is_empty()).map(<[u8]>::to_vec)
    };
    let payloads: Vec<Vec<u8>> = packets(&[naive.trace]).into_iter().filter_map(payload).collect();
    let from = payloads.windows(segments).find(|window| {
        let all = window.concat();
        all.len() == long && all.windows(hello.body.len()).any(|part| *part == *hello.body)
    });
    Some(from.is_some())
}

/// Told of each sealed record of RC4, and of no other: all that this side has sealed before it, counted. RFC 2246 §6.2.3.1
fn stream(_: &Naive, talk: &Talk, step: &Step) -> Held {
    let suite = talk.choice.and_then(|choice| name(CIPHER_SUITES, choice.suite)).unwrap_or_default();
    // The lines of an event share its records: what the first line had is what counts.
    let own = records_of(talk, step.event).into_iter().find(|record| record.sealed);
    let line = || line_of(talk, step.event).filter(|line| line.sealed);
    let is_told = suite.contains("_RC4_") && (own.is_some() || line().is_some());
    match (is_told, step.stream) {
        (false, None) => None,
        (true, Some(StreamClaim { first, last, version })) => {
            let by = own.map(|record| record.by).or(line().map(|line| line.by))?;
            let before = |record: &&Record| record.by == by && record.sealed && record.event <= step.event;
            let sealed: Vec<&Record> = talk.records.iter().filter(before).collect();
            let event = sealed.last()?.event;
            let all: usize = sealed.iter().map(|record| record.body.len()).sum();
            let here: usize =
                sealed.iter().filter(|record| record.event == event).map(|record| record.body.len()).sum();
            let spoken = talk.choice.is_some_and(|choice| choice.version == version.0);
            Some((first, last) == ((all - here + 1) as u64, all as u64) && spoken)
        }
        (true, None) | (false, Some(_)) => Some(false),
    }
}

/// What an actor has for TLS.
fn stack(naive: &Naive, actor: Actor) -> TlsStack {
    match actor {
        Actor::Sender => naive.scenario.client_stack,
        Actor::Receiver => naive.scenario.server_stack,
        Actor::Relay | Actor::Attacker | Actor::Unknown => TlsStack::Rustls,
    }
}

/// The hop to which a connection belongs.
fn hop<'b>(naive: &'b Naive, talk: &Talk) -> &'b Hop {
    let second = naive.onward.as_ref().or(naive.relayed.as_ref()).filter(|_| talk.onward);
    second.unwrap_or(&naive.first)
}

fn is_delivery(naive: &Naive, talk: &Talk, delivery: Delivery) -> bool {
    let hop = hop(naive, talk);
    let is_last = hop.talks.last().is_some_and(|&last| naive.talks[last].number == talk.number);
    let is_obstacle = |obstacle| match (obstacle, hop.why) {
        (Obstacle::Reply(code), Some(Why::Reply(reply))) => talk.replies[reply].code == code,
        (Obstacle::Policy(gate), Some(Why::Policy(stopped))) => gate == stopped,
        (Obstacle::NoMechanism | Obstacle::PasswordInClear, Some(Why::NoLogin)) => true,
        (Obstacle::Violation | Obstacle::ConnectionLost, Some(Why::Ended)) => true,
        _ => false,
    };
    if !is_last {
        // It comes again. docs/rules.md R35
        return talk.is_put_off() && delivery == Delivery::Deferred(Obstacle::Reply(450));
    }
    match delivery {
        Delivery::Delivered => hop.fate == Fate::Delivered,
        Delivery::Deferred(obstacle) => hop.fate == Fate::Waits && is_obstacle(obstacle),
        Delivery::Returned(obstacle) => hop.fate == Fate::Returned && is_obstacle(obstacle),
    }
}

fn is_mechanism(talk: &Talk, mechanism: Mechanism) -> bool {
    let name = match mechanism {
        Mechanism::Plain => "AUTH PLAIN",
        Mechanism::Login => "AUTH LOGIN",
        Mechanism::Ntlm => "AUTH NTLM",
    };
    talk.lines.iter().any(|line| line.text.starts_with(name))
}

/// What a server wrote over the message that it stored, and how it came.
fn is_stored(naive: &Naive, talk: &Talk, sealed: bool, login: bool, is_final: bool) -> bool {
    let content = talk.content().is_some_and(|line| talk.lines[line].sealed == sealed);
    let received = naive.mailbox(talk).first().and_then(|message| field(message, "Received"));
    // RFC 3848: the S says that it came through TLS, the A that the client had logged in.
    let word = match (sealed, login) {
        (false, false) => " with ESMTP ",
        (false, true) => " with ESMTPA ",
        (true, false) => " with ESMTPS ",
        (true, true) => " with ESMTPSA ",
    };
    let with = received.is_some_and(|received| received.contains(word));
    // What an intermediary takes goes on, and has no Return-Path yet. RFC 5321 §4.4
    let ends = naive.mailbox(talk).first().and_then(|message| field(message, "Return-Path")).is_some();
    let is_last = talk.onward || matches!(naive.scenario.path, Path::Direct | Path::Strip | Path::StripBoth);
    content && with && ends == is_final && is_final == is_last
}

/// The server took out these fields: the client had sent them, and they are not in what was stored.
fn is_stripped(naive: &Naive, talk: &Talk, fields: &[String]) -> bool {
    let sent = talk.content().map(|line| talk.lines[line].octets).unwrap_or_default();
    let mailbox = naive.mailbox(talk);
    let stored = mailbox.first().copied().unwrap_or_default();
    let has = |message: &[u8], field: &str| octets::find(head(message), field.as_bytes()).is_some();
    // What the server itself writes stands on top.
    let own = naive.partner();
    !fields.is_empty() && fields.iter().all(|field| has(sent, field) && (own || !has(stored, field)))
}

fn is_forgotten(talk: &Talk, who: Side, what: &[Forgotten]) -> bool {
    let wanted: &[Forgotten] = match who {
        Side::Client => &[Forgotten::PeerName, Forgotten::Capabilities],
        Side::Server => &[Forgotten::PeerName],
    };
    talk.up() && what == wanted
}

fn is_violated(talk: &Talk, who: Side, violation: Violation) -> bool {
    let stray = talk.records.iter().find(|record| record.by == Side::Server).map(|record| record.body.contains(&b'\n'));
    match violation {
        // The server's alert, to a client that reads lines.
        Violation::UnexpectedEnd => who == Side::Client && !talk.began() && stray == Some(false),
        Violation::BareLf => who == Side::Client && !talk.began() && stray == Some(true),
        // Honest ends break no other rule.
        _ => false,
    }
}

fn is_up(talk: &Talk, version: Version) -> bool {
    talk.up() && talk.choice.is_some_and(|choice| choice.version == version.0)
}

/// Which of the certificate's checks it is: a client's name can be compared once MAIL FROM was said.
fn is_checked(talk: &Talk, event: usize, of: Side, named: bool) -> bool {
    let mail = talk.command("MAIL", true).map_or(usize::MAX, |line| line.event);
    let sent = &talk.certificates[usize::from(of == Side::Server)];
    !sent.is_empty() && (event > mail) == named
}

/// The attacker wrote over the keyword of this event, with as many letters.
fn is_altered(naive: &Naive, talk: &Talk, event: usize) -> bool {
    let arrived = event.checked_sub(1).and_then(|before| line_of(talk, before));
    let same_length = arrived.is_some_and(|arrived| {
        talk.overwritten.iter().any(|sent| arrived.text.len() == sent.len() && arrived.text != *sent)
    });
    matches!(naive.scenario.path, Path::Strip | Path::StripBoth) && same_length
}

/// TLS ends in an alert behind the handshake only where a bit of the mail was flipped, and then does.
fn is_late(naive: &Naive, talk: &Talk, late: bool) -> bool {
    late == talk.up() && (!late || naive.flips(talk) && talk.damaged.is_some())
}

/// Where the scenario has the bit flipped that this event is about, counted from 1. In clear the mail begins at once, in TLS behind five octets.
fn flipped_octet(naive: &Naive, talk: &Talk, event: usize) -> Option<usize> {
    let before = event.checked_sub(1)?;
    if !naive.flips(talk) {
        return None;
    }
    let record = talk.damaged.filter(|&(damaged, _)| damaged == before).map(|(_, wire)| wire);
    match (naive.scenario.flip, record) {
        (BitFlip::None, _) => None,
        (BitFlip::Data, Some(_)) => Some(26),
        (BitFlip::End, Some(record)) => Some(5 + usize::from(u16::from_be_bytes([record[3], record[4]]))),
        (BitFlip::Data, None) => {
            line_of(talk, before).filter(|line| line.role == Role::Content && !line.sealed).map(|_| 21)
        }
        (BitFlip::End, None) => None,
    }
}

/// By the properties of ciphers in their documents alone: what one bit of the wire does to what is decrypted of it.
fn is_flipped(naive: &Naive, talk: &Talk, event: usize, claim: FlipClaim) -> bool {
    let Some(octet) = flipped_octet(naive, talk, event) else { return false };
    let suite = talk.choice.and_then(|choice| name(CIPHER_SUITES, choice.suite)).unwrap_or_default();
    let (block, mac) = match suite {
        _ if suite.contains("_AES_") && suite.contains("_CBC_") => (16, 20),
        _ if suite.contains("_CBC_") => (8, if suite.ends_with("_MD5") { 16 } else { 20 }),
        _ => (0, 0),
    };
    let fragment = talk.damaged.map_or(0, |(_, record)| record.len() - 5);
    let at = octet.saturating_sub(6);
    let holds = match claim.does {
        FlipEffect::InClear => talk.damaged.is_none(),
        FlipEffect::Refused => suite.contains("_GCM_") || suite.contains("_CHACHA20_"),
        FlipEffect::SameBit { hidden, in_mac } => {
            let is_stream = suite.contains("_RC4_") || suite.contains("_NULL_");
            is_stream && hidden == talk.hides() && in_mac == (naive.scenario.flip == BitFlip::End)
        }
        FlipEffect::Blocks { garbled, flipped, fault } => {
            // Behind the last block there is no next one. What is in it is chance; elsewhere the padding is whole.
            let last = at / block + 1 == fragment / block;
            let next = (!last).then_some(at / block + 2);
            let is_fault = last && fault.is_some() || fault == Some(FlipFault::Mac);
            mac > 0 && garbled == at / block + 1 && flipped == next && is_fault
        }
        FlipEffect::Unknown => false,
    };
    // Of the version that was chosen, where one was.
    holds && octet == claim.octet && talk.choice.is_none_or(|choice| choice.version == claim.version.0)
}

/// The alert of rustls that is another than the RFC's. RFC 5246 §E.1, RFC 8446 §5
fn alert_instead(talk: &Talk, who: Side, stack: TlsStack) -> Option<AlertClaim> {
    let old = talk.offered.as_ref().is_some_and(|hello| hello.versions.iter().all(|version| *version < 0x0303));
    let last = talk.lines.iter().rfind(|line| line.by != who);
    let after = talk.reply_to(talk.verb).map_or(usize::MAX, |reply| talk.first_line(reply).event);
    let text = last.is_some_and(|line| !line.sealed && line.event > after);
    match talk.alert() {
        _ if stack != TlsStack::Rustls => None,
        Some((by, 40)) if by == who && old => Some(AlertClaim::OldHello),
        Some((by, 50)) if by == who && text => Some(AlertClaim::UnknownType),
        _ => None,
    }
}

fn opened(naive: &Naive, talk: &Talk, opening: Opening) -> bool {
    let is_first = naive.talks.first().is_some_and(|first| first.number == talk.number);
    let is_second = naive.talks.iter().any(|one| one.onward == talk.onward && one.number < talk.number);
    match opening {
        Opening::First => is_first,
        Opening::RelaySendsOn => talk.onward && !is_second && naive.between() == Some(Actor::Relay),
        Opening::AttackerSendsOn => {
            talk.onward && !is_second && naive.between() == Some(Actor::Attacker) && naive.relayed.is_none()
        }
        Opening::AttackerLogsIn => talk.onward && !is_second && naive.relayed.is_some(),
        // The server put it off when it came before. docs/rules.md R35
        Opening::FromQueue(by) => {
            let before = naive.talks.iter().find(|before| before.number + 1 == talk.number);
            is_second && is_at(naive, talk, Side::Client, by) && before.is_some_and(Talk::is_put_off)
        }
        Opening::Anew { by, at_once } => {
            let events = &naive.trace.events;
            let before = |event: &Event| event.connection + 1 == talk.number;
            let failed = events.iter().any(|event| before(event) && matches!(event.what, What::TlsFailed(_)));
            let waits = failed && (talk.onward || !naive.sender_is_exchange());
            naive.before(talk).is_some() && is_at(naive, talk, Side::Client, by) && at_once == waits
        }
        Opening::Another => false,
    }
}

fn event(naive: &Naive, talk: &Talk, step: &Step) -> Held {
    let who = naive.trace.events[step.event].who;
    let own_stack = stack(naive, naive.actor(talk, who));
    let holds = match &step.step {
        StepClaim::Opened(opening) => step.event == talk.opened && opened(naive, talk, *opening),
        StepClaim::HandsToTls => own_stack == TlsStack::Rustls,
        StepClaim::HandsToOldTls { who: side, stack } => {
            *side == who && *stack == own_stack && *stack != TlsStack::Rustls
        }
        StepClaim::TlsUp { who: side, version, suite, resumed } => {
            let chosen = talk.choice.is_some_and(|choice| choice.suite == *suite);
            *side == who && is_up(talk, *version) && chosen && *resumed == talk.resumed
        }
        StepClaim::TlsFailed { who: side, is_old, late, cause: _, instead, version: _ } => {
            let own = *side == who && *is_old == (own_stack != TlsStack::Rustls);
            own && is_late(naive, talk, *late) && *instead == alert_instead(talk, who, own_stack)
        }
        StepClaim::CheckedServer => is_checked(talk, step.event, Side::Server, false) && who == Side::Client,
        StepClaim::CheckedClient { .. } => {
            let edge = naive.own() == NextHop::Edge && !talk.onward;
            !edge && is_checked(talk, step.event, Side::Client, false) && who == Side::Server
        }
        StepClaim::CheckedClientOwn => {
            let edge = naive.own() == NextHop::Edge && !talk.onward;
            edge && is_checked(talk, step.event, Side::Client, false) && who == Side::Server
        }
        StepClaim::NotRun { proof, controller } => is_box(naive, talk, *proof, *controller) && who == Side::Client,
        StepClaim::Recognised { by, identity } => is_own(naive, talk, *by, identity) && who == Side::Server,
        StepClaim::CheckedClientName => is_checked(talk, step.event, Side::Client, true) && who == Side::Server,
        StepClaim::Altered => is_altered(naive, talk, step.event),
        StepClaim::Flipped(claim) => is_flipped(naive, talk, step.event, *claim),
        StepClaim::Stripped(fields) => is_stripped(naive, talk, fields),
        StepClaim::Forgot { who: side, what } => *side == who && is_forgotten(talk, who, what),
        StepClaim::Authenticated { mechanism, identity, relayed } => {
            *relayed == (naive.actor(talk, Side::Client) == Actor::Attacker)
                && is_mechanism(talk, *mechanism)
                && talk.replies.iter().any(|reply| reply.code == 235)
                && *identity == "sales"
        }
        StepClaim::NtlmJudged(verdict) => who == Side::Server && *verdict == ntlm_verdict(naive, talk),
        StepClaim::Stored { is_sealed, is_login, is_final } => is_stored(naive, talk, *is_sealed, *is_login, *is_final),
        StepClaim::Violated { who: side, violation } => *side == who && is_violated(talk, who, *violation),
        StepClaim::Settled { by, delivery } => is_at(naive, talk, who, *by) && is_delivery(naive, talk, *delivery),
        StepClaim::Closed(side) => *side == who,
        // No run comes to these: the link is perfect, and nothing is left over by honest ends.
        StepClaim::LeftOver | StepClaim::Reset(_) | StepClaim::Missing { .. } | StepClaim::Stalled => false,
        // No step.
        StepClaim::Moved => false,
        // Of other checks.
        StepClaim::Nothing
        | StepClaim::Greeted
        | StepClaim::TurnedAway
        | StepClaim::Command(_)
        | StepClaim::Reply(_)
        | StepClaim::Keyword(_)
        | StepClaim::AuthResponse
        | StepClaim::Content
        | StepClaim::NoReply
        | StepClaim::Record { .. }
        | StepClaim::Decided(_) => return None,
    };
    Some(holds)
}

/// A login that is not run: inside TLS EXCHANGEAUTH, in clear GSSAPI. docs/rules.md X5
fn is_box(naive: &Naive, talk: &Talk, proof: OwnProof, controller: Controller) -> bool {
    let wanted = if talk.up() { OwnProof::ExchangeAuth } else { OwnProof::Gssapi };
    let offers = |word: &str| {
        let exps = talk.keyword("X-EXPS", talk.up());
        exps.is_some_and(|exps| exps.parameters.iter().any(|parameter| parameter == word))
    };
    let listed = match proof {
        OwnProof::ExchangeAuth => offers("EXCHANGEAUTH"),
        OwnProof::Gssapi => offers("GSSAPI"),
        OwnProof::Ntlm | OwnProof::Certificate => false,
    };
    !by_computer(&naive.scenario)
        && naive.own() == NextHop::Hub
        && proof == wanted
        && listed
        && controller == naive.scenario.controller
}

fn is_own(naive: &Naive, talk: &Talk, by: OwnProof, identity: &str) -> bool {
    let host = talk.command("EHLO", false).and_then(|line| line.text.split(' ').nth(1)).unwrap_or_default();
    let account = format!("{}$", host.split('.').next().unwrap_or_default().to_uppercase());
    let wanted = match by {
        OwnProof::Certificate => naive.own() == NextHop::Edge && identity == host,
        OwnProof::Ntlm => by_computer(&naive.scenario) && identity == account,
        OwnProof::ExchangeAuth | OwnProof::Gssapi => {
            is_box(naive, talk, by, naive.scenario.controller) && identity == account
        }
    };
    wanted && naive.is_recognised(talk)
}

fn is_at(naive: &Naive, talk: &Talk, who: Side, by: Participant) -> bool {
    by.side == who && by.actor == naive.actor(talk, who)
}

fn note(naive: &Naive, talk: &Talk, step: &Step) -> Held {
    let who = naive.trace.events[step.event].who;
    let own_stack = stack(naive, naive.actor(talk, who));
    let alert = talk.alert();
    let holds = match &step.note {
        NoteClaim::Nothing => {
            line_of(talk, step.event).is_some() || talk.records.iter().any(|record| record.event == step.event)
        }
        NoteClaim::Opens { client, is_first } => {
            let first = naive.talks.first().is_some_and(|first| first.number == talk.number);
            is_at(naive, talk, Side::Client, *client) && *is_first == first
        }
        NoteClaim::HandsToTls(side) => *side == who && own_stack == TlsStack::Rustls,
        NoteClaim::HandsToOldTls { who: side, stack } => {
            *side == who && *stack == own_stack && *stack != TlsStack::Rustls
        }
        NoteClaim::TlsUp { who: side, version, resumed } => {
            *side == who && is_up(talk, *version) && *resumed == talk.resumed
        }
        NoteClaim::SendsAlert { who: side, alert: code, late } => {
            *side == who && alert == Some((who, *code)) && is_late(naive, talk, *late)
        }
        NoteClaim::GetsAlert { who: side, alert: code, late } => {
            *side == who && alert == Some((who.other(), *code)) && is_late(naive, talk, *late)
        }
        NoteClaim::TlsFailed { who: side, late, .. } => *side == who && !talk.up() && alert.is_none() && !late,
        NoteClaim::Checked(check) => check.of == who.other() && !check.presented.is_empty(),
        NoteClaim::Decided { by, decision } => {
            is_at(naive, talk, who, *by) && (decision.sender().is_some() == (who == Side::Client))
        }
        NoteClaim::Altered { sent } => {
            let sent = String::from_utf8_lossy(sent);
            let is_it = talk.overwritten.iter().any(|line| *line == sent.trim_end());
            is_it && is_altered(naive, talk, step.event)
        }
        NoteClaim::Flipped { octet } => flipped_octet(naive, talk, step.event) == Some(*octet),
        NoteClaim::Stripped { who: side, fields } => {
            let sent = talk.content().map(|line| String::from_utf8_lossy(head(talk.lines[line].octets)).into_owned());
            let marks = sent.unwrap_or_default().matches("X-MS-Exchange-Organization-").count();
            *side == who && *fields == marks
        }
        NoteClaim::Forgot { who: side, what } => *side == who && is_forgotten(talk, who, what),
        NoteClaim::Authenticated { who: side, mechanism, identity } => {
            *side == who && is_mechanism(talk, *mechanism) && *identity == "sales"
        }
        NoteClaim::NotRun { proof, controller } => is_box(naive, talk, *proof, *controller) && who == Side::Client,
        NoteClaim::Recognised { by, identity } => is_own(naive, talk, *by, identity) && who == Side::Server,
        NoteClaim::NtlmJudged { who: side, verdict } => *side == who && *verdict == ntlm_verdict(naive, talk),
        NoteClaim::Stored(side) => *side == who && who == Side::Server && talk.accepted().is_some(),
        NoteClaim::Violated { who: side, violation } => *side == who && is_violated(talk, who, *violation),
        NoteClaim::Settled { by, delivery } => {
            is_at(naive, talk, Side::Client, *by) && is_delivery(naive, talk, *delivery)
        }
        NoteClaim::Closed { who: side, why } => *side == who && is_closed(talk, who, *why),
        NoteClaim::LeftOver { .. } | NoteClaim::Missing { .. } | NoteClaim::Stalled => false,
    };
    Some(holds)
}

/// Why an end closed, by what was said last.
fn is_closed(talk: &Talk, who: Side, why: Close) -> bool {
    let has_quit = talk.lines.iter().any(|line| line.verb() == "QUIT");
    let broken = !talk.records.is_empty() && !talk.up() || talk.damaged.is_some();
    match why {
        Close::Quit => has_quit,
        Close::TlsFailed => broken,
        Close::PeerClosed if talk.replies.iter().any(|reply| reply.code == 421) => who == Side::Client,
        Close::PeerClosed | Close::Violation => who == Side::Client && broken || who == Side::Server && !has_quit,
        // MaxLogonFailures.
        Close::TooManyErrors => talk.replies.iter().filter(|reply| [535, 421].contains(&reply.code)).count() == 3,
        Close::Timeout | Close::Fin | Close::Reset => false,
    }
}

fn at(naive: &Naive, talk: &Talk, step: &Step) -> Held {
    let Some(AtClaim { milliseconds, who, sent }) = step.at else { return Some(false) };
    let event = &naive.trace.events[step.event];
    let records = records_of(talk, step.event);
    let carried = match (line_of(talk, step.event), records.first()) {
        (Some(line), _) => Some((line.sealed && talk.hides(), line.wire)),
        (None, Some(record)) => Some((record.sealed && talk.hides(), record.body.len() + 5)),
        (None, None) => None,
    };
    Some(milliseconds == event.at.0 / 1_000 && who == event.who && sent == carried)
}

/// Who has just spoken waits for what the RFCs let follow. RFC 5321 §3, §4.3.2, RFC 3207 §4, RFC 4954 §4, RFC 2920 §3.1
fn waits(_: &Naive, talk: &Talk, step: &Step) -> Held {
    let line = line_of(talk, step.event)?;
    let [client, server] = step.waits;
    let verb = line.verb();
    let wanted = match (line.by, line.role) {
        (Side::Client, Role::Content) => MachineState::Client(ClientState::ExpectAccepted),
        (Side::Client, _) => MachineState::Client(match verb.as_str() {
            "EHLO" => ClientState::ExpectEhlo,
            "HELO" => ClientState::ExpectHelo,
            "STARTTLS" | "X-ANONYMOUSTLS" => ClientState::ExpectGoAhead,
            "AUTH" => ClientState::ExpectAuth,
            "QUIT" => ClientState::ExpectQuit,
            "BDAT" => ClientState::ExpectAccepted,
            // Of a group the first is answered first.
            _ if talk.command("MAIL", line.sealed).is_some_and(|mail| mail.at == line.at) => ClientState::ExpectMail,
            "RCPT" => ClientState::ExpectRcpt,
            "DATA" => ClientState::ExpectDataGo,
            _ => return Some(false),
        }),
        (Side::Server, Role::Reply(reply)) => {
            let reply = &talk.replies[reply];
            let asked = talk.asked(reply);
            // A refusal leaves it where it was, and after the goodbye it closes.
            MachineState::Server(match (asked.as_deref(), reply.code) {
                (None, 220) => ServerState::ExpectHello,
                (Some("EHLO" | "HELO"), 250) | (Some("AUTH"), 235) | (Some(""), 250) => ServerState::ExpectMail,
                (Some("STARTTLS" | "X-ANONYMOUSTLS"), 220 | 250) => ServerState::ExpectTls,
                (Some("AUTH"), 334) => ServerState::ExpectAuthResponse,
                (Some("MAIL"), 250) => ServerState::ExpectRcpt,
                (Some("RCPT"), 250) => ServerState::ExpectData,
                (Some("DATA"), 354) => ServerState::ReadingMessage,
                _ => return None,
            })
        }
        (Side::Server, _) => return Some(false),
    };
    Some([client, server].contains(&wanted))
}

/// Readable is amber, sealed neutral, with an attacker red; green begins where the sender has verified, and insists on that.
fn rail(naive: &Naive, _: &Talk, step: &Step) -> Held {
    let sends = matches!(naive.trace.events[step.event].what, What::Sent { .. });
    let wanted = sends.then(|| match protection(naive, step.event).0 {
        "clear" => Tone::Readable,
        "attacked" => Tone::WithAttacker,
        "verified" => Tone::Verified,
        _ => Tone::Sealed,
    });
    Some(step.rail == wanted)
}

/// From 1, without a gap, in the order of the events; what moves a machine only is no step.
fn numbers(naive: &Naive, said: &Said) -> Checked {
    let counted: Vec<usize> = said.steps.iter().map(|step| step.number).collect();
    hold!(counted == (1..=said.steps.len()).collect::<Vec<_>>(), "{counted:?}");
    let ordered = said.steps.windows(2).all(|pair| pair[0].event < pair[1].event);
    hold!(ordered, "steps out of order");
    let shown = |id: &usize| !matches!(naive.trace.events[*id].what, What::Moved { .. });
    let missing =
        (0..naive.trace.events.len()).filter(shown).find(|id| !said.steps.iter().any(|step| step.event == *id));
    // The second end that hands over to TLS stands in the same row.
    let silent = missing.filter(|&id| !matches!(naive.trace.events[id].what, What::TlsStarted));
    hold!(silent.is_none(), "event {silent:?} has no step");
    if let Some((event, number)) = said.decided_at {
        let own = said.steps.iter().find(|step| step.event == event).map(|step| step.number);
        hold!(own == Some(number), "decided at step {number}, which is {own:?}");
    }
    Ok(said.steps.len())
}

fn rows(naive: &Naive, said: &Said) -> Checked {
    // Each step stands in one row, in order.
    let stops: Vec<usize> = said.rows.iter().flat_map(Row::stops).collect();
    let steps: Vec<usize> = said.steps.iter().map(|step| step.event).collect();
    hold!(stops == steps, "rows of {} steps, not {}", stops.len(), steps.len());
    let gone: Vec<&str> = said
        .rows
        .iter()
        .filter_map(|row| if let Row::Gone { line } = row { Some(line.as_str()) } else { None })
        .collect();
    let absent = naive.talks.iter().flat_map(|talk| {
        let lost = talk.keywords(true).and_then(|_| talk.keywords(false)).unwrap_or_default().into_iter();
        let lost = lost.filter(|keyword| talk.keyword(&keyword.name, true).is_none());
        lost.filter_map(|keyword| line_of(talk, keyword.event)).map(|line| line.text.as_str())
    });
    let absent: Vec<&str> = absent.collect();
    hold!(gone == absent, "gone: {gone:?}, not {absent:?}");
    for row in &said.rows {
        let holds = match row {
            Row::Connection { id } => naive.talks.iter().skip(1).any(|talk| talk.opened == *id),
            Row::Line { id, sealed } => naive.line(*id).is_some_and(|(_, line)| line.sealed == *sealed),
            Row::Gone { .. } => true,
            Row::Back { id } => {
                let number = naive.trace.events[*id].connection;
                naive.talks.iter().any(|talk| talk.number != number && talk.opened < *id)
            }
            Row::Note { id } => naive.line(*id).is_none(),
            Row::Record { id } => naive.line(*id).is_none() && !naive.records(*id).is_empty(),
            Row::Negotiation(open) => {
                let all: Vec<_> = open.entries.iter().flat_map(|&id| naive.records(id)).collect();
                let octets: usize = all.iter().map(|(_, record)| record.body.len() + 5).sum();
                let mut sides: Vec<Side> = all.iter().map(|(_, record)| record.by).collect();
                sides.dedup();
                let failed = all.first().is_some_and(|(talk, _)| !talk.up());
                octets == open.octets && sides.len() == open.flights && (open.failed == failed || all.is_empty())
            }
        };
        hold!(holds, "{row:?}");
    }
    Ok(said.rows.len())
}

/// Who stands where, what each calls itself, and the connections' numbers.
fn lanes(naive: &Naive, said: &Said) -> Checked {
    hold!(said.lanes.len() == naive.talks.len(), "{} connections", said.lanes.len());
    let plain = naive.talks.iter().all(|talk| !talk.onward)
        && naive.scenario.path == Path::Direct
        && naive.scenario.flip == BitFlip::None;
    for (at, (talk, lanes)) in naive.talks.iter().zip(&said.lanes).enumerate() {
        let ConnectionClaim { number, client, server, is_again } = lanes.claim;
        let ends = is_at(naive, talk, Side::Client, client) && is_at(naive, talk, Side::Server, server);
        let again = naive.talks[..at].iter().any(|before| before.onward == talk.onward);
        hold!(number as usize == at + 1 && ends && is_again == again, "{:?}", lanes.claim);
        for EndClaim { side, there } in lanes.ends {
            let actor = naive.actor(talk, side);
            let holds = match there {
                StandsThere::Old(system) => system == stack(naive, actor) && system != TlsStack::Rustls,
                StandsThere::Plain => plain && stack(naive, actor) == TlsStack::Rustls,
                StandsThere::Actor(said) => !plain && said == actor,
            };
            hold!(holds, "connection {}: {there:?} is {actor:?}", at + 1);
        }
        let hello = talk.lines.iter().find(|line| line.verb() == "EHLO");
        let client = hello.and_then(|line| line.text.split(' ').nth(1));
        let server =
            talk.lines.iter().find(|line| line.by == Side::Server).and_then(|line| line.text.split(' ').nth(1));
        let hosts = (lanes.hosts.0.as_str(), lanes.hosts.1.as_str());
        hold!(client.is_none_or(|client| client == hosts.0), "{client:?} is called {}", hosts.0);
        hold!(server.is_none_or(|server| server == hosts.1), "{server:?} is called {}", hosts.1);
    }
    Ok(3 * said.lanes.len())
}
