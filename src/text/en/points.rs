//! The seven points: names, and what is to be understood at each.

use super::page;
use super::words::{self, alert, join, version};
use crate::registry::Version;
use crate::scenario::Side;
use crate::smtp::TlsVerb;
use crate::story::say::{
    AuthInClear, ConnectionClaim, Disagreement, Family, Judgement, LessonClaim, MissingClaim, PointClaim,
};
use crate::story::{Checkpoint, Part, Protection};
use crate::text::{Lesson, Points};

pub const POINTS: Points = Points {
    navigation: "Log points",
    connections: "Connection",
    connection,
    name,
    in_clear: "reached, in clear",
    sealed: "reached, sealed",
    failed: "tried and failed",
    not_reached: "not reached in this run",
    ahead: "not reached so far",
    missing,
    lesson,
};

fn connection(claim: &ConnectionClaim) -> String {
    let again = if claim.is_again { ", again" } else { "" };
    format!("{} {} to {}{again}", claim.number, words::party(claim.client), words::party(claim.server))
}

fn name(claim: &PointClaim) -> String {
    let words = match claim {
        PointClaim::Greeting => "Greeting and EHLO",
        PointClaim::NotAdvertised(verb) => return format!("{} not advertised", verb.name()),
        PointClaim::Advertised(verb) => return format!("{} advertised", verb.name()),
        PointClaim::NoAuthInClear => "AUTH not offered in clear",
        PointClaim::Overwritten(verb) => return format!("{} overwritten on the way", verb.name()),
        PointClaim::AuthInClear { offered, is_less } => {
            return format!("AUTH offers {}{}", join(offered), if *is_less { " only" } else { "" });
        }
        PointClaim::Ahead(part) => ahead(*part),
        PointClaim::Asked(verb) => return format!("{} sent", verb.name()),
        PointClaim::Accepted(verb) => return format!("{} accepted", verb.name()),
        PointClaim::Misunderstood(verb) => return format!("{} misunderstood", verb.name()),
        PointClaim::Refused(verb) => return format!("{} refused", verb.name()),
        PointClaim::NotSent(verb) => return format!("{} not sent", verb.name()),
        PointClaim::NegotiationFailed => "TLS negotiation failed",
        PointClaim::Negotiation => "TLS negotiation",
        PointClaim::Reset => "Session reset and new EHLO",
        PointClaim::AuthInside => "AUTH inside TLS",
        PointClaim::Mail => "The mail",
        PointClaim::Goodbye => "Goodbye",
        PointClaim::AuthSame => "AUTH offers the same",
        PointClaim::AuthAdds { added, is_more: true } => return format!("AUTH now also offers {}", join(added)),
        PointClaim::AuthAdds { added, is_more: false } => return format!("AUTH now offers {}", join(added)),
    };
    words.to_owned()
}

/// The seven points before anything is known of them, on the cover, too.
pub(super) const AHEAD: [&str; 7] = [
    "Greeting and EHLO",
    "An offer of TLS",
    "AUTH in clear",
    "A start of TLS",
    "TLS negotiation",
    "Session reset and new EHLO",
    "AUTH inside",
];

fn ahead(part: Part) -> &'static str {
    let [greeting, offer, in_clear, start, negotiation, reset, inside] = AHEAD;
    match part {
        Part::Point(Checkpoint::Greeting) => greeting,
        Part::Point(Checkpoint::StarttlsOffered) => offer,
        Part::Point(Checkpoint::AuthBeforeTls) => in_clear,
        Part::Point(Checkpoint::StarttlsAccepted) => start,
        Part::Point(Checkpoint::Negotiation) => negotiation,
        Part::Point(Checkpoint::Reset) => reset,
        Part::Point(Checkpoint::AuthInsideTls) => inside,
        Part::Mail => "The mail",
        Part::Goodbye => "Goodbye",
    }
}

