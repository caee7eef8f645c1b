//! The mark "Domain Secured": whether it is shown, forged or not, and each of its conditions. docs/rules.md DS3, DS6

use super::{Check, Checked, hold};
use crate::naive::{Naive, Talk, field, side};
use crate::said::Said;
use starttls_lab::scenario::{AuthFlag, IconRule, Reader, Side, Switch};
use starttls_lab::story::{Condition, Forgery, Showing};
use starttls_lab::trace::Actor;

pub const CHECKS: &[Check] =
    &[Check { kind: "mark", look: showing }, Check { kind: "condition of the mark", look: conditions }];

/// What the reader goes by.
fn is_partner(naive: &Naive) -> bool {
    let stamp = naive.received().and_then(|message| field(message, "X-MS-Exchange-Organization-AuthAs"));
    stamp.as_deref() == Some("Partner")
}

fn showing(naive: &Naive, said: &Said) -> Checked {
    let Some(mark) = &said.mark else { return Err("nothing of the mark".to_owned()) };
    let knows = naive.scenario.reader == Reader::Outlook && is_partner(naive);
    let exchange = naive.receiver_is_exchange();
    let sender = naive.scenario.icon_rule == IconRule::Technical || naive.sender_is_exchange();
    let proved = exchange && knows && sender;
    let holds = match mark.showing {
        Showing::Mark => proved && naive.between().is_none(),
        Showing::Forged(Forgery::Property) => knows && !exchange,
        Showing::Forged(Forgery::Certificate) => proved && naive.between() == Some(Actor::Attacker),
        Showing::Nothing => !knows || exchange && !sender,
    };
    hold!(holds, "{:?}", mark.showing);
    // It takes exactly what is listed.
    let all = mark.conditions.iter().all(|held| held.holds == Some(true));
    let is_shown = mark.showing == Showing::Mark;
    hold!(is_shown == (all && naive.received().is_some()), "{:?} and {all}", mark.showing);
    Ok(1)
}

/// The last connection on which a client met the receiver.
fn to_receiver<'a, 'b>(naive: &'b Naive<'a>) -> Option<&'b Talk<'a>> {
    naive.talks.iter().rfind(|talk| naive.actor(talk, Side::Server) == Actor::Receiver)
}

/// Whether a condition holds; `None`: the run does not show it.
pub fn holds(naive: &Naive, condition: Condition) -> Option<bool> {
    let exchange = naive.receiver_is_exchange();
    let scenario = &naive.scenario;
    let talk = to_receiver(naive);
    let worth = talk.and_then(|talk| naive.worth(talk, Side::Client));
    // The receiver asks about an anonymous client that has named a domain of its list, unless it wants TLS first. RFC 3207 §4
    let named =
        |talk: &Talk| talk.reply_to("MAIL").is_some_and(|reply| !talk.first_line(reply).text.starts_with("530 5.7.0"));
    let listens = exchange && scenario.receive_list == Switch::On;
    let asked = talk.is_some_and(|talk| listens && named(talk) && naive.is_anonymous(talk));
    let logged_in =
        talk.is_some_and(|talk| talk.replies.iter().any(|reply| reply.code == 235) || naive.is_recognised(talk));
    match condition {
        Condition::Listed => Some(exchange && scenario.receive_list == Switch::On),
        Condition::Connector => {
            Some(scenario.receive_domain_secure == Switch::On && naive.connector_has(AuthFlag::Tls))
        }
        Condition::Tls => talk.map(|talk| talk.up()),
        Condition::Presented => {
            let asked = talk.filter(|talk| talk.up() && listens && scenario.receive_domain_secure == Switch::On);
            asked.map(|talk| !talk.certificates[side(Side::Client)].is_empty())
        }
        Condition::Name => worth.and_then(|worth| worth.name),
        Condition::Chain => worth.map(|worth| worth.path()),
        Condition::Direct => Some(exchange && naive.between().is_none()),
        Condition::Reader => Some(scenario.reader == Reader::Outlook),
        Condition::Anonymous if logged_in => Some(false),
        Condition::Anonymous if asked => Some(true),
        Condition::Anonymous => {
            let stored = naive.received().is_some() && exchange;
            stored.then_some(!naive.connector_has(AuthFlag::ExternalAuthoritative))
        }
        Condition::Partners => asked.then_some(scenario.partners == Switch::On),
        Condition::Sender => Some(naive.sender_is_exchange()),
    }
}

fn conditions(naive: &Naive, said: &Said) -> Checked {
    let Some(mark) = &said.mark else { return Err("nothing of the mark".to_owned()) };
    let listed: Vec<Condition> = mark.conditions.iter().map(|held| held.condition).collect();
    let by_book = naive.scenario.icon_rule == IconRule::Book;
    hold!(listed.len() == 10 + usize::from(by_book), "{listed:?}");
    hold!(listed.windows(2).all(|pair| pair[0] < pair[1]), "{listed:?}");
    hold!(listed.contains(&Condition::Sender) == by_book, "{listed:?}");
    for held in &mark.conditions {
        let wanted = holds(naive, held.condition);
        hold!(held.holds == wanted, "{:?} holds: {:?}, not {wanted:?}", held.condition, held.holds);
        let Some(event) = held.event else { continue };
        let place = naive.trace.events[event].connection;
        let here = to_receiver(naive).is_some_and(|talk| talk.number == place);
        hold!(here || held.condition == Condition::Direct, "{:?} at event {event}", held.condition);
    }
    Ok(mark.conditions.len())
}
