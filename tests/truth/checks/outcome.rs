//! What became of the mail, and why: headline, reason, folder, colour.

use super::steps::{NTLM, ntlm_verdict};
use super::{Check, Checked, hold};
use crate::naive::{Fate, Hop, Line, Naive, Talk, Why, by_computer};
use crate::said::Said;
use starttls_lab::scenario::{ClientPolicy, Credentials, NextHop, Path, Side, Switch};
use starttls_lab::smtp::{Gate, NtlmVerdict};
use starttls_lab::story::Tone;
use starttls_lab::story::say::{
    Answer, BecauseClaim, Eagerness, FirstHop, FolderClaim, HeadlineClaim, Onward, OnwardEnding, Participant,
    RelayedLogin, Sealed,
};
use starttls_lab::text::EN;
use starttls_lab::trace::What;

pub const CHECKS: &[Check] = &[
    Check { kind: "headline", look: headline },
    Check { kind: "reason of the sender's hop", look: first_hop },
    Check { kind: "reason of the second hop", look: onward },
    Check { kind: "login that was given", look: login },
    Check { kind: "login that was relayed", look: relayed },
    Check { kind: "quoted reply", look: quoted },
    Check { kind: "what decided", look: decided },
    Check { kind: "folder", look: folder },
    Check { kind: "colour", look: tone },
];

/// What became of it in the end.
pub fn last_fate(naive: &Naive) -> Fate {
    naive.onward.as_ref().unwrap_or(&naive.first).fate
}

fn headline(naive: &Naive, said: &Said) -> Checked {
    is_headline(naive, said.headline)
}

/// It is exactly this one, and its words say so.
pub fn is_headline(naive: &Naive, claim: HeadlineClaim) -> Checked {
    let taken = naive.first.fate == Fate::Delivered;
    let attacker = taken && naive.attacker_reads();
    let intruded = naive.intruded();
    let arrived = taken && !attacker && last_fate(naive) == Fate::Delivered;
    let (sealed, verified) = (naive.sealed() == Some(true), naive.verified());
    let by_relay = naive.scenario.path == Path::Relay;
    let holds = match claim {
        HeadlineClaim::AttackerLoggedIn => intruded && !taken,
        HeadlineClaim::ReadableToAttacker => attacker && !sealed,
        HeadlineClaim::ToVerifiedAttacker => attacker && verified,
        HeadlineClaim::ToAttacker => attacker && sealed && !verified,
        HeadlineClaim::RelayWaits => taken && by_relay && last_fate(naive) == Fate::Waits,
        HeadlineClaim::RelayReturned => taken && by_relay && last_fate(naive) == Fate::Returned,
        HeadlineClaim::NotAuthenticated => arrived && sealed && !verified && naive.own() == NextHop::Internet,
        HeadlineClaim::ToOwnServer => arrived && sealed && naive.own() == NextHop::Hub,
        HeadlineClaim::ToVerifiedRelay => arrived && verified && by_relay,
        HeadlineClaim::BothVerified => arrived && naive.mutual(),
        HeadlineClaim::ToVerifiedServer => arrived && verified && !by_relay && !naive.mutual(),
        HeadlineClaim::Readable => arrived && !sealed,
        HeadlineClaim::Waits => !intruded && naive.first.fate == Fate::Waits,
        HeadlineClaim::Returned => naive.first.fate == Fate::Returned,
        // Of an imported session alone.
        HeadlineClaim::Encrypted | HeadlineClaim::Delivered | HeadlineClaim::Unknown => false,
    };
    hold!(holds, "{claim:?}");
    let words = (EN.outcome.headline)(claim);
    hold!(words.starts_with("Delivered") == taken, "{words}: taken {taken}");
    // Of a mail that a relay could not send on, nothing is said about the way to the relay.
    let told = taken && (arrived || attacker);
    hold!(words.contains("readable") == (told && !sealed), "{words}: sealed {sealed}");
    let is_verified = words.contains("verified") || words.contains("every check");
    hold!(is_verified == (told && verified), "{words}: verified {verified}");
    hold!(words.contains("attacker") == (attacker || intruded), "{words}: attacker {attacker}");
    Ok(1)
}

/// The connection on which the mail left the sender, or on which it was decided that it does not.
fn last<'a, 'b>(naive: &'b Naive<'a>, hop: &Hop) -> Option<&'b Talk<'a>> {
    hop.talks.last().map(|&talk| &naive.talks[talk])
}

