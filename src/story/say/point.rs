//! The seven points, the mail and the goodbye: what each is called on this connection, why one was not reached, and what is to be understood there.

use super::Facts;
use crate::dissect::facts::MessageFacts;
use crate::dissect::smtp::Role;
use crate::policy::Reason;
use crate::registry::{Version, alert};
use crate::scenario::{Demands, Identity, ServerProfile, Side, TlsStack};
use crate::smtp::{Mechanism, TlsAnswer, TlsVerb};
use crate::story::{Advertised, Chapter, Checkpoint, Part, Protection, Status};
use crate::trace::What;
use std::borrow::Cow;

/// What a part is called. Lists are of mechanisms, as the server wrote them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PointClaim<'a> {
    /// It may still come.
    Ahead(Part),
    Greeting,
    NotAdvertised(TlsVerb),
    /// It was, and was written over on the way.
    Overwritten(TlsVerb),
    Advertised(TlsVerb),
    NoAuthInClear,
    AuthInClear {
        offered: Vec<&'a str>,
        /// Inside TLS there are more.
        is_less: bool,
    },
    /// Not answered yet.
    Asked(TlsVerb),
    Accepted(TlsVerb),
    /// The server means yes, and the sender takes it for a no.
    Misunderstood(TlsVerb),
    Refused(TlsVerb),
    NotSent(TlsVerb),
    NegotiationFailed,
    Negotiation,
    Reset,
    AuthInside,
    AuthSame,
    AuthAdds {
        added: Vec<&'a str>,
        /// Some were offered in clear already.
        is_more: bool,
    },
    Mail,
    Goodbye,
}

pub fn point<'a>(facts: Facts<'a>, chapter: &'a Chapter, part: Part) -> PointClaim<'a> {
    if chapter.is_ahead(part) {
        return PointClaim::Ahead(part);
    }
    let checkpoint = match part {
        Part::Point(checkpoint) => checkpoint,
        Part::Mail => return PointClaim::Mail,
        Part::Goodbye => return PointClaim::Goodbye,
    };
    let verb = chapter.verb;
    match (checkpoint, chapter.status(checkpoint)) {
        (Checkpoint::Greeting, _) => PointClaim::Greeting,
        (Checkpoint::StarttlsOffered, Status::NotReached) if is_overwritten(facts, chapter) => {
            PointClaim::Overwritten(verb)
        }
        (Checkpoint::StarttlsOffered, Status::NotReached) => PointClaim::NotAdvertised(verb),
        (Checkpoint::StarttlsOffered, _) => PointClaim::Advertised(verb),
        (Checkpoint::AuthBeforeTls, Status::NotReached) => PointClaim::NoAuthInClear,
        (Checkpoint::AuthBeforeTls, _) => {
            PointClaim::AuthInClear { offered: mechanisms(chapter.before()), is_less: !added(chapter).is_empty() }
        }
        (Checkpoint::StarttlsAccepted, _) if is_unanswered(chapter) => PointClaim::Asked(verb),
        (Checkpoint::StarttlsAccepted, Status::Reached) => PointClaim::Accepted(verb),
        (Checkpoint::StarttlsAccepted, Status::Failed) if says_yes(facts, chapter) => PointClaim::Misunderstood(verb),
        (Checkpoint::StarttlsAccepted, Status::Failed) => PointClaim::Refused(verb),
        (Checkpoint::StarttlsAccepted, Status::NotReached) => PointClaim::NotSent(verb),
        (Checkpoint::Negotiation, Status::Failed) => PointClaim::NegotiationFailed,
        (Checkpoint::Negotiation, _) => PointClaim::Negotiation,
        (Checkpoint::Reset, _) => PointClaim::Reset,
        (Checkpoint::AuthInsideTls, Status::NotReached) => PointClaim::AuthInside,
        (Checkpoint::AuthInsideTls, _) => match added(chapter) {
            none if none.is_empty() => PointClaim::AuthSame,
            added => {
                let is_more = !mechanisms(chapter.before()).is_empty();
                PointClaim::AuthAdds { added, is_more }
            }
        },
    }
}

/// The mechanisms that AUTH lists.
fn mechanisms(list: Option<&Advertised>) -> Vec<&str> {
    let auth = list.and_then(|list| list.capabilities.find("AUTH"));
    auth.map(|auth| auth.parameters.iter().map(String::as_str).collect()).unwrap_or_default()
}

/// Those that it lists inside TLS alone.
fn added(chapter: &Chapter) -> Vec<&str> {
    let before = mechanisms(chapter.before());
    mechanisms(chapter.after()).into_iter().filter(|word| !before.contains(word)).collect()
}

fn is_overwritten(facts: Facts<'_>, chapter: &Chapter) -> bool {
    facts.is_overwritten(chapter.account.connection)
}

