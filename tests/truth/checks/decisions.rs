//! The decisions: what was decided, why, where that was seen, what is logged of it; and what the queue of the sender says.

use super::outcome::{deciding, is_eager, is_overwritten};
use super::{Check, Checked, hold};
use crate::naive::{Fate, Naive, Talk, Why};
use crate::said::{Decided, Said};
use starttls_lab::policy::Reason;
use starttls_lab::scenario::{ClientPolicy, Controller, NextHop, Published, Routing, Side, Switch};
use starttls_lab::smtp::{Gate, Refusal, SubmitAnswer};
use starttls_lab::story::say::{DecisionClaim, Eagerness, Passed, QueueClaim, QueueSource};
use starttls_lab::text::EN;
use starttls_lab::trace::{Actor, What};

pub const CHECKS: &[Check] = &[
    Check { kind: "meaning of a decision", look: |naive, said| each(naive, said, claim) },
    Check { kind: "answer of a decision", look: |naive, said| each(naive, said, answer) },
    Check { kind: "reason of a decision", look: |naive, said| each(naive, said, reasons) },
    Check { kind: "where a reason was seen", look: |naive, said| each(naive, said, events) },
    Check { kind: "event of the Windows log", look: |naive, said| each(naive, said, logged) },
    Check { kind: "what the queue says", look: queue },
    Check { kind: "where the queue's words stand", look: queue_at },
];

/// What a decision is about, by the octets before and behind it.
struct Place<'a, 'b> {
    naive: &'b Naive<'a>,
    talk: &'b Talk<'a>,
    /// The connection of the same hop and the same try before this one.
    before: Option<&'b Talk<'a>>,
    /// `None`: it is the receiver's, at MAIL FROM.
    gate: Option<Gate>,
}

fn place<'a, 'b>(naive: &'b Naive<'a>, decided: &Decided) -> Result<Place<'a, 'b>, String> {
    let event = &naive.trace.events[decided.event];
    let at = naive.talks.iter().position(|talk| talk.number == event.connection).ok_or("no connection")?;
    let talk = &naive.talks[at];
    let before = naive.before(talk);
    let answered = talk.reply_to(talk.verb).map(|reply| talk.first_line(reply).event);
    let boxed = decided.event.checked_sub(1).map(|before| &naive.trace.events[before].what);
    let gate = match answered {
        _ if matches!(boxed, Some(What::NotRun { .. })) => Gate::Login,
        Some(answered) if answered < decided.event && !talk.began() => Gate::Refusal,
        Some(answered) if answered < decided.event && !talk.up() => Gate::Handshake,
        Some(answered) if answered < decided.event => Gate::Certificate,
        _ => Gate::Offer,
    };
    Ok(Place { naive, talk, before, gate: (event.who == Side::Client).then_some(gate) })
}

impl Place<'_, '_> {
    fn is(&self, gate: Gate) -> bool {
        self.gate == Some(gate)
    }

    fn lists_starttls(&self) -> bool {
        self.talk.keyword(self.talk.verb, false).is_some()
    }

    fn asks(&self) -> bool {
        self.talk.command(self.talk.verb, false).is_some()
    }

    /// The server's answer to STARTTLS begins with a 2.
    fn means_yes(&self) -> bool {
        self.talk.reply_to(self.talk.verb).is_some_and(|reply| reply.code / 100 == 2)
    }

    /// What it is worth that a certificate passed: whose it is, and whether the scenario has it revoked.
    fn truth(&self, of: Side) -> Passed {
        match self.naive.actor(self.talk, of) {
            Actor::Attacker => Passed::Wrongly,
            Actor::Sender | Actor::Receiver if self.naive.revoked(of) => Passed::Revoked,
            _ => Passed::Rightly,
        }
    }

    /// An intermediary is opportunistic, whatever the sender was.
    fn is_eager(&self, eagerness: Eagerness) -> bool {
        if self.talk.onward { eagerness == Eagerness::Opportunistic } else { is_eager(self.naive, eagerness) }
    }

    /// Of its own organisation, the client takes the server for this.
    fn own(&self) -> NextHop {
        if self.talk.onward { NextHop::Internet } else { self.naive.own() }
    }

