//! The ladder: short words for each row.

use super::decisions;
use super::words::{self, count, join, number, side};
use crate::bytes::printable;
use crate::dissect::facts::MessageFacts;
use crate::dissect::handshake::{Message, MessageKind};
use crate::dissect::record::NotARecord;
use crate::policy::{Decision, Reason};
use crate::registry::{self, Version};
use crate::scenario::Side;
use crate::smtp::{Delivery, NtlmVerdict, OwnProof, Treatment};
use crate::story::Tone;
use crate::story::say::{EndClaim, NoteClaim, Participant, StandsThere};
use crate::text::LogText;
use crate::tls::{CertificateCheck, Defect, Verdict};
use crate::trace::{Actor, Close};

pub const LOG: LogText = LogText {
    region: "Session",
    list: "Session log",
    end,
    side,
    view: "View of the log",
    live: "Live",
    as_printed: "As printed in the book",
    as_logged: "As logged",
    logged_by: |side| match side {
        Side::Client => "Of the sender, as a Send connector of Exchange writes it",
        Side::Server => "Of the receiver, as a Receive connector of Exchange writes it",
    },
    direction: |who, tone| format!("{} to {}, {}:", side(who), side(who.other()), protection(tone)),
    protection,
    now: "current step",
    later: "not yet",
    point: |number| format!("point {number}"),
    connection: |claim| {
        format!("Connection {}: {} to {}", claim.number, words::party(claim.client), words::party(claim.server))
    },
    note,
    message_content: |octets| format!("the message, {}", count(octets, "octet", "octets")),
    not_offered_again: "not offered again",
    negotiation: |point, octets, flights| {
        format!("{point:02}  TLS negotiation, {} octets, {}", number(octets), count(flights, "flight", "flights"))
    },
    negotiation_failed: |point, octets| format!("{point:02}  TLS negotiation failed after {} octets", number(octets)),
    messages: "Handshake messages",
    message,
    message_facts,
    drawn: "The handshake, message by message",
    save_drawn: "Save as SVG",
    flight: |number, who| format!("Flight {number}: {} to {}", side(who), side(who.other())),
    record: |number| format!("record {number}"),
    encrypted: "encrypted",
    purpose,
    octets: |octets| format!("{} B", number(octets)),
    cause: words::cause,
    check,
};

pub(super) fn protection(tone: Tone) -> &'static str {
    match tone {
        Tone::Readable => "readable",
        Tone::Sealed => "sealed",
        Tone::Verified => "verified",
        Tone::WithAttacker => "sealed, with an attacker",
        Tone::NotDelivered => "",
        Tone::Unknown => "?",
    }
}

fn end(claim: &EndClaim) -> String {
    let side = side(claim.side);
    match (claim.there, claim.side) {
        (StandsThere::Plain, _) => side.to_owned(),
        (StandsThere::Old(stack), _) => format!("{side} · TLS of {}", words::stack(stack)),
        (StandsThere::Actor(Actor::Attacker), _) => format!("{side} · an attacker"),
        (StandsThere::Actor(actor), of) => format!("{side} · {}", words::party(Participant { actor, side: of })),
    }
}