/// The mechanisms that send the password itself. RFC 4954 §9
fn sends_password(mechanism: &str) -> bool {
    [Mechanism::Plain, Mechanism::Login].iter().any(|known| known.name() == mechanism)
}

/// STARTTLS was sent, and its answer may still come.
fn is_unanswered(chapter: &Chapter) -> bool {
    chapter.goes_on && chapter.account.asked.value.is_some() && chapter.account.answered.value.is_none()
}

/// The server's answer to STARTTLS begins with a 2.
fn says_yes(facts: Facts<'_>, chapter: &Chapter) -> bool {
    let point = chapter.point(Checkpoint::StarttlsAccepted);
    let events = point.map(|point| point.events.as_slice()).unwrap_or_default();
    let mut roles = events.iter().filter_map(|&id| facts.reading.line(id)).map(|line| &line.role);
    roles.any(|role| matches!(role, Role::Reply { code: 200..=299, .. }))
}

/// Why a point was not reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MissingClaim {
    /// It may still come.
    Ahead,
    Greeting,
    NotListed(TlsVerb),
    /// It was listed, and written over on the way.
    Overwritten(TlsVerb),
    /// Each of the mechanisms that the server lists inside TLS sends the password.
    NoAuthInClear,
    /// Inside TLS it lists none, either.
    NoAuthAtAll,
    /// Why not, is not known.
    NoAuthListed,
    NeverSent,
    /// The Send connector is not set up for the domain on the list.
    ConnectorNotSetUp,
    /// The sender gave up TLS on the connection before.
    GivenUp,
    /// It is sent where it is advertised.
    NotSent(TlsVerb),
    /// The reason is unknown.
    NotSeen,
    NoTls,
    /// The sender left.
    NoNewGreeting,
    /// None can be read in the octets.
    NoNewGreetingRead,
    NothingToReset,
    NoSecondList,
    NoMail,
    NoEnd,
}

pub fn missing(facts: Facts<'_>, chapter: &Chapter, part: Part) -> MissingClaim {
    if chapter.is_ahead(part) {
        return MissingClaim::Ahead;
    }
    let checkpoint = match part {
        Part::Point(checkpoint) => checkpoint,
        Part::Mail => return MissingClaim::NoMail,
        Part::Goodbye => return MissingClaim::NoEnd,
    };
    match checkpoint {
        Checkpoint::Greeting => MissingClaim::Greeting,
        Checkpoint::StarttlsOffered if is_overwritten(facts, chapter) => MissingClaim::Overwritten(chapter.verb),
        Checkpoint::StarttlsOffered => MissingClaim::NotListed(chapter.verb),
        Checkpoint::AuthBeforeTls => match (chapter.after(), mechanisms(chapter.after()).as_slice()) {
            (None, _) => MissingClaim::NoAuthListed,
            (Some(after), _) if after.goes_on => MissingClaim::NoAuthListed,
            (Some(_), []) => MissingClaim::NoAuthAtAll,
            (Some(_), inside) if inside.iter().all(|mechanism| sends_password(mechanism)) => {
                MissingClaim::NoAuthInClear
            }
            (Some(_), _) => MissingClaim::NoAuthListed,
        },
        Checkpoint::StarttlsAccepted => match why_not_started(facts, chapter) {
            Some(Reason::TlsSwitchedOff) => MissingClaim::NeverSent,
            Some(Reason::HandshakeFailedBefore | Reason::CertificateFailedBefore) => MissingClaim::GivenUp,
            Some(Reason::InSendList) => MissingClaim::ConnectorNotSetUp,
            _ if facts.has_decisions() => MissingClaim::NotSent(chapter.verb),
            _ => MissingClaim::NotSeen,
        },
        Checkpoint::Negotiation => MissingClaim::NoTls,
        Checkpoint::Reset if chapter.status(Checkpoint::Negotiation) != Status::Reached => MissingClaim::NothingToReset,
        Checkpoint::Reset if chapter.goes_on && chapter.account.up.value.is_none() => MissingClaim::NothingToReset,
        Checkpoint::Reset if facts.has_decisions() => MissingClaim::NoNewGreeting,
        Checkpoint::Reset => MissingClaim::NoNewGreetingRead,
        Checkpoint::AuthInsideTls => MissingClaim::NoSecondList,
    }
}

/// The first reason of the first decision not to begin TLS.
fn why_not_started(facts: Facts<'_>, chapter: &Chapter) -> Option<Reason> {
    chapter.events.iter().filter_map(|&id| facts.event(id)).find_map(|event| match &event.what {
        What::Decided(decision) => {
            decision.sender().filter(|decided| decided.answer != TlsAnswer::Start).and(decision.reasons().next())
        }
        _ => None,
    })
}