    /// The certificate of the server has passed every check; or it is published, where that is what counts.
    fn passed(&self) -> bool {
        if self.own() == NextHop::Edge {
            return self.talk.up() && self.naive.scenario.published == Published::Both;
        }
        self.naive.known(self.talk, Side::Server).is_some_and(|worth| worth.all())
    }

    /// DomainSecureEnabled of the Send connector is off, and the domain is on the list.
    fn unset(&self) -> bool {
        self.naive.demand_on(self.talk).listed && self.naive.scenario.send_domain_secure == Switch::Off
    }

    /// What the receiver answers to a client that has named the sender's domain: the first that fails. docs/rules.md DS2
    fn submission(&self) -> SubmitAnswer {
        let (naive, talk) = (self.naive, self.talk);
        let refuse = SubmitAnswer::Refuse;
        let inside = talk.command("MAIL", true).is_some();
        let advertised = self.lists_starttls() || is_overwritten(talk);
        let worth = naive.worth(talk, Side::Client);
        match () {
            () if naive.scenario.receive_list == Switch::Off => SubmitAnswer::Take,
            () if naive.scenario.receive_domain_secure == Switch::Off => refuse(Refusal::Disallowed),
            () if !inside && !advertised => refuse(Refusal::TlsNotAdvertised),
            () if !inside => refuse(Refusal::TlsNotUsed),
            () => match worth {
                None => refuse(Refusal::NoCertificate),
                Some(worth) if worth.name != Some(true) => refuse(Refusal::WrongName),
                Some(worth) if !worth.path() => refuse(Refusal::ChainInvalid),
                Some(_) if naive.scenario.partners == Switch::Off => refuse(Refusal::NoPermission),
                Some(_) => SubmitAnswer::Partner,
            },
        }
    }
}

fn each(naive: &Naive, said: &Said, check: fn(&Place, &Decided) -> Checked) -> Checked {
    let mut count = 0;
    for decided in &said.decisions {
        let place = place(naive, decided)?;
        count += check(&place, decided).map_err(|words| format!("event {}: {words}", decided.event))?;
    }
    Ok(count)
}

