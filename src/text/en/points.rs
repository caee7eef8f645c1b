//! The seven points: names, and what is to be understood at each.

use super::words::{alert, join, version};
use crate::dissect::facts::MessageFacts;
use crate::dissect::smtp::Role;
use crate::policy::Reason;
use crate::registry::Version;
use crate::scenario::{Demands, ServerProfile, Side};
use crate::smtp::TlsAnswer;
use crate::smtp::profile::profile;
use crate::story::{Advertised, Checkpoint, Status};
use crate::text::{Facts, Lesson, Points};
use crate::trace::What;

pub const POINTS: Points = Points {
    navigation: "Log points",
    name,
    in_clear: "reached, in clear",
    sealed: "reached, sealed",
    failed: "tried and failed",
    not_reached: "not reached in this run",
    missing,
    lesson,
};

fn status(facts: &Facts, checkpoint: Checkpoint) -> Status {
    facts.story.first().point(checkpoint).map_or(Status::NotReached, |point| point.status)
}

/// The mechanisms that AUTH lists.
fn mechanisms(list: Option<&Advertised>) -> Vec<String> {
    let auth = list.and_then(|list| list.capabilities.find("AUTH"));
    auth.map(|auth| auth.parameters.clone()).unwrap_or_default()
}

fn added(facts: &Facts) -> Vec<String> {
    let before = mechanisms(facts.story.first().before());
    mechanisms(facts.story.first().after()).into_iter().filter(|word| !before.contains(word)).collect()
}

fn name(facts: Facts, checkpoint: Checkpoint) -> String {
    let status = status(&facts, checkpoint);
    match (checkpoint, status) {
        (Checkpoint::Greeting, _) => "Greeting and EHLO".to_owned(),
        (Checkpoint::StarttlsOffered, Status::NotReached) => "STARTTLS not advertised".to_owned(),
        (Checkpoint::StarttlsOffered, _) => "STARTTLS advertised".to_owned(),
        (Checkpoint::AuthBeforeTls, Status::NotReached) => "AUTH not offered in clear".to_owned(),
        (Checkpoint::AuthBeforeTls, _) => {
            format!("AUTH offers {} only", join(&mechanisms(facts.story.first().before())))
        }
        (Checkpoint::StarttlsAccepted, Status::Reached) => "STARTTLS accepted".to_owned(),
        (Checkpoint::StarttlsAccepted, Status::Failed) if says_yes(&facts) => "STARTTLS misunderstood".to_owned(),
        (Checkpoint::StarttlsAccepted, Status::Failed) => "STARTTLS refused".to_owned(),
        (Checkpoint::StarttlsAccepted, Status::NotReached) => "STARTTLS not sent".to_owned(),
        (Checkpoint::Negotiation, Status::Failed) => "TLS negotiation failed".to_owned(),
        (Checkpoint::Negotiation, _) => "TLS negotiation".to_owned(),
        (Checkpoint::Reset, _) => "Session reset and new EHLO".to_owned(),
        (Checkpoint::AuthInsideTls, Status::NotReached) => "AUTH inside TLS".to_owned(),
        (Checkpoint::AuthInsideTls, _) => {
            let added = added(&facts);
            let also = if mechanisms(facts.story.first().before()).is_empty() { "" } else { "also " };
            if added.is_empty() {
                "AUTH offers the same".to_owned()
            } else {
                format!("AUTH now {also}offers {}", join(&added))
            }
        }
    }
}

fn missing(facts: Facts, checkpoint: Checkpoint) -> &'static str {
    let first_reason = facts.trace.events.iter().find_map(|event| match &event.what {
        What::Decided(decision) => {
            decision.sender().filter(|decided| decided.answer != TlsAnswer::Start).and(decision.reasons().next())
        }
        _ => None,
    });
    match (checkpoint, first_reason) {
        (Checkpoint::Greeting, _) => "The server did not greet.",
        (Checkpoint::StarttlsOffered, _) => "The server's reply to EHLO does not list STARTTLS.",
        (Checkpoint::AuthBeforeTls, _) => {
            "The server's reply in clear lists no AUTH: each of its mechanisms would send the password itself."
        }
        (Checkpoint::StarttlsAccepted, Some(Reason::TlsSwitchedOff)) => "This sender never sends STARTTLS.",
        (Checkpoint::StarttlsAccepted, _) => "The client sends STARTTLS only where it is advertised.",
        (Checkpoint::Negotiation, _) => "TLS never began.",
        (Checkpoint::Reset, _) if status(&facts, Checkpoint::Negotiation) == Status::Reached => {
            "The sender did not greet again: it left as soon as it had looked at the certificate."
        }
        (Checkpoint::Reset, _) => "There is nothing to reset without TLS.",
        (Checkpoint::AuthInsideTls, _) => "There was no second list inside TLS, or none with AUTH.",
    }
}

