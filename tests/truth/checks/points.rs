//! The seven points of each connection: how far each got, which events make it, what it is called, why it was not reached, what it
//! teaches; and what TLS changed in the list of keywords.

use super::outcome::is_overwritten;
use super::{Check, Checked, hold};
use crate::naive::{Keyword, Naive, Proves, Role, Talk};
use crate::said::{Chapter, Point, Said};
use starttls_lab::scenario::{ServerProfile, Side, Switch, TlsStack, Verifier};
use starttls_lab::smtp::profile::Rule;
use starttls_lab::smtp::{Capability, TlsVerb};
use starttls_lab::story::say::{
    AuthInClear, Disagreement, Family, Judgement, LessonClaim, MissingClaim, NoSecondListClaim, PointClaim,
};
use starttls_lab::story::{CapabilityFate, Checkpoint, Part, Protection, Status};
use starttls_lab::trace::{Actor, What};

pub const CHECKS: &[Check] = &[
    Check { kind: "how far a point got", look: |naive, said| each(naive, said, status) },
    Check { kind: "name of a point", look: |naive, said| each(naive, said, name) },
    Check { kind: "why a point was not reached", look: |naive, said| each(naive, said, missing) },
    Check { kind: "lesson of a point", look: |naive, said| each(naive, said, lesson) },
    Check { kind: "changed capability", look: changes },
    Check { kind: "why there is no second list", look: no_second_list },
];

/// The connection of a chapter.
pub fn talk<'a, 'b>(naive: &'b Naive<'a>, chapter: &Chapter) -> Result<&'b Talk<'a>, String> {
    naive.connection(chapter.connection).ok_or_else(|| format!("no connection {}", chapter.connection))
}

fn each(naive: &Naive, said: &Said, check: fn(&Naive, &Talk, &Point) -> Result<bool, String>) -> Checked {
    let mut count = 0;
    for chapter in &said.chapters {
        let talk = talk(naive, chapter)?;
        let parts: Vec<Part> = chapter.points.iter().map(|point| point.part).collect();
        let points = Checkpoint::ALL.map(Part::Point);
        hold!(parts == [&points[..], &[Part::Mail, Part::Goodbye]].concat(), "{parts:?}");
        for point in &chapter.points {
            let of = |words| format!("connection {}, {:?}: {words}", talk.number, point.part);
            count += usize::from(check(naive, talk, point).map_err(of)?);
        }
    }
    Ok(count)
}

fn of_keyword(keyword: Option<Keyword>) -> (Status, Vec<usize>) {
    let status = if keyword.is_some() { Status::Reached } else { Status::NotReached };
    (status, keyword.into_iter().map(|keyword| keyword.event).collect())
}