/// The line of the reply that decided a hop, if one did.
pub fn deciding<'b>(naive: &'b Naive, hop: &Hop) -> Option<&'b str> {
    let Some(Why::Reply(reply)) = hop.why else { return None };
    let talk = last(naive, hop)?;
    Some(&talk.first_line(&talk.replies[reply]).text)
}

fn is_line(answer: Answer, naive: &Naive, hop: &Hop) -> bool {
    matches!((answer, deciding(naive, hop)), (Answer::Line(line), Some(decided)) if line == decided)
}

pub fn first_hop(naive: &Naive, said: &Said) -> Checked {
    let hop = &naive.first;
    let Some(talk) = last(naive, hop) else { return Err("no connection".to_owned()) };
    let before = naive.before(talk);
    let delivered = hop.fate == Fate::Delivered;
    let clear = delivered && naive.sealed() == Some(false);
    let sealed = delivered && naive.sealed() == Some(true);
    let attacker = naive.attacker_reads();
    let listed = talk.keyword(talk.verb, false).is_some();
    let by_list = naive.demand.listed;
    let unset = by_list && naive.scenario.send_domain_secure == Switch::Off;
    let policy = |gate| hop.why == Some(Why::Policy(gate));
    let checked = |of| naive.known(talk, of).map(|worth| worth.all());
    // Each of them is judged: a further part asks for its check.
    let BecauseClaim { first: claim, onward: _, login: _, relayed: _ } = said.because;
    let (own, hub) = (naive.own() != NextHop::Internet, naive.own() == NextHop::Hub);
    let of_own = matches!(
        claim,
        FirstHop::OwnHub { .. }
            | FirstHop::OwnEdge
            | FirstHop::OwnInClear
            | FirstHop::OwnOverwritten { .. }
            | FirstHop::OwnStopped(_)
            | FirstHop::NoTicket { .. }
    );
    let of_others = matches!(
        claim,
        FirstHop::NtlmRefused(..)
            | FirstHop::Answered(_)
            | FirstHop::ConnectionLost
            | FirstHop::Violation
            | FirstHop::NoMechanism
    );
    hold!(of_others || of_own == own, "{claim:?} of the other kind of sender");
    let holds = match claim {
        FirstHop::OwnHub { ntlm } => hub && sealed && naive.has_ticket() && ntlm == by_computer(&naive.scenario),
        FirstHop::OwnEdge => own && !hub && sealed && naive.mutual(),
        FirstHop::OwnInClear => hub && clear && !listed && !is_overwritten(talk) && naive.has_ticket(),
        FirstHop::OwnOverwritten { kept } => {
            !listed && is_overwritten(talk) && if kept { policy(Gate::Offer) } else { hub && clear }
        }
        FirstHop::OwnStopped(Gate::Offer) => policy(Gate::Offer) && !listed && !is_overwritten(talk),
        FirstHop::OwnStopped(Gate::Certificate) => policy(Gate::Certificate) && !hub && talk.up(),
        FirstHop::OwnStopped(Gate::Handshake) => policy(Gate::Handshake) && talk.began() && !talk.up(),
        // The lab's servers do not refuse it.
        FirstHop::OwnStopped(Gate::Refusal | Gate::Login) => false,
        FirstHop::NoTicket { controller, sealed } => {
            let told = controller == naive.scenario.controller && sealed == talk.up();
            policy(Gate::Login) && hub && !naive.has_ticket() && told
        }
        FirstHop::BothVerified { server, client } => {
            let told = (server, client) == (naive.revoked(Side::Server), naive.revoked(Side::Client));
            delivered && naive.mutual() && told
        }
        FirstHop::Misissued => sealed && naive.verified() && naive.scenario.path == Path::Misissued,
        FirstHop::Verified { revoked } => {
            revoked == (naive.revoked(Side::Server) && naive.scenario.path != Path::Relay)
                && sealed
                && naive.verified()
                && !naive.mutual()
                && !attacker
                && checked(Side::Server) == Some(true)
        }
        FirstHop::Encrypted(how, eagerness) => {
            let how = match how {
                Sealed::ToWrongEnd => attacker && checked(Side::Server) == Some(false),
                Sealed::PassedWrongly => attacker && checked(Side::Server) == Some(true),
                Sealed::Passed => !attacker && checked(Side::Server) == Some(true),
                Sealed::Failed => !attacker && checked(Side::Server) == Some(false),
            };
            sealed && !naive.verified() && how && is_eager(naive, eagerness)
        }
        FirstHop::NoCipher => clear && naive.content(hop).is_some_and(|line| line.sealed) && !talk.hides(),
        FirstHop::NeverTls => clear && matches!(naive.scenario.policy, ClientPolicy::Never | ClientPolicy::LegacyOff),
        FirstHop::Overwritten(sender) => {
            clear && naive.demand.starttls && !listed && is_overwritten(talk) && is_eager(naive, sender)
        }
        FirstHop::NotOffered(sender) => {
            let unlisted = !listed && !is_overwritten(talk);
            clear && naive.demand.starttls && before.is_none() && unlisted && is_eager(naive, sender)
        }
        FirstHop::Refused(sender) => {
            let refused = talk.command(talk.verb, false).is_some() && !talk.began();
            clear && naive.demand.clear && before.is_none() && refused && is_eager(naive, sender)
        }
        FirstHop::HandshakeFailed => clear && before.is_some_and(|before| before.began() && !before.up()),
        FirstHop::CertificateFailed => {
            let failed = |before: &Talk| naive.known(before, Side::Server).is_some_and(|worth| !worth.all());
            clear && before.is_some_and(|before| before.up() && failed(before))
        }
        FirstHop::ConnectorNotSetUp => policy(Gate::Offer) && unset,
        FirstHop::DomainNotProved => policy(Gate::Certificate) && by_list && checked(Side::Server) == Some(false),
        FirstHop::OverwrittenAndRequired => {
            policy(Gate::Offer) && !naive.demand.clear && !listed && !unset && is_overwritten(talk)
        }
        FirstHop::MisunderstoodAndRequired => {
            policy(Gate::Refusal) && !naive.demand.clear && !talk.began() && starttls_code(talk) == Some(2)
        }
        FirstHop::PolicyStopped(gate) => {
            let found = match gate {
                Gate::Offer => !listed && !unset && !is_overwritten(talk),
                Gate::Refusal => !talk.began() && starttls_code(talk).is_some_and(|class| class != 2),
                Gate::Handshake => talk.began() && !talk.up(),
                Gate::Login => false,
                Gate::Certificate => !by_list && checked(Side::Server) == Some(false),
            };
            policy(gate) && !naive.demand.clear && found
        }
        // Who passes a login on does not judge it.
        FirstHop::Answered(answer) => {
            is_line(answer, naive, hop) && (naive.relayed.is_some() || !is_to_ntlm(talk, hop))
        }
        FirstHop::NtlmRefused(answer, why) => {
            let is_why = ntlm_verdict(naive, talk) == NtlmVerdict::Refused(why);
            is_line(answer, naive, hop) && is_to_ntlm(talk, hop) && is_why
        }
        FirstHop::NoMechanism => hop.why == Some(Why::NoLogin) && !is_mechanism_listed(naive, talk),
        // RFC 4954 §9: not that, even where the server would take it.
        FirstHop::PasswordInClear => {
            let plain = naive.scenario.credentials != Credentials::Ntlm && !talk.up();
            hop.why == Some(Why::NoLogin) && is_mechanism_listed(naive, talk) && plain
        }
        FirstHop::ConnectionLost => hop.why == Some(Why::Ended) && !is_garbled(talk),
        FirstHop::Violation => hop.why == Some(Why::Ended) && is_garbled(talk),
        // No run of a scenario comes to these: its link is perfect, its ends are patient, and what it does is known.
        FirstHop::EncryptedUnjudged | FirstHop::NeverSealed | FirstHop::Timeout | FirstHop::Unknown => false,
    };
    hold!(holds, "{claim:?}: {}", (EN.outcome.because)(&said.because));
    Ok(1)
}