fn missing(claim: MissingClaim) -> String {
    let words = match claim {
        MissingClaim::Ahead => "Not reached so far.",
        MissingClaim::Greeting => "The server did not greet.",
        MissingClaim::NotListed(verb) => return format!("The server's reply to EHLO does not list {}.", verb.name()),
        MissingClaim::Overwritten(verb) => {
            return format!("The server's reply to EHLO listed {}; what arrived does not.", verb.name());
        }
        MissingClaim::NoAuthInClear => {
            "The server's reply in clear lists no AUTH: each of its mechanisms would send the password itself."
        }
        MissingClaim::NoAuthAtAll => "The server lists no AUTH, in clear or inside TLS.",
        MissingClaim::NoAuthListed => "The server's reply in clear lists no AUTH.",
        MissingClaim::NeverSent => "This sender never sends STARTTLS.",
        MissingClaim::ConnectorNotSetUp => "The Send connector is not set up for this domain, so nothing is sent.",
        MissingClaim::GivenUp => "The sender gave up TLS on the connection before, and begins none here.",
        MissingClaim::NotSent(verb) => {
            return format!("The client sends {} only where the list that it gets has it.", verb.name());
        }
        MissingClaim::NotSeen => "The client did not send STARTTLS.",
        MissingClaim::NoTls => "TLS never began.",
        MissingClaim::NoNewGreeting => {
            "The sender did not greet again: it left as soon as it had looked at the certificate."
        }
        MissingClaim::NoNewGreetingRead => "No new greeting can be read inside TLS.",
        MissingClaim::NothingToReset => "There is nothing to reset without TLS.",
        MissingClaim::NoMail => "No mail was begun on this connection.",
        MissingClaim::NoEnd => "The end of this connection is not shown.",
        MissingClaim::NoSecondList => "There was no second list inside TLS, or none with AUTH.",
    };
    words.to_owned()
}