fn status(naive: &Naive, talk: &Talk, point: &Point) -> Result<bool, String> {
    let (wanted, events) = match point.part {
        Part::Point(Checkpoint::Greeting) => {
            let greeting = talk.replies.first().filter(|reply| reply.to.is_none() && reply.code == 220);
            let greeting =
                greeting.into_iter().flat_map(|reply| reply.lines.iter().map(|&line| talk.lines[line].event));
            let hello = talk.lines.iter().filter(|line| line.verb() == "EHLO" && !line.sealed).map(|line| line.event);
            (Status::Reached, greeting.chain(hello).collect())
        }
        Part::Point(Checkpoint::StarttlsOffered) => of_keyword(talk.keyword(talk.verb, false)),
        Part::Point(Checkpoint::AuthBeforeTls) => of_keyword(talk.keyword("AUTH", false)),
        Part::Point(Checkpoint::StarttlsAccepted) => {
            let reply = talk.reply_to(talk.verb).map(|reply| talk.first_line(reply).event);
            match talk.command(talk.verb, false) {
                None => (Status::NotReached, Vec::new()),
                Some(asked) => {
                    let status = if talk.began() { Status::Reached } else { Status::Failed };
                    (status, std::iter::once(asked.event).chain(reply).collect())
                }
            }
        }
        Part::Point(Checkpoint::Negotiation) => {
            let status = match (talk.records.is_empty(), talk.up()) {
                (true, _) => Status::NotReached,
                (false, true) => Status::Reached,
                (false, false) => Status::Failed,
            };
            hold!(point.status == status, "{:?}, not {status:?}", point.status);
            // From where an end hands over to the last record of the handshake.
            let first = talk.reply_to(talk.verb).map_or(0, |reply| talk.first_line(reply).event);
            let inside = talk.lines.iter().find(|line| line.sealed && line.by == Side::Client);
            let hello = talk.records.first().map(|record| record.event);
            hold!(point.events.iter().all(|&event| event > first), "{:?} before {first}", point.events);
            hold!(
                hello.is_none_or(|hello| point.events.contains(&hello)),
                "{:?} without the first record",
                point.events
            );
            let reset = inside.map_or(usize::MAX, |line| line.event);
            hold!(point.events.first().is_none_or(|&event| event < reset), "{:?} inside TLS", point.events);
            let here = |&event: &usize| naive.trace.events[event].connection == talk.number;
            hold!(point.events.iter().all(here), "{:?} of another connection", point.events);
            return Ok(true);
        }
        Part::Point(Checkpoint::Reset) => {
            let hello = talk.command("EHLO", true).map(|line| line.event);
            let status = if hello.is_some() { Status::Reached } else { Status::NotReached };
            hold!(point.status == status, "{:?}, not {status:?}", point.status);
            hold!(hello.is_none_or(|hello| point.events.contains(&hello)), "{:?} without {hello:?}", point.events);
            hold!(hello.is_some() || point.events.is_empty(), "{:?}", point.events);
            return Ok(true);
        }
        Part::Point(Checkpoint::AuthInsideTls) => of_keyword(talk.keyword("AUTH", true)),
        Part::Mail => of_command(talk, "MAIL"),
        Part::Goodbye => match talk.lines.iter().find(|line| line.verb() == "QUIT" && line.by == Side::Client) {
            Some(line) => (Status::Reached, vec![line.event]),
            None => {
                let here = naive.trace.events.iter().enumerate().filter(|(_, event)| event.connection == talk.number);
                let mut closed = here.filter(|(_, event)| matches!(event.what, What::Closed(_)));
                let first = closed.next().map(|(event, _)| event);
                (first.map_or(Status::NotReached, |_| Status::Reached), first.into_iter().collect())
            }
        },
    };
    hold!(point.status == wanted, "{:?}, not {wanted:?}", point.status);
    hold!(point.events == events, "{:?}, not {events:?}", point.events);
    Ok(true)
}

/// The first command with this verb.
fn of_command(talk: &Talk, verb: &str) -> (Status, Vec<usize>) {
    let first = talk.lines.iter().find(|line| line.by == Side::Client && line.verb() == verb);
    let status = first.map_or(Status::NotReached, |_| Status::Reached);
    (status, first.into_iter().map(|line| line.event).collect())
}

fn mechanisms(talk: &Talk, sealed: bool) -> Vec<String> {
    talk.keyword("AUTH", sealed).map(|keyword| keyword.parameters).unwrap_or_default()
}

/// Mechanisms that are listed inside TLS alone.
fn added(talk: &Talk) -> Vec<String> {
    let before = mechanisms(talk, false);
    mechanisms(talk, true).into_iter().filter(|word| !before.contains(word)).collect()
}

/// The server means yes, and the client does not begin.
fn is_misunderstood(talk: &Talk) -> bool {
    talk.reply_to(talk.verb).is_some_and(|reply| reply.code / 100 == 2) && !talk.began()
}

fn is_refused(talk: &Talk) -> bool {
    talk.reply_to(talk.verb).is_some_and(|reply| reply.code / 100 != 2) && !talk.began()
}

