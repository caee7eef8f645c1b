//! One sentence for each thing that can happen.

use super::decisions;
use super::words::{self, count, join, said, side};
use crate::dissect::handshake::MessageKind;
use crate::dissect::smtp::Role;
use crate::registry::{CERTIFICATE, CLIENT_HELLO, FINISHED, SERVER_HELLO, SERVER_KEY_EXCHANGE, Version};
use crate::scenario::{Side, TlsStack};
use crate::smtp::{Capability, Delivery};
use crate::text::{Facts, Said};
use crate::trace::{Actor, Event, EventId, Trace, What};

pub fn step(facts: Facts, id: EventId) -> Said {
    let Some(event) = facts.trace.events.get(id) else { return said("", "") };
    match &event.what {
        What::Opened if event.connection == 0 => said(
            "The client opens a TCP connection. Nothing is sent on it yet: in SMTP the server speaks first.",
            "RFC 5321 §3.1",
        ),
        What::Opened if client(&facts, event.connection) == Actor::Relay => said(
            "The second hop. The relay has the mail, readable, and sends it on as a client of its own: with its own name, its own policy and its own certificate. What the sender demanded holds no longer.",
            "RFC 5321 §2.1",
        ),
        What::Opened if client(&facts, event.connection) == Actor::Attacker => said(
            "The attacker has the mail, readable. To stay unnoticed he sends it on, as it is or as he would like it to be.",
            "",
        ),
        What::Opened => said(
            "The sender connects anew. What was agreed on the first connection is over; only a fresh one can carry SMTP in clear.",
            "",
        ),
        What::Sent { text: Some(_), .. } => line(&facts, id),
        What::Sent { text: None, .. } => record(&facts, id),
        What::Moved { .. } => said("An end changes its state; nothing is sent.", ""),
        What::TlsStarted if engine(&facts, event) != TlsStack::Rustls => {
            let system = words::stack(engine(&facts, event));
            said(
                match event.who {
                    Side::Client => format!(
                        "This client knows only the suites of {system}. The lab cannot compute them, so it writes that system's ClientHello by hand and really sends it. What comes back is real."
                    ),
                    Side::Server => format!(
                        "This server knows only the suites of {system}, and is scripted: no TLS runs behind it. It reads the real ClientHello, compares the two lists, and answers with the alert that this comes to."
                    ),
                },
                "RFC 5246 §7.4.1.3",
            )
        }
        What::TlsStarted => said(
            "The SMTP program steps back and hands the connection to TLS. What comes next must be a TLS record.",
            "RFC 3207 §4",
        ),
        What::TlsUp(session) => said(
            format!(
                "For the {} the handshake is complete: {} with {}. From here on it seals all that it sends.",
                side(event.who),
                words::version(session.version),
                words::suite(session.suite)
            ),
            "",
        ),
        What::TlsFailed(failure) => said(
            format!(
                "For the {} the handshake has failed: {} says “{}”. The connection is dead.",
                side(event.who),
                match engine(&facts, event) {
                    TlsStack::Rustls => "rustls",
                    TlsStack::Ws2003 | TlsStack::Ws2008 => "the lab's script",
                },
                words::cause(&failure.cause)
            ),
            "RFC 8446 §6.2",
        ),
        What::Checked(check) if check.of == Side::Client && check.wanted.is_some() => said(
            "MAIL FROM has told for which domain the client speaks, so now the names in its certificate can be compared with it.",
            "",
        ),
        What::Checked(check) if check.of == Side::Client => said(
            "The server has asked for a certificate, and looks at it: chain, dates and purpose. For which domain the client will speak is not known yet, so the names wait until MAIL FROM. The handshake goes on whatever is found.",
            "RFC 8446 §4.3.2",
        ),
        What::Checked(_) => said(
            "The verifier looks at chain, name, dates and purpose apart, notes each result, and lets the handshake go on. The signature of the handshake itself is always checked.",
            "RFC 3207 §4.1",
        ),
        What::Decided(decision) => decisions::decided(decision),
        What::Altered { .. } => said(
            "Between the two ends somebody has written over the keyword, with as many letters, so that no counter of TCP moves. The client reads a keyword that it does not know, and no offer.",
            "RFC 3207 §6",
        ),
        What::Stripped(fields) => said(
            format!(
                "The header firewall: `{}` came from outside. These fields tell the servers behind this one who the sender is, so only this organisation may write them.",
                fields.join("`, `")
            ),
            "",
        ),
        What::LeftOver { .. } => said(
            "Octets in clear stood where TLS should begin. They may have been slipped in by someone on the path, so they must never be read as if they had come through TLS.",
            "RFC 3207 §4",
        ),
        What::Forgot(list) => {
            let list: Vec<&str> = list.iter().map(|&what| words::forgotten(event.who, what)).collect();
            said(
                format!(
                    "The {} discards what it learned in clear: {}. It could have been forged by anyone on the path.",
                    side(event.who),
                    join(&list)
                ),
                "RFC 3207 §4.2",
            )
        }
        What::Authenticated { mechanism, identity } => said(
            format!(
                "The server knows the password: the client is now “{identity}”, by {}.",
                words::mechanism(*mechanism)
            ),
            "RFC 4954 §4",
        ),
        What::Stored(stored) => said(
            format!(
                "The server writes the message down, with its own Received field on top. By accepting it the server takes responsibility for it.{}",
                if stored.sealed {
                    " The S in “ESMTPS” records that it came through TLS."
                } else {
                    " “ESMTP” without an S records that it came in clear."
                }
            ),
            "RFC 5321 §4.2.5, RFC 3848",
        ),
        What::Violated(violation) => said(
            format!(
                "The {} notes what the protocol does not allow: {}.",
                side(event.who),
                words::violation(*violation)
            ),
            "",
        ),
        What::Settled(delivery) => said(settled(*delivery), "RFC 5321 §4.2.5"),
        What::Closed(_) => said(format!("The {} closes its end of the TCP connection.", side(event.who)), ""),
        What::Stalled => said("Nothing was on its way and nobody would speak, so the run was ended.", ""),
    }
}