fn lesson(facts: Facts, checkpoint: Checkpoint) -> Lesson {
    let failed = status(&facts, checkpoint) == Status::Failed;
    let (heading, paragraphs, source) = match checkpoint {
        Checkpoint::Greeting => (
            "Hello, in the open",
            vec![
                "The server speaks first: `220` and its name. The client answers `EHLO` with its own, and gets one line for each extension that the server knows.".to_owned(),
                "All of it is readable, and none of it is proved. Anyone on the path could have written these lines.".to_owned(),
            ],
            "RFC 5321 §3.1, §4.1.1.1",
        ),
        Checkpoint::StarttlsOffered => (
            "An offer, in the open",
            vec![
                "`STARTTLS` in the list says: this connection can become TLS, here, on the same port. It is an offer; nothing is protected until the client takes it up.".to_owned(),
                "The offer itself has no protection. Whoever sits on the path can delete this line, and an opportunistic sender will then send in clear and not notice.".to_owned(),
            ],
            "RFC 3207 §4, §6",
        ),
        Checkpoint::AuthBeforeTls => auth_in_clear(&facts),
        Checkpoint::StarttlsAccepted if failed && says_yes(&facts) => (
            "A yes that is taken for a no",
            vec![
                "The reply must be `220`. The book prints `250`, and in this run the server really says so: it means yes, and begins TLS.".to_owned(),
                "This sender takes `220` alone for a yes, as Exchange does. To it, `250` is a refusal, and it goes on without TLS. From here on the two no longer speak the same protocol.".to_owned(),
            ],
            "RFC 3207 §4",
        ),
        Checkpoint::StarttlsAccepted if failed => (
            "Offered, then refused",
            vec![
                "The server advertised `STARTTLS` and cannot do it now: its certificate or key is out of order. No TLS has begun, so nothing is broken, and the session stays as it was, in clear.".to_owned(),
                "What follows is the sender's policy: an opportunistic one goes on in clear, one that requires TLS says `QUIT` and keeps the mail.".to_owned(),
            ],
            "RFC 3207 §4",
        ),
        Checkpoint::StarttlsAccepted => (
            "The door opens",
            vec![
                "`STARTTLS` takes no parameter, and `220` is the only answer that lets TLS begin. The next octets on this connection must be TLS.".to_owned(),
                "So the client must not send anything behind the command, and the server nothing behind the reply. What stands there in clear may have been slipped in, and is thrown away: kept, it would be read as if it had come through TLS (CVE-2011-0411).".to_owned(),
            ],
            "RFC 3207 §4",
        ),
        Checkpoint::Negotiation if failed => negotiation_failed(&facts),
        Checkpoint::Negotiation => negotiation(&facts),
        Checkpoint::Reset => (
            "The session starts over",
            vec![
                "What was said before TLS could have been forged, so both ends forget it: the server the client's name, the client the server's name and list. What stays is what the handshake established.".to_owned(),
                "No second greeting is sent. The state is that of just after the greeting, and the client speaks first, with a new `EHLO`.".to_owned(),
            ],
            "RFC 3207 §4.2",
        ),
        Checkpoint::AuthInsideTls => auth_inside(&facts),
    };
    Lesson { heading, paragraphs, source }
}

type Parts = (&'static str, Vec<String>, &'static str);

fn auth_in_clear(facts: &Facts) -> Parts {
    let list = mechanisms(facts.story.first().before());
    let names = |list: &[&str]| join(&list.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>());
    let server = facts.trace.seat(0, Side::Server).profile();
    let passwords = server.map(|server| profile(server).passwords()).unwrap_or_default();
    let is_exchange = server.is_some_and(ServerProfile::is_exchange);
    let exposed: Vec<&str> =
        passwords.iter().copied().filter(|name| list.iter().any(|listed| listed == name)).collect();
    let held: Vec<&str> = passwords.into_iter().filter(|name| !exposed.contains(name)).collect();
    let offered: Vec<&str> = list.iter().map(String::as_str).collect();
    let first = if !exposed.is_empty() {
        format!(
            "In clear this server offers {}. {} would send the password as it is, dressed in base64: whoever listens has it.",
            names(&offered),
            names(&exposed)
        )
    } else if is_exchange {
        format!(
            "In clear this server offers {} alone: it answers a challenge, and the password itself does not travel. {} would send the password as it is, dressed in base64, so it is held back.",
            names(&offered),
            names(&held)
        )
    } else {
        format!("In clear this server offers {}.", names(&offered))
    };
    let setting = if is_exchange {
        "The setting is Exchange's `BasicAuthRequireTLS`. That `NTLM` hides the password does not make it strong: a recorded exchange can be attacked by guessing."
    } else {
        "With `smtpd_tls_auth_only` Postfix offers none before TLS."
    };
    ("Passwords are not for the open", vec![first, setting.to_owned()], "RFC 4954 §4")
}

/// Whether the sender's policy looks at what the checks found.
fn judges(facts: &Facts) -> bool {
    facts.trace.demands(0).is_some_and(Demands::judges)
}