fn name(_: &Naive, talk: &Talk, point: &Point) -> Result<bool, String> {
    let negotiated = talk.up() || talk.records.is_empty();
    let holds = match (point.part, &point.name) {
        (Part::Point(Checkpoint::Greeting), PointClaim::Greeting) => true,
        (Part::Point(Checkpoint::StarttlsOffered), &PointClaim::NotAdvertised(verb)) if verb.name() == talk.verb => {
            talk.keyword(talk.verb, false).is_none() && !is_overwritten(talk)
        }
        (Part::Point(Checkpoint::StarttlsOffered), &PointClaim::Overwritten(verb)) if verb.name() == talk.verb => {
            is_overwritten(talk)
        }
        (Part::Point(Checkpoint::StarttlsOffered), &PointClaim::Advertised(verb)) if verb.name() == talk.verb => {
            talk.keyword(talk.verb, false).is_some()
        }
        (Part::Point(Checkpoint::AuthBeforeTls), PointClaim::NoAuthInClear) => talk.keyword("AUTH", false).is_none(),
        (Part::Point(Checkpoint::AuthBeforeTls), PointClaim::AuthInClear { offered, is_less }) => {
            let more = !added(talk).is_empty();
            *offered == mechanisms(talk, false) && *is_less == more && talk.keyword("AUTH", false).is_some()
        }
        (Part::Point(Checkpoint::StarttlsAccepted), &PointClaim::Accepted(verb)) if verb.name() == talk.verb => {
            talk.began()
        }
        (Part::Point(Checkpoint::StarttlsAccepted), &PointClaim::Misunderstood(verb)) if verb.name() == talk.verb => {
            is_misunderstood(talk)
        }
        (Part::Point(Checkpoint::StarttlsAccepted), &PointClaim::Refused(verb)) if verb.name() == talk.verb => {
            is_refused(talk)
        }
        (Part::Point(Checkpoint::StarttlsAccepted), &PointClaim::NotSent(verb)) if verb.name() == talk.verb => {
            talk.command(talk.verb, false).is_none()
        }
        (Part::Point(Checkpoint::Negotiation), PointClaim::NegotiationFailed) => !negotiated,
        (Part::Point(Checkpoint::Negotiation), PointClaim::Negotiation) => negotiated,
        (Part::Point(Checkpoint::Reset), PointClaim::Reset) => true,
        (Part::Point(Checkpoint::AuthInsideTls), PointClaim::AuthInside) => talk.keyword("AUTH", true).is_none(),
        (Part::Point(Checkpoint::AuthInsideTls), PointClaim::AuthSame) => {
            talk.keyword("AUTH", true).is_some() && added(talk).is_empty()
        }
        (Part::Point(Checkpoint::AuthInsideTls), PointClaim::AuthAdds { added: words, is_more }) => {
            *words == added(talk) && !words.is_empty() && *is_more != mechanisms(talk, false).is_empty()
        }
        (Part::Mail, PointClaim::Mail) | (Part::Goodbye, PointClaim::Goodbye) => true,
        // A name of another part.
        (
            _,
            // The first two are said of a beginning alone.
            PointClaim::Ahead(_)
            | PointClaim::Asked(_)
            | PointClaim::Greeting
            | PointClaim::NotAdvertised(_)
            | PointClaim::Overwritten(_)
            | PointClaim::Advertised(_)
            | PointClaim::NoAuthInClear
            | PointClaim::AuthInClear { .. }
            | PointClaim::Accepted(_)
            | PointClaim::Misunderstood(_)
            | PointClaim::Refused(_)
            | PointClaim::NotSent(_)
            | PointClaim::NegotiationFailed
            | PointClaim::Negotiation
            | PointClaim::Reset
            | PointClaim::AuthInside
            | PointClaim::AuthSame
            | PointClaim::AuthAdds { .. }
            | PointClaim::Mail
            | PointClaim::Goodbye,
        ) => false,
    };
    hold!(holds, "{:?}", point.name);
    Ok(true)
}