fn client(facts: &Facts, connection: u16) -> Actor {
    facts.trace.seat(connection, Side::Client).actor
}

fn engine(facts: &Facts, event: &Event) -> TlsStack {
    facts.trace.seat(event.connection, event.who).engine.unwrap_or(TlsStack::Rustls)
}

fn settled(delivery: Delivery) -> &'static str {
    match delivery {
        Delivery::Delivered => "The sender has the server's word for the message, and takes it off its queue.",
        Delivery::Deferred(_) => "The sender keeps the message in its queue and will try again later.",
        Delivery::Returned(_) => "The refusal is permanent: the sender gives up and reports to the author.",
    }
}

fn line(facts: &Facts, id: EventId) -> Said {
    let Some(line) = facts.reading.line(id) else { return said("", "") };
    match &line.role {
        Role::Greeting { code: 220 } => said(
            "The server greets: `220`, its name, and that it speaks ESMTP. Nothing proves the name.",
            "RFC 5321 §3.1",
        ),
        Role::Greeting { .. } => said("The server turns the client away at once.", "RFC 5321 §3.1"),
        Role::Command { verb } => command(facts.trace, id, verb, line.sent_before_tls),
        Role::Reply { code, to, .. } => reply(facts, *code, *to, line.sent_before_tls),
        Role::Capability { capability, .. } => keyword(capability, line.sent_before_tls),
        Role::AuthResponse => said(
            "The answer to the challenge, in base64. Base64 hides nothing: only TLS keeps it from a listener.",
            "RFC 4954 §4",
        ),
        Role::Content => said(
            "The message, to a line that holds a dot alone. A line that begins with a dot gets a second one on the way.",
            "RFC 5321 §4.5.2",
        ),
        Role::NoReply => said("The server sends a line that is no reply.", "RFC 5321 §4.2"),
    }
}

fn command(trace: &Trace, id: EventId, verb: &str, before_tls: bool) -> Said {
    let chunk = trace.events.get(id + 1).is_some_and(|event| matches!(event.what, What::Sent { text: Some(_), .. }));
    match verb {
        "EHLO" if before_tls => said("The client gives its name and asks what the server can do.", "RFC 5321 §4.1.1.1"),
        "EHLO" => said(
            "The client greets again, as if for the first time: the list from before TLS is void. This is the first SMTP that a wiretap cannot read.",
            "RFC 3207 §4.2",
        ),
        "HELO" => said("The old greeting, without a list of extensions.", "RFC 5321 §4.1.1.1"),
        "STARTTLS" => {
            said("The client asks to begin TLS, and says nothing more until it has the answer.", "RFC 3207 §4")
        }
        "AUTH" => said("The client begins to log in, with a mechanism from the server's list.", "RFC 4954 §4"),
        "MAIL" => said(
            "The envelope begins: who sends. SIZE announces how large the message will be.",
            "RFC 5321 §4.1.1.2, RFC 1870 §6",
        ),
        "RCPT" => said("The envelope goes on: who is to receive it.", "RFC 5321 §4.1.1.3"),
        "DATA" => said("The client asks to send the message itself.", "RFC 5321 §4.1.1.4"),
        "BDAT" if chunk => said(
            "The client announces how many octets follow, and sends them at once: no dots, no waiting.",
            "RFC 3030 §2",
        ),
        "BDAT" => said("The client announces how many octets follow.", "RFC 3030 §2"),
        "QUIT" => said("The client is done, and waits for the server's goodbye.", "RFC 5321 §4.1.1.10"),
        "RSET" => said("The client drops the envelope and starts anew.", "RFC 5321 §4.1.1.5"),
        "NOOP" => said("The client asks for nothing but an answer.", "RFC 5321 §4.1.1.9"),
        "VRFY" => said("The client asks whether a mailbox exists.", "RFC 5321 §4.1.1.6"),
        "HELP" => said("The client asks for help.", "RFC 5321 §4.1.1.8"),
        _ => said("A command that the lab's client does not use.", ""),
    }
}