/// The reply that decided answers a message of NTLM.
fn is_to_ntlm(talk: &Talk, hop: &Hop) -> bool {
    let Some(Why::Reply(reply)) = hop.why else { return false };
    talk.replies[reply].to.is_some_and(|to| talk.lines[to].text.starts_with(NTLM))
}

/// The first digit of the reply to STARTTLS.
fn starttls_code(talk: &Talk) -> Option<u16> {
    talk.reply_to(talk.verb).map(|reply| reply.code / 100)
}

/// The sender's policy is the one that is called so.
pub fn is_eager(naive: &Naive, eagerness: Eagerness) -> bool {
    let policy = naive.scenario.policy;
    match eagerness {
        Eagerness::Opportunistic => policy == ClientPolicy::Opportunistic,
        Eagerness::TlsAlone => policy == ClientPolicy::Required,
        Eagerness::Other => !matches!(policy, ClientPolicy::Opportunistic | ClientPolicy::Required),
    }
}

/// The server sent a record to a client that reads lines, and one of its octets ends a line.
fn is_garbled(talk: &Talk) -> bool {
    !talk.began() && talk.records.iter().any(|record| record.by == Side::Server && record.body.contains(&b'\n'))
}

/// The last list of a connection has the mechanism that the sender logs in with.
fn is_mechanism_listed(naive: &Naive, talk: &Talk) -> bool {
    if naive.own() == NextHop::Hub && !talk.onward {
        let exps = talk.keyword("X-EXPS", talk.up());
        let any = !by_computer(&naive.scenario);
        return exps.is_some_and(|exps| any || exps.parameters.iter().any(|word| word == "NTLM"));
    }
    let mechanism = match naive.scenario.credentials {
        Credentials::Plain => "PLAIN",
        Credentials::Login => "LOGIN",
        Credentials::Ntlm => "NTLM",
        Credentials::None => return false,
    };
    talk.keyword("AUTH", talk.up()).is_some_and(|auth| auth.parameters.iter().any(|word| word == mechanism))
}

