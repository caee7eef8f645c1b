//! "Domain Secured": whether Outlook shows the mark, which follows from what the receiving server stamped on the message, and the
//! conditions for it, each with the event that settled it.
//!
//! That an Exchange sender is asked for follows the book; the server and Outlook cannot see it, so the technical view drops it.
//! The sender's own list is not among the conditions: it guards the sender, not the mark (docs/rules.md DS3).

use super::letter::Letter;
use super::outcome::{Outcome, path};
use crate::scenario::{
    Certificate, ClientPolicy, Edit, IconRule, Need, Offer, Path, Reader, Scenario, ServerProfile, Setting, Side,
    Switch, System, TlsStack,
};
use crate::tls::{CertificateCheck, Verdict};
use crate::trace::{Actor, EventId, Recipient, Trace, What};

/// A condition, in the order in which the book goes through them; (a) to (h), and the sender.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Condition {
    /// (a) The domain of MAIL FROM is in TLSReceiveDomainSecureList.
    Listed,
    /// (b) The Receive connector has DomainSecureEnabled, and Tls.
    Connector,
    /// (c) TLS is up.
    Tls,
    /// (d) The client has presented a certificate.
    Presented,
    /// (e) Its names cover the domain of MAIL FROM.
    Name,
    /// (f) It verifies, up to a root that the receiving server trusts.
    Chain,
    /// (g) The receiver is Exchange 2007 or later, and no intermediary ends TLS.
    Direct,
    /// (h) The reader is Outlook 2007 or later, or Outlook Web App.
    Reader,
    /// The sender is Exchange 2007 or later.
    Sender,
}

impl Condition {
    /// The one switch that turns it around, in a scenario in which it holds or does not.
    pub fn flip(self, scenario: &Scenario, holds: bool) -> Edit {
        let certificate = |bad| Edit::ClientCertificate(if holds { bad } else { Some(Certificate::Trusted) });
        match self {
            Condition::Listed => Edit::ReceiveList(Switch::of(!holds)),
            Condition::Connector => Edit::ReceiveDomainSecure(Switch::of(!holds)),
            Condition::Tls if holds => Edit::Starttls(Offer::NotOffered),
            Condition::Tls if scenario.path == Path::Strip => Edit::Path(Path::Direct),
            Condition::Tls if scenario.demands().tls == Need::Never => Edit::Policy(ClientPolicy::Opportunistic),
            Condition::Tls if scenario.client_stack != TlsStack::Rustls => Edit::ClientStack(TlsStack::Rustls),
            Condition::Tls if scenario.server_stack != TlsStack::Rustls => Edit::ServerStack(TlsStack::Rustls),
            Condition::Tls if scenario.starttls == Offer::Offered => Edit::ServerVersions(scenario.client_versions),
            Condition::Tls => Edit::Starttls(Offer::Offered),
            Condition::Presented => certificate(None),
            Condition::Name => certificate(Some(Certificate::WrongName)),
            Condition::Chain => certificate(Some(Certificate::InternalCa)),
            Condition::Direct if holds => Edit::Path(Path::Relay),
            Condition::Direct if scenario.path == Path::Direct => Edit::Server(ServerProfile::Exchange),
            Condition::Direct => Edit::Path(Path::Direct),
            Condition::Reader => Edit::Reader(if holds { Reader::Other } else { Reader::Outlook }),
            // Where the policy tells the system, it is the switch.
            Condition::Sender => match scenario.policy.demands().set_by {
                Setting::DomainList => Edit::Policy(ClientPolicy::LegacyOn),
                Setting::LegacyConnector if scenario.sender == System::Other => {
                    Edit::Policy(ClientPolicy::DomainSecure)
                }
                Setting::LegacyConnector => Edit::Policy(ClientPolicy::Opportunistic),
                Setting::Connector => Edit::Sender(if holds { System::Other } else { System::Exchange }),
            },
        }
    }
}

/// Whether a condition holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held {
    pub condition: Condition,
    /// `None`: the run did not get so far as to tell.
    pub holds: Option<bool>,
    /// What settled it; a setting has none.
    pub event: Option<EventId>,
}

