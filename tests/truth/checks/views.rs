//! The views against each other: of one run all of them tell the same.

use super::outcome::quotations;
use super::{Check, Checked, hold};
use crate::naive::Naive;
use crate::said::Said;
use starttls_lab::grid::Fate;
use starttls_lab::scenario::{NextHop, Side};
use starttls_lab::story::say::{FolderClaim, HeadlineClaim, LampName, Lost, NoteClaim, StepClaim, TappedMail};
use starttls_lab::story::wiretap::Subject;
use starttls_lab::story::{Light, Showing, Tone};
use starttls_lab::text::EN;

pub const CHECKS: &[Check] = &[
    Check { kind: "views: delivered", look: delivered },
    Check { kind: "views: in clear", look: clear },
    Check { kind: "views: verified", look: verified },
    Check { kind: "views: readable to an attacker", look: attacker },
    Check { kind: "views: the reply", look: reply },
    Check { kind: "views: the connection", look: connection },
    Check { kind: "views: the mark", look: mark },
];

/// The views that tell it, each with what it tells; all have to tell the same.
fn agree(told: &[(&str, bool)]) -> Checked {
    let wanted = told.first().map(|(_, told)| *told);
    let other = told.iter().find(|(_, told)| Some(*told) != wanted);
    hold!(other.is_none(), "{told:?}");
    Ok(told.len())
}

fn headline(said: &Said) -> &'static str {
    (EN.outcome.headline)(said.headline)
}

/// The lines of the transcript behind their margin.
fn transcript<'a>(said: &'a Said) -> impl Iterator<Item = &'a str> {
    said.transcript.lines().filter_map(|line| line.get(7..))
}

/// What a party says of the mail in the transcript: the sender's own word.
fn word(said: &Said, party: &str) -> Option<bool> {
    let taken = format!("=== {party} takes the mail off its queue: delivered");
    let kept =
        [format!("=== {party} keeps the mail in its queue"), format!("=== {party} returns the mail to its author")];
    // The last word: what was put off comes again.
    let found = transcript(said).filter(|line| *line == taken || kept.iter().any(|kept| kept == line));
    found.last().map(|line| line == taken)
}

/// Delivered to a relay, and no further.
fn is_held_up(said: &Said) -> bool {
    matches!(said.headline, HeadlineClaim::RelayWaits | HeadlineClaim::RelayReturned)
}

/// An attacker is logged in as the sender.
fn is_intruded(said: &Said) -> bool {
    said.headline == HeadlineClaim::AttackerLoggedIn
}

/// By the sender, and in the end.
fn delivered(_: &Naive, said: &Said) -> Checked {
    let mut told = vec![
        ("headline", headline(said).starts_with("Delivered")),
        ("transcript", word(said, "sender") == Some(true)),
        // The colour is of where the mail is in the end, the other views of the sender's own hop.
        ("colour", !matches!(said.tone, Tone::NotDelivered | Tone::Unknown) && !is_intruded(said) || is_held_up(said)),
        ("steps", said.steps.iter().any(|step| {
            let of_sender = matches!(step.note, NoteClaim::Settled { by, .. } if by.actor == starttls_lab::trace::Actor::Sender);
            of_sender && (EN.log.note)(&step.note).ends_with("delivered")
        })),
        // A second 250 behind the content, or the last chunk.
        ("Send log", said.logs[0].lines().any(|line| line.contains(",<,250 2.6.0 ") || line.contains(",<,250 2.0.0 Ok: queued"))),
    ];
    told.extend(said.cell.map(|cell| ("cell", !matches!(cell.fate, Fate::Deferred | Fate::Returned))));
    let count = agree(&told)?;
    let onward = word(said, "relay").or(word(said, "attacker").filter(|_| !is_intruded(said)));
    let end = match said.folder {
        FolderClaim::Inbox => Some(true),
        FolderClaim::Queue | FolderClaim::Returned => Some(false),
        FolderClaim::Unknown => None,
    };
    hold!(onward.or(word(said, "sender")) == end, "{:?}, and {onward:?} in the transcript", said.folder);
    let stored = said.steps.iter().filter(|step| matches!(step.step, StepClaim::Stored { .. })).count();
    let received =
        said.logs[1].lines().any(|line| line.contains(",>,250 2.6.0 ") || line.contains(",>,250 2.0.0 Ok: queued"));
    hold!(received == (end == Some(true) || is_intruded(said)), "the Receive log says {received}, {stored} stored");
    Ok(count + 3)
}

/// On the sender's own hop.
fn clear(naive: &Naive, said: &Said) -> Checked {
    // Without a cipher what is inside TLS is as readable as what is not.
    let open = naive.talks.iter().any(|talk| !talk.hides());
    let subjects = [Some("Subject: Quarterly figures"), Some("Subject: New account")];
    let subject = |arrow: &str| transcript(said).any(|line| subjects.contains(&line.strip_prefix(arrow)));
    let first = transcript(said).find(|line| line.ends_with("> Subject: Quarterly figures"));
    let is_clear = first.is_some_and(|line| line.starts_with(" -> ") || open);
    let mut told = vec![("transcript", is_clear)];
    let held_up = is_held_up(said);
    if !held_up && headline(said).starts_with("Delivered") {
        told.push(("headline", headline(said).contains("readable")));
    }
    told.extend(said.cell.map(|cell| ("cell", cell.listener_reads)));
    told.extend(
        said.cell
            .filter(|cell| !matches!(cell.fate, Fate::Deferred | Fate::Returned))
            .map(|cell| ("fate", cell.fate == Fate::Clear)),
    );
    match said.tone {
        Tone::Readable => told.push(("colour", true)),
        Tone::Sealed | Tone::Verified => told.push(("colour", false)),
        Tone::Unknown | Tone::NotDelivered | Tone::WithAttacker => {}
    }
    let count = agree(&told)?;
    // Over all hops.
    let leaks = said.tap.leaked(Subject::Message).next().is_some();
    agree(&[
        ("transcript", subject(" -> ") || open && subject(" ~> ")),
        ("eavesdropper", leaks),
        ("its line", matches!(said.tap_intro.mail, TappedMail::Readable | TappedMail::ReadableOn(_))),
    ])?;
    hold!(!leaks || said.tap.kept(Subject::Message).next().is_none(), "the message is kept and leaked");
    Ok(count + 4)
}