fn claim(place: &Place, decided: &Decided) -> Checked {
    let demand = place.naive.demand_on(place.talk);
    let legacy = !place.talk.onward && place.naive.sender_is_legacy();
    let (offer, refusal, handshake, certificate) =
        (place.is(Gate::Offer), place.is(Gate::Refusal), place.is(Gate::Handshake), place.is(Gate::Certificate));
    let judged = demand.proves.is_some();
    let (own, hub) = (place.own() != NextHop::Internet, place.own() == NextHop::Hub);
    let of_policy = !own || matches!(place.gate, None | Some(Gate::Handshake));
    let holds = match decided.claim {
        DecisionClaim::ConnectorNotSetUp => offer && place.unset(),
        DecisionClaim::FirstStep => offer && place.asks() && demand.listed,
        DecisionClaim::Starts => offer && place.asks() && !demand.listed,
        DecisionClaim::SwitchedOff => offer && !demand.starttls,
        DecisionClaim::ClearForFailedCertificate => offer && place.before.is_some_and(|before| before.up()),
        DecisionClaim::ClearForFailedHandshake => {
            offer && place.before.is_some_and(|before| before.began() && !before.up())
        }
        DecisionClaim::ClearNotOffered(sender) => {
            let unlisted = demand.starttls && demand.clear && !place.lists_starttls();
            offer && unlisted && place.before.is_none() && place.is_eager(sender)
        }
        DecisionClaim::KeptNotOffered => offer && !demand.clear && !place.lists_starttls() && !place.unset(),
        DecisionClaim::ClearRefused(sender) => refusal && demand.clear && !place.means_yes() && place.is_eager(sender),
        DecisionClaim::KeptRefused => refusal && !demand.clear && !place.means_yes(),
        DecisionClaim::ClearMisunderstood => refusal && demand.clear && place.means_yes(),
        DecisionClaim::KeptMisunderstood => refusal && !demand.clear && place.means_yes(),
        DecisionClaim::NewConnection(sender) => handshake && demand.clear && place.is_eager(sender),
        // Towards own servers nothing is sent in clear after TLS has begun and failed. docs/rules.md X6
        DecisionClaim::KeptHandshakeFailed => handshake && (!demand.clear || place.own() != NextHop::Internet),
        DecisionClaim::LegacyGoesOn => certificate && legacy && !place.passed(),
        DecisionClaim::GoesOnUnverified => certificate && !legacy && !judged && !place.passed(),
        DecisionClaim::PassedNotJudged => certificate && !judged && place.passed(),
        DecisionClaim::Verified(worth) => {
            certificate && judged && !demand.listed && place.passed() && worth == place.truth(Side::Server)
        }
        DecisionClaim::DomainProved(worth) => {
            certificate && judged && demand.listed && place.passed() && worth == place.truth(Side::Server)
        }
        DecisionClaim::ClearRatherThanUnverified => certificate && judged && demand.clear && !place.passed(),
        DecisionClaim::KeptUnverified => certificate && judged && !demand.clear && !place.passed(),
        DecisionClaim::StartsOwn => offer && own && place.asks(),
        DecisionClaim::ClearOwn => offer && hub && demand.clear && !place.lists_starttls(),
        DecisionClaim::KeptOwn => (offer || refusal) && own && !place.lists_starttls() && !demand.clear,
        DecisionClaim::ForEncryption => certificate && hub,
        DecisionClaim::Published => certificate && own && !hub && place.passed(),
        DecisionClaim::NotPublished => certificate && own && !hub && !place.passed(),
        DecisionClaim::TicketGranted => place.is(Gate::Login) && hub && place.naive.has_ticket(),
        DecisionClaim::NoTicket(controller) => {
            place.is(Gate::Login) && hub && !place.naive.has_ticket() && controller == place.naive.scenario.controller
        }
        DecisionClaim::Taken => place.gate.is_none() && place.submission() == SubmitAnswer::Take,
        DecisionClaim::Partner(worth) => {
            let partner = place.gate.is_none() && place.submission() == SubmitAnswer::Partner;
            partner && worth == place.truth(Side::Client)
        }
        DecisionClaim::Denied(refusal) => place.gate.is_none() && place.submission() == SubmitAnswer::Refuse(refusal),
    };
    let of_own = matches!(
        decided.claim,
        DecisionClaim::StartsOwn
            | DecisionClaim::ClearOwn
            | DecisionClaim::KeptOwn
            | DecisionClaim::ForEncryption
            | DecisionClaim::Published
            | DecisionClaim::NotPublished
            | DecisionClaim::TicketGranted
            | DecisionClaim::NoTicket(_)
    );
    hold!(holds && (of_own || of_policy), "{:?}", decided.claim);
    Ok(1)
}

/// The answer in words, at a gate of a connection of a hop, by what the end did then; `None`: the run does not come there.
pub fn answer_at(naive: &Naive, (onward, nth): (bool, usize), gate: Option<Gate>) -> Option<&'static str> {
    let hop = if onward { naive.onward.as_ref().or(naive.relayed.as_ref())? } else { &naive.first };
    let talk = &naive.talks[*hop.talks.get(nth)?];
    let anew = nth + 1 < hop.talks.len() && !talk.is_put_off();
    let stops = |gate| !anew && hop.why == Some(Why::Policy(gate));
    let place = Place { naive, talk, before: None, gate };
    let Some(gate) = gate else {
        let reply = talk.reply_to("MAIL").map(|reply| talk.first_line(reply).text.as_str())?;
        let asks = naive.receiver_is_exchange() && naive.actor(talk, Side::Server) == Actor::Receiver;
        let listed = naive.scenario.receive_list == Switch::On;
        if !asks || !listed || !naive.is_anonymous(talk) || reply.starts_with("530 5.7.0") {
            return None;
        }
        return Some(match place.submission() {
            SubmitAnswer::Take => "take it from anybody",
            SubmitAnswer::Partner => "take it as a partner's",
            SubmitAnswer::Refuse(Refusal::Disallowed) => "refuse with 451 4.7.3",
            SubmitAnswer::Refuse(Refusal::TlsNotAdvertised) => "refuse with 454 4.7.0",
            SubmitAnswer::Refuse(Refusal::TlsNotUsed | Refusal::NoCertificate) => "refuse with 530 5.7.1",
            SubmitAnswer::Refuse(Refusal::WrongName | Refusal::ChainInvalid) => "refuse with 454 4.7.5",
            SubmitAnswer::Refuse(Refusal::NoPermission) => "refuse with 550 5.7.1",
        });
    };
    let (reached, words) = match gate {
        Gate::Offer if place.asks() => (true, talk.verb),
        Gate::Offer => (talk.keywords(false).is_some(), "go on in clear"),
        Gate::Refusal => (place.asks() && !talk.began(), "go on in clear"),
        Gate::Handshake => (talk.began() && !talk.up(), "a new connection, in clear"),
        Gate::Certificate if anew => (talk.up(), "a new connection, in clear"),
        Gate::Certificate => (talk.up(), "go on"),
        Gate::Login if place.own() == NextHop::Hub => (talk.command("EHLO", talk.up()).is_some(), "go on"),
        Gate::Login => (false, ""),
    };
    let stopped = stops(gate) && words != talk.verb;
    reached.then_some(if stopped { "give up for now" } else { words })
}

