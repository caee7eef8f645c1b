//! The ladder: short words for each row.

use super::decisions;
use super::words::{self, count, join, number, side};
use crate::bytes::printable;
use crate::dissect::facts::Facts as Found;
use crate::dissect::handshake::{Message, MessageKind};
use crate::policy::Decision;
use crate::registry;
use crate::scenario::{Side, TlsStack};
use crate::smtp::{Delivery, Treatment};
use crate::text::{Facts, Log};
use crate::tls::{CertificateCheck, Defect, Verdict};
use crate::trace::{Actor, Close, EventId, What};

pub const LOG: Log = Log {
    region: "Session",
    list: "Session log",
    end: |facts, connection, side| {
        let seat = facts.trace.seat(connection, side);
        match seat.actor {
            _ if seat.engine.is_some_and(|engine| engine != TlsStack::Rustls) => {
                let made = if side == Side::Client { "hello by hand" } else { "scripted" };
                format!("{} · {made}", words::side(side))
            }
            _ if facts.trace.cast.is_direct() => words::side(side).to_owned(),
            Actor::Attacker => format!("{} · an attacker", words::side(side)),
            _ => format!("{} · {}", words::side(side), words::part(seat, side)),
        }
    },
    side,
    view: "View of the log",
    live: "Live",
    as_printed: "As printed in the book",
    direction: |who, sealed| match (who, sealed) {
        (Side::Client, false) => "client to server, in clear:",
        (Side::Server, false) => "server to client, in clear:",
        (Side::Client, true) => "client to server, sealed:",
        (Side::Server, true) => "server to client, sealed:",
    },
    readable: "readable",
    sealed: "sealed",
    now: "current step",
    later: "not yet",
    point: |number| format!("point {number}"),
    actor: |facts, id| facts.trace.events.get(id).map_or("", |event| words::actor(facts.trace, event)),
    connection: |facts, connection| {
        let meeting = facts.trace.meeting(connection);
        let (client, server) = (words::part(&meeting.client, Side::Client), words::part(&meeting.server, Side::Server));
        format!("Connection {}: {client} to {server}", u32::from(connection) + 1)
    },
    note,
    note_source,
    message_content: |octets| format!("the message, {}", count(octets, "octet", "octets")),
    not_offered_again: "not offered again",
    negotiation: |point, octets, flights| {
        format!("{point:02}  TLS negotiation, {} octets, {}", number(octets), count(flights, "flight", "flights"))
    },
    negotiation_failed: |point, octets| format!("{point:02}  TLS negotiation failed after {} octets", number(octets)),
    messages: "Handshake messages",
    message,
    message_facts,
    octets: |octets| format!("{} B", number(octets)),
    cause: words::cause,
    check,
};

fn note(facts: Facts, id: EventId) -> String {
    let Some(event) = facts.trace.events.get(id) else { return String::new() };
    let who = side(event.who);
    match &event.what {
        What::Opened => {
            let client = words::actor(facts.trace, event);
            let which = if event.connection == 0 { "a" } else { "another" };
            format!("{client} opens {which} TCP connection")
        }
        What::Sent { .. } => String::new(),
        What::Moved { .. } => String::new(),
        What::TlsStarted => match (facts.trace.seat(event.connection, event.who).engine, event.who) {
            (None | Some(TlsStack::Rustls), _) => format!("{who} hands the connection to TLS"),
            (Some(old), Side::Client) => {
                format!("{who} begins TLS with the suites of {}, written by hand", words::stack(old))
            }
            (Some(old), Side::Server) => format!("{who} is scripted: it knows the suites of {}", words::stack(old)),
        },
        What::TlsUp(session) => {
            format!("{who}: handshake complete, {}", words::version(session.version))
        }
        What::TlsFailed(failure) => match failure.alert {
            Some((by, code)) if by == event.who => {
                format!("{who}: handshake failed, sends alert {}", words::alert(code))
            }
            Some((_, code)) => format!("{who}: handshake failed, gets alert {}", words::alert(code)),
            None => format!("{who}: handshake failed, {}", words::cause(&failure.cause)),
        },
        What::Checked(found) => check(found),
        What::Decided(decision) => decided(words::actor(facts.trace, event), decision),
        What::Altered { sent } => {
            let original = printable(facts.trace.octets(*sent).trim_ascii_end());
            format!("on the path: somebody has overwritten “{original}”")
        }
        What::Stripped(fields) => {
            format!(
                "{who} takes out {} that only its own organisation may write",
                count(fields.len(), "field", "fields")
            )
        }
        What::LeftOver { count: octets, treatment } => {
            let done = match treatment {
                Treatment::Purge => "throws them away",
                Treatment::Reject => "refuses STARTTLS",
                Treatment::FeedToTls => "gives them to TLS",
                Treatment::Keep => "keeps them, as if they had come through TLS",
            };
            format!("{who} finds {} where TLS should begin, and {done}", count(*octets as usize, "octet", "octets"))
        }
        What::Forgot(list) if list.is_empty() => format!("{who} has nothing to forget"),
        What::Forgot(list) => {
            let list: Vec<&str> = list.iter().map(|&what| words::forgotten(event.who, what)).collect();
            format!("{who} forgets {}", join(&list))
        }
        What::Authenticated { mechanism, identity } => {
            format!("{who}: logged in as {identity}, with {}", words::mechanism(*mechanism))
        }
        What::Stored(_) => format!("{who} stores the message, and answers for it from now on"),
        What::Violated(violation) => format!("{who} finds a violation: {}", words::violation(*violation)),
        What::Settled(delivery) => {
            let actor = words::actor(facts.trace, event);
            match delivery {
                Delivery::Delivered => format!("{actor} takes the mail off its queue: delivered"),
                Delivery::Deferred(_) => format!("{actor} keeps the mail in its queue"),
                Delivery::Returned(_) => format!("{actor} returns the mail to its author"),
            }
        }
        What::Closed(why) => {
            let why = match why {
                Close::Quit | Close::PeerClosed => "",
                Close::TlsFailed => ": TLS failed",
                Close::Violation => ": the other side broke the protocol",
                Close::Timeout => ": the other side stayed silent",
                Close::TooManyErrors => ": too many errors",
            };
            format!("{who} closes the connection{why}")
        }
        What::Stalled => "nobody speaks any more: the run is ended".to_owned(),
    }
}

