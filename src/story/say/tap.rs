//! What a listener makes of it, in a line: of the mail, over every hop that it went; and what an attacker at an end was given.

use super::Facts;
use crate::scenario::Side;
use crate::story::wiretap::{Subject, Wiretap};
use crate::trace::{Actor, EventId};

/// What shows, and what was given away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TapClaim {
    /// The listener has the server's private key, and no other.
    pub has_key: bool,
    /// There is more than one connection.
    pub several: bool,
    pub mail: TappedMail,
    /// That is one of an attacker, who logged in as the sender.
    pub is_forged: bool,
    pub lost: Lost,
}

/// What a listener has of the mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TappedMail {
    /// It may still come.
    NotYet,
    NotSent,
    Sealed,
    Readable,
    /// It was sealed, and on this connection, counted from 1, it is not.
    ReadableOn(u32),
    /// Records that stayed sealed may hold one.
    Unknown,
}

/// What an attacker who answered in the receiver's place was given inside TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lost {
    Nothing,
    Login,
    /// Of a login with NTLM: words can be tried on it.
    Proof,
    Mail,
    Both,
}

/// Of a listener on these connections, with the server's private key or with none.
pub fn tap(facts: Facts<'_>, tap: &Wiretap, has_key: bool) -> TapClaim {
    let chapters = facts.story.chapters();
    let mails = || {
        let all = chapters.iter().flat_map(|chapter| {
            let contents = chapter.account.mails.iter().filter_map(|mail| Some((mail, mail.content?)));
            contents.map(|(mail, content)| {
                (chapter.account.connection, mail.inside_tls && chapter.account.hides(), content)
            })
        });
        all.collect::<Vec<(u16, bool, EventId)>>()
    };
    let readable = tap.leaked(Subject::Message).next().and_then(|fact| facts.event(fact.event));
    let mail = match readable {
        Some(event) if mails().iter().any(|&(connection, sealed, _)| sealed && connection < event.connection) => {
            TappedMail::ReadableOn(u32::from(event.connection) + 1)
        }
        Some(_) => TappedMail::Readable,
        None if !mails().is_empty() => TappedMail::Sealed,
        // Of a run all is read but what was changed on the way, and that is no mail to a listener.
        None if facts.trace.goes_on && facts.has_decisions() => TappedMail::NotYet,
        None if chapters.iter().any(|chapter| chapter.account.has_unread()) => TappedMail::Unknown,
        None if facts.trace.goes_on => TappedMail::NotYet,
        None => TappedMail::NotSent,
    };
    let is_attacker = |connection| facts.trace.seat(connection, Side::Server).actor == Actor::Attacker;
    // What was changed on the way does not open for the attacker either.
    let opens = |content| facts.reading.damage(content).is_none();
    let mail_lost =
        mails().into_iter().any(|(connection, sealed, content)| sealed && is_attacker(connection) && opens(content));
    let lost = match (tap.lost(Subject::Login).next().is_some(), mail_lost) {
        (true, true) => Lost::Both,
        (true, false) => Lost::Login,
        (false, true) => Lost::Mail,
        (false, false) if tap.lost(Subject::NtlmProof).next().is_some() => Lost::Proof,
        (false, false) => Lost::Nothing,
    };
    let is_forged = facts.story.outcome.intruded.is_some();
    TapClaim { has_key, several: chapters.len() > 1, mail, is_forged, lost }
}