/// The event that is named as the one that decided did so: a decision of the sender where its policy stopped the mail or turned it to
/// clear text; else the reply, or the receiver's decision that led to it; else what the sender met.
fn decided(naive: &Naive, said: &Said) -> Checked {
    let hop = &naive.first;
    let (Some(talk), Some((event, _))) = (last(naive, hop), said.decided_at) else {
        return Err("nothing decided".to_owned());
    };
    let found = &naive.trace.events[event];
    let here = found.connection == talk.number;
    let by = |side| found.who == side && matches!(found.what, What::Decided(_));
    let holds = match hop.why {
        None => {
            hop.talks.iter().any(|&talk| naive.talks[talk].number == found.connection)
                && (by(Side::Client) || by(Side::Server) && naive.mutual())
        }
        Some(Why::Policy(_)) => here && by(Side::Client),
        Some(Why::Reply(reply)) => {
            let reply = &talk.replies[reply];
            let line = talk.first_line(reply).event;
            let asked = reply.to.map_or(0, |to| talk.lines[to].event);
            here && (event == line || by(Side::Server) && (asked..line).contains(&event))
        }
        Some(Why::NoLogin) => {
            here && talk.keywords(talk.up()).is_some_and(|list| list.iter().any(|word| word.event == event))
        }
        Some(Why::Ended) => here && !by(Side::Client) && !by(Side::Server),
    };
    hold!(holds, "event {event} of connection {}: {:?}", found.connection, hop.why);
    Ok(1)
}

/// The third message of NTLM.
fn is_answer(line: &Line) -> bool {
    line.text.starts_with("TlRMTVNTUAAD")
}

/// The attacker's connection has the sender's last answer, and a yes or a no to it.
fn relayed(naive: &Naive, said: &Said) -> Checked {
    let (claim, hop) = match (said.because.relayed, &naive.relayed) {
        (Some(claim), Some(hop)) => (claim, hop),
        // The last message never came to be passed on: no NTLM was to be had there, or no TLS.
        (None, Some(hop)) if !hop.talks.iter().any(|&talk| naive.talks[talk].lines.iter().any(is_answer)) => {
            return Ok(1);
        }
        (None, None) => return Ok(1),
        (claim, hop) => return Err(format!("{claim:?} of {hop:?}")),
    };
    let Some(talk) = last(naive, hop) else { return Err("no connection".to_owned()) };
    let answer = |talk: &Talk| {
        let third = talk.lines.iter().find(|line| is_answer(line));
        third.map(|line| line.text.clone())
    };
    let sender = last(naive, &naive.first).and_then(answer);
    hold!(sender.is_some() && answer(talk) == sender, "another answer: {:?}", answer(talk));
    let holds = match claim {
        RelayedLogin::Taken { user, sent } => {
            naive.intruded() && user == "sales" && sent != naive.mailbox(talk).is_empty()
        }
        RelayedLogin::Refused(why) => !naive.intruded() && ntlm_verdict(naive, talk) == NtlmVerdict::Refused(why),
    };
    hold!(holds, "{claim:?}: {:?}", hop.why);
    Ok(1)
}