fn decided(actor: &str, decision: &Decision) -> String {
    let what = decisions::answer(decision);
    let because: Vec<&str> = decision.reasons().map(words::reason).collect();
    format!("{actor} decides: {what}, because {}", join(&because))
}

fn note_source(facts: Facts, id: EventId) -> String {
    let Some(event) = facts.trace.events.get(id) else { return String::new() };
    let source = match &event.what {
        What::Forgot(_) => "RFC 3207 §4.2",
        What::Stored(_) => "RFC 5321 §4.2.5",
        What::LeftOver { .. } => "RFC 3207 §4",
        What::Altered { .. } => "RFC 3207 §6",
        What::Opened
        | What::Stripped(_)
        | What::Sent { .. }
        | What::Moved { .. }
        | What::TlsStarted
        | What::TlsUp(_)
        | What::TlsFailed(_)
        | What::Checked(_)
        | What::Decided(_)
        | What::Authenticated { .. }
        | What::Violated(_)
        | What::Settled(_)
        | What::Closed(_)
        | What::Stalled => "",
    };
    source.to_owned()
}

fn message(message: &Message) -> String {
    let known = |table, code: u8| registry::name(table, code).map(words::camel);
    match message.kind {
        MessageKind::Handshake(code) => {
            known(registry::HANDSHAKE_TYPES, code).unwrap_or_else(|| format!("handshake type {code}"))
        }
        MessageKind::Fragment(code) => {
            let name = registry::name(registry::CONTENT_TYPES, code).unwrap_or("message");
            format!("part of a {name} message")
        }
        MessageKind::ChangeCipherSpec => "ChangeCipherSpec".to_owned(),
        MessageKind::Alert => "Alert".to_owned(),
        MessageKind::ApplicationData => "application data".to_owned(),
        MessageKind::Sealed => "sealed record".to_owned(),
        MessageKind::Unknown(Some(code)) => format!("content type {code}"),
        MessageKind::Unknown(None) => "padding".to_owned(),
    }
}

fn message_facts(message: &Message) -> String {
    match &message.facts {
        Found::None => String::new(),
        Found::ClientHello(hello) => {
            let suites = hello.suites.iter().filter(|&&suite| !registry::is_signal(suite)).count();
            let versions: Vec<String> = hello.versions.iter().map(|&code| words::version(code)).collect();
            let name = hello.server_name.as_ref().map(|name| format!(", SNI {name}")).unwrap_or_default();
            format!("{}, {}{name}", join(&versions), count(suites, "suite", "suites"))
        }
        Found::ServerHello(hello) if hello.is_hello_retry_request => "asks for another key share".to_owned(),
        Found::ServerHello(hello) => format!("{}, {}", words::version(hello.version), words::suite(hello.suite)),
        Found::Certificate { count: certificates, octets } => {
            format!("{}, {} octets", count(*certificates, "certificate", "certificates"), number(*octets))
        }
        Found::ServerKeyExchange { group } => {
            group.map(|code| format!("{}, signed", words::group(code))).unwrap_or_default()
        }
        Found::Alert { level: _, description } => words::alert(*description),
        Found::Malformed => "not what its type says".to_owned(),
    }
}

fn check(found: &CertificateCheck) -> String {
    let by = side(found.of.other());
    let name = match &found.name {
        Verdict::Fail(Defect::WrongName) => format!("fail ({})", words::name_defect(found)),
        name => words::verdict(name),
    };
    let whose = if found.of == Side::Client { "client's " } else { "" };
    format!(
        "{by} checks the {whose}certificate: chain {}, name {name}, dates {}, purpose {}",
        words::verdict(&found.chain),
        words::verdict(&found.dates),
        words::verdict(&found.purpose)
    )
}