fn lesson(claim: &LessonClaim) -> Lesson {
    let (heading, paragraphs) = match claim {
        LessonClaim::MailBegins => (
            "The mail itself",
            plain([
                "`MAIL FROM` and `RCPT TO` are the envelope: who sends, and who shall get it. The message follows, and with its last reply the server answers for it, or does not.",
                "Until that reply the sender keeps the mail: a connection that breaks loses nothing.",
            ]),
        ),
        LessonClaim::Mail(protection) => (
            "The mail itself",
            plain([
                "`MAIL FROM` and `RCPT TO` are the envelope: who sends, and who shall get it. The message follows, and with its last reply the server answers for it, or does not.",
                match protection {
                    Protection::Clear => {
                        "All of it is readable on this connection, and could have been changed on the way."
                    }
                    Protection::NoCipher => {
                        "All of it travels inside TLS, and is readable: the suite has no cipher. What it has is a MAC, so nobody can change it unnoticed."
                    }
                    Protection::Encrypted => {
                        "All of it travels sealed to whoever is at the other end. Sealing alone does not say who that is."
                    }
                    Protection::Verified => {
                        "All of it travels sealed, to a server whose certificate the sender has verified."
                    }
                    Protection::NotSent => "Here it stayed with the envelope: no message was sent.",
                    Protection::Unknown => "Without keys it cannot be read whether a message was sent.",
                },
            ]),
        ),
        LessonClaim::Goodbye { is_quit: true } => (
            "Goodbye",
            plain([
                "The client says `QUIT`, the server answers `221`, and both close.",
                "What was delivered stays delivered: a connection that breaks now loses nothing.",
            ]),
        ),
        LessonClaim::Goodbye { is_quit: false } => (
            "An end without goodbye",
            plain([
                "The connection ends without `QUIT`.",
                "The sender may take up what was not acknowledged again, on another connection.",
            ]),
        ),
        LessonClaim::Greeting => (
            "Hello, in the open",
            plain([
                "The server speaks first: `220` and its name. The client answers `EHLO` with its own, and gets one line for each extension that the server knows.",
                "All of it is readable, and none of it is proved. Anyone on the path could have written these lines.",
            ]),
        ),
        LessonClaim::Offer => (
            "An offer, in the open",
            plain([
                "`STARTTLS` in the list says: this connection can become TLS, here, on the same port. It is an offer; nothing is protected until the client takes it up.",
                "The offer itself has no protection. Whoever sits on the path can delete this line, and an opportunistic sender will then send in clear and not notice.",
            ]),
        ),
        LessonClaim::OwnOffer => (
            "An offer to servers of the same organisation",
            plain([
                "`X-ANONYMOUSTLS` is Exchange's private twin of `STARTTLS`. A server lists it where its Receive connector has `ExchangeServer`, and shows it to every client; who takes the server for a stranger's ignores it.",
                "TLS between two servers of one organisation needs no certificate from a CA: the server has one that it signed itself. “Anonymous” means that this certificate need not prove who it is. The cipher suites are ordinary ones, in which the server always shows a certificate.",
            ]),
        ),
        LessonClaim::OwnOpens => (
            "The other door opens",
            plain([
                "The same rules as for `STARTTLS`: no parameter, nothing behind the command, and after `220` the next octets are TLS. What Exchange says besides `220` is modelled.",
                "The certificate that follows is the server's internal one, which Setup made, and not the one that `STARTTLS` shows.",
            ]),
        ),
        LessonClaim::AuthInClear(found) => ("Passwords are not for the open", auth_in_clear(found)),
        LessonClaim::Misunderstood => (
            "A yes that is taken for a no",
            plain([
                "The reply must be `220`. The book prints `250`, and in this run the server really says so: it means yes, and begins TLS.",
                "This sender takes `220` alone for a yes, as Exchange does. To it, `250` is a refusal, and it begins no TLS. From here on the two no longer speak the same protocol.",
            ]),
        ),
        LessonClaim::Refused(verb) => (
            "Offered, then refused",
            vec![
                format!(
                    "The server lists `{}` and cannot begin it: `454` says that the reason is its own, and may pass. As a rule its certificate or the private key is missing or cannot be read; some servers also say so when too many sessions begin TLS at once.",
                    verb.name()
                ),
                "Look at the server, not at the sender. Exchange: does `Get-ExchangeCertificate | FL Services,CertificateDomains,NotAfter` show one for SMTP, with the connector's name, not expired? Postfix: do `smtpd_tls_cert_file` and `smtpd_tls_key_file` name files that are there? Until it is mended, no TLS has begun, and the session stays as it was, in clear.".to_owned(),
                "What follows is the sender's policy: an opportunistic one goes on in clear, one that requires TLS says `QUIT` and keeps the mail.".to_owned(),
            ],
        ),
        LessonClaim::Asked(verb) => (
            "Asking for TLS",
            plain([
                match verb {
                    TlsVerb::StartTls => {
                        "`STARTTLS` takes no parameter. By the RFC there are three answers: `220`, TLS may begin; `454`, not now; `501`, a parameter stood there."
                    }
                    TlsVerb::AnonymousTls => {
                        "`X-ANONYMOUSTLS` takes no parameter, and with `220` TLS may begin, as after `STARTTLS`."
                    }
                },
                "The command and its answer travel in clear, so whoever is on the path may have changed either.",
            ]),
        ),
        LessonClaim::Opens => (
            "The door opens",
            plain([
                "`STARTTLS` takes no parameter, and by the RFC `220` is the only answer that lets TLS begin. The next octets on this connection must be TLS.",
                "So the client must not send anything behind the command, and the server nothing behind the reply. What stands there in clear may have been slipped in, and is thrown away: kept, it would be read as if it had come through TLS (CVE-2011-0411).",
            ]),
        ),
        LessonClaim::Negotiation { version, judgement, is_book, hides } => {
            ("Two strangers agree on keys", negotiation(*version, *judgement, *is_book, *hides))
        }
        LessonClaim::Resumed { version } => (
            "Two that know each other",
            plain([
                match *version {
                    Version::TLS13 => {
                        "The client shows a ticket from the first session, and proves that it has the secret which belongs to it. Both mix in a new key exchange, so the recording of this session is worth no more than another."
                    }
                    _ => {
                        "The client shows a ticket from the first session. Both make new keys from its old secret, without a key exchange: one round trip less, and whoever gets that secret opens both."
                    }
                },
                "No certificate is shown, so there is nothing to check. What the sender knows is what it found in the first session; had the certificate expired or been revoked since, it would not notice.",
            ]),
        ),
        LessonClaim::NoAgreement { offered, because, alert } => {
            ("No agreement", no_agreement(offered, *because, *alert))
        }
        LessonClaim::OneSided { alert } => ("One end in TLS, the other not", one_sided(*alert)),
        LessonClaim::Reset => (
            "The session starts over",
            plain([
                "What was said before TLS could have been forged, so both ends forget it: the server the client's name, the client the server's name and list. What stays is what the handshake established.",
                "No second greeting is sent. The state is that of just after the greeting, and the client speaks first, with a new `EHLO`.",
            ]),
        ),
        LessonClaim::AuthInside { added, judgement, hides } => {
            ("A better offer, inside", auth_inside(added, *judgement, *hides))
        }
    };
    Lesson { heading, paragraphs }
}