fn note(claim: &NoteClaim) -> String {
    match *claim {
        NoteClaim::Nothing => String::new(),
        NoteClaim::Opens { client, is_first } => {
            let which = if is_first { "a" } else { "another" };
            format!("{} opens {which} TCP connection", words::party(client))
        }
        NoteClaim::HandsToTls(who) => format!("{} hands the connection to TLS", side(who)),
        NoteClaim::HandsToOldTls { who, stack } => {
            format!("{} hands the connection to TLS, with suites of {}", side(who), words::stack(stack))
        }
        NoteClaim::TlsUp { who, version, resumed } => {
            let again = if resumed { ", resumed" } else { "" };
            format!("{}: handshake complete, {}{again}", side(who), words::version(version))
        }
        NoteClaim::SendsAlert { who, alert, late } => {
            format!("{}: {}, sends alert {}", side(who), failed(late), words::alert(alert))
        }
        NoteClaim::GetsAlert { who, alert, late } => {
            format!("{}: {}, gets alert {}", side(who), failed(late), words::alert(alert))
        }
        NoteClaim::TlsFailed { who, late, cause } => {
            format!("{}: {}, {}", side(who), failed(late), words::cause(cause))
        }
        NoteClaim::Checked(found) => check(found),
        NoteClaim::Decided { by, decision } => decided(words::party(by), decision),
        NoteClaim::Altered { sent } => {
            format!("on the path: somebody has overwritten “{}”", printable(sent.trim_ascii_end()))
        }
        NoteClaim::Flipped { octet } => format!("on the path: somebody has flipped a bit of octet {octet}"),
        NoteClaim::Stripped { who, fields } => format!(
            "{} takes out {} that only its own organisation may write",
            side(who),
            count(fields, "field", "fields")
        ),
        NoteClaim::LeftOver { who, octets, treatment } => {
            let done = match treatment {
                Treatment::Purge => "throws them away",
                Treatment::Reject => "refuses STARTTLS",
                Treatment::FeedToTls => "gives them to TLS",
                Treatment::Keep => "keeps them, as if they had come through TLS",
            };
            let octets = count(octets as usize, "octet", "octets");
            format!("{} finds {octets} where TLS should begin, and {done}", side(who))
        }
        NoteClaim::Forgot { who, what: [] } => format!("{} has nothing to forget", side(who)),
        NoteClaim::Forgot { who, what } => {
            let list: Vec<&str> = what.iter().map(|&what| words::forgotten(who, what)).collect();
            format!("{} forgets {}", side(who), join(&list))
        }
        NoteClaim::Authenticated { who, mechanism, identity } => {
            format!("{}: logged in as {identity}, with {}", side(who), words::mechanism(mechanism))
        }
        NoteClaim::NotRun { proof, controller } => format!(
            "▭ X-EXPS {}: {}. {}",
            words::own_proof(proof),
            if proof == OwnProof::ExchangeAuth { "undocumented, not run here" } else { "Kerberos, not run here" },
            words::capital(&format!("domain controller: {}", words::ticket(controller))),
        ),
        NoteClaim::Recognised { by, identity } => {
            format!("server takes the client for {identity} of its organisation, by {}", words::own_proof(by))
        }
        NoteClaim::NtlmJudged { who, verdict: NtlmVerdict::Admitted { .. } } => {
            format!("{}: the proof is right", side(who))
        }
        NoteClaim::NtlmJudged { who, verdict: NtlmVerdict::Refused(why) } => {
            format!("{} keeps to itself why: {}", side(who), words::ntlm_refusal(why))
        }
        NoteClaim::Stored(who) => format!("{} stores the message, and answers for it from now on", side(who)),
        NoteClaim::Violated { who, violation } => {
            format!("{} finds a violation: {}", side(who), words::violation(violation))
        }
        NoteClaim::Settled { by, delivery } => {
            let by = words::party(by);
            match delivery {
                Delivery::Delivered => format!("{by} takes the mail off its queue: delivered"),
                Delivery::Deferred(_) => format!("{by} keeps the mail in its queue"),
                Delivery::Returned(_) => format!("{by} returns the mail to its author"),
            }
        }
        NoteClaim::Closed { who, why: Close::Reset } => format!("{} resets the connection", side(who)),
        NoteClaim::Closed { who, why } => {
            let why = match why {
                Close::Quit | Close::PeerClosed | Close::Fin | Close::Reset => "",
                Close::TlsFailed => ": TLS failed",
                Close::Violation => ": the other side broke the protocol",
                Close::Timeout => ": the other side stayed silent",
                Close::TooManyErrors => ": too many errors",
            };
            format!("{} closes the connection{why}", side(who))
        }
        NoteClaim::Missing { who, octets } => format!("{octets} octets of the {} are missing here", side(who)),
        NoteClaim::Stalled => "nobody speaks any more: the run is ended".to_owned(),
    }
}

fn failed(late: bool) -> &'static str {
    if late { "TLS is over" } else { "handshake failed" }
}

fn decided(actor: &str, decision: &Decision) -> String {
    let what = decisions::answer(decision);
    let because: Vec<String> = decision.reasons().map(|reason| words::reason(decision, reason)).collect();
    match because.split_first() {
        // What speaks against it is no reason for it.
        Some((failed, rest))
            if decision.takes_any() && decision.reasons().next() == Some(Reason::CertificateFailed) =>
        {
            format!("{actor} decides: {what}, although {failed}, because {}", join(rest))
        }
        _ => format!("{actor} decides: {what}, because {}", join(&because)),
    }
}

