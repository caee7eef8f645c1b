//! "Domain Secured": whether Outlook shows the mark, which follows from what the receiving server stamped on the message, and the
//! conditions for it, each with the event that settled it. A mark that another has made is forged, and told as that.
//!
//! That an Exchange sender is asked for follows the book; the server and Outlook cannot see it, so the technical view drops it.
//! The sender's own list is not among the conditions: it guards the sender, not the mark (docs/rules.md DS3).

use super::Story;
use super::letter::Letter;
use super::outcome::{Outcome, path};
use crate::dissect::dissect;
use crate::lab::run;
use crate::scenario::{
    AuthFlag, Certificate, ClientPolicy, Credentials, Edit, IconRule, Need, Offer, Path, Reader, Scenario,
    ServerProfile, Side, Switch, System, TlsStack,
};
use crate::tls::{CertificateCheck, Verdict};
use crate::trace::{Actor, EventId, Recipient, Trace, What};

/// As Exchange stamps it on a message whose sender's domain was proved. docs/rules.md DS6
const PROPERTY: &str = "X-MS-Exchange-Organization-AuthAs";

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
    /// The receiver takes the session for anonymous until then: no login, and no connector that trusts every client.
    /// docs/rules.md DS5
    Anonymous,
    /// Partners may submit to the Receive connector.
    Partners,
    /// The sender is Exchange 2007 or later.
    Sender,
}

impl Condition {
    /// The one switch that turns it around in this scenario, in which it holds, does not, or is not known; found by runs. `None` if no
    /// single switch does.
    pub fn flip(self, scenario: &Scenario, now: Option<bool>) -> Option<Edit> {
        let wanted = now != Some(true);
        self.switches(scenario, wanted).into_iter().find(|&edit| {
            let other = scenario.with(edit);
            let holds = || {
                let trace = run(&other);
                let mark = Story::of(&trace, &dissect(&trace)).mark?;
                mark.conditions.into_iter().find(|held| held.condition == self)?.holds
            };
            other != *scenario && other.conflict().is_none() && holds() == Some(wanted)
        })
    }

    /// The switches that may do it, the likeliest first.
    fn switches(self, scenario: &Scenario, on: bool) -> Vec<Edit> {
        let certificate = |bad| Edit::ClientCertificate(if on { Some(Certificate::Trusted) } else { bad });
        let flag = |flag, on| Edit::AuthMechanism(scenario.auth_mechanism.with(flag, on));
        match (self, on) {
            (Condition::Listed, _) => vec![Edit::ReceiveList(Switch::of(on))],
            (Condition::Connector, false) => vec![Edit::ReceiveDomainSecure(Switch::Off)],
            (Condition::Connector, true) => vec![Edit::ReceiveDomainSecure(Switch::On), flag(AuthFlag::Tls, true)],
            (Condition::Tls, false) => vec![Edit::Starttls(Offer::NotOffered)],
            (Condition::Tls, true) => {
                let never = scenario.demands().tls == Need::Never;
                let policy = if never { ClientPolicy::Opportunistic } else { scenario.policy };
                let path = if scenario.path == Path::Strip { Path::Direct } else { scenario.path };
                vec![
                    Edit::Path(path),
                    Edit::Policy(policy),
                    Edit::ClientStack(TlsStack::Rustls),
                    Edit::ServerStack(TlsStack::Rustls),
                    Edit::Starttls(Offer::Offered),
                    Edit::ServerVersions(scenario.client_versions),
                    Edit::SendDomainSecure(Switch::On),
                    flag(AuthFlag::Tls, true),
                ]
            }
            (Condition::Presented, _) => vec![certificate(None)],
            (Condition::Name, _) => vec![certificate(Some(Certificate::WrongName))],
            (Condition::Chain, _) => {
                vec![certificate(Some(Certificate::InternalCa)), certificate(Some(Certificate::Expired))]
            }
            (Condition::Direct, false) => vec![Edit::Path(Path::Relay)],
            (Condition::Direct, true) => vec![Edit::Server(ServerProfile::Exchange), Edit::Path(Path::Direct)],
            (Condition::Reader, _) => vec![Edit::Reader(if on { Reader::Outlook } else { Reader::Other })],
            (Condition::Anonymous, false) => [Credentials::Login, Credentials::Plain].map(Edit::Credentials).to_vec(),
            (Condition::Anonymous, true) => {
                vec![Edit::Credentials(Credentials::None), flag(AuthFlag::ExternalAuthoritative, false)]
            }
            (Condition::Partners, _) => vec![Edit::Partners(Switch::of(on))],
            // Where the policy tells the system, it is the switch.
            (Condition::Sender, false) => vec![Edit::Sender(System::Other), Edit::Policy(ClientPolicy::LegacyOn)],
            (Condition::Sender, true) => vec![
                Edit::Sender(System::Exchange),
                Edit::Policy(ClientPolicy::Opportunistic),
                Edit::Policy(ClientPolicy::DomainSecure),
            ],
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

/// What the reader is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Showing {
    Nothing,
    /// The mark, and every condition holds.
    Mark,
    /// A mark that proves nothing.
    Forged(Forgery),
}

/// Who made a mark that proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Forgery {
    /// The message brought the property along, and its server, which is no Exchange, let it be.
    Property,
    /// Exchange made it, for an attacker whose certificate covers the sender's domain.
    Certificate,
}

/// The mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    pub showing: Showing,
    pub conditions: Vec<Held>,
}

