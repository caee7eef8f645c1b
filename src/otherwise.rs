//! What would be otherwise: for a decision of a run, the same scenario with one switch changed, run to its end. Nothing is inferred from
//! what the decision saw, for the switch may change that, too: a policy wants another name in the certificate, a path another server.
//!
//! Left out: a change that does not go together with the rest (`Scenario::conflict`), since no link and no control makes it; and of an
//! imported session everything, for it cannot be run again.

use crate::dissect::dissect;
use crate::lab::run;
use crate::policy::Decision;
use crate::scenario::{
    Certificate, Choice, ClientPolicy, Edit, GoAhead, Offer, Path, Routing, Scenario, Switch, TlsStack, Versions,
};
use crate::smtp::Gate;
use crate::story::Story;
use crate::story::say::{Facts, HeadlineClaim, headline};
use crate::trace::{EventId, Trace, What};
use std::cell::OnceCell;

/// Whose question a decision answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    /// The sender's, about TLS.
    Tls,
    /// The receiver's, about a submission.
    Submission,
}

/// The run with one switch changed. It runs when it is first asked for.
#[derive(Debug)]
pub struct Branch {
    edit: Edit,
    scenario: Scenario,
    ran: OnceCell<Ran>,
}

/// Everything that was decided in it, and what became of the mail.
#[derive(Debug)]
struct Ran {
    decisions: Vec<(Occasion, Decision)>,
    headline: HeadlineClaim,
}

/// A change that makes a difference to a decision or to the mail.
#[derive(Clone, Debug)]
pub struct Alternative<'a> {
    /// Of one switch: the values with which it comes to the same.
    pub edits: Vec<Edit>,
    /// What is decided in the same place then; `None` where the run does not come there.
    pub decision: Option<&'a Decision>,
    pub headline: HeadlineClaim,
}

/// Where in a delivery something is decided. No run comes to one place twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Occasion {
    is_first_hop: bool,
    /// Of the hop, from 0.
    connection: usize,
    /// `None`: at MAIL FROM.
    gate: Option<Gate>,
}

impl Question {
    pub fn of(decision: &Decision) -> Question {
        match decision {
            Decision::Sender(_) => Question::Tls,
            Decision::Receiver(_) => Question::Submission,
        }
    }

    /// The switches on which the answer may rest: what is out of order put in order, what is in order put out of it, and each other policy.
    fn edits(self, scenario: &Scenario) -> Vec<Edit> {
        let flip = |switch: Switch| Switch::of(!switch.is_on());
        let offered = matches!(scenario.starttls, Offer::Offered | Offer::Required);
        let mut edits =
            vec![Edit::Starttls(if offered { Offer::NotOffered } else { Offer::Offered }), Edit::Path(Path::Direct)];
        match self {
            Question::Tls => {
                let good = scenario.server_certificate == Certificate::Trusted;
                edits.extend([
                    Edit::GoAhead(GoAhead::Any2xx),
                    Edit::ClientStack(TlsStack::Rustls),
                    Edit::ServerStack(TlsStack::Rustls),
                    Edit::ServerVersions(Versions::Both),
                    Edit::ServerCertificate(if good { Certificate::Expired } else { Certificate::Trusted }),
                    Edit::SendDomainSecure(flip(scenario.send_domain_secure)),
                    Edit::Routing(Routing::Dns),
                ]);
                edits.extend(ClientPolicy::ALL.iter().map(|&policy| Edit::Policy(policy)));
            }
            Question::Submission => {
                let good = Some(Certificate::Trusted);
                edits.extend([
                    Edit::ReceiveList(flip(scenario.receive_list)),
                    Edit::ReceiveDomainSecure(flip(scenario.receive_domain_secure)),
                    Edit::ClientCertificate(if scenario.client_certificate == good { None } else { good }),
                    Edit::Partners(flip(scenario.partners)),
                ]);
            }
        }
        edits
    }
}

/// Every run of a scenario that may answer a question otherwise.
pub fn branches(scenario: &Scenario, question: Question) -> Vec<Branch> {
    let edits = question.edits(scenario).into_iter();
    let branches = edits.map(|edit| Branch { edit, scenario: scenario.with(edit), ran: OnceCell::new() });
    branches.filter(|branch| branch.scenario != *scenario && branch.scenario.conflict().is_none()).collect()
}

impl Branch {
    /// Runs it; `false` if it had run.
    pub fn ahead(&self) -> bool {
        let is_new = self.ran.get().is_none();
        self.ran();
        is_new
    }

    fn ran(&self) -> &Ran {
        self.ran.get_or_init(|| Ran::of(&self.scenario))
    }
}

impl Ran {
    fn of(scenario: &Scenario) -> Ran {
        let trace = run(scenario);
        let reading = dissect(&trace);
        let story = Story::of(&trace, &reading);
        let decided = trace.events.iter().enumerate().filter_map(|(id, event)| match &event.what {
            What::Decided(decision) => Some((Occasion::of(&trace, id, decision)?, decision.clone())),
            _ => None,
        });
        Ran {
            decisions: decided.collect(),
            headline: headline(Facts { trace: &trace, reading: &reading, story: &story }),
        }
    }
}

/// What the branches in which the decision at this event is another, or the mail fares otherwise, come to.
pub fn alternatives<'a>(facts: Facts<'_>, id: EventId, branches: &'a [Branch]) -> Vec<Alternative<'a>> {
    let Some(What::Decided(now)) = facts.trace.events.get(id).map(|event| &event.what) else { return Vec::new() };
    let Some(occasion) = Occasion::of(facts.trace, id, now) else { return Vec::new() };
    let comes_to = |decision: Option<&Decision>, headline| (decision.map(Decision::answer_key), headline);
    let now = comes_to(Some(now), headline(facts));
    let mut all: Vec<Alternative<'a>> = Vec::new();
    for branch in branches {
        let (edit, &Ran { ref decisions, headline }) = (branch.edit, branch.ran());
        let decision = decisions.iter().find(|(other, _)| *other == occasion).map(|(_, decision)| decision);
        let then = comes_to(decision, headline);
        if then == now {
            continue;
        }
        let same = |known: &&mut Alternative| {
            let of_switch = known.edits.first().is_some_and(|known| known.key() == edit.key());
            of_switch && comes_to(known.decision, known.headline) == then
        };
        match all.iter_mut().find(same) {
            Some(known) => known.edits.push(edit),
            None => all.push(Alternative { edits: vec![edit], decision, headline }),
        }
    }
    all
}

impl Occasion {
    fn of(trace: &Trace, id: EventId, decision: &Decision) -> Option<Occasion> {
        let connection = trace.events.get(id)?.connection;
        let is_first_hop = trace.is_first_hop(connection);
        let mut of_hop = trace.connections().filter(|&other| trace.is_first_hop(other) == is_first_hop);
        Some(Occasion {
            is_first_hop,
            connection: of_hop.position(|other| other == connection)?,
            gate: decision.sender().map(|decided| decided.seen.gate),
        })
    }
}