/// The verb of the command that a reply answers; empty for a message's content.
fn asked<'a>(facts: &Facts<'a>, to: Option<EventId>) -> &'a str {
    match to.and_then(|to| facts.reading.line(to)).map(|line| &line.role) {
        Some(Role::Command { verb }) => verb,
        Some(Role::AuthResponse) => "AUTH",
        _ => "",
    }
}

fn reply(facts: &Facts, code: u16, to: Option<EventId>, before_tls: bool) -> Said {
    match (asked(facts, to), code) {
        ("STARTTLS", 220) => said("Go ahead. The server now waits for TLS and for nothing else.", "RFC 3207 §4"),
        ("STARTTLS", 200..=299) => said(
            "A yes with the wrong code. The server begins TLS now; a sender that insists on 220 takes the reply for a refusal.",
            "RFC 3207 §4",
        ),
        ("STARTTLS", 454) => {
            said("Not now: TLS is out of order at the server. The session stays as it was.", "RFC 3207 §4")
        }
        ("STARTTLS", _) => said("The server does not start TLS. The session stays as it was.", "RFC 3207 §4"),
        ("EHLO", 250) if before_tls => said(
            "The server accepts the greeting and says its name. Each line that follows is an extension; a hyphen behind the code means that another line comes.",
            "RFC 5321 §4.2.1",
        ),
        ("EHLO", 250) => {
            said("The server answers as if it had never heard of this client. Now follows a new list.", "RFC 3207 §4.2")
        }
        ("AUTH", 334) => said("The server asks for the next piece, in base64.", "RFC 4954 §4"),
        ("AUTH", 235) => said("The login is accepted.", "RFC 4954 §6"),
        ("AUTH", 535) => said("The login is refused: name or password is wrong.", "RFC 4954 §6"),
        ("AUTH", _) => said("The server does not accept this login.", "RFC 4954 §6"),
        ("DATA", 354) => {
            said("Go on: the server now reads the message, up to a dot on a line of its own.", "RFC 5321 §4.1.1.4")
        }
        ("", 250) => {
            said("The server has the message. With this reply it takes responsibility for it.", "RFC 5321 §4.2.5")
        }
        ("QUIT", 221) => said("The server says goodbye and will close the connection.", "RFC 5321 §4.1.1.10"),
        (_, 530) => said(
            "The server takes no mail without TLS. Only NOOP, EHLO, STARTTLS and QUIT are answered otherwise.",
            "RFC 3207 §4",
        ),
        ("MAIL", 250) => said("The sender is accepted.", "RFC 5321 §3.3"),
        ("RCPT", 250) => said("The recipient is accepted.", "RFC 5321 §3.3"),
        (_, 200..=299) => said("Done.", "RFC 5321 §4.2.1"),
        (_, 400..=499) => said("Not now; the client may try again later.", "RFC 5321 §4.2.1"),
        (_, 500..=599) => said("No; trying the same again would not help.", "RFC 5321 §4.2.1"),
        _ => said("A reply.", "RFC 5321 §4.2.1"),
    }
}