/// The words for the answer, by what the end did then.
fn answer(place: &Place, decided: &Decided) -> Checked {
    let words = (EN.decisions.answer)(&decided.decision);
    let nth =
        place.naive.talks.iter().filter(|talk| talk.onward == place.talk.onward && talk.number < place.talk.number);
    let wanted = answer_at(place.naive, (place.talk.onward, nth.count()), place.gate);
    hold!(wanted == Some(words), "{words}, not {wanted:?}");
    // The reply has the codes that are named.
    if let Some(code) = words.strip_prefix("refuse with ") {
        let reply = place.talk.reply_to("MAIL").map(|reply| place.talk.first_line(reply).text.as_str());
        hold!(reply.is_some_and(|reply| reply.starts_with(code)), "{words}: {reply:?}");
    }
    Ok(1)
}

fn reasons(place: &Place, decided: &Decided) -> Checked {
    let (naive, talk) = (place.naive, place.talk);
    let demand = naive.demand_on(talk);
    let worth = naive.worth(talk, Side::Client);
    let mut count = 0;
    for reason in decided.decision.reasons() {
        let holds = match reason {
            Reason::TlsSwitchedOff => !demand.starttls,
            Reason::Offered => place.lists_starttls(),
            Reason::NotOffered => !place.lists_starttls(),
            Reason::Refused => place.asks() && !talk.began(),
            Reason::HandshakeFailed => talk.began() && !talk.up(),
            Reason::CertificatePassed => place.passed(),
            Reason::CertificateFailed => talk.up() && !place.passed(),
            Reason::HandshakeFailedBefore => place.before.is_some_and(|before| before.began() && !before.up()),
            Reason::CertificateFailedBefore => place.before.is_some_and(|before| before.up()),
            Reason::TlsRequired => !demand.clear,
            Reason::TlsOptional => demand.clear,
            Reason::CertificateNotJudged => demand.proves.is_none(),
            Reason::CertificateRequired => demand.proves.is_some() && !demand.clear,
            Reason::ClearRatherThanUnverified => demand.proves.is_some() && demand.clear,
            Reason::InSendList => demand.listed,
            Reason::SendConnectorNotEnabled => place.unset(),
            Reason::SmartHost => {
                naive.scenario.routing == Routing::SmartHost && naive.scenario.policy == ClientPolicy::DomainSecure
            }
            Reason::InReceiveList => naive.scenario.receive_list == Switch::On,
            Reason::NotInReceiveList => naive.scenario.receive_list == Switch::Off,
            Reason::ReceiveConnectorNotEnabled => naive.scenario.receive_domain_secure == Switch::Off,
            Reason::TlsNotAdvertised => place.submission() == SubmitAnswer::Refuse(Refusal::TlsNotAdvertised),
            Reason::TlsNotUsed => !talk.up() && place.submission() == SubmitAnswer::Refuse(Refusal::TlsNotUsed),
            Reason::NoClientCertificate => talk.up() && talk.certificates[0].is_empty(),
            Reason::ClientNameFailed => worth.is_some_and(|worth| worth.name == Some(false)),
            Reason::ClientPathFailed => worth.is_some_and(|worth| !worth.path()),
            Reason::ClientCertificatePassed => worth.is_some_and(|worth| worth.all() && worth.name == Some(true)),
            Reason::PartnersMayNotSubmit => naive.scenario.partners == Switch::Off,
            Reason::OwnServer => {
                place.own() != NextHop::Internet && (!demand.clear || place.gate == Some(Gate::Handshake))
            }
            Reason::CertificateForEncryption => place.own() == NextHop::Hub,
            Reason::DowngradeAllowed => demand.clear && place.own() == NextHop::Hub,
            Reason::LeafPublished => place.own() == NextHop::Edge && place.passed(),
            Reason::LeafNotPublished => place.own() == NextHop::Edge && !place.passed(),
            Reason::TicketGranted => place.is(Gate::Login) && naive.has_ticket(),
            Reason::ControllerDown => place.is(Gate::Login) && naive.scenario.controller == Controller::Down,
            Reason::ClockOff => place.is(Gate::Login) && naive.scenario.controller == Controller::ClockOff,
            Reason::ServerUnknown => place.is(Gate::Login) && naive.scenario.controller == Controller::UnknownServer,
        };
        hold!(holds, "because {}", (EN.decisions.reason)(&decided.decision, reason));
        count += 1;
    }
    hold!(count > 0, "no reason");
    Ok(count)
}