/// What a point teaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LessonClaim<'a> {
    Greeting,
    Offer,
    AuthInClear(AuthInClear<'a>),
    /// Not answered yet.
    Asked(TlsVerb),
    Opens,
    Misunderstood,
    Refused(TlsVerb),
    /// Exchange's private twin: offered, accepted.
    OwnOffer,
    OwnOpens,
    Negotiation {
        /// `None`, where no session came of it.
        version: Option<Version>,
        judgement: Judgement,
        /// The server is the book's, with rustls in place of what it had.
        is_book: bool,
        /// The suite has a cipher.
        hides: bool,
    },
    /// The session goes on with the secret of an earlier one.
    Resumed {
        version: Version,
    },
    NoAgreement {
        offered: &'a [Version],
        because: Disagreement,
        /// Who ended it, with which alert.
        alert: Option<(Side, u8)>,
    },
    /// Only the server has begun TLS.
    OneSided {
        alert: Option<u8>,
    },
    Reset,
    AuthInside {
        added: Vec<&'a str>,
        judgement: Judgement,
        hides: bool,
    },
    /// The envelope, of a mail whose content may still come.
    MailBegins,
    /// The mail, by who can read it on this connection.
    Mail(Protection),
    Goodbye {
        /// With QUIT, and not by an end of the connection alone.
        is_quit: bool,
    },
}

/// On what two ends could not agree, as far as the alert says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disagreement {
    Version,
    /// The server's certificate failed a check of the client's.
    Certificate,
    /// Cipher suite, group, signature algorithm, or an extension that is missing.
    Parameters,
    Untold,
}

/// Mechanisms that are offered in clear, and what is known of the server that does so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthInClear<'a> {
    pub offered: Vec<&'a str>,
    /// Those among them that send the password.
    pub exposed: Vec<&'a str>,
    /// Those that send the password and are listed inside TLS alone.
    pub held: Vec<&'a str>,
    pub server: Option<Family>,
}

/// Whose setting it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    Exchange,
    Other,
}

/// What the sender's policy makes of what the checks found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judgement {
    Judges,
    /// And what they found wrong would have ended the handshake.
    BreaksOff,
    TakesAny,
    /// It has to be the one that the organisation's directory holds.
    Published,
    /// No octet shows it.
    Unknown,
}

impl LessonClaim<'_> {
    pub fn source(&self) -> Cow<'static, str> {
        let source = match self {
            LessonClaim::Greeting => "RFC 5321 §3.1, §4.1.1.1",
            LessonClaim::Offer => "RFC 3207 §4, §6",
            LessonClaim::AuthInClear(_) => "RFC 4954 §4",
            // No RFC knows it: docs/sources.md has the pages.
            LessonClaim::OwnOffer => "Microsoft, “Receive Connectors”",
            LessonClaim::OwnOpens => "Microsoft, “Understanding TLS Certificates”",
            LessonClaim::Asked(_) | LessonClaim::Opens | LessonClaim::Misunderstood | LessonClaim::Refused(_) => {
                "RFC 3207 §4"
            }
            LessonClaim::Resumed { version: Version::TLS13 } => "RFC 8446 §2.2",
            LessonClaim::Resumed { .. } => "RFC 5077 §3.1",
            LessonClaim::Negotiation { version: Some(Version::TLS13), .. } => "RFC 8446 §2, RFC 3207 §4.1",
            LessonClaim::Negotiation { version, .. } => {
                return version.unwrap_or(Version::TLS12).cited("RFC 5246 §7.3, RFC 3207 §4.1");
            }
            LessonClaim::NoAgreement { offered, .. } => match offered.iter().max() {
                Some(&version) if version < Version::TLS13 => {
                    return version.cited("RFC 5246 §7.2.2, RFC 3207 §4.1");
                }
                _ => "RFC 8446 §6.2, RFC 3207 §4.1",
            },
            LessonClaim::OneSided { .. } => "RFC 3207 §4, RFC 8446 §5.1",
            LessonClaim::Reset => "RFC 3207 §4.2",
            LessonClaim::AuthInside { .. } => "RFC 3207 §4.2, RFC 4954 §4",
            LessonClaim::MailBegins | LessonClaim::Mail(_) => "RFC 5321 §3.3",
            LessonClaim::Goodbye { is_quit: true } => "RFC 5321 §4.1.1.10",
            LessonClaim::Goodbye { is_quit: false } => "RFC 5321 §3.8",
        };
        source.into()
    }
}