fn plain(paragraphs: [&str; 2]) -> Vec<String> {
    paragraphs.map(str::to_owned).into()
}

/// As they stand on the wire.
fn quoted(words: &[&str]) -> String {
    join(&words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>())
}

fn auth_in_clear(found: &AuthInClear) -> Vec<String> {
    let AuthInClear { offered, exposed, held, server } = found;
    let mut paragraphs = vec![match offered.as_slice() {
        [] => "In clear this server lists no `AUTH`.".to_owned(),
        offered => format!("In clear this server offers {}.", quoted(offered)),
    }];
    let sends = "would send the password as it is, dressed in base64";
    match (exposed.as_slice(), held.as_slice()) {
        ([], []) => {}
        ([], held) => paragraphs.push(format!("{} {sends}, and that has its place inside TLS alone.", quoted(held))),
        (exposed, _) => paragraphs.push(format!("{} {sends}: whoever listens has it.", quoted(exposed))),
    }
    match server {
        Some(Family::Exchange) if offered.contains(&"NTLM") => paragraphs.push(
            "Exchange's setting is `BasicAuthRequireTLS`. `NTLM` answers a challenge, so before TLS it is stronger than `LOGIN`: the password does not travel. It is not strong: from a recording it can be guessed, and the answer can be relayed.".to_owned(),
        ),
        Some(Family::Other) if offered.is_empty() => {
            paragraphs.push("With `smtpd_tls_auth_only` Postfix offers none before TLS.".to_owned());
        }
        _ => {}
    }
    paragraphs
}

fn negotiation(spoken: Option<Version>, judgement: Judgement, is_book: bool, hides: bool) -> Vec<String> {
    let first = match spoken {
        Some(Version::TLS13) => {
            "Both ends agree on keys. In TLS 1.3 only the two hellos are readable; the certificate already travels sealed. A wiretap still learns which server was asked for, from the `ClientHello`.".to_owned()
        }
        None => {
            "Both ends agree on keys. The client offers, and the server's hello says which version and which suite it takes. Until then, all of it is readable.".to_owned()
        }
        Some(spoken) => {
            let before = version(spoken);
            let then = match hides {
                true => "each side seals what it sends",
                false => "each record has a MAC, and stays readable: the suite has no cipher",
            };
            format!(
                "Both ends agree on keys. In {before} the hellos and the certificate are readable, so a wiretap learns who is called. From `ChangeCipherSpec` on, {then}."
            )
        }
    };
    let second = match judgement {
        Judgement::Judges => {
            "The client checks chain, name, dates and purpose, and writes down what it finds. Like Exchange and Postfix it finishes the handshake either way, and the policy judges afterwards: this one goes on only if every check has passed. Client libraries often break off in the handshake, with an alert."
        }
        Judgement::BreaksOff => {
            "The client checks chain, name, dates and purpose in the handshake, as client libraries do. Had a check failed, it would have ended the handshake with an alert. Exchange and Postfix finish it either way, and their policy judges afterwards."
        }
        Judgement::TakesAny => {
            "The client checks chain, name, dates and purpose, and writes down what it finds. Like Exchange and Postfix it finishes the handshake either way, and the policy judges afterwards: this one accepts any certificate. Client libraries often break off in the handshake, with an alert."
        }
        Judgement::Published => {
            "The client checks chain, name, dates and purpose, and writes down what it finds. Nothing of that counts here: the certificate has to be, octet for octet, the one that the organisation's directory holds. Who signed it does not matter."
        }
        Judgement::Unknown => "What the client makes of the certificate no octet shows.",
    };
    let mut paragraphs = vec![first, second.to_owned()];
    if let Some(spoken) = spoken.filter(|_| is_book) {
        paragraphs.push(format!(
            "The book's server of 2009 would have spoken TLS 1.0. The oldest that rustls speaks is TLS 1.2; this run uses {}, so the cipher suite is one of today's. The scenario “{}” runs what that server would have spoken.",
            version(spoken),
            (page::PAGE.preset)("book-2009").name
        ));
    }
    paragraphs
}