/// A reason leads to what shows it, before the decision, on the connection of which it speaks; a setting leads nowhere.
fn events(place: &Place, decided: &Decided) -> Checked {
    let talk = place.talk;
    let line = |verb, sealed| talk.command(verb, sealed).map(|line| line.event);
    let mut count = 0;
    for because in decided.decision.because() {
        let Some(event) = because.event else { continue };
        let found = &place.naive.trace.events[event];
        hold!(event < decided.event, "{:?} is seen later", because.reason);
        let here = found.connection == talk.number;
        let list = || talk.keywords(false).and_then(|list| list.last().map(|word| word.event));
        let holds = match because.reason {
            Reason::Offered | Reason::NotOffered => Some(event) == list(),
            Reason::Refused => talk.reply_to(talk.verb).is_some_and(|reply| talk.first_line(reply).event == event),
            Reason::HandshakeFailed => here && matches!(found.what, What::TlsFailed(_)),
            Reason::TicketGranted | Reason::ControllerDown | Reason::ClockOff | Reason::ServerUnknown => {
                here && matches!(found.what, What::NotRun { .. })
            }
            Reason::CertificatePassed
            | Reason::CertificateFailed
            | Reason::LeafPublished
            | Reason::LeafNotPublished => {
                // Of a resumed session: where it was looked at.
                let shown = place.naive.shown_on(talk, Side::Server).map(|shown| shown.number);
                (here || shown == Some(found.connection))
                    && found.who == Side::Client
                    && matches!(found.what, What::Checked(_))
            }
            Reason::HandshakeFailedBefore | Reason::CertificateFailedBefore => {
                place.before.is_some_and(|before| before.number == found.connection) && found.who == Side::Client
            }
            Reason::InReceiveList | Reason::NotInReceiveList => {
                [line("MAIL", false), line("MAIL", true)].contains(&Some(event))
            }
            Reason::NoClientCertificate => here && found.who == Side::Server,
            Reason::ClientNameFailed | Reason::ClientPathFailed | Reason::ClientCertificatePassed => {
                here && found.who == Side::Server && matches!(found.what, What::Checked(_))
            }
            Reason::TlsNotUsed | Reason::TlsNotAdvertised => here,
            _ => false,
        };
        hold!(holds, "{:?} at event {event}", because.reason);
        count += 1;
    }
    Ok(count)
}

/// The number, and whether a page of Microsoft's describes it; only Exchange 2007 or later writes these. docs/rules.md DS1, DS2
fn event(place: &Place) -> Option<(u16, bool)> {
    let (naive, talk) = (place.naive, place.talk);
    let demand = naive.demand_on(talk);
    let Some(gate) = place.gate else {
        return match place.submission() {
            SubmitAnswer::Refuse(Refusal::TlsNotUsed) => Some((11012, true)),
            SubmitAnswer::Refuse(Refusal::NoCertificate) => Some((11017, false)),
            SubmitAnswer::Refuse(Refusal::WrongName) => Some((11015, true)),
            SubmitAnswer::Refuse(Refusal::ChainInvalid) => Some((11011, true)),
            _ => None,
        };
    };
    let stopped = !talk.onward && naive.first.why == Some(Why::Policy(gate)) && naive.first.talks.len() == 1;
    if !stopped || !naive.sender_is_exchange() {
        return None;
    }
    let name_alone = || naive.known(talk, Side::Server).is_some_and(|worth| worth.path() && worth.name == Some(false));
    if place.own() != NextHop::Internet {
        return (gate == Gate::Login).then_some((2017, true));
    }
    match gate {
        Gate::Offer if place.unset() => None,
        Gate::Offer if demand.listed => Some((11014, false)),
        Gate::Refusal if demand.listed => None,
        Gate::Handshake if demand.listed => Some((11013, false)),
        Gate::Certificate if demand.listed => name_alone().then_some((11016, false)),
        Gate::Offer | Gate::Refusal => Some((2015, true)),
        Gate::Certificate => Some((2017, false)),
        Gate::Handshake | Gate::Login => None,
    }
}