fn negotiation(facts: &Facts) -> Parts {
    let spoken = facts.story.outcome.session.as_ref().map(|session| session.version);
    let is_tls13 = spoken == Some(Version::TLS13);
    let first = if is_tls13 {
        "Both ends agree on keys. In TLS 1.3 only the two hellos are readable; the certificate already travels sealed. A wiretap still learns which server was asked for, from the `ClientHello`."
    } else {
        "Both ends agree on keys. In TLS 1.2 the hellos and the certificate are readable, so a wiretap learns who is called. From `ChangeCipherSpec` on, each side seals what it sends."
    };
    let second = format!(
        "The client checks chain, name, dates and purpose, and writes down what it finds. It finishes the handshake either way: in SMTP the policy judges afterwards, and {}.",
        if judges(facts) {
            "this one goes on only if every check has passed"
        } else {
            "this one accepts any certificate"
        }
    );
    let mut paragraphs = vec![first.to_owned(), second];
    if facts.trace.seat(0, Side::Server).profile() == Some(ServerProfile::Book) {
        let then = spoken.map(version).unwrap_or_default();
        paragraphs.push(format!(
            "The book's server of 2009 would have spoken TLS 1.0. The oldest that rustls speaks is TLS 1.2; this run uses {then}, so the cipher suite is one of today's."
        ));
    }
    let source = if is_tls13 { "RFC 8446 §2, RFC 3207 §4.1" } else { "RFC 5246 §7.3, RFC 3207 §4.1" };
    ("Two strangers agree on keys", paragraphs, source)
}

fn negotiation_failed(facts: &Facts) -> Parts {
    let offered = facts.reading.entries.iter().enumerate().find_map(|(id, _)| {
        facts.reading.messages(id).iter().find_map(|message| match &message.facts {
            MessageFacts::ClientHello(hello) => {
                Some(hello.versions.iter().map(|&code| version(code)).collect::<Vec<_>>())
            }
            _ => None,
        })
    });
    let Some(offered) = offered else { return one_sided(facts) };
    let offered = join(&offered);
    let by = facts.story.outcome.failure.as_ref().and_then(|failure| failure.alert);
    let first = match by {
        Some(code) => format!(
            "The client offers {offered}, and the server takes none of it: it ends the handshake with the alert `{}`.",
            alert(code)
        ),
        None => format!("The client offers {offered}, and the handshake does not come to its end."),
    };
    (
        "No agreement",
        vec![
            first,
            "Nothing more may be said on this connection, not even `QUIT`: after a failed handshake neither end knows where the other stands. To deliver in clear the sender has to open a new connection.".to_owned(),
            "The book says that both can continue to use the existing session. That is so after a refusal, before TLS begins; after a failed handshake no mail server does it.".to_owned(),
        ],
        "RFC 3207 §4.1, RFC 8446 §6.2",
    )
}

/// Only the server has begun TLS.
fn one_sided(facts: &Facts) -> Parts {
    let alert = match facts.story.outcome.failure.as_ref().and_then(|failure| failure.alert) {
        Some(code) => format!(" It ends TLS with the alert `{}`.", alert(code)),
        None => String::new(),
    };
    (
        "One end in TLS, the other not",
        vec![
            format!("The server waits for a `ClientHello`. What comes is the client's next command in clear, and its first letter is no TLS record type.{alert}"),
            "The client waits for a reply and gets seven octets of TLS that are none. The connection ends, and the mail stays in the sender's queue.".to_owned(),
        ],
        "RFC 3207 §4, RFC 8446 §5.1",
    )
}

/// The server's answer to STARTTLS begins with a 2.
fn says_yes(facts: &Facts) -> bool {
    let events = facts
        .story
        .first()
        .point(Checkpoint::StarttlsAccepted)
        .map(|point| point.events.as_slice())
        .unwrap_or_default();
    let mut roles = events.iter().filter_map(|&id| facts.reading.line(id)).map(|line| &line.role);
    roles.any(|role| matches!(role, Role::Reply { code: 200..=299, .. }))
}

fn auth_inside(facts: &Facts) -> Parts {
    let list = added(facts);
    let words: Vec<String> = list.iter().map(|word| format!("`{word}`")).collect();
    let mut paragraphs = vec![
        format!("`STARTTLS` is not listed again: it has nothing left to start. But `AUTH` now lists {}, because what is sent here can no longer be overheard.", join(&words)),
        (if judges(facts) {
            "Sealed alone says nothing about who is at the other end. This sender checked the certificate first, so it knows, as far as its checks reach."
        } else {
            "Sealed says nothing about who is at the other end. This sender accepts any certificate, so a password would go, sealed, to whoever answered."
        })
        .to_owned(),
    ];
    if list.is_empty() {
        paragraphs.remove(0);
    }
    ("A better offer, inside", paragraphs, "RFC 3207 §4.2, RFC 4954 §4")
}