/// Why a point was not reached is said of such a point alone.
fn missing(naive: &Naive, talk: &Talk, point: &Point) -> Result<bool, String> {
    if point.status != Status::NotReached {
        return Ok(false);
    }
    let holds = match (point.part, point.missing) {
        (Part::Point(Checkpoint::Greeting), MissingClaim::Greeting) => talk.replies.is_empty(),
        (Part::Point(Checkpoint::StarttlsOffered), MissingClaim::NotListed(verb)) if verb.name() == talk.verb => {
            talk.keyword(talk.verb, false).is_none() && !is_overwritten(talk)
        }
        (Part::Point(Checkpoint::StarttlsOffered), MissingClaim::Overwritten(verb)) if verb.name() == talk.verb => {
            is_overwritten(talk)
        }
        (Part::Point(Checkpoint::AuthBeforeTls), MissingClaim::NoAuthInClear) => {
            let inside = mechanisms(talk, true);
            let send = inside.iter().all(|word| passwords(naive, talk).contains(&word.as_str()));
            talk.keyword("AUTH", false).is_none() && !inside.is_empty() && send
        }
        (Part::Point(Checkpoint::AuthBeforeTls), MissingClaim::NoAuthAtAll) => {
            let none = |sealed| talk.keywords(sealed).is_some() && talk.keyword("AUTH", sealed).is_none();
            none(false) && none(true)
        }
        (Part::Point(Checkpoint::AuthBeforeTls), MissingClaim::NoAuthListed) => {
            talk.keyword("AUTH", false).is_none() && talk.keywords(true).is_none()
        }
        (Part::Point(Checkpoint::StarttlsAccepted), MissingClaim::NeverSent) => !naive.demand_on(talk).starttls,
        (Part::Point(Checkpoint::StarttlsAccepted), MissingClaim::ConnectorNotSetUp) => {
            naive.demand_on(talk).listed && naive.scenario.send_domain_secure == Switch::Off
        }
        (Part::Point(Checkpoint::StarttlsAccepted), MissingClaim::GivenUp) => {
            naive.before(talk).is_some() && talk.command(talk.verb, false).is_none()
        }
        (Part::Point(Checkpoint::StarttlsAccepted), MissingClaim::NotSent(verb)) if verb.name() == talk.verb => {
            talk.keyword(talk.verb, false).is_none()
        }
        (Part::Point(Checkpoint::Negotiation), MissingClaim::NoTls) => talk.records.is_empty(),
        (Part::Point(Checkpoint::Reset), MissingClaim::NoNewGreeting) => {
            talk.up() && talk.command("EHLO", true).is_none()
        }
        (Part::Point(Checkpoint::Reset), MissingClaim::NothingToReset) => !talk.up(),
        (Part::Point(Checkpoint::AuthInsideTls), MissingClaim::NoSecondList) => talk.keyword("AUTH", true).is_none(),
        (Part::Mail, MissingClaim::NoMail) => !talk.lines.iter().any(|line| line.verb() == "MAIL"),
        // A reason of another part, or one that is given of imported sessions alone.
        (
            _,
            MissingClaim::Ahead
            | MissingClaim::Greeting
            | MissingClaim::NotListed(_)
            | MissingClaim::Overwritten(_)
            | MissingClaim::NoAuthAtAll
            | MissingClaim::NoAuthInClear
            | MissingClaim::NoAuthListed
            | MissingClaim::NeverSent
            | MissingClaim::ConnectorNotSetUp
            | MissingClaim::GivenUp
            | MissingClaim::NotSent(_)
            | MissingClaim::NotSeen
            | MissingClaim::NoTls
            | MissingClaim::NoNewGreeting
            | MissingClaim::NoNewGreetingRead
            | MissingClaim::NothingToReset
            | MissingClaim::NoSecondList
            | MissingClaim::NoMail
            | MissingClaim::NoEnd,
        ) => false,
    };
    hold!(holds, "{:?}", point.missing);
    Ok(true)
}

/// The sender's own client, where it insists and was told to look in the handshake.
fn breaks_off(naive: &Naive, talk: &Talk) -> bool {
    naive.scenario.verifier == Verifier::BreaksOff
        && matches!(naive.demand_on(talk).proves, Some(Proves::Host | Proves::Domain))
}