impl Mark {
    /// `None` where it is unknown what reads the mail.
    pub(super) fn of(trace: &Trace, outcome: &Outcome) -> Option<Mark> {
        let recipient = trace.cast.recipient?;
        let received = outcome.received(trace);
        let stamp = received.map(|(id, stored)| (*id, Letter::read(trace.octets(stored.message))));
        let stamp = stamp.as_ref().and_then(|(id, letter)| Some((*id, letter.field(PROPERTY)?)));
        // Exchange takes the fields of others out, and no other server does. docs/rules.md DS6
        let own = stamp.filter(|_| recipient.connector.is_some());
        let conditions = conditions(trace, recipient, own);
        let is_partner = stamp.is_some_and(|(_, value)| value == "Partner");
        let sender_will_do = recipient.rule == IconRule::Technical || sender_is_exchange(trace);
        let showing = match own {
            _ if !is_partner || recipient.reader == Reader::Other => Showing::Nothing,
            None => Showing::Forged(Forgery::Property),
            Some(_) if !sender_will_do => Showing::Nothing,
            Some(_) if conditions.iter().all(|held| held.holds == Some(true)) => Showing::Mark,
            Some(_) => Showing::Forged(Forgery::Certificate),
        };
        Some(Mark { showing, conditions })
    }
}

fn sender_is_exchange(trace: &Trace) -> bool {
    trace.seat(0, Side::Client).is_exchange()
}

/// `stamp` is what the receiving Exchange made of the session, with the event of the message that has it.
fn conditions(trace: &Trace, recipient: Recipient, stamp: Option<(EventId, &str)>) -> Vec<Held> {
    // What the receiver saw; of several connections the last.
    let to_receiver = |connection: u16| trace.seat(connection, Side::Server).actor == Actor::Receiver;
    let connection = trace.connections().filter(|&connection| to_receiver(connection)).last();
    let here = || trace.events.iter().enumerate().filter(move |(_, event)| Some(event.connection) == connection);
    let at_server = || here().filter(|(_, event)| event.who == Side::Server);
    let asked = at_server().find_map(|(id, event)| match &event.what {
        What::Decided(decision) => decision.receiver().map(|decided| (id, decided.seen)),
        _ => None,
    });
    let login = at_server()
        .find(|(_, event)| matches!(event.what, What::Authenticated { .. } | What::Recognised { .. }))
        .map(|(id, _)| id);
    // It asks only about a session that it takes for anonymous.
    let anonymous = match (login, asked, stamp) {
        (Some(id), ..) => Some((id, false)),
        (None, Some((id, _)), _) => Some((id, true)),
        (None, None, stamp) => stamp.map(|(id, value)| (id, value != "External")),
    };
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
        held(Condition::Anonymous, anonymous.map(|(_, holds)| holds), anonymous.map(|(id, _)| id)),
        held(Condition::Partners, asked.map(|(_, seen)| seen.partners), asked.map(|(id, _)| id)),
    ];
    if recipient.rule == IconRule::Book {
        all.push(held(Condition::Sender, Some(sender_is_exchange(trace)), None));
    }
    all
}