/// The mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The reader shows it.
    pub shown: bool,
    pub conditions: Vec<Held>,
}

impl Mark {
    /// `None` where it is unknown what reads the mail.
    pub(super) fn of(trace: &Trace, outcome: &Outcome) -> Option<Mark> {
        let recipient = trace.cast.recipient?;
        let letter = outcome.received(trace).map(|(_, stored)| Letter::read(trace.octets(stored.message)));
        let partner = letter.is_some_and(|letter| letter.field("X-MS-Exchange-Organization-AuthAs") == Some("Partner"));
        let asks_for_exchange = recipient.rule == IconRule::Book;
        let reader_knows = recipient.reader == Reader::Outlook;
        let shown = partner && reader_knows && (!asks_for_exchange || sender_is_exchange(trace));
        Some(Mark { shown, conditions: conditions(trace, recipient) })
    }
}

fn sender_is_exchange(trace: &Trace) -> bool {
    trace.seat(0, Side::Client).is_exchange()
}

fn conditions(trace: &Trace, recipient: Recipient) -> Vec<Held> {
    // What the receiver saw; of several connections the last.
    let to_receiver = |connection: u16| trace.seat(connection, Side::Server).actor == Actor::Receiver;
    let connection = trace.connections().filter(|&connection| to_receiver(connection)).last();
    let here = || trace.events.iter().enumerate().filter(move |(_, event)| Some(event.connection) == connection);
    let at_server = || here().filter(|(_, event)| event.who == Side::Server);
    let asked = at_server().find_map(|(id, event)| match &event.what {
        What::Decided(decision) => decision.receiver().map(|decided| (id, decided.seen)),
        _ => None,
    });
    let up = at_server().find(|(_, event)| matches!(event.what, What::TlsUp(_))).map(|(id, _)| id);
    let mut checked = at_server().filter_map(|(id, event)| match &event.what {
        What::Checked(check) => Some((id, check)),
        _ => None,
    });
    let checked: Option<(EventId, &CertificateCheck)> = checked.next_back();
    let opened = trace.events.iter().position(|event| matches!(event.what, What::Opened));
    let between = trace.connections().any(|connection| !to_receiver(connection));
    let connector = recipient.connector;
    let requested = connector.is_some_and(|connector| connector.listed && connector.domain_secure);

    let held = |condition, holds, event| Held { condition, holds, event };
    let verdict = |verdict: &Verdict| match verdict {
        Verdict::Pass => Some(true),
        Verdict::Fail(_) => Some(false),
        Verdict::NotChecked => None,
    };
    let name = checked.and_then(|(id, check)| Some((id, verdict(&check.name)?)));
    let chain = checked.and_then(|(id, check)| Some((id, verdict(path(check))?)));
    let mut all = vec![
        held(
            Condition::Listed,
            Some(connector.is_some_and(|known| known.listed) && asked.is_none_or(|(_, seen)| seen.listed)),
            asked.map(|(id, _)| id),
        ),
        held(
            Condition::Connector,
            Some(connector.is_some_and(|known| known.domain_secure && known.tls)),
            asked.map(|(id, _)| id),
        ),
        held(Condition::Tls, connection.map(|_| up.is_some()), up),
        // Where no certificate was requested, it is unknown whether the client has one.
        held(
            Condition::Presented,
            up.filter(|_| requested).map(|_| checked.is_some()),
            checked.map(|(id, _)| id).or(asked.map(|(id, _)| id)),
        ),
        held(Condition::Name, name.map(|(_, holds)| holds), name.map(|(id, _)| id)),
        held(Condition::Chain, chain.map(|(_, holds)| holds), chain.map(|(id, _)| id)),
        held(Condition::Direct, Some(connector.is_some() && !between), opened),
        held(Condition::Reader, Some(recipient.reader == Reader::Outlook), None),
    ];
    if recipient.rule == IconRule::Book {
        all.push(held(Condition::Sender, Some(sender_is_exchange(trace)), None));
    }
    all
}