fn no_agreement(offered: &[Version], because: Disagreement, ended: Option<(Side, u8)>) -> Vec<String> {
    let offered = join(&offered.iter().map(|&code| version(code)).collect::<Vec<_>>());
    let why = match because {
        Disagreement::Version => "The two have no version in common",
        Disagreement::Certificate => {
            "They would agree, but the server's certificate fails a check, and this client makes its checks in the handshake"
        }
        Disagreement::Parameters => {
            "Not the versions alone are at fault: of cipher suites, groups, signature algorithms and other extensions there is no set that both can take"
        }
        Disagreement::Untold => "The two do not come to an end",
    };
    let alert = ended
        .map(|(by, code)| format!(": the {} ends the handshake with the alert `{}`", words::side(by), alert(code)));
    let first = format!("The client offers {offered}. {why}{}.", alert.unwrap_or_default());
    let rest = plain([
        "After a failed handshake neither end knows where the other stands, and both have to close. Exchange and Postfix say nothing more here, not even `QUIT`; to deliver in clear they open a new connection. Other software has been seen to go on.",
        "The book says that both can continue to use the existing session. That is so after a refusal, before TLS begins; after a failed handshake neither Exchange nor Postfix does it.",
    ]);
    [vec![first], rest].concat()
}

fn one_sided(by: Option<u8>) -> Vec<String> {
    let alert = by.map(|code| format!(" It ends TLS with the alert `{}`.", alert(code))).unwrap_or_default();
    vec![
        format!("The server waits for a `ClientHello`. What comes is the client's next command in clear, and its first letter is no TLS record type.{alert}"),
        "The client waits for a reply and gets seven octets of TLS that are none. The connection ends, and the mail stays in the sender's queue.".to_owned(),
    ]
}

fn auth_inside(added: &[&str], judgement: Judgement, hides: bool) -> Vec<String> {
    let trust = match judgement {
        Judgement::Judges | Judgement::BreaksOff => {
            "Sealed alone says nothing about who is at the other end. This sender checked the certificate first, so it knows, as far as its checks reach."
        }
        Judgement::Published => {
            "This sender goes on only since the certificate is the one that its organisation's directory holds: so it knows who is at the other end."
        }
        Judgement::TakesAny => {
            "Sealed says nothing about who is at the other end. This sender accepts any certificate, so a password would go, sealed, to whoever answered."
        }
        Judgement::Unknown => {
            "Sealed alone says nothing about who is at the other end. Whether this client looked at the certificate no octet shows."
        }
    };
    let trust = match hides {
        true => trust,
        false => {
            "This session is not sealed: its suite has no cipher, and whoever listens reads a password that is sent."
        }
    };
    let because = match hides {
        true => "because what is sent here can no longer be overheard",
        false => "as if what is sent here could no longer be overheard",
    };
    let mut paragraphs = Vec::new();
    if !added.is_empty() {
        paragraphs.push(format!(
            "`STARTTLS` is not listed again: it has nothing left to start. But `AUTH` now lists {}, {because}.",
            quoted(added)
        ));
    }
    paragraphs.push(trust.to_owned());
    if added.contains(&"LOGIN") {
        paragraphs.push("`LOGIN` inside TLS is safe only from those who cannot pose as the server.".to_owned());
    }
    paragraphs
}
