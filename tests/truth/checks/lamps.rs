//! The lamps: each verdict, the event to which it leads, and what else it says.

use super::outcome::is_overwritten;
use super::{Check, Checked, hold};
use crate::naive::{Dates, Naive, Talk};
use crate::said::{Chapter, Said};
use starttls_lab::scenario::Side;
use starttls_lab::story::Light;
use starttls_lab::story::say::LampClaim;
use starttls_lab::text::EN;
use starttls_lab::tls::Defect;

pub const CHECKS: &[Check] = &[
    Check { kind: "lamp of the offer", look: |naive, said| each(naive, said, 0, offered) },
    Check { kind: "lamp of the acceptance", look: |naive, said| each(naive, said, 1, accepted) },
    Check { kind: "lamp of the handshake", look: |naive, said| each(naive, said, 2, handshake) },
    Check { kind: "lamp of the chain", look: |naive, said| each(naive, said, 3, chain) },
    Check { kind: "lamp of the name", look: |naive, said| each(naive, said, 4, name) },
    Check { kind: "lamp of the client's certificate", look: |naive, said| each(naive, said, 5, client) },
    Check { kind: "name of a lamp", look: names },
];

/// In the order of the bar. The one of issuer, dates and purpose is called after what failed.
fn names(naive: &Naive, said: &Said) -> Checked {
    for Chapter { connection, lamps, .. } in &said.chapters {
        let Some(talk) = naive.connection(*connection) else { return Err(format!("no connection {connection}")) };
        let worth = naive.worth(talk, Side::Server);
        let path = match worth {
            Some(worth) if !worth.chain => "chain",
            Some(worth) if worth.dates != Dates::Inside => "dates",
            Some(worth) if !worth.purpose => "purpose",
            _ => "chain",
        };
        let offered = format!("{} offered", talk.verb);
        let expected = [offered.as_str(), "accepted", "handshake", path, "name", "client certificate"];
        let names: Vec<&str> = lamps.iter().map(|lamp| (EN.outcome.light)(lamp.name)).collect();
        hold!(names == expected, "{names:?} of {worth:?}");
    }
    Ok(said.chapters.len())
}

/// What a lamp has to show: passed or not, or neither; and the event to which it leads, where only one is right.
type Shown = (Option<bool>, Option<usize>);

type Look = fn(&Naive, &Talk, LampClaim) -> Result<Shown, String>;

fn each(naive: &Naive, said: &Said, place: usize, check: Look) -> Checked {
    let mut count = 0;
    for Chapter { connection, lamps, .. } in &said.chapters {
        let Some(talk) = naive.connection(*connection) else { return Err(format!("no connection {connection}")) };
        let Some(lamp) = lamps.get(place) else { return Err(format!("no lamp {place}")) };
        let name = (EN.outcome.light)(lamp.name);
        let (found, event) = check(naive, talk, lamp.detail)?;
        let shown = match lamp.light {
            Light::Pass(_) => Some(true),
            Light::Fail(_) => Some(false),
            Light::NotChecked => None,
        };
        hold!(shown == found, "{name} of connection {connection}: {:?}, found {found:?}", lamp.light);
        hold!(event.is_none() || lamp.light.event() == event, "{name}: leads to {:?}, not {event:?}", lamp.light);
        let own = lamp.light.event().is_none_or(|event| naive.trace.events[event].connection == *connection);
        hold!(own, "{name}: leads to another connection, {:?}", lamp.light);
        count += 1;
    }
    Ok(count)
}

fn plain(detail: LampClaim) -> Result<(), String> {
    hold!(detail == LampClaim::Plain, "{detail:?}");
    Ok(())
}

fn offered(_: &Naive, talk: &Talk, detail: LampClaim) -> Result<Shown, String> {
    if is_overwritten(talk) {
        hold!(detail == LampClaim::Overwritten, "{detail:?}");
    } else {
        plain(detail)?;
    }
    let list = talk.keywords(false);
    let word = talk.keyword(talk.verb, false);
    let last = list.as_ref().and_then(|list| list.last()).map(|keyword| keyword.event);
    Ok((list.map(|_| word.is_some()), word.map(|word| word.event).or(last)))
}

fn accepted(_: &Naive, talk: &Talk, detail: LampClaim) -> Result<Shown, String> {
    plain(detail)?;
    let reply = talk.reply_to(talk.verb);
    Ok((reply.map(|_| talk.began()), reply.map(|reply| talk.first_line(reply).event)))
}