pub fn lesson<'a>(facts: Facts<'a>, chapter: &'a Chapter, part: Part) -> LessonClaim<'a> {
    let checkpoint = match part {
        Part::Point(checkpoint) => checkpoint,
        Part::Mail if chapter.goes_on && chapter.leg.protection == Protection::NotSent => {
            return LessonClaim::MailBegins;
        }
        Part::Mail => return LessonClaim::Mail(chapter.leg.protection),
        Part::Goodbye => {
            let is_quit = chapter.goodbye.is_some_and(|id| facts.reading.line(id).is_some());
            return LessonClaim::Goodbye { is_quit };
        }
    };
    let failed = chapter.status(checkpoint) == Status::Failed;
    let is_own = chapter.verb == TlsVerb::AnonymousTls;
    match checkpoint {
        Checkpoint::Greeting => LessonClaim::Greeting,
        Checkpoint::StarttlsOffered if is_own => LessonClaim::OwnOffer,
        Checkpoint::StarttlsOffered => LessonClaim::Offer,
        Checkpoint::AuthBeforeTls => LessonClaim::AuthInClear(auth_in_clear(facts, chapter)),
        Checkpoint::StarttlsAccepted if is_unanswered(chapter) => LessonClaim::Asked(chapter.verb),
        Checkpoint::StarttlsAccepted if failed && says_yes(facts, chapter) => LessonClaim::Misunderstood,
        Checkpoint::StarttlsAccepted if failed => LessonClaim::Refused(chapter.verb),
        Checkpoint::StarttlsAccepted if is_own => LessonClaim::OwnOpens,
        Checkpoint::StarttlsAccepted => LessonClaim::Opens,
        Checkpoint::Negotiation if failed => no_agreement(facts, chapter),
        Checkpoint::Negotiation if chapter.account.resumed.value.is_some() => {
            let chosen = chapter.account.chosen.value.map(|chosen| chosen.version);
            LessonClaim::Resumed { version: chosen.unwrap_or_default() }
        }
        Checkpoint::Negotiation => LessonClaim::Negotiation {
            version: spoken(chapter),
            judgement: judgement(facts, chapter),
            is_book: {
                let server = facts.trace.seat(chapter.account.connection, Side::Server);
                server.profile() == Some(ServerProfile::Book) && server.engine == Some(TlsStack::Rustls)
            },
            hides: chapter.account.hides(),
        },
        Checkpoint::Reset => LessonClaim::Reset,
        Checkpoint::AuthInsideTls => {
            let hides = chapter.account.hides();
            LessonClaim::AuthInside { added: added(chapter), judgement: judgement(facts, chapter), hides }
        }
    }
}

/// The version of the session; while the handshake goes on, the one that the server chose.
fn spoken(chapter: &Chapter) -> Option<Version> {
    let session = chapter.findings.session.as_ref().map(|session| session.version);
    session.or(chapter.account.chosen.value.map(|chosen| chosen.version).filter(|_| chapter.goes_on))
}

fn judgement(facts: Facts<'_>, chapter: &Chapter) -> Judgement {
    let breaks_off = facts.trace.seat(chapter.account.connection, Side::Client).breaks_off();
    let demands = facts.trace.demands(chapter.account.connection);
    match demands.map(Demands::judges) {
        _ if breaks_off => Judgement::BreaksOff,
        Some(true) if demands.is_some_and(|demands| demands.identity == Identity::Published) => Judgement::Published,
        Some(true) => Judgement::Judges,
        Some(false) => Judgement::TakesAny,
        None if facts.has_decisions() => Judgement::TakesAny,
        None => Judgement::Unknown,
    }
}

fn auth_in_clear<'a>(facts: Facts<'a>, chapter: &'a Chapter) -> AuthInClear<'a> {
    let offered = mechanisms(chapter.before());
    let passwords = |list: &[&'a str]| list.iter().copied().filter(|mechanism| sends_password(mechanism)).collect();
    let server = facts.trace.seat(chapter.account.connection, Side::Server).profile();
    AuthInClear {
        exposed: passwords(&offered),
        held: passwords(&added(chapter)),
        offered,
        server: server.map(|server| if server.is_exchange() { Family::Exchange } else { Family::Other }),
    }
}

fn no_agreement<'a>(facts: Facts<'a>, chapter: &'a Chapter) -> LessonClaim<'a> {
    let ending = chapter.findings.failure.and_then(|failure| failure.by.zip(failure.alert));
    let messages = chapter.events.iter().flat_map(|&id| facts.reading.messages(id));
    let mut hellos = messages.filter_map(|message| match &message.facts {
        MessageFacts::ClientHello(hello) => Some(hello.versions.as_slice()),
        _ => None,
    });
    let fails = chapter.findings.check.as_ref().is_some_and(|check| !check.passes());
    let because = match ending {
        Some((Side::Client, _)) if fails => Disagreement::Certificate,
        Some((_, alert::PROTOCOL_VERSION)) => Disagreement::Version,
        Some((_, alert::HANDSHAKE_FAILURE)) => Disagreement::Parameters,
        _ => Disagreement::Untold,
    };
    match hellos.next() {
        None => LessonClaim::OneSided { alert: ending.map(|(_, alert)| alert) },
        Some(offered) => LessonClaim::NoAgreement { offered, because, alert: ending },
    }
}