/// Only the policy tells what the sender makes of a certificate.
fn judges(naive: &Naive, talk: &Talk, judgement: Judgement) -> bool {
    match judgement {
        Judgement::Published => naive.demand_on(talk).proves == Some(Proves::Published),
        Judgement::Judges => {
            matches!(naive.demand_on(talk).proves, Some(Proves::Host | Proves::Domain)) && !breaks_off(naive, talk)
        }
        Judgement::BreaksOff => breaks_off(naive, talk),
        Judgement::TakesAny => naive.demand_on(talk).proves.is_none(),
        Judgement::Unknown => false,
    }
}

/// What a server's connector could offer that sends the password, by its settings. RFC 4954 §4, RFC 4616, docs/rules.md R28
fn passwords(naive: &Naive, talk: &Talk) -> Vec<&'static str> {
    let is_receiver = naive.actor(talk, Side::Server) != Actor::Relay;
    match naive.scenario.server {
        ServerProfile::Book if is_receiver => vec!["LOGIN", "PLAIN"],
        ServerProfile::Exchange if is_receiver => vec!["LOGIN"],
        _ => vec!["PLAIN", "LOGIN"],
    }
}

/// A lesson is given where a point was reached, or failed.
fn lesson(naive: &Naive, talk: &Talk, point: &Point) -> Result<bool, String> {
    if point.status == Status::NotReached {
        return Ok(false);
    }
    let alert = talk.alert().map(|(_, alert)| alert);
    let holds = match (point.part, &point.lesson) {
        (Part::Point(Checkpoint::Greeting), LessonClaim::Greeting) => true,
        (Part::Point(Checkpoint::StarttlsOffered), LessonClaim::Offer) => {
            talk.verb == "STARTTLS" && talk.keyword(talk.verb, false).is_some()
        }
        (Part::Point(Checkpoint::StarttlsOffered), LessonClaim::OwnOffer) => {
            talk.verb == "X-ANONYMOUSTLS" && talk.keyword(talk.verb, false).is_some()
        }
        (Part::Point(Checkpoint::AuthBeforeTls), LessonClaim::AuthInClear(found)) => in_clear(naive, talk, found),
        (Part::Point(Checkpoint::StarttlsAccepted), LessonClaim::Opens) => talk.verb == "STARTTLS" && talk.began(),
        (Part::Point(Checkpoint::StarttlsAccepted), LessonClaim::OwnOpens) => {
            talk.verb == "X-ANONYMOUSTLS" && talk.began()
        }
        (Part::Point(Checkpoint::StarttlsAccepted), LessonClaim::Misunderstood) => is_misunderstood(talk),
        (Part::Point(Checkpoint::StarttlsAccepted), LessonClaim::Refused(verb)) => {
            verb.name() == talk.verb && is_refused(talk)
        }
        (Part::Point(Checkpoint::Negotiation), LessonClaim::Negotiation { version, judgement, is_book, hides }) => {
            let version = version.map(|version| version.0) == talk.choice.map(|choice| choice.version);
            let book = naive.scenario.server == ServerProfile::Book && naive.actor(talk, Side::Server) != Actor::Relay;
            let is_old =
                naive.actor(talk, Side::Server) == Actor::Receiver && naive.scenario.server_stack != TlsStack::Rustls;
            *hides == talk.hides()
                && talk.up()
                && !talk.resumed
                && version
                && judges(naive, talk, *judgement)
                && *is_book == (book && !is_old)
        }
        (Part::Point(Checkpoint::Negotiation), LessonClaim::Resumed { version }) => {
            talk.up() && talk.resumed && talk.choice.is_some_and(|choice| choice.version == version.0)
        }
        (Part::Point(Checkpoint::Negotiation), LessonClaim::NoAgreement { offered, because, alert: said }) => {
            let versions: Vec<u16> = offered.iter().map(|version| version.0).collect();
            // RFC 8446 §6.2: 70 is about versions, 40 about everything else.
            let told = match because {
                Disagreement::Version => alert == Some(70),
                Disagreement::Parameters => alert == Some(40),
                // RFC 8446 §6.2: bad, unsupported, revoked, expired, unknown certificate; unknown CA.
                Disagreement::Certificate => {
                    let by_client =
                        talk.alert().is_some_and(|(by, code)| by == Side::Client && (42..=48).contains(&code));
                    by_client && breaks_off(naive, talk)
                }
                Disagreement::Untold => !matches!(alert, Some(40 | 70 | 42..=48)),
            };
            let versions = talk.offered.as_ref().is_some_and(|hello| hello.versions == versions);
            !talk.up() && versions && told && *said == talk.alert()
        }
        (Part::Point(Checkpoint::Negotiation), LessonClaim::OneSided { alert: said }) => {
            !talk.began() && !talk.records.is_empty() && *said == alert
        }
        (Part::Point(Checkpoint::Reset), LessonClaim::Reset) => talk.command("EHLO", true).is_some(),
        (Part::Point(Checkpoint::AuthInsideTls), LessonClaim::AuthInside { added: words, judgement, hides }) => {
            *hides == talk.hides() && *words == added(talk) && judges(naive, talk, *judgement)
        }
        (Part::Mail, LessonClaim::Mail(protection)) => {
            let content = talk.lines.iter().find(|line| line.role == Role::Content).map(|line| line.sealed);
            let proved = naive.demand_on(talk).proves.is_some();
            *protection
                == match content {
                    None => Protection::NotSent,
                    Some(false) => Protection::Clear,
                    Some(true) if !talk.hides() => Protection::NoCipher,
                    Some(true) if proved => Protection::Verified,
                    Some(true) => Protection::Encrypted,
                }
        }
        (Part::Goodbye, LessonClaim::Goodbye { is_quit }) => {
            *is_quit == talk.lines.iter().any(|line| line.by == Side::Client && line.verb() == "QUIT")
        }
        // A lesson of another part.
        (
            _,
            LessonClaim::Greeting
            | LessonClaim::Offer
            | LessonClaim::AuthInClear(_)
            | LessonClaim::Asked(_)
            | LessonClaim::Opens
            | LessonClaim::Misunderstood
            | LessonClaim::Refused(_)
            | LessonClaim::OwnOffer
            | LessonClaim::OwnOpens
            | LessonClaim::Negotiation { .. }
            | LessonClaim::Resumed { .. }
            | LessonClaim::NoAgreement { .. }
            | LessonClaim::OneSided { .. }
            | LessonClaim::Reset
            | LessonClaim::AuthInside { .. }
            | LessonClaim::MailBegins
            | LessonClaim::Mail(_)
            | LessonClaim::Goodbye { .. },
        ) => false,
    };
    hold!(holds, "{:?}", point.lesson);
    Ok(true)
}