fn handshake(_: &Naive, talk: &Talk, detail: LampClaim) -> Result<Shown, String> {
    let found = match (talk.up(), talk.began() || talk.alert().is_some()) {
        (true, _) => Some(true),
        (false, true) => Some(false),
        (false, false) => None,
    };
    let holds = match detail {
        LampClaim::Plain => found != Some(true) && talk.alert().is_none(),
        LampClaim::Version(version) => {
            found == Some(true) && talk.choice.is_some_and(|choice| choice.version == version.0)
        }
        LampClaim::Alert(alert) => found == Some(false) && talk.alert().is_some_and(|(_, sent)| sent == alert),
        LampClaim::Overwritten
        | LampClaim::Defect(_)
        | LampClaim::Name(_)
        | LampClaim::NonePresented
        | LampClaim::Earlier(_) => false,
    };
    hold!(holds, "{detail:?}, alert {:?}, choice {:?}", talk.alert(), talk.choice);
    Ok((found, None))
}

/// The defect that is named is one that the certificate has.
fn is_defect(naive: &Naive, talk: &Talk, of: Side, defect: &Defect) -> bool {
    naive.worth(talk, of).is_some_and(|worth| match defect {
        Defect::UnknownIssuer => !worth.chain && !worth.own_issuer,
        Defect::SelfSigned => !worth.chain && worth.own_issuer,
        Defect::Expired => worth.dates == Dates::Late,
        Defect::NotYetValid => worth.dates == Dates::Early,
        Defect::WrongPurpose => !worth.purpose,
        Defect::WrongName => worth.name == Some(false),
        Defect::Malformed | Defect::Other(_) => false,
    })
}

fn chain(naive: &Naive, talk: &Talk, detail: LampClaim) -> Result<Shown, String> {
    let found = naive.worth(talk, Side::Server).map(|worth| worth.path());
    let holds = match detail {
        LampClaim::Plain => found != Some(false) && !talk.resumed,
        LampClaim::Defect(defect) => found == Some(false) && is_defect(naive, talk, Side::Server, defect),
        LampClaim::Earlier(number) => {
            let shown = naive.shown_on(talk, Side::Server).map(|shown| u32::from(shown.number) + 1);
            talk.resumed && number.is_some() && number == shown
        }
        LampClaim::Overwritten
        | LampClaim::Version(_)
        | LampClaim::Alert(_)
        | LampClaim::Name(_)
        | LampClaim::NonePresented => false,
    };
    hold!(holds, "chain: {detail:?} of {:?}", naive.worth(talk, Side::Server));
    Ok((found, None))
}

fn name(naive: &Naive, talk: &Talk, detail: LampClaim) -> Result<Shown, String> {
    let found = naive.worth(talk, Side::Server).and_then(|worth| worth.name);
    let holds = match detail {
        LampClaim::Plain => found != Some(false) && !talk.resumed,
        LampClaim::Name(check) => {
            let wanted = check.wanted.as_ref().map(|wanted| wanted.name());
            found == Some(false) && wanted == Some(naive.wanted(talk))
        }
        LampClaim::Earlier(number) => {
            let shown = naive.shown_on(talk, Side::Server).map(|shown| u32::from(shown.number) + 1);
            talk.resumed && number.is_some() && number == shown
        }
        LampClaim::Overwritten
        | LampClaim::Version(_)
        | LampClaim::Alert(_)
        | LampClaim::Defect(_)
        | LampClaim::NonePresented => false,
    };
    hold!(holds, "name: {detail:?}");
    Ok((found, None))
}

/// The server asked for a certificate, got none, and told the client so when it named its domain. docs/rules.md DS2
pub fn missed(naive: &Naive, talk: &Talk) -> bool {
    let asked = naive.receiver_asks() && talk.up() && talk.certificates[0].is_empty();
    let refused = |line: &str| line == "530 5.7.1 Not authenticated";
    asked && talk.reply_to("MAIL").is_some_and(|reply| refused(&talk.first_line(reply).text))
}

fn client(naive: &Naive, talk: &Talk, detail: LampClaim) -> Result<Shown, String> {
    let worth = naive.worth(talk, Side::Client);
    let missed = missed(naive, talk);
    let found = worth.map(|worth| worth.all()).or(missed.then_some(false));
    let holds = match detail {
        LampClaim::Plain => found != Some(false),
        LampClaim::Defect(defect) => is_defect(naive, talk, Side::Client, defect),
        LampClaim::Name(_) => worth.is_some_and(|worth| worth.name == Some(false)),
        LampClaim::NonePresented => missed,
        LampClaim::Overwritten | LampClaim::Version(_) | LampClaim::Alert(_) | LampClaim::Earlier(_) => false,
    };
    hold!(holds, "client's certificate: {detail:?} of {worth:?}");
    Ok((found, None))
}