/// STARTTLS was written over in the list.
pub fn is_overwritten(talk: &Talk) -> bool {
    talk.overwritten.iter().any(|line| line.get(4..) == Some(talk.verb))
}

fn onward(naive: &Naive, said: &Said) -> Checked {
    let (claim, hop) = match (said.because.onward, &naive.onward) {
        (None, None) => return Ok(1),
        (Some(claim), Some(hop)) => (claim, hop),
        (claim, hop) => return Err(format!("{claim:?} of {hop:?}")),
    };
    let Onward { by: Participant { actor, side }, ending } = claim;
    hold!(Some(actor) == naive.between() && side == Side::Server, "{actor:?}");
    let sealed = naive.content(hop).map(|line| line.sealed);
    let delivered = hop.fate == Fate::Delivered;
    let holds = match ending {
        OnwardEnding::InClear => delivered && sealed == Some(false),
        OnwardEnding::Encrypted => delivered && sealed == Some(true),
        OnwardEnding::Answered(answer) => !delivered && is_line(answer, naive, hop),
        OnwardEnding::Failed => !delivered && !matches!(hop.why, Some(Why::Reply(_))),
        // Of an imported session alone.
        OnwardEnding::Sent => false,
    };
    hold!(holds, "{ending:?} of {hop:?}");
    Ok(1)
}

/// Name and password went to who stands in the receiver's place: PLAIN in one answer, LOGIN in the second of two. RFC 4616 §2
fn login(naive: &Naive, said: &Said) -> Checked {
    let given = |talk: &Talk| {
        let answers = talk.lines.iter().filter(|line| line.verb() == "AUTH").map(|line| line.text.as_str());
        let words: Vec<&str> = answers.flat_map(|text| text.split(' ')).collect();
        match words.as_slice() {
            ["AUTH", "PLAIN", said @ ..] => !said.is_empty(),
            ["AUTH", "LOGIN", said @ ..] => said.len() > 1,
            _ => false,
        }
    };
    let given = naive.first.talks.iter().any(|&talk| given(&naive.talks[talk]));
    let expected = naive.between().filter(|_| given);
    hold!(said.because.login.map(|by| by.actor) == expected, "{:?}, not {expected:?}", said.because.login);
    Ok(1)
}

/// What stands between these quotation marks.
pub fn quotations(words: &str) -> impl Iterator<Item = &str> {
    words.split('“').skip(1).filter_map(|rest| rest.split('”').next())
}

/// What is quoted is a line that a server said on the hop of which it is said, and the one that decided.
fn quoted(naive: &Naive, said: &Said) -> Checked {
    let words = (EN.outcome.because)(&said.because);
    let decided: Vec<&str> =
        std::iter::once(&naive.first).chain(&naive.onward).filter_map(|hop| deciding(naive, hop)).collect();
    let mut count = 0;
    for quoted in quotations(&words) {
        hold!(decided.contains(&quoted), "{quoted:?} decided nothing: {words}");
        count += 1;
    }
    Ok(count)
}

fn folder(naive: &Naive, said: &Said) -> Checked {
    let holds = match said.folder {
        FolderClaim::Inbox => last_fate(naive) == Fate::Delivered,
        FolderClaim::Queue => last_fate(naive) == Fate::Waits,
        FolderClaim::Returned => last_fate(naive) == Fate::Returned,
        FolderClaim::Unknown => false,
    };
    hold!(holds, "{:?} of {:?}", said.folder, last_fate(naive));
    hold!((said.folder == FolderClaim::Inbox) == naive.received().is_some(), "{:?}", said.folder);
    Ok(1)
}

fn tone(naive: &Naive, said: &Said) -> Checked {
    let delivered = naive.first.fate == Fate::Delivered;
    let stuck = delivered && !naive.attacker_reads() && last_fate(naive) != Fate::Delivered;
    let alone = delivered && !naive.attacker_reads() && !stuck;
    let holds = match said.tone {
        _ if naive.intruded() => said.tone == Tone::WithAttacker,
        Tone::NotDelivered => !delivered || stuck,
        Tone::WithAttacker => delivered && naive.attacker_reads(),
        Tone::Readable => alone && naive.sealed() == Some(false),
        Tone::Sealed => alone && naive.sealed() == Some(true) && !naive.verified(),
        Tone::Verified => alone && naive.verified(),
        Tone::Unknown => false,
    };
    hold!(holds, "{:?}", said.tone);
    Ok(1)
}