/// Whom the sender talks to.
fn verified(naive: &Naive, said: &Said) -> Checked {
    if !headline(said).starts_with("Delivered") || is_held_up(said) {
        return Ok(0);
    }
    let words = headline(said);
    let is_verified = words.contains("verified") || words.contains("every check");
    let mut told = vec![("headline", is_verified)];
    told.extend(said.cell.map(|cell| ("cell", matches!(cell.fate, Fate::Authenticated | Fate::Mutual))));
    if said.tone != Tone::WithAttacker {
        told.push(("colour", said.tone == Tone::Verified));
    }
    let count = agree(&told)?;
    // An Edge is known by the very certificate, and no check counts. docs/rules.md X4
    let by_directory = naive.own() == NextHop::Edge;
    // Who verified has seen every check pass, in the lamps and in the tab.
    for chapter in said.chapters.iter().filter(|_| is_verified && !by_directory).take(1) {
        let failed = chapter.lamps.iter().find(|lamp| {
            matches!(lamp.name, LampName::Chain | LampName::Dates | LampName::Purpose | LampName::Name)
                && !matches!(lamp.light, Light::Pass(_))
        });
        hold!(failed.is_none(), "verified, and {failed:?}");
        let shown =
            chapter.certificates.iter().find(|shown| shown.of == Side::Server).and_then(|shown| shown.check.as_ref());
        hold!(shown.is_some_and(|check| check.passes()), "verified, and in the tab {shown:?}");
    }
    Ok(count + 2)
}

/// Whether an attacker has the mail.
fn attacker(_: &Naive, said: &Said) -> Checked {
    let headline = headline(said).contains("attacker");
    let mut told = vec![("headline", headline), ("colour", said.tone == Tone::WithAttacker)];
    told.extend(said.cell.map(|cell| ("cell", cell.attacker_reads)));
    let count = agree(&told)?;
    let lost = matches!(said.tap_intro.lost, Lost::Mail | Lost::Both);
    let given = said.tap.lost(Subject::Message).next().is_some();
    // What a listener reads on a later hop, too, is told as leaked.
    hold!(!given || lost, "the message is listed as given to an attacker, and not told");
    hold!(!lost || headline, "given to an attacker, and the headline is silent");
    Ok(count + 2)
}

/// What is quoted as the answer is a line of the transcript.
fn reply(_: &Naive, said: &Said) -> Checked {
    let because = (EN.outcome.because)(&said.because);
    let queue = said.queue.map(|claim| (EN.decisions.queue)(&claim)).unwrap_or_default();
    let first: Vec<&str> = quotations(&because).collect();
    let mut count = 0;
    for quoted in quotations(&because).chain(quotations(&queue)) {
        let line = quoted.trim_end_matches('.');
        let stands = transcript(said).any(|said| said.strip_prefix("<-  ").or(said.strip_prefix("<~  ")) == Some(line));
        hold!(stands, "{quoted:?} is not in the transcript");
        count += 1;
    }
    for quoted in quotations(&queue) {
        hold!(first.contains(&quoted.trim_end_matches('.')), "the queue quotes {quoted:?}, the reason {first:?}");
    }
    Ok(count)
}

/// Connections are counted alike everywhere, from 1.
fn connection(_: &Naive, said: &Said) -> Checked {
    let numbers: Vec<u32> = said.lanes.iter().map(|lanes| lanes.claim.number).collect();
    hold!(numbers == (1..=numbers.len() as u32).collect::<Vec<_>>(), "{numbers:?}");
    let opened = transcript(said).filter(|line| line.ends_with(" TCP connection")).count();
    hold!(opened == numbers.len(), "{opened} are opened in the transcript");
    hold!(said.tap_intro.several == (numbers.len() > 1), "{}", said.tap_intro.several);
    let heads =
        said.lanes.iter().skip(1).filter(|lanes| said.drawing.contains(&(EN.log.connection)(&lanes.claim))).count();
    hold!(heads + 1 == numbers.len(), "{heads} are drawn");
    if let TappedMail::ReadableOn(number) = said.tap_intro.mail {
        hold!(numbers.contains(&number), "there is no connection {number}");
    }
    Ok(4)
}

/// A mark needs a mail in the inbox that came sealed.
fn mark(_: &Naive, said: &Said) -> Checked {
    let Some(mark) = &said.mark else { return Ok(0) };
    if mark.showing == Showing::Nothing {
        return Ok(0);
    }
    hold!(said.folder == FolderClaim::Inbox, "{:?} of a mail in {:?}", mark.showing, said.folder);
    let sealed = transcript(said).any(|line| line == " ~> Subject: Quarterly figures");
    hold!(mark.showing != Showing::Mark || sealed, "a mark on a mail in clear");
    Ok(2)
}