fn in_clear(naive: &Naive, talk: &Talk, found: &AuthInClear) -> bool {
    let AuthInClear { offered, exposed, held, server } = found;
    let known = passwords(naive, talk);
    let sends = |word: &&String| known.contains(&word.as_str());
    let family = match server {
        Some(Family::Exchange) => naive.receiver_is_exchange() && naive.actor(talk, Side::Server) != Actor::Relay,
        Some(Family::Other) => !naive.receiver_is_exchange() || naive.actor(talk, Side::Server) == Actor::Relay,
        None => false,
    };
    let (clear, inside) = (mechanisms(talk, false), added(talk));
    let listed: Vec<&String> = clear.iter().filter(sends).collect();
    let absent: Vec<&String> = inside.iter().filter(sends).collect();
    *offered == clear && *exposed == listed && *held == absent && family
}

fn capability(keyword: &Keyword) -> Capability {
    Capability { keyword: keyword.name.clone(), parameters: keyword.parameters.clone() }
}

/// Each keyword of either list, once, in the order of the first list; new ones behind.
fn changes(naive: &Naive, said: &Said) -> Checked {
    let mut count = 0;
    for chapter in &said.chapters {
        let talk = talk(naive, chapter)?;
        let (Some(before), Some(after)) = (talk.keywords(false), talk.keywords(true)) else {
            hold!(chapter.changes.is_empty(), "{:?} with one list", chapter.changes.len());
            continue;
        };
        let mut names: Vec<&str> = before.iter().map(|keyword| keyword.name.as_str()).collect();
        names.extend(
            after.iter().map(|keyword| keyword.name.as_str()).filter(|name| talk.keyword(name, false).is_none()),
        );
        let told: Vec<&str> = chapter.changes.iter().map(|change| change.keyword.as_str()).collect();
        hold!(names == told, "{told:?}, not {names:?}");
        for change in &chapter.changes {
            let (was, is) = (talk.keyword(&change.keyword, false), talk.keyword(&change.keyword, true));
            let words = |keyword: &Option<Keyword>| keyword.as_ref().map(|keyword| keyword.parameters.clone());
            let (old, new) = (words(&was).unwrap_or_default(), words(&is).unwrap_or_default());
            let fate = match &change.fate {
                CapabilityFate::Gone => was.is_some() && is.is_none(),
                CapabilityFate::New => was.is_none() && is.is_some(),
                CapabilityFate::Kept => was.is_some() && is.is_some() && old == new,
                CapabilityFate::Changed { added, removed } => {
                    let came: Vec<&String> = new.iter().filter(|word| !old.contains(word)).collect();
                    let went: Vec<&String> = old.iter().filter(|word| !new.contains(word)).collect();
                    was.is_some()
                        && is.is_some()
                        && old != new
                        && came == added.iter().collect::<Vec<_>>()
                        && went == removed.iter().collect::<Vec<_>>()
                }
            };
            hold!(fate, "{} {:?}", change.keyword, change.fate);
            let both = (was.as_ref().map(capability), is.as_ref().map(capability));
            hold!(both == (change.before.clone(), change.after.clone()), "{}: {:?}", change.keyword, both);
            let lines = (was.map(|keyword| keyword.event), is.map(|keyword| keyword.event));
            hold!(lines == (change.line_before, change.line_after), "{}: lines {lines:?}", change.keyword);
            let rule = match change.rule {
                // What an attacker wrote over a keyword has none.
                None => change.fate == CapabilityFate::Kept || change.keyword.bytes().all(|octet| octet == b'X'),
                Some(Rule::StartsTls(TlsVerb::StartTls)) => change.keyword == "STARTTLS",
                Some(Rule::StartsTls(TlsVerb::AnonymousTls)) => change.keyword == "X-ANONYMOUSTLS",
                Some(Rule::SendsPassword) => {
                    change.keyword == "AUTH"
                        && added(talk).iter().all(|word| ["LOGIN", "PLAIN"].contains(&word.as_str()))
                }
                // Of X-EXPS and its like, or of AUTH.
                Some(Rule::InsideAnonymousTls) => {
                    talk.verb == "X-ANONYMOUSTLS" && change.keyword.starts_with('X') && change.line_after.is_some()
                }
                // These do not change.
                Some(Rule::Always | Rule::Integrated | Rule::BetweenServers) => false,
            };
            hold!(rule, "{} by {:?}", change.keyword, change.rule);
            count += 1;
        }
    }
    Ok(count)
}

/// It is said where there is none.
fn no_second_list(naive: &Naive, said: &Said) -> Checked {
    let mut count = 0;
    for chapter in &said.chapters {
        let talk = talk(naive, chapter)?;
        if talk.keywords(true).is_some() {
            continue;
        }
        let negotiated = !talk.records.is_empty();
        let holds = match chapter.no_second_list {
            NoSecondListClaim::HandshakeFailed => negotiated && !talk.up(),
            NoSecondListClaim::Refused(verb) => {
                verb.name() == talk.verb && talk.command(talk.verb, false).is_some() && !negotiated
            }
            NoSecondListClaim::Left => talk.up() && talk.command("EHLO", true).is_none(),
            NoSecondListClaim::NoTls => !negotiated && talk.command(talk.verb, false).is_none(),
            NoSecondListClaim::NotYet | NoSecondListClaim::Unread => false,
        };
        hold!(holds, "{:?}", chapter.no_second_list);
        count += 1;
    }
    Ok(count)
}