const SSLV2_HELLO: &str = "ClientHello in the form of SSL 2.0";

fn message(message: &Message) -> String {
    let known = |table, code: u8| registry::name(table, code).map(words::camel);
    match message.kind {
        MessageKind::Handshake(_) if is_hello_retry_request(message) => "HelloRetryRequest".to_owned(),
        _ if matches!(&message.facts, MessageFacts::ClientHello(hello) if hello.is_sslv2) => SSLV2_HELLO.to_owned(),
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
        MessageKind::NotARecord(defect) => match defect {
            NotARecord::ShortHeader | NotARecord::ShortFragment { .. } => "part of a record",
            NotARecord::NotTls | NotARecord::TooLong { .. } => "no TLS record",
            NotARecord::Sslv2Hello { .. } => SSLV2_HELLO,
        }
        .to_owned(),
    }
}

fn is_hello_retry_request(message: &Message) -> bool {
    matches!(&message.facts, MessageFacts::ServerHello(hello) if hello.is_hello_retry_request)
}

fn message_facts(message: &Message) -> String {
    match &message.facts {
        MessageFacts::None | MessageFacts::EncryptedPremaster(_) | MessageFacts::CertificateRequest { .. } => {
            String::new()
        }
        MessageFacts::ClientHello(hello) => {
            let suites = hello.suites.iter().filter(|&&suite| !registry::is_signal(suite)).count();
            let versions: Vec<String> = hello.versions.iter().map(|&code| words::version(code)).collect();
            let name = hello.server_name.as_ref().map(|name| format!(", SNI {name}")).unwrap_or_default();
            format!("{}, {}{name}", join(&versions), count(suites, "suite", "suites"))
        }
        MessageFacts::ServerHello(hello) if hello.is_hello_retry_request => {
            let group = hello.group.map_or_else(|| "another group".to_owned(), words::group);
            format!("asks for a share of {group}")
        }
        MessageFacts::ServerHello(hello) => format!("{}, {}", words::version(hello.version), words::suite(hello.suite)),
        MessageFacts::Certificate { count: certificates, octets, .. } => {
            format!("{}, {} octets", count(*certificates, "certificate", "certificates"), number(*octets))
        }
        MessageFacts::ServerKeyExchange { group } => {
            group.map(|code| format!("{}, signed", words::group(code))).unwrap_or_default()
        }
        MessageFacts::Alert { level: _, description } => words::alert(*description),
        MessageFacts::Malformed => "not what its type says".to_owned(),
    }
}

fn purpose(message: &Message, version: Option<Version>) -> String {
    let facts = message_facts(message);
    if !facts.is_empty() {
        return facts;
    }
    let is_tls13 = version == Some(Version::TLS13);
    let words = match (message.kind, &message.facts) {
        (_, MessageFacts::EncryptedPremaster(_)) => "the premaster secret, encrypted to a key of the server's",
        (MessageKind::ChangeCipherSpec, _) if is_tls13 => "means nothing: for devices on the path that know no TLS 1.3",
        (MessageKind::ChangeCipherSpec, _) => "what follows is under the new keys",
        (MessageKind::Handshake(code), _) => match code {
            registry::HELLO_REQUEST => "asks for a ClientHello",
            registry::NEW_SESSION_TICKET => "to resume this session later",
            registry::ENCRYPTED_EXTENSIONS => "answers that nobody else has to see",
            registry::SERVER_KEY_EXCHANGE => "a key for this session alone, signed",
            registry::CERTIFICATE_REQUEST => "asks for the client's certificate",
            registry::SERVER_HELLO_DONE => "the server waits for the client",
            registry::CERTIFICATE_VERIFY => "a signature over all messages before it",
            registry::CLIENT_KEY_EXCHANGE => "the client's share of the key exchange",
            registry::FINISHED => "a keyed hash of all messages before it",
            registry::CERTIFICATE_STATUS => "what the CA says of the certificate today",
            _ => "",
        },
        (MessageKind::Sealed, _) => "no key opens it here",
        _ => "",
    };
    words.to_owned()
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