fn keyword(capability: &Capability, before_tls: bool) -> Said {
    match capability.keyword.to_ascii_uppercase().as_str() {
        "STARTTLS" => said(
            "The server offers to turn this connection into TLS. Nothing protects the offer itself.",
            "RFC 3207 §4",
        ),
        "X-ANONYMOUSTLS" => {
            said("Exchange's private twin of STARTTLS, for servers of one organisation. Not a standard.", "")
        }
        "AUTH" if before_tls => said("The ways to log in that the server accepts in clear.", "RFC 4954 §3"),
        "AUTH" => said(
            "The ways to log in that the server accepts inside TLS: now those that send the password itself may be among them.",
            "RFC 4954 §3",
        ),
        "X-EXPS" => said("Exchange's own login between its servers. Not a standard.", ""),
        "SIZE" => said(
            "The server can be told the message's size beforehand; a number here is the largest that it takes.",
            "RFC 1870 §3",
        ),
        "PIPELINING" => said(
            "Commands may be sent in groups, without waiting for each reply. STARTTLS must be the last of its group.",
            "RFC 2920 §3",
        ),
        "DSN" => said("The sender can ask for reports of delivery.", "RFC 3461 §4"),
        "ENHANCEDSTATUSCODES" => said("Replies carry a second, finer code, such as 2.1.0.", "RFC 2034 §3"),
        "8BITMIME" => said("Messages may hold octets above 127.", "RFC 6152 §2"),
        "BINARYMIME" => said("Messages may hold any octets, if they are sent with BDAT.", "RFC 3030 §3"),
        "CHUNKING" => said("Messages may be sent by length, with BDAT, instead of DATA.", "RFC 3030 §2"),
        "XEXCH50" => {
            said("An Exchange extension that carries properties of a message between its servers. Not a standard.", "")
        }
        "XRDST" => said("An Exchange extension. Not a standard, and not documented.", ""),
        "VRFY" => said("The server knows the command that asks whether a mailbox exists.", "RFC 5321 §3.5"),
        "ETRN" => said("A client can ask for its waiting mail.", "RFC 1985"),
        "SMTPUTF8" => said("Addresses may hold letters beyond ASCII.", "RFC 6531 §3"),
        _ => said("An extension that the lab does not know; it is kept as it came.", "RFC 5321 §4.1.1.1"),
    }
}

fn record(facts: &Facts, id: EventId) -> Said {
    let who = facts.trace.events.get(id).map_or(Side::Client, |event| event.who);
    let messages = facts.reading.messages(id);
    let Some(first) = messages.first() else { return said("A TLS record.", "") };
    let rest = messages.len() - 1;
    let mut said = match (first.kind, who) {
        (MessageKind::Handshake(CLIENT_HELLO), _) => said(
            "The client opens TLS: which versions and cipher suites it knows, and the name of the server that it wants, readable.",
            "RFC 8446 §4.1.2",
        ),
        (MessageKind::Handshake(SERVER_HELLO), _) => {
            said("The server has chosen version and cipher suite from the client's offer.", "RFC 8446 §4.1.3")
        }
        (MessageKind::Handshake(CERTIFICATE), _) => {
            said("A certificate: a public key, and who vouches that it belongs to a name.", "RFC 8446 §4.4.2")
        }
        (MessageKind::Handshake(SERVER_KEY_EXCHANGE), _) => {
            said("The server's half of the key exchange, signed with the key of its certificate.", "RFC 8422 §5.4")
        }
        (MessageKind::Handshake(8), _) => said(
            "Already sealed: from here on the rest of the server's handshake is hidden, the certificate too.",
            "RFC 8446 §4.3.1",
        ),
        (MessageKind::Handshake(16), _) => said(
            "The client's half of the key exchange. Now both ends can compute the same keys, and no listener can.",
            "RFC 8422 §5.7",
        ),
        (MessageKind::Handshake(FINISHED), _) => said(
            "The first sealed message: a digest of the whole handshake. It proves that nobody changed a message on the way.",
            "RFC 5246 §7.4.9",
        ),
        (MessageKind::Handshake(4), _) => {
            said("A ticket with which a later session could be resumed.", "RFC 8446 §4.6.1")
        }
        (MessageKind::Handshake(_), _) => said("A message of the handshake.", "RFC 8446 §4"),
        (MessageKind::ChangeCipherSpec, _)
            if facts.story.outcome.session.as_ref().is_some_and(|session| session.version == Version::TLS13) =>
        {
            said(
                "Means nothing in TLS 1.3. It is sent so that the exchange looks like TLS 1.2 to boxes on the path.",
                "RFC 8446 §D.4",
            )
        }
        (MessageKind::ChangeCipherSpec, _) => {
            said("From the next record on, this side's octets are sealed.", "RFC 5246 §7.1")
        }
        (MessageKind::Alert, _) => said(
            format!(
                "The {} sends an alert. close_notify ends a session in order; without it, the end could be a cut.",
                side(who)
            ),
            "RFC 8446 §6.1",
        ),
        (MessageKind::Sealed | MessageKind::ApplicationData, _) => said("A sealed record.", "RFC 8446 §5.2"),
        (MessageKind::Fragment(_) | MessageKind::Unknown(_), _) => said("A TLS record.", "RFC 8446 §5.1"),
    };
    if messages.iter().any(|message| matches!(message.facts, crate::dissect::facts::Facts::Alert { level: 2, .. })) {
        said.words = format!(
            "The {} ends the handshake with a fatal alert. Nothing may follow it on this connection.",
            side(who)
        );
        said.source = "RFC 8446 §6.2";
    }
    if rest > 0 {
        said.words.push_str(&format!(" The same record holds {}.", count(rest, "more message", "more messages")));
    }
    said
}