fn logged(place: &Place, decided: &Decided) -> Checked {
    let found = decided.logged.map(|event| (event.number, event.confirmed));
    let wanted = event(place);
    hold!(found == wanted, "{found:?}, not {wanted:?}");
    Ok(1)
}

/// The sender's own system words it, and it has the mail. docs/rules.md DS1
fn queue(naive: &Naive, said: &Said) -> Checked {
    let waits = naive.first.fate == Fate::Waits;
    let policy = match naive.first.why {
        Some(Why::Policy(gate)) if waits => Some(gate),
        _ => None,
    };
    let (exchange, legacy) = (naive.sender_is_exchange(), naive.sender_is_legacy());
    let unset = naive.demand.listed && naive.scenario.send_domain_secure == Switch::Off;
    let Some(claim) = said.queue else {
        let silent = match (naive.first.why, policy) {
            (Some(Why::Reply(_)), _) => !exchange,
            (_, Some(Gate::Handshake)) => exchange || legacy,
            (_, Some(Gate::Refusal | Gate::Certificate)) => legacy,
            (_, Some(Gate::Offer)) => false,
            (_, Some(Gate::Login)) => false,
            (_, None) => true,
        };
        let silent = match naive.own() {
            NextHop::Internet => silent,
            NextHop::Hub | NextHop::Edge => !matches!(policy, Some(Gate::Certificate | Gate::Login)),
        };
        hold!(!waits || silent, "nothing of {:?}", naive.first.why);
        return Ok(1);
    };
    let of_policy = naive.own() == NextHop::Internet || policy.is_none();
    let holds = match claim {
        QueueClaim::Disallowed => exchange && unset && policy == Some(Gate::Offer),
        QueueClaim::LegacyNotSupported => legacy && policy == Some(Gate::Offer),
        QueueClaim::ExchangeRequiresTls => exchange && !unset && matches!(policy, Some(Gate::Offer | Gate::Refusal)),
        QueueClaim::ExchangeCertificate => exchange && policy == Some(Gate::Certificate),
        QueueClaim::ExchangeQuotes(line) => exchange && waits && deciding(naive, &naive.first) == Some(line),
        QueueClaim::OwnNotProved => {
            naive.own() != NextHop::Internet && matches!(policy, Some(Gate::Certificate | Gate::Login))
        }
        QueueClaim::Postfix(gate) => !exchange && !legacy && policy == Some(gate),
    };
    hold!(holds && (of_policy || claim == QueueClaim::OwnNotProved), "{claim:?}");
    let source = match claim.source() {
        QueueSource::Observed => exchange,
        QueueSource::Logs => naive.own() != NextHop::Internet,
        QueueSource::KnowledgeBase => legacy,
        QueueSource::Postfix => !exchange && !legacy,
    };
    hold!(source, "{claim:?} by another system");
    Ok(2)
}

/// At the step that decided, and where the mail is put back into the queue; nowhere else, and never other words.
fn queue_at(naive: &Naive, said: &Said) -> Checked {
    let settles = |event: usize| {
        let found = &naive.trace.events[event];
        let own = naive.first.talks.iter().any(|&talk| naive.talks[talk].number == found.connection);
        own && matches!(found.what, What::Settled(_))
    };
    let decided = said.decided_at.map(|(event, _)| event);
    let mut count = 0;
    for step in &said.steps {
        let is_place = settles(step.event) || decided == Some(step.event);
        let wanted = said.queue.filter(|_| is_place);
        hold!(step.queue == wanted, "event {}: {:?}, not {wanted:?}", step.event, step.queue);
        count += usize::from(step.queue.is_some());
    }
    hold!(said.queue.is_none() || count > 0, "{:?} stands nowhere", said.queue);
    Ok(count)
}
